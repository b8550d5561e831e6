//! What hosts do in a group call beside speaking: rights and wishes with their answers, what is told, and what is refused.

use super::clients::Clients;
use super::world::{CHAT, secs};
use tgcall::client::{
    CallEnd, CallKind, CallState, Change, Client, Config, Content, EndReason, EventKind, Media, Peer,
};
use tgcall::error::ErrorKind;
use tgcall::random::Random;
use tgcall::time::Time;
use tgcall::types::{CallId, PeerId};

#[test]
fn an_admin_is_answered_and_everybody_is_told() {
    let mut clients = Clients::crowd(11, 3);
    clients.run(secs(1));
    clients.sides.iter_mut().for_each(|side| side.events.clear());
    assert_eq!(clients.wish(0, |client, now, call| client.set_group_title(now, call, "Late")).code, 0);
    for side in &mut clients.sides {
        assert_eq!(side.take_events(|event| (*event == EventKind::GroupChanged).then_some(())), [()]);
        let view = side.client.roster(side.call).unwrap();
        assert_eq!(view.info.unwrap().title.as_deref(), Some("Late"));
    }
    assert_eq!(clients.wish(0, |client, now, call| client.set_join_muted(now, call, true)).code, 0);
    let view = clients.sides[1].client.roster(clients.sides[1].call).unwrap();
    assert!(view.info.unwrap().join_muted);
    // What is so already is no error.
    assert_eq!(clients.wish(0, |client, now, call| client.set_join_muted(now, call, true)).code, 0);
}

#[test]
fn who_may_not_is_told_so_by_telegrams_name_for_it() {
    let mut clients = Clients::crowd(12, 2);
    let refused = clients.wish(1, |client, now, call| client.set_group_title(now, call, "Mine"));
    assert_ne!(refused.code, 0);
    assert!(!refused.error.is_empty() && refused.action != tgcall::client::Action::None, "{refused:?}");
    assert_eq!(refused.content, Content::Nothing);
    assert_eq!(clients.state(1), CallState::Active, "and stays in");
}

#[test]
fn links_peers_and_keys_come_with_their_answers() {
    let mut clients = Clients::crowd(13, 2);
    let chat = clients.chat(0);
    let Content::Peers(peers) = clients.wish(0, |client, now, _| client.get_join_as(now, chat)).content else {
        panic!("no peers");
    };
    assert!(peers.contains(&Peer::Myself) || peers.iter().any(|peer| peer.id() == Some(PeerId::User(1))), "{peers:?}");
    assert_eq!(clients.wish(0, |client, now, _| client.save_join_as(now, chat, Peer::Myself)).code, 0);
    match clients.wish(0, |client, now, _| client.get_rtmp(now, chat, false, false)).content {
        Content::Rtmp { url, key } => assert!(url.starts_with("rtmp") && !key.is_empty(), "{url}"),
        other => panic!("{other:?}"),
    }
    let link = clients.wish(0, |client, now, call| client.export_link(now, call, true));
    // A chat without a public name has none; either is an answer.
    assert!(matches!(&link.content, Content::Link(link) if !link.is_empty()) || link.code != 0, "{link:?}");
}

#[test]
fn messages_are_told_and_so_is_their_end() {
    let mut clients = Clients::crowd(14, 2);
    clients.sides[1].events.clear();
    assert_eq!(clients.wish(0, |client, now, call| client.send_message(now, call, "Good evening", 0)).code, 0);
    let messages = clients.sides[1].take_events(|event| match event {
        EventKind::GroupMessage { peer, id, message, .. } => Some((*peer, *id, message.clone())),
        _ => None,
    });
    let [(peer, id, text)] = &messages[..] else { panic!("{messages:?}") };
    assert_eq!((*peer, text.as_str()), (PeerId::User(1), "Good evening"));
    assert_eq!(clients.wish(0, |client, now, call| client.delete_messages(now, call, &[*id], false)).code, 0);
    let gone = clients.sides[1].take_events(|event| match event {
        EventKind::GroupMessagesDeleted { ids } => Some(ids.clone()),
        _ => None,
    });
    assert_eq!(gone, [vec![*id]]);
}

#[test]
fn levels_name_who_speaks_while_somebody_wants_to_know() {
    let mut clients = Clients::crowd(15, 3);
    let levels = |clients: &mut Clients, side: usize| {
        clients.sides[side].take_events(|event| match event {
            EventKind::GroupLevels { levels } => Some(levels.clone()),
            _ => None,
        })
    };
    clients.talk_aloud(secs(2));
    assert!(levels(&mut clients, 0).is_empty(), "nobody asked");
    let (now, side) = (clients.now, &mut clients.sides[0]);
    side.client.set_group_levels(now, side.call, true).unwrap();
    clients.talk_aloud(secs(2));
    let told = levels(&mut clients, 0);
    assert!((17..=21).contains(&told.len()), "every 100 ms: {}", told.len());
    let mut who: Vec<Option<PeerId>> = told[10].iter().map(|one| one.peer).collect();
    who.sort();
    assert_eq!(who, [None, Some(PeerId::User(2)), Some(PeerId::User(3))]);
    assert!(told[10].iter().all(|one| (1500..4000).contains(&one.level)), "{:?}", told[10]);
    clients.run(secs(2));
    assert_eq!(levels(&mut clients, 0).last(), Some(&vec![]), "silence is told once");
}

#[test]
fn people_who_come_and_go_are_told_and_are_in_the_roster() {
    let mut clients = Clients::crowd(16, 3);
    let told = |clients: &mut Clients, side: usize| {
        clients.sides[side].take_events(|event| match event {
            EventKind::GroupParticipant { peer, change } => Some((*peer, *change)),
            _ => None,
        })
    };
    told(&mut clients, 0);
    clients.leave(2);
    clients.run(secs(1));
    assert_eq!(told(&mut clients, 0), [(PeerId::User(3), Change::Left)]);
    clients.open(2);
    clients.join(2, true);
    clients.run(secs(2));
    assert_eq!(told(&mut clients, 0).first(), Some(&(PeerId::User(3), Change::Came)));
    clients.all_agree();
    let people = clients.sides[0].client.roster(clients.sides[0].call).unwrap().people;
    assert!(people.find(PeerId::User(3)).unwrap().is_muted && !people.find(PeerId::User(2)).unwrap().is_muted);
}

fn ended(clients: &Clients, side: usize) -> &CallEnd {
    clients.sides[side].end.as_ref().unwrap_or_else(|| panic!("side {side} has not ended: {}", clients.report(side)))
}

#[test]
fn a_call_that_is_ended_is_over_for_all_and_leaves_nothing_open() {
    let mut clients = Clients::crowd(17, 3);
    clients.talk_aloud(secs(1));
    let refused = clients.wish(1, |client, now, call| client.end_group(now, call));
    assert_ne!(refused.code, 0, "not everybody may");
    let (now, side) = (clients.now, &mut clients.sides[0]);
    side.client.end_group(now, side.call).unwrap();
    clients.run(secs(2));
    for side in 0..3 {
        let end = ended(&clients, side);
        assert_eq!((end.reason, end.old), (EndReason::RemoteHangup, CallState::Active));
        assert!(end.duration_s >= 1);
        assert_eq!((clients.sockets(side), clients.sides[side].client.calls()), (0, vec![]));
        assert_eq!(clients.sides[side].client.requests_in_flight(), 0);
        let report = clients.report(side);
        assert!(report.contains("group, ended") && report.contains("people: 3"), "{report}");
    }
}

#[test]
fn a_scheduled_call_is_waited_for() {
    let mut clients = Clients::new(18, 2);
    let (chat, now) = (clients.chat(0), clients.now);
    let date = i64::from(tgcall::sim::server::EPOCH) + 600;
    let call = clients.sides[0].client.create_group(now, chat, "", date, false).unwrap();
    clients.sides[0].call = call;
    clients.run(secs(1));
    clients.open(1);
    clients.join(1, true);
    clients.run(secs(30));
    assert_eq!(clients.state(1), CallState::Joining);
    assert_eq!(clients.wish(1, |client, now, call| client.subscribe_start(now, call, true)).code, 0);
    assert_eq!(clients.wish(0, |client, now, call| client.start_scheduled(now, call)).code, 0);
    clients.run(secs(2));
    assert_eq!(clients.state(1), CallState::Active);
}

#[test]
fn what_cannot_be_read_ends_no_call_and_no_process() {
    let junk: [&[u8]; 4] = [&[], &[1, 2, 3], &[0xff; 64], &[0x15, 0xc4, 0xb5, 0x1c, 0xff, 0xff, 0xff, 0x7f]];
    for (seed, method) in [
        "phone.getGroupCall",
        "phone.getGroupParticipants",
        "phone.joinGroupCall",
        "phone.checkGroupCall",
        "phone.editGroupCallParticipant",
    ]
    .into_iter()
    .enumerate()
    {
        for answer in junk {
            let mut clients = Clients::new(40 + seed as u64, 2);
            clients.create(0);
            clients.open(1);
            clients.sides[1].instead = vec![(method, answer.to_vec())];
            (0..2).for_each(|side| clients.join(side, false));
            clients.run(secs(3));
            clients.set_muted(1, true);
            clients.run(secs(40));
            assert_eq!(clients.state(1), CallState::Active, "{method} {answer:?}: {}", clients.report(1));
            clients.all_agree();
        }
    }
    // A call that nobody can say the name of is none.
    let mut clients = Clients::new(50, 1);
    clients.sides[0].instead = vec![("phone.createGroupCall", vec![7; 12])];
    let (chat, now) = (clients.chat(0), clients.now);
    clients.sides[0].call = clients.sides[0].client.create_group(now, chat, "", 0, false).unwrap();
    clients.run(secs(1));
    assert_eq!(ended(&clients, 0).reason, EndReason::Server);
}

#[test]
fn hosts_are_told_what_they_do_wrong() {
    let mut clients = Clients::crowd(19, 2);
    let now = clients.now;
    let id = clients.telegram_id();
    let side = &mut clients.sides[1];
    let (client, call) = (&mut side.client, side.call);
    let kind = |result: Result<CallId, tgcall::error::Error>| result.unwrap_err().kind();
    assert_eq!(kind(client.open_group(now, id, 1)), ErrorKind::State, "it is open already");
    assert_eq!(kind(client.open_group(now, 0, 1)), ErrorKind::Argument);
    for chat in [Peer::Myself, Peer::User { id: 1, access_hash: 0 }, Peer::Chat(-5)] {
        assert_eq!(kind(client.create_group(now, chat, "", 0, false)), ErrorKind::Argument);
    }
    for date in [-1, i64::from(i32::MAX) + 1] {
        assert_eq!(kind(client.create_group(now, Peer::Chat(5), "", date, false)), ErrorKind::Argument);
    }
    // Not in this state, or of another kind of call.
    let state = |result: Result<(), tgcall::error::Error>| assert_eq!(result.unwrap_err().kind(), ErrorKind::State);
    state(client.join_group(now, call, false));
    state(client.set_join_as(now, call, Peer::Myself));
    state(client.set_invite_hash(now, call, "x"));
    state(client.accept(now, call));
    state(client.confirm(now, call));
    state(client.connect(now, call, "9.0.0", true, ""));
    state(client.handle_signaling(now, call, &[1]).map(drop));
    state(client.rate(now, call, 5, ""));
    state(client.send_report(now, call));
    state(client.user(call).map(drop));
    state(client.direction(call).map(drop));
    state(client.emoji(call).map(drop));
    assert_eq!(client.kind(call), Ok(CallKind::Group));
    assert_eq!(client.telegram_id(call).unwrap().0, id);
    let battery = client.set_low_battery(now, call, true).unwrap_err();
    assert_eq!(battery.kind(), ErrorKind::Unsupported);
    assert_eq!(client.stop_video(now, call, tgcall::types::VideoSource::Camera), Ok(()));
    assert_eq!(client.set_participant_volume(now, call, Peer::Chat(1), 0).unwrap_err().kind(), ErrorKind::Argument);
    assert_eq!(client.mute_participant(now, call, Peer::Myself, true).unwrap_err().kind(), ErrorKind::Argument);
    assert_eq!(client.invite(now, call, &[Peer::Chat(1)]).unwrap_err().kind(), ErrorKind::Argument);
    assert_eq!(client.invite(now, call, &[]).unwrap_err().kind(), ErrorKind::Argument);
    assert_eq!(client.delete_messages(now, call, &[1; 1001], false).unwrap_err().kind(), ErrorKind::Limit);
    // They are calls like others, and a private one takes nothing of theirs.
    assert_eq!(client.calls(), [call]);
    let private = client.request(now, tgcall::types::UserId(5), 0, false).expect("groups do not count in max_calls");
    state(client.join_group(now, private, false));
    state(client.roster(private).map(drop));
    state(client.set_separate(now, private, true));
    state(client.end_group(now, private).map(drop));
}

#[test]
fn sixteen_group_calls_may_be_up_and_their_wishes_are_bounded() {
    let now = Time::from_nanos(1);
    let mut client = Client::new(now, Config::new(), Random::from_seed(1)).unwrap();
    let calls: Vec<CallId> = (1..=16).map(|id| client.open_group(now, id, 0).unwrap()).collect();
    assert_eq!(client.open_group(now, 17, 0).unwrap_err().kind(), ErrorKind::Limit);
    assert_eq!(client.calls(), calls);
    for _ in 0..256 {
        client.reset_link(now, calls[0]).unwrap();
    }
    assert_eq!(client.reset_link(now, calls[0]).unwrap_err().kind(), ErrorKind::Limit);
    client.discard(now, calls[0], Default::default()).unwrap();
    assert_eq!(client.requests_in_flight(), 0);
    while let Some(event) = client.poll_event() {
        assert!(!matches!(event.kind, EventKind::GroupAnswer(_)));
    }
    assert_eq!(client.reset_link(now, calls[0]).unwrap_err().kind(), ErrorKind::State);
    client.open_group(now, 17, 0).unwrap();
    let mut config = Config::new();
    config.set_media(Media::Host);
    let mut host = Client::new(now, config, Random::from_seed(1)).unwrap();
    assert_eq!(host.open_group(now, 1, 0).unwrap_err().kind(), ErrorKind::Unsupported);
    assert_eq!(host.get_join_as(now, Peer::Chat(CHAT)).unwrap_err().kind(), ErrorKind::Unsupported);
}
