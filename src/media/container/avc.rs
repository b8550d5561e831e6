//! H.264 as MP4 has it: parameters apart, lengths in front of the units. Out it comes in Annex B.

use super::Fault;
use super::cursor::Cursor;

const START: [u8; 4] = [0, 0, 0, 1];
const DELIMITER: u8 = 9;
/// Of one picture.
const MAX_UNITS: usize = 1024;

/// `avcC`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Avc {
    /// Bytes of a length: 1, 2 or 4.
    length: usize,
    /// Sequence and picture parameters, in Annex B.
    parameters: Vec<u8>,
}

impl Avc {
    pub fn read(bytes: &[u8]) -> Result<Avc, Fault> {
        let mut at = Cursor(bytes);
        if at.u8()? != 1 {
            return Err(Fault::Codec);
        }
        let _profile = at.bytes(3)?;
        let length = usize::from(at.u8()? & 3) + 1;
        if length == 3 {
            return Err(Fault::Codec);
        }
        let mut parameters = Vec::new();
        for mask in [31, 255] {
            let count = at.u8()? & mask;
            for _ in 0..count {
                let size = at.be16()?;
                let unit = at.bytes(size.into())?;
                parameters.extend_from_slice(&START);
                parameters.extend_from_slice(unit);
            }
        }
        Ok(Avc { length, parameters })
    }

    /// An access unit in Annex B, behind the parameters if it is to be begun with.
    pub fn access_unit(&self, sample: &[u8], is_key: bool) -> Result<Vec<u8>, Fault> {
        let (mut at, mut units) = (Cursor(sample), Vec::new());
        while !at.0.is_empty() {
            let size = at.bytes(self.length)?.iter().fold(0usize, |size, byte| size << 8 | usize::from(*byte));
            let unit = at.bytes(size)?;
            if unit.is_empty() {
                continue;
            }
            if units.len() >= MAX_UNITS {
                return Err(Fault::TooMany);
            }
            units.push(unit);
        }
        let parameters = if is_key { &self.parameters[..] } else { &[] };
        let size = units.iter().map(|unit| START.len() + unit.len()).sum::<usize>();
        let mut out = Vec::with_capacity(parameters.len() + size);
        // A delimiter is the first of all, if there is one.
        let has_delimiter = units.first().is_some_and(|unit| unit[0] & 31 == DELIMITER);
        let (first, rest) = units.split_at(usize::from(has_delimiter));
        for unit in first {
            out.extend_from_slice(&START);
            out.extend_from_slice(unit);
        }
        out.extend_from_slice(parameters);
        for unit in rest {
            out.extend_from_slice(&START);
            out.extend_from_slice(unit);
        }
        Ok(out)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const AVCC: &[u8] = &[1, 66, 0xc0, 30, 0xff, 0xe1, 0, 2, 0x67, 1, 1, 0, 1, 0x68];

    #[test]
    fn units_come_out_behind_start_codes_and_keys_behind_their_parameters() {
        let avc = Avc::read(AVCC).unwrap();
        let sample = [0, 0, 0, 2, 0x65, 7, 0, 0, 0, 0, 0, 0, 0, 1, 0x06];
        let parameters = [0, 0, 0, 1, 0x67, 1, 0, 0, 0, 1, 0x68];
        let units = [0, 0, 0, 1, 0x65, 7, 0, 0, 0, 1, 0x06];
        assert_eq!(avc.access_unit(&sample, false).unwrap(), units);
        assert_eq!(avc.access_unit(&sample, true).unwrap(), [&parameters[..], &units].concat());
        let delimited = avc.access_unit(&[0, 0, 0, 2, 9, 0xf0, 0, 0, 0, 1, 0x65], true).unwrap();
        assert_eq!(delimited, [&[0, 0, 0, 1, 9, 0xf0][..], &parameters, &[0, 0, 0, 1, 0x65]].concat());
        for short in [1, 5, 14] {
            assert_eq!(avc.access_unit(&sample[..short], false), Err(Fault::Cut), "{short}");
        }
    }

    #[test]
    fn parameters_that_are_cut_or_of_another_kind_are_refused() {
        for short in 0..AVCC.len() {
            assert_eq!(Avc::read(&AVCC[..short]), Err(Fault::Cut), "{short}");
        }
        for (at, value) in [(0, 2), (4, 0xfe)] {
            let mut avcc = AVCC.to_vec();
            avcc[at] = value;
            assert_eq!(Avc::read(&avcc), Err(Fault::Codec));
        }
    }
}
