//! The data channel (`media-transport.md` 7.1): SCTP over whatever protects the media, DCEP, text messages on stream 0.

use crate::random::Random;
use crate::time::{Duration, Time};
use dcsctp::api::{DcSctpSocket, Message, Options, PpId, SendOptions, SocketEvent, SocketState, SocketTime, StreamId};
use std::collections::VecDeque;

const STREAM: StreamId = StreamId(0);
const LABEL: &[u8] = b"data";
const CONTROL: u32 = 50;
const TEXT: u32 = 51;
const TEXT_EMPTY: u32 = 56;
const OPEN: u8 = 3;
const ACK: u8 = 2;
pub const MAX_MESSAGE: usize = 262_144;
/// Kept until the channel opens; the oldest gives way, for the newest says what is so.
const MAX_PENDING: usize = 16;
/// An association that broke is made anew at once, so many times in a row; then never, or after a pause each time.
const MAX_RESTARTS: u32 = 8;
const PAUSE: Duration = Duration::from_secs(5);
/// One that held for this long was a success, and those before it are forgotten.
const LASTING: Duration = Duration::from_secs(10);
/// Waiting for the application.
const MAX_MESSAGES: usize = 64;

/// The packet that opens a channel: reliable, ordered, priority 0, this label, no protocol.
pub fn open_message() -> Vec<u8> {
    let mut message = vec![OPEN, 0, 0, 0, 0, 0, 0, 0, 0, LABEL.len() as u8, 0, 0];
    message.extend_from_slice(LABEL);
    message
}

/// A DCEP message (RFC 8832).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Control<'a> {
    Open { label: &'a [u8], protocol: &'a [u8] },
    Ack,
}

pub fn parse_control(bytes: &[u8]) -> Option<Control<'_>> {
    match bytes.split_first()? {
        (&ACK, _) => Some(Control::Ack),
        (&OPEN, rest) => {
            let (head, names) = rest.split_first_chunk::<11>()?;
            let (label, protocol) =
                (u16::from_be_bytes([head[7], head[8]]).into(), u16::from_be_bytes([head[9], head[10]]).into());
            let (label, rest) = names.split_at_checked(label)?;
            Some(Control::Open { label, protocol: rest.get(..protocol)? })
        }
        _ => None,
    }
}

/// For `tests/fuzz`.
#[cfg(any(test, feature = "internals"))]
pub fn fuzz(data: &[u8]) {
    if let Some(Control::Open { label, protocol }) = parse_control(data) {
        assert!(label.len() + protocol.len() + 12 <= data.len());
    }
    let mut channel = DataChannel::new(Time::ZERO, false, false, Random::from_seed(1));
    channel.handle_packet(Time::ZERO, data);
    while channel.poll_packet().is_some() {}
}

#[derive(Debug, PartialEq, Eq)]
pub enum Event {
    Opened,
    Text(String),
}

pub struct DataChannel {
    socket: Box<dyn DcSctpSocket>,
    start: Time,
    now: Time,
    /// Whether the channel is ours to open.
    opens: bool,
    /// Whether it is made anew however often it breaks.
    keeps: bool,
    /// When it is, after a pause.
    restart_at: Option<Time>,
    is_up: bool,
    up_since: Time,
    restarts: u32,
    pending: VecDeque<String>,
    packets: VecDeque<Vec<u8>>,
    events: VecDeque<Event>,
    random: Random,
    /// Messages that were no text, or not on our stream.
    pub ignored: u64,
}

impl core::fmt::Debug for DataChannel {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.debug_struct("DataChannel").field("is_up", &self.is_up).finish_non_exhaustive()
    }
}

fn socket() -> Box<dyn DcSctpSocket> {
    let options = Options {
        max_message_size: MAX_MESSAGE,
        // States of a call are small; whoever sends more waits.
        max_receiver_window_buffer_size: 2 * MAX_MESSAGE,
        max_send_buffer_size: MAX_MESSAGE,
        per_stream_send_queue_limit: MAX_MESSAGE,
        total_buffered_amount_low_threshold: 0,
        ..Options::default()
    };
    dcsctp::new_socket("data", &options)
}

impl DataChannel {
    /// Nothing is sent before [`Self::connect`]; packets of the peer are answered at once. `opens`: the channel is ours to open.
    /// `keeps`: it is made anew however often it breaks.
    pub fn new(now: Time, opens: bool, keeps: bool, random: Random) -> DataChannel {
        DataChannel {
            socket: socket(),
            start: now,
            now,
            opens,
            keeps,
            restart_at: None,
            is_up: false,
            up_since: now,
            restarts: 0,
            pending: VecDeque::new(),
            packets: VecDeque::new(),
            events: VecDeque::new(),
            random,
            ignored: 0,
        }
    }

    pub fn is_up(&self) -> bool {
        self.is_up
    }

    /// Both sides do.
    pub fn connect(&mut self, now: Time) {
        self.enter(now, |channel| {
            if channel.socket.state() == SocketState::Closed {
                channel.socket.connect();
            }
        });
    }

    pub fn handle_packet(&mut self, now: Time, packet: &[u8]) {
        self.enter(now, |channel| channel.socket.handle_input(packet));
    }

    /// Sends a text, or keeps it until the channel is up. `false` if there is no room for it.
    pub fn send(&mut self, now: Time, text: &str) -> bool {
        if !self.is_up {
            if self.pending.len() >= MAX_PENDING {
                self.pending.pop_front();
            }
            self.pending.push_back(text.to_owned());
            return true;
        }
        self.enter(now, |channel| channel.transmit(TEXT, text.as_bytes().to_vec()))
    }

    fn transmit(&mut self, kind: u32, payload: Vec<u8>) -> bool {
        let (kind, payload) = if payload.is_empty() { (TEXT_EMPTY, vec![0]) } else { (kind, payload) };
        self.socket.send(Message::new(STREAM, PpId(kind), payload), &SendOptions::default()).is_ok()
    }

    /// Does something with the socket, which draws its tags from the thread's generator.
    fn enter<T>(&mut self, now: Time, act: impl FnOnce(&mut DataChannel) -> T) -> T {
        let _lent = self.random.lend_to_thread();
        self.now = now;
        self.socket.advance_time(SocketTime::zero() + now.since(self.start));
        let result = act(self);
        self.turn();
        result
    }

    /// Ends the association, as the other side of it may. For the simulated server and tests.
    #[cfg(any(test, feature = "sim"))]
    pub fn close(&mut self, now: Time) {
        self.enter(now, |channel| channel.socket.close());
    }

    /// Closes the channel and leaves the association (RFC 8831 section 6.7). For the simulated server and tests.
    #[cfg(any(test, feature = "sim"))]
    pub fn close_stream(&mut self, now: Time) {
        self.enter(now, |channel| _ = channel.socket.reset_streams(&[STREAM]));
    }

    pub fn handle_timeout(&mut self, now: Time) {
        let restarts = self.restart_at.take_if(|at| *at <= now).is_some();
        self.enter(now, |channel| {
            if restarts && channel.socket.state() == SocketState::Closed {
                channel.socket.connect();
            }
        });
    }

    pub fn next_timeout(&self) -> Option<Time> {
        let at = self.socket.poll_timeout();
        let socket = (at != SocketTime::infinite_future()).then(|| self.start + (at - SocketTime::zero()));
        socket.into_iter().chain(self.restart_at).min()
    }

    pub fn poll_packet(&mut self) -> Option<Vec<u8>> {
        self.packets.pop_front()
    }

    pub fn poll_event(&mut self) -> Option<Event> {
        self.events.pop_front()
    }

    fn turn(&mut self) {
        loop {
            while let Some(event) = self.socket.poll_event() {
                self.handle_event(event);
            }
            while let Some(message) = self.socket.get_next_message() {
                self.handle_message(message);
            }
            // Answers to messages may have made packets.
            match self.socket.poll_event() {
                Some(event) => self.handle_event(event),
                None => break,
            }
        }
    }

    fn handle_event(&mut self, event: SocketEvent) {
        match event {
            SocketEvent::SendPacket(packet) => self.packets.push_back(packet),
            SocketEvent::OnConnected() | SocketEvent::OnConnectionRestarted() => {
                if self.opens {
                    self.transmit(CONTROL, open_message());
                }
                if !core::mem::replace(&mut self.is_up, true) {
                    self.up_since = self.now;
                    self.events.push_back(Event::Opened);
                }
                while let Some(text) = self.pending.pop_front() {
                    self.transmit(TEXT, text.into_bytes());
                }
            }
            SocketEvent::OnAborted(..) | SocketEvent::OnClosed() => {
                if core::mem::replace(&mut self.is_up, false) && self.now.since(self.up_since) >= LASTING {
                    self.restarts = 0;
                }
                if self.restarts < MAX_RESTARTS {
                    self.restarts += 1;
                    self.socket.connect();
                } else if self.keeps {
                    self.restart_at = Some(self.now + PAUSE);
                }
            }
            // The other side has closed the channel alone: ours closes as well, and is opened once more when that is done.
            SocketEvent::OnIncomingStreamReset(streams) if self.keeps && self.opens && is_closed(&streams) => {
                let _ = self.socket.reset_streams(&[STREAM]);
            }
            SocketEvent::OnStreamsResetPerformed(streams) if self.keeps && self.opens && is_closed(&streams) => {
                self.transmit(CONTROL, open_message());
                self.events.push_back(Event::Opened);
            }
            _ => {}
        }
    }

    fn handle_message(&mut self, message: Message) {
        let is_ours = message.stream_id == STREAM;
        match (message.ppid.0, parse_control(&message.payload)) {
            // An acknowledgement nobody waits for is as good as one that never comes.
            (CONTROL, Some(Control::Ack)) => {}
            (CONTROL, Some(Control::Open { .. })) if is_ours => {
                self.transmit(CONTROL, vec![ACK]);
            }
            (TEXT, _) if is_ours && self.events.len() < MAX_MESSAGES => match String::from_utf8(message.payload) {
                Ok(text) => self.events.push_back(Event::Text(text)),
                Err(_) => self.ignored += 1,
            },
            _ => self.ignored += 1,
        }
    }
}

/// Whether our stream is among those that were reset; none named: all.
fn is_closed(streams: &[StreamId]) -> bool {
    streams.is_empty() || streams.contains(&STREAM)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn vectors() -> serde_json::Value {
        let folder =
            std::env::var("TGCALL_VECTORS").unwrap_or(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/vectors").into());
        serde_json::from_str(&std::fs::read_to_string(format!("{folder}/signaling_sctp.json")).unwrap()).unwrap()
    }

    /// Carries packets both ways, `drop` says which not; what each side has to tell.
    fn run(
        now: &mut Time,
        sides: &mut [DataChannel; 2],
        mut drop: impl FnMut(usize) -> bool,
        seconds: u64,
    ) -> [Vec<Event>; 2] {
        let mut events = [Vec::new(), Vec::new()];
        let mut count = 0;
        let end = *now + Duration::from_secs(seconds);
        while *now < end {
            *now += Duration::from_millis(10);
            let mut flying = Vec::new();
            for side in 0..2 {
                sides[side].handle_timeout(*now);
                while let Some(packet) = sides[side].poll_packet() {
                    flying.push((1 - side, packet));
                }
                while let Some(event) = sides[side].poll_event() {
                    events[side].push(event);
                }
            }
            for (to, packet) in flying {
                count += 1;
                if !drop(count) {
                    sides[to].handle_packet(*now, &packet);
                }
            }
        }
        events
    }

    fn sides() -> [DataChannel; 2] {
        [(true, 1), (false, 2)].map(|(opens, seed)| DataChannel::new(Time::ZERO, opens, false, Random::from_seed(seed)))
    }

    /// Towards a server: the first keeps its channel.
    fn sides_of_a_server() -> [DataChannel; 2] {
        [(true, 1), (false, 2)].map(|(opens, seed)| DataChannel::new(Time::ZERO, opens, opens, Random::from_seed(seed)))
    }

    #[test]
    fn opening_is_that_of_the_vector() {
        let text = vectors().to_string();
        let hex: String = open_message().iter().map(|byte| format!("{byte:02x}")).collect();
        assert!(text.contains(&hex), "no {hex} in signaling_sctp.json");
    }

    #[test]
    fn both_sides_connect_at_once_and_texts_arrive_in_order_despite_loss() {
        for every in [0, 4] {
            let (mut now, mut sides) = (Time::ZERO, sides());
            for side in &mut sides {
                assert!(side.send(now, "early"));
                side.connect(now);
            }
            let lossy = |count: usize| every != 0 && count % every == 1;
            let mut events = run(&mut now, &mut sides, lossy, 20);
            for side in &mut sides {
                assert!(side.is_up());
                assert!(side.send(now, "one") && side.send(now, "") && side.send(now, &"long ".repeat(2000)));
            }
            let more = run(&mut now, &mut sides, lossy, 30);
            for (all, more) in events.iter_mut().zip(more) {
                all.extend(more);
                let text = |text: &str| Event::Text(text.into());
                let expected = [text("early"), text("one"), text(&"long ".repeat(2000))];
                // A text may overtake the last packet of the handshake.
                assert_eq!(all.iter().filter(|e| **e == Event::Opened).count(), 1);
                all.retain(|e| *e != Event::Opened);
                assert_eq!(all[..], expected);
            }
        }
    }

    #[test]
    fn associations_that_break_are_made_anew_as_long_as_they_hold_in_between() {
        // The other app restarts its socket again and again: an association of its own each time.
        for (pause, times, lasts) in [(12, 30, true), (1, 30, false)] {
            let (mut now, mut sides) = (Time::ZERO, sides());
            sides.iter_mut().for_each(|side| side.connect(now));
            run(&mut now, &mut sides, |_| false, 5);
            for _ in 0..times {
                sides[1].enter(now, |channel| channel.socket.close());
                run(&mut now, &mut sides, |_| false, pause);
            }
            run(&mut now, &mut sides, |_| false, 5);
            assert_eq!(sides[0].is_up(), lasts, "{pause} s");
            assert!(sides[0].restarts <= MAX_RESTARTS);
        }
    }

    #[test]
    fn a_kept_channel_comes_back_however_often_the_server_closes_it() {
        let (mut now, mut sides) = (Time::ZERO, sides_of_a_server());
        sides[0].connect(now);
        run(&mut now, &mut sides, |_| false, 5);
        for round in 0..30 {
            assert!(sides[0].is_up(), "{round}");
            sides[1].close(now);
            let events = run(&mut now, &mut sides, |_| false, 1);
            assert!(round > 7 || events[0].contains(&Event::Opened), "the first ones at once");
            run(&mut now, &mut sides, |_| false, 6);
        }
        assert!(sides[0].send(now, "again"));
        assert!(run(&mut now, &mut sides, |_| false, 2)[1].contains(&Event::Text("again".into())));
    }

    #[test]
    fn a_stream_that_the_server_closes_is_opened_again() {
        let (mut now, mut sides) = (Time::ZERO, sides_of_a_server());
        sides[0].connect(now);
        run(&mut now, &mut sides, |_| false, 5);
        for _ in 0..3 {
            sides[1].close_stream(now);
            let events = run(&mut now, &mut sides, |_| false, 3);
            assert_eq!(events[0], [Event::Opened], "it is told, as what was said may be lost");
            for from in [0, 1] {
                assert!(sides[from].send(now, "heard"));
            }
            let events = run(&mut now, &mut sides, |_| false, 3);
            assert_eq!(events, [[Event::Text("heard".into())], [Event::Text("heard".into())]]);
        }
    }

    #[test]
    fn before_the_channel_opens_the_newest_texts_are_kept() {
        let (mut now, mut sides) = (Time::ZERO, sides());
        for number in 0..20 {
            assert!(sides[1].send(now, &number.to_string()));
        }
        sides.iter_mut().for_each(|side| side.connect(now));
        let events = run(&mut now, &mut sides, |_| false, 10);
        let texts: Vec<_> = events[0].iter().filter(|event| **event != Event::Opened).collect();
        assert_eq!((texts.len(), texts.last()), (MAX_PENDING, Some(&&Event::Text("19".into()))));
    }

    #[test]
    fn control_messages_are_read_within_their_bounds() {
        let open = open_message();
        assert_eq!(parse_control(&open), Some(Control::Open { label: b"data", protocol: b"" }));
        for size in 0..open.len() {
            assert_eq!(parse_control(&open[..size]), None);
        }
        assert_eq!(parse_control(&[2]), Some(Control::Ack));
        assert_eq!(parse_control(&[9]), None);
    }
}
