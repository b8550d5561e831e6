//! Two sessions over a scripted link in virtual time: sound, and pictures from an encoder that does as it is told.

use super::*;
use crate::random::Random;

const SOUND: Ssrc = Ssrc(5);
const CAMERA: Ssrc = Ssrc(7);
const TICK: Duration = Duration::from_micros(500);
const ONE_WAY: Duration = Duration::from_millis(30);
const QUEUE: Duration = Duration::from_millis(200);
/// UDP and IP, and what SRTP adds.
const OUTER: usize = 38;

struct Crossing {
    flow: usize,
    came: Time,
    packet: Vec<u8>,
}

/// A bottleneck with a drop-tail queue of 200 ms.
struct Bottleneck {
    /// From when on, in bit/s.
    rates: Vec<(Duration, f64)>,
    loss_permille: u64,
    queue: VecDeque<Crossing>,
    bytes: usize,
    /// Bits that could have gone through since the first in the queue began to.
    credit: f64,
}

impl Bottleneck {
    fn rate(&self, now: Time) -> f64 {
        let since = now.since(Time::ZERO);
        self.rates.iter().rev().find(|(from, _)| *from <= since).map_or(0.0, |(_, rate)| *rate)
    }

    fn push(&mut self, now: Time, flow: usize, packet: Vec<u8>, random: &mut Random) {
        let size = packet.len() + OUTER;
        let most = self.rate(now) * QUEUE.as_secs_f64() / 8.0;
        if (self.bytes + size) as f64 > most || random.below(1000) < self.loss_permille {
            return;
        }
        self.bytes += size;
        self.queue.push_back(Crossing { flow, came: now, packet });
    }

    /// What is through by now, and how long it waited beyond its own time.
    fn serve(&mut self, now: Time) -> Vec<(usize, Vec<u8>, Duration)> {
        let rate = self.rate(now);
        self.credit += rate * TICK.as_secs_f64();
        let mut through = Vec::new();
        while let Some(first) = self.queue.front() {
            let bits = ((first.packet.len() + OUTER) * 8) as f64;
            if bits > self.credit {
                break;
            }
            self.credit -= bits;
            self.bytes -= first.packet.len() + OUTER;
            let Crossing { flow, came, packet } = self.queue.pop_front().unwrap();
            let own = Duration::from_secs_f64(bits / rate);
            through.push((flow, packet, now.since(came + own)));
        }
        if self.queue.is_empty() {
            self.credit = self.credit.min(rate * TICK.as_secs_f64());
        }
        through
    }
}

/// Obeys, a moment later, on average; its frames are of different sizes, and some scenes begin with a large one.
struct Encoder {
    random: Random,
    rate: f64,
    orders: VecDeque<(Time, f64)>,
    next_at: Time,
    frames: u32,
    /// What it has spent above its rate, in bits.
    debt: f64,
    wants_key: bool,
}

const FRAME: Duration = Duration::from_micros(33_333);

impl Encoder {
    fn frame(&mut self, now: Time) -> Option<usize> {
        while let Some((_, rate)) = self.orders.front().copied().filter(|(at, _)| *at <= now) {
            self.rate = rate;
            self.orders.pop_front();
        }
        if self.next_at > now {
            return None;
        }
        self.next_at += FRAME;
        if self.rate < 1.0 {
            self.debt = 0.0;
            return None;
        }
        self.frames += 1;
        let share = self.rate * FRAME.as_secs_f64();
        let noise = (0..4).map(|_| self.random.below(1000) as f64 / 1000.0).sum::<f64>() / 2.0;
        let large = if core::mem::take(&mut self.wants_key) {
            5.0
        } else if self.random.below(200) == 0 {
            2.5
        } else {
            1.0
        };
        let bits = (share * noise.max(0.2) * large - 0.1 * self.debt).max(0.2 * share);
        self.debt = (self.debt + bits - share).max(-share);
        Some((bits / 8.0) as usize + 1)
    }
}

struct Flow {
    sender: Session,
    receiver: Session,
    encoder: Encoder,
    starts: Duration,
    demand: u32,
    next_sound: Time,
    sounds: u32,
    /// On their way by what is not the bottleneck.
    there: VecDeque<(Time, Vec<u8>)>,
    back: VecDeque<(Time, Vec<u8>)>,
    /// Sender reports of the sender and the like, which are few.
    reports: VecDeque<(Time, Vec<u8>)>,
    log: Log,
}

/// What happened, with the time since the start in ms.
#[derive(Default)]
struct Log {
    rates: Vec<(u64, u32)>,
    /// Bytes through the bottleneck, and how long they waited in us.
    through: Vec<(u64, usize, u64)>,
    sounds_sent: Vec<u64>,
    /// When, and which.
    sounds: Vec<(u64, u32)>,
    pictures: Vec<u64>,
}

impl Log {
    /// Bit/s through the bottleneck.
    fn rate(&self, from: u64, to: u64) -> f64 {
        let bytes: usize =
            self.through.iter().filter(|(at, ..)| (from..to).contains(at)).map(|(_, size, _)| size).sum();
        bytes as f64 * 8000.0 / (to - from) as f64
    }

    /// The 95th percentile of the waiting, in ms.
    fn waited(&self, from: u64, to: u64) -> f64 {
        let mut waits: Vec<u64> =
            self.through.iter().filter(|(at, ..)| (from..to).contains(at)).map(|(_, _, us)| *us).collect();
        waits.sort_unstable();
        waits.get(waits.len() * 95 / 100).map_or(0.0, |us| *us as f64 / 1000.0)
    }

    /// The longest pause in the sound, in ms, and of 1000 how many of those that were sent from `from` on were lost.
    fn sound(&self, from: u64, to: u64) -> (u64, f64) {
        let came: Vec<u64> = self.sounds.iter().map(|(at, _)| *at).filter(|at| (from..to).contains(at)).collect();
        let gap = came.windows(2).map(|pair| pair[1] - pair[0]).max().unwrap_or(u64::MAX);
        let sent: Vec<u32> = (0_u32..)
            .zip(&self.sounds_sent)
            .filter(|(_, at)| (from..to.saturating_sub(400)).contains(at))
            .map(|(which, _)| which)
            .collect();
        let there: std::collections::BTreeSet<u32> = self.sounds.iter().map(|(_, which)| *which).collect();
        let lost = sent.iter().filter(|which| !there.contains(which)).count();
        (gap, lost as f64 * 1000.0 / sent.len().max(1) as f64)
    }
}

struct Setting {
    seed: u64,
    /// From so many ms on, in bit/s.
    rates: Vec<(u64, f64)>,
    loss_permille: u64,
    /// When each flow begins, in ms.
    flows: Vec<u64>,
    demand: u32,
    lasts: u64,
}

fn camera() -> Stream {
    stream(MediaKind::Video, CAMERA.0, 96, Some(97))
}

fn flow(seed: u64, starts: u64, demand: u32) -> Flow {
    let mut random = Random::from_seed(seed);
    let streams = [stream(MediaKind::Audio, SOUND.0, 111, None), camera()];
    let mut sender = Session::new(Time::ZERO, random.fork());
    let mut receiver = Session::new(Time::ZERO, random.fork());
    sender.set_reporter(SOUND);
    assert!(sender.set_send_streams(&streams).is_empty() && receiver.set_receive_streams(&streams).is_empty());
    let first = Time::ZERO + millis(starts) + Duration::from_micros(random.below(33_000));
    let encoder = Encoder {
        random: random.fork(),
        rate: 0.0,
        orders: VecDeque::new(),
        next_at: first,
        frames: 0,
        debt: 0.0,
        wants_key: true,
    };
    Flow {
        sender,
        receiver,
        encoder,
        starts: millis(starts),
        demand,
        next_sound: first,
        sounds: 0,
        there: VecDeque::new(),
        back: VecDeque::new(),
        reports: VecDeque::new(),
        log: Log::default(),
    }
}

impl Flow {
    /// The packets that leave for the bottleneck.
    fn send(&mut self, now: Time) -> Vec<Vec<u8>> {
        let ms = now.since(Time::ZERO).as_millis() as u64;
        if now.since(Time::ZERO) < self.starts {
            return Vec::new();
        }
        self.sender.set_picture_demand(now, self.demand);
        if self.next_sound <= now {
            self.next_sound += millis(20);
            let payload: Vec<u8> = self.sounds.to_be_bytes().into_iter().chain([1; 76]).collect();
            self.sender.send_audio(now, &payload, self.sounds * 960, false).unwrap();
            self.log.sounds_sent.push(ms);
            self.sounds += 1;
        }
        if let Some(size) = self.encoder.frame(now) {
            let delay = self.sender.picture_delay(now);
            if delay <= millis(300) {
                let count = size.div_ceil(1150);
                let payload = vec![7; size.div_ceil(count)];
                let frame = self.encoder.frames * 3000;
                let payloads = (0..count).map(|_| payload.as_slice());
                self.sender.send_picture(now, CAMERA, 96, frame, &[], payloads).unwrap();
            }
        }
        if self.sender.next_timeout().is_some_and(|at| at <= now) {
            self.sender.handle_timeout(now);
        }
        while let Some(rate) = self.sender.poll_picture_rate() {
            self.log.rates.push((ms, rate));
            let lag = millis(50 + self.encoder.random.below(100));
            self.encoder.orders.push_back((now + lag, f64::from(rate)));
        }
        while self.sender.poll_key_frame_request().is_some() {
            self.encoder.wants_key = true;
        }
        let mut packets = Vec::new();
        while let Some(outgoing) = self.sender.poll_outgoing(now) {
            match outgoing {
                Outgoing::Rtp(packet) => packets.push(packet),
                Outgoing::Rtcp(packet) => self.reports.push_back((now + ONE_WAY, packet)),
            }
        }
        packets
    }

    fn receive(&mut self, now: Time) {
        let ms = now.since(Time::ZERO).as_millis() as u64;
        while let Some(packet) = due(now, &mut self.there) {
            self.receiver.handle_rtp(now, &packet);
        }
        while let Some(packet) = due(now, &mut self.reports) {
            self.receiver.handle_rtcp(now, &packet);
        }
        while let Some(received) = self.receiver.poll_received() {
            if received.ssrc == SOUND {
                self.log.sounds.push((ms, u32::from_be_bytes(received.payload[..4].try_into().unwrap())));
            } else {
                self.log.pictures.push(ms);
            }
        }
        if self.receiver.next_timeout().is_some_and(|at| at <= now) {
            self.receiver.handle_timeout(now);
        }
        while let Some(outgoing) = self.receiver.poll_outgoing(now) {
            let Outgoing::Rtcp(packet) = outgoing else { panic!("it sends nothing") };
            self.back.push_back((now + ONE_WAY, packet));
        }
        while let Some(packet) = due(now, &mut self.back) {
            self.sender.handle_rtcp(now, &packet);
        }
    }
}

/// What became of each flow.
fn run(setting: &Setting) -> Vec<Log> {
    let mut random = Random::from_seed(setting.seed);
    let mut link = Bottleneck {
        rates: setting.rates.iter().map(|(from, rate)| (millis(*from), *rate)).collect(),
        loss_permille: setting.loss_permille,
        queue: VecDeque::new(),
        bytes: 0,
        credit: 0.0,
    };
    let mut flows: Vec<Flow> = setting.flows.iter().map(|starts| flow(random.u64(), *starts, setting.demand)).collect();
    let mut now = Time::ZERO + millis(1);
    while now.since(Time::ZERO) < millis(setting.lasts) {
        let ms = now.since(Time::ZERO).as_millis() as u64;
        for (index, flow) in flows.iter_mut().enumerate() {
            for packet in flow.send(now) {
                link.push(now, index, packet, &mut random);
            }
        }
        for (index, packet, waited) in link.serve(now) {
            let flow = &mut flows[index];
            flow.log.through.push((ms, packet.len() + OUTER, waited.as_micros() as u64));
            flow.there.push_back((now + ONE_WAY, packet));
        }
        flows.iter_mut().for_each(|flow| flow.receive(now));
        now += TICK;
    }
    flows.into_iter().map(|flow| flow.log).collect()
}

/// What has come by now.
fn due(now: Time, list: &mut VecDeque<(Time, Vec<u8>)>) -> Option<Vec<u8>> {
    list.front().filter(|(at, _)| *at <= now)?;
    list.pop_front().map(|(_, packet)| packet)
}

const SEEDS: u64 = 10;
const STEADY: u64 = 10_000;

/// Runs the same over several seeds. Each flow of each is looked at from the tenth second of the last one on: the part of `fair`, in bits, that it
/// used, and the 95th percentile of the waiting.
fn over_seeds(what: &str, fair: f64, make: impl Fn(u64) -> Setting) -> Vec<Log> {
    let mut all = Vec::new();
    for seed in 0..SEEDS {
        let setting = make(seed);
        let steady = STEADY + setting.flows.iter().max().unwrap();
        for log in run(&setting) {
            let used = log.rate(steady, setting.lasts) * (setting.lasts - steady) as f64 / 1000.0 / fair;
            let waited = log.waited(steady, setting.lasts);
            println!("{what}, seed {seed}: {:.0} % used, {waited:.0} ms waited by 95 %", used * 100.0);
            assert!(used >= 0.85, "{what}, seed {seed}: {used} of the link");
            assert!(waited <= 100.0, "{what}, seed {seed}: {waited} ms");
            all.push(log);
        }
    }
    all
}

#[test]
fn a_link_that_narrows_and_widens_is_used_and_its_queue_stays_short() {
    let logs = over_seeds("2 to 0.5 to 2 Mbit/s", 15.0 * 2e6 + 20.0 * 0.5e6 + 25.0 * 2e6, |seed| Setting {
        seed,
        rates: vec![(0, 2e6), (25_000, 0.5e6), (45_000, 2e6)],
        loss_permille: 0,
        flows: vec![0],
        demand: 4_000_000,
        lasts: 70_000,
    });
    for log in logs {
        // An encoder is told what it can act on.
        for pair in log.rates.windows(2) {
            let [(before, old), (at, new)] = [pair[0], pair[1]];
            assert!(new.abs_diff(old) * 100 >= old * 7, "{old} to {new}");
            assert!(new < old || at - before >= 1000, "up from {old} to {new} after {} ms", at - before);
        }
    }
}

#[test]
fn a_second_flow_of_the_same_kind_gets_its_half() {
    over_seeds("two flows", 50.0 * 1e6, |seed| Setting {
        seed,
        rates: vec![(0, 2e6)],
        loss_permille: 0,
        flows: vec![0, 0],
        demand: 4_000_000,
        lasts: 60_000,
    });
}

#[test]
fn a_flow_that_comes_later_gets_its_half_too() {
    over_seeds("a second flow, later", 50.0 * 1e6, |seed| Setting {
        seed,
        rates: vec![(0, 2e6)],
        loss_permille: 0,
        flows: vec![0, 20_000],
        demand: 4_000_000,
        lasts: 80_000,
    });
}

#[test]
fn random_loss_is_no_reason_to_give_way() {
    over_seeds("2 % loss", 50.0 * 2e6, |seed| Setting {
        seed,
        rates: vec![(0, 2e6)],
        loss_permille: 20,
        flows: vec![0],
        demand: 4_000_000,
        lasts: 60_000,
    });
}

#[test]
fn sound_comes_first_on_a_link_that_becomes_too_narrow_for_pictures() {
    for seed in 0..SEEDS {
        let setting = Setting {
            seed,
            rates: vec![(0, 1e6), (10_000, 0.1e6), (30_000, 1e6)],
            loss_permille: 0,
            flows: vec![0],
            demand: 1_000_000,
            lasts: 36_000,
        };
        let log = &run(&setting)[0];
        let (gap, _) = log.sound(9_000, setting.lasts);
        let (_, lost) = log.sound(11_000, setting.lasts);
        let back = log.pictures.iter().find(|at| **at > 30_000);
        println!("seed {seed}: a gap of {gap} ms, later {lost:.1} of 1000 lost, pictures again at {back:?} ms");
        assert!(gap <= 500, "seed {seed}: {gap} ms without sound");
        assert!(lost < 10.0, "seed {seed}: {lost} of 1000 lost");
        assert!(back.is_some_and(|at| *at <= 35_000), "seed {seed}: pictures again at {back:?}");
        let least = log.rates.iter().filter(|(at, _)| (10_000..30_000).contains(at)).map(|(_, rate)| *rate).min();
        assert_eq!(least, Some(0), "seed {seed}: there is no room for a picture");
    }
}
