//! `src/tl/generated` is what the generator makes of `src/tl/schema`.

use crate::{check, tlgen};

pub fn schema(name: &str) -> String {
    std::fs::read_to_string(std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("src/tl/schema").join(name)).unwrap()
}

#[test]
fn generated_tl_is_fresh() {
    let input = tlgen::read(&schema("phone.tl"), &schema("older.tl"), &schema("e2e.tl"), &schema("skip.tl")).unwrap();
    for (name, content) in tlgen::emit::library(&input) {
        check(&format!("src/tl/generated/{name}"), &content);
    }
    check("tests/tl/convert.rs", &tlgen::convert::emit(&input));
}

/// The generator's error for a schema of these lines.
fn refusal(phone: &str, skip: &str) -> String {
    tlgen::read(phone, "", "", skip).err().unwrap_or_default()
}

#[test]
fn the_generator_refuses_what_is_wrong_in_a_schema() {
    let good = "peerUser#59511722 user_id:long = Peer;";
    assert_eq!(refusal(good, "59511722 long = Peer"), "");
    assert!(refusal("peerUser#59511723 user_id:long = Peer;", "").contains("should be 59511722"));
    assert!(refusal("peerUser#59511722 user_id:int = Peer;", "").contains("the id is wrong"));
    assert!(refusal(&format!("{good}\n{good}"), "").contains("twice"));
    assert!(refusal("", "59511722 long = Peer\n59511722 int = Peer").contains("twice"));
    assert!(refusal("", "00000001 Nobody = Peer").contains("no constructor gives a Nobody"));
    assert!(
        refusal("updateMessageID#4e90bfd6 id:int random_id:long = Update;\nf#00000000 flags:# x:flags.32?int = F;", "")
            .contains("wrong")
    );
    assert!(refusal("", "00000001 # 0.32?int = F").contains("bits 0 to 31"));
    assert!(refusal("", "00000001 0.3?int = F").contains("no such flags"));
    // A bit past 31 with the right id.
    let line = |id: u32| format!("f#{id:08x} flags:# x:flags.32?int = F;");
    let id = tlgen::crc32("f flags:# x:flags.32?int = F");
    assert!(refusal(&line(id), "").contains("bits 0 to 31"));
    assert!(refusal("//@ nonsense\n", "").contains("what note is that"));
    // An older form is one of something that there is, under another number.
    let older = |phone: &str, older: &str| tlgen::read(phone, older, "", "").err().unwrap_or_default();
    let short = format!("//@ layers 1 2\npeerUser#{:08x} id:int = Peer;", tlgen::crc32("peerUser id:int = Peer"));
    assert_eq!(older(good, &short), "");
    assert!(older("", &short).contains("older than nothing"));
    assert!(older(good, &format!("//@ layers 1 2\n{good}")).contains("not older"));
}
