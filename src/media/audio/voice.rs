//! Whether what we send is somebody who speaks, and how loud it is (RFC 6464): by its power over the noise of the room.

use super::level::energy;
use crate::transform::Level;

/// A room is taken for no louder than this, in dB of full scale: what lasts and is louder is music, or many who speak.
const LOUDEST_ROOM: f32 = -50.0;
/// As the room is taken for at first.
const QUIET_ROOM: f32 = -65.0;
/// So many dB over the room are a voice, if it is as loud as this at least.
const OVER_ROOM: f32 = 8.0;
const QUIETEST_VOICE: f32 = -62.0;
/// Between two words somebody still speaks.
const PAUSE_MS: u32 = 200;
/// How fast the room is taken to be louder when nothing quieter is heard, in dB a second; quieter it is within some packets.
const RISE: f32 = 1.0;

#[derive(Debug)]
pub struct VoiceDetector {
    room: f32,
    /// How long ago there was a voice.
    silent_ms: u32,
}

impl Default for VoiceDetector {
    fn default() -> VoiceDetector {
        VoiceDetector { room: QUIET_ROOM, silent_ms: PAUSE_MS }
    }
}

impl VoiceDetector {
    /// A piece of sound of so many milliseconds, all channels together.
    pub fn hear(&mut self, samples: &[i16], ms: u32) -> Level {
        let power = energy(samples) as f64 / samples.len().max(1) as f64 / f64::from(i16::MAX).powi(2);
        let loudness = if power > 0.0 { (10.0 * power.log10()).max(-127.0) as f32 } else { -127.0 };
        if loudness < self.room {
            self.room += (loudness - self.room) * 0.3;
        } else {
            self.room = (self.room + RISE * ms as f32 / 1000.0).min(LOUDEST_ROOM);
        }
        if loudness >= self.room + OVER_ROOM && loudness >= QUIETEST_VOICE {
            self.silent_ms = 0;
        } else {
            self.silent_ms = self.silent_ms.saturating_add(ms);
        }
        Level { speech: self.silent_ms < PAUSE_MS, below_full: (-loudness).round().clamp(0.0, 127.0) as u8 }
    }
}

/// Of sound that the host has encoded nothing is known but whether it is there: a packet of a silent encoder has a byte or two.
pub fn of_encoded(packet: &[u8]) -> Level {
    if packet.len() <= 2 { Level { speech: false, below_full: 127 } } else { Level { speech: true, below_full: 30 } }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::random::Random;

    fn noise(random: &mut Random, amplitude: i32) -> Vec<i16> {
        (0..960).map(|_| (i32::from(random.u32() as i16) * amplitude / 32_768) as i16).collect()
    }

    fn tone(amplitude: f64) -> Vec<i16> {
        (0..960)
            .map(|i| (amplitude * (f64::from(i) * 440.0 * core::f64::consts::TAU / 48_000.0).sin()) as i16)
            .collect()
    }

    #[test]
    fn the_level_is_that_of_rfc_6464() {
        let mut voice = VoiceDetector::default();
        let mut of = |samples: &[i16]| voice.hear(samples, 20).below_full;
        assert_eq!((of(&[0; 960]), of(&[i16::MAX; 960]), of(&[i16::MIN; 960])), (127, 0, 0));
        // A sine has 3 dB less than its peak.
        assert_eq!((of(&tone(32_767.0)), of(&tone(3276.7)), of(&tone(32.767))), (3, 23, 63));
        assert_eq!(of(&[]), 127);
    }

    #[test]
    fn music_is_a_voice_for_as_long_as_it_lasts_and_silence_is_none() {
        let mut voice = VoiceDetector::default();
        assert!((0..50).all(|_| !voice.hear(&[0; 960], 20).speech));
        assert!((0..50 * 600).all(|_| voice.hear(&tone(1000.0), 20).speech), "-33 dB for ten minutes");
        let after: Vec<bool> = (0..20).map(|_| voice.hear(&[0; 960], 20).speech).collect();
        assert_eq!(after.iter().filter(|speech| **speech).count(), 9, "a pause between two words, and no more");
    }

    #[test]
    fn the_noise_of_a_room_is_no_voice_and_words_over_it_are() {
        let (mut random, mut voice) = (Random::from_seed(1), VoiceDetector::default());
        // -60 dB: a minute of it.
        let mut room = |voice: &mut VoiceDetector| voice.hear(&noise(&mut random, 55), 20);
        (0..50 * 30).for_each(|_| _ = room(&mut voice));
        assert!((0..50 * 30).all(|_| !room(&mut voice).speech));
        for _ in 0..20 {
            assert!((0..10).all(|_| voice.hear(&tone(600.0), 20).speech), "-38 dB");
            let quiet: Vec<bool> = (0..25).map(|_| room(&mut voice).speech).collect();
            assert!(quiet[..9].iter().all(|speech| *speech) && quiet[12..].iter().all(|speech| !*speech));
        }
    }

    #[test]
    fn of_encoded_sound_the_size_tells() {
        assert!(!of_encoded(&[0xf8]).speech && of_encoded(&[0xf8; 40]).speech);
    }
}
