//! Pictures with peers that are not ours: that show two at once, leave stopped streams in their offers, or take no rotation.

use crate::pictures::show;
use crate::video::{VERSIONS, sees, setting, until_seen};
use crate::world::*;
use std::collections::BTreeMap;
use tgcall::client::Switches;
use tgcall::signaling::message::{Content, MediaKind, Message};
use tgcall::types::Ssrc;
use tgcall::types::VideoSource::{Camera, Screen};

const BOTH: Switches = Switches(Switches::CAMERA.0 | Switches::SCREEN.0);

#[test]
fn to_a_peer_that_shows_two_pictures_two_are_shown() {
    for version in VERSIONS {
        for web in [CALLER, CALLEE] {
            let ours = other(web);
            let mut world = World::new(Setting { version, ..setting() });
            world.connect();
            world.wish(web, |client, now, call| client.show_two(now, call));
            for source in [Camera, Screen] {
                world.wish(ours, |client, now, call| show(client, now, call, source));
            }
            until_seen(&mut world, web, Screen, 20, secs(12));
            sees(&mut world, web, Switches::SCREEN);
            // It shows two itself, and so is shown two.
            for source in [Camera, Screen] {
                world.wish(web, |client, now, call| show(client, now, call, source));
            }
            for side in world.everyone() {
                for source in [Camera, Screen] {
                    until_seen(&mut world, side, source, 20, secs(12));
                }
                sees(&mut world, side, BOTH);
            }
            // One of them ends, and the others go on.
            world.wish(web, |client, now, call| client.stop_video(now, call, Screen)).unwrap();
            world.run(secs(3));
            sees(&mut world, ours, Switches::CAMERA);
            for (side, source) in [(ours, Camera), (web, Camera), (web, Screen)] {
                until_seen(&mut world, side, source, 20, secs(5));
            }
            let screens = world.pictures(ours).count(Screen);
            world.talk(secs(1));
            assert_eq!(world.pictures(ours).count(Screen), screens, "{version}");
        }
    }
}

/// As an official client whose camera went off before its first offer was answered: the stream stays in all its offers.
fn keeps_stopped_streams(native: usize) -> crate::middle::Change {
    let mut stopped: Vec<Content> = Vec::new();
    // What it really offered, by exchange.
    let mut offered: BTreeMap<u32, Vec<Ssrc>> = BTreeMap::new();
    let mut theirs: Vec<u32> = Vec::new();
    Box::new(move |from, mut message| {
        if let Message::NegotiateChannels(channels) = &mut message {
            let id = channels.exchange_id;
            if from != native {
                match offered.get(&id) {
                    Some(really) => channels.contents.retain(|content| really.contains(&content.ssrc)),
                    None => theirs.push(id),
                }
            } else if !theirs.contains(&id) {
                let really: Vec<Ssrc> = channels.contents.iter().map(|content| content.ssrc).collect();
                let at = channels.contents.iter().position(|content| content.kind == MediaKind::Video);
                let gone: Vec<Content> = stopped.iter().filter(|old| !really.contains(&old.ssrc)).cloned().collect();
                let shown = at.map(|at| channels.contents[at].clone());
                let end = channels.contents.len();
                channels.contents.splice(at.unwrap_or(end)..at.unwrap_or(end), gone);
                stopped.extend(shown.filter(|shown| stopped.iter().all(|old| old.ssrc != shown.ssrc)));
                offered.insert(id, really);
            }
        }
        vec![message]
    })
}

#[test]
fn a_stopped_stream_that_stays_in_the_offers_is_not_taken_for_a_picture() {
    for version in VERSIONS {
        for native in [CALLER, CALLEE] {
            let watching = other(native);
            let mut world = World::with_middle(Setting { version, ..setting() }, keeps_stopped_streams(native));
            world.connect();
            world.run(secs(2));
            for (round, source) in [Camera, Screen, Camera].into_iter().enumerate() {
                let on = if source == Camera { Switches::CAMERA } else { Switches::SCREEN };
                world.wish(native, |client, now, call| show(client, now, call, source));
                until_seen(&mut world, watching, source, 20, secs(12));
                sees(&mut world, watching, on);
                world.wish(native, |client, now, call| client.stop_video(now, call, source)).unwrap();
                world.run(secs(3));
                sees(&mut world, watching, Switches::default());
                let before = world.pictures(watching).seen.len();
                world.run(secs(2));
                assert_eq!(world.pictures(watching).seen.len(), before, "{version}, round {round}");
            }
            // The other way it is as ever.
            world.wish(watching, |client, now, call| show(client, now, call, Camera));
            until_seen(&mut world, native, Camera, 20, secs(12));
            world.talk(secs(1));
        }
    }
}

#[test]
fn who_takes_no_rotation_sees_the_picture_all_the_same_and_hears_of_its_rotation() {
    for turned in [CALLER, CALLEE] {
        let change = |_: usize, mut message: Message| {
            if let Message::NegotiateChannels(channels) = &mut message {
                let extensions = channels.contents.iter_mut().map(|content| &mut content.extensions);
                extensions.for_each(|list| list.retain(|extension| extension.uri != "urn:3gpp:video-orientation"));
            }
            vec![message]
        };
        let mut world = World::with_middle(setting(), Box::new(change));
        world.connect();
        world.wish(turned, |client, now, call| show(client, now, call, Camera));
        until_seen(&mut world, other(turned), Camera, 20, secs(12));
        world.wish(turned, |client, now, call| client.set_video_rotation(now, call, Camera, 90)).unwrap();
        until_seen(&mut world, other(turned), Camera, 20, secs(2));
        let seen = world.pictures(other(turned));
        // As from libwebrtc, which then turns the picture itself.
        assert_eq!(seen.seen.last().unwrap().rotation, 0);
        assert_eq!(seen.theirs.last().map(|theirs| theirs.2), Some(90));
        world.talk(secs(1));
    }
}
