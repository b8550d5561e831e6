//! Calls whose settings and mishaps are all drawn from a seed. When all is well again both must hear each other, and after the
//! hang-up nothing may be left. `TGCALL_SEED` runs one seed, `TGCALL_SEEDS` that many, or what it can of them in `TGCALL_SECONDS`.

use crate::post::Faults;
use crate::world::*;
use tgcall::client::{CallState, DiscardReason};
use tgcall::random::Random;
use tgcall::sim::network::{Link, NatKind};
use tgcall::types::Ssrc;

const VERSIONS: [&str; 5] = ["7.0.0", "8.0.0", "9.0.0", "12.0.0", "13.0.0"];

fn pick<T: Copy>(random: &mut Random, from: &[T]) -> T {
    from[random.below(from.len() as u64) as usize]
}

fn setting(seed: u64, random: &mut Random) -> Setting {
    use NatKind::*;
    let nat_kinds = [None, None, Some(FullCone), Some(AddressRestricted), Some(PortRestricted), Some(Symmetric)];
    let nat = [pick(random, &nat_kinds), pick(random, &nat_kinds)];
    let flag = |random: &mut Random| random.below(2) == 0;
    let no_udp = [(); 2].map(|()| random.below(6) == 0);
    let p2p_allowed = flag(random);
    let proxies = [None, None, None, None, Some(ProxyKind::Udp), Some(ProxyKind::TcpOnly)];
    let proxy = [(); 2].map(|()| pick(random, &proxies));
    // Something has to lead from one to the other.
    let servers = Servers { turn: true, reflector_udp: flag(random), reflector_tcp: flag(random) };
    let parameters =
        pick(random, &["", "", r#"{"network_signaling_nosctp": true}"#, r#"{"network_use_mtproto": true}"#]);
    let host = |side: usize| match nat[side] {
        Some(_) => vec![ip(["10.0.0.2", "10.1.0.2"][side])],
        None => vec![ip(["198.51.100.1", "203.0.113.1"][side]), ip(["2001:db8::1", "2001:db8::2"][side])],
    };
    Setting {
        seed,
        version: pick(random, &VERSIONS),
        parameters,
        p2p_allowed,
        servers,
        hosts: [CALLER, CALLEE].map(host).into(),
        nat: nat.into(),
        no_udp: no_udp.into(),
        link: Link {
            loss_permille: pick(random, &[0, 0, 10, 50, 100]),
            delay: ms(pick(random, &[1, 20, 60, 150])),
            jitter: ms(pick(random, &[0, 5, 20])),
            reorder_permille: pick(random, &[0, 20]),
            duplicate_permille: pick(random, &[0, 20]),
            bits_per_s: 0,
        },
        post: Faults {
            lost_percent: pick(random, &[0, 0, 10, 20]),
            doubled_percent: pick(random, &[0, 10]),
            spoilt_percent: pick(random, &[0, 0, 5]),
            delay: ms(pick(random, &[30, 80, 300])),
            jitter: ms(pick(random, &[0, 100])),
        },
        lag: ms(pick(random, &[0, 0, 0, 10, 30])),
        proxy: proxy.into(),
        callee_late: ms(pick(random, &[0, 0, 700])),
        ..Setting::default()
    }
}

/// One thing goes wrong, or is done.
fn mishap(world: &mut World, random: &mut Random, is_repaired: bool) -> String {
    let side = random.below(2) as usize;
    let (now, call, host) = (world.now, world.line(side).call, world.sides[side].host);
    let hosts = world.each(|side| world.sides[side].host);
    match random.below(10) {
        0 => {
            for ip in world.network.addresses(host).to_vec() {
                world.network.set_down(host, ip, true);
            }
            format!("{side} is down")
        }
        1 => {
            world.network.set_cut(hosts[0], hosts[1], true);
            "cut".into()
        }
        2 => {
            world.network.cut_one_way(hosts[side], hosts[other(side)]);
            format!("cut from {side}")
        }
        3 => {
            world.turn().is_dead = true;
            "TURN is dead".into()
        }
        4 => {
            world.network.reset_connections(now, host);
            format!("connections of {side} are reset")
        }
        // Whoever restarts in a dialect that loses messages, and says it once, is not found again.
        5 if is_repaired => {
            world.sides[side].client.restart_ice(now, call);
            format!("{side} restarts")
        }
        5..=7 => {
            let ssrc = Ssrc(random.u32().max(1));
            world.sides[side].client.renew_stream(now, call, ssrc);
            format!("{side} renews its stream")
        }
        _ => {
            let mut addresses = world.network.addresses(host).to_vec();
            if let std::net::IpAddr::V4(ip) = &mut addresses[0] {
                let [a, b, c, d] = ip.octets();
                *ip = [a, b, c, d.wrapping_add(1).max(2)].into();
            }
            world.network.set_addresses(host, &addresses);
            let interfaces: Vec<_> = addresses.iter().map(|ip| std::net::SocketAddr::new(*ip, 0)).collect();
            world.sides[side].client.set_interfaces(now, &interfaces).unwrap();
            format!("{side} has moved")
        }
    }
}

fn heal(world: &mut World) {
    let hosts = world.each(|side| world.sides[side].host);
    world.network.set_cut(hosts[0], hosts[1], false);
    for host in hosts {
        for ip in world.network.addresses(host).to_vec() {
            world.network.set_down(host, ip, false);
        }
        *world.network.link_mut(host) = Link::default();
    }
    world.turn().is_dead = false;
    world.post.faults = Faults::default();
}

fn run(seed: u64) {
    let mut random = Random::from_seed(seed);
    let setting = setting(seed, &mut random);
    let is_repaired = setting.version != "7.0.0" && !setting.parameters.contains("nosctp");
    let described = format!("{setting:?}");
    let mut world = World::new(setting);
    world.story.push(format!("TGCALL_SEED={seed}: {described}"));
    world.run_until(secs(21), "connected", |world| {
        world.everyone().all(|side| world.state(side) != CallState::Connecting)
    });
    for _ in 0..3 {
        let duration = ms(500 + random.below(5000));
        world.run(duration);
        let (what, now) = (mishap(&mut world, &mut random, is_repaired), world.now);
        world.story.push(format!("{now:?} {what}"));
    }
    let duration = ms(500 + random.below(8000));
    world.run(duration);
    heal(&mut world);
    let now = world.now;
    world.story.push(format!("{now:?} healed"));
    world.until_heard(secs(20));
    world.run(secs(1));
    for side in world.everyone() {
        // The jitter buffers are still giving back the delay of before.
        let audible = world.heard(side, secs(1)).audible(tone_of(other(side)));
        if audible < 900 {
            world.panic(&format!("{side} hears {audible} of 1000"));
        }
        let (now, call) = (world.now, world.line(side).call);
        world.sides[side].client.discard(now, call, DiscardReason::Hangup).unwrap();
    }
    world.run(secs(1));
    for side in world.everyone() {
        let client = &world.sides[side].client;
        let left = (world.network.sockets(side).len(), client.next_timeout(), client.secrets());
        if world.line(side).end.is_none() || left != (0, None, 0) {
            world.panic(&format!("{left:?} of side {side} is left"));
        }
    }
}

#[test]
fn calls_survive_whatever_is_drawn() {
    let number = |name: &str| std::env::var(name).ok().and_then(|text| text.parse::<u64>().ok());
    if let Some(seed) = number("TGCALL_SEED") {
        return run(seed);
    }
    #[allow(clippy::disallowed_methods, reason = "how long a test runs, not what happens in it")]
    let start = std::time::Instant::now();
    let has_time = |_: &u64| number("TGCALL_SECONDS").is_none_or(|seconds| start.elapsed().as_secs() < seconds);
    let played = (0..number("TGCALL_SEEDS").unwrap_or(16)).take_while(has_time).map(run).count();
    println!("{played} drawn calls");
}
