//! Pictures in and out of a call, encoded.

#[cfg(feature = "media")]
use super::audio::with_port;
#[cfg(not(feature = "media"))]
use super::audio::without_sound;
#[cfg(feature = "media")]
use super::bytes::{bytes_in, out};
use super::bytes::{tgcall_bytes, tgcall_text};
use super::config::{codecs_in, tgcall_video_codec};
use super::handle::tgcall_client;
#[cfg(feature = "media")]
use super::handle::with_client;
use super::status::tgcall_status;
#[cfg(feature = "media")]
use super::status::tgcall_status::*;
#[cfg(feature = "media")]
use crate::error::Error;
#[cfg(feature = "media")]
use crate::media::video::{PulledFrame, Pushed};
#[cfg(feature = "media")]
use crate::types::{CallId, VideoCodec, VideoSource};
use core::ffi::c_int;

/// An encoded picture that was received.
pub struct tgcall_video_frame {
    #[cfg(feature = "media")]
    pub pulled: PulledFrame,
}

#[cfg(feature = "media")]
pub fn source_in(number: u32) -> Result<VideoSource, Error> {
    VideoSource::from_number(number).ok_or_else(|| Error::argument(format!("{number} is no tgcall_video_source")))
}

/// What this host can encode and decode in one call, preferred first, instead of what the configuration says; as
/// `tgcall_config_set_video_codecs`.
/// @return `TGCALL_ERR_STATE` from `TGCALL_CALL_STATE_CONNECTING` on, when it is agreed on.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn tgcall_video_set_codecs(
    client: *mut tgcall_client,
    call_id: u64,
    encoded: *const u32,
    encoded_count: usize,
    decoded: *const u32,
    decoded_count: usize,
) -> tgcall_status {
    #[cfg(feature = "media")]
    return with_client(client, |client, now| {
        // SAFETY: see the contract of the module.
        let (encoded, decoded) =
            unsafe { (codecs_in(encoded, encoded_count, "encoded")?, codecs_in(decoded, decoded_count, "decoded")?) };
        client.set_video_codecs(now, CallId(call_id), &encoded, &decoded)
    });
    #[cfg(not(feature = "media"))]
    {
        // SAFETY: as above.
        let _ = unsafe { (codecs_in(encoded, encoded_count, ""), codecs_in(decoded, decoded_count, "")) };
        let _ = call_id;
        without_sound(client)
    }
}

/// Shows the camera or the screen, as soon as there is a call: before it connects it is part of the first offer, later it is
/// switched on. What to encode follows as `TGCALL_EVENT_VIDEO_ENCODE` once the other side has agreed, and again at each change.
/// Official apps show one picture in a private call: the screen takes the place of the camera, which comes back when the screen stops.
/// Once more with another size: it changes.
///
/// In a group call the camera goes in up to three layers, halved from one to the next, and the server chooses who sees which; each is
/// asked for by itself, and stopped when nobody wants it so large or the link is too thin. A host may encode one of them alone: all see
/// that. The screen goes beside it, in up to two layers, by a connection of its own that Telegram is asked for as soon as we are in; its
/// sound is pushed by `tgcall_audio_push_screen_s16`. `TGCALL_EVENT_VIDEO_STOPPED`: Telegram does not take it. In a
/// group call that is attached the host's library shares it: `TGCALL_EVENT_GROUP_JOIN`.
/// @param source        One of `tgcall_video_source`.
/// @param width         Of what is captured, in pixels: 1 to 16384. So is height.
/// @param frames_per_s  1 to 240.
/// @return `TGCALL_ERR_STATE` if no codec is set that this host encodes with; group calls have VP8, VP9 and H.264.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn tgcall_video_start(
    client: *mut tgcall_client,
    call_id: u64,
    source: u32,
    width: u32,
    height: u32,
    frames_per_s: u32,
) -> tgcall_status {
    #[cfg(feature = "media")]
    return with_client(client, |client, now| {
        client.start_video(now, CallId(call_id), source_in(source)?, width, height, frames_per_s)
    });
    #[cfg(not(feature = "media"))]
    {
        let _ = (call_id, source, width, height, frames_per_s);
        without_sound(client)
    }
}

/// Shows it no more. `TGCALL_OK` also if it is not shown.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn tgcall_video_stop(client: *mut tgcall_client, call_id: u64, source: u32) -> tgcall_status {
    #[cfg(feature = "media")]
    return with_client(client, |client, now| client.stop_video(now, CallId(call_id), source_in(source)?));
    #[cfg(not(feature = "media"))]
    {
        let _ = (call_id, source);
        without_sound(client)
    }
}

/// Pauses a source that is shown, or goes on with it: the other side is told, and while it is paused nothing is to be encoded.
/// @return `TGCALL_ERR_STATE` if it is not shown.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn tgcall_video_set_paused(
    client: *mut tgcall_client,
    call_id: u64,
    source: u32,
    paused: c_int,
) -> tgcall_status {
    #[cfg(feature = "media")]
    return with_client(client, |client, now| {
        client.set_video_paused(now, CallId(call_id), source_in(source)?, paused != 0)
    });
    #[cfg(not(feature = "media"))]
    {
        let _ = (call_id, source, paused);
        without_sound(client)
    }
}

/// How the other side is to turn the picture before it shows it, clockwise; from the next frame on.
/// @param degrees  0, 90, 180 or 270.
/// @return `TGCALL_ERR_STATE` if it is not shown.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn tgcall_video_set_rotation(
    client: *mut tgcall_client,
    call_id: u64,
    source: u32,
    degrees: u32,
) -> tgcall_status {
    #[cfg(feature = "media")]
    return with_client(client, |client, now| {
        client.set_video_rotation(now, CallId(call_id), source_in(source)?, degrees)
    });
    #[cfg(not(feature = "media"))]
    {
        let _ = (call_id, source, degrees);
        without_sound(client)
    }
}

/// Gives one encoded frame, as `TGCALL_EVENT_VIDEO_ENCODE` asked for it. It is copied. One thread pushes a source; it waits for no
/// lock of the client. Sound and picture of one moment, pushed at one moment, are shown together.
/// @param layer      0 in a private call; in a group call that of the event, 0 being the smallest.
/// @param codec      One of `tgcall_video_codec`.
/// @param timestamp  Counts 90000 a second; begins anywhere, and may wrap around.
/// @param key        Whether nothing before it is needed to decode it. The first frame has to be one, and the next after
///                   `TGCALL_EVENT_VIDEO_KEY_FRAME`.
/// @param frame      Up to 4 MiB.
/// @return `TGCALL_FULL` if the link is behind and nothing was taken: push it again, or skip it and go on with a key frame, which
///         is asked for, and before which nothing else is taken; `TGCALL_ERR_STATE` if nothing is to be encoded of this source, or another thread is
///         pushing it; `TGCALL_ERR_ARGUMENT` also for another codec or layer than was asked for; `TGCALL_ERR_NOT_FOUND` also once
///         the call is over.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn tgcall_video_push(
    client: *mut tgcall_client,
    call_id: u64,
    source: u32,
    layer: u32,
    codec: u32,
    timestamp: u32,
    key: c_int,
    frame: *const u8,
    size: usize,
) -> tgcall_status {
    #[cfg(feature = "media")]
    return with_port(client, call_id, |port| {
        let source = source_in(source)?;
        let codec = VideoCodec::from_number(codec)
            .ok_or_else(|| Error::argument(format!("{codec} is no tgcall_video_codec")))?;
        // SAFETY: see the contract of the module.
        let data = unsafe { bytes_in(frame, size, "frame") }?;
        port.push_frame(source, &Pushed { layer, codec, timestamp, is_key: key != 0, data })
    });
    #[cfg(not(feature = "media"))]
    {
        let _ = (call_id, source, layer, codec, timestamp, key, frame, size);
        without_sound(client)
    }
}

/// Takes the oldest frame that was received in a private call: whole, in order, from a key frame on. After a loss that cannot be mended the library
/// asks for a key frame, and nothing comes until it is there. Two seconds wait at most; then whole frames up to the next key
/// frame go. The frame is the host's until `tgcall_video_frame_free`, on any thread, also after the call. `TGCALL_EMPTY`, with
/// NULL: none waits. `TGCALL_ERR_NOT_FOUND` also once the call is over: what waited has gone with it. It takes no lock of the
/// client.
///
/// In a group call with `TGCALL_GROUP_MODE_RTMP`: the picture of the program, as `TGCALL_VIDEO_SOURCE_CAMERA`, H.264, each frame at
/// its time. Each part of a second begins with a key frame.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn tgcall_video_pull(
    client: *mut tgcall_client,
    call_id: u64,
    source: u32,
    frame_out: *mut *mut tgcall_video_frame,
) -> tgcall_status {
    #[cfg(feature = "media")]
    {
        // SAFETY: see the contract of the module.
        let frame_out = unsafe { out(frame_out, "frame_out") };
        if let Ok(frame_out) = &frame_out {
            frame_out.set(core::ptr::null_mut());
        }
        with_port(client, call_id, |port| {
            let frame_out = frame_out?;
            let Some(pulled) = port.pull_frame(source_in(source)?) else { return Ok(TGCALL_EMPTY) };
            frame_out.set(Box::into_raw(Box::new(tgcall_video_frame { pulled })));
            Ok(TGCALL_OK)
        })
    }
    #[cfg(not(feature = "media"))]
    {
        let _ = (call_id, source);
        if !frame_out.is_null() {
            // SAFETY: not null, and the host promises that it can be written.
            unsafe { frame_out.write(core::ptr::null_mut()) };
        }
        without_sound(client)
    }
}

/// The decoder has lost it: what waits of this source and is no use without a key frame goes, and the other side is asked for
/// one unless one waits. `TGCALL_ERR_NOT_FOUND` also once the call is over. It takes no lock of the client.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn tgcall_video_want_key_frame(
    client: *mut tgcall_client,
    call_id: u64,
    source: u32,
) -> tgcall_status {
    #[cfg(feature = "media")]
    return with_port(client, call_id, |port| {
        port.want_key_frame(source_in(source)?);
        Ok(())
    });
    #[cfg(not(feature = "media"))]
    {
        let _ = (call_id, source);
        without_sound(client)
    }
}

/// Frees a frame. NULL does nothing.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn tgcall_video_frame_free(frame: *mut tgcall_video_frame) {
    if !frame.is_null() {
        // SAFETY: from `tgcall_video_pull`, and the host gives it up.
        drop(unsafe { Box::from_raw(frame) });
    }
}

/// What a getter tells of a frame; nothing of NULL.
///
/// # Safety
/// `frame` is null, or the host's and alive.
unsafe fn look<T: Default>(frame: *const tgcall_video_frame, pick: impl FnOnce(&tgcall_video_frame) -> T) -> T {
    // SAFETY: as the caller promises.
    unsafe { frame.as_ref() }.map_or_else(T::default, pick)
}

/// What the decoder takes, lent until the frame is freed. Start codes of H.264 and H.265 have four bytes.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn tgcall_video_frame_get_bytes(frame: *const tgcall_video_frame) -> tgcall_bytes {
    // SAFETY: see the contract of the module.
    unsafe { look(frame, |frame| tgcall_bytes::lend(frame.data())) }
}

/// How it is encoded. It may change in the middle of a call, with a key frame.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn tgcall_video_frame_get_codec(frame: *const tgcall_video_frame) -> tgcall_video_codec {
    // SAFETY: see the contract of the module.
    unsafe { look(frame, tgcall_video_frame::codec) }
}

/// Counts 90000 a second; begins anywhere, and wraps around.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn tgcall_video_frame_get_timestamp(frame: *const tgcall_video_frame) -> u32 {
    // SAFETY: see the contract of the module.
    unsafe { look(frame, tgcall_video_frame::timestamp) }
}

/// How to turn the picture clockwise before it is shown: 0, 90, 180 or 270 degrees.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn tgcall_video_frame_get_rotation(frame: *const tgcall_video_frame) -> u32 {
    // SAFETY: see the contract of the module.
    unsafe { look(frame, tgcall_video_frame::rotation) }
}

/// Whether nothing before it is needed to decode it.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn tgcall_video_frame_is_key(frame: *const tgcall_video_frame) -> bool {
    // SAFETY: see the contract of the module.
    unsafe { look(frame, tgcall_video_frame::is_key) }
}

/// Of the picture before it is turned, in pixels; 0 where the frame does not say: only key frames do.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn tgcall_video_frame_get_width(frame: *const tgcall_video_frame) -> u32 {
    // SAFETY: see the contract of the module.
    unsafe { look(frame, |frame| frame.size().0) }
}

/// As `tgcall_video_frame_get_width`.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn tgcall_video_frame_get_height(frame: *const tgcall_video_frame) -> u32 {
    // SAFETY: see the contract of the module.
    unsafe { look(frame, |frame| frame.size().1) }
}

/// How far the picture is behind the sound that was pulled last, at this moment. Show it when that is no longer negative: by then
/// the sound of its moment has been pulled. Add what an audio device still holds of that. 0 while it is not known: no sound is
/// pulled, it is a group call that is no live stream, or the other side has not reported on both, as it does about once a second.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn tgcall_video_frame_get_delay_ms(frame: *const tgcall_video_frame) -> i32 {
    // SAFETY: see the contract of the module.
    unsafe { look(frame, tgcall_video_frame::delay_ms) }
}

/// Which picture of a live stream it is, as Telegram names it; lent until the frame is freed. Empty in all other calls.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn tgcall_video_frame_get_endpoint(frame: *const tgcall_video_frame) -> tgcall_text {
    // SAFETY: see the contract of the module.
    unsafe { look(frame, |frame| frame.endpoint()) }
}

#[cfg(feature = "media")]
impl tgcall_video_frame {
    fn endpoint(&self) -> tgcall_text {
        self.pulled.endpoint.as_deref().map_or_else(tgcall_text::empty, tgcall_text::lend)
    }

    fn data(&self) -> &[u8] {
        &self.pulled.frame.data
    }

    fn codec(&self) -> tgcall_video_codec {
        self.pulled.frame.codec.into()
    }

    fn timestamp(&self) -> u32 {
        self.pulled.frame.timestamp
    }

    fn rotation(&self) -> u32 {
        self.pulled.frame.rotation.degrees().into()
    }

    fn is_key(&self) -> bool {
        self.pulled.frame.is_key
    }

    fn size(&self) -> (u32, u32) {
        self.pulled.frame.size.map_or((0, 0), |(width, height)| (width.into(), height.into()))
    }

    fn delay_ms(&self) -> i32 {
        self.pulled.delay_ms().unwrap_or(0)
    }
}

/// There are none in such a build.
#[cfg(not(feature = "media"))]
impl tgcall_video_frame {
    fn endpoint(&self) -> tgcall_text {
        tgcall_text::empty()
    }

    fn data(&self) -> &[u8] {
        &[]
    }

    fn codec(&self) -> tgcall_video_codec {
        tgcall_video_codec::default()
    }

    fn timestamp(&self) -> u32 {
        0
    }

    fn rotation(&self) -> u32 {
        0
    }

    fn is_key(&self) -> bool {
        false
    }

    fn size(&self) -> (u32, u32) {
        (0, 0)
    }

    fn delay_ms(&self) -> i32 {
        0
    }
}

// Read by any thread, and freed by another.
const _: fn() = || {
    fn shared<T: Send + Sync>() {}
    shared::<tgcall_video_frame>();
};
