//! DTLS, and the keys for media that come of it.

use super::{MAX_EARLY, Protection, Transport};
use crate::media::dtls::{self, Dtls};
use crate::media::{Failure, Setup, srtp};
use crate::time::Time;
use zeroize::Zeroizing;

impl Transport {
    /// As soon as there is a way and the peer has said who it is.
    pub fn begin_dtls(&mut self, now: Time) {
        if self.route.is_none() || !matches!(self.protection, Protection::Handshake(None)) {
            return;
        }
        let Some((Some(fingerprint), theirs)) = self.remote else { return };
        let role = match (theirs, self.setup) {
            (Setup::Active, _) | (Setup::Actpass, Setup::Passive) => dtls::Role::Server,
            (Setup::Passive, _) | (Setup::Actpass, Setup::Active | Setup::Actpass) => dtls::Role::Client,
        };
        let Some(certificate) = &self.certificate else { return };
        let dtls = Dtls::new(now, self.clock, role, certificate, fingerprint, self.random.u64());
        self.protection = Protection::Handshake(Some(dtls));
        for packet in core::mem::take(&mut self.early) {
            self.handle_dtls(now, &packet);
        }
    }

    pub fn handle_dtls(&mut self, now: Time, bytes: &[u8]) {
        match &mut self.protection {
            Protection::Handshake(Some(dtls)) | Protection::Srtp { dtls: Some(dtls), .. } => {
                dtls.handle_packet(now, bytes)
            }
            Protection::Handshake(None) if self.early.len() < MAX_EARLY => self.early.push_back(bytes.to_vec()),
            Protection::Handshake(None) | Protection::Srtp { dtls: None, .. } | Protection::Mtproto(_) => {
                self.dropped.dtls += 1;
            }
        }
    }

    pub fn handle_secured(&mut self, now: Time, event: dtls::Event) {
        match event {
            dtls::Event::Packet(packet) => self.send(now, packet),
            dtls::Event::Keys { profile, material } => self.take_keys(now, profile, &material),
            dtls::Event::Connected => {}
            dtls::Event::Data(data) => {
                self.data_started = true;
                self.data.handle_packet(now, &data);
            }
            // The call is ended by signaling; a peer that is only gone is noticed by its silence.
            dtls::Event::Closed => {}
            dtls::Event::WrongFingerprint => self.fail(now, Failure::Fingerprint),
            // Only an established association breaks.
            dtls::Event::Broken(why) => {
                self.broken = Some(why);
                if let Protection::Srtp { dtls, .. } = &mut self.protection {
                    *dtls = None;
                }
            }
        }
    }

    /// For benches, which compare by profile: media goes on with these keys, whatever was agreed on.
    #[cfg(feature = "internals")]
    pub fn set_keys(&mut self, now: Time, profile: srtp::Profile, material: &[u8]) {
        self.take_keys(now, Some(profile), &Zeroizing::new(material.to_vec()));
    }

    fn take_keys(&mut self, now: Time, profile: Option<srtp::Profile>, material: &Zeroizing<Vec<u8>>) {
        let Some(profile) = profile.filter(|profile| self.profiles.contains(profile)) else {
            let name = profile.map_or("a profile of SRTP that we do not know", srtp::Profile::name);
            self.fail(now, Failure::Handshake);
            self.broken =
                Some(format!("the strongest that both have is {name}, which is none of those that this link takes"));
            return;
        };
        let Some([client, server]) = srtp::split_keying_material(profile, material) else { return };
        let dtls = self.protection.take_dtls();
        let is_client = dtls.as_ref().is_some_and(|dtls| dtls.role() == dtls::Role::Client);
        let (ours, theirs) = if is_client { (client, server) } else { (server, client) };
        let (sender, receiver) = (srtp::Sender::new(&ours), srtp::Receiver::new(&theirs, self.memory));
        self.protection = Protection::Srtp { profile, sender, receiver, dtls };
    }
}
