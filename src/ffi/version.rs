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
