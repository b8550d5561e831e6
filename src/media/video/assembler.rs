//! Payloads to frames: the receiving side of one source.
//!
//! Frames come out in order, from a key frame on. What is missing is waited for as long as it can still come: a retransmission
//! is asked for by others ([`Assembler::missing`]). When something whole is there that does not need what is missing – a
//! key frame, or a frame that says so by its picture id or its temporal layer – it overtakes after a moment; when nothing
//! does for two seconds, everything up to the next key frame is dropped and one is asked for.

use super::access_unit::Parameters;
use super::budget::{Account, Budget};
use super::continuity::{Continuity, Follows};
use super::window::{Peek, Picture, Placed, Window};
use super::{Codec, Counts, Frame, Head, MAX_FRAME, Reason, Rotation, av1, h264, h265, vp8, vp9};
use crate::time::{Duration, Time};

/// So long a packet may be late before something overtakes it: about one retransmission.
const PATIENCE: Duration = Duration::from_millis(100);
/// What is not whole by then is given up, and what nobody took.
const KEEP: Duration = Duration::from_secs(2);
/// While a key frame is awaited it is asked for this often, and one is asked for when a stream has not begun for so long
/// (`video.md` 5.2).
const ASK_AGAIN: Duration = Duration::from_millis(200);
const ASK_UNBEGUN: Duration = Duration::from_secs(3);

/// One packet of the source, as RTP has it; retransmitted ones under their original number.
#[derive(Clone, Copy, Debug)]
pub struct Arrival<'a> {
    /// The sequence number, continued beyond its 16 bits (`sequence::extend`).
    pub number: u64,
    pub timestamp: u32,
    pub marker: bool,
    /// What its payload type means.
    pub codec: Codec,
    /// The byte of the video-orientation extension, if there is one.
    pub orientation: Option<u8>,
    /// Without padding; empty for a packet of nothing but padding.
    pub payload: &'a [u8],
}

/// Whether frames are sealed end to end. Sealed ones come out exactly as they went in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Content {
    Plain,
    Sealed,
}

/// What the frames that come out stand on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum State {
    /// Nothing came out yet, and nothing speaks against that something will.
    Unbegun {
        ask_at: Time,
    },
    /// A key frame is awaited.
    Lost {
        ask_at: Time,
        /// And so often after it.
        again: Duration,
    },
    Following {
        codec: Codec,
    },
}

#[derive(Debug)]
pub struct Assembler {
    content: Content,
    account: Account,
    window: Window,
    state: State,
    continuity: Continuity,
    parameters: Parameters,
    rotation: Rotation,
    /// Below this number, what is missing will not come.
    given_up: u64,
    counts: Counts,
}

impl Assembler {
    pub fn new(now: Time, content: Content, budget: &Budget) -> Assembler {
        Assembler {
            content,
            account: budget.open(),
            window: Window::default(),
            state: State::Unbegun { ask_at: now + ASK_UNBEGUN },
            continuity: Continuity::default(),
            parameters: Parameters::default(),
            rotation: Rotation::None,
            given_up: 0,
            counts: Counts::default(),
        }
    }

    /// In any order; what is there already, or no longer needed, is counted and dropped. Poll for frames after each.
    pub fn handle_packet(&mut self, now: Time, packet: &Arrival<'_>) {
        let peek = (!packet.payload.is_empty()).then(|| peek(packet.codec, packet.payload));
        let mut placed = self.window.insert(now, packet, peek);
        if matches!(placed, Placed::Ahead | Placed::Crowded) {
            self.abandon(now);
            placed = self.window.insert(now, packet, peek);
        }
        match placed {
            Placed::Duplicate => self.counts.drop(Reason::Duplicate),
            Placed::New => {
                if let Some(Err(reason)) = peek {
                    self.counts.drop(reason);
                }
                if let State::Unbegun { ask_at } = &mut self.state {
                    // It has begun, so that it is as if it were awaited.
                    *ask_at = (*ask_at).min(now + ASK_AGAIN);
                }
            }
            Placed::Late | Placed::Ahead | Placed::Crowded => self.counts.drop(Reason::Late),
        }
        if !self.account.hold(self.window.size()) {
            self.abandon(now);
        }
    }

    /// Everything that is not finished goes.
    fn abandon(&mut self, now: Time) {
        (0..self.window.clear()).for_each(|_| self.counts.drop(Reason::Overfull));
        self.account.hold(self.window.size());
        self.lose(now);
    }

    fn lose(&mut self, now: Time) {
        if !matches!(self.state, State::Lost { .. }) {
            self.counts.losses += 1;
            self.state = State::Lost { ask_at: now, again: ASK_AGAIN };
        }
    }

    /// Gives up what has waited too long. Poll for frames after it.
    pub fn handle_timeout(&mut self, now: Time) {
        while let Some(picture) = self.window.pictures().front()
            && picture.arrived + KEEP <= now
        {
            let whole = self.window.is_whole(picture);
            let reason = if whole { Reason::Overfull } else { Reason::Incomplete };
            self.give_up_front(picture.broken.map_or(Some(reason), |_| None));
            self.lose(now);
        }
        self.account.hold(self.window.size());
    }

    /// When something may have to be given up, or overtaken, or asked for.
    pub fn next_timeout(&self) -> Option<Time> {
        let front = self.window.pictures().front().map(|picture| picture.arrived);
        let ask = match self.state {
            State::Unbegun { ask_at } | State::Lost { ask_at, .. } => Some(ask_at),
            State::Following { .. } => None,
        };
        let overtake = self.overtaking().map(|(_, at)| at);
        [front.map(|arrived| arrived + KEEP), ask, overtake].into_iter().flatten().min()
    }

    /// The next frame, in order; from a key frame on.
    pub fn poll_frame(&mut self, now: Time) -> Option<Frame> {
        self.handle_timeout(now);
        let frame = loop {
            self.window.skip_padding();
            let State::Following { codec } = self.state else {
                match self.begin_anew(now)? {
                    Some(frame) => break frame,
                    None => continue,
                }
            };
            let front = self.window.pictures().front()?;
            if front.broken.is_some() {
                // Where it stands among the layers may say that nobody needs it.
                let unneeded = front.position.is_some_and(|position| position.layer > 0);
                self.give_up_front(None);
                if unneeded {
                    self.continuity.leave_behind();
                } else {
                    self.lose(now);
                }
                continue;
            }
            if self.window.adjoins(front) && self.window.is_whole(front) {
                let follows = match (front.is_key, front.codec == codec) {
                    (true, _) => Follows::Next,
                    (false, true) => self.continuity.follows(front.position.as_ref(), false),
                    (false, false) => Follows::Broken,
                };
                match follows {
                    Follows::Next | Follows::Over => match self.take(now, follows == Follows::Over) {
                        Some(frame) => break frame,
                        None => continue,
                    },
                    Follows::Unneeded => self.give_up_front(Some(Reason::UpperLayer)),
                    Follows::Broken => self.lose(now),
                }
                continue;
            }
            match self.overtaking() {
                Some((behind, at)) if at <= now => {
                    let over = !self.continues(&self.window.pictures()[behind]);
                    (0..behind).for_each(|_| self.give_up_front(Some(Reason::Incomplete)));
                    match self.take(now, over) {
                        Some(frame) => break frame,
                        None => continue,
                    }
                }
                _ if self.waits_in_vain() => self.lose(now),
                _ => return None,
            }
        };
        self.account.hold(self.window.size());
        Some(frame)
    }

    /// While a key frame is awaited. `None`: it is not there; `Some(None)`: look again.
    fn begin_anew(&mut self, now: Time) -> Option<Option<Frame>> {
        let is_start = |picture: &Picture| picture.is_key && picture.broken.is_none() && self.window.is_whole(picture);
        if let Some(behind) = self.window.pictures().iter().position(is_start) {
            (0..behind).for_each(|_| self.give_up_front(Some(Reason::NotKey)));
            return Some(self.take(now, false));
        }
        let front = self.window.pictures().front()?;
        let (codec, is_key, arrived, broken) = (front.codec, front.is_key, front.arrived, front.broken.is_some());
        if !broken && !self.window.is_whole(front) {
            // Once a key frame is on its way, nobody need ask for what is missing before it.
            let is_key = |picture: &Picture| picture.is_key && picture.broken.is_none();
            let behind = self.window.pictures().iter().position(is_key).filter(|_| self.window.is_settled());
            (0..behind?).for_each(|_| self.give_up_front(Some(Reason::NotKey)));
            return behind.filter(|behind| *behind > 0).map(|_| None);
        }
        self.lose(now);
        if !self.window.is_settled() && arrived + PATIENCE > now {
            // Its key frame may have been overtaken on the way.
            return None;
        }
        // Sets of parameters may go ahead of the key frame.
        let has_parameters = matches!(codec, Codec::H264 | Codec::H265) && !is_key && !broken;
        if has_parameters {
            let (content, parameters) = (self.content, &mut self.parameters);
            self.window.take_front(|picture, payloads| look_for_parameters(picture, payloads, content, parameters));
            self.counts.drop(Reason::NotKey);
        } else {
            self.give_up_front((!broken).then_some(Reason::NotKey));
        }
        Some(None)
    }

    /// The first picture that can be taken although something is missing before it, and when it may be.
    fn overtaking(&self) -> Option<(usize, Time)> {
        let State::Following { codec } = self.state else { return None };
        let arrived = self.window.pictures().front()?.arrived;
        let mut whole = self.window.pictures().iter().enumerate().filter(|(at, picture)| {
            let in_order = *at == 0 && self.window.adjoins(picture);
            picture.broken.is_none() && !in_order && self.window.is_whole(picture)
        });
        let in_vain = self.waits_in_vain();
        whole.find_map(|(at, picture)| {
            let fits = picture.codec == codec;
            match self.continuity.follows(picture.position.as_ref(), true) {
                Follows::Next if fits && at == 0 && !picture.is_key => Some((at, arrived)),
                Follows::Next | Follows::Over if fits => Some((at, arrived + PATIENCE)),
                _ if picture.is_key => Some((at, arrived + PATIENCE)),
                _ => None,
            }
            .map(|(at, time)| (at, if in_vain { arrived } else { time }))
        })
    }

    /// What is missing first will not come.
    fn waits_in_vain(&self) -> bool {
        self.given_up > self.window.base() && self.missing().next().is_some_and(|number| number < self.given_up)
    }

    /// Nothing but padding is missing before this picture.
    fn continues(&self, picture: &Picture) -> bool {
        self.continuity.follows(picture.position.as_ref(), true) == Follows::Next
    }

    fn give_up_front(&mut self, reason: Option<Reason>) {
        if let Some(picture) = self.window.drop_front() {
            self.turn(picture.orientation);
            // What could not be read was counted when it came.
            let reason = reason.or(picture.broken.filter(|reason| *reason == Reason::TooLarge));
            reason.into_iter().for_each(|reason| self.counts.drop(reason));
        }
    }

    fn turn(&mut self, orientation: Option<u8>) {
        self.rotation = orientation.map_or(self.rotation, Rotation::from_orientation);
    }

    /// Takes the picture at the front. `None`: it was none, or belongs to the next one.
    fn take(&mut self, now: Time, over: bool) -> Option<Frame> {
        let (content, parameters) = (self.content, &mut self.parameters);
        let (frame, position) = self.window.take_front(|picture, payloads| {
            let codec = picture.codec;
            let mut data = Vec::with_capacity(picture.bytes + 64);
            let head = assemble(codec, payloads, &mut data).and_then(|head| {
                head.map_or_else(|| parameters.complete(codec, content, &mut data), |head| Ok(Some(head)))
            });
            let too_large = data.len() > MAX_FRAME;
            let head = if too_large { Err(Reason::TooLarge) } else { head };
            let frame = head.map(|head| (head, picture.timestamp, picture.orientation, codec, data, picture.is_key));
            (frame, picture.position)
        })?;
        let (head, timestamp, orientation, codec, data, promised) = match frame {
            Ok(frame) => frame,
            Err(reason) => {
                self.counts.drop(reason);
                self.lose(now);
                return None;
            }
        };
        self.turn(orientation);
        let Head { is_key, size } = head?;
        // A sealed frame does not tell; its packets did.
        let is_key = is_key || (promised && self.content == Content::Sealed);
        if !is_key && !matches!(self.state, State::Following { .. }) {
            self.counts.drop(Reason::NotKey);
            self.lose(now);
            return None;
        }
        self.state = State::Following { codec };
        self.continuity.deliver(position.as_ref(), is_key, over);
        self.counts.frames += 1;
        self.counts.key_frames += u64::from(is_key);
        self.counts.bytes += data.len() as u64;
        Some(Frame { codec, timestamp, rotation: self.rotation, is_key, size, data })
    }

    /// Whether a key frame must be asked for now (PLI). Says yes once, and again after 200 ms while one is awaited.
    pub fn poll_key_frame_request(&mut self, now: Time) -> bool {
        let packets_wait = !self.window.pictures().is_empty();
        let (ask_at, again) = match &mut self.state {
            State::Unbegun { ask_at } => (ask_at, if packets_wait { ASK_AGAIN } else { ASK_UNBEGUN }),
            State::Lost { ask_at, again } => (ask_at, *again),
            State::Following { .. } => return false,
        };
        if now < *ask_at {
            return false;
        }
        *ask_at = now + again;
        self.counts.requests += 1;
        true
    }

    /// The decoder lost it: nothing comes out until a key frame.
    pub fn require_key_frame(&mut self, now: Time) {
        self.lose(now);
    }

    /// The same, and one is asked for only after this time, and each time after it: what came would have been of no use.
    pub fn require_key_frame_after(&mut self, now: Time, pause: Duration) {
        self.lose(now);
        self.state = State::Lost { ask_at: now + pause, again: pause };
    }

    /// Packets below this number are of no use any more: nobody need ask for them again.
    pub fn floor(&self) -> u64 {
        self.window.base()
    }

    /// The numbers that are missing, lowest first, below the highest that came.
    pub fn missing(&self) -> impl Iterator<Item = u64> + '_ {
        self.window.missing()
    }

    /// Nobody will bring this packet any more: NACK gave up. If it is needed, so is a key frame. Poll for frames after it.
    pub fn give_up(&mut self, number: u64) {
        self.given_up = self.given_up.max(number.saturating_add(1));
    }

    pub fn counts(&self) -> &Counts {
        &self.counts
    }
}

pub(super) fn peek(codec: Codec, payload: &[u8]) -> Result<Peek, Reason> {
    match codec {
        Codec::Vp8 => vp8::peek(payload),
        Codec::Vp9 => vp9::peek(payload),
        Codec::H264 => h264::peek(payload),
        Codec::H265 => h265::peek(payload),
        Codec::Av1 => av1::peek(payload),
    }
}

type Payloads<'a, 'b> = &'a mut dyn Iterator<Item = &'b [u8]>;

/// `None`: an access unit, whose parameters are still to be looked at.
pub(super) fn assemble(codec: Codec, payloads: Payloads<'_, '_>, out: &mut Vec<u8>) -> Result<Option<Head>, Reason> {
    match codec {
        Codec::Vp8 => vp8::assemble(payloads, out).map(Some),
        Codec::Vp9 => vp9::assemble(payloads, out).map(Some),
        Codec::Av1 => av1::assemble(payloads, out).map(Some),
        Codec::H264 => h264::assemble(payloads, out).map(|()| None),
        Codec::H265 => h265::assemble(payloads, out).map(|()| None),
    }
}

fn look_for_parameters(picture: &Picture, payloads: Payloads<'_, '_>, content: Content, parameters: &mut Parameters) {
    let mut data = Vec::new();
    if assemble(picture.codec, payloads, &mut data).is_ok() {
        let _ = parameters.complete(picture.codec, content, &mut data);
    }
}

#[cfg(test)]
mod tests;
