//! What a host pulls: the mix of all that are heard, or each by himself; or one packet after the other.

use super::{AudioPort, Coding, Delivery, check_codec, check_format, delivers, one_thread, wrong_coding, wrong_mode};
use crate::error::Error;
use crate::media::audio::RATE;
use crate::media::audio::mix::Mix;
use crate::media::audio::sample::Sample;
use crate::media::audio::source::{Arrivals, Source, SourceId, Sources};
use core::sync::atomic::Ordering;

#[derive(Default)]
pub(super) struct Pull {
    /// All, or nobody where each has a sink of his own.
    all: Sink,
    each: Vec<Sink>,
    coding: Option<Coding>,
}

/// Where sound comes together.
#[derive(Default)]
struct Sink {
    sources: Sources,
    /// Of the format that was pulled last.
    mix: Option<Box<Mix>>,
}

impl Sink {
    fn of(id: SourceId, source: Box<Source>) -> Sink {
        Sink { sources: Sources::from([(id, source)]), mix: None }
    }

    /// Whose it is, where it is one's own.
    fn key(&self) -> u64 {
        self.sources.values().next().map_or(0, |source| source.key())
    }

    /// Fills as many frames as there are, if anything is heard: whether it was, and the new level, if there is one.
    fn pull<S: Sample>(
        &mut self,
        rate: u32,
        channels: u32,
        samples: &mut [S],
        frames: usize,
    ) -> Result<(bool, Option<u32>), Error> {
        let Sink { sources, mix } = self;
        if mix.as_ref().is_none_or(|mix| !mix.is_for(rate, channels)) {
            sources.values_mut().for_each(|source| source.close());
            *mix = Some(Box::new(Mix::new(rate, channels)));
        }
        sources.values_mut().try_for_each(|source| source.open(channels))?;
        let Some(mix) = mix else { return Ok((false, None)) };
        // What is not filled stays silent.
        let mut rest = samples;
        Ok(mix.pull(sources, frames, |samples| {
            let (slots, later) = core::mem::take(&mut rest).split_at_mut(samples.len());
            slots.iter_mut().zip(samples).for_each(|(slot, sample)| *slot = S::from_i16(*sample));
            rest = later;
        }))
    }
}

impl AudioPort {
    /// Pulls interleaved sound that was received. Fills all of `samples`, also when it fails; `false`: all of it is
    /// silence, as there was nothing.
    pub fn pull<S: Sample>(&self, rate: u32, channels: u32, samples: &mut [S]) -> Result<bool, Error> {
        let frames = self.check_pull(rate, channels, samples, false)?;
        self.pull_frames(rate, channels, samples, frames)
    }

    /// The same of one of those who are heard, in a call in which each is pulled by himself. Who is not heard is silent.
    pub fn pull_of<S: Sample>(&self, key: u64, rate: u32, channels: u32, samples: &mut [S]) -> Result<bool, Error> {
        let frames = self.check_pull(rate, channels, samples, true)?;
        let mut pull = self.pull.try_lock().ok_or_else(one_thread)?;
        pull.gather(self, Coding::Pcm);
        self.shared.pulls.fetch_add(1, Ordering::Relaxed);
        let Some(sink) = pull.each.iter_mut().find(|sink| sink.key() == key) else { return Ok(false) };
        Ok(sink.pull(rate, channels, samples, frames)?.0)
    }

    /// Fills it with silence, and looks whether it may be pulled so: how many frames it has.
    fn check_pull<S: Sample>(
        &self,
        rate: u32,
        channels: u32,
        samples: &mut [S],
        is_separate: bool,
    ) -> Result<usize, Error> {
        samples.fill(S::SILENCE);
        let frames = check_format(rate, channels, samples.len())?;
        check_codec()?;
        if self.received_coding() != Coding::Pcm {
            return Err(wrong_coding());
        }
        if self.is_separate() != is_separate {
            return Err(wrong_mode());
        }
        if self.delivery().is_some() {
            return Err(delivers());
        }
        Ok(frames)
    }

    /// For the network: what is to be handed over now, silence if nothing else; whose, where each is by himself.
    pub(in crate::media::audio) fn take_delivery(&self, delivery: Delivery) -> Vec<(Option<u64>, Vec<i16>)> {
        let Delivery { rate, channels, .. } = delivery;
        let frames = delivery.frames();
        let silence = || vec![0; frames * channels as usize];
        if !self.is_separate() {
            let mut samples = silence();
            // The host may still be in its last pull.
            let _ = self.pull_frames(rate, channels, &mut samples, frames);
            return vec![(None, samples)];
        }
        let Some(mut pull) = self.pull.try_lock() else { return Vec::new() };
        pull.gather(self, Coding::Pcm);
        self.shared.pulls.fetch_add(1, Ordering::Relaxed);
        let heard = pull.each.iter_mut().filter(|sink| sink.key() != 0);
        heard
            .map(|sink| {
                let mut samples = silence();
                let _ = sink.pull(rate, channels, &mut samples, frames);
                (Some(sink.key()), samples)
            })
            .collect()
    }

    fn pull_frames<S: Sample>(
        &self,
        rate: u32,
        channels: u32,
        samples: &mut [S],
        frames: usize,
    ) -> Result<bool, Error> {
        let mut pull = self.pull.try_lock().ok_or_else(one_thread)?;
        pull.gather(self, Coding::Pcm);
        let (sound, level) = pull.all.pull(rate, channels, samples, frames)?;
        if let Some(level) = level {
            self.shared.received_level.store(level, Ordering::Relaxed);
        }
        let sources = &pull.all.sources;
        // Of several nobody could say whose lips to follow.
        let alone = sources.values().next().filter(|_| sources.len() == 1);
        self.heard().set_position(alone.and_then(|source| source.position()));
        self.shared.pulls.fetch_add(1, Ordering::Relaxed);
        if !sound && self.shared.active.load(Ordering::Relaxed) {
            self.shared.silence.fetch_add(frames as u64 * u64::from(RATE) / u64::from(rate), Ordering::Relaxed);
        }
        Ok(sound)
    }

    /// The size of the next Opus packet, if one waits.
    pub fn waiting_opus(&self) -> Result<Option<usize>, Error> {
        if self.received_coding() != Coding::Opus {
            return Err(wrong_coding());
        }
        let mut pull = self.pull.try_lock().ok_or_else(one_thread)?;
        pull.gather(self, Coding::Opus);
        Ok(pull.sources_mut().find_map(|source| source.waiting()))
    }

    /// Pulls one Opus packet, in order: its size and its timestamp. [`Buffer`](crate::error::ErrorKind::Buffer): the buffer
    /// is too small, and the packet stays.
    pub fn pull_opus(&self, buffer: &mut [u8]) -> Result<Option<(usize, u32)>, Error> {
        let taken = self.take_opus(None, buffer)?;
        if let Some((_, timestamp)) = taken {
            self.heard().set_position(Some(timestamp));
        }
        Ok(taken)
    }

    /// The same of one of those who are heard, in a call in which each is pulled by himself.
    pub fn pull_opus_of(&self, key: u64, buffer: &mut [u8]) -> Result<Option<(usize, u32)>, Error> {
        self.take_opus(Some(key), buffer)
    }

    fn take_opus(&self, key: Option<u64>, buffer: &mut [u8]) -> Result<Option<(usize, u32)>, Error> {
        if self.received_coding() != Coding::Opus {
            return Err(wrong_coding());
        }
        if self.is_separate() != key.is_some() {
            return Err(wrong_mode());
        }
        let mut pull = self.pull.try_lock().ok_or_else(one_thread)?;
        for armed in [false, true] {
            pull.gather(self, Coding::Opus);
            let mut wanted = pull.sources_mut().filter(|source| key.is_none_or(|key| source.key() == key));
            let waiting = wanted.find_map(|source| source.waiting().map(|size| (source, size)));
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
    pub(in crate::media::audio) fn introduce(&self, source: SourceId, arrivals: Arrivals) {
        let mut handoff = self.handoff.lock();
        handoff.received.push_back((source, arrivals));
        self.shared.arriving.store(true, Ordering::Release);
    }
}

impl Pull {
    fn sources_mut(&mut self) -> impl Iterator<Item = &mut Source> {
        let each = self.each.iter_mut().flat_map(|sink| sink.sources.values_mut());
        self.all.sources.values_mut().chain(each).map(|source| &mut **source)
    }

    /// The sources go where they are pulled from now on.
    fn sort(&mut self, is_separate: bool) {
        if is_separate {
            let sources = core::mem::take(&mut self.all.sources);
            self.each.extend(sources.into_iter().map(|(id, source)| Sink::of(id, source)));
        } else if !self.each.is_empty() {
            let each = core::mem::take(&mut self.each);
            self.all.sources.extend(each.into_iter().flat_map(|sink| sink.sources));
            // It is for all of them.
            self.all.mix = None;
        }
    }

    /// Takes what has arrived, of all sources.
    fn gather(&mut self, port: &AudioPort, coding: Coding) {
        let is_separate = port.is_separate();
        if !is_separate && self.each.is_empty() {
            // The first is there from the beginning: its first packet is not to cost a pull more than another one.
            self.all.sources.entry(SourceId::default()).or_default();
        }
        if port.shared.arriving.load(Ordering::Acquire)
            && let Some(mut handoff) = port.handoff.try_lock()
        {
            port.shared.arriving.store(false, Ordering::Relaxed);
            for (id, arrivals) in handoff.received.drain(..) {
                // Of an engine that follows another on this port the places have the same names.
                self.each.retain(|sink| !sink.sources.contains_key(&id));
                self.all.sources.entry(id).or_default().arrive(arrivals);
            }
        }
        self.sort(is_separate);
        let is_other = self.coding.replace(coding) != Some(coding);
        for source in self.sources_mut() {
            if is_other {
                source.forget();
            }
            source.gather();
        }
    }
}
