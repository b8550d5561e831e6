//! The settings of a client.

use super::bytes::{items_in, text_in};
use super::callback::{Userdata, tgcall_clock_fn, tgcall_random_fn, tgcall_socket_fn, tgcall_wake_fn};
use super::log::{tgcall_log_fn, tgcall_log_level};
use super::status::{answer, tgcall_status};
use crate::client::{Config, LogLevel, Media, P2p, Proxy, Timers};
use crate::error::Error;
use crate::time::Duration;
use crate::types::{IpAddr, SocketAddr, UserId, VideoCodec};
use core::ffi::{c_char, c_int, c_void};

/// Whether direct paths are used.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u32)]
#[allow(dead_code, reason = "spelled out for the header; C hands in numbers")]
pub enum tgcall_p2p {
    TGCALL_P2P_NONE = 0,
    /// As Telegram decides from both users' privacy settings.
    TGCALL_P2P_FOLLOW = 1,
    /// Relays only; the other side never sees our address.
    TGCALL_P2P_NEVER = 2,
}

/// Who carries the sound.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u32)]
#[allow(dead_code, reason = "spelled out for the header; C hands in numbers")]
pub enum tgcall_media {
    TGCALL_MEDIA_NONE = 0,
    /// We carry the sound.
    TGCALL_MEDIA_LIBRARY = 1,
    /// We agree on the key and pass signaling; the host's own engine carries the sound.
    TGCALL_MEDIA_HOST = 2,
}

/// How pictures are encoded. A frame of H.264 and H.265 is one access unit in Annex B, with its parameter sets before each key
/// frame; of VP8 and VP9 one frame; of AV1 one temporal unit of OBUs with sizes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[repr(u32)]
pub enum tgcall_video_codec {
    #[default]
    TGCALL_VIDEO_CODEC_NONE = 0,
    TGCALL_VIDEO_CODEC_VP8 = 1,
    TGCALL_VIDEO_CODEC_VP9 = 2,
    TGCALL_VIDEO_CODEC_H264 = 3,
    TGCALL_VIDEO_CODEC_H265 = 4,
    TGCALL_VIDEO_CODEC_AV1 = 5,
}

impl From<VideoCodec> for tgcall_video_codec {
    fn from(codec: VideoCodec) -> tgcall_video_codec {
        match codec {
            VideoCodec::Vp8 => tgcall_video_codec::TGCALL_VIDEO_CODEC_VP8,
            VideoCodec::Vp9 => tgcall_video_codec::TGCALL_VIDEO_CODEC_VP9,
            VideoCodec::H264 => tgcall_video_codec::TGCALL_VIDEO_CODEC_H264,
            VideoCodec::H265 => tgcall_video_codec::TGCALL_VIDEO_CODEC_H265,
            VideoCodec::Av1 => tgcall_video_codec::TGCALL_VIDEO_CODEC_AV1,
        }
    }
}

/// Settings; a client copies them.
#[derive(Clone)]
pub struct tgcall_config {
    pub(super) core: Config,
    pub(super) clock: (tgcall_clock_fn, Userdata),
    pub(super) random: (tgcall_random_fn, Userdata),
    pub(super) logger: (tgcall_log_fn, Userdata),
    pub(super) wake: (tgcall_wake_fn, Userdata),
    pub(super) socket: (tgcall_socket_fn, Userdata),
}

impl Default for tgcall_config {
    fn default() -> tgcall_config {
        let none = Userdata(core::ptr::null_mut());
        tgcall_config {
            core: Config::default(),
            clock: (None, none),
            random: (None, none),
            logger: (None, none),
            wake: (None, none),
            socket: (None, none),
        }
    }
}

/// Changes a configuration; on `Err` it is as before.
///
/// # Safety
/// `config` is null or alive, and no other thread uses it now.
unsafe fn set(config: *mut tgcall_config, set: impl FnOnce(&mut tgcall_config) -> Result<(), Error>) -> tgcall_status {
    // SAFETY: as the caller promises.
    answer(unsafe { config.as_mut() }.ok_or(Error::argument("config is NULL")).and_then(set))
}

fn unknown(what: &str, number: u32) -> Error {
    Error::argument(format!("{number} is no {what}"))
}

/// A configuration with every setting at its default. Pair with `tgcall_config_free`. One configuration may serve many
/// clients; do not share it between threads while setting it.
#[unsafe(no_mangle)]
pub extern "C" fn tgcall_config_new() -> *mut tgcall_config {
    Box::into_raw(Box::default())
}

/// Frees a configuration; clients made from it go on. NULL does nothing.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn tgcall_config_free(config: *mut tgcall_config) {
    if !config.is_null() {
        // SAFETY: from `tgcall_config_new`, and the host gives it up.
        drop(unsafe { Box::from_raw(config) });
    }
}

/// Our own user id, not negative; calls meant for another account are ignored. Default 0: learnt from the first call.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn tgcall_config_set_user_id(config: *mut tgcall_config, user_id: i64) -> tgcall_status {
    // SAFETY: see the contract of the module.
    unsafe { set(config, |config| config.core.set_user_id(UserId(user_id))) }
}

/// Library versions to offer, preferred first: at least one, none twice. Default "9.0.0", "8.0.0", "13.0.0", which reaches all
/// official apps. `TGCALL_ERR_UNSUPPORTED` for one we do not speak, for Telegram may pick any that is offered.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn tgcall_config_set_versions(
    config: *mut tgcall_config,
    versions: *const *const c_char,
    count: usize,
) -> tgcall_status {
    let read = |config: &mut tgcall_config| {
        if versions.is_null() || count > MAX_VERSIONS {
            return Err(Error::argument("versions is NULL, or there are too many"));
        }
        // SAFETY: not null, and the host promises `count` pointers.
        let versions = unsafe { core::slice::from_raw_parts(versions, count) };
        // SAFETY: each ends with a NUL, or is null.
        let versions = versions.iter().map(|&version| unsafe { text_in(version, "a version") });
        config.core.set_versions(&versions.collect::<Result<Vec<&str>, Error>>()?)
    };
    // SAFETY: see the contract of the module.
    unsafe { set(config, read) }
}

/// More than exist; an announced number is not trusted further.
const MAX_VERSIONS: usize = 64;

/// How many private calls may be up at once, at least 1; one more is answered busy. Default 1. With more than one, Telegram is not
/// told that a call is ringing here, as it would turn away the next; the caller then sees "waiting", not "ringing".
#[unsafe(no_mangle)]
pub unsafe extern "C" fn tgcall_config_set_max_calls(config: *mut tgcall_config, max_calls: u32) -> tgcall_status {
    // SAFETY: see the contract of the module.
    unsafe { set(config, |config| config.core.set_max_calls(max_calls)) }
}

/// Whether a private call that the other side makes a conference of is followed there. Default yes; else it just ends, with
/// `TGCALL_END_MIGRATED` and the slug, by which `tgcall_group_open_link` may follow.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn tgcall_config_set_auto_migrate(
    config: *mut tgcall_config,
    auto_migrate: c_int,
) -> tgcall_status {
    // SAFETY: see the contract of the module.
    unsafe {
        set(config, |config| {
            config.core.set_auto_migrate(auto_migrate != 0);
            Ok(())
        })
    }
}

/// Whether we confirm an outgoing call as soon as it is accepted. Default yes; else the host calls `tgcall_confirm`.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn tgcall_config_set_auto_confirm(
    config: *mut tgcall_config,
    auto_confirm: c_int,
) -> tgcall_status {
    // SAFETY: see the contract of the module.
    unsafe {
        set(config, |config| {
            config.core.set_auto_confirm(auto_confirm != 0);
            Ok(())
        })
    }
}

/// Two timers of Telegram's `help.getConfig`, if the host has them: `call_receive_timeout_ms` (default 20000) until a device of
/// theirs shows up, `call_ring_timeout_ms` (default 90000) until somebody answers. Neither may be 0.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn tgcall_config_set_timers(
    config: *mut tgcall_config,
    receive_ms: u32,
    ring_ms: u32,
) -> tgcall_status {
    let [receive, ring] = [receive_ms, ring_ms].map(|ms| Duration::from_millis(ms.into()));
    // SAFETY: see the contract of the module.
    unsafe { set(config, |config| config.core.set_timers(Timers { receive, ring })) }
}

/// Who carries the sound, one of `tgcall_media`. Default `TGCALL_MEDIA_LIBRARY`. `TGCALL_ERR_UNSUPPORTED` for that one in
/// a library built for signalling only.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn tgcall_config_set_media(config: *mut tgcall_config, media: u32) -> tgcall_status {
    // SAFETY: see the contract of the module.
    unsafe {
        set(config, |config| {
            let media = Media::from_number(media).ok_or_else(|| unknown("tgcall_media", media))?;
            if media == Media::Library && !cfg!(feature = "media") {
                return Err(Error::unsupported("this library was built for signalling only"));
            }
            config.core.set_media(media);
            Ok(())
        })
    }
}

/// Whether direct paths are used, one of `tgcall_p2p`. Default `TGCALL_P2P_FOLLOW`.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn tgcall_config_set_p2p(config: *mut tgcall_config, p2p: u32) -> tgcall_status {
    // SAFETY: see the contract of the module.
    unsafe {
        set(config, |config| {
            config.core.set_p2p(p2p_in(p2p)?);
            Ok(())
        })
    }
}

/// The proxy that a host describes; a NULL host: none.
///
/// # Safety
/// Each text is null or ends with a NUL.
pub unsafe fn proxy_in(
    host: *const c_char,
    port: u16,
    username: *const c_char,
    password: *const c_char,
) -> Result<Option<Proxy>, Error> {
    if host.is_null() {
        return Ok(None);
    }
    // SAFETY: as the caller promises.
    let [host, username, password] =
        unsafe { [text_in(host, "host")?, text_in(username, "username")?, text_in(password, "password")?] };
    let host: IpAddr =
        host.parse().map_err(|_| Error::argument("a proxy's host is an IP address: resolve its name first"))?;
    let (username, password) = (username.to_owned(), password.into());
    Ok(Some(Proxy { addr: SocketAddr::new(host, port), username, password }))
}

/// The choice behind a number.
pub fn p2p_in(number: u32) -> Result<P2p, Error> {
    P2p::from_number(number).ok_or_else(|| unknown("tgcall_p2p", number))
}

/// Sends media through a SOCKS5 proxy and nothing past it: UDP where the proxy allows it, else TCP relays. A NULL host:
/// no proxy, the default. `username` and `password` have up to 255 bytes and may be NULL, but not the first alone.
/// @param host  An IPv4 or IPv6 address. `TGCALL_ERR_ARGUMENT` for a name: resolve it first, as we resolve none.
/// @param port  Not 0.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn tgcall_config_set_proxy(
    config: *mut tgcall_config,
    host: *const c_char,
    port: u16,
    username: *const c_char,
    password: *const c_char,
) -> tgcall_status {
    // SAFETY: see the contract of the module.
    let proxy =
        |config: &mut tgcall_config| config.core.set_proxy(unsafe { proxy_in(host, port, username, password) }?);
    // SAFETY: see the contract of the module.
    unsafe { set(config, proxy) }
}

/// The codecs behind numbers of the host's.
///
/// # Safety
/// `codecs` is null or readable for `count` of them.
pub unsafe fn codecs_in(codecs: *const u32, count: usize, name: &str) -> Result<Vec<VideoCodec>, Error> {
    if count > VideoCodec::ALL.len() {
        return Err(Error::argument(format!("{name} has more codecs than there are")));
    }
    // SAFETY: as the caller promises.
    let codecs = unsafe { items_in(codecs, count, name) }?.iter();
    codecs.map(|&number| VideoCodec::from_number(number).ok_or_else(|| unknown("tgcall_video_codec", number))).collect()
}

/// What the host encodes pictures with and what it decodes, each one of `tgcall_video_codec`, preferred first and none twice. The
/// library carries encoded frames and never encodes or decodes. Default: nothing; such a program never claims to receive pictures, and
/// the other side's camera costs it nothing. H.264 and VP8 reach all official apps; `tgcall_video_set_codecs` is for one call.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn tgcall_config_set_video_codecs(
    config: *mut tgcall_config,
    encoded: *const u32,
    encoded_count: usize,
    decoded: *const u32,
    decoded_count: usize,
) -> tgcall_status {
    // SAFETY: see the contract of the module.
    unsafe {
        set(config, |config| {
            let encoded = codecs_in(encoded, encoded_count, "encoded")?;
            let decoded = codecs_in(decoded, decoded_count, "decoded")?;
            config.core.set_video_codecs(&encoded, &decoded)
        })
    }
}

/// Replaces the monotonic clock. NULL restores it. One that is set back costs nothing but the time between two looks at it.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn tgcall_config_set_clock(
    config: *mut tgcall_config,
    clock: tgcall_clock_fn,
    userdata: *mut c_void,
) -> tgcall_status {
    // SAFETY: see the contract of the module.
    unsafe {
        set(config, |config| {
            config.clock = (clock, Userdata(userdata));
            Ok(())
        })
    }
}

/// Replaces the operating system's randomness in what is ours: keys of calls, ids, names. NULL restores it. The keys
/// of DTLS (its certificates and key exchanges) are always drawn from the operating system.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn tgcall_config_set_random(
    config: *mut tgcall_config,
    random: tgcall_random_fn,
    userdata: *mut c_void,
) -> tgcall_status {
    // SAFETY: see the contract of the module.
    unsafe {
        set(config, |config| {
            config.random = (random, Userdata(userdata));
            Ok(())
        })
    }
}

/// Gives the log a place to go. NULL restores silence.
/// @param level  One of `tgcall_log_level`: this much and what is graver.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn tgcall_config_set_logger(
    config: *mut tgcall_config,
    level: u32,
    logger: tgcall_log_fn,
    userdata: *mut c_void,
) -> tgcall_status {
    // SAFETY: see the contract of the module.
    unsafe {
        set(config, |config| {
            let known = LogLevel::from_number(level).ok_or_else(|| unknown("tgcall_log_level", level))?;
            config.core.set_log_level(if logger.is_some() { known } else { LogLevel::Off });
            config.logger = (logger, Userdata(userdata));
            Ok(())
        })
    }
}

/// Embedded: `wake` runs when a function that was not called from inside a drain left something to drain; make the loop turn (a
/// byte down a pipe). It runs on the thread that called, the loop's own if that did, outside our lock, and not again before the
/// next drain. NULL: nothing runs.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn tgcall_config_set_wake(
    config: *mut tgcall_config,
    wake: tgcall_wake_fn,
    userdata: *mut c_void,
) -> tgcall_status {
    // SAFETY: see the contract of the module.
    unsafe {
        set(config, |config| {
            config.wake = (wake, Userdata(userdata));
            Ok(())
        })
    }
}

/// Started: shows the host each socket before it is bound or connected, to bind it to a network, protect it from a VPN or mark
/// its packets. NULL: none is shown. A socket that is refused counts as one that could not be opened.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn tgcall_config_set_socket(
    config: *mut tgcall_config,
    socket: tgcall_socket_fn,
    userdata: *mut c_void,
) -> tgcall_status {
    // SAFETY: see the contract of the module.
    unsafe {
        set(config, |config| {
            if !cfg!(feature = "runtime") {
                return Err(Error::unsupported("this library was built without its own thread: it opens no sockets"));
            }
            config.socket = (socket, Userdata(userdata));
            Ok(())
        })
    }
}

const _: () = {
    assert!(LogLevel::Trace as u32 == tgcall_log_level::TGCALL_LOG_LEVEL_TRACE as u32);
    assert!(Media::Host as u32 == tgcall_media::TGCALL_MEDIA_HOST as u32);
    assert!(VideoCodec::Av1 as u32 == tgcall_video_codec::TGCALL_VIDEO_CODEC_AV1 as u32);
    assert!(P2p::Never as u32 == tgcall_p2p::TGCALL_P2P_NEVER as u32);
};
