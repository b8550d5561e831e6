//! Requests that are repeated, and what has to be renewed before the server forgets it.

use super::{CHANNEL_REFRESH, Channel, Failure, NextStep, PERMISSION_REFRESH, Purpose, State, Turn, UNUSED};
use crate::time::{Duration, Time};

/// Until a channel that is not renewed may name another peer: its 600 s, and the 300 s of RFC 8656 section 12.
const CHANNEL_LIFE: Duration = Duration::from_secs(900);
const MAX_SENT: u32 = 7;
/// The good-bye has less time: somebody keeps a socket open for it.
const MAX_SENT_LEAVING: u32 = 5;

impl Turn {
    pub fn handle_timeout(&mut self, now: Time) {
        let max_sent = if self.state == State::Leaving { MAX_SENT_LEAVING } else { MAX_SENT };
        let mut index = 0;
        while index < self.requests.len() {
            let request = &mut self.requests[index];
            if request.again_at > now {
                index += 1;
            } else if self.tcp || request.backoff.failures() >= max_sent {
                let purpose = self.requests.swap_remove(index).purpose;
                self.failed(purpose, Failure::NoAnswer);
            } else {
                request.again_at = now + request.backoff.fail();
                self.out.push_back(request.bytes.clone());
                index += 1;
            }
        }
        if !self.is_allocated() {
            return;
        }
        if self.refresh_at.is_some_and(|at| at <= now) {
            self.refresh_at = None;
            if !self.is_asked(Purpose::Refresh) {
                self.request(now, Purpose::Refresh, 0);
            }
        }
        self.renew_permissions(now);
        self.renew_channels(now);
    }

    fn renew_permissions(&mut self, now: Time) {
        self.permissions.retain(|permission| {
            let used = permission.heard.unwrap_or(Time::ZERO).max(permission.used);
            permission.refresh_at > now || now.since(used) < UNUSED
        });
        for index in 0..self.permissions.len() {
            if self.permissions[index].refresh_at <= now {
                self.permissions[index].refresh_at = now + PERMISSION_REFRESH;
                let purpose = Purpose::Permission(self.permissions[index].ip);
                if !self.is_asked(purpose) {
                    self.request(now, purpose, 0);
                }
            }
        }
    }

    fn renew_channels(&mut self, now: Time) {
        self.channels.retain(|channel| !matches!(channel.next, NextStep::Forget(at) if at <= now));
        for index in 0..self.channels.len() {
            let Channel { peer, number, used, heard, next, .. } = self.channels[index];
            if next.at() > now {
                continue;
            }
            if now.since(heard.unwrap_or(Time::ZERO).max(used)) >= UNUSED {
                self.channels[index].bound = false;
                self.channels[index].next = NextStep::Forget(now + CHANNEL_LIFE);
                continue;
            }
            self.channels[index].next = NextStep::Refresh(now + CHANNEL_REFRESH);
            if !self.is_asked(Purpose::Channel(peer, number)) {
                self.request(now, Purpose::Channel(peer, number), 0);
            }
        }
    }
}
