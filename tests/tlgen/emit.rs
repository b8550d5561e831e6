//! `generated/phone.rs` and `e2e.rs`, and the JSON conversions of the tests.

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

    fn emit_struct(&self, out: &mut String, def: &Def) {
        let name = self.camel(&def.name);
        let life = if self.borrows(def) { "<'a>" } else { "" };
        let slots = self.slots(def);
        let (mut body, mut groups, mut methods) = (String::new(), String::new(), String::new());
        for slot in &slots {
            match slot {
                Slot::Flags(_) => {}
                Slot::Set(field) => drop(writeln!(body, "    pub {}: bool,", snake(&field.name))),
                Slot::Implied(field, with) => {
                    let _ = writeln!(
                        methods,
                        "    pub fn {}(&self) -> bool {{\n        self.{with}.is_some()\n    }}",
                        snake(&field.name)
                    );
                }
                Slot::Plain(field) => {
                    let ty = self.field_rust(def, field, "<'a>");
                    let ty = if field.flag.is_some() { format!("Option<{ty}>") } else { ty };
                    let _ = writeln!(body, "    pub {}: {ty},", snake(&field.name));
                }
                Slot::Group { field, name: group, members, flag } => {
                    let life = if members.iter().any(|member| self.ty_borrows(&member.ty)) { "<'a>" } else { "" };
                    let _ = writeln!(body, "    pub {field}: Option<{group}{life}>,");
                    let _ = writeln!(
                        groups,
                        "/// The fields of `{}` that come and go with bit {} of its flags.",
                        def.name, flag.1
                    );
                    let _ = writeln!(groups, "#[derive(Clone, Copy, Debug, PartialEq)]\npub struct {group}{life} {{");
                    for member in members {
                        let _ = writeln!(groups, "    pub {}: {},", snake(&member.name), self.rust(&member.ty, "<'a>"));
                    }
                    groups += "}\n\n";
                }
            }
        }
        *out += &groups;
        let _ = writeln!(out, "/// `{}#{:08x}`\n#[derive(Clone, Copy, Debug, PartialEq)]", def.name, def.id);
        if body.is_empty() {
            let _ = writeln!(out, "pub struct {name};\n");
        } else {
            let _ = writeln!(out, "pub struct {name}{life} {{\n{body}}}\n");
        }
        let _ = writeln!(out, "impl{life} {name}{life} {{\n    pub const ID: u32 = 0x{:08x};\n{methods}}}\n", def.id);
        self.emit_codec(out, def, &name, life, &slots);
    }

    /// The statements that read a definition, field by field.
    fn reads(&self, def: &Def) -> String {
        let first_soft = def.fields.iter().position(|field| def.notes.soft.contains(&field.name));
        let mut read = String::new();
        for slot in &self.slots(def) {
            let _ = match slot {
                Slot::Flags(word) => writeln!(read, "        let {} = r.u32()?;", word_name(*word)),
                Slot::Set(_) | Slot::Implied(..) => Ok(()),
                Slot::Plain(field) => {
                    let at = def.fields.iter().position(|other| other.name == field.name).unwrap_or(0);
                    let behind = first_soft.is_some_and(|first| at > first);
                    let soft = def.notes.soft.contains(&field.name);
                    let expr = self.read_expr(def, field, "<'_>");
                    let expr = match (field.flag, &field.ty) {
                        (Some(flag), Ty::Boxed(_)) if soft => {
                            format!("if {} {{ r.soft()? }} else {{ None }}", bit(flag))
                        }
                        (Some(flag), _) if behind => {
                            format!("if {} && !r.is_lost() {{ Some({expr}) }} else {{ None }}", bit(flag))
                        }
                        (Some(flag), _) => format!("if {} {{ Some({expr}) }} else {{ None }}", bit(flag)),
                        (None, Ty::Int) if behind => "r.soft_i32()?".into(),
                        (None, _) if behind && !soft && !matches!(&field.ty, Ty::Boxed(_)) => panic!(
                            "{}.{}: what stands behind a soft field is soft, optional or an int",
                            def.name, field.name
                        ),
                        _ => expr,
                    };
                    writeln!(read, "        let {} = {expr};", snake(&field.name))
                }
                Slot::Group { field, name: group, flag, members } => {
                    let reads: Vec<_> = members
                        .iter()
                        .map(|member| format!("{}: {}", snake(&member.name), self.read_expr(def, member, "<'_>")))
                        .collect();
                    writeln!(
                        read,
                        "        let {field} = if {} {{ Some({group} {{ {} }}) }} else {{ None }};",
                        bit(*flag),
                        reads.join(", ")
                    )
                }
            };
        }
        read
    }

    /// The functions that read earlier forms of a definition as what it is now: what it has gained is absent, what it has lost
    /// is read and forgotten.
    fn emit_older(&self, out: &mut String, def: &Def, name: &str, life: &str) {
        for old in self.older.get(def.name.as_str()).into_iter().flatten() {
            let named =
                |field: &Field| old.fields.iter().find(|other| other.name == field.name && other.ty == field.ty);
            let groups: BTreeSet<String> = self
                .slots(old)
                .iter()
                .filter_map(|slot| if let Slot::Group { field, .. } = slot { Some(field.clone()) } else { None })
                .collect();
            let mut init = Vec::new();
            for slot in self.slots(def) {
                match slot {
                    Slot::Flags(_) | Slot::Implied(..) => {}
                    Slot::Set(field) => {
                        let set = named(field).and_then(|field| field.flag).map_or("false".into(), bit);
                        init.push(format!("{}: {set}", snake(&field.name)));
                    }
                    Slot::Plain(field) => {
                        let name = snake(&field.name);
                        init.push(match named(field) {
                            Some(old) if old.flag.is_some() == field.flag.is_some() => name,
                            Some(old) if old.flag.is_none() => format!("{name}: Some({name})"),
                            None if field.flag.is_some() => format!("{name}: None"),
                            _ => panic!("{}#{:08x} says nothing of {}", old.name, old.id, field.name),
                        });
                    }
                    Slot::Group { field, .. } if groups.contains(&field) => init.push(field),
                    Slot::Group { field, .. } => init.push(format!("{field}: None")),
                }
            }
            let (first, last) = old.notes.layers.expect("older.tl says the layers of each line");
            let _ = write!(
                out,
                "impl<'a> {name}{life} {{
    /// `{}#{:08x}`, of layers {first} to {last}.
    pub(super) fn read_{:08x}(r: &mut Reader<'a>) -> Result<Self, DecodeError> {{
{}        Ok({})
    }}
}}

",
                old.name,
                old.id,
                old.id,
                self.reads(old),
                if init.is_empty() { name.to_owned() } else { format!("{name} {{ {} }}", init.join(", ")) },
            );
        }
    }

    /// What reads a definition with its id in front, in whichever of its forms.
    fn read_boxed(&self, def: &Def, body: &str) -> String {
        let Some(older) = self.older.get(def.name.as_str()) else {
            return format!("        r.expect(Self::ID)?;\n{body}");
        };
        let mut out = String::from("        match r.u32()? {\n            Self::ID => {}\n");
        for old in older {
            let _ = writeln!(out, "            0x{:08x} => return Self::read_{:08x}(r),", old.id, old.id);
        }
        out + "            id => return Err(r.unexpected(id)),\n        }\n" + body
    }

    fn emit_codec(&self, out: &mut String, def: &Def, name: &str, life: &str, slots: &[Slot]) {
        let (read, mut init, mut write) = (self.reads(def), Vec::new(), String::new());
        for slot in slots {
            match slot {
                Slot::Flags(word) => {
                    let mut bits: Vec<(u32, String)> = slots.iter().filter_map(|slot| set_expr(slot, *word)).collect();
                    bits.sort();
                    bits.dedup_by_key(|(bit, _)| *bit);
                    let bits: Vec<_> =
                        bits.iter()
                            .map(|(bit, set)| {
                                if *bit == 0 {
                                    format!("u32::from({set})")
                                } else {
                                    format!("u32::from({set}) << {bit}")
                                }
                            })
                            .collect();
                    let bits = if bits.is_empty() { "0".into() } else { bits.join(" | ") };
                    let _ = writeln!(write, "        s.u32({bits});");
                }
                Slot::Set(field) => {
                    init.push(format!("{}: {}", snake(&field.name), bit(field.flag.unwrap_or_default())))
                }
                Slot::Implied(..) => {}
                Slot::Plain(field) => {
                    let name = snake(&field.name);
                    init.push(name.clone());
                    if field.flag.is_some() {
                        let _ = writeln!(
                            write,
                            "        if let Some(value) = self.{name} {{\n            {}\n        }}",
                            self.write_stmt(def, field, "value")
                        );
                    } else {
                        let _ = writeln!(write, "        {}", self.write_stmt(def, field, &format!("self.{name}")));
                    }
                }
                Slot::Group { field, members, .. } => {
                    init.push(field.clone());
                    let writes: Vec<_> = members
                        .iter()
                        .map(|member| self.write_stmt(def, member, &format!("value.{}", snake(&member.name))))
                        .collect();
                    let _ = writeln!(
                        write,
                        "        if let Some(value) = self.{field} {{\n            {}\n        }}",
                        writes.join("\n            ")
                    );
                }
            }
        }
        let value = if init.is_empty() { name.to_owned() } else { format!("{name} {{ {} }}", init.join(", ")) };
        self.emit_older(out, def, name, life);
        if def.function {
            self.emit_method(out, def, name, life, &read, &value, &write);
            return;
        }
        let _ = write!(
            out,
            "impl<'a> Constructor<'a> for {name}{life} {{
    const ID: u32 = 0x{:08x};
    const NAME: &'static str = \"{}\";
    const BARE: u32 = skip::BARE | {};

    fn read_body(r: &mut Reader<'a>) -> Result<Self, DecodeError> {{
{read}        Ok({value})
    }}

    fn write_body<S: Sink>(&self, s: &mut S) {{
{write}    }}
}}

impl<'a> Decode<'a> for {name}{life} {{
    const CODE: u32 = skip::BOXED | {};

    fn read(r: &mut Reader<'a>) -> Result<Self, DecodeError> {{
{}    }}
}}

impl{life} Encode for {name}{life} {{
    fn write<S: Sink>(&self, s: &mut S) {{
        s.u32(Self::ID);
        self.write_body(s);
    }}
}}

",
            def.id,
            def.name,
            self.numbers.rows[&def.name],
            self.numbers.types[&def.result],
            self.read_boxed(def, "        Self::read_body(r)\n")
        );
    }

    #[allow(clippy::too_many_arguments)]
    fn emit_method(&self, out: &mut String, def: &Def, name: &str, life: &str, read: &str, value: &str, write: &str) {
        let answer = match super::read_type(&def.result) {
            Ty::Boxed(name) if name == "Updates" => "Batch<'a>".into(),
            Ty::Boxed(name) if name == "X" => "Query<'a>".into(),
            ty => self.rust(&ty, "<'a>"),
        };
        let _ = write!(
            out,
            "impl{life} Method for {name}{life} {{
    const ID: u32 = 0x{:08x};
    const NAME: &'static str = \"{}\";
    type Answer<'answer> = {};
}}

impl<'a> Decode<'a> for {name}{life} {{
    /// A method is inside no object, so nothing steps over it.
    const CODE: u32 = 0;

    fn read(r: &mut Reader<'a>) -> Result<Self, DecodeError> {{
{}    }}
}}

impl{life} Encode for {name}{life} {{
    fn write<S: Sink>(&self, s: &mut S) {{
        s.u32(Self::ID);
{write}    }}
}}

",
            def.id,
            def.name,
            answer.replace("'a", "'answer"),
            self.read_boxed(def, &format!("{read}        Ok({value})\n"))
        );
    }

    fn emit_enum(&self, out: &mut String, ty: &str, defs: &[&Def]) {
        let name = self.camel(ty);
        let life = if self.borrowing.contains(ty) { "<'a>" } else { "" };
        let open = self.open.contains(ty);
        let (mut variants, mut reads, mut writes) = (String::new(), String::new(), String::new());
        for def in defs {
            let variant = self.variant(def);
            let path = format!("types::{}", self.camel(&def.name));
            if self.slots(def).iter().all(|slot| matches!(slot, Slot::Flags(_))) && def.fields.is_empty() {
                let _ = writeln!(variants, "    /// `{}`\n    {variant},", def.name);
                let _ = writeln!(reads, "            {path}::ID => {name}::{variant},");
                let _ = writeln!(writes, "            {name}::{variant} => s.u32({path}::ID),");
            } else {
                let _ = writeln!(variants, "    {variant}({}),", self.struct_path(def, "<'a>"));
                let _ = writeln!(reads, "            {path}::ID => {name}::{variant}({path}::read_body(r)?),");
                for old in self.older.get(def.name.as_str()).into_iter().flatten() {
                    let id = old.id;
                    let _ = writeln!(reads, "            0x{id:08x} => {name}::{variant}({path}::read_{id:08x}(r)?),");
                }
                let _ = writeln!(writes, "            {name}::{variant}(value) => value.write(s),");
            }
        }
        let start = if open { "        let start = *r;\n" } else { "" };
        if open {
            variants += "    /// A constructor that is only stepped over.\n    Other(Raw<'a>),\n";
            writes += &format!("            {name}::Other(raw) => raw.write(s),\n");
            reads += "            id => {\n                *r = start;\n";
            reads +=
                &format!("                {name}::Other(Raw {{ id, bytes: r.raw(Self::CODE)? }})\n            }}\n");
        } else {
            reads += "            id => return Err(r.unexpected(id)),\n";
        }
        let _ = write!(
            out,
            "/// `{ty}`
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum {name}{life} {{
{variants}}}

impl<'a> Decode<'a> for {name}{life} {{
    const CODE: u32 = skip::BOXED | {};

    fn read(r: &mut Reader<'a>) -> Result<Self, DecodeError> {{
{start}        Ok(match r.u32()? {{
{reads}        }})
    }}
}}

impl{life} Encode for {name}{life} {{
    fn write<S: Sink>(&self, s: &mut S) {{
        match self {{
{writes}        }}
    }}
}}

",
            self.numbers.types[ty]
        );
    }

    fn emit_requests(&self, out: &mut String) {
        let functions: Vec<_> = self.schema.defs.iter().filter(|def| def.function).collect();
        let (mut variants, mut reads, mut writes, mut names) =
            (String::new(), String::new(), String::new(), String::new());
        for def in &functions {
            let name = self.camel(&def.name);
            let life = if self.borrows(def) { "<'a>" } else { "" };
            let _ = writeln!(variants, "    {name}({name}{life}),");
            let _ = writeln!(reads, "            {name}::ID => Request::{name}({name}::read(r)?),");
            let _ = writeln!(writes, "            Request::{name}(request) => request.write(s),");
            let _ = writeln!(names, "            Request::{name}(_) => {name}::NAME,");
        }
        let _ = write!(
            out,
            "/// Any method of the schema: a request as a server reads it.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Request<'a> {{
{variants}}}

impl Request<'_> {{
    pub fn name(&self) -> &'static str {{
        match self {{
{names}        }}
    }}
}}

impl<'a> Decode<'a> for Request<'a> {{
    const CODE: u32 = 0;

    fn read(r: &mut Reader<'a>) -> Result<Self, DecodeError> {{
        let mut ahead = *r;
        let id = ahead.u32()?;
        Ok(match id {{
{reads}            id => {{
                return Err(ahead.unexpected(id));
            }}
        }})
    }}
}}

impl Encode for Request<'_> {{
    fn write<S: Sink>(&self, s: &mut S) {{
        match self {{
{writes}        }}
    }}
}}
"
        );
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

/// The expression that says whether a bit of a flag word is set.
fn set_expr(slot: &Slot, word: usize) -> Option<(u32, String)> {
    let (flag, expr) = match slot {
        Slot::Set(field) => (field.flag?, format!("self.{}", snake(&field.name))),
        Slot::Plain(field) => (field.flag?, format!("self.{}.is_some()", snake(&field.name))),
        Slot::Group { field, flag, .. } => (*flag, format!("self.{field}.is_some()")),
        Slot::Flags(_) | Slot::Implied(..) => return None,
    };
    (flag.0 == word).then_some((flag.1, expr))
}

fn word_name(word: usize) -> String {
    if word == 0 { "flags".to_owned() } else { format!("flags{}", word + 1) }
}

/// The expression that says whether a flag is set in what is read.
fn bit(flag: (usize, u32)) -> String {
    format!("{} >> {} & 1 == 1", word_name(flag.0), flag.1)
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
