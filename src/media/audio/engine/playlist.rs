//! The pace of a playlist, which is ours.

use super::{AudioEngine, AudioEvent};
use crate::time::{Duration, Time};

/// A playlist that is late by more than this goes on from now.
const LATE: Duration = Duration::from_millis(100);

impl AudioEngine {
    pub(super) fn packet(&self) -> Duration {
        Duration::from_millis(u64::from(self.encoding.packet_ms))
    }

    /// When the last part of a playlist leaves, shorter than a packet: on time, unless something was pushed less than a
    /// packet's time ago, so that more may follow.
    pub(super) fn part_leaves_at(&self) -> Time {
        let pushed = self.backlog.pushed_at().unwrap_or(self.now);
        self.clock.play_at.unwrap_or(pushed).max(pushed + self.packet())
    }

    /// When an empty playlist is told to be over: not when its last packet has sounded, as a host that is exactly on time
    /// pushes the next one at that very moment, but a packet's time after that.
    pub(super) fn played_at(&self) -> Time {
        self.clock.play_at.map_or(self.now, |at| at + self.packet())
    }

    /// Whether a playlist's next packet is due, which then counts as taken. If there is nothing, it is over.
    pub(super) fn is_played(&mut self, something: bool, duration: Duration) -> bool {
        match self.clock.play_at {
            Some(at) if at > self.now => false,
            Some(_) if !something => {
                self.clock.play_at = None;
                self.events.push_back(AudioEvent::Played);
                self.port.shared.want(1);
                false
            }
            Some(at) => {
                let late = self.now.since(at) > LATE;
                self.clock.play_at = Some(if late { self.now } else { at } + duration);
                true
            }
            None => {
                self.clock.play_at = Some(self.now + duration).filter(|_| something);
                something
            }
        }
    }
}
