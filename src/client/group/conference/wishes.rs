//! What hosts do with conferences: make one, open one by a link or an invitation, remove somebody.

use super::{Alias, Conference};
use crate::client::answer::Content;
use crate::client::group::calls::hosts_sound;
use crate::client::group::{Group, Peer, Purpose, requests};
use crate::client::{Client, Media};
use crate::conference::member;
use crate::error::Error;
use crate::group::refusal::{Method, Refusal};
use crate::group::state::{Call, Request};
use crate::outcome::CallState;
use crate::time::Time;
use crate::types::{CallId, RequestId, UserId};

/// The longest slug of a link.
const SLUG: usize = 256;
/// Whom a host wants out of one call at a time.
const KICKS: usize = 256;

const KICK: Method = Method::DeleteConferenceCallParticipants;

impl Client {
    /// Has Telegram make a conference, which has a link and is of no chat. `join`: we go in with it, muted or not; then it is made when we
    /// are in. Else [`CallState::Open`] tells that it is made, and whoever comes first makes its first block.
    ///
    /// # Errors
    /// State: our own user id is not known. Limit: 16 group calls are up. Unsupported: the host carries the sound.
    pub fn create_conference(&mut self, now: Time, join: bool, muted: bool) -> Result<CallId, Error> {
        self.at(now);
        if join {
            let call = self.add_made(now)?;
            self.join_group(now, call, muted)?;
            return Ok(call);
        }
        self.check_conference()?;
        let random_id = self.random.u32().cast_signed();
        let call = self.add_group(Group::conference_entry(now, Call::create(now), Conference::default()))?;
        self.begin_group(now, call, CallState::Requesting, "create a conference");
        let bytes = requests::create_conference(random_id, None);
        self.invoke_group(call, Purpose::Step(Request::Create), bytes);
        Ok(call)
    }

    /// One that Telegram makes when we go in.
    pub(in crate::client) fn add_made(&mut self, now: Time) -> Result<CallId, Error> {
        self.check_conference()?;
        let making = Some(self.random.u32().cast_signed());
        let conference = Conference { making, ..Conference::default() };
        let call = self.add_group(Group::conference_entry(now, Call::open(), conference))?;
        self.begin_group(now, call, CallState::Open, "create a conference");
        Ok(call)
    }

    /// One of a link; nothing has been told of it yet.
    pub(in crate::client) fn add_linked(&mut self, now: Time, link: &str) -> Result<CallId, Error> {
        let slug = slug(link).ok_or_else(|| Error::argument("no link of a conference, and no slug"))?;
        self.check_conference()?;
        let conference = Conference::of(Alias::Slug(slug.to_owned()));
        self.add_group(Group::conference_entry(now, Call::open(), conference))
    }

    /// Of the link of a conference that we are in.
    pub(in crate::client) fn slug_of(&self, call: CallId) -> Option<String> {
        let group = self.ledger.group(call).ok()?;
        group.conference.as_ref()?.core()?;
        slug(group.info.as_ref()?.invite_link.as_ref()?).map(str::to_owned)
    }

    /// Opens a conference by its link, `https://t.me/call/…` or `tg://call?slug=…`, or by the slug of that; nothing is sent.
    ///
    /// # Errors
    /// Argument: it is no such link. Else as [`Client::create_conference`]. Of one that is open already it shows in the end.
    pub fn open_link(&mut self, now: Time, link: &str) -> Result<CallId, Error> {
        self.at(now);
        let call = self.add_linked(now, link)?;
        self.begin_group(now, call, CallState::Open, "open by a link");
        Ok(call)
    }

    /// Opens a conference by the message of an invitation; nothing is sent. One that rings is open already: it is that call.
    ///
    /// # Errors
    /// Argument: an id that is none. Else as [`Client::open_link`].
    pub fn open_invitation(&mut self, now: Time, message_id: i32) -> Result<CallId, Error> {
        self.at(now);
        if message_id <= 0 {
            return Err(Error::argument("the id of a message is positive"));
        }
        if let Some(call) = self.ringing_by(message_id) {
            return Ok(call);
        }
        self.check_conference()?;
        let conference = Conference::of(Alias::Invitation(message_id));
        let call = self.add_group(Group::conference_entry(now, Call::open(), conference))?;
        self.begin_group(now, call, CallState::Open, "open by an invitation");
        Ok(call)
    }

    /// Blocks say who is in by user ids.
    pub(super) fn check_conference(&self) -> Result<(), Error> {
        if self.config.media == Media::Host {
            return Err(hosts_sound());
        }
        let is_known = self.me.0 != 0;
        is_known.then_some(()).ok_or_else(|| Error::state("a conference wants to know our own user id: set it first"))
    }

    /// Removes somebody from a conference, and bans him: he has no key from the next block on. It may take several requests, as blocks are
    /// overtaken by others; what became of it is told under this number, which is none of theirs.
    ///
    /// # Errors
    /// State: no conference, or we are not in. NotFound: he is not in. Argument: ourselves, or no user. Limit: 256 are being removed.
    pub fn remove_user(&mut self, now: Time, call: CallId, user: Peer) -> Result<RequestId, Error> {
        self.at(now);
        let user = self.other_user(user)?;
        let group = self.ledger.group(call)?;
        let conference =
            group.conference.as_deref().ok_or_else(|| Error::state("no conference, or not known to be one"))?;
        let core = conference.core().ok_or_else(|| not_in(call))?;
        if !core.state().group.participants.iter().any(|one| one.user == user) {
            return Err(Error::not_found("he is not in the conference"));
        }
        if let Some(request) = conference.kicks.get(&user) {
            return Ok(*request);
        }
        if conference.kicks.len() >= KICKS {
            return Err(Error::limit(format!("{KICKS} users are being removed")));
        }
        let request = self.rpc.number();
        if let Some(conference) = self.conference_mut(call) {
            conference.kicks.insert(user, request);
        }
        self.step_chain(now, call, member::Input::Kick(vec![user]));
        Ok(request)
    }

    /// The words of the newest block, which people may read to each other.
    ///
    /// # Errors
    /// State: no conference, or we are not in.
    pub fn words(&self, call: CallId) -> Result<String, Error> {
        let conference = self.ledger.group(call)?.conference.as_deref();
        let core = conference.and_then(Conference::core).ok_or_else(|| not_in(call))?;
        Ok(core.words().join(" "))
    }

    /// These are out.
    pub(super) fn answer_kicks(&mut self, call: CallId, users: &[UserId]) {
        for user in users {
            let request = self.conference_mut(call).and_then(|conference| conference.kicks.remove(user));
            if let Some(request) = request {
                self.tell_answer(request, call, KICK, Content::Nothing);
            }
        }
    }

    /// These stay.
    pub(super) fn refuse_kicks(&mut self, call: CallId, users: &[UserId], code: i32, name: &str, refusal: &Refusal) {
        for user in users {
            let request = self.conference_mut(call).and_then(|conference| conference.kicks.remove(user));
            if let Some(request) = request {
                self.tell_refused(request, call, code, name, refusal);
            }
        }
    }

    /// Whoever is not in the chain any more is out, whoever did it.
    pub(super) fn settle_kicks(&mut self, call: CallId) {
        let Some(conference) = self.conference_mut(call) else { return };
        let Some(core) = conference.core() else { return };
        let is_in = |user: &UserId| core.state().group.participants.iter().any(|one| one.user == *user);
        let out: Vec<UserId> = conference.kicks.keys().filter(|user| !is_in(user)).copied().collect();
        self.answer_kicks(call, &out);
    }
}

impl Group {
    pub(super) fn conference_entry(now: Time, call: Call, conference: Conference) -> crate::client::entry::Entry {
        Group { conference: Some(Box::new(conference)), ..Group::new(now, call, None) }.into_entry(now)
    }
}

fn not_in(call: CallId) -> Error {
    Error::state(format!("we are not in call {call}, or it is no conference"))
}

/// The last part of a link.
fn slug(link: &str) -> Option<&str> {
    let slug = match link.split_once("://") {
        None => link.strip_prefix("t.me/call/").unwrap_or(link),
        Some(("tg", rest)) => rest.strip_prefix("call?slug=")?,
        Some(("https" | "http", rest)) => {
            let (host, path) = rest.split_once('/')?;
            let is_telegram = ["t.me", "telegram.me", "telegram.dog", "www.t.me"].contains(&host);
            path.strip_prefix("call/").filter(|_| is_telegram)?
        }
        Some(_) => return None,
    };
    let slug = slug.split(['?', '#', '&', '/']).next()?;
    let is_slug = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'-' || byte == b'_';
    (!slug.is_empty() && slug.len() <= SLUG && slug.bytes().all(is_slug)).then_some(slug)
}

#[cfg(test)]
mod tests {
    use super::slug;

    #[test]
    fn a_slug_is_found_in_every_shape_of_a_link() {
        for link in [
            "https://t.me/call/aB3-_x",
            "http://telegram.me/call/aB3-_x?foo=1",
            "t.me/call/aB3-_x",
            "tg://call?slug=aB3-_x",
            "tg://call?slug=aB3-_x&foo=1",
            "https://t.me/call/aB3-_x/",
            "aB3-_x",
        ] {
            assert_eq!(slug(link), Some("aB3-_x"), "{link}");
        }
    }

    #[test]
    fn what_is_no_link_has_none() {
        let long = "x".repeat(257);
        for link in [
            "",
            "https://t.me/call/",
            "https://t.me/joinchat/abc",
            "https://example.org/call/abc",
            "ftp://t.me/call/abc",
            "tg://join?invite=abc",
            "a b",
            "ä",
            &long,
        ] {
            assert_eq!(slug(link), None, "{link}");
        }
    }
}
