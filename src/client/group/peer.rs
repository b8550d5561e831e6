//! Who somebody is, for Telegram and for the engine.

use crate::client::peer::Peer;
use crate::error::Error;
use crate::tl::{enums, types};
use crate::types::PeerId;

impl Peer {
    /// Ids are positive.
    pub(in crate::client) fn checked(self) -> Result<Peer, Error> {
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

#[cfg(test)]
mod tests {
    use super::*;

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
