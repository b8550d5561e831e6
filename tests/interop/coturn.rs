//! coturn, a TURN server we did not write, as a process of the test's own.

#![allow(
    dead_code,
    clippy::disallowed_methods,
    reason = "each test program uses its part; a test has threads and a clock"
)]

use std::net::{TcpListener, TcpStream};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

pub const USER: &str = "user";
pub const PASSWORD: &str = "secret";

/// Ends with its handle.
pub struct Coturn {
    process: Child,
    pub ip: String,
    pub port: u16,
}

impl Coturn {
    /// Starts it on an address of this machine, with further options. `None`: there is no coturn.
    pub fn start(ip: &str, options: &[&str]) -> Option<Coturn> {
        let port = TcpListener::bind((ip, 0)).ok()?.local_addr().ok()?.port();
        let pid_file = Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("coturn-{port}.pid"));
        let process = Command::new("turnserver")
            .args(["-n", "--no-cli", "--no-tls", "--no-dtls", "--lt-cred-mech", "-r", "test", "--allow-loopback-peers"])
            .args(["-u", &format!("{USER}:{PASSWORD}"), "-L", ip, "-E", ip, "-p", &port.to_string()])
            .args(["--log-file", "stdout", "--simple-log", "--pidfile", &pid_file.to_string_lossy()])
            .args(options)
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .ok()?;
        let coturn = Coturn { process, ip: ip.to_owned(), port };
        // It listens when a connection is taken.
        let begun = Instant::now();
        while begun.elapsed() < Duration::from_secs(10) {
            if TcpStream::connect((ip, port)).is_ok() {
                return Some(coturn);
            }
            std::thread::sleep(Duration::from_millis(50));
        }
        None
    }
}

impl Drop for Coturn {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}
