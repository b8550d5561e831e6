//! Group calls: every method, and what each device is told.
//! Long: a test for each method.

use crate::telegram::*;
use tgcall::sim::encoder::{Object, Value};
use tgcall::sim::group::server::{Joined, Leg, Media, PaperOnly, Refused};
use tgcall::sim::group::{Chat, Sort};
use tgcall::sim::knobs::Knobs;
use tgcall::time::{Duration, Time};

const CAROL: i64 = 1003;
const CHAT: i64 = 77;

/// Alice is the admin of a public supergroup of three.
struct Room {
    telegram: Telegram,
    call: i64,
}

fn params(source: i32) -> Object {
    let json = format!(
        r#"{{"ssrc":{source},"ufrag":"abcd","pwd":"p","fingerprints":[{{"hash":"sha-256","setup":"passive","fingerprint":"AA"}}],
            "ssrc-groups":[{{"semantics":"FID","sources":[{},{}]}}]}}"#,
        source + 1,
        source + 2
    );
    Object::new("dataJSON").with("data", json.as_str())
}

/// The updates of an answer, by name.
fn named(answer: &Value, name: &str) -> Vec<Object> {
    let updates = answer.object().unwrap_or_else(|| panic!("{answer:?}")).list("updates");
    updates.iter().filter_map(|update| update.object().filter(|one| one.name == name).cloned()).collect()
}

fn entries(update: &Object) -> Vec<Object> {
    update.list("participants").iter().filter_map(|entry| entry.object().cloned()).collect()
}

fn is_set(object: &Object, flag: &str) -> bool {
    object.get(flag).is_some()
}

fn user_of(entry: &Object) -> i64 {
    entry.child("peer").and_then(|peer| peer.long("user_id")).unwrap_or(0)
}

fn sources(answer: &Value) -> Vec<i32> {
    let Value::Raw(bytes) = answer else { panic!("{answer:?}") };
    let words: Vec<i32> = bytes.chunks(4).map(|word| i32::from_le_bytes(word.try_into().unwrap())).collect();
    assert_eq!((words[0], words[1] as usize), (0x1cb5_c415, words.len() - 2));
    words[2..].to_vec()
}

impl Room {
    fn empty() -> Room {
        let mut telegram = Telegram::new(Knobs::default());
        let mut chat = Chat::new(CHAT, Sort::Channel, "Friends", [BOB, CAROL]).with_admin(ALICE);
        chat.is_public = true;
        telegram.server.add_chat(chat);
        Room { telegram, call: 0 }
    }

    fn open() -> Room {
        let mut room = Room::empty();
        let answer = room.create(&Object::new("phone.createGroupCall").with("random_id", 5));
        room.call = room.of_answer(&answer);
        room.quiet();
        room
    }

    fn of_answer(&self, answer: &Value) -> i64 {
        named(answer, "updateGroupCall")[0].child("call").unwrap().long("id").unwrap()
    }

    fn chat(&self, viewer: i64) -> Object {
        let hash = self.telegram.server.channel_hash(viewer, CHAT);
        Object::new("inputPeerChannel").with("channel_id", CHAT).with("access_hash", hash)
    }

    fn create(&mut self, request: &Object) -> Value {
        let peer = self.chat(ALICE);
        self.telegram.ask(ALICE, &request.clone().with("peer", peer))
    }

    fn name(&self, viewer: i64) -> Object {
        let hash = self.telegram.server.group_hash(viewer, self.call);
        Object::new("inputGroupCall").with("id", self.call).with("access_hash", hash)
    }

    fn peer(&self, viewer: i64, user: i64) -> Object {
        let hash = self.telegram.server.user_hash(viewer, user);
        Object::new("inputPeerUser").with("user_id", user).with("access_hash", hash)
    }

    /// Asks for something about the call.
    fn ask(&mut self, account: i64, method: &str, build: impl FnOnce(Object) -> Object) -> Value {
        self.ask_from(account, 1, method, build)
    }

    fn ask_from(&mut self, account: i64, device: u32, method: &str, build: impl FnOnce(Object) -> Object) -> Value {
        let request = build(Object::new(method).with("call", self.name(account)));
        self.telegram.ask_from(account, device, &request)
    }

    fn join(&mut self, account: i64, source: i32) -> Value {
        self.join_with(account, 1, source, |request| request)
    }

    fn join_with(&mut self, account: i64, device: u32, source: i32, build: impl FnOnce(Object) -> Object) -> Value {
        self.ask_from(account, device, "phone.joinGroupCall", |request| {
            build(request.with("join_as", Object::new("inputPeerSelf")).with("params", params(source)))
        })
    }

    fn edit(&mut self, account: i64, whom: i64, build: impl FnOnce(Object) -> Object) -> Value {
        let participant = if whom == account { Object::new("inputPeerSelf") } else { self.peer(account, whom) };
        self.ask(account, "phone.editGroupCallParticipant", |request| build(request.with("participant", participant)))
    }

    fn check(&mut self, account: i64, all: &[i32]) -> Value {
        let all: Vec<Value> = all.iter().map(|source| Value::Int(*source)).collect();
        self.ask(account, "phone.checkGroupCall", |request| request.with("sources", all))
    }

    fn list(&mut self, account: i64) -> Object {
        let answer = self.ask(account, "phone.getGroupCall", |request| request.with("limit", 100));
        answer.object().unwrap().clone()
    }

    fn version(&mut self) -> i32 {
        self.list(ALICE).child("call").unwrap().int("version").unwrap()
    }

    fn quiet(&mut self) {
        for account in [ALICE, BOB, CAROL] {
            for device in 1..=3 {
                self.telegram.news(account, device);
            }
        }
    }

    /// The entries that a device was told of, with their version.
    fn told(&mut self, account: i64, device: u32) -> Vec<(i32, Object)> {
        let news = self.telegram.news(account, device);
        let lists = news.iter().filter(|update| update.name == "updateGroupCallParticipants");
        lists.flat_map(|list| entries(list).into_iter().map(|entry| (list.int("version").unwrap(), entry))).collect()
    }
}

#[test]
fn an_admin_makes_a_call_and_the_whole_chat_hears_of_it() {
    let mut room = Room::empty();
    let answer = room.create(&Object::new("phone.createGroupCall").with("random_id", 5).with("title", "Talk"));
    let call = named(&answer, "updateGroupCall")[0].child("call").unwrap().clone();
    assert_eq!((call.bytes("title"), call.int("version")), (Some(&b"Talk"[..]), Some(1)));
    assert!(is_set(&call, "creator") && is_set(&call, "can_change_join_muted"));
    assert!(room.telegram.names(BOB, 1).contains(&"updateGroupCall".into()));
    assert!(room.telegram.names(CAROL, 1).contains(&"updateGroupCall".into()));
    // The same request again makes no second one; another does, and ends the first.
    let again = room.create(&Object::new("phone.createGroupCall").with("random_id", 5));
    assert_eq!(room.of_answer(&again), room.of_answer(&answer));
    let other = room.create(&Object::new("phone.createGroupCall").with("random_id", 6));
    assert_ne!(room.of_answer(&other), room.of_answer(&answer));
    let ended = room.telegram.news(BOB, 1).into_iter().filter(|update| update.name == "updateGroupCall");
    assert!(ended.into_iter().any(|update| update.child("call").unwrap().name == "groupCallDiscarded"));

    let peer = room.chat(BOB);
    let request = Object::new("phone.createGroupCall").with("random_id", 5).with("peer", peer);
    assert_eq!(error(&room.telegram.ask(BOB, &request)), "400 CHAT_ADMIN_REQUIRED");
}

#[test]
fn a_scheduled_call_waits_for_its_start() {
    let mut room = Room::empty();
    let now = tgcall::sim::server::EPOCH;
    let request = |date: i32| Object::new("phone.createGroupCall").with("random_id", date).with("schedule_date", date);
    for date in [now + 5, now + 8 * 86_400 + 60, now - 1] {
        assert_eq!(error(&room.create(&request(date))), "400 SCHEDULE_DATE_INVALID");
    }
    let answer = room.create(&request(now + 3600));
    room.call = room.of_answer(&answer);
    assert_eq!(error(&room.join(BOB, 10)), "400 GROUPCALL_INVALID");
    let subscribe = |room: &mut Room, wanted: bool| {
        room.ask(BOB, "phone.toggleGroupCallStartSubscription", |request| {
            request.with("subscribed", Value::Bool(wanted))
        })
    };
    assert!(is_set(
        named(&subscribe(&mut room, true), "updateGroupCall")[0].child("call").unwrap(),
        "schedule_start_subscribed"
    ));
    assert_eq!(error(&subscribe(&mut room, true)), "400 GROUPCALL_NOT_MODIFIED");
    assert_eq!(error(&room.ask(BOB, "phone.startScheduledGroupCall", |request| request)), "403 GROUPCALL_FORBIDDEN");
    room.quiet();
    room.ask(ALICE, "phone.startScheduledGroupCall", |request| request);
    let told = room.telegram.news(BOB, 1);
    assert!(!is_set(told[0].child("call").unwrap(), "schedule_date"));
    assert_eq!(
        error(&room.ask(ALICE, "phone.startScheduledGroupCall", |request| request)),
        "403 GROUPCALL_ALREADY_STARTED"
    );
    assert_eq!(named(&room.join(BOB, 10), "updateGroupCallConnection").len(), 1);
}

#[test]
fn a_join_is_answered_by_a_connection_then_oneself_then_the_call() {
    let mut room = Room::open();
    let answer = room.join(BOB, 10);
    let names: Vec<String> =
        answer.object().unwrap().list("updates").iter().map(|one| one.object().unwrap().name.clone()).collect();
    assert_eq!(names, ["updateGroupCallConnection", "updateGroupCallParticipants", "updateGroupCall"]);
    let json = named(&answer, "updateGroupCallConnection")[0].child("params").unwrap().bytes("data").unwrap().to_vec();
    let json: serde_json::Value = serde_json::from_slice(&json).unwrap();
    assert!(json["transport"]["candidates"][0]["port"].is_string());
    let list = &named(&answer, "updateGroupCallParticipants")[0];
    let me = &entries(list)[0];
    assert_eq!((user_of(me), me.int("source"), list.int("version")), (BOB, Some(10), Some(2)));
    assert!(is_set(me, "self") && is_set(me, "just_joined") && is_set(me, "can_self_unmute") && !is_set(me, "muted"));
    // Who is in sees him come; who is not, does not.
    room.join(CAROL, 20);
    let told = room.told(BOB, 1);
    assert_eq!((told.len(), told[0].0, user_of(&told[0].1)), (1, 3, CAROL));
    assert!(!is_set(&told[0].1, "self"));
    assert_eq!(room.told(ALICE, 1), []);

    room.telegram.server.groups.knobs.shuffle = true;
    let answer = room.join(ALICE, 30);
    assert_eq!(answer.object().unwrap().list("updates")[0].object().unwrap().name, "updateGroupCall");
    room.telegram.server.groups.knobs.connections = 0;
    assert_eq!(named(&room.join(ALICE, 31), "updateGroupCallConnection").len(), 0);
}

#[test]
fn sources_are_unique_and_payloads_are_read() {
    let mut room = Room::open();
    room.join(BOB, 10);
    for source in [10, 8, 9, 11, 12] {
        assert_eq!(error(&room.join(CAROL, source)), "400 GROUPCALL_SSRC_DUPLICATE_MUCH", "{source}");
    }
    assert_eq!(error(&room.join(CAROL, 0)), "400 DATA_JSON_INVALID");
    let nonsense = Object::new("dataJSON").with("data", "{\"ssrc\":");
    let answer = room.join_with(CAROL, 1, 20, |request| request.with("params", nonsense));
    assert_eq!(error(&answer), "400 DATA_JSON_INVALID");
    // His own are free when he comes again.
    assert_eq!(named(&room.join(BOB, 10), "updateGroupCallConnection").len(), 1);
}

#[test]
fn a_second_device_takes_over_and_the_first_one_sees_it() {
    let mut room = Room::open();
    room.join(BOB, 10);
    room.join(CAROL, 20);
    room.quiet();
    room.join_with(BOB, 2, 30, |request| request);
    let told = room.told(BOB, 1);
    assert_eq!((user_of(&told[0].1), told[0].1.int("source"), is_set(&told[0].1, "self")), (BOB, Some(30), true));
    assert_eq!(room.told(CAROL, 1).len(), 1);
    assert_eq!(room.list(CAROL).list("participants").len(), 2);
    // The first one leaves by its own source, and takes nobody along.
    let leave = |source: i32| move |request: Object| request.with("source", source);
    room.ask(BOB, "phone.leaveGroupCall", leave(10));
    assert_eq!(room.list(CAROL).list("participants").len(), 2);
    let answer = room.ask(BOB, "phone.leaveGroupCall", leave(30));
    assert!(is_set(&entries(&named(&answer, "updateGroupCallParticipants")[0])[0], "left"));
    assert_eq!(room.list(CAROL).list("participants").len(), 1);
}

#[test]
fn versions_count_who_comes_and_goes_and_not_who_speaks() {
    let mut room = Room::open();
    room.join(ALICE, 10);
    room.join(BOB, 20);
    room.join(CAROL, 30);
    assert_eq!(room.version(), 4);
    room.quiet();
    room.edit(BOB, BOB, |request| request.with("muted", Value::Bool(true)));
    let told = room.told(ALICE, 1);
    assert_eq!((told[0].0, is_set(&told[0].1, "versioned"), is_set(&told[0].1, "muted")), (4, false, true));
    room.edit(ALICE, BOB, |request| request.with("muted", Value::Bool(true)));
    let told = room.told(CAROL, 1);
    let last = told.last().unwrap();
    assert_eq!((last.0, is_set(&last.1, "versioned"), is_set(&last.1, "can_self_unmute")), (5, true, false));
    room.ask(BOB, "phone.leaveGroupCall", |request| request.with("source", 20));
    assert_eq!(room.told(CAROL, 1).last().unwrap().0, 6);
    assert_eq!(room.version(), 6);
}

#[test]
fn who_may_change_what_about_whom() {
    let mut room = Room::open();
    for (account, source) in [(ALICE, 10), (BOB, 20), (CAROL, 30)] {
        room.join(account, source);
    }
    let muted = |value: bool| move |request: Object| request.with("muted", Value::Bool(value));
    let volume = |value: i32| move |request: Object| request.with("volume", value);
    let entry = |answer: &Value| entries(&named(answer, "updateGroupCallParticipants")[0])[0].clone();
    room.quiet();
    // For himself alone.
    let one = entry(&room.edit(BOB, CAROL, muted(true)));
    assert!(is_set(&one, "muted_by_you") && !is_set(&one, "muted"));
    let one = entry(&room.edit(BOB, CAROL, volume(500)));
    assert_eq!((one.int("volume"), is_set(&one, "volume_by_admin")), (Some(500), false));
    assert_eq!(room.told(ALICE, 1), [], "nobody else hears of it");
    for wrong in [0, 20_001, -1] {
        assert_eq!(error(&room.edit(BOB, CAROL, volume(wrong))), "400 USER_VOLUME_INVALID");
    }
    // An admin, for all. The own volume stays.
    let one = entry(&room.edit(ALICE, CAROL, volume(7000)));
    assert_eq!((one.int("volume"), is_set(&one, "volume_by_admin")), (Some(7000), true));
    let told = room.told(BOB, 1).pop().unwrap().1;
    assert_eq!((told.int("volume"), is_set(&told, "volume_by_admin")), (Some(500), false));
    assert_eq!(error(&room.edit(ALICE, CAROL, volume(7000))), "400 GROUPCALL_NOT_MODIFIED");
    // Silenced: his hand is all he can raise.
    assert_eq!(
        error(&room.edit(CAROL, CAROL, |r| r.with("raise_hand", Value::Bool(true)))),
        "400 RAISE_HAND_FORBIDDEN"
    );
    room.edit(ALICE, CAROL, muted(true));
    assert_eq!(error(&room.edit(CAROL, CAROL, muted(false))), "403 GROUPCALL_FORBIDDEN");
    let one = entry(&room.edit(CAROL, CAROL, |request| request.with("raise_hand", Value::Bool(true))));
    assert!(one.long("raise_hand_rating").is_some());
    let one = entry(&room.edit(ALICE, CAROL, muted(false)));
    assert!(is_set(&one, "muted") && is_set(&one, "can_self_unmute") && one.long("raise_hand_rating").is_none());
    assert!(!is_set(&entry(&room.edit(CAROL, CAROL, muted(false))), "muted"));
    assert_eq!(error(&room.edit(ALICE, 1999, muted(true))), "400 USER_ID_INVALID");
}

#[test]
fn newcomers_are_muted_where_they_are_unless_a_link_lets_them_speak() {
    let mut room = Room::open();
    let set = |room: &mut Room, account: i64| {
        room.ask(account, "phone.toggleGroupCallSettings", |request| request.with("join_muted", Value::Bool(true)))
    };
    assert_eq!(error(&set(&mut room, BOB)), "403 GROUPCALL_FORBIDDEN");
    set(&mut room, ALICE);
    assert_eq!(error(&set(&mut room, ALICE)), "400 GROUPCALL_NOT_MODIFIED");
    let me = |answer: &Value| entries(&named(answer, "updateGroupCallParticipants")[0])[0].clone();
    let bob = me(&room.join(BOB, 10));
    assert!(is_set(&bob, "muted") && !is_set(&bob, "can_self_unmute"));
    let link = room.ask(ALICE, "phone.exportGroupCallInvite", |request| request.flag("can_self_unmute", true));
    let link = String::from_utf8(link.object().unwrap().bytes("link").unwrap().to_vec()).unwrap();
    let hash = link.split('=').nth(1).unwrap().to_owned();
    let bob = me(&room.join_with(BOB, 1, 20, |request| request.with("invite_hash", hash.as_str())));
    assert!(!is_set(&bob, "muted"));
    let plain = room.ask(BOB, "phone.exportGroupCallInvite", |request| request.flag("can_self_unmute", true));
    assert!(!String::from_utf8_lossy(plain.object().unwrap().bytes("link").unwrap()).contains('='));
    room.ask(ALICE, "phone.toggleGroupCallSettings", |request| request.flag("reset_invite_hash", true));
    let bob = me(&room.join_with(BOB, 1, 30, |request| request.with("invite_hash", hash.as_str())));
    assert!(is_set(&bob, "muted"), "the old link is worth nothing");
}

#[test]
fn the_list_comes_in_pages() {
    let mut room = Room::open();
    for (account, source) in [(ALICE, 10), (BOB, 20), (CAROL, 30)] {
        room.join(account, source);
    }
    let get = |room: &mut Room, limit: i32| {
        let answer = room.ask(ALICE, "phone.getGroupCall", |request| request.with("limit", limit));
        let answer = answer.object().unwrap().clone();
        (answer.list("participants").len(), answer.bytes("participants_next_offset").unwrap().to_vec())
    };
    assert_eq!(get(&mut room, 100), (3, vec![]));
    let (count, offset) = get(&mut room, 1);
    assert!(count == 3 && !offset.is_empty(), "more than asked for, and still there is a next page");
    let page = |room: &mut Room, build: &dyn Fn(Object) -> Object| {
        let answer = room.ask(ALICE, "phone.getGroupParticipants", |request| {
            let none = |field: &str, request: Object| request.with(field, Vec::<Value>::new());
            build(none("ids", none("sources", request)).with("offset", "").with("limit", 2))
        });
        let answer = answer.object().unwrap().clone();
        let users: Vec<i64> = entries(&answer).iter().map(user_of).collect();
        (users, String::from_utf8(answer.bytes("next_offset").unwrap().to_vec()).unwrap())
    };
    let (first, offset) = page(&mut room, &|request| request);
    let (second, end) = page(&mut room, &|request| request.with("offset", offset.as_str()));
    assert_eq!(([first, second].concat(), end.as_str()), (vec![ALICE, BOB, CAROL], ""));
    let (found, _) = page(&mut room, &|request| request.with("sources", vec![Value::Int(20)]));
    assert_eq!(found, [BOB]);
    let carol = room.peer(ALICE, CAROL);
    let (found, _) = page(&mut room, &|request| request.with("ids", vec![carol.clone().into()]));
    assert_eq!(found, [CAROL]);
    assert_eq!(page(&mut room, &|request| request.with("offset", "nonsense")), (vec![], String::new()));
}

#[test]
fn reduced_news_leave_out_what_is_the_receivers_own() {
    let mut room = Room::open();
    for (account, source) in [(ALICE, 10), (BOB, 20), (CAROL, 30)] {
        room.join(account, source);
    }
    room.edit(BOB, CAROL, |request| request.with("volume", 500));
    room.telegram.server.groups.knobs.min_news = true;
    room.quiet();
    room.edit(CAROL, CAROL, |request| request.with("muted", Value::Bool(true)));
    let told = room.told(BOB, 1).pop().unwrap().1;
    assert!(is_set(&told, "min") && told.int("volume").is_none());
    let listed = entries(&room.list(BOB)).into_iter().find(|one| user_of(one) == CAROL).unwrap();
    assert_eq!((listed.int("volume"), is_set(&listed, "min")), (Some(500), false));
}

/// A media server that hears whom it is told to hear.
#[derive(Default)]
struct Ears {
    paper: PaperOnly,
    deaf_from: Option<Time>,
}

impl Media for Ears {
    fn join(&mut self, now: Time, room: i64, payload: &str) -> Result<Joined, Refused> {
        self.deaf_from.get_or_insert(now);
        self.paper.join(now, room, payload)
    }

    fn leave(&mut self, leg: Leg) {
        self.paper.leave(leg);
    }

    fn set_muted(&mut self, _leg: Leg, _muted: bool) {}

    fn last_heard(&self, _leg: Leg) -> Option<Time> {
        self.deaf_from
    }
}

#[test]
fn who_is_not_heard_is_out_after_half_a_minute() {
    let mut room = Room::open();
    room.telegram.server.groups.set_media(Box::<Ears>::default());
    room.join(BOB, 10);
    assert_eq!(sources(&room.check(BOB, &[10, 99])), [10]);
    assert_eq!(error(&room.check(CAROL, &[10])), "400 GROUPCALL_JOIN_MISSING");
    room.telegram.run(Duration::from_secs(28));
    assert_eq!(sources(&room.check(BOB, &[10])), [10]);
    room.quiet();
    room.telegram.run(Duration::from_secs(3));
    let told = room.told(BOB, 1);
    assert!(is_set(&told[0].1, "left") && is_set(&told[0].1, "self"));
    assert_eq!(error(&room.check(BOB, &[10])), "400 GROUPCALL_JOIN_MISSING");
}

#[test]
fn who_is_thrown_out_hears_of_it_and_may_not_come_back() {
    let mut room = Room::open();
    room.join(BOB, 10);
    room.join(CAROL, 20);
    room.quiet();
    let (now, call) = (room.telegram.now, room.call);
    room.telegram.server.kick(now, call, BOB, true);
    room.telegram.run(Duration::from_millis(100));
    assert!(is_set(&room.told(BOB, 1)[0].1, "left"));
    assert_eq!(user_of(&room.told(CAROL, 1)[0].1), BOB);
    assert_eq!(error(&room.join(BOB, 30)), "403 GROUPCALL_FORBIDDEN");
    assert_eq!(error(&room.check(BOB, &[10])), "403 GROUPCALL_FORBIDDEN");
}

#[test]
fn a_call_that_is_over_is_over_for_all() {
    let mut room = Room::open();
    room.join(BOB, 10);
    assert_eq!(error(&room.ask(BOB, "phone.discardGroupCall", |request| request)), "403 GROUPCALL_FORBIDDEN");
    room.quiet();
    let answer = room.ask(ALICE, "phone.discardGroupCall", |request| request);
    assert_eq!(named(&answer, "updateGroupCall")[0].child("call").unwrap().name, "groupCallDiscarded");
    assert_eq!(room.telegram.news(BOB, 1)[0].child("call").unwrap().name, "groupCallDiscarded");
    assert_eq!(error(&room.ask(ALICE, "phone.discardGroupCall", |request| request)), "400 GROUPCALL_ALREADY_DISCARDED");
    assert_eq!(error(&room.join(BOB, 10)), "400 GROUPCALL_INVALID");
    assert_eq!(error(&room.check(BOB, &[10])), "400 GROUPCALL_INVALID");
    assert!(room.telegram.server.is_idle());
}

#[test]
fn a_screen_is_a_second_connection_of_who_is_in() {
    let mut room = Room::open();
    let share = |room: &mut Room, source: i32| {
        room.ask(BOB, "phone.joinGroupCallPresentation", |request| request.with("params", params(source)))
    };
    let stop = |room: &mut Room| room.ask(BOB, "phone.leaveGroupCallPresentation", |request| request);
    assert_eq!(error(&share(&mut room, 50)), "400 PARTICIPANT_JOIN_MISSING");
    room.join(BOB, 10);
    room.join(CAROL, 20);
    assert_eq!(error(&stop(&mut room)), "400 PARTICIPANT_PRESENTATION_MISSING");
    assert_eq!(error(&share(&mut room, 20)), "400 GROUPCALL_SSRC_DUPLICATE_MUCH");
    room.quiet();
    let answer = share(&mut room, 50);
    assert!(is_set(&named(&answer, "updateGroupCallConnection")[0], "presentation"));
    let told = room.told(CAROL, 1).pop().unwrap().1;
    assert_eq!(told.child("presentation").unwrap().int("audio_source"), Some(50));
    assert_eq!(sources(&room.check(BOB, &[10, 50, 99])), [10, 50]);
    stop(&mut room);
    assert!(room.told(CAROL, 1).pop().unwrap().1.child("presentation").is_none());
    assert_eq!(sources(&room.check(BOB, &[10, 50])), [10]);
    // A camera is seen when it is not stopped any more.
    room.edit(BOB, BOB, |request| request.with("video_stopped", Value::Bool(false)));
    assert!(room.told(CAROL, 1).pop().unwrap().1.child("video").is_some());
}

#[test]
fn listeners_of_a_big_call_watch_a_stream() {
    let mut room = Room::open();
    room.telegram.server.groups.knobs.stream_from = 1;
    let params = |answer: &Value| {
        let json =
            named(answer, "updateGroupCallConnection")[0].child("params").unwrap().bytes("data").unwrap().to_vec();
        String::from_utf8(json).unwrap()
    };
    assert!(params(&room.join(ALICE, 10)).contains("transport"));
    assert_eq!(params(&room.join_with(BOB, 1, 20, |request| request.flag("muted", true))), r#"{"stream":true}"#);
    assert!(params(&room.join(BOB, 30)).contains("transport"), "who speaks is connected");
    let answer = room.create(&Object::new("phone.createGroupCall").with("random_id", 9).flag("rtmp_stream", true));
    room.call = room.of_answer(&answer);
    assert_eq!(params(&room.join(BOB, 40)), r#"{"stream":true,"rtmp":true}"#);
    let channels = room.ask(BOB, "phone.getGroupCallStreamChannels", |request| request);
    let channels = channels.object().unwrap().list("channels");
    let of = |channel: &Value, name| channel.object().and_then(|channel| channel.int(name));
    // The one program that somebody broadcasts.
    assert_eq!(
        channels.iter().map(|one| (of(one, "channel"), of(one, "scale"))).collect::<Vec<_>>(),
        [(Some(1), Some(0))]
    );
}

#[test]
fn one_may_join_as_a_channel_of_ones_own_and_as_the_group_one_runs() {
    let mut room = Room::open();
    room.telegram.server.add_chat(Chat::new(88, Sort::Channel, "News", []).with_admin(BOB));
    let as_channel = |room: &Room, viewer: i64, id: i64| {
        let hash = room.telegram.server.channel_hash(viewer, id);
        Object::new("inputPeerChannel").with("channel_id", id).with("access_hash", hash)
    };
    let join_as = as_channel(&room, BOB, 88);
    let answer = room.join_with(BOB, 1, 10, |request| request.with("join_as", join_as));
    let me = entries(&named(&answer, "updateGroupCallParticipants")[0])[0].clone();
    assert_eq!((me.child("peer").unwrap().long("channel_id"), is_set(&me, "self")), (Some(88), true));
    let join_as = as_channel(&room, ALICE, CHAT);
    let answer = room.join_with(ALICE, 1, 20, |request| request.with("join_as", join_as));
    assert_eq!(named(&answer, "updateGroupCallConnection").len(), 1);
    for (account, id) in [(CAROL, 88), (CAROL, CHAT)] {
        let join_as = as_channel(&room, account, id);
        let answer = room.join_with(account, 1, 30, |request| request.with("join_as", join_as));
        assert_eq!(error(&answer), "400 JOIN_AS_PEER_INVALID");
    }
    let peer = room.chat(BOB);
    let peers = room.telegram.ask(BOB, &Object::new("phone.getGroupCallJoinAs").with("peer", peer.clone()));
    assert_eq!(peers.object().unwrap().list("peers").len(), 2);
    let save = |join_as: Object| {
        Object::new("phone.saveDefaultGroupCallJoinAs").with("peer", peer.clone()).with("join_as", join_as)
    };
    let own = as_channel(&room, BOB, 88);
    assert_eq!(room.telegram.ask(BOB, &save(own)), Value::Bool(true));
    let foreign = as_channel(&room, BOB, CHAT);
    assert_eq!(error(&room.telegram.ask(BOB, &save(foreign))), "400 JOIN_AS_PEER_INVALID");
}

#[test]
fn messages_go_to_all_who_are_in_and_away_again() {
    let mut room = Room::open();
    let send = |room: &mut Room, account: i64, text: &str| {
        let message = Object::new("textWithEntities").with("text", text).with("entities", Vec::<Value>::new());
        room.ask(account, "phone.sendGroupCallMessage", |request| {
            request.with("random_id", 1i64).with("message", message)
        })
    };
    assert_eq!(error(&send(&mut room, BOB, "hi")), "400 GROUPCALL_JOIN_MISSING");
    room.join(ALICE, 10);
    room.join(BOB, 20);
    room.join(CAROL, 30);
    room.quiet();
    assert_eq!(named(&send(&mut room, BOB, "hi"), "updateGroupCallMessage").len(), 1);
    assert_eq!(room.telegram.names(CAROL, 1), ["updateGroupCallMessage"]);
    assert_eq!(error(&send(&mut room, BOB, &"x".repeat(129))), "400 GROUPCALL_INVALID");
    let ids = |answer: &Value| named(answer, "updateDeleteGroupCallMessages")[0].list("messages").to_vec();
    let delete = |room: &mut Room, account: i64| {
        room.ask(account, "phone.deleteGroupCallMessages", |request| request.with("messages", vec![Value::Int(1)]))
    };
    assert_eq!(ids(&delete(&mut room, CAROL)), [], "it is not his");
    assert_eq!(ids(&delete(&mut room, BOB)), [Value::Int(1)]);
    send(&mut room, BOB, "again");
    let bob = room.peer(ALICE, BOB);
    let answer =
        room.ask(ALICE, "phone.deleteGroupCallParticipantMessages", |request| request.with("participant", bob));
    assert_eq!(ids(&answer), [Value::Int(2)]);
}

#[test]
fn titles_records_and_links() {
    let mut room = Room::open();
    let title = |room: &mut Room, account: i64, title: &str| {
        let title = title.to_owned();
        room.ask(account, "phone.editGroupCallTitle", |request| request.with("title", title.as_str()))
    };
    room.join(BOB, 10);
    room.quiet();
    title(&mut room, ALICE, &"x".repeat(80));
    let told = room.telegram.news(BOB, 1);
    assert_eq!(told[0].child("call").unwrap().bytes("title").unwrap().len(), 64);
    assert_eq!(error(&title(&mut room, BOB, "y")), "403 GROUPCALL_FORBIDDEN");
    assert_eq!(error(&title(&mut room, ALICE, &"x".repeat(64))), "400 GROUPCALL_NOT_MODIFIED");
    let record = |room: &mut Room, start: bool| {
        room.ask(ALICE, "phone.toggleGroupCallRecord", |request| request.flag("start", start))
    };
    assert_eq!(error(&record(&mut room, false)), "400 GROUPCALL_NOT_MODIFIED");
    record(&mut room, true);
    assert!(is_set(room.telegram.news(BOB, 1)[0].child("call").unwrap(), "record_start_date"));
    let peer = room.chat(ALICE);
    let url = |room: &mut Room, revoke: bool| {
        let request = Object::new("phone.getGroupCallStreamRtmpUrl").with("peer", peer.clone());
        let answer = room.telegram.ask(ALICE, &request.with("revoke", Value::Bool(revoke)));
        answer.object().unwrap().bytes("key").unwrap().to_vec()
    };
    let key = url(&mut room, false);
    assert_eq!(url(&mut room, false), key);
    assert_ne!(url(&mut room, true), key);
    let invite = |room: &mut Room, user: i64| {
        let hash = room.telegram.server.user_hash(ALICE, user);
        let user = Object::new("inputUser").with("user_id", user).with("access_hash", hash);
        room.ask(ALICE, "phone.inviteToGroupCall", |request| request.with("users", vec![user.into()]))
    };
    assert!(invite(&mut room, CAROL).object().unwrap().name == "updates");
    assert_eq!(error(&invite(&mut room, 1004)), "403 USER_NOT_PARTICIPANT");
    let stars = room.ask(BOB, "phone.getGroupCallStars", |request| request);
    assert_eq!(stars.object().unwrap().long("total_stars"), Some(0));
}

#[test]
fn the_hash_of_another_viewer_opens_nothing() {
    let mut room = Room::open();
    let stolen = room.name(ALICE);
    let request = Object::new("phone.getGroupCall").with("call", stolen).with("limit", 1);
    assert_eq!(error(&room.telegram.ask(BOB, &request)), "400 GROUPCALL_INVALID");
    let stranger = 1004;
    let answer = room.ask(stranger, "phone.getGroupCall", |request| request.with("limit", 1));
    assert_eq!(error(&answer), "403 GROUPCALL_FORBIDDEN");
}
