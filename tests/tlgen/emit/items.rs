//! The structs and enums of a schema, and the code that reads and writes them.

use super::{Emitter, Slot, snake};
use crate::tlgen::{Def, Field, Ty};
use std::collections::BTreeSet;
use std::fmt::Write;

impl Emitter<'_> {
    pub fn emit_struct(&self, out: &mut String, def: &Def) {
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
        let answer = match crate::tlgen::read_type(&def.result) {
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

    pub fn emit_enum(&self, out: &mut String, ty: &str, defs: &[&Def]) {
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

    pub fn emit_requests(&self, out: &mut String) {
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
