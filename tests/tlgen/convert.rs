//! `tests/tl/convert.rs`: JSON to value and back through the generated code, for the vectors.

use std::fmt::Write;

use super::emit::{Emitter, HEADER, Slot, snake};
use super::{Def, Field, Input, Ty, tables};

pub fn emit(input: &Input) -> String {
    let numbers = tables::number(input);
    let emitter = Emitter::new(&input.phone, input, &numbers, "");
    let mut out = format!("{HEADER}use serde_json::Value;\nuse tgcall::tl::{{enums, functions, types}};\n\n");
    out += "use super::json::{In, Json, Out, Res, Visit, from, name, to};\n\n";
    for def in &input.phone.defs {
        one(&mut out, &emitter, def);
    }
    let types = input.phone.types();
    for (ty, defs) in types.iter().filter(|(ty, _)| emitter.is_enum(ty)) {
        several(&mut out, &emitter, ty, defs);
    }
    requests(&mut out, &emitter, input);
    out += "/// Runs something for the Rust type of a TL type, or of `function x`.\n";
    out += "pub fn with_type<V: Visit>(name: &str, visit: V) -> Option<V::Out> {\n    Some(match name {\n";
    for ty in types.keys() {
        let _ = writeln!(out, "        \"{ty}\" => visit.run::<{}>(),", emitter.type_path(ty, "<'static>"));
    }
    for def in input.phone.defs.iter().filter(|def| def.function) {
        let _ = writeln!(
            out,
            "        \"function {}\" => visit.run::<{}>(),",
            def.name,
            emitter.struct_path(def, "<'static>")
        );
    }
    out += "        _ => return None,\n    })\n}\n\n";
    out += "/// The type that a constructor or method is read as.\npub fn type_of(name: &str) -> Option<&'static str> {\n    Some(match name {\n";
    for def in &input.phone.defs {
        let ty = if def.function { format!("function {}", def.name) } else { def.result.clone() };
        let _ = writeln!(out, "        \"{}\" => \"{ty}\",", def.name);
    }
    out += "        _ => return None,\n    })\n}\n\n/// Every type, and every `function x`.\npub static TYPES: &[&str] = &[\n";
    for ty in types.keys() {
        let _ = writeln!(out, "    \"{ty}\",");
    }
    for def in input.phone.defs.iter().filter(|def| def.function) {
        let _ = writeln!(out, "    \"function {}\",", def.name);
    }
    out + "];\n"
}

fn function(ty: &Ty, way: &str) -> String {
    match ty {
        Ty::Int => format!("{way}::int"),
        Ty::Long => format!("{way}::long"),
        Ty::Double => format!("{way}::double"),
        Ty::Bool => format!("{way}::boolean"),
        Ty::Text => format!("{way}::text"),
        Ty::Bytes => format!("{way}::bytes"),
        Ty::Fixed(_) => format!("{way}::fixed"),
        Ty::Boxed(_) => format!("{way}::object"),
        Ty::Vector(element) => format!("|v| {way}::seq(v, {})", function(element, way)),
        Ty::Query => format!("{way}::query"),
        Ty::Flags(_) | Ty::True | Ty::Bare(_) | Ty::BareVector(_) => unreachable!("not a field of phone.tl"),
    }
}

fn field_function(emitter: &Emitter, def: &Def, field: &Field, way: &str) -> String {
    let inner = function(&field.ty, way);
    if emitter.is_lazy(def, field) { format!("|v| {way}::lazy(v, {inner})") } else { inner }
}

fn one(out: &mut String, emitter: &Emitter, def: &Def) {
    let (mut to, mut from, mut init) = (String::new(), String::new(), Vec::new());
    for slot in emitter.slots(def) {
        match slot {
            Slot::Flags(_) => {}
            Slot::Set(field) => {
                let name = snake(&field.name);
                let _ = writeln!(to, "        o.flag(\"{}\", self.{name});", field.name);
                init.push(format!("{name}: i.flag(\"{}\")?", field.name));
            }
            Slot::Implied(field, with) => {
                let _ = writeln!(to, "        o.flag(\"{}\", self.{}());", field.name, snake(&field.name));
                let _ = writeln!(from, "        let implied_{with} = i.flag(\"{}\")?;", field.name);
            }
            Slot::Plain(field) => {
                let name = snake(&field.name);
                let (kind, reference) = if field.flag.is_some() { ("option", "&") } else { ("put", "&") };
                let _ = writeln!(
                    to,
                    "        o.{kind}(\"{}\", {reference}self.{name}, {})?;",
                    field.name,
                    field_function(emitter, def, field, "to")
                );
                let kind = if field.flag.is_some() { "option" } else { "need" };
                let _ = writeln!(
                    from,
                    "        let {name} = i.{kind}(\"{}\", {})?;",
                    field.name,
                    field_function(emitter, def, field, "from")
                );
                init.push(name);
            }
            Slot::Group { field, name: group, members, .. } => {
                let _ = writeln!(to, "        if let Some(group) = &self.{field} {{");
                for member in &members {
                    let _ = writeln!(
                        to,
                        "            o.put(\"{}\", &group.{}, {})?;",
                        member.name,
                        snake(&member.name),
                        function(&member.ty, "to")
                    );
                }
                to += "        }\n";
                let names: Vec<_> = members.iter().map(|member| format!("\"{}\"", member.name)).collect();
                let reads: Vec<_> = members
                    .iter()
                    .map(|member| {
                        format!(
                            "{}: i.need(\"{}\", {})?",
                            snake(&member.name),
                            member.name,
                            function(&member.ty, "from")
                        )
                    })
                    .collect();
                let module = if def.function { "functions" } else { "types" };
                let _ = writeln!(
                    from,
                    "        let {field} = if i.all_or_none(&[{}])? {{ Some({module}::{group} {{ {} }}) }} else {{ None }};",
                    names.join(", "),
                    reads.join(", ")
                );
                init.push(field);
            }
        }
    }
    for slot in emitter.slots(def) {
        if let Slot::Implied(field, with) = slot {
            let _ = writeln!(from, "        i.agree(\"{}\", implied_{with}, {with}.is_some())?;", field.name);
        }
    }
    let path = emitter.struct_path(def, "<'static>");
    let bare = emitter.struct_path(def, "");
    let value = if init.is_empty() { bare } else { format!("{bare} {{ {} }}", init.join(", ")) };
    let _ = write!(
        out,
        "impl Json for {path} {{
    fn to_json(&self) -> Res<Value> {{
        #[allow(unused_mut)]
        let mut o = Out::new(\"{}\");
{to}        o.done()
    }}

    fn from_json(v: &Value) -> Res<Self> {{
        #[allow(unused_mut)]
        let mut i = In::new(v, \"{}\")?;
{from}        let value = {value};
        i.done()?;
        Ok(value)
    }}
}}

",
        def.name, def.name
    );
}

fn several(out: &mut String, emitter: &Emitter, ty: &str, defs: &[&Def]) {
    let path = emitter.type_path(ty, "<'static>");
    let bare = emitter.type_path(ty, "");
    let (mut to, mut from) = (String::new(), String::new());
    for def in defs {
        let variant = emitter.variant(def);
        let inner = emitter.struct_path(def, "");
        if def.fields.is_empty() {
            let _ = writeln!(to, "            {bare}::{variant} => {inner}.to_json(),");
            let _ = writeln!(from, "            \"{}\" => {inner}::from_json(v).map(|_| {bare}::{variant}),", def.name);
        } else {
            let _ = writeln!(to, "            {bare}::{variant}(value) => value.to_json(),");
            let _ = writeln!(from, "            \"{}\" => {inner}::from_json(v).map({bare}::{variant}),", def.name);
        }
    }
    if emitter.is_open(ty) {
        let _ = writeln!(to, "            {bare}::Other(raw) => to::raw(raw),");
    }
    let _ = write!(
        out,
        "impl Json for {path} {{
    fn to_json(&self) -> Res<Value> {{
        match self {{
{to}        }}
    }}

    fn from_json(v: &Value) -> Res<Self> {{
        match name(v)? {{
{from}            other => Err(format!(\"{{other}} is no {ty}\")),
        }}
    }}
}}

"
    );
}

fn requests(out: &mut String, emitter: &Emitter, input: &Input) {
    let (mut to, mut from) = (String::new(), String::new());
    for def in input.phone.defs.iter().filter(|def| def.function) {
        let name = emitter.camel(&def.name);
        let _ = writeln!(to, "            functions::Request::{name}(value) => value.to_json(),");
        let _ = writeln!(
            from,
            "            \"{}\" => functions::{name}::from_json(v).map(functions::Request::{name}),",
            def.name
        );
    }
    let _ = write!(
        out,
        "impl Json for functions::Request<'static> {{
    fn to_json(&self) -> Res<Value> {{
        match self {{
{to}        }}
    }}

    fn from_json(v: &Value) -> Res<Self> {{
        match name(v)? {{
{from}            other => Err(format!(\"{{other}} is no method\")),
        }}
    }}
}}

"
    );
}
