//! The state proof: what a block must repeat of the state, and what it must not (conference-e2e.md, section 7.3).

use super::super::error::Reject;
use super::block::{Change, StateProof};
use super::{apply, state::State};

/// Which parts of the state the changes of a block set.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Touched {
    pub group: bool,
    pub shared_key: bool,
    pub value: bool,
}

impl Touched {
    pub fn of(changes: &[Change]) -> Touched {
        let mut touched = Touched::default();
        for change in changes {
            match change {
                Change::Noop { .. } => {}
                Change::SetValue { .. } => touched.value = true,
                Change::SetGroupState(_) => touched.group = true,
                Change::SetSharedKey(_) => touched.shared_key = true,
            }
        }
        touched
    }
}

/// Checks the proof against the state behind the block, and that state once more.
pub fn check(state: &State, proof: &StateProof, touched: Touched) -> Result<(), Reject> {
    if !touched.group && !touched.value {
        return Err(Reject::NoChanges);
    }
    match &proof.group {
        Some(_) if touched.group => return Err(Reject::GroupProofUnexpected),
        None if !touched.group => return Err(Reject::GroupProofMissing),
        Some(group) if *group != state.group => return Err(Reject::GroupProofDiffers),
        Some(_) | None => {}
    }
    let key_touched = touched.group || touched.shared_key;
    match &proof.shared_key {
        Some(_) if key_touched => return Err(Reject::KeyProofUnexpected),
        None if !key_touched => return Err(Reject::KeyProofMissing),
        Some(key) if *key != state.shared_key => return Err(Reject::KeyProofDiffers),
        Some(_) | None => {}
    }
    apply::check_group(&state.group)?;
    apply::check_shared_key(&state.shared_key, &state.group)
}
