//! Figures and reports, also of an ended call.

use super::bytes::{copy_out, items_in, out};
use super::handle::{tgcall_client, with_client};
use super::status::tgcall_status;
use crate::client::{ReportFormat, Stat, StreamId, StreamKind};
use crate::error::Error;
use crate::types::CallId;
use core::ffi::{c_char, c_int};

/// What is counted. Each begins with whom it can be asked of: Call is a whole call, Sent and Received a stream that goes that
/// way, Client the client.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u32)]
#[allow(dead_code, reason = "spelled out for the header; C hands in numbers")]
pub enum tgcall_stat {
    TGCALL_STAT_NONE = 0,
    /// Call: of the path. Sent: as RTCP measures it.
    TGCALL_STAT_ROUND_TRIP_MS = 1,
    /// Received. Call: of the sound received, of several the largest. Sent: as the other side reports it, about once a second.
    TGCALL_STAT_JITTER_MS = 2,
    /// Call, received: of 1000 packets with sound in the last 2 s. Sent: of 1000, by the other side's last report.
    TGCALL_STAT_LOSS_PERMILLE = 3,
    /// Call, received: sound that has come and is not yet heard.
    TGCALL_STAT_DELAY_MS = 4,
    /// Call, sent: of media.
    TGCALL_STAT_PACKETS_SENT = 5,
    /// Call, received: of media.
    TGCALL_STAT_PACKETS_RECEIVED = 6,
    /// Call, received: missing so far between the first and the last. Sent: as the other side reports it.
    TGCALL_STAT_PACKETS_LOST = 7,
    /// Call: arrived, but could not be decrypted or read. Received pictures: packets and frames that could not be read.
    TGCALL_STAT_PACKETS_DROPPED = 8,
    /// Call: of all kinds, without the headers of IP and relays. Sent: of payloads.
    TGCALL_STAT_BYTES_SENT = 9,
    /// Call: of all kinds, without the headers of IP and relays. Received: of payloads.
    TGCALL_STAT_BYTES_RECEIVED = 10,
    /// Call. From the agreed key to the first path.
    TGCALL_STAT_CONNECT_MS = 11,
    /// Call. 0 to 4.
    TGCALL_STAT_SIGNAL_BARS = 12,
    /// Call. 1 if the path leads over a relay, else 0.
    TGCALL_STAT_RELAYED = 13,
    /// Client. Unreadable, or of an unknown call.
    TGCALL_STAT_UPDATES_DROPPED = 14,
    /// Client. How many are up.
    TGCALL_STAT_CALLS = 15,
    /// Call. Of the host's sound, thrown away while it was up: more at once than the queue holds, of a clock that is fast, or late
    /// on a machine with more calls than it can serve.
    TGCALL_STAT_SOUND_DROPPED_MS = 16,
    /// Call. Of the sound that is delivered: thrown away, as the host took nothing for a second.
    TGCALL_STAT_SOUND_UNDELIVERED_MS = 17,
    /// Pictures. Sent: all of it. Received: whole and in order, so that they could be pulled.
    TGCALL_STAT_FRAMES = 18,
    /// Pictures. Sent: not a frame of the codec. Received: not whole in time, of no use without what was lost, or not pulled in time.
    TGCALL_STAT_FRAMES_DROPPED = 19,
    /// Pictures. How often a key frame was asked for. Sent: by the other side. Received: by us.
    TGCALL_STAT_KEY_FRAMES_ASKED = 20,
    /// Call. Of a group call that is a live stream: how far what is heard is behind what is said. Not known while nothing is
    /// played. Such a call counts its parts as packets, and `TGCALL_STAT_FRAMES` of the call are those of its picture.
    TGCALL_STAT_STREAM_DELAY_MS = 21,
}

/// What a stream is: the upper half of its id, `id >> 32`. The lower half is its SSRC.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u32)]
#[allow(dead_code, reason = "spelled out for the header")]
pub enum tgcall_stream_kind {
    TGCALL_STREAM_KIND_NONE = 0,
    TGCALL_STREAM_KIND_AUDIO_SENT = 1,
    TGCALL_STREAM_KIND_AUDIO_RECEIVED = 2,
    TGCALL_STREAM_KIND_VIDEO_SENT = 3,
    TGCALL_STREAM_KIND_VIDEO_RECEIVED = 4,
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

/// Figures of a call, or of one of its streams, all of one moment; of an ended call while it is remembered. `values_out[i]` is
/// that of `stats[i]`: `INT64_MIN` where it is not known yet, or not a figure of whom was asked.
/// @param stream      0: the whole call; else an id from `tgcall_call_get_streams`.
/// @param stats       `count` numbers, each one of `tgcall_stat`.
/// @param values_out  Room for `count`. Written with `TGCALL_OK` alone.
/// @return `TGCALL_ERR_NOT_FOUND` also for a stream that the call does not have, or no longer.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn tgcall_call_get_stats(
    client: *const tgcall_client,
    call_id: u64,
    stream: u64,
    stats: *const u32,
    count: usize,
    values_out: *mut i64,
) -> tgcall_status {
    with_client(client, |client, _| {
        // SAFETY: see the contract of the module.
        let stats = unsafe { stats_in(stats, count, values_out) }?;
        let figures = client.call_stats(CallId(call_id), StreamId(stream))?;
        // SAFETY: as above, and `stats_in` looked at it.
        unsafe { figures_out(stats.into_iter().map(|stat| figures.get(stat)), values_out) };
        Ok(())
    })
}

/// The streams of a call, for `tgcall_call_get_stats`: first those that are sent, then those that are received. A private call
/// has one of sound each way once both sides have agreed, and one of each picture; with `TGCALL_MEDIA_HOST` it has none. A stream that takes another's
/// place has another id; an ended call has those of its end. `(NULL, 0)` asks for their number alone. See `tgcall_stream_kind`.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn tgcall_call_get_streams(
    client: *const tgcall_client,
    call_id: u64,
    ids: *mut u64,
    capacity: usize,
    count_out: *mut usize,
) -> tgcall_status {
    with_client(client, |client, _| {
        // SAFETY: see the contract of the module.
        let count_out = unsafe { out(count_out, "count_out") }?;
        let streams: Vec<u64> = client.streams(CallId(call_id))?.into_iter().map(|stream| stream.0).collect();
        // SAFETY: as above.
        unsafe { copy_out(&streams, ids, capacity, &count_out) }
    })
}

/// Figures of the client itself, as `tgcall_call_get_stats` gives those of a call.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn tgcall_client_get_stats(
    client: *const tgcall_client,
    stats: *const u32,
    count: usize,
    values_out: *mut i64,
) -> tgcall_status {
    with_client(client, |client, _| {
        // SAFETY: see the contract of the module.
        let stats = unsafe { stats_in(stats, count, values_out) }?;
        // SAFETY: as above, and `stats_in` looked at it.
        unsafe { figures_out(stats.into_iter().map(|stat| client.stat(stat)), values_out) };
        Ok(())
    })
}

/// The figures that are asked for, if all of them are some, and there is room for them.
///
/// # Safety
/// `stats` is null or readable for `count` numbers.
unsafe fn stats_in(stats: *const u32, count: usize, values_out: *mut i64) -> Result<Vec<Stat>, Error> {
    // SAFETY: as the caller promises.
    let stats = unsafe { items_in(stats, count, "stats") }?;
    if values_out.is_null() && !stats.is_empty() {
        return Err(Error::argument("values_out is NULL"));
    }
    let unknown = |number: u32| Error::argument(format!("{number} is no tgcall_stat"));
    stats.iter().map(|number| Stat::from_number(*number).ok_or_else(|| unknown(*number))).collect()
}

/// # Safety
/// `values_out` has room for all of them.
unsafe fn figures_out(figures: impl Iterator<Item = Option<i64>>, values_out: *mut i64) {
    for (index, figure) in figures.enumerate() {
        // SAFETY: as the caller promises.
        unsafe { values_out.add(index).write(figure.unwrap_or(i64::MIN)) };
    }
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
    assert!(StreamKind::VideoReceived as u32 == tgcall_stream_kind::TGCALL_STREAM_KIND_VIDEO_RECEIVED as u32);
    assert!(ReportFormat::Json as u32 == tgcall_report_format::TGCALL_REPORT_FORMAT_JSON as u32);
};
