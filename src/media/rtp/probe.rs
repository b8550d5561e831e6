//! Short bursts of packets, faster than the rate, that show whether there is room.

use super::estimate::OVERHEAD;
use super::feedback::Told;
use crate::time::{Duration, Time};

/// How long one takes…
const LASTS: Duration = Duration::from_millis(15);
/// … and how many packets at least: arrivals are told in quarters of a millisecond.
const LEAST_PACKETS: u32 = 5;
/// Padding in a packet, which is all that one byte can tell.
pub const PADDING: usize = 255;
/// Packets of different sizes come as unevenly as that, in seconds.
const UNEVEN: f64 = 0.001;
/// After so long nobody tells of it any more.
const FORGOTTEN: Duration = Duration::from_millis(1500);

/// How fast a burst left, and how fast it came.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Outcome {
    pub sent: f64,
    pub received: f64,
    /// It came as it left: there is room for so much.
    pub passes: bool,
}

#[derive(Debug)]
struct Burst {
    rate: f64,
    began: Time,
    /// Of its packets.
    first: Option<u64>,
    last: u64,
    packets: u32,
    bytes: usize,
    is_sent: bool,
    /// Of those that came.
    came: u32,
    came_bytes: u32,
    ends_bytes: [u32; 2],
    left: [Time; 2],
    came_at: [i64; 2],
}

#[derive(Debug, Default)]
pub struct Prober {
    burst: Option<Burst>,
}

impl Prober {
    /// Begins a burst of this rate, unless one is under way.
    pub fn begin(&mut self, now: Time, rate: f64) {
        if self.burst.is_none() {
            self.burst = Some(Burst {
                rate,
                began: now,
                first: None,
                last: 0,
                packets: 0,
                bytes: 0,
                is_sent: false,
                came: 0,
                came_bytes: 0,
                ends_bytes: [0; 2],
                left: [now; 2],
                came_at: [0; 2],
            });
        }
    }

    pub fn is_under_way(&self) -> bool {
        self.burst.is_some()
    }

    /// When the next packet of a burst is due, whatever it carries.
    pub fn next_packet(&self) -> Option<Time> {
        let burst = self.burst.as_ref().filter(|burst| !burst.is_sent)?;
        Some(burst.began + Duration::from_secs_f64(burst.bytes as f64 * 8.0 / burst.rate))
    }

    pub fn stop(&mut self) {
        self.burst = None;
    }

    /// A packet with this number has left.
    pub fn note_left(&mut self, now: Time, number: u64, size: usize) {
        let Some(burst) = self.burst.as_mut().filter(|burst| !burst.is_sent) else { return };
        burst.first.get_or_insert(number);
        burst.last = number;
        burst.packets += 1;
        burst.bytes += size + OVERHEAD;
        let planned = burst.rate * LASTS.as_secs_f64() / 8.0;
        burst.is_sent = burst.packets >= LEAST_PACKETS && burst.bytes as f64 >= planned && now > burst.began;
    }

    /// What became of a packet. The outcome, when it was the last of a burst.
    pub fn note(&mut self, told: &Told) -> Option<Outcome> {
        let burst = self.burst.as_mut()?;
        let first = burst.first.filter(|first| told.number >= *first)?;
        if told.number <= burst.last {
            let at = told.arrived_at?;
            let bytes = u32::from(told.size) + OVERHEAD as u32;
            let end = usize::from(burst.came > 0);
            for end in end..2 {
                (burst.ends_bytes[end], burst.left[end], burst.came_at[end]) = (bytes, told.sent_at, at);
            }
            burst.came += 1;
            burst.came_bytes += bytes;
        }
        if !burst.is_sent || told.number < burst.last {
            return None;
        }
        let all = (burst.last - first + 1) as u32;
        let burst = self.burst.take()?;
        // Too many were lost to tell.
        if burst.came * 5 < all * 4 || burst.came < 3 {
            return Some(Outcome { sent: burst.rate, received: 0.0, passes: false });
        }
        let sent_in = burst.left[1].since(burst.left[0]).as_secs_f64();
        let came_in = (burst.came_at[1].saturating_sub(burst.came_at[0])) as f64 / 4000.0;
        let bits = |bytes: u32| f64::from(bytes) * 8.0;
        let sent = bits(burst.came_bytes - burst.ends_bytes[1]) / sent_in.max(0.000_25);
        let received = bits(burst.came_bytes - burst.ends_bytes[0]) / came_in.max(0.000_25);
        // A large packet at the end takes longer than a small one at the beginning.
        let own = bits(burst.ends_bytes[1].saturating_sub(burst.ends_bytes[0])) / sent;
        Some(Outcome { sent, received: received.min(sent), passes: came_in < 1.1 * sent_in + own + UNEVEN })
    }

    pub fn handle_timeout(&mut self, now: Time) {
        self.burst.take_if(|burst| now.since(burst.began) > FORGOTTEN);
    }
}
