//! What was not delivered, and why.

/// Why a packet or a frame came to nothing.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Reason {
    /// A packet that is there already.
    Duplicate,
    /// A packet of what was delivered or given up.
    Late,
    /// A packet that ends before its own header does.
    Truncated,
    /// A packet of a kind nobody agreed on: STAP-B, MTAP, FU-B, PACI, reserved types.
    Unsupported,
    /// A frame whose pieces do not fit together.
    Fragments,
    /// A frame of more than 4 MiB.
    TooLarge,
    /// A frame that is no picture, or whose head cannot be read.
    NoPicture,
    /// A key frame that needs parameters nobody has sent.
    NoParameters,
    /// A whole frame while a key frame was awaited.
    NotKey,
    /// A frame of an upper temporal layer whose references were not received.
    UpperLayer,
    /// A frame that was not whole in time, or that something whole overtook.
    Incomplete,
    /// A frame that nobody took in time, or that had no room.
    Overfull,
}

impl Reason {
    pub const ALL: [Reason; 12] = [
        Reason::Duplicate,
        Reason::Late,
        Reason::Truncated,
        Reason::Unsupported,
        Reason::Fragments,
        Reason::TooLarge,
        Reason::NoPicture,
        Reason::NoParameters,
        Reason::NotKey,
        Reason::UpperLayer,
        Reason::Incomplete,
        Reason::Overfull,
    ];
}

/// What one [`Assembler`](super::Assembler) has counted.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Counts {
    /// Frames delivered, and those of them that were key frames.
    pub frames: u64,
    pub key_frames: u64,
    /// Bytes of the frames delivered.
    pub bytes: u64,
    /// Losses after which only a key frame helps.
    pub losses: u64,
    /// Key frames asked for.
    pub requests: u64,
    dropped: [u64; Reason::ALL.len()],
}

impl Counts {
    pub fn dropped(&self, reason: Reason) -> u64 {
        self.dropped[reason as usize]
    }

    pub(super) fn drop(&mut self, reason: Reason) {
        self.dropped[reason as usize] += 1;
    }

    /// Those of packets that cannot be read.
    pub fn unreadable(&self) -> u64 {
        [Reason::Truncated, Reason::Unsupported, Reason::Fragments, Reason::NoPicture]
            .iter()
            .map(|reason| self.dropped(*reason))
            .sum()
    }
}
