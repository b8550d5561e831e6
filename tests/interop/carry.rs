//! Telegram's part between one of our endpoints, whose call has the number 1, and a peer written by others.

use super::endpoint::Endpoint;
use super::{Peer, bytes, hex};
use serde_json::{Value, json};
use std::time::{Duration, Instant};

/// Carries signaling between the two until one of them tells what is wanted, or the time is over. Whether it did, and the longest turn of
/// this loop, which takes a few milliseconds where nothing else wants the processor.
pub fn carry(
    name: &str,
    ours: &mut Endpoint,
    theirs: &mut Peer,
    patience: Duration,
    mut wanted: impl FnMut(&Value) -> bool,
) -> (bool, Duration) {
    let end = Instant::now() + patience;
    let (mut seen, mut stall) = (false, Duration::ZERO);
    while !seen && Instant::now() < end {
        let turned = Instant::now();
        if let Some(event) = ours.poll(Duration::from_millis(2)) {
            match event["ev"].as_str() {
                Some("signaling") => {
                    let data = format!("hex:{}", event["data"].as_str().unwrap());
                    theirs.send(&json!({"cmd": "signaling", "data": data}));
                }
                Some("failed" | "dead" | "garbage") => panic!("{name}: {event}"),
                _ => seen |= wanted(&event),
            }
        }
        if let Some(event) = theirs.poll(Duration::from_millis(2)) {
            match event["ev"].as_str() {
                Some("signaling") => {
                    let data = hex(&bytes(&event, "data"));
                    ours.send(format_args!("signaling 1 {}", &data["hex:".len()..]));
                }
                // It forgets a call that it has stopped, and Telegram with it.
                Some("error") if event["error"] == "KeyError" => {}
                Some("error" | "garbage") => panic!("{name}: {event}"),
                _ => seen |= wanted(&event),
            }
        }
        stall = stall.max(turned.elapsed());
    }
    (seen, stall)
}
