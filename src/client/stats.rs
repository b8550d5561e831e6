//! What is counted.

/// A figure of a call or of a client. The numbers are those of the C API.
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
    /// Of the host's sound, thrown away in a call that was up: more at once than the queue holds, or of a clock that is fast.
    SoundDroppedMs = 16,
    /// Of the sound that is delivered, thrown away as the host took nothing for a second.
    SoundUndeliveredMs = 17,
}

impl Stat {
    pub const ALL: [Stat; 17] = [
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
    ];

    /// The figure behind a number of the C API.
    pub fn from_number(number: u32) -> Option<Stat> {
        Stat::ALL.into_iter().find(|stat| *stat as u32 == number)
    }
}
