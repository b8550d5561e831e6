use super::*;

fn ms(ms: u64) -> Time {
    Time::ZERO + Duration::from_millis(ms)
}

fn sound(at: u64, number: u16, size: usize) -> Sound {
    Sound { arrived_at: ms(at), sequence: number, timestamp: 0, payload: vec![7; size] }
}

fn level(below_full: u8, speech: bool) -> Level {
    Level { speech, below_full }
}

#[test]
fn the_server_is_shown_a_level_of_three_steps_that_changes_when_speech_begins_or_ends() {
    for (below_full, step) in [(0, 0), (46, 0), (47, 106), (106, 106), (107, 127), (127, 127)] {
        assert_eq!(ShownLevel::default().next(level(below_full, true)), level(step, true));
    }
    let mut shown = ShownLevel::default();
    let said = [(30, true), (90, true), (127, true), (127, false), (10, false), (60, true), (10, true)];
    let told = said.map(|(below_full, speech)| shown.next(level(below_full, speech)).below_full);
    assert_eq!(told, [0, 0, 0, 127, 127, 106, 106]);
}

#[test]
fn what_waits_is_bounded_for_each_and_for_all_and_the_newest_stay() {
    let mut sealing = Sealing::default();
    let given_up: usize = (0..100).map(|number| sealing.keep(Ssrc(1), sound(0, number, 300)).len()).sum();
    assert_eq!((given_up, sealing.waiting[0].sounds.len()), (100 - MAX_KEPT, MAX_KEPT));
    assert_eq!(sealing.waiting[0].sounds.back().map(|sound| sound.sequence), Some(99));
    // One who says little is not crowded out by many who send much.
    sealing.keep(Ssrc(2), sound(0, 7, 300));
    for source in 3..60 {
        (0..MAX_KEPT as u16).for_each(|number| _ = sealing.keep(Ssrc(source), sound(0, number, 1400)));
    }
    let bytes: usize = sealing.waiting.iter().flat_map(|one| &one.sounds).map(|sound| sound.payload.len()).sum();
    assert!(bytes <= MAX_KEPT_BYTES, "{bytes}");
    let little = sealing.waiting.iter().find(|waiting| waiting.ssrc == Ssrc(2)).unwrap();
    assert_eq!(little.sounds.len(), 1);
    assert!(sealing.waiting.iter().all(|waiting| !waiting.sounds.is_empty()), "each still has its newest");
}

#[test]
fn what_has_waited_a_second_goes() {
    let mut sealing = Sealing::default();
    (0..3).for_each(|number| _ = sealing.keep(Ssrc(1), sound(u64::from(number) * 500, number, 10)));
    assert_eq!(sealing.next_timeout(), Some(ms(1000)));
    assert!(sealing.expire(ms(999)).is_empty());
    assert_eq!(sealing.expire(ms(1000)), [sound(0, 0, 10)]);
    assert_eq!(sealing.next_timeout(), Some(ms(1500)));
    assert_eq!(sealing.expire(ms(9000)).len(), 2);
    assert_eq!((sealing.next_timeout(), sealing.counted.expired), (None, 3));
}

#[test]
fn only_users_are_in_a_conference() {
    assert_eq!(user_of(PeerId::User(7).key()), Some(UserId(7)));
    assert_eq!((user_of(PeerId::Channel(7).key()), user_of(PeerId::Chat(7).key()), user_of(0)), (None, None, None));
}
