//! For `tests/fuzz`: payloads and frames of anybody's making.
//!
//! An input is a list of payloads, each behind a byte with its size in fours.

use super::assembler::{assemble, peek};
use super::*;
use crate::random::Random;
use crate::time::{Duration, Time};

fn split(mut data: &[u8]) -> Vec<&[u8]> {
    let mut payloads = Vec::new();
    while let Some((&size, rest)) = data.split_first() {
        let (payload, rest) = rest.split_at(rest.len().min(4 * usize::from(size)));
        payloads.push(payload);
        data = rest;
    }
    payloads
}

pub fn vp8(data: &[u8]) {
    both_ways(Codec::Vp8, data);
}

pub fn vp9(data: &[u8]) {
    both_ways(Codec::Vp9, data);
}

pub fn h264(data: &[u8]) {
    both_ways(Codec::H264, data);
}

pub fn h265(data: &[u8]) {
    both_ways(Codec::H265, data);
}

pub fn av1(data: &[u8]) {
    both_ways(Codec::Av1, data);
}

fn both_ways(codec: Codec, data: &[u8]) {
    let payloads = split(data);
    let mut out = Vec::new();
    let whole = assemble(codec, &mut payloads.iter().copied(), &mut out);
    assert!(out.len() <= 3 * data.len() + 8 * payloads.len(), "more came out than went in");
    if whole.is_ok() {
        let unreadable = payloads.iter().find_map(|payload| peek(codec, payload).err());
        assert_eq!(unreadable, None, "what cannot be looked into was put together");
    }
    inspect(codec, data);
    // As a frame of the host's.
    if let Some(frame) = repacked(codec, data, data) {
        assert_eq!(repacked(codec, &frame, data).as_ref(), Some(&frame));
        if matches!(codec, Codec::Vp8 | Codec::Vp9) {
            assert_eq!(frame, data);
        }
        let mut parameters = access_unit::Parameters::default();
        let _ = parameters.complete(codec, Content::Plain, &mut frame.clone());
    }
}

/// Packed into payloads and put together again.
fn repacked(codec: Codec, frame: &[u8], seed: &[u8]) -> Option<Vec<u8>> {
    let most = 64 + usize::from(seed.first().copied().unwrap_or(0)) * 5;
    let mut packetizer = Packetizer::new(codec, &mut Random::from_seed(1));
    let payloads = packetizer.packetize(frame, seed.len().is_multiple_of(2), most).ok()?;
    assert!(payloads.len() > 0 && payloads.clone().all(|payload| (1..=most).contains(&payload.len())));
    let mut out = Vec::new();
    assemble(codec, &mut { payloads }, &mut out).expect("what we pack is put together");
    Some(out)
}

/// Packets in the order, at the times and with the numbers that the input says; then a picture, which must come out.
pub fn assembler(data: &[u8]) {
    const LIMIT: usize = 64 << 10;
    let budget = Budget::new(LIMIT);
    let mut now = Time::ZERO;
    let mut assembler = Assembler::new(now, Content::Plain, &budget);
    let mut number = 1000;
    for payload in split(data) {
        let Some((&[codec, step, timestamp, flags], payload)) = payload.split_first_chunk() else { continue };
        number = u64::max(number, 200) + u64::from(step % 32) - 8 + if step > 250 { 9000 } else { 0 };
        now += Duration::from_millis(u64::from(flags >> 3));
        let arrival = Arrival {
            number,
            timestamp: timestamp.into(),
            marker: flags & 1 != 0,
            codec: Codec::ALL[usize::from(codec) % Codec::ALL.len()],
            orientation: (flags & 2 != 0).then_some(step),
            payload,
        };
        assembler.handle_packet(now, &arrival);
        if flags & 4 != 0 {
            assembler.give_up(number - 3);
        }
        while let Some(frame) = assembler.poll_frame(now) {
            assert!(frame.data.len() <= MAX_FRAME && frame.timestamp < 256);
        }
        assembler.poll_key_frame_request(now);
        assert!(budget.used() <= LIMIT);
        assert!(assembler.missing().all(|missing| missing >= assembler.floor()));
        assert!(assembler.next_timeout().is_none_or(|at| at.since(now) <= Duration::from_secs(3)));
    }
    let data = [0x90, 0x80, 0x81, 0x00, 0x10, 0, 0, 0x9d, 0x01, 0x2a, 64, 0, 48, 0];
    let (timestamp, marker, codec) = (1000, true, Codec::Vp8);
    number += 20_000;
    assembler.handle_packet(now, &Arrival { number, timestamp, marker, codec, orientation: None, payload: &data });
    let frame = assembler.poll_frame(now).expect("what is genuine still gets in");
    assert_eq!((frame.timestamp, frame.is_key, frame.size), (1000, true, Some((64, 48))));
}
