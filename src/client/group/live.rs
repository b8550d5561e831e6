//! A call that is watched as a live stream: its parts are asked of Telegram, and what becomes of the requests.

use super::{Mode, Purpose, requests};
use crate::client::engine::stream::{Missing, StreamEngine, StreamNews};
use crate::client::event::EventKind;
use crate::client::rpc::Pending;
use crate::client::{self, Client, Handled};
use crate::error::Error;
use crate::group::join::Stream;
use crate::group::refusal::{Cause, Method, Refusal};
use crate::group::state::{Input, Request};
use crate::group::stream::Kind;
use crate::time::Time;
use crate::tl::{self, enums, functions};
use crate::types::{CallId, RequestId};

/// So often in a row a part is asked for at another data centre.
const MOST_MOVES: u32 = 3;

/// What is asked for of a stream.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Sought {
    /// Where it is.
    Channels,
    /// `video`: channel and quality.
    Part { time_ms: i64, scale: i32, video: Option<(i32, i32)> },
}

impl Sought {
    pub fn method(self) -> Method {
        match self {
            Sought::Channels => Method::GetGroupCallStreamChannels,
            Sought::Part { .. } => Method::GetFile,
        }
    }
}

/// What became of a part that the host's library was asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PartOutcome<'a> {
    Here(&'a [u8]),
    /// It is asked for again in a moment.
    NotYet,
    /// The stream is looked for anew.
    Failed,
}

/// What is kept of a call that is watched.
#[derive(Debug, Default)]
pub struct Live {
    /// Where it was told to be asked for, instead of where the call says.
    dc: Option<u32>,
    moves: u32,
    /// Requests that are not answered, by the number of what they ask for.
    requests: Vec<(u64, RequestId)>,
}

impl Client {
    /// The join was answered by a stream.
    pub(super) fn watch(&mut self, now: Time, id: CallId, stream: &Stream) {
        let (mode, kind) = match stream.is_rtmp {
            true => (Mode::Rtmp, Kind::Program),
            false => (Mode::Stream, Kind::Voices),
        };
        self.update_group(id, |group| group.mode = mode);
        let is_same = self.stream_engine(id).is_some_and(|engine| engine.kind() == kind);
        if !is_same {
            self.stop_watching(now, id);
            self.update_group(id, |group| group.live = Live::default());
            let port = self.audio.open(id);
            let number = self.number_engine(id);
            let engine = StreamEngine::new(now, kind, &port);
            self.update(id, |entry| entry.engines.restart(number, engine));
            self.follow_watch(now, id);
        }
    }

    /// What the answer says of the call is known as well, such as where its parts are.
    pub(super) fn begin_watching(&mut self, now: Time, id: CallId, date: Option<i32>) {
        let unix_s = date.unwrap_or_else(|| self.unix_s(now, id));
        let unix_ms = (unix_s > 0).then(|| i64::from(unix_s) * 1000);
        self.drive_stream(now, id, |engine| engine.begin(now, unix_ms));
    }

    pub(super) fn stop_watching(&mut self, now: Time, id: CallId) {
        self.stop_engines_that(now, id, |engine| engine.as_stream().is_some());
        let requests = self.ledger.group_mut(id).map(|group| core::mem::take(&mut group.live.requests));
        for (_, request) in requests.unwrap_or_default() {
            self.forget_part(id, request);
        }
        self.tell_forgotten();
    }

    fn stream_engine(&mut self, id: CallId) -> Option<&mut StreamEngine> {
        self.ledger.get_mut(id).ok()?.engines.stream()
    }

    pub(super) fn drive_stream(&mut self, now: Time, id: CallId, input: impl FnOnce(&mut StreamEngine)) {
        if let Some(engine) = self.stream_engine(id) {
            input(engine);
            self.drain_engines(now, id);
        }
    }

    /// What only the engine of a stream says.
    pub(in crate::client) fn take_stream_news(&mut self, id: CallId, news: &StreamNews) {
        match *news {
            StreamNews::AskChannels { id: number } => self.ask_part(id, number, Sought::Channels),
            StreamNews::Ask { id: number, time_ms, scale, video } => {
                self.ask_part(id, number, Sought::Part { time_ms, scale, video });
            }
            StreamNews::Forget { id: number } => {
                let Ok(group) = self.ledger.group_mut(id) else { return };
                let found = group.live.requests.iter().position(|(of, _)| *of == number);
                if let Some(at) = found {
                    let (_, request) = group.live.requests.swap_remove(at);
                    self.forget_part(id, request);
                    self.tell_forgotten();
                }
            }
        }
    }

    fn ask_part(&mut self, id: CallId, number: u64, sought: Sought) {
        let Ok(group) = self.ledger.group(id) else { return };
        let method = sought.method().name();
        let purpose = client::Purpose::Group(Box::new(Purpose::Part { number, sought }));
        let pending = Pending { owner: id, method, names_call: false, purpose };
        let request = match group.name {
            Some(name) => {
                let told = group.info.as_ref().and_then(|info| info.stream_dc).and_then(|dc| u32::try_from(dc).ok());
                let dc = group.live.dc.or(told).unwrap_or(0);
                let bytes = match sought {
                    Sought::Channels => requests::channels(name),
                    Sought::Part { time_ms, scale, video } => requests::part(name, time_ms, scale, video),
                };
                self.invoke_at(dc, pending, bytes)
            }
            // The host's library knows which call it is.
            None => {
                let request = self.rpc.add(pending);
                self.update(id, |entry| entry.requests.push(request));
                let (time_ms, video) = match sought {
                    Sought::Channels => (0, None),
                    Sought::Part { time_ms, video, scale: _ } => (time_ms, video),
                };
                // No text: there may be ten of these a second. Whoever joins for us says no more of a channel than where it is.
                self.push(id, String::new(), EventKind::StreamPart { request, time_ms, scale: 0, video });
                request
            }
        };
        self.update_group(id, |group| group.live.requests.push((number, request)));
    }

    /// What became of a part that an attached call has asked for by [`EventKind::StreamPart`].
    ///
    /// # Errors
    /// Not found: nobody waits for it. State: the call is not attached. Argument: it asks where the stream is.
    pub fn handle_part(
        &mut self,
        now: Time,
        call: CallId,
        request: RequestId,
        outcome: PartOutcome<'_>,
    ) -> Result<(), Error> {
        let (number, sought) = self.sought(now, call, request)?;
        if sought == Sought::Channels {
            return Err(Error::argument("it asks where the stream is"));
        }
        // Of a picture hosts cannot say whether it is there at all.
        let is_picture = matches!(sought, Sought::Part { video: Some(_), .. })
            && self.ledger.group(call).is_ok_and(|group| group.mode == Mode::Stream);
        let failed = if is_picture { Missing::NoChannel } else { Missing::Failed };
        self.settle(request, call);
        self.part_is_answered(call, request);
        self.drive_stream(now, call, |engine| match outcome {
            PartOutcome::Here(bytes) => engine.handle_part(now, number, bytes),
            PartOutcome::NotYet => engine.handle_missing(now, number, Missing::NotYet),
            PartOutcome::Failed => engine.handle_missing(now, number, failed),
        });
        Ok(())
    }

    /// Where the stream of an attached call is, which has asked by an [`EventKind::StreamPart`] of the time 0: the last moment of its
    /// first channel; 0: nobody streams.
    ///
    /// # Errors
    /// Not found: nobody waits for it. State: the call is not attached. Argument: it asks for a part.
    pub fn handle_channels(&mut self, now: Time, call: CallId, request: RequestId, last_ms: i64) -> Result<(), Error> {
        let (number, sought) = self.sought(now, call, request)?;
        if sought != Sought::Channels {
            return Err(Error::argument("it asks for a part"));
        }
        self.settle(request, call);
        self.part_is_answered(call, request);
        self.drive_stream(now, call, |engine| engine.handle_channels(now, number, last_ms, 0));
        Ok(())
    }

    fn sought(&mut self, now: Time, call: CallId, request: RequestId) -> Result<(u64, Sought), Error> {
        self.at(now);
        self.attached(call)?;
        let pending = self.rpc.get(request).filter(|pending| pending.owner == call);
        let purpose = pending.and_then(|pending| match &pending.purpose {
            client::Purpose::Group(purpose) => Some(&**purpose),
            client::Purpose::Private(_) => None,
        });
        match purpose {
            Some(Purpose::Part { number, sought }) => Ok((*number, *sought)),
            _ => Err(Error::not_found(format!("nobody waits for request {request}"))),
        }
    }

    fn forget_part(&mut self, id: CallId, request: RequestId) {
        self.rpc.forget(request);
        self.update(id, |entry| entry.forget_request(request));
    }

    fn part_is_answered(&mut self, id: CallId, request: RequestId) {
        self.update_group(id, |group| group.live.requests.retain(|(_, of)| *of != request));
    }

    pub(super) fn answer_part(
        &mut self,
        now: Time,
        request: RequestId,
        id: CallId,
        number: u64,
        sought: Sought,
        answer: &[u8],
    ) -> Handled {
        let method = sought.method();
        self.part_is_answered(id, request);
        self.update_group(id, |group| group.live.moves = 0);
        if sought == Sought::Channels {
            return match tl::decode_result::<functions::PhoneGetGroupCallStreamChannels<'_>>(answer) {
                Ok(decoded) => {
                    let first = decoded.value.channels.iter().next().and_then(Result::ok);
                    let (last_ms, scale) = first.map_or((0, 0), |first| (first.last_timestamp_ms, first.scale));
                    self.drive_stream(now, id, |engine| engine.handle_channels(now, number, last_ms, scale));
                    Handled::Done
                }
                Err(error) => self.unreadable_part(now, id, number, method, &error),
            };
        }
        match tl::decode_result::<functions::UploadGetFile<'_>>(answer) {
            Ok(decoded) => {
                match decoded.value {
                    enums::UploadFile::UploadFile(file) => {
                        // Who gets parts is in.
                        self.tell_group(now, id, Input::Heard);
                        self.drive_stream(now, id, |engine| engine.handle_part(now, number, file.bytes));
                    }
                    // Nobody has parts but the server that makes them.
                    enums::UploadFile::CdnRedirect(_) => {
                        self.drive_stream(now, id, |engine| engine.handle_missing(now, number, Missing::Failed));
                    }
                }
                Handled::Done
            }
            Err(error) => self.unreadable_part(now, id, number, method, &error),
        }
    }

    fn unreadable_part(
        &mut self,
        now: Time,
        id: CallId,
        number: u64,
        method: Method,
        error: &tl::DecodeError,
    ) -> Handled {
        self.drive_stream(now, id, |engine| engine.handle_missing(now, number, Missing::Failed));
        self.dropped(format!("unreadable answer to {method}: {error}"))
    }

    pub(super) fn refuse_part(
        &mut self,
        now: Time,
        request: RequestId,
        id: CallId,
        (number, sought): (u64, Sought),
        (refusal, name): (Refusal, &str),
    ) {
        self.part_is_answered(id, request);
        if let Some(dc) = moved_to(name)
            && let Ok(group) = self.ledger.group_mut(id)
            && group.live.moves < MOST_MOVES
        {
            group.live.moves += 1;
            group.live.dc = Some(dc);
            return self.ask_part(id, number, sought);
        }
        match refusal.cause {
            // The machine of the call knows what to do; what is asked for anew comes with the next way in.
            Cause::JoinMissing | Cause::Forbidden | Cause::Over => {
                self.tell_group(now, id, Input::Refused(Request::OfMember(sought.method()), refusal));
            }
            _ => {
                let why = missing(&refusal, name);
                self.drive_stream(now, id, |engine| engine.handle_missing(now, number, why));
            }
        }
    }
}

/// `stream.md` 2.1.
fn missing(refusal: &Refusal, name: &str) -> Missing {
    match name {
        "TIME_TOO_BIG" => Missing::NotYet,
        "TIME_TOO_SMALL" => Missing::TooOld,
        "VIDEO_CHANNEL_INVALID" => Missing::NoChannel,
        // How long is of no matter: the part is there in a moment.
        _ if refusal.cause == Cause::Flood => Missing::NotYet,
        _ => Missing::Failed,
    }
}

/// The data centre that a part is at.
fn moved_to(name: &str) -> Option<u32> {
    let (what, dc) = name.rsplit_once('_')?;
    what.ends_with("MIGRATE").then(|| dc.parse().ok()).flatten().filter(|dc| *dc != 0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_answer_that_is_no_part_has_its_meaning() {
        for (code, name, why) in [
            (400, "TIME_TOO_BIG", Missing::NotYet),
            (420, "FLOOD_WAIT_3", Missing::NotYet),
            (420, "FLOOD_PREMIUM_WAIT_60", Missing::NotYet),
            (400, "TIME_TOO_SMALL", Missing::TooOld),
            (400, "TIME_INVALID", Missing::Failed),
            (400, "VIDEO_CHANNEL_INVALID", Missing::NoChannel),
            (0, "", Missing::Failed),
            (500, "SOMETHING_NEW", Missing::Failed),
        ] {
            assert_eq!(missing(&Refusal::new(Method::GetFile, code, name), name), why, "{name}");
        }
    }

    #[test]
    fn where_a_part_has_gone_is_read_from_its_error() {
        for (name, dc) in [
            ("FILE_MIGRATE_4", Some(4)),
            ("STREAM_MIGRATE_2", Some(2)),
            ("FILE_MIGRATE_0", None),
            ("FILE_MIGRATE_x", None),
            ("MIGRATE", None),
            ("TIME_TOO_BIG", None),
        ] {
            assert_eq!(moved_to(name), dc, "{name}");
        }
    }
}
