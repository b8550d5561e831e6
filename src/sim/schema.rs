//! A TL schema as a table, read from its text at run time.
//!
//! The library's codec is generated from the same text by another program. This reader shares nothing with it, so that an
//! error in one of the two is not cancelled by the same error in the other.

use std::collections::{BTreeMap, BTreeSet};

/// What layers later than the library's have: the first layer that has it, the constructor, the field it gained.
///
/// An id is the CRC of the text, so each line also changes the constructor's id (`tl-codec.md`, "What changes between
/// layers"). What earlier layers had is in `older.tl`.
const LAYERS: &[(u32, &str, &str)] = &[
    (224, "messageReplyHeader", "poll_option:flags.12?bytes"),
    (228, "user", "linked_community_id:flags2.21?long"),
    (228, "channel", "linked_community_id:flags2.20?long"),
];

/// The schema text of the library at its own layer.
const PHONE: &str = include_str!("../tl/schema/phone.tl");
const OLDER: &str = include_str!("../tl/schema/older.tl");

/// The layers we can answer as. To a device of another one we speak the nearest.
pub const SERVED: core::ops::RangeInclusive<u32> = 151..=230;

/// The type of a field.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Type {
    Int,
    Long,
    Double,
    /// `string` and `bytes`, which look the same on the wire.
    Bytes,
    /// `int128` and `int256`: so many bytes as they are.
    Fixed(usize),
    /// `#`: a word of flags.
    Flags,
    /// `true`: present or not, and no bytes.
    True,
    Bool,
    Vector(Box<Type>),
    /// Any constructor of the type, with its id in front.
    Boxed(String),
    /// `!X`: any function.
    Any,
}

#[derive(Clone, Debug)]
pub struct Field {
    pub name: String,
    pub ty: Type,
    /// The flag word and the bit that tell whether the field is there.
    pub flag: Option<(String, u32)>,
}

/// A constructor or a function.
#[derive(Clone, Debug)]
pub struct Combinator {
    pub name: String,
    pub id: u32,
    pub fields: Vec<Field>,
    pub result: String,
    pub is_function: bool,
}

impl Combinator {
    pub fn field(&self, name: &str) -> Option<&Field> {
        self.fields.iter().find(|field| field.name == name)
    }
}

/// All definitions of one layer.
#[derive(Clone, Debug, Default)]
pub struct Schema {
    by_name: BTreeMap<String, Combinator>,
    by_id: BTreeMap<u32, String>,
    /// Constructor and field, of what another layer has and this one lacks or has as another type.
    elsewhere: BTreeMap<String, BTreeSet<String>>,
}

impl Schema {
    /// The library's schema, as a server of `layer` has it.
    pub fn of_layer(layer: u32) -> Schema {
        const WELL_FORMED: &str = "our own schema is well formed; a unit test parses it";
        let layer = layer.clamp(*SERVED.start(), *SERVED.end());
        let mut schema = Schema::parse(PHONE).expect(WELL_FORMED);
        // All forms of what has several, the newest last.
        let mut forms: BTreeMap<String, Vec<Combinator>> = BTreeMap::new();
        let mut current = Vec::new();
        for (layers, line) in older() {
            let mut one = Schema::default();
            one.add(line, false).expect(WELL_FORMED);
            for form in one.by_name.values() {
                forms.entry(form.name.clone()).or_default().push(form.clone());
            }
            if layers.contains(&layer) {
                current.push(one);
            }
        }
        let mut newest = Schema::default();
        for name in LAYERS.iter().map(|(_, name, _)| *name).chain(forms.keys().map(String::as_str)) {
            newest.by_name.extend(schema.named(name).map(|now| (name.to_owned(), now.clone())));
        }
        for &(from, name, field) in LAYERS {
            newest.extend(name, field);
            if from <= layer {
                schema.extend(name, field);
            }
        }
        current.into_iter().for_each(|older| schema.replace(older));
        for (name, form) in newest.by_name {
            forms.entry(name).or_default().push(form);
        }
        schema.elsewhere = forms
            .into_iter()
            .map(|(name, forms)| {
                let fields = schema.lacks(&name, &forms);
                (name, fields)
            })
            .collect();
        schema
    }

    /// The fields of the other forms of a constructor that it lacks here, or has as another type than the newest form.
    fn lacks(&self, name: &str, forms: &[Combinator]) -> BTreeSet<String> {
        let newest = |field: &str| forms.last()?.field(field).map(|field| &field.ty);
        let fields = forms.iter().flat_map(|form| &form.fields).filter(|field| {
            let here = self.named(name).and_then(|here| here.field(&field.name)).map(|field| &field.ty);
            here.is_none() || newest(&field.name).is_some_and(|there| Some(there) != here)
        });
        fields.map(|field| field.name.clone()).collect()
    }

    /// Puts an earlier form in the place of the constructors of the same names.
    fn replace(&mut self, older: Schema) {
        for (name, one) in older.by_name {
            if let Some(old) = self.by_name.remove(&name) {
                self.by_id.remove(&old.id);
            }
            self.by_id.insert(one.id, name.clone());
            self.by_name.insert(name, one);
        }
    }

    /// Whether a field is one that only another layer has, or has in this form.
    pub fn is_elsewhere(&self, constructor: &str, field: &str) -> bool {
        self.elsewhere.get(constructor).is_some_and(|fields| fields.contains(field))
    }

    /// Reads definitions, one a line.
    pub fn parse(text: &str) -> Result<Schema, String> {
        let mut schema = Schema::default();
        let mut is_function = false;
        for (index, line) in text.lines().enumerate() {
            let line = line.split("//").next().unwrap_or_default().trim();
            match line {
                "" => {}
                "---functions---" => is_function = true,
                "---types---" => is_function = false,
                _ => schema.add(line, is_function).map_err(|why| format!("line {}: {why}", index + 1))?,
            }
        }
        Ok(schema)
    }

    pub fn named(&self, name: &str) -> Option<&Combinator> {
        self.by_name.get(name)
    }

    pub fn with_id(&self, id: u32) -> Option<&Combinator> {
        self.by_id.get(&id).and_then(|name| self.by_name.get(name))
    }

    pub fn iter(&self) -> impl Iterator<Item = &Combinator> {
        self.by_name.values()
    }

    fn add(&mut self, line: &str, is_function: bool) -> Result<(), String> {
        let line = line.strip_suffix(';').ok_or("no semicolon")?;
        let (left, result) = line.rsplit_once(" = ").ok_or("no result type")?;
        let mut words = left.split_whitespace();
        let head = words.next().ok_or("no name")?;
        let (name, printed) = match head.split_once('#') {
            Some((name, id)) => (name, Some(u32::from_str_radix(id, 16).map_err(|_| format!("bad id {id}"))?)),
            None => (head, None),
        };
        let crc = crc32fast::hash(canonical(name, left, result).as_bytes());
        if printed.is_some_and(|printed| printed != crc) {
            return Err(format!("{name}: its id should be {crc:08x}"));
        }
        let mut fields = Vec::new();
        for word in words.filter(|word| !word.starts_with('{')) {
            fields.push(field(word)?);
        }
        let combinator = Combinator { name: name.into(), id: crc, fields, result: result.trim().into(), is_function };
        if self.by_id.insert(crc, name.into()).is_some() || self.by_name.insert(name.into(), combinator).is_some() {
            return Err(format!("{name} is there twice"));
        }
        Ok(())
    }

    /// Gives the constructor one field more, and the id that follows from it.
    fn extend(&mut self, name: &str, added: &str) {
        let Some(mut old) = self.by_name.remove(name) else { return };
        self.by_id.remove(&old.id);
        old.fields.push(field(added).expect("a line of LAYERS is well formed"));
        let mut left = String::from(name);
        for field in &old.fields {
            left.push(' ');
            left.push_str(&written(field));
        }
        old.id = crc32fast::hash(canonical(name, &left, &old.result).as_bytes());
        self.by_id.insert(old.id, name.into());
        self.by_name.insert(name.into(), old);
    }
}

/// The constructors that earlier layers had, and which layers.
fn older() -> impl Iterator<Item = (core::ops::RangeInclusive<u32>, &'static str)> {
    let constructors = OLDER.split("---functions---").next().unwrap_or_default();
    let mut layers = 0..=0;
    constructors.lines().filter_map(move |line| match line.strip_prefix("//@ layers ") {
        Some(range) => {
            let (first, last) = range.split_once(' ')?;
            layers = first.parse().ok()?..=last.trim().parse().ok()?;
            None
        }
        None if line.is_empty() || line.starts_with("//") => None,
        None => Some((layers.clone(), line)),
    })
}

fn field(word: &str) -> Result<Field, String> {
    let (name, ty) = word.split_once(':').ok_or_else(|| format!("{word}: no type"))?;
    let (flag, ty) = match ty.split_once('?') {
        Some((flag, ty)) => {
            let (flags, bit) = flag.split_once('.').ok_or_else(|| format!("{word}: no bit"))?;
            let bit = bit.parse().ok().filter(|bit| *bit < 32).ok_or_else(|| format!("{word}: bad bit"))?;
            (Some((flags.to_owned(), bit)), ty)
        }
        None => (None, ty),
    };
    Ok(Field { name: name.into(), ty: type_of(ty)?, flag })
}

fn type_of(text: &str) -> Result<Type, String> {
    Ok(match text {
        "int" => Type::Int,
        "long" => Type::Long,
        "double" => Type::Double,
        "string" | "bytes" => Type::Bytes,
        "int128" => Type::Fixed(16),
        "int256" => Type::Fixed(32),
        "#" => Type::Flags,
        "true" => Type::True,
        "Bool" => Type::Bool,
        _ if text.starts_with('!') => Type::Any,
        _ => match text.strip_prefix("Vector<").and_then(|inner| inner.strip_suffix('>')) {
            Some(inner) => Type::Vector(Box::new(type_of(inner)?)),
            None if text.contains(['<', '>', '%', '{']) => return Err(format!("{text}: not a type we know")),
            None => Type::Boxed(text.into()),
        },
    })
}

fn written(field: &Field) -> String {
    fn ty(of: &Type) -> String {
        match of {
            Type::Int => "int".into(),
            Type::Long => "long".into(),
            Type::Double => "double".into(),
            Type::Bytes => "string".into(),
            Type::Fixed(16) => "int128".into(),
            Type::Fixed(_) => "int256".into(),
            Type::Flags => "#".into(),
            Type::True => "true".into(),
            Type::Bool => "Bool".into(),
            Type::Vector(inner) => format!("Vector<{}>", ty(inner)),
            Type::Boxed(name) => name.clone(),
            Type::Any => "!X".into(),
        }
    }
    match &field.flag {
        Some((flags, bit)) => format!("{}:{flags}.{bit}?{}", field.name, ty(&field.ty)),
        None => format!("{}:{}", field.name, ty(&field.ty)),
    }
}

/// The text whose CRC is the id: no printed id, no flag-only fields, `bytes` as `string`, no brackets.
fn canonical(name: &str, left: &str, result: &str) -> String {
    let mut text = String::from(name);
    for word in left.split_whitespace().skip(1).filter(|word| !word.ends_with("?true")) {
        text.push(' ');
        text.push_str(word);
    }
    text.push_str(" = ");
    text.push_str(result.trim());
    // Inside a vector `bytes` stays `bytes`: Telegram's ids were made so.
    let text = text.replace(":bytes", ":string").replace("?bytes", "?string");
    text.replace('<', " ").replace(['>', '{', '}'], "")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_follow_from_the_text() {
        let schema = Schema::parse(
            "phoneCallDiscarded#50ca4de1 flags:# need_rating:flags.2?true need_debug:flags.3?true video:flags.6?true \
             id:long reason:flags.0?PhoneCallDiscardReason duration:flags.1?int = PhoneCall;\n\
             ---functions---\n\
             invokeWithLayer#da9b0d0d {X:Type} layer:int query:!X = X; // wraps\n",
        )
        .unwrap();
        assert_eq!(schema.with_id(0x50ca_4de1).unwrap().name, "phoneCallDiscarded");
        assert!(schema.named("invokeWithLayer").unwrap().is_function);
        assert!(Schema::parse("boolTrue#997275b4 = Bool;").unwrap_err().contains("997275b5"));
    }

    #[test]
    fn each_layer_has_the_ids_that_telegram_gave_it() {
        let id = |layer, name| Schema::of_layer(layer).named(name).unwrap().id;
        for layer in [217, 223] {
            assert_eq!(id(layer, "user"), 0x3177_4388, "layer {layer}");
            assert_eq!(id(layer, "channel"), 0x1c32_b11c, "layer {layer}");
        }
        for layer in [228, 230] {
            assert_eq!(id(layer, "user"), 0xb1b8_cc83, "layer {layer}");
            assert_eq!(id(layer, "channel"), 0xd49f_34c6, "layer {layer}");
        }
        assert_eq!(id(223, "messageReplyHeader"), 0x6917_560b);
        assert_ne!(id(224, "messageReplyHeader"), 0x6917_560b);
        for (layer, call, discarded, user) in [
            (151, 0x967f_7c67, 0x50ca_4de1, 0x8f97_c628),
            (176, 0x967f_7c67, 0x50ca_4de1, 0x215c_4438),
            (177, 0x3053_5af5, 0x50ca_4de1, 0x215c_4438),
            (195, 0x3053_5af5, 0x50ca_4de1, 0x8331_4fca),
            (196, 0x3ba5_940c, 0xf9d2_5503, 0x4b46_c37e),
            (201, 0x3ba5_940c, 0xf9d2_5503, 0x020b_1422),
            (202, 0x3053_5af5, 0x50ca_4de1, 0x020b_1422),
        ] {
            let ids = (id(layer, "phoneCall"), id(layer, "phoneCallDiscarded"), id(layer, "user"));
            assert_eq!(ids, (call, discarded, user), "layer {layer}");
        }
        assert_eq!((id(195, "messageService"), id(210, "messageService")), (0x2b08_5862, 0xd3d2_8540));
    }

    #[test]
    fn a_layer_knows_what_only_others_have() {
        let (old, new) = (Schema::of_layer(158), Schema::of_layer(228));
        assert!(old.is_elsewhere("user", "color") && !new.is_elsewhere("user", "color"));
        assert!(old.is_elsewhere("user", "linked_community_id") && !new.is_elsewhere("user", "linked_community_id"));
        assert!(
            new.is_elsewhere("phoneCall", "conference_call")
                && !Schema::of_layer(198).is_elsewhere("phoneCall", "conference_call")
        );
        // A number in layer 160, an object in layer 223.
        assert!(Schema::of_layer(160).is_elsewhere("user", "stories_max_id"));
        assert!(!old.is_elsewhere("user", "first_name") && !old.is_elsewhere("user", "nonsense"));
    }
}
