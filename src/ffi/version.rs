//! Which library this is.

use super::bytes::tgcall_text;

#[allow(dead_code, reason = "spelled out for the header")]
/// The lowest call layer we speak, for a `phoneCallProtocol` that the host writes.
pub const TGCALL_MIN_LAYER: i32 = 65;
#[allow(dead_code, reason = "spelled out for the header")]
/// The highest call layer we speak.
pub const TGCALL_MAX_LAYER: i32 = 92;

/// The version of the library that is loaded, such as "0.1.0". Lives for ever.
#[unsafe(no_mangle)]
pub extern "C" fn tgcall_version() -> tgcall_text {
    tgcall_text::from_static(concat!(env!("CARGO_PKG_VERSION"), "\0"))
}

/// The same as a number that can be compared: major << 16 | minor << 8 | patch.
#[unsafe(no_mangle)]
pub extern "C" fn tgcall_version_get_number() -> u32 {
    NUMBER
}

const NUMBER: u32 = part(env!("CARGO_PKG_VERSION_MAJOR")) << 16
    | part(env!("CARGO_PKG_VERSION_MINOR")) << 8
    | part(env!("CARGO_PKG_VERSION_PATCH"));

const fn part(digits: &str) -> u32 {
    match u8::from_str_radix(digits, 10) {
        Ok(number) => number as u32,
        Err(_) => panic!("a part of the version does not fit a byte"),
    }
}

/// What a library may be built without.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u32)]
#[allow(dead_code, reason = "spelled out for the header; C hands in numbers")]
pub enum tgcall_feature {
    TGCALL_FEATURE_NONE = 0,
    /// We carry the sound: `TGCALL_MEDIA_LIBRARY`.
    TGCALL_FEATURE_MEDIA = 1,
    /// Sound as PCM. Without it there are only Opus packets.
    TGCALL_FEATURE_OPUS = 2,
    /// `tgcall_client_start`.
    TGCALL_FEATURE_RUNTIME = 3,
    /// tgcall_video_*.
    TGCALL_FEATURE_VIDEO = 4,
    /// `tgcall_group_*`.
    TGCALL_FEATURE_GROUP = 5,
    /// tgcall_conference_*.
    TGCALL_FEATURE_CONFERENCE = 6,
}
use tgcall_feature::*;

/// Whether the library that is loaded has a feature, one of `tgcall_feature`. What it has not is `TGCALL_ERR_UNSUPPORTED`. False
/// for numbers it does not know.
#[unsafe(no_mangle)]
pub extern "C" fn tgcall_version_has(feature: u32) -> bool {
    let built = [
        (TGCALL_FEATURE_MEDIA, cfg!(feature = "media")),
        (TGCALL_FEATURE_OPUS, cfg!(feature = "opus")),
        (TGCALL_FEATURE_RUNTIME, cfg!(feature = "runtime")),
        (TGCALL_FEATURE_VIDEO, cfg!(feature = "media")),
        (TGCALL_FEATURE_GROUP, cfg!(feature = "media")),
        (TGCALL_FEATURE_CONFERENCE, cfg!(feature = "conference")),
    ];
    built.iter().any(|&(known, is_built)| known as u32 == feature && is_built)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_version_is_that_of_the_package() {
        let version = tgcall_version();
        // SAFETY: lives for ever.
        assert_eq!(unsafe { version.as_str() }, env!("CARGO_PKG_VERSION"));
    }
}
