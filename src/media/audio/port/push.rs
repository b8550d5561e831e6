//! What a host pushes: brought to 48 kHz, or as it is, into a ring for the network.
//!
//! What a push allocates: its first one a ring and, unless the rate is 48 kHz, a filter; another rate another filter; live
//! sound that is further ahead than ever, as in bursts, one larger ring, once.

use super::{AudioPort, Coding, MAX_CHUNK_MS, Shared, check_codec, check_format, wrong_coding};
use crate::error::Error;
use crate::media::audio::RATE;
use crate::media::audio::packet;
use crate::media::audio::resample::Resampler;
use crate::media::audio::ring::Ring;
use crate::media::audio::sample::Sample;
use core::sync::atomic::{Ordering, fence};
use rtrb::{Consumer, Producer, RingBuffer};
use std::collections::VecDeque;
use std::sync::Arc;

/// What live sound may wait between two turns of the network: a packet, a push, and a little.
const LIVE_SAMPLES: usize = 180 * 48;
/// The same of a host that pushes in bursts: 500 ms, what is left of the one before, and a little.
const BURST_SAMPLES: usize = 720 * 48;
/// The same of encoded sound, in bytes; bursts of the highest bit rate.
const LIVE_BYTES: usize = 8 * 1024;
const BURST_BYTES: usize = 48 * 1024;
/// What is kept of an encoded playlist, in bytes per ms: 128 kbit/s.
const BYTES_PER_MS: usize = 16;
/// A playlist of 10 s takes 500 pushes of 20 ms, whatever the resampler makes of them.
const SLACK_SAMPLES: u64 = 480;

#[derive(Default)]
pub(super) struct Push {
    ring: Option<Arc<Ring>>,
    resampler: Option<Filter>,
    opus: Option<(Producer<u8>, usize)>,
    /// Rings that the handoff was too busy to take.
    pcm_made: VecDeque<Arc<Ring>>,
    opus_made: VecDeque<Consumer<u8>>,
    sequence: u32,
}

/// What brings the host's sound to 48 kHz.
struct Filter {
    rate: u32,
    live: bool,
    /// Of what is sent.
    channels: usize,
    resampler: Resampler,
}

impl Filter {
    fn begin(&mut self) {
        self.resampler.reset();
        if self.live {
            // A push of a packet's length makes a packet, and not a little less, which would wait for the next.
            self.resampler.delay();
        }
    }
}

impl AudioPort {
    /// Pushes interleaved sound to be sent. [`Full`](crate::error::ErrorKind::Full): it did not fit the queue, and
    /// nothing was taken.
    pub fn push<S: Sample>(&self, rate: u32, channels: u32, samples: &[S]) -> Result<(), Error> {
        let frames = check_format(rate, channels, samples.len())?;
        check_codec()?;
        if self.sent_coding() != Coding::Pcm {
            return Err(wrong_coding());
        }
        let mut push = self.lock_push()?;
        let queue_ms = self.shared.queue_ms.load(Ordering::Relaxed);
        let live = queue_ms == 0;
        let sent = if self.encoding()[2] == 2 { 2 } else { 1 };
        if frames == 0 {
            return Ok(());
        }
        if live && !self.shared.active.load(Ordering::Relaxed) {
            self.shared.inactive.fetch_add(frames as u64 * u64::from(RATE) / u64::from(rate), Ordering::Relaxed);
            return Ok(());
        }
        if self.filter_cleared.swap(false, Ordering::AcqRel)
            && let Some(filter) = &mut push.resampler
        {
            filter.begin();
        }
        let count = push.resampler(&self.shared, rate, live, sent).ready_after(frames);
        let room = self.shared.queued() + count as u64 <= u64::from(queue_ms) * 48 + SLACK_SAMPLES;
        if !live && !room {
            return Err(Error::full("the queue is full"));
        }
        push.make_ring(queue_ms, count, sent);
        let Push { ring: Some(ring), resampler: Some(Filter { resampler, .. }), .. } = &mut *push else {
            return Ok(());
        };
        let queue = resampler.extend(frames);
        if channels as usize == sent {
            queue.iter_mut().zip(samples).for_each(|(to, sample)| *to = sample.to_i16());
        } else if channels == 1 {
            queue.chunks_exact_mut(sent).zip(samples).for_each(|(to, sample)| to.fill(sample.to_i16()));
        } else {
            for (to, frame) in queue.iter_mut().zip(samples.chunks_exact(channels as usize)) {
                let sum: i32 = frame.iter().map(|sample| i32::from(sample.to_i16())).sum();
                *to = (sum / channels as i32) as i16;
            }
        }
        resampler.read(|samples| ring.write(samples), count);
        push.hand_over(self);
        self.count_written(count as u64);
        Ok(())
    }

    /// Pushes one Opus packet. `timestamp` counts samples at 48 kHz; a gap is a pause.
    pub fn push_opus(&self, timestamp: u32, data: &[u8]) -> Result<(), Error> {
        let duration = packet::duration(data).ok_or_else(|| Error::argument("this is no Opus packet"))?;
        if self.sent_coding() != Coding::Opus {
            return Err(wrong_coding());
        }
        let mut push = self.lock_push()?;
        let queue_ms = self.shared.queue_ms.load(Ordering::Relaxed);
        let live = queue_ms == 0;
        if live && !self.shared.active.load(Ordering::Relaxed) {
            self.shared.inactive.fetch_add(duration.into(), Ordering::Relaxed);
            return Ok(());
        }
        if !live && self.shared.queued() + u64::from(duration) > u64::from(queue_ms) * 48 {
            return Err(Error::full("the queue is full"));
        }
        let sequence = push.sequence.wrapping_add(1);
        let sizes = if live { [LIVE_BYTES, BURST_BYTES] } else { [LIVE_BYTES + queue_ms as usize * BYTES_PER_MS; 2] };
        let is_larger = push.opus.as_ref().is_some_and(|(_, size)| *size == sizes[1]);
        let first = if is_larger { sizes[1] } else { sizes[0] };
        let is_written = packet::write(push.opus(first), sequence, timestamp, data)
            || (live && !is_larger && packet::write(push.opus(sizes[1]), sequence, timestamp, data));
        if !is_written && live {
            // Nobody took it for too long. Of what waits the older half gives way; this one is lost as well.
            self.shared.unfit.fetch_add(duration.into(), Ordering::Relaxed);
            self.shared.overflowed.store(true, Ordering::Relaxed);
            self.wake();
            return Ok(());
        }
        if !is_written {
            return Err(Error::full("the queue is full"));
        }
        push.sequence = sequence;
        push.hand_over(self);
        self.count_written(duration.into());
        Ok(())
    }

    /// For the network: a playlist seems to be over, so what is still in the filter is the end of it.
    pub(in crate::media::audio) fn flush(&self) {
        self.flushing.store(true, Ordering::SeqCst);
        fence(Ordering::SeqCst);
        // Somebody pushes: it is not the end.
        if let Some(mut push) = self.push.try_lock()
            && !self.filter_cleared.load(Ordering::Acquire)
        {
            push.flush(&self.shared);
        }
        self.flushing.store(false, Ordering::SeqCst);
    }

    /// So much more was pushed: wakes the network if that is what it waits for.
    ///
    /// Both sides write, pass a sequentially consistent fence, and read what the other wrote: here `written`, then `wanted`;
    /// in [`Shared::want`] `wanted`, then, by its callers, the ring. The fences have one order. If ours is the first, the
    /// network's look at the ring comes after our write and finds the sound; if its is, we find that it waits. They may
    /// both find each other, which costs one idle turn; that neither does is impossible. With anything less than fences
    /// in this place each could read before its own write is out, and the sound would lie there until something else
    /// turns the network.
    fn count_written(&self, samples: u64) {
        let written = self.shared.written.fetch_add(samples, Ordering::Release) + samples;
        fence(Ordering::SeqCst);
        let wanted = self.shared.wanted.load(Ordering::Relaxed);
        if wanted != 0 && written >= wanted && self.shared.wanted.swap(0, Ordering::AcqRel) != 0 {
            self.wake();
        }
    }
}

impl Push {
    /// What brings the host's sound to 48 kHz, made anew when the rate changes.
    fn resampler(&mut self, shared: &Shared, rate: u32, live: bool, channels: usize) -> &mut Resampler {
        if let Some(filter) = &self.resampler
            && (filter.rate, filter.live, filter.channels) != (rate, live, channels)
        {
            let of_others = filter.channels != channels;
            self.flush(shared);
            self.resampler = None;
            if of_others {
                self.ring = None;
            }
        }
        let filter = self.resampler.get_or_insert_with(|| {
            let resampler = Resampler::new(rate, RATE, channels, rate as usize * MAX_CHUNK_MS / 1000 + 1);
            let mut filter = Filter { rate, live, channels, resampler };
            filter.begin();
            filter
        });
        &mut filter.resampler
    }

    /// What is in the filter goes to the network, and it begins anew.
    fn flush(&mut self, shared: &Shared) {
        let Push { ring: Some(ring), resampler: Some(filter), .. } = self else { return };
        let resampler = &mut filter.resampler;
        resampler.flush();
        let count = resampler.read(|samples| ring.write(samples), usize::MAX);
        filter.begin();
        shared.written.fetch_add(count as u64, Ordering::Release);
    }

    /// A ring of the size that the queue wants. Of live sound the larger one comes when it is needed for the first time; a
    /// playlist's has room for all that its limit allows, so that only what was cleared is ever overwritten.
    fn make_ring(&mut self, queue_ms: u32, count: usize, channels: usize) {
        let live = queue_ms == 0;
        let playlist = queue_ms as usize * 48 + 2 * SLACK_SAMPLES as usize;
        let capacity = match &self.ring {
            Some(ring) if live && ring.capacity() == BURST_SAMPLES => return,
            Some(ring) if live && ring.capacity() == LIVE_SAMPLES && ring.room() >= count => return,
            Some(ring) if live && ring.capacity() == LIVE_SAMPLES => BURST_SAMPLES,
            _ if live => LIVE_SAMPLES,
            Some(ring) if ring.capacity() == playlist => return,
            _ => playlist,
        };
        let ring = Arc::new(Ring::new(capacity, channels));
        self.pcm_made.push_back(ring.clone());
        self.ring = Some(ring);
    }

    fn opus(&mut self, capacity: usize) -> &mut Producer<u8> {
        let (ring, _) = match self.opus.take() {
            Some((ring, old)) if old == capacity => (ring, old),
            _ => {
                let (ring, consumer) = RingBuffer::new(capacity);
                self.opus_made.push_back(consumer);
                (ring, capacity)
            }
        };
        &mut self.opus.insert((ring, capacity)).0
    }

    /// Gives new rings to the network, which holds the handoff for some nanoseconds at a time.
    fn hand_over(&mut self, port: &AudioPort) {
        if self.pcm_made.is_empty() && self.opus_made.is_empty() {
            return;
        }
        for _ in 0..10_000 {
            if let Some(mut handoff) = port.handoff.try_lock() {
                handoff.pcm.append(&mut self.pcm_made);
                handoff.opus.append(&mut self.opus_made);
                return;
            }
            core::hint::spin_loop();
        }
    }
}
