//! Pictures as one of those who see them gets them: one stream, whatever layers it is made of.

use super::layer::{Numbers, VP8, begins_key_frame, vp8_numbers};
use crate::media::rtp::packet::Packet;
use crate::time::Time;
use std::collections::VecDeque;

/// Stretches of other layers that are remembered, for who asks for what he has missed.
const STRETCHES: usize = 4;
/// Pictures of different layers are so far apart at least: a millisecond.
const APART: u32 = 90;

/// Part of the stream that is of one layer.
#[derive(Clone, Copy, Debug)]
struct Stretch {
    layer: usize,
    /// The number of its first packet: there, and here.
    first: u16,
    first_out: u16,
    /// What is added to timestamps, and to the numbers of VP8.
    later: u32,
    add: Numbers,
}

impl Stretch {
    /// `None`: it is from before.
    fn number(&self, sequence: u16) -> Option<u16> {
        let after = sequence.wrapping_sub(self.first);
        (after < 0x8000).then(|| self.first_out.wrapping_add(after))
    }
}

/// The last of what went out.
#[derive(Clone, Copy, Debug)]
struct Last {
    number: u16,
    timestamp: u32,
    at: Time,
    numbers: Numbers,
}

/// A packet as it goes out.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Shown {
    pub number: u16,
    pub timestamp: u32,
    pub payload: Vec<u8>,
}

#[derive(Debug)]
pub struct Watch {
    /// What it comes as, and its repairs.
    pub primary: u32,
    pub repair: Option<u32>,
    /// No higher.
    pub most: u32,
    pub target: Option<usize>,
    /// Newest last.
    stretches: VecDeque<Stretch>,
    is_shown: bool,
    last: Option<Last>,
    /// Of the next repair.
    pub repair_number: u16,
}

impl Watch {
    pub fn new(primary: u32, repair: Option<u32>, most: u32, repair_number: u16) -> Watch {
        let stretches = VecDeque::new();
        Watch { primary, repair, most, target: None, stretches, is_shown: false, last: None, repair_number }
    }

    /// It is seen once more, after a while.
    pub fn anew(self) -> Watch {
        Watch { target: None, is_shown: false, ..self }
    }

    /// The layer that is seen.
    pub fn current(&self) -> Option<usize> {
        self.stretches.back().filter(|_| self.is_shown).map(|stretch| stretch.layer)
    }

    /// A packet of a layer: as it goes out, if it does. A layer is changed with a key frame of the new one, and nothing of the old
    /// one follows.
    pub fn show(&mut self, now: Time, layer: usize, packet: &Packet<'_>) -> Option<Shown> {
        if self.current() != Some(layer) {
            if self.target != Some(layer) || !begins_key_frame(packet.payload_type, packet.payload) {
                return None;
            }
            self.change(now, layer, packet);
        }
        let stretch = *self.stretches.back()?;
        let number = stretch.number(packet.sequence)?;
        let shown = rewrite(&stretch, number, packet.timestamp, packet.payload_type, packet.payload);
        let numbers = if packet.payload_type == VP8 {
            vp8_numbers(&mut shown.payload.clone(), Numbers::default()).unwrap_or_default()
        } else {
            Numbers::default()
        };
        let is_newer = |last: &Last| number.wrapping_sub(last.number) < 0x8000;
        if self.last.as_ref().is_none_or(is_newer) {
            self.last = Some(Last { number, timestamp: shown.timestamp, at: now, numbers });
        }
        Some(shown)
    }

    fn change(&mut self, now: Time, layer: usize, packet: &Packet<'_>) {
        let (first_out, later, add) = match self.last {
            Some(last) => {
                let elapsed = (now.since(last.at).as_micros() as u64 * 9 / 100) as u32;
                let timestamp = last.timestamp.wrapping_add(elapsed.max(APART));
                let own = vp8_numbers(&mut packet.payload.to_vec(), Numbers::default()).unwrap_or_default();
                let add = Numbers {
                    picture: last.numbers.picture.wrapping_add(1).wrapping_sub(own.picture),
                    tl0: last.numbers.tl0.wrapping_add(1).wrapping_sub(own.tl0),
                };
                (last.number.wrapping_add(1), timestamp.wrapping_sub(packet.timestamp), add)
            }
            None => (packet.sequence, 0, Numbers::default()),
        };
        if self.stretches.len() >= STRETCHES {
            self.stretches.pop_front();
        }
        self.stretches.push_back(Stretch { layer, first: packet.sequence, first_out, later, add });
        self.is_shown = true;
    }

    /// Of which layer a packet was that went out under this number, and its number there.
    pub fn origin(&self, number: u16) -> Option<(usize, u16)> {
        let stretch = self.stretches.iter().rev().find(|one| number.wrapping_sub(one.first_out) < 0x8000)?;
        Some((stretch.layer, stretch.first.wrapping_add(number.wrapping_sub(stretch.first_out))))
    }

    /// The same packet once more.
    pub fn again(&self, number: u16, timestamp: u32, payload_type: u8, payload: &[u8]) -> Option<Shown> {
        let stretch = self.stretches.iter().rev().find(|one| number.wrapping_sub(one.first_out) < 0x8000)?;
        Some(rewrite(stretch, number, timestamp, payload_type, payload))
    }

    /// A moment of a layer, here; `None` while another one is seen.
    pub fn moment(&self, layer: usize, timestamp: u32) -> Option<u32> {
        let stretch = self.stretches.back().filter(|one| self.is_shown && one.layer == layer)?;
        Some(timestamp.wrapping_add(stretch.later))
    }
}

fn rewrite(stretch: &Stretch, number: u16, timestamp: u32, payload_type: u8, payload: &[u8]) -> Shown {
    let mut payload = payload.to_vec();
    if payload_type == VP8 {
        vp8_numbers(&mut payload, stretch.add);
    }
    Shown { number, timestamp: timestamp.wrapping_add(stretch.later), payload }
}
