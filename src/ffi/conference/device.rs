//! What is behind a conference's handle: null, lock, re-entrancy, panic and death, and the part before the first block.

use super::{tgcall_conference, tgcall_conference_state, tgcall_verification};
use crate::conference::chain::block::from_server;
use crate::conference::error::Reject;
use crate::conference::verify::Phase;
use crate::conference::{self, Conference, codec as frames};
use crate::crypto::sign::{KeyPair, PublicKey};
use crate::error::Error;
use crate::ffi::bytes::{Out, Text, tgcall_text};
use crate::ffi::callback::{Clock, HostRandom, Lost, SystemSource};
use crate::ffi::config::tgcall_config;
use crate::ffi::handle::{COPY, guarded, is_under_lock};
use crate::ffi::status::{self, tgcall_status, tgcall_status::*};
use crate::random::Random;
use crate::time::{Duration, Time};
use crate::transform::{Codec, Level};
use crate::types::UserId;
use core::ffi::c_int;
use parking_lot::MutexGuard;
use ring::rand::SystemRandom;
use std::borrow::Cow;
use std::sync::atomic::Ordering;

pub struct Device {
    clock: Clock,
    /// When the function began that is running.
    now: Time,
    user: UserId,
    public_key: PublicKey,
    part: Part,
    /// A panic went through it.
    dead: bool,
    /// Refused blocks; broadcasts and packets are counted where they are refused.
    refused: u64,
    last: Option<Reject>,
    // What is lent.
    block: Vec<u8>,
    broadcast: Vec<u8>,
    emoji: [Text; 4],
    words: Vec<Text>,
}

#[allow(clippy::large_enum_variant, reason = "one of a device, on the heap with it")]
enum Part {
    Joining { keys: KeyPair, random: Random },
    Active(Box<Conference>),
    Failed { refused: u64 },
}

/// Makes what is behind a new handle.
pub fn make(config: tgcall_config, user: UserId, lost: Lost) -> Result<Device, tgcall_status> {
    let (mut clock, random) = (Clock::new(config.clock.0, config.clock.1, lost.clone()), config.random);
    guarded(move || {
        let mut random = match random {
            (Some(fill), userdata) => Random::new(HostRandom(fill, userdata, lost)),
            (None, _) => Random::new(SystemSource(SystemRandom::new())),
        };
        let keys = KeyPair::generate(&mut random);
        Device {
            now: clock.now(),
            clock,
            user,
            public_key: keys.public(),
            part: Part::Joining { keys, random },
            dead: false,
            refused: 0,
            last: None,
            block: Vec::new(),
            broadcast: Vec::new(),
            emoji: Default::default(),
            words: Vec::new(),
        }
    })
}

/// Runs `run` on the device: the one way from a pointer to a reference.
pub fn with(
    conference: *const tgcall_conference,
    run: impl FnOnce(&mut Device) -> Result<tgcall_status, Error>,
) -> tgcall_status {
    let mut run = Some(run);
    inside(conference, &mut |device| run.take().map_or(Ok(TGCALL_ERR_INTERNAL), |run| run(device)))
}

/// What all functions of a conference have in common, which is there once.
#[inline(never)]
fn inside(
    conference: *const tgcall_conference,
    run: &mut dyn FnMut(&mut Device) -> Result<tgcall_status, Error>,
) -> tgcall_status {
    // SAFETY: the host promises null, or a conference that is alive.
    let Some(handle) = (unsafe { conference.as_ref() }) else {
        return status::fail(TGCALL_ERR_ARGUMENT, "conference is NULL");
    };
    if !handle.process.is_current() {
        return status::fail(TGCALL_ERR_STATE, COPY);
    }
    let is_outermost = !is_under_lock();
    // Before the lock: a callback that calls back holds it already.
    let ran = guarded(|| {
        let Some(mut device) = lock(handle) else {
            return status::fail(
                TGCALL_ERR_INTERNAL,
                "the conference is dead: its clock or random source ended a thread",
            );
        };
        if core::mem::replace(&mut device.dead, true) {
            return status::fail(TGCALL_ERR_INTERNAL, "the conference is dead by a defect of ours");
        }
        device.now = device.clock.now();
        let result = run(&mut device);
        // Not reached by a panic: it stays dead then.
        device.dead = false;
        result.unwrap_or_else(tgcall_status::from)
    });
    if is_outermost && handle.free_later.load(Ordering::Acquire) {
        // SAFETY: freed from inside its own clock or random source, so the host uses it no more, and we do not either.
        drop(unsafe { Box::from_raw(conference.cast_mut()) });
    }
    ran.unwrap_or_else(|status| status)
}

/// Its lock, unless the thread that holds it was ended by the host and never gives it back.
fn lock(handle: &tgcall_conference) -> Option<MutexGuard<'_, Device>> {
    const LOOK_EVERY: Duration = Duration::from_millis(50);
    loop {
        if handle.lost.is_set() {
            return None;
        }
        if let Some(device) = handle.device.try_lock_for(LOOK_EVERY) {
            return Some(device);
        }
    }
}

/// `tgcall_conference_free`: at once, or, from inside its own clock or random source, when the function returns that asked them.
pub fn free(conference: *mut tgcall_conference) {
    // SAFETY: the host promises null, or a conference that is alive.
    let Some(handle) = (unsafe { conference.as_ref() }) else { return };
    // Nobody else may be inside of it now, so whoever holds the lock called us, or was copied by a fork, or is gone for good.
    if handle.device.is_locked() {
        handle.free_later.store(true, Ordering::Release);
    } else {
        // SAFETY: from `tgcall_conference_new`, and the host gives it up now.
        drop(unsafe { Box::from_raw(conference) });
    }
}

/// As [`with`], for what needs no conference.
pub fn without_handle(run: impl FnOnce() -> Result<(), Error>) -> tgcall_status {
    guarded(|| status::answer(run())).unwrap_or_else(|status| status)
}

/// Whether a result of that size may be made: `Ok(false)` is a size query, and too small a buffer an error.
pub fn fits(due: usize, buffer: *const u8, capacity: usize, size_out: &Out<usize>) -> Result<bool, Error> {
    size_out.set(due);
    match (buffer.is_null(), capacity) {
        (true, 0) => Ok(false),
        (true, _) => Err(Error::argument("buffer is NULL, its capacity is not 0")),
        (false, capacity) if capacity < due => Err(Error::buffer(format!("{due} bytes do not fit into {capacity}"))),
        (false, _) => Ok(true),
    }
}

pub fn codec(number: u32) -> Result<Codec, Error> {
    match number {
        1 => Ok(Codec::Opus),
        2 => Ok(Codec::Vp8),
        3 => Ok(Codec::H264),
        _ => Err(Error::argument(format!("{number} is no codec"))),
    }
}

pub fn plain_frame(codec: Codec, frame: &[u8], speech: c_int, level: u32) -> Result<(Cow<'_, [u8]>, usize), Error> {
    let below_full = u8::try_from(level).ok().filter(|level| *level <= 127);
    let below_full = below_full.ok_or_else(|| Error::argument("level_dbov is 0 to 127"))?;
    Ok(frames::plain_frame(codec, frame, Level { speech: speech != 0, below_full }))
}

impl Device {
    /// A refusal of what came from outside: counted, told, and no error.
    fn refuse(&mut self, reject: Reject) -> tgcall_status {
        self.last = Some(reject);
        status::fail(TGCALL_EMPTY, reject.to_string())
    }

    pub fn public_key(&self) -> PublicKey {
        self.public_key
    }

    pub fn state(&self) -> tgcall_conference_state {
        match &self.part {
            Part::Joining { .. } => tgcall_conference_state::TGCALL_CONFERENCE_STATE_JOINING,
            Part::Active(_) => tgcall_conference_state::TGCALL_CONFERENCE_STATE_ACTIVE,
            Part::Failed { .. } => tgcall_conference_state::TGCALL_CONFERENCE_STATE_FAILED,
        }
    }

    pub fn call(&mut self) -> Result<&mut Conference, Error> {
        match &mut self.part {
            Part::Active(call) => Ok(call),
            Part::Joining { .. } => Err(Error::state("no block has let this device in yet")),
            Part::Failed { .. } => Err(Error::state("the conference has failed")),
        }
    }

    pub fn join(&mut self, newest: &[u8], lend: impl FnOnce(&[u8])) -> Result<tgcall_status, Error> {
        let Part::Joining { keys, random } = &mut self.part else {
            return Err(Error::state("this device has joined already"));
        };
        let made = if newest.is_empty() {
            conference::genesis(self.user, keys, random)
        } else {
            from_server(newest)?;
            conference::self_add(newest, self.user, keys, random)
        };
        Ok(self.lend_block(made, lend))
    }

    fn lend_block(&mut self, made: Result<Vec<u8>, Reject>, lend: impl FnOnce(&[u8])) -> tgcall_status {
        match made {
            Ok(block) => {
                self.block = block;
                lend(&self.block);
                TGCALL_OK
            }
            Err(reject) => {
                self.refused += 1;
                self.refuse(reject)
            }
        }
    }

    pub fn apply_block(&mut self, block: &[u8]) -> Result<tgcall_status, Error> {
        // Not from Telegram: the host's own mistake, which changes nothing.
        from_server(block)?;
        let now = self.now;
        let part = core::mem::replace(&mut self.part, Part::Failed { refused: 0 });
        let (part, outcome) = match part {
            Part::Joining { keys, random } => match Conference::create(now, self.user, keys, block, random) {
                Ok(call) => (Part::Active(Box::new(call)), Ok(())),
                Err(reject) => (Part::Failed { refused: 0 }, Err(reject)),
            },
            Part::Active(mut call) => match call.apply_block(now, block) {
                Ok(()) => (Part::Active(call), Ok(())),
                Err(reject) => (Part::Failed { refused: call.dropped().values().sum() }, Err(reject)),
            },
            failed @ Part::Failed { .. } => {
                self.part = failed;
                return Err(Error::state("the conference has failed"));
            }
        };
        self.part = part;
        Ok(match outcome {
            Ok(()) => TGCALL_OK,
            Err(reject) => {
                self.refused += 1;
                self.refuse(reject)
            }
        })
    }

    pub fn poll_broadcast(&mut self, lend: impl FnOnce(&[u8])) -> Result<tgcall_status, Error> {
        let Some(broadcast) = self.call()?.poll_outbound() else { return Ok(TGCALL_EMPTY) };
        self.broadcast = broadcast;
        lend(&self.broadcast);
        Ok(TGCALL_OK)
    }

    pub fn handle_broadcast(&mut self, broadcast: &[u8]) -> Result<tgcall_status, Error> {
        match self.call()?.receive_broadcast(broadcast) {
            Ok(()) => Ok(TGCALL_OK),
            Err(reject) => Ok(self.refuse(reject)),
        }
    }

    pub fn remove(&mut self, users: &[UserId], lend: impl FnOnce(&[u8])) -> Result<tgcall_status, Error> {
        if users.contains(&self.user) {
            return Err(Error::argument("nobody removes himself: leave"));
        }
        let made = self.call()?.remove(users);
        Ok(self.lend_block(made, lend))
    }

    pub fn verification(&mut self) -> Result<tgcall_verification, Error> {
        Ok(match self.call()?.phase() {
            Phase::Commit => tgcall_verification::TGCALL_VERIFICATION_COMMIT,
            Phase::Reveal => tgcall_verification::TGCALL_VERIFICATION_REVEAL,
            Phase::End => tgcall_verification::TGCALL_VERIFICATION_DONE,
        })
    }

    pub fn emoji(&mut self, lend: impl FnOnce([tgcall_text; 4])) -> Result<tgcall_status, Error> {
        let Some(emoji) = self.call()?.emoji() else {
            return Ok(status::fail(TGCALL_EMPTY, "not everybody has revealed yet"));
        };
        self.emoji = emoji.map(Text::new);
        lend(self.emoji.each_ref().map(Text::lend));
        Ok(TGCALL_OK)
    }

    pub fn words(&mut self, lend: impl FnOnce([tgcall_text; 24])) -> Result<tgcall_status, Error> {
        let words = self.call()?.words();
        self.words = words.into_iter().map(Text::new).collect();
        lend(core::array::from_fn(|index| self.words.get(index).map_or(tgcall_text::empty(), Text::lend)));
        Ok(TGCALL_OK)
    }

    pub fn packet_size(&mut self, channel: i32, length: usize, prefix: usize) -> Result<usize, Error> {
        let now = self.now;
        Ok(self.call()?.packet_size(now, channel, length, prefix)?)
    }

    pub fn encrypt(&mut self, channel: i32, data: &[u8], prefix: usize) -> Result<Vec<u8>, Error> {
        let now = self.now;
        Ok(self.call()?.encrypt(now, channel, data, prefix)?)
    }

    pub fn decrypt(
        &mut self,
        sender: UserId,
        packet: &[u8],
        give: impl FnOnce(&[u8]) -> Result<(), Error>,
    ) -> Result<tgcall_status, Error> {
        let now = self.now;
        match self.call()?.decrypt(now, sender, packet) {
            Ok(opened) => give(&opened.frame).map(|()| TGCALL_OK),
            Err(reject) => Ok(self.refuse(reject)),
        }
    }

    pub fn encrypt_frame(
        &mut self,
        channel: i32,
        codec: Codec,
        plain: &[u8],
        prefix: usize,
        give: impl FnOnce(&[u8]) -> Result<(), Error>,
    ) -> Result<tgcall_status, Error> {
        let now = self.now;
        match frames::seal_plain(self.call()?, now, channel, codec, plain, prefix) {
            Ok(packet) => give(&packet).map(|()| TGCALL_OK),
            Err(reject @ Reject::StartCode) => Ok(status::fail(TGCALL_EMPTY, reject.text())),
            Err(reject) => Err(reject.into()),
        }
    }

    pub fn decrypt_frame(
        &mut self,
        sender: UserId,
        codec: Codec,
        packet: &[u8],
        give: impl FnOnce(&[u8], Option<u8>) -> Result<(), Error>,
    ) -> Result<tgcall_status, Error> {
        let now = self.now;
        match frames::open_frame(self.call()?, now, sender, codec, packet) {
            Ok((frame, level)) => give(&frame, level.map(|level| level.below_full)).map(|()| TGCALL_OK),
            Err(reject) => Ok(self.refuse(reject)),
        }
    }

    /// In milliseconds, rounded up.
    pub fn next_timeout(&self) -> Option<i32> {
        let Part::Active(call) = &self.part else { return None };
        let nanos = call.next_timeout()?.since(self.now).as_nanos();
        Some(i32::try_from(nanos.div_ceil(1_000_000)).unwrap_or(i32::MAX))
    }

    pub fn handle_timeout(&mut self) {
        let now = self.now;
        if let Part::Active(call) = &mut self.part {
            call.handle_timeout(now);
        }
    }

    /// The reference's code for the last refusal, and how many there were.
    pub fn rejects(&self) -> (i32, u64) {
        let inner = match &self.part {
            Part::Joining { .. } => 0,
            Part::Active(call) => call.dropped().values().sum(),
            Part::Failed { refused } => *refused,
        };
        (self.last.map_or(0, Reject::code), self.refused + inner)
    }
}
