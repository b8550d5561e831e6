//! The host's end of a call's sound.
//!
//! Any thread may call anything. Push and pull are for one thread each at a time: a second one gets an error and never
//! waits, so an audio device's callback may call them. Until they are used a port is a few hundred bytes.

mod pull;
mod push;
mod shared;

use crate::error::Error;
use crate::media::lip_sync::Heard;
use crate::media::video::{Origin, PulledFrame, Pushed, Ring, VideoPort};
use crate::types::{CallId, VideoSource};
use core::sync::atomic::{AtomicBool, AtomicU8, Ordering, fence};
use parking_lot::{Mutex, MutexGuard};
use pull::Pull;
use push::Push;
pub(super) use shared::{Delivery, Handoff, Shared};
use std::sync::{Arc, OnceLock};

/// The longest playlist.
pub const MAX_QUEUE_MS: u32 = 60_000;
/// The most that is pushed or pulled at a time.
const MAX_CHUNK_MS: usize = 60;

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

/// Calls the thread that drives the engines of a client. It is rung in the middle of things, where the host must not be called, so it
/// wakes nobody itself: whoever may have rung does, by [`Bell::take_alarm`], when he is out of there.
#[derive(Debug, Default)]
pub struct Bell {
    rung: AtomicBool,
    /// Whose sound it was, as far as there is room, which is made where it may take time.
    callers: Mutex<Vec<CallId>>,
    /// Somebody found no room, or the list in use: all have to be looked at.
    anybody: AtomicBool,
    /// It was rung, and nobody has woken the thread since.
    alarm: AtomicBool,
    heard: AtomicBool,
}

impl Bell {
    /// Whether the thread is to be woken now.
    pub fn take_alarm(&self) -> bool {
        // Most who ask have not rung, and share the line with those who do.
        self.alarm.load(Ordering::Relaxed) && self.alarm.swap(false, Ordering::AcqRel)
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
        if self.is_heard() {
            self.alarm.store(true, Ordering::Release);
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
    /// It has rung, and was not looked at since; that of its screen, too.
    has_rung: Arc<AtomicBool>,
    /// What the push's filter still holds was cleared.
    filter_cleared: AtomicBool,
    /// The network is in [`Self::flush`].
    flushing: AtomicBool,
    /// What is heard now, for who has to know when to show a picture.
    heard: Arc<Heard>,
    /// The pictures of the call, which are rung for as its sound is; none in a call that has none. Each holds it only to take or put.
    video: Arc<Mutex<Videos>>,
    /// Where the sound of a screen is pushed, in calls in which that is sent beside what is said.
    screen: OnceLock<Arc<AudioPort>>,
    /// The picture of a program that is watched, in a call that is a stream.
    program: OnceLock<Arc<VideoPort>>,
}

/// Where pictures are pushed and pulled.
#[derive(Default)]
struct Videos {
    main: Option<Arc<VideoPort>>,
    screen: Option<Arc<VideoPort>>,
}

impl Videos {
    fn sends(&self, source: VideoSource) -> Option<Arc<VideoPort>> {
        let own = self.screen.as_ref().filter(|_| source == VideoSource::Screen);
        own.or(self.main.as_ref()).cloned()
    }
}

impl core::fmt::Debug for AudioPort {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.debug_struct("AudioPort").field("codings", &self.codings()).finish_non_exhaustive()
    }
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

    /// Whether each who is heard is pulled, and handed over, by himself, and not all of them as one.
    pub fn set_separate(&self, is_separate: bool) {
        self.shared.separate.store(is_separate, Ordering::Relaxed);
        self.wake();
    }

    pub fn is_separate(&self) -> bool {
        self.shared.separate.load(Ordering::Relaxed)
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

    /// From now on the sound of a screen can be pushed too. It rings as this one does, and its pictures are pushed here.
    pub fn open_screen(&self) -> &Arc<AudioPort> {
        self.screen.get_or_init(|| {
            let (bell, has_rung, video) = (self.bell.clone(), self.has_rung.clone(), self.video.clone());
            Arc::new(AudioPort { bell, call: self.call, has_rung, video, ..AudioPort::default() })
        })
    }

    /// Where the sound of a screen is pushed.
    ///
    /// # Errors
    /// State: that is not sent by itself here.
    pub fn screen(&self) -> Result<&AudioPort, Error> {
        self.screen
            .get()
            .map(|screen| &**screen)
            .ok_or_else(|| Error::state("only in a group call a screen has its own sound"))
    }

    /// What is heard now of the other side.
    pub fn heard(&self) -> &Arc<Heard> {
        &self.heard
    }

    // ---- Pictures

    /// The pictures of the call from now on, in place of any before.
    pub fn set_video(&self, video: Arc<VideoPort>) {
        self.video.lock().main = Some(video);
    }

    /// The screen is sent by another connection, while there is one.
    pub fn set_screen(&self, screen: Option<Arc<VideoPort>>) {
        self.video.lock().screen = screen;
    }

    /// Pushes a frame to be sent. As [`VideoPort::push`].
    pub fn push_frame(&self, source: VideoSource, frame: &Pushed<'_>) -> Result<(), Error> {
        let Some(video) = self.video.lock().sends(source) else {
            return Err(Error::state("nothing is to be encoded of this source now"));
        };
        let pushed = video.push(source, frame);
        if video.has_news(source, frame.layer) {
            self.wake();
        }
        pushed
    }

    /// Pulls the oldest frame that was received, if there is one.
    pub fn pull_frame(&self, origin: impl Into<Origin>) -> Option<PulledFrame> {
        let origin = origin.into();
        if let Some(program) = self.program.get()
            && let (Some(frame), _) = program.pull(origin)
        {
            return Some(frame);
        }
        let video = self.video.lock().main.clone();
        let (frame, ring) = video?.pull(origin);
        if ring == Ring::Yes {
            self.wake();
        }
        frame
    }

    /// Where the picture of a program goes.
    pub fn program(&self) -> &Arc<VideoPort> {
        self.program.get_or_init(|| Arc::new(VideoPort::new([0; 2]).0))
    }

    /// The decoder needs a key frame of this.
    pub fn want_key_frame(&self, origin: impl Into<Origin>) {
        let origin = origin.into();
        if let Some(program) = self.program.get() {
            // There is nobody to be asked: each second of a stream begins with one.
            let _: Ring = program.want_key_frame(origin);
        }
        let video = self.video.lock().main.clone();
        if video.is_some_and(|video| video.want_key_frame(origin) == Ring::Yes) {
            self.wake();
        }
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

    fn wake(&self) {
        self.bell.ring(self.call, &self.has_rung);
    }
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

fn wrong_mode() -> Error {
    Error::state("the sound of the call is pulled the other way: all as one, or each by himself")
}

fn one_thread() -> Error {
    Error::state("another thread is in the same call")
}
