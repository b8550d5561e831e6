//! What Telegram says: which kind of call it is about, and what becomes of it otherwise.

use super::route::{self, Shape, Update};
use super::rpc::Pending;
use super::{Client, Handled, LogLevel, Purpose};
use crate::time::Time;
use crate::tl;
use crate::types::{CallId, RequestId};

const NOT_OURS: &str = "not about calls";

impl Client {
    pub(super) fn take_update(&mut self, now: Time, bytes: &[u8]) -> Handled {
        match route::shape(bytes, self.keeps_objects()) {
            Ok(Shape::Batch(batch)) => self.take_batch(now, &batch),
            Ok(Shape::One(update)) => self.take_one(now, update),
            Err(error) => self.dropped(format!("unreadable update: {error}")),
        }
    }

    /// Only the host's own engine asks for the bytes of a `phoneCall`.
    pub(super) fn keeps_objects(&self) -> bool {
        self.config.media == super::Media::Host
    }

    /// Everything in a container that is about calls, as far as it is readable.
    pub(super) fn take_batch(&mut self, now: Time, batch: &tl::Batch<'_>) -> Handled {
        let mut handled = Handled::Empty(NOT_OURS.into());
        for update in batch.updates() {
            let one = match update {
                Ok(update) => self.take_one(now, route::update(&update, self.keeps_objects())),
                Err(error) => self.dropped(format!("unreadable update: {error}")),
            };
            let says_more = one == Handled::Done || handled == Handled::Empty(NOT_OURS.into());
            if handled != Handled::Done && says_more {
                handled = one;
            }
        }
        if let Some(unread) = batch.unread {
            let id = unread.id.map_or("an object nested too deep".into(), |id| format!("constructor {id:08x}"));
            let text = format!("{id} at byte {}: what follows is unread, fetch the difference", unread.offset);
            let lost = self.dropped(text);
            if handled != Handled::Done {
                handled = lost;
            }
        }
        handled
    }

    fn take_one(&mut self, now: Time, update: Update<'_>) -> Handled {
        match update {
            Update::Private(update) => self.take_private(now, update),
            #[cfg(feature = "media")]
            Update::Group(update) => self.take_group(now, update),
            Update::Other => Handled::Empty(NOT_OURS.into()),
        }
    }

    pub(super) fn take_answer(
        &mut self,
        now: Time,
        request: RequestId,
        pending: Pending<Purpose>,
        answer: &[u8],
    ) -> Handled {
        match pending.purpose {
            Purpose::Private(purpose) => self.answer_private(now, request, pending.owner, purpose, answer),
            #[cfg(feature = "media")]
            Purpose::Group(purpose) => self.answer_group(now, request, pending.owner, *purpose, answer),
        }
    }

    pub(super) fn take_error(
        &mut self,
        now: Time,
        request: RequestId,
        pending: Pending<Purpose>,
        code: i32,
        name: &str,
    ) {
        self.settle(request, pending.owner);
        match pending.purpose {
            Purpose::Private(purpose) => self.refuse_private(now, pending.owner, purpose, code, name),
            #[cfg(feature = "media")]
            Purpose::Group(purpose) => self.refuse_group(now, request, pending.owner, *purpose, code, name),
        }
    }

    /// Something from the network is dropped and counted.
    pub(super) fn dropped(&mut self, why: impl Into<std::borrow::Cow<'static, str>>) -> Handled {
        let why = why.into();
        self.updates_dropped += 1;
        self.log(LogLevel::Warning, CallId(0), || why.to_string());
        Handled::Empty(why)
    }
}
