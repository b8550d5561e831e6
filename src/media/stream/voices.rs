//! A part of voices while it is played: each stream of it decoded as it is needed, each channel given to whoever speaks on it.

use super::{MAX_SOURCES, TAG_FRAMES};
use crate::media::audio::codec::Decoder;
use crate::media::audio::packet::{self, MAX_DURATION};
use crate::media::container::{MAX_CHANNELS, Voices, split};
use crate::types::Ssrc;

/// Compat: each part has decoders of its own, as those of the official clients do.
#[derive(Debug)]
pub struct Playing {
    voices: Voices,
    streams: Vec<Stream>,
    /// The next packet, and frames at the begin that are still to be left out.
    packet: usize,
    skip: usize,
    /// Frames that were played, and how many there are in all.
    position: u64,
    end: u64,
    /// Who speaks on each channel.
    speakers: [Option<Ssrc>; MAX_CHANNELS],
    /// The next of the entries, which are in the order of their frames.
    entry: usize,
}

#[derive(Debug)]
struct Stream {
    /// `None`: nobody speaks on it.
    decoder: Option<Decoder>,
    channels: usize,
    /// Decoded and not played, interleaved.
    samples: Vec<i16>,
    /// What is played, one channel behind the other.
    frame: Vec<i16>,
}

/// Who is named in a part, each once, and not too many.
pub fn sources_of(voices: &Voices) -> Vec<Ssrc> {
    let mut sources: Vec<Ssrc> = Vec::new();
    for entry in &voices.tags.entries {
        let source = Ssrc(entry.source);
        if sources.len() < MAX_SOURCES && !sources.contains(&source) {
            sources.push(source);
        }
    }
    sources
}

impl Playing {
    /// `None`: nobody speaks.
    pub fn new(mut voices: Voices) -> Option<Playing> {
        let layout = voices.layout;
        voices.tags.entries.retain(|entry| layout.place(entry.channel).is_some());
        voices.tags.entries.sort_by_key(|entry| entry.frame);
        if voices.tags.entries.is_empty() {
            return None;
        }
        let is_wanted = |stream: usize| {
            let mut places = voices.tags.entries.iter().filter_map(|entry| layout.place(entry.channel));
            places.any(|(of, _)| of == stream)
        };
        let stream = |stream: usize| {
            let channels = layout.channels_of(stream);
            let decoder = is_wanted(stream).then(|| Decoder::with_gain(channels as u32, layout.gain).ok()).flatten();
            Stream { decoder, channels, samples: Vec::new(), frame: Vec::new() }
        };
        let streams = (0..layout.streams()).map(stream).collect();
        let (skip, end) = (layout.pre_skip as usize, voices.samples().unwrap_or(u64::MAX));
        Some(Playing { voices, streams, packet: 0, skip, position: 0, end, speakers: [None; MAX_CHANNELS], entry: 0 })
    }

    /// All who speak in it.
    pub fn sources(&self) -> Vec<Ssrc> {
        sources_of(&self.voices)
    }

    fn ready(&self) -> usize {
        self.streams.iter().map(|stream| stream.samples.len() / stream.channels).min().unwrap_or(0)
    }

    /// Whether not even a frame of the tags is left.
    pub fn is_over(&self) -> bool {
        self.position >= self.end || (self.packet >= self.voices.count() && self.ready() < TAG_FRAMES)
    }

    /// Decodes what the next frame of the tags needs: how much of it was unreadable. `None`: it is over.
    pub fn prepare(&mut self) -> Option<u64> {
        let mut unreadable = 0;
        while !self.is_over() && self.ready() < TAG_FRAMES {
            let packet = self.voices.packet(self.packet)?;
            self.packet += 1;
            let span = packet::span(packet).filter(|span| *span <= MAX_DURATION);
            let (Some(span), Ok(alone)) = (span, split(packet, self.streams.len())) else {
                unreadable += 1;
                continue;
            };
            for (stream, packet) in self.streams.iter_mut().zip(&alone) {
                let at = stream.samples.len();
                stream.samples.resize(at + span as usize * stream.channels, 0);
                if let Some(decoder) = &mut stream.decoder
                    && (packet::span(packet) != Some(span) || !decoder.decode(packet, &mut stream.samples[at..]))
                {
                    stream.samples[at..].fill(0);
                    unreadable += 1;
                }
            }
            let skipped = self.skip.min(self.ready());
            self.skip -= skipped;
            self.streams.iter_mut().for_each(|stream| drop(stream.samples.drain(..skipped * stream.channels)));
        }
        (!self.is_over()).then_some(unreadable)
    }

    /// A frame of the tags, of each who speaks. It was prepared.
    pub fn frame(&mut self) -> Vec<(Ssrc, &[i16])> {
        let number = self.position / TAG_FRAMES as u64;
        while let Some(entry) = self.voices.tags.entries.get(self.entry)
            && u64::from(entry.frame) <= number
        {
            let (channel, source) = (entry.channel, Ssrc(entry.source));
            // Nobody speaks on two channels.
            self.speakers.iter_mut().filter(|speaker| **speaker == Some(source)).for_each(|speaker| *speaker = None);
            self.speakers[channel] = Some(source);
            self.entry += 1;
        }
        self.position += TAG_FRAMES as u64;
        self.streams.iter_mut().for_each(Stream::turn);
        let layout = &self.voices.layout;
        let spoken = self.speakers.iter().enumerate().filter_map(|(channel, speaker)| {
            let (stream, place) = layout.place(channel)?;
            Some(((*speaker)?, self.streams.get(stream)?.channel(place)))
        });
        spoken.collect()
    }
}

impl Stream {
    /// Takes a frame of the tags from the front.
    fn turn(&mut self) {
        self.frame.clear();
        let count = (TAG_FRAMES * self.channels).min(self.samples.len());
        let taken: Vec<i16> = self.samples.drain(..count).collect();
        for channel in 0..self.channels {
            self.frame.extend(taken.iter().skip(channel).step_by(self.channels));
        }
        self.frame.resize(TAG_FRAMES * self.channels, 0);
    }

    fn channel(&self, place: usize) -> &[i16] {
        &self.frame[place * TAG_FRAMES..][..TAG_FRAMES]
    }
}
