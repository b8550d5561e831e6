//! Conferences: every method, and what each device is told.

use crate::meeting::*;
use crate::telegram::*;
use tgcall::conference::self_add;
use tgcall::sim::encoder::{Object, Value};
use tgcall::types::UserId;

#[test]
fn a_conference_is_made_and_joined_by_its_link_and_all_verify() {
    let mut room = Room::new();
    let mut alice = room.person(ALICE);
    let answer = room.create(&alice, 5);
    let told = updates(&answer);
    let names: Vec<&str> = told.iter().map(|update| update.name.as_str()).collect();
    let chain = "updateGroupCallChainBlocks";
    assert_eq!(names, ["updateGroupCallConnection", chain, chain, "updateGroupCallParticipants", "updateGroupCall"]);
    assert_eq!(elements(&told[1]).1, 1);
    assert_eq!(elements(&told[2]), (1, 0, vec![]));
    let call = named(&told, "updateGroupCall")[0].child("call").unwrap();
    assert!(call.get("conference").is_some() && call.get("creator").is_some());
    room.enter(&mut alice, &answer);
    // The same request once more makes no second one; her block is no longer the first.
    assert_eq!(error(&room.create(&alice, 5)), "400 CONF_WRITE_CHAIN_INVALID");

    // Bob knows the link and nothing else. The chain tells him how to name the call.
    let mut bob = room.person(BOB);
    let answer =
        room.telegram.ask(BOB, &Object::new("phone.getGroupCall").with("call", room.by_slug()).with("limit", 5));
    let info = answer.object().unwrap();
    assert!(info.child("call").unwrap().get("creator").is_none());
    assert_eq!(info.list("participants").len(), 1);
    let answer = room.read(BOB, room.by_slug(), 0, -1, 1);
    let name = updates(&answer)[0].child("call").unwrap().clone();
    assert_eq!(name, room.name(BOB));
    room.join(&mut bob, room.by_slug());

    // Both are told of all that is broadcast, who has sent it by his answer.
    assert_eq!(room.follow(&mut alice), [0]);
    for _ in 0..2 {
        for at in 0..2 {
            let person = if at == 0 { &mut alice } else { &mut bob };
            let account = person.account;
            let bytes = person.core.as_mut().unwrap().poll_outbound().unwrap();
            // What Alice had to say about her first block is said of that one.
            let own = room.broadcast(account, &bytes);
            let own = updates(&own);
            let (_, _, sent) = elements(&own[0]);
            person.core.as_mut().unwrap().receive_broadcast(&sent[0]).unwrap();
            room.follow(if at == 0 { &mut bob } else { &mut alice });
        }
    }
    let emoji = alice.core.as_ref().unwrap().emoji();
    assert!(emoji.is_some() && emoji == bob.core.as_ref().unwrap().emoji());
    // A poll has what was told, of each sub-chain.
    let blocks = elements(&updates(&room.read(ALICE, room.name(ALICE), 0, 0, 100))[0]);
    assert_eq!((blocks.1, blocks.2.len()), (2, 2));
    let broadcasts = elements(&updates(&room.read(BOB, room.name(BOB), 1, 2, 1))[0]);
    assert_eq!((broadcasts.1, broadcasts.2.len()), (3, 1));
    assert_eq!(error(&room.read(BOB, room.name(BOB), 2, 0, 1)), "400 TEST_SUB_CHAIN_INVALID");
}

#[test]
fn who_loses_a_race_for_a_block_is_told_and_nothing_of_his_has_changed() {
    let (mut room, _alice) = Room::of_alice();
    let (mut bob, mut dave) = (room.person(BOB), room.person(DAVE));
    let newest = room.newest(DAVE, room.by_slug()).unwrap();
    room.join(&mut bob, room.by_slug());
    let stale = self_add(&newest, UserId(DAVE), &dave.keys, &mut room.random).unwrap();
    assert_eq!(error(&room.join_with(&dave, room.by_slug(), &stale)), "400 CONF_WRITE_CHAIN_INVALID");
    assert_eq!(error(&room.join_with(&dave, room.by_slug(), b"no block")), "400 BLOCK_INVALID");
    assert_eq!(room.telegram.server.groups.call(room.call).unwrap().members.len(), 2);
    room.join(&mut dave, room.by_slug());

    // Bob's device loses a race while it is in: it stays in, with its sound and its key.
    let stale = self_add(&newest, UserId(BOB), &bob.keys, &mut room.random).unwrap();
    assert!(error(&room.join_with(&bob, room.name(BOB), &stale)).starts_with("400 CONF_WRITE_CHAIN_INVALID"));
    let sources = [Value::Int(BOB as i32)];
    let check = room.ask(BOB, "phone.checkGroupCall", |request| request.with("sources", sources.to_vec()));
    assert!(matches!(check, Value::Raw(bytes) if bytes.len() == 12), "his source is still there");

    // Somebody else's key, none, and a block that adds somebody else.
    let eve = room.person(HEIDI);
    let newest = room.newest(HEIDI, room.by_slug()).unwrap();
    let block = self_add(&newest, UserId(DAVE), &eve.keys, &mut room.random).unwrap();
    assert_eq!(error(&room.join_with(&eve, room.by_slug(), &block)), "400 CONF_WRITE_CHAIN_INVALID_CHANGE");
    let bare = Object::new("phone.joinGroupCall").with("call", room.by_slug()).with("params", params(HEIDI));
    let bare = bare.with("join_as", Object::new("inputPeerSelf"));
    assert_eq!(error(&room.telegram.ask(HEIDI, &bare)), "400 PUBLIC_KEY_INVALID");
}

#[test]
fn who_has_left_is_pruned_and_may_come_back() {
    let (mut room, mut alice) = Room::of_alice();
    let mut bob = room.person(BOB);
    room.join(&mut bob, room.by_slug());
    room.follow(&mut alice);
    let block = alice.core.as_mut().unwrap().remove(&[UserId(BOB)]).unwrap();
    assert_eq!(error(&room.remove(ALICE, &[BOB], "only_left", &block)), "400 BLOCK_INVALID", "he is still there");
    room.ask(BOB, "phone.leaveGroupCall", |request| request.with("source", 0));
    // He is an outsider now, and sees the newest block alone.
    assert_eq!(elements(&updates(&room.read(BOB, room.name(BOB), 0, 0, 100))[0]).2.len(), 1);
    let own = updates(&room.remove(ALICE, &[BOB], "only_left", &block));
    assert_eq!(elements(&own[0]).1, 3);
    assert_eq!(error(&room.read(BOB, room.name(BOB), 0, 0, 100)), "403 GROUPCALL_FORBIDDEN");
    assert_eq!(error(&room.broadcast(BOB, &[0; 100])), "403 GROUPCALL_FORBIDDEN");
    let mut bob = room.person(BOB);
    room.join(&mut bob, room.name(BOB));
    assert_eq!(elements(&updates(&room.read(BOB, room.name(BOB), 0, 0, 100))[0]).2.len(), 4);
}

#[test]
fn who_is_removed_is_out_at_once_and_never_gets_in_again() {
    let (mut room, mut alice) = Room::of_alice();
    let mut bob = room.person(BOB);
    room.join(&mut bob, room.by_slug());
    room.follow(&mut alice);
    room.quiet();
    let core = alice.core.as_mut().unwrap();
    let block = core.remove(&[UserId(BOB)]).unwrap();
    assert_eq!(error(&room.remove(ALICE, &[ALICE], "kick", &block)), "400 BLOCK_INVALID", "nobody removes himself");
    assert_eq!(error(&room.remove(ALICE, &[BOB, DAVE], "kick", &block)), "400 CONF_WRITE_CHAIN_INVALID_CHANGE");
    assert_eq!(error(&room.remove(DAVE, &[BOB], "kick", &block)), "403 GROUPCALL_FORBIDDEN");
    let neither = room.ask(ALICE, "phone.deleteConferenceCallParticipants", |request| {
        request.with("ids", vec![Value::Long(BOB)]).with("block", &block[..])
    });
    assert_eq!(error(&neither), "400 BLOCK_INVALID");
    room.remove(ALICE, &[BOB], "kick", &block);
    let told = room.telegram.news(BOB, 1);
    assert!(named(&told, "updateGroupCallChainBlocks").is_empty(), "the key of the new block is not his");
    let list = named(&told, "updateGroupCallParticipants")[0].list("participants");
    assert!(list[0].object().unwrap().get("left").is_some());
    for call in [room.by_slug(), room.name(BOB)] {
        assert_eq!(error(&room.read(BOB, call.clone(), 0, -1, 1)), "403 GROUPCALL_FORBIDDEN");
        assert_eq!(error(&room.join_with(&bob, call, b"")), "403 GROUPCALL_FORBIDDEN");
    }
    assert_eq!(error(&room.invite(ALICE, BOB)), "400 USER_WAS_KICKED");
}

#[test]
fn sealed_messages_go_to_the_others_as_they_are() {
    let (mut room, _alice) = Room::of_alice();
    let mut bob = room.person(BOB);
    room.join(&mut bob, room.by_slug());
    room.quiet();
    let send = |room: &mut Room, account: i64, size: usize| {
        room.ask(account, "phone.sendGroupCallEncryptedMessage", |request| {
            request.with("encrypted_message", vec![7; size].as_slice())
        })
    };
    assert_eq!(send(&mut room, BOB, 300), Value::Bool(true));
    let told = room.telegram.news(ALICE, 1);
    let message = named(&told, "updateGroupCallEncryptedMessage")[0];
    assert_eq!(message.bytes("encrypted_message"), Some(&[7; 300][..]));
    assert_eq!(message.child("from_id").unwrap().long("user_id"), Some(BOB));
    assert!(room.telegram.news(BOB, 1).is_empty());
    assert_eq!(error(&send(&mut room, DAVE, 300)), "400 GROUPCALL_JOIN_MISSING");
    assert_eq!(error(&send(&mut room, BOB, 0)), "400 GROUPCALL_INVALID");
    let off = |request: Object| request.with("messages_enabled", Value::Bool(false));
    assert_eq!(error(&room.ask(BOB, "phone.toggleGroupCallSettings", off)), "403 GROUPCALL_FORBIDDEN");
    room.ask(ALICE, "phone.toggleGroupCallSettings", off);
    assert_eq!(error(&send(&mut room, BOB, 300)), "400 GROUPCALL_INVALID");
    let plain = Object::new("textWithEntities").with("text", "x").with("entities", Vec::<Value>::new());
    let plain =
        room.ask(BOB, "phone.sendGroupCallMessage", |request| request.with("random_id", 1i64).with("message", plain));
    assert_eq!(error(&plain), "400 TEST_NOT_IN_CONFERENCES");
}

#[test]
fn a_link_that_was_reset_leads_nowhere() {
    let (mut room, _alice) = Room::of_alice();
    let old = room.by_slug();
    let answer = room.ask(ALICE, "phone.toggleGroupCallSettings", |request| request.flag("reset_invite_hash", true));
    room.learn(updates(&answer)[0].child("call").unwrap());
    assert_eq!(error(&room.read(BOB, old, 0, -1, 1)), "400 GROUPCALL_INVALID");
    let exported = room.ask(ALICE, "phone.exportGroupCallInvite", |request| request);
    assert_eq!(text(exported.object().unwrap(), "link"), format!("https://t.me/call/{}", room.slug));
    let mut bob = room.person(BOB);
    room.join(&mut bob, room.by_slug());
    for slug in ["", "abc", "ABCDEFGHIJKLMNOPQRSTUV"] {
        let call = Object::new("inputGroupCallSlug").with("slug", slug);
        assert_eq!(error(&room.read(BOB, call, 0, -1, 1)), "400 GROUPCALL_INVALID");
    }
}

#[test]
fn an_empty_conference_waits_for_its_first_member() {
    let mut room = Room::new();
    let request = Object::new("phone.createConferenceCall").with("random_id", 8);
    let made = updates(&room.telegram.ask(ALICE, &request));
    assert_eq!(made.len(), 1);
    room.learn(made[0].child("call").unwrap());
    assert_eq!(updates(&room.telegram.ask(ALICE, &request)).len(), 1);
    let empty = elements(&updates(&room.read(BOB, room.by_slug(), 0, -1, 1))[0]);
    assert_eq!(empty, (0, 0, vec![]));
    let mut bob = room.person(BOB);
    room.join(&mut bob, room.by_slug());
    // A join that fails makes none.
    let alice = room.person(ALICE);
    let request = Object::new("phone.createConferenceCall")
        .flag("join", true)
        .with("random_id", 9)
        .with("public_key", &alice.keys.public().0[..])
        .with("block", &b"nonsense"[..])
        .with("params", params(ALICE));
    let before = room.telegram.server.groups.conferences.count();
    assert_eq!(error(&room.telegram.ask(ALICE, &request)), "400 BLOCK_INVALID");
    assert_eq!(room.telegram.server.groups.conferences.count(), before);
}

#[test]
fn a_second_device_of_the_same_user_takes_the_place_of_the_first() {
    let (mut room, _alice) = Room::of_alice();
    let mut bob = room.person(BOB);
    room.join(&mut bob, room.by_slug());
    room.quiet();
    let other = room.person(BOB);
    let newest = room.newest(BOB, room.name(BOB)).unwrap();
    let block = self_add(&newest, UserId(BOB), &other.keys, &mut room.random).unwrap();
    let request = Object::new("phone.joinGroupCall")
        .with("call", room.name(BOB))
        .with("join_as", Object::new("inputPeerSelf"))
        .with("public_key", &other.keys.public().0[..])
        .with("block", &block[..])
        .with("params", params(77));
    updates(&room.telegram.ask_from(BOB, 2, &request));
    let told = room.telegram.news(BOB, 1);
    let list = named(&told, "updateGroupCallParticipants")[0].list("participants");
    assert_eq!(list[0].object().unwrap().int("source"), Some(77), "it sees a source that is not its own");
    assert_eq!(room.telegram.server.groups.call(room.call).unwrap().members.len(), 2);
}

#[test]
fn knobs_of_the_chain_act_on_what_is_told_and_asked() {
    let mut room = Room::new();
    let knobs = &mut room.telegram.server.groups.knobs;
    for (name, value) in [("chain-twice", "100"), ("chain-page", "1"), ("conference-size", "2")] {
        knobs.set(name, value).unwrap().unwrap();
    }
    for (name, value) in [("chain-twice", "101"), ("chain-page", "0"), ("chain-lax", "perhaps")] {
        assert!(knobs.set(name, value).unwrap().is_err(), "{name} {value}");
    }
    let mut alice = room.person(ALICE);
    let answer = room.create(&alice, 5);
    room.enter(&mut alice, &answer);
    let mut bob = room.person(BOB);
    room.join(&mut bob, room.by_slug());
    let told = room.telegram.news(ALICE, 1);
    assert_eq!(named(&told, "updateGroupCallChainBlocks").len(), 2);
    assert_eq!(elements(&updates(&room.read(ALICE, room.name(ALICE), 0, 0, 100))[0]).2.len(), 1);
    let dave = room.person(DAVE);
    let newest = room.newest(DAVE, room.by_slug()).unwrap();
    let block = self_add(&newest, UserId(DAVE), &dave.keys, &mut room.random).unwrap();
    assert_eq!(error(&room.join_with(&dave, room.by_slug(), &block)), "400 TEST_CONFERENCE_FULL");
}

#[test]
fn a_migration_to_a_conference_that_there_is_not_looks_wrong() {
    let (mut room, _alice) = Room::of_alice();
    for (slug, doubts) in [(room.slug.clone(), 0), ("abc".to_owned(), 1)] {
        let (call, _) = room.telegram.established();
        let reason = Object::new("phoneCallDiscardReasonMigrateConferenceCall").with("slug", slug.as_str());
        room.telegram.ask(ALICE, &discard(&call, 3, "Hangup").with("reason", reason));
        assert_eq!(room.telegram.server.doubts().len(), doubts);
    }
}
