//! Where the samples of a track lie and when they are: the tables are read where they are, and only as far as there are samples.

use super::{MAX_SAMPLES, Sample, find};
use crate::media::container::Fault;
use crate::media::container::cursor::Cursor;

/// What times are told in.
const CLOCK: i128 = 90_000;

/// The tables of `stbl`.
pub struct Tables<'a> {
    scale: u32,
    /// How long each is, and how many there are: of all the same, or each its own.
    count: usize,
    size: u32,
    sizes: Table<'a, 4>,
    times: Table<'a, 8>,
    shifts: Option<Table<'a, 8>>,
    /// `None`: all of them.
    keys: Option<Table<'a, 4>>,
    chunks: Table<'a, 12>,
    offsets: Offsets<'a>,
}

enum Offsets<'a> {
    Short(Table<'a, 4>),
    Long(Table<'a, 8>),
}

/// Entries of so many bytes, all of which are there.
#[derive(Clone, Copy)]
struct Table<'a, const N: usize>(&'a [[u8; N]]);

impl<'a, const N: usize> Table<'a, N> {
    /// Of a box, behind its version and its flags.
    fn of(body: &'a [u8]) -> Result<Table<'a, N>, Fault> {
        let mut at = Cursor(body);
        at.bytes(4)?;
        let count = at.be32()?;
        Table::counted(at.0, count)
    }

    fn counted(bytes: &'a [u8], count: u32) -> Result<Table<'a, N>, Fault> {
        let (entries, _) = bytes.as_chunks::<N>();
        Ok(Table(entries.get(..count as usize).ok_or(Fault::Cut)?))
    }

    fn get(&self, at: usize) -> Option<&'a [u8; N]> {
        self.0.get(at)
    }
}

fn word(bytes: &[u8], at: usize) -> u32 {
    bytes.get(at..).and_then(<[u8]>::first_chunk).copied().map_or(0, u32::from_be_bytes)
}

impl<'a> Tables<'a> {
    pub fn read(stbl: &'a [u8], scale: u32) -> Result<Tables<'a>, Fault> {
        let need = |name| find(stbl, name)?.ok_or(Fault::Missing);
        let mut stsz = Cursor(need(b"stsz")?);
        stsz.bytes(4)?;
        let (size, count) = (stsz.be32()?, stsz.be32()?);
        if count as usize > MAX_SAMPLES {
            return Err(Fault::TooMany);
        }
        let sizes = Table::counted(stsz.0, if size == 0 { count } else { 0 })?;
        let offsets = match find(stbl, b"stco")? {
            Some(short) => Offsets::Short(Table::of(short)?),
            None => Offsets::Long(Table::of(need(b"co64")?)?),
        };
        Ok(Tables {
            scale,
            count: count as usize,
            size,
            sizes,
            times: Table::of(need(b"stts")?)?,
            shifts: find(stbl, b"ctts")?.map(Table::of).transpose()?,
            keys: find(stbl, b"stss")?.map(Table::of).transpose()?,
            chunks: Table::of(need(b"stsc")?)?,
            offsets,
        })
    }

    /// All samples, each of which lies in a file of this length, and all of which are no longer than it.
    pub fn samples(&self, file: usize) -> Result<Vec<Sample>, Fault> {
        let mut samples = Vec::with_capacity(self.count);
        let (mut times, mut shifts) = (Runs::new(Some(self.times)), Runs::new(self.shifts));
        let (mut keys, mut decoded, mut first) = (0, 0i128, None);
        let mut chunks = Chunks { tables: self, chunk: 0, entry: 0, left: 0, at: 0 };
        let mut all = 0u64;
        for number in 0..self.count {
            let size = match self.size {
                0 => self.sizes.get(number).map_or(0, |size| u32::from_be_bytes(*size)),
                size => size,
            };
            let start = chunks.place(size)?;
            let end = start.checked_add(u64::from(size)).filter(|end| *end <= file as u64).ok_or(Fault::Beyond)?;
            // Two may not be of the same bytes, or a small file would be much.
            all += u64::from(size);
            if all > file as u64 {
                return Err(Fault::Beyond);
            }
            let shown = decoded + i128::from(shifts.next().cast_signed());
            decoded += i128::from(times.next());
            // The first one's time is 0; what is shown before it is late already.
            let time = (shown - *first.get_or_insert(shown)) * CLOCK / i128::from(self.scale);
            let is_key = match self.keys {
                None => true,
                Some(table) => {
                    let is_key = table.get(keys).is_some_and(|key| u32::from_be_bytes(*key) as usize == number + 1);
                    keys += usize::from(is_key);
                    is_key
                }
            };
            let time = u32::try_from(time.max(0)).unwrap_or(u32::MAX);
            samples.push(Sample { bytes: start as usize..end as usize, time, is_key });
        }
        Ok(samples)
    }

    fn offset(&self, chunk: usize) -> Option<u64> {
        match &self.offsets {
            Offsets::Short(table) => table.get(chunk).map(|offset| u32::from_be_bytes(*offset).into()),
            Offsets::Long(table) => table.get(chunk).map(|offset| u64::from_be_bytes(*offset)),
        }
    }
}

/// So many times the same value, and so on; behind the end the last one goes on.
struct Runs<'a> {
    table: Table<'a, 8>,
    entry: usize,
    left: u32,
    value: u32,
}

impl<'a> Runs<'a> {
    fn new(table: Option<Table<'a, 8>>) -> Runs<'a> {
        Runs { table: table.unwrap_or(Table(&[])), entry: 0, left: 0, value: 0 }
    }

    fn next(&mut self) -> u32 {
        while self.left == 0 {
            let Some(run) = self.table.get(self.entry) else { return self.value };
            self.entry += 1;
            (self.left, self.value) = (word(run, 0), word(run, 4));
        }
        self.left -= 1;
        self.value
    }
}

/// Walks through the chunks as samples are taken from them.
struct Chunks<'a> {
    tables: &'a Tables<'a>,
    /// The next one, counted from 0, and the entry that says how many samples it has.
    chunk: usize,
    entry: usize,
    /// Samples left in the present one, and where the next of them is.
    left: u32,
    at: u64,
}

impl Chunks<'_> {
    /// Where the next sample begins.
    fn place(&mut self, size: u32) -> Result<u64, Fault> {
        while self.left == 0 {
            self.at = self.tables.offset(self.chunk).ok_or(Fault::Beyond)?;
            let first = |entry: &[u8; 12]| word(entry, 0) as usize;
            while self.tables.chunks.get(self.entry + 1).is_some_and(|next| first(next) <= self.chunk + 1) {
                self.entry += 1;
            }
            let entry = self.tables.chunks.get(self.entry).ok_or(Fault::Missing)?;
            self.left = word(entry, 4);
            self.chunk += 1;
        }
        self.left -= 1;
        let start = self.at;
        self.at = self.at.saturating_add(size.into());
        Ok(start)
    }
}
