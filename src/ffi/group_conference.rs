//! Group calls that are conferences: made, opened by a link or an invitation, compared, and somebody removed.

use super::bytes::out;
use super::call::make_call;
use super::handle::{tgcall_client, with_client};
use super::peer::tgcall_peer;
use super::status::tgcall_status;
use crate::error::Error;
use core::ffi::{c_char, c_int, c_void};
#[cfg(all(feature = "media", feature = "conference"))]
use {
    super::bytes::{copy_out, items_in, text_in},
    super::peer::peer_in,
    super::wishes::ask,
    crate::types::CallId,
};

/// The body of a function, or its answer in a build that has no sound or no conferences.
macro_rules! sealed {
    ($body:expr, else ($client:expr $(, $unused:expr)*) $absent:expr) => {{
        #[cfg(all(feature = "media", feature = "conference"))]
        let result = $body;
        #[cfg(not(all(feature = "media", feature = "conference")))]
        let result = {
            let _ = ($client $(, $unused)*);
            $absent
        };
        result
    }};
}

#[cfg(not(all(feature = "media", feature = "conference")))]
fn unsupported<T>() -> Result<T, Error> {
    Err(Error::unsupported("this library was built without conferences"))
}

/// Has Telegram make a conference: a group call of no chat, for up to some 200 users, end-to-end encrypted, with a link. It is a call
/// as those of `tgcall_group_open`, with the same functions and events, and besides: nothing of it is sent or heard that is not sealed
/// for exactly those who are in, whom `tgcall_call_get_emoji` lets compare; the link is in the roster, by `tgcall_roster_get_link`.
/// @param join         Not 0: we go in with it, and it is made when `TGCALL_CALL_STATE_CONNECTING` comes. 0: `TGCALL_CALL_STATE_OPEN` tells
///                     that it is made.
/// @param muted        Of join, as in `tgcall_group_join`.
/// @param userdata     As in `tgcall_request`.
/// @param call_id_out  Valid at once.
/// @return `TGCALL_ERR_STATE` if our own user id is not known: `tgcall_config_set_user_id`; `TGCALL_ERR_LIMIT` for the 17th group call;
///         `TGCALL_ERR_UNSUPPORTED` with `TGCALL_MEDIA_HOST`, and in a build without conferences.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn tgcall_group_create_conference(
    client: *mut tgcall_client,
    join: c_int,
    muted: c_int,
    userdata: *mut c_void,
    call_id_out: *mut u64,
) -> tgcall_status {
    // SAFETY: see the contract of the module.
    unsafe {
        make_call(
            client,
            userdata,
            call_id_out,
            |client, now| sealed!(client.create_conference(now, join != 0, muted != 0), else (client, now, join, muted) unsupported()),
        )
    }
}

/// Opens a conference by its link; nothing is sent. Then join, as any group call.
/// @param link  `https://t.me/call/<slug>`, `tg://call?slug=<slug>`, or the slug alone.
/// @return `TGCALL_ERR_ARGUMENT` for another link; else as `tgcall_group_create_conference`. Of a conference that is open already it shows
///         after the join: `TGCALL_EVENT_CALL_ENDED` with `TGCALL_END_ELSEWHERE`.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn tgcall_group_open_link(
    client: *mut tgcall_client,
    link: *const c_char,
    userdata: *mut c_void,
    call_id_out: *mut u64,
) -> tgcall_status {
    // SAFETY: see the contract of the module.
    unsafe {
        make_call(
            client,
            userdata,
            call_id_out,
            |client, now| sealed!(client.open_link(now, text_in(link, "link")?), else (client, now, link) unsupported()),
        )
    }
}

/// Opens a conference by the message in which somebody invited us, for a host that has it from elsewhere than its updates; nothing is sent.
/// Then join, as any group call, or decline by `tgcall_discard`. One that rings already is that call, whose userdata is replaced.
/// @param message_id  Of the `messageService` with the `messageActionConferenceCall`.
/// @return As `tgcall_group_open_link`.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn tgcall_group_open_invitation(
    client: *mut tgcall_client,
    message_id: i32,
    userdata: *mut c_void,
    call_id_out: *mut u64,
) -> tgcall_status {
    // SAFETY: see the contract of the module.
    unsafe {
        make_call(
            client,
            userdata,
            call_id_out,
            |client, now| sealed!(client.open_invitation(now, message_id), else (client, now, message_id) unsupported()),
        )
    }
}

/// Makes a conference of a private call, and invites others to it. The conference is another call, which goes in at once, muted as the
/// private call and with its camera and screen; if it does not come about it ends, and the private call is as it was. When it has come about the
/// other side is told, and follows: `TGCALL_EVENT_CALL_MIGRATED`, which see.
/// @param users            May be NULL, with a count of 0; up to 200. What becomes of an invitation a `TGCALL_EVENT_ANSWER` of the new call tells.
/// @param new_call_id_out  Valid at once.
/// @return `TGCALL_ERR_STATE` where `tgcall_call_can_upgrade` says no; `TGCALL_ERR_LIMIT` for too many users, or the 17th group call.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn tgcall_call_upgrade(
    client: *mut tgcall_client,
    call_id: u64,
    users: *const tgcall_peer,
    count: usize,
    new_call_id_out: *mut u64,
) -> tgcall_status {
    // SAFETY: see the contract of the module.
    let new_call_id_out = unsafe { out(new_call_id_out, "new_call_id_out") };
    with_client(client, |client, now| {
        let new_call_id_out = new_call_id_out?;
        new_call_id_out.set(0);
        sealed!(
            {
                // SAFETY: see the contract of the module.
                let users = unsafe {
                    let users = items_in(users, count, "users")?;
                    users.iter().map(|user| peer_in(user, "users")).collect::<Result<Vec<_>, Error>>()?
                };
                new_call_id_out.set(client.upgrade(now, CallId(call_id), &users)?.0);
                Ok(())
            },
            else (client, now, call_id, users, count) unsupported::<()>()
        )
    })
}

/// Whether `tgcall_call_upgrade` is possible: somebody talks in the call, the other side's app knows conferences, our own user id is
/// known, and nobody else carries the call, as the host's library or engine does. Changes while a call comes about.
/// @return `TGCALL_ERR_STATE` if it is no private call.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn tgcall_call_can_upgrade(
    client: *const tgcall_client,
    call_id: u64,
    can_out: *mut bool,
) -> tgcall_status {
    // SAFETY: see the contract of the module.
    let can_out = unsafe { out(can_out, "can_out") };
    with_client(client, |client, _| {
        let can_out = can_out?;
        can_out.set(false);
        sealed!(
            {
                can_out.set(client.can_upgrade(CallId(call_id))?);
                Ok(())
            },
            else (client, call_id) unsupported::<()>()
        )
    })
}

/// Invites somebody to a conference: it rings at his devices. Valid while we are in. That he has declined is in the edited message alone;
/// that he has come is told as of anybody.
/// @param user         A user with his access hash.
/// @param video        Not 0: we show ourselves.
/// @param request_out  The number of the answer; NULL: not wanted. Who is in already is invited with success; error USER_PRIVACY_RESTRICTED:
///                     he takes no calls from us; USER_WAS_KICKED: he was removed, and cannot come back.
/// @return `TGCALL_ERR_ARGUMENT` for SELF and for others than users; `TGCALL_ERR_STATE` if we are not in, or it is no conference;
///         `TGCALL_ERR_LIMIT` while 256 requests of the call wait for their answers.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn tgcall_group_invite_user(
    client: *mut tgcall_client,
    call_id: u64,
    user: *const tgcall_peer,
    video: c_int,
    request_out: *mut u64,
) -> tgcall_status {
    sealed!(
        // SAFETY: see the contract of the module.
        unsafe { ask(client, request_out, |client, now| client.invite_user(now, CallId(call_id), peer_in(user, "user")?, video != 0)) },
        else (call_id, user, video, request_out) with_client(client, |_, _| unsupported::<()>())
    )
}

/// Takes an invitation of ours back: it stops ringing. Whom we have invited is known from the messages in the answers and updates.
/// @param user         Kind and id count.
/// @param request_out  The number of the answer; NULL: not wanted.
/// @return `TGCALL_ERR_NOT_FOUND` if he is not invited by us, or has answered; else as `tgcall_group_invite_user`.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn tgcall_group_cancel_invite(
    client: *mut tgcall_client,
    call_id: u64,
    user: *const tgcall_peer,
    request_out: *mut u64,
) -> tgcall_status {
    sealed!(
        // SAFETY: see the contract of the module.
        unsafe { ask(client, request_out, |client, now| client.cancel_invite(now, CallId(call_id), peer_in(user, "user")?)) },
        else (call_id, user, request_out) with_client(client, |_, _| unsupported::<()>())
    )
}

/// Removes somebody from a conference and bans him: from the next block on he has no key. Valid while we are in. As others change the
/// conference at the same time it may take several requests, so the number of the `TGCALL_EVENT_ANSWER` is that of none of them.
/// @param user         Kind and id count.
/// @param request_out  The number of the answer; NULL: not wanted. Asked for twice, it is the same.
/// @return `TGCALL_ERR_NOT_FOUND` if he is not in; `TGCALL_ERR_ARGUMENT` for SELF, who leaves by `tgcall_discard`, and for others than users;
///         `TGCALL_ERR_STATE` if we are not in, or it is no conference.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn tgcall_group_remove_user(
    client: *mut tgcall_client,
    call_id: u64,
    user: *const tgcall_peer,
    request_out: *mut u64,
) -> tgcall_status {
    sealed!(
        // SAFETY: see the contract of the module.
        unsafe { ask(client, request_out, |client, now| client.remove_user(now, CallId(call_id), peer_in(user, "user")?)) },
        else (call_id, user, request_out) with_client(client, |_, _| unsupported::<()>())
    )
}

/// The 24 words of a conference's newest block, with a space between each, which people may read to each other instead of comparing
/// emoji: they are there at once, and tell the same, but that nobody had to commit to anything.
/// @param size_out  Without the NUL, which follows only where the buffer has room for it. Up to 215.
/// @return `TGCALL_ERR_STATE` unless we are in; `TGCALL_ERR_BUFFER` if they do not fit.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn tgcall_group_get_words(
    client: *const tgcall_client,
    call_id: u64,
    buffer: *mut c_char,
    capacity: usize,
    size_out: *mut usize,
) -> tgcall_status {
    // SAFETY: see the contract of the module.
    let size_out = unsafe { out(size_out, "size_out") };
    with_client(client, |client, _| {
        let size_out = size_out?;
        size_out.set(0);
        sealed!(
            {
                let words = client.words(CallId(call_id))?;
                // SAFETY: the host promises so much room; behind the words there is some when the buffer is longer.
                unsafe {
                    copy_out(words.as_bytes(), buffer.cast(), capacity, &size_out)?;
                    if capacity > words.len() {
                        buffer.add(words.len()).write(0);
                    }
                }
                Ok(())
            },
            else (client, call_id, buffer, capacity) unsupported::<()>()
        )
    })
}
