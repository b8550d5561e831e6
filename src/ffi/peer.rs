//! Who somebody is.

use crate::client::Peer;
use crate::error::Error;
use crate::types::PeerId;

/// What somebody is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u32)]
#[allow(dead_code, reason = "spelled out for the header; C hands in numbers")]
pub enum tgcall_peer_kind {
    TGCALL_PEER_KIND_NONE = 0,
    /// This account; id and access_hash are 0.
    TGCALL_PEER_KIND_SELF = 1,
    TGCALL_PEER_KIND_USER = 2,
    /// A basic group, which has no access_hash.
    TGCALL_PEER_KIND_CHAT = 3,
    /// A channel or a supergroup.
    TGCALL_PEER_KIND_CHANNEL = 4,
}

/// Who somebody is. Ids are Telegram's own, and positive: not those of bots' APIs, which mark groups by a sign.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[repr(C)]
pub struct tgcall_peer {
    /// One of `tgcall_peer_kind`.
    pub kind: u32,
    pub id: i64,
    /// The host's for this user or channel; where somebody is only looked up it is not read, and what is told of somebody has 0.
    pub access_hash: i64,
}

use tgcall_peer_kind::*;

impl From<PeerId> for tgcall_peer {
    fn from(peer: PeerId) -> tgcall_peer {
        Peer::of(peer).into()
    }
}

impl From<Peer> for tgcall_peer {
    fn from(peer: Peer) -> tgcall_peer {
        let (kind, id, access_hash) = match peer {
            Peer::Myself => (TGCALL_PEER_KIND_SELF, 0, 0),
            Peer::User { id, access_hash } => (TGCALL_PEER_KIND_USER, id, access_hash),
            Peer::Chat(id) => (TGCALL_PEER_KIND_CHAT, id, 0),
            Peer::Channel { id, access_hash } => (TGCALL_PEER_KIND_CHANNEL, id, access_hash),
        };
        tgcall_peer { kind: kind as u32, id, access_hash }
    }
}

/// Nobody in particular: ourselves.
impl From<Option<PeerId>> for tgcall_peer {
    fn from(peer: Option<PeerId>) -> tgcall_peer {
        peer.map_or_else(|| Peer::Myself.into(), tgcall_peer::from)
    }
}

/// Somebody, from the host.
///
/// # Safety
/// `peer` is null, or aligned and readable until the function that was called returns.
#[cfg_attr(not(feature = "media"), allow(dead_code, reason = "without sound there are no group calls"))]
pub unsafe fn peer_in(peer: *const tgcall_peer, name: &str) -> Result<Peer, Error> {
    // SAFETY: as the caller promises.
    let peer = unsafe { peer.as_ref() }.ok_or_else(|| Error::argument(format!("{name} is NULL")))?;
    let tgcall_peer { kind, id, access_hash } = *peer;
    Ok(match kind {
        1 => Peer::Myself,
        2 => Peer::User { id, access_hash },
        3 => Peer::Chat(id),
        4 => Peer::Channel { id, access_hash },
        _ => return Err(Error::argument(format!("{name}: {kind} is no tgcall_peer_kind"))),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn everybody_goes_both_ways_and_a_wrong_kind_goes_none() {
        let (user, channel) = (Peer::User { id: 1, access_hash: 2 }, Peer::Channel { id: 4, access_hash: 5 });
        for peer in [Peer::Myself, user, Peer::Chat(3), channel] {
            // SAFETY: it is ours.
            assert_eq!(unsafe { peer_in(&tgcall_peer::from(peer), "peer") }, Ok(peer));
        }
        for kind in [0, 5, u32::MAX] {
            // SAFETY: as above.
            assert!(unsafe { peer_in(&tgcall_peer { kind, id: 1, access_hash: 0 }, "peer") }.is_err());
        }
        // SAFETY: null is allowed.
        assert!(unsafe { peer_in(core::ptr::null(), "peer") }.is_err());
        assert_eq!(tgcall_peer::from(None), Peer::Myself.into());
    }
}
