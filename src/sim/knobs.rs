//! Everything about the server that a test may turn.
//!
//! The defaults are what the public sources make likely; each choice that they do not prove is a knob.

use crate::time::Duration;

/// How the `users` of an answer are filled.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum UserPolicy {
    /// Id, access hash, first name.
    #[default]
    Minimal,
    /// Everything a user can have.
    Full,
    /// `min` users, which carry no usable access hash.
    MinUsers,
    Empty,
    /// The ones concerned and others, so many in all.
    Many(u32),
    /// The constructor of layer 228, whatever layer was declared.
    NewerLayer,
    /// A constructor that no schema has.
    UnknownId,
}

/// What `acceptCall` answers.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum AcceptAnswer {
    #[default]
    Waiting,
    Accepted,
}

/// Whose order the agreed versions have.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Order {
    #[default]
    Caller,
    Callee,
    /// As texts, ascending: "10.0.0" before "9.0.0".
    StringSorted,
    /// As numbers, ascending.
    Numeric,
}

/// What a `discardCall` after the end answers.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum RepeatedDiscard {
    #[default]
    Same,
    /// `updates` with nothing in them.
    Empty,
    /// 400 `CALL_ALREADY_DECLINED`.
    Error,
}

/// How a caller learns that the callee is in another call.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum BusyAnswer {
    /// `requestCall` answers `phoneCallDiscarded`.
    #[default]
    Answer,
    /// `requestCall` answers `phoneCallWaiting`, and the update follows.
    Update,
}

/// What `saveCallDebug` answers.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum DebugAnswer {
    #[default]
    Enough,
    /// `boolFalse`: the log, too.
    WantsLog,
}

/// What a server in between would change. The library has to refuse each of them, except the zeros in front of `g_b`,
/// which leave the number as it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Tamper {
    /// Another `g_a` to the callee than was promised by its hash.
    GA,
    /// Another fingerprint to the callee.
    CalleeFingerprint,
    /// Another fingerprint to the caller.
    CallerFingerprint,
    GbZero,
    GbOne,
    GbPrimeMinusOne,
    /// Below 2^1984.
    GbShort,
    /// 257 bytes.
    GbLong,
    /// Two zero bytes in front.
    GbLeadingZeros,
    /// Another number in the right range.
    GbOther,
    CompositePrime,
    ShortPrime,
    Generator(i32),
    /// Caller and callee change places in `phoneCallAccepted` and `phoneCall`.
    SwappedAdmin,
    /// Another access hash in `phoneCallAccepted` and `phoneCall`.
    OtherAccessHash,
    /// `g_a_hash` of 31 bytes.
    ShortHash,
}

impl Tamper {
    /// By the name used in scripts and on the command line.
    pub fn from_name(name: &str) -> Option<Tamper> {
        Some(match name {
            "g_a" => Tamper::GA,
            "callee-fingerprint" => Tamper::CalleeFingerprint,
            "caller-fingerprint" => Tamper::CallerFingerprint,
            "g_b-zero" => Tamper::GbZero,
            "g_b-one" => Tamper::GbOne,
            "g_b-p-1" => Tamper::GbPrimeMinusOne,
            "g_b-short" => Tamper::GbShort,
            "g_b-long" => Tamper::GbLong,
            "g_b-leading-zeros" => Tamper::GbLeadingZeros,
            "g_b-other" => Tamper::GbOther,
            "composite-p" => Tamper::CompositePrime,
            "short-p" => Tamper::ShortPrime,
            "bad-g" => Tamper::Generator(2),
            "swapped-admin" => Tamper::SwappedAdmin,
            "access-hash" => Tamper::OtherAccessHash,
            "short-hash" => Tamper::ShortHash,
            _ => return None,
        })
    }
}

/// The servers named in `phoneCall`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Connections {
    /// Where the relays are.
    pub ip: String,
    /// Empty: no IPv6.
    pub ipv6: String,
    pub reflector_port: u16,
    pub turn_port: u16,
    pub reflector_udp: bool,
    pub reflector_tcp: bool,
    pub turn: bool,
    pub stun: bool,
}

impl Default for Connections {
    fn default() -> Connections {
        Connections {
            ip: "127.0.0.1".into(),
            ipv6: String::new(),
            reflector_port: 12345,
            turn_port: 3478,
            reflector_udp: true,
            reflector_tcp: true,
            turn: true,
            stun: true,
        }
    }
}

impl Connections {
    /// An empty list.
    pub fn none() -> Connections {
        Connections { reflector_udp: false, reflector_tcp: false, turn: false, stun: false, ..Connections::default() }
    }

    /// `all`, `none`, or those of a list; addresses stay.
    fn set(&mut self, list: &str) -> Result<(), String> {
        let names: Vec<&str> = match list {
            "all" => vec!["reflector-udp", "reflector-tcp", "stun", "turn"],
            "none" => Vec::new(),
            list => list.split(',').collect(),
        };
        let mut named = Connections { ip: self.ip.clone(), ipv6: self.ipv6.clone(), ..Connections::none() };
        (named.reflector_port, named.turn_port) = (self.reflector_port, self.turn_port);
        for name in names {
            match name {
                "reflector-udp" => named.reflector_udp = true,
                "reflector-tcp" => named.reflector_tcp = true,
                "stun" => named.stun = true,
                "turn" => named.turn = true,
                _ => return Err(format!("connections {name}: reflector-udp, reflector-tcp, stun or turn")),
            }
        }
        *self = named;
        Ok(())
    }
}

/// The four timers of `help.getConfig`, and the server's own, which run 5 s longer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Timers {
    pub receive_ms: u32,
    pub ring_ms: u32,
    pub connect_ms: u32,
    pub packet_ms: u32,
    /// What the server's own timers wait on top.
    pub grace_ms: u32,
    /// Whether the server ends stuck calls at all.
    pub server_ends_calls: bool,
}

impl Default for Timers {
    fn default() -> Timers {
        Timers {
            receive_ms: 20_000,
            ring_ms: 90_000,
            connect_ms: 30_000,
            packet_ms: 10_000,
            grace_ms: 5_000,
            server_ends_calls: true,
        }
    }
}

#[derive(Clone, Debug)]
pub struct Knobs {
    /// As which layer to answer a device that has not declared one.
    pub layer: u32,
    pub users: UserPolicy,
    pub accept_answer: AcceptAnswer,
    /// Updates overtake the answer of the request that caused them.
    pub updates_first: bool,
    pub order: Order,
    /// Only the first version that both have, instead of all.
    pub narrow: bool,
    /// These versions, whatever was agreed: an empty list, unknown names.
    pub versions: Option<Vec<String>>,
    pub busy_answer: BusyAnswer,
    /// One accepted call at a time; turned off for bot-like users.
    pub occupy: bool,
    pub repeated_discard: RepeatedDiscard,
    pub need_rating: bool,
    pub need_debug: bool,
    pub debug_answer: DebugAnswer,
    pub tamper: Option<Tamper>,
    pub connections: Connections,
    pub conference_supported: bool,
    pub custom_parameters: Option<String>,
    /// Largest packet `sendSignalingData` takes.
    pub signaling_limit: usize,
    pub timers: Timers,
    /// Refuse what the real server is known to refuse, and note what looks wrong.
    pub strict: bool,
    /// One way, between a device and the server.
    pub latency: Duration,
}

impl Default for Knobs {
    fn default() -> Knobs {
        Knobs {
            layer: 223,
            users: UserPolicy::Minimal,
            accept_answer: AcceptAnswer::Waiting,
            updates_first: false,
            order: Order::Caller,
            narrow: true,
            versions: None,
            busy_answer: BusyAnswer::Answer,
            occupy: true,
            repeated_discard: RepeatedDiscard::Same,
            need_rating: false,
            need_debug: false,
            debug_answer: DebugAnswer::Enough,
            tamper: None,
            connections: Connections::default(),
            conference_supported: true,
            custom_parameters: None,
            signaling_limit: 64 << 10,
            timers: Timers::default(),
            strict: false,
            latency: Duration::from_millis(20),
        }
    }
}

impl Knobs {
    /// Turns one knob, by the words of a script line: `users full`, `tamper g_a`, `need-rating on`.
    pub fn set(&mut self, name: &str, value: &str) -> Result<(), String> {
        let bad = || format!("{name} {value}: no such setting");
        let on = || match value {
            "on" | "yes" | "true" => Ok(true),
            "off" | "no" | "false" => Ok(false),
            _ => Err(format!("{name} is on or off, not {value}")),
        };
        let number = || value.parse::<u32>().map_err(|_| format!("{name} takes a number, not {value}"));
        match name {
            "layer" => match number()? {
                layer if super::schema::SERVED.contains(&layer) => self.layer = layer,
                _ => return Err("layer is 151 to 230".into()),
            },
            "users" => {
                self.users = match value {
                    "minimal" => UserPolicy::Minimal,
                    "full" => UserPolicy::Full,
                    "min-users" => UserPolicy::MinUsers,
                    "empty" => UserPolicy::Empty,
                    "many" => UserPolicy::Many(1000),
                    "newer-layer" => UserPolicy::NewerLayer,
                    "unknown-id" => UserPolicy::UnknownId,
                    _ => return Err(bad()),
                }
            }
            "accept-answer" => {
                self.accept_answer = match value {
                    "waiting" => AcceptAnswer::Waiting,
                    "accepted" => AcceptAnswer::Accepted,
                    "phone-call" => return Err("acceptCall never answers phoneCall: the key is not there yet".into()),
                    _ => return Err(bad()),
                }
            }
            "updates-first" => self.updates_first = on()?,
            "order" => {
                self.order = match value {
                    "caller" => Order::Caller,
                    "callee" => Order::Callee,
                    "string-sorted" => Order::StringSorted,
                    "numeric" => Order::Numeric,
                    _ => return Err(bad()),
                }
            }
            "narrow" => self.narrow = on()?,
            "versions" => {
                self.versions = match value {
                    "agreed" => None,
                    "none" => Some(Vec::new()),
                    list => Some(list.split(',').map(str::to_owned).collect()),
                }
            }
            "busy-answer" => {
                self.busy_answer = match value {
                    "answer" => BusyAnswer::Answer,
                    "update" => BusyAnswer::Update,
                    _ => return Err(bad()),
                }
            }
            "occupy" => self.occupy = on()?,
            "repeated-discard" => {
                self.repeated_discard = match value {
                    "same" => RepeatedDiscard::Same,
                    "empty" => RepeatedDiscard::Empty,
                    "error" => RepeatedDiscard::Error,
                    _ => return Err(bad()),
                }
            }
            "need-rating" => self.need_rating = on()?,
            "need-debug" => self.need_debug = on()?,
            "debug-answer" => {
                self.debug_answer = match value {
                    "enough" => DebugAnswer::Enough,
                    "wants-log" => DebugAnswer::WantsLog,
                    _ => return Err(bad()),
                }
            }
            "tamper" => {
                self.tamper = match value {
                    "none" => None,
                    _ => Some(Tamper::from_name(value).ok_or_else(bad)?),
                }
            }
            "connections" => self.connections.set(value)?,
            "ipv6" => self.connections.ipv6 = if on()? { "::1".into() } else { String::new() },
            "conference-supported" => self.conference_supported = on()?,
            "custom-parameters" => self.custom_parameters = (value != "none").then(|| value.to_owned()),
            "signaling-limit" => self.signaling_limit = number()? as usize,
            "receive-ms" => self.timers.receive_ms = number()?,
            "ring-ms" => self.timers.ring_ms = number()?,
            "grace-ms" => self.timers.grace_ms = number()?,
            "server-ends-calls" => self.timers.server_ends_calls = on()?,
            "strict" => self.strict = on()?,
            "latency-ms" => self.latency = Duration::from_millis(number()?.into()),
            _ => return Err(format!("{name}: no such knob")),
        }
        Ok(())
    }
}
