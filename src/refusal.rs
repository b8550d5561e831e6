//! How a server error is understood.
//!
//! Errors are told apart by their name; codes vary (`USER_IS_BLOCKED` comes as 400 and as 403). What only some methods answer is in
//! the table of their family, what any can answer in `ANY`; an error that is in neither keeps its text.

use crate::outcome::{Action, EndReason, Outcome};

/// What an error of `ANY` says about a call.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum General {
    /// No answer came, so nobody knows whether the request was carried out.
    NoAnswer,
    /// Telegram wants a pause.
    Flood,
    /// Anything that ends the attempt and nothing else.
    Final,
    /// Not in any list.
    Unknown,
}

/// A server error, understood. `C` is what a kind of call asks for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Refusal<C> {
    pub cause: C,
    pub reason: EndReason,
    pub action: Action,
    pub retry_after_s: u32,
    /// Method, code and name, as a developer wants to read them.
    pub text: String,
}

/// An entry of a table.
pub struct Known<C> {
    /// Telegram's name; `*` in it stands for a number, at its end for anything.
    name: &'static str,
    cause: C,
    reason: EndReason,
    action: Action,
}

pub const fn known<C>(name: &'static str, cause: C, reason: EndReason, action: Action) -> Known<C> {
    Known { name, cause, reason, action }
}

/// What any method can answer.
const ANY: &[Known<General>] = &[
    known("BOT_METHOD_INVALID", General::Final, EndReason::Server, Action::Fix),
    known("BROADCAST_CALLS_DISABLED", General::Final, EndReason::Server, Action::TellUser),
    known("BUSINESS_CONNECTION_NOT_ALLOWED", General::Final, EndReason::Server, Action::Fix),
    known("GROUP_CALL_INVALID", General::Final, EndReason::Server, Action::TellUser),
    known("REFLECTOR_NOT_AVAILABLE", General::Final, EndReason::Server, Action::Retry),
    known("AUTH_KEY_*", General::Final, EndReason::Server, Action::LogIn),
    known("SESSION_REVOKED", General::Final, EndReason::Server, Action::LogIn),
    known("SESSION_EXPIRED", General::Final, EndReason::Server, Action::LogIn),
    known("SESSION_PASSWORD_NEEDED", General::Final, EndReason::Server, Action::LogIn),
    known("USER_DEACTIVATED*", General::Final, EndReason::Server, Action::LogIn),
    known("FLOOD_WAIT_*", General::Flood, EndReason::Flood, Action::RetryAfter),
    known("FLOOD_PREMIUM_WAIT_*", General::Flood, EndReason::Flood, Action::RetryAfter),
    known("PEER_FLOOD", General::Final, EndReason::Flood, Action::TellUser),
    known("INPUT_METHOD_INVALID*", General::Final, EndReason::Server, Action::Fix),
    known("INPUT_FETCH_ERROR*", General::Final, EndReason::Server, Action::Fix),
    known("CONNECTION_*", General::Final, EndReason::Server, Action::Fix),
    known("FILE_MIGRATE_*", General::Final, EndReason::Server, Action::Retry),
    known("NETWORK_MIGRATE_*", General::Final, EndReason::Server, Action::Retry),
    known("PHONE_MIGRATE_*", General::Final, EndReason::Server, Action::Retry),
    known("USER_MIGRATE_*", General::Final, EndReason::Server, Action::Retry),
    // -503: the server gave up waiting for itself; the request may have been carried out.
    known("Timeout", General::NoAnswer, EndReason::Timeout, Action::Retry),
];

impl<C: Copy + From<General>> Refusal<C> {
    /// What the error `code` and `name` to `method` means. Code 0: there was no answer at all.
    pub fn understand(method: &str, family: &[Known<C>], code: i32, name: &str) -> Refusal<C> {
        let name = shown(name);
        let refusal =
            |cause, reason, action, retry_after_s, text| Refusal { cause, reason, action, retry_after_s, text };
        if code == 0 {
            let text =
                if name.is_empty() { format!("no answer to {method}") } else { format!("{method}: {code} {name}") };
            return refusal(General::NoAnswer.into(), EndReason::Timeout, Action::Retry, 0, text);
        }
        let text = format!("{method}: {code} {name}");
        if let Some((known, _)) = find(family, name) {
            return refusal(known.cause, known.reason, known.action, 0, text);
        }
        match find(ANY, name) {
            Some((known, number)) => {
                let pause = if known.cause == General::Flood { number } else { 0 };
                refusal(known.cause.into(), known.reason, known.action, pause, text)
            }
            None => refusal(General::Unknown.into(), EndReason::Server, unknown_action(code), 0, text),
        }
    }

    pub fn outcome(&self) -> Outcome {
        Outcome { retry_after_s: self.retry_after_s, ..Outcome::new(self.reason, self.action, self.text.clone()) }
    }
}

/// The entry for a name, and the number in place of its `*`.
fn find<'a, C>(table: &'a [Known<C>], name: &str) -> Option<(&'a Known<C>, u32)> {
    table.iter().find_map(|known| Some((known, matched(known.name, name)?)))
}

/// A name as it may be shown: some bytes of an error's text are enough.
fn shown(name: &str) -> &str {
    const LONGEST: usize = 200;
    let end = (0..=LONGEST.min(name.len())).rev().find(|end| name.is_char_boundary(*end)).unwrap_or(0);
    &name[..end]
}

/// Whether `name` is what `pattern` says, and the number in place of its `*`; 0 if that is something else.
fn matched(pattern: &str, name: &str) -> Option<u32> {
    match pattern.strip_suffix('*') {
        None => (pattern == name).then_some(0),
        Some(start) => {
            let rest = name.strip_prefix(start)?;
            let digits = rest.bytes().take_while(u8::is_ascii_digit).count();
            let number = &rest[..digits];
            Some(if number.is_empty() { 0 } else { number.parse().unwrap_or(u32::MAX) })
        }
    }
}

/// The code is a poor guide, but the only one to an error nobody has described.
fn unknown_action(code: i32) -> Action {
    match code {
        401 => Action::LogIn,
        403 | 406 => Action::TellUser,
        400 | 404 => Action::Fix,
        _ => Action::Retry,
    }
}

#[cfg(test)]
pub mod tests {
    use super::*;
    use core::fmt::Debug;

    /// Every error that is known of these methods is in a table, with a reason and its name. How many those are.
    pub fn check_every_listed<C: Copy + Debug + PartialEq + From<General>>(
        methods: &[&str],
        understand: impl Fn(usize, i32, &str) -> Refusal<C>,
    ) -> usize {
        let list = std::fs::read_to_string(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/vectors/errors.json")).unwrap();
        let list: serde_json::Value = serde_json::from_str(&list).unwrap();
        let mut checked = 0;
        for error in list.as_array().unwrap() {
            let name = error["name"].as_str().unwrap().replace("%d", "17");
            let code = error["code"].as_i64().unwrap() as i32;
            for (place, method) in methods.iter().enumerate() {
                if error["method"] != "*" && error["method"] != *method {
                    continue;
                }
                let refusal = understand(place, code, &name);
                assert_ne!(refusal.cause, General::Unknown.into(), "{method}: {name}");
                assert_ne!(refusal.reason, EndReason::None, "{method}: {name}");
                assert!(refusal.text.contains(&name), "{method}: {name}");
                if name.starts_with("FLOOD_WAIT") {
                    assert_eq!((refusal.action, refusal.retry_after_s), (Action::RetryAfter, 17));
                }
                checked += 1;
            }
        }
        checked
    }
}
