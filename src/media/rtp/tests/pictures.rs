//! Losses of pictures, what is sent again, key frames, and what waits for the link.

use super::*;

const CAMERA: Ssrc = Ssrc(7);
const RTX: u32 = 8;

fn camera() -> Stream {
    stream(MediaKind::Video, CAMERA.0, 96, Some(97))
}

fn at(ms: u64) -> Time {
    Time::ZERO + millis(ms)
}

fn frame(session: &mut Session, now: Time, number: u32, packets: usize) {
    let payload = [number as u8; 1100];
    session.send_picture(now, CAMERA, 96, number * 3000, &[], (0..packets).map(|_| &payload[..])).unwrap();
}

fn nack(numbers: &[u16]) -> Vec<u8> {
    let mut compound = Compound::default();
    numbers.chunks(200).for_each(|lost| compound.nack(1, CAMERA.0, lost));
    compound.finish()
}

fn key_frames(session: &mut Session) -> Vec<Ssrc> {
    std::iter::from_fn(|| session.poll_key_frame_request()).collect()
}

fn items(packets: &[Vec<u8>]) -> Vec<Item<'_>> {
    let mut items = Vec::new();
    packets.iter().for_each(|packet| assert!(rtcp::parse(packet, &mut |item| items.push(item))));
    items
}

/// A packet as the peer would send it.
fn raw(ssrc: u32, payload_type: u8, sequence: u16, values: &[Extension], payload: &[&[u8]]) -> Vec<u8> {
    let header = packet::Header { marker: true, payload_type, sequence, timestamp: 9, ssrc };
    header.write(&ids(), &values.iter().copied().collect(), payload, 0)
}

#[test]
fn what_is_sent_again_bears_the_rotation_it_had() {
    let (mut sender, mut receiver) = pair(camera());
    let turned = [Extension::VideoOrientation(3)];
    sender.send_picture(at(5), CAMERA, 96, 0, &[], [&[0; 9][..]].into_iter()).unwrap();
    sender.send_picture(at(5), CAMERA, 96, 0, &turned, [&[1; 9][..], &[2; 9]].into_iter()).unwrap();
    sender.send_picture(at(5), CAMERA, 96, 0, &[], [&[3; 9][..]].into_iter()).unwrap();
    let packets = rtp(at(5), &mut sender);
    [0, 3].iter().for_each(|place| receiver.handle_rtp(at(5), &packets[*place]));
    receiver.handle_timeout(at(20));
    rtcp(at(20), &mut receiver).iter().for_each(|packet| sender.handle_rtcp(at(20), packet));
    rtp(at(20), &mut sender).iter().for_each(|packet| receiver.handle_rtp(at(20), packet));
    let received: Vec<_> = std::iter::from_fn(|| receiver.poll_received())
        .map(|r| (r.payload[0], r.marker, r.extensions.get(ExtensionKind::VideoOrientation)))
        .collect();
    assert_eq!(received, [(0, true, None), (3, true, None), (1, false, None), (2, true, Some(turned[0]))]);
}

#[test]
fn a_storm_of_nacks_takes_no_more_than_was_sent() {
    let (mut sender, _) = pair(camera());
    let (mut sent, mut again) = (0, 0);
    let mut first = None;
    // 550 kbit/s, and each millisecond somebody misses everything.
    for ms in 0..5000_u64 {
        let now = at(ms);
        if ms % 16 == 0 {
            frame(&mut sender, now, ms as u32, 1);
        }
        let all: Vec<u16> =
            first.map(|first: u16| (0..=(ms / 16) as u16).map(|i| first + i).collect()).unwrap_or_default();
        sender.handle_rtcp(now, &nack(&all));
        for packet in rtp(now, &mut sender) {
            let read = Packet::parse(&packet).unwrap();
            first.get_or_insert(read.sequence);
            *if read.ssrc == CAMERA.0 { &mut sent } else { &mut again } += packet.len();
        }
    }
    assert!(again > sent / 2 && again <= sent + 10_000, "{sent} bytes, {again} again");
}

#[test]
fn what_waits_to_leave_is_not_sent_again_and_neither_is_what_is_long_gone() {
    let (mut sender, _) = pair(camera());
    sender.set_picture_demand(at(0), 1_000_000);
    frame(&mut sender, at(0), 1, 40);
    let left = rtp(at(0), &mut sender);
    assert!(left.len() < 5, "{} at once", left.len());
    let first = Packet::parse(&left[0]).unwrap().sequence;
    let all: Vec<u16> = (0..40).map(|i| first + i).collect();
    sender.handle_rtcp(at(1), &nack(&all));
    sender.handle_rtcp(at(1), &nack(&[first.wrapping_sub(1), first.wrapping_add(30_000), first + 40]));
    let mut again = BTreeMap::new();
    for ms in 1..3000 {
        for packet in rtp(at(ms), &mut sender) {
            *again.entry(Packet::parse(&packet).unwrap().ssrc).or_insert(0) += 1;
        }
    }
    assert_eq!(again, [(CAMERA.0, 40 - left.len()), (RTX, left.len())].into());
}

#[test]
fn who_agreed_on_no_nack_neither_asks_nor_answers() {
    let mut quiet = camera();
    quiet.codecs[0].feedback.nack = false;
    let (mut sender, mut receiver) = pair(quiet);
    (0..10).for_each(|i| frame(&mut sender, at(5), i, 1));
    let packets = rtp(at(5), &mut sender);
    packets.iter().enumerate().filter(|(i, _)| i % 3 != 1).for_each(|(_, packet)| receiver.handle_rtp(at(5), packet));
    assert!(receiver.next_timeout().unwrap() > at(20));
    receiver.handle_timeout(at(50));
    assert_eq!(items(&rtcp(at(50), &mut receiver)), []);
    let second = Packet::parse(&packets[1]).unwrap().sequence;
    sender.handle_rtcp(at(60), &nack(&[second]));
    assert_eq!((rtp(at(60), &mut sender), receiver.stats().nacks_sent), (Vec::new(), 0));
}

#[test]
fn a_packet_is_asked_for_ten_times_and_its_looking_for_ends() {
    let (mut sender, mut receiver) = pair(camera());
    (0..3).for_each(|i| frame(&mut sender, at(5), i, 1));
    let packets = rtp(at(5), &mut sender);
    [0, 2].iter().for_each(|place| receiver.handle_rtp(at(5), &packets[*place]));
    let mut asked = Vec::new();
    for ms in 5..5000 {
        receiver.handle_timeout(at(ms));
        let packets = rtcp(at(ms), &mut receiver);
        asked.extend(items(&packets).iter().filter(|item| matches!(item, Item::Nack { .. })).map(|_| ms));
    }
    assert_eq!(asked.len(), 10);
    // The round trip is taken for 100 ms, and the clock of the receiver for 20.
    assert!(asked.windows(2).all(|pair| pair[1] - pair[0] == 120), "{asked:?}");
}

#[test]
fn what_nobody_needs_is_not_asked_for_and_what_was_asked_for_in_vain_is_told() {
    let (mut sender, mut receiver) = pair(camera());
    (0..7).for_each(|i| frame(&mut sender, at(5), i, 1));
    let packets = rtp(at(5), &mut sender);
    let numbers: Vec<u16> = packets.iter().map(|packet| Packet::parse(packet).unwrap().sequence).collect();
    [0, 2, 4, 6].iter().for_each(|place| receiver.handle_rtp(at(5), &packets[*place]));
    let asked = |receiver: &mut Session, now| -> Vec<u16> {
        receiver.handle_timeout(now);
        let packets = rtcp(now, receiver);
        let lost = items(&packets).into_iter().filter_map(|item| match item {
            Item::Nack { lost, .. } => Some(lost),
            _ => None,
        });
        lost.flatten().collect()
    };
    assert_eq!(asked(&mut receiver, at(15)), [numbers[1], numbers[3], numbers[5]]);
    // A key frame came with the fourth.
    receiver.set_floor(CAMERA, numbers[4]);
    let mut told = Vec::new();
    for ms in 16..2000 {
        let lost = asked(&mut receiver, at(ms));
        assert!(lost.is_empty() || lost == [numbers[5]], "{lost:?}");
        told.extend(std::iter::from_fn(|| receiver.poll_given_up()).map(|given_up| (ms, given_up)));
    }
    // Ten times, and as long as before the next after the last.
    assert_eq!(told, [(15 + 10 * 120, (CAMERA, numbers[5]))]);
    // Should it come all the same, it is taken.
    receiver.handle_rtp(at(2000), &packets[5]);
    assert_eq!(std::iter::from_fn(|| receiver.poll_received()).count(), 5);
    receiver.set_floor(CAMERA, numbers[6] + 1);
    assert_eq!((receiver.stats().packets_lost, asked(&mut receiver, at(2100))), (2, vec![]));
}

#[test]
fn when_too_much_is_missing_a_key_frame_is_asked_for() {
    let (_, mut receiver) = pair(camera());
    for i in 0..30_u16 {
        receiver.handle_rtp(at(u64::from(i)), &raw(CAMERA.0, 96, i * 100, &[], &[b"x"]));
    }
    let plis = |receiver: &mut Session, now| {
        items(&rtcp(now, receiver)).iter().filter(|i| matches!(i, Item::KeyFrameWanted { .. })).count()
    };
    assert_eq!(plis(&mut receiver, at(30)), 1, "once, though it goes on");
    let stream = receiver.receives.get_mut(CAMERA).unwrap();
    assert!(stream.due_nacks(at(100), millis(100)).len() <= 256);
}

#[test]
fn retransmissions_before_the_media_and_copies_and_padding_do_no_harm() {
    let (_, mut receiver) = pair(camera());
    let rtx = |sequence: u16, original: u16, payload: &[u8]| {
        raw(RTX, 97, sequence, &[Extension::TransportCc(sequence)], &[&original.to_be_bytes(), payload])
    };
    let padding = |sequence: u16| {
        let mut bytes = raw(RTX, 97, sequence, &[Extension::TransportCc(sequence)], &[&[0; 3], &[4]]);
        bytes[0] |= 0x20;
        bytes
    };
    (0..5).for_each(|i| receiver.handle_rtp(at(1), &padding(i)));
    receiver.handle_rtp(at(2), &rtx(5, 1001, b"second"));
    for (sequence, payload) in [(1000, &b"first"[..]), (1001, b"second"), (1002, b"third")] {
        receiver.handle_rtp(at(3), &raw(CAMERA.0, 96, sequence, &[], &[payload]));
    }
    // Copies of what is there, and of a number that is far from all.
    (6..26).for_each(|i| receiver.handle_rtp(at(4), &rtx(i, 1002, b"third")));
    receiver.handle_rtp(at(4), &rtx(26, 30_000, b"nowhere"));
    receiver.handle_rtp(at(4), &padding(27));
    receiver.handle_rtp(at(4), &raw(CAMERA.0, 96, 1003, &[], &[b"fourth"]));
    let received: Vec<Vec<u8>> = std::iter::from_fn(|| receiver.poll_received()).map(|r| r.payload).collect();
    assert_eq!(received, [&b"second"[..], b"first", b"third", b"fourth"]);
    let stats = receiver.stats();
    assert_eq!((stats.packets_lost, stats.padding_received), (0, 6));
    receiver.handle_timeout(at(100));
    assert!(items(&rtcp(at(100), &mut receiver)).iter().all(|item| matches!(item, Item::TransportCc(_))));
}

#[test]
fn padding_in_the_media_itself_is_no_loss() {
    let (_, mut receiver) = pair(camera());
    for sequence in 0..4 {
        let mut bytes = raw(CAMERA.0, 96, sequence, &[], &[b"", &[2, 2]]);
        bytes[0] |= u8::from(sequence == 2) << 5;
        receiver.handle_rtp(at(1), &bytes);
    }
    let sizes: Vec<usize> = std::iter::from_fn(|| receiver.poll_received()).map(|r| r.payload.len()).collect();
    assert_eq!((sizes, receiver.stats().packets_lost), (vec![2, 2, 0, 2], 0));
}

#[test]
fn every_packet_counts_in_the_feedback_also_of_sources_nobody_announced() {
    let (_, mut receiver) = pair(camera());
    for (number, ssrc) in [(0_u16, CAMERA.0), (1, 4711), (2, RTX), (3, 4711)] {
        receiver.handle_rtp(at(1), &raw(ssrc, 97, number, &[Extension::TransportCc(number)], &[b"abc"]));
    }
    receiver.handle_timeout(at(100));
    let arrivals = (0..4).map(|place| (place, 4)).collect();
    assert_eq!(feedback(&rtcp(at(100), &mut receiver)), (0, 4, arrivals));
}

#[test]
fn key_frames_asked_for_within_300_ms_are_one_by_pli_and_by_fir() {
    let (mut sender, mut receiver) = pair(camera());
    let ask = |pli: bool, number: u8| {
        let mut compound = Compound::default();
        if pli {
            compound.pli(1, CAMERA.0)
        } else {
            compound.fir(1, CAMERA.0, number)
        }
        compound.finish()
    };
    let mut wanted = Vec::new();
    for (ms, request) in
        [(0, ask(true, 0)), (100, ask(true, 0)), (299, ask(false, 1)), (300, ask(true, 0)), (700, ask(false, 1))]
    {
        sender.handle_rtcp(at(ms), &request);
        wanted.extend(key_frames(&mut sender).into_iter().map(|_| ms));
    }
    assert_eq!(wanted, [0, 300], "and a full intra request that is repeated is none");
    sender.handle_rtcp(at(1100), &ask(false, 2));
    assert_eq!(key_frames(&mut sender), [CAMERA]);
    // Ours goes by what was agreed on: FIR only without PLI, and by neither if there is neither.
    for (pli, fir, expected) in [(true, true, Some(None)), (false, true, Some(Some(1))), (false, false, None)] {
        let mut agreed = camera();
        (agreed.codecs[0].feedback.pli, agreed.codecs[0].feedback.fir) = (pli, fir);
        receiver.add_receive_stream(agreed).unwrap();
        receiver.request_key_frame(CAMERA);
        let asked = expected.map(|fir| Item::KeyFrameWanted { ssrc: CAMERA.0, fir });
        assert_eq!(items(&rtcp(at(1), &mut receiver)), asked.into_iter().collect::<Vec<_>>());
    }
}

#[test]
fn sound_does_not_wait_behind_pictures() {
    let (mut sender, _) = pair(camera());
    sender.add_send_stream(stream(MediaKind::Audio, 5, 111, None)).unwrap();
    sender.set_picture_demand(at(0), 1_000_000);
    frame(&mut sender, at(0), 1, 100);
    let waits = sender.picture_delay(at(0));
    assert!(waits > millis(1500), "110 kB at 375 kbit/s: {waits:?}");
    let sources = |packets: Vec<Vec<u8>>| packets.iter().map(|p| Packet::parse(p).unwrap().ssrc).collect::<Vec<_>>();
    rtp(at(0), &mut sender);
    for ms in (20..400).step_by(20) {
        sender.send_audio(at(ms), b"sound", ms as u32 * 48, false).unwrap();
        assert_eq!(sources(rtp(at(ms), &mut sender)).first(), Some(&5));
    }
    // All numbers are taken in the order in which the packets leave.
    assert!(sender.picture_delay(at(400)) < waits);
    // Nobody sends pictures any more: what waits is dropped.
    sender.set_picture_demand(at(400), 0);
    assert_eq!((sender.poll_picture_rate(), rtp(at(5000), &mut sender).len()), (Some(0), 0));
    assert_eq!(sender.picture_delay(at(400)), Duration::ZERO);
}

#[test]
fn half_a_frame_is_never_sent() {
    let (mut sender, _) = pair(camera());
    let wrong = [&[1; 9][..], &[2; 1401]];
    assert!(sender.send_picture(at(0), CAMERA, 96, 0, &[], wrong.into_iter()).is_err());
    assert!(sender.send_picture(at(0), CAMERA, 95, 0, &[], [&[1][..]].into_iter()).is_err());
    assert!(sender.send_picture(at(0), Ssrc(9), 96, 0, &[], [&[1][..]].into_iter()).is_err());
    assert_eq!(rtp(at(0), &mut sender), Vec::<Vec<u8>>::new());
    // More than there is room for: the whole frame goes, and a key frame is wanted.
    sender.set_picture_demand(at(0), 1_000_000);
    frame(&mut sender, at(0), 1, 2000);
    frame(&mut sender, at(0), 2, 100);
    assert_eq!(key_frames(&mut sender), [CAMERA]);
    sender.set_picture_demand(at(0), 0);
    frame(&mut sender, at(0), 3, 3);
    let markers: Vec<bool> = rtp(at(0), &mut sender).iter().map(|p| Packet::parse(p).unwrap().marker).collect();
    assert_eq!(markers, [false, false, true]);
}

#[test]
fn without_demand_nothing_is_probed_and_a_sound_call_keeps_no_state_for_pictures() {
    let (mut sender, _) = pair(stream(MediaKind::Audio, 5, 111, None));
    sender.set_picture_demand(at(0), 0);
    for ms in (0..3000).step_by(20) {
        sender.send_audio(at(ms), b"sound", ms as u32 * 48, false).unwrap();
        sender.handle_timeout(at(ms));
        assert_eq!(rtp(at(ms), &mut sender).len(), 1);
    }
    assert!(sender.pictures.is_none());
    assert_eq!(sender.poll_picture_rate(), None);
}

#[test]
fn a_peer_that_tells_nothing_of_packets_is_believed_by_its_reports() {
    let mut plain = camera();
    plain.extensions = Extensions::default();
    let (mut sender, _) = pair(plain);
    sender.set_picture_demand(at(0), 2_000_000);
    let mut rate = 0;
    let mut run = |sender: &mut Session, from: u64, fraction_lost: u8| {
        for ms in (from..from + 20_000).step_by(20) {
            sender.handle_timeout(at(ms));
            if ms % 1000 == 0 {
                let mut compound = Compound::default();
                compound.report(1, None, &[rtcp::Block { ssrc: CAMERA.0, fraction_lost, ..Default::default() }]);
                sender.handle_rtcp(at(ms), &compound.finish());
            }
            assert!(rtp(at(ms), sender).is_empty(), "no probe that nobody tells of");
            rate = sender.poll_picture_rate().unwrap_or(rate);
        }
        rate
    };
    let grown = run(&mut sender, 0, 0);
    assert!((700_000..2_000_000).contains(&grown), "{grown}");
    let steady = run(&mut sender, 20_000, 15);
    assert!(steady.abs_diff(grown) * 10 < grown, "{steady}");
    let fallen = run(&mut sender, 40_000, 64);
    assert!(fallen < 200_000, "{fallen}");
}

#[test]
fn whose_peer_falls_silent_holds_its_pictures_back() {
    let (mut sender, mut receiver) = pair(camera());
    sender.set_picture_demand(at(0), 1_000_000);
    let mut bytes = [0; 8];
    for ms in 0..8000 {
        if ms % 33 == 0 && sender.picture_delay(at(ms)) < millis(300) {
            frame(&mut sender, at(ms), ms as u32, 1);
        }
        sender.handle_timeout(at(ms));
        for packet in rtp(at(ms), &mut sender) {
            bytes[ms as usize / 1000] += packet.len();
            receiver.handle_rtp(at(ms), &packet);
        }
        receiver.handle_timeout(at(ms));
        let feedback = rtcp(at(ms), &mut receiver);
        // From the third second to the sixth nothing comes back.
        if !(3000..6000).contains(&ms) {
            feedback.iter().for_each(|packet| sender.handle_rtcp(at(ms), packet));
        }
    }
    assert!(bytes[2] > 25_000 && bytes[5] < 5000 && bytes[7] > 25_000, "{bytes:?}");
}

#[test]
fn feedback_that_lies_is_survived() {
    let (mut sender, _) = pair(camera());
    sender.set_picture_demand(at(0), 1_000_000);
    let mut random = Random::from_seed(5);
    for ms in 0..4000 {
        if ms % 33 == 0 {
            frame(&mut sender, at(ms), ms as u32, 2);
        }
        sender.handle_timeout(at(ms));
        rtp(at(ms), &mut sender);
        let base = sender.flight.next_number().wrapping_sub(random.below(60)) as u16;
        let arrivals: Vec<(u16, i64)> = (0..40)
            .map(|place| (place, random.u64() as i64 >> random.below(63)))
            .filter(|(place, _)| place % 7 != 3)
            .collect();
        sender.handle_feedback(at(ms), (base, 40), arrivals.into_iter());
        if let Some(rate) = sender.poll_picture_rate() {
            assert!(rate <= 1_000_000);
        }
        let _ = (sender.picture_delay(at(ms)), sender.next_timeout());
    }
}
