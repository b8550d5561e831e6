//! The simulated Telegram between the two sides, for calls from the ring to the hang-up.

use crate::setting::*;
use std::collections::BTreeMap;
use tgcall::client::Config;
use tgcall::sim::account::{Account, Privacy};
use tgcall::sim::fault::Rule;
use tgcall::sim::knobs::{Connections, Knobs};
use tgcall::sim::server::{AnswerId, Body, Output, Server};
use tgcall::time::Time;
use tgcall::types::{RequestId, UserId};

const ACCOUNTS: [i64; 2] = [1001, 1002];
const DEVICE: u32 = 1;

pub struct Telegram {
    pub server: Server,
    requests: BTreeMap<AnswerId, RequestId>,
}

/// What comes for a side.
pub enum News {
    Update(Vec<u8>),
    Answer(RequestId, Vec<u8>),
    Error(RequestId, i32, String),
}

impl Telegram {
    pub fn new(setting: &Setting, rules: Vec<Rule>) -> Telegram {
        let Servers { turn, reflector_udp, reflector_tcp } = setting.servers;
        let connections = Connections {
            ip: at(TURN).ip().to_string(),
            turn_port: at(TURN).port(),
            reflector_port: 599,
            reflector_udp,
            reflector_tcp,
            turn,
            stun: turn,
            ..Connections::default()
        };
        let custom_parameters = (!setting.parameters.is_empty()).then(|| setting.parameters.to_owned());
        let knobs = Knobs { connections, custom_parameters, ..Knobs::default() };
        let mut server = Server::new(setting.seed, knobs);
        for account in ACCOUNTS {
            let mut account = Account::new(account, "Somebody").with_devices(1);
            if !setting.p2p_allowed {
                account.p2p = Privacy::Nobody;
            }
            server.add_account(account);
        }
        rules.into_iter().for_each(|rule| server.add_rule(rule));
        Telegram { server, requests: BTreeMap::new() }
    }

    /// What a client of this side has to know.
    pub fn configure(side: usize, version: &str, config: &mut Config) {
        config.set_user_id(UserId(ACCOUNTS[side])).unwrap();
        config.set_versions(&[version]).unwrap();
    }

    /// The other side as this one calls it.
    pub fn peer(&self, side: usize) -> (UserId, i64) {
        let peer = ACCOUNTS[1 - side];
        (UserId(peer), self.server.user_hash(ACCOUNTS[side], peer))
    }

    pub fn invoke(&mut self, now: Time, side: usize, request: RequestId, bytes: &[u8]) {
        let answer = self.server.handle(now, ACCOUNTS[side], DEVICE, bytes);
        self.requests.insert(answer, request);
    }

    pub fn poll(&mut self, now: Time) -> Option<(usize, News)> {
        self.server.handle_timeout(now);
        let Output { account, body, .. } = self.server.poll_output()?;
        let side = ACCOUNTS.iter().position(|known| *known == account).expect("nobody else is here");
        let news = match body {
            Body::Update { bytes } => News::Update(bytes),
            Body::Answer { id, bytes } => {
                let request = self.requests[&id];
                match bytes.split_first_chunk::<8>() {
                    // rpc_error error_code:int error_message:string
                    Some((head, text)) if head[..4] == 0x2144_ca19_u32.to_le_bytes() => {
                        let code = i32::from_le_bytes([head[4], head[5], head[6], head[7]]);
                        let text = &text[1..=usize::from(text[0])];
                        News::Error(request, code, String::from_utf8_lossy(text).into_owned())
                    }
                    _ => News::Answer(request, bytes),
                }
            }
        };
        Some((side, news))
    }
}
