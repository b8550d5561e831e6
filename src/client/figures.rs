//! What our own engine has counted, and the story it tells in a report.

use super::engine::stream::StreamFigures;
use super::stats::{Stat, StreamId, StreamKind};
use crate::call::report::Story;
use crate::media::MediaKind;
use crate::media::audio::{AudioStats, SoundDropped, SourceStats};
use crate::media::proxy::ProxyReport;
use crate::media::report::{TransportReport, TransportStats};
use crate::media::rtp::{Direction, StreamStats};
use crate::media::video::PictureStats;
use crate::signaling;
use crate::types::Ssrc;
use core::time::Duration;

/// The figures of a call's media, all of one moment. Packets are counted where RTP is: `audio` tells what became of the sound in
/// them.
#[derive(Clone, Debug)]
pub struct Figures {
    pub transport: TransportStats,
    /// First what we send.
    pub streams: Vec<StreamStats>,
    pub audio: AudioStats,
    /// Of each whose sound has come.
    pub sources: Vec<(Ssrc, SourceStats)>,
    /// Of each stream of pictures.
    pub pictures: Vec<(Ssrc, PictureStats)>,
    /// Of a call that is watched.
    pub stream: Option<StreamFigures>,
}

/// What was not used where the parts of a call's media meet.
#[derive(Clone, Copy, Debug, Default)]
pub struct Ignored {
    /// Packets of our sound, as the other side had not agreed to a stream of it.
    pub sound: u64,
    /// Packets of theirs that are authentic, but of no stream that we agreed to.
    pub media: u64,
    /// Frames of ours that could not be sent after all.
    pub pictures: u64,
    /// Streams that were impossible.
    pub streams: u64,
    /// Messages on the data channel that we cannot read, or that have no business there.
    pub data: u64,
}

/// The whole story of a call's media. No keys in it.
#[derive(Clone, Debug)]
pub struct MediaReport {
    pub transport: TransportReport,
    /// What stood in the way of finding this machine's addresses.
    pub interfaces_note: Option<String>,
    /// `None`: no proxy is set.
    pub proxy: Option<ProxyReport>,
    pub signaling: signaling::Counters,
    /// Messages of ours that no packet took, as the other side confirms nothing.
    pub unsent: u64,
    pub ignored: Ignored,
    /// Messages of theirs against the rules of negotiation.
    pub negotiation_ignored: u64,
    pub audio: AudioStats,
    pub sources: Vec<(Ssrc, SourceStats)>,
    pub pictures: Vec<(Ssrc, PictureStats)>,
    /// `None`: it is no live stream.
    pub stream: Option<StreamFigures>,
}

impl MediaReport {
    pub fn figures(&self) -> Figures {
        let MediaReport { transport, audio, sources, pictures, stream, .. } = self;
        let (streams, sources, stream) = (transport.streams.clone(), sources.clone(), *stream);
        Figures { transport: transport.stats, streams, audio: *audio, sources, pictures: pictures.clone(), stream }
    }
}

impl Figures {
    pub fn streams(&self) -> impl Iterator<Item = StreamId> {
        self.streams.iter().map(id)
    }

    /// A figure of the call, or of a stream. `None`: not known yet, or not a figure of whom was asked.
    pub fn get(&self, stream: StreamId, stat: Stat) -> Option<i64> {
        if stream == StreamId::CALL {
            return self.of_call(stat);
        }
        self.of_stream(self.streams.iter().find(|one| id(one) == stream)?, stat)
    }

    fn of_call(&self, stat: Stat) -> Option<i64> {
        let Figures { transport, audio, .. } = self;
        if let Some(of_stream) = self.stream.as_ref().and_then(|stream| of_live_stream(stream, stat)) {
            return Some(of_stream);
        }
        match stat {
            Stat::RoundTripMs => ms(transport.round_trip.or(transport.rtp.round_trip)?),
            Stat::JitterMs => {
                ms(self.streams.iter().filter(|stream| is_heard(stream)).filter_map(|stream| stream.jitter).max()?)
            }
            Stat::LossPermille => Some(audio.received.loss_permille.into()),
            Stat::DelayMs => Some(audio.received.delay_ms.into()),
            Stat::PacketsSent => number(transport.rtp.packets_sent),
            Stat::PacketsReceived => number(transport.rtp.packets_received),
            Stat::PacketsLost => number(transport.rtp.packets_lost),
            Stat::PacketsDropped => number(transport.dropped.received()),
            Stat::BytesSent => number(transport.bytes_sent),
            Stat::BytesReceived => number(transport.bytes_received),
            Stat::SoundUndeliveredMs => number(audio.undelivered_ms),
            Stat::SoundDroppedMs => number(audio.dropped.while_active()),
            Stat::SignalBars => Some(self.signal_bars()),
            Stat::Relayed => Some(transport.route?.is_relayed().into()),
            Stat::ConnectMs | Stat::UpdatesDropped | Stat::Calls | Stat::StreamDelayMs => None,
            Stat::Frames | Stat::FramesDropped | Stat::KeyFramesAsked => None,
        }
    }

    fn of_stream(&self, stream: &StreamStats, stat: Stat) -> Option<i64> {
        let is_sent = stream.direction == Direction::Sent;
        let heard = is_heard(stream).then(|| self.source(stream.ssrc));
        match stat {
            Stat::RoundTripMs => ms(stream.round_trip?),
            Stat::JitterMs => ms(stream.jitter?),
            Stat::LossPermille if is_sent => stream.loss_permille.map(Into::into),
            Stat::LossPermille => Some(heard?.loss_permille.into()),
            Stat::DelayMs => Some(heard?.delay_ms.into()),
            Stat::PacketsLost => number(stream.lost?),
            Stat::PacketsSent if is_sent => number(stream.packets),
            Stat::PacketsReceived if !is_sent => number(stream.packets),
            Stat::BytesSent if is_sent => number(stream.bytes),
            Stat::BytesReceived if !is_sent => number(stream.bytes),
            Stat::Frames => number(self.pictures_of(stream)?.frames),
            Stat::FramesDropped => number(self.pictures_of(stream)?.frames_dropped),
            Stat::KeyFramesAsked => number(self.pictures_of(stream)?.key_frames_asked),
            Stat::PacketsDropped if !is_sent => number(self.pictures_of(stream)?.unreadable),
            _ => None,
        }
    }

    fn pictures_of(&self, stream: &StreamStats) -> Option<PictureStats> {
        let found = self.pictures.iter().find(|(ssrc, _)| *ssrc == stream.ssrc && stream.kind == MediaKind::Video);
        found.map(|(_, stats)| *stats)
    }

    /// What became of the sound that somebody sends, if any has come.
    fn source(&self, ssrc: Ssrc) -> SourceStats {
        let found = self.sources.iter().find(|(source, _)| *source == ssrc);
        found.map(|(_, stats)| *stats).unwrap_or_default()
    }

    /// 0 without a path, 4 when all is well. A bar goes for each of 2, 8 and 20 % that either side misses.
    fn signal_bars(&self) -> i64 {
        if self.transport.route.is_none() {
            return 0;
        }
        let missing = self.audio.received.loss_permille.max(self.transport.rtp.remote_loss_permille.into());
        4 - [20, 80, 200].iter().filter(|limit| missing >= **limit).count() as i64
    }
}

/// What parts have instead of packets.
fn of_live_stream(stream: &StreamFigures, stat: Stat) -> Option<i64> {
    match stat {
        Stat::StreamDelayMs => stream.delay_ms,
        Stat::PacketsReceived => number(stream.parts),
        Stat::PacketsDropped => number(stream.unreadable),
        Stat::BytesReceived => number(stream.bytes),
        Stat::SignalBars => Some(if stream.delay_ms.is_some() { 4 } else { 0 }),
        Stat::Frames => number(stream.frames),
        Stat::FramesDropped => number(stream.frames_dropped),
        _ => None,
    }
}

fn is_heard(stream: &StreamStats) -> bool {
    stream.kind == MediaKind::Audio && stream.direction == Direction::Received
}

fn id(stream: &StreamStats) -> StreamId {
    let kind = match (stream.kind, stream.direction) {
        (MediaKind::Audio, Direction::Sent) => StreamKind::AudioSent,
        (MediaKind::Audio, Direction::Received) => StreamKind::AudioReceived,
        (MediaKind::Video, Direction::Sent) => StreamKind::VideoSent,
        (MediaKind::Video, Direction::Received) => StreamKind::VideoReceived,
    };
    StreamId((kind as u64) << 32 | u64::from(stream.ssrc.0))
}

fn number(count: u64) -> Option<i64> {
    Some(i64::try_from(count).unwrap_or(i64::MAX))
}

fn ms(duration: Duration) -> Option<i64> {
    i64::try_from(duration.as_millis()).ok()
}

/// The nearest millisecond.
fn whole_ms(duration: Duration) -> u64 {
    u64::try_from((duration.as_micros() + 500) / 1000).unwrap_or(u64::MAX)
}

impl Story for MediaReport {
    fn text(&self, addresses: bool) -> String {
        let signaling::Counters {
            packets_sent: _,
            packets_received: _,
            messages_sent,
            messages_received,
            unsealed,
            replayed,
            malformed,
            unknown,
            overflowed,
        } = self.signaling;
        let (audio, rtp) = (&self.audio, &self.transport.stats.rtp);
        let SoundDropped { overflow_ms, surplus_ms, late_ms, inactive_ms, unencoded_ms } = audio.dropped;
        let Ignored { sound, media, pictures, streams, data } = self.ignored;
        let proxy = self.proxy.map_or_else(String::new, |ProxyReport { datagrams, streams }| {
            format!("proxy: relay for datagrams: {datagrams}; streams: {streams}\n")
        });
        let addresses_note = self
            .interfaces_note
            .as_ref()
            .map_or_else(String::new, |note| format!("addresses of this machine: {note}\n"));
        let of_stream = |(ssrc, stats): &(Ssrc, PictureStats)| {
            let PictureStats { frames, frames_dropped, key_frames_asked, unreadable } = stats;
            format!(
                "pictures of stream {ssrc}: {frames} frames, {frames_dropped} dropped; {unreadable} unreadable; {key_frames_asked} \
                 key frames asked for\n"
            )
        };
        let of_streams: String = self.pictures.iter().map(of_stream).collect();
        format!(
            "signaling messages: {messages_sent} sent, {} not taken, {messages_received} received, {} ignored; packets: \
             {unsealed} not of the key, {replayed} repeated, {malformed} malformed, {unknown} unknown, {overflowed} too many\n\
             {addresses_note}{proxy}{}not used: {sound} packets of our sound, {media} of their media, {pictures} of our pictures, {streams} streams, {data} messages \
             of the data channel\n\
             sound sent: {} packets, level {}; gaps in the host's timestamps: {}\n\
             sound of the host thrown away: {overflow_ms} ms more than the queue holds, {surplus_ms} ms of a clock that is fast, \
             {late_ms} ms that waited for a slow machine, \
             {unencoded_ms} ms not encoded, {inactive_ms} ms while there was no path\n\
             sound received: {} packets, {} lost, {} late, {} skipped, {} too long, loss {} of 1000, jitter {} ms, delay {} ms, level {}\n\
             sound made up: {} ms concealed, {} ms recovered, {} ms stretched; silence for want of sound: {} ms; not delivered in time: {} ms\n\
             {of_streams}",
            self.unsent,
            self.negotiation_ignored,
            self.transport.to_text(addresses),
            audio.packets_sent,
            audio.sent_level,
            audio.host_gaps,
            audio.received.packets_received,
            rtp.sound_lost,
            audio.received.late,
            audio.received.skipped,
            audio.received.oversized,
            audio.received.loss_permille,
            whole_ms(rtp.jitter),
            audio.received.delay_ms,
            audio.received_level,
            audio.received.concealed_ms,
            audio.received.recovered_ms,
            audio.received.stretched_ms,
            audio.silence_ms,
            audio.undelivered_ms,
        ) + &self.stream.map_or_else(String::new, |stream| stream_text(&stream))
    }

    fn json(&self, addresses: bool) -> String {
        let (signaling, audio, rtp) = (&self.signaling, &self.audio, &self.transport.stats.rtp);
        serde_json::json!({
            "signaling": {
                "messages_sent": signaling.messages_sent,
                "messages_unsent": self.unsent,
                "messages_received": signaling.messages_received,
                "messages_ignored": self.negotiation_ignored,
                "unsealed": signaling.unsealed,
                "replayed": signaling.replayed,
                "malformed": signaling.malformed,
                "unknown": signaling.unknown,
                "overflowed": signaling.overflowed,
            },
            "proxy": self.proxy.map(|proxy| serde_json::json!({ "datagrams": proxy.datagrams, "streams": proxy.streams })),
            "interfaces_note": self.interfaces_note,
            "transport": self.transport.to_json(addresses),
            "not_used": {
                "sound": self.ignored.sound,
                "media": self.ignored.media,
                "pictures": self.ignored.pictures,
                "streams": self.ignored.streams,
                "data": self.ignored.data,
            },
            "sound": {
                "packets_sent": audio.packets_sent,
                "packets_received": audio.received.packets_received,
                "packets_lost": rtp.sound_lost,
                "late": audio.received.late,
                "skipped": audio.received.skipped,
                "loss_permille": audio.received.loss_permille,
                "jitter_ms": whole_ms(rtp.jitter),
                "delay_ms": audio.received.delay_ms,
                "concealed_ms": audio.received.concealed_ms,
                "recovered_ms": audio.received.recovered_ms,
                "stretched_ms": audio.received.stretched_ms,
                "silence_ms": audio.silence_ms,
                "undelivered_ms": audio.undelivered_ms,
                "oversized": audio.received.oversized,
                "host_gaps": audio.host_gaps,
                "dropped_ms": {
                    "overflow": audio.dropped.overflow_ms,
                    "surplus": audio.dropped.surplus_ms,
                    "late": audio.dropped.late_ms,
                    "unencoded": audio.dropped.unencoded_ms,
                    "inactive": audio.dropped.inactive_ms,
                },
                "level_sent": audio.sent_level,
                "level_received": audio.received_level,
            },
            "pictures": self
                .pictures
                .iter()
                .map(|(ssrc, stats)| {
                    serde_json::json!({
                        "ssrc": ssrc.0,
                        "frames": stats.frames,
                        "frames_dropped": stats.frames_dropped,
                        "key_frames_asked": stats.key_frames_asked,
                        "unreadable": stats.unreadable,
                    })
                })
                .collect::<Vec<_>>(),
            "stream": self.stream.map(|stream| stream_json(&stream)),
        })
        .to_string()
    }
}

fn stream_text(stream: &StreamFigures) -> String {
    let StreamFigures { delay_ms, parts, bytes, unreadable, not_yet, failed, dry, frames, frames_dropped, broken } =
        stream;
    let delay = delay_ms.map_or_else(|| "-".into(), |ms| format!("{ms} ms"));
    format!(
        "stream: {parts} parts of {bytes} bytes, {unreadable} of them unreadable; {not_yet} times not there yet, {failed} refused; \
         {dry} times nothing was left; delay {delay}\n\
         in its parts: {frames} pictures, {frames_dropped} dropped; {broken} packets or pictures unreadable\n"
    )
}

fn stream_json(stream: &StreamFigures) -> serde_json::Value {
    let StreamFigures { delay_ms, parts, bytes, unreadable, not_yet, failed, dry, frames, frames_dropped, broken } =
        stream;
    serde_json::json!({
        "delay_ms": delay_ms,
        "parts": parts,
        "bytes": bytes,
        "unreadable": unreadable,
        "not_yet": not_yet,
        "failed": failed,
        "dry": dry,
        "frames": frames,
        "frames_dropped": frames_dropped,
        "broken": broken,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::media::{LinkConfig, Transport};
    use crate::random::Random;
    use crate::time::Time;
    use crate::types::Role;

    #[test]
    fn all_that_is_thrown_away_is_named_in_text_and_json() {
        let config = LinkConfig::to_peer(1, Role::Caller);
        let transport = Transport::new(Time::ZERO, Random::from_seed(1), config);
        let mut audio = AudioStats { host_gaps: 24, ..AudioStats::default() };
        audio.received = SourceStats { late: 21, skipped: 22, oversized: 23, ..SourceStats::default() };
        audio.dropped =
            SoundDropped { overflow_ms: 31, surplus_ms: 32, late_ms: 35, inactive_ms: 33, unencoded_ms: 34 };
        audio.silence_ms = 41;
        let report = MediaReport {
            transport: transport.report(),
            interfaces_note: None,
            proxy: None,
            signaling: signaling::Counters::default(),
            unsent: 51,
            ignored: Ignored { sound: 61, media: 62, streams: 63, data: 64, pictures: 65 },
            negotiation_ignored: 52,
            audio,
            sources: Vec::new(),
            pictures: vec![(
                Ssrc(7),
                PictureStats { frames: 71, frames_dropped: 72, key_frames_asked: 73, unreadable: 74 },
            )],
            stream: Some(StreamFigures {
                delay_ms: Some(81),
                parts: 82,
                bytes: 83,
                unreadable: 84,
                not_yet: 85,
                failed: 86,
                dry: 87,
                frames: 88,
                frames_dropped: 89,
                broken: 90,
            }),
        };
        assert_eq!(report.figures().get(StreamId::CALL, Stat::StreamDelayMs), Some(81));
        assert_eq!(
            report.figures().get(StreamId::CALL, Stat::SoundDroppedMs),
            Some(31 + 32 + 34 + 35),
            "in a call that is up"
        );
        let text = report.text(true);
        let json: serde_json::Value = serde_json::from_str(&report.json(true)).unwrap();
        for (number, words, place) in [
            (21, "21 late", "/sound/late"),
            (22, "22 skipped", "/sound/skipped"),
            (23, "23 too long", "/sound/oversized"),
            (24, "gaps in the host's timestamps: 24", "/sound/host_gaps"),
            (31, "31 ms more than the queue holds", "/sound/dropped_ms/overflow"),
            (32, "32 ms of a clock that is fast", "/sound/dropped_ms/surplus"),
            (33, "33 ms while there was no path", "/sound/dropped_ms/inactive"),
            (34, "34 ms not encoded", "/sound/dropped_ms/unencoded"),
            (35, "35 ms that waited for a slow machine", "/sound/dropped_ms/late"),
            (41, "silence for want of sound: 41 ms", "/sound/silence_ms"),
            (51, "51 not taken", "/signaling/messages_unsent"),
            (52, "52 ignored", "/signaling/messages_ignored"),
            (61, "61 packets of our sound", "/not_used/sound"),
            (62, "62 of their media", "/not_used/media"),
            (63, "63 streams", "/not_used/streams"),
            (65, "65 of our pictures", "/not_used/pictures"),
            (71, "stream 7: 71 frames", "/pictures/0/frames"),
            (72, "72 dropped", "/pictures/0/frames_dropped"),
            (73, "73 key frames asked for", "/pictures/0/key_frames_asked"),
            (74, "74 unreadable", "/pictures/0/unreadable"),
            (64, "64 messages of the data channel", "/not_used/data"),
            (81, "delay 81 ms", "/stream/delay_ms"),
            (82, "82 parts of 83 bytes", "/stream/parts"),
            (83, "82 parts of 83 bytes", "/stream/bytes"),
            (84, "84 of them unreadable", "/stream/unreadable"),
            (85, "85 times not there yet", "/stream/not_yet"),
            (86, "86 refused", "/stream/failed"),
            (87, "87 times nothing was left", "/stream/dry"),
            (88, "88 pictures", "/stream/frames"),
            (89, "89 dropped", "/stream/frames_dropped"),
            (90, "90 packets or pictures unreadable", "/stream/broken"),
        ] {
            assert!(text.contains(words), "{words}: {text}");
            assert_eq!(json.pointer(place), Some(&number.into()), "{place}: {json}");
        }
    }

    #[test]
    fn what_became_of_a_streams_sound_is_told_of_its_source() {
        let transport = Transport::new(Time::ZERO, Random::from_seed(1), LinkConfig::to_peer(1, Role::Caller));
        let stream = |ssrc: u32, direction| StreamStats {
            ssrc: Ssrc(ssrc),
            kind: MediaKind::Audio,
            direction,
            packets: 5,
            bytes: 500,
            lost: None,
            loss_permille: None,
            jitter: [None, None, Some(4), Some(9)][ssrc as usize - 1].map(Duration::from_millis),
            round_trip: None,
        };
        let source = |ssrc, loss_permille, delay_ms| {
            (Ssrc(ssrc), SourceStats { loss_permille, delay_ms, ..SourceStats::default() })
        };
        let figures = Figures {
            transport: transport.stats(),
            streams: vec![
                stream(1, Direction::Sent),
                stream(2, Direction::Received),
                stream(3, Direction::Received),
                stream(4, Direction::Received),
            ],
            audio: AudioStats { received: source(0, 80, 40).1, ..AudioStats::default() },
            sources: vec![source(2, 10, 40), source(3, 80, 25)],
            pictures: Vec::new(),
            stream: None,
        };
        let told = |stat| -> Vec<_> { figures.streams().map(|stream| figures.get(stream, stat)).collect() };
        assert_eq!(told(Stat::LossPermille), [None, Some(10), Some(80), Some(0)]);
        assert_eq!(told(Stat::DelayMs), [None, Some(40), Some(25), Some(0)], "nothing has come of the last");
        assert_eq!(figures.get(StreamId::CALL, Stat::LossPermille), Some(80));
        assert_eq!(told(Stat::JitterMs), [None, None, Some(4), Some(9)]);
        assert_eq!(figures.get(StreamId::CALL, Stat::JitterMs), Some(9));
    }
}
