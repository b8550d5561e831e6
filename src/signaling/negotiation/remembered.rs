//! Exchanges of one side that are over.

use std::collections::VecDeque;

/// So many are remembered, so that what comes late or twice is known as such.
const REMEMBERED: usize = 64;

#[derive(Default)]
pub struct Remembered(VecDeque<u32>);

impl Remembered {
    pub fn add(&mut self, id: u32) {
        if self.0.len() == REMEMBERED {
            self.0.pop_front();
        }
        self.0.push_back(id);
    }

    pub fn has(&self, id: u32) -> bool {
        self.0.contains(&id)
    }

    pub fn len(&self) -> usize {
        self.0.len()
    }
}
