//! In-call messages and reactions: JSON inside a packet of channel 0 (conference-e2e.md, section 11).

use super::error::Reject;
use crate::types::UserId;
use serde_json::{Map, Value, json};
use std::collections::{BTreeSet, VecDeque};

/// The channel that all clients use for messages.
pub const CHANNEL: i32 = 0;
/// More is dropped by everybody.
pub const MAX_ENTITIES: usize = 1000;
/// The server's default for `group_call_message_length_limit` is 128 characters; this is the longest text ever read.
pub const MAX_TEXT: usize = 4096;
/// No message that keeps the limits is larger.
const MAX_JSON: usize = 256 * 1024;
/// The layer whose entities we know: an object that demands a newer one is skipped.
const LAYER: i64 = 223;
/// How many messages are remembered to tell doubles.
const MAX_SEEN: usize = 1024;

#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Message {
    /// Chosen by the sender, not zero; tells doubles.
    pub random_id: i64,
    pub text: String,
    pub entities: Vec<Entity>,
}

/// A stretch of text, in UTF-16 units.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entity {
    pub offset: u32,
    pub length: u32,
    pub kind: EntityKind,
}

/// Those from `Blockquote` on are read but not sent: receivers drop a message with an entity they do not know.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum EntityKind {
    Bold,
    Italic,
    Underline,
    Strike,
    Spoiler,
    CustomEmoji { document: i64 },
    Blockquote,
    Code,
    Pre { language: String },
    TextUrl { url: String },
}

impl EntityKind {
    fn sent_as(&self) -> Option<&'static str> {
        Some(match self {
            EntityKind::Bold => "messageEntityBold",
            EntityKind::Italic => "messageEntityItalic",
            EntityKind::Underline => "messageEntityUnderline",
            EntityKind::Strike => "messageEntityStrike",
            EntityKind::Spoiler => "messageEntitySpoiler",
            EntityKind::CustomEmoji { .. } => "messageEntityCustomEmoji",
            EntityKind::Blockquote | EntityKind::Code | EntityKind::Pre { .. } | EntityKind::TextUrl { .. } => {
                return None;
            }
        })
    }
}

impl Message {
    /// A reaction: one emoji, and the custom emoji that it stands for, if any.
    #[cfg_attr(not(any(test, feature = "internals")), allow(dead_code, reason = "custom emoji have no function yet"))]
    pub fn reaction(random_id: i64, emoji: &str, document: Option<i64>) -> Message {
        let length = emoji.encode_utf16().count() as u32;
        let custom = |document| Entity { offset: 0, length, kind: EntityKind::CustomEmoji { document } };
        Message { random_id, text: emoji.to_owned(), entities: document.map(custom).into_iter().collect() }
    }

    /// The text to encrypt. `max_text` counts characters.
    pub fn to_json(&self, max_text: usize) -> Result<Vec<u8>, Reject> {
        let length = self.text.encode_utf16().count() as u32;
        let within = |entity: &Entity| entity.offset.checked_add(entity.length).is_some_and(|end| end <= length);
        if self.random_id == 0
            || self.text.chars().count() > max_text.min(MAX_TEXT)
            || self.entities.len() > MAX_ENTITIES
            || !self.entities.iter().all(within)
        {
            return Err(Reject::MessageFormat);
        }
        let entities =
            self.entities.iter().map(entity_to_json).collect::<Option<Vec<Value>>>().ok_or(Reject::MessageFormat)?;
        let json = json!({
            "_": "groupCallMessage",
            "random_id": self.random_id.to_string(),
            "message": { "_": "textWithEntities", "text": self.text, "entities": entities },
        });
        Ok(json.to_string().into_bytes())
    }

    /// Reads what a packet held. Whatever the bytes, this ends; nesting is bounded by the JSON parser.
    pub fn from_json(json: &[u8]) -> Result<Message, Reject> {
        if json.len() > MAX_JSON {
            return Err(Reject::TooLarge);
        }
        read(json).ok_or(Reject::MessageFormat)
    }
}

fn entity_to_json(entity: &Entity) -> Option<Value> {
    let mut json = json!({ "_": entity.kind.sent_as()?, "offset": entity.offset, "length": entity.length });
    if let (EntityKind::CustomEmoji { document }, Some(object)) = (&entity.kind, json.as_object_mut()) {
        object.insert("document_id".to_owned(), Value::from(document.to_string()));
    }
    Some(json)
}

/// An object of this type that does not ask for a newer layer.
fn object<'a>(value: &'a Value, kind: &str) -> Option<&'a Map<String, Value>> {
    let object = value.as_object()?;
    (object.get("_")?.as_str()? == kind && is_for_us(object)).then_some(object)
}

fn is_for_us(object: &Map<String, Value>) -> bool {
    object.get("_min_layer").is_none_or(|layer| layer.as_i64().is_some_and(|layer| layer <= LAYER))
}

fn read(json: &[u8]) -> Option<Message> {
    let value: Value = serde_json::from_slice(json).ok()?;
    let message = object(&value, "groupCallMessage")?;
    let random_id = decimal(message.get("random_id")?).filter(|id| *id != 0)?;
    let content = object(message.get("message")?, "textWithEntities")?;
    let text = content.get("text")?.as_str()?.to_owned();
    let list = content.get("entities").map_or(Some(&[][..]), |entities| entities.as_array().map(Vec::as_slice))?;
    if text.chars().count() > MAX_TEXT || list.len() > MAX_ENTITIES {
        return None;
    }
    let length = text.encode_utf16().count() as u32;
    let entities = list.iter().map(|entity| read_entity(entity, length)).collect::<Option<Vec<_>>>()?;
    Some(Message { random_id, text, entities: entities.into_iter().flatten().collect() })
}

/// `None` drops the message, `Some(None)` the entity.
fn read_entity(value: &Value, text_length: u32) -> Option<Option<Entity>> {
    let object = value.as_object()?;
    if !is_for_us(object) {
        return Some(None);
    }
    let text = |name: &str| object.get(name).and_then(Value::as_str).map(str::to_owned);
    let kind = match object.get("_")?.as_str()?.strip_prefix("messageEntity")? {
        "Bold" => EntityKind::Bold,
        "Italic" => EntityKind::Italic,
        "Underline" => EntityKind::Underline,
        "Strike" => EntityKind::Strike,
        "Spoiler" => EntityKind::Spoiler,
        "CustomEmoji" => EntityKind::CustomEmoji { document: decimal(object.get("document_id")?)? },
        "Blockquote" => EntityKind::Blockquote,
        "Code" => EntityKind::Code,
        "Pre" => EntityKind::Pre { language: text("language")? },
        "TextUrl" => EntityKind::TextUrl { url: text("url")? },
        // What a client finds in the text by itself, and what is newer than we: the text counts without it.
        _ => return Some(None),
    };
    let number = |name: &str| object.get(name)?.as_u64().and_then(|number| u32::try_from(number).ok());
    let (offset, length) = (number("offset")?, number("length")?);
    let within = offset.checked_add(length).is_some_and(|end| end <= text_length);
    Some(within.then_some(Entity { offset, length, kind }))
}

/// A 64-bit number as JSON carries it: a string. A plain number is read too.
fn decimal(value: &Value) -> Option<i64> {
    value.as_str().map_or_else(|| value.as_i64(), |text| text.parse().ok())
}

/// Which messages have been shown.
#[derive(Debug, Default)]
pub struct Seen {
    set: BTreeSet<(UserId, i64)>,
    order: VecDeque<(UserId, i64)>,
}

impl Seen {
    /// True the first time; the oldest of 1024 are forgotten.
    #[must_use]
    pub fn is_new(&mut self, sender: UserId, random_id: i64) -> bool {
        let new = self.set.insert((sender, random_id));
        if new {
            self.order.push_back((sender, random_id));
            if self.order.len() > MAX_SEEN
                && let Some(oldest) = self.order.pop_front()
            {
                self.set.remove(&oldest);
            }
        }
        new
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sample() -> Message {
        let entity = |offset, length, kind| Entity { offset, length, kind };
        Message {
            random_id: -7_000_000_000_000_000_001,
            text: "héllo 🎉 \"x\"".to_owned(),
            entities: vec![
                entity(0, 5, EntityKind::Bold),
                entity(6, 2, EntityKind::CustomEmoji { document: 5_368_324_170_671_202_286 }),
            ],
        }
    }

    #[test]
    fn a_message_has_the_form_that_official_clients_read() {
        let json: Value = serde_json::from_slice(&sample().to_json(128).unwrap()).unwrap();
        let expected = r#"{"_":"groupCallMessage","random_id":"-7000000000000000001","message":{"_":"textWithEntities",
            "text":"héllo 🎉 \"x\"","entities":[{"_":"messageEntityBold","offset":0,"length":5},
            {"_":"messageEntityCustomEmoji","offset":6,"length":2,"document_id":"5368324170671202286"}]}}"#;
        assert_eq!(json, serde_json::from_str::<Value>(expected).unwrap());
        assert_eq!(Message::from_json(&sample().to_json(128).unwrap()), Ok(sample()));
    }

    #[test]
    fn what_others_would_drop_is_not_sent() {
        let with = |change: fn(&mut Message)| {
            let mut message = sample();
            change(&mut message);
            message.to_json(20)
        };
        assert!(with(|_| {}).is_ok());
        assert!(with(|m| m.random_id = 0).is_err());
        assert!(with(|m| m.text = "x".repeat(21)).is_err());
        assert!(with(|m| m.entities[0].length = 99).is_err());
        assert!(with(|m| m.entities[0].kind = EntityKind::Code).is_err());
        assert!(with(|m| m.entities = vec![m.entities[0].clone(); 1001]).is_err());
    }

    #[test]
    fn strange_entities_are_skipped_and_broken_messages_dropped() {
        let read = |entities: &str| {
            let json = format!(
                r#"{{"_":"groupCallMessage","random_id":"5","message":{{"_":"textWithEntities","text":"abc","entities":{entities}}}}}"#
            );
            Message::from_json(json.as_bytes()).map(|message| message.entities.len())
        };
        assert_eq!(read(r#"[]"#), Ok(0));
        assert_eq!(read(r#"[{"_":"messageEntityUrl","offset":0,"length":1}]"#), Ok(0));
        assert_eq!(read(r#"[{"_":"messageEntityBold","_min_layer":999,"offset":0,"length":1}]"#), Ok(0));
        assert_eq!(read(r#"[{"_":"messageEntityBold","offset":2,"length":2}]"#), Ok(0));
        assert_eq!(read(r#"[{"_":"messageEntityPre","offset":0,"length":2,"language":"c"}]"#), Ok(1));
        assert_eq!(read(r#"[{"_":"messageEntityBold","offset":-1,"length":2}]"#), Err(Reject::MessageFormat));
        assert_eq!(read(r#"7"#), Err(Reject::MessageFormat));
        for broken in [&b""[..], b"{}", b"[[[[", b"\xff", br#"{"_":"groupCallMessage","random_id":"0"}"#] {
            assert_eq!(Message::from_json(broken), Err(Reject::MessageFormat));
        }
        assert_eq!(Message::from_json("[".repeat(100_000).as_bytes()), Err(Reject::MessageFormat));
        let newer = br#"{"_":"groupCallMessage","_min_layer":400,"random_id":"5","message":{"_":"textWithEntities","text":"a"}}"#;
        assert_eq!(Message::from_json(newer), Err(Reject::MessageFormat));
    }

    #[test]
    fn a_reaction_is_one_emoji_with_one_entity_over_it() {
        let reaction = Message::reaction(3, "👍", Some(9));
        assert_eq!(reaction.entities, [Entity { offset: 0, length: 2, kind: EntityKind::CustomEmoji { document: 9 } }]);
        assert!(Message::reaction(3, "👍", None).entities.is_empty());
    }

    #[test]
    fn a_double_is_seen_and_memory_is_bounded() {
        let mut seen = Seen::default();
        assert!(seen.is_new(UserId(1), 5) && !seen.is_new(UserId(1), 5) && seen.is_new(UserId(2), 5));
        for id in 0..2000 {
            let _ = seen.is_new(UserId(3), id);
        }
        assert_eq!((seen.set.len(), seen.order.len()), (MAX_SEEN, MAX_SEEN));
    }
}
