//! An ordered map that can be looked at while it changes.
//!
//! A roster of ten thousand is shown by hosts in their own time, while updates go on: a [`Chunked`] is cloned by counting up, and a
//! change after that copies one chunk of it and the list of chunks, not the whole.

use std::sync::Arc;

/// A chunk that grows beyond this becomes two.
const MOST: usize = 128;
/// Neighbours that have no more than this together become one.
const FEW: usize = 64;

type Chunk<K, V> = Arc<Vec<(K, V)>>;

/// Keys in ascending order, each once.
#[derive(Debug)]
pub struct Chunked<K, V> {
    /// None of them is empty.
    chunks: Arc<Vec<Chunk<K, V>>>,
    len: usize,
}

impl<K, V> Clone for Chunked<K, V> {
    fn clone(&self) -> Self {
        Chunked { chunks: self.chunks.clone(), len: self.len }
    }
}

impl<K, V> Default for Chunked<K, V> {
    fn default() -> Self {
        Chunked { chunks: Arc::default(), len: 0 }
    }
}

impl<K: Ord + Clone, V: Clone> Chunked<K, V> {
    pub fn len(&self) -> usize {
        self.len
    }

    pub fn is_empty(&self) -> bool {
        self.len == 0
    }

    /// The chunk where the key is, or would be.
    fn chunk_of(&self, key: &K) -> usize {
        let behind = self.chunks.partition_point(|chunk| chunk.first().is_some_and(|(first, _)| first <= key));
        behind.saturating_sub(1)
    }

    pub fn get(&self, key: &K) -> Option<&V> {
        let chunk = self.chunks.get(self.chunk_of(key))?;
        let at = chunk.binary_search_by(|(one, _)| one.cmp(key)).ok()?;
        chunk.get(at).map(|(_, value)| value)
    }

    /// The value in this place of the order.
    pub fn nth(&self, mut index: usize) -> Option<&V> {
        for chunk in self.chunks.iter() {
            match chunk.get(index) {
                Some((_, value)) => return Some(value),
                None => index -= chunk.len(),
            }
        }
        None
    }

    pub fn iter(&self) -> impl Iterator<Item = (&K, &V)> {
        self.chunks.iter().flat_map(|chunk| chunk.iter()).map(|(key, value)| (key, value))
    }

    /// Puts a value in; what was there before.
    pub fn insert(&mut self, key: K, value: V) -> Option<V> {
        let which = self.chunk_of(&key);
        let chunks = Arc::make_mut(&mut self.chunks);
        let Some(chunk) = chunks.get_mut(which) else {
            chunks.push(Arc::new(vec![(key, value)]));
            self.len += 1;
            return None;
        };
        let entries = Arc::make_mut(chunk);
        match entries.binary_search_by(|(one, _)| one.cmp(&key)) {
            Ok(at) => Some(core::mem::replace(&mut entries[at].1, value)),
            Err(at) => {
                entries.insert(at, (key, value));
                if entries.len() > MOST {
                    let second = entries.split_off(entries.len() / 2);
                    chunks.insert(which + 1, Arc::new(second));
                }
                self.len += 1;
                None
            }
        }
    }

    /// Takes a value out.
    pub fn remove(&mut self, key: &K) -> Option<V> {
        let which = self.chunk_of(key);
        // What is not in it costs no copy.
        let at = self.chunks.get(which)?.binary_search_by(|(one, _)| one.cmp(key)).ok()?;
        let chunks = Arc::make_mut(&mut self.chunks);
        let entries = Arc::make_mut(&mut chunks[which]);
        let (_, value) = entries.remove(at);
        let left = entries.len();
        self.len -= 1;
        let fits = |neighbour: Option<&Chunk<K, V>>| neighbour.is_some_and(|chunk| chunk.len() + left <= FEW);
        if left == 0 {
            chunks.remove(which);
        } else if fits(chunks.get(which + 1)) {
            let next = chunks.remove(which + 1);
            Arc::make_mut(&mut chunks[which]).extend_from_slice(&next);
        } else if which > 0 && fits(chunks.get(which - 1)) {
            let this = chunks.remove(which);
            Arc::make_mut(&mut chunks[which - 1]).extend_from_slice(&this);
        }
        Some(value)
    }

    /// How many chunks there are, and how many of them another one shares. For tests of what a change copies.
    #[cfg(test)]
    pub fn shared_with(&self, other: &Self) -> (usize, usize) {
        let is_there = |chunk: &&Chunk<K, V>| other.chunks.iter().any(|one| Arc::ptr_eq(one, chunk));
        (self.chunks.len(), self.chunks.iter().filter(is_there).count())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::random::Random;
    use std::collections::BTreeMap;

    /// Against the map of the standard library, through growth and decay.
    #[test]
    fn it_is_an_ordered_map() {
        for seed in 0..20 {
            let mut random = Random::from_seed(seed);
            let (mut ours, mut theirs) = (Chunked::default(), BTreeMap::new());
            for round in 0..6000u64 {
                let key = random.below(2000);
                // First it grows, then it shrinks.
                if random.below(10) < if round < 3000 { 7 } else { 2 } {
                    assert_eq!(ours.insert(key, round), theirs.insert(key, round));
                } else {
                    assert_eq!(ours.remove(&key), theirs.remove(&key));
                }
                assert_eq!(ours.len(), theirs.len());
                let key = random.below(2000);
                assert_eq!(ours.get(&key), theirs.get(&key));
                let index = random.below(theirs.len() as u64 + 2) as usize;
                assert_eq!(ours.nth(index), theirs.values().nth(index));
                assert!(ours.chunks.iter().all(|chunk| !chunk.is_empty() && chunk.len() <= MOST));
            }
            assert!(ours.iter().eq(theirs.iter()));
            // No two neighbours are crumbs.
            let sizes: Vec<usize> = ours.chunks.iter().map(|chunk| chunk.len()).collect();
            assert!(sizes.len() <= 1 + 2 * ours.len().div_ceil(FEW / 2), "seed {seed}: {sizes:?}");
            for key in theirs.keys() {
                ours.remove(key);
            }
            assert!(ours.is_empty() && ours.chunks.is_empty());
        }
    }

    #[test]
    fn a_change_copies_one_chunk_and_leaves_the_snapshot_as_it_was() {
        let mut map = Chunked::default();
        for key in 0..10_000u32 {
            map.insert(key, key);
        }
        let snapshot = map.clone();
        assert!(Arc::ptr_eq(&map.chunks, &snapshot.chunks), "a snapshot copies nothing");
        map.insert(5000, 0);
        let (chunks, shared) = map.shared_with(&snapshot);
        assert!(chunks > 70 && shared == chunks - 1, "{shared} of {chunks}");
        map.remove(&7);
        assert!(map.shared_with(&snapshot).1 >= chunks - 2);
        assert_eq!((snapshot.get(&5000), snapshot.get(&7), snapshot.len()), (Some(&5000), Some(&7), 10_000));
        assert_eq!((map.get(&5000), map.get(&7), map.len()), (Some(&0), None, 9_999));
        let before = map.clone();
        assert_eq!(map.remove(&7), None);
        assert!(Arc::ptr_eq(&map.chunks, &before.chunks), "what is not there costs no copy");
    }
}
