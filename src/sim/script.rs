//! Scripts: accounts, knobs and fault rules as text, one a line. `docs/tgcall-sim.md` describes them.

use super::account::{Account, Kind, Privacy};
use super::fault::{Do, On, Rule};
#[cfg(feature = "media")]
use super::group::{Chat, GroupKnobs, Sort};
use super::knobs::{Knobs, Tamper};
use super::server::Server;
#[cfg(feature = "media")]
use super::sfu::SfuKnobs;
use crate::time::Duration;

/// Longest script that is read.
pub const LIMIT: usize = 1 << 20;
/// Most lines that mean something.
const LINES: usize = 10_000;

/// What a script says.
#[derive(Clone, Debug, Default)]
pub struct Script {
    pub seed: Option<u64>,
    pub knobs: Knobs,
    /// Added to the accounts there are; one with the same id takes its place.
    pub accounts: Vec<Account>,
    /// Where group calls can be; as with accounts.
    #[cfg(feature = "media")]
    pub chats: Vec<Chat>,
    #[cfg(feature = "media")]
    pub group_knobs: GroupKnobs,
    /// Of the media server, which is another machine.
    #[cfg(feature = "media")]
    pub sfu_knobs: SfuKnobs,
    pub rules: Vec<Rule>,
    /// Draw up to so many rules more.
    pub random_rules: Option<u64>,
}

impl Script {
    /// The accounts every server has unless told otherwise.
    pub fn with_default_accounts() -> Script {
        Script {
            accounts: default_accounts(),
            #[cfg(feature = "media")]
            chats: default_chats(),
            ..Script::default()
        }
    }

    /// Reads a script on top of what is there. The error names the line.
    pub fn read(&mut self, text: &str) -> Result<(), String> {
        if text.len() > LIMIT {
            return Err(format!("a script has at most {LIMIT} bytes"));
        }
        for (index, line) in text.lines().enumerate() {
            let line = line.split('#').next().unwrap_or_default();
            let words: Vec<&str> = line.split_whitespace().collect();
            if !words.is_empty() {
                self.line(&words).map_err(|why| format!("line {}: {why}", index + 1))?;
            }
            if self.rules.len() + self.accounts.len() + self.count_chats() > LINES {
                return Err(format!("line {}: too many rules", index + 1));
            }
        }
        Ok(())
    }

    /// A server as the script has it.
    pub fn server(&self, seed: u64) -> Server {
        let mut server = Server::new(self.seed.unwrap_or(seed), self.knobs.clone());
        for account in &self.accounts {
            server.add_account(account.clone());
        }
        #[cfg(feature = "media")]
        {
            self.chats.iter().for_each(|chat| server.add_chat(chat.clone()));
            server.groups.knobs = self.group_knobs.clone();
        }
        for rule in &self.rules {
            server.add_rule(rule.clone());
        }
        if let Some(most) = self.random_rules {
            let accounts: Vec<i64> = self.accounts.iter().map(|account| account.id).collect();
            server.add_random_rules(most, &accounts);
        }
        server
    }

    fn line(&mut self, words: &[&str]) -> Result<(), String> {
        match words {
            ["seed", seed] => self.seed = Some(number(seed)?),
            ["random-rules", most] => self.random_rules = Some(number(most)?),
            ["knob", name] => return Err(format!("knob {name} what?")),
            // The value may have spaces in it: custom-parameters is JSON.
            ["knob", name, value @ ..] => self.set_knob(name, &value.join(" "))?,
            #[cfg(feature = "media")]
            ["chat", id, rest @ ..] => self.chat(number(id)?, rest)?,
            ["user", id, rest @ ..] => self.user(number(id)?, rest)?,
            _ => self.rules.push(rule(words)?),
        }
        Ok(())
    }

    /// Turns one knob of Telegram's, of its group calls or of the media server.
    pub fn set_knob(&mut self, name: &str, value: &str) -> Result<(), String> {
        #[cfg(feature = "media")]
        if let Some(set) = self.group_knobs.set(name, value).or_else(|| self.sfu_knobs.set(name, value)) {
            return set;
        }
        self.knobs.set(name, value)
    }

    fn count_chats(&self) -> usize {
        #[cfg(feature = "media")]
        return self.chats.len();
        #[cfg(not(feature = "media"))]
        0
    }

    #[cfg(feature = "media")]
    fn chat(&mut self, id: i64, words: &[&str]) -> Result<(), String> {
        if !self.chats.iter().any(|chat| chat.id == id) {
            self.chats.push(Chat::new(id, Sort::Channel, &format!("Chat {id}"), []));
        }
        let chat = self.chats.iter_mut().find(|chat| chat.id == id).ok_or("no such chat")?;
        let list = |list: &str| list.split(',').map(number).collect::<Result<std::collections::BTreeSet<i64>, _>>();
        match words {
            [] => {}
            ["title", title @ ..] => chat.title = title.join(" "),
            ["kind", "basic"] => chat.sort = Sort::Basic,
            ["kind", "channel"] => chat.sort = Sort::Channel,
            ["members", members] => chat.members = list(members)?,
            ["admins", admins] => {
                chat.admins = list(admins)?;
                chat.members.extend(&chat.admins);
            }
            ["public", "on"] => chat.is_public = true,
            ["public", "off"] => chat.is_public = false,
            _ => return Err(format!("chat {id} {}: not understood", words.join(" "))),
        }
        Ok(())
    }

    fn user(&mut self, id: i64, words: &[&str]) -> Result<(), String> {
        if !self.accounts.iter().any(|account| account.id == id) {
            self.accounts.push(Account::new(id, &format!("User {id}")));
        }
        let account = self.accounts.iter_mut().find(|account| account.id == id).ok_or("no such user")?;
        let privacy = |value: &str| {
            Ok::<_, String>(match value {
                "everybody" => Privacy::Everybody,
                "nobody" => Privacy::Nobody,
                list => Privacy::Only(list.split(',').map(number).collect::<Result<_, _>>()?),
            })
        };
        match words {
            [] => {}
            ["name", name @ ..] => account.name = name.join(" "),
            ["devices", count] => *account = account.clone().with_devices(number::<u32>(count)?.clamp(1, 16)),
            ["kind", "user"] => account.kind = Kind::User,
            ["kind", "bot"] => account.kind = Kind::Bot,
            ["kind", "deleted"] => account.kind = Kind::Deleted,
            ["blocks", list] => account.blocked = list.split(',').map(number).collect::<Result<_, _>>()?,
            ["calls", value] => account.calls = privacy(value)?,
            ["p2p", value] => account.p2p = privacy(value)?,
            ["versions", list] => account.versions = list.split(',').map(str::to_owned).collect(),
            ["tamper", "none"] => account.tamper = None,
            ["tamper", name] => {
                account.tamper = Some(Tamper::from_name(name).ok_or_else(|| format!("{name}: no such tampering"))?);
            }
            _ => return Err(format!("user {id} {}: not understood", words.join(" "))),
        }
        Ok(())
    }
}

/// Alice and Bob, and some that cannot be called.
pub fn default_accounts() -> Vec<Account> {
    let mut accounts = vec![
        Account::new(1001, "Alice").with_devices(2),
        Account::new(1002, "Bob").with_devices(2),
        Account::new(1003, "Carol, who takes no calls"),
        Account::new(1004, "Dave, whose calls are tampered with"),
        Account::new(1005, "Erin, who was deleted"),
        Account::new(1006, "Frank, a bot"),
        Account::new(1007, "Grace, who has blocked Alice"),
        Account::new(1008, "Heidi, whose app is too old"),
    ];
    for account in &mut accounts {
        match account.id {
            1003 => account.calls = Privacy::Nobody,
            1004 => account.tamper = Some(Tamper::GA),
            1005 => account.kind = Kind::Deleted,
            1006 => account.kind = Kind::Bot,
            1007 => account.blocked = [1001].into(),
            1008 => account.versions = vec!["2.4.4".into()],
            _ => {}
        }
    }
    accounts
}

/// Alice's, of which the others are members as far as they can be.
#[cfg(feature = "media")]
pub fn default_chats() -> Vec<Chat> {
    let people = [1001, 1002, 1003, 1004, 1007, 1008];
    let mut friends = Chat::new(5001, Sort::Channel, "Friends", people).with_admin(1001);
    friends.is_public = true;
    let family = Chat::new(5002, Sort::Basic, "Family", [1001, 1002]).with_admin(1001);
    let news = Chat::new(5003, Sort::Channel, "News", people).with_admin(1001);
    vec![friends, family, news]
}

fn number<T: core::str::FromStr>(text: &str) -> Result<T, String> {
    text.parse().map_err(|_| format!("{text} is not a number that fits here"))
}

fn milliseconds(text: &str) -> Result<Duration, String> {
    Ok(Duration::from_millis(u64::from(number::<u32>(text)?)))
}

/// `[account A] [device D] request|answer|update NAME | at MS  [nth N|every]  ACTION…`
pub fn rule(words: &[&str]) -> Result<Rule, String> {
    let (mut account, mut device, mut on, mut nth) = (None, None, None, 1);
    let mut rest = words;
    loop {
        rest = match rest {
            ["account", id, rest @ ..] => {
                account = Some(number(id)?);
                rest
            }
            ["device", id, rest @ ..] => {
                device = Some(number(id)?);
                rest
            }
            ["request", name, rest @ ..] => {
                on = Some(On::Request((*name).into()));
                rest
            }
            ["answer", name, rest @ ..] => {
                on = Some(On::Answer((*name).into()));
                rest
            }
            ["update", name, rest @ ..] => {
                on = Some(On::Update((*name).into()));
                rest
            }
            ["at", time, rest @ ..] => {
                on = Some(On::At(milliseconds(time)?));
                rest
            }
            ["nth", "every", rest @ ..] => {
                nth = 0;
                rest
            }
            ["nth", count, rest @ ..] => {
                nth = number::<u32>(count)?.max(1);
                rest
            }
            _ => break,
        };
    }
    let on = on.ok_or_else(|| format!("{}: neither request, answer, update nor at", words.join(" ")))?;
    let action = action(rest)?;
    let is_device_fault = matches!(action, Do::Disconnect(_) | Do::Reconnect | Do::ClockSkew(_));
    if matches!(on, On::At(_)) && !is_device_fault {
        return Err("at a time only devices can be disturbed".into());
    }
    Ok(Rule { account, device, on, nth, action })
}

fn action(words: &[&str]) -> Result<Do, String> {
    Ok(match words {
        ["fail", code, name] => Do::Fail { code: number(code)?, name: (*name).into() },
        ["flood-wait", seconds] => Do::Fail { code: 420, name: format!("FLOOD_WAIT_{}", number::<u32>(seconds)?) },
        ["timeout"] => Do::Fail { code: -503, name: "Timeout".into() },
        ["migrate", dc] => Do::Fail { code: 303, name: format!("PHONE_MIGRATE_{}", number::<u32>(dc)?) },
        ["lose"] => Do::Lose,
        ["lose-answer"] => Do::LoseAnswer,
        ["twice"] => Do::Twice,
        ["delay", time] => Do::Delay(milliseconds(time)?),
        ["drop"] => Do::Drop,
        ["duplicate"] => Do::Duplicate,
        ["swap"] => Do::SwapWithNext,
        ["hold-until", name] => Do::HoldUntil((*name).into()),
        ["other-container"] => Do::OtherContainer,
        ["stale-replay"] => Do::StaleReplay(Duration::from_secs(180)),
        ["stale-replay", time] => Do::StaleReplay(milliseconds(time)?),
        ["truncate", count] => Do::Truncate(number(count)?),
        ["append", count] => Do::Append(number::<usize>(count)?.min(LIMIT)),
        ["flip", bit] => Do::Flip(number(bit)?),
        ["newer-layer"] => Do::NewerLayer,
        ["gzip"] => Do::Gzip,
        ["huge-vector"] => Do::HugeVector,
        ["disconnect", time] => Do::Disconnect(milliseconds(time)?),
        ["reconnect"] => Do::Reconnect,
        ["clock-skew", seconds] => Do::ClockSkew(number(seconds)?),
        [] => return Err("and then? no action".into()),
        _ => return Err(format!("{}: no such action", words.join(" "))),
    })
}

#[cfg(test)]
mod tests {
    use super::super::fault::draw;
    use super::*;
    use crate::random::Random;

    #[test]
    fn a_rule_is_written_as_it_is_read() {
        for seed in 0..200 {
            for drawn in draw(&mut Random::from_seed(seed), 12, &[1001, 1002]) {
                let line = drawn.to_string();
                let words: Vec<&str> = line.split_whitespace().collect();
                assert_eq!(rule(&words).as_ref(), Ok(&drawn), "{line}");
            }
        }
    }

    #[test]
    fn a_script_says_which_line_it_is_wrong_in() {
        let mut script = Script::with_default_accounts();
        script
            .read(
                "# a comment\nseed 7\nknob users full\nknob custom-parameters {\"a\": true}\nuser 1002 calls 1001,1004\n\
                 user 2000 name New One\nchat 6000 title Choir\nchat 6000 members 1002,2000\nchat 6000 admins 1001\n\
                 knob group-stream-from 1\nknob sfu-answer-ms 20\naccount 1002 device 2 update phoneCallRequested nth every drop # at once\n",
            )
            .unwrap();
        assert_eq!(script.seed, Some(7));
        assert_eq!(script.knobs.custom_parameters.as_deref(), Some("{\"a\": true}"));
        assert_eq!(script.rules, [Rule::update("phoneCallRequested", Do::Drop).to(1002).device(2).always()]);
        let server = script.server(1);
        assert_eq!(server.accounts().count(), 9);
        let choir = server.groups.chat(6000).unwrap();
        assert_eq!((&*choir.title, choir.members.len(), choir.admins.len()), ("Choir", 3, 1));
        assert_eq!((server.groups.knobs.stream_from, script.sfu_knobs.answer_after.as_millis()), (1, 20));
        for (text, line) in [
            ("\nknob users all", "line 2"),
            ("request phone.requestCall", "line 1"),
            ("at 5 lose", "line 1"),
            ("user x", "line 1"),
            ("chat 1 kind large", "line 1"),
            ("knob sfu-speakers many", "line 1"),
        ] {
            assert!(script.read(text).unwrap_err().starts_with(line), "{text}");
        }
    }
}
