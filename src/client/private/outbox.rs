//! Signaling that Telegram does not want yet (section 11: `FLOOD_WAIT` means "pause sending, keep the queue").

use crate::time::{Duration, Time};
use std::collections::VecDeque;

/// Packets kept during a pause, and their bytes; the oldest give way, for a newer one says more about where we are.
const PACKETS: usize = 256;
const BYTES: usize = 1 << 20;
/// No pause is longer: by then the call is over for want of a path.
const LONGEST_PAUSE: Duration = Duration::from_secs(60);

/// What waits for a pause to end.
#[derive(Debug)]
pub struct Outbox {
    pub open_at: Time,
    packets: VecDeque<Vec<u8>>,
    bytes: usize,
    /// How many packets at the front were refused, in the order they were sent.
    refused: usize,
    pub dropped: u64,
}

impl Outbox {
    /// A pause of `seconds`, at least one.
    pub fn pause(now: Time, seconds: u32) -> Outbox {
        let pause = Duration::from_secs(u64::from(seconds.max(1))).min(LONGEST_PAUSE);
        Outbox { open_at: now + pause, packets: VecDeque::new(), bytes: 0, refused: 0, dropped: 0 }
    }

    /// A longer pause, if this one ends later.
    pub fn extend(&mut self, other: Outbox) {
        self.open_at = self.open_at.max(other.open_at);
    }

    /// A packet that was refused goes in front of those that came after it.
    pub fn put_back(&mut self, packet: Vec<u8>) {
        if self.packets.len() < PACKETS && self.bytes + packet.len() <= BYTES {
            self.bytes += packet.len();
            self.packets.insert(self.refused, packet);
            self.refused += 1;
        } else {
            self.dropped += 1;
        }
    }

    pub fn push(&mut self, packet: Vec<u8>) {
        while self.packets.len() == PACKETS || self.bytes + packet.len() > BYTES {
            let Some(oldest) = self.packets.pop_front() else { break };
            self.bytes -= oldest.len();
            self.refused = self.refused.saturating_sub(1);
            self.dropped += 1;
        }
        self.bytes += packet.len();
        self.packets.push_back(packet);
    }

    pub fn into_packets(self) -> impl Iterator<Item = Vec<u8>> {
        self.packets.into_iter()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn refused_packets_come_before_later_ones() {
        let mut outbox = Outbox::pause(Time::ZERO, 3);
        outbox.push(vec![3]);
        outbox.put_back(vec![1]);
        outbox.put_back(vec![2]);
        assert_eq!(outbox.open_at, Time::ZERO + Duration::from_secs(3));
        assert_eq!(outbox.into_packets().collect::<Vec<_>>(), [vec![1], vec![2], vec![3]]);
    }

    #[test]
    fn a_full_outbox_drops_the_oldest() {
        let mut outbox = Outbox::pause(Time::ZERO, 0);
        for n in 0..PACKETS + 2 {
            outbox.push(n.to_le_bytes().to_vec());
        }
        outbox.put_back(vec![0]);
        assert_eq!(outbox.dropped, 3);
        assert_eq!(outbox.into_packets().next(), Some(2usize.to_le_bytes().to_vec()));
    }

    #[test]
    fn long_packets_give_way_sooner_and_the_newest_stays() {
        let mut outbox = Outbox::pause(Time::ZERO, 0);
        for n in 0..100 {
            outbox.push(vec![n; 16 << 10]);
            assert!(outbox.bytes <= BYTES);
        }
        outbox.put_back(vec![0; 16 << 10]);
        assert_eq!(outbox.dropped, 100 - 64 + 1);
        let kept: Vec<_> = outbox.into_packets().map(|packet| packet[0]).collect();
        assert_eq!(kept, (36..100).collect::<Vec<u8>>());
    }

    #[test]
    fn no_pause_outlives_the_call() {
        assert_eq!(Outbox::pause(Time::ZERO, u32::MAX).open_at, Time::ZERO + LONGEST_PAUSE);
    }
}
