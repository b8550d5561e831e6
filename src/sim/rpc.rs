//! The methods: the checks of each in the order of `test-server.md`, its answer, and whom it tells.

mod after;
mod life;

use super::account::Kind;
use super::call::{Call, data_json};
use super::dh;
use super::encoder::{Object, Value};
use super::request::{Account, Peer, Private, Request};
use super::server::{Answer, Server, fail};
use super::updates::Since;
use crate::time::{Duration, Time};
use life::Wish;

fn bool_true() -> Answer {
    Ok(Value::Bool(true))
}

impl Server {
    pub(super) fn method(&mut self, now: Time, account: i64, device: u32, request: &Request, bytes: &[u8]) -> Answer {
        if self.accounts.get(&account).is_some_and(|account| account.kind == Kind::Bot) {
            return fail(400, "BOT_METHOD_INVALID");
        }
        match request {
            Request::Account(request) => self.account_method(now, account, request),
            Request::Private(request) => self.private_method(now, account, device, request, bytes),
            #[cfg(feature = "media")]
            Request::Group(request) => self.group_method(now, account, device, request),
        }
    }

    fn account_method(&mut self, now: Time, account: i64, request: &Account) -> Answer {
        match request {
            Account::GetDhConfig { version, random_length } => self.dh_config(*version, *random_length),
            Account::GetConfig => Ok(self.config(now)),
            Account::GetState => self.state(now, account),
            Account::GetDifference { pts, pts_limit, pts_total_limit, date } => {
                let since = Since { pts: *pts, pts_limit: *pts_limit, pts_total_limit: *pts_total_limit, date: *date };
                self.difference(now, account, &since)
            }
            Account::GetCallConfig => Ok(data_json("{\"audio_frame_size\":60}").into()),
            Account::SaveFilePart { file, part, bytes } => self.save_file_part(account, *file, *part, bytes),
        }
    }

    fn private_method(&mut self, now: Time, account: i64, device: u32, request: &Private, bytes: &[u8]) -> Answer {
        match request {
            Private::RequestCall { is_video, callee, random_id, g_a_hash, protocol } => {
                let wish = Wish { is_video: *is_video, random_id: *random_id, g_a_hash, protocol, bytes };
                self.request_call(now, account, device, *callee, &wish)
            }
            Private::ReceivedCall { peer } => self.received_call(now, account, *peer),
            Private::AcceptCall { peer, g_b, protocol } => self.accept_call(now, account, device, *peer, g_b, protocol),
            Private::ConfirmCall { peer, g_a, key_fingerprint, protocol } => {
                self.confirm_call(now, account, device, *peer, g_a, *key_fingerprint, protocol)
            }
            Private::SendSignalingData { peer, data } => self.send_signaling(now, account, device, *peer, data),
            Private::DiscardCall { is_video, peer, duration, reason, connection_id } => {
                if *connection_id != 0 {
                    self.doubt(format!("discardCall with connection_id {connection_id}"));
                }
                self.discard_call(now, account, device, *peer, *is_video, *duration, reason)
            }
            Private::SetCallRating { user_initiative, peer, rating, comment } => {
                self.set_call_rating(now, account, *peer, *user_initiative, *rating, comment)
            }
            Private::SaveCallDebug { peer, debug } => self.save_call_debug(account, *peer, debug),
            Private::SaveCallLog { peer, file, parts, md5 } => self.save_call_log(account, *peer, *file, *parts, md5),
        }
    }

    fn dh_config(&mut self, version: i32, random_length: i32) -> Answer {
        let Some(length) = usize::try_from(random_length).ok().filter(|length| *length <= 1024) else {
            return fail(400, "RANDOM_LENGTH_INVALID");
        };
        let mut random = vec![0; length];
        self.random.fill(&mut random);
        let (g, p, current) = dh::config(self.knobs.tamper);
        if version == current {
            return Ok(Object::new("messages.dhConfigNotModified").with("random", random.as_slice()).into());
        }
        let config = Object::new("messages.dhConfig").with("g", g).with("p", p.as_slice()).with("version", current);
        Ok(config.with("random", random.as_slice()).into())
    }

    fn config(&self, now: Time) -> Value {
        let timers = self.knobs.timers;
        let ms = |value: u32| i32::try_from(value).unwrap_or(i32::MAX);
        let mut config = Object::new("config").with("date", self.date(now)).with("expires", self.date(now) + 3600);
        config.set("test_mode", Value::Bool(true));
        config.set("dc_options", Vec::new());
        for field in ["dc_txt_domain_name", "me_url_prefix"] {
            config.set(field, "localhost");
        }
        for (field, value) in [
            ("this_dc", 2),
            ("chat_size_max", 200),
            ("megagroup_size_max", 200_000),
            ("forwarded_count_max", 100),
            ("online_update_period_ms", 210_000),
            ("offline_blur_timeout_ms", 5_000),
            ("offline_idle_timeout_ms", 30_000),
            ("online_cloud_timeout_ms", 300_000),
            ("notify_cloud_delay_ms", 30_000),
            ("notify_default_delay_ms", 1_500),
            ("push_chat_period_ms", 60_000),
            ("push_chat_limit", 2),
            ("edit_time_limit", 172_800),
            ("revoke_time_limit", i32::MAX),
            ("revoke_pm_time_limit", i32::MAX),
            ("rating_e_decay", 2_419_200),
            ("stickers_recent_limit", 200),
            ("channels_read_media_period", 604_800),
            ("call_receive_timeout_ms", ms(timers.receive_ms)),
            ("call_ring_timeout_ms", ms(timers.ring_ms)),
            ("call_connect_timeout_ms", ms(timers.connect_ms)),
            ("call_packet_timeout_ms", ms(timers.packet_ms)),
            ("caption_length_max", 1_024),
            ("message_length_max", 4_096),
            ("webfile_dc_id", 4),
            // Of layers that still had them.
            ("saved_gifs_limit", 200),
            ("stickers_faved_limit", 5),
            ("pinned_dialogs_count_max", 5),
            ("pinned_infolder_count_max", 100),
        ] {
            config.set(field, value);
        }
        config.into()
    }

    // ---- What several methods need

    /// The call that `account` names, if it is a member of it.
    fn call_of(&self, account: i64, peer: Peer) -> Result<i64, super::server::Failure> {
        let is_member = |call: &&Call| call.caller == account || call.callee == account;
        match self.calls.get(&peer.id).filter(is_member) {
            Some(call) if peer.access_hash == self.call_hash(account, call.id) => Ok(call.id),
            _ => fail(400, "CALL_PEER_INVALID"),
        }
    }

    fn deadline(&self, now: Time, client_ms: u32) -> Option<Time> {
        let timers = self.knobs.timers;
        let wait = Duration::from_millis(u64::from(client_ms) + u64::from(timers.grace_ms));
        timers.server_ends_calls.then(|| now + wait)
    }

    fn tell_all(&mut self, now: Time, account: i64, except: Option<u32>, call: &Object) {
        for device in self.devices_of(account) {
            if except != Some(device) {
                self.post(now, account, device, vec![update_phone_call(call.clone())]);
            }
        }
    }
}

fn update_phone_call(call: Object) -> Object {
    Object::new("updatePhoneCall").with("phone_call", call)
}
