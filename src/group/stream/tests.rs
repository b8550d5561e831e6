use super::pictures::MOST_PICTURES;
use super::*;

const UNIX: i64 = 1_780_000_000_400;
const FLOOR: i64 = 1_780_000_000_000;

fn ms(ms: u64) -> Time {
    Time::ZERO + Duration::from_millis(ms)
}

/// A moment, when it is played in ms, and its parts.
type Played = (i64, u64, Vec<(u64, What)>);

/// A schedule, and what it has asked for and plays.
struct World {
    schedule: Schedule,
    now: u64,
    /// Not answered: id, time and what.
    asked: Vec<(u64, i64, What)>,
    channels: Option<u64>,
    played: Vec<Played>,
    forgotten: Vec<u64>,
    /// How often anything was asked.
    asks: usize,
    dry: usize,
    /// Of all that was asked for.
    scales: Vec<i32>,
}

impl World {
    fn new(kind: Kind) -> World {
        let schedule = Schedule::new(kind);
        let (asked, played, forgotten) = (Vec::new(), Vec::new(), Vec::new());
        World { schedule, now: 0, asked, channels: None, played, forgotten, asks: 0, dry: 0, scales: Vec::new() }
    }

    fn voices() -> World {
        let mut world = World::new(Kind::Voices);
        world.input(Input::Begin { unix_ms: Some(UNIX) });
        world
    }

    fn input(&mut self, input: Input) {
        for effect in self.schedule.step(ms(self.now), input) {
            match effect {
                Effect::AskChannels { id } => {
                    self.asks += 1;
                    self.channels = Some(id);
                }
                Effect::Ask { id, time_ms, scale, what } => {
                    self.asks += 1;
                    assert!(self.asked.iter().all(|(asked, ..)| *asked != id), "twice at a time");
                    self.scales.push(scale);
                    self.asked.push((id, time_ms, what));
                }
                Effect::Forget { id } => {
                    self.asked.retain(|(asked, ..)| *asked != id);
                    self.channels = self.channels.filter(|asked| *asked != id);
                    self.forgotten.push(id);
                }
                Effect::Play { time_ms, since, parts } => {
                    self.played.push((time_ms, since.since(Time::ZERO).as_millis() as u64, parts));
                }
                Effect::Dry => self.dry += 1,
            }
        }
    }

    /// Times asked for and not answered, from [`FLOOR`] on.
    fn times(&self) -> Vec<i64> {
        self.asked.iter().map(|(_, time, _)| time - FLOOR).collect()
    }

    fn take(&mut self) -> (u64, i64, What) {
        self.asked.remove(0)
    }

    fn answer(&mut self, pictures: &[(u32, &str)]) {
        let (id, ..) = self.take();
        let pictures = pictures.iter().map(|(channel, name)| (*channel, (*name).to_owned())).collect();
        self.input(Input::Arrived { id, pictures });
    }

    fn go(&mut self, until: u64) {
        while let Some(at) = self.schedule.deadline().filter(|at| *at <= ms(until)) {
            self.now = self.now.max(at.since(Time::ZERO).as_millis() as u64);
            self.input(Input::Timeout);
        }
        self.now = until;
    }

    /// A server that has each second 300 ms after its end, up to this moment.
    fn serve(&mut self, until: u64) {
        while self.now < until {
            while !self.asked.is_empty() {
                let end = self.asked[0].1 + 1300 - UNIX;
                if (self.now as i64) < end {
                    let (id, ..) = self.take();
                    self.input(Input::NotYet { id });
                } else {
                    self.answer(&[]);
                }
            }
            self.go((self.now + 10).min(until));
        }
    }
}

#[test]
fn it_begins_two_seconds_back_and_asks_for_three() {
    let mut world = World::voices();
    assert_eq!(world.times(), [-2000, -1000, 0]);
    assert!(world.asked.iter().all(|(_, _, what)| what.video().is_none()));
    world.answer(&[]);
    world.answer(&[]);
    assert_eq!((world.times(), world.played.len()), (vec![0], 0), "not before there are three");
    world.now = 900;
    world.answer(&[]);
    assert_eq!(world.played.iter().map(|(time, since, _)| (time - FLOOR, *since)).collect::<Vec<_>>(), [(-2000, 900)]);
    assert!(world.asked.is_empty(), "three seconds are here");
    world.go(1900);
    assert_eq!(world.times(), [1000]);
    assert_eq!(world.played.len(), 2, "{:?}", world.played);
}

#[test]
fn a_stream_goes_on_for_as_long_as_it_lasts_and_is_so_much_behind() {
    let mut world = World::voices();
    world.serve(60_000);
    assert_eq!(world.dry, 0);
    let times: Vec<i64> = world.played.iter().map(|(time, ..)| time - FLOOR).collect();
    assert_eq!(times[..4], [-2000, -1000, 0, 1000]);
    assert!(times.windows(2).all(|pair| pair[1] - pair[0] == 1000) && times.len() >= 58);
    assert!(world.played.windows(2).all(|pair| pair[1].1 - pair[0].1 == 1000), "each for a second");
    let delay = world.schedule.delay_ms(ms(world.now)).unwrap();
    assert!((3000..=4000).contains(&delay), "{delay}");
    // At most ten times a second.
    assert!(world.asks <= 60 * 10, "{}", world.asks);
}

#[test]
fn what_is_not_there_yet_is_asked_for_again_and_what_comes_after_it_waits() {
    let mut world = World::voices();
    world.answer(&[]);
    world.answer(&[]);
    let (id, time, what) = world.take();
    world.input(Input::NotYet { id });
    assert_eq!(world.schedule.deadline(), Some(ms(100)));
    world.go(99);
    assert!(world.asked.is_empty());
    world.go(100);
    assert_eq!(world.asked, [(id, time, what)], "the same part");
    for at in 2..=100 {
        let (id, ..) = world.take();
        world.input(Input::NotYet { id });
        world.go(at * 100);
    }
    // It will never be there: the stream is where Telegram's clock is.
    let (id, ..) = world.take();
    world.input(Input::NotYet { id });
    world.go(10_200);
    assert_eq!(world.times(), [10_000]);
}

#[test]
fn an_answer_that_is_none_drops_what_is_asked_for_and_begins_at_the_clock() {
    let mut world = World::voices();
    world.answer(&[]);
    let (id, ..) = world.take();
    world.now = 500;
    world.input(Input::Failed { id });
    assert_eq!((world.times(), world.forgotten.len()), (vec![], 2));
    world.go(600);
    // What is here stays, and so nothing is stood back.
    assert_eq!(world.times(), [1000, 2000]);
    // Again and again: slower from one to the next.
    let mut asks = Vec::new();
    for _ in 0..12 {
        let (id, ..) = world.take();
        world.input(Input::Failed { id });
        let at = world.schedule.deadline().unwrap().since(Time::ZERO).as_millis() as u64;
        asks.push(at - world.now);
        world.go(at);
    }
    assert_eq!(asks[..6], [200, 400, 800, 1600, 3200, 5000]);
    assert_eq!(asks[11], 5000);
    world.answer(&[]);
    let (id, ..) = world.take();
    world.input(Input::Failed { id });
    let at = world.schedule.deadline().unwrap().since(Time::ZERO).as_millis() as u64;
    assert_eq!(at - world.now, 100, "a part has come meanwhile");
}

#[test]
fn a_clock_that_is_behind_is_moved_until_parts_come() {
    let mut world = World::new(Kind::Voices);
    // By 50 s; the server keeps 30.
    world.input(Input::Begin { unix_ms: Some(UNIX - 50_000) });
    for _ in 0..20 {
        if world.times().first().is_some_and(|time| *time + 30_000 >= world.now as i64) {
            break;
        }
        let (id, ..) = world.take();
        world.input(Input::TooOld { id });
        world.go(world.now + 6000);
    }
    let first = world.times()[0];
    assert!(first + 30_000 >= world.now as i64 && world.now <= 60_000, "{first} at {}", world.now);
}

#[test]
fn where_a_program_is_the_server_is_asked() {
    let mut world = World::new(Kind::Program);
    world.input(Input::Begin { unix_ms: Some(UNIX) });
    assert!(world.asked.is_empty());
    let id = world.channels.take().unwrap();
    world.input(Input::Channels { id, last_ms: 0, scale: 0 });
    world.go(999);
    assert_eq!(world.channels, None, "nobody streams: again after a second");
    world.go(1000);
    let id = world.channels.take().unwrap();
    world.input(Input::Failed { id });
    world.go(2000);
    let id = world.channels.take().unwrap();
    world.input(Input::Channels { id: id + 100, last_ms: 7, scale: 0 });
    assert!(world.asked.is_empty(), "nobody has asked for that");
    world.input(Input::Channels { id, last_ms: FLOOR + 5700, scale: 0 });
    assert_eq!(world.times(), [3000, 4000, 5000]);
    assert!(world.asked.iter().all(|(_, _, what)| what.video() == Some((1, 2))));
    // A picture that it has no more: it is looked for anew.
    let (id, ..) = world.take();
    world.input(Input::NoChannel { id });
    world.go(2100);
    assert!(world.channels.is_some() && world.asked.is_empty());
    // No answer at all is none.
    world.go(2100 + 30_000 + 1000);
    assert_eq!(world.asks, 3 + 1 + 2 + 2);
}

#[test]
fn it_runs_dry_and_begins_again_with_three() {
    let mut world = World::voices();
    (0..3).for_each(|_| world.answer(&[]));
    world.go(3000);
    assert_eq!((world.played.len(), world.dry), (3, 1));
    assert_eq!(world.schedule.delay_ms(ms(3000)), None);
    assert_eq!(world.times(), [1000, 2000, 3000]);
    world.answer(&[]);
    world.answer(&[]);
    assert_eq!(world.played.len(), 3);
    world.answer(&[]);
    assert_eq!((world.played.len(), world.played[3].1), (4, 3000));
}

#[test]
fn what_ends_early_gives_way_if_there_is_something_to_give_way_to() {
    let mut world = World::voices();
    (0..3).for_each(|_| world.answer(&[]));
    world.go(950);
    world.input(Input::Exhausted);
    assert_eq!((world.played.len(), world.played[1].1), (2, 1000), "its first moment is due when it was");
    world.go(1000);
    assert_eq!(world.played.len(), 2);
    world.go(2900);
    let before = world.played.len();
    (0..3).for_each(|_| world.input(Input::Exhausted));
    assert_eq!(world.played.len(), before, "nothing else is here");
}

#[test]
fn a_lost_answer_is_waited_for_and_then_it_begins_anew() {
    let mut world = World::voices();
    world.go(29_999);
    assert_eq!(world.times().len(), 3);
    world.go(30_200);
    assert_eq!(world.forgotten.len(), 3);
    assert_eq!(world.times(), [28_000, 29_000, 30_000], "nothing is here: two seconds back");
}

#[test]
fn pictures_that_are_wanted_and_there_are_asked_for_a_second_later_each_by_its_channel() {
    let mut world = World::voices();
    let watch = |names: &[(&str, Quality)]| {
        Input::Watch(
            names.iter().map(|(name, quality)| Watched { endpoint: (*name).into(), quality: *quality }).collect(),
        )
    };
    world.input(watch(&[("b", Quality::Medium), ("x", Quality::Full), ("a", Quality::Low)]));
    (0..3).for_each(|_| world.answer(&[(2, "a"), (5, "b")]));
    assert!(world.played[0].2.len() == 1);
    world.go(1000);
    let videos: Vec<_> = world.asked.iter().map(|(_, _, what)| what.video()).collect();
    assert_eq!(videos, [None, Some((6, 1)), Some((3, 0))], "of x nobody knows");
    // One of them is off, and the second is whole without it.
    world.answer(&[(2, "a")]);
    let (id, ..) = world.take();
    world.input(Input::NoChannel { id });
    world.answer(&[]);
    world.go(2000);
    let videos: Vec<_> = world.asked.iter().map(|(_, _, what)| what.video()).collect();
    assert_eq!(videos, [None, Some((3, 0))], "the newest voices say which there are");
    // Another quality of what waits, and of what is on its way.
    world.forgotten.clear();
    world.input(watch(&[("a", Quality::Full)]));
    let asked: Vec<_> = world.asked.iter().map(|(_, time, what)| (time - FLOOR, what.video())).collect();
    assert_eq!(asked, [(2000, None), (2000, Some((3, 2))), (1000, Some((3, 2)))]);
    assert_eq!(world.forgotten.len(), 1);
    let (better, ..) = world.asked.pop().unwrap();
    world.input(Input::Arrived { id: better, pictures: vec![] });
    world.go(3000);
    let (time, _, parts) = world.played.last().unwrap();
    assert_eq!((time - FLOOR, parts.len()), (1000, 2));
    assert_eq!(parts[1].0, better, "the better one is played");
    // No more pictures.
    world.input(watch(&[]));
    assert_eq!(world.schedule.watched.len(), 0);
    world.input(Input::Watch(vec![Watched { endpoint: "z".into(), quality: Quality::Low }; 50]));
    assert_eq!(world.schedule.watched.len(), MOST_PICTURES);
}

#[test]
fn watched_anew_it_goes_on_behind_what_is_here() {
    let mut world = World::voices();
    world.answer(&[]);
    world.answer(&[]);
    world.now = 5000;
    world.input(Input::Begin { unix_ms: Some(UNIX + 5000) });
    assert_eq!(world.times(), [3000], "two are here still");
    let mut unknown = World::new(Kind::Voices);
    unknown.input(Input::Begin { unix_ms: None });
    assert!(unknown.channels.is_some(), "without a clock somebody has to be asked");
}

/// Whatever the answers are, in whatever order: what is played goes forward, and never more is asked for or kept than said.
#[test]
fn any_answers_in_any_order_keep_the_rules() {
    let mut random = crate::random::Random::from_seed(7);
    for round in 0..400 {
        let kind = if round % 2 == 0 { Kind::Voices } else { Kind::Program };
        let mut world = World::new(kind);
        world.input(Input::Begin { unix_ms: Some(UNIX) });
        for _ in 0..200 {
            let asked =
                (!world.asked.is_empty()).then(|| world.asked[random.below(world.asked.len() as u64) as usize].0);
            let id = asked.unwrap_or(random.below(40));
            let what = random.below(12);
            if what < 8 {
                world.asked.retain(|(asked, ..)| *asked != id);
            }
            let pictures = vec![(random.below(3) as u32, "a".to_owned())];
            let watched = vec![Watched { endpoint: "a".into(), quality: Quality::Low }; random.below(3) as usize];
            world.input(match what {
                0..=3 => Input::Arrived { id, pictures },
                4 | 5 => Input::NotYet { id },
                6 => Input::TooOld { id },
                7 => [Input::NoChannel { id }, Input::Failed { id }][random.below(2) as usize].clone(),
                8 => Input::Watch(watched),
                9 => Input::Channels {
                    id: world.channels.unwrap_or(id),
                    last_ms: FLOOR + world.now as i64 + 5000,
                    scale: 0,
                },
                10 => Input::Exhausted,
                _ => Input::Begin { unix_ms: Some(UNIX + world.now as i64) },
            });
            let schedule = &world.schedule;
            assert!(schedule.ready.len() + schedule.pending.len() <= 4, "{schedule:?}");
            assert!(schedule.swaps.len() <= 3 * MOST_PICTURES && world.asked.len() <= 4 * (1 + MOST_PICTURES));
            world.go(world.now + random.below(400));
        }
        assert!(world.played.windows(2).all(|pair| pair[1].0 > pair[0].0), "{:?}", world.played);
        assert!(world.played.windows(2).all(|pair| pair[1].1 >= pair[0].1), "{:?}", world.played);
    }
}

/// Whoever says where a program is may say anything: there is none, and it is asked again.
#[test]
fn a_moment_beyond_all_sense_is_no_stream() {
    for last_ms in [i64::MIN, -1, 0, LAST_MOMENT + 1, i64::MAX] {
        let mut world = World::new(Kind::Program);
        world.input(Input::Begin { unix_ms: None });
        let id = world.channels.take().unwrap();
        world.input(Input::Channels { id, last_ms, scale: 0 });
        assert!(world.asked.is_empty(), "{last_ms}");
        world.go(5000);
        assert!(world.channels.is_some(), "{last_ms}");
    }
    let mut world = World::new(Kind::Program);
    world.input(Input::Begin { unix_ms: None });
    let id = world.channels.take().unwrap();
    world.input(Input::Channels { id, last_ms: LAST_MOMENT, scale: 0 });
    assert!(!world.asked.is_empty());
    world.serve(20_000);
    assert!(world.schedule.delay_ms(ms(20_000)).is_none() || !world.played.is_empty());
}

/// A program says how long its parts are: what is held and how far it is behind stay the same, unless they are longer than that.
#[test]
fn parts_are_as_long_as_the_channel_says() {
    for (scale, ms_each, buffer) in
        [(-2, 4000, 8000), (-1, 2000, 4000), (0, 1000, 2000), (1, 500, 2000), (3, 125, 2000)]
    {
        let mut world = World::new(Kind::Program);
        world.input(Input::Begin { unix_ms: None });
        let id = world.channels.take().unwrap();
        world.input(Input::Channels { id, last_ms: FLOOR + 7 * 4000 + 60, scale });
        let first = world.asked[0].1;
        assert_eq!((first - FLOOR) % ms_each, 0, "{scale}");
        assert_eq!(first - FLOOR, 28_000 - buffer, "{scale}");
        // All that is asked for comes at once.
        while world.now < 40_000 {
            while !world.asked.is_empty() {
                world.answer(&[]);
            }
            world.go(world.now + 10);
        }
        assert!(world.scales.iter().all(|asked| *asked == scale));
        assert_eq!(world.dry, 0, "{scale}");
        let steps = |pair: &[Played]| (pair[1].0 - pair[0].0, pair[1].1 - pair[0].1);
        let each = u64::try_from(ms_each).unwrap();
        assert!(world.played.windows(2).all(|pair| steps(pair) == (ms_each, each)), "{scale}");
        assert!(world.played.len() as u64 >= 40_000 / each - 1, "{scale}: {}", world.played.len());
        let held = world.schedule.ready_ms() + world.schedule.pending.len() as i64 * ms_each;
        assert!(held <= buffer + ms_each, "{scale}: {held}");
    }
    // None that there is.
    for scale in [i32::MIN, -3, 4, i32::MAX] {
        let mut world = World::new(Kind::Program);
        world.input(Input::Begin { unix_ms: None });
        let id = world.channels.take().unwrap();
        world.input(Input::Channels { id, last_ms: FLOOR, scale });
        assert_eq!((world.times(), &world.scales[..]), (vec![-2000, -1000, 0], &[0, 0, 0][..]));
    }
}
