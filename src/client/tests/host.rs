//! What a host asks for: wrongly, late, of a call that it attached.

use super::*;

#[test]
fn misuse_changes_nothing() {
    use crate::error::ErrorKind;
    let (mut alice, call, _, _) = connected();
    alice.events();
    let now = alice.now;
    let kinds = [
        alice.client.accept(now, call).unwrap_err().kind(),
        alice.client.confirm(now, call).unwrap_err().kind(),
        alice.client.rate(now, call, 5, "").unwrap_err().kind(),
        alice.client.send_report(now, call).unwrap_err().kind(),
        alice.client.connect(now, call, "9.0.0", true, "").unwrap_err().kind(),
    ];
    assert_eq!(kinds, [ErrorKind::State; 5]);
    assert_eq!(alice.client.send_signaling(now, call, &[]).unwrap_err().kind(), ErrorKind::Argument);
    assert_eq!(alice.client.send_signaling(now, call, &[0; 70_000]).unwrap_err().kind(), ErrorKind::Limit);
    assert_eq!(alice.client.request(now, UserId(0), 0, false).unwrap_err().kind(), ErrorKind::Argument);
    assert_eq!(alice.client.request(now, UserId(ALICE), 0, false).unwrap_err().kind(), ErrorKind::Argument);
    assert_eq!(alice.client.request(now, UserId(BOB), 0, false).unwrap_err().kind(), ErrorKind::Limit);
    assert_eq!(alice.client.set_server_time(now, -1).unwrap_err().kind(), ErrorKind::Argument);
    let unknown = [
        alice.client.accept(now, CallId(99)).unwrap_err().kind(),
        alice.client.state(CallId(0)).unwrap_err().kind(),
        alice.client.emoji(CallId(99)).unwrap_err().kind(),
        alice.client.call_stats(CallId(99), StreamId::CALL).unwrap_err().kind(),
        alice.client.handle_signaling(now, CallId(99), &[1]).unwrap_err().kind(),
    ];
    assert_eq!(unknown, [ErrorKind::NotFound; 5]);
    assert_eq!(alice.client.state(call).unwrap(), CallState::Connecting);
    assert!(alice.events().is_empty());
}

#[test]
fn the_log_is_bounded_and_silent_unless_asked() {
    let mut bob = bob();
    bob.rung(CALL);
    assert_eq!(bob.client.poll_log(), None);
    let mut config = config(BOB);
    config.set_log_level(LogLevel::Trace);
    let mut bob = host(config);
    for _ in 0..1000 {
        bob.update(&[1]);
    }
    assert_eq!(core::iter::from_fn(|| bob.client.poll_log()).count(), LINES);
}

#[test]
fn ids_of_calls_begin_with_the_number_of_their_client_and_fit_into_a_double() {
    for number in [0, 1, Config::MAX_NUMBER] {
        let mut config = config(ALICE);
        config.set_number(number).unwrap();
        let mut alice = host(config);
        let (first, _) = alice.requesting();
        assert_eq!(first.0, u64::from(number) << 32 | 1);
        assert!(first.0 < 1 << 53);
        assert_eq!(alice.client.state(CallId(1)).is_ok(), number == 0, "of another client");
        alice.client.discard(alice.now, first, DiscardReason::Auto).unwrap();
    }
    assert!(Config::new().set_number(Config::MAX_NUMBER + 1).is_err());
}

#[test]
fn a_screen_can_be_built_from_what_a_call_says_of_itself() {
    use crate::error::ErrorKind;
    let kind = |error: Error| error.kind();
    let mut alice = alice();
    assert_eq!(alice.client.calls(), []);
    let (call, asked) = alice.requesting();
    assert_eq!(alice.client.calls(), [call]);
    assert_eq!(alice.client.kind(call), Ok(CallKind::Private));
    assert_eq!(alice.client.user(call), Ok(UserId(BOB)));
    assert_eq!(alice.client.direction(call), Ok(Direction::Outgoing));
    assert_eq!(alice.client.telegram_id(call).map_err(kind), Err(ErrorKind::State), "Telegram has not said");
    assert_eq!(alice.client.duration_s(alice.now, call), Ok(0));
    assert_eq!(alice.client.end(call).map_err(kind), Err(ErrorKind::State));
    alice.client.discard(alice.now, call, DiscardReason::Auto).unwrap();
    assert_eq!(alice.client.calls(), [], "it is ending");
    alice.sleep(Duration::from_secs(10));
    assert_eq!(alice.client.end(call), Ok(EndReason::LocalHangup));
    assert_eq!(alice.client.user(call), Ok(UserId(BOB)), "also of an ended one");
    drop(asked);

    let mut bob = bob();
    let (rung, _) = bob.rung(CALL);
    assert_eq!(bob.client.calls(), [rung]);
    assert_eq!(bob.client.user(rung), Ok(UserId(ALICE)));
    assert_eq!(bob.client.direction(rung), Ok(Direction::Incoming));
    assert_eq!(bob.client.telegram_id(rung), Ok((CALL, BOBS.access_hash)));
    assert_eq!(bob.client.switches(rung), Ok(Default::default()));
    let nobody = CallId(99);
    assert_eq!(bob.client.kind(nobody).map_err(kind), Err(ErrorKind::NotFound));
}

#[cfg(feature = "media")]
#[test]
fn an_attached_call_asks_telegram_for_nothing() {
    use crate::error::ErrorKind;
    let mut alice = host({
        let mut config = config(ALICE);
        config.set_media(Media::Library);
        config
    });
    let now = alice.now;
    assert_eq!(alice.client.attach(now, true, &[1; 255]).unwrap_err().kind(), ErrorKind::Argument);
    let call = alice.client.attach(now, true, &[1; 256]).unwrap();
    assert_eq!(alice.client.state(call).unwrap(), CallState::Attached);
    assert_eq!(alice.client.connect(now, call, "1.0.0", true, "").unwrap_err().kind(), ErrorKind::Unsupported);
    assert_eq!(alice.client.handle_accepted(now, call, &[1]).unwrap_err().kind(), ErrorKind::State);
    assert_eq!(alice.client.emoji(call).unwrap_err().kind(), ErrorKind::State);
    alice.client.discard(now, call, DiscardReason::Auto).unwrap();
    assert!(alice.all_asked().is_empty());
    assert_eq!(alice.client.state(call).unwrap(), CallState::Ended);
    assert_eq!(alice.client.rate(now, call, 5, "").unwrap_err().kind(), ErrorKind::State);
    assert_eq!(alice.client.secrets(), 0);
}

#[test]
fn a_host_that_takes_nothing_loses_packets_and_nothing_else() {
    let (mut alice, call, _, _) = connected();
    let waiting = alice.events().len();
    assert!(waiting > 0, "what led here");
    let packet = |n: u32| EventKind::Transmit { socket: SocketId(1), remote: None, bytes: n.to_le_bytes().to_vec() };
    for n in 0..10_000 {
        alice.client.push(call, String::new(), packet(n));
        if n % 100 == 0 {
            alice.client.send_signaling(alice.now, call, &n.to_le_bytes()).unwrap();
        }
    }
    let events = alice.events();
    let packets: Vec<_> = events.iter().filter(|event| matches!(event.kind, EventKind::Transmit { .. })).collect();
    assert_eq!(packets.len(), queue::PACKETS_PER_CALL);
    assert_eq!(packets.last().unwrap().kind, packet(9_999), "the newest are there");
    assert_eq!(events.len() - packets.len(), 100, "and every request");
    let report = alice.client.report(call, ReportFormat::Text, false).unwrap();
    assert!(report.contains(&format!("did not take in time: {}", 10_000 - packets.len())), "{report}");
}
