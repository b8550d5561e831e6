//! What the host has pushed and what of it is thrown away, as it lies in the rings.

use super::AudioEngine;
use crate::media::audio::port::Coding;
use core::sync::atomic::Ordering;
use rtrb::Consumer;

impl AudioEngine {
    pub(super) fn take_rings(&mut self) {
        if self.port.shared.ring_made.load(Ordering::Acquire) {
            let mut handoff = self.port.handoff.lock();
            self.port.shared.ring_made.store(false, Ordering::Relaxed);
            self.pcm.append(&mut handoff.pcm);
            self.opus.append(&mut handoff.opus);
        }
        // A ring that was followed by another is over when it is empty.
        while self.pcm.len() > 1 && self.pcm.front().is_some_and(|ring| ring.waiting() == 0) {
            self.pcm.pop_front();
        }
        while self.opus.len() > 1 && self.opus.front().is_some_and(Consumer::is_empty) {
            self.opus.pop_front();
        }
    }

    pub(super) fn available(&self) -> usize {
        self.pcm.iter().map(|ring| ring.waiting() as usize).sum()
    }

    /// Where a ring was overwritten, what is in those before it is older still.
    pub(super) fn drop_overwritten(&mut self, live: bool) {
        let Some(at) = self.pcm.iter().rposition(|ring| ring.waiting() > ring.capacity() as u64) else { return };
        let older: u64 = self.pcm.iter().take(at).map(|ring| ring.skip(u64::MAX)).sum();
        let lost = self.pcm.get(at).map_or(0, |ring| ring.skip_lost());
        self.count_lost(older + lost, live);
    }

    /// What was overwritten. Of a playlist, that is nothing but what was cleared.
    pub(super) fn count_lost(&mut self, samples: u64, live: bool) {
        self.count_read(samples);
        self.dropped.overflow += if live { samples } else { 0 };
    }

    pub(super) fn count_read(&self, samples: u64) {
        self.port.shared.read.fetch_add(samples, Ordering::Release);
    }

    /// Takes up to `most` samples of PCM away.
    pub(super) fn discard_pcm(&mut self, most: u64) -> u64 {
        let mut left = most;
        for ring in &self.pcm {
            left -= ring.skip(left);
        }
        self.count_read(most - left);
        most - left
    }

    /// Takes encoded sound away until `most` samples are gone.
    pub(super) fn discard_opus(&mut self, most: u64) -> u64 {
        let mut gone = 0;
        while gone < most && self.fetch_opus() {
            let duration = self.pending.take().map_or(0, |pending| u64::from(pending.duration));
            self.count_read(duration);
            gone += duration;
        }
        gone
    }

    pub(super) fn discard_cleared(&mut self) {
        let shared = &self.port.shared;
        let cleared = shared.cleared.load(Ordering::Acquire);
        let left = cleared.saturating_sub(shared.read.load(Ordering::Relaxed));
        if left == 0 {
            return;
        }
        // When the coding has changed, what was cleared is of the other one.
        match self.port.sent_coding() {
            Coding::Pcm => {
                let gone = self.discard_opus(left);
                self.discard_pcm(left.saturating_sub(gone));
            }
            Coding::Opus => {
                let gone = self.discard_pcm(left);
                self.discard_opus(left.saturating_sub(gone));
            }
        }
    }
}
