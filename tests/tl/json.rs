//! What the generated conversions are made of. Values that come from JSON borrow leaked memory: a test ends soon enough.

use std::cell::Cell;
use std::fmt::Debug;

use serde_json::{Map, Value};
use tgcall::tl::{self, Decode, Encode, functions};

pub type Res<T> = Result<T, String>;

/// A view that can be written as JSON and made from it.
pub trait Json: Sized {
    fn to_json(&self) -> Res<Value>;
    fn from_json(v: &Value) -> Res<Self>;
}

thread_local! {
    static GAPS: Cell<bool> = const { Cell::new(false) };
}

/// Lets vectors that are only readable in part pass as what is readable of them.
pub fn with_gaps<T>(work: impl FnOnce() -> T) -> T {
    GAPS.set(true);
    let out = work();
    GAPS.set(false);
    out
}

/// Something to do for a type whose name came at run time.
pub trait Visit {
    type Out;
    fn run<T: Json + Decode<'static> + Encode + Debug + PartialEq + Copy + 'static>(self) -> Self::Out;
}

pub fn name(v: &Value) -> Res<&str> {
    v.get("_").and_then(Value::as_str).ok_or_else(|| format!("no object: {v}"))
}

pub fn leak<T: 'static>(items: Vec<T>) -> &'static [T] {
    Box::leak(items.into_boxed_slice())
}

pub fn unhex(text: &str) -> Res<Vec<u8>> {
    if !text.is_ascii() || !text.len().is_multiple_of(2) {
        return Err(format!("no hex: {text}"));
    }
    (0..text.len()).step_by(2).map(|at| u8::from_str_radix(&text[at..at + 2], 16).map_err(|e| e.to_string())).collect()
}

pub fn hex(bytes: &[u8]) -> String {
    let digit = |nibble: u8| char::from_digit(nibble.into(), 16).unwrap();
    bytes.iter().flat_map(|byte| [digit(byte >> 4), digit(byte & 15)]).collect()
}

/// An object that is being written.
pub struct Out(Map<String, Value>);

impl Out {
    pub fn new(name: &str) -> Self {
        Out(Map::from_iter([("_".to_owned(), name.into())]))
    }

    pub fn flag(&mut self, name: &str, set: bool) {
        if set {
            self.0.insert(name.into(), true.into());
        }
    }

    pub fn put<T>(&mut self, name: &str, value: &T, to: impl Fn(&T) -> Res<Value>) -> Res<()> {
        self.0.insert(name.into(), to(value)?);
        Ok(())
    }

    pub fn option<T>(&mut self, name: &str, value: &Option<T>, to: impl Fn(&T) -> Res<Value>) -> Res<()> {
        value.as_ref().map_or(Ok(()), |value| self.put(name, value, to))
    }

    pub fn done(self) -> Res<Value> {
        Ok(Value::Object(self.0))
    }
}

/// An object that is being read; every key must be asked for.
pub struct In<'v> {
    object: &'v Map<String, Value>,
    seen: usize,
}

impl<'v> In<'v> {
    pub fn new(v: &'v Value, expected: &str) -> Res<Self> {
        let object = v.as_object().ok_or_else(|| format!("no object: {v}"))?;
        if name(v)? == expected { Ok(In { object, seen: 1 }) } else { Err(format!("{} is no {expected}", name(v)?)) }
    }

    pub fn flag(&mut self, name: &str) -> Res<bool> {
        match self.object.get(name) {
            None => Ok(false),
            Some(Value::Bool(true)) => {
                self.seen += 1;
                Ok(true)
            }
            Some(other) => Err(format!("{name}: {other} is no flag")),
        }
    }

    pub fn option<T>(&mut self, name: &str, from: impl Fn(&Value) -> Res<T>) -> Res<Option<T>> {
        let Some(value) = self.object.get(name) else { return Ok(None) };
        self.seen += 1;
        from(value).map(Some).map_err(|e| format!("{name}: {e}"))
    }

    pub fn need<T>(&mut self, name: &str, from: impl Fn(&Value) -> Res<T>) -> Res<T> {
        self.option(name, from)?.ok_or_else(|| format!("no {name}"))
    }

    /// Fields of one flag bit: all of them or none.
    pub fn all_or_none(&mut self, names: &[&str]) -> Res<bool> {
        let there = names.iter().filter(|name| self.object.contains_key(**name)).count();
        if there == 0 || there == names.len() { Ok(there > 0) } else { Err(format!("only some of {names:?}")) }
    }

    pub fn agree(&self, name: &str, set: bool, other: bool) -> Res<()> {
        if set == other { Ok(()) } else { Err(format!("{name} and what shares its bit disagree")) }
    }

    pub fn done(self) -> Res<()> {
        if self.seen == self.object.len() { Ok(()) } else { Err(format!("keys that nobody knows: {:?}", self.object)) }
    }
}

/// Rust values to JSON.
pub mod to {
    use super::*;

    pub fn int(v: &i32) -> Res<Value> {
        Ok((*v).into())
    }

    pub fn long(v: &i64) -> Res<Value> {
        Ok(v.to_string().into())
    }

    pub fn double(v: &f64) -> Res<Value> {
        Ok((*v).into())
    }

    pub fn boolean(v: &bool) -> Res<Value> {
        Ok((*v).into())
    }

    pub fn text(v: &&[u8]) -> Res<Value> {
        Ok(String::from_utf8_lossy(v).into())
    }

    pub fn bytes(v: &&[u8]) -> Res<Value> {
        Ok(hex(v).into())
    }

    pub fn fixed<const N: usize>(v: &&[u8; N]) -> Res<Value> {
        Ok(hex(*v).into())
    }

    pub fn object<T: Json>(v: &T) -> Res<Value> {
        v.to_json()
    }

    pub fn seq<T: Decode<'static> + Copy + 'static>(
        v: &tl::Seq<'static, T>,
        to: impl Fn(&T) -> Res<Value>,
    ) -> Res<Value> {
        if !v.is_whole() && !GAPS.get() {
            return Err("a part of the vector is unreadable".into());
        }
        v.iter().map(|item| to(&item.map_err(|e| e.to_string())?)).collect()
    }

    pub fn lazy<T: Decode<'static> + Copy + 'static>(
        v: &tl::Lazy<'static, T>,
        to: impl Fn(&T) -> Res<Value>,
    ) -> Res<Value> {
        to(&v.get().map_err(|e| e.to_string())?)
    }

    pub fn query(v: &tl::Query<'static>) -> Res<Value> {
        tl::decode::<functions::Request>(v.0).map_err(|e| e.to_string())?.to_json()
    }

    pub fn raw(v: &tl::Raw<'static>) -> Res<Value> {
        Ok(Value::Object(Map::from_iter([("#".to_owned(), format!("{:08x}", v.id).into())])))
    }
}

/// JSON to Rust values.
pub mod from {
    use super::*;

    pub fn int(v: &Value) -> Res<i32> {
        v.as_i64().and_then(|v| v.try_into().ok()).ok_or_else(|| format!("no int: {v}"))
    }

    pub fn long(v: &Value) -> Res<i64> {
        v.as_str().and_then(|v| v.parse().ok()).ok_or_else(|| format!("no long: {v}"))
    }

    pub fn double(v: &Value) -> Res<f64> {
        v.as_f64().ok_or_else(|| format!("no double: {v}"))
    }

    pub fn boolean(v: &Value) -> Res<bool> {
        v.as_bool().ok_or_else(|| format!("no Bool: {v}"))
    }

    /// `{"$repeat": "41", "$count": n}` stands for n bytes.
    fn repeated(v: &Value) -> Option<Vec<u8>> {
        let unit = unhex(v.get("$repeat")?.as_str()?).ok()?;
        Some(unit.repeat(v.get("$count")?.as_u64()? as usize))
    }

    pub fn text(v: &Value) -> Res<&'static [u8]> {
        let bytes = repeated(v).or_else(|| v.as_str().map(|v| v.as_bytes().to_vec()));
        bytes.map(leak).ok_or_else(|| format!("no string: {v}"))
    }

    pub fn bytes(v: &Value) -> Res<&'static [u8]> {
        let bytes = repeated(v).or_else(|| v.as_str().and_then(|v| unhex(v).ok()));
        bytes.map(leak).ok_or_else(|| format!("no bytes: {v}"))
    }

    pub fn fixed<const N: usize>(v: &Value) -> Res<&'static [u8; N]> {
        bytes(v)?.try_into().map_err(|_| format!("not {N} bytes: {v}"))
    }

    pub fn object<T: Json>(v: &Value) -> Res<T> {
        T::from_json(v)
    }

    pub fn seq<T: 'static>(v: &Value, from: impl Fn(&Value) -> Res<T>) -> Res<tl::Seq<'static, T>> {
        let items: Res<Vec<T>> = v.as_array().ok_or_else(|| format!("no vector: {v}"))?.iter().map(from).collect();
        Ok(tl::Seq::of(leak(items?)))
    }

    pub fn lazy<T: 'static>(v: &Value, from: impl Fn(&Value) -> Res<T>) -> Res<tl::Lazy<'static, T>> {
        Ok(tl::Lazy::of(Box::leak(Box::new(from(v)?))))
    }

    pub fn query(v: &Value) -> Res<tl::Query<'static>> {
        let request = functions::Request::from_json(v)?;
        tl::encode(&request).map(|bytes| tl::Query(leak(bytes))).map_err(|e| e.to_string())
    }
}
