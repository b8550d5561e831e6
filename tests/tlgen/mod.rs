//! The TL generator: reads `src/tl/schema/*.tl`, writes `src/tl/generated/*.rs` and, for the tests, `convert.rs`.
//!
//! A line parser is enough for the part of the language that the schema uses. Lines that begin with `//@` are notes for the
//! definition that follows:
//!
//! * `group flags.3 key JoinKey`: the fields of that bit become `key: Option<JoinKey>`. Every bit with two fields needs one.
//! * `soft users`: an unknown constructor in there does not spoil the message; see `Reader::soft_seq`.
//! * `max connections 64`: more elements are an error.
//! * `lazy message`: decoded when asked for. Fields through which a type contains itself are lazy by themselves.
//! * `layers 151 176`, in `older.tl`: which layers had a definition under a name that `phone.tl` has for later ones. Where a type
//!   has no constructors but those of `phone.tl`, the older ones are read as the one of that name.

#![allow(dead_code, reason = "each test program uses its part")]

pub mod convert;
pub mod emit;
pub mod tables;

use std::collections::{BTreeMap, BTreeSet};

#[derive(Clone, Debug, PartialEq)]
pub enum Ty {
    /// A flag word, by its number in the definition.
    Flags(usize),
    True,
    Int,
    Long,
    Double,
    Bool,
    Text,
    Bytes,
    Fixed(usize),
    Boxed(String),
    /// A constructor without its id.
    Bare(String),
    Vector(Box<Ty>),
    BareVector(Box<Ty>),
    /// The `!X` of a generic function.
    Query,
}

#[derive(Clone, Debug)]
pub struct Field {
    pub name: String,
    pub ty: Ty,
    /// Flag word and bit.
    pub flag: Option<(usize, u32)>,
}

#[derive(Clone, Debug, Default)]
pub struct Notes {
    pub groups: BTreeMap<(usize, u32), (String, String)>,
    pub soft: BTreeSet<String>,
    pub max: BTreeMap<String, u32>,
    pub lazy: BTreeSet<String>,
    pub layers: Option<(u32, u32)>,
}

#[derive(Clone, Debug)]
pub struct Def {
    pub name: String,
    pub id: u32,
    pub fields: Vec<Field>,
    pub result: String,
    pub function: bool,
    pub notes: Notes,
}

#[derive(Clone, Debug, Default)]
pub struct Schema {
    pub layer: Option<u32>,
    pub defs: Vec<Def>,
}

impl Schema {
    pub fn types(&self) -> BTreeMap<&str, Vec<&Def>> {
        let mut types: BTreeMap<&str, Vec<&Def>> = BTreeMap::new();
        for def in self.defs.iter().filter(|def| !def.function) {
            types.entry(&def.result).or_default().push(def);
        }
        types
    }
}

/// Everything there is to know, from the four texts.
pub struct Input {
    pub phone: Schema,
    /// Earlier forms of what `phone` has; several may have one name.
    pub older: Schema,
    pub e2e: Schema,
    pub skip: Schema,
}

pub fn read(phone: &str, older: &str, e2e: &str, skip: &str) -> Result<Input, String> {
    let mut input =
        Input { phone: parse(phone)?, older: parse_older(older)?, e2e: parse(e2e)?, skip: parse_skip(skip)? };
    for old in &mut input.older.defs {
        let now = input.phone.defs.iter().find(|def| def.name == old.name && def.result == old.result);
        let now = now.ok_or_else(|| format!("{}#{:08x} is older than nothing", old.name, old.id))?;
        if input.phone.defs.iter().any(|def| def.id == old.id) {
            return Err(format!("{}#{:08x} is not older", old.name, old.id));
        }
        old.notes = Notes { layers: old.notes.layers, ..now.notes.clone() };
        // Stepping over it needs no name.
        if !old.function && !input.skip.defs.iter().any(|def| def.id == old.id) {
            let fields = old.fields.iter().filter(|field| field.ty != Ty::True).cloned().collect();
            input.skip.defs.push(Def {
                name: format!("{:08x}", old.id),
                fields,
                notes: Notes::default(),
                ..old.clone()
            });
        }
    }
    let all = || [&input.phone, &input.e2e, &input.skip].into_iter().flat_map(|schema| &schema.defs);
    let types: BTreeSet<&str> = all().filter(|def| !def.function).map(|def| def.result.as_str()).collect();
    for def in all() {
        for field in &def.fields {
            let mut ty = &field.ty;
            while let Ty::Vector(inner) | Ty::BareVector(inner) = ty {
                ty = inner;
            }
            match ty {
                Ty::Boxed(name) if !types.contains(name.as_str()) => {
                    return Err(format!("{}: no constructor gives a {name}", def.name));
                }
                Ty::Bare(name) if !all().any(|def| &def.name == name) => {
                    return Err(format!("{}: no {name}", def.name));
                }
                _ => {}
            }
        }
    }
    Ok(input)
}

/// Reads a schema with names. Refuses a wrong id, an id or a name that is there twice, and a flag bit past 31.
pub fn parse(text: &str) -> Result<Schema, String> {
    let schema = parse_older(text)?;
    let mut names = BTreeSet::new();
    match schema.defs.iter().find(|def| !names.insert(&def.name)) {
        Some(def) => Err(format!("{} is there twice, by name", def.name)),
        None => Ok(schema),
    }
}

/// The same for definitions of several layers, among which a name may be there more than once.
fn parse_older(text: &str) -> Result<Schema, String> {
    let mut schema = Schema::default();
    let (mut notes, mut function) = (Notes::default(), false);
    let plain = text.lines().any(|line| line == "// IDS PLAIN");
    let mut ids = BTreeSet::new();
    for line in text.lines().map(str::trim) {
        if let Some(note) = line.strip_prefix("//@") {
            read_note(note.trim(), &mut notes).ok_or(format!("what note is that: {note}"))?;
        } else if let Some(layer) = line.strip_prefix("// LAYER ") {
            schema.layer = layer.parse().ok();
        } else if line.starts_with("---") {
            function = line.contains("functions");
        } else if !line.is_empty() && !line.starts_with("//") {
            let def = read_def(line, plain, function, std::mem::take(&mut notes))?;
            if !ids.insert(def.id) {
                return Err(format!("{} is there twice, by id", def.name));
            }
            if def.function || !matches!(def.result.as_str(), "Bool" | "True") {
                schema.defs.push(def);
            }
        }
    }
    Ok(schema)
}

fn read_note(note: &str, notes: &mut Notes) -> Option<()> {
    match note.split_whitespace().collect::<Vec<_>>()[..] {
        ["group", flag, field, group] => {
            let (word, bit) = flag.strip_prefix("flags")?.split_once('.')?;
            let word = if word.is_empty() { 0 } else { word.parse::<usize>().ok()? - 1 };
            notes.groups.insert((word, bit.parse().ok()?), (field.into(), group.into()));
        }
        ["soft", field] => drop(notes.soft.insert(field.into())),
        ["lazy", field] => drop(notes.lazy.insert(field.into())),
        ["layers", first, last] => notes.layers = Some((first.parse().ok()?, last.parse().ok()?)),
        ["max", field, count] => drop(notes.max.insert(field.into(), count.parse().ok()?)),
        _ => return None,
    }
    Some(())
}

fn read_def(line: &str, plain: bool, function: bool, notes: Notes) -> Result<Def, String> {
    let bad = |what: &str| format!("{what}: {line}");
    let (head, result) = line.trim_end_matches(';').split_once(" = ").ok_or_else(|| bad("no result"))?;
    let mut words = head.split_whitespace();
    let (name, id) = words.next().and_then(|word| word.split_once('#')).ok_or_else(|| bad("no id"))?;
    let id = u32::from_str_radix(id, 16).map_err(|_| bad("no id"))?;
    let crc = crc32(&normal(line, plain));
    if crc != id {
        return Err(format!("{} should be {crc:08x}", bad("the id is wrong")));
    }
    let (mut fields, mut flag_words) = (Vec::new(), Vec::new());
    for word in words.filter(|word| !word.starts_with('{')) {
        let (name, kind) = word.split_once(':').ok_or_else(|| bad("no type"))?;
        if kind == "#" {
            flag_words.push(name);
            fields.push(Field { name: name.into(), ty: Ty::Flags(flag_words.len() - 1), flag: None });
            continue;
        }
        let (flag, kind) = match kind.split_once('?') {
            None => (None, kind),
            Some((flag, kind)) => {
                let (word, bit) = flag.split_once('.').ok_or_else(|| bad("no bit"))?;
                let at = flag_words.iter().position(|known| *known == word).ok_or_else(|| bad("no such flags"))?;
                let bit =
                    bit.parse().ok().filter(|bit| *bit < 32).ok_or_else(|| bad("a flag word has bits 0 to 31"))?;
                (Some((at, bit)), kind)
            }
        };
        fields.push(Field { name: name.into(), ty: read_type(kind), flag });
    }
    Ok(Def { name: name.into(), id, fields, result: result.trim().into(), function, notes })
}

/// Reads `skip.tl`: no names, `0.3?int` for a flag.
pub fn parse_skip(text: &str) -> Result<Schema, String> {
    let mut schema = Schema::default();
    let mut ids = BTreeSet::new();
    for line in text.lines().filter(|line| !line.is_empty() && !line.starts_with("//")) {
        let bad = |what: &str| format!("{what}: {line}");
        let (head, result) = line.split_once("= ").ok_or_else(|| bad("no result"))?;
        let mut words = head.split_whitespace();
        let name = words.next().ok_or_else(|| bad("no id"))?;
        let id = u32::from_str_radix(name, 16).map_err(|_| bad("no id"))?;
        if !ids.insert(id) {
            return Err(bad("the id is there twice"));
        }
        let (mut fields, mut flag_words) = (Vec::new(), 0);
        for kind in words {
            let (flag, kind) = match kind.split_once('?') {
                None => (None, kind),
                Some((flag, kind)) => {
                    let (word, bit) = flag.split_once('.').ok_or_else(|| bad("no bit"))?;
                    let word =
                        word.parse().ok().filter(|word| *word < flag_words).ok_or_else(|| bad("no such flags"))?;
                    let bit =
                        bit.parse().ok().filter(|bit| *bit < 32).ok_or_else(|| bad("a flag word has bits 0 to 31"))?;
                    (Some((word, bit)), kind)
                }
            };
            let ty = if kind == "#" { Ty::Flags(flag_words) } else { read_type(kind) };
            flag_words += usize::from(kind == "#");
            fields.push(Field { name: String::new(), ty, flag });
        }
        schema.defs.push(Def {
            name: name.into(),
            id,
            fields,
            result: result.into(),
            function: false,
            notes: Notes::default(),
        });
    }
    Ok(schema)
}

pub fn read_type(text: &str) -> Ty {
    let inner = |text: &str, open: &str| text.strip_prefix(open).and_then(|rest| rest.strip_suffix('>')).map(read_type);
    if let Some(element) = inner(text, "Vector<") {
        return Ty::Vector(element.into());
    }
    if let Some(element) = inner(text, "vector<") {
        return Ty::BareVector(element.into());
    }
    match text {
        "true" => Ty::True,
        "int" | "int32" => Ty::Int,
        "long" | "int64" => Ty::Long,
        "double" => Ty::Double,
        "Bool" => Ty::Bool,
        "string" => Ty::Text,
        "bytes" => Ty::Bytes,
        "int128" => Ty::Fixed(16),
        "int256" => Ty::Fixed(32),
        "int512" => Ty::Fixed(64),
        "!X" => Ty::Query,
        name if name.rsplit('.').next().is_some_and(|last| last.starts_with(char::is_lowercase)) => {
            Ty::Bare(name.into())
        }
        name => Ty::Boxed(name.into()),
    }
}

/// The text whose CRC is the id: no id, no `;`, no brackets; and in the API's schema, `bytes` read as `string` and no
/// flag-only fields. A file with the line `// IDS PLAIN` does without the last two.
fn normal(line: &str, plain: bool) -> String {
    let (name, rest) = line.split_once('#').unwrap_or((line, ""));
    let rest = rest.split_once(' ').map_or("", |(_, rest)| rest).replace('<', " ").replace(['>', '{', '}', ';'], "");
    let words = rest.split_whitespace().filter(|word| plain || !word.ends_with("?true"));
    let words = words.map(|word| match word.strip_suffix("bytes") {
        Some(head) if !plain && head.ends_with([':', '?']) => format!("{head}string"),
        _ => word.to_owned(),
    });
    std::iter::once(name.to_owned()).chain(words).collect::<Vec<_>>().join(" ")
}

/// CRC-32 (IEEE).
pub fn crc32(text: &str) -> u32 {
    !text.bytes().fold(!0u32, |crc, byte| {
        (0..8).fold(crc ^ u32::from(byte), |crc, _| if crc & 1 == 1 { crc >> 1 ^ 0xedb8_8320 } else { crc >> 1 })
    })
}
