//! Who somebody is, as hosts name him.

use crate::types::PeerId;

/// Somebody, with the host's access hash.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Peer {
    /// This account.
    Myself,
    User {
        id: i64,
        access_hash: i64,
    },
    /// A basic group.
    Chat(i64),
    /// A channel or a supergroup.
    Channel {
        id: i64,
        access_hash: i64,
    },
}

impl Peer {
    /// By whom he is found in a list; of ourselves the caller has to know.
    pub fn id(self) -> Option<PeerId> {
        match self {
            Peer::Myself => None,
            Peer::User { id, .. } => Some(PeerId::User(id)),
            Peer::Chat(id) => Some(PeerId::Chat(id)),
            Peer::Channel { id, .. } => Some(PeerId::Channel(id)),
        }
    }

    /// Somebody of whom no access hash is known.
    pub fn of(id: PeerId) -> Peer {
        match id {
            PeerId::User(id) => Peer::User { id, access_hash: 0 },
            PeerId::Chat(id) => Peer::Chat(id),
            PeerId::Channel(id) => Peer::Channel { id, access_hash: 0 },
        }
    }
}
