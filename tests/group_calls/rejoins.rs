//! The ways back into a conference, each with a new key (`conference-flow.md` 1.2), and another device of the same user.

use super::clients::Clients;
use super::world::{ms, secs};
use tgcall::client::{CallState, EndReason};
use tgcall::conference::chain::block::to_server_form;
use tgcall::conference::{self, Conference};
use tgcall::crypto::sign::{KeyPair, PublicKey};
use tgcall::random::Random;
use tgcall::sim::chain::Chain;
use tgcall::sim::encoder::{Object, Value};
use tgcall::sim::fault::{Do, Rule};
use tgcall::sim::schema::Schema;
use tgcall::types::UserId;

/// Who loses his place.
const SIDE: usize = 1;
const USER: i64 = SIDE as i64 + 1;

impl Clients {
    fn chain(&self) -> &Chain {
        self.server.groups.conferences.chain(self.telegram_id()).unwrap()
    }

    fn newest(&self) -> Vec<u8> {
        self.chain().element(0, self.chain().len(0) - 1).unwrap().to_vec()
    }

    fn key_of(&self, user: i64) -> Option<PublicKey> {
        self.chain().state().group.participants.iter().find(|one| one.user == UserId(user)).map(|one| one.key)
    }

    /// Telegram tells one side of blocks that nobody else hears of, behind those that there are.
    fn tell_blocks(&mut self, side: usize, blocks: &[Vec<u8>]) {
        let name = Object::new("inputGroupCall").with("id", self.telegram_id()).with("access_hash", 1i64);
        let next = self.chain().len(0) + blocks.len();
        let blocks: Vec<Value> = blocks.iter().map(|block| Value::Bytes(block.clone())).collect();
        let update = Object::new("updateGroupCallChainBlocks").with("call", name).with("sub_chain_id", 0);
        let update = update.with("blocks", blocks).with("next_offset", next as i32);
        let object = Object::new("updateShort").with("update", update).with("date", 1);
        let bytes = Schema::of_layer(223).encode(&object).unwrap();
        let now = self.now;
        let _ = self.sides[side].client.handle_update(now, &bytes).unwrap();
        self.run(ms(1));
    }

    fn forbid(&mut self, method: &str, error: &str) {
        let fail = Do::Fail { code: 403, name: error.into() };
        self.server.add_rule(Rule::request(method, fail).to(USER));
    }

    /// So many seconds after `what` the place is another one: by another key, and by other sources.
    #[track_caller]
    fn assert_comes_back(&mut self, seconds: u64, what: impl FnOnce(&mut Clients)) {
        let before = (self.key_of(USER), self.source(SIDE), self.joins(SIDE));
        what(self);
        self.run(secs(seconds));
        self.assert_agreed(&[0, 1, 2]);
        let after = (self.key_of(USER), self.source(SIDE), self.joins(SIDE));
        assert!(before.0 != after.0 && before.1 != after.1, "{before:?} {after:?}");
        assert_eq!(after.2, before.2 + 1);
        self.talk_aloud(secs(2));
        for (side, others) in [(0, [1, 2]), (1, [0, 2]), (2, [0, 1])] {
            self.assert_hears(side, &others);
        }
    }
}

#[test]
fn who_is_told_that_he_has_left() {
    let mut clients = Clients::meeting(51, 3);
    clients.assert_comes_back(5, |clients| {
        let (now, call) = (clients.now, clients.telegram_id());
        clients.server.kick(now, call, USER, false);
    });
}

#[test]
fn whose_source_is_missing_when_he_asks() {
    let mut clients = Clients::meeting(52, 3);
    clients.assert_comes_back(16, |clients| {
        // An empty vector of sources, and nobody is heard, so that it is asked for.
        let nobody = [&0x1cb5_c415_u32.to_le_bytes()[..], &[0; 4]].concat();
        clients.sides[SIDE].instead.push(("phone.checkGroupCall", nobody));
    });
}

#[test]
fn whose_requests_are_forbidden_to_him() {
    for error in ["GROUPCALL_FORBIDDEN", "GROUPCALL_JOIN_MISSING", "PARTICIPANT_JOIN_MISSING", "NOT_PARTICIPANT"] {
        let mut clients = Clients::meeting(53, 3);
        clients.assert_comes_back(11, |clients| clients.forbid("phone.getGroupCallChainBlocks", error));
        clients.assert_comes_back(6, |clients| {
            clients.forbid("phone.editGroupCallParticipant", error);
            clients.set_muted(SIDE, true);
            clients.run(ms(500));
            clients.set_muted(SIDE, false);
        });
        // There is nothing to say before somebody comes or goes.
        clients.assert_comes_back(8, |clients| {
            clients.leave(2);
            clients.run(ms(100));
            clients.forbid("phone.sendConferenceCallBroadcast", error);
            clients.run(secs(3));
            clients.come(2);
        });
        if error != "GROUPCALL_FORBIDDEN" {
            continue;
        }
        // Where it is said otherwise, Telegram is asked first.
        clients.assert_comes_back(6, |clients| {
            clients.forbid("phone.inviteConferenceCallParticipant", error);
            let peer = clients.peer(SIDE, 2);
            let answer = clients.wish(SIDE, |client, now, call| client.invite_user(now, call, peer, false));
            assert_eq!(answer.code, 403);
        });
    }
}

#[test]
fn who_may_not_remove_somebody_removes_him_when_he_is_back() {
    let mut clients = Clients::meeting(54, 4);
    clients.forbid("phone.deleteConferenceCallParticipants", "GROUPCALL_FORBIDDEN");
    clients.sides[3].is_lenient = true;
    clients.assert_comes_back(8, |clients| {
        let (peer, now) = (clients.peer(SIDE, 3), clients.now);
        let one = &mut clients.sides[SIDE];
        one.client.remove_user(now, one.call, peer).unwrap();
    });
    assert_eq!(clients.sides[3].end.as_ref().map(|end| end.reason), Some(EndReason::Privacy));
    assert_eq!(clients.sides[SIDE].answers.iter().map(|answer| answer.code).collect::<Vec<_>>(), [0]);
}

#[test]
fn who_is_shown_a_chain_that_breaks_the_rules() {
    let mut clients = Clients::meeting(55, 3);
    clients.assert_comes_back(6, |clients| {
        let first = clients.chain().element(0, 0).unwrap().to_vec();
        clients.tell_blocks(SIDE, &[first]);
        assert!(clients.emoji(SIDE).is_none());
    });
}

#[test]
fn who_is_removed_by_a_block_and_not_by_telegram() {
    let mut clients = Clients::meeting(56, 3);
    clients.assert_comes_back(6, |clients| {
        // A stranger comes in and takes him out.
        let mut random = Random::from_seed(1);
        let (keys, stranger) = (KeyPair::generate(&mut random), UserId(99));
        let coming = conference::self_add(&clients.newest(), stranger, &keys, &mut random).unwrap();
        let coming = to_server_form(&coming).unwrap();
        let mut inside = Conference::create(clients.now, stranger, keys, &coming, random).unwrap();
        let removal = to_server_form(&inside.remove(&[UserId(USER)]).unwrap()).unwrap();
        clients.tell_blocks(SIDE, &[coming, removal]);
        assert!(clients.emoji(SIDE).is_none());
    });
}

#[test]
fn whose_place_a_block_gives_to_another_device_of_his_does_not_take_it_back() {
    let mut clients = Clients::meeting(57, 3);
    let mut random = Random::from_seed(1);
    let keys = KeyPair::generate(&mut random);
    let block = conference::self_add(&clients.newest(), UserId(USER), &keys, &mut random).unwrap();
    let (block, joins) = (to_server_form(&block).unwrap(), clients.joins(SIDE));
    clients.tell_blocks(SIDE, &[block]);
    clients.run(secs(60));
    assert_eq!(clients.sides[SIDE].end.as_ref().map(|end| end.reason), Some(EndReason::Elsewhere));
    assert_eq!((clients.joins(SIDE), clients.sockets(SIDE)), (joins, 0));
}

#[test]
fn another_device_of_a_user_takes_his_place_with_key_and_sound_and_the_first_is_gone() {
    let mut clients = Clients::meeting(58, 2);
    let (key, source) = (clients.key_of(USER), clients.source(SIDE));
    let second = clients.add_device(USER);
    clients.come(second);
    clients.run(secs(4));
    assert_eq!(clients.sides[SIDE].end.as_ref().map(|end| end.reason), Some(EndReason::Elsewhere));
    assert_eq!(clients.sockets(SIDE), 0);
    clients.assert_agreed(&[0, second]);
    assert!(clients.key_of(USER) != key && clients.source(second) != source);
    // It is one user of one conference, who is heard from where he is now.
    assert_eq!(clients.server_call().members.len(), 2);
    let id = |side: usize| clients.sides[side].client.telegram_id(clients.sides[side].call).unwrap().0;
    assert_eq!(id(0), id(second));
    clients.talk_aloud(secs(2));
    clients.assert_hears(0, &[second]);
    clients.assert_hears(second, &[0]);
    clients.assert_hears(SIDE, &[]);
    // And back, by the first one.
    clients.come(SIDE);
    clients.run(secs(4));
    assert_eq!(clients.sides[second].end.as_ref().map(|end| end.reason), Some(EndReason::Elsewhere));
    clients.assert_agreed(&[0, SIDE]);
    clients.talk_aloud(secs(2));
    clients.assert_hears(0, &[SIDE]);
    // Who leaves leaves with the user.
    clients.leave(SIDE);
    clients.run(secs(5));
    assert_eq!(clients.state(SIDE), CallState::Ended);
    clients.assert_agreed(&[0]);
}

#[test]
fn a_device_that_leaves_while_another_comes_does_not_take_it_along() {
    for delay in [0, 40, 120] {
        let mut clients = Clients::meeting(59, 2);
        let second = clients.add_device(USER);
        clients.come(second);
        clients.run(ms(delay));
        if clients.state(SIDE) == CallState::Active {
            clients.leave(SIDE);
        }
        clients.run(secs(5));
        assert_eq!(clients.state(SIDE), CallState::Ended);
        clients.assert_agreed(&[0, second]);
        clients.talk_aloud(secs(2));
        clients.assert_hears(0, &[second]);
    }
}
