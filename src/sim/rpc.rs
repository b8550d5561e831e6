//! The methods: the checks of each in the order of `test-server.md`, its answer, and whom it tells.

use super::account::Kind;
use super::call::{Call, End, State, connection_objects, data_json};
use super::dh;
use super::encoder::{Object, Value};
use super::knobs::{AcceptAnswer, BusyAnswer, DebugAnswer, RepeatedDiscard};
use super::md5::md5_hex;
use super::negotiate::{self, Protocol};
use super::request::{Callee, Peer, Reason, Request};
use super::server::{Answer, Server, fail};
use super::updates::Since;
use crate::time::{Duration, Time};

/// Most calls that are up at once.
const CALLS: usize = 20_000;
/// Signaling still passes so long after a call has moved to a conference.
const MIGRATION: Duration = Duration::from_secs(5);
/// Most parts of a file, files of an account, bytes of a part, bytes of all files of an account.
const PARTS: usize = 4_000;
const FILES: usize = 64;
const PART: usize = 512 << 10;
const STORAGE: usize = 64 << 20;

fn bool_true() -> Answer {
    Ok(Value::Bool(true))
}

impl Server {
    pub(super) fn method(&mut self, now: Time, account: i64, device: u32, request: &Request, bytes: &[u8]) -> Answer {
        if self.accounts.get(&account).is_some_and(|account| account.kind == Kind::Bot) {
            return fail(400, "BOT_METHOD_INVALID");
        }
        match request {
            Request::GetDhConfig { version, random_length } => self.dh_config(*version, *random_length),
            Request::GetConfig => Ok(self.config(now)),
            Request::GetState => self.state(now, account),
            Request::GetDifference { pts, pts_limit, pts_total_limit, date } => {
                let since = Since { pts: *pts, pts_limit: *pts_limit, pts_total_limit: *pts_total_limit, date: *date };
                self.difference(now, account, &since)
            }
            Request::GetCallConfig => Ok(data_json("{\"audio_frame_size\":60}").into()),
            Request::RequestCall { is_video, callee, random_id, g_a_hash, protocol } => {
                let wish = Wish { is_video: *is_video, random_id: *random_id, g_a_hash, protocol, bytes };
                self.request_call(now, account, device, *callee, &wish)
            }
            Request::ReceivedCall { peer } => self.received_call(now, account, *peer),
            Request::AcceptCall { peer, g_b, protocol } => self.accept_call(now, account, device, *peer, g_b, protocol),
            Request::ConfirmCall { peer, g_a, key_fingerprint, protocol } => {
                self.confirm_call(now, account, device, *peer, g_a, *key_fingerprint, protocol)
            }
            Request::SendSignalingData { peer, data } => self.send_signaling(now, account, device, *peer, data),
            Request::DiscardCall { is_video, peer, duration, reason, connection_id } => {
                if *connection_id != 0 {
                    self.doubt(format!("discardCall with connection_id {connection_id}"));
                }
                self.discard_call(now, account, device, *peer, *is_video, *duration, reason)
            }
            Request::SetCallRating { user_initiative, peer, rating, comment } => {
                self.set_call_rating(now, account, *peer, *user_initiative, *rating, comment)
            }
            Request::SaveCallDebug { peer, debug } => self.save_call_debug(account, *peer, debug),
            Request::SaveFilePart { file, part, bytes } => self.save_file_part(account, *file, *part, bytes),
            Request::SaveCallLog { peer, file, parts, md5 } => self.save_call_log(account, *peer, *file, *parts, md5),
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

    // ---- The life of a call

    fn request_call(&mut self, now: Time, caller: i64, device: u32, callee: Callee, wish: &Wish<'_>) -> Answer {
        let callee = match callee {
            Callee::User { id, access_hash } if access_hash == self.user_hash(caller, id) => id,
            Callee::Myself => caller,
            _ => return fail(400, "USER_ID_INVALID"),
        };
        let Some(other) = self.accounts.get(&callee).filter(|_| callee != caller) else {
            return fail(400, "USER_ID_INVALID");
        };
        match other.kind {
            Kind::Deleted => return fail(400, "INPUT_USER_DEACTIVATED"),
            Kind::Bot => return fail(400, "USER_ID_INVALID"),
            Kind::User => {}
        }
        if other.blocked.contains(&caller) {
            return fail(403, "USER_IS_BLOCKED");
        }
        if !other.calls.allows(caller) {
            return fail(403, "USER_PRIVACY_RESTRICTED");
        }
        if let Err((code, name)) = negotiate::check(wish.protocol) {
            return fail(code, name);
        }
        if wish.g_a_hash.len() != 32 {
            return fail(400, "TEST_G_A_HASH_INVALID");
        }
        let versions = &wish.protocol.library_versions;
        if !other.versions.is_empty() && !other.versions.iter().any(|name| versions.contains(name)) {
            return fail(400, "PARTICIPANT_VERSION_OUTDATED");
        }
        let same = |call: &&Call| call.caller == caller && call.random_id == wish.random_id && !call.is_over();
        match self.calls.values().find(same) {
            Some(call) if call.request == wish.bytes => {
                let object = call.waiting(self.call_hash(caller, call.id), caller);
                return Ok(self.phone_call(caller, object));
            }
            Some(_) => return fail(500, "RANDOM_ID_DUPLICATE"),
            None => {}
        }
        if self.calls.values().filter(|call| !call.is_over()).count() >= CALLS {
            return fail(500, "PARTICIPANT_CALL_FAILED");
        }
        let id = self.place(now, caller, device, callee, wish);
        if self.is_busy(callee, id) {
            self.turn_away(now, id)
        } else {
            let call = &self.calls[&id];
            let requested = call.requested(self.call_hash(callee, id));
            let waiting = call.waiting(self.call_hash(caller, id), caller);
            self.tell_all(now, callee, None, &requested);
            Ok(self.phone_call(caller, waiting))
        }
    }

    /// Makes the call; returns its id.
    fn place(&mut self, now: Time, caller: i64, caller_device: u32, callee: i64, wish: &Wish<'_>) -> i64 {
        let id = loop {
            let id = (self.random.u64() >> 1) as i64;
            if id != 0 && !self.calls.contains_key(&id) {
                break id;
            }
        };
        if self.calls.len() >= 2 * CALLS {
            // Old ends are forgotten; nobody rates a call that long ago.
            self.calls.retain(|_, call| !call.is_over());
        }
        let session = self.random.bytes();
        let allows = |one: i64, other: i64| self.accounts.get(&one).is_some_and(|account| account.p2p.allows(other));
        let call = Call {
            id,
            caller,
            caller_device,
            callee,
            callee_device: None,
            state: State::Requested,
            is_video: wish.is_video,
            random_id: wish.random_id,
            request: wish.bytes.to_vec(),
            g_a_hash: wish.g_a_hash.to_vec(),
            g_a: Vec::new(),
            g_b: Vec::new(),
            key_fingerprint: 0,
            caller_protocol: wish.protocol.clone(),
            callee_protocol: Protocol::default(),
            agreed: Protocol::default(),
            date: self.date(now),
            receive_date: None,
            start_date: 0,
            deadline: self.deadline(now, self.knobs.timers.receive_ms),
            end: None,
            tamper: self.accounts.get(&callee).and_then(|account| account.tamper).or(self.knobs.tamper),
            message_id: 0,
            connections: connection_objects(&self.knobs.connections, session),
            p2p_allowed: allows(caller, callee) && allows(callee, caller),
            conference_supported: self.knobs.conference_supported,
            custom_parameters: self.knobs.custom_parameters.clone(),
            need_rating: self.knobs.need_rating,
            need_debug: self.knobs.need_debug,
        };
        self.calls.insert(id, call);
        id
    }

    /// Whether `account` is in a call other than `except`: one that rings there and is known to, or one it has taken.
    fn is_busy(&self, account: i64, except: i64) -> bool {
        self.knobs.occupy
            && self.calls.values().any(|call| {
                let is_in = match call.state {
                    State::Requested | State::Discarded => false,
                    State::Received => call.callee == account,
                    State::Accepted | State::Confirmed => call.callee == account || call.caller == account,
                };
                is_in && call.id != except
            })
    }

    fn turn_away(&mut self, now: Time, id: i64) -> Answer {
        let caller = self.calls[&id].caller;
        let waiting = self.calls[&id].waiting(self.call_hash(caller, id), caller);
        self.finish(now, id, Some(Reason::Busy), None);
        let discarded = self.calls[&id].discarded();
        match self.knobs.busy_answer {
            BusyAnswer::Answer => Ok(self.phone_call(caller, discarded)),
            BusyAnswer::Update => {
                let device = self.calls[&id].caller_device;
                self.post(now, caller, device, vec![update_phone_call(discarded)]);
                Ok(self.phone_call(caller, waiting))
            }
        }
    }

    fn received_call(&mut self, now: Time, account: i64, peer: Peer) -> Answer {
        let id = self.call_of(account, peer)?;
        let date = self.date(now);
        let deadline = self.deadline(now, self.knobs.timers.ring_ms);
        let hash = self.call_hash(self.calls[&id].caller, id);
        let Some(call) = self.calls.get_mut(&id) else { return fail(400, "CALL_PEER_INVALID") };
        if call.is_over() {
            return fail(400, "CALL_ALREADY_DECLINED");
        }
        if call.callee != account {
            return fail(400, "CALL_PEER_INVALID");
        }
        if call.state == State::Requested {
            call.state = State::Received;
            call.receive_date = Some(date);
            call.deadline = deadline;
            let (caller, device) = (call.caller, call.caller_device);
            let waiting = call.waiting(hash, caller);
            self.post(now, caller, device, vec![update_phone_call(waiting)]);
        }
        bool_true()
    }

    fn accept_call(
        &mut self,
        now: Time,
        account: i64,
        device: u32,
        peer: Peer,
        g_b: &[u8],
        protocol: &Protocol,
    ) -> Answer {
        let id = self.call_of(account, peer)?;
        let call = &self.calls[&id];
        match call.state {
            _ if call.callee != account => return fail(400, "CALL_PEER_INVALID"),
            State::Accepted | State::Confirmed => return fail(400, "CALL_ALREADY_ACCEPTED"),
            State::Discarded => return fail(400, "CALL_ALREADY_DECLINED"),
            State::Requested | State::Received => {}
        }
        if self.is_busy(account, id) {
            return fail(500, "CALL_OCCUPY_FAILED");
        }
        if !(1..=256).contains(&g_b.len()) {
            return fail(400, "TEST_G_B_INVALID");
        }
        if let Err((code, name)) = negotiate::check(protocol) {
            return fail(code, name);
        }
        let agreed = match negotiate::agree(&self.knobs, &call.caller_protocol, protocol) {
            Ok(agreed) => agreed,
            Err((code, name)) => return fail(code, name),
        };
        if call.receive_date.is_none() {
            self.doubt(format!("call {id} accepted without receivedCall"));
        }
        let deadline = self.deadline(now, self.knobs.timers.receive_ms);
        let Some(call) = self.calls.get_mut(&id) else { return fail(400, "CALL_PEER_INVALID") };
        call.state = State::Accepted;
        call.callee_device = Some(device);
        call.g_b = g_b.to_vec();
        call.callee_protocol = protocol.clone();
        call.agreed = agreed;
        call.deadline = deadline;
        let call = &self.calls[&id];
        let (caller, caller_device) = (call.caller, call.caller_device);
        let to_caller = call.accepted(self.call_hash(caller, id));
        let elsewhere = call.answered_elsewhere();
        let hash = self.call_hash(account, id);
        let answer = match self.knobs.accept_answer {
            AcceptAnswer::Waiting => call.waiting(hash, account),
            AcceptAnswer::Accepted => call.accepted(hash),
        };
        self.post(now, caller, caller_device, vec![update_phone_call(to_caller)]);
        self.tell_all(now, account, Some(device), &elsewhere);
        Ok(self.phone_call(account, answer))
    }

    #[allow(clippy::too_many_arguments)] // The method has as many.
    fn confirm_call(
        &mut self,
        now: Time,
        account: i64,
        device: u32,
        peer: Peer,
        g_a: &[u8],
        key_fingerprint: i64,
        protocol: &Protocol,
    ) -> Answer {
        let id = self.call_of(account, peer)?;
        let call = &self.calls[&id];
        if call.caller != account || call.caller_device != device {
            return fail(400, "CALL_PEER_INVALID");
        }
        match call.state {
            State::Requested | State::Received => return fail(400, "TEST_CALL_NOT_ACCEPTED"),
            State::Confirmed => return fail(400, "CALL_ALREADY_ACCEPTED"),
            State::Discarded => return fail(400, "CALL_ALREADY_DECLINED"),
            State::Accepted => {}
        }
        if crate::crypto::hash::sha256(&[g_a]).as_slice() != call.g_a_hash.as_slice() {
            return fail(400, "TEST_G_A_HASH_INVALID");
        }
        if *protocol != call.caller_protocol {
            self.doubt(format!("call {id} confirmed with another protocol than it was requested with"));
        }
        let start_date = self.date(now);
        let Some(call) = self.calls.get_mut(&id) else { return fail(400, "CALL_PEER_INVALID") };
        call.state = State::Confirmed;
        call.g_a = g_a.to_vec();
        call.key_fingerprint = key_fingerprint;
        call.start_date = start_date;
        call.deadline = None;
        let call = &self.calls[&id];
        let callee = call.callee;
        let to_callee = call.confirmed(self.call_hash(callee, id), callee);
        let answer = call.confirmed(self.call_hash(account, id), account);
        if let Some(device) = call.callee_device {
            self.post(now, callee, device, vec![update_phone_call(to_callee)]);
        }
        Ok(self.phone_call(account, answer))
    }

    fn send_signaling(&mut self, now: Time, account: i64, device: u32, peer: Peer, data: &[u8]) -> Answer {
        let id = self.call_of(account, peer)?;
        let call = &self.calls[&id];
        let has_just_moved = call.end.as_ref().is_some_and(|end| {
            end.was_confirmed && matches!(end.reason, Some(Reason::Migrate { .. })) && now.since(end.at) <= MIGRATION
        });
        if call.state != State::Confirmed && !has_just_moved {
            return fail(400, "CALL_NOT_ACTIVE");
        }
        if call.device_of(account) != Some(device) {
            return fail(400, "CALL_PEER_INVALID");
        }
        if data.len() > self.knobs.signaling_limit {
            return fail(400, "TEST_SIGNALING_TOO_BIG");
        }
        let other = call.peer_of(account);
        if let Some(to) = call.device_of(other) {
            let update = Object::new("updatePhoneCallSignalingData").with("phone_call_id", id).with("data", data);
            self.post(now, other, to, vec![update]);
        }
        bool_true()
    }

    #[allow(clippy::too_many_arguments)] // The method has as many.
    fn discard_call(
        &mut self,
        now: Time,
        account: i64,
        device: u32,
        peer: Peer,
        is_video: bool,
        duration: i32,
        reason: &Reason,
    ) -> Answer {
        let id = self.call_of(account, peer)?;
        let call = &self.calls[&id];
        let owner = call.device_of(account);
        if call.state >= State::Accepted && owner != Some(device) && (!call.is_over() || owner.is_some()) {
            return fail(400, "CALL_ALREADY_ACCEPTED");
        }
        if call.is_over() {
            return match self.knobs.repeated_discard {
                RepeatedDiscard::Same => Ok(self.end_for(now, account, id)),
                RepeatedDiscard::Empty => Ok(self.updates(now, account, Vec::new())),
                RepeatedDiscard::Error => fail(400, "CALL_ALREADY_DECLINED"),
            };
        }
        let was_confirmed = call.state == State::Confirmed;
        let was_video = call.is_video;
        if !was_confirmed && duration != 0 {
            self.doubt(format!("call {id} discarded with duration {duration}, though it was never confirmed"));
        }
        if is_video && !was_video && !was_confirmed {
            self.doubt(format!("call {id} discarded as a video call"));
        }
        self.finish(now, id, Some(reason.clone()), was_confirmed.then_some(duration.max(0)));
        self.tell_end(now, id, Some((account, device)));
        Ok(self.end_for(now, account, id))
    }

    /// Ends calls that are stuck.
    pub(super) fn expire(&mut self, now: Time) {
        let due = |call: &&Call| call.deadline.is_some_and(|deadline| deadline <= now);
        let Some((id, state)) = self.calls.values().find(due).map(|call| (call.id, call.state)) else { return };
        let reason = match state {
            State::Requested | State::Received => Reason::Missed,
            State::Accepted | State::Confirmed | State::Discarded => Reason::Disconnect,
        };
        self.note(now, format!("the server gives up on call {id}: {reason:?}"));
        self.finish(now, id, Some(reason), None);
        self.tell_end(now, id, None);
    }

    fn finish(&mut self, now: Time, id: i64, reason: Option<Reason>, duration: Option<i32>) {
        self.message_ids += 1;
        let message_id = self.message_ids;
        let Some(call) = self.calls.get_mut(&id) else { return };
        let was_confirmed = call.state == State::Confirmed;
        call.state = State::Discarded;
        call.deadline = None;
        call.message_id = message_id;
        call.end = Some(End { reason, duration, at: now, was_confirmed });
        let date = self.date(now);
        let Some(call) = self.calls.get(&id) else { return };
        for member in [call.caller, call.callee] {
            if let Some(account) = self.accounts.get_mut(&member) {
                account.mailbox.add(call.message(member, date));
            }
        }
    }

    /// Tells all devices of both sides, but the one that knows already.
    fn tell_end(&mut self, now: Time, id: i64, except: Option<(i64, u32)>) {
        let (caller, callee) = (self.calls[&id].caller, self.calls[&id].callee);
        for member in [caller, callee] {
            let updates = self.end_updates(member, id);
            for device in self.devices_of(member) {
                if except != Some((member, device)) {
                    self.post(now, member, device, updates.clone());
                }
            }
        }
    }

    fn end_updates(&self, viewer: i64, id: i64) -> Vec<Object> {
        let call = &self.calls[&id];
        let message = self.accounts.get(&viewer).and_then(|account| account.mailbox.update(call.message_id));
        core::iter::once(update_phone_call(call.discarded())).chain(message).collect()
    }

    fn end_for(&self, now: Time, viewer: i64, id: i64) -> Value {
        self.updates(now, viewer, self.end_updates(viewer, id))
    }

    // ---- After the call

    fn set_call_rating(
        &mut self,
        now: Time,
        account: i64,
        peer: Peer,
        user_initiative: bool,
        rating: i32,
        comment: &str,
    ) -> Answer {
        let id = self.call_of(account, peer)?;
        let call = &self.calls[&id];
        if !call.is_over() {
            return fail(400, "CALL_PEER_INVALID");
        }
        if !call.need_rating && !user_initiative {
            return fail(400, "TEST_RATING_NOT_ASKED");
        }
        if !(1..=5).contains(&rating) {
            return fail(400, "TEST_RATING_INVALID");
        }
        if rating == 5 && !comment.is_empty() {
            self.doubt("a comment with five stars".into());
        }
        Ok(self.updates(now, account, Vec::new()))
    }

    fn save_call_debug(&mut self, account: i64, peer: Peer, debug: &[u8]) -> Answer {
        let id = self.call_of(account, peer)?;
        if !self.calls[&id].is_over() {
            return fail(400, "CALL_PEER_INVALID");
        }
        if !super::json::is_object(debug) {
            return fail(400, "DATA_JSON_INVALID");
        }
        Ok(Value::Bool(self.knobs.debug_answer == DebugAnswer::Enough))
    }

    fn save_file_part(&mut self, account: i64, file: i64, part: i32, bytes: &[u8]) -> Answer {
        let own = || self.files.iter().filter(|((owner, _), _)| *owner == account);
        let files = own().count();
        let stored: usize = own().flat_map(|(_, parts)| parts.values()).map(Vec::len).sum();
        let parts = self.files.get(&(account, file)).map_or(0, |parts| parts.len());
        if bytes.is_empty() || bytes.len() > PART {
            return fail(400, "FILE_PART_SIZE_INVALID");
        }
        let is_full = parts >= PARTS || (parts == 0 && files >= FILES) || stored + bytes.len() > STORAGE;
        if part < 0 || is_full {
            return fail(400, "FILE_PART_INVALID");
        }
        self.files.entry((account, file)).or_default().insert(part, bytes.to_vec());
        bool_true()
    }

    fn save_call_log(&mut self, account: i64, peer: Peer, file: i64, parts: i32, md5: &str) -> Answer {
        let id = self.call_of(account, peer)?;
        if !self.calls[&id].is_over() {
            return fail(400, "CALL_PEER_INVALID");
        }
        let saved = self.files.get(&(account, file));
        let mut whole = Vec::new();
        for part in 0..parts.clamp(0, PARTS as i32) {
            match saved.and_then(|saved| saved.get(&part)) {
                Some(bytes) => whole.extend_from_slice(bytes),
                None => return fail(400, &format!("FILE_PART_{part}_MISSING")),
            }
        }
        if parts < 1 || parts as usize > PARTS {
            return fail(400, "FILE_PARTS_INVALID");
        }
        if !md5.is_empty() && md5 != md5_hex(&whole) {
            return fail(400, "MD5_CHECKSUM_INVALID");
        }
        self.files.remove(&(account, file));
        bool_true()
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

/// What `requestCall` says besides whom it is for.
struct Wish<'a> {
    is_video: bool,
    random_id: i32,
    g_a_hash: &'a [u8],
    protocol: &'a Protocol,
    /// The whole request.
    bytes: &'a [u8],
}

fn update_phone_call(call: Object) -> Object {
    Object::new("updatePhoneCall").with("phone_call", call)
}
