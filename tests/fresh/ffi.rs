//! What `src/ffi` declares, as cbindgen yields it: cut into items, in the order of the sources, by theme.

use std::collections::BTreeMap;
use std::fmt::Write;
use std::path::Path;
use std::sync::OnceLock;

/// The themes in the order of the header, each with its sources in `src/ffi`.
const SECTIONS: &[(&str, &[&str])] = &[
    ("", &["version", "bytes", "addr", "peer", "status"]),
    ("Configuration", &["log", "callback", "config"]),
    ("Client", &["handle", "client"]),
    ("Events", &["choice", "event"]),
    ("A private call", &["call"]),
    ("A call whose key the host made (TDLib)", &["attach"]),
    ("Decoded objects, for hosts that have no TL bytes at hand", &["decoded"]),
    ("TGCALL_MEDIA_HOST: the host's engine carries the sound", &["engine"]),
    ("Sound", &["audio"]),
    ("Pictures, encoded: the host has the cameras, the encoders and the decoders", &["video"]),
    ("A group call", &["group", "group_conference", "group_attach", "watch", "roster", "wishes"]),
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
        "Sound",
        "For calls whose sound is ours. With TGCALL_MEDIA_HOST it is the host's own engine that sends, receives, mutes and\n\
         measures, and every function here is TGCALL_ERR_UNSUPPORTED.",
    ),
    (
        "Pictures, encoded: the host has the cameras, the encoders and the decoders",
        "Who sends says once what it encodes with, shows a source, and does what it is asked for:\n\
         \n\
         tgcall_config_set_video_codecs(config, encoded, 2, decoded, 2);\n\
         tgcall_video_start(client, call, TGCALL_VIDEO_SOURCE_CAMERA, 1280, 720, 30);\n\
         TGCALL_EVENT_VIDEO_ENCODE     set up the encoder: codec, width, height, frames_per_s, bits_per_s; with 0 bits stop it\n\
         TGCALL_EVENT_VIDEO_KEY_FRAME  make the next frame a key frame\n\
         tgcall_video_push(client, call, source, layer, codec, timestamp, key, frame, size);    each frame, as it is encoded\n\
         \n\
         Who receives pulls when it is told, and shows a picture while the other side's switches say that it is on:\n\
         \n\
         TGCALL_EVENT_VIDEO_READY      while (tgcall_video_pull(client, call, source, &frame) == TGCALL_OK) decode(frame);",
    ),
    (
        "A group call",
        "A group call is a call: the functions on calls and on sound are for it, too. In short:\n\
         \n\
         tgcall_group_open(client, id, access_hash, userdata, &call);    or tgcall_group_create, in a chat that has none\n\
         tgcall_group_join(client, call, 0);\n\
         TGCALL_EVENT_CALL_STATE         ACTIVE: tgcall_audio_push_s16 and tgcall_audio_pull_s16 from here on\n\
         TGCALL_EVENT_GROUP_PARTICIPANT  tgcall_group_get_roster(client, call, &roster) says who is there\n\
         tgcall_discard(client, call, TGCALL_DISCARD_REASON_AUTO);       leaves\n\
         \n\
         What is asked of Telegram beside that has a request_out, and one TGCALL_EVENT_ANSWER with the same number; or,\n\
         if the call ends before it is answered, one TGCALL_EVENT_CANCEL.",
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

pub struct Section {
    pub title: &'static str,
    /// What stands between a banner and its items.
    pub introduction: Option<&'static str>,
    /// The types, then the functions, each in the order of the sources.
    pub items: Vec<Item>,
}

#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    Macro,
    Opaque,
    Choice,
    Struct,
    Callback,
    Function,
}

pub struct Item {
    pub kind: Kind,
    pub name: String,
    /// Paragraphs, as [`words`] gives them.
    pub doc: String,
    /// The declaration on one line; of a choice, that of its width; of a struct, nothing.
    pub code: String,
    /// Enumerators or fields.
    pub members: Vec<Member>,
}

pub struct Member {
    pub code: String,
    pub doc: String,
}

pub struct Declared {
    pub macros: Vec<Item>,
    pub opaque: Vec<Item>,
    pub sections: Vec<Section>,
}

/// Everything that is declared; read once, for all that is made of it.
pub fn declared() -> &'static Declared {
    static DECLARED: OnceLock<Declared> = OnceLock::new();
    DECLARED.get_or_init(read)
}

pub fn configuration() -> cbindgen::Config {
    cbindgen::Config::from_file(format!("{}/cbindgen.toml", env!("CARGO_MANIFEST_DIR"))).unwrap()
}

fn read() -> Declared {
    let mut config = configuration();
    config.header = None;
    let mut builder = cbindgen::Builder::new().with_config(config);
    for source in SECTIONS.iter().flat_map(|(_, sources)| *sources) {
        builder = builder.with_src(format!("{}/src/ffi/{source}.rs", env!("CARGO_MANIFEST_DIR")));
    }
    let getters = Path::new(env!("CARGO_TARGET_TMPDIR")).join("getters.rs");
    std::fs::write(&getters, written_out(&source("event"))).unwrap();
    builder = builder.with_src(getters);
    let mut yielded = Vec::new();
    builder.generate().unwrap().write(&mut yielded);
    let mut items = items(&String::from_utf8(yielded).unwrap());

    let mut take = |wanted| -> Vec<Item> {
        let names: Vec<_> = items.values().filter(|item| item.kind == wanted).map(|item| item.name.clone()).collect();
        names.iter().filter_map(|name| items.remove(name)).collect()
    };
    let (macros, opaque) = (take(Kind::Macro), take(Kind::Opaque));
    let sections = SECTIONS.iter().map(|(title, sources)| section(title, sources, &mut items)).collect();
    let lost: Vec<_> = items.keys().collect();
    assert!(lost.is_empty(), "defined in no source of a section: {lost:?}");
    Declared { macros, opaque, sections }
}

fn section(title: &'static str, sources: &[&str], items: &mut BTreeMap<String, Item>) -> Section {
    let introduction = INTRODUCTIONS.iter().find(|(of, _)| *of == title).map(|(_, introduction)| *introduction);
    let names = sources.iter().flat_map(|source| definitions(source));
    let defined: Vec<_> = names.filter_map(|name| items.remove(&name)).collect();
    let (functions, mut all): (Vec<_>, Vec<_>) = defined.into_iter().partition(|item| item.kind == Kind::Function);
    all.extend(functions);
    Section { title, introduction, items: all }
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
pub fn getter(line: &str) -> Option<(&str, &str)> {
    let (name, rest) = line.strip_prefix("    fn ")?.split_once("(event) -> ")?;
    Some((name, rest.split_once(" = ")?.0))
}

/// The text of every source.
pub fn sources() -> Vec<String> {
    SECTIONS.iter().flat_map(|(_, sources)| *sources).map(|name| source(name)).collect()
}

pub fn source(name: &str) -> String {
    std::fs::read_to_string(format!("{}/src/ffi/{name}.rs", env!("CARGO_MANIFEST_DIR"))).unwrap()
}

/// The identifier that `text` begins with.
pub fn name_at(text: &str) -> &str {
    text.split(|c: char| !c.is_ascii_alphanumeric() && c != '_').next().unwrap()
}

/// Cuts what cbindgen wrote: items stand apart by empty lines, and the width of an enum follows it.
fn items(yielded: &str) -> BTreeMap<String, Item> {
    let mut items = BTreeMap::new();
    for chunk in yielded.split("\n\n").map(str::trim).filter(|chunk| !chunk.is_empty()) {
        let (doc, code) = match chunk.strip_prefix("/**").map(|doc| doc.split_once("*/").unwrap()) {
            Some((doc, code)) => (words(doc), code.trim()),
            None => (String::new(), chunk),
        };
        let item = item(doc, code);
        let known = items.insert(item.name.clone(), item);
        assert!(known.is_none(), "comes twice: {}", known.unwrap().name);
    }
    items
}

fn item(doc: String, code: &str) -> Item {
    let flat = code.split_whitespace().collect::<Vec<_>>().join(" ");
    let (kind, name, members) = if let Some(rest) = flat.strip_prefix("#define ") {
        (Kind::Macro, name_at(rest), vec![])
    } else if let Some(rest) = flat.strip_prefix("typedef struct ").filter(|rest| !rest.contains('{')) {
        (Kind::Opaque, name_at(rest), vec![])
    } else if flat.starts_with("enum ") {
        return choice(doc, code);
    } else if !flat.starts_with("typedef ") {
        (Kind::Function, flat.split('(').next().unwrap().rsplit([' ', '*']).next().unwrap(), vec![])
    } else if let Some((_, body)) = code.split_once('{') {
        let (body, name) = body.rsplit_once('}').unwrap();
        (Kind::Struct, name_at(name.trim()), members(body, ";"))
    } else {
        (Kind::Callback, flat.split("(*").nth(1).map(name_at).unwrap(), vec![])
    };
    let name = name.to_owned();
    let code = if kind == Kind::Struct { String::new() } else { flat };
    Item { kind, name, doc, code, members }
}

/// A choice is a number of fixed width beside its names, as the width of an enum is the compiler's business: an enum with the
/// options of a program that has short ones would be another than ours, and one of C++ cannot hold numbers it does not know.
fn choice(doc: String, code: &str) -> Item {
    let (body, width) = code.split_once('{').and_then(|(_, rest)| rest.split_once("};")).expect("an enum with a width");
    // cbindgen gives the width in two ways, of which C23 may choose one.
    let plain = |line: &&str| line.starts_with("typedef ") && !line.contains(" enum ");
    let typedef = width.lines().find(plain).expect("a width that is a number's");
    let name = typedef.trim_end_matches(';').rsplit(' ').next().unwrap().to_owned();
    Item { kind: Kind::Choice, name, doc, code: typedef.to_owned(), members: members(body, ",") }
}

fn members(body: &str, separator: &str) -> Vec<Member> {
    let (mut members, mut doc, mut rest) = (Vec::new(), String::new(), body.trim());
    while !rest.is_empty() {
        if let Some(behind) = rest.strip_prefix("/**") {
            let (text, behind) = behind.split_once("*/").unwrap();
            (doc, rest) = (words(text), behind.trim_start());
        } else {
            let (member, behind) = rest.split_once(separator).unwrap_or((rest, ""));
            members.push(Member { code: member.trim().to_owned(), doc: std::mem::take(&mut doc) });
            rest = behind.trim_start();
        }
    }
    members
}

/// A doc comment's paragraphs, a line each, without its frame and without Markdown that a C reader need not see. What stands in a
/// fence is a picture: its lines stay, behind [`AS_IT_IS`].
pub fn words(doc: &str) -> String {
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

pub const AS_IT_IS: char = '\u{1}';

/// A paragraph on lines that fit.
pub fn filled(paragraph: &str, room: usize) -> Vec<String> {
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
