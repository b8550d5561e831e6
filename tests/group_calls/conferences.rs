//! Conferences of whole clients: made, found by their link, verified, sealed, left, come back to, and what the network and Telegram do
//! to them.

use super::clients::{Clients, amplitude, tone};
use super::world::{ms, secs};
use tgcall::client::{CallState, Client, Config, EndReason, EventKind, LogLevel, ReportFormat};
use tgcall::random::Random;
use tgcall::sim::chain::Knobs as ChainKnobs;
use tgcall::sim::fault::{Do, Rule};
use tgcall::sim::sfu::sounds;
use tgcall::types::UserId;

/// How long a verification may take where nothing is lost.
const SOON: u64 = 3;
const BROADCAST: &str = "phone.sendConferenceCallBroadcast";

impl Clients {
    /// So many people, of whom the first has made a conference and is in it.
    pub fn founded(seed: u64, people: i64) -> Clients {
        Clients::founded_with(seed, people, &Config::new())
    }

    fn founded_with(seed: u64, people: i64, config: &Config) -> Clients {
        let mut clients = Clients::with(seed, people, config);
        let call = clients.sides[0].client.create_conference(clients.now, true, false).unwrap();
        clients.begin(0, call);
        clients.run(secs(1));
        clients.conference = Some(clients.sides[0].client.telegram_id(call).unwrap().0);
        clients
    }

    /// All of them in one conference, verified.
    pub fn meeting(seed: u64, people: i64) -> Clients {
        Clients::meeting_with(seed, people, &Config::new())
    }

    pub fn meeting_with(seed: u64, people: i64, config: &Config) -> Clients {
        let mut clients = Clients::founded_with(seed, people, config);
        (1..people as usize).for_each(|side| {
            clients.come(side);
            clients.run(ms(300));
        });
        clients.run(secs(SOON));
        clients.assert_agreed(&(0..people as usize).collect::<Vec<_>>());
        clients
    }

    pub fn link(&self) -> String {
        self.server.groups.conferences.link(self.telegram_id()).unwrap()
    }

    /// By the link.
    pub fn come(&mut self, side: usize) {
        let link = self.link();
        let call = self.sides[side].client.open_link(self.now, &link).unwrap();
        self.begin(side, call);
        self.join(side, false);
    }

    pub fn emoji(&self, side: usize) -> Option<Vec<String>> {
        let one = &self.sides[side];
        let emoji = one.client.emoji(one.call).ok()?;
        Some(emoji.iter().map(|one| one.to_str().unwrap().to_owned()).collect())
    }

    /// Whether these are in, and nobody else, and see the same emoji.
    pub fn agreed(&self, sides: &[usize]) -> Result<(), String> {
        // Of those who were in last there is nobody to take them out.
        if sides.is_empty() {
            return Ok(());
        }
        let chain = self.server.groups.conferences.chain(self.telegram_id()).unwrap();
        let mut users: Vec<UserId> = chain.state().group.participants.iter().map(|one| one.user).collect();
        users.sort_unstable();
        let wanted: Vec<UserId> = sides.iter().map(|side| UserId(self.sides[*side].account)).collect();
        if users != wanted {
            return Err(format!("{users:?} are in the chain, and not {wanted:?}"));
        }
        let seen: Vec<_> = sides.iter().map(|side| (self.state(*side), self.emoji(*side))).collect();
        match seen.iter().all(|one| one.0 == CallState::Active && one.1.is_some() && one.1 == seen[0].1) {
            true => Ok(()),
            false => Err(format!("{seen:?}")),
        }
    }

    #[track_caller]
    pub fn assert_agreed(&self, sides: &[usize]) {
        if let Err(why) = self.agreed(sides) {
            let reports: Vec<String> = sides.iter().map(|side| self.report(*side)).collect();
            panic!("{why}\n{}", reports.join("\n"));
        }
    }

    /// Everybody of these hears all others of them, and nobody else.
    #[track_caller]
    fn assert_all_hear(&mut self, sides: &[usize]) {
        self.talk_aloud(secs(2));
        for side in sides {
            let others: Vec<usize> = sides.iter().copied().filter(|other| other != side).collect();
            self.assert_hears(*side, &others);
        }
    }

    fn verified(&mut self, side: usize) -> Vec<bool> {
        self.sides[side].take_events(|event| match event {
            EventKind::GroupVerified { is_verified } => Some(*is_verified),
            _ => None,
        })
    }

    fn count(&self, side: usize, method: &str) -> usize {
        self.sides[side].methods.iter().filter(|one| **one == method).count()
    }
}

#[test]
fn three_meet_by_a_link_see_the_same_emoji_and_hear_each_other() {
    let mut clients = Clients::meeting(1, 3);
    clients.assert_all_hear(&[0, 1, 2]);
    clients.all_agree();
    let words: Vec<String> = clients.sides.iter().map(|side| side.client.words(side.call).unwrap()).collect();
    assert!(words.iter().all(|one| *one == words[0] && one.split(' ').count() == 24), "{words:?}");
    // Alone, then with each who came: there, gone, and there again.
    assert_eq!(clients.verified(0), [true, false, true, false, true]);
    assert_eq!(clients.count(0, "phone.createConferenceCall"), 1);
    assert_eq!((clients.joins(0), clients.joins(1)), (0, 1));
    let report = clients.report(1);
    assert!(report.contains("conference: block 2, 3 people in its chain, verified"), "{report}");
    let one = &clients.sides[1];
    let json = one.client.report(one.call, ReportFormat::Json, false).unwrap();
    assert!(json.contains("\"conference\":{\"block\":2,\"people\":3,\"verified\":true"), "{json}");
}

/// How loud each side's tone is in the second in which it is loudest, for who takes what the media server carries in three seconds for Opus.
fn told_by_the_server(clients: &mut Clients, sides: usize) -> Vec<f64> {
    clients.sfu().record();
    clients.talk_aloud(secs(3));
    let carried = clients.sfu().take_carried();
    assert!(carried.len() > 100 * sides, "{}", carried.len());
    let sounds = sounds(carried).unwrap();
    let seconds: Vec<&[i16]> = sounds.values().flat_map(|sound| sound.chunks_exact(48_000)).collect();
    let loudest = |side| seconds.iter().map(|second| amplitude(second, tone(side))).fold(0.0, f64::max);
    (0..sides).map(loudest).collect()
}

#[test]
fn the_media_server_hears_a_group_call_and_of_a_conference_nothing() {
    let plain = told_by_the_server(&mut Clients::crowd(21, 3), 3);
    assert!(plain.iter().all(|loud| *loud > 1500.0), "{plain:?}");
    let sealed = told_by_the_server(&mut Clients::meeting(21, 3), 3);
    assert!(sealed.iter().all(|loud| *loud < 500.0), "{sealed:?}");
}

#[test]
fn who_is_alone_is_verified_and_his_link_is_known() {
    let clients = Clients::founded(2, 1);
    clients.assert_agreed(&[0]);
    let one = &clients.sides[0];
    let info = one.client.roster(one.call).unwrap().info.unwrap();
    assert_eq!(info.invite_link.as_deref(), Some(clients.link().as_str()));
    assert!(info.is_conference && info.is_creator);
}

#[test]
fn a_conference_can_be_made_for_later_and_whoever_comes_first_writes_its_first_block() {
    let mut clients = Clients::with(3, 2, &Config::new());
    let call = clients.sides[0].client.create_conference(clients.now, false, false).unwrap();
    clients.begin(0, call);
    clients.run(ms(500));
    assert_eq!(clients.state(0), CallState::Open);
    clients.conference = Some(clients.sides[0].client.telegram_id(call).unwrap().0);
    clients.come(1);
    clients.run(secs(1));
    clients.join(0, false);
    clients.run(secs(SOON));
    clients.assert_agreed(&[0, 1]);
    clients.assert_all_hear(&[0, 1]);
}

#[test]
fn who_knows_a_conference_by_its_id_comes_in_by_that() {
    let mut clients = Clients::founded(15, 2);
    clients.open(1);
    clients.join(1, false);
    clients.run(secs(SOON));
    clients.assert_agreed(&[0, 1]);
    clients.assert_all_hear(&[0, 1]);
}

#[test]
fn what_the_answer_to_a_join_holds_may_come_in_any_order() {
    for seed in 0..6 {
        let mut clients = Clients::founded(160 + seed, 3);
        clients.server.groups.knobs.shuffle = true;
        (1..3).for_each(|side| clients.come(side));
        clients.run(secs(SOON));
        clients.assert_agreed(&[0, 1, 2]);
        clients.assert_all_hear(&[0, 1, 2]);
    }
}

#[test]
fn a_broadcast_that_is_not_taken_is_sent_ever_less_often() {
    let mut clients = Clients::founded(17, 2);
    let before = clients.count(0, BROADCAST);
    clients.server.add_rule(Rule::request(BROADCAST, Do::Fail { code: 500, name: "INTERNAL".into() }).always().to(1));
    clients.come(1);
    clients.run(secs(60));
    let sent = clients.count(0, BROADCAST) - before;
    assert!((10..50).contains(&sent), "{sent}");
    clients.server.stop_faults();
    clients.run(secs(5));
    clients.assert_agreed(&[0, 1]);
}

#[test]
fn neither_log_nor_report_shows_a_key() {
    let mut config = Config::new();
    config.set_log_level(LogLevel::Trace);
    let mut clients = Clients::meeting_with(18, 3, &config);
    let (now, call) = (clients.now, clients.telegram_id());
    clients.server.kick(now, call, 2, false);
    clients.leave(2);
    clients.run(secs(8));
    let mut told = vec![clients.report(0), clients.report(1)];
    for side in &mut clients.sides {
        told.extend(core::iter::from_fn(|| side.client.poll_log()).map(|line| line.text));
    }
    assert!(told.len() > 20, "{}", told.len());
    // Keys, nonces and hashes have 32 bytes.
    let shows = |text: &String| text.split(|one: char| !one.is_ascii_hexdigit()).any(|word| word.len() >= 32);
    assert_eq!(told.iter().find(|text| shows(text)), None);
}

#[test]
fn who_leaves_has_no_key_any_more_and_may_come_back() {
    let mut clients = Clients::meeting(4, 3);
    let before = clients.emoji(0);
    clients.leave(2);
    clients.run(secs(5));
    assert_eq!(clients.state(2), CallState::Ended);
    clients.assert_agreed(&[0, 1]);
    assert_ne!(clients.emoji(0), before);
    clients.assert_all_hear(&[0, 1]);
    clients.come(2);
    clients.run(secs(SOON));
    clients.assert_agreed(&[0, 1, 2]);
    clients.assert_all_hear(&[0, 1, 2]);
}

#[test]
fn who_is_removed_is_out_at_once_and_cannot_come_back() {
    let mut clients = Clients::meeting(5, 3);
    let peer = clients.peer(0, 2);
    let answer = clients.wish(0, |client, now, call| client.remove_user(now, call, peer));
    assert_eq!((answer.code, answer.error.as_str()), (0, ""));
    clients.run(secs(5));
    let end = clients.sides[2].end.clone().unwrap();
    assert_eq!(end.reason, EndReason::Privacy, "{end:?}");
    clients.assert_agreed(&[0, 1]);
    clients.assert_all_hear(&[0, 1]);
    clients.assert_hears(2, &[]);
    clients.come(2);
    clients.run(secs(5));
    assert_eq!(clients.sides[2].end.as_ref().map(|end| end.reason), Some(EndReason::Privacy));
    clients.assert_agreed(&[0, 1]);
}

#[test]
fn wishes_that_make_no_sense_are_refused_and_change_nothing() {
    let mut clients = Clients::meeting(6, 2);
    let (now, myself, stranger) =
        (clients.now, clients.peer(0, 0), tgcall::client::Peer::User { id: 99, access_hash: 1 });
    let one = &mut clients.sides[0];
    let (client, call): (&mut Client, _) = (&mut one.client, one.call);
    for (peer, kind) in [
        (myself, tgcall::error::ErrorKind::Argument),
        (tgcall::client::Peer::Myself, tgcall::error::ErrorKind::Argument),
        (tgcall::client::Peer::Chat(7), tgcall::error::ErrorKind::Argument),
        (stranger, tgcall::error::ErrorKind::NotFound),
    ] {
        assert_eq!(client.remove_user(now, call, peer).unwrap_err().kind(), kind, "{peer:?}");
    }
    clients.run(secs(2));
    clients.assert_agreed(&[0, 1]);
    let mut nameless = Client::new(now, Config::new(), Random::from_seed(1)).unwrap();
    assert_eq!(nameless.create_conference(now, true, false).unwrap_err().kind(), tgcall::error::ErrorKind::State);
    assert_eq!(nameless.open_link(now, "abc").unwrap_err().kind(), tgcall::error::ErrorKind::State);
}

#[test]
fn who_is_overtaken_by_others_comes_in_all_the_same_and_by_the_same_connection() {
    let mut clients = Clients::founded(7, 6);
    (1..6).for_each(|side| clients.come(side));
    clients.run(secs(8));
    clients.assert_agreed(&[0, 1, 2, 3, 4, 5]);
    let joins: Vec<usize> = (1..6).map(|side| clients.joins(side)).collect();
    assert!(joins.iter().sum::<usize>() > 5, "nobody was overtaken: {joins:?}");
    // The engine of each first way in is the one that is heard.
    clients.assert_all_hear(&[0, 1, 2, 3, 4, 5]);
    assert!((1..6).all(|side| !clients.sides[side].states.contains(&CallState::Reconnecting)));
}

#[test]
fn blocks_and_broadcasts_that_get_lost_are_asked_for() {
    for seed in 0..4 {
        let mut clients = Clients::founded(80 + seed, 3);
        clients.server.set_chain_knobs(clients.telegram_id(), ChainKnobs { gap: 60, ..ChainKnobs::default() });
        clients.come(1);
        clients.run(ms(400));
        clients.come(2);
        clients.run(secs(12));
        clients.assert_agreed(&[0, 1, 2]);
        clients.assert_all_hear(&[0, 1, 2]);
    }
}

#[test]
fn a_server_that_distorts_what_it_tells_of_the_chain_does_no_harm() {
    for seed in 0..4 {
        let mut clients = Clients::founded(90 + seed, 3);
        clients.server.set_chain_knobs(clients.telegram_id(), ChainKnobs::nasty(30));
        (1..3).for_each(|side| clients.come(side));
        clients.run(secs(15));
        clients.assert_agreed(&[0, 1, 2]);
    }
}

#[test]
fn requests_of_the_chain_that_fail_are_made_again() {
    for (seed, method) in [
        "phone.getGroupCallChainBlocks",
        "phone.sendConferenceCallBroadcast",
        "phone.deleteConferenceCallParticipants",
        "phone.joinGroupCall",
    ]
    .into_iter()
    .enumerate()
    {
        for fate in [
            Do::Lose,
            Do::Fail { code: 500, name: "INTERNAL".into() },
            Do::Fail { code: 420, name: "FLOOD_WAIT_1".into() },
        ] {
            let mut clients = Clients::meeting(100 + seed as u64, 3);
            for account in 1..=3 {
                clients.server.add_rule(Rule::request(method, fate.clone()).nth(1).to(account));
            }
            clients.leave(2);
            clients.run(secs(14));
            clients.assert_agreed(&[0, 1]);
            clients.come(2);
            clients.run(secs(50));
            clients.assert_agreed(&[0, 1, 2]);
        }
    }
}

#[test]
fn whom_the_server_has_lost_comes_in_again_with_another_key() {
    let mut clients = Clients::meeting(9, 3);
    let source = clients.source(1);
    let (now, call) = (clients.now, clients.telegram_id());
    clients.server.kick(now, call, 2, false);
    clients.run(secs(8));
    clients.assert_agreed(&[0, 1, 2]);
    assert_ne!(clients.source(1), source);
    clients.assert_all_hear(&[0, 1, 2]);
}

#[test]
fn whose_network_is_away_for_long_comes_in_again() {
    let mut clients = Clients::meeting(10, 3);
    clients.set_cut_off(2, true);
    clients.talk(secs(45), |_| {});
    clients.set_cut_off(2, false);
    clients.talk(secs(20), |_| {});
    clients.assert_agreed(&[0, 1, 2]);
    clients.assert_all_hear(&[0, 1, 2]);
}

#[test]
fn an_end_for_all_is_the_end() {
    let mut clients = Clients::meeting(11, 2);
    let answer = clients.wish(0, Client::end_group);
    assert_eq!(answer.code, 0);
    clients.run(secs(2));
    for side in 0..2 {
        let end = clients.sides[side].end.clone().unwrap();
        assert_eq!(end.reason, EndReason::RemoteHangup, "{end:?}");
        assert_eq!(clients.sockets(side), 0);
    }
    let call = clients.sides[1].client.open_link(clients.now, "AAAAAAAAAAAAAAAAAAAAAA").unwrap();
    clients.begin(1, call);
    clients.join(1, false);
    clients.run(secs(3));
    assert_eq!(clients.state(1), CallState::Ended, "no such link");
}

#[test]
fn a_conference_that_is_open_already_is_not_opened_twice() {
    let mut clients = Clients::meeting(12, 2);
    let (first, link) = (clients.sides[1].call, clients.link());
    let second = clients.sides[1].client.open_link(clients.now, &link).unwrap();
    clients.begin(1, second);
    clients.join(1, false);
    clients.run(secs(2));
    assert_eq!(clients.sides[1].end.as_ref().map(|end| end.reason), Some(EndReason::Elsewhere));
    assert_eq!(clients.sides[1].client.state(first).unwrap(), CallState::Active);
}

#[test]
fn a_chain_that_breaks_the_rules_throws_out_and_lets_in_again() {
    let mut clients = Clients::meeting(13, 3);
    let (now, call) = (clients.now, clients.telegram_id());
    // Its first block once more, which is not built on the newest one.
    let block = clients.server.groups.conferences.chain(call).unwrap().element(0, 0).unwrap().to_vec();
    clients.server.inject_into_chain(now, call, 0, block);
    clients.run(secs(2));
    assert!((0..3).all(|side| clients.emoji(side).is_none()), "nobody trusts it");
    clients.run(secs(1));
    assert!(clients.sides[0].states.contains(&CallState::Reconnecting));
    for side in 0..3 {
        assert_ne!(clients.state(side), CallState::Active, "side {side}");
    }
}

#[test]
fn somebody_who_never_reveals_is_named() {
    let mut clients = Clients::meeting(14, 3);
    // He is in, and says nothing more.
    for nth in 1..40 {
        let rule = Rule::request("phone.sendConferenceCallBroadcast", Do::Lose).nth(nth).to(3);
        clients.server.add_rule(rule);
    }
    clients.leave(1);
    clients.run(secs(20));
    assert_eq!((clients.emoji(0), clients.state(0)), (None, CallState::Active));
    let report = clients.report(0);
    assert!(report.contains("not verified: it waits for 3"), "{report}");
    // The keys are new all the same.
    clients.assert_all_hear(&[0, 2]);
}
