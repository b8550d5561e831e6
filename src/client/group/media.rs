//! The engine of a group call: what it asks for, and who is heard by it.

use super::Group;
use crate::client::Client;
use crate::client::engine::Engine;
use crate::client::engine::group::{GroupEngine, GroupNews};
use crate::client::entry::Kind;
use crate::client::event::{EventKind, Loudness};
use crate::client::look::Switches;
use crate::error::Error;
use crate::group::join::{Offer, ServerSide, Sources};
use crate::group::presentation;
use crate::group::state::Input;
use crate::media::audio::source::Volume;
use crate::media::group::{self, GroupConfig, GroupPictures, Layer, Owner, SpeakerLevel};
use crate::media::video::Content;
use crate::time::Time;
use crate::transform::FrameTransform;
use crate::types::{CallId, PeerId, Ssrc, VideoSource};

/// As many as official clients send.
const CAMERA_LAYERS: u32 = 3;

impl Client {
    /// A connection is to be offered: a new engine, in place of one that there is.
    pub(super) fn prepare_engine(&mut self, now: Time, id: CallId) {
        // A stream goes on until the new one has a path.
        self.stop_engines_that(now, id, |engine| engine.as_stream().is_none());
        let proxy = self.socks5();
        let port = self.audio.open(id);
        let number = self.number_engine(id);
        let (audio, low_data) = (self.audio_config(), self.config.low_data);
        let Ok(codecs) = self.video_codecs(id).cloned() else { return };
        let content = self.content_of(id);
        // Whoever may show his camera says by what, also while he does not.
        let sends = codecs.encoded.iter().any(|codec| group::knows(*codec));
        let sources = Sources::draw(&mut self.random, if sends { CAMERA_LAYERS } else { 0 });
        let layers: Vec<_> = sources.layers.iter().map(|one| Layer { ssrc: one.primary, repair: one.repair }).collect();
        let pictures = GroupPictures {
            decoded: &codecs.decoded,
            encoded: &codecs.encoded,
            layers: &layers,
            source: VideoSource::Camera,
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
            hears: true,
        };
        let mut engine = GroupEngine::new(now, &mut self.random, &config);
        // Always: who is heard is in.
        engine.set_levels(true);
        let camera = entry.wishes.as_ref().and_then(|wishes| wishes.shown(VideoSource::Camera));
        engine.set_shown(now, VideoSource::Camera, camera);
        let transport = engine.local();
        entry.engines.restart(number, engine);
        if entry.engines.stream().is_none() {
            self.update_group(id, |group| group.heard.clear());
        }
        self.drain_engines(now, id);
        self.follow_watch(now, id);
        self.tell_group(now, id, Input::Offered(Box::new(Offer { transport, sources })));
    }

    /// Whether what goes through the engines of a call is sealed.
    pub(super) fn content_of(&self, id: CallId) -> Content {
        if self.ledger.group(id).is_ok_and(Group::is_conference) { Content::Sealed } else { Content::Plain }
    }

    pub(super) fn connect_engine(&mut self, now: Time, id: CallId, server: &ServerSide) {
        let candidates = server.candidates.iter().map(ToString::to_string).collect();
        let server = group::ServerSide { setup: server.transport.clone(), candidates };
        self.drive_group(now, id, |engine| engine.connect(now, &server));
    }

    pub(super) fn drive_group(&mut self, now: Time, id: CallId, input: impl FnOnce(&mut GroupEngine)) {
        if let Some(engine) = self.ledger.get_mut(id).ok().and_then(|entry| entry.engines.group()) {
            input(engine);
            self.drain_engines(now, id);
        }
    }

    /// The engine of a conference carries nothing by itself. All that goes into it is followed by this, before anything is taken out.
    pub(in crate::client) fn lend_transform(&mut self, now: Time, id: CallId) {
        let Ok(entry) = self.ledger.get_mut(id) else { return };
        let Kind::Group(group) = &mut entry.kind else { return };
        for engine in entry.engines.groups() {
            engine.carry(now, group.transform());
        }
    }

    /// What only the engine of a group says.
    pub(in crate::client) fn take_group_news(&mut self, now: Time, id: CallId, news: GroupNews) {
        match news {
            GroupNews::WhoIs(source) => self.answer_who_is(now, id, source),
            #[cfg(feature = "conference")]
            GroupNews::UnknownEpoch => self.step_chain(now, id, crate::conference::member::Input::Behind),
            #[cfg(not(feature = "conference"))]
            GroupNews::UnknownEpoch => {}
            GroupNews::ScreenConnected => self.apply_screen(now, id, presentation::Input::MediaConnected),
            GroupNews::ScreenFailed(why) => self.apply_screen(now, id, presentation::Input::MediaFailed(why)),
            GroupNews::Levels(levels) => self.take_levels(now, id, &levels),
        }
    }

    fn answer_who_is(&mut self, now: Time, id: CallId, source: Ssrc) {
        let Ok(group) = self.ledger.group_mut(id) else { return };
        let owner = group.owner(source);
        group.heard.note(source, owner.map(|(peer, _)| peer));
        match owner {
            Some((_, owner)) => self.tell_speaker(now, id, source, Some(owner)),
            None => {
                group.roster.handle_stranger(now, source);
                self.follow_roster(now, id);
            }
        }
    }

    /// News of somebody: the engine learns of what it has asked about.
    pub(super) fn tell_engine_of(&mut self, now: Time, id: CallId, peer: PeerId) {
        let Ok(group) = self.ledger.group_mut(id) else { return };
        let sounds: Vec<Ssrc> = group.roster.get(peer).map(|one| one.sounds().collect()).unwrap_or_default();
        let concerned = group.heard.of(peer, &sounds);
        for source in concerned {
            let Ok(group) = self.ledger.group_mut(id) else { return };
            let owner = group.owner(source);
            group.heard.note(source, owner.map(|(peer, _)| peer));
            self.tell_speaker(now, id, source, owner.map(|(_, owner)| owner));
        }
    }

    /// All that play it learn whose it is.
    fn tell_speaker(&mut self, now: Time, id: CallId, source: Ssrc, owner: Option<Owner>) {
        self.drive_group(now, id, |engine| engine.set_speaker(now, source, owner));
        self.drive_stream(now, id, |engine| engine.set_speaker(source, owner));
    }

    fn take_levels(&mut self, now: Time, id: CallId, levels: &[SpeakerLevel]) {
        let unix_s = self.unix_s(now, id);
        let Ok(group) = self.ledger.group_mut(id) else { return };
        let (mut told, mut heard) = (Vec::new(), Vec::new());
        for SpeakerLevel { source, level } in levels {
            let peer = match source {
                None => None,
                Some(source) => match group.roster.owner(*source) {
                    Some(peer) => Some(peer),
                    // It is being found out.
                    None => continue,
                },
            };
            if level.speech
                && let Some(peer) = peer
            {
                group.roster.handle_speaking(now, unix_s, peer);
            }
            heard.extend(source.and(peer));
            if group.tells_levels {
                told.push(Loudness { peer, level: linear(level.below_full), speaks: level.speech });
            }
        }
        let (tells, is_heard) = (group.tells_levels, levels.iter().any(|level| level.source.is_some()));
        if is_heard {
            self.tell_group(now, id, Input::Heard);
            #[cfg(feature = "conference")]
            self.move_is_heard(now, id, &heard);
        }
        if tells {
            self.push_levels(id, told);
        }
    }

    /// A host that takes nothing finds the newest.
    fn push_levels(&mut self, id: CallId, levels: Vec<Loudness>) {
        self.events.remove_last(|event| event.call == id && matches!(event.kind, EventKind::GroupLevels { .. }));
        self.push(id, String::new(), EventKind::GroupLevels { levels });
    }

    /// Our own switch, as the host wants it.
    pub(in crate::client) fn mute_group(&mut self, now: Time, id: CallId, muted: bool) -> Result<(), Error> {
        let outputs = self
            .ledger
            .group_mut(id)?
            .voice
            .set_muted(muted)
            .map_err(|_| Error::state("an admin has muted us, and only he can allow us to speak"))?;
        self.follow_voice(now, id, outputs);
        // Who so far has a stream to watch needs a connection to be heard. In other states it says nothing.
        if !muted {
            let _ = self.apply_group(now, id, Input::Speak);
        }
        Ok(())
    }

    pub(super) fn set_microphone(&mut self, now: Time, id: CallId, is_on: bool) {
        if let Some(port) = self.audio.get(id) {
            port.set_muted(!is_on);
        }
        self.update(id, |entry| entry.own = entry.own.with(Switches::MUTED, !is_on));
        self.drive_group(now, id, |engine| engine.handle_host(now));
    }
}

impl Group {
    /// By what frames of this call are sealed and opened; `None`: nobody can now. Of other calls than conferences nobody asks for it.
    fn transform(&mut self) -> Option<&mut dyn FrameTransform> {
        #[cfg(feature = "conference")]
        return self.conference.as_deref_mut()?.transform();
        #[cfg(not(feature = "conference"))]
        None
    }

    /// Whose a source is, and how loud he is to be.
    fn owner(&self, source: Ssrc) -> Option<(PeerId, Owner)> {
        let peer = self.roster.owner(source)?;
        let loudness = self.roster.get(peer)?.loudness();
        let volume = Volume(u16::try_from(loudness).unwrap_or(u16::MAX));
        Some((peer, Owner { key: peer.key(), volume }))
    }
}

/// So many dB below full scale, as the rest of the API tells loudness: 0 to 32767.
fn linear(below_full: u8) -> u32 {
    (32767.0 * 10f64.powf(-f64::from(below_full) / 20.0)).round() as u32
}

#[cfg(test)]
mod tests {
    use super::linear;

    #[test]
    fn loudness_is_told_as_everywhere_else() {
        assert_eq!([0, 20, 127].map(linear), [32767, 3277, 0]);
    }
}
