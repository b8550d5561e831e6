//! Sound in and out of a call.

#[cfg(feature = "media")]
use super::bytes::{bytes_in, out};
#[cfg(feature = "media")]
use super::handle::with_client;
use super::handle::{tgcall_client, with_handle};
use super::status::{tgcall_status, tgcall_status::*};
#[cfg(feature = "media")]
use crate::error::Error;
#[cfg(feature = "media")]
use crate::media::audio::{AudioPort, Coding, Sample};
#[cfg(feature = "media")]
use crate::types::CallId;
use core::ffi::c_int;

/// What a call's sound is handed over as.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u32)]
#[allow(dead_code, reason = "spelled out for the header; C hands in numbers")]
pub enum tgcall_audio_coding {
    TGCALL_AUDIO_CODING_NONE = 0,
    TGCALL_AUDIO_CODING_PCM = 1,
    TGCALL_AUDIO_CODING_OPUS = 2,
}

/// The sound of a call, past the client's lock.
#[cfg(feature = "media")]
pub fn with_port<T: super::handle::Outcome>(
    client: *const tgcall_client,
    call_id: u64,
    run: impl FnOnce(&AudioPort) -> Result<T, Error>,
) -> tgcall_status {
    with_handle(client, |handle| handle.with_port(CallId(call_id), run))
}

/// What a build without sound answers, once the client is known to be there.
#[cfg(not(feature = "media"))]
pub fn without_sound(client: *const tgcall_client) -> tgcall_status {
    with_handle(client, |_| super::status::fail(TGCALL_ERR_UNSUPPORTED, "this library was built for signalling only"))
}

/// How many samples `frame_count` frames are, if that can be.
#[cfg(feature = "media")]
fn sample_count<S>(channels: u32, frame_count: usize) -> Result<usize, Error> {
    let count = match channels {
        1 | 2 => frame_count.checked_mul(channels as usize),
        _ => return Err(Error::argument(format!("{channels} channels; 1 and 2 are possible"))),
    };
    count
        .filter(|count| count.checked_mul(size_of::<S>()).is_some_and(|size| size <= isize::MAX as usize))
        .ok_or(Error::argument("the number of frames is impossible"))
}

/// Whose sound is pushed.
#[cfg(feature = "media")]
#[derive(Clone, Copy)]
enum Pushes {
    Voice,
    Screen,
}

/// # Safety
/// `samples` is null or readable for `frame_count` frames.
#[cfg(feature = "media")]
unsafe fn push<S: Sample>(
    client: *mut tgcall_client,
    call_id: u64,
    what: Pushes,
    rate_hz: u32,
    channels: u32,
    samples: *const S,
    frame_count: usize,
) -> tgcall_status {
    with_port(client, call_id, |port| {
        let count = sample_count::<S>(channels, frame_count)?;
        let samples = match (samples.is_null(), count) {
            (_, 0) => &[],
            (true, _) => return Err(Error::argument("samples is NULL")),
            // SAFETY: not null, and the caller promises so many samples.
            (false, count) => unsafe { core::slice::from_raw_parts(samples, count) },
        };
        match what {
            Pushes::Voice => port.push(rate_hz, channels, samples),
            Pushes::Screen => port.screen()?.push(rate_hz, channels, samples),
        }
    })
}

/// # Safety
/// `samples_out` is null or writable for `frame_count` frames.
#[cfg(feature = "media")]
unsafe fn pull<S: Sample>(
    client: *mut tgcall_client,
    call_id: u64,
    rate_hz: u32,
    channels: u32,
    samples_out: *mut S,
    frame_count: usize,
) -> tgcall_status {
    // SAFETY: as the caller promises.
    let samples = unsafe { silence(channels, samples_out, frame_count) };
    with_port(client, call_id, |port| {
        Ok(if port.pull(rate_hz, channels, samples?)? { TGCALL_OK } else { TGCALL_EMPTY })
    })
}

/// Fills the host's buffer, which is to hold sound or silence whatever else is wrong.
///
/// # Safety
/// `samples_out` is null or writable for `frame_count` frames.
#[cfg(feature = "media")]
pub unsafe fn silence<'a, S: Sample>(
    channels: u32,
    samples_out: *mut S,
    frame_count: usize,
) -> Result<&'a mut [S], Error> {
    let count = sample_count::<S>(channels, frame_count)?;
    if samples_out.is_null() {
        return if count == 0 { Ok(&mut []) } else { Err(Error::argument("samples_out is NULL")) };
    }
    for at in 0..count {
        // SAFETY: within the samples that the caller promises; written before it is read.
        unsafe { samples_out.add(at).write(S::SILENCE) };
    }
    // SAFETY: initialised just now, and the host's for nobody else during the call.
    Ok(unsafe { core::slice::from_raw_parts_mut(samples_out, count) })
}

/// Gives sound to send: interleaved PCM, where a frame is one sample of each channel; 8000 to 48000 Hz, 1 or 2 channels,
/// up to 60 ms at a time. Rate and channels may change. One thread pushes; live, it waits for no lock and allocates only at
/// its first push, at another rate, and at most twice when more waits to be sent than ever, so an audio device's callback may
/// be what calls.
/// @return `TGCALL_FULL` if it did not fit the queue, and nothing was taken; `TGCALL_ERR_STATE` if Opus is
///         to be pushed, or another thread is pushing.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn tgcall_audio_push_s16(
    client: *mut tgcall_client,
    call_id: u64,
    rate_hz: u32,
    channels: u32,
    samples: *const i16,
    frame_count: usize,
) -> tgcall_status {
    #[cfg(feature = "media")]
    // SAFETY: see the contract of the module.
    return unsafe { push(client, call_id, Pushes::Voice, rate_hz, channels, samples, frame_count) };
    #[cfg(not(feature = "media"))]
    {
        let _ = (call_id, rate_hz, channels, samples, frame_count);
        without_sound(client)
    }
}

/// The same with samples from -1 to 1; what is beyond is clipped.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn tgcall_audio_push_f32(
    client: *mut tgcall_client,
    call_id: u64,
    rate_hz: u32,
    channels: u32,
    samples: *const f32,
    frame_count: usize,
) -> tgcall_status {
    #[cfg(feature = "media")]
    // SAFETY: see the contract of the module.
    return unsafe { push(client, call_id, Pushes::Voice, rate_hz, channels, samples, frame_count) };
    #[cfg(not(feature = "media"))]
    {
        let _ = (call_id, rate_hz, channels, samples, frame_count);
        without_sound(client)
    }
}

/// Gives the sound that goes with a screen in a group call, as `tgcall_audio_push_s16` gives what is said: another thread may. It is heard
/// beside that, in stereo, while the screen is shown (`tgcall_video_start`), also while that is paused or we are muted; before and after
/// it is thrown away.
/// @return As `tgcall_audio_push_s16`; `TGCALL_ERR_STATE` also in a private call, where there is one sound.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn tgcall_audio_push_screen_s16(
    client: *mut tgcall_client,
    call_id: u64,
    rate_hz: u32,
    channels: u32,
    samples: *const i16,
    frame_count: usize,
) -> tgcall_status {
    #[cfg(feature = "media")]
    // SAFETY: see the contract of the module.
    return unsafe { push(client, call_id, Pushes::Screen, rate_hz, channels, samples, frame_count) };
    #[cfg(not(feature = "media"))]
    {
        let _ = (call_id, rate_hz, channels, samples, frame_count);
        without_sound(client)
    }
}

/// The same with samples from -1 to 1; what is beyond is clipped.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn tgcall_audio_push_screen_f32(
    client: *mut tgcall_client,
    call_id: u64,
    rate_hz: u32,
    channels: u32,
    samples: *const f32,
    frame_count: usize,
) -> tgcall_status {
    #[cfg(feature = "media")]
    // SAFETY: see the contract of the module.
    return unsafe { push(client, call_id, Pushes::Screen, rate_hz, channels, samples, frame_count) };
    #[cfg(not(feature = "media"))]
    {
        let _ = (call_id, rate_hz, channels, samples, frame_count);
        without_sound(client)
    }
}

/// Takes sound that was received, in the format asked for, which may differ from that of the push. Drives the jitter buffer
/// at the host's pace and fills the whole buffer, with silence if need be, also when it fails. One thread pulls, as one
/// pushes. `TGCALL_EMPTY`: all of it is silence, as there was nothing.
/// @return `TGCALL_ERR_STATE` if Opus is to be pulled, or another thread is pulling.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn tgcall_audio_pull_s16(
    client: *mut tgcall_client,
    call_id: u64,
    rate_hz: u32,
    channels: u32,
    samples_out: *mut i16,
    frame_count: usize,
) -> tgcall_status {
    #[cfg(feature = "media")]
    // SAFETY: see the contract of the module.
    return unsafe { pull(client, call_id, rate_hz, channels, samples_out, frame_count) };
    #[cfg(not(feature = "media"))]
    {
        let _ = (call_id, rate_hz, channels, samples_out, frame_count);
        without_sound(client)
    }
}

/// The same with samples from -1 to 1.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn tgcall_audio_pull_f32(
    client: *mut tgcall_client,
    call_id: u64,
    rate_hz: u32,
    channels: u32,
    samples_out: *mut f32,
    frame_count: usize,
) -> tgcall_status {
    #[cfg(feature = "media")]
    // SAFETY: see the contract of the module.
    return unsafe { pull(client, call_id, rate_hz, channels, samples_out, frame_count) };
    #[cfg(not(feature = "media"))]
    {
        let _ = (call_id, rate_hz, channels, samples_out, frame_count);
        without_sound(client)
    }
}

/// Chooses PCM (default) or Opus, one of `tgcall_audio_coding`, for what is pushed and for what is pulled. Valid at any time;
/// what waits in the other coding is thrown away.
/// @return `TGCALL_ERR_STATE` if what is received is delivered, and Opus is asked for.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn tgcall_audio_set_coding(
    client: *mut tgcall_client,
    call_id: u64,
    sent: u32,
    received: u32,
) -> tgcall_status {
    #[cfg(feature = "media")]
    return with_port(client, call_id, |port| {
        let coding = |number| match number {
            1 => Ok(Coding::Pcm),
            2 => Ok(Coding::Opus),
            _ => Err(Error::argument(format!("{number} is no tgcall_audio_coding"))),
        };
        port.set_coding(coding(sent)?, coding(received)?)
    });
    #[cfg(not(feature = "media"))]
    {
        let _ = (call_id, sent, received);
        without_sound(client)
    }
}

/// How sound that is pushed as PCM is encoded from the next packet on; 0 keeps what it is. May be set as soon as there is a call,
/// and while it is up. Before: 32000 bits, 20 ms, 1 channel.
/// @param bits_per_s  6000 to 510000.
/// @param packet_ms   20, 40 or 60. Longer costs delay and saves about a third of a thin link.
/// @param channels    1 or 2. What is pushed in stereo is sent in stereo only with 2, and with bits enough: 48000 are.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn tgcall_audio_set_encoding(
    client: *mut tgcall_client,
    call_id: u64,
    bits_per_s: u32,
    packet_ms: u32,
    channels: u32,
) -> tgcall_status {
    #[cfg(feature = "media")]
    return with_port(client, call_id, |port| port.set_encoding(bits_per_s, packet_ms, channels));
    #[cfg(not(feature = "media"))]
    {
        let _ = (call_id, bits_per_s, packet_ms, channels);
        without_sound(client)
    }
}

/// Hands over what is received at Telegram's pace, for a host without a clock of its own: every frame_ms a
/// `TGCALL_EVENT_AUDIO_FRAME`, from `TGCALL_CALL_STATE_ACTIVE` on to the end, silence included. While it is on, pulls are
/// `TGCALL_ERR_STATE`. At most one second waits for a host that takes no events; the oldest goes, and
/// `TGCALL_STAT_SOUND_UNDELIVERED_MS` counts it. May be set as soon as there is a call.
/// @param frame_ms  10 to 60, and a whole number of samples; 0: off, whatever the others are.
/// @return `TGCALL_ERR_STATE` if Opus is to be pulled.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn tgcall_audio_set_delivery(
    client: *mut tgcall_client,
    call_id: u64,
    frame_ms: u32,
    rate_hz: u32,
    channels: u32,
) -> tgcall_status {
    #[cfg(feature = "media")]
    return with_port(client, call_id, |port| port.set_delivery(frame_ms, rate_hz, channels));
    #[cfg(not(feature = "media"))]
    {
        let _ = (call_id, frame_ms, rate_hz, channels);
        without_sound(client)
    }
}

/// Gives one Opus packet to send, untouched. One thread pushes, as with PCM.
/// @param timestamp  Counts samples at 48 kHz; a gap is a pause.
/// @return `TGCALL_ERR_ARGUMENT` if it is no Opus packet; `TGCALL_FULL` if it did not fit the queue;
///         `TGCALL_ERR_STATE` if PCM is to be pushed.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn tgcall_audio_push_opus(
    client: *mut tgcall_client,
    call_id: u64,
    timestamp: u32,
    packet: *const u8,
    size: usize,
) -> tgcall_status {
    #[cfg(feature = "media")]
    // SAFETY: see the contract of the module.
    return with_port(client, call_id, |port| port.push_opus(timestamp, unsafe { bytes_in(packet, size, "packet") }?));
    #[cfg(not(feature = "media"))]
    {
        let _ = (call_id, timestamp, packet, size);
        without_sound(client)
    }
}

/// Takes one Opus packet that was received, in order and untouched. `TGCALL_EMPTY` when there is none. One thread pulls.
/// @param capacity       1275 is enough for every packet.
/// @param timestamp_out  Counts samples at 48 kHz; a gap is a pause or a loss.
/// @return `TGCALL_ERR_BUFFER` if it does not fit, and it stays; `TGCALL_ERR_STATE` if PCM is to be pulled.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn tgcall_audio_pull_opus(
    client: *mut tgcall_client,
    call_id: u64,
    buffer: *mut u8,
    capacity: usize,
    size_out: *mut usize,
    timestamp_out: *mut u32,
) -> tgcall_status {
    #[cfg(feature = "media")]
    return with_port(client, call_id, |port| {
        // SAFETY: see the contract of the module.
        let (size_out, timestamp_out) = unsafe { (out(size_out, "size_out")?, out(timestamp_out, "timestamp_out")?) };
        if buffer.is_null() && capacity > 0 || capacity > isize::MAX as usize {
            return Err(Error::argument("buffer is NULL, or its capacity is impossible"));
        }
        let waiting = port.waiting_opus()?;
        size_out.set(waiting.unwrap_or(0));
        timestamp_out.set(0);
        if waiting.is_some() && buffer.is_null() {
            return Ok(TGCALL_OK); // only the size was asked for
        }
        let buffer = match buffer.is_null() {
            true => &mut [],
            // SAFETY: the host promises so many writable bytes; any byte is a u8.
            false => unsafe { core::slice::from_raw_parts_mut(buffer, capacity) },
        };
        let Some((size, timestamp)) = port.pull_opus(buffer)? else { return Ok(TGCALL_EMPTY) };
        size_out.set(size);
        timestamp_out.set(timestamp);
        Ok(TGCALL_OK)
    });
    #[cfg(not(feature = "media"))]
    {
        let _ = (call_id, buffer, capacity, size_out, timestamp_out);
        without_sound(client)
    }
}

/// How much unsent sound a call holds. 0, the default, is live: the host keeps the pace, in bursts of up to 500 ms if need
/// be. What stands in the queue and no burst explains gives way, the oldest first, so a clock that is far too fast adds no
/// lasting delay; `TGCALL_STAT_SOUND_DROPPED_MS` counts it. An encoded packet that finds no room is lost as well, with the
/// older half of what waits. Nothing is kept before `TGCALL_CALL_STATE_ACTIVE`. Up to
/// 60000 ms is a playlist: we keep the pace, starting when the call is active. Less than a packet waits for more, for a
/// packet's time; `TGCALL_EVENT_AUDIO_PLAYED` tells when all has sounded and nothing followed for a packet's time.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn tgcall_audio_set_queue(
    client: *mut tgcall_client,
    call_id: u64,
    queue_ms: u32,
) -> tgcall_status {
    #[cfg(feature = "media")]
    return with_port(client, call_id, |port| port.set_queue(queue_ms));
    #[cfg(not(feature = "media"))]
    {
        let _ = (call_id, queue_ms);
        without_sound(client)
    }
}

/// Sound that was pushed and is not yet sent.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn tgcall_audio_get_queued(
    client: *const tgcall_client,
    call_id: u64,
    queued_ms_out: *mut u32,
) -> tgcall_status {
    #[cfg(feature = "media")]
    return with_port(client, call_id, |port| {
        // SAFETY: see the contract of the module.
        unsafe { out(queued_ms_out, "queued_ms_out") }?.set(port.queued_ms());
        Ok(())
    });
    #[cfg(not(feature = "media"))]
    {
        let _ = (call_id, queued_ms_out);
        without_sound(client)
    }
}

/// Throws away what is queued, as when the other side interrupts a voice bot.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn tgcall_audio_clear(client: *mut tgcall_client, call_id: u64) -> tgcall_status {
    #[cfg(feature = "media")]
    return with_port(client, call_id, |port| {
        port.clear();
        Ok(())
    });
    #[cfg(not(feature = "media"))]
    {
        let _ = call_id;
        without_sound(client)
    }
}

/// Mutes what we send: pushed sound is thrown away at its pace, and the other side is told; in a group call, Telegram.
/// @return `TGCALL_ERR_STATE` if an admin of the group has muted us: only he can allow us to speak.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn tgcall_audio_set_muted(
    client: *mut tgcall_client,
    call_id: u64,
    muted: c_int,
) -> tgcall_status {
    #[cfg(feature = "media")]
    return with_client(client, |client, now| client.set_muted(now, CallId(call_id), muted != 0));
    #[cfg(not(feature = "media"))]
    {
        let _ = (call_id, muted);
        without_sound(client)
    }
}

/// Loudness of the last 100 ms of PCM: RMS, 0 to 32767. Like push and pull it waits for nothing.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn tgcall_audio_get_level(
    client: *const tgcall_client,
    call_id: u64,
    sent_out: *mut u32,
    received_out: *mut u32,
) -> tgcall_status {
    #[cfg(feature = "media")]
    return with_port(client, call_id, |port| {
        // SAFETY: see the contract of the module.
        let (sent_out, received_out) = unsafe { (out(sent_out, "sent_out")?, out(received_out, "received_out")?) };
        let (sent, received) = port.levels();
        sent_out.set(sent);
        received_out.set(received);
        Ok(())
    });
    #[cfg(not(feature = "media"))]
    {
        let _ = (call_id, sent_out, received_out);
        without_sound(client)
    }
}
