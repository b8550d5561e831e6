use super::*;
use crate::media::config::{Codec, Extensions, Feedback};

fn millis(ms: u64) -> Duration {
    Duration::from_millis(ms)
}

fn stream(kind: MediaKind, ssrc: u32, payload_type: u8, rtx: Option<u8>) -> Stream {
    let feedback = Feedback { transport_cc: true, nack: rtx.is_some(), pli: true, fir: false, remb: false };
    let clock_rate = if kind == MediaKind::Audio { 48_000 } else { 90_000 };
    Stream {
        kind,
        ssrc: Ssrc(ssrc),
        rtx_ssrc: rtx.map(|_| Ssrc(ssrc + 1)),
        codecs: vec![Codec { payload_type, clock_rate, rtx, feedback }],
        extensions: Extensions { transport_cc: Some(3), abs_send_time: Some(2), video_orientation: Some(13) },
    }
}

fn pair(stream: Stream) -> (Session, Session) {
    let (mut sender, mut receiver) =
        (Session::new(Time::ZERO, Random::from_seed(1)), Session::new(Time::ZERO, Random::from_seed(2)));
    sender.set_send_streams(std::slice::from_ref(&stream)).unwrap();
    receiver.set_receive_streams(&[stream]).unwrap();
    (sender, receiver)
}

fn rtp(session: &mut Session) -> Vec<Vec<u8>> {
    std::iter::from_fn(|| session.poll_outgoing())
        .filter_map(|out| match out {
            Outgoing::Rtp(packet) => Some(packet),
            Outgoing::Rtcp(_) => None,
        })
        .collect()
}

fn rtcp(session: &mut Session) -> Vec<Vec<u8>> {
    std::iter::from_fn(|| session.poll_outgoing())
        .filter_map(|out| match out {
            Outgoing::Rtcp(packet) => Some(packet),
            Outgoing::Rtp(_) => None,
        })
        .collect()
}

#[test]
fn reports_give_both_sides_loss_jitter_and_round_trip() {
    let (mut sender, mut receiver) = pair(stream(MediaKind::Audio, 5, 111, None));
    let mut now = Time::ZERO + millis(1000);
    for i in 0..50_u32 {
        sender.send_audio(now, b"opus", i * 960, i == 0).unwrap();
        for packet in rtp(&mut sender) {
            // Every fifth is lost, and every second is 8 ms late.
            if i % 5 != 4 {
                receiver.handle_rtp(now + millis(u64::from(i % 2) * 8), &packet);
            }
        }
        now += millis(20);
    }
    // 30 ms there, 40 ms to think, 30 ms back.
    sender.handle_timeout(now);
    for report in rtcp(&mut sender) {
        receiver.handle_rtcp(now + millis(30), &report);
    }
    receiver.handle_timeout(now + millis(70));
    for report in rtcp(&mut receiver) {
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
        let [high, low] = i.to_be_bytes();
        let mut padding = vec![0; 224];
        padding[223] = 224;
        let mut bytes = header.write(&[Some((3, [high, low, 0], 2))], &[&padding], 0);
        bytes[0] |= 0x20;
        receiver.handle_rtp(now, &bytes);
    }
    assert_eq!(receiver.poll_received(), None);
    assert_eq!(receiver.stats().padding_received, 20);
    receiver.handle_timeout(now + millis(100));
    let mut items = Vec::new();
    for packet in rtcp(&mut receiver) {
        rtcp::parse(&packet, &mut |item| items.push(item));
    }
    assert_eq!(items, [Item::TransportCc { arrived: 20, missing: 0 }]);
}

#[test]
fn a_lost_packet_is_asked_for_sent_again_and_unwrapped() {
    let (mut sender, mut receiver) = pair(stream(MediaKind::Video, 7, 96, Some(97)));
    let mut now = Time::ZERO + millis(5);
    let mut lost = None;
    for i in 0..10_u8 {
        sender.send(now, Ssrc(7), 96, u32::from(i) * 3000, true, Some(1), &[i]).unwrap();
        for packet in rtp(&mut sender) {
            if i == 4 {
                lost = Some(packet);
            } else {
                receiver.handle_rtp(now, &packet);
            }
        }
    }
    now += millis(15);
    receiver.handle_timeout(now);
    for packet in rtcp(&mut receiver) {
        sender.handle_rtcp(now, &packet);
    }
    let again = rtp(&mut sender);
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
        receiver.handle_rtp(Time::ZERO, &header(ssrc, payload_type).write(&[], &[b"x"], 0));
    }
    assert_eq!((receiver.poll_received(), receiver.stats().packets_ignored), (None, 2));
    assert!(sender.send(Time::ZERO, Ssrc(6), 111, 0, false, None, b"x").is_err());
    assert!(sender.send(Time::ZERO, Ssrc(5), 112, 0, false, None, b"x").is_err());
    assert!(sender.send(Time::ZERO, Ssrc(5), 111, 0, false, None, &[0; 1401]).is_err());
    for wrong in [
        stream(MediaKind::Audio, 5, 64, None),
        stream(MediaKind::Audio, 5, 128, None),
        Stream { codecs: Vec::new(), ..stream(MediaKind::Audio, 5, 111, None) },
        Stream { rtx_ssrc: Some(Ssrc(5)), ..stream(MediaKind::Audio, 5, 111, None) },
    ] {
        assert!(receiver.set_receive_streams(&[wrong]).is_err());
    }
    assert!(receiver.knows(5), "nothing changed");
}

#[test]
fn a_stream_that_stays_keeps_its_numbers() {
    let audio = stream(MediaKind::Audio, 5, 111, None);
    let (mut sender, mut receiver) = pair(audio.clone());
    sender.send_audio(Time::ZERO, b"1", 0, false).unwrap();
    sender.set_send_streams(&[stream(MediaKind::Video, 7, 96, Some(97)), audio.clone()]).unwrap();
    receiver.set_receive_streams(&[audio, stream(MediaKind::Video, 7, 96, Some(97))]).unwrap();
    sender.send_audio(Time::ZERO, b"2", 960, false).unwrap();
    for packet in rtp(&mut sender) {
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
        receiver.handle_rtp(Time::ZERO, &header.write(&[], &[b"x"], 0));
        receiver.poll_received().is_some()
    };
    assert!([65_534, 65_535, 0, 1, 65_533].map(&mut send).iter().all(|taken| *taken));
    assert!(!send(0) && !send(65_535));
    assert!(send(30_000) && !send(30_000) && send(30_001));
}
