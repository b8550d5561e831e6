//! What waits for the host.

use super::event::{Event, EventKind};
use crate::types::CallId;
use std::collections::VecDeque;
#[cfg(feature = "media")]
use std::collections::vec_deque;

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
}

impl Events {
    /// Puts an event behind all others. For a packet too many the oldest one gives way; its call.
    pub fn push(&mut self, event: Event, most_packets: usize) -> Option<CallId> {
        let is_surplus = is_packet(&event) && self.packets >= most_packets;
        let oldest = if is_surplus { self.events.iter().position(is_packet) } else { None };
        let lost = oldest.and_then(|oldest| self.events.remove(oldest));
        self.packets += usize::from(is_packet(&event) && lost.is_none());
        self.events.push_back(event);
        lost.map(|lost| lost.call)
    }

    pub fn pop(&mut self) -> Option<Event> {
        let event = self.events.pop_front()?;
        self.packets -= usize::from(is_packet(&event));
        Some(event)
    }

    #[cfg(feature = "media")]
    pub fn remove(&mut self, index: usize) -> Option<Event> {
        let event = self.events.remove(index)?;
        self.packets -= usize::from(is_packet(&event));
        Some(event)
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
    fn what_was_taken_leaves_room() {
        let mut events = Events::default();
        for n in 0..100 {
            assert_eq!(events.push(packet(1, n), 2), None);
            assert_eq!(events.pop(), Some(packet(1, n)));
        }
    }
}
