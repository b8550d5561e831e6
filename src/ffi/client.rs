//! The client: made, run by an embedder's loop or a thread of ours, fed with news, freed.

use super::addr::tgcall_addr;
use super::bytes::{bytes_in, copy_out, items_in, out, text_in, tgcall_text};
use super::callback::SocketHook;
use super::callback::{Clock, EventCallback, HostRandom, Logger, Lost, SystemSource, Wake, tgcall_event_fn};
use super::config::{p2p_in, proxy_in, tgcall_config};
use super::event::tgcall_event;
use super::handle::{self, tgcall_client, with_client, with_handle};
use super::status::{self, tgcall_status, tgcall_status::*};
use crate::client::{Client, Config, LogLevel};
use crate::crypto::dh::Groups;
use crate::error::Error;
use crate::random::Random;
use crate::time::Duration;
use crate::types::{RequestId, SocketAddr, SocketId};
use core::ffi::{c_char, c_int, c_void};
use once_cell::race::OnceBox;
use ring::rand::SystemRandom;
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};

/// What this process has found out about primes: half a second of work for a new one, so no client repeats it.
static GROUPS: OnceBox<Arc<Groups>> = OnceBox::new();

/// How many clients this process has made. The numbers come back after two million of them; by then the calls of those are over.
static CLIENTS: AtomicU32 = AtomicU32::new(0);

/// More interfaces than a machine has that makes calls; an announced number is not trusted further.
const MAX_INTERFACES: usize = 1024;

/// Makes the client of one account. `config` is copied; NULL means defaults. Nothing happens until it is started or
/// drained. Pair with `tgcall_client_free`.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn tgcall_client_new(
    config: *const tgcall_config,
    client_out: *mut *mut tgcall_client,
) -> tgcall_status {
    // SAFETY: see the contract of the module.
    let client_out = match unsafe { out(client_out, "client_out") } {
        Ok(client_out) => client_out,
        Err(error) => return error.into(),
    };
    client_out.set(core::ptr::null_mut());
    // SAFETY: null, or a configuration that nobody changes now.
    let config = unsafe { config.as_ref() }.cloned().unwrap_or_default();
    let tgcall_config { mut core, clock, random, logger, wake, socket } = config;
    let number = CLIENTS.fetch_add(1, Ordering::Relaxed) % Config::MAX_NUMBER + 1;
    let lost = Lost::default();
    let random = match random {
        (Some(fill), userdata) => Random::new(HostRandom(fill, userdata, lost.clone())),
        (None, _) => Random::new(SystemSource(SystemRandom::new())),
    };
    let wake = wake.0.map(|call| Wake(call, wake.1));
    let (clock, logger) = (Clock::new(clock.0, clock.1, lost.clone()), Logger(logger.0, logger.1, lost.clone()));
    let socket = socket.0.map(|look| SocketHook(look, socket.1));
    let made = handle::make(clock, logger, wake, socket, lost, |now| {
        core.set_number(number)?;
        let mut client = Client::new(now, core, random)?;
        client.share_groups(Arc::clone(GROUPS.get_or_init(Default::default)));
        Ok(client)
    });
    match made {
        Ok(client) => {
            client_out.set(client);
            TGCALL_OK
        }
        Err(status) => status,
    }
}

/// Ends the client. Calls still up are dropped without a word to Telegram: discard them first. After it has returned no
/// callback runs; from inside a callback, the logger, the clock or the random source it takes effect when that returns. Waits
/// for a callback that is running, so do not hold a lock that callback wants. Works as long as the process does: in a
/// static object's destructor, in `atexit`, as a thread ends. NULL does nothing.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn tgcall_client_free(client: *mut tgcall_client) {
    handle::free(client);
}

/// Keeps the handle past its `tgcall_client_free`, for objects of other languages that outlive a client: until it is released as
/// often, every function may be called with it while it is freed and after, and answers `TGCALL_ERR_STATE` once it was. Of the
/// client only some kilobytes stay: calls, keys and thread go with `tgcall_client_free`, which is still to be called once. NULL
/// does nothing.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn tgcall_client_retain(client: *mut tgcall_client) {
    handle::retain(client);
}

/// Gives back what `tgcall_client_retain` gave, on any thread. NULL does nothing.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn tgcall_client_release(client: *mut tgcall_client) {
    handle::release(client);
}

/// Starts our thread, which delivers every event from now on. Valid once, before the first drain or poll. The thread also
/// carries the sound of all calls, which stands still while `on_event` runs: return soon, and do long work elsewhere.
/// @return `TGCALL_ERR_STATE` if the client is started or embedded already; `TGCALL_ERR_IO` if no thread could be made.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn tgcall_client_start(
    client: *mut tgcall_client,
    on_event: tgcall_event_fn,
    userdata: *mut c_void,
) -> tgcall_status {
    with_handle(client, |handle| {
        let Some(on_event) = EventCallback::new(on_event, userdata) else {
            return status::fail(TGCALL_ERR_ARGUMENT, "on_event is NULL");
        };
        #[cfg(feature = "runtime")]
        return handle.start(on_event);
        #[cfg(not(feature = "runtime"))]
        {
            let _ = (handle, on_event);
            status::fail(TGCALL_ERR_UNSUPPORTED, "this library was built without its own thread")
        }
    })
}

/// Embedded: runs the timers that are due and hands over all events, those included that the callback causes. Each is
/// lent until the callback returns. `TGCALL_EMPTY` if there were none; `TGCALL_ERR_STATE` if started, or while another
/// drain is not done, as from inside its callback.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn tgcall_client_drain(
    client: *mut tgcall_client,
    on_event: tgcall_event_fn,
    userdata: *mut c_void,
) -> tgcall_status {
    with_handle(client, |handle| match EventCallback::new(on_event, userdata) {
        Some(on_event) => handle.drain(|event| on_event.call(client, event)),
        None => status::fail(TGCALL_ERR_ARGUMENT, "on_event is NULL"),
    })
}

/// The same, one event at a time. It is lent until the next poll, drain or free. `TGCALL_EMPTY`: NULL, there is none.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn tgcall_client_poll(
    client: *mut tgcall_client,
    event_out: *mut *const tgcall_event,
) -> tgcall_status {
    with_handle(client, |handle| {
        // SAFETY: see the contract of the module.
        let event_out = match unsafe { out(event_out, "event_out") } {
            Ok(event_out) => event_out,
            Err(error) => return error.into(),
        };
        event_out.set(core::ptr::null());
        match handle.poll() {
            Ok(Some(event)) => {
                event_out.set(event);
                TGCALL_OK
            }
            Ok(None) => TGCALL_EMPTY,
            Err(status) => status,
        }
    })
}

/// Embedded: how long the loop may sleep. 0 is: drain now; `TGCALL_EMPTY` with -1 is: until something arrives. Rounded
/// up, so it can go to poll(2) as it is.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn tgcall_client_get_next_timeout(
    client: *const tgcall_client,
    timeout_ms_out: *mut i32,
) -> tgcall_status {
    with_handle(client, |handle| {
        // SAFETY: see the contract of the module.
        let timeout_ms_out = match unsafe { out(timeout_ms_out, "timeout_ms_out") } {
            Ok(timeout_ms_out) => timeout_ms_out,
            Err(error) => return error.into(),
        };
        match handle.next_timeout() {
            Ok(Some(timeout)) => {
                timeout_ms_out.set(ms_rounded_up(timeout));
                TGCALL_OK
            }
            Ok(None) => {
                timeout_ms_out.set(-1);
                TGCALL_EMPTY
            }
            Err(status) => status,
        }
    })
}

fn ms_rounded_up(timeout: Duration) -> i32 {
    i32::try_from(timeout.as_nanos().div_ceil(1_000_000)).unwrap_or(i32::MAX)
}

/// The calls that are up, oldest first: those that `TGCALL_STAT_CALLS` counts, from their first event until they are ending.
/// `(NULL, 0)` asks for their number alone.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn tgcall_client_get_calls(
    client: *const tgcall_client,
    ids: *mut u64,
    capacity: usize,
    count_out: *mut usize,
) -> tgcall_status {
    with_client(client, |client, _| {
        // SAFETY: see the contract of the module.
        let count_out = unsafe { out(count_out, "count_out") }?;
        let calls: Vec<u64> = client.calls().into_iter().map(|call| call.0).collect();
        // SAFETY: as above.
        unsafe { copy_out(&calls, ids, capacity, &count_out) }
    })
}

/// Telegram's update, in whatever shape it came: an `Updates`, an `Update`, a `phone.PhoneCall`, as boxed TL bytes. Feed
/// them all: `TGCALL_EMPTY` is one that is not about calls, or not readable, which is counted.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn tgcall_client_handle_update(
    client: *mut tgcall_client,
    update: *const u8,
    size: usize,
) -> tgcall_status {
    // SAFETY: see the contract of the module.
    with_client(client, |client, now| client.handle_update(now, unsafe { bytes_in(update, size, "update") }?))
}

/// The answer to a `TGCALL_EVENT_INVOKE`. An empty one stands for `boolTrue`, and for one whose content comes by the functions
/// for decoded objects. `TGCALL_ERR_NOT_FOUND` if nobody waits for it any more; `TGCALL_EMPTY` if it is not readable.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn tgcall_client_handle_answer(
    client: *mut tgcall_client,
    request_id: u64,
    answer: *const u8,
    size: usize,
) -> tgcall_status {
    with_client(client, |client, now| {
        // SAFETY: see the contract of the module.
        client.handle_answer(now, RequestId(request_id), unsafe { bytes_in(answer, size, "answer") }?)
    })
}

/// The `rpc_error` that answers a `TGCALL_EVENT_INVOKE`. Code 0 stands for a request that got no answer at all, as after
/// a lost connection. `TGCALL_ERR_NOT_FOUND` if nobody waits for it any more.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn tgcall_client_handle_error(
    client: *mut tgcall_client,
    request_id: u64,
    code: i32,
    text: *const c_char,
) -> tgcall_status {
    with_client(client, |client, now| {
        // SAFETY: see the contract of the module.
        client.handle_error(now, RequestId(request_id), code, unsafe { text_in(text, "text") }?)
    })
}

/// Telegram's clock, in seconds since 1970: it tells an old incoming call from a new one. Never set: all count as new.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn tgcall_client_set_server_time(client: *mut tgcall_client, unix_s: i64) -> tgcall_status {
    with_client(client, |client, now| client.set_server_time(now, unix_s))
}

/// How much is logged from now on, one of `tgcall_log_level`. Without a logger nothing is.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn tgcall_client_set_log_level(client: *mut tgcall_client, level: u32) -> tgcall_status {
    with_client(client, |client, _| {
        let unknown = || Error::argument(format!("{level} is no tgcall_log_level"));
        client.set_log_level(LogLevel::from_number(level).ok_or_else(unknown)?);
        Ok(())
    })
}

/// The `library_versions` for a `phoneCallProtocol` that the host writes: by index until `TGCALL_EMPTY`. Each lives for
/// ever. The rest of it: udp_p2p and udp_reflector true, `TGCALL_MIN_LAYER`, `TGCALL_MAX_LAYER`.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn tgcall_client_get_version(
    client: *const tgcall_client,
    index: usize,
    version_out: *mut tgcall_text,
) -> tgcall_status {
    with_client(client, |client, _| {
        // SAFETY: see the contract of the module.
        let version_out = unsafe { out(version_out, "version_out") }?;
        let version = client.version(index);
        version_out.set(version.map_or(tgcall_text::empty(), tgcall_text::from_c_str));
        Ok(if version.is_some() { TGCALL_OK } else { TGCALL_EMPTY })
    })
}

/// Sends media through another SOCKS5 proxy from now on, or with a NULL host through none, as `tgcall_config_set_proxy`. It reaches
/// calls that are up: for them it is another network, so they look for a path anew and nothing goes past the proxy.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn tgcall_client_set_proxy(
    client: *mut tgcall_client,
    host: *const c_char,
    port: u16,
    username: *const c_char,
    password: *const c_char,
) -> tgcall_status {
    with_client(client, |client, now| {
        // SAFETY: see the contract of the module.
        client.set_proxy(now, unsafe { proxy_in(host, port, username, password) }?)
    })
}

/// Whether direct paths are used from now on, one of `tgcall_p2p`. It reaches calls that are up: with `TGCALL_P2P_NEVER` a
/// direct path is left at once, and its place is taken by a relay.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn tgcall_client_set_p2p(client: *mut tgcall_client, p2p: u32) -> tgcall_status {
    with_client(client, |client, now| {
        client.set_p2p(now, p2p_in(p2p)?);
        Ok(())
    })
}

/// Not 0: sends as little as makes sense from now on, also in calls that are up: sound of 20 kbit/s in packets of 60 ms, unless
/// `tgcall_audio_set_encoding` asked for something else, and pictures of at most 300 kbit/s. Default 0.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn tgcall_client_set_low_data(client: *mut tgcall_client, low_data: c_int) -> tgcall_status {
    with_client(client, |client, now| {
        client.set_low_data(now, low_data != 0);
        Ok(())
    })
}

/// The addresses of this machine that calls may use, ports 0. Embedded: call it before the first call and when the
/// network changes. Started: we look ourselves until told for the first time. What matters most comes first: of very many
/// the last are left out, and the report names them; more than 1024 are `TGCALL_ERR_ARGUMENT`. None, or loopback alone, after
/// there were others is an outage: what was open stays until there are others again.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn tgcall_client_set_interfaces(
    client: *mut tgcall_client,
    interfaces: *const tgcall_addr,
    count: usize,
) -> tgcall_status {
    with_handle(client, |handle| {
        handle.locked(|client, now| {
            if count > MAX_INTERFACES {
                return Err(Error::argument("too many interfaces"));
            }
            // SAFETY: see the contract of the module.
            let interfaces = unsafe { items_in(interfaces, count, "interfaces") }?;
            let interfaces = interfaces.iter().map(SocketAddr::try_from).collect::<Result<Vec<_>, Error>>()?;
            client.set_interfaces(now, &interfaces)?;
            handle.set_knows_interfaces();
            Ok(())
        })
    })
}

/// Embedded: the socket of a `TGCALL_EVENT_SOCKET_OPEN` is bound (UDP) or connected (TCP) at `local`.
/// `TGCALL_ERR_NOT_FOUND` for a socket we do not know.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn tgcall_client_handle_opened(
    client: *mut tgcall_client,
    socket_id: u64,
    local: *const tgcall_addr,
) -> tgcall_status {
    // SAFETY: see the contract of the module.
    with_client(client, |client, now| client.handle_opened(now, SocketId(socket_id), unsafe { addr_in(local) }?))
}

/// Embedded: a socket could not be opened, or broke; calls find another way. `TGCALL_ERR_NOT_FOUND` for a socket we do
/// not know.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn tgcall_client_handle_closed(client: *mut tgcall_client, socket_id: u64) -> tgcall_status {
    with_client(client, |client, now| client.handle_closed(now, SocketId(socket_id)))
}

/// Embedded: one UDP datagram. Drain afterwards; many may come before one drain. `TGCALL_ERR_NOT_FOUND` for a socket we do not
/// know.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn tgcall_client_handle_datagram(
    client: *mut tgcall_client,
    socket_id: u64,
    from: *const tgcall_addr,
    data: *const u8,
    size: usize,
) -> tgcall_status {
    with_client(client, |client, now| {
        // SAFETY: see the contract of the module.
        let (from, data) = unsafe { (addr_in(from)?, bytes_in(data, size, "data")?) };
        client.handle_datagram(now, SocketId(socket_id), from, data)
    })
}

/// Embedded: the next bytes of a TCP stream. Drain afterwards; much may come before one drain. `TGCALL_ERR_NOT_FOUND` for a
/// socket we do not know.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn tgcall_client_handle_stream(
    client: *mut tgcall_client,
    socket_id: u64,
    data: *const u8,
    size: usize,
) -> tgcall_status {
    with_client(client, |client, now| {
        // SAFETY: see the contract of the module.
        client.handle_stream(now, SocketId(socket_id), unsafe { bytes_in(data, size, "data") }?)
    })
}

/// # Safety
/// `addr` is null or readable.
unsafe fn addr_in(addr: *const tgcall_addr) -> Result<SocketAddr, Error> {
    // SAFETY: as the caller promises.
    SocketAddr::try_from(unsafe { addr.as_ref() }.ok_or(Error::argument("the address is NULL"))?)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_timeout_is_rounded_up_so_that_the_loop_does_not_spin() {
        assert_eq!(ms_rounded_up(Duration::ZERO), 0);
        assert_eq!(ms_rounded_up(Duration::from_nanos(1)), 1);
        assert_eq!(ms_rounded_up(Duration::from_nanos(1_000_000)), 1);
        assert_eq!(ms_rounded_up(Duration::MAX), i32::MAX);
    }
}
