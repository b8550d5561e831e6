//! Long: a scenario for each rule of `group-calls.md` section 5.

use super::*;
use crate::group::participant::tests::{entry, pictures, somebody};
use crate::random::Random;

const T0: Time = Time::from_nanos(1_000_000_000);
const UNIX: i32 = 5000;

fn ms(ms: u64) -> Time {
    T0 + Duration::from_millis(ms)
}

fn user(id: i64) -> PeerId {
    PeerId::User(id)
}

fn joined(id: i64) -> Entry {
    Entry { has_just_joined: true, is_versioned: true, ..entry(somebody(id)) }
}

fn left(id: i64) -> Entry {
    Entry { has_left: true, is_versioned: true, ..entry(somebody(id)) }
}

fn muted(id: i64, is_muted: bool) -> Entry {
    entry(Participant { is_muted, ..somebody(id) })
}

fn news(version: i32, entries: &[Entry]) -> News {
    News { version, entries: entries.to_vec() }
}

fn page(version: i32, ids: &[i64], next_offset: &str) -> Page {
    Page {
        version,
        total: ids.len() as i32,
        entries: ids.iter().map(|id| entry(somebody(*id))).collect(),
        next_offset: next_offset.into(),
    }
}

fn outputs(roster: &mut Roster) -> Vec<Output> {
    core::iter::from_fn(|| roster.poll()).collect()
}

fn wants(roster: &mut Roster) -> Vec<Wanted> {
    let wanted = |output| if let Output::Want(wanted) = output { Some(wanted) } else { None };
    outputs(roster).into_iter().filter_map(wanted).collect()
}

fn changes(roster: &mut Roster) -> Vec<(i64, Change)> {
    let change = |output| match output {
        Output::Changed(PeerId::User(id), change) => Some((id, change)),
        _ => None,
    };
    outputs(roster).into_iter().filter_map(change).collect()
}

fn ids(roster: &Roster) -> Vec<i64> {
    let mut ids: Vec<i64> = roster
        .snapshot()
        .iter()
        .map(|one| match one.peer {
            PeerId::User(id) | PeerId::Chat(id) | PeerId::Channel(id) => id,
        })
        .collect();
    ids.sort_unstable();
    ids
}

/// One that knows these people, at this version.
fn loaded(version: i32, ids: &[i64]) -> Roster {
    let mut roster = Roster::default();
    roster.load(T0);
    assert_eq!(wants(&mut roster), [Wanted::First]);
    roster.handle_page(T0, UNIX, &Wanted::First, &page(version, ids, ""));
    outputs(&mut roster);
    assert!(roster.is_settled());
    roster
}

#[test]
fn the_next_version_applies_and_what_is_known_does_not() {
    let mut roster = loaded(10, &[1, 2]);
    roster.handle_news(ms(0), UNIX, news(11, &[joined(3), left(2)]));
    assert_eq!(changes(&mut roster), [(3, Change::Came), (2, Change::Left)]);
    assert_eq!((ids(&roster), roster.version(), roster.total()), (vec![1, 3], Some(11), 2));
    for version in [11, 10, 1, 0, -1, i32::MIN] {
        roster.handle_news(ms(1), UNIX, news(version, &[left(1)]));
    }
    assert_eq!((ids(&roster), roster.version(), roster.dropped()), (vec![1, 3], Some(11), 6));
    assert!(roster.is_settled());
}

#[test]
fn news_that_do_not_count_apply_once_their_version_is_reached() {
    let mut roster = loaded(10, &[1, 2]);
    roster.handle_news(ms(0), UNIX, news(10, &[muted(1, false)]));
    assert!(!roster.get(user(1)).unwrap().is_muted);
    roster.handle_news(ms(0), UNIX, news(12, &[muted(2, false)]));
    assert!(roster.get(user(2)).unwrap().is_muted, "12 is not reached");
    roster.handle_news(ms(10), UNIX, news(11, &[joined(3)]));
    roster.handle_news(ms(20), UNIX, news(12, &[joined(4)]));
    assert!(!roster.get(user(2)).unwrap().is_muted);
    assert_eq!((ids(&roster), roster.is_settled()), (vec![1, 2, 3, 4], true));
    // Older than what is known of him.
    roster.handle_news(ms(30), UNIX, news(11, &[muted(2, true)]));
    assert!(!roster.get(user(2)).unwrap().is_muted);
}

#[test]
fn old_news_of_somebody_do_not_bring_him_back() {
    let mut roster = loaded(10, &[1, 2]);
    roster.handle_news(ms(0), UNIX, news(11, &[left(2)]));
    roster.handle_news(ms(1), UNIX, news(10, &[muted(2, true)]));
    assert_eq!((ids(&roster), roster.dropped()), (vec![1], 1));
    roster.handle_news(ms(2), UNIX, news(11, &[muted(3, true)]));
    assert_eq!(ids(&roster), [1, 3], "of the present: his page is still to come");
}

#[test]
fn a_hole_that_fills_within_a_second_costs_nothing() {
    let mut roster = loaded(10, &[1]);
    roster.handle_news(ms(0), UNIX, news(13, &[joined(4)]));
    roster.handle_news(ms(100), UNIX, news(12, &[joined(3)]));
    assert_eq!(roster.next_timeout(), Some(ms(1000)));
    roster.handle_timeout(ms(999), UNIX);
    roster.handle_news(ms(999), UNIX, news(11, &[joined(2)]));
    assert_eq!((ids(&roster), roster.version()), (vec![1, 2, 3, 4], Some(13)));
    roster.handle_timeout(ms(1000), UNIX);
    assert_eq!(wants(&mut roster), []);
}

#[test]
fn a_hole_that_stays_makes_the_list_be_loaded_anew() {
    let mut roster = loaded(10, &[1, 2]);
    roster.handle_news(ms(5000), UNIX, news(12, &[joined(4)]));
    roster.handle_timeout(ms(5999), UNIX);
    assert_eq!(wants(&mut roster), []);
    roster.handle_timeout(ms(6000), UNIX);
    assert_eq!(wants(&mut roster), [Wanted::First]);
    // What comes meanwhile waits or applies.
    roster.handle_news(ms(6010), UNIX, news(13, &[joined(5)]));
    roster.handle_page(ms(6020), UNIX, &Wanted::First, &page(12, &[1, 3, 4], ""));
    assert_eq!((ids(&roster), roster.version()), (vec![1, 3, 4, 5], Some(13)), "2 has left in the hole");
    assert!(roster.is_settled());
}

#[test]
fn the_call_itself_may_tell_of_a_hole() {
    let mut roster = loaded(10, &[1]);
    roster.handle_call(ms(0), 10, 7);
    assert_eq!((roster.next_timeout(), roster.total()), (None, 7));
    roster.handle_call(ms(0), 11, 8);
    assert_eq!(roster.next_timeout(), Some(ms(1000)));
    roster.handle_news(ms(500), UNIX, news(11, &[joined(2)]));
    assert_eq!(roster.next_timeout(), None);
    roster.handle_call(ms(600), 12, 8);
    roster.handle_timeout(ms(1600), UNIX);
    assert_eq!(wants(&mut roster), [Wanted::First]);
}

#[test]
fn the_list_comes_in_pages_and_news_between_them_count() {
    let mut roster = Roster::default();
    roster.handle_news(T0, UNIX, news(11, &[left(1)]));
    roster.load(T0);
    let of = |total: i32, page: Page| Page { total, ..page };
    roster.handle_page(T0, UNIX, &Wanted::First, &of(4, page(10, &[1, 2], "a")));
    assert_eq!(roster.version(), Some(11), "what waited follows");
    assert_eq!(wants(&mut roster), [Wanted::First, Wanted::Next("a".into())]);
    roster.handle_news(T0, UNIX, news(12, &[left(4), joined(5)]));
    // The page is older than the news: 4 is still on it.
    let next = Wanted::Next("a".into());
    roster.handle_page(T0, UNIX, &next, &of(4, page(10, &[3, 4], "b")));
    roster.handle_page(T0, UNIX, &Wanted::Next("b".into()), &of(4, page(12, &[5, 6], "")));
    assert_eq!((ids(&roster), roster.version()), (vec![2, 3, 5, 6], Some(12)));
    assert!(roster.is_settled());
    // A page nobody has asked for.
    roster.handle_page(T0, UNIX, &next, &page(99, &[7], "c"));
    assert_eq!((ids(&roster), roster.version()), (vec![2, 3, 5, 6], Some(12)));
}

#[test]
fn a_page_that_is_ahead_of_the_news_waits_for_them() {
    let mut roster = Roster::default();
    roster.load(T0);
    roster.handle_page(T0, UNIX, &Wanted::First, &page(10, &[1], "a"));
    roster.handle_page(T0, UNIX, &Wanted::Next("a".into()), &Page { total: 1, ..page(12, &[2], "") });
    assert_eq!(roster.next_timeout(), Some(ms(1000)));
    roster.handle_news(ms(1), UNIX, news(11, &[left(1)]));
    roster.handle_news(ms(2), UNIX, news(12, &[joined(2)]));
    assert_eq!((ids(&roster), roster.is_settled()), (vec![2], true));
}

/// The request was answered before what overtook the answer.
#[test]
fn news_that_overtake_the_first_page_are_not_undone_by_it() {
    let mut roster = loaded(10, &[1, 2]);
    roster.handle_news(ms(2000), UNIX, news(12, &[joined(3)]));
    roster.handle_timeout(ms(3000), UNIX);
    roster.handle_news(ms(3001), UNIX, news(11, &[left(2)]));
    assert_eq!(roster.version(), Some(12));
    roster.handle_page(ms(3002), UNIX, &Wanted::First, &page(10, &[1, 2], ""));
    assert_eq!((ids(&roster), roster.version()), (vec![1, 3], Some(12)));
}

/// Pages are numbered: when somebody leaves, everybody behind him moves up, and one of them is on no page.
#[test]
fn a_list_that_changes_between_its_pages_is_loaded_once_more() {
    let mut roster = loaded(10, &[1, 2, 3, 4]);
    roster.load(ms(5000));
    let next = Wanted::Next("a".into());
    roster.handle_page(ms(5000), UNIX, &Wanted::First, &Page { total: 4, ..page(10, &[1, 2], "a") });
    roster.handle_news(ms(5001), UNIX, news(11, &[left(1)]));
    roster.handle_page(ms(5002), UNIX, &next, &Page { total: 3, ..page(11, &[4], "") });
    assert_eq!((ids(&roster), roster.is_settled()), (vec![2, 3, 4], false), "3 was known, and is on no page");
    wants(&mut roster);
    roster.handle_timeout(roster.next_timeout().unwrap(), UNIX);
    assert_eq!(wants(&mut roster), [Wanted::First]);
    roster.handle_page(ms(9000), UNIX, &Wanted::First, &page(11, &[2, 3, 4], ""));
    assert_eq!((ids(&roster), roster.is_settled()), (vec![2, 3, 4], true));

    let mut roster = Roster::default();
    roster.load(ms(0));
    for load in 0..20 {
        roster.handle_timeout(ms(load * 60_000), UNIX);
        let version = 10 + load as i32;
        roster.handle_page(ms(load * 60_000), UNIX, &Wanted::First, &Page { total: 4, ..page(version, &[1, 2], "a") });
        roster.handle_page(ms(load * 60_000), UNIX, &next, &Page { total: 3, ..page(version + 1, &[4], "") });
        roster.handle_news(ms(load * 60_000), UNIX, news(version + 1, &[left(1)]));
    }
    let loads = wants(&mut roster).into_iter().filter(|wanted| *wanted == Wanted::First).count();
    assert_eq!(loads, 3, "but not for ever");
}

#[test]
fn a_list_without_end_ends() {
    let mut roster = Roster::default();
    roster.load(T0);
    let mut wanted = wants(&mut roster);
    let mut asked = 0;
    while let Some(next) = wanted.pop() {
        asked += 1;
        roster.handle_page(T0, UNIX, &next, &page(10, &[1], &format!("page {asked}")));
        wanted = wants(&mut roster);
    }
    assert_eq!(asked, 1000);
    // The same page again is no next page, and a name of a mile is none.
    for (offset, again) in [("a", "a"), ("a", &*"x".repeat(257))] {
        let mut roster = Roster::default();
        roster.load(T0);
        roster.handle_page(T0, UNIX, &Wanted::First, &page(10, &[1], offset));
        roster.handle_page(T0, UNIX, &Wanted::Next("a".into()), &page(10, &[2], again));
        assert_eq!(wants(&mut roster), [Wanted::First, Wanted::Next("a".into())]);
        assert!(roster.is_settled());
    }
}

#[test]
fn loading_is_tried_again_more_and_more_slowly() {
    let mut roster = Roster::default();
    roster.load(T0);
    assert_eq!(wants(&mut roster), [Wanted::First]);
    let mut now = T0;
    for wait in [1, 2, 4, 8, 16, 30, 30] {
        roster.handle_failure(now, &Wanted::First);
        let at = roster.next_timeout().unwrap();
        assert_eq!(at.since(now), Duration::from_secs(wait));
        roster.load(now);
        assert_eq!(wants(&mut roster), []);
        now = at;
        roster.handle_timeout(now, UNIX);
        assert_eq!(wants(&mut roster), [Wanted::First]);
    }
    // Silence is a failure as well.
    let at = roster.next_timeout().unwrap();
    assert_eq!(at.since(now), ANSWER_LIMIT);
    roster.handle_timeout(at, UNIX);
    assert!(roster.is_loading());
    assert_eq!(roster.next_timeout().unwrap().since(at), Duration::from_secs(30));
}

/// Versions that the server never gives are no reason to load the list all day.
#[test]
fn a_server_that_lies_about_versions_is_asked_less_and_less() {
    let mut roster = loaded(10, &[1]);
    let (mut now, mut loads) = (T0, 0);
    while now.since(T0) < Duration::from_secs(600) {
        roster.handle_news(now, UNIX, news(i32::MAX, &[joined(9)]));
        for wanted in wants(&mut roster) {
            loads += 1;
            roster.handle_page(now, UNIX, &wanted, &page(10, &[1], ""));
        }
        now = roster.next_timeout().unwrap_or(now).max(now + Duration::from_millis(100));
        roster.handle_timeout(now, UNIX);
    }
    assert!((5..40).contains(&loads), "{loads} loads in ten minutes");
    assert_eq!(roster.version(), Some(10));
}

#[test]
fn what_waits_behind_a_hole_is_bounded() {
    let mut roster = loaded(10, &[1]);
    let crowd: Vec<Entry> = (100..1100).map(joined).collect();
    for version in 0..10_000 {
        roster.handle_news(T0, UNIX, news(20 + version, if version % 2 == 0 { &crowd } else { &crowd[..1] }));
    }
    assert!(roster.waiting_entries <= WAITING_ENTRIES && roster.waiting.len() <= WAITING_NEWS);
    assert!(wants(&mut roster).len() <= 1);
    let mut fresh = Roster::default();
    for version in 0..10_000 {
        fresh.handle_news(T0, UNIX, news(20 + version, &crowd));
    }
    assert!(fresh.waiting_entries <= WAITING_ENTRIES);
}

#[test]
fn news_of_ourselves_are_told_loaded_or_not() {
    let me = Entry { participant: Participant { is_self: true, ..somebody(1) }, ..joined(1) };
    let mut roster = Roster::default();
    roster.handle_news(T0, UNIX, news(5, &[joined(2), me.clone()]));
    assert_eq!(outputs(&mut roster), [Output::Myself { entry: Box::new(me.clone()), version: 5 }]);
    roster.load(T0);
    outputs(&mut roster);
    let first = Page { entries: vec![me.clone()], ..page(9, &[], "") };
    roster.handle_page(T0, UNIX, &Wanted::First, &first);
    assert!(outputs(&mut roster).contains(&Output::Myself { entry: Box::new(me), version: 9 }));
    // From here on our name is enough.
    roster.handle_news(T0, UNIX, news(9, &[left(1)]));
    assert_eq!(outputs(&mut roster), [Output::Myself { entry: Box::new(left(1)), version: 9 }]);
    // Reduced news may have the flag of somebody else.
    let min = Entry { participant: Participant { is_self: true, ..somebody(7) }, is_min: true, ..joined(7) };
    roster.handle_news(T0, UNIX, news(10, &[min]));
    assert!(!outputs(&mut roster).iter().any(|output| matches!(output, Output::Myself { .. })));
}

#[test]
fn who_is_known_by_reduced_news_only_is_asked_for_once() {
    let mut roster = loaded(10, &[1]);
    let min = |id, version| news(version, &[Entry { is_min: true, ..joined(id) }]);
    roster.handle_news(ms(0), UNIX, min(2, 11));
    let first = Wanted::Of { peers: vec![(user(2), Ssrc(2))], sources: vec![] };
    assert_eq!(wants(&mut roster), core::slice::from_ref(&first));
    assert_eq!(ids(&roster), [1, 2], "he is shown meanwhile");
    roster.handle_news(ms(1), UNIX, min(3, 12));
    roster.handle_news(ms(2), UNIX, min(4, 13));
    assert_eq!(wants(&mut roster), [], "one request at a time");
    let full = Page { entries: vec![entry(Participant { volume: Some(77), ..somebody(2) })], ..page(13, &[], "") };
    roster.handle_found(ms(3), UNIX, &first, &full);
    assert_eq!(roster.get(user(2)).unwrap().volume, Some(77));
    let rest = Wanted::Of { peers: vec![(user(3), Ssrc(3)), (user(4), Ssrc(4))], sources: vec![] };
    assert_eq!(wants(&mut roster), core::slice::from_ref(&rest));
    // Whoever cannot be found is not asked for again.
    roster.handle_failure(ms(4), &rest);
    roster.handle_news(ms(5), UNIX, min(3, 14));
    assert_eq!(wants(&mut roster), []);
}

#[test]
fn the_owner_of_a_sound_is_asked_for_once_and_then_not_soon_again() {
    let mut roster = loaded(10, &[1]);
    roster.handle_stranger(ms(0), Ssrc(1));
    roster.handle_stranger(ms(0), Ssrc(0));
    assert_eq!(wants(&mut roster), [], "that one is known, and 0 is none");
    roster.handle_stranger(ms(0), Ssrc(77));
    let asked = Wanted::Of { peers: vec![], sources: vec![Ssrc(77)] };
    assert_eq!(wants(&mut roster), core::slice::from_ref(&asked));
    for at in 0..50 {
        roster.handle_stranger(ms(at), Ssrc(77));
        roster.handle_stranger(ms(at), Ssrc(1000 + at as u32 % 3));
    }
    assert_eq!(wants(&mut roster), []);
    roster.handle_failure(ms(60), &asked);
    let rest = Wanted::Of { peers: vec![], sources: vec![Ssrc(1000), Ssrc(1001), Ssrc(1002)] };
    assert_eq!(wants(&mut roster), core::slice::from_ref(&rest));
    let found = Page { entries: vec![entry(Participant { source: Ssrc(1001), ..somebody(5) })], ..page(10, &[], "") };
    roster.handle_found(ms(70), UNIX, &rest, &found);
    assert_eq!(roster.owner(Ssrc(1001)), Some(user(5)));
    roster.handle_stranger(ms(4999), Ssrc(77));
    assert_eq!(wants(&mut roster), []);
    roster.handle_stranger(ms(5000), Ssrc(77));
    assert_eq!(wants(&mut roster), [asked]);
}

#[test]
fn a_flood_of_sources_makes_few_requests() {
    let mut roster = loaded(10, &[1]);
    let mut requests = 0;
    for n in 0..100_000u32 {
        let now = ms(u64::from(n));
        roster.handle_stranger(now, Ssrc(1000 + n));
        for wanted in wants(&mut roster) {
            requests += 1;
            let Wanted::Of { peers, sources } = &wanted else { panic!("{wanted:?}") };
            assert!(peers.len() + sources.len() <= FETCHED_AT_ONCE);
        }
        roster.handle_timeout(now, UNIX);
        assert!(roster.strangers.len() <= STRANGERS && roster.to_ask.len() <= STRANGERS);
    }
    assert!(requests <= 5, "{requests} requests in 100 s, none of them answered");
}

#[test]
fn sources_belong_to_their_owner_and_to_the_sound_of_his_screen() {
    let mut roster = loaded(10, &[1, 2]);
    let mut screen = pictures("screen").unwrap();
    screen.audio = Some(Ssrc(50));
    let shares = entry(Participant { screen: Some(screen), ..somebody(1) });
    roster.handle_news(T0, UNIX, news(10, &[shares]));
    assert_eq!((roster.owner(Ssrc(1)), roster.owner(Ssrc(50))), (Some(user(1)), Some(user(1))));
    roster.handle_news(T0, UNIX, news(10, &[entry(Participant { source: Ssrc(60), ..somebody(1) })]));
    let owners = [1, 50, 60].map(|source| roster.owner(Ssrc(source)));
    assert_eq!(owners, [None, None, Some(user(1))]);
    // Two claim the same: the later one has it, and the earlier one does not take it along.
    roster.handle_news(T0, UNIX, news(10, &[entry(Participant { source: Ssrc(60), ..somebody(2) })]));
    roster.handle_news(T0, UNIX, news(11, &[left(1)]));
    assert_eq!(roster.owner(Ssrc(60)), Some(user(2)));
}

#[test]
fn what_we_set_for_ourselves_holds_until_telegram_has_answered() {
    let mut roster = loaded(10, &[1]);
    roster.ask(user(1), |asked| asked.volume = Some(300));
    assert_eq!(changes(&mut roster), [(1, Change::Changed)]);
    roster.handle_news(T0, UNIX, news(10, &[muted(1, false)]));
    assert_eq!(roster.get(user(1)).unwrap().volume, Some(300), "news from before");
    roster.settle(user(1));
    roster.handle_news(T0, UNIX, news(10, &[muted(1, false)]));
    assert_eq!(roster.get(user(1)).unwrap().volume, None);
    roster.ask(user(9), |asked| asked.is_muted_for_me = Some(true));
    roster.handle_news(T0, UNIX, news(11, &[joined(9)]));
    assert!(roster.get(user(9)).unwrap().is_muted_for_me, "also if he came meanwhile");
}

#[test]
fn the_list_is_put_in_order_as_speakers_fall_silent() {
    let mut roster = loaded(10, &[1, 2, 3]);
    let first = |roster: &Roster| roster.snapshot().nth(0).unwrap().peer;
    roster.handle_speaking(ms(0), UNIX, user(2));
    assert_eq!(first(&roster), user(2));
    assert_eq!(changes(&mut roster), [], "who speaks is told by levels");
    assert_eq!(roster.next_timeout(), Some(ms(10_000)));
    roster.handle_timeout(ms(10_000), UNIX + 10);
    assert_eq!(first(&roster), user(2));
    assert_eq!(roster.next_timeout(), Some(ms(20_000)));
    roster.handle_timeout(ms(310_000), UNIX + 310);
    assert_eq!((first(&roster), roster.next_timeout()), (user(1), None), "nothing more to wait for");
    roster.handle_speaking(ms(0), UNIX, user(77));
    assert_eq!(ids(&roster), [1, 2, 3]);
}

#[test]
fn hands_move_up_when_we_may_call_somebody_up() {
    let mut roster = loaded(10, &[1, 2, 3]);
    let raised = entry(Participant { hand: 9, can_self_unmute: false, ..somebody(3) });
    roster.handle_news(T0, UNIX, news(10, &[raised]));
    assert_eq!(roster.snapshot().nth(0).unwrap().peer, user(1));
    let me = entry(Participant { is_self: true, is_muted: false, active_date: 1, ..somebody(2) });
    roster.handle_news(T0, UNIX, news(10, &[me]));
    assert_eq!(roster.snapshot().nth(0).unwrap().peer, user(3));
    roster.set_ascending(true);
    assert_eq!(roster.snapshot().iter().count(), 3);
}

/// What an update copies and what it looks at decides how long it takes: with ten thousand people, a hundredth of the list.
#[test]
fn an_update_of_ten_thousand_touches_a_few_chunks_and_no_snapshot() {
    let mut roster = Roster::default();
    roster.load(T0);
    let crowd = Page {
        version: 10,
        total: 10_000,
        entries: (1..=10_000).map(|id| entry(Participant { date: 1000 + id as i32 % 700, ..somebody(id) })).collect(),
        next_offset: String::new(),
    };
    roster.handle_page(T0, UNIX, &Wanted::First, &crowd);
    let before = roster.snapshot();
    assert_eq!((before.len(), before.total()), (10_000, 10_000));
    roster.handle_news(T0, UNIX, news(11, &[muted(5000, false), joined(20_000)]));
    let after = roster.snapshot();
    let (chunks, shared) = after.shared_with(&before);
    assert!(chunks > 140 && chunks - shared <= 10, "{shared} of {chunks} chunks are shared");
    assert_eq!((before.len(), after.len()), (10_000, 10_001));
    assert!(before.find(user(5000)).unwrap().is_muted && !after.find(user(5000)).unwrap().is_muted);
    assert!(before.find(user(20_000)).is_none());
    // Unmuted, so he stands at the top now.
    assert_eq!(after.nth(0).unwrap().peer, user(5000));
    assert_eq!((0..).map_while(|index| after.nth(index)).count(), 10_001);
    drop(roster);
    assert_eq!(before.iter().count(), 10_000, "a snapshot outlives its list");
}

#[test]
fn no_more_people_are_kept_than_fit() {
    let mut roster = loaded(10, &[]);
    let mut version = 10;
    for block in 0..30i64 {
        version += 1;
        let crowd: Vec<Entry> = (1..=1000).map(|id| joined(block * 1000 + id)).collect();
        roster.handle_news(T0, UNIX, news(version, &crowd));
        outputs(&mut roster);
    }
    assert_eq!((roster.snapshot().len(), roster.dropped()), (MOST, 10_000));
}

/// A server whose list changes while its news are lost, doubled and reordered. In the end the lists agree.
#[test]
fn in_the_end_the_list_is_the_servers() {
    for seed in 0..300 {
        let mut random = Random::from_seed(seed);
        let mut server: BTreeMap<i64, Participant> = BTreeMap::new();
        let mut version = 1;
        let mut roster = Roster::default();
        let mut on_their_way: Vec<News> = vec![];
        let mut answers: Vec<(Wanted, Page)> = vec![];
        roster.load(T0);
        let mut now = T0;
        let deliver = |roster: &mut Roster, now, on_their_way: &mut Vec<News>, random: &mut Random, is_kind: bool| {
            let at = random.below(on_their_way.len() as u64) as usize;
            let fate = if is_kind { 9 } else { random.below(10) };
            let news = if fate == 1 { on_their_way[at].clone() } else { on_their_way.remove(at) };
            if fate != 0 {
                roster.handle_news(now, UNIX, news);
            }
        };
        for round in 0..400 {
            now += Duration::from_millis(random.below(300));
            // The server's life ends before the network calms down.
            if round < 300 {
                let id = random.below(30) as i64 + 1;
                let entry = match server.get_mut(&id) {
                    None => {
                        version += 1;
                        server.insert(id, somebody(id));
                        joined(id)
                    }
                    Some(known) if random.below(3) == 0 => {
                        known.is_muted = !known.is_muted;
                        entry(known.clone())
                    }
                    Some(known) if random.below(2) == 0 => {
                        known.hand += 1;
                        version += 1;
                        Entry { is_versioned: true, ..entry(known.clone()) }
                    }
                    Some(_) => {
                        version += 1;
                        server.remove(&id);
                        left(id)
                    }
                };
                on_their_way.push(news(version, &[entry]));
            }
            while !on_their_way.is_empty() && random.below(3) != 0 {
                deliver(&mut roster, now, &mut on_their_way, &mut random, round >= 300);
            }
            for wanted in wants(&mut roster) {
                // Pages of seven, in the order of ids.
                let from = match &wanted {
                    Wanted::First | Wanted::Of { .. } => 0,
                    Wanted::Next(offset) => offset.parse().unwrap(),
                };
                let entries: Vec<Entry> = server.range(from..).take(7).map(|(_, one)| entry(one.clone())).collect();
                let last = entries.last().map_or(i64::MAX, |entry| match entry.participant.peer {
                    PeerId::User(id) => id,
                    _ => 0,
                });
                let goes_on = server.range(last.saturating_add(1)..).next().is_some();
                let next_offset = if goes_on { (last + 1).to_string() } else { String::new() };
                answers.push((wanted, Page { version, total: server.len() as i32, entries, next_offset }));
            }
            if !answers.is_empty() && random.below(3) != 0 {
                let (wanted, page) = answers.remove(0);
                match random.below(if round < 300 { 8 } else { u64::MAX }) {
                    0 => roster.handle_failure(now, &wanted),
                    _ => roster.handle_page(now, UNIX, &wanted, &page),
                }
            }
            roster.handle_timeout(now, UNIX);
        }
        // What is lost last is only noticed by what comes after it.
        version += 1;
        server.insert(100, somebody(100));
        on_their_way.push(news(version, &[joined(100)]));
        for _ in 0..40 {
            while !on_their_way.is_empty() {
                deliver(&mut roster, now, &mut on_their_way, &mut random, true);
            }
            let asked: Vec<Wanted> = answers.drain(..).map(|(wanted, _)| wanted).chain(wants(&mut roster)).collect();
            for wanted in asked {
                if matches!(wanted, Wanted::Of { .. }) {
                    continue;
                }
                let entries = server.values().map(|one| entry(one.clone())).collect();
                let page = Page { version, total: server.len() as i32, entries, next_offset: String::new() };
                roster.handle_page(now, UNIX, &wanted, &page);
            }
            now = roster.next_timeout().unwrap_or(now).max(now + Duration::from_millis(1));
            roster.handle_timeout(now, UNIX);
        }
        assert!(roster.is_settled(), "seed {seed}");
        assert_eq!(ids(&roster), server.keys().copied().collect::<Vec<_>>(), "seed {seed}");
        assert_eq!((roster.version(), roster.total()), (Some(version), server.len()), "seed {seed}");
        for (id, one) in &server {
            let ours = roster.get(user(*id)).unwrap();
            assert_eq!(ours.hand, one.hand, "seed {seed}: {id}");
        }
    }
}
