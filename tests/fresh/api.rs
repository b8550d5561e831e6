//! The C API as one description, from which every binding's raw layer is made; `reading.rs` makes it of the sources.

use crate::ffi;

pub struct Api {
    pub constants: Vec<Constant>,
    pub handles: Vec<Handle>,
    pub choices: Vec<Choice>,
    pub structs: Vec<Struct>,
    pub callbacks: Vec<Function>,
    pub functions: Vec<Function>,
    pub events: Vec<Event>,
}

pub struct Constant {
    pub name: String,
    pub value: String,
    pub doc: String,
}

/// A pointer to what only the library sees into.
pub struct Handle {
    pub name: String,
    pub doc: String,
    pub free: String,
}

/// A number with names.
pub struct Choice {
    pub name: String,
    pub section: &'static str,
    pub doc: String,
    /// `uint32_t` or `int32_t`.
    pub number: String,
    /// Bits that are added up.
    pub is_flags: bool,
    pub values: Vec<Value>,
}

pub struct Value {
    pub name: String,
    /// The name without what all names of the choice begin with.
    pub short: String,
    pub number: i64,
    pub doc: String,
    pub unit: Option<&'static str>,
}

pub struct Struct {
    pub name: String,
    pub doc: String,
    pub fields: Vec<Field>,
}

pub struct Field {
    pub name: String,
    pub ty: Type,
    pub doc: String,
}

/// A kind of event, and the getters that have something to say about it beside those that answer for every event.
pub struct Event {
    pub kind: String,
    pub getters: Vec<String>,
}

/// A function of ours, or the type of one that the host gives.
pub struct Function {
    pub name: String,
    pub section: &'static str,
    /// Without what stands behind `@param` and `@return`.
    pub doc: String,
    pub parameters: Vec<Parameter>,
    pub returns: Returns,
    /// The type of the handle it works on, as a method does: it must not be called once that is freed.
    pub handle: Option<String>,
    /// The handle that it frees.
    pub frees: Option<String>,
    /// The part of the library it belongs to, which a build may leave out.
    pub feature: Option<String>,
    /// The statuses that its docs name.
    pub statuses: Vec<String>,
    /// Of a getter of events: the kinds it has something to say about, or `*` for all.
    pub events: Vec<String>,
    /// Of a callback: it runs under the lock and must not call back.
    pub is_under_lock: bool,
}

pub struct Returns {
    pub kind: Returned,
    pub ty: Type,
    pub doc: String,
    pub unit: Option<&'static str>,
    pub ownership: Option<Ownership>,
}

#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Returned {
    Void,
    Status,
    Value,
}

#[derive(Clone)]
pub struct Parameter {
    pub name: String,
    pub ty: Type,
    pub doc: String,
    /// `None` if it cannot be told, which fails a test.
    pub direction: Option<Direction>,
    pub role: Role,
    pub unit: Option<&'static str>,
    /// The choice that it is one of, or whose bits it has.
    pub choice: Option<String>,
    /// The parameter with how many elements there are, or with the room there is for them.
    pub length: Option<String>,
    /// The parameter by which each element of `length` is to be multiplied.
    pub per: Option<String>,
    /// The parameter that says how many elements were written, or would have been.
    pub written: Option<String>,
    pub is_nullable: bool,
    pub ownership: Option<Ownership>,
}

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Direction {
    In,
    Out,
}

/// What a parameter is, whatever its type.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Role {
    /// An opaque pointer; out: a pointer to one.
    Handle,
    Callback,
    Userdata,
    /// UTF-8 up to a NUL.
    Text,
    /// A pointer to as many elements as `length` says, or as its array has.
    Array,
    /// One struct.
    Struct,
    /// How long another parameter is.
    Length,
    /// An `int` that is yes or no.
    Flag,
    Number,
}

/// Whose is what comes out.
#[derive(Clone)]
pub enum Ownership {
    /// The host's, until it is handed to that function.
    Owned(String),
    /// The library's, until then.
    Lent(String),
    /// The host's memory was written to.
    Copied,
}

/// A type of C.
#[derive(Clone, PartialEq, Eq)]
pub struct Type {
    /// As it is spelled, but for an array's size.
    pub c: String,
    /// Without `const` and stars.
    pub base: String,
    pub is_const: bool,
    pub pointers: usize,
    pub array: Option<usize>,
}

impl Api {
    pub fn is_handle(&self, name: &str) -> bool {
        self.handles.iter().any(|handle| handle.name == name)
    }
    pub fn is_struct(&self, name: &str) -> bool {
        self.structs.iter().any(|structure| structure.name == name)
    }

    pub fn choice(&self, name: &str) -> Option<&Choice> {
        self.choices.iter().find(|choice| choice.name == name)
    }
}

/// What lines that stay as they are, pictures, begin with in the description.
pub const PICTURE: &str = "    ";

/// `CallState` of `tgcall_call_state`.
pub fn camel(name: &str) -> String {
    let words = name.trim_start_matches("tgcall_").split('_');
    words.map(|word| word[..1].to_uppercase() + &word[1..].to_lowercase()).collect()
}

/// `callState` of `tgcall_call_state` and `CALL_STATE`.
pub fn lower_camel(name: &str) -> String {
    let name = camel(&name.to_lowercase());
    name[..1].to_lowercase() + &name[1..]
}

/// All that is documented of a function, with its parameters and its result.
pub fn documentation(function: &Function) -> String {
    let parameters = function.parameters.iter().filter(|parameter| !parameter.doc.is_empty());
    let mut parts = vec![function.doc.clone()];
    parts.extend(parameters.map(|parameter| format!("{}: {}", parameter.name, parameter.doc)));
    if !function.returns.doc.is_empty() {
        parts.push(format!("Answers {}", function.returns.doc));
    }
    parts.join("\n")
}

/// Docs on lines of that width.
pub fn lines(doc: &str, width: usize) -> Vec<String> {
    let paragraphs = doc.lines().flat_map(|line| match line.starts_with(PICTURE) {
        true => vec![line.to_owned()],
        false => ffi::filled(line, width),
    });
    paragraphs.collect()
}
