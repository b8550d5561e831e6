//! Telegram's reflectors (`media-transport.md` section 4): packets forwarded between sockets that share a peer tag prefix.

use crate::media::Server;
use crate::ordered;

pub const PEER_TAG: usize = 16;
const PREFIX: usize = 12;
/// Destination tag, sender tag, length.
const HEADER: usize = 24;
/// Says on a TCP connection that frames of this kind follow.
pub const TCP_PROLOGUE: [u8; 4] = [0xee; 4];
/// The longest frame on TCP.
pub const MAX_FRAME: usize = 64 * 1024;
/// When an entry names no port.
pub const DEFAULT_PORT: u16 = 599;

/// The number of a reflector by its id: by rank among the ids of *all* reflector entries, from 1, so that both peers agree.
pub fn number(servers: &[Server], id: i64) -> Option<u8> {
    let ids = ordered::set(servers.iter().filter_map(|server| match server {
        Server::Reflector { id, .. } | Server::Unusable { id } => Some(*id),
        Server::Webrtc { .. } => None,
    }));
    u8::try_from(ids.iter().position(|&known| known == id)? + 1).ok()
}

/// Our end at one reflector: the secret the two peers share, and the tag that is ours.
#[derive(Clone)]
pub struct Endpoint {
    prefix: [u8; PREFIX],
    tag: u32,
}

impl core::fmt::Debug for Endpoint {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.write_str("Endpoint")
    }
}

/// What a packet of a reflector holds.
#[derive(Debug, PartialEq, Eq)]
pub enum Opened<'a> {
    /// From the peer's socket with this tag.
    Data { tag: u32, payload: &'a [u8] },
    /// From the reflector itself, or an empty packet: it answers, that is all.
    Special,
}

impl Endpoint {
    pub fn new(peer_tag: &[u8; PEER_TAG], tag: u32) -> Endpoint {
        let (prefix, _) = peer_tag.split_first_chunk().expect("a prefix is shorter than a peer tag");
        Endpoint { prefix: *prefix, tag }
    }

    pub fn tag(&self) -> u32 {
        self.tag
    }

    fn tag16(&self, tag: u32) -> [u8; PEER_TAG] {
        let mut tag16 = [0; PEER_TAG];
        tag16[..PREFIX].copy_from_slice(&self.prefix);
        tag16[PREFIX..].copy_from_slice(&tag.to_le_bytes());
        tag16
    }

    /// Announces us over UDP, and keeps the way open.
    pub fn hello_udp(&self) -> Vec<u8> {
        let mut hello = Vec::with_capacity(40);
        hello.extend_from_slice(&self.tag16(self.tag));
        hello.extend_from_slice(&[0xff; 12]);
        hello.extend_from_slice(&[0xfe, 0xff, 0xff, 0xff]);
        hello.extend_from_slice(&123_u64.to_be_bytes());
        hello
    }

    /// The same over TCP, as a packet that still wants [`frame_tcp`].
    pub fn hello_tcp(&self) -> Vec<u8> {
        let mut hello = self.tag16(self.tag).to_vec();
        hello.extend_from_slice(&[0; 4]);
        hello
    }

    /// A packet for the peer's socket with this tag, with `room` bytes in front that the caller fills.
    pub fn seal(&self, to: u32, payload: &[u8], room: usize) -> Vec<u8> {
        let size = room + HEADER + payload.len().next_multiple_of(4);
        let mut packet = Vec::with_capacity(size);
        packet.resize(room, 0);
        packet.extend_from_slice(&self.tag16(to));
        packet.extend_from_slice(&self.tag.to_le_bytes());
        packet.extend_from_slice(&(payload.len() as u32).to_be_bytes());
        packet.extend_from_slice(payload);
        packet.resize(size, 0);
        packet
    }

    /// Whether a packet belongs to our call. The lowest bit of the tag may tell the two peers apart.
    pub fn is_ours(&self, packet: &[u8]) -> bool {
        packet.len() >= PREFIX && packet[0] & !1 == self.prefix[0] & !1 && packet[1..PREFIX] == self.prefix[1..]
    }

    /// `None`: not of our call, or malformed.
    pub fn open<'a>(&self, packet: &'a [u8]) -> Option<Opened<'a>> {
        if !self.is_ours(packet) {
            return None;
        }
        if packet.len() <= HEADER || packet[16..28.min(packet.len())].iter().all(|&b| b == 0xff) {
            return Some(Opened::Special);
        }
        let tag = u32::from_le_bytes(packet[16..20].try_into().ok()?);
        let size = usize::try_from(u32::from_be_bytes(packet[20..24].try_into().ok()?)).ok()?;
        let payload = packet[HEADER..].get(..size)?;
        if tag == 0 || payload.is_empty() {
            return None;
        }
        Some(Opened::Data { tag, payload })
    }
}

/// A packet as it stands on TCP.
pub fn frame_tcp(packet: &[u8]) -> Vec<u8> {
    let mut frame = Vec::with_capacity(4 + packet.len());
    frame.extend_from_slice(&(packet.len() as u32).to_le_bytes());
    frame.extend_from_slice(packet);
    frame
}

/// The size of the first frame in a stream with its length in front: `None` if that is not there yet, `Err` if it cannot be.
/// Nobody has a reason to send an empty one.
#[allow(clippy::result_unit_err, reason = "it has one meaning: the stream cannot be followed any further")]
pub fn frame_size(stream: &[u8]) -> Result<Option<usize>, ()> {
    let Some(length) = stream.first_chunk::<4>() else { return Ok(None) };
    match u32::from_le_bytes(*length) as usize {
        size @ 1..=MAX_FRAME => Ok(Some(4 + size)),
        _ => Err(()),
    }
}

/// For `tests/fuzz`.
#[cfg(any(test, feature = "internals"))]
pub fn fuzz(data: &[u8]) {
    let endpoint = Endpoint::new(&[0; PEER_TAG], 7);
    if let Some(Opened::Data { payload, .. }) = endpoint.open(data) {
        assert!(payload.len() <= data.len() - HEADER);
    }
    if let Ok(Some(size)) = frame_size(data) {
        assert!(size <= MAX_FRAME + 4);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn vectors() -> serde_json::Value {
        let folder =
            std::env::var("TGCALL_VECTORS").unwrap_or(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/vectors").into());
        serde_json::from_str(&std::fs::read_to_string(format!("{folder}/reflector.json")).unwrap()).unwrap()
    }

    fn hex(value: &serde_json::Value) -> Vec<u8> {
        let text = value.as_str().unwrap();
        (0..text.len()).step_by(2).map(|i| u8::from_str_radix(&text[i..i + 2], 16).unwrap()).collect()
    }

    fn tag(value: &serde_json::Value) -> u32 {
        value.as_u64().unwrap() as u32
    }

    #[test]
    fn frames_are_those_of_the_vectors() {
        let v = vectors();
        let peer_tag: [u8; 16] = hex(&v["peer_tag"]).try_into().unwrap();
        let endpoint = Endpoint::new(&peer_tag, tag(&v["local_tag"]));
        let remote = tag(&v["remote_tag"]);
        assert_eq!(endpoint.hello_udp(), hex(&v["udp_hello"]));
        let (stun, five) = (hex(&v["udp_data_stun"]["payload"]), hex(&v["udp_data_5_bytes"]["payload"]));
        assert_eq!(endpoint.seal(remote, &stun, 0), hex(&v["udp_data_stun"]["frame"]));
        assert_eq!(endpoint.seal(remote, &five, 0), hex(&v["udp_data_5_bytes"]["frame"]));

        let mut stream = TCP_PROLOGUE.to_vec();
        let hello = frame_tcp(&endpoint.hello_tcp());
        assert_eq!(hello, hex(&v["tcp"]["hello_frame"]));
        let data = frame_tcp(&endpoint.seal(remote, &five, 0));
        assert_eq!(data, hex(&v["tcp"]["data_frame"]));
        stream.extend_from_slice(&hello);
        stream.extend_from_slice(&data);
        assert_eq!(stream, hex(&v["tcp"]["first_bytes_on_connection"]));

        let peer = Endpoint::new(&peer_tag, remote);
        let received = hex(&v["received_frame"]["frame"]);
        let expected = Opened::Data { tag: tag(&v["received_frame"]["sender_tag"]), payload: &five };
        assert_eq!(peer.open(&received), Some(expected));
    }

    #[test]
    fn numbers_follow_the_ids_of_all_reflectors_and_of_nothing_else() {
        let reflector = |id, tcp| Server::reflector(id, "192.0.2.1", "", 599, &[0; 16], tcp);
        let servers = [
            reflector(9, false),
            reflector(-3, true),
            Server::webrtc(1, "192.0.2.1", "", 3478, "", "", false, true),
            reflector(9, true),
            reflector(4, false),
        ];
        assert_eq!([-3, 4, 9].map(|id| number(&servers, id)), [Some(1), Some(2), Some(3)]);
        assert_eq!(number(&servers, 1), None);
        let many: Vec<Server> = (0..300).map(|id| reflector(id, false)).collect();
        assert_eq!((number(&many, 254), number(&many, 255)), (Some(255), None));
    }

    #[test]
    fn the_role_bit_is_tolerated_and_nothing_else() {
        let mut tag = [0x10; 16];
        let (peer, endpoint) = (Endpoint::new(&tag, 5), Endpoint::new(&[0x10; 16], 6));
        tag[0] |= 1;
        let with_bit = Endpoint::new(&tag, 5);
        for sender in [peer, with_bit] {
            assert_eq!(endpoint.open(&sender.seal(6, b"x", 0)), Some(Opened::Data { tag: 5, payload: b"x" }));
        }
        tag[0] |= 2;
        assert_eq!(endpoint.open(&Endpoint::new(&tag, 5).seal(6, b"x", 0)), None);
    }

    #[test]
    fn what_is_announced_and_is_not_there_is_refused() {
        let endpoint = Endpoint::new(&[0; 16], 6);
        let packet = Endpoint::new(&[0; 16], 5).seal(6, b"hello", 0);
        for size in 0..packet.len() {
            let data = matches!(endpoint.open(&packet[..size]), Some(Opened::Data { .. }));
            assert_eq!(data, size >= 29, "cut to {size}");
        }
        let mut lie = packet.clone();
        lie[20..24].copy_from_slice(&u32::MAX.to_be_bytes());
        assert_eq!(endpoint.open(&lie), None);
        assert_eq!(endpoint.open(&endpoint.hello_udp()), Some(Opened::Special));
        assert_eq!(frame_size(&[0, 0, 1]), Ok(None));
        assert_eq!(frame_size(&[0, 0, 1, 0]), Ok(Some(65_540)));
        assert_eq!(frame_size(&[1, 0, 1, 0]), Err(()));
        assert_eq!(frame_size(&[0, 0, 0, 0]), Err(()));
    }
}
