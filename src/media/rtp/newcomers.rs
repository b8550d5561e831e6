//! Streams that are learnt by their packets, of a server that speaks for many: so many at a time.

use super::receive::ReceiveStream;
use super::streams::{Configured, Streams};
use crate::media::config::{Newcomers, Stream};
use crate::time::Time;
use crate::types::Ssrc;

#[derive(Debug)]
pub struct Welcome {
    of: Newcomers,
    /// Who came so, and when each was heard last.
    heard: Vec<(Ssrc, Time)>,
}

impl Welcome {
    pub fn new(of: Newcomers) -> Welcome {
        Welcome { of, heard: Vec::new() }
    }

    /// An authentic packet of this source: begins a stream for it, if it has none and may have one. The stream that gave way.
    pub fn note(
        &mut self,
        now: Time,
        streams: &mut Streams<ReceiveStream>,
        source: Ssrc,
        payload_type: u8,
    ) -> Option<ReceiveStream> {
        if let Some((_, at)) = self.heard.iter_mut().find(|(ssrc, _)| *ssrc == source) {
            *at = now;
            return None;
        }
        let Newcomers { kind, codecs, extensions, most } = &self.of;
        if streams.knows(source) || codecs.iter().all(|codec| codec.payload_type != payload_type) {
            return None;
        }
        let stream =
            Stream { kind: *kind, ssrc: source, rtx_ssrc: None, codecs: codecs.clone(), extensions: *extensions };
        let gone = self.oldest().filter(|_| self.heard.len() >= *most).and_then(|oldest| streams.remove(oldest));
        if let Some(gone) = &gone {
            self.forget(gone.config().ssrc);
        }
        if streams.put(stream, ReceiveStream::new).is_ok() {
            self.heard.push((source, now));
        }
        gone
    }

    fn oldest(&self) -> Option<Ssrc> {
        self.heard.iter().min_by_key(|(_, at)| *at).map(|(ssrc, _)| *ssrc)
    }

    /// It is announced now, or gone.
    pub fn forget(&mut self, source: Ssrc) {
        self.heard.retain(|(ssrc, _)| *ssrc != source);
    }
}
