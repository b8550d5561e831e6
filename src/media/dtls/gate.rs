//! What of the network's packets is let through to the engine during a handshake.
//!
//! Nothing of a DTLS 1.2 handshake is authenticated before its end, and the engine takes what comes: a forged alert ends it,
//! its own packets sent back to it fill its queue. What can be told from the peer's at a glance is kept away from it; for the
//! rest the attempt is made anew ([`super::Dtls`]).

use super::Role;
use crate::crypto::hash::sha256;
use std::borrow::Cow;
use std::collections::VecDeque;

const CHANGE_CIPHER_SPEC: u8 = 20;
const ALERT: u8 = 21;
const HANDSHAKE: u8 = 22;
const CLIENT_HELLO: u8 = 1;
const NEW_SESSION_TICKET: u8 = 4;
/// Type, version, epoch, sequence number, length.
const RECORD_HEADER: usize = 13;
/// Type, length, message number, offset and length of the fragment.
const MESSAGE_HEADER: usize = 12;
/// Own packets remembered: ten repeats of flights of six packets, several times over.
const MAX_SENT: usize = 512;

/// Half a SHA-256.
type Digest = [u8; 16];

#[derive(Debug)]
pub struct Gate {
    role: Role,
    sent: VecDeque<Digest>,
    /// We, as client, have said all that is to be said in plain text, and so has the server.
    is_plain_over: bool,
    /// The number of the last fatal alert that was not believed.
    pub alert: Option<u8>,
    /// Packets and records kept away.
    pub dropped: u64,
}

impl Gate {
    pub fn new(role: Role) -> Gate {
        Gate { role, sent: VecDeque::new(), is_plain_over: false, alert: None, dropped: 0 }
    }

    /// A new attempt begins; reflections of the old ones may still come.
    pub fn restart(&mut self) {
        self.is_plain_over = false;
    }

    /// The handshake is over, and with it what can be reflected to harm.
    pub fn forget(&mut self) {
        self.sent = VecDeque::new();
    }

    pub fn note_sent(&mut self, packet: &[u8]) {
        let has_cipher_spec = records(packet).any(|record| record[0] == CHANGE_CIPHER_SPEC);
        self.is_plain_over |= has_cipher_spec && self.role == Role::Client;
        if is_told_apart(packet) {
            if self.sent.len() >= MAX_SENT {
                self.sent.pop_front();
            }
            self.sent.push_back(digest(packet));
        }
    }

    /// The packet without what cannot be the peer's, if anything is left.
    pub fn admit<'a>(&mut self, packet: &'a [u8]) -> Option<Cow<'a, [u8]>> {
        if is_told_apart(packet) && self.sent.contains(&digest(packet)) {
            self.dropped += 1;
            return None;
        }
        let dropped = self.dropped;
        let mut kept = Vec::new();
        let mut size = 0;
        for record in records(packet) {
            size += record.len();
            if self.keeps(record) {
                kept.extend_from_slice(record);
            } else {
                self.dropped += 1;
            }
        }
        if self.dropped == dropped {
            return Some(Cow::Borrowed(packet));
        }
        // A malformed rest is the engine's to refuse.
        kept.extend_from_slice(packet.get(size..).unwrap_or_default());
        (!kept.is_empty()).then_some(Cow::Owned(kept))
    }

    fn keeps(&mut self, record: &[u8]) -> bool {
        let body = &record[RECORD_HEADER..];
        match (record[0], is_plain(record)) {
            // Anybody may have sent it: RFC 6347 section 4.1.2.7 leaves it to us to ignore it.
            (ALERT, true) => {
                if let [2, description, ..] = body {
                    self.alert = Some(*description);
                }
                false
            }
            (HANDSHAKE, true) if self.is_plain_over => body.first() == Some(&NEW_SESSION_TICKET),
            _ => true,
        }
    }
}

/// Whether a packet begins with what anybody may have written.
pub fn begins_plain(packet: &[u8]) -> bool {
    records(packet).next().is_some_and(is_plain)
}

/// The random of the ClientHello that a packet begins with.
pub fn client_hello(packet: &[u8]) -> Option<[u8; 32]> {
    let record = records(packet).next().filter(|record| record[0] == HANDSHAKE && is_plain(record))?;
    let (header, body) = record[RECORD_HEADER..].split_at_checked(MESSAGE_HEADER)?;
    let is_first_fragment = header[6..9] == [0, 0, 0];
    // After the version.
    (header[0] == CLIENT_HELLO && is_first_fragment).then(|| body.get(2..34)?.try_into().ok()).flatten()
}

/// Whether its bytes are ours or the peer's for certain: a ChangeCipherSpec alone looks the same from both.
fn is_told_apart(packet: &[u8]) -> bool {
    records(packet).any(|record| record[0] != CHANGE_CIPHER_SPEC)
}

fn is_plain(record: &[u8]) -> bool {
    record[3..5] == [0, 0]
}

fn digest(packet: &[u8]) -> Digest {
    *sha256(&[packet]).first_chunk().expect("32 bytes hold 16")
}

/// The whole records of a datagram, each with its header.
fn records(mut packet: &[u8]) -> impl Iterator<Item = &[u8]> {
    core::iter::from_fn(move || {
        let size = packet.get(11..RECORD_HEADER)?;
        let size = RECORD_HEADER + usize::from(u16::from_be_bytes([size[0], size[1]]));
        let (record, rest) = packet.split_at_checked(size)?;
        packet = rest;
        Some(record)
    })
}

/// For `tests/fuzz`: whatever comes, what is left of it is part of it.
#[cfg(any(test, feature = "internals"))]
pub fn fuzz(data: &[u8]) {
    for role in [Role::Client, Role::Server] {
        let mut gate = Gate::new(role);
        assert!(gate.admit(data).is_none_or(|kept| kept.len() <= data.len()));
        gate.note_sent(data);
        assert!(!is_told_apart(data) || gate.admit(data).is_none());
    }
    let _ = client_hello(data);
}

#[cfg(test)]
mod tests {
    use super::*;

    fn record(kind: u8, epoch: u8, body: &[u8]) -> Vec<u8> {
        [&[kind, 254, 253, 0, epoch, 0, 0, 0, 0, 0, 1, 0, body.len() as u8], body].concat()
    }

    #[test]
    fn a_plain_alert_is_taken_out_and_what_is_beside_it_stays() {
        let mut gate = Gate::new(Role::Server);
        let (alert, other) = (record(ALERT, 0, &[2, 40]), record(HANDSHAKE, 0, &[16; 20]));
        assert_eq!(gate.admit(&alert), None);
        assert_eq!(gate.alert, Some(40));
        assert_eq!(gate.admit(&[&alert[..], &other, &alert].concat()).as_deref(), Some(&other[..]));
        // Behind the keys an alert is the peer's.
        let sealed = record(ALERT, 1, &[0; 26]);
        assert_eq!(gate.admit(&sealed).as_deref(), Some(&sealed[..]));
        assert_eq!(gate.dropped, 3);
    }

    #[test]
    fn own_packets_do_not_come_back_and_a_bare_change_cipher_spec_may() {
        let mut gate = Gate::new(Role::Server);
        let (hello, spec) = (record(HANDSHAKE, 0, &[1; 60]), record(CHANGE_CIPHER_SPEC, 0, &[1]));
        for packet in [&hello, &spec] {
            gate.note_sent(packet);
        }
        assert_eq!(gate.admit(&hello), None);
        assert!(gate.admit(&spec).is_some());
        for number in 0..MAX_SENT {
            gate.note_sent(&record(HANDSHAKE, 0, &number.to_be_bytes()));
        }
        assert_eq!(gate.sent.len(), MAX_SENT);
        assert!(gate.admit(&hello).is_some(), "the oldest is forgotten");
    }

    #[test]
    fn anything_is_read_without_harm() {
        let mut gate = Gate::new(Role::Client);
        let packet = [record(HANDSHAKE, 0, &[1; 60]), record(ALERT, 0, &[2])].concat();
        for size in 0..packet.len() {
            let _ = (gate.admit(&packet[..size]), client_hello(&packet[..size]));
        }
        assert_eq!(client_hello(&packet), None, "a fragment from the middle");
    }
}
