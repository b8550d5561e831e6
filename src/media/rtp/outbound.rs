//! What leaves: sound at once, pictures at the rate of the link.

use super::extension::{Extension, ExtensionKind, ExtensionValues};
use super::feedback::Flight;
use super::pacer::Waiting;
use super::packet::Header;
use super::pictures::{PADDING_BYTES, Pictures};
use super::send::SendStream;
use super::streams::Configured;
use super::{MAX_PAYLOAD, Outgoing, Session, ticks};
use crate::error::Error;
use crate::media::audio::packet::duration as packet_duration;
use crate::time::{Duration, Time};
use crate::types::{MediaKind, Ssrc};

impl Session {
    /// Sends on the audio stream, with its first codec.
    pub fn send_audio(&mut self, now: Time, payload: &[u8], timestamp: u32, marker: bool) -> Result<(), Error> {
        let stream = self.sends.iter().map(Configured::config).find(|config| config.kind == MediaKind::Audio);
        let stream = stream.ok_or_else(|| Error::state("no audio stream has been agreed on"))?;
        let (ssrc, payload_type) = (stream.ssrc, stream.codecs[0].payload_type);
        self.send(now, ssrc, payload_type, timestamp, marker, &[], payload)
    }

    /// The extensions are written if they were agreed on; when and as which one it is sent is added here.
    #[allow(clippy::too_many_arguments)]
    pub fn send(
        &mut self,
        now: Time,
        ssrc: Ssrc,
        payload_type: u8,
        timestamp: u32,
        marker: bool,
        extensions: &[Extension],
        payload: &[u8],
    ) -> Result<(), Error> {
        check_payload(payload)?;
        let stream = stream_of(&mut self.sends, ssrc, payload_type)?;
        let header = Header { marker, payload_type, sequence: 0, timestamp, ssrc: ssrc.0 };
        if stream.is_video() {
            let pictures = self.pictures.get_or_insert_with(|| Box::new(Pictures::new(now)));
            if pictures.is_stopped() || pictures.queue.room() == 0 {
                pictures.note_dropped(ssrc);
            } else {
                let sequence = stream.keep(now, header, extensions.iter().copied().collect(), payload);
                let _ = pictures.queue.push(Waiting { ssrc, sequence, is_again: false, size: payload.len() });
            }
            return Ok(());
        }
        let (values, number) = extensions_of(now, stream, &mut self.flight, extensions.iter().copied().collect());
        let mut packet = self.buffers.take();
        stream.packet(now, header, &values, payload, &mut packet);
        // What is in it was said before it was sent.
        stream.note_duration(packet_duration(payload).unwrap_or(0));
        self.pacer.push(Outgoing::Rtp(packet), number);
        Ok(())
    }

    /// One frame: each payload is a packet, and the last one has the marker and the extensions. On an error nothing is sent.
    pub fn send_picture<'a>(
        &mut self,
        now: Time,
        ssrc: Ssrc,
        payload_type: u8,
        timestamp: u32,
        extensions: &[Extension],
        payloads: impl Iterator<Item = &'a [u8]>,
    ) -> Result<(), Error> {
        let stream = stream_of(&mut self.sends, ssrc, payload_type)?;
        if !stream.is_video() {
            return Err(Error::argument("no stream of pictures"));
        }
        let pictures = self.pictures.get_or_insert_with(|| Box::new(Pictures::new(now)));
        let (is_stopped, room) = (pictures.is_stopped(), pictures.queue.room());
        let (first, mut count, mut wrong) = (stream.next_number(), 0, None);
        let mut payloads = payloads.peekable();
        while let Some(payload) = payloads.next() {
            wrong = wrong.or(check_payload(payload).err());
            if is_stopped || count >= room || wrong.is_some() {
                count = usize::MAX;
                continue;
            }
            let marker = payloads.peek().is_none();
            let values = if marker { extensions.iter().copied().collect() } else { ExtensionValues::default() };
            let header = Header { marker, payload_type, sequence: 0, timestamp, ssrc: ssrc.0 };
            stream.keep(now, header, values, payload);
            count += 1;
        }
        if let Some(error) = wrong {
            stream.take_back(first);
            return Err(error);
        }
        if count == usize::MAX {
            // Half a frame is of no use.
            stream.take_back(first);
            pictures.note_dropped(ssrc);
            return Ok(());
        }
        for sequence in first..first + count as u64 {
            let size = stream.kept(sequence, false).map_or(0, |(_, size)| size);
            let _ = pictures.queue.push(Waiting { ssrc, sequence, is_again: false, size });
        }
        Ok(())
    }

    /// How long it takes until the last of what waits to leave has left, at today's rate.
    pub fn picture_delay(&self, now: Time) -> Duration {
        self.pictures.as_ref().map_or(Duration::ZERO, |pictures| pictures.delay(now))
    }

    /// What the encoders of all our pictures would use at most, in bit/s of payloads. 0: there are none.
    pub fn set_picture_demand(&mut self, now: Time, bits_per_s: u32) {
        if bits_per_s > 0 || self.pictures.is_some() {
            self.pictures.get_or_insert_with(|| Box::new(Pictures::new(now))).set_demand(now, bits_per_s);
        }
    }

    /// What they may take from now on, when that is news.
    pub fn poll_picture_rate(&mut self) -> Option<u32> {
        self.pictures.as_mut()?.poll_rate()
    }

    /// A stream of ours that needs a key frame: the peer asks for it, or we have dropped packets.
    pub fn poll_key_frame_request(&mut self) -> Option<Ssrc> {
        self.key_frames.pop_front().or_else(|| self.pictures.as_mut()?.poll_broken())
    }

    /// Packets take another way to the peer.
    pub fn note_way(&mut self) {
        if let Some(pictures) = &mut self.pictures {
            pictures.reset_way();
        }
    }

    /// A buffer for a packet, empty.
    pub fn take_buffer(&mut self) -> Vec<u8> {
        self.buffers.take()
    }

    /// For who has no use for a packet any more: its buffer is used again.
    pub fn give_back(&mut self, buffer: Vec<u8>) {
        self.buffers.give_back(buffer);
    }

    /// The next packet that leaves now.
    pub fn poll_outgoing(&mut self, now: Time) -> Option<Outgoing> {
        if let Some(paced) = self.pacer.poll() {
            if let Outgoing::Rtp(packet) = &paced.outgoing {
                if let Some(number) = paced.number {
                    self.flight.note_sent(now, number, packet.len());
                }
                if let Some(pictures) = &mut self.pictures {
                    pictures.note_other_left(now, paced.number, packet.len());
                }
            }
            return Some(paced.outgoing);
        }
        let Session { sends, pictures, flight, buffers, stats, .. } = self;
        let pictures = pictures.as_mut()?;
        while let Some(waiting) = pictures.poll(now) {
            // A stream that has gone took its packets with it.
            let Some(stream) = sends.get_mut(waiting.ssrc) else { continue };
            let Some((given, size)) = stream.kept(waiting.sequence, waiting.is_again) else { continue };
            let (values, number) = extensions_of(now, stream, flight, given);
            let mut packet = buffers.take();
            if waiting.is_again {
                stream.write_again(waiting.sequence, &values, &mut packet);
                stats.packets_resent += 1;
            } else {
                stream.write(now, waiting.sequence, &values, &mut packet);
            }
            if let Some(number) = number {
                flight.note_sent(now, number, packet.len());
            }
            pictures.note_picture_left(now, number, packet.len(), size, waiting.is_again);
            return Some(Outgoing::Rtp(packet));
        }
        if !pictures.wants_padding(now) {
            return None;
        }
        let mut packet = buffers.take();
        if let Some(stream) = sends.iter_mut().find(|stream| stream.can_pad()) {
            let (values, number) = extensions_of(now, stream, flight, ExtensionValues::default());
            stream.write_padding(&values, &PADDING_BYTES, &mut packet);
            if let Some(number) = number {
                flight.note_sent(now, number, packet.len());
            }
            pictures.note_picture_left(now, number, packet.len(), 0, false);
            return Some(Outgoing::Rtp(packet));
        }
        buffers.give_back(packet);
        pictures.give_up_probe();
        None
    }
}

fn check_payload(payload: &[u8]) -> Result<(), Error> {
    if payload.is_empty() || payload.len() > MAX_PAYLOAD {
        return Err(Error::argument("a payload has 1 to 1400 bytes"));
    }
    Ok(())
}

fn stream_of(
    sends: &mut super::streams::Streams<SendStream>,
    ssrc: Ssrc,
    payload_type: u8,
) -> Result<&mut SendStream, Error> {
    let stream = sends.get_mut(ssrc).ok_or_else(|| Error::argument("no such stream of ours"))?;
    if !stream.config().codecs.iter().any(|c| c.payload_type == payload_type) {
        return Err(Error::argument("the payload type was not agreed on"));
    }
    Ok(stream)
}

/// What the extensions of a packet that leaves now say, beside what was given with it, and its transport-cc number.
fn extensions_of(
    now: Time,
    stream: &SendStream,
    flight: &mut Flight,
    mut values: ExtensionValues,
) -> (ExtensionValues, Option<u64>) {
    // 24 bits in units of 1/2^18 s.
    values.set(Extension::AbsSendTime(ticks(now, 1 << 18)));
    let number = stream.config().extensions.id(ExtensionKind::TransportCc).map(|_| flight.number());
    if let Some(number) = number {
        values.set(Extension::TransportCc(number as u16));
    }
    (values, number)
}
