//! What is counted of the peer's packets.

use super::RATE;
use crate::time::{Duration, Time};
use rtrb::Producer;

/// The loss is told for the last whole span of this.
const LOSS_SPAN: Duration = Duration::from_secs(2);

/// What is counted of the peer's packets.
#[derive(Debug, Default)]
pub struct Receive {
    pub ring: Option<Producer<u8>>,
    pub unpulled: u64,
    pub received: u64,
    /// The first and the highest sequence number, continued beyond 16 bits.
    pub first: Option<u32>,
    pub highest: u32,
    /// Numbers that were nothing but padding.
    pub padding: u32,
    pub jitter: f64,
    pub transit: Option<i64>,
    pub span: Option<(Time, u64, u64)>,
    pub loss_permille: u32,
}

impl Receive {
    /// Nothing but padding, with which libwebrtc probes what a path carries: a number of the sequence that holds no sound.
    pub fn count_padding(&mut self, sequence: u16) {
        if self.first.is_some() {
            self.extend(sequence);
            self.padding += 1;
        }
    }

    /// The sequence number, continued beyond 16 bits.
    pub fn extend(&mut self, sequence: u16) -> u32 {
        let extended = match self.first {
            None => {
                // Room for what comes earlier.
                let first = u32::from(sequence) + (1 << 16);
                self.first = Some(first);
                self.highest = first;
                first
            }
            Some(_) => self.highest.wrapping_add_signed(i32::from(sequence.wrapping_sub(self.highest as u16) as i16)),
        };
        self.highest = self.highest.max(extended);
        extended
    }

    /// The continued number of a packet among those with sound.
    pub fn count(&mut self, now: Time, sequence: u16, timestamp: u32) -> u32 {
        self.received += 1;
        let extended = self.extend(sequence);
        let arrival = (u128::from(now.as_nanos()) * u128::from(RATE) / 1_000_000_000) as u32;
        let transit = i64::from(arrival.wrapping_sub(timestamp) as i32);
        if let Some(last) = self.transit.replace(transit) {
            let change = (transit - last).unsigned_abs() as f64;
            // A jump of the timestamps is no jitter.
            if change < f64::from(RATE) {
                self.jitter += (change - self.jitter) / 16.0;
            }
        }
        let (start, expected, received) = *self.span.get_or_insert((now, 0, 0));
        if now.since(start) >= LOSS_SPAN {
            let all = self.expected() - expected;
            let lost = all.saturating_sub(self.received - received);
            self.loss_permille = (lost * 1000).checked_div(all).unwrap_or(0) as u32;
            self.span = Some((now, self.expected(), self.received));
        }
        extended.wrapping_sub(self.padding)
    }

    /// Packets with sound, by the numbers.
    pub fn expected(&self) -> u64 {
        let all = self.first.map_or(0, |first| u64::from(self.highest.saturating_sub(first)) + 1);
        all.saturating_sub(u64::from(self.padding))
    }

    pub fn lost(&self) -> u64 {
        self.expected().saturating_sub(self.received)
    }
}
