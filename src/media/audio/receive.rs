//! What is counted of packets as they come in.

use crate::sequence::extend;
use crate::time::{Duration, Time};

/// The loss is told for the last whole span of this.
const LOSS_SPAN: Duration = Duration::from_secs(2);

/// A jump ahead of more packets than this is another beginning, not a loss.
const MAX_JUMP: u64 = 3000;
/// Sound that stopped no longer before the path fell silent was cut off by that.
const FLOWING: Duration = Duration::from_millis(400);

/// What is counted of the packets of a source.
#[derive(Debug, Default)]
pub struct Receive {
    pub received: u64,
    /// Packets with sound that it should have sent before it began anew.
    past: u64,
    /// The first and the highest sequence number, continued beyond 16 bits.
    first: Option<u64>,
    highest: u64,
    /// Numbers since the first that were nothing but padding.
    padding: u64,
    /// When the last packet with sound came.
    heard_at: Option<Time>,
    /// Since when the loss is counted, and what was expected and received before.
    span: Option<(Time, u64, u64)>,
    loss_permille: u32,
    /// Of an outage that is not over.
    outage_permille: u32,
}

impl Receive {
    /// The numbers of what comes now have nothing to do with those before.
    pub fn begin_anew(&mut self) {
        self.past = self.expected();
        self.first = None;
        self.highest = 0;
        self.padding = 0;
    }

    /// When the last packet with sound came.
    pub fn heard_at(&self) -> Option<Time> {
        self.heard_at
    }

    /// Something came that has no number.
    pub fn hear(&mut self, now: Time) {
        self.heard_at = Some(now);
    }

    /// Nothing but padding, with which libwebrtc probes what a path carries: a number of the sequence that holds no sound.
    pub fn count_padding(&mut self, sequence: u16) {
        if self.first.is_some() {
            self.extend(sequence);
            self.padding = self.padding.saturating_add(1);
        }
    }

    /// The sequence number, continued beyond 16 bits.
    fn extend(&mut self, sequence: u16) -> u64 {
        let Some(first) = self.first else {
            // Room for what comes earlier.
            let first = u64::from(sequence) + (1 << 16);
            self.first = Some(first);
            self.highest = first;
            return first;
        };
        // Never below 0, where the room is.
        let extended = extend(self.highest, sequence).unwrap_or(0);
        let jump = extended.saturating_sub(self.highest);
        if jump > MAX_JUMP {
            self.first = Some(first.saturating_add(jump - 1));
        }
        self.highest = self.highest.max(extended);
        extended
    }

    /// The continued number of a packet among those with sound.
    pub fn count(&mut self, now: Time, sequence: u16) -> u32 {
        self.received += 1;
        self.heard_at = Some(now);
        self.outage_permille = 0;
        let extended = self.extend(sequence);
        let (start, expected, received) = *self.span.get_or_insert((now, 0, 0));
        if now.since(start) >= LOSS_SPAN {
            // It may have shrunk: what was late was nothing but padding.
            let all = self.expected().saturating_sub(expected);
            let lost = all.saturating_sub(self.received - received);
            self.loss_permille = (u128::from(lost) * 1000).checked_div(u128::from(all)).unwrap_or(0) as u32;
            self.span = Some((now, self.expected(), self.received));
        }
        extended.wrapping_sub(self.padding) as u32
    }

    /// The path has carried nothing at all since then. If sound was flowing, all of it is lost.
    pub fn note_silence(&mut self, now: Time, since: Time) {
        let Some(heard_at) = self.heard_at else { return };
        if since.since(heard_at) < FLOWING {
            let part = now.since(heard_at).as_millis() * 1000 / LOSS_SPAN.as_millis();
            self.outage_permille = part.min(1000) as u32;
        }
    }

    /// Of the last two seconds.
    pub fn loss_permille(&self) -> u32 {
        self.loss_permille.max(self.outage_permille)
    }

    /// Packets with sound, by the numbers.
    fn expected(&self) -> u64 {
        let all = self.first.map_or(0, |first| self.highest.saturating_sub(first) + 1);
        self.past.saturating_add(all.saturating_sub(self.padding))
    }

    #[cfg(test)]
    fn lost(&self) -> u64 {
        self.expected().saturating_sub(self.received)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ms(ms: u64) -> Time {
        Time::ZERO + Duration::from_millis(ms)
    }

    #[test]
    fn padding_that_comes_late_is_no_negative_loss() {
        let mut receive = Receive::default();
        for step in 0..101u16 {
            receive.count(ms(u64::from(step) * 20), step * 10);
        }
        assert!(receive.loss_permille() > 800, "{receive:?}");
        // All that was missing was padding, and some of it comes now.
        (0..1000).filter(|number| number % 10 != 0).for_each(|number| receive.count_padding(number));
        for step in 101..300u16 {
            receive.count(ms(u64::from(step) * 20), 900 + step);
        }
        assert_eq!((receive.loss_permille(), receive.lost()), (0, 0), "{receive:?}");
    }

    #[test]
    fn another_beginning_and_a_jump_are_not_a_loss() {
        let mut receive = Receive::default();
        for step in 0..200u16 {
            if step % 10 != 9 {
                receive.count(ms(u64::from(step) * 20), step);
            }
        }
        assert_eq!(receive.lost(), 19);
        receive.begin_anew();
        for step in 0..200u16 {
            receive.count(ms(4000 + u64::from(step) * 20), 30_000 + step);
        }
        assert_eq!((receive.lost(), receive.loss_permille()), (19, 0), "{receive:?}");
        // The same source has begun anew, and loses something after it.
        for step in (0..200u16).filter(|step| step % 2 == 0) {
            receive.count(ms(8000 + u64::from(step) * 20), 50_000 + step);
        }
        assert_eq!(receive.lost(), 19 + 99, "{receive:?}");
    }

    #[test]
    fn an_outage_is_a_loss_while_it_lasts_if_there_was_sound() {
        let mut receive = Receive::default();
        receive.note_silence(ms(5000), ms(1000));
        assert_eq!(receive.loss_permille(), 0, "nothing was ever heard");
        for step in 0..200u16 {
            receive.count(ms(u64::from(step) * 20), step);
        }
        receive.note_silence(ms(5000), ms(4020));
        assert!((480..560).contains(&receive.loss_permille()), "{receive:?}");
        receive.note_silence(ms(9000), ms(4020));
        assert_eq!(receive.loss_permille(), 1000);
        // It is over: now the numbers tell, and after two seconds it is the past.
        receive.count(ms(9000), 450);
        assert!((600..1000).contains(&receive.loss_permille()), "{receive:?}");
        (451..660).for_each(|step| _ = receive.count(ms(u64::from(step) * 20), step));
        assert_eq!(receive.loss_permille(), 0, "{receive:?}");
        // They were muted long before the path fell silent.
        receive.note_silence(ms(20_000), ms(15_000));
        assert_eq!(receive.loss_permille(), 0);
    }

    #[test]
    fn hostile_numbers_do_no_harm() {
        let mut random = crate::random::Random::from_seed(5);
        let mut receive = Receive::default();
        for step in 0..300_000u64 {
            let number = receive.highest.wrapping_add(random.below(32_767)) as u16;
            match random.below(4) {
                0 => receive.count_padding(number),
                1 => _ = receive.count(ms(step * 5), random.u32() as u16),
                2 if random.below(2) == 0 => receive.begin_anew(),
                2 => {}
                _ => _ = receive.count(ms(step * 5), number),
            }
            assert!(receive.loss_permille() <= 1000);
        }
    }
}
