//! What a host pushes: brought to 48 kHz, or as it is, into a ring for the network.
//!
//! What a push allocates: its first one a ring and, unless the rate is 48 kHz, a filter; another rate another filter; live
//! sound that is further ahead than ever, as in bursts, a larger ring, twice at most.

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

/// What live sound may wait between two turns of the network: a packet of 20 ms, a push, and a little; the longest packet, the
/// longest push, and a little; of a host that pushes in bursts 500 ms, what is left of the one before, and a little. A ring is as
/// large as has been needed: whole, each is gone through and stays in memory.
const LIVE_SAMPLES: [usize; 3] = [96 * 48, 180 * 48, 720 * 48];
/// The same of encoded sound, in bytes; bursts of the highest bit rate.
const LIVE_BYTES: usize = 8 * 1024;
const BURST_BYTES: usize = 48 * 1024;
/// What is kept of an encoded playlist, in bytes per ms: 128 kbit/s.
const BYTES_PER_MS: usize = 16;
/// A playlist of 10 s takes 500 pushes of 20 ms, whatever the resampler makes of them.
const SLACK_SAMPLES: u64 = 480;
/// Samples at 48 kHz that are put into the ring at a time: 10 ms in stereo.
const PIECE: usize = 960;

#[derive(Default)]
pub(super) struct Push {
    ring: Option<Arc<Ring>>,
    filter: Option<Filter>,
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
    /// `None`: it is at 48 kHz.
    resampler: Option<Resampler>,
}

impl Filter {
    fn new(rate: u32, live: bool, channels: usize) -> Filter {
        let capacity = rate as usize * MAX_CHUNK_MS / 1000 + 1;
        let resampler = (rate != RATE).then(|| Resampler::new(rate, RATE, channels, capacity));
        let mut filter = Filter { rate, live, channels, resampler };
        filter.begin();
        filter
    }

    fn begin(&mut self) {
        if let Some(resampler) = &mut self.resampler {
            resampler.reset();
            if self.live {
                // A push of a packet's length makes a packet, and not a little less, which would wait for the next.
                resampler.delay();
            }
        }
    }

    /// What comes out when so many frames go in.
    fn ready_after(&self, frames: usize) -> usize {
        self.resampler.as_ref().map_or(frames, |resampler| resampler.ready_after(frames))
    }

    /// Brings interleaved sound of so many channels into the ring.
    fn write<S: Sample>(&mut self, ring: &Ring, samples: &[S], channels: usize) {
        let sent = self.channels;
        if let Some(resampler) = &mut self.resampler {
            convert(samples, channels, resampler.extend(samples.len() / channels), sent);
            resampler.read(|samples| ring.write(samples), usize::MAX);
            return;
        }
        let mut piece = [0; PIECE];
        for samples in samples.chunks(PIECE / 2 * channels) {
            let piece = &mut piece[..samples.len() / channels * sent];
            convert(samples, channels, piece, sent);
            ring.write(piece);
        }
    }

    /// What it still holds goes into the ring, and it begins anew: how many frames.
    fn flush(&mut self, ring: &Ring) -> usize {
        let Some(resampler) = &mut self.resampler else { return 0 };
        resampler.flush();
        let count = resampler.read(|samples| ring.write(samples), usize::MAX);
        self.begin();
        count
    }
}

/// Fills `to`, of `sent` channels, with what the host says in as many or in others.
fn convert<S: Sample>(samples: &[S], channels: usize, to: &mut [i16], sent: usize) {
    if channels == sent {
        to.iter_mut().zip(samples).for_each(|(to, sample)| *to = sample.to_i16());
    } else if channels == 1 {
        to.chunks_exact_mut(sent).zip(samples).for_each(|(to, sample)| to.fill(sample.to_i16()));
    } else {
        for (to, frame) in to.iter_mut().zip(samples.chunks_exact(channels)) {
            let sum: i32 = frame.iter().map(|sample| i32::from(sample.to_i16())).sum();
            *to = (sum / channels as i32) as i16;
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
            && let Some(filter) = &mut push.filter
        {
            filter.begin();
        }
        let count = push.filter(&self.shared, rate, live, sent).ready_after(frames);
        let room = self.shared.queued() + count as u64 <= u64::from(queue_ms) * 48 + SLACK_SAMPLES;
        if !live && !room {
            return Err(Error::full("the queue is full"));
        }
        push.make_ring(queue_ms, count, sent);
        let Push { ring: Some(ring), filter: Some(filter), .. } = &mut *push else {
            return Ok(());
        };
        filter.write(ring, samples, channels as usize);
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
    fn filter(&mut self, shared: &Shared, rate: u32, live: bool, channels: usize) -> &mut Filter {
        if let Some(filter) = &self.filter
            && (filter.rate, filter.live, filter.channels) != (rate, live, channels)
        {
            let of_others = filter.channels != channels;
            self.flush(shared);
            self.filter = None;
            if of_others {
                self.ring = None;
            }
        }
        self.filter.get_or_insert_with(|| Filter::new(rate, live, channels))
    }

    /// What is in the filter goes to the network, and it begins anew.
    fn flush(&mut self, shared: &Shared) {
        let Push { ring: Some(ring), filter: Some(filter), .. } = self else { return };
        shared.written.fetch_add(filter.flush(ring) as u64, Ordering::Release);
    }

    /// A ring of the size that the queue wants. Of live sound a larger one comes when it is needed for the first time; a
    /// playlist's has room for all that its limit allows, so that only what was cleared is ever overwritten.
    fn make_ring(&mut self, queue_ms: u32, count: usize, channels: usize) {
        let live = queue_ms == 0;
        let playlist = queue_ms as usize * 48 + 2 * SLACK_SAMPLES as usize;
        let capacity = match &self.ring {
            Some(ring) if live => {
                let size = LIVE_SAMPLES.iter().position(|size| *size == ring.capacity());
                match size.and_then(|size| LIVE_SAMPLES.get(size + 1)) {
                    Some(_) if ring.room() >= count => return,
                    Some(larger) => *larger,
                    None if size.is_some() => return,
                    None => LIVE_SAMPLES[0],
                }
            }
            None if live => LIVE_SAMPLES[0],
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
                port.shared.ring_made.store(true, Ordering::Release);
                return;
            }
            core::hint::spin_loop();
        }
    }
}
