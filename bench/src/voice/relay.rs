//! A relay of Telegram's (a reflector) on a port of this machine, which loses sound as it is told to: always the same packets of a
//! seed and a call, counted from the sender's first, whoever receives it and in both directions alike. All else passes: what sets up
//! the call, and reports.

use std::collections::BTreeMap;
use std::net::{IpAddr, SocketAddr, UdpSocket};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread::JoinHandle;
use std::time::Duration;

/// What is lost.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Loss {
    /// So many of a hundred, each by itself.
    Random(u64),
    /// All for so many milliseconds of the sender's clock, somewhere in every second.
    Bursts(u64),
}

impl std::fmt::Display for Loss {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Loss::Random(percent) => write!(f, "{percent} %"),
            Loss::Bursts(ms) => write!(f, "{ms} ms"),
        }
    }
}

const TAG: usize = 16;
/// In front of what is carried: two tags, of which the second is only the end of one, and the size.
const HEADER: usize = TAG + 8;
/// Of Opus: its timestamps in a millisecond.
const TICKS_PER_MS: u32 = 48;

pub struct Relay {
    pub address: SocketAddr,
    is_over: Arc<AtomicBool>,
    thread: Option<JoinHandle<()>>,
}

impl Relay {
    /// The `n`th call loses sound by the `n`th of these.
    pub fn start(losses: &'static [Loss], seed: u64) -> Relay {
        let ip = own_ip();
        let socket = UdpSocket::bind((ip, 0)).expect("there is a port");
        socket.set_read_timeout(Some(Duration::from_millis(100))).expect("sockets have time-outs");
        let address = socket.local_addr().expect("it is bound");
        let is_over = Arc::new(AtomicBool::new(false));
        let over = is_over.clone();
        let thread = std::thread::spawn(move || forward(&socket, losses, seed, &over));
        Relay { address, is_over, thread: Some(thread) }
    }

    /// The tag of the `n`th call to one of several receivers.
    pub fn tag(n: usize, receiver: usize) -> String {
        format!("hex:{n:02x}{receiver:02x}{}", "5a".repeat(TAG - 2))
    }
}

impl Drop for Relay {
    fn drop(&mut self) {
        self.is_over.store(true, Ordering::Relaxed);
        if let Some(thread) = self.thread.take() {
            let _ = thread.join();
        }
    }
}

/// The address that others would see: ntgcalls does not use the loopback.
fn own_ip() -> IpAddr {
    let probe = UdpSocket::bind("0.0.0.0:0").and_then(|socket| {
        socket.connect("192.0.2.1:9")?;
        socket.local_addr()
    });
    probe.map_or(IpAddr::from([127, 0, 0, 1]), |address| address.ip())
}

fn forward(socket: &UdpSocket, losses: &[Loss], seed: u64, is_over: &AtomicBool) {
    let mut clients: BTreeMap<[u8; TAG], SocketAddr> = BTreeMap::new();
    let mut dice: BTreeMap<([u8; TAG], u32), Dice> = BTreeMap::new();
    let mut buffer = [0; 2048];
    while !is_over.load(Ordering::Relaxed) {
        let Ok((size, from)) = socket.recv_from(&mut buffer) else { continue };
        let packet = &buffer[..size];
        let Some(&to) = packet.first_chunk::<TAG>() else { continue };
        if size == 40 && packet[TAG..28] == [0xff; 12] {
            clients.insert(to, from);
            let mut answer = packet[..28].to_vec();
            answer.extend_from_slice(&0xc015_72c7_u32.to_le_bytes());
            answer.resize(64, 0);
            let _ = socket.send_to(&answer, from);
            continue;
        }
        let (Some(&there), Some(carried)) = (clients.get(&to), packet.get(HEADER..)) else { continue };
        let mut sender = to;
        sender[12..].copy_from_slice(&packet[TAG..TAG + 4]);
        let is_lost = Rtp::parse(carried).is_some_and(|rtp| {
            let loss = losses[usize::from(to[0]) % losses.len()];
            let new = || Dice { loss, seed: seed + u64::from(to[0]), first: rtp };
            dice.entry((sender, rtp.source)).or_insert_with(new).is_lost(rtp)
        });
        if !is_lost {
            let _ = socket.send_to(packet, there);
        }
    }
}

/// What stands in front of sound, in the clear.
#[derive(Clone, Copy, Debug)]
struct Rtp {
    sequence: u16,
    timestamp: u32,
    source: u32,
}

impl Rtp {
    /// RFC 5761: what has another kind in the second byte is RTCP.
    fn parse(carried: &[u8]) -> Option<Rtp> {
        let [first, second, s0, s1, t0, t1, t2, t3, c0, c1, c2, c3] = *carried.first_chunk()?;
        (first >> 6 == 2 && !(64..96).contains(&(second & 0x7f))).then(|| Rtp {
            sequence: u16::from_be_bytes([s0, s1]),
            timestamp: u32::from_be_bytes([t0, t1, t2, t3]),
            source: u32::from_be_bytes([c0, c1, c2, c3]),
        })
    }
}

struct Dice {
    loss: Loss,
    seed: u64,
    first: Rtp,
}

impl Dice {
    /// By the numbers the packet itself has, so that neither the clock here nor who receives it makes a difference.
    fn is_lost(&self, rtp: Rtp) -> bool {
        match self.loss {
            Loss::Random(percent) => self.roll(rtp.sequence.wrapping_sub(self.first.sequence).into()) % 100 < percent,
            Loss::Bursts(length) => {
                let ms = u64::from(rtp.timestamp.wrapping_sub(self.first.timestamp) / TICKS_PER_MS);
                let begin = self.roll(ms / 1000) % (1000 - length);
                (begin..begin + length).contains(&(ms % 1000))
            }
        }
    }

    /// The `n`th number of the seed (splitmix64).
    fn roll(&self, n: u64) -> u64 {
        let mut z = self.seed.wrapping_mul(0x1_0000).wrapping_add(n).wrapping_mul(0x9e37_79b9_7f4a_7c15);
        z = (z ^ z >> 30).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ z >> 27).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ z >> 31
    }
}
