//! The network's end of a call's sound.

use crate::media::audio::codec::Encoder;
use crate::media::audio::level::Level;
use crate::media::audio::packet::{self, Header, MAX_PACKET};
use crate::media::audio::port::{AudioPort, Coding};
use crate::media::audio::receive::Receive;
use crate::media::audio::send_clock::{SendClock, pause_after, samples};
use crate::media::audio::{RATE, codec};
use crate::random::Random;
use crate::time::{Duration, Time};
use crate::types::Ssrc;
use core::sync::atomic::Ordering;
use rtrb::{Consumer, RingBuffer};
use std::collections::VecDeque;
use std::sync::Arc;

/// Samples at 48 kHz in a millisecond.
const MS: usize = 48;
/// More live sound than this waits only if the network's thread was held up, or the host is too fast: the oldest goes.
const LIVE_BACKLOG_MS: usize = 60;
/// A playlist that is late by more than this goes on from now.
const LATE: Duration = Duration::from_millis(100);
/// Without sound for so long, nothing is to be heard of it.
const QUIET: Duration = Duration::from_millis(200);
/// How often the port is looked at when nobody wakes us: while sound is pushed, and otherwise.
const TICK: Duration = Duration::from_millis(10);
const IDLE_TICK: Duration = Duration::from_millis(50);
/// Received packets that wait for a pull: more than a second of usual ones.
const RECEIVED_BYTES: usize = 8 * 1024;

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

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum AudioEvent {
    /// Encoded sound waits to be pulled. Told once until a pull finds none.
    Ready,
    /// A playlist has run out.
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
    /// Packets that were skipped to bring the delay down, or that nobody pulled.
    pub skipped: u64,
    pub concealed_ms: u64,
    pub recovered_ms: u64,
    pub stretched_ms: u64,
    pub sent_level: u32,
    pub received_level: u32,
}

/// Sound of one call, on the network's side.
#[derive(Debug)]
pub struct AudioEngine {
    port: Arc<AudioPort>,
    config: AudioConfig,
    encoder: Option<Encoder>,
    loss_percent: u32,
    pcm: VecDeque<Consumer<i16>>,
    opus: VecDeque<Consumer<u8>>,
    frame: Vec<i16>,
    /// An encoded packet of the host that is not due.
    pending: Option<Pending>,
    level: Level,
    now: Time,
    /// When the timers were last looked at.
    turned_at: Time,
    clock: SendClock,
    receive: Receive,
    events: VecDeque<AudioEvent>,
    packets_sent: u64,
    sound_at: Time,
    pulls: (u64, Time),
    pushed: (u64, Time),
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
    pub fn new(now: Time, port: &Arc<AudioPort>, mut random: Random, config: AudioConfig) -> AudioEngine {
        let packet_ms = if matches!(config.packet_ms, 40 | 60) { config.packet_ms } else { 20 };
        AudioEngine {
            port: port.clone(),
            config: AudioConfig { packet_ms, ..config },
            encoder: None,
            loss_percent: 0,
            pcm: VecDeque::new(),
            opus: VecDeque::new(),
            frame: vec![0; packet_ms as usize * MS],
            pending: None,
            level: Level::new(RATE, 1),
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
            receive: Receive::default(),
            events: VecDeque::new(),
            packets_sent: 0,
            sound_at: now,
            pulls: (0, now),
            pushed: (0, now),
        }
    }

    /// Whether sound flows. Before, and while reconnecting, live sound is thrown away and a playlist waits.
    pub fn set_active(&mut self, now: Time, active: bool) {
        self.now = now;
        self.port.shared.active.store(active, Ordering::Relaxed);
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

    /// The packets that come now are of this source.
    pub fn set_source(&mut self, source: Ssrc) {
        if self.receive.is_another(source)
            && let Some(ring) = &mut self.receive.ring
        {
            // Without a sound of its own: the numbers of what follows have nothing to do with those before.
            self.receive.unpulled += u64::from(!packet::write(ring, 0, 0, &[]));
        }
    }

    /// Nothing at all has come from the peer since then.
    pub fn note_silence(&mut self, now: Time, since: Time) {
        self.receive.note_silence(now, since);
    }

    /// A packet of the peer's sound, authenticated and for the first time.
    pub fn handle_packet(&mut self, now: Time, sequence: u16, timestamp: u32, payload: &[u8]) {
        self.now = now;
        if payload.is_empty() {
            return self.receive.count_padding(sequence);
        }
        if payload.len() > MAX_PACKET {
            return;
        }
        let sequence = self.receive.count(now, sequence, timestamp);
        let AudioEngine { port, receive, .. } = self;
        let ring = receive.ring.get_or_insert_with(|| {
            let (producer, consumer) = RingBuffer::new(RECEIVED_BYTES);
            port.handoff.lock().received = Some(consumer);
            producer
        });
        if !packet::write(ring, sequence, timestamp, payload) {
            receive.unpulled += 1;
            self.port.shared.stale.store(true, Ordering::Release);
            return;
        }
        if self.port.coding() == Coding::Opus && self.port.shared.ready_wanted.swap(false, Ordering::SeqCst) {
            self.events.push_back(AudioEvent::Ready);
        }
    }

    /// The next packet to send, if one is due.
    pub fn poll_packet(&mut self, now: Time) -> Option<Encoded> {
        self.now = now;
        self.take_rings();
        self.discard_cleared();
        let live = self.port.shared.queue_ms.load(Ordering::Relaxed) == 0;
        if !self.port.shared.active.load(Ordering::Relaxed) {
            if live {
                self.discard_all();
            }
            return None;
        }
        let packet = match self.port.coding() {
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
        if !shared.active.load(Ordering::Relaxed) {
            return quiet;
        }
        let queued = shared.queued();
        let live = shared.queue_ms.load(Ordering::Relaxed) == 0;
        let due = match (live, self.clock.play_at) {
            (true, _) => (queued >= self.wanted_live()).then_some(self.clock.allowed_from.max(self.now)),
            (false, Some(at)) => Some(at),
            (false, None) => (queued > 0).then_some(self.now),
        };
        let tick = (!self.port.is_heard()).then(|| {
            let busy = self.turned_at.since(self.pushed.1) < Duration::from_secs(1);
            self.turned_at + if busy { TICK } else { IDLE_TICK }
        });
        [quiet, due, tick].into_iter().flatten().min()
    }

    pub fn handle_timeout(&mut self, now: Time) {
        self.now = now;
        self.turned_at = now;
        let shared = &self.port.shared;
        if now.since(self.sound_at) >= QUIET {
            shared.sent_level.store(0, Ordering::Relaxed);
        }
        let pulls = shared.pulls.load(Ordering::Relaxed);
        if pulls != self.pulls.0 {
            self.pulls = (pulls, now);
        } else if now.since(self.pulls.1) >= QUIET {
            shared.received_level.store(0, Ordering::Relaxed);
        }
        let pushed = shared.written.load(Ordering::Relaxed);
        if pushed != self.pushed.0 {
            self.pushed = (pushed, now);
        }
    }

    pub fn stats(&self) -> AudioStats {
        let shared = &self.port.shared;
        let count = |counter: &core::sync::atomic::AtomicU64| counter.load(Ordering::Relaxed);
        let ms = |samples: u64| samples / MS as u64;
        let (sent_level, received_level) = self.port.levels();
        AudioStats {
            packets_sent: self.packets_sent,
            packets_received: self.receive.received,
            packets_lost: self.receive.lost(),
            loss_permille: self.receive.loss_permille(),
            jitter_ms: (self.receive.jitter / MS as f64).round() as u32,
            delay_ms: shared.delay.load(Ordering::Relaxed) / MS as u32,
            late: count(&shared.late),
            skipped: count(&shared.cut) + self.receive.unpulled,
            concealed_ms: ms(count(&shared.concealed)),
            recovered_ms: ms(count(&shared.recovered)),
            stretched_ms: ms(count(&shared.stretched)),
            sent_level,
            received_level,
        }
    }

    fn frame_samples(&self) -> usize {
        self.config.packet_ms as usize * MS
    }

    /// What must be pushed before a live packet can leave.
    fn wanted_live(&self) -> u64 {
        match self.port.coding() {
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
        while self.pcm.len() > 1 && self.pcm.front().is_some_and(Consumer::is_empty) {
            self.pcm.pop_front();
        }
        while self.opus.len() > 1 && self.opus.front().is_some_and(Consumer::is_empty) {
            self.opus.pop_front();
        }
    }

    fn available(&self) -> usize {
        self.pcm.iter().map(Consumer::slots).sum()
    }

    fn count_read(&self, samples: u64) {
        self.port.shared.read.fetch_add(samples, Ordering::Release);
    }

    /// Takes up to `most` samples of PCM away.
    fn discard_pcm(&mut self, most: u64) -> u64 {
        let mut left = most;
        for ring in &mut self.pcm {
            let count = (ring.slots() as u64).min(left) as usize;
            if let Ok(chunk) = ring.read_chunk(count) {
                chunk.commit_all();
                left -= count as u64;
            }
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
        match self.port.coding() {
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

    fn discard_all(&mut self) {
        self.discard_pcm(u64::MAX);
        self.discard_opus(u64::MAX);
    }

    fn next_pcm(&mut self, live: bool) -> Option<Encoded> {
        let size = self.frame_samples();
        // Muted sound goes through all of it but the last step.
        while self.is_pcm_due(live, size) {
            let taken = self.take_frame(size);
            self.count_read(taken as u64);
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
                self.encoder = codec::Encoder::new(self.config.bit_rate).ok();
                self.set_loss(self.loss_percent);
            }
            let Some(payload) = self.encoder.as_mut().and_then(|encoder| encoder.encode(&self.frame)) else { continue };
            return Some(Encoded { payload, timestamp, marker, duration });
        }
        None
    }

    fn is_pcm_due(&mut self, live: bool, size: usize) -> bool {
        if !live {
            let available = self.available();
            return self.is_played(available > 0, Duration::from_millis(u64::from(self.config.packet_ms)));
        }
        self.clock.play_at = None;
        if self.port.shared.overflowed.swap(false, Ordering::Relaxed) {
            self.discard_pcm(u64::MAX);
        }
        let available = self.available();
        if available > size + LIVE_BACKLOG_MS * MS {
            self.discard_pcm((available - size) as u64);
        }
        if self.available() < size {
            self.want(size as u64);
            return self.available() >= size && self.clock.is_allowed(self.now, size as u32);
        }
        self.clock.is_allowed(self.now, size as u32)
    }

    /// Whether a playlist's next packet is due, which then counts as taken.
    fn is_played(&mut self, something: bool, duration: Duration) -> bool {
        match self.clock.play_at {
            Some(at) if at > self.now => false,
            Some(_) if !something => {
                self.clock.play_at = None;
                self.events.push_back(AudioEvent::Played);
                self.want(1);
                false
            }
            Some(at) => {
                let late = self.now.since(at) > LATE;
                self.clock.play_at = Some(if late { self.now } else { at } + duration);
                true
            }
            None if something => {
                self.clock.play_at = Some(self.now + duration);
                true
            }
            None => {
                self.want(1);
                false
            }
        }
    }

    /// Asks to be woken when so many samples are there.
    fn want(&self, samples: u64) {
        let read = self.port.shared.read.load(Ordering::Relaxed);
        self.port.shared.wanted.store(read + samples, Ordering::Release);
    }

    /// Fills the frame; how much of it was pushed. The rest is silence.
    fn take_frame(&mut self, size: usize) -> usize {
        let mut taken = 0;
        for ring in &mut self.pcm {
            let Some(room) = self.frame.get_mut(taken..size) else { break };
            taken += ring.pop_partial_slice(room).0.len();
        }
        if let Some(rest) = self.frame.get_mut(taken..) {
            rest.fill(0);
        }
        taken
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
            self.discard_opus(u64::MAX);
        }
        while self.is_opus_due(live) {
            let Pending { header, packet: payload, duration, .. } = self.pending.take()?;
            self.count_read(u64::from(duration));
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
        if !self.fetch_opus() {
            if live {
                self.want(1);
                // What came between is found now.
                return self.fetch_opus() && self.is_opus_due(live);
            }
            return self.is_played(false, Duration::ZERO);
        }
        let Some(pending) = &mut self.pending else { return false };
        let duration = pending.duration;
        if live {
            self.clock.play_at = None;
            return self.clock.is_allowed(self.now, duration);
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

impl Drop for AudioEngine {
    fn drop(&mut self) {
        self.port.shared.active.store(false, Ordering::Relaxed);
    }
}
