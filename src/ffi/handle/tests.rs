use super::super::bytes::tgcall_text;
use super::super::call::tgcall_request;
use super::super::choice::tgcall_event_kind;
use super::super::client::*;
use super::super::config::*;
use super::super::event::*;
use super::super::status::tgcall_status_get_text;
use super::userdata::ENDED_KEPT;
use super::*;
use crate::client::{Event, EventKind};
use crate::types::CallId;
use core::cell::Cell;
use core::ffi::c_void;
use core::ptr::{null, null_mut};

pub(super) fn client() -> *mut tgcall_client {
    let (config, mut client) = (tgcall_config_new(), null_mut());
    // SAFETY: the configuration and the place for the client are ours.
    unsafe {
        assert_eq!(tgcall_config_set_media(config, tgcall_media::TGCALL_MEDIA_HOST as u32), TGCALL_OK);
        assert_eq!(tgcall_client_new(config, &mut client), TGCALL_OK);
        tgcall_config_free(config);
    }
    client
}

pub(super) fn error_text() -> String {
    let text: tgcall_text = tgcall_status_get_text();
    // SAFETY: this thread has not called anything since.
    unsafe { text.as_str() }.to_owned()
}

/// The kinds of the events that a drain hands over, and what it answers.
pub(super) fn drain(client: *mut tgcall_client) -> (tgcall_status, Vec<tgcall_event_kind>) {
    unsafe extern "C-unwind" fn note(kinds: *mut c_void, _: *mut tgcall_client, event: *const tgcall_event) {
        // SAFETY: the userdata of the drain below, and a lent event.
        unsafe { (*kinds.cast::<Vec<tgcall_event_kind>>()).push(tgcall_event_get_kind(event)) }
    }
    let mut kinds: Vec<tgcall_event_kind> = Vec::new();
    // SAFETY: the client is alive, the vector outlives the drain.
    let status = unsafe { tgcall_client_drain(client, Some(note), (&raw mut kinds).cast()) };
    (status, kinds)
}

#[test]
fn a_panic_kills_the_client_and_is_told_once() {
    let client = client();
    let hook = std::panic::take_hook();
    std::panic::set_hook(Box::new(|_| {}));
    let status = with_client(client, |_, _| -> Result<(), Error> { panic!("two and two are five") });
    std::panic::set_hook(hook);
    assert_eq!(status, TGCALL_ERR_INTERNAL);
    assert!(error_text().contains("two and two are five"));
    assert_eq!(with_client(client, |_, _| Ok(())), TGCALL_ERR_INTERNAL);
    assert_eq!(drain(client), (TGCALL_ERR_INTERNAL, vec![tgcall_event_kind::TGCALL_EVENT_CLIENT_DEAD]));
    assert_eq!(drain(client), (TGCALL_ERR_INTERNAL, vec![]));
    free(client);
}

#[test]
fn an_error_is_a_status_and_its_story_and_changes_nothing() {
    let client = client();
    assert_eq!(with_client(client, |_, _| -> Result<(), Error> { Err(Error::limit("full")) }), TGCALL_ERR_LIMIT);
    assert_eq!(error_text(), "full");
    assert_eq!(with_client(client, |_, _| Ok(Handled::Empty("not about calls".into()))), TGCALL_EMPTY);
    assert_eq!(error_text(), "not about calls");
    assert_eq!(with_client(null(), |_, _| Ok(())), TGCALL_ERR_ARGUMENT);
    assert_eq!(drain(client), (TGCALL_EMPTY, vec![]));
    free(client);
    free(null_mut());
}

#[test]
fn what_runs_under_the_lock_is_refused_and_the_mark_is_taken_off_again() {
    let client = client();
    let inner = Cell::new(TGCALL_OK);
    let outer = with_client(client, |_, _| {
        inner.set(with_client(client, |_, _| Ok(())));
        Ok(())
    });
    assert_eq!((outer, inner.get()), (TGCALL_OK, TGCALL_ERR_STATE));
    assert_eq!(with_client(client, |_, _| Ok(())), TGCALL_OK);
    free(client);
}

#[test]
fn a_client_freed_under_its_own_lock_goes_when_the_call_returns() {
    let client = client();
    let status = with_client(client, |_, _| {
        free(client);
        Ok(())
    });
    assert_eq!(status, TGCALL_OK);
    assert!(!marks::is_inside(client));
}

#[test]
fn events_that_nobody_took_die_with_the_client() {
    let client = client();
    let (mut call, mut event) = (0, null());
    // SAFETY: the client is alive, the places are ours.
    unsafe {
        assert_eq!(tgcall_request(client, 5, 6, 0, null_mut(), &mut call), TGCALL_OK);
        assert_eq!(tgcall_client_poll(client, &mut event), TGCALL_OK);
        assert_ne!(tgcall_event_get_text(event).size, 0);
    }
    free(client); // with one event polled and others waiting
}

#[test]
fn userdata_goes_with_the_news_of_the_end() {
    let client = client();
    // SAFETY: the reference is given back below; the host's own lives until the free.
    let handle = unsafe {
        Arc::increment_strong_count(client);
        Arc::from_raw(client)
    };
    let mine = core::ptr::without_provenance_mut(7);
    for call in (1..=100).map(CallId) {
        assert_eq!(handle.set_userdata(call, mine), Ok(()));
        let kind = EventKind::CallEnded(crate::client::CallEnd::default());
        let event = tgcall_event::new(&handle, Event { call, text: String::new(), kind });
        // SAFETY: an event of ours.
        let asked = || unsafe { tgcall_event_get_call_userdata(&event) };
        assert_eq!(asked().addr(), 7);
        handle.told(&event);
        assert!(asked().is_null());
        assert_eq!(handle.set_userdata(call, mine).unwrap_err().kind(), crate::error::ErrorKind::State);
    }
    let kept = handle.userdata.lock();
    assert_eq!((kept.of.len(), kept.told.len()), (0, ENDED_KEPT));
    drop(kept);
    drop(handle);
    free(client);
}

#[test]
fn userdata_goes_over_to_what_a_call_goes_on_as() {
    let client = client();
    // SAFETY: the reference is given back below; the host's own lives until the free.
    let handle = unsafe {
        Arc::increment_strong_count(client);
        Arc::from_raw(client)
    };
    let migrated = |old: u64, new: u64| {
        let kind = EventKind::CallMigrated { new: CallId(new), slug: "slug".into() };
        tgcall_event::new(&handle, Event { call: CallId(old), text: String::new(), kind })
    };
    let mine = core::ptr::without_provenance_mut(7);
    handle.set_userdata(CallId(1), mine).unwrap();
    let event = migrated(1, 2);
    // SAFETY: an event of ours.
    assert_eq!(unsafe { tgcall_event_get_call_userdata(&event) }.addr(), 7);
    assert_eq!([1, 2].map(|call| handle.userdata(CallId(call)).addr()), [0, 7]);
    // What the host has hung on the new one itself stays.
    handle.set_userdata(CallId(3), mine).unwrap();
    handle.set_userdata(CallId(4), core::ptr::without_provenance_mut(8)).unwrap();
    drop(migrated(3, 4));
    assert_eq!([3, 4].map(|call| handle.userdata(CallId(call)).addr()), [7, 8]);
    drop(event);
    drop(handle);
    free(client);
}

#[test]
fn a_thread_is_inside_of_clients_in_any_order_and_of_so_many() {
    let clients = [1, 2, 3, 4, 5, 6, 7, 8, 9].map(core::ptr::without_provenance::<tgcall_client>);
    // As fibers leave them: not the last one first.
    assert!(clients[..8].iter().all(|client| marks::enter(*client)) && marks::enter(clients[3]));
    assert!(!marks::enter(clients[8]), "there is room for eight");
    assert!(!marks::leave(clients[3]) && marks::leave(clients[0]) && marks::leave(clients[3]));
    assert!(marks::enter(clients[8]) && marks::leave(clients[8]));
    for client in [1, 2, 4, 5, 6, 7].map(|at: usize| clients[at]) {
        assert!(marks::is_inside(client) && marks::leave(client) && !marks::is_inside(client));
    }
}
