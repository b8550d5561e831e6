//! The description, as the sources tell it.
//!
//! Nothing is said here that they say: directions, units, pairs of buffer and size, ownership and the like follow from signatures,
//! names and docs, by the conventions of the header and of the house style.

use crate::api::{
    Api, Choice, Constant, Direction, Event, Field, Function, Handle, Ownership, PICTURE, Parameter, Returned, Returns,
    Role, Struct, Type, Value,
};
use crate::ffi::{self, Item, Kind, Member};
use std::collections::BTreeMap;

impl Api {
    pub fn read() -> Api {
        let declared = ffi::declared();
        let of = |kind| {
            let sections = declared.sections.iter();
            sections.flat_map(move |section| {
                section.items.iter().filter(move |item| item.kind == kind).map(|item| (section.title, item))
            })
        };
        let handles: Vec<Handle> = declared.opaque.iter().map(handle).collect();
        let choices: Vec<Choice> = of(Kind::Choice).map(|(section, item)| choice(section, item)).collect();
        let structs: Vec<Struct> = of(Kind::Struct).map(|(_, item)| structure(item)).collect();
        let mut rooms = BTreeMap::new();
        for (_, item) in of(Kind::Function) {
            let docs = Docs::of(&item.doc).parameters.into_iter();
            rooms.extend(
                docs.filter_map(|(name, doc)| Some((name, ffi::name_at(doc.strip_prefix("Room for ")?).to_owned()))),
            );
        }
        let reading = Reading { handles: &handles, structs: &structs, fields: fields(), rooms };
        let mut callbacks: Vec<_> = of(Kind::Callback).map(|(section, item)| reading.function(section, item)).collect();
        let mut functions: Vec<_> = of(Kind::Function).map(|(section, item)| reading.function(section, item)).collect();
        let events = events(&choices, &functions);
        for function in &mut functions {
            let kinds = events.iter().filter(|event| event.getters.contains(&function.name));
            function.events.extend(kinds.map(|event| event.kind.clone()));
        }
        choose(&mut functions, &choices);
        choose(&mut callbacks, &choices);
        Api {
            constants: declared.macros.iter().map(constant).collect(),
            handles,
            choices,
            structs,
            callbacks,
            functions,
            events,
        }
    }
}

impl Type {
    /// The name and the type of a declaration such as `const uint8_t *data`.
    fn declared(code: &str) -> (String, Type) {
        let (code, array) = match code.strip_suffix(']').and_then(|code| code.split_once('[')) {
            Some((code, size)) => (code, Some(size.parse().unwrap())),
            None => (code, None),
        };
        let start = code.rfind([' ', '*']).unwrap() + 1;
        (code[start..].to_owned(), Type::spelled(code[..start].trim(), array))
    }

    fn spelled(c: &str, array: Option<usize>) -> Type {
        let is_const = c.starts_with("const ");
        let base = ffi::name_at(c.trim_start_matches("const ")).to_owned();
        Type { c: c.to_owned(), base, is_const, pointers: c.matches('*').count(), array }
    }
}

fn constant(item: &Item) -> Constant {
    let value = item.code.rsplit(' ').next().unwrap().to_owned();
    Constant { name: item.name.clone(), value, doc: plain(&item.doc) }
}

fn handle(item: &Item) -> Handle {
    Handle { name: item.name.clone(), doc: plain(&item.doc), free: format!("{}_free", item.name) }
}

fn choice(section: &'static str, item: &Item) -> Choice {
    let rows: Vec<(&str, i64, &Member)> = item
        .members
        .iter()
        .map(|member| {
            let (name, number) = member.code.split_once(" = ").expect("an enumerator with its number");
            (name, number.parse().unwrap(), member)
        })
        .collect();
    let first = rows[0].0;
    let begin_alike = |length: &usize| rows.iter().all(|(name, ..)| name.starts_with(&first[..*length]));
    let prefix = (0..first.len()).filter(|at| first[..*at].ends_with('_')).filter(begin_alike).max().unwrap();
    let value = |(name, number, member): &(&str, i64, &Member)| Value {
        name: (*name).to_owned(),
        short: name[prefix..].to_owned(),
        number: *number,
        doc: plain(&member.doc),
        unit: if item.name == "tgcall_stat" { unit(&name.to_lowercase()) } else { None },
    };
    Choice {
        name: item.name.clone(),
        section,
        doc: plain(&item.doc),
        number: item.code.split(' ').nth(1).unwrap().to_owned(),
        is_flags: item.doc.contains("as bits"),
        values: rows.iter().map(value).collect(),
    }
}

fn structure(item: &Item) -> Struct {
    let field = |member: &Member| {
        let (name, ty) = Type::declared(&member.code);
        Field { name, ty, doc: plain(&member.doc) }
    };
    Struct { name: item.name.clone(), doc: plain(&item.doc), fields: item.members.iter().map(field).collect() }
}

/// Getters of the table of event fields, and the names by which the docs of the kinds list them.
fn fields() -> BTreeMap<String, String> {
    let source = ffi::source("event");
    let rows = source.lines().filter_map(|line| {
        let (getter, _) = ffi::getter(line)?;
        Some((line.split('"').nth(1)?.to_owned(), getter.to_owned()))
    });
    rows.collect()
}

/// "Has a, b." at the end of a kind's docs.
fn events(choices: &[Choice], functions: &[Function]) -> Vec<Event> {
    let fields = fields();
    let kinds = choices.iter().find(|choice| choice.name == "tgcall_event_kind").unwrap();
    let event = |value: &Value| {
        let listed = value.doc.rsplit_once("Has ").map_or("", |(_, listed)| listed.trim_end_matches('.'));
        let names: Vec<&str> = listed.split(", ").filter(|name| !name.is_empty()).collect();
        let getters = names.iter().map(|name| fields.get(*name).unwrap_or_else(|| panic!("{}: {name}", value.name)));
        let mut getters: Vec<String> = getters.cloned().collect();
        getters.sort_by_key(|getter| functions.iter().position(|function| function.name == *getter));
        Event { kind: value.name.clone(), getters }
    };
    kinds.values.iter().map(event).collect()
}

struct Reading<'a> {
    handles: &'a [Handle],
    structs: &'a [Struct],
    fields: BTreeMap<String, String>,
    /// Outputs for which the docs of some function say how much room they need, and the parameter with the number.
    rooms: BTreeMap<String, String>,
}

impl Reading<'_> {
    fn function(&self, section: &'static str, item: &Item) -> Function {
        let is_callback = item.kind == Kind::Callback;
        let (head, parameters) = item.code.trim_end_matches(';').rsplit_once('(').unwrap();
        let head = if is_callback { head.trim_start_matches("typedef ").split(" (*").next().unwrap() } else { head };
        let returned = if is_callback { head } else { head.strip_suffix(&item.name).unwrap().trim() };
        let docs = Docs::of(&item.doc);
        let mut parameters: Vec<Parameter> = parameters
            .trim_end_matches(')')
            .split(", ")
            .filter(|code| *code != "void")
            .map(|code| {
                let (name, ty) = Type::declared(code);
                Parameter {
                    doc: docs.parameter(&name),
                    direction: None,
                    role: Role::Number,
                    unit: unit_in(&item.name, &name),
                    choice: None,
                    length: None,
                    per: None,
                    written: None,
                    is_nullable: false,
                    ownership: None,
                    name,
                    ty,
                }
            })
            .collect();
        self.pairs(&mut parameters);
        for at in 0..parameters.len() {
            self.parameter(&item.name, &docs, &mut parameters, at);
        }
        let is_event = |parameter: &Parameter| parameter.ty.c == "const tgcall_event *";
        let is_getter = !is_callback && parameters.len() == 1 && is_event(&parameters[0]);
        let is_getter = is_getter && !item.name.ends_with("_copy");
        let events = match is_getter && !self.fields.values().any(|getter| *getter == item.name) {
            true => vec!["*".to_owned()],
            false => vec![],
        };
        if is_getter {
            // As the introduction of the section says.
            parameters[0].is_nullable = true;
        }
        let handle = parameters.first().filter(|first| !is_callback && first.role == Role::Handle);
        let handle = handle.filter(|_| !item.name.ends_with("_new")).map(|first| first.ty.base.clone());
        Function {
            section,
            returns: self.returns(&item.name, Type::spelled(returned, None), &docs, is_callback, is_getter),
            frees: handle.clone().filter(|_| item.name.ends_with("_free")),
            handle,
            feature: if is_callback { None } else { feature(&item.name) },
            statuses: statuses(&item.doc),
            events,
            is_under_lock: is_callback && item.doc.contains("under our lock"),
            name: item.name.clone(),
            doc: docs.prose,
            parameters,
        }
    }

    /// Finds buffers and lists with their lengths.
    fn pairs(&self, parameters: &mut [Parameter]) {
        for at in 0..parameters.len() {
            let Parameter { name, ty, .. } = &parameters[at];
            let is_one = ty.pointers != 1 || ty.array.is_some() || ty.base == "char" && ty.is_const;
            if is_one && ty.c != "const char *const *" || self.is_handle(&ty.base) || name == "userdata" {
                continue;
            }
            // What docs say wins; else it is what follows, if that is a length.
            let said = self.rooms.get(name).cloned();
            let own = [format!("{name}_size"), format!("{name}_count")];
            let next = parameters.get(at + 1).filter(|next| next.ty.c == "size_t").map(|next| next.name.as_str());
            let is_length = |next: &&str| {
                ["size", "count", "capacity", "frame_count"].contains(next) || own.iter().any(|own| own == next)
            };
            let next = next.filter(is_length);
            let Some(length) = said.or(next.map(str::to_owned)) else { continue };
            let by_name =
                |name: &str| parameters.iter().find(|other| other.name == name).map(|other| other.name.clone());
            let per = if length == "frame_count" { by_name("channels") } else { None };
            let written = if length == "capacity" { by_name("size_out").or(by_name("count_out")) } else { None };
            let is_bytes = matches!(ty.base.as_str(), "void" | "char" | "uint8_t") && ty.c.matches('*').count() == 1;
            let unit = if length == "frame_count" {
                "frames"
            } else if is_bytes {
                "bytes"
            } else {
                "items"
            };
            for counts in
                parameters.iter_mut().filter(|other| other.name == length || Some(&other.name) == written.as_ref())
            {
                counts.unit = Some(unit);
                counts.role = Role::Length;
            }
            let parameter = &mut parameters[at];
            (parameter.length, parameter.per, parameter.written) = (Some(length), per, written);
            parameter.role = Role::Array;
        }
    }

    /// Everything about a parameter that its type and its neighbours tell.
    fn parameter(&self, function: &str, docs: &Docs, parameters: &mut [Parameter], at: usize) {
        let is_callback = function.ends_with("_fn");
        let parameter = &mut parameters[at];
        let Parameter { name, ty, .. } = &*parameter;
        let is_out = name.ends_with("_out");
        let is_buffer = parameter.role == Role::Array && !ty.is_const;
        let (direction, role) = match (ty.base.as_str(), ty.pointers) {
            (_, 0) if ty.array.is_some() => (is_out.then_some(Direction::Out), Role::Array),
            (base, 1) if self.is_handle(base) => (Some(Direction::In), Role::Handle),
            (base, 2) if self.is_handle(base) && is_out => (Some(Direction::Out), Role::Handle),
            ("void", 1) if name == "userdata" => (Some(Direction::In), Role::Userdata),
            (base, 0) if base.ends_with("_fn") => (Some(Direction::In), Role::Callback),
            ("char", 1) if ty.is_const => (Some(Direction::In), Role::Text),
            ("int", 0) => (Some(Direction::In), Role::Flag),
            (base, 0) if self.is_struct(base) => (Some(Direction::In), Role::Struct),
            (_, 0) => (Some(Direction::In), parameter.role),
            (base, 1) if ty.is_const && self.is_struct(base) && parameter.role != Role::Array => {
                (Some(Direction::In), Role::Struct)
            }
            (_, 1 | 2) if ty.is_const && parameter.role == Role::Array => (Some(Direction::In), Role::Array),
            (_, 1) if is_buffer => (Some(Direction::Out), Role::Array),
            (base, 1) if is_out && self.is_struct(base) => (Some(Direction::Out), Role::Struct),
            (_, 1) if is_out => (Some(Direction::Out), parameter.role),
            _ => (None, parameter.role),
        };
        let is_optional_handle = || {
            let phrases = ["NULL does nothing", "NULL of NULL", "NULL means"];
            let is_config = ty.base != "tgcall_config" || ty.is_const;
            (is_config || function.ends_with("_free")) && phrases.iter().any(|phrase| docs.prose.contains(phrase))
        };
        let is_nullable = match role {
            Role::Handle => direction == Some(Direction::In) && is_optional_handle(),
            Role::Callback => docs.prose.contains("NULL"),
            Role::Userdata => true,
            Role::Text => true,
            // (NULL, 0) is empty, or asks for a size; a buffer of a fixed size, or without a size to ask for, must be there.
            Role::Array => !is_callback && (direction == Some(Direction::In) || parameter.written.is_some()),
            _ => false,
        };
        let ownership = match direction {
            Some(Direction::Out) if role == Role::Handle && !ty.is_const => {
                Some(Ownership::Owned(format!("{}_free", ty.base)))
            }
            Some(Direction::Out) if is_lent(ty) || role == Role::Handle => docs.lent(),
            Some(Direction::Out) => Some(Ownership::Copied),
            Some(Direction::In) if is_callback && (is_lent(ty) || role == Role::Handle && ty.is_const) => {
                Some(Ownership::Lent("the callback returns".to_owned()))
            }
            _ => None,
        };
        (parameter.direction, parameter.role) = (direction, role);
        (parameter.is_nullable, parameter.ownership) = (is_nullable, ownership);
    }

    fn returns(&self, function: &str, ty: Type, docs: &Docs, is_callback: bool, is_getter: bool) -> Returns {
        let kind = match ty.c.as_str() {
            "void" => Returned::Void,
            "tgcall_status" => Returned::Status,
            _ => Returned::Value,
        };
        let ownership = match &ty {
            ty if self.is_handle(&ty.base) && ty.is_const => docs.lent(),
            ty if self.is_handle(&ty.base) => Some(Ownership::Owned(format!("{}_free", ty.base))),
            ty if is_lent(ty) && is_getter => Some(Ownership::Lent("the event ends".to_owned())),
            ty if is_lent(ty) => docs.lent(),
            _ => None,
        };
        let is_time = is_callback && docs.prose.starts_with("Nanoseconds");
        let unit = if is_time { Some("ns") } else { unit_in(function, function) };
        Returns { kind, ty, doc: docs.returns.clone(), unit, ownership }
    }

    fn is_handle(&self, name: &str) -> bool {
        self.handles.iter().any(|handle| handle.name == name)
    }

    fn is_struct(&self, name: &str) -> bool {
        self.structs.iter().any(|structure| structure.name == name)
    }
}

fn is_lent(ty: &Type) -> bool {
    matches!(ty.base.as_str(), "tgcall_bytes" | "tgcall_text")
}

/// Timestamps of pictures count otherwise than those of sound.
fn unit_in(function: &str, name: &str) -> Option<&'static str> {
    let is_of_picture = function.starts_with("tgcall_video_") && name.trim_end_matches("_out").ends_with("timestamp");
    if is_of_picture { Some("1/90000 s") } else { unit(name) }
}

/// Units live in names.
fn unit(name: &str) -> Option<&'static str> {
    let name = name.trim_end_matches("_out");
    let units = [
        ("bits_per_s", "bit/s"),
        ("frames_per_s", "1/s"),
        ("width", "pixels"),
        ("height", "pixels"),
        ("degrees", "degrees"),
        ("_ms", "ms"),
        ("_s", "s"),
        ("_hz", "Hz"),
        ("_permille", "1/1000"),
        ("_dbov", "-dBov"),
        ("prefix_size", "bytes"),
        ("packets_sent", "packets"),
        ("packets_received", "packets"),
        ("packets_lost", "packets"),
        ("packets_dropped", "packets"),
        ("bytes_sent", "bytes"),
        ("bytes_received", "bytes"),
        // Of Opus, whatever the rate of what it holds.
        ("timestamp", "samples at 48 kHz"),
    ];
    units.iter().find(|(end, _)| name.ends_with(end)).map(|(_, unit)| *unit)
}

/// "One of tgcall_media" and "bits of tgcall_switches", beside the parameter or in the prose; then it is that of every number
/// without a unit, unless one bears the choice's name. A parameter of which nothing is said is what its namesake is.
fn choose(functions: &mut [Function], choices: &[Choice]) {
    let named = |text: &str| {
        let text = text.to_lowercase();
        let (_, behind) = text.split_once("one of tgcall_").or(text.split_once("bits of tgcall_"))?;
        let name = format!("tgcall_{}", ffi::name_at(behind));
        choices.iter().any(|choice| choice.name == name).then_some(name)
    };
    let mut known: BTreeMap<(String, String), String> = BTreeMap::new();
    for function in functions.iter_mut() {
        let said = named(&function.doc);
        let is_number = |parameter: &Parameter| {
            parameter.ty.base == "uint32_t" && parameter.unit.is_none() && parameter.ty.array.is_none()
        };
        let namesake = |parameter: &Parameter, said: &str| said.ends_with(&format!("_{}", parameter.name));
        let has_namesake = said.as_ref().is_some_and(|said| function.parameters.iter().any(|one| namesake(one, said)));
        for parameter in function.parameters.iter_mut().filter(|parameter| is_number(parameter)) {
            let by_prose = said.clone().filter(|said| !has_namesake || namesake(parameter, said));
            parameter.choice = named(&parameter.doc).or(by_prose);
            if let Some(choice) = &parameter.choice {
                known.insert((parameter.name.clone(), parameter.ty.c.clone()), choice.clone());
            }
        }
    }
    for parameter in functions.iter_mut().flat_map(|function| &mut function.parameters) {
        let is_choice = choices.iter().any(|choice| choice.name == parameter.ty.base && choice.name != "tgcall_status");
        if is_choice {
            parameter.choice = Some(parameter.ty.base.clone());
        } else if parameter.choice.is_none() && parameter.doc.is_empty() {
            parameter.choice = known.get(&(parameter.name.clone(), parameter.ty.c.clone())).cloned();
        }
    }
}

/// The feature without which the function's body is another.
fn feature(function: &str) -> Option<String> {
    let sources = ffi::sources();
    let (_, body) = sources.iter().find_map(|text| text.split_once(&format!(" fn {function}(")))?;
    let body = body.split("\n}\n").next().unwrap();
    if body.contains("built!(") {
        // The macro of that name in conference.rs.
        return Some("conference".to_owned());
    }
    if body.contains("media!(") {
        // The macro of that name in mod.rs.
        return Some("media".to_owned());
    }
    let (_, behind) = body.split_once("cfg(not(feature = \"")?;
    Some(ffi::name_at(behind).to_owned())
}

fn statuses(doc: &str) -> Vec<String> {
    let mut statuses = Vec::new();
    for word in doc.split(|c: char| !c.is_ascii_alphanumeric() && c != '_') {
        let is_status = matches!(word, "TGCALL_EMPTY" | "TGCALL_FULL") || word.starts_with("TGCALL_ERR_");
        if is_status && !statuses.iter().any(|status| status == word) {
            statuses.push(word.to_owned());
        }
    }
    statuses
}

fn plain(doc: &str) -> String {
    doc.replace(ffi::AS_IT_IS, PICTURE)
}

/// A doc comment by its parts.
struct Docs {
    prose: String,
    parameters: BTreeMap<String, String>,
    returns: String,
}

impl Docs {
    fn of(doc: &str) -> Docs {
        let mut docs = Docs { prose: String::new(), parameters: BTreeMap::new(), returns: String::new() };
        let mut prose = Vec::new();
        for line in doc.lines() {
            if let Some(text) = line.strip_prefix("@param ") {
                let (name, text) = text.split_once(' ').unwrap();
                docs.parameters.insert(name.to_owned(), text.trim().to_owned());
            } else if let Some(text) = line.strip_prefix("@return ") {
                docs.returns = text.trim().to_owned();
            } else {
                prose.push(line);
            }
        }
        docs.prose = plain(prose.join("\n").trim());
        docs
    }

    fn parameter(&self, name: &str) -> String {
        self.parameters.get(name).cloned().unwrap_or_default()
    }

    /// "Lent until …" and "Lives for ever".
    fn lent(&self) -> Option<Ownership> {
        let until = self.prose.split_once("ent until ").map(|(_, behind)| behind.split(['.', ';']).next().unwrap());
        let for_ever = ["Lives for ever", "Each lives for ever", "live for ever"];
        let for_ever = || for_ever.iter().any(|words| self.prose.contains(words)).then_some("for ever");
        until.or_else(for_ever).map(|until| Ownership::Lent(until.to_owned()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(code: &str, doc: &str) -> Function {
        let handles = [Handle { name: "tgcall_client".to_owned(), doc: String::new(), free: String::new() }];
        let reading = Reading { handles: &handles, structs: &[], fields: BTreeMap::new(), rooms: BTreeMap::new() };
        let name = ffi::name_at(code.split_once(' ').unwrap().1).to_owned();
        let (doc, code) = (doc.to_owned(), code.to_owned());
        reading.function("", &Item { kind: Kind::Function, name, doc, code, members: vec![] })
    }

    /// The tests of description.rs then say whose it is.
    #[test]
    fn what_the_sources_do_not_tell_is_not_guessed() {
        let function = read(
            "tgcall_status tgcall_client_x(tgcall_client *client, uint32_t *level, uint8_t *data, size_t many, tgcall_bytes *block_out);",
            "",
        );
        let [client, level, data, many, block] = &function.parameters[..] else { panic!() };
        assert_eq!(client.direction, Some(Direction::In));
        assert_eq!(level.direction, None, "a pointer to write through is called _out");
        assert_eq!((data.direction, &data.length), (None, &None), "a length has one of the known names");
        assert_eq!(many.role, Role::Number);
        assert!(block.ownership.is_none(), "the docs of what is lent say until when");
    }

    #[test]
    fn a_buffer_finds_its_room_and_a_list_its_count() {
        let code = "tgcall_status tgcall_x(const uint32_t *stats, size_t count, int64_t *values_out, uint8_t *buffer, size_t capacity, size_t *size_out);";
        let function = read(code, "Figures.\n@param values_out  Room for count.\n@return TGCALL_ERR_LIMIT if so.");
        let lengths: Vec<_> = function.parameters.iter().map(|parameter| parameter.length.as_deref()).collect();
        assert_eq!(lengths[..2], [Some("count"), None]);
        assert_eq!(lengths[3..], [Some("capacity"), None, None]);
        assert_eq!(function.parameters[3].written.as_deref(), Some("size_out"));
        assert_eq!(function.parameters[3].direction, Some(Direction::Out));
        assert_eq!((function.doc.as_str(), function.statuses), ("Figures.", vec!["TGCALL_ERR_LIMIT".to_owned()]));
    }
}
