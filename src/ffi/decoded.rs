//! News from Telegram as decoded objects, for hosts that have no TL bytes at hand.
//!
//! Beside `tgcall_client_handle_update` and `tgcall_client_handle_answer`: the same news field by field, in any mixture,
//! under Telegram's own names. News that is stale is ignored.

use super::bytes::{bytes_in, out};
use super::call::discard_reason;
use super::handle::{tgcall_client, with_client};
use super::status::{self, tgcall_status, tgcall_status::*};
use crate::client::Requested;
use crate::types::{CallId, RequestId};
use core::ffi::c_int;

/// `messages.dhConfig`, with the request it answers; an empty `p` is `messages.dhConfigNotModified`.
/// `TGCALL_ERR_NOT_FOUND` if nobody waits for it any more; `TGCALL_ERR_ARGUMENT` if the request was for something else.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn tgcall_client_handle_dh_config(
    client: *mut tgcall_client,
    request_id: u64,
    g: i32,
    p: *const u8,
    p_size: usize,
    version: i32,
    random: *const u8,
    random_size: usize,
) -> tgcall_status {
    with_client(client, |client, now| {
        // SAFETY: see the contract of the module.
        let (p, random) = unsafe { (bytes_in(p, p_size, "p")?, bytes_in(random, random_size, "random")?) };
        client.handle_dh_config(now, RequestId(request_id), g, p, version, random)
    })
}

/// `phoneCallRequested`. `TGCALL_EMPTY` with call 0 for one that is known, too old, not for us, or answered busy.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn tgcall_client_handle_requested(
    client: *mut tgcall_client,
    telegram_id: i64,
    access_hash: i64,
    admin_id: i64,
    date_s: i32,
    video: c_int,
    g_a_hash: *const u8,
    size: usize,
    call_id_out: *mut u64,
) -> tgcall_status {
    with_client(client, |client, now| {
        // SAFETY: see the contract of the module.
        let (g_a_hash, call_id_out) =
            unsafe { (bytes_in(g_a_hash, size, "g_a_hash")?, out(call_id_out, "call_id_out")?) };
        call_id_out.set(0);
        let requested = Requested { telegram_id, access_hash, admin_id, date_s, is_video: video != 0, g_a_hash };
        Ok(match client.handle_requested(now, &requested)? {
            Some(call) => {
                call_id_out.set(call.0);
                TGCALL_OK
            }
            None => status::fail(TGCALL_EMPTY, "the call is known, stale, not for this account, or answered busy"),
        })
    })
}

/// `phoneCallWaiting`. `TGCALL_EMPTY` for that of another call.
/// @param receive_date_s  When a device of theirs showed up; 0 if it has none.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn tgcall_call_handle_waiting(
    client: *mut tgcall_client,
    call_id: u64,
    telegram_id: i64,
    access_hash: i64,
    receive_date_s: i32,
) -> tgcall_status {
    with_client(client, |client, now| {
        client.handle_waiting(now, CallId(call_id), telegram_id, access_hash, receive_date_s)
    })
}

/// `phoneCallAccepted`.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn tgcall_call_handle_accepted(
    client: *mut tgcall_client,
    call_id: u64,
    g_b: *const u8,
    size: usize,
) -> tgcall_status {
    with_client(client, |client, now| {
        // SAFETY: see the contract of the module.
        client.handle_accepted(now, CallId(call_id), unsafe { bytes_in(g_b, size, "g_b") }?)
    })
}

/// `phoneCall`: the final one, on either side. Its servers follow by `tgcall_call_add_reflector` and `tgcall_call_add_webrtc`, then
/// `tgcall_connect`.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn tgcall_call_handle_confirmed(
    client: *mut tgcall_client,
    call_id: u64,
    g_a_or_b: *const u8,
    size: usize,
    key_fingerprint: i64,
) -> tgcall_status {
    with_client(client, |client, now| {
        // SAFETY: see the contract of the module.
        let g_a_or_b = unsafe { bytes_in(g_a_or_b, size, "g_a_or_b") }?;
        client.handle_confirmed(now, CallId(call_id), g_a_or_b, key_fingerprint)
    })
}

/// `phoneCallDiscarded`.
/// @param reason  One of `tgcall_discard_reason`; `TGCALL_DISCARD_REASON_AUTO` if it has none.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn tgcall_call_handle_discarded(
    client: *mut tgcall_client,
    call_id: u64,
    reason: u32,
    need_rating: c_int,
    need_debug: c_int,
) -> tgcall_status {
    with_client(client, |client, now| {
        client.handle_discarded(now, CallId(call_id), discard_reason(reason)?, need_rating != 0, need_debug != 0)
    })
}
