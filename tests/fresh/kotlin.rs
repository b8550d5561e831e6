//! The raw layer of Kotlin: JNI glue in C, the functions that it registers, and the choices as enums.
//!
//! What becomes of each kind of parameter is in bindings/README.md.

use crate::api::{self, Api, Choice, Direction, Function, Parameter, Role, Type};
use std::fmt::Write;

const PACKAGE: &str = "org.tgcall";

const WIDTH: usize = 120;

#[test]
fn the_raw_layer_of_kotlin_is_fresh() {
    let api = Api::read();
    let sources = format!("bindings/kotlin/src/main/kotlin/{}", PACKAGE.replace('.', "/"));
    super::check(&format!("{sources}/Raw.kt"), &raw(&api));
    super::check(&format!("{sources}/Enums.kt"), &enums(&api));
    super::check("bindings/kotlin/src/main/c/tgcall_jni.c", &glue(&api));
}

#[test]
fn kotlin_has_every_function() {
    let api = Api::read();
    let (raw, glue) = (raw(&api), glue(&api));
    let has = |symbol: &&&str| {
        raw.contains(&format!("external fun {}(", api::lower_camel(symbol)))
            && glue.contains(&format!(" {symbol}("))
            && glue.contains(&format!("\"{}\", \"(", api::lower_camel(symbol)))
    };
    let symbols = super::symbols();
    let missing: Vec<_> = symbols.iter().filter(|symbol| !has(symbol)).collect();
    assert!(missing.is_empty(), "{missing:?}");
}

/// How a parameter goes through.
#[derive(Default)]
struct Passage {
    /// Names and types on the side of Kotlin; none for what an array's length says.
    arguments: Vec<(String, Java)>,
    /// What it must not be, as C has no room for it.
    check: Option<String>,
    before: Vec<String>,
    /// What C gets.
    value: String,
    after: Vec<String>,
}

/// A type on the side of the virtual machine.
#[derive(Clone, Copy)]
struct Java {
    kotlin: &'static str,
    jni: &'static str,
    signature: &'static str,
}

const UNIT: Java = Java { kotlin: "Unit", jni: "void", signature: "V" };
const BOOLEAN: Java = Java { kotlin: "Boolean", jni: "jboolean", signature: "Z" };
const INT: Java = Java { kotlin: "Int", jni: "jint", signature: "I" };
const LONG: Java = Java { kotlin: "Long", jni: "jlong", signature: "J" };
const STRING: Java = Java { kotlin: "String", jni: "jstring", signature: "Ljava/lang/String;" };
const STRING_OR_NULL: Java = Java { kotlin: "String?", ..STRING };
const BUFFER: Java = Java { kotlin: "ByteBuffer", jni: "jobject", signature: "Ljava/nio/ByteBuffer;" };
const BUFFER_OR_NULL: Java = Java { kotlin: "ByteBuffer?", ..BUFFER };
const BYTES: Java = Java { kotlin: "ByteArray", jni: "jbyteArray", signature: "[B" };
const INTS: Java = Java { kotlin: "IntArray", jni: "jintArray", signature: "[I" };
const LONGS: Java = Java { kotlin: "LongArray", jni: "jlongArray", signature: "[J" };
const LONGS_OR_NULL: Java = Java { kotlin: "LongArray?", ..LONGS };
const STRINGS: Java = Java { kotlin: "Array<String>", jni: "jobjectArray", signature: "[Ljava/lang/String;" };
const STRINGS_OUT: Java = Java { kotlin: "Array<String?>", ..STRINGS };
const BUFFERS_OUT: Java =
    Java { kotlin: "Array<ByteBuffer?>", jni: "jobjectArray", signature: "[Ljava/nio/ByteBuffer;" };

/// A number: what fits goes as Int, sizes too, as no array of the virtual machine is longer.
fn number(api: &Api, base: &str) -> Java {
    match base {
        "bool" => BOOLEAN,
        "int" | "int32_t" | "uint32_t" | "uint16_t" | "size_t" => INT,
        "int64_t" | "uint64_t" | "ptrdiff_t" => LONG,
        _ => number(api, &api.choice(base).unwrap_or_else(|| panic!("what is a {base} in Kotlin?")).number),
    }
}

fn passage(api: &Api, function: &Function, parameter: &Parameter) -> Passage {
    let Parameter { name, ty, role, .. } = parameter;
    let base = ty.base.as_str();
    let argument = |java| vec![(name.clone(), java)];
    match (parameter.direction.expect("a direction"), role) {
        (Direction::In, Role::Handle | Role::Userdata) => {
            Passage { arguments: argument(LONG), value: format!("pointer({name})"), ..Passage::default() }
        }
        (Direction::In, Role::Callback) => Passage {
            arguments: argument(BOOLEAN),
            value: format!("{name} ? {} : NULL", dispatch(base)),
            ..Passage::default()
        },
        (Direction::In, Role::Flag) => {
            Passage { arguments: argument(BOOLEAN), value: name.clone(), ..Passage::default() }
        }
        (Direction::In, Role::Text) => Passage {
            arguments: argument(STRING_OR_NULL),
            before: vec![format!("char *{name}_text = text_in(env, {name});")],
            value: format!("{name}_text"),
            after: vec![format!("free({name}_text);")],
            ..Passage::default()
        },
        (Direction::In, Role::Struct) => Passage {
            arguments: argument(BYTES),
            before: vec![format!("{base} {name}_value;")],
            value: format!("struct_in(env, {name}, &{name}_value, sizeof {name}_value)"),
            ..Passage::default()
        },
        (_, Role::Array) => array(api, function, parameter),
        (Direction::In, Role::Length) => length(function, parameter),
        (Direction::In, Role::Number) if base == "uint16_t" => Passage {
            arguments: argument(INT),
            check: Some(format!("{name} < 0 || {name} > UINT16_MAX")),
            value: format!("(uint16_t){name}"),
            ..Passage::default()
        },
        (Direction::In, Role::Number) => {
            Passage { arguments: argument(number(api, base)), value: format!("({base}){name}"), ..Passage::default() }
        }
        (Direction::Out, Role::Struct) if base == "tgcall_text" => Passage {
            arguments: argument(STRINGS_OUT),
            before: vec![format!("{base} {name}_value = {{0}};")],
            value: format!("room(env, {name}, 1) ? &{name}_value : NULL"),
            after: vec![format!("put_text(env, {name}, 0, {name}_value);")],
            ..Passage::default()
        },
        (Direction::Out, Role::Struct) if base == "tgcall_bytes" => Passage {
            arguments: argument(BUFFERS_OUT),
            before: vec![format!("{base} {name}_value = {{0}};")],
            value: format!("room(env, {name}, 1) ? &{name}_value : NULL"),
            after: vec![format!("put_lent(env, {name}, {name}_value);")],
            ..Passage::default()
        },
        (Direction::Out, Role::Struct) => Passage {
            arguments: argument(BYTES),
            before: vec![format!("{base} {name}_value = {{0}};")],
            value: format!("room(env, {name}, sizeof {name}_value) ? &{name}_value : NULL"),
            after: vec![format!(
                "if (result >= 0)\n        put_bytes(env, {name}, &{name}_value, sizeof {name}_value);"
            )],
            ..Passage::default()
        },
        (Direction::Out, Role::Handle) => Passage {
            arguments: argument(LONGS),
            before: vec![format!("{}{name}_value = NULL;", ty.c.strip_suffix('*').unwrap())],
            value: format!("room(env, {name}, 1) ? &{name}_value : NULL"),
            after: vec![format!("put_long(env, {name}, address({name}_value));")],
            ..Passage::default()
        },
        (Direction::Out, _) => {
            let (java, put) = match number(api, base).kotlin {
                "Long" => (LONGS, format!("put_long(env, {name}, (jlong){name}_value);")),
                _ => (INTS, format!("put_int(env, {name}, (jint){name}_value);")),
            };
            Passage {
                arguments: argument(java),
                before: vec![format!("{base} {name}_value = 0;")],
                value: format!("room(env, {name}, 1) ? &{name}_value : NULL"),
                after: vec![put],
                ..Passage::default()
            }
        }
    }
}

/// Bytes and samples: a direct buffer, and where in it they begin.
fn is_buffer(ty: &Type) -> bool {
    ty.array.is_none()
        && ty.pointers == 1
        && matches!(ty.base.as_str(), "void" | "char" | "uint8_t" | "int16_t" | "float")
}

fn array(api: &Api, function: &Function, parameter: &Parameter) -> Passage {
    let Parameter { name, ty, length, per, .. } = parameter;
    let base = ty.base.as_str();
    let is_out = parameter.direction == Some(Direction::Out);
    let argument = |java| vec![(name.clone(), java)];
    if is_buffer(ty) {
        let length = length.as_ref().unwrap();
        let size = match (per, base) {
            (Some(per), _) => format!("times(times({length}, {per}), sizeof({base}))"),
            (None, "void" | "char" | "uint8_t") => format!("times({length}, 1)"),
            _ => format!("times({length}, sizeof({base}))"),
        };
        return Passage {
            arguments: vec![(name.clone(), BUFFER_OR_NULL), (format!("{name}_at"), INT)],
            value: format!("part(env, {name}, {name}_at, {size})"),
            ..Passage::default()
        };
    }
    if let Some(size) = ty.array {
        let is_text = base == "tgcall_text";
        let put = if is_text {
            format!("for (jsize at = 0; at < {size}; at++)\n        put_text(env, {name}, at, {name}_value[at]);")
        } else {
            assert_eq!(base, "uint8_t", "{}: an array of what?", function.name);
            format!("if (result >= 0)\n        put_bytes(env, {name}, {name}_value, sizeof {name}_value);")
        };
        return Passage {
            arguments: argument(if is_text { STRINGS_OUT } else { BYTES }),
            before: vec![format!("{base} {name}_value[{size}] = {{{}}};", if is_text { "{0}" } else { "0" })],
            value: format!("room(env, {name}, {size}) ? {name}_value : NULL"),
            after: vec![put],
            ..Passage::default()
        };
    }
    if base == "char" {
        return Passage {
            arguments: argument(STRINGS),
            before: vec![format!("char **{name}_items = texts_in(env, {name});")],
            value: format!("(const char *const *){name}_items"),
            after: vec![format!("free_texts({name}_items, length(env, {name}));")],
            ..Passage::default()
        };
    }
    if api.is_struct(base) {
        return Passage {
            arguments: argument(BYTES),
            before: vec![format!("{base} *{name}_items = structs_in(env, {name}, sizeof({base}));")],
            value: format!("{name}_items"),
            after: vec![format!("free({name}_items);")],
            ..Passage::default()
        };
    }
    let (java, item, kind) = match number(api, base).kotlin {
        "Long" => (LONGS, "jlong", "Long"),
        _ => (INTS, "jint", "Int"),
    };
    let java = if parameter.written.is_some() { LONGS_OR_NULL } else { java };
    let enough = counted(function, length.as_ref().unwrap()).filter(|other| *other != name);
    let enough = enough.map_or(format!("{name} != NULL"), |other| format!("room(env, {name}, length(env, {other}))"));
    Passage {
        arguments: argument(java),
        before: vec![
            format!("{item} *{name}_items ="),
            format!("    {enough} ? (*env)->Get{kind}ArrayElements(env, {name}, NULL) : NULL;"),
        ],
        value: format!("({base_const}{base} *){name}_items", base_const = if is_out { "" } else { "const " }),
        after: vec![
            format!("if ({name}_items != NULL)"),
            format!(
                "    (*env)->Release{kind}ArrayElements(env, {name}, {name}_items, {});",
                if is_out { "0" } else { "JNI_ABORT" }
            ),
        ],
        ..Passage::default()
    }
}

/// The first array of that length.
fn counted<'a>(function: &'a Function, length: &str) -> Option<&'a str> {
    let counted = function.parameters.iter().find(|other| other.length.as_deref() == Some(length));
    counted.map(|other| other.name.as_str())
}

/// A number of elements: that of the array, unless it is a direct buffer.
fn length(function: &Function, parameter: &Parameter) -> Passage {
    let Parameter { name, .. } = parameter;
    let of = function.parameters.iter().find(|other| other.length.as_ref() == Some(name)).unwrap();
    if is_buffer(&of.ty) {
        let arguments = vec![(name.clone(), INT)];
        return Passage { arguments, value: format!("(size_t){name}"), ..Passage::default() };
    }
    let value = match of.ty.base.as_str() {
        base if base.starts_with("tgcall_") => format!("structs(env, {}, sizeof({base}))", of.name),
        _ => format!("(size_t)length(env, {})", of.name),
    };
    Passage { value, ..Passage::default() }
}

/// What is answered: its type, and how it is made of what C answers.
fn returned(api: &Api, ty: &Type) -> (Java, String) {
    match (ty.base.as_str(), ty.pointers) {
        ("void", 0) => (UNIT, String::new()),
        ("tgcall_text", 0) => (STRING, "text_out(env, result)".to_owned()),
        ("tgcall_bytes", 0) => (BUFFER_OR_NULL, "lent(env, result)".to_owned()),
        (base, 0) if api.is_struct(base) => (BYTES, "struct_out(env, &result, sizeof result)".to_owned()),
        (base, 0) => {
            let java = number(api, base);
            (java, format!("({})result", java.jni))
        }
        _ => (LONG, "address(result)".to_owned()),
    }
}

fn passages(api: &Api, function: &Function) -> Vec<Passage> {
    function.parameters.iter().map(|parameter| passage(api, function, parameter)).collect()
}

const GLUE: &str = include_str!("kotlin/glue.c");

fn glue(api: &Api) -> String {
    let mut text = GLUE.replace("CLASS", &format!("{}/Raw", PACKAGE.replace('.', "/")));
    let variables =
        api.callbacks.iter().map(|callback| format!("static jmethodID {}_method;\n", short(&callback.name)));
    let variables = variables.collect::<String>() + "\n";
    let callbacks = variables + &api.callbacks.iter().map(|callback| upcall(api, callback)).collect::<String>();
    let methods = api.callbacks.iter().map(|callback| {
        let short = short(&callback.name);
        let (parameters, answer) = upcall_types(api, callback);
        let signature: String = parameters.iter().map(|(_, java)| java.signature).collect();
        let name = api::lower_camel(&format!("dispatch_{short}"));
        format!(
            "    {short}_method = (*env)->GetStaticMethodID(env, raw, \"{name}\", \"({signature}){}\");\n",
            answer.signature
        )
    });
    let are_there: Vec<_> =
        api.callbacks.iter().map(|callback| format!("{}_method != NULL", short(&callback.name))).collect();
    let functions: String = api.functions.iter().map(|function| downcall(api, function)).collect();
    let natives = api.functions.iter().map(|function| {
        let passages = passages(api, function);
        let arguments = passages.iter().flat_map(|passage| &passage.arguments);
        let signature: String = arguments.map(|(_, java)| java.signature).collect();
        let (java, _) = returned(api, &function.returns.ty);
        let (name, raw) = (api::lower_camel(&function.name), raw_name(&function.name));
        let list = [format!("\"{name}\""), format!("\"({signature}){}\"", java.signature), raw];
        folded("    NATIVE(", &list, "),", "    ") + "\n"
    });
    let methods = methods.collect::<String>() + &format!("    return {};\n", are_there.join("\n        && "));
    for (mark, made) in [
        ("    METHODS\n", methods),
        ("CALLBACKS\n\n", callbacks),
        ("FUNCTIONS\n\n", functions),
        ("    NATIVES\n", natives.collect()),
    ] {
        assert!(text.contains(mark), "{mark}");
        text = text.replace(mark, &made);
    }
    text
}

/// `event` of `tgcall_event_fn`.
fn short(callback: &str) -> &str {
    callback.strip_prefix("tgcall_").and_then(|name| name.strip_suffix("_fn")).unwrap()
}

fn dispatch(callback: &str) -> String {
    format!("dispatch_{}", short(callback))
}

fn raw_name(function: &str) -> String {
    format!("raw_{}", function.strip_prefix("tgcall_").unwrap())
}

/// A function of the library for the virtual machine.
fn downcall(api: &Api, function: &Function) -> String {
    let (java, answer) = returned(api, &function.returns.ty);
    let passages = passages(api, function);
    let arguments = passages.iter().flat_map(|passage| &passage.arguments);
    let arguments = arguments.map(|(name, java)| format!("{} {name}", java.jni));
    let head: Vec<_> = ["JNIEnv *env".to_owned(), "jclass raw".to_owned()].into_iter().chain(arguments).collect();
    let head = folded(&format!("static {} {}(", java.jni, raw_name(&function.name)), &head, ")", "");
    let mut text = format!("{head}\n{{\n    (void)env, (void)raw;\n");
    for check in passages.iter().filter_map(|passage| passage.check.as_ref()) {
        writeln!(text, "    if ({check})\n        return TGCALL_ERR_ARGUMENT;").unwrap();
    }
    for line in passages.iter().flat_map(|passage| &passage.before) {
        writeln!(text, "    {line}").unwrap();
    }
    let values: Vec<_> = passages.iter().map(|passage| passage.value.clone()).collect();
    let space = if function.returns.ty.c.ends_with('*') { "" } else { " " };
    let keep = match answer.is_empty() {
        true => String::new(),
        false => format!("{}{space}result = ", function.returns.ty.c),
    };
    writeln!(text, "{}", folded(&format!("    {keep}{}(", function.name), &values, ");", "    ")).unwrap();
    for line in passages.iter().flat_map(|passage| &passage.after) {
        writeln!(text, "    {line}").unwrap();
    }
    if !answer.is_empty() {
        writeln!(text, "    return {answer};").unwrap();
    }
    text + "}\n\n"
}

/// A list on as few lines as the width allows.
fn folded(head: &str, list: &[String], tail: &str, indent: &str) -> String {
    let flat = format!("{head}{}{tail}", list.join(", "));
    if flat.len() <= WIDTH {
        return flat;
    }
    let indent = format!("{indent}    ");
    let mut lines = vec![format!("{head}\n{indent}")];
    for (at, item) in list.iter().enumerate() {
        let end = if at + 1 < list.len() { ", " } else { tail };
        let line = lines.last_mut().unwrap();
        let length = line.rsplit('\n').next().unwrap().len();
        if length + item.len() + end.trim_end().len() > WIDTH {
            *line = line.trim_end().to_owned();
            lines.push(format!("\n{indent}"));
        }
        *lines.last_mut().unwrap() += &format!("{item}{end}");
    }
    lines.concat()
}

/// What a static method of Kotlin gets and answers.
fn upcall_types(api: &Api, callback: &Function) -> (Vec<(String, Java)>, Java) {
    let parameters = callback.parameters.iter().filter(|parameter| parameter.role != Role::Length);
    let parameters = parameters.map(|parameter| {
        let java = match (parameter.role, parameter.ty.base.as_str()) {
            (Role::Handle | Role::Userdata, _) => LONG,
            (Role::Struct, "tgcall_text") => STRING,
            (Role::Array, "uint8_t") => BUFFER,
            (Role::Number, base) => number(api, base),
            _ => panic!("{}: how does {} come to Kotlin?", callback.name, parameter.name),
        };
        (parameter.name.clone(), java)
    });
    let answer = if callback.returns.ty.c == "void" { UNIT } else { number(api, &callback.returns.ty.base) };
    (parameters.collect(), answer)
}

/// A callback of the library that goes to a static method.
fn upcall(api: &Api, callback: &Function) -> String {
    let (parameters, answer) = upcall_types(api, callback);
    let head = callback.parameters.iter().map(|parameter| {
        let space = if parameter.ty.c.ends_with('*') { "" } else { " " };
        format!("{}{space}{}", parameter.ty.c, parameter.name)
    });
    let head: Vec<_> = head.collect();
    // What is answered where nobody could be asked: a refusal.
    let refusal = match callback.returns.ty.c.as_str() {
        "void" => "",
        "int" => " 1",
        _ => " 0",
    };
    let mut text = folded(&format!("static {} {}(", callback.returns.ty.c, dispatch(&callback.name)), &head, ")", "");
    write!(text, "\n{{\n    JNIEnv *env = attached();\n    if (env == NULL)\n        return{refusal};\n").unwrap();
    let (mut values, mut locals) = (Vec::new(), Vec::new());
    for (name, java) in &parameters {
        let object = match java.signature {
            "Ljava/lang/String;" => format!("text_out(env, {name})"),
            "Ljava/nio/ByteBuffer;" => {
                let length =
                    callback.parameters.iter().find(|other| other.name == *name).unwrap().length.as_ref().unwrap();
                format!("(*env)->NewDirectByteBuffer(env, {name}, (jlong){length})")
            }
            "J" if callback.parameters.iter().any(|other| other.name == *name && other.ty.pointers > 0) => {
                values.push(format!("address({name})"));
                continue;
            }
            _ => {
                values.push(format!("({}){name}", java.jni));
                continue;
            }
        };
        writeln!(text, "    {} {name}_object = {object};", java.jni).unwrap();
        values.push(format!("{name}_object"));
        locals.push(format!("{name}_object"));
    }
    let kind = match answer.signature {
        "V" => "Void",
        "I" => "Int",
        _ => "Long",
    };
    let arguments: Vec<_> = ["env".to_owned(), "raw_class".to_owned(), format!("{}_method", short(&callback.name))]
        .into_iter()
        .chain(values)
        .collect();
    let keep = if refusal.is_empty() { String::new() } else { format!("{} result = ", answer.jni) };
    writeln!(text, "{}", folded(&format!("    {keep}(*env)->CallStatic{kind}Method("), &arguments, ");", "    "))
        .unwrap();
    for local in locals {
        writeln!(text, "    (*env)->DeleteLocalRef(env, {local});").unwrap();
    }
    match refusal {
        "" => text += "    threw(env);\n",
        _ => writeln!(text, "    return threw(env) ?{refusal} : ({})result;", callback.returns.ty.c).unwrap(),
    }
    text + "}\n\n"
}

fn raw(api: &Api) -> String {
    let mut text = format!(
        "// Generated by tests/fresh/kotlin.rs; never edited.\n\npackage {PACKAGE}\n\nimport java.nio.ByteBuffer\n\n\
         /** What the library calls back, with the userdata that was registered. Nothing may be thrown out of it. */\n\
         internal interface RawCallbacks {{\n"
    );
    let callbacks: Vec<_> = api
        .callbacks
        .iter()
        .map(|callback| {
            let (parameters, answer) = upcall_types(api, callback);
            let names: Vec<_> = parameters.iter().map(|(name, _)| api::lower_camel(name)).collect();
            (callback, short(&callback.name), declared(&parameters), names.join(", "), answer)
        })
        .collect();
    for (at, (callback, short, parameters, _, answer)) in callbacks.iter().enumerate() {
        let blank = if at > 0 { "\n" } else { "" };
        let doc = kdoc(&callback.doc, "    ");
        writeln!(text, "{blank}{doc}    fun {short}({parameters}){}", colon(*answer)).unwrap();
    }
    text += "}\n\n/** The C API, function by function; names, docs and rules are those of tgcall.h, and bindings/README.md says how\n \
             * parameters go through. */\ninternal object Raw {\n\
             \x20   /** Set before the first callback is registered. */\n    lateinit var callbacks: RawCallbacks\n";
    for (_, short, parameters, names, answer) in &callbacks {
        let dispatch = api::lower_camel(&format!("dispatch_{short}"));
        let head = format!("    @JvmStatic\n    fun {dispatch}({parameters}){} =", colon(*answer));
        write!(text, "\n{head}\n        callbacks.{short}({names})\n").unwrap();
    }
    for constant in &api.constants {
        let name = constant.name.strip_prefix("TGCALL_").unwrap();
        write!(text, "\n{}    const val {name}: Int = {}\n", kdoc(&constant.doc, "    "), constant.value).unwrap();
    }
    for function in &api.functions {
        let passages = passages(api, function);
        let arguments: Vec<_> = passages.into_iter().flat_map(|passage| passage.arguments).collect();
        let (java, _) = returned(api, &function.returns.ty);
        let list: Vec<_> =
            arguments.iter().map(|(name, java)| format!("{}: {}", api::lower_camel(name), java.kotlin)).collect();
        let head = format!("    external fun {}(", api::lower_camel(&function.name));
        let declaration = folded(&head, &list, &format!("){}", colon(java)), "    ");
        let declaration = match declaration.contains('\n') {
            true => declaration.replace(&format!("){}", colon(java)), &format!(",\n    ){}", colon(java))),
            false => declaration,
        };
        write!(text, "\n{}    @JvmStatic\n{declaration}\n", kdoc(&api::documentation(function), "    ")).unwrap();
    }
    text + "}\n"
}

fn declared(parameters: &[(String, Java)]) -> String {
    let list = parameters.iter().map(|(name, java)| format!("{}: {}", api::lower_camel(name), java.kotlin));
    list.collect::<Vec<_>>().join(", ")
}

fn colon(java: Java) -> String {
    if java.kotlin == "Unit" { String::new() } else { format!(": {}", java.kotlin) }
}

fn enums(api: &Api) -> String {
    let mut text = format!("// Generated by tests/fresh/kotlin.rs; never edited.\n\npackage {PACKAGE}\n");
    for Choice { name, doc, values, is_flags, .. } in &api.choices {
        let name = api::camel(name);
        text += &format!("\n{}", kdoc(doc, ""));
        if *is_flags {
            writeln!(text, "public object {name} {{").unwrap();
            for value in values {
                writeln!(
                    text,
                    "{}    public const val {}: Int = {}",
                    kdoc(&value.doc, "    "),
                    value.short,
                    value.number
                )
                .unwrap();
            }
            text += "}\n";
            continue;
        }
        writeln!(text, "public enum class {name}(public val number: Int) {{").unwrap();
        for (at, value) in values.iter().enumerate() {
            let end = if at + 1 < values.len() { "," } else { ";" };
            writeln!(text, "{}    {}({}){end}", kdoc(&value.doc, "    "), value.short, value.number).unwrap();
        }
        write!(
            text,
            "\n    public companion object {{\n        private val byNumber = values().associateBy {{ it.number }}\n\n        \
             /** The one of that number; null for one that only a newer library knows. */\n        \
             @JvmStatic\n        public fun of(number: Int): {name}? = byNumber[number]\n    }}\n}}\n"
        )
        .unwrap();
    }
    text
}

fn kdoc(doc: &str, indent: &str) -> String {
    if doc.is_empty() {
        return String::new();
    }
    assert!(!doc.contains("/*") && !doc.contains("*/"), "{doc}");
    let lines = api::lines(doc, WIDTH - indent.len() - 7);
    if lines.len() == 1 {
        return format!("{indent}/** {} */\n", lines[0]);
    }
    let lines: Vec<_> = lines.iter().map(|line| format!("{indent} * {line}").trim_end().to_owned()).collect();
    format!("{indent}/**\n{}\n{indent} */\n", lines.join("\n"))
}
