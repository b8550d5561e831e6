//! Who sees whom, from the encoder to the decoder: whole clients, the simulated Telegram and its media server.

use super::clients::Clients;
use super::film::RATE;
use super::world::{ms, secs};
use tgcall::client::{Config, Quality, Switches};
use tgcall::error::ErrorKind;
use tgcall::time::Duration;
use tgcall::types::VideoSource::{Camera, Screen};
use tgcall::types::{PeerId, VideoCodec, VideoSource};

impl Clients {
    /// Everybody is in, with a camera at hand.
    pub fn studio(seed: u64, people: i64) -> Clients {
        let mut config = Config::new();
        config.set_video_codecs(&[VideoCodec::Vp8], &[VideoCodec::Vp8]).unwrap();
        Clients::crowd_with(seed, people, &config)
    }

    pub fn start(&mut self, side: usize, source: VideoSource) {
        let (now, one) = (self.now, &mut self.sides[side]);
        one.client.start_video(now, one.call, source, 1280, 720, RATE).unwrap();
        self.run(ms(0));
    }

    pub fn stop(&mut self, side: usize, source: VideoSource) {
        let (now, one) = (self.now, &mut self.sides[side]);
        one.client.stop_video(now, one.call, source).unwrap();
        self.run(ms(0));
    }

    pub fn want(&mut self, side: usize, other: usize, source: VideoSource, quality: Option<Quality>) {
        let (now, peer) = (self.now, self.peer(side, other));
        let one = &mut self.sides[side];
        one.client.want_video(now, one.call, peer, source, quality).unwrap();
        self.run(ms(0));
    }

    /// Everybody shoots, looks and speaks. What was seen before is forgotten.
    pub fn film(&mut self, time: Duration) {
        self.sides.iter_mut().for_each(|side| side.film.seen.clear());
        let end = self.now + time;
        while self.now < end {
            let now = self.now;
            for side in &mut self.sides {
                if let Some(port) = &side.port {
                    side.film.turn(now, side.account, port);
                }
            }
            self.talk(Duration::from_secs(1) / RATE, |_| {});
        }
    }

    pub fn who(&self, side: usize) -> PeerId {
        PeerId::User(self.sides[side].account)
    }

    /// How many frames a side saw of another, and of which layer the last one was.
    pub fn sees(&self, side: usize, other: usize, source: VideoSource) -> (usize, Option<u8>) {
        let seen = self.sides[side].film.seen.get(&(self.who(other), source)).map_or(&[][..], Vec::as_slice);
        (seen.len(), seen.last().map(|last| last.layer))
    }

    /// It sees most of what is shot, and in the end this layer.
    #[track_caller]
    pub fn assert_sees(&self, side: usize, other: usize, source: VideoSource, layer: u8, frames: usize) {
        let seen = self.sees(side, other, source);
        assert!(seen.0 >= frames && seen.1 == Some(layer), "{seen:?}\n{}", self.report(side));
    }

    pub fn switches(&self, side: usize, other: usize) -> (bool, bool) {
        let people = self.sides[side].client.roster(self.sides[side].call).unwrap().people;
        let camera = people.find(self.who(other)).and_then(|one| one.camera.clone());
        (camera.is_some(), camera.is_some_and(|camera| camera.is_paused))
    }
}

#[test]
fn a_camera_is_seen_by_those_who_want_it_in_the_size_that_they_want() {
    let mut clients = Clients::studio(1, 4);
    clients.start(0, Camera);
    clients.film(secs(1));
    assert_eq!((clients.switches(1, 0), clients.sees(1, 0, Camera)), ((true, false), (0, None)), "nobody asked for it");
    clients.want(1, 0, Camera, Some(Quality::Full));
    clients.want(2, 0, Camera, Some(Quality::Thumbnail));
    clients.film(secs(6));
    clients.film(secs(4));
    clients.assert_sees(1, 0, Camera, 2, 70);
    clients.assert_sees(2, 0, Camera, 0, 70);
    assert_eq!(clients.sees(3, 0, Camera), (0, None));
    assert_eq!(clients.sides[0].film.layers(Camera), [0, 1, 2]);
    let own = clients.sides[0].client.switches(clients.sides[0].call).unwrap().0;
    assert!(own.has(Switches::CAMERA));
    // Other sizes, without a broken picture.
    clients.want(1, 0, Camera, Some(Quality::Medium));
    clients.film(secs(3));
    clients.assert_sees(1, 0, Camera, 1, 50);
    clients.film(secs(1));
    assert_eq!(clients.sides[0].film.layers(Camera), [0, 1], "nobody wants the largest any more");
    clients.want(1, 0, Camera, None);
    clients.want(2, 0, Camera, None);
    clients.film(secs(1));
    assert_eq!(clients.sees(1, 0, Camera), (0, None));
    clients.film(secs(3));
    assert!(clients.sides[0].film.layers(Camera).is_empty(), "nobody looks");
    clients.want(3, 0, Camera, Some(Quality::Full));
    clients.film(secs(4));
    clients.assert_sees(3, 0, Camera, 2, 40);
}

#[test]
fn pictures_come_whole_through_a_network_that_loses_some() {
    let mut clients = Clients::studio(2, 3);
    for side in 0..3 {
        let host = clients.host(side);
        clients.hosts().link_mut(host).loss_permille = 50;
    }
    clients.start(0, Camera);
    clients.start(1, Camera);
    for (side, other) in [(1, 0), (2, 0), (2, 1), (0, 1)] {
        clients.want(side, other, Camera, Some(Quality::Medium));
    }
    clients.film(secs(8));
    clients.film(secs(6));
    for (side, other) in [(1, 0), (2, 0), (2, 1), (0, 1)] {
        let (frames, layer) = clients.sees(side, other, Camera);
        assert!(frames > 100 && layer <= Some(1), "{frames} {layer:?}\n{}", clients.report(side));
    }
}

#[test]
fn who_leaves_is_wanted_no_more_and_who_joins_anew_is_seen_again() {
    let mut clients = Clients::studio(3, 3);
    clients.start(0, Camera);
    clients.want(1, 0, Camera, Some(Quality::Full));
    clients.film(secs(5));
    clients.assert_sees(1, 0, Camera, 2, 60);
    // Telegram says that it does not know the side any more. Whoever goes in anew has other sources and another endpoint; what is
    // wanted of him stays.
    let (joins, nobody) = (clients.joins(0), [&0x1cb5_c415_u32.to_le_bytes()[..], &[0; 4]].concat());
    clients.sides[0].instead.push(("phone.checkGroupCall", nobody));
    clients.run(secs(12));
    assert_eq!(clients.joins(0), joins + 1, "{}", clients.report(0));
    clients.film(secs(4));
    clients.film(secs(4));
    clients.assert_sees(1, 0, Camera, 2, 60);
    clients.leave(0);
    clients.film(secs(3));
    assert!(clients.sides[0].film.asked.is_empty(), "who has left encodes nothing");
    let (now, peer) = (clients.now, clients.peer(1, 0));
    let one = &mut clients.sides[1];
    let gone = one.client.want_video(now, one.call, peer, Camera, Some(Quality::Full)).unwrap_err();
    assert_eq!(gone.kind(), ErrorKind::NotFound);
    clients.open(0);
    clients.join(0, false);
    clients.film(secs(3));
    clients.start(0, Camera);
    clients.film(secs(3));
    assert_eq!(clients.sees(1, 0, Camera), (0, None), "it was wanted of who has left");
    clients.want(1, 0, Camera, Some(Quality::Full));
    clients.film(secs(5));
    clients.assert_sees(1, 0, Camera, 2, 60);
}

#[test]
fn a_camera_that_is_paused_or_stopped_is_told_to_all() {
    let mut clients = Clients::studio(4, 2);
    clients.start(0, Camera);
    clients.want(1, 0, Camera, Some(Quality::Full));
    clients.film(secs(4));
    let pause = |clients: &mut Clients, paused| {
        let (now, one) = (clients.now, &mut clients.sides[0]);
        one.client.set_video_paused(now, one.call, Camera, paused).unwrap();
        clients.run(ms(0));
    };
    pause(&mut clients, true);
    clients.film(secs(1));
    clients.film(secs(2));
    assert_eq!((clients.switches(1, 0), clients.sees(1, 0, Camera).0), ((true, true), 0));
    assert!(clients.sides[0].film.asked.is_empty());
    pause(&mut clients, false);
    clients.film(secs(3));
    assert_eq!(clients.switches(1, 0), (true, false));
    clients.assert_sees(1, 0, Camera, 2, 30);
    clients.stop(0, Camera);
    clients.film(secs(1));
    clients.film(secs(2));
    assert_eq!((clients.switches(1, 0), clients.sees(1, 0, Camera).0), ((false, false), 0));
    clients.start(0, Camera);
    clients.film(secs(4));
    clients.assert_sees(1, 0, Camera, 2, 40);
}

#[test]
fn a_host_that_encodes_one_layer_is_seen_by_all() {
    let mut clients = Clients::studio(5, 3);
    clients.sides[0].film.only = Some(0);
    clients.sides[1].film.only = Some(2);
    clients.start(0, Camera);
    clients.start(1, Camera);
    clients.want(2, 0, Camera, Some(Quality::Full));
    clients.want(2, 1, Camera, Some(Quality::Thumbnail));
    clients.film(secs(12));
    clients.film(secs(2));
    clients.assert_sees(2, 0, Camera, 0, 35);
    clients.assert_sees(2, 1, Camera, 2, 35);
}

#[test]
fn a_decoder_that_lost_it_gets_a_key_frame() {
    let mut clients = Clients::studio(6, 2);
    clients.start(0, Camera);
    clients.want(1, 0, Camera, Some(Quality::Full));
    clients.film(secs(5));
    let before = clients.sides[0].film.key_frames_wanted;
    let whose = Some(clients.who(0).key());
    let origin = tgcall::media::video::Origin { whose, source: Camera };
    clients.sides[1].port.as_ref().unwrap().want_key_frame(origin);
    clients.film(secs(2));
    assert!(clients.sides[0].film.key_frames_wanted > before);
    let seen = &clients.sides[1].film.seen[&(clients.who(0), Camera)];
    assert!(seen[0].is_key && seen.len() > 30, "{:?}", &seen[..3]);
}

#[test]
fn what_cannot_be_wanted_is_refused_and_changes_nothing() {
    let mut clients = Clients::studio(7, 3);
    let (now, peers) = (clients.now, [clients.peer(0, 0), clients.peer(0, 1)]);
    let nobody = tgcall::client::Peer::User { id: 999, access_hash: 1 };
    let one = &mut clients.sides[0];
    let mut kind = |peer, quality| one.client.want_video(now, one.call, peer, Screen, quality).err().map(|e| e.kind());
    let full = Some(Quality::Full);
    assert_eq!(kind(tgcall::client::Peer::Myself, full), Some(ErrorKind::Argument));
    assert_eq!(kind(peers[0], full), Some(ErrorKind::Argument));
    assert_eq!(kind(nobody, full), Some(ErrorKind::NotFound));
    assert_eq!((kind(nobody, None), kind(peers[1], full)), (None, None), "he may show it later");
    let mut deaf = Clients::crowd(8, 2);
    let (now, peer) = (deaf.now, deaf.peer(0, 1));
    let one = &mut deaf.sides[0];
    assert_eq!(one.client.want_video(now, one.call, peer, Camera, full).unwrap_err().kind(), ErrorKind::State);
    assert_eq!(one.client.start_video(now, one.call, Camera, 640, 360, 30).unwrap_err().kind(), ErrorKind::State);
}
