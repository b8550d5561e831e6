//! Parts of live streams that ffmpeg has made (`vectors/stream/make.sh`): what is in them comes out.
#![cfg(all(feature = "media", feature = "opus"))]
#![allow(clippy::disallowed_methods, reason = "another process is waited for")]

#[path = "interop/tone.rs"]
mod tone;

use std::io::Write;
use std::process::{Command, Stdio};
use std::sync::Arc;
use tgcall::media::audio::codec::Decoder;
use tgcall::media::audio::source::Volume;
use tgcall::media::audio::{AudioPort, packet};
use tgcall::media::container::{Entry, Layout, Movie, Voices, split};
use tgcall::media::group::Owner;
use tgcall::media::stream::{Player, PlayerOutput, read_program};
use tgcall::media::video::Rotation;
use tgcall::time::{Duration, Time};
use tgcall::types::{Ssrc, VideoSource};
use tone::Tone;

const VOICES: &[u8] = include_bytes!("vectors/stream/voices8.ogg");
const COUPLED: &[u8] = include_bytes!("vectors/stream/coupled.ogg");
const PROGRAM: &[u8] = include_bytes!("vectors/stream/program.mp4");
const LUMA: &[u8] = include_bytes!("vectors/stream/program.luma");

/// The sound of each channel.
fn decode<'a>(layout: &Layout, packets: impl Iterator<Item = &'a [u8]>) -> Vec<Vec<i16>> {
    let channels_of: Vec<usize> = (0..layout.streams()).map(|stream| layout.channels_of(stream)).collect();
    let mut decoders: Vec<Decoder> =
        channels_of.iter().map(|channels| Decoder::new(*channels as u32).unwrap()).collect();
    let mut streams = vec![Vec::new(); layout.streams()];
    for packet in packets {
        let span = packet::span(packet).unwrap() as usize;
        let alone = split(packet, layout.streams()).unwrap();
        for (stream, packet) in alone.iter().enumerate() {
            let mut samples = vec![0; span * channels_of[stream]];
            assert!(decoders[stream].decode(packet, &mut samples));
            streams[stream].extend(samples);
        }
    }
    let channel = |channel| {
        let (stream, place) = layout.place(channel).unwrap();
        let count = channels_of[stream];
        streams[stream].iter().skip(place + layout.pre_skip as usize * count).step_by(count).copied().collect()
    };
    (0..layout.channels()).map(channel).collect()
}

fn assert_tones(channels: &[Vec<i16>], hz: impl Fn(usize) -> f64) {
    for (at, samples) in channels.iter().enumerate() {
        // The codec needs a moment at either end.
        let tone = Tone::measure(&samples[2400..45_600], 48_000, hz(at));
        assert!(tone.snr_db > 20.0, "channel {at}: {tone:?}");
    }
}

#[test]
fn eight_voices_come_out_each_by_itself() {
    let voices = Voices::read(VOICES).unwrap();
    assert_eq!((voices.layout.channels(), voices.layout.streams(), voices.samples()), (8, 8, Some(48_000)));
    let mut expected: Vec<Entry> =
        (0..8).map(|channel| Entry { frame: 0, channel, source: 1000 + channel as u32 }).collect();
    expected.push(Entry { frame: 50, channel: 7, source: 2000 });
    assert_eq!(voices.tags.entries, expected);
    assert_eq!(voices.tags.pictures, [(1, "one".to_owned()), (3, "two".to_owned())]);
    let channels = decode(&voices.layout, (0..voices.count()).map(|at| voices.packet(at).unwrap()));
    assert_tones(&channels, |at| 400.0 + at as f64 * 100.0);
}

#[test]
fn voices_in_pairs_come_apart() {
    let voices = Voices::read(COUPLED).unwrap();
    assert_eq!((voices.layout.channels(), voices.layout.streams(), voices.samples()), (6, 4, Some(48_000)));
    let channels = decode(&voices.layout, (0..voices.count()).map(|at| voices.packet(at).unwrap()));
    // The fourth is the one for low tones, of which the encoder leaves little; the orders are those of Vorbis and of ffmpeg.
    let order = [0, 2, 1, 4, 5, 3];
    assert_tones(&channels[..5], |at| 400.0 + f64::from(order[at]) * 100.0);
}

#[test]
fn a_program_has_its_sound_and_its_pictures_in_time() {
    let movie = Movie::read(PROGRAM).unwrap();
    let (layout, packets) = movie.sound.as_ref().unwrap();
    assert_eq!((layout.channels(), layout.pre_skip), (2, 312));
    let channels = decode(layout, packets.iter().map(|sample| &PROGRAM[sample.bytes.clone()]));
    assert_tones(&channels, |at| [440.0, 880.0][at]);
    assert!(packets.windows(2).skip(1).all(|pair| pair[1].time - pair[0].time == 1800), "20 ms");

    let (_, pictures) = movie.pictures.as_ref().unwrap();
    assert_eq!(pictures.len(), LUMA.len());
    assert_eq!(pictures.iter().map(|picture| picture.is_key).collect::<Vec<_>>(), [&[true][..], &[false; 9]].concat());
    // Some come before what they refer to is shown.
    let times: Vec<u32> = pictures.iter().map(|picture| picture.time / 9000).collect();
    let mut sorted = times.clone();
    sorted.sort_unstable();
    assert_eq!(sorted, (0..10).collect::<Vec<_>>());
    assert_ne!(times, sorted);
}

#[test]
fn what_comes_out_of_a_program_shows_as_the_program_does() {
    let movie = Movie::read(PROGRAM).unwrap();
    let (avc, pictures) = movie.pictures.unwrap();
    let units: Vec<u8> = pictures
        .iter()
        .flat_map(|picture| avc.access_unit(&PROGRAM[picture.bytes.clone()], picture.is_key).unwrap())
        .collect();
    let args = "-loglevel error -f h264 -i - -vf scale=1:1:flags=area,format=gray -f rawvideo -";
    let child = Command::new("ffmpeg").args(args.split(' ')).stdin(Stdio::piped()).stdout(Stdio::piped()).spawn();
    let Ok(mut child) = child else {
        let _ = writeln!(std::io::stderr().lock(), "SKIPPED what_comes_out_of_a_program_shows: no ffmpeg");
        return;
    };
    child.stdin.take().unwrap().write_all(&units).unwrap();
    let shown = child.wait_with_output().unwrap();
    assert!(shown.status.success());
    assert_eq!(shown.stdout, LUMA);
}

/// A player, and whose voices it has asked about.
struct Room {
    player: Player,
    port: Arc<AudioPort>,
    now: Time,
    asked: Vec<Ssrc>,
    levels: Vec<(Ssrc, bool)>,
    exhausted: usize,
}

const MS: Duration = Duration::from_millis(1);

impl Room {
    fn new(is_separate: bool) -> Room {
        let port = Arc::new(AudioPort::new(Arc::default()));
        port.set_separate(is_separate);
        let now = Time::from_nanos(5);
        let player = Player::new(now, &port);
        Room { player, port, now, asked: vec![], levels: vec![], exhausted: 0 }
    }

    fn turn(&mut self) {
        loop {
            let more = self.player.handle_timeout(self.now);
            while let Some(output) = self.player.poll_output() {
                match output {
                    PlayerOutput::WhoIs(source) => self.asked.push(source),
                    PlayerOutput::Levels(levels) => {
                        self.levels.extend(levels.iter().map(|one| (one.source.unwrap(), one.level.speech)));
                    }
                    PlayerOutput::Exhausted => self.exhausted += 1,
                    PlayerOutput::Audio(_) | PlayerOutput::Video(_) => {}
                }
            }
            if !more {
                return;
            }
        }
    }

    /// What is pulled of these in so long a time.
    fn pull(&mut self, ms: u32, keys: &[u64]) -> Vec<Vec<i16>> {
        let mut heard = vec![Vec::new(); keys.len()];
        for _ in 0..ms / 10 {
            self.turn();
            for (key, heard) in keys.iter().zip(&mut heard) {
                let mut samples = [0i16; 480];
                self.port.pull_of(*key, 48_000, 1, &mut samples).unwrap();
                heard.extend(samples);
            }
            self.now += MS * 10;
        }
        heard
    }
}

#[test]
fn a_part_is_played_as_its_tags_say_whose_it_is() {
    let mut room = Room::new(true);
    let voices = || Voices::read(VOICES).unwrap();
    room.player.announce(&voices());
    room.turn();
    let sources: Vec<u32> = (1000..1008).chain([2000]).collect();
    assert_eq!(room.asked.iter().map(|source| source.0).collect::<Vec<_>>(), sources);
    for source in &sources {
        // The third is not to be heard, and of the fourth nobody knows whose it is.
        let volume = Volume(if *source == 1002 { 0 } else { 10_000 });
        let owner = (*source != 1003).then_some(Owner { key: u64::from(*source), volume });
        room.player.set_speaker(Ssrc(*source), owner);
    }
    room.player.play_voices(room.now, room.now, Some(voices()));
    let keys: Vec<u64> = sources.iter().map(|source| u64::from(*source)).collect();
    let heard = room.pull(1100, &keys);
    for (at, samples) in heard.iter().enumerate() {
        let hz = 400.0 + 100.0 * at.min(7) as f64;
        match at {
            2 | 3 => assert!(samples.iter().all(|sample| *sample == 0), "{at}"),
            7 | 8 => {
                // One gives way to the other in the middle.
                let (early, late) = (&samples[7200..19_200], &samples[28_800..45_600]);
                let (own, other) = if at == 7 { (early, late) } else { (late, early) };
                assert!(Tone::measure(own, 48_000, 1100.0).snr_db > 20.0 && other.iter().all(|sample| *sample == 0));
            }
            _ => {
                let tone = Tone::measure(&samples[7200..45_600], 48_000, hz);
                assert!(tone.snr_db > 20.0 && tone.silence_ms == 0, "{at}: {tone:?}");
            }
        }
    }
    assert_eq!(room.exhausted, 1, "and it is over");
    assert!(sources.iter().all(|source| room.levels.contains(&(Ssrc(*source), true))), "{:?}", room.levels);
}

#[test]
fn one_part_after_the_other_is_one_sound() {
    let mut room = Room::new(true);
    let voices = || Voices::read(VOICES).unwrap();
    room.player.announce(&voices());
    room.player.set_speaker(Ssrc(1000), Some(Owner { key: 7, volume: Volume::FULL }));
    let (mut heard, begin) = (Vec::new(), room.now);
    for second in 0..4u32 {
        room.player.play_voices(room.now, begin + MS * 1000 * second, Some(voices()));
        heard.extend(room.pull(1000, &[7]).remove(0));
    }
    // 40 ms wait, and every second begins where the tone of ffmpeg begins.
    let tone = Tone::measure(&heard[4800..], 48_000, 400.0);
    assert!(tone.snr_db > 15.0 && tone.silence_ms == 0, "{tone:?}");
    // Others speak: who was there is forgotten when no part is of him any more.
    for source in 0..3000u32 {
        let mut other = voices();
        other.tags.entries.iter_mut().for_each(|entry| entry.source = source);
        room.player.announce(&other);
    }
    room.asked.clear();
    room.player.play_voices(room.now, room.now, None);
    room.turn();
    room.asked.clear();
    room.player.announce(&voices());
    room.turn();
    assert_eq!(room.asked.len(), 9, "they are asked for again");
}

#[test]
fn a_program_is_played_with_both_sides_and_its_pictures_in_time() {
    let mut room = Room::new(false);
    let header = b"\x0d\x81\x2e\xa1\x03mp4\x01\0\0\0\x01\0\0\0\0\0\0\0\x011\0\0\x5a\0\0\0\0\0\0\0";
    let part = || read_program([&header[..], PROGRAM].concat()).unwrap();
    let (mut sides, mut frames, begin) = ([Vec::new(), Vec::new()], Vec::new(), room.now);
    for second in 0..3u32 {
        let time_ms = 5000 + i64::from(second) * 1000;
        room.player.play_program(room.now, begin + MS * 1000 * second, time_ms, part());
        for _ in 0..100 {
            room.turn();
            let mut samples = [0i16; 960];
            room.port.pull(48_000, 2, &mut samples).unwrap();
            (0..2).for_each(|side| sides[side].extend(samples.iter().skip(side).step_by(2)));
            let pulled = std::iter::from_fn(|| room.port.pull_frame(VideoSource::Camera));
            frames.extend(pulled.map(|frame| ((room.now.since(begin)).as_millis() as u32, frame)));
            room.now += MS * 10;
        }
    }
    for (samples, hz) in sides.iter().zip([440.0, 880.0]) {
        let tone = Tone::measure(&samples[4800..45_600], 48_000, hz);
        assert!(tone.snr_db > 20.0 && tone.silence_ms == 0, "{tone:?}");
        // One file after the other: each begins with what its encoder needs to begin, wherever its wave is.
        let all = Tone::measure(&samples[4800..], 48_000, hz);
        assert!(all.silence_ms <= 20, "{all:?}");
    }
    assert_eq!(frames.len(), 30);
    for (at, (ms, pulled)) in frames.iter().enumerate() {
        let frame = &pulled.frame;
        assert_eq!(
            (frame.is_key, frame.rotation, pulled.endpoint.as_deref()),
            (at % 10 == 0, Rotation::Quarter, Some(c"1"))
        );
        let shown = (frame.timestamp - 450_000) / 90;
        assert!(*ms <= shown + 10 && shown <= ms + 300, "{at}: of {shown} ms at {ms}");
        if frame.is_key {
            assert_eq!(frame.size, Some((100, 64)));
        }
    }
    assert!(read_program(b"nothing of the kind".to_vec()).is_err());
}
