//! Those who speak in a call that is watched as a live stream, seen there: whole clients, the simulated Telegram and its media server.

use super::clients::Clients;
use super::film::RATE;
use super::stream::{luma, mode, watched_with};
use super::world::{ms, secs};
use tgcall::client::group::Mode;
use tgcall::client::{Config, EventKind, Quality};
use tgcall::media::video::{Codec, Origin, PulledFrame, Rotation};
use tgcall::time::Duration;
use tgcall::types::{VideoCodec, VideoSource};

/// Those who speak may show something, too, and who listens decodes what streams come in.
fn stage(seed: u64, speakers: i64) -> (Clients, usize) {
    let mut config = Config::new();
    config.set_video_codecs(&[VideoCodec::Vp8], &[VideoCodec::Vp8, VideoCodec::H264]).unwrap();
    watched_with(seed, speakers, &config)
}

/// Everybody speaks and those who are seen shoot: what the listener has got of each of them.
fn look(
    clients: &mut Clients,
    listener: usize,
    wanted: &[(usize, VideoSource)],
    time: Duration,
) -> Vec<Vec<PulledFrame>> {
    let mut frames = vec![Vec::new(); wanted.len()];
    let origins: Vec<Origin> = wanted
        .iter()
        .map(|(other, source)| Origin { whose: Some(clients.who(*other).key()), source: *source })
        .collect();
    let end = clients.now + time;
    while clients.now < end {
        let now = clients.now;
        for (at, side) in clients.sides.iter_mut().enumerate() {
            let Some(port) = &side.port else { continue };
            if at == listener {
                for (origin, frames) in origins.iter().zip(&mut frames) {
                    frames.extend(std::iter::from_fn(|| port.pull_frame(*origin)));
                }
            } else {
                side.film.turn(now, side.account, port);
            }
        }
        clients.talk(Duration::from_secs(1) / RATE, |_| {});
    }
    frames
}

/// What Telegram calls what somebody shows.
fn endpoint(clients: &Clients, listener: usize, other: usize, source: VideoSource) -> String {
    let side = &clients.sides[listener];
    let people = side.client.roster(side.call).unwrap().people;
    let one = people.find(clients.who(other)).unwrap();
    let shown = if source == VideoSource::Camera { &one.camera } else { &one.screen };
    shown.as_ref().unwrap().endpoint.to_string()
}

/// Pictures of this size, ten a second without a gap, as the broadcaster makes them for whom the endpoint is: `sim/group/unified.rs`.
#[track_caller]
fn assert_shows(frames: &[PulledFrame], endpoint: &str, side: u16, rotation: Rotation, least: usize) {
    assert!(frames.len() >= least, "{} frames", frames.len());
    for pair in frames.windows(2) {
        assert_eq!(pair[1].frame.timestamp.wrapping_sub(pair[0].frame.timestamp), 9000, "none is missing");
    }
    let digit = endpoint.chars().last().unwrap().to_digit(16).unwrap() as u8;
    for PulledFrame { frame, endpoint: of, .. } in frames {
        assert_eq!((frame.codec, frame.rotation), (Codec::H264, rotation));
        assert_eq!(of.as_deref().unwrap().to_str(), Ok(endpoint));
        if frame.is_key {
            assert_eq!(frame.size, Some((side, side)));
            let own = 40 + 12 * digit;
            assert!((own..own + 12).contains(&luma(&frame.data)), "{} of {endpoint}", luma(&frame.data));
        }
    }
    assert!(frames.iter().filter(|one| one.frame.is_key).count() >= least / 10);
}

#[test]
fn who_speaks_is_seen_in_the_stream_by_those_who_want_it() {
    use VideoSource::{Camera, Screen};
    let (mut clients, listener) = stage(47, 3);
    clients.start(0, Camera);
    clients.start(1, Camera);
    clients.start(1, Screen);
    let (now, one) = (clients.now, &mut clients.sides[0]);
    one.client.set_video_rotation(now, one.call, Camera, 90).unwrap();
    look(&mut clients, listener, &[], secs(6));
    assert!(!clients.sides[0].film.layers(Camera).is_empty(), "it is shot for who gets a stream");
    assert!(clients.sides[listener].events.iter().all(|event| !matches!(event, EventKind::VideoReady { .. })));
    clients.want(listener, 0, Camera, Some(Quality::Full));
    clients.want(listener, 1, Camera, Some(Quality::Thumbnail));
    clients.want(listener, 1, Screen, Some(Quality::Medium));
    let all = [(0, Camera), (1, Camera), (1, Screen)];
    look(&mut clients, listener, &all, secs(6));
    clients.sides[listener].heard.clear();
    let frames = look(&mut clients, listener, &all, secs(8));
    for ((other, source), frames, side, rotation) in [
        (all[0], &frames[0], 192, Rotation::Quarter),
        (all[1], &frames[1], 64, Rotation::None),
        (all[2], &frames[2], 128, Rotation::None),
    ] {
        let endpoint = endpoint(&clients, listener, other, source);
        assert_shows(frames, &endpoint, side, rotation, 75);
    }
    for (other, source) in all {
        let peer = Some(clients.who(other));
        let ready = EventKind::VideoReady { peer, source };
        assert!(clients.sides[listener].events.contains(&ready), "{ready:?}");
    }
    clients.talk_aloud(secs(2));
    clients.assert_hears(listener, &[0, 1, 2]);
    assert_eq!((clients.joins(listener), mode(&clients, listener)), (1, Mode::Stream));
}

#[test]
fn pictures_of_a_stream_come_and_go_and_change_their_quality_beside_its_sound() {
    use VideoSource::Camera;
    let (mut clients, listener) = stage(48, 2);
    let camera = [(0, Camera)];
    clients.want(listener, 0, Camera, Some(Quality::Thumbnail));
    clients.start(0, Camera);
    look(&mut clients, listener, &camera, secs(8));
    let before = look(&mut clients, listener, &camera, secs(3));
    let endpoint = endpoint(&clients, listener, 0, Camera);
    assert_shows(&before[0], &endpoint, 64, Rotation::None, 25);
    // Seconds that wait are asked for once more in the other quality.
    clients.want(listener, 0, Camera, Some(Quality::Full));
    look(&mut clients, listener, &camera, secs(2));
    let better = look(&mut clients, listener, &camera, secs(3));
    assert_shows(&better[0], &endpoint, 192, Rotation::None, 25);
    // It goes off, and no second fails by it.
    let failed =
        |clients: &Clients| clients.report(listener).lines().find(|line| line.contains("stream: ")).unwrap().to_owned();
    clients.stop(0, Camera);
    look(&mut clients, listener, &camera, secs(6));
    assert!(look(&mut clients, listener, &camera, secs(4))[0].is_empty(), "{}", failed(&clients));
    clients.talk_aloud(secs(3));
    clients.assert_hears(listener, &[0, 1]);
    // Who speaks by now shows by another way, and no frame is shown twice.
    clients.start(0, Camera);
    look(&mut clients, listener, &camera, secs(7));
    assert!(!look(&mut clients, listener, &camera, secs(2))[0].is_empty());
    clients.want(listener, 0, Camera, None);
    look(&mut clients, listener, &camera, ms(100));
    assert!(look(&mut clients, listener, &camera, secs(4))[0].is_empty(), "it is wanted no more");
    clients.want(listener, 0, Camera, Some(Quality::Full));
    look(&mut clients, listener, &camera, secs(6));
    clients.set_muted(listener, false);
    let both = look(&mut clients, listener, &camera, secs(6)).remove(0);
    assert_eq!(mode(&clients, listener), Mode::Connected);
    let codecs: Vec<Codec> = both.iter().map(|one| one.frame.codec).collect();
    let change = codecs.iter().position(|codec| *codec == Codec::Vp8).expect("its camera comes by the connection");
    assert!(change > 0 && codecs[change..].iter().all(|codec| *codec == Codec::Vp8), "{codecs:?}");
    assert!(both[change].frame.is_key);
}
