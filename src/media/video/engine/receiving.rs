//! One stream of the peer's: packets to frames, and those to the host's queue.

use super::sealed::{SealedFrames, Step};
use super::{Announced, Open, PictureStats, VideoEvent};
use crate::media::lip_sync::{Heard, Timeline};
use crate::media::output::Received;
use crate::media::rtp::extension::{Extension, ExtensionKind};
use crate::media::video::port::{Origin, PulledFrame, ReceiveQueue, VideoPort};
use crate::media::video::{Arrival, Assembler, Budget, Content, Frame, Reason};
use crate::sequence::extend;
use crate::time::Time;
use crate::types::{Ssrc, VideoSource};
use std::collections::VecDeque;
use std::sync::Arc;

#[derive(Debug)]
pub struct Receiving {
    pub announced: Announced,
    pub assembler: Assembler,
    pub timeline: Arc<Timeline>,
    /// What waits to be opened, where frames are sealed.
    pub sealed: Option<SealedFrames>,
    origin: Origin,
    /// Of what it shows.
    queue: Arc<ReceiveQueue>,
    /// The highest number, continued beyond 16 bits.
    highest: Option<u64>,
    /// As the link was told.
    floor: u64,
    /// Frames that the host did not take in time.
    untaken: u64,
}

impl Receiving {
    pub fn new(now: Time, announced: Announced, content: Content, budget: &Budget, port: &VideoPort) -> Receiving {
        let origin = announced.origin.unwrap_or(VideoSource::Camera.into());
        Receiving {
            announced,
            assembler: Assembler::new(now, content, budget),
            timeline: Arc::default(),
            sealed: (content == Content::Sealed).then(|| SealedFrames::new(budget)),
            origin,
            queue: port.open(origin),
            highest: None,
            floor: 0,
            untaken: 0,
        }
    }

    pub fn ssrc(&self) -> Ssrc {
        self.announced.ssrc
    }

    pub fn origin(&self) -> Origin {
        self.origin
    }

    /// What it shows, if the host wishes for a key frame of that.
    pub fn take_key_wish(&self) -> Option<Origin> {
        self.queue.take_key_wish().then_some(self.origin)
    }

    /// Who shows something else than was thought goes to another decoder, which has to begin somewhere.
    pub fn set_origin(&mut self, now: Time, origin: Origin, port: &VideoPort) {
        if core::mem::replace(&mut self.origin, origin) == origin {
            return;
        }
        self.queue = port.open(origin);
        if let Some(sealed) = &mut self.sealed {
            sealed.clear();
        }
        if self.assembler.counts().frames > 0 {
            self.assembler.require_key_frame(now);
        }
    }

    /// `false`: its payload type was not agreed on.
    pub fn handle_packet(&mut self, now: Time, packet: &Received) -> bool {
        let codecs = &self.announced.codecs;
        let Some((_, codec)) = codecs.iter().find(|(payload_type, _)| *payload_type == packet.payload_type) else {
            return false;
        };
        let number = match self.highest {
            // Room for what comes earlier.
            None => u64::from(packet.sequence) + (1 << 16),
            Some(highest) => match extend(highest, packet.sequence) {
                Some(number) => number,
                None => return true,
            },
        };
        self.highest = self.highest.max(Some(number));
        let orientation = match packet.extensions.get(ExtensionKind::VideoOrientation) {
            Some(Extension::VideoOrientation(byte)) => Some(byte),
            _ => None,
        };
        let arrival = Arrival {
            number,
            timestamp: packet.timestamp,
            marker: packet.marker,
            codec: *codec,
            orientation,
            payload: &packet.payload,
        };
        self.assembler.handle_packet(now, &arrival);
        true
    }

    /// What is missing up to this number will not come.
    pub fn give_up(&mut self, sequence: u16) {
        if let Some(number) = self.highest.and_then(|highest| extend(highest, sequence)) {
            self.assembler.give_up(number);
        }
    }

    /// Below which number nothing is needed any more, if that is news.
    pub fn take_floor(&mut self) -> Option<u16> {
        let floor = self.assembler.floor();
        (floor > self.floor).then(|| {
            self.floor = floor;
            floor as u16
        })
    }

    /// What is whole and in order goes to the host, or waits to be opened.
    pub fn deliver(&mut self, now: Time, heard: &Arc<Heard>, events: &mut VecDeque<VideoEvent>) {
        while let Some(frame) = self.assembler.poll_frame(now) {
            match &mut self.sealed {
                Some(sealed) => sealed.push(now, frame),
                None => self.hand_over(frame, heard, events),
            }
        }
    }

    /// Opens what opens now; whether something waits for an epoch that is not known.
    pub fn open(
        &mut self,
        now: Time,
        open: &mut Open<'_>,
        heard: &Arc<Heard>,
        events: &mut VecDeque<VideoEvent>,
    ) -> bool {
        let origin = self.origin;
        let mut is_unknown = false;
        while let Some(sealed) = &mut self.sealed
            && let Some(step) = sealed.next(now, |codec, packet| open(origin, codec, packet))
        {
            match step {
                Step::Opened(frame) => self.hand_over(frame, heard, events),
                Step::Lost(pause) => self.assembler.require_key_frame_after(now, pause),
                Step::UnknownEpoch => is_unknown = true,
            }
        }
        is_unknown
    }

    fn hand_over(&mut self, frame: Frame, heard: &Arc<Heard>, events: &mut VecDeque<VideoEvent>) {
        let (timeline, heard) = (self.timeline.clone(), heard.clone());
        let delivered = self.queue.put(PulledFrame { frame, timeline, heard, endpoint: None });
        self.untaken += delivered.dropped;
        if delivered.tell {
            events.push_back(VideoEvent::Ready(self.origin));
        }
    }

    pub fn next_timeout(&self) -> Option<Time> {
        let sealed = self.sealed.as_ref().and_then(SealedFrames::next_timeout);
        self.assembler.next_timeout().into_iter().chain(sealed).min()
    }

    pub fn stats(&self) -> PictureStats {
        let counts = self.assembler.counts();
        let of_frames = [
            Reason::NotKey,
            Reason::UpperLayer,
            Reason::Incomplete,
            Reason::Overfull,
            Reason::TooLarge,
            Reason::NoParameters,
        ];
        let dropped = of_frames.iter().map(|reason| counts.dropped(*reason)).sum::<u64>() + self.untaken;
        let sealed = self.sealed.as_ref().map(SealedFrames::counts);
        PictureStats {
            frames: sealed.map_or(counts.frames, |sealed| sealed.opened),
            frames_dropped: dropped + sealed.map_or(0, |sealed| sealed.dropped + sealed.refused),
            key_frames_asked: counts.requests,
            unreadable: counts.unreadable() + sealed.map_or(0, |sealed| sealed.refused),
        }
    }
}
