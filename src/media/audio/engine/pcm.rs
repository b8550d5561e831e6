//! Sound that we encode: when a packet of it is due, and what is in it.

use super::{AudioConfig, AudioEngine, Encoded, MS};
use crate::media::audio::codec;
use core::sync::atomic::Ordering;

/// How sound is encoded.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Encoding {
    pub bit_rate: u32,
    pub packet_ms: u32,
    pub channels: u32,
}

impl Encoding {
    /// What the host asked for, and the rest as configured.
    pub fn of(config: &AudioConfig, asked: [u32; 3]) -> Encoding {
        let or = |asked, otherwise| if asked == 0 { otherwise } else { asked };
        let [bit_rate, packet_ms, channels] = asked;
        let default_ms = if matches!(config.packet_ms, 40 | 60) { config.packet_ms } else { 20 };
        Encoding {
            bit_rate: or(bit_rate, config.bit_rate),
            packet_ms: or(packet_ms, default_ms),
            channels: or(channels, 1),
        }
    }

    /// Samples of a packet, interleaved.
    pub fn samples(&self) -> usize {
        (self.packet_ms * self.channels) as usize * MS
    }
}

impl AudioEngine {
    pub(super) fn next_pcm(&mut self, live: bool) -> Option<Encoded> {
        let size = self.frame_samples();
        // Muted sound goes through all of it but the last step.
        while self.is_pcm_due(live, size) {
            self.take_frame(size, live);
            if let Some(level) = self.level.add(&self.frame) {
                self.port.shared.sent_level.store(level, Ordering::Relaxed);
            }
            let level = self.voice.hear(&self.frame, self.encoding.packet_ms);
            self.sound_at = self.now;
            let duration = size as u32;
            let (timestamp, marker) = self.clock.stamp(self.now, duration);
            if self.port.is_muted() {
                self.clock.marker = true;
                continue;
            }
            if self.encoder.is_none() {
                self.encoder = codec::Encoder::new(self.encoding.bit_rate, self.encoding.channels).ok();
                self.set_loss(self.loss_percent);
            }
            let Some(payload) = self.encoder.as_mut().and_then(|encoder| encoder.encode(&self.frame)) else {
                self.dropped.unencoded += u64::from(duration);
                continue;
            };
            return Some(Encoded { payload, timestamp, marker, duration, level });
        }
        None
    }

    fn is_pcm_due(&mut self, live: bool, size: usize) -> bool {
        self.drop_overwritten(live);
        if !live {
            return self.is_piece_due(size);
        }
        self.clock.play_at = None;
        if self.is_short(size) {
            self.backlog.flows();
            return false;
        }
        if self.clock.is_allowed(self.now, size as u32) {
            return true;
        }
        let surplus = self.backlog.is_held(self.now, (self.available() - size) as u64);
        self.dropped.surplus += self.discard_pcm(surplus);
        false
    }

    /// Whether less than this is there, in which case more of it wakes us.
    fn is_short(&self, samples: usize) -> bool {
        self.available() < samples && {
            self.port.shared.want(samples as u64);
            self.available() < samples
        }
    }

    /// Whether a playlist's next packet of PCM is due, which then counts as taken.
    fn is_piece_due(&mut self, size: usize) -> bool {
        let duration = self.packet();
        if !self.is_short(size) {
            return self.is_played(true, duration);
        }
        let is_playing = self.clock.play_at.is_some_and(|at| at <= self.now);
        if self.available() == 0 && !is_playing {
            self.is_short(1);
            return false;
        }
        if self.now < self.part_leaves_at() {
            return false;
        }
        // No more came in a packet's time: this is the end of it. The rest of the packet is silence.
        self.port.flush();
        let something = self.available() > 0;
        (something || self.now >= self.played_at()) && self.is_played(something, duration)
    }

    /// Fills the frame. What is not there is silence.
    fn take_frame(&mut self, size: usize, live: bool) {
        let channels = self.encoding.channels as usize;
        let (mut taken, mut lost) = (0, 0);
        for ring in &self.pcm {
            let Some(room) = self.frame.get_mut(taken * channels..size * channels) else { break };
            let (count, overwritten) = ring.read_as(room, channels);
            taken += count;
            lost += overwritten;
        }
        if let Some(rest) = self.frame.get_mut(taken * channels..) {
            rest.fill(0);
        }
        self.count_read(taken as u64);
        self.count_lost(lost, live);
    }
}
