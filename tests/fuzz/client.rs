//! A whole client fed with garbage: it never panics and never blames the host for what the network sent.

use tgcall::client::{Client, Config, EventKind};
use tgcall::random::Random;
use tgcall::time::Time;
use tgcall::types::UserId;

fn client() -> Client {
    let mut config = Config::new();
    config.set_user_id(UserId(777_000_123)).unwrap();
    Client::new(Time::from_nanos(0), config, Random::from_seed(1)).unwrap()
}

/// An `Updates` or one `Update`, and the same bytes as the answer to whatever the client asks for because of it.
pub fn updates(data: &[u8]) {
    let mut client = client();
    let mut now = Time::from_nanos(0);
    client.handle_update(now, data).expect("garbage from the network is no misuse");
    let _ = client.request(now, UserId(5_123_456_789), 7, false);
    for _ in 0..4 {
        let mut asked = Vec::new();
        while let Some(event) = client.poll_event() {
            if let EventKind::Invoke { request, .. } = event.kind {
                asked.push(request);
            }
        }
        for request in asked {
            client.handle_answer(now, request, data).expect("garbage from the network is no misuse");
        }
        if let Some(next) = client.next_timeout() {
            now = now.max(next);
            client.handle_timeout(now);
        }
        client.handle_update(now, data).expect("garbage from the network is no misuse");
    }
}
