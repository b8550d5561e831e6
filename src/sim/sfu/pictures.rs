//! Pictures of one, brought to those who want them.

use super::colibri;
use super::layer::{Layer, MAX_PAYLOAD, choose};
use super::watch::Watch;
use super::{LegId, LegKind, MAX_SAID, Sfu};
use crate::media::rtp::extension::{Extension, ExtensionKind, ExtensionValues};
use crate::media::rtp::packet::Packet;
use crate::sim::group::server::{Shown, Told};
use crate::time::{Duration, Time};
use std::collections::{BTreeMap, BTreeSet};

/// How often is looked whether another layer is the right one.
const REVIEW: Duration = Duration::from_millis(100);
/// That somebody shows something is told no sooner again.
const TELL: Duration = Duration::from_millis(200);
/// How high the pictures of a room are wanted for those who get it as a stream.
const STREAMED: u32 = 360;
/// Packets that one request may bring once more.
const MAX_AGAIN: usize = 128;

/// Who sees whom.
#[derive(Debug, Default)]
pub struct Views {
    /// By what is sent.
    viewers: BTreeMap<LegId, BTreeSet<LegId>>,
    /// What of a room can be wanted.
    endpoints: BTreeMap<(u64, String), LegId>,
    review_at: Option<Time>,
}

impl Views {
    pub fn next_timeout(&self) -> Option<Time> {
        self.review_at
    }

    fn of(&self, sender: LegId) -> Vec<LegId> {
        self.viewers.get(&sender).into_iter().flatten().copied().collect()
    }
}

impl Sfu {
    /// A leg has come. Who has wanted its pictures before sees them now.
    pub(super) fn note_shower(&mut self, now: Time, id: LegId) {
        let Some(leg) = self.legs.get(&id).filter(|leg| !leg.layers.is_empty()) else { return };
        let (room, endpoint) = (leg.room(), leg.endpoint().to_owned());
        self.views.endpoints.insert((room, endpoint.clone()), id);
        let wants = |leg: &super::Leg| leg.room() == room && leg.wanted.contains_key(&endpoint);
        let viewers: Vec<LegId> = self.legs.values().filter(|leg| wants(leg)).map(super::Leg::id).collect();
        viewers.into_iter().for_each(|viewer| self.look(now, viewer));
        self.tell_ideal(now, id);
    }

    /// Whether a room is told of. Then all its pictures are wanted.
    pub(super) fn listen(&mut self, now: Time, room: u64, is_listened: bool) {
        if is_listened {
            self.listened.insert(room);
        } else {
            self.listened.remove(&room);
        }
        let shows = |leg: &&super::Leg| leg.room() == room && !leg.layers.is_empty();
        let senders: Vec<LegId> = self.legs.values().filter(shows).map(super::Leg::id).collect();
        senders.into_iter().for_each(|sender| self.tell_ideal(now, sender));
    }

    /// For those who get the room as a stream.
    fn tell_shown(&mut self, now: Time, id: LegId) {
        let Some(leg) = self.legs.get_mut(&id) else { return };
        let room = leg.room();
        let is_soon = leg.told_at.is_some_and(|at| now.since(at) < TELL);
        if is_soon || !self.listened.contains(&room) || self.said.len() >= MAX_SAID {
            return;
        }
        leg.told_at = Some(now);
        let shown = Shown { at: now, endpoint: leg.endpoint().to_owned(), orientation: leg.orientation };
        self.said.push_back((room, Told::Shown(shown)));
    }

    /// A leg goes.
    pub(super) fn forget_views(&mut self, now: Time, id: LegId) {
        if let Some(leg) = self.legs.get(&id) {
            self.views.endpoints.remove(&(leg.room(), leg.endpoint().to_owned()));
        }
        for viewer in self.views.viewers.remove(&id).into_iter().flatten() {
            if let Some(leg) = self.legs.get_mut(&viewer) {
                leg.unwatch(id);
            }
        }
        let seen: Vec<LegId> = self.legs.get(&id).map(|leg| leg.watches.keys().copied().collect()).unwrap_or_default();
        for sender in seen {
            self.stop_looking(now, id, sender);
        }
    }

    /// A member has said which pictures it wants.
    pub(super) fn hear_text(&mut self, now: Time, id: LegId, text: &str) {
        let Some(wanted) = colibri::wanted(text) else { return };
        // Who shows a screen sees by the other leg.
        if let Some(leg) = self.legs.get_mut(&id).filter(|leg| leg.kind() == LegKind::Main) {
            leg.wanted = wanted;
            self.look(now, id);
        }
    }

    /// Makes what a leg sees what it wants to see.
    fn look(&mut self, now: Time, id: LegId) {
        let Some(leg) = self.legs.get(&id) else { return };
        let endpoint = |(endpoint, most): (&String, &u32)| {
            let sender = self.views.endpoints.get(&(leg.room(), endpoint.clone()))?;
            let is_own =
                *sender == id || self.legs.get(sender).is_some_and(|one| one.kind() == LegKind::Presentation(id));
            (!is_own).then_some((*sender, *most))
        };
        let wanted: BTreeMap<LegId, u32> = leg.wanted.iter().filter_map(endpoint).collect();
        let gone: Vec<LegId> = leg.watches.keys().filter(|sender| !wanted.contains_key(sender)).copied().collect();
        for sender in gone {
            self.stop_looking(now, id, sender);
        }
        for (sender, most) in wanted {
            let Some(first) = self.legs.get(&sender).and_then(|leg| leg.layers.first()) else { continue };
            let (primary, repair) = (first.primary, first.repair);
            let Some(leg) = self.legs.get_mut(&id) else { return };
            leg.watch(sender, primary, repair, most);
            self.views.viewers.entry(sender).or_default().insert(id);
            self.views.review_at.get_or_insert(now);
            self.tell_ideal(now, sender);
        }
    }

    fn stop_looking(&mut self, now: Time, id: LegId, sender: LegId) {
        if let Some(leg) = self.legs.get_mut(&id) {
            leg.unwatch(sender);
        }
        if let Some(viewers) = self.views.viewers.get_mut(&sender) {
            viewers.remove(&id);
            if viewers.is_empty() {
                self.views.viewers.remove(&sender);
            }
        }
        self.tell_ideal(now, sender);
    }

    /// What is wanted of a leg is said to it when it has changed.
    fn tell_ideal(&mut self, now: Time, sender: LegId) {
        let most = |viewer: &LegId| self.legs.get(viewer)?.watches.get(&sender).map(|watch| watch.most);
        let is_listened = self.legs.get(&sender).is_some_and(|leg| self.listened.contains(&leg.room()));
        let streamed = is_listened.then_some(STREAMED);
        let viewers = self.views.viewers.get(&sender).into_iter().flatten();
        let ideal = viewers.filter_map(most).chain(streamed).max().unwrap_or(0);
        if let Some(leg) = self.legs.get_mut(&sender)
            && core::mem::replace(&mut leg.ideal, ideal) != ideal
        {
            leg.say(now, &colibri::ideal(ideal));
            self.unsent.insert(sender);
        }
    }

    /// The right layers, and key frames where one is waited for.
    pub(super) fn review(&mut self, now: Time) {
        if self.views.review_at.is_none_or(|at| at > now) {
            return;
        }
        let senders: Vec<LegId> = self.views.viewers.keys().copied().collect();
        self.views.review_at = (!senders.is_empty()).then(|| now + REVIEW);
        for sender in senders {
            let Some(leg) = self.legs.get(&sender) else { continue };
            let alive: Vec<bool> = leg.layers.iter().map(|layer| layer.is_alive(now)).collect();
            for viewer in self.views.of(sender) {
                let Some(watch) = self.legs.get_mut(&viewer).and_then(|leg| leg.watches.get_mut(&sender)) else {
                    continue;
                };
                watch.target = choose(&alive, watch.most);
                if watch.target != watch.current()
                    && let Some(target) = watch.target
                {
                    self.want_key_frame(sender, target);
                }
            }
            self.ask_key_frames(now, sender);
        }
    }

    fn want_key_frame(&mut self, sender: LegId, layer: usize) {
        if let Some(layer) = self.legs.get_mut(&sender).and_then(|leg| leg.layers.get_mut(layer)) {
            layer.want_key_frame();
        }
    }

    fn ask_key_frames(&mut self, now: Time, sender: LegId) {
        let Some(leg) = self.legs.get_mut(&sender) else { return };
        let due = leg.layers.iter_mut().filter_map(|layer| layer.asks(now).then_some(layer.primary));
        let due: Vec<u32> = due.collect();
        for primary in due {
            leg.ask_key_frame(primary);
            self.unsent.insert(sender);
        }
    }

    /// A packet of pictures, or a repair of one.
    pub(super) fn handle_picture(&mut self, now: Time, id: LegId, packet: &Packet<'_>, values: ExtensionValues) {
        let Some(leg) = self.legs.get_mut(&id) else { return };
        let is_of = |layer: &Layer| layer.primary == packet.ssrc || layer.repair == Some(packet.ssrc);
        let Some(at) = leg.layers.iter().position(is_of) else { return };
        let (primary, is_repair) = (leg.layers[at].primary, leg.layers[at].primary != packet.ssrc);
        let restored = if is_repair { restore(packet, primary) } else { Some(*packet) };
        // Padding tries out the way, and is nobody's.
        let Some(packet) = restored.filter(|packet| (1..=MAX_PAYLOAD).contains(&packet.payload.len())) else { return };
        if !leg.place_picture(now, &packet, is_repair) {
            return;
        }
        if leg.is_muted {
            self.dropped.muted += 1;
            return;
        }
        let orientation = match values.get(ExtensionKind::VideoOrientation) {
            Some(Extension::VideoOrientation(byte)) => Some(byte),
            _ => None,
        };
        leg.layers[at].keep(now, &packet, orientation);
        leg.orientation = orientation.unwrap_or(leg.orientation);
        let alive: Vec<bool> = leg.layers.iter().map(|layer| layer.is_alive(now)).collect();
        for viewer in self.views.of(id) {
            let Some(leg) = self.legs.get_mut(&viewer) else { continue };
            if let Some(watch) = leg.watches.get_mut(&id)
                && watch.target.is_none()
            {
                watch.target = choose(&alive, watch.most);
            }
            if leg.show(now, id, at, &packet, orientation) {
                self.unsent.insert(viewer);
            }
        }
        self.tell_shown(now, id);
    }

    /// A member misses packets of what it sees.
    pub(super) fn show_again(&mut self, now: Time, id: LegId, primary: u32, lost: &[u16]) {
        let is_it = |(_, watch): &(&LegId, &Watch)| watch.primary == primary;
        let Some(sender) = self.legs.get(&id).and_then(|leg| leg.watches.iter().find(is_it)).map(|(sender, _)| *sender)
        else {
            return;
        };
        for number in lost.iter().take(MAX_AGAIN) {
            let watch = self.legs.get(&id).and_then(|leg| leg.watches.get(&sender));
            let Some((layer, sequence)) = watch.and_then(|watch| watch.origin(*number)) else { continue };
            let kept = self.legs.get(&sender).and_then(|leg| leg.layers.get(layer)?.kept(sequence));
            let Some(kept) = kept.cloned() else { continue };
            if let Some(leg) = self.legs.get_mut(&id) {
                leg.show_again(now, sender, *number, &kept);
            }
        }
        self.unsent.insert(id);
    }

    /// A member cannot go on without a key frame of what it sees.
    pub(super) fn pass_key_frame_on(&mut self, now: Time, id: LegId, primary: u32) {
        let Some(leg) = self.legs.get(&id) else { return };
        let Some((sender, watch)) = leg.watches.iter().find(|(_, watch)| watch.primary == primary) else { return };
        let (sender, layers) = (*sender, [watch.current(), watch.target]);
        for layer in layers.into_iter().flatten() {
            self.want_key_frame(sender, layer);
        }
        self.ask_key_frames(now, sender);
    }

    /// Where a layer was at some time, for those who see it.
    pub(super) fn pass_moment_on(&mut self, id: LegId, primary: u32, ntp: u64, timestamp: u32) {
        let Some(at) = self.legs.get(&id).and_then(|leg| leg.layers.iter().position(|one| one.primary == primary))
        else {
            return;
        };
        for viewer in self.views.of(id) {
            let Some(leg) = self.legs.get_mut(&viewer) else { continue };
            let moment = leg.watches.get(&id).and_then(|watch| Some((watch.primary, watch.moment(at, timestamp)?)));
            if let Some((primary, timestamp)) = moment {
                leg.forward_report(primary, ntp, timestamp);
                self.unsent.insert(viewer);
            }
        }
    }
}

/// The packet that a repair (RFC 4588) brings. `None`: it brings none.
fn restore<'a>(packet: &Packet<'a>, primary: u32) -> Option<Packet<'a>> {
    let (sequence, payload) = packet.payload.split_first_chunk::<2>()?;
    let payload_type = packet.payload_type.checked_sub(1)?;
    let mut restored = *packet;
    (restored.ssrc, restored.payload_type, restored.payload) = (primary, payload_type, payload);
    restored.sequence = u16::from_be_bytes(*sequence);
    Some(restored)
}
