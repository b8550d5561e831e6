//! include/tgcall.h: what cbindgen yields, ordered by theme and set for a reader.
//!
//! cbindgen writes all types first and then all functions. A person reads by theme, so what it wrote is cut into items and
//! put together again: a section per theme, in it the types and then the functions, each in the order of the sources.

use crate::ffi::{self, AS_IT_IS, Item, Kind, Member, Section, filled};
use std::fmt::Write;

const WIDTH: usize = 120;

#[test]
fn the_header_is_fresh() {
    let header = render();
    let long: Vec<_> = header.lines().filter(|line| line.chars().count() > WIDTH).collect();
    assert!(long.is_empty(), "too long for a reader's window: {long:#?}");
    super::check("include/tgcall.h", &header);
}

fn render() -> String {
    let declared = ffi::declared();
    let top = ffi::configuration().header.unwrap();
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
    for Item { code, doc, .. } in &declared.macros {
        writeln!(header, "{code} /* {doc} */").unwrap();
    }
    header += "\n#ifdef __cplusplus\nextern \"C\" {\n#endif\n\n";
    for Item { code, doc, .. } in &declared.opaque {
        writeln!(header, "{code:<43} /* {} */", doc.trim_end_matches('.')).unwrap();
    }
    for section in &declared.sections {
        self::section(&mut header, section);
    }
    header += "\n#ifdef __cplusplus\n}\n#endif\n\n#endif /* TGCALL_H */\n";
    header
}

fn section(header: &mut String, Section { title, introduction, items }: &Section) {
    if !title.is_empty() {
        let banner = format!("/* ---- {title} ");
        writeln!(header, "\n{banner}{} */", "-".repeat(WIDTH - 3 - banner.len())).unwrap();
    }
    if let Some(introduction) = introduction {
        writeln!(header, "\n/* {} */", introduction.replace('\n', "\n * ").replace(" * \n", " *\n")).unwrap();
    }
    for item in items {
        write!(header, "\n{}{}", comment(&item.doc, ""), declaration(item)).unwrap();
    }
}

fn declaration(Item { kind, name, code, members, .. }: &Item) -> String {
    match kind {
        Kind::Choice => format!("{code}\nenum {{\n{}}};\n", self::members(members, ",")),
        Kind::Struct => format!("typedef struct {name} {{\n{}}} {name};\n", self::members(members, ";")),
        _ => wrapped(code),
    }
}

/// Enumerators or fields, their docs behind them where there is room.
fn members(members: &[Member], separator: &str) -> String {
    let last = members.len() - 1;
    let end = |index| if separator == "," && index == last { "" } else { separator };
    let rows: Vec<_> = members
        .iter()
        .enumerate()
        .map(|(index, Member { code, doc })| (format!("{code}{}", end(index)), doc))
        .collect();
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
