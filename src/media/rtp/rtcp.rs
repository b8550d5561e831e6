//! RTCP (RFC 3550, RFC 4585, RFC 5104, transport-wide congestion control): what we read, and what we write.

/// As many lost packets are taken from one NACK.
const MAX_NACKED: usize = 512;
const SENDER_REPORT: u8 = 200;
const RECEIVER_REPORT: u8 = 201;
const DESCRIPTION: u8 = 202;
const TRANSPORT_FEEDBACK: u8 = 205;
const PAYLOAD_FEEDBACK: u8 = 206;
const NACK: u8 = 1;
const TRANSPORT_CC: u8 = 15;
const PLI: u8 = 1;
const FIR: u8 = 4;
const APPLICATION: u8 = 15;

/// A report block: how one of our streams arrives at the peer, or one of its streams at us.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Block {
    pub ssrc: u32,
    /// Of 256, since the last report.
    pub fraction_lost: u8,
    /// 24 bits, signed.
    pub lost: i32,
    pub highest: u32,
    /// In units of the stream's clock.
    pub jitter: u32,
    /// The middle of the NTP time of the last sender report, and how long ago it came in 1/65536 s. 0: none came.
    pub last_report: u32,
    pub delay: u32,
}

/// What a transport-cc feedback says of our packets `base` to `base + count - 1`: those of which it tells no arrival are missing.
/// A view, all of which can be read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Feedback<'a> {
    pub base: u16,
    pub count: u16,
    /// 24 bits, signed, in units of 64 ms.
    reference: i32,
    statuses: Statuses<'a>,
    /// Between one arrival and the next.
    differences: &'a [u8],
}

/// The list of statuses, each in one or two bits, or in a run.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Statuses<'a> {
    chunks: &'a [u8],
    /// Of which so many are left.
    chunk: u16,
    left: u16,
}

impl Statuses<'_> {
    /// The next ones that are alike: how many bytes the difference of each takes, 0 if it is missing, and how many they are.
    fn next(&mut self) -> Option<(usize, u16)> {
        if self.left == 0 {
            let (chunk, rest) = self.chunks.split_first_chunk::<2>()?;
            (self.chunk, self.chunks) = (u16::from_be_bytes(*chunk), rest);
            self.left = match self.chunk >> 14 {
                2 => 14,
                3 => 7,
                _ => {
                    let (width, run) = (self.chunk >> 13, self.chunk & 0x1fff);
                    return (width < 3 && run > 0).then_some((width.into(), run));
                }
            };
        }
        self.left -= 1;
        let is_single = self.chunk >> 14 == 2;
        let width = if is_single { self.chunk >> self.left & 1 } else { self.chunk >> (2 * self.left) & 3 };
        // 3 is reserved.
        (width < 3).then_some((width.into(), 1))
    }
}

impl<'a> Feedback<'a> {
    fn parse(body: &'a [u8]) -> Option<Feedback<'a>> {
        let (base, count) = (u16_at(body, 8)?, u16_at(body, 10)?);
        let reference = u32_at(body, 12)? as i32 >> 8;
        let statuses = Statuses { chunks: &body[16..], chunk: 0, left: 0 };
        let (mut after, mut left, mut size) = (statuses, count, 0);
        while left > 0 {
            let (width, run) = after.next()?;
            let run = run.min(left);
            size += width * usize::from(run);
            left -= run;
        }
        let differences = after.chunks.get(..size)?;
        Some(Feedback { base, count, reference, statuses, differences })
    }

    /// The places from `base` on, ascending, and when each arrived in units of 250 us of the peer's clock.
    pub fn arrivals(&self) -> impl Iterator<Item = (u16, i64)> + 'a {
        let Feedback { count, reference, mut statuses, mut differences, .. } = *self;
        let (mut place, mut width, mut run) = (0_u16, 0, 0);
        let mut time = i64::from(reference) * 256;
        core::iter::from_fn(move || {
            while run == 0 && place < count {
                (width, run) = statuses.next()?;
                if width == 0 {
                    place = place.saturating_add(core::mem::take(&mut run));
                }
            }
            if place >= count {
                return None;
            }
            let (difference, rest) = differences.split_at_checked(width)?;
            differences = rest;
            time += match *difference {
                [high, low] => i64::from(i16::from_be_bytes([high, low])),
                _ => i64::from(difference[0]),
            };
            (place, run) = (place + 1, run - 1);
            Some((place - 1, time))
        })
    }
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Item<'a> {
    SenderReport {
        ssrc: u32,
        ntp: u64,
        /// Where the stream is at that time.
        timestamp: u32,
    },
    Block(Block),
    Nack {
        ssrc: u32,
        lost: Vec<u16>,
    },
    TransportCc(Feedback<'a>),
    KeyFrameWanted {
        ssrc: u32,
        /// The number of a full intra request, which may be repeated.
        fir: Option<u8>,
    },
    /// What the peer thinks it can receive, in bit/s.
    Remb(u64),
}

/// Reads a compound packet, or a reduced-size one. What is not known is skipped; `false`: it is malformed from some point on.
pub fn parse<'a>(mut bytes: &'a [u8], found: &mut dyn FnMut(Item<'a>)) -> bool {
    while !bytes.is_empty() {
        let Some(head) = bytes.first_chunk::<4>() else { return false };
        let size = 4 + 4 * usize::from(u16::from_be_bytes([head[2], head[3]]));
        let Some((packet, rest)) = bytes.split_at_checked(size) else { return false };
        bytes = rest;
        if head[0] >> 6 != 2 {
            return false;
        }
        let mut body = &packet[4..];
        if head[0] & 0x20 != 0 {
            let padding = usize::from(body.last().copied().unwrap_or(0));
            let Some(end) = body.len().checked_sub(padding).filter(|_| padding != 0) else { return false };
            body = &body[..end];
        }
        if parse_one(head[0] & 31, head[1], body, found).is_none() {
            return false;
        }
    }
    true
}

fn u32_at(bytes: &[u8], at: usize) -> Option<u32> {
    Some(u32::from_be_bytes(bytes.get(at..at + 4)?.try_into().ok()?))
}

fn u16_at(bytes: &[u8], at: usize) -> Option<u16> {
    Some(u16::from_be_bytes(bytes.get(at..at + 2)?.try_into().ok()?))
}

fn parse_one<'a>(count: u8, kind: u8, body: &'a [u8], found: &mut dyn FnMut(Item<'a>)) -> Option<()> {
    match (kind, count) {
        (SENDER_REPORT, _) => {
            let ntp = u64::from(u32_at(body, 4)?) << 32 | u64::from(u32_at(body, 8)?);
            found(Item::SenderReport { ssrc: u32_at(body, 0)?, ntp, timestamp: u32_at(body, 12)? });
            parse_blocks(count, body.get(24..)?, found)
        }
        (RECEIVER_REPORT, _) => parse_blocks(count, body.get(4..)?, found),
        (TRANSPORT_FEEDBACK, NACK) => {
            let ssrc = u32_at(body, 4)?;
            let mut lost = Vec::new();
            for pair in body.get(8..)?.chunks_exact(4) {
                let (first, mask) = (u16_at(pair, 0)?, u16_at(pair, 2)?);
                lost.push(first);
                lost.extend((0..16).filter(|bit| mask >> bit & 1 == 1).map(|bit| first.wrapping_add(bit + 1)));
                if lost.len() >= MAX_NACKED {
                    break;
                }
            }
            found(Item::Nack { ssrc, lost });
            Some(())
        }
        (TRANSPORT_FEEDBACK, TRANSPORT_CC) => {
            found(Item::TransportCc(Feedback::parse(body)?));
            Some(())
        }
        (PAYLOAD_FEEDBACK, PLI) => {
            found(Item::KeyFrameWanted { ssrc: u32_at(body, 4)?, fir: None });
            Some(())
        }
        (PAYLOAD_FEEDBACK, FIR) => {
            for entry in body.get(8..)?.chunks_exact(8) {
                found(Item::KeyFrameWanted { ssrc: u32_at(entry, 0)?, fir: Some(entry[4]) });
            }
            Some(())
        }
        (PAYLOAD_FEEDBACK, APPLICATION) if body.get(8..12) == Some(b"REMB") => {
            let word = u32_at(body, 12)?;
            let (exponent, mantissa) = (word >> 18 & 63, u64::from(word & 0x3ffff));
            found(Item::Remb(mantissa.checked_shl(exponent).unwrap_or(u64::MAX)));
            Some(())
        }
        _ => Some(()),
    }
}

fn parse_blocks<'a>(count: u8, body: &'a [u8], found: &mut dyn FnMut(Item<'a>)) -> Option<()> {
    for index in 0..usize::from(count) {
        let block = body.get(24 * index..24 * (index + 1))?;
        let loss = u32_at(block, 4)?;
        found(Item::Block(Block {
            ssrc: u32_at(block, 0)?,
            fraction_lost: (loss >> 24) as u8,
            lost: (loss << 8) as i32 >> 8,
            highest: u32_at(block, 8)?,
            jitter: u32_at(block, 12)?,
            last_report: u32_at(block, 16)?,
            delay: u32_at(block, 20)?,
        }));
    }
    Some(())
}

/// Puts a compound packet together.
#[derive(Default)]
pub struct Compound {
    bytes: Vec<u8>,
}

impl From<Vec<u8>> for Compound {
    /// In an empty buffer.
    fn from(bytes: Vec<u8>) -> Compound {
        Compound { bytes }
    }
}

/// The sender's part of a sender report.
#[derive(Clone, Copy, Debug)]
pub struct SenderInfo {
    pub ntp: u64,
    pub timestamp: u32,
    pub packets: u32,
    pub octets: u32,
}

impl Compound {
    pub fn is_empty(&self) -> bool {
        self.bytes.is_empty()
    }

    pub fn finish(self) -> Vec<u8> {
        self.bytes
    }

    fn packet(&mut self, count: u8, kind: u8, write: impl FnOnce(&mut Vec<u8>)) {
        let start = self.bytes.len();
        self.bytes.extend_from_slice(&[0x80 | count, kind, 0, 0]);
        write(&mut self.bytes);
        self.bytes.resize(start + (self.bytes.len() - start).next_multiple_of(4), 0);
        let words = ((self.bytes.len() - start) / 4 - 1) as u16;
        self.bytes[start + 2..start + 4].copy_from_slice(&words.to_be_bytes());
    }

    /// A sender report, or without the sender's part a receiver report. At most 31 blocks.
    pub fn report(&mut self, ssrc: u32, sender: Option<SenderInfo>, blocks: &[Block]) {
        let blocks = &blocks[..blocks.len().min(31)];
        let kind = if sender.is_some() { SENDER_REPORT } else { RECEIVER_REPORT };
        self.packet(blocks.len() as u8, kind, |bytes| {
            bytes.extend_from_slice(&ssrc.to_be_bytes());
            if let Some(sender) = sender {
                bytes.extend_from_slice(&sender.ntp.to_be_bytes());
                for word in [sender.timestamp, sender.packets, sender.octets] {
                    bytes.extend_from_slice(&word.to_be_bytes());
                }
            }
            for block in blocks {
                let loss = u32::from(block.fraction_lost) << 24 | block.lost as u32 & 0x00ff_ffff;
                for word in [block.ssrc, loss, block.highest, block.jitter, block.last_report, block.delay] {
                    bytes.extend_from_slice(&word.to_be_bytes());
                }
            }
        });
    }

    /// The canonical name, which must go with every report.
    pub fn description(&mut self, ssrc: u32, name: &str) {
        self.packet(1, DESCRIPTION, |bytes| {
            bytes.extend_from_slice(&ssrc.to_be_bytes());
            bytes.extend_from_slice(&[1, name.len() as u8]);
            bytes.extend_from_slice(name.as_bytes());
            bytes.push(0);
        });
    }

    /// Asks for packets again. `lost` ascends.
    pub fn nack(&mut self, ssrc: u32, media: u32, lost: &[u16]) {
        self.packet(NACK, TRANSPORT_FEEDBACK, |bytes| {
            bytes.extend_from_slice(&ssrc.to_be_bytes());
            bytes.extend_from_slice(&media.to_be_bytes());
            let mut lost = lost.iter().copied().peekable();
            while let Some(first) = lost.next() {
                let mut mask = 0_u16;
                while let Some(next) = lost.next_if(|&next| (1..=16).contains(&next.wrapping_sub(first))) {
                    mask |= 1 << (next.wrapping_sub(first) - 1);
                }
                bytes.extend_from_slice(&first.to_be_bytes());
                bytes.extend_from_slice(&mask.to_be_bytes());
            }
        });
    }

    pub fn pli(&mut self, ssrc: u32, media: u32) {
        self.packet(PLI, PAYLOAD_FEEDBACK, |bytes| {
            bytes.extend_from_slice(&ssrc.to_be_bytes());
            bytes.extend_from_slice(&media.to_be_bytes());
        });
    }

    pub fn fir(&mut self, ssrc: u32, media: u32, number: u8) {
        self.packet(FIR, PAYLOAD_FEEDBACK, |bytes| {
            bytes.extend_from_slice(&ssrc.to_be_bytes());
            bytes.extend_from_slice(&[0; 4]);
            bytes.extend_from_slice(&media.to_be_bytes());
            bytes.extend_from_slice(&[number, 0, 0, 0]);
        });
    }

    /// Transport-cc feedback: for each sequence number from `base` on, when it arrived in units of 250 us, if it did.
    /// Differences between neighbours must fit 16 bits, and the list 16 bits and is not empty.
    pub fn transport_cc(&mut self, ssrc: u32, media: u32, base: u16, arrivals: &[Option<u64>], number: u8) {
        let Some(first) = arrivals.iter().flatten().next() else { return };
        // In units of 64 ms.
        let reference = first / 256;
        let deltas = || {
            let mut before = reference * 256;
            arrivals.iter().map(move |arrival| {
                let delta = (*arrival)?.wrapping_sub(before) as i64;
                before = (*arrival)?;
                Some(delta.clamp(i64::from(i16::MIN), i64::from(i16::MAX)) as i16)
            })
        };
        let small = |delta: i16| (0..=255).contains(&delta);
        let symbol = |delta: Option<i16>| delta.map_or(0, |delta| if small(delta) { 1 } else { 2 });
        self.packet(TRANSPORT_CC, TRANSPORT_FEEDBACK, |bytes| {
            bytes.extend_from_slice(&ssrc.to_be_bytes());
            bytes.extend_from_slice(&media.to_be_bytes());
            bytes.extend_from_slice(&base.to_be_bytes());
            bytes.extend_from_slice(&(arrivals.len() as u16).to_be_bytes());
            bytes.extend_from_slice(&((reference as u32) << 8 | u32::from(number)).to_be_bytes());
            let mut symbols = deltas().map(symbol);
            for _ in 0..arrivals.len().div_ceil(7) {
                let word =
                    symbols.by_ref().take(7).zip(0..).fold(0xc000, |word, (s, place)| word | s << (12 - 2 * place));
                bytes.extend_from_slice(&u16::to_be_bytes(word));
            }
            for delta in deltas().flatten() {
                if small(delta) {
                    bytes.push(delta as u8);
                } else {
                    bytes.extend_from_slice(&delta.to_be_bytes());
                }
            }
        });
    }
}

/// For `tests/fuzz`.
#[cfg(any(test, feature = "internals"))]
pub fn fuzz(data: &[u8]) {
    parse(data, &mut |item| match item {
        Item::Nack { lost, .. } => assert!(lost.len() < MAX_NACKED + 17),
        Item::TransportCc(feedback) => {
            let arrivals: Vec<(u16, i64)> = feedback.arrivals().collect();
            assert!(arrivals.len() <= data.len());
            assert!(arrivals.is_sorted_by(|(one, _), (other, _)| one < other));
            assert!(arrivals.last().is_none_or(|(last, _)| *last < feedback.count));
        }
        _ => {}
    });
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(bytes: &[u8]) -> Vec<Item<'_>> {
        let mut items = Vec::new();
        assert!(parse(bytes, &mut |item| items.push(item)));
        items
    }

    /// What the one feedback that is there says.
    fn told(bytes: &[u8]) -> (u16, u16, Vec<(u16, i64)>) {
        let [Item::TransportCc(feedback)] = read(bytes)[..] else { panic!("no feedback") };
        (feedback.base, feedback.count, feedback.arrivals().collect())
    }

    #[test]
    fn reports_are_read_as_written() {
        let block = Block { ssrc: 2, fraction_lost: 5, lost: -3, highest: 9, jitter: 8, last_report: 7, delay: 6 };
        let mut compound = Compound::default();
        compound.report(
            1,
            Some(SenderInfo { ntp: 0x0102_0304_0506_0708, timestamp: 1, packets: 2, octets: 3 }),
            &[block],
        );
        compound.description(1, "cname");
        compound.report(1, None, &[block, block]);
        let bytes = compound.finish();
        assert_eq!(bytes.len() % 4, 0);
        let report = Item::SenderReport { ssrc: 1, ntp: 0x0102_0304_0506_0708, timestamp: 1 };
        assert_eq!(read(&bytes), [report, Item::Block(block), Item::Block(block), Item::Block(block)]);
        for size in 1..bytes.len() {
            parse(&bytes[..size], &mut |_| {});
        }
    }

    #[test]
    fn a_nack_names_each_lost_packet_across_the_wrap() {
        let lost = vec![65_530, 65_535, 10, 11, 300];
        let mut compound = Compound::default();
        compound.nack(1, 2, &lost);
        let bytes = compound.finish();
        assert_eq!(bytes.len(), 12 + 3 * 4);
        assert_eq!(read(&bytes), [Item::Nack { ssrc: 2, lost }]);
    }

    #[test]
    fn key_frames_are_asked_for_by_pli_and_by_fir() {
        let mut compound = Compound::default();
        compound.pli(1, 2);
        compound.fir(1, 2, 9);
        let wanted = |fir| Item::KeyFrameWanted { ssrc: 2, fir };
        assert_eq!(read(&compound.finish()), [wanted(None), wanted(Some(9))]);
    }

    #[test]
    fn transport_cc_is_that_of_the_draft() {
        let mut compound = Compound::default();
        // Arrivals at 64 ms * 3 + 2 ms, + 10 ms, lost, - 5 ms, + 100 ms.
        let base = 3 * 256 + 8;
        compound.transport_cc(1, 2, 100, &[Some(base), Some(base + 40), None, Some(base + 20), Some(base + 420)], 7);
        let bytes = compound.finish();
        #[rustfmt::skip]
        assert_eq!(bytes, [
            0x8f, 205, 0, 6, 0, 0, 0, 1, 0, 0, 0, 2, 0, 100, 0, 5, 0, 0, 3, 7,
            0b1101_0100, 0b1010_0000, 8, 40, 0xff, 0xec, 0x01, 0x90,
        ]);
        let arrivals =
            [0, 1, 3, 4].into_iter().zip([base, base + 40, base + 20, base + 420].map(|at| at as i64)).collect();
        assert_eq!(told(&bytes), (100, 5, arrivals));
    }

    #[test]
    fn run_length_and_one_bit_chunks_are_understood() {
        // Ten came; then in single bits one, twelve that are missing, and one more. From the reference of -64 ms on.
        #[rustfmt::skip]
        let mut bytes = vec![
            0x8f, 205, 0, 8, 0, 0, 0, 1, 0, 0, 0, 2, 0xff, 0xfe, 0, 24, 0xff, 0xff, 0xff, 0,
            0x20, 10, 0b1010_0000, 0b0000_0001, 6, 0, 1, 1, 1, 1, 1, 1, 1, 1, 1, 40,
        ];
        let times = [-250, -250, -249, -248, -247, -246, -245, -244, -243, -242, -241, -201];
        let arrivals = (0..11).chain([23]).zip(times).collect();
        assert_eq!(told(&bytes), (65_534, 24, arrivals));
        // Statuses and times that are not there, a run of nothing, and what is reserved.
        let is_malformed = |bytes: &[u8]| !parse(bytes, &mut |item| panic!("{item:?}"));
        bytes[3] = 7;
        assert!(is_malformed(&bytes[..32]));
        bytes[3] = 4;
        assert!(is_malformed(&bytes[..20]));
        bytes[3] = 8;
        for chunk in [[0x20, 0], [0x3f, 0xff], [0x60, 10], [0xff, 0xff]] {
            bytes[20..22].copy_from_slice(&chunk);
            bytes[14..16].copy_from_slice(&[0xff, 0xff]);
            assert!(is_malformed(&bytes), "{chunk:?}");
        }
    }

    #[test]
    fn remb_is_understood_and_its_overflow_harmless() {
        let remb = |exponent: u32| {
            let mut bytes = vec![0x8f, 206, 0, 5, 0, 0, 0, 1, 0, 0, 0, 0];
            bytes.extend_from_slice(b"REMB");
            bytes.extend_from_slice(&(1 << 24 | exponent << 18 | 1000).to_be_bytes());
            bytes.extend_from_slice(&[0; 4]);
            bytes
        };
        assert_eq!(read(&remb(3)), [Item::Remb(8000)]);
        assert_eq!(read(&remb(63)).len(), 1);
    }
}
