//! include/tgcall.h: what cbindgen yields, ordered by theme and set for a reader.
//!
//! cbindgen writes all types first and then all functions. A person reads by theme, so what it wrote is cut into items and
//! put together again: a section per theme, in it the types and then the functions, each in the order of the sources.

use std::collections::BTreeMap;
use std::fmt::Write;
use std::path::Path;

/// The themes in the order of the header, each with its sources in `src/ffi`.
const SECTIONS: &[(&str, &[&str])] = &[
    ("", &["version", "bytes", "addr", "status"]),
    ("Configuration", &["log", "callback", "config"]),
    ("Client", &["handle", "client"]),
    ("Events", &["choice", "event"]),
    ("A private call", &["call"]),
    ("A call whose key the host made (TDLib)", &["attach"]),
    ("Decoded objects, for hosts that have no TL bytes at hand", &["decoded"]),
    ("TGCALL_MEDIA_HOST: the host's engine carries the sound", &["engine"]),
    ("Sound", &["audio"]),
    ("Figures and reports, also of an ended call", &["report"]),
    ("The core of an end-to-end encrypted conference", &["conference"]),
];

/// What stands between a banner and its items.
const INTRODUCTIONS: &[(&str, &str)] = &[
    (
        "Events",
        "A getter answers 0, or empty, for an event that does not have what it asks for, and for NULL. What it lends lives as\n\
         long as the event: until the callback returns or, of a polled one, until the next poll, drain or free; of a copy,\n\
         until tgcall_event_free.",
    ),
    (
        "Decoded objects, for hosts that have no TL bytes at hand",
        "Beside tgcall_client_handle_update and tgcall_client_handle_answer: the same news field by field, in any mixture,\n\
         under Telegram's own names. News that is stale is ignored, with TGCALL_OK. News of an attached call, of which\n\
         Telegram has nothing to tell us, is TGCALL_ERR_STATE.",
    ),
    (
        "The core of an end-to-end encrypted conference",
        "Keys, blocks, broadcasts and packets, for hosts that talk to Telegram themselves. A tgcall_conference is one device's\n\
         part in one conference, from a new key pair to its end; it needs no client, has no thread and calls nobody but the\n\
         clock and the random source of its configuration. In short:\n\
         \n\
         tgcall_conference_new(NULL, my_user_id, &conference);\n\
         tgcall_conference_join(conference, newest, newest_size, &block);     phone.joinGroupCall(public_key, block)\n\
         tgcall_conference_apply_block(conference, data, size);               each block that comes back, also the own one\n\
         while (tgcall_conference_poll_broadcast(conference, &out) == TGCALL_OK) phone.sendConferenceCallBroadcast(out)\n\
         tgcall_conference_handle_broadcast(conference, data, size);          each broadcast that comes back; poll again\n\
         tgcall_conference_get_emoji(conference, emoji);                      once everybody has revealed\n\
         tgcall_conference_encrypt(...); tgcall_conference_decrypt(...);\n\
         \n\
         What comes from Telegram and is wrong is dropped and counted: TGCALL_EMPTY, with the story in the error text and the\n\
         number in tgcall_conference_get_reject. Only a block that breaks the rules ends the conference; leave and join anew\n\
         then.",
    ),
];

const WIDTH: usize = 120;

#[test]
fn the_header_is_fresh() {
    let header = render();
    let long: Vec<_> = header.lines().filter(|line| line.chars().count() > WIDTH).collect();
    assert!(long.is_empty(), "too long for a reader's window: {long:#?}");
    super::check("include/tgcall.h", &header);
}

fn render() -> String {
    let root = env!("CARGO_MANIFEST_DIR");
    let mut config = cbindgen::Config::from_file(format!("{root}/cbindgen.toml")).unwrap();
    let top = config.header.take().unwrap();
    let mut builder = cbindgen::Builder::new().with_config(config);
    for source in SECTIONS.iter().flat_map(|(_, sources)| *sources) {
        builder = builder.with_src(format!("{root}/src/ffi/{source}.rs"));
    }
    let getters = Path::new(env!("CARGO_TARGET_TMPDIR")).join("getters.rs");
    std::fs::write(&getters, written_out(&source("event"))).unwrap();
    builder = builder.with_src(getters);
    let mut yielded = Vec::new();
    builder.generate().unwrap().write(&mut yielded);
    let mut items = items(&String::from_utf8(yielded).unwrap());

    let mut header = format!("{}\n", top.trim());
    header += "#ifndef TGCALL_H\n#define TGCALL_H\n\n";
    header += "#include <stdbool.h>\n#include <stddef.h>\n#include <stdint.h>\n\n";
    for (part, number) in [
        ("MAJOR", env!("CARGO_PKG_VERSION_MAJOR")),
        ("MINOR", env!("CARGO_PKG_VERSION_MINOR")),
        ("PATCH", env!("CARGO_PKG_VERSION_PATCH")),
    ] {
        writeln!(header, "#define TGCALL_VERSION_{part} {number}").unwrap();
    }
    header.push('\n');
    for item in items.values().filter(|item| item.kind == Kind::Macro) {
        header += &item.text;
    }
    header += "\n#ifdef __cplusplus\nextern \"C\" {\n#endif\n\n";
    for item in items.values().filter(|item| item.kind == Kind::Opaque) {
        let (code, doc) = item.text.split_once(" /*").unwrap();
        write!(header, "{code:<43} /*{doc}").unwrap();
    }
    items.retain(|_, item| !matches!(item.kind, Kind::Macro | Kind::Opaque));
    for (title, sources) in SECTIONS {
        section(&mut header, title, sources, &mut items);
    }
    let lost: Vec<_> = items.keys().collect();
    assert!(lost.is_empty(), "defined in no source of a section: {lost:?}");
    header += "\n#ifdef __cplusplus\n}\n#endif\n\n#endif /* TGCALL_H */\n";
    header
}

fn section(header: &mut String, title: &str, sources: &[&str], items: &mut BTreeMap<String, Item>) {
    if !title.is_empty() {
        let banner = format!("/* ---- {title} ");
        writeln!(header, "\n{banner}{} */", "-".repeat(WIDTH - 3 - banner.len())).unwrap();
    }
    if let Some((_, introduction)) = INTRODUCTIONS.iter().find(|(of, _)| *of == title) {
        writeln!(header, "\n/* {} */", introduction.replace('\n', "\n * ").replace(" * \n", " *\n")).unwrap();
    }
    let names: Vec<String> = sources.iter().flat_map(|source| definitions(source)).collect();
    for kind in [Kind::Type, Kind::Function] {
        for name in &names {
            if items.get(name).is_some_and(|item| item.kind == kind) {
                writeln!(header, "\n{}", items.remove(name).unwrap().text.trim_end()).unwrap();
            }
        }
    }
}

/// The names a source defines, in its order.
fn definitions(source: &str) -> Vec<String> {
    let text = self::source(source);
    let defined = text.lines().filter_map(|line| {
        if let Some((name, _)) = getter(line) {
            return Some(name.to_owned());
        }
        let line = line.strip_prefix("pub ")?;
        let rest = ["struct ", "enum ", "type ", "unsafe extern \"C\" fn ", "extern \"C\" fn "]
            .iter()
            .find_map(|keyword| line.strip_prefix(keyword))?;
        Some(name_at(rest).to_owned())
    });
    defined.collect()
}

/// The functions of the table of event fields, which cbindgen does not see, as it leaves macros alone.
fn written_out(text: &str) -> String {
    let (mut functions, mut doc) = (String::new(), String::new());
    for line in text.lines() {
        match (line.trim().strip_prefix("///"), getter(line)) {
            (Some(_), _) => doc += &format!("{}\n", line.trim()),
            (None, Some((name, kind))) => {
                let signature = format!("unsafe extern \"C\" fn {name}(event: *const tgcall_event) -> {kind}");
                writeln!(functions, "{doc}#[unsafe(no_mangle)]\npub {signature} {{}}").unwrap();
                doc.clear();
            }
            (None, None) => doc.clear(),
        }
    }
    functions
}

/// The name and the type of a getter, if this line begins its row.
fn getter(line: &str) -> Option<(&str, &str)> {
    let (name, rest) = line.strip_prefix("    fn ")?.split_once("(event) -> ")?;
    Some((name, rest.split_once(" = ")?.0))
}

fn source(name: &str) -> String {
    std::fs::read_to_string(format!("{}/src/ffi/{name}.rs", env!("CARGO_MANIFEST_DIR"))).unwrap()
}

/// The identifier that `text` begins with.
fn name_at(text: &str) -> &str {
    text.split(|c: char| !c.is_ascii_alphanumeric() && c != '_').next().unwrap()
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    Macro,
    Opaque,
    Type,
    Function,
}

struct Item {
    kind: Kind,
    text: String,
}

/// Cuts what cbindgen wrote: items stand apart by empty lines, and the width of an enum follows it.
fn items(yielded: &str) -> BTreeMap<String, Item> {
    let mut items = BTreeMap::new();
    for chunk in yielded.split("\n\n").map(str::trim).filter(|chunk| !chunk.is_empty()) {
        let (doc, code) = match chunk.strip_prefix("/**").map(|doc| doc.split_once("*/").unwrap()) {
            Some((doc, code)) => (words(doc), code.trim()),
            None => (String::new(), chunk),
        };
        let (kind, name, text) = item(&doc, code);
        let known = items.insert(name.clone(), Item { kind, text });
        assert!(known.is_none(), "{name} comes twice");
    }
    items
}

fn item(doc: &str, code: &str) -> (Kind, String, String) {
    let flat = code.split_whitespace().collect::<Vec<_>>().join(" ");
    if let Some(rest) = flat.strip_prefix("#define ") {
        return (Kind::Macro, name_at(rest).to_owned(), format!("{flat} /* {doc} */\n"));
    }
    if let Some(rest) = flat.strip_prefix("typedef struct ").filter(|rest| !rest.contains('{')) {
        return (Kind::Opaque, name_at(rest).to_owned(), format!("{flat} /* {} */\n", doc.trim_end_matches('.')));
    }
    let doc = comment(doc, "");
    if flat.starts_with("enum ") {
        let (name, text) = choice(code);
        return (Kind::Type, name, doc + &text);
    }
    if !flat.starts_with("typedef ") {
        let name = flat.split('(').next().unwrap().rsplit([' ', '*']).next().unwrap();
        return (Kind::Function, name.to_owned(), doc + &wrapped(&flat));
    }
    match code.split_once('{') {
        Some((_, body)) => {
            let (body, name) = body.rsplit_once('}').unwrap();
            let name = name.trim().trim_end_matches(';');
            let body = members(body, ";");
            (Kind::Type, name.to_owned(), format!("{doc}typedef struct {name} {{\n{body}}} {name};\n"))
        }
        None => {
            let name = flat.split("(*").nth(1).map(name_at).unwrap();
            (Kind::Type, name.to_owned(), doc + &wrapped(&flat))
        }
    }
}

/// A choice is a number of fixed width beside its names, as the width of an enum is the compiler's business: an enum with the
/// options of a program that has short ones would be another than ours, and one of C++ cannot hold numbers it does not know.
fn choice(code: &str) -> (String, String) {
    let (body, width) = code.split_once('{').and_then(|(_, rest)| rest.split_once("};")).expect("an enum with a width");
    // cbindgen gives the width in two ways, of which C23 may choose one.
    let plain = |line: &&str| line.starts_with("typedef ") && !line.contains(" enum ");
    let typedef = width.lines().find(plain).expect("a width that is a number's");
    let name = typedef.trim_end_matches(';').rsplit(' ').next().unwrap().to_owned();
    let text = format!("{typedef}\nenum {{\n{}}};\n", members(body, ","));
    (name, text)
}

/// Enumerators or fields, their docs behind them where there is room.
fn members(body: &str, separator: &str) -> String {
    let mut rows: Vec<(String, String)> = Vec::new();
    let mut doc = String::new();
    let mut rest = body.trim();
    while !rest.is_empty() {
        if let Some(behind) = rest.strip_prefix("/**") {
            let (text, behind) = behind.split_once("*/").unwrap();
            (doc, rest) = (words(text), behind.trim_start());
        } else {
            let (member, behind) = rest.split_once(separator).unwrap_or((rest, ""));
            rows.push((member.trim().to_owned(), std::mem::take(&mut doc)));
            rest = behind.trim_start();
        }
    }
    let last = rows.len() - 1;
    let end = |index| if separator == "," && index == last { "" } else { separator };
    let rows: Vec<_> =
        rows.iter().enumerate().map(|(index, (member, doc))| (format!("{member}{}", end(index)), doc)).collect();
    let column = rows.iter().filter(|(_, doc)| !doc.is_empty()).map(|(member, _)| member.len()).max().unwrap_or(0);
    let mut text = String::new();
    for (member, doc) in rows {
        let behind = format!("    {member:column$} /**< {doc} */");
        match (doc.is_empty(), behind.len() <= WIDTH) {
            (true, _) => writeln!(text, "    {member}").unwrap(),
            (false, true) => writeln!(text, "{behind}").unwrap(),
            (false, false) => writeln!(text, "{}    {member}", comment(doc, "    ")).unwrap(),
        }
    }
    text
}

/// A doc comment's paragraphs, a line each, without its frame and without Markdown that a C reader need not see. What stands in a
/// fence is a picture: its lines stay, behind [`AS_IT_IS`].
fn words(doc: &str) -> String {
    let (mut paragraphs, mut is_picture, mut goes_on) = (Vec::<String>::new(), false, false);
    for line in doc.lines().map(|line| line.trim_start().trim_start_matches('*')) {
        let line = line.strip_prefix(' ').unwrap_or(line).trim_end();
        if line.starts_with("```") {
            is_picture = !is_picture;
            goes_on = false;
            continue;
        }
        match paragraphs.last_mut() {
            _ if is_picture => paragraphs.push(format!("{AS_IT_IS}{line}")),
            Some(paragraph) if goes_on && !line.is_empty() && !line.starts_with('@') => {
                *paragraph += &format!(" {}", line.trim_start());
            }
            _ => paragraphs.push(line.to_owned()),
        }
        goes_on = !is_picture && !line.is_empty();
    }
    paragraphs.join("\n").replace('`', "").trim().to_owned()
}

const AS_IT_IS: char = '\u{1}';

fn comment(doc: &str, indent: &str) -> String {
    if doc.is_empty() {
        return String::new();
    }
    let room = WIDTH - indent.len() - "/** ".len() - " */".len();
    let lines = doc.lines().flat_map(|paragraph| match paragraph.strip_prefix(AS_IT_IS) {
        Some(line) => vec![line.to_owned()],
        None => filled(paragraph, room),
    });
    let text = lines.map(|line| format!("{indent} * {line}").trim_end().to_owned()).collect::<Vec<_>>().join("\n");
    format!("{indent}/**{}", &text[indent.len() + 2..]) + " */\n"
}

/// A paragraph on lines that fit.
fn filled(paragraph: &str, room: usize) -> Vec<String> {
    let mut lines = vec![String::new()];
    for (at, word) in paragraph.split(' ').enumerate() {
        let line = lines.last_mut().unwrap();
        if at > 0 && line.len() + 1 + word.len() > room {
            lines.push(word.to_owned());
        } else {
            *line += if at > 0 { " " } else { "" };
            *line += word;
        }
    }
    lines
}

/// A declaration on as few lines as the width allows, broken between parameters.
fn wrapped(flat: &str) -> String {
    if flat.len() <= WIDTH {
        return format!("{flat}\n");
    }
    let open = flat.rfind(" (*").map_or_else(|| flat.find('('), |_| flat.rfind('(')).unwrap() + 1;
    let (mut text, mut line) = (String::new(), flat[..open].to_owned());
    for parameter in flat[open..].split_inclusive(", ") {
        if line.len() + parameter.trim_end().len() > WIDTH {
            writeln!(text, "{}", line.trim_end()).unwrap();
            line = " ".repeat(open);
        }
        line += parameter;
    }
    text + &line + "\n"
}
