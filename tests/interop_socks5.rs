//! Calls through SOCKS5 proxies that we did not write, between our two ends, each a process with the C library: Dante, which relays
//! datagrams, and microsocks, which does not. Says SKIPPED where one of them, or coturn, is missing.
#![cfg(all(unix, feature = "media", feature = "opus", feature = "runtime"))]
// Real processes: here the clock is read.
#![allow(clippy::disallowed_methods)]

mod interop;

use interop::coturn::{self, Coturn};
use interop::endpoint::Endpoint;
use interop::pair::{ACTIVE, NO_PATH, Pair, RECONNECTING};
use interop::skipped;
use interop::toolchain::scratch;
use std::collections::BTreeMap;
use std::io::{Read, Write};
use std::net::{TcpListener, TcpStream};
use std::os::unix::process::CommandExt;
use std::process::{Child, Command, Stdio};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};
use tgcall::sim::machine::{self, Emit, Machine};
use tgcall::sim::relay::Reflector;
use tgcall::time::Time;

const NAME: &str = "alice";
const PASSWORD: &str = "secret";

fn seconds(count: u64) -> Duration {
    Duration::from_secs(count)
}

fn free_port() -> u16 {
    TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port()
}

/// A proxy with all its processes, which end with it.
struct Proxy {
    process: Child,
    port: u16,
}

impl Proxy {
    fn start(command: &mut Command, port: u16) -> Option<Proxy> {
        let process = command.process_group(0).stdout(Stdio::null()).stderr(Stdio::null()).spawn().ok()?;
        let mut proxy = Proxy { process, port };
        let begun = Instant::now();
        while begun.elapsed() < seconds(5) && proxy.process.try_wait().ok()?.is_none() {
            if TcpStream::connect(("127.0.0.1", port)).is_ok() {
                return Some(proxy);
            }
            std::thread::sleep(Duration::from_millis(20));
        }
        None
    }

    /// Dante on this port. With a login it asks for one, of `passwd` files that only it sees; that takes root.
    fn dante(port: u16, login: bool) -> Option<Proxy> {
        let folder = scratch("socks5").join(port.to_string());
        std::fs::create_dir_all(&folder).unwrap();
        let method = if login { "username" } else { "none" };
        let rules = "from: 0.0.0.0/0 to: 0.0.0.0/0";
        let configuration = format!(
            "logoutput: {folder}/log\ninternal: 127.0.0.1 port = {port}\nexternal: 127.0.0.1\nclientmethod: none\n\
             socksmethod: {method}\nuser.privileged: root\nuser.unprivileged: nobody\nclient pass {{ {rules} }}\n\
             socks pass {{ {rules} }}\n",
            folder = folder.display()
        );
        let file = folder.join("danted.conf");
        std::fs::write(&file, configuration).unwrap();
        let mut words = vec!["danted".to_owned(), "-f".to_owned(), file.display().to_string()];
        words.extend(["-p".to_owned(), folder.join("pid").display().to_string()]);
        if login {
            // `openssl passwd -6 -salt tgcall secret`
            let hash =
                "$6$tgcall$Vof2oSVCIkIWiCKtQtOTISHbUYkHJ91ueHyWYqYgRrZMSzSFcm/37RFPc5nRj3tz3cRVreijstbKMn2wJp3Dy0";
            let append = |name: &str, line: String| {
                let text = std::fs::read_to_string(format!("/etc/{name}")).unwrap_or_default();
                std::fs::write(folder.join(name), text + &line).unwrap();
            };
            append("passwd", format!("{NAME}:x:64999:64999::/:/bin/false\n"));
            append("shadow", format!("{NAME}:{hash}:19000:0:99999:7:::\n"));
            let mount = |name: &str| format!("mount --bind {}/{name} /etc/{name}", folder.display());
            let script = format!("{} && {} && exec {}", mount("passwd"), mount("shadow"), words.join(" "));
            words = ["unshare", "--mount", "sh", "-c", &script].map(str::to_owned).to_vec();
        }
        Proxy::start(Command::new(&words[0]).args(&words[1..]), port)
    }

    fn microsocks() -> Option<Proxy> {
        let port = free_port();
        let mut command = Command::new("microsocks");
        command.args(["-i", "127.0.0.1", "-p", &port.to_string(), "-u", NAME, "-P", PASSWORD]);
        Proxy::start(&mut command, port)
    }
}

impl Drop for Proxy {
    fn drop(&mut self) {
        let group = format!("-{}", self.process.id());
        let _ = Command::new("kill").args(["-KILL", "--", &group]).status();
        let _ = self.process.wait();
    }
}

/// A Telegram reflector over TCP on a port of its own, a thread for each connection; the simulator says what it answers.
fn reflector() -> u16 {
    type Shared = Arc<Mutex<(Reflector, BTreeMap<u64, TcpStream>)>>;
    fn serve(shared: &Shared, number: u64, mut stream: TcpStream) {
        let mut buffer = [0; 4096];
        while let Ok(size @ 1..) = stream.read(&mut buffer) {
            let (reflector, streams) = &mut *shared.lock().unwrap();
            for emit in reflector.stream(Time::ZERO, number, &buffer[..size]) {
                let Emit::Client { to: machine::Endpoint::Tcp(number), bytes } = emit else { continue };
                let _ = streams.get_mut(&number).map(|stream| stream.write_all(&bytes));
            }
        }
        shared.lock().unwrap().0.closed(number);
    }
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = listener.local_addr().unwrap().port();
    let shared = Shared::default();
    std::thread::spawn(move || {
        for (number, stream) in (0..).zip(listener.incoming().map_while(Result::ok)) {
            stream.set_nodelay(true).unwrap();
            shared.lock().unwrap().1.insert(number, stream.try_clone().unwrap());
            let shared = shared.clone();
            std::thread::spawn(move || serve(&shared, number, stream));
        }
    });
    port
}

/// Two ends that know nothing but a proxy, and a server behind it.
fn pair_to(proxy: u16, name: &str, password: &str, server: &str) -> Pair {
    let mut pair = Pair::new([Endpoint::start(&[]), Endpoint::start(&[])]);
    pair.send(&format!("proxy 127.0.0.1 {proxy} {name} {password}"));
    pair.connect(&[server.to_owned()], true);
    pair
}

fn pair(proxy: u16, name: &str, password: &str, coturn: &Coturn) -> Pair {
    let turn = format!("turn 1 7 {} {} {} {}", coturn.ip, coturn.port, coturn::USER, coturn::PASSWORD);
    pair_to(proxy, name, password, &turn)
}

fn assert_route(pair: &mut Pair, route: &str, datagrams: &str, streams: &str) {
    for report in pair.reports() {
        let media = &report["json"]["media"];
        assert_eq!(media["transport"]["route"], route, "{}", report["text"]);
        assert_eq!(media["proxy"]["datagrams"], datagrams, "{}", report["text"]);
        assert_eq!(media["proxy"]["streams"], streams, "{}", report["text"]);
        let local = media["transport"]["local_candidates"].as_array().unwrap();
        assert!(local.iter().all(|candidate| candidate["kind"] == "relay"), "{}", report["text"]);
    }
}

#[test]
fn datagrams_go_through_a_proxy_that_relays_them_and_its_death_is_noticed_and_survived() {
    const TEST: &str = "datagrams_go_through_a_proxy_that_relays_them_and_its_death_is_noticed_and_survived";
    let Some(coturn) = Coturn::start("127.0.0.1", &[]) else { return skipped(TEST, "no coturn") };
    let port = free_port();
    let Some(dante) = Proxy::dante(port, false) else { return skipped(TEST, "no Dante (dante-server) that starts") };
    let mut pair = pair(port, "-", "-", &coturn);
    pair.both(ACTIVE, seconds(10));
    pair.talk();
    pair.run(seconds(4));
    pair.assert_heard(3);
    assert_route(&mut pair, "turn over udp", "open", "not asked");

    // Nothing goes past the proxy: with it the sound is gone, at once, and with the next one it is back.
    drop(dante);
    pair.both(RECONNECTING, seconds(4));
    pair.run(seconds(1));
    for report in pair.reports() {
        let datagrams = report["json"]["media"]["proxy"]["datagrams"].as_str().unwrap();
        assert!(["no connection to", "the proxy hung up"].iter().any(|why| datagrams.starts_with(why)), "{datagrams}");
    }
    let _dante = Proxy::dante(port, false).expect("it started before");
    pair.both(ACTIVE, seconds(15));
    pair.run(seconds(4));
    pair.assert_heard(2);
    pair.quit();
}

#[test]
fn a_proxy_that_wants_a_name_and_a_password_relays_datagrams_for_who_has_them() {
    const TEST: &str = "a_proxy_that_wants_a_name_and_a_password_relays_datagrams_for_who_has_them";
    let Some(coturn) = Coturn::start("127.0.0.1", &[]) else { return skipped(TEST, "no coturn") };
    let port = free_port();
    let Some(_dante) = Proxy::dante(port, true) else {
        return skipped(TEST, "no Dante (dante-server), or no root for a list of users of its own");
    };
    let mut pair = pair(port, NAME, PASSWORD, &coturn);
    pair.both(ACTIVE, seconds(10));
    pair.talk();
    pair.run(seconds(4));
    pair.assert_heard(3);
    assert_route(&mut pair, "turn over udp", "open", "not asked");
    pair.quit();
}

#[test]
fn a_proxy_without_datagrams_leaves_relays_over_tcp() {
    const TEST: &str = "a_proxy_without_datagrams_leaves_relays_over_tcp";
    let Some(microsocks) = Proxy::microsocks() else { return skipped(TEST, "no microsocks") };
    let coturn = Coturn::start("127.0.0.1", &[]);
    let reflector = format!("reflector 1 3 127.0.0.1 {} {} 1", reflector(), "ab".repeat(16));
    let mut calls = vec![(pair_to(microsocks.port, NAME, PASSWORD, &reflector), "reflector 1 over tcp")];
    match &coturn {
        Some(coturn) => calls.push((pair(microsocks.port, NAME, PASSWORD, coturn), "turn over tcp")),
        None => skipped(TEST, "no coturn: only a reflector is tried"),
    }
    for (pair, _) in &mut calls {
        pair.both(ACTIVE, seconds(10));
        pair.talk();
    }
    for (mut pair, route) in calls {
        pair.run(seconds(4));
        pair.assert_heard(3);
        assert_route(&mut pair, route, "the proxy does not know this command", "open");
        pair.quit();
    }
}

/// Nobody to ask, somebody who is no proxy, a wrong password: the call ends in time, and its report says why.
#[test]
fn the_step_of_the_proxy_that_failed_is_named() {
    const TEST: &str = "the_step_of_the_proxy_that_failed_is_named";
    let Some(coturn) = Coturn::start("127.0.0.1", &[]) else { return skipped(TEST, "no coturn") };
    let silent = TcpListener::bind("127.0.0.1:0").unwrap();
    let silent_port = silent.local_addr().unwrap().port();
    let mut calls = vec![
        (pair(free_port(), "-", "-", &coturn), "no connection to the proxy"),
        (pair(silent_port, "-", "-", &coturn), "no answer yet"),
    ];
    let microsocks = Proxy::microsocks();
    match &microsocks {
        Some(proxy) => {
            calls.push((pair(proxy.port, NAME, "wrong", &coturn), "the proxy refused name and password"));
            calls.push((pair(proxy.port, "-", "-", &coturn), "the proxy wants another way to log in"));
        }
        None => skipped(TEST, "no microsocks: a wrong password is not tried"),
    }
    std::thread::scope(|scope| {
        for (mut pair, why) in calls {
            scope.spawn(move || {
                pair.both_end(NO_PATH, seconds(24));
                for report in pair.reports() {
                    let text = report["text"].as_str().unwrap();
                    assert!(text.contains(&format!("proxy: relay for datagrams: {why}; streams: {why}\n")), "{text}");
                    assert_eq!(report["json"]["media"]["proxy"]["datagrams"], why);
                }
                pair.quit();
            });
        }
    });
}
