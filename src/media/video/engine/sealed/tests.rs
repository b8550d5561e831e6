use super::*;
use crate::media::video::Rotation;
use Unopened::{Refused, UnknownEpoch};

fn ms(ms: u64) -> Time {
    Time::ZERO + Duration::from_millis(ms)
}

/// A frame of VP8 whose last byte is its number.
fn frame(number: u8, is_key: bool) -> Frame {
    let data = vec![u8::from(!is_key), 0, 0, 0x9d, 0x01, 0x2a, 128, 2, 104, 1, number];
    Frame { codec: Codec::Vp8, timestamp: number.into(), rotation: Rotation::None, is_key, size: None, data }
}

fn sealed() -> SealedFrames {
    SealedFrames::new(&Budget::default())
}

/// What opens: what becomes of each frame by its number, and in the end the numbers of what was opened, and all pauses.
fn open(frames: &mut SealedFrames, now: Time, fate: impl Fn(u8) -> Result<(), Unopened>) -> (Vec<u8>, Vec<u64>, usize) {
    let (mut opened, mut pauses, mut unknown) = (Vec::new(), Vec::new(), 0);
    while let Some(step) = frames.next(now, |_, data| fate(data[10]).map(|()| data.to_vec())) {
        match step {
            Step::Opened(frame) => opened.push(frame.data[10]),
            Step::Lost(pause) => pauses.push(pause.as_secs()),
            Step::UnknownEpoch => unknown += 1,
        }
    }
    (opened, pauses, unknown)
}

#[test]
fn frames_are_opened_in_order_and_say_what_they_are() {
    let mut frames = sealed();
    // A key frame that its packets did not promise is still one, and the other way round.
    frames.push(ms(0), frame(1, true));
    frames.push(ms(1), Frame { is_key: true, ..frame(2, false) });
    let Some(Step::Opened(first)) = frames.next(ms(1), |_, data| Ok(data.to_vec())) else { panic!() };
    assert_eq!((first.is_key, first.size), (true, Some((640, 360))));
    let Some(Step::Opened(second)) = frames.next(ms(1), |_, data| Ok(data.to_vec())) else { panic!() };
    assert_eq!((second.is_key, second.size), (false, None));
    assert_eq!(frames.counts(), SealedCounts { opened: 2, ..SealedCounts::default() });
    assert_eq!(frames.next_timeout(), None);
}

#[test]
fn frames_of_an_epoch_that_is_not_known_wait_a_second_and_open_when_it_is() {
    let mut frames = sealed();
    (0..10).for_each(|number| frames.push(ms(u64::from(number) * 40), frame(number, number == 0)));
    assert_eq!(open(&mut frames, ms(400), |_| Err(UnknownEpoch)), (vec![], vec![], 1));
    // Nothing is tried again before there is news.
    assert_eq!(open(&mut frames, ms(500), |_| panic!("no news")), (vec![], vec![], 0));
    frames.handle_new_epoch();
    assert_eq!(open(&mut frames, ms(999), |_| Ok(())), ((0..10).collect(), vec![], 0));
    // What has waited a second goes, and with it all that need it.
    (0..10).for_each(|number| frames.push(ms(1000 + u64::from(number) * 40), frame(number, number % 8 == 0)));
    assert_eq!(open(&mut frames, ms(1400), |_| Err(UnknownEpoch)).2, 1);
    assert_eq!(frames.next_timeout(), Some(ms(2000)));
    assert_eq!(open(&mut frames, ms(2000), |_| Ok(())), (vec![8, 9], vec![], 0), "the next key frame is there");
    assert_eq!(frames.counts(), SealedCounts { opened: 12, refused: 0, dropped: 8 });
}

#[test]
fn after_a_frame_that_does_not_open_a_key_frame_is_asked_for_later_each_time() {
    let mut frames = sealed();
    let mut pauses = Vec::new();
    for round in 0..6u8 {
        frames.push(ms(0), frame(10 * round, true));
        frames.push(ms(0), frame(10 * round + 1, false));
        let (opened, paused, _) = open(&mut frames, ms(0), |_| Err(Refused));
        assert_eq!((opened, frames.next_timeout()), (vec![], None));
        pauses.extend(paused);
    }
    assert_eq!(pauses, [1, 2, 4, 8, 10, 10]);
    // What refers to what was lost is not even looked at; the first that opens makes it good.
    frames.push(ms(1), frame(1, false));
    frames.push(ms(1), frame(2, true));
    frames.push(ms(1), frame(3, false));
    assert_eq!(open(&mut frames, ms(1), |number| if number == 1 { panic!() } else { Ok(()) }), (vec![2, 3], vec![], 0));
    frames.push(ms(2), frame(4, false));
    assert_eq!(open(&mut frames, ms(2), |_| Err(Refused)), (vec![], vec![1], 0));
    // One that only seems to be a key frame is of no use now.
    frames.push(ms(3), Frame { is_key: true, ..frame(5, false) });
    assert_eq!(open(&mut frames, ms(3), |_| Ok(())), (vec![], vec![2], 0));
}

#[test]
fn the_oldest_give_way_and_what_comes_last_is_shown() {
    let mut frames = sealed();
    let most = MAX_KEPT as u8;
    (0..most + 20).for_each(|number| frames.push(ms(number.into()), frame(number, number % 30 == 0)));
    assert!(frames.frames.len() <= MAX_KEPT);
    let (opened, pauses, _) = open(&mut frames, ms(100), |_| Ok(()));
    assert_eq!((opened, pauses), ((30..most + 20).collect(), vec![]));
    // By bytes: a share of what the client may hold.
    let budget = Budget::new(10_000);
    let mut frames = SealedFrames::new(&budget);
    let large = |number: u8| {
        let mut large = frame(number, true);
        large.data.resize(3000, 0);
        large
    };
    (0..9).for_each(|number| frames.push(ms(0), large(number)));
    assert!(budget.used() <= 10_000, "{}", budget.used());
    assert_eq!(open(&mut frames, ms(0), |_| Ok(())).0, [6, 7, 8]);
    assert_eq!(budget.used(), 0);
    // One that is larger than all there is goes too, and a key frame is asked for.
    let mut huge = frame(1, true);
    huge.data.resize(20_000, 0);
    frames.push(ms(0), huge);
    assert_eq!(open(&mut frames, ms(0), |_| Ok(())), (vec![], vec![1], 0));
}

#[test]
fn who_shows_something_else_begins_anew() {
    let mut frames = sealed();
    frames.push(ms(0), frame(1, false));
    assert_eq!(open(&mut frames, ms(0), |_| Err(UnknownEpoch)).2, 1);
    frames.clear();
    assert_eq!(frames.next_timeout(), None);
    frames.push(ms(0), frame(2, false));
    assert_eq!(open(&mut frames, ms(0), |_| Ok(())), (vec![2], vec![], 0));
}

#[test]
fn what_no_encryption_knows_is_never_opened() {
    let mut frames = sealed();
    frames.push(ms(0), Frame { codec: Codec::Vp9, ..frame(1, true) });
    assert_eq!(open(&mut frames, ms(0), |_| panic!("not asked")), (vec![], vec![1], 0));
}
