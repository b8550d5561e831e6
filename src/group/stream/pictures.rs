//! The pictures of those who speak in a stream: which are wanted, and what is on its way when another quality is (`stream.md` 4).

use super::{ANSWER_LIMIT, Effect, Part, Schedule, Stage, What};
use crate::time::Time;

/// Pictures that are watched at a time.
pub const MOST_PICTURES: usize = 16;

/// How good a picture is to be, in Telegram's numbers.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
#[repr(u8)]
pub enum Quality {
    Low = 0,
    Medium = 1,
    Full = 2,
}

/// A picture that is wanted.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Watched {
    pub endpoint: String,
    pub quality: Quality,
}

/// A part of a second that waits to be played is to come in another quality.
#[derive(Clone, Copy, Debug)]
pub(super) struct Swap {
    pub id: u64,
    pub old: u64,
}

impl Schedule {
    pub(super) fn watch(&mut self, now: Time, mut watched: Vec<Watched>, effects: &mut Vec<Effect>) {
        watched.truncate(MOST_PICTURES);
        self.watched = watched;
        for at in 0..self.watched.len() {
            let Watched { endpoint, quality } = self.watched[at].clone();
            let is_other = |part: &Part| matches!(&part.what, What::Picture { endpoint: of, quality: as_is, .. } if *of == endpoint && *as_is != quality);
            let mut asks = Vec::new();
            let last_id = &mut self.last_id;
            for segment in self.pending.iter_mut().chain(&mut self.ready) {
                for part in segment.parts.iter_mut().filter(|part| is_other(part)) {
                    let What::Picture { channel, .. } = part.what else { continue };
                    // Of each its own channel.
                    let what = What::Picture { endpoint: endpoint.clone(), channel, quality };
                    *last_id += 1;
                    let old = part.id;
                    part.what = what.clone();
                    let is_here = part.stage == Stage::Here;
                    if !is_here {
                        part.id = *last_id;
                        part.stage = Stage::Asked { give_up_at: now + ANSWER_LIMIT };
                    }
                    asks.push((*last_id, old, (segment.time, segment.scale), what, is_here));
                }
            }
            for (id, old, (time_ms, scale), what, is_here) in asks {
                if is_here {
                    self.drop_swaps(old, effects);
                    self.swaps.push(Swap { id, old });
                } else {
                    effects.push(Effect::Forget { id: old });
                }
                effects.push(Effect::Ask { id, time_ms, scale, what });
            }
        }
    }

    /// What was to come in place of a part comes for nothing.
    pub(super) fn drop_swaps(&mut self, old: u64, effects: &mut Vec<Effect>) {
        let gone = self.swaps.extract_if(.., |swap| swap.old == old);
        effects.extend(gone.map(|swap| Effect::Forget { id: swap.id }));
    }
}
