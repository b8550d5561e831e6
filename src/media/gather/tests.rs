//! The sockets of a call, opened by a host that does as each test says.

use super::*;
use crate::types::{Ipv4Addr, Ipv6Addr, Role};
use std::collections::BTreeMap;

const V4: &str = "192.168.1.2";
const TURN: &str = "192.0.2.20";

fn ip(text: &str) -> IpAddr {
    text.parse().unwrap()
}

fn secs(seconds: u64) -> Duration {
    Duration::from_secs(seconds)
}

/// What a host does about a socket that it is to open.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Deed {
    Open,
    Fail,
    /// There is no such thing behind this proxy.
    Deny,
    Nothing,
    /// It opens, and is closed at once by the other end.
    Break,
}

struct Host {
    now: Time,
    gather: Gatherer,
    udp: Deed,
    tcp: Deed,
    /// When each socket was asked for.
    opened: Vec<(Time, Protocol)>,
    held: BTreeMap<SocketId, (Protocol, IpAddr)>,
    sent: Vec<(SocketId, Vec<u8>)>,
    signalled: Vec<Candidate>,
    next_port: u16,
}

impl Host {
    fn new(config: &LinkConfig, udp: Deed, tcp: Deed) -> Host {
        let now = Time::from_nanos(1_000_000_000_000);
        let gather = Gatherer::new(now, config, Random::from_seed(1));
        let (opened, held, sent, signalled) = Default::default();
        let mut host = Host { now, gather, udp, tcp, opened, held, sent, signalled, next_port: 1000 };
        host.flush();
        host
    }

    fn flush(&mut self) {
        while let Some(output) = self.gather.poll_output() {
            match output {
                Output::OpenSocket { socket, protocol, local, remote } => {
                    assert_eq!(remote.is_some(), protocol == Protocol::Tcp);
                    self.opened.push((self.now, protocol));
                    let deed = if protocol == Protocol::Udp { self.udp } else { self.tcp };
                    let now = self.now;
                    if matches!(deed, Deed::Open | Deed::Nothing | Deed::Break) {
                        assert_eq!(self.held.insert(socket, (protocol, local.ip())), None, "a number given twice");
                    }
                    match deed {
                        Deed::Open | Deed::Break => {
                            self.next_port = self.next_port.checked_add(1).unwrap_or(1000);
                            self.gather.handle_opened(now, socket, SocketAddr::new(local.ip(), self.next_port));
                            if deed == Deed::Break {
                                self.held.remove(&socket);
                                self.gather.handle_closed(now, socket);
                            }
                        }
                        Deed::Fail => self.gather.handle_closed(now, socket),
                        Deed::Deny => self.gather.handle_unsupported(now, socket),
                        Deed::Nothing => {}
                    }
                }
                Output::CloseSocket { socket } => assert!(self.held.remove(&socket).is_some(), "nobody's"),
                Output::Transmit { socket, bytes, .. } => self.sent.push((socket, bytes)),
                other => panic!("{other:?}"),
            }
        }
        while let Some(event) = self.gather.poll_event() {
            if let Event::Candidate { candidate, .. } = event {
                self.signalled.push(candidate);
            }
        }
    }

    fn run(&mut self, duration: Duration) {
        let until = self.now + duration;
        while let Some(at) = self.gather.next_timeout().filter(|at| *at <= until) {
            self.now = self.now.max(at);
            self.gather.handle_timeout(self.now);
            self.flush();
        }
        self.now = until;
    }

    fn tell(&mut self, interfaces: &[IpAddr]) {
        self.gather.set_interfaces(self.now, interfaces);
        self.flush();
    }

    /// How many sockets were asked for in the last `duration`.
    fn lately(&self, protocol: Protocol, duration: Duration) -> usize {
        self.opened.iter().filter(|(at, p)| *p == protocol && self.now.since(*at) < duration).count()
    }
}

fn config(interfaces: &[IpAddr], servers: Vec<Server>) -> LinkConfig {
    let mut config = LinkConfig::to_peer(1, Role::Caller);
    (config.gather.interfaces, config.gather.servers) = (interfaces.to_vec(), servers);
    config
}

fn turn(number: u8) -> Server {
    Server::webrtc(number.into(), &format!("192.0.2.{number}"), "", 3478, "user", "secret", true, false)
}

fn stun(number: u16) -> Server {
    let ip = format!("203.0.{}.{}", number / 250, number % 250 + 1);
    Server::webrtc(1000 + i64::from(number), &ip, "", 3478, "", "", false, true)
}

#[test]
fn a_socket_that_cannot_be_opened_is_tried_every_half_minute_at_last() {
    for deed in [Deed::Fail, Deed::Nothing, Deed::Break] {
        let mut host = Host::new(&config(&[], vec![]), deed, Deed::Open);
        host.gather.cancel_tcp();
        host.run(secs(60));
        assert!((6..=12).contains(&host.opened.len()), "{deed:?}: {} in the first minute", host.opened.len());
        host.run(secs(3600));
        // One of each family.
        let last = host.lately(Protocol::Udp, secs(640));
        assert!((2 * 14..=2 * 20).contains(&last), "{deed:?}: {last} in ten minutes");
        // As soon as it works it is there, and what is heard by it makes it as good as new.
        host.udp = Deed::Open;
        host.run(secs(43));
        assert_eq!(host.held.len(), 2, "{deed:?}");
        let socket = *host.held.keys().next().unwrap();
        host.gather.handle_datagram(host.now, socket, "192.0.2.1:9".parse().unwrap(), b"x");
        host.held.remove(&socket);
        host.gather.handle_closed(host.now, socket);
        host.run(secs(3));
        assert_eq!(host.held.len(), 2, "{deed:?}");
    }
}

#[test]
fn without_a_route_nothing_waits_longer_than_three_seconds() {
    let mut host = Host::new(&config(&[], vec![]), Deed::Fail, Deed::Open);
    host.run(secs(20));
    assert!((2 * 7..=2 * 8).contains(&host.opened.len()), "{}", host.opened.len());
    host.gather.cancel_tcp();
    host.run(secs(600));
    let before = host.opened.len();
    host.gather.retry(host.now);
    host.run(secs(30));
    assert!((2 * 10..=2 * 14).contains(&(host.opened.len() - before)), "{}", host.opened.len() - before);
}

#[test]
fn a_proxy_without_datagrams_is_asked_for_them_once_per_network() {
    let mut config = config(&[ip(V4)], vec![turn(20)]);
    config.gather.ways = Ways::Proxy;
    let mut host = Host::new(&config, Deed::Deny, Deed::Open);
    host.run(secs(3600));
    host.gather.retry(host.now);
    host.run(secs(60));
    assert_eq!(host.lately(Protocol::Udp, secs(4000)), 2, "once per family");
    assert_eq!(host.held.len(), 1, "the relay over TCP");
    host.tell(&[ip("10.0.0.7")]);
    host.run(secs(60));
    assert_eq!(host.lately(Protocol::Udp, secs(4000)), 4, "another network may be another matter");
}

#[test]
fn dead_relays_over_tcp_are_connected_to_twice_a_minute_at_most() {
    let reflector = |id| Server::reflector(id, &format!("198.51.100.{id}"), "", 443, &[7; 16], true);
    let servers = vec![turn(20), turn(21), reflector(1), reflector(2)];
    for deed in [Deed::Fail, Deed::Nothing, Deed::Break, Deed::Open] {
        let mut host = Host::new(&config(&[ip(V4)], servers.clone()), Deed::Open, deed);
        host.gather.start_tcp(host.now);
        host.gather.cancel_tcp();
        host.run(secs(600));
        let last = host.lately(Protocol::Tcp, secs(300));
        assert!(last <= 2 * 5 * servers.len(), "{deed:?}: {last} in five minutes");
        assert!(host.opened.len() < 40 * servers.len(), "{deed:?}: {}", host.opened.len());
    }
}

#[test]
fn a_host_that_never_says_what_came_of_a_socket_is_not_waited_for() {
    let mut host = Host::new(&config(&[ip(V4)], vec![]), Deed::Nothing, Deed::Nothing);
    let first = *host.held.keys().next().unwrap();
    host.run(secs(9));
    assert_eq!(host.opened.len(), 1);
    host.run(secs(5));
    assert_eq!((host.opened.len(), host.held.len()), (2, 1));
    // Its word comes too late.
    host.gather.handle_opened(host.now, first, SocketAddr::new(ip(V4), 9));
    assert_eq!(host.gather.open_sockets(), 0);
}

#[test]
fn of_two_hundred_addresses_the_first_are_taken_and_no_family_falls_out() {
    let bridge = |number: u8| IpAddr::from(Ipv4Addr::new(172, 17, number, 1));
    let v6 = |number: u16| IpAddr::from(Ipv6Addr::new(0x2001, 0xdb8, 0, 0, 0, 0, 0, number));
    let servers: Vec<Server> = (1..=12).map(turn).collect();
    let mut told = vec![ip("127.0.0.1"), ip(V4)];
    told.extend((0..190).map(bridge));
    told.extend((0..10).map(v6));
    let mut host = Host::new(&config(&told, servers), Deed::Open, Deed::Open);
    let held: Vec<IpAddr> = host.held.values().map(|(_, local)| *local).collect();
    assert!(held.len() == MAX_INTERFACES && held.contains(&ip(V4)) && !held.contains(&ip("127.0.0.1")), "{held:?}");
    assert_eq!(held.iter().filter(|ip| ip.is_ipv6()).count(), 4);
    assert_eq!(host.gather.left_out().len(), 202 - MAX_INTERFACES);
    // Twelve relays on each would be too many: those of the first are there.
    let relays_of = |host: &Host, local: IpAddr| {
        let of = |id| host.held.get(&id).is_some_and(|(_, ip)| *ip == local);
        host.gather.relays.iter().filter(|relay| of(relay.socket)).count()
    };
    assert_eq!((host.gather.relays.len(), relays_of(&host, ip(V4))), (MAX_RELAYS, 12));
    // And so are those of another that has become the first.
    let new = ip("10.9.9.9");
    told.insert(0, new);
    host.tell(&told);
    assert_eq!((host.gather.relays.len(), relays_of(&host, new), relays_of(&host, ip(V4))), (MAX_RELAYS, 12, 12));
    host.gather.start_tcp(host.now);
    host.flush();
    let tcp_of = |local: IpAddr| host.held.values().filter(|held| **held == (Protocol::Tcp, local)).count();
    assert_eq!((tcp_of(new), tcp_of(ip(V4)), host.gather.sockets.len()), (12, 12, MAX_SOCKETS));
}

#[test]
fn of_three_hundred_servers_the_relays_stay_and_the_rest_is_named() {
    let servers: Vec<Server> = (0..300).map(stun).chain([turn(20), turn(21)]).collect();
    let host = Host::new(&config(&[ip(V4)], servers), Deed::Open, Deed::Open);
    let reports = host.gather.reports();
    assert_eq!(reports.iter().filter(|report| report.kind == "turn").count(), 2);
    assert_eq!(host.gather.queries.len(), MAX_RELAYS - 2);
    assert_eq!(reports.iter().filter(|report| report.outcome == "not asked: there are too many").count(), 16);
}

#[test]
fn mapped_addresses_are_ipv4_wherever_they_come_from() {
    let mapped = |text: &str| IpAddr::from(text.parse::<Ipv4Addr>().unwrap().to_ipv6_mapped());
    let servers = vec![Server::webrtc(1, "", &format!("::ffff:{TURN}"), 3478, "user", "secret", true, true)];
    let config = config(&[mapped(V4), ip(V4)], servers);
    let mut host = Host::new(&config, Deed::Nothing, Deed::Nothing);
    assert_eq!(host.held.values().map(|(_, local)| *local).collect::<Vec<_>>(), [ip(V4)]);
    let socket = *host.held.keys().next().unwrap();
    host.gather.handle_opened(host.now, socket, SocketAddr::new(mapped(V4), 4000));
    host.flush();
    let [Candidate { target: Target::Address(address), .. }] = host.signalled[..] else {
        panic!("{:?}", host.signalled)
    };
    assert_eq!(address, SocketAddr::new(ip(V4), 4000));
    assert_eq!(host.gather.entries.iter().map(|entry| entry.address.ip()).collect::<Vec<_>>(), [ip(TURN); 2]);
    assert_eq!((host.gather.queries.len(), host.gather.relays.len()), (1, 1));
}

#[test]
fn who_had_a_network_does_not_tell_of_itself_when_it_is_gone() {
    let loopback = [ip("127.0.0.1"), ip("::1")];
    // Where there never was another it is what there is.
    let host = Host::new(&config(&loopback, vec![]), Deed::Open, Deed::Open);
    assert_eq!(host.signalled.len(), 2);

    let mut host = Host::new(&config(&[ip(V4)], vec![]), Deed::Open, Deed::Open);
    for told in [&loopback[..], &[]] {
        host.tell(told);
        assert_eq!((host.held.len(), host.signalled.len(), host.opened.len()), (1, 1, 1), "{told:?}");
    }
    host.tell(&[ip(V4)]);
    assert_eq!(host.opened.len(), 1, "the same network came back");
    host.tell(&[ip("10.0.0.7")]);
    assert_eq!((host.held.len(), host.signalled.len(), host.opened.len()), (1, 2, 2));
}

#[test]
fn a_thousand_networks_and_as_many_breakdowns_leave_nothing_behind() {
    let servers = vec![turn(20), stun(1), Server::reflector(9, "198.51.100.1", "", 443, &[7; 16], true)];
    let mut host = Host::new(&config(&[ip(V4)], servers), Deed::Open, Deed::Open);
    host.gather.start_tcp(host.now);
    for number in 0..1000_u32 {
        host.tell(&[IpAddr::from(Ipv4Addr::from(0x0a00_0000 + number))]);
        host.gather.retry(host.now);
        host.run(secs(1));
        let gather = &host.gather;
        assert!(host.held.len() <= 16 + 3, "{} after {number}", host.held.len());
        assert!(gather.sockets.len() == 3 && gather.relays.len() <= 3 && gather.queries.len() == 1);
        assert!(gather.tags.len() <= MAX_RELAYS && gather.leaving.len() <= 16);
    }
    host.run(secs(60));
    host.gather.close(host.now);
    host.flush();
    assert!(host.held.is_empty(), "{:?}", host.held);
    assert_eq!(host.gather.next_timeout(), None);
}

#[test]
fn an_empty_frame_ends_a_stream() {
    let reflector = Server::reflector(9, "198.51.100.1", "", 443, &[7; 16], true);
    let mut host = Host::new(&config(&[ip(V4)], vec![reflector]), Deed::Open, Deed::Open);
    host.gather.start_tcp(host.now);
    host.flush();
    let socket = *host.held.iter().find(|(_, held)| held.0 == Protocol::Tcp).unwrap().0;
    let mut bytes = [1, 0, 0, 0, 7].repeat(1000);
    bytes.extend_from_slice(&[0; 4]);
    host.gather.handle_stream(host.now, socket, &bytes);
    let frames = core::iter::from_fn(|| host.gather.next_frame(host.now, socket)).count();
    host.flush();
    assert_eq!((frames, host.held.contains_key(&socket)), (1000, false));
}
