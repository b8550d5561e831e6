//! The sources that the engine has asked about: whose they were when it was told.

use crate::types::{PeerId, Ssrc};
use std::collections::VecDeque;

/// An engine remembers half as many.
const MOST: usize = 128;

#[derive(Debug, Default)]
pub struct Heard(VecDeque<(Ssrc, Option<PeerId>)>);

impl Heard {
    /// The engine asks whose this is, and is told.
    pub fn note(&mut self, source: Ssrc, owner: Option<PeerId>) {
        self.0.retain(|(known, _)| *known != source);
        if self.0.len() >= MOST {
            self.0.pop_front();
        }
        self.0.push_back((source, owner));
    }

    /// Those that news of somebody may concern: the ones he had, and `sounds`, which he has.
    pub fn of(&self, peer: PeerId, sounds: &[Ssrc]) -> Vec<Ssrc> {
        let concerned = self.0.iter().filter(|(source, owner)| *owner == Some(peer) || sounds.contains(source));
        concerned.map(|(source, _)| *source).collect()
    }

    /// Another engine knows nothing of them.
    pub fn clear(&mut self) {
        self.0.clear();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const ANN: PeerId = PeerId::User(1);
    const BEN: PeerId = PeerId::User(2);

    #[test]
    fn news_of_somebody_concern_what_he_had_and_what_he_has() {
        let mut heard = Heard::default();
        heard.note(Ssrc(1), Some(ANN));
        heard.note(Ssrc(2), None);
        heard.note(Ssrc(3), Some(BEN));
        assert_eq!(heard.of(ANN, &[Ssrc(2), Ssrc(9)]), [Ssrc(1), Ssrc(2)]);
        heard.note(Ssrc(1), Some(BEN));
        assert_eq!(heard.of(ANN, &[]), []);
        heard.clear();
        assert_eq!(heard.of(BEN, &[]), []);
    }

    #[test]
    fn a_server_that_invents_sources_fills_no_memory() {
        let mut heard = Heard::default();
        for source in 0..1000 {
            heard.note(Ssrc(source), Some(ANN));
            assert!(heard.0.len() <= MOST);
        }
        assert!(heard.of(ANN, &[]).contains(&Ssrc(999)));
    }
}
