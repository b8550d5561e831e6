//! What encrypts media, from the handshake on.

use crate::crypto::packet::MediaCipher;
use crate::media::dtls::Dtls;
use crate::media::srtp;

#[derive(Debug)]
#[allow(clippy::large_enum_variant, reason = "one of a call")]
pub enum Protection {
    /// Keys are not agreed on. `None`: that has not begun, or the transport is closed.
    Handshake(Option<Dtls>),
    /// DTLS is there for as long as its association holds; media does without, as its keys are there.
    Srtp {
        profile: srtp::Profile,
        sender: srtp::Sender,
        receiver: srtp::Receiver,
        dtls: Option<Dtls>,
    },
    Mtproto(MediaCipher),
}

impl Protection {
    pub fn dtls(&self) -> Option<&Dtls> {
        match self {
            Protection::Handshake(dtls) | Protection::Srtp { dtls, .. } => dtls.as_ref(),
            Protection::Mtproto(_) => None,
        }
    }

    pub fn dtls_mut(&mut self) -> Option<&mut Dtls> {
        match self {
            Protection::Handshake(dtls) | Protection::Srtp { dtls, .. } => dtls.as_mut(),
            Protection::Mtproto(_) => None,
        }
    }

    pub fn take_dtls(&mut self) -> Option<Dtls> {
        match self {
            Protection::Handshake(dtls) | Protection::Srtp { dtls, .. } => dtls.take(),
            Protection::Mtproto(_) => None,
        }
    }

    /// Whether media can be encrypted and decrypted, for the peer who it said it is.
    pub fn is_secure(&self) -> bool {
        match self {
            Protection::Handshake(_) => false,
            Protection::Srtp { dtls, .. } => dtls.as_ref().is_none_or(Dtls::is_connected),
            Protection::Mtproto(_) => true,
        }
    }

    /// For the report.
    pub fn name(&self) -> &'static str {
        match self {
            Protection::Handshake(_) => "none",
            Protection::Srtp { profile, .. } => profile.name(),
            Protection::Mtproto(_) => "MTProto",
        }
    }
}
