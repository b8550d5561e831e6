//! A group call that the host's own Telegram library joins.

use super::handle::tgcall_client;
use super::media;
use super::peer::tgcall_peer;
use super::status::tgcall_status;
use core::ffi::{c_char, c_int, c_void};
#[cfg(not(feature = "media"))]
use {super::audio::without_sound, super::call::make_call, crate::error::Error};
#[cfg(feature = "media")]
use {
    super::bytes::{bytes_in, copy_out, out, text_in},
    super::call::make_call,
    super::handle::with_client,
    super::peer::peer_in,
    super::video::source_in,
    crate::client::group::{PartOutcome, ShownVideo},
    crate::error::Error,
    crate::types::{CallId, RequestId},
};

/// Begins a group call that the host's Telegram library joins, because it has no other way: TDLib. The library that joins also checks,
/// comes back and leaves; no INVOKE follows, and what is said to Telegram about the own microphone is said there, too. In short:
///
/// ```text
/// tgcall_group_attach(client, 0, userdata, &call);
/// tgcall_group_get_payload(client, call, buffer, sizeof buffer, &size, &source);       TDLib: joinVideoChat
/// tgcall_group_connect(client, call, source, text);                                    what it was answered
/// tgcall_group_handle_participant(client, call, &peer, source, 10000);                 updateGroupCallParticipant
/// ```
///
/// The first payload is there when this returns, and each further one with `TGCALL_EVENT_GROUP_JOIN`. `tgcall_group_join` makes one when
/// Telegram says that we are out and have to join again (TDLib: need_rejoin). One is of a screen, when the source of that event is: it is
/// shown by `tgcall_video_start` while we are in, shared with that payload (TDLib: startGroupCallScreenSharing), and answered as the others
/// are; `tgcall_video_stop` stops it, also when Telegram does not take it. `tgcall_discard` ends the call here. What is asked of
/// Telegram in other calls (`tgcall_group_set_title` and the like) is `TGCALL_ERR_STATE` here.
/// @param muted        As in `tgcall_group_join`.
/// @param userdata     As in `tgcall_request`.
/// @param call_id_out  Valid at once.
/// @return `TGCALL_ERR_LIMIT` for the 17th group call; `TGCALL_ERR_UNSUPPORTED` with `TGCALL_MEDIA_HOST`.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn tgcall_group_attach(
    client: *mut tgcall_client,
    muted: c_int,
    userdata: *mut c_void,
    call_id_out: *mut u64,
) -> tgcall_status {
    // SAFETY: see the contract of the module.
    unsafe {
        make_call(client, userdata, call_id_out, |client, now| {
            media!(
                client.attach_group(now, muted != 0),
                else (client, now, muted) Err(Error::unsupported("this library was built for signalling only"))
            )
        })
    }
}

/// What the host's library is to join an attached group call with, or to share the screen with: there is never more than one. It holds a password: hand it on, and forget it.
/// @param buffer      Takes JSON, without a NUL: 1024 bytes are enough. (NULL, 0) asks for the size alone.
/// @param source_out  Goes with it (TDLib: audio_source_id).
/// @return `TGCALL_ERR_STATE` if the call is not attached, or no payload waits; `TGCALL_ERR_BUFFER` if it does not fit, with the size.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn tgcall_group_get_payload(
    client: *const tgcall_client,
    call_id: u64,
    buffer: *mut c_char,
    capacity: usize,
    size_out: *mut usize,
    source_out: *mut i32,
) -> tgcall_status {
    media!(
        with_client(client, |client, _| {
            // SAFETY: see the contract of the module.
            let (size_out, source_out) = unsafe { (out(size_out, "size_out")?, out(source_out, "source_out")?) };
            size_out.set(0);
            source_out.set(0);
            let payload = client.group_payload(CallId(call_id))?;
            // SAFETY: as above.
            unsafe { copy_out(payload.json.expose().as_bytes(), buffer.cast(), capacity, &size_out) }?;
            source_out.set(payload.source);
            Ok(())
        }),
        else (call_id, buffer, capacity, size_out, source_out) without_sound(client)
    )
}

/// What the host's library was answered when it joined with the payload, which is used up with it.
/// @param source  That of the payload: an answer to an older one, which came late, is `TGCALL_ERR_STATE`, and is to be forgotten.
/// @param params  JSON, of up to 256 KiB (TDLib: the text that joinVideoChat gives; in TL `updateGroupCallConnection.params`).
/// @return `TGCALL_ERR_STATE` if the call is not attached, or this payload does not wait; `TGCALL_ERR_ARGUMENT` if it is no answer, and the payload waits on.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn tgcall_group_connect(
    client: *mut tgcall_client,
    call_id: u64,
    source: i32,
    params: *const c_char,
) -> tgcall_status {
    media!(
        with_client(client, |client, now| {
            // SAFETY: see the contract of the module.
            client.connect_group(now, CallId(call_id), source, unsafe { text_in(params, "params") }?)
        }),
        else (call_id, source, params) without_sound(client)
    )
}

/// What became of a part of a live stream.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u32)]
#[allow(dead_code, reason = "spelled out for the header; C hands in numbers")]
pub enum tgcall_part {
    TGCALL_PART_NONE = 0,
    /// It is here.
    TGCALL_PART_HERE = 1,
    /// It is not there yet, or Telegram wants a pause: it is asked for again in a moment.
    TGCALL_PART_NOT_YET = 2,
    /// It cannot be had: the stream is looked for anew.
    TGCALL_PART_FAILED = 3,
}

/// A part of a live stream that an attached group call wanted by `TGCALL_EVENT_STREAM_PART`.
/// @param request  Of that event.
/// @param outcome  `tgcall_part`: TGCALL_PART_HERE, TGCALL_PART_NOT_YET (the error TIME_TOO_BIG, or a wait), TGCALL_PART_FAILED.
/// @param data     The part, of up to 1 MiB, copied (TDLib: the data of getVideoChatStreamSegment); (NULL, 0): there is nothing in this second.
/// @return `TGCALL_ERR_STATE` if the call is not attached; `TGCALL_ERR_NOT_FOUND` if nobody waits for it any more.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn tgcall_group_handle_part(
    client: *mut tgcall_client,
    call_id: u64,
    request: u64,
    outcome: u32,
    data: *const u8,
    size: usize,
) -> tgcall_status {
    media!(
        with_client(client, |client, now| {
            // SAFETY: see the contract of the module.
            let data = unsafe { bytes_in(data, size, "data") }?;
            let outcome = match outcome {
                1 => PartOutcome::Here(data),
                2 => PartOutcome::NotYet,
                3 => PartOutcome::Failed,
                _ => return Err(Error::argument(format!("{outcome} is no tgcall_part"))),
            };
            client.handle_part(now, CallId(call_id), RequestId(request), outcome)
        }),
        else (call_id, request, outcome, data, size) without_sound(client)
    )
}

/// Where the live stream of an attached group call is, which has asked by a `TGCALL_EVENT_STREAM_PART` of the time 0.
/// @param request       Of that event.
/// @param last_time_ms  Of the first channel there is (TDLib: time_offset of getVideoChatStreams); 0: nobody streams, or it cannot be
///                      told. It is asked again in a second.
/// @return As `tgcall_group_handle_part`.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn tgcall_group_handle_channels(
    client: *mut tgcall_client,
    call_id: u64,
    request: u64,
    last_time_ms: i64,
) -> tgcall_status {
    media!(
        with_client(client, |client, now| {
            client.handle_channels(now, CallId(call_id), RequestId(request), last_time_ms)
        }),
        else (call_id, request, last_time_ms) without_sound(client)
    )
}

/// Somebody is in an attached group call, or has changed: his sound is heard from here on, and `tgcall_group_get_roster` has him. His
/// pictures stay as they are.
/// @param peer    Anybody but ourselves. The access hash is of no use.
/// @param source  Of his sound (TDLib: audio_source_id); 0: he sends none.
/// @param volume  0 to 20000, where 10000 is 100 %; 0: he is not to be heard here.
/// @return `TGCALL_ERR_STATE` if the call is not attached; `TGCALL_ERR_LIMIT` for more than 20000 people.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn tgcall_group_handle_participant(
    client: *mut tgcall_client,
    call_id: u64,
    peer: *const tgcall_peer,
    source: i32,
    volume: u32,
) -> tgcall_status {
    media!(
        with_client(client, |client, now| {
            // SAFETY: see the contract of the module.
            client.handle_participant(now, CallId(call_id), unsafe { peer_in(peer, "peer") }?, source, volume)
        }),
        else (call_id, peer, source, volume) without_sound(client)
    )
}

/// He has left the attached group call (TDLib: his order is empty). Of somebody unknown it says nothing.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn tgcall_group_remove_participant(
    client: *mut tgcall_client,
    call_id: u64,
    peer: *const tgcall_peer,
) -> tgcall_status {
    media!(
        with_client(client, |client, now| {
            // SAFETY: see the contract of the module.
            client.remove_participant(now, CallId(call_id), unsafe { peer_in(peer, "peer") }?)
        }),
        else (call_id, peer) without_sound(client)
    )
}

/// What somebody in an attached group call shows.
/// @param video_source   A `tgcall_video_source`: camera or screen.
/// @param endpoint       The name of the picture, of up to 256 bytes (TDLib: endpoint_id); NULL or empty: he shows nothing any more.
/// @param source_groups  JSON, an array of objects with semantics and sources, or source_ids as TDLib has them.
/// @param audio_source   Of the sound that goes with a screen (TDLib: screen_sharing_audio_source_id); 0: none.
/// @param paused         Not 0: the picture stands still.
/// @return `TGCALL_ERR_STATE` if the call is not attached, or he is not in it.
#[unsafe(no_mangle)]
#[allow(clippy::too_many_arguments, reason = "field by field, as Telegram has it")]
pub unsafe extern "C" fn tgcall_group_handle_video(
    client: *mut tgcall_client,
    call_id: u64,
    peer: *const tgcall_peer,
    video_source: u32,
    endpoint: *const c_char,
    source_groups: *const c_char,
    audio_source: i32,
    paused: c_int,
) -> tgcall_status {
    media!(
        with_client(client, |client, now| {
            // SAFETY: see the contract of the module.
            let (peer, endpoint, source_groups) = unsafe {
                (peer_in(peer, "peer")?, text_in(endpoint, "endpoint")?, text_in(source_groups, "source_groups")?)
            };
            let shown = ShownVideo { endpoint, source_groups, audio_source, is_paused: paused != 0 };
            let shown = (!endpoint.is_empty()).then_some(shown);
            client.handle_participant_video(now, CallId(call_id), peer, source_in(video_source)?, shown)
        }),
        else (call_id, peer, video_source, endpoint, source_groups, audio_source, paused) without_sound(client)
    )
}
