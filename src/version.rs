//! The library versions that we speak, as `phoneCallProtocol.library_versions` names them.

use core::ffi::CStr;

/// A library version that we speak.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Version {
    V7_0_0,
    V8_0_0,
    V9_0_0,
    V12_0_0,
    V13_0_0,
}

impl Version {
    pub const ALL: [Version; 5] =
        [Version::V7_0_0, Version::V8_0_0, Version::V9_0_0, Version::V12_0_0, Version::V13_0_0];

    /// The recommended offer (section 9): reaches all official apps, and video with Android.
    pub const DEFAULT: [Version; 3] = [Version::V9_0_0, Version::V8_0_0, Version::V13_0_0];

    pub fn from_name(name: &str) -> Option<Version> {
        Version::ALL.into_iter().find(|version| version.name() == name)
    }

    /// As in `library_versions`.
    pub fn name(self) -> &'static str {
        self.c_name().to_str().unwrap_or_default()
    }

    /// The name with the NUL that C wants behind it.
    pub fn c_name(self) -> &'static CStr {
        match self {
            Version::V7_0_0 => c"7.0.0",
            Version::V8_0_0 => c"8.0.0",
            Version::V9_0_0 => c"9.0.0",
            Version::V12_0_0 => c"12.0.0",
            Version::V13_0_0 => c"13.0.0",
        }
    }
}
