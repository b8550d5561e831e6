//! One participant: what Telegram says of him, what is kept, and where apps show him (`group-calls.md` sections 2 and 5).

use super::join::SourceGroup;
use crate::types::{PeerId, Ssrc};
use core::cmp::Reverse;
use std::sync::Arc;

/// A volume of 100 %.
pub const FULL_VOLUME: u32 = 10_000;
/// The loudest that Telegram takes.
pub const MAX_VOLUME: u32 = 20_000;
/// Who has spoken longer ago stands with those who have not.
pub const ACTIVE_S: i32 = 300;

/// A picture that a participant sends.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Pictures {
    pub is_paused: bool,
    /// By which it is asked for.
    pub endpoint: Box<str>,
    pub groups: Vec<SourceGroup>,
    /// Of the sound that goes with a screen.
    pub audio: Option<Ssrc>,
}

/// Somebody in the call.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Participant {
    pub peer: PeerId,
    /// Unix time of his joining.
    pub date: i32,
    /// Unix time of his last speaking; 0: never.
    pub active_date: i32,
    /// Of his voice.
    pub source: Ssrc,
    pub is_muted: bool,
    /// Muted, and he may not unmute himself: muted by an admin.
    pub can_self_unmute: bool,
    /// Only here.
    pub is_muted_for_me: bool,
    /// In hundredths of a per cent, if anybody has set it.
    pub volume: Option<u32>,
    /// The volume is an admin's for everybody, and not our own.
    pub is_volume_by_admin: bool,
    pub is_self: bool,
    pub is_video_joined: bool,
    /// 0: his hand is down. The larger, the earlier in the list.
    pub hand: i64,
    pub about: Option<Box<str>>,
    pub camera: Option<Box<Pictures>>,
    pub screen: Option<Box<Pictures>>,
    pub paid_stars: i64,
    /// Of the news that this is from.
    pub version: i32,
}

impl Participant {
    /// Somebody of whom no more is known.
    pub fn new(peer: PeerId, source: Ssrc, date: i32) -> Participant {
        Participant {
            peer,
            date,
            active_date: 0,
            source,
            is_muted: false,
            can_self_unmute: true,
            is_muted_for_me: false,
            volume: None,
            is_volume_by_admin: false,
            is_self: false,
            is_video_joined: false,
            hand: 0,
            about: None,
            camera: None,
            screen: None,
            paid_stars: 0,
            version: 0,
        }
    }

    pub fn is_muted_by_admin(&self) -> bool {
        self.is_muted && !self.can_self_unmute
    }

    /// How loud he is to be: in hundredths of a per cent, 0 if not at all.
    pub fn loudness(&self) -> u32 {
        if self.is_muted_for_me { 0 } else { self.volume.unwrap_or(FULL_VOLUME).min(MAX_VOLUME) }
    }

    /// Whatever sound he sends.
    pub fn sounds(&self) -> impl Iterator<Item = Ssrc> + use<> {
        let screen = self.screen.as_ref().and_then(|screen| screen.audio);
        [Some(self.source), screen].into_iter().flatten().filter(|ssrc| *ssrc != Ssrc(0))
    }
}

/// `groupCallParticipant`: news of one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entry {
    pub participant: Participant,
    pub has_left: bool,
    pub has_just_joined: bool,
    /// Whether the version counts this news.
    pub is_versioned: bool,
    /// What only we know of him is missing.
    pub is_min: bool,
}

impl Entry {
    /// Whether the news it is part of is one more version.
    pub fn counts(&self) -> bool {
        self.is_versioned || self.has_just_joined || self.has_left
    }
}

/// What we have asked for, and Telegram has not answered yet. News from before it do not undo it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Asked {
    pub is_muted_for_me: Option<bool>,
    pub volume: Option<u32>,
}

/// What is known of somebody after news of him.
pub fn merged(known: Option<&Participant>, entry: &Entry, asked: Asked, version: i32) -> Participant {
    let mut next = Participant { version, ..entry.participant.clone() };
    // Two notes of his last speaking: the later one counts.
    if let Some(known) = known {
        next.active_date = next.active_date.max(known.active_date);
        if entry.is_min {
            next.is_muted_for_me = known.is_muted_for_me;
            if known.volume.is_some() && !known.is_volume_by_admin {
                (next.volume, next.is_volume_by_admin) = (known.volume, false);
            }
            next.is_self = known.is_self && known.source == next.source;
        }
    }
    if let Some(muted) = asked.is_muted_for_me {
        next.is_muted_for_me = muted;
    }
    if asked.volume.is_some() {
        (next.volume, next.is_volume_by_admin) = (asked.volume, false);
    }
    next
}

/// Where somebody stands in the list: ascending is from top to bottom.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Place {
    has_pictures: Reverse<bool>,
    /// Unix time, or 0.
    active: Reverse<i64>,
    hand: Reverse<i64>,
    date: Reverse<i32>,
    peer: PeerId,
}

/// What the order depends on besides the participant.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Ordering {
    /// Telegram's clock.
    pub unix_s: i32,
    /// Raised hands come first for those who may call somebody up.
    pub sees_hands: bool,
    /// Who came first stands first.
    pub by_date_ascending: bool,
}

impl Ordering {
    /// Where he stands now, and until when at the longest, on Telegram's clock, if nothing new is heard of him.
    pub fn place(&self, participant: &Participant) -> (Place, Option<i32>) {
        let (active, until) = self.active(participant);
        let date = if self.by_date_ascending { i32::MAX - participant.date.max(0) } else { participant.date };
        let place = Place {
            has_pictures: Reverse(participant.camera.is_some() || participant.screen.is_some()),
            active: Reverse(active),
            hand: Reverse(if self.sees_hands { participant.hand } else { 0 }),
            date: Reverse(date),
            peer: participant.peer,
        };
        (place, until)
    }

    fn active(&self, participant: &Participant) -> (i64, Option<i32>) {
        let at = match participant.active_date {
            0 if participant.is_muted_by_admin() => return (0, None),
            0 if participant.is_muted => participant.date,
            // Unmuted, but not heard yet: any moment now.
            0 => return (i64::MAX, None),
            at => at,
        };
        // Nobody has spoken in the future.
        let at = at.min(self.unix_s);
        let until = at.saturating_add(ACTIVE_S);
        if self.unix_s > until { (0, None) } else { (i64::from(at), Some(until)) }
    }
}

/// A participant in his place.
#[derive(Clone, Debug)]
pub struct Placed {
    pub participant: Arc<Participant>,
    pub place: Place,
    /// When he sinks if nothing is heard of him.
    pub until: Option<i32>,
}

#[cfg(test)]
pub mod tests {
    use super::*;

    pub fn somebody(id: i64) -> Participant {
        Participant { is_muted: true, ..Participant::new(PeerId::User(id), Ssrc(id as u32), 1000) }
    }

    pub fn entry(participant: Participant) -> Entry {
        Entry { participant, has_left: false, has_just_joined: false, is_versioned: false, is_min: false }
    }

    pub fn pictures(endpoint: &str) -> Option<Box<Pictures>> {
        Some(Box::new(Pictures { is_paused: false, endpoint: endpoint.into(), groups: vec![], audio: None }))
    }

    fn min(participant: Participant) -> Entry {
        Entry { is_min: true, ..entry(participant) }
    }

    #[test]
    fn reduced_news_leave_what_only_we_know() {
        let known =
            Participant { is_muted_for_me: true, volume: Some(500), is_self: true, active_date: 1100, ..somebody(1) };
        let next = merged(Some(&known), &min(Participant { volume: Some(9000), ..somebody(1) }), Asked::default(), 4);
        assert_eq!(next, Participant { version: 4, ..known.clone() });
        let moved = merged(Some(&known), &min(Participant { source: Ssrc(9), ..somebody(1) }), Asked::default(), 4);
        assert!(!moved.is_self, "another source is another device");
        let full = merged(Some(&known), &entry(somebody(1)), Asked::default(), 4);
        assert_eq!((full.is_muted_for_me, full.volume, full.is_self), (false, None, false));
    }

    #[test]
    fn the_volume_of_an_admin_comes_with_reduced_news_and_our_own_stays() {
        let by_admin = |volume| Participant { volume: Some(volume), is_volume_by_admin: true, ..somebody(1) };
        let next = merged(Some(&by_admin(3000)), &min(by_admin(4000)), Asked::default(), 1);
        assert_eq!((next.volume, next.is_volume_by_admin), (Some(4000), true));
        let ours = Participant { volume: Some(100), ..somebody(1) };
        let next = merged(Some(&ours), &min(by_admin(4000)), Asked::default(), 1);
        assert_eq!((next.volume, next.is_volume_by_admin), (Some(100), false));
    }

    #[test]
    fn what_we_have_asked_for_is_not_undone_by_older_news() {
        let asked = Asked { is_muted_for_me: Some(true), volume: Some(700) };
        let next = merged(None, &entry(Participant { volume: Some(10), ..somebody(1) }), asked, 1);
        assert_eq!((next.is_muted_for_me, next.volume, next.loudness()), (true, Some(700), 0));
    }

    #[test]
    fn loudness_is_bounded_and_silent_for_the_muted() {
        assert_eq!(somebody(1).loudness(), FULL_VOLUME);
        assert_eq!(Participant { volume: Some(u32::MAX), ..somebody(1) }.loudness(), MAX_VOLUME);
        assert_eq!(Participant { is_muted_for_me: true, ..somebody(1) }.loudness(), 0);
    }

    fn order(ordering: Ordering, people: &[Participant]) -> Vec<i64> {
        let mut placed: Vec<_> = people.iter().map(|one| ordering.place(one).0).collect();
        placed.sort();
        let id = |place: Place| match place.peer {
            PeerId::User(id) | PeerId::Chat(id) | PeerId::Channel(id) => id,
        };
        placed.into_iter().map(id).collect()
    }

    const NOW: Ordering = Ordering { unix_s: 2000, sees_hands: false, by_date_ascending: false };

    #[test]
    fn pictures_come_first_then_who_spoke_last_then_who_came_last() {
        let people = [
            Participant { date: 100, ..somebody(1) },
            Participant { date: 200, ..somebody(2) },
            Participant { active_date: 1990, ..somebody(3) },
            Participant { active_date: 1995, ..somebody(4) },
            Participant { screen: pictures("x"), ..somebody(5) },
            Participant { is_muted: false, ..somebody(6) },
        ];
        assert_eq!(order(NOW, &people), [5, 6, 4, 3, 2, 1]);
        let ascending = Ordering { by_date_ascending: true, ..NOW };
        assert_eq!(order(ascending, &people), [5, 6, 4, 3, 1, 2]);
    }

    #[test]
    fn speaking_is_forgotten_after_five_minutes() {
        let spoke = Participant { active_date: 1700, ..somebody(1) };
        assert_eq!(NOW.place(&spoke).1, Some(2000));
        let later = Ordering { unix_s: 2001, ..NOW };
        assert_eq!(later.place(&spoke).1, None);
        let came_later = Participant { date: 1500, ..somebody(2) };
        assert_eq!(order(NOW, &[spoke.clone(), came_later.clone()]), [1, 2]);
        assert_eq!(order(later, &[spoke, came_later]), [2, 1]);
    }

    #[test]
    fn who_has_never_spoken_counts_by_how_he_is_muted() {
        let newcomer = Participant { date: 1900, ..somebody(1) };
        assert_eq!(NOW.place(&newcomer).1, Some(2200), "muted by himself: from his coming on");
        let silenced = Participant { can_self_unmute: false, ..newcomer.clone() };
        assert_eq!(NOW.place(&silenced).1, None);
        assert_eq!(order(NOW, &[silenced, Participant { date: 1800, ..somebody(2) }]), [2, 1]);
    }

    #[test]
    fn hands_count_for_those_who_may_call_somebody_up() {
        let people = [
            Participant { hand: 5, can_self_unmute: false, ..somebody(1) },
            Participant { hand: 9, can_self_unmute: false, ..somebody(2) },
            Participant { can_self_unmute: false, date: 1001, ..somebody(3) },
        ];
        assert_eq!(order(NOW, &people), [3, 1, 2]);
        assert_eq!(order(Ordering { sees_hands: true, ..NOW }, &people), [2, 1, 3]);
    }

    #[test]
    fn dates_beyond_all_sense_order_all_the_same() {
        let people = [i32::MIN, -1, 0, i32::MAX].map(|at| Participant { date: at, active_date: at, ..somebody(1) });
        for ordering in [NOW, Ordering { by_date_ascending: true, unix_s: i32::MAX, ..NOW }] {
            for one in &people {
                ordering.place(one);
            }
        }
    }
}
