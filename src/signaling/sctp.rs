//! SCTP over Telegram: the association that versions 12 and 13 send their packets through. `signaling-encryption.md`
//! section 7.
//!
//! The SCTP headers are not sealed by the call key, so whatever arrives here is hostile until a sealer has opened it.
//! Both ends may start the association. Around `dcsctp` stands what it leaves out:
//!
//! - a bound on the time between repeated INITs and COOKIE ECHOs (its own timer doubles to minutes);
//! - after an ABORT a fresh association, as soon as either end has something to say, with every message that was not
//!   confirmed;
//! - web peers, which repeat nothing: what lies behind a packet of theirs that was lost is delivered all the same.

use crate::random::Random;
use crate::signaling::version::CustomParameters;
use crate::time::{Duration, Time};
use dcsctp::api::{
    DcSctpSocket, LifecycleId, Message, Options, PpId, SendOptions, SocketEvent, SocketState, SocketTime, StreamId,
};
use std::collections::VecDeque;

const PORT: [u8; 2] = 5000u16.to_be_bytes();
const HEADER: usize = 12;
/// WebRTC binary.
const PPID: PpId = PpId(53);
const STREAM: StreamId = StreamId(0);

/// What the newer official clients use; those of 2025 start with a second.
const T1: Duration = Duration::from_millis(400);
const MAX_BACKOFF: Duration = Duration::from_secs(3);

/// No peer's control chunk is longer, and none longer could be answered within one packet.
const MAX_CONTROL_CHUNK: usize = 1024;
/// A heartbeat of 4 bytes asks for a packet: so many may share one.
const MAX_CHUNKS: usize = 64;
/// What may wait for confirmation.
const MAX_WAITING: usize = 1024;
const MAX_WAITING_BYTES: usize = 2 << 20;
/// What may wait behind a hole.
const MAX_EARLY: usize = 64;
const MAX_EARLY_BYTES: usize = 1 << 20;
/// A peer that repeats its packets has filled a hole by then.
const HOLE: Duration = Duration::from_secs(3);

/// What became of a packet.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Handled {
    /// It was for the association.
    Taken,
    /// It is not SCTP. Web peers also send their packets without it.
    Bare,
    /// It is SCTP that nobody sends.
    Malformed,
}

/// One end of the association.
pub struct Sctp {
    socket: Box<dyn DcSctpSocket>,
    options: Options,
    random: Random,
    /// The beginning of the socket's own time.
    born: Time,
    max_backoff: Duration,
    /// The last INIT or COOKIE ECHO, while it is unanswered.
    handshake: Option<(Time, Vec<u8>)>,
    reconnect_at: Option<Time>,
    last_id: u64,
    waiting: VecDeque<Waiting>,
    early: Early,
    packets: VecDeque<Vec<u8>>,
    messages: VecDeque<Vec<u8>>,
}

/// A message that the peer has not confirmed.
struct Waiting {
    id: LifecycleId,
    message: Vec<u8>,
    /// All of it is on its way, so that it is lost if the association forgets it.
    sent: bool,
}

impl Sctp {
    /// Starts the association. Packets that came before are handed in right after.
    pub fn new(now: Time, random: Random, parameters: &CustomParameters) -> Sctp {
        let max_backoff = parameters.sctp_max_backoff.unwrap_or(MAX_BACKOFF);
        let options = Options {
            t1_init_timeout: parameters.sctp_t1_init.unwrap_or(T1),
            t1_cookie_timeout: parameters.sctp_t1_cookie.unwrap_or(T1),
            max_timer_backoff_duration: Some(max_backoff),
            // A call may be cut off for a minute, and its owner decides when it is over.
            max_retransmissions: None,
            max_init_retransmits: None,
            ..Options::default()
        };
        let mut sctp = Sctp {
            socket: dcsctp::new_socket("", &options),
            options,
            random,
            born: now,
            max_backoff,
            handshake: None,
            reconnect_at: None,
            last_id: 0,
            waiting: VecDeque::new(),
            early: Early::default(),
            packets: VecDeque::new(),
            messages: VecDeque::new(),
        };
        sctp.connect(now);
        sctp
    }

    /// Sends a message, which is not empty, as soon as there is an association. `false`: the peer has confirmed nothing
    /// for too long.
    #[must_use]
    pub fn send(&mut self, now: Time, message: Vec<u8>) -> bool {
        let bytes: usize = self.waiting.iter().map(|waiting| waiting.message.len()).sum();
        if self.waiting.len() >= MAX_WAITING || bytes + message.len() > MAX_WAITING_BYTES {
            return false;
        }
        self.advance(now);
        self.queue(message);
        // After a SHUTDOWN by the peer there is no association until it is needed.
        if self.reconnect_at.is_none() && self.socket.state() == SocketState::Closed {
            self.connect(now);
        }
        self.pump(now);
        true
    }

    pub fn handle_packet(&mut self, now: Time, packet: &[u8]) -> Handled {
        if !is_sctp(packet) {
            return Handled::Bare;
        }
        let Some(whole) = inspect(packet) else { return Handled::Malformed };
        self.advance(now);
        // `dcsctp` draws its tags from the thread's generator.
        let _lent = self.random.lend_to_thread();
        self.socket.handle_input(packet);
        let delivered = self.pump(now);
        for message in whole {
            self.early.add(now, message, delivered);
        }
        self.deliver_early(now);
        Handled::Taken
    }

    pub fn poll_packet(&mut self) -> Option<Vec<u8>> {
        self.packets.pop_front()
    }

    /// Messages, some of them twice: the sealer's counters tell.
    pub fn poll_message(&mut self) -> Option<Vec<u8>> {
        self.messages.pop_front()
    }

    #[cfg(test)]
    pub fn is_connected(&self) -> bool {
        self.socket.state() == SocketState::Connected
    }

    pub fn next_timeout(&self) -> Option<Time> {
        let never = SocketTime::infinite_future();
        let socket = Some(self.socket.poll_timeout()).filter(|at| *at != never);
        let socket = socket.map(|at| self.born + (at - SocketTime::zero()));
        let handshake = self.handshake.as_ref().map(|(sent_at, _)| *sent_at + self.max_backoff);
        [socket, handshake, self.reconnect_at, self.early.next_timeout()].into_iter().flatten().min()
    }

    pub fn handle_timeout(&mut self, now: Time) {
        self.advance(now);
        self.pump(now);
        if self.reconnect_at.is_some_and(|at| at <= now) {
            self.reconnect_at = None;
            if self.socket.state() == SocketState::Closed {
                self.connect(now);
            }
        }
        if let Some((sent_at, packet)) = &mut self.handshake
            && *sent_at + self.max_backoff <= now
        {
            *sent_at = now;
            self.packets.push_back(packet.clone());
        }
        self.deliver_early(now);
    }

    fn advance(&mut self, now: Time) {
        self.socket.advance_time(SocketTime::zero() + now.since(self.born));
    }

    fn connect(&mut self, now: Time) {
        let _lent = self.random.lend_to_thread();
        self.socket.connect();
        self.pump(now);
    }

    fn queue(&mut self, message: Vec<u8>) {
        self.last_id += 1;
        let id = LifecycleId::from(self.last_id);
        let options = SendOptions { lifecycle_id: Some(id), ..SendOptions::default() };
        // It fails only for sizes that were ruled out, and while shutting down, when a new association will carry it.
        let _ = self.socket.send(Message::new(STREAM, PPID, message.clone()), &options);
        self.waiting.push_back(Waiting { id, message, sent: false });
    }

    /// Takes everything out of the socket. Whether it delivered a message.
    fn pump(&mut self, now: Time) -> bool {
        while let Some(event) = self.socket.poll_event() {
            match event {
                SocketEvent::SendPacket(packet) => {
                    if matches!(packet.get(HEADER), Some(&(INIT | COOKIE_ECHO))) {
                        self.handshake = Some((now, packet.clone()));
                    }
                    self.packets.push_back(packet);
                }
                SocketEvent::OnAborted(..) | SocketEvent::OnClosed() => self.start_over(now),
                SocketEvent::OnLifecycleMessageFullySent(id) => {
                    if let Some(waiting) = self.waiting.iter_mut().find(|waiting| waiting.id == id) {
                        waiting.sent = true;
                    }
                }
                SocketEvent::OnLifecycleMessageDelivered(id) => self.waiting.retain(|waiting| waiting.id != id),
                _ => {}
            }
        }
        if self.socket.state() != SocketState::Connecting {
            self.handshake = None;
        }
        self.send_forgotten();
        let mut delivered = false;
        while let Some(message) = self.socket.get_next_message() {
            delivered = true;
            self.early.forget(&message.payload);
            self.messages.push_back(message.payload);
        }
        delivered
    }

    /// A new socket in place of one that is over. It answers an INIT at once, but sends its own only for what the peer has
    /// not confirmed, since an official client aborts when it hangs up; and only after a while, since a peer that aborts
    /// everything is not worth a storm.
    fn start_over(&mut self, now: Time) {
        self.socket = dcsctp::new_socket("", &self.options);
        self.born = now;
        self.handshake = None;
        let unconfirmed: Vec<_> = self.waiting.drain(..).map(|waiting| waiting.message).collect();
        self.reconnect_at = (!unconfirmed.is_empty()).then_some(now + T1);
        unconfirmed.into_iter().for_each(|message| self.queue(message));
    }

    /// When a peer starts its association anew, what was in flight on the old one is forgotten by both.
    fn send_forgotten(&mut self) {
        let in_flight = self.socket.get_metrics().is_none_or(|metrics| metrics.unack_data_count > 0);
        if in_flight || !self.waiting.iter().any(|waiting| waiting.sent) {
            return;
        }
        let (forgotten, waiting) = self.waiting.drain(..).partition(|waiting| waiting.sent);
        self.waiting = waiting;
        let forgotten: VecDeque<Waiting> = forgotten;
        forgotten.into_iter().for_each(|waiting| self.queue(waiting.message));
        while let Some(event) = self.socket.poll_event() {
            if let SocketEvent::SendPacket(packet) = event {
                self.packets.push_back(packet);
            }
        }
    }

    fn deliver_early(&mut self, now: Time) {
        while let Some(message) = self.early.pop(now) {
            self.messages.push_back(message);
        }
    }
}

impl core::fmt::Debug for Sctp {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.debug_struct("Sctp").field("state", &self.socket.state()).field("waiting", &self.waiting.len()).finish()
    }
}

/// Messages that came in one piece, behind one that did not come.
#[derive(Default)]
struct Early {
    messages: VecDeque<(Time, Vec<u8>)>,
    bytes: usize,
    /// The peer left a hole once and has not filled it since: nothing is gained by waiting again.
    hole: bool,
}

impl Early {
    fn add(&mut self, now: Time, message: &[u8], delivered: bool) {
        if delivered || self.messages.iter().any(|(_, known)| known == message) {
            return;
        }
        self.messages.push_back((now, message.to_vec()));
        self.bytes += message.len();
    }

    fn take(&mut self) -> Option<Vec<u8>> {
        let (_, message) = self.messages.pop_front()?;
        self.bytes -= message.len();
        Some(message)
    }

    /// The association has delivered this one, in order.
    fn forget(&mut self, message: &[u8]) {
        self.hole = false;
        self.messages.retain(|(_, known)| known != message);
        self.bytes = self.messages.iter().map(|(_, message)| message.len()).sum();
    }

    fn next_timeout(&self) -> Option<Time> {
        self.messages.front().map(|(at, _)| *at + HOLE)
    }

    /// The oldest message, if it has waited long enough, or so many wait that this one has to go on.
    fn pop(&mut self, now: Time) -> Option<Vec<u8>> {
        let (at, _) = self.messages.front()?;
        let is_full = self.messages.len() > MAX_EARLY || self.bytes > MAX_EARLY_BYTES;
        if !self.hole && !is_full && *at + HOLE > now {
            return None;
        }
        // A crowd says nothing about whether the hole will be filled.
        self.hole |= !is_full;
        self.take()
    }
}

const DATA: u8 = 0;
const INIT: u8 = 1;
const COOKIE_ECHO: u8 = 10;
const I_DATA: u8 = 64;
const RE_CONFIG: u8 = 130;
const FORWARD_TSN: u8 = 192;
const I_FORWARD_TSN: u8 = 194;

/// The first and the last fragment.
const WHOLE: u8 = 0b11;

/// Whether a packet has the ports and the checksum of SCTP.
pub fn is_sctp(packet: &[u8]) -> bool {
    let Some((header, chunks)) = packet.split_first_chunk::<HEADER>() else { return false };
    header[..2] == PORT && header[2..4] == PORT && header[8..] == crc32c(&[&header[..8], &[0; 4], chunks]).to_le_bytes()
}

/// Checks the shape of a packet before the association sees it: `None` if no peer makes such. Returns the messages that
/// it carries in one piece.
fn inspect(packet: &[u8]) -> Option<Vec<&[u8]>> {
    let mut rest = packet.get(HEADER..)?;
    let mut whole = Vec::new();
    let mut count = 0;
    while let Some(([kind, flags, high, low], _)) = rest.split_first_chunk::<4>() {
        let size = usize::from(u16::from_be_bytes([*high, *low]));
        let body = rest.get(4..size)?;
        count += 1;
        match *kind {
            // Never offered, or never used: all data is ordered and reliable, and no stream is reset.
            I_DATA | RE_CONFIG | FORWARD_TSN | I_FORWARD_TSN => return None,
            DATA if flags & WHOLE == WHOLE => whole.push(body.get(12..).filter(|message| !message.is_empty())?),
            DATA => {}
            _ if size > MAX_CONTROL_CHUNK => return None,
            _ => {}
        }
        rest = rest.get(size.next_multiple_of(4)..).unwrap_or_default();
    }
    (rest.is_empty() && (1..=MAX_CHUNKS).contains(&count)).then_some(whole)
}

/// The checksum of SCTP (RFC 9260, appendix A) over parts.
pub fn crc32c(parts: &[&[u8]]) -> u32 {
    const TABLE: [u32; 256] = {
        let mut table = [0; 256];
        let mut i = 0;
        while i < 256 {
            let mut value = i as u32;
            let mut bit = 0;
            while bit < 8 {
                value = if value & 1 == 1 { (value >> 1) ^ 0x82f6_3b78 } else { value >> 1 };
                bit += 1;
            }
            table[i] = value;
            i += 1;
        }
        table
    };
    let step = |crc: u32, byte: &u8| TABLE[usize::from(crc as u8 ^ byte)] ^ (crc >> 8);
    !parts.iter().copied().flatten().fold(u32::MAX, step)
}

#[cfg(test)]
mod tests;
