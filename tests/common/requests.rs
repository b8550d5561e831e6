//! What clients have asked the simulated Telegram of a world, and what comes back for which of them.

use std::collections::BTreeMap;
use tgcall::client::Client;
use tgcall::error::{Error, ErrorKind};
use tgcall::sim::server::{AnswerId, Body, Server};
use tgcall::time::Time;
use tgcall::types::RequestId;

/// `rpc_error error_code:int error_message:string`.
const RPC_ERROR: [u8; 4] = 0x2144_ca19_u32.to_le_bytes();

/// Whose answer is whose.
#[derive(Default)]
pub struct Requests(BTreeMap<AnswerId, RequestId>);

impl Requests {
    /// A client on this device asks.
    pub fn ask(&mut self, server: &mut Server, now: Time, device: (i64, u32), request: RequestId, bytes: &[u8]) {
        let (account, device) = device;
        let answer = server.handle(now, account, device, bytes);
        self.0.insert(answer, request);
    }

    /// The host's connection has told it that what has no answer yet gets none.
    #[allow(dead_code, reason = "of tests that lose requests")]
    pub fn give_up(&mut self, now: Time, client: &mut Client) {
        for request in core::mem::take(&mut self.0).into_values() {
            if let Err(error) = client.handle_error(now, request, 0, "") {
                assert_eq!(error.kind(), ErrorKind::NotFound, "{error}");
            }
        }
    }

    /// What the server has for a client, handed to it. The answer to a request may come when nobody waits for it any more, and
    /// that of somebody who was there before is nobody's.
    pub fn deliver(&self, now: Time, client: &mut Client, body: &Body) {
        let outcome = match body {
            Body::Update { bytes } => {
                client.handle_update(now, bytes).expect("bytes from the network are never misuse");
                Ok(())
            }
            Body::Answer { id, bytes } => {
                let Some(request) = self.0.get(id).copied() else { return };
                answer(now, client, request, bytes)
            }
        };
        if let Err(error) = outcome {
            assert_eq!(error.kind(), ErrorKind::NotFound, "{error}");
        }
    }
}

/// Hands in what was answered, which may be an error.
pub fn answer(now: Time, client: &mut Client, request: RequestId, bytes: &[u8]) -> Result<(), Error> {
    match rpc_error(bytes) {
        Some((code, text)) => client.handle_error(now, request, code, &text),
        None => client.handle_answer(now, request, bytes).map(drop),
    }
}

/// The same, written.
#[allow(dead_code, reason = "each test program uses its part")]
pub fn refusal(code: i32, name: &str) -> Vec<u8> {
    [&RPC_ERROR[..], &code.to_le_bytes(), &[name.len() as u8], name.as_bytes()].concat()
}

fn rpc_error(bytes: &[u8]) -> Option<(i32, String)> {
    let (code, text) = bytes.strip_prefix(&RPC_ERROR)?.split_first_chunk()?;
    // The names of errors are short: one byte tells how long.
    let (size, text) = text.split_first()?;
    Some((i32::from_le_bytes(*code), String::from_utf8_lossy(text.get(..usize::from(*size))?).into_owned()))
}
