//! Networks that lose, delay, reorder and double what they carry.

use crate::world::*;
use tgcall::client::{CallState, Stat};
use tgcall::sim::network::Link;

/// Each datagram crosses two links: what is lost in all, in percent.
fn link(loss_percent: u32) -> Link {
    Link {
        loss_permille: loss_percent * 10 / 2,
        jitter: ms(15),
        reorder_permille: 30,
        duplicate_permille: 20,
        ..Link::default()
    }
}

#[test]
fn a_call_is_heard_through_loss_jitter_reordering_and_doubling() {
    for (loss, version) in [(0, "9.0.0"), (2, "13.0.0"), (5, "8.0.0"), (10, "9.0.0"), (20, "12.0.0"), (20, "7.0.0")] {
        let mut world = World::new(Setting { seed: loss.into(), version, link: link(loss), ..Setting::default() });
        let took = world.connect();
        assert!(took < secs(6), "{loss} %: {took:?}");
        world.run(secs(7));
        for side in world.everyone() {
            let context = format!("{loss} %, {version}, side {side}");
            assert_eq!(world.line(side).path(), [CallState::Connecting, CallState::Active], "{context}");
            let (heard, tone) = (world.heard(side, secs(6)), tone_of(other(side)));
            assert!((heard.frequency(tone) - tone).abs() <= 1.0, "{context}: {} Hz", heard.frequency(tone));
            // Were every lost packet a hole, that share would be missing; half of it may be, as each packet carries a
            // copy of the one before.
            let least = 1000 - 5 * loss as usize - 10;
            assert!(heard.audible(tone) >= least, "{context}: {} of 1000 are heard", heard.audible(tone));
            assert!(heard.gap(tone) <= ms(140), "{context}: {:?} without sound", heard.gap(tone));

            // 300 packets or more: three standard deviations of what is lost of them, at 20 %, are 70 of 1000.
            let expected = f64::from(loss) * 10.0;
            let figure = |stat| world.stat(side, stat).unwrap() as f64;
            let lost = figure(Stat::PacketsLost) / (figure(Stat::PacketsLost) + figure(Stat::PacketsReceived)) * 1000.0;
            assert!((lost - expected).abs() <= 70.0, "{context}: {lost} of 1000 lost");
            // Of the last 2 s: 100 packets.
            assert!(
                (figure(Stat::LossPermille) - expected).abs() <= 120.0,
                "{context}: {}",
                figure(Stat::LossPermille)
            );
            let report = world.report(side);
            let transport = &report["media"]["transport"];
            let told = transport["remote_loss_permille"].as_f64().unwrap();
            assert!((told - expected).abs() <= 150.0, "{context}: the other side tells of {told}");
            assert!((1..30).contains(&world.stat(side, Stat::JitterMs).unwrap()), "{context}");
            assert!((40..200).contains(&world.stat(side, Stat::RoundTripMs).unwrap()), "{context}");
            let bars = world.stat(side, Stat::SignalBars).unwrap();
            assert!(if loss == 0 { bars == 4 } else { loss < 20 || bars <= 2 }, "{context}: {bars} bars");
        }
    }
}

#[test]
fn a_relayed_call_is_heard_through_loss() {
    let relays = [
        Servers { turn: true, ..Servers::default() },
        Servers { reflector_udp: true, ..Servers::default() },
        Servers { reflector_tcp: true, ..Servers::default() },
    ];
    for servers in relays {
        let setting = Setting { seed: 3, servers, p2p_allowed: false, link: link(10), ..Setting::default() };
        let mut world = World::new(setting);
        let took = world.connect();
        assert!(took < secs(6), "{servers:?}: {took:?}");
        world.run(secs(7));
        for side in world.everyone() {
            let (heard, tone) = (world.heard(side, secs(6)), tone_of(other(side)));
            // A stream loses nothing.
            let least = if servers.reflector_tcp { 990 } else { 940 };
            assert!(heard.audible(tone) >= least, "{servers:?}: {}", heard.audible(tone));
        }
    }
}
