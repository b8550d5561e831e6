//! The network's end of a call's sound.

mod encoded;
mod pcm;
mod playlist;
mod queue;
mod stats;

use crate::media::audio::RATE;
use crate::media::audio::backlog::Backlog;
use crate::media::audio::codec::Encoder;
use crate::media::audio::incoming::Incoming;
use crate::media::audio::level::Level;
use crate::media::audio::port::{AudioPort, Coding, Delivery};
use crate::media::audio::ring::Ring;
use crate::media::audio::send_clock::SendClock;
use crate::media::audio::source::Volume;
use crate::media::audio::voice::VoiceDetector;
use crate::media::lip_sync::Heard;
use crate::random::Random;
use crate::time::{Duration, Time};
use crate::types::Ssrc;
use core::sync::atomic::Ordering;
use encoded::Pending;
use pcm::Encoding;
use rtrb::Consumer;
use stats::Thrown;
pub use stats::{AudioStats, SoundDropped};
use std::collections::VecDeque;
use std::sync::Arc;

/// Samples at 48 kHz in a millisecond.
const MS: usize = 48;
/// So much live sound may wait for a machine that is slow.
const LATE_MS: usize = 60;
/// Without sound for so long, nothing is to be heard of it.
const QUIET: Duration = Duration::from_millis(200);
/// How often the port is looked at when nobody wakes us: while sound is pushed, and otherwise.
const TICK: Duration = Duration::from_millis(10);
const IDLE_TICK: Duration = Duration::from_millis(50);

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct AudioConfig {
    /// 20, 40 or 60.
    pub packet_ms: u32,
    /// Bits per second.
    pub bit_rate: u32,
}

impl Default for AudioConfig {
    fn default() -> AudioConfig {
        AudioConfig { packet_ms: 20, bit_rate: 32_000 }
    }
}

/// A packet to send.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Encoded {
    pub payload: Vec<u8>,
    /// Samples at 48 kHz.
    pub timestamp: u32,
    /// The first after silence.
    pub marker: bool,
    /// Samples at 48 kHz.
    pub duration: u32,
    /// How loud it is, and whether it is a voice.
    pub level: crate::transform::Level,
}

/// More than this is not handed over late, but not at all.
const UNDELIVERED: Duration = Duration::from_secs(1);

#[derive(Clone, Debug, PartialEq, Eq)]
pub enum AudioEvent {
    /// What is to be heard now, interleaved: of all, or of the one with this key.
    Frame { key: Option<u64>, samples: Vec<i16>, rate: u32, channels: u32 },
    /// Encoded sound waits to be pulled. Told once until a pull finds none.
    Ready,
    /// A playlist has run out, and nothing followed for a packet's time.
    Played,
}

/// Sound of one call, on the network's side.
#[derive(Debug)]
pub struct AudioEngine {
    port: Arc<AudioPort>,
    /// What holds where the host asked for nothing else.
    config: AudioConfig,
    encoding: Encoding,
    encoder: Option<Encoder>,
    loss_percent: u32,
    pcm: VecDeque<Arc<Ring>>,
    opus: VecDeque<Consumer<u8>>,
    frame: Vec<i16>,
    /// An encoded packet of the host that is not due.
    pending: Option<Pending>,
    level: Level,
    voice: VoiceDetector,
    now: Time,
    /// When the timers were last looked at.
    turned_at: Time,
    clock: SendClock,
    incoming: Incoming,
    /// How sound is handed over, and when the next of it.
    delivery: Option<(Delivery, Time)>,
    was_active: bool,
    /// It sends nothing, and another engine of the same call may.
    is_listener: bool,
    undelivered_ms: u64,
    events: VecDeque<AudioEvent>,
    packets_sent: u64,
    sound_at: Time,
    pulls: (u64, Time),
    backlog: Backlog,
    /// Samples.
    dropped: Thrown,
    host_gaps: u64,
}

impl AudioEngine {
    /// Of a call with one other.
    pub fn new(now: Time, port: &Arc<AudioPort>, random: Random, config: AudioConfig) -> AudioEngine {
        AudioEngine::with_sources(now, port, random, config, 1)
    }

    /// Of a call in which so many others are heard at a time.
    pub fn with_sources(
        now: Time,
        port: &Arc<AudioPort>,
        mut random: Random,
        config: AudioConfig,
        sources: usize,
    ) -> AudioEngine {
        let encoding = Encoding::of(&config, port.encoding());
        AudioEngine {
            port: port.clone(),
            config,
            encoding,
            encoder: None,
            loss_percent: 0,
            pcm: VecDeque::new(),
            opus: VecDeque::new(),
            frame: vec![0; encoding.samples()],
            pending: None,
            level: Level::new(RATE, encoding.channels),
            voice: VoiceDetector::default(),
            now,
            turned_at: now,
            clock: SendClock {
                timestamp: random.u32(),
                expected_at: None,
                marker: true,
                allowed_from: now,
                play_at: None,
                host: None,
            },
            incoming: Incoming::new(sources),
            delivery: None,
            was_active: false,
            is_listener: false,
            undelivered_ms: 0,
            events: VecDeque::new(),
            packets_sent: 0,
            sound_at: now,
            pulls: (0, now),
            backlog: Backlog::default(),
            dropped: Thrown::default(),
            host_gaps: 0,
        }
    }

    /// Of who only listens, to so many: what the host pushes waits for an engine that sends.
    pub fn listener(now: Time, port: &Arc<AudioPort>, sources: usize) -> AudioEngine {
        // Nothing is drawn for what is never sent.
        let random = Random::from_seed(0);
        let mut engine = AudioEngine::with_sources(now, port, random, AudioConfig::default(), sources);
        (engine.is_listener, engine.was_active) = (true, true);
        engine
    }

    /// What holds from the next packet on where the host asked for nothing else.
    pub fn set_config(&mut self, config: AudioConfig) {
        self.config = config;
    }

    /// Whether sound flows. Before, and while reconnecting, live sound is thrown away and a playlist waits.
    pub fn set_active(&mut self, now: Time, active: bool) {
        self.now = now;
        self.port.shared.active.store(active, Ordering::Relaxed);
        self.was_active |= active;
        self.follow_delivery();
        if !active {
            self.clock.play_at = None;
        }
    }

    /// How much of what we send is lost, as the peer reports it.
    pub fn set_loss(&mut self, percent: u32) {
        self.loss_percent = percent;
        if let Some(encoder) = &mut self.encoder {
            encoder.set_loss(percent);
        }
    }

    /// Nothing at all has come from the peer since then.
    pub fn note_silence(&mut self, now: Time, since: Time) {
        self.incoming.note_silence(now, since);
    }

    /// A packet of somebody's sound, authenticated and for the first time.
    pub fn handle_packet(&mut self, now: Time, source: Ssrc, sequence: u16, timestamp: u32, payload: &[u8]) {
        self.now = now;
        let AudioEngine { port, incoming, .. } = self;
        if incoming.handle_packet(now, port, source, sequence, timestamp, payload)
            && port.received_coding() == Coding::Opus
            && port.shared.ready_wanted.swap(false, Ordering::SeqCst)
        {
            self.events.push_back(AudioEvent::Ready);
        }
    }

    /// Sound of somebody that comes decoded and at its pace, interleaved.
    pub fn handle_sound(&mut self, now: Time, source: Ssrc, channels: usize, samples: &[i16]) {
        self.now = now;
        self.incoming.handle_sound(now, &self.port, source, channels, samples);
    }

    /// The host may have changed how sound is handed over: a listener has to look, who is not asked for packets.
    pub fn look(&mut self, now: Time) {
        self.now = now;
        self.follow_delivery();
    }

    /// This one is heard from now on, so loud, as this key's. Who was heard longest ago gives way to it, if there is no other place.
    pub fn enter(&mut self, source: Ssrc, key: u64, volume: Volume) {
        self.incoming.enter(source, key, volume);
    }

    /// So many are heard at a time from now on.
    pub fn set_places(&mut self, places: usize) {
        self.incoming.set_most(places);
    }

    /// Whether the host takes each of them by himself.
    pub fn is_separate(&self) -> bool {
        self.port.is_separate()
    }

    /// It is heard no more, and its place is free.
    pub fn leave(&mut self, source: Ssrc) {
        self.incoming.leave(source);
    }

    /// Nobody is heard any more, and all places are free.
    pub fn leave_all(&mut self) {
        self.incoming.leave_all();
    }

    /// How loud one is who is heard.
    pub fn set_volume(&mut self, source: Ssrc, volume: Volume) {
        self.incoming.set_volume(source, volume);
    }

    /// We are behind with our work: live sound that has waited for us goes, but the newest packet.
    pub fn shed(&mut self) {
        self.take_rings();
        let live = self.port.shared.queue_ms.load(Ordering::Relaxed) == 0;
        let old = self.available().saturating_sub(self.frame_samples());
        if live && old > LATE_MS * MS {
            self.dropped.late += self.discard_pcm(old as u64);
        }
    }

    /// The next packet to send, if one is due.
    pub fn poll_packet(&mut self, now: Time) -> Option<Encoded> {
        self.now = now;
        self.follow_encoding();
        self.follow_delivery();
        self.take_rings();
        self.discard_cleared();
        self.backlog.note(now, self.port.shared.written.load(Ordering::Acquire));
        let live = self.port.shared.queue_ms.load(Ordering::Relaxed) == 0;
        if !self.port.shared.active.load(Ordering::Relaxed) {
            if live {
                self.dropped.inactive += self.discard_pcm(u64::MAX) + self.discard_opus(u64::MAX);
            }
            return None;
        }
        let packet = match self.port.sent_coding() {
            Coding::Pcm => self.next_pcm(live),
            Coding::Opus => self.next_opus(live),
        };
        self.packets_sent += u64::from(packet.is_some());
        packet
    }

    /// What is heard now of the other side.
    pub fn heard(&self) -> &Arc<Heard> {
        self.port.heard()
    }

    pub fn poll_event(&mut self) -> Option<AudioEvent> {
        self.events.pop_front()
    }

    /// When [`Self::handle_timeout`] and then [`Self::poll_packet`] are wanted.
    pub fn next_timeout(&self) -> Option<Time> {
        let shared = &self.port.shared;
        let (sent, received) = self.port.levels();
        let quiet = (sent != 0 || received != 0).then(|| self.turned_at + QUIET);
        let delivery = self.delivery.map(|(_, at)| at);
        if self.is_listener || !shared.active.load(Ordering::Relaxed) {
            return [quiet, delivery].into_iter().flatten().min();
        }
        let queued = shared.queued();
        let live = shared.queue_ms.load(Ordering::Relaxed) == 0;
        let has_news = shared.written.load(Ordering::Acquire) != self.backlog.pushed();
        let due = match (live, self.clock.play_at) {
            (true, _) => (queued >= self.wanted()).then_some(self.clock.allowed_from.max(self.now)),
            (false, Some(at)) if queued >= self.wanted() || has_news => Some(at),
            (false, None) if queued >= self.wanted() || has_news => Some(self.now),
            (false, None) if queued == 0 => None,
            (false, _) => {
                Some(self.part_leaves_at()).filter(|at| queued > 0 || *at > self.now).or(Some(self.played_at()))
            }
        };
        let tick = (!self.port.is_heard()).then(|| {
            let busy = self.backlog.pushed_at().is_some_and(|at| self.turned_at.since(at) < Duration::from_secs(1));
            self.turned_at + if busy { TICK } else { IDLE_TICK }
        });
        [quiet, due, tick, delivery].into_iter().flatten().min()
    }

    pub fn handle_timeout(&mut self, now: Time) {
        self.now = now;
        self.turned_at = now;
        self.follow_delivery();
        self.deliver();
        let shared = &self.port.shared;
        if now.since(self.sound_at) >= QUIET {
            shared.sent_level.store(0, Ordering::Relaxed);
        }
        if !self.is_pulled(now) {
            self.port.shared.received_level.store(0, Ordering::Relaxed);
            self.incoming.fall_silent();
        }
    }

    /// Whether the host has pulled lately.
    pub fn is_pulled(&mut self, now: Time) -> bool {
        let pulls = self.port.shared.pulls.load(Ordering::Relaxed);
        if pulls != self.pulls.0 {
            self.pulls = (pulls, now);
        }
        now.since(self.pulls.1) < QUIET
    }

    /// What the host asked for holds from the next packet on.
    fn follow_encoding(&mut self) {
        let encoding = Encoding::of(&self.config, self.port.encoding());
        let before = core::mem::replace(&mut self.encoding, encoding);
        if before == encoding {
            return;
        }
        if before.channels != encoding.channels {
            self.encoder = None;
            self.level = Level::new(RATE, encoding.channels);
        } else if let Some(encoder) = &mut self.encoder {
            encoder.set_bit_rate(encoding.bit_rate);
        }
        self.frame.resize(encoding.samples(), 0);
    }

    /// Sound is handed over from the first path on, also while another is looked for.
    fn follow_delivery(&mut self) {
        let wanted = self.port.delivery().filter(|_| self.was_active);
        if wanted != self.delivery.map(|(delivery, _)| delivery) {
            self.delivery =
                wanted.map(|delivery| (delivery, self.now + Duration::from_millis(delivery.frame_ms.into())));
        }
    }

    /// Hands over what is due. A host that held us up gets what it missed at once, but for what is too old.
    fn deliver(&mut self) {
        let Some((delivery, mut at)) = self.delivery else { return };
        let frame = Duration::from_millis(delivery.frame_ms.into());
        while at <= self.now {
            if self.now.since(at) < UNDELIVERED {
                let Delivery { rate, channels, .. } = delivery;
                for (key, samples) in self.port.take_delivery(delivery) {
                    self.events.push_back(AudioEvent::Frame { key, samples, rate, channels });
                }
            } else {
                let late = self.now.since(at).saturating_sub(UNDELIVERED).as_millis() as u64;
                let frames = late / u64::from(delivery.frame_ms) + 1;
                self.count_undelivered(frames * u64::from(delivery.frame_ms));
                at += frame * frames.try_into().unwrap_or(u32::MAX);
                continue;
            }
            at += frame;
        }
        self.delivery = Some((delivery, at));
    }

    /// So much was handed over, and is gone.
    pub fn count_undelivered(&mut self, ms: u64) {
        self.undelivered_ms = self.undelivered_ms.saturating_add(ms);
    }

    /// At 48 kHz, of each channel.
    fn frame_samples(&self) -> usize {
        self.encoding.packet_ms as usize * MS
    }

    /// What must be pushed before a packet can leave.
    fn wanted(&self) -> u64 {
        match self.port.sent_coding() {
            Coding::Pcm => self.frame_samples() as u64,
            Coding::Opus => 1,
        }
    }
}

impl Drop for AudioEngine {
    /// What the host has pushed waits for the engine that follows on the same port, as in a group that is joined anew.
    fn drop(&mut self) {
        self.incoming.leave_all();
        if self.is_listener {
            return;
        }
        self.port.shared.active.store(false, Ordering::Relaxed);
        if let Some(pending) = self.pending.take() {
            self.count_read(pending.duration.into());
        }
        let mut handoff = self.port.handoff.lock();
        while let Some(ring) = self.pcm.pop_back() {
            handoff.pcm.push_front(ring);
        }
        while let Some(ring) = self.opus.pop_back() {
            handoff.opus.push_front(ring);
        }
        self.port.shared.ring_made.store(true, Ordering::Release);
    }
}

#[cfg(all(test, feature = "opus"))]
mod tests;
