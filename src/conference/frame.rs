//! Packets: what a media frame or an in-call message becomes (conference-e2e.md, section 10).
//!
//! ```text
//! prefix | head, epoch hashes | a key box per epoch | ciphertext | signature | length of the prefix
//! ```

use super::chain::block::Hash;
use super::epoch::{Epoch, Epochs, MAX_EPOCHS};
use super::error::Reject;
use super::seal;
use crate::crypto::sign::{KeyPair, Verifier};
use crate::random::Random;
use crate::types::UserId;
use zeroize::Zeroizing;

/// Larger than any encoded frame.
pub const MAX_PACKET: usize = 16 * 1024 * 1024;
/// A prefix is shorter than this.
const MAX_PREFIX: usize = 65536;
/// Channels are below this.
pub const CHANNELS: u32 = 1024;

/// `e2e.callPacket` and `e2e.callPacketLargeMsgId`, mixed into what is authenticated.
const PACKET: [u8; 4] = 0x40a6_bee9u32.to_le_bytes();
const LARGE_ID: [u8; 4] = 0x1ce5_6c2du32.to_le_bytes();

/// Channel and number stand in front of the data.
const INNER_HEAD: usize = 8;

/// What is said about a frame besides its bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Place {
    pub channel: u16,
    /// Per channel, from 1 on.
    pub number: u32,
    /// So many bytes of the frame stay readable for the server.
    pub prefix: usize,
}

/// How large the packet of a frame will be.
pub const fn packet_size(length: usize, prefix: usize, epochs: usize) -> usize {
    prefix + 4 + 64 * epochs + seal::sealed_size(length - prefix + INNER_HEAD) + 64 + 4
}

/// Whether such a frame can be encrypted at all.
pub fn check_frame(channel: i32, length: usize, prefix: usize) -> Result<u16, Reject> {
    let channel =
        u16::try_from(channel).ok().filter(|channel| u32::from(*channel) < CHANNELS).ok_or(Reject::Channel)?;
    if prefix > length || prefix >= MAX_PREFIX {
        return Err(Reject::PrefixLength);
    }
    if length > MAX_PACKET - packet_size(0, 0, MAX_EPOCHS) {
        return Err(Reject::TooLarge);
    }
    Ok(channel)
}

/// Encrypts a checked frame for everybody in the epochs. One allocation.
///
/// From `random` come the one-time key, then the padding.
pub fn seal_packet(
    keys: &KeyPair,
    epochs: &Epochs,
    place: Place,
    frame: &[u8],
    random: &mut Random,
) -> Result<Vec<u8>, Reject> {
    if epochs.is_empty() {
        return Err(Reject::NoEpochToSend);
    }
    let (prefix, data) = frame.split_at_checked(place.prefix).ok_or(Reject::PrefixLength)?;
    let count = epochs.len().min(MAX_EPOCHS);
    let newest = || epochs.iter().skip(epochs.len() - count);
    let mut out = Vec::with_capacity(packet_size(frame.len(), prefix.len(), count));
    out.extend_from_slice(prefix);
    out.extend_from_slice(&(count as u32).to_le_bytes());
    newest().for_each(|epoch| out.extend_from_slice(&epoch.hash));
    let boxes = out.len();
    out.resize(boxes + 32 * count, 0);

    let one = Zeroizing::new(random.bytes::<32>());
    let inner: [&[u8]; 3] = [&u32::from(place.channel).to_le_bytes(), &place.number.to_le_bytes(), data];
    let mut header = [0; 4 + 32 * MAX_EPOCHS];
    let header = header.get_mut(..boxes - prefix.len()).unwrap_or_default();
    header.copy_from_slice(out.get(prefix.len()..boxes).unwrap_or_default());
    let large = seal::seal_data(&mut out, &*one, &inner, &[&PACKET, header, prefix], random);

    let message_id = *large.first_chunk().expect("32 bytes hold 16");
    let (places, _) = out.get_mut(boxes..).unwrap_or_default().as_chunks_mut::<32>();
    for (place, epoch) in places.iter_mut().zip(newest()) {
        *place = epoch.key.seal(&one, &message_id);
    }
    out.extend_from_slice(&keys.sign(&[&LARGE_ID, &large]));
    out.extend_from_slice(&(prefix.len() as u32).to_le_bytes());
    Ok(out)
}

/// A packet, taken apart and matched with an epoch. Nothing is authenticated yet.
pub struct Packet<'a> {
    prefix: &'a [u8],
    header: &'a [u8],
    key_box: &'a [u8; 32],
    body: &'a [u8],
    pub epoch: &'a Epoch,
}

/// The content of a packet, known to come from its sender.
#[derive(Debug, PartialEq, Eq)]
pub struct Opened {
    /// The one inside; what the caller expected is not asked.
    pub channel: u16,
    pub number: u32,
    /// Prefix and data.
    pub frame: Vec<u8>,
}

impl<'a> Packet<'a> {
    /// Takes apart; `own` is the user whose packets nobody can read, he himself included.
    pub fn parse(packet: &'a [u8], sender: UserId, own: UserId, epochs: &'a Epochs) -> Result<Packet<'a>, Reject> {
        if packet.len() > MAX_PACKET {
            return Err(Reject::TooLarge);
        }
        let (rest, trailer) = packet.split_last_chunk::<4>().ok_or(Reject::Truncated)?;
        let prefix = u32::from_le_bytes(*trailer) as usize;
        if prefix >= MAX_PREFIX {
            return Err(Reject::PrefixLength);
        }
        let (prefix, rest) = rest.split_at_checked(prefix).ok_or(Reject::PrefixLength)?;
        if sender == own {
            return Err(Reject::FromOurselves);
        }
        let count = match *rest.first_chunk().ok_or(Reject::Truncated)? {
            [count, 0, 0, 0] => usize::from(count),
            _ => return Err(Reject::PacketVersion),
        };
        if count > MAX_EPOCHS {
            return Err(Reject::TooManyEpochs);
        }
        let (header, rest) = rest.split_at_checked(4 + 32 * count).ok_or(Reject::Truncated)?;
        let (boxes, body) = rest.split_at_checked(32 * count).ok_or(Reject::Truncated)?;
        let hashes: &[Hash] = header.get(4..).unwrap_or_default().as_chunks().0;
        // The first known epoch counts, also if its box should turn out wrong.
        let known =
            hashes.iter().zip(boxes.as_chunks().0).find_map(|(hash, key_box)| Some((epochs.find(hash)?, key_box)));
        let (epoch, key_box) = known.ok_or(Reject::NoKnownEpoch)?;
        Ok(Packet { prefix, header, key_box, body, epoch })
    }

    /// Decrypts and checks the signature. One allocation, of the size that came.
    pub fn open(&self, sender: &Verifier) -> Result<Opened, Reject> {
        let (sealed, signature) = self.body.split_last_chunk::<64>().ok_or(Reject::Truncated)?;
        let message_id = seal::message_id(sealed).ok_or(Reject::Truncated)?;
        let one = Zeroizing::new(self.epoch.key.open(self.key_box, &message_id));
        let start = self.prefix.len();
        let mut frame = Vec::with_capacity(start + sealed.len());
        frame.extend_from_slice(self.prefix);
        frame.extend_from_slice(sealed);
        let place = frame.get_mut(start..).unwrap_or_default();
        let extra: [&[u8]; 3] = [&PACKET, self.header, self.prefix];
        let (content, large) = seal::open_data(place, &*one, &extra).ok_or(Reject::PacketEncryption)?;
        if !sender.verify(&[&LARGE_ID, &large], signature) {
            return Err(Reject::PacketSignature);
        }
        let inner = place.get(content.clone()).unwrap_or_default();
        let (channel, inner) = inner.split_first_chunk().ok_or(Reject::Truncated)?;
        let channel = check_frame(i32::from_le_bytes(*channel), 0, 0)?;
        let number = u32::from_le_bytes(*inner.first_chunk().ok_or(Reject::Truncated)?);
        frame.copy_within(start + content.start + INNER_HEAD..start + content.end, start);
        frame.truncate(start + content.len() - INNER_HEAD);
        Ok(Opened { channel, number, frame })
    }
}
