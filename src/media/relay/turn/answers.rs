//! What the server says, and what comes through it.

use super::{Failure, LIFETIME_S, MISMATCH, Opened, PERMISSION_REFRESH, Purpose, Request, State, Turn};
use crate::crypto::hash::md5;
use crate::media::stun::{Class, Message, Method, attribute, is_stun};
use crate::time::{Duration, Time};
use zeroize::Zeroizing;

/// Nonces may grow stale, but not every time.
const MAX_REFUSALS: u32 = 4;
/// RFC 8656 asks for less than 763 characters.
const MAX_TEXT: usize = 763;

impl Turn {
    /// A packet from the server; `None` if it is none of TURN's business.
    pub fn open<'a>(&mut self, now: Time, packet: &'a [u8]) -> Option<Opened<'a>> {
        if !is_stun(packet) {
            let (head, rest) = packet.split_first_chunk::<4>()?;
            let (number, size) = (u16::from_be_bytes([head[0], head[1]]), u16::from_be_bytes([head[2], head[3]]));
            let channel = self.channels.iter_mut().find(|c| c.number == number)?;
            let payload = rest.get(..usize::from(size))?;
            channel.heard = Some(now);
            let peer = channel.peer;
            if let Some(permission) = self.permissions.iter_mut().find(|p| p.ip == peer.ip()) {
                permission.heard = Some(now);
            }
            self.note_life(now);
            return Some(Opened::Data { peer, payload });
        }
        let message = Message::parse(packet)?;
        match (message.class, message.method) {
            (Class::Indication, Method::Data) => {
                let peer = message.get_address(attribute::XOR_PEER_ADDRESS)?;
                // Nothing may pass for the peer's that we have not let through.
                self.permissions.iter_mut().find(|p| p.ip == peer.ip())?.heard = Some(now);
                self.note_life(now);
                Some(Opened::Data { peer, payload: message.get(attribute::DATA)? })
            }
            (Class::Success | Class::Error, _) => {
                let index = self.requests.iter().position(|r| r.transaction == *message.transaction)?;
                // Once we have a key, an unauthenticated success is somebody else's; an error may come without.
                let authentic = message.is_authentic(&*self.key);
                let keyed = !self.nonce.is_empty();
                if keyed && !authentic && (message.class == Class::Success || message.has_integrity()) {
                    return None;
                }
                let request = self.requests.swap_remove(index);
                self.answered(now, &request, &message);
                Some(Opened::Control)
            }
            _ => None,
        }
    }

    fn answered(&mut self, now: Time, request: &Request, message: &Message<'_>) {
        if message.class == Class::Error {
            return self.refused(now, request, message);
        }
        self.in_haste = false;
        let lifetime_s = message.get_u32(attribute::LIFETIME).unwrap_or(LIFETIME_S).clamp(30, 3600);
        // A minute early, or halfway if that is not much.
        let refresh = Duration::from_secs(u64::from(lifetime_s.saturating_sub(60).max(lifetime_s / 2)));
        match request.purpose {
            // It has come after all.
            Purpose::Allocate if self.state == State::Leaving => self.request(now, Purpose::Release, 0),
            Purpose::Allocate => {
                let Some(relayed) = message.get_address(attribute::XOR_RELAYED_ADDRESS) else {
                    return self.failed(Purpose::Allocate, Failure::Malformed);
                };
                let mapped = message.get_address(attribute::XOR_MAPPED_ADDRESS);
                self.state = State::Allocated { relayed, mapped };
                self.refresh_at = Some(now + refresh);
                for index in 0..self.permissions.len() {
                    let ip = self.permissions[index].ip;
                    self.permissions[index].refresh_at = now + PERMISSION_REFRESH;
                    self.request(now, Purpose::Permission(ip), 0);
                }
            }
            Purpose::Refresh => self.refresh_at = Some(now + refresh),
            Purpose::Release => self.leave_if_quiet(),
            Purpose::Permission(ip) => {
                if let Some(permission) = self.permissions.iter_mut().find(|p| p.ip == ip) {
                    permission.granted = true;
                }
            }
            Purpose::Channel(_, number) => {
                if let Some(channel) = self.channels.iter_mut().find(|c| c.number == number) {
                    channel.bound = true;
                }
            }
        }
    }

    fn refused(&mut self, now: Time, request: &Request, message: &Message<'_>) {
        let code = message.error_code().unwrap_or(0);
        let (realm, nonce) = (message.get(attribute::REALM), message.get(attribute::NONCE));
        let fits = |text: &&[u8]| !text.is_empty() && text.len() <= MAX_TEXT;
        let retry = match (code, realm.filter(fits), nonce.filter(fits)) {
            // The first word of the server, who are you? Or, from some, that a nonce is stale. With the nonce that we used it
            // would mean that the password is wrong.
            (401, Some(realm), Some(nonce)) if self.nonce != nonce || request.nonce != self.nonces => {
                self.set_nonce(nonce);
                if self.realm != realm {
                    self.realm = realm.to_vec();
                    let (username, password) = (self.username.as_bytes(), self.password.as_bytes());
                    self.key = Zeroizing::new(md5(&[username, b":", realm, b":", password]));
                }
                true
            }
            (438, _, Some(nonce)) => {
                self.set_nonce(nonce);
                true
            }
            _ => false,
        };
        // On the way out nothing is asked for any more.
        let is_wanted = self.state != State::Leaving || request.purpose == Purpose::Release;
        if retry && is_wanted && request.refusals < MAX_REFUSALS {
            return self.request(now, request.purpose, request.refusals + 1);
        }
        self.failed(request.purpose, Failure::Refused(code));
    }

    fn set_nonce(&mut self, nonce: &[u8]) {
        if self.nonce != nonce {
            self.nonce = nonce.to_vec();
            self.nonces = self.nonces.wrapping_add(1);
        }
    }

    pub(super) fn failed(&mut self, purpose: Purpose, failure: Failure) {
        if self.state == State::Leaving {
            return self.leave_if_quiet();
        }
        match (purpose, failure) {
            // Whatever was asked, this says that the server does not know us.
            (Purpose::Allocate | Purpose::Refresh, _) | (_, Failure::Refused(MISMATCH)) => {
                self.state = State::Failed(failure);
                self.requests.clear();
                self.refresh_at = None;
            }
            // The permission stays asked for; it is tried again with the next refresh.
            (Purpose::Permission(ip), _) => {
                if let Some(permission) = self.permissions.iter_mut().find(|p| p.ip == ip) {
                    permission.granted = false;
                }
            }
            // The number stays taken: it must not name another peer for a while.
            (Purpose::Channel(_, number), _) => {
                if let Some(channel) = self.channels.iter_mut().find(|c| c.number == number) {
                    channel.bound = false;
                }
            }
            (Purpose::Release, _) => {}
        }
    }
}
