//! `generated/skip.rs`: the tables of the skip pass.

use std::collections::BTreeMap;
use std::fmt::Write;

use super::{Def, Input, Ty};

/// Numbers of types and constructors, as the tables count them.
pub struct Numbers {
    pub types: BTreeMap<String, u32>,
    pub rows: BTreeMap<String, u32>,
    rows_of: Vec<Vec<Def>>,
}

pub fn number(input: &Input) -> Numbers {
    let mut by_type: BTreeMap<&str, BTreeMap<u32, &Def>> = BTreeMap::new();
    // What has a name comes last and stays: skip.tl lists the same constructor without one.
    for schema in [&input.skip, &input.phone, &input.e2e] {
        for def in schema.defs.iter().filter(|def| !def.function) {
            by_type.entry(&def.result).or_default().insert(def.id, def);
        }
    }
    let mut numbers = Numbers { types: BTreeMap::new(), rows: BTreeMap::new(), rows_of: Vec::new() };
    for (name, defs) in by_type {
        numbers.types.insert(name.to_owned(), numbers.rows_of.len() as u32);
        let before = numbers.rows.len();
        for (at, def) in defs.values().enumerate() {
            numbers.rows.insert(def.name.clone(), (before + at) as u32);
        }
        numbers.rows_of.push(defs.into_values().cloned().collect());
    }
    numbers
}

const FIXED: u32 = 1 << 12;

/// The code of a type; see `src/tl/skip.rs`.
pub fn code(numbers: &Numbers, ty: &Ty) -> u32 {
    match ty {
        Ty::Int => FIXED | 4,
        Ty::Long | Ty::Double => FIXED | 8,
        Ty::Fixed(size) => FIXED | *size as u32,
        Ty::Text | Ty::Bytes => 2 << 12,
        Ty::Bool => 3 << 12,
        Ty::Flags(word) => 4 << 12 | *word as u32,
        Ty::Boxed(name) => 5 << 12 | numbers.types[name],
        Ty::Bare(name) => 6 << 12 | numbers.rows[name],
        Ty::Vector(element) => 1 << 16 | code(numbers, element),
        Ty::BareVector(element) => 2 << 16 | code(numbers, element),
        Ty::True | Ty::Query => unreachable!("neither is stored in an object"),
    }
}

fn row(numbers: &Numbers, def: &Def) -> Vec<u32> {
    let mut row: Vec<u32> = Vec::new();
    for field in def.fields.iter().filter(|field| field.ty != Ty::True) {
        let code = code(numbers, &field.ty);
        match field.flag {
            Some((word, bit)) => row.push(code | 1 << 18 | (32 * word as u32 + bit) << 19),
            // Fixed sizes side by side are stepped over at once.
            None if code >> 12 == 1 => match row.last_mut() {
                Some(last) if *last >> 12 == 1 => *last += code & 0xfff,
                _ => row.push(code),
            },
            None => row.push(code),
        }
    }
    row
}

/// The smallest encoding of each type, id included.
fn minima(numbers: &Numbers) -> Vec<u32> {
    let mut minima = vec![u32::MAX; numbers.rows_of.len()];
    let size = |minima: &[u32], ty: &Ty| match ty {
        Ty::Long | Ty::Double => 8,
        Ty::Fixed(size) => *size as u32,
        Ty::Boxed(name) => minima[numbers.types[name] as usize],
        Ty::True => 0,
        _ => 4,
    };
    loop {
        let before = minima.clone();
        for (at, defs) in numbers.rows_of.iter().enumerate() {
            let smallest = defs.iter().map(|def| {
                let fields = def.fields.iter().filter(|field| field.flag.is_none());
                fields.fold(4u32, |sum, field| sum.saturating_add(size(&before, &field.ty)))
            });
            minima[at] = smallest.min().unwrap_or(4);
        }
        if minima == before {
            return minima;
        }
    }
}

pub fn emit(input: &Input) -> String {
    let numbers = number(input);
    let (mut ids, mut rows, mut fields, mut types) = (Vec::new(), vec![0], Vec::new(), vec![0]);
    for defs in &numbers.rows_of {
        for def in defs {
            ids.push(def.id);
            fields.extend(row(&numbers, def));
            rows.push(fields.len() as u32);
        }
        types.push(ids.len() as u32);
    }
    let minima: Vec<u32> = minima(&numbers).into_iter().map(|min| min.min(255)).collect();
    let mut out = String::from(super::emit::HEADER);
    out += "//! Every constructor there is, as field codes; see `tl/skip.rs`.\n\n";
    table(
        &mut out,
        "The ids of all constructors, type by type, in order within a type.",
        "CONSTRUCTORS",
        "u32",
        &ids,
        true,
    );
    table(
        &mut out,
        "Where the fields of each constructor begin; the next entry is where they end.",
        "ROWS",
        "u16",
        &rows,
        false,
    );
    table(&mut out, "The fields.", "FIELDS", "u32", &fields, true);
    table(&mut out, "Where the constructors of each type begin.", "TYPES", "u16", &types, false);
    table(&mut out, "The smallest encoding of each type, id included.", "TYPE_MIN", "u8", &minima, false);
    out
}

fn table(out: &mut String, doc: &str, name: &str, ty: &str, values: &[u32], hex: bool) {
    let _ = writeln!(out, "/// {doc}\npub static {name}: [{ty}; {}] = [", values.len());
    for line in values.chunks(if hex { 10 } else { 20 }) {
        let line: Vec<_> = line.iter().map(|v| if hex { format!("0x{v:x}") } else { v.to_string() }).collect();
        let _ = writeln!(out, "    {},", line.join(", "));
    }
    *out += "];\n";
}
