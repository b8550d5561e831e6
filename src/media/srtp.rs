//! SRTP and SRTCP (RFC 3711, RFC 7714): protection of packets, and the windows against replay.

use crate::crypto::hash::KeyedHmacSha1;
use crate::sequence::{ReplayWindow, extend};
use aes::cipher::{Array, BlockCipherEncrypt, KeyInit};
use ring::aead;
use std::collections::BTreeMap;
use subtle::ConstantTimeEq;
use zeroize::Zeroizing;

/// What is remembered of the sources that are received.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Memory {
    /// As many are followed at a time.
    sources: usize,
    /// So many of them may be of such that signaling did not name.
    strangers: usize,
    /// Of so many that are followed no longer something is known.
    retired: usize,
}

impl Memory {
    /// Of a peer: an honest one has three sources, and two more for each new camera.
    pub const OF_ONE: Memory = Memory { sources: 32, strangers: 16, retired: 1024 };
    /// Of a server that speaks for many. It names nobody, and all who spoke since the handshake are remembered.
    pub const OF_MANY: Memory = Memory { sources: 64, strangers: 64, retired: 16_384 };
}

const CM_TAG: usize = 10;
const GCM_TAG: usize = 16;
/// The E bit and 31 bits of index at the end of an SRTCP packet.
const RTCP_INDEX: usize = 4;
const RTCP_HEADER: usize = 8;
const ENCRYPTED: u32 = 1 << 31;
/// How many blocks are encrypted at once: a whole packet of pictures.
const AT_ONCE: usize = 80;
/// What has been received from one source, by the index of RFC 3711 section 3.3.1.
type Window = ReplayWindow<128>;

/// Protection profiles of RFC 5764 and RFC 7714.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Profile {
    Aes128CmSha1_80,
    AeadAes128Gcm,
    AeadAes256Gcm,
}

impl Profile {
    /// The strongest first.
    pub const ALL: [Profile; 3] = [Profile::AeadAes256Gcm, Profile::AeadAes128Gcm, Profile::Aes128CmSha1_80];

    pub const fn key_size(self) -> usize {
        match self {
            Profile::Aes128CmSha1_80 | Profile::AeadAes128Gcm => 16,
            Profile::AeadAes256Gcm => 32,
        }
    }

    pub const fn salt_size(self) -> usize {
        match self {
            Profile::Aes128CmSha1_80 => 14,
            Profile::AeadAes128Gcm | Profile::AeadAes256Gcm => 12,
        }
    }

    pub const fn name(self) -> &'static str {
        match self {
            Profile::Aes128CmSha1_80 => "AES128_CM_SHA1_80",
            Profile::AeadAes128Gcm => "AEAD_AES_128_GCM",
            Profile::AeadAes256Gcm => "AEAD_AES_256_GCM",
        }
    }
}

/// The two masters that DTLS exports, for what the client writes and for what the server writes (RFC 5764 section 4.2).
/// `None` if there are too few bytes.
pub fn split_keying_material(profile: Profile, material: &[u8]) -> Option<[Master<'_>; 2]> {
    let (key, salt) = (profile.key_size(), profile.salt_size());
    let (keys, salts) = material.get(..2 * (key + salt))?.split_at(2 * key);
    Some([
        Master { profile, key: &keys[..key], salt: &salts[..salt] },
        Master { profile, key: &keys[key..], salt: &salts[salt..] },
    ])
}

/// Master key and salt of one direction.
#[derive(Clone, Copy)]
pub struct Master<'a> {
    profile: Profile,
    key: &'a [u8],
    salt: &'a [u8],
}

impl Master<'_> {
    /// RFC 3711 section 4.3.1, with a key derivation rate of 0.
    fn derive(&self, label: u8, out: &mut [u8]) {
        let mut input = [0; 16];
        input[..self.salt.len()].copy_from_slice(self.salt);
        input[7] ^= label;
        for (counter, chunk) in out.chunks_mut(16).enumerate() {
            input[14..].copy_from_slice(&(counter as u16).to_be_bytes());
            let mut block = Array::from(input);
            match self.key.len() {
                16 => aes::Aes128::new_from_slice(self.key).expect("the profile's size").encrypt_block(&mut block),
                _ => aes::Aes256::new_from_slice(self.key).expect("the profile's size").encrypt_block(&mut block),
            }
            chunk.copy_from_slice(&block[..chunk.len()]);
        }
    }

    fn cipher(&self, label: u8) -> Cipher {
        let mut key = Zeroizing::new([0; 32]);
        let key = &mut key[..self.profile.key_size()];
        self.derive(label, key);
        let mut salt = Zeroizing::new([0; 14]);
        self.derive(label + 2, &mut salt[..self.profile.salt_size()]);
        if self.profile == Profile::Aes128CmSha1_80 {
            let mut mac = Zeroizing::new([0; 20]);
            self.derive(label + 1, &mut mac[..]);
            Cipher::counter_mode(key, &salt, &mac)
        } else {
            Cipher::gcm(self.profile, key, &salt[..12])
        }
    }
}

/// The session keys of RTP or of RTCP in one direction. Wiped on drop, but for the keys of GCM: `ring` does not wipe its own,
/// nor lets others.
#[allow(clippy::large_enum_variant, reason = "two of a call, and all of it is used for each packet")]
enum Cipher {
    CounterMode { aes: Box<aes::Aes128>, salt: Zeroizing<[u8; 14]>, mac: KeyedHmacSha1 },
    Gcm { key: aead::LessSafeKey, salt: Zeroizing<[u8; 12]> },
}

impl Cipher {
    fn counter_mode(key: &[u8], salt: &[u8; 14], mac: &[u8; 20]) -> Cipher {
        let aes = Box::new(aes::Aes128::new_from_slice(key).expect("the profile's size"));
        Cipher::CounterMode { aes, salt: Zeroizing::new(*salt), mac: KeyedHmacSha1::new(mac) }
    }

    fn gcm(profile: Profile, key: &[u8], salt: &[u8]) -> Cipher {
        let algorithm = if profile == Profile::AeadAes128Gcm { &aead::AES_128_GCM } else { &aead::AES_256_GCM };
        let key = aead::UnboundKey::new(algorithm, key).expect("the profile's size");
        Cipher::Gcm { key: aead::LessSafeKey::new(key), salt: Zeroizing::new(salt.try_into().expect("twelve bytes")) }
    }

    /// RFC 3711 section 4.1.1. The crate `ctr` combines byte by byte, which took a fifth of all that sending a packet takes.
    fn apply_counter_mode(aes: &aes::Aes128, salt: &[u8; 14], ssrc: u32, index: u64, data: &mut [u8]) {
        let mut iv = [0; 16];
        iv[..14].copy_from_slice(salt);
        xor(&mut iv[4..8], &ssrc.to_be_bytes());
        xor(&mut iv[8..14], &index.to_be_bytes()[2..]);
        // The last two bytes count blocks, of which a packet has fewer than that. Each block is written at once: what is written in
        // pieces is slow to be read in wide ones.
        let mut counter = u128::from_be_bytes(iv);
        for piece in data.chunks_mut(16 * AT_ONCE) {
            let mut stream = [Array::from([0; 16]); AT_ONCE];
            let blocks = &mut stream[..piece.len().div_ceil(16)];
            for block in &mut *blocks {
                *block = Array::from(counter.to_be_bytes());
                counter = counter.wrapping_add(1);
            }
            aes.encrypt_blocks(blocks);
            xor(piece, Array::slice_as_flattened(blocks));
        }
    }

    /// RFC 7714 sections 8.1 and 9.1: two zero bytes, the source, the index.
    fn nonce(salt: &[u8; 12], ssrc: u32, index: u64) -> aead::Nonce {
        let mut nonce = *salt;
        xor(&mut nonce[2..6], &ssrc.to_be_bytes());
        xor(&mut nonce[6..12], &index.to_be_bytes()[2..]);
        aead::Nonce::assume_unique_for_key(nonce)
    }

    fn seal_rtp(&self, packet: &mut Vec<u8>, header: usize, ssrc: u32, index: u64) {
        match self {
            Cipher::CounterMode { aes, salt, mac } => {
                Self::apply_counter_mode(aes, salt, ssrc, index, &mut packet[header..]);
                let tag = rtp_tag(mac, packet, index);
                packet.extend_from_slice(&tag[..CM_TAG]);
            }
            Cipher::Gcm { key, salt } => {
                let (head, body) = packet.split_at_mut(header);
                let tag = key
                    .seal_in_place_separate_tag(Self::nonce(salt, ssrc, index), aead::Aad::from(&*head), body)
                    .expect("a packet is far below the limit of GCM");
                packet.extend_from_slice(tag.as_ref());
            }
        }
    }

    fn open_rtp(&self, packet: &mut Vec<u8>, header: usize, ssrc: u32, index: u64) -> bool {
        match self {
            Cipher::CounterMode { aes, salt, mac } => {
                let Some(end) = packet.len().checked_sub(CM_TAG).filter(|&end| end >= header) else { return false };
                let tag = rtp_tag(mac, &packet[..end], index);
                if !bool::from(tag[..CM_TAG].ct_eq(&packet[end..])) {
                    return false;
                }
                packet.truncate(end);
                Self::apply_counter_mode(aes, salt, ssrc, index, &mut packet[header..]);
                true
            }
            Cipher::Gcm { key, salt } => {
                let Some(end) = packet.len().checked_sub(GCM_TAG).filter(|&end| end >= header) else { return false };
                let (head, body) = packet.split_at_mut(header);
                let opened = key.open_in_place(Self::nonce(salt, ssrc, index), aead::Aad::from(&*head), body).is_ok();
                packet.truncate(end);
                opened
            }
        }
    }

    fn seal_rtcp(&self, packet: &mut Vec<u8>, ssrc: u32, index: u32) {
        let trailer = (index | ENCRYPTED).to_be_bytes();
        match self {
            Cipher::CounterMode { aes, salt, mac } => {
                Self::apply_counter_mode(aes, salt, ssrc, u64::from(index), &mut packet[RTCP_HEADER..]);
                packet.extend_from_slice(&trailer);
                let tag = mac.mac(packet, &[]);
                packet.extend_from_slice(&tag[..CM_TAG]);
            }
            Cipher::Gcm { key, salt } => {
                let (head, body) = packet.split_at_mut(RTCP_HEADER);
                let tag = key
                    .seal_in_place_separate_tag(
                        Self::nonce(salt, ssrc, u64::from(index)),
                        aead::Aad::from(rtcp_aad(head, trailer)),
                        body,
                    )
                    .expect("a packet is far below the limit of GCM");
                packet.extend_from_slice(tag.as_ref());
                packet.extend_from_slice(&trailer);
            }
        }
    }

    /// The index, if the packet is authentic. `false` in `fresh(index)` refuses it before anything is decrypted.
    fn open_rtcp(&self, packet: &mut Vec<u8>, ssrc: u32, fresh: impl Fn(u32) -> bool) -> Option<u32> {
        let (tag_size, behind) = match self {
            Cipher::CounterMode { .. } => (CM_TAG, CM_TAG),
            Cipher::Gcm { .. } => (GCM_TAG, 0),
        };
        let body = packet.len().checked_sub(tag_size + RTCP_INDEX).filter(|&end| end >= RTCP_HEADER)?;
        let at = packet.len() - behind - RTCP_INDEX;
        let trailer: [u8; 4] = packet[at..at + RTCP_INDEX].try_into().ok()?;
        let (index, encrypted) =
            (u32::from_be_bytes(trailer) & !ENCRYPTED, u32::from_be_bytes(trailer) & ENCRYPTED != 0);
        if !fresh(index) {
            return None;
        }
        match self {
            Cipher::CounterMode { aes, salt, mac } => {
                let tag = mac.mac(&packet[..at + RTCP_INDEX], &[]);
                if !bool::from(tag[..CM_TAG].ct_eq(&packet[at + RTCP_INDEX..])) {
                    return None;
                }
                packet.truncate(body);
                if encrypted {
                    Self::apply_counter_mode(aes, salt, ssrc, u64::from(index), &mut packet[RTCP_HEADER..]);
                }
            }
            Cipher::Gcm { key, salt } => {
                // Unencrypted SRTCP is legal and nobody sends it.
                if !encrypted {
                    return None;
                }
                packet.truncate(at);
                let (head, rest) = packet.split_at_mut(RTCP_HEADER);
                let nonce = Self::nonce(salt, ssrc, u64::from(index));
                key.open_in_place(nonce, aead::Aad::from(rtcp_aad(head, trailer)), rest).ok()?;
                packet.truncate(body);
            }
        }
        Some(index)
    }
}

fn rtp_tag(mac: &KeyedHmacSha1, packet: &[u8], index: u64) -> [u8; 20] {
    mac.mac(packet, &((index >> 16) as u32).to_be_bytes())
}

fn rtcp_aad(header: &[u8], trailer: [u8; 4]) -> [u8; 12] {
    let mut aad = [0; 12];
    aad[..8].copy_from_slice(&header[..8]);
    aad[8..].copy_from_slice(&trailer);
    aad
}

fn xor(into: &mut [u8], with: &[u8]) {
    into.iter_mut().zip(with).for_each(|(a, b)| *a ^= b);
}

/// The size of an RTP header with its sources and extension, if the packet is long enough for it.
pub fn header_size(packet: &[u8]) -> Option<usize> {
    let first = *packet.first()?;
    let mut size = 12 + 4 * usize::from(first & 15);
    if first & 0x10 != 0 {
        let words = packet.get(size + 2..size + 4)?;
        size += 4 + 4 * usize::from(u16::from_be_bytes([words[0], words[1]]));
    }
    (packet.len() >= size && first >> 6 == 2).then_some(size)
}

fn rtp_ssrc(packet: &[u8]) -> Option<u32> {
    Some(u32::from_be_bytes(packet.get(8..12)?.try_into().ok()?))
}

fn rtcp_ssrc(packet: &[u8]) -> Option<u32> {
    Some(u32::from_be_bytes(packet.get(4..8)?.try_into().ok()?))
}

/// Protects what we send.
pub struct Sender {
    rtp: Cipher,
    rtcp: Cipher,
    /// The highest index of each source.
    sources: BTreeMap<u32, u64>,
    rtcp_index: u32,
}

impl core::fmt::Debug for Sender {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.write_str("srtp::Sender")
    }
}

impl Sender {
    pub fn new(master: &Master<'_>) -> Sender {
        Sender { rtp: master.cipher(0), rtcp: master.cipher(3), sources: BTreeMap::new(), rtcp_index: 0 }
    }

    /// Encrypts an RTP packet in place. `false`, with nothing changed, for what is no RTP packet or would repeat an index.
    #[must_use]
    pub fn protect_rtp(&mut self, packet: &mut Vec<u8>) -> bool {
        let (Some(header), Some(ssrc)) = (header_size(packet), rtp_ssrc(packet)) else { return false };
        let sequence = u16::from_be_bytes([packet[2], packet[3]]);
        let index = match self.sources.get(&ssrc) {
            None => u64::from(sequence),
            Some(&highest) => match extend(highest, sequence) {
                Some(index) if index > highest => index,
                _ => return false,
            },
        };
        self.sources.insert(ssrc, index);
        self.rtp.seal_rtp(packet, header, ssrc, index);
        true
    }

    /// As [`Self::protect_rtp`], for who sends on what others have numbered: each packet once, in whatever order it came.
    #[cfg(any(test, feature = "sim"))]
    #[must_use]
    pub fn protect_forwarded(&mut self, packet: &mut Vec<u8>) -> bool {
        let (Some(header), Some(ssrc)) = (header_size(packet), rtp_ssrc(packet)) else { return false };
        let sequence = u16::from_be_bytes([packet[2], packet[3]]);
        let highest = self.sources.get(&ssrc).copied();
        let Some(index) = highest.map_or(Some(u64::from(sequence)), |highest| extend(highest, sequence)) else {
            return false;
        };
        self.sources.insert(ssrc, highest.map_or(index, |highest| highest.max(index)));
        self.rtp.seal_rtp(packet, header, ssrc, index);
        true
    }

    /// Likewise for a compound RTCP packet. `false` also once 2^31 have been sent.
    #[must_use]
    pub fn protect_rtcp(&mut self, packet: &mut Vec<u8>) -> bool {
        let Some(ssrc) = rtcp_ssrc(packet) else { return false };
        if self.rtcp_index == !ENCRYPTED {
            return false;
        }
        self.rtcp_index += 1;
        self.rtcp.seal_rtcp(packet, ssrc, self.rtcp_index);
        true
    }
}

/// What has been received from each source of the peer. Only authentic packets change it.
///
/// It is bounded: the source that was silent longest gives way, strangers before those that signaling names. That must not
/// let anybody play its packets again, nor cut it off when it comes back, as a camera does that is switched on again. So its
/// highest index is kept: from then on only what is newer is taken, with the right roll-over. When there are too many of
/// these too, the oldest is forgotten, and from then on sources are taken up only if signaling names them: what was forgotten
/// cannot be played again by anybody but the peer, who would have to announce it anew.
struct Sources {
    memory: Memory,
    /// Boxed: the map makes room for eleven at once.
    followed: BTreeMap<u32, Box<Source>>,
    /// Highest index, and when it retired.
    retired: BTreeMap<u32, (u64, u64)>,
    /// Counts accepted packets: the age of everything here.
    clock: u64,
    has_forgotten: bool,
}

struct Source {
    window: Window,
    heard: u64,
}

impl Sources {
    fn new(memory: Memory) -> Sources {
        Sources { memory, followed: BTreeMap::new(), retired: BTreeMap::new(), clock: 0, has_forgotten: false }
    }

    /// What is known of a source that is about to be heard. `None`: there is no room for it.
    fn window(&self, ssrc: u32, is_named: impl Fn(u32) -> bool) -> Option<Window> {
        if let Some(source) = self.followed.get(&ssrc) {
            return Some(source.window);
        }
        if let Some((highest, _)) = self.retired.get(&ssrc) {
            return Some(Window::closed(*highest));
        }
        (!self.has_forgotten || is_named(ssrc)).then(Window::default)
    }

    fn accept(&mut self, ssrc: u32, window: Window, is_named: impl Fn(u32) -> bool) {
        self.clock += 1;
        let accepted = Source { window, heard: self.clock };
        if let Some(source) = self.followed.get_mut(&ssrc) {
            **source = accepted;
            return;
        }
        self.retired.remove(&ssrc);
        self.make_room(is_named(ssrc), is_named);
        self.followed.insert(ssrc, Box::new(accepted));
    }

    fn make_room(&mut self, for_named: bool, is_named: impl Fn(u32) -> bool) {
        let strangers = self.followed.keys().filter(|ssrc| !is_named(**ssrc)).count();
        if self.followed.len() < self.memory.sources && (for_named || strangers < self.memory.strangers) {
            return;
        }
        let oldest = self.followed.iter().min_by_key(|(ssrc, source)| (is_named(**ssrc), source.heard));
        if let Some((ssrc, source)) = oldest {
            let (ssrc, highest) = (*ssrc, source.window.highest().unwrap_or(0));
            self.followed.remove(&ssrc);
            self.retired.insert(ssrc, (highest, self.clock));
        }
        if self.retired.len() > self.memory.retired
            && let Some(ssrc) = self.retired.iter().min_by_key(|(_, (_, at))| *at).map(|(ssrc, _)| *ssrc)
        {
            self.retired.remove(&ssrc);
            self.has_forgotten = true;
        }
    }
}

/// Opens what the peer sent.
pub struct Receiver {
    rtp: Cipher,
    rtcp: Cipher,
    rtp_sources: Sources,
    rtcp_sources: Sources,
}

impl core::fmt::Debug for Receiver {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.write_str("srtp::Receiver")
    }
}

impl Receiver {
    pub fn new(master: &Master<'_>, memory: Memory) -> Receiver {
        let (rtp_sources, rtcp_sources) = (Sources::new(memory), Sources::new(memory));
        Receiver { rtp: master.cipher(0), rtcp: master.cipher(3), rtp_sources, rtcp_sources }
    }

    /// Decrypts an RTP packet in place. `false`: forged, repeated, too old or no RTP; what is in `packet` is then of no use.
    /// `is_named` tells the sources that signaling has named.
    #[must_use]
    pub fn unprotect_rtp(&mut self, packet: &mut Vec<u8>, is_named: impl Fn(u32) -> bool) -> bool {
        let (Some(header), Some(ssrc)) = (header_size(packet), rtp_ssrc(packet)) else { return false };
        let sequence = u16::from_be_bytes([packet[2], packet[3]]);
        let Some(mut window) = self.rtp_sources.window(ssrc, &is_named) else { return false };
        let guess = window.highest().map_or(Some(u64::from(sequence)), |highest| extend(highest, sequence));
        let Some(index) = guess.filter(|&index| window.is_fresh(index)) else { return false };
        if !self.rtp.open_rtp(packet, header, ssrc, index) {
            return false;
        }
        let _ = window.accept(index);
        self.rtp_sources.accept(ssrc, window, is_named);
        true
    }

    /// Likewise for RTCP.
    #[must_use]
    pub fn unprotect_rtcp(&mut self, packet: &mut Vec<u8>, is_named: impl Fn(u32) -> bool) -> bool {
        let Some(ssrc) = rtcp_ssrc(packet).filter(|_| packet[0] >> 6 == 2) else { return false };
        let Some(mut window) = self.rtcp_sources.window(ssrc, &is_named) else { return false };
        let opened = self.rtcp.open_rtcp(packet, ssrc, |index| window.is_fresh(u64::from(index)));
        let Some(index) = opened else { return false };
        let _ = window.accept(u64::from(index));
        self.rtcp_sources.accept(ssrc, window, is_named);
        true
    }
}

/// For `tests/fuzz`: anything as a packet, under each profile.
#[cfg(any(test, feature = "internals"))]
pub fn fuzz(data: &[u8]) {
    for profile in [Profile::Aes128CmSha1_80, Profile::AeadAes128Gcm, Profile::AeadAes256Gcm] {
        let material = [7; 92];
        let [master, _] = split_keying_material(profile, &material).expect("enough for every profile");
        let (mut sender, mut receiver) = (Sender::new(&master), Receiver::new(&master, Memory::OF_ONE));
        let named = |_| true;
        assert!(
            !receiver.unprotect_rtp(&mut data.to_vec(), named) && !receiver.unprotect_rtcp(&mut data.to_vec(), named)
        );
        let mut packet = data.to_vec();
        if sender.protect_rtp(&mut packet) {
            let mut again = packet.clone();
            assert!(receiver.unprotect_rtp(&mut packet, named) && packet == data);
            assert!(!receiver.unprotect_rtp(&mut again, named));
        }
    }
}

#[cfg(test)]
mod tests;
