//! Streams: the parts of what is said, and of what comes by RTMP (`stream.md` 2).

use super::broadcast::{Broadcast, Part};
use super::request::Named;
use super::server::Told;
use crate::sim::encoder::{Object, Value};
use crate::sim::server::{Answer, EPOCH, Server, fail};
use crate::time::Time;
use std::collections::btree_map::Entry;

/// Bytes of one answer, at most.
const MAX_LIMIT: i32 = 1 << 20;

/// What `upload.getFile` wants of a stream.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Wanted {
    pub call: Named,
    pub time_ms: i64,
    pub scale: i32,
    /// Channel and quality.
    pub video: Option<(i32, i32)>,
    pub offset: i64,
    pub limit: i32,
}

/// The server's clock in ms.
pub fn unix_ms(now: Time) -> i64 {
    i64::from(EPOCH) * 1000 + now.since(Time::ZERO).as_millis() as i64
}

impl Server {
    /// Listeners of a call get it as a stream from now on.
    pub(super) fn begin_broadcast(&mut self, now: Time, id: i64, is_rtmp: bool) {
        let Entry::Vacant(place) = self.groups.broadcasts.entry(id) else { return };
        if is_rtmp {
            place.insert(Broadcast::of_rtmp(unix_ms(now), self.groups.knobs.stream_scale));
        } else {
            place.insert(Broadcast::new(unix_ms(now)));
            self.groups.media.set_listened(id, true);
        }
    }

    pub(super) fn end_broadcast(&mut self, id: i64) {
        if self.groups.broadcasts.remove(&id).is_some() {
            self.groups.media.set_listened(id, false);
        }
    }

    /// What was said and shown since then becomes parts.
    pub(super) fn turn_broadcasts(&mut self, now: Time) {
        let groups = &mut self.groups;
        for (id, broadcast) in &mut groups.broadcasts {
            for told in groups.media.take_told(*id) {
                match told {
                    Told::Spoken(spoken) => broadcast.hear(unix_ms(spoken.at), &spoken),
                    Told::Shown(shown) => broadcast.see(unix_ms(shown.at), &shown),
                }
            }
            broadcast.finish(unix_ms(now));
        }
    }

    pub(super) fn stream_channels(&self, now: Time, account: i64, call: Named) -> Answer {
        let id = self.group_of(account, call)?;
        if self.peer_in(account, id).is_none() {
            return fail(400, "GROUPCALL_JOIN_MISSING");
        }
        let is_rtmp = self.groups.calls.get(&id).is_some_and(|call| call.is_rtmp);
        // Of a broadcast the time is the server's, and nobody asks.
        let sent = self.groups.broadcasts.get(&id).filter(|_| is_rtmp && self.groups.knobs.is_streaming);
        let channel = |broadcast: &Broadcast| {
            let part = broadcast.part_ms();
            let channel = Object::new("groupCallStreamChannel").with("channel", 1).with("scale", broadcast.scale());
            channel.with("last_timestamp_ms", unix_ms(now) / part * part - part).into()
        };
        let channels: Vec<Value> = sent.map(channel).into_iter().collect();
        Ok(Object::new("phone.groupCallStreamChannels").with("channels", channels).into())
    }

    pub(super) fn stream_part(&mut self, now: Time, account: i64, wanted: &Wanted) -> Answer {
        let id = self.group_of(account, wanted.call)?;
        let Some(peer) = self.peer_in(account, id) else { return fail(400, "GROUPCALL_JOIN_MISSING") };
        if self.groups.knobs.is_on_cdn {
            return Ok(Object::new("upload.fileCdnRedirect")
                .with("dc_id", 203)
                .with("file_token", &[1u8; 16][..])
                .with("encryption_key", &[2u8; 32][..])
                .with("encryption_iv", &[3u8; 16][..])
                .with("file_hashes", Vec::new())
                .into());
        }
        let Some(broadcast) = self.groups.broadcasts.get(&id) else { return fail(400, "GROUPCALL_INVALID") };
        if wanted.scale != broadcast.scale() || wanted.time_ms <= 0 || wanted.time_ms % broadcast.part_ms() != 0 {
            return fail(400, "TIME_INVALID");
        }
        if !(1..=MAX_LIMIT).contains(&wanted.limit) {
            return fail(400, "LIMIT_INVALID");
        }
        let Ok(offset) = usize::try_from(wanted.offset) else { return fail(400, "OFFSET_INVALID") };
        // What is said comes apart from the pictures, and what is sent with them in one.
        let is_rtmp = self.groups.calls.get(&id).is_some_and(|call| call.is_rtmp);
        let picture = wanted.video.filter(|_| !is_rtmp);
        if is_rtmp && wanted.video.is_none_or(|(channel, _)| channel != 1) {
            return fail(400, "VIDEO_CHANNEL_INVALID");
        }
        if is_rtmp && !self.groups.knobs.is_streaming {
            return fail(400, "TIME_TOO_BIG");
        }
        self.turn_broadcasts(now);
        let Some(broadcast) = self.groups.broadcasts.get(&id) else { return fail(400, "GROUPCALL_INVALID") };
        let part = match picture {
            Some((channel, quality)) => broadcast.picture(wanted.time_ms, channel.saturating_sub(1), quality),
            None => match broadcast.part(wanted.time_ms) {
                Part::There(bytes) => Ok(bytes.to_vec()),
                Part::NotYet => Err("TIME_TOO_BIG"),
                Part::Gone => Err("TIME_TOO_SMALL"),
            },
        };
        let part = match part {
            Ok(part) => part,
            Err(why) => return fail(400, why),
        };
        let bytes = part.get(offset..).unwrap_or_default();
        let bytes = bytes[..bytes.len().min(wanted.limit as usize)].to_vec();
        let date = self.date(now);
        // Who gets parts is there.
        if let Some(member) = self.member_mut(id, peer) {
            member.told_at = now;
        }
        let kind = Object::new("storage.fileUnknown");
        Ok(Object::new("upload.file").with("type", kind).with("mtime", date).with("bytes", &bytes[..]).into())
    }
}
