//! A call between two endpoints of ours, whose signaling the test carries.

#![allow(
    dead_code,
    clippy::disallowed_methods,
    reason = "each test program uses its part; a test has threads and a clock"
)]

use super::endpoint::Endpoint;
use super::tone::Tone;
use serde_json::Value;
use std::time::{Duration, Instant};

// As the header numbers them.
pub const ACTIVE: u64 = 8;
pub const RECONNECTING: u64 = 9;
pub const LOCAL_HANGUP: u64 = 1;
pub const NO_PATH: u64 = 9;

/// What each side plays to the other.
const HZ: [f64; 2] = [1000.0, 440.0];

/// The caller and the callee; each has the call as its number 1.
pub struct Pair {
    pub ends: [Endpoint; 2],
    /// Signaling is lost while this is set, as Telegram is not to be reached either.
    pub cut: bool,
    /// What each side has told since the pair was made.
    pub told: [Vec<Value>; 2],
}

impl Pair {
    pub fn new(ends: [Endpoint; 2]) -> Pair {
        Pair { ends, cut: false, told: [vec![], vec![]] }
    }

    pub fn send(&mut self, line: &str) {
        self.ends.iter_mut().for_each(|end| end.send(line));
    }

    /// Starts both clients, and a call with these servers.
    pub fn connect(&mut self, servers: &[String], p2p: bool) {
        let key = std::array::from_fn(|i| (i * 5 + 3) as u8);
        self.send("start");
        for (side, end) in self.ends.iter_mut().enumerate() {
            end.attach(1, side == 0, &key);
            servers.iter().for_each(|server| end.send(server));
            end.send(format_args!("connect 1 9.0.0 {}", u8::from(p2p)));
        }
    }

    pub fn talk(&mut self) {
        for (end, hz) in self.ends.iter_mut().zip(HZ) {
            end.send(format_args!("tone 1 {hz}"));
        }
    }

    /// Carries signaling until what is wanted has been told, or the time is over.
    pub fn run_until(&mut self, patience: Duration, mut wanted: impl FnMut(usize, &Value) -> bool) -> bool {
        let end = Instant::now() + patience;
        let mut seen = false;
        while !seen && Instant::now() < end {
            for side in 0..2 {
                let Some(event) = self.ends[side].poll(Duration::from_millis(2)) else { continue };
                match event["ev"].as_str() {
                    Some("signaling") if self.cut => {}
                    Some("signaling") => {
                        let (call, data) = (&event["call"], event["data"].as_str().unwrap());
                        self.ends[1 - side].send(format_args!("signaling {call} {data}"));
                    }
                    Some("dead" | "garbage") => panic!("{side}: {event}"),
                    _ => {
                        seen |= wanted(side, &event);
                        self.told[side].push(event);
                    }
                }
            }
        }
        seen
    }

    pub fn run(&mut self, time: Duration) {
        self.run_until(time, |_, _| false);
    }

    /// Waits until both sides have told that they are in a state; what they told before does not count.
    pub fn both(&mut self, state: u64, patience: Duration) {
        let mut are = [false; 2];
        let done = self.run_until(patience, |side, event| {
            are[side] |= event["ev"] == "state" && event["number"] == state;
            are == [true; 2]
        });
        assert!(done, "state {state} within {patience:?}: {are:?}\n{}", self.story());
    }

    /// Waits for the end of both, with this reason; the texts that were told.
    pub fn both_end(&mut self, reason: u64, patience: Duration) -> [String; 2] {
        let mut texts: [Option<String>; 2] = [None, None];
        self.run_until(patience, |side, event| {
            if event["ev"] == "ended" {
                assert_eq!(event["number"], reason, "{event}");
                texts[side] = event["text"].as_str().map(str::to_owned);
            }
            texts.iter().all(Option::is_some)
        });
        let story = self.story();
        texts.map(|text| text.unwrap_or_else(|| panic!("no end within {patience:?}\n{story}")))
    }

    /// What each side heard of the other in the last seconds.
    pub fn heard(&self, seconds: usize) -> [Tone; 2] {
        [0, 1].map(|side| self.ends[side].heard(1, seconds, HZ[1 - side]))
    }

    /// The tones of both sides arrive whole. Where other work takes the processor away sound is late for no fault of ours, so there
    /// are five tries, the first of what has been heard already.
    pub fn assert_heard(&mut self, seconds: usize) {
        let is_good = |(side, tone): (usize, &Tone)| {
            tone.seconds > seconds as f64 - 0.1
                && (tone.hz - HZ[1 - side]).abs() < 2.0
                && tone.snr_db > 12.0
                && tone.audible > 0.95
        };
        for _ in 0..4 {
            if self.heard(seconds).iter().enumerate().all(is_good) {
                return;
            }
            self.run(Duration::from_secs(seconds as u64 + 1));
        }
        let heard = self.heard(seconds);
        assert!(heard.iter().enumerate().all(is_good), "{heard:?}\n{}", self.story());
    }

    pub fn reports(&mut self) -> [Value; 2] {
        let [a, b] = &mut self.ends;
        [a.report(1), b.report(1)]
    }

    /// What was told, and both reports.
    pub fn story(&mut self) -> String {
        let reports = self.reports().map(|report| report["text"].as_str().unwrap().to_owned());
        format!("{:?}\n{}\n{:?}\n{}", self.told[0], reports[0], self.told[1], reports[1])
    }

    /// Ends both processes, which is to go well.
    pub fn quit(self) {
        for end in self.ends {
            assert!(end.quit().success());
        }
    }
}
