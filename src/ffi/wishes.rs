//! Rights and wishes in a group call: each is one request to Telegram, and one answer.

#[cfg(not(feature = "media"))]
use super::audio::without_sound;
use super::handle::tgcall_client;
use super::media;
use super::peer::tgcall_peer;
use super::status::tgcall_status;
use core::ffi::{c_char, c_int};
#[cfg(feature = "media")]
use {
    super::bytes::{items_in, text_in},
    super::handle::with_client,
    super::peer::peer_in,
    crate::client::{Client, Recording},
    crate::error::Error,
    crate::time::Time,
    crate::types::{CallId, RequestId},
};

/// Which pictures are recorded with the sound.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u32)]
#[allow(dead_code, reason = "spelled out for the header; C hands in numbers")]
pub enum tgcall_recorded_video {
    TGCALL_RECORDED_VIDEO_NONE = 0,
    TGCALL_RECORDED_VIDEO_LANDSCAPE = 1,
    TGCALL_RECORDED_VIDEO_PORTRAIT = 2,
}

/// A verb that asks Telegram: the number of the request is set before the lock is left, and so before any event of it.
///
/// # Safety
/// `request_out` is null or writable.
#[cfg(feature = "media")]
pub unsafe fn ask(
    client: *mut tgcall_client,
    request_out: *mut u64,
    ask: impl FnOnce(&mut Client, Time) -> Result<RequestId, Error>,
) -> tgcall_status {
    with_client(client, |client, now| {
        let request = ask(client, now)?;
        if !request_out.is_null() {
            // SAFETY: not null, and the caller promises that it can be written.
            unsafe { request_out.write(request.0) };
        }
        Ok(())
    })
}

/// Ends the call for all, if we may; `tgcall_discard` only leaves. `TGCALL_EVENT_CALL_ENDED` follows when Telegram says so.
/// @param request_out  The number of the request; NULL: not wanted. So in all that follow.
/// @return `TGCALL_ERR_STATE` before `TGCALL_CALL_STATE_OPEN` and from `TGCALL_CALL_STATE_ENDING` on; `TGCALL_ERR_LIMIT` while 256 requests
///         of the call wait for their answers. So of all that follow.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn tgcall_group_end(
    client: *mut tgcall_client,
    call_id: u64,
    request_out: *mut u64,
) -> tgcall_status {
    media!(
        // SAFETY: see the contract of the module.
        unsafe { ask(client, request_out, |client, now| client.end_group(now, CallId(call_id))) },
        else (call_id, request_out) without_sound(client)
    )
}

/// Mutes somebody: for all, if we may; else only for this account. 0 allows him to speak, and does not make him. Our own microphone
/// is `tgcall_audio_set_muted`, and SELF is `TGCALL_ERR_ARGUMENT` here.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn tgcall_group_set_muted(
    client: *mut tgcall_client,
    call_id: u64,
    peer: *const tgcall_peer,
    muted: c_int,
    request_out: *mut u64,
) -> tgcall_status {
    media!(
        // SAFETY: see the contract of the module.
        unsafe { ask(client, request_out, |client, now| client.mute_participant(now, CallId(call_id), peer_in(peer, "peer")?, muted != 0)) },
        else (call_id, peer, muted, request_out) without_sound(client)
    )
}

/// How loud somebody is: for all, if we may; else only for this account. Heard at once.
/// @param volume  1 to 20000, where 10000 is 100 %.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn tgcall_group_set_volume(
    client: *mut tgcall_client,
    call_id: u64,
    peer: *const tgcall_peer,
    volume: u32,
    request_out: *mut u64,
) -> tgcall_status {
    media!(
        // SAFETY: see the contract of the module.
        unsafe { ask(client, request_out, |client, now| client.set_participant_volume(now, CallId(call_id), peer_in(peer, "peer")?, volume)) },
        else (call_id, peer, volume, request_out) without_sound(client)
    )
}

/// Raises a hand, to be allowed to speak, or takes it down: that of SELF, or as an admin that of somebody else down.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn tgcall_group_set_hand(
    client: *mut tgcall_client,
    call_id: u64,
    peer: *const tgcall_peer,
    raised: c_int,
    request_out: *mut u64,
) -> tgcall_status {
    media!(
        // SAFETY: see the contract of the module.
        unsafe { ask(client, request_out, |client, now| client.set_hand(now, CallId(call_id), peer_in(peer, "peer")?, raised != 0)) },
        else (call_id, peer, raised, request_out) without_sound(client)
    )
}

/// Renames the call. Telegram takes up to 64 characters. `TGCALL_ERR_LIMIT` also for more than 16384 bytes.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn tgcall_group_set_title(
    client: *mut tgcall_client,
    call_id: u64,
    title: *const c_char,
    request_out: *mut u64,
) -> tgcall_status {
    media!(
        // SAFETY: see the contract of the module.
        unsafe { ask(client, request_out, |client, now| client.set_group_title(now, CallId(call_id), text_in(title, "title")?)) },
        else (call_id, title, request_out) without_sound(client)
    )
}

/// Starts a call that is scheduled, also before its time.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn tgcall_group_start_scheduled(
    client: *mut tgcall_client,
    call_id: u64,
    request_out: *mut u64,
) -> tgcall_status {
    media!(
        // SAFETY: see the contract of the module.
        unsafe { ask(client, request_out, |client, now| client.start_scheduled(now, CallId(call_id))) },
        else (call_id, request_out) without_sound(client)
    )
}

/// Whether Telegram sends this account a message when a scheduled call starts.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn tgcall_group_subscribe_start(
    client: *mut tgcall_client,
    call_id: u64,
    subscribed: c_int,
    request_out: *mut u64,
) -> tgcall_status {
    media!(
        // SAFETY: see the contract of the module.
        unsafe { ask(client, request_out, |client, now| client.subscribe_start(now, CallId(call_id), subscribed != 0)) },
        else (call_id, subscribed, request_out) without_sound(client)
    )
}

/// Whether newcomers are muted.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn tgcall_group_set_join_muted(
    client: *mut tgcall_client,
    call_id: u64,
    join_muted: c_int,
    request_out: *mut u64,
) -> tgcall_status {
    media!(
        // SAFETY: see the contract of the module.
        unsafe { ask(client, request_out, |client, now| client.set_join_muted(now, CallId(call_id), join_muted != 0)) },
        else (call_id, join_muted, request_out) without_sound(client)
    )
}

/// Whether messages may be sent in the call.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn tgcall_group_set_messages_enabled(
    client: *mut tgcall_client,
    call_id: u64,
    enabled: c_int,
    request_out: *mut u64,
) -> tgcall_status {
    media!(
        // SAFETY: see the contract of the module.
        unsafe { ask(client, request_out, |client, now| client.set_messages_enabled(now, CallId(call_id), enabled != 0)) },
        else (call_id, enabled, request_out) without_sound(client)
    )
}

/// How many stars a message in a live story costs at least. `TGCALL_ERR_ARGUMENT` below 0.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn tgcall_group_set_message_stars(
    client: *mut tgcall_client,
    call_id: u64,
    stars: i64,
    request_out: *mut u64,
) -> tgcall_status {
    media!(
        // SAFETY: see the contract of the module.
        unsafe { ask(client, request_out, |client, now| client.set_message_stars(now, CallId(call_id), stars)) },
        else (call_id, stars, request_out) without_sound(client)
    )
}

/// Makes the links that were given out invalid.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn tgcall_group_reset_link(
    client: *mut tgcall_client,
    call_id: u64,
    request_out: *mut u64,
) -> tgcall_status {
    media!(
        // SAFETY: see the contract of the module.
        unsafe { ask(client, request_out, |client, now| client.reset_link(now, CallId(call_id))) },
        else (call_id, request_out) without_sound(client)
    )
}

/// Has Telegram record the call, or stop: the file goes to the Saved Messages of this account.
/// @param video  One of `tgcall_recorded_video`. Nothing of it and of the title counts when it stops.
/// @param title  Of the file; NULL or empty: none.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn tgcall_group_set_recording(
    client: *mut tgcall_client,
    call_id: u64,
    on: c_int,
    video: u32,
    title: *const c_char,
    request_out: *mut u64,
) -> tgcall_status {
    media!(
        // SAFETY: see the contract of the module.
        unsafe { ask(client, request_out, |client, now| client.set_recording(now, CallId(call_id), recording(on, video)?, text_in(title, "title")?)) },
        else (call_id, on, video, title, request_out) without_sound(client)
    )
}

#[cfg(feature = "media")]
fn recording(on: c_int, video: u32) -> Result<Option<Recording>, Error> {
    let recording = match video {
        0 => Recording::Sound,
        1 => Recording::Landscape,
        2 => Recording::Portrait,
        _ => return Err(Error::argument(format!("{video} is no tgcall_recorded_video"))),
    };
    Ok((on != 0).then_some(recording))
}

/// Sends an invitation into the chat. Official apps name at most 10 users at once.
/// @param users  1 to 1000 users.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn tgcall_group_invite(
    client: *mut tgcall_client,
    call_id: u64,
    users: *const tgcall_peer,
    count: usize,
    request_out: *mut u64,
) -> tgcall_status {
    media!(
        // SAFETY: see the contract of the module.
        unsafe { ask(client, request_out, |client, now| {
                let users = items_in(users, count, "users")?;
                let users = users.iter().map(|user| peer_in(user, "users")).collect::<Result<Vec<_>, Error>>()?;
                client.invite(now, CallId(call_id), &users)
            }) },
        else (call_id, users, count, request_out) without_sound(client)
    )
}

/// Asks for a link to the call. `TGCALL_EVENT_ANSWER` has the link.
/// @param can_self_unmute  Whether who joins by it may speak, if we may grant that.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn tgcall_group_export_link(
    client: *mut tgcall_client,
    call_id: u64,
    can_self_unmute: c_int,
    request_out: *mut u64,
) -> tgcall_status {
    media!(
        // SAFETY: see the contract of the module.
        unsafe { ask(client, request_out, |client, now| client.export_link(now, CallId(call_id), can_self_unmute != 0)) },
        else (call_id, can_self_unmute, request_out) without_sound(client)
    )
}

/// Sends a message to those in the call; one emoji alone is a reaction. Words go and come without formatting: of bold ones, of a link and of a
/// custom emoji the text that stands for them is told. Telegram takes up to 128 characters, as long as it is not set
/// otherwise. `TGCALL_ERR_LIMIT` also for more than 16384 bytes. In a conference it is sealed for those who are in, has 1 to 128 characters, and
/// comes back as a `TGCALL_EVENT_GROUP_MESSAGE` of ours once Telegram has passed it on; `TGCALL_ERR_STATE` unless we are in, and where messages
/// are switched off.
/// @param paid_stars  What it may cost in a live story; 0: nothing. 0 in a conference.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn tgcall_group_send_message(
    client: *mut tgcall_client,
    call_id: u64,
    text: *const c_char,
    paid_stars: i64,
    request_out: *mut u64,
) -> tgcall_status {
    media!(
        // SAFETY: see the contract of the module.
        unsafe { ask(client, request_out, |client, now| client.send_message(now, CallId(call_id), text_in(text, "text")?, paid_stars)) },
        else (call_id, text, paid_stars, request_out) without_sound(client)
    )
}

/// Deletes messages: our own, or any as an admin.
/// @param ids  1 to 1000 ids of `TGCALL_EVENT_GROUP_MESSAGE`.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn tgcall_group_delete_messages(
    client: *mut tgcall_client,
    call_id: u64,
    ids: *const i32,
    count: usize,
    report_spam: c_int,
    request_out: *mut u64,
) -> tgcall_status {
    media!(
        // SAFETY: see the contract of the module.
        unsafe { ask(client, request_out, |client, now| client.delete_messages(now, CallId(call_id), items_in(ids, count, "ids")?, report_spam != 0)) },
        else (call_id, ids, count, report_spam, request_out) without_sound(client)
    )
}

/// Deletes all messages of somebody.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn tgcall_group_delete_messages_of(
    client: *mut tgcall_client,
    call_id: u64,
    peer: *const tgcall_peer,
    report_spam: c_int,
    request_out: *mut u64,
) -> tgcall_status {
    media!(
        // SAFETY: see the contract of the module.
        unsafe { ask(client, request_out, |client, now| client.delete_messages_of(now, CallId(call_id), peer_in(peer, "peer")?, report_spam != 0)) },
        else (call_id, peer, report_spam, request_out) without_sound(client)
    )
}

/// Asks for the stars that were given in a live story, and by whom. `TGCALL_EVENT_ANSWER` has stars, and peers.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn tgcall_group_get_stars(
    client: *mut tgcall_client,
    call_id: u64,
    request_out: *mut u64,
) -> tgcall_status {
    media!(
        // SAFETY: see the contract of the module.
        unsafe { ask(client, request_out, |client, now| client.get_stars(now, CallId(call_id))) },
        else (call_id, request_out) without_sound(client)
    )
}

/// As whom messages in a live story are sent from now on.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn tgcall_group_save_send_as(
    client: *mut tgcall_client,
    call_id: u64,
    peer: *const tgcall_peer,
    request_out: *mut u64,
) -> tgcall_status {
    media!(
        // SAFETY: see the contract of the module.
        unsafe { ask(client, request_out, |client, now| client.save_send_as(now, CallId(call_id), peer_in(peer, "peer")?)) },
        else (call_id, peer, request_out) without_sound(client)
    )
}

/// Asks as whom one may join the calls of a chat. `TGCALL_EVENT_ANSWER` has peers, and is about no call. `TGCALL_ERR_ARGUMENT` for a chat
/// that is neither a basic group nor a channel.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn tgcall_group_get_join_as(
    client: *mut tgcall_client,
    chat: *const tgcall_peer,
    request_out: *mut u64,
) -> tgcall_status {
    media!(
        // SAFETY: see the contract of the module.
        unsafe { ask(client, request_out, |client, now| client.get_join_as(now, peer_in(chat, "chat")?)) },
        else (chat, request_out) without_sound(client)
    )
}

/// As whom this account joins the calls of a chat by default. As `tgcall_group_get_join_as`.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn tgcall_group_save_join_as(
    client: *mut tgcall_client,
    chat: *const tgcall_peer,
    join_as: *const tgcall_peer,
    request_out: *mut u64,
) -> tgcall_status {
    media!(
        // SAFETY: see the contract of the module.
        unsafe { ask(client, request_out, |client, now| client.save_join_as(now, peer_in(chat, "chat")?, peer_in(join_as, "join_as")?)) },
        else (chat, join_as, request_out) without_sound(client)
    )
}

/// Asks where the program of an RTMP stream goes. `TGCALL_EVENT_ANSWER` has the link and the secret key, and is about no call.
/// @param peer    The chat, or whose story it is.
/// @param story   Not 0: of a live story.
/// @param revoke  Not 0: by another key from now on.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn tgcall_group_get_rtmp(
    client: *mut tgcall_client,
    peer: *const tgcall_peer,
    story: c_int,
    revoke: c_int,
    request_out: *mut u64,
) -> tgcall_status {
    media!(
        // SAFETY: see the contract of the module.
        unsafe { ask(client, request_out, |client, now| client.get_rtmp(now, peer_in(peer, "peer")?, story != 0, revoke != 0)) },
        else (peer, story, revoke, request_out) without_sound(client)
    )
}
