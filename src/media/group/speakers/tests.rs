use super::*;
use crate::random::Random;

fn ms(ms: u64) -> Time {
    Time::ZERO + Duration::from_millis(ms)
}

fn sound(at: u64, number: u16) -> Sound {
    Sound { arrived_at: ms(at), sequence: number, timestamp: u32::from(number) * 960, payload: vec![number as u8; 40] }
}

fn level(below_full: u8) -> Option<Level> {
    Some(Level { speech: true, below_full })
}

fn owner(key: u64) -> Option<Owner> {
    Some(Owner { key, volume: Volume::FULL })
}

/// What is to be done, without what nobody needs.
fn steps(speakers: &mut Speakers) -> Vec<Step> {
    let all = std::iter::from_fn(|| speakers.poll_step());
    all.filter(|step| !matches!(step, Step::GiveBack(_))).collect()
}

fn played(speakers: &mut Speakers) -> Vec<(u32, u16)> {
    let all = steps(speakers).into_iter();
    all.filter_map(|step| if let Step::Play(ssrc, sound) = step { Some((ssrc.0, sound.sequence)) } else { None })
        .collect()
}

/// A crowd that is known: each speaks every 20 ms, as loud as told; who was played at all.
fn speak(speakers: &mut Speakers, from: u64, to: u64, who: &[(u32, u8)]) -> Vec<u32> {
    let mut heard = Vec::new();
    for (number, at) in (from..to).step_by(20).enumerate() {
        for (ssrc, below_full) in who {
            speakers.handle(ms(at), Ssrc(*ssrc), level(*below_full), sound(at, number as u16));
            for step in steps(speakers) {
                match step {
                    Step::Ask(ssrc) => speakers.set_owner(ms(at), ssrc, owner(ssrc.0.into())),
                    Step::Play(ssrc, _) if !heard.contains(&ssrc.0) => heard.push(ssrc.0),
                    _ => {}
                }
            }
        }
    }
    heard.sort_unstable();
    heard
}

#[test]
fn a_source_is_asked_for_once_and_what_it_said_meanwhile_is_heard() {
    let mut speakers = Speakers::new(Ssrc(1), 10);
    for number in 0..6 {
        speakers.handle(ms(number * 20), Ssrc(7), level(20), sound(number * 20, number as u16));
    }
    assert_eq!(steps(&mut speakers), [Step::Ask(Ssrc(7))]);
    speakers.set_owner(ms(110), Ssrc(7), owner(70));
    let expected: Vec<Step> = (0..6).map(|number| Step::Play(Ssrc(7), sound(u64::from(number) * 20, number))).collect();
    let found = steps(&mut speakers);
    assert_eq!(found[0], Step::Enter(Ssrc(7), owner(70).unwrap()));
    assert_eq!(found[1..], expected);
    speakers.handle(ms(120), Ssrc(7), level(20), sound(120, 6));
    assert_eq!(steps(&mut speakers), [Step::Play(Ssrc(7), sound(120, 6))]);
    assert_eq!(speakers.counted(), SpeakersCounted { asked: 1, ..SpeakersCounted::default() });
}

#[test]
fn no_more_than_the_last_200_ms_are_kept() {
    for (late, first) in [(0, 9), (100, 14), (1000, 20)] {
        let mut speakers = Speakers::new(Ssrc(1), 10);
        (0..20).for_each(|number| speakers.handle(ms(number * 20), Ssrc(7), None, sound(number * 20, number as u16)));
        steps(&mut speakers);
        speakers.set_owner(ms(380 + late), Ssrc(7), owner(70));
        let played = played(&mut speakers);
        assert_eq!(played, (first..20).map(|number| (7, number)).collect::<Vec<_>>(), "{late} ms later");
        assert_eq!(speakers.counted().unknown, u64::from(first));
    }
    // However many come at once, and however large.
    let mut speakers = Speakers::new(Ssrc(1), 10);
    for number in 0..1000 {
        let large = Sound { payload: vec![1; 1275], ..sound(0, number) };
        speakers.handle(ms(0), Ssrc(7 + u32::from(number % 60)), None, large);
    }
    let kept: usize = speakers.sources.iter().flat_map(|source| &source.kept).map(|sound| sound.payload.len()).sum();
    assert!(kept <= MAX_KEPT_BYTES, "{kept}");
}

#[test]
fn whom_nobody_knows_is_asked_for_again_while_he_speaks() {
    let mut speakers = Speakers::new(Ssrc(1), 10);
    let mut asked = Vec::new();
    for at in (0..17_000).step_by(20) {
        speakers.handle(ms(at), Ssrc(7), None, sound(at, 0));
        for step in steps(&mut speakers) {
            assert_eq!(step, Step::Ask(Ssrc(7)));
            asked.push(at);
            speakers.set_owner(ms(at), Ssrc(7), None);
        }
    }
    assert_eq!(asked, [0, 5000, 10_000, 15_000]);
    speakers.set_owner(ms(17_000), Ssrc(9), owner(9));
    assert!(!speakers.knows(Ssrc(9)), "who does not speak costs nothing");
}

#[test]
fn when_more_speak_than_there_are_places_the_quietest_give_way() {
    let mut speakers = Speakers::new(Ssrc(1), 3);
    assert_eq!(speak(&mut speakers, 0, 1000, &[(10, 20), (11, 30), (12, 40)]), [10, 11, 12]);
    // Hardly louder is not louder, much quieter still less.
    assert_eq!(speak(&mut speakers, 1000, 2000, &[(10, 20), (11, 30), (12, 40), (13, 36)]), [10, 11, 12]);
    assert_eq!(speakers.counted().surplus, 50);
    let heard = speak(&mut speakers, 2000, 3000, &[(10, 20), (11, 30), (12, 40), (13, 25)]);
    assert_eq!(heard, [10, 11, 12, 13], "until then the quietest was heard");
    assert_eq!(speak(&mut speakers, 3000, 4000, &[(10, 20), (11, 30), (12, 40), (13, 25)]), [10, 11, 13]);
    // Who has fallen silent makes room even for a whisper.
    assert_eq!(speak(&mut speakers, 4000, 5200, &[(10, 20), (13, 25), (12, 90)]), [10, 12, 13]);
}

#[test]
fn two_of_a_kind_do_not_take_each_others_place_for_each_word() {
    let mut speakers = Speakers::new(Ssrc(1), 1);
    let mut changes = 0;
    for at in (0..10_000u64).step_by(20) {
        for ssrc in [10, 11] {
            // Louder in turns, every 200 ms.
            let below_full = if (at / 200 + u64::from(ssrc)).is_multiple_of(2) { 20 } else { 60 };
            speakers.handle(ms(at), Ssrc(ssrc), level(below_full), sound(at, 0));
            for step in steps(&mut speakers) {
                match step {
                    Step::Ask(ssrc) => speakers.set_owner(ms(at), ssrc, owner(1)),
                    Step::Enter(..) => changes += 1,
                    _ => {}
                }
            }
        }
    }
    assert_eq!(changes, 1, "within 400 ms each is as loud as the other");
}

#[test]
fn who_is_not_wanted_is_not_heard_and_costs_no_place() {
    let mut speakers = Speakers::new(Ssrc(1), 1);
    assert_eq!(speak(&mut speakers, 0, 100, &[(10, 20)]), [10]);
    speakers.set_owner(ms(100), Ssrc(10), Some(Owner { key: 10, volume: Volume(0) }));
    assert_eq!(steps(&mut speakers), [Step::GiveWay(Ssrc(10))]);
    assert_eq!(speak(&mut speakers, 100, 200, &[(10, 20), (11, 50)]), [11]);
    assert_eq!(speakers.counted().unwanted, 5);
    // One who has left, too.
    speakers.set_owner(ms(200), Ssrc(11), None);
    assert_eq!(steps(&mut speakers), [Step::GiveWay(Ssrc(11))]);
    speakers.set_owner(ms(200), Ssrc(10), owner(10));
    assert_eq!(speak(&mut speakers, 200, 300, &[(10, 20)]), [10]);
}

#[test]
fn levels_are_told_every_100_ms_while_somebody_speaks_and_silence_once() {
    let mut speakers = Speakers::new(Ssrc(1), 2);
    speakers.set_levels(true);
    let mut told = Vec::new();
    for at in (0..1000u64).step_by(10) {
        if at < 500 {
            speakers.handle(ms(at), Ssrc(7), level(if at % 100 == 30 { 15 } else { 50 }), sound(at, 0));
        }
        if at < 200 {
            speakers.note_own(ms(at), Level { speech: false, below_full: 60 });
        }
        if speakers.next_timeout().is_some_and(|due| due <= ms(at)) {
            told.push((at, speakers.levels(ms(at)).unwrap()));
        }
    }
    let times: Vec<u64> = told.iter().map(|(at, _)| *at).collect();
    assert_eq!(times, [100, 200, 300, 400, 500, 600]);
    let of = |source, level: Option<Level>| SpeakerLevel { source, level: level.unwrap() };
    assert_eq!(told[0].1, [of(None, Some(Level { speech: false, below_full: 60 })), of(Some(Ssrc(7)), level(15))]);
    assert_eq!(told[3].1, [of(Some(Ssrc(7)), level(15))]);
    assert_eq!(told[5].1, [], "it has fallen silent");
    assert_eq!(speakers.next_timeout(), None);
}

#[test]
fn our_own_echo_is_not_heard() {
    let mut speakers = Speakers::new(Ssrc(1), 2);
    speakers.handle(ms(0), Ssrc(1), level(10), sound(0, 0));
    assert_eq!((steps(&mut speakers), speakers.counted().echoes), (vec![], 1));
}

#[test]
fn anything_in_any_order_keeps_the_rules() {
    let mut random = Random::from_seed(3);
    for _ in 0..200 {
        let mut data = vec![0; 4 * random.below(2000) as usize];
        random.fill(&mut data);
        fuzz(&data);
    }
}

#[test]
fn what_is_sealed_is_opened_once_it_is_known_whose_it_is_and_nobody_has_a_place_by_it() {
    let mut speakers = Speakers::of_sealed(Ssrc(1), 1);
    for number in 0..3 {
        speakers.handle_sealed(ms(number * 20), Ssrc(7), sound(number * 20, number as u16));
    }
    assert_eq!((steps(&mut speakers), speakers.owner(Ssrc(7))), (vec![Step::Ask(Ssrc(7))], None));
    speakers.set_owner(ms(60), Ssrc(7), owner(70));
    let expected: Vec<Step> = (0..3).map(|number| Step::Open(Ssrc(7), sound(u64::from(number) * 20, number))).collect();
    assert_eq!(steps(&mut speakers), expected);
    assert_eq!(speakers.owner(Ssrc(7)), owner(70));
    // Opened, it is as anything that is heard.
    speakers.handle(ms(60), Ssrc(7), level(20), sound(0, 0));
    let heard = [Step::Enter(Ssrc(7), owner(70).unwrap()), Step::Play(Ssrc(7), sound(0, 0))];
    assert_eq!(steps(&mut speakers), heard);
    speakers.handle_sealed(ms(80), Ssrc(7), sound(80, 3));
    assert_eq!(steps(&mut speakers), [Step::Open(Ssrc(7), sound(80, 3))]);
    // Of whom nothing is to be heard nothing is opened, nor of whom nobody knows any more.
    speakers.set_owner(ms(90), Ssrc(7), Some(Owner { key: 70, volume: Volume(0) }));
    speakers.handle_sealed(ms(100), Ssrc(7), sound(100, 4));
    speakers.set_owner(ms(110), Ssrc(7), None);
    speakers.handle(ms(110), Ssrc(7), level(20), sound(80, 3));
    assert_eq!(steps(&mut speakers), [Step::GiveWay(Ssrc(7))]);
    assert_eq!((speakers.counted().unwanted, speakers.counted().unknown), (1, 1));
    speakers.handle_sealed(ms(120), Ssrc(1), sound(120, 0));
    assert_eq!((steps(&mut speakers), speakers.counted().echoes), (vec![], 1));
}
