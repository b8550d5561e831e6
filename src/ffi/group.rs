//! A group call: opening it, going in, and the sound of each by himself.

use super::bytes::out;
use super::call::make_call;
use super::handle::tgcall_client;
use super::media;
use super::peer::tgcall_peer;
use super::roster::tgcall_roster;
use super::status::tgcall_status;
use core::ffi::{c_char, c_int, c_void};
#[cfg(not(feature = "media"))]
use {super::audio::without_sound, crate::error::Error};
#[cfg(feature = "media")]
use {
    super::audio::{silence, with_port},
    super::bytes::text_in,
    super::handle::with_client,
    super::peer::peer_in,
    super::status::tgcall_status::*,
    crate::client::{self, Peer},
    crate::error::Error,
    crate::media::audio::Sample,
    crate::types::{CallId, PeerId},
};

/// How the sound of a group call comes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[repr(u32)]
#[allow(dead_code, reason = "spelled out for the header")]
pub enum tgcall_group_mode {
    /// We have not been let in yet.
    #[default]
    TGCALL_GROUP_MODE_NONE = 0,
    /// From a media server, and ours goes there.
    TGCALL_GROUP_MODE_CONNECTED = 1,
    /// In parts of a second, of what is said; nothing of ours goes. Pulled as ever.
    TGCALL_GROUP_MODE_STREAM = 2,
    /// In parts, of one program that somebody broadcasts, with its picture: `tgcall_video_pull`.
    TGCALL_GROUP_MODE_RTMP = 3,
}

#[cfg(not(feature = "media"))]
fn unsupported<T>() -> Result<T, Error> {
    Err(Error::unsupported("this library was built for signalling only"))
}

/// Names a group call of a chat; nothing is sent. Set what is to be set, then join. It is a call as any other: the same ids, states and
/// events, `tgcall_discard` leaves it, `tgcall_audio_push_s16` and the like carry its sound, and the report says why it is silent.
/// Up to 16 may be up in a client, and they do not count in max_calls.
/// @param id           Telegram's, from the full chat, an update or a message. So is access_hash.
/// @param userdata     As in `tgcall_request`.
/// @param call_id_out  Valid at once.
/// @return `TGCALL_ERR_STATE` if it is open already; `TGCALL_ERR_LIMIT` for the 17th; `TGCALL_ERR_UNSUPPORTED` with
///         `TGCALL_MEDIA_HOST`.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn tgcall_group_open(
    client: *mut tgcall_client,
    id: i64,
    access_hash: i64,
    userdata: *mut c_void,
    call_id_out: *mut u64,
) -> tgcall_status {
    // SAFETY: see the contract of the module.
    unsafe {
        make_call(
            client,
            userdata,
            call_id_out,
            |client, now| media!(client.open_group(now, id, access_hash), else (client, now, id, access_hash) unsupported()),
        )
    }
}

/// Has Telegram make a group call in a chat. The id is good at once; `TGCALL_CALL_STATE_OPEN` tells that Telegram has made it, and
/// `TGCALL_EVENT_CALL_ENDED` that it has not. A chat has one at most: a new one ends the old one.
/// @param chat             A basic group or a channel.
/// @param title            NULL or empty: that of the chat. Telegram takes up to 64 characters, and this up to 1024 bytes.
/// @param schedule_unix_s  When it is announced to start, 10 s to 8 days ahead: it starts by `tgcall_group_start_scheduled`; 0: now.
/// @param rtmp             Not 0: one program, which somebody broadcasts by `tgcall_group_get_rtmp`.
/// @return `TGCALL_ERR_ARGUMENT` also for a chat that is none; else as `tgcall_group_open`.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn tgcall_group_create(
    client: *mut tgcall_client,
    chat: *const tgcall_peer,
    title: *const c_char,
    schedule_unix_s: i64,
    rtmp: c_int,
    userdata: *mut c_void,
    call_id_out: *mut u64,
) -> tgcall_status {
    // SAFETY: see the contract of the module.
    unsafe {
        make_call(client, userdata, call_id_out, |client, now| {
            media!(
                client.create_group(now, peer_in(chat, "chat")?, text_in(title, "title")?, schedule_unix_s, rtmp != 0),
                else (client, now, chat, title, schedule_unix_s, rtmp) unsupported()
            )
        })
    }
}

/// As whom to join, of those that `tgcall_group_get_join_as` tells. Valid before `tgcall_group_join`, else `TGCALL_ERR_STATE`. Default: as
/// oneself.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn tgcall_group_set_join_as(
    client: *mut tgcall_client,
    call_id: u64,
    peer: *const tgcall_peer,
) -> tgcall_status {
    media!(
        // SAFETY: see the contract of the module.
        with_client(client, |client, now| client.set_join_as(now, CallId(call_id), unsafe { peer_in(peer, "peer") }?)),
        else (call_id, peer) without_sound(client)
    )
}

/// The hash of the link by which we are invited: who joins by it may speak. Valid before `tgcall_group_join`, else `TGCALL_ERR_STATE`.
/// NULL or empty: none. `TGCALL_ERR_LIMIT` for more than 1024 bytes.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn tgcall_group_set_invite_hash(
    client: *mut tgcall_client,
    call_id: u64,
    hash: *const c_char,
) -> tgcall_status {
    media!(
        with_client(client, |client, now| {
            // SAFETY: see the contract of the module.
            client.set_invite_hash(now, CallId(call_id), unsafe { text_in(hash, "hash") }?)
        }),
        else (call_id, hash) without_sound(client)
    )
}

/// Goes in. From here on staying in, and coming back after an outage, is the library's business: `TGCALL_CALL_STATE_RECONNECTING`
/// tells of it, and `TGCALL_EVENT_CALL_ENDED` when it was given up or is over. A call that is scheduled is waited for in
/// `TGCALL_CALL_STATE_JOINING`. `tgcall_audio_set_muted` changes later what `muted` says now. An attached call gets a new payload, to be
/// joined anew: `tgcall_group_attach`.
/// @return `TGCALL_ERR_STATE` if the call is neither `TGCALL_CALL_STATE_OPEN` nor attached; `TGCALL_ERR_LIMIT` for an invitation that rings while
///         16 other group calls are up.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn tgcall_group_join(client: *mut tgcall_client, call_id: u64, muted: c_int) -> tgcall_status {
    media!(
        with_client(client, |client, now| client.join_group(now, CallId(call_id), muted != 0)),
        else (call_id, muted) without_sound(client)
    )
}

/// Whether `TGCALL_EVENT_GROUP_LEVELS` tells who speaks. Default no.
/// @return `TGCALL_ERR_STATE` for a private call; so of every function here.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn tgcall_group_set_levels(client: *mut tgcall_client, call_id: u64, on: c_int) -> tgcall_status {
    media!(
        with_client(client, |client, now| client.set_group_levels(now, CallId(call_id), on != 0)),
        else (call_id, on) without_sound(client)
    )
}

/// How the sound of the call comes.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn tgcall_group_get_mode(
    client: *const tgcall_client,
    call_id: u64,
    mode_out: *mut tgcall_group_mode,
) -> tgcall_status {
    media!(
        with_client(client, |client, _| {
            // SAFETY: see the contract of the module.
            let mode_out = unsafe { out(mode_out, "mode_out") }?;
            mode_out.set(match client.group_mode(CallId(call_id))? {
                client::Mode::None => tgcall_group_mode::TGCALL_GROUP_MODE_NONE,
                client::Mode::Connected => tgcall_group_mode::TGCALL_GROUP_MODE_CONNECTED,
                client::Mode::Stream => tgcall_group_mode::TGCALL_GROUP_MODE_STREAM,
                client::Mode::Rtmp => tgcall_group_mode::TGCALL_GROUP_MODE_RTMP,
            });
            Ok(())
        }),
        else (call_id, mode_out) without_sound(client)
    )
}

/// The call and who is in it, as of now: shared with the client and not copied, so it costs little to take, and good on any thread,
/// also after the client. It is loaded from when we are in, and grows by pages of 100; of an ended call it is empty.
/// @param roster_out  The host's until `tgcall_roster_free`; NULL after a failure.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn tgcall_group_get_roster(
    client: *const tgcall_client,
    call_id: u64,
    roster_out: *mut *mut tgcall_roster,
) -> tgcall_status {
    // SAFETY: see the contract of the module.
    let roster_out = unsafe { out(roster_out, "roster_out") };
    if let Ok(roster_out) = &roster_out {
        roster_out.set(core::ptr::null_mut());
    }
    media!(
        with_client(client, |client, _| {
            let roster = tgcall_roster::new(client.roster(CallId(call_id))?);
            roster_out?.set(Box::into_raw(Box::new(roster)));
            Ok(())
        }),
        else (call_id) without_sound(client)
    )
}

/// Whether each who is heard comes by himself, for recorders and bridges, and not all of them as one, with their volumes, which is the
/// default. Valid at any time. Then `tgcall_group_pull_s16` and the like pull, `tgcall_audio_set_delivery` hands over a frame for each,
/// and `tgcall_audio_pull_s16` is `TGCALL_ERR_STATE`. Of all as one up to 10 are heard at a time, each by himself up to 24.
/// @return `TGCALL_ERR_STATE` also once the call is over.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn tgcall_group_set_separate(
    client: *mut tgcall_client,
    call_id: u64,
    separate: c_int,
) -> tgcall_status {
    media!(
        with_client(client, |client, now| client.set_separate(now, CallId(call_id), separate != 0)),
        else (call_id, separate) without_sound(client)
    )
}

/// Whose sound is pulled.
///
/// # Safety
/// As [`peer_in`].
#[cfg(feature = "media")]
unsafe fn key_in(peer: *const tgcall_peer) -> Result<u64, Error> {
    // SAFETY: as the caller promises.
    let peer: Peer = unsafe { peer_in(peer, "peer") }?;
    peer.id().map(PeerId::key).ok_or(Error::argument("of ourselves nothing is heard"))
}

/// # Safety
/// `peer` is null or readable, `samples_out` null or writable for `frame_count` frames.
#[cfg(feature = "media")]
unsafe fn pull<S: Sample>(
    client: *mut tgcall_client,
    call_id: u64,
    peer: *const tgcall_peer,
    rate_hz: u32,
    channels: u32,
    samples_out: *mut S,
    frame_count: usize,
) -> tgcall_status {
    // SAFETY: as the caller promises.
    let (samples, key) = unsafe { (silence(channels, samples_out, frame_count), key_in(peer)) };
    with_port(client, call_id, |port| {
        Ok(if port.pull_of(key?, rate_hz, channels, samples?)? { TGCALL_OK } else { TGCALL_EMPTY })
    })
}

/// As `tgcall_audio_pull_s16`, of one participant in a call that is separate. One thread pulls all of a call. `TGCALL_EMPTY`: all of it is
/// silence, as he is not in the call, is not heard, or says nothing. It waits for no lock of the client.
/// @param peer  Kind and id count. SELF is `TGCALL_ERR_ARGUMENT`.
/// @return `TGCALL_ERR_STATE` if the call is not separate, Opus is to be pulled, or another thread is pulling.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn tgcall_group_pull_s16(
    client: *mut tgcall_client,
    call_id: u64,
    peer: *const tgcall_peer,
    rate_hz: u32,
    channels: u32,
    samples_out: *mut i16,
    frame_count: usize,
) -> tgcall_status {
    media!(
        // SAFETY: see the contract of the module.
        unsafe { pull(client, call_id, peer, rate_hz, channels, samples_out, frame_count) },
        else (call_id, peer, rate_hz, channels, samples_out, frame_count) without_sound(client)
    )
}

/// The same with samples from -1 to 1.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn tgcall_group_pull_f32(
    client: *mut tgcall_client,
    call_id: u64,
    peer: *const tgcall_peer,
    rate_hz: u32,
    channels: u32,
    samples_out: *mut f32,
    frame_count: usize,
) -> tgcall_status {
    media!(
        // SAFETY: see the contract of the module.
        unsafe { pull(client, call_id, peer, rate_hz, channels, samples_out, frame_count) },
        else (call_id, peer, rate_hz, channels, samples_out, frame_count) without_sound(client)
    )
}

/// As `tgcall_audio_pull_opus`, of one participant in a call that is separate: untouched, so nothing is decoded here. `TGCALL_EMPTY` when
/// there is none.
/// @param peer           As in `tgcall_group_pull_s16`.
/// @param capacity       1275 is enough for every packet; it is not asked for alone.
/// @param timestamp_out  Counts samples at 48 kHz; a gap is a pause or a loss.
/// @return `TGCALL_ERR_BUFFER` if it does not fit, and it stays; `TGCALL_ERR_STATE` if the call is not separate or PCM is to be pulled.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn tgcall_group_pull_opus(
    client: *mut tgcall_client,
    call_id: u64,
    peer: *const tgcall_peer,
    buffer: *mut u8,
    capacity: usize,
    size_out: *mut usize,
    timestamp_out: *mut u32,
) -> tgcall_status {
    media!(
        with_port(client, call_id, |port| {
            // SAFETY: see the contract of the module.
            let (key, size_out, timestamp_out) =
                unsafe { (key_in(peer)?, out(size_out, "size_out")?, out(timestamp_out, "timestamp_out")?) };
            size_out.set(0);
            timestamp_out.set(0);
            if buffer.is_null() || capacity > isize::MAX as usize {
                return Err(Error::argument("buffer is NULL, or its capacity is impossible"));
            }
            // SAFETY: the host promises so many writable bytes; any byte is a u8.
            let buffer = unsafe { core::slice::from_raw_parts_mut(buffer, capacity) };
            let Some((size, timestamp)) = port.pull_opus_of(key, buffer)? else { return Ok(TGCALL_EMPTY) };
            size_out.set(size);
            timestamp_out.set(timestamp);
            Ok(TGCALL_OK)
        }),
        else (call_id, peer, buffer, capacity, size_out, timestamp_out) without_sound(client)
    )
}
