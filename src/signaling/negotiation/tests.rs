mod pictures;

use super::contents::ABS_SEND_TIME_ID;
use super::*;
use crate::setup::{Credentials, Setup};
use crate::signaling::message::{Extension, Feedback, MediaKind, PayloadType, SsrcGroup, StreamState};
use crate::types::Ssrc;

fn ms(millis: u64) -> Time {
    Time::ZERO + Duration::from_millis(millis)
}

fn transport(role: Role) -> TransportSetup {
    let (byte, setup) = if role == Role::Caller { ("AA", Setup::Actpass) } else { ("BB", Setup::Passive) };
    let password = format!("{byte}3456789012345678901234").into();
    let credentials = Credentials { ufrag: format!("u{byte}x"), password };
    TransportSetup { credentials, fingerprint: Some(vec![byte; 32].join(":")), setup }
}

fn config(role: Role, reliable: bool) -> Config {
    let (receivable, encoded, wanted) = (Receivable::default(), Vec::new(), Wanted::default());
    Config { role, transport: transport(role), receivable, encoded, wanted, reliable, dtls: true }
}

fn end(role: Role) -> Negotiation {
    let ssrc = if role == Role::Caller { 11 } else { 22 };
    Negotiation::new(ms(0), Random::from_seed(ssrc), config(role, true), vec![audio_content(Ssrc(ssrc as u32))])
}

fn drain(end: &mut Negotiation) -> Vec<Output> {
    core::iter::from_fn(|| end.poll_output()).collect()
}

fn sent(outputs: Vec<Output>) -> Vec<Message> {
    outputs
        .into_iter()
        .filter_map(|output| if let Output::Send(message) = output { Some(message) } else { None })
        .collect()
}

/// The NegotiateChannels among what was sent.
fn channels(messages: &[Message]) -> Vec<&NegotiateChannels> {
    let channels = messages.iter().filter_map(|message| match message {
        Message::NegotiateChannels(channels) => Some(channels),
        _ => None,
    });
    channels.collect()
}

/// Hands every message over until both are silent; returns what was not sent, by receiver.
fn settle(now: Time, a: &mut Negotiation, b: &mut Negotiation) -> [Vec<Output>; 2] {
    let mut other = [Vec::new(), Vec::new()];
    loop {
        let (from_a, from_b) = (drain(a), drain(b));
        if from_a.is_empty() && from_b.is_empty() {
            return other;
        }
        for (index, outputs, to) in [(0, from_a, &mut *b), (1, from_b, &mut *a)] {
            for output in outputs {
                match output {
                    Output::Send(message) => to.handle_message(now, message),
                    output => other[index].push(output),
                }
            }
        }
    }
}

/// Number, name, format parameters.
type Codec<'a> = (u8, &'a str, &'a [(&'a str, &'a str)]);

fn video(ssrc: u32, codecs: &[Codec<'_>]) -> Content {
    let codec = |(id, name, parameters): &Codec<'_>| PayloadType {
        id: *id,
        name: (*name).into(),
        clock_rate: 90_000,
        channels: 0,
        feedback: vec![Feedback { kind: "nack".into(), subtype: "pli".into() }],
        parameters: parameters.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect(),
    };
    Content {
        kind: MediaKind::Video,
        ssrc: Ssrc(ssrc),
        ssrc_groups: vec![SsrcGroup { semantics: "FID".into(), ssrcs: vec![Ssrc(ssrc), Ssrc(ssrc + 1)] }],
        payload_types: codecs.iter().map(codec).collect(),
        extensions: vec![Extension { id: 13, uri: "urn:3gpp:video-orientation".into() }],
    }
}

fn offer(id: u32, contents: Vec<Content>) -> Message {
    Message::NegotiateChannels(NegotiateChannels { exchange_id: id, contents })
}

#[test]
fn a_call_takes_two_setups_and_four_negotiations() {
    let (mut caller, mut callee) = (end(Role::Caller), end(Role::Callee));
    let first = sent(drain(&mut caller));
    assert!(matches!(&first[..], [Message::InitialSetup(_), Message::NegotiateChannels(_)]), "{first:?}");
    assert_eq!(sent(drain(&mut callee)), []);
    for message in &first {
        callee.handle_message(ms(100), message.clone());
    }
    let second = sent(drain(&mut callee));
    assert!(
        matches!(
            &second[..],
            [Message::InitialSetup(_), Message::NegotiateChannels(answer), Message::NegotiateChannels(_)]
                if answer.exchange_id == channels(&first)[0].exchange_id
        ),
        "{second:?}"
    );
    for message in &second {
        caller.handle_message(ms(200), message.clone());
    }
    let third = sent(drain(&mut caller));
    assert_eq!(channels(&third).len(), 1);
    callee.handle_message(ms(300), third[0].clone());
    assert_eq!(caller.outgoing(), [audio_content(Ssrc(11))]);
    assert_eq!(caller.incoming(), [audio_content(Ssrc(22))]);
    assert_eq!(callee.outgoing(), [audio_content(Ssrc(22))]);
    assert_eq!(callee.incoming(), [audio_content(Ssrc(11))]);
    assert_eq!((caller.next_timeout(), callee.next_timeout()), (None, None));
}

#[test]
fn the_setups_say_who_starts_dtls_and_never_promise_renomination() {
    for (role, expected) in [(Role::Caller, "actpass"), (Role::Callee, "passive")] {
        let mut end = end(role);
        end.handle_message(ms(0), setup_of(role.other()));
        let messages = sent(drain(&mut end));
        let Some(Message::InitialSetup(setup)) = messages.first() else { panic!("{messages:?}") };
        assert_eq!(setup.fingerprints[0].setup, expected);
        assert!(!setup.renomination);
    }
}

fn setup_of(role: Role) -> Message {
    let active = TransportSetup { setup: Setup::Active, ..transport(role) };
    Message::InitialSetup(InitialSetup { renomination: true, ..InitialSetup::of(&active) })
}

#[test]
fn candidates_wait_for_the_credentials_they_belong_to() {
    let mut caller = end(Role::Caller);
    drain(&mut caller);
    for index in 0..MAX_CANDIDATES + 10 {
        caller.handle_message(ms(0), Message::Candidates(vec![Candidate(format!("candidate:{index}"))]));
    }
    assert_eq!(drain(&mut caller), []);
    assert_eq!(caller.ignored(), 10);
    caller.handle_message(ms(1), setup_of(Role::Callee));
    let outputs = drain(&mut caller);
    assert!(matches!(outputs[0], Output::RemoteTransport(_)));
    assert_eq!(outputs.len(), 1 + MAX_CANDIDATES);
    assert_eq!(outputs[1], Output::RemoteCandidate(Candidate("candidate:10".into())), "the newest matter");
    caller.handle_message(ms(2), Message::Candidates(vec![Candidate("late".into())]));
    assert_eq!(drain(&mut caller), [Output::RemoteCandidate(Candidate("late".into()))]);
}

#[test]
fn a_callee_tells_its_candidates_with_its_credentials_and_not_before() {
    let mut callee = end(Role::Callee);
    callee.add_candidate(ms(0), Candidate("a".into()));
    assert_eq!(drain(&mut callee), []);
    callee.handle_message(ms(0), setup_of(Role::Caller));
    callee.add_candidate(ms(0), Candidate("b".into()));
    let messages = sent(drain(&mut callee));
    let candidates = |text: &str| Message::Candidates(vec![Candidate(text.into())]);
    assert_eq!(messages[1..], [candidates("a"), candidates("b")]);
}

#[test]
fn where_messages_get_lost_candidates_are_told_again_a_few_times() {
    let mut caller = end(Role::Caller);
    caller.config.reliable = false;
    drain(&mut caller);
    for (time, name) in [(0, "a"), (1000, "b")] {
        caller.add_candidate(ms(time), Candidate(name.into()));
    }
    drain(&mut caller);
    let all = Message::Candidates(vec![Candidate("a".into()), Candidate("b".into())]);
    let mut told = Vec::new();
    for time in 1000..20_000 {
        if caller.next_timeout().is_some_and(|at| at <= ms(time)) {
            caller.handle_timeout(ms(time));
        }
        told.extend(sent(drain(&mut caller)).into_iter().filter(|message| *message == all).map(|_| time));
    }
    assert_eq!(told, [2500, 4000, 5500, 8500, 11_500, 14_500]);
}

#[test]
fn however_many_there_were_a_new_candidate_is_told_and_those_that_are_gone_are_not_told_again() {
    let mut callee = end(Role::Callee);
    callee.config.reliable = false;
    callee.handle_message(ms(0), setup_of(Role::Caller));
    let candidate = |number: usize| Candidate(format!("candidate:{number}"));
    for number in 0..MAX_CANDIDATES + 44 {
        drain(&mut callee);
        callee.add_candidate(ms(0), candidate(number));
        assert_eq!(sent(drain(&mut callee)), [Message::Candidates(vec![candidate(number)])]);
    }
    let told_again = |callee: &mut Negotiation, at: u64| {
        callee.handle_timeout(ms(at));
        sent(drain(callee)).into_iter().find_map(|message| match message {
            Message::Candidates(candidates) => Some(candidates),
            _ => None,
        })
    };
    let newest: Vec<Candidate> = (44..MAX_CANDIDATES + 44).map(candidate).collect();
    assert_eq!(told_again(&mut callee, 1500), Some(newest));
    (44..MAX_CANDIDATES + 43).for_each(|number| callee.remove_candidate(&candidate(number)));
    assert_eq!(told_again(&mut callee, 3000), Some(vec![candidate(MAX_CANDIDATES + 43)]));
    callee.remove_candidate(&candidate(MAX_CANDIDATES + 43));
    assert_eq!(told_again(&mut callee, 4500), None);
}

#[test]
fn an_ice_restart_is_told_once_and_a_repeat_changes_nothing() {
    let mut callee = end(Role::Callee);
    callee.handle_message(ms(0), setup_of(Role::Caller));
    drain(&mut callee);
    callee.handle_message(ms(1), setup_of(Role::Caller));
    let outputs = drain(&mut callee);
    assert!(matches!(&outputs[..], [Output::Send(Message::InitialSetup(_))]), "answered each time: {outputs:?}");
    let Message::InitialSetup(mut restarted) = setup_of(Role::Caller) else { unreachable!() };
    restarted.ufrag = "other".into();
    callee.handle_message(ms(2), Message::InitialSetup(restarted.clone()));
    assert_eq!(drain(&mut callee)[0], Output::RemoteTransport(restarted.transport()));
}

#[test]
fn a_setup_that_cannot_be_used_is_ignored() {
    let Message::InitialSetup(good) = setup_of(Role::Callee) else { unreachable!() };
    let changed = |change: fn(&mut InitialSetup)| {
        let mut setup = good.clone();
        change(&mut setup);
        setup
    };
    let unusable = [
        changed(|setup| setup.fingerprints.clear()),
        changed(|setup| setup.fingerprints[0].hash = "sha-1".into()),
        changed(|setup| setup.fingerprints[0].fingerprint.truncate(90)),
        changed(|setup| setup.fingerprints[0].fingerprint.replace_range(0..1, "G")),
        changed(|setup| setup.ufrag = "a b c".into()),
        changed(|setup| setup.ufrag = "abc".into()),
        changed(|setup| setup.pwd = format!("{}\r", setup.pwd.expose()).into()),
        changed(|setup| setup.pwd = setup.pwd.expose()[..21].into()),
    ];
    for setup in unusable {
        let mut caller = end(Role::Caller);
        drain(&mut caller);
        caller.handle_message(ms(0), Message::InitialSetup(setup));
        assert_eq!((drain(&mut caller), caller.ignored()), (vec![], 1));
    }
    let without = changed(|setup| setup.fingerprints.clear());
    let mut sealed =
        Negotiation::new(ms(0), Random::from_seed(1), Config { dtls: false, ..config(Role::Caller, true) }, vec![]);
    sealed.handle_message(ms(0), Message::InitialSetup(without));
    assert_eq!(sealed.ignored(), 0);
}

#[test]
fn when_offers_cross_the_callers_wins_and_the_callee_offers_again() {
    let (mut caller, mut callee) = (end(Role::Caller), end(Role::Callee));
    settle(ms(0), &mut caller, &mut callee);
    let camera = |ssrc| video(ssrc, &[(96, "VP8", &[])]);
    caller.set_streams(ms(5000), vec![audio_content(Ssrc(11)), camera(111)]);
    callee.set_streams(ms(5000), vec![audio_content(Ssrc(22)), camera(222)]);
    let (from_caller, from_callee) = (sent(drain(&mut caller)), sent(drain(&mut callee)));
    assert_eq!((from_caller.len(), from_callee.len()), (1, 1));
    caller.handle_message(ms(5050), from_callee[0].clone());
    assert_eq!(drain(&mut caller), [], "no answer");
    callee.handle_message(ms(5050), from_caller[0].clone());
    let replies = sent(drain(&mut callee));
    let [answer, again] = channels(&replies)[..] else { panic!("{replies:?}") };
    assert_eq!(answer.exchange_id, channels(&from_caller)[0].exchange_id);
    assert_ne!(again.exchange_id, channels(&from_callee)[0].exchange_id);
    assert_eq!(again.contents, channels(&from_callee)[0].contents);
    for message in &replies {
        caller.handle_message(ms(5100), message.clone());
    }
    settle(ms(5100), &mut caller, &mut callee);
    assert_eq!(callee.outgoing().len(), 1, "the caller does not decode video");
    assert!(caller.pending.is_none() && callee.pending.is_none());
    // The crossed offer comes once more: it stays unanswered.
    caller.handle_message(ms(9000), from_callee[0].clone());
    assert_eq!(drain(&mut caller), []);
}

#[test]
fn an_answer_to_a_dropped_offer_is_not_taken_for_an_offer() {
    let mut callee = end(Role::Callee);
    callee.handle_message(ms(0), setup_of(Role::Caller));
    callee.handle_message(ms(0), offer(7, vec![audio_content(Ssrc(11))]));
    let first = sent(drain(&mut callee));
    let dropped = channels(&first)[1].clone();
    callee.handle_message(ms(10), offer(8, vec![audio_content(Ssrc(11))]));
    drain(&mut callee);
    callee.handle_message(ms(20), Message::NegotiateChannels(dropped));
    assert_eq!(drain(&mut callee), []);
    assert_eq!(callee.incoming(), [audio_content(Ssrc(11))]);
}

#[test]
fn a_repeated_offer_is_answered_once() {
    let mut callee = end(Role::Callee);
    for _ in 0..3 {
        callee.handle_message(ms(0), offer(7, vec![audio_content(Ssrc(11))]));
    }
    let messages = sent(drain(&mut callee));
    assert_eq!(channels(&messages).iter().filter(|channels| channels.exchange_id == 7).count(), 1);
    assert_eq!(callee.ignored(), 2);
}

#[test]
fn a_caller_leaves_the_callee_three_seconds_for_its_own_offer() {
    let mut caller = end(Role::Caller);
    let first = sent(drain(&mut caller));
    caller.handle_message(ms(100), setup_of(Role::Callee));
    let answer = channels(&first)[0].clone();
    caller.handle_message(ms(200), Message::NegotiateChannels(answer));
    drain(&mut caller);
    caller.set_streams(ms(300), vec![audio_content(Ssrc(11)), video(5, &[(96, "VP8", &[])])]);
    assert_eq!(drain(&mut caller), []);
    assert_eq!(caller.next_timeout(), Some(ms(3200)));
    caller.handle_timeout(ms(3200));
    let offers = sent(drain(&mut caller));
    assert_eq!(channels(&offers)[0].contents.len(), 2);

    // With the callee's offer there, nothing is left to wait for.
    let mut caller = end(Role::Caller);
    let first = sent(drain(&mut caller));
    caller.handle_message(ms(200), Message::NegotiateChannels(channels(&first)[0].clone()));
    caller.set_streams(ms(1500), vec![audio_content(Ssrc(11)), video(5, &[(96, "VP8", &[])])]);
    drain(&mut caller);
    caller.handle_message(ms(1600), offer(9, vec![audio_content(Ssrc(22))]));
    assert_eq!(channels(&sent(drain(&mut caller))).len(), 2, "the answer, and the offer that waited");
}

#[test]
fn changes_are_gathered_into_one_offer() {
    let (mut caller, mut callee) = (end(Role::Caller), end(Role::Callee));
    settle(ms(0), &mut caller, &mut callee);
    let streams = |n: u32| vec![audio_content(Ssrc(11)), video(n, &[(96, "VP8", &[])])];
    caller.set_streams(ms(4000), streams(1));
    settle(ms(4000), &mut caller, &mut callee);
    for n in 2..6 {
        caller.set_streams(ms(4000 + u64::from(n)), streams(n));
    }
    assert_eq!(drain(&mut caller), []);
    assert_eq!(caller.next_timeout(), Some(ms(5000)));
    caller.handle_timeout(ms(5000));
    let offers = sent(drain(&mut caller));
    assert_eq!(channels(&offers)[0].contents, streams(5));
}

#[test]
fn a_stream_that_is_gone_stops_at_once_and_an_empty_list_is_never_offered() {
    let (mut caller, mut callee) = (end(Role::Caller), end(Role::Callee));
    settle(ms(0), &mut caller, &mut callee);
    caller.set_streams(ms(9000), vec![]);
    assert_eq!(drain(&mut caller), [Output::Outgoing(vec![])]);
    assert_eq!(caller.next_timeout(), None);
}

#[test]
fn a_callee_whose_caller_offers_nothing_offers_after_a_while() {
    let mut callee = end(Role::Callee);
    callee.handle_message(ms(0), setup_of(Role::Caller));
    assert_eq!(channels(&sent(drain(&mut callee))).len(), 0);
    assert_eq!(callee.next_timeout(), Some(ms(3000)));
    callee.handle_timeout(ms(3000));
    assert_eq!(channels(&sent(drain(&mut callee))).len(), 1);
}

/// What ntgcalls 3.0.5 offers, shortened.
fn rich_audio(ssrc: u32) -> Content {
    let mut content = audio_content(Ssrc(ssrc));
    let codec = |id, name: &str, clock_rate| PayloadType {
        id,
        name: name.into(),
        clock_rate,
        channels: 1,
        feedback: vec![],
        parameters: vec![],
    };
    let more = [codec(63, "red", 48_000), codec(9, "G722", 8000), codec(0, "PCMU", 8000), codec(13, "CN", 8000)];
    content.payload_types.extend(more);
    content.payload_types[0].parameters.push(("x".into(), "a\r\nb".into()));
    content.payload_types[0].feedback.push(Feedback { kind: "goog-magic".into(), subtype: String::new() });
    content.extensions.push(Extension { id: 1, uri: "urn:ietf:params:rtp-hdrext:ssrc-audio-level".into() });
    content
}

#[test]
fn an_answer_holds_only_what_we_receive_under_the_numbers_of_the_offer() {
    let mut callee = end(Role::Callee);
    let mut theirs = rich_audio(5);
    theirs.payload_types[0].id = 109;
    theirs.extensions[0].id = 9;
    callee.handle_message(ms(0), offer(7, vec![theirs, video(50, &[(96, "VP8", &[])])]));
    let messages = sent(drain(&mut callee));
    let answer = channels(&messages)[0];
    let mut expected = audio_content(Ssrc(5));
    expected.payload_types[0].id = 109;
    expected.extensions[0].id = 9;
    assert_eq!(answer.contents, [expected.clone()]);
    assert_eq!(callee.incoming(), [expected]);
}

#[test]
fn without_transport_feedback_it_is_not_promised() {
    let receivable = Receivable { transport_cc: false, ..Receivable::default() };
    let cut = receivable.cut(&audio_content(Ssrc(5))).unwrap();
    assert_eq!(cut.payload_types[0].feedback, []);
    assert_eq!(cut.extensions.iter().map(|extension| extension.id).collect::<Vec<_>>(), [ABS_SEND_TIME_ID]);
}

#[test]
fn video_is_answered_with_the_codecs_asked_for_and_their_retransmissions() {
    let receivable = Receivable::with_pictures(vec![VideoCodec::Vp8]);
    let offered = video(
        50,
        &[
            (96, "H264", &[]),
            (97, "rtx", &[("apt", "96")]),
            (98, "vp8", &[]),
            (99, "rtx", &[("apt", "98")]),
            (100, "red", &[]),
        ],
    );
    let cut = receivable.cut(&offered).unwrap();
    assert_eq!(cut.payload_types.iter().map(|codec| codec.id).collect::<Vec<_>>(), [98, 99]);
    assert_eq!(cut.ssrc_groups, offered.ssrc_groups);
    assert_eq!(receivable.cut(&video(50, &[(96, "H264", &[]), (97, "rtx", &[("apt", "96")])])), None);
}

#[test]
fn an_offer_of_nothing_we_receive_is_still_answered() {
    let mut callee = end(Role::Callee);
    let unheard = video(50, &[(96, "VP8", &[])]);
    callee.handle_message(ms(0), offer(7, vec![unheard.clone()]));
    let messages = sent(drain(&mut callee));
    assert_eq!(channels(&messages)[0].contents, [unheard]);
    assert_eq!(callee.incoming(), []);
    callee.handle_message(ms(10), offer(8, vec![]));
    let messages = sent(drain(&mut callee));
    assert!(channels(&messages).iter().all(|channels| channels.exchange_id != 8), "never an empty answer");
}

#[test]
fn an_answer_can_only_take_away() {
    let mut caller = end(Role::Caller);
    let first = sent(drain(&mut caller));
    let mut answer = channels(&first)[0].clone();
    answer.contents[0].payload_types[0].name = "PCMU".into();
    answer.contents.push(audio_content(Ssrc(99)));
    caller.handle_message(ms(10), Message::NegotiateChannels(answer));
    assert_eq!(caller.outgoing(), []);

    let mut caller = end(Role::Caller);
    let first = sent(drain(&mut caller));
    let mut answer = channels(&first)[0].clone();
    answer.contents[0].extensions[0].id = 8;
    answer.contents[0].payload_types[0].feedback.clear();
    caller.handle_message(ms(10), Message::NegotiateChannels(answer));
    assert_eq!(caller.outgoing()[0].extensions.len(), 1);
    assert_eq!(caller.outgoing()[0].payload_types[0].feedback, []);
}

#[test]
fn an_echo_of_our_own_stream_is_not_received() {
    let mut callee = end(Role::Callee);
    callee
        .handle_message(ms(0), offer(7, vec![audio_content(Ssrc(22)), audio_content(Ssrc(5)), audio_content(Ssrc(6))]));
    assert_eq!(callee.incoming(), [audio_content(Ssrc(5))], "and only one stream of a kind is");
}

#[test]
fn media_states_are_passed_on() {
    let mut callee = end(Role::Callee);
    let state = MediaState { video: StreamState::Active, ..MediaState::default() };
    callee.handle_message(ms(0), Message::MediaState(state));
    assert_eq!(drain(&mut callee), [Output::MediaState(state)]);
}

/// An official caller whose own offer is still open ignores ours for good when it overtakes our answer.
#[test]
fn a_callee_says_its_offer_again_soon_and_then_ever_more_slowly() {
    let mut callee = end(Role::Callee);
    callee.config.reliable = false;
    callee.handle_message(ms(0), offer(7, vec![audio_content(Ssrc(5))]));
    let first = sent(drain(&mut callee)).pop().unwrap();
    let mut times = Vec::new();
    for time in 0..60_000 {
        if callee.next_timeout().is_some_and(|at| at <= ms(time)) {
            callee.handle_timeout(ms(time));
        }
        let again = sent(drain(&mut callee));
        assert!(again.iter().all(|message| *message == first), "the same offer: {again:?}");
        times.extend(again.iter().map(|_| time));
    }
    assert_eq!(times, [500, 1500, 3500, 6500, 9500, 12_500, 15_500, 18_500]);
}

#[test]
fn a_flood_of_setups_and_offers_gets_few_replies_and_then_is_answered_again() {
    let mut callee = end(Role::Callee);
    let Message::InitialSetup(setup) = setup_of(Role::Caller) else { unreachable!() };
    for number in 0..1000 {
        callee.handle_message(
            ms(0),
            Message::InitialSetup(InitialSetup { ufrag: format!("{number:04}"), ..setup.clone() }),
        );
        callee.handle_message(ms(0), offer(number + 1, vec![audio_content(Ssrc(5))]));
    }
    let replies = sent(drain(&mut callee)).len();
    assert!((20..100).contains(&replies), "{replies}");
    assert!(callee.ignored() > 1900);
    // A second later, an offer that was refused is as good as new.
    callee.handle_message(ms(1000), offer(1000, vec![audio_content(Ssrc(6))]));
    let answered = sent(drain(&mut callee));
    assert!(channels(&answered).iter().any(|answer| answer.exchange_id == 1000), "{answered:?}");
    assert_eq!(callee.incoming(), [audio_content(Ssrc(6))]);
}

/// Every message is lost with a chance of 30 %, and nothing below repairs it.
#[test]
fn without_a_reliable_layer_what_was_not_answered_is_said_again() {
    let mut failed = 0;
    for seed in 0..200u64 {
        let stream = |ssrc| vec![audio_content(Ssrc(ssrc))];
        let random = |n| Random::from_seed(seed * 3 + n);
        let mut caller = Negotiation::new(ms(0), random(0), config(Role::Caller, false), stream(11));
        let mut callee = Negotiation::new(ms(0), random(1), config(Role::Callee, false), stream(22));
        let mut dice = random(2);
        for step in 0..250 {
            let now = ms(step * 100);
            for role in [Role::Caller, Role::Callee] {
                let (from, to) = match role {
                    Role::Caller => (&mut caller, &mut callee),
                    Role::Callee => (&mut callee, &mut caller),
                };
                if from.next_timeout().is_some_and(|at| at <= now) {
                    from.handle_timeout(now);
                }
                for message in sent(drain(from)) {
                    if dice.below(10) >= 3 {
                        to.handle_message(now, message);
                    }
                }
            }
        }
        let agreed = [&caller, &callee].iter().all(|end| end.outgoing().len() == 1 && end.incoming().len() == 1);
        failed += u32::from(!agreed || caller.remote.is_none() || callee.remote.is_none());
    }
    assert!(failed <= 10, "{failed} of 200 failed");
}
