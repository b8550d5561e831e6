//! Ordered sets and maps of what is few and seldom gathered.
//!
//! `collect` sorts first, and a sort of its own for every type is 6 kB of code each. What is put in one after the other takes the
//! code that is there already.

use std::collections::{BTreeMap, BTreeSet};

#[cfg_attr(not(feature = "media"), allow(dead_code, reason = "sets are of what media need"))]
pub fn set<T: Ord>(items: impl IntoIterator<Item = T>) -> BTreeSet<T> {
    let mut set = BTreeSet::new();
    set.extend(items);
    set
}

#[cfg_attr(not(feature = "conference"), allow(dead_code, reason = "maps are of what conferences need"))]
pub fn map<K: Ord, V>(items: impl IntoIterator<Item = (K, V)>) -> BTreeMap<K, V> {
    let mut map = BTreeMap::new();
    map.extend(items);
    map
}
