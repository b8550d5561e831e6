//! What goes wrong on purpose: rules that match what passes, and what they do to it.

use super::encoder::Value;
use crate::random::Random;
use crate::time::Duration;
use core::fmt;

/// What a rule looks at.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum On {
    /// A request by its method, `*` for any.
    Request(String),
    /// The answer of a method.
    Answer(String),
    /// An update by the name of what it brings: `phoneCallAccepted`, `updatePhoneCallSignalingData`, …; `updatePhoneCall`
    /// stands for all six call objects, `*` for any.
    Update(String),
    /// A moment since the server started.
    At(Duration),
}

/// What a rule does.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Do {
    // ---- to a request
    /// It is refused with this error and never processed.
    Fail {
        code: i32,
        name: String,
    },
    /// It is never processed and never answered.
    Lose,
    /// It is processed, and nobody hears of it.
    LoseAnswer,
    /// It is processed twice, and answered twice.
    Twice,
    // ---- to a request, an answer or an update
    Delay(Duration),
    // ---- to an update, and where it makes sense to an answer
    Drop,
    Duplicate,
    /// It changes places with the next one to the same device, or comes 10 s late if there is none.
    SwapWithNext,
    /// It waits until a request or an update of this name has passed; `forever` is a name like any other.
    HoldUntil(String),
    /// It comes in another of the containers.
    OtherContainer,
    /// It comes, and the same bytes come again this much later.
    StaleReplay(Duration),
    // ---- to the bytes of an answer or an update
    /// So many bytes are cut off the end.
    Truncate(usize),
    /// So many bytes are added at the end.
    Append(usize),
    /// This bit, counted from the start and wrapped at the end, is the other way round.
    Flip(usize),
    /// It ends in, or is replaced by, constructors of a newer layer.
    NewerLayer,
    /// It comes as `gzip_packed`.
    Gzip,
    /// Its first vector claims to have 2^31 - 1 elements.
    HugeVector,
    // ---- to the device
    /// It loses its connection for so long: requests wait, answers wait, call updates are gone.
    Disconnect(Duration),
    Reconnect,
    /// All dates it is told from now on are off by so many seconds.
    ClockSkew(i32),
}

/// One rule. It looks at everything, and acts on what it matches for the `nth` time, or each time.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Rule {
    pub account: Option<i64>,
    pub device: Option<u32>,
    pub on: On,
    /// 1 is the first; 0 is every one.
    pub nth: u32,
    pub action: Do,
}

impl Rule {
    pub fn request(method: &str, action: Do) -> Rule {
        Rule { account: None, device: None, on: On::Request(method.into()), nth: 1, action }
    }

    pub fn answer(method: &str, action: Do) -> Rule {
        Rule { account: None, device: None, on: On::Answer(method.into()), nth: 1, action }
    }

    pub fn update(name: &str, action: Do) -> Rule {
        Rule { account: None, device: None, on: On::Update(name.into()), nth: 1, action }
    }

    pub fn at(moment: Duration, account: i64, action: Do) -> Rule {
        Rule { account: Some(account), device: None, on: On::At(moment), nth: 1, action }
    }

    pub fn to(mut self, account: i64) -> Rule {
        self.account = Some(account);
        self
    }

    pub fn device(mut self, device: u32) -> Rule {
        self.device = Some(device);
        self
    }

    pub fn nth(mut self, nth: u32) -> Rule {
        self.nth = nth;
        self
    }

    pub fn always(self) -> Rule {
        self.nth(0)
    }
}

/// What passes, as the rules see it.
#[derive(Clone, Copy, Debug)]
pub enum Passing<'a> {
    Request(&'a str),
    Answer(&'a str),
    /// The names of all the updates in one container.
    Updates(&'a [String]),
}

/// Rules with their counters.
#[derive(Clone, Debug, Default)]
pub struct Faults {
    rules: Vec<(Rule, u32)>,
}

impl Faults {
    pub fn add(&mut self, rule: Rule) {
        self.rules.push((rule, 0));
    }

    pub fn rules(&self) -> impl Iterator<Item = &Rule> {
        self.rules.iter().map(|(rule, _)| rule)
    }

    /// The actions for something that passes, in the order of the rules.
    pub fn on(&mut self, account: i64, device: u32, passing: Passing<'_>) -> Vec<Do> {
        let mut actions = Vec::new();
        for (rule, seen) in &mut self.rules {
            let is_for =
                rule.account.is_none_or(|id| id == account) && rule.device.is_none_or(|number| number == device);
            if is_for && rule.on.matches(passing) {
                *seen += 1;
                if rule.nth == 0 || *seen == rule.nth {
                    actions.push(rule.action.clone());
                }
            }
        }
        actions
    }
}

impl On {
    fn matches(&self, passing: Passing<'_>) -> bool {
        let is = |pattern: &str, name: &str| pattern == "*" || pattern == name;
        match (self, passing) {
            (On::Request(pattern), Passing::Request(name)) | (On::Answer(pattern), Passing::Answer(name)) => {
                is(pattern, name)
            }
            (On::Update(pattern), Passing::Updates(names)) => names
                .iter()
                .any(|name| is(pattern, name) || (pattern == "updatePhoneCall" && name.starts_with("phoneCall"))),
            _ => false,
        }
    }
}

/// Draws 1 to `most` rules for a private call between `accounts`.
pub fn draw(random: &mut Random, most: u64, accounts: &[i64]) -> Vec<Rule> {
    let count = 1 + random.below(most.max(1));
    (0..count).map(|_| draw_one(random, accounts)).collect()
}

const METHODS: &[&str] = &[
    "messages.getDhConfig",
    "phone.requestCall",
    "phone.receivedCall",
    "phone.acceptCall",
    "phone.confirmCall",
    "phone.sendSignalingData",
    "phone.discardCall",
    "phone.setCallRating",
    "phone.saveCallDebug",
    "*",
];

const UPDATES: &[&str] = &[
    "phoneCallRequested",
    "phoneCallWaiting",
    "phoneCallAccepted",
    "phoneCall",
    "phoneCallDiscarded",
    "updatePhoneCallSignalingData",
    "updatePhoneCall",
    "*",
];

const ERRORS: &[(i32, &str)] = &[
    (400, "CALL_PEER_INVALID"),
    (400, "CALL_ALREADY_DECLINED"),
    (400, "CALL_ALREADY_ACCEPTED"),
    (400, "CALL_PROTOCOL_FLAGS_INVALID"),
    (400, "USER_ID_INVALID"),
    (400, "INPUT_FETCH_ERROR"),
    (401, "AUTH_KEY_UNREGISTERED"),
    (403, "USER_PRIVACY_RESTRICTED"),
    (406, "CALL_PROTOCOL_COMPAT_LAYER_INVALID"),
    (420, "FLOOD_WAIT_3"),
    (500, "PARTICIPANT_CALL_FAILED"),
    (500, "RANDOM_ID_DUPLICATE"),
    (500, "TEST_NO_SUCH_ERROR"),
    (-503, "Timeout"),
    (303, "PHONE_MIGRATE_2"),
];

fn draw_one(random: &mut Random, accounts: &[i64]) -> Rule {
    fn pick<'a, T>(random: &mut Random, list: &'a [T]) -> &'a T {
        &list[random.below(list.len() as u64) as usize]
    }
    let method = |random: &mut Random| (*pick(random, METHODS)).to_owned();
    let update = |random: &mut Random| (*pick(random, UPDATES)).to_owned();
    let short = |random: &mut Random| Duration::from_millis(10 + random.below(8_000));
    let (on, action) = match random.below(24) {
        0 | 1 => {
            let (code, name) = *pick(random, ERRORS);
            (On::Request(method(random)), Do::Fail { code, name: name.into() })
        }
        2 => (On::Request(method(random)), Do::Lose),
        3 => (On::Request(method(random)), Do::LoseAnswer),
        4 => (On::Request(method(random)), Do::Delay(short(random))),
        5 => (On::Request(method(random)), Do::Twice),
        6 | 7 => (On::Update(update(random)), Do::Drop),
        8 => (On::Update(update(random)), Do::Delay(short(random))),
        9 => (On::Update(update(random)), Do::Duplicate),
        10 => (On::Update(update(random)), Do::SwapWithNext),
        11 => (On::Update(update(random)), Do::HoldUntil(method(random))),
        12 => (On::Update(update(random)), Do::OtherContainer),
        13 => (On::Update(update(random)), Do::StaleReplay(Duration::from_secs(60 + random.below(300)))),
        14 => (On::Answer(method(random)), Do::Delay(short(random))),
        15 => (On::Answer(method(random)), Do::Duplicate),
        16..=20 => {
            let on = if random.below(2) == 0 { On::Answer(method(random)) } else { On::Update(update(random)) };
            let action = match random.below(6) {
                0 => Do::Truncate(1 + random.below(200) as usize),
                1 => Do::Append(1 + random.below(64) as usize),
                2 => Do::NewerLayer,
                3 => Do::Gzip,
                4 => Do::HugeVector,
                _ => Do::Flip(random.below(4096) as usize),
            };
            (on, action)
        }
        21 | 22 => (On::At(Duration::from_millis(random.below(60_000))), Do::Disconnect(short(random))),
        _ => {
            let skew = if random.below(2) == 0 { 3600 } else { -3600 };
            (On::At(Duration::from_millis(random.below(10_000))), Do::ClockSkew(skew))
        }
    };
    let is_timed = matches!(on, On::At(_));
    let account = if is_timed || random.below(2) == 0 { Some(*pick(random, accounts)) } else { None };
    let nth = if is_timed { 1 } else { random.below(4) as u32 };
    Rule { account, device: None, on, nth, action }
}

/// The line of a script that says the same.
impl fmt::Display for Rule {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(account) = self.account {
            write!(f, "account {account} ")?;
        }
        if let Some(device) = self.device {
            write!(f, "device {device} ")?;
        }
        match &self.on {
            On::Request(name) => write!(f, "request {name} ")?,
            On::Answer(name) => write!(f, "answer {name} ")?,
            On::Update(name) => write!(f, "update {name} ")?,
            On::At(moment) => write!(f, "at {} ", moment.as_millis())?,
        }
        match self.nth {
            1 => {}
            0 => f.write_str("nth every ")?,
            nth => write!(f, "nth {nth} ")?,
        }
        match &self.action {
            Do::Fail { code, name } => write!(f, "fail {code} {name}"),
            Do::Lose => f.write_str("lose"),
            Do::LoseAnswer => f.write_str("lose-answer"),
            Do::Twice => f.write_str("twice"),
            Do::Delay(time) => write!(f, "delay {}", time.as_millis()),
            Do::Drop => f.write_str("drop"),
            Do::Duplicate => f.write_str("duplicate"),
            Do::SwapWithNext => f.write_str("swap"),
            Do::HoldUntil(name) => write!(f, "hold-until {name}"),
            Do::OtherContainer => f.write_str("other-container"),
            Do::StaleReplay(time) => write!(f, "stale-replay {}", time.as_millis()),
            Do::Truncate(count) => write!(f, "truncate {count}"),
            Do::Append(count) => write!(f, "append {count}"),
            Do::Flip(bit) => write!(f, "flip {bit}"),
            Do::NewerLayer => f.write_str("newer-layer"),
            Do::Gzip => f.write_str("gzip"),
            Do::HugeVector => f.write_str("huge-vector"),
            Do::Disconnect(time) => write!(f, "disconnect {}", time.as_millis()),
            Do::Reconnect => f.write_str("reconnect"),
            Do::ClockSkew(seconds) => write!(f, "clock-skew {seconds}"),
        }
    }
}

/// Puts a constructor of a layer to come into the object: a first update, a last user, or, where there is room for
/// neither, the whole thing.
pub fn from_a_newer_layer(value: Value) -> Value {
    let unknown = || Value::Raw([0x7e57_0002u32.to_le_bytes(), 5u32.to_le_bytes(), 0u32.to_le_bytes()].concat());
    let Value::Object(mut object) = value else { return unknown() };
    if let Some(Value::List(updates)) = object.get_mut("updates") {
        updates.insert(0, unknown());
    } else if let Some(Value::List(users)) = object.get_mut("users") {
        users.push(unknown());
    } else {
        return unknown();
    }
    Value::Object(object)
}

/// The faults that concern bytes.
pub fn spoil(bytes: &mut Vec<u8>, action: &Do) {
    const VECTOR: [u8; 4] = 0x1cb5_c415u32.to_le_bytes();
    match action {
        Do::Truncate(count) => bytes.truncate(bytes.len().saturating_sub(*count)),
        Do::Append(count) => bytes.extend((0..*count).map(|index| index as u8)),
        Do::Flip(bit) if !bytes.is_empty() => {
            let bit = bit % (bytes.len() * 8);
            if let Some(byte) = bytes.get_mut(bit / 8) {
                *byte ^= 1 << (bit % 8);
            }
        }
        Do::Gzip => *bytes = gzip_packed(bytes),
        Do::HugeVector => {
            let at = bytes.windows(4).position(|window| window == VECTOR);
            if let Some(count) = at.and_then(|at| bytes.get_mut(at + 4..at + 8)) {
                count.copy_from_slice(&i32::MAX.to_le_bytes());
            }
        }
        _ => {}
    }
}

/// `gzip_packed#3072cfa1` around the bytes, which are stored, not squeezed: nobody can tell.
fn gzip_packed(bytes: &[u8]) -> Vec<u8> {
    let mut gzip = vec![0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 255];
    let mut chunks = bytes.chunks(0xffff).peekable();
    if chunks.peek().is_none() {
        gzip.extend_from_slice(&[1, 0, 0, 0xff, 0xff]);
    }
    while let Some(chunk) = chunks.next() {
        let size = chunk.len() as u16;
        gzip.push(u8::from(chunks.peek().is_none()));
        gzip.extend_from_slice(&size.to_le_bytes());
        gzip.extend_from_slice(&(!size).to_le_bytes());
        gzip.extend_from_slice(chunk);
    }
    gzip.extend_from_slice(&crc32fast::hash(bytes).to_le_bytes());
    gzip.extend_from_slice(&(bytes.len() as u32).to_le_bytes());
    let mut out = 0x3072_cfa1u32.to_le_bytes().to_vec();
    if gzip.len() < 254 {
        out.push(gzip.len() as u8);
    } else {
        out.push(254);
        out.extend_from_slice(&(gzip.len() as u32).to_le_bytes()[..3]);
    }
    out.extend_from_slice(&gzip);
    out.resize(out.len().next_multiple_of(4), 0);
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_rule_acts_on_the_one_it_names_and_no_other() {
        let mut faults = Faults::default();
        faults.add(Rule::update("phoneCallAccepted", Do::Drop).to(7).nth(2));
        faults.add(Rule::request("*", Do::Lose).always());
        let accepted = ["phoneCallAccepted".to_owned()];
        assert_eq!(faults.on(8, 1, Passing::Updates(&accepted)), []);
        assert_eq!(faults.on(7, 1, Passing::Updates(&accepted)), []);
        assert_eq!(faults.on(7, 1, Passing::Updates(&accepted)), [Do::Drop]);
        assert_eq!(faults.on(7, 1, Passing::Updates(&accepted)), []);
        assert_eq!(faults.on(7, 1, Passing::Request("phone.requestCall")), [Do::Lose]);
        assert_eq!(faults.on(7, 1, Passing::Request("phone.requestCall")), [Do::Lose]);
    }

    #[test]
    fn one_seed_draws_the_same_rules() {
        let draw = |seed| draw(&mut Random::from_seed(seed), 12, &[1, 2]);
        assert_eq!(draw(5), draw(5));
        assert_ne!(draw(5), draw(6));
        assert!((0..50).all(|seed| (1..=12).contains(&draw(seed).len())));
    }

    #[test]
    #[cfg(feature = "media")]
    fn packed_bytes_unpack_to_themselves() {
        use std::io::Read;
        for size in [0, 1, 300, 70_000] {
            let bytes: Vec<u8> = (0..size).map(|index| index as u8).collect();
            let packed = gzip_packed(&bytes);
            let head = if packed[4] == 254 { 8 } else { 5 };
            let mut unpacked = Vec::new();
            flate2::read::GzDecoder::new(&packed[head..]).read_to_end(&mut unpacked).unwrap();
            assert_eq!(unpacked, bytes);
        }
    }
}
