//! What every layer shares: identifiers and addresses.

use core::fmt;
pub use core::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};

macro_rules! id {
    ($(#[$doc:meta])* $name:ident($inner:ty)) => {
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub struct $name(pub $inner);

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                self.0.fmt(f)
            }
        }
    };
}

id! {
    /// A call, never given twice: the number of its client in the upper half, counted there in the lower. 0 is no call. Not
    /// Telegram's id of the call, which both sides share.
    CallId(u64)
}
id! {
    /// A Telegram user.
    UserId(i64)
}
id! {
    /// A request that the host sends to Telegram for us. 0 is no request.
    RequestId(u64)
}
id! {
    /// A socket of one client, opened by the host or by the runtime. 0 is no socket.
    SocketId(u64)
}
id! {
    /// An RTP synchronisation source (RFC 3550).
    Ssrc(u32)
}

/// Who takes part in a group call: Telegram counts users, basic groups and channels apart.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum PeerId {
    User(i64),
    Chat(i64),
    Channel(i64),
}

/// The two bits above an id, which says of what kind it is.
const KIND: u32 = 62;

impl PeerId {
    /// The number by which somebody's sound and pictures are found where nobody else is known of. Never 0.
    pub fn key(self) -> u64 {
        let (kind, id) = match self {
            PeerId::User(id) => (1, id),
            PeerId::Chat(id) => (2, id),
            PeerId::Channel(id) => (3, id),
        };
        kind << KIND | (id.cast_unsigned() & ((1 << KIND) - 1))
    }

    /// The other way round.
    pub fn of_key(key: u64) -> PeerId {
        let id = (key & ((1 << KIND) - 1)).cast_signed();
        match key >> KIND {
            1 => PeerId::User(id),
            2 => PeerId::Chat(id),
            _ => PeerId::Channel(id),
        }
    }
}

/// What happened to somebody in a group call. The numbers are those of the C API.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[repr(u32)]
pub enum Change {
    Came = 1,
    Changed = 2,
    Left = 3,
}

/// How a socket carries bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Protocol {
    Udp,
    Tcp,
}

/// Which end of a private call this is. The caller made the call; it is ICE-controlling and wins when offers cross.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Role {
    Caller,
    Callee,
}

impl Role {
    /// The other end.
    pub const fn other(self) -> Role {
        match self {
            Role::Caller => Role::Callee,
            Role::Callee => Role::Caller,
        }
    }
}

/// What a stream carries.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum MediaKind {
    Audio,
    Video,
}

/// What a picture shows. The numbers are those of the C API.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[repr(u32)]
pub enum VideoSource {
    Camera = 1,
    Screen = 2,
}

impl VideoSource {
    pub const ALL: [VideoSource; 2] = [VideoSource::Camera, VideoSource::Screen];

    /// The source behind a number of the C API.
    pub fn from_number(number: u32) -> Option<VideoSource> {
        VideoSource::ALL.into_iter().find(|source| *source as u32 == number)
    }
}

/// How pictures are encoded. The numbers are those of the C API.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[repr(u32)]
pub enum VideoCodec {
    Vp8 = 1,
    Vp9 = 2,
    H264 = 3,
    H265 = 4,
    Av1 = 5,
}

impl VideoCodec {
    /// Of their timestamps, whatever the codec, a second.
    pub const CLOCK_RATE: u32 = 90_000;
    pub const ALL: [VideoCodec; 5] =
        [VideoCodec::Vp8, VideoCodec::Vp9, VideoCodec::H264, VideoCodec::H265, VideoCodec::Av1];

    /// The codec behind a number of the C API.
    pub fn from_number(number: u32) -> Option<VideoCodec> {
        VideoCodec::ALL.into_iter().find(|codec| *codec as u32 == number)
    }

    /// In any case of the letters, as SDP has it.
    pub fn from_name(name: &str) -> Option<VideoCodec> {
        VideoCodec::ALL.into_iter().find(|codec| codec.name().eq_ignore_ascii_case(name))
    }

    /// As offers and answers spell it, and SDP (`rtpmap`).
    pub fn name(self) -> &'static str {
        match self {
            VideoCodec::Vp8 => "VP8",
            VideoCodec::Vp9 => "VP9",
            VideoCodec::H264 => "H264",
            VideoCodec::H265 => "H265",
            VideoCodec::Av1 => "AV1",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn everybody_has_a_key_of_his_own() {
        for peer in [PeerId::User(7), PeerId::Chat(7), PeerId::Channel(7), PeerId::User(1), PeerId::Channel(1 << 52)] {
            assert_ne!(peer.key(), 0);
            assert_eq!(PeerId::of_key(peer.key()), peer);
        }
    }
}
