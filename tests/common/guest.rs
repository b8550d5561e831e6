//! A program that takes part in a group call by `tgcall-sim`, as far as Telegram goes. Its media is somebody else's.

#![allow(dead_code, reason = "each test program uses its part")]

use crate::process::{Process, Program};
use serde_json::Value as Json;
use std::time::Duration;
use tgcall::sim::encoder::{Object, Value};

/// The call that is up in a chat, as one account names it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct CallName {
    pub id: i64,
    pub access_hash: i64,
}

pub struct Guest {
    pub account: i64,
    pub program: Program,
    pub call: CallName,
}

/// The text of an `rpc_error`.
fn text(answer: &Object, field: &str) -> String {
    String::from_utf8_lossy(answer.bytes(field).unwrap_or_default()).into_owned()
}

/// The updates that an answer or an update brings.
pub fn updates(object: &Object) -> Vec<&Object> {
    match object.child("update") {
        Some(update) => vec![update],
        None => object.list("updates").iter().filter_map(Value::object).collect(),
    }
}

/// A program on a device of Alice's, who makes a call in this chat.
pub fn host(sim: &Process, device: u32, chat: &str) -> Guest {
    create(sim, device, chat, false)
}

/// The same of a call to which somebody sends by RTMP.
pub fn streamer(sim: &Process, device: u32, chat: &str) -> Guest {
    create(sim, device, chat, true)
}

fn create(sim: &Process, device: u32, chat: &str, is_rtmp: bool) -> Guest {
    let mut program = sim.log_in(1001, device);
    let chat = program.chats().into_iter().find(|one| one.title == chat).expect("she is in it");
    let peer = if chat.is_channel {
        Object::new("inputPeerChannel").with("channel_id", chat.id).with("access_hash", chat.access_hash)
    } else {
        Object::new("inputPeerChat").with("chat_id", chat.id)
    };
    let request = Object::new("phone.createGroupCall").flag("rtmp_stream", is_rtmp).with("peer", peer);
    let answer = program.invoke(&request.with("random_id", 1));
    let update = updates(&answer).into_iter().find(|one| one.name == "updateGroupCall").expect("a call is made");
    let call = update.child("call").expect("it says which");
    let call = CallName { id: call.long("id").unwrap(), access_hash: call.long("access_hash").unwrap() };
    Guest { account: 1001, program, call }
}

/// A program of somebody else's, who has seen in the hello that there is a call in this chat.
pub fn visitor(sim: &Process, account: i64, chat: &str) -> Guest {
    let program = sim.log_in(account, 1);
    let chat = program.chats().into_iter().find(|one| one.title == chat).expect("the account is in it");
    assert_ne!(chat.call, 0, "there is a call");
    Guest { account, program, call: CallName { id: chat.call, access_hash: chat.call_hash } }
}

impl Guest {
    fn method(&self, name: &str) -> Object {
        let CallName { id, access_hash } = self.call;
        Object::new(name).with("call", Object::new("inputGroupCall").with("id", id).with("access_hash", access_hash))
    }

    /// Asks something about the call. The error is the name of Telegram's.
    pub fn ask(&mut self, method: &str, build: impl FnOnce(Object) -> Object) -> Result<Object, String> {
        let request = build(self.method(method));
        let answer = self.program.invoke(&request);
        if answer.name == "rpc_error" { Err(text(&answer, "error_message")) } else { Ok(answer) }
    }

    /// Joins with this payload; what the media server is to be told of by.
    pub fn join(&mut self, muted: bool, payload: &str) -> Result<Json, String> {
        let payload = Object::new("dataJSON").with("data", payload);
        let answer = self.ask("phone.joinGroupCall", |request| {
            request.flag("muted", muted).with("join_as", Object::new("inputPeerSelf")).with("params", payload)
        })?;
        Ok(params(&answer, false))
    }

    /// The same for a screen.
    pub fn present(&mut self, payload: &str) -> Result<Json, String> {
        let payload = Object::new("dataJSON").with("data", payload);
        let answer = self.ask("phone.joinGroupCallPresentation", |request| request.with("params", payload))?;
        Ok(params(&answer, true))
    }

    /// A part of a stream: of a call of which one gets no connection. The error is the name of Telegram's.
    pub fn part(&mut self, time_ms: i64, video: Option<(i32, i32)>) -> Result<Vec<u8>, String> {
        let CallName { id, access_hash } = self.call;
        let call = Object::new("inputGroupCall").with("id", id).with("access_hash", access_hash);
        let location = Object::new("inputGroupCallStream")
            .with("call", call)
            .with("time_ms", time_ms)
            .with("scale", 0)
            .with_some("video_channel", video.map(|(channel, _)| channel))
            .with_some("video_quality", video.map(|(_, quality)| quality));
        let request =
            Object::new("upload.getFile").with("location", location).with("offset", 0i64).with("limit", 1 << 20);
        let answer = self.program.invoke(&request);
        match &*answer.name {
            "upload.file" => Ok(answer.bytes("bytes").unwrap_or_default().to_vec()),
            "rpc_error" => Err(text(&answer, "error_message")),
            other => Err(other.to_owned()),
        }
    }

    /// Of a call by RTMP: up to where it has come.
    pub fn last_timestamp(&mut self) -> Option<i64> {
        let answer = self.ask("phone.getGroupCallStreamChannels", |request| request).ok()?;
        answer.list("channels").first()?.object()?.long("last_timestamp_ms")
    }

    /// Telegram's clock at the login, in ms.
    pub fn login_ms(&self) -> i64 {
        self.program.server_time() * 1000
    }

    pub fn leave(&mut self) {
        self.ask("phone.leaveGroupCall", |request| request.with("source", 0)).expect("who is in may leave");
    }

    /// Changes something of a participant, or of oneself.
    pub fn edit(&mut self, account: i64, build: impl FnOnce(Object) -> Object) -> Result<Object, String> {
        let participant = if account == self.account {
            Object::new("inputPeerSelf")
        } else {
            let hash = self.program.hash_of(account);
            Object::new("inputPeerUser").with("user_id", account).with("access_hash", hash)
        };
        self.ask("phone.editGroupCallParticipant", |request| build(request.with("participant", participant)))
    }

    /// Who is in, by account.
    pub fn participants(&mut self) -> Vec<(i64, Object)> {
        self.try_participants().expect("the list is for everybody")
    }

    /// The error is the name of Telegram's: who is removed from a conference is told nothing.
    pub fn try_participants(&mut self) -> Result<Vec<(i64, Object)>, String> {
        let answer = self.ask("phone.getGroupParticipants", |request| {
            let none = Vec::<Value>::new;
            request.with("ids", none()).with("sources", none()).with("offset", "").with("limit", 100)
        })?;
        let entries = answer.list("participants").iter().filter_map(Value::object);
        Ok(entries.map(|one| (one.child("peer").unwrap().long("user_id").unwrap(), one.clone())).collect())
    }

    /// What the list says of one.
    pub fn participant(&mut self, account: i64) -> Option<Object> {
        self.participants().into_iter().find(|(one, _)| *one == account).map(|(_, entry)| entry)
    }

    /// Waits for an update of this name.
    pub fn wait_for(&mut self, name: &str, mut wanted: impl FnMut(&Object) -> bool) -> Object {
        loop {
            let frame = self.program.update(Duration::from_secs(10)).unwrap_or_else(|| panic!("no {name} came"));
            let object = self.program.object(&frame);
            if let Some(update) = updates(&object).into_iter().find(|one| one.name == name && wanted(one)) {
                return update.clone();
            }
        }
    }
}

/// `updateGroupCallConnection.params` of an answer.
fn params(answer: &Object, is_presentation: bool) -> Json {
    let is_it =
        |one: &&Object| one.name == "updateGroupCallConnection" && one.get("presentation").is_some() == is_presentation;
    let update = updates(answer).into_iter().find(is_it).expect("the answer has the connection");
    serde_json::from_str(&text(update.child("params").expect("JSON"), "data")).expect("JSON")
}

/// `source_groups` of a participant's camera or screen as ntgcalls takes them, with the endpoint.
pub fn pictures(entry: &Object, which: &str) -> Option<(String, Json)> {
    let video = entry.child(which)?;
    let group = |group: &Object| {
        let sources: Vec<i32> = group
            .list("sources")
            .iter()
            .filter_map(|source| if let Value::Int(source) = source { Some(*source) } else { None })
            .collect();
        serde_json::json!({"semantics": text(group, "semantics"), "sources": sources})
    };
    let groups = video.list("source_groups").iter().filter_map(Value::object).map(group).collect();
    Some((text(video, "endpoint"), Json::Array(groups)))
}
