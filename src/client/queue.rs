//! What waits for the host.

use super::event::{Event, EventKind};
use crate::types::{CallId, Change, PeerId};
#[cfg(feature = "media")]
use std::collections::vec_deque;
use std::collections::{BTreeMap, VecDeque};

/// Packets for each call that is up, which wait for a host that takes nothing, before the oldest gives way: some seconds of sound,
/// and more than any start of a call sends at once.
pub const PACKETS_PER_CALL: usize = 512;

/// Events in the order things happened.
///
/// What a host must not miss is never dropped: each input makes a bounded number of such events, and their texts and requests
/// are what the host has asked for. Packets for sockets are made by time and by the network too, and they age: a host that comes back
/// after a minute has no use for a minute of sound in one burst, and the network would not have kept it either.
#[derive(Debug, Default)]
pub struct Events {
    events: VecDeque<Event>,
    /// How many of them are packets.
    packets: usize,
    /// What is to be told of people in group calls: of each there is one event at most, and the last change counts.
    people: BTreeMap<(CallId, PeerId), Change>,
}

impl Events {
    /// Puts an event behind all others. For a packet too many the oldest one gives way; its call.
    pub fn push(&mut self, event: Event, most_packets: usize) -> Option<CallId> {
        if let EventKind::GroupParticipant { peer, change } = event.kind
            && let Some(waiting) = self.people.insert((event.call, peer), change)
        {
            // Who is not told of at all yet has come, and not changed.
            if (waiting, change) == (Change::Came, Change::Changed) {
                self.people.insert((event.call, peer), Change::Came);
            }
            return None;
        }
        let is_surplus = is_packet(&event) && self.packets >= most_packets;
        let oldest = if is_surplus { self.events.iter().position(is_packet) } else { None };
        let lost = oldest.and_then(|oldest| self.events.remove(oldest));
        self.packets += usize::from(is_packet(&event) && lost.is_none());
        self.events.push_back(event);
        lost.map(|lost| lost.call)
    }

    pub fn pop(&mut self) -> Option<Event> {
        let mut event = self.events.pop_front()?;
        self.packets -= usize::from(is_packet(&event));
        if let EventKind::GroupParticipant { peer, change } = &mut event.kind
            && let Some(last) = self.people.remove(&(event.call, *peer))
        {
            *change = last;
        }
        Some(event)
    }

    #[cfg(feature = "media")]
    pub fn remove(&mut self, index: usize) -> Option<Event> {
        let event = self.events.remove(index)?;
        self.packets -= usize::from(is_packet(&event));
        Some(event)
    }

    /// Takes the newest of these out, which is out of date.
    #[cfg(feature = "media")]
    pub fn remove_last(&mut self, is_old: impl Fn(&Event) -> bool) {
        if let Some(at) = self.events.iter().rposition(is_old) {
            self.remove(at);
        }
    }

    #[cfg(feature = "media")]
    pub fn iter(&self) -> vec_deque::Iter<'_, Event> {
        self.events.iter()
    }

    pub fn is_empty(&self) -> bool {
        self.events.is_empty()
    }
}

fn is_packet(event: &Event) -> bool {
    matches!(event.kind, EventKind::Transmit { .. })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::types::{RequestId, SocketId};

    fn packet(call: u64, n: u8) -> Event {
        let kind = EventKind::Transmit { socket: SocketId(1), remote: None, bytes: vec![n] };
        Event { call: CallId(call), text: String::new(), kind }
    }

    fn cancel(n: u64) -> Event {
        Event { call: CallId(1), text: String::new(), kind: EventKind::Cancel { request: RequestId(n) } }
    }

    #[test]
    fn the_oldest_packet_gives_way_to_a_newer_one_and_nothing_else_does() {
        let mut events = Events::default();
        for n in 0..10 {
            assert_eq!(events.push(cancel(n), 3), None);
            assert_eq!(events.push(packet(n, n as u8), 3), (n >= 3).then(|| CallId(n - 3)));
        }
        let left: Vec<Event> = core::iter::from_fn(|| events.pop()).collect();
        let wanted = (0..10).flat_map(|n| [Some(cancel(n)), (n >= 7).then(|| packet(n, n as u8))]).flatten();
        assert_eq!(left, wanted.collect::<Vec<_>>());
        assert!(events.is_empty() && events.packets == 0);
    }

    #[test]
    fn of_somebody_in_a_group_one_change_waits_and_it_is_the_last() {
        use Change::*;
        let of = |id, change| {
            let kind = EventKind::GroupParticipant { peer: PeerId::User(id), change };
            Event { call: CallId(1), text: String::new(), kind }
        };
        for (changes, told) in [
            (&[Came, Changed, Changed][..], Came),
            (&[Changed, Left], Left),
            (&[Came, Left], Left),
            (&[Left, Came, Changed], Came),
        ] {
            let mut events = Events::default();
            for change in changes {
                events.push(of(1, *change), 3);
                events.push(of(2, Changed), 3);
            }
            assert_eq!([events.pop(), events.pop(), events.pop()], [Some(of(1, told)), Some(of(2, Changed)), None]);
            events.push(of(1, Changed), 3);
            assert_eq!(events.pop(), Some(of(1, Changed)), "once told, all begins anew");
        }
    }

    #[test]
    fn what_was_taken_leaves_room() {
        let mut events = Events::default();
        for n in 0..100 {
            assert_eq!(events.push(packet(1, n), 2), None);
            assert_eq!(events.pop(), Some(packet(1, n)));
        }
    }
}
