//! Group calls: whatever a server answers to a join, and whatever it says about who is in.

use tgcall::group::inside;
use tgcall::group::join::{Answer, MAX_CANDIDATES, MAX_GROUP, source_groups};
use tgcall::group::roster::{MOST, Output, Roster, Wanted};
use tgcall::group::state::{Call, Effect, Input, Shown};
use tgcall::group::wire::{self, CallNews};
use tgcall::random::Random;
use tgcall::setup::{Credentials, Setup, TransportSetup};
use tgcall::time::{Duration, Time};
use tgcall::tl::{self, enums, functions};
use tgcall::types::Ssrc;

/// `params` of a join's answer; and the groups of somebody's sources, as the host of an attached call has them.
pub fn answer(data: &[u8]) {
    if let Some(groups) = source_groups(data) {
        assert!(groups.len() <= MAX_GROUP && groups.iter().all(|group| group.sources.len() <= MAX_GROUP));
    }
    if let Ok(Answer::Connection(side)) = Answer::parse(data) {
        assert!((1..=MAX_CANDIDATES).contains(&side.candidates.len()));
        assert!(side.transport.fingerprint.is_some());
        for candidate in &side.candidates {
            let line = candidate.to_string();
            assert!(!line.contains(['\r', '\n']) && line.split(' ').count() == 8, "{line}");
        }
    }
}

/// The same bytes as news of the list, as its pages and as what was asked for, while time goes on.
pub fn people(data: &[u8]) {
    let mut roster = Roster::default();
    let mut now = Time::from_nanos(1);
    roster.load(now);
    let mut asked = 0;
    for _ in 0..3 {
        feed(&mut roster, now, data);
        while let Some(output) = roster.poll() {
            let Output::Want(wanted) = output else { continue };
            asked += 1;
            assert!(asked < 20, "nobody is asked in a loop");
            let first = tl::decode_result::<functions::PhoneGetGroupCall<'_>>(data);
            let next = tl::decode_result::<functions::PhoneGetGroupParticipants<'_>>(data);
            match (&wanted, first, next) {
                (Wanted::First, Ok(page), _) => {
                    roster.handle_page(now, 1000, &wanted, &wire::first_page(&page.value));
                }
                (Wanted::Next(_), _, Ok(page)) => roster.handle_page(now, 1000, &wanted, &wire::page(&page.value)),
                (Wanted::Of { .. }, _, Ok(page)) => roster.handle_found(now, 1000, &wanted, &wire::page(&page.value)),
                _ => roster.handle_failure(now, &wanted),
            }
        }
        let snapshot = roster.snapshot();
        assert!(snapshot.len() <= MOST && snapshot.len() <= snapshot.total());
        for participant in snapshot.iter().take(50) {
            assert_eq!(snapshot.find(participant.peer), Some(participant));
        }
        assert_eq!(snapshot.iter().count(), snapshot.len());
        now += Duration::from_secs(2);
        roster.handle_timeout(now, 1002);
    }
}

fn feed(roster: &mut Roster, now: Time, data: &[u8]) {
    let Ok(batch) = tl::decode_updates(data) else { return };
    for update in batch.updates().filter_map(Result::ok) {
        match update {
            enums::Update::GroupCallParticipants(update) => roster.handle_news(now, 1000, wire::people(&update)),
            enums::Update::GroupCall(update) => {
                if let (_, CallNews::Told(told)) = wire::call(&update.call) {
                    roster.handle_call(now, told.info.version, told.info.people);
                }
            }
            _ => {}
        }
    }
}

/// The bytes as an `Updates`, which is the answer to a join and then the news of who is in: the call is in it, or tries again, or is
/// over, and asks no more often than it may.
pub fn joined(data: &[u8]) {
    let Ok(batch) = tl::decode_updates(data) else { return };
    let mut random = Random::from_seed(1);
    let mut now = Time::from_nanos(1);
    let mut call = Call::open();
    let mut joins = 0;
    let mut inputs = vec![Input::Join { is_scheduled: Some(false) }];
    for _ in 0..40 {
        while let Some(input) = inputs.pop() {
            for effect in call.step(now, input).unwrap_or_default() {
                match effect {
                    Effect::Prepare => {
                        let sources = tgcall::group::join::Sources::draw(&mut random, 1);
                        let credentials = Credentials { ufrag: "u".into(), password: "p".into() };
                        let transport =
                            TransportSetup { credentials, fingerprint: Some("AA".into()), setup: Setup::Passive };
                        let offer = tgcall::group::join::Offer { transport, sources };
                        inputs.push(Input::Offered(Box::new(offer)));
                    }
                    Effect::Join { attempt, .. } => {
                        joins += 1;
                        inputs.push(Input::Joined { attempt, answer: wire::connection(&batch, false) });
                    }
                    Effect::Check { .. } => inputs.push(Input::Checked(vec![Ssrc(0)])),
                    _ => {}
                }
            }
        }
        for update in batch.updates().filter_map(Result::ok) {
            match update {
                enums::Update::GroupCallParticipants(update) => {
                    let news = wire::people(&update);
                    let myself = |entry| Input::Myself { entry: Box::new(entry), version: news.version };
                    inputs.extend(news.entries.into_iter().take(8).map(myself));
                }
                enums::Update::GroupCall(update) => match wire::call(&update.call).1 {
                    CallNews::Told(told) => inputs.push(Input::Started { is_scheduled: told.info.is_scheduled() }),
                    CallNews::Discarded { .. } => inputs.push(Input::Discarded),
                },
                _ => {}
            }
        }
        now += inside::CHECK_EVERY;
        inputs.push(Input::Timeout);
    }
    assert!(joins <= 5 || call.shown() != Shown::Open);
    assert!(joins <= 45, "{joins} joins");
}
