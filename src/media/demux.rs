//! What a packet of the peer is, by its first bytes (RFC 7983, RFC 5761).

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Content {
    Stun,
    Dtls,
    Rtp,
    Rtcp,
    Unknown,
}

pub fn classify(bytes: &[u8]) -> Content {
    match bytes {
        [0..=3, ..] => Content::Stun,
        [20..=63, ..] => Content::Dtls,
        [128..=191, second, ..] => rtp_or_rtcp(*second),
        _ => Content::Unknown,
    }
}

/// RTCP packet types are 192 to 223; RTP payload types with the marker bit never are, as 64 to 95 are not used.
pub fn rtp_or_rtcp(second: u8) -> Content {
    if (192..=223).contains(&second) { Content::Rtcp } else { Content::Rtp }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_first_byte_has_its_place() {
        for first in 0..=255 {
            let expected = match first {
                0..=3 => Content::Stun,
                20..=63 => Content::Dtls,
                128..=191 => Content::Rtp,
                _ => Content::Unknown,
            };
            assert_eq!(classify(&[first, 111]), expected, "{first}");
        }
        assert_eq!(classify(&[0x80, 200]), Content::Rtcp);
        assert_eq!(classify(&[0x80, 0x80 | 111]), Content::Rtp);
        assert_eq!(classify(&[]), Content::Unknown);
        assert_eq!(classify(&[0x80]), Content::Unknown);
    }
}
