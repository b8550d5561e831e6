//! Streams of pictures: frames, what is sent again of them, key frames.

use crate::world::*;
use std::collections::BTreeSet;
use tgcall::media::{Extension, ExtensionKind, MediaKind, Received};
use tgcall::time::Duration;

#[test]
fn lost_video_packets_are_sent_again_whatever_their_numbers() {
    for loss in [0, 20, 50, 100] {
        let mut world = World::new(Setting { seed: 9, ..Setting::default() });
        world.connect();
        for side in [CALLER, CALLEE] {
            let host = world.peers[side].host;
            world.network.link_mut(host).loss_permille = loss / 2;
        }
        for i in 0..1500_u32 {
            for side in [CALLER, CALLEE] {
                let (now, stream) = (world.now, stream(side, MediaKind::Video));
                let payload_type = stream.codecs[0].payload_type;
                let payload = i.to_be_bytes();
                let transport = &mut world.peers[side].transport;
                transport
                    .send_rtp(
                        now,
                        stream.ssrc,
                        payload_type,
                        i * 900,
                        true,
                        &[Extension::VideoOrientation(2)],
                        &payload,
                    )
                    .unwrap();
            }
            world.run(ms(10));
        }
        for side in [CALLER, CALLEE] {
            let host = world.peers[side].host;
            world.network.link_mut(host).loss_permille = 0;
        }
        world.run(secs(2));
        for side in [CALLER, CALLEE] {
            let peer = &world.peers[side];
            let got: BTreeSet<u32> =
                peer.received.iter().map(|(_, r)| u32::from_be_bytes(r.payload[..].try_into().unwrap())).collect();
            assert!(got.len() >= 1499, "loss {loss}: {} of 1500", got.len());
            assert_eq!(got.len(), peer.received.len(), "none twice");
            let expected = stream(1 - side, MediaKind::Video).codecs[0].payload_type;
            assert!(peer.received.iter().all(|(_, r)| r.payload_type == expected && r.marker));
            let resent = peer.transport.stats().rtp.packets_resent;
            assert!(resent <= 1500 * u64::from(loss) * 2 / 1000, "loss {loss}: {resent} sent again");
        }
    }
}

#[test]
fn a_frame_arrives_with_its_marker_and_its_rotation_on_the_last_packet() {
    let mut world = World::new(Setting::default());
    world.connect();
    let (now, camera) = (world.now, stream(CALLER, MediaKind::Video));
    let transport = &mut world.peers[CALLER].transport;
    transport.set_picture_demand(now, 1_000_000);
    let payloads = [&[1; 1000][..], &[2; 1000], &[3; 500]];
    let turned = [Extension::VideoOrientation(1)];
    let payload_type = camera.codecs[0].payload_type;
    transport.send_picture(now, camera.ssrc, payload_type, 90, &turned, payloads.into_iter()).unwrap();
    assert!(transport.send_picture(now, camera.ssrc, 0, 90, &turned, payloads.into_iter()).is_err());
    world.run(secs(1));
    let received: Vec<&Received> =
        world.peers[CALLEE].received.iter().map(|(_, r)| r).filter(|r| r.ssrc == camera.ssrc).collect();
    assert_eq!(
        received.iter().map(|r| (&r.payload[..], r.marker)).collect::<Vec<_>>(),
        [(payloads[0], false), (payloads[1], false), (payloads[2], true)]
    );
    let rotation = |r: &Received| r.extensions.get(ExtensionKind::VideoOrientation);
    assert_eq!(received.iter().map(|r| rotation(r)).collect::<Vec<_>>(), [None, None, Some(turned[0])]);
    let (now, caller) = (world.now, &mut world.peers[CALLER]);
    assert!(caller.rates[0] > 100_000, "{:?}", caller.rates);
    assert_eq!(caller.transport.picture_delay(now), Duration::ZERO, "all has left");
    caller.transport.set_picture_demand(now, 0);
    world.run(secs(1));
    assert_eq!(world.peers[CALLER].rates.last(), Some(&0));
}

#[test]
fn key_frames_are_asked_for_and_the_request_is_handed_on() {
    let mut world = World::new(Setting::default());
    world.connect();
    let now = world.now;
    world.peers[CALLER].transport.request_key_frame(now, stream(CALLEE, MediaKind::Video).ssrc);
    world.run(ms(300));
    assert_eq!((world.peers[CALLER].key_frames, world.peers[CALLEE].key_frames), (0, 1));
}
