// Made from src/tl/schema by tests/tlgen: `TGCALL_BLESS=1 cargo test --test fresh` rewrites it.

use serde_json::Value;
use tgcall::tl::{enums, functions, types};

use super::json::{In, Json, Out, Res, Visit, from, name, to};

impl Json for types::PhonePhoneCall<'static> {
    fn to_json(&self) -> Res<Value> {
        #[allow(unused_mut)]
        let mut o = Out::new("phone.phoneCall");
        o.put("phone_call", &self.phone_call, to::object)?;
        o.put("users", &self.users, |v| to::seq(v, to::object))?;
        o.done()
    }

    fn from_json(v: &Value) -> Res<Self> {
        #[allow(unused_mut)]
        let mut i = In::new(v, "phone.phoneCall")?;
        let phone_call = i.need("phone_call", from::object)?;
        let users = i.need("users", |v| from::seq(v, from::object))?;
        let value = types::PhonePhoneCall { phone_call, users };
        i.done()?;
        Ok(value)
    }
}

impl Json for types::PhoneCall<'static> {
    fn to_json(&self) -> Res<Value> {
        #[allow(unused_mut)]
        let mut o = Out::new("phoneCall");
        o.flag("p2p_allowed", self.p2p_allowed);
        o.flag("video", self.video);
        o.flag("conference_supported", self.conference_supported);
        o.put("id", &self.id, to::long)?;
        o.put("access_hash", &self.access_hash, to::long)?;
        o.put("date", &self.date, to::int)?;
        o.put("admin_id", &self.admin_id, to::long)?;
        o.put("participant_id", &self.participant_id, to::long)?;
        o.put("g_a_or_b", &self.g_a_or_b, to::bytes)?;
        o.put("key_fingerprint", &self.key_fingerprint, to::long)?;
        o.put("protocol", &self.protocol, to::object)?;
        o.put("connections", &self.connections, |v| to::seq(v, to::object))?;
        o.put("start_date", &self.start_date, to::int)?;
        o.option("custom_parameters", &self.custom_parameters, to::object)?;
        o.done()
    }

    fn from_json(v: &Value) -> Res<Self> {
        #[allow(unused_mut)]
        let mut i = In::new(v, "phoneCall")?;
        let id = i.need("id", from::long)?;
        let access_hash = i.need("access_hash", from::long)?;
        let date = i.need("date", from::int)?;
        let admin_id = i.need("admin_id", from::long)?;
        let participant_id = i.need("participant_id", from::long)?;
        let g_a_or_b = i.need("g_a_or_b", from::bytes)?;
        let key_fingerprint = i.need("key_fingerprint", from::long)?;
        let protocol = i.need("protocol", from::object)?;
        let connections = i.need("connections", |v| from::seq(v, from::object))?;
        let start_date = i.need("start_date", from::int)?;
        let custom_parameters = i.option("custom_parameters", from::object)?;
        let value = types::PhoneCall { p2p_allowed: i.flag("p2p_allowed")?, video: i.flag("video")?, conference_supported: i.flag("conference_supported")?, id, access_hash, date, admin_id, participant_id, g_a_or_b, key_fingerprint, protocol, connections, start_date, custom_parameters };
        i.done()?;
        Ok(value)
    }
}

impl Json for types::PhoneCallAccepted<'static> {
    fn to_json(&self) -> Res<Value> {
        #[allow(unused_mut)]
        let mut o = Out::new("phoneCallAccepted");
        o.flag("video", self.video);
        o.put("id", &self.id, to::long)?;
        o.put("access_hash", &self.access_hash, to::long)?;
        o.put("date", &self.date, to::int)?;
        o.put("admin_id", &self.admin_id, to::long)?;
        o.put("participant_id", &self.participant_id, to::long)?;
        o.put("g_b", &self.g_b, to::bytes)?;
        o.put("protocol", &self.protocol, to::object)?;
        o.done()
    }

    fn from_json(v: &Value) -> Res<Self> {
        #[allow(unused_mut)]
        let mut i = In::new(v, "phoneCallAccepted")?;
        let id = i.need("id", from::long)?;
        let access_hash = i.need("access_hash", from::long)?;
        let date = i.need("date", from::int)?;
        let admin_id = i.need("admin_id", from::long)?;
        let participant_id = i.need("participant_id", from::long)?;
        let g_b = i.need("g_b", from::bytes)?;
        let protocol = i.need("protocol", from::object)?;
        let value = types::PhoneCallAccepted { video: i.flag("video")?, id, access_hash, date, admin_id, participant_id, g_b, protocol };
        i.done()?;
        Ok(value)
    }
}

impl Json for types::PhoneCallDiscarded<'static> {
    fn to_json(&self) -> Res<Value> {
        #[allow(unused_mut)]
        let mut o = Out::new("phoneCallDiscarded");
        o.flag("need_rating", self.need_rating);
        o.flag("need_debug", self.need_debug);
        o.flag("video", self.video);
        o.put("id", &self.id, to::long)?;
        o.option("reason", &self.reason, to::object)?;
        o.option("duration", &self.duration, to::int)?;
        o.done()
    }

    fn from_json(v: &Value) -> Res<Self> {
        #[allow(unused_mut)]
        let mut i = In::new(v, "phoneCallDiscarded")?;
        let id = i.need("id", from::long)?;
        let reason = i.option("reason", from::object)?;
        let duration = i.option("duration", from::int)?;
        let value = types::PhoneCallDiscarded { need_rating: i.flag("need_rating")?, need_debug: i.flag("need_debug")?, video: i.flag("video")?, id, reason, duration };
        i.done()?;
        Ok(value)
    }
}

impl Json for types::PhoneCallEmpty {
    fn to_json(&self) -> Res<Value> {
        #[allow(unused_mut)]
        let mut o = Out::new("phoneCallEmpty");
        o.put("id", &self.id, to::long)?;
        o.done()
    }

    fn from_json(v: &Value) -> Res<Self> {
        #[allow(unused_mut)]
        let mut i = In::new(v, "phoneCallEmpty")?;
        let id = i.need("id", from::long)?;
        let value = types::PhoneCallEmpty { id };
        i.done()?;
        Ok(value)
    }
}

impl Json for types::PhoneCallRequested<'static> {
    fn to_json(&self) -> Res<Value> {
        #[allow(unused_mut)]
        let mut o = Out::new("phoneCallRequested");
        o.flag("video", self.video);
        o.put("id", &self.id, to::long)?;
        o.put("access_hash", &self.access_hash, to::long)?;
        o.put("date", &self.date, to::int)?;
        o.put("admin_id", &self.admin_id, to::long)?;
        o.put("participant_id", &self.participant_id, to::long)?;
        o.put("g_a_hash", &self.g_a_hash, to::bytes)?;
        o.put("protocol", &self.protocol, to::object)?;
        o.done()
    }

    fn from_json(v: &Value) -> Res<Self> {
        #[allow(unused_mut)]
        let mut i = In::new(v, "phoneCallRequested")?;
        let id = i.need("id", from::long)?;
        let access_hash = i.need("access_hash", from::long)?;
        let date = i.need("date", from::int)?;
        let admin_id = i.need("admin_id", from::long)?;
        let participant_id = i.need("participant_id", from::long)?;
        let g_a_hash = i.need("g_a_hash", from::bytes)?;
        let protocol = i.need("protocol", from::object)?;
        let value = types::PhoneCallRequested { video: i.flag("video")?, id, access_hash, date, admin_id, participant_id, g_a_hash, protocol };
        i.done()?;
        Ok(value)
    }
}

impl Json for types::PhoneCallWaiting<'static> {
    fn to_json(&self) -> Res<Value> {
        #[allow(unused_mut)]
        let mut o = Out::new("phoneCallWaiting");
        o.flag("video", self.video);
        o.put("id", &self.id, to::long)?;
        o.put("access_hash", &self.access_hash, to::long)?;
        o.put("date", &self.date, to::int)?;
        o.put("admin_id", &self.admin_id, to::long)?;
        o.put("participant_id", &self.participant_id, to::long)?;
        o.put("protocol", &self.protocol, to::object)?;
        o.option("receive_date", &self.receive_date, to::int)?;
        o.done()
    }

    fn from_json(v: &Value) -> Res<Self> {
        #[allow(unused_mut)]
        let mut i = In::new(v, "phoneCallWaiting")?;
        let id = i.need("id", from::long)?;
        let access_hash = i.need("access_hash", from::long)?;
        let date = i.need("date", from::int)?;
        let admin_id = i.need("admin_id", from::long)?;
        let participant_id = i.need("participant_id", from::long)?;
        let protocol = i.need("protocol", from::object)?;
        let receive_date = i.option("receive_date", from::int)?;
        let value = types::PhoneCallWaiting { video: i.flag("video")?, id, access_hash, date, admin_id, participant_id, protocol, receive_date };
        i.done()?;
        Ok(value)
    }
}

impl Json for types::PhoneCallProtocol<'static> {
    fn to_json(&self) -> Res<Value> {
        #[allow(unused_mut)]
        let mut o = Out::new("phoneCallProtocol");
        o.flag("udp_p2p", self.udp_p2p);
        o.flag("udp_reflector", self.udp_reflector);
        o.put("min_layer", &self.min_layer, to::int)?;
        o.put("max_layer", &self.max_layer, to::int)?;
        o.put("library_versions", &self.library_versions, |v| to::seq(v, to::text))?;
        o.done()
    }

    fn from_json(v: &Value) -> Res<Self> {
        #[allow(unused_mut)]
        let mut i = In::new(v, "phoneCallProtocol")?;
        let min_layer = i.need("min_layer", from::int)?;
        let max_layer = i.need("max_layer", from::int)?;
        let library_versions = i.need("library_versions", |v| from::seq(v, from::text))?;
        let value = types::PhoneCallProtocol { udp_p2p: i.flag("udp_p2p")?, udp_reflector: i.flag("udp_reflector")?, min_layer, max_layer, library_versions };
        i.done()?;
        Ok(value)
    }
}

impl Json for types::PhoneCallDiscardReasonBusy {
    fn to_json(&self) -> Res<Value> {
        #[allow(unused_mut)]
        let mut o = Out::new("phoneCallDiscardReasonBusy");
        o.done()
    }

    fn from_json(v: &Value) -> Res<Self> {
        #[allow(unused_mut)]
        let mut i = In::new(v, "phoneCallDiscardReasonBusy")?;
        let value = types::PhoneCallDiscardReasonBusy;
        i.done()?;
        Ok(value)
    }
}

impl Json for types::PhoneCallDiscardReasonDisconnect {
    fn to_json(&self) -> Res<Value> {
        #[allow(unused_mut)]
        let mut o = Out::new("phoneCallDiscardReasonDisconnect");
        o.done()
    }

    fn from_json(v: &Value) -> Res<Self> {
        #[allow(unused_mut)]
        let mut i = In::new(v, "phoneCallDiscardReasonDisconnect")?;
        let value = types::PhoneCallDiscardReasonDisconnect;
        i.done()?;
        Ok(value)
    }
}

impl Json for types::PhoneCallDiscardReasonHangup {
    fn to_json(&self) -> Res<Value> {
        #[allow(unused_mut)]
        let mut o = Out::new("phoneCallDiscardReasonHangup");
        o.done()
    }

    fn from_json(v: &Value) -> Res<Self> {
        #[allow(unused_mut)]
        let mut i = In::new(v, "phoneCallDiscardReasonHangup")?;
        let value = types::PhoneCallDiscardReasonHangup;
        i.done()?;
        Ok(value)
    }
}

impl Json for types::PhoneCallDiscardReasonMigrateConferenceCall<'static> {
    fn to_json(&self) -> Res<Value> {
        #[allow(unused_mut)]
        let mut o = Out::new("phoneCallDiscardReasonMigrateConferenceCall");
        o.put("slug", &self.slug, to::text)?;
        o.done()
    }

    fn from_json(v: &Value) -> Res<Self> {
        #[allow(unused_mut)]
        let mut i = In::new(v, "phoneCallDiscardReasonMigrateConferenceCall")?;
        let slug = i.need("slug", from::text)?;
        let value = types::PhoneCallDiscardReasonMigrateConferenceCall { slug };
        i.done()?;
        Ok(value)
    }
}

impl Json for types::PhoneCallDiscardReasonMissed {
    fn to_json(&self) -> Res<Value> {
        #[allow(unused_mut)]
        let mut o = Out::new("phoneCallDiscardReasonMissed");
        o.done()
    }

    fn from_json(v: &Value) -> Res<Self> {
        #[allow(unused_mut)]
        let mut i = In::new(v, "phoneCallDiscardReasonMissed")?;
        let value = types::PhoneCallDiscardReasonMissed;
        i.done()?;
        Ok(value)
    }
}

impl Json for types::PhoneCallDiscardReasonAllowGroupCall<'static> {
    fn to_json(&self) -> Res<Value> {
        #[allow(unused_mut)]
        let mut o = Out::new("phoneCallDiscardReasonAllowGroupCall");
        o.put("encrypted_key", &self.encrypted_key, to::bytes)?;
        o.done()
    }

    fn from_json(v: &Value) -> Res<Self> {
        #[allow(unused_mut)]
        let mut i = In::new(v, "phoneCallDiscardReasonAllowGroupCall")?;
        let encrypted_key = i.need("encrypted_key", from::bytes)?;
        let value = types::PhoneCallDiscardReasonAllowGroupCall { encrypted_key };
        i.done()?;
        Ok(value)
    }
}

impl Json for types::PhoneConnection<'static> {
    fn to_json(&self) -> Res<Value> {
        #[allow(unused_mut)]
        let mut o = Out::new("phoneConnection");
        o.flag("tcp", self.tcp);
        o.put("id", &self.id, to::long)?;
        o.put("ip", &self.ip, to::text)?;
        o.put("ipv6", &self.ipv6, to::text)?;
        o.put("port", &self.port, to::int)?;
        o.put("peer_tag", &self.peer_tag, to::bytes)?;
        o.done()
    }

    fn from_json(v: &Value) -> Res<Self> {
        #[allow(unused_mut)]
        let mut i = In::new(v, "phoneConnection")?;
        let id = i.need("id", from::long)?;
        let ip = i.need("ip", from::text)?;
        let ipv6 = i.need("ipv6", from::text)?;
        let port = i.need("port", from::int)?;
        let peer_tag = i.need("peer_tag", from::bytes)?;
        let value = types::PhoneConnection { tcp: i.flag("tcp")?, id, ip, ipv6, port, peer_tag };
        i.done()?;
        Ok(value)
    }
}

impl Json for types::PhoneConnectionWebrtc<'static> {
    fn to_json(&self) -> Res<Value> {
        #[allow(unused_mut)]
        let mut o = Out::new("phoneConnectionWebrtc");
        o.flag("turn", self.turn);
        o.flag("stun", self.stun);
        o.put("id", &self.id, to::long)?;
        o.put("ip", &self.ip, to::text)?;
        o.put("ipv6", &self.ipv6, to::text)?;
        o.put("port", &self.port, to::int)?;
        o.put("username", &self.username, to::text)?;
        o.put("password", &self.password, to::text)?;
        o.done()
    }

    fn from_json(v: &Value) -> Res<Self> {
        #[allow(unused_mut)]
        let mut i = In::new(v, "phoneConnectionWebrtc")?;
        let id = i.need("id", from::long)?;
        let ip = i.need("ip", from::text)?;
        let ipv6 = i.need("ipv6", from::text)?;
        let port = i.need("port", from::int)?;
        let username = i.need("username", from::text)?;
        let password = i.need("password", from::text)?;
        let value = types::PhoneConnectionWebrtc { turn: i.flag("turn")?, stun: i.flag("stun")?, id, ip, ipv6, port, username, password };
        i.done()?;
        Ok(value)
    }
}

impl Json for types::InputPhoneCall {
    fn to_json(&self) -> Res<Value> {
        #[allow(unused_mut)]
        let mut o = Out::new("inputPhoneCall");
        o.put("id", &self.id, to::long)?;
        o.put("access_hash", &self.access_hash, to::long)?;
        o.done()
    }

    fn from_json(v: &Value) -> Res<Self> {
        #[allow(unused_mut)]
        let mut i = In::new(v, "inputPhoneCall")?;
        let id = i.need("id", from::long)?;
        let access_hash = i.need("access_hash", from::long)?;
        let value = types::InputPhoneCall { id, access_hash };
        i.done()?;
        Ok(value)
    }
}

impl Json for types::MessagesDhConfig<'static> {
    fn to_json(&self) -> Res<Value> {
        #[allow(unused_mut)]
        let mut o = Out::new("messages.dhConfig");
        o.put("g", &self.g, to::int)?;
        o.put("p", &self.p, to::bytes)?;
        o.put("version", &self.version, to::int)?;
        o.put("random", &self.random, to::bytes)?;
        o.done()
    }

    fn from_json(v: &Value) -> Res<Self> {
        #[allow(unused_mut)]
        let mut i = In::new(v, "messages.dhConfig")?;
        let g = i.need("g", from::int)?;
        let p = i.need("p", from::bytes)?;
        let version = i.need("version", from::int)?;
        let random = i.need("random", from::bytes)?;
        let value = types::MessagesDhConfig { g, p, version, random };
        i.done()?;
        Ok(value)
    }
}

impl Json for types::MessagesDhConfigNotModified<'static> {
    fn to_json(&self) -> Res<Value> {
        #[allow(unused_mut)]
        let mut o = Out::new("messages.dhConfigNotModified");
        o.put("random", &self.random, to::bytes)?;
        o.done()
    }

    fn from_json(v: &Value) -> Res<Self> {
        #[allow(unused_mut)]
        let mut i = In::new(v, "messages.dhConfigNotModified")?;
        let random = i.need("random", from::bytes)?;
        let value = types::MessagesDhConfigNotModified { random };
        i.done()?;
        Ok(value)
    }
}

impl Json for types::DataJSON<'static> {
    fn to_json(&self) -> Res<Value> {
        #[allow(unused_mut)]
        let mut o = Out::new("dataJSON");
        o.put("data", &self.data, to::text)?;
        o.done()
    }

    fn from_json(v: &Value) -> Res<Self> {
        #[allow(unused_mut)]
        let mut i = In::new(v, "dataJSON")?;
        let data = i.need("data", from::text)?;
        let value = types::DataJSON { data };
        i.done()?;
        Ok(value)
    }
}

impl Json for types::PhoneGroupCall<'static> {
    fn to_json(&self) -> Res<Value> {
        #[allow(unused_mut)]
        let mut o = Out::new("phone.groupCall");
        o.put("call", &self.call, to::object)?;
        o.put("participants", &self.participants, |v| to::seq(v, to::object))?;
        o.put("participants_next_offset", &self.participants_next_offset, to::text)?;
        o.put("chats", &self.chats, |v| to::seq(v, to::object))?;
        o.put("users", &self.users, |v| to::seq(v, to::object))?;
        o.done()
    }

    fn from_json(v: &Value) -> Res<Self> {
        #[allow(unused_mut)]
        let mut i = In::new(v, "phone.groupCall")?;
        let call = i.need("call", from::object)?;
        let participants = i.need("participants", |v| from::seq(v, from::object))?;
        let participants_next_offset = i.need("participants_next_offset", from::text)?;
        let chats = i.need("chats", |v| from::seq(v, from::object))?;
        let users = i.need("users", |v| from::seq(v, from::object))?;
        let value = types::PhoneGroupCall { call, participants, participants_next_offset, chats, users };
        i.done()?;
        Ok(value)
    }
}

impl Json for types::GroupCall<'static> {
    fn to_json(&self) -> Res<Value> {
        #[allow(unused_mut)]
        let mut o = Out::new("groupCall");
        o.flag("join_muted", self.join_muted);
        o.flag("can_change_join_muted", self.can_change_join_muted);
        o.flag("join_date_asc", self.join_date_asc);
        o.flag("schedule_start_subscribed", self.schedule_start_subscribed);
        o.flag("can_start_video", self.can_start_video);
        o.flag("record_video_active", self.record_video_active);
        o.flag("rtmp_stream", self.rtmp_stream);
        o.flag("listeners_hidden", self.listeners_hidden);
        o.flag("conference", self.conference);
        o.flag("creator", self.creator);
        o.flag("messages_enabled", self.messages_enabled);
        o.flag("can_change_messages_enabled", self.can_change_messages_enabled);
        o.flag("min", self.min);
        o.put("id", &self.id, to::long)?;
        o.put("access_hash", &self.access_hash, to::long)?;
        o.put("participants_count", &self.participants_count, to::int)?;
        o.option("title", &self.title, to::text)?;
        o.option("stream_dc_id", &self.stream_dc_id, to::int)?;
        o.option("record_start_date", &self.record_start_date, to::int)?;
        o.option("schedule_date", &self.schedule_date, to::int)?;
        o.option("unmuted_video_count", &self.unmuted_video_count, to::int)?;
        o.put("unmuted_video_limit", &self.unmuted_video_limit, to::int)?;
        o.put("version", &self.version, to::int)?;
        o.option("invite_link", &self.invite_link, to::text)?;
        o.option("send_paid_messages_stars", &self.send_paid_messages_stars, to::long)?;
        o.option("default_send_as", &self.default_send_as, to::object)?;
        o.done()
    }

    fn from_json(v: &Value) -> Res<Self> {
        #[allow(unused_mut)]
        let mut i = In::new(v, "groupCall")?;
        let id = i.need("id", from::long)?;
        let access_hash = i.need("access_hash", from::long)?;
        let participants_count = i.need("participants_count", from::int)?;
        let title = i.option("title", from::text)?;
        let stream_dc_id = i.option("stream_dc_id", from::int)?;
        let record_start_date = i.option("record_start_date", from::int)?;
        let schedule_date = i.option("schedule_date", from::int)?;
        let unmuted_video_count = i.option("unmuted_video_count", from::int)?;
        let unmuted_video_limit = i.need("unmuted_video_limit", from::int)?;
        let version = i.need("version", from::int)?;
        let invite_link = i.option("invite_link", from::text)?;
        let send_paid_messages_stars = i.option("send_paid_messages_stars", from::long)?;
        let default_send_as = i.option("default_send_as", from::object)?;
        let value = types::GroupCall { join_muted: i.flag("join_muted")?, can_change_join_muted: i.flag("can_change_join_muted")?, join_date_asc: i.flag("join_date_asc")?, schedule_start_subscribed: i.flag("schedule_start_subscribed")?, can_start_video: i.flag("can_start_video")?, record_video_active: i.flag("record_video_active")?, rtmp_stream: i.flag("rtmp_stream")?, listeners_hidden: i.flag("listeners_hidden")?, conference: i.flag("conference")?, creator: i.flag("creator")?, messages_enabled: i.flag("messages_enabled")?, can_change_messages_enabled: i.flag("can_change_messages_enabled")?, min: i.flag("min")?, id, access_hash, participants_count, title, stream_dc_id, record_start_date, schedule_date, unmuted_video_count, unmuted_video_limit, version, invite_link, send_paid_messages_stars, default_send_as };
        i.done()?;
        Ok(value)
    }
}

impl Json for types::GroupCallDiscarded {
    fn to_json(&self) -> Res<Value> {
        #[allow(unused_mut)]
        let mut o = Out::new("groupCallDiscarded");
        o.put("id", &self.id, to::long)?;
        o.put("access_hash", &self.access_hash, to::long)?;
        o.put("duration", &self.duration, to::int)?;
        o.done()
    }

    fn from_json(v: &Value) -> Res<Self> {
        #[allow(unused_mut)]
        let mut i = In::new(v, "groupCallDiscarded")?;
        let id = i.need("id", from::long)?;
        let access_hash = i.need("access_hash", from::long)?;
        let duration = i.need("duration", from::int)?;
        let value = types::GroupCallDiscarded { id, access_hash, duration };
        i.done()?;
        Ok(value)
    }
}

impl Json for types::InputGroupCall {
    fn to_json(&self) -> Res<Value> {
        #[allow(unused_mut)]
        let mut o = Out::new("inputGroupCall");
        o.put("id", &self.id, to::long)?;
        o.put("access_hash", &self.access_hash, to::long)?;
        o.done()
    }

    fn from_json(v: &Value) -> Res<Self> {
        #[allow(unused_mut)]
        let mut i = In::new(v, "inputGroupCall")?;
        let id = i.need("id", from::long)?;
        let access_hash = i.need("access_hash", from::long)?;
        let value = types::InputGroupCall { id, access_hash };
        i.done()?;
        Ok(value)
    }
}

impl Json for types::InputGroupCallInviteMessage {
    fn to_json(&self) -> Res<Value> {
        #[allow(unused_mut)]
        let mut o = Out::new("inputGroupCallInviteMessage");
        o.put("msg_id", &self.msg_id, to::int)?;
        o.done()
    }

    fn from_json(v: &Value) -> Res<Self> {
        #[allow(unused_mut)]
        let mut i = In::new(v, "inputGroupCallInviteMessage")?;
        let msg_id = i.need("msg_id", from::int)?;
        let value = types::InputGroupCallInviteMessage { msg_id };
        i.done()?;
        Ok(value)
    }
}

impl Json for types::InputGroupCallSlug<'static> {
    fn to_json(&self) -> Res<Value> {
        #[allow(unused_mut)]
        let mut o = Out::new("inputGroupCallSlug");
        o.put("slug", &self.slug, to::text)?;
        o.done()
    }

    fn from_json(v: &Value) -> Res<Self> {
        #[allow(unused_mut)]
        let mut i = In::new(v, "inputGroupCallSlug")?;
        let slug = i.need("slug", from::text)?;
        let value = types::InputGroupCallSlug { slug };
        i.done()?;
        Ok(value)
    }
}

impl Json for types::GroupCallParticipant<'static> {
    fn to_json(&self) -> Res<Value> {
        #[allow(unused_mut)]
        let mut o = Out::new("groupCallParticipant");
        o.flag("muted", self.muted);
        o.flag("left", self.left);
        o.flag("can_self_unmute", self.can_self_unmute);
        o.flag("just_joined", self.just_joined);
        o.flag("versioned", self.versioned);
        o.flag("min", self.min);
        o.flag("muted_by_you", self.muted_by_you);
        o.flag("volume_by_admin", self.volume_by_admin);
        o.flag("self", self.self_);
        o.flag("video_joined", self.video_joined);
        o.put("peer", &self.peer, to::object)?;
        o.put("date", &self.date, to::int)?;
        o.option("active_date", &self.active_date, to::int)?;
        o.put("source", &self.source, to::int)?;
        o.option("volume", &self.volume, to::int)?;
        o.option("about", &self.about, to::text)?;
        o.option("raise_hand_rating", &self.raise_hand_rating, to::long)?;
        o.option("video", &self.video, to::object)?;
        o.option("presentation", &self.presentation, to::object)?;
        o.option("paid_stars_total", &self.paid_stars_total, to::long)?;
        o.done()
    }

    fn from_json(v: &Value) -> Res<Self> {
        #[allow(unused_mut)]
        let mut i = In::new(v, "groupCallParticipant")?;
        let peer = i.need("peer", from::object)?;
        let date = i.need("date", from::int)?;
        let active_date = i.option("active_date", from::int)?;
        let source = i.need("source", from::int)?;
        let volume = i.option("volume", from::int)?;
        let about = i.option("about", from::text)?;
        let raise_hand_rating = i.option("raise_hand_rating", from::long)?;
        let video = i.option("video", from::object)?;
        let presentation = i.option("presentation", from::object)?;
        let paid_stars_total = i.option("paid_stars_total", from::long)?;
        let value = types::GroupCallParticipant { muted: i.flag("muted")?, left: i.flag("left")?, can_self_unmute: i.flag("can_self_unmute")?, just_joined: i.flag("just_joined")?, versioned: i.flag("versioned")?, min: i.flag("min")?, muted_by_you: i.flag("muted_by_you")?, volume_by_admin: i.flag("volume_by_admin")?, self_: i.flag("self")?, video_joined: i.flag("video_joined")?, peer, date, active_date, source, volume, about, raise_hand_rating, video, presentation, paid_stars_total };
        i.done()?;
        Ok(value)
    }
}

impl Json for types::GroupCallParticipantVideo<'static> {
    fn to_json(&self) -> Res<Value> {
        #[allow(unused_mut)]
        let mut o = Out::new("groupCallParticipantVideo");
        o.flag("paused", self.paused);
        o.put("endpoint", &self.endpoint, to::text)?;
        o.put("source_groups", &self.source_groups, |v| to::seq(v, to::object))?;
        o.option("audio_source", &self.audio_source, to::int)?;
        o.done()
    }

    fn from_json(v: &Value) -> Res<Self> {
        #[allow(unused_mut)]
        let mut i = In::new(v, "groupCallParticipantVideo")?;
        let endpoint = i.need("endpoint", from::text)?;
        let source_groups = i.need("source_groups", |v| from::seq(v, from::object))?;
        let audio_source = i.option("audio_source", from::int)?;
        let value = types::GroupCallParticipantVideo { paused: i.flag("paused")?, endpoint, source_groups, audio_source };
        i.done()?;
        Ok(value)
    }
}

impl Json for types::GroupCallParticipantVideoSourceGroup<'static> {
    fn to_json(&self) -> Res<Value> {
        #[allow(unused_mut)]
        let mut o = Out::new("groupCallParticipantVideoSourceGroup");
        o.put("semantics", &self.semantics, to::text)?;
        o.put("sources", &self.sources, |v| to::seq(v, to::int))?;
        o.done()
    }

    fn from_json(v: &Value) -> Res<Self> {
        #[allow(unused_mut)]
        let mut i = In::new(v, "groupCallParticipantVideoSourceGroup")?;
        let semantics = i.need("semantics", from::text)?;
        let sources = i.need("sources", |v| from::seq(v, from::int))?;
        let value = types::GroupCallParticipantVideoSourceGroup { semantics, sources };
        i.done()?;
        Ok(value)
    }
}

impl Json for types::PhoneGroupParticipants<'static> {
    fn to_json(&self) -> Res<Value> {
        #[allow(unused_mut)]
        let mut o = Out::new("phone.groupParticipants");
        o.put("count", &self.count, to::int)?;
        o.put("participants", &self.participants, |v| to::seq(v, to::object))?;
        o.put("next_offset", &self.next_offset, to::text)?;
        o.put("chats", &self.chats, |v| to::seq(v, to::object))?;
        o.put("users", &self.users, |v| to::seq(v, to::object))?;
        o.put("version", &self.version, to::int)?;
        o.done()
    }

    fn from_json(v: &Value) -> Res<Self> {
        #[allow(unused_mut)]
        let mut i = In::new(v, "phone.groupParticipants")?;
        let count = i.need("count", from::int)?;
        let participants = i.need("participants", |v| from::seq(v, from::object))?;
        let next_offset = i.need("next_offset", from::text)?;
        let chats = i.need("chats", |v| from::seq(v, from::object))?;
        let users = i.need("users", |v| from::seq(v, from::object))?;
        let version = i.need("version", from::int)?;
        let value = types::PhoneGroupParticipants { count, participants, next_offset, chats, users, version };
        i.done()?;
        Ok(value)
    }
}

impl Json for types::PhoneJoinAsPeers<'static> {
    fn to_json(&self) -> Res<Value> {
        #[allow(unused_mut)]
        let mut o = Out::new("phone.joinAsPeers");
        o.put("peers", &self.peers, |v| to::seq(v, to::object))?;
        o.put("chats", &self.chats, |v| to::seq(v, to::object))?;
        o.put("users", &self.users, |v| to::seq(v, to::object))?;
        o.done()
    }

    fn from_json(v: &Value) -> Res<Self> {
        #[allow(unused_mut)]
        let mut i = In::new(v, "phone.joinAsPeers")?;
        let peers = i.need("peers", |v| from::seq(v, from::object))?;
        let chats = i.need("chats", |v| from::seq(v, from::object))?;
        let users = i.need("users", |v| from::seq(v, from::object))?;
        let value = types::PhoneJoinAsPeers { peers, chats, users };
        i.done()?;
        Ok(value)
    }
}

impl Json for types::PhoneExportedGroupCallInvite<'static> {
    fn to_json(&self) -> Res<Value> {
        #[allow(unused_mut)]
        let mut o = Out::new("phone.exportedGroupCallInvite");
        o.put("link", &self.link, to::text)?;
        o.done()
    }

    fn from_json(v: &Value) -> Res<Self> {
        #[allow(unused_mut)]
        let mut i = In::new(v, "phone.exportedGroupCallInvite")?;
        let link = i.need("link", from::text)?;
        let value = types::PhoneExportedGroupCallInvite { link };
        i.done()?;
        Ok(value)
    }
}

impl Json for types::PhoneGroupCallStreamChannels<'static> {
    fn to_json(&self) -> Res<Value> {
        #[allow(unused_mut)]
        let mut o = Out::new("phone.groupCallStreamChannels");
        o.put("channels", &self.channels, |v| to::seq(v, to::object))?;
        o.done()
    }

    fn from_json(v: &Value) -> Res<Self> {
        #[allow(unused_mut)]
        let mut i = In::new(v, "phone.groupCallStreamChannels")?;
        let channels = i.need("channels", |v| from::seq(v, from::object))?;
        let value = types::PhoneGroupCallStreamChannels { channels };
        i.done()?;
        Ok(value)
    }
}

impl Json for types::GroupCallStreamChannel {
    fn to_json(&self) -> Res<Value> {
        #[allow(unused_mut)]
        let mut o = Out::new("groupCallStreamChannel");
        o.put("channel", &self.channel, to::int)?;
        o.put("scale", &self.scale, to::int)?;
        o.put("last_timestamp_ms", &self.last_timestamp_ms, to::long)?;
        o.done()
    }

    fn from_json(v: &Value) -> Res<Self> {
        #[allow(unused_mut)]
        let mut i = In::new(v, "groupCallStreamChannel")?;
        let channel = i.need("channel", from::int)?;
        let scale = i.need("scale", from::int)?;
        let last_timestamp_ms = i.need("last_timestamp_ms", from::long)?;
        let value = types::GroupCallStreamChannel { channel, scale, last_timestamp_ms };
        i.done()?;
        Ok(value)
    }
}

impl Json for types::PhoneGroupCallStreamRtmpUrl<'static> {
    fn to_json(&self) -> Res<Value> {
        #[allow(unused_mut)]
        let mut o = Out::new("phone.groupCallStreamRtmpUrl");
        o.put("url", &self.url, to::text)?;
        o.put("key", &self.key, to::text)?;
        o.done()
    }

    fn from_json(v: &Value) -> Res<Self> {
        #[allow(unused_mut)]
        let mut i = In::new(v, "phone.groupCallStreamRtmpUrl")?;
        let url = i.need("url", from::text)?;
        let key = i.need("key", from::text)?;
        let value = types::PhoneGroupCallStreamRtmpUrl { url, key };
        i.done()?;
        Ok(value)
    }
}

impl Json for types::PhoneGroupCallStars<'static> {
    fn to_json(&self) -> Res<Value> {
        #[allow(unused_mut)]
        let mut o = Out::new("phone.groupCallStars");
        o.put("total_stars", &self.total_stars, to::long)?;
        o.put("top_donors", &self.top_donors, |v| to::seq(v, to::object))?;
        o.put("chats", &self.chats, |v| to::seq(v, to::object))?;
        o.put("users", &self.users, |v| to::seq(v, to::object))?;
        o.done()
    }

    fn from_json(v: &Value) -> Res<Self> {
        #[allow(unused_mut)]
        let mut i = In::new(v, "phone.groupCallStars")?;
        let total_stars = i.need("total_stars", from::long)?;
        let top_donors = i.need("top_donors", |v| from::seq(v, from::object))?;
        let chats = i.need("chats", |v| from::seq(v, from::object))?;
        let users = i.need("users", |v| from::seq(v, from::object))?;
        let value = types::PhoneGroupCallStars { total_stars, top_donors, chats, users };
        i.done()?;
        Ok(value)
    }
}

impl Json for types::GroupCallDonor {
    fn to_json(&self) -> Res<Value> {
        #[allow(unused_mut)]
        let mut o = Out::new("groupCallDonor");
        o.flag("top", self.top);
        o.flag("my", self.my);
        o.option("peer_id", &self.peer_id, to::object)?;
        o.put("stars", &self.stars, to::long)?;
        o.done()
    }

    fn from_json(v: &Value) -> Res<Self> {
        #[allow(unused_mut)]
        let mut i = In::new(v, "groupCallDonor")?;
        let peer_id = i.option("peer_id", from::object)?;
        let stars = i.need("stars", from::long)?;
        let value = types::GroupCallDonor { top: i.flag("top")?, my: i.flag("my")?, peer_id, stars };
        i.done()?;
        Ok(value)
    }
}

impl Json for types::GroupCallMessage<'static> {
    fn to_json(&self) -> Res<Value> {
        #[allow(unused_mut)]
        let mut o = Out::new("groupCallMessage");
        o.flag("from_admin", self.from_admin);
        o.put("id", &self.id, to::int)?;
        o.put("from_id", &self.from_id, to::object)?;
        o.put("date", &self.date, to::int)?;
        o.put("message", &self.message, to::object)?;
        o.option("paid_message_stars", &self.paid_message_stars, to::long)?;
        o.done()
    }

    fn from_json(v: &Value) -> Res<Self> {
        #[allow(unused_mut)]
        let mut i = In::new(v, "groupCallMessage")?;
        let id = i.need("id", from::int)?;
        let from_id = i.need("from_id", from::object)?;
        let date = i.need("date", from::int)?;
        let message = i.need("message", from::object)?;
        let paid_message_stars = i.option("paid_message_stars", from::long)?;
        let value = types::GroupCallMessage { from_admin: i.flag("from_admin")?, id, from_id, date, message, paid_message_stars };
        i.done()?;
        Ok(value)
    }
}

impl Json for types::TextWithEntities<'static> {
    fn to_json(&self) -> Res<Value> {
        #[allow(unused_mut)]
        let mut o = Out::new("textWithEntities");
        o.put("text", &self.text, to::text)?;
        o.put("entities", &self.entities, |v| to::seq(v, to::object))?;
        o.done()
    }

    fn from_json(v: &Value) -> Res<Self> {
        #[allow(unused_mut)]
        let mut i = In::new(v, "textWithEntities")?;
        let text = i.need("text", from::text)?;
        let entities = i.need("entities", |v| from::seq(v, from::object))?;
        let value = types::TextWithEntities { text, entities };
        i.done()?;
        Ok(value)
    }
}

impl Json for types::InputMessageEntityMentionName<'static> {
    fn to_json(&self) -> Res<Value> {
        #[allow(unused_mut)]
        let mut o = Out::new("inputMessageEntityMentionName");
        o.put("offset", &self.offset, to::int)?;
        o.put("length", &self.length, to::int)?;
        o.put("user_id", &self.user_id, to::object)?;
        o.done()
    }

    fn from_json(v: &Value) -> Res<Self> {
        #[allow(unused_mut)]
        let mut i = In::new(v, "inputMessageEntityMentionName")?;
        let offset = i.need("offset", from::int)?;
        let length = i.need("length", from::int)?;
        let user_id = i.need("user_id", from::object)?;
        let value = types::InputMessageEntityMentionName { offset, length, user_id };
        i.done()?;
        Ok(value)
    }
}

impl Json for types::MessageEntityBankCard {
    fn to_json(&self) -> Res<Value> {
        #[allow(unused_mut)]
        let mut o = Out::new("messageEntityBankCard");
        o.put("offset", &self.offset, to::int)?;
        o.put("length", &self.length, to::int)?;
        o.done()
    }

    fn from_json(v: &Value) -> Res<Self> {
        #[allow(unused_mut)]
        let mut i = In::new(v, "messageEntityBankCard")?;
        let offset = i.need("offset", from::int)?;
        let length = i.need("length", from::int)?;
        let value = types::MessageEntityBankCard { offset, length };
        i.done()?;
        Ok(value)
    }
}

impl Json for types::MessageEntityBlockquote {
    fn to_json(&self) -> Res<Value> {
        #[allow(unused_mut)]
        let mut o = Out::new("messageEntityBlockquote");
        o.flag("collapsed", self.collapsed);
        o.put("offset", &self.offset, to::int)?;
        o.put("length", &self.length, to::int)?;
        o.done()
    }

    fn from_json(v: &Value) -> Res<Self> {
        #[allow(unused_mut)]
        let mut i = In::new(v, "messageEntityBlockquote")?;
        let offset = i.need("offset", from::int)?;
        let length = i.need("length", from::int)?;
        let value = types::MessageEntityBlockquote { collapsed: i.flag("collapsed")?, offset, length };
        i.done()?;
        Ok(value)
    }
}

impl Json for types::MessageEntityBold {
    fn to_json(&self) -> Res<Value> {
        #[allow(unused_mut)]
        let mut o = Out::new("messageEntityBold");
        o.put("offset", &self.offset, to::int)?;
        o.put("length", &self.length, to::int)?;
        o.done()
    }

    fn from_json(v: &Value) -> Res<Self> {
        #[allow(unused_mut)]
        let mut i = In::new(v, "messageEntityBold")?;
        let offset = i.need("offset", from::int)?;
        let length = i.need("length", from::int)?;
        let value = types::MessageEntityBold { offset, length };
        i.done()?;
        Ok(value)
    }
}

impl Json for types::MessageEntityBotCommand {
    fn to_json(&self) -> Res<Value> {
        #[allow(unused_mut)]
        let mut o = Out::new("messageEntityBotCommand");
        o.put("offset", &self.offset, to::int)?;
        o.put("length", &self.length, to::int)?;
        o.done()
    }

    fn from_json(v: &Value) -> Res<Self> {
        #[allow(unused_mut)]
        let mut i = In::new(v, "messageEntityBotCommand")?;
        let offset = i.need("offset", from::int)?;
        let length = i.need("length", from::int)?;
        let value = types::MessageEntityBotCommand { offset, length };
        i.done()?;
        Ok(value)
    }
}

impl Json for types::MessageEntityCashtag {
    fn to_json(&self) -> Res<Value> {
        #[allow(unused_mut)]
        let mut o = Out::new("messageEntityCashtag");
        o.put("offset", &self.offset, to::int)?;
        o.put("length", &self.length, to::int)?;
        o.done()
    }

    fn from_json(v: &Value) -> Res<Self> {
        #[allow(unused_mut)]
        let mut i = In::new(v, "messageEntityCashtag")?;
        let offset = i.need("offset", from::int)?;
        let length = i.need("length", from::int)?;
        let value = types::MessageEntityCashtag { offset, length };
        i.done()?;
        Ok(value)
    }
}

impl Json for types::MessageEntityCode {
    fn to_json(&self) -> Res<Value> {
        #[allow(unused_mut)]
        let mut o = Out::new("messageEntityCode");
        o.put("offset", &self.offset, to::int)?;
        o.put("length", &self.length, to::int)?;
        o.done()
    }

    fn from_json(v: &Value) -> Res<Self> {
        #[allow(unused_mut)]
        let mut i = In::new(v, "messageEntityCode")?;
        let offset = i.need("offset", from::int)?;
        let length = i.need("length", from::int)?;
        let value = types::MessageEntityCode { offset, length };
        i.done()?;
        Ok(value)
    }
}

impl Json for types::MessageEntityCustomEmoji {
    fn to_json(&self) -> Res<Value> {
        #[allow(unused_mut)]
        let mut o = Out::new("messageEntityCustomEmoji");
        o.put("offset", &self.offset, to::int)?;
        o.put("length", &self.length, to::int)?;
        o.put("document_id", &self.document_id, to::long)?;
        o.done()
    }

    fn from_json(v: &Value) -> Res<Self> {
        #[allow(unused_mut)]
        let mut i = In::new(v, "messageEntityCustomEmoji")?;
        let offset = i.need("offset", from::int)?;
        let length = i.need("length", from::int)?;
        let document_id = i.need("document_id", from::long)?;
        let value = types::MessageEntityCustomEmoji { offset, length, document_id };
        i.done()?;
        Ok(value)
    }
}

impl Json for types::MessageEntityEmail {
    fn to_json(&self) -> Res<Value> {
        #[allow(unused_mut)]
        let mut o = Out::new("messageEntityEmail");
        o.put("offset", &self.offset, to::int)?;
        o.put("length", &self.length, to::int)?;
        o.done()
    }

    fn from_json(v: &Value) -> Res<Self> {
        #[allow(unused_mut)]
        let mut i = In::new(v, "messageEntityEmail")?;
        let offset = i.need("offset", from::int)?;
        let length = i.need("length", from::int)?;
        let value = types::MessageEntityEmail { offset, length };
        i.done()?;
        Ok(value)
    }
}

impl Json for types::MessageEntityFormattedDate {
    fn to_json(&self) -> Res<Value> {
        #[allow(unused_mut)]
        let mut o = Out::new("messageEntityFormattedDate");
        o.flag("relative", self.relative);
        o.flag("short_time", self.short_time);
        o.flag("long_time", self.long_time);
        o.flag("short_date", self.short_date);
        o.flag("long_date", self.long_date);
        o.flag("day_of_week", self.day_of_week);
        o.put("offset", &self.offset, to::int)?;
        o.put("length", &self.length, to::int)?;
        o.put("date", &self.date, to::int)?;
        o.done()
    }

    fn from_json(v: &Value) -> Res<Self> {
        #[allow(unused_mut)]
        let mut i = In::new(v, "messageEntityFormattedDate")?;
        let offset = i.need("offset", from::int)?;
        let length = i.need("length", from::int)?;
        let date = i.need("date", from::int)?;
        let value = types::MessageEntityFormattedDate { relative: i.flag("relative")?, short_time: i.flag("short_time")?, long_time: i.flag("long_time")?, short_date: i.flag("short_date")?, long_date: i.flag("long_date")?, day_of_week: i.flag("day_of_week")?, offset, length, date };
        i.done()?;
        Ok(value)
    }
}

impl Json for types::MessageEntityHashtag {
    fn to_json(&self) -> Res<Value> {
        #[allow(unused_mut)]
        let mut o = Out::new("messageEntityHashtag");
        o.put("offset", &self.offset, to::int)?;
        o.put("length", &self.length, to::int)?;
        o.done()
    }

    fn from_json(v: &Value) -> Res<Self> {
        #[allow(unused_mut)]
        let mut i = In::new(v, "messageEntityHashtag")?;
        let offset = i.need("offset", from::int)?;
        let length = i.need("length", from::int)?;
        let value = types::MessageEntityHashtag { offset, length };
        i.done()?;
        Ok(value)
    }
}

impl Json for types::MessageEntityItalic {
    fn to_json(&self) -> Res<Value> {
        #[allow(unused_mut)]
        let mut o = Out::new("messageEntityItalic");
        o.put("offset", &self.offset, to::int)?;
        o.put("length", &self.length, to::int)?;
        o.done()
    }

    fn from_json(v: &Value) -> Res<Self> {
        #[allow(unused_mut)]
        let mut i = In::new(v, "messageEntityItalic")?;
        let offset = i.need("offset", from::int)?;
        let length = i.need("length", from::int)?;
        let value = types::MessageEntityItalic { offset, length };
        i.done()?;
        Ok(value)
    }
}

impl Json for types::MessageEntityMention {
    fn to_json(&self) -> Res<Value> {
        #[allow(unused_mut)]
        let mut o = Out::new("messageEntityMention");
        o.put("offset", &self.offset, to::int)?;
        o.put("length", &self.length, to::int)?;
        o.done()
    }

    fn from_json(v: &Value) -> Res<Self> {
        #[allow(unused_mut)]
        let mut i = In::new(v, "messageEntityMention")?;
        let offset = i.need("offset", from::int)?;
        let length = i.need("length", from::int)?;
        let value = types::MessageEntityMention { offset, length };
        i.done()?;
        Ok(value)
    }
}

impl Json for types::MessageEntityMentionName {
    fn to_json(&self) -> Res<Value> {
        #[allow(unused_mut)]
        let mut o = Out::new("messageEntityMentionName");
        o.put("offset", &self.offset, to::int)?;
        o.put("length", &self.length, to::int)?;
        o.put("user_id", &self.user_id, to::long)?;
        o.done()
    }

    fn from_json(v: &Value) -> Res<Self> {
        #[allow(unused_mut)]
        let mut i = In::new(v, "messageEntityMentionName")?;
        let offset = i.need("offset", from::int)?;
        let length = i.need("length", from::int)?;
        let user_id = i.need("user_id", from::long)?;
        let value = types::MessageEntityMentionName { offset, length, user_id };
        i.done()?;
        Ok(value)
    }
}

impl Json for types::MessageEntityPhone {
    fn to_json(&self) -> Res<Value> {
        #[allow(unused_mut)]
        let mut o = Out::new("messageEntityPhone");
        o.put("offset", &self.offset, to::int)?;
        o.put("length", &self.length, to::int)?;
        o.done()
    }

    fn from_json(v: &Value) -> Res<Self> {
        #[allow(unused_mut)]
        let mut i = In::new(v, "messageEntityPhone")?;
        let offset = i.need("offset", from::int)?;
        let length = i.need("length", from::int)?;
        let value = types::MessageEntityPhone { offset, length };
        i.done()?;
        Ok(value)
    }
}

impl Json for types::MessageEntityPre<'static> {
    fn to_json(&self) -> Res<Value> {
        #[allow(unused_mut)]
        let mut o = Out::new("messageEntityPre");
        o.put("offset", &self.offset, to::int)?;
        o.put("length", &self.length, to::int)?;
        o.put("language", &self.language, to::text)?;
        o.done()
    }

    fn from_json(v: &Value) -> Res<Self> {
        #[allow(unused_mut)]
        let mut i = In::new(v, "messageEntityPre")?;
        let offset = i.need("offset", from::int)?;
        let length = i.need("length", from::int)?;
        let language = i.need("language", from::text)?;
        let value = types::MessageEntityPre { offset, length, language };
        i.done()?;
        Ok(value)
    }
}

impl Json for types::MessageEntitySpoiler {
    fn to_json(&self) -> Res<Value> {
        #[allow(unused_mut)]
        let mut o = Out::new("messageEntitySpoiler");
        o.put("offset", &self.offset, to::int)?;
        o.put("length", &self.length, to::int)?;
        o.done()
    }

    fn from_json(v: &Value) -> Res<Self> {
        #[allow(unused_mut)]
        let mut i = In::new(v, "messageEntitySpoiler")?;
        let offset = i.need("offset", from::int)?;
        let length = i.need("length", from::int)?;
        let value = types::MessageEntitySpoiler { offset, length };
        i.done()?;
        Ok(value)
    }
}

impl Json for types::MessageEntityStrike {
    fn to_json(&self) -> Res<Value> {
        #[allow(unused_mut)]
        let mut o = Out::new("messageEntityStrike");
        o.put("offset", &self.offset, to::int)?;
        o.put("length", &self.length, to::int)?;
        o.done()
    }

    fn from_json(v: &Value) -> Res<Self> {
        #[allow(unused_mut)]
        let mut i = In::new(v, "messageEntityStrike")?;
        let offset = i.need("offset", from::int)?;
        let length = i.need("length", from::int)?;
        let value = types::MessageEntityStrike { offset, length };
        i.done()?;
        Ok(value)
    }
}

impl Json for types::MessageEntityTextUrl<'static> {
    fn to_json(&self) -> Res<Value> {
        #[allow(unused_mut)]
        let mut o = Out::new("messageEntityTextUrl");
        o.put("offset", &self.offset, to::int)?;
        o.put("length", &self.length, to::int)?;
        o.put("url", &self.url, to::text)?;
        o.done()
    }

    fn from_json(v: &Value) -> Res<Self> {
        #[allow(unused_mut)]
        let mut i = In::new(v, "messageEntityTextUrl")?;
        let offset = i.need("offset", from::int)?;
        let length = i.need("length", from::int)?;
        let url = i.need("url", from::text)?;
        let value = types::MessageEntityTextUrl { offset, length, url };
        i.done()?;
        Ok(value)
    }
}

impl Json for types::MessageEntityUnderline {
    fn to_json(&self) -> Res<Value> {
        #[allow(unused_mut)]
        let mut o = Out::new("messageEntityUnderline");
        o.put("offset", &self.offset, to::int)?;
        o.put("length", &self.length, to::int)?;
        o.done()
    }

    fn from_json(v: &Value) -> Res<Self> {
        #[allow(unused_mut)]
        let mut i = In::new(v, "messageEntityUnderline")?;
        let offset = i.need("offset", from::int)?;
        let length = i.need("length", from::int)?;
        let value = types::MessageEntityUnderline { offset, length };
        i.done()?;
        Ok(value)
    }
}

impl Json for types::MessageEntityUnknown {
    fn to_json(&self) -> Res<Value> {
        #[allow(unused_mut)]
        let mut o = Out::new("messageEntityUnknown");
        o.put("offset", &self.offset, to::int)?;
        o.put("length", &self.length, to::int)?;
        o.done()
    }

    fn from_json(v: &Value) -> Res<Self> {
        #[allow(unused_mut)]
        let mut i = In::new(v, "messageEntityUnknown")?;
        let offset = i.need("offset", from::int)?;
        let length = i.need("length", from::int)?;
        let value = types::MessageEntityUnknown { offset, length };
        i.done()?;
        Ok(value)
    }
}

impl Json for types::MessageEntityUrl {
    fn to_json(&self) -> Res<Value> {
        #[allow(unused_mut)]
        let mut o = Out::new("messageEntityUrl");
        o.put("offset", &self.offset, to::int)?;
        o.put("length", &self.length, to::int)?;
        o.done()
    }

    fn from_json(v: &Value) -> Res<Self> {
        #[allow(unused_mut)]
        let mut i = In::new(v, "messageEntityUrl")?;
        let offset = i.need("offset", from::int)?;
        let length = i.need("length", from::int)?;
        let value = types::MessageEntityUrl { offset, length };
        i.done()?;
        Ok(value)
    }
}

impl Json for types::PeerChannel {
    fn to_json(&self) -> Res<Value> {
        #[allow(unused_mut)]
        let mut o = Out::new("peerChannel");
        o.put("channel_id", &self.channel_id, to::long)?;
        o.done()
    }

    fn from_json(v: &Value) -> Res<Self> {
        #[allow(unused_mut)]
        let mut i = In::new(v, "peerChannel")?;
        let channel_id = i.need("channel_id", from::long)?;
        let value = types::PeerChannel { channel_id };
        i.done()?;
        Ok(value)
    }
}

impl Json for types::PeerChat {
    fn to_json(&self) -> Res<Value> {
        #[allow(unused_mut)]
        let mut o = Out::new("peerChat");
        o.put("chat_id", &self.chat_id, to::long)?;
        o.done()
    }

    fn from_json(v: &Value) -> Res<Self> {
        #[allow(unused_mut)]
        let mut i = In::new(v, "peerChat")?;
        let chat_id = i.need("chat_id", from::long)?;
        let value = types::PeerChat { chat_id };
        i.done()?;
        Ok(value)
    }
}

impl Json for types::PeerUser {
    fn to_json(&self) -> Res<Value> {
        #[allow(unused_mut)]
        let mut o = Out::new("peerUser");
        o.put("user_id", &self.user_id, to::long)?;
        o.done()
    }

    fn from_json(v: &Value) -> Res<Self> {
        #[allow(unused_mut)]
        let mut i = In::new(v, "peerUser")?;
        let user_id = i.need("user_id", from::long)?;
        let value = types::PeerUser { user_id };
        i.done()?;
        Ok(value)
    }
}

impl Json for types::InputPeerChannel {
    fn to_json(&self) -> Res<Value> {
        #[allow(unused_mut)]
        let mut o = Out::new("inputPeerChannel");
        o.put("channel_id", &self.channel_id, to::long)?;
        o.put("access_hash", &self.access_hash, to::long)?;
        o.done()
    }

    fn from_json(v: &Value) -> Res<Self> {
        #[allow(unused_mut)]
        let mut i = In::new(v, "inputPeerChannel")?;
        let channel_id = i.need("channel_id", from::long)?;
        let access_hash = i.need("access_hash", from::long)?;
        let value = types::InputPeerChannel { channel_id, access_hash };
        i.done()?;
        Ok(value)
    }
}

impl Json for types::InputPeerChannelFromMessage<'static> {
    fn to_json(&self) -> Res<Value> {
        #[allow(unused_mut)]
        let mut o = Out::new("inputPeerChannelFromMessage");
        o.put("peer", &self.peer, |v| to::lazy(v, to::object))?;
        o.put("msg_id", &self.msg_id, to::int)?;
        o.put("channel_id", &self.channel_id, to::long)?;
        o.done()
    }

    fn from_json(v: &Value) -> Res<Self> {
        #[allow(unused_mut)]
        let mut i = In::new(v, "inputPeerChannelFromMessage")?;
        let peer = i.need("peer", |v| from::lazy(v, from::object))?;
        let msg_id = i.need("msg_id", from::int)?;
        let channel_id = i.need("channel_id", from::long)?;
        let value = types::InputPeerChannelFromMessage { peer, msg_id, channel_id };
        i.done()?;
        Ok(value)
    }
}

impl Json for types::InputPeerChat {
    fn to_json(&self) -> Res<Value> {
        #[allow(unused_mut)]
        let mut o = Out::new("inputPeerChat");
        o.put("chat_id", &self.chat_id, to::long)?;
        o.done()
    }

    fn from_json(v: &Value) -> Res<Self> {
        #[allow(unused_mut)]
        let mut i = In::new(v, "inputPeerChat")?;
        let chat_id = i.need("chat_id", from::long)?;
        let value = types::InputPeerChat { chat_id };
        i.done()?;
        Ok(value)
    }
}

impl Json for types::InputPeerEmpty {
    fn to_json(&self) -> Res<Value> {
        #[allow(unused_mut)]
        let mut o = Out::new("inputPeerEmpty");
        o.done()
    }

    fn from_json(v: &Value) -> Res<Self> {
        #[allow(unused_mut)]
        let mut i = In::new(v, "inputPeerEmpty")?;
        let value = types::InputPeerEmpty;
        i.done()?;
        Ok(value)
    }
}

impl Json for types::InputPeerSelf {
    fn to_json(&self) -> Res<Value> {
        #[allow(unused_mut)]
        let mut o = Out::new("inputPeerSelf");
        o.done()
    }

    fn from_json(v: &Value) -> Res<Self> {
        #[allow(unused_mut)]
        let mut i = In::new(v, "inputPeerSelf")?;
        let value = types::InputPeerSelf;
        i.done()?;
        Ok(value)
    }
}

impl Json for types::InputPeerUser {
    fn to_json(&self) -> Res<Value> {
        #[allow(unused_mut)]
        let mut o = Out::new("inputPeerUser");
        o.put("user_id", &self.user_id, to::long)?;
        o.put("access_hash", &self.access_hash, to::long)?;
        o.done()
    }

    fn from_json(v: &Value) -> Res<Self> {
        #[allow(unused_mut)]
        let mut i = In::new(v, "inputPeerUser")?;
        let user_id = i.need("user_id", from::long)?;
        let access_hash = i.need("access_hash", from::long)?;
        let value = types::InputPeerUser { user_id, access_hash };
        i.done()?;
        Ok(value)
    }
}

impl Json for types::InputPeerUserFromMessage<'static> {
    fn to_json(&self) -> Res<Value> {
        #[allow(unused_mut)]
        let mut o = Out::new("inputPeerUserFromMessage");
        o.put("peer", &self.peer, |v| to::lazy(v, to::object))?;
        o.put("msg_id", &self.msg_id, to::int)?;
        o.put("user_id", &self.user_id, to::long)?;
        o.done()
    }

    fn from_json(v: &Value) -> Res<Self> {
        #[allow(unused_mut)]
        let mut i = In::new(v, "inputPeerUserFromMessage")?;
        let peer = i.need("peer", |v| from::lazy(v, from::object))?;
        let msg_id = i.need("msg_id", from::int)?;
        let user_id = i.need("user_id", from::long)?;
        let value = types::InputPeerUserFromMessage { peer, msg_id, user_id };
        i.done()?;
        Ok(value)
    }
}

impl Json for types::InputUser {
    fn to_json(&self) -> Res<Value> {
        #[allow(unused_mut)]
        let mut o = Out::new("inputUser");
        o.put("user_id", &self.user_id, to::long)?;
        o.put("access_hash", &self.access_hash, to::long)?;
        o.done()
    }

    fn from_json(v: &Value) -> Res<Self> {
        #[allow(unused_mut)]
        let mut i = In::new(v, "inputUser")?;
        let user_id = i.need("user_id", from::long)?;
        let access_hash = i.need("access_hash", from::long)?;
        let value = types::InputUser { user_id, access_hash };
        i.done()?;
        Ok(value)
    }
}

impl Json for types::InputUserEmpty {
    fn to_json(&self) -> Res<Value> {
        #[allow(unused_mut)]
        let mut o = Out::new("inputUserEmpty");
        o.done()
    }

    fn from_json(v: &Value) -> Res<Self> {
        #[allow(unused_mut)]
        let mut i = In::new(v, "inputUserEmpty")?;
        let value = types::InputUserEmpty;
        i.done()?;
        Ok(value)
    }
}

impl Json for types::InputUserFromMessage<'static> {
    fn to_json(&self) -> Res<Value> {
        #[allow(unused_mut)]
        let mut o = Out::new("inputUserFromMessage");
        o.put("peer", &self.peer, to::object)?;
        o.put("msg_id", &self.msg_id, to::int)?;
        o.put("user_id", &self.user_id, to::long)?;
        o.done()
    }

    fn from_json(v: &Value) -> Res<Self> {
        #[allow(unused_mut)]
        let mut i = In::new(v, "inputUserFromMessage")?;
        let peer = i.need("peer", from::object)?;
        let msg_id = i.need("msg_id", from::int)?;
        let user_id = i.need("user_id", from::long)?;
        let value = types::InputUserFromMessage { peer, msg_id, user_id };
        i.done()?;
        Ok(value)
    }
}

impl Json for types::InputUserSelf {
    fn to_json(&self) -> Res<Value> {
        #[allow(unused_mut)]
        let mut o = Out::new("inputUserSelf");
        o.done()
    }

    fn from_json(v: &Value) -> Res<Self> {
        #[allow(unused_mut)]
        let mut i = In::new(v, "inputUserSelf")?;
        let value = types::InputUserSelf;
        i.done()?;
        Ok(value)
    }
}

impl Json for types::InputChannel {
    fn to_json(&self) -> Res<Value> {
        #[allow(unused_mut)]
        let mut o = Out::new("inputChannel");
        o.put("channel_id", &self.channel_id, to::long)?;
        o.put("access_hash", &self.access_hash, to::long)?;
        o.done()
    }

    fn from_json(v: &Value) -> Res<Self> {
        #[allow(unused_mut)]
        let mut i = In::new(v, "inputChannel")?;
        let channel_id = i.need("channel_id", from::long)?;
        let access_hash = i.need("access_hash", from::long)?;
        let value = types::InputChannel { channel_id, access_hash };
        i.done()?;
        Ok(value)
    }
}

impl Json for types::InputChannelEmpty {
    fn to_json(&self) -> Res<Value> {
        #[allow(unused_mut)]
        let mut o = Out::new("inputChannelEmpty");
        o.done()
    }

    fn from_json(v: &Value) -> Res<Self> {
        #[allow(unused_mut)]
        let mut i = In::new(v, "inputChannelEmpty")?;
        let value = types::InputChannelEmpty;
        i.done()?;
        Ok(value)
    }
}

impl Json for types::InputChannelFromMessage<'static> {
    fn to_json(&self) -> Res<Value> {
        #[allow(unused_mut)]
        let mut o = Out::new("inputChannelFromMessage");
        o.put("peer", &self.peer, to::object)?;
        o.put("msg_id", &self.msg_id, to::int)?;
        o.put("channel_id", &self.channel_id, to::long)?;
        o.done()
    }

    fn from_json(v: &Value) -> Res<Self> {
        #[allow(unused_mut)]
        let mut i = In::new(v, "inputChannelFromMessage")?;
        let peer = i.need("peer", from::object)?;
        let msg_id = i.need("msg_id", from::int)?;
        let channel_id = i.need("channel_id", from::long)?;
        let value = types::InputChannelFromMessage { peer, msg_id, channel_id };
        i.done()?;
        Ok(value)
    }
}

impl Json for types::User<'static> {
    fn to_json(&self) -> Res<Value> {
        #[allow(unused_mut)]
        let mut o = Out::new("user");
        o.flag("self", self.self_);
        o.flag("contact", self.contact);
        o.flag("mutual_contact", self.mutual_contact);
        o.flag("deleted", self.deleted);
        o.flag("bot", self.bot());
        o.flag("bot_chat_history", self.bot_chat_history);
        o.flag("bot_nochats", self.bot_nochats);
        o.flag("verified", self.verified);
        o.flag("restricted", self.restricted());
        o.flag("min", self.min);
        o.flag("bot_inline_geo", self.bot_inline_geo);
        o.flag("support", self.support);
        o.flag("scam", self.scam);
        o.flag("apply_min_photo", self.apply_min_photo);
        o.flag("fake", self.fake);
        o.flag("bot_attach_menu", self.bot_attach_menu);
        o.flag("premium", self.premium);
        o.flag("attach_menu_enabled", self.attach_menu_enabled);
        o.flag("bot_can_edit", self.bot_can_edit);
        o.flag("close_friend", self.close_friend);
        o.flag("stories_hidden", self.stories_hidden);
        o.flag("stories_unavailable", self.stories_unavailable);
        o.flag("contact_require_premium", self.contact_require_premium);
        o.flag("bot_business", self.bot_business);
        o.flag("bot_has_main_app", self.bot_has_main_app);
        o.flag("bot_forum_view", self.bot_forum_view);
        o.flag("bot_forum_can_manage_topics", self.bot_forum_can_manage_topics);
        o.put("id", &self.id, to::long)?;
        o.option("access_hash", &self.access_hash, to::long)?;
        o.option("first_name", &self.first_name, to::text)?;
        o.option("last_name", &self.last_name, to::text)?;
        o.option("username", &self.username, to::text)?;
        o.option("phone", &self.phone, to::text)?;
        o.option("photo", &self.photo, to::object)?;
        o.option("status", &self.status, to::object)?;
        o.option("bot_info_version", &self.bot_info_version, to::int)?;
        o.option("restriction_reason", &self.restriction_reason, |v| to::seq(v, to::object))?;
        o.option("bot_inline_placeholder", &self.bot_inline_placeholder, to::text)?;
        o.option("lang_code", &self.lang_code, to::text)?;
        o.option("emoji_status", &self.emoji_status, to::object)?;
        o.option("usernames", &self.usernames, |v| to::seq(v, to::object))?;
        o.option("stories_max_id", &self.stories_max_id, to::object)?;
        o.option("color", &self.color, to::object)?;
        o.option("profile_color", &self.profile_color, to::object)?;
        o.option("bot_active_users", &self.bot_active_users, to::int)?;
        o.option("bot_verification_icon", &self.bot_verification_icon, to::long)?;
        o.option("send_paid_messages_stars", &self.send_paid_messages_stars, to::long)?;
        o.done()
    }

    fn from_json(v: &Value) -> Res<Self> {
        #[allow(unused_mut)]
        let mut i = In::new(v, "user")?;
        let implied_bot_info_version = i.flag("bot")?;
        let implied_restriction_reason = i.flag("restricted")?;
        let id = i.need("id", from::long)?;
        let access_hash = i.option("access_hash", from::long)?;
        let first_name = i.option("first_name", from::text)?;
        let last_name = i.option("last_name", from::text)?;
        let username = i.option("username", from::text)?;
        let phone = i.option("phone", from::text)?;
        let photo = i.option("photo", from::object)?;
        let status = i.option("status", from::object)?;
        let bot_info_version = i.option("bot_info_version", from::int)?;
        let restriction_reason = i.option("restriction_reason", |v| from::seq(v, from::object))?;
        let bot_inline_placeholder = i.option("bot_inline_placeholder", from::text)?;
        let lang_code = i.option("lang_code", from::text)?;
        let emoji_status = i.option("emoji_status", from::object)?;
        let usernames = i.option("usernames", |v| from::seq(v, from::object))?;
        let stories_max_id = i.option("stories_max_id", from::object)?;
        let color = i.option("color", from::object)?;
        let profile_color = i.option("profile_color", from::object)?;
        let bot_active_users = i.option("bot_active_users", from::int)?;
        let bot_verification_icon = i.option("bot_verification_icon", from::long)?;
        let send_paid_messages_stars = i.option("send_paid_messages_stars", from::long)?;
        i.agree("bot", implied_bot_info_version, bot_info_version.is_some())?;
        i.agree("restricted", implied_restriction_reason, restriction_reason.is_some())?;
        let value = types::User { self_: i.flag("self")?, contact: i.flag("contact")?, mutual_contact: i.flag("mutual_contact")?, deleted: i.flag("deleted")?, bot_chat_history: i.flag("bot_chat_history")?, bot_nochats: i.flag("bot_nochats")?, verified: i.flag("verified")?, min: i.flag("min")?, bot_inline_geo: i.flag("bot_inline_geo")?, support: i.flag("support")?, scam: i.flag("scam")?, apply_min_photo: i.flag("apply_min_photo")?, fake: i.flag("fake")?, bot_attach_menu: i.flag("bot_attach_menu")?, premium: i.flag("premium")?, attach_menu_enabled: i.flag("attach_menu_enabled")?, bot_can_edit: i.flag("bot_can_edit")?, close_friend: i.flag("close_friend")?, stories_hidden: i.flag("stories_hidden")?, stories_unavailable: i.flag("stories_unavailable")?, contact_require_premium: i.flag("contact_require_premium")?, bot_business: i.flag("bot_business")?, bot_has_main_app: i.flag("bot_has_main_app")?, bot_forum_view: i.flag("bot_forum_view")?, bot_forum_can_manage_topics: i.flag("bot_forum_can_manage_topics")?, id, access_hash, first_name, last_name, username, phone, photo, status, bot_info_version, restriction_reason, bot_inline_placeholder, lang_code, emoji_status, usernames, stories_max_id, color, profile_color, bot_active_users, bot_verification_icon, send_paid_messages_stars };
        i.done()?;
        Ok(value)
    }
}

impl Json for types::UserEmpty {
    fn to_json(&self) -> Res<Value> {
        #[allow(unused_mut)]
        let mut o = Out::new("userEmpty");
        o.put("id", &self.id, to::long)?;
        o.done()
    }

    fn from_json(v: &Value) -> Res<Self> {
        #[allow(unused_mut)]
        let mut i = In::new(v, "userEmpty")?;
        let id = i.need("id", from::long)?;
        let value = types::UserEmpty { id };
        i.done()?;
        Ok(value)
    }
}

impl Json for types::UserProfilePhoto<'static> {
    fn to_json(&self) -> Res<Value> {
        #[allow(unused_mut)]
        let mut o = Out::new("userProfilePhoto");
        o.flag("has_video", self.has_video);
        o.flag("personal", self.personal);
        o.put("photo_id", &self.photo_id, to::long)?;
        o.option("stripped_thumb", &self.stripped_thumb, to::bytes)?;
        o.put("dc_id", &self.dc_id, to::int)?;
        o.done()
    }

    fn from_json(v: &Value) -> Res<Self> {
        #[allow(unused_mut)]
        let mut i = In::new(v, "userProfilePhoto")?;
        let photo_id = i.need("photo_id", from::long)?;
        let stripped_thumb = i.option("stripped_thumb", from::bytes)?;
        let dc_id = i.need("dc_id", from::int)?;
        let value = types::UserProfilePhoto { has_video: i.flag("has_video")?, personal: i.flag("personal")?, photo_id, stripped_thumb, dc_id };
        i.done()?;
        Ok(value)
    }
}

impl Json for types::UserProfilePhotoEmpty {
    fn to_json(&self) -> Res<Value> {
        #[allow(unused_mut)]
        let mut o = Out::new("userProfilePhotoEmpty");
        o.done()
    }

    fn from_json(v: &Value) -> Res<Self> {
        #[allow(unused_mut)]
        let mut i = In::new(v, "userProfilePhotoEmpty")?;
        let value = types::UserProfilePhotoEmpty;
        i.done()?;
        Ok(value)
    }
}

impl Json for types::UserStatusEmpty {
    fn to_json(&self) -> Res<Value> {
        #[allow(unused_mut)]
        let mut o = Out::new("userStatusEmpty");
        o.done()
    }

    fn from_json(v: &Value) -> Res<Self> {
        #[allow(unused_mut)]
        let mut i = In::new(v, "userStatusEmpty")?;
        let value = types::UserStatusEmpty;
        i.done()?;
        Ok(value)
    }
}

impl Json for types::UserStatusLastMonth {
    fn to_json(&self) -> Res<Value> {
        #[allow(unused_mut)]
        let mut o = Out::new("userStatusLastMonth");
        o.flag("by_me", self.by_me);
        o.done()
    }

    fn from_json(v: &Value) -> Res<Self> {
        #[allow(unused_mut)]
        let mut i = In::new(v, "userStatusLastMonth")?;
        let value = types::UserStatusLastMonth { by_me: i.flag("by_me")? };
        i.done()?;
        Ok(value)
    }
}

impl Json for types::UserStatusLastWeek {
    fn to_json(&self) -> Res<Value> {
        #[allow(unused_mut)]
        let mut o = Out::new("userStatusLastWeek");
        o.flag("by_me", self.by_me);
        o.done()
    }

    fn from_json(v: &Value) -> Res<Self> {
        #[allow(unused_mut)]
        let mut i = In::new(v, "userStatusLastWeek")?;
        let value = types::UserStatusLastWeek { by_me: i.flag("by_me")? };
        i.done()?;
        Ok(value)
    }
}

impl Json for types::UserStatusOffline {
    fn to_json(&self) -> Res<Value> {
        #[allow(unused_mut)]
        let mut o = Out::new("userStatusOffline");
        o.put("was_online", &self.was_online, to::int)?;
        o.done()
    }

    fn from_json(v: &Value) -> Res<Self> {
        #[allow(unused_mut)]
        let mut i = In::new(v, "userStatusOffline")?;
        let was_online = i.need("was_online", from::int)?;
        let value = types::UserStatusOffline { was_online };
        i.done()?;
        Ok(value)
    }
}

impl Json for types::UserStatusOnline {
    fn to_json(&self) -> Res<Value> {
        #[allow(unused_mut)]
        let mut o = Out::new("userStatusOnline");
        o.put("expires", &self.expires, to::int)?;
        o.done()
    }

    fn from_json(v: &Value) -> Res<Self> {
        #[allow(unused_mut)]
        let mut i = In::new(v, "userStatusOnline")?;
        let expires = i.need("expires", from::int)?;
        let value = types::UserStatusOnline { expires };
        i.done()?;
        Ok(value)
    }
}

impl Json for types::UserStatusRecently {
    fn to_json(&self) -> Res<Value> {
        #[allow(unused_mut)]
        let mut o = Out::new("userStatusRecently");
        o.flag("by_me", self.by_me);
        o.done()
    }

    fn from_json(v: &Value) -> Res<Self> {
        #[allow(unused_mut)]
        let mut i = In::new(v, "userStatusRecently")?;
        let value = types::UserStatusRecently { by_me: i.flag("by_me")? };
        i.done()?;
        Ok(value)
    }
}

impl Json for types::RestrictionReason<'static> {
    fn to_json(&self) -> Res<Value> {
        #[allow(unused_mut)]
        let mut o = Out::new("restrictionReason");
        o.put("platform", &self.platform, to::text)?;
        o.put("reason", &self.reason, to::text)?;
        o.put("text", &self.text, to::text)?;
        o.done()
    }

    fn from_json(v: &Value) -> Res<Self> {
        #[allow(unused_mut)]
        let mut i = In::new(v, "restrictionReason")?;
        let platform = i.need("platform", from::text)?;
        let reason = i.need("reason", from::text)?;
        let text = i.need("text", from::text)?;
        let value = types::RestrictionReason { platform, reason, text };
        i.done()?;
        Ok(value)
    }
}

impl Json for types::EmojiStatus {
    fn to_json(&self) -> Res<Value> {
        #[allow(unused_mut)]
        let mut o = Out::new("emojiStatus");
        o.put("document_id", &self.document_id, to::long)?;
        o.option("until", &self.until, to::int)?;
        o.done()
    }

    fn from_json(v: &Value) -> Res<Self> {
        #[allow(unused_mut)]
        let mut i = In::new(v, "emojiStatus")?;
        let document_id = i.need("document_id", from::long)?;
        let until = i.option("until", from::int)?;
        let value = types::EmojiStatus { document_id, until };
        i.done()?;
        Ok(value)
    }
}

impl Json for types::EmojiStatusCollectible<'static> {
    fn to_json(&self) -> Res<Value> {
        #[allow(unused_mut)]
        let mut o = Out::new("emojiStatusCollectible");
        o.put("collectible_id", &self.collectible_id, to::long)?;
        o.put("document_id", &self.document_id, to::long)?;
        o.put("title", &self.title, to::text)?;
        o.put("slug", &self.slug, to::text)?;
        o.put("pattern_document_id", &self.pattern_document_id, to::long)?;
        o.put("center_color", &self.center_color, to::int)?;
        o.put("edge_color", &self.edge_color, to::int)?;
        o.put("pattern_color", &self.pattern_color, to::int)?;
        o.put("text_color", &self.text_color, to::int)?;
        o.option("until", &self.until, to::int)?;
        o.done()
    }

    fn from_json(v: &Value) -> Res<Self> {
        #[allow(unused_mut)]
        let mut i = In::new(v, "emojiStatusCollectible")?;
        let collectible_id = i.need("collectible_id", from::long)?;
        let document_id = i.need("document_id", from::long)?;
        let title = i.need("title", from::text)?;
        let slug = i.need("slug", from::text)?;
        let pattern_document_id = i.need("pattern_document_id", from::long)?;
        let center_color = i.need("center_color", from::int)?;
        let edge_color = i.need("edge_color", from::int)?;
        let pattern_color = i.need("pattern_color", from::int)?;
        let text_color = i.need("text_color", from::int)?;
        let until = i.option("until", from::int)?;
        let value = types::EmojiStatusCollectible { collectible_id, document_id, title, slug, pattern_document_id, center_color, edge_color, pattern_color, text_color, until };
        i.done()?;
        Ok(value)
    }
}

impl Json for types::EmojiStatusEmpty {
    fn to_json(&self) -> Res<Value> {
        #[allow(unused_mut)]
        let mut o = Out::new("emojiStatusEmpty");
        o.done()
    }

    fn from_json(v: &Value) -> Res<Self> {
        #[allow(unused_mut)]
        let mut i = In::new(v, "emojiStatusEmpty")?;
        let value = types::EmojiStatusEmpty;
        i.done()?;
        Ok(value)
    }
}

impl Json for types::InputEmojiStatusCollectible {
    fn to_json(&self) -> Res<Value> {
        #[allow(unused_mut)]
        let mut o = Out::new("inputEmojiStatusCollectible");
        o.put("collectible_id", &self.collectible_id, to::long)?;
        o.option("until", &self.until, to::int)?;
        o.done()
    }

    fn from_json(v: &Value) -> Res<Self> {
        #[allow(unused_mut)]
        let mut i = In::new(v, "inputEmojiStatusCollectible")?;
        let collectible_id = i.need("collectible_id", from::long)?;
        let until = i.option("until", from::int)?;
        let value = types::InputEmojiStatusCollectible { collectible_id, until };
        i.done()?;
        Ok(value)
    }
}

impl Json for types::Username<'static> {
    fn to_json(&self) -> Res<Value> {
        #[allow(unused_mut)]
        let mut o = Out::new("username");
        o.flag("editable", self.editable);
        o.flag("active", self.active);
        o.put("username", &self.username, to::text)?;
        o.done()
    }

    fn from_json(v: &Value) -> Res<Self> {
        #[allow(unused_mut)]
        let mut i = In::new(v, "username")?;
        let username = i.need("username", from::text)?;
        let value = types::Username { editable: i.flag("editable")?, active: i.flag("active")?, username };
        i.done()?;
        Ok(value)
    }
}

impl Json for types::RecentStory {
    fn to_json(&self) -> Res<Value> {
        #[allow(unused_mut)]
        let mut o = Out::new("recentStory");
        o.flag("live", self.live);
        o.option("max_id", &self.max_id, to::int)?;
        o.done()
    }

    fn from_json(v: &Value) -> Res<Self> {
        #[allow(unused_mut)]
        let mut i = In::new(v, "recentStory")?;
        let max_id = i.option("max_id", from::int)?;
        let value = types::RecentStory { live: i.flag("live")?, max_id };
        i.done()?;
        Ok(value)
    }
}

impl Json for types::InputPeerColorCollectible {
    fn to_json(&self) -> Res<Value> {
        #[allow(unused_mut)]
        let mut o = Out::new("inputPeerColorCollectible");
        o.put("collectible_id", &self.collectible_id, to::long)?;
        o.done()
    }

    fn from_json(v: &Value) -> Res<Self> {
        #[allow(unused_mut)]
        let mut i = In::new(v, "inputPeerColorCollectible")?;
        let collectible_id = i.need("collectible_id", from::long)?;
        let value = types::InputPeerColorCollectible { collectible_id };
        i.done()?;
        Ok(value)
    }
}

impl Json for types::PeerColor {
    fn to_json(&self) -> Res<Value> {
        #[allow(unused_mut)]
        let mut o = Out::new("peerColor");
        o.option("color", &self.color, to::int)?;
        o.option("background_emoji_id", &self.background_emoji_id, to::long)?;
        o.done()
    }

    fn from_json(v: &Value) -> Res<Self> {
        #[allow(unused_mut)]
        let mut i = In::new(v, "peerColor")?;
        let color = i.option("color", from::int)?;
        let background_emoji_id = i.option("background_emoji_id", from::long)?;
        let value = types::PeerColor { color, background_emoji_id };
        i.done()?;
        Ok(value)
    }
}

impl Json for types::PeerColorCollectible<'static> {
    fn to_json(&self) -> Res<Value> {
        #[allow(unused_mut)]
        let mut o = Out::new("peerColorCollectible");
        o.put("collectible_id", &self.collectible_id, to::long)?;
        o.put("gift_emoji_id", &self.gift_emoji_id, to::long)?;
        o.put("background_emoji_id", &self.background_emoji_id, to::long)?;
        o.put("accent_color", &self.accent_color, to::int)?;
        o.put("colors", &self.colors, |v| to::seq(v, to::int))?;
        o.option("dark_accent_color", &self.dark_accent_color, to::int)?;
        o.option("dark_colors", &self.dark_colors, |v| to::seq(v, to::int))?;
        o.done()
    }

    fn from_json(v: &Value) -> Res<Self> {
        #[allow(unused_mut)]
        let mut i = In::new(v, "peerColorCollectible")?;
        let collectible_id = i.need("collectible_id", from::long)?;
        let gift_emoji_id = i.need("gift_emoji_id", from::long)?;
        let background_emoji_id = i.need("background_emoji_id", from::long)?;
        let accent_color = i.need("accent_color", from::int)?;
        let colors = i.need("colors", |v| from::seq(v, from::int))?;
        let dark_accent_color = i.option("dark_accent_color", from::int)?;
        let dark_colors = i.option("dark_colors", |v| from::seq(v, from::int))?;
        let value = types::PeerColorCollectible { collectible_id, gift_emoji_id, background_emoji_id, accent_color, colors, dark_accent_color, dark_colors };
        i.done()?;
        Ok(value)
    }
}

impl Json for types::Channel<'static> {
    fn to_json(&self) -> Res<Value> {
        #[allow(unused_mut)]
        let mut o = Out::new("channel");
        o.flag("creator", self.creator);
        o.flag("left", self.left);
        o.flag("broadcast", self.broadcast);
        o.flag("verified", self.verified);
        o.flag("megagroup", self.megagroup);
        o.flag("restricted", self.restricted());
        o.flag("signatures", self.signatures);
        o.flag("min", self.min);
        o.flag("scam", self.scam);
        o.flag("has_link", self.has_link);
        o.flag("has_geo", self.has_geo);
        o.flag("slowmode_enabled", self.slowmode_enabled);
        o.flag("call_active", self.call_active);
        o.flag("call_not_empty", self.call_not_empty);
        o.flag("fake", self.fake);
        o.flag("gigagroup", self.gigagroup);
        o.flag("noforwards", self.noforwards);
        o.flag("join_to_send", self.join_to_send);
        o.flag("join_request", self.join_request);
        o.flag("forum", self.forum);
        o.flag("stories_hidden", self.stories_hidden);
        o.flag("stories_hidden_min", self.stories_hidden_min);
        o.flag("stories_unavailable", self.stories_unavailable);
        o.flag("signature_profiles", self.signature_profiles);
        o.flag("autotranslation", self.autotranslation);
        o.flag("broadcast_messages_allowed", self.broadcast_messages_allowed);
        o.flag("monoforum", self.monoforum);
        o.flag("forum_tabs", self.forum_tabs);
        o.put("id", &self.id, to::long)?;
        o.option("access_hash", &self.access_hash, to::long)?;
        o.put("title", &self.title, to::text)?;
        o.option("username", &self.username, to::text)?;
        o.put("photo", &self.photo, to::object)?;
        o.put("date", &self.date, to::int)?;
        o.option("restriction_reason", &self.restriction_reason, |v| to::seq(v, to::object))?;
        o.option("admin_rights", &self.admin_rights, to::object)?;
        o.option("banned_rights", &self.banned_rights, to::object)?;
        o.option("default_banned_rights", &self.default_banned_rights, to::object)?;
        o.option("participants_count", &self.participants_count, to::int)?;
        o.option("usernames", &self.usernames, |v| to::seq(v, to::object))?;
        o.option("stories_max_id", &self.stories_max_id, to::object)?;
        o.option("color", &self.color, to::object)?;
        o.option("profile_color", &self.profile_color, to::object)?;
        o.option("emoji_status", &self.emoji_status, to::object)?;
        o.option("level", &self.level, to::int)?;
        o.option("subscription_until_date", &self.subscription_until_date, to::int)?;
        o.option("bot_verification_icon", &self.bot_verification_icon, to::long)?;
        o.option("send_paid_messages_stars", &self.send_paid_messages_stars, to::long)?;
        o.option("linked_monoforum_id", &self.linked_monoforum_id, to::long)?;
        o.done()
    }

    fn from_json(v: &Value) -> Res<Self> {
        #[allow(unused_mut)]
        let mut i = In::new(v, "channel")?;
        let implied_restriction_reason = i.flag("restricted")?;
        let id = i.need("id", from::long)?;
        let access_hash = i.option("access_hash", from::long)?;
        let title = i.need("title", from::text)?;
        let username = i.option("username", from::text)?;
        let photo = i.need("photo", from::object)?;
        let date = i.need("date", from::int)?;
        let restriction_reason = i.option("restriction_reason", |v| from::seq(v, from::object))?;
        let admin_rights = i.option("admin_rights", from::object)?;
        let banned_rights = i.option("banned_rights", from::object)?;
        let default_banned_rights = i.option("default_banned_rights", from::object)?;
        let participants_count = i.option("participants_count", from::int)?;
        let usernames = i.option("usernames", |v| from::seq(v, from::object))?;
        let stories_max_id = i.option("stories_max_id", from::object)?;
        let color = i.option("color", from::object)?;
        let profile_color = i.option("profile_color", from::object)?;
        let emoji_status = i.option("emoji_status", from::object)?;
        let level = i.option("level", from::int)?;
        let subscription_until_date = i.option("subscription_until_date", from::int)?;
        let bot_verification_icon = i.option("bot_verification_icon", from::long)?;
        let send_paid_messages_stars = i.option("send_paid_messages_stars", from::long)?;
        let linked_monoforum_id = i.option("linked_monoforum_id", from::long)?;
        i.agree("restricted", implied_restriction_reason, restriction_reason.is_some())?;
        let value = types::Channel { creator: i.flag("creator")?, left: i.flag("left")?, broadcast: i.flag("broadcast")?, verified: i.flag("verified")?, megagroup: i.flag("megagroup")?, signatures: i.flag("signatures")?, min: i.flag("min")?, scam: i.flag("scam")?, has_link: i.flag("has_link")?, has_geo: i.flag("has_geo")?, slowmode_enabled: i.flag("slowmode_enabled")?, call_active: i.flag("call_active")?, call_not_empty: i.flag("call_not_empty")?, fake: i.flag("fake")?, gigagroup: i.flag("gigagroup")?, noforwards: i.flag("noforwards")?, join_to_send: i.flag("join_to_send")?, join_request: i.flag("join_request")?, forum: i.flag("forum")?, stories_hidden: i.flag("stories_hidden")?, stories_hidden_min: i.flag("stories_hidden_min")?, stories_unavailable: i.flag("stories_unavailable")?, signature_profiles: i.flag("signature_profiles")?, autotranslation: i.flag("autotranslation")?, broadcast_messages_allowed: i.flag("broadcast_messages_allowed")?, monoforum: i.flag("monoforum")?, forum_tabs: i.flag("forum_tabs")?, id, access_hash, title, username, photo, date, restriction_reason, admin_rights, banned_rights, default_banned_rights, participants_count, usernames, stories_max_id, color, profile_color, emoji_status, level, subscription_until_date, bot_verification_icon, send_paid_messages_stars, linked_monoforum_id };
        i.done()?;
        Ok(value)
    }
}

impl Json for types::ChannelForbidden<'static> {
    fn to_json(&self) -> Res<Value> {
        #[allow(unused_mut)]
        let mut o = Out::new("channelForbidden");
        o.flag("broadcast", self.broadcast);
        o.flag("megagroup", self.megagroup);
        o.flag("monoforum", self.monoforum);
        o.put("id", &self.id, to::long)?;
        o.put("access_hash", &self.access_hash, to::long)?;
        o.put("title", &self.title, to::text)?;
        o.option("until_date", &self.until_date, to::int)?;
        o.done()
    }

    fn from_json(v: &Value) -> Res<Self> {
        #[allow(unused_mut)]
        let mut i = In::new(v, "channelForbidden")?;
        let id = i.need("id", from::long)?;
        let access_hash = i.need("access_hash", from::long)?;
        let title = i.need("title", from::text)?;
        let until_date = i.option("until_date", from::int)?;
        let value = types::ChannelForbidden { broadcast: i.flag("broadcast")?, megagroup: i.flag("megagroup")?, monoforum: i.flag("monoforum")?, id, access_hash, title, until_date };
        i.done()?;
        Ok(value)
    }
}

impl Json for types::Chat<'static> {
    fn to_json(&self) -> Res<Value> {
        #[allow(unused_mut)]
        let mut o = Out::new("chat");
        o.flag("creator", self.creator);
        o.flag("left", self.left);
        o.flag("deactivated", self.deactivated);
        o.flag("call_active", self.call_active);
        o.flag("call_not_empty", self.call_not_empty);
        o.flag("noforwards", self.noforwards);
        o.put("id", &self.id, to::long)?;
        o.put("title", &self.title, to::text)?;
        o.put("photo", &self.photo, to::object)?;
        o.put("participants_count", &self.participants_count, to::int)?;
        o.put("date", &self.date, to::int)?;
        o.put("version", &self.version, to::int)?;
        o.option("migrated_to", &self.migrated_to, to::object)?;
        o.option("admin_rights", &self.admin_rights, to::object)?;
        o.option("default_banned_rights", &self.default_banned_rights, to::object)?;
        o.done()
    }

    fn from_json(v: &Value) -> Res<Self> {
        #[allow(unused_mut)]
        let mut i = In::new(v, "chat")?;
        let id = i.need("id", from::long)?;
        let title = i.need("title", from::text)?;
        let photo = i.need("photo", from::object)?;
        let participants_count = i.need("participants_count", from::int)?;
        let date = i.need("date", from::int)?;
        let version = i.need("version", from::int)?;
        let migrated_to = i.option("migrated_to", from::object)?;
        let admin_rights = i.option("admin_rights", from::object)?;
        let default_banned_rights = i.option("default_banned_rights", from::object)?;
        let value = types::Chat { creator: i.flag("creator")?, left: i.flag("left")?, deactivated: i.flag("deactivated")?, call_active: i.flag("call_active")?, call_not_empty: i.flag("call_not_empty")?, noforwards: i.flag("noforwards")?, id, title, photo, participants_count, date, version, migrated_to, admin_rights, default_banned_rights };
        i.done()?;
        Ok(value)
    }
}

impl Json for types::ChatEmpty {
    fn to_json(&self) -> Res<Value> {
        #[allow(unused_mut)]
        let mut o = Out::new("chatEmpty");
        o.put("id", &self.id, to::long)?;
        o.done()
    }

    fn from_json(v: &Value) -> Res<Self> {
        #[allow(unused_mut)]
        let mut i = In::new(v, "chatEmpty")?;
        let id = i.need("id", from::long)?;
        let value = types::ChatEmpty { id };
        i.done()?;
        Ok(value)
    }
}

impl Json for types::ChatForbidden<'static> {
    fn to_json(&self) -> Res<Value> {
        #[allow(unused_mut)]
        let mut o = Out::new("chatForbidden");
        o.put("id", &self.id, to::long)?;
        o.put("title", &self.title, to::text)?;
        o.done()
    }

    fn from_json(v: &Value) -> Res<Self> {
        #[allow(unused_mut)]
        let mut i = In::new(v, "chatForbidden")?;
        let id = i.need("id", from::long)?;
        let title = i.need("title", from::text)?;
        let value = types::ChatForbidden { id, title };
        i.done()?;
        Ok(value)
    }
}

impl Json for types::ChatPhoto<'static> {
    fn to_json(&self) -> Res<Value> {
        #[allow(unused_mut)]
        let mut o = Out::new("chatPhoto");
        o.flag("has_video", self.has_video);
        o.put("photo_id", &self.photo_id, to::long)?;
        o.option("stripped_thumb", &self.stripped_thumb, to::bytes)?;
        o.put("dc_id", &self.dc_id, to::int)?;
        o.done()
    }

    fn from_json(v: &Value) -> Res<Self> {
        #[allow(unused_mut)]
        let mut i = In::new(v, "chatPhoto")?;
        let photo_id = i.need("photo_id", from::long)?;
        let stripped_thumb = i.option("stripped_thumb", from::bytes)?;
        let dc_id = i.need("dc_id", from::int)?;
        let value = types::ChatPhoto { has_video: i.flag("has_video")?, photo_id, stripped_thumb, dc_id };
        i.done()?;
        Ok(value)
    }
}

impl Json for types::ChatPhotoEmpty {
    fn to_json(&self) -> Res<Value> {
        #[allow(unused_mut)]
        let mut o = Out::new("chatPhotoEmpty");
        o.done()
    }

    fn from_json(v: &Value) -> Res<Self> {
        #[allow(unused_mut)]
        let mut i = In::new(v, "chatPhotoEmpty")?;
        let value = types::ChatPhotoEmpty;
        i.done()?;
        Ok(value)
    }
}

impl Json for types::ChatAdminRights {
    fn to_json(&self) -> Res<Value> {
        #[allow(unused_mut)]
        let mut o = Out::new("chatAdminRights");
        o.flag("change_info", self.change_info);
        o.flag("post_messages", self.post_messages);
        o.flag("edit_messages", self.edit_messages);
        o.flag("delete_messages", self.delete_messages);
        o.flag("ban_users", self.ban_users);
        o.flag("invite_users", self.invite_users);
        o.flag("pin_messages", self.pin_messages);
        o.flag("add_admins", self.add_admins);
        o.flag("anonymous", self.anonymous);
        o.flag("manage_call", self.manage_call);
        o.flag("other", self.other);
        o.flag("manage_topics", self.manage_topics);
        o.flag("post_stories", self.post_stories);
        o.flag("edit_stories", self.edit_stories);
        o.flag("delete_stories", self.delete_stories);
        o.flag("manage_direct_messages", self.manage_direct_messages);
        o.flag("manage_ranks", self.manage_ranks);
        o.done()
    }

    fn from_json(v: &Value) -> Res<Self> {
        #[allow(unused_mut)]
        let mut i = In::new(v, "chatAdminRights")?;
        let value = types::ChatAdminRights { change_info: i.flag("change_info")?, post_messages: i.flag("post_messages")?, edit_messages: i.flag("edit_messages")?, delete_messages: i.flag("delete_messages")?, ban_users: i.flag("ban_users")?, invite_users: i.flag("invite_users")?, pin_messages: i.flag("pin_messages")?, add_admins: i.flag("add_admins")?, anonymous: i.flag("anonymous")?, manage_call: i.flag("manage_call")?, other: i.flag("other")?, manage_topics: i.flag("manage_topics")?, post_stories: i.flag("post_stories")?, edit_stories: i.flag("edit_stories")?, delete_stories: i.flag("delete_stories")?, manage_direct_messages: i.flag("manage_direct_messages")?, manage_ranks: i.flag("manage_ranks")? };
        i.done()?;
        Ok(value)
    }
}

impl Json for types::ChatBannedRights {
    fn to_json(&self) -> Res<Value> {
        #[allow(unused_mut)]
        let mut o = Out::new("chatBannedRights");
        o.flag("view_messages", self.view_messages);
        o.flag("send_messages", self.send_messages);
        o.flag("send_media", self.send_media);
        o.flag("send_stickers", self.send_stickers);
        o.flag("send_gifs", self.send_gifs);
        o.flag("send_games", self.send_games);
        o.flag("send_inline", self.send_inline);
        o.flag("embed_links", self.embed_links);
        o.flag("send_polls", self.send_polls);
        o.flag("change_info", self.change_info);
        o.flag("invite_users", self.invite_users);
        o.flag("pin_messages", self.pin_messages);
        o.flag("manage_topics", self.manage_topics);
        o.flag("send_photos", self.send_photos);
        o.flag("send_videos", self.send_videos);
        o.flag("send_roundvideos", self.send_roundvideos);
        o.flag("send_audios", self.send_audios);
        o.flag("send_voices", self.send_voices);
        o.flag("send_docs", self.send_docs);
        o.flag("send_plain", self.send_plain);
        o.flag("edit_rank", self.edit_rank);
        o.put("until_date", &self.until_date, to::int)?;
        o.done()
    }

    fn from_json(v: &Value) -> Res<Self> {
        #[allow(unused_mut)]
        let mut i = In::new(v, "chatBannedRights")?;
        let until_date = i.need("until_date", from::int)?;
        let value = types::ChatBannedRights { view_messages: i.flag("view_messages")?, send_messages: i.flag("send_messages")?, send_media: i.flag("send_media")?, send_stickers: i.flag("send_stickers")?, send_gifs: i.flag("send_gifs")?, send_games: i.flag("send_games")?, send_inline: i.flag("send_inline")?, embed_links: i.flag("embed_links")?, send_polls: i.flag("send_polls")?, change_info: i.flag("change_info")?, invite_users: i.flag("invite_users")?, pin_messages: i.flag("pin_messages")?, manage_topics: i.flag("manage_topics")?, send_photos: i.flag("send_photos")?, send_videos: i.flag("send_videos")?, send_roundvideos: i.flag("send_roundvideos")?, send_audios: i.flag("send_audios")?, send_voices: i.flag("send_voices")?, send_docs: i.flag("send_docs")?, send_plain: i.flag("send_plain")?, edit_rank: i.flag("edit_rank")?, until_date };
        i.done()?;
        Ok(value)
    }
}

impl Json for types::UpdateShort<'static> {
    fn to_json(&self) -> Res<Value> {
        #[allow(unused_mut)]
        let mut o = Out::new("updateShort");
        o.put("update", &self.update, to::object)?;
        o.put("date", &self.date, to::int)?;
        o.done()
    }

    fn from_json(v: &Value) -> Res<Self> {
        #[allow(unused_mut)]
        let mut i = In::new(v, "updateShort")?;
        let update = i.need("update", from::object)?;
        let date = i.need("date", from::int)?;
        let value = types::UpdateShort { update, date };
        i.done()?;
        Ok(value)
    }
}

impl Json for types::UpdateShortChatMessage<'static> {
    fn to_json(&self) -> Res<Value> {
        #[allow(unused_mut)]
        let mut o = Out::new("updateShortChatMessage");
        o.flag("out", self.out);
        o.flag("mentioned", self.mentioned);
        o.flag("media_unread", self.media_unread);
        o.flag("silent", self.silent);
        o.put("id", &self.id, to::int)?;
        o.put("from_id", &self.from_id, to::long)?;
        o.put("chat_id", &self.chat_id, to::long)?;
        o.put("message", &self.message, to::text)?;
        o.put("pts", &self.pts, to::int)?;
        o.put("pts_count", &self.pts_count, to::int)?;
        o.put("date", &self.date, to::int)?;
        o.option("fwd_from", &self.fwd_from, |v| to::lazy(v, to::object))?;
        o.option("via_bot_id", &self.via_bot_id, to::long)?;
        o.option("reply_to", &self.reply_to, |v| to::lazy(v, to::object))?;
        o.option("entities", &self.entities, |v| to::seq(v, to::object))?;
        o.option("ttl_period", &self.ttl_period, to::int)?;
        o.done()
    }

    fn from_json(v: &Value) -> Res<Self> {
        #[allow(unused_mut)]
        let mut i = In::new(v, "updateShortChatMessage")?;
        let id = i.need("id", from::int)?;
        let from_id = i.need("from_id", from::long)?;
        let chat_id = i.need("chat_id", from::long)?;
        let message = i.need("message", from::text)?;
        let pts = i.need("pts", from::int)?;
        let pts_count = i.need("pts_count", from::int)?;
        let date = i.need("date", from::int)?;
        let fwd_from = i.option("fwd_from", |v| from::lazy(v, from::object))?;
        let via_bot_id = i.option("via_bot_id", from::long)?;
        let reply_to = i.option("reply_to", |v| from::lazy(v, from::object))?;
        let entities = i.option("entities", |v| from::seq(v, from::object))?;
        let ttl_period = i.option("ttl_period", from::int)?;
        let value = types::UpdateShortChatMessage { out: i.flag("out")?, mentioned: i.flag("mentioned")?, media_unread: i.flag("media_unread")?, silent: i.flag("silent")?, id, from_id, chat_id, message, pts, pts_count, date, fwd_from, via_bot_id, reply_to, entities, ttl_period };
        i.done()?;
        Ok(value)
    }
}

impl Json for types::UpdateShortMessage<'static> {
    fn to_json(&self) -> Res<Value> {
        #[allow(unused_mut)]
        let mut o = Out::new("updateShortMessage");
        o.flag("out", self.out);
        o.flag("mentioned", self.mentioned);
        o.flag("media_unread", self.media_unread);
        o.flag("silent", self.silent);
        o.put("id", &self.id, to::int)?;
        o.put("user_id", &self.user_id, to::long)?;
        o.put("message", &self.message, to::text)?;
        o.put("pts", &self.pts, to::int)?;
        o.put("pts_count", &self.pts_count, to::int)?;
        o.put("date", &self.date, to::int)?;
        o.option("fwd_from", &self.fwd_from, |v| to::lazy(v, to::object))?;
        o.option("via_bot_id", &self.via_bot_id, to::long)?;
        o.option("reply_to", &self.reply_to, |v| to::lazy(v, to::object))?;
        o.option("entities", &self.entities, |v| to::seq(v, to::object))?;
        o.option("ttl_period", &self.ttl_period, to::int)?;
        o.done()
    }

    fn from_json(v: &Value) -> Res<Self> {
        #[allow(unused_mut)]
        let mut i = In::new(v, "updateShortMessage")?;
        let id = i.need("id", from::int)?;
        let user_id = i.need("user_id", from::long)?;
        let message = i.need("message", from::text)?;
        let pts = i.need("pts", from::int)?;
        let pts_count = i.need("pts_count", from::int)?;
        let date = i.need("date", from::int)?;
        let fwd_from = i.option("fwd_from", |v| from::lazy(v, from::object))?;
        let via_bot_id = i.option("via_bot_id", from::long)?;
        let reply_to = i.option("reply_to", |v| from::lazy(v, from::object))?;
        let entities = i.option("entities", |v| from::seq(v, from::object))?;
        let ttl_period = i.option("ttl_period", from::int)?;
        let value = types::UpdateShortMessage { out: i.flag("out")?, mentioned: i.flag("mentioned")?, media_unread: i.flag("media_unread")?, silent: i.flag("silent")?, id, user_id, message, pts, pts_count, date, fwd_from, via_bot_id, reply_to, entities, ttl_period };
        i.done()?;
        Ok(value)
    }
}

impl Json for types::UpdateShortSentMessage<'static> {
    fn to_json(&self) -> Res<Value> {
        #[allow(unused_mut)]
        let mut o = Out::new("updateShortSentMessage");
        o.flag("out", self.out);
        o.put("id", &self.id, to::int)?;
        o.put("pts", &self.pts, to::int)?;
        o.put("pts_count", &self.pts_count, to::int)?;
        o.put("date", &self.date, to::int)?;
        o.option("media", &self.media, |v| to::lazy(v, to::object))?;
        o.option("entities", &self.entities, |v| to::seq(v, to::object))?;
        o.option("ttl_period", &self.ttl_period, to::int)?;
        o.done()
    }

    fn from_json(v: &Value) -> Res<Self> {
        #[allow(unused_mut)]
        let mut i = In::new(v, "updateShortSentMessage")?;
        let id = i.need("id", from::int)?;
        let pts = i.need("pts", from::int)?;
        let pts_count = i.need("pts_count", from::int)?;
        let date = i.need("date", from::int)?;
        let media = i.option("media", |v| from::lazy(v, from::object))?;
        let entities = i.option("entities", |v| from::seq(v, from::object))?;
        let ttl_period = i.option("ttl_period", from::int)?;
        let value = types::UpdateShortSentMessage { out: i.flag("out")?, id, pts, pts_count, date, media, entities, ttl_period };
        i.done()?;
        Ok(value)
    }
}

impl Json for types::Updates<'static> {
    fn to_json(&self) -> Res<Value> {
        #[allow(unused_mut)]
        let mut o = Out::new("updates");
        o.put("updates", &self.updates, |v| to::seq(v, to::object))?;
        o.put("users", &self.users, |v| to::seq(v, to::object))?;
        o.put("chats", &self.chats, |v| to::seq(v, to::object))?;
        o.put("date", &self.date, to::int)?;
        o.put("seq", &self.seq, to::int)?;
        o.done()
    }

    fn from_json(v: &Value) -> Res<Self> {
        #[allow(unused_mut)]
        let mut i = In::new(v, "updates")?;
        let updates = i.need("updates", |v| from::seq(v, from::object))?;
        let users = i.need("users", |v| from::seq(v, from::object))?;
        let chats = i.need("chats", |v| from::seq(v, from::object))?;
        let date = i.need("date", from::int)?;
        let seq = i.need("seq", from::int)?;
        let value = types::Updates { updates, users, chats, date, seq };
        i.done()?;
        Ok(value)
    }
}

impl Json for types::UpdatesCombined<'static> {
    fn to_json(&self) -> Res<Value> {
        #[allow(unused_mut)]
        let mut o = Out::new("updatesCombined");
        o.put("updates", &self.updates, |v| to::seq(v, to::object))?;
        o.put("users", &self.users, |v| to::seq(v, to::object))?;
        o.put("chats", &self.chats, |v| to::seq(v, to::object))?;
        o.put("date", &self.date, to::int)?;
        o.put("seq_start", &self.seq_start, to::int)?;
        o.put("seq", &self.seq, to::int)?;
        o.done()
    }

    fn from_json(v: &Value) -> Res<Self> {
        #[allow(unused_mut)]
        let mut i = In::new(v, "updatesCombined")?;
        let updates = i.need("updates", |v| from::seq(v, from::object))?;
        let users = i.need("users", |v| from::seq(v, from::object))?;
        let chats = i.need("chats", |v| from::seq(v, from::object))?;
        let date = i.need("date", from::int)?;
        let seq_start = i.need("seq_start", from::int)?;
        let seq = i.need("seq", from::int)?;
        let value = types::UpdatesCombined { updates, users, chats, date, seq_start, seq };
        i.done()?;
        Ok(value)
    }
}

impl Json for types::UpdatesTooLong {
    fn to_json(&self) -> Res<Value> {
        #[allow(unused_mut)]
        let mut o = Out::new("updatesTooLong");
        o.done()
    }

    fn from_json(v: &Value) -> Res<Self> {
        #[allow(unused_mut)]
        let mut i = In::new(v, "updatesTooLong")?;
        let value = types::UpdatesTooLong;
        i.done()?;
        Ok(value)
    }
}

impl Json for types::UpdateChannel {
    fn to_json(&self) -> Res<Value> {
        #[allow(unused_mut)]
        let mut o = Out::new("updateChannel");
        o.put("channel_id", &self.channel_id, to::long)?;
        o.done()
    }

    fn from_json(v: &Value) -> Res<Self> {
        #[allow(unused_mut)]
        let mut i = In::new(v, "updateChannel")?;
        let channel_id = i.need("channel_id", from::long)?;
        let value = types::UpdateChannel { channel_id };
        i.done()?;
        Ok(value)
    }
}

impl Json for types::UpdateChannelUserTyping<'static> {
    fn to_json(&self) -> Res<Value> {
        #[allow(unused_mut)]
        let mut o = Out::new("updateChannelUserTyping");
        o.put("channel_id", &self.channel_id, to::long)?;
        o.option("top_msg_id", &self.top_msg_id, to::int)?;
        o.put("from_id", &self.from_id, to::object)?;
        o.put("action", &self.action, to::object)?;
        o.done()
    }

    fn from_json(v: &Value) -> Res<Self> {
        #[allow(unused_mut)]
        let mut i = In::new(v, "updateChannelUserTyping")?;
        let channel_id = i.need("channel_id", from::long)?;
        let top_msg_id = i.option("top_msg_id", from::int)?;
        let from_id = i.need("from_id", from::object)?;
        let action = i.need("action", from::object)?;
        let value = types::UpdateChannelUserTyping { channel_id, top_msg_id, from_id, action };
        i.done()?;
        Ok(value)
    }
}

impl Json for types::UpdateChat {
    fn to_json(&self) -> Res<Value> {
        #[allow(unused_mut)]
        let mut o = Out::new("updateChat");
        o.put("chat_id", &self.chat_id, to::long)?;
        o.done()
    }

    fn from_json(v: &Value) -> Res<Self> {
        #[allow(unused_mut)]
        let mut i = In::new(v, "updateChat")?;
        let chat_id = i.need("chat_id", from::long)?;
        let value = types::UpdateChat { chat_id };
        i.done()?;
        Ok(value)
    }
}

impl Json for types::UpdateChatUserTyping<'static> {
    fn to_json(&self) -> Res<Value> {
        #[allow(unused_mut)]
        let mut o = Out::new("updateChatUserTyping");
        o.put("chat_id", &self.chat_id, to::long)?;
        o.put("from_id", &self.from_id, to::object)?;
        o.put("action", &self.action, to::object)?;
        o.done()
    }

    fn from_json(v: &Value) -> Res<Self> {
        #[allow(unused_mut)]
        let mut i = In::new(v, "updateChatUserTyping")?;
        let chat_id = i.need("chat_id", from::long)?;
        let from_id = i.need("from_id", from::object)?;
        let action = i.need("action", from::object)?;
        let value = types::UpdateChatUserTyping { chat_id, from_id, action };
        i.done()?;
        Ok(value)
    }
}

impl Json for types::UpdateConfig {
    fn to_json(&self) -> Res<Value> {
        #[allow(unused_mut)]
        let mut o = Out::new("updateConfig");
        o.done()
    }

    fn from_json(v: &Value) -> Res<Self> {
        #[allow(unused_mut)]
        let mut i = In::new(v, "updateConfig")?;
        let value = types::UpdateConfig;
        i.done()?;
        Ok(value)
    }
}

impl Json for types::UpdateDeleteGroupCallMessages<'static> {
    fn to_json(&self) -> Res<Value> {
        #[allow(unused_mut)]
        let mut o = Out::new("updateDeleteGroupCallMessages");
        o.put("call", &self.call, to::object)?;
        o.put("messages", &self.messages, |v| to::seq(v, to::int))?;
        o.done()
    }

    fn from_json(v: &Value) -> Res<Self> {
        #[allow(unused_mut)]
        let mut i = In::new(v, "updateDeleteGroupCallMessages")?;
        let call = i.need("call", from::object)?;
        let messages = i.need("messages", |v| from::seq(v, from::int))?;
        let value = types::UpdateDeleteGroupCallMessages { call, messages };
        i.done()?;
        Ok(value)
    }
}

impl Json for types::UpdateDeleteMessages<'static> {
    fn to_json(&self) -> Res<Value> {
        #[allow(unused_mut)]
        let mut o = Out::new("updateDeleteMessages");
        o.put("messages", &self.messages, |v| to::seq(v, to::int))?;
        o.put("pts", &self.pts, to::int)?;
        o.put("pts_count", &self.pts_count, to::int)?;
        o.done()
    }

    fn from_json(v: &Value) -> Res<Self> {
        #[allow(unused_mut)]
        let mut i = In::new(v, "updateDeleteMessages")?;
        let messages = i.need("messages", |v| from::seq(v, from::int))?;
        let pts = i.need("pts", from::int)?;
        let pts_count = i.need("pts_count", from::int)?;
        let value = types::UpdateDeleteMessages { messages, pts, pts_count };
        i.done()?;
        Ok(value)
    }
}

impl Json for types::UpdateEditMessage<'static> {
    fn to_json(&self) -> Res<Value> {
        #[allow(unused_mut)]
        let mut o = Out::new("updateEditMessage");
        o.put("message", &self.message, |v| to::lazy(v, to::object))?;
        o.put("pts", &self.pts, to::int)?;
        o.put("pts_count", &self.pts_count, to::int)?;
        o.done()
    }

    fn from_json(v: &Value) -> Res<Self> {
        #[allow(unused_mut)]
        let mut i = In::new(v, "updateEditMessage")?;
        let message = i.need("message", |v| from::lazy(v, from::object))?;
        let pts = i.need("pts", from::int)?;
        let pts_count = i.need("pts_count", from::int)?;
        let value = types::UpdateEditMessage { message, pts, pts_count };
        i.done()?;
        Ok(value)
    }
}

impl Json for types::UpdateGroupCall<'static> {
    fn to_json(&self) -> Res<Value> {
        #[allow(unused_mut)]
        let mut o = Out::new("updateGroupCall");
        o.flag("live_story", self.live_story);
        o.option("peer", &self.peer, to::object)?;
        o.put("call", &self.call, to::object)?;
        o.done()
    }

    fn from_json(v: &Value) -> Res<Self> {
        #[allow(unused_mut)]
        let mut i = In::new(v, "updateGroupCall")?;
        let peer = i.option("peer", from::object)?;
        let call = i.need("call", from::object)?;
        let value = types::UpdateGroupCall { live_story: i.flag("live_story")?, peer, call };
        i.done()?;
        Ok(value)
    }
}

impl Json for types::UpdateGroupCallChainBlocks<'static> {
    fn to_json(&self) -> Res<Value> {
        #[allow(unused_mut)]
        let mut o = Out::new("updateGroupCallChainBlocks");
        o.put("call", &self.call, to::object)?;
        o.put("sub_chain_id", &self.sub_chain_id, to::int)?;
        o.put("blocks", &self.blocks, |v| to::seq(v, to::bytes))?;
        o.put("next_offset", &self.next_offset, to::int)?;
        o.done()
    }

    fn from_json(v: &Value) -> Res<Self> {
        #[allow(unused_mut)]
        let mut i = In::new(v, "updateGroupCallChainBlocks")?;
        let call = i.need("call", from::object)?;
        let sub_chain_id = i.need("sub_chain_id", from::int)?;
        let blocks = i.need("blocks", |v| from::seq(v, from::bytes))?;
        let next_offset = i.need("next_offset", from::int)?;
        let value = types::UpdateGroupCallChainBlocks { call, sub_chain_id, blocks, next_offset };
        i.done()?;
        Ok(value)
    }
}

impl Json for types::UpdateGroupCallConnection<'static> {
    fn to_json(&self) -> Res<Value> {
        #[allow(unused_mut)]
        let mut o = Out::new("updateGroupCallConnection");
        o.flag("presentation", self.presentation);
        o.put("params", &self.params, to::object)?;
        o.done()
    }

    fn from_json(v: &Value) -> Res<Self> {
        #[allow(unused_mut)]
        let mut i = In::new(v, "updateGroupCallConnection")?;
        let params = i.need("params", from::object)?;
        let value = types::UpdateGroupCallConnection { presentation: i.flag("presentation")?, params };
        i.done()?;
        Ok(value)
    }
}

impl Json for types::UpdateGroupCallEncryptedMessage<'static> {
    fn to_json(&self) -> Res<Value> {
        #[allow(unused_mut)]
        let mut o = Out::new("updateGroupCallEncryptedMessage");
        o.put("call", &self.call, to::object)?;
        o.put("from_id", &self.from_id, to::object)?;
        o.put("encrypted_message", &self.encrypted_message, to::bytes)?;
        o.done()
    }

    fn from_json(v: &Value) -> Res<Self> {
        #[allow(unused_mut)]
        let mut i = In::new(v, "updateGroupCallEncryptedMessage")?;
        let call = i.need("call", from::object)?;
        let from_id = i.need("from_id", from::object)?;
        let encrypted_message = i.need("encrypted_message", from::bytes)?;
        let value = types::UpdateGroupCallEncryptedMessage { call, from_id, encrypted_message };
        i.done()?;
        Ok(value)
    }
}

impl Json for types::UpdateGroupCallMessage<'static> {
    fn to_json(&self) -> Res<Value> {
        #[allow(unused_mut)]
        let mut o = Out::new("updateGroupCallMessage");
        o.put("call", &self.call, to::object)?;
        o.put("message", &self.message, to::object)?;
        o.done()
    }

    fn from_json(v: &Value) -> Res<Self> {
        #[allow(unused_mut)]
        let mut i = In::new(v, "updateGroupCallMessage")?;
        let call = i.need("call", from::object)?;
        let message = i.need("message", from::object)?;
        let value = types::UpdateGroupCallMessage { call, message };
        i.done()?;
        Ok(value)
    }
}

impl Json for types::UpdateGroupCallParticipants<'static> {
    fn to_json(&self) -> Res<Value> {
        #[allow(unused_mut)]
        let mut o = Out::new("updateGroupCallParticipants");
        o.put("call", &self.call, to::object)?;
        o.put("participants", &self.participants, |v| to::seq(v, to::object))?;
        o.put("version", &self.version, to::int)?;
        o.done()
    }

    fn from_json(v: &Value) -> Res<Self> {
        #[allow(unused_mut)]
        let mut i = In::new(v, "updateGroupCallParticipants")?;
        let call = i.need("call", from::object)?;
        let participants = i.need("participants", |v| from::seq(v, from::object))?;
        let version = i.need("version", from::int)?;
        let value = types::UpdateGroupCallParticipants { call, participants, version };
        i.done()?;
        Ok(value)
    }
}

impl Json for types::UpdateMessageID {
    fn to_json(&self) -> Res<Value> {
        #[allow(unused_mut)]
        let mut o = Out::new("updateMessageID");
        o.put("id", &self.id, to::int)?;
        o.put("random_id", &self.random_id, to::long)?;
        o.done()
    }

    fn from_json(v: &Value) -> Res<Self> {
        #[allow(unused_mut)]
        let mut i = In::new(v, "updateMessageID")?;
        let id = i.need("id", from::int)?;
        let random_id = i.need("random_id", from::long)?;
        let value = types::UpdateMessageID { id, random_id };
        i.done()?;
        Ok(value)
    }
}

impl Json for types::UpdateNewChannelMessage<'static> {
    fn to_json(&self) -> Res<Value> {
        #[allow(unused_mut)]
        let mut o = Out::new("updateNewChannelMessage");
        o.put("message", &self.message, |v| to::lazy(v, to::object))?;
        o.put("pts", &self.pts, to::int)?;
        o.put("pts_count", &self.pts_count, to::int)?;
        o.done()
    }

    fn from_json(v: &Value) -> Res<Self> {
        #[allow(unused_mut)]
        let mut i = In::new(v, "updateNewChannelMessage")?;
        let message = i.need("message", |v| from::lazy(v, from::object))?;
        let pts = i.need("pts", from::int)?;
        let pts_count = i.need("pts_count", from::int)?;
        let value = types::UpdateNewChannelMessage { message, pts, pts_count };
        i.done()?;
        Ok(value)
    }
}

impl Json for types::UpdateNewMessage<'static> {
    fn to_json(&self) -> Res<Value> {
        #[allow(unused_mut)]
        let mut o = Out::new("updateNewMessage");
        o.put("message", &self.message, |v| to::lazy(v, to::object))?;
        o.put("pts", &self.pts, to::int)?;
        o.put("pts_count", &self.pts_count, to::int)?;
        o.done()
    }

    fn from_json(v: &Value) -> Res<Self> {
        #[allow(unused_mut)]
        let mut i = In::new(v, "updateNewMessage")?;
        let message = i.need("message", |v| from::lazy(v, from::object))?;
        let pts = i.need("pts", from::int)?;
        let pts_count = i.need("pts_count", from::int)?;
        let value = types::UpdateNewMessage { message, pts, pts_count };
        i.done()?;
        Ok(value)
    }
}

impl Json for types::UpdatePhoneCall<'static> {
    fn to_json(&self) -> Res<Value> {
        #[allow(unused_mut)]
        let mut o = Out::new("updatePhoneCall");
        o.put("phone_call", &self.phone_call, to::object)?;
        o.done()
    }

    fn from_json(v: &Value) -> Res<Self> {
        #[allow(unused_mut)]
        let mut i = In::new(v, "updatePhoneCall")?;
        let phone_call = i.need("phone_call", from::object)?;
        let value = types::UpdatePhoneCall { phone_call };
        i.done()?;
        Ok(value)
    }
}

impl Json for types::UpdatePhoneCallSignalingData<'static> {
    fn to_json(&self) -> Res<Value> {
        #[allow(unused_mut)]
        let mut o = Out::new("updatePhoneCallSignalingData");
        o.put("phone_call_id", &self.phone_call_id, to::long)?;
        o.put("data", &self.data, to::bytes)?;
        o.done()
    }

    fn from_json(v: &Value) -> Res<Self> {
        #[allow(unused_mut)]
        let mut i = In::new(v, "updatePhoneCallSignalingData")?;
        let phone_call_id = i.need("phone_call_id", from::long)?;
        let data = i.need("data", from::bytes)?;
        let value = types::UpdatePhoneCallSignalingData { phone_call_id, data };
        i.done()?;
        Ok(value)
    }
}

impl Json for types::UpdateUser {
    fn to_json(&self) -> Res<Value> {
        #[allow(unused_mut)]
        let mut o = Out::new("updateUser");
        o.put("user_id", &self.user_id, to::long)?;
        o.done()
    }

    fn from_json(v: &Value) -> Res<Self> {
        #[allow(unused_mut)]
        let mut i = In::new(v, "updateUser")?;
        let user_id = i.need("user_id", from::long)?;
        let value = types::UpdateUser { user_id };
        i.done()?;
        Ok(value)
    }
}

impl Json for types::SendMessageCancelAction {
    fn to_json(&self) -> Res<Value> {
        #[allow(unused_mut)]
        let mut o = Out::new("sendMessageCancelAction");
        o.done()
    }

    fn from_json(v: &Value) -> Res<Self> {
        #[allow(unused_mut)]
        let mut i = In::new(v, "sendMessageCancelAction")?;
        let value = types::SendMessageCancelAction;
        i.done()?;
        Ok(value)
    }
}

impl Json for types::SpeakingInGroupCallAction {
    fn to_json(&self) -> Res<Value> {
        #[allow(unused_mut)]
        let mut o = Out::new("speakingInGroupCallAction");
        o.done()
    }

    fn from_json(v: &Value) -> Res<Self> {
        #[allow(unused_mut)]
        let mut i = In::new(v, "speakingInGroupCallAction")?;
        let value = types::SpeakingInGroupCallAction;
        i.done()?;
        Ok(value)
    }
}

impl Json for types::UpdatesState {
    fn to_json(&self) -> Res<Value> {
        #[allow(unused_mut)]
        let mut o = Out::new("updates.state");
        o.put("pts", &self.pts, to::int)?;
        o.put("qts", &self.qts, to::int)?;
        o.put("date", &self.date, to::int)?;
        o.put("seq", &self.seq, to::int)?;
        o.put("unread_count", &self.unread_count, to::int)?;
        o.done()
    }

    fn from_json(v: &Value) -> Res<Self> {
        #[allow(unused_mut)]
        let mut i = In::new(v, "updates.state")?;
        let pts = i.need("pts", from::int)?;
        let qts = i.need("qts", from::int)?;
        let date = i.need("date", from::int)?;
        let seq = i.need("seq", from::int)?;
        let unread_count = i.need("unread_count", from::int)?;
        let value = types::UpdatesState { pts, qts, date, seq, unread_count };
        i.done()?;
        Ok(value)
    }
}

impl Json for types::UpdatesDifference<'static> {
    fn to_json(&self) -> Res<Value> {
        #[allow(unused_mut)]
        let mut o = Out::new("updates.difference");
        o.put("new_messages", &self.new_messages, |v| to::seq(v, to::object))?;
        o.put("new_encrypted_messages", &self.new_encrypted_messages, |v| to::seq(v, to::object))?;
        o.put("other_updates", &self.other_updates, |v| to::seq(v, to::object))?;
        o.put("chats", &self.chats, |v| to::seq(v, to::object))?;
        o.put("users", &self.users, |v| to::seq(v, to::object))?;
        o.put("state", &self.state, to::object)?;
        o.done()
    }

    fn from_json(v: &Value) -> Res<Self> {
        #[allow(unused_mut)]
        let mut i = In::new(v, "updates.difference")?;
        let new_messages = i.need("new_messages", |v| from::seq(v, from::object))?;
        let new_encrypted_messages = i.need("new_encrypted_messages", |v| from::seq(v, from::object))?;
        let other_updates = i.need("other_updates", |v| from::seq(v, from::object))?;
        let chats = i.need("chats", |v| from::seq(v, from::object))?;
        let users = i.need("users", |v| from::seq(v, from::object))?;
        let state = i.need("state", from::object)?;
        let value = types::UpdatesDifference { new_messages, new_encrypted_messages, other_updates, chats, users, state };
        i.done()?;
        Ok(value)
    }
}

impl Json for types::UpdatesDifferenceEmpty {
    fn to_json(&self) -> Res<Value> {
        #[allow(unused_mut)]
        let mut o = Out::new("updates.differenceEmpty");
        o.put("date", &self.date, to::int)?;
        o.put("seq", &self.seq, to::int)?;
        o.done()
    }

    fn from_json(v: &Value) -> Res<Self> {
        #[allow(unused_mut)]
        let mut i = In::new(v, "updates.differenceEmpty")?;
        let date = i.need("date", from::int)?;
        let seq = i.need("seq", from::int)?;
        let value = types::UpdatesDifferenceEmpty { date, seq };
        i.done()?;
        Ok(value)
    }
}

impl Json for types::UpdatesDifferenceSlice<'static> {
    fn to_json(&self) -> Res<Value> {
        #[allow(unused_mut)]
        let mut o = Out::new("updates.differenceSlice");
        o.put("new_messages", &self.new_messages, |v| to::seq(v, to::object))?;
        o.put("new_encrypted_messages", &self.new_encrypted_messages, |v| to::seq(v, to::object))?;
        o.put("other_updates", &self.other_updates, |v| to::seq(v, to::object))?;
        o.put("chats", &self.chats, |v| to::seq(v, to::object))?;
        o.put("users", &self.users, |v| to::seq(v, to::object))?;
        o.put("intermediate_state", &self.intermediate_state, to::object)?;
        o.done()
    }

    fn from_json(v: &Value) -> Res<Self> {
        #[allow(unused_mut)]
        let mut i = In::new(v, "updates.differenceSlice")?;
        let new_messages = i.need("new_messages", |v| from::seq(v, from::object))?;
        let new_encrypted_messages = i.need("new_encrypted_messages", |v| from::seq(v, from::object))?;
        let other_updates = i.need("other_updates", |v| from::seq(v, from::object))?;
        let chats = i.need("chats", |v| from::seq(v, from::object))?;
        let users = i.need("users", |v| from::seq(v, from::object))?;
        let intermediate_state = i.need("intermediate_state", from::object)?;
        let value = types::UpdatesDifferenceSlice { new_messages, new_encrypted_messages, other_updates, chats, users, intermediate_state };
        i.done()?;
        Ok(value)
    }
}

impl Json for types::UpdatesDifferenceTooLong {
    fn to_json(&self) -> Res<Value> {
        #[allow(unused_mut)]
        let mut o = Out::new("updates.differenceTooLong");
        o.put("pts", &self.pts, to::int)?;
        o.done()
    }

    fn from_json(v: &Value) -> Res<Self> {
        #[allow(unused_mut)]
        let mut i = In::new(v, "updates.differenceTooLong")?;
        let pts = i.need("pts", from::int)?;
        let value = types::UpdatesDifferenceTooLong { pts };
        i.done()?;
        Ok(value)
    }
}

impl Json for types::EncryptedMessageService<'static> {
    fn to_json(&self) -> Res<Value> {
        #[allow(unused_mut)]
        let mut o = Out::new("encryptedMessageService");
        o.put("random_id", &self.random_id, to::long)?;
        o.put("chat_id", &self.chat_id, to::int)?;
        o.put("date", &self.date, to::int)?;
        o.put("bytes", &self.bytes, to::bytes)?;
        o.done()
    }

    fn from_json(v: &Value) -> Res<Self> {
        #[allow(unused_mut)]
        let mut i = In::new(v, "encryptedMessageService")?;
        let random_id = i.need("random_id", from::long)?;
        let chat_id = i.need("chat_id", from::int)?;
        let date = i.need("date", from::int)?;
        let bytes = i.need("bytes", from::bytes)?;
        let value = types::EncryptedMessageService { random_id, chat_id, date, bytes };
        i.done()?;
        Ok(value)
    }
}

impl Json for types::MessagesAffectedMessages {
    fn to_json(&self) -> Res<Value> {
        #[allow(unused_mut)]
        let mut o = Out::new("messages.affectedMessages");
        o.put("pts", &self.pts, to::int)?;
        o.put("pts_count", &self.pts_count, to::int)?;
        o.done()
    }

    fn from_json(v: &Value) -> Res<Self> {
        #[allow(unused_mut)]
        let mut i = In::new(v, "messages.affectedMessages")?;
        let pts = i.need("pts", from::int)?;
        let pts_count = i.need("pts_count", from::int)?;
        let value = types::MessagesAffectedMessages { pts, pts_count };
        i.done()?;
        Ok(value)
    }
}

impl Json for types::MessageEmpty {
    fn to_json(&self) -> Res<Value> {
        #[allow(unused_mut)]
        let mut o = Out::new("messageEmpty");
        o.put("id", &self.id, to::int)?;
        o.option("peer_id", &self.peer_id, to::object)?;
        o.done()
    }

    fn from_json(v: &Value) -> Res<Self> {
        #[allow(unused_mut)]
        let mut i = In::new(v, "messageEmpty")?;
        let id = i.need("id", from::int)?;
        let peer_id = i.option("peer_id", from::object)?;
        let value = types::MessageEmpty { id, peer_id };
        i.done()?;
        Ok(value)
    }
}

impl Json for types::MessageService<'static> {
    fn to_json(&self) -> Res<Value> {
        #[allow(unused_mut)]
        let mut o = Out::new("messageService");
        o.flag("out", self.out);
        o.flag("mentioned", self.mentioned);
        o.flag("media_unread", self.media_unread);
        o.flag("reactions_are_possible", self.reactions_are_possible);
        o.flag("silent", self.silent);
        o.flag("post", self.post);
        o.flag("legacy", self.legacy);
        o.put("id", &self.id, to::int)?;
        o.option("from_id", &self.from_id, to::object)?;
        o.put("peer_id", &self.peer_id, to::object)?;
        o.option("saved_peer_id", &self.saved_peer_id, to::object)?;
        o.option("reply_to", &self.reply_to, |v| to::lazy(v, to::object))?;
        o.put("date", &self.date, to::int)?;
        o.put("action", &self.action, |v| to::lazy(v, to::object))?;
        o.option("reactions", &self.reactions, |v| to::lazy(v, to::object))?;
        o.option("ttl_period", &self.ttl_period, to::int)?;
        o.done()
    }

    fn from_json(v: &Value) -> Res<Self> {
        #[allow(unused_mut)]
        let mut i = In::new(v, "messageService")?;
        let id = i.need("id", from::int)?;
        let from_id = i.option("from_id", from::object)?;
        let peer_id = i.need("peer_id", from::object)?;
        let saved_peer_id = i.option("saved_peer_id", from::object)?;
        let reply_to = i.option("reply_to", |v| from::lazy(v, from::object))?;
        let date = i.need("date", from::int)?;
        let action = i.need("action", |v| from::lazy(v, from::object))?;
        let reactions = i.option("reactions", |v| from::lazy(v, from::object))?;
        let ttl_period = i.option("ttl_period", from::int)?;
        let value = types::MessageService { out: i.flag("out")?, mentioned: i.flag("mentioned")?, media_unread: i.flag("media_unread")?, reactions_are_possible: i.flag("reactions_are_possible")?, silent: i.flag("silent")?, post: i.flag("post")?, legacy: i.flag("legacy")?, id, from_id, peer_id, saved_peer_id, reply_to, date, action, reactions, ttl_period };
        i.done()?;
        Ok(value)
    }
}

impl Json for types::MessageActionConferenceCall<'static> {
    fn to_json(&self) -> Res<Value> {
        #[allow(unused_mut)]
        let mut o = Out::new("messageActionConferenceCall");
        o.flag("missed", self.missed);
        o.flag("active", self.active);
        o.flag("video", self.video);
        o.put("call_id", &self.call_id, to::long)?;
        o.option("duration", &self.duration, to::int)?;
        o.option("other_participants", &self.other_participants, |v| to::seq(v, to::object))?;
        o.done()
    }

    fn from_json(v: &Value) -> Res<Self> {
        #[allow(unused_mut)]
        let mut i = In::new(v, "messageActionConferenceCall")?;
        let call_id = i.need("call_id", from::long)?;
        let duration = i.option("duration", from::int)?;
        let other_participants = i.option("other_participants", |v| from::seq(v, from::object))?;
        let value = types::MessageActionConferenceCall { missed: i.flag("missed")?, active: i.flag("active")?, video: i.flag("video")?, call_id, duration, other_participants };
        i.done()?;
        Ok(value)
    }
}

impl Json for types::MessageActionEmpty {
    fn to_json(&self) -> Res<Value> {
        #[allow(unused_mut)]
        let mut o = Out::new("messageActionEmpty");
        o.done()
    }

    fn from_json(v: &Value) -> Res<Self> {
        #[allow(unused_mut)]
        let mut i = In::new(v, "messageActionEmpty")?;
        let value = types::MessageActionEmpty;
        i.done()?;
        Ok(value)
    }
}

impl Json for types::MessageActionGroupCall<'static> {
    fn to_json(&self) -> Res<Value> {
        #[allow(unused_mut)]
        let mut o = Out::new("messageActionGroupCall");
        o.put("call", &self.call, to::object)?;
        o.option("duration", &self.duration, to::int)?;
        o.done()
    }

    fn from_json(v: &Value) -> Res<Self> {
        #[allow(unused_mut)]
        let mut i = In::new(v, "messageActionGroupCall")?;
        let call = i.need("call", from::object)?;
        let duration = i.option("duration", from::int)?;
        let value = types::MessageActionGroupCall { call, duration };
        i.done()?;
        Ok(value)
    }
}

impl Json for types::MessageActionGroupCallScheduled<'static> {
    fn to_json(&self) -> Res<Value> {
        #[allow(unused_mut)]
        let mut o = Out::new("messageActionGroupCallScheduled");
        o.put("call", &self.call, to::object)?;
        o.put("schedule_date", &self.schedule_date, to::int)?;
        o.done()
    }

    fn from_json(v: &Value) -> Res<Self> {
        #[allow(unused_mut)]
        let mut i = In::new(v, "messageActionGroupCallScheduled")?;
        let call = i.need("call", from::object)?;
        let schedule_date = i.need("schedule_date", from::int)?;
        let value = types::MessageActionGroupCallScheduled { call, schedule_date };
        i.done()?;
        Ok(value)
    }
}

impl Json for types::MessageActionInviteToGroupCall<'static> {
    fn to_json(&self) -> Res<Value> {
        #[allow(unused_mut)]
        let mut o = Out::new("messageActionInviteToGroupCall");
        o.put("call", &self.call, to::object)?;
        o.put("users", &self.users, |v| to::seq(v, to::long))?;
        o.done()
    }

    fn from_json(v: &Value) -> Res<Self> {
        #[allow(unused_mut)]
        let mut i = In::new(v, "messageActionInviteToGroupCall")?;
        let call = i.need("call", from::object)?;
        let users = i.need("users", |v| from::seq(v, from::long))?;
        let value = types::MessageActionInviteToGroupCall { call, users };
        i.done()?;
        Ok(value)
    }
}

impl Json for types::MessageActionPhoneCall<'static> {
    fn to_json(&self) -> Res<Value> {
        #[allow(unused_mut)]
        let mut o = Out::new("messageActionPhoneCall");
        o.flag("video", self.video);
        o.put("call_id", &self.call_id, to::long)?;
        o.option("reason", &self.reason, to::object)?;
        o.option("duration", &self.duration, to::int)?;
        o.done()
    }

    fn from_json(v: &Value) -> Res<Self> {
        #[allow(unused_mut)]
        let mut i = In::new(v, "messageActionPhoneCall")?;
        let call_id = i.need("call_id", from::long)?;
        let reason = i.option("reason", from::object)?;
        let duration = i.option("duration", from::int)?;
        let value = types::MessageActionPhoneCall { video: i.flag("video")?, call_id, reason, duration };
        i.done()?;
        Ok(value)
    }
}

impl Json for types::MessageMediaEmpty {
    fn to_json(&self) -> Res<Value> {
        #[allow(unused_mut)]
        let mut o = Out::new("messageMediaEmpty");
        o.done()
    }

    fn from_json(v: &Value) -> Res<Self> {
        #[allow(unused_mut)]
        let mut i = In::new(v, "messageMediaEmpty")?;
        let value = types::MessageMediaEmpty;
        i.done()?;
        Ok(value)
    }
}

impl Json for types::MessageMediaVideoStream<'static> {
    fn to_json(&self) -> Res<Value> {
        #[allow(unused_mut)]
        let mut o = Out::new("messageMediaVideoStream");
        o.flag("rtmp_stream", self.rtmp_stream);
        o.put("call", &self.call, to::object)?;
        o.done()
    }

    fn from_json(v: &Value) -> Res<Self> {
        #[allow(unused_mut)]
        let mut i = In::new(v, "messageMediaVideoStream")?;
        let call = i.need("call", from::object)?;
        let value = types::MessageMediaVideoStream { rtmp_stream: i.flag("rtmp_stream")?, call };
        i.done()?;
        Ok(value)
    }
}

impl Json for types::MessageReplyHeader<'static> {
    fn to_json(&self) -> Res<Value> {
        #[allow(unused_mut)]
        let mut o = Out::new("messageReplyHeader");
        o.flag("reply_to_scheduled", self.reply_to_scheduled);
        o.flag("forum_topic", self.forum_topic);
        o.flag("quote", self.quote);
        o.option("reply_to_msg_id", &self.reply_to_msg_id, to::int)?;
        o.option("reply_to_peer_id", &self.reply_to_peer_id, to::object)?;
        o.option("reply_from", &self.reply_from, |v| to::lazy(v, to::object))?;
        o.option("reply_media", &self.reply_media, |v| to::lazy(v, to::object))?;
        o.option("reply_to_top_id", &self.reply_to_top_id, to::int)?;
        o.option("quote_text", &self.quote_text, to::text)?;
        o.option("quote_entities", &self.quote_entities, |v| to::seq(v, to::object))?;
        o.option("quote_offset", &self.quote_offset, to::int)?;
        o.option("todo_item_id", &self.todo_item_id, to::int)?;
        o.done()
    }

    fn from_json(v: &Value) -> Res<Self> {
        #[allow(unused_mut)]
        let mut i = In::new(v, "messageReplyHeader")?;
        let reply_to_msg_id = i.option("reply_to_msg_id", from::int)?;
        let reply_to_peer_id = i.option("reply_to_peer_id", from::object)?;
        let reply_from = i.option("reply_from", |v| from::lazy(v, from::object))?;
        let reply_media = i.option("reply_media", |v| from::lazy(v, from::object))?;
        let reply_to_top_id = i.option("reply_to_top_id", from::int)?;
        let quote_text = i.option("quote_text", from::text)?;
        let quote_entities = i.option("quote_entities", |v| from::seq(v, from::object))?;
        let quote_offset = i.option("quote_offset", from::int)?;
        let todo_item_id = i.option("todo_item_id", from::int)?;
        let value = types::MessageReplyHeader { reply_to_scheduled: i.flag("reply_to_scheduled")?, forum_topic: i.flag("forum_topic")?, quote: i.flag("quote")?, reply_to_msg_id, reply_to_peer_id, reply_from, reply_media, reply_to_top_id, quote_text, quote_entities, quote_offset, todo_item_id };
        i.done()?;
        Ok(value)
    }
}

impl Json for types::MessageReplyStoryHeader {
    fn to_json(&self) -> Res<Value> {
        #[allow(unused_mut)]
        let mut o = Out::new("messageReplyStoryHeader");
        o.put("peer", &self.peer, to::object)?;
        o.put("story_id", &self.story_id, to::int)?;
        o.done()
    }

    fn from_json(v: &Value) -> Res<Self> {
        #[allow(unused_mut)]
        let mut i = In::new(v, "messageReplyStoryHeader")?;
        let peer = i.need("peer", from::object)?;
        let story_id = i.need("story_id", from::int)?;
        let value = types::MessageReplyStoryHeader { peer, story_id };
        i.done()?;
        Ok(value)
    }
}

impl Json for types::MessageFwdHeader<'static> {
    fn to_json(&self) -> Res<Value> {
        #[allow(unused_mut)]
        let mut o = Out::new("messageFwdHeader");
        o.flag("imported", self.imported);
        o.flag("saved_out", self.saved_out);
        o.option("from_id", &self.from_id, to::object)?;
        o.option("from_name", &self.from_name, to::text)?;
        o.put("date", &self.date, to::int)?;
        o.option("channel_post", &self.channel_post, to::int)?;
        o.option("post_author", &self.post_author, to::text)?;
        if let Some(group) = &self.saved_from {
            o.put("saved_from_peer", &group.saved_from_peer, to::object)?;
            o.put("saved_from_msg_id", &group.saved_from_msg_id, to::int)?;
        }
        o.option("saved_from_id", &self.saved_from_id, to::object)?;
        o.option("saved_from_name", &self.saved_from_name, to::text)?;
        o.option("saved_date", &self.saved_date, to::int)?;
        o.option("psa_type", &self.psa_type, to::text)?;
        o.done()
    }

    fn from_json(v: &Value) -> Res<Self> {
        #[allow(unused_mut)]
        let mut i = In::new(v, "messageFwdHeader")?;
        let from_id = i.option("from_id", from::object)?;
        let from_name = i.option("from_name", from::text)?;
        let date = i.need("date", from::int)?;
        let channel_post = i.option("channel_post", from::int)?;
        let post_author = i.option("post_author", from::text)?;
        let saved_from = if i.all_or_none(&["saved_from_peer", "saved_from_msg_id"])? { Some(types::SavedFrom { saved_from_peer: i.need("saved_from_peer", from::object)?, saved_from_msg_id: i.need("saved_from_msg_id", from::int)? }) } else { None };
        let saved_from_id = i.option("saved_from_id", from::object)?;
        let saved_from_name = i.option("saved_from_name", from::text)?;
        let saved_date = i.option("saved_date", from::int)?;
        let psa_type = i.option("psa_type", from::text)?;
        let value = types::MessageFwdHeader { imported: i.flag("imported")?, saved_out: i.flag("saved_out")?, from_id, from_name, date, channel_post, post_author, saved_from, saved_from_id, saved_from_name, saved_date, psa_type };
        i.done()?;
        Ok(value)
    }
}

impl Json for types::MessageReactions<'static> {
    fn to_json(&self) -> Res<Value> {
        #[allow(unused_mut)]
        let mut o = Out::new("messageReactions");
        o.flag("min", self.min);
        o.flag("can_see_list", self.can_see_list);
        o.flag("reactions_as_tags", self.reactions_as_tags);
        o.put("results", &self.results, |v| to::seq(v, to::object))?;
        o.option("recent_reactions", &self.recent_reactions, |v| to::seq(v, to::object))?;
        o.option("top_reactors", &self.top_reactors, |v| to::seq(v, to::object))?;
        o.done()
    }

    fn from_json(v: &Value) -> Res<Self> {
        #[allow(unused_mut)]
        let mut i = In::new(v, "messageReactions")?;
        let results = i.need("results", |v| from::seq(v, from::object))?;
        let recent_reactions = i.option("recent_reactions", |v| from::seq(v, from::object))?;
        let top_reactors = i.option("top_reactors", |v| from::seq(v, from::object))?;
        let value = types::MessageReactions { min: i.flag("min")?, can_see_list: i.flag("can_see_list")?, reactions_as_tags: i.flag("reactions_as_tags")?, results, recent_reactions, top_reactors };
        i.done()?;
        Ok(value)
    }
}

impl Json for types::ReactionCount<'static> {
    fn to_json(&self) -> Res<Value> {
        #[allow(unused_mut)]
        let mut o = Out::new("reactionCount");
        o.option("chosen_order", &self.chosen_order, to::int)?;
        o.put("reaction", &self.reaction, to::object)?;
        o.put("count", &self.count, to::int)?;
        o.done()
    }

    fn from_json(v: &Value) -> Res<Self> {
        #[allow(unused_mut)]
        let mut i = In::new(v, "reactionCount")?;
        let chosen_order = i.option("chosen_order", from::int)?;
        let reaction = i.need("reaction", from::object)?;
        let count = i.need("count", from::int)?;
        let value = types::ReactionCount { chosen_order, reaction, count };
        i.done()?;
        Ok(value)
    }
}

impl Json for types::MessagePeerReaction<'static> {
    fn to_json(&self) -> Res<Value> {
        #[allow(unused_mut)]
        let mut o = Out::new("messagePeerReaction");
        o.flag("big", self.big);
        o.flag("unread", self.unread);
        o.flag("my", self.my);
        o.put("peer_id", &self.peer_id, to::object)?;
        o.put("date", &self.date, to::int)?;
        o.put("reaction", &self.reaction, to::object)?;
        o.done()
    }

    fn from_json(v: &Value) -> Res<Self> {
        #[allow(unused_mut)]
        let mut i = In::new(v, "messagePeerReaction")?;
        let peer_id = i.need("peer_id", from::object)?;
        let date = i.need("date", from::int)?;
        let reaction = i.need("reaction", from::object)?;
        let value = types::MessagePeerReaction { big: i.flag("big")?, unread: i.flag("unread")?, my: i.flag("my")?, peer_id, date, reaction };
        i.done()?;
        Ok(value)
    }
}

impl Json for types::MessageReactor {
    fn to_json(&self) -> Res<Value> {
        #[allow(unused_mut)]
        let mut o = Out::new("messageReactor");
        o.flag("top", self.top);
        o.flag("my", self.my);
        o.flag("anonymous", self.anonymous);
        o.option("peer_id", &self.peer_id, to::object)?;
        o.put("count", &self.count, to::int)?;
        o.done()
    }

    fn from_json(v: &Value) -> Res<Self> {
        #[allow(unused_mut)]
        let mut i = In::new(v, "messageReactor")?;
        let peer_id = i.option("peer_id", from::object)?;
        let count = i.need("count", from::int)?;
        let value = types::MessageReactor { top: i.flag("top")?, my: i.flag("my")?, anonymous: i.flag("anonymous")?, peer_id, count };
        i.done()?;
        Ok(value)
    }
}

impl Json for types::ReactionCustomEmoji {
    fn to_json(&self) -> Res<Value> {
        #[allow(unused_mut)]
        let mut o = Out::new("reactionCustomEmoji");
        o.put("document_id", &self.document_id, to::long)?;
        o.done()
    }

    fn from_json(v: &Value) -> Res<Self> {
        #[allow(unused_mut)]
        let mut i = In::new(v, "reactionCustomEmoji")?;
        let document_id = i.need("document_id", from::long)?;
        let value = types::ReactionCustomEmoji { document_id };
        i.done()?;
        Ok(value)
    }
}

impl Json for types::ReactionEmoji<'static> {
    fn to_json(&self) -> Res<Value> {
        #[allow(unused_mut)]
        let mut o = Out::new("reactionEmoji");
        o.put("emoticon", &self.emoticon, to::text)?;
        o.done()
    }

    fn from_json(v: &Value) -> Res<Self> {
        #[allow(unused_mut)]
        let mut i = In::new(v, "reactionEmoji")?;
        let emoticon = i.need("emoticon", from::text)?;
        let value = types::ReactionEmoji { emoticon };
        i.done()?;
        Ok(value)
    }
}

impl Json for types::ReactionEmpty {
    fn to_json(&self) -> Res<Value> {
        #[allow(unused_mut)]
        let mut o = Out::new("reactionEmpty");
        o.done()
    }

    fn from_json(v: &Value) -> Res<Self> {
        #[allow(unused_mut)]
        let mut i = In::new(v, "reactionEmpty")?;
        let value = types::ReactionEmpty;
        i.done()?;
        Ok(value)
    }
}

impl Json for types::ReactionPaid {
    fn to_json(&self) -> Res<Value> {
        #[allow(unused_mut)]
        let mut o = Out::new("reactionPaid");
        o.done()
    }

    fn from_json(v: &Value) -> Res<Self> {
        #[allow(unused_mut)]
        let mut i = In::new(v, "reactionPaid")?;
        let value = types::ReactionPaid;
        i.done()?;
        Ok(value)
    }
}

impl Json for types::InputFile<'static> {
    fn to_json(&self) -> Res<Value> {
        #[allow(unused_mut)]
        let mut o = Out::new("inputFile");
        o.put("id", &self.id, to::long)?;
        o.put("parts", &self.parts, to::int)?;
        o.put("name", &self.name, to::text)?;
        o.put("md5_checksum", &self.md5_checksum, to::text)?;
        o.done()
    }

    fn from_json(v: &Value) -> Res<Self> {
        #[allow(unused_mut)]
        let mut i = In::new(v, "inputFile")?;
        let id = i.need("id", from::long)?;
        let parts = i.need("parts", from::int)?;
        let name = i.need("name", from::text)?;
        let md5_checksum = i.need("md5_checksum", from::text)?;
        let value = types::InputFile { id, parts, name, md5_checksum };
        i.done()?;
        Ok(value)
    }
}

impl Json for types::InputFileBig<'static> {
    fn to_json(&self) -> Res<Value> {
        #[allow(unused_mut)]
        let mut o = Out::new("inputFileBig");
        o.put("id", &self.id, to::long)?;
        o.put("parts", &self.parts, to::int)?;
        o.put("name", &self.name, to::text)?;
        o.done()
    }

    fn from_json(v: &Value) -> Res<Self> {
        #[allow(unused_mut)]
        let mut i = In::new(v, "inputFileBig")?;
        let id = i.need("id", from::long)?;
        let parts = i.need("parts", from::int)?;
        let name = i.need("name", from::text)?;
        let value = types::InputFileBig { id, parts, name };
        i.done()?;
        Ok(value)
    }
}

impl Json for types::InputFileStoryDocument<'static> {
    fn to_json(&self) -> Res<Value> {
        #[allow(unused_mut)]
        let mut o = Out::new("inputFileStoryDocument");
        o.put("id", &self.id, to::object)?;
        o.done()
    }

    fn from_json(v: &Value) -> Res<Self> {
        #[allow(unused_mut)]
        let mut i = In::new(v, "inputFileStoryDocument")?;
        let id = i.need("id", from::object)?;
        let value = types::InputFileStoryDocument { id };
        i.done()?;
        Ok(value)
    }
}

impl Json for types::InputDocument<'static> {
    fn to_json(&self) -> Res<Value> {
        #[allow(unused_mut)]
        let mut o = Out::new("inputDocument");
        o.put("id", &self.id, to::long)?;
        o.put("access_hash", &self.access_hash, to::long)?;
        o.put("file_reference", &self.file_reference, to::bytes)?;
        o.done()
    }

    fn from_json(v: &Value) -> Res<Self> {
        #[allow(unused_mut)]
        let mut i = In::new(v, "inputDocument")?;
        let id = i.need("id", from::long)?;
        let access_hash = i.need("access_hash", from::long)?;
        let file_reference = i.need("file_reference", from::bytes)?;
        let value = types::InputDocument { id, access_hash, file_reference };
        i.done()?;
        Ok(value)
    }
}

impl Json for types::InputDocumentEmpty {
    fn to_json(&self) -> Res<Value> {
        #[allow(unused_mut)]
        let mut o = Out::new("inputDocumentEmpty");
        o.done()
    }

    fn from_json(v: &Value) -> Res<Self> {
        #[allow(unused_mut)]
        let mut i = In::new(v, "inputDocumentEmpty")?;
        let value = types::InputDocumentEmpty;
        i.done()?;
        Ok(value)
    }
}

impl Json for types::InputGroupCallStream<'static> {
    fn to_json(&self) -> Res<Value> {
        #[allow(unused_mut)]
        let mut o = Out::new("inputGroupCallStream");
        o.put("call", &self.call, to::object)?;
        o.put("time_ms", &self.time_ms, to::long)?;
        o.put("scale", &self.scale, to::int)?;
        if let Some(group) = &self.video {
            o.put("video_channel", &group.video_channel, to::int)?;
            o.put("video_quality", &group.video_quality, to::int)?;
        }
        o.done()
    }

    fn from_json(v: &Value) -> Res<Self> {
        #[allow(unused_mut)]
        let mut i = In::new(v, "inputGroupCallStream")?;
        let call = i.need("call", from::object)?;
        let time_ms = i.need("time_ms", from::long)?;
        let scale = i.need("scale", from::int)?;
        let video = if i.all_or_none(&["video_channel", "video_quality"])? { Some(types::StreamVideo { video_channel: i.need("video_channel", from::int)?, video_quality: i.need("video_quality", from::int)? }) } else { None };
        let value = types::InputGroupCallStream { call, time_ms, scale, video };
        i.done()?;
        Ok(value)
    }
}

impl Json for types::UploadFile<'static> {
    fn to_json(&self) -> Res<Value> {
        #[allow(unused_mut)]
        let mut o = Out::new("upload.file");
        o.put("type", &self.type_, to::object)?;
        o.put("mtime", &self.mtime, to::int)?;
        o.put("bytes", &self.bytes, to::bytes)?;
        o.done()
    }

    fn from_json(v: &Value) -> Res<Self> {
        #[allow(unused_mut)]
        let mut i = In::new(v, "upload.file")?;
        let type_ = i.need("type", from::object)?;
        let mtime = i.need("mtime", from::int)?;
        let bytes = i.need("bytes", from::bytes)?;
        let value = types::UploadFile { type_, mtime, bytes };
        i.done()?;
        Ok(value)
    }
}

impl Json for types::UploadFileCdnRedirect<'static> {
    fn to_json(&self) -> Res<Value> {
        #[allow(unused_mut)]
        let mut o = Out::new("upload.fileCdnRedirect");
        o.put("dc_id", &self.dc_id, to::int)?;
        o.put("file_token", &self.file_token, to::bytes)?;
        o.put("encryption_key", &self.encryption_key, to::bytes)?;
        o.put("encryption_iv", &self.encryption_iv, to::bytes)?;
        o.put("file_hashes", &self.file_hashes, |v| to::seq(v, to::object))?;
        o.done()
    }

    fn from_json(v: &Value) -> Res<Self> {
        #[allow(unused_mut)]
        let mut i = In::new(v, "upload.fileCdnRedirect")?;
        let dc_id = i.need("dc_id", from::int)?;
        let file_token = i.need("file_token", from::bytes)?;
        let encryption_key = i.need("encryption_key", from::bytes)?;
        let encryption_iv = i.need("encryption_iv", from::bytes)?;
        let file_hashes = i.need("file_hashes", |v| from::seq(v, from::object))?;
        let value = types::UploadFileCdnRedirect { dc_id, file_token, encryption_key, encryption_iv, file_hashes };
        i.done()?;
        Ok(value)
    }
}

impl Json for types::StorageFileGif {
    fn to_json(&self) -> Res<Value> {
        #[allow(unused_mut)]
        let mut o = Out::new("storage.fileGif");
        o.done()
    }

    fn from_json(v: &Value) -> Res<Self> {
        #[allow(unused_mut)]
        let mut i = In::new(v, "storage.fileGif")?;
        let value = types::StorageFileGif;
        i.done()?;
        Ok(value)
    }
}

impl Json for types::StorageFileJpeg {
    fn to_json(&self) -> Res<Value> {
        #[allow(unused_mut)]
        let mut o = Out::new("storage.fileJpeg");
        o.done()
    }

    fn from_json(v: &Value) -> Res<Self> {
        #[allow(unused_mut)]
        let mut i = In::new(v, "storage.fileJpeg")?;
        let value = types::StorageFileJpeg;
        i.done()?;
        Ok(value)
    }
}

impl Json for types::StorageFileMov {
    fn to_json(&self) -> Res<Value> {
        #[allow(unused_mut)]
        let mut o = Out::new("storage.fileMov");
        o.done()
    }

    fn from_json(v: &Value) -> Res<Self> {
        #[allow(unused_mut)]
        let mut i = In::new(v, "storage.fileMov")?;
        let value = types::StorageFileMov;
        i.done()?;
        Ok(value)
    }
}

impl Json for types::StorageFileMp3 {
    fn to_json(&self) -> Res<Value> {
        #[allow(unused_mut)]
        let mut o = Out::new("storage.fileMp3");
        o.done()
    }

    fn from_json(v: &Value) -> Res<Self> {
        #[allow(unused_mut)]
        let mut i = In::new(v, "storage.fileMp3")?;
        let value = types::StorageFileMp3;
        i.done()?;
        Ok(value)
    }
}

impl Json for types::StorageFileMp4 {
    fn to_json(&self) -> Res<Value> {
        #[allow(unused_mut)]
        let mut o = Out::new("storage.fileMp4");
        o.done()
    }

    fn from_json(v: &Value) -> Res<Self> {
        #[allow(unused_mut)]
        let mut i = In::new(v, "storage.fileMp4")?;
        let value = types::StorageFileMp4;
        i.done()?;
        Ok(value)
    }
}

impl Json for types::StorageFilePartial {
    fn to_json(&self) -> Res<Value> {
        #[allow(unused_mut)]
        let mut o = Out::new("storage.filePartial");
        o.done()
    }

    fn from_json(v: &Value) -> Res<Self> {
        #[allow(unused_mut)]
        let mut i = In::new(v, "storage.filePartial")?;
        let value = types::StorageFilePartial;
        i.done()?;
        Ok(value)
    }
}

impl Json for types::StorageFilePdf {
    fn to_json(&self) -> Res<Value> {
        #[allow(unused_mut)]
        let mut o = Out::new("storage.filePdf");
        o.done()
    }

    fn from_json(v: &Value) -> Res<Self> {
        #[allow(unused_mut)]
        let mut i = In::new(v, "storage.filePdf")?;
        let value = types::StorageFilePdf;
        i.done()?;
        Ok(value)
    }
}

impl Json for types::StorageFilePng {
    fn to_json(&self) -> Res<Value> {
        #[allow(unused_mut)]
        let mut o = Out::new("storage.filePng");
        o.done()
    }

    fn from_json(v: &Value) -> Res<Self> {
        #[allow(unused_mut)]
        let mut i = In::new(v, "storage.filePng")?;
        let value = types::StorageFilePng;
        i.done()?;
        Ok(value)
    }
}

impl Json for types::StorageFileUnknown {
    fn to_json(&self) -> Res<Value> {
        #[allow(unused_mut)]
        let mut o = Out::new("storage.fileUnknown");
        o.done()
    }

    fn from_json(v: &Value) -> Res<Self> {
        #[allow(unused_mut)]
        let mut i = In::new(v, "storage.fileUnknown")?;
        let value = types::StorageFileUnknown;
        i.done()?;
        Ok(value)
    }
}

impl Json for types::StorageFileWebp {
    fn to_json(&self) -> Res<Value> {
        #[allow(unused_mut)]
        let mut o = Out::new("storage.fileWebp");
        o.done()
    }

    fn from_json(v: &Value) -> Res<Self> {
        #[allow(unused_mut)]
        let mut i = In::new(v, "storage.fileWebp")?;
        let value = types::StorageFileWebp;
        i.done()?;
        Ok(value)
    }
}

impl Json for types::FileHash<'static> {
    fn to_json(&self) -> Res<Value> {
        #[allow(unused_mut)]
        let mut o = Out::new("fileHash");
        o.put("offset", &self.offset, to::long)?;
        o.put("limit", &self.limit, to::int)?;
        o.put("hash", &self.hash, to::bytes)?;
        o.done()
    }

    fn from_json(v: &Value) -> Res<Self> {
        #[allow(unused_mut)]
        let mut i = In::new(v, "fileHash")?;
        let offset = i.need("offset", from::long)?;
        let limit = i.need("limit", from::int)?;
        let hash = i.need("hash", from::bytes)?;
        let value = types::FileHash { offset, limit, hash };
        i.done()?;
        Ok(value)
    }
}

impl Json for types::Config<'static> {
    fn to_json(&self) -> Res<Value> {
        #[allow(unused_mut)]
        let mut o = Out::new("config");
        o.flag("default_p2p_contacts", self.default_p2p_contacts);
        o.flag("preload_featured_stickers", self.preload_featured_stickers);
        o.flag("revoke_pm_inbox", self.revoke_pm_inbox);
        o.flag("blocked_mode", self.blocked_mode);
        o.flag("force_try_ipv6", self.force_try_ipv6);
        o.put("date", &self.date, to::int)?;
        o.put("expires", &self.expires, to::int)?;
        o.put("test_mode", &self.test_mode, to::boolean)?;
        o.put("this_dc", &self.this_dc, to::int)?;
        o.put("dc_options", &self.dc_options, |v| to::seq(v, to::object))?;
        o.put("dc_txt_domain_name", &self.dc_txt_domain_name, to::text)?;
        o.put("chat_size_max", &self.chat_size_max, to::int)?;
        o.put("megagroup_size_max", &self.megagroup_size_max, to::int)?;
        o.put("forwarded_count_max", &self.forwarded_count_max, to::int)?;
        o.put("online_update_period_ms", &self.online_update_period_ms, to::int)?;
        o.put("offline_blur_timeout_ms", &self.offline_blur_timeout_ms, to::int)?;
        o.put("offline_idle_timeout_ms", &self.offline_idle_timeout_ms, to::int)?;
        o.put("online_cloud_timeout_ms", &self.online_cloud_timeout_ms, to::int)?;
        o.put("notify_cloud_delay_ms", &self.notify_cloud_delay_ms, to::int)?;
        o.put("notify_default_delay_ms", &self.notify_default_delay_ms, to::int)?;
        o.put("push_chat_period_ms", &self.push_chat_period_ms, to::int)?;
        o.put("push_chat_limit", &self.push_chat_limit, to::int)?;
        o.put("edit_time_limit", &self.edit_time_limit, to::int)?;
        o.put("revoke_time_limit", &self.revoke_time_limit, to::int)?;
        o.put("revoke_pm_time_limit", &self.revoke_pm_time_limit, to::int)?;
        o.put("rating_e_decay", &self.rating_e_decay, to::int)?;
        o.put("stickers_recent_limit", &self.stickers_recent_limit, to::int)?;
        o.put("channels_read_media_period", &self.channels_read_media_period, to::int)?;
        o.option("tmp_sessions", &self.tmp_sessions, to::int)?;
        o.put("call_receive_timeout_ms", &self.call_receive_timeout_ms, to::int)?;
        o.put("call_ring_timeout_ms", &self.call_ring_timeout_ms, to::int)?;
        o.put("call_connect_timeout_ms", &self.call_connect_timeout_ms, to::int)?;
        o.put("call_packet_timeout_ms", &self.call_packet_timeout_ms, to::int)?;
        o.put("me_url_prefix", &self.me_url_prefix, to::text)?;
        o.option("autoupdate_url_prefix", &self.autoupdate_url_prefix, to::text)?;
        o.option("gif_search_username", &self.gif_search_username, to::text)?;
        o.option("venue_search_username", &self.venue_search_username, to::text)?;
        o.option("img_search_username", &self.img_search_username, to::text)?;
        o.option("static_maps_provider", &self.static_maps_provider, to::text)?;
        o.put("caption_length_max", &self.caption_length_max, to::int)?;
        o.put("message_length_max", &self.message_length_max, to::int)?;
        o.put("webfile_dc_id", &self.webfile_dc_id, to::int)?;
        if let Some(group) = &self.lang_pack {
            o.put("suggested_lang_code", &group.suggested_lang_code, to::text)?;
            o.put("lang_pack_version", &group.lang_pack_version, to::int)?;
            o.put("base_lang_pack_version", &group.base_lang_pack_version, to::int)?;
        }
        o.option("reactions_default", &self.reactions_default, to::object)?;
        o.option("autologin_token", &self.autologin_token, to::text)?;
        o.done()
    }

    fn from_json(v: &Value) -> Res<Self> {
        #[allow(unused_mut)]
        let mut i = In::new(v, "config")?;
        let date = i.need("date", from::int)?;
        let expires = i.need("expires", from::int)?;
        let test_mode = i.need("test_mode", from::boolean)?;
        let this_dc = i.need("this_dc", from::int)?;
        let dc_options = i.need("dc_options", |v| from::seq(v, from::object))?;
        let dc_txt_domain_name = i.need("dc_txt_domain_name", from::text)?;
        let chat_size_max = i.need("chat_size_max", from::int)?;
        let megagroup_size_max = i.need("megagroup_size_max", from::int)?;
        let forwarded_count_max = i.need("forwarded_count_max", from::int)?;
        let online_update_period_ms = i.need("online_update_period_ms", from::int)?;
        let offline_blur_timeout_ms = i.need("offline_blur_timeout_ms", from::int)?;
        let offline_idle_timeout_ms = i.need("offline_idle_timeout_ms", from::int)?;
        let online_cloud_timeout_ms = i.need("online_cloud_timeout_ms", from::int)?;
        let notify_cloud_delay_ms = i.need("notify_cloud_delay_ms", from::int)?;
        let notify_default_delay_ms = i.need("notify_default_delay_ms", from::int)?;
        let push_chat_period_ms = i.need("push_chat_period_ms", from::int)?;
        let push_chat_limit = i.need("push_chat_limit", from::int)?;
        let edit_time_limit = i.need("edit_time_limit", from::int)?;
        let revoke_time_limit = i.need("revoke_time_limit", from::int)?;
        let revoke_pm_time_limit = i.need("revoke_pm_time_limit", from::int)?;
        let rating_e_decay = i.need("rating_e_decay", from::int)?;
        let stickers_recent_limit = i.need("stickers_recent_limit", from::int)?;
        let channels_read_media_period = i.need("channels_read_media_period", from::int)?;
        let tmp_sessions = i.option("tmp_sessions", from::int)?;
        let call_receive_timeout_ms = i.need("call_receive_timeout_ms", from::int)?;
        let call_ring_timeout_ms = i.need("call_ring_timeout_ms", from::int)?;
        let call_connect_timeout_ms = i.need("call_connect_timeout_ms", from::int)?;
        let call_packet_timeout_ms = i.need("call_packet_timeout_ms", from::int)?;
        let me_url_prefix = i.need("me_url_prefix", from::text)?;
        let autoupdate_url_prefix = i.option("autoupdate_url_prefix", from::text)?;
        let gif_search_username = i.option("gif_search_username", from::text)?;
        let venue_search_username = i.option("venue_search_username", from::text)?;
        let img_search_username = i.option("img_search_username", from::text)?;
        let static_maps_provider = i.option("static_maps_provider", from::text)?;
        let caption_length_max = i.need("caption_length_max", from::int)?;
        let message_length_max = i.need("message_length_max", from::int)?;
        let webfile_dc_id = i.need("webfile_dc_id", from::int)?;
        let lang_pack = if i.all_or_none(&["suggested_lang_code", "lang_pack_version", "base_lang_pack_version"])? { Some(types::LangPack { suggested_lang_code: i.need("suggested_lang_code", from::text)?, lang_pack_version: i.need("lang_pack_version", from::int)?, base_lang_pack_version: i.need("base_lang_pack_version", from::int)? }) } else { None };
        let reactions_default = i.option("reactions_default", from::object)?;
        let autologin_token = i.option("autologin_token", from::text)?;
        let value = types::Config { default_p2p_contacts: i.flag("default_p2p_contacts")?, preload_featured_stickers: i.flag("preload_featured_stickers")?, revoke_pm_inbox: i.flag("revoke_pm_inbox")?, blocked_mode: i.flag("blocked_mode")?, force_try_ipv6: i.flag("force_try_ipv6")?, date, expires, test_mode, this_dc, dc_options, dc_txt_domain_name, chat_size_max, megagroup_size_max, forwarded_count_max, online_update_period_ms, offline_blur_timeout_ms, offline_idle_timeout_ms, online_cloud_timeout_ms, notify_cloud_delay_ms, notify_default_delay_ms, push_chat_period_ms, push_chat_limit, edit_time_limit, revoke_time_limit, revoke_pm_time_limit, rating_e_decay, stickers_recent_limit, channels_read_media_period, tmp_sessions, call_receive_timeout_ms, call_ring_timeout_ms, call_connect_timeout_ms, call_packet_timeout_ms, me_url_prefix, autoupdate_url_prefix, gif_search_username, venue_search_username, img_search_username, static_maps_provider, caption_length_max, message_length_max, webfile_dc_id, lang_pack, reactions_default, autologin_token };
        i.done()?;
        Ok(value)
    }
}

impl Json for types::DcOption<'static> {
    fn to_json(&self) -> Res<Value> {
        #[allow(unused_mut)]
        let mut o = Out::new("dcOption");
        o.flag("ipv6", self.ipv6);
        o.flag("media_only", self.media_only);
        o.flag("tcpo_only", self.tcpo_only);
        o.flag("cdn", self.cdn);
        o.flag("static", self.static_);
        o.flag("this_port_only", self.this_port_only);
        o.put("id", &self.id, to::int)?;
        o.put("ip_address", &self.ip_address, to::text)?;
        o.put("port", &self.port, to::int)?;
        o.option("secret", &self.secret, to::bytes)?;
        o.done()
    }

    fn from_json(v: &Value) -> Res<Self> {
        #[allow(unused_mut)]
        let mut i = In::new(v, "dcOption")?;
        let id = i.need("id", from::int)?;
        let ip_address = i.need("ip_address", from::text)?;
        let port = i.need("port", from::int)?;
        let secret = i.option("secret", from::bytes)?;
        let value = types::DcOption { ipv6: i.flag("ipv6")?, media_only: i.flag("media_only")?, tcpo_only: i.flag("tcpo_only")?, cdn: i.flag("cdn")?, static_: i.flag("static")?, this_port_only: i.flag("this_port_only")?, id, ip_address, port, secret };
        i.done()?;
        Ok(value)
    }
}

impl Json for types::RpcError<'static> {
    fn to_json(&self) -> Res<Value> {
        #[allow(unused_mut)]
        let mut o = Out::new("rpc_error");
        o.put("error_code", &self.error_code, to::int)?;
        o.put("error_message", &self.error_message, to::text)?;
        o.done()
    }

    fn from_json(v: &Value) -> Res<Self> {
        #[allow(unused_mut)]
        let mut i = In::new(v, "rpc_error")?;
        let error_code = i.need("error_code", from::int)?;
        let error_message = i.need("error_message", from::text)?;
        let value = types::RpcError { error_code, error_message };
        i.done()?;
        Ok(value)
    }
}

impl Json for types::Error<'static> {
    fn to_json(&self) -> Res<Value> {
        #[allow(unused_mut)]
        let mut o = Out::new("error");
        o.put("code", &self.code, to::int)?;
        o.put("text", &self.text, to::text)?;
        o.done()
    }

    fn from_json(v: &Value) -> Res<Self> {
        #[allow(unused_mut)]
        let mut i = In::new(v, "error")?;
        let code = i.need("code", from::int)?;
        let text = i.need("text", from::text)?;
        let value = types::Error { code, text };
        i.done()?;
        Ok(value)
    }
}

impl Json for types::InputClientProxy<'static> {
    fn to_json(&self) -> Res<Value> {
        #[allow(unused_mut)]
        let mut o = Out::new("inputClientProxy");
        o.put("address", &self.address, to::text)?;
        o.put("port", &self.port, to::int)?;
        o.done()
    }

    fn from_json(v: &Value) -> Res<Self> {
        #[allow(unused_mut)]
        let mut i = In::new(v, "inputClientProxy")?;
        let address = i.need("address", from::text)?;
        let port = i.need("port", from::int)?;
        let value = types::InputClientProxy { address, port };
        i.done()?;
        Ok(value)
    }
}

impl Json for types::JsonArray<'static> {
    fn to_json(&self) -> Res<Value> {
        #[allow(unused_mut)]
        let mut o = Out::new("jsonArray");
        o.put("value", &self.value, |v| to::seq(v, to::object))?;
        o.done()
    }

    fn from_json(v: &Value) -> Res<Self> {
        #[allow(unused_mut)]
        let mut i = In::new(v, "jsonArray")?;
        let value = i.need("value", |v| from::seq(v, from::object))?;
        let value = types::JsonArray { value };
        i.done()?;
        Ok(value)
    }
}

impl Json for types::JsonBool {
    fn to_json(&self) -> Res<Value> {
        #[allow(unused_mut)]
        let mut o = Out::new("jsonBool");
        o.put("value", &self.value, to::boolean)?;
        o.done()
    }

    fn from_json(v: &Value) -> Res<Self> {
        #[allow(unused_mut)]
        let mut i = In::new(v, "jsonBool")?;
        let value = i.need("value", from::boolean)?;
        let value = types::JsonBool { value };
        i.done()?;
        Ok(value)
    }
}

impl Json for types::JsonNull {
    fn to_json(&self) -> Res<Value> {
        #[allow(unused_mut)]
        let mut o = Out::new("jsonNull");
        o.done()
    }

    fn from_json(v: &Value) -> Res<Self> {
        #[allow(unused_mut)]
        let mut i = In::new(v, "jsonNull")?;
        let value = types::JsonNull;
        i.done()?;
        Ok(value)
    }
}

impl Json for types::JsonNumber {
    fn to_json(&self) -> Res<Value> {
        #[allow(unused_mut)]
        let mut o = Out::new("jsonNumber");
        o.put("value", &self.value, to::double)?;
        o.done()
    }

    fn from_json(v: &Value) -> Res<Self> {
        #[allow(unused_mut)]
        let mut i = In::new(v, "jsonNumber")?;
        let value = i.need("value", from::double)?;
        let value = types::JsonNumber { value };
        i.done()?;
        Ok(value)
    }
}

impl Json for types::JsonObject<'static> {
    fn to_json(&self) -> Res<Value> {
        #[allow(unused_mut)]
        let mut o = Out::new("jsonObject");
        o.put("value", &self.value, |v| to::seq(v, to::object))?;
        o.done()
    }

    fn from_json(v: &Value) -> Res<Self> {
        #[allow(unused_mut)]
        let mut i = In::new(v, "jsonObject")?;
        let value = i.need("value", |v| from::seq(v, from::object))?;
        let value = types::JsonObject { value };
        i.done()?;
        Ok(value)
    }
}

impl Json for types::JsonString<'static> {
    fn to_json(&self) -> Res<Value> {
        #[allow(unused_mut)]
        let mut o = Out::new("jsonString");
        o.put("value", &self.value, to::text)?;
        o.done()
    }

    fn from_json(v: &Value) -> Res<Self> {
        #[allow(unused_mut)]
        let mut i = In::new(v, "jsonString")?;
        let value = i.need("value", from::text)?;
        let value = types::JsonString { value };
        i.done()?;
        Ok(value)
    }
}

impl Json for types::JsonObjectValue<'static> {
    fn to_json(&self) -> Res<Value> {
        #[allow(unused_mut)]
        let mut o = Out::new("jsonObjectValue");
        o.put("key", &self.key, to::text)?;
        o.put("value", &self.value, to::object)?;
        o.done()
    }

    fn from_json(v: &Value) -> Res<Self> {
        #[allow(unused_mut)]
        let mut i = In::new(v, "jsonObjectValue")?;
        let key = i.need("key", from::text)?;
        let value = i.need("value", from::object)?;
        let value = types::JsonObjectValue { key, value };
        i.done()?;
        Ok(value)
    }
}

impl Json for functions::PhoneAcceptCall<'static> {
    fn to_json(&self) -> Res<Value> {
        #[allow(unused_mut)]
        let mut o = Out::new("phone.acceptCall");
        o.put("peer", &self.peer, to::object)?;
        o.put("g_b", &self.g_b, to::bytes)?;
        o.put("protocol", &self.protocol, to::object)?;
        o.done()
    }

    fn from_json(v: &Value) -> Res<Self> {
        #[allow(unused_mut)]
        let mut i = In::new(v, "phone.acceptCall")?;
        let peer = i.need("peer", from::object)?;
        let g_b = i.need("g_b", from::bytes)?;
        let protocol = i.need("protocol", from::object)?;
        let value = functions::PhoneAcceptCall { peer, g_b, protocol };
        i.done()?;
        Ok(value)
    }
}

impl Json for functions::PhoneCheckGroupCall<'static> {
    fn to_json(&self) -> Res<Value> {
        #[allow(unused_mut)]
        let mut o = Out::new("phone.checkGroupCall");
        o.put("call", &self.call, to::object)?;
        o.put("sources", &self.sources, |v| to::seq(v, to::int))?;
        o.done()
    }

    fn from_json(v: &Value) -> Res<Self> {
        #[allow(unused_mut)]
        let mut i = In::new(v, "phone.checkGroupCall")?;
        let call = i.need("call", from::object)?;
        let sources = i.need("sources", |v| from::seq(v, from::int))?;
        let value = functions::PhoneCheckGroupCall { call, sources };
        i.done()?;
        Ok(value)
    }
}

impl Json for functions::PhoneConfirmCall<'static> {
    fn to_json(&self) -> Res<Value> {
        #[allow(unused_mut)]
        let mut o = Out::new("phone.confirmCall");
        o.put("peer", &self.peer, to::object)?;
        o.put("g_a", &self.g_a, to::bytes)?;
        o.put("key_fingerprint", &self.key_fingerprint, to::long)?;
        o.put("protocol", &self.protocol, to::object)?;
        o.done()
    }

    fn from_json(v: &Value) -> Res<Self> {
        #[allow(unused_mut)]
        let mut i = In::new(v, "phone.confirmCall")?;
        let peer = i.need("peer", from::object)?;
        let g_a = i.need("g_a", from::bytes)?;
        let key_fingerprint = i.need("key_fingerprint", from::long)?;
        let protocol = i.need("protocol", from::object)?;
        let value = functions::PhoneConfirmCall { peer, g_a, key_fingerprint, protocol };
        i.done()?;
        Ok(value)
    }
}

impl Json for functions::PhoneCreateConferenceCall<'static> {
    fn to_json(&self) -> Res<Value> {
        #[allow(unused_mut)]
        let mut o = Out::new("phone.createConferenceCall");
        o.flag("muted", self.muted);
        o.flag("video_stopped", self.video_stopped);
        o.flag("join", self.join());
        o.put("random_id", &self.random_id, to::int)?;
        if let Some(group) = &self.join {
            o.put("public_key", &group.public_key, to::fixed)?;
            o.put("block", &group.block, to::bytes)?;
            o.put("params", &group.params, to::object)?;
        }
        o.done()
    }

    fn from_json(v: &Value) -> Res<Self> {
        #[allow(unused_mut)]
        let mut i = In::new(v, "phone.createConferenceCall")?;
        let implied_join = i.flag("join")?;
        let random_id = i.need("random_id", from::int)?;
        let join = if i.all_or_none(&["public_key", "block", "params"])? { Some(functions::ConferenceJoin { public_key: i.need("public_key", from::fixed)?, block: i.need("block", from::bytes)?, params: i.need("params", from::object)? }) } else { None };
        i.agree("join", implied_join, join.is_some())?;
        let value = functions::PhoneCreateConferenceCall { muted: i.flag("muted")?, video_stopped: i.flag("video_stopped")?, random_id, join };
        i.done()?;
        Ok(value)
    }
}

impl Json for functions::PhoneCreateGroupCall<'static> {
    fn to_json(&self) -> Res<Value> {
        #[allow(unused_mut)]
        let mut o = Out::new("phone.createGroupCall");
        o.flag("rtmp_stream", self.rtmp_stream);
        o.put("peer", &self.peer, to::object)?;
        o.put("random_id", &self.random_id, to::int)?;
        o.option("title", &self.title, to::text)?;
        o.option("schedule_date", &self.schedule_date, to::int)?;
        o.done()
    }

    fn from_json(v: &Value) -> Res<Self> {
        #[allow(unused_mut)]
        let mut i = In::new(v, "phone.createGroupCall")?;
        let peer = i.need("peer", from::object)?;
        let random_id = i.need("random_id", from::int)?;
        let title = i.option("title", from::text)?;
        let schedule_date = i.option("schedule_date", from::int)?;
        let value = functions::PhoneCreateGroupCall { rtmp_stream: i.flag("rtmp_stream")?, peer, random_id, title, schedule_date };
        i.done()?;
        Ok(value)
    }
}

impl Json for functions::PhoneDeclineConferenceCallInvite {
    fn to_json(&self) -> Res<Value> {
        #[allow(unused_mut)]
        let mut o = Out::new("phone.declineConferenceCallInvite");
        o.put("msg_id", &self.msg_id, to::int)?;
        o.done()
    }

    fn from_json(v: &Value) -> Res<Self> {
        #[allow(unused_mut)]
        let mut i = In::new(v, "phone.declineConferenceCallInvite")?;
        let msg_id = i.need("msg_id", from::int)?;
        let value = functions::PhoneDeclineConferenceCallInvite { msg_id };
        i.done()?;
        Ok(value)
    }
}

impl Json for functions::PhoneDeleteConferenceCallParticipants<'static> {
    fn to_json(&self) -> Res<Value> {
        #[allow(unused_mut)]
        let mut o = Out::new("phone.deleteConferenceCallParticipants");
        o.flag("only_left", self.only_left);
        o.flag("kick", self.kick);
        o.put("call", &self.call, to::object)?;
        o.put("ids", &self.ids, |v| to::seq(v, to::long))?;
        o.put("block", &self.block, to::bytes)?;
        o.done()
    }

    fn from_json(v: &Value) -> Res<Self> {
        #[allow(unused_mut)]
        let mut i = In::new(v, "phone.deleteConferenceCallParticipants")?;
        let call = i.need("call", from::object)?;
        let ids = i.need("ids", |v| from::seq(v, from::long))?;
        let block = i.need("block", from::bytes)?;
        let value = functions::PhoneDeleteConferenceCallParticipants { only_left: i.flag("only_left")?, kick: i.flag("kick")?, call, ids, block };
        i.done()?;
        Ok(value)
    }
}

impl Json for functions::PhoneDeleteGroupCallMessages<'static> {
    fn to_json(&self) -> Res<Value> {
        #[allow(unused_mut)]
        let mut o = Out::new("phone.deleteGroupCallMessages");
        o.flag("report_spam", self.report_spam);
        o.put("call", &self.call, to::object)?;
        o.put("messages", &self.messages, |v| to::seq(v, to::int))?;
        o.done()
    }

    fn from_json(v: &Value) -> Res<Self> {
        #[allow(unused_mut)]
        let mut i = In::new(v, "phone.deleteGroupCallMessages")?;
        let call = i.need("call", from::object)?;
        let messages = i.need("messages", |v| from::seq(v, from::int))?;
        let value = functions::PhoneDeleteGroupCallMessages { report_spam: i.flag("report_spam")?, call, messages };
        i.done()?;
        Ok(value)
    }
}

impl Json for functions::PhoneDeleteGroupCallParticipantMessages<'static> {
    fn to_json(&self) -> Res<Value> {
        #[allow(unused_mut)]
        let mut o = Out::new("phone.deleteGroupCallParticipantMessages");
        o.flag("report_spam", self.report_spam);
        o.put("call", &self.call, to::object)?;
        o.put("participant", &self.participant, to::object)?;
        o.done()
    }

    fn from_json(v: &Value) -> Res<Self> {
        #[allow(unused_mut)]
        let mut i = In::new(v, "phone.deleteGroupCallParticipantMessages")?;
        let call = i.need("call", from::object)?;
        let participant = i.need("participant", from::object)?;
        let value = functions::PhoneDeleteGroupCallParticipantMessages { report_spam: i.flag("report_spam")?, call, participant };
        i.done()?;
        Ok(value)
    }
}

impl Json for functions::PhoneDiscardCall<'static> {
    fn to_json(&self) -> Res<Value> {
        #[allow(unused_mut)]
        let mut o = Out::new("phone.discardCall");
        o.flag("video", self.video);
        o.put("peer", &self.peer, to::object)?;
        o.put("duration", &self.duration, to::int)?;
        o.put("reason", &self.reason, to::object)?;
        o.put("connection_id", &self.connection_id, to::long)?;
        o.done()
    }

    fn from_json(v: &Value) -> Res<Self> {
        #[allow(unused_mut)]
        let mut i = In::new(v, "phone.discardCall")?;
        let peer = i.need("peer", from::object)?;
        let duration = i.need("duration", from::int)?;
        let reason = i.need("reason", from::object)?;
        let connection_id = i.need("connection_id", from::long)?;
        let value = functions::PhoneDiscardCall { video: i.flag("video")?, peer, duration, reason, connection_id };
        i.done()?;
        Ok(value)
    }
}

impl Json for functions::PhoneDiscardGroupCall<'static> {
    fn to_json(&self) -> Res<Value> {
        #[allow(unused_mut)]
        let mut o = Out::new("phone.discardGroupCall");
        o.put("call", &self.call, to::object)?;
        o.done()
    }

    fn from_json(v: &Value) -> Res<Self> {
        #[allow(unused_mut)]
        let mut i = In::new(v, "phone.discardGroupCall")?;
        let call = i.need("call", from::object)?;
        let value = functions::PhoneDiscardGroupCall { call };
        i.done()?;
        Ok(value)
    }
}

impl Json for functions::PhoneEditGroupCallParticipant<'static> {
    fn to_json(&self) -> Res<Value> {
        #[allow(unused_mut)]
        let mut o = Out::new("phone.editGroupCallParticipant");
        o.put("call", &self.call, to::object)?;
        o.put("participant", &self.participant, to::object)?;
        o.option("muted", &self.muted, to::boolean)?;
        o.option("volume", &self.volume, to::int)?;
        o.option("raise_hand", &self.raise_hand, to::boolean)?;
        o.option("video_stopped", &self.video_stopped, to::boolean)?;
        o.option("video_paused", &self.video_paused, to::boolean)?;
        o.option("presentation_paused", &self.presentation_paused, to::boolean)?;
        o.done()
    }

    fn from_json(v: &Value) -> Res<Self> {
        #[allow(unused_mut)]
        let mut i = In::new(v, "phone.editGroupCallParticipant")?;
        let call = i.need("call", from::object)?;
        let participant = i.need("participant", from::object)?;
        let muted = i.option("muted", from::boolean)?;
        let volume = i.option("volume", from::int)?;
        let raise_hand = i.option("raise_hand", from::boolean)?;
        let video_stopped = i.option("video_stopped", from::boolean)?;
        let video_paused = i.option("video_paused", from::boolean)?;
        let presentation_paused = i.option("presentation_paused", from::boolean)?;
        let value = functions::PhoneEditGroupCallParticipant { call, participant, muted, volume, raise_hand, video_stopped, video_paused, presentation_paused };
        i.done()?;
        Ok(value)
    }
}

impl Json for functions::PhoneEditGroupCallTitle<'static> {
    fn to_json(&self) -> Res<Value> {
        #[allow(unused_mut)]
        let mut o = Out::new("phone.editGroupCallTitle");
        o.put("call", &self.call, to::object)?;
        o.put("title", &self.title, to::text)?;
        o.done()
    }

    fn from_json(v: &Value) -> Res<Self> {
        #[allow(unused_mut)]
        let mut i = In::new(v, "phone.editGroupCallTitle")?;
        let call = i.need("call", from::object)?;
        let title = i.need("title", from::text)?;
        let value = functions::PhoneEditGroupCallTitle { call, title };
        i.done()?;
        Ok(value)
    }
}

impl Json for functions::PhoneExportGroupCallInvite<'static> {
    fn to_json(&self) -> Res<Value> {
        #[allow(unused_mut)]
        let mut o = Out::new("phone.exportGroupCallInvite");
        o.flag("can_self_unmute", self.can_self_unmute);
        o.put("call", &self.call, to::object)?;
        o.done()
    }

    fn from_json(v: &Value) -> Res<Self> {
        #[allow(unused_mut)]
        let mut i = In::new(v, "phone.exportGroupCallInvite")?;
        let call = i.need("call", from::object)?;
        let value = functions::PhoneExportGroupCallInvite { can_self_unmute: i.flag("can_self_unmute")?, call };
        i.done()?;
        Ok(value)
    }
}

impl Json for functions::PhoneGetCallConfig {
    fn to_json(&self) -> Res<Value> {
        #[allow(unused_mut)]
        let mut o = Out::new("phone.getCallConfig");
        o.done()
    }

    fn from_json(v: &Value) -> Res<Self> {
        #[allow(unused_mut)]
        let mut i = In::new(v, "phone.getCallConfig")?;
        let value = functions::PhoneGetCallConfig;
        i.done()?;
        Ok(value)
    }
}

impl Json for functions::PhoneGetGroupCall<'static> {
    fn to_json(&self) -> Res<Value> {
        #[allow(unused_mut)]
        let mut o = Out::new("phone.getGroupCall");
        o.put("call", &self.call, to::object)?;
        o.put("limit", &self.limit, to::int)?;
        o.done()
    }

    fn from_json(v: &Value) -> Res<Self> {
        #[allow(unused_mut)]
        let mut i = In::new(v, "phone.getGroupCall")?;
        let call = i.need("call", from::object)?;
        let limit = i.need("limit", from::int)?;
        let value = functions::PhoneGetGroupCall { call, limit };
        i.done()?;
        Ok(value)
    }
}

impl Json for functions::PhoneGetGroupCallChainBlocks<'static> {
    fn to_json(&self) -> Res<Value> {
        #[allow(unused_mut)]
        let mut o = Out::new("phone.getGroupCallChainBlocks");
        o.put("call", &self.call, to::object)?;
        o.put("sub_chain_id", &self.sub_chain_id, to::int)?;
        o.put("offset", &self.offset, to::int)?;
        o.put("limit", &self.limit, to::int)?;
        o.done()
    }

    fn from_json(v: &Value) -> Res<Self> {
        #[allow(unused_mut)]
        let mut i = In::new(v, "phone.getGroupCallChainBlocks")?;
        let call = i.need("call", from::object)?;
        let sub_chain_id = i.need("sub_chain_id", from::int)?;
        let offset = i.need("offset", from::int)?;
        let limit = i.need("limit", from::int)?;
        let value = functions::PhoneGetGroupCallChainBlocks { call, sub_chain_id, offset, limit };
        i.done()?;
        Ok(value)
    }
}

impl Json for functions::PhoneGetGroupCallJoinAs<'static> {
    fn to_json(&self) -> Res<Value> {
        #[allow(unused_mut)]
        let mut o = Out::new("phone.getGroupCallJoinAs");
        o.put("peer", &self.peer, to::object)?;
        o.done()
    }

    fn from_json(v: &Value) -> Res<Self> {
        #[allow(unused_mut)]
        let mut i = In::new(v, "phone.getGroupCallJoinAs")?;
        let peer = i.need("peer", from::object)?;
        let value = functions::PhoneGetGroupCallJoinAs { peer };
        i.done()?;
        Ok(value)
    }
}

impl Json for functions::PhoneGetGroupCallStars<'static> {
    fn to_json(&self) -> Res<Value> {
        #[allow(unused_mut)]
        let mut o = Out::new("phone.getGroupCallStars");
        o.put("call", &self.call, to::object)?;
        o.done()
    }

    fn from_json(v: &Value) -> Res<Self> {
        #[allow(unused_mut)]
        let mut i = In::new(v, "phone.getGroupCallStars")?;
        let call = i.need("call", from::object)?;
        let value = functions::PhoneGetGroupCallStars { call };
        i.done()?;
        Ok(value)
    }
}

impl Json for functions::PhoneGetGroupCallStreamChannels<'static> {
    fn to_json(&self) -> Res<Value> {
        #[allow(unused_mut)]
        let mut o = Out::new("phone.getGroupCallStreamChannels");
        o.put("call", &self.call, to::object)?;
        o.done()
    }

    fn from_json(v: &Value) -> Res<Self> {
        #[allow(unused_mut)]
        let mut i = In::new(v, "phone.getGroupCallStreamChannels")?;
        let call = i.need("call", from::object)?;
        let value = functions::PhoneGetGroupCallStreamChannels { call };
        i.done()?;
        Ok(value)
    }
}

impl Json for functions::PhoneGetGroupCallStreamRtmpUrl<'static> {
    fn to_json(&self) -> Res<Value> {
        #[allow(unused_mut)]
        let mut o = Out::new("phone.getGroupCallStreamRtmpUrl");
        o.flag("live_story", self.live_story);
        o.put("peer", &self.peer, to::object)?;
        o.put("revoke", &self.revoke, to::boolean)?;
        o.done()
    }

    fn from_json(v: &Value) -> Res<Self> {
        #[allow(unused_mut)]
        let mut i = In::new(v, "phone.getGroupCallStreamRtmpUrl")?;
        let peer = i.need("peer", from::object)?;
        let revoke = i.need("revoke", from::boolean)?;
        let value = functions::PhoneGetGroupCallStreamRtmpUrl { live_story: i.flag("live_story")?, peer, revoke };
        i.done()?;
        Ok(value)
    }
}

impl Json for functions::PhoneGetGroupParticipants<'static> {
    fn to_json(&self) -> Res<Value> {
        #[allow(unused_mut)]
        let mut o = Out::new("phone.getGroupParticipants");
        o.put("call", &self.call, to::object)?;
        o.put("ids", &self.ids, |v| to::seq(v, to::object))?;
        o.put("sources", &self.sources, |v| to::seq(v, to::int))?;
        o.put("offset", &self.offset, to::text)?;
        o.put("limit", &self.limit, to::int)?;
        o.done()
    }

    fn from_json(v: &Value) -> Res<Self> {
        #[allow(unused_mut)]
        let mut i = In::new(v, "phone.getGroupParticipants")?;
        let call = i.need("call", from::object)?;
        let ids = i.need("ids", |v| from::seq(v, from::object))?;
        let sources = i.need("sources", |v| from::seq(v, from::int))?;
        let offset = i.need("offset", from::text)?;
        let limit = i.need("limit", from::int)?;
        let value = functions::PhoneGetGroupParticipants { call, ids, sources, offset, limit };
        i.done()?;
        Ok(value)
    }
}

impl Json for functions::PhoneInviteConferenceCallParticipant<'static> {
    fn to_json(&self) -> Res<Value> {
        #[allow(unused_mut)]
        let mut o = Out::new("phone.inviteConferenceCallParticipant");
        o.flag("video", self.video);
        o.put("call", &self.call, to::object)?;
        o.put("user_id", &self.user_id, to::object)?;
        o.done()
    }

    fn from_json(v: &Value) -> Res<Self> {
        #[allow(unused_mut)]
        let mut i = In::new(v, "phone.inviteConferenceCallParticipant")?;
        let call = i.need("call", from::object)?;
        let user_id = i.need("user_id", from::object)?;
        let value = functions::PhoneInviteConferenceCallParticipant { video: i.flag("video")?, call, user_id };
        i.done()?;
        Ok(value)
    }
}

impl Json for functions::PhoneInviteToGroupCall<'static> {
    fn to_json(&self) -> Res<Value> {
        #[allow(unused_mut)]
        let mut o = Out::new("phone.inviteToGroupCall");
        o.put("call", &self.call, to::object)?;
        o.put("users", &self.users, |v| to::seq(v, to::object))?;
        o.done()
    }

    fn from_json(v: &Value) -> Res<Self> {
        #[allow(unused_mut)]
        let mut i = In::new(v, "phone.inviteToGroupCall")?;
        let call = i.need("call", from::object)?;
        let users = i.need("users", |v| from::seq(v, from::object))?;
        let value = functions::PhoneInviteToGroupCall { call, users };
        i.done()?;
        Ok(value)
    }
}

impl Json for functions::PhoneJoinGroupCall<'static> {
    fn to_json(&self) -> Res<Value> {
        #[allow(unused_mut)]
        let mut o = Out::new("phone.joinGroupCall");
        o.flag("muted", self.muted);
        o.flag("video_stopped", self.video_stopped);
        o.put("call", &self.call, to::object)?;
        o.put("join_as", &self.join_as, to::object)?;
        o.option("invite_hash", &self.invite_hash, to::text)?;
        if let Some(group) = &self.key {
            o.put("public_key", &group.public_key, to::fixed)?;
            o.put("block", &group.block, to::bytes)?;
        }
        o.put("params", &self.params, to::object)?;
        o.done()
    }

    fn from_json(v: &Value) -> Res<Self> {
        #[allow(unused_mut)]
        let mut i = In::new(v, "phone.joinGroupCall")?;
        let call = i.need("call", from::object)?;
        let join_as = i.need("join_as", from::object)?;
        let invite_hash = i.option("invite_hash", from::text)?;
        let key = if i.all_or_none(&["public_key", "block"])? { Some(functions::JoinKey { public_key: i.need("public_key", from::fixed)?, block: i.need("block", from::bytes)? }) } else { None };
        let params = i.need("params", from::object)?;
        let value = functions::PhoneJoinGroupCall { muted: i.flag("muted")?, video_stopped: i.flag("video_stopped")?, call, join_as, invite_hash, key, params };
        i.done()?;
        Ok(value)
    }
}

impl Json for functions::PhoneJoinGroupCallPresentation<'static> {
    fn to_json(&self) -> Res<Value> {
        #[allow(unused_mut)]
        let mut o = Out::new("phone.joinGroupCallPresentation");
        o.put("call", &self.call, to::object)?;
        o.put("params", &self.params, to::object)?;
        o.done()
    }

    fn from_json(v: &Value) -> Res<Self> {
        #[allow(unused_mut)]
        let mut i = In::new(v, "phone.joinGroupCallPresentation")?;
        let call = i.need("call", from::object)?;
        let params = i.need("params", from::object)?;
        let value = functions::PhoneJoinGroupCallPresentation { call, params };
        i.done()?;
        Ok(value)
    }
}

impl Json for functions::PhoneLeaveGroupCall<'static> {
    fn to_json(&self) -> Res<Value> {
        #[allow(unused_mut)]
        let mut o = Out::new("phone.leaveGroupCall");
        o.put("call", &self.call, to::object)?;
        o.put("source", &self.source, to::int)?;
        o.done()
    }

    fn from_json(v: &Value) -> Res<Self> {
        #[allow(unused_mut)]
        let mut i = In::new(v, "phone.leaveGroupCall")?;
        let call = i.need("call", from::object)?;
        let source = i.need("source", from::int)?;
        let value = functions::PhoneLeaveGroupCall { call, source };
        i.done()?;
        Ok(value)
    }
}

impl Json for functions::PhoneLeaveGroupCallPresentation<'static> {
    fn to_json(&self) -> Res<Value> {
        #[allow(unused_mut)]
        let mut o = Out::new("phone.leaveGroupCallPresentation");
        o.put("call", &self.call, to::object)?;
        o.done()
    }

    fn from_json(v: &Value) -> Res<Self> {
        #[allow(unused_mut)]
        let mut i = In::new(v, "phone.leaveGroupCallPresentation")?;
        let call = i.need("call", from::object)?;
        let value = functions::PhoneLeaveGroupCallPresentation { call };
        i.done()?;
        Ok(value)
    }
}

impl Json for functions::PhoneReceivedCall {
    fn to_json(&self) -> Res<Value> {
        #[allow(unused_mut)]
        let mut o = Out::new("phone.receivedCall");
        o.put("peer", &self.peer, to::object)?;
        o.done()
    }

    fn from_json(v: &Value) -> Res<Self> {
        #[allow(unused_mut)]
        let mut i = In::new(v, "phone.receivedCall")?;
        let peer = i.need("peer", from::object)?;
        let value = functions::PhoneReceivedCall { peer };
        i.done()?;
        Ok(value)
    }
}

impl Json for functions::PhoneRequestCall<'static> {
    fn to_json(&self) -> Res<Value> {
        #[allow(unused_mut)]
        let mut o = Out::new("phone.requestCall");
        o.flag("video", self.video);
        o.put("user_id", &self.user_id, to::object)?;
        o.put("random_id", &self.random_id, to::int)?;
        o.put("g_a_hash", &self.g_a_hash, to::bytes)?;
        o.put("protocol", &self.protocol, to::object)?;
        o.done()
    }

    fn from_json(v: &Value) -> Res<Self> {
        #[allow(unused_mut)]
        let mut i = In::new(v, "phone.requestCall")?;
        let user_id = i.need("user_id", from::object)?;
        let random_id = i.need("random_id", from::int)?;
        let g_a_hash = i.need("g_a_hash", from::bytes)?;
        let protocol = i.need("protocol", from::object)?;
        let value = functions::PhoneRequestCall { video: i.flag("video")?, user_id, random_id, g_a_hash, protocol };
        i.done()?;
        Ok(value)
    }
}

impl Json for functions::PhoneSaveCallDebug<'static> {
    fn to_json(&self) -> Res<Value> {
        #[allow(unused_mut)]
        let mut o = Out::new("phone.saveCallDebug");
        o.put("peer", &self.peer, to::object)?;
        o.put("debug", &self.debug, to::object)?;
        o.done()
    }

    fn from_json(v: &Value) -> Res<Self> {
        #[allow(unused_mut)]
        let mut i = In::new(v, "phone.saveCallDebug")?;
        let peer = i.need("peer", from::object)?;
        let debug = i.need("debug", from::object)?;
        let value = functions::PhoneSaveCallDebug { peer, debug };
        i.done()?;
        Ok(value)
    }
}

impl Json for functions::PhoneSaveCallLog<'static> {
    fn to_json(&self) -> Res<Value> {
        #[allow(unused_mut)]
        let mut o = Out::new("phone.saveCallLog");
        o.put("peer", &self.peer, to::object)?;
        o.put("file", &self.file, to::object)?;
        o.done()
    }

    fn from_json(v: &Value) -> Res<Self> {
        #[allow(unused_mut)]
        let mut i = In::new(v, "phone.saveCallLog")?;
        let peer = i.need("peer", from::object)?;
        let file = i.need("file", from::object)?;
        let value = functions::PhoneSaveCallLog { peer, file };
        i.done()?;
        Ok(value)
    }
}

impl Json for functions::PhoneSaveDefaultGroupCallJoinAs<'static> {
    fn to_json(&self) -> Res<Value> {
        #[allow(unused_mut)]
        let mut o = Out::new("phone.saveDefaultGroupCallJoinAs");
        o.put("peer", &self.peer, to::object)?;
        o.put("join_as", &self.join_as, to::object)?;
        o.done()
    }

    fn from_json(v: &Value) -> Res<Self> {
        #[allow(unused_mut)]
        let mut i = In::new(v, "phone.saveDefaultGroupCallJoinAs")?;
        let peer = i.need("peer", from::object)?;
        let join_as = i.need("join_as", from::object)?;
        let value = functions::PhoneSaveDefaultGroupCallJoinAs { peer, join_as };
        i.done()?;
        Ok(value)
    }
}

impl Json for functions::PhoneSaveDefaultSendAs<'static> {
    fn to_json(&self) -> Res<Value> {
        #[allow(unused_mut)]
        let mut o = Out::new("phone.saveDefaultSendAs");
        o.put("call", &self.call, to::object)?;
        o.put("send_as", &self.send_as, to::object)?;
        o.done()
    }

    fn from_json(v: &Value) -> Res<Self> {
        #[allow(unused_mut)]
        let mut i = In::new(v, "phone.saveDefaultSendAs")?;
        let call = i.need("call", from::object)?;
        let send_as = i.need("send_as", from::object)?;
        let value = functions::PhoneSaveDefaultSendAs { call, send_as };
        i.done()?;
        Ok(value)
    }
}

impl Json for functions::PhoneSendConferenceCallBroadcast<'static> {
    fn to_json(&self) -> Res<Value> {
        #[allow(unused_mut)]
        let mut o = Out::new("phone.sendConferenceCallBroadcast");
        o.put("call", &self.call, to::object)?;
        o.put("block", &self.block, to::bytes)?;
        o.done()
    }

    fn from_json(v: &Value) -> Res<Self> {
        #[allow(unused_mut)]
        let mut i = In::new(v, "phone.sendConferenceCallBroadcast")?;
        let call = i.need("call", from::object)?;
        let block = i.need("block", from::bytes)?;
        let value = functions::PhoneSendConferenceCallBroadcast { call, block };
        i.done()?;
        Ok(value)
    }
}

impl Json for functions::PhoneSendGroupCallEncryptedMessage<'static> {
    fn to_json(&self) -> Res<Value> {
        #[allow(unused_mut)]
        let mut o = Out::new("phone.sendGroupCallEncryptedMessage");
        o.put("call", &self.call, to::object)?;
        o.put("encrypted_message", &self.encrypted_message, to::bytes)?;
        o.done()
    }

    fn from_json(v: &Value) -> Res<Self> {
        #[allow(unused_mut)]
        let mut i = In::new(v, "phone.sendGroupCallEncryptedMessage")?;
        let call = i.need("call", from::object)?;
        let encrypted_message = i.need("encrypted_message", from::bytes)?;
        let value = functions::PhoneSendGroupCallEncryptedMessage { call, encrypted_message };
        i.done()?;
        Ok(value)
    }
}

impl Json for functions::PhoneSendGroupCallMessage<'static> {
    fn to_json(&self) -> Res<Value> {
        #[allow(unused_mut)]
        let mut o = Out::new("phone.sendGroupCallMessage");
        o.put("call", &self.call, to::object)?;
        o.put("random_id", &self.random_id, to::long)?;
        o.put("message", &self.message, to::object)?;
        o.option("allow_paid_stars", &self.allow_paid_stars, to::long)?;
        o.option("send_as", &self.send_as, to::object)?;
        o.done()
    }

    fn from_json(v: &Value) -> Res<Self> {
        #[allow(unused_mut)]
        let mut i = In::new(v, "phone.sendGroupCallMessage")?;
        let call = i.need("call", from::object)?;
        let random_id = i.need("random_id", from::long)?;
        let message = i.need("message", from::object)?;
        let allow_paid_stars = i.option("allow_paid_stars", from::long)?;
        let send_as = i.option("send_as", from::object)?;
        let value = functions::PhoneSendGroupCallMessage { call, random_id, message, allow_paid_stars, send_as };
        i.done()?;
        Ok(value)
    }
}

impl Json for functions::PhoneSendSignalingData<'static> {
    fn to_json(&self) -> Res<Value> {
        #[allow(unused_mut)]
        let mut o = Out::new("phone.sendSignalingData");
        o.put("peer", &self.peer, to::object)?;
        o.put("data", &self.data, to::bytes)?;
        o.done()
    }

    fn from_json(v: &Value) -> Res<Self> {
        #[allow(unused_mut)]
        let mut i = In::new(v, "phone.sendSignalingData")?;
        let peer = i.need("peer", from::object)?;
        let data = i.need("data", from::bytes)?;
        let value = functions::PhoneSendSignalingData { peer, data };
        i.done()?;
        Ok(value)
    }
}

impl Json for functions::PhoneSetCallRating<'static> {
    fn to_json(&self) -> Res<Value> {
        #[allow(unused_mut)]
        let mut o = Out::new("phone.setCallRating");
        o.flag("user_initiative", self.user_initiative);
        o.put("peer", &self.peer, to::object)?;
        o.put("rating", &self.rating, to::int)?;
        o.put("comment", &self.comment, to::text)?;
        o.done()
    }

    fn from_json(v: &Value) -> Res<Self> {
        #[allow(unused_mut)]
        let mut i = In::new(v, "phone.setCallRating")?;
        let peer = i.need("peer", from::object)?;
        let rating = i.need("rating", from::int)?;
        let comment = i.need("comment", from::text)?;
        let value = functions::PhoneSetCallRating { user_initiative: i.flag("user_initiative")?, peer, rating, comment };
        i.done()?;
        Ok(value)
    }
}

impl Json for functions::PhoneStartScheduledGroupCall<'static> {
    fn to_json(&self) -> Res<Value> {
        #[allow(unused_mut)]
        let mut o = Out::new("phone.startScheduledGroupCall");
        o.put("call", &self.call, to::object)?;
        o.done()
    }

    fn from_json(v: &Value) -> Res<Self> {
        #[allow(unused_mut)]
        let mut i = In::new(v, "phone.startScheduledGroupCall")?;
        let call = i.need("call", from::object)?;
        let value = functions::PhoneStartScheduledGroupCall { call };
        i.done()?;
        Ok(value)
    }
}

impl Json for functions::PhoneToggleGroupCallRecord<'static> {
    fn to_json(&self) -> Res<Value> {
        #[allow(unused_mut)]
        let mut o = Out::new("phone.toggleGroupCallRecord");
        o.flag("start", self.start);
        o.flag("video", self.video());
        o.put("call", &self.call, to::object)?;
        o.option("title", &self.title, to::text)?;
        o.option("video_portrait", &self.video_portrait, to::boolean)?;
        o.done()
    }

    fn from_json(v: &Value) -> Res<Self> {
        #[allow(unused_mut)]
        let mut i = In::new(v, "phone.toggleGroupCallRecord")?;
        let implied_video_portrait = i.flag("video")?;
        let call = i.need("call", from::object)?;
        let title = i.option("title", from::text)?;
        let video_portrait = i.option("video_portrait", from::boolean)?;
        i.agree("video", implied_video_portrait, video_portrait.is_some())?;
        let value = functions::PhoneToggleGroupCallRecord { start: i.flag("start")?, call, title, video_portrait };
        i.done()?;
        Ok(value)
    }
}

impl Json for functions::PhoneToggleGroupCallSettings<'static> {
    fn to_json(&self) -> Res<Value> {
        #[allow(unused_mut)]
        let mut o = Out::new("phone.toggleGroupCallSettings");
        o.flag("reset_invite_hash", self.reset_invite_hash);
        o.put("call", &self.call, to::object)?;
        o.option("join_muted", &self.join_muted, to::boolean)?;
        o.option("messages_enabled", &self.messages_enabled, to::boolean)?;
        o.option("send_paid_messages_stars", &self.send_paid_messages_stars, to::long)?;
        o.done()
    }

    fn from_json(v: &Value) -> Res<Self> {
        #[allow(unused_mut)]
        let mut i = In::new(v, "phone.toggleGroupCallSettings")?;
        let call = i.need("call", from::object)?;
        let join_muted = i.option("join_muted", from::boolean)?;
        let messages_enabled = i.option("messages_enabled", from::boolean)?;
        let send_paid_messages_stars = i.option("send_paid_messages_stars", from::long)?;
        let value = functions::PhoneToggleGroupCallSettings { reset_invite_hash: i.flag("reset_invite_hash")?, call, join_muted, messages_enabled, send_paid_messages_stars };
        i.done()?;
        Ok(value)
    }
}

impl Json for functions::PhoneToggleGroupCallStartSubscription<'static> {
    fn to_json(&self) -> Res<Value> {
        #[allow(unused_mut)]
        let mut o = Out::new("phone.toggleGroupCallStartSubscription");
        o.put("call", &self.call, to::object)?;
        o.put("subscribed", &self.subscribed, to::boolean)?;
        o.done()
    }

    fn from_json(v: &Value) -> Res<Self> {
        #[allow(unused_mut)]
        let mut i = In::new(v, "phone.toggleGroupCallStartSubscription")?;
        let call = i.need("call", from::object)?;
        let subscribed = i.need("subscribed", from::boolean)?;
        let value = functions::PhoneToggleGroupCallStartSubscription { call, subscribed };
        i.done()?;
        Ok(value)
    }
}

impl Json for functions::HelpGetConfig {
    fn to_json(&self) -> Res<Value> {
        #[allow(unused_mut)]
        let mut o = Out::new("help.getConfig");
        o.done()
    }

    fn from_json(v: &Value) -> Res<Self> {
        #[allow(unused_mut)]
        let mut i = In::new(v, "help.getConfig")?;
        let value = functions::HelpGetConfig;
        i.done()?;
        Ok(value)
    }
}

impl Json for functions::MessagesDeleteMessages<'static> {
    fn to_json(&self) -> Res<Value> {
        #[allow(unused_mut)]
        let mut o = Out::new("messages.deleteMessages");
        o.flag("revoke", self.revoke);
        o.put("id", &self.id, |v| to::seq(v, to::int))?;
        o.done()
    }

    fn from_json(v: &Value) -> Res<Self> {
        #[allow(unused_mut)]
        let mut i = In::new(v, "messages.deleteMessages")?;
        let id = i.need("id", |v| from::seq(v, from::int))?;
        let value = functions::MessagesDeleteMessages { revoke: i.flag("revoke")?, id };
        i.done()?;
        Ok(value)
    }
}

impl Json for functions::MessagesGetDhConfig {
    fn to_json(&self) -> Res<Value> {
        #[allow(unused_mut)]
        let mut o = Out::new("messages.getDhConfig");
        o.put("version", &self.version, to::int)?;
        o.put("random_length", &self.random_length, to::int)?;
        o.done()
    }

    fn from_json(v: &Value) -> Res<Self> {
        #[allow(unused_mut)]
        let mut i = In::new(v, "messages.getDhConfig")?;
        let version = i.need("version", from::int)?;
        let random_length = i.need("random_length", from::int)?;
        let value = functions::MessagesGetDhConfig { version, random_length };
        i.done()?;
        Ok(value)
    }
}

impl Json for functions::MessagesSetTyping<'static> {
    fn to_json(&self) -> Res<Value> {
        #[allow(unused_mut)]
        let mut o = Out::new("messages.setTyping");
        o.put("peer", &self.peer, to::object)?;
        o.option("top_msg_id", &self.top_msg_id, to::int)?;
        o.put("action", &self.action, to::object)?;
        o.done()
    }

    fn from_json(v: &Value) -> Res<Self> {
        #[allow(unused_mut)]
        let mut i = In::new(v, "messages.setTyping")?;
        let peer = i.need("peer", from::object)?;
        let top_msg_id = i.option("top_msg_id", from::int)?;
        let action = i.need("action", from::object)?;
        let value = functions::MessagesSetTyping { peer, top_msg_id, action };
        i.done()?;
        Ok(value)
    }
}

impl Json for functions::UpdatesGetDifference {
    fn to_json(&self) -> Res<Value> {
        #[allow(unused_mut)]
        let mut o = Out::new("updates.getDifference");
        o.put("pts", &self.pts, to::int)?;
        o.option("pts_limit", &self.pts_limit, to::int)?;
        o.option("pts_total_limit", &self.pts_total_limit, to::int)?;
        o.put("date", &self.date, to::int)?;
        o.put("qts", &self.qts, to::int)?;
        o.option("qts_limit", &self.qts_limit, to::int)?;
        o.done()
    }

    fn from_json(v: &Value) -> Res<Self> {
        #[allow(unused_mut)]
        let mut i = In::new(v, "updates.getDifference")?;
        let pts = i.need("pts", from::int)?;
        let pts_limit = i.option("pts_limit", from::int)?;
        let pts_total_limit = i.option("pts_total_limit", from::int)?;
        let date = i.need("date", from::int)?;
        let qts = i.need("qts", from::int)?;
        let qts_limit = i.option("qts_limit", from::int)?;
        let value = functions::UpdatesGetDifference { pts, pts_limit, pts_total_limit, date, qts, qts_limit };
        i.done()?;
        Ok(value)
    }
}

impl Json for functions::UpdatesGetState {
    fn to_json(&self) -> Res<Value> {
        #[allow(unused_mut)]
        let mut o = Out::new("updates.getState");
        o.done()
    }

    fn from_json(v: &Value) -> Res<Self> {
        #[allow(unused_mut)]
        let mut i = In::new(v, "updates.getState")?;
        let value = functions::UpdatesGetState;
        i.done()?;
        Ok(value)
    }
}

impl Json for functions::UploadGetFile<'static> {
    fn to_json(&self) -> Res<Value> {
        #[allow(unused_mut)]
        let mut o = Out::new("upload.getFile");
        o.flag("precise", self.precise);
        o.flag("cdn_supported", self.cdn_supported);
        o.put("location", &self.location, to::object)?;
        o.put("offset", &self.offset, to::long)?;
        o.put("limit", &self.limit, to::int)?;
        o.done()
    }

    fn from_json(v: &Value) -> Res<Self> {
        #[allow(unused_mut)]
        let mut i = In::new(v, "upload.getFile")?;
        let location = i.need("location", from::object)?;
        let offset = i.need("offset", from::long)?;
        let limit = i.need("limit", from::int)?;
        let value = functions::UploadGetFile { precise: i.flag("precise")?, cdn_supported: i.flag("cdn_supported")?, location, offset, limit };
        i.done()?;
        Ok(value)
    }
}

impl Json for functions::UploadSaveBigFilePart<'static> {
    fn to_json(&self) -> Res<Value> {
        #[allow(unused_mut)]
        let mut o = Out::new("upload.saveBigFilePart");
        o.put("file_id", &self.file_id, to::long)?;
        o.put("file_part", &self.file_part, to::int)?;
        o.put("file_total_parts", &self.file_total_parts, to::int)?;
        o.put("bytes", &self.bytes, to::bytes)?;
        o.done()
    }

    fn from_json(v: &Value) -> Res<Self> {
        #[allow(unused_mut)]
        let mut i = In::new(v, "upload.saveBigFilePart")?;
        let file_id = i.need("file_id", from::long)?;
        let file_part = i.need("file_part", from::int)?;
        let file_total_parts = i.need("file_total_parts", from::int)?;
        let bytes = i.need("bytes", from::bytes)?;
        let value = functions::UploadSaveBigFilePart { file_id, file_part, file_total_parts, bytes };
        i.done()?;
        Ok(value)
    }
}

impl Json for functions::UploadSaveFilePart<'static> {
    fn to_json(&self) -> Res<Value> {
        #[allow(unused_mut)]
        let mut o = Out::new("upload.saveFilePart");
        o.put("file_id", &self.file_id, to::long)?;
        o.put("file_part", &self.file_part, to::int)?;
        o.put("bytes", &self.bytes, to::bytes)?;
        o.done()
    }

    fn from_json(v: &Value) -> Res<Self> {
        #[allow(unused_mut)]
        let mut i = In::new(v, "upload.saveFilePart")?;
        let file_id = i.need("file_id", from::long)?;
        let file_part = i.need("file_part", from::int)?;
        let bytes = i.need("bytes", from::bytes)?;
        let value = functions::UploadSaveFilePart { file_id, file_part, bytes };
        i.done()?;
        Ok(value)
    }
}

impl Json for functions::InitConnection<'static> {
    fn to_json(&self) -> Res<Value> {
        #[allow(unused_mut)]
        let mut o = Out::new("initConnection");
        o.put("api_id", &self.api_id, to::int)?;
        o.put("device_model", &self.device_model, to::text)?;
        o.put("system_version", &self.system_version, to::text)?;
        o.put("app_version", &self.app_version, to::text)?;
        o.put("system_lang_code", &self.system_lang_code, to::text)?;
        o.put("lang_pack", &self.lang_pack, to::text)?;
        o.put("lang_code", &self.lang_code, to::text)?;
        o.option("proxy", &self.proxy, to::object)?;
        o.option("params", &self.params, to::object)?;
        o.put("query", &self.query, to::query)?;
        o.done()
    }

    fn from_json(v: &Value) -> Res<Self> {
        #[allow(unused_mut)]
        let mut i = In::new(v, "initConnection")?;
        let api_id = i.need("api_id", from::int)?;
        let device_model = i.need("device_model", from::text)?;
        let system_version = i.need("system_version", from::text)?;
        let app_version = i.need("app_version", from::text)?;
        let system_lang_code = i.need("system_lang_code", from::text)?;
        let lang_pack = i.need("lang_pack", from::text)?;
        let lang_code = i.need("lang_code", from::text)?;
        let proxy = i.option("proxy", from::object)?;
        let params = i.option("params", from::object)?;
        let query = i.need("query", from::query)?;
        let value = functions::InitConnection { api_id, device_model, system_version, app_version, system_lang_code, lang_pack, lang_code, proxy, params, query };
        i.done()?;
        Ok(value)
    }
}

impl Json for functions::InvokeAfterMsg<'static> {
    fn to_json(&self) -> Res<Value> {
        #[allow(unused_mut)]
        let mut o = Out::new("invokeAfterMsg");
        o.put("msg_id", &self.msg_id, to::long)?;
        o.put("query", &self.query, to::query)?;
        o.done()
    }

    fn from_json(v: &Value) -> Res<Self> {
        #[allow(unused_mut)]
        let mut i = In::new(v, "invokeAfterMsg")?;
        let msg_id = i.need("msg_id", from::long)?;
        let query = i.need("query", from::query)?;
        let value = functions::InvokeAfterMsg { msg_id, query };
        i.done()?;
        Ok(value)
    }
}

impl Json for functions::InvokeAfterMsgs<'static> {
    fn to_json(&self) -> Res<Value> {
        #[allow(unused_mut)]
        let mut o = Out::new("invokeAfterMsgs");
        o.put("msg_ids", &self.msg_ids, |v| to::seq(v, to::long))?;
        o.put("query", &self.query, to::query)?;
        o.done()
    }

    fn from_json(v: &Value) -> Res<Self> {
        #[allow(unused_mut)]
        let mut i = In::new(v, "invokeAfterMsgs")?;
        let msg_ids = i.need("msg_ids", |v| from::seq(v, from::long))?;
        let query = i.need("query", from::query)?;
        let value = functions::InvokeAfterMsgs { msg_ids, query };
        i.done()?;
        Ok(value)
    }
}

impl Json for functions::InvokeWithLayer<'static> {
    fn to_json(&self) -> Res<Value> {
        #[allow(unused_mut)]
        let mut o = Out::new("invokeWithLayer");
        o.put("layer", &self.layer, to::int)?;
        o.put("query", &self.query, to::query)?;
        o.done()
    }

    fn from_json(v: &Value) -> Res<Self> {
        #[allow(unused_mut)]
        let mut i = In::new(v, "invokeWithLayer")?;
        let layer = i.need("layer", from::int)?;
        let query = i.need("query", from::query)?;
        let value = functions::InvokeWithLayer { layer, query };
        i.done()?;
        Ok(value)
    }
}

impl Json for enums::Chat<'static> {
    fn to_json(&self) -> Res<Value> {
        match self {
            enums::Chat::Channel(value) => value.to_json(),
            enums::Chat::ChannelForbidden(value) => value.to_json(),
            enums::Chat::Chat(value) => value.to_json(),
            enums::Chat::Empty(value) => value.to_json(),
            enums::Chat::Forbidden(value) => value.to_json(),
            enums::Chat::Other(raw) => to::raw(raw),
        }
    }

    fn from_json(v: &Value) -> Res<Self> {
        match name(v)? {
            "channel" => types::Channel::from_json(v).map(enums::Chat::Channel),
            "channelForbidden" => types::ChannelForbidden::from_json(v).map(enums::Chat::ChannelForbidden),
            "chat" => types::Chat::from_json(v).map(enums::Chat::Chat),
            "chatEmpty" => types::ChatEmpty::from_json(v).map(enums::Chat::Empty),
            "chatForbidden" => types::ChatForbidden::from_json(v).map(enums::Chat::Forbidden),
            other => Err(format!("{other} is no Chat")),
        }
    }
}

impl Json for enums::ChatPhoto<'static> {
    fn to_json(&self) -> Res<Value> {
        match self {
            enums::ChatPhoto::ChatPhoto(value) => value.to_json(),
            enums::ChatPhoto::Empty => types::ChatPhotoEmpty.to_json(),
        }
    }

    fn from_json(v: &Value) -> Res<Self> {
        match name(v)? {
            "chatPhoto" => types::ChatPhoto::from_json(v).map(enums::ChatPhoto::ChatPhoto),
            "chatPhotoEmpty" => types::ChatPhotoEmpty::from_json(v).map(|_| enums::ChatPhoto::Empty),
            other => Err(format!("{other} is no ChatPhoto")),
        }
    }
}

impl Json for enums::EmojiStatus<'static> {
    fn to_json(&self) -> Res<Value> {
        match self {
            enums::EmojiStatus::EmojiStatus(value) => value.to_json(),
            enums::EmojiStatus::Collectible(value) => value.to_json(),
            enums::EmojiStatus::Empty => types::EmojiStatusEmpty.to_json(),
            enums::EmojiStatus::InputEmojiStatusCollectible(value) => value.to_json(),
            enums::EmojiStatus::Other(raw) => to::raw(raw),
        }
    }

    fn from_json(v: &Value) -> Res<Self> {
        match name(v)? {
            "emojiStatus" => types::EmojiStatus::from_json(v).map(enums::EmojiStatus::EmojiStatus),
            "emojiStatusCollectible" => types::EmojiStatusCollectible::from_json(v).map(enums::EmojiStatus::Collectible),
            "emojiStatusEmpty" => types::EmojiStatusEmpty::from_json(v).map(|_| enums::EmojiStatus::Empty),
            "inputEmojiStatusCollectible" => types::InputEmojiStatusCollectible::from_json(v).map(enums::EmojiStatus::InputEmojiStatusCollectible),
            other => Err(format!("{other} is no EmojiStatus")),
        }
    }
}

impl Json for enums::EncryptedMessage<'static> {
    fn to_json(&self) -> Res<Value> {
        match self {
            enums::EncryptedMessage::Service(value) => value.to_json(),
            enums::EncryptedMessage::Other(raw) => to::raw(raw),
        }
    }

    fn from_json(v: &Value) -> Res<Self> {
        match name(v)? {
            "encryptedMessageService" => types::EncryptedMessageService::from_json(v).map(enums::EncryptedMessage::Service),
            other => Err(format!("{other} is no EncryptedMessage")),
        }
    }
}

impl Json for enums::GroupCall<'static> {
    fn to_json(&self) -> Res<Value> {
        match self {
            enums::GroupCall::GroupCall(value) => value.to_json(),
            enums::GroupCall::Discarded(value) => value.to_json(),
        }
    }

    fn from_json(v: &Value) -> Res<Self> {
        match name(v)? {
            "groupCall" => types::GroupCall::from_json(v).map(enums::GroupCall::GroupCall),
            "groupCallDiscarded" => types::GroupCallDiscarded::from_json(v).map(enums::GroupCall::Discarded),
            other => Err(format!("{other} is no GroupCall")),
        }
    }
}

impl Json for enums::InputChannel<'static> {
    fn to_json(&self) -> Res<Value> {
        match self {
            enums::InputChannel::InputChannel(value) => value.to_json(),
            enums::InputChannel::Empty => types::InputChannelEmpty.to_json(),
            enums::InputChannel::FromMessage(value) => value.to_json(),
        }
    }

    fn from_json(v: &Value) -> Res<Self> {
        match name(v)? {
            "inputChannel" => types::InputChannel::from_json(v).map(enums::InputChannel::InputChannel),
            "inputChannelEmpty" => types::InputChannelEmpty::from_json(v).map(|_| enums::InputChannel::Empty),
            "inputChannelFromMessage" => types::InputChannelFromMessage::from_json(v).map(enums::InputChannel::FromMessage),
            other => Err(format!("{other} is no InputChannel")),
        }
    }
}

impl Json for enums::InputDocument<'static> {
    fn to_json(&self) -> Res<Value> {
        match self {
            enums::InputDocument::InputDocument(value) => value.to_json(),
            enums::InputDocument::Empty => types::InputDocumentEmpty.to_json(),
        }
    }

    fn from_json(v: &Value) -> Res<Self> {
        match name(v)? {
            "inputDocument" => types::InputDocument::from_json(v).map(enums::InputDocument::InputDocument),
            "inputDocumentEmpty" => types::InputDocumentEmpty::from_json(v).map(|_| enums::InputDocument::Empty),
            other => Err(format!("{other} is no InputDocument")),
        }
    }
}

impl Json for enums::InputFile<'static> {
    fn to_json(&self) -> Res<Value> {
        match self {
            enums::InputFile::InputFile(value) => value.to_json(),
            enums::InputFile::Big(value) => value.to_json(),
            enums::InputFile::StoryDocument(value) => value.to_json(),
        }
    }

    fn from_json(v: &Value) -> Res<Self> {
        match name(v)? {
            "inputFile" => types::InputFile::from_json(v).map(enums::InputFile::InputFile),
            "inputFileBig" => types::InputFileBig::from_json(v).map(enums::InputFile::Big),
            "inputFileStoryDocument" => types::InputFileStoryDocument::from_json(v).map(enums::InputFile::StoryDocument),
            other => Err(format!("{other} is no InputFile")),
        }
    }
}

impl Json for enums::InputFileLocation<'static> {
    fn to_json(&self) -> Res<Value> {
        match self {
            enums::InputFileLocation::InputGroupCallStream(value) => value.to_json(),
            enums::InputFileLocation::Other(raw) => to::raw(raw),
        }
    }

    fn from_json(v: &Value) -> Res<Self> {
        match name(v)? {
            "inputGroupCallStream" => types::InputGroupCallStream::from_json(v).map(enums::InputFileLocation::InputGroupCallStream),
            other => Err(format!("{other} is no InputFileLocation")),
        }
    }
}

impl Json for enums::InputGroupCall<'static> {
    fn to_json(&self) -> Res<Value> {
        match self {
            enums::InputGroupCall::InputGroupCall(value) => value.to_json(),
            enums::InputGroupCall::InviteMessage(value) => value.to_json(),
            enums::InputGroupCall::Slug(value) => value.to_json(),
        }
    }

    fn from_json(v: &Value) -> Res<Self> {
        match name(v)? {
            "inputGroupCall" => types::InputGroupCall::from_json(v).map(enums::InputGroupCall::InputGroupCall),
            "inputGroupCallInviteMessage" => types::InputGroupCallInviteMessage::from_json(v).map(enums::InputGroupCall::InviteMessage),
            "inputGroupCallSlug" => types::InputGroupCallSlug::from_json(v).map(enums::InputGroupCall::Slug),
            other => Err(format!("{other} is no InputGroupCall")),
        }
    }
}

impl Json for enums::InputPeer<'static> {
    fn to_json(&self) -> Res<Value> {
        match self {
            enums::InputPeer::Channel(value) => value.to_json(),
            enums::InputPeer::ChannelFromMessage(value) => value.to_json(),
            enums::InputPeer::Chat(value) => value.to_json(),
            enums::InputPeer::Empty => types::InputPeerEmpty.to_json(),
            enums::InputPeer::Self_ => types::InputPeerSelf.to_json(),
            enums::InputPeer::User(value) => value.to_json(),
            enums::InputPeer::UserFromMessage(value) => value.to_json(),
        }
    }

    fn from_json(v: &Value) -> Res<Self> {
        match name(v)? {
            "inputPeerChannel" => types::InputPeerChannel::from_json(v).map(enums::InputPeer::Channel),
            "inputPeerChannelFromMessage" => types::InputPeerChannelFromMessage::from_json(v).map(enums::InputPeer::ChannelFromMessage),
            "inputPeerChat" => types::InputPeerChat::from_json(v).map(enums::InputPeer::Chat),
            "inputPeerEmpty" => types::InputPeerEmpty::from_json(v).map(|_| enums::InputPeer::Empty),
            "inputPeerSelf" => types::InputPeerSelf::from_json(v).map(|_| enums::InputPeer::Self_),
            "inputPeerUser" => types::InputPeerUser::from_json(v).map(enums::InputPeer::User),
            "inputPeerUserFromMessage" => types::InputPeerUserFromMessage::from_json(v).map(enums::InputPeer::UserFromMessage),
            other => Err(format!("{other} is no InputPeer")),
        }
    }
}

impl Json for enums::InputUser<'static> {
    fn to_json(&self) -> Res<Value> {
        match self {
            enums::InputUser::InputUser(value) => value.to_json(),
            enums::InputUser::Empty => types::InputUserEmpty.to_json(),
            enums::InputUser::FromMessage(value) => value.to_json(),
            enums::InputUser::Self_ => types::InputUserSelf.to_json(),
        }
    }

    fn from_json(v: &Value) -> Res<Self> {
        match name(v)? {
            "inputUser" => types::InputUser::from_json(v).map(enums::InputUser::InputUser),
            "inputUserEmpty" => types::InputUserEmpty::from_json(v).map(|_| enums::InputUser::Empty),
            "inputUserFromMessage" => types::InputUserFromMessage::from_json(v).map(enums::InputUser::FromMessage),
            "inputUserSelf" => types::InputUserSelf::from_json(v).map(|_| enums::InputUser::Self_),
            other => Err(format!("{other} is no InputUser")),
        }
    }
}

impl Json for enums::JSONValue<'static> {
    fn to_json(&self) -> Res<Value> {
        match self {
            enums::JSONValue::JsonArray(value) => value.to_json(),
            enums::JSONValue::JsonBool(value) => value.to_json(),
            enums::JSONValue::JsonNull => types::JsonNull.to_json(),
            enums::JSONValue::JsonNumber(value) => value.to_json(),
            enums::JSONValue::JsonObject(value) => value.to_json(),
            enums::JSONValue::JsonString(value) => value.to_json(),
        }
    }

    fn from_json(v: &Value) -> Res<Self> {
        match name(v)? {
            "jsonArray" => types::JsonArray::from_json(v).map(enums::JSONValue::JsonArray),
            "jsonBool" => types::JsonBool::from_json(v).map(enums::JSONValue::JsonBool),
            "jsonNull" => types::JsonNull::from_json(v).map(|_| enums::JSONValue::JsonNull),
            "jsonNumber" => types::JsonNumber::from_json(v).map(enums::JSONValue::JsonNumber),
            "jsonObject" => types::JsonObject::from_json(v).map(enums::JSONValue::JsonObject),
            "jsonString" => types::JsonString::from_json(v).map(enums::JSONValue::JsonString),
            other => Err(format!("{other} is no JSONValue")),
        }
    }
}

impl Json for enums::Message<'static> {
    fn to_json(&self) -> Res<Value> {
        match self {
            enums::Message::Empty(value) => value.to_json(),
            enums::Message::Service(value) => value.to_json(),
            enums::Message::Other(raw) => to::raw(raw),
        }
    }

    fn from_json(v: &Value) -> Res<Self> {
        match name(v)? {
            "messageEmpty" => types::MessageEmpty::from_json(v).map(enums::Message::Empty),
            "messageService" => types::MessageService::from_json(v).map(enums::Message::Service),
            other => Err(format!("{other} is no Message")),
        }
    }
}

impl Json for enums::MessageAction<'static> {
    fn to_json(&self) -> Res<Value> {
        match self {
            enums::MessageAction::ConferenceCall(value) => value.to_json(),
            enums::MessageAction::Empty => types::MessageActionEmpty.to_json(),
            enums::MessageAction::GroupCall(value) => value.to_json(),
            enums::MessageAction::GroupCallScheduled(value) => value.to_json(),
            enums::MessageAction::InviteToGroupCall(value) => value.to_json(),
            enums::MessageAction::PhoneCall(value) => value.to_json(),
            enums::MessageAction::Other(raw) => to::raw(raw),
        }
    }

    fn from_json(v: &Value) -> Res<Self> {
        match name(v)? {
            "messageActionConferenceCall" => types::MessageActionConferenceCall::from_json(v).map(enums::MessageAction::ConferenceCall),
            "messageActionEmpty" => types::MessageActionEmpty::from_json(v).map(|_| enums::MessageAction::Empty),
            "messageActionGroupCall" => types::MessageActionGroupCall::from_json(v).map(enums::MessageAction::GroupCall),
            "messageActionGroupCallScheduled" => types::MessageActionGroupCallScheduled::from_json(v).map(enums::MessageAction::GroupCallScheduled),
            "messageActionInviteToGroupCall" => types::MessageActionInviteToGroupCall::from_json(v).map(enums::MessageAction::InviteToGroupCall),
            "messageActionPhoneCall" => types::MessageActionPhoneCall::from_json(v).map(enums::MessageAction::PhoneCall),
            other => Err(format!("{other} is no MessageAction")),
        }
    }
}

impl Json for enums::MessageEntity<'static> {
    fn to_json(&self) -> Res<Value> {
        match self {
            enums::MessageEntity::InputMessageEntityMentionName(value) => value.to_json(),
            enums::MessageEntity::BankCard(value) => value.to_json(),
            enums::MessageEntity::Blockquote(value) => value.to_json(),
            enums::MessageEntity::Bold(value) => value.to_json(),
            enums::MessageEntity::BotCommand(value) => value.to_json(),
            enums::MessageEntity::Cashtag(value) => value.to_json(),
            enums::MessageEntity::Code(value) => value.to_json(),
            enums::MessageEntity::CustomEmoji(value) => value.to_json(),
            enums::MessageEntity::Email(value) => value.to_json(),
            enums::MessageEntity::FormattedDate(value) => value.to_json(),
            enums::MessageEntity::Hashtag(value) => value.to_json(),
            enums::MessageEntity::Italic(value) => value.to_json(),
            enums::MessageEntity::Mention(value) => value.to_json(),
            enums::MessageEntity::MentionName(value) => value.to_json(),
            enums::MessageEntity::Phone(value) => value.to_json(),
            enums::MessageEntity::Pre(value) => value.to_json(),
            enums::MessageEntity::Spoiler(value) => value.to_json(),
            enums::MessageEntity::Strike(value) => value.to_json(),
            enums::MessageEntity::TextUrl(value) => value.to_json(),
            enums::MessageEntity::Underline(value) => value.to_json(),
            enums::MessageEntity::Unknown(value) => value.to_json(),
            enums::MessageEntity::Url(value) => value.to_json(),
            enums::MessageEntity::Other(raw) => to::raw(raw),
        }
    }

    fn from_json(v: &Value) -> Res<Self> {
        match name(v)? {
            "inputMessageEntityMentionName" => types::InputMessageEntityMentionName::from_json(v).map(enums::MessageEntity::InputMessageEntityMentionName),
            "messageEntityBankCard" => types::MessageEntityBankCard::from_json(v).map(enums::MessageEntity::BankCard),
            "messageEntityBlockquote" => types::MessageEntityBlockquote::from_json(v).map(enums::MessageEntity::Blockquote),
            "messageEntityBold" => types::MessageEntityBold::from_json(v).map(enums::MessageEntity::Bold),
            "messageEntityBotCommand" => types::MessageEntityBotCommand::from_json(v).map(enums::MessageEntity::BotCommand),
            "messageEntityCashtag" => types::MessageEntityCashtag::from_json(v).map(enums::MessageEntity::Cashtag),
            "messageEntityCode" => types::MessageEntityCode::from_json(v).map(enums::MessageEntity::Code),
            "messageEntityCustomEmoji" => types::MessageEntityCustomEmoji::from_json(v).map(enums::MessageEntity::CustomEmoji),
            "messageEntityEmail" => types::MessageEntityEmail::from_json(v).map(enums::MessageEntity::Email),
            "messageEntityFormattedDate" => types::MessageEntityFormattedDate::from_json(v).map(enums::MessageEntity::FormattedDate),
            "messageEntityHashtag" => types::MessageEntityHashtag::from_json(v).map(enums::MessageEntity::Hashtag),
            "messageEntityItalic" => types::MessageEntityItalic::from_json(v).map(enums::MessageEntity::Italic),
            "messageEntityMention" => types::MessageEntityMention::from_json(v).map(enums::MessageEntity::Mention),
            "messageEntityMentionName" => types::MessageEntityMentionName::from_json(v).map(enums::MessageEntity::MentionName),
            "messageEntityPhone" => types::MessageEntityPhone::from_json(v).map(enums::MessageEntity::Phone),
            "messageEntityPre" => types::MessageEntityPre::from_json(v).map(enums::MessageEntity::Pre),
            "messageEntitySpoiler" => types::MessageEntitySpoiler::from_json(v).map(enums::MessageEntity::Spoiler),
            "messageEntityStrike" => types::MessageEntityStrike::from_json(v).map(enums::MessageEntity::Strike),
            "messageEntityTextUrl" => types::MessageEntityTextUrl::from_json(v).map(enums::MessageEntity::TextUrl),
            "messageEntityUnderline" => types::MessageEntityUnderline::from_json(v).map(enums::MessageEntity::Underline),
            "messageEntityUnknown" => types::MessageEntityUnknown::from_json(v).map(enums::MessageEntity::Unknown),
            "messageEntityUrl" => types::MessageEntityUrl::from_json(v).map(enums::MessageEntity::Url),
            other => Err(format!("{other} is no MessageEntity")),
        }
    }
}

impl Json for enums::MessageMedia<'static> {
    fn to_json(&self) -> Res<Value> {
        match self {
            enums::MessageMedia::Empty => types::MessageMediaEmpty.to_json(),
            enums::MessageMedia::VideoStream(value) => value.to_json(),
            enums::MessageMedia::Other(raw) => to::raw(raw),
        }
    }

    fn from_json(v: &Value) -> Res<Self> {
        match name(v)? {
            "messageMediaEmpty" => types::MessageMediaEmpty::from_json(v).map(|_| enums::MessageMedia::Empty),
            "messageMediaVideoStream" => types::MessageMediaVideoStream::from_json(v).map(enums::MessageMedia::VideoStream),
            other => Err(format!("{other} is no MessageMedia")),
        }
    }
}

impl Json for enums::MessagePeerReaction<'static> {
    fn to_json(&self) -> Res<Value> {
        match self {
            enums::MessagePeerReaction::MessagePeerReaction(value) => value.to_json(),
            enums::MessagePeerReaction::Other(raw) => to::raw(raw),
        }
    }

    fn from_json(v: &Value) -> Res<Self> {
        match name(v)? {
            "messagePeerReaction" => types::MessagePeerReaction::from_json(v).map(enums::MessagePeerReaction::MessagePeerReaction),
            other => Err(format!("{other} is no MessagePeerReaction")),
        }
    }
}

impl Json for enums::MessageReplyHeader<'static> {
    fn to_json(&self) -> Res<Value> {
        match self {
            enums::MessageReplyHeader::MessageReplyHeader(value) => value.to_json(),
            enums::MessageReplyHeader::MessageReplyStoryHeader(value) => value.to_json(),
            enums::MessageReplyHeader::Other(raw) => to::raw(raw),
        }
    }

    fn from_json(v: &Value) -> Res<Self> {
        match name(v)? {
            "messageReplyHeader" => types::MessageReplyHeader::from_json(v).map(enums::MessageReplyHeader::MessageReplyHeader),
            "messageReplyStoryHeader" => types::MessageReplyStoryHeader::from_json(v).map(enums::MessageReplyHeader::MessageReplyStoryHeader),
            other => Err(format!("{other} is no MessageReplyHeader")),
        }
    }
}

impl Json for enums::Peer {
    fn to_json(&self) -> Res<Value> {
        match self {
            enums::Peer::Channel(value) => value.to_json(),
            enums::Peer::Chat(value) => value.to_json(),
            enums::Peer::User(value) => value.to_json(),
        }
    }

    fn from_json(v: &Value) -> Res<Self> {
        match name(v)? {
            "peerChannel" => types::PeerChannel::from_json(v).map(enums::Peer::Channel),
            "peerChat" => types::PeerChat::from_json(v).map(enums::Peer::Chat),
            "peerUser" => types::PeerUser::from_json(v).map(enums::Peer::User),
            other => Err(format!("{other} is no Peer")),
        }
    }
}

impl Json for enums::PeerColor<'static> {
    fn to_json(&self) -> Res<Value> {
        match self {
            enums::PeerColor::InputPeerColorCollectible(value) => value.to_json(),
            enums::PeerColor::PeerColor(value) => value.to_json(),
            enums::PeerColor::Collectible(value) => value.to_json(),
        }
    }

    fn from_json(v: &Value) -> Res<Self> {
        match name(v)? {
            "inputPeerColorCollectible" => types::InputPeerColorCollectible::from_json(v).map(enums::PeerColor::InputPeerColorCollectible),
            "peerColor" => types::PeerColor::from_json(v).map(enums::PeerColor::PeerColor),
            "peerColorCollectible" => types::PeerColorCollectible::from_json(v).map(enums::PeerColor::Collectible),
            other => Err(format!("{other} is no PeerColor")),
        }
    }
}

impl Json for enums::PhoneCall<'static> {
    fn to_json(&self) -> Res<Value> {
        match self {
            enums::PhoneCall::PhoneCall(value) => value.to_json(),
            enums::PhoneCall::Accepted(value) => value.to_json(),
            enums::PhoneCall::Discarded(value) => value.to_json(),
            enums::PhoneCall::Empty(value) => value.to_json(),
            enums::PhoneCall::Requested(value) => value.to_json(),
            enums::PhoneCall::Waiting(value) => value.to_json(),
        }
    }

    fn from_json(v: &Value) -> Res<Self> {
        match name(v)? {
            "phoneCall" => types::PhoneCall::from_json(v).map(enums::PhoneCall::PhoneCall),
            "phoneCallAccepted" => types::PhoneCallAccepted::from_json(v).map(enums::PhoneCall::Accepted),
            "phoneCallDiscarded" => types::PhoneCallDiscarded::from_json(v).map(enums::PhoneCall::Discarded),
            "phoneCallEmpty" => types::PhoneCallEmpty::from_json(v).map(enums::PhoneCall::Empty),
            "phoneCallRequested" => types::PhoneCallRequested::from_json(v).map(enums::PhoneCall::Requested),
            "phoneCallWaiting" => types::PhoneCallWaiting::from_json(v).map(enums::PhoneCall::Waiting),
            other => Err(format!("{other} is no PhoneCall")),
        }
    }
}

impl Json for enums::PhoneCallDiscardReason<'static> {
    fn to_json(&self) -> Res<Value> {
        match self {
            enums::PhoneCallDiscardReason::Busy => types::PhoneCallDiscardReasonBusy.to_json(),
            enums::PhoneCallDiscardReason::Disconnect => types::PhoneCallDiscardReasonDisconnect.to_json(),
            enums::PhoneCallDiscardReason::Hangup => types::PhoneCallDiscardReasonHangup.to_json(),
            enums::PhoneCallDiscardReason::MigrateConferenceCall(value) => value.to_json(),
            enums::PhoneCallDiscardReason::Missed => types::PhoneCallDiscardReasonMissed.to_json(),
            enums::PhoneCallDiscardReason::AllowGroupCall(value) => value.to_json(),
        }
    }

    fn from_json(v: &Value) -> Res<Self> {
        match name(v)? {
            "phoneCallDiscardReasonBusy" => types::PhoneCallDiscardReasonBusy::from_json(v).map(|_| enums::PhoneCallDiscardReason::Busy),
            "phoneCallDiscardReasonDisconnect" => types::PhoneCallDiscardReasonDisconnect::from_json(v).map(|_| enums::PhoneCallDiscardReason::Disconnect),
            "phoneCallDiscardReasonHangup" => types::PhoneCallDiscardReasonHangup::from_json(v).map(|_| enums::PhoneCallDiscardReason::Hangup),
            "phoneCallDiscardReasonMigrateConferenceCall" => types::PhoneCallDiscardReasonMigrateConferenceCall::from_json(v).map(enums::PhoneCallDiscardReason::MigrateConferenceCall),
            "phoneCallDiscardReasonMissed" => types::PhoneCallDiscardReasonMissed::from_json(v).map(|_| enums::PhoneCallDiscardReason::Missed),
            "phoneCallDiscardReasonAllowGroupCall" => types::PhoneCallDiscardReasonAllowGroupCall::from_json(v).map(enums::PhoneCallDiscardReason::AllowGroupCall),
            other => Err(format!("{other} is no PhoneCallDiscardReason")),
        }
    }
}

impl Json for enums::PhoneConnection<'static> {
    fn to_json(&self) -> Res<Value> {
        match self {
            enums::PhoneConnection::PhoneConnection(value) => value.to_json(),
            enums::PhoneConnection::Webrtc(value) => value.to_json(),
        }
    }

    fn from_json(v: &Value) -> Res<Self> {
        match name(v)? {
            "phoneConnection" => types::PhoneConnection::from_json(v).map(enums::PhoneConnection::PhoneConnection),
            "phoneConnectionWebrtc" => types::PhoneConnectionWebrtc::from_json(v).map(enums::PhoneConnection::Webrtc),
            other => Err(format!("{other} is no PhoneConnection")),
        }
    }
}

impl Json for enums::Reaction<'static> {
    fn to_json(&self) -> Res<Value> {
        match self {
            enums::Reaction::CustomEmoji(value) => value.to_json(),
            enums::Reaction::Emoji(value) => value.to_json(),
            enums::Reaction::Empty => types::ReactionEmpty.to_json(),
            enums::Reaction::Paid => types::ReactionPaid.to_json(),
        }
    }

    fn from_json(v: &Value) -> Res<Self> {
        match name(v)? {
            "reactionCustomEmoji" => types::ReactionCustomEmoji::from_json(v).map(enums::Reaction::CustomEmoji),
            "reactionEmoji" => types::ReactionEmoji::from_json(v).map(enums::Reaction::Emoji),
            "reactionEmpty" => types::ReactionEmpty::from_json(v).map(|_| enums::Reaction::Empty),
            "reactionPaid" => types::ReactionPaid::from_json(v).map(|_| enums::Reaction::Paid),
            other => Err(format!("{other} is no Reaction")),
        }
    }
}

impl Json for enums::SendMessageAction<'static> {
    fn to_json(&self) -> Res<Value> {
        match self {
            enums::SendMessageAction::SendMessageCancelAction => types::SendMessageCancelAction.to_json(),
            enums::SendMessageAction::SpeakingInGroupCallAction => types::SpeakingInGroupCallAction.to_json(),
            enums::SendMessageAction::Other(raw) => to::raw(raw),
        }
    }

    fn from_json(v: &Value) -> Res<Self> {
        match name(v)? {
            "sendMessageCancelAction" => types::SendMessageCancelAction::from_json(v).map(|_| enums::SendMessageAction::SendMessageCancelAction),
            "speakingInGroupCallAction" => types::SpeakingInGroupCallAction::from_json(v).map(|_| enums::SendMessageAction::SpeakingInGroupCallAction),
            other => Err(format!("{other} is no SendMessageAction")),
        }
    }
}

impl Json for enums::Update<'static> {
    fn to_json(&self) -> Res<Value> {
        match self {
            enums::Update::Channel(value) => value.to_json(),
            enums::Update::ChannelUserTyping(value) => value.to_json(),
            enums::Update::Chat(value) => value.to_json(),
            enums::Update::ChatUserTyping(value) => value.to_json(),
            enums::Update::Config => types::UpdateConfig.to_json(),
            enums::Update::DeleteGroupCallMessages(value) => value.to_json(),
            enums::Update::DeleteMessages(value) => value.to_json(),
            enums::Update::EditMessage(value) => value.to_json(),
            enums::Update::GroupCall(value) => value.to_json(),
            enums::Update::GroupCallChainBlocks(value) => value.to_json(),
            enums::Update::GroupCallConnection(value) => value.to_json(),
            enums::Update::GroupCallEncryptedMessage(value) => value.to_json(),
            enums::Update::GroupCallMessage(value) => value.to_json(),
            enums::Update::GroupCallParticipants(value) => value.to_json(),
            enums::Update::MessageID(value) => value.to_json(),
            enums::Update::NewChannelMessage(value) => value.to_json(),
            enums::Update::NewMessage(value) => value.to_json(),
            enums::Update::PhoneCall(value) => value.to_json(),
            enums::Update::PhoneCallSignalingData(value) => value.to_json(),
            enums::Update::User(value) => value.to_json(),
            enums::Update::Other(raw) => to::raw(raw),
        }
    }

    fn from_json(v: &Value) -> Res<Self> {
        match name(v)? {
            "updateChannel" => types::UpdateChannel::from_json(v).map(enums::Update::Channel),
            "updateChannelUserTyping" => types::UpdateChannelUserTyping::from_json(v).map(enums::Update::ChannelUserTyping),
            "updateChat" => types::UpdateChat::from_json(v).map(enums::Update::Chat),
            "updateChatUserTyping" => types::UpdateChatUserTyping::from_json(v).map(enums::Update::ChatUserTyping),
            "updateConfig" => types::UpdateConfig::from_json(v).map(|_| enums::Update::Config),
            "updateDeleteGroupCallMessages" => types::UpdateDeleteGroupCallMessages::from_json(v).map(enums::Update::DeleteGroupCallMessages),
            "updateDeleteMessages" => types::UpdateDeleteMessages::from_json(v).map(enums::Update::DeleteMessages),
            "updateEditMessage" => types::UpdateEditMessage::from_json(v).map(enums::Update::EditMessage),
            "updateGroupCall" => types::UpdateGroupCall::from_json(v).map(enums::Update::GroupCall),
            "updateGroupCallChainBlocks" => types::UpdateGroupCallChainBlocks::from_json(v).map(enums::Update::GroupCallChainBlocks),
            "updateGroupCallConnection" => types::UpdateGroupCallConnection::from_json(v).map(enums::Update::GroupCallConnection),
            "updateGroupCallEncryptedMessage" => types::UpdateGroupCallEncryptedMessage::from_json(v).map(enums::Update::GroupCallEncryptedMessage),
            "updateGroupCallMessage" => types::UpdateGroupCallMessage::from_json(v).map(enums::Update::GroupCallMessage),
            "updateGroupCallParticipants" => types::UpdateGroupCallParticipants::from_json(v).map(enums::Update::GroupCallParticipants),
            "updateMessageID" => types::UpdateMessageID::from_json(v).map(enums::Update::MessageID),
            "updateNewChannelMessage" => types::UpdateNewChannelMessage::from_json(v).map(enums::Update::NewChannelMessage),
            "updateNewMessage" => types::UpdateNewMessage::from_json(v).map(enums::Update::NewMessage),
            "updatePhoneCall" => types::UpdatePhoneCall::from_json(v).map(enums::Update::PhoneCall),
            "updatePhoneCallSignalingData" => types::UpdatePhoneCallSignalingData::from_json(v).map(enums::Update::PhoneCallSignalingData),
            "updateUser" => types::UpdateUser::from_json(v).map(enums::Update::User),
            other => Err(format!("{other} is no Update")),
        }
    }
}

impl Json for enums::Updates<'static> {
    fn to_json(&self) -> Res<Value> {
        match self {
            enums::Updates::UpdateShort(value) => value.to_json(),
            enums::Updates::UpdateShortChatMessage(value) => value.to_json(),
            enums::Updates::UpdateShortMessage(value) => value.to_json(),
            enums::Updates::UpdateShortSentMessage(value) => value.to_json(),
            enums::Updates::Updates(value) => value.to_json(),
            enums::Updates::Combined(value) => value.to_json(),
            enums::Updates::TooLong => types::UpdatesTooLong.to_json(),
        }
    }

    fn from_json(v: &Value) -> Res<Self> {
        match name(v)? {
            "updateShort" => types::UpdateShort::from_json(v).map(enums::Updates::UpdateShort),
            "updateShortChatMessage" => types::UpdateShortChatMessage::from_json(v).map(enums::Updates::UpdateShortChatMessage),
            "updateShortMessage" => types::UpdateShortMessage::from_json(v).map(enums::Updates::UpdateShortMessage),
            "updateShortSentMessage" => types::UpdateShortSentMessage::from_json(v).map(enums::Updates::UpdateShortSentMessage),
            "updates" => types::Updates::from_json(v).map(enums::Updates::Updates),
            "updatesCombined" => types::UpdatesCombined::from_json(v).map(enums::Updates::Combined),
            "updatesTooLong" => types::UpdatesTooLong::from_json(v).map(|_| enums::Updates::TooLong),
            other => Err(format!("{other} is no Updates")),
        }
    }
}

impl Json for enums::User<'static> {
    fn to_json(&self) -> Res<Value> {
        match self {
            enums::User::User(value) => value.to_json(),
            enums::User::Empty(value) => value.to_json(),
            enums::User::Other(raw) => to::raw(raw),
        }
    }

    fn from_json(v: &Value) -> Res<Self> {
        match name(v)? {
            "user" => types::User::from_json(v).map(enums::User::User),
            "userEmpty" => types::UserEmpty::from_json(v).map(enums::User::Empty),
            other => Err(format!("{other} is no User")),
        }
    }
}

impl Json for enums::UserProfilePhoto<'static> {
    fn to_json(&self) -> Res<Value> {
        match self {
            enums::UserProfilePhoto::UserProfilePhoto(value) => value.to_json(),
            enums::UserProfilePhoto::Empty => types::UserProfilePhotoEmpty.to_json(),
        }
    }

    fn from_json(v: &Value) -> Res<Self> {
        match name(v)? {
            "userProfilePhoto" => types::UserProfilePhoto::from_json(v).map(enums::UserProfilePhoto::UserProfilePhoto),
            "userProfilePhotoEmpty" => types::UserProfilePhotoEmpty::from_json(v).map(|_| enums::UserProfilePhoto::Empty),
            other => Err(format!("{other} is no UserProfilePhoto")),
        }
    }
}

impl Json for enums::UserStatus<'static> {
    fn to_json(&self) -> Res<Value> {
        match self {
            enums::UserStatus::Empty => types::UserStatusEmpty.to_json(),
            enums::UserStatus::LastMonth(value) => value.to_json(),
            enums::UserStatus::LastWeek(value) => value.to_json(),
            enums::UserStatus::Offline(value) => value.to_json(),
            enums::UserStatus::Online(value) => value.to_json(),
            enums::UserStatus::Recently(value) => value.to_json(),
            enums::UserStatus::Other(raw) => to::raw(raw),
        }
    }

    fn from_json(v: &Value) -> Res<Self> {
        match name(v)? {
            "userStatusEmpty" => types::UserStatusEmpty::from_json(v).map(|_| enums::UserStatus::Empty),
            "userStatusLastMonth" => types::UserStatusLastMonth::from_json(v).map(enums::UserStatus::LastMonth),
            "userStatusLastWeek" => types::UserStatusLastWeek::from_json(v).map(enums::UserStatus::LastWeek),
            "userStatusOffline" => types::UserStatusOffline::from_json(v).map(enums::UserStatus::Offline),
            "userStatusOnline" => types::UserStatusOnline::from_json(v).map(enums::UserStatus::Online),
            "userStatusRecently" => types::UserStatusRecently::from_json(v).map(enums::UserStatus::Recently),
            other => Err(format!("{other} is no UserStatus")),
        }
    }
}

impl Json for enums::MessagesDhConfig<'static> {
    fn to_json(&self) -> Res<Value> {
        match self {
            enums::MessagesDhConfig::MessagesDhConfig(value) => value.to_json(),
            enums::MessagesDhConfig::NotModified(value) => value.to_json(),
        }
    }

    fn from_json(v: &Value) -> Res<Self> {
        match name(v)? {
            "messages.dhConfig" => types::MessagesDhConfig::from_json(v).map(enums::MessagesDhConfig::MessagesDhConfig),
            "messages.dhConfigNotModified" => types::MessagesDhConfigNotModified::from_json(v).map(enums::MessagesDhConfig::NotModified),
            other => Err(format!("{other} is no messages.DhConfig")),
        }
    }
}

impl Json for enums::StorageFileType {
    fn to_json(&self) -> Res<Value> {
        match self {
            enums::StorageFileType::StorageFileGif => types::StorageFileGif.to_json(),
            enums::StorageFileType::StorageFileJpeg => types::StorageFileJpeg.to_json(),
            enums::StorageFileType::StorageFileMov => types::StorageFileMov.to_json(),
            enums::StorageFileType::StorageFileMp3 => types::StorageFileMp3.to_json(),
            enums::StorageFileType::StorageFileMp4 => types::StorageFileMp4.to_json(),
            enums::StorageFileType::StorageFilePartial => types::StorageFilePartial.to_json(),
            enums::StorageFileType::StorageFilePdf => types::StorageFilePdf.to_json(),
            enums::StorageFileType::StorageFilePng => types::StorageFilePng.to_json(),
            enums::StorageFileType::StorageFileUnknown => types::StorageFileUnknown.to_json(),
            enums::StorageFileType::StorageFileWebp => types::StorageFileWebp.to_json(),
        }
    }

    fn from_json(v: &Value) -> Res<Self> {
        match name(v)? {
            "storage.fileGif" => types::StorageFileGif::from_json(v).map(|_| enums::StorageFileType::StorageFileGif),
            "storage.fileJpeg" => types::StorageFileJpeg::from_json(v).map(|_| enums::StorageFileType::StorageFileJpeg),
            "storage.fileMov" => types::StorageFileMov::from_json(v).map(|_| enums::StorageFileType::StorageFileMov),
            "storage.fileMp3" => types::StorageFileMp3::from_json(v).map(|_| enums::StorageFileType::StorageFileMp3),
            "storage.fileMp4" => types::StorageFileMp4::from_json(v).map(|_| enums::StorageFileType::StorageFileMp4),
            "storage.filePartial" => types::StorageFilePartial::from_json(v).map(|_| enums::StorageFileType::StorageFilePartial),
            "storage.filePdf" => types::StorageFilePdf::from_json(v).map(|_| enums::StorageFileType::StorageFilePdf),
            "storage.filePng" => types::StorageFilePng::from_json(v).map(|_| enums::StorageFileType::StorageFilePng),
            "storage.fileUnknown" => types::StorageFileUnknown::from_json(v).map(|_| enums::StorageFileType::StorageFileUnknown),
            "storage.fileWebp" => types::StorageFileWebp::from_json(v).map(|_| enums::StorageFileType::StorageFileWebp),
            other => Err(format!("{other} is no storage.FileType")),
        }
    }
}

impl Json for enums::UpdatesDifference<'static> {
    fn to_json(&self) -> Res<Value> {
        match self {
            enums::UpdatesDifference::UpdatesDifference(value) => value.to_json(),
            enums::UpdatesDifference::Empty(value) => value.to_json(),
            enums::UpdatesDifference::Slice(value) => value.to_json(),
            enums::UpdatesDifference::TooLong(value) => value.to_json(),
        }
    }

    fn from_json(v: &Value) -> Res<Self> {
        match name(v)? {
            "updates.difference" => types::UpdatesDifference::from_json(v).map(enums::UpdatesDifference::UpdatesDifference),
            "updates.differenceEmpty" => types::UpdatesDifferenceEmpty::from_json(v).map(enums::UpdatesDifference::Empty),
            "updates.differenceSlice" => types::UpdatesDifferenceSlice::from_json(v).map(enums::UpdatesDifference::Slice),
            "updates.differenceTooLong" => types::UpdatesDifferenceTooLong::from_json(v).map(enums::UpdatesDifference::TooLong),
            other => Err(format!("{other} is no updates.Difference")),
        }
    }
}

impl Json for enums::UploadFile<'static> {
    fn to_json(&self) -> Res<Value> {
        match self {
            enums::UploadFile::UploadFile(value) => value.to_json(),
            enums::UploadFile::CdnRedirect(value) => value.to_json(),
        }
    }

    fn from_json(v: &Value) -> Res<Self> {
        match name(v)? {
            "upload.file" => types::UploadFile::from_json(v).map(enums::UploadFile::UploadFile),
            "upload.fileCdnRedirect" => types::UploadFileCdnRedirect::from_json(v).map(enums::UploadFile::CdnRedirect),
            other => Err(format!("{other} is no upload.File")),
        }
    }
}

impl Json for functions::Request<'static> {
    fn to_json(&self) -> Res<Value> {
        match self {
            functions::Request::PhoneAcceptCall(value) => value.to_json(),
            functions::Request::PhoneCheckGroupCall(value) => value.to_json(),
            functions::Request::PhoneConfirmCall(value) => value.to_json(),
            functions::Request::PhoneCreateConferenceCall(value) => value.to_json(),
            functions::Request::PhoneCreateGroupCall(value) => value.to_json(),
            functions::Request::PhoneDeclineConferenceCallInvite(value) => value.to_json(),
            functions::Request::PhoneDeleteConferenceCallParticipants(value) => value.to_json(),
            functions::Request::PhoneDeleteGroupCallMessages(value) => value.to_json(),
            functions::Request::PhoneDeleteGroupCallParticipantMessages(value) => value.to_json(),
            functions::Request::PhoneDiscardCall(value) => value.to_json(),
            functions::Request::PhoneDiscardGroupCall(value) => value.to_json(),
            functions::Request::PhoneEditGroupCallParticipant(value) => value.to_json(),
            functions::Request::PhoneEditGroupCallTitle(value) => value.to_json(),
            functions::Request::PhoneExportGroupCallInvite(value) => value.to_json(),
            functions::Request::PhoneGetCallConfig(value) => value.to_json(),
            functions::Request::PhoneGetGroupCall(value) => value.to_json(),
            functions::Request::PhoneGetGroupCallChainBlocks(value) => value.to_json(),
            functions::Request::PhoneGetGroupCallJoinAs(value) => value.to_json(),
            functions::Request::PhoneGetGroupCallStars(value) => value.to_json(),
            functions::Request::PhoneGetGroupCallStreamChannels(value) => value.to_json(),
            functions::Request::PhoneGetGroupCallStreamRtmpUrl(value) => value.to_json(),
            functions::Request::PhoneGetGroupParticipants(value) => value.to_json(),
            functions::Request::PhoneInviteConferenceCallParticipant(value) => value.to_json(),
            functions::Request::PhoneInviteToGroupCall(value) => value.to_json(),
            functions::Request::PhoneJoinGroupCall(value) => value.to_json(),
            functions::Request::PhoneJoinGroupCallPresentation(value) => value.to_json(),
            functions::Request::PhoneLeaveGroupCall(value) => value.to_json(),
            functions::Request::PhoneLeaveGroupCallPresentation(value) => value.to_json(),
            functions::Request::PhoneReceivedCall(value) => value.to_json(),
            functions::Request::PhoneRequestCall(value) => value.to_json(),
            functions::Request::PhoneSaveCallDebug(value) => value.to_json(),
            functions::Request::PhoneSaveCallLog(value) => value.to_json(),
            functions::Request::PhoneSaveDefaultGroupCallJoinAs(value) => value.to_json(),
            functions::Request::PhoneSaveDefaultSendAs(value) => value.to_json(),
            functions::Request::PhoneSendConferenceCallBroadcast(value) => value.to_json(),
            functions::Request::PhoneSendGroupCallEncryptedMessage(value) => value.to_json(),
            functions::Request::PhoneSendGroupCallMessage(value) => value.to_json(),
            functions::Request::PhoneSendSignalingData(value) => value.to_json(),
            functions::Request::PhoneSetCallRating(value) => value.to_json(),
            functions::Request::PhoneStartScheduledGroupCall(value) => value.to_json(),
            functions::Request::PhoneToggleGroupCallRecord(value) => value.to_json(),
            functions::Request::PhoneToggleGroupCallSettings(value) => value.to_json(),
            functions::Request::PhoneToggleGroupCallStartSubscription(value) => value.to_json(),
            functions::Request::HelpGetConfig(value) => value.to_json(),
            functions::Request::MessagesDeleteMessages(value) => value.to_json(),
            functions::Request::MessagesGetDhConfig(value) => value.to_json(),
            functions::Request::MessagesSetTyping(value) => value.to_json(),
            functions::Request::UpdatesGetDifference(value) => value.to_json(),
            functions::Request::UpdatesGetState(value) => value.to_json(),
            functions::Request::UploadGetFile(value) => value.to_json(),
            functions::Request::UploadSaveBigFilePart(value) => value.to_json(),
            functions::Request::UploadSaveFilePart(value) => value.to_json(),
            functions::Request::InitConnection(value) => value.to_json(),
            functions::Request::InvokeAfterMsg(value) => value.to_json(),
            functions::Request::InvokeAfterMsgs(value) => value.to_json(),
            functions::Request::InvokeWithLayer(value) => value.to_json(),
        }
    }

    fn from_json(v: &Value) -> Res<Self> {
        match name(v)? {
            "phone.acceptCall" => functions::PhoneAcceptCall::from_json(v).map(functions::Request::PhoneAcceptCall),
            "phone.checkGroupCall" => functions::PhoneCheckGroupCall::from_json(v).map(functions::Request::PhoneCheckGroupCall),
            "phone.confirmCall" => functions::PhoneConfirmCall::from_json(v).map(functions::Request::PhoneConfirmCall),
            "phone.createConferenceCall" => functions::PhoneCreateConferenceCall::from_json(v).map(functions::Request::PhoneCreateConferenceCall),
            "phone.createGroupCall" => functions::PhoneCreateGroupCall::from_json(v).map(functions::Request::PhoneCreateGroupCall),
            "phone.declineConferenceCallInvite" => functions::PhoneDeclineConferenceCallInvite::from_json(v).map(functions::Request::PhoneDeclineConferenceCallInvite),
            "phone.deleteConferenceCallParticipants" => functions::PhoneDeleteConferenceCallParticipants::from_json(v).map(functions::Request::PhoneDeleteConferenceCallParticipants),
            "phone.deleteGroupCallMessages" => functions::PhoneDeleteGroupCallMessages::from_json(v).map(functions::Request::PhoneDeleteGroupCallMessages),
            "phone.deleteGroupCallParticipantMessages" => functions::PhoneDeleteGroupCallParticipantMessages::from_json(v).map(functions::Request::PhoneDeleteGroupCallParticipantMessages),
            "phone.discardCall" => functions::PhoneDiscardCall::from_json(v).map(functions::Request::PhoneDiscardCall),
            "phone.discardGroupCall" => functions::PhoneDiscardGroupCall::from_json(v).map(functions::Request::PhoneDiscardGroupCall),
            "phone.editGroupCallParticipant" => functions::PhoneEditGroupCallParticipant::from_json(v).map(functions::Request::PhoneEditGroupCallParticipant),
            "phone.editGroupCallTitle" => functions::PhoneEditGroupCallTitle::from_json(v).map(functions::Request::PhoneEditGroupCallTitle),
            "phone.exportGroupCallInvite" => functions::PhoneExportGroupCallInvite::from_json(v).map(functions::Request::PhoneExportGroupCallInvite),
            "phone.getCallConfig" => functions::PhoneGetCallConfig::from_json(v).map(functions::Request::PhoneGetCallConfig),
            "phone.getGroupCall" => functions::PhoneGetGroupCall::from_json(v).map(functions::Request::PhoneGetGroupCall),
            "phone.getGroupCallChainBlocks" => functions::PhoneGetGroupCallChainBlocks::from_json(v).map(functions::Request::PhoneGetGroupCallChainBlocks),
            "phone.getGroupCallJoinAs" => functions::PhoneGetGroupCallJoinAs::from_json(v).map(functions::Request::PhoneGetGroupCallJoinAs),
            "phone.getGroupCallStars" => functions::PhoneGetGroupCallStars::from_json(v).map(functions::Request::PhoneGetGroupCallStars),
            "phone.getGroupCallStreamChannels" => functions::PhoneGetGroupCallStreamChannels::from_json(v).map(functions::Request::PhoneGetGroupCallStreamChannels),
            "phone.getGroupCallStreamRtmpUrl" => functions::PhoneGetGroupCallStreamRtmpUrl::from_json(v).map(functions::Request::PhoneGetGroupCallStreamRtmpUrl),
            "phone.getGroupParticipants" => functions::PhoneGetGroupParticipants::from_json(v).map(functions::Request::PhoneGetGroupParticipants),
            "phone.inviteConferenceCallParticipant" => functions::PhoneInviteConferenceCallParticipant::from_json(v).map(functions::Request::PhoneInviteConferenceCallParticipant),
            "phone.inviteToGroupCall" => functions::PhoneInviteToGroupCall::from_json(v).map(functions::Request::PhoneInviteToGroupCall),
            "phone.joinGroupCall" => functions::PhoneJoinGroupCall::from_json(v).map(functions::Request::PhoneJoinGroupCall),
            "phone.joinGroupCallPresentation" => functions::PhoneJoinGroupCallPresentation::from_json(v).map(functions::Request::PhoneJoinGroupCallPresentation),
            "phone.leaveGroupCall" => functions::PhoneLeaveGroupCall::from_json(v).map(functions::Request::PhoneLeaveGroupCall),
            "phone.leaveGroupCallPresentation" => functions::PhoneLeaveGroupCallPresentation::from_json(v).map(functions::Request::PhoneLeaveGroupCallPresentation),
            "phone.receivedCall" => functions::PhoneReceivedCall::from_json(v).map(functions::Request::PhoneReceivedCall),
            "phone.requestCall" => functions::PhoneRequestCall::from_json(v).map(functions::Request::PhoneRequestCall),
            "phone.saveCallDebug" => functions::PhoneSaveCallDebug::from_json(v).map(functions::Request::PhoneSaveCallDebug),
            "phone.saveCallLog" => functions::PhoneSaveCallLog::from_json(v).map(functions::Request::PhoneSaveCallLog),
            "phone.saveDefaultGroupCallJoinAs" => functions::PhoneSaveDefaultGroupCallJoinAs::from_json(v).map(functions::Request::PhoneSaveDefaultGroupCallJoinAs),
            "phone.saveDefaultSendAs" => functions::PhoneSaveDefaultSendAs::from_json(v).map(functions::Request::PhoneSaveDefaultSendAs),
            "phone.sendConferenceCallBroadcast" => functions::PhoneSendConferenceCallBroadcast::from_json(v).map(functions::Request::PhoneSendConferenceCallBroadcast),
            "phone.sendGroupCallEncryptedMessage" => functions::PhoneSendGroupCallEncryptedMessage::from_json(v).map(functions::Request::PhoneSendGroupCallEncryptedMessage),
            "phone.sendGroupCallMessage" => functions::PhoneSendGroupCallMessage::from_json(v).map(functions::Request::PhoneSendGroupCallMessage),
            "phone.sendSignalingData" => functions::PhoneSendSignalingData::from_json(v).map(functions::Request::PhoneSendSignalingData),
            "phone.setCallRating" => functions::PhoneSetCallRating::from_json(v).map(functions::Request::PhoneSetCallRating),
            "phone.startScheduledGroupCall" => functions::PhoneStartScheduledGroupCall::from_json(v).map(functions::Request::PhoneStartScheduledGroupCall),
            "phone.toggleGroupCallRecord" => functions::PhoneToggleGroupCallRecord::from_json(v).map(functions::Request::PhoneToggleGroupCallRecord),
            "phone.toggleGroupCallSettings" => functions::PhoneToggleGroupCallSettings::from_json(v).map(functions::Request::PhoneToggleGroupCallSettings),
            "phone.toggleGroupCallStartSubscription" => functions::PhoneToggleGroupCallStartSubscription::from_json(v).map(functions::Request::PhoneToggleGroupCallStartSubscription),
            "help.getConfig" => functions::HelpGetConfig::from_json(v).map(functions::Request::HelpGetConfig),
            "messages.deleteMessages" => functions::MessagesDeleteMessages::from_json(v).map(functions::Request::MessagesDeleteMessages),
            "messages.getDhConfig" => functions::MessagesGetDhConfig::from_json(v).map(functions::Request::MessagesGetDhConfig),
            "messages.setTyping" => functions::MessagesSetTyping::from_json(v).map(functions::Request::MessagesSetTyping),
            "updates.getDifference" => functions::UpdatesGetDifference::from_json(v).map(functions::Request::UpdatesGetDifference),
            "updates.getState" => functions::UpdatesGetState::from_json(v).map(functions::Request::UpdatesGetState),
            "upload.getFile" => functions::UploadGetFile::from_json(v).map(functions::Request::UploadGetFile),
            "upload.saveBigFilePart" => functions::UploadSaveBigFilePart::from_json(v).map(functions::Request::UploadSaveBigFilePart),
            "upload.saveFilePart" => functions::UploadSaveFilePart::from_json(v).map(functions::Request::UploadSaveFilePart),
            "initConnection" => functions::InitConnection::from_json(v).map(functions::Request::InitConnection),
            "invokeAfterMsg" => functions::InvokeAfterMsg::from_json(v).map(functions::Request::InvokeAfterMsg),
            "invokeAfterMsgs" => functions::InvokeAfterMsgs::from_json(v).map(functions::Request::InvokeAfterMsgs),
            "invokeWithLayer" => functions::InvokeWithLayer::from_json(v).map(functions::Request::InvokeWithLayer),
            other => Err(format!("{other} is no method")),
        }
    }
}

/// Runs something for the Rust type of a TL type, or of `function x`.
pub fn with_type<V: Visit>(name: &str, visit: V) -> Option<V::Out> {
    Some(match name {
        "Chat" => visit.run::<enums::Chat<'static>>(),
        "ChatAdminRights" => visit.run::<types::ChatAdminRights>(),
        "ChatBannedRights" => visit.run::<types::ChatBannedRights>(),
        "ChatPhoto" => visit.run::<enums::ChatPhoto<'static>>(),
        "Config" => visit.run::<types::Config<'static>>(),
        "DataJSON" => visit.run::<types::DataJSON<'static>>(),
        "DcOption" => visit.run::<types::DcOption<'static>>(),
        "EmojiStatus" => visit.run::<enums::EmojiStatus<'static>>(),
        "EncryptedMessage" => visit.run::<enums::EncryptedMessage<'static>>(),
        "Error" => visit.run::<types::Error<'static>>(),
        "FileHash" => visit.run::<types::FileHash<'static>>(),
        "GroupCall" => visit.run::<enums::GroupCall<'static>>(),
        "GroupCallDonor" => visit.run::<types::GroupCallDonor>(),
        "GroupCallMessage" => visit.run::<types::GroupCallMessage<'static>>(),
        "GroupCallParticipant" => visit.run::<types::GroupCallParticipant<'static>>(),
        "GroupCallParticipantVideo" => visit.run::<types::GroupCallParticipantVideo<'static>>(),
        "GroupCallParticipantVideoSourceGroup" => visit.run::<types::GroupCallParticipantVideoSourceGroup<'static>>(),
        "GroupCallStreamChannel" => visit.run::<types::GroupCallStreamChannel>(),
        "InputChannel" => visit.run::<enums::InputChannel<'static>>(),
        "InputClientProxy" => visit.run::<types::InputClientProxy<'static>>(),
        "InputDocument" => visit.run::<enums::InputDocument<'static>>(),
        "InputFile" => visit.run::<enums::InputFile<'static>>(),
        "InputFileLocation" => visit.run::<enums::InputFileLocation<'static>>(),
        "InputGroupCall" => visit.run::<enums::InputGroupCall<'static>>(),
        "InputPeer" => visit.run::<enums::InputPeer<'static>>(),
        "InputPhoneCall" => visit.run::<types::InputPhoneCall>(),
        "InputUser" => visit.run::<enums::InputUser<'static>>(),
        "JSONObjectValue" => visit.run::<types::JsonObjectValue<'static>>(),
        "JSONValue" => visit.run::<enums::JSONValue<'static>>(),
        "Message" => visit.run::<enums::Message<'static>>(),
        "MessageAction" => visit.run::<enums::MessageAction<'static>>(),
        "MessageEntity" => visit.run::<enums::MessageEntity<'static>>(),
        "MessageFwdHeader" => visit.run::<types::MessageFwdHeader<'static>>(),
        "MessageMedia" => visit.run::<enums::MessageMedia<'static>>(),
        "MessagePeerReaction" => visit.run::<enums::MessagePeerReaction<'static>>(),
        "MessageReactions" => visit.run::<types::MessageReactions<'static>>(),
        "MessageReactor" => visit.run::<types::MessageReactor>(),
        "MessageReplyHeader" => visit.run::<enums::MessageReplyHeader<'static>>(),
        "Peer" => visit.run::<enums::Peer>(),
        "PeerColor" => visit.run::<enums::PeerColor<'static>>(),
        "PhoneCall" => visit.run::<enums::PhoneCall<'static>>(),
        "PhoneCallDiscardReason" => visit.run::<enums::PhoneCallDiscardReason<'static>>(),
        "PhoneCallProtocol" => visit.run::<types::PhoneCallProtocol<'static>>(),
        "PhoneConnection" => visit.run::<enums::PhoneConnection<'static>>(),
        "Reaction" => visit.run::<enums::Reaction<'static>>(),
        "ReactionCount" => visit.run::<types::ReactionCount<'static>>(),
        "RecentStory" => visit.run::<types::RecentStory>(),
        "RestrictionReason" => visit.run::<types::RestrictionReason<'static>>(),
        "RpcError" => visit.run::<types::RpcError<'static>>(),
        "SendMessageAction" => visit.run::<enums::SendMessageAction<'static>>(),
        "TextWithEntities" => visit.run::<types::TextWithEntities<'static>>(),
        "Update" => visit.run::<enums::Update<'static>>(),
        "Updates" => visit.run::<enums::Updates<'static>>(),
        "User" => visit.run::<enums::User<'static>>(),
        "UserProfilePhoto" => visit.run::<enums::UserProfilePhoto<'static>>(),
        "UserStatus" => visit.run::<enums::UserStatus<'static>>(),
        "Username" => visit.run::<types::Username<'static>>(),
        "messages.AffectedMessages" => visit.run::<types::MessagesAffectedMessages>(),
        "messages.DhConfig" => visit.run::<enums::MessagesDhConfig<'static>>(),
        "phone.ExportedGroupCallInvite" => visit.run::<types::PhoneExportedGroupCallInvite<'static>>(),
        "phone.GroupCall" => visit.run::<types::PhoneGroupCall<'static>>(),
        "phone.GroupCallStars" => visit.run::<types::PhoneGroupCallStars<'static>>(),
        "phone.GroupCallStreamChannels" => visit.run::<types::PhoneGroupCallStreamChannels<'static>>(),
        "phone.GroupCallStreamRtmpUrl" => visit.run::<types::PhoneGroupCallStreamRtmpUrl<'static>>(),
        "phone.GroupParticipants" => visit.run::<types::PhoneGroupParticipants<'static>>(),
        "phone.JoinAsPeers" => visit.run::<types::PhoneJoinAsPeers<'static>>(),
        "phone.PhoneCall" => visit.run::<types::PhonePhoneCall<'static>>(),
        "storage.FileType" => visit.run::<enums::StorageFileType>(),
        "updates.Difference" => visit.run::<enums::UpdatesDifference<'static>>(),
        "updates.State" => visit.run::<types::UpdatesState>(),
        "upload.File" => visit.run::<enums::UploadFile<'static>>(),
        "function phone.acceptCall" => visit.run::<functions::PhoneAcceptCall<'static>>(),
        "function phone.checkGroupCall" => visit.run::<functions::PhoneCheckGroupCall<'static>>(),
        "function phone.confirmCall" => visit.run::<functions::PhoneConfirmCall<'static>>(),
        "function phone.createConferenceCall" => visit.run::<functions::PhoneCreateConferenceCall<'static>>(),
        "function phone.createGroupCall" => visit.run::<functions::PhoneCreateGroupCall<'static>>(),
        "function phone.declineConferenceCallInvite" => visit.run::<functions::PhoneDeclineConferenceCallInvite>(),
        "function phone.deleteConferenceCallParticipants" => visit.run::<functions::PhoneDeleteConferenceCallParticipants<'static>>(),
        "function phone.deleteGroupCallMessages" => visit.run::<functions::PhoneDeleteGroupCallMessages<'static>>(),
        "function phone.deleteGroupCallParticipantMessages" => visit.run::<functions::PhoneDeleteGroupCallParticipantMessages<'static>>(),
        "function phone.discardCall" => visit.run::<functions::PhoneDiscardCall<'static>>(),
        "function phone.discardGroupCall" => visit.run::<functions::PhoneDiscardGroupCall<'static>>(),
        "function phone.editGroupCallParticipant" => visit.run::<functions::PhoneEditGroupCallParticipant<'static>>(),
        "function phone.editGroupCallTitle" => visit.run::<functions::PhoneEditGroupCallTitle<'static>>(),
        "function phone.exportGroupCallInvite" => visit.run::<functions::PhoneExportGroupCallInvite<'static>>(),
        "function phone.getCallConfig" => visit.run::<functions::PhoneGetCallConfig>(),
        "function phone.getGroupCall" => visit.run::<functions::PhoneGetGroupCall<'static>>(),
        "function phone.getGroupCallChainBlocks" => visit.run::<functions::PhoneGetGroupCallChainBlocks<'static>>(),
        "function phone.getGroupCallJoinAs" => visit.run::<functions::PhoneGetGroupCallJoinAs<'static>>(),
        "function phone.getGroupCallStars" => visit.run::<functions::PhoneGetGroupCallStars<'static>>(),
        "function phone.getGroupCallStreamChannels" => visit.run::<functions::PhoneGetGroupCallStreamChannels<'static>>(),
        "function phone.getGroupCallStreamRtmpUrl" => visit.run::<functions::PhoneGetGroupCallStreamRtmpUrl<'static>>(),
        "function phone.getGroupParticipants" => visit.run::<functions::PhoneGetGroupParticipants<'static>>(),
        "function phone.inviteConferenceCallParticipant" => visit.run::<functions::PhoneInviteConferenceCallParticipant<'static>>(),
        "function phone.inviteToGroupCall" => visit.run::<functions::PhoneInviteToGroupCall<'static>>(),
        "function phone.joinGroupCall" => visit.run::<functions::PhoneJoinGroupCall<'static>>(),
        "function phone.joinGroupCallPresentation" => visit.run::<functions::PhoneJoinGroupCallPresentation<'static>>(),
        "function phone.leaveGroupCall" => visit.run::<functions::PhoneLeaveGroupCall<'static>>(),
        "function phone.leaveGroupCallPresentation" => visit.run::<functions::PhoneLeaveGroupCallPresentation<'static>>(),
        "function phone.receivedCall" => visit.run::<functions::PhoneReceivedCall>(),
        "function phone.requestCall" => visit.run::<functions::PhoneRequestCall<'static>>(),
        "function phone.saveCallDebug" => visit.run::<functions::PhoneSaveCallDebug<'static>>(),
        "function phone.saveCallLog" => visit.run::<functions::PhoneSaveCallLog<'static>>(),
        "function phone.saveDefaultGroupCallJoinAs" => visit.run::<functions::PhoneSaveDefaultGroupCallJoinAs<'static>>(),
        "function phone.saveDefaultSendAs" => visit.run::<functions::PhoneSaveDefaultSendAs<'static>>(),
        "function phone.sendConferenceCallBroadcast" => visit.run::<functions::PhoneSendConferenceCallBroadcast<'static>>(),
        "function phone.sendGroupCallEncryptedMessage" => visit.run::<functions::PhoneSendGroupCallEncryptedMessage<'static>>(),
        "function phone.sendGroupCallMessage" => visit.run::<functions::PhoneSendGroupCallMessage<'static>>(),
        "function phone.sendSignalingData" => visit.run::<functions::PhoneSendSignalingData<'static>>(),
        "function phone.setCallRating" => visit.run::<functions::PhoneSetCallRating<'static>>(),
        "function phone.startScheduledGroupCall" => visit.run::<functions::PhoneStartScheduledGroupCall<'static>>(),
        "function phone.toggleGroupCallRecord" => visit.run::<functions::PhoneToggleGroupCallRecord<'static>>(),
        "function phone.toggleGroupCallSettings" => visit.run::<functions::PhoneToggleGroupCallSettings<'static>>(),
        "function phone.toggleGroupCallStartSubscription" => visit.run::<functions::PhoneToggleGroupCallStartSubscription<'static>>(),
        "function help.getConfig" => visit.run::<functions::HelpGetConfig>(),
        "function messages.deleteMessages" => visit.run::<functions::MessagesDeleteMessages<'static>>(),
        "function messages.getDhConfig" => visit.run::<functions::MessagesGetDhConfig>(),
        "function messages.setTyping" => visit.run::<functions::MessagesSetTyping<'static>>(),
        "function updates.getDifference" => visit.run::<functions::UpdatesGetDifference>(),
        "function updates.getState" => visit.run::<functions::UpdatesGetState>(),
        "function upload.getFile" => visit.run::<functions::UploadGetFile<'static>>(),
        "function upload.saveBigFilePart" => visit.run::<functions::UploadSaveBigFilePart<'static>>(),
        "function upload.saveFilePart" => visit.run::<functions::UploadSaveFilePart<'static>>(),
        "function initConnection" => visit.run::<functions::InitConnection<'static>>(),
        "function invokeAfterMsg" => visit.run::<functions::InvokeAfterMsg<'static>>(),
        "function invokeAfterMsgs" => visit.run::<functions::InvokeAfterMsgs<'static>>(),
        "function invokeWithLayer" => visit.run::<functions::InvokeWithLayer<'static>>(),
        _ => return None,
    })
}

/// The type that a constructor or method is read as.
pub fn type_of(name: &str) -> Option<&'static str> {
    Some(match name {
        "phone.phoneCall" => "phone.PhoneCall",
        "phoneCall" => "PhoneCall",
        "phoneCallAccepted" => "PhoneCall",
        "phoneCallDiscarded" => "PhoneCall",
        "phoneCallEmpty" => "PhoneCall",
        "phoneCallRequested" => "PhoneCall",
        "phoneCallWaiting" => "PhoneCall",
        "phoneCallProtocol" => "PhoneCallProtocol",
        "phoneCallDiscardReasonBusy" => "PhoneCallDiscardReason",
        "phoneCallDiscardReasonDisconnect" => "PhoneCallDiscardReason",
        "phoneCallDiscardReasonHangup" => "PhoneCallDiscardReason",
        "phoneCallDiscardReasonMigrateConferenceCall" => "PhoneCallDiscardReason",
        "phoneCallDiscardReasonMissed" => "PhoneCallDiscardReason",
        "phoneCallDiscardReasonAllowGroupCall" => "PhoneCallDiscardReason",
        "phoneConnection" => "PhoneConnection",
        "phoneConnectionWebrtc" => "PhoneConnection",
        "inputPhoneCall" => "InputPhoneCall",
        "messages.dhConfig" => "messages.DhConfig",
        "messages.dhConfigNotModified" => "messages.DhConfig",
        "dataJSON" => "DataJSON",
        "phone.groupCall" => "phone.GroupCall",
        "groupCall" => "GroupCall",
        "groupCallDiscarded" => "GroupCall",
        "inputGroupCall" => "InputGroupCall",
        "inputGroupCallInviteMessage" => "InputGroupCall",
        "inputGroupCallSlug" => "InputGroupCall",
        "groupCallParticipant" => "GroupCallParticipant",
        "groupCallParticipantVideo" => "GroupCallParticipantVideo",
        "groupCallParticipantVideoSourceGroup" => "GroupCallParticipantVideoSourceGroup",
        "phone.groupParticipants" => "phone.GroupParticipants",
        "phone.joinAsPeers" => "phone.JoinAsPeers",
        "phone.exportedGroupCallInvite" => "phone.ExportedGroupCallInvite",
        "phone.groupCallStreamChannels" => "phone.GroupCallStreamChannels",
        "groupCallStreamChannel" => "GroupCallStreamChannel",
        "phone.groupCallStreamRtmpUrl" => "phone.GroupCallStreamRtmpUrl",
        "phone.groupCallStars" => "phone.GroupCallStars",
        "groupCallDonor" => "GroupCallDonor",
        "groupCallMessage" => "GroupCallMessage",
        "textWithEntities" => "TextWithEntities",
        "inputMessageEntityMentionName" => "MessageEntity",
        "messageEntityBankCard" => "MessageEntity",
        "messageEntityBlockquote" => "MessageEntity",
        "messageEntityBold" => "MessageEntity",
        "messageEntityBotCommand" => "MessageEntity",
        "messageEntityCashtag" => "MessageEntity",
        "messageEntityCode" => "MessageEntity",
        "messageEntityCustomEmoji" => "MessageEntity",
        "messageEntityEmail" => "MessageEntity",
        "messageEntityFormattedDate" => "MessageEntity",
        "messageEntityHashtag" => "MessageEntity",
        "messageEntityItalic" => "MessageEntity",
        "messageEntityMention" => "MessageEntity",
        "messageEntityMentionName" => "MessageEntity",
        "messageEntityPhone" => "MessageEntity",
        "messageEntityPre" => "MessageEntity",
        "messageEntitySpoiler" => "MessageEntity",
        "messageEntityStrike" => "MessageEntity",
        "messageEntityTextUrl" => "MessageEntity",
        "messageEntityUnderline" => "MessageEntity",
        "messageEntityUnknown" => "MessageEntity",
        "messageEntityUrl" => "MessageEntity",
        "peerChannel" => "Peer",
        "peerChat" => "Peer",
        "peerUser" => "Peer",
        "inputPeerChannel" => "InputPeer",
        "inputPeerChannelFromMessage" => "InputPeer",
        "inputPeerChat" => "InputPeer",
        "inputPeerEmpty" => "InputPeer",
        "inputPeerSelf" => "InputPeer",
        "inputPeerUser" => "InputPeer",
        "inputPeerUserFromMessage" => "InputPeer",
        "inputUser" => "InputUser",
        "inputUserEmpty" => "InputUser",
        "inputUserFromMessage" => "InputUser",
        "inputUserSelf" => "InputUser",
        "inputChannel" => "InputChannel",
        "inputChannelEmpty" => "InputChannel",
        "inputChannelFromMessage" => "InputChannel",
        "user" => "User",
        "userEmpty" => "User",
        "userProfilePhoto" => "UserProfilePhoto",
        "userProfilePhotoEmpty" => "UserProfilePhoto",
        "userStatusEmpty" => "UserStatus",
        "userStatusLastMonth" => "UserStatus",
        "userStatusLastWeek" => "UserStatus",
        "userStatusOffline" => "UserStatus",
        "userStatusOnline" => "UserStatus",
        "userStatusRecently" => "UserStatus",
        "restrictionReason" => "RestrictionReason",
        "emojiStatus" => "EmojiStatus",
        "emojiStatusCollectible" => "EmojiStatus",
        "emojiStatusEmpty" => "EmojiStatus",
        "inputEmojiStatusCollectible" => "EmojiStatus",
        "username" => "Username",
        "recentStory" => "RecentStory",
        "inputPeerColorCollectible" => "PeerColor",
        "peerColor" => "PeerColor",
        "peerColorCollectible" => "PeerColor",
        "channel" => "Chat",
        "channelForbidden" => "Chat",
        "chat" => "Chat",
        "chatEmpty" => "Chat",
        "chatForbidden" => "Chat",
        "chatPhoto" => "ChatPhoto",
        "chatPhotoEmpty" => "ChatPhoto",
        "chatAdminRights" => "ChatAdminRights",
        "chatBannedRights" => "ChatBannedRights",
        "updateShort" => "Updates",
        "updateShortChatMessage" => "Updates",
        "updateShortMessage" => "Updates",
        "updateShortSentMessage" => "Updates",
        "updates" => "Updates",
        "updatesCombined" => "Updates",
        "updatesTooLong" => "Updates",
        "updateChannel" => "Update",
        "updateChannelUserTyping" => "Update",
        "updateChat" => "Update",
        "updateChatUserTyping" => "Update",
        "updateConfig" => "Update",
        "updateDeleteGroupCallMessages" => "Update",
        "updateDeleteMessages" => "Update",
        "updateEditMessage" => "Update",
        "updateGroupCall" => "Update",
        "updateGroupCallChainBlocks" => "Update",
        "updateGroupCallConnection" => "Update",
        "updateGroupCallEncryptedMessage" => "Update",
        "updateGroupCallMessage" => "Update",
        "updateGroupCallParticipants" => "Update",
        "updateMessageID" => "Update",
        "updateNewChannelMessage" => "Update",
        "updateNewMessage" => "Update",
        "updatePhoneCall" => "Update",
        "updatePhoneCallSignalingData" => "Update",
        "updateUser" => "Update",
        "sendMessageCancelAction" => "SendMessageAction",
        "speakingInGroupCallAction" => "SendMessageAction",
        "updates.state" => "updates.State",
        "updates.difference" => "updates.Difference",
        "updates.differenceEmpty" => "updates.Difference",
        "updates.differenceSlice" => "updates.Difference",
        "updates.differenceTooLong" => "updates.Difference",
        "encryptedMessageService" => "EncryptedMessage",
        "messages.affectedMessages" => "messages.AffectedMessages",
        "messageEmpty" => "Message",
        "messageService" => "Message",
        "messageActionConferenceCall" => "MessageAction",
        "messageActionEmpty" => "MessageAction",
        "messageActionGroupCall" => "MessageAction",
        "messageActionGroupCallScheduled" => "MessageAction",
        "messageActionInviteToGroupCall" => "MessageAction",
        "messageActionPhoneCall" => "MessageAction",
        "messageMediaEmpty" => "MessageMedia",
        "messageMediaVideoStream" => "MessageMedia",
        "messageReplyHeader" => "MessageReplyHeader",
        "messageReplyStoryHeader" => "MessageReplyHeader",
        "messageFwdHeader" => "MessageFwdHeader",
        "messageReactions" => "MessageReactions",
        "reactionCount" => "ReactionCount",
        "messagePeerReaction" => "MessagePeerReaction",
        "messageReactor" => "MessageReactor",
        "reactionCustomEmoji" => "Reaction",
        "reactionEmoji" => "Reaction",
        "reactionEmpty" => "Reaction",
        "reactionPaid" => "Reaction",
        "inputFile" => "InputFile",
        "inputFileBig" => "InputFile",
        "inputFileStoryDocument" => "InputFile",
        "inputDocument" => "InputDocument",
        "inputDocumentEmpty" => "InputDocument",
        "inputGroupCallStream" => "InputFileLocation",
        "upload.file" => "upload.File",
        "upload.fileCdnRedirect" => "upload.File",
        "storage.fileGif" => "storage.FileType",
        "storage.fileJpeg" => "storage.FileType",
        "storage.fileMov" => "storage.FileType",
        "storage.fileMp3" => "storage.FileType",
        "storage.fileMp4" => "storage.FileType",
        "storage.filePartial" => "storage.FileType",
        "storage.filePdf" => "storage.FileType",
        "storage.filePng" => "storage.FileType",
        "storage.fileUnknown" => "storage.FileType",
        "storage.fileWebp" => "storage.FileType",
        "fileHash" => "FileHash",
        "config" => "Config",
        "dcOption" => "DcOption",
        "rpc_error" => "RpcError",
        "error" => "Error",
        "inputClientProxy" => "InputClientProxy",
        "jsonArray" => "JSONValue",
        "jsonBool" => "JSONValue",
        "jsonNull" => "JSONValue",
        "jsonNumber" => "JSONValue",
        "jsonObject" => "JSONValue",
        "jsonString" => "JSONValue",
        "jsonObjectValue" => "JSONObjectValue",
        "phone.acceptCall" => "function phone.acceptCall",
        "phone.checkGroupCall" => "function phone.checkGroupCall",
        "phone.confirmCall" => "function phone.confirmCall",
        "phone.createConferenceCall" => "function phone.createConferenceCall",
        "phone.createGroupCall" => "function phone.createGroupCall",
        "phone.declineConferenceCallInvite" => "function phone.declineConferenceCallInvite",
        "phone.deleteConferenceCallParticipants" => "function phone.deleteConferenceCallParticipants",
        "phone.deleteGroupCallMessages" => "function phone.deleteGroupCallMessages",
        "phone.deleteGroupCallParticipantMessages" => "function phone.deleteGroupCallParticipantMessages",
        "phone.discardCall" => "function phone.discardCall",
        "phone.discardGroupCall" => "function phone.discardGroupCall",
        "phone.editGroupCallParticipant" => "function phone.editGroupCallParticipant",
        "phone.editGroupCallTitle" => "function phone.editGroupCallTitle",
        "phone.exportGroupCallInvite" => "function phone.exportGroupCallInvite",
        "phone.getCallConfig" => "function phone.getCallConfig",
        "phone.getGroupCall" => "function phone.getGroupCall",
        "phone.getGroupCallChainBlocks" => "function phone.getGroupCallChainBlocks",
        "phone.getGroupCallJoinAs" => "function phone.getGroupCallJoinAs",
        "phone.getGroupCallStars" => "function phone.getGroupCallStars",
        "phone.getGroupCallStreamChannels" => "function phone.getGroupCallStreamChannels",
        "phone.getGroupCallStreamRtmpUrl" => "function phone.getGroupCallStreamRtmpUrl",
        "phone.getGroupParticipants" => "function phone.getGroupParticipants",
        "phone.inviteConferenceCallParticipant" => "function phone.inviteConferenceCallParticipant",
        "phone.inviteToGroupCall" => "function phone.inviteToGroupCall",
        "phone.joinGroupCall" => "function phone.joinGroupCall",
        "phone.joinGroupCallPresentation" => "function phone.joinGroupCallPresentation",
        "phone.leaveGroupCall" => "function phone.leaveGroupCall",
        "phone.leaveGroupCallPresentation" => "function phone.leaveGroupCallPresentation",
        "phone.receivedCall" => "function phone.receivedCall",
        "phone.requestCall" => "function phone.requestCall",
        "phone.saveCallDebug" => "function phone.saveCallDebug",
        "phone.saveCallLog" => "function phone.saveCallLog",
        "phone.saveDefaultGroupCallJoinAs" => "function phone.saveDefaultGroupCallJoinAs",
        "phone.saveDefaultSendAs" => "function phone.saveDefaultSendAs",
        "phone.sendConferenceCallBroadcast" => "function phone.sendConferenceCallBroadcast",
        "phone.sendGroupCallEncryptedMessage" => "function phone.sendGroupCallEncryptedMessage",
        "phone.sendGroupCallMessage" => "function phone.sendGroupCallMessage",
        "phone.sendSignalingData" => "function phone.sendSignalingData",
        "phone.setCallRating" => "function phone.setCallRating",
        "phone.startScheduledGroupCall" => "function phone.startScheduledGroupCall",
        "phone.toggleGroupCallRecord" => "function phone.toggleGroupCallRecord",
        "phone.toggleGroupCallSettings" => "function phone.toggleGroupCallSettings",
        "phone.toggleGroupCallStartSubscription" => "function phone.toggleGroupCallStartSubscription",
        "help.getConfig" => "function help.getConfig",
        "messages.deleteMessages" => "function messages.deleteMessages",
        "messages.getDhConfig" => "function messages.getDhConfig",
        "messages.setTyping" => "function messages.setTyping",
        "updates.getDifference" => "function updates.getDifference",
        "updates.getState" => "function updates.getState",
        "upload.getFile" => "function upload.getFile",
        "upload.saveBigFilePart" => "function upload.saveBigFilePart",
        "upload.saveFilePart" => "function upload.saveFilePart",
        "initConnection" => "function initConnection",
        "invokeAfterMsg" => "function invokeAfterMsg",
        "invokeAfterMsgs" => "function invokeAfterMsgs",
        "invokeWithLayer" => "function invokeWithLayer",
        _ => return None,
    })
}

/// Every type, and every `function x`.
pub static TYPES: &[&str] = &[
    "Chat",
    "ChatAdminRights",
    "ChatBannedRights",
    "ChatPhoto",
    "Config",
    "DataJSON",
    "DcOption",
    "EmojiStatus",
    "EncryptedMessage",
    "Error",
    "FileHash",
    "GroupCall",
    "GroupCallDonor",
    "GroupCallMessage",
    "GroupCallParticipant",
    "GroupCallParticipantVideo",
    "GroupCallParticipantVideoSourceGroup",
    "GroupCallStreamChannel",
    "InputChannel",
    "InputClientProxy",
    "InputDocument",
    "InputFile",
    "InputFileLocation",
    "InputGroupCall",
    "InputPeer",
    "InputPhoneCall",
    "InputUser",
    "JSONObjectValue",
    "JSONValue",
    "Message",
    "MessageAction",
    "MessageEntity",
    "MessageFwdHeader",
    "MessageMedia",
    "MessagePeerReaction",
    "MessageReactions",
    "MessageReactor",
    "MessageReplyHeader",
    "Peer",
    "PeerColor",
    "PhoneCall",
    "PhoneCallDiscardReason",
    "PhoneCallProtocol",
    "PhoneConnection",
    "Reaction",
    "ReactionCount",
    "RecentStory",
    "RestrictionReason",
    "RpcError",
    "SendMessageAction",
    "TextWithEntities",
    "Update",
    "Updates",
    "User",
    "UserProfilePhoto",
    "UserStatus",
    "Username",
    "messages.AffectedMessages",
    "messages.DhConfig",
    "phone.ExportedGroupCallInvite",
    "phone.GroupCall",
    "phone.GroupCallStars",
    "phone.GroupCallStreamChannels",
    "phone.GroupCallStreamRtmpUrl",
    "phone.GroupParticipants",
    "phone.JoinAsPeers",
    "phone.PhoneCall",
    "storage.FileType",
    "updates.Difference",
    "updates.State",
    "upload.File",
    "function phone.acceptCall",
    "function phone.checkGroupCall",
    "function phone.confirmCall",
    "function phone.createConferenceCall",
    "function phone.createGroupCall",
    "function phone.declineConferenceCallInvite",
    "function phone.deleteConferenceCallParticipants",
    "function phone.deleteGroupCallMessages",
    "function phone.deleteGroupCallParticipantMessages",
    "function phone.discardCall",
    "function phone.discardGroupCall",
    "function phone.editGroupCallParticipant",
    "function phone.editGroupCallTitle",
    "function phone.exportGroupCallInvite",
    "function phone.getCallConfig",
    "function phone.getGroupCall",
    "function phone.getGroupCallChainBlocks",
    "function phone.getGroupCallJoinAs",
    "function phone.getGroupCallStars",
    "function phone.getGroupCallStreamChannels",
    "function phone.getGroupCallStreamRtmpUrl",
    "function phone.getGroupParticipants",
    "function phone.inviteConferenceCallParticipant",
    "function phone.inviteToGroupCall",
    "function phone.joinGroupCall",
    "function phone.joinGroupCallPresentation",
    "function phone.leaveGroupCall",
    "function phone.leaveGroupCallPresentation",
    "function phone.receivedCall",
    "function phone.requestCall",
    "function phone.saveCallDebug",
    "function phone.saveCallLog",
    "function phone.saveDefaultGroupCallJoinAs",
    "function phone.saveDefaultSendAs",
    "function phone.sendConferenceCallBroadcast",
    "function phone.sendGroupCallEncryptedMessage",
    "function phone.sendGroupCallMessage",
    "function phone.sendSignalingData",
    "function phone.setCallRating",
    "function phone.startScheduledGroupCall",
    "function phone.toggleGroupCallRecord",
    "function phone.toggleGroupCallSettings",
    "function phone.toggleGroupCallStartSubscription",
    "function help.getConfig",
    "function messages.deleteMessages",
    "function messages.getDhConfig",
    "function messages.setTyping",
    "function updates.getDifference",
    "function updates.getState",
    "function upload.getFile",
    "function upload.saveBigFilePart",
    "function upload.saveFilePart",
    "function initConnection",
    "function invokeAfterMsg",
    "function invokeAfterMsgs",
    "function invokeWithLayer",
];
