//! Invitations to conferences: who is rung, and what becomes of the message.

use crate::meeting::*;
use crate::telegram::*;
use tgcall::sim::encoder::{Object, Value};
use tgcall::time::Duration;

#[test]
fn an_invitation_is_a_message_at_both_and_the_join_answers_it() {
    let (mut room, _alice) = Room::of_alice();
    let out = updates(&room.invite(ALICE, BOB));
    assert_eq!(out[0].name, "updateNewMessage");
    assert!(out[0].child("message").unwrap().get("out").is_some());
    assert_eq!(invitation(&out[0]).1, ["video"]);
    assert!(room.telegram.names(ALICE, 1).is_empty() && room.telegram.names(ALICE, 2) == ["updateNewMessage"]);
    let told = room.telegram.news(BOB, 1);
    let (number, says) = invitation(&told[0]);
    assert_eq!((says, room.telegram.names(BOB, 2).len()), (vec!["video"], 1));
    assert_ne!(number, invitation(&out[0]).0, "each mailbox has its own numbers");

    // The number opens the conference to him and to nobody else; so does none that he has not got.
    assert_eq!(error(&room.read(DAVE, by_message(number), 0, -1, 1)), "400 GROUPCALL_INVALID");
    assert_eq!(error(&room.read(BOB, by_message(number + 100), 0, -1, 1)), "400 GROUPCALL_INVALID");
    let mut bob = room.person(BOB);
    room.join(&mut bob, by_message(number));
    assert_eq!(room.edits(BOB, 1), [(number, vec!["active", "video"])]);
    assert_eq!(room.edits(BOB, 2), [(number, vec!["active", "video"])]);
    assert_eq!(room.edits(ALICE, 1)[0].1, ["active", "video"]);
    assert_eq!(error(&room.decline(BOB, number)), "400 MESSAGE_ID_INVALID");
    assert_eq!(error(&room.invite(ALICE, BOB)), "400 USER_ALREADY_PARTICIPANT");
    // Who is invited by one of several hears who else is there.
    room.quiet();
    room.invite(BOB, DAVE);
    let told = room.telegram.news(DAVE, 1);
    let action = told[0].child("message").unwrap().child("action").unwrap();
    let others: Vec<_> =
        action.list("other_participants").iter().map(|one| one.object().unwrap().long("user_id")).collect();
    assert_eq!(others, [Some(ALICE)]);

    // The end of the conference is the end of both messages.
    room.quiet();
    assert_eq!(error(&room.ask(BOB, "phone.discardGroupCall", |request| request)), "403 GROUPCALL_FORBIDDEN");
    room.ask(ALICE, "phone.discardGroupCall", |request| request);
    let says: Vec<_> = room.edits(BOB, 2).into_iter().map(|(_, says)| says).collect();
    assert_eq!(says, [vec!["missed", "video", "other_participants"], vec!["video", "duration"]]);
    assert_eq!(room.edits(DAVE, 1)[0].1, ["missed", "video", "other_participants"]);
    for call in [room.by_slug(), by_message(number), room.name(BOB)] {
        assert_eq!(error(&room.read(BOB, call, 0, -1, 1)), "400 GROUPCALL_INVALID");
    }
}

#[test]
fn an_invitation_is_declined_taken_back_missed_or_deleted() {
    let (mut room, _alice) = Room::of_alice();
    let (_, his) = room.ring();
    let own = updates(&room.decline(BOB, his));
    assert_eq!(invitation(&own[0]), (his, vec!["missed", "video"]));
    assert_eq!((room.edits(BOB, 1), room.edits(BOB, 2).len()), (vec![], 1));
    assert_eq!(room.edits(ALICE, 1)[0].1, ["missed", "video"]);
    assert_eq!(updates(&room.decline(BOB, his)), [], "once more changes nothing");
    assert_eq!(error(&room.decline(DAVE, his)), "400 MESSAGE_ID_INVALID");

    let (hers, his) = room.ring();
    room.decline(ALICE, hers);
    assert_eq!(room.edits(BOB, 1), [(his, vec!["missed", "video"])]);

    let (_, his) = room.ring();
    room.telegram.run(Duration::from_secs(94));
    assert_eq!(room.edits(BOB, 1), []);
    room.telegram.run(Duration::from_secs(2));
    assert_eq!(room.edits(BOB, 1), [(his, vec!["missed", "video"])]);

    let (hers, his) = room.ring();
    let gone = Object::new("messages.deleteMessages").flag("revoke", true).with("id", vec![Value::Int(hers)]);
    let answer = room.telegram.ask(ALICE, &gone);
    assert_eq!(answer.object().unwrap().int("pts_count"), Some(1));
    let told = room.telegram.news(BOB, 1);
    let deleted = named(&told, "updateDeleteMessages")[0];
    assert_eq!(deleted.list("messages"), [Value::Int(his)]);
    assert_eq!(error(&room.read(BOB, by_message(his), 0, -1, 1)), "400 GROUPCALL_INVALID");

    // Who was away hears what has become of it, and nothing of what is not there any more.
    let pts = deleted.int("pts").unwrap();
    let since = |pts: i32| Object::new("updates.getDifference").with("pts", pts).with("date", 1).with("qts", 0);
    let answer = room.telegram.ask(BOB, &since(100));
    let difference = answer.object().unwrap();
    let messages: Vec<&Object> = difference.list("new_messages").iter().filter_map(Value::object).collect();
    assert_eq!(messages.len(), 3);
    assert!(messages.iter().all(|message| message.child("action").unwrap().get("missed").is_some()));
    let others: Vec<&str> =
        difference.list("other_updates").iter().map(|update| update.object().unwrap().name.as_str()).collect();
    assert_eq!(
        others,
        ["updateEditMessage", "updateEditMessage", "updateEditMessage", "updateDeleteMessages", "updateDeleteMessages"]
    );
    assert_eq!(difference.child("state").unwrap().int("pts"), Some(pts));
    assert_eq!(room.telegram.ask(BOB, &since(pts)).object().unwrap().name, "updates.differenceEmpty");
}

#[test]
fn who_may_not_be_rung_is_not() {
    let (mut room, _alice) = Room::of_alice();
    for (user, expected) in [
        (1003, "403 USER_PRIVACY_RESTRICTED"),
        (1005, "400 INPUT_USER_DEACTIVATED"),
        (1006, "400 USER_ID_INVALID"),
        (1007, "403 USER_PRIVACY_RESTRICTED"),
        (ALICE, "400 USER_ID_INVALID"),
        (4000, "400 USER_ID_INVALID"),
    ] {
        assert_eq!(error(&room.invite(ALICE, user)), expected, "{user}");
    }
    assert_eq!(error(&room.invite(BOB, DAVE)), "403 GROUPCALL_FORBIDDEN", "he is not in");
    let user = room.user(BOB, DAVE);
    let by_link =
        Object::new("phone.inviteConferenceCallParticipant").with("call", room.by_slug()).with("user_id", user);
    assert_eq!(error(&room.telegram.ask(BOB, &by_link)), "400 GROUPCALL_INVALID");
}
