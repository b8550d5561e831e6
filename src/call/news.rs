//! What Telegram says about a call, in our own words: the six `PhoneCall` objects of section 4, owned, so that they can wait.

pub use crate::server::Server;
use crate::types::UserId;
use core::fmt;
use zeroize::Zeroizing;

/// `inputPhoneCall`: how a call is named to Telegram. The access hash differs between the two sides.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Peer {
    pub id: i64,
    pub access_hash: i64,
}

/// Whose call an object says it is. `None`: the inlet does not say.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Claims {
    pub access_hash: Option<i64>,
    /// The caller.
    pub admin: Option<UserId>,
    /// The callee.
    pub participant: Option<UserId>,
}

/// `phoneCallWaiting`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Waiting {
    pub peer: Peer,
    pub claims: Claims,
    /// `receive_date`: a device of theirs has shown up.
    pub is_received: bool,
}

/// `phoneCallRequested`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Requested {
    pub peer: Peer,
    pub admin: UserId,
    /// `None`: the inlet does not say.
    pub participant: Option<UserId>,
    /// Unix time on Telegram's clock.
    pub date_s: i32,
    pub is_video: bool,
    pub g_a_hash: Vec<u8>,
}

/// `phoneCallAccepted`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Accepted {
    pub claims: Claims,
    pub g_b: Vec<u8>,
}

/// `phoneCall`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Confirmed {
    pub claims: Claims,
    /// `g_a` for the callee; the caller must not trust it.
    pub g_a_or_b: Vec<u8>,
    pub key_fingerprint: i64,
    /// `None`: servers and version follow, added one by one.
    pub link: Option<Link>,
}

/// What media needs to know about a call.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct Link {
    /// As Telegram lists them; the first decides.
    pub versions: Vec<String>,
    pub p2p_allowed: bool,
    /// The other app can move the call to a conference.
    pub conference_supported: bool,
    pub servers: Vec<Server>,
    /// Telegram's JSON, untouched.
    pub custom_parameters: Option<String>,
    /// The `phoneCall` as it came, for the host's own engine; empty if it came decoded.
    pub object: Zeroizing<Vec<u8>>,
}

impl fmt::Debug for Link {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Link { versions, p2p_allowed, conference_supported, servers, custom_parameters, object } = self;
        f.debug_struct("Link")
            .field("versions", versions)
            .field("p2p_allowed", p2p_allowed)
            .field("conference_supported", conference_supported)
            .field("servers", servers)
            .field("custom_parameters", custom_parameters)
            // It holds the passwords of the servers.
            .field("object_size", &object.len())
            .finish()
    }
}

/// Why a call was discarded, as `phoneCallDiscarded` gives it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Reason {
    #[default]
    Absent,
    Missed,
    Disconnect,
    Hangup,
    Busy,
    /// It goes on as a conference.
    Migrate {
        slug: String,
    },
}

/// `phoneCallDiscarded`.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Discarded {
    pub reason: Reason,
    pub need_rating: bool,
    pub need_debug: bool,
}

/// Any of the six.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum News {
    Empty,
    Waiting(Waiting),
    Requested(Requested),
    Accepted(Accepted),
    Confirmed(Box<Confirmed>),
    Discarded(Discarded),
}

impl fmt::Display for News {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            News::Empty => "phoneCallEmpty",
            News::Waiting(Waiting { is_received: false, .. }) => "phoneCallWaiting",
            News::Waiting(Waiting { is_received: true, .. }) => "phoneCallWaiting with receive_date",
            News::Requested(_) => "phoneCallRequested",
            News::Accepted(_) => "phoneCallAccepted",
            News::Confirmed(_) => "phoneCall",
            News::Discarded(discarded) => match discarded.reason {
                Reason::Absent => "phoneCallDiscarded without a reason",
                Reason::Missed => "phoneCallDiscarded: missed",
                Reason::Disconnect => "phoneCallDiscarded: disconnect",
                Reason::Hangup => "phoneCallDiscarded: hangup",
                Reason::Busy => "phoneCallDiscarded: busy",
                Reason::Migrate { .. } => "phoneCallDiscarded: moved to a conference",
            },
        })
    }
}
