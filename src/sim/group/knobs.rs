//! What a test may turn of group calls.

use crate::sim::chain;
use crate::time::Duration;

/// Everything about group calls that a test may turn.
#[derive(Clone, Debug)]
pub struct GroupKnobs {
    /// `joinGroupCall` is answered by a stream: to listeners beyond so many members, RTMP apart.
    pub stream_from: usize,
    /// The updates of the answer to a join stand in another order.
    pub shuffle: bool,
    /// News of people are reduced: what is the receiver's own is left out.
    pub min_news: bool,
    /// No connection in the answer to a join, or two.
    pub connections: usize,
    /// Who is not heard for so long is thrown out, where the media server says whom it hears.
    pub silence: Duration,
    /// Longest page of the list.
    pub page: usize,
    /// Somebody sends to calls that are streams by RTMP.
    pub is_streaming: bool,
    /// Of calls by RTMP that begin from now on: their parts hold 1000 >> scale ms. 1, 0 or -1.
    pub stream_scale: i32,
    /// Parts of streams are said to be elsewhere, which they never are.
    pub is_on_cdn: bool,
    /// So many can be in a conference.
    pub conference_size: usize,
    /// Of conferences that are made from now on.
    pub chain: chain::Knobs,
}

impl Default for GroupKnobs {
    fn default() -> GroupKnobs {
        GroupKnobs {
            stream_from: usize::MAX,
            shuffle: false,
            min_news: false,
            connections: 1,
            silence: Duration::from_secs(30),
            page: 100,
            is_streaming: true,
            stream_scale: 0,
            is_on_cdn: false,
            conference_size: 200,
            chain: chain::Knobs::default(),
        }
    }
}

impl GroupKnobs {
    /// Turns one knob, by the words of a script line; `None`: there is none of this name here.
    pub fn set(&mut self, name: &str, value: &str) -> Option<Result<(), String>> {
        let number = || value.parse::<u32>().map_err(|_| format!("{name} takes a number, not {value}"));
        let on = || match value {
            "on" => Ok(true),
            "off" => Ok(false),
            _ => Err(format!("{name} is on or off, not {value}")),
        };
        Some(match name {
            "group-stream-from" => number().map(|count| self.stream_from = count as usize),
            "group-shuffle" => on().map(|on| self.shuffle = on),
            "group-min-news" => on().map(|on| self.min_news = on),
            "group-connections" => number().map(|count| self.connections = (count as usize).min(2)),
            "group-silence-ms" => number().map(|ms| self.silence = Duration::from_millis(ms.into())),
            "group-streaming" => on().map(|on| self.is_streaming = on),
            "group-stream-scale" => {
                let scale = value.parse().ok().filter(|scale| (-1..=1).contains(scale));
                scale.map(|scale| self.stream_scale = scale).ok_or(format!("{name} is -1 to 1, not {value}"))
            }
            "group-cdn" => on().map(|on| self.is_on_cdn = on),
            "group-page" => number().map(|count| self.page = (count as usize).clamp(1, 100)),
            "conference-size" => number().map(|count| self.conference_size = count as usize),
            _ => return self.chain.set(name, value),
        })
    }
}
