//! The host's end of a call's sound.
//!
//! Any thread may call anything. Push and pull are for one thread each at a time: a second one gets an error and never
//! waits, so an audio device's callback may call them. Until they are used a port is a few hundred bytes.
//!
//! What a push allocates: its first one a ring and, unless the rate is 48 kHz, a filter; another rate another filter; live
//! sound that is further ahead than ever, as in bursts, one larger ring, once.

use crate::error::Error;
use crate::media::audio::RATE;
use crate::media::audio::mix::Mix;
use crate::media::audio::packet;
use crate::media::audio::resample::{Resampler, round};
use crate::media::audio::ring::Ring;
use crate::media::audio::source::{Arrivals, Source, SourceId, Sources, Volume};
use crate::types::CallId;
use core::sync::atomic::{AtomicBool, AtomicU8, AtomicU32, AtomicU64, Ordering, fence};
use parking_lot::{Mutex, MutexGuard};
use rtrb::{Consumer, Producer, RingBuffer};
use std::collections::VecDeque;
use std::sync::{Arc, OnceLock};

/// The longest playlist.
pub const MAX_QUEUE_MS: u32 = 60_000;
/// The most that is pushed or pulled at a time.
const MAX_CHUNK_MS: usize = 60;
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

/// What a call's sound is handed over as.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Coding {
    Pcm,
    Opus,
}

impl Coding {
    fn of(number: &AtomicU8) -> Coding {
        match number.load(Ordering::Relaxed) {
            0 => Coding::Pcm,
            _ => Coding::Opus,
        }
    }

    fn number(self) -> u8 {
        match self {
            Coding::Pcm => 0,
            Coding::Opus => 1,
        }
    }
}

/// How what is received is handed over at our pace.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Delivery {
    pub frame_ms: u32,
    pub rate: u32,
    pub channels: u32,
}

impl Delivery {
    pub fn frames(&self) -> usize {
        (self.rate * self.frame_ms / 1000) as usize
    }

    fn pack(self) -> u32 {
        self.channels | self.frame_ms << 8 | self.rate << 16
    }

    fn unpack(packed: u32) -> Option<Delivery> {
        let delivery = Delivery { channels: packed & 0xff, frame_ms: packed >> 8 & 0xff, rate: packed >> 16 };
        (packed != 0).then_some(delivery)
    }
}

/// A sample of the host's.
pub trait Sample: Copy {
    const SILENCE: Self;
    fn to_i16(self) -> i16;
    fn from_i16(sample: i16) -> Self;
}

impl Sample for i16 {
    const SILENCE: i16 = 0;

    fn to_i16(self) -> i16 {
        self
    }

    fn from_i16(sample: i16) -> i16 {
        sample
    }
}

/// From -1 to 1; what is beyond is clipped, and what is no number is silence.
impl Sample for f32 {
    const SILENCE: f32 = 0.0;

    fn to_i16(self) -> i16 {
        round(self * 32_768.0)
    }

    fn from_i16(sample: i16) -> f32 {
        f32::from(sample) / 32_768.0
    }
}

/// Calls the thread that drives the engines of a client.
#[derive(Default)]
pub struct Bell {
    rung: AtomicBool,
    /// Whose sound it was, as far as there is room, which is made where it may take time.
    callers: Mutex<Vec<CallId>>,
    /// Somebody found no room, or the list in use: all have to be looked at.
    anybody: AtomicBool,
    wake: OnceLock<Box<dyn Fn() + Send + Sync>>,
    heard: AtomicBool,
}

impl core::fmt::Debug for Bell {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.debug_struct("Bell").field("rung", &self.is_rung()).field("heard", &self.is_heard()).finish()
    }
}

impl Bell {
    /// Sets what wakes the thread. The first one stays.
    pub fn set_wake(&self, wake: impl Fn() + Send + Sync + 'static) {
        let _ = self.wake.set(Box::new(wake));
    }

    /// Whether waking does anything. As long as it does not, the engines look at their ports from time to time.
    pub fn set_heard(&self, heard: bool) {
        self.heard.store(heard, Ordering::Relaxed);
    }

    pub fn is_heard(&self) -> bool {
        self.heard.load(Ordering::Relaxed)
    }

    pub fn is_rung(&self) -> bool {
        self.rung.load(Ordering::Acquire)
    }

    /// Makes room for so many to ring at once.
    pub(super) fn make_room(&self, calls: usize) {
        let mut callers = self.callers.lock();
        let more = calls.saturating_sub(callers.len());
        callers.reserve(more);
    }

    /// Whether it was rung since the last time: adds those who did to `callers`. `true`: it may have been anybody.
    pub(super) fn take(&self, callers: &mut Vec<CallId>) -> bool {
        if !self.rung.swap(false, Ordering::AcqRel) {
            return false;
        }
        callers.append(&mut self.callers.lock());
        self.anybody.swap(false, Ordering::AcqRel)
    }

    /// Rings for a call. Nobody is waited for, and nothing is allocated.
    fn ring(&self, call: CallId, has_rung: &AtomicBool) {
        if !has_rung.swap(true, Ordering::AcqRel) {
            let is_listed = self.callers.try_lock().is_some_and(|mut callers| {
                let has_room = callers.len() < callers.capacity();
                if has_room {
                    callers.push(call);
                }
                has_room
            });
            if !is_listed {
                self.anybody.store(true, Ordering::Release);
            }
        }
        self.rung.store(true, Ordering::Release);
        if self.is_heard()
            && let Some(wake) = self.wake.get()
        {
            wake();
        }
    }
}

/// Both directions of one call's sound, as the host sees them.
#[derive(Default)]
pub struct AudioPort {
    pub(super) shared: Shared,
    push: Mutex<Push>,
    pull: Mutex<Pull>,
    /// What one side has made for the other. Each holds it only to put or take.
    pub(super) handoff: Mutex<Handoff>,
    bell: Arc<Bell>,
    call: CallId,
    /// It has rung, and was not looked at since.
    has_rung: AtomicBool,
    /// What the push's filter still holds was cleared.
    filter_cleared: AtomicBool,
    /// The network is in [`Self::flush`].
    flushing: AtomicBool,
}

impl core::fmt::Debug for AudioPort {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.debug_struct("AudioPort").field("codings", &self.codings()).finish_non_exhaustive()
    }
}

/// What both threads read and write.
#[derive(Default)]
pub(super) struct Shared {
    pub active: AtomicBool,
    /// Of each direction; 1: Opus.
    sent_coding: AtomicU8,
    received_coding: AtomicU8,
    /// What the host asked for of the encoder: bits per second, above them ms per packet and channels; 0: did not.
    encoding: AtomicU64,
    pub muted: AtomicBool,
    /// How what is received is handed over: channels, above them ms and Hz; 0: it is pulled.
    delivery: AtomicU32,
    pub queue_ms: AtomicU32,
    /// Samples at 48 kHz that were pushed, sent or thrown away, and up to where they are to be thrown away.
    pub written: AtomicU64,
    pub read: AtomicU64,
    pub cleared: AtomicU64,
    /// Encoded live sound did not fit: what waits is old.
    pub overflowed: AtomicBool,
    /// Samples that were thrown away: encoded sound that did not fit, and live sound while there was no path.
    pub unfit: AtomicU64,
    pub inactive: AtomicU64,
    /// Samples or packets that the engine waits for; 0: none.
    pub wanted: AtomicU64,
    /// Tell when encoded sound arrives.
    pub ready_wanted: AtomicBool,
    /// Somebody is heard for the first time, and waits in the handoff.
    pub arriving: AtomicBool,
    /// Samples of silence that were given for want of sound, in an active call.
    pub silence: AtomicU64,
    pub sent_level: AtomicU32,
    pub received_level: AtomicU32,
    pub pulls: AtomicU64,
}

#[derive(Default)]
pub(super) struct Handoff {
    /// Sound of the host, oldest first. One ring follows another when the queue's size changes.
    pub pcm: VecDeque<Arc<Ring>>,
    pub opus: VecDeque<Consumer<u8>>,
    /// Who is heard for the first time.
    pub received: VecDeque<(SourceId, Arrivals)>,
}

#[derive(Default)]
struct Push {
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

#[derive(Default)]
struct Pull {
    sources: Sources,
    /// Of the format that was pulled last.
    mix: Option<Box<Mix>>,
    coding: Option<Coding>,
}

impl AudioPort {
    /// `bell` is rung when there is something to send.
    pub fn new(bell: Arc<Bell>) -> AudioPort {
        AudioPort::of(CallId(0), bell)
    }

    pub(super) fn of(call: CallId, bell: Arc<Bell>) -> AudioPort {
        let port = AudioPort { bell, call, ..AudioPort::default() };
        port.shared.ready_wanted.store(true, Ordering::Relaxed);
        port
    }

    pub(super) fn is_heard(&self) -> bool {
        self.bell.is_heard()
    }

    /// Whether it has rung since the last time.
    pub(super) fn take_ring(&self) -> bool {
        self.has_rung.swap(false, Ordering::AcqRel)
    }

    pub(super) fn sent_coding(&self) -> Coding {
        Coding::of(&self.shared.sent_coding)
    }

    pub(super) fn received_coding(&self) -> Coding {
        Coding::of(&self.shared.received_coding)
    }

    /// What is pushed and what is pulled.
    pub fn codings(&self) -> (Coding, Coding) {
        (self.sent_coding(), self.received_coding())
    }

    /// What is to be pushed, and what is to be pulled. [`State`](crate::error::ErrorKind::State): Opus is not delivered.
    pub fn set_coding(&self, sent: Coding, received: Coding) -> Result<(), Error> {
        if received == Coding::Opus && self.delivery().is_some() {
            return Err(delivers());
        }
        // What waits to be pulled is thrown away by the next pull.
        self.shared.received_coding.store(received.number(), Ordering::Relaxed);
        let sent = sent.number();
        if self.shared.sent_coding.swap(sent, Ordering::Relaxed) != sent {
            // What was pushed in the other coding is not sent any more.
            self.clear();
        }
        Ok(())
    }

    /// Hands over what is received every `frame_ms`, 10 to 60, instead of letting it be pulled; 0: no longer.
    pub fn set_delivery(&self, frame_ms: u32, rate: u32, channels: u32) -> Result<(), Error> {
        if frame_ms == 0 {
            self.shared.delivery.store(0, Ordering::Release);
            self.wake();
            return Ok(());
        }
        if !(10..=60).contains(&frame_ms) {
            return Err(Error::argument("10 to 60 ms are handed over at a time"));
        }
        let whole = Delivery { frame_ms, rate, channels };
        check_format(rate, channels, 0)?;
        if !(rate * frame_ms).is_multiple_of(1000) {
            return Err(Error::argument(format!("{frame_ms} ms at {rate} Hz are no whole number of samples")));
        }
        check_codec()?;
        if self.received_coding() != Coding::Pcm {
            return Err(wrong_coding());
        }
        self.shared.delivery.store(whole.pack(), Ordering::Release);
        self.wake();
        Ok(())
    }

    pub(super) fn delivery(&self) -> Option<Delivery> {
        Delivery::unpack(self.shared.delivery.load(Ordering::Acquire))
    }

    /// How sound is encoded from the next packet on: 6000 to 510000 bits per second, 20, 40 or 60 ms per packet, 1 or 2
    /// channels. 0: as before.
    pub fn set_encoding(&self, bits_per_s: u32, packet_ms: u32, channels: u32) -> Result<(), Error> {
        if bits_per_s != 0 && !(6000..=510_000).contains(&bits_per_s) {
            return Err(Error::argument("Opus takes 6000 to 510000 bits per second"));
        }
        if ![0, 20, 40, 60].contains(&packet_ms) {
            return Err(Error::argument("a packet holds 20, 40 or 60 ms of sound"));
        }
        if channels > 2 {
            return Err(Error::argument(format!("{channels} channels; 1 and 2 are possible")));
        }
        let update = |old: u64| {
            let [bits, packet, count] = unpack(old);
            let or = |new, old| if new == 0 { old } else { new };
            Some(pack([or(bits_per_s, bits), or(packet_ms, packet), or(channels, count)]))
        };
        let updated = self.shared.encoding.fetch_update(Ordering::AcqRel, Ordering::Acquire, update);
        debug_assert!(updated.is_ok(), "it is always updated");
        self.wake();
        Ok(())
    }

    /// Bits per second, ms per packet and channels that the host asked for; 0: it did not.
    pub(super) fn encoding(&self) -> [u32; 3] {
        unpack(self.shared.encoding.load(Ordering::Acquire))
    }

    /// How much unsent sound is held, in ms: 0 is live.
    pub fn set_queue(&self, queue_ms: u32) -> Result<(), Error> {
        if queue_ms > MAX_QUEUE_MS {
            return Err(Error::argument("a queue holds at most 60000 ms"));
        }
        self.shared.queue_ms.store(queue_ms, Ordering::Relaxed);
        self.wake();
        Ok(())
    }

    /// Sound that was pushed and is not yet sent, in ms.
    pub fn queued_ms(&self) -> u32 {
        u32::try_from(self.shared.queued() / 48).unwrap_or(u32::MAX)
    }

    /// Throws away what is queued.
    pub fn clear(&self) {
        let written = self.shared.written.load(Ordering::Acquire);
        self.shared.cleared.fetch_max(written, Ordering::AcqRel);
        self.filter_cleared.store(true, Ordering::Release);
        self.wake();
    }

    /// Throws away what is pushed, at its pace.
    pub fn set_muted(&self, muted: bool) {
        self.shared.muted.store(muted, Ordering::Relaxed);
    }

    pub fn is_muted(&self) -> bool {
        self.shared.muted.load(Ordering::Relaxed)
    }

    /// The loudness of the last 100 ms that were sent and received: 0 to 32767.
    pub fn levels(&self) -> (u32, u32) {
        (self.shared.sent_level.load(Ordering::Relaxed), self.shared.received_level.load(Ordering::Relaxed))
    }

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
        let Push { ring: Some(ring), resampler: Some(Filter { resampler, .. }), .. } = &mut *push else { return Ok(()) };
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
        push.hand_over(&self.handoff);
        self.count_written(count as u64);
        Ok(())
    }

    /// For the network: a playlist seems to be over, so what is still in the filter is the end of it.
    pub(super) fn flush(&self) {
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

    /// Only a host's second thread is refused. At the end of a playlist, and never of live sound, the network is in here for
    /// some microseconds, and is waited for.
    fn lock_push(&self) -> Result<MutexGuard<'_, Push>, Error> {
        if let Some(push) = self.push.try_lock() {
            return Ok(push);
        }
        fence(Ordering::SeqCst);
        if self.flushing.load(Ordering::SeqCst) {
            return Ok(self.push.lock());
        }
        // It may have been the network, and gone by now.
        self.push.try_lock().ok_or_else(one_thread)
    }

    /// Pulls interleaved sound that was received. Fills all of `samples`, also when it fails; `false`: all of it is
    /// silence, as there was nothing.
    pub fn pull<S: Sample>(&self, rate: u32, channels: u32, samples: &mut [S]) -> Result<bool, Error> {
        samples.fill(S::SILENCE);
        let frames = check_format(rate, channels, samples.len())?;
        check_codec()?;
        if self.received_coding() != Coding::Pcm {
            return Err(wrong_coding());
        }
        if self.delivery().is_some() {
            return Err(delivers());
        }
        self.pull_frames(rate, channels, samples, frames)
    }

    /// For the network: what is to be handed over now, silence if nothing else.
    pub(super) fn take_delivery(&self, delivery: Delivery) -> Vec<i16> {
        let Delivery { rate, channels, .. } = delivery;
        let frames = delivery.frames();
        let mut samples = vec![0; frames * channels as usize];
        // The host may still be in its last pull.
        let _ = self.pull_frames(rate, channels, &mut samples, frames);
        samples
    }

    fn pull_frames<S: Sample>(&self, rate: u32, channels: u32, samples: &mut [S], frames: usize) -> Result<bool, Error> {
        let mut pull = self.pull.try_lock().ok_or_else(one_thread)?;
        pull.gather(self, Coding::Pcm);
        let Pull { sources, mix, .. } = &mut *pull;
        if mix.as_ref().is_none_or(|mix| !mix.is_for(rate, channels)) {
            sources.values_mut().for_each(|source| source.close());
            *mix = Some(Box::new(Mix::new(rate, channels)));
        }
        sources.values_mut().try_for_each(|source| source.open(channels))?;
        let Some(mix) = mix else { return Ok(false) };
        // What is not filled stays silent.
        let mut slots = samples.iter_mut();
        let (sound, level) = mix.pull(sources, frames, |samples| {
            samples.iter().zip(slots.by_ref()).for_each(|(sample, slot)| *slot = S::from_i16(*sample));
        });
        if let Some(level) = level {
            self.shared.received_level.store(level, Ordering::Relaxed);
        }
        self.shared.pulls.fetch_add(1, Ordering::Relaxed);
        if !sound && self.shared.active.load(Ordering::Relaxed) {
            self.shared.silence.fetch_add(frames as u64 * u64::from(RATE) / u64::from(rate), Ordering::Relaxed);
        }
        Ok(sound)
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
        push.hand_over(&self.handoff);
        self.count_written(duration.into());
        Ok(())
    }

    /// The size of the next Opus packet, if one waits.
    pub fn waiting_opus(&self) -> Result<Option<usize>, Error> {
        if self.received_coding() != Coding::Opus {
            return Err(wrong_coding());
        }
        let mut pull = self.pull.try_lock().ok_or_else(one_thread)?;
        pull.gather(self, Coding::Opus);
        Ok(pull.sources.values().find_map(|source| source.waiting()))
    }

    /// Pulls one Opus packet, in order: its size and its timestamp. [`Buffer`](crate::error::ErrorKind::Buffer): the buffer
    /// is too small, and the packet stays.
    pub fn pull_opus(&self, buffer: &mut [u8]) -> Result<Option<(usize, u32)>, Error> {
        if self.received_coding() != Coding::Opus {
            return Err(wrong_coding());
        }
        let mut pull = self.pull.try_lock().ok_or_else(one_thread)?;
        for armed in [false, true] {
            pull.gather(self, Coding::Opus);
            let waiting = pull.sources.values_mut().find_map(|source| source.waiting().map(|size| (source, size)));
            if let Some((source, size)) = waiting {
                if size > buffer.len() {
                    return Err(Error::buffer(format!("the packet has {size} bytes")));
                }
                return Ok(source.take_packet(buffer));
            }
            if !armed {
                // What comes between the first look and this is found by the second.
                self.shared.ready_wanted.store(true, Ordering::SeqCst);
            }
        }
        Ok(None)
    }

    /// For the network: this one is heard from now on.
    pub(super) fn introduce(&self, source: SourceId, arrivals: Arrivals) {
        let mut handoff = self.handoff.lock();
        handoff.received.push_back((source, arrivals));
        self.shared.arriving.store(true, Ordering::Release);
    }

    fn wake(&self) {
        self.bell.ring(self.call, &self.has_rung);
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

impl Shared {
    /// Samples that were pushed and are neither sent nor thrown away.
    pub fn queued(&self) -> u64 {
        let gone = self.read.load(Ordering::Acquire).max(self.cleared.load(Ordering::Acquire));
        self.written.load(Ordering::Acquire).saturating_sub(gone)
    }

    /// Asks to be woken when so many samples are there. Whoever asks looks at the rings once more: what was pushed just before
    /// wakes nobody. See [`AudioPort::count_written`].
    pub fn want(&self, samples: u64) {
        let read = self.read.load(Ordering::Relaxed);
        self.wanted.store(read + samples, Ordering::Relaxed);
        fence(Ordering::SeqCst);
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
    fn hand_over(&mut self, handoff: &Mutex<Handoff>) {
        if self.pcm_made.is_empty() && self.opus_made.is_empty() {
            return;
        }
        for _ in 0..10_000 {
            if let Some(mut handoff) = handoff.try_lock() {
                handoff.pcm.append(&mut self.pcm_made);
                handoff.opus.append(&mut self.opus_made);
                return;
            }
            core::hint::spin_loop();
        }
    }
}

impl Pull {
    /// Takes what has arrived, of all sources.
    fn gather(&mut self, port: &AudioPort, coding: Coding) {
        let Pull { sources, coding: last, .. } = self;
        // The first is there from the beginning: its first packet is not to cost a pull more than another one.
        sources.entry(SourceId::default()).or_insert_with(new_source);
        if port.shared.arriving.load(Ordering::Acquire)
            && let Some(mut handoff) = port.handoff.try_lock()
        {
            port.shared.arriving.store(false, Ordering::Relaxed);
            for (id, arrivals) in handoff.received.drain(..) {
                sources.entry(id).or_insert_with(new_source).arrive(arrivals);
            }
        }
        let is_other = last.replace(coding) != Some(coding);
        for source in sources.values_mut() {
            if is_other {
                source.forget();
            }
            source.gather();
        }
    }
}

fn new_source() -> Box<Source> {
    Box::new(Source::new(Volume::FULL))
}

fn pack([bits_per_s, packet_ms, channels]: [u32; 3]) -> u64 {
    u64::from(bits_per_s) | u64::from(packet_ms) << 32 | u64::from(channels) << 40
}

fn unpack(packed: u64) -> [u32; 3] {
    [packed as u32, (packed >> 32) as u32 & 0xff, (packed >> 40) as u32]
}

fn check_format(rate: u32, channels: u32, samples: usize) -> Result<usize, Error> {
    if !(8000..=48_000).contains(&rate) {
        return Err(Error::argument("the rate is not within 8000 and 48000 Hz"));
    }
    if !(1..=2).contains(&channels) {
        return Err(Error::argument("there are neither 1 nor 2 channels"));
    }
    let frames = samples / channels as usize;
    if !samples.is_multiple_of(channels as usize) || frames * 1000 > rate as usize * MAX_CHUNK_MS {
        return Err(Error::argument("more than 60 ms, or not whole frames"));
    }
    Ok(frames)
}

fn check_codec() -> Result<(), Error> {
    if cfg!(feature = "opus") {
        return Ok(());
    }
    Err(Error::unsupported("this build has no Opus codec: use encoded Opus"))
}

fn wrong_coding() -> Error {
    Error::state("this direction of the call is set to the other coding")
}

fn delivers() -> Error {
    Error::state("the sound of the call is delivered, not pulled")
}

fn one_thread() -> Error {
    Error::state("another thread is in the same call")
}
