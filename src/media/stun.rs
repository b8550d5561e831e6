//! STUN messages (RFC 8489) as ICE, STUN servers and TURN use them: a checked view, and a builder.
//!
//! Ours rather than a crate's, because three users share it (the ICE agent, the TURN client, the simulator's servers), and
//! transaction ids have to come from [`crate::random::Random`].

use crate::crypto::hash::hmac_sha1;
use core::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};
use subtle::ConstantTimeEq;

pub const MAGIC: [u8; 4] = [0x21, 0x12, 0xa4, 0x42];
pub const HEADER: usize = 20;

/// What a message asks or answers. The numbers are those of the wire.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Method {
    Binding = 1,
    Allocate = 3,
    Refresh = 4,
    Send = 6,
    Data = 7,
    CreatePermission = 8,
    ChannelBind = 9,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Class {
    Request = 0,
    Indication = 1,
    Success = 2,
    Error = 3,
}

pub type Transaction = [u8; 12];

/// Attribute types.
pub mod attribute {
    pub const USERNAME: u16 = 0x0006;
    pub const MESSAGE_INTEGRITY: u16 = 0x0008;
    pub const ERROR_CODE: u16 = 0x0009;
    pub const CHANNEL_NUMBER: u16 = 0x000c;
    pub const LIFETIME: u16 = 0x000d;
    pub const XOR_PEER_ADDRESS: u16 = 0x0012;
    pub const DATA: u16 = 0x0013;
    pub const REALM: u16 = 0x0014;
    pub const NONCE: u16 = 0x0015;
    pub const XOR_RELAYED_ADDRESS: u16 = 0x0016;
    pub const REQUESTED_TRANSPORT: u16 = 0x0019;
    pub const XOR_MAPPED_ADDRESS: u16 = 0x0020;
    pub const PRIORITY: u16 = 0x0024;
    pub const USE_CANDIDATE: u16 = 0x0025;
    pub const FINGERPRINT: u16 = 0x8028;
    pub const ICE_CONTROLLED: u16 = 0x8029;
    pub const ICE_CONTROLLING: u16 = 0x802a;
}

/// A message whose header and attribute lengths are right. Nothing is authenticated yet.
#[derive(Clone, Copy, Debug)]
pub struct Message<'a> {
    pub method: Method,
    pub class: Class,
    pub transaction: &'a Transaction,
    bytes: &'a [u8],
}

/// Whether a datagram is STUN by its first bits and its cookie.
pub fn is_stun(bytes: &[u8]) -> bool {
    bytes.len() >= HEADER && bytes[0] & 0xc0 == 0 && bytes[4..8] == MAGIC
}

/// Whether a datagram is STUN beyond doubt: cookie, length, and a FINGERPRINT that matches. Tells STUN from the random
/// bytes of the MTProto media transport, whose first byte may be anything.
pub fn is_fingerprinted(bytes: &[u8]) -> bool {
    Message::parse(bytes).is_some_and(|message| message.fingerprint() == Some(true))
}

impl<'a> Message<'a> {
    pub fn parse(bytes: &'a [u8]) -> Option<Message<'a>> {
        if !is_stun(bytes) {
            return None;
        }
        let kind = u16::from_be_bytes([bytes[0], bytes[1]]);
        let length = usize::from(u16::from_be_bytes([bytes[2], bytes[3]]));
        if length % 4 != 0 || length + HEADER != bytes.len() {
            return None;
        }
        let class = match (kind >> 7 & 2) | (kind >> 4 & 1) {
            0 => Class::Request,
            1 => Class::Indication,
            2 => Class::Success,
            _ => Class::Error,
        };
        let method = match (kind & 0x000f) | (kind >> 1 & 0x0070) | (kind >> 2 & 0x0f80) {
            1 => Method::Binding,
            3 => Method::Allocate,
            4 => Method::Refresh,
            6 => Method::Send,
            7 => Method::Data,
            8 => Method::CreatePermission,
            9 => Method::ChannelBind,
            _ => return None,
        };
        let message = Message { method, class, transaction: bytes[8..20].try_into().ok()?, bytes };
        // Lengths are checked once, here; afterwards the iterator simply ends.
        let mut end = HEADER;
        for (offset, _, value) in message.attributes() {
            end = offset + 4 + value.len().next_multiple_of(4);
        }
        (end == bytes.len()).then_some(message)
    }

    /// Offset, type and value of each attribute.
    fn attributes(&self) -> impl Iterator<Item = (usize, u16, &'a [u8])> {
        let bytes = self.bytes;
        let mut offset = HEADER;
        core::iter::from_fn(move || {
            let head = bytes.get(offset..offset + 4)?;
            let kind = u16::from_be_bytes([head[0], head[1]]);
            let size = usize::from(u16::from_be_bytes([head[2], head[3]]));
            let value = bytes.get(offset + 4..offset + 4 + size)?;
            let at = offset;
            offset += 4 + size.next_multiple_of(4);
            (offset <= bytes.len()).then_some((at, kind, value))
        })
    }

    /// The first attribute of this type. Those behind MESSAGE-INTEGRITY are not covered by it and are not found.
    pub fn get(&self, wanted: u16) -> Option<&'a [u8]> {
        for (_, kind, value) in self.attributes() {
            if kind == wanted {
                return Some(value);
            }
            if kind == attribute::MESSAGE_INTEGRITY {
                return None;
            }
        }
        None
    }

    pub fn get_u32(&self, wanted: u16) -> Option<u32> {
        Some(u32::from_be_bytes(self.get(wanted)?.try_into().ok()?))
    }

    pub fn get_u64(&self, wanted: u16) -> Option<u64> {
        Some(u64::from_be_bytes(self.get(wanted)?.try_into().ok()?))
    }

    pub fn get_address(&self, wanted: u16) -> Option<SocketAddr> {
        let value = self.get(wanted)?;
        let port = u16::from_be_bytes(value.get(2..4)?.try_into().ok()?) ^ 0x2112;
        let ip = match (value.get(1)?, value.len()) {
            (1, 8) => {
                let ip: [u8; 4] = value[4..].try_into().ok()?;
                IpAddr::V4(Ipv4Addr::from(u32::from_be_bytes(ip) ^ u32::from_be_bytes(MAGIC)))
            }
            (2, 20) => {
                let ip: [u8; 16] = value[4..].try_into().ok()?;
                IpAddr::V6(Ipv6Addr::from(u128::from_be_bytes(ip) ^ u128::from_be_bytes(mask(self.transaction))))
            }
            _ => return None,
        };
        Some(SocketAddr::new(ip, port))
    }

    /// The code of an error response: 300 to 699.
    pub fn error_code(&self) -> Option<u16> {
        let value = self.get(attribute::ERROR_CODE)?;
        let (class, number) = (u16::from(value.get(2)? & 7), u16::from(*value.get(3)?));
        ((3..=6).contains(&class) && number < 100).then_some(class * 100 + number)
    }

    /// Whether MESSAGE-INTEGRITY is there and was made with this key. In constant time.
    pub fn is_authentic(&self, key: &[u8]) -> bool {
        let Some((offset, _, value)) = self.attributes().find(|a| a.1 == attribute::MESSAGE_INTEGRITY) else {
            return false;
        };
        // The length in the header counts up to and with this attribute, whatever follows.
        let size = ((offset + 24 - HEADER) as u16).to_be_bytes();
        let tag = hmac_sha1(key, &[&self.bytes[..2], &size, &self.bytes[4..offset]]);
        tag[..].ct_eq(value).into()
    }

    pub fn has_integrity(&self) -> bool {
        self.attributes().any(|a| a.1 == attribute::MESSAGE_INTEGRITY)
    }

    /// `None` without a FINGERPRINT, else whether it is last and right.
    pub fn fingerprint(&self) -> Option<bool> {
        let (offset, _, value) = self.attributes().find(|a| a.1 == attribute::FINGERPRINT)?;
        let sum = crc32fast::hash(&self.bytes[..offset]) ^ FINGERPRINT_MASK;
        Some(offset + 8 == self.bytes.len() && value == sum.to_be_bytes())
    }
}

/// Puts a message together. Attributes in call order; [`Builder::integrity`] and then [`Builder::fingerprint`] come last.
pub struct Builder {
    bytes: Vec<u8>,
}

impl Builder {
    pub fn new(class: Class, method: Method, transaction: &Transaction) -> Builder {
        let (class, method) = (class as u16, method as u16);
        let kind = (class & 2) << 7 | (class & 1) << 4 | (method & 0x0f) | (method & 0x70) << 1 | (method & 0xf80) << 2;
        let mut bytes = Vec::with_capacity(128);
        bytes.extend_from_slice(&kind.to_be_bytes());
        bytes.extend_from_slice(&[0, 0]);
        bytes.extend_from_slice(&MAGIC);
        bytes.extend_from_slice(transaction);
        Builder { bytes }
    }

    pub fn attribute(mut self, kind: u16, value: &[u8]) -> Builder {
        debug_assert!(value.len() <= 0xffff);
        self.bytes.extend_from_slice(&kind.to_be_bytes());
        self.bytes.extend_from_slice(&(value.len() as u16).to_be_bytes());
        self.bytes.extend_from_slice(value);
        self.bytes.resize(self.bytes.len().next_multiple_of(4), 0);
        self
    }

    pub fn address(self, kind: u16, address: SocketAddr) -> Builder {
        let mut value = [0; 20];
        value[2..4].copy_from_slice(&(address.port() ^ 0x2112).to_be_bytes());
        match address.ip() {
            IpAddr::V4(ip) => {
                value[1] = 1;
                value[4..8].copy_from_slice(&(u32::from(ip) ^ u32::from_be_bytes(MAGIC)).to_be_bytes());
                self.attribute(kind, &value[..8])
            }
            IpAddr::V6(ip) => {
                value[1] = 2;
                let transaction: Transaction = self.bytes[8..20].try_into().expect("a header has twelve bytes here");
                value[4..].copy_from_slice(&(u128::from(ip) ^ u128::from_be_bytes(mask(&transaction))).to_be_bytes());
                self.attribute(kind, &value)
            }
        }
    }

    pub fn error(self, code: u16, reason: &str) -> Builder {
        let mut value = vec![0, 0, (code / 100) as u8, (code % 100) as u8];
        value.extend_from_slice(reason.as_bytes());
        self.attribute(attribute::ERROR_CODE, &value)
    }

    pub fn integrity(mut self, key: &[u8]) -> Builder {
        self.set_length(24);
        let tag = hmac_sha1(key, &[&self.bytes]);
        self.attribute(attribute::MESSAGE_INTEGRITY, &tag)
    }

    pub fn fingerprint(mut self) -> Builder {
        self.set_length(8);
        let sum = crc32fast::hash(&self.bytes) ^ FINGERPRINT_MASK;
        self.attribute(attribute::FINGERPRINT, &sum.to_be_bytes())
    }

    pub fn finish(mut self) -> Vec<u8> {
        self.set_length(0);
        self.bytes
    }

    fn set_length(&mut self, more: usize) {
        let size = (self.bytes.len() - HEADER + more) as u16;
        self.bytes[2..4].copy_from_slice(&size.to_be_bytes());
    }
}

fn mask(transaction: &Transaction) -> [u8; 16] {
    let mut mask = [0; 16];
    mask[..4].copy_from_slice(&MAGIC);
    mask[4..].copy_from_slice(transaction);
    mask
}

const FINGERPRINT_MASK: u32 = 0x5354_554e;

/// For `tests/fuzz`: every attribute is asked for.
#[cfg(any(test, feature = "internals"))]
pub fn fuzz(data: &[u8]) {
    let Some(message) = Message::parse(data) else { return };
    for kind in 0..0x40 {
        let _ = (message.get(kind), message.get_address(kind), message.get_u32(kind), message.get_u64(kind));
    }
    let _ = (message.error_code(), message.fingerprint(), message.is_authentic(b"key"), is_fingerprinted(data));
}

#[cfg(test)]
mod tests {
    use super::*;

    /// RFC 5769 section 2.1: the request.
    const REQUEST: &[u8] = b"\x00\x01\x00\x58\x21\x12\xa4\x42\xb7\xe7\xa7\x01\xbc\x34\xd6\x86\xfa\x87\xdf\xae\
        \x80\x22\x00\x10STUN test client\x00\x24\x00\x04\x6e\x00\x01\xff\x80\x29\x00\x08\x93\x2f\xf9\xb1\x51\x26\x3b\x36\
        \x00\x06\x00\x09\x65\x76\x74\x6a\x3a\x68\x36\x76\x59\x20\x20\x20\x00\x08\x00\x14\x9a\xea\xa7\x0c\xbf\xd8\xcb\x56\
        \x78\x1e\xf2\xb5\xb2\xd3\xf2\x49\xc1\xb5\x71\xa2\x80\x28\x00\x04\xe5\x7a\x3b\xcf";
    /// RFC 5769 section 2.2: the response for IPv4.
    const RESPONSE: &[u8] = b"\x01\x01\x00\x3c\x21\x12\xa4\x42\xb7\xe7\xa7\x01\xbc\x34\xd6\x86\xfa\x87\xdf\xae\
        \x80\x22\x00\x0b\x74\x65\x73\x74\x20\x76\x65\x63\x74\x6f\x72\x20\x00\x20\x00\x08\x00\x01\xa1\x47\xe1\x12\xa6\x43\
        \x00\x08\x00\x14\x2b\x91\xf5\x99\xfd\x9e\x90\xc3\x8c\x74\x89\xf9\x2a\xf9\xba\x53\xf0\x6b\xe7\xd7\
        \x80\x28\x00\x04\xc0\x7d\x4c\x96";
    /// RFC 5769 section 2.3: the same for IPv6.
    const RESPONSE6: &[u8] = b"\x01\x01\x00\x48\x21\x12\xa4\x42\xb7\xe7\xa7\x01\xbc\x34\xd6\x86\xfa\x87\xdf\xae\
        \x80\x22\x00\x0b\x74\x65\x73\x74\x20\x76\x65\x63\x74\x6f\x72\x20\x00\x20\x00\x14\x00\x02\xa1\x47\
        \x01\x13\xa9\xfa\xa5\xd3\xf1\x79\xbc\x25\xf4\xb5\xbe\xd2\xb9\xd9\
        \x00\x08\x00\x14\xa3\x82\x95\x4e\x4b\xe6\x7b\xf1\x17\x84\xc9\x7c\x82\x92\xc2\x75\xbf\xe3\xed\x41\
        \x80\x28\x00\x04\xc8\xfb\x0b\x4c";
    const PASSWORD: &[u8] = b"VOkJxbRl1RmTxUk/WvJxBt";

    #[test]
    fn the_messages_of_rfc_5769_are_understood() {
        let request = Message::parse(REQUEST).unwrap();
        assert_eq!((request.method, request.class), (Method::Binding, Class::Request));
        assert_eq!(request.get(attribute::USERNAME), Some(&b"evtj:h6vY"[..]));
        assert_eq!(request.get_u32(attribute::PRIORITY), Some(0x6e00_01ff));
        assert_eq!(request.get_u64(attribute::ICE_CONTROLLED), Some(0x932f_f9b1_5126_3b36));
        assert!(request.is_authentic(PASSWORD) && !request.is_authentic(b"another"));
        assert_eq!(request.fingerprint(), Some(true));

        let response = Message::parse(RESPONSE).unwrap();
        assert_eq!(response.get_address(attribute::XOR_MAPPED_ADDRESS), "192.0.2.1:32853".parse().ok());
        assert!(response.is_authentic(PASSWORD) && is_fingerprinted(RESPONSE));

        let response = Message::parse(RESPONSE6).unwrap();
        let expected = "[2001:db8:1234:5678:11:2233:4455:6677]:32853".parse().ok();
        assert_eq!(response.get_address(attribute::XOR_MAPPED_ADDRESS), expected);
        assert!(response.is_authentic(PASSWORD));
    }

    #[test]
    fn what_is_built_is_what_is_read() {
        for text in ["192.0.2.1:1", "[2001:db8::7]:65535"] {
            let address: SocketAddr = text.parse().unwrap();
            let bytes = Builder::new(Class::Error, Method::ChannelBind, &[7; 12])
                .error(438, "Stale Nonce")
                .address(attribute::XOR_PEER_ADDRESS, address)
                .attribute(attribute::REALM, b"a")
                .integrity(b"key")
                .fingerprint()
                .finish();
            let message = Message::parse(&bytes).unwrap();
            assert_eq!((message.class, message.method), (Class::Error, Method::ChannelBind));
            assert_eq!(message.error_code(), Some(438));
            assert_eq!(message.get_address(attribute::XOR_PEER_ADDRESS), Some(address));
            assert_eq!(message.get(attribute::REALM), Some(&b"a"[..]));
            assert!(message.is_authentic(b"key") && is_fingerprinted(&bytes));
        }
    }

    #[test]
    fn a_changed_or_cut_message_is_not_authentic() {
        for position in 0..REQUEST.len() - 8 {
            let mut bytes = REQUEST.to_vec();
            bytes[position] ^= 1;
            assert!(Message::parse(&bytes).is_none_or(|m| !m.is_authentic(PASSWORD)), "byte {position}");
            assert!(!is_fingerprinted(&bytes));
            assert!(Message::parse(&REQUEST[..position]).is_none());
        }
    }

    #[test]
    fn nothing_behind_the_integrity_is_believed() {
        let bytes = Builder::new(Class::Request, Method::Binding, &[7; 12])
            .integrity(b"key")
            .attribute(attribute::USE_CANDIDATE, &[])
            .finish();
        let message = Message::parse(&bytes).unwrap();
        assert!(message.is_authentic(b"key"));
        assert_eq!(message.get(attribute::USE_CANDIDATE), None);
    }
}
