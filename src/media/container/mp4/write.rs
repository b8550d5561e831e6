//! The other way round, for tests and the fuzzer: files of one or two tracks, as wrong as they want to be.

/// One track: `numbers` go into its tables as they are.
#[derive(Clone, Debug)]
pub struct Written<'a> {
    pub handler: &'a [u8; 4],
    /// What `stsd` has.
    pub entry: Vec<u8>,
    pub scale: u32,
    /// Count and step.
    pub times: &'a [[u32; 2]],
    pub shifts: &'a [[u32; 2]],
    pub sizes: &'a [u32],
    /// Numbers of those to begin with.
    pub keys: Option<&'a [u32]>,
    /// First chunk, samples.
    pub chunks: &'a [[u32; 2]],
    pub offsets: &'a [u32],
}

pub fn boxed(name: &[u8; 4], body: &[u8]) -> Vec<u8> {
    [&(body.len() as u32 + 8).to_be_bytes()[..], name, body].concat()
}

fn words(words: impl IntoIterator<Item = u32>) -> Vec<u8> {
    words.into_iter().flat_map(u32::to_be_bytes).collect()
}

fn table(name: &[u8; 4], count: usize, all: impl IntoIterator<Item = u32>) -> Vec<u8> {
    boxed(name, &[words([0, count as u32]), words(all)].concat())
}

/// A sample entry of `avc1`.
pub fn avc1(avcc: &[u8]) -> Vec<u8> {
    boxed(b"avc1", &[&[0; super::VISUAL][..], &boxed(b"avcC", avcc)].concat())
}

/// A sample entry of `Opus`.
pub fn opus(dops: &[u8]) -> Vec<u8> {
    boxed(b"Opus", &[&[0; super::AUDIO][..], &boxed(b"dOps", dops)].concat())
}

impl Written<'_> {
    pub fn trak(&self) -> Vec<u8> {
        let mut stbl = boxed(b"stsd", &[&words([0, 1])[..], &self.entry].concat());
        stbl.extend(table(b"stts", self.times.len(), self.times.as_flattened().iter().copied()));
        if !self.shifts.is_empty() {
            stbl.extend(table(b"ctts", self.shifts.len(), self.shifts.as_flattened().iter().copied()));
        }
        if let Some(keys) = self.keys {
            stbl.extend(table(b"stss", keys.len(), keys.iter().copied()));
        }
        let chunks = self.chunks.iter().flat_map(|[first, samples]| [*first, *samples, 1]);
        stbl.extend(table(b"stsc", self.chunks.len(), chunks));
        stbl.extend(boxed(
            b"stsz",
            &[words([0, 0, self.sizes.len() as u32]), words(self.sizes.iter().copied())].concat(),
        ));
        stbl.extend(table(b"stco", self.offsets.len(), self.offsets.iter().copied()));
        let mdhd = boxed(b"mdhd", &words([0, 0, 0, self.scale, 0, 0]));
        let hdlr = boxed(b"hdlr", &[&[0; 8], &self.handler[..], &[0; 13]].concat());
        let minf = boxed(b"minf", &boxed(b"stbl", &stbl));
        boxed(b"trak", &boxed(b"mdia", &[mdhd, hdlr, minf].concat()))
    }
}

/// `mdat` first, behind 8 bytes, then `moov`.
pub fn movie(data: &[u8], tracks: &[Written<'_>]) -> Vec<u8> {
    let tracks: Vec<u8> = tracks.iter().flat_map(Written::trak).collect();
    [boxed(b"mdat", data), boxed(b"moov", &tracks)].concat()
}
