//! bindings/api.json: the description as a file, for generators and readers of any language. Its format is in bindings/README.md.

use crate::api::{
    Api, Choice, Direction, Event, Function, Handle, Ownership, Parameter, Returned, Returns, Role, Struct, Type,
};
use std::fmt::Write;

#[test]
fn the_description_is_fresh() {
    super::check("bindings/api.json", &render(&Api::read()));
}

#[test]
fn every_parameter_has_a_direction() {
    for function in functions(&Api::read()) {
        for parameter in &function.parameters {
            let Function { name, .. } = function;
            assert!(parameter.direction.is_some(), "{name}: is {} in or out?", parameter.name);
        }
    }
}

#[test]
fn every_getter_of_events_has_its_kinds_and_every_kind_its_getters() {
    let api = Api::read();
    for function in &api.functions {
        let is_getter = function.name.starts_with("tgcall_event_")
            && !["tgcall_event_copy", "tgcall_event_free"].contains(&function.name.as_str())
            // By a number, of what an event has several of.
            && function.parameters.len() == 1;
        assert_eq!(is_getter, !function.events.is_empty(), "{}: {:?}", function.name, function.events);
    }
    let lonely: Vec<_> = api.events.iter().filter(|event| event.getters.is_empty()).map(|event| &event.kind).collect();
    assert_eq!(
        lonely,
        ["NONE", "AUDIO_READY", "AUDIO_PLAYED", "CLIENT_DEAD", "CALL_ROUTE", "GROUP_CHANGED"]
            .map(|kind| format!("TGCALL_EVENT_{kind}"))
            .each_ref()
    );
}

/// What comes out by a pointer of ours has an end, and what we give away has somebody who takes it back.
#[test]
fn the_end_of_all_that_comes_out_is_known() {
    let api = Api::read();
    let takes_back =
        |name: &str| api.functions.iter().any(|function| function.name == name && function.frees.is_some());
    for function in &api.functions {
        let outs = function.parameters.iter().filter(|parameter| parameter.direction == Some(Direction::Out));
        let outs = outs.map(|parameter| (parameter.name.as_str(), &parameter.ty, &parameter.ownership));
        for (name, ty, ownership) in
            outs.chain([("what it answers", &function.returns.ty, &function.returns.ownership)])
        {
            let is_pointer = api.is_handle(&ty.base) || ["tgcall_bytes", "tgcall_text"].contains(&ty.base.as_str());
            assert!(ownership.is_some() || !is_pointer, "{}: until when is {name} good?", function.name);
            if let Some(Ownership::Owned(free)) = ownership {
                assert!(takes_back(free), "{}: who frees {name}?", function.name);
            }
        }
    }
}

/// A pointer to elements without a number of them cannot be bound.
#[test]
fn every_buffer_and_list_has_a_length() {
    for function in functions(&Api::read()) {
        for Parameter { name, ty, role, length, .. } in &function.parameters {
            let is_array = *role == Role::Array;
            assert_eq!(is_array, length.is_some() || ty.array.is_some(), "{}: how long is {name}?", function.name);
            let is_length = *role == Role::Length && !name.ends_with("_out");
            let has_one = function.parameters.iter().any(|other| other.length.as_ref() == Some(name));
            assert_eq!(is_length, has_one, "{}: of what is {name} the length?", function.name);
        }
    }
}

fn functions(api: &Api) -> impl Iterator<Item = &Function> {
    api.callbacks.iter().chain(&api.functions)
}

fn render(api: &Api) -> String {
    let constants = api.constants.iter().map(|constant| {
        Json::map([
            ("name", Json::text(&constant.name)),
            ("value", Json::Raw(constant.value.clone())),
            ("doc", Json::text(&constant.doc)),
        ])
    });
    let description = Json::map([
        (
            "about",
            Json::text("The C API of libtgcall. Generated from src/ffi by tests/fresh; see README.md beside it."),
        ),
        ("version", Json::text(env!("CARGO_PKG_VERSION"))),
        ("constants", Json::List(constants.collect())),
        ("handles", Json::List(api.handles.iter().map(|handle| self::handle(api, handle)).collect())),
        ("choices", Json::List(api.choices.iter().map(choice).collect())),
        ("structs", Json::List(api.structs.iter().map(structure).collect())),
        ("callbacks", Json::List(api.callbacks.iter().map(function).collect())),
        ("functions", Json::List(api.functions.iter().map(function).collect())),
        ("events", Json::List(api.events.iter().map(event).collect())),
    ]);
    let mut text = String::new();
    description.write(&mut text, 0);
    text + "\n"
}

fn handle(api: &Api, Handle { name, doc, free }: &Handle) -> Json {
    let gives = |function: &&Function| {
        let outs = function.parameters.iter().map(|parameter| (&parameter.ty.base, &parameter.ownership));
        let mut all = outs.chain([(&function.returns.ty.base, &function.returns.ownership)]);
        all.any(|(base, ownership)| base == name && matches!(ownership, Some(Ownership::Owned(_))))
    };
    let makers = api.functions.iter().filter(gives).map(|function| Json::text(&function.name));
    // What is only lent nobody frees.
    let free = Some(free.as_str()).filter(|free| api.functions.iter().any(|function| function.name == *free));
    Json::map([
        ("name", Json::text(name)),
        ("made_by", Json::List(makers.collect())),
        ("freed_by", Json::maybe(free)),
        ("doc", Json::text(doc)),
    ])
}

fn choice(Choice { name, section, doc, number, is_flags, values }: &Choice) -> Json {
    let values = values.iter().map(|value| {
        Json::map([
            ("name", Json::text(&value.name)),
            ("short", Json::text(&value.short)),
            ("number", Json::Raw(value.number.to_string())),
            ("unit", Json::maybe(value.unit)),
            ("doc", Json::text(&value.doc)),
        ])
    });
    Json::map([
        ("name", Json::text(name)),
        ("section", Json::text(section)),
        ("type", Json::text(number)),
        ("is_flags", Json::yes(*is_flags)),
        ("doc", Json::text(doc)),
        ("values", Json::List(values.collect())),
    ])
}

fn structure(Struct { name, doc, fields }: &Struct) -> Json {
    let fields = fields.iter().map(|field| {
        let mut entries = vec![("name", Json::text(&field.name))];
        entries.extend(ty(&field.ty));
        entries.push(("doc", Json::text(&field.doc)));
        Json::map(entries)
    });
    Json::map([("name", Json::text(name)), ("doc", Json::text(doc)), ("fields", Json::List(fields.collect()))])
}

fn event(Event { kind, getters }: &Event) -> Json {
    Json::map([
        ("kind", Json::text(kind)),
        ("getters", Json::List(getters.iter().map(|getter| Json::text(getter)).collect())),
    ])
}

fn function(function: &Function) -> Json {
    let texts = |texts: &[String]| Json::List(texts.iter().map(|text| Json::text(text)).collect());
    Json::map([
        ("name", Json::text(&function.name)),
        ("section", Json::text(function.section)),
        ("handle", Json::maybe(function.handle.as_deref())),
        ("frees", Json::maybe(function.frees.as_deref())),
        ("feature", Json::maybe(function.feature.as_deref())),
        ("is_under_lock", Json::yes(function.is_under_lock)),
        ("doc", Json::text(&function.doc)),
        ("parameters", Json::List(function.parameters.iter().map(parameter).collect())),
        ("returns", returns(&function.returns)),
        ("statuses", texts(&function.statuses)),
        ("events", texts(&function.events)),
    ])
}

fn parameter(parameter: &Parameter) -> Json {
    let direction = match parameter.direction {
        Some(Direction::In) => "in",
        Some(Direction::Out) => "out",
        None => "?",
    };
    let mut entries = vec![("name", Json::text(&parameter.name))];
    entries.extend(ty(&parameter.ty));
    entries.extend([
        ("direction", Json::text(direction)),
        ("role", Json::text(&format!("{:?}", parameter.role).to_lowercase())),
        ("unit", Json::maybe(parameter.unit)),
        ("choice", Json::maybe(parameter.choice.as_deref())),
        ("length", Json::maybe(parameter.length.as_deref())),
        ("per", Json::maybe(parameter.per.as_deref())),
        ("written", Json::maybe(parameter.written.as_deref())),
        ("is_nullable", Json::yes(parameter.is_nullable)),
    ]);
    entries.extend(ownership(parameter.ownership.as_ref()));
    entries.push(("doc", Json::text(&parameter.doc)));
    Json::map(entries)
}

fn returns(returns: &Returns) -> Json {
    let kind = match returns.kind {
        Returned::Void => "void",
        Returned::Status => "status",
        Returned::Value => "value",
    };
    let mut entries =
        vec![("kind", Json::text(kind)), ("type", Json::text(&returns.ty.c)), ("unit", Json::maybe(returns.unit))];
    entries.extend(ownership(returns.ownership.as_ref()));
    entries.push(("doc", Json::text(&returns.doc)));
    Json::map(entries)
}

fn ty(ty: &Type) -> [(&'static str, Json); 2] {
    [("type", Json::text(&ty.c)), ("array", ty.array.map_or(Json::Nothing, |size| Json::Raw(size.to_string())))]
}

fn ownership(ownership: Option<&Ownership>) -> Vec<(&'static str, Json)> {
    match ownership {
        Some(Ownership::Owned(free)) => vec![("ownership", Json::text("owned")), ("freed_by", Json::text(free))],
        Some(Ownership::Lent(until)) => vec![("ownership", Json::text("lent")), ("until", Json::text(until))],
        Some(Ownership::Copied) => vec![("ownership", Json::text("copied"))],
        None => vec![],
    }
}

/// JSON in a given order, a line for what fits on one.
enum Json {
    /// Left out of a map, as are empty texts and lists.
    Nothing,
    Raw(String),
    List(Vec<Json>),
    Map(Vec<(&'static str, Json)>),
}

const WIDTH: usize = 160;

impl Json {
    fn text(text: &str) -> Json {
        if text.is_empty() { Json::Nothing } else { Json::Raw(serde_json::to_string(text).unwrap()) }
    }

    fn maybe(text: Option<&str>) -> Json {
        text.map_or(Json::Nothing, Json::text)
    }

    fn yes(is: bool) -> Json {
        if is { Json::Raw("true".to_owned()) } else { Json::Nothing }
    }

    fn map(entries: impl IntoIterator<Item = (&'static str, Json)>) -> Json {
        let is_something =
            |value: &Json| !matches!(value, Json::Nothing) && !matches!(value, Json::List(all) if all.is_empty());
        Json::Map(entries.into_iter().filter(|(_, value)| is_something(value)).collect())
    }

    fn flat(&self) -> String {
        match self {
            Json::Nothing => String::new(),
            Json::Raw(text) => text.clone(),
            Json::List(all) => format!("[{}]", all.iter().map(Json::flat).collect::<Vec<_>>().join(", ")),
            Json::Map(entries) => {
                let entries: Vec<_> =
                    entries.iter().map(|(key, value)| format!("\"{key}\": {}", value.flat())).collect();
                format!("{{{}}}", entries.join(", "))
            }
        }
    }

    fn write(&self, text: &mut String, depth: usize) {
        let flat = self.flat();
        let rows: Vec<(String, &Json)> = match self {
            _ if depth > 1 && 2 * depth + flat.len() <= WIDTH => return *text += &flat,
            Json::Nothing | Json::Raw(_) => return *text += &flat,
            Json::List(all) => all.iter().map(|value| (String::new(), value)).collect(),
            Json::Map(entries) => entries.iter().map(|(key, value)| (format!("\"{key}\": "), value)).collect(),
        };
        let is_list = matches!(self, Json::List(_));
        text.push(if is_list { '[' } else { '{' });
        for (at, (key, value)) in rows.iter().enumerate() {
            write!(text, "{}\n{}{key}", if at > 0 { "," } else { "" }, "  ".repeat(depth + 1)).unwrap();
            value.write(text, depth + 1);
        }
        write!(text, "\n{}{}", "  ".repeat(depth), if is_list { ']' } else { '}' }).unwrap();
    }
}
