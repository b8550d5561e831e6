//! What is said, and who hears it.

use super::crowd::{Crowd, amplitude, tone_of};
use super::world::{ms, secs};
use crate::media::audio::Coding;
use crate::media::audio::source::Volume;
use crate::media::group::colibri::{Quality, Wanted};
use crate::media::group::{Owner, SpeakerLevel};
use crate::random::Random;
use crate::types::Ssrc;

#[test]
fn three_hear_each_other_and_nobody_hears_himself() {
    let mut crowd = Crowd::new(1, 3);
    crowd.connect_all();
    crowd.talk(secs(3));
    for (member, others) in [(0, [1, 2]), (1, [0, 2]), (2, [0, 1])] {
        crowd.assert_hears(member, &others);
        let found: Vec<u32> = crowd.members[member].asked.iter().map(|ssrc| ssrc.0).collect();
        assert_eq!(found.len(), 2, "each was asked for once: {found:?}");
        let counted = crowd.members[member].media.counted();
        assert_eq!((counted.speakers.unknown, counted.media, counted.sound), (0, 0, 0));
    }
    // One falls silent, and then another speaks on.
    crowd.members[1].says.clear();
    crowd.talk(secs(2));
    crowd.assert_hears(0, &[2]);
    crowd.assert_hears(1, &[0, 2]);
}

#[test]
fn on_networks_that_lose_and_reorder_they_hear_each_other_all_the_same() {
    for seed in 0..12 {
        let mut crowd = Crowd::new(100 + seed, 3);
        for member in 0..3 {
            let host = crowd.members[member].host;
            let link = crowd.network.link_mut(host);
            (link.loss_permille, link.jitter, link.reorder_permille, link.duplicate_permille) = (25, ms(20), 30, 30);
        }
        crowd.connect_all();
        crowd.talk(secs(4));
        for (member, others) in [(0, [1, 2]), (1, [0, 2]), (2, [0, 1])] {
            let loud = crowd.heard_by(member);
            for other in others {
                assert!(loud[other] > 10.0 * loud[member].max(1.0), "seed {seed}: {member} hears {loud:.0?}");
            }
        }
    }
}

#[test]
fn what_was_said_before_the_roster_knew_is_heard_up_to_200_ms_of_it() {
    for (wait, lost) in [(0, 0..=0), (120, 0..=0), (180, 0..=0), (900, 30..=40)] {
        let mut crowd = Crowd::new(2, 2);
        crowd.answer_after = ms(wait);
        crowd.members[0].says.clear();
        crowd.connect_all();
        crowd.talk(secs(2));
        crowd.assert_hears(0, &[1]);
        let counted = crowd.members[0].media.counted().speakers;
        assert!(counted.asked == 1 && lost.contains(&counted.unknown), "{wait} ms: {counted:?}");
    }
}

#[test]
fn each_has_the_volume_that_the_roster_says() {
    let mut crowd = Crowd::new(3, 4);
    crowd.volumes.extend([(0x2000, Volume(5000)), (0x3000, Volume(0)), (0x4000, Volume(20_000))]);
    crowd.connect_all();
    crowd.talk(secs(2));
    let loud = crowd.heard_by(0);
    let near = |found: f64, expected: f64| (found / expected - 1.0).abs() < 0.2;
    assert!(near(loud[1], 1500.0) && loud[2] < 100.0 && near(loud[3], 6000.0), "{loud:.0?}");
    assert!(crowd.members[0].media.counted().speakers.unwanted > 80);
    // It changes while they speak.
    let now = crowd.now;
    for (ssrc, key, volume) in [(0x2000, 2, Volume::FULL), (0x3000, 3, Volume::FULL), (0x4000, 4, Volume(0))] {
        crowd.members[0].media.set_speaker(now, Ssrc(ssrc), Some(Owner { key, volume }));
    }
    crowd.talk(secs(2));
    let loud = crowd.heard_by(0);
    assert!(near(loud[1], 3000.0) && near(loud[2], 3000.0) && loud[3] < 100.0, "{loud:.0?}");
    // Who has left is heard no more, whatever comes in his name.
    crowd.members[0].media.set_speaker(now, Ssrc(0x2000), None);
    crowd.members[0].asked.clear();
    crowd.talk(secs(2));
    assert!(crowd.heard_by(0)[1] < 100.0 && crowd.members[0].asked.is_empty());
}

#[test]
fn who_is_muted_sends_nothing_and_nothing_breaks_by_it() {
    let mut crowd = Crowd::new(4, 2);
    crowd.connect_all();
    crowd.talk(secs(1));
    crowd.members[0].port.set_muted(true);
    crowd.talk(ms(100));
    let leg = crowd.members[0].leg;
    let before = crowd.sfu().stats(leg).unwrap();
    crowd.talk(secs(60));
    let after = crowd.sfu().stats(leg).unwrap();
    assert_eq!(after.received, before.received, "no packet of sound");
    assert!(after.checks > before.checks + 60 && after.reports > before.reports + 50);
    crowd.assert_hears(0, &[1]);
    crowd.assert_hears(1, &[]);
    assert_eq!((crowd.members[0].lost, crowd.members[1].lost), (0, 0));
    crowd.members[0].port.set_muted(false);
    crowd.talk(secs(2));
    crowd.assert_hears(1, &[0]);
}

#[test]
fn packets_of_20_60_and_120_ms_are_heard_alike() {
    for packet_ms in [20, 40, 60] {
        let mut crowd = Crowd::new(5, 2);
        crowd.members[1].port.set_encoding(0, packet_ms, 0).unwrap();
        crowd.connect_all();
        crowd.talk(secs(3));
        crowd.assert_hears(0, &[1]);
        let leg = crowd.members[1].leg;
        let count = crowd.sfu().stats(leg).unwrap().received;
        assert!(count.abs_diff(3000 / u64::from(packet_ms)) <= 3, "{packet_ms} ms: {count}");
    }
    // Official apps send 120 ms, which our own encoder does not.
    let mut crowd = Crowd::new(5, 2);
    let port = crowd.members[1].port.clone();
    port.set_coding(Coding::Opus, Coding::Pcm).unwrap();
    crowd.connect_all();
    let mut encoder = opus::Encoder::new(48_000, opus::Channels::Mono, opus::Application::Voip).unwrap();
    for round in 0..25u32 {
        let tone = |at: u32| (3000.0 * (f64::from(at) * tone_of(1) * core::f64::consts::TAU / 48_000.0).sin()) as i16;
        let samples: Vec<i16> = (round * 5760..(round + 1) * 5760).map(tone).collect();
        let packet = encoder.encode_vec(&samples, 1275).unwrap();
        port.push_opus(round * 5760, &packet).unwrap();
        crowd.talk_on(ms(120));
    }
    crowd.assert_hears(0, &[1]);
}

#[test]
fn a_music_bot_is_heard_in_stereo() {
    let mut crowd = Crowd::new(6, 2);
    for member in &mut crowd.members {
        member.channels = 2;
    }
    crowd.members[0].says.clear();
    crowd.members[1].says = vec![(400.0, 3000.0), (900.0, 3000.0)];
    crowd.members[1].port.set_encoding(96_000, 20, 2).unwrap();
    crowd.connect_all();
    crowd.talk(secs(3));
    let [left, right] = crowd.members[0].heard.each_ref().map(|heard| &heard[heard.len() - 48_000..]);
    let found = [amplitude(left, 400.0), amplitude(left, 900.0), amplitude(right, 400.0), amplitude(right, 900.0)];
    assert!(found[0] > 2000.0 && found[3] > 2000.0 && found[1] < 200.0 && found[2] < 200.0, "{found:.0?}");
}

#[test]
fn of_fourteen_who_speak_the_ten_loudest_are_heard() {
    let mut crowd = Crowd::new(7, 15);
    crowd.sfu().knobs.speakers = 20;
    crowd.members[0].says.clear();
    for member in 1..15 {
        // 2.5 dB between each and the next, and the quietest come first.
        let loud = 3000.0 * 0.75f64.powi(14 - member as i32);
        crowd.members[member].says[0].1 = loud;
        crowd.members[member].hears = false;
    }
    crowd.connect_all();
    crowd.talk(secs(3));
    let loud = crowd.heard_by(0);
    let is_heard = |member: usize| loud[member] > 0.5 * crowd.members[member].says[0].1;
    // Between those who are hardly louder than each other it is left as it was.
    assert!((7..15).all(is_heard), "{loud:.0?}");
    assert_eq!((1..15).filter(|member| is_heard(*member)).count(), 10, "{loud:.0?}");
    let stats = crowd.members[0].media.audio().sources().count();
    assert_eq!(stats, 10);
    assert!(crowd.members[0].media.counted().speakers.surplus > 300);
}

#[test]
fn levels_are_told_ten_times_a_second_with_the_bit_of_a_voice() {
    let mut crowd = Crowd::new(8, 3);
    crowd.members[0].media.set_levels(true);
    crowd.members[2].says.clear();
    crowd.connect_all();
    crowd.talk(secs(2));
    let levels = core::mem::take(&mut crowd.members[0].levels);
    let steady = &levels[levels.len() - 10..];
    for pair in steady.windows(2) {
        assert_eq!(pair[1].0.since(pair[0].0), ms(100));
    }
    for (_, levels) in steady {
        let of = |source| levels.iter().find(|level| level.source == source).map(|level: &SpeakerLevel| level.level);
        // A sine of 3000 is 24 dB below full scale.
        for source in [None, Some(Ssrc(0x2000))] {
            assert!(
                of(source).is_some_and(|level| level.speech && (23..=25).contains(&level.below_full)),
                "{levels:?}"
            );
        }
        assert_eq!(levels.len(), 2);
    }
    crowd.members.iter_mut().for_each(|member| member.says.clear());
    crowd.talk(secs(2));
    let levels = &crowd.members[0].levels;
    assert!(levels.len() < 10 && levels.last().is_some_and(|(_, levels)| levels.is_empty()), "{levels:?}");
    assert!(crowd.members[1].levels.is_empty(), "who did not ask is not told");
}

#[test]
fn what_is_wanted_of_pictures_is_said_when_the_channel_opens_at_each_change_and_again() {
    let mut crowd = Crowd::new(9, 1);
    crowd.connect_all();
    crowd.talk(secs(1));
    let leg = crowd.members[0].leg;
    let texts = crowd.sfu().texts(leg);
    assert!(texts.len() == 1 && texts[0].contains("\"constraints\":{}"), "{texts:?}");
    crowd.talk(secs(20));
    assert_eq!(crowd.sfu().texts(leg).len(), 1, "nothing is wanted, and that was said");
    let wanted = Wanted { endpoint: "abc".into(), least: Quality::Thumbnail, most: Quality::Full };
    let now = crowd.now;
    crowd.members[0].media.set_wanted(now, vec![wanted.clone()]);
    crowd.members[0].media.set_wanted(now, vec![wanted]);
    crowd.pump();
    crowd.talk(secs(16));
    let texts = crowd.sfu().texts(leg);
    assert_eq!(texts.len(), 5, "at once, and every 5 s");
    assert!(texts[1..].iter().all(|text| text.contains("\"abc\":{\"maxHeight\":720,\"minHeight\":180}")));
    // What the server says, and what nobody can read.
    for text in [
        "{\"colibriClass\":\"SenderVideoConstraints\",\"videoConstraints\":{\"idealHeight\":360}}",
        "{",
        "{\"colibriClass\":\"X\"}",
    ] {
        let now = crowd.now;
        let server = crowd.server;
        let emits = crowd.network.machine_mut::<crate::sim::sfu::Sfu>(server).say(now, leg, text);
        crowd.carry_out(emits);
    }
    crowd.talk(secs(1));
    let counted = crowd.members[0].media.counted().colibri;
    assert_eq!((counted.messages, counted.malformed, counted.other), (3, 1, 1));
}

#[test]
fn a_path_that_was_lost_comes_back_with_the_sound() {
    let mut crowd = Crowd::new(10, 2);
    crowd.connect_all();
    crowd.talk(secs(2));
    let host = crowd.members[0].host;
    let address = crowd.network.addresses(host)[0];
    crowd.network.set_down(host, address, true);
    crowd.talk(ms(2990));
    assert_eq!(crowd.members[0].lost, 1);
    crowd.talk(secs(40));
    crowd.network.set_down(host, address, false);
    crowd.talk(secs(5));
    assert_eq!((crowd.members[0].lost, crowd.members[0].connected), (1, 2));
    crowd.assert_hears(0, &[1]);
    crowd.assert_hears(1, &[0]);
}

#[test]
fn each_is_pulled_by_himself_where_that_is_wanted_and_by_nobody_else() {
    let mut crowd = Crowd::new(11, 4);
    let port = crowd.members[0].port.clone();
    port.set_separate(true);
    crowd.connect_all();
    // The keys are the numbers of the legs: 1 to 4.
    let mut sinks: [Vec<i16>; 4] = Default::default();
    for _ in 0..200 {
        crowd.talk(ms(10));
        for (other, sink) in sinks.iter_mut().enumerate() {
            let mut samples = [0i16; 480];
            port.pull_of(other as u64 + 1, 48_000, 1, &mut samples).unwrap();
            sink.extend(samples);
        }
    }
    for (sink, samples) in sinks.iter().enumerate() {
        let last = &samples[samples.len() - 48_000..];
        for other in 0..4 {
            let loud = amplitude(last, tone_of(other));
            let is_his = sink == other && sink != 0;
            assert!(if is_his { loud > 2000.0 } else { loud < 100.0 }, "sink {sink}: {other} at {loud:.0}");
        }
    }
    let mut samples = [7i16; 480];
    assert!(port.pull(48_000, 1, &mut samples).is_err() && samples == [0; 480], "not all as one");
    assert_eq!(port.pull_of(99, 48_000, 1, &mut samples).ok(), Some(false), "nobody is silent");
    // And back: all as one again.
    port.set_separate(false);
    crowd.talk(secs(2));
    crowd.assert_hears(0, &[1, 2, 3]);
    assert!(port.pull_of(2, 48_000, 1, &mut samples).is_err());
}

#[test]
fn who_takes_the_place_of_another_is_not_taken_for_him() {
    let mut crowd = Crowd::new(12, 3);
    let port = crowd.members[0].port.clone();
    port.set_separate(true);
    crowd.members[2].says.clear();
    crowd.connect_all();
    let hear = |crowd: &mut Crowd, key: u64, rounds: usize| {
        let mut heard = Vec::new();
        for _ in 0..rounds {
            crowd.talk(ms(10));
            let mut samples = [0i16; 480];
            port.pull_of(key, 48_000, 1, &mut samples).unwrap();
            heard.extend(samples);
        }
        heard
    };
    hear(&mut crowd, 2, 100);
    // The second leaves with what it said still unpulled, and the third gets its place.
    crowd.talk(ms(300));
    let now = crowd.now;
    crowd.members[0].media.set_speaker(now, Ssrc(0x2000), None);
    crowd.members[1].says.clear();
    crowd.members[2].says = vec![(tone_of(2), 3000.0)];
    let heard = hear(&mut crowd, 3, 100);
    assert!(amplitude(&heard[24_000..], tone_of(2)) > 2000.0 && amplitude(&heard, tone_of(1)) < 50.0);
    let gone = hear(&mut crowd, 2, 10);
    assert!(gone.iter().all(|sample| *sample == 0));
}

#[test]
fn untouched_packets_of_each_are_those_that_he_sent() {
    let mut crowd = Crowd::new(13, 3);
    let port = crowd.members[0].port.clone();
    port.set_coding(Coding::Pcm, Coding::Opus).unwrap();
    port.set_separate(true);
    let senders = [1usize, 2].map(|member| crowd.members[member].port.clone());
    senders.iter().for_each(|port| port.set_coding(Coding::Opus, Coding::Pcm).unwrap());
    crowd.connect_all();
    let mut found: [Vec<Vec<u8>>; 2] = Default::default();
    for round in 0..100u32 {
        for (which, sender) in senders.iter().enumerate() {
            sender.push_opus(round * 960, &[0xf8, which as u8, round as u8, 1, 2, 3]).unwrap();
        }
        crowd.talk(ms(20));
        for (which, found) in found.iter_mut().enumerate() {
            let mut buffer = [0; 1500];
            while let Some((size, _)) = port.pull_opus_of(which as u64 + 2, &mut buffer).unwrap() {
                found.push(buffer[..size].to_vec());
            }
        }
    }
    for (which, found) in found.iter().enumerate() {
        let expected: Vec<Vec<u8>> = (0..100).map(|round| vec![0xf8, which as u8, round, 1, 2, 3]).collect();
        assert!(found.len() >= 97 && expected.windows(found.len()).any(|part| part == found), "{}", found.len());
    }
    assert!(port.pull_opus(&mut [0; 1500]).is_err());
}

/// Packets that only the server can have made, and no honest one makes.
#[test]
fn a_server_that_sends_nonsense_is_counted_and_the_rest_is_heard_all_the_same() {
    let mut crowd = Crowd::new(14, 2);
    crowd.connect_all();
    crowd.talk(secs(1));
    let (leg, mut random) = (crowd.members[0].leg, Random::from_seed(9));
    let sound = [0x90, 111, 0, 1, 0, 0, 0, 1, 0x40, 0, 0, 7, 0xbe, 0xde, 0, 1, 0x10, 0x90, 0, 0, 0xf8, 1, 2, 3];
    let report = [0x81, 200, 0, 6, 0, 0, 0x20, 0, 1, 2, 3, 4, 5, 6, 7, 8, 0, 0, 0, 9, 0, 0, 0, 1, 0, 0, 0, 2];
    let feedback = [0x8f, 205, 0, 5, 0, 0, 0, 1, 0, 0, 0x10, 0, 0, 1, 0xff, 0xff, 0, 0, 1, 0, 0x7f, 0xff, 0xff, 0xff];
    let text = br#"{"colibriClass":"SenderVideoConstraints","videoConstraints":{"idealHeight":1e400,"x":[[[["#;
    for round in 0..6000 {
        let mut bytes = match round % 3 {
            0 => sound.to_vec(),
            1 => report.to_vec(),
            _ => feedback.to_vec(),
        };
        for _ in 0..random.below(4) {
            let at = random.below(bytes.len() as u64 - 2) as usize + 2;
            match random.below(3) {
                0 => bytes[at] = random.u32() as u8,
                1 => bytes.truncate(at.max(14)),
                _ => bytes.extend(random.bytes::<7>()),
            }
        }
        let now = crowd.now;
        let emits = crowd.sfu().forge(now, leg, &bytes);
        crowd.carry_out(emits);
        if round % 60 == 0 {
            let text = String::from_utf8_lossy(&text[..random.below(text.len() as u64) as usize]).into_owned();
            let emits = crowd.sfu().say(now, leg, &text);
            crowd.carry_out(emits);
            crowd.talk(ms(20));
        }
    }
    let counted = crowd.members[0].media.counted();
    assert!(counted.colibri.malformed > 50 && counted.speakers.unknown + counted.media > 100, "{counted:?}");
    let now = crowd.now;
    crowd.members[0].media.set_speaker(now, Ssrc(0x2000), Some(Owner { key: 2, volume: Volume::FULL }));
    crowd.talk(secs(3));
    crowd.assert_hears(0, &[1]);
    crowd.assert_hears(1, &[0]);
    assert_eq!((crowd.members[0].lost, crowd.members[0].connected), (0, 1));
}
