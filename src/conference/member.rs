//! The client's side of the chain: what to fetch, what to send, and what to do when the server says no
//! (conference-e2e.md, sections 2.1 and 3).
//!
//! ```text
//!            Join              newest block           taken
//!   Idle ───────────► Fetching ───────────► Joining ────────► Joined ──► Ended
//!     │                 ▲   ▲                  │ │              │          ▲
//!     │                 │   └──── Waiting ◄────┘ │ no entry     │ Leave,   │
//!     │ Create          │ lost the race,         └──────────────┼─────────►│
//!     └──► Joining      │ with jitter                           │ replaced │
//!                       └───────────────────────────────────────┘          │
//!                          removed, or the chain broke: new key    any Leave
//! ```
//!
//! A member applies only what comes back from the server, never its own copy. It keeps nothing that came too early: what is
//! missing is asked for, so memory does not depend on what arrives.

mod entry;
mod inside;

use super::Conference;
use super::error::Reject;
use crate::crypto::sign::{KeyPair, PublicKey};
use crate::random::Random;
use crate::time::{Duration, Time};
use crate::types::UserId;
use std::collections::{BTreeSet, VecDeque};

/// The two sub-chains: blocks, and broadcasts.
pub const MAIN: i32 = 0;
pub const BROADCASTS: i32 = 1;

/// How often, and how much.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Timing {
    /// Between polls of a sub-chain when nothing comes.
    pub poll: Duration,
    /// The same while a verification is unfinished.
    pub poll_verifying: Duration,
    /// How long a gap may fill by itself.
    pub gap: Duration,
    /// The wait before asking what an unanswered request for the way in asked for again, and inside the same of others: what is lost
    /// there keeps everybody waiting, and what was not lost is known when it comes twice.
    pub answer: Duration,
    pub again: Duration,
    /// The wait before what failed is tried again; doubled each time up to 16 times, and jittered.
    pub retry: Duration,
    /// From a user's leaving to his removal, so that not all do it at once.
    pub prune: Duration,
    /// Elements asked for at once.
    pub page: i32,
}

impl Default for Timing {
    fn default() -> Timing {
        Timing {
            poll: Duration::from_secs(5),
            poll_verifying: Duration::from_secs(1),
            gap: Duration::from_millis(500),
            answer: Duration::from_secs(30),
            again: Duration::from_secs(5),
            retry: Duration::from_millis(250),
            prune: Duration::from_secs(1),
            page: 50,
        }
    }
}

/// What happened. Its source is named first.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Input {
    /// Application: take part in a conference that exists.
    Join,
    /// Application: begin one.
    Create,
    /// Application: stop.
    #[cfg_attr(not(feature = "internals"), allow(dead_code, reason = "a client that leaves forgets its member"))]
    Leave,
    /// Application: remove and ban these users.
    Kick(Vec<UserId>),
    /// Answer to [`Effect::FetchNewest`]: at most one block.
    Newest(Vec<Vec<u8>>),
    /// Answer to [`Effect::Join`] or [`Effect::Create`]: both sub-chains as the server knows them.
    Taken { main: Elements, broadcasts: Elements },
    /// Answer to [`Effect::FetchNewest`], [`Effect::Join`] or [`Effect::Create`]: an error.
    Refused(Refusal),
    /// `updateGroupCallChainBlocks`, by itself or as the answer to [`Effect::Fetch`].
    Elements(Elements),
    /// Answer to [`Effect::Fetch`]: an error.
    FetchRefused(Refusal),
    /// Answer to [`Effect::SendBroadcast`].
    BroadcastAnswered(Result<(), Refusal>),
    /// Answer to [`Effect::Remove`].
    RemoveAnswered(Result<(), Refusal>),
    /// `updateGroupCallParticipants`: these users have left the media part.
    UsersLeft(Vec<UserId>),
    /// The server's full list of participants.
    Roster(Vec<UserId>),
    /// Media: a packet of an epoch that is not known here.
    Behind,
    /// The clock.
    Timeout,
}

/// A stretch of a sub-chain.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Elements {
    pub sub_chain: i32,
    /// The number behind the last element.
    pub next_offset: i32,
    pub elements: Vec<Vec<u8>>,
}

/// What an error of Telegram's means here.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Refusal {
    /// Not built on the newest block.
    ChainInvalid,
    /// The element itself is wrong.
    BlockInvalid,
    /// Not, or no longer, a member.
    Forbidden,
    /// There is no such conference.
    Gone,
    /// The media payload needs other SSRCs.
    Sources,
    /// Too often; not again for so long.
    Flood(Duration),
    /// A network's or a server's trouble, which may pass.
    Other,
}

impl Refusal {
    /// From the text of an `rpc_error`.
    #[cfg(any(test, feature = "internals"))]
    pub fn of(text: &str) -> Refusal {
        match text {
            "BLOCK_INVALID" => Refusal::BlockInvalid,
            "GROUPCALL_FORBIDDEN" | "GROUPCALL_JOIN_MISSING" => Refusal::Forbidden,
            "GROUPCALL_INVALID" => Refusal::Gone,
            "GROUPCALL_SSRC_DUPLICATE_MUCH" => Refusal::Sources,
            _ if text.starts_with("CONF_WRITE_CHAIN_INVALID") => Refusal::ChainInvalid,
            _ => match text.strip_prefix("FLOOD_WAIT_").and_then(|seconds| seconds.parse().ok()) {
                Some(seconds) => Refusal::Flood(Duration::from_secs(seconds)),
                None => Refusal::Other,
            },
        }
    }
}

/// What is to be done about it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Effect {
    /// `phone.getGroupCallChainBlocks(0, -1, 1)`; answered by [`Input::Newest`] or [`Input::Refused`].
    FetchNewest,
    /// `phone.joinGroupCall`; answered by [`Input::Taken`] or [`Input::Refused`].
    Join { public_key: PublicKey, block: Vec<u8>, new_sources: bool },
    /// `phone.createConferenceCall` with `join`; answered alike.
    Create { public_key: PublicKey, block: Vec<u8> },
    /// `phone.getGroupCallChainBlocks`; answered by [`Input::Elements`] or [`Input::FetchRefused`].
    Fetch { sub_chain: i32, offset: i32, limit: i32 },
    /// `phone.sendConferenceCallBroadcast`.
    SendBroadcast(Vec<u8>),
    /// `phone.deleteConferenceCallParticipants`, with `kick` or with `only_left`.
    Remove { users: Vec<UserId>, kick: bool, block: Vec<u8> },
    /// `phone.leaveGroupCall`.
    Leave,
    /// For the application: in, with the keys of the newest block.
    Joined,
    /// For the application: a new block, thus a new key and a new verification.
    NewBlock,
    /// For the application: everybody has revealed, the emoji are there.
    Verified,
    /// For the application: out for the moment, and on the way back in.
    Lost(Option<Reject>),
    /// For the application: over.
    Ended(End),
}

/// Why it is over.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum End {
    /// The application left.
    Left,
    /// There is no way in: the conference has ended, its link was reset, or the user is banned.
    NoEntry,
    /// Another device of this user has joined. Taking the place back would only throw that one out.
    Replaced,
    /// The newest block does not let anybody add himself.
    Closed(Reject),
}

/// An application's wish that makes no sense now; nothing has changed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct WrongState;

/// What was seen and dropped.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Counts {
    /// Elements that were known already.
    pub repeated: u64,
    /// Stretches that began beyond what was due.
    pub gaps: u64,
    /// Stretches of sub-chains that do not exist, or with impossible numbers.
    pub strange: u64,
    /// Broadcasts that were refused.
    pub refused: u64,
    /// Blocks that lost the race.
    pub races_lost: u64,
    /// Times the place was lost and a new one looked for.
    pub rejoins: u64,
}

enum State {
    Idle,
    /// The newest block was asked for.
    Fetching(Attempt),
    /// Something failed; the newest block will be asked for.
    Waiting {
        attempt: Attempt,
        until: Time,
    },
    /// A block was sent.
    Joining(Attempt),
    Joined(Box<Joined>),
    Ended,
}

/// A way in: with keys of its own, until it is taken or given up.
struct Attempt {
    keys: KeyPair,
    /// How often it has failed.
    failures: u32,
    /// When to give up waiting for an answer.
    answer_by: Time,
    new_sources: bool,
    /// The conference does not exist yet: there is no newest block to ask for.
    creating: bool,
}

struct Joined {
    call: Conference,
    since: Time,
    /// How often getting here had failed.
    failures: u32,
    feeds: [Feed; 2],
    /// Broadcasts to send, one at a time; the first is under way if `sending`.
    broadcasts: VecDeque<(i32, Vec<u8>)>,
    sending: Sending,
    /// How often the first of them has failed.
    unsent: u32,
    /// Users that are in the chain and not in the call.
    leavers: BTreeSet<UserId>,
    kicks: BTreeSet<UserId>,
    removal: Removal,
}

/// Where a sub-chain is read.
#[derive(Clone, Copy)]
struct Feed {
    next: i32,
    poll_at: Time,
    /// When it was polled last.
    polled_at: Time,
}

#[derive(Clone, Copy)]
enum Sending {
    No,
    UnderWay { until: Time },
    Again { at: Time },
}

#[derive(Clone, Copy)]
enum Removal {
    No,
    Due { at: Time },
    UnderWay { until: Time, is_kick: bool },
}

/// One device in one conference.
pub struct Member {
    user: UserId,
    timing: Timing,
    random: Random,
    state: State,
    counts: Counts,
}

type Effects = Vec<Effect>;

impl Member {
    pub fn new(user: UserId, timing: Timing, random: Random) -> Member {
        Member { user, timing, random, state: State::Idle, counts: Counts::default() }
    }

    /// One input in, its effects out. On `Err` nothing moved.
    pub fn step(&mut self, now: Time, input: Input) -> Result<Effects, WrongState> {
        let state = core::mem::replace(&mut self.state, State::Ended);
        let (state, result) = self.decide(now, state, input);
        self.state = state;
        result
    }

    fn decide(&mut self, now: Time, state: State, input: Input) -> (State, Result<Effects, WrongState>) {
        use Input::*;
        use State::*;
        let (next, effects) = match (state, input) {
            (Idle, Join) => {
                let attempt = self.attempt(now, 0);
                (Fetching(attempt), vec![Effect::FetchNewest])
            }
            (Idle, Create) => {
                let attempt = Attempt { creating: true, ..self.attempt(now, 0) };
                self.send_genesis(now, attempt)
            }
            // Leaving is always understood, and said to the server when it may know us.
            (Idle, Leave) => (Ended, vec![Effect::Ended(End::Left)]),
            (Fetching(_) | Waiting { .. }, Leave) => (Ended, vec![Effect::Ended(End::Left)]),
            (Joining(_) | Joined(_), Leave) => (Ended, vec![Effect::Leave, Effect::Ended(End::Left)]),
            (Ended, Leave) => (Ended, vec![]),

            (Fetching(attempt), Newest(blocks)) => self.send_join(now, attempt, blocks),
            (Joining(attempt), Taken { main, broadcasts }) => self.enter(now, attempt, main, broadcasts),
            (Fetching(attempt) | Joining(attempt), Refused(refusal)) => self.refused(now, attempt, refusal),

            (Fetching(attempt) | Joining(attempt), Timeout) if now >= attempt.answer_by => {
                self.retry(now, attempt, None)
            }
            (Waiting { attempt, until }, Timeout) if now >= until && attempt.creating => {
                self.send_genesis(now, attempt)
            }
            (Waiting { attempt, until }, Timeout) if now >= until => {
                let answer_by = now + self.timing.answer;
                (Fetching(Attempt { answer_by, ..attempt }), vec![Effect::FetchNewest])
            }
            // A timer that fired early, or guards nothing.
            (state @ (Idle | Fetching(_) | Waiting { .. } | Joining(_) | Ended), Timeout) => (state, vec![]),

            (Joined(joined), Timeout) => self.tick(now, joined),
            (Joined(joined), Elements(elements)) => self.take(now, joined, elements),
            (
                Joined(joined),
                FetchRefused(refusal) | BroadcastAnswered(Err(refusal)) | RemoveAnswered(Err(refusal)),
            ) if refusal == Refusal::Forbidden || refusal == Refusal::Gone => self.rejoin(now, *joined, None),
            (Joined(mut joined), FetchRefused(refusal)) => {
                let at = now + self.pause(0, refusal);
                joined.feeds.iter_mut().for_each(|feed| feed.poll_at = feed.poll_at.min(at));
                (Joined(joined), vec![])
            }
            (Joined(joined), BroadcastAnswered(answer)) => self.broadcast_answered(now, joined, answer),
            (Joined(joined), RemoveAnswered(answer)) => self.remove_answered(now, joined, answer),
            (Joined(mut joined), Kick(users)) => {
                joined.kicks.extend(users.into_iter().filter(|user| *user != self.user));
                joined.removal.schedule(now);
                let effects = self.work(now, &mut joined);
                (Joined(joined), effects)
            }
            (Joined(mut joined), Behind) => {
                // Others have the next block. Of somebody who invents epochs it is not asked for with each packet.
                let main = &mut joined.feeds[MAIN as usize];
                main.poll_at = main.poll_at.min(now.max(main.polled_at + self.timing.gap));
                (Joined(joined), vec![])
            }
            (Joined(mut joined), UsersLeft(users)) => {
                joined.leavers.extend(users);
                self.prune_later(now, &mut joined);
                (Joined(joined), vec![])
            }
            (Joined(mut joined), Roster(users)) => {
                let present: BTreeSet<UserId> = users.into_iter().collect();
                let listed = joined.call.state().group.participants.iter().map(|participant| participant.user);
                joined.leavers = listed.filter(|user| !present.contains(user)).collect();
                self.prune_later(now, &mut joined);
                (Joined(joined), vec![])
            }

            // A wish that comes too early, too late, or twice.
            (state @ (Fetching(_) | Waiting { .. } | Joining(_) | Joined(_) | Ended), Join | Create)
            | (state @ (Idle | Fetching(_) | Waiting { .. } | Joining(_) | Ended), Kick(_)) => {
                return (state, Err(WrongState));
            }
            // The server repeats itself, or answers what is no longer asked.
            (state @ (Idle | Waiting { .. } | Joining(_) | Joined(_) | Ended), Newest(_))
            | (state @ (Idle | Fetching(_) | Waiting { .. } | Joined(_) | Ended), Taken { .. })
            | (state @ (Idle | Waiting { .. } | Joined(_) | Ended), Refused(_)) => (state, vec![]),
            // Not inside: what the chain does is nothing to us, and an outsider is told only the newest element anyway.
            (
                state @ (Idle | Fetching(_) | Waiting { .. } | Joining(_) | Ended),
                Elements(_) | FetchRefused(_) | BroadcastAnswered(_) | RemoveAnswered(_) | UsersLeft(_) | Roster(_)
                | Behind,
            ) => (state, vec![]),
        };
        (next, Ok(effects))
    }

    /// The core, while inside: for encryption, state and emoji.
    pub fn conference(&mut self) -> Option<&mut Conference> {
        match &mut self.state {
            State::Joined(joined) => Some(&mut joined.call),
            State::Idle | State::Fetching(_) | State::Waiting { .. } | State::Joining(_) | State::Ended => None,
        }
    }

    /// The same to look at.
    pub fn core(&self) -> Option<&Conference> {
        match &self.state {
            State::Joined(joined) => Some(&joined.call),
            State::Idle | State::Fetching(_) | State::Waiting { .. } | State::Joining(_) | State::Ended => None,
        }
    }

    #[cfg(any(test, feature = "internals"))]
    pub fn is_joined(&self) -> bool {
        matches!(self.state, State::Joined(_))
    }

    #[cfg(any(test, feature = "internals"))]
    pub fn has_ended(&self) -> bool {
        matches!(self.state, State::Ended)
    }

    #[cfg(any(test, feature = "internals"))]
    pub fn user(&self) -> UserId {
        self.user
    }

    pub fn counts(&self) -> Counts {
        self.counts
    }

    /// When [`Input::Timeout`] is due.
    pub fn next_timeout(&self) -> Option<Time> {
        match &self.state {
            State::Idle | State::Ended => None,
            State::Fetching(attempt) | State::Joining(attempt) => Some(attempt.answer_by),
            State::Waiting { until, .. } => Some(*until),
            State::Joined(joined) => {
                let [main, broadcasts] = joined.feeds.map(|feed| feed.poll_at);
                let sending = match joined.sending {
                    Sending::No => None,
                    Sending::UnderWay { until: at } | Sending::Again { at } => Some(at),
                };
                let removal = match joined.removal {
                    Removal::No => None,
                    Removal::UnderWay { until: at, .. } | Removal::Due { at } => Some(at),
                };
                [Some(main), Some(broadcasts), sending, removal, joined.call.next_timeout()].into_iter().flatten().min()
            }
        }
    }
}

impl core::fmt::Debug for Member {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        let state = match &self.state {
            State::Idle => "Idle",
            State::Fetching(_) => "Fetching",
            State::Waiting { .. } => "Waiting",
            State::Joining(_) => "Joining",
            State::Joined(_) => "Joined",
            State::Ended => "Ended",
        };
        f.debug_struct("Member").field("user", &self.user).field("state", &state).finish()
    }
}
