//! What an account is told without asking, and what its devices can catch up on afterwards.
//!
//! Only messages are kept: news of calls and signaling are gone for who was away, as in life.

use super::account::Account;
use super::encoder::{Object, Value};
use super::people;
use super::server::{Answer, Server, fail};
use crate::time::Time;
use std::collections::{BTreeSet, VecDeque};

/// `pts` of an account that has had no message yet.
const FIRST_PTS: i32 = 100;
/// Messages of an account that can still be fetched; who was away for longer is told `updates.differenceTooLong`.
const KEPT: usize = 1_000;
/// Most messages in one `updates.difference`.
const SLICE: usize = 100;

#[derive(Clone, Copy, Default)]
pub(super) enum Container {
    #[default]
    Short,
    Updates,
    Combined,
}

/// What has happened to the messages of an account.
#[derive(Clone, Debug)]
enum Happened {
    /// The message is kept as it is by now.
    Came(Object),
    Edited(Object),
    Deleted(i32),
}

impl Happened {
    fn message(&self) -> Option<i32> {
        match self {
            Happened::Came(message) | Happened::Edited(message) => message.int("id"),
            Happened::Deleted(id) => Some(*id),
        }
    }

    fn update(&self, pts: i32) -> Object {
        let update = match self {
            Happened::Came(message) => Object::new("updateNewMessage").with("message", message.clone()),
            Happened::Edited(message) => Object::new("updateEditMessage").with("message", message.clone()),
            Happened::Deleted(id) => Object::new("updateDeleteMessages").with("messages", vec![Value::Int(*id)]),
        };
        update.with("pts", pts).with("pts_count", 1)
    }
}

/// The messages of an account. Whatever happens to one raises the account's `pts` by one.
#[derive(Clone, Debug)]
pub(super) struct Mailbox {
    pts: i32,
    /// The last things that happened; their `pts` are those up to `pts`, without a gap.
    kept: VecDeque<Happened>,
}

impl Default for Mailbox {
    fn default() -> Mailbox {
        Mailbox { pts: FIRST_PTS, kept: VecDeque::new() }
    }
}

impl Mailbox {
    pub fn pts(&self) -> i32 {
        self.pts
    }

    pub fn add(&mut self, message: Object) {
        self.note(Happened::Came(message));
    }

    /// The message of the same id is another from now on, also for who has yet to hear that it came.
    pub fn edit(&mut self, message: Object) {
        for one in &mut self.kept {
            if let Happened::Came(kept) = one
                && kept.int("id") == message.int("id")
            {
                *kept = message.clone();
            }
        }
        self.note(Happened::Edited(message));
    }

    /// Whether there was such a message.
    pub fn delete(&mut self, id: i32) -> bool {
        let mut is_there = false;
        for one in self.kept.iter_mut().filter(|one| one.message() == Some(id)) {
            is_there |= matches!(one, Happened::Came(_));
            *one = Happened::Deleted(id);
        }
        if is_there {
            self.note(Happened::Deleted(id));
        }
        is_there
    }

    fn note(&mut self, happened: Happened) {
        self.pts = self.pts.saturating_add(1);
        self.kept.push_back(happened);
        if self.kept.len() > KEPT {
            self.kept.pop_front();
        }
    }

    /// The `pts` of each thing that is kept, and the thing.
    fn iter(&self) -> impl DoubleEndedIterator<Item = (i32, &Happened)> {
        let first = self.pts - self.kept.len() as i32 + 1;
        self.kept.iter().enumerate().map(move |(at, happened)| (first + at as i32, happened))
    }

    /// The last update about the message of this id; `None` when it is forgotten.
    pub fn update(&self, id: i32) -> Option<Object> {
        let (pts, happened) = self.iter().rev().find(|(_, happened)| happened.message() == Some(id))?;
        Some(happened.update(pts))
    }
}

/// What `updates.getDifference` asks for.
pub(super) struct Since {
    pub pts: i32,
    pub pts_limit: Option<i32>,
    pub pts_total_limit: Option<i32>,
    pub date: i32,
}

impl Server {
    /// `updates.getState`.
    pub(super) fn state(&self, now: Time, account: i64) -> Answer {
        match self.accounts.get(&account) {
            Some(one) => Ok(self.state_at(now, one.mailbox.pts).into()),
            None => fail(401, "AUTH_KEY_UNREGISTERED"),
        }
    }

    fn state_at(&self, now: Time, pts: i32) -> Object {
        let state = Object::new("updates.state").with("pts", pts).with("qts", 0).with("date", self.date(now));
        state.with("seq", pts).with("unread_count", 0)
    }

    /// `updates.getDifference`: the messages since then.
    pub(super) fn difference(&self, now: Time, account: i64, since: &Since) -> Answer {
        let Some(Account { mailbox, .. }) = self.accounts.get(&account) else {
            return fail(401, "AUTH_KEY_UNREGISTERED");
        };
        if since.pts == 0 {
            return fail(400, "PERSISTENT_TIMESTAMP_EMPTY");
        }
        let Some(missed) = mailbox.pts.checked_sub(since.pts).filter(|missed| since.pts > 0 && *missed >= 0) else {
            return fail(400, "PERSISTENT_TIMESTAMP_INVALID");
        };
        if since.date == 0 {
            return fail(400, "DATE_EMPTY");
        }
        if missed == 0 {
            let empty = Object::new("updates.differenceEmpty").with("date", self.date(now));
            return Ok(empty.with("seq", mailbox.pts).into());
        }
        let is_too_much = since.pts_total_limit.is_some_and(|limit| missed > limit);
        if is_too_much || missed as usize > mailbox.kept.len() {
            return Ok(Object::new("updates.differenceTooLong").with("pts", mailbox.pts).into());
        }
        let limit = since.pts_limit.and_then(|limit| usize::try_from(limit).ok()).unwrap_or(SLICE).clamp(1, SLICE);
        let missed: Vec<(i32, &Happened)> = mailbox.iter().filter(|(pts, _)| *pts > since.pts).take(limit).collect();
        let last = missed.last().map_or(mailbox.pts, |(pts, _)| *pts);
        let (name, state) = if last == mailbox.pts {
            ("updates.difference", "state")
        } else {
            ("updates.differenceSlice", "intermediate_state")
        };
        let (mut messages, mut others, mut concerned) = (Vec::new(), Vec::new(), BTreeSet::new());
        for (pts, happened) in missed {
            if let Happened::Came(message) | Happened::Edited(message) = happened {
                concerned.extend(parties(Some(message)));
            }
            match happened {
                Happened::Came(message) => messages.push(message.clone().into()),
                Happened::Edited(_) | Happened::Deleted(_) => others.push(happened.update(pts).into()),
            }
        }
        let difference = Object::new(name)
            .with("new_messages", messages)
            .with("new_encrypted_messages", Vec::new())
            .with("other_updates", others)
            .with("chats", people::chats(self.knobs.users))
            .with("users", self.users(account, &concerned));
        Ok(difference.with(state, self.state_at(now, last)).into())
    }

    /// Sends updates to one device, in the container whose turn it is.
    pub(super) fn post(&mut self, now: Time, account: i64, device: u32, updates: Vec<Object>) {
        let names: Vec<String> = updates.iter().map(news_name).collect();
        self.container = match self.container {
            Container::Short => Container::Updates,
            Container::Updates => Container::Combined,
            Container::Combined => Container::Short,
        };
        let chosen = if updates.len() > 1 && matches!(self.container, Container::Short) {
            Container::Updates
        } else {
            self.container
        };
        let other = match chosen {
            Container::Short | Container::Combined => Container::Updates,
            Container::Updates => Container::Combined,
        };
        let object = self.contain(now, account, chosen, updates.clone());
        let alternative = self.contain(now, account, other, updates);
        self.send_update(now, account, device, &names, object, Some(alternative));
    }

    fn contain(&self, now: Time, viewer: i64, kind: Container, updates: Vec<Object>) -> Object {
        let date = self.date(now);
        // Containers are counted where a message is in them, and messages one by one: both numbers are the same.
        let seq = updates.iter().find_map(|update| update.int("pts")).unwrap_or(0);
        let object = match kind {
            Container::Short => {
                let update = updates.into_iter().next().expect("nobody posts nothing");
                return Object::new("updateShort").with("update", update).with("date", date);
            }
            Container::Updates => Object::new("updates").with("seq", seq),
            Container::Combined => Object::new("updatesCombined").with("seq_start", seq).with("seq", seq),
        };
        self.fill(viewer, object, updates).with("date", date)
    }

    /// `updates` with the given updates: what most methods answer.
    pub(super) fn updates(&self, now: Time, viewer: i64, updates: Vec<Object>) -> Value {
        self.contain(now, viewer, Container::Updates, updates).into()
    }

    fn fill(&self, viewer: i64, object: Object, updates: Vec<Object>) -> Object {
        let concerned: BTreeSet<i64> = updates.iter().flat_map(concerned).collect();
        let updates: Vec<Value> = updates.into_iter().map(Value::Object).collect();
        object
            .with("updates", updates)
            .with("users", self.users(viewer, &concerned))
            .with("chats", people::chats(self.knobs.users))
    }

    /// `phone.phoneCall`.
    pub(super) fn phone_call(&self, viewer: i64, call: Object) -> Value {
        let users = self.users(viewer, &parties(Some(&call)).collect());
        Object::new("phone.phoneCall").with("phone_call", call).with("users", users).into()
    }

    fn users(&self, viewer: i64, ids: &BTreeSet<i64>) -> Vec<Value> {
        let accounts: Vec<&Account> = ids.iter().filter_map(|id| self.accounts.get(id)).collect();
        people::users(self.seed, self.knobs.users, viewer, &accounts)
    }
}

/// What a rule calls an update: the call object it brings, or itself.
fn news_name(update: &Object) -> String {
    match update.child("phone_call") {
        Some(call) => call.name.clone(),
        None => update.name.clone(),
    }
}

/// The users that an update names.
fn concerned(update: &Object) -> impl Iterator<Item = i64> + '_ {
    let entries = update.list("participants").iter();
    let people = entries.filter_map(|entry| entry.object()?.child("peer")?.long("user_id"));
    parties(update.child("phone_call").or(update.child("message"))).chain(people)
}

/// The users that a call object or a message names.
fn parties(object: Option<&Object>) -> impl Iterator<Item = i64> + '_ {
    let ids = ["admin_id", "participant_id"].into_iter().filter_map(move |field| object?.long(field));
    let others = object.and_then(|message| message.child("action")).into_iter();
    let others = others.flat_map(|action| action.list("other_participants")).filter_map(Value::object);
    ids.chain(["from_id", "peer_id"].into_iter().filter_map(move |field| object?.child(field)?.long("user_id")))
        .chain(others.filter_map(|peer| peer.long("user_id")))
}
