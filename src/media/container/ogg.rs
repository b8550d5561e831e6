//! OGG (RFC 3533): pages, and the packets of the first stream in them.

use super::Fault;
use super::cursor::Cursor;

const BEGINS: u8 = 2;
const ENDS: u8 = 4;
const CONTINUES: u8 = 1;

/// The packets of a file's first stream, one behind the other.
#[derive(Debug, Default)]
pub struct Packets {
    bytes: Vec<u8>,
    /// Where each ends, and the number of its page.
    ends: Vec<(u32, u32)>,
    pages: Vec<Page>,
}

/// What a page says of the packets that end on it.
#[derive(Clone, Copy, Debug)]
pub struct Page {
    /// Samples up to its end; `None`: no packet ends here.
    pub granule: Option<u64>,
    pub is_last: bool,
}

impl Packets {
    /// Takes a file apart: of at most so many packets.
    pub fn read(file: &[u8], most: usize) -> Result<Packets, Fault> {
        let (mut at, mut packets) = (Cursor(file), Packets::default());
        let (mut stream, mut begun) = (None, 0);
        while !at.0.is_empty() {
            let page = RawPage::read(&mut at)?;
            let is_first = *stream.get_or_insert(page.serial) == page.serial;
            // Other streams are none of ours.
            if !is_first {
                continue;
            }
            let number = packets.pages.len() as u32;
            if (page.flags & CONTINUES == 0) && packets.bytes.len() > begun {
                // A packet whose end is on no page.
                packets.bytes.truncate(begun);
            }
            // Of a packet that began before the file only the rest is here.
            let mut is_lost = page.flags & CONTINUES != 0 && packets.bytes.len() == begun;
            let mut body = Cursor(page.body);
            for size in page.lacing {
                let piece = body.bytes(usize::from(*size))?;
                if !is_lost {
                    packets.bytes.extend_from_slice(piece);
                }
                if *size < 255 && !core::mem::take(&mut is_lost) {
                    if packets.ends.len() >= most {
                        return Err(Fault::TooMany);
                    }
                    packets.ends.push((packets.bytes.len() as u32, number));
                    begun = packets.bytes.len();
                }
            }
            let granule = (page.granule != u64::MAX).then_some(page.granule);
            packets.pages.push(Page { granule, is_last: page.flags & ENDS != 0 });
        }
        if packets.pages.is_empty() { Err(Fault::Foreign) } else { Ok(packets) }
    }

    pub fn len(&self) -> usize {
        self.ends.len()
    }

    pub fn get(&self, at: usize) -> Option<&[u8]> {
        let (end, _) = *self.ends.get(at)?;
        let start = at.checked_sub(1).map_or(0, |before| self.ends[before].0);
        self.bytes.get(start as usize..end as usize)
    }

    /// The number of the page that a packet ends on.
    pub fn page_of(&self, at: usize) -> Option<u32> {
        self.ends.get(at).map(|(_, page)| *page)
    }

    pub fn pages(&self) -> &[Page] {
        &self.pages
    }
}

struct RawPage<'a> {
    flags: u8,
    granule: u64,
    serial: u32,
    lacing: &'a [u8],
    body: &'a [u8],
}

impl<'a> RawPage<'a> {
    fn read(at: &mut Cursor<'a>) -> Result<RawPage<'a>, Fault> {
        let whole = at.0;
        if !whole.starts_with(&b"OggS\0"[..whole.len().min(5)]) {
            return Err(Fault::Foreign);
        }
        at.bytes(5)?;
        let (flags, granule, serial) = (at.u8()?, at.le64()?, at.le32()?);
        let _number = at.le32()?;
        let sum = at.le32()?;
        let count = at.u8()?;
        let lacing = at.bytes(count.into())?;
        let body = at.bytes(lacing.iter().map(|size| usize::from(*size)).sum())?;
        let page = &whole[..whole.len() - at.0.len()];
        if crc(page) != sum {
            return Err(Fault::Sum);
        }
        Ok(RawPage { flags, granule, serial, lacing, body })
    }
}

/// Whether it may be the begin of such a file.
pub fn begins(file: &[u8]) -> bool {
    file.starts_with(b"OggS") && file.get(5).is_some_and(|flags| flags & BEGINS != 0)
}

const TABLE: [u32; 256] = {
    let (mut table, mut at) = ([0; 256], 0);
    while at < 256 {
        let (mut sum, mut bit) = ((at as u32) << 24, 0);
        while bit < 8 {
            sum = if sum & 0x8000_0000 != 0 { sum << 1 ^ 0x04c1_1db7 } else { sum << 1 };
            bit += 1;
        }
        table[at] = sum;
        at += 1;
    }
    table
};

/// The sum of a page, in which the sum itself counts as nothing.
fn crc(page: &[u8]) -> u32 {
    let own = 22..26;
    page.iter().enumerate().fold(0, |sum: u32, (at, byte)| {
        let byte = if own.contains(&at) { 0 } else { *byte };
        sum << 8 ^ TABLE[usize::from((sum >> 24) as u8 ^ byte)]
    })
}

/// For tests and for the fuzzer: a page with a good sum.
#[cfg(any(test, feature = "internals"))]
pub fn page(flags: u8, granule: u64, serial: u32, lacing: &[u8], body: &[u8]) -> Vec<u8> {
    let mut page = b"OggS\0".to_vec();
    page.push(flags);
    page.extend_from_slice(&granule.to_le_bytes());
    page.extend_from_slice(&serial.to_le_bytes());
    page.extend_from_slice(&[0; 8]);
    page.push(lacing.len() as u8);
    page.extend_from_slice(lacing);
    page.extend_from_slice(body);
    mend(&mut page);
    page
}

/// Gives every page that is found the sum it should have.
#[cfg(any(test, feature = "internals"))]
pub fn mend(file: &mut [u8]) {
    let mut at = 0;
    while let Some(count) = file.get(at + 26).copied() {
        let Some(lacing) = file.get(at + 27..at + 27 + usize::from(count)) else { return };
        let end = at + 27 + usize::from(count) + lacing.iter().map(|size| usize::from(*size)).sum::<usize>();
        let Some(page) = file.get_mut(at..end) else { return };
        let sum = crc(page);
        page[22..26].copy_from_slice(&sum.to_le_bytes());
        at = end;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn all(packets: &Packets) -> Vec<Vec<u8>> {
        (0..packets.len()).map(|at| packets.get(at).unwrap().to_vec()).collect()
    }

    #[test]
    fn packets_go_on_over_pages_and_other_streams_are_left_out() {
        let long = [7; 300];
        let file = [
            page(BEGINS, 0, 1, &[2], &[1, 2]),
            page(BEGINS, 0, 9, &[1], &[99]),
            page(0, u64::MAX, 1, &[255], &long[..255]),
            page(CONTINUES, 5, 1, &[45, 0, 1], &[&long[255..], &[8]].concat()),
            page(ENDS, 6, 1, &[1], &[9]),
        ]
        .concat();
        let packets = Packets::read(&file, 10).unwrap();
        assert_eq!(all(&packets), [&[1, 2][..], &long, &[], &[8], &[9]]);
        assert_eq!(packets.page_of(1), Some(2));
        assert_eq!(
            packets.pages().iter().map(|page| page.granule).collect::<Vec<_>>(),
            [Some(0), None, Some(5), Some(6)]
        );
        assert!(packets.pages()[3].is_last && begins(&file));
        assert_eq!(Packets::read(&file, 4).err(), Some(Fault::TooMany));
    }

    #[test]
    fn what_lacks_its_begin_or_its_end_is_left_out() {
        let rest = page(CONTINUES, 0, 1, &[3, 1], &[0, 0, 0, 5]);
        assert_eq!(all(&Packets::read(&rest, 9).unwrap()), [[5]]);
        let open = [page(0, 0, 1, &[1, 255], &[&[4][..], &[0; 255]].concat()), page(0, 0, 1, &[1], &[6])].concat();
        assert_eq!(all(&Packets::read(&open, 9).unwrap()), [[4], [6]]);
    }

    #[test]
    fn every_cut_and_every_flip_is_found() {
        let file = [page(BEGINS, 0, 1, &[2], &[1, 2]), page(ENDS, 9, 1, &[3, 1], &[1, 2, 3, 4])].concat();
        let first = page(BEGINS, 0, 1, &[2], &[1, 2]).len();
        for short in 0..file.len() {
            let fault = Packets::read(&file[..short], 9).err();
            let expected = [Some(Fault::Cut), Some(Fault::Foreign), None];
            assert_eq!(
                fault,
                expected[if short == 0 {
                    1
                } else if short == first {
                    2
                } else {
                    0
                }],
                "{short}"
            );
        }
        for at in 0..file.len() {
            let mut file = file.clone();
            file[at] ^= 0x10;
            assert!(Packets::read(&file, 9).is_err(), "{at}");
        }
    }
}
