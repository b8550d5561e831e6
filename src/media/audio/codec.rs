//! The bundled Opus codec. Without the feature `opus` there is none, and PCM is not supported.

use crate::error::Error;

#[cfg(feature = "opus")]
use opus::{Application, Bitrate, Channels};

const RATE: u32 = super::RATE;
/// Speech below this packet loss needs no help.
const LEAST_LOSS: u32 = 5;
const MOST_LOSS: u32 = 30;
/// The least at which Opus looks at what it is given before it chooses how to code it. 20 ms of a tone took 65 us so, 190 at 5 and
/// 85 at 9, which libwebrtc takes; of something like speech 124, 184 and 95, on a busy machine.
#[cfg(feature = "opus")]
const COMPLEXITY: i32 = 7;

#[cfg(feature = "opus")]
fn failed(error: opus::Error) -> Error {
    Error::unsupported(format!("Opus: {}", error.description()))
}

#[cfg(not(feature = "opus"))]
fn missing() -> Error {
    Error::unsupported("this build has no Opus codec: use encoded Opus")
}

#[cfg(feature = "opus")]
fn of_channels(channels: u32) -> Channels {
    if channels == 1 { Channels::Mono } else { Channels::Stereo }
}

/// Speech in, mono or stereo.
pub struct Encoder {
    #[cfg(feature = "opus")]
    encoder: opus::Encoder,
}

impl core::fmt::Debug for Encoder {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.write_str("Encoder")
    }
}

#[cfg(feature = "opus")]
impl Encoder {
    pub fn new(bit_rate: u32, channels: u32) -> Result<Encoder, Error> {
        let mut encoder = opus::Encoder::new(RATE, of_channels(channels), Application::Voip).map_err(failed)?;
        encoder.set_bitrate(Bitrate::Bits(i32::try_from(bit_rate).unwrap_or(i32::MAX))).map_err(failed)?;
        encoder.set_inband_fec(true).map_err(failed)?;
        encoder.set_packet_loss_perc(LEAST_LOSS as i32).map_err(failed)?;
        encoder.set_complexity(COMPLEXITY).map_err(failed)?;
        Ok(Encoder { encoder })
    }

    /// A packet for 20, 40 or 60 ms of interleaved samples.
    pub fn encode(&mut self, samples: &[i16]) -> Option<Vec<u8>> {
        let mut packet = [0; super::packet::MAX_PACKET];
        let size = self.encoder.encode(samples, &mut packet).ok()?;
        packet.get(..size).map(<[u8]>::to_vec)
    }

    /// From the next packet on.
    pub fn set_bit_rate(&mut self, bit_rate: u32) {
        // It takes every rate that we ask for.
        let _ = self.encoder.set_bitrate(Bitrate::Bits(i32::try_from(bit_rate).unwrap_or(i32::MAX)));
    }

    /// How much of what we send is lost, in percent: so much more is spent on what repairs it.
    pub fn set_loss(&mut self, percent: u32) {
        let percent = percent.clamp(LEAST_LOSS, MOST_LOSS);
        // It takes every percentage.
        let _ = self.encoder.set_packet_loss_perc(percent as i32);
    }
}

#[cfg(not(feature = "opus"))]
impl Encoder {
    pub fn new(_bit_rate: u32, _channels: u32) -> Result<Encoder, Error> {
        Err(missing())
    }

    pub fn encode(&mut self, _samples: &[i16]) -> Option<Vec<u8>> {
        None
    }

    pub fn set_bit_rate(&mut self, _bit_rate: u32) {}

    pub fn set_loss(&mut self, percent: u32) {
        let _ = (percent.clamp(LEAST_LOSS, MOST_LOSS), RATE);
    }
}

/// Anything that an Opus encoder made, out.
pub struct Decoder {
    #[cfg(feature = "opus")]
    decoder: opus::Decoder,
}

impl core::fmt::Debug for Decoder {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.write_str("Decoder")
    }
}

#[cfg(feature = "opus")]
impl Decoder {
    pub fn new(channels: u32) -> Result<Decoder, Error> {
        Ok(Decoder { decoder: opus::Decoder::new(RATE, of_channels(channels)).map_err(failed)? })
    }

    /// One that makes all of it louder by so many 1/256 dB.
    pub fn with_gain(channels: u32, gain: i16) -> Result<Decoder, Error> {
        let mut decoder = Decoder::new(channels)?;
        if gain != 0 {
            decoder.decoder.set_gain(gain.into()).map_err(failed)?;
        }
        Ok(decoder)
    }

    /// Fills `samples` with a packet of just that length. `false`: it was no Opus after all.
    pub fn decode(&mut self, packet: &[u8], samples: &mut [i16]) -> bool {
        self.decoder.decode(packet, samples, false).is_ok()
    }

    /// Fills `samples` with what lay before a packet, which may know it.
    pub fn recover(&mut self, successor: &[u8], samples: &mut [i16]) -> bool {
        self.decoder.decode(successor, samples, true).is_ok()
    }
}

#[cfg(not(feature = "opus"))]
impl Decoder {
    pub fn new(_channels: u32) -> Result<Decoder, Error> {
        Err(missing())
    }

    pub fn with_gain(_channels: u32, _gain: i16) -> Result<Decoder, Error> {
        Err(missing())
    }

    pub fn decode(&mut self, _packet: &[u8], _samples: &mut [i16]) -> bool {
        false
    }

    pub fn recover(&mut self, _successor: &[u8], _samples: &mut [i16]) -> bool {
        false
    }
}
