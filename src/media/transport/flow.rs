//! What one part says, carried to the others, until all are quiet.

use super::{Protection, Transport};
use crate::crypto::packet::SCTP_MARK;
use crate::media::candidate::Target;
use crate::media::dtls::Dtls;
use crate::media::ice::Reach;
use crate::media::rtp::Outgoing;
use crate::media::{Output, data_channel, gather, ice};
use crate::time::Time;
use crate::types::SocketAddr;

impl Transport {
    pub fn pump(&mut self, now: Time) {
        loop {
            let mut quiet = true;
            while let Some(event) = self.gather.poll_event() {
                quiet = false;
                self.handle_gathered(now, event);
            }
            while let Some(event) = self.agent.poll_event() {
                quiet = false;
                self.handle_ice(now, event);
            }
            while let Some(check) = self.agent.poll_check() {
                quiet = false;
                self.gather.send(now, check.channel, check.target, check.bytes, false);
            }
            self.begin_dtls(now);
            while let Some(event) = self.protection.dtls_mut().and_then(Dtls::poll_event) {
                quiet = false;
                self.handle_secured(now, event);
                if self.is_over() {
                    return;
                }
            }
            self.evaluate(now);
            quiet &= !self.flush_data(now);
            if quiet {
                break;
            }
        }
        self.flush_media(now);
    }

    /// What packets of media have brought, where nothing else has moved.
    pub fn flush_media(&mut self, now: Time) {
        self.flush_rtp(now);
        while let Some(received) = self.rtp.poll_received() {
            self.out.push_back(Output::Received(received));
        }
        while let Some((ssrc, payload_type)) = self.rtp.poll_unknown() {
            self.out.push_back(Output::UnknownSource { ssrc, payload_type });
        }
        self.flush_pictures();
        self.flush_gather();
    }

    /// What the host has given to be sent leaves.
    pub fn flush_sent(&mut self, now: Time) {
        self.flush_rtp(now);
        self.flush_gather();
        if self.is_relayed() {
            self.others_at = self.next_other();
        }
    }

    fn handle_gathered(&mut self, now: Time, event: gather::Event) {
        match event {
            gather::Event::Up { channel, reach, priority } => {
                self.agent.add_channel(now, channel, reach, priority);
                if let Reach::Turn { v6 } = reach {
                    let targets: Vec<SocketAddr> = self.agent.turn_targets(v6).collect();
                    for target in targets {
                        self.gather.permit(now, Target::Address(target));
                    }
                }
            }
            gather::Event::Down { channel } => {
                self.agent.remove_channel(now, channel);
                self.out.extend(self.listed.remove_local(channel).into_iter().map(Output::LocalCandidateGone));
            }
            gather::Event::Candidate { channel, candidate, network } => {
                let text = candidate.write(&self.agent.local_credentials().ufrag, network);
                self.listed.add_local(channel, &candidate, text.clone());
                self.out.push_back(Output::LocalCandidate(text));
            }
            gather::Event::Remote(candidate) => {
                self.agent.add_remote(now, candidate);
            }
        }
    }

    fn handle_ice(&mut self, now: Time, event: ice::Event) {
        let (route, why) = match event {
            ice::Event::Selected { channel, target, why } => (Some((channel, target)), why),
            ice::Event::Lost { why } => (None, why),
            ice::Event::Forgotten { target } => return self.listed.remove_remote(target),
        };
        self.route = route;
        self.route_changes += 1;
        self.rtp.note_way();
        match route {
            Some(_) => self.gather.cancel_tcp(),
            None => self.gather.retry(now),
        }
        let route = route.map(|(channel, _)| self.gather.route(channel));
        self.out.push_back(Output::RouteChanged { route, why });
    }

    /// `true` if anything moved.
    fn flush_data(&mut self, now: Time) -> bool {
        let mut moved = false;
        while let Some(event) = self.data.poll_event() {
            moved = true;
            self.out.push_back(match event {
                data_channel::Event::Opened => Output::DataOpen,
                data_channel::Event::Text(text) => Output::DataMessage(text),
            });
        }
        while let Some(packet) = self.data.poll_packet() {
            moved = true;
            match &mut self.protection {
                Protection::Mtproto(cipher) => {
                    let mut body = SCTP_MARK.to_vec();
                    body.extend_from_slice(&packet);
                    if let Some(sealed) = cipher.seal(&body) {
                        self.send(now, sealed);
                    }
                }
                Protection::Handshake(Some(dtls)) | Protection::Srtp { dtls: Some(dtls), .. } => {
                    dtls.send(now, &packet)
                }
                Protection::Handshake(None) | Protection::Srtp { dtls: None, .. } => {}
            }
        }
        moved
    }

    pub fn flush_rtp(&mut self, now: Time) {
        while let Some(outgoing) = self.rtp.poll_outgoing(now) {
            let sealed = match (&mut self.protection, outgoing) {
                (Protection::Handshake(_), _) => None,
                (Protection::Srtp { sender, .. }, Outgoing::Rtp(mut packet)) => {
                    sender.protect_rtp(&mut packet).then_some(packet)
                }
                (Protection::Srtp { sender, .. }, Outgoing::Rtcp(mut packet)) => {
                    sender.protect_rtcp(&mut packet).then_some(packet)
                }
                (Protection::Mtproto(cipher), Outgoing::Rtp(packet) | Outgoing::Rtcp(packet)) => cipher.seal(&packet),
            };
            match sealed {
                Some(packet) => self.send(now, packet),
                None => self.dropped.unsent += 1,
            }
        }
    }

    pub fn flush_gather(&mut self) {
        while let Some(output) = self.gather.poll_output() {
            self.out.push_back(output);
        }
    }
}
