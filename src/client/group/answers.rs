//! The answers to a group call's requests.

use super::{Purpose, wishes};
use crate::client::{Client, Handled, LogLevel};
use crate::group::refusal::{Cause, Method, Refusal};
use crate::group::roster::Wanted;
use crate::group::showing::Showing;
use crate::group::state::{Input, Request};
use crate::group::wire::{self, CallNews};
use crate::time::Time;
use crate::tl::{self, enums, functions};
use crate::types::{CallId, RequestId, Ssrc};

/// We ask about two sources at most.
const SOURCES: usize = 16;

impl Client {
    pub(in crate::client) fn answer_group(
        &mut self,
        now: Time,
        request: RequestId,
        call: CallId,
        purpose: Purpose,
        answer: &[u8],
    ) -> Handled {
        self.settle(request, call);
        match purpose {
            Purpose::Step(Request::Create) => self.answer_create(now, call, answer),
            Purpose::Step(Request::Join { attempt }) => self.answer_join(now, call, attempt, answer),
            #[cfg(feature = "conference")]
            Purpose::Found { attempt } => self.answer_join(now, call, attempt, answer),
            #[cfg(feature = "conference")]
            Purpose::Chain { attempt, asked } => self.answer_chain(now, call, attempt, &asked, answer),
            Purpose::Step(Request::Leave) => {
                self.tell_group(now, call, Input::Left);
                self.take_updates(now, answer)
            }
            Purpose::Step(Request::Check) => self.answer_check(now, call, answer),
            // Looking is wanting the first page; and of members the machine asks nothing by itself.
            Purpose::Step(Request::Look | Request::OfMember(_)) => Handled::Done,
            Purpose::Want(wanted) => self.answer_want(now, call, &wanted, answer),
            Purpose::Voice => {
                let handled = self.take_updates(now, answer);
                let outputs = self.ledger.group_mut(call).map(|group| group.voice.answered());
                self.follow_voice(now, call, outputs.unwrap_or_default());
                handled
            }
            Purpose::Part { number, sought } => self.answer_part(now, request, call, number, sought, answer),
            Purpose::Showing => {
                let handled = self.take_updates(now, answer);
                self.follow_showing(now, call, Showing::answered);
                handled
            }
            Purpose::Screen { attempt } => self.answer_screen(now, call, attempt, answer),
            Purpose::Wish(wish) => self.answer_wish(now, request, call, &wish, answer),
            Purpose::Farewell(_) => self.take_updates(now, answer),
        }
    }

    pub(in crate::client) fn refuse_group(
        &mut self,
        now: Time,
        request: RequestId,
        call: CallId,
        purpose: Purpose,
        code: i32,
        name: &str,
    ) {
        let refusal = Refusal::new(purpose.method(), code, name);
        let level = match (&purpose, refusal.cause) {
            (_, Cause::Unknown) => LogLevel::Warning,
            // Ten times a second.
            (Purpose::Part { .. }, Cause::Passing | Cause::Flood) => LogLevel::Debug,
            _ => LogLevel::Info,
        };
        self.log(level, call, || refusal.text.clone());
        match purpose {
            #[cfg(feature = "conference")]
            Purpose::Step(Request::Join { attempt }) | Purpose::Found { attempt } => {
                self.refuse_entry(now, call, attempt, refusal);
            }
            #[cfg(feature = "conference")]
            Purpose::Chain { attempt, asked } => self.refuse_chain(now, call, attempt, &asked, code, name, &refusal),
            Purpose::Step(step) => self.tell_group(now, call, Input::Refused(step, refusal)),
            Purpose::Want(wanted) => {
                self.update_group(call, |group| group.roster.handle_failure(now, &wanted));
                if wanted == Wanted::First {
                    self.tell_group(now, call, Input::Refused(Request::Look, refusal));
                }
                self.follow_roster(now, call);
            }
            Purpose::Voice => {
                let outputs = self.ledger.group_mut(call).map(|group| group.voice.refused(&refusal));
                self.follow_voice(now, call, outputs.unwrap_or_default());
                let of_member = Request::OfMember(Method::EditGroupCallParticipant);
                self.tell_group(now, call, Input::Refused(of_member, refusal));
            }
            Purpose::Part { number, sought } => {
                self.refuse_part(now, request, call, (number, sought), (refusal, name));
            }
            Purpose::Showing => {
                self.follow_showing(now, call, |showing| showing.refused(&refusal));
                let of_member = Request::OfMember(Method::EditGroupCallParticipant);
                self.tell_group(now, call, Input::Refused(of_member, refusal));
            }
            Purpose::Screen { attempt } => self.refuse_screen(now, call, attempt, refusal),
            Purpose::Wish(wish) => self.refuse_wish(now, request, call, &wish, code, name, &refusal),
            Purpose::Farewell(_) => {}
        }
    }

    /// An answer that holds updates.
    pub(super) fn take_updates(&mut self, now: Time, answer: &[u8]) -> Handled {
        // A host that has fed the updates already has nothing to add.
        if answer.is_empty() {
            return Handled::Done;
        }
        match tl::decode_updates(answer) {
            Ok(batch) => {
                self.take_batch(now, &batch);
                Handled::Done
            }
            Err(error) => self.dropped(format!("unreadable answer: {error}")),
        }
    }

    fn answer_create(&mut self, now: Time, call: CallId, answer: &[u8]) -> Handled {
        let batch = match tl::decode_updates(answer) {
            Ok(batch) => batch,
            Err(error) => return self.unreadable_group(now, call, Request::Create, error.to_string()),
        };
        let named = batch.updates().filter_map(Result::ok).find_map(|update| match update {
            enums::Update::GroupCall(update) => match wire::call(&update.call) {
                (name, CallNews::Told(_)) => Some(name),
                (_, CallNews::Discarded { .. }) => None,
            },
            _ => None,
        });
        match named {
            Some(name) => self.tell_group(now, call, Input::Created(name)),
            None => return self.unreadable_group(now, call, Request::Create, "it names no call".into()),
        }
        self.take_batch(now, &batch);
        Handled::Done
    }

    fn answer_join(&mut self, now: Time, call: CallId, attempt: u32, answer: &[u8]) -> Handled {
        match tl::decode_updates(answer) {
            Ok(batch) => {
                // The connection first, whatever the order: who we are only makes sense inside.
                let connection = wire::connection(&batch, false);
                #[cfg(feature = "conference")]
                let connection = self.enter_chain(now, call, attempt, &batch, connection);
                self.tell_group(now, call, Input::Joined { attempt, answer: connection });
                self.take_batch(now, &batch);
                if let Some(date) = batch.date {
                    self.update_group(call, |group| group.learn_clock(now, date));
                }
                // Whose parts they are is known by now.
                self.begin_watching(now, call, batch.date);
                #[cfg(feature = "conference")]
                self.move_on(now, call);
                Handled::Done
            }
            Err(error) => {
                self.tell_group(now, call, Input::Joined { attempt, answer: None });
                self.dropped(format!("unreadable answer: {error}"))
            }
        }
    }

    fn answer_check(&mut self, now: Time, call: CallId, answer: &[u8]) -> Handled {
        match tl::decode_result::<functions::PhoneCheckGroupCall<'_>>(answer) {
            Ok(decoded) => {
                let sources = decoded.value.iter().map_while(Result::ok).take(SOURCES);
                let sources = sources.map(|source| Ssrc(source.cast_unsigned())).collect();
                self.tell_group(now, call, Input::Checked(sources));
                let outputs = self.ledger.group_mut(call).map(|group| group.voice.remind());
                self.follow_voice(now, call, outputs.unwrap_or_default());
                self.follow_showing(now, call, Showing::remind);
                Handled::Done
            }
            Err(error) => self.unreadable_group(now, call, Request::Check, error.to_string()),
        }
    }

    fn answer_want(&mut self, now: Time, call: CallId, wanted: &Wanted, answer: &[u8]) -> Handled {
        let page = match wanted {
            Wanted::First => {
                let answer = match tl::decode_result::<functions::PhoneGetGroupCall<'_>>(answer) {
                    Ok(answer) => answer.value,
                    Err(error) => return self.unreadable_page(now, call, wanted, &error),
                };
                match wire::call(&answer.call) {
                    (name, CallNews::Told(told)) => {
                        let (page, is_scheduled) = (wire::first_page(&answer), told.info.is_scheduled());
                        #[cfg(feature = "conference")]
                        if !self.learn_name(now, call, name) {
                            return Handled::Done;
                        }
                        #[cfg(not(feature = "conference"))]
                        let _ = name;
                        self.take_info(now, call, *told);
                        self.tell_group(now, call, Input::Looked { is_scheduled });
                        page
                    }
                    (_, news @ CallNews::Discarded { .. }) => {
                        self.take_call_news(now, call, news);
                        return Handled::Done;
                    }
                }
            }
            Wanted::Next(_) | Wanted::Of { .. } => {
                match tl::decode_result::<functions::PhoneGetGroupParticipants<'_>>(answer) {
                    Ok(answer) => wire::page(&answer.value),
                    Err(error) => return self.unreadable_page(now, call, wanted, &error),
                }
            }
        };
        self.learn_clock(now, call, page.entries.iter().map(|entry| &entry.participant));
        let unix_s = self.unix_s(now, call);
        self.update_group(call, |group| match wanted {
            Wanted::First | Wanted::Next(_) => group.roster.handle_page(now, unix_s, wanted, &page),
            Wanted::Of { .. } => group.roster.handle_found(now, unix_s, wanted, &page),
        });
        self.follow_roster(now, call);
        #[cfg(feature = "conference")]
        self.compare_chain(now, call);
        Handled::Done
    }

    fn unreadable_page(&mut self, now: Time, call: CallId, wanted: &Wanted, error: &tl::DecodeError) -> Handled {
        self.update_group(call, |group| group.roster.handle_failure(now, wanted));
        if *wanted == Wanted::First {
            let refusal = Refusal::new(Method::GetGroupCall, 500, "");
            self.tell_group(now, call, Input::Refused(Request::Look, refusal));
        }
        self.follow_roster(now, call);
        self.dropped(format!("unreadable answer: {error}"))
    }

    /// An answer that says nothing to a step.
    fn unreadable_group(&mut self, now: Time, call: CallId, request: Request, error: String) -> Handled {
        let method = super::method(request);
        let text = format!("unreadable answer to {method}: {error}");
        let refusal = Refusal { text: text.clone(), ..Refusal::new(method, 500, "") };
        self.tell_group(now, call, Input::Refused(request, refusal));
        self.dropped(text)
    }

    /// The answer to what the host has asked for.
    fn answer_wish(
        &mut self,
        now: Time,
        request: RequestId,
        call: CallId,
        wish: &wishes::Wish,
        answer: &[u8],
    ) -> Handled {
        self.wish_is_answered(call, wish);
        match wishes::read(wish.method, answer) {
            Ok(read) => {
                // Before what it has changed: who waits for the answer knows by what the news are.
                self.tell_answer(request, call, wish.method, read.content);
                #[cfg(feature = "conference")]
                if let Some(text) = &wish.message {
                    self.tell_own_message(now, call, text.clone());
                }
                if let Some(batch) = read.batch {
                    self.take_batch(now, &batch);
                }
                Handled::Done
            }
            Err(error) => {
                let text = format!("unreadable answer to {}: {error}", wish.method);
                self.tell_unreadable(request, call, wish.method, &text);
                self.dropped(text)
            }
        }
    }
}
