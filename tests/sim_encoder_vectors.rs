//! The simulator's table encoder against the same known answers as the generated codec.
//!
//! `TGCALL_VECTORS` names another folder of vectors in the same format.

use serde_json::Value as Json;
use sha2::{Digest, Sha256};
use std::path::{Path, PathBuf};
use tgcall::sim::encoder::{Object, Value};
use tgcall::sim::schema::{Schema, Type};

fn folder() -> PathBuf {
    match std::env::var_os("TGCALL_VECTORS") {
        Some(folder) => folder.into(),
        None => Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/vectors"),
    }
}

fn vectors(file: &str) -> Vec<Json> {
    let path = folder().join(file);
    let text = std::fs::read_to_string(&path).unwrap_or_else(|why| panic!("{}: {why}", path.display()));
    serde_json::from_str(&text).unwrap()
}

fn unhex(text: &str) -> Vec<u8> {
    (0..text.len()).step_by(2).map(|at| u8::from_str_radix(&text[at..at + 2], 16).unwrap()).collect()
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

/// The vectors' JSON as a tree; the schema tells a number from a text and a text from bytes.
fn object(schema: &Schema, json: &Json) -> Result<Object, String> {
    let name = json["_"].as_str().ok_or("no name")?;
    let combinator = schema.named(name).ok_or_else(|| format!("{name}: not in the schema"))?;
    let mut object = Object::new(name);
    for (key, json) in json.as_object().unwrap().iter().filter(|(key, _)| *key != "_") {
        let field = combinator.field(key).ok_or_else(|| format!("{name}: no field {key}"))?;
        object.set(key, value(schema, json, &field.ty, is_bytes(name, key))?);
    }
    Ok(object)
}

/// `string` and `bytes` are one type to the encoder, but two spellings in the vectors.
fn is_bytes(name: &str, key: &str) -> bool {
    let text = include_str!("../src/tl/schema/phone.tl");
    let line = text
        .lines()
        .find(|line| line.strip_prefix(name).is_some_and(|rest| rest.starts_with('#') || rest.starts_with(' ')));
    let word = line.and_then(|line| {
        line.split_whitespace().find_map(|word| word.strip_prefix(key).and_then(|word| word.strip_prefix(':')))
    });
    word.is_some_and(|ty| ty.contains("bytes"))
}

fn value(schema: &Schema, json: &Json, ty: &Type, is_bytes: bool) -> Result<Value, String> {
    let number = || match json {
        Json::String(text) => text.parse::<i64>().map_err(|_| format!("{text} is no number")),
        _ => json.as_i64().ok_or_else(|| format!("{json} is no number")),
    };
    Ok(match ty {
        Type::Int | Type::Flags => Value::Int(i32::try_from(number()?).map_err(|_| "too wide")?),
        Type::Long => Value::Long(number()?),
        Type::Double => Value::Double(json.as_f64().ok_or("no double")?),
        Type::Fixed(_) => Value::Bytes(unhex(json.as_str().ok_or("no hex")?)),
        Type::Bytes => match json {
            Json::String(text) if is_bytes => Value::Bytes(unhex(text)),
            Json::String(text) => Value::text(text),
            _ => {
                let unit = unhex(json["$repeat"].as_str().ok_or("no text")?);
                Value::Bytes(unit.repeat(json["$count"].as_u64().unwrap() as usize))
            }
        },
        Type::True => Value::True,
        Type::Bool => Value::Bool(json.as_bool().or_else(|| bool_named(json)).ok_or("no Bool")?),
        Type::Vector(inner) => Value::List(
            json.as_array()
                .ok_or("no list")?
                .iter()
                .map(|json| value(schema, json, inner, is_bytes))
                .collect::<Result<_, _>>()?,
        ),
        Type::Boxed(_) | Type::Any => Value::Object(object(schema, json)?),
    })
}

fn bool_named(json: &Json) -> Option<bool> {
    match json["_"].as_str()? {
        "boolTrue" => Some(true),
        "boolFalse" => Some(false),
        _ => None,
    }
}

fn encode(schema: &Schema, json: &Json) -> Result<Vec<u8>, String> {
    if let Some(value) = bool_named(json) {
        return schema.encode_value(&Value::Bool(value), &Type::Bool);
    }
    if json["_"] == "vector" {
        let inner = match json["type"].as_str().unwrap() {
            "Vector<int>" => Type::Int,
            "Vector<long>" => Type::Long,
            other => panic!("{other}: a new kind of vector"),
        };
        let ty = Type::Vector(Box::new(inner));
        return schema.encode_value(&value(schema, &json["items"], &ty, false)?, &ty);
    }
    schema.encode(&object(schema, json)?)
}

#[test]
fn the_table_encoder_writes_every_plain_vector() {
    let schema = Schema::of_layer(223);
    for file in ["calls", "groups", "updates", "users-chats", "misc", "edge", "scenario"] {
        let file = format!("tl-{file}.json");
        let vectors = vectors(&file);
        for vector in &vectors {
            let name = vector["name"].as_str().unwrap();
            let expected = vector["hex"].as_str().unwrap();
            let bytes = encode(&schema, &vector["object"]).unwrap_or_else(|why| panic!("{file} {name}: {why}"));
            assert_eq!(hex(&bytes), expected, "{file} {name}");
            // Its reader, which only serves logs and tests, must take what it wrote.
            if vector["object"]["_"] != "vector" {
                let read = schema.decode(&bytes).unwrap_or_else(|why| panic!("{file} {name}: {why}"));
                if let Some(read) = read.object() {
                    assert_eq!(hex(&schema.encode(read).unwrap()), expected, "{file} {name}: read and written again");
                }
            }
        }
        println!("{file}: {} vectors", vectors.len());
        assert!(!vectors.is_empty(), "{file}");
    }
}

#[test]
fn the_table_encoder_stops_at_the_longest_string() {
    let schema = Schema::of_layer(223);
    let vectors = vectors("tl-huge.json");
    for vector in &vectors {
        let name = vector["name"].as_str().unwrap();
        match (vector["expect"].as_str().unwrap(), encode(&schema, &vector["object"])) {
            ("ok", Ok(bytes)) => {
                assert_eq!(bytes.len() as u64, vector["length"].as_u64().unwrap(), "{name}");
                assert_eq!(hex(&Sha256::digest(&bytes)), vector["sha256"].as_str().unwrap(), "{name}");
            }
            ("ok", Err(why)) => panic!("{name}: {why}"),
            (_, Err(_)) => {}
            (expect, Ok(bytes)) => panic!("{name}: {} bytes instead of {expect}", bytes.len()),
        }
    }
    println!("tl-huge.json: {} vectors", vectors.len());
}
