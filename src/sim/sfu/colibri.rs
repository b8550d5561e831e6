//! The texts of the data channel, from the server's side (`sfu.md` 8).

use serde_json::{Value, json};
use std::collections::BTreeMap;

/// Endpoints that a member may want at a time.
const MAX_WANTED: usize = 64;
/// A longer text is none.
const MAX_TEXT: usize = 64 << 10;
/// No endpoint of ours is longer.
const MAX_ENDPOINT: usize = 32;
/// No picture is higher.
const MAX_HEIGHT: u64 = 4320;

/// What a `ReceiverVideoConstraints` wants: of each endpoint pictures of this height at most. `None`: it is something else.
pub fn wanted(text: &str) -> Option<BTreeMap<String, u32>> {
    if text.len() > MAX_TEXT {
        return None;
    }
    let value: Value = serde_json::from_str(text).ok()?;
    if value.get("colibriClass")?.as_str()? != "ReceiverVideoConstraints" {
        return None;
    }
    let on_stage = value.get("onStageEndpoints").and_then(Value::as_array);
    let is_on_stage = |endpoint: &str| on_stage.is_some_and(|all| all.iter().any(|one| one.as_str() == Some(endpoint)));
    let of = |(endpoint, heights): (&String, &Value)| {
        let most = heights.get("maxHeight").and_then(Value::as_u64);
        // Who is on stage is wanted as he is, unless something else is said.
        let most = most.or(is_on_stage(endpoint).then_some(MAX_HEIGHT))?.min(MAX_HEIGHT) as u32;
        (most > 0 && endpoint.len() <= MAX_ENDPOINT).then(|| (endpoint.clone(), most))
    };
    let constraints = value.get("constraints").and_then(Value::as_object);
    Some(constraints.into_iter().flatten().filter_map(of).take(MAX_WANTED).collect())
}

/// No picture of the member's is wanted higher than this.
pub fn ideal(height: u32) -> String {
    json!({"colibriClass": "SenderVideoConstraints", "videoConstraints": {"idealHeight": height}}).to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// As ntgcalls 3.0.5 wrote it: `captures/groups/colibri.json`.
    #[test]
    fn what_is_wanted_is_read_as_others_write_it() {
        let text = "{\"colibriClass\":\"ReceiverVideoConstraints\",\"constraints\":{\"117572f0\":{\"maxHeight\":720,\
                    \"minHeight\":180},\"b30fa153\":{\"maxHeight\":0,\"minHeight\":180}},\"defaultConstraints\":{\"maxHeight\":0},\
                    \"onStageEndpoints\":[]}";
        assert_eq!(wanted(text), Some([("117572f0".to_owned(), 720)].into()));
        let nothing = "{\"colibriClass\":\"ReceiverVideoConstraints\",\"constraints\":{},\"defaultConstraints\":{\"maxHeight\":0}}";
        assert_eq!(wanted(nothing), Some(BTreeMap::new()));
        for text in ["", "{}", "[]", "7", "{\"colibriClass\":\"New\"}", "{\"colibriClass\":7}"] {
            assert_eq!(wanted(text), None, "{text}");
        }
        assert_eq!(
            wanted("{\"colibriClass\":\"ReceiverVideoConstraints\",\"constraints\":[1]}"),
            Some(BTreeMap::new())
        );
    }

    #[test]
    fn nobody_may_want_more_than_there_can_be() {
        let constraints: serde_json::Map<String, Value> =
            (0..1000).map(|at| (format!("{at:08x}"), json!({"maxHeight": u64::MAX}))).collect();
        let text = json!({"colibriClass": "ReceiverVideoConstraints", "constraints": constraints}).to_string();
        let found = wanted(&text).unwrap();
        assert!(found.len() == MAX_WANTED && found.values().all(|most| u64::from(*most) == MAX_HEIGHT));
        let long =
            json!({"colibriClass": "ReceiverVideoConstraints", "constraints": {"e".repeat(33): {"maxHeight": 720}}});
        assert_eq!(wanted(&long.to_string()), Some(BTreeMap::new()));
    }
}
