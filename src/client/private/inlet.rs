//! What Telegram says of private calls: to which it belongs, and what becomes of it otherwise.

use super::route::{Routed, Update};
use super::{Callee, Private, requests};
use crate::call::exchange::Commitment;
use crate::call::news::{News, Peer, Requested};
use crate::call::refusal::Method;
use crate::call::state::{Call, Input};
use crate::client::entry::is_up;
use crate::client::event::EventKind;
use crate::client::{Client, Handled, LogLevel};
use crate::outcome::{CallState, DiscardReason};
use crate::time::Time;
use crate::types::{CallId, UserId};

/// Longest signaling packet that is taken; tgcalls sends at most 16 384 bytes (section 11).
pub const PACKET: usize = 64 << 10;

const UNKNOWN_CALL: &str = "about a call that is not known";

impl Client {
    pub(in crate::client) fn take_private(&mut self, now: Time, update: Update<'_>) -> Handled {
        match update {
            Update::News(routed) => self.take_news(now, *routed),
            Update::Signaling { id, packet } => match self.names.find(id) {
                Some(call) => self.take_packet(now, call, packet),
                None => self.dropped(UNKNOWN_CALL),
            },
        }
    }

    /// A signaling packet for a call that is known.
    pub(super) fn take_packet(&mut self, now: Time, call: CallId, packet: &[u8]) -> Handled {
        if packet.is_empty() || packet.len() > PACKET {
            self.update_private(call, |private| private.signaling.dropped += 1);
            return self.dropped(format!("a signaling packet of {} bytes", packet.len()));
        }
        if !self.ledger.private(call).is_ok_and(|private| is_up(private.shown())) {
            self.update_private(call, |private| private.signaling.dropped += 1);
            return Handled::Empty("the call is over".into());
        }
        self.tell(now, call, Input::Signaling(packet.to_vec()));
        Handled::Done
    }

    /// A `PhoneCall` object from an update (section 6.4).
    fn take_news(&mut self, now: Time, routed: Routed) -> Handled {
        if let Some(call) = self.names.find(routed.id) {
            self.tell(now, call, Input::Told(routed.news));
            return Handled::Done;
        }
        if self.names.is_recent(routed.id) {
            self.log(LogLevel::Debug, CallId(0), || format!("{}: stale, that call is over", routed.news));
            return Handled::Done;
        }
        match routed.news {
            News::Requested(requested) => self.take_requested(now, requested).0,
            news => self.take_unknown(now, routed.id, news),
        }
    }

    /// News of an id that nobody knows: of a call whose id is on its way, or of none.
    fn take_unknown(&mut self, now: Time, id: i64, news: News) -> Handled {
        if let News::Waiting(waiting) = &news
            && let Some(call) = waiting.claims.participant.and_then(|user| self.names.unnamed(user))
        {
            self.tell(now, call, Input::Told(news));
            return Handled::Done;
        }
        if !self.rpc.is_naming() && !self.names.has_unnamed() {
            return self.dropped(UNKNOWN_CALL);
        }
        self.log(LogLevel::Debug, CallId(0), || format!("{news}: kept, its call may be on its way"));
        self.updates_dropped += self.early.keep(now, id, news);
        Handled::Done
    }

    /// `phoneCallRequested` with an id that is not known: the row `Idle` of section 6.2.
    pub(super) fn take_requested(&mut self, now: Time, requested: Requested) -> (Handled, Option<CallId>) {
        let Requested { peer, admin, participant, date_s, is_video, g_a_hash } = requested;
        if self.me != UserId(0) && participant.is_some_and(|participant| participant != self.me) {
            return (self.dropped("a call for another account"), None);
        }
        if self.is_stale(now, date_s) {
            self.log(LogLevel::Info, CallId(0), || "an incoming call is ignored: it is too old".into());
            return (Handled::Done, None);
        }
        if self.me == UserId(0) {
            self.me = participant.unwrap_or_default();
        }
        let Ok(commitment) = Commitment::new(&g_a_hash) else {
            self.turn_away(peer, DiscardReason::Disconnect, is_video);
            return (self.dropped("an incoming call whose g_a_hash does not have 32 bytes"), None);
        };
        let is_self = admin == self.me && admin != UserId(0);
        if is_self || self.ledger.up >= self.config.max_calls {
            let why = if is_self { "it comes from ourselves" } else { "another call is up" };
            self.log(LogLevel::Info, CallId(0), || format!("an incoming call is answered busy: {why}"));
            self.turn_away(peer, DiscardReason::Busy, is_video);
            return (Handled::Done, None);
        }
        (Handled::Done, Some(self.ring_here(now, peer, admin, is_video, commitment)))
    }

    /// Whether an incoming call is older than it may ring (section 5). Without Telegram's clock nobody can tell.
    fn is_stale(&self, now: Time, date_s: i32) -> bool {
        let Some((set_at, unix_s)) = self.server_time else { return false };
        let seconds = |duration: crate::time::Duration| i64::try_from(duration.as_secs()).unwrap_or(i64::MAX);
        let server_now = unix_s.saturating_add(seconds(now.since(set_at)));
        i64::from(date_s).saturating_add(seconds(self.rules.ring)) < server_now
    }

    /// Discards a call that never becomes one here.
    pub(super) fn turn_away(&mut self, peer: Peer, reason: DiscardReason, is_video: bool) {
        self.names.remember(peer.id);
        self.farewell(Method::DiscardCall, requests::discard(peer, reason, 0, is_video));
    }

    fn ring_here(&mut self, now: Time, peer: Peer, admin: UserId, is_video: bool, commitment: Commitment) -> CallId {
        let (call, effects) = Call::incoming(now, self.rules.clone(), peer, admin, self.me, commitment);
        let callee = Callee { user: self.me, access_hash: 0, is_video };
        let id = self.ledger.add(Private::entry(now, call, callee, false, false));
        self.names.name(id, self.me, peer.id);
        self.ledger.up += 1;
        let kind = if is_video { "video call" } else { "call" };
        self.push(id, format!("call {id}: incoming {kind}"), EventKind::CallIncoming { user: admin, is_video });
        self.begin(now, id, CallState::Ringing, "phoneCallRequested", effects);
        id
    }
}
