//! The packet cipher of private calls, for signaling and for media without DTLS: `signaling-encryption.md` section 2,
//! `media-transport.md` section 8.

use crate::crypto::aes::ctr256;
use crate::crypto::kdf::{Offset, cipher_key, message_key};
use crate::secret::Secret;
use crate::sequence::ReplayWindow;
use crate::types::Role;
use subtle::ConstantTimeEq;

/// What is encrypted; the two use different parts of the call key.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Purpose {
    /// What travels through Telegram.
    Signaling,
    /// What travels between the peers, under `network_use_mtproto`.
    Media,
}

impl Purpose {
    fn offset(self, sender: Role) -> Offset {
        match (self, sender) {
            (Purpose::Signaling, Role::Caller) => Offset::SIGNALING_CALLER,
            (Purpose::Signaling, Role::Callee) => Offset::SIGNALING_CALLEE,
            (Purpose::Media, Role::Caller) => Offset::MEDIA_CALLER,
            (Purpose::Media, Role::Callee) => Offset::MEDIA_CALLEE,
        }
    }
}

/// What the cipher adds to a plaintext: the message key.
pub const OVERHEAD: usize = 16;
/// A message key, a counter and a byte.
const MIN_PACKET: usize = OVERHEAD + 5;
/// What the official clients refuse above.
pub const MAX_PACKET: usize = 131_072;

/// Seals what one end sends and opens what the other end sent.
#[derive(Clone, Debug)]
pub struct PacketCipher {
    key: Secret<256>,
    own: Offset,
    peer: Offset,
}

impl PacketCipher {
    pub fn new(key: &Secret<256>, role: Role, purpose: Purpose) -> PacketCipher {
        PacketCipher { key: key.clone(), own: purpose.offset(role), peer: purpose.offset(role.other()) }
    }

    /// `plaintext` has at least 5 bytes, else no peer takes it.
    pub fn seal(&self, plaintext: &[u8]) -> Vec<u8> {
        let message_key = message_key(self.key.expose(), self.own, plaintext);
        let cipher = cipher_key(self.key.expose(), self.own, &message_key);
        let mut packet = Vec::with_capacity(OVERHEAD + plaintext.len());
        packet.extend_from_slice(&message_key);
        packet.extend_from_slice(plaintext);
        ctr256(&cipher.key, &cipher.iv, &mut packet[OVERHEAD..]);
        packet
    }

    /// The plaintext; `None` unless the other end made this packet with this key.
    pub fn open(&self, packet: &[u8]) -> Option<Vec<u8>> {
        if !(MIN_PACKET..=MAX_PACKET).contains(&packet.len()) {
            return None;
        }
        let (announced, ciphertext) = packet.split_first_chunk::<OVERHEAD>()?;
        let cipher = cipher_key(self.key.expose(), self.peer, announced);
        let mut plaintext = ciphertext.to_vec();
        ctr256(&cipher.key, &cipher.iv, &mut plaintext);
        let actual = message_key(self.key.expose(), self.peer, &plaintext);
        bool::from(actual.ct_eq(announced)).then_some(plaintext)
    }
}

/// Which counters of the other end were there (`signaling-encryption.md` section 5).
pub type CounterWindow = ReplayWindow<64>;

/// Only this message is in the packet.
const SINGLE: u32 = 1 << 31;
const COUNTER: u32 = (1 << 30) - 1;
const CUSTOM: u8 = 127;

/// Media packets sealed by the call key instead of DTLS-SRTP, for calls with `network_use_mtproto`.
///
/// A body is an RTP or RTCP packet, or `dcdcdcdc` and an SCTP packet of the data channel.
#[derive(Debug)]
pub struct MediaCipher {
    cipher: PacketCipher,
    counter: u32,
    window: CounterWindow,
}

/// Stands before an SCTP packet, which could otherwise be taken for RTP.
pub const SCTP_MARK: [u8; 4] = [0xdc; 4];

impl MediaCipher {
    /// The longest datagram, and what sealing adds.
    pub const MAX_DATAGRAM: usize = 1452;
    pub const OVERHEAD: usize = OVERHEAD + 9;

    pub fn new(key: &Secret<256>, role: Role) -> MediaCipher {
        MediaCipher {
            cipher: PacketCipher::new(key, role, Purpose::Media),
            counter: 0,
            window: CounterWindow::default(),
        }
    }

    /// The datagram for a body; `None` if it would be too long, or the counter has run out.
    pub fn seal(&mut self, body: &[u8]) -> Option<Vec<u8>> {
        if body.is_empty() || body.len() > Self::MAX_DATAGRAM - Self::OVERHEAD || self.counter == COUNTER {
            return None;
        }
        self.counter += 1;
        let mut plaintext = Vec::with_capacity(9 + body.len());
        plaintext.extend_from_slice(&(self.counter | SINGLE).to_be_bytes());
        plaintext.push(CUSTOM);
        plaintext.extend_from_slice(&(body.len() as u32).to_be_bytes());
        plaintext.extend_from_slice(body);
        Some(self.cipher.seal(&plaintext))
    }

    /// The body of a datagram; `None` if it is not the peer's, malformed, too old or a repeat.
    pub fn open(&mut self, datagram: &[u8]) -> Option<Vec<u8>> {
        let mut plaintext = self.cipher.open(datagram)?;
        let (header, body) = plaintext.split_first_chunk::<9>()?;
        let [s0, s1, s2, s3, kind, l0, l1, l2, l3] = *header;
        let announced = u32::from_be_bytes([l0, l1, l2, l3]);
        if kind != CUSTOM || usize::try_from(announced) != Ok(body.len()) {
            return None;
        }
        if !self.window.accept((u32::from_be_bytes([s0, s1, s2, s3]) & COUNTER).into()) {
            return None;
        }
        plaintext.drain(..9);
        Some(plaintext)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ends(purpose: Purpose) -> (PacketCipher, PacketCipher) {
        let mut bytes: [u8; 256] = core::array::from_fn(|i| i as u8);
        let key = Secret::take(&mut bytes);
        (PacketCipher::new(&key, Role::Caller, purpose), PacketCipher::new(&key, Role::Callee, purpose))
    }

    #[test]
    fn every_changed_byte_and_every_cut_is_refused() {
        let (caller, callee) = ends(Purpose::Signaling);
        let packet = caller.seal(b"0123456789");
        assert_eq!(callee.open(&packet).as_deref(), Some(&b"0123456789"[..]));
        for i in (0..packet.len()).step_by(if cfg!(miri) { 7 } else { 1 }) {
            let mut changed = packet.clone();
            changed[i] ^= 1;
            assert_eq!(callee.open(&changed), None, "byte {i}");
            assert_eq!(callee.open(&packet[..i]), None, "{i} bytes");
        }
    }

    #[test]
    fn directions_and_purposes_do_not_open_each_other() {
        let (caller, callee) = ends(Purpose::Signaling);
        let (media_caller, media_callee) = ends(Purpose::Media);
        let packet = caller.seal(b"01234");
        assert_eq!(caller.open(&packet), None);
        assert_eq!(media_callee.open(&packet), None);
        assert_eq!(callee.open(&media_caller.seal(b"01234")), None);
    }

    #[test]
    fn sizes_outside_the_limits_are_refused() {
        let (caller, callee) = ends(Purpose::Signaling);
        assert_eq!(callee.open(&caller.seal(&[0; 4])), None);
        assert!(callee.open(&caller.seal(&[0; 5])).is_some());
        assert!(callee.open(&caller.seal(&vec![0; MAX_PACKET - OVERHEAD])).is_some());
        assert_eq!(callee.open(&caller.seal(&vec![0; MAX_PACKET - OVERHEAD + 1])), None);
    }

    #[test]
    fn media_packets_come_once() {
        let key = Secret::<256>::zeroed();
        let (mut caller, mut callee) = (MediaCipher::new(&key, Role::Caller), MediaCipher::new(&key, Role::Callee));
        let datagram = caller.seal(b"\x80rtp").unwrap();
        assert_eq!(callee.open(&datagram).as_deref(), Some(&b"\x80rtp"[..]));
        assert_eq!(callee.open(&datagram), None);
        assert_eq!(caller.seal(&[0; MediaCipher::MAX_DATAGRAM]), None);
        let longest = caller.seal(&vec![0x80; MediaCipher::MAX_DATAGRAM - MediaCipher::OVERHEAD]).unwrap();
        assert_eq!(longest.len(), MediaCipher::MAX_DATAGRAM);
        assert!(callee.open(&longest).is_some());
    }
}
