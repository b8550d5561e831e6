//! The call itself, as Telegram tells it (`group-calls.md` sections 2 and 5.1).

use crate::types::PeerId;

/// How a call is named to Telegram.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Name {
    pub id: i64,
    pub access_hash: i64,
}

/// `groupCall`.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Info {
    /// Of the call and its list of people.
    pub version: i32,
    pub people: i32,
    pub title: Option<String>,
    /// Newcomers are muted.
    pub join_muted: bool,
    pub can_change_join_muted: bool,
    /// Who came first stands first.
    pub join_date_ascending: bool,
    /// Unix time of the start; none: it has begun.
    pub schedule_date: Option<i32>,
    /// We are told of the start.
    pub start_subscribed: bool,
    pub can_start_video: bool,
    pub unmuted_video_count: Option<i32>,
    pub unmuted_video_limit: i32,
    /// Unix time since when it is recorded.
    pub record_start_date: Option<i32>,
    pub is_video_recorded: bool,
    pub is_rtmp: bool,
    /// The data centre of its stream.
    pub stream_dc: Option<i32>,
    pub are_listeners_hidden: bool,
    pub is_conference: bool,
    pub is_creator: bool,
    pub messages_enabled: bool,
    pub can_change_messages_enabled: bool,
    pub paid_stars: Option<i64>,
    pub invite_link: Option<String>,
    pub default_send_as: Option<PeerId>,
}

impl Info {
    pub fn is_scheduled(&self) -> bool {
        self.schedule_date.is_some()
    }
}

/// News of the call, whole or reduced.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Told {
    pub info: Info,
    /// What only we know of it is missing.
    pub is_min: bool,
}

/// Takes news over what is known, unless they are older. Whether anything changed.
pub fn take(known: &mut Option<Info>, told: Told) -> bool {
    let Told { info: told, is_min } = told;
    let next = match known.as_ref() {
        // Reduced news are no beginning.
        None if is_min => return false,
        None => told,
        Some(known) if told.version < known.version => return false,
        Some(known) if is_min => Info {
            version: told.version,
            people: told.people,
            title: told.title,
            schedule_date: told.schedule_date,
            record_start_date: told.record_start_date,
            is_video_recorded: told.is_video_recorded,
            is_rtmp: told.is_rtmp,
            are_listeners_hidden: told.are_listeners_hidden,
            is_conference: told.is_conference,
            messages_enabled: told.messages_enabled,
            paid_stars: told.paid_stars,
            ..known.clone()
        },
        Some(known) => Info { join_date_ascending: known.join_date_ascending, ..told },
    };
    let is_new = known.as_ref() != Some(&next);
    *known = Some(next);
    is_new
}

#[cfg(test)]
mod tests {
    use super::*;

    fn full(info: Info) -> Told {
        Told { info, is_min: false }
    }

    fn some() -> Info {
        Info {
            version: 5,
            people: 3,
            title: Some("a".into()),
            can_change_join_muted: true,
            join_muted: true,
            is_creator: true,
            invite_link: Some("l".into()),
            stream_dc: Some(2),
            unmuted_video_limit: 30,
            ..Info::default()
        }
    }

    #[test]
    fn reduced_news_begin_nothing_and_keep_what_only_we_know() {
        let mut known = None;
        assert!(!take(&mut known, Told { info: some(), is_min: true }));
        assert_eq!(known, None);
        assert!(take(&mut known, full(some())));
        let min = Info { version: 6, people: 9, title: Some("b".into()), schedule_date: Some(7), ..Info::default() };
        assert!(take(&mut known, Told { info: min, is_min: true }));
        let wanted = Info { version: 6, people: 9, title: Some("b".into()), schedule_date: Some(7), ..some() };
        assert_eq!(known, Some(wanted));
    }

    #[test]
    fn older_news_change_nothing_and_equal_ones_do() {
        let mut known = Some(some());
        assert!(!take(&mut known, full(Info { version: 4, title: None, ..some() })));
        assert!(!take(&mut known, full(some())), "nothing new in it");
        assert!(take(&mut known, full(Info { title: None, ..some() })));
        assert!(take(&mut known, full(Info { version: 9, join_date_ascending: true, ..some() })));
        assert!(!known.unwrap().join_date_ascending, "the order of a call never turns");
    }
}
