//! The Diffie-Hellman group of this account: fetched for each call, verified once.

use crate::crypto::dh::{Group, Groups, Opening, PrimeCheck};
use crate::random::Random;
use crate::types::CallId;
use core::task::Poll;
use std::collections::VecDeque;
use std::sync::Arc;
use zeroize::Zeroizing;

/// A call that draws its half of the exchange as soon as the group is judged, with the random bytes that came for it.
#[derive(Debug)]
pub struct Draw {
    pub call: CallId,
    pub random: Zeroizing<Vec<u8>>,
}

/// What is known once a group has been judged.
pub enum Verdict {
    Ready(Group),
    Unfit(String),
}

struct Checking {
    version: i32,
    p: Vec<u8>,
    g: i32,
    check: Box<PrimeCheck>,
    waiting: Vec<Draw>,
}

/// The cached `messages.dhConfig` of a client, and the checks of primes that nobody here has seen.
pub struct DhConfigs {
    groups: Arc<Groups>,
    current: Option<(i32, Group)>,
    checks: VecDeque<Checking>,
}

impl DhConfigs {
    pub fn new(groups: Arc<Groups>) -> DhConfigs {
        DhConfigs { groups, current: None, checks: VecDeque::new() }
    }

    /// Shares the verdicts with the other clients of the process.
    pub fn share(&mut self, groups: Arc<Groups>) {
        self.groups = groups;
    }

    /// The version to ask with: 0 as long as there is none.
    pub fn version(&self) -> i32 {
        self.current.as_ref().map_or(0, |(version, _)| *version)
    }

    /// `messages.dhConfigNotModified`.
    pub fn unchanged(&self) -> Verdict {
        match &self.current {
            Some((_, group)) => Verdict::Ready(group.clone()),
            None => Verdict::Unfit("messages.dhConfigNotModified, but there is no configuration yet".into()),
        }
    }

    /// `messages.dhConfig`. `None`: the prime has to be checked first; the call is kept until [`DhConfigs::step`] has done so.
    pub fn changed(&mut self, version: i32, g: i32, p: &[u8], draw: Draw) -> Option<(Verdict, Draw)> {
        match self.groups.open(p, g) {
            Ok(Opening::Ready(group)) => {
                self.current = Some((version, group.clone()));
                Some((Verdict::Ready(group), draw))
            }
            Ok(Opening::Check(check)) => {
                match self.checks.iter_mut().find(|known| known.p == p && known.g == g && known.version == version) {
                    Some(known) => known.waiting.push(draw),
                    None => {
                        let waiting = vec![draw];
                        self.checks.push_back(Checking { version, p: p.to_vec(), g, check, waiting });
                    }
                }
                None
            }
            Err(why) => Some((Verdict::Unfit(why.to_string()), draw)),
        }
    }

    /// Whether [`DhConfigs::step`] has work.
    pub fn is_checking(&self) -> bool {
        !self.checks.is_empty()
    }

    /// Does one slice of work. When a verdict is reached: the verdict, and the calls that waited for it.
    pub fn step(&mut self, random: &mut Random) -> Option<(Verdict, Vec<Draw>)> {
        let checking = self.checks.front_mut()?;
        let Poll::Ready(verdict) = checking.check.step(&self.groups, random) else { return None };
        let checking = self.checks.pop_front()?;
        let verdict = match verdict {
            Ok(group) => {
                self.current = Some((checking.version, group.clone()));
                Verdict::Ready(group)
            }
            Err(why) => Verdict::Unfit(why.to_string()),
        };
        Some((verdict, checking.waiting))
    }

    /// How many calls wait with random bytes for a verdict.
    #[cfg(any(test, feature = "internals"))]
    pub fn waiting(&self) -> usize {
        self.checks.iter().map(|checking| checking.waiting.len()).sum()
    }

    /// A call has ended: nobody waits for its group any more.
    pub fn forget(&mut self, call: CallId) {
        for checking in &mut self.checks {
            checking.waiting.retain(|draw| draw.call != call);
        }
        self.checks.retain(|checking| !checking.waiting.is_empty());
    }
}
