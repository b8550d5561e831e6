//! A call of two processes with the C library, each on a machine of its own, while the network between them is cut, comes back, or
//! changes its addresses. The machines are network namespaces; says SKIPPED where these cannot be made.
#![cfg(all(target_os = "linux", feature = "media", feature = "opus", feature = "runtime"))]
// Real processes: here the clock is read.
#![allow(clippy::disallowed_methods)]

mod interop;

use interop::endpoint::Endpoint;
use interop::netns::Network;
use interop::pair::{ACTIVE, NO_PATH, Pair, RECONNECTING};
use interop::skipped;
use serde_json::Value;
use std::time::{Duration, Instant};

fn seconds(count: u64) -> Duration {
    Duration::from_secs(count)
}

/// A call that has begun, and whose sound was heard.
fn talking(network: &Network) -> Pair {
    let mut pair = Pair::new(network.ends());
    pair.connect(&[], true);
    pair.both(ACTIVE, seconds(10));
    pair.talk();
    pair.run(seconds(3));
    pair.assert_heard(2);
    pair
}

fn states(told: &[Value]) -> Vec<u64> {
    told.iter().filter(|event| event["ev"] == "state").map(|event| event["number"].as_u64().unwrap()).collect()
}

/// Shorter than what is called silence: nobody is told of anything, and the sound is back with the network.
fn a_second(network: &Network) {
    let mut pair = talking(network);
    let before = [0, 1].map(|side| states(&pair.told[side]).len());
    network.forward(false);
    pair.run(seconds(1));
    network.forward(true);
    pair.run(seconds(4));
    let after = [0, 1].map(|side| states(&pair.told[side]).len());
    assert_eq!(before, after, "{}", pair.story());
    pair.assert_heard(2);
    pair.quit();
}

/// Both are told soon after the sound has stopped, and again when it is back. Telegram cannot be reached meanwhile either.
fn ten_seconds(network: &Network) {
    let mut pair = talking(network);
    let open = pair.ends.each_ref().map(Endpoint::descriptors);
    pair.cut = true;
    network.ip("r", "link set wifi-a down");
    let down = Instant::now();
    pair.both(RECONNECTING, Duration::from_millis(4500));
    pair.run(seconds(10).saturating_sub(down.elapsed()));
    network.ip("r", "link set wifi-a up");
    pair.cut = false;
    pair.both(ACTIVE, seconds(8));
    pair.run(seconds(3));
    pair.assert_heard(2);
    for (end, open) in pair.ends.iter().zip(open) {
        assert!(end.descriptors() <= open + 1, "{} sockets and files, and {open} before", end.descriptors());
    }
    pair.quit();
}

/// Longer than anybody waits: both are told that it is over, and why; waiting costs next to nothing.
fn a_minute(network: &Network) {
    let mut pair = talking(network);
    pair.cut = true;
    let (down, used) = (Instant::now(), pair.ends.each_ref().map(Endpoint::processor_time));
    network.ip("a", "link set wifi down");
    pair.both(RECONNECTING, Duration::from_millis(4500));
    let texts = pair.both_end(NO_PATH, seconds(33));
    assert!(texts.iter().all(|text| text.contains("the path to them was lost, and no other was found")), "{texts:?}");
    for report in pair.reports() {
        let transport = &report["json"]["media"]["transport"];
        let paths = transport["paths"].as_array().unwrap();
        assert!(paths.iter().all(|path| path["selected"] == false), "{}", report["text"]);
        assert_eq!(transport["route"], Value::Null, "{}", report["text"]);
    }
    pair.run(seconds(60).saturating_sub(down.elapsed()));
    for (end, before) in pair.ends.iter().zip(used) {
        let used = end.processor_time() - before;
        assert!(used < seconds(6), "{used:?} of processor time to wait for a minute");
    }
    network.link_up("a", "wifi", 1);
    pair.run(seconds(1));
    assert!(pair.told.iter().all(|told| states(told).last() == Some(&RECONNECTING)), "{}", pair.story());
    pair.quit();
}

/// From one network to another, as a telephone that leaves the house: the old address is gone, and a new one comes after a moment.
/// `told`: the host says so, instead of our thread finding out.
fn another_address(network: &Network, told: bool) {
    let mut pair = talking(network);
    network.ip("a", "link set wifi down");
    let down = Instant::now();
    pair.run(Duration::from_millis(500));
    network.link_up("a", "cell", 3);
    if told {
        pair.ends[0].send("interfaces 10.77.3.2");
    }
    let is_back = |_: usize, event: &Value| event["ev"] == "state" && event["number"] == ACTIVE;
    let back = pair.run_until(seconds(9), is_back);
    assert!(back, "{}", pair.story());
    println!("told: {told}: back after {:?}", down.elapsed());
    pair.run(seconds(4));
    pair.assert_heard(3);
    for (side, report) in pair.reports().into_iter().enumerate() {
        let paths = report["json"]["media"]["transport"]["paths"].as_array().unwrap().clone();
        let path = paths.iter().find(|path| path["selected"] == true).unwrap();
        let address = path[["local", "remote"][side]].as_str().unwrap();
        assert!(address.starts_with("10.77.3.2:"), "{address}\n{}", report["text"]);
    }
    pair.quit();
}

/// A second network comes while the first is well: it is offered to the other side, and nothing is heard of the change.
fn a_second_address(network: &Network) {
    let mut pair = talking(network);
    let before = [0, 1].map(|side| states(&pair.told[side]).len());
    network.ip("a", "link set cell up");
    pair.run(seconds(5));
    pair.assert_heard(4);
    let after = [0, 1].map(|side| states(&pair.told[side]).len());
    assert_eq!(before, after, "{}", pair.story());
    let report = pair.ends[0].report(1);
    let candidates = report["json"]["media"]["transport"]["local_candidates"].as_array().unwrap();
    let is_new = |candidate: &Value| candidate["address"].as_str().is_some_and(|text| text.starts_with("10.77.3.2:"));
    assert!(candidates.iter().any(is_new), "{}", report["text"]);
    pair.quit();
}

/// One of two networks dies: the other takes over within 3 s, and nobody is told that the call was without a path.
fn a_spare(network: &Network) {
    network.ip("a", "link set cell up");
    network.ip("a", "route add default via 10.77.3.1 metric 200");
    let mut pair = talking(network);
    // Until the other path has been tried, too.
    pair.run(seconds(2));
    let before = [0, 1].map(|side| states(&pair.told[side]).len());
    network.ip("a", "link set wifi down");
    pair.run(seconds(6));
    let after = [0, 1].map(|side| states(&pair.told[side]).len());
    assert_eq!(before, after, "{}", pair.story());
    let heard = pair.heard(8);
    assert!(heard.iter().all(|tone| tone.silence_ms < 3300), "{heard:?}");
    println!("one of two: silent for {} and {} ms", heard[0].silence_ms, heard[1].silence_ms);
    pair.assert_heard(2);
    pair.quit();
}

/// A call that begins without a network finds it when it is there: nothing else happens meanwhile that would wake our thread.
fn a_late_network(network: &Network) {
    network.ip("a", "link set wifi down");
    let mut pair = Pair::new(network.ends());
    pair.connect(&[], true);
    pair.run(seconds(1));
    network.link_up("a", "wifi", 1);
    pair.both(ACTIVE, seconds(8));
    pair.talk();
    pair.run(seconds(3));
    pair.assert_heard(2);
    pair.quit();
}

/// Runs each in a network of its own, all at once: they wait most of the time.
fn all_at_once(test: &str, scenarios: &[&(dyn Fn(&Network) + Sync)]) {
    let networks: Result<Vec<Network>, String> = scenarios.iter().map(|_| Network::new()).collect();
    match networks {
        Ok(networks) => std::thread::scope(|scope| {
            for (scenario, network) in scenarios.iter().zip(&networks) {
                scope.spawn(move || scenario(network));
            }
        }),
        Err(why) => skipped(test, &format!("no network namespaces: {why}")),
    }
}

#[test]
fn a_call_survives_short_outages_and_ends_in_long_ones() {
    const TEST: &str = "a_call_survives_short_outages_and_ends_in_long_ones";
    all_at_once(TEST, &[&a_second, &ten_seconds, &a_minute]);
}

#[test]
fn a_call_follows_its_machine_to_another_network() {
    const TEST: &str = "a_call_follows_its_machine_to_another_network";
    let looked = |network: &Network| another_address(network, false);
    let told = |network: &Network| another_address(network, true);
    all_at_once(TEST, &[&looked, &told, &a_second_address, &a_late_network, &a_spare]);
}
