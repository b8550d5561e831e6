use super::*;
use crate::media::rtp::extension::{Extension, ExtensionValues};
use crate::media::video::Pushed;
use VideoSource::{Camera, Screen};

const HD: Shape = Shape { width: 1280, height: 720, frames_per_s: 30 };

fn ms(ms: u64) -> Time {
    Time::ZERO + Duration::from_millis(ms)
}

fn engine() -> (VideoEngine, Arc<VideoPort>) {
    VideoEngine::new(Random::from_seed(1), Arc::default(), Budget::default())
}

fn agreed(source: VideoSource, ssrc: u32) -> Agreed {
    Agreed { source, layer: 0, ssrc: Ssrc(ssrc), codec: Codec::Vp8, payload_type: 96 }
}

fn shown(shape: Shape) -> Option<Shown> {
    Some(Shown { shape, is_paused: false, rotation: Rotation::None })
}

fn events(engine: &mut VideoEngine) -> Vec<VideoEvent> {
    core::iter::from_fn(|| engine.poll_event()).collect()
}

/// Source, width, frames and bits of what is to be encoded.
fn asked(engine: &mut VideoEngine) -> Vec<(VideoSource, u32, u32, u32)> {
    let of = |event| match event {
        VideoEvent::Encode(Encode { source, shape, bits_per_s, .. }) => {
            Some((source, shape.width, shape.frames_per_s, bits_per_s))
        }
        _ => None,
    };
    events(engine).into_iter().filter_map(of).collect()
}

/// One that is asked for a camera.
fn running() -> (VideoEngine, Arc<VideoPort>) {
    let (mut engine, port) = engine();
    engine.set_shown(ms(0), Camera, shown(HD));
    engine.set_agreed(ms(0), &[agreed(Camera, 1)]);
    engine.set_active(ms(0), true);
    assert_eq!(asked(&mut engine), [(Camera, 640, 30, 300_000)]);
    (engine, port)
}

/// A frame of VP8, as far as it is read.
fn frame(is_key: bool, size: usize) -> Vec<u8> {
    let mut frame = vec![u8::from(!is_key), 0, 0, 0x9d, 0x01, 0x2a, 128, 2, 104, 1];
    frame.resize(size, 5);
    frame
}

fn push(port: &VideoPort, timestamp: u32, is_key: bool, size: usize) -> Result<(), crate::error::Error> {
    let data = &frame(is_key, size);
    port.push(Camera, &Pushed { layer: 0, codec: Codec::Vp8, timestamp, is_key, data })
}

#[test]
fn a_host_is_asked_once_the_peer_has_agreed_and_there_is_a_way() {
    let (mut engine, _port) = engine();
    engine.set_shown(ms(0), Camera, shown(HD));
    engine.set_active(ms(0), true);
    assert!(asked(&mut engine).is_empty() && engine.demand(ms(0)) == 0);
    engine.set_agreed(ms(0), &[agreed(Camera, 1)]);
    assert_eq!(asked(&mut engine), [(Camera, 640, 30, 300_000)]);
    assert_eq!(engine.demand(ms(0)), 1_024_000);
    // Without a way nothing is encoded, and afterwards it begins anew.
    engine.set_active(ms(10), false);
    engine.set_active(ms(20), true);
    assert_eq!(asked(&mut engine), [(Camera, 640, 30, 0), (Camera, 640, 30, 300_000)]);
    let paused = shown(HD).map(|shown| Shown { is_paused: true, ..shown });
    engine.set_shown(ms(30), Camera, paused);
    assert_eq!((asked(&mut engine), engine.demand(ms(0))), (vec![(Camera, 640, 30, 0)], 0));
    engine.set_shown(ms(40), Camera, shown(HD));
    engine.set_shown(ms(50), Camera, None);
    assert_eq!(asked(&mut engine), [(Camera, 640, 30, 300_000), (Camera, 640, 30, 0)]);
}

#[test]
fn the_screen_takes_the_place_of_the_camera_as_another_stream() {
    let (mut engine, port) = running();
    push(&port, 0, true, 100).unwrap();
    engine.set_shown(ms(10), Screen, shown(HD));
    engine.set_agreed(ms(20), &[]);
    engine.set_agreed(ms(30), &[agreed(Screen, 3)]);
    assert_eq!(asked(&mut engine), [(Camera, 640, 30, 0), (Screen, 1280, 7, 300_000)]);
    let mut sent = 0;
    while engine.pack(ms(30), |_| sent += 1) {}
    assert_eq!(sent, 0, "what was pushed for a stream that is gone");
    assert!(push(&port, 1, true, 100).is_err());
    engine.set_agreed(ms(40), &[agreed(Camera, 5)]);
    assert_eq!(asked(&mut engine), [(Camera, 640, 30, 300_000), (Screen, 1280, 7, 0)]);
    assert!(push(&port, 2, false, 100).is_err() && push(&port, 3, true, 100).is_ok());
}

#[test]
fn two_sources_share_what_there_is_by_what_they_are_worth() {
    let (mut engine, _port) = running();
    engine.set_shown(ms(0), Screen, shown(HD));
    engine.set_agreed(ms(0), &[agreed(Camera, 1), agreed(Screen, 3)]);
    assert_eq!(engine.demand(ms(0)), 1_024_000 + 2_488_320);
    assert_eq!(asked(&mut engine), [(Screen, 1280, 7, 212_536)]);
    engine.handle_timeout(ms(300));
    assert_eq!(asked(&mut engine), [(Camera, 320, 30, 87_463)]);
    engine.set_rate(ms(10_000), 100_000_000);
    assert_eq!(asked(&mut engine), [(Camera, 1280, 30, 1_024_000), (Screen, 1280, 30, 2_488_320)]);
    engine.set_low_data(ms(20_000), true);
    assert_eq!(asked(&mut engine).iter().map(|asked| asked.3).sum::<u32>(), 299_999);
}

#[test]
fn an_encoder_is_told_of_less_soon_and_of_more_after_a_while_and_of_trifles_never() {
    let (mut engine, _port) = running();
    engine.set_rate(ms(10), 310_000);
    assert_eq!((asked(&mut engine), engine.next_timeout()), (vec![], None));
    engine.set_rate(ms(20), 600_000);
    assert_eq!((asked(&mut engine), engine.next_timeout()), (vec![], Some(ms(1000))));
    engine.set_rate(ms(30), 100_000);
    assert_eq!((asked(&mut engine), engine.next_timeout()), (vec![], Some(ms(200))));
    engine.handle_timeout(ms(200));
    assert_eq!(asked(&mut engine), [(Camera, 320, 30, 100_000)]);
    engine.set_rate(ms(210), 800_000);
    engine.handle_timeout(ms(1199));
    assert!(asked(&mut engine).is_empty());
    engine.handle_timeout(ms(1200));
    assert_eq!((asked(&mut engine), engine.next_timeout()), (vec![(Camera, 960, 30, 800_000)], None));
    // Nothing at all is no trifle, and not to be waited for.
    engine.set_rate(ms(1210), 0);
    engine.set_rate(ms(1220), 80_000);
    assert_eq!(asked(&mut engine), [(Camera, 960, 30, 0), (Camera, 320, 30, 80_000)]);
    // Nor is what the host itself has changed.
    let smaller = Shape { width: 640, height: 360, frames_per_s: 15 };
    engine.set_rate(ms(5000), 800_000);
    engine.handle_timeout(ms(5000));
    assert_eq!(asked(&mut engine), [(Camera, 960, 30, 800_000)]);
    engine.set_shown(ms(5010), Camera, shown(smaller));
    engine.handle_timeout(ms(5210));
    assert_eq!(asked(&mut engine).last(), Some(&(Camera, 640, 15, 466_560)));
}

#[test]
fn requests_for_a_key_frame_within_300_ms_are_one() {
    let (mut engine, port) = running();
    let mut wants = |at: u64, ssrc: u32| {
        engine.handle_key_frame_wanted(ms(at), Ssrc(ssrc));
        events(&mut engine) == [VideoEvent::KeyFrame(Camera, 0)]
    };
    assert_eq!([wants(100, 1), wants(299, 1)], [false; 2], "it begins with one");
    assert_eq!([wants(300, 1), wants(400, 1), wants(599, 1), wants(600, 1)], [true, false, false, true]);
    assert!(!wants(1000, 2), "of no stream of ours");
    let stats = engine.stats();
    assert_eq!((stats[0].0, stats[0].1.key_frames_asked), (Ssrc(1), 6));
    // A host that goes on without one is told, too.
    assert!(push(&port, 0, false, 100).is_err());
    engine.handle_host(ms(1000));
    assert_eq!(events(&mut engine), [VideoEvent::KeyFrame(Camera, 0)]);
    engine.handle_host(ms(1400));
    assert!(events(&mut engine).is_empty());
}

#[test]
fn frames_go_out_in_payloads_with_their_rotation_and_what_cannot_be_packed_breaks_the_chain() {
    let (mut engine, port) = running();
    push(&port, 90, true, 5000).unwrap();
    push(&port, 180, false, 100).unwrap();
    let turned = shown(HD).map(|shown| Shown { rotation: Rotation::Quarter, ..shown });
    let mut sent = Vec::new();
    let mut pack = |engine: &mut VideoEngine| {
        let mut put = |packed: &Packed<'_>| {
            let Packed { ssrc, payload_type, timestamp, orientation, payloads } = packed;
            assert_eq!((*ssrc, *payload_type), (Ssrc(1), 96));
            assert!(payloads.clone().all(|payload| payload.len() <= 1170));
            sent.push((*timestamp, payloads.len(), *orientation));
        };
        while engine.pack(ms(0), &mut put) {}
    };
    pack(&mut engine);
    engine.set_shown(ms(0), Camera, turned);
    push(&port, 270, false, 100).unwrap();
    pack(&mut engine);
    // No frame of VP8 has two bytes.
    port.push(Camera, &Pushed { layer: 0, codec: Codec::Vp8, timestamp: 360, is_key: true, data: &[1] }).unwrap();
    pack(&mut engine);
    let unreadable = engine.stats()[0].1.unreadable;
    assert!(unreadable == 0 || push(&port, 450, false, 100).is_err());
    assert_eq!(sent[..3], [(90, 5, Some(0)), (180, 1, None), (270, 1, Some(1))]);
    engine.set_delay(Duration::from_millis(501));
    assert!(push(&port, 540, true, 100).is_err());
    engine.set_delay(Duration::from_millis(500));
    assert!(push(&port, 540, true, 100).is_ok());
}

fn packet(ssrc: u32, sequence: u16, timestamp: u32, payload: &[u8]) -> Received {
    let extensions =
        if sequence == 0 { [Extension::VideoOrientation(2)].into_iter().collect() } else { ExtensionValues::default() };
    Received {
        ssrc: Ssrc(ssrc),
        payload_type: 96,
        sequence,
        timestamp,
        marker: true,
        arrived_at: ms(0),
        extensions,
        payload: payload.to_vec(),
    }
}

/// A frame of VP8 in one packet.
fn vp8(is_key: bool) -> Vec<u8> {
    [&[0x10][..], &frame(is_key, 50)].concat()
}

#[test]
fn frames_of_the_peer_go_to_what_they_show() {
    let (mut engine, port) = engine();
    let announced = |ssrc| Announced { ssrc: Ssrc(ssrc), origin: None, codecs: vec![(96, Codec::Vp8)] };
    engine.set_announced(ms(0), &[announced(7)]);
    engine.set_sources(ms(0), |_| Camera);
    assert!(!engine.handle_packet(ms(0), &packet(8, 0, 0, &vp8(true))), "nobody announced it");
    assert!(!engine.handle_packet(ms(0), &Received { payload_type: 97, ..packet(7, 0, 0, &vp8(true)) }));
    assert!(engine.handle_packet(ms(0), &packet(7, 0, 0, &vp8(true))));
    assert!(engine.handle_packet(ms(0), &packet(7, 1, 90, &vp8(false))));
    assert_eq!(events(&mut engine), [VideoEvent::Ready(Camera.into())]);
    let pulled = port.pull(Camera).0.unwrap();
    assert_eq!(
        (pulled.frame.is_key, pulled.frame.rotation, pulled.frame.size),
        (true, Rotation::Half, Some((640, 360)))
    );
    assert_eq!(pulled.delay_ms(), None);
    // It was the screen: that begins with a key frame.
    engine.set_sources(ms(10), |_| Screen);
    assert_eq!(engine.poll_key_frame_request(ms(10)), Some(Ssrc(7)));
    engine.handle_packet(ms(10), &packet(7, 2, 180, &vp8(false)));
    engine.handle_packet(ms(10), &packet(7, 3, 270, &vp8(true)));
    assert_eq!(events(&mut engine), [VideoEvent::Ready(Screen.into())]);
    assert_eq!(port.pull(Screen).0.map(|pulled| pulled.frame.timestamp), Some(270));
    assert_eq!(port.pull(Camera).0.map(|pulled| pulled.frame.timestamp), Some(90), "what came before stays");
    let stats = engine.stats();
    assert_eq!((stats[0].0, stats[0].1.frames, stats[0].1.frames_dropped), (Ssrc(7), 3, 1));
    engine.set_announced(ms(20), &[announced(9)]);
    assert!(!engine.handle_packet(ms(20), &packet(7, 4, 360, &vp8(true))));
    assert_eq!(engine.received_streams().collect::<Vec<_>>(), [Ssrc(9)]);
}

#[test]
fn a_host_that_lost_it_makes_the_peer_be_asked() {
    let (mut engine, port) = engine();
    engine.set_announced(ms(0), &[Announced { ssrc: Ssrc(7), origin: None, codecs: vec![(96, Codec::Vp8)] }]);
    engine.set_sources(ms(0), |_| Camera);
    engine.handle_packet(ms(0), &packet(7, 0, 0, &vp8(true)));
    assert!(port.pull(Camera).0.is_some());
    assert_eq!(engine.poll_key_frame_request(ms(100)), None);
    assert_eq!(port.want_key_frame(Camera), super::super::Ring::Yes);
    engine.handle_host(ms(100));
    assert_eq!(engine.poll_key_frame_request(ms(100)), Some(Ssrc(7)));
    assert_eq!(engine.poll_key_frame_request(ms(101)), None);
}

#[test]
fn what_nobody_brings_any_more_is_not_waited_for_and_what_nobody_needs_is_told() {
    let (mut engine, port) = engine();
    engine.set_announced(ms(0), &[Announced { ssrc: Ssrc(7), origin: None, codecs: vec![(96, Codec::Vp8)] }]);
    engine.set_sources(ms(0), |_| Camera);
    let receive = |engine: &mut VideoEngine, now, sequence: u16, is_key| {
        engine.handle_packet(now, &packet(7, sequence, u32::from(sequence) * 90, &vp8(is_key)));
        core::iter::from_fn(|| engine.poll_floor()).collect::<Vec<_>>()
    };
    assert_eq!(receive(&mut engine, ms(0), 65_535, true), [(Ssrc(7), 0)]);
    assert!(port.pull(Camera).0.is_some());
    assert_eq!(receive(&mut engine, ms(10), 1, false), [], "0 is missing, and may still come");
    // Far less than the two seconds that it would be waited for.
    engine.handle_given_up(ms(300), Ssrc(7), 0);
    engine.handle_given_up(ms(300), Ssrc(9), 0);
    assert_eq!(engine.poll_key_frame_request(ms(300)), Some(Ssrc(7)));
    assert_eq!(receive(&mut engine, ms(310), 3, true), [(Ssrc(7), 4)], "with a key frame there nobody need ask for 2");
    assert_eq!(port.pull(Camera).0.map(|pulled| pulled.frame.timestamp), Some(270));
}
