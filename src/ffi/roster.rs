//! Who is in a group call.

use super::bytes::{Text, copy_out, out, tgcall_text};
use super::media;
use super::peer::tgcall_peer;
use super::status::{answer, tgcall_status};
use core::ffi::c_char;
#[cfg(feature = "media")]
use {
    super::call::tgcall_switches,
    super::peer::peer_in,
    crate::client::{Peer, View},
    crate::group::info::Info,
    crate::group::participant::{FULL_VOLUME, Participant, Pictures},
};

/// A group call and who is in it, at one moment.
pub struct tgcall_roster {
    #[cfg(feature = "media")]
    view: View,
    title: Text,
    link: Text,
}

/// Somebody in a roster, and lent as long as that lives.
// By an attribute that cbindgen does not look into: for C it is opaque.
#[cfg_attr(all(), repr(transparent))]
pub struct tgcall_participant {
    #[cfg(feature = "media")]
    participant: Participant,
    #[cfg(not(feature = "media"))]
    participant: (),
}

/// How a group call is set, as bits.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u32)]
#[allow(dead_code, reason = "spelled out for the header")]
pub enum tgcall_group_settings {
    TGCALL_GROUP_SETTINGS_NONE = 0,
    /// Newcomers are muted.
    TGCALL_GROUP_SETTINGS_JOIN_MUTED = 1,
    /// We may change that.
    TGCALL_GROUP_SETTINGS_CAN_CHANGE_JOIN_MUTED = 2,
    /// Messages may be sent.
    TGCALL_GROUP_SETTINGS_MESSAGES_ENABLED = 4,
    /// We may change that.
    TGCALL_GROUP_SETTINGS_CAN_CHANGE_MESSAGES_ENABLED = 8,
    /// Telegram sends us a message when it starts.
    TGCALL_GROUP_SETTINGS_START_SUBSCRIBED = 16,
    /// One more camera may be shown.
    TGCALL_GROUP_SETTINGS_CAN_START_VIDEO = 32,
    /// One program, which somebody broadcasts.
    TGCALL_GROUP_SETTINGS_RTMP = 64,
    /// Who only listens is not in the roster.
    TGCALL_GROUP_SETTINGS_LISTENERS_HIDDEN = 128,
    /// End-to-end encrypted.
    TGCALL_GROUP_SETTINGS_CONFERENCE = 256,
    /// We made it.
    TGCALL_GROUP_SETTINGS_CREATOR = 512,
    /// Telegram records its sound.
    TGCALL_GROUP_SETTINGS_RECORDED = 1024,
    /// And its pictures.
    TGCALL_GROUP_SETTINGS_VIDEO_RECORDED = 2048,
}

#[cfg(feature = "media")]
impl tgcall_roster {
    pub fn new(view: View) -> tgcall_roster {
        let text = |pick: fn(&Info) -> &Option<String>| {
            Text::new(view.info.as_deref().and_then(|info| pick(info).clone()).unwrap_or_default())
        };
        let (title, link) = (text(|info| &info.title), text(|info| &info.invite_link));
        tgcall_roster { view, title, link }
    }

    /// What Telegram has told of the call; nothing before it has.
    fn info<T: Default>(&self, pick: impl FnOnce(&Info) -> T) -> T {
        self.view.info.as_deref().map_or_else(T::default, pick)
    }
}

// Read by any thread, and freed by another.
const _: fn() = || {
    fn shared<T: Send + Sync>() {}
    shared::<(tgcall_roster, tgcall_participant)>();
};

/// What a getter tells of a roster; nothing of NULL.
///
/// # Safety
/// `roster` is null, or the host's and alive.
unsafe fn look<T: Default>(roster: *const tgcall_roster, pick: impl FnOnce(&tgcall_roster) -> T) -> T {
    // SAFETY: as the caller promises.
    unsafe { roster.as_ref() }.map_or_else(T::default, pick)
}

/// What a getter tells of a participant; nothing of NULL.
///
/// # Safety
/// `participant` is null, or of a roster that is alive.
#[cfg(feature = "media")]
unsafe fn of<T: Default>(participant: *const tgcall_participant, pick: impl FnOnce(&Participant) -> T) -> T {
    // SAFETY: as the caller promises.
    unsafe { participant.as_ref() }.map_or_else(T::default, |one| pick(&one.participant))
}

#[cfg(feature = "media")]
fn lend(participant: Option<&Participant>) -> *const tgcall_participant {
    // It is the same thing by another name.
    participant.map_or(core::ptr::null(), |one| core::ptr::from_ref(one).cast())
}

/// Frees a roster, and what it has lent. NULL does nothing.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn tgcall_roster_free(roster: *mut tgcall_roster) {
    if !roster.is_null() {
        // SAFETY: from `tgcall_group_get_roster`, and the host gives it up.
        drop(unsafe { Box::from_raw(roster) });
    }
}

/// The title; empty: that of the chat. Lent until the roster is freed.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn tgcall_roster_get_title(roster: *const tgcall_roster) -> tgcall_text {
    // SAFETY: see the contract of the module.
    unsafe { look(roster, |roster| roster.title.lend()) }
}

/// The link of a conference; empty: there is none, or it was not told. Lent until the roster is freed.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn tgcall_roster_get_link(roster: *const tgcall_roster) -> tgcall_text {
    // SAFETY: see the contract of the module.
    unsafe { look(roster, |roster| roster.link.lend()) }
}

/// How the call is set: bits of `tgcall_group_settings`; 0 also while Telegram has not told.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn tgcall_roster_get_settings(roster: *const tgcall_roster) -> u32 {
    media!(
        // SAFETY: see the contract of the module.
        unsafe { look(roster, |roster| roster.info(settings)) },
        else (roster) 0
    )
}

#[cfg(feature = "media")]
fn settings(info: &Info) -> u32 {
    use tgcall_group_settings::*;
    let bits = [
        (info.join_muted, TGCALL_GROUP_SETTINGS_JOIN_MUTED),
        (info.can_change_join_muted, TGCALL_GROUP_SETTINGS_CAN_CHANGE_JOIN_MUTED),
        (info.messages_enabled, TGCALL_GROUP_SETTINGS_MESSAGES_ENABLED),
        (info.can_change_messages_enabled, TGCALL_GROUP_SETTINGS_CAN_CHANGE_MESSAGES_ENABLED),
        (info.start_subscribed, TGCALL_GROUP_SETTINGS_START_SUBSCRIBED),
        (info.can_start_video, TGCALL_GROUP_SETTINGS_CAN_START_VIDEO),
        (info.is_rtmp, TGCALL_GROUP_SETTINGS_RTMP),
        (info.are_listeners_hidden, TGCALL_GROUP_SETTINGS_LISTENERS_HIDDEN),
        (info.is_conference, TGCALL_GROUP_SETTINGS_CONFERENCE),
        (info.is_creator, TGCALL_GROUP_SETTINGS_CREATOR),
        (info.record_start_date.is_some(), TGCALL_GROUP_SETTINGS_RECORDED),
        (info.is_video_recorded, TGCALL_GROUP_SETTINGS_VIDEO_RECORDED),
    ];
    bits.into_iter().filter(|(is_set, _)| *is_set).fold(0, |all, (_, bit)| all | bit as u32)
}

/// How many people are in the call, by Telegram's count.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn tgcall_roster_get_total(roster: *const tgcall_roster) -> u32 {
    media!(
        // SAFETY: see the contract of the module.
        unsafe { look(roster, |roster| u32::try_from(roster.view.people.total()).unwrap_or(u32::MAX)) },
        else (roster) 0
    )
}

/// How many of them are known here: `tgcall_roster_get` has so many. Up to 20000.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn tgcall_roster_get_count(roster: *const tgcall_roster) -> usize {
    media!(
        // SAFETY: see the contract of the module.
        unsafe { look(roster, |roster| roster.view.people.len()) },
        else (roster) 0
    )
}

/// When a call that is scheduled is to start, in seconds since 1970; 0: it has started, or it is not known.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn tgcall_roster_get_schedule_unix_s(roster: *const tgcall_roster) -> i64 {
    media!(
        // SAFETY: see the contract of the module.
        unsafe { look(roster, |roster| roster.info(|info| info.schedule_date.unwrap_or(0).into())) },
        else (roster) 0
    )
}

/// Since when Telegram records the call, in seconds since 1970; 0: it does not.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn tgcall_roster_get_record_start_unix_s(roster: *const tgcall_roster) -> i64 {
    media!(
        // SAFETY: see the contract of the module.
        unsafe { look(roster, |roster| roster.info(|info| info.record_start_date.unwrap_or(0).into())) },
        else (roster) 0
    )
}

/// What a message in a live story costs at least, in stars.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn tgcall_roster_get_message_stars(roster: *const tgcall_roster) -> i64 {
    media!(
        // SAFETY: see the contract of the module.
        unsafe { look(roster, |roster| roster.info(|info| info.paid_stars.unwrap_or(0))) },
        else (roster) 0
    )
}

/// Somebody, by number from 0 on, in the order in which apps show people: who shows pictures, then who spoke last. NULL behind the last
/// one. Lent until the roster is freed.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn tgcall_roster_get(roster: *const tgcall_roster, index: usize) -> *const tgcall_participant {
    media!(
        // SAFETY: see the contract of the module.
        unsafe { roster.as_ref() }.map_or(core::ptr::null(), |roster| lend(roster.view.people.nth(index))),
        else (roster, index) core::ptr::null()
    )
}

/// Somebody, by who he is; kind and id count. SELF: this account, by whatever it has joined as. NULL: he is not there. Lent until the
/// roster is freed.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn tgcall_roster_find(
    roster: *const tgcall_roster,
    peer: *const tgcall_peer,
) -> *const tgcall_participant {
    media!(
        {
            // SAFETY: see the contract of the module.
            let (roster, peer) = unsafe { (roster.as_ref(), peer_in(peer, "peer")) };
            let (Some(roster), Ok(peer)) = (roster, peer) else { return core::ptr::null() };
            let people = &roster.view.people;
            lend(match (peer, peer.id()) {
                (Peer::Myself, _) | (_, None) => people.iter().find(|one| one.is_self),
                (_, Some(id)) => people.find(id),
            })
        },
        else (roster, peer) core::ptr::null()
    )
}

/// Who it is.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn tgcall_participant_get_peer(participant: *const tgcall_participant) -> tgcall_peer {
    media!(
        // SAFETY: see the contract of the module.
        unsafe { of(participant, |one| one.peer.into()) },
        else (participant) tgcall_peer::default()
    )
}

/// When he joined, in seconds since 1970.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn tgcall_participant_get_date_unix_s(participant: *const tgcall_participant) -> i64 {
    media!(
        // SAFETY: see the contract of the module.
        unsafe { of(participant, |one| one.date.into()) },
        else (participant) 0
    )
}

/// When he spoke last, in seconds since 1970; 0: he has not.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn tgcall_participant_get_active_date_unix_s(participant: *const tgcall_participant) -> i64 {
    media!(
        // SAFETY: see the contract of the module.
        unsafe { of(participant, |one| one.active_date.into()) },
        else (participant) 0
    )
}

/// How loud he is played: 1 to 20000, where 10000 is 100 %.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn tgcall_participant_get_volume(participant: *const tgcall_participant) -> u32 {
    media!(
        // SAFETY: see the contract of the module.
        unsafe { of(participant, |one| one.volume.unwrap_or(FULL_VOLUME)) },
        else (participant) 0
    )
}

/// 0: his hand is down. The larger, the earlier he is shown to those who may call him up.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn tgcall_participant_get_raise_hand_rating(participant: *const tgcall_participant) -> i64 {
    media!(
        // SAFETY: see the contract of the module.
        unsafe { of(participant, |one| one.hand) },
        else (participant) 0
    )
}

/// The stars that he gave in a live story.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn tgcall_participant_get_stars(participant: *const tgcall_participant) -> i64 {
    media!(
        // SAFETY: see the contract of the module.
        unsafe { of(participant, |one| one.paid_stars) },
        else (participant) 0
    )
}

/// What he has switched on or off: bits of `tgcall_switches`.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn tgcall_participant_get_switches(participant: *const tgcall_participant) -> u32 {
    media!(
        // SAFETY: see the contract of the module.
        unsafe { of(participant, switches) },
        else (participant) 0
    )
}

#[cfg(feature = "media")]
fn switches(one: &Participant) -> u32 {
    use tgcall_switches::*;
    let pictures = |pictures: &Option<Box<Pictures>>, on: tgcall_switches, paused: tgcall_switches| match pictures {
        None => 0,
        Some(pictures) if pictures.is_paused => on as u32 | paused as u32,
        Some(_) => on as u32,
    };
    let muted = if one.is_muted { TGCALL_SWITCHES_MUTED as u32 } else { 0 };
    muted
        | pictures(&one.camera, TGCALL_SWITCHES_CAMERA, TGCALL_SWITCHES_CAMERA_PAUSED)
        | pictures(&one.screen, TGCALL_SWITCHES_SCREEN, TGCALL_SWITCHES_SCREEN_PAUSED)
}

/// Whether an admin has muted him, so that he cannot speak before he is allowed to.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn tgcall_participant_is_muted_by_admin(participant: *const tgcall_participant) -> bool {
    media!(
        // SAFETY: see the contract of the module.
        unsafe { of(participant, Participant::is_muted_by_admin) },
        else (participant) false
    )
}

/// Whether he may unmute himself.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn tgcall_participant_can_self_unmute(participant: *const tgcall_participant) -> bool {
    media!(
        // SAFETY: see the contract of the module.
        unsafe { of(participant, |one| one.can_self_unmute) },
        else (participant) false
    )
}

/// Whether this account alone does not hear him.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn tgcall_participant_is_muted_for_me(participant: *const tgcall_participant) -> bool {
    media!(
        // SAFETY: see the contract of the module.
        unsafe { of(participant, |one| one.is_muted_for_me) },
        else (participant) false
    )
}

/// Whether it is this account, by whatever it has joined as.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn tgcall_participant_is_self(participant: *const tgcall_participant) -> bool {
    media!(
        // SAFETY: see the contract of the module.
        unsafe { of(participant, |one| one.is_self) },
        else (participant) false
    )
}

/// What he says about himself: UTF-8, and no NUL. Copied; empty of NULL.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn tgcall_participant_get_about(
    participant: *const tgcall_participant,
    buffer: *mut c_char,
    capacity: usize,
    size_out: *mut usize,
) -> tgcall_status {
    media!(
        {
            // SAFETY: see the contract of the module.
            let about = unsafe { of(participant, |one| one.about.clone()) };
            let about = about.as_deref().unwrap_or_default().as_bytes();
            // SAFETY: as above.
            answer(unsafe { out(size_out, "size_out").and_then(|size| copy_out(about, buffer.cast(), capacity, &size)) })
        },
        else (participant) {
            // SAFETY: as above.
            answer(unsafe { out(size_out, "size_out").and_then(|size| copy_out(&[], buffer.cast::<u8>(), capacity, &size)) })
        }
    )
}
