//! The network's end of a call's sound.

use crate::media::audio::backlog::Backlog;
use crate::media::audio::codec::Encoder;
use crate::media::audio::level::Level;
use crate::media::audio::incoming::{Incoming, SourceStats};
use crate::media::audio::packet::{self, Header, MAX_PACKET};
use crate::media::audio::port::{AudioPort, Coding, Delivery};
use crate::media::audio::ring::Ring;
use crate::media::audio::send_clock::{SendClock, pause_after, samples};
use crate::media::audio::{RATE, codec};
use crate::random::Random;
use crate::time::{Duration, Time};
use crate::types::Ssrc;
use core::sync::atomic::Ordering;
use rtrb::Consumer;
use std::collections::VecDeque;
use std::sync::Arc;

/// Samples at 48 kHz in a millisecond.
const MS: usize = 48;
/// A playlist that is late by more than this goes on from now.
const LATE: Duration = Duration::from_millis(100);
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
}

/// More than this is not handed over late, but not at all.
const UNDELIVERED: Duration = Duration::from_secs(1);

#[derive(Clone, Debug, PartialEq, Eq)]
pub enum AudioEvent {
    /// What is to be heard now, interleaved.
    Frame { samples: Vec<i16>, rate: u32, channels: u32 },
    /// Encoded sound waits to be pulled. Told once until a pull finds none.
    Ready,
    /// A playlist has run out, and nothing followed for a packet's time.
    Played,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct AudioStats {
    pub packets_sent: u64,
    pub packets_received: u64,
    pub packets_lost: u64,
    /// Of the last two seconds.
    pub loss_permille: u32,
    /// RFC 3550, section 6.4.1.
    pub jitter_ms: u32,
    /// What is received and not yet heard.
    pub delay_ms: u32,
    /// Packets that came too late or twice.
    pub late: u64,
    /// Packets that were skipped to bring the delay down, as the sound began anew, or that nobody pulled.
    pub skipped: u64,
    pub concealed_ms: u64,
    pub recovered_ms: u64,
    pub stretched_ms: u64,
    /// What a pull got of silence for want of sound, in an active call.
    pub silence_ms: u64,
    /// What was to be delivered, and nobody took it for a second.
    pub undelivered_ms: u64,
    /// Packets of others that no Opus packet can be.
    pub oversized: u64,
    pub dropped: SoundDropped,
    /// Gaps in the timestamps of encoded sound that the host pushed.
    pub host_gaps: u64,
    pub sent_level: u32,
    pub received_level: u32,
}

/// What the host pushed and we threw away, though nobody had asked for it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct SoundDropped {
    /// More at once than the queue holds.
    pub overflow_ms: u64,
    /// Of a host whose clock is fast: more than what bursts explain.
    pub surplus_ms: u64,
    /// Live sound while there was no path.
    pub inactive_ms: u64,
    /// What the encoder did not take.
    pub unencoded_ms: u64,
}

impl SoundDropped {
    /// What was lost in a call that was up.
    pub fn while_active(&self) -> u64 {
        self.overflow_ms + self.surplus_ms + self.unencoded_ms
    }
}

/// How sound is encoded.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Encoding {
    bit_rate: u32,
    packet_ms: u32,
    channels: u32,
}

impl Encoding {
    /// What the host asked for, and the rest as configured.
    fn of(config: &AudioConfig, asked: [u32; 3]) -> Encoding {
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
    fn samples(&self) -> usize {
        (self.packet_ms * self.channels) as usize * MS
    }
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
    now: Time,
    /// When the timers were last looked at.
    turned_at: Time,
    clock: SendClock,
    incoming: Incoming,
    /// How sound is handed over, and when the next of it.
    delivery: Option<(Delivery, Time)>,
    was_active: bool,
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

/// Samples that were thrown away, by reason; see [`SoundDropped`].
#[derive(Debug, Default)]
struct Thrown {
    overflow: u64,
    surplus: u64,
    inactive: u64,
    unencoded: u64,
}

#[derive(Debug)]
struct Pending {
    header: Header,
    packet: Vec<u8>,
    duration: u32,
    /// The pause before it is part of `play_at`.
    counted: bool,
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

    pub fn poll_event(&mut self) -> Option<AudioEvent> {
        self.events.pop_front()
    }

    /// When [`Self::handle_timeout`] and then [`Self::poll_packet`] are wanted.
    pub fn next_timeout(&self) -> Option<Time> {
        let shared = &self.port.shared;
        let (sent, received) = self.port.levels();
        let quiet = (sent != 0 || received != 0).then(|| self.turned_at + QUIET);
        let delivery = self.delivery.map(|(_, at)| at);
        if !shared.active.load(Ordering::Relaxed) {
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
            (false, _) => Some(self.part_leaves_at()).filter(|at| queued > 0 || *at > self.now).or(Some(self.played_at())),
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
        let pulls = shared.pulls.load(Ordering::Relaxed);
        if pulls != self.pulls.0 {
            self.pulls = (pulls, now);
        } else if now.since(self.pulls.1) >= QUIET {
            shared.received_level.store(0, Ordering::Relaxed);
            self.incoming.fall_silent();
        }
    }

    pub fn stats(&self) -> AudioStats {
        let shared = &self.port.shared;
        let count = |counter: &core::sync::atomic::AtomicU64| counter.load(Ordering::Relaxed);
        let ms = |samples: u64| samples / MS as u64;
        let (sent_level, received_level) = self.port.levels();
        let received = self.incoming.stats();
        AudioStats {
            packets_sent: self.packets_sent,
            packets_received: received.packets_received,
            packets_lost: received.packets_lost,
            loss_permille: received.loss_permille,
            jitter_ms: received.jitter_ms,
            delay_ms: received.delay_ms,
            late: received.late,
            skipped: received.skipped,
            concealed_ms: received.concealed_ms,
            recovered_ms: received.recovered_ms,
            stretched_ms: received.stretched_ms,
            silence_ms: ms(count(&shared.silence)),
            undelivered_ms: self.undelivered_ms,
            oversized: received.oversized,
            dropped: SoundDropped {
                overflow_ms: ms(self.dropped.overflow + count(&shared.unfit)),
                surplus_ms: ms(self.dropped.surplus),
                inactive_ms: ms(self.dropped.inactive + count(&shared.inactive)),
                unencoded_ms: ms(self.dropped.unencoded),
            },
            host_gaps: self.host_gaps,
            sent_level,
            received_level,
        }
    }

    /// What was counted of who sends as this, if anything has come of it.
    #[allow(dead_code, reason = "what a stream's figures are asked by; the API has those of whole calls")]
    pub fn source_stats(&self, source: Ssrc) -> Option<SourceStats> {
        self.incoming.stats_of(source)
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
            self.delivery = wanted.map(|delivery| (delivery, self.now + Duration::from_millis(delivery.frame_ms.into())));
        }
    }

    /// Hands over what is due. A host that held us up gets what it missed at once, but for what is too old.
    fn deliver(&mut self) {
        let Some((delivery, mut at)) = self.delivery else { return };
        let frame = Duration::from_millis(delivery.frame_ms.into());
        while at <= self.now {
            if self.now.since(at) < UNDELIVERED {
                let samples = self.port.take_delivery(delivery);
                let Delivery { rate, channels, .. } = delivery;
                self.events.push_back(AudioEvent::Frame { samples, rate, channels });
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

    fn take_rings(&mut self) {
        let mut handoff = self.port.handoff.lock();
        self.pcm.append(&mut handoff.pcm);
        self.opus.append(&mut handoff.opus);
        drop(handoff);
        // A ring that was followed by another is over when it is empty.
        while self.pcm.len() > 1 && self.pcm.front().is_some_and(|ring| ring.waiting() == 0) {
            self.pcm.pop_front();
        }
        while self.opus.len() > 1 && self.opus.front().is_some_and(Consumer::is_empty) {
            self.opus.pop_front();
        }
    }

    fn available(&self) -> usize {
        self.pcm.iter().map(|ring| ring.waiting() as usize).sum()
    }

    /// Where a ring was overwritten, what is in those before it is older still.
    fn drop_overwritten(&mut self, live: bool) {
        let Some(at) = self.pcm.iter().rposition(|ring| ring.waiting() > ring.capacity() as u64) else { return };
        let older: u64 = self.pcm.iter().take(at).map(|ring| ring.skip(u64::MAX)).sum();
        let lost = self.pcm.get(at).map_or(0, |ring| ring.skip_lost());
        self.count_lost(older + lost, live);
    }

    /// What was overwritten. Of a playlist, that is nothing but what was cleared.
    fn count_lost(&mut self, samples: u64, live: bool) {
        self.count_read(samples);
        self.dropped.overflow += if live { samples } else { 0 };
    }

    fn count_read(&self, samples: u64) {
        self.port.shared.read.fetch_add(samples, Ordering::Release);
    }

    /// Takes up to `most` samples of PCM away.
    fn discard_pcm(&mut self, most: u64) -> u64 {
        let mut left = most;
        for ring in &self.pcm {
            left -= ring.skip(left);
        }
        self.count_read(most - left);
        most - left
    }

    /// Takes encoded sound away until `most` samples are gone.
    fn discard_opus(&mut self, most: u64) -> u64 {
        let mut gone = 0;
        while gone < most && self.fetch_opus() {
            let duration = self.pending.take().map_or(0, |pending| u64::from(pending.duration));
            self.count_read(duration);
            gone += duration;
        }
        gone
    }

    fn discard_cleared(&mut self) {
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

    fn next_pcm(&mut self, live: bool) -> Option<Encoded> {
        let size = self.frame_samples();
        // Muted sound goes through all of it but the last step.
        while self.is_pcm_due(live, size) {
            self.take_frame(size, live);
            if let Some(level) = self.level.add(&self.frame) {
                self.port.shared.sent_level.store(level, Ordering::Relaxed);
            }
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
            return Some(Encoded { payload, timestamp, marker, duration });
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

    fn packet(&self) -> Duration {
        Duration::from_millis(u64::from(self.encoding.packet_ms))
    }

    /// When the last part of a playlist leaves, shorter than a packet: on time, unless something was pushed less than a
    /// packet's time ago, so that more may follow.
    fn part_leaves_at(&self) -> Time {
        let pushed = self.backlog.pushed_at().unwrap_or(self.now);
        self.clock.play_at.unwrap_or(pushed).max(pushed + self.packet())
    }

    /// When an empty playlist is told to be over: not when its last packet has sounded, as a host that is exactly on time
    /// pushes the next one at that very moment, but a packet's time after that.
    fn played_at(&self) -> Time {
        self.clock.play_at.map_or(self.now, |at| at + self.packet())
    }

    /// Whether a playlist's next packet is due, which then counts as taken. If there is nothing, it is over.
    fn is_played(&mut self, something: bool, duration: Duration) -> bool {
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

    /// Fills the frame. What is not there is silence.
    fn take_frame(&mut self, size: usize, live: bool) {
        let channels = self.encoding.channels as usize;
        let (mut taken, mut lost) = (0, 0);
        for ring in &self.pcm {
            let Some(room) = self.frame.get_mut(taken * channels..size * channels) else { break };
            let (count, overwritten) =
                if ring.channels() == channels { ring.read(room) } else { read_other(ring, room, channels) };
            taken += count;
            lost += overwritten;
        }
        if let Some(rest) = self.frame.get_mut(taken * channels..) {
            rest.fill(0);
        }
        self.count_read(taken as u64);
        self.count_lost(lost, live);
    }

    /// Whether there is a next packet of the host's, which then is in `pending`.
    fn fetch_opus(&mut self) -> bool {
        if self.pending.is_none() {
            let mut packet = vec![0; MAX_PACKET];
            let Some(header) = self.opus.iter_mut().find_map(|ring| packet::read(ring, &mut packet)) else { return false };
            packet.truncate(usize::from(header.size));
            let duration = packet::duration(&packet).unwrap_or(0);
            self.pending = Some(Pending { header, packet, duration, counted: false });
        }
        true
    }

    fn next_opus(&mut self, live: bool) -> Option<Encoded> {
        if live && self.port.shared.overflowed.swap(false, Ordering::Relaxed) {
            self.dropped.overflow += self.discard_opus(self.port.shared.queued() / 2);
        }
        while self.is_opus_due(live) {
            let Pending { header, packet: payload, duration, .. } = self.pending.take()?;
            self.count_read(u64::from(duration));
            self.host_gaps += u64::from(self.clock.host.is_some_and(|host| pause_after(host, header.timestamp) != Some(0)));
            let (timestamp, marker) = self.clock.stamp_host(self.now, header.timestamp, duration);
            if self.port.is_muted() {
                self.clock.marker = true;
                continue;
            }
            return Some(Encoded { payload, timestamp, marker, duration });
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

/// Reads a ring of mono for a frame of stereo, or the other way round: where the number of channels has changed.
fn read_other(ring: &Ring, room: &mut [i16], channels: usize) -> (usize, u64) {
    let mut piece = [0i16; 256];
    let (mut taken, mut lost) = (0, 0);
    for slots in room.chunks_mut(piece.len() / 2 * channels) {
        let wanted = slots.len() / channels * ring.channels();
        let (count, overwritten) = ring.read(piece.get_mut(..wanted).unwrap_or_default());
        for (to, from) in slots.chunks_exact_mut(channels).zip(piece.chunks_exact(ring.channels())).take(count) {
            let sum: i32 = from.iter().map(|sample| i32::from(*sample)).sum();
            to.fill((sum / from.len() as i32) as i16);
        }
        taken += count;
        lost += overwritten;
        if count * channels < slots.len() {
            break;
        }
    }
    (taken, lost)
}

impl Drop for AudioEngine {
    fn drop(&mut self) {
        self.port.shared.active.store(false, Ordering::Relaxed);
    }
}

#[cfg(all(test, feature = "opus"))]
mod tests;
