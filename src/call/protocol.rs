//! Layers and library versions: what both sides can speak.

pub use crate::version::Version;

/// `phoneCallProtocol.min_layer` (section 9: exactly these, or the server refuses).
pub const MIN_LAYER: i32 = 65;
/// `phoneCallProtocol.max_layer`.
pub const MAX_LAYER: i32 = 92;

/// The version of a call (section 9): the first listed if we offered it, else the first listed that we did. Both sides see
/// the same list, so its head is the only choice that surely agrees.
pub fn choose(listed: &[String], ours: &[Version]) -> Option<Version> {
    listed.iter().filter_map(|name| Version::from_name(name)).find(|version| ours.contains(version))
}

/// Why nothing was chosen, with both lists.
pub fn no_common_version(listed: &[String], ours: &[Version]) -> String {
    /// More than an app ever offered; the rest would only fill the log.
    const SHOWN: usize = 16;
    let shown = listed.len().min(SHOWN);
    let listed = listed.iter().take(SHOWN).map(|name| name.chars().take(16).collect()).collect::<Vec<String>>();
    let ours: Vec<&str> = ours.iter().map(|version| version.name()).collect();
    let rest = if shown < listed.len() { ", ..." } else { "" };
    format!("no library version in common: theirs {}{rest}; ours {}", listed.join(", "), ours.join(", "))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn list(names: &[&str]) -> Vec<String> {
        names.iter().map(|name| name.to_string()).collect()
    }

    #[test]
    fn the_first_listed_version_decides() {
        let ours = Version::DEFAULT;
        assert_eq!(choose(&list(&["13.0.0", "9.0.0"]), &ours), Some(Version::V13_0_0));
        assert_eq!(choose(&list(&["9.0.0"]), &ours), Some(Version::V9_0_0));
    }

    #[test]
    fn a_version_we_did_not_offer_is_passed_over() {
        let ours = Version::DEFAULT;
        assert_eq!(choose(&list(&["11.0.0", "12.0.0", "8.0.0", "9.0.0"]), &ours), Some(Version::V8_0_0));
        assert_eq!(choose(&list(&["7.0.0"]), &ours), None);
        assert_eq!(choose(&list(&["7.0.0"]), &[Version::V7_0_0]), Some(Version::V7_0_0));
    }

    #[test]
    fn nothing_in_common_is_nothing_and_the_text_has_both_lists() {
        for listed in [list(&[]), list(&["2.4.4", "10.0.0"]), list(&["9.0.0\0", " 9.0.0", "9.0"])] {
            assert_eq!(choose(&listed, &Version::DEFAULT), None, "{listed:?}");
        }
        let text = no_common_version(&list(&["2.4.4", "10.0.0"]), &Version::DEFAULT);
        assert!(text.contains("2.4.4, 10.0.0") && text.contains("9.0.0, 8.0.0, 13.0.0"), "{text}");
        assert!(no_common_version(&vec!["x".repeat(5000); 5000], &Version::DEFAULT).len() < 500);
    }
}
