//! Screens that are shared: a second connection of whole clients, its pictures, its sound, and what becomes of it.

use super::clients::{Clients, PIECE, amplitude};
use super::film::RATE;
use super::world::{ms, secs};
use tgcall::client::{Action, CallState, Config, EndReason, EventKind, Quality, Switches};
use tgcall::error::ErrorKind;
use tgcall::time::Duration;
use tgcall::types::VideoCodec;
use tgcall::types::VideoSource::{Camera, Screen};

const JOIN: &str = "phone.joinGroupCallPresentation";
const LEAVE: &str = "phone.leaveGroupCallPresentation";
/// What a screen plays, beside the tones that the sides say.
const FILM_TONE: f64 = 2100.0;

impl Clients {
    fn asked(&self, side: usize, method: &str) -> usize {
        self.sides[side].methods.iter().filter(|one| **one == method).count()
    }

    /// Whether a side is told that another shows a screen, and that it is paused.
    fn screen_of(&self, side: usize, other: usize) -> (bool, bool) {
        let people = self.sides[side].client.roster(self.sides[side].call).unwrap().people;
        let screen = people.find(self.who(other)).and_then(|one| one.screen.clone());
        (screen.is_some(), screen.is_some_and(|screen| screen.is_paused))
    }

    /// All talk, and the screen of one plays its own tone, in stereo: how loud that comes to each.
    fn play(&mut self, shows: usize, time: Duration) -> Vec<f64> {
        self.sides.iter_mut().for_each(|side| side.heard.clear());
        let (end, mut phase) = (self.now + time, 0u64);
        let account = self.sides[shows].account;
        while self.now < end {
            let sine = |at: u64| (3000.0 * (at as f64 * FILM_TONE * std::f64::consts::TAU / 48_000.0).sin()) as i16;
            let samples: Vec<i16> = (phase..phase + PIECE as u64).flat_map(|at| [sine(at); 2]).collect();
            phase += PIECE as u64;
            self.talk(ms(10), |side| {
                let Some(port) = &side.port else { return };
                if side.account == account {
                    port.screen().unwrap().push(48_000, 2, &samples).unwrap();
                }
                let mut samples = [0i16; PIECE];
                port.pull(48_000, 1, &mut samples).unwrap();
                side.heard.extend(samples);
            });
        }
        let last = |heard: &[i16]| amplitude(&heard[heard.len().saturating_sub(48_000)..], FILM_TONE);
        self.sides.iter().map(|side| last(&side.heard)).collect()
    }

    /// Telegram answers the next request of this kind with nothing that is of use.
    fn answer_nothing(&mut self, side: usize, method: &'static str) {
        // An empty vector: of sources that are known.
        let nobody = [&0x1cb5_c415_u32.to_le_bytes()[..], &[0; 4]].concat();
        self.sides[side].instead.push((method, nobody));
    }
}

#[test]
fn a_screen_is_seen_and_heard_beside_the_camera_and_the_voice() {
    let mut clients = Clients::studio(21, 3);
    clients.start(0, Screen);
    clients.start(0, Camera);
    clients.film(secs(1));
    assert_eq!((clients.asked(0, JOIN), clients.screen_of(1, 0)), (1, (true, false)), "{}", clients.report(0));
    assert!(clients.sides[0].client.switches(clients.sides[0].call).unwrap().0.has(Switches::SCREEN));
    assert_eq!(clients.sees(1, 0, Screen), (0, None), "nobody asked for it");
    clients.want(1, 0, Screen, Some(Quality::Full));
    clients.want(2, 0, Screen, Some(Quality::Thumbnail));
    clients.want(1, 0, Camera, Some(Quality::Full));
    clients.film(secs(8));
    clients.film(secs(4));
    clients.assert_sees(1, 0, Screen, 1, 60);
    clients.assert_sees(2, 0, Screen, 0, 60);
    clients.assert_sees(1, 0, Camera, 2, 60);
    assert_eq!(clients.sides[0].film.layers(Screen), [0, 1], "in two sizes");
    // What it plays is heard beside what is said, and by nobody who plays it.
    let loud = clients.play(0, secs(3));
    assert!(loud[1] > 1500.0 && loud[2] > 1500.0 && loud[0] < 150.0, "{loud:?}");
    clients.assert_hears(1, &[0, 2]);
    // Whose microphone is off still plays.
    clients.set_muted(0, true);
    let loud = clients.play(0, secs(3));
    assert!(loud[1] > 1500.0, "{loud:?}");
    clients.assert_hears(1, &[2]);
    assert_eq!(clients.asked(0, JOIN), 1);
    clients.all_agree();
}

#[test]
fn who_stops_it_shows_nothing_and_plays_nothing_and_may_show_it_again() {
    let mut clients = Clients::studio(22, 2);
    clients.start(0, Screen);
    clients.want(1, 0, Screen, Some(Quality::Full));
    clients.film(secs(6));
    clients.assert_sees(1, 0, Screen, 1, 60);
    let sockets = clients.sockets(0);
    clients.stop(0, Screen);
    clients.film(secs(2));
    assert_eq!((clients.asked(0, LEAVE), clients.screen_of(1, 0)), (1, (false, false)));
    assert!(clients.sockets(0) < sockets, "its connection is gone");
    assert!(clients.sides[0].film.layers(Screen).is_empty());
    clients.film(secs(1));
    assert_eq!(clients.sees(1, 0, Screen).0, 0);
    let loud = clients.play(0, secs(2));
    assert!(loud[1] < 150.0, "{loud:?}");
    assert_eq!(clients.state(0), CallState::Active);
    clients.start(0, Screen);
    clients.film(secs(6));
    clients.assert_sees(1, 0, Screen, 1, 60);
    assert_eq!((clients.asked(0, JOIN), clients.asked(0, LEAVE)), (2, 1));
    // What is stopped before it is answered is left behind it.
    clients.stop(0, Screen);
    clients.start(0, Screen);
    clients.stop(0, Screen);
    clients.film(secs(2));
    assert_eq!(clients.screen_of(1, 0), (false, false));
    clients.all_agree();
}

#[test]
fn a_screen_that_is_paused_is_told_to_all() {
    let mut clients = Clients::studio(23, 2);
    clients.start(0, Screen);
    clients.want(1, 0, Screen, Some(Quality::Full));
    clients.film(secs(4));
    let pause = |clients: &mut Clients, paused| {
        let (now, one) = (clients.now, &mut clients.sides[0]);
        one.client.set_video_paused(now, one.call, Screen, paused).unwrap();
        clients.run(ms(0));
    };
    pause(&mut clients, true);
    clients.film(secs(1));
    clients.film(secs(2));
    assert_eq!((clients.screen_of(1, 0), clients.sees(1, 0, Screen).0), ((true, true), 0));
    let own = clients.sides[0].client.switches(clients.sides[0].call).unwrap().0;
    assert!(own.has(Switches::SCREEN_PAUSED));
    pause(&mut clients, false);
    clients.film(secs(3));
    assert_eq!(clients.screen_of(1, 0), (true, false));
    clients.assert_sees(1, 0, Screen, 1, 30);
}

#[test]
fn who_wants_to_share_before_he_is_in_shares_as_soon_as_he_is() {
    let mut config = Config::new();
    config.set_video_codecs(&[VideoCodec::Vp8], &[VideoCodec::Vp8]).unwrap();
    let mut clients = Clients::with(24, 2, &config);
    clients.create(0);
    clients.open(1);
    clients.start(1, Screen);
    clients.join(0, false);
    clients.run(secs(1));
    assert_eq!(clients.asked(1, JOIN), 0);
    clients.join(1, false);
    clients.run(secs(3));
    assert_eq!((clients.asked(1, JOIN), clients.screen_of(0, 1)), (1, (true, false)));
    clients.want(0, 1, Screen, Some(Quality::Full));
    clients.film(secs(5));
    clients.assert_sees(0, 1, Screen, 1, 50);
    // It goes with the call.
    clients.leave(1);
    clients.run(secs(2));
    assert_eq!((clients.sockets(1), clients.sides[1].film.layers(Screen)), (0, vec![]));
}

#[test]
fn a_screen_that_telegram_has_forgotten_is_shared_anew_and_the_call_goes_on() {
    let mut clients = Clients::studio(25, 2);
    clients.start(0, Screen);
    clients.want(1, 0, Screen, Some(Quality::Full));
    clients.film(secs(4));
    // It knows the side, and not its screen.
    let source = clients.source(0);
    let known = [&0x1cb5_c415_u32.to_le_bytes()[..], &1u32.to_le_bytes(), &source.to_le_bytes()].concat();
    clients.sides[0].instead.push(("phone.checkGroupCall", known));
    // It is asked when nobody is heard.
    clients.run(secs(14));
    assert_eq!((clients.asked(0, JOIN), clients.joins(0)), (2, 1), "{}", clients.report(0));
    clients.film(secs(6));
    clients.assert_sees(1, 0, Screen, 1, 80);
    let loud = clients.play(0, secs(2));
    assert!(loud[1] > 1500.0, "{loud:?}");
}

#[test]
fn who_goes_in_anew_takes_his_screen_along() {
    let mut clients = Clients::studio(26, 2);
    clients.start(0, Screen);
    clients.want(1, 0, Screen, Some(Quality::Full));
    clients.film(secs(4));
    clients.answer_nothing(0, "phone.checkGroupCall");
    clients.run(secs(14));
    assert_eq!((clients.asked(0, JOIN), clients.joins(0)), (2, 2), "{}", clients.report(0));
    clients.film(secs(6));
    clients.assert_sees(1, 0, Screen, 1, 80);
    assert_eq!(clients.screen_of(1, 0), (true, false));
    clients.all_agree();
}

#[test]
fn a_connection_that_breaks_is_found_again_and_the_screen_with_it() {
    let mut clients = Clients::studio(27, 2);
    clients.start(0, Screen);
    clients.want(1, 0, Screen, Some(Quality::Full));
    clients.film(secs(4));
    clients.set_cut_off(0, true);
    clients.film(secs(4));
    assert_eq!(clients.state(0), CallState::Reconnecting);
    clients.set_cut_off(0, false);
    clients.film(secs(12));
    assert_eq!(clients.state(0), CallState::Active);
    clients.film(secs(6));
    clients.assert_sees(1, 0, Screen, 1, 60);
}

#[test]
fn an_answer_without_a_connection_is_asked_for_again_and_no_answer_too() {
    let mut clients = Clients::studio(28, 2);
    // `updates` with nothing in it; then silence.
    let empty = [&0x74ae_4240_u32.to_le_bytes()[..], &[0x15, 0xc4, 0xb5, 0x1c, 0, 0, 0, 0].repeat(3), &[0; 8]].concat();
    clients.sides[0].instead.push((JOIN, empty));
    clients.sides[0].instead.push((JOIN, vec![]));
    clients.start(0, Screen);
    clients.run(secs(40));
    assert_eq!((clients.asked(0, JOIN), clients.screen_of(1, 0)), (3, (true, false)), "{}", clients.report(0));
    clients.want(1, 0, Screen, Some(Quality::Full));
    clients.film(secs(5));
    clients.assert_sees(1, 0, Screen, 1, 50);
}

#[test]
fn what_telegram_does_not_take_is_told_and_may_be_tried_again() {
    let mut clients = Clients::studio(29, 2);
    for _ in 0..5 {
        let empty = [&0x74ae_4240_u32.to_le_bytes()[..], &[0x15, 0xc4, 0xb5, 0x1c, 0, 0, 0, 0].repeat(3), &[0; 8]];
        clients.sides[0].instead.push((JOIN, empty.concat()));
    }
    clients.start(0, Screen);
    clients.run(secs(120));
    let told = clients.sides[0].take_events(|event| match *event {
        EventKind::VideoStopped { source, reason, action, retry_after_s } => {
            Some((source, reason, action, retry_after_s))
        }
        _ => None,
    });
    assert_eq!(told, [(Screen, EndReason::Server, Action::Retry, 0)], "{}", clients.report(0));
    let one = &clients.sides[0];
    assert!(!one.client.switches(one.call).unwrap().0.has(Switches::SCREEN));
    assert_eq!((clients.asked(0, JOIN), clients.state(0)), (5, CallState::Active));
    clients.start(0, Screen);
    clients.run(secs(2));
    assert_eq!(clients.screen_of(1, 0), (true, false));
}

/// What is not sealed is not opened, and neither seen nor heard.
#[cfg(feature = "conference")]
#[test]
fn in_a_conference_camera_and_screen_are_sealed_as_all_that_is_said() {
    let mut config = Config::new();
    config.set_video_codecs(&[VideoCodec::Vp8], &[VideoCodec::Vp8]).unwrap();
    let mut clients = Clients::meeting_with(32, 3, &config);
    clients.start(0, Screen);
    clients.start(0, Camera);
    clients.film(secs(1));
    for source in [Screen, Camera] {
        clients.want(1, 0, source, Some(Quality::Full));
    }
    clients.film(secs(10));
    clients.film(secs(4));
    clients.assert_sees(1, 0, Screen, 1, 60);
    clients.assert_sees(1, 0, Camera, 2, 60);
    let loud = clients.play(0, secs(3));
    assert!(loud[1] > 1500.0 && loud[2] > 1500.0, "{loud:?}");
    clients.assert_hears(1, &[0, 2]);
}

#[test]
fn what_cannot_be_shown_is_refused_and_nothing_is_asked() {
    let mut clients = Clients::crowd(30, 1);
    let (now, one) = (clients.now, &mut clients.sides[0]);
    let refused = one.client.start_video(now, one.call, Screen, 1280, 720, RATE).unwrap_err();
    assert_eq!(refused.kind(), ErrorKind::State, "no codec is set");
    let mut config = Config::new();
    config.set_video_codecs(&[VideoCodec::Vp8], &[]).unwrap();
    let mut clients = Clients::with(31, 1, &config);
    let (now, one) = (clients.now, &mut clients.sides[0]);
    let call = one.client.attach_group(now, false).unwrap();
    assert!(one.client.start_video(now, call, Screen, 1280, 720, RATE).is_ok());
    assert!(one.client.start_video(now, call, Camera, 1280, 720, RATE).is_ok());
    assert!(one.client.stop_video(now, call, Screen).is_ok());
}
