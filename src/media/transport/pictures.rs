//! Pictures on the link: whole frames in packets, paced, and how much of them it carries.

use super::Transport;
use crate::error::Error;
use crate::media::rtp::extension::Extension;
use crate::media::{Output, State};
use crate::time::{Duration, Time};
use crate::types::Ssrc;

impl Transport {
    /// Sends one frame of a stream of pictures of ours: each payload, of at most 1400 bytes, is one packet, and the last one has the
    /// marker and the extensions. They leave as fast as the link carries them, behind all sound; see [`Self::picture_delay`].
    ///
    /// Dropped and counted unless [`State::Connected`]. On an error nothing is sent.
    pub fn send_picture<'a>(
        &mut self,
        now: Time,
        ssrc: Ssrc,
        payload_type: u8,
        timestamp: u32,
        extensions: &[Extension],
        payloads: impl Iterator<Item = &'a [u8]>,
    ) -> Result<(), Error> {
        if self.state != State::Connected {
            self.dropped.unsent += 1;
            return Ok(());
        }
        self.rtp.send_picture(now, ssrc, payload_type, timestamp, extensions, payloads)?;
        self.flush_sent(now);
        Ok(())
    }

    /// How long it takes until the last of what waits to leave has left, at today's rate.
    pub fn picture_delay(&self, now: Time) -> Duration {
        self.rtp.picture_delay(now)
    }

    /// What the encoders of all our pictures together would use at most, in bit/s of payloads. It bounds what is looked for on the
    /// link and what [`Output::VideoRate`] tells. 0: no picture is sent, and nothing is looked for.
    pub fn set_picture_demand(&mut self, now: Time, bits_per_s: u32) {
        self.rtp.set_picture_demand(now, bits_per_s);
        self.turn(now);
    }

    /// Asks the peer for a key frame of this stream of its.
    pub fn request_key_frame(&mut self, now: Time, ssrc: Ssrc) {
        self.rtp.request_key_frame(ssrc);
        self.turn(now);
    }

    /// Packets of this stream of the peer's below this number are needed no more: what is missing of them is not asked for again.
    pub fn set_floor(&mut self, ssrc: Ssrc, sequence: u16) {
        self.rtp.set_floor(ssrc, sequence);
    }

    /// Takes back the bytes of an [`Output::Transmit`] or the payload of an [`Output::Received`] that nobody needs any more, for the
    /// packets to come: who does so for all of them lets pictures flow without a new allocation for each packet.
    pub fn give_back(&mut self, bytes: Vec<u8>) {
        self.rtp.give_back(bytes);
    }

    pub(super) fn flush_pictures(&mut self) {
        while let Some(ssrc) = self.rtp.poll_key_frame_request() {
            self.out.push_back(Output::KeyFrameWanted { ssrc });
        }
        while let Some((ssrc, sequence)) = self.rtp.poll_given_up() {
            self.out.push_back(Output::GivenUp { ssrc, sequence });
        }
        if let Some(bits_per_s) = self.rtp.poll_picture_rate() {
            self.out.push_back(Output::VideoRate { bits_per_s });
        }
    }
}
