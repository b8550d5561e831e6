//! The texts of the data channel (`sfu.md` 8): JSON with a `colibriClass`.

use serde_json::{Map, Value, json};

/// Pictures of this height or less are what is asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Quality {
    Thumbnail,
    Medium,
    Full,
}

impl Quality {
    pub fn height(self) -> u32 {
        match self {
            Quality::Thumbnail => 180,
            Quality::Medium => 360,
            Quality::Full => 720,
        }
    }
}

/// Pictures that we want.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Wanted {
    pub endpoint: String,
    pub least: Quality,
    pub most: Quality,
}

/// What says which pictures we want: those, and no others.
pub fn receiver_constraints(wanted: &[Wanted]) -> String {
    let on_stage = wanted.iter().filter(|wanted| wanted.most == Quality::Full).map(|wanted| &wanted.endpoint);
    let constraints: Map<String, Value> = wanted
        .iter()
        .map(|wanted| {
            let heights = json!({"maxHeight": wanted.most.height(), "minHeight": wanted.least.height()});
            (wanted.endpoint.clone(), heights)
        })
        .collect();
    json!({
        "colibriClass": "ReceiverVideoConstraints",
        "constraints": constraints,
        "defaultConstraints": {"maxHeight": 0},
        "onStageEndpoints": on_stage.collect::<Vec<_>>(),
    })
    .to_string()
}

/// What a server says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Message {
    /// No picture of ours is wanted higher than this; 0: none is.
    SenderConstraints { ideal_height: u32 },
    /// Of a class that asks nothing of us.
    Other,
}

/// `None`: it cannot be read.
pub fn parse(text: &str) -> Option<Message> {
    let value: Value = serde_json::from_str(text).ok()?;
    let class = value.get("colibriClass")?.as_str()?;
    if class != "SenderVideoConstraints" {
        return Some(Message::Other);
    }
    let height = value.get("videoConstraints")?.get("idealHeight")?;
    // A number; as a text it is as clear, and a fraction of a line is none.
    let height = height.as_f64().or_else(|| height.as_str()?.parse().ok())?;
    Some(Message::SenderConstraints { ideal_height: height.clamp(0.0, 65_535.0) as u32 })
}

/// What was said, and what of it was of no use.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Counted {
    pub messages: u64,
    pub malformed: u64,
    /// Of classes that we do not know, or that ask nothing of us.
    pub other: u64,
}

/// For `tests/fuzz`.
#[cfg(any(test, feature = "internals"))]
pub fn fuzz(data: &[u8]) {
    let Ok(text) = core::str::from_utf8(data) else { return };
    if let Some(Message::SenderConstraints { ideal_height }) = parse(text) {
        assert!(ideal_height <= 65_535);
    }
    let wanted = Wanted { endpoint: text.to_owned(), least: Quality::Thumbnail, most: Quality::Full };
    let value: Value = serde_json::from_str(&receiver_constraints(&[wanted])).expect("what is written can be read");
    assert!(value["constraints"].get(text).is_some() && parse(&value.to_string()) == Some(Message::Other));
}

#[cfg(test)]
mod tests {
    use super::*;

    fn wanted(endpoint: &str, least: Quality, most: Quality) -> Wanted {
        Wanted { endpoint: endpoint.into(), least, most }
    }

    /// As ntgcalls 3.0.5 wrote it: `captures/groups/colibri.json`.
    #[test]
    fn what_is_wanted_is_written_as_others_write_it() {
        assert_eq!(
            receiver_constraints(&[]),
            "{\"colibriClass\":\"ReceiverVideoConstraints\",\"constraints\":{},\"defaultConstraints\":{\"maxHeight\":0},\
             \"onStageEndpoints\":[]}"
        );
        let two = [
            wanted("b30fa153", Quality::Thumbnail, Quality::Medium),
            wanted("117572f0", Quality::Thumbnail, Quality::Full),
        ];
        assert_eq!(
            receiver_constraints(&two),
            "{\"colibriClass\":\"ReceiverVideoConstraints\",\"constraints\":{\"117572f0\":{\"maxHeight\":720,\
             \"minHeight\":180},\"b30fa153\":{\"maxHeight\":360,\"minHeight\":180}},\
             \"defaultConstraints\":{\"maxHeight\":0},\"onStageEndpoints\":[\"117572f0\"]}"
        );
    }

    #[test]
    fn the_height_that_is_wanted_of_us_is_read_however_it_is_written() {
        let of = |height: &str| {
            parse(&format!(
                "{{\"colibriClass\":\"SenderVideoConstraints\",\"videoConstraints\":{{\"idealHeight\":{height}}}}}"
            ))
        };
        for (height, expected) in
            [("0", 0), ("720", 720), ("360.0", 360), ("\"180\"", 180), ("-5", 0), ("1e99", 65_535)]
        {
            assert_eq!(of(height), Some(Message::SenderConstraints { ideal_height: expected }), "{height}");
        }
        for height in ["null", "{}", "\"much\"", "[1]", "\"NaN\"x", ""] {
            assert_eq!(of(height), None, "{height}");
        }
    }

    #[test]
    fn other_classes_are_known_to_be_others_and_what_has_none_is_malformed() {
        for class in
            ["DebugMessage", "EndpointConnectivityStatusChangeEvent", "DominantSpeakerEndpointChangeEvent", "New", ""]
        {
            let text = format!("{{\"colibriClass\":\"{class}\",\"active\":\"true\",\"message\":[]}}");
            assert_eq!(parse(&text), Some(Message::Other));
        }
        for text in ["", "[]", "{}", "7", "{\"colibriClass\":7}", "{\"colibriClass\":\"SenderVideoConstraints\"}", "{"]
        {
            assert_eq!(parse(text), None, "{text}");
        }
        assert_eq!(parse(&"[".repeat(100_000)), None, "not too deep for us");
        fuzz(b"{\"colibriClass\":\"DebugMessage\"}");
    }
}
