//! End-to-end encrypted conferences: blocks in, blocks and keys out.
//!
//! [`Conference`] is the core of one participant, as the official clients' `tde2e` is: it follows the chain, encrypts and
//! decrypts, and verifies. `member::Member` is the client's side around it: what to fetch, what to send, and what to do
//! when the server says no.
//!
//! Everything that comes from outside is a value or a [`error::Reject`], whatever the bytes. The order of the checks is that
//! of conference-e2e.md; sizes and counts come before any signature.

pub mod chain;
pub mod codec;
pub mod epoch;
pub mod error;
pub mod frame;
// C uses the core by itself; the client's side is that of group calls, which have media.
#[cfg(any(feature = "media", test, feature = "internals"))]
pub mod member;
#[cfg(any(feature = "media", test, feature = "internals"))]
pub mod message;
pub mod seal;
pub mod verify;
pub mod window;
pub mod words;

use crate::crypto::emoji;
use crate::crypto::sign::{KeyPair, PublicKey, Verifier};
use crate::ordered;
use crate::random::Random;
use crate::time::Time;
use crate::types::UserId;
use chain::block::{self, Participant};
use chain::state::State;
use chain::{build, key};
use epoch::{Epochs, Members};
use error::Reject;
use frame::{Opened, Packet, Place};
use std::collections::{BTreeMap, VecDeque};
use std::sync::Arc;
use verify::{Broadcast, Early, Phase, Round};
use window::Window;

/// One participant's view of a conference, from the block that let it in.
pub struct Conference {
    user: UserId,
    keys: KeyPair,
    random: Random,
    state: State,
    members: Arc<Members>,
    epochs: Epochs,
    round: Round,
    early: Early,
    outbound: VecDeque<Broadcast>,
    senders: BTreeMap<PublicKey, Sender>,
    retired: Retired,
    /// The last number used in each channel.
    numbers: BTreeMap<u16, u32>,
    failure: Option<Reject>,
    dropped: BTreeMap<Reject, u64>,
}

/// So many channels of keys that have left are remembered: those of 1365 participants with sound, camera and screen.
const MAX_RETIRED: usize = 4096;

/// What is kept of a key that has sent something.
struct Sender {
    /// `None`: the key is no point, and no signature is valid.
    verifier: Option<Verifier>,
    windows: BTreeMap<u16, Window>,
}

impl Sender {
    fn new(key: &PublicKey, windows: BTreeMap<u16, Window>) -> Sender {
        Sender { verifier: Verifier::new(key), windows }
    }
}

/// The highest numbers of keys that can send no longer, by key and channel. A key that is removed and added again goes on
/// with its numbers, and what it sent before is not taken again, as in the reference, which forgets nothing. Here the oldest
/// are forgotten when there are too many: their packets can be read no more, as the epochs they were sent in are over.
#[derive(Default)]
struct Retired {
    /// And when it retired.
    keys: BTreeMap<PublicKey, (u64, BTreeMap<u16, u32>)>,
    clock: u64,
}

impl Retired {
    fn add(&mut self, key: PublicKey, windows: &BTreeMap<u16, Window>) {
        if windows.is_empty() {
            return;
        }
        self.clock += 1;
        let highest = windows.iter().map(|(channel, window)| (*channel, window.highest()));
        self.keys.insert(key, (self.clock, ordered::map(highest)));
        while self.keys.len() > 1 && self.keys.values().map(|(_, highest)| highest.len()).sum::<usize>() > MAX_RETIRED {
            let oldest = self.keys.iter().min_by_key(|(_, (at, _))| *at).map(|(key, _)| *key);
            oldest.and_then(|key| self.keys.remove(&key));
        }
    }

    /// Takes out what is known of a key that sends again.
    fn take(&mut self, key: &PublicKey) -> BTreeMap<u16, Window> {
        let highest = self.keys.remove(key).map(|(_, highest)| highest).unwrap_or_default();
        ordered::map(highest.into_iter().map(|(channel, highest)| (channel, Window::closed(highest))))
    }
}

/// The first block of a conference, in the form to send.
pub fn genesis(user: UserId, keys: &KeyPair, random: &mut Random) -> Result<Vec<u8>, Reject> {
    Ok(build::genesis(vec![build::member(user, keys)], keys, random)?.into_bytes())
}

/// The block with which `user` joins, built on the newest one as the server delivers it.
pub fn self_add(newest: &[u8], user: UserId, keys: &KeyPair, random: &mut Random) -> Result<Vec<u8>, Reject> {
    let state = State::from_block(block::parse_from_server(newest)?.hashed())?;
    Ok(build::self_add(&state, user, keys, random)?.into_bytes())
}

impl Conference {
    /// Begins with the block that the server delivered after the join; what was before it nobody tells a joiner.
    pub fn create(
        now: Time,
        user: UserId,
        keys: KeyPair,
        newest: &[u8],
        mut random: Random,
    ) -> Result<Conference, Reject> {
        let state = State::from_block(block::parse_from_server(newest)?.hashed())?;
        let members = Arc::new(Members::new(&state.group.participants));
        let (round, commit) = Round::start(user, &keys, state.height, state.hash, members.clone(), &mut random);
        let mut conference = Conference {
            user,
            keys,
            random,
            state,
            members,
            epochs: Epochs::default(),
            round,
            early: Early::default(),
            outbound: VecDeque::from([commit]),
            senders: BTreeMap::new(),
            retired: Retired::default(),
            numbers: BTreeMap::new(),
            failure: None,
            dropped: BTreeMap::new(),
        };
        conference.begin_epoch(now)?;
        Ok(conference)
    }

    /// Takes the next block of the main chain, as the server delivers it.
    ///
    /// Compat: a block that is refused ends the call for good, as in the reference; what does not come from the server at
    /// all ([`Reject::LocalForm`], [`Reject::NoId`]) changes nothing.
    pub fn apply_block(&mut self, now: Time, bytes: &[u8]) -> Result<(), Reject> {
        self.check_alive()?;
        block::from_server(bytes)?;
        let outcome = self.advance(now, bytes);
        if let Err(reject) = outcome {
            self.fail(reject);
        }
        outcome
    }

    fn advance(&mut self, now: Time, bytes: &[u8]) -> Result<(), Reject> {
        self.state = self.state.apply(block::parse_from_server(bytes)?.hashed())?;
        self.members = Arc::new(Members::new(&self.state.group.participants));
        let State { height, hash, .. } = self.state;
        let (round, commit) = Round::start(self.user, &self.keys, height, hash, self.members.clone(), &mut self.random);
        self.round = round;
        self.outbound.clear();
        self.outbound.push_back(commit);
        for broadcast in self.early.take(height) {
            // Compat: an early message that turns out wrong harms nothing and fails nothing. It is counted.
            let outcome = self.take_broadcast(&broadcast);
            let _ = self.count(outcome);
        }
        self.begin_epoch(now)
    }

    fn begin_epoch(&mut self, now: Time) -> Result<(), Reject> {
        self.epochs.end_newest(now);
        self.state.check_member(self.user, &self.keys.public())?;
        let group_key = key::of_state(&self.state, self.user, &self.keys)?;
        self.epochs.begin(now, self.state.height, self.state.hash, &group_key, self.members.clone());
        self.forget_senders();
        Ok(())
    }

    /// Ends the call: nothing works any more, and all keys are wiped.
    fn fail(&mut self, reject: Reject) {
        self.failure = Some(reject);
        self.epochs = Epochs::default();
        self.senders.clear();
        self.outbound.clear();
        self.early = Early::default();
    }

    fn check_alive(&self) -> Result<(), Reject> {
        if self.failure.is_some() { Err(Reject::CallFailed) } else { Ok(()) }
    }

    /// Takes one broadcast of sub-chain 1, as the server delivers it. Errors harm nothing.
    pub fn receive_broadcast(&mut self, bytes: &[u8]) -> Result<(), Reject> {
        let outcome = self.handle_broadcast(bytes);
        self.count(outcome)
    }

    /// Counts what is dropped.
    fn count<T>(&mut self, outcome: Result<T, Reject>) -> Result<T, Reject> {
        outcome.inspect_err(|reject| *self.dropped.entry(*reject).or_default() += 1)
    }

    fn handle_broadcast(&mut self, bytes: &[u8]) -> Result<(), Reject> {
        self.check_alive()?;
        let broadcast = Broadcast::parse_from_server(bytes)?;
        if broadcast.height > self.state.height {
            self.keep_early(broadcast);
        } else if broadcast.height == self.state.height {
            self.take_broadcast(&broadcast)?;
        }
        self.outbound.extend(self.round.reveal(&self.keys));
        Ok(())
    }

    fn take_broadcast(&mut self, broadcast: &Broadcast) -> Result<(), Reject> {
        let (senders, retired) = (&mut self.senders, &mut self.retired);
        self.round.receive(broadcast, &mut |key, parts, signature| {
            let sender = senders.entry(*key).or_insert_with(|| Sender::new(key, retired.take(key)));
            sender.verifier.as_ref().is_some_and(|verifier| verifier.verify(parts, signature))
        })
    }

    /// A broadcast whose block is still to come. Its user will hardly have another key then: whoever has signed with that of
    /// now has a place that nobody else can take.
    fn keep_early(&mut self, broadcast: Broadcast) {
        let (senders, retired) = (&mut self.senders, &mut self.retired);
        let is_proven = self.members.key(broadcast.user).is_some_and(|key| {
            let sender = senders.entry(key).or_insert_with(|| Sender::new(&key, retired.take(&key)));
            broadcast.is_signed_by(&key, &mut |_, parts, signature| {
                sender.verifier.as_ref().is_some_and(|verifier| verifier.verify(parts, signature))
            })
        });
        let dropped = self.early.keep(self.state.height, broadcast, is_proven);
        if dropped > 0 {
            *self.dropped.entry(Reject::TooEarly).or_default() += dropped;
        }
    }

    /// The next broadcast to send, in the form to send it.
    pub fn poll_outbound(&mut self) -> Option<Vec<u8>> {
        self.outbound.pop_front().map(|broadcast| broadcast.to_bytes().to_vec())
    }

    /// Encrypts a frame for everybody; its first `prefix` bytes stay readable for the server.
    pub fn encrypt(&mut self, now: Time, channel: i32, frame: &[u8], prefix: usize) -> Result<Vec<u8>, Reject> {
        self.check_alive()?;
        let channel = frame::check_frame(channel, frame.len(), prefix)?;
        self.forget(now);
        let last = self.numbers.entry(channel).or_default();
        let number = last.checked_add(1).ok_or(Reject::SequenceEnd)?;
        *last = number;
        let place = Place { channel, number, prefix };
        frame::seal_packet(&self.keys, &self.epochs, place, frame, &mut self.random)
    }

    /// How large the packet of such a frame would be now.
    pub fn packet_size(&mut self, now: Time, channel: i32, length: usize, prefix: usize) -> Result<usize, Reject> {
        self.check_alive()?;
        frame::check_frame(channel, length, prefix)?;
        self.forget(now);
        Ok(frame::packet_size(length, prefix, self.epochs.len().min(epoch::MAX_EPOCHS)))
    }

    /// Decrypts a packet that the server says comes from `sender`.
    pub fn decrypt(&mut self, now: Time, sender: UserId, packet: &[u8]) -> Result<Opened, Reject> {
        let outcome = self.open_packet(now, sender, packet);
        self.count(outcome)
    }

    fn open_packet(&mut self, now: Time, sender: UserId, packet: &[u8]) -> Result<Opened, Reject> {
        self.check_alive()?;
        self.forget(now);
        let packet = Packet::parse(packet, sender, self.user, &self.epochs)?;
        let key = packet.epoch.members.key(sender).ok_or(Reject::SenderNotInEpoch)?;
        let retired = &mut self.retired;
        let sender = self.senders.entry(key).or_insert_with(|| Sender::new(&key, retired.take(&key)));
        let opened = packet.open(sender.verifier.as_ref().ok_or(Reject::PacketSignature)?)?;
        if !sender.windows.entry(opened.channel).or_default().accept(opened.number) {
            return Err(Reject::Replayed);
        }
        Ok(opened)
    }

    /// A block that sets the participants, in the form to send. It changes nothing before it comes back.
    pub fn change(&mut self, participants: Vec<Participant>) -> Result<Vec<u8>, Reject> {
        self.check_alive()?;
        Ok(build::change(&self.state, participants, &self.keys, &mut self.random)?.into_bytes())
    }

    /// A block that removes these users; [`Reject::NoChanges`] if none of them takes part.
    pub fn remove(&mut self, users: &[UserId]) -> Result<Vec<u8>, Reject> {
        self.check_alive()?;
        let all = &self.state.group.participants;
        let rest: Vec<_> = all.iter().filter(|participant| !users.contains(&participant.user)).copied().collect();
        if rest.len() == all.len() {
            return Err(Reject::NoChanges);
        }
        self.change(rest)
    }

    /// When [`Conference::handle_timeout`] has a key to wipe.
    pub fn next_timeout(&self) -> Option<Time> {
        self.epochs.next_timeout()
    }

    pub fn handle_timeout(&mut self, now: Time) {
        self.forget(now);
    }

    fn forget(&mut self, now: Time) {
        if self.epochs.forget(now) {
            self.forget_senders();
        }
    }

    /// Windows and prepared keys live as long as an epoch their owner can send in.
    fn forget_senders(&mut self) {
        if !self.senders.is_empty() {
            let alive = self.epochs.keys();
            let retired = &mut self.retired;
            self.senders.retain(|key, sender| {
                let stays = alive.binary_search(key).is_ok();
                if !stays {
                    retired.add(*key, &sender.windows);
                }
                stays
            });
        }
    }

    #[cfg(any(test, feature = "internals"))]
    pub fn user(&self) -> UserId {
        self.user
    }

    #[cfg(any(feature = "media", test, feature = "internals"))]
    pub fn public_key(&self) -> PublicKey {
        self.keys.public()
    }

    /// The state behind the newest block.
    pub fn state(&self) -> &State {
        &self.state
    }

    /// Why the call is over, if it is.
    #[cfg(any(feature = "media", test, feature = "internals"))]
    pub fn failure(&self) -> Option<Reject> {
        self.failure
    }

    /// Broadcasts and packets that were refused, by reason.
    pub fn dropped(&self) -> &BTreeMap<Reject, u64> {
        &self.dropped
    }

    #[cfg(any(test, feature = "internals"))]
    pub fn epochs(&self) -> &Epochs {
        &self.epochs
    }

    pub fn phase(&self) -> Phase {
        self.round.phase()
    }

    /// The result of this block's verification, once everybody has revealed.
    pub fn emoji_hash(&self) -> Option<&[u8; 64]> {
        self.round.emoji_hash()
    }

    /// Who has not shown his number yet: the emoji wait for these.
    #[cfg(any(feature = "media", test, feature = "internals"))]
    pub fn unverified(&self) -> Vec<UserId> {
        self.round.missing()
    }

    /// The four emoji that people compare, once everybody has revealed.
    pub fn emoji(&self) -> Option<[&'static str; 4]> {
        self.emoji_hash().map(emoji_of)
    }

    /// Words for the newest block; there at once.
    pub fn words(&self) -> [&'static str; words::COUNT] {
        words::words(&self.state.hash)
    }
}

impl core::fmt::Debug for Conference {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.debug_struct("Conference").field("height", &self.state.height).field("failure", &self.failure).finish()
    }
}

/// The emoji of a verification hash: as those of private calls, from its first half.
pub fn emoji_of(hash: &[u8; 64]) -> [&'static str; 4] {
    emoji::of_hash(hash.first_chunk().expect("64 bytes hold 32"))
}
