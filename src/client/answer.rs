//! What became of what a host has asked Telegram for by us.

use super::peer::Peer;
use crate::outcome::Action;
use crate::secret::SecretText;
use crate::types::{PeerId, RequestId};

/// What became of a request.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Answer {
    pub request: RequestId,
    /// 0: it is done, or was so already. Else Telegram's code, or -1 if there was no answer that could be read.
    pub code: i32,
    /// Telegram's name of the error.
    pub error: String,
    pub action: Action,
    pub retry_after_s: u32,
    pub content: Content,
}

/// What an answer brought.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Content {
    #[default]
    Nothing,
    /// An invitation.
    Link(String),
    /// Where a broadcaster's program goes.
    Rtmp { url: String, key: SecretText },
    /// As whom one may join.
    Peers(Vec<Peer>),
    /// Stars that were given, and by whom most of them.
    Stars { total: i64, donors: Vec<Donor> },
}

impl Content {
    /// How many peers it has.
    pub fn peers(&self) -> usize {
        match self {
            Content::Peers(peers) => peers.len(),
            Content::Stars { donors, .. } => donors.len(),
            Content::Nothing | Content::Link(_) | Content::Rtmp { .. } => 0,
        }
    }
}

/// Who gave stars.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Donor {
    /// `None`: he is not named.
    pub peer: Option<PeerId>,
    pub stars: i64,
    pub is_self: bool,
}
