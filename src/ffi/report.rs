//! Looking at a call, also an ended one: figures and the report.

use super::bytes::{copy_out, out};
use super::handle::{tgcall_client, with_client};
use super::status::{tgcall_status, tgcall_status::*};
use crate::client::{ReportFormat, Stat};
use crate::error::Error;
use crate::types::CallId;
use core::ffi::{c_char, c_int};

/// What is counted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u32)]
#[allow(dead_code, reason = "spelled out for the header; C hands in numbers")]
pub enum tgcall_stat {
    TGCALL_STAT_NONE = 0,
    TGCALL_STAT_ROUND_TRIP_MS = 1,
    TGCALL_STAT_JITTER_MS = 2,
    TGCALL_STAT_LOSS_PERMILLE = 3,
    TGCALL_STAT_DELAY_MS = 4,
    TGCALL_STAT_PACKETS_SENT = 5,
    TGCALL_STAT_PACKETS_RECEIVED = 6,
    TGCALL_STAT_PACKETS_LOST = 7,
    /// Arrived, but could not be decrypted or read.
    TGCALL_STAT_PACKETS_DROPPED = 8,
    TGCALL_STAT_BYTES_SENT = 9,
    TGCALL_STAT_BYTES_RECEIVED = 10,
    TGCALL_STAT_CONNECT_MS = 11,
    /// 0 to 4.
    TGCALL_STAT_SIGNAL_BARS = 12,
    /// 1 if the path leads over a relay.
    TGCALL_STAT_RELAYED = 13,
    /// Of the client: unreadable, or of an unknown call.
    TGCALL_STAT_UPDATES_DROPPED = 14,
    /// Of the client: how many are up.
    TGCALL_STAT_CALLS = 15,
    /// Of the host's sound, thrown away in a call that was up: more at once than the queue holds, or of a clock that is fast.
    TGCALL_STAT_SOUND_DROPPED_MS = 16,
    /// Of the sound that is delivered: thrown away, as the host took nothing for a second.
    TGCALL_STAT_SOUND_UNDELIVERED_MS = 17,
}

/// How a report is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u32)]
#[allow(dead_code, reason = "spelled out for the header; C hands in numbers")]
pub enum tgcall_report_format {
    TGCALL_REPORT_FORMAT_NONE = 0,
    TGCALL_REPORT_FORMAT_TEXT = 1,
    TGCALL_REPORT_FORMAT_JSON = 2,
}

/// One figure, one of `tgcall_stat`; `call_id` 0 asks the client, which has those marked so and no others.
/// `TGCALL_EMPTY` with 0 for what is not known yet, or not a figure of whom was asked.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn tgcall_get_stat(
    client: *const tgcall_client,
    call_id: u64,
    stat: u32,
    value_out: *mut i64,
) -> tgcall_status {
    with_client(client, |client, _| {
        // SAFETY: see the contract of the module.
        let value_out = unsafe { out(value_out, "value_out") }?;
        let stat = Stat::from_number(stat).ok_or_else(|| Error::argument(format!("{stat} is no tgcall_stat")))?;
        let value = client.stat(CallId(call_id), stat)?;
        value_out.set(value.unwrap_or(0));
        Ok(if value.is_some() { TGCALL_OK } else { TGCALL_EMPTY })
    })
}

/// Why is it silent? Versions, each path tried with the step that failed, keys' state, loss, levels; never a key.
/// @param format     One of `tgcall_report_format`.
/// @param addresses  Whether IP addresses are named.
/// @param size_out   Without the NUL, which follows only where the buffer has room for it.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn tgcall_call_get_report(
    client: *const tgcall_client,
    call_id: u64,
    format: u32,
    addresses: c_int,
    buffer: *mut c_char,
    capacity: usize,
    size_out: *mut usize,
) -> tgcall_status {
    with_client(client, |client, _| {
        // SAFETY: see the contract of the module.
        let size_out = unsafe { out(size_out, "size_out") }?;
        let format = ReportFormat::from_number(format)
            .ok_or_else(|| Error::argument(format!("{format} is no tgcall_report_format")))?;
        let report = client.report(CallId(call_id), format, addresses != 0)?;
        // SAFETY: as above; behind the report there is room when the buffer is longer.
        unsafe {
            copy_out(report.as_bytes(), buffer.cast(), capacity, &size_out)?;
            if capacity > report.len() {
                buffer.add(report.len()).write(0);
            }
        }
        Ok(())
    })
}

const _: () = {
    assert!(Stat::Calls as u32 == tgcall_stat::TGCALL_STAT_CALLS as u32);
    assert!(Stat::SoundDroppedMs as u32 == tgcall_stat::TGCALL_STAT_SOUND_DROPPED_MS as u32);
    assert!(Stat::SoundUndeliveredMs as u32 == tgcall_stat::TGCALL_STAT_SOUND_UNDELIVERED_MS as u32);
    assert!(ReportFormat::Json as u32 == tgcall_report_format::TGCALL_REPORT_FORMAT_JSON as u32);
};
