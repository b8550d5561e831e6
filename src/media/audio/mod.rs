//! Sound: PCM ↔ packets.
//!
//! The two ends of it run on different threads and share no lock. The host holds an [`AudioPort`] per call: it pushes what
//! is to be sent and pulls what is to be heard, from an audio device's callback if it likes. The network holds the
//! [`AudioEngine`]: it takes packets from here to the peer and brings those of the peer.
//!
//! ```text
//! host: push ─ resample ─▶ ring ─▶ encode ─▶ poll_packet :network
//! host: pull ◀─ resample ◀─ mix ◀┬ source: decode ◀─ jitter buffer ◀─ ring ◀┬ incoming ◀─ handle_packet :network
//!                                └ …                                        ┘
//! ```
//!
//! Sound of a stream comes decoded, by a ring for each who is heard, and goes the rest of the way.
//!
//! Who is heard is a source: in a call of two there is one, and the mix is what it says, bit for bit.
//!
//! Encoding happens on the network's thread, which knows the time; decoding in the pull, whose pace is the only clock of
//! the jitter buffer. Inside everything is 48 kHz.
//!
//! What it costs in time, with packets of 20 ms and pulls of 10 ms: 20 ms to fill a packet, 6.5 ms in the codec, 10 to
//! 20 ms in the jitter buffer of a calm network.

pub mod backlog;
pub mod codec;
pub mod conceal;
pub mod engine;
pub mod flow;
pub mod incoming;
pub mod jitter;
pub mod level;
pub mod mix;
pub mod packet;
pub mod port;
pub mod ports;
pub mod receive;
pub mod resample;
pub mod ring;
pub mod sample;
pub mod send_clock;
pub mod source;
pub mod stretch;
pub mod voice;

pub use engine::{AudioConfig, AudioEngine, AudioEvent, AudioStats, Encoded, SoundDropped};
pub use incoming::SourceStats;
#[cfg(any(test, feature = "internals"))]
pub use port::Bell;
pub use port::{AudioPort, Coding};
pub use ports::AudioPorts;
pub use sample::Sample;

/// Samples per second and channel, of Opus and of everything in here.
pub const RATE: u32 = 48_000;
