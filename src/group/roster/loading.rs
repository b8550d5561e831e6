//! Loading the list, page by page, while news go on.

use super::{ANSWER_LIMIT, FETCHED_AT_ONCE, MOST, Output, Roster};
use crate::group::participant::Entry;
use crate::time::Time;
use crate::types::{PeerId, Ssrc};
use std::collections::{BTreeMap, BTreeSet};

/// A list that has more pages than this is no list of a call.
const MOST_PAGES: u32 = 1000;
/// So often in a row a list that changed while it was loaded is loaded once more. In a call of thousands it always changes.
const MOVED_AT_MOST: u32 = 2;
/// The longest name of a page.
const LONGEST_OFFSET: usize = 256;

/// What is to be asked of Telegram about the list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Wanted {
    /// `phone.getGroupCall`: the call, and the first page.
    First,
    /// `phone.getGroupParticipants` by offset.
    Next(String),
    /// `phone.getGroupParticipants` of these. Who knows no access hash of a peer asks by his source.
    Of { peers: Vec<(PeerId, Ssrc)>, sources: Vec<Ssrc> },
}

/// One page of the list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Page {
    pub version: i32,
    /// How many people are in the call.
    pub total: i32,
    pub entries: Vec<Entry>,
    /// Empty: this was the last page.
    pub next_offset: String,
}

/// A load under way.
#[derive(Debug, Default)]
pub struct Loading {
    seen: BTreeSet<PeerId>,
    /// Who has left meanwhile, and when: an older page may still have him.
    left: BTreeMap<PeerId, i32>,
    /// Of the first page: whoever has not been heard of since, and is on no page, is gone.
    since: Option<i32>,
    /// What was known before: an older first page knows of people who have left.
    floor: i32,
    /// The list changed between two pages: whoever moved from one to the other is on none, or on both.
    has_moved: bool,
    /// Of the page that is on its way; empty: the first.
    offset: String,
    pages: u32,
    /// No answer by then is a failure.
    until: Time,
}

impl Loading {
    pub fn left(&mut self, peer: PeerId, version: i32) {
        self.left.insert(peer, version);
    }

    pub fn until(&self) -> Time {
        self.until
    }

    fn is_for(&self, wanted: &Wanted) -> bool {
        match wanted {
            Wanted::First => self.offset.is_empty(),
            Wanted::Next(offset) => self.offset == *offset,
            Wanted::Of { .. } => false,
        }
    }
}

impl Roster {
    /// Loads the list, or loads it anew, as soon as that makes sense.
    pub fn load(&mut self, now: Time) {
        if self.is_attached || self.loading.is_some() || self.wants_load {
            return;
        }
        self.wants_load = true;
        self.hole_until = None;
        if self.load_from <= now {
            self.begin_loading(now);
        }
    }

    pub(super) fn begin_loading(&mut self, now: Time) {
        (self.wants_load, self.doubted) = (false, None);
        let floor = self.version.unwrap_or(0);
        self.loading = Some(Loading { floor, until: now + ANSWER_LIMIT, ..Loading::default() });
        self.outputs.push_back(Output::Want(Wanted::First));
    }

    /// Telegram: the page that was asked for.
    pub fn handle_page(&mut self, now: Time, unix_s: i32, wanted: &Wanted, page: &Page) {
        let Some(mut loading) = self.loading.take_if(|loading| loading.is_for(wanted)) else { return };
        self.places.set_clock(unix_s);
        // A page that could not be read to its end lacks the number: it is no older than the first one.
        let version = if page.version > 0 { page.version } else { loading.since.unwrap_or(0) };
        if loading.since.is_none() {
            loading.since = Some(version);
            // News may have overtaken it.
            let known = self.version.unwrap_or(0).max(version);
            (self.version, self.heard_of) = (Some(known), known);
            // However often the list is loaded, it is not loaded in a loop.
            self.load_from = now + self.backoff.fail();
        }
        loading.has_moved |= loading.since != Some(version);
        self.heard_of = self.heard_of.max(version);
        self.count(version, page.total);
        for entry in &page.entries {
            let peer = entry.participant.peer;
            self.tell_of_myself(entry, version);
            let has_left_since = loading.left.get(&peer).is_some_and(|left| *left > version)
                || (version < loading.floor && self.places.get(peer).is_none());
            if !entry.has_left && !has_left_since && loading.seen.len() < MOST {
                loading.seen.insert(peer);
                self.take(entry, version);
            }
        }
        loading.pages += 1;
        let goes_on = !page.next_offset.is_empty()
            && page.next_offset.len() <= LONGEST_OFFSET
            && page.next_offset != loading.offset
            && loading.pages < MOST_PAGES
            && loading.seen.len() < MOST;
        if goes_on {
            loading.offset.clone_from(&page.next_offset);
            loading.until = now + ANSWER_LIMIT;
            self.outputs.push_back(Output::Want(Wanted::Next(page.next_offset.clone())));
            self.loading = Some(loading);
            self.catch_up();
        } else {
            self.finish_loading(&loading);
            self.catch_up();
            // What waits is heard of, too.
            let last = self.waiting.last_key_value().map_or(0, |(last, _)| *last);
            self.heard_of = self.heard_of.max(last);
            self.watch_hole(now);
        }
        self.fetch(now);
        self.arm_refresh(now);
    }

    fn finish_loading(&mut self, loading: &Loading) {
        let since = loading.since.unwrap_or(0);
        let is_gone = |peer: PeerId, version: i32| version <= since && !loading.seen.contains(&peer);
        let gone: Vec<PeerId> =
            self.places.peers().filter(|one| is_gone(one.peer, one.version)).map(|one| one.peer).collect();
        // Of a list that has moved somebody may be on no page who is there; news or the next load say.
        if loading.has_moved && self.moved < MOVED_AT_MOST {
            self.moved += 1;
            self.wants_load = true;
            self.doubted = Some(gone);
            self.reconsider();
            return;
        }
        self.moved = 0;
        for peer in gone {
            self.remove(peer);
        }
    }

    /// Whether the list has turned out to be right without another load.
    pub(super) fn reconsider(&mut self) {
        let Some(doubted) = &self.doubted else { return };
        let is_right = self.version.is_some_and(|known| known >= self.heard_of)
            && doubted.iter().all(|peer| self.places.get(*peer).is_none())
            && usize::try_from(self.total) == Ok(self.places.len());
        if is_right {
            (self.doubted, self.wants_load, self.moved) = (None, false, 0);
        }
    }

    /// Telegram: those that were asked for one by one.
    pub fn handle_found(&mut self, now: Time, unix_s: i32, wanted: &Wanted, page: &Page) {
        self.places.set_clock(unix_s);
        let version = if page.version > 0 { page.version } else { self.version.unwrap_or(0) };
        for entry in page.entries.iter().filter(|entry| !entry.has_left) {
            // Reduced once more would be asked for once more.
            let entry = Entry { is_min: false, ..entry.clone() };
            self.take(&entry, version);
        }
        self.found(now, wanted);
        self.arm_refresh(now);
    }

    /// Telegram has refused, or did not answer.
    pub fn handle_failure(&mut self, now: Time, wanted: &Wanted) {
        match wanted {
            Wanted::First | Wanted::Next(_) => {
                if self.loading.take_if(|loading| loading.is_for(wanted)).is_some() {
                    self.load_from = now + self.backoff.fail();
                    self.wants_load = true;
                }
            }
            Wanted::Of { .. } => self.found(now, wanted),
        }
    }

    /// Whether a load is under way, or is to be.
    pub fn is_loading(&self) -> bool {
        self.loading.is_some() || self.wants_load
    }

    pub(super) fn load_takes_too_long(&mut self, now: Time) {
        if let Some(loading) = &self.loading
            && loading.until <= now
        {
            self.loading = None;
            self.load_from = now + self.backoff.fail();
            self.wants_load = true;
        }
    }

    fn found(&mut self, now: Time, wanted: &Wanted) {
        if self.fetching.as_ref().is_some_and(|(_, on_its_way)| on_its_way == wanted) {
            self.fetching = None;
        }
        if let Wanted::Of { peers, .. } = wanted {
            for (peer, _) in peers {
                self.to_fetch.remove(peer);
            }
        }
        self.fetch(now);
    }

    /// Asks for those of whom little is known, and for the owners of sound, one request at a time.
    pub(super) fn fetch(&mut self, now: Time) {
        if self.fetching.is_some() || (self.to_fetch.is_empty() && self.to_ask.is_empty()) {
            return;
        }
        let peers: Vec<(PeerId, Ssrc)> =
            self.to_fetch.iter().take(FETCHED_AT_ONCE).map(|(peer, source)| (*peer, *source)).collect();
        let mut sources = Vec::new();
        while sources.len() < FETCHED_AT_ONCE - peers.len()
            && let Some(source) = self.to_ask.pop_first()
        {
            sources.push(source);
        }
        let wanted = Wanted::Of { peers, sources };
        self.fetching = Some((now + ANSWER_LIMIT, wanted.clone()));
        self.outputs.push_back(Output::Want(wanted));
    }
}
