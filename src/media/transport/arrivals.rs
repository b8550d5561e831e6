//! What arrives from the network, told apart, authenticated and handed on.

use super::{Protection, Transport};
use crate::crypto::packet::SCTP_MARK;
use crate::media::candidate::Target;
use crate::media::demux::{Content, classify, rtp_or_rtcp};
use crate::media::gather::Arrived;
use crate::media::ice::{ChannelId, Verdict};
use crate::media::stun::is_fingerprinted;
use crate::time::Time;

impl Transport {
    /// `true`: it was media, and nothing else has anything to do because of it.
    pub fn handle_arrived(&mut self, now: Time, arrived: &Arrived<'_>) -> bool {
        match arrived {
            Arrived::Peer(arrival) => self.handle_packet(now, arrival.channel, arrival.target, arrival.payload),
            Arrived::Server => false,
            Arrived::Nothing => {
                self.dropped.foreign += 1;
                false
            }
        }
    }

    /// A packet that came the peer's way. Answers as [`Self::handle_arrived`].
    pub fn handle_packet(&mut self, now: Time, channel: ChannelId, target: Target, bytes: &[u8]) -> bool {
        let target = target.to_canonical();
        if let Protection::Mtproto(_) = self.protection
            && !is_fingerprinted(bytes)
        {
            self.handle_mtproto(now, channel, target, bytes);
            return false;
        }
        let content = classify(bytes);
        if content == Content::Stun {
            if self.agent.handle(now, channel, target, bytes) == Verdict::Rejected {
                self.dropped.stun += 1;
            }
            return false;
        }
        // Whoever has not passed a check is not the peer.
        if !self.agent.is_known(channel, target) {
            self.dropped.foreign += 1;
            return false;
        }
        match content {
            Content::Dtls => self.handle_dtls(now, bytes),
            Content::Rtp | Content::Rtcp => return self.handle_srtp(now, channel, target, content, bytes),
            Content::Stun | Content::Unknown => self.dropped.malformed += 1,
        }
        false
    }

    pub fn handle_srtp(
        &mut self,
        now: Time,
        channel: ChannelId,
        target: Target,
        content: Content,
        bytes: &[u8],
    ) -> bool {
        let Protection::Srtp { receiver, .. } = &mut self.protection else {
            self.dropped.too_early += 1;
            return false;
        };
        let mut is_no_news = false;
        let mut packet = self.rtp.take_buffer();
        packet.extend_from_slice(bytes);
        let rtp = &self.rtp;
        let is_named = |ssrc| rtp.knows(ssrc);
        if content == Content::Rtcp {
            // Whoever sends nothing reports under a number that signaling does not name.
            if receiver.unprotect_rtcp(&mut packet, is_named) {
                is_no_news = self.agent.note_heard(now, channel, target);
                self.count_received(bytes);
                self.rtp.handle_rtcp(now, &packet);
            } else {
                self.dropped.rtcp += 1;
            }
            self.rtp.give_back(packet);
            return is_no_news;
        }
        // Also of a source that was not announced: only what is authentic is told to who learns of sources this way.
        if receiver.unprotect_rtp(&mut packet, is_named) {
            is_no_news = self.agent.note_heard(now, channel, target);
            self.count_received(bytes);
            self.rtp.handle_rtp(now, &packet);
        } else {
            self.dropped.rtp += 1;
        }
        self.rtp.give_back(packet);
        is_no_news
    }

    pub fn handle_mtproto(&mut self, now: Time, channel: ChannelId, target: Target, bytes: &[u8]) {
        let Protection::Mtproto(cipher) = &mut self.protection else { return };
        let Some(body) = cipher.open(bytes) else {
            self.dropped.mtproto += 1;
            return;
        };
        self.agent.note_heard(now, channel, target);
        self.count_received(bytes);
        if let Some(packet) = body.strip_prefix(&SCTP_MARK[..]) {
            self.data_started = true;
            return self.data.handle_packet(now, packet);
        }
        match body[..] {
            [128..=191, second, ..] if rtp_or_rtcp(second) == Content::Rtcp => self.rtp.handle_rtcp(now, &body),
            [128..=191, ..] => self.rtp.handle_rtp(now, &body),
            _ => self.dropped.malformed += 1,
        }
    }

    pub fn count_received(&mut self, bytes: &[u8]) {
        self.bytes_received += bytes.len() as u64;
    }
}
