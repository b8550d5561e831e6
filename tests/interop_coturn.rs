//! Calls of our two ends, each a process with the C library, over coturn, a TURN server we did not write: by UDP and by TCP. Says
//! SKIPPED without it.
#![cfg(all(unix, feature = "media", feature = "opus", feature = "runtime"))]
// Real processes: here the clock is read.
#![allow(clippy::disallowed_methods)]

mod interop;

use interop::coturn::{self, Coturn};
use interop::endpoint::Endpoint;
use interop::pair::{ACTIVE, LOCAL_HANGUP, Pair};
use interop::skipped;
use std::time::Duration;

/// Nothing but the relay may be used, and five seconds of both tones arrive whole.
fn talk_over(coturn: &Coturn, password: &str, route: &str) {
    let mut pair = Pair::new([Endpoint::start(&[]), Endpoint::start(&[])]);
    let turn = format!("turn 1 7 {} {} {} {password}", coturn.ip, coturn.port, coturn::USER);
    pair.connect(&[turn], false);
    pair.both(ACTIVE, Duration::from_secs(15));
    pair.talk();
    pair.run(Duration::from_millis(6500));
    pair.assert_heard(5);
    for report in pair.reports() {
        let transport = &report["json"]["media"]["transport"];
        assert_eq!((&transport["route"], &report["relayed"]), (&route.into(), &1.into()), "{}", report["text"]);
        let candidates = ["local_candidates", "remote_candidates"].map(|side| transport[side].as_array().unwrap());
        assert!(candidates.iter().all(|side| !side.is_empty()), "{}", report["text"]);
        assert!(candidates.into_iter().flatten().all(|candidate| candidate["kind"] == "relay"), "{}", report["text"]);
    }
    pair.send("discard 1");
    pair.both_end(LOCAL_HANGUP, Duration::from_secs(3));
    pair.quit();
}

/// A wrong password is no way to the other side, and the report says whose fault that is.
fn be_refused(coturn: &Coturn) {
    let mut pair = Pair::new([Endpoint::start(&[]), Endpoint::start(&[])]);
    pair.connect(&[format!("turn 1 7 {} {} {} wrong", coturn.ip, coturn.port, coturn::USER)], false);
    pair.run(Duration::from_secs(5));
    for report in pair.reports() {
        let servers = report["json"]["media"]["transport"]["servers"].as_array().unwrap();
        assert!(servers.iter().any(|server| server["outcome"] == "refused with 401"), "{}", report["text"]);
    }
    pair.quit();
}

#[test]
fn our_two_ends_talk_over_coturn_by_udp_and_by_tcp() {
    const TEST: &str = "our_two_ends_talk_over_coturn_by_udp_and_by_tcp";
    let (Some(both), Some(tcp)) = (Coturn::start("127.0.0.1", &[]), Coturn::start("127.0.0.1", &["--no-udp"])) else {
        return skipped(TEST, "no coturn; install the package coturn");
    };
    std::thread::scope(|scope| {
        scope.spawn(|| talk_over(&both, coturn::PASSWORD, "turn over udp"));
        scope.spawn(|| talk_over(&tcp, coturn::PASSWORD, "turn over tcp"));
        scope.spawn(|| be_refused(&both));
    });
}
