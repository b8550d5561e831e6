//! Pictures in a group call: what the host wants of others, and what it shows.

use super::{Group, Peer};
use crate::client::Client;
use crate::error::Error;
use crate::group::join::{Semantics, SourceGroup};
use crate::group::participant::{Participant, Pictures};
use crate::group::showing::Shows;
use crate::media::group::{MOST_WATCHED, Watched};
use crate::media::video::{Origin, Shown};
use crate::time::Time;
use crate::types::{CallId, Change, PeerId, Ssrc, VideoSource};
use std::collections::BTreeMap;

pub use crate::media::group::colibri::Quality;

/// What is wanted of whom. Whoever leaves is wanted no more.
pub type Watch = BTreeMap<(PeerId, VideoSource), Quality>;

impl Client {
    /// Wants the camera or the screen of somebody who is in the call, in this quality from now on; `None`: no more. It comes while he
    /// shows it.
    ///
    /// # Errors
    /// Argument: ourselves. State: it is no group call, or is over, or no codec is set that the host decodes. NotFound: he is not in the
    /// call. Limit: 16 are wanted.
    pub fn want_video(
        &mut self,
        now: Time,
        call: CallId,
        peer: Peer,
        source: VideoSource,
        quality: Option<Quality>,
    ) -> Result<(), Error> {
        self.at(now);
        let group = self.ledger.group(call)?;
        let peer = peer.id().ok_or_else(|| Error::argument("we see ourselves without a server"))?;
        let wanted = (peer, source);
        if self.audio.get(call).is_none() {
            return Err(Error::state(format!("call {call} is over")));
        }
        if let Some(quality) = quality {
            match group.roster.get(peer) {
                None => return Err(Error::not_found("he is not in the call")),
                Some(one) if one.is_self => return Err(Error::argument("we see ourselves without a server")),
                Some(_) => {}
            }
            if self.video_codecs(call)?.decoded.is_empty() {
                return Err(Error::state("no codec is set that the host decodes"));
            }
            if group.watch.len() >= MOST_WATCHED && !group.watch.contains_key(&wanted) {
                return Err(Error::limit(format!("{MOST_WATCHED} pictures are wanted, and no more may be")));
            }
            self.update_group(call, |group| _ = group.watch.insert(wanted, quality));
        } else {
            self.update_group(call, |group| _ = group.watch.remove(&wanted));
        }
        self.follow_watch(now, call);
        Ok(())
    }

    /// News of somebody: his pictures may be others now.
    pub(super) fn follow_pictures_of(&mut self, now: Time, id: CallId, peer: PeerId, change: Change) {
        let Ok(group) = self.ledger.group_mut(id) else { return };
        let all = [VideoSource::Camera, VideoSource::Screen].map(|source| (peer, source));
        if all.iter().all(|one| !group.watch.contains_key(one)) {
            return;
        }
        if change == Change::Left {
            group.watch.retain(|(wanted, _), _| *wanted != peer);
        }
        self.follow_watch(now, id);
    }

    /// What we show of a source from now on.
    pub(in crate::client) fn show_to_group(
        &mut self,
        now: Time,
        id: CallId,
        source: VideoSource,
        shown: Option<Shown>,
    ) {
        match source {
            VideoSource::Camera => self.drive_group(now, id, |engine| engine.set_shown(now, source, shown)),
            VideoSource::Screen => self.share_screen(now, id, shown),
        }
        self.follow_shows(now, id);
    }

    /// Telegram is told what we show.
    pub(super) fn follow_shows(&mut self, now: Time, id: CallId) {
        let Some(wishes) = self.ledger.get(id).ok().and_then(|entry| entry.wishes.as_ref()) else { return };
        let is_paused = |source| wishes.shown(source).is_some_and(|shown| shown.is_paused);
        let shows = Shows {
            camera: wishes.shown(VideoSource::Camera).is_some(),
            camera_paused: is_paused(VideoSource::Camera),
            screen_paused: is_paused(VideoSource::Screen),
        };
        self.follow_showing(now, id, |showing| showing.set(shows));
    }

    /// The engine is told what is wanted, and what there is of it.
    pub(super) fn follow_watch(&mut self, now: Time, id: CallId) {
        let Ok(group) = self.ledger.group(id) else { return };
        let watched = group.watched();
        let of_stream = watched.clone();
        self.drive_group(now, id, |engine| engine.set_watched(now, watched));
        self.drive_stream(now, id, |engine| engine.set_watched(now, of_stream));
    }
}

impl Group {
    fn watched(&self) -> Vec<Watched> {
        let of = |(&(peer, source), &quality): (&(PeerId, VideoSource), &Quality)| {
            let one = self.roster.get(peer).filter(|one| !one.is_self)?;
            let pictures = pictures_of(one, source)?;
            let (ssrc, repair) = sources(&pictures.groups)?;
            let origin = Origin { whose: Some(peer.key()), source };
            let endpoint = pictures.endpoint.to_string();
            Some(Watched { origin, endpoint, ssrc, repair, quality, is_paused: pictures.is_paused })
        };
        self.watch.iter().filter_map(of).collect()
    }
}

fn pictures_of(one: &Participant, source: VideoSource) -> Option<&Pictures> {
    match source {
        VideoSource::Camera => one.camera.as_deref(),
        VideoSource::Screen => one.screen.as_deref(),
    }
}

/// By which source pictures come, and their repairs: as the first of all layers, whatever layer they are of (`sfu.md` 9).
fn sources(groups: &[SourceGroup]) -> Option<(Ssrc, Option<Ssrc>)> {
    let layers = groups.iter().find(|group| group.semantics == Semantics::Simulcast);
    let primary = *layers.or(groups.first())?.sources.first()?;
    let is_its = |group: &&SourceGroup| {
        group.semantics == Semantics::Repair && group.sources.len() == 2 && group.sources[0] == primary
    };
    Some((primary, groups.iter().find(is_its).map(|group| group.sources[1])))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn group(semantics: Semantics, sources: &[u32]) -> SourceGroup {
        SourceGroup { semantics, sources: sources.iter().copied().map(Ssrc).collect() }
    }

    #[test]
    fn pictures_come_as_the_first_of_their_layers() {
        use Semantics::{Repair, Simulcast};
        let of = |groups: &[SourceGroup]| sources(groups).map(|(one, repair)| (one.0, repair.map(|repair| repair.0)));
        let three = [
            group(Repair, &[30, 31]),
            group(Simulcast, &[10, 20, 30]),
            group(Repair, &[20, 21]),
            group(Repair, &[10, 11]),
        ];
        assert_eq!(of(&three), Some((10, Some(11))));
        assert_eq!(of(&[group(Repair, &[5, 6])]), Some((5, Some(6))));
        assert_eq!(of(&[group(Simulcast, &[5])]), Some((5, None)));
        assert_eq!(of(&[group(Repair, &[5])]), Some((5, None)));
        assert_eq!(of(&[group(Repair, &[5, 6, 7])]), Some((5, None)));
        assert_eq!(of(&[group(Simulcast, &[]), group(Repair, &[5, 6])]), None);
        assert_eq!(of(&[]), None);
    }
}
