//! DTLS, and the keys for media that come of it.

use super::{Protection, Transport};
use crate::media::dtls::{self, Dtls};
use crate::media::{Failure, Setup, srtp};
use crate::time::Time;
use crate::types::Role;
use zeroize::Zeroizing;

impl Transport {
    /// As soon as there is a way and the peer has said who it is.
    pub fn begin_dtls(&mut self, now: Time) {
        if self.dtls.is_some() || self.route.is_none() || !matches!(self.protection, Protection::None) {
            return;
        }
        let Some((Some(fingerprint), setup)) = self.remote else { return };
        let role = match (setup, self.role) {
            (Setup::Active, _) | (Setup::Actpass, Role::Callee) => dtls::Role::Server,
            (Setup::Passive, _) | (Setup::Actpass, Role::Caller) => dtls::Role::Client,
        };
        let Some(certificate) = &self.certificate else { return };
        self.dtls = Some(Dtls::new(now, self.clock, role, certificate, fingerprint, self.random.u64()));
        for packet in core::mem::take(&mut self.early) {
            self.handle_dtls(now, &packet);
        }
    }

    pub fn handle_secured(&mut self, now: Time, event: dtls::Event) {
        match event {
            dtls::Event::Packet(packet) => self.send(now, packet),
            dtls::Event::Keys { profile, material } => self.take_keys(profile, &material),
            dtls::Event::Connected => {}
            dtls::Event::Data(data) => {
                self.data_started = true;
                self.data.handle_packet(now, &data);
            }
            // The call is ended by signaling; a peer that is only gone is noticed by its silence.
            dtls::Event::Closed => {}
            dtls::Event::WrongFingerprint => self.fail(now, Failure::Fingerprint),
            dtls::Event::Broken(why) => {
                // Only an established connection breaks, and it does without: its keys are there.
                self.broken = Some(why);
            }
        }
    }

    pub fn take_keys(&mut self, profile: Option<srtp::Profile>, material: &Zeroizing<Vec<u8>>) {
        let Some(profile) = profile else { return };
        let Some([client, server]) = srtp::split_keying_material(profile, material) else { return };
        let is_client = self.dtls.as_ref().is_some_and(|dtls| dtls.role() == dtls::Role::Client);
        let (ours, theirs) = if is_client { (client, server) } else { (server, client) };
        let (sender, receiver) = (srtp::Sender::new(&ours), srtp::Receiver::new(&theirs));
        self.protection = Protection::Srtp { profile, sender, receiver };
    }
}
