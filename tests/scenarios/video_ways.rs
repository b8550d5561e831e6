//! Pictures over the ways a call may take: relays, MTProto instead of DTLS, links that are narrow for a while.

use crate::pictures::show;
use crate::video::{VERSIONS, setting, until_seen};
use crate::world::*;
use tgcall::types::VideoSource::Camera;

#[test]
fn pictures_pass_through_each_relay_both_ways() {
    let relays = [
        Servers { turn: true, ..Servers::default() },
        Servers { reflector_udp: true, ..Servers::default() },
        Servers { reflector_tcp: true, ..Servers::default() },
    ];
    for servers in relays {
        let shows = vec![(CALLER, Camera), (CALLEE, Camera)];
        let mut world = World::new(Setting { servers, p2p_allowed: false, shows, ..setting() });
        world.connect();
        for side in world.everyone() {
            until_seen(&mut world, side, Camera, 60, secs(8));
            assert_ne!(world.route(side), "direct", "{servers:?}");
        }
        world.talk(secs(1));
    }
}

#[test]
fn pictures_pass_in_packets_of_mtproto_in_each_version() {
    for version in VERSIONS {
        let parameters = r#"{"network_use_mtproto": true}"#;
        let shows = vec![(CALLER, Camera)];
        let mut world = World::new(Setting { version, parameters, shows, ..setting() });
        world.connect();
        until_seen(&mut world, CALLEE, Camera, 60, secs(8));
        assert_eq!(world.report(CALLEE)["media"]["transport"]["protection"], "MTProto");
        world.wish(CALLEE, |client, now, call| show(client, now, call, Camera));
        until_seen(&mut world, CALLER, Camera, 60, secs(12));
        // What is lost on the way is sent again there too.
        for side in world.everyone() {
            let host = world.sides[side].host;
            world.network.link_mut(host).loss_permille = 30;
        }
        for side in world.everyone() {
            until_seen(&mut world, side, Camera, 150, secs(10));
        }
    }
}

/// What the side is asked for now, in bit/s; 0: nothing.
fn rate(world: &mut World, side: usize) -> u32 {
    world.pictures(side).asked_now(Camera).map_or(0, |asked| asked.bits_per_s)
}

#[test]
fn pictures_follow_a_link_that_narrows_and_widens_and_the_sound_is_heard_throughout() {
    for showing in [CALLER, CALLEE] {
        let mut world = World::new(Setting { shows: vec![(showing, Camera)], ..setting() });
        let host = world.sides[showing].host;
        world.network.link_mut(host).bits_per_s = 2_000_000;
        world.connect();
        world.run(secs(15));
        let wide = rate(&mut world, showing);
        assert!(wide > 500_000, "{wide} of what a picture of this size is worth");
        for (bits_per_s, least, most) in [(300_000, 80_000, 260_000), (100_000, 0, 60_000)] {
            world.network.link_mut(host).bits_per_s = bits_per_s;
            // A moment until it is known.
            world.run(secs(2));
            let heard = world.heard(other(showing), secs(2)).gap(tone_of(showing));
            assert!(heard <= ms(500), "{bits_per_s}: silent for {heard:?}");
            world.talk(secs(8));
            let asked = rate(&mut world, showing);
            assert!((least..=most).contains(&asked), "{asked} bit/s on a link of {bits_per_s}");
        }
        world.network.link_mut(host).bits_per_s = 2_000_000;
        world.run_until(secs(5), "the picture is back", |world| {
            world.line(showing).pictures.asked_now(Camera).is_some_and(|asked| asked.bits_per_s > 0)
        });
        until_seen(&mut world, other(showing), Camera, 20, secs(3));
        world.run(secs(12));
        let again = rate(&mut world, showing);
        assert!(again > wide * 8 / 10, "{again} bit/s again, of {wide}");
        world.talk(secs(1));
    }
}
