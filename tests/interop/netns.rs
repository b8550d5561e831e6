//! Two machines on one network: namespaces joined by a router, with links that a test cuts. Takes root and iproute2.

#![allow(
    dead_code,
    clippy::disallowed_methods,
    reason = "each test program uses its part; a test has threads and a clock"
)]

use super::endpoint::Endpoint;
use std::io::Write;
use std::net::Ipv4Addr;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::sync::atomic::{AtomicU32, Ordering};

fn try_ip(arguments: &str) -> Result<(), String> {
    let output = Command::new("ip").args(arguments.split(' ')).output().map_err(|why| format!("no iproute2: {why}"))?;
    let why = String::from_utf8_lossy(&output.stderr).trim().to_owned();
    if output.status.success() { Ok(()) } else { Err(format!("ip {arguments}: {why}")) }
}

/// Ends with its handle.
pub struct Network {
    name: String,
    /// A shell on the router, as to start one takes a while on a busy machine.
    router: Option<Child>,
}

impl Network {
    /// Two machines; the first has a second link to the router, which is down. The error is the reason why there is none.
    pub fn new() -> Result<Network, String> {
        static NEXT: AtomicU32 = AtomicU32::new(0);
        let next = NEXT.fetch_add(1, Ordering::Relaxed);
        let mut network = Network { name: format!("tgcall{}-{next}", std::process::id()), router: None };
        for part in ["a", "b", "r"] {
            try_ip(&format!("netns add {}", network.part(part)))?;
            network.ip(part, "link set lo up");
        }
        for (side, link, subnet) in [("a", "wifi", 1), ("b", "wifi", 2), ("a", "cell", 3)] {
            let (machine, router) = (network.part(side), network.part("r"));
            let far = format!("{link}-{side}");
            try_ip(&format!("link add {link} netns {machine} type veth peer name {far} netns {router}"))?;
            network.ip(side, &format!("addr add 10.77.{subnet}.2/24 dev {link}"));
            network.ip("r", &format!("addr add 10.77.{subnet}.1/24 dev {far}"));
            network.ip("r", &format!("link set {far} up"));
        }
        let mut shell = Command::new("ip");
        shell.args(["netns", "exec", &network.part("r"), "sh"]).stdin(Stdio::piped());
        network.router = Some(shell.spawn().map_err(|why| why.to_string())?);
        network.forward(true);
        network.link_up("a", "wifi", 1);
        network.link_up("b", "wifi", 2);
        Ok(network)
    }

    fn part(&self, part: &str) -> String {
        format!("{}{part}", self.name)
    }

    /// A command of iproute2 on one of the machines, `a` or `b`, or the router, `r`.
    pub fn ip(&self, part: &str, arguments: &str) {
        try_ip(&format!("-n {} {arguments}", self.part(part))).unwrap();
    }

    /// Brings a link of a machine up, as its way to everywhere.
    pub fn link_up(&self, part: &str, link: &str, subnet: u8) {
        self.ip(part, &format!("link set {link} up"));
        self.ip(part, &format!("route replace default via 10.77.{subnet}.1"));
    }

    /// Whether the router forwards; while it does not, no machine can tell but by silence.
    pub fn forward(&self, yes: bool) {
        let mut input = self.router.as_ref().and_then(|shell| shell.stdin.as_ref()).expect("it was started with one");
        writeln!(input, "echo {} > /proc/sys/net/ipv4/ip_forward", u8::from(yes)).expect("the router's shell runs");
    }

    /// The two ends of a call, each on its machine.
    pub fn ends(&self) -> [Endpoint; 2] {
        ["a", "b"].map(|part| Endpoint::start(&["ip", "netns", "exec", &self.part(part)]))
    }
}

impl Drop for Network {
    fn drop(&mut self) {
        if let Some(mut shell) = self.router.take() {
            let _ = shell.kill();
            let _ = shell.wait();
        }
        for part in ["a", "b", "r"] {
            let _ = Command::new("ip").args(["netns", "delete", &self.part(part)]).output();
        }
    }
}

/// A machine that reaches this one and nobody else. Ends with its handle.
pub struct Alone {
    name: String,
    subnet: u32,
}

impl Alone {
    /// The error is the reason why there is none.
    pub fn new() -> Result<Alone, String> {
        let number = std::process::id();
        let alone = Alone { name: format!("tgcall{number}-alone"), subnet: number % 250 };
        let (name, link) = (&alone.name, format!("tga{number}"));
        try_ip(&format!("netns add {name}"))?;
        try_ip(&format!("link add {link} type veth peer name only netns {name}"))?;
        try_ip(&format!("addr add {}/30 dev {link}", alone.here()))?;
        try_ip(&format!("link set {link} up"))?;
        try_ip(&format!("-n {name} addr add 10.78.{}.2/30 dev only", alone.subnet))?;
        try_ip(&format!("-n {name} link set lo up"))?;
        try_ip(&format!("-n {name} link set only up"))?;
        Ok(alone)
    }

    /// This machine, as it reaches it.
    pub fn here(&self) -> Ipv4Addr {
        Ipv4Addr::new(10, 78, self.subnet as u8, 1)
    }

    /// A program there.
    pub fn command(&self, program: &Path) -> Command {
        let mut command = Command::new("ip");
        command.args(["netns", "exec", &self.name]).arg(program);
        command
    }
}

impl Drop for Alone {
    fn drop(&mut self) {
        let _ = Command::new("ip").args(["netns", "delete", &self.name]).output();
    }
}
