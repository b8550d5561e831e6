//! Relays over TCP: what comes on their streams, and streams that are dead.

use super::server::EntryKind;
use super::{Arrived, Gatherer, Socket, SocketState};
use crate::media::MAX_STREAM_READ;
use crate::media::output::Output;
use crate::media::relay::{reflector, turn};
use crate::time::Time;
use crate::types::{Protocol, SocketId};

/// What has come on a stream and is no whole frame yet.
#[derive(Debug, Default)]
pub struct Stream {
    bytes: Vec<u8>,
    /// So much of it has been taken.
    taken: usize,
    /// How many bytes had to make room for others.
    #[cfg(test)]
    moved: usize,
}

impl Stream {
    fn push(&mut self, bytes: &[u8]) {
        self.bytes.extend_from_slice(bytes);
    }

    fn rest(&self) -> &[u8] {
        &self.bytes[self.taken..]
    }

    /// The first `size` bytes of the rest.
    fn take(&mut self, size: usize) -> &[u8] {
        let from = self.taken;
        self.taken += size;
        &self.bytes[from..self.taken]
    }

    /// Gives back what has been taken: once a read, not once a frame, since a read may hold thousands.
    fn settle(&mut self) {
        #[cfg(test)]
        {
            self.moved += self.bytes.len() - self.taken;
        }
        self.bytes.drain(..core::mem::take(&mut self.taken));
    }
}

impl Gatherer {
    /// The next bytes of an open TCP stream. Then [`Self::next_frame`], until there is none.
    pub fn handle_stream(&mut self, now: Time, id: SocketId, bytes: &[u8]) {
        let Some(socket) = self.sockets.iter_mut().find(|s| s.id == id && s.is_open()) else { return };
        if socket.protocol != Protocol::Tcp {
            return;
        }
        // Frames are taken out after each read, so this much is never needed by an honest server.
        if socket.stream.rest().len() + bytes.len() > MAX_STREAM_READ + 2 * reflector::MAX_FRAME {
            self.break_stream(now, id);
            return;
        }
        socket.stream.push(bytes);
        socket.heard = Some(now);
    }

    pub fn break_stream(&mut self, now: Time, id: SocketId) {
        self.out.push_back(Output::CloseSocket { socket: id });
        self.handle_closed(now, id);
    }

    /// The next whole frame of a stream.
    pub fn next_frame(&mut self, now: Time, id: SocketId) -> Option<Vec<u8>> {
        let socket = self.sockets.iter_mut().find(|s| s.id == id && s.is_open())?;
        let (size, head) = match self.entries[socket.relay?].kind {
            EntryKind::Reflector { .. } => (reflector::frame_size(socket.stream.rest()), 4),
            _ => (turn::frame_size(socket.stream.rest()), 0),
        };
        match size {
            Ok(Some(size)) if size <= socket.stream.rest().len() => Some(socket.stream.take(size)[head..].to_vec()),
            Ok(_) => {
                socket.stream.settle();
                None
            }
            Err(()) => {
                self.break_stream(now, id);
                None
            }
        }
    }

    /// A frame of [`Self::next_frame`].
    pub fn handle_frame<'a>(&mut self, now: Time, id: SocketId, frame: &'a [u8]) -> Arrived<'a> {
        match self.relays.iter().position(|r| r.socket == id) {
            Some(index) => self.handle_relay(now, index, frame),
            None => Arrived::Nothing,
        }
    }

    /// The network may have forgotten a connection without a word to either end.
    pub fn leave_dead_streams(&mut self, now: Time, lost_at: Time) {
        let is_dead = |s: &&Socket| s.protocol == Protocol::Tcp && s.is_open() && s.heard < Some(lost_at);
        let dead: Vec<SocketId> = self.sockets.iter().filter(is_dead).map(|s| s.id).collect();
        for id in dead {
            self.break_stream(now, id);
            // It was well until now: there is nothing to wait for.
            if let Some(socket) = self.sockets.iter_mut().find(|s| s.id == id) {
                socket.state = SocketState::Closed { retry_at: now };
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn thousands_of_frames_in_one_read_cost_one_move_of_what_is_left() {
        let mut stream = Stream::default();
        for _ in 0..100 {
            // 13 107 frames of 5 bytes, and the beginning of another.
            stream.push(&[7; MAX_STREAM_READ]);
            while stream.rest().len() >= 5 {
                assert_eq!(stream.take(5), [7; 5]);
            }
            stream.settle();
        }
        assert!(stream.moved <= 100 * 4, "{} bytes were moved for 100 reads", stream.moved);
        assert_eq!(stream.bytes.len(), 100 * MAX_STREAM_READ % 5);
    }
}
