//! Generates grammers' code for the part of our own schema that the benchmark reads and writes.

use grammers_tl_gen::{Config, Outputs, generate_rust_code};
use grammers_tl_parser::parse_tl_file;
use grammers_tl_parser::tl::{Category, Definition, ParameterType, Type};
use std::collections::BTreeSet;
use std::fs::File;
use std::io::BufWriter;
use std::path::Path;

const SCHEMA: &str = "../src/tl/schema/phone.tl";
const BUILT_IN: [&str; 9] = ["int", "long", "double", "string", "bytes", "int128", "int256", "true", "Bool"];

fn main() {
    println!("cargo:rerun-if-changed={SCHEMA}");
    println!("cargo:rerun-if-changed=build.rs");
    let text = std::fs::read_to_string(SCHEMA).expect("the library's schema");
    let text = text.lines().filter(|line| !line.starts_with("//")).collect::<Vec<_>>().join("\n");
    let definitions = parse_tl_file(&text).filter_map(Result::ok).filter(|one| one.category == Category::Types);
    let definitions = closed(definitions.collect());

    let folder = std::env::var("OUT_DIR").expect("cargo sets it");
    let create = |name| BufWriter::new(File::create(Path::new(&folder).join(name)).expect("OUT_DIR is there"));
    let mut outputs = Outputs {
        common: create("common.rs"),
        types: create("types.rs"),
        functions: create("functions.rs"),
        enums: create("enums.rs"),
    };
    generate_rust_code(&mut outputs, &definitions, 223, &Config::default()).expect("grammers generates");
    outputs.flush().expect("the disk has room");
}

/// What is left without the constructors that name a type we have no constructor of (messages and their kind, which our
/// library steps over without knowing them).
fn closed(mut definitions: Vec<Definition>) -> Vec<Definition> {
    definitions.retain(|one| !["boolFalse", "boolTrue", "true", "vector"].contains(&one.name.as_str()));
    loop {
        let known: BTreeSet<String> = definitions.iter().map(|one| full_name(&one.ty)).collect();
        let before = definitions.len();
        definitions.retain(|one| {
            one.params.iter().all(|param| match &param.ty {
                ParameterType::Flags => true,
                ParameterType::Normal { ty, .. } => is_known(ty, &known),
            })
        });
        if definitions.len() == before {
            return definitions;
        }
    }
}

fn is_known(ty: &Type, known: &BTreeSet<String>) -> bool {
    match &ty.generic_arg {
        Some(inner) => is_known(inner, known),
        None => BUILT_IN.contains(&ty.name.as_str()) || known.contains(&full_name(ty)),
    }
}

fn full_name(ty: &Type) -> String {
    ty.namespace.iter().chain([&ty.name]).cloned().collect::<Vec<_>>().join(".")
}
