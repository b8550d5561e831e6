mod link;
mod pictures;

use super::extension::Extension;
use super::*;
use crate::media::config::{Codec, Feedback};

fn millis(ms: u64) -> Duration {
    Duration::from_millis(ms)
}

fn ids() -> Extensions {
    Extensions::of(&[
        (ExtensionKind::AbsSendTime, 2),
        (ExtensionKind::TransportCc, 3),
        (ExtensionKind::VideoOrientation, 13),
        (ExtensionKind::AudioLevel, 1),
    ])
}

fn stream(kind: MediaKind, ssrc: u32, payload_type: u8, rtx: Option<u8>) -> Stream {
    let feedback = Feedback { transport_cc: true, nack: rtx.is_some(), pli: true, fir: false, remb: false };
    let clock_rate = if kind == MediaKind::Audio { 48_000 } else { 90_000 };
    Stream {
        kind,
        ssrc: Ssrc(ssrc),
        rtx_ssrc: rtx.map(|_| Ssrc(ssrc + 1)),
        codecs: vec![Codec { payload_type, clock_rate, rtx, feedback }],
        extensions: ids(),
    }
}

fn pair(stream: Stream) -> (Session, Session) {
    let (mut sender, mut receiver) =
        (Session::new(Time::ZERO, Random::from_seed(1)), Session::new(Time::ZERO, Random::from_seed(2)));
    assert!(sender.set_send_streams(std::slice::from_ref(&stream)).is_empty());
    assert!(receiver.set_receive_streams(&[stream]).is_empty());
    (sender, receiver)
}

fn rtp(now: Time, session: &mut Session) -> Vec<Vec<u8>> {
    std::iter::from_fn(|| session.poll_outgoing(now))
        .filter_map(|out| match out {
            Outgoing::Rtp(packet) => Some(packet),
            Outgoing::Rtcp(_) => None,
        })
        .collect()
}

fn rtcp(now: Time, session: &mut Session) -> Vec<Vec<u8>> {
    std::iter::from_fn(|| session.poll_outgoing(now))
        .filter_map(|out| match out {
            Outgoing::Rtcp(packet) => Some(packet),
            Outgoing::Rtp(_) => None,
        })
        .collect()
}

/// The numbers that the only feedback is about, and which of them came when.
fn feedback(packets: &[Vec<u8>]) -> (u16, u16, Vec<(u16, i64)>) {
    let mut told = Vec::new();
    for packet in packets {
        let is_read = rtcp::parse(packet, &mut |item| match item {
            Item::TransportCc(feedback) => told.push((feedback.base, feedback.count, feedback.arrivals().collect())),
            other => panic!("{other:?}"),
        });
        assert!(is_read);
    }
    assert_eq!(told.len(), 1);
    told.remove(0)
}

#[test]
fn reports_give_both_sides_loss_jitter_and_round_trip() {
    let (mut sender, mut receiver) = pair(stream(MediaKind::Audio, 5, 111, None));
    let mut now = Time::ZERO + millis(1000);
    for i in 0..50_u32 {
        sender.send_audio(now, b"opus", i * 960, i == 0).unwrap();
        for packet in rtp(now, &mut sender) {
            // Every fifth is lost, and every second is 8 ms late.
            if i % 5 != 4 {
                receiver.handle_rtp(now + millis(u64::from(i % 2) * 8), &packet);
            }
        }
        now += millis(20);
    }
    // 30 ms there, 40 ms to think, 30 ms back.
    sender.handle_timeout(now);
    for report in rtcp(now, &mut sender) {
        receiver.handle_rtcp(now + millis(30), &report);
    }
    receiver.handle_timeout(now + millis(70));
    for report in rtcp(now, &mut receiver) {
        sender.handle_rtcp(now + millis(100), &report);
    }
    let (ours, theirs) = (sender.stats(), receiver.stats());
    assert_eq!((theirs.packets_received, theirs.packets_lost), (40, 9), "the last one is not missed yet");
    assert!((150..=200).contains(&ours.remote_loss_permille), "{}", ours.remote_loss_permille);
    assert!(ours.round_trip.unwrap().abs_diff(millis(60)) < millis(2), "{:?}", ours.round_trip);
    assert!(theirs.jitter > millis(3) && theirs.jitter < millis(8), "{:?}", theirs.jitter);
    assert_eq!(ours.remote_jitter.as_millis(), theirs.jitter.as_millis());
    assert!(ours.feedback_arrived > 30, "transport-cc: {}", ours.feedback_arrived);
}

#[test]
fn probes_are_counted_in_the_feedback_and_not_handed_on() {
    let (_, mut receiver) = pair(stream(MediaKind::Video, 7, 96, Some(97)));
    let now = Time::ZERO + millis(5);
    for i in 0..20_u16 {
        // As libwebrtc sends them: the rtx source, its payload type, timestamp 0, nothing but padding.
        let header = packet::Header { marker: false, payload_type: 97, sequence: i, timestamp: 0, ssrc: 8 };
        let mut padding = vec![0; 224];
        padding[223] = 224;
        let mut bytes = header.write(&ids(), &[Extension::TransportCc(i)].into_iter().collect(), &[&padding], 0);
        bytes[0] |= 0x20;
        receiver.handle_rtp(now, &bytes);
    }
    assert_eq!(receiver.poll_received(), None);
    assert_eq!(receiver.stats().padding_received, 20);
    receiver.handle_timeout(now + millis(100));
    let arrivals = (0..20).map(|place| (place, 20)).collect();
    assert_eq!(feedback(&rtcp(now, &mut receiver)), (0, 20, arrivals));
}

#[test]
fn a_lost_packet_is_asked_for_sent_again_and_unwrapped() {
    let (mut sender, mut receiver) = pair(stream(MediaKind::Video, 7, 96, Some(97)));
    let mut now = Time::ZERO + millis(5);
    let mut lost = None;
    for i in 0..10_u8 {
        sender.send(now, Ssrc(7), 96, u32::from(i) * 3000, true, &[Extension::VideoOrientation(1)], &[i]).unwrap();
        for packet in rtp(now, &mut sender) {
            if i == 4 {
                lost = Some(packet);
            } else {
                receiver.handle_rtp(now, &packet);
            }
        }
    }
    now += millis(15);
    receiver.handle_timeout(now);
    for packet in rtcp(now, &mut receiver) {
        sender.handle_rtcp(now, &packet);
    }
    let again = rtp(now, &mut sender);
    assert_eq!(again.len(), 1);
    receiver.handle_rtp(now, &again[0]);
    let received: Vec<Received> = std::iter::from_fn(|| receiver.poll_received()).collect();
    let recovered = received.last().unwrap();
    assert_eq!((recovered.payload.as_slice(), recovered.payload_type, recovered.ssrc), (&[4][..], 96, Ssrc(7)));
    assert_eq!(recovered.sequence, received[0].sequence.wrapping_add(4));
    assert_eq!(recovered.timestamp, 12_000);
    // The original after all, and the retransmission once more.
    receiver.handle_rtp(now, &lost.unwrap());
    receiver.handle_rtp(now, &again[0]);
    assert_eq!(receiver.poll_received(), None);
    assert_eq!(receiver.stats().packets_lost, 0);
}

#[test]
fn streams_and_payload_types_that_were_not_agreed_on_are_ignored() {
    let (mut sender, mut receiver) = pair(stream(MediaKind::Audio, 5, 111, None));
    let header = |ssrc, payload_type| packet::Header { marker: false, payload_type, sequence: 1, timestamp: 1, ssrc };
    for (ssrc, payload_type) in [(6, 111), (5, 96)] {
        receiver
            .handle_rtp(Time::ZERO, &header(ssrc, payload_type).write(&ids(), &ExtensionValues::default(), &[b"x"], 0));
    }
    assert_eq!((receiver.poll_received(), receiver.stats().packets_ignored), (None, 2));
    assert!(sender.send(Time::ZERO, Ssrc(6), 111, 0, false, &[], b"x").is_err());
    assert!(sender.send(Time::ZERO, Ssrc(5), 112, 0, false, &[], b"x").is_err());
    assert!(sender.send(Time::ZERO, Ssrc(5), 111, 0, false, &[], &[0; 1401]).is_err());
    for wrong in [
        stream(MediaKind::Audio, 5, 64, None),
        stream(MediaKind::Audio, 5, 128, None),
        Stream { codecs: Vec::new(), ..stream(MediaKind::Audio, 5, 111, None) },
        Stream { rtx_ssrc: Some(Ssrc(5)), ..stream(MediaKind::Audio, 5, 111, None) },
    ] {
        assert!(receiver.add_receive_stream(wrong).is_err());
    }
    assert!(receiver.knows(5), "nothing changed");
}

#[test]
fn a_stream_that_stays_keeps_its_numbers() {
    let audio = stream(MediaKind::Audio, 5, 111, None);
    let (mut sender, mut receiver) = pair(audio.clone());
    sender.send_audio(Time::ZERO, b"1", 0, false).unwrap();
    assert!(sender.set_send_streams(&[stream(MediaKind::Video, 7, 96, Some(97)), audio.clone()]).is_empty());
    assert!(receiver.set_receive_streams(&[audio, stream(MediaKind::Video, 7, 96, Some(97))]).is_empty());
    sender.send_audio(Time::ZERO, b"2", 960, false).unwrap();
    for packet in rtp(Time::ZERO, &mut sender) {
        receiver.handle_rtp(Time::ZERO, &packet);
    }
    let received: Vec<u16> = std::iter::from_fn(|| receiver.poll_received()).map(|r| r.sequence).collect();
    assert_eq!(received[1], received[0].wrapping_add(1));
}

#[test]
fn the_sequence_may_wrap_and_jump() {
    let (_, mut receiver) = pair(stream(MediaKind::Audio, 5, 111, None));
    let mut send = |sequence: u16| {
        let header = packet::Header { marker: false, payload_type: 111, sequence, timestamp: 0, ssrc: 5 };
        receiver.handle_rtp(Time::ZERO, &header.write(&ids(), &ExtensionValues::default(), &[b"x"], 0));
        receiver.poll_received().is_some()
    };
    assert!([65_534, 65_535, 0, 1, 65_533].map(&mut send).iter().all(|taken| *taken));
    assert!(!send(0) && !send(65_535));
    assert!(send(30_000) && !send(30_000) && send(30_001));
}

#[test]
fn streams_come_and_go_singly_and_what_is_impossible_is_refused_singly() {
    let mut receiver = Session::new(Time::ZERO, Random::from_seed(2));
    let good = stream(MediaKind::Audio, 5, 111, None);
    let camera = stream(MediaKind::Video, 7, 96, Some(97));
    let bad = [
        Stream { codecs: Vec::new(), ..stream(MediaKind::Video, 20, 96, None) },
        // A source of the camera, and a stream that is there already.
        stream(MediaKind::Video, 8, 96, None),
        good.clone(),
    ];
    let list: Vec<Stream> = [&camera, &good].into_iter().chain(&bad).cloned().collect();
    let refused = receiver.set_receive_streams(&list);
    assert_eq!(refused.iter().map(|r| r.ssrc.0).collect::<Vec<_>>(), [20, 8, 5]);
    let known = |session: &Session| [5, 7, 8, 20].map(|ssrc| session.knows(ssrc));
    assert_eq!(known(&receiver), [true, true, true, false]);
    assert_eq!(
        receiver.streams().map(|s| (s.ssrc.0, s.direction)).collect::<Vec<_>>(),
        [(5, Direction::Received), (7, Direction::Received)]
    );
    receiver.remove_receive_stream(Ssrc(7));
    assert_eq!(known(&receiver), [true, false, false, false]);
    receiver.add_receive_stream(camera).unwrap();
    assert_eq!(known(&receiver), [true, true, true, false]);
    // The source of retransmissions becomes a stream of its own; who was refused is no stream any more.
    let refused = receiver
        .set_receive_streams(&[stream(MediaKind::Video, 8, 96, Some(97)), Stream { rtx_ssrc: Some(Ssrc(5)), ..good }]);
    assert_eq!((refused.len(), known(&receiver)), (1, [false, false, true, false]));
}

#[test]
fn one_more_than_there_is_room_for_is_refused_and_what_was_agreed_on_stays() {
    let mut receiver = Session::new(Time::ZERO, Random::from_seed(2));
    let list: Vec<Stream> =
        (100..100 + 2 * streams::MAX_STREAMS as u32).map(|ssrc| stream(MediaKind::Audio, ssrc, 111, None)).collect();
    let (first, more) = list.split_at(streams::MAX_STREAMS);
    assert!(receiver.set_receive_streams(first).is_empty());
    assert_eq!(receiver.add_receive_stream(more[0].clone()).unwrap_err().kind(), crate::error::ErrorKind::Limit);
    // Also when it is named before those that are there.
    let all: Vec<Stream> = more.iter().chain(first).cloned().collect();
    assert_eq!(receiver.set_receive_streams(&all).len(), streams::MAX_STREAMS);
    assert!(first.iter().all(|stream| receiver.knows(stream.ssrc.0)));
    // What is over makes room.
    receiver.remove_receive_stream(Ssrc(100));
    receiver.add_receive_stream(more[0].clone()).unwrap();
}

#[test]
fn each_stream_has_its_figures_and_their_sums_outlive_it() {
    let (audio, camera) = (stream(MediaKind::Audio, 5, 111, None), stream(MediaKind::Video, 7, 96, Some(97)));
    let (mut sender, mut receiver) = pair(audio.clone());
    sender.add_send_stream(camera.clone()).unwrap();
    receiver.add_receive_stream(camera.clone()).unwrap();
    let mut now = Time::ZERO + millis(1000);
    for i in 0..20_u32 {
        sender.send_audio(now, b"opus", i * 960, false).unwrap();
        sender.send(now, Ssrc(7), 96, i * 1800, true, &[], &[7; 100]).unwrap();
        for (index, packet) in rtp(now, &mut sender).into_iter().enumerate() {
            // Of the sound every fourth is lost.
            if index == 1 || i % 4 != 2 {
                receiver.handle_rtp(now + millis(10), &packet);
            }
        }
        now += millis(20);
    }
    sender.handle_timeout(now);
    rtcp(now, &mut sender).iter().for_each(|report| receiver.handle_rtcp(now + millis(10), report));
    receiver.handle_timeout(now + millis(10));
    rtcp(now, &mut receiver).iter().for_each(|report| sender.handle_rtcp(now + millis(30), report));
    let figures =
        |session: &Session| session.streams().map(|s| (s.ssrc.0, s.packets, s.bytes, s.lost)).collect::<Vec<_>>();
    assert_eq!(figures(&sender), [(5, 20, 80, Some(5)), (7, 20, 2000, Some(0))]);
    assert_eq!(figures(&receiver), [(5, 15, 60, Some(5)), (7, 20, 2000, Some(0))]);
    for stream in sender.streams() {
        assert!(stream.round_trip.unwrap().abs_diff(millis(30)) < millis(2), "{stream:?}");
    }
    assert!(receiver.streams().all(|stream| stream.round_trip.is_none()));
    let sums = |session: &Session| {
        let stats = session.stats();
        [stats.packets_sent, stats.bytes_sent, stats.packets_received, stats.bytes_received, stats.packets_lost]
    };
    assert_eq!((sums(&sender), sums(&receiver)), ([40, 2080, 0, 0, 0], [0, 0, 35, 2060, 5]));
    sender.remove_send_stream(Ssrc(7));
    assert!(receiver.set_receive_streams(&[audio]).is_empty());
    assert_eq!((sums(&sender), sums(&receiver)), ([40, 2080, 0, 0, 0], [0, 0, 35, 2060, 5]));
}

#[test]
fn a_stream_of_ours_that_comes_back_uses_no_number_twice() {
    let camera = stream(MediaKind::Video, 7, 96, Some(97));
    let (mut sender, _) = pair(camera.clone());
    let mut numbers = Vec::new();
    for i in 0..6_u32 {
        sender.send(Time::ZERO, Ssrc(7), 96, i, true, &[], b"x").unwrap();
        let packets = rtp(Time::ZERO, &mut sender);
        numbers.push(Packet::parse(&packets[0]).unwrap().sequence);
        match i % 2 {
            0 => assert!(sender.set_send_streams(&[]).is_empty()),
            _ => sender.remove_send_stream(Ssrc(7)),
        }
        sender.add_send_stream(camera.clone()).unwrap();
    }
    assert!(numbers.windows(2).all(|pair| pair[1] == pair[0] + 1), "{numbers:?}");
}

#[test]
fn what_an_authentic_packet_says_in_its_extensions_is_handed_on_with_its_arrival() {
    let (mut sender, mut receiver) = pair(stream(MediaKind::Audio, 5, 111, None));
    let (sent, came) = (Time::ZERO + millis(1000), Time::ZERO + millis(1030));
    let level = Extension::AudioLevel(crate::transform::Level { speech: true, below_full: 30 });
    sender.send(sent, Ssrc(5), 111, 0, false, &[level], b"x").unwrap();
    receiver.handle_rtp(came, &rtp(sent, &mut sender)[0]);
    let received = receiver.poll_received().unwrap();
    assert_eq!(received.arrived_at, came);
    assert_eq!(received.extensions.get(ExtensionKind::AudioLevel), Some(level));
    assert_eq!(received.extensions.get(ExtensionKind::AbsSendTime), Some(Extension::AbsSendTime(1 << 18)));
    assert_eq!(received.extensions.get(ExtensionKind::VideoOrientation), None);
    // Whoever has not agreed to it hears nothing of it.
    let plain = Stream { extensions: Extensions::default(), ..stream(MediaKind::Audio, 5, 111, None) };
    receiver.add_receive_stream(plain).unwrap();
    sender.send(sent, Ssrc(5), 111, 960, false, &[level], b"x").unwrap();
    receiver.handle_rtp(came, &rtp(sent, &mut sender)[0]);
    assert_eq!(receiver.poll_received().unwrap().extensions, ExtensionValues::default());
}

#[test]
fn one_packet_cannot_ask_for_more_than_the_room_again() {
    let (mut sender, _) = pair(stream(MediaKind::Video, 7, 96, Some(97)));
    let mut first = None;
    for i in 0..500_u32 {
        sender.send(Time::ZERO, Ssrc(7), 96, i, true, &[], b"x").unwrap();
        let packets = rtp(Time::ZERO, &mut sender);
        first.get_or_insert(Packet::parse(&packets[0]).unwrap().sequence);
    }
    let now = Time::ZERO + millis(30);
    let all: Vec<u16> = (0..500).map(|i| first.unwrap() + i).collect();
    let mut compound = Compound::default();
    all.chunks(100).for_each(|lost| compound.nack(1, 7, lost));
    sender.handle_rtcp(now, &compound.finish());
    let again = rtp(now, &mut sender);
    assert_eq!((again.len(), sender.stats().packets_resent), (MAX_REPEATS, MAX_REPEATS as u64));
    // What was not looked for is there for the next one; nothing is sent twice at once.
    let mut compound = Compound::default();
    compound.nack(1, 7, &all[200..]);
    sender.handle_rtcp(now + millis(1), &compound.finish());
    assert_eq!(rtp(now, &mut sender).len(), MAX_REPEATS - 56);
}

#[test]
fn a_source_nobody_announced_is_told_once_and_again_when_it_was_announced() {
    let (_, mut receiver) = pair(stream(MediaKind::Audio, 5, 111, None));
    let hear = |receiver: &mut Session, sequence| {
        let header = packet::Header { marker: false, payload_type: 111, sequence, timestamp: 1, ssrc: 9 };
        receiver.handle_rtp(Time::ZERO, &header.write(&ids(), &ExtensionValues::default(), &[b"x"], 0));
    };
    (0..5).for_each(|sequence| hear(&mut receiver, sequence));
    assert_eq!((receiver.poll_unknown(), receiver.poll_unknown()), (Some((Ssrc(9), 111)), None));
    assert_eq!((receiver.poll_received(), receiver.stats().packets_ignored), (None, 5));
    receiver.add_receive_stream(stream(MediaKind::Audio, 9, 111, None)).unwrap();
    hear(&mut receiver, 5);
    assert!(receiver.poll_received().is_some() && receiver.poll_unknown().is_none());
    receiver.remove_receive_stream(Ssrc(9));
    hear(&mut receiver, 6);
    assert_eq!(receiver.poll_unknown(), Some((Ssrc(9), 111)));
}

#[test]
fn of_several_sounds_the_jitter_is_the_largest_and_the_loss_the_sum() {
    let (_, mut receiver) = pair(stream(MediaKind::Audio, 5, 111, None));
    receiver.add_receive_stream(stream(MediaKind::Audio, 6, 111, None)).unwrap();
    receiver.add_receive_stream(stream(MediaKind::Video, 7, 96, None)).unwrap();
    // Of the sounds every tenth and every fifth is lost, of the pictures every second; the second sound comes unevenly.
    for (ssrc, payload_type, lost, late) in [(5, 111, 10, 0), (6, 111, 5, 8), (7, 96, 2, 0)] {
        for i in (0..101_u16).filter(|i| i % lost != 1) {
            let at = Time::ZERO + millis(1000 + u64::from(i) * 20 + u64::from(i % 2) * late);
            let timestamp = u32::from(i) * 960;
            let header = packet::Header { marker: false, payload_type, sequence: i, timestamp, ssrc };
            receiver.handle_rtp(at, &header.write(&ids(), &ExtensionValues::default(), &[b"x"], 0));
        }
    }
    let streams: Vec<_> = receiver.streams().map(|stream| (stream.lost.unwrap(), stream.jitter.unwrap())).collect();
    let stats = receiver.stats();
    assert_eq!(streams.iter().map(|(lost, _)| *lost).collect::<Vec<_>>(), [10, 20, 50]);
    assert_eq!((stats.packets_lost, stats.sound_lost), (80, 30));
    assert!(streams[0].1 < millis(1) && stats.jitter > millis(5), "{streams:?}");
    assert_eq!(stats.jitter, streams[1].1, "the jitter of pictures is another matter: {streams:?}");
    assert!(receiver.set_receive_streams(&[]).is_empty());
    assert_eq!((receiver.stats().packets_lost, receiver.stats().sound_lost), (80, 30), "nobody is forgotten");
}

#[test]
fn a_time_in_other_units_is_exact_and_wraps_around() {
    for nanos in [0, 1, 11_111, 999_999_999, 1_000_000_000, 86_400_123_456_789_012, u64::MAX] {
        for per_s in [1, 8000, 90_000, 1 << 18, u32::MAX] {
            let expected = u128::from(nanos) * u128::from(per_s) / 1_000_000_000;
            assert_eq!(ticks(Time::from_nanos(nanos), per_s), expected as u32, "{nanos} ns, {per_s}");
        }
    }
}
