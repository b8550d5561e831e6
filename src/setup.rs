//! How one end of a transport is known to the other: its credentials, its certificate, and who begins.

use crate::secret::SecretText;

/// A user name fragment and a password (RFC 8445).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Credentials {
    pub ufrag: String,
    pub password: SecretText,
}

/// What one end tells the other of itself.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TransportSetup {
    pub credentials: Credentials,
    /// Of its certificate, `sha-256`: hexadecimal bytes joined by colons, in upper case if it is ours. A peer may have none, which
    /// is right only under `network_use_mtproto`.
    pub fingerprint: Option<String>,
    pub setup: Setup,
}

/// The `setup` of a fingerprint: who begins the DTLS handshake.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Setup {
    Active,
    Passive,
    /// Either; also what is said by anything we do not know, or by nothing.
    Actpass,
}

impl Setup {
    pub fn parse(text: &str) -> Setup {
        match text {
            "active" => Setup::Active,
            "passive" => Setup::Passive,
            _ => Setup::Actpass,
        }
    }

    pub fn name(self) -> &'static str {
        match self {
            Setup::Active => "active",
            Setup::Passive => "passive",
            Setup::Actpass => "actpass",
        }
    }
}
