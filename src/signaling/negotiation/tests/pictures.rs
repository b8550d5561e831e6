//! Pictures: offered, answered, switched on and off.

use super::*;
use VideoCodec::{Av1, H264, H265, Vp8, Vp9};
use VideoSource::{Camera, Screen};

const NOTHING: Wanted = Wanted { camera: false, screen: false };
const CAMERA: Wanted = Wanted { camera: true, screen: false };
const SCREEN: Wanted = Wanted { camera: false, screen: true };
const BOTH: Wanted = Wanted { camera: true, screen: true };

fn end(role: Role, encoded: &[VideoCodec], decoded: &[VideoCodec], wanted: Wanted) -> Negotiation {
    let ssrc = if role == Role::Caller { 11 } else { 22 };
    let (encoded, receivable) = (encoded.to_vec(), Receivable::with_pictures(decoded.to_vec()));
    let config = Config { encoded, receivable, wanted, ..config(role, true) };
    Negotiation::new(ms(0), Random::from_seed(ssrc), config, vec![audio_content(Ssrc(ssrc as u32))])
}

fn pair(encoded: &[VideoCodec], decoded: &[VideoCodec]) -> [Negotiation; 2] {
    let mut ends = [Role::Caller, Role::Callee].map(|role| end(role, encoded, decoded, NOTHING));
    meet(ms(0), &mut ends);
    ends
}

fn meet(now: Time, ends: &mut [Negotiation; 2]) {
    let [caller, callee] = ends;
    settle(now, caller, callee);
}

fn pictures(contents: &[Content]) -> Vec<&Content> {
    contents.iter().filter(|content| content.kind == MediaKind::Video).collect()
}

/// What is sent, and received in the same way.
fn agreed_pictures(from: &Negotiation, to: &Negotiation) -> Vec<(VideoSource, Ssrc)> {
    assert_eq!(from.outgoing(), to.incoming());
    assert_eq!(from.outgoing()[0].kind, MediaKind::Audio, "the sound is untouched");
    pictures(from.outgoing()).iter().map(|content| (from.source(content.ssrc).unwrap(), content.ssrc)).collect()
}

fn ids(content: &Content) -> Vec<(u8, &str)> {
    content.payload_types.iter().map(|codec| (codec.id, codec.name.as_str())).collect()
}

#[test]
fn a_picture_is_offered_as_official_clients_want_it() {
    let offered = NegotiateChannels {
        exchange_id: 7,
        contents: vec![video_content(Ssrc(3_141_592_653), Ssrc(2_653_589_793), &[H264, Vp8])],
    };
    let written: serde_json::Value = serde_json::from_str(&Message::NegotiateChannels(offered).to_json()).unwrap();
    // The example of `signaling-encryption.md` 8.2.
    let feedback = serde_json::json!([
        {"type": "goog-remb", "subtype": ""}, {"type": "transport-cc", "subtype": ""}, {"type": "ccm", "subtype": "fir"},
        {"type": "nack", "subtype": ""}, {"type": "nack", "subtype": "pli"}
    ]);
    let expected = serde_json::json!({"type": "video", "ssrc": "3141592653",
     "ssrcGroups": [{"semantics": "FID", "ssrcs": ["3141592653", "2653589793"]}],
     "payloadTypes": [
      {"id": 96, "name": "H264", "clockrate": 90000, "channels": 0, "feedbackTypes": feedback,
       "parameters": {"level-asymmetry-allowed": "1", "packetization-mode": "1", "profile-level-id": "42e01f"}},
      {"id": 97, "name": "rtx", "clockrate": 90000, "channels": 0, "parameters": {"apt": "96"}},
      {"id": 98, "name": "VP8", "clockrate": 90000, "channels": 0, "feedbackTypes": feedback},
      {"id": 99, "name": "rtx", "clockrate": 90000, "channels": 0, "parameters": {"apt": "98"}}],
     "rtpExtensions": [
      {"id": 2, "uri": "http://www.webrtc.org/experiments/rtp-hdrext/abs-send-time"},
      {"id": 3, "uri": "http://www.ietf.org/id/draft-holmer-rmcat-transport-wide-cc-extensions-01"},
      {"id": 13, "uri": "urn:3gpp:video-orientation"}]});
    assert_eq!(written["contents"][0], expected);
    let all = video_content(Ssrc(1), Ssrc(2), &VideoCodec::ALL);
    let codecs: Vec<_> = all.payload_types.iter().filter_map(PayloadType::video_codec).collect();
    assert_eq!(codecs, VideoCodec::ALL, "and each is understood");
    let numbers: Vec<u8> = all.payload_types.iter().map(|codec| codec.id).collect();
    assert_eq!(numbers, (96..106).collect::<Vec<_>>(), "none is that of the sound");
}

#[test]
fn pictures_are_in_the_first_offer_of_who_has_them_and_nothing_is_asked_of_the_other() {
    for side in [Role::Caller, Role::Callee] {
        let wanted = |role| if role == side { CAMERA } else { NOTHING };
        let mut ends = [Role::Caller, Role::Callee].map(|role| end(role, &[Vp8], &[Vp8, H264], wanted(role)));
        meet(ms(0), &mut ends);
        let [from, to] = match side {
            Role::Caller => [&ends[0], &ends[1]],
            Role::Callee => [&ends[1], &ends[0]],
        };
        assert!(matches!(agreed_pictures(from, to)[..], [(Camera, _)]), "{side:?}");
        assert_eq!(agreed_pictures(to, from), []);
        assert_eq!(chosen(&[Vp8], pictures(from.outgoing())[0]), Some((Vp8, 96)));
        assert_eq!(from.own.len(), 1, "{side:?}: one offer says all");
    }
}

#[test]
fn a_picture_goes_on_and_off_in_mid_call_each_time_as_another_stream() {
    for side in 0..2 {
        let mut ends = pair(&[H264], &[H264]);
        let mut seen = Vec::new();
        for round in 0..3 {
            let now = ms(10_000 * (round + 1));
            ends[side].set_pictures(now, CAMERA);
            meet(now, &mut ends);
            let shown = agreed_pictures(&ends[side], &ends[1 - side]);
            let [(Camera, ssrc)] = shown[..] else { panic!("{shown:?}") };
            assert!(!seen.contains(&ssrc), "an official client makes a decoder only for a new source");
            seen.push(ssrc);
            // Off at once, whether the other side has heard of it or not.
            let off = now + Duration::from_secs(5);
            ends[side].set_pictures(off, NOTHING);
            assert_eq!(pictures(ends[side].outgoing()).len(), 0);
            meet(off, &mut ends);
            assert_eq!(agreed_pictures(&ends[side], &ends[1 - side]), []);
        }
    }
}

#[test]
fn the_screen_takes_the_place_of_the_camera_and_gives_it_back() {
    for side in 0..2 {
        let mut ends = pair(&[Vp8], &[Vp8]);
        let mut seen = vec![];
        for (round, (wanted, expected)) in
            [(CAMERA, Camera), (BOTH, Screen), (CAMERA, Camera), (SCREEN, Screen), (BOTH, Screen)].iter().enumerate()
        {
            let now = ms(10_000 * (round as u64 + 1));
            ends[side].set_pictures(now, *wanted);
            meet(now, &mut ends);
            let shown = agreed_pictures(&ends[side], &ends[1 - side]);
            let [(source, ssrc)] = shown[..] else { panic!("one at a time: {shown:?}") };
            assert_eq!(source, *expected, "round {round}");
            if round < 4 {
                assert!(!seen.contains(&ssrc), "round {round}: another picture is another stream");
            } else {
                assert_eq!(seen.last(), Some(&ssrc), "what is shown already goes on");
            }
            seen.push(ssrc);
        }
    }
}

#[test]
fn to_a_peer_that_has_shown_two_pictures_two_are_shown_the_camera_first() {
    let mut ours = end(Role::Callee, &[Vp8], &[Vp8], BOTH);
    let two = vec![audio_content(Ssrc(5)), video(50, &[(96, "VP8", &[])]), video(60, &[(96, "VP8", &[])])];
    ours.handle_message(ms(0), offer(7, two[..2].to_vec()));
    let said = sent(drain(&mut ours));
    let first = channels(&said)[1].clone();
    assert_eq!(pictures(&first.contents).len(), 1);
    ours.handle_message(ms(10), Message::NegotiateChannels(first.clone()));
    let screen = pictures(ours.outgoing())[0].ssrc;
    ours.handle_message(ms(5000), offer(8, two));
    let said = sent(drain(&mut ours));
    let again = channels(&said)[1].clone();
    let shown: Vec<_> = pictures(&again.contents).iter().map(|content| ours.source(content.ssrc)).collect();
    assert_eq!(shown, [Some(Camera), Some(Screen)]);
    assert_eq!(pictures(&again.contents)[1].ssrc, screen, "what was shown goes on");
    assert_eq!(pictures(ours.incoming()).len(), 2, "and both of its are received");
}

#[test]
fn of_an_offer_only_what_is_decoded_is_answered_each_with_its_retransmissions_and_neither_red_nor_fec() {
    let mut ours = end(Role::Callee, &[], &[H264, Vp8], NOTHING);
    let mode = |mode| [("packetization-mode", mode), ("profile-level-id", "42001f")];
    let offered = video(
        50,
        &[
            (96, "VP8", &[]),
            (97, "rtx", &[("apt", "96")]),
            (98, "VP9", &[("profile-id", "0")]),
            (99, "rtx", &[("apt", "98")]),
            (102, "H264", &mode("1")),
            (103, "rtx", &[("apt", "102")]),
            (104, "H264", &mode("0")),
            (105, "rtx", &[("apt", "104")]),
            (106, "H264", &mode("2")),
            (108, "H264", &[("packetization-mode", "1"), ("profile-level-id", "f4001f")]),
            (112, "red", &[]),
            (113, "rtx", &[("apt", "112")]),
            (114, "ulpfec", &[]),
            (115, "flexfec-03", &[]),
        ],
    );
    ours.handle_message(ms(0), offer(7, vec![audio_content(Ssrc(5)), offered.clone()]));
    let said = sent(drain(&mut ours));
    let [sound, picture] = &channels(&said)[0].contents[..] else { panic!("{said:?}") };
    assert_eq!(sound, &audio_content(Ssrc(5)));
    let expected = [(96, "VP8"), (97, "rtx"), (102, "H264"), (103, "rtx"), (104, "H264"), (105, "rtx")];
    assert_eq!(ids(picture), expected, "in the order of the offer, under its numbers");
    assert_eq!((&picture.ssrc_groups, &picture.extensions), (&offered.ssrc_groups, &offered.extensions));
}

#[test]
fn a_picture_that_nobody_decodes_is_left_out_and_the_sound_goes_on() {
    // Of ours.
    let mut ends = [end(Role::Caller, &[H265], &[], CAMERA), end(Role::Callee, &[], &[Vp8], NOTHING)];
    meet(ms(0), &mut ends);
    assert_eq!(agreed_pictures(&ends[0], &ends[1]), []);
    // Of theirs, whatever form of a codec it is that we do not decode, or numbers that pass for RTCP.
    for codec in [
        (96, "VP8", &[][..]),
        (98, "VP9", &[("profile-id", "2")]),
        (35, "AV1", &[("profile", "1")]),
        (70, "H264", &[("packetization-mode", "1")]),
        (96, "rtx", &[("apt", "96")]),
    ] {
        let mut ours = end(Role::Callee, &[], &[Vp9, Av1, H264], NOTHING);
        ours.handle_message(ms(0), offer(7, vec![video(50, &[codec]), audio_content(Ssrc(5))]));
        assert_eq!(ours.incoming(), [audio_content(Ssrc(5))], "{codec:?}");
        let said = sent(drain(&mut ours));
        assert_eq!(channels(&said)[0].contents, [audio_content(Ssrc(5))], "{codec:?}");
    }
}

#[test]
fn who_decodes_nothing_never_claims_to_and_who_encodes_nothing_offers_nothing() {
    let mut ours = end(Role::Caller, &[], &[], BOTH);
    let first = sent(drain(&mut ours));
    assert_eq!(channels(&first)[0].contents, [audio_content(Ssrc(11))]);
    ours.handle_message(ms(10), Message::NegotiateChannels(channels(&first)[0].clone()));
    let theirs = video_content(Ssrc(50), Ssrc(51), &VideoCodec::ALL);
    ours.handle_message(ms(20), offer(7, vec![audio_content(Ssrc(5)), theirs.clone(), theirs]));
    ours.set_pictures(ms(5000), SCREEN);
    let said = sent(drain(&mut ours));
    assert_eq!(channels(&said).len(), 1, "the answer");
    assert_eq!(channels(&said)[0].contents, [audio_content(Ssrc(5))]);
}

#[test]
fn a_peer_that_refuses_a_picture_gets_none_and_one_that_takes_a_part_gets_that() {
    let mut ours = end(Role::Caller, &[H265, H264, Vp8], &[], CAMERA);
    let first = sent(drain(&mut ours));
    let whole = channels(&first)[0].clone();
    let answered = |change: &dyn Fn(&mut Content)| {
        let mut ours = end(Role::Caller, &[H265, H264, Vp8], &[], CAMERA);
        drain(&mut ours);
        let mut answer = whole.clone();
        change(&mut answer.contents[1]);
        ours.handle_message(ms(10), Message::NegotiateChannels(answer));
        ours
    };
    let codec_of = |ours: &Negotiation| chosen(&[H265, H264, Vp8], pictures(ours.outgoing()).first()?);
    assert_eq!(codec_of(&answered(&|_| ())), Some((H265, 96)), "ours in our order");
    assert_eq!(codec_of(&answered(&|content| content.payload_types.drain(..2).for_each(drop))), Some((H264, 98)));
    // The answer in another order, with another level: that says what it decodes.
    let reordered = answered(&|content| {
        content.payload_types.rotate_left(4);
        content.payload_types.retain(|codec| codec.id != 96);
        let level = content.payload_types.iter_mut().flat_map(|codec| &mut codec.parameters);
        level.filter(|(name, _)| name == "profile-level-id").for_each(|(_, value)| *value = "42e034".into());
    });
    assert_eq!(codec_of(&reordered), Some((H264, 98)));
    // Other packets than were offered are not what we send.
    let mode = answered(&|content| {
        content.payload_types.retain(|codec| codec.is_named("H264"));
        content.payload_types[0].parameters[1].1 = "0".into();
    });
    assert_eq!(codec_of(&mode), None);
    assert_eq!(codec_of(&answered(&|content| content.ssrc = Ssrc(9))), None);
    // Without the group it knows of no retransmissions.
    let alone = answered(&|content| content.ssrc_groups.clear());
    assert_eq!(pictures(alone.outgoing())[0].ssrc_groups, []);
    for ours in [&mode, &reordered, &alone] {
        assert_eq!(ours.outgoing()[0], audio_content(Ssrc(11)));
    }
}

#[test]
fn the_numbers_of_a_source_hold_whatever_is_said_of_it_later() {
    let mut ours = end(Role::Callee, &[], &[Vp8, H264], NOTHING);
    let renumbered = |base: u8, id: u8| {
        let apt = base.to_string();
        let mut content = video(50, &[(base, "VP8", &[]), (base + 1, "rtx", &[("apt", &apt)])]);
        content.extensions[0].id = id;
        content
    };
    ours.handle_message(ms(0), offer(7, vec![audio_content(Ssrc(5)), renumbered(96, 13)]));
    let said = [sent(drain(&mut ours)), {
        ours.handle_message(ms(5000), offer(8, vec![audio_content(Ssrc(5)), renumbered(100, 12)]));
        sent(drain(&mut ours))
    }];
    let answer = channels(&said[1])[0];
    assert_eq!(ids(&answer.contents[1]), [(100, "VP8"), (101, "rtx")], "answered as it is offered");
    let received = pictures(ours.incoming())[0];
    assert_eq!(ids(received), [(96, "VP8"), (97, "rtx"), (100, "VP8"), (101, "rtx")]);
    assert_eq!(received.extensions[0].id, 13);
    // A new source has the new numbers.
    let other = Content { ssrc: Ssrc(60), ..renumbered(100, 12) };
    ours.handle_message(ms(9000), offer(9, vec![audio_content(Ssrc(5)), other.clone()]));
    assert_eq!(pictures(ours.incoming()), [&other]);
    // Ours keep theirs, over as many offers as there are.
    let mut ends = [end(Role::Caller, &[H264, Vp8], &[], CAMERA), end(Role::Callee, &[Vp8], &[Vp8], NOTHING)];
    meet(ms(0), &mut ends);
    let before = ends[0].streams[1].clone();
    ends[0].restart(ms(9000), transport(Role::Caller));
    meet(ms(9000), &mut ends);
    assert_eq!(ends[0].streams[1], before);
}

/// Of an official peer a picture whose camera went off before the first answer stays in its offers for good.
#[test]
fn stopped_streams_that_stay_in_an_offer_are_answered_and_the_last_two_are_received() {
    let mut ours = end(Role::Callee, &[], &[Vp8], NOTHING);
    let shown = |sources: &[u32]| {
        let mut contents = vec![audio_content(Ssrc(5))];
        contents.extend(sources.iter().map(|ssrc| video(*ssrc, &[(96, "VP8", &[])])));
        contents
    };
    for (number, (offered, received)) in
        [(&[50][..], &[50][..]), (&[50], &[50]), (&[50, 60], &[50, 60]), (&[50, 60, 70], &[60, 70]), (&[], &[])]
            .iter()
            .enumerate()
    {
        ours.handle_message(ms(1000 * number as u64), offer(number as u32 + 1, shown(offered)));
        assert_eq!(ours.incoming(), shown(received), "{offered:?}");
        let said = sent(drain(&mut ours));
        let answer = channels(&said)[0];
        assert_eq!(answer.contents, shown(received), "{offered:?}");
    }
}

#[test]
fn both_turn_their_cameras_on_and_off_at_once_and_agree_in_the_end() {
    let mut ends = pair(&[H264, Vp8], &[Vp8, H264]);
    for (round, wanted) in [BOTH, CAMERA, NOTHING, SCREEN].into_iter().enumerate() {
        let start = 10_000 * (round as u64 + 1);
        ends.iter_mut().for_each(|end| end.set_pictures(ms(start), wanted));
        // Each message takes 50 ms, so the offers cross.
        let mut flying: Vec<(u64, usize, Message)> = Vec::new();
        for now in start..start + 8000 {
            for (index, end) in ends.iter_mut().enumerate() {
                if end.next_timeout().is_some_and(|at| at <= ms(now)) {
                    end.handle_timeout(ms(now));
                }
                for message in sent(drain(end)) {
                    flying.push((now + 50, 1 - index, message));
                }
            }
            for (_, to, message) in flying.extract_if(.., |(at, ..)| *at <= now).collect::<Vec<_>>() {
                ends[to].handle_message(ms(now), message);
            }
        }
        for (from, to) in [(0, 1), (1, 0)] {
            let shown: Vec<_> = agreed_pictures(&ends[from], &ends[to]).iter().map(|(source, _)| *source).collect();
            let expected: &[VideoSource] = match wanted {
                NOTHING => &[],
                CAMERA => &[Camera],
                _ => &[Screen],
            };
            assert_eq!(shown, expected, "round {round}, from {from}");
        }
    }
}

/// It was overtaken, and so taken for one that crossed the caller's own.
#[test]
fn a_callee_makes_an_offer_anew_that_nobody_answers_but_not_for_ever() {
    let mut ours = end(Role::Callee, &[], &[], NOTHING);
    ours.handle_message(ms(0), offer(7, vec![audio_content(Ssrc(5))]));
    let said = sent(drain(&mut ours));
    let mut offers = vec![channels(&said)[1].clone()];
    let mut times = Vec::new();
    while let Some(at) = ours.next_timeout() {
        ours.handle_timeout(at);
        for again in channels(&sent(drain(&mut ours))) {
            assert!(offers.iter().all(|offer| offer.exchange_id != again.exchange_id), "the caller knows the old ones");
            offers.push(again.clone());
            times.push(at);
        }
    }
    assert_eq!(times, [6000, 12_000, 18_000, 24_000, 30_000].map(ms));
    // An old one is not answered any more, and the last one is.
    ours.handle_message(ms(31_000), Message::NegotiateChannels(offers[0].clone()));
    assert_eq!(ours.outgoing(), []);
    ours.handle_message(ms(31_000), Message::NegotiateChannels(offers[5].clone()));
    assert_eq!(ours.outgoing(), [audio_content(Ssrc(22))]);
    assert_eq!(ours.next_timeout(), None);
}
