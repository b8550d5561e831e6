//! Messages in conferences: sealed, told once, and nobody else's.

use super::clients::Clients;
use super::world::{ms, secs};
use tgcall::client::{CallState, EventKind, Handled};
use tgcall::sim::encoder::Object;
use tgcall::sim::fault::{Do, Rule};
use tgcall::sim::request::Request;
use tgcall::sim::schema::Schema;
use tgcall::types::PeerId;

const SEALED: &str = "updateGroupCallEncryptedMessage";

impl Clients {
    /// What a side has been told: who, the number, and the words.
    fn messages(&mut self, side: usize) -> Vec<(PeerId, i32, String)> {
        self.sides[side].take_events(|event| match event {
            EventKind::GroupMessage { peer, id, message, stars: 0, .. } => Some((*peer, *id, message.clone())),
            _ => None,
        })
    }

    #[track_caller]
    fn say_words(&mut self, side: usize, words: &str) {
        let answer = self.wish(side, |client, now, call| client.send_message(now, call, words, 0));
        assert_eq!(answer.code, 0, "{}", answer.error);
    }

    fn clear(&mut self) {
        self.sides.iter_mut().for_each(|side| side.events.clear());
    }
}

#[test]
fn what_one_writes_all_others_read_and_telegram_does_not() {
    let mut clients = Clients::meeting(41, 3);
    clients.clear();
    clients.say_words(1, "Grüße an alle");
    clients.say_words(0, "👍");
    let expected = [(PeerId::User(2), 1, "Grüße an alle".to_owned()), (PeerId::User(1), 2, "👍".to_owned())];
    for side in 0..3 {
        assert_eq!(clients.messages(side), expected, "side {side}");
    }
    let asked: Vec<String> = clients.server.received().iter().map(|one| format!("{:?}", one.request)).collect();
    assert!(asked.iter().any(|one| one.contains("SendMessage")));
    let bytes = clients.server.received().iter().filter_map(|one| match &one.request {
        Some(Request::Group(tgcall::sim::group::request::Group::Conference(
            tgcall::sim::group::conference::request::Conference::SendMessage { message, .. },
        ))) => Some(message.clone()),
        _ => None,
    });
    let bytes: Vec<Vec<u8>> = bytes.collect();
    assert_eq!(bytes.len(), 2);
    let has = |haystack: &[u8], needle: &[u8]| haystack.windows(needle.len()).any(|one| one == needle);
    assert!(bytes.iter().all(|one| !has(one, "Grüße".as_bytes()) && !has(one, b"groupCallMessage")));
}

#[test]
fn a_message_that_comes_twice_is_told_once() {
    let mut clients = Clients::meeting(42, 2);
    clients.clear();
    clients.server.add_rule(Rule::update(SEALED, Do::Duplicate));
    clients.say_words(0, "once");
    assert_eq!(clients.messages(1).len(), 1);
    // Nor is one that somebody plays back later.
    clients.server.add_rule(Rule::update(SEALED, Do::StaleReplay(secs(5))));
    clients.say_words(0, "again");
    clients.run(secs(6));
    assert_eq!(clients.messages(1).len(), 1);
}

#[test]
fn what_is_refused_or_cannot_be_sent_is_not_told_as_said() {
    let mut clients = Clients::meeting(43, 2);
    clients.clear();
    let (now, call) = (clients.now, clients.sides[0].call);
    let long = "ä".repeat(129);
    let client = &mut clients.sides[0].client;
    for (text, stars) in [("", 0), (long.as_str(), 0), ("x", 5), ("x", -1)] {
        assert!(client.send_message(now, call, text, stars).is_err(), "{text} {stars}");
    }
    clients.say_words(0, &"ä".repeat(128));
    clients
        .server
        .add_rule(Rule::request("phone.sendGroupCallEncryptedMessage", Do::Fail { code: 400, name: "TEST_NO".into() }));
    let answer = clients.wish(0, |client, now, call| client.send_message(now, call, "lost", 0));
    assert_eq!(answer.code, 400);
    assert_eq!((clients.messages(0).len(), clients.messages(1).len()), (1, 1));
    // Switched off by who has made it.
    let answer = clients.wish(0, |client, now, call| client.set_messages_enabled(now, call, false));
    assert_eq!(answer.code, 0);
    clients.run(ms(500));
    for side in 0..2 {
        let (now, call) = (clients.now, clients.sides[side].call);
        assert!(clients.sides[side].client.send_message(now, call, "x", 0).is_err(), "side {side}");
    }
}

#[test]
fn who_is_not_in_sends_nothing() {
    let mut clients = Clients::founded(44, 2);
    let link = clients.link();
    let now = clients.now;
    let call = clients.sides[1].client.open_link(now, &link).unwrap();
    assert!(clients.sides[1].client.send_message(now, call, "x", 0).is_err());
    clients.leave(0);
    clients.run(secs(2));
    let (now, call) = (clients.now, clients.sides[0].call);
    assert!(clients.sides[0].client.send_message(now, call, "x", 0).is_err());
}

#[test]
fn a_message_that_overtakes_the_block_of_its_sender_is_read_when_that_comes() {
    let mut clients = Clients::meeting(45, 2);
    clients.leave(1);
    clients.run(secs(4));
    // The first side hears of the block late, by itself alone.
    clients.server.add_rule(Rule::update("updateGroupCallChainBlocks", Do::Delay(ms(900))).to(1));
    clients.come(1);
    clients.run(ms(400));
    clients.clear();
    clients.say_words(1, "early");
    clients.run(secs(1));
    let words: Vec<String> = clients.messages(0).into_iter().map(|(_, _, words)| words).collect();
    assert_eq!(words, ["early"]);
}

#[test]
fn a_message_that_overtakes_the_answer_that_lets_us_in_is_read_then() {
    let mut clients = Clients::founded(47, 2);
    clients.server.add_rule(Rule::answer("phone.joinGroupCall", Do::Delay(secs(3))).to(2));
    clients.come(1);
    clients.run(secs(1));
    assert_eq!(clients.state(1), CallState::Joining);
    clients.clear();
    clients.say_words(0, "early");
    clients.run(secs(4));
    let words: Vec<String> = clients.messages(1).into_iter().map(|(_, _, words)| words).collect();
    assert_eq!((clients.state(1), words), (CallState::Active, vec!["early".to_owned()]));
}

#[test]
fn what_strangers_say_is_dropped_and_counted() {
    let mut clients = Clients::meeting(46, 2);
    clients.clear();
    let id = clients.telegram_id();
    let name = Object::new("inputGroupCall").with("id", id).with("access_hash", 1i64);
    let from = |user: i64| Object::new("peerUser").with("user_id", user);
    let chat = Object::new("peerChat").with("chat_id", 3i64);
    let schema = Schema::of_layer(223);
    let tell = |clients: &mut Clients, from: Object, bytes: &[u8]| {
        let update = Object::new(SEALED).with("call", name.clone()).with("from_id", from);
        let update = update.with("encrypted_message", bytes);
        let object = Object::new("updateShort").with("update", update).with("date", 1);
        let bytes = schema.encode(&object).unwrap();
        let now = clients.now;
        clients.sides[0].client.handle_update(now, &bytes).unwrap()
    };
    for (from, bytes) in [
        (from(2), &b""[..]),
        (from(2), &[2; 400]),
        (from(9), &[1; 400]),
        (chat, &[1; 400]),
        (from(2), &vec![0; 100_000]),
        (from(1), &[1; 400]),
    ] {
        assert!(matches!(tell(&mut clients, from, bytes), Handled::Empty(_)));
    }
    // Sealed with a key that nobody here knows: it waits, and not for ever, nor many of them.
    let mut unknown = vec![1, 0, 0, 0];
    unknown.extend([7; 32 + 32 + 64 + 64]);
    unknown.extend([0; 4]);
    for _ in 0..1000 {
        let _ = tell(&mut clients, from(2), &unknown);
    }
    clients.run(secs(5));
    assert_eq!(clients.messages(0), []);
    clients.say_words(1, "still here");
    assert_eq!(clients.messages(0).len(), 1);
}
