//! Our DTLS against OpenSSL's, in both roles: handshake, fingerprint, negotiated SRTP profile, data both ways.
//!
//! Says SKIPPED where there is no `openssl`.
#![cfg(feature = "media")]

use std::io::{BufRead, BufReader, Write};
use std::net::UdpSocket;
use std::process::{Child, ChildStdin, Command, Stdio};
use std::sync::mpsc::{Receiver, channel};
use std::time::{Duration as StdDuration, Instant};
use tgcall::media::clock::Clock;
use tgcall::media::dtls::certificate::{Certificate, fingerprint};
use tgcall::media::dtls::{Dtls, Event, Role};
use tgcall::media::srtp::Profile;
use tgcall::random::Random;
use tgcall::time::{Duration, Time};

struct OpenSsl {
    process: Child,
    input: ChildStdin,
    lines: Receiver<String>,
}

impl Drop for OpenSsl {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

fn openssl(arguments: &[&str]) -> OpenSsl {
    let mut process = Command::new("openssl")
        .args(arguments)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    let (sender, lines) = channel();
    let output = BufReader::new(process.stdout.take().unwrap());
    // The test reads what it prints while it drives the other end.
    #[allow(clippy::disallowed_methods)]
    std::thread::spawn(move || output.lines().map_while(Result::ok).all(|line| sender.send(line).is_ok()));
    OpenSsl { input: process.stdin.take().unwrap(), process, lines }
}

const ECDSA: &[&str] = &["ec", "-pkeyopt", "ec_paramgen_curve:prime256v1"];

/// A key of this kind and a certificate of OpenSSL's making: their files, and the certificate's fingerprint.
fn identity(folder: &std::path::Path, kind: &[&str]) -> Option<(String, String, [u8; 32])> {
    let (key, certificate) = (folder.join("key.pem"), folder.join("certificate.pem"));
    let [key, certificate] = [key, certificate].map(|p| p.to_str().unwrap().to_owned());
    let made = Command::new("openssl")
        .args(["req", "-x509", "-nodes", "-days", "2", "-newkey"])
        .args(kind)
        .args(["-subj", "/CN=WebRTC", "-keyout", &key, "-out", &certificate])
        .stderr(Stdio::null())
        .status()
        .ok()?;
    let der = Command::new("openssl").args(["x509", "-in", &certificate, "-outform", "DER"]).output().ok()?;
    made.success().then(|| (key, certificate, fingerprint(&der.stdout)))
}

/// What happened on our side once both have connected and exchanged a line.
fn talk(
    mut dtls: Dtls,
    socket: &UdpSocket,
    mut peer: Option<std::net::SocketAddr>,
    openssl: &mut OpenSsl,
) -> Vec<Event> {
    #[allow(clippy::disallowed_methods)]
    let begun = Instant::now();
    let mut events = Vec::new();
    let mut printed = String::new();
    let mut said = false;
    socket.set_read_timeout(Some(StdDuration::from_millis(10))).unwrap();
    while begun.elapsed() < StdDuration::from_secs(15) {
        let now = Time::ZERO + Duration::from_secs(1) + begun.elapsed();
        let mut buffer = [0; 4096];
        if let Ok((size, from)) = socket.recv_from(&mut buffer) {
            peer = Some(from);
            dtls.handle_packet(now, &buffer[..size]);
        }
        dtls.handle_timeout(now);
        while let Some(event) = dtls.poll_event() {
            match event {
                Event::Packet(packet) => {
                    if let Some(peer) = peer {
                        let _ = socket.send_to(&packet, peer);
                    }
                }
                other => events.push(other),
            }
        }
        if dtls.is_connected() && !said {
            said = true;
            dtls.send(now, b"from the library\n");
            openssl.input.write_all(b"from openssl\n").unwrap();
            openssl.input.flush().unwrap();
        }
        while let Ok(line) = openssl.lines.try_recv() {
            printed.push_str(&line);
            printed.push('\n');
        }
        let heard = events.iter().any(|e| matches!(e, Event::Data(data) if data.starts_with(b"from openssl")));
        if heard && printed.contains("from the library") {
            return events;
        }
    }
    panic!("no dialogue within 15 s: {events:?}\n{printed}");
}

fn check(events: &[Event]) {
    assert!(events.contains(&Event::Connected));
    let keys = events.iter().find_map(|e| match e {
        Event::Keys { profile, material } => Some((*profile, material.len())),
        _ => None,
    });
    assert_eq!(keys, Some((Some(Profile::Aes128CmSha1_80), 60)));
}

#[test]
fn dtls_and_its_srtp_extension_agree_with_openssl_in_both_roles() {
    let folder = std::env::temp_dir().join(format!("tgcall-dtls-{}", std::process::id()));
    std::fs::create_dir_all(&folder).unwrap();
    let Some((key, certificate, print)) = identity(&folder, ECDSA) else {
        // Past the harness, which keeps what a passing test prints.
        let _ = std::io::Write::write_all(
            &mut std::io::stderr().lock(),
            b"SKIPPED: no openssl that makes certificates; install the package openssl\n",
        );
        return;
    };
    let ours = Certificate::generate(&mut Random::from_seed(3)).unwrap();
    let start = Time::ZERO + Duration::from_secs(1);

    // OpenSSL is the server.
    let free = UdpSocket::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
    let address = format!("127.0.0.1:{free}");
    // It does not say when it listens; our first flight is repeated until it does.
    let mut server = openssl(&[
        "s_server",
        "-dtls1_2",
        "-accept",
        &address,
        "-key",
        &key,
        "-cert",
        &certificate,
        "-use_srtp",
        "SRTP_AES128_CM_SHA1_80",
        "-verify",
        "1",
    ]);
    let socket = UdpSocket::bind("127.0.0.1:0").unwrap();
    let client = Dtls::new(start, Clock::new(start), Role::Client, &ours, print, 1);
    check(&talk(client, &socket, Some(address.parse().unwrap()), &mut server));
    drop(server);

    // OpenSSL is the client.
    let socket = UdpSocket::bind("127.0.0.1:0").unwrap();
    let address = socket.local_addr().unwrap().to_string();
    let mut client = openssl(&[
        "s_client",
        "-dtls1_2",
        "-connect",
        &address,
        "-key",
        &key,
        "-cert",
        &certificate,
        "-use_srtp",
        "SRTP_AES128_CM_SHA1_80",
    ]);
    let server = Dtls::new(start, Clock::new(start), Role::Server, &ours, print, 2);
    check(&talk(server, &socket, None, &mut client));
    drop(client);
    let _ = std::fs::remove_dir_all(folder);
}

/// What keeps the handshake from its end.
fn trouble(mut dtls: Dtls, socket: &UdpSocket, mut peer: Option<std::net::SocketAddr>) -> String {
    #[allow(clippy::disallowed_methods)]
    let begun = Instant::now();
    socket.set_read_timeout(Some(StdDuration::from_millis(10))).unwrap();
    while begun.elapsed() < StdDuration::from_secs(15) {
        let now = Time::ZERO + Duration::from_secs(1) + begun.elapsed();
        let mut buffer = [0; 4096];
        if let Ok((size, from)) = socket.recv_from(&mut buffer) {
            peer = Some(from);
            dtls.handle_packet(now, &buffer[..size]);
        }
        dtls.handle_timeout(now);
        while let Some(event) = dtls.poll_event() {
            match (event, peer) {
                (Event::Packet(packet), Some(peer)) => drop(socket.send_to(&packet, peer)),
                (Event::Packet(_), None) => {}
                (other, _) => panic!("{other:?}"),
            }
        }
        if let Some(trouble) = dtls.trouble() {
            return trouble;
        }
    }
    panic!("no trouble within 15 s");
}

#[test]
fn a_peer_with_another_kind_of_key_is_refused_and_the_report_says_why() {
    let folder = std::env::temp_dir().join(format!("tgcall-dtls-kinds-{}", std::process::id()));
    std::fs::create_dir_all(&folder).unwrap();
    let ours = Certificate::generate(&mut Random::from_seed(3)).unwrap();
    let start = Time::ZERO + Duration::from_secs(1);
    for kind in [&["rsa:2048"][..], &["ed25519"]] {
        let Some((key, certificate, print)) = identity(&folder, kind) else {
            eprintln!("SKIPPED: no openssl that makes certificates of kind {kind:?}");
            continue;
        };
        let identity = ["-dtls1_2", "-key", &key, "-cert", &certificate];
        let free = UdpSocket::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
        let address = format!("127.0.0.1:{free}");
        let server = openssl(&[&["s_server", "-accept", &address, "-verify", "1"], &identity[..]].concat());
        let socket = UdpSocket::bind("127.0.0.1:0").unwrap();
        let client = Dtls::new(start, Clock::new(start), Role::Client, &ours, print, 1);
        let text = trouble(client, &socket, Some(address.parse().unwrap()));
        assert!(text.contains("alert 40") && text.contains("no ECDSA key"), "{kind:?} as server: {text}");
        drop(server);

        let socket = UdpSocket::bind("127.0.0.1:0").unwrap();
        let address = socket.local_addr().unwrap().to_string();
        let client = openssl(&[&["s_client", "-connect", &address], &identity[..]].concat());
        let server = Dtls::new(start, Clock::new(start), Role::Server, &ours, print, 2);
        let text = trouble(server, &socket, None);
        assert!(text.contains("no certificate") && text.contains("ECDSA"), "{kind:?} as client: {text}");
        drop(client);
    }
    let _ = std::fs::remove_dir_all(folder);
}
