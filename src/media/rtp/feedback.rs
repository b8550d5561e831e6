//! Transport-wide congestion control: when the peer's packets came, for it to know, and what it says of ours.

use super::buffers::Buffers;
use super::rtcp::Compound;
use crate::random::Random;
use crate::sequence::extend;
use crate::time::{Duration, Time};
use crate::types::Ssrc;
use std::collections::VecDeque;

const PAUSE: Duration = Duration::from_millis(90);
/// Numbers that one feedback tells of; at 90 ms nobody sends as many.
pub const MAX_ARRIVALS: usize = 800;
/// Of a packet nobody hears any more after this.
const MAX_FLIGHT: Duration = Duration::from_secs(2);
const MAX_SENT: usize = 2048;
/// So much of what was sent is kept with what was told of it.
const MEMORY: Duration = Duration::from_secs(1);
const MAX_TOLD: usize = 512;
/// Units of an arrival in a second: 250 us each.
const TICKS: u64 = 4000;

/// When the peer's packets came, until a feedback tells it.
#[derive(Debug)]
pub struct Arrivals {
    start: Time,
    /// From the continued number `base` on: when it came, in units of 250 us since `start`, if it did. The first and the last
    /// did.
    list: VecDeque<Option<u64>>,
    base: u64,
    highest: Option<u64>,
    /// The source that feedback names: that of the last packet.
    about: Ssrc,
    due: Option<Time>,
    /// Of the next feedback.
    number: u8,
}

impl Arrivals {
    pub fn new(now: Time) -> Arrivals {
        Arrivals { start: now, list: VecDeque::new(), base: 0, highest: None, about: Ssrc(0), due: None, number: 0 }
    }

    pub fn note(&mut self, now: Time, number: u16, source: Ssrc) {
        // Leaves room below for what comes out of order at the start.
        let highest = self.highest.unwrap_or(1 << 16 | u64::from(number));
        let extended = extend(highest, number).unwrap_or(0);
        self.highest = Some(highest.max(extended));
        let at = now.since(self.start).as_nanos() as u64 / 250_000;
        if !self.place(extended, at) {
            return;
        }
        self.about = source;
        self.due.get_or_insert(now + PAUSE);
    }

    /// `false`: too far behind the newest.
    fn place(&mut self, number: u64, at: u64) -> bool {
        let most = MAX_ARRIVALS as u64;
        if self.list.is_empty() {
            self.base = number;
        }
        let end = self.base + self.list.len() as u64;
        if number + most < end {
            return false;
        }
        // What is far off would make a feedback of nothing but gaps.
        if number >= self.base + most {
            self.list
                .drain(..self.list.len().min(usize::try_from(number - most + 1 - self.base).unwrap_or(usize::MAX)));
            let gap = self.list.iter().take_while(|at| at.is_none()).count();
            self.list.drain(..gap);
            self.base = if self.list.is_empty() { number } else { end - self.list.len() as u64 };
        }
        for _ in number..self.base {
            self.list.push_front(None);
        }
        self.base = self.base.min(number);
        let place = (number - self.base) as usize;
        if place >= self.list.len() {
            self.list.resize(place + 1, None);
        }
        self.list[place].get_or_insert(at);
        true
    }

    pub fn next_timeout(&self) -> Option<Time> {
        self.due
    }

    /// The feedback, once it is due.
    pub fn poll(&mut self, now: Time, own: Ssrc, buffers: &mut Buffers) -> Option<Vec<u8>> {
        self.due.take_if(|at| *at <= now)?;
        let mut compound = Compound::from(buffers.take());
        compound.transport_cc(own.0, self.about.0, self.base as u16, self.list.make_contiguous(), self.number);
        self.list.clear();
        self.number = self.number.wrapping_add(1);
        Some(compound.finish())
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Fate {
    Unknown,
    /// Told as missing; it may still come.
    Missing,
    Arrived,
}

#[derive(Clone, Copy, Debug)]
struct Sent {
    at: Time,
    size: u16,
    fate: Fate,
}

/// What the peer says of one packet of ours.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Told {
    /// Continued beyond its 16 bits.
    pub number: u64,
    pub sent_at: Time,
    pub size: u16,
    /// In units of 250 us of the peer's clock, from anywhere. `None`: it is missing.
    pub arrived_at: Option<i64>,
}

/// Our packets that bear a number, and what the peer says of them.
#[derive(Debug)]
pub struct Flight {
    /// The number of the next packet.
    next: u64,
    /// A ring by number: the last one is that before `next`, or before one that is written and has not left.
    sent: VecDeque<Sent>,
    /// The number of the first of them.
    first: u64,
    /// The newest last. For who adapts its rate to it.
    told: VecDeque<Told>,
    arrived: u64,
    missing: u64,
    /// The highest number that is told to have arrived.
    newest: u64,
    round_trip: Option<Duration>,
}

impl Flight {
    pub fn new(random: &mut Random) -> Flight {
        let next = 1 << 16 | u64::from(random.u32() & 0x7fff);
        Flight {
            next,
            sent: VecDeque::new(),
            first: next,
            told: VecDeque::new(),
            arrived: 0,
            missing: 0,
            newest: 0,
            round_trip: None,
        }
    }

    /// The number of the next packet.
    pub fn number(&mut self) -> u64 {
        self.next += 1;
        self.next - 1
    }

    #[cfg(test)]
    pub fn next_number(&self) -> u64 {
        self.next
    }

    /// The packet with this number leaves.
    pub fn note_sent(&mut self, now: Time, number: u64, size: usize) {
        while self.sent.len() >= MAX_SENT || self.sent.front().is_some_and(|sent| now.since(sent.at) > MAX_FLIGHT) {
            self.sent.pop_front();
            self.first += 1;
        }
        // They leave in the order of their numbers.
        if self.first + self.sent.len() as u64 != number {
            self.sent.clear();
            self.first = number;
        }
        self.sent.push_back(Sent { at: now, size: size.try_into().unwrap_or(u16::MAX), fate: Fate::Unknown });
    }

    /// What the peer tells of the packets `base` to `base + count - 1`: the places of those that came, ascending, and when.
    ///
    /// Believed only about packets that were sent, and about each once; of a missing one also that it came after all. Each that
    /// is news is handed on, in the order of the numbers.
    pub fn handle(
        &mut self,
        now: Time,
        (base, count): (u16, u16),
        arrivals: impl Iterator<Item = (u16, i64)>,
        mut tell: impl FnMut(&Told),
    ) {
        let Some(base) = extend(self.next, base) else { return };
        let mut arrivals = arrivals.peekable();
        let mut took = None;
        let end = (base + u64::from(count)).min(self.first + self.sent.len() as u64);
        for number in base.max(self.first)..end {
            let sent = &mut self.sent[(number - self.first) as usize];
            let place = number - base;
            while arrivals.next_if(|(before, _)| u64::from(*before) < place).is_some() {}
            let arrived_at = arrivals.next_if(|(this, _)| u64::from(*this) == place).map(|(_, at)| at);
            match arrived_at {
                _ if sent.fate == Fate::Arrived => continue,
                Some(_) => {
                    self.arrived += 1;
                    self.missing -= u64::from(sent.fate == Fate::Missing);
                    sent.fate = Fate::Arrived;
                    // What comes late was held up on its way there, which is not the way of all.
                    if number > self.newest {
                        self.newest = number;
                        took = Some(now.since(sent.at));
                    }
                }
                None if sent.fate == Fate::Missing => continue,
                None => {
                    self.missing += 1;
                    sent.fate = Fate::Missing;
                }
            }
            let told = Told { number, sent_at: sent.at, size: sent.size, arrived_at };
            tell(&told);
            self.told.push_back(told);
        }
        // Of those at the front nothing more will be told.
        while self.sent.front().is_some_and(|sent| sent.fate == Fate::Arrived) {
            self.sent.pop_front();
            self.first += 1;
        }
        if let Some(took) = took {
            // A feedback that was lost makes the next one look slow: smoothed as TCP does.
            self.round_trip = Some(self.round_trip.map_or(took, |before| (before * 7 + took) / 8));
        }
        let newest = self.told.back().map_or(now, |told| told.sent_at);
        while self.told.len() > MAX_TOLD || self.told.front().is_some_and(|told| newest.since(told.sent_at) > MEMORY) {
            self.told.pop_front();
        }
    }

    /// How many packets arrived, and how many did not.
    pub fn counts(&self) -> (u64, u64) {
        (self.arrived, self.missing)
    }

    /// From the sending of a packet until a feedback tells its arrival, with what the peer waits for more.
    pub fn round_trip(&self) -> Option<Duration> {
        self.round_trip
    }

    /// How fast the last packets arrived, in bit/s; `None` unless some came one after the other.
    pub fn bit_rate(&self) -> Option<u64> {
        let arrived = || self.told.iter().filter_map(|told| Some((told.arrived_at?, u64::from(told.size))));
        let (first, first_size) = arrived().min_by_key(|(at, _)| *at)?;
        let (last, _) = arrived().max_by_key(|(at, _)| *at)?;
        let bits = 8 * (arrived().map(|(_, size)| size).sum::<u64>() - first_size);
        (bits * TICKS).checked_div(last.abs_diff(first))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(ms: u64) -> Time {
        Time::ZERO + Duration::from_millis(ms)
    }

    fn flight(packets: u64) -> (Flight, u64) {
        let mut flight = Flight::new(&mut Random::from_seed(3));
        let first = flight.next;
        for i in 0..packets {
            let number = flight.number();
            flight.note_sent(at(20 * i), number, 100);
        }
        (flight, first)
    }

    fn handle(flight: &mut Flight, now: Time, base: u64, count: u16, arrivals: &[(u16, i64)]) {
        flight.handle(now, (base as u16, count), arrivals.iter().copied(), |_| {});
    }

    #[test]
    fn what_became_of_each_packet_is_told_once_with_its_sending_and_its_arrival() {
        let (mut flight, first) = flight(5);
        handle(&mut flight, at(180), first, 4, &[(0, 1000), (1, 1080), (3, 1240)]);
        let told = |number, sent, arrived_at| Told { number: first + number, sent_at: at(sent), size: 100, arrived_at };
        let expected = [told(0, 0, Some(1000)), told(1, 20, Some(1080)), told(2, 40, None), told(3, 60, Some(1240))];
        assert_eq!(flight.told, expected);
        assert_eq!((flight.counts(), flight.round_trip()), ((3, 1), Some(Duration::from_millis(120))));
        // 200 bytes after the first in 60 ms.
        assert_eq!(flight.bit_rate(), Some(26_666));
        // The same again, and the missing one after all.
        handle(&mut flight, at(190), first, 4, &[(0, 1000), (1, 1080), (2, 1250), (3, 1240)]);
        assert_eq!((flight.counts(), flight.told.len(), flight.told[4]), ((4, 0), 5, told(2, 40, Some(1250))));
        assert_eq!(flight.round_trip(), Some(Duration::from_millis(120)), "as of the newest packet");
    }

    #[test]
    fn what_was_never_sent_is_not_believed_and_the_wrap_is_crossed() {
        let (mut flight, first) = flight(1);
        for base in [first + 1, first + 30_000, first - 30_000, first - 1] {
            let all: Vec<(u16, i64)> = (0..500).filter(|i| base + u64::from(*i) != first).map(|i| (i, 7)).collect();
            handle(&mut flight, at(50), base, if base < first { 1 } else { 500 }, &all);
        }
        assert_eq!((flight.counts(), flight.told.len(), flight.bit_rate()), ((0, 0), 0, None));
        flight.next = (5 << 16) - 2;
        for _ in 0..4 {
            let number = flight.number();
            flight.note_sent(at(60), number, 10);
        }
        handle(&mut flight, at(70), (5 << 16) - 2, 4, &[(0, -9), (1, -8), (2, -7), (3, -6)]);
        assert_eq!(flight.counts(), (4, 0));
    }

    #[test]
    fn a_peer_that_says_nothing_or_lies_costs_no_more_than_the_room() {
        let (mut flight, _) = flight(0);
        for i in 0..20_000 {
            let number = flight.number();
            // A million packets a second, then one each second.
            flight.note_sent(if i < 10_000 { at(i / 1000) } else { at(i * 1000) }, number, 1200);
            if i % 1000 == 999 {
                let all: Vec<(u16, i64)> = (0..4000).map(|place| (place, i64::MAX - i64::from(place))).collect();
                handle(&mut flight, at(i), number.saturating_sub(2000), 4000, &all);
            }
            assert!(flight.sent.len() <= MAX_SENT && flight.told.len() <= MAX_TOLD);
        }
        let _ = flight.bit_rate();
        assert!(flight.sent.len() <= 3, "the old ones are gone by their age");
    }

    #[test]
    fn arrivals_are_told_when_they_are_due_and_kept_within_their_room() {
        let (mut arrivals, mut buffers) = (Arrivals::new(at(0)), Buffers::default());
        assert_eq!((arrivals.next_timeout(), arrivals.poll(at(1000), Ssrc(1), &mut buffers)), (None, None));
        for i in 0..5000_u64 {
            arrivals.note(at(1000), (i * 3) as u16, Ssrc(7));
        }
        assert!(arrivals.list.len() <= MAX_ARRIVALS);
        assert_eq!((arrivals.next_timeout(), arrivals.poll(at(1089), Ssrc(1), &mut buffers)), (Some(at(1090)), None));
        let bytes = arrivals.poll(at(1090), Ssrc(1), &mut buffers).unwrap();
        assert!(bytes.len() < 1200, "fits a datagram: {}", bytes.len());
        assert_eq!(arrivals.next_timeout(), None);
    }
}
