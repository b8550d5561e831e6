//! Calls with sound between our C library, started, in a process of its own, and ntgcalls 3.0.5, which stands on libwebrtc: called
//! by us and calling us, in each of its versions, direct and over coturn only.
//!
//! Says SKIPPED where the wheel, Python, coturn or a network interface is missing.
#![cfg(all(feature = "media", feature = "opus", feature = "runtime"))]
// Real processes: here the clock is read.
#![allow(clippy::disallowed_methods)]

mod interop;

use interop::carry::carry;
use interop::coturn::{self, Coturn};
use interop::endpoint::Endpoint;
use interop::tone::Tone;
use interop::{Peer, hex, interface, say, skipped};
use serde_json::{Value, json};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Mutex;
use std::time::Duration;

const VERSIONS: [&str; 4] = ["8.0.0", "9.0.0", "12.0.0", "13.0.0"];
const OURS_HZ: f64 = 1000.0;
const THEIRS_HZ: f64 = 440.0;
/// How long both tones are on, and how much of it is measured.
const TALK: Duration = Duration::from_millis(6500);
const MEASURED_S: usize = 5;
/// A machine that lets a process wait for so long has not heard the call: then it is listened to again, so often at most.
const STARVED: Duration = Duration::from_millis(15);
const LISTENS: usize = 6;
/// How many calls are up at a time, in all tests together: more, and two cores are too few to measure sound.
const AT_ONCE: usize = 2;

// As the header numbers them.
const ACTIVE: u64 = 8;
const RECONNECTING: u64 = 9;
const LOCAL_HANGUP: u64 = 1;

/// One call between the two processes, which see each other only through it.
struct Call<'a> {
    name: String,
    ours: Endpoint,
    theirs: Peer,
    relay: Option<&'a Coturn>,
    /// The longest turn of our loop, which takes a few milliseconds.
    stall: Duration,
}

impl Call<'_> {
    fn start<'a>(version: &str, we_call: bool, relay: Option<&'a Coturn>) -> Result<Call<'a>, String> {
        let name = format!("{version}, {}, {}", ["they call", "we call"][usize::from(we_call)], path(relay));
        let theirs = Peer::start(&["--max-seconds", "120"])?;
        let mut call = Call { name, ours: Endpoint::start(&[]), theirs, relay, stall: Duration::ZERO };
        let key: [u8; 256] = std::array::from_fn(|i| (i * 7 + version.len() + 1) as u8);
        let their_role = if we_call { "callee" } else { "caller" };
        call.theirs.command(json!({"cmd": "skip", "role": their_role, "key": hex(&key), "expect": OURS_HZ}));
        call.ours.send("start");
        call.ours.attach(1, we_call, &key);
        let mut servers = vec![];
        if let Some(Coturn { ip, port, .. }) = relay {
            let (user, password) = (coturn::USER, coturn::PASSWORD);
            call.ours.send(format_args!("turn 1 7 {ip} {port} {user} {password}"));
            servers
                .push(json!({"id": 7, "ip": ip, "port": port, "username": user, "password": password, "turn": true}));
        }
        call.ours.send(format_args!("connect 1 {version} {}", u8::from(relay.is_none())));
        let connect = json!({"cmd": "connect", "servers": servers, "versions": [version], "p2p": relay.is_none()});
        call.theirs.command(connect);
        Ok(call)
    }

    /// See [`carry`].
    fn run_until(&mut self, patience: Duration, wanted: impl FnMut(&Value) -> bool) -> bool {
        let (seen, stall) = carry(&self.name, &mut self.ours, &mut self.theirs, patience, wanted);
        self.stall = self.stall.max(stall);
        seen
    }

    /// The same for what has to come.
    fn expect(&mut self, what: &str, seconds: u64, wanted: impl FnMut(&Value) -> bool) {
        if !self.run_until(Duration::from_secs(seconds), wanted) {
            panic!("{}: {what}: not within {seconds} s\n{}", self.name, self.ours.report(1)["text"].as_str().unwrap());
        }
    }

    /// Both tones for five seconds. Where other work takes the processor away sound is late for no fault of ours or theirs: that is
    /// seen by this process, too, and then another try is given.
    fn check_tones(&mut self) {
        self.ours.send(format_args!("tone 1 {OURS_HZ}"));
        self.theirs.command(json!({"cmd": "tone", "freq": THEIRS_HZ}));
        let is_whole = |[we, they]: &[Tone; 2]| is_good(we, THEIRS_HZ) && is_good(they, OURS_HZ);
        let mut heard = self.listen();
        for _ in 1..LISTENS {
            if is_whole(&heard) || self.stall < STARVED {
                break;
            }
            heard = self.listen();
        }
        let report = self.ours.report(1);
        let story = format!("{}: {heard:?}\n{}", self.name, report["text"].as_str().unwrap());
        assert!(is_whole(&heard), "{story}");
        let (transport, sound) = (&report["json"]["media"]["transport"], &report["json"]["media"]["sound"]);
        let (lost, received) = (sound["packets_lost"].as_u64().unwrap(), sound["packets_received"].as_u64().unwrap());
        assert!(lost * 50 <= received, "{story}");
        // What of ours arrived there, by their transport-cc feedback.
        assert!(transport["feedback_arrived"].as_u64().unwrap() > 100, "{story}");
        assert_eq!(transport["data_channel"], true, "{story}");
        assert_eq!(report["relayed"], i32::from(self.relay.is_some()), "{story}");
        if self.relay.is_some() {
            assert_eq!(transport["route"], "turn over udp", "{story}");
            let sides = ["local_candidates", "remote_candidates"].map(|side| transport[side].as_array().unwrap());
            assert!(sides.iter().all(|side| !side.is_empty()), "{story}");
            assert!(sides.into_iter().flatten().all(|candidate| candidate["kind"] == "relay"), "{story}");
        } else {
            assert_eq!(transport["route"], "direct", "{story}");
        }
    }

    /// What we hear of them and they of us.
    fn listen(&mut self) -> [Tone; 2] {
        self.stall = Duration::ZERO;
        self.run_until(TALK, |_| false);
        let stats = self.theirs.command(json!({"cmd": "stats", "final": true}));
        let number = |field: &str| stats[field].as_f64().unwrap_or(0.0);
        let theirs = Tone {
            seconds: number("samples") / 48_000.0,
            hz: number("freq"),
            snr_db: number("snr_db"),
            audible: number("audible"),
            silence_ms: number("silence_ms") as usize,
        };
        let ours = self.ours.heard(1, MEASURED_S, THEIRS_HZ);
        println!("{}: we hear {ours:.3?}, they hear {theirs:.3?}", self.name);
        [ours, theirs]
    }

    fn check_mute(&mut self) {
        for (command, ours, theirs) in [("mute", 1, "IDLING"), ("unmute", 0, "ACTIVE")] {
            self.ours.send(format_args!("mute 1 {ours}"));
            let is_microphone = |e: &Value| e["ev"] == "remote_source" && e["device"] == "MICROPHONE";
            self.expect("our mute is seen", 4, |e| is_microphone(e) && e["state"] == theirs);
            self.theirs.command(json!({"cmd": command}));
            self.expect("their mute is seen", 4, |e| e["ev"] == "media" && e["number"] == ours);
        }
    }

    fn hang_up(mut self) {
        self.ours.send("discard 1");
        self.expect("our end", 3, |e| e["ev"] == "ended" && e["number"] == LOCAL_HANGUP);
        self.finish();
    }

    /// Their end: silence, of which the host is told before Telegram's word comes.
    fn be_hung_up_on(mut self) {
        self.theirs.command(json!({"cmd": "stop"}));
        self.expect("silence is noticed", 4, |e| e["ev"] == "state" && e["number"] == RECONNECTING);
        self.ours.send("discard 1");
        self.expect("our end", 3, |e| e["ev"] == "ended" && e["number"] == LOCAL_HANGUP);
        self.finish();
    }

    /// Both processes end by themselves, ours well. How theirs ends does not count: it has been judged by now, and it crashes at times.
    fn finish(self) {
        let Call { name, ours, theirs, .. } = self;
        let status = theirs.quit();
        if !status.success() {
            println!("{name}: ntgcalls ended with {status}");
        }
        assert!(ours.quit().success(), "{name}: our process did not end well");
    }
}

fn path(relay: Option<&Coturn>) -> &'static str {
    if relay.is_some() { "over coturn only" } else { "direct" }
}

/// Idle machines do 38 dB without a gap; two cores that also compile lose a piece now and then.
fn is_good(tone: &Tone, hz: f64) -> bool {
    tone.seconds > MEASURED_S as f64 - 0.1
        && (tone.hz - hz).abs() < 2.0
        && tone.snr_db > 15.0
        && tone.audible > 0.97
        && tone.silence_ms <= 60
}

/// A call of two processes on a machine that does other things too may fail once for none of their faults.
fn call(version: &str, we_call: bool, relay: Option<&Coturn>) -> Result<(), String> {
    let attempt = || try_call(version, we_call, relay);
    catch_unwind(AssertUnwindSafe(attempt)).unwrap_or_else(|_| {
        let role = if we_call { "we call" } else { "they call" };
        say(&format!("RETRY {version}, {role}, {}: the first call failed, see above", path(relay)));
        attempt()
    })
}

fn try_call(version: &str, we_call: bool, relay: Option<&Coturn>) -> Result<(), String> {
    let mut call = Call::start(version, we_call, relay)?;
    call.expect("a connection", 10, |e| e["ev"] == "state" && e["number"] == ACTIVE);
    call.check_tones();
    call.check_mute();
    // In each version and role both ends are tried: one direct, the other over the relay.
    if we_call == relay.is_some() {
        call.hang_up()
    } else {
        call.be_hung_up_on()
    }
    Ok(())
}

/// Every version in both roles, a few calls at a time.
fn every_call(relay: Option<&Coturn>) -> Result<(), String> {
    let mut waiting = Vec::from_iter(VERSIONS.iter().flat_map(|version| [(version, true), (version, false)]));
    if let Some((version, we_call)) = waiting.pop() {
        call(version, we_call, relay)?; // whether there is an ntgcalls at all
    }
    let waiting = Mutex::new(waiting);
    std::thread::scope(|scope| {
        let worker = || {
            while let Some((version, we_call)) = { waiting.lock().unwrap().pop() } {
                call(version, we_call, relay)?;
            }
            Ok(())
        };
        let workers: Vec<_> = (0..AT_ONCE).map(|_| scope.spawn(worker)).collect();
        workers.into_iter().try_for_each(|worker| worker.join().expect("the calls hold"))
    })
}

#[test]
fn ntgcalls_and_we_hear_each_other_in_every_version_and_role() {
    const NAME: &str = "ntgcalls_and_we_hear_each_other_in_every_version_and_role";
    if interface().is_none() {
        return skipped(NAME, "no network interface but loopback");
    }
    if let Err(why) = every_call(None) {
        skipped(NAME, &why);
    }
}

#[test]
fn ntgcalls_and_we_hear_each_other_over_coturn_only() {
    const NAME: &str = "ntgcalls_and_we_hear_each_other_over_coturn_only";
    let Some(ip) = interface() else { return skipped(NAME, "no network interface but loopback") };
    let Some(coturn) = Coturn::start(&ip.to_string(), &[]) else {
        return skipped(NAME, "no coturn; install the package coturn");
    };
    if let Err(why) = every_call(Some(&coturn)) {
        skipped(NAME, &why);
    }
}
