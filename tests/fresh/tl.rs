//! `src/tl/generated` is what the generator makes of `src/tl/schema`.

use crate::{check, tlgen};

pub fn schema(name: &str) -> String {
    std::fs::read_to_string(std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("src/tl/schema").join(name)).unwrap()
}

#[test]
fn generated_tl_is_fresh() {
    let input = tlgen::read(&schema("phone.tl"), &schema("e2e.tl"), &schema("skip.tl")).unwrap();
    for (name, content) in tlgen::emit::library(&input) {
        check(&format!("src/tl/generated/{name}"), &content);
    }
    check("tests/tl/convert.rs", &tlgen::convert::emit(&input));
}
