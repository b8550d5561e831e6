//! The streams of one direction, by the sources their packets carry.

use crate::error::Error;
use crate::media::config::Stream;
use crate::types::Ssrc;
use std::collections::{BTreeMap, BTreeSet};

/// Streams of one direction; an honest peer of a private call has three. What was agreed on never gives way: one more is
/// refused. With their retransmissions they are as many sources as SRTP follows.
pub const MAX_STREAMS: usize = 16;
const MAX_CODECS: usize = 64;

/// What a stream of either direction is made from, and changed by.
pub trait Configured {
    fn config(&self) -> &Stream;
    fn set_config(&mut self, config: Stream);
}

/// A stream that cannot be carried, and why.
#[derive(Clone, Debug)]
pub struct Refused {
    pub ssrc: Ssrc,
    pub error: Error,
}

#[derive(Debug)]
pub struct Streams<S> {
    /// Boxed: the map makes room for eleven at once.
    streams: BTreeMap<Ssrc, Box<S>>,
    /// The source of retransmissions → the stream they belong to.
    repairs: BTreeMap<Ssrc, Ssrc>,
    most: usize,
}

impl<S> Streams<S> {
    /// At most so many.
    pub fn new(most: usize) -> Streams<S> {
        Streams { streams: BTreeMap::new(), repairs: BTreeMap::new(), most }
    }
}

impl<S: Configured> Streams<S> {
    /// Adds a stream, or changes the one with this source, which keeps its counters.
    ///
    /// An error, with nothing changed, for what negotiation must not hand down.
    pub fn put(&mut self, config: Stream, make: impl FnOnce(Stream) -> S) -> Result<(), Error> {
        check_codecs(&config)?;
        let ssrc = config.ssrc;
        let of_another = |rtx: &Ssrc| self.repairs.get(rtx).is_some_and(|stream| *stream != ssrc);
        if self.repairs.contains_key(&ssrc)
            || config.rtx_ssrc.is_some_and(|rtx| rtx == ssrc || self.streams.contains_key(&rtx) || of_another(&rtx))
        {
            return Err(Error::argument("two streams with one source"));
        }
        if self.streams.len() >= self.most && !self.streams.contains_key(&ssrc) {
            return Err(Error::limit("too many streams"));
        }
        self.repairs.retain(|_, stream| *stream != ssrc);
        self.repairs.extend(config.rtx_ssrc.map(|rtx| (rtx, ssrc)));
        match self.streams.get_mut(&ssrc) {
            Some(stream) => stream.set_config(config),
            None => _ = self.streams.insert(ssrc, Box::new(make(config))),
        }
        Ok(())
    }

    pub fn remove(&mut self, ssrc: Ssrc) -> Option<S> {
        self.repairs.retain(|_, stream| *stream != ssrc);
        self.streams.remove(&ssrc).map(|stream| *stream)
    }

    /// Makes these the streams: those that are not among them are gone, those that cannot be carried are refused, singly. What
    /// stays goes first, so that nothing new takes its place. Sources of retransmissions may change hands.
    pub fn replace(&mut self, wanted: &[Stream], mut make: impl FnMut(Stream) -> S) -> (Vec<S>, Vec<Refused>) {
        self.repairs.clear();
        let unwanted: Vec<Ssrc> =
            self.streams.keys().filter(|ssrc| wanted.iter().all(|s| s.ssrc != **ssrc)).copied().collect();
        let mut gone: Vec<S> = unwanted.into_iter().filter_map(|ssrc| self.remove(ssrc)).collect();
        let (stay, new): (Vec<_>, Vec<_>) = wanted.iter().partition(|s| self.streams.contains_key(&s.ssrc));
        let (mut refused, mut seen) = (Vec::new(), BTreeSet::new());
        for config in stay.into_iter().chain(new) {
            let ssrc = config.ssrc;
            if !seen.insert(ssrc) {
                refused.push(Refused { ssrc, error: Error::argument("two streams with one source") });
            } else if let Err(error) = self.put(config.clone(), &mut make) {
                gone.extend(self.remove(ssrc));
                refused.push(Refused { ssrc, error });
            }
        }
        (gone, refused)
    }

    /// The stream that packets of this source belong to, and whether they are its retransmissions.
    pub fn find(&mut self, source: Ssrc) -> Option<(&mut S, bool)> {
        let repaired = self.repairs.get(&source).copied();
        self.streams.get_mut(&repaired.unwrap_or(source)).map(|stream| (&mut **stream, repaired.is_some()))
    }

    /// Whether this is a source of one of the streams.
    pub fn knows(&self, source: Ssrc) -> bool {
        self.streams.contains_key(&source) || self.repairs.contains_key(&source)
    }

    pub fn get_mut(&mut self, ssrc: Ssrc) -> Option<&mut S> {
        self.streams.get_mut(&ssrc).map(|stream| &mut **stream)
    }

    pub fn iter(&self) -> impl Iterator<Item = &S> {
        self.streams.values().map(|stream| &**stream)
    }

    pub fn iter_mut(&mut self) -> impl Iterator<Item = &mut S> {
        self.streams.values_mut().map(|stream| &mut **stream)
    }

    pub fn is_empty(&self) -> bool {
        self.streams.is_empty()
    }
}

fn check_codecs(stream: &Stream) -> Result<(), Error> {
    if stream.codecs.is_empty() || stream.codecs.len() > MAX_CODECS {
        return Err(Error::argument("a stream needs a codec, and not dozens"));
    }
    for codec in &stream.codecs {
        // 64 to 95 would be taken for RTCP.
        let types = [Some(codec.payload_type), codec.rtx];
        if types.into_iter().flatten().any(|t| t > 127 || (64..96).contains(&t)) || codec.clock_rate == 0 {
            return Err(Error::argument("no RTP payload type, or no clock rate"));
        }
    }
    Ok(())
}
