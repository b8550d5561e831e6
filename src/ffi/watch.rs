//! The pictures of others in a group call.

#[cfg(not(feature = "media"))]
use super::audio::without_sound;
use super::handle::tgcall_client;
use super::media;
use super::peer::tgcall_peer;
use super::status::tgcall_status;
use super::video::tgcall_video_frame;
#[cfg(feature = "media")]
use {
    super::audio::with_port,
    super::bytes::out,
    super::handle::with_client,
    super::peer::peer_in,
    super::status::tgcall_status::*,
    super::video::source_in,
    crate::client::Quality,
    crate::error::Error,
    crate::media::video::Origin,
    crate::types::{CallId, PeerId},
};

/// How large somebody's picture is wanted in a group call.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u32)]
#[allow(dead_code, reason = "spelled out for the header; C hands in numbers")]
pub enum tgcall_video_quality {
    /// Not at all.
    TGCALL_VIDEO_QUALITY_NONE = 0,
    /// 180 lines.
    TGCALL_VIDEO_QUALITY_THUMBNAIL = 1,
    /// Up to 360 lines.
    TGCALL_VIDEO_QUALITY_MEDIUM = 2,
    /// Up to 720 lines; of a screen no less either.
    TGCALL_VIDEO_QUALITY_FULL = 3,
}

#[cfg(feature = "media")]
fn quality_in(number: u32) -> Result<Option<Quality>, Error> {
    Ok(match number {
        0 => None,
        1 => Some(Quality::Thumbnail),
        2 => Some(Quality::Medium),
        3 => Some(Quality::Full),
        _ => return Err(Error::argument(format!("{number} is no tgcall_video_quality"))),
    })
}

/// Whose pictures, and which.
///
/// # Safety
/// As [`peer_in`].
#[cfg(feature = "media")]
unsafe fn origin_in(peer: *const tgcall_peer, source: u32) -> Result<Origin, Error> {
    // SAFETY: as the caller promises.
    let peer = unsafe { peer_in(peer, "peer") }?;
    let whose = peer.id().map(PeerId::key).ok_or(Error::argument("we see ourselves without a server"))?;
    Ok(Origin { whose: Some(whose), source: source_in(source)? })
}

/// Wants the camera or the screen of somebody from now on: nothing comes that was not asked for. It comes while he shows it, which
/// `tgcall_participant_get_switches` tells, and until he leaves; `TGCALL_EVENT_VIDEO_READY` tells of its frames. The server sends the
/// layer that fits, and a smaller one where the link is thin or many large ones are wanted: 4 for each FULL and 1 for each MEDIUM make
/// up to 16 together, and beyond that they get smaller.
/// @param peer     Somebody in the call; kind and id count.
/// @param source   One of `tgcall_video_source`.
/// @param quality  One of `tgcall_video_quality`; NONE: it comes no more, and what waits of it is gone.
/// @return `TGCALL_ERR_NOT_FOUND` also if he is not in the call; `TGCALL_ERR_LIMIT` for the 17th; `TGCALL_ERR_STATE` also if no codec is
///         set that this host decodes, for a private call, and once the call is over.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn tgcall_group_want_video(
    client: *mut tgcall_client,
    call_id: u64,
    peer: *const tgcall_peer,
    source: u32,
    quality: u32,
) -> tgcall_status {
    media!(
        with_client(client, |client, now| {
            // SAFETY: see the contract of the module.
            let peer = unsafe { peer_in(peer, "peer") }?;
            client.want_video(now, CallId(call_id), peer, source_in(source)?, quality_in(quality)?)
        }),
        else (call_id, peer, source, quality) without_sound(client)
    )
}

/// As `tgcall_video_pull`, of somebody in a group call. `TGCALL_EMPTY`, with NULL, also if it is not wanted.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn tgcall_group_pull_video(
    client: *mut tgcall_client,
    call_id: u64,
    peer: *const tgcall_peer,
    source: u32,
    frame_out: *mut *mut tgcall_video_frame,
) -> tgcall_status {
    media!(
        {
            // SAFETY: see the contract of the module.
            let (frame_out, origin) = unsafe { (out(frame_out, "frame_out"), origin_in(peer, source)) };
            if let Ok(frame_out) = &frame_out {
                frame_out.set(core::ptr::null_mut());
            }
            with_port(client, call_id, |port| {
                let frame_out = frame_out?;
                let Some(pulled) = port.pull_frame(origin?) else { return Ok(TGCALL_EMPTY) };
                frame_out.set(Box::into_raw(Box::new(tgcall_video_frame { pulled })));
                Ok(TGCALL_OK)
            })
        },
        else (call_id, peer, source) {
            if !frame_out.is_null() {
                // SAFETY: not null, and the host promises that it can be written.
                unsafe { frame_out.write(core::ptr::null_mut()) };
            }
            without_sound(client)
        }
    )
}

/// As `tgcall_video_want_key_frame`, of somebody in a group call. `TGCALL_OK` also if it is not wanted.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn tgcall_group_want_key_frame(
    client: *mut tgcall_client,
    call_id: u64,
    peer: *const tgcall_peer,
    source: u32,
) -> tgcall_status {
    media!(
        with_port(client, call_id, |port| {
            // SAFETY: see the contract of the module.
            port.want_key_frame(unsafe { origin_in(peer, source) }?);
            Ok(())
        }),
        else (call_id, peer, source) without_sound(client)
    )
}
