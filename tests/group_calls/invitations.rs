//! Invitations to conferences: what rings at whole clients, and until when.

use super::clients::{Clients, Ring};
use super::world::{ms, secs};
use tgcall::client::{CallState, Client, Config, DiscardReason, EndReason, Handled};
use tgcall::error::ErrorKind;
use tgcall::sim::encoder::{Object, Value};
use tgcall::sim::fault::{Do, Rule};
use tgcall::sim::schema::Schema;
use tgcall::sim::server::EPOCH;
use tgcall::types::{CallId, UserId};

impl Clients {
    /// One side invites another, which hears of it.
    #[track_caller]
    fn invite(&mut self, from: usize, to: usize) {
        let peer = self.peer(from, to);
        let answer = self.wish(from, |client, now, call| client.invite_user(now, call, peer, true));
        assert_eq!(answer.code, 0, "{}", answer.error);
    }

    /// The only call that has rung at a side.
    #[track_caller]
    fn ring(&self, side: usize) -> &Ring {
        assert_eq!(self.sides[side].rings.len(), 1);
        &self.sides[side].rings[0]
    }

    #[track_caller]
    fn end_of_ring(&self, side: usize) -> Option<EndReason> {
        self.ring(side).end.as_ref().map(|end| end.reason)
    }

    /// Answers what rings.
    fn accept(&mut self, side: usize) {
        let call = self.ring(side).call;
        self.begin(side, call);
        self.join(side, false);
    }

    fn count_of(&self, side: usize, method: &str) -> usize {
        self.sides[side].methods.iter().filter(|one| **one == method).count()
    }

    /// Telegram tells a client something by itself.
    fn tell(&mut self, side: usize, update: &Object) -> Handled {
        let bytes = Schema::of_layer(223).encode(update).unwrap();
        self.sides[side].client.handle_update(self.now, &bytes).unwrap()
    }
}

const DECLINE: &str = "phone.declineConferenceCallInvite";

/// An update with a message of an invitation by the user 1.
fn news(name: &str, message: i32, conference: i64, flag: &str, date: i32) -> Object {
    news_of(1, name, message, conference, flag, date)
}

fn news_of(user: i64, name: &str, message: i32, conference: i64, flag: &str, date: i32) -> Object {
    let peer = || Object::new("peerUser").with("user_id", user);
    let action = Object::new("messageActionConferenceCall").with("call_id", conference);
    let action = if flag.is_empty() { action } else { action.flag(flag, true) };
    let message = Object::new("messageService")
        .with("id", message)
        .with("from_id", peer())
        .with("peer_id", peer())
        .with("date", date)
        .with("action", action);
    let update = Object::new(name).with("message", message).with("pts", 1).with("pts_count", 1);
    Object::new("updateShort").with("update", update).with("date", date)
}

fn incoming(message: i32, conference: i64) -> Object {
    news("updateNewMessage", message, conference, "", EPOCH)
}

#[test]
fn an_invitation_rings_and_who_joins_is_in() {
    let mut clients = Clients::meeting(21, 3);
    clients.leave(2);
    clients.run(secs(3));
    clients.invite(0, 2);
    let ring = clients.ring(2);
    assert_eq!((ring.user, ring.is_video), (UserId(1), true));
    assert_eq!(clients.sides[2].client.state(ring.call).unwrap(), CallState::Open);
    // The message that rings is that call, for a host that has it from elsewhere.
    let (call, message) = (ring.call, ring.message_id);
    let now = clients.now;
    assert_eq!(clients.sides[2].client.open_invitation(now, message).unwrap(), call);
    assert!(clients.sides[2].client.accept(now, call).is_err());
    clients.accept(2);
    clients.run(secs(4));
    clients.assert_agreed(&[0, 1, 2]);
    assert_eq!(clients.count_of(2, DECLINE), 0);
    // It rings no more, and is no call that could be missed.
    clients.run(secs(120));
    assert_eq!(clients.state(2), CallState::Active);
    let gone = clients.peer(0, 2);
    let now = clients.now;
    let call = clients.sides[0].call;
    let host = &mut clients.sides[0].client;
    assert!(host.cancel_invite(now, call, gone).is_err(), "he has come");
}

#[test]
fn what_is_declined_is_over_at_both() {
    let mut clients = Clients::founded(22, 2);
    clients.invite(0, 1);
    let call = clients.ring(1).call;
    let now = clients.now;
    clients.sides[1].client.discard(now, call, DiscardReason::Auto).unwrap();
    clients.run(secs(1));
    assert_eq!(clients.end_of_ring(1), Some(EndReason::Declined));
    assert_eq!(clients.count_of(1, DECLINE), 1);
    let (now, peer) = (clients.now, clients.peer(0, 1));
    let call = clients.sides[0].call;
    let host = &mut clients.sides[0].client;
    assert!(host.cancel_invite(now, call, peer).is_err(), "it rings no more");
    // He may be asked again.
    clients.invite(0, 1);
    assert_eq!(clients.sides[1].rings.len(), 2);
    assert!(clients.sides[1].rings[1].end.is_none());
}

#[test]
fn what_is_taken_back_rings_no_more() {
    let mut clients = Clients::founded(23, 2);
    clients.invite(0, 1);
    let peer = clients.peer(0, 1);
    let answer = clients.wish(0, |client, now, call| client.cancel_invite(now, call, peer));
    assert_eq!(answer.code, 0);
    assert_eq!(clients.end_of_ring(1), Some(EndReason::Missed));
    assert_eq!(clients.count_of(1, DECLINE), 0);
}

#[test]
fn it_rings_for_ninety_seconds() {
    let mut clients = Clients::founded(24, 2);
    clients.invite(0, 1);
    clients.run(secs(88));
    assert_eq!(clients.end_of_ring(1), None);
    clients.run(secs(2));
    assert_eq!(clients.end_of_ring(1), Some(EndReason::Missed));
    assert_eq!(clients.count_of(1, DECLINE), 0, "the server knows by itself");
}

#[test]
fn invitations_of_several_are_one_ringing_and_declined_at_all() {
    let mut clients = Clients::meeting(25, 4);
    clients.leave(3);
    clients.run(secs(3));
    clients.invite(0, 3);
    clients.invite(1, 3);
    clients.invite(2, 3);
    let call = clients.ring(3).call;
    // One of them thinks better of it.
    let peer = clients.peer(0, 3);
    clients.wish(0, |client, now, call| client.cancel_invite(now, call, peer));
    assert_eq!(clients.end_of_ring(3), None);
    // The way in is by one that is left.
    clients.accept(3);
    clients.run(secs(4));
    clients.assert_agreed(&[0, 1, 2, 3]);
    clients.leave(3);
    clients.run(secs(3));

    clients.invite(1, 3);
    clients.invite(2, 3);
    assert_eq!(clients.sides[3].rings.len(), 2);
    let other = clients.sides[3].rings[1].call;
    assert_ne!(other, call);
    let now = clients.now;
    clients.sides[3].client.discard(now, other, DiscardReason::Auto).unwrap();
    clients.run(secs(1));
    assert_eq!(clients.count_of(3, DECLINE), 2);
}

#[test]
fn it_rings_during_another_call_too() {
    let mut clients = Clients::founded(26, 2);
    let conference = clients.telegram_id();
    let call = clients.sides[1].client.create_conference(clients.now, true, false).unwrap();
    clients.begin(1, call);
    clients.run(secs(2));
    assert_ne!(clients.sides[1].client.telegram_id(call).unwrap().0, conference);
    clients.invite(0, 1);
    assert_eq!(clients.state(1), CallState::Active);
    assert!(clients.ring(1).end.is_none());
}

#[test]
fn a_deleted_message_ends_it_and_so_does_one_that_is_edited() {
    for (flag, reason) in [("missed", EndReason::Missed), ("active", EndReason::Elsewhere), ("", EndReason::Missed)] {
        let mut clients = Clients::with(27, 1, &Config::new());
        assert_eq!(clients.tell(0, &incoming(7, 70)), Handled::Done);
        clients.run(ms(10));
        let update = match flag {
            "" => {
                let gone = Object::new("updateDeleteMessages").with("messages", vec![Value::Int(3), Value::Int(7)]);
                let update = gone.with("pts", 2).with("pts_count", 1);
                Object::new("updateShort").with("update", update).with("date", EPOCH)
            }
            flag => news("updateEditMessage", 7, 70, flag, EPOCH),
        };
        // Another message is none of its business.
        let _ = clients.tell(0, &news("updateEditMessage", 8, 70, "missed", EPOCH));
        clients.run(ms(10));
        assert_eq!(clients.end_of_ring(0), None);
        assert_eq!(clients.tell(0, &update), Handled::Done);
        clients.run(ms(10));
        assert_eq!(clients.end_of_ring(0), Some(reason), "{flag}");
        assert_eq!(clients.count_of(0, DECLINE), 0);
    }
}

#[test]
fn what_is_too_old_is_declined_and_what_is_over_is_nothing() {
    let mut clients = Clients::with(28, 1, &Config::new());
    let now = clients.now;
    clients.sides[0].client.set_server_time(now, i64::from(EPOCH) + 1000).unwrap();
    assert_eq!(clients.tell(0, &incoming(7, 70)), Handled::Done);
    clients.run(ms(10));
    assert_eq!((clients.sides[0].rings.len(), clients.count_of(0, DECLINE)), (0, 1));
    for flag in ["missed", "active"] {
        let _ = clients.tell(0, &news("updateNewMessage", 8, 70, flag, EPOCH + 1000));
    }
    let _ = clients.tell(0, &news("updateEditMessage", 9, 70, "", EPOCH + 1000));
    clients.run(ms(10));
    assert_eq!((clients.sides[0].rings.len(), clients.count_of(0, DECLINE)), (0, 1));
    // What has rung elsewhere for a minute rings here for half of one.
    let _ = clients.tell(0, &news("updateNewMessage", 10, 70, "", EPOCH + 940));
    clients.run(secs(29));
    assert_eq!(clients.end_of_ring(0), None);
    clients.run(secs(1));
    assert_eq!(clients.end_of_ring(0), Some(EndReason::Missed));
}

#[test]
fn a_flood_of_invitations_hides_none_that_is_meant_and_keeps_room_for_calls() {
    let mut clients = Clients::founded(29, 2);
    for message in 100..200 {
        let _ = clients.tell(1, &incoming(message, i64::from(message)));
    }
    clients.run(ms(10));
    let rings = |clients: &Clients| clients.sides[1].rings.iter().filter(|ring| ring.end.is_none()).count();
    assert_eq!(rings(&clients), 4);
    clients.invite(0, 1);
    let last = clients.sides[1].rings.last().unwrap();
    assert!(last.end.is_none() && last.message_id < 100);
    assert_eq!(rings(&clients), 4);
    // A thousand messages for one conference are one ringing, and no more of them are declined than are remembered.
    let call = last.call;
    let conference = clients.telegram_id();
    for message in 2000..3000 {
        let _ = clients.tell(1, &incoming(message, conference));
    }
    let now = clients.now;
    clients.sides[1].client.discard(now, call, DiscardReason::Auto).unwrap();
    clients.run(ms(10));
    assert_eq!(clients.count_of(1, DECLINE), 64);
    // What rings takes no place of those that a host opens.
    for message in 4000..4010 {
        let _ = clients.tell(1, &incoming(message, i64::from(message)));
    }
    clients.run(ms(10));
    assert_eq!((rings(&clients), opened(&mut clients, 900_000).len()), (4, 16));
}

#[test]
fn what_one_makes_ring_drives_out_nothing_of_another() {
    let mut clients = Clients::founded(32, 2);
    clients.invite(0, 1);
    let meant = clients.ring(1).call;
    for message in 100..200 {
        let _ = clients.tell(1, &news_of(77, "updateNewMessage", message, i64::from(message), "", EPOCH));
    }
    clients.run(ms(10));
    assert_eq!(clients.sides[1].client.state(meant).unwrap(), CallState::Open);
    assert_eq!(clients.sides[1].rings.iter().filter(|ring| ring.end.is_none()).count(), 4);
    // It rings also where there is no room; for coming there has to be some.
    let others = opened(&mut clients, 900_000);
    assert_eq!(others.len(), 16);
    let now = clients.now;
    let client = &mut clients.sides[1].client;
    assert_eq!(client.join_group(now, meant, false).unwrap_err().kind(), ErrorKind::Limit);
    assert_eq!(client.state(meant).unwrap(), CallState::Open);
    client.discard(now, others[0], DiscardReason::Auto).unwrap();
    clients.sides[1].is_lenient = true;
    clients.begin(1, meant);
    clients.join(1, false);
    clients.run(secs(3));
    clients.assert_agreed(&[0, 1]);
    assert_eq!(opened(&mut clients, 800_000), [], "who has come takes a place");
}

/// All calls that a host can open, with ids from this one on.
fn opened(clients: &mut Clients, first: i64) -> Vec<CallId> {
    let (now, client) = (clients.now, &mut clients.sides[1].client);
    (first..first + 100).map_while(|id| client.open_group(now, id, 1).ok()).collect()
}

#[test]
fn who_is_not_known_or_not_in_invites_nobody() {
    let mut clients = Clients::founded(30, 2);
    let (now, stranger) = (clients.now, clients.peer(0, 1));
    let call = clients.sides[0].call;
    let one = &mut clients.sides[0].client;
    let wrong = [tgcall::client::Peer::Myself, tgcall::client::Peer::Chat(5)];
    for peer in wrong {
        assert!(one.invite_user(now, call, peer, false).is_err() && one.cancel_invite(now, call, peer).is_err());
    }
    assert!(one.cancel_invite(now, call, stranger).is_err());
    let link = clients.link();
    let other: &mut Client = &mut clients.sides[1].client;
    let call = other.open_link(now, &link).unwrap();
    assert!(other.invite_user(now, call, tgcall::client::Peer::User { id: 1, access_hash: 1 }, false).is_err());
    assert_eq!(other.state(call).unwrap(), CallState::Open);
    // Telegram's word against it is the answer, and who is in already is no failure.
    clients.server.add_rule(Rule::request(
        "phone.inviteConferenceCallParticipant",
        Do::Fail { code: 403, name: "USER_PRIVACY_RESTRICTED".into() },
    ));
    let peer = clients.peer(0, 1);
    let answer = clients.wish(0, |client, now, call| client.invite_user(now, call, peer, false));
    assert_eq!((answer.code, answer.error.as_str()), (403, "USER_PRIVACY_RESTRICTED"));
    clients.begin(1, call);
    clients.join(1, false);
    clients.run(secs(3));
    let answer = clients.wish(0, |client, now, call| client.invite_user(now, call, peer, false));
    assert_eq!(answer.code, 0);
    assert_eq!(clients.sides[1].rings.len(), 0);
    assert_ne!(call, CallId(0));
}

#[test]
fn who_has_lost_his_place_gets_it_back_when_he_invites() {
    let mut clients = Clients::meeting(31, 2);
    clients.server.add_rule(Rule::request(
        "phone.inviteConferenceCallParticipant",
        Do::Fail { code: 403, name: "GROUPCALL_FORBIDDEN".into() },
    ));
    let peer = clients.peer(0, 1);
    let joins = clients.joins(0);
    let answer = clients.wish(0, |client, now, call| client.invite_user(now, call, peer, false));
    assert_eq!(answer.code, 403);
    clients.run(secs(5));
    assert_eq!(clients.joins(0), joins + 1);
    clients.assert_agreed(&[0, 1]);
}
