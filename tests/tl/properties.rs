//! What holds for every type: a random object survives the way to bytes and back, the skip pass walks over exactly what is
//! decoded, and no proper prefix is taken for the whole.

use std::collections::BTreeMap;
use std::fmt::Debug;

use serde_json::{Map, Value};
use tgcall::tl::{self, Decode, Encode, schema};

use super::convert::{TYPES, with_type};
use super::json::{Json, Visit, hex, leak};
use crate::tlgen::{self, Def, Ty, tables};

/// SplitMix64: one seed is one run.
pub struct Dice(pub u64);

impl Dice {
    pub fn roll(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ z >> 30).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ z >> 27).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ z >> 31
    }

    pub fn below(&mut self, limit: usize) -> usize {
        (self.roll() % limit as u64) as usize
    }

    fn bytes(&mut self) -> Vec<u8> {
        let length = [0, 1, 2, 3, 4, 5, 32, 253, 254, 255, 256][self.below(11)];
        (0..length).map(|_| self.roll() as u8).collect()
    }

    fn number(&mut self) -> i64 {
        match self.below(8) {
            0 => 0,
            1 => -1,
            2 => i64::MAX,
            3 => i64::MIN,
            _ => self.roll() as i64,
        }
    }
}

/// Deeper than this, an object takes its smallest constructor and no vector has elements.
const DEEP: usize = 5;

struct Objects<'s> {
    types: BTreeMap<&'s str, Vec<&'s Def>>,
    dice: Dice,
}

impl Objects<'_> {
    fn of_type(&mut self, ty: &str, depth: usize) -> Value {
        let defs = self.types[ty].clone();
        let smallest = |def: &&&Def| def.fields.iter().filter(|field| field.flag.is_none()).count();
        let def =
            if depth > DEEP { defs.iter().min_by_key(smallest).unwrap() } else { &defs[self.dice.below(defs.len())] };
        self.of(def, depth)
    }

    fn of(&mut self, def: &Def, depth: usize) -> Value {
        let mut object = Map::from_iter([("_".to_owned(), def.name.clone().into())]);
        let mut bits: BTreeMap<(usize, u32), bool> = BTreeMap::new();
        for field in def.fields.iter().filter(|field| !matches!(field.ty, Ty::Flags(_))) {
            let set = field.flag.is_none_or(|flag| {
                let roll = depth <= DEEP && self.dice.below(2) == 1;
                *bits.entry(flag).or_insert(roll)
            });
            if set {
                object.insert(field.name.clone(), self.value(&field.ty, depth + 1));
            }
        }
        Value::Object(object)
    }

    fn value(&mut self, ty: &Ty, depth: usize) -> Value {
        match ty {
            Ty::True => true.into(),
            Ty::Int => (self.dice.number() as i32).into(),
            Ty::Long => self.dice.number().to_string().into(),
            Ty::Double => (self.dice.number() as f64 / 8.0).into(),
            Ty::Bool => (self.dice.below(2) == 1).into(),
            Ty::Text => hex(&self.dice.bytes()).into(),
            Ty::Bytes => hex(&self.dice.bytes()).into(),
            Ty::Fixed(size) => hex(&(0..*size).map(|_| self.dice.roll() as u8).collect::<Vec<_>>()).into(),
            Ty::Boxed(name) => self.of_type(name, depth),
            Ty::Vector(element) => {
                let count = if depth > DEEP { 0 } else { self.dice.below(4) };
                (0..count).map(|_| self.value(element, depth)).collect()
            }
            Ty::Query => serde_json::json!({"_": "messages.getDhConfig", "version": 0, "random_length": 256}),
            Ty::Flags(_) | Ty::Bare(_) | Ty::BareVector(_) => unreachable!("not in phone.tl"),
        }
    }
}

struct Survives<'v>(&'v Value);

impl Visit for Survives<'_> {
    type Out = ();

    fn run<T: Json + Decode<'static> + Encode + Debug + PartialEq + Copy + 'static>(self) {
        let object = self.0;
        let value = T::from_json(object).unwrap();
        let bytes = leak(tl::encode(&value).unwrap());
        assert_eq!(tl::size(&value), Ok(bytes.len()));
        let decoded: T = tl::decode(bytes).unwrap_or_else(|e| panic!("{e} in {object}"));
        assert_eq!(&decoded.to_json().unwrap(), object);
        assert_eq!(decoded, value);
        assert_eq!(tl::encode(&decoded).as_deref(), Ok(bytes));
        if T::CODE != 0 {
            assert_eq!(tl::skip::walk(bytes, T::CODE), Ok(bytes.len()), "{object}");
        }
        // A method with a query has no end of its own.
        let has_end = object.get("query").is_none();
        let step = 1 + bytes.len() / 64;
        for end in (0..bytes.len()).step_by(step).filter(|_| has_end) {
            assert!(tl::decode::<T>(&bytes[..end]).is_err(), "{end} of {} bytes of {object}", bytes.len());
            assert!(tl::decode_lenient::<T>(&bytes[..end]).is_err(), "{end} of {} bytes of {object}", bytes.len());
        }
        if has_end {
            let longer = leak([bytes, &[0; 4]].concat());
            assert!(tl::decode::<T>(longer).is_err(), "{object}");
            // At an inlet it may be padding.
            assert_eq!(tl::decode_lenient::<T>(longer).map(|decoded| decoded.value), Ok(value), "{object}");
        }
    }
}

#[test]
fn a_random_object_of_every_type_survives_the_way_to_bytes_and_back() {
    let phone = tlgen::parse(schema::PHONE).unwrap();
    let mut objects = Objects { types: phone.types(), dice: Dice(223) };
    for ty in TYPES {
        for _ in 0..24 {
            let object = match ty.strip_prefix("function ") {
                Some(method) => objects.of(phone.defs.iter().find(|def| def.name == method).unwrap(), 0),
                None => objects.of_type(ty, 0),
            };
            with_type(ty, Survives(&object)).unwrap();
        }
    }
}

#[test]
fn every_constructor_and_method_of_the_schema_survives() {
    let phone = tlgen::parse(schema::PHONE).unwrap();
    let mut objects = Objects { types: phone.types(), dice: Dice(43) };
    for def in &phone.defs {
        let ty = super::convert::type_of(&def.name).unwrap();
        for _ in 0..8 {
            let object = objects.of(def, 0);
            with_type(ty, Survives(&object)).unwrap();
        }
    }
    assert_eq!(phone.defs.iter().filter(|def| def.name.starts_with("phone.") && def.function).count(), 43);
}

/// For each type, the constructor whose smallest object nests least.
fn flattest<'s>(types: &BTreeMap<&'s str, Vec<&'s Def>>) -> BTreeMap<&'s str, &'s Def> {
    let mut flattest: BTreeMap<&str, &Def> = BTreeMap::new();
    // A constructor counts once all it must hold counts: the first to do so nests least.
    loop {
        let ready = |def: &&&Def| {
            def.fields.iter().filter(|field| field.flag.is_none()).all(|field| match &field.ty {
                Ty::Boxed(name) => flattest.contains_key(name.as_str()),
                _ => true,
            })
        };
        let open = types.iter().filter(|(name, _)| !flattest.contains_key(*name));
        let found: Vec<_> = open.filter_map(|(name, defs)| Some((*name, *defs.iter().find(ready)?))).collect();
        if found.is_empty() {
            assert_eq!(flattest.len(), types.len(), "every type has an object that ends");
            return flattest;
        }
        flattest.extend(found);
    }
}

/// Makes bytes from the schema alone: what the skip tables must be able to walk over.
struct RawObjects<'s> {
    types: BTreeMap<&'s str, Vec<&'s Def>>,
    flattest: BTreeMap<&'s str, &'s Def>,
    dice: Dice,
}

impl RawObjects<'_> {
    fn object(&mut self, ty: &str, depth: usize, out: &mut Vec<u8>) {
        let defs = &self.types[ty];
        let def = if depth > DEEP { self.flattest[ty] } else { defs[self.dice.below(defs.len())] };
        self.fields(def, depth, out);
    }

    fn fields(&mut self, def: &Def, depth: usize, out: &mut Vec<u8>) {
        out.extend(def.id.to_le_bytes());
        let mut words: Vec<u32> = Vec::new();
        for field in &def.fields {
            let set = field.flag.is_none_or(|(word, bit): (usize, u32)| words[word] >> bit & 1 == 1);
            match &field.ty {
                Ty::Flags(_) => {
                    let word = if depth > DEEP { 0 } else { self.dice.roll() as u32 & self.dice.roll() as u32 };
                    words.push(word);
                    out.extend(word.to_le_bytes());
                }
                ty if set => self.value(ty, depth + 1, out),
                _ => {}
            }
        }
    }

    fn value(&mut self, ty: &Ty, depth: usize, out: &mut Vec<u8>) {
        match ty {
            Ty::Int => out.extend((self.dice.number() as i32).to_le_bytes()),
            Ty::Long | Ty::Double => out.extend(self.dice.number().to_le_bytes()),
            Ty::Fixed(size) => out.extend((0..*size).map(|_| self.dice.roll() as u8)),
            Ty::Bool => out.extend(if self.dice.below(2) == 1 { tl::TRUE_ID } else { tl::FALSE_ID }.to_le_bytes()),
            Ty::Text | Ty::Bytes => {
                let bytes = self.dice.bytes();
                out.extend(tl::encode(&bytes.as_slice()).unwrap());
            }
            Ty::Boxed(name) => self.object(name, depth, out),
            Ty::Vector(element) => {
                let count = if depth > DEEP { 0 } else { self.dice.below(3) };
                out.extend(tl::VECTOR_ID.to_le_bytes());
                out.extend((count as u32).to_le_bytes());
                (0..count).for_each(|_| self.value(element, depth, out));
            }
            other => unreachable!("{other:?} is not in skip.tl"),
        }
    }
}

#[test]
fn the_skip_pass_walks_over_every_constructor_of_every_layer() {
    let input = tlgen::read(schema::PHONE, schema::OLDER, schema::E2E, schema::SKIP).unwrap();
    let numbers = tables::number(&input);
    let types = input.skip.types();
    let mut objects = RawObjects { flattest: flattest(&types), types, dice: Dice(1545) };
    assert!(input.skip.defs.len() > 1700);
    for def in &input.skip.defs {
        let code = tables::code(&numbers, &Ty::Boxed(def.result.clone()));
        for _ in 0..4 {
            let mut bytes = Vec::new();
            objects.fields(def, 2, &mut bytes);
            assert_eq!(
                tl::skip::walk(&bytes, code),
                Ok(bytes.len()),
                "{} of {}: {}",
                def.name,
                def.result,
                hex(&bytes)
            );
            for end in (0..bytes.len()).step_by(1 + bytes.len() / 16) {
                assert!(tl::skip::walk(&bytes[..end], code).is_err(), "{end} bytes of {}", def.name);
            }
            bytes.extend([7; 8]);
            assert_eq!(tl::skip::walk(&bytes, code), Ok(bytes.len() - 8), "what follows is not looked at");
        }
    }
}
