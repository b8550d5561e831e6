//! ICE for who is reached and looks for nobody (RFC 8445 section 2.5): checks are answered, and none is made.

use super::Sfu;
use crate::media::stun::{Builder, Class, Message, Method, attribute};
use crate::time::{Duration, Time};
use std::net::SocketAddr;

/// Where a leg was heard so lately packets go on being sent, unless it names another address.
const FRESH: Duration = Duration::from_millis(2500);
/// Addresses of one leg, of all its interfaces; the newest count.
const MAX_ADDRESSES: usize = 16;

impl Sfu {
    pub(super) fn handle_check(&mut self, now: Time, from: SocketAddr, bytes: &[u8]) {
        if self.answer_check(now, from, bytes).is_none() {
            self.dropped.checks += 1;
        }
    }

    fn answer_check(&mut self, now: Time, from: SocketAddr, bytes: &[u8]) -> Option<()> {
        let message = Message::parse(bytes).filter(|message| message.fingerprint() != Some(false))?;
        if (message.method, message.class) != (Method::Binding, Class::Request) {
            return None;
        }
        let username = core::str::from_utf8(message.get(attribute::USERNAME)?).ok()?;
        let (ours, theirs) = username.split_once(':')?;
        let id = *self.names.get(ours)?;
        let leg = self.legs.get_mut(&id)?;
        if theirs != leg.their_name() || !message.is_authentic(leg.password()) {
            return None;
        }
        let is_controlled = message.get_u64(attribute::ICE_CONTROLLED).is_some();
        let answer = if is_controlled && self.knobs.conflicts > 0 {
            self.knobs.conflicts -= 1;
            Builder::new(Class::Error, Method::Binding, message.transaction).error(487, "Role Conflict")
        } else {
            leg.note_check(is_controlled);
            Builder::new(Class::Success, Method::Binding, message.transaction)
                .address(attribute::XOR_MAPPED_ADDRESS, from)
        };
        let answer = answer.integrity(leg.password()).fingerprint().finish();
        let wait = if leg.has_answered() { Duration::ZERO } else { self.knobs.answer_after };
        leg.answer(now + wait, from, answer);
        let is_nominated = message.get(attribute::USE_CANDIDATE).is_some();
        leg.hear(now, from, is_nominated, FRESH);
        self.addresses.insert(from, id);
        if let Some(old) = leg.note_address(from, MAX_ADDRESSES)
            && self.addresses.get(&old) == Some(&id)
        {
            self.addresses.remove(&old);
        }
        for (to, bytes) in leg.due_answers(now) {
            self.emits.push(super::Emit::Client { to: super::Endpoint::Udp(to), bytes });
        }
        self.flush(now, id);
        Some(())
    }

    /// Something authentic has come by this address.
    pub(super) fn note_heard(&mut self, now: Time, id: super::LegId, from: SocketAddr) {
        if let Some(leg) = self.legs.get_mut(&id) {
            leg.hear(now, from, true, FRESH);
        }
    }
}
