//! What one says, brought to the others.

use super::{LegId, LegKind, MAX_SAID, Sfu};
use crate::media::rtp::extension::{Extension, ExtensionKind, ExtensionValues, Extensions};
use crate::media::rtp::packet::Packet;
use crate::media::rtp::rtcp::{self, Item};
use crate::sim::group::server::{Spoken, Told};
use crate::time::{Duration, Time};
use crate::types::Ssrc;
use std::net::SocketAddr;

/// The only payload type of sound.
pub const OPUS: u8 = 111;
/// Who said nothing for so long does not speak.
const SPEAKING: Duration = Duration::from_millis(800);

/// What one packet of RTCP may want at a time.
const MAX_REQUESTS: usize = 32;

/// The numbers of the extensions, which are the same for all (`sfu.md` 2 and 4).
pub fn extensions() -> Extensions {
    let mut extensions = Extensions::default();
    let kinds = [
        (ExtensionKind::AudioLevel, 1),
        (ExtensionKind::AbsSendTime, 2),
        (ExtensionKind::TransportCc, 3),
        (ExtensionKind::VideoOrientation, 13),
    ];
    for (kind, id) in kinds {
        extensions.set(kind.uri(), id);
    }
    extensions
}

impl Sfu {
    pub(super) fn handle_rtp(&mut self, now: Time, id: LegId, from: SocketAddr, bytes: &[u8]) {
        let Some(leg) = self.legs.get_mut(&id) else { return };
        let Some(bytes) = leg.open_rtp(bytes) else {
            self.dropped.packets += 1;
            return;
        };
        self.note_heard(now, id, from);
        let Some(packet) = Packet::parse(&bytes) else {
            self.dropped.packets += 1;
            return;
        };
        self.note_carried(&packet);
        let Some(leg) = self.legs.get_mut(&id) else { return };
        let values = ExtensionValues::read(&packet, &extensions());
        if let Some(number) = values.transport_cc() {
            leg.arrivals.note(now, number, Ssrc(packet.ssrc));
        }
        if !leg.announced(packet.ssrc) {
            self.dropped.sources += 1;
            return;
        }
        if leg.audio() != Some(packet.ssrc) {
            return self.handle_picture(now, id, &packet, values);
        }
        leg.place_sound(now, &packet);
        if packet.payload_type == OPUS {
            self.forward_sound(now, id, &packet, values);
        }
    }

    fn forward_sound(&mut self, now: Time, id: LegId, packet: &Packet<'_>, values: ExtensionValues) {
        let level = match values.get(ExtensionKind::AudioLevel) {
            Some(Extension::AudioLevel(level)) => Some(level),
            _ => None,
        };
        let Some(leg) = self.legs.get_mut(&id) else { return };
        if leg.is_muted {
            self.dropped.muted += 1;
            return;
        }
        if level.is_none() && self.knobs.wants_level {
            self.dropped.unlevelled += 1;
            return;
        }
        leg.speak(now, level.map_or(0, |level| level.below_full));
        let (room, kind) = (leg.room(), leg.kind());
        // The sound of a screen is not ranked with what people say.
        if kind == LegKind::Main && !self.is_among_the_loudest(now, id, room) {
            self.dropped.quiet += 1;
            return;
        }
        if self.listened.contains(&room) && self.said.len() < MAX_SAID {
            let (source, timestamp, packet) = (packet.ssrc.cast_signed(), packet.timestamp, packet.payload.to_vec());
            self.said.push_back((room, Told::Spoken(Spoken { at: now, source, timestamp, packet })));
        }
        for hearer in self.hearers(id, room, kind) {
            if let Some(leg) = self.legs.get_mut(&hearer) {
                leg.forward(now, packet, values);
                self.unsent.insert(hearer);
            }
        }
    }

    fn is_among_the_loudest(&self, now: Time, id: LegId, room: u64) -> bool {
        let loudness = |leg: &super::Leg| leg.loudness(now, SPEAKING).map(|below_full| (below_full, leg.id()));
        let Some(own) = self.legs.get(&id).and_then(loudness) else { return true };
        let others = self.legs.values().filter(|leg| leg.room() == room && leg.kind() == LegKind::Main);
        others.filter_map(loudness).filter(|other| *other < own).count() < self.knobs.speakers
    }

    pub(super) fn handle_rtcp(&mut self, now: Time, id: LegId, from: SocketAddr, bytes: &[u8]) {
        let Some(leg) = self.legs.get_mut(&id) else { return };
        let Some(bytes) = leg.open_rtcp(bytes) else {
            self.dropped.packets += 1;
            return;
        };
        self.note_heard(now, id, from);
        let (mut reports, mut lost, mut key_frames) = (Vec::new(), Vec::new(), Vec::new());
        rtcp::parse(&bytes, &mut |item| match item {
            Item::SenderReport { ssrc, ntp, timestamp } => reports.push((ssrc, ntp, timestamp)),
            Item::Nack { ssrc, lost: numbers } => lost.push((ssrc, numbers)),
            Item::KeyFrameWanted { ssrc, fir: _ } => key_frames.push(ssrc),
            Item::Block(_) | Item::TransportCc(_) | Item::Remb(_) => {}
        });
        let Some(leg) = self.legs.get_mut(&id) else { return };
        let (room, audio, kind) = (leg.room(), leg.audio(), leg.kind());
        reports.retain(|(ssrc, ..)| leg.announced(*ssrc));
        reports.iter().for_each(|(ssrc, ntp, timestamp)| leg.note_report(now, *ssrc, *ntp, *timestamp));
        // One request is enough, however often it stands in a packet.
        lost.truncate(1);
        lost.iter().for_each(|(ssrc, numbers)| self.show_again(now, id, *ssrc, numbers));
        key_frames.dedup();
        key_frames.iter().take(MAX_REQUESTS).for_each(|ssrc| self.pass_key_frame_on(now, id, *ssrc));
        // To those who hear or see it, so that they know what belongs together in time.
        for (ssrc, ntp, timestamp) in reports.into_iter().take(MAX_REQUESTS) {
            if audio != Some(ssrc) {
                self.pass_moment_on(id, ssrc, ntp, timestamp);
                continue;
            }
            for hearer in self.hearers(id, room, kind) {
                if let Some(leg) = self.legs.get_mut(&hearer) {
                    leg.forward_report(ssrc, ntp, timestamp);
                    self.unsent.insert(hearer);
                }
            }
        }
    }

    /// Who hears a leg: all others, but nobody his own screen.
    fn hearers(&self, id: LegId, room: u64, kind: LegKind) -> Vec<LegId> {
        let hears = |leg: &&super::Leg| {
            leg.id() != id
                && leg.room() == room
                && leg.kind() == LegKind::Main
                && kind != LegKind::Presentation(leg.id())
        };
        self.legs.values().filter(hears).map(super::Leg::id).collect()
    }
}
