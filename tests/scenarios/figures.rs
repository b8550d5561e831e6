//! The figures of a call and of its streams.

use crate::world::*;
use tgcall::client::{DiscardReason, Stat, StreamId, StreamKind};
use tgcall::error::ErrorKind;
use tgcall::sim::network::Link;

fn streams(world: &World, side: usize) -> Vec<StreamId> {
    world.sides[side].client.streams(world.line(side).call).unwrap()
}

fn figure(world: &World, side: usize, stream: StreamId, stat: Stat) -> Option<i64> {
    world.sides[side].client.call_stats(world.line(side).call, stream).unwrap().get(stat)
}

/// What one side sends and receives: the two halves of both ids.
fn halves(world: &World, side: usize) -> [(u64, u64); 2] {
    let halves: Vec<_> = streams(world, side).iter().map(|id| (id.0 >> 32, id.0 & 0xffff_ffff)).collect();
    halves.try_into().expect("sound goes both ways")
}

#[test]
fn the_sound_of_each_side_is_a_stream_with_the_figures_of_both_ends() {
    let link = Link { loss_permille: 25, jitter: ms(15), ..Link::default() };
    let mut world = World::new(Setting { seed: 5, link, ..Setting::default() });
    for side in [CALLER, CALLEE] {
        assert_eq!(streams(&world, side), [], "nothing has been agreed on");
        assert_eq!(figure(&world, side, StreamId::CALL, Stat::JitterMs), None, "nothing has been heard");
    }
    world.connect();
    world.run(secs(7));
    for (side, other) in [(CALLER, CALLEE), (CALLEE, CALLER)] {
        let ([sent, received], theirs) = (halves(&world, side), halves(&world, other));
        assert_eq!((sent.0, received.0), (StreamKind::AudioSent as u64, StreamKind::AudioReceived as u64));
        assert_eq!(received.1, theirs[0].1, "both know it by the same number");
        let [sent, received] = streams(&world, side)[..] else { unreachable!() };
        let heard_there = streams(&world, other)[1];
        // What the call has of one stream alone is that stream's.
        for (stream, stats) in [
            (sent, &[Stat::PacketsSent][..]),
            (
                received,
                &[Stat::PacketsReceived, Stat::PacketsLost, Stat::LossPermille, Stat::JitterMs, Stat::DelayMs][..],
            ),
        ] {
            for &stat in stats {
                let of_stream = figure(&world, side, stream, stat);
                assert!(of_stream.is_some_and(|figure| figure > 0), "{stat:?}: {of_stream:?}");
                assert_eq!(of_stream, figure(&world, side, StreamId::CALL, stat), "{stat:?}");
            }
        }
        // The other side's last report of what we send is a second old at most: fifty packets.
        let told = figure(&world, side, sent, Stat::PacketsLost).unwrap();
        let lost = figure(&world, other, heard_there, Stat::PacketsLost).unwrap();
        assert!(told > 0 && told.abs_diff(lost) <= 50, "{told} told, {lost} lost");
        assert!((0..400).contains(&figure(&world, side, sent, Stat::LossPermille).unwrap()));
        assert!((1..30).contains(&figure(&world, side, sent, Stat::JitterMs).unwrap()));
        assert!((40..200).contains(&figure(&world, side, sent, Stat::RoundTripMs).unwrap()));
        let payloads = figure(&world, side, sent, Stat::BytesSent).unwrap();
        assert!(payloads > 1000 && payloads < figure(&world, side, StreamId::CALL, Stat::BytesSent).unwrap());
        // And nothing else.
        for (stream, stat) in [
            (sent, Stat::PacketsReceived),
            (sent, Stat::BytesReceived),
            (sent, Stat::DelayMs),
            (received, Stat::PacketsSent),
            (received, Stat::RoundTripMs),
            (received, Stat::ConnectMs),
            (received, Stat::Relayed),
            (received, Stat::SoundUndeliveredMs),
            (StreamId::CALL, Stat::Calls),
        ] {
            assert_eq!(figure(&world, side, stream, stat), None, "{stat:?}");
        }
        for unknown in [StreamId(1), StreamId(received.0 ^ 3 << 32), StreamId(u64::MAX)] {
            let refused = world.sides[side].client.call_stats(world.line(side).call, unknown).unwrap_err();
            assert_eq!(refused.kind(), ErrorKind::NotFound, "{unknown:?}");
        }
    }
    // They stay as long as the call is remembered.
    let before = [CALLER, CALLEE].map(|side| streams(&world, side));
    let (now, call) = (world.now, world.line(CALLER).call);
    world.sides[CALLER].client.discard(now, call, DiscardReason::Hangup).unwrap();
    world.run(secs(1));
    assert_eq!(streams(&world, CALLER), before[CALLER]);
    assert!(figure(&world, CALLER, before[CALLER][1], Stat::PacketsReceived).unwrap() > 100);
}
