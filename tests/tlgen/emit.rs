//! `generated/phone.rs` and `e2e.rs`: what the types are called, which lend, and the file as a whole. The items are in `items`.

mod items;

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write;

use super::tables::{self, Numbers};
use super::{Def, Field, Input, Schema, Ty};

pub const HEADER: &str =
    "// Made from src/tl/schema by tests/tlgen: `TGCALL_BLESS=1 cargo test --test fresh` rewrites it.\n\n";

/// One schema, and what is known about its types.
pub struct Emitter<'a> {
    schema: &'a Schema,
    numbers: &'a Numbers,
    types: BTreeMap<&'a str, Vec<&'a Def>>,
    /// Earlier forms of a constructor or method, by its name; of types that are not open.
    older: BTreeMap<&'a str, Vec<&'a Def>>,
    /// Types with constructors that only skip.tl has.
    open: BTreeSet<&'a str>,
    borrowing: BTreeSet<&'a str>,
    prefix: &'a str,
}

/// What becomes of the fields of one constructor.
pub enum Slot<'d> {
    Flags(usize),
    /// A flag-only field of its own.
    Set(&'d Field),
    /// A flag-only field that goes with others of its bit; the first of those is named.
    Implied(&'d Field, String),
    Plain(&'d Field),
    Group {
        field: String,
        name: String,
        flag: (usize, u32),
        members: Vec<&'d Field>,
    },
}

impl<'a> Emitter<'a> {
    pub fn new(schema: &'a Schema, input: &'a Input, numbers: &'a Numbers, prefix: &'a str) -> Self {
        let types = schema.types();
        let ids: BTreeSet<u32> = schema.defs.iter().map(|def| def.id).collect();
        let old: BTreeSet<u32> = input.older.defs.iter().map(|def| def.id).collect();
        let skipped = input.skip.defs.iter().filter(|def| !ids.contains(&def.id) && !old.contains(&def.id));
        let open: BTreeSet<&'a str> =
            skipped.filter_map(|def| types.get_key_value(def.result.as_str()).map(|(name, _)| *name)).collect();
        let mut older: BTreeMap<&'a str, Vec<&'a Def>> = BTreeMap::new();
        let names: BTreeSet<&str> = schema.defs.iter().map(|def| def.name.as_str()).collect();
        for def in input.older.defs.iter().filter(|def| names.contains(def.name.as_str())) {
            if def.function || !open.contains(def.result.as_str()) {
                older.entry(&def.name).or_default().push(def);
            }
        }
        let mut emitter = Emitter { schema, numbers, types, older, open, borrowing: BTreeSet::new(), prefix };
        emitter.borrowing = emitter.open.clone();
        loop {
            let found: BTreeSet<&'a str> = emitter
                .types
                .iter()
                .filter(|(_, defs)| defs.iter().any(|def| emitter.borrows(def)))
                .map(|(name, _)| *name)
                .collect();
            let all: BTreeSet<&'a str> = found.union(&emitter.borrowing).copied().collect();
            if all == emitter.borrowing {
                return emitter;
            }
            emitter.borrowing = all;
        }
    }

    fn borrows(&self, def: &Def) -> bool {
        def.fields.iter().any(|field| self.is_lazy(def, field) || self.ty_borrows(&field.ty))
    }

    fn ty_borrows(&self, ty: &Ty) -> bool {
        match ty {
            Ty::Text | Ty::Bytes | Ty::Fixed(_) | Ty::Vector(_) | Ty::BareVector(_) | Ty::Query => true,
            Ty::Boxed(name) => self.borrowing.contains(name.as_str()),
            _ => false,
        }
    }

    /// True if an object of `from` may hold one of `to`, at any depth, other than in a vector.
    fn reaches(&self, from: &str, to: &str, seen: &mut BTreeSet<String>) -> bool {
        if from == to {
            return true;
        }
        if !seen.insert(from.into()) {
            return false;
        }
        let held = self.types.get(from).into_iter().flatten().flat_map(|def| &def.fields);
        held.filter_map(|field| if let Ty::Boxed(name) = &field.ty { Some(name) } else { None })
            .any(|name| self.reaches(name, to, seen))
    }

    pub fn is_lazy(&self, def: &Def, field: &Field) -> bool {
        let Ty::Boxed(name) = &field.ty else { return false };
        def.notes.lazy.contains(&field.name) || !def.function && self.reaches(name, &def.result, &mut BTreeSet::new())
    }

    pub fn is_enum(&self, ty: &str) -> bool {
        self.types[ty].len() > 1 || self.open.contains(ty)
    }

    /// True for a type of which skip.tl has more constructors than the schema.
    pub fn is_open(&self, ty: &str) -> bool {
        self.open.contains(ty)
    }

    pub fn camel(&self, name: &str) -> String {
        let name = name.strip_prefix(self.prefix).unwrap_or(name);
        let upper = |part: &str| part[..1].to_uppercase() + &part[1..];
        name.split(['.', '_']).map(upper).collect()
    }

    pub fn variant(&self, def: &Def) -> String {
        let (name, ty) = (self.camel(&def.name), self.camel(&def.result));
        match name.strip_prefix(&ty) {
            Some("Self") => "Self_".to_owned(),
            Some(rest) if rest.starts_with(char::is_uppercase) => rest.to_owned(),
            _ => name,
        }
    }

    /// `types::X<'a>` of a constructor or `functions::X<'a>` of a method.
    pub fn struct_path(&self, def: &Def, life: &str) -> String {
        let module = if def.function { "functions" } else { "types" };
        let life = if self.borrows(def) { life } else { "" };
        format!("{module}::{}{life}", self.camel(&def.name))
    }

    /// The Rust type of a TL type.
    pub fn type_path(&self, ty: &str, life: &str) -> String {
        if !self.is_enum(ty) {
            return self.struct_path(self.types[ty][0], life);
        }
        format!("enums::{}{}", self.camel(ty), if self.borrowing.contains(ty) { life } else { "" })
    }

    pub fn rust(&self, ty: &Ty, life: &str) -> String {
        let quote = life.trim_matches(['<', '>']);
        match ty {
            Ty::Int => "i32".into(),
            Ty::Long => "i64".into(),
            Ty::Double => "f64".into(),
            Ty::Bool => "bool".into(),
            Ty::Text | Ty::Bytes => format!("&{quote} [u8]"),
            Ty::Fixed(size) => format!("&{quote} [u8; {size}]"),
            Ty::Boxed(name) => self.type_path(name, life),
            Ty::Bare(name) => format!("Bare<{}>", self.struct_path(self.def(name), life)),
            Ty::Vector(element) | Ty::BareVector(element) => format!("Seq<{quote}, {}>", self.rust(element, life)),
            Ty::Query => format!("Query<{quote}>"),
            Ty::Flags(_) | Ty::True => unreachable!("not stored in a struct"),
        }
    }

    fn def(&self, name: &str) -> &'a Def {
        self.schema.defs.iter().find(|def| def.name == name).expect("read() checked every name")
    }

    fn field_rust(&self, def: &Def, field: &Field, life: &str) -> String {
        let ty = self.rust(&field.ty, life);
        if self.is_lazy(def, field) { format!("Lazy<{}, {ty}>", life.trim_matches(['<', '>'])) } else { ty }
    }

    pub fn slots<'d>(&self, def: &'d Def) -> Vec<Slot<'d>> {
        let of_bit = |flag| def.fields.iter().filter(move |field| field.flag == Some(flag));
        let mut slots = Vec::new();
        for field in &def.fields {
            let Some(flag) = field.flag else {
                slots.push(if let Ty::Flags(word) = field.ty { Slot::Flags(word) } else { Slot::Plain(field) });
                continue;
            };
            let stored: Vec<_> = of_bit(flag).filter(|field| field.ty != Ty::True).collect();
            let group = (stored.len() > 1).then(|| {
                def.notes
                    .groups
                    .get(&flag)
                    .unwrap_or_else(|| panic!("{}: fields of one bit need a name: //@ group", def.name))
            });
            match (&field.ty, stored.first(), group) {
                (Ty::True, None, _) => slots.push(Slot::Set(field)),
                (Ty::True, Some(first), None) => slots.push(Slot::Implied(field, snake(&first.name))),
                (Ty::True, Some(_), Some((name, _))) => slots.push(Slot::Implied(field, name.clone())),
                (_, Some(first), Some((name, ty))) if first.name == field.name => {
                    slots.push(Slot::Group { field: name.clone(), name: ty.clone(), flag, members: stored });
                }
                (_, _, Some(_)) => {}
                _ => slots.push(Slot::Plain(field)),
            }
        }
        slots
    }

    fn read_expr(&self, def: &Def, field: &Field, life: &str) -> String {
        let max = def.notes.max.get(&field.name);
        if self.is_lazy(def, field) {
            return "Lazy::read(r)?".into();
        }
        match &field.ty {
            Ty::Int => "r.i32()?".into(),
            Ty::Long => "r.i64()?".into(),
            Ty::Double => "r.f64()?".into(),
            Ty::Bool => "r.bool()?".into(),
            Ty::Text | Ty::Bytes => "r.bytes()?".into(),
            Ty::Fixed(_) => "r.array()?".into(),
            Ty::Vector(_) if def.notes.soft.contains(&field.name) => {
                max.map_or("r.soft_seq()?".into(), |max| format!("r.soft_seq_max({max})?"))
            }
            Ty::Vector(_) => max.map_or("r.seq()?".into(), |max| format!("r.seq_max({max})?")),
            Ty::BareVector(_) => "r.bare_seq()?".into(),
            Ty::Query => "Query(r.take(r.rest().len())?)".into(),
            ty => format!("<{}>::read(r)?", self.rust(ty, life)),
        }
    }

    fn write_stmt(&self, def: &Def, field: &Field, place: &str) -> String {
        if self.is_lazy(def, field) {
            return format!("{place}.write(s);");
        }
        match &field.ty {
            Ty::Int => format!("s.i32({place});"),
            Ty::Long => format!("s.i64({place});"),
            Ty::Double => format!("s.f64({place});"),
            Ty::Bool => format!("s.bool({place});"),
            Ty::Text | Ty::Bytes => format!("s.bytes({place});"),
            Ty::Fixed(_) => format!("s.raw({place});"),
            Ty::Vector(_) => format!("s.seq(&{place});"),
            Ty::BareVector(_) => format!("s.bare_seq(&{place});"),
            Ty::Query => format!("s.raw({place}.0);"),
            _ => format!("{place}.write(s);"),
        }
    }

    /// The whole file.
    pub fn emit(&self, doc: &str) -> String {
        let mut out =
            format!("{HEADER}//! {doc}\n\n#![allow(dead_code, unused_imports, unused_variables, clippy::all)]\n\n");
        out += "use super::super::skip;\nuse super::super::{Bare, Batch, Constructor, Decode, DecodeError, Encode, Lazy, Method, Query, Raw, Reader, Seq, Sink};\n\n";
        out = out.replace("clippy::all", "clippy::enum_variant_names, clippy::large_enum_variant, clippy::upper_case_acronyms, clippy::precedence, clippy::identity_op, clippy::needless_lifetimes");
        if let Some(layer) = self.schema.layer {
            let _ = writeln!(out, "/// The layer of these definitions.\npub const LAYER: i32 = {layer};\n");
        }
        let mut types = String::new();
        let mut enums = String::new();
        for def in self.schema.defs.iter().filter(|def| !def.function) {
            self.emit_struct(&mut types, def);
        }
        for (ty, defs) in self.types.iter().filter(|(ty, _)| self.is_enum(ty)) {
            self.emit_enum(&mut enums, ty, defs);
        }
        module(&mut out, "types", "A struct per constructor.", &types);
        module(&mut out, "enums", "An enum per type that has several constructors.", &enums);
        let mut functions = String::new();
        for def in self.schema.defs.iter().filter(|def| def.function) {
            self.emit_struct(&mut functions, def);
        }
        if !functions.is_empty() {
            self.emit_requests(&mut functions);
            module(&mut out, "functions", "A struct per method.", &functions);
        }
        self.emit_names(&mut out);
        out
    }

    fn emit_names(&self, out: &mut String) {
        let mut defs: Vec<_> = self.schema.defs.iter().chain(self.older.values().flatten().copied()).collect();
        defs.sort_by_key(|def| def.id);
        let _ = writeln!(
            out,
            "/// What a constructor or method is called, for logs.\npub fn name(id: u32) -> Option<&'static str> {{"
        );
        let _ = writeln!(
            out,
            "    NAMES.binary_search_by_key(&id, |entry| entry.0).ok().and_then(|at| NAMES.get(at)).map(|entry| entry.1)\n}}\n"
        );
        let _ = writeln!(out, "static NAMES: [(u32, &str); {}] = [", defs.len());
        for def in defs {
            let _ = writeln!(out, "    (0x{:08x}, \"{}\"),", def.id, def.name);
        }
        *out += "];\n";
    }
}

fn module(out: &mut String, name: &str, doc: &str, body: &str) {
    let _ = writeln!(out, "/// {doc}\npub mod {name} {{\n    use super::*;\n");
    for line in body.trim_end().lines() {
        let _ = if line.is_empty() { writeln!(out) } else { writeln!(out, "    {line}") };
    }
    *out += "}\n\n";
}

/// A field name that Rust takes.
pub fn snake(name: &str) -> String {
    match name {
        "type" | "self" | "static" | "final" | "where" | "ref" | "move" | "in" | "for" | "loop" | "s" | "r" => {
            format!("{name}_")
        }
        _ => name.to_lowercase(),
    }
}

/// All generated files: path below `src/tl/generated` and content.
pub fn library(input: &Input) -> Vec<(&'static str, String)> {
    let numbers = tables::number(input);
    let phone = Emitter::new(&input.phone, input, &numbers, "");
    let e2e = Emitter::new(&input.e2e, input, &numbers, "e2e.");
    vec![
        ("phone.rs", phone.emit("What calls read and write.")),
        ("e2e.rs", e2e.emit("What conferences read and write.")),
        ("skip.rs", tables::emit(input)),
    ]
}
