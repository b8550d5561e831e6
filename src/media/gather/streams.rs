//! Relays over TCP: what comes on their streams, and streams that are dead.

use super::server::EntryKind;
use super::{Arrived, Gatherer, Socket, SocketState};
use crate::media::MAX_STREAM_READ;
use crate::media::output::Output;
use crate::media::relay::{reflector, turn};
use crate::time::Time;
use crate::types::{Protocol, SocketId};

impl Gatherer {
    /// The next bytes of an open TCP stream. Then [`Self::next_frame`], until there is none.
    pub fn handle_stream(&mut self, now: Time, id: SocketId, bytes: &[u8]) {
        let Some(socket) = self.sockets.iter_mut().find(|s| s.id == id && s.is_open()) else { return };
        if socket.protocol != Protocol::Tcp {
            return;
        }
        // Frames are taken out after each read, so this much is never needed by an honest server.
        if socket.stream.len() + bytes.len() > MAX_STREAM_READ + 2 * reflector::MAX_FRAME {
            self.break_stream(now, id);
            return;
        }
        socket.stream.extend_from_slice(bytes);
        socket.heard = Some(now);
    }

    fn break_stream(&mut self, now: Time, id: SocketId) {
        self.out.push_back(Output::CloseSocket { socket: id });
        self.handle_closed(now, id);
    }

    /// The next whole frame of a stream.
    pub fn next_frame(&mut self, now: Time, id: SocketId) -> Option<Vec<u8>> {
        let socket = self.sockets.iter_mut().find(|s| s.id == id && s.is_open())?;
        let (size, head) = match self.entries[socket.relay?].kind {
            EntryKind::Reflector { .. } => (reflector::frame_size(&socket.stream), 4),
            _ => (turn::frame_size(&socket.stream), 0),
        };
        match size {
            Ok(Some(size)) if size <= socket.stream.len() => {
                let frame = socket.stream[head..size].to_vec();
                socket.stream.drain(..size);
                Some(frame)
            }
            Ok(_) => None,
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
        }
        for socket in &mut self.sockets {
            if let SocketState::Closed { retry_at, .. } = &mut socket.state {
                *retry_at = now;
            }
        }
    }
}
