//! What somebody at the server hears who takes all that it carries for Opus.

use super::Carried;
use crate::error::Error;
use crate::media::audio::RATE;
use crate::media::audio::codec::Decoder;
use crate::media::audio::packet::{MAX_DURATION, span};
use std::collections::BTreeMap;

/// The sound of each source, as many samples at 48 kHz as its packets say that they are. What is no packet of Opus has none; what says that
/// it is one, and is not, is silence.
///
/// # Errors
/// Unsupported: this build has no codec.
pub fn sounds(carried: impl IntoIterator<Item = Carried>) -> Result<BTreeMap<u32, Vec<i16>>, Error> {
    let mut sources: BTreeMap<u32, Vec<Vec<u8>>> = BTreeMap::new();
    for Carried { ssrc, payload, .. } in carried {
        sources.entry(ssrc).or_default().push(payload);
    }
    sources.into_iter().map(|(ssrc, payloads)| Ok((ssrc, sound(&payloads)?))).collect()
}

fn sound(payloads: &[Vec<u8>]) -> Result<Vec<i16>, Error> {
    let (mut decoder, mut sound) = (Decoder::new(1)?, vec![]);
    for payload in payloads {
        let Some(samples) = span(payload) else { continue };
        let mut room = [0; MAX_DURATION as usize];
        let packet = &mut room[..samples as usize];
        decoder.decode(payload, packet);
        sound.extend_from_slice(packet);
    }
    Ok(sound)
}

/// A WAV file of it.
pub fn wav(sound: &[i16]) -> Vec<u8> {
    let size = 2 * sound.len() as u32;
    let mut bytes = b"RIFF".to_vec();
    bytes.extend((36 + size).to_le_bytes());
    bytes.extend(b"WAVEfmt \x10\0\0\0\x01\0\x01\0"); // PCM, one channel
    bytes.extend(RATE.to_le_bytes());
    bytes.extend((2 * RATE).to_le_bytes());
    bytes.extend(b"\x02\0\x10\0data");
    bytes.extend(size.to_le_bytes());
    bytes.extend(sound.iter().flat_map(|sample| sample.to_le_bytes()));
    bytes
}
