//! A private call.

use super::bytes::{out, text_in, tgcall_text};
use super::choice::{tgcall_call_state, tgcall_end};
use super::handle::{tgcall_client, with_client, with_handle};
use super::status::tgcall_status;
use crate::client::{CallKind, Client, Direction, DiscardReason, Switches};
use crate::error::Error;
use crate::time::Time;
use crate::types::{CallId, UserId};
use core::ffi::{c_char, c_int, c_void};

/// Why a call is discarded, as the other side gets to see it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u32)]
#[allow(dead_code, reason = "spelled out for the header; C hands in numbers")]
pub enum tgcall_discard_reason {
    /// What fits the state: missed, busy, hang-up.
    TGCALL_DISCARD_REASON_AUTO = 0,
    TGCALL_DISCARD_REASON_MISSED = 1,
    TGCALL_DISCARD_REASON_DISCONNECT = 2,
    TGCALL_DISCARD_REASON_HANGUP = 3,
    TGCALL_DISCARD_REASON_BUSY = 4,
}

/// What kind of call it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u32)]
#[allow(dead_code, reason = "spelled out for the header")]
pub enum tgcall_call_kind {
    TGCALL_CALL_KIND_NONE = 0,
    /// Between two.
    TGCALL_CALL_KIND_PRIVATE = 1,
    /// Between many.
    TGCALL_CALL_KIND_GROUP = 2,
}

/// Who called.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u32)]
#[allow(dead_code, reason = "spelled out for the header")]
pub enum tgcall_direction {
    TGCALL_DIRECTION_NONE = 0,
    TGCALL_DIRECTION_OUTGOING = 1,
    TGCALL_DIRECTION_INCOMING = 2,
}

/// What one side of a call has switched on or off, as bits.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u32)]
#[allow(dead_code, reason = "spelled out for the header")]
pub enum tgcall_switches {
    TGCALL_SWITCHES_NONE = 0,
    /// The microphone is off.
    TGCALL_SWITCHES_MUTED = 1,
    /// The camera is on, be it paused.
    TGCALL_SWITCHES_CAMERA = 2,
    TGCALL_SWITCHES_CAMERA_PAUSED = 4,
    /// The screen is shown, be it paused.
    TGCALL_SWITCHES_SCREEN = 8,
    TGCALL_SWITCHES_SCREEN_PAUSED = 16,
    /// The battery of the device is low.
    TGCALL_SWITCHES_LOW_BATTERY = 32,
}

/// The choice behind a number.
pub fn discard_reason(number: u32) -> Result<DiscardReason, Error> {
    DiscardReason::from_number(number).ok_or_else(|| Error::argument(format!("{number} is no tgcall_discard_reason")))
}

/// A verb that makes a call: its id and userdata are set before the lock is left, and so before any event of the call.
///
/// # Safety
/// `call_id_out` is null or writable.
pub unsafe fn make_call(
    client: *mut tgcall_client,
    userdata: *mut c_void,
    call_id_out: *mut u64,
    make: impl FnOnce(&mut Client, Time) -> Result<CallId, Error>,
) -> tgcall_status {
    with_handle(client, |handle| {
        handle.locked(|client, now| {
            // SAFETY: as the caller promises.
            let call_id_out = unsafe { out(call_id_out, "call_id_out") }?;
            call_id_out.set(0);
            let call = make(client, now)?;
            handle.set_userdata(call, userdata)?;
            call_id_out.set(call.0);
            Ok(())
        })
    })
}

/// Calls a user. Telegram is asked through `TGCALL_EVENT_INVOKE`.
/// @param user_id      Positive, and not our own.
/// @param access_hash  The host's for this user.
/// @param userdata     Comes back with the call's events up to `TGCALL_EVENT_CALL_ENDED`, in which it may be freed. Never touched.
/// @param call_id_out  Valid at once, and set before the first event of the call is delivered.
/// @return `TGCALL_ERR_LIMIT` if as many calls are up as the configuration allows.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn tgcall_request(
    client: *mut tgcall_client,
    user_id: i64,
    access_hash: i64,
    video: c_int,
    userdata: *mut c_void,
    call_id_out: *mut u64,
) -> tgcall_status {
    // SAFETY: see the contract of the module.
    unsafe {
        make_call(client, userdata, call_id_out, |client, now| {
            client.request(now, UserId(user_id), access_hash, video != 0)
        })
    }
}

/// Sets the userdata of a call, for one that came in: best from inside `TGCALL_EVENT_CALL_INCOMING`. `TGCALL_ERR_STATE` once
/// `TGCALL_EVENT_CALL_ENDED` was delivered, as nothing would give it back.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn tgcall_call_set_userdata(
    client: *mut tgcall_client,
    call_id: u64,
    userdata: *mut c_void,
) -> tgcall_status {
    with_handle(client, |handle| {
        handle.locked(|client, _| {
            client.state(CallId(call_id))?;
            handle.set_userdata(CallId(call_id), userdata)
        })
    })
}

/// Answers an incoming call.
///
/// Valid while it rings here. Telegram is asked through a `TGCALL_EVENT_INVOKE`; the emoji may be shown once
/// `TGCALL_EVENT_CALL_STATE` says `TGCALL_CALL_STATE_CONNECTING`.
/// @return `TGCALL_ERR_STATE` if it is not ringing here.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn tgcall_accept(client: *mut tgcall_client, call_id: u64) -> tgcall_status {
    with_client(client, |client, now| client.accept(now, CallId(call_id)))
}

/// Sends our half of the key. Valid in `TGCALL_CALL_STATE_ACCEPTED`, which only comes without auto_confirm; else
/// `TGCALL_ERR_STATE`.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn tgcall_confirm(client: *mut tgcall_client, call_id: u64) -> tgcall_status {
    with_client(client, |client, now| client.confirm(now, CallId(call_id)))
}

/// Ends a call: cancels, declines or hangs up; of a group call it only leaves, whatever the reason. Valid until `TGCALL_CALL_STATE_ENDING`, then `TGCALL_ERR_STATE`.
/// `TGCALL_EVENT_CALL_ENDED` follows when Telegram has been told, after 5 s at the latest; at once if attached.
/// @param reason  One of `tgcall_discard_reason`.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn tgcall_discard(client: *mut tgcall_client, call_id: u64, reason: u32) -> tgcall_status {
    with_client(client, |client, now| client.discard(now, CallId(call_id), discard_reason(reason)?))
}

/// Rates an ended call with 1 to 5 stars and the user's words. One INVOKE more for this call; a refusal is only logged.
/// @return `TGCALL_ERR_STATE` if the call is up, was never answered, or was attached; `TGCALL_ERR_LIMIT` for a comment of more
/// than 16384 bytes.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn tgcall_rate(
    client: *mut tgcall_client,
    call_id: u64,
    stars: u32,
    comment: *const c_char,
) -> tgcall_status {
    // SAFETY: see the contract of the module.
    with_client(client, |client, now| client.rate(now, CallId(call_id), stars, unsafe { text_in(comment, "comment") }?))
}

/// Gives Telegram the report of an ended call, without addresses, and the log if it asks for it. As `tgcall_rate`.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn tgcall_call_send_report(client: *mut tgcall_client, call_id: u64) -> tgcall_status {
    with_client(client, |client, now| client.send_report(now, CallId(call_id)))
}

/// Where a call is.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn tgcall_call_get_state(
    client: *const tgcall_client,
    call_id: u64,
    state_out: *mut tgcall_call_state,
) -> tgcall_status {
    with_client(client, |client, _| {
        // SAFETY: see the contract of the module.
        let state_out = unsafe { out(state_out, "state_out") }?;
        state_out.set(client.state(CallId(call_id))?.into());
        Ok(())
    })
}

/// What kind of call it is.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn tgcall_call_get_kind(
    client: *const tgcall_client,
    call_id: u64,
    kind_out: *mut tgcall_call_kind,
) -> tgcall_status {
    with_client(client, |client, _| {
        // SAFETY: see the contract of the module.
        let kind_out = unsafe { out(kind_out, "kind_out") }?;
        kind_out.set(match client.kind(CallId(call_id))? {
            CallKind::Private => tgcall_call_kind::TGCALL_CALL_KIND_PRIVATE,
            CallKind::Group => tgcall_call_kind::TGCALL_CALL_KIND_GROUP,
        });
        Ok(())
    })
}

/// The other side of a private call. `TGCALL_ERR_STATE` for an attached one: whom it is with the host alone knows.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn tgcall_call_get_user(
    client: *const tgcall_client,
    call_id: u64,
    user_id_out: *mut i64,
) -> tgcall_status {
    with_client(client, |client, _| {
        // SAFETY: see the contract of the module.
        let user_id_out = unsafe { out(user_id_out, "user_id_out") }?;
        user_id_out.set(client.user(CallId(call_id))?.0);
        Ok(())
    })
}

/// Who called. `TGCALL_ERR_STATE` for a group call.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn tgcall_call_get_direction(
    client: *const tgcall_client,
    call_id: u64,
    direction_out: *mut tgcall_direction,
) -> tgcall_status {
    with_client(client, |client, _| {
        // SAFETY: see the contract of the module.
        let direction_out = unsafe { out(direction_out, "direction_out") }?;
        direction_out.set(match client.direction(CallId(call_id))? {
            Direction::Outgoing => tgcall_direction::TGCALL_DIRECTION_OUTGOING,
            Direction::Incoming => tgcall_direction::TGCALL_DIRECTION_INCOMING,
        });
        Ok(())
    })
}

/// What Telegram calls it by, for requests of the host's own: the id, which both sides share, and this account's access hash.
/// `TGCALL_ERR_STATE` while Telegram has not said, and for an attached call.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn tgcall_call_get_telegram_id(
    client: *const tgcall_client,
    call_id: u64,
    id_out: *mut i64,
    access_hash_out: *mut i64,
) -> tgcall_status {
    with_client(client, |client, _| {
        // SAFETY: see the contract of the module.
        let (id_out, access_hash_out) = unsafe { (out(id_out, "id_out")?, out(access_hash_out, "access_hash_out")?) };
        let (id, access_hash) = client.telegram_id(CallId(call_id))?;
        id_out.set(id);
        access_hash_out.set(access_hash);
        Ok(())
    })
}

/// How long the conversation has lasted: 0 before there was a path; of an ended call, all of it.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn tgcall_call_get_duration(
    client: *const tgcall_client,
    call_id: u64,
    duration_s_out: *mut u32,
) -> tgcall_status {
    with_client(client, |client, now| {
        // SAFETY: see the contract of the module.
        let duration_s_out = unsafe { out(duration_s_out, "duration_s_out") }?;
        duration_s_out.set(client.duration_s(now, CallId(call_id))?);
        Ok(())
    })
}

/// What this side has switched on or off, and what the other side told of itself last: bits of `tgcall_switches`. With
/// `TGCALL_MEDIA_HOST` the library does not know, and both are 0.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn tgcall_call_get_switches(
    client: *const tgcall_client,
    call_id: u64,
    own_out: *mut u32,
    theirs_out: *mut u32,
) -> tgcall_status {
    with_client(client, |client, _| {
        // SAFETY: see the contract of the module.
        let (own_out, theirs_out) = unsafe { (out(own_out, "own_out")?, out(theirs_out, "theirs_out")?) };
        let (own, theirs) = client.switches(CallId(call_id))?;
        own_out.set(own.0);
        theirs_out.set(theirs.0);
        Ok(())
    })
}

/// Tells the other side whether the battery of this device is low, as official apps do.
/// @return `TGCALL_ERR_UNSUPPORTED` with `TGCALL_MEDIA_HOST`.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn tgcall_call_set_low_battery(
    client: *mut tgcall_client,
    call_id: u64,
    low: c_int,
) -> tgcall_status {
    #[cfg(feature = "media")]
    return with_client(client, |client, now| client.set_low_battery(now, CallId(call_id), low != 0));
    #[cfg(not(feature = "media"))]
    {
        let _ = (call_id, low);
        super::audio::without_sound(client)
    }
}

/// Why a call ended, while it is remembered: the last ten are. `TGCALL_ERR_STATE` until it has.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn tgcall_call_get_end(
    client: *const tgcall_client,
    call_id: u64,
    end_out: *mut tgcall_end,
) -> tgcall_status {
    with_client(client, |client, _| {
        // SAFETY: see the contract of the module.
        let end_out = unsafe { out(end_out, "end_out") }?;
        end_out.set(client.end(CallId(call_id))?.into());
        Ok(())
    })
}

/// The four emoji that users compare. Of a private call valid from `TGCALL_CALL_STATE_CONNECTING` on, else `TGCALL_ERR_STATE`; not for
/// attached calls, whose library has them. Of a conference valid while `TGCALL_EVENT_GROUP_VERIFIED` said that they are there: who sees the
/// same is in with the same people and keys. The texts live for ever.
///
/// cbindgen:ptrs-as-arrays=[[emoji_out;4]]
#[unsafe(no_mangle)]
pub unsafe extern "C" fn tgcall_call_get_emoji(
    client: *const tgcall_client,
    call_id: u64,
    emoji_out: *mut tgcall_text,
) -> tgcall_status {
    with_client(client, |client, _| {
        // SAFETY: see the contract of the module; the header asks for an array of four.
        let emoji_out = unsafe { out(emoji_out.cast::<[tgcall_text; 4]>(), "emoji_out") }?;
        emoji_out.set(client.emoji(CallId(call_id))?.map(tgcall_text::from_c_str));
        Ok(())
    })
}

const _: () = {
    assert!(DiscardReason::Busy as u32 == tgcall_discard_reason::TGCALL_DISCARD_REASON_BUSY as u32);
    assert!(Direction::Incoming as u32 == tgcall_direction::TGCALL_DIRECTION_INCOMING as u32);
    assert!(CallKind::Group as u32 == tgcall_call_kind::TGCALL_CALL_KIND_GROUP as u32);
    assert!(CallKind::Private as u32 == tgcall_call_kind::TGCALL_CALL_KIND_PRIVATE as u32);
    assert!(Switches::MUTED.0 == tgcall_switches::TGCALL_SWITCHES_MUTED as u32);
    assert!(Switches::CAMERA.0 == tgcall_switches::TGCALL_SWITCHES_CAMERA as u32);
    assert!(Switches::CAMERA_PAUSED.0 == tgcall_switches::TGCALL_SWITCHES_CAMERA_PAUSED as u32);
    assert!(Switches::SCREEN.0 == tgcall_switches::TGCALL_SWITCHES_SCREEN as u32);
    assert!(Switches::SCREEN_PAUSED.0 == tgcall_switches::TGCALL_SWITCHES_SCREEN_PAUSED as u32);
    assert!(Switches::LOW_BATTERY.0 == tgcall_switches::TGCALL_SWITCHES_LOW_BATTERY as u32);
};
