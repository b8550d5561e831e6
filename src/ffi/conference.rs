//! The core of an end-to-end encrypted conference, as it is used alone.

// A build without conferences has the same functions, and none of them looks at its arguments.
#![cfg_attr(not(feature = "conference"), allow(unused_variables, unused_imports))]

use super::bytes::{bytes_in, copy_out, out, tgcall_bytes, tgcall_text};
#[cfg(feature = "conference")]
use super::callback::Lost;
use super::config::tgcall_config;
#[cfg(feature = "conference")]
use super::process::Process;
use super::status::{tgcall_status, tgcall_status::*};
use crate::error::Error;
use crate::types::UserId;
use core::ffi::c_int;
#[cfg(feature = "conference")]
use device::{Device, make, with};
#[cfg(feature = "conference")]
use std::sync::atomic::AtomicBool;

#[cfg(feature = "conference")]
mod device;

/// Where a conference stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u32)]
#[allow(dead_code, reason = "a build without conferences hands out none of them")]
pub enum tgcall_conference_state {
    TGCALL_CONFERENCE_STATE_NONE = 0,
    /// It has keys; no block has let it in yet.
    TGCALL_CONFERENCE_STATE_JOINING = 1,
    /// It follows the chain.
    TGCALL_CONFERENCE_STATE_ACTIVE = 2,
    /// A block removed this device or broke the rules. All keys are wiped.
    TGCALL_CONFERENCE_STATE_FAILED = 3,
}

/// How far the verification of the newest block is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u32)]
#[allow(dead_code, reason = "a build without conferences hands out none of them")]
pub enum tgcall_verification {
    TGCALL_VERIFICATION_NONE = 0,
    /// Participants commit to their numbers.
    TGCALL_VERIFICATION_COMMIT = 1,
    /// They show them.
    TGCALL_VERIFICATION_REVEAL = 2,
    /// All have; the emoji are there.
    TGCALL_VERIFICATION_DONE = 3,
}

/// What an encoded frame is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u32)]
#[allow(dead_code, reason = "spelled out for the header; C hands in numbers")]
pub enum tgcall_frame_codec {
    TGCALL_FRAME_CODEC_NONE = 0,
    TGCALL_FRAME_CODEC_OPUS = 1,
    TGCALL_FRAME_CODEC_VP8 = 2,
    /// Annex B.
    TGCALL_FRAME_CODEC_H264 = 3,
}

/// One device's part in one conference.
pub struct tgcall_conference {
    /// The process that made it: a copy in a forked child would use its sequence numbers again.
    #[cfg(feature = "conference")]
    process: Process,
    #[cfg(feature = "conference")]
    device: parking_lot::Mutex<Device>,
    /// A thread was ended by the host while it held the lock.
    #[cfg(feature = "conference")]
    lost: Lost,
    /// Freed from inside its own clock or random source.
    #[cfg(feature = "conference")]
    free_later: AtomicBool,
}

// Any thread may use it.
const _: fn() = || {
    fn shared<T: Send + Sync>() {}
    shared::<tgcall_conference>();
};

/// The body of a function, or its answer in a build without conferences.
macro_rules! built {
    ($body:expr) => {{
        #[cfg(feature = "conference")]
        let status = $body;
        #[cfg(not(feature = "conference"))]
        let status = super::status::fail(TGCALL_ERR_UNSUPPORTED, "this library was built without conferences");
        status
    }};
}

/// Begins a device's part, with a new key pair: every join wants its own. `config` gives the clock and the random source;
/// NULL means the system's. Pair with `tgcall_conference_free`.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn tgcall_conference_new(
    config: *const tgcall_config,
    user_id: i64,
    conference_out: *mut *mut tgcall_conference,
) -> tgcall_status {
    // SAFETY: see the contract of the module.
    let conference_out = match unsafe { out(conference_out, "conference_out") } {
        Ok(conference_out) => conference_out,
        Err(error) => return error.into(),
    };
    conference_out.set(core::ptr::null_mut());
    // SAFETY: null, or a configuration that nobody changes now.
    let config = unsafe { config.as_ref() }.cloned().unwrap_or_default();
    #[cfg(feature = "conference")]
    let lost = Lost::default();
    built!(match make(config, UserId(user_id), lost.clone()) {
        Ok(device) => {
            let (process, free_later) = (Process::current(), AtomicBool::new(false));
            let handle = tgcall_conference { process, device: device.into(), lost, free_later };
            conference_out.set(Box::into_raw(Box::new(handle)));
            TGCALL_OK
        }
        Err(status) => status,
    })
}

/// Ends the part and wipes its keys; from inside its clock or random source, when that returns. No other thread may be inside
/// a function of it, or enter one. NULL does nothing.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn tgcall_conference_free(conference: *mut tgcall_conference) {
    #[cfg(feature = "conference")]
    device::free(conference);
    #[cfg(not(feature = "conference"))]
    let _ = conference; // there is none
}

/// The public key that Telegram is told at the join.
///
/// cbindgen:ptrs-as-arrays=[[key_out;32]]
#[unsafe(no_mangle)]
pub unsafe extern "C" fn tgcall_conference_get_public_key(
    conference: *const tgcall_conference,
    key_out: *mut u8,
) -> tgcall_status {
    built!(with(conference, |device| {
        // SAFETY: see the contract of the module; the header asks for an array of 32.
        let key_out = unsafe { out(key_out.cast::<[u8; 32]>(), "key_out") }?;
        key_out.set(device.public_key().0);
        Ok(TGCALL_OK)
    }))
}

/// Makes the block with which this device joins, built on the newest block of sub-chain 0 as Telegram delivered it; with
/// (NULL, 0), the first block of a conference. Lent until the next block made here, or the free. Valid before the first
/// `tgcall_conference_apply_block`, as often as blocks lose the race.
/// @return `TGCALL_EMPTY` if the newest block breaks the rules or lets nobody in; `TGCALL_ERR_ARGUMENT` if it does not come
/// from Telegram; `TGCALL_ERR_STATE` if this device has joined.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn tgcall_conference_join(
    conference: *mut tgcall_conference,
    newest: *const u8,
    newest_size: usize,
    block_out: *mut tgcall_bytes,
) -> tgcall_status {
    built!(with(conference, |device| {
        // SAFETY: see the contract of the module.
        let (newest, block_out) = unsafe { (bytes_in(newest, newest_size, "newest")?, out(block_out, "block_out")?) };
        block_out.set(tgcall_bytes::EMPTY);
        device.join(newest, |block| block_out.set(tgcall_bytes::lend(block)))
    }))
}

/// Takes a block of sub-chain 0 as Telegram delivers it, each once and in order. The first is the one that let this device
/// in. A new block starts a new verification, and its key replaces the one before within ten seconds.
/// @return `TGCALL_EMPTY` if the block removed this device or broke the rules: the conference has failed;
/// `TGCALL_ERR_ARGUMENT` if it is an own block that did not come from Telegram; `TGCALL_ERR_STATE` if it had failed before.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn tgcall_conference_apply_block(
    conference: *mut tgcall_conference,
    block: *const u8,
    size: usize,
) -> tgcall_status {
    built!(with(conference, |device| {
        // SAFETY: see the contract of the module.
        device.apply_block(unsafe { bytes_in(block, size, "block") }?)
    }))
}

/// The next message for `phone.sendConferenceCallBroadcast`; ask after each block and each broadcast. Lent until the next
/// poll, or the free. `TGCALL_EMPTY`: there is none.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn tgcall_conference_poll_broadcast(
    conference: *mut tgcall_conference,
    broadcast_out: *mut tgcall_bytes,
) -> tgcall_status {
    built!(with(conference, |device| {
        // SAFETY: see the contract of the module.
        let broadcast_out = unsafe { out(broadcast_out, "broadcast_out") }?;
        broadcast_out.set(tgcall_bytes::EMPTY);
        device.poll_broadcast(|broadcast| broadcast_out.set(tgcall_bytes::lend(broadcast)))
    }))
}

/// Takes an element of sub-chain 1 as Telegram delivers it, the own ones too.
/// @return `TGCALL_EMPTY` if it was refused, which harms nothing.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn tgcall_conference_handle_broadcast(
    conference: *mut tgcall_conference,
    broadcast: *const u8,
    size: usize,
) -> tgcall_status {
    built!(with(conference, |device| {
        // SAFETY: see the contract of the module.
        device.handle_broadcast(unsafe { bytes_in(broadcast, size, "broadcast") }?)
    }))
}

/// Makes the block that removes users, for `phone.deleteConferenceCallParticipants`. It changes nothing before it comes back.
/// Lent until the next block made here, or the free.
/// @return `TGCALL_EMPTY` if none of them takes part; `TGCALL_ERR_ARGUMENT` for the own user, who just leaves.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn tgcall_conference_remove(
    conference: *mut tgcall_conference,
    user_ids: *const i64,
    count: usize,
    block_out: *mut tgcall_bytes,
) -> tgcall_status {
    built!(with(conference, |device| {
        // SAFETY: see the contract of the module.
        let block_out = unsafe { out(block_out, "block_out") }?;
        block_out.set(tgcall_bytes::EMPTY);
        if count > MAX_USERS {
            return Err(Error::limit("more users than ever take part"));
        }
        // SAFETY: the host promises `count` numbers, wherever they lie.
        let bytes = unsafe { bytes_in(user_ids.cast(), count * size_of::<i64>(), "user_ids") }?;
        let users: Vec<UserId> = bytes.as_chunks().0.iter().map(|user| UserId(i64::from_ne_bytes(*user))).collect();
        device.remove(&users, |block| block_out.set(tgcall_bytes::lend(block)))
    }))
}

/// More than a block may hold.
#[cfg(feature = "conference")]
const MAX_USERS: usize = 1024;

/// Where the conference stands.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn tgcall_conference_get_state(
    conference: *const tgcall_conference,
    state_out: *mut tgcall_conference_state,
) -> tgcall_status {
    built!(with(conference, |device| {
        // SAFETY: see the contract of the module.
        unsafe { out(state_out, "state_out") }?.set(device.state());
        Ok(TGCALL_OK)
    }))
}

/// The newest block: its height and its hash. `TGCALL_ERR_STATE` unless `TGCALL_CONFERENCE_STATE_ACTIVE`.
///
/// cbindgen:ptrs-as-arrays=[[hash_out;32]]
#[unsafe(no_mangle)]
pub unsafe extern "C" fn tgcall_conference_get_block(
    conference: *const tgcall_conference,
    height_out: *mut i32,
    hash_out: *mut u8,
) -> tgcall_status {
    built!(with(conference, |device| {
        // SAFETY: see the contract of the module; the header asks for an array of 32.
        let (height_out, hash_out) =
            unsafe { (out(height_out, "height_out")?, out(hash_out.cast::<[u8; 32]>(), "hash_out")?) };
        let state = device.call()?.state();
        height_out.set(state.height);
        hash_out.set(state.hash);
        Ok(TGCALL_OK)
    }))
}

/// How many take part. `TGCALL_ERR_STATE` unless `TGCALL_CONFERENCE_STATE_ACTIVE`.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn tgcall_conference_get_participant_count(
    conference: *const tgcall_conference,
    count_out: *mut usize,
) -> tgcall_status {
    built!(with(conference, |device| {
        // SAFETY: see the contract of the module.
        unsafe { out(count_out, "count_out") }?.set(device.call()?.state().group.participants.len());
        Ok(TGCALL_OK)
    }))
}

/// One participant, in the order of the block: user, key, and permissions (1 add, 2 remove). `TGCALL_ERR_NOT_FOUND` behind
/// the last; `TGCALL_ERR_STATE` unless `TGCALL_CONFERENCE_STATE_ACTIVE`.
///
/// cbindgen:ptrs-as-arrays=[[key_out;32]]
#[unsafe(no_mangle)]
pub unsafe extern "C" fn tgcall_conference_get_participant(
    conference: *const tgcall_conference,
    index: usize,
    user_id_out: *mut i64,
    key_out: *mut u8,
    permissions_out: *mut u32,
) -> tgcall_status {
    built!(with(conference, |device| {
        // SAFETY: see the contract of the module; the header asks for an array of 32.
        let (user_id_out, key_out, permissions_out) = unsafe {
            (
                out(user_id_out, "user_id_out")?,
                out(key_out.cast::<[u8; 32]>(), "key_out")?,
                out(permissions_out, "permissions_out")?,
            )
        };
        let participant = device.call()?.state().group.participants.get(index);
        let participant = participant.ok_or_else(|| Error::not_found("no participant has that index"))?;
        user_id_out.set(participant.user.0);
        key_out.set(participant.key.0);
        permissions_out.set(participant.flags);
        Ok(TGCALL_OK)
    }))
}

/// How far the verification of the newest block is. `TGCALL_ERR_STATE` unless `TGCALL_CONFERENCE_STATE_ACTIVE`.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn tgcall_conference_get_verification(
    conference: *const tgcall_conference,
    verification_out: *mut tgcall_verification,
) -> tgcall_status {
    built!(with(conference, |device| {
        // SAFETY: see the contract of the module.
        unsafe { out(verification_out, "verification_out") }?.set(device.verification()?);
        Ok(TGCALL_OK)
    }))
}

/// The four emoji that all participants compare. `TGCALL_EMPTY` before `TGCALL_VERIFICATION_DONE`; `TGCALL_ERR_STATE` unless
/// `TGCALL_CONFERENCE_STATE_ACTIVE`. Lent until they are asked for again, or the free.
///
/// cbindgen:ptrs-as-arrays=[[emoji_out;4]]
#[unsafe(no_mangle)]
pub unsafe extern "C" fn tgcall_conference_get_emoji(
    conference: *const tgcall_conference,
    emoji_out: *mut tgcall_text,
) -> tgcall_status {
    built!(with(conference, |device| {
        // SAFETY: see the contract of the module; the header asks for an array of four.
        let emoji_out = unsafe { out(emoji_out.cast::<[tgcall_text; 4]>(), "emoji_out") }?;
        emoji_out.set([tgcall_text::empty(); 4]);
        device.emoji(|emoji| emoji_out.set(emoji))
    }))
}

/// The 24 words of the newest block, which participants may read to each other; they need no verification to be done.
/// `TGCALL_ERR_STATE` unless `TGCALL_CONFERENCE_STATE_ACTIVE`. Lent until they are asked for again, or the free.
///
/// cbindgen:ptrs-as-arrays=[[words_out;24]]
#[unsafe(no_mangle)]
pub unsafe extern "C" fn tgcall_conference_get_words(
    conference: *const tgcall_conference,
    words_out: *mut tgcall_text,
) -> tgcall_status {
    built!(with(conference, |device| {
        // SAFETY: see the contract of the module; the header asks for an array of 24.
        let words_out = unsafe { out(words_out.cast::<[tgcall_text; 24]>(), "words_out") }?;
        device.words(|words| words_out.set(words))
    }))
}

/// Encrypts bytes for everybody: a frame or an in-call message. The first `prefix_size` bytes stay readable for the server.
/// Channels are 0 to 1023; the official clients take 0 for camera, microphone and messages, 1 for the screen. Size query and
/// too small a buffer use up nothing.
/// @return `TGCALL_ERR_STATE` unless `TGCALL_CONFERENCE_STATE_ACTIVE`; `TGCALL_ERR_LIMIT` when the channel has used all
/// of its numbers: leave and join anew.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn tgcall_conference_encrypt(
    conference: *mut tgcall_conference,
    channel: i32,
    data: *const u8,
    size: usize,
    prefix_size: usize,
    buffer: *mut u8,
    capacity: usize,
    size_out: *mut usize,
) -> tgcall_status {
    built!(with(conference, |device| {
        // SAFETY: see the contract of the module.
        let (data, size_out) = unsafe { (bytes_in(data, size, "data")?, out(size_out, "size_out")?) };
        let due = device.packet_size(channel, data.len(), prefix_size)?;
        if !device::fits(due, buffer, capacity, &size_out)? {
            return Ok(TGCALL_OK);
        }
        let packet = device.encrypt(channel, data, prefix_size)?;
        // SAFETY: see the contract of the module.
        unsafe { copy_out(&packet, buffer, capacity, &size_out) }.map(|()| TGCALL_OK)
    }))
}

/// Decrypts a packet of the user whose SSRC it came with, or who sent the message. A buffer as large as the packet is always
/// large enough, and asked for. Size query and too small a buffer use up nothing.
/// @return `TGCALL_EMPTY` if it was refused: damaged, forged, repeated, or for a key that is gone; `TGCALL_ERR_STATE` unless
/// `TGCALL_CONFERENCE_STATE_ACTIVE`.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn tgcall_conference_decrypt(
    conference: *mut tgcall_conference,
    user_id: i64,
    packet: *const u8,
    size: usize,
    buffer: *mut u8,
    capacity: usize,
    size_out: *mut usize,
) -> tgcall_status {
    built!(with(conference, |device| {
        // SAFETY: see the contract of the module.
        let (packet, size_out) = unsafe { (bytes_in(packet, size, "packet")?, out(size_out, "size_out")?) };
        device.call()?;
        if !device::fits(packet.len(), buffer, capacity, &size_out)? {
            return Ok(TGCALL_OK);
        }
        size_out.set(0);
        device.decrypt(UserId(user_id), packet, |data| {
            // SAFETY: see the contract of the module.
            unsafe { copy_out(data, buffer, capacity, &size_out) }
        })
    }))
}

/// As `tgcall_conference_encrypt`, for an encoded frame on its way to the packetizer: adds what official clients expect of the
/// codec, one of `tgcall_frame_codec`, and leaves its head readable. For sound, `speech` and `level_dbov` (0 loud, 127 silent)
/// go with it.
/// @return as there; `TGCALL_EMPTY` for the rare H.264 frame that no encryption leaves whole: drop it.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn tgcall_conference_encrypt_frame(
    conference: *mut tgcall_conference,
    channel: i32,
    codec: u32,
    speech: c_int,
    level_dbov: u32,
    frame: *const u8,
    size: usize,
    buffer: *mut u8,
    capacity: usize,
    size_out: *mut usize,
) -> tgcall_status {
    built!(with(conference, |device| {
        // SAFETY: see the contract of the module.
        let (frame, size_out) = unsafe { (bytes_in(frame, size, "frame")?, out(size_out, "size_out")?) };
        let codec = device::codec(codec)?;
        let (plain, prefix) = device::plain_frame(codec, frame, speech, level_dbov)?;
        let due = device.packet_size(channel, plain.len(), prefix)?;
        if !device::fits(due, buffer, capacity, &size_out)? {
            return Ok(TGCALL_OK);
        }
        size_out.set(0);
        device.encrypt_frame(channel, codec, &plain, prefix, |packet| {
            // SAFETY: see the contract of the module.
            unsafe { copy_out(packet, buffer, capacity, &size_out) }
        })
    }))
}

/// As `tgcall_conference_decrypt`, for what comes from the depacketizer: takes off again what the codec's frames carry. For
/// sound, `level_dbov_out` is 0 loud to 127 silent, and -1 if the sender gave none.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn tgcall_conference_decrypt_frame(
    conference: *mut tgcall_conference,
    user_id: i64,
    codec: u32,
    packet: *const u8,
    size: usize,
    level_dbov_out: *mut i32,
    buffer: *mut u8,
    capacity: usize,
    size_out: *mut usize,
) -> tgcall_status {
    built!(with(conference, |device| {
        // SAFETY: see the contract of the module.
        let (packet, size_out, level_out) = unsafe {
            (bytes_in(packet, size, "packet")?, out(size_out, "size_out")?, out(level_dbov_out, "level_dbov_out")?)
        };
        device.call()?;
        let codec = device::codec(codec)?;
        level_out.set(-1);
        if !device::fits(packet.len(), buffer, capacity, &size_out)? {
            return Ok(TGCALL_OK);
        }
        size_out.set(0);
        device.decrypt_frame(UserId(user_id), codec, packet, |data, level| {
            level_out.set(level.map_or(-1, i32::from));
            // SAFETY: see the contract of the module.
            unsafe { copy_out(data, buffer, capacity, &size_out) }
        })
    }))
}

/// How long until a key is due to be wiped by `tgcall_conference_handle_timeout`. `TGCALL_EMPTY` with -1: none is.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn tgcall_conference_get_next_timeout(
    conference: *const tgcall_conference,
    timeout_ms_out: *mut i32,
) -> tgcall_status {
    built!(with(conference, |device| {
        // SAFETY: see the contract of the module.
        let timeout_ms_out = unsafe { out(timeout_ms_out, "timeout_ms_out") }?;
        let timeout = device.next_timeout();
        timeout_ms_out.set(timeout.unwrap_or(-1));
        Ok(if timeout.is_some() { TGCALL_OK } else { TGCALL_EMPTY })
    }))
}

/// Wipes the keys whose time has come. Encrypting and decrypting do so too.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn tgcall_conference_handle_timeout(conference: *mut tgcall_conference) -> tgcall_status {
    built!(with(conference, |device| {
        device.handle_timeout();
        Ok(TGCALL_OK)
    }))
}

/// Why the last input was refused, as the number that the official library gives to it (such as 202, signature, or 207,
/// permissions; 0: none was), and how many were in all.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn tgcall_conference_get_reject(
    conference: *const tgcall_conference,
    code_out: *mut i32,
    count_out: *mut u64,
) -> tgcall_status {
    built!(with(conference, |device| {
        // SAFETY: see the contract of the module.
        let (code_out, count_out) = unsafe { (out(code_out, "code_out")?, out(count_out, "count_out")?) };
        let (code, count) = device.rejects();
        code_out.set(code);
        count_out.set(count);
        Ok(TGCALL_OK)
    }))
}

/// The form in which Telegram delivers a block or broadcast that was sent to it: for tests and for servers. Copied, of the
/// same size.
/// @return `TGCALL_ERR_ARGUMENT` if it is neither.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn tgcall_conference_to_server_form(
    data: *const u8,
    size: usize,
    buffer: *mut u8,
    capacity: usize,
    size_out: *mut usize,
) -> tgcall_status {
    built!(device::without_handle(|| {
        // SAFETY: see the contract of the module.
        let (data, size_out) = unsafe { (bytes_in(data, size, "data")?, out(size_out, "size_out")?) };
        let marked = crate::conference::chain::block::to_server_form(data)?;
        // SAFETY: see the contract of the module.
        unsafe { copy_out(&marked, buffer, capacity, &size_out) }
    }))
}
