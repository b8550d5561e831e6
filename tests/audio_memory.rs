//! What a push and a pull allocate: their first time, and when a host gets further ahead than ever, and at no other time.

#![cfg(feature = "opus")]

#[path = "tl/alloc.rs"]
mod alloc;

use std::sync::Arc;
use tgcall::media::audio::{AudioConfig, AudioEngine, AudioPort, AudioPorts};
use tgcall::random::Random;
use tgcall::time::{Duration, Time};
use tgcall::types::{CallId, Ssrc};

#[global_allocator]
static ALLOCATOR: alloc::Counting = alloc::Counting;

fn ms(ms: u64) -> Time {
    Time::ZERO + Duration::from_millis(ms)
}

/// Pushes `burst` times 20 ms at once, every `burst` times 20 ms, and pulls as much, for 3 s: how often that allocated,
/// without the first burst, and how many bytes the pushes of the first one held.
fn allocations(rate: u32, queue_ms: u32, burst: u64) -> (u64, usize) {
    let ports = Arc::new(AudioPorts::default());
    let call = CallId(1);
    let port = ports.open(call);
    port.set_queue(queue_ms).unwrap();
    let mut engine = AudioEngine::new(ms(0), &port, Random::from_seed(1), AudioConfig::default());
    engine.set_active(ms(0), true);
    let (mut count, mut held, mut sequence) = (0, 0, 0);
    let frames = rate as usize / 50;
    let (sound, mut heard) = (vec![500i16; frames], vec![0i16; frames]);
    for step in 0..150u64 {
        let ((), bytes, allocations) = alloc::measure(|| {
            // By the call, as the C API does it.
            let port = ports.get(call).unwrap();
            if step % burst == 0 {
                (0..burst).for_each(|_| port.push(rate, 1, &sound).unwrap());
            }
            port.pull(rate, 1, &mut heard).unwrap();
        });
        if step == 0 {
            held = bytes;
        } else if step > 50 {
            count += allocations;
        }
        engine.handle_timeout(ms(step * 20));
        while let Some(packet) = engine.poll_packet(ms(step * 20)) {
            sequence += 1;
            engine.handle_packet(ms(step * 20), Ssrc(1), sequence, packet.timestamp, &packet.payload);
        }
    }
    assert_eq!(engine.stats().dropped.while_active(), 0);
    (count, held)
}

#[test]
fn push_and_pull_allocate_nothing_after_the_beginning() {
    for rate in [8000, 24_000, 44_100, 48_000] {
        for (queue_ms, burst) in [(0, 1), (0, 5), (0, 25), (1000, 1), (1000, 25)] {
            let (count, _) = allocations(rate, queue_ms, burst);
            assert_eq!(count, 0, "{rate} Hz, a queue of {queue_ms} ms, {burst} pushes at once");
        }
    }
}

/// The larger ring is for those who push in bursts.
#[test]
fn who_does_not_burst_pays_nothing_for_those_who_do() {
    let (smooth, bursting) = (allocations(48_000, 0, 1).1, allocations(48_000, 0, 25).1);
    assert!(bursting >= smooth + 50_000, "{smooth} and {bursting} bytes");
}

#[test]
fn a_port_is_found_without_an_allocation_and_beside_calls_that_begin_and_end() {
    let ports = AudioPorts::default();
    (1..100).for_each(|call| drop(ports.open(CallId(call))));
    let (found, _, count) = alloc::measure(|| (1..100).filter(|call| ports.get(CallId(*call)).is_some()).count());
    assert_eq!((found, count), (99, 0));
}

/// A device's callback pulls before anybody speaks. Whoever speaks then is not to hold it up.
#[test]
fn the_first_sound_costs_a_pull_nothing() {
    let speaker = Arc::new(AudioPort::new(Arc::default()));
    let port = Arc::new(AudioPort::new(Arc::default()));
    let [mut from, mut to] =
        [&speaker, &port].map(|port| AudioEngine::new(ms(0), port, Random::from_seed(1), AudioConfig::default()));
    [&mut from, &mut to].into_iter().for_each(|engine| engine.set_active(ms(0), true));
    let (mut heard, mut count, mut sounding) = (vec![0i16; 960], 0, 0);
    for step in 0..100u16 {
        let now = ms(u64::from(step) * 20);
        if step >= 50 {
            speaker.push(48_000, 1, &[700i16, -700].repeat(480)).unwrap();
            let packet = from.poll_packet(now).unwrap();
            to.handle_packet(now, Ssrc(1), step, packet.timestamp, &packet.payload);
        }
        let (is_sound, _, allocations) = alloc::measure(|| port.pull(48_000, 1, &mut heard).unwrap());
        count += if step > 0 { allocations } else { 0 };
        sounding += u32::from(is_sound);
    }
    assert!(count == 0 && sounding > 45, "{count} allocations, {sounding} pulls of sound");
}

/// In a group more may speak than are heard.
#[test]
fn who_is_not_heard_costs_a_look_at_his_packets_and_nothing_else() {
    use tgcall::media::audio::source::Volume;
    use tgcall::media::group::speakers::{Owner, Sound, Speakers, Step};
    use tgcall::transform::Level;
    let mut speakers = Speakers::new(Ssrc(1), 10);
    let mut speak = |at: u64, ssrc: u32, below_full: u8| {
        let sound = Sound { arrived_at: ms(at), sequence: at as u16, timestamp: at as u32 * 48, payload: vec![7; 80] };
        let ((), _, allocations) = alloc::measure(|| {
            speakers.handle(ms(at), Ssrc(ssrc), Some(Level { speech: true, below_full }), sound);
            let mut is_asked = false;
            while let Some(step) = speakers.poll_step() {
                is_asked |= matches!(step, Step::Ask(_));
                drop(step);
            }
            if is_asked {
                speakers.set_owner(ms(at), Ssrc(ssrc), Some(Owner { key: ssrc.into(), volume: Volume::FULL }));
            }
            while speakers.poll_step().is_some() {}
        });
        allocations
    };
    for at in (0..2000).step_by(20) {
        (10..20).for_each(|ssrc| _ = speak(at, ssrc, 20));
    }
    // Forty more come, and whisper: what is held of them all, and what each packet costs from then on.
    let before = alloc::held();
    for at in (2000..4000).step_by(20) {
        (10..20).for_each(|ssrc| _ = speak(at, ssrc, 20));
        for ssrc in 100..140 {
            let allocations = speak(at, ssrc, 60);
            assert!(at < 2200 || allocations == 0, "{allocations} allocations by {ssrc} at {at} ms");
        }
    }
    let held = alloc::held() - before;
    assert!(held <= 40 * 256, "{held} bytes");
}
