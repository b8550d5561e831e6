//! The network's end of those who are heard: whose a packet is, and what was counted of each.

use crate::media::audio::flow;
use crate::media::audio::packet::{self, MAX_PACKET};
use crate::media::audio::port::AudioPort;
use crate::media::audio::receive::Receive;
use crate::media::audio::ring::Ring;
use crate::media::audio::source::{Arrivals, Feed, SourceId, SourceShared, Volume};
use crate::time::Time;
use crate::types::Ssrc;
use core::sync::atomic::{AtomicU64, Ordering};
use rtrb::{Producer, RingBuffer};
use std::sync::Arc;

/// Samples at 48 kHz in a millisecond.
const MS: u32 = 48;
/// Received packets of a source that wait for a pull: more than a second of usual ones.
const RING_BYTES: usize = 8 * 1024;

/// What became of the sound of a source. In a sum of several the loss, the delay and the level are the largest. How evenly its
/// packets came and how many did not is counted where RTP is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct SourceStats {
    pub packets_received: u64,
    /// Of the last two seconds.
    pub loss_permille: u32,
    /// What is received and not yet heard.
    pub delay_ms: u32,
    /// Packets that came too late or twice.
    pub late: u64,
    /// Packets that were skipped to bring the delay down, as the sound began anew, or that nobody pulled.
    pub skipped: u64,
    pub concealed_ms: u64,
    pub recovered_ms: u64,
    pub stretched_ms: u64,
    /// Packets that no Opus packet can be.
    pub oversized: u64,
    /// Of the last 100 ms: 0 to 32767.
    pub level: u32,
}

impl SourceStats {
    fn and(self, other: SourceStats) -> SourceStats {
        SourceStats {
            packets_received: self.packets_received + other.packets_received,
            loss_permille: self.loss_permille.max(other.loss_permille),
            delay_ms: self.delay_ms.max(other.delay_ms),
            late: self.late + other.late,
            skipped: self.skipped + other.skipped,
            concealed_ms: self.concealed_ms + other.concealed_ms,
            recovered_ms: self.recovered_ms + other.recovered_ms,
            stretched_ms: self.stretched_ms + other.stretched_ms,
            oversized: self.oversized + other.oversized,
            level: self.level.max(other.level),
        }
    }
}

/// All that are heard, on the network's side.
#[derive(Debug)]
pub struct Incoming {
    most: usize,
    sources: Vec<IncomingSource>,
}

#[derive(Debug)]
struct IncomingSource {
    id: SourceId,
    /// `None`: whoever it was has left.
    ssrc: Option<Ssrc>,
    /// Who it is, for who pulls each by himself. 0: nobody in particular.
    key: u64,
    /// The puller has to be told that it is another now.
    is_new: bool,
    receive: Receive,
    /// `None`: nothing of it could be heard so far.
    ring: Option<Producer<u8>>,
    /// Where its sound goes that comes decoded.
    sound: Option<Arc<Ring>>,
    shared: Arc<SourceShared>,
    /// Packets that found no room, as nobody pulls.
    unpulled: u64,
    oversized: u64,
}

impl Incoming {
    /// At most so many are heard at a time.
    pub fn new(most: usize) -> Incoming {
        Incoming { most, sources: Vec::new() }
    }

    /// Takes a packet to its source; whether there is now something to be pulled.
    pub fn handle_packet(
        &mut self,
        now: Time,
        port: &AudioPort,
        ssrc: Ssrc,
        sequence: u16,
        timestamp: u32,
        payload: &[u8],
    ) -> bool {
        let Some(source) = self.source(ssrc) else { return false };
        if payload.is_empty() {
            source.receive.count_padding(sequence);
            return false;
        }
        if payload.len() > MAX_PACKET {
            source.oversized += 1;
            return false;
        }
        let sequence = source.receive.count(now, sequence);
        if source.sound.take().is_some() {
            source.is_new = source.key != 0;
        }
        let ring = source.ring.get_or_insert_with(|| {
            let (producer, ring) = RingBuffer::new(RING_BYTES);
            port.introduce(source.id, Arrivals { feed: Feed::Packets(ring), shared: source.shared.clone() });
            producer
        });
        if source.is_new {
            source.is_new = !write_key(ring, source.key);
        }
        let is_written = !source.is_new && packet::write(ring, sequence, timestamp, payload);
        if !is_written {
            source.unpulled += 1;
            source.shared.stale.store(true, Ordering::Release);
        }
        is_written
    }

    /// Takes sound that comes decoded to its source: interleaved, at its pace.
    pub fn handle_sound(&mut self, now: Time, port: &AudioPort, ssrc: Ssrc, channels: usize, samples: &[i16]) {
        let Some(source) = self.source(ssrc) else { return };
        source.receive.hear(now);
        let known = source.sound.as_ref().filter(|ring| ring.channels() == channels);
        let ring = known.cloned().unwrap_or_else(|| {
            let ring = Arc::new(Ring::new(flow::CAPACITY, channels));
            source.ring = None;
            source.shared.key.store(source.key, Ordering::Release);
            port.introduce(source.id, Arrivals { feed: Feed::Sound(ring.clone()), shared: source.shared.clone() });
            source.sound.insert(ring).clone()
        });
        ring.write(samples);
    }

    /// The source of these packets. Where there is no room for another, who was heard longest ago gives way.
    fn source(&mut self, ssrc: Ssrc) -> Option<&mut IncomingSource> {
        let known = self.sources.iter().position(|source| source.ssrc == Some(ssrc));
        let free = self.sources.iter().position(|source| source.ssrc.is_none());
        if known.is_none() && free.is_none() && self.sources.len() < self.most {
            self.sources.push(IncomingSource::new(SourceId(self.sources.len() as u32), ssrc));
            return self.sources.last_mut();
        }
        if let Some(at) = known {
            return self.sources.get_mut(at);
        }
        let rank = |source: &IncomingSource| (source.ssrc.is_some(), source.receive.heard_at());
        let source = self.sources.iter_mut().min_by_key(|source| rank(source))?;
        source.begin_anew(Some(ssrc), 0);
        Some(source)
    }

    /// This one is heard from now on, so loud, as this key's.
    pub fn enter(&mut self, ssrc: Ssrc, key: u64, volume: Volume) {
        if let Some(source) = self.source(ssrc) {
            source.begin_anew(Some(ssrc), key);
            source.shared.set_volume(volume);
        }
    }

    /// So many are heard at a time from now on. Who is there stays.
    pub fn set_most(&mut self, most: usize) {
        self.most = most;
    }

    /// It is heard no more.
    pub fn leave(&mut self, ssrc: Ssrc) {
        if let Some(source) = self.find(ssrc) {
            source.begin_anew(None, 0);
        }
    }

    /// None of them is heard any more: another engine may follow on the same port, and what is left of them there would stand in the way
    /// of theirs.
    pub fn leave_all(&mut self) {
        self.sources.iter_mut().for_each(|source| source.begin_anew(None, 0));
    }

    pub fn set_volume(&mut self, ssrc: Ssrc, volume: Volume) {
        if let Some(source) = self.find(ssrc) {
            source.shared.set_volume(volume);
        }
    }

    fn find(&mut self, ssrc: Ssrc) -> Option<&mut IncomingSource> {
        self.sources.iter_mut().find(|source| source.ssrc == Some(ssrc))
    }

    /// Nothing at all has come since then.
    pub fn note_silence(&mut self, now: Time, since: Time) {
        self.sources.iter_mut().for_each(|source| source.receive.note_silence(now, since));
    }

    /// Nobody pulls: none is heard.
    pub fn fall_silent(&self) {
        self.sources.iter().for_each(|source| source.shared.level.store(0, Ordering::Relaxed));
    }

    /// Of all together.
    pub fn stats(&self) -> SourceStats {
        self.sources.iter().fold(SourceStats::default(), |sum, source| sum.and(source.stats()))
    }

    /// Of each of whom something has come, by what it sends as.
    pub fn each(&self) -> impl Iterator<Item = (Ssrc, SourceStats)> {
        self.sources.iter().filter_map(|source| Some((source.ssrc?, source.stats())))
    }
}

impl IncomingSource {
    fn new(id: SourceId, ssrc: Ssrc) -> IncomingSource {
        IncomingSource {
            id,
            ssrc: Some(ssrc),
            key: 0,
            is_new: false,
            receive: Receive::default(),
            ring: None,
            sound: None,
            shared: Arc::default(),
            unpulled: 0,
            oversized: 0,
        }
    }

    /// What follows comes as this, and has nothing to do with what came before.
    fn begin_anew(&mut self, ssrc: Option<Ssrc>, key: u64) {
        self.ssrc = ssrc;
        self.key = key;
        self.receive.begin_anew();
        // Of who was heard before nothing is heard any more.
        self.sound = None;
        self.shared.key.store(key, Ordering::Release);
        self.is_new = match &mut self.ring {
            Some(ring) => !write_key(ring, key),
            None => key != 0,
        };
    }

    fn stats(&self) -> SourceStats {
        let count = |counter: &AtomicU64| counter.load(Ordering::Relaxed);
        let ms = |counter: &AtomicU64| count(counter) / u64::from(MS);
        let IncomingSource { receive, shared, .. } = self;
        SourceStats {
            packets_received: receive.received,
            loss_permille: receive.loss_permille(),
            delay_ms: shared.delay.load(Ordering::Relaxed) / MS,
            late: count(&shared.late),
            skipped: count(&shared.cut) + count(&shared.unpulled) + self.unpulled,
            concealed_ms: ms(&shared.concealed),
            recovered_ms: ms(&shared.recovered),
            stretched_ms: ms(&shared.stretched),
            oversized: self.oversized,
            level: shared.level.load(Ordering::Relaxed),
        }
    }
}

/// A packet without a sound of its own says that it is another from here on, and who.
fn write_key(ring: &mut Producer<u8>, key: u64) -> bool {
    packet::write(ring, (key >> 32) as u32, key as u32, &[])
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::time::Duration;

    fn ms(ms: u64) -> Time {
        Time::ZERO + Duration::from_millis(ms)
    }

    fn stats_of(incoming: &Incoming, ssrc: u32) -> Option<SourceStats> {
        incoming.each().find(|(source, _)| *source == Ssrc(ssrc)).map(|(_, stats)| stats)
    }

    #[test]
    fn each_source_is_counted_by_itself_and_the_call_has_the_sum() {
        let (port, mut incoming) = (AudioPort::new(Arc::default()), Incoming::new(3));
        for step in 0..200u16 {
            let (now, timestamp) = (ms(u64::from(step) * 20), u32::from(step) * 960);
            assert_eq!(incoming.handle_packet(now, &port, Ssrc(7), step, timestamp, &[8; 38]), step < 170, "{step}");
            if step % 4 != 3 {
                incoming.handle_packet(now, &port, Ssrc(9), 1000 + step, timestamp, &[8]);
            }
        }
        assert!(!incoming.handle_packet(ms(4000), &port, Ssrc(7), 200, 0, &[8; MAX_PACKET + 1]));
        assert!(!incoming.handle_packet(ms(4000), &port, Ssrc(5), 0, 0, &[]), "padding is not heard");
        let [one, two] = [7, 9].map(|ssrc| stats_of(&incoming, ssrc).unwrap());
        assert_eq!((one.packets_received, one.loss_permille, one.oversized), (200, 0, 1));
        assert_eq!((two.packets_received, two.oversized), (150, 0));
        assert_eq!(one.skipped, 30, "nobody pulls, and there is room for so many");
        assert!((230..=260).contains(&two.loss_permille), "{two:?}");
        assert_eq!((stats_of(&incoming, 5), stats_of(&incoming, 6)), (Some(SourceStats::default()), None));
        let all = incoming.stats();
        assert_eq!((all.packets_received, all.oversized), (350, 1));
        assert_eq!((all.loss_permille, all.skipped), (two.loss_permille, 30 + two.skipped));
    }

    #[test]
    fn who_leaves_makes_room_for_who_enters() {
        let (port, mut incoming) = (AudioPort::new(Arc::default()), Incoming::new(2));
        for (at, ssrc) in [(0, 1), (10, 2)] {
            incoming.enter(Ssrc(ssrc), 0, Volume::FULL);
            incoming.handle_packet(ms(at), &port, Ssrc(ssrc), 5, 0, &[8]);
        }
        incoming.leave(Ssrc(2));
        incoming.leave(Ssrc(77));
        assert!(stats_of(&incoming, 2).is_none(), "it is nobody's");
        incoming.enter(Ssrc(3), 0, Volume(5000));
        assert!(
            [1, 3].iter().all(|ssrc| stats_of(&incoming, *ssrc).is_some()),
            "not the place of who was heard before"
        );
        incoming.handle_packet(ms(20), &port, Ssrc(3), 900, 0, &[8]);
        assert_eq!(stats_of(&incoming, 3).unwrap().loss_permille, 0);
    }

    #[test]
    fn who_was_heard_longest_ago_gives_way() {
        let (port, mut incoming) = (AudioPort::new(Arc::default()), Incoming::new(2));
        let mut hear = |at: u64, ssrc: u32, number: u16| {
            incoming.handle_packet(ms(at), &port, Ssrc(ssrc), number, 0, &[8]);
            [1, 2, 3].map(|ssrc| stats_of(&incoming, ssrc).is_some())
        };
        assert_eq!(hear(0, 1, 5), [true, false, false]);
        assert_eq!(hear(10, 2, 900), [true, true, false]);
        assert_eq!(hear(20, 1, 6), [true, true, false]);
        assert_eq!(hear(30, 3, 77), [true, false, true], "the second was heard longest ago");
        assert_eq!(hear(40, 2, 901), [false, true, true]);
        let all = incoming.stats();
        assert_eq!((all.packets_received, all.loss_permille), (5, 0), "other numbers are no loss");
    }
}
