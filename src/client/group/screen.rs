//! A screen that we share in a group call: the [second connection](crate::group::presentation), what Telegram is told of it, and what
//! the host is told when it cannot be.

use super::{Mode, Purpose, requests};
use crate::client::engine::group::GroupEngine;
use crate::client::event::EventKind;
use crate::client::{Client, Handled, LogLevel};
use crate::group::join::{Offer, ServerSide, Sources};
use crate::group::presentation::{Effect, Input};
use crate::group::refusal::{Cause, Method, Refusal};
use crate::group::state::{self, Request};
use crate::group::wire;
use crate::media::audio::AudioPort;
use crate::media::group::{self, GroupConfig, GroupPictures, Layer};
use crate::media::video::Shown;
use crate::outcome::Outcome;
use crate::time::Time;
use crate::tl;
use crate::types::{CallId, VideoSource};
use std::sync::Arc;

/// As many as official clients send.
const LAYERS: u32 = 2;
/// Of its sound, which is stereo.
const BITS_PER_S: u32 = 64_000;

impl Client {
    /// The sound of a screen may be pushed: music and films rather than speech.
    pub(super) fn open_screen(&self, id: CallId) -> Arc<AudioPort> {
        let port = self.audio.open(id).open_screen().clone();
        let is_set = port.set_encoding(BITS_PER_S, 0, 2);
        debug_assert!(is_set.is_ok(), "Opus takes that");
        port
    }

    /// What the host shows of its screen from now on.
    pub(super) fn share_screen(&mut self, now: Time, id: CallId, shown: Option<Shown>) {
        let input = if shown.is_some() { Input::Start } else { Input::Stop };
        self.apply_screen(now, id, input);
        self.drive_screen(now, id, |engine| engine.set_shown(now, VideoSource::Screen, shown));
    }

    /// One input for the second connection, with all that follows from it.
    pub(super) fn apply_screen(&mut self, now: Time, id: CallId, input: Input) {
        let Ok(group) = self.ledger.group_mut(id) else { return };
        let effects = group.screen.step(now, input);
        // Who checks that we are in asks about it as well.
        group.call.set_screen(group.screen.source());
        self.ledger.reschedule(id);
        for effect in effects {
            self.carry_out_screen(now, id, effect);
        }
    }

    /// The first connection is there, or not any more. Who only watches a stream has none.
    pub(super) fn follow_main(&mut self, now: Time, id: CallId) {
        let Ok(group) = self.ledger.group(id) else { return };
        let source = group.call.inside().filter(|_| group.mode == Mode::Connected);
        if source != group.screen.main() {
            self.apply_screen(now, id, source.map_or(Input::Out, Input::Entered));
        }
    }

    fn carry_out_screen(&mut self, now: Time, id: CallId, effect: Effect) {
        match effect {
            Effect::Prepare => self.prepare_screen(now, id),
            Effect::Join { attempt, offer } if self.ledger.group(id).is_ok_and(|group| group.call.is_attached()) => {
                self.update_group(id, |group| group.waiting.set_screen(attempt, offer));
                let text = format!("call {id}: the screen is to be shared by the host's library");
                self.push(id, text, EventKind::GroupJoin { screen: Some(VideoSource::Screen) });
            }
            Effect::Join { attempt, offer } => self.ask_group(id, Purpose::Screen { attempt }, |group| {
                Some(requests::join_presentation(group.name?, &offer))
            }),
            Effect::Connect(server) => self.connect_screen(now, id, &server),
            Effect::Leave => {
                if let Some(name) = self.ledger.group(id).ok().and_then(super::Group::name) {
                    let bytes = requests::leave_presentation(name);
                    self.say_farewell(Method::LeaveGroupCallPresentation, bytes);
                }
            }
            Effect::StopMedia => self.stop_screen(now, id),
            Effect::Failed(outcome) => self.screen_has_failed(now, id, &outcome),
        }
    }

    fn prepare_screen(&mut self, now: Time, id: CallId) {
        self.stop_screen(now, id);
        let proxy = self.socks5();
        let port = self.open_screen(id);
        let number = self.number_engine(id);
        let (audio, low_data) = (self.audio_config(), self.config.low_data);
        let Ok(codecs) = self.video_codecs(id).cloned() else { return };
        let content = self.content_of(id);
        let sources = Sources::draw(&mut self.random, LAYERS);
        let layers: Vec<_> = sources.layers.iter().map(|one| Layer { ssrc: one.primary, repair: one.repair }).collect();
        let pictures = GroupPictures {
            decoded: &[],
            encoded: &codecs.encoded,
            layers: &layers,
            source: VideoSource::Screen,
            low_data,
            budget: &self.budget,
        };
        let Ok(entry) = self.ledger.get_mut(id) else { return };
        let config = GroupConfig {
            number,
            ssrc: sources.audio,
            proxy,
            interfaces: &self.interfaces,
            port: &port,
            audio,
            pictures: Some(pictures),
            content,
            hears: false,
        };
        let mut engine = GroupEngine::new(now, &mut self.random, &config);
        let shown = entry.wishes.as_ref().and_then(|wishes| wishes.shown(VideoSource::Screen));
        engine.set_shown(now, VideoSource::Screen, shown);
        let transport = engine.local();
        entry.engines.add(number, engine);
        self.drain_engines(now, id);
        self.apply_screen(now, id, Input::Offered(Box::new(Offer { transport, sources })));
    }

    fn connect_screen(&mut self, now: Time, id: CallId, server: &ServerSide) {
        let candidates = server.candidates.iter().map(ToString::to_string).collect();
        let server = group::ServerSide { setup: server.transport.clone(), candidates };
        self.drive_screen(now, id, |engine| engine.connect(now, &server));
    }

    fn stop_screen(&mut self, now: Time, id: CallId) {
        self.stop_engines_that(now, id, |engine| engine.as_group().is_some_and(|group| group.is_screen()));
        if let Some(port) = self.audio.get(id) {
            port.set_screen(None);
        }
    }

    fn drive_screen(&mut self, now: Time, id: CallId, input: impl FnOnce(&mut GroupEngine)) {
        if let Some(engine) = self.ledger.get_mut(id).ok().and_then(|entry| entry.engines.screen()) {
            input(engine);
            self.drain_engines(now, id);
        }
    }

    /// It is not shared any more, and the host may try again.
    fn screen_has_failed(&mut self, now: Time, id: CallId, outcome: &Outcome) {
        self.forget_shown(id, VideoSource::Screen);
        self.follow_shows(now, id);
        let text = format!("call {id}: the screen is shown no more: {}", outcome.text);
        self.log(LogLevel::Info, id, || text.clone());
        let Outcome { reason, action, retry_after_s, .. } = *outcome;
        self.push(id, text, EventKind::VideoStopped { source: VideoSource::Screen, reason, action, retry_after_s });
    }

    pub(super) fn answer_screen(&mut self, now: Time, id: CallId, attempt: u32, answer: &[u8]) -> Handled {
        match tl::decode_updates(answer) {
            Ok(batch) => {
                let connection = wire::connection(&batch, true);
                self.apply_screen(now, id, Input::Joined { attempt, answer: connection });
                self.take_batch(now, &batch);
                Handled::Done
            }
            Err(error) => {
                self.apply_screen(now, id, Input::Joined { attempt, answer: None });
                self.dropped(format!("unreadable answer: {error}"))
            }
        }
    }

    pub(super) fn refuse_screen(&mut self, now: Time, id: CallId, attempt: u32, refusal: Refusal) {
        // Who is not in any more goes in anew, and the screen with him.
        if refusal.cause == Cause::JoinMissing {
            let of_member = Request::OfMember(Method::JoinGroupCallPresentation);
            self.tell_group(now, id, state::Input::Refused(of_member, refusal.clone()));
        }
        self.apply_screen(now, id, Input::Refused { attempt, refusal });
    }
}
