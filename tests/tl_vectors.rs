//! Known answers for the TL codec, made by two other implementations: `tests/vectors/tl-README.md`.
//!
//! `TGCALL_VECTORS` names another folder with files of the same format. Every `tl-*.json` in it is read, and the shape of an
//! entry says how: the numbers of entries are written to the standard output, past the test harness that would hold them back.

mod tl;
mod tlgen;

use std::collections::BTreeMap;
use std::fmt::{self, Debug, Write as _};
use std::io::Write as _;
use std::path::PathBuf;
use std::sync::OnceLock;

use serde_json::Value;
use sha2::Digest;
use tgcall::tl::{self as codec, Decode, DecodeError, Encode, enums, functions};

use tl::convert::{type_of, with_type};
use tl::json::{self, Json, Res, Visit, hex, leak, name, unhex};

#[global_allocator]
static ALLOCATOR: tl::alloc::Counting = tl::alloc::Counting;

const FILES: [&str; 11] = [
    "tl-calls.json",
    "tl-groups.json",
    "tl-updates.json",
    "tl-users-chats.json",
    "tl-misc.json",
    "tl-edge.json",
    "tl-scenario.json",
    "tl-foreign.json",
    "tl-mixed-layer.json",
    "tl-huge.json",
    "tl-malformed.json",
];

fn folder() -> PathBuf {
    match std::env::var_os("TGCALL_VECTORS") {
        Some(folder) => folder.into(),
        None => PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests/vectors"),
    }
}

/// All `tl-*.json` of the folder; those that should be there and are not are empty.
fn files() -> BTreeMap<String, Vec<Value>> {
    let folder = folder();
    let mut files: BTreeMap<String, Vec<Value>> = FILES.iter().map(|name| (name.to_string(), Vec::new())).collect();
    let mut found = 0;
    let entries =
        std::fs::read_dir(&folder).unwrap_or_else(|e| panic!("cannot read the folder {}: {e}", folder.display()));
    for entry in entries {
        let path = entry.unwrap().path();
        let file = path.file_name().and_then(|name| name.to_str()).unwrap_or_default().to_owned();
        if !file.starts_with("tl-") || !file.ends_with(".json") {
            continue;
        }
        let text = std::fs::read_to_string(&path).unwrap_or_else(|e| panic!("cannot read {}: {e}", path.display()));
        let value: Value = serde_json::from_str(&text).unwrap_or_else(|e| panic!("{}: {e}", path.display()));
        let vectors = value.as_array().or_else(|| value.get("vectors")?.as_array());
        files.insert(file, vectors.unwrap_or_else(|| panic!("{}: no list of vectors", path.display())).clone());
        found += 1;
    }
    assert!(found > 0, "there is no tl-*.json in {}", folder.display());
    files
}

#[test]
fn every_vector_agrees() {
    let mut report = format!("TL vectors in {}\n", folder().display());
    let (mut total, mut failures) = (0, Vec::new());
    for (file, vectors) in files() {
        let before = failures.len();
        for vector in &vectors {
            if let Err(error) = check(vector) {
                failures.push(format!("{file}: {}: {error}", vector["name"]));
            }
        }
        let _ = writeln!(report, "{file}: {} vectors ran, {} failed", vectors.len(), failures.len() - before);
        total += vectors.len();
    }
    let _ = writeln!(report, "all together: {total} vectors ran, {} failed", failures.len());
    // Not by println!, which the harness would keep to itself.
    std::io::stdout().lock().write_all(report.as_bytes()).unwrap();
    assert!(total > 0, "the tl-*.json in {} are empty", folder().display());
    let shown: Vec<_> = failures.iter().take(40).map(String::as_str).collect();
    assert!(failures.is_empty(), "{} vectors failed, the first of them:\n{}", failures.len(), shown.join("\n"));
}

fn check(vector: &Value) -> Res<()> {
    let has = |key| vector.get(key).is_some();
    if has("kind") {
        malformed(vector)
    } else if has("parts") {
        mixed_layer(vector)
    } else if vector["expect"].get("call_updates").is_some() {
        foreign(vector)
    } else if has("expect") {
        huge(vector)
    } else {
        plain(vector)
    }
}

fn bytes_of(vector: &Value) -> Res<&'static [u8]> {
    unhex(vector["hex"].as_str().ok_or("no hex")?).map(leak)
}

fn same(what: &str, found: &Value, expected: &Value) -> Res<()> {
    if found == expected { Ok(()) } else { Err(format!("{what}: found {found}, expected {expected}")) }
}

fn show(error: DecodeError) -> String {
    error.to_string()
}

/// `object` encodes to `hex`, `hex` decodes to `object`, nothing is left over, and the skip pass agrees on the size.
fn plain(vector: &Value) -> Res<()> {
    let (object, bytes) = (&vector["object"], bytes_of(vector)?);
    let id =
        u32::from_str_radix(vector["constructor_id"].as_str().unwrap_or_default(), 16).map_err(|e| e.to_string())?;
    if bytes.first_chunk() != Some(&id.to_le_bytes()) {
        return Err("constructor_id and hex disagree".into());
    }
    match name(object)? {
        "boolTrue" | "boolFalse" => {
            let value: bool = codec::decode(bytes).map_err(show)?;
            same("decoded", &value.into(), &(name(object)? == "boolTrue").into())?;
            same("encoded", &hex(&codec::encode(&value).unwrap()).into(), &vector["hex"])
        }
        "true" => same("encoded", &hex(&0x3fed_d339u32.to_le_bytes()).into(), &vector["hex"]),
        "vector" => vector_result(object, bytes),
        other => {
            let ty = type_of(other).ok_or_else(|| format!("{other} is not in our schema"))?;
            with_type(ty, Plain { object, bytes }).ok_or("no such type")??;
            match ty {
                "Updates" => container(object, bytes),
                _ if ty.starts_with("function ") => request(object, bytes),
                _ => Ok(()),
            }
        }
    }
}

struct Plain<'v> {
    object: &'v Value,
    bytes: &'static [u8],
}

impl Visit for Plain<'_> {
    type Out = Res<()>;

    fn run<T: Json + Decode<'static> + Encode + Debug + PartialEq + Copy + 'static>(self) -> Res<()> {
        let decoded: T = codec::decode(self.bytes).map_err(show)?;
        same("decoded", &decoded.to_json()?, self.object)?;
        let made = T::from_json(self.object)?;
        let encoded = codec::encode(&made).map_err(|e| e.to_string())?;
        same("encoded", &hex(&encoded).into(), &hex(self.bytes).into())?;
        let again = codec::encode(&decoded).map_err(|e| e.to_string())?;
        same("encoded again", &hex(&again).into(), &hex(self.bytes).into())?;
        if made != decoded {
            return Err(format!("made {made:?}, decoded {decoded:?}"));
        }
        if T::CODE != 0 && codec::skip::walk(self.bytes, T::CODE) != Ok(self.bytes.len()) {
            return Err("the skip pass comes to another size".into());
        }
        let lenient = codec::decode_lenient::<T>(self.bytes);
        match lenient {
            Ok(lenient) if lenient.value == decoded && lenient.unread.is_none() => Ok(()),
            Err(DecodeError::TooLong { .. }) => Ok(()),
            other => Err(format!("the inlet gives {other:?}")),
        }
    }
}

/// A result that is a bare `Vector`.
fn vector_result(object: &Value, bytes: &'static [u8]) -> Res<()> {
    fn of<T: Decode<'static> + Encode + Copy + 'static>(
        object: &Value,
        bytes: &'static [u8],
        to: impl Fn(&T) -> Res<Value>,
        from: impl Fn(&Value) -> Res<T>,
    ) -> Res<()> {
        let seq: codec::Seq<'static, T> = codec::decode(bytes).map_err(show)?;
        same("decoded", &json::to::seq(&seq, to)?, &object["items"])?;
        let made = json::from::seq(&object["items"], from)?;
        same("encoded", &hex(&codec::encode(&made).map_err(|e| e.to_string())?).into(), &hex(bytes).into())
    }
    struct Items<'v>(&'v Value, &'static [u8]);
    impl Visit for Items<'_> {
        type Out = Res<()>;
        fn run<T: Json + Decode<'static> + Encode + Debug + PartialEq + Copy + 'static>(self) -> Res<()> {
            of::<T>(self.0, self.1, json::to::object, json::from::object)
        }
    }
    let ty =
        object["type"].as_str().and_then(|ty| ty.strip_prefix("Vector<")?.strip_suffix('>')).ok_or("no vector type")?;
    match ty {
        "int" => of(object, bytes, json::to::int, json::from::int),
        "long" => of(object, bytes, json::to::long, json::from::long),
        "string" => of(object, bytes, json::to::text, json::from::text),
        "bytes" => of(object, bytes, json::to::bytes, json::from::bytes),
        "Bool" => of(object, bytes, json::to::boolean, json::from::boolean),
        other => with_type(other, Items(object, bytes)).ok_or_else(|| format!("no type {other}"))?,
    }
}

/// A server, which does not know what is coming, reads the same.
fn request(object: &Value, bytes: &'static [u8]) -> Res<()> {
    let request: functions::Request = codec::decode(bytes).map_err(show)?;
    same("request", &request.to_json()?, object)?;
    same("name of the request", &request.name().into(), &object["_"])?;
    same("request encoded", &hex(&codec::encode(&request).map_err(|e| e.to_string())?).into(), &hex(bytes).into())
}

/// The inlet for containers sees the same as the plain decoder.
fn container(object: &Value, bytes: &'static [u8]) -> Res<()> {
    let batch = codec::decode_updates(bytes).map_err(show)?;
    let updates: Res<Vec<Value>> = batch.updates().map(|update| update.map_err(show)?.to_json()).collect();
    let expected = match (object.get("updates"), object.get("update")) {
        (Some(Value::Array(many)), _) => many.clone(),
        (_, Some(one)) => vec![one.clone()],
        _ => Vec::new(),
    };
    same("updates of the batch", &updates?.into(), &expected.into())?;
    same("date", &batch.date.map_or(Value::Null, Value::from), object.get("date").unwrap_or(&Value::Null))?;
    same("too long", &batch.too_long.into(), &(name(object)? == "updatesTooLong").into())?;
    if batch.unread.is_some() { Err("something is unread".into()) } else { Ok(()) }
}

/// The updates that are about calls.
fn is_about_calls(update: &enums::Update) -> bool {
    use enums::Update::*;
    match update {
        PhoneCall(_) | PhoneCallSignalingData(_) | GroupCallParticipants(_) | GroupCall(_) | GroupCallConnection(_) => {
            true
        }
        GroupCallChainBlocks(_) | GroupCallMessage(_) | GroupCallEncryptedMessage(_) | DeleteGroupCallMessages(_) => {
            true
        }
        EditMessage(_) | DeleteMessages(_) => false,
        MessageID(_) | NewMessage(_) | NewChannelMessage(_) | User(_) | Chat(_) | Channel(_) | Config => false,
        ChatUserTyping(_) | ChannelUserTyping(_) | Other(_) => false,
    }
}

fn call_updates(batch: &codec::Batch<'static>) -> Res<Vec<Value>> {
    let updates: Result<Vec<_>, _> = batch.updates().collect();
    updates.map_err(show)?.iter().filter(|update| is_about_calls(update)).map(Json::to_json).collect()
}

/// Constructors outside our schema are stepped over; the call updates beside them come out.
fn foreign(vector: &Value) -> Res<()> {
    let bytes = bytes_of(vector)?;
    let batch = codec::decode_updates(bytes).map_err(show)?;
    same("call updates", &call_updates(&batch)?.into(), &vector["expect"]["call_updates"])?;
    if let Some(unread) = batch.unread {
        return Err(format!("unread: {unread:?}"));
    }
    let strict: enums::Updates = codec::decode(bytes).map_err(show)?;
    same("encoded again", &hex(&codec::encode(&strict).map_err(|e| e.to_string())?).into(), &vector["hex"])
}

/// Runs the vector as it is, where our tables may know the newer layout, and once more with an id that nobody knows.
fn mixed_layer(vector: &Value) -> Res<()> {
    let bytes = bytes_of(vector)?;
    let expect = &vector["expect"];
    let Some(id) = expect["unknown_constructor"].as_str() else { return mixed(vector, bytes, None) };
    let id = u32::from_str_radix(id, 16).map_err(|e| e.to_string())?;
    mixed(vector, bytes, Some(id))?;
    const NOBODYS: u32 = 0xdead_beef;
    let at = position(bytes, id).ok_or("the unknown constructor is not there")?;
    let patched = [&bytes[..at], &NOBODYS.to_le_bytes(), &bytes[at + 4..]].concat();
    mixed(vector, leak(patched), Some(NOBODYS)).map_err(|e| format!("with an id of nobody: {e}"))
}

fn position(bytes: &[u8], id: u32) -> Option<usize> {
    bytes.windows(4).position(|window| window == id.to_le_bytes())
}

fn mixed(vector: &Value, bytes: &'static [u8], id: Option<u32>) -> Res<()> {
    let expect = &vector["expect"];
    let stepped_over = id.is_none_or(codec::skip::is_known);
    let top = u32::from_le_bytes(*bytes.first_chunk().ok_or("too short")?);
    let top = codec::name(top).ok_or("the top constructor is not in our schema")?;
    let ty = type_of(top).ok_or("no type")?;
    // The vectors were made for a codec of one layer: a call of another that we know is read.
    let is_error = !stepped_over && expect["result"].as_str().is_some_and(|result| result.starts_with("error"));
    let found = if ty == "Updates" {
        codec::decode_updates(bytes).map(|batch| {
            let mut found = serde_json::Map::new();
            found.insert("call_updates".into(), call_updates(&batch).unwrap_or_default().into());
            found.insert("users".into(), known(&batch.users).into());
            found.insert("chats".into(), known(&batch.chats).into());
            (Value::Object(found), batch.unread)
        })
    } else {
        with_type(ty, Lenient(bytes)).ok_or("no such type")?
    };
    let (found, unread) = match found {
        Ok(found) if !is_error => found,
        Err(DecodeError::Unknown { id: found, .. }) if is_error && Some(found) == id => return Ok(()),
        other => return Err(format!("{other:?}")),
    };
    match (unread, id) {
        (None, _) if stepped_over => {}
        // Our tables know the constructor, and found something unknown inside it.
        (Some(unread), Some(id)) if stepped_over && Some(unread.offset) > position(bytes, id) => {}
        (Some(unread), Some(id)) if !stepped_over && unread.id == Some(id) => {
            if let Some(offset) = expect["at_offset"].as_u64().filter(|offset| *offset != unread.offset as u64) {
                return Err(format!("unread at {}, expected {offset}", unread.offset));
            }
        }
        (unread, id) => return Err(format!("unread: {unread:?}, the unknown constructor is {id:08x?}")),
    }
    for (key, expected) in expect.as_object().into_iter().flatten() {
        if matches!(key.as_str(), "unknown_constructor" | "at_offset" | "result") {
            continue;
        }
        let found = &found[key.strip_suffix("_decoded").unwrap_or(key)];
        // Behind a constructor that our tables know there may be more than the vector promises.
        match (found.as_array(), expected.as_array()) {
            (Some(found), Some(expected)) if stepped_over => {
                let mut rest = found.iter();
                if !expected.iter().all(|one| rest.any(|other| other == one)) {
                    return Err(format!("{key}: found {found:?}, expected at least {expected:?}"));
                }
            }
            _ => same(key, found, expected)?,
        }
    }
    Ok(())
}

/// The readable elements of our schema.
fn known<T: Decode<'static> + Copy + Json + 'static>(seq: &codec::Seq<'static, T>) -> Vec<Value> {
    seq.iter().filter_map(|item| item.ok()?.to_json().ok()).filter(|item| item.get("_").is_some()).collect()
}

struct Lenient(&'static [u8]);

impl Visit for Lenient {
    type Out = Result<(Value, Option<codec::Unread>), DecodeError>;

    fn run<T: Json + Decode<'static> + Encode + Debug + PartialEq + Copy + 'static>(self) -> Self::Out {
        let decoded = codec::decode_lenient::<T>(self.0)?;
        let value = json::with_gaps(|| decoded.value.to_json()).unwrap_or_default();
        Ok((value, decoded.unread))
    }
}

/// Lengths up to 2^24 - 1 have a form, longer ones are an error.
fn huge(vector: &Value) -> Res<()> {
    struct Huge<'v>(&'v Value);
    impl Visit for Huge<'_> {
        type Out = Res<()>;
        fn run<T: Json + Decode<'static> + Encode + Debug + PartialEq + Copy + 'static>(self) -> Res<()> {
            let vector = self.0;
            let value = T::from_json(&vector["object"])?;
            let encoded = codec::encode(&value);
            if vector["expect"] != "ok" {
                return if encoded.is_err() { Ok(()) } else { Err("encoded".into()) };
            }
            let bytes = leak(encoded.map_err(|e| e.to_string())?);
            same("length", &bytes.len().into(), &vector["length"])?;
            same("SHA-256", &hex(&sha2::Sha256::digest(bytes)).into(), &vector["sha256"])?;
            same("first bytes", &hex(&bytes[..40.min(bytes.len())]).into(), &vector["first_40"])?;
            same("last bytes", &hex(&bytes[bytes.len().saturating_sub(8)..]).into(), &vector["last_8"])?;
            let decoded: T = codec::decode(bytes).map_err(show)?;
            if decoded == value { Ok(()) } else { Err("decodes to something else".into()) }
        }
    }
    let ty = type_of(name(&vector["object"])?).ok_or("not in our schema")?;
    with_type(ty, Huge(vector)).ok_or("no such type")?
}

/// Garbage is an error or a documented success, and never costs more than the input is worth.
fn malformed(vector: &Value) -> Res<()> {
    let ty = vector["type"].as_str().ok_or("no type")?;
    let input = match vector.get("gen") {
        Some(generated) => generate(generated)?,
        None => unhex(vector["hex"].as_str().ok_or("no hex")?)?,
    };
    let expect = vector["expect"].as_str().ok_or("no expectation")?;
    // A place that a call can do without is none to an inlet; everything else is as strict there.
    let also_lenient = matches!(vector["kind"].as_str(), Some("truncate-all" | "truncate" | "count" | "length"));
    if vector["kind"] == "truncate-all" {
        let all: &'static [u8] = leak(input);
        attempt(ty, all, "ok", true)?;
        return (0..all.len()).try_for_each(|end| {
            attempt(ty, &all[..end], expect, also_lenient).map_err(|e| format!("the first {end} bytes: {e}"))
        });
    }
    attempt(ty, leak(input), expect, also_lenient)
}

fn generate(generated: &Value) -> Res<Vec<u8>> {
    let part = |key: &str| generated.get(key).and_then(Value::as_str).map_or(Ok(Vec::new()), unhex);
    let times =
        |key: &str, count: &str| Ok::<_, String>(part(key)?.repeat(generated[count].as_u64().unwrap_or(0) as usize));
    Ok([part("prefix")?, times("repeat", "count")?, part("suffix")?, times("repeat2", "count2")?].concat())
}

/// Decodes on a stack of 64 KiB, looks at everything there is, and holds the outcome to what is expected.
fn attempt(ty: &str, input: &'static [u8], expect: &str, also_lenient: bool) -> Res<()> {
    let (owned, code) = (ty.to_owned(), code_of(ty));
    if code.is_none() && type_of(ty.trim_start_matches("function ")).is_none() {
        return Err(format!("no schema has the type {ty}"));
    }
    let run = move || {
        let (strict, peak, _) = tl::alloc::measure(|| decode_named(&owned, code, input, false));
        let (lenient, lenient_peak, _) = tl::alloc::measure(|| decode_named(&owned, code, input, true));
        (strict, lenient, peak.max(lenient_peak))
    };
    let thread = std::thread::Builder::new().stack_size(64 << 10).spawn(run).map_err(|e| e.to_string())?;
    let (strict, lenient, peak) = thread.join().map_err(|_| "panicked")?;
    if peak > 4 * input.len() + (64 << 10) {
        return Err(format!("{} bytes of input took {peak} bytes of memory", input.len()));
    }
    let as_expected = |result: &Result<(), String>| match expect {
        "error" => result.is_err(),
        "ok" => result.is_ok(),
        _ => true,
    };
    if !as_expected(&strict) {
        return Err(format!("expected {expect}: {strict:?}"));
    }
    if (also_lenient || expect == "ok") && !as_expected(&lenient) {
        return Err(format!("expected {expect} at the inlet: {lenient:?}"));
    }
    Ok(())
}

fn look_at(value: &impl Debug) {
    write!(Nowhere, "{value:?}").unwrap();
}

/// Writes nowhere: formatting a view into it looks at all of it.
struct Nowhere;

impl fmt::Write for Nowhere {
    fn write_str(&mut self, _: &str) -> fmt::Result {
        Ok(())
    }
}

fn decode_named(ty: &str, code: Option<u32>, input: &'static [u8], lenient: bool) -> Result<(), String> {
    struct Attempt(&'static [u8], bool);
    impl Visit for Attempt {
        type Out = Result<(), DecodeError>;
        fn run<T: Json + Decode<'static> + Encode + Debug + PartialEq + Copy + 'static>(self) -> Self::Out {
            let value = if self.1 { codec::decode_lenient::<T>(self.0)?.value } else { codec::decode::<T>(self.0)? };
            look_at(&value);
            Ok(())
        }
    }
    let known = match ty {
        "Updates" if lenient => Some(codec::decode_updates(input).map(|batch| look_at(&batch))),
        "Update" if lenient => Some(codec::decode_update(input).map(|update| look_at(&update))),
        "Bool" => Some(codec::decode::<bool>(input).map(drop)),
        _ => with_type(ty, Attempt(input, lenient)),
    };
    match known {
        Some(result) => result.map_err(show),
        // A type that we only step over.
        None => match codec::skip::walk(input, code.ok_or("no such type")?).map_err(show)? {
            length if length == input.len() => Ok(()),
            length => Err(format!("{} bytes are left over", input.len() - length)),
        },
    }
}

/// How the skip pass steps over a type, of which the library may have no Rust type.
fn code_of(ty: &str) -> Option<u32> {
    static NUMBERS: OnceLock<tlgen::tables::Numbers> = OnceLock::new();
    let numbers = NUMBERS.get_or_init(|| {
        use codec::schema::{E2E, OLDER, PHONE, SKIP};
        tlgen::tables::number(&tlgen::read(PHONE, OLDER, E2E, SKIP).unwrap())
    });
    let ty = tlgen::read_type(ty);
    let mut inner = &ty;
    while let tlgen::Ty::Vector(element) = inner {
        inner = element;
    }
    let known = match inner {
        tlgen::Ty::Boxed(name) => numbers.types.contains_key(name),
        tlgen::Ty::Bare(_) | tlgen::Ty::True | tlgen::Ty::Query | tlgen::Ty::BareVector(_) => false,
        _ => true,
    };
    known.then(|| tlgen::tables::code(numbers, &ty))
}
