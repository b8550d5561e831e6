//! What is said and shown in a call, second by second, for those who get it as a stream (`stream.md` 1 and 4).

use super::ogg;
use super::server::{Shown, Spoken};
use super::unified::{self, Ingest};
use crate::media::audio::codec::{Decoder, Encoder};
use crate::media::audio::packet;
use std::collections::BTreeMap;
use std::collections::btree_map::Entry;

/// Samples of a second.
const SECOND: usize = 48_000;
/// The length of a part, in ms: of what is said in a call.
const PART: i64 = 1000;
/// What is said reaches us so much later, in ms.
const LATE: i64 = 300;
/// Parts that are kept.
const KEPT: i64 = 30;
/// So many there are from the start: who begins to listen asks for what lies two seconds back. Compat: ntgcalls that is sent elsewhere by
/// an error asks by a clock that is not the server's from then on.
const BEFORE: i64 = 5;
/// Voices of a part.
const CHANNELS: usize = 8;
/// Pictures of a part.
const PICTURES: usize = 8;
/// Voices that are followed.
const MAX_VOICES: usize = 64;
/// Who says nothing for so long, in ms, is forgotten.
const SILENT: i64 = 10_000;
/// When a voice is so far from where it should be, in samples, it begins anew.
const ASTRAY: i64 = 14_400;
const BIT_RATE: u32 = 32_000;
/// Of 20 ms.
const FRAME: usize = 960;

#[derive(Debug)]
struct Voice {
    decoder: Decoder,
    /// A timestamp, and the sample of all time at it.
    anchor: Option<(u32, i64)>,
    /// By the second.
    said: BTreeMap<i64, Vec<i16>>,
    /// In ms.
    spoke_at: i64,
}

/// One of a call. All times are Unix times in ms.
#[derive(Debug)]
pub struct Broadcast {
    voices: BTreeMap<i32, Voice>,
    parts: BTreeMap<i64, Vec<u8>>,
    /// Who shows something, by the second, and how it is turned.
    shown: BTreeMap<i64, BTreeMap<String, u8>>,
    /// By the part: the pictures there are of it, each by its channel.
    pictures: BTreeMap<i64, BTreeMap<u32, (String, u8)>>,
    /// Of the part that is being made.
    next: i64,
    /// Of its parts.
    scale: i32,
    /// Who sends by RTMP; then nothing of it is said in the call.
    ingest: Option<Ingest>,
}

/// What is asked for.
#[derive(Debug, PartialEq, Eq)]
pub enum Part<'a> {
    There(&'a [u8]),
    NotYet,
    Gone,
}

impl Broadcast {
    pub fn new(now: i64) -> Broadcast {
        Broadcast {
            voices: BTreeMap::new(),
            parts: BTreeMap::new(),
            shown: BTreeMap::new(),
            pictures: BTreeMap::new(),
            next: now / PART * PART - BEFORE * PART,
            scale: 0,
            ingest: None,
        }
    }

    /// Of a call by RTMP, which has been on for a while.
    pub fn of_rtmp(now: i64, scale: i32) -> Broadcast {
        let mut broadcast = Broadcast { ingest: Ingest::new(), scale, ..Broadcast::new(now) };
        let part = broadcast.part_ms();
        broadcast.next = now / part * part - BEFORE * part;
        broadcast
    }

    pub fn scale(&self) -> i32 {
        self.scale
    }

    /// The length of a part, in ms.
    pub fn part_ms(&self) -> i64 {
        if self.scale < 0 { PART << -self.scale } else { PART >> self.scale }
    }

    /// Somebody has said something. What is no Opus is nothing.
    pub fn hear(&mut self, at: i64, spoken: &Spoken) {
        let Some(length) = packet::duration(&spoken.packet).map(|samples| samples as usize) else { return };
        if !self.voices.contains_key(&spoken.source) && self.voices.len() >= MAX_VOICES {
            return;
        }
        let next = self.next;
        let Some(voice) = self.voice(spoken.source, at) else { return };
        let mut samples = vec![0; length];
        if !voice.decoder.decode(&spoken.packet, &mut samples) {
            return;
        }
        voice.spoke_at = at;
        let arrived = at * (SECOND as i64 / 1000);
        let expected = voice
            .anchor
            .map(|(timestamp, sample)| sample + i64::from(spoken.timestamp.wrapping_sub(timestamp).cast_signed()));
        let begin = expected.filter(|expected| (expected - arrived).abs() < ASTRAY).unwrap_or(arrived);
        voice.anchor = Some((spoken.timestamp, begin));
        for (sample, value) in (begin..).zip(samples) {
            let (second, place) = (sample.div_euclid(SECOND as i64), sample.rem_euclid(SECOND as i64) as usize);
            // What is late for its part is lost.
            if second * PART >= next
                && let Some(place) = voice.said.entry(second).or_insert_with(|| vec![0; SECOND]).get_mut(place)
            {
                *place = value;
            }
        }
    }

    /// Somebody shows something.
    pub fn see(&mut self, at: i64, shown: &Shown) {
        let second = at.div_euclid(PART);
        if second * PART < self.next {
            return;
        }
        let all = self.shown.entry(second).or_default();
        if all.len() < PICTURES || all.contains_key(&shown.endpoint) {
            all.insert(shown.endpoint.clone(), shown.orientation);
        }
    }

    fn voice(&mut self, source: i32, at: i64) -> Option<&mut Voice> {
        Some(match self.voices.entry(source) {
            Entry::Occupied(known) => known.into_mut(),
            Entry::Vacant(place) => {
                let decoder = Decoder::new(1).ok()?;
                place.insert(Voice { decoder, anchor: None, said: BTreeMap::new(), spoke_at: at })
            }
        })
    }

    /// Makes the parts that are over by now.
    pub fn finish(&mut self, now: i64) {
        let length = self.part_ms();
        // After a long while the old ones are not worth making.
        self.next = self.next.max(now / length * length - KEPT * length);
        while self.next + length + LATE <= now {
            let part = match &mut self.ingest {
                Some(ingest) => ingest.part(self.next, length),
                None => {
                    let second = self.next / PART;
                    self.show(second);
                    self.make(second)
                }
            };
            self.parts.insert(self.next, part);
            self.next += length;
        }
        let oldest = self.next - KEPT * length;
        self.parts.retain(|time, _| *time >= oldest);
        self.pictures.retain(|time, _| *time >= oldest);
        let next = self.next / PART;
        self.shown.retain(|second, _| *second >= next);
        self.voices.values_mut().for_each(|voice| voice.said.retain(|second, _| *second >= next));
        self.voices.retain(|_, voice| voice.spoke_at + SILENT > now);
    }

    /// What is shown in a second has its channels: those that it had before, as far as it was there.
    fn show(&mut self, second: i64) {
        let Some(mut shown) = self.shown.remove(&second) else { return };
        let mut channels = self.pictures.get(&((second - 1) * PART)).cloned().unwrap_or_default();
        channels.retain(|_, (endpoint, orientation)| {
            shown.remove(endpoint).is_some_and(|turned| {
                *orientation = turned;
                true
            })
        });
        for (endpoint, orientation) in shown {
            if let Some(free) = (0..PICTURES as u32).find(|channel| !channels.contains_key(channel)) {
                channels.insert(free, (endpoint, orientation));
            }
        }
        self.pictures.insert(second * PART, channels);
    }

    /// The part of a second. Nobody has spoken or shown anything: an empty file.
    fn make(&mut self, second: i64) -> Vec<u8> {
        let energy = |samples: &[i16]| samples.iter().map(|sample| i64::from(*sample).pow(2)).sum::<i64>();
        let mut loud: Vec<(i64, i32, Vec<i16>)> = Vec::new();
        for (source, voice) in &mut self.voices {
            if let Some(samples) = voice.said.remove(&second) {
                loud.push((energy(&samples), *source, samples));
            }
        }
        loud.retain(|(energy, ..)| *energy > 0);
        loud.sort_by_key(|(energy, source, _)| (-energy, *source));
        loud.truncate(CHANNELS);
        loud.sort_by_key(|(_, source, _)| *source);
        let mut tags = Vec::new();
        if let Some(pictures) = self.pictures.get(&(second * PART)) {
            let names = pictures.iter().map(|(channel, (endpoint, _))| (*channel, endpoint.clone())).collect();
            tags.extend(ogg::pictures(&names));
        }
        if loud.is_empty() && tags.is_empty() {
            return Vec::new();
        }
        let sources: BTreeMap<usize, i32> = loud.iter().enumerate().map(|(at, (_, source, _))| (at, *source)).collect();
        let mut voices: Vec<Vec<i16>> = loud.into_iter().map(|(.., samples)| samples).collect();
        if voices.is_empty() {
            // A file has a channel, also if it is nobody's.
            voices.push(vec![0; SECOND]);
        }
        tags.insert(0, ogg::meta(&sources));
        let channels: Option<Vec<_>> = voices.into_iter().map(encode).collect();
        channels.map(|channels| ogg::file(&channels, SECOND as u64, &tags)).unwrap_or_default()
    }

    /// A picture of somebody's, by its channel from 0 on. The error is the name of Telegram's.
    pub fn picture(&self, time: i64, channel: i32, quality: i32) -> Result<Vec<u8>, &'static str> {
        if time >= self.next {
            return Err("TIME_TOO_BIG");
        }
        if !self.parts.contains_key(&time) {
            return Err("TIME_TOO_SMALL");
        }
        let channel = u32::try_from(channel).ok();
        let shown = channel.and_then(|channel| self.pictures.get(&time)?.get(&channel));
        let part = shown.and_then(|(endpoint, orientation)| {
            unified::shown(endpoint, quality, u32::from(orientation & 3) * 90, time / PART)
        });
        part.ok_or("VIDEO_CHANNEL_INVALID")
    }

    pub fn part(&self, time: i64) -> Part<'_> {
        match self.parts.get(&time) {
            Some(bytes) => Part::There(bytes),
            None if time >= self.next => Part::NotYet,
            None => Part::Gone,
        }
    }
}

/// A second as packets of 20 ms, and as much more as the encoder is behind.
fn encode(mut samples: Vec<i16>) -> Option<Vec<Vec<u8>>> {
    samples.resize(SECOND + FRAME, 0);
    let mut encoder = Encoder::new(BIT_RATE, 1).ok()?;
    // One frame in a packet: the others could not be joined.
    let is_single = |packet: &Vec<u8>| packet.first().is_some_and(|toc| toc & 3 == 0);
    samples.chunks_exact(FRAME).map(|frame| encoder.encode(frame).filter(is_single)).collect()
}

#[cfg(all(test, feature = "opus"))]
mod tests {
    use super::*;
    use crate::time::Time;

    const NOW: i64 = 1_780_000_000_000;

    /// A tone in packets of so many ms.
    fn tone(source: i32, ms: usize, amplitude: f64, seconds: usize) -> Vec<(i64, Spoken)> {
        let mut encoder = Encoder::new(BIT_RATE, 1).unwrap();
        let size = ms * 48;
        let hz = 300.0 + f64::from(source) * 100.0;
        let sine = |at: usize| (amplitude * (at as f64 * hz * core::f64::consts::TAU / 48_000.0).sin()) as i16;
        (0..seconds * 1000 / ms)
            .map(|at| {
                let samples: Vec<i16> = (at * size..(at + 1) * size).map(sine).collect();
                let packet = encoder.encode(&samples).unwrap();
                // Timestamps begin anywhere, and packets come not quite when they should.
                let timestamp = ((at * size) as u32).wrapping_add(0xffff_0000);
                let late = (at % 3) as i64 * 7;
                (NOW + (at * ms) as i64 + late, Spoken { at: Time::ZERO, source, timestamp, packet })
            })
            .collect()
    }

    #[test]
    fn each_second_is_a_part_with_the_loudest_voices() {
        let mut broadcast = Broadcast::new(NOW + 10);
        let mut all: Vec<(i64, Spoken)> = (1..=10)
            .flat_map(|source| tone(source, [20, 60][source as usize % 2], f64::from(source) * 900.0, 3))
            .collect();
        all.sort_by_key(|(at, spoken)| (*at, spoken.source));
        for (at, spoken) in all {
            broadcast.finish(at);
            broadcast.hear(at, &spoken);
        }
        assert_eq!(broadcast.part(NOW + 2000), Part::NotYet);
        broadcast.finish(NOW + 3300);
        for time in [NOW, NOW + 1000, NOW + 2000] {
            let Part::There(bytes) = broadcast.part(time) else { panic!("{time}") };
            let head = bytes.windows(8).position(|bytes| bytes == b"OpusHead").unwrap();
            assert_eq!(bytes[head + 9], 8, "channels");
            let sources: BTreeMap<usize, i32> = (0..8).map(|at| (at, at as i32 + 3)).collect();
            let meta = ogg::meta(&sources);
            assert!(
                bytes.windows(meta.len()).any(|bytes| bytes == meta.as_bytes()),
                "the two that are least loud are not in it"
            );
        }
        // Nobody speaks, and then it is long ago.
        broadcast.finish(NOW + 5300);
        assert_eq!(broadcast.part(NOW + 4000), Part::There(&[]));
        broadcast.finish(NOW + 40_000);
        assert_eq!(broadcast.part(NOW), Part::Gone);
        assert!(broadcast.voices.is_empty() && broadcast.parts.len() <= KEPT as usize);
        broadcast.finish(NOW + 1_000_000_000_000);
        assert!(broadcast.parts.len() <= KEPT as usize);
    }

    #[test]
    fn what_is_no_opus_or_comes_from_too_many_is_nothing() {
        let mut broadcast = Broadcast::new(NOW);
        for source in 0..1000 {
            for packet in [vec![], vec![0xff; 3], vec![0x78; 2000], vec![3, 0]] {
                broadcast.hear(NOW + 100, &Spoken { at: Time::ZERO, source, timestamp: 0, packet });
            }
        }
        assert!(broadcast.voices.len() <= MAX_VOICES);
        broadcast.finish(NOW + 3000);
        assert!(matches!(broadcast.part(NOW), Part::There(_)));
    }
}
