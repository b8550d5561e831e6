//! What is waited for, what overtakes, what is given up, and that a stream recovers from each.

use super::super::tests::{assembler, at, normal, recordings};
use super::super::window::MAX_NUMBERS;
use super::*;

/// A VP8 frame in packets of 10 bytes each: tells its number.
struct Sender {
    number: u64,
    picture: u16,
    tl0: u8,
}

/// No frame came out.
const NONE: [u32; 0] = [];
const LOWEST: Layer = Layer { id: 0, syncs: false };

#[derive(Clone, Copy)]
struct Layer {
    id: u8,
    syncs: bool,
}

struct Sent(Vec<(u64, u32, bool, Vec<u8>)>);

impl Sender {
    fn new() -> Sender {
        Sender { number: 5000, picture: 0x7ffe, tl0: 254 }
    }

    fn frame(&mut self, is_key: bool, packets: usize) -> Sent {
        self.layered(is_key, packets, None)
    }

    fn layered(&mut self, is_key: bool, packets: usize, layer: Option<Layer>) -> Sent {
        self.picture = (self.picture + 1) & 0x7fff;
        if layer.is_some_and(|layer| layer.id == 0) {
            self.tl0 = self.tl0.wrapping_add(1);
        }
        let descriptor = |first: bool| {
            let mut bytes = vec![0x80 | if first { 0x10 } else { 0 }, 0x80 | if layer.is_some() { 0x60 } else { 0 }];
            bytes.extend_from_slice(&(self.picture | 0x8000).to_be_bytes());
            if let Some(Layer { id, syncs }) = layer {
                bytes.extend_from_slice(&[self.tl0, id << 6 | u8::from(syncs) << 5]);
            }
            bytes
        };
        let head = if is_key { [0x10, 0, 0, 0x9d, 0x01, 0x2a, 64, 0, 48, 0] } else { [0x11; 10] };
        let sent = (0..packets)
            .map(|i| {
                let data = if i == 0 { head } else { [i as u8; 10] };
                let payload = [&descriptor(i == 0)[..], &data].concat();
                (self.number + i as u64, u32::from(self.picture) * 3000, i + 1 == packets, payload)
            })
            .collect();
        self.number += packets as u64;
        Sent(sent)
    }
}

impl Sent {
    fn without(mut self, list: &[usize]) -> Sent {
        list.iter().rev().for_each(|i| drop(self.0.remove(*i)));
        self
    }

    fn picture(&self) -> u32 {
        self.0[0].1
    }
}

fn receive(assembler: &mut Assembler, now: Time, sent: &Sent) -> Vec<u32> {
    for (number, timestamp, marker, payload) in &sent.0 {
        let arrival = Arrival {
            number: *number,
            timestamp: *timestamp,
            marker: *marker,
            codec: Codec::Vp8,
            orientation: None,
            payload,
        };
        assembler.handle_packet(now, &arrival);
    }
    poll(assembler, now)
}

fn poll(assembler: &mut Assembler, now: Time) -> Vec<u32> {
    std::iter::from_fn(|| assembler.poll_frame(now)).map(|frame| frame.timestamp).collect()
}

/// A stream that has begun.
fn begun() -> (Assembler, Sender) {
    let (mut assembler, mut sender) = (assembler(), Sender::new());
    let key = sender.frame(true, 2);
    assert_eq!(receive(&mut assembler, at(0), &key), [key.picture()]);
    (assembler, sender)
}

fn filler(number: u64, timestamp: u32) -> Arrival<'static> {
    Arrival { number, timestamp, marker: false, codec: Codec::Vp8, orientation: None, payload: &[] }
}

#[test]
fn nothing_comes_out_before_a_key_frame_which_is_asked_for_at_once_and_again() {
    let (mut assembler, mut sender) = (assembler(), Sender::new());
    assert_eq!(receive(&mut assembler, at(1000), &sender.frame(false, 3)), NONE);
    assert!(assembler.poll_key_frame_request(at(1000)) && !assembler.poll_key_frame_request(at(1199)));
    assert_eq!(assembler.next_timeout(), Some(at(1200)));
    assert!(assembler.poll_key_frame_request(at(1200)) && !assembler.poll_key_frame_request(at(1201)));
    assert_eq!(receive(&mut assembler, at(1210), &sender.frame(false, 1)), NONE);
    let key = sender.frame(true, 3);
    assert_eq!(receive(&mut assembler, at(1220), &key), [key.picture()]);
    assert!(!assembler.poll_key_frame_request(at(9000)));
    assert_eq!((assembler.counts().dropped(Reason::NotKey), assembler.counts().requests), (2, 2));
}

#[test]
fn a_stream_that_does_not_begin_is_asked_for_a_key_frame() {
    let mut assembler = assembler();
    assert!(!assembler.poll_key_frame_request(at(2999)) && assembler.poll_key_frame_request(at(3000)));
    assert!(!assembler.poll_key_frame_request(at(5999)) && assembler.poll_key_frame_request(at(6000)));
    // The first packet came, and the others of its key frame do not.
    receive(&mut assembler, at(6100), &Sender::new().frame(true, 3).without(&[2]));
    assert!(!assembler.poll_key_frame_request(at(6299)) && assembler.poll_key_frame_request(at(6300)));
    assert!(assembler.poll_key_frame_request(at(6500)));
}

#[test]
fn a_packet_that_was_retransmitted_completes_what_waited_for_it() {
    let (mut assembler, mut sender) = begun();
    let (one, two) = (sender.frame(false, 3), sender.frame(false, 1));
    let (one_time, two_time) = (one.picture(), two.picture());
    let lost = Sent(vec![one.0[1].clone()]);
    assert_eq!(receive(&mut assembler, at(10), &one.without(&[1])), NONE);
    assert_eq!(receive(&mut assembler, at(20), &two), NONE);
    let number = lost.0[0].0;
    assert_eq!((assembler.missing().collect::<Vec<_>>(), assembler.floor()), (vec![number], number - 1));
    assert_eq!(receive(&mut assembler, at(1900), &lost), [one_time, two_time]);
    assert_eq!((assembler.missing().count(), assembler.counts().losses), (0, 0));
    // And once more, as probes do.
    assert_eq!(receive(&mut assembler, at(1900), &lost), NONE);
    assert_eq!(assembler.counts().dropped(Reason::Late), 1);
}

#[test]
fn what_stays_away_is_given_up_after_two_seconds_and_a_key_frame_asked_for() {
    let (mut assembler, mut sender) = begun();
    assert_eq!(receive(&mut assembler, at(10), &sender.frame(false, 3).without(&[0])), NONE);
    assert_eq!(receive(&mut assembler, at(500), &sender.frame(false, 3)), NONE);
    assert_eq!(poll(&mut assembler, at(2009)), NONE);
    assert!(!assembler.poll_key_frame_request(at(2009)));
    assert_eq!(assembler.next_timeout(), Some(at(2010)));
    assembler.handle_timeout(at(2010));
    assert_eq!(poll(&mut assembler, at(2010)), NONE);
    assert!(assembler.poll_key_frame_request(at(2010)));
    assert_eq!((assembler.counts().losses, assembler.counts().dropped(Reason::Incomplete)), (1, 1));
    let key = sender.frame(true, 1);
    assert_eq!(receive(&mut assembler, at(2020), &key), [key.picture()]);
}

#[test]
fn when_nobody_will_bring_it_nothing_is_waited_for() {
    let (mut assembler, mut sender) = begun();
    let broken = sender.frame(false, 3).without(&[1]);
    let missing = broken.0[0].0 + 1;
    receive(&mut assembler, at(10), &broken);
    assembler.give_up(missing - 2);
    assert_eq!((poll(&mut assembler, at(11)), assembler.poll_key_frame_request(at(11))), (vec![], false));
    assembler.give_up(missing);
    assert_eq!((poll(&mut assembler, at(12)), assembler.poll_key_frame_request(at(12))), (vec![], true));
    let key = sender.frame(true, 1);
    assert_eq!(receive(&mut assembler, at(20), &key), [key.picture()]);
}

#[test]
fn what_was_given_up_and_comes_after_all_is_no_loss() {
    let (mut assembler, mut sender) = begun();
    let sent = sender.frame(false, 4);
    let (time, number) = (sent.picture(), sent.0[1].0);
    let (late, last) = (Sent(vec![sent.0[1].clone()]), Sent(vec![sent.0[3].clone()]));
    receive(&mut assembler, at(10), &late);
    assembler.give_up(number);
    assert_eq!(receive(&mut assembler, at(20), &sent.without(&[1, 3])), NONE);
    assert_eq!(receive(&mut assembler, at(30), &last), [time]);
    assert_eq!(assembler.counts().losses, 0);
}

#[test]
fn an_upper_frame_that_cannot_be_read_takes_with_it_what_stands_on_it() {
    let (mut assembler, mut sender) = (assembler(), Sender::new());
    let upper = |syncs| Some(Layer { id: 1, syncs });
    receive(&mut assembler, at(0), &sender.layered(true, 2, Some(LOWEST)));
    let mut cut = sender.layered(false, 2, upper(false));
    cut.0[1].3.truncate(2);
    assert_eq!(receive(&mut assembler, at(10), &cut), NONE);
    assert_eq!(receive(&mut assembler, at(20), &sender.layered(false, 1, upper(false))), NONE);
    let (base, synced) = (sender.layered(false, 1, Some(LOWEST)), sender.layered(false, 1, upper(true)));
    assert_eq!(receive(&mut assembler, at(30), &base), [base.picture()]);
    assert_eq!(receive(&mut assembler, at(40), &synced), [synced.picture()]);
    assert_eq!((assembler.counts().losses, assembler.counts().dropped(Reason::UpperLayer)), (0, 1));
}

#[test]
fn a_key_frame_overtakes_what_is_missing_after_a_moment() {
    let (mut assembler, mut sender) = begun();
    receive(&mut assembler, at(10), &sender.frame(false, 3).without(&[1]));
    let (key, next) = (sender.frame(true, 2), sender.frame(false, 1));
    assert_eq!(receive(&mut assembler, at(20), &key), NONE);
    assert_eq!(assembler.next_timeout(), Some(at(110)));
    assert_eq!(receive(&mut assembler, at(109), &next), NONE);
    assert_eq!(poll(&mut assembler, at(110)), [key.picture(), next.picture()]);
    assert_eq!((assembler.counts().losses, assembler.counts().dropped(Reason::Incomplete)), (0, 1));
}

#[test]
fn what_is_missing_before_a_key_frame_that_comes_is_not_asked_for() {
    let (mut assembler, mut sender) = begun();
    receive(&mut assembler, at(10), &sender.frame(false, 4).without(&[1, 2]));
    assert_eq!(assembler.missing().count(), 2);
    assembler.require_key_frame(at(20));
    let key = sender.frame(true, 3);
    let (time, first, last) = (key.picture(), key.0[0].0, Sent(vec![key.0[1].clone()]));
    assert_eq!(receive(&mut assembler, at(30), &key.without(&[1])), NONE);
    assert_eq!((assembler.floor(), assembler.missing().collect::<Vec<_>>()), (first, vec![first + 1]));
    assert_eq!(receive(&mut assembler, at(40), &last), [time]);
}

#[test]
fn lost_padding_is_no_loss_where_pictures_are_numbered() {
    let (mut assembler, mut sender) = begun();
    // Some of it came, some did not.
    assembler.handle_packet(at(1), &filler(sender.number, 0x7fff * 3000));
    sender.number += 5;
    let next = sender.frame(false, 2);
    assert_eq!(receive(&mut assembler, at(10), &next), [next.picture()]);
    assert_eq!(assembler.missing().count(), 0);
}

#[test]
fn padding_between_frames_is_no_frame() {
    for recording in recordings() {
        let (mut assembler, mut number, mut count) = (assembler(), 0, 0);
        for (timestamp, marker, payload) in &recording.packets {
            let (codec, orientation) = (recording.codec, None);
            let arrival = Arrival { number, timestamp: *timestamp, marker: *marker, codec, orientation, payload };
            assembler.handle_packet(at(0), &arrival);
            number += 1;
            if *marker {
                for _ in 0..3 {
                    assembler.handle_packet(at(0), &Arrival { codec, ..filler(number, *timestamp) });
                    number += 1;
                }
            }
            count += poll(&mut assembler, at(0)).len();
        }
        assert_eq!((count, assembler.counts().losses), (recording.frames.len(), 0), "{}", recording.name);
    }
}

#[test]
fn upper_temporal_layers_may_be_missing_and_the_lowest_may_not() {
    let (mut assembler, mut sender) = (assembler(), Sender::new());
    let upper = |id, syncs| Some(Layer { id, syncs });
    let key = sender.layered(true, 2, Some(LOWEST));
    assert_eq!(receive(&mut assembler, at(0), &key), [key.picture()]);
    // The SFU drops an upper one and numbers the packets anew.
    let number = sender.number;
    sender.layered(false, 2, upper(2, false));
    sender.number = number;
    let (base, synced) = (sender.layered(false, 1, Some(LOWEST)), sender.layered(false, 1, upper(2, true)));
    assert_eq!(receive(&mut assembler, at(10), &base), [base.picture()]);
    assert_eq!(receive(&mut assembler, at(20), &synced), [synced.picture()]);
    // One is lost on the way: it is waited for, then left behind, and so is what stands on it.
    sender.layered(false, 1, upper(1, true));
    let (unsure, base) = (sender.layered(false, 1, upper(2, false)), sender.layered(false, 1, Some(LOWEST)));
    assert_eq!(receive(&mut assembler, at(30), &unsure), NONE);
    assert_eq!(receive(&mut assembler, at(40), &base), NONE);
    assert_eq!(poll(&mut assembler, at(130)), [base.picture()]);
    let (unsure, synced) = (sender.layered(false, 1, upper(2, false)), sender.layered(false, 1, upper(1, true)));
    assert_eq!(receive(&mut assembler, at(140), &unsure), NONE);
    assert_eq!(receive(&mut assembler, at(150), &synced), [synced.picture()]);
    assert_eq!((assembler.counts().losses, assembler.counts().dropped(Reason::UpperLayer)), (0, 1));
    // One of the lowest is gone, and the packets are numbered as if it never was.
    let number = sender.number;
    sender.layered(false, 1, Some(LOWEST));
    sender.number = number;
    assert_eq!(receive(&mut assembler, at(160), &sender.layered(false, 1, Some(LOWEST))), NONE);
    assert!(assembler.poll_key_frame_request(at(160)));
    assert_eq!(assembler.counts().losses, 1);
}

#[test]
fn the_rotation_stays_until_another_is_said() {
    let (mut assembler, mut sender) = (assembler(), Sender::new());
    let mut rotations = Vec::new();
    for (orientation, is_key) in [(Some(1), true), (None, false), (Some(0x0f), false), (None, true), (Some(0), false)] {
        let sent = sender.frame(is_key, 2);
        for (number, timestamp, marker, payload) in &sent.0 {
            let (number, timestamp, marker, codec) = (*number, *timestamp, *marker, Codec::Vp8);
            // In the last packet, as `video.md` 5 has it.
            let orientation = orientation.filter(|_| marker);
            assembler.handle_packet(at(0), &Arrival { number, timestamp, marker, codec, orientation, payload });
        }
        rotations.push(assembler.poll_frame(at(0)).unwrap().rotation.degrees());
    }
    assert_eq!(rotations, [90, 90, 270, 270, 0]);
}

#[test]
fn another_codec_begins_with_a_key_frame() {
    let recordings = recordings();
    let (vp8, h264) = (&recordings[0], recordings.iter().find(|recording| recording.codec == Codec::H264).unwrap());
    let (mut assembler, mut number, mut codecs) = (assembler(), 9, Vec::new());
    let mut send = |assembler: &mut Assembler, codec, (timestamp, marker, payload): &(u32, bool, Vec<u8>)| {
        let (timestamp, marker) = (*timestamp, *marker);
        let arrival = Arrival { number, timestamp, marker, codec, orientation: None, payload };
        assembler.handle_packet(at(0), &arrival);
        number += 1;
        codecs.extend(std::iter::from_fn(|| assembler.poll_frame(at(0))).map(|frame| frame.codec));
    };
    vp8.packets.iter().for_each(|packet| send(&mut assembler, Codec::Vp8, packet));
    h264.packets.iter().for_each(|packet| send(&mut assembler, Codec::H264, packet));
    // From within.
    vp8.packets[7..].iter().for_each(|packet| send(&mut assembler, Codec::Vp8, packet));
    assert_eq!(codecs, [vec![Codec::Vp8; 8], vec![Codec::H264; 8], vec![Codec::Vp8; 2]].concat());
    assert_eq!((assembler.counts().losses, assembler.counts().dropped(Reason::NotKey)), (1, 4));
}

#[test]
fn who_cannot_use_a_frame_gets_nothing_until_a_key_frame() {
    let (mut assembler, mut sender) = begun();
    assembler.require_key_frame(at(5));
    assert!(assembler.poll_key_frame_request(at(5)));
    assert_eq!(receive(&mut assembler, at(10), &sender.frame(false, 1)), NONE);
    let key = sender.frame(true, 1);
    assert_eq!(receive(&mut assembler, at(20), &key), [key.picture()]);
}

#[test]
fn a_frame_that_cannot_be_read_is_counted_and_a_key_frame_asked_for() {
    let (mut assembler, mut sender) = begun();
    let mut cut = sender.frame(false, 2);
    cut.0[1].3.truncate(3);
    assert_eq!(receive(&mut assembler, at(10), &cut), NONE);
    assert_eq!((assembler.counts().dropped(Reason::Truncated), assembler.counts().unreadable()), (1, 1));
    assert!(assembler.poll_key_frame_request(at(10)));
    let mut begins_twice = sender.frame(true, 2);
    begins_twice.0[1].3[0] |= 0x10;
    assert_eq!(receive(&mut assembler, at(20), &begins_twice), NONE);
    assert_eq!(assembler.counts().dropped(Reason::Fragments), 1);
    let key = sender.frame(true, 2);
    assert_eq!(receive(&mut assembler, at(30), &key), [key.picture()]);
}

#[test]
fn the_first_packets_may_come_in_any_order() {
    let (mut assembler, mut sender) = (assembler(), Sender::new());
    let (mut key, next) = (sender.frame(true, 4), sender.frame(false, 1));
    key.0.reverse();
    assert_eq!(receive(&mut assembler, at(0), &next), NONE);
    assert_eq!(receive(&mut assembler, at(1), &key), [key.picture(), next.picture()]);
}

#[test]
fn a_key_frame_without_its_parameters_is_none_and_those_that_were_sent_before_are_put_in_front() {
    for codec in [Codec::H264, Codec::H265] {
        let recording = recordings().into_iter().find(|recording| recording.codec == codec).unwrap();
        let first = normal(codec, &recording.frames[0]);
        let nals: Vec<&[u8]> = super::super::annex_b::nals(&first).collect();
        let is_set = |nal: &[u8]| match codec {
            Codec::H264 => matches!(nal[0] & 31, 7 | 8),
            _ => matches!(nal[0] >> 1, 32..=34),
        };
        let (sets, pictures): (Vec<&[u8]>, Vec<&[u8]>) = nals.iter().partition(|nal| is_set(nal));
        assert!(sets.len() >= 2 && !pictures.is_empty());
        let (mut number, mut time) = (1, 1);
        let mut send = |assembler: &mut Assembler, units: &[&[u8]]| {
            time += 1;
            for (i, payload) in units.iter().enumerate() {
                let marker = i + 1 == units.len();
                let arrival = Arrival { number, timestamp: time, marker, codec, orientation: None, payload };
                assembler.handle_packet(at(0), &arrival);
                number += 1;
            }
            std::iter::from_fn(|| assembler.poll_frame(at(0))).map(|frame| (frame.data, frame.size)).collect::<Vec<_>>()
        };
        let mut stream = assembler();
        send(&mut stream, &[&pictures.last().unwrap()[..9]]);
        assert!(send(&mut stream, &pictures).is_empty());
        assert_eq!(stream.counts().dropped(Reason::NoParameters), 1, "{codec:?}");
        assert!(stream.poll_key_frame_request(at(0)));
        // As an access unit of their own, before the picture; then not again.
        assert!(send(&mut stream, &sets).is_empty());
        let size = Some((96, 64));
        for _ in 0..2 {
            let frames = send(&mut stream, &pictures);
            assert_eq!((frames.len(), frames[0].1), (1, size), "{codec:?}");
            let mut got: Vec<&[u8]> = super::super::annex_b::nals(&frames[0].0).collect();
            // A delimiter stays in front.
            if codec == Codec::H264 {
                assert_eq!(got.remove(0)[0] & 31, 9);
            }
            assert_eq!(got[..sets.len()], sets, "{codec:?}");
        }
        // While the stream goes on, an access unit of nothing but parameters goes in front of the next.
        assert!(send(&mut stream, &sets[sets.len() - 1..]).is_empty());
        let delta = normal(codec, &recording.frames[1]);
        let delta: Vec<&[u8]> = super::super::annex_b::nals(&delta).collect();
        let frames = send(&mut stream, &delta);
        assert_eq!(super::super::annex_b::nals(&frames[0].0).count(), delta.len() + 1);
        // Sealed, nothing is touched.
        let mut sealed = Assembler::new(at(0), Content::Sealed, &Budget::default());
        assert_eq!(send(&mut sealed, &nals).len(), 1);
        let frames = send(&mut sealed, &pictures);
        assert_eq!(super::super::annex_b::nals(&frames[0].0).collect::<Vec<_>>(), pictures);
    }
}

#[test]
fn parameters_without_end_take_no_more_than_their_room_and_real_ones_still_get_in() {
    let recording = recordings().into_iter().find(|recording| recording.codec == Codec::H264).unwrap();
    let mut stream = assembler();
    let mut number = 0;
    let mut send = |stream: &mut Assembler, timestamp, marker, payload: &[u8]| {
        let codec = Codec::H264;
        stream.handle_packet(at(0), &Arrival { number, timestamp, marker, codec, orientation: None, payload });
        number += 1;
        poll(stream, at(0)).len()
    };
    // Sets with numbers from 0 to 2000, each of a kilobyte.
    for i in 0..2000u32 {
        let mut nal = vec![0x68];
        let code = i + 1;
        let bits = 32 - code.leading_zeros();
        let value = (u64::from(code) << (64 - (2 * bits - 1))) | (1 << (63 - (2 * bits - 1)));
        nal.extend_from_slice(&value.to_be_bytes());
        nal.resize(1000, 0x55);
        assert_eq!(send(&mut stream, i, true, &nal), 0);
    }
    assert!(stream.parameters.bytes <= 64 * 1024 && stream.parameters.sets.len() <= 64);
    assert!(stream.parameters.ahead.len() <= 64 * 1024);
    let frames: usize = recording.packets.iter().map(|packet| send(&mut stream, packet.0, packet.1, &packet.2)).sum();
    assert_eq!(frames, 8);
}

/// Sends what never becomes a frame, then a stream, and says the most that was held.
fn flood(budget: &Budget, mut garbage: impl FnMut(u64) -> Arrival<'static>, count: u64) -> usize {
    let mut assembler = Assembler::new(at(0), Content::Plain, budget);
    let mut sender = Sender::new();
    let key = sender.frame(true, 2);
    assert_eq!(receive(&mut assembler, at(0), &key).len(), 1);
    let mut most = 0;
    for i in 0..count {
        assembler.handle_packet(at(1), &garbage(sender.number + i));
        assert_eq!(poll(&mut assembler, at(1)), NONE);
        most = most.max(budget.used());
    }
    sender.number = garbage(sender.number + count - 1).number + 1;
    // And then what is genuine still gets in.
    let (key, next) = (sender.frame(true, 2), sender.frame(false, 1));
    let mut frames = receive(&mut assembler, at(1), &key);
    frames.extend(receive(&mut assembler, at(2), &next));
    frames.extend(poll(&mut assembler, at(102)));
    assert_eq!(frames, [key.picture(), next.picture()]);
    most
}

const LONG: &[u8] = &[0x80; 1400];

#[test]
fn fragments_that_never_end_fill_nothing() {
    // Other timestamps than the genuine stream has.
    let of = |timestamp: u32, marker| {
        let timestamp = timestamp | 1 << 30;
        move |number: u64| Arrival { number, timestamp, marker, codec: Codec::Vp8, orientation: None, payload: LONG }
    };
    // One frame without end: cut off at its limit.
    let budget = Budget::default();
    assert!(flood(&budget, of(1, false), 7000) < MAX_FRAME + (1 << 20));
    assert!(flood(&budget, of(1, false), 30_000) < MAX_FRAME + (1 << 20));
    // Each packet a frame of its own that never ends, or that never begins.
    for marker in [false, true] {
        let each = |number: u64| of(number as u32, marker)(number);
        assert!(flood(&budget, each, 30_000) < 2 << 20);
    }
    // Two frames in turns.
    let turns = |number: u64| of(number as u32 & 1, false)(number);
    assert!(flood(&budget, turns, 30_000) < 2 * MAX_FRAME + (2 << 20));
    // Each second packet is missing.
    let holes = |number: u64| of(1, false)(2 * number - 5000);
    assert!(flood(&budget, holes, 15_000) < MAX_FRAME + (1 << 20));
    // Frames of a megabyte, all without their first packet.
    let large = |number: u64| of((number / 700) as u32, number.is_multiple_of(700))(number);
    assert!(flood(&budget, large, 30_000) < 13 << 20);
    assert_eq!(budget.used(), 0);
}

#[test]
fn a_share_of_the_budget_is_there_whatever_others_hold() {
    let budget = Budget::new(1 << 20);
    let mut greedy: Vec<Assembler> = (0..3).map(|_| Assembler::new(at(0), Content::Plain, &budget)).collect();
    let payload = LONG;
    for number in 0..2000 {
        for assembler in &mut greedy {
            let (timestamp, marker, codec) = (1, false, Codec::Vp8);
            assembler.handle_packet(at(0), &Arrival { number, timestamp, marker, codec, orientation: None, payload });
        }
        assert!(budget.used() <= 1 << 20);
    }
    assert!(greedy.iter().all(|assembler| assembler.counts().dropped(Reason::Overfull) > 0));
    let (mut assembler, mut sender) = (Assembler::new(at(0), Content::Plain, &budget), Sender::new());
    for i in 0..5 {
        let sent = sender.frame(i == 0, 100);
        assert_eq!(receive(&mut assembler, at(0), &sent), [sent.picture()]);
    }
    drop((greedy, assembler));
    assert_eq!(budget.used(), 0);
}

#[test]
fn numbers_far_ahead_begin_anew() {
    let (mut assembler, mut sender) = begun();
    receive(&mut assembler, at(0), &sender.frame(false, 3).without(&[1]));
    sender.number += MAX_NUMBERS as u64;
    assert_eq!(receive(&mut assembler, at(1), &sender.frame(false, 1)), NONE);
    assert!(assembler.poll_key_frame_request(at(1)));
    let key = sender.frame(true, 1);
    assert_eq!(receive(&mut assembler, at(2), &key), [key.picture()]);
    assert_eq!((assembler.counts().dropped(Reason::Overfull), assembler.counts().losses), (1, 1));
}

#[test]
fn whole_frames_that_nobody_takes_go_up_to_the_next_key_frame() {
    let (mut assembler, mut sender) = begun();
    let mut last = 0;
    for i in 0..400u64 {
        let sent = sender.frame(i % 100 == 0, 2);
        for (number, timestamp, marker, payload) in &sent.0 {
            let (number, timestamp, marker, codec) = (*number, *timestamp, *marker, Codec::Vp8);
            assembler
                .handle_packet(at(i * 10), &Arrival { number, timestamp, marker, codec, orientation: None, payload });
        }
        if i == 300 {
            last = sent.picture();
        }
    }
    // It is 3.99 s: frames from 200 on are younger than two seconds, and the next key frame is frame 200.
    let frames = poll(&mut assembler, at(3990));
    assert_eq!((frames.len(), frames.contains(&last)), (200, true));
    assert_eq!(assembler.counts().dropped(Reason::Overfull), 200);
}

#[test]
fn after_any_storm_a_key_frame_is_the_next_picture() {
    use crate::random::Random;
    for seed in 0..300 {
        let mut random = Random::from_seed(seed);
        let (mut assembler, mut sender, mut now) = (assembler(), Sender::new(), 0);
        let mut held: Vec<Sent> = Vec::new();
        let mut last = 0u64;
        for i in 0..60 {
            now += random.below(40);
            let packets = 1 + random.below(6) as usize;
            let sent = sender.frame(i % 20 == 0, packets);
            for packet in sent.0 {
                match random.below(10) {
                    0 => {}
                    1 | 2 => held.push(Sent(vec![packet])),
                    _ => receive_in_order(&mut assembler, at(now), &Sent(vec![packet]), &mut last, seed),
                }
                if random.below(3) == 0 && !held.is_empty() {
                    let late = held.swap_remove(random.below(held.len() as u64) as usize);
                    receive_in_order(&mut assembler, at(now), &late, &mut last, seed);
                }
            }
            if random.below(2) == 0 {
                assembler.poll_key_frame_request(at(now));
            }
        }
        let key = sender.frame(true, 2);
        receive_in_order(&mut assembler, at(now), &key, &mut last, seed);
        let frames = poll(&mut assembler, at(now + 100));
        let counts = assembler.counts();
        assert!(last == u64::from(key.picture()) || frames.contains(&key.picture()), "seed {seed}: {counts:?}");
    }
}

fn receive_in_order(assembler: &mut Assembler, now: Time, sent: &Sent, last: &mut u64, seed: u64) {
    for timestamp in receive(assembler, now, sent) {
        let picture = u64::from(timestamp);
        assert!(*last == 0 || picture > *last || *last > 90_000_000, "seed {seed}: {picture} after {last}");
        *last = picture;
    }
}
