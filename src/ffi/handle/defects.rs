//! A defect of ours in any function that the handle calls kills the client that has it, and no other.

use super::super::call::tgcall_request;
use super::super::choice::tgcall_event_kind::{self, *};
use super::super::client::*;
use super::super::event::*;
use super::tests::{client, drain, error_text};
use super::*;
use core::ptr::{null, null_mut};

/// The next time one of its threads comes to this function, it panics.
fn strike(client: *mut tgcall_client, function: &'static str) {
    // SAFETY: the client is alive.
    let mut core = unsafe { &*client }.lock().unwrap_or_else(|dead| panic!("{}", dead.0));
    core.client.as_mut().expect("it is alive").0.defect = Some(function);
}

type Answer = (tgcall_status, Vec<tgcall_event_kind>);

fn request(client: *mut tgcall_client) -> Answer {
    let mut call = 0;
    // SAFETY: the client is alive, the place is ours.
    (unsafe { tgcall_request(client, 5, 6, 0, null_mut(), &mut call) }, vec![])
}

fn wait(client: *mut tgcall_client) -> Answer {
    let mut timeout_ms = 0;
    // SAFETY: the client is alive, the place is ours.
    (unsafe { tgcall_client_get_next_timeout(client, &mut timeout_ms) }, vec![])
}

fn poll(client: *mut tgcall_client) -> Answer {
    let mut event = null();
    // SAFETY: the client is alive, the place is ours, and the event is lent until the next poll.
    unsafe {
        let status = tgcall_client_poll(client, &mut event);
        (status, if event.is_null() { vec![] } else { vec![tgcall_event_get_kind(event)] })
    }
}

#[test]
fn a_defect_wherever_a_host_comes_is_the_end_of_one_client() {
    type Call = fn(*mut tgcall_client) -> Answer;
    let cases: [(&str, &[Call]); 5] = [
        ("has_events", &[request, wait, poll, drain]),
        ("next_timeout", &[request, wait]),
        ("handle_timeout", &[poll, drain]),
        ("poll_event", &[poll, drain]),
        ("poll_log", &[request, wait, poll, drain]),
    ];
    for (function, calls) in cases {
        for (number, call) in calls.iter().enumerate() {
            let (client, healthy) = (client(), client());
            strike(client, function);
            let (status, mut told) = call(client);
            // Who takes events is told by one.
            assert!(
                status == TGCALL_ERR_INTERNAL || told == [TGCALL_EVENT_CLIENT_DEAD],
                "{function} {number}: {status:?}"
            );
            told.extend(drain(client).1);
            assert_eq!(told, [TGCALL_EVENT_CLIENT_DEAD], "{function} {number}: once");
            assert_eq!(request(client).0, TGCALL_ERR_INTERNAL, "{function} {number}");
            assert!(error_text().contains(&format!("a defect in {function}")), "{function} {number}: {}", error_text());
            assert_eq!((request(healthy).0, wait(healthy).0), (TGCALL_OK, TGCALL_OK), "{function} {number}");
            free(client);
            free(healthy);
        }
    }
}

#[cfg(feature = "runtime")]
#[test]
fn a_defect_on_our_own_thread_is_told_by_it() {
    use core::ffi::c_void;
    use std::sync::mpsc::{Sender, channel};
    unsafe extern "C-unwind" fn note(deaths: *mut c_void, _: *mut tgcall_client, event: *const tgcall_event) {
        // SAFETY: the userdata of the start below, which outlives the client, and a lent event.
        unsafe {
            if tgcall_event_get_kind(event) == TGCALL_EVENT_CLIENT_DEAD {
                (*deaths.cast::<Sender<()>>()).send(()).expect("somebody waits for it");
            }
        }
    }
    for function in ["handle_timeout", "poll_event", "next_timeout", "poll_log"] {
        let (client, healthy) = (client(), client());
        let (mut sender, deaths) = channel::<()>();
        // SAFETY: the client is alive, and the sender lives longer.
        assert_eq!(unsafe { tgcall_client_start(client, Some(note), (&raw mut sender).cast()) }, TGCALL_OK);
        strike(client, function);
        // It wakes the thread, if it does not meet the defect itself.
        let _ = request(client);
        let waited = deaths.recv_timeout(std::time::Duration::from_secs(20));
        assert!(waited.is_ok(), "{function}: nobody was told");
        assert_eq!(request(client).0, TGCALL_ERR_INTERNAL, "{function}");
        assert_eq!(request(healthy).0, TGCALL_OK, "{function}");
        free(client);
        assert!(deaths.try_recv().is_err(), "{function}: once");
        free(healthy);
    }
}
