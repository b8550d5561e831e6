//! Raw framing: a counter before one encrypted message. `signaling-encryption.md` section 3.

use crate::crypto::packet::{CounterWindow, MAX_PACKET, OVERHEAD, PacketCipher};

/// The two top bits of a counter carry flags in the acked framing; here the receiver only masks them.
pub const COUNTER: u32 = (1 << 30) - 1;
/// The longest payload that a peer accepts.
pub const MAX_PAYLOAD: usize = MAX_PACKET - OVERHEAD - 4;

/// Why a packet was dropped.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Refused {
    /// Not made by the other end with this key, or of an impossible size.
    Unsealed,
    /// Seen before, or too old to tell.
    Replayed,
    /// Authentic, and yet not what the framing allows.
    Malformed,
}

/// Both directions of the raw framing.
#[derive(Debug)]
pub struct Sealer {
    cipher: PacketCipher,
    counter: u32,
    window: CounterWindow,
}

impl Sealer {
    pub fn new(cipher: PacketCipher) -> Sealer {
        Sealer::after(cipher, 0)
    }

    /// One that goes on where another framing has stopped counting.
    pub fn after(cipher: PacketCipher, counter: u32) -> Sealer {
        Sealer { cipher, counter, window: CounterWindow::default() }
    }

    /// The packet for a payload; `None` if no peer would take it, or the counter has run out.
    pub fn seal(&mut self, payload: &[u8]) -> Option<Vec<u8>> {
        if payload.is_empty() || payload.len() > MAX_PAYLOAD || self.counter == COUNTER {
            return None;
        }
        self.counter += 1;
        let mut plaintext = Vec::with_capacity(4 + payload.len());
        plaintext.extend_from_slice(&self.counter.to_be_bytes());
        plaintext.extend_from_slice(payload);
        Some(self.cipher.seal(&plaintext))
    }

    /// The counter and the payload of a packet that is seen for the first time.
    pub fn open(&mut self, packet: &[u8]) -> Result<(u32, Vec<u8>), Refused> {
        let mut plaintext = self.cipher.open(packet).ok_or(Refused::Unsealed)?;
        let (counter, _) = plaintext.split_first_chunk::<4>().ok_or(Refused::Malformed)?;
        let counter = u32::from_be_bytes(*counter) & COUNTER;
        if !self.window.accept(counter.into()) {
            return Err(Refused::Replayed);
        }
        plaintext.drain(..4);
        Ok((counter, plaintext))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::crypto::packet::Purpose;
    use crate::secret::Secret;
    use crate::types::Role;

    fn ends() -> (Sealer, Sealer) {
        let key = Secret::take(&mut core::array::from_fn(|i| i as u8));
        let end = |role| Sealer::new(PacketCipher::new(&key, role, Purpose::Signaling));
        (end(Role::Caller), end(Role::Callee))
    }

    #[test]
    fn packets_arrive_in_any_order_and_once() {
        let (mut caller, mut callee) = ends();
        let packets: Vec<_> = (0..3u8).map(|i| caller.seal(&[b'{', i]).unwrap()).collect();
        assert_eq!(callee.open(&packets[2]), Ok((3, vec![b'{', 2])));
        assert_eq!(callee.open(&packets[0]), Ok((1, vec![b'{', 0])));
        assert_eq!(callee.open(&packets[0]), Err(Refused::Replayed));
        assert_eq!(callee.open(&packets[1]), Ok((2, vec![b'{', 1])));
        assert_eq!(caller.open(&packets[1]), Err(Refused::Unsealed));
    }

    #[test]
    fn what_no_peer_takes_is_not_sent() {
        let (mut caller, mut callee) = ends();
        assert_eq!(caller.seal(b""), None);
        assert_eq!(caller.seal(&vec![0; MAX_PAYLOAD + 1]), None);
        let largest = caller.seal(&vec![1; MAX_PAYLOAD]).unwrap();
        assert_eq!(largest.len(), MAX_PACKET);
        assert!(callee.open(&largest).is_ok());
        caller.counter = COUNTER;
        assert_eq!(caller.seal(b"{}"), None);
    }
}
