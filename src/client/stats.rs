//! What is counted, of whom, and how it is asked for.

use super::Client;
#[cfg(feature = "media")]
use super::figures::Figures;
use crate::error::Error;
use crate::types::CallId;

/// A figure of a call, of one of its streams, or of a client. The numbers are those of the C API.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[repr(u32)]
pub enum Stat {
    RoundTripMs = 1,
    JitterMs = 2,
    LossPermille = 3,
    DelayMs = 4,
    PacketsSent = 5,
    PacketsReceived = 6,
    PacketsLost = 7,
    /// Arrived, but could not be decrypted or read.
    PacketsDropped = 8,
    BytesSent = 9,
    BytesReceived = 10,
    ConnectMs = 11,
    /// 0 to 4.
    SignalBars = 12,
    /// 1 if the path leads over a relay.
    Relayed = 13,
    /// Of the client: unreadable, or of an unknown call.
    UpdatesDropped = 14,
    /// Of the client: how many are up.
    Calls = 15,
    /// Of the host's sound, thrown away in a call that was up: more at once than the queue holds, of a clock that is fast, or late
    /// on a machine with more calls than it can serve.
    SoundDroppedMs = 16,
    /// Of the sound that is delivered, thrown away as the host took nothing for a second.
    SoundUndeliveredMs = 17,
    /// Of a stream of pictures: sent, or received whole and in order.
    Frames = 18,
    /// Of a stream of pictures: could not be packed; or was not whole in time, or was not taken.
    FramesDropped = 19,
    /// Of a stream of pictures: asked for, by the peer or of the peer.
    KeyFramesAsked = 20,
    /// Of a call that is a live stream: how far what is heard is behind what is said.
    StreamDelayMs = 21,
}

impl Stat {
    pub const ALL: [Stat; 21] = [
        Stat::RoundTripMs,
        Stat::JitterMs,
        Stat::LossPermille,
        Stat::DelayMs,
        Stat::PacketsSent,
        Stat::PacketsReceived,
        Stat::PacketsLost,
        Stat::PacketsDropped,
        Stat::BytesSent,
        Stat::BytesReceived,
        Stat::ConnectMs,
        Stat::SignalBars,
        Stat::Relayed,
        Stat::UpdatesDropped,
        Stat::Calls,
        Stat::SoundDroppedMs,
        Stat::SoundUndeliveredMs,
        Stat::Frames,
        Stat::FramesDropped,
        Stat::KeyFramesAsked,
        Stat::StreamDelayMs,
    ];

    /// The figure behind a number of the C API.
    pub fn from_number(number: u32) -> Option<Stat> {
        Stat::ALL.into_iter().find(|stat| *stat as u32 == number)
    }
}

/// What a stream is. The numbers are those of the C API.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[repr(u32)]
pub enum StreamKind {
    AudioSent = 1,
    AudioReceived = 2,
    VideoSent = 3,
    VideoReceived = 4,
}

/// A stream of a call: its [`StreamKind`] in the upper half, its SSRC in the lower. In a call no two are the same: what is sent
/// and what is received may have one SSRC, and each side draws its own.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct StreamId(pub u64);

impl StreamId {
    /// No stream, but the whole call.
    pub const CALL: StreamId = StreamId(0);
}

/// The figures of a call, or of a stream, all of one moment.
#[derive(Clone, Debug)]
pub struct CallStats {
    stream: StreamId,
    connect_ms: Option<i64>,
    #[cfg(feature = "media")]
    media: Option<Figures>,
}

impl CallStats {
    /// `None`: not known yet, or not a figure of whom was asked.
    pub fn get(&self, stat: Stat) -> Option<i64> {
        if self.stream == StreamId::CALL && stat == Stat::ConnectMs {
            return self.connect_ms;
        }
        #[cfg(feature = "media")]
        return self.media.as_ref()?.get(self.stream, stat);
        #[cfg(not(feature = "media"))]
        None
    }

    fn streams(&self) -> Vec<StreamId> {
        #[cfg(feature = "media")]
        return self.media.as_ref().map_or_else(Vec::new, |figures| figures.streams().collect());
        #[cfg(not(feature = "media"))]
        Vec::new()
    }
}

impl Client {
    /// A figure of the client itself. `None`: not one of its.
    pub fn stat(&self, stat: Stat) -> Option<i64> {
        match stat {
            Stat::UpdatesDropped => Some(i64::try_from(self.updates_dropped).unwrap_or(i64::MAX)),
            Stat::Calls => Some(i64::from(self.ledger.all_up())),
            // Of calls.
            _ => None,
        }
    }

    /// The figures of a call ([`StreamId::CALL`]) or of one of its streams, while it is up and as long as it is remembered.
    ///
    /// # Errors
    /// Not found: there is no such call, or no such stream of it.
    pub fn call_stats(&self, call: CallId, stream: StreamId) -> Result<CallStats, Error> {
        let entry = self.ledger.get(call)?;
        let stats = CallStats {
            stream,
            connect_ms: entry.connect_ms(),
            #[cfg(feature = "media")]
            media: entry.figures(),
        };
        if stream == StreamId::CALL || stats.streams().contains(&stream) {
            return Ok(stats);
        }
        Err(Error::not_found(format!("call {call} has no stream {}", stream.0)))
    }

    /// The streams of a call, what is sent before what is received; of one that has ended, those it had in the end.
    pub fn streams(&self, call: CallId) -> Result<Vec<StreamId>, Error> {
        Ok(self.call_stats(call, StreamId::CALL)?.streams())
    }
}
