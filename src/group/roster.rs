//! Who is in the call: `group-calls.md` section 5.
//!
//! Telegram counts the changes of the list. News come one by one, out of order, or not at all; a hole that does not close within a
//! second makes the list be loaded anew.
//!
//! ```text
//!  Unloaded ──load──► Loading ──last page──► Loaded ◄──┐
//!                        ▲                      │      │ the hole closes
//!                        │                      ▼      │
//!                        └──── 1 s ──── Loaded, with a hole
//! ```
//!
//! What somebody says of himself is told at once, loaded or not: whether we are in at all depends on it.

mod loading;
mod places;

use super::participant::{Asked, Entry, Participant, merged};
use crate::backoff::Backoff;
use crate::time::{Duration, Time};
pub use crate::types::Change;
use crate::types::{PeerId, Ssrc};
use loading::Loading;
pub use loading::{Page, Wanted};
use places::Places;
pub use places::Snapshot;
use std::collections::{BTreeMap, BTreeSet, VecDeque};
use std::sync::Arc;

/// How long a hole in the versions may last.
pub const HOLE_LIMIT: Duration = Duration::from_secs(1);
/// How often the list is put in order without news.
pub const ORDER_REFRESH: Duration = Duration::from_secs(10);
/// More than so many people are not kept.
pub const MOST: usize = 20_000;
/// News that wait for what comes before them.
const WAITING_NEWS: usize = 256;
const WAITING_ENTRIES: usize = 4096;
/// Whose full entries are asked for at once.
const FETCHED_AT_ONCE: usize = 100;
/// How many wait to be asked for.
const TO_FETCH: usize = 1000;
/// The owner of a source is asked for again no sooner.
const ASK_AGAIN: Duration = Duration::from_secs(5);
/// How many sources without an owner are remembered.
const STRANGERS: usize = 256;
/// A request that has no answer by then has failed.
const ANSWER_LIMIT: Duration = Duration::from_secs(30);
/// Between two attempts to load the list.
const LOAD_BACKOFF: Backoff = Backoff::new(Duration::from_secs(1), Duration::from_secs(30));
/// A word of somebody, within so many seconds of his last one, moves him nowhere.
const SPEAKS_ON_S: i32 = 5;

/// `updateGroupCallParticipants`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct News {
    pub version: i32,
    pub entries: Vec<Entry>,
}

impl News {
    fn counts(&self) -> bool {
        self.entries.iter().any(Entry::counts)
    }
}

/// What the list has to say, or wants.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Output {
    Changed(PeerId, Change),
    /// News of ourselves, by our own flag or by a source of ours.
    Myself {
        entry: Box<Entry>,
        version: i32,
    },
    /// A request for Telegram, answered by [`Roster::handle_page`], [`Roster::handle_found`] or [`Roster::handle_failure`].
    Want(Wanted),
}

/// The list, and how far it is known.
#[derive(Debug)]
pub struct Roster {
    places: Places,
    /// Telegram's number, known or not, and the version it is of.
    total: i32,
    total_at: i32,
    /// The last change that is known; `None` until the list is loaded for the first time.
    version: Option<i32>,
    /// The last change that has been heard of.
    heard_of: i32,
    /// Behind a hole, by version. Of one version several may come.
    waiting: BTreeMap<i32, Vec<News>>,
    waiting_entries: usize,
    /// The hole is to be closed by then.
    hole_until: Option<Time>,
    loading: Option<Loading>,
    /// No request to load before, after one has failed or changed nothing.
    load_from: Time,
    wants_load: bool,
    /// Loads in a row during which the list changed, and who was on no page of the last one.
    moved: u32,
    doubted: Option<Vec<PeerId>>,
    backoff: Backoff,
    /// Known by reduced news only, with the source to ask by.
    to_fetch: BTreeMap<PeerId, Ssrc>,
    /// What is asked for at the moment, and until when the answer counts.
    fetching: Option<(Time, Wanted)>,
    /// Heard, but of nobody; when each was asked for.
    strangers: BTreeMap<Ssrc, Time>,
    /// Those of them that are to be asked for next.
    to_ask: BTreeSet<Ssrc>,
    asked: BTreeMap<PeerId, Asked>,
    refresh_at: Option<Time>,
    outputs: VecDeque<Output>,
    /// News that said nothing new, nothing readable, or too much.
    dropped: u64,
    /// The host says who is there. There are no versions, and nobody is asked.
    is_attached: bool,
}

impl Default for Roster {
    fn default() -> Roster {
        Roster {
            places: Places::default(),
            total: 0,
            total_at: 0,
            version: None,
            heard_of: 0,
            waiting: BTreeMap::new(),
            waiting_entries: 0,
            hole_until: None,
            loading: None,
            load_from: Time::ZERO,
            wants_load: false,
            moved: 0,
            doubted: None,
            backoff: LOAD_BACKOFF,
            to_fetch: BTreeMap::new(),
            fetching: None,
            strangers: BTreeMap::new(),
            to_ask: BTreeSet::new(),
            asked: BTreeMap::new(),
            refresh_at: None,
            outputs: VecDeque::new(),
            dropped: 0,
            is_attached: false,
        }
    }
}

impl Roster {
    /// The list of an attached call: [`Roster::tell`] and [`Roster::tell_left`] make it.
    pub fn attached() -> Roster {
        Roster { version: Some(0), is_attached: true, ..Roster::default() }
    }

    // ---- What is known ----

    pub fn version(&self) -> Option<i32> {
        self.version
    }

    /// Telegram's number; never less than are known.
    pub fn total(&self) -> usize {
        usize::try_from(self.total).unwrap_or(0).max(self.places.len())
    }

    pub fn get(&self, peer: PeerId) -> Option<&Arc<Participant>> {
        self.places.get(peer)
    }

    /// Whose sound a source is.
    pub fn owner(&self, source: Ssrc) -> Option<PeerId> {
        self.places.owner(source)
    }

    /// Whether nothing is missing: no hole, no request on its way.
    #[cfg(any(test, feature = "internals"))]
    pub fn is_settled(&self) -> bool {
        self.version.is_some() && self.loading.is_none() && !self.wants_load && self.hole_until.is_none()
    }

    pub fn dropped(&self) -> u64 {
        self.dropped
    }

    /// The list as it is now. It costs the same for any size.
    pub fn snapshot(&self) -> Snapshot {
        self.places.snapshot(self.total())
    }

    pub fn poll(&mut self) -> Option<Output> {
        self.outputs.pop_front()
    }

    /// When [`Roster::handle_timeout`] has something to do.
    pub fn next_timeout(&self) -> Option<Time> {
        let load = (self.wants_load && self.loading.is_none()).then_some(self.load_from);
        let page = self.loading.as_ref().map(Loading::until);
        let found = self.fetching.as_ref().map(|(until, _)| *until);
        [load, page, found, self.hole_until, self.refresh_at].into_iter().flatten().min()
    }

    // ---- News ----

    /// Telegram: somebody came, left or changed.
    pub fn handle_news(&mut self, now: Time, unix_s: i32, news: News) {
        if news.version <= 0 {
            self.dropped += 1;
            return;
        }
        self.places.set_clock(unix_s);
        for entry in &news.entries {
            self.tell_of_myself(entry, news.version);
        }
        self.heard_of = self.heard_of.max(news.version);
        match self.version {
            None => self.keep(now, news),
            Some(known) if news.counts() => match news.version.cmp(&known.saturating_add(1)) {
                core::cmp::Ordering::Less => self.dropped += 1,
                core::cmp::Ordering::Equal => {
                    self.version = Some(news.version);
                    self.apply(&news);
                    self.catch_up();
                }
                core::cmp::Ordering::Greater => self.keep(now, news),
            },
            Some(known) if news.version <= known => self.apply(&news),
            Some(_) => self.keep(now, news),
        }
        self.reconsider();
        self.watch_hole(now);
        self.fetch(now);
        self.arm_refresh(now);
    }

    /// Telegram: the call itself is at this version, with so many people.
    pub fn handle_call(&mut self, now: Time, version: i32, total: i32) {
        self.count(version, total);
        self.heard_of = self.heard_of.max(version);
        self.watch_hole(now);
    }

    fn tell_of_myself(&mut self, entry: &Entry, version: i32) {
        let Entry { participant, is_min, .. } = entry;
        // Reduced news do not say who we are.
        let is_of_me = (participant.is_self && !is_min) || self.places.me() == Some(participant.peer);
        if is_of_me {
            self.outputs.push_back(Output::Myself { entry: Box::new(entry.clone()), version });
        }
    }

    /// For later: something is missing before it.
    fn keep(&mut self, now: Time, news: News) {
        let entries = news.entries.len();
        let fits = self.waiting.values().map(Vec::len).sum::<usize>() < WAITING_NEWS
            && self.waiting_entries + entries <= WAITING_ENTRIES;
        if !fits {
            // Whoever loads the list needs none of it.
            self.dropped += 1;
            if self.version.is_some() {
                self.load(now);
            }
            return;
        }
        self.waiting_entries += entries;
        self.waiting.entry(news.version).or_default().push(news);
    }

    /// Applies what waits and can be applied.
    fn catch_up(&mut self) {
        while let (Some(known), Some(first)) = (self.version, self.waiting.first_entry()) {
            let at = *first.key();
            if at > known.saturating_add(1) || (at > known && !first.get().iter().any(News::counts)) {
                return;
            }
            let all = first.remove();
            self.waiting_entries -= all.iter().map(|news| news.entries.len()).sum::<usize>();
            // What counts makes the version that the rest is of.
            let (counting, other): (Vec<News>, Vec<News>) = all.into_iter().partition(News::counts);
            if at > known {
                self.version = Some(at);
                for news in &counting {
                    self.apply(news);
                }
            } else {
                self.dropped += counting.len() as u64;
            }
            for news in &other {
                self.apply(news);
            }
        }
    }

    /// Whether something that was heard of is still missing.
    fn watch_hole(&mut self, now: Time) {
        let has_hole = self.version.is_some_and(|known| known < self.heard_of);
        // While the list is loaded nobody waits.
        if !has_hole || self.loading.is_some() || self.wants_load {
            self.hole_until = None;
        } else if self.hole_until.is_none() {
            self.hole_until = Some(now + HOLE_LIMIT);
        }
        if self.version.is_some() && !has_hole && !self.is_loading() {
            self.backoff.reset();
        }
    }

    fn apply(&mut self, news: &News) {
        let is_counted = news.counts() && news.version > self.total_at;
        for entry in &news.entries {
            let is_new = self.places.get(entry.participant.peer).is_none();
            if is_counted && entry.has_left {
                self.total = self.total.saturating_sub(1).max(0);
            } else if is_counted && entry.has_just_joined && is_new {
                self.total = self.total.saturating_add(1);
            }
            // What nobody has counted is of somebody who is in, or was before he left.
            if is_new && !entry.counts() && self.version.is_some_and(|known| news.version < known) {
                self.dropped += 1;
                continue;
            }
            self.take(entry, news.version);
        }
        if is_counted {
            self.total_at = news.version;
        }
    }

    /// Telegram's number of people, unless a newer one is known.
    fn count(&mut self, version: i32, total: i32) {
        if version >= self.total_at {
            (self.total, self.total_at) = (total, version);
        }
    }

    /// One entry of a list or of news, unless something newer is known.
    fn take(&mut self, entry: &Entry, version: i32) {
        let peer = entry.participant.peer;
        let known = self.places.get(peer).cloned();
        if known.as_ref().is_some_and(|known| known.version > version) {
            self.dropped += 1;
            return;
        }
        if entry.has_left {
            if let Some(loading) = &mut self.loading {
                loading.left(peer, version);
            }
            self.remove(peer);
            return;
        }
        let asked = self.asked.get(&peer).copied().unwrap_or_default();
        let next = merged(known.as_deref(), entry, asked, version);
        if known.is_none() && self.places.len() >= MOST {
            self.dropped += 1;
            return;
        }
        if entry.is_min && known.is_none() && self.to_fetch.len() < TO_FETCH {
            self.to_fetch.insert(peer, next.source);
        } else if !entry.is_min {
            self.to_fetch.remove(&peer);
        }
        for source in next.sounds() {
            self.strangers.remove(&source);
            self.to_ask.remove(&source);
        }
        let same = known.as_ref().is_some_and(|known| Participant { version, ..(**known).clone() } == next);
        self.places.put(next);
        if !same {
            let change = if known.is_some() { Change::Changed } else { Change::Came };
            self.outputs.push_back(Output::Changed(peer, change));
        }
    }

    fn remove(&mut self, peer: PeerId) {
        self.to_fetch.remove(&peer);
        if self.places.remove(peer) {
            self.outputs.push_back(Output::Changed(peer, Change::Left));
        }
    }

    /// The host: somebody is there, or has changed. `false`: more people than are kept.
    #[must_use]
    pub fn tell(&mut self, now: Time, unix_s: i32, participant: Participant) -> bool {
        self.places.set_clock(unix_s);
        let peer = participant.peer;
        let known = self.places.get(peer).cloned();
        if known.is_none() && self.places.len() >= MOST {
            return false;
        }
        if known.as_deref() != Some(&participant) {
            self.places.put(participant);
            let change = if known.is_some() { Change::Changed } else { Change::Came };
            self.outputs.push_back(Output::Changed(peer, change));
        }
        self.arm_refresh(now);
        true
    }

    /// The host: he is not there any more.
    pub fn tell_left(&mut self, peer: PeerId) {
        self.remove(peer);
    }

    // ---- What we do ourselves ----

    /// We have asked Telegram for something about him. It holds until [`Roster::settle`], whatever older news say.
    pub fn ask(&mut self, peer: PeerId, change: impl FnOnce(&mut Asked)) {
        let asked = self.asked.entry(peer).or_default();
        change(asked);
        let asked = *asked;
        let Some(known) = self.places.get(peer) else { return };
        let mut next = (**known).clone();
        next.is_muted_for_me = asked.is_muted_for_me.unwrap_or(next.is_muted_for_me);
        if asked.volume.is_some() {
            (next.volume, next.is_volume_by_admin) = (asked.volume, false);
        }
        self.places.put(next);
        self.outputs.push_back(Output::Changed(peer, Change::Changed));
    }

    /// Telegram has answered: what its news say counts again.
    pub fn settle(&mut self, peer: PeerId) {
        self.asked.remove(&peer);
    }

    /// Somebody is heard, or is said to speak. It moves him in the list and is no change of his.
    pub fn handle_speaking(&mut self, now: Time, unix_s: i32, peer: PeerId) {
        self.places.set_clock(unix_s);
        let Some(known) = self.places.get(peer) else { return };
        if unix_s.saturating_sub(known.active_date) < SPEAKS_ON_S {
            return;
        }
        let next = Participant { active_date: unix_s, ..(**known).clone() };
        self.places.put(next);
        self.arm_refresh(now);
    }

    /// Sound came of a source that nobody is known to have.
    pub fn handle_stranger(&mut self, now: Time, source: Ssrc) {
        if self.is_attached || source == Ssrc(0) || self.owner(source).is_some() {
            return;
        }
        let is_due = self.strangers.get(&source).is_none_or(|asked| now.since(*asked) >= ASK_AGAIN);
        if !is_due {
            return;
        }
        if self.strangers.len() >= STRANGERS && !self.strangers.contains_key(&source) {
            let oldest = self.strangers.iter().min_by_key(|(_, asked)| **asked).map(|(source, _)| *source);
            oldest.and_then(|oldest| self.strangers.remove(&oldest));
        }
        self.strangers.insert(source, now);
        if self.to_ask.len() < STRANGERS {
            self.to_ask.insert(source);
        }
        self.fetch(now);
    }

    /// Who came first stands first in this call.
    pub fn set_ascending(&mut self, by_date_ascending: bool) {
        self.places.set_ascending(by_date_ascending);
    }

    pub fn handle_timeout(&mut self, now: Time, unix_s: i32) {
        self.places.set_clock(unix_s);
        if self.hole_until.is_some_and(|until| until <= now) {
            self.hole_until = None;
            self.load(now);
        }
        self.load_takes_too_long(now);
        if self.wants_load && self.loading.is_none() && self.load_from <= now {
            self.begin_loading(now);
        }
        if self.fetching.take_if(|(until, _)| *until <= now).is_some() {
            self.fetch(now);
        }
        if self.refresh_at.is_some_and(|at| at <= now) {
            self.refresh_at = None;
            self.places.refresh();
            self.arm_refresh(now);
        }
    }

    fn arm_refresh(&mut self, now: Time) {
        if self.refresh_at.is_none() && self.places.is_fading() {
            self.refresh_at = Some(now + ORDER_REFRESH);
        }
    }
}

#[cfg(test)]
mod tests;
