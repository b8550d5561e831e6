//! Signaling: whatever a peer seals, and whatever Telegram puts into SCTP, is a message or nothing.

use tgcall::crypto::packet::{PacketCipher, Purpose};
use tgcall::media::audio::jitter::JitterBuffer;
use tgcall::random::Random;
use tgcall::secret::Secret;
use tgcall::signaling::Signaling;
use tgcall::signaling::message::Message;
use tgcall::signaling::sctp::{Sctp, crc32c};
use tgcall::signaling::version::{CustomParameters, Version};
use tgcall::time::{Duration, Time};
use tgcall::types::Role;

/// A text as a message, which survives its own writing; the same text as custom parameters.
pub fn message(data: &[u8]) {
    if let Ok(message) = Message::parse(data) {
        assert_eq!(Message::parse(message.to_json().as_bytes()), Ok(message));
    }
    if let Ok(text) = core::str::from_utf8(data) {
        CustomParameters::parse(text);
    }
}

/// A plaintext of the peer's in each dialect.
pub fn plaintext(data: &[u8]) {
    let key = Secret::<256>::zeroed();
    let packet = PacketCipher::new(&key, Role::Caller, Purpose::Signaling).seal(data);
    for version in [Version::V7_0_0, Version::V9_0_0, Version::V13_0_0] {
        let random = Random::from_seed(1);
        let parameters = CustomParameters::default();
        let mut end = Signaling::new(Time::ZERO, random, &key, Role::Callee, version, &parameters);
        end.handle_packet(Time::ZERO, &packet);
        end.handle_timeout(Time::ZERO + Duration::from_secs(60));
        assert!(core::iter::from_fn(|| end.poll_packet()).count() < 20);
        assert!(core::iter::from_fn(|| end.poll_message()).count() <= 1024);
    }
}

/// An SCTP packet with a checksum that is right and a tag that may be.
pub fn sctp(data: &[u8]) {
    let mut end = Sctp::new(Time::ZERO, Random::from_seed(1), &CustomParameters::default());
    let init = end.poll_packet().unwrap_or_default();
    for tag in [data.get(4..8).unwrap_or_default(), init.get(16..20).unwrap_or_default()] {
        let header = [&5000u16.to_be_bytes()[..], &5000u16.to_be_bytes(), tag].concat();
        let chunks = data.get(12..).unwrap_or_default();
        let packet = [&header[..], &crc32c(&[&header, &[0; 4], chunks]).to_le_bytes(), chunks].concat();
        end.handle_packet(Time::ZERO, &packet);
        end.handle_timeout(Time::ZERO + Duration::from_secs(1));
        assert!(core::iter::from_fn(|| end.poll_packet()).count() < 200);
    }
}

/// Packets of two bytes of sequence, four of timestamp, one of size, and the packet; a pull after each.
pub fn jitter(data: &[u8]) {
    let mut buffer = JitterBuffer::default();
    let mut rest = data;
    while let Some(([s0, s1, t0, t1, t2, t3, size], after)) = rest.split_first_chunk::<7>() {
        let (packet, after) = after.split_at(after.len().min(usize::from(*size)));
        let sequence = u32::from(u16::from_be_bytes([*s0, *s1]));
        buffer.add(sequence, u32::from_be_bytes([*t0, *t1, *t2, *t3]), packet);
        buffer.pull(480);
        buffer.advance();
        buffer.adjust();
        buffer.played();
        assert!(buffer.delay() <= 48_000 + 2 * 5760);
        rest = after;
    }
}
