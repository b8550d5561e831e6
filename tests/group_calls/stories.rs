//! Drawn stories of whole clients: people come, go, speak and are silenced, while requests fail, news are lost, and networks break. Then it
//! is calm: whoever is in agrees with the server on who is there, and hears exactly those who speak.
//!
//! `cargo test` plays sixty of them; `make soak` plays 3 000 (`TGCALL_STORIES` sets a number), or what it can of them in `TGCALL_SECONDS`.
//! A failure prints its seed; `TGCALL_SEED=<seed> cargo test --test group_calls stories` plays that one alone.

use super::clients::Clients;
use super::world::{CHAT, ms, secs};
use tgcall::client::{CallState, EndReason};
use tgcall::random::Random;
use tgcall::sim::fault::{Do, Rule};
use tgcall::sim::network::Link;

const METHODS: [&str; 6] = [
    "phone.joinGroupCall",
    "phone.leaveGroupCall",
    "phone.checkGroupCall",
    "phone.getGroupCall",
    "phone.getGroupParticipants",
    "phone.editGroupCallParticipant",
];
const ERRORS: [&str; 5] =
    ["GROUPCALL_JOIN_MISSING", "GROUPCALL_SSRC_DUPLICATE_MUCH", "FLOOD_WAIT_2", "NEW_ERROR", "GROUPCALL_FORBIDDEN"];

/// Something that goes wrong once, for somebody.
fn rule(random: &mut Random, people: i64) -> Rule {
    let method = METHODS[random.below(METHODS.len() as u64) as usize];
    let fate = match random.below(6) {
        0 => Do::Drop,
        1 => Do::Duplicate,
        2 => Do::Delay(ms(random.below(3000))),
        3 => Do::SwapWithNext,
        4 => Do::StaleReplay(ms(random.below(8000))),
        _ => Do::OtherContainer,
    };
    let rule = match random.below(5) {
        0 => {
            let name = ERRORS[random.below(ERRORS.len() as u64) as usize];
            Rule::request(method, Do::Fail { code: 400, name: name.into() })
        }
        1 => Rule::request(method, Do::Lose),
        2 => Rule::answer(method, Do::Delay(ms(random.below(4000)))),
        _ => Rule::update("updateGroupCallParticipants", fate),
    };
    rule.nth(1 + random.below(6) as u32).to(1 + random.below(people as u64) as i64)
}

/// Where a network may be: at its worst one packet in ten is lost.
fn link(random: &mut Random) -> Link {
    Link {
        loss_permille: [0, 0, 20, 100][random.below(4) as usize],
        jitter: ms([0, 0, 15, 60][random.below(4) as usize]),
        reorder_permille: [0, 0, 30, 100][random.below(4) as usize],
        duplicate_permille: [0, 0, 20][random.below(3) as usize],
        ..Link::default()
    }
}

fn is_over(clients: &Clients, side: usize) -> bool {
    matches!(clients.state(side), CallState::Ended | CallState::None)
}

fn may_leave(clients: &Clients, side: usize) -> bool {
    !is_over(clients, side) && clients.state(side) != CallState::Ending
}

/// One thing that somebody does, or that happens to him.
fn happen(clients: &mut Clients, random: &mut Random, side: usize, cut_off: &mut [bool]) {
    match random.below(14) {
        0..=3 if clients.state(side) == CallState::Open => clients.join(side, random.below(2) == 0),
        4 if side > 0 && is_over(clients, side) => clients.open(side),
        5 if side > 0 && may_leave(clients, side) && random.below(2) == 0 => clients.leave(side),
        6 | 7 if !is_over(clients, side) => {
            let (now, one, muted) = (clients.now, &mut clients.sides[side], random.below(2) == 0);
            // An admin's word may stand against it.
            let _ = one.client.set_muted(now, one.call, muted);
        }
        8 | 9 if side > 0 => {
            let (peer, muted) = (clients.peer(0, side), random.below(2) == 0);
            let (now, admin) = (clients.now, &mut clients.sides[0]);
            let _ = admin.client.mute_participant(now, admin.call, peer, muted);
        }
        10 => {
            cut_off[side] = !cut_off[side] && random.below(2) == 0;
            clients.set_cut_off(side, cut_off[side]);
        }
        11 => {
            let host = clients.host(side);
            *clients.hosts().link_mut(host) = link(random);
        }
        12 if side > 0 && random.below(4) == 0 => {
            let (now, call) = (clients.now, clients.telegram_id());
            clients.server.kick(now, call, side as i64 + 1, false);
        }
        13 => clients.talk_aloud(ms(300)),
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

fn play(seed: u64) -> usize {
    let _named = Named(seed);
    let mut random = Random::from_seed(seed ^ 0x67_726f_7570);
    let people = 2 + random.below(7) as usize;
    let mut clients = Clients::new(seed, people as i64);
    clients.server.groups.knobs.min_news = random.below(3) == 0;
    clients.server.groups.knobs.shuffle = random.below(3) == 0;
    clients.create(0);
    (1..people).for_each(|side| clients.open(side));
    for _ in 0..random.below(8) {
        let rule = rule(&mut random, people as i64);
        clients.server.add_rule(rule);
    }
    let mut cut_off = vec![false; people];
    for _ in 0..20 + random.below(30) {
        let side = random.below(people as u64) as usize;
        happen(&mut clients, &mut random, side, &mut cut_off);
        clients.run(ms(random.below(1500)));
        if clients.server.groups.chat(CHAT).unwrap().call.is_none() {
            panic!("seed {seed}: nobody has ended the call");
        }
    }
    calm(&mut clients);
    settle(seed, &mut clients);
    judge(seed, &mut clients)
}

/// Nothing goes wrong any more but what was drawn and has not come yet.
fn calm(clients: &mut Clients) {
    for side in 0..clients.sides.len() {
        clients.set_cut_off(side, false);
        let host = clients.host(side);
        *clients.hosts().link_mut(host) = Link::default();
    }
    clients.run(secs(75));
}

/// What was missed is noticed by what comes next; and a rule may have waited for that.
fn settle(seed: u64, clients: &mut Clients) {
    if is_over(clients, 0) {
        clients.open(0);
    }
    if clients.state(0) == CallState::Open {
        clients.join(0, false);
    }
    for round in 0..8 {
        clients.run(secs(40));
        if (0..clients.sides.len()).all(|side| agrees(clients, side).is_ok()) {
            return;
        }
        let (now, admin) = (clients.now, &mut clients.sides[0]);
        let _ = admin.client.set_muted(now, admin.call, round % 2 == 0);
    }
    for side in 0..clients.sides.len() {
        agrees(clients, side).unwrap_or_else(|why| panic!("seed {seed}: side {side}: {why}\n{}", clients.report(side)));
    }
}

/// Whether somebody knows where he is, and if he is in, who else is.
fn agrees(clients: &Clients, side: usize) -> Result<(), String> {
    let one = &clients.sides[side];
    let server = clients.server_call();
    let me = server.members.values().find(|member| member.account == one.account);
    match clients.state(side) {
        CallState::Active => {}
        CallState::Open | CallState::Ended | CallState::None if me.is_none() => return Ok(()),
        state => return Err(format!("{state}, and of the server's: {}", me.is_some())),
    }
    let people = one.client.roster(one.call).unwrap().people;
    if people.len() != server.members.len() {
        return Err(format!("knows {} of {}", people.len(), server.members.len()));
    }
    for (peer, member) in &server.members {
        let known = people.find(*peer).ok_or_else(|| format!("{peer:?} is missing"))?;
        // Whoever mutes himself makes no version, so news of it that are lost stay so.
        let (ours, theirs) = (known.is_muted_by_admin(), member.is_muted && !member.can_self_unmute);
        if (known.source.0.cast_signed(), ours) != (member.source, theirs) {
            return Err(format!("has {peer:?} muted by an admin {ours}, server {theirs}"));
        }
    }
    Ok(())
}

/// How many heard how many, in all.
fn judge(seed: u64, clients: &mut Clients) -> usize {
    let mut heard = 0;
    let speaks = |clients: &Clients, side: usize| {
        let account = clients.sides[side].account;
        let server = clients.server_call();
        server.members.values().any(|member| member.account == account && !member.is_muted)
    };
    clients.talk_aloud(secs(3));
    for side in 0..clients.sides.len() {
        if clients.state(side) != CallState::Active {
            assert_eq!(clients.sockets(side), 0, "seed {seed}: side {side} has left sockets");
            if let Some(end) = &clients.sides[side].end {
                // Nobody ended the call, and nobody has another device in it.
                assert!(
                    !matches!(end.reason, EndReason::None | EndReason::RemoteHangup | EndReason::Elsewhere),
                    "seed {seed}: side {side}: {end:?}"
                );
            }
            continue;
        }
        let others: Vec<usize> =
            (0..clients.sides.len()).filter(|other| *other != side && speaks(clients, *other)).collect();
        let loud = clients.loudness(side);
        for (other, amplitude) in loud.iter().enumerate() {
            let is_right = if others.contains(&other) { *amplitude > 1500.0 } else { *amplitude < 150.0 };
            let report =
                if is_right { String::new() } else { format!("{}\n{}", clients.report(side), clients.report(other)) };
            assert!(is_right, "seed {seed}: {side} hears {other}: {loud:.0?}, of {others:?}\n{report}");
        }
        heard += others.len();
    }
    for side in 0..clients.sides.len() {
        if may_leave(clients, side) {
            clients.leave(side);
        }
    }
    clients.run(secs(10));
    for side in 0..clients.sides.len() {
        assert!(is_over(clients, side), "seed {seed}: side {side} is {}", clients.state(side));
        assert_eq!(clients.sockets(side), 0, "seed {seed}: side {side} has left sockets");
    }
    heard
}

fn number(name: &str) -> Option<u64> {
    std::env::var(name).ok().and_then(|number| number.parse().ok())
}

#[test]
fn drawn_stories_end_well() {
    #[allow(clippy::disallowed_methods, reason = "how long a test runs, not what happens in it")]
    let start = std::time::Instant::now();
    let seeds = number("TGCALL_SEED").map_or(0..number("TGCALL_STORIES").unwrap_or(60), |seed| seed..seed + 1);
    let (mut played, mut heard) = (0, 0);
    for seed in seeds {
        if number("TGCALL_SECONDS").is_some_and(|most| start.elapsed().as_secs() >= most) {
            break;
        }
        heard += play(seed);
        played += 1;
    }
    eprintln!("{played} stories, in whose ends {heard} times somebody heard somebody");
    // They are about something.
    assert!(heard >= played || played < 10, "{heard} of {played}");
}
