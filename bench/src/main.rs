//! What libtgcall costs, beside what others cost, in one run on one machine: the ratios are what counts.
//!
//! `make bench`, or `bench/run.sh [exchange] [tl] [calls] [conference] [roster] [video] [groups] [size]` for a part of it. With `BASE=<commit>` in the
//! environment nothing else is run but the README's table of costs (or of `[connect] [steady] [latency] [capacity] [size]` what is named),
//! of that commit and of this checkout by turns.

mod calls;
mod conference;
mod exchange;
mod groups;
#[path = "../../tests/common/guest.rs"]
mod guest;
#[path = "../../tests/interop/lines.rs"]
mod lines;
mod machine;
#[path = "../../tests/common/process.rs"]
mod process;
mod rival;
mod roster;
mod size;
mod tl;
mod video;
mod voice;

// What grammers' generated code expects at the root of its crate.
pub use grammers_tl_types::{Blob, Cursor, Deserializable, Identifiable, RawVec, RemoteCall, Serializable};
pub use rival::{enums, types};

pub mod deserialize {
    pub use grammers_tl_types::deserialize::{Cursor, Error, Result};
    pub type Buffer<'a, 'b> = &'a mut Cursor<'b>;
}

#[global_allocator]
static ALLOCATOR: machine::Counting = machine::Counting;

fn main() {
    let wanted: Vec<String> = std::env::args().skip(1).collect();
    let runs = |part: &str| wanted.is_empty() || wanted.iter().any(|one| one == part);
    machine::describe();
    machine::go_first();
    let mut missed = Vec::new();
    let parts: [(&str, fn() -> Vec<Target>); 15] = [
        ("exchange", exchange::run),
        ("tl", tl::run),
        ("calls", calls::run),
        ("conference", conference::run),
        ("conference", groups::meetings::run),
        ("roster", roster::run),
        ("video", video::packets),
        ("video", video::calls::run),
        ("groups", groups::run),
        ("connect", voice::connect),
        ("steady", voice::steady),
        ("latency", voice::latency),
        ("capacity", voice::capacity),
        ("loss", voice::loss::run),
        ("size", size::run),
    ];
    let base = std::env::var("BASE").ok().filter(|commit| !commit.is_empty());
    if let Some(commit) = &base {
        println!();
        let targets = voice::against(commit, runs);
        targets.iter().for_each(|target| println!("  target  {target}"));
        missed.extend(targets.into_iter().filter(|target| !target.met()));
    }
    for (name, part) in parts {
        if base.is_none() && runs(name) {
            println!();
            for target in part() {
                println!("  target  {target}");
                if !target.met() {
                    missed.push(target);
                }
            }
        }
    }
    println!();
    machine::go_back();
    machine::describe();
    match missed.as_slice() {
        [] => println!("all targets met"),
        missed => missed.iter().for_each(|target| println!("{target}")),
    }
}

/// What a figure should be.
pub struct Target {
    what: String,
    figure: f64,
    bound: Bound,
}

enum Bound {
    AtMost(f64),
    AtLeast(f64),
}

impl Target {
    pub fn at_most(what: impl Into<String>, bound: f64, figure: f64) -> Target {
        Target { what: what.into(), figure, bound: Bound::AtMost(bound) }
    }

    pub fn at_least(what: impl Into<String>, bound: f64, figure: f64) -> Target {
        Target { what: what.into(), figure, bound: Bound::AtLeast(bound) }
    }

    fn met(&self) -> bool {
        match self.bound {
            Bound::AtMost(bound) => self.figure <= bound,
            Bound::AtLeast(bound) => self.figure >= bound,
        }
    }
}

impl std::fmt::Display for Target {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let (sign, bound) = match self.bound {
            Bound::AtMost(bound) => ("<=", bound),
            Bound::AtLeast(bound) => (">=", bound),
        };
        if self.figure.is_nan() {
            return write!(f, "{} (wanted {sign} {bound}): NOT MEASURED", self.what);
        }
        let verdict = if self.met() { "met" } else { "NOT MET" };
        write!(f, "{}: {:.2} (wanted {sign} {bound}): {verdict}", self.what, self.figure)
    }
}
