//! A call whose key the host made, and the servers of a call that comes decoded.

use super::bytes::{bytes_in, text_in};
use super::call::make_call;
use super::handle::{tgcall_client, with_client};
use super::status::tgcall_status;
use crate::client::{Reflector, Webrtc};
use crate::types::CallId;
use core::ffi::{c_char, c_int, c_void};

/// Takes over a call for which the host's Telegram library agreed on the key: attach, add each server, connect. No
/// INVOKE follows; signaling leaves by `TGCALL_EVENT_SIGNALING_SEND` and arrives by `tgcall_call_handle_signaling`.
/// @param outgoing  Whether we are the caller.
/// @param key       256 bytes, copied.
/// @param userdata  As in `tgcall_request`.
/// @return `TGCALL_ERR_LIMIT` if as many calls are up as the configuration allows; `TGCALL_ERR_UNSUPPORTED` with
/// `TGCALL_MEDIA_HOST`, where there is nothing to attach.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn tgcall_attach(
    client: *mut tgcall_client,
    outgoing: c_int,
    key: *const u8,
    key_size: usize,
    userdata: *mut c_void,
    call_id_out: *mut u64,
) -> tgcall_status {
    // SAFETY: see the contract of the module.
    unsafe {
        make_call(client, userdata, call_id_out, |client, now| {
            client.attach(now, outgoing != 0, bytes_in(key, key_size, "key")?)
        })
    }
}

/// A relay of Telegram's, field by field as Telegram named it. Add all of one call, also those that look useless: both
/// sides number them. Valid until `tgcall_connect`, then `TGCALL_ERR_STATE`; more than 64 servers of a call are
/// `TGCALL_ERR_LIMIT`.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn tgcall_call_add_reflector(
    client: *mut tgcall_client,
    call_id: u64,
    id: i64,
    ip: *const c_char,
    ipv6: *const c_char,
    port: u16,
    peer_tag: *const u8,
    peer_tag_size: usize,
    tcp: c_int,
) -> tgcall_status {
    with_client(client, |client, _| {
        // SAFETY: see the contract of the module.
        let reflector = unsafe {
            Reflector {
                id,
                ip: text_in(ip, "ip")?,
                ipv6: text_in(ipv6, "ipv6")?,
                port,
                peer_tag: bytes_in(peer_tag, peer_tag_size, "peer_tag")?,
                is_tcp: tcp != 0,
            }
        };
        client.add_reflector(CallId(call_id), &reflector)
    })
}

/// A STUN or TURN server, as `tgcall_call_add_reflector`.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn tgcall_call_add_webrtc(
    client: *mut tgcall_client,
    call_id: u64,
    id: i64,
    ip: *const c_char,
    ipv6: *const c_char,
    port: u16,
    username: *const c_char,
    password: *const c_char,
    turn: c_int,
    stun: c_int,
) -> tgcall_status {
    with_client(client, |client, _| {
        // SAFETY: see the contract of the module.
        let webrtc = unsafe {
            Webrtc {
                id,
                ip: text_in(ip, "ip")?,
                ipv6: text_in(ipv6, "ipv6")?,
                port,
                username: text_in(username, "username")?,
                password: text_in(password, "password")?,
                is_turn: turn != 0,
                is_stun: stun != 0,
            }
        };
        client.add_webrtc(CallId(call_id), &webrtc)
    })
}

/// Starts the media. Valid in `TGCALL_CALL_STATE_ATTACHED`, or in CONNECTING after `tgcall_call_handle_confirmed`; else
/// `TGCALL_ERR_STATE`. `TGCALL_ERR_UNSUPPORTED` for a version we do not speak: the call then has to be discarded.
/// @param version            The first of the agreed `library_versions`.
/// @param p2p_allowed        From Telegram; the configuration may be stricter.
/// @param custom_parameters  Telegram's JSON, or NULL. `TGCALL_ERR_LIMIT` for more than 65536 bytes.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn tgcall_connect(
    client: *mut tgcall_client,
    call_id: u64,
    version: *const c_char,
    p2p_allowed: c_int,
    custom_parameters: *const c_char,
) -> tgcall_status {
    with_client(client, |client, now| {
        // SAFETY: see the contract of the module.
        let (version, custom) =
            unsafe { (text_in(version, "version")?, text_in(custom_parameters, "custom_parameters")?) };
        client.connect(now, CallId(call_id), version, p2p_allowed != 0, custom)
    })
}

/// A signaling packet from the other side. It may come twice, late, out of order or too early. `TGCALL_EMPTY` for one
/// that is dropped, which is counted.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn tgcall_call_handle_signaling(
    client: *mut tgcall_client,
    call_id: u64,
    packet: *const u8,
    size: usize,
) -> tgcall_status {
    with_client(client, |client, now| {
        // SAFETY: see the contract of the module.
        client.handle_signaling(now, CallId(call_id), unsafe { bytes_in(packet, size, "packet") }?)
    })
}
