//! Acked framing: messages that are repeated until the other end has confirmed them. `signaling-encryption.md` section 4.
//!
//! A plaintext is one or more records `u32 seq, u8 type, body`. Every message has a counter of its own, and so has every
//! service packet; an acknowledgement carries the seq of what it acknowledges. While anything is unacknowledged, each
//! packet repeats all of it that fits and is due, oldest first.

use crate::crypto::packet::CounterWindow;
use crate::crypto::packet::{OVERHEAD, PacketCipher};
use crate::signaling::seal::{COUNTER, Refused};
use crate::time::{Duration, Time};
use std::collections::{BTreeMap, BTreeSet, VecDeque};

/// In the first record only: it is the only one.
const SINGLE: u32 = 1 << 31;
/// The receiver must acknowledge this record.
const ACK_REQUESTED: u32 = 1 << 30;

const CUSTOM: u8 = 127;
const EMPTY: u8 = 254;
const ACK: u8 = 255;

/// The longest packet that is sent.
const MAX_PACKET: usize = 16_384;
const RECORD: usize = 5;
const CUSTOM_HEADER: usize = RECORD + 4;
/// The longest message: it must still fit behind the header of a service packet, where it may be repeated.
pub const MAX_MESSAGE: usize = MAX_PACKET - OVERHEAD - RECORD - CUSTOM_HEADER;
/// The longest message that is taken.
const MAX_RECEIVED_MESSAGE: usize = 1 << 20;
const MAX_UNACKED: usize = 65_536;
/// All unacknowledged messages together. A peer that confirms nothing must not eat the memory of a phone.
const MAX_UNACKED_BYTES: usize = 4 << 20;
/// Acknowledgements that wait for a packet. Those that do not fit come when the peer repeats the message.
const MAX_WAITING_ACKS: usize = 8192;
/// Delivered messages that are remembered, so that a repeat is not delivered again.
const REMEMBERED: usize = 1024;

/// What nobody acknowledged is repeated after this, and not sooner, even when a packet goes out anyway. The official sender has a
/// timer of 5 s of its own beside it, which after a lone message it forgets; where packets are lost that would be half the time
/// that there is for connecting.
const RESEND: Duration = Duration::from_millis(3000);
/// How long the acknowledgement of a repeated message waits for company.
const ACK_DELAY: Duration = Duration::from_millis(5000);

/// Why a message cannot be sent.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Unsendable {
    /// No packet could hold it.
    TooLong,
    /// The peer has confirmed nothing for too long, or the counter has run out.
    Exhausted,
}

/// Both directions of the acked framing.
#[derive(Clone, Debug)]
pub struct Acked {
    cipher: PacketCipher,
    sender: Sender,
    receiver: Receiver,
    ack_at: Option<Time>,
    /// What arrived is acknowledged when the next packet is polled, so that a message sent until then takes it along.
    serve_from: Option<Time>,
    packets: VecDeque<Vec<u8>>,
    messages: VecDeque<Vec<u8>>,
}

impl Acked {
    pub fn new(cipher: PacketCipher) -> Acked {
        Acked {
            cipher,
            sender: Sender::default(),
            receiver: Receiver::default(),
            ack_at: None,
            serve_from: None,
            packets: VecDeque::new(),
            messages: VecDeque::new(),
        }
    }

    pub fn send(&mut self, now: Time, message: &[u8]) -> Result<(), Unsendable> {
        let plaintext = self.sender.send(now, message, &mut self.receiver.acks)?;
        self.transmit(now, plaintext);
        Ok(())
    }

    pub fn handle_packet(&mut self, now: Time, packet: &[u8]) -> Result<(), Refused> {
        let plaintext = self.cipher.open(packet).ok_or(Refused::Unsealed)?;
        let before = self.sender.unacked.len();
        let received = self.receiver.receive(&plaintext, &mut self.sender)?;
        self.messages.extend(received.messages);
        // With room again in the packet, messages that have never been sent need not wait for the timer.
        let freed = self.sender.unacked.len() < before && self.sender.has_unsent();
        if received.news || freed {
            self.serve_from = Some(now);
        } else if !self.receiver.acks.order.is_empty() && self.ack_at.is_none() {
            self.ack_at = Some(now + ACK_DELAY);
        }
        if received.intact { Ok(()) } else { Err(Refused::Malformed) }
    }

    /// The last counter that was given out.
    pub fn counter(&self) -> u32 {
        self.sender.counter
    }

    /// The messages that nobody has acknowledged, in their order.
    pub fn unconfirmed(&self) -> impl Iterator<Item = &[u8]> {
        self.sender.unacked.iter().map(|entry| &entry.record[CUSTOM_HEADER..])
    }

    pub fn poll_packet(&mut self) -> Option<Vec<u8>> {
        if self.packets.is_empty()
            && let Some(now) = self.serve_from.take()
        {
            self.serve(now);
        }
        self.packets.pop_front()
    }

    pub fn poll_message(&mut self) -> Option<Vec<u8>> {
        self.messages.pop_front()
    }

    pub fn next_timeout(&self) -> Option<Time> {
        [self.ack_at, self.sender.resend_at()].into_iter().flatten().min()
    }

    pub fn handle_timeout(&mut self, now: Time) {
        let due = |at: Option<Time>| at.is_some_and(|at| at <= now);
        if due(self.ack_at) || due(self.sender.resend_at()) {
            self.serve(now);
        }
    }

    /// Sends what is outstanding, if anything is.
    fn serve(&mut self, now: Time) {
        if let Some(plaintext) = self.sender.serve(now, &mut self.receiver.acks) {
            self.transmit(now, plaintext);
        }
        if self.receiver.acks.order.is_empty() {
            self.ack_at = None;
        }
    }

    fn transmit(&mut self, now: Time, plaintext: Vec<u8>) {
        self.packets.push_back(self.cipher.seal(&plaintext));
        self.ack_at = match self.receiver.acks.order.is_empty() {
            true => None,
            false => self.ack_at.or(Some(now + ACK_DELAY)),
        };
    }
}

/// The seqs that wait to be acknowledged, in order of arrival.
#[derive(Clone, Debug, Default)]
struct Acks {
    order: VecDeque<u32>,
    known: BTreeSet<u32>,
}

impl Acks {
    fn push(&mut self, seq: u32) {
        if self.order.len() < MAX_WAITING_ACKS && self.known.insert(seq) {
            self.order.push_back(seq);
        }
    }

    /// Moves as many as fit into a packet.
    fn drain_into(&mut self, plaintext: &mut Vec<u8>) {
        while fits(plaintext.len() + RECORD) {
            let Some(seq) = self.order.pop_front() else { return };
            self.known.remove(&seq);
            push_record(plaintext, seq, ACK);
        }
    }
}

fn fits(plaintext: usize) -> bool {
    OVERHEAD + plaintext <= MAX_PACKET
}

fn push_record(plaintext: &mut Vec<u8>, seq: u32, kind: u8) {
    plaintext.extend_from_slice(&seq.to_be_bytes());
    plaintext.push(kind);
}

#[derive(Clone, Debug)]
struct Unacked {
    seq: u32,
    record: Vec<u8>,
    /// When it was last sent; nothing makes it due at once.
    sent_at: Option<Time>,
}

#[derive(Clone, Debug, Default)]
struct Sender {
    counter: u32,
    unacked: VecDeque<Unacked>,
    unacked_bytes: usize,
}

impl Sender {
    /// The plaintext that carries a new message.
    fn send(&mut self, now: Time, message: &[u8], acks: &mut Acks) -> Result<Vec<u8>, Unsendable> {
        if message.len() > MAX_MESSAGE {
            return Err(Unsendable::TooLong);
        }
        // The message, and the service packet that may have to carry it.
        if self.unacked.len() >= MAX_UNACKED
            || self.unacked_bytes + message.len() > MAX_UNACKED_BYTES
            || self.counter > COUNTER - 2
        {
            return Err(Unsendable::Exhausted);
        }
        self.counter += 1;
        let seq = self.counter | ACK_REQUESTED;
        let mut record = Vec::with_capacity(CUSTOM_HEADER + message.len());
        push_record(&mut record, seq, CUSTOM);
        record.extend_from_slice(&(message.len() as u32).to_be_bytes());
        record.extend_from_slice(message);
        self.unacked_bytes += record.len();
        if self.unacked.is_empty() {
            let mut plaintext = record.clone();
            acks.drain_into(&mut plaintext);
            self.unacked.push_back(Unacked { seq, record, sent_at: Some(now) });
            return Ok(plaintext);
        }
        self.unacked.push_back(Unacked { seq, record, sent_at: None });
        // A new message takes everything before it along, so that the peer gets all of it in order.
        self.unacked.iter_mut().for_each(|entry| entry.sent_at = None);
        self.serve(now, acks).ok_or(Unsendable::Exhausted)
    }

    /// The plaintext of a service packet: acknowledgements, then what is due. `None` if there is neither.
    fn serve(&mut self, now: Time, acks: &mut Acks) -> Option<Vec<u8>> {
        if self.counter >= COUNTER {
            return None;
        }
        let mut plaintext = Vec::new();
        push_record(&mut plaintext, self.counter + 1, EMPTY);
        acks.drain_into(&mut plaintext);
        for entry in &mut self.unacked {
            let due = entry.sent_at.is_none_or(|at| at + RESEND <= now);
            if !due || !fits(plaintext.len() + entry.record.len()) {
                break;
            }
            plaintext.extend_from_slice(&entry.record);
            entry.sent_at = Some(now);
        }
        if plaintext.len() == RECORD {
            return None;
        }
        self.counter += 1;
        Some(plaintext)
    }

    /// When the oldest that nobody acknowledged is due again, while there is a number for the packet.
    fn resend_at(&self) -> Option<Time> {
        let oldest = self.unacked.front().filter(|_| self.counter < COUNTER)?;
        oldest.sent_at.map(|at| at + RESEND)
    }

    fn has_unsent(&self) -> bool {
        self.unacked.iter().any(|entry| entry.sent_at.is_none())
    }

    fn acknowledge(&mut self, seq: u32) {
        if let Some(index) = self.unacked.iter().position(|entry| entry.seq == seq)
            && let Some(entry) = self.unacked.remove(index)
        {
            self.unacked_bytes -= entry.record.len();
        }
    }
}

/// What one packet brought.
struct Received {
    messages: Vec<Vec<u8>>,
    /// A message that asks for an acknowledgement, and was not there before.
    news: bool,
    /// All of the packet kept to the format.
    intact: bool,
}

#[derive(Clone, Debug, Default)]
struct Receiver {
    window: CounterWindow,
    delivered: Delivered,
    acks: Acks,
}

impl Receiver {
    fn receive(&mut self, plaintext: &[u8], sender: &mut Sender) -> Result<Received, Refused> {
        let (seq, _) = plaintext.split_first_chunk::<4>().ok_or(Refused::Malformed)?;
        if !self.window.accept((u32::from_be_bytes(*seq) & COUNTER).into()) {
            return Err(Refused::Replayed);
        }
        let mut records = Records { rest: plaintext, index: 0 };
        let mut custom = Vec::new();
        let intact = loop {
            match records.next() {
                Ok(Some(Record::Ack { seq })) => sender.acknowledge(seq),
                Ok(Some(Record::Empty)) => {}
                Ok(Some(Record::Custom { index, seq, body })) => custom.push((index, seq, body)),
                Ok(None) => break true,
                Err(Malformed) => break false,
            }
        };
        let mut received = Received { messages: Vec::new(), news: false, intact };
        // Of a packet that breaks the format nothing is delivered, nor remembered as delivered: it comes again.
        for (index, seq, body) in custom.into_iter().filter(|_| intact) {
            let counter = seq & COUNTER;
            if seq & ACK_REQUESTED != 0 {
                self.acks.push(seq);
                if self.delivered.insert(counter) {
                    received.news = true;
                    received.messages.push(body.to_vec());
                }
            } else if index == 0 || self.window.accept(counter.into()) {
                received.messages.push(body.to_vec());
            }
        }
        Ok(received)
    }
}

/// The counters of the last delivered messages that asked for an acknowledgement, 64 to a word, as they lie close together: a call
/// through a thousand networks has a thousand of them.
#[derive(Clone, Debug, Default)]
struct Delivered {
    words: BTreeMap<u32, u64>,
    count: usize,
}

impl Delivered {
    /// Whether the counter is new. One that lies before all that is remembered is taken for a repeat.
    fn insert(&mut self, counter: u32) -> bool {
        let is_full = self.count >= REMEMBERED;
        if is_full && self.first().is_some_and(|first| counter < first) {
            return false;
        }
        let (word, bit) = (self.words.entry(counter / 64).or_default(), 1 << (counter % 64));
        if *word & bit != 0 {
            return false;
        }
        *word |= bit;
        if is_full {
            self.forget_first();
        } else {
            self.count += 1;
        }
        true
    }

    fn first(&self) -> Option<u32> {
        self.words.first_key_value().map(|(number, word)| number * 64 + word.trailing_zeros())
    }

    fn forget_first(&mut self) {
        if let Some(mut first) = self.words.first_entry() {
            let rest = first.get() & (first.get() - 1);
            if rest == 0 {
                first.remove();
            } else {
                first.insert(rest);
            }
        }
    }
}

struct Malformed;

enum Record<'a> {
    Empty,
    Ack { seq: u32 },
    Custom { index: usize, seq: u32, body: &'a [u8] },
}

/// Reads the records of a plaintext, each with the rules of its place.
struct Records<'a> {
    rest: &'a [u8],
    index: usize,
}

impl<'a> Records<'a> {
    fn next(&mut self) -> Result<Option<Record<'a>>, Malformed> {
        if self.rest.is_empty() && self.index > 0 {
            return Ok(None);
        }
        let ([s0, s1, s2, s3, kind], rest) = self.rest.split_first_chunk::<RECORD>().ok_or(Malformed)?;
        let seq = u32::from_be_bytes([*s0, *s1, *s2, *s3]);
        let index = self.index;
        self.rest = rest;
        self.index += 1;
        let single = seq & SINGLE != 0;
        let record = match *kind {
            EMPTY if index == 0 => Record::Empty,
            ACK if index > 0 => Record::Ack { seq },
            CUSTOM => Record::Custom { index, seq: seq & !SINGLE, body: self.body()? },
            _ => return Err(Malformed),
        };
        // An acknowledgement names a seq of ours, whose top bit is never set, so the rule holds for it too.
        if single && (index > 0 || !self.rest.is_empty()) {
            return Err(Malformed);
        }
        Ok(Some(record))
    }

    fn body(&mut self) -> Result<&'a [u8], Malformed> {
        let (size, rest) = self.rest.split_first_chunk::<4>().ok_or(Malformed)?;
        let size = usize::try_from(u32::from_be_bytes(*size)).map_err(|_| Malformed)?;
        if size > MAX_RECEIVED_MESSAGE {
            return Err(Malformed);
        }
        let (body, rest) = rest.split_at_checked(size).ok_or(Malformed)?;
        self.rest = rest;
        Ok(body)
    }
}

#[cfg(test)]
mod tests;
