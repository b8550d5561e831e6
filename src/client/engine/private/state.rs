//! What the other side tells of its switches. It says the same over two ways, the data channel and signaling, and numbers nothing:
//! each way keeps its order, and the two are put together here.

use crate::signaling::message::MediaState;
use crate::time::{Duration, Time};
use std::collections::VecDeque;

/// What was said by the data channel is said again by signaling within so long.
const ECHO: Duration = Duration::from_secs(10);
/// Words of which the echo is waited for. Nobody turns a switch more often in that time; the oldest goes.
const MAX_ECHOES: usize = 16;

/// The other side's switches.
#[derive(Debug, Default)]
pub struct PeerState {
    /// What holds.
    current: Option<MediaState>,
    /// What the data channel told first, and signaling has not told yet.
    ahead: VecDeque<(Time, MediaState)>,
}

impl PeerState {
    /// A word by the data channel, which is ordered and loses nothing. Answers whether it is news.
    pub fn hear_channel(&mut self, now: Time, state: MediaState) -> bool {
        let is_news = self.change(state);
        if is_news {
            if self.ahead.len() == MAX_ECHOES {
                self.ahead.pop_front();
            }
            self.ahead.push_back((now, state));
        }
        is_news
    }

    /// A word by signaling. One that the data channel was quicker with is old: a newer one may have come that way since.
    pub fn hear_signaling(&mut self, now: Time, state: MediaState) -> bool {
        while self.ahead.front().is_some_and(|(at, _)| now.since(*at) > ECHO) {
            self.ahead.pop_front();
        }
        if let Some(echo) = self.ahead.iter().position(|(_, told)| *told == state) {
            self.ahead.drain(..=echo);
            // Signaling has told all that the data channel had; what else it said until now was older.
            return self.ahead.is_empty() && self.change(state);
        }
        self.change(state)
    }

    /// What holds, once it has said anything.
    pub fn current(&self) -> Option<&MediaState> {
        self.current.as_ref()
    }

    fn change(&mut self, state: MediaState) -> bool {
        self.current.replace(state) != Some(state)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::client::engine::private::translate::silent_state;

    const ON: bool = false;
    const MUTED: bool = true;

    fn said(muted: bool) -> MediaState {
        MediaState { muted, ..silent_state() }
    }

    fn at(ms: u64) -> Time {
        Time::ZERO + Duration::from_millis(ms)
    }

    #[test]
    fn an_old_word_of_signaling_does_not_undo_a_newer_one_of_the_data_channel() {
        let mut peer = PeerState::default();
        for (ms, muted) in [(0, ON), (100, MUTED), (200, ON)] {
            assert!(peer.hear_channel(at(ms), said(muted)));
        }
        // Signaling says all of it again, a second later; what it alone says is news.
        for (ms, muted) in [(1000, ON), (1001, MUTED), (1002, ON)] {
            assert!(!peer.hear_signaling(at(ms), said(muted)));
        }
        assert_eq!(peer.current, Some(said(ON)));
        assert!(peer.hear_signaling(at(1100), said(MUTED)));
    }

    #[test]
    fn a_word_that_was_for_signaling_alone_and_comes_late_does_not_stay() {
        let mut peer = PeerState::default();
        peer.hear_signaling(at(0), said(ON));
        assert!(peer.hear_channel(at(100), said(MUTED)));
        // Said before the data channel was there, or said twice.
        peer.hear_signaling(at(200), said(ON));
        peer.hear_signaling(at(300), said(MUTED));
        assert_eq!(peer.current, Some(said(MUTED)));
    }

    #[test]
    fn a_word_of_signaling_that_was_lost_takes_no_other_with_it() {
        let mut peer = PeerState::default();
        for muted in [ON, MUTED, ON] {
            peer.hear_channel(at(0), said(muted));
        }
        // The first was lost: the second is known for an echo, and so is the third.
        assert!(!peer.hear_signaling(at(500), said(MUTED)));
        assert!(!peer.hear_signaling(at(510), said(ON)));
        assert!(peer.hear_signaling(at(520), said(MUTED)));
    }

    #[test]
    fn when_signaling_is_quicker_each_of_its_words_is_news() {
        let mut peer = PeerState::default();
        for ms in [0, 100, 200, 300] {
            let muted = ms % 200 == 0;
            assert!(peer.hear_signaling(at(ms), said(muted)));
            assert!(!peer.hear_channel(at(ms + 50), said(muted)));
        }
    }

    #[test]
    fn an_echo_that_never_comes_is_not_waited_for_and_then_what_signaling_says_counts() {
        let mut peer = PeerState::default();
        for number in 0..1000 {
            peer.hear_channel(at(number), said(number % 2 == 0));
            assert!(peer.ahead.len() <= MAX_ECHOES);
        }
        assert_eq!(peer.current, Some(said(ON)));
        assert!(peer.hear_signaling(at(1000) + ECHO, said(MUTED)));
    }
}
