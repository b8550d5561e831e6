//! Everybody in his place, found by name, by source and by place.

use crate::group::chunked::Chunked;
use crate::group::participant::{Ordering, Participant, Place, Placed};
use crate::types::{PeerId, Ssrc};
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

#[derive(Debug, Default)]
pub struct Places {
    by_peer: Chunked<PeerId, Placed>,
    in_order: Chunked<Place, Arc<Participant>>,
    owners: BTreeMap<Ssrc, PeerId>,
    /// Who sinks without news, and when.
    fading: BTreeSet<(i32, PeerId)>,
    ordering: Ordering,
    me: Option<PeerId>,
}

impl Places {
    pub fn len(&self) -> usize {
        self.by_peer.len()
    }

    pub fn get(&self, peer: PeerId) -> Option<&Arc<Participant>> {
        self.by_peer.get(&peer).map(|placed| &placed.participant)
    }

    pub fn owner(&self, source: Ssrc) -> Option<PeerId> {
        self.owners.get(&source).copied()
    }

    pub fn me(&self) -> Option<PeerId> {
        self.me
    }

    /// Whether somebody sinks without news.
    pub fn is_fading(&self) -> bool {
        !self.fading.is_empty()
    }

    pub fn peers(&self) -> impl Iterator<Item = &Arc<Participant>> {
        self.by_peer.iter().map(|(_, placed)| &placed.participant)
    }

    pub fn snapshot(&self, total: usize) -> Snapshot {
        Snapshot { by_peer: self.by_peer.clone(), in_order: self.in_order.clone(), total }
    }

    /// Telegram's clock.
    pub fn set_clock(&mut self, unix_s: i32) {
        self.ordering.unix_s = unix_s;
    }

    pub fn set_ascending(&mut self, by_date_ascending: bool) {
        if self.ordering.by_date_ascending != by_date_ascending {
            self.ordering.by_date_ascending = by_date_ascending;
            self.place_anew(|_| true);
        }
    }

    /// Puts somebody in, or changes him.
    pub fn put(&mut self, participant: Participant) {
        let peer = participant.peer;
        let is_me = participant.is_self;
        let sees_hands = participant.can_self_unmute || !participant.is_muted;
        self.take_out(peer);
        for source in participant.sounds() {
            self.owners.insert(source, peer);
        }
        self.put_in(Arc::new(participant));
        if is_me {
            self.me = Some(peer);
            if self.ordering.sees_hands != sees_hands {
                self.ordering.sees_hands = sees_hands;
                self.place_anew(|one| one.hand != 0);
            }
        }
    }

    /// Whether he was there.
    pub fn remove(&mut self, peer: PeerId) -> bool {
        self.take_out(peer).is_some()
    }

    /// Those who have not spoken for long sink.
    pub fn refresh(&mut self) {
        while let Some((until, peer)) = self.fading.first().copied() {
            if until >= self.ordering.unix_s {
                return;
            }
            self.fading.remove(&(until, peer));
            let participant = self.get(peer).cloned();
            self.replace(participant);
        }
    }

    fn place_anew(&mut self, which: impl Fn(&Participant) -> bool) {
        let moved: Vec<_> = self.peers().filter(|one| which(one)).cloned().collect();
        for participant in moved {
            self.replace(Some(participant));
        }
    }

    fn replace(&mut self, participant: Option<Arc<Participant>>) {
        let Some(participant) = participant else { return };
        // His sources stay his.
        if let Some(placed) = self.by_peer.remove(&participant.peer) {
            self.forget_place(&placed);
        }
        self.put_in(participant);
    }

    fn put_in(&mut self, participant: Arc<Participant>) {
        let peer = participant.peer;
        let (place, until) = self.ordering.place(&participant);
        if let Some(until) = until {
            self.fading.insert((until, peer));
        }
        self.in_order.insert(place.clone(), participant.clone());
        self.by_peer.insert(peer, Placed { participant, place, until });
    }

    fn take_out(&mut self, peer: PeerId) -> Option<()> {
        let placed = self.by_peer.remove(&peer)?;
        self.forget_place(&placed);
        for source in placed.participant.sounds() {
            // Somebody else may claim it by now.
            if self.owners.get(&source) == Some(&peer) {
                self.owners.remove(&source);
            }
        }
        Some(())
    }

    fn forget_place(&mut self, placed: &Placed) {
        self.in_order.remove(&placed.place);
        if let Some(until) = placed.until {
            self.fading.remove(&(until, placed.participant.peer));
        }
    }
}

/// The list at one moment; good for as long as somebody keeps it, on any thread.
#[derive(Clone, Debug)]
pub struct Snapshot {
    by_peer: Chunked<PeerId, Placed>,
    in_order: Chunked<Place, Arc<Participant>>,
    total: usize,
}

impl Snapshot {
    /// How many are known.
    pub fn len(&self) -> usize {
        self.in_order.len()
    }

    pub fn is_empty(&self) -> bool {
        self.in_order.is_empty()
    }

    /// How many there are, as Telegram says.
    pub fn total(&self) -> usize {
        self.total
    }

    /// In the order apps show.
    pub fn nth(&self, index: usize) -> Option<&Participant> {
        self.in_order.nth(index).map(Arc::as_ref)
    }

    pub fn find(&self, peer: PeerId) -> Option<&Participant> {
        self.by_peer.get(&peer).map(|placed| placed.participant.as_ref())
    }

    pub fn iter(&self) -> impl Iterator<Item = &Participant> {
        self.in_order.iter().map(|(_, participant)| participant.as_ref())
    }

    /// How many chunks this list has, by name and by place, and how many it shares with another. For tests of what a change copies.
    #[cfg(test)]
    pub fn shared_with(&self, other: &Snapshot) -> (usize, usize) {
        let (peers, shared_peers) = self.by_peer.shared_with(&other.by_peer);
        let (places, shared_places) = self.in_order.shared_with(&other.in_order);
        (peers + places, shared_peers + shared_places)
    }
}
