//! Pictures as their sender has them: a layer for each size, the last packets of each, and where its key frames begin.

use crate::media::rtp::packet::Packet;
use crate::time::{Duration, Time};
use std::collections::VecDeque;

/// A layer of which nothing came for so long is switched off.
const ALIVE: Duration = Duration::from_millis(1000);
/// A key frame is asked for no sooner again.
const ASK_AGAIN: Duration = Duration::from_millis(300);
/// Packets of a layer that are kept for who has missed them. At 2.5 Mbit/s more than a second.
const KEPT: usize = 320;
/// Longer packets are none that anybody sends.
pub const MAX_PAYLOAD: usize = 1500;
/// Payload types, each with its repairs' one above (`sfu.md` 6).
pub const VP8: u8 = 100;
pub const VP9: u8 = 102;
pub const H264: u8 = 104;

/// A packet as it was sent.
#[derive(Clone, Debug)]
pub struct Kept {
    pub sequence: u16,
    pub timestamp: u32,
    pub marker: bool,
    pub payload_type: u8,
    pub orientation: Option<u8>,
    pub payload: Vec<u8>,
}

#[derive(Debug)]
pub struct Layer {
    pub primary: u32,
    pub repair: Option<u32>,
    kept: VecDeque<Kept>,
    last_at: Option<Time>,
    asked_at: Option<Time>,
    /// A key frame is wanted, and it is too soon to ask for one.
    is_asked: bool,
}

impl Layer {
    pub fn new(primary: u32, repair: Option<u32>) -> Layer {
        Layer { primary, repair, kept: VecDeque::new(), last_at: None, asked_at: None, is_asked: false }
    }

    pub fn is_alive(&self, now: Time) -> bool {
        self.last_at.is_some_and(|at| now.since(at) < ALIVE)
    }

    /// A packet has come, for the first time.
    pub fn keep(&mut self, now: Time, packet: &Packet<'_>, orientation: Option<u8>) {
        self.last_at = Some(now);
        if self.kept.len() >= KEPT {
            self.kept.pop_front();
        }
        let Packet { sequence, timestamp, marker, payload_type, .. } = *packet;
        let payload = packet.payload.to_vec();
        self.kept.push_back(Kept { sequence, timestamp, marker, payload_type, orientation, payload });
    }

    pub fn kept(&self, sequence: u16) -> Option<&Kept> {
        self.kept.iter().rev().find(|packet| packet.sequence == sequence)
    }

    /// Somebody cannot go on without a key frame.
    pub fn want_key_frame(&mut self) {
        self.is_asked = true;
    }

    /// Whether one is to be asked for now. A layer that is switched off has none to give.
    pub fn asks(&mut self, now: Time) -> bool {
        let is_soon = self.asked_at.is_some_and(|at| now.since(at) < ASK_AGAIN);
        if !self.is_asked || is_soon || !self.is_alive(now) {
            return false;
        }
        (self.is_asked, self.asked_at) = (false, Some(now));
        true
    }
}

/// Which layer of these is the one for who wants this height at most: the highest that is not too high, of those that are sent; the
/// lowest of them if all are.
pub fn choose(layers: &[bool], most: u32) -> Option<usize> {
    let fits = match (layers.len(), most) {
        (_, 0) => return None,
        (0 | 1, _) | (_, 1..360) => 0,
        // Of two the lower is half the size.
        (2, 360..720) => 0,
        (_, 360..720) => 1,
        (count, 720..) => count - 1,
    };
    let alive = layers.iter().enumerate().filter(|(_, is_alive)| **is_alive).map(|(at, _)| at);
    alive.clone().filter(|at| *at <= fits).max().or_else(|| alive.min())
}

/// Whether a key frame begins with this packet. Read by this and by nothing of the library's.
pub fn begins_key_frame(payload_type: u8, payload: &[u8]) -> bool {
    match payload_type {
        VP8 => vp8_data(payload).is_some_and(|(first, data)| first & 0x17 == 0x10 && data & 1 == 0),
        VP9 => {
            let Some(&first) = payload.first() else { return false };
            let id = match payload.get(1) {
                Some(id) if first & 0x80 != 0 => 1 + usize::from(id >> 7),
                _ => 0,
            };
            let spatial = if first & 0x20 != 0 { payload.get(1 + id).map(|layer| layer >> 1 & 7) } else { Some(0) };
            // Begins a frame, is predicted from none, and is of the lowest layer.
            first & 0x48 == 0x08 && spatial == Some(0)
        }
        H264 => match payload.first().map(|first| first & 31) {
            Some(7) => true,
            // What stands in one packet: its first unit.
            Some(24) => payload.get(3).is_some_and(|unit| unit & 31 == 7),
            _ => false,
        },
        _ => false,
    }
}

/// The first byte of a VP8 descriptor, and that of what stands behind it.
fn vp8_data(payload: &[u8]) -> Option<(u8, u8)> {
    let first = *payload.first()?;
    let mut at = 1;
    if first & 0x80 != 0 {
        let extension = *payload.get(at)?;
        at += 1;
        if extension & 0x80 != 0 {
            at += 1 + usize::from(payload.get(at)? >> 7);
        }
        at += usize::from(extension & 0x40 != 0) + usize::from(extension & 0x30 != 0);
    }
    Some((first, *payload.get(at)?))
}

/// The numbers of a VP8 picture that count on from one to the next.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Numbers {
    pub picture: u16,
    pub tl0: u8,
}

/// The numbers in a descriptor, and by `add` others in their place; what is not there is 0 and stays so.
pub fn vp8_numbers(payload: &mut [u8], add: Numbers) -> Option<Numbers> {
    let (&first, &extension) = (payload.first()?, payload.get(1)?);
    if first & 0x80 == 0 {
        return None;
    }
    let (mut at, mut found) = (2, Numbers::default());
    if extension & 0x80 != 0 {
        let high = *payload.get(at)?;
        if high & 0x80 != 0 {
            let id = u16::from_be_bytes([high & 0x7f, *payload.get(at + 1)?]);
            found.picture = id.wrapping_add(add.picture) & 0x7fff;
            payload.get_mut(at..at + 2)?.copy_from_slice(&(found.picture | 0x8000).to_be_bytes());
            at += 2;
        } else {
            found.picture = u16::from(high).wrapping_add(add.picture) & 0x7f;
            payload[at] = found.picture as u8;
            at += 1;
        }
    }
    if extension & 0x40 != 0 {
        found.tl0 = payload.get(at)?.wrapping_add(add.tl0);
        payload[at] = found.tl0;
    }
    Some(found)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_highest_layer_that_is_sent_and_not_too_high_is_chosen() {
        for (layers, most, expected) in [
            (&[true, true, true][..], 720, Some(2)),
            (&[true, true, true], 360, Some(1)),
            (&[true, true, true], 180, Some(0)),
            (&[true, true, true], 0, None),
            (&[true, true, false], 720, Some(1)),
            (&[false, false, true], 180, Some(2)),
            (&[true, true], 720, Some(1)),
            (&[true, true], 360, Some(0)),
            (&[true], 180, Some(0)),
            (&[false, false, false], 720, None),
            (&[], 720, None),
        ] {
            assert_eq!(choose(layers, most), expected, "{layers:?} {most}");
        }
    }

    /// As ntgcalls 3.0.5 sent them: `captures/groups/rtp_facts.json`; and VP8 and VP9 as the RFCs have them.
    #[test]
    fn key_frames_are_known_by_their_first_packet() {
        assert!(begins_key_frame(H264, &[0x78, 0, 0x0e, 0x67, 0x42, 0xc0]));
        assert!(!begins_key_frame(H264, &[0x61, 0xe0, 0, 0x7e]) && !begins_key_frame(H264, &[0x7c, 0x85, 1]));
        assert!(begins_key_frame(VP8, &[0x90, 0xe0, 0x81, 0x02, 7, 0x20, 0x10, 0, 0x9d]));
        assert!(!begins_key_frame(VP8, &[0x90, 0xe0, 0x81, 0x02, 7, 0x20, 0x11]));
        assert!(!begins_key_frame(VP8, &[0x80, 0xe0, 0x81, 0x02, 7, 0x20, 0x10]), "in the middle");
        assert!(begins_key_frame(VP9, &[0xa8, 0x81, 2, 0x01, 1]) && !begins_key_frame(VP9, &[0xe8, 0x81, 2, 0x01]));
        assert!(!begins_key_frame(VP9, &[0xa8, 0x81, 2, 0x02, 1]), "of an upper layer");
        for payload_type in [VP8, VP9, H264, 111] {
            for size in 0..8 {
                let _ = begins_key_frame(payload_type, &[0xff; 8][..size]);
            }
        }
    }

    #[test]
    fn numbers_of_a_picture_are_counted_on_in_their_width() {
        let mut long = [0x90, 0xe0, 0xff, 0xfe, 250, 0x20, 0x10];
        let add = Numbers { picture: 3, tl0: 10 };
        assert_eq!(vp8_numbers(&mut long, add), Some(Numbers { picture: 1, tl0: 4 }));
        assert_eq!(long, [0x90, 0xe0, 0x80, 0x01, 4, 0x20, 0x10]);
        let mut short = [0x90, 0x80, 0x7f, 0x10];
        assert_eq!(vp8_numbers(&mut short, add), Some(Numbers { picture: 2, tl0: 0 }));
        assert_eq!(short, [0x90, 0x80, 0x02, 0x10]);
        for size in 0..5 {
            vp8_numbers(&mut [0x90, 0xe0, 0xff, 0xfe, 250][..size], add);
        }
    }
}
