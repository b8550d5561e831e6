//! Who somebody is, for Telegram and for the engine.

use crate::client::peer::Peer;
use crate::error::Error;
use crate::tl::{enums, types};
use crate::types::PeerId;

impl Peer {
    /// Ids are positive.
    pub(super) fn checked(self) -> Result<Peer, Error> {
        match self.id() {
            Some(PeerId::User(id) | PeerId::Chat(id) | PeerId::Channel(id)) if id <= 0 => {
                Err(Error::argument("the id of a peer is positive"))
            }
            Some(_) | None => Ok(self),
        }
    }

    /// One that has group calls.
    pub(super) fn checked_chat(self) -> Result<Peer, Error> {
        match self {
            Peer::Chat(_) | Peer::Channel { .. } => self.checked(),
            Peer::Myself | Peer::User { .. } => Err(Error::argument("chat: neither a basic group nor a channel")),
        }
    }

    pub(super) fn input(self) -> enums::InputPeer<'static> {
        match self {
            Peer::Myself => enums::InputPeer::Self_,
            Peer::User { id, access_hash } => enums::InputPeer::User(types::InputPeerUser { user_id: id, access_hash }),
            Peer::Chat(chat_id) => enums::InputPeer::Chat(types::InputPeerChat { chat_id }),
            Peer::Channel { id, access_hash } => {
                enums::InputPeer::Channel(types::InputPeerChannel { channel_id: id, access_hash })
            }
        }
    }

    /// `None`: no user.
    pub(super) fn input_user(self) -> Option<enums::InputUser<'static>> {
        match self {
            Peer::Myself => Some(enums::InputUser::Self_),
            Peer::User { id, access_hash } => {
                Some(enums::InputUser::InputUser(types::InputUser { user_id: id, access_hash }))
            }
            Peer::Chat(_) | Peer::Channel { .. } => None,
        }
    }
}

/// The two bits above an id, which says of what kind it is.
const KIND: u32 = 62;

/// The number by which the sound of somebody is found, for a thread that waits for nobody.
pub fn key_of(peer: PeerId) -> u64 {
    let (kind, id) = match peer {
        PeerId::User(id) => (1, id),
        PeerId::Chat(id) => (2, id),
        PeerId::Channel(id) => (3, id),
    };
    kind << KIND | (id.cast_unsigned() & ((1 << KIND) - 1))
}

/// The other way round.
pub fn peer_of(key: u64) -> PeerId {
    let id = (key & ((1 << KIND) - 1)).cast_signed();
    match key >> KIND {
        1 => PeerId::User(id),
        2 => PeerId::Chat(id),
        _ => PeerId::Channel(id),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn everybody_has_a_key_of_his_own() {
        for peer in [PeerId::User(7), PeerId::Chat(7), PeerId::Channel(7), PeerId::User(1), PeerId::Channel(1 << 52)] {
            assert_ne!(key_of(peer), 0);
            assert_eq!(peer_of(key_of(peer)), peer);
        }
    }

    #[test]
    fn who_is_nobody_is_refused() {
        for peer in [Peer::Chat(0), Peer::User { id: -1, access_hash: 0 }, Peer::Channel { id: 0, access_hash: 9 }] {
            assert!(peer.checked().is_err(), "{peer:?}");
        }
        assert!(Peer::Myself.checked().is_ok() && Peer::Myself.checked_chat().is_err());
        assert!(Peer::User { id: 1, access_hash: 0 }.checked_chat().is_err() && Peer::Chat(1).checked_chat().is_ok());
        assert_eq!(Peer::of(PeerId::Chat(3)).id(), Some(PeerId::Chat(3)));
    }
}
