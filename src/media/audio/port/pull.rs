//! What a host pulls: the mix of all that are heard, or one packet after the other.

use super::{AudioPort, Coding, Delivery, check_codec, check_format, delivers, one_thread, wrong_coding};
use crate::error::Error;
use crate::media::audio::RATE;
use crate::media::audio::mix::Mix;
use crate::media::audio::sample::Sample;
use crate::media::audio::source::{Arrivals, Source, SourceId, Sources, Volume};
use core::sync::atomic::Ordering;

#[derive(Default)]
pub(super) struct Pull {
    sources: Sources,
    /// Of the format that was pulled last.
    mix: Option<Box<Mix>>,
    coding: Option<Coding>,
}

impl AudioPort {
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
    pub(in crate::media::audio) fn take_delivery(&self, delivery: Delivery) -> Vec<i16> {
        let Delivery { rate, channels, .. } = delivery;
        let frames = delivery.frames();
        let mut samples = vec![0; frames * channels as usize];
        // The host may still be in its last pull.
        let _ = self.pull_frames(rate, channels, &mut samples, frames);
        samples
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
        let Pull { sources, mix, .. } = &mut *pull;
        if mix.as_ref().is_none_or(|mix| !mix.is_for(rate, channels)) {
            sources.values_mut().for_each(|source| source.close());
            *mix = Some(Box::new(Mix::new(rate, channels)));
        }
        sources.values_mut().try_for_each(|source| source.open(channels))?;
        let Some(mix) = mix else { return Ok(false) };
        // What is not filled stays silent.
        let mut rest = samples;
        let (sound, level) = mix.pull(sources, frames, |samples| {
            let (slots, later) = core::mem::take(&mut rest).split_at_mut(samples.len());
            slots.iter_mut().zip(samples).for_each(|(slot, sample)| *slot = S::from_i16(*sample));
            rest = later;
        });
        if let Some(level) = level {
            self.shared.received_level.store(level, Ordering::Relaxed);
        }
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
                let taken = source.take_packet(buffer);
                self.heard().set_position(taken.map(|(_, timestamp)| timestamp));
                return Ok(taken);
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
