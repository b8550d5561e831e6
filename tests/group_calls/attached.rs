//! Attached group calls: a host whose own library joins, as TDLib does, in one call with clients that join themselves.

use super::clients::{Clients, PIECE, amplitude, tone};
use super::world::{CHAT, ms, secs};
use std::collections::BTreeMap;
use tgcall::client::group::{Mode, PartOutcome, ShownVideo};
use tgcall::client::{CallState, Client, Config, EventKind, Peer, Quality};
use tgcall::error::ErrorKind;
use tgcall::group::join::Semantics;
use tgcall::group::wire;
use tgcall::media::video::Origin;
use tgcall::sim::encoder::{Object, Value};
use tgcall::sim::schema::Schema;
use tgcall::sim::server::{AnswerId, Body, Server};
use tgcall::time::Time;
use tgcall::tl::{self, enums, functions};
use tgcall::types::{CallId, PeerId, RequestId, VideoCodec, VideoSource};

/// What a library like TDLib knows and does for one client: the client itself asks Telegram nothing.
pub struct Library {
    schema: Schema,
    account: i64,
    call: CallId,
    asked: BTreeMap<AnswerId, Asked>,
    pub joins: usize,
    /// How often a screen was to be shared.
    pub screens: usize,
    pub is_in: bool,
    /// It joins as a listener.
    is_muted: bool,
    /// Parts of a stream that it was asked for.
    pub parts: usize,
}

enum Asked {
    Join { source: i32 },
    Screen { source: i32 },
    People,
    Part { request: RequestId },
}

impl Library {
    fn new(account: i64, call: CallId) -> Library {
        Library {
            schema: Schema::of_layer(223),
            account,
            call,
            asked: BTreeMap::new(),
            joins: 0,
            screens: 0,
            is_in: false,
            is_muted: false,
            parts: 0,
        }
    }

    fn ask(&mut self, now: Time, server: &mut Server, asked: Asked, request: &Object) {
        let bytes = self.schema.encode(request).unwrap();
        self.asked.insert(server.handle(now, self.account, 1, &bytes), asked);
    }

    fn named(&self, server: &Server, method: &str) -> Object {
        let id = server.groups.chat(CHAT).unwrap().call.unwrap();
        let hash = server.group_hash(self.account, id);
        Object::new(method).with("call", Object::new("inputGroupCall").with("id", id).with("access_hash", hash))
    }

    /// The client wants to be joined, or its screen to be shared.
    pub fn join(&mut self, now: Time, server: &mut Server, client: &Client, is_screen: bool) {
        let payload = client.group_payload(self.call).unwrap();
        if is_screen {
            let params = Object::new("dataJSON").with("data", payload.json.expose());
            let request = self.named(server, "phone.joinGroupCallPresentation").with("params", params);
            self.screens += 1;
            return self.ask(now, server, Asked::Screen { source: payload.source }, &request);
        }
        let request = self
            .named(server, "phone.joinGroupCall")
            .flag("muted", self.is_muted)
            .with("join_as", Object::new("inputPeerSelf"))
            .with("params", Object::new("dataJSON").with("data", payload.json.expose()));
        self.joins += 1;
        self.ask(now, server, Asked::Join { source: payload.source }, &request);
    }

    /// The client wants a part of the stream.
    pub fn fetch(
        &mut self,
        now: Time,
        server: &mut Server,
        request: RequestId,
        time_ms: i64,
        video: Option<(i32, i32)>,
    ) {
        assert!(time_ms > 0, "the client knows Telegram's clock");
        let id = server.groups.chat(CHAT).unwrap().call.unwrap();
        let hash = server.group_hash(self.account, id);
        let call = Object::new("inputGroupCall").with("id", id).with("access_hash", hash);
        let location = Object::new("inputGroupCallStream").with("call", call).with("time_ms", time_ms).with("scale", 0);
        let location = location
            .with_some("video_channel", video.map(|(channel, _)| channel))
            .with_some("video_quality", video.map(|(_, quality)| quality));
        let wanted =
            Object::new("upload.getFile").with("location", location).with("offset", 0i64).with("limit", 1 << 20);
        self.parts += 1;
        self.ask(now, server, Asked::Part { request }, &wanted);
    }

    pub fn deliver(&mut self, now: Time, server: &mut Server, client: &mut Client, body: &Body) {
        match body {
            Body::Update { bytes } => self.updates(now, client, &tl::decode_updates(bytes).unwrap()),
            Body::Answer { id, bytes } => match self.asked.remove(id) {
                Some(Asked::Join { source }) => {
                    let batch = tl::decode_updates(bytes).unwrap();
                    client.connect_group(now, self.call, source, &params(&batch)).unwrap();
                    self.is_in = true;
                    self.updates(now, client, &batch);
                    let people = self
                        .named(server, "phone.getGroupParticipants")
                        .with("ids", Vec::<Value>::new())
                        .with("sources", Vec::<Value>::new())
                        .with("offset", "")
                        .with("limit", 100);
                    self.ask(now, server, Asked::People, &people);
                }
                Some(Asked::Screen { source }) => {
                    let batch = tl::decode_updates(bytes).unwrap();
                    client.connect_group(now, self.call, source, &params(&batch)).unwrap();
                    self.updates(now, client, &batch);
                }
                Some(Asked::Part { request }) => {
                    let decoded = tl::decode_result::<functions::UploadGetFile<'_>>(bytes);
                    let outcome = match &decoded {
                        Ok(answer) => match answer.value {
                            enums::UploadFile::UploadFile(file) => PartOutcome::Here(file.bytes),
                            enums::UploadFile::CdnRedirect(_) => PartOutcome::Failed,
                        },
                        Err(_) if bytes.windows(12).any(|name| name == b"TIME_TOO_BIG") => PartOutcome::NotYet,
                        Err(_) => PartOutcome::Failed,
                    };
                    client.handle_part(now, self.call, request, outcome).unwrap();
                }
                Some(Asked::People) => {
                    let answer = tl::decode_result::<functions::PhoneGetGroupParticipants<'_>>(bytes).unwrap();
                    self.people(now, client, &wire::page(&answer.value).entries);
                }
                None => {}
            },
        }
    }

    fn updates(&self, now: Time, client: &mut Client, batch: &tl::Batch<'_>) {
        for update in batch.updates().filter_map(Result::ok) {
            if let enums::Update::GroupCallParticipants(update) = update {
                self.people(now, client, &wire::people(&update).entries);
            }
        }
    }

    fn people(&self, now: Time, client: &mut Client, entries: &[tgcall::group::participant::Entry]) {
        for entry in entries.iter().filter(|entry| !entry.participant.is_self) {
            let one = &entry.participant;
            let PeerId::User(id) = one.peer else { panic!("there are only users") };
            let peer = Peer::User { id, access_hash: 0 };
            match entry.has_left {
                true => client.remove_participant(now, self.call, peer).unwrap(),
                false => {
                    let (source, volume) = (one.source.0.cast_signed(), one.volume.unwrap_or(10_000));
                    client.handle_participant(now, self.call, peer, source, volume).unwrap();
                }
            }
        }
    }
}

/// `updateGroupCallConnection.params`.
fn params(batch: &tl::Batch<'_>) -> String {
    let params = batch.updates().filter_map(Result::ok).find_map(|update| match update {
        enums::Update::GroupCallConnection(update) => Some(update.params.data),
        _ => None,
    });
    core::str::from_utf8(params.unwrap()).unwrap().to_owned()
}

impl Clients {
    /// A side whose library joins the call of the chat.
    fn attach(&mut self, side: usize, is_muted: bool) {
        let now = self.now;
        let call = self.sides[side].client.attach_group(now, is_muted).unwrap();
        let library = Library { is_muted, ..Library::new(self.sides[side].account, call) };
        self.sides[side].library = Some(library);
        self.begin(side, call);
    }

    fn library(&mut self, side: usize) -> &mut Library {
        self.sides[side].library.as_mut().unwrap()
    }
}

/// Three sides, of which the last is attached.
fn crowd(seed: u64) -> Clients {
    let mut clients = Clients::new(seed, 3);
    clients.create(0);
    clients.open(1);
    (0..2).for_each(|side| clients.join(side, false));
    clients.run(secs(2));
    clients.attach(2, false);
    clients.run(secs(2));
    assert_eq!(clients.state(2), CallState::Active, "{}", clients.report(2));
    clients
}

#[test]
fn an_attached_client_hears_and_is_heard_and_asks_telegram_nothing() {
    let mut clients = crowd(31);
    clients.talk_aloud(secs(3));
    clients.assert_hears(0, &[1, 2]);
    clients.assert_hears(2, &[0, 1]);
    let known = clients.sides[2].client.roster(clients.sides[2].call).unwrap().people;
    assert_eq!((known.len(), known.total()), (2, 2));
    // Its own switch is here; what Telegram is told of it is the library's business.
    clients.set_muted(2, true);
    clients.talk_aloud(secs(2));
    clients.assert_hears(0, &[1]);
    clients.set_muted(2, false);
    clients.leave(1);
    clients.talk_aloud(secs(3));
    clients.assert_hears(0, &[2]);
    clients.assert_hears(2, &[0]);
    assert_eq!(clients.sides[2].methods, Vec::<&str>::new());
    clients.leave(2);
    clients.run(secs(1));
    let side = &clients.sides[2];
    assert_eq!((clients.state(2), clients.sockets(2), side.methods.len()), (CallState::Ended, 0, 0));
}

#[test]
fn volumes_and_who_is_told_to_have_left_are_heard_at_once() {
    let mut clients = crowd(32);
    let (now, call) = (clients.now, clients.sides[2].call);
    let peers: Vec<Peer> = (0..2).map(|other| clients.peer(2, other)).collect();
    let source = clients.source(0);
    let client = &mut clients.sides[2].client;
    client.handle_participant(now, call, peers[0], source, 0).unwrap();
    clients.talk_aloud(secs(2));
    clients.assert_hears(2, &[1]);
    let (now, client) = (clients.now, &mut clients.sides[2].client);
    client.handle_participant(now, call, peers[0], source, 10_000).unwrap();
    client.remove_participant(now, call, peers[1]).unwrap();
    clients.talk_aloud(secs(2));
    clients.assert_hears(2, &[0]);
}

#[test]
fn when_telegram_has_forgotten_it_the_host_has_a_new_payload_made_and_joins_anew() {
    let mut clients = crowd(33);
    let first = clients.source(2);
    let (now, call) = (clients.now, clients.sides[2].call);
    clients.sides[2].client.join_group(now, call, false).unwrap();
    clients.run(secs(3));
    clients.talk_aloud(secs(3));
    assert_eq!((clients.state(2), clients.library(2).joins), (CallState::Active, 2));
    assert_ne!(clients.source(2), first, "another source");
    clients.assert_hears(0, &[1, 2]);
    clients.assert_hears(2, &[0, 1]);
}

#[test]
fn an_attached_client_without_a_network_says_so_and_goes_on_when_it_is_back() {
    let mut clients = crowd(34);
    clients.talk_aloud(secs(1));
    clients.set_cut_off(2, true);
    clients.talk_aloud(secs(3));
    assert_eq!(clients.state(2), CallState::Reconnecting);
    clients.set_cut_off(2, false);
    clients.run(secs(5));
    clients.talk_aloud(secs(3));
    assert_eq!((clients.state(2), clients.library(2).joins), (CallState::Active, 1));
    clients.assert_hears(2, &[0, 1]);
}

#[test]
fn a_stream_is_fetched_by_the_hosts_library() {
    let mut clients = Clients::new(36, 3);
    clients.server.groups.knobs.stream_from = 2;
    clients.create(0);
    clients.open(1);
    (0..2).for_each(|side| clients.join(side, false));
    clients.run(secs(2));
    let unix_s = tgcall::sim::group::stream::unix_ms(clients.now) / 1000;
    let (now, client) = (clients.now, &mut clients.sides[2].client);
    client.set_server_time(now, unix_s).unwrap();
    clients.attach(2, true);
    clients.run(secs(2));
    clients.talk_aloud(secs(9));
    let call = clients.sides[2].call;
    assert_eq!(clients.sides[2].client.group_mode(call).unwrap(), Mode::Stream, "{}", clients.report(2));
    clients.assert_hears(2, &[0, 1]);
    assert_eq!((clients.sides[2].methods.len(), clients.library(2).joins), (0, 1));
    assert!((10..120).contains(&clients.library(2).parts));
}

#[test]
fn the_screen_of_an_attached_client_is_shared_by_the_hosts_library() {
    use VideoSource::Screen;
    let mut config = Config::new();
    config.set_video_codecs(&[VideoCodec::Vp8], &[VideoCodec::Vp8]).unwrap();
    let mut clients = Clients::with(37, 2, &config);
    clients.create(0);
    clients.join(0, false);
    clients.run(secs(2));
    clients.attach(1, false);
    // Before it is in, too.
    clients.start(1, Screen);
    clients.run(secs(3));
    assert_eq!((clients.library(1).screens, clients.library(1).joins), (1, 1), "{}", clients.report(1));
    clients.want(0, 1, Screen, Some(Quality::Full));
    clients.film(secs(4));
    clients.assert_sees(0, 1, Screen, 1, 40);
    let (now, call) = (clients.now, clients.sides[1].call);
    let client = &mut clients.sides[1].client;
    assert_eq!(client.group_payload(call).unwrap_err().kind(), ErrorKind::State, "it is answered");
    // Joined anew, it is shared anew.
    client.join_group(now, call, false).unwrap();
    clients.run(ms(0));
    clients.film(secs(6));
    assert_eq!((clients.library(1).screens, clients.library(1).joins), (2, 2));
    clients.film(secs(3));
    clients.assert_sees(0, 1, Screen, 1, 30);
    // What is shown no more is offered no more.
    clients.stop(1, Screen);
    clients.film(secs(1));
    assert!(clients.sides[1].film.asked.is_empty());
    let library = clients.sides[1].library.take();
    clients.start(1, Screen);
    let (now, client) = (clients.now, &mut clients.sides[1].client);
    let waits = client.group_payload(call).unwrap();
    let refuse =
        |client: &mut Client, source, params| client.connect_group(now, call, source, params).unwrap_err().kind();
    assert_eq!(refuse(client, waits.source, r#"{"stream":true}"#), ErrorKind::Argument);
    assert_eq!(refuse(client, waits.source, "{}"), ErrorKind::Argument);
    assert_eq!(refuse(client, waits.source ^ 1, "{}"), ErrorKind::State);
    assert_eq!(client.group_payload(call).unwrap().source, waits.source, "it still waits");
    clients.stop(1, Screen);
    assert_eq!(clients.sides[1].client.group_payload(call).unwrap_err().kind(), ErrorKind::State);
    clients.sides[1].library = library;
    clients.talk_aloud(secs(2));
    clients.assert_hears(0, &[1]);
    assert!(clients.sides[1].methods.is_empty(), "it asks Telegram nothing");
}

#[test]
fn the_pictures_of_a_stream_are_fetched_by_the_hosts_library() {
    use VideoSource::Camera;
    let mut config = Config::new();
    config.set_video_codecs(&[VideoCodec::Vp8], &[VideoCodec::Vp8, VideoCodec::H264]).unwrap();
    let mut clients = Clients::with(38, 3, &config);
    clients.server.groups.knobs.stream_from = 2;
    clients.create(0);
    clients.open(1);
    (0..2).for_each(|side| clients.join(side, false));
    clients.run(secs(2));
    clients.start(0, Camera);
    let unix_s = tgcall::sim::group::stream::unix_ms(clients.now) / 1000;
    let (now, client) = (clients.now, &mut clients.sides[2].client);
    client.set_server_time(now, unix_s).unwrap();
    clients.attach(2, true);
    clients.run(secs(2));
    let (now, peer) = (clients.now, clients.peer(2, 0));
    let people = clients.sides[1].client.roster(clients.sides[1].call).unwrap().people;
    let shows = people.find(PeerId::User(1)).unwrap().camera.clone().unwrap();
    let groups: Vec<String> = shows
        .groups
        .iter()
        .map(|group| {
            let semantics = if group.semantics == Semantics::Simulcast { "SIM" } else { "FID" };
            let sources: Vec<i32> = group.sources.iter().map(|source| source.0.cast_signed()).collect();
            format!(r#"{{"semantics":"{semantics}","source_ids":{sources:?}}}"#)
        })
        .collect();
    let groups = format!("[{}]", groups.join(","));
    let shown = ShownVideo { endpoint: &shows.endpoint, source_groups: &groups, audio_source: 0, is_paused: false };
    let one = &mut clients.sides[2];
    one.client.handle_participant_video(now, one.call, peer, Camera, Some(shown)).unwrap();
    clients.want(2, 0, Camera, Some(Quality::Medium));
    let whose = Some(clients.who(0).key());
    let mut frames = 0;
    let end = clients.now + secs(12);
    while clients.now < end {
        let now = clients.now;
        for side in &mut clients.sides {
            let Some(port) = &side.port else { continue };
            match side.account {
                3 => frames += std::iter::from_fn(|| port.pull_frame(Origin { whose, source: Camera })).count(),
                account => side.film.turn(now, account, port),
            }
        }
        clients.talk(ms(50), |_| {});
    }
    assert!((40..=90).contains(&frames), "{frames} frames\n{}", clients.report(2));
    // It goes off, which TDLib cannot tell from a failure: the sound goes on.
    clients.stop(0, Camera);
    clients.talk_aloud(secs(8));
    clients.assert_hears(2, &[0, 1]);
}

#[test]
fn misuse_is_an_error_and_changes_nothing() {
    let mut clients = Clients::new(35, 2);
    clients.create(0);
    let (now, open) = (clients.now, clients.sides[0].call);
    let kind = |result: Result<(), tgcall::error::Error>| result.unwrap_err().kind();
    let peer = clients.peer(0, 1);
    let client = &mut clients.sides[0].client;
    assert_eq!(client.group_payload(open).unwrap_err().kind(), ErrorKind::State, "it is not attached");
    assert_eq!(kind(client.connect_group(now, open, 1, "{}")), ErrorKind::State);
    assert_eq!(kind(client.handle_participant(now, open, peer, 1, 10_000)), ErrorKind::State);
    let call = client.attach_group(now, true).unwrap();
    let payload = client.group_payload(call).unwrap();
    for params in ["", "{}", "[]", "\u{0}", r#"{"transport":{}}"#] {
        assert_eq!(kind(client.connect_group(now, call, payload.source, params)), ErrorKind::Argument, "{params}");
    }
    assert_eq!(kind(client.connect_group(now, call, payload.source + 1, "{}")), ErrorKind::State, "another payload's");
    assert_eq!(client.group_payload(call).unwrap().source, payload.source, "it waits still");
    assert_eq!(kind(client.handle_participant(now, call, Peer::Myself, 1, 1)), ErrorKind::Argument);
    assert_eq!(kind(client.handle_participant(now, call, peer, 1, 20_001)), ErrorKind::Argument);
    let shown = ShownVideo { endpoint: "x", source_groups: "[]", audio_source: 0, is_paused: false };
    let camera = VideoSource::Camera;
    assert_eq!(kind(client.handle_participant_video(now, call, peer, camera, Some(shown))), ErrorKind::State);
    client.handle_participant(now, call, peer, 7, 10_000).unwrap();
    client.handle_participant_video(now, call, peer, camera, Some(shown)).unwrap();
    let bad = ShownVideo { source_groups: "{", ..shown };
    assert_eq!(kind(client.handle_participant_video(now, call, peer, camera, Some(bad))), ErrorKind::Argument);
    let known = |client: &Client| client.roster(call).unwrap().people.find(PeerId::User(2)).unwrap().clone();
    assert_eq!(known(client).camera.as_ref().map(|camera| &*camera.endpoint), Some("x"));
    client.handle_participant(now, call, peer, 8, 10_000).unwrap();
    assert!(known(client).camera.is_some(), "news of his sound leave his picture");
    client.handle_participant_video(now, call, peer, camera, None).unwrap();
    assert!(known(client).camera.is_none());
    assert_eq!(client.set_group_title(now, call, "x").unwrap_err().kind(), ErrorKind::State);
    assert_eq!(kind(client.set_join_as(now, call, Peer::Myself)), ErrorKind::State);
    let joins = |client: &mut Client| {
        let mut joins = 0;
        while let Some(event) = client.poll_event() {
            joins += usize::from(event.call == call && event.kind == (EventKind::GroupJoin { screen: None }));
        }
        joins
    };
    assert_eq!(joins(client), 1);
    client.join_group(now, call, false).unwrap();
    assert_eq!(joins(client), 1, "once for each payload");
    assert_ne!(client.group_payload(call).unwrap().source, payload.source);
}

/// What is left of an engine stands in nobody's way who is heard by the one that follows it on the same port.
#[test]
fn each_by_himself_is_heard_again_after_joining_anew() {
    let mut clients = crowd(36);
    let (now, call) = (clients.now, clients.sides[2].call);
    clients.sides[2].client.set_separate(now, call, true).unwrap();
    for _ in 0..2 {
        let mut heard = [vec![], vec![]];
        clients.talk(secs(3), |side| {
            let Some(port) = side.port.as_ref().filter(|_| side.account == 3) else { return };
            for (other, heard) in heard.iter_mut().enumerate() {
                let mut samples = [0i16; PIECE];
                port.pull_of(PeerId::User(other as i64 + 1).key(), 48_000, 1, &mut samples).unwrap();
                heard.extend(samples);
            }
        });
        for (other, heard) in heard.iter().enumerate() {
            let last = &heard[heard.len() - 48_000..];
            assert!(amplitude(last, tone(other)) > 1500.0 && amplitude(last, tone(1 - other)) < 150.0, "{other}");
        }
        let now = clients.now;
        clients.sides[2].client.join_group(now, call, false).unwrap();
        clients.run(secs(3));
    }
}
