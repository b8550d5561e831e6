//! The C compiler, and the shared library that this test run was built with.
#![allow(dead_code, reason = "each test program uses its part")]

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};
use std::sync::{Mutex, OnceLock};

/// The compilers asked for (`CC`, `CXX`), else the system's.
pub fn compiler(variable: &str, candidates: &[&str]) -> Option<String> {
    let asked = std::env::var(variable).ok().filter(|name| !name.is_empty());
    let names = asked.into_iter().chain(candidates.iter().map(|name| (*name).to_owned()));
    names
        .into_iter()
        .find(|name| Command::new(name).arg("--version").output().is_ok_and(|output| output.status.success()))
}

pub fn cc() -> String {
    compiler("CC", &["cc", "gcc", "clang"]).expect("a C compiler: install gcc or clang, or set CC")
}

/// The cdylib of this very build: cargo makes it together with the rlib, beside the test programs.
pub fn library() -> PathBuf {
    let deps = std::env::current_exe().unwrap().parent().unwrap().to_owned();
    let name = format!("{}tgcall{}", std::env::consts::DLL_PREFIX, std::env::consts::DLL_SUFFIX);
    let library = deps.join(name);
    assert!(library.exists(), "{} is missing", library.display());
    library
}

pub fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// A folder of this test's own, under target/.
pub fn scratch(name: &str) -> PathBuf {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join(name);
    fs::create_dir_all(&folder).unwrap();
    folder
}

/// Runs a command that must succeed.
pub fn run(command: &mut Command) -> String {
    let output: Output = command.output().unwrap_or_else(|error| panic!("{command:?}: {error}"));
    let text = format!("{}{}", String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
    assert!(output.status.success(), "{command:?}\n{}\n{text}", output.status);
    text
}

/// A folder in which the library has the names that linker and loader look for.
pub fn libraries(folder: &Path) -> &'static Path {
    static FOLDER: OnceLock<PathBuf> = OnceLock::new();
    FOLDER.get_or_init(|| {
        let folder = folder.join("lib");
        let _ = fs::remove_dir_all(&folder);
        fs::create_dir_all(&folder).unwrap();
        let library = library();
        let plain = library.file_name().unwrap().to_str().unwrap();
        let (major, minor) = (env!("CARGO_PKG_VERSION_MAJOR"), env!("CARGO_PKG_VERSION_MINOR"));
        let abi = if major == "0" { format!("0.{minor}") } else { major.to_owned() };
        let versioned =
            if cfg!(target_os = "macos") { format!("libtgcall.{abi}.dylib") } else { format!("{plain}.{abi}") };
        for name in [plain, &versioned] {
            fs::hard_link(&library, folder.join(name))
                .or_else(|_| fs::copy(&library, folder.join(name)).map(|_| ()))
                .unwrap();
        }
        folder
    })
}

/// The options for ASan and UBSan, if the compiler can build and run a program with them; it is tried in `folder`.
///
/// Not ASan for a program that forks while it has threads: in the child GCC's waits for ever when another thread was inside its allocator
/// (4 of 40 runs of tests/c/forked.c on a busy machine), which that of the C library does not.
pub fn sanitizers(compiler: &str, folder: &Path, program: &str) -> &'static [&'static str] {
    const UNDEFINED: &[&str] = &["-fsanitize=undefined", "-fno-sanitize-recover=all", "-fno-omit-frame-pointer"];
    const OPTIONS: &[&str] = &["-fsanitize=address,undefined", "-fno-sanitize-recover=all", "-fno-omit-frame-pointer"];
    static WORK: Mutex<BTreeMap<String, bool>> = Mutex::new(BTreeMap::new());
    let work = *WORK.lock().unwrap().entry(compiler.to_owned()).or_insert_with(|| {
        let program = folder.join(format!("empty-{}", compiler.replace(std::path::is_separator, "-")));
        let source = program.with_extension("c");
        fs::write(&source, "int main(void) { return 0; }\n").unwrap();
        let built = Command::new(compiler).args(OPTIONS).arg(&source).arg("-o").arg(&program).output();
        let works = built.is_ok_and(|built| built.status.success())
            && Command::new(&program).output().is_ok_and(|ran| ran.status.success());
        if !works {
            eprintln!("SKIPPED: ASan and UBSan, which {compiler} does not have; the programs run without");
        }
        works
    });
    match program {
        _ if !work => &[],
        "forked" => UNDEFINED,
        _ => OPTIONS,
    }
}
