//! Whether a text is JSON (RFC 8259). Nothing more is asked of it.

/// Deepest nesting that is followed.
const DEPTH: usize = 64;

/// Whether the bytes are one JSON object.
pub fn is_object(bytes: &[u8]) -> bool {
    let mut rest = skip_space(bytes);
    rest.first() == Some(&b'{') && core::str::from_utf8(bytes).is_ok() && {
        match value(rest, 0) {
            Some(after) => {
                rest = skip_space(after);
                rest.is_empty()
            }
            None => false,
        }
    }
}

fn skip_space(bytes: &[u8]) -> &[u8] {
    let start = bytes.iter().position(|byte| !b" \t\r\n".contains(byte)).unwrap_or(bytes.len());
    bytes.get(start..).unwrap_or_default()
}

/// What is left behind one value.
fn value(bytes: &[u8], depth: usize) -> Option<&[u8]> {
    let bytes = skip_space(bytes);
    match bytes.first()? {
        _ if depth > DEPTH => None,
        b'{' => list(bytes.get(1..)?, b'}', depth, |bytes, depth| {
            let after = skip_space(string(skip_space(bytes))?);
            value(after.strip_prefix(b":")?, depth)
        }),
        b'[' => list(bytes.get(1..)?, b']', depth, value),
        b'"' => string(bytes),
        b't' => bytes.strip_prefix(b"true"),
        b'f' => bytes.strip_prefix(b"false"),
        b'n' => bytes.strip_prefix(b"null"),
        _ => number(bytes),
    }
}

fn list<'a>(
    bytes: &'a [u8],
    end: u8,
    depth: usize,
    item: impl Fn(&'a [u8], usize) -> Option<&'a [u8]>,
) -> Option<&'a [u8]> {
    let mut rest = skip_space(bytes);
    if let Some(after) = rest.strip_prefix(&[end]) {
        return Some(after);
    }
    loop {
        rest = skip_space(item(rest, depth + 1)?);
        if let Some(after) = rest.strip_prefix(&[end]) {
            return Some(after);
        }
        rest = rest.strip_prefix(b",")?;
    }
}

fn string(bytes: &[u8]) -> Option<&[u8]> {
    let mut rest = bytes.strip_prefix(b"\"")?;
    loop {
        match rest {
            [b'"', after @ ..] => return Some(after),
            [b'\\', b'u', a, b, c, d, after @ ..] => {
                if ![a, b, c, d].iter().all(|digit| digit.is_ascii_hexdigit()) {
                    return None;
                }
                rest = after;
            }
            [b'\\', escaped, after @ ..] if b"\"\\/bfnrt".contains(escaped) => rest = after,
            [byte, after @ ..] if *byte >= 0x20 && *byte != b'\\' => rest = after,
            _ => return None,
        }
    }
}

fn number(bytes: &[u8]) -> Option<&[u8]> {
    let end = bytes.iter().position(|byte| !b"+-.eE0123456789".contains(byte)).unwrap_or(bytes.len());
    let (text, rest) = bytes.split_at_checked(end)?;
    let text = core::str::from_utf8(text).ok()?;
    let digits = text.strip_prefix('-').unwrap_or(text);
    let starts_well = digits.starts_with(|c: char| c.is_ascii_digit());
    let has_odd_zero = digits.starts_with('0') && digits[1..].starts_with(|c: char| c.is_ascii_digit());
    let ends_well = digits.ends_with(|c: char| c.is_ascii_digit());
    (starts_well && ends_well && !has_odd_zero && text.parse::<f64>().is_ok()).then_some(rest)
}

#[cfg(test)]
mod tests {
    use super::is_object;

    #[test]
    fn objects_are_told_from_the_rest() {
        for good in ["{}", " {\"a\": [1, -2.5e3, true, null, \"x\\n\\u00e9\"], \"b\": {\"c\": {}}} ", "{\"\":0}"] {
            assert!(is_object(good.as_bytes()), "{good}");
        }
        for bad in
            ["", "[]", "1", "{", "{}}", "{\"a\"}", "{\"a\":}", "{\"a\":01}", "{\"a\":1,}", "{a:1}", "{\"a\":\"\n\"}"]
        {
            assert!(!is_object(bad.as_bytes()), "{bad}");
        }
        assert!(!is_object("{\"a\":".repeat(100_000).as_bytes()));
    }
}
