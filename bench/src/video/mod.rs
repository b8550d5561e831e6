//! Packets of pictures through a whole transport, ours and str0m's: SRTP, what is kept for retransmission, transport-cc in both
//! directions, bandwidth estimation and the pacer. Two ends of one library in one process, on a path without delay or loss, in virtual
//! time: what is measured is processor time and allocations, of the sending end and of the receiving one apart.

pub mod calls;
mod ours;
mod theirs;

use crate::Target;
use crate::machine::{allocations, median, processor_time};
use std::time::Duration;

/// 4 Mbit/s at 30 frames a second.
pub const PACKETS: usize = 14;
pub const PACKET: usize = 1200;
const FRAME: Duration = Duration::from_nanos(33_333_333);
/// Until the estimator has found that the path carries it.
const WARM_UP: usize = 30 * 30;
/// Frames of one round, and rounds of each side by turns.
const ROUND: usize = 60;
const ROUNDS: usize = 31;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Profile {
    CounterMode,
    Gcm,
}

impl Profile {
    fn name(self) -> &'static str {
        match self {
            Profile::CounterMode => "AES-128-CM-SHA1-80",
            Profile::Gcm => "AEAD-AES-128-GCM",
        }
    }
}

/// One end of a connection. `now` counts from a start that both ends share.
pub trait End {
    /// Sends a frame, a packet for each payload.
    fn send(&mut self, now: Duration, timestamp: u32, payloads: &[Vec<u8>]);
    fn receive(&mut self, now: Duration, datagram: &[u8]);
    fn next_timeout(&mut self) -> Option<Duration>;
    fn handle_timeout(&mut self, now: Duration);
    /// Takes what wants to leave, and counts packets of pictures that have come.
    fn drain(&mut self, datagrams: &mut Vec<Vec<u8>>) -> usize;
    /// A datagram of this end's has been sent, and its buffer is free.
    fn give_back(&mut self, datagram: Vec<u8>);
    /// So many packets a frame the link carries, as far as this end knows.
    fn allowed(&self) -> usize;
}

/// A connection with a sender and a receiver of pictures.
struct Link<E> {
    sender: E,
    receiver: E,
    now: Duration,
    frames: u32,
    /// Of the next frame.
    payloads: Vec<Vec<u8>>,
    /// When it left, and what.
    there: Vec<(Duration, Vec<u8>)>,
    back: Vec<Vec<u8>>,
    drained: Vec<Vec<u8>>,
    received: usize,
    sent: usize,
}

/// What a number of packets took at each end.
#[derive(Clone, Copy, Default)]
struct Cost {
    packets: usize,
    send: Spent,
    receive: Spent,
}

#[derive(Clone, Copy, Default)]
struct Spent {
    time: Duration,
    allocations: usize,
    /// Of frames with a check of ICE or a heartbeat of the data channel among their datagrams: these come every few seconds, and are
    /// counted apart.
    by_checks: usize,
}

impl Spent {
    fn during<T>(&mut self, work: impl FnOnce() -> T) -> T {
        let start = processor_time();
        let mut result = None;
        self.allocations += allocations(|| result = Some(work()));
        self.time += processor_time() - start;
        result.expect("the work was done")
    }

    /// What a frame took. `is_checked`: with such a check in it.
    fn add(&mut self, frame: Spent, is_checked: bool) {
        self.time += frame.time;
        *if is_checked { &mut self.by_checks } else { &mut self.allocations } += frame.allocations;
    }
}

/// Whether one of them is of STUN or DTLS, and so neither RTP nor RTCP.
fn has_check<'a>(mut datagrams: impl Iterator<Item = &'a Vec<u8>>) -> bool {
    datagrams.any(|datagram| datagram.first().is_some_and(|first| *first < 128))
}

impl<E: End> Link<E> {
    fn new([sender, receiver]: [E; 2], now: Duration) -> Self {
        let payloads = (0..PACKETS).map(|at| vec![at as u8 | 0x10; PACKET]).collect();
        let mut link = Link {
            sender,
            receiver,
            now,
            frames: 0,
            payloads,
            there: vec![],
            back: vec![],
            drained: vec![],
            received: 0,
            sent: 0,
        };
        for _ in 0..WARM_UP {
            let packets = link.sender.allowed().clamp(1, PACKETS);
            link.frame(packets, &mut Cost::default());
        }
        let found = link.sender.allowed();
        if found < PACKETS {
            println!("  the sender believes in {found} packets a frame only, of {PACKETS}");
        }
        link
    }

    /// A frame leaves and arrives; what is told of it goes back a frame later.
    fn frame(&mut self, packets: usize, cost: &mut Cost) {
        let Link { sender, receiver, now, payloads, there, back, drained, .. } = self;
        let (timestamp, start, end) = (self.frames * 3000, *now, *now + FRAME);
        let [mut sent, mut arrived] = [Spent::default(); 2];
        let answers = has_check(back.iter());
        sent.during(|| {
            for datagram in &*back {
                sender.receive(start, datagram);
                sender.drain(drained);
            }
            sender.send(start, timestamp, &payloads[..packets]);
            sender.drain(drained);
            there.extend(drained.drain(..).map(|datagram| (start, datagram)));
            while let Some(at) = sender.next_timeout().filter(|at| *at <= end) {
                let at = at.max(start);
                sender.handle_timeout(at);
                sender.drain(drained);
                there.extend(drained.drain(..).map(|datagram| (at, datagram)));
            }
        });
        let asks = has_check(there.iter().map(|(_, datagram)| datagram));
        arrived.during(|| {
            back.drain(..).for_each(|datagram| receiver.give_back(datagram));
            for (at, datagram) in &*there {
                self.received += run(receiver, start, *at, back);
                receiver.receive(*at, datagram);
                self.received += receiver.drain(back);
            }
            self.received += run(receiver, start, end, back);
        });
        sent.during(|| there.drain(..).for_each(|(_, datagram)| sender.give_back(datagram)));
        cost.send.add(sent, asks || answers);
        cost.receive.add(arrived, asks || has_check(back.iter()));
        cost.packets += packets;
        self.sent += packets;
        self.frames += 1;
        self.now = end;
    }

    fn round(&mut self) -> Cost {
        let mut cost = Cost::default();
        let before = self.received;
        for _ in 0..ROUND {
            self.frame(PACKETS, &mut cost);
        }
        let arrived = self.received - before;
        // Some may be on their way still, and those of before have come.
        assert!(arrived.abs_diff(cost.packets) <= 2 * PACKETS, "{arrived} of {} packets arrived", cost.packets);
        cost
    }
}

/// The timers of an end, up to a time.
fn run(end: &mut impl End, mut now: Duration, until: Duration, datagrams: &mut Vec<Vec<u8>>) -> usize {
    let mut received = 0;
    while let Some(at) = end.next_timeout().filter(|at| *at <= until) {
        now = now.max(at);
        end.handle_timeout(now);
        received += end.drain(datagrams);
    }
    received
}

/// Nanoseconds and allocations per packet, and allocations of checks and heartbeats in all: sent, received.
struct Figures {
    nanoseconds: [f64; 2],
    allocations: [f64; 2],
    by_checks: [usize; 2],
}

fn figures(rounds: &[Cost], clock: f64) -> Figures {
    let per_packet = |cost: &Cost, spent: Spent, frames: f64, readings: f64| {
        (spent.time.as_nanos() as f64 - readings * frames * clock) / cost.packets as f64
    };
    let frames = ROUND as f64;
    let send = median(rounds.iter().map(|cost| per_packet(cost, cost.send, frames, 2.0)).collect());
    let receive = median(rounds.iter().map(|cost| per_packet(cost, cost.receive, frames, 1.0)).collect());
    let packets = rounds.iter().map(|cost| cost.packets).sum::<usize>() as f64;
    let count = |of: fn(&Cost) -> usize| rounds.iter().map(of).sum::<usize>() as f64 / packets;
    Figures {
        nanoseconds: [send, receive],
        allocations: [count(|cost| cost.send.allocations), count(|cost| cost.receive.allocations)],
        by_checks: [|cost: &Cost| cost.send.by_checks, |cost: &Cost| cost.receive.by_checks]
            .map(|of| rounds.iter().map(of).sum()),
    }
}

/// Nanoseconds that a measurement of nothing takes.
fn clock() -> f64 {
    let measure = || {
        let mut spent = Spent::default();
        for _ in 0..1000 {
            spent.during(|| ());
        }
        spent.time.as_nanos() as f64 / 1000.0
    };
    median((0..21).map(|_| measure()).collect())
}

pub fn packets() -> Vec<Target> {
    let clock = clock();
    println!(
        "packets of pictures, {PACKET} bytes, 4 Mbit/s, through a whole transport; per packet (a clock takes {clock:.0} ns)"
    );
    let mut targets = Vec::new();
    for profile in [Profile::CounterMode, Profile::Gcm] {
        let mut ours = {
            let (ends, now) = ours::connect(profile);
            Link::new(ends, now)
        };
        let mut theirs = {
            let (ends, now) = theirs::connect(profile, true);
            Link::new(ends, now)
        };
        let mut bare = {
            let (ends, now) = theirs::connect(profile, false);
            Link::new(ends, now)
        };
        let (mut our_rounds, mut their_rounds, mut bare_rounds) = (Vec::new(), Vec::new(), Vec::new());
        for _ in 0..ROUNDS {
            our_rounds.push(ours.round());
            their_rounds.push(theirs.round());
            bare_rounds.push(bare.round());
        }
        let (our, their) = (figures(&our_rounds, clock), figures(&their_rounds, clock));
        let bare = figures(&bare_rounds, clock);
        for (name, figures) in [("tgcall", &our), ("str0m", &their), ("str0m, no estimate", &bare)] {
            let Figures { nanoseconds: [send, receive], allocations: [sent, received], by_checks } = figures;
            println!(
                "  {:<18} {name:<18} sent {send:>5.0} ns, {sent:>5.2} allocations; received {receive:>5.0} ns, {received:>5.2} allocations; \
                 and {} for all checks of ICE and heartbeats",
                profile.name(),
                by_checks.iter().sum::<usize>()
            );
        }
        // The cheaper one of theirs is the rival: without its estimator, sending costs it less.
        for (at, what) in ["send", "receive"].into_iter().enumerate() {
            let rival = their.nanoseconds[at].min(bare.nanoseconds[at]);
            let name = profile.name();
            targets.push(Target::at_most(
                format!("time to {what} a packet, of str0m's, {name}"),
                0.5,
                our.nanoseconds[at] / rival,
            ));
            targets.push(Target::at_most(format!("allocations to {what} a packet, {name}"), 0.0, our.allocations[at]));
        }
    }
    targets
}
