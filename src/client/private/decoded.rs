//! Telegram's news and answers for hosts whose library hands them out decoded.

use super::Purpose;
use crate::call::news::{self, Accepted, Claims, Confirmed, Discarded, News, Peer, Reason};
use crate::call::refusal::Method;
use crate::call::state::Input;
use crate::client::{self, Client, Handled};
use crate::error::Error;
use crate::outcome::DiscardReason;
use crate::time::Time;
use crate::types::{CallId, RequestId, UserId};

/// `phoneCallRequested`, field by field.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Requested<'a> {
    pub telegram_id: i64,
    pub access_hash: i64,
    pub admin_id: i64,
    /// Unix time on Telegram's clock.
    pub date_s: i32,
    pub is_video: bool,
    pub g_a_hash: &'a [u8],
}

impl Client {
    /// `messages.dhConfig`, the answer to a request; an empty `p` is `messages.dhConfigNotModified`.
    ///
    /// # Errors
    /// NotFound: nobody waits for it any more. Argument: the request asked for something else.
    pub fn handle_dh_config(
        &mut self,
        now: Time,
        request: RequestId,
        g: i32,
        p: &[u8],
        version: i32,
        random: &[u8],
    ) -> Result<(), Error> {
        self.at(now);
        let pending = self.pending(request)?;
        if pending.purpose != client::Purpose::Private(Purpose::Step(Method::GetDhConfig)) {
            return Err(Error::argument(format!("request {request} was {}", pending.method)));
        }
        let call = pending.owner;
        self.settle(request, call);
        self.take_dh_config(now, call, g, p, version, random);
        self.tidy();
        Ok(())
    }

    /// `phoneCallRequested`. `None`: it is ignored (known, stale, not for us) or answered busy.
    pub fn handle_requested(&mut self, now: Time, requested: &Requested<'_>) -> Result<Option<CallId>, Error> {
        self.at(now);
        let Requested { telegram_id, access_hash, admin_id, date_s, is_video, g_a_hash } = *requested;
        if self.names.find(telegram_id).is_some() || self.names.is_recent(telegram_id) {
            return Ok(None);
        }
        let peer = Peer { id: telegram_id, access_hash };
        let (admin, g_a_hash) = (UserId(admin_id), g_a_hash.to_vec());
        let requested = news::Requested { peer, admin, participant: None, date_s, is_video, g_a_hash };
        Ok(self.take_requested(now, requested).1)
    }

    /// `phoneCallWaiting`. `receive_date_s` 0: there is none.
    pub fn handle_waiting(
        &mut self,
        now: Time,
        call: CallId,
        telegram_id: i64,
        access_hash: i64,
        receive_date_s: i32,
    ) -> Result<Handled, Error> {
        let peer = Peer { id: telegram_id, access_hash };
        let claims = Claims { access_hash: Some(access_hash), ..Claims::default() };
        let is_received = receive_date_s != 0;
        let ours = self.ledger.private(call)?.call.facts().peer;
        if ours.is_some_and(|ours| ours != peer) {
            return Ok(self.dropped("phoneCallWaiting of another call"));
        }
        self.told(now, call, News::Waiting(news::Waiting { peer, claims, is_received }))
    }

    /// `phoneCallAccepted`.
    pub fn handle_accepted(&mut self, now: Time, call: CallId, g_b: &[u8]) -> Result<Handled, Error> {
        self.told(now, call, News::Accepted(Accepted { claims: Claims::default(), g_b: g_b.to_vec() }))
    }

    /// `phoneCall`; then its servers, then [`Client::connect`].
    pub fn handle_confirmed(
        &mut self,
        now: Time,
        call: CallId,
        g_a_or_b: &[u8],
        key_fingerprint: i64,
    ) -> Result<Handled, Error> {
        let g_a_or_b = g_a_or_b.to_vec();
        let confirmed = Confirmed { claims: Claims::default(), g_a_or_b, key_fingerprint, link: None };
        self.told(now, call, News::Confirmed(Box::new(confirmed)))
    }

    /// `phoneCallDiscarded`. [`DiscardReason::Auto`]: no reason was given.
    pub fn handle_discarded(
        &mut self,
        now: Time,
        call: CallId,
        reason: DiscardReason,
        need_rating: bool,
        need_debug: bool,
    ) -> Result<Handled, Error> {
        let reason = match reason {
            DiscardReason::Auto => Reason::Absent,
            DiscardReason::Missed => Reason::Missed,
            DiscardReason::Disconnect => Reason::Disconnect,
            DiscardReason::Hangup => Reason::Hangup,
            DiscardReason::Busy => Reason::Busy,
        };
        self.told(now, call, News::Discarded(Discarded { reason, need_rating, need_debug }))
    }

    /// Decoded news for a call of ours.
    fn told(&mut self, now: Time, call: CallId, news: News) -> Result<Handled, Error> {
        self.at(now);
        if self.ledger.private(call)?.is_attached {
            return Err(Error::state(format!("call {call} is attached: Telegram has no news of it for us")));
        }
        self.tell(now, call, Input::Told(news));
        self.tidy();
        Ok(Handled::Done)
    }
}
