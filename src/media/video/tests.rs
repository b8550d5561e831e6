//! Both directions against what ffmpeg and others send.

use super::*;
use crate::random::Random;
use crate::time::{Duration, Time};
use serde_json::Value;

pub fn unhex(text: &str) -> Vec<u8> {
    (0..text.len()).step_by(2).map(|at| u8::from_str_radix(&text[at..at + 2], 16).unwrap()).collect()
}

/// A recording: what was sent, and the packets it came in.
pub struct Recording {
    pub name: String,
    pub codec: Codec,
    pub frames: Vec<Vec<u8>>,
    /// Timestamp, marker, payload.
    pub packets: Vec<(u32, bool, Vec<u8>)>,
}

pub fn recordings() -> Vec<Recording> {
    let texts =
        [include_str!("../../../tests/vectors/video_rtp.json"), include_str!("../../../tests/vectors/video_av1.json")];
    let files = texts.map(|text| serde_json::from_str::<Value>(text).unwrap());
    let cases = files.iter().flat_map(|file| file["cases"].as_array().unwrap());
    let packet =
        |packet: &Value| (packet[0].as_u64().unwrap() as u32, packet[1] == 1, unhex(packet[2].as_str().unwrap()));
    cases
        .map(|case| Recording {
            name: case["codec"].as_str().unwrap().to_owned(),
            codec: Codec::from_name(case["codec"].as_str().unwrap().split('-').next().unwrap()).unwrap(),
            frames: case["frames"].as_array().unwrap().iter().map(|hex| unhex(hex.as_str().unwrap())).collect(),
            packets: case["packets"].as_array().unwrap().iter().map(packet).collect(),
        })
        .collect()
}

/// The stream as our start codes and sizes have it.
pub fn normal(codec: Codec, frame: &[u8]) -> Vec<u8> {
    match codec {
        Codec::H264 | Codec::H265 => {
            annex_b::nals(frame).flat_map(|nal| annex_b::START.into_iter().chain(nal.iter().copied())).collect()
        }
        Codec::Vp8 | Codec::Vp9 | Codec::Av1 => frame.to_vec(),
    }
}

pub fn at(ms: u64) -> Time {
    Time::ZERO + Duration::from_millis(ms)
}

pub fn assembler() -> Assembler {
    Assembler::new(at(0), Content::Plain, &Budget::default())
}

fn all_frames(assembler: &mut Assembler, now: Time, out: &mut Vec<Frame>) {
    out.extend(std::iter::from_fn(|| assembler.poll_frame(now)));
}

fn play(recording: &Recording, order: &[usize]) -> (Vec<Frame>, Assembler) {
    let (mut assembler, mut frames) = (assembler(), Vec::new());
    for &i in order {
        let (timestamp, marker, payload) = &recording.packets[i];
        let arrival = Arrival {
            number: 1000 + i as u64,
            timestamp: *timestamp,
            marker: *marker,
            codec: recording.codec,
            orientation: None,
            payload,
        };
        assembler.handle_packet(at(i as u64), &arrival);
        all_frames(&mut assembler, at(i as u64), &mut frames);
    }
    (frames, assembler)
}

#[test]
fn what_others_send_comes_out_frame_by_frame() {
    for recording in recordings() {
        let order: Vec<usize> = (0..recording.packets.len()).collect();
        let (frames, assembler) = play(&recording, &order);
        assert_eq!(frames.len(), recording.frames.len(), "{}", recording.name);
        for (i, (frame, sent)) in frames.iter().zip(&recording.frames).enumerate() {
            assert!(frame.data == normal(recording.codec, sent), "{} {i}", recording.name);
            assert_eq!(frame.is_key, i % 6 == 0, "{} {i}", recording.name);
            assert_eq!(frame.size, (i % 6 == 0).then_some((96, 64)), "{} {i}", recording.name);
            assert_eq!(inspect(recording.codec, sent), Head { is_key: frame.is_key, size: frame.size });
        }
        assert_eq!(Reason::ALL.map(|reason| assembler.counts().dropped(reason)), [0; 12]);
        assert_eq!((assembler.counts().frames, assembler.counts().key_frames), (8, 2));
    }
}

#[test]
fn the_order_in_which_packets_come_does_not_matter() {
    for recording in recordings() {
        let mut random = Random::from_seed(7);
        for round in 0..20 {
            // Nobody comes more than six packets late; some come twice.
            let mut order: Vec<(u64, usize)> = Vec::new();
            for i in 0..recording.packets.len() {
                let times = 1 + u64::from(random.below(4) == 0);
                order.extend((0..times).map(|_| (i as u64 + random.below(6), i)));
            }
            order.sort();
            let order: Vec<usize> = order.iter().map(|(_, i)| *i).collect();
            let (frames, assembler) = play(&recording, &order);
            let data: Vec<&[u8]> = frames.iter().map(|frame| &frame.data[..]).collect();
            let sent: Vec<Vec<u8>> = recording.frames.iter().map(|frame| normal(recording.codec, frame)).collect();
            assert!(data == sent, "{} round {round}", recording.name);
            assert_eq!(assembler.counts().losses, 0);
        }
    }
}

#[test]
fn what_we_pack_is_what_comes_out_in_about_equal_parts() {
    for recording in recordings() {
        for most in [64, 100, 333, 1188, 5000] {
            let mut packetizer = Packetizer::new(recording.codec, &mut Random::from_seed(3));
            let (mut assembler, mut number, mut frames) = (assembler(), 70_000, Vec::new());
            for (i, frame) in recording.frames.iter().enumerate() {
                let payloads = packetizer.packetize(frame, i % 6 == 0, most).unwrap();
                let count = payloads.len();
                let sizes: Vec<usize> = payloads.clone().map(<[u8]>::len).collect();
                assert!(sizes.iter().all(|size| *size <= most), "{} {most} {sizes:?}", recording.name);
                if !matches!(recording.codec, Codec::H264 | Codec::H265) && count > 1 {
                    let spread = sizes[..count - 1].iter().max().unwrap() - sizes[..count - 1].iter().min().unwrap();
                    assert!(spread <= 5, "{} {most} {sizes:?}", recording.name);
                    assert!(sizes[0] - sizes[count - 1] <= count + 8, "{} {most} {sizes:?}", recording.name);
                }
                for (n, payload) in payloads.enumerate() {
                    let arrival = Arrival {
                        number,
                        timestamp: i as u32 * 3000,
                        marker: n + 1 == count,
                        codec: recording.codec,
                        orientation: None,
                        payload,
                    };
                    assembler.handle_packet(at(0), &arrival);
                    number += 1;
                }
                all_frames(&mut assembler, at(0), &mut frames);
            }
            let data: Vec<&[u8]> = frames.iter().map(|frame| &frame.data[..]).collect();
            let sent: Vec<Vec<u8>> = recording.frames.iter().map(|frame| normal(recording.codec, frame)).collect();
            assert!(data == sent, "{} {most}", recording.name);
        }
    }
}

/// The descriptors are RFC 9628's; two spatial layers, the upper one predicted from the lower.
#[test]
fn spatial_layers_of_a_picture_are_one_frame() {
    const KEY: [u8; 4] = [0x82, 0x49, 0x83, 0x42];
    // I, P, L, F, B, E, V: picture id, layers (D for the upper one), references, structure.
    let lower_key = [&[0xbe, 0x80, 1, 0x00, 0x30, 0, 64, 0, 48, 0, 128, 0, 96][..], &KEY, &[1, 1]].concat();
    let upper_key: Vec<Vec<u8>> = vec![vec![0xb8, 0x80, 1, 0x03, 0x86, 2], vec![0xb4, 0x80, 1, 0x03, 0x86, 3]];
    let lower = vec![0xfc, 0x80, 2, 0x00, 0x02, 0x86, 4];
    let upper = vec![0xfc, 0x80, 2, 0x03, 0x02, 0x86, 5];
    // It names the first picture, so the second need not have come.
    let over = vec![vec![0xfc, 0x80, 3, 0x00, 0x04, 0x86, 6], vec![0xfc, 0x80, 3, 0x03, 0x04, 0x86, 7]];
    let pictures = [[vec![lower_key], upper_key].concat(), vec![lower, upper], over];
    for lost in [None, Some(3), Some(4)] {
        let (mut assembler, mut frames, mut number) = (assembler(), Vec::new(), 0);
        for (i, payloads) in pictures.iter().enumerate() {
            for (n, payload) in payloads.iter().enumerate() {
                let (timestamp, marker) = (i as u32 * 3000, n + 1 == payloads.len());
                let arrival = Arrival { number, timestamp, marker, codec: Codec::Vp9, orientation: None, payload };
                if lost != Some(number) {
                    assembler.handle_packet(at(0), &arrival);
                }
                number += 1;
            }
            all_frames(&mut assembler, at(0), &mut frames);
        }
        all_frames(&mut assembler, at(100), &mut frames);
        let data: Vec<&[u8]> = frames.iter().map(|frame| &frame.data[..]).collect();
        let key = [&KEY[..], &[1, 1, 0x86, 2, 0x86, 3]].concat();
        let second: &[&[u8]] = if lost.is_none() { &[&[0x86, 4, 0x86, 5]] } else { &[] };
        assert_eq!(data, [&[&key[..]][..], second, &[&[0x86, 6, 0x86, 7]]].concat(), "{lost:?}");
        assert_eq!((frames[0].is_key, frames[1].is_key, assembler.counts().losses), (true, false, 0));
    }
}

#[test]
fn what_is_no_frame_is_not_packed_and_changes_nothing() {
    let mut random = Random::from_seed(1);
    for codec in Codec::ALL {
        let mut packetizer = Packetizer::new(codec, &mut random);
        let mut fails = |frame: &[u8], most| packetizer.packetize(frame, true, most).unwrap_err();
        assert_eq!(fails(&[], 1000), Unpackable::Empty);
        assert_eq!(fails(&[1], 63), Unpackable::TooSmallPayload);
        assert_eq!(fails(&vec![1; MAX_FRAME + 1], 1000), Unpackable::TooLarge);
        let mut large = vec![0, 0, 1, 0x26, 0x01];
        large.resize(MAX_FRAME, 0x55);
        if codec == Codec::Av1 {
            // A frame that takes everything.
            large[0] = 0x30;
        }
        assert_eq!(fails(&large, 64), Unpackable::TooLarge, "{codec:?}");
        match codec {
            Codec::H264 | Codec::H265 => assert_eq!(fails(&[1, 2, 3], 1000), Unpackable::Unreadable),
            // A temporal delimiter alone; a unit that ends too early; one whose size does.
            Codec::Av1 => [&[0x12, 0][..], &[0x32, 5, 1], &[0x32, 0x80], &[0x34]]
                .iter()
                .for_each(|frame| assert_eq!(fails(frame, 1000), Unpackable::Unreadable)),
            Codec::Vp8 | Codec::Vp9 => {}
        }
    }
    // Packets of several units may not be in a stream.
    let mut packetizer = Packetizer::new(Codec::H264, &mut random);
    assert_eq!(packetizer.packetize(&[0, 0, 1, 24, 1], false, 1000).unwrap_err(), Unpackable::Unreadable);
    let mut packetizer = Packetizer::new(Codec::H265, &mut random);
    for nal in [[48 << 1, 1], [63 << 1, 1]] {
        let frame = [&[0, 0, 1][..], &nal].concat();
        assert_eq!(packetizer.packetize(&frame, false, 1000).unwrap_err(), Unpackable::Unreadable);
    }
    // The picture id of the next frame is that of the first.
    let mut packetizer = Packetizer::new(Codec::Vp8, &mut Random::from_seed(4));
    let mut ids = || packetizer.packetize(&[1], false, 1000).unwrap().next().unwrap()[2..4].to_vec();
    let first = u16::from_be_bytes(ids().try_into().unwrap());
    let next = u16::from_be_bytes(ids().try_into().unwrap());
    assert_eq!(next, (first + 1) | 0x8000);
}

#[test]
fn the_rotation_is_sent_when_it_matters() {
    let mut sent = SentRotation::default();
    let mut next = |rotation, is_key| sent.next(rotation, is_key);
    assert_eq!((next(Rotation::None, true), next(Rotation::None, false)), (Some(0), None));
    assert_eq!((next(Rotation::Quarter, false), next(Rotation::Quarter, false)), (Some(1), Some(1)));
    assert_eq!((next(Rotation::None, false), next(Rotation::None, false)), (Some(0), None));
    for rotation in [Rotation::None, Rotation::Quarter, Rotation::Half, Rotation::ThreeQuarters] {
        assert_eq!(Rotation::from_degrees(rotation.degrees().into()), Some(rotation));
        assert_eq!(Rotation::from_orientation(rotation.orientation() | 0x0c), rotation);
    }
    assert!([45, 360, 91].iter().all(|degrees| Rotation::from_degrees(*degrees).is_none()));
}

#[test]
fn codecs_go_by_their_names() {
    for codec in Codec::ALL {
        assert_eq!(Codec::from_name(&codec.name().to_ascii_lowercase()), Some(codec));
    }
    assert_eq!(Codec::from_name("rtx"), None);
}
