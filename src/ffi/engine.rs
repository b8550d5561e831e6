//! `TGCALL_MEDIA_HOST`: the host's own engine carries the sound.

use super::bytes::{bytes_in, copy_out, out};
use super::handle::{tgcall_client, with_client};
use super::status::tgcall_status;
use crate::types::CallId;
use core::ffi::c_int;

/// The 256-byte key; wipe it after use. Valid from `TGCALL_CALL_STATE_CONNECTING` until the end, else
/// `TGCALL_ERR_STATE`.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn tgcall_call_get_key(
    client: *const tgcall_client,
    call_id: u64,
    buffer: *mut u8,
    capacity: usize,
    size_out: *mut usize,
) -> tgcall_status {
    with_client(client, |client, _| {
        // SAFETY: see the contract of the module.
        unsafe { copy_out(client.key(CallId(call_id))?.expose(), buffer, capacity, &out(size_out, "size_out")?) }
    })
}

/// The final `phoneCall` with its servers, as TL bytes; not for a call that came decoded. Valid as `tgcall_call_get_key`.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn tgcall_call_get_phone_call(
    client: *const tgcall_client,
    call_id: u64,
    buffer: *mut u8,
    capacity: usize,
    size_out: *mut usize,
) -> tgcall_status {
    with_client(client, |client, _| {
        // SAFETY: see the contract of the module.
        unsafe { copy_out(client.phone_call(CallId(call_id))?, buffer, capacity, &out(size_out, "size_out")?) }
    })
}

/// Takes a packet of the engine's, of 1 to 65536 bytes, to the other side. Valid as `tgcall_call_get_key`.
/// @return `TGCALL_ERR_UNSUPPORTED` if the sound is ours; `TGCALL_ERR_LIMIT` for a longer packet.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn tgcall_call_send_signaling(
    client: *mut tgcall_client,
    call_id: u64,
    packet: *const u8,
    size: usize,
) -> tgcall_status {
    with_client(client, |client, now| {
        // SAFETY: see the contract of the module.
        client.send_signaling(now, CallId(call_id), unsafe { bytes_in(packet, size, "packet") }?)
    })
}

/// Tells whether the engine is connected: the call goes to ACTIVE or RECONNECTING, and its duration is counted. Valid as
/// `tgcall_call_get_key`; `TGCALL_ERR_UNSUPPORTED` if the sound is ours.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn tgcall_call_set_connected(
    client: *mut tgcall_client,
    call_id: u64,
    connected: c_int,
) -> tgcall_status {
    with_client(client, |client, now| client.set_connected(now, CallId(call_id), connected != 0))
}
