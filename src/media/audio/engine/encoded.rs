//! Sound that the host has encoded: when its next packet is due.

use super::{AudioEngine, Encoded};
use crate::media::audio::packet::{self, Header, MAX_PACKET};
use crate::media::audio::send_clock::{pause_after, samples};
use crate::media::audio::voice;
use crate::time::Duration;
use core::sync::atomic::Ordering;

#[derive(Debug)]
pub(super) struct Pending {
    pub header: Header,
    pub packet: Vec<u8>,
    pub duration: u32,
    /// The pause before it is part of `play_at`.
    pub counted: bool,
}

impl AudioEngine {
    /// Whether there is a next packet of the host's, which then is in `pending`.
    pub(super) fn fetch_opus(&mut self) -> bool {
        if self.pending.is_none() {
            let mut packet = vec![0; MAX_PACKET];
            let Some(header) = self.opus.iter_mut().find_map(|ring| packet::read(ring, &mut packet)) else {
                return false;
            };
            packet.truncate(usize::from(header.size));
            let duration = packet::duration(&packet).unwrap_or(0);
            self.pending = Some(Pending { header, packet, duration, counted: false });
        }
        true
    }

    pub(super) fn next_opus(&mut self, live: bool) -> Option<Encoded> {
        if live && self.port.shared.overflowed.swap(false, Ordering::Relaxed) {
            self.dropped.overflow += self.discard_opus(self.port.shared.queued() / 2);
        }
        while self.is_opus_due(live) {
            let Pending { header, packet: payload, duration, .. } = self.pending.take()?;
            self.count_read(u64::from(duration));
            self.host_gaps +=
                u64::from(self.clock.host.is_some_and(|host| pause_after(host, header.timestamp) != Some(0)));
            let (timestamp, marker) = self.clock.stamp_host(self.now, header.timestamp, duration);
            if self.port.is_muted() {
                self.clock.marker = true;
                continue;
            }
            let level = voice::of_encoded(&payload);
            return Some(Encoded { payload, timestamp, marker, duration, level });
        }
        None
    }

    fn is_opus_due(&mut self, live: bool) -> bool {
        let is_there = self.fetch_opus() || {
            self.port.shared.want(1);
            // What came between is found now.
            self.fetch_opus()
        };
        if live {
            self.clock.play_at = None;
        }
        let Some(pending) = self.pending.as_mut().filter(|_| is_there) else {
            self.backlog.flows();
            return !live && self.now >= self.played_at() && self.is_played(false, Duration::ZERO);
        };
        let duration = pending.duration;
        if live {
            if self.clock.is_allowed(self.now, duration) {
                return true;
            }
            let behind = self.port.shared.queued().saturating_sub(duration.into());
            let surplus = self.backlog.is_held(self.now, behind);
            self.dropped.surplus += self.discard_opus(surplus);
            return false;
        }
        let counted = core::mem::replace(&mut pending.counted, true);
        if let Some(at) = &mut self.clock.play_at
            && !counted
        {
            *at += samples(self.clock.host.map_or(0, |host| pause_after(host, pending.header.timestamp).unwrap_or(0)));
        }
        self.is_played(true, samples(duration))
    }
}
