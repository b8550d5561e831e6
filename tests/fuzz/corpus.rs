//! Where the targets begin: the bytes of the public vectors.

use serde_json::Value;

/// Longer inputs make slow rounds and no new paths.
const LONGEST: usize = 4096;

fn unhex(text: &str) -> Option<Vec<u8>> {
    (0..text.len()).step_by(2).map(|at| u8::from_str_radix(text.get(at..at + 2)?, 16).ok()).collect()
}

/// The files of `tests/vectors` whose names begin so.
fn files(prefix: &str) -> Vec<Value> {
    let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/vectors");
    let mut files: Vec<_> = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    files.sort();
    files.retain(|file| {
        let name = file.file_name().unwrap().to_string_lossy();
        name.starts_with(prefix) && name.ends_with(".json")
    });
    files.iter().map(|file| serde_json::from_str(&std::fs::read_to_string(file).unwrap()).unwrap()).collect()
}

/// Every string of hex in the files whose names begin so; only those under `key` if there is one.
pub fn hex_strings(prefix: &str, key: Option<&str>) -> Vec<Vec<u8>> {
    fn collect(value: &Value, wanted: bool, key: Option<&str>, out: &mut Vec<Vec<u8>>) {
        match value {
            Value::Array(items) => items.iter().for_each(|item| collect(item, wanted, key, out)),
            Value::Object(fields) => {
                fields.iter().for_each(|(name, value)| collect(value, key.is_none_or(|key| key == name), key, out));
            }
            Value::String(text) if wanted && text.len() % 2 == 0 && text.len() <= 2 * LONGEST => {
                out.extend(unhex(text))
            }
            _ => {}
        }
    }
    let mut out = Vec::new();
    files(prefix).iter().for_each(|file| collect(file, false, key, &mut out));
    out.sort();
    out.dedup();
    out
}

pub fn tl() -> Vec<Vec<u8>> {
    hex_strings("tl-", Some("hex"))
}

/// Blocks and broadcasts: whatever in the conference vectors begins with the id of one.
pub fn tl_chain() -> Vec<Vec<u8>> {
    use tgcall::tl::e2e::types::{ChainBlock, ChainGroupBroadcastNonceCommit, ChainGroupBroadcastNonceReveal};
    const IDS: [u32; 3] = [ChainBlock::ID, ChainGroupBroadcastNonceCommit::ID, ChainGroupBroadcastNonceReveal::ID];
    let is_object = |input: &Vec<u8>| input.first_chunk().is_some_and(|id| IDS.contains(&u32::from_le_bytes(*id)));
    let mut all = hex_strings("e2e-", None);
    all.retain(is_object);
    all.truncate(400);
    all
}

/// Every JSON text of the signaling vectors.
pub fn signaling_messages() -> Vec<Vec<u8>> {
    let cases =
        files("signaling_json").into_iter().flat_map(|file| file["cases"].as_array().cloned().unwrap_or_default());
    cases.filter_map(|case| case["json"].as_str().map(|text| text.as_bytes().to_vec())).collect()
}

pub fn signaling_plaintexts() -> Vec<Vec<u8>> {
    let mut all = hex_strings("signaling_", Some("plaintext"));
    all.extend(hex_strings("gzip", None).into_iter().map(|packed| [&[0, 0, 0, 1], &packed[..]].concat()));
    all
}

pub fn signaling_sctp() -> Vec<Vec<u8>> {
    hex_strings("signaling_sctp", Some("hex"))
}

/// A talk of packets of 20 ms, one of them late and one far away.
pub fn jitter() -> Vec<Vec<u8>> {
    let times = [0u32, 960, 2880, 1920, 3840, 4800, 900_000, 900_960];
    let packet =
        |(n, time): (usize, &u32)| [&(n as u16).to_be_bytes()[..], &time.to_be_bytes(), &[3, 8, 1, 2]].concat();
    vec![times.iter().enumerate().flat_map(packet).collect()]
}
