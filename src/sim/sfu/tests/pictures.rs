//! Who shows what, and who sees it.

use super::world::{World, ms, picture_stream, secs};
use crate::media::Received;
use crate::media::rtp::extension::Extension;
use crate::sim::sfu::LegKind;
use crate::time::Duration;
use crate::types::Ssrc;
use serde_json::{Map, Value, json};
use std::collections::BTreeSet;

/// A camera, whose pictures say of which layer they are.
struct Camera {
    side: usize,
    /// The layers that are on.
    on: BTreeSet<usize>,
    numbers: Vec<u16>,
    /// Of the picture that comes next.
    frame: u32,
}

const PACKETS: usize = 3;

impl Camera {
    fn new(side: usize, layers: usize) -> Camera {
        Camera {
            side,
            on: (0..layers).collect(),
            numbers: (0..layers).map(|at| 0x7ff0 + 9 * at as u16).collect(),
            frame: 0,
        }
    }

    /// One picture of each layer; a key frame where one was asked for.
    fn shoot(&mut self, world: &mut World) {
        for layer in self.on.clone() {
            let side = &mut world.sides[self.side];
            let ssrc = side.layers[layer].0;
            let is_key = self.frame == 0 || side.key_frames.contains(&ssrc);
            side.key_frames.retain(|one| *one != ssrc);
            let number = self.numbers[layer] & 0x7fff;
            self.numbers[layer] += 1;
            // Each layer has a timeline of its own.
            let timestamp = (layer as u32 + 1) * 1_000_000 + self.frame * 4500;
            for at in 0..PACKETS {
                let [high, low] = (number | 0x8000).to_be_bytes();
                let start = if at == 0 { 0x90 } else { 0x80 };
                let payload = [start, 0xe0, high, low, self.frame as u8, 0, u8::from(!is_key), layer as u8, at as u8];
                let turned = [Extension::VideoOrientation(1)];
                let (is_last, now) = (at + 1 == PACKETS, world.now);
                let extensions = if is_last { &turned[..] } else { &[] };
                let transport = &mut world.sides[self.side].transport;
                transport.send_rtp(now, Ssrc(ssrc), 100, timestamp, is_last, extensions, &payload).unwrap();
            }
        }
        self.frame += 1;
        world.pump();
    }
}

/// All shoot 20 pictures a second.
fn film(world: &mut World, cameras: &mut [Camera], time: Duration) {
    let end = world.now + time;
    while world.now < end {
        cameras.iter_mut().for_each(|camera| camera.shoot(world));
        world.run_for(ms(50));
    }
}

fn want(world: &mut World, side: usize, wanted: &[(&str, u32)]) {
    let constraints: Map<String, Value> = wanted
        .iter()
        .map(|(endpoint, most)| ((*endpoint).into(), json!({"minHeight": 180, "maxHeight": most})))
        .collect();
    let text = json!({
        "colibriClass": "ReceiverVideoConstraints", "constraints": constraints,
        "defaultConstraints": {"maxHeight": 0}, "onStageEndpoints": [],
    });
    let now = world.now;
    world.sides[side].transport.send_data(now, &text.to_string()).unwrap();
    world.pump();
}

/// It expects pictures of these, as each one's smallest layer.
fn expect(world: &mut World, side: usize, others: &[usize]) {
    let streams: Vec<_> = others.iter().map(|other| world.sides[*other].layers[0]).collect();
    let streams: Vec<_> = streams.into_iter().map(|(first, repair)| picture_stream(first, repair)).collect();
    assert!(world.sides[side].transport.set_receive_streams(&streams).is_empty());
}

/// The whole pictures that came of somebody, in order: of which layer, and whether it is a key frame. What came is one stream without
/// a gap, which changes its layer with a key frame only.
#[track_caller]
fn seen(world: &World, side: usize, other: usize) -> Vec<(u8, bool)> {
    let ssrc = Ssrc(world.sides[other].layers[0].0);
    let mut packets: Vec<&Received> = world.sides[side].received.iter().filter(|one| one.ssrc == ssrc).collect();
    let Some(first) = packets.first().map(|packet| packet.sequence) else { return Vec::new() };
    packets.sort_by_key(|packet| packet.sequence.wrapping_sub(first.wrapping_sub(1000)));
    packets.dedup_by_key(|packet| packet.sequence);
    let mut pictures: Vec<(u8, bool)> = Vec::new();
    let (mut timestamp, mut picture) = (None, None);
    for pair in packets.windows(2) {
        assert_eq!(pair[1].sequence, pair[0].sequence.wrapping_add(1), "no gap");
    }
    for packet in packets {
        let payload = &packet.payload;
        let id = u16::from_be_bytes([payload[2] & 0x7f, payload[3]]);
        let (layer, is_key) = (payload[7], payload[6] == 0);
        if payload[0] == 0x90 {
            assert!(timestamp.is_none_or(|before| packet.timestamp.wrapping_sub(before) < 1 << 31), "time goes on");
            assert!(
                picture.is_none_or(|before: u16| id == (before + 1) & 0x7fff),
                "pictures are counted: {picture:?}, {id}"
            );
            let is_other = pictures.last().is_none_or(|(before, _)| *before != layer);
            assert!(is_key || !is_other, "another layer begins with a key frame");
            (timestamp, picture) = (Some(packet.timestamp), Some(id));
            pictures.push((layer, is_key));
        }
        assert_eq!((timestamp, picture), (Some(packet.timestamp), Some(id)), "of one picture");
    }
    pictures
}

fn layers_of(pictures: &[(u8, bool)]) -> Vec<u8> {
    let mut layers: Vec<u8> = pictures.iter().map(|(layer, _)| *layer).collect();
    layers.dedup();
    layers
}

fn heights(world: &World, side: usize) -> Vec<u64> {
    let height = |text: &String| {
        let value: Value = serde_json::from_str(text).unwrap();
        assert_eq!(value["colibriClass"], "SenderVideoConstraints");
        value["videoConstraints"]["idealHeight"].as_u64().unwrap()
    };
    world.sides[side].texts.iter().map(height).collect()
}

/// Two who show, and one who looks.
fn studio(seed: u64) -> (World, [Camera; 2], usize) {
    let mut world = World::new(seed);
    let cameras = [0, 1].map(|_| world.add_showing(LegKind::Main, 3)).map(|side| Camera::new(side, 3));
    let viewer = world.add();
    world.connect_all();
    expect(&mut world, viewer, &[0, 1]);
    (world, cameras, viewer)
}

#[test]
fn who_wants_to_see_somebody_sees_him_as_high_as_he_wants_and_is_told_of_it() {
    let (mut world, mut cameras, viewer) = studio(1);
    film(&mut world, &mut cameras, secs(1));
    assert!(world.sides[viewer].received.is_empty() && world.sides[viewer].unknown.is_empty(), "nobody has asked");
    assert_eq!((heights(&world, 0), heights(&world, viewer)), (vec![0], vec![]));

    let (first, second) = (world.sides[0].endpoint.clone(), world.sides[1].endpoint.clone());
    want(&mut world, viewer, &[(&first, 720)]);
    film(&mut world, &mut cameras, secs(1));
    let pictures = seen(&world, viewer, 0);
    assert!(pictures.len() > 12 && pictures[0] == (2, true) && layers_of(&pictures) == [2], "{pictures:?}");
    assert!(seen(&world, viewer, 1).is_empty(), "of others nothing comes");

    // Down, up and away, while another is wanted, too.
    want(&mut world, viewer, &[(&first, 180), (&second, 360)]);
    film(&mut world, &mut cameras, secs(1));
    want(&mut world, viewer, &[(&first, 360)]);
    film(&mut world, &mut cameras, secs(1));
    want(&mut world, viewer, &[]);
    film(&mut world, &mut cameras, secs(1));
    let pictures = seen(&world, viewer, 0);
    assert_eq!(layers_of(&pictures), [2, 0, 1]);
    assert!((50..=64).contains(&pictures.len()), "60 were shot: {}", pictures.len());
    assert_eq!(layers_of(&seen(&world, viewer, 1)), [1]);
    assert_eq!((heights(&world, 0), heights(&world, 1)), (vec![0, 720, 180, 360, 0], vec![0, 360, 0]));
    let turned = world.sides[viewer].received.iter().filter(|one| one.marker);
    assert!(turned.into_iter().all(|one| {
        one.extensions.get(crate::media::rtp::extension::ExtensionKind::VideoOrientation)
            == Some(Extension::VideoOrientation(1))
    }));
}

#[test]
fn what_is_lost_on_the_way_is_sent_once_more_on_either_side() {
    for seed in 0..6 {
        let (mut world, mut cameras, viewer) = studio(10 + seed);
        let endpoint = world.sides[0].endpoint.clone();
        want(&mut world, viewer, &[(&endpoint, 720)]);
        film(&mut world, &mut cameras, secs(1));
        for side in [0, viewer] {
            let host = world.sides[side].host;
            world.network.link_mut(host).loss_permille = 60;
        }
        film(&mut world, &mut cameras, secs(6));
        for side in [0, viewer] {
            let host = world.sides[side].host;
            world.network.link_mut(host).loss_permille = 0;
        }
        film(&mut world, &mut cameras, secs(1));
        let pictures = seen(&world, viewer, 0);
        assert!(pictures.len() > 150, "seed {seed}: {}", pictures.len());
        // The first picture that came was of the lowest.
        assert_eq!(layers_of(&pictures), [0, 2], "seed {seed}");
        let leg = world.sides[viewer].leg;
        assert!(world.sfu().stats(leg).unwrap().shown_again > 10, "seed {seed}");
    }
}

#[test]
fn a_layer_that_is_switched_off_gives_way_to_a_lower_one_and_comes_back() {
    let (mut world, mut cameras, viewer) = studio(2);
    let endpoint = world.sides[0].endpoint.clone();
    want(&mut world, viewer, &[(&endpoint, 720)]);
    film(&mut world, &mut cameras, secs(1));
    cameras[0].on.remove(&2);
    film(&mut world, &mut cameras, secs(3));
    cameras[0].on.insert(2);
    film(&mut world, &mut cameras, secs(2));
    let pictures = seen(&world, viewer, 0);
    assert_eq!(layers_of(&pictures), [0, 2, 1, 2]);
    // A second passes until it is known to be off.
    assert!(pictures.len() > 90, "of 120: {}", pictures.len());
    let leg = world.sides[0].leg;
    assert!(world.sfu().stats(leg).unwrap().key_frames <= 6, "asked for with measure");
}

#[test]
fn a_viewer_who_cannot_go_on_gets_a_key_frame_of_what_he_sees() {
    let (mut world, mut cameras, viewer) = studio(3);
    let endpoint = world.sides[0].endpoint.clone();
    want(&mut world, viewer, &[(&endpoint, 360)]);
    film(&mut world, &mut cameras, secs(1));
    let before = seen(&world, viewer, 0).iter().filter(|(_, is_key)| *is_key).count();
    let now = world.now;
    let (lowest, seen_layer) = (world.sides[0].layers[0].0, world.sides[0].layers[1].0);
    for _ in 0..5 {
        world.sides[viewer].transport.request_key_frame(now, Ssrc(lowest));
    }
    world.run_for(ms(100));
    assert_eq!(world.sides[0].key_frames, [seen_layer], "once, and of the layer that he sees");
    film(&mut world, &mut cameras, secs(1));
    // What was asked for meanwhile is asked for once more.
    let after = seen(&world, viewer, 0).iter().filter(|(_, is_key)| *is_key).count();
    assert!((before + 1..=before + 2).contains(&after), "{before}, {after}");
}

#[test]
fn a_screen_is_seen_and_heard_by_others_and_not_by_who_shows_it() {
    let mut world = World::new(4);
    let owner = world.add_showing(LegKind::Main, 3);
    let viewer = world.add();
    let screen = world.add_showing(LegKind::Presentation(world.sides[owner].leg), 2);
    world.connect_all();
    expect(&mut world, viewer, &[screen]);
    expect(&mut world, owner, &[screen]);
    let (endpoint, camera) = (world.sides[screen].endpoint.clone(), world.sides[owner].endpoint.clone());
    for side in [owner, viewer, screen] {
        want(&mut world, side, &[(&endpoint, 720), (&camera, 720), ("00000000", 720)]);
    }
    let mut cameras = [Camera::new(screen, 2)];
    film(&mut world, &mut cameras, secs(1));
    world.talk(&[owner, viewer, screen], secs(1));
    assert_eq!(layers_of(&seen(&world, viewer, screen)), [0, 1]);
    assert!(seen(&world, owner, screen).is_empty());
    let [own, others, none] = [owner, viewer, screen].map(|side| world.sides[side].sources());
    let ssrc = |side: usize| world.sides[side].ssrc;
    assert!(others.is_superset(&[ssrc(owner), ssrc(screen)].into()));
    assert_eq!((own, none), ([ssrc(viewer)].into(), BTreeSet::new()));
    assert_eq!(heights(&world, screen), [0, 720]);
    // It ends, and begins anew as another one.
    let leg = world.sides[screen].leg;
    world.desk.leave(leg);
    world.pump();
    world.run_for(secs(1));
    let before = seen(&world, viewer, screen).len();
    film(&mut world, &mut cameras, secs(1));
    assert_eq!(seen(&world, viewer, screen).len(), before);
}

#[test]
fn who_comes_later_is_seen_by_who_has_waited_for_him() {
    let mut world = World::new(5);
    let camera = world.add_showing(LegKind::Main, 3);
    let viewer = world.add();
    let endpoint = world.sides[camera].endpoint.clone();
    world.connect_all();
    expect(&mut world, viewer, &[camera]);
    want(&mut world, viewer, &[(&endpoint, 720)]);
    // Nothing of it has come yet: no layer is the right one.
    world.run_for(secs(3));
    let mut cameras = [Camera::new(camera, 3)];
    cameras[0].on = [0].into();
    film(&mut world, &mut cameras, secs(1));
    assert_eq!(seen(&world, viewer, camera)[0], (0, true), "the first picture there is");
    // The viewer goes: nobody watches.
    let leg = world.sides[viewer].leg;
    world.desk.leave(leg);
    world.pump();
    world.run_for(secs(1));
    assert_eq!(heights(&world, camera), [0, 720, 0]);
}
