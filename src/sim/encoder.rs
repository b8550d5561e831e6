//! The second encoder: writes a tree of values by walking the schema at run time.
//!
//! Slow and plain on purpose. It refuses whatever the schema does not allow, since a test server that sends nonsense by
//! accident proves nothing; nonsense on purpose is made by the fault rules.

use super::schema::{Combinator, Field, Schema, Type};
use core::fmt;

/// One value of a TL tree.
#[derive(Clone, PartialEq)]
pub enum Value {
    Int(i32),
    Long(i64),
    Double(f64),
    /// `string`, `bytes`, `int128`, `int256`.
    Bytes(Vec<u8>),
    /// A flag-only field that is set.
    True,
    Bool(bool),
    List(Vec<Value>),
    Object(Object),
    /// A boxed value that is encoded already, such as a constructor the schema does not have.
    Raw(Vec<u8>),
}

impl Value {
    pub fn text(text: &str) -> Value {
        Value::Bytes(text.as_bytes().to_vec())
    }

    pub fn object(&self) -> Option<&Object> {
        match self {
            Value::Object(object) => Some(object),
            _ => None,
        }
    }
}

impl From<Object> for Value {
    fn from(object: Object) -> Value {
        Value::Object(object)
    }
}

impl From<i32> for Value {
    fn from(value: i32) -> Value {
        Value::Int(value)
    }
}

impl From<i64> for Value {
    fn from(value: i64) -> Value {
        Value::Long(value)
    }
}

impl From<&str> for Value {
    fn from(value: &str) -> Value {
        Value::text(value)
    }
}

impl From<&[u8]> for Value {
    fn from(value: &[u8]) -> Value {
        Value::Bytes(value.to_vec())
    }
}

impl From<Vec<Value>> for Value {
    fn from(value: Vec<Value>) -> Value {
        Value::List(value)
    }
}

/// A constructor or a function with its fields. Absent optional fields are not there.
#[derive(Clone, PartialEq)]
pub struct Object {
    pub name: String,
    pub fields: Vec<(String, Value)>,
}

impl Object {
    pub fn new(name: &str) -> Object {
        Object { name: name.into(), fields: Vec::new() }
    }

    pub fn with(mut self, field: &str, value: impl Into<Value>) -> Object {
        self.set(field, value);
        self
    }

    pub fn with_some(self, field: &str, value: Option<impl Into<Value>>) -> Object {
        match value {
            Some(value) => self.with(field, value),
            None => self,
        }
    }

    /// Sets a flag-only field, or leaves it out.
    pub fn flag(self, field: &str, set: bool) -> Object {
        if set { self.with(field, Value::True) } else { self }
    }

    /// Replaces the field, or adds it.
    pub fn set(&mut self, field: &str, value: impl Into<Value>) {
        let value = value.into();
        match self.fields.iter_mut().find(|(name, _)| name == field) {
            Some((_, old)) => *old = value,
            None => self.fields.push((field.into(), value)),
        }
    }

    pub fn get(&self, field: &str) -> Option<&Value> {
        self.fields.iter().find(|(name, _)| name == field).map(|(_, value)| value)
    }

    pub fn get_mut(&mut self, field: &str) -> Option<&mut Value> {
        self.fields.iter_mut().find(|(name, _)| name == field).map(|(_, value)| value)
    }

    pub fn int(&self, field: &str) -> Option<i32> {
        match self.get(field)? {
            Value::Int(value) => Some(*value),
            _ => None,
        }
    }

    pub fn long(&self, field: &str) -> Option<i64> {
        match self.get(field)? {
            Value::Long(value) => Some(*value),
            _ => None,
        }
    }

    pub fn bytes(&self, field: &str) -> Option<&[u8]> {
        match self.get(field)? {
            Value::Bytes(value) => Some(value),
            _ => None,
        }
    }

    pub fn child(&self, field: &str) -> Option<&Object> {
        self.get(field)?.object()
    }

    pub fn list(&self, field: &str) -> &[Value] {
        match self.get(field) {
            Some(Value::List(list)) => list,
            _ => &[],
        }
    }
}

/// What of a tree the schema does not allow.
pub type Refused = String;

/// Deepest nesting that is written or read.
const DEPTH: usize = 64;
const VECTOR: u32 = 0x1cb5_c415;
const BOOL_TRUE: u32 = 0x9972_75b5;
const BOOL_FALSE: u32 = 0xbc79_9737;

impl Schema {
    /// The boxed bytes of an object or a function.
    pub fn encode(&self, object: &Object) -> Result<Vec<u8>, Refused> {
        let mut out = Vec::new();
        self.write_object(object, None, &mut out, 0)?;
        Ok(out)
    }

    /// The bytes of any value of the type, such as a method's bare `Vector<int>`.
    pub fn encode_value(&self, value: &Value, ty: &Type) -> Result<Vec<u8>, Refused> {
        let mut out = Vec::new();
        self.write(value, ty, &mut out, 0)?;
        Ok(out)
    }

    fn write_object(
        &self,
        object: &Object,
        wanted: Option<&str>,
        out: &mut Vec<u8>,
        depth: usize,
    ) -> Result<(), Refused> {
        let name = &object.name;
        if depth > DEPTH {
            return Err(format!("{name}: nested too deep"));
        }
        let combinator = self.named(name).ok_or_else(|| format!("{name}: not in the schema"))?;
        if wanted.is_some_and(|wanted| wanted != combinator.result) {
            return Err(format!("{name} is a {}, not a {}", combinator.result, wanted.unwrap_or_default()));
        }
        if let Some((field, _)) = object.fields.iter().find(|(field, _)| combinator.field(field).is_none()) {
            return Err(format!("{name} has no field {field}"));
        }
        out.extend_from_slice(&combinator.id.to_le_bytes());
        for field in &combinator.fields {
            let value = object.get(&field.name);
            match (value, &field.flag, &field.ty) {
                (None, None, Type::Flags) => {
                    out.extend_from_slice(&flag_word(combinator, object, field)?.to_le_bytes())
                }
                (None, None, _) => return Err(format!("{name}: {} is missing", field.name)),
                (None, Some(_), _) => {}
                (Some(Value::True), Some(_), Type::True) => {}
                (Some(value), _, ty) => {
                    self.write(value, ty, out, depth + 1).map_err(|why| format!("{name}.{}: {why}", field.name))?;
                }
            }
        }
        Ok(())
    }

    fn write(&self, value: &Value, ty: &Type, out: &mut Vec<u8>, depth: usize) -> Result<(), Refused> {
        match (ty, value) {
            (Type::Int, Value::Int(value)) => out.extend_from_slice(&value.to_le_bytes()),
            (Type::Long, Value::Long(value)) => out.extend_from_slice(&value.to_le_bytes()),
            (Type::Double, Value::Double(value)) => out.extend_from_slice(&value.to_le_bytes()),
            (Type::Bytes, Value::Bytes(bytes)) => write_bytes(bytes, out)?,
            (Type::Fixed(size), Value::Bytes(bytes)) if bytes.len() == *size => out.extend_from_slice(bytes),
            (Type::Bool, Value::Bool(value)) => {
                out.extend_from_slice(&if *value { BOOL_TRUE } else { BOOL_FALSE }.to_le_bytes());
            }
            (Type::Vector(inner), Value::List(list)) => {
                let count = u32::try_from(list.len()).map_err(|_| "too many elements")?;
                out.extend_from_slice(&VECTOR.to_le_bytes());
                out.extend_from_slice(&count.to_le_bytes());
                for value in list {
                    self.write(value, inner, out, depth + 1)?;
                }
            }
            (Type::Boxed(name), Value::Object(object)) => self.write_object(object, Some(name), out, depth + 1)?,
            (Type::Any, Value::Object(object)) => self.write_object(object, None, out, depth + 1)?,
            (Type::Boxed(_) | Type::Any, Value::Raw(bytes)) => out.extend_from_slice(bytes),
            _ => return Err(format!("{value:?} does not fit {ty:?}")),
        }
        Ok(())
    }
}

/// The word `field` of `object`: a bit for each optional field that is there. Fields that share a bit come together.
fn flag_word(combinator: &Combinator, object: &Object, field: &Field) -> Result<u32, Refused> {
    let (mut set, mut clear) = (0u32, 0u32);
    for other in &combinator.fields {
        if let Some((_, bit)) = other.flag.as_ref().filter(|(word, _)| *word == field.name) {
            *if object.get(&other.name).is_some() { &mut set } else { &mut clear } |= 1 << bit;
        }
    }
    if set & clear != 0 {
        return Err(format!("{}: only some of the fields of one bit are there", combinator.name));
    }
    Ok(set)
}

fn write_bytes(bytes: &[u8], out: &mut Vec<u8>) -> Result<(), Refused> {
    let start = out.len();
    match u32::try_from(bytes.len()) {
        Ok(size @ 0..=253) => out.push(size as u8),
        Ok(size @ 254..=0xff_ffff) => {
            out.push(254);
            out.extend_from_slice(&size.to_le_bytes()[..3]);
        }
        _ => return Err("longer than 2^24 - 1 bytes".into()),
    }
    out.extend_from_slice(bytes);
    while !(out.len() - start).is_multiple_of(4) {
        out.push(0);
    }
    Ok(())
}

impl Schema {
    /// Reads a boxed object back, for logs and for tests of what was sent. All of `bytes` must be it.
    pub fn decode(&self, bytes: &[u8]) -> Result<Value, Refused> {
        let mut input = bytes;
        let value = self.read_any(&mut input, 0)?;
        if input.is_empty() { Ok(value) } else { Err(format!("{} bytes too many", input.len())) }
    }

    fn read_any(&self, input: &mut &[u8], depth: usize) -> Result<Value, Refused> {
        if depth > DEPTH {
            return Err("nested too deep".into());
        }
        let id = u32::from_le_bytes(take(input)?);
        match id {
            BOOL_TRUE => return Ok(Value::Bool(true)),
            BOOL_FALSE => return Ok(Value::Bool(false)),
            _ => {}
        }
        let combinator = self.with_id(id).ok_or_else(|| format!("unknown constructor {id:08x}"))?;
        let mut object = Object::new(&combinator.name);
        let mut words: Vec<(&str, u32)> = Vec::new();
        for field in &combinator.fields {
            if let Some((word, bit)) = &field.flag {
                let set = words.iter().any(|(name, bits)| name == word && bits >> bit & 1 == 1);
                if !set {
                    continue;
                }
            }
            match &field.ty {
                Type::Flags => words.push((&field.name, u32::from_le_bytes(take(input)?))),
                ty => object.set(&field.name, self.read(input, ty, depth + 1)?),
            }
        }
        Ok(Value::Object(object))
    }

    fn read(&self, input: &mut &[u8], ty: &Type, depth: usize) -> Result<Value, Refused> {
        Ok(match ty {
            Type::Int | Type::Flags => Value::Int(i32::from_le_bytes(take(input)?)),
            Type::Long => Value::Long(i64::from_le_bytes(take(input)?)),
            Type::Double => Value::Double(f64::from_le_bytes(take(input)?)),
            Type::Bytes => Value::Bytes(read_bytes(input)?),
            Type::Fixed(size) => {
                let (bytes, rest) = input.split_at_checked(*size).ok_or("cut short")?;
                *input = rest;
                Value::Bytes(bytes.to_vec())
            }
            Type::True => Value::True,
            Type::Bool | Type::Boxed(_) | Type::Any => self.read_any(input, depth)?,
            Type::Vector(inner) => {
                if u32::from_le_bytes(take(input)?) != VECTOR {
                    return Err("not a vector".into());
                }
                let count = u32::from_le_bytes(take(input)?);
                let mut list = Vec::new();
                for _ in 0..count {
                    list.push(self.read(input, inner, depth + 1)?);
                }
                Value::List(list)
            }
        })
    }
}

fn take<const N: usize>(input: &mut &[u8]) -> Result<[u8; N], Refused> {
    let (head, rest) = input.split_first_chunk::<N>().ok_or("cut short")?;
    *input = rest;
    Ok(*head)
}

fn read_bytes(input: &mut &[u8]) -> Result<Vec<u8>, Refused> {
    let (size, head) = match *input {
        [254, a, b, c, ..] => (usize::from(*a) | usize::from(*b) << 8 | usize::from(*c) << 16, 4),
        [size @ 0..=253, ..] => (usize::from(*size), 1),
        _ => return Err("bad length".into()),
    };
    let bytes = input.get(head..head + size).ok_or("cut short")?.to_vec();
    *input = input.get((head + size).next_multiple_of(4)..).ok_or("cut short")?;
    Ok(bytes)
}

impl fmt::Debug for Value {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Value::Int(value) => value.fmt(f),
            Value::Long(value) => value.fmt(f),
            Value::Double(value) => value.fmt(f),
            Value::True => f.write_str("true"),
            Value::Bool(value) => value.fmt(f),
            Value::List(list) if list.len() > 8 => write!(f, "[{:?}, … {} in all]", list.first(), list.len()),
            Value::List(list) => f.debug_list().entries(list).finish(),
            Value::Object(object) => object.fmt(f),
            Value::Raw(bytes) => write!(f, "raw({})", bytes.len()),
            Value::Bytes(bytes) => match core::str::from_utf8(bytes) {
                Ok(text) if text.len() <= 120 && !text.contains(|c: char| c.is_control()) => write!(f, "{text:?}"),
                _ => {
                    for byte in bytes.iter().take(8) {
                        write!(f, "{byte:02x}")?;
                    }
                    if bytes.len() > 8 { write!(f, "…({})", bytes.len()) } else { Ok(()) }
                }
            },
        }
    }
}

impl fmt::Debug for Object {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.name)?;
        if self.fields.is_empty() {
            return Ok(());
        }
        f.write_str("{")?;
        for (index, (name, value)) in self.fields.iter().enumerate() {
            write!(f, "{}{name}: {value:?}", if index == 0 { "" } else { ", " })?;
        }
        f.write_str("}")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn schema() -> Schema {
        Schema::parse(
            "thing flags:# on:flags.0?true a:flags.1?int b:flags.1?bytes list:Vector<long> other:flags.2?Other = Thing;\n\
             otherEmpty = Other;\n",
        )
        .unwrap()
    }

    #[test]
    fn what_the_schema_does_not_allow_is_refused() {
        let schema = schema();
        let thing = || Object::new("thing").with("list", vec![Value::Long(5)]);
        assert!(schema.encode(&thing()).is_ok());
        for (object, why) in [
            (Object::new("thing"), "missing"),
            (Object::new("no.such"), "not in the schema"),
            (thing().with("a", 1), "only some"),
            (thing().with("c", 1), "no field"),
            (thing().with("other", thing()), "not a Other"),
            (Object::new("thing").with("list", vec![Value::Int(5)]), "does not fit"),
        ] {
            let refused = schema.encode(&object).unwrap_err();
            assert!(refused.contains(why), "{refused}");
        }
    }

    #[test]
    fn what_is_written_is_read_back() {
        let schema = schema();
        for size in [0, 1, 3, 253, 254, 255, 256, 70_000] {
            let object = Object::new("thing")
                .flag("on", true)
                .with("a", -1)
                .with("b", vec![7u8; size].as_slice())
                .with("list", vec![Value::Long(i64::MIN)])
                .with("other", Object::new("otherEmpty"));
            let bytes = schema.encode(&object).unwrap();
            let read = schema.decode(&bytes).unwrap();
            let read = read.object().unwrap();
            assert_eq!(read.bytes("b").unwrap().len(), size);
            assert_eq!(read.get("on"), Some(&Value::True));
            assert_eq!(schema.encode(read).unwrap(), bytes);
            for end in 0..bytes.len() {
                assert!(schema.decode(&bytes[..end]).is_err(), "{end} of {}", bytes.len());
            }
        }
    }
}
