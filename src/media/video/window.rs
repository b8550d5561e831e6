//! The packets of one source that are not yet frames: by number, and gathered into the frames they belong to.

use super::continuity::Position;
use super::{Arrival, Codec, MAX_FRAME, Reason};
use crate::time::Time;
use std::collections::VecDeque;

/// Numbers from the first that is needed on.
pub const MAX_NUMBERS: usize = 8192;
/// Frames begun.
const MAX_PICTURES: usize = 512;
/// So far before the first packet that came another may still be waited for.
const MAX_BEFORE: u64 = 64;
/// What a packet takes beside its payload.
const SLOT: usize = size_of::<Option<Slot>>();
/// Buffers kept for the packets to come, of a size that fits them all. What is far smaller gets one of its own.
const MAX_SPARE: usize = 64;
const USUAL: usize = 1280;
const SMALL: usize = USUAL / 4;
const LARGE: usize = 2048;

/// What the head of a payload says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Peek {
    /// It is surely the first of its frame.
    pub begins: bool,
    /// It is of a key frame.
    pub is_key: bool,
    pub position: Option<Position>,
}

#[derive(Debug)]
struct Slot {
    payload: Vec<u8>,
}

/// A frame that has begun.
#[derive(Debug)]
pub struct Picture {
    pub timestamp: u32,
    pub codec: Codec,
    /// The lowest number that came, and the highest.
    pub first: u64,
    last: u64,
    count: u64,
    pub bytes: usize,
    /// The packet that says it is the last.
    marker: Option<u64>,
    /// The lowest packet says that it is the first.
    begins: bool,
    pub is_key: bool,
    pub position: Option<Position>,
    pub orientation: Option<u8>,
    /// It can come to nothing any more, and its packets are gone.
    pub broken: Option<Reason>,
    pub arrived: Time,
}

/// What became of a packet.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Placed {
    New,
    Duplicate,
    Late,
    /// So far ahead that nothing that is there will be needed.
    Ahead,
    /// There are too many frames.
    Crowded,
}

#[derive(Debug, Default)]
pub struct Window {
    /// The number of the first slot: the lowest that is needed.
    base: u64,
    slots: VecDeque<Option<Slot>>,
    /// By number.
    pictures: VecDeque<Picture>,
    spare: Vec<Vec<u8>>,
    bytes: usize,
    /// The packet before the first slot was there, or everything before it has been taken: a frame begins here.
    is_boundary: bool,
    is_settled: bool,
}

impl Window {
    pub fn base(&self) -> u64 {
        self.base
    }

    /// Whether pictures were taken or given up, so that nothing from before them is wanted.
    pub fn is_settled(&self) -> bool {
        self.is_settled
    }

    /// What it holds.
    pub fn size(&self) -> usize {
        self.bytes + self.slots.len() * SLOT
    }

    pub fn pictures(&self) -> &VecDeque<Picture> {
        &self.pictures
    }

    pub fn missing(&self) -> impl Iterator<Item = u64> + '_ {
        self.slots.iter().zip(self.base..).filter_map(|(slot, number)| slot.is_none().then_some(number))
    }

    /// `peek` is what the payload says, if it has one.
    pub fn insert(&mut self, now: Time, packet: &Arrival<'_>, peek: Option<Result<Peek, Reason>>) -> Placed {
        if self.slots.is_empty() && !self.is_settled {
            self.base = packet.number;
        }
        if packet.number < self.base && !self.reach_back(packet.number) {
            return Placed::Late;
        }
        let at = match usize::try_from(packet.number - self.base) {
            Ok(at) if at < MAX_NUMBERS => at,
            _ => return Placed::Ahead,
        };
        if self.slots.get(at).is_some_and(Option::is_some) {
            return Placed::Duplicate;
        }
        let is_ours = |picture: &Picture| {
            picture.timestamp == packet.timestamp
                && picture.codec == packet.codec
                && picture.marker.is_none_or(|marker| packet.number < marker)
        };
        let found = self.pictures.iter().rposition(is_ours);
        if found.is_none() && peek.is_some() && self.pictures.len() >= MAX_PICTURES {
            return Placed::Crowded;
        }
        while self.slots.len() <= at {
            self.slots.push_back(None);
        }
        let at_picture = match (found, &peek) {
            (Some(found), _) => Some(found),
            // Padding between frames.
            (None, None) => None,
            (None, Some(_)) => Some(self.begin(now, packet)),
        };
        let mut payload = Vec::new();
        if let Some(picture) = at_picture.map(|at| &mut self.pictures[at]) {
            picture.add(packet, peek);
            if picture.broken.is_none() && !packet.payload.is_empty() {
                if packet.payload.len() >= SMALL {
                    payload = self.spare.pop().unwrap_or_default();
                    payload.reserve_exact(packet.payload.len().max(USUAL));
                } else {
                    payload.reserve_exact(packet.payload.len());
                }
                payload.extend_from_slice(packet.payload);
                self.bytes += payload.capacity();
            }
        }
        self.slots[at] = Some(Slot { payload });
        if let Some(at) = at_picture.filter(|at| self.pictures[*at].broken.is_some()) {
            self.empty(at);
        }
        Placed::New
    }

    /// Before the first frame nobody knows which packet is the first.
    fn reach_back(&mut self, number: u64) -> bool {
        let before = self.base - number;
        if self.is_settled || before > MAX_BEFORE || self.slots.len() + before as usize > MAX_NUMBERS {
            return false;
        }
        (0..before).for_each(|_| self.slots.push_front(None));
        self.base = number;
        true
    }

    fn begin(&mut self, now: Time, packet: &Arrival<'_>) -> usize {
        let at = self.pictures.iter().rposition(|picture| picture.first < packet.number).map_or(0, |at| at + 1);
        self.pictures.insert(
            at,
            Picture {
                timestamp: packet.timestamp,
                codec: packet.codec,
                first: packet.number,
                last: packet.number,
                count: 0,
                bytes: 0,
                marker: None,
                begins: false,
                is_key: false,
                position: None,
                orientation: None,
                broken: None,
                arrived: now,
            },
        );
        at
    }

    fn slot(&self, number: u64) -> Option<&Slot> {
        self.slots.get(usize::try_from(number.checked_sub(self.base)?).ok()?)?.as_ref()
    }

    /// The packets of a picture that comes to nothing hold no memory; that they came is still known.
    fn empty(&mut self, at: usize) {
        let (first, last) = (self.pictures[at].first, self.pictures[at].last);
        let (from, to) = ((first - self.base) as usize, (last - self.base) as usize);
        for slot in self.slots.range_mut(from..=to).flatten() {
            self.bytes -= slot.payload.capacity();
            slot.payload = Vec::new();
        }
        self.pictures[at].bytes = 0;
    }

    /// Whether the picture's first packet is there.
    fn begins(&self, picture: &Picture) -> bool {
        picture.begins
            || (picture.first == self.base && self.is_boundary)
            || (picture.first > self.base && self.slot(picture.first - 1).is_some())
    }

    /// Whether all of a picture is there, from its first packet to its last.
    pub fn is_whole(&self, picture: &Picture) -> bool {
        let end = picture.marker.unwrap_or(picture.last);
        picture.count == end - picture.first + 1
            && (picture.marker.is_some() || self.slot(picture.last + 1).is_some())
            && self.begins(picture)
    }

    /// Whether nothing is missing between what was taken last and this picture.
    pub fn adjoins(&self, picture: &Picture) -> bool {
        picture.first == self.base && self.is_boundary
    }

    /// Lets go of padding that nothing is missing before.
    pub fn skip_padding(&mut self) {
        let until = self.pictures.front().map_or(u64::MAX, |picture| picture.first);
        while self.is_boundary && self.base < until && matches!(self.slots.front(), Some(Some(_))) {
            self.advance(self.base + 1);
        }
    }

    /// Takes the picture at the front. Its payloads are lent to `read` in order.
    pub fn take_front<T>(&mut self, read: impl FnOnce(&Picture, &mut dyn Iterator<Item = &[u8]>) -> T) -> Option<T> {
        let picture = self.pictures.pop_front()?;
        self.advance(picture.first);
        let end = picture.marker.unwrap_or(picture.last);
        let size = (end - picture.first + 1) as usize;
        let mut payloads = self
            .slots
            .range(..size.min(self.slots.len()))
            .flatten()
            .map(|slot| &slot.payload[..])
            .filter(|payload| !payload.is_empty());
        let result = read(&picture, &mut payloads);
        self.advance(end + 1);
        (self.is_boundary, self.is_settled) = (true, true);
        Some(result)
    }

    /// Gives up the picture at the front, and what is missing before the next one.
    pub fn drop_front(&mut self) -> Option<Picture> {
        let picture = self.pictures.pop_front()?;
        let next = self.pictures.front().map_or(u64::MAX, |next| next.first);
        let end = picture.marker.unwrap_or(picture.last).max(picture.last);
        self.advance(next.min(end + 1));
        self.is_settled = true;
        Some(picture)
    }

    /// Everything goes, and the next packet is where it begins anew. How many pictures it was.
    pub fn clear(&mut self) -> usize {
        let count = self.pictures.len();
        self.pictures.clear();
        self.advance(self.base + self.slots.len() as u64);
        self.slots.shrink_to(MAX_NUMBERS / 8);
        (self.is_boundary, self.is_settled) = (false, false);
        count
    }

    fn advance(&mut self, number: u64) {
        while self.base < number {
            let Some(slot) = self.slots.pop_front() else {
                self.base = number;
                self.is_boundary = false;
                return;
            };
            self.is_boundary = slot.is_some();
            self.base += 1;
            let Some(Slot { mut payload }) = slot else { continue };
            self.bytes -= payload.capacity();
            if self.spare.len() < MAX_SPARE && (USUAL..=LARGE).contains(&payload.capacity()) {
                payload.clear();
                self.spare.push(payload);
            }
        }
    }
}

impl Picture {
    fn add(&mut self, packet: &Arrival<'_>, peek: Option<Result<Peek, Reason>>) {
        if packet.number <= self.first {
            self.begins = matches!(peek, Some(Ok(Peek { begins: true, .. })));
        }
        self.first = self.first.min(packet.number);
        self.last = self.last.max(packet.number);
        self.count += 1;
        self.bytes += packet.payload.len();
        if packet.marker {
            self.marker = Some(packet.number);
        }
        self.orientation = self.orientation.or(packet.orientation);
        match peek {
            Some(Ok(peek)) => {
                self.is_key |= peek.is_key;
                self.add_position(peek.position, peek.begins);
            }
            Some(Err(reason)) => self.broken = self.broken.or(Some(reason)),
            None => {}
        }
        if self.bytes > MAX_FRAME {
            self.broken = self.broken.or(Some(Reason::TooLarge));
        }
    }

    /// Of several spatial layers the first counts, but all that they need is needed.
    fn add_position(&mut self, position: Option<Position>, begins: bool) {
        let Some(new) = position else { return };
        let old = self.position.get_or_insert(new);
        let references = old.references.zip(new.references).map(|(old, new)| old | new);
        if begins {
            *old = new;
        }
        old.references = references.or(old.references);
    }
}
