//! The simulated Telegram between the sides, for calls from the ring to the hang-up.

use crate::requests::Requests;
use crate::setting::*;
use tgcall::client::{Client, Config};
use tgcall::sim::account::{Account, Privacy};
use tgcall::sim::fault::Rule;
use tgcall::sim::knobs::{Connections, Knobs};
use tgcall::sim::server::{Body, Output, Server};
use tgcall::time::Time;
use tgcall::types::{RequestId, UserId};

/// The account of side 0; the others count on.
const FIRST_ACCOUNT: i64 = 1001;
const DEVICE: u32 = 1;

fn account_of(side: usize) -> i64 {
    FIRST_ACCOUNT + side as i64
}

pub struct Telegram {
    pub server: Server,
    /// Of each side.
    requests: Vec<Requests>,
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
        for side in 0..setting.hosts.len() {
            let mut account = Account::new(account_of(side), "Somebody").with_devices(1);
            if !setting.p2p_allowed {
                account.p2p = Privacy::Nobody;
            }
            server.add_account(account);
        }
        rules.into_iter().for_each(|rule| server.add_rule(rule));
        Telegram { server, requests: setting.hosts.iter().map(|_| Requests::default()).collect() }
    }

    /// What a client of this side has to know.
    pub fn configure(side: usize, version: &str, config: &mut Config) {
        config.set_user_id(UserId(account_of(side))).unwrap();
        config.set_versions(&[version]).unwrap();
    }

    /// A side as another one calls it.
    pub fn user(&self, side: usize, by: usize) -> (UserId, i64) {
        let user = account_of(side);
        (UserId(user), self.server.user_hash(account_of(by), user))
    }

    /// Which side a user is.
    pub fn side_of(user: UserId) -> usize {
        usize::try_from(user.0 - FIRST_ACCOUNT).expect("nobody else is here")
    }

    pub fn invoke(&mut self, now: Time, side: usize, request: RequestId, bytes: &[u8]) {
        self.requests[side].ask(&mut self.server, now, (account_of(side), DEVICE), request, bytes);
    }

    /// What comes for a side, to be delivered.
    pub fn poll(&mut self, now: Time) -> Option<(usize, Body)> {
        self.server.handle_timeout(now);
        let Output { account, body, .. } = self.server.poll_output()?;
        Some((Telegram::side_of(UserId(account)), body))
    }

    pub fn deliver(&self, now: Time, side: usize, client: &mut Client, body: &Body) {
        self.requests[side].deliver(now, client, body);
    }
}
