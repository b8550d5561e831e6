//! The client, in short: from the cores to Telegram and back.

use super::{CONNECT, Purpose, World};
use tgcall::group::info;
use tgcall::group::join::{Offer, Sources, signed};
use tgcall::group::refusal::{Method, Refusal};
use tgcall::group::roster::{Output, Wanted};
use tgcall::group::state::{Effect, Input, Request};
use tgcall::group::voice;
use tgcall::group::wire::{self, CallNews};
use tgcall::setup::{Credentials, Setup, TransportSetup};
use tgcall::sim::encoder::{Object, Value};
use tgcall::sim::server::AnswerId;
use tgcall::tl::{self, enums, functions};
use tgcall::types::Ssrc;

impl World {
    pub(super) fn name(&self, side: usize) -> Object {
        let hash = self.server.group_hash(self.sides[side].account, self.call);
        Object::new("inputGroupCall").with("id", self.call).with("access_hash", hash)
    }

    pub(super) fn send(&mut self, side: usize, purpose: Purpose, request: &Object) {
        let bytes = self.schema.encode(request).unwrap();
        let one = &mut self.sides[side];
        let id = self.server.handle(self.now, one.account, one.device, &bytes);
        one.pending.insert(id, purpose);
    }

    pub fn input(&mut self, side: usize, input: Input) {
        let Ok(effects) = self.sides[side].call.step(self.now, input) else { return };
        for effect in effects {
            self.effect(side, effect);
        }
    }

    fn effect(&mut self, side: usize, effect: Effect) {
        let named = |world: &World, method: &str| Object::new(method).with("call", world.name(side));
        match effect {
            Effect::Look => self.sides[side].roster.load(self.now),
            Effect::Prepare => {
                self.sides[side].connected_at = None;
                let sources = Sources::draw(&mut self.random, 0);
                let credentials = Credentials { ufrag: "abcd".into(), password: "p".into() };
                let transport = TransportSetup { credentials, fingerprint: Some("AA".into()), setup: Setup::Passive };
                self.input(side, Input::Offered(Box::new(Offer { transport, sources })));
            }
            Effect::Join { attempt, offer } => {
                self.sides[side].joins += 1;
                let params = Object::new("dataJSON").with("data", offer.to_json().as_str());
                let request = named(self, "phone.joinGroupCall")
                    .flag("muted", self.sides[side].voice.is_muted())
                    .with("join_as", Object::new("inputPeerSelf"))
                    .with("params", params);
                self.send(side, Purpose::Step(Request::Join { attempt }), &request);
            }
            Effect::Leave { source, is_farewell } => {
                let request = named(self, "phone.leaveGroupCall").with("source", signed(source));
                let purpose = if is_farewell { Purpose::Wish } else { Purpose::Step(Request::Leave) };
                self.send(side, purpose, &request);
            }
            Effect::Check { sources } => {
                let sources: Vec<Value> = sources.into_iter().map(|source| Value::Int(signed(source))).collect();
                let request = named(self, "phone.checkGroupCall").with("sources", sources);
                self.send(side, Purpose::Step(Request::Check), &request);
            }
            Effect::Connect(_) => self.sides[side].connected_at = Some(self.now + CONNECT),
            Effect::Watch(_) => self.sides[side].is_watching = true,
            Effect::StopWatching => self.sides[side].is_watching = false,
            Effect::StopMedia => self.sides[side].connected_at = None,
            Effect::Entered => {
                let outputs = self.sides[side].voice.entered();
                self.voice_outputs(side, outputs);
                if self.sides[side].roster.version().is_none() {
                    self.sides[side].roster.load(self.now);
                }
            }
            Effect::End(outcome) => self.sides[side].end = Some(outcome),
            Effect::Named(_) | Effect::ScreenGone => {}
        }
        self.roster_outputs(side);
    }

    pub(super) fn voice_outputs(&mut self, side: usize, outputs: Vec<voice::Output>) {
        self.sides[side].voice.watch(self.now);
        for output in outputs {
            match output {
                voice::Output::Microphone { is_on } => self.sides[side].is_on = is_on,
                voice::Output::Tell { is_muted } => {
                    let request = Object::new("phone.editGroupCallParticipant")
                        .with("call", self.name(side))
                        .with("participant", Object::new("inputPeerSelf"))
                        .with("muted", Value::Bool(is_muted));
                    self.send(side, Purpose::Voice, &request);
                }
            }
        }
    }

    pub(super) fn roster_outputs(&mut self, side: usize) {
        while let Some(output) = self.sides[side].roster.poll() {
            match output {
                Output::Changed(..) => {}
                Output::Myself { entry, version } => {
                    let is_ours = self.sides[side].call.source() == Some(entry.participant.source);
                    let (is_muted, may) = (entry.participant.is_muted, entry.participant.can_self_unmute);
                    let has_left = entry.has_left;
                    self.input(side, Input::Myself { entry, version });
                    if is_ours && !has_left {
                        let outputs = self.sides[side].voice.told(is_muted, may);
                        self.voice_outputs(side, outputs);
                    }
                }
                Output::Want(wanted) => self.want(side, wanted),
            }
        }
    }

    fn want(&mut self, side: usize, wanted: Wanted) {
        let list =
            |sources: &[Ssrc]| -> Vec<Value> { sources.iter().map(|source| Value::Int(signed(*source))).collect() };
        let pages = |world: &World, sources: Vec<Value>, offset: &str| {
            Object::new("phone.getGroupParticipants")
                .with("call", world.name(side))
                .with("ids", Vec::<Value>::new())
                .with("sources", sources)
                .with("offset", offset)
                .with("limit", 3)
        };
        let request = match &wanted {
            Wanted::First => Object::new("phone.getGroupCall").with("call", self.name(side)).with("limit", 3),
            Wanted::Next(offset) => pages(self, vec![], offset),
            Wanted::Of { peers, sources } => {
                let all: Vec<Ssrc> = peers.iter().map(|(_, source)| *source).chain(sources.iter().copied()).collect();
                pages(self, list(&all), "")
            }
        };
        self.send(side, Purpose::Want(wanted), &request);
    }

    pub(super) fn answer(&mut self, side: usize, id: AnswerId, bytes: &[u8]) {
        let Some(purpose) = self.sides[side].pending.remove(&id) else { return };
        let error = tl::decode_lenient::<tl::types::RpcError<'_>>(bytes).ok().map(|error| error.value);
        if let Some(error) = error {
            let text = String::from_utf8_lossy(error.error_message).into_owned();
            return self.refused(side, purpose, error.error_code, &text);
        }
        let unix = self.unix();
        match purpose {
            Purpose::Step(Request::Join { attempt }) => {
                let Ok(batch) = tl::decode_updates(bytes) else { return };
                // The connection first, whatever the order; and who we are only makes sense inside.
                let answer = wire::connection(&batch, false);
                self.input(side, Input::Joined { attempt, answer });
                self.batch(side, &batch);
            }
            Purpose::Step(Request::Leave) => {
                self.input(side, Input::Left);
                self.update(side, bytes);
            }
            Purpose::Step(Request::Check) => {
                let Ok(sources) = tl::decode_result::<functions::PhoneCheckGroupCall<'_>>(bytes) else { return };
                let sources = sources.value.iter().map_while(Result::ok).map(|one| Ssrc(one as u32)).collect();
                self.input(side, Input::Checked(sources));
                let outputs = self.sides[side].voice.remind();
                self.voice_outputs(side, outputs);
            }
            Purpose::Step(Request::Create | Request::Look | Request::OfMember(_)) => {}
            Purpose::Want(wanted @ Wanted::First) => {
                let Ok(answer) = tl::decode_result::<functions::PhoneGetGroupCall<'_>>(bytes) else { return };
                if let (_, CallNews::Told(told)) = wire::call(&answer.value.call) {
                    let is_scheduled = told.info.is_scheduled();
                    info::take(&mut self.sides[side].info, *told);
                    self.sides[side].roster.handle_page(self.now, unix, &wanted, &wire::first_page(&answer.value));
                    self.input(side, Input::Looked { is_scheduled });
                }
            }
            Purpose::Want(wanted) => {
                let Ok(answer) = tl::decode_result::<functions::PhoneGetGroupParticipants<'_>>(bytes) else { return };
                let (page, now) = (wire::page(&answer.value), self.now);
                let roster = &mut self.sides[side].roster;
                match wanted {
                    Wanted::Of { .. } => roster.handle_found(now, unix, &wanted, &page),
                    Wanted::First | Wanted::Next(_) => roster.handle_page(now, unix, &wanted, &page),
                }
            }
            Purpose::Voice => {
                self.update(side, bytes);
                let outputs = self.sides[side].voice.answered();
                self.voice_outputs(side, outputs);
            }
            Purpose::Wish => {
                self.update(side, bytes);
                self.sides[side].answers.push(String::new());
            }
        }
        self.roster_outputs(side);
    }

    fn refused(&mut self, side: usize, purpose: Purpose, code: i32, name: &str) {
        match purpose {
            Purpose::Step(request) => {
                let refusal = Refusal::new(Method::JoinGroupCall, code, name);
                self.input(side, Input::Refused(request, refusal));
            }
            Purpose::Want(wanted) => {
                self.sides[side].roster.handle_failure(self.now, &wanted);
                if wanted == Wanted::First {
                    let refusal = Refusal::new(Method::GetGroupCall, code, name);
                    self.input(side, Input::Refused(Request::Look, refusal));
                }
            }
            Purpose::Voice => {
                let refusal = Refusal::new(Method::EditGroupCallParticipant, code, name);
                let outputs = self.sides[side].voice.refused(&refusal);
                self.voice_outputs(side, outputs);
                let request = Request::OfMember(Method::EditGroupCallParticipant);
                self.input(side, Input::Refused(request, refusal));
            }
            Purpose::Wish => self.sides[side].answers.push(name.to_owned()),
        }
        self.roster_outputs(side);
    }

    pub(super) fn update(&mut self, side: usize, bytes: &[u8]) {
        if let Ok(batch) = tl::decode_updates(bytes) {
            self.batch(side, &batch);
        }
    }

    fn batch(&mut self, side: usize, batch: &tl::Batch<'_>) {
        let (now, unix) = (self.now, self.unix());
        for update in batch.updates().filter_map(Result::ok) {
            match update {
                enums::Update::GroupCallParticipants(update) => {
                    self.sides[side].roster.handle_news(now, unix, wire::people(&update));
                }
                enums::Update::GroupCall(update) => match wire::call(&update.call) {
                    (name, CallNews::Told(told)) if name.id == self.call => {
                        let one = &mut self.sides[side];
                        one.roster.handle_call(now, told.info.version, told.info.people);
                        let is_scheduled = told.info.is_scheduled();
                        info::take(&mut one.info, *told);
                        self.input(side, Input::Started { is_scheduled });
                    }
                    (name, CallNews::Discarded { .. }) if name.id == self.call => self.input(side, Input::Discarded),
                    _ => {}
                },
                _ => {}
            }
            self.roster_outputs(side);
        }
        // Sound of the others is a sign of life of the connection.
        if self.is_loud {
            self.input(side, Input::Heard);
        }
    }
}
