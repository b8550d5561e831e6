//! The users of the simulated Telegram, and what each may know of the others.

use super::updates::Mailbox;
use crate::crypto::hash::sha256;
use crate::time::Time;
use std::collections::{BTreeMap, BTreeSet};

/// What kind of user an account is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Kind {
    #[default]
    User,
    Bot,
    Deleted,
}

/// Who is allowed something.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Privacy {
    #[default]
    Everybody,
    Nobody,
    Only(BTreeSet<i64>),
}

impl Privacy {
    pub fn allows(&self, user: i64) -> bool {
        match self {
            Privacy::Everybody => true,
            Privacy::Nobody => false,
            Privacy::Only(users) => users.contains(&user),
        }
    }
}

/// One of the places where an account is logged in.
#[derive(Clone, Debug, Default)]
pub struct Device {
    /// Until when it has no connection; `None`: it has one.
    pub offline_until: Option<Time>,
    /// As told when it logged in, or with `invokeWithLayer` since.
    pub layer: Option<u32>,
    /// What has been added to the `date` fields it is sent, in seconds.
    pub clock_skew_s: i32,
    /// Whether a call update was lost while it had no connection.
    pub missed_updates: bool,
}

#[derive(Clone, Debug)]
pub struct Account {
    pub id: i64,
    pub name: String,
    pub kind: Kind,
    pub devices: BTreeMap<u32, Device>,
    pub blocked: BTreeSet<i64>,
    /// Who may call it (`inputPrivacyKeyPhoneCall`).
    pub calls: Privacy,
    /// With whom it allows direct paths (`inputPrivacyKeyPhoneP2P`).
    pub p2p: Privacy,
    /// The library versions its apps can take. Empty: not known to the server, so it does not judge.
    pub versions: Vec<String>,
    /// What is done to calls to this account, besides what the knobs say.
    pub tamper: Option<super::knobs::Tamper>,
    pub(super) mailbox: Mailbox,
}

impl Account {
    /// A user with one device, number 1, who takes calls from everybody.
    pub fn new(id: i64, name: &str) -> Account {
        Account {
            id,
            name: name.into(),
            kind: Kind::User,
            devices: BTreeMap::from([(1, Device::default())]),
            blocked: BTreeSet::new(),
            calls: Privacy::Everybody,
            p2p: Privacy::Everybody,
            versions: Vec::new(),
            tamper: None,
            mailbox: Mailbox::default(),
        }
    }

    /// A name to find it by: of 5 characters at least, as Telegram has them.
    pub fn username(&self) -> String {
        let first =
            self.name.split(|c: char| !c.is_ascii_alphanumeric()).find(|word| !word.is_empty()).unwrap_or("user");
        format!("{}_{:04}", first.to_ascii_lowercase(), self.id)
    }

    /// The same with devices 1 to `count`.
    pub fn with_devices(mut self, count: u32) -> Account {
        self.devices = (1..=count).map(|number| (number, Device::default())).collect();
        self
    }
}

/// What an access hash opens.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Opens {
    User(i64),
    Call(i64),
    Channel(i64),
    GroupCall(i64),
}

/// The access hash by which `viewer` names something. Two viewers have different ones; odd seeds make all of them
/// negative, even seeds positive.
pub fn access_hash(seed: u64, viewer: i64, object: Opens) -> i64 {
    let (tag, id) = match object {
        Opens::User(id) => (1u8, id),
        Opens::Call(id) => (2, id),
        Opens::Channel(id) => (3, id),
        Opens::GroupCall(id) => (4, id),
    };
    let mut text = Vec::with_capacity(25);
    text.extend_from_slice(&seed.to_le_bytes());
    text.extend_from_slice(&viewer.to_le_bytes());
    text.push(tag);
    text.extend_from_slice(&id.to_le_bytes());
    let digest = sha256(&[&text]);
    let mut number = [0; 8];
    number.copy_from_slice(&digest[..8]);
    let positive = i64::from_le_bytes(number) & i64::MAX;
    if seed % 2 == 1 { positive | i64::MIN } else { positive }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_username_has_five_characters_and_more() {
        assert_eq!(Account::new(1001, "Alice").username(), "alice_1001");
        assert_eq!(Account::new(1003, "Carol, who takes no calls").username(), "carol_1003");
        assert_eq!(Account::new(1, "Ö").username(), "user_0001");
    }

    #[test]
    fn every_viewer_has_another_hash_and_odd_seeds_have_negative_ones() {
        assert_ne!(access_hash(2, 1, Opens::User(5)), access_hash(2, 3, Opens::User(5)));
        assert_ne!(access_hash(2, 1, Opens::User(5)), access_hash(2, 1, Opens::Call(5)));
        assert!(access_hash(2, 1, Opens::User(5)) > 0);
        assert!(access_hash(3, 1, Opens::User(5)) < 0);
    }
}
