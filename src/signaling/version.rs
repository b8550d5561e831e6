//! Which library version speaks which dialect: `one-to-one-signaling.md` section 10.

use crate::time::Duration;
pub use crate::version::Version;
use serde_json::Value;

impl Version {
    /// Whether old engines frame this version as 12 does, so that only the peer's first packet tells.
    pub const fn has_two_framings(self) -> bool {
        matches!(self, Version::V9_0_0)
    }

    /// How this version's messages travel in a call with these parameters, unless the peer shows otherwise.
    pub fn dialect(self, parameters: &CustomParameters) -> Dialect {
        let compressed = match self {
            Version::V7_0_0 | Version::V8_0_0 | Version::V9_0_0 => parameters.kcp_experiment,
            Version::V12_0_0 | Version::V13_0_0 => true,
        };
        match self {
            _ if compressed && parameters.signaling_nosctp => Dialect::Compressed,
            _ if compressed => Dialect::Sctp,
            Version::V7_0_0 => Dialect::Raw,
            Version::V8_0_0 | Version::V9_0_0 | Version::V12_0_0 | Version::V13_0_0 => Dialect::Acked,
        }
    }
}

/// The layers between a JSON message and the bytes that Telegram carries.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Dialect {
    /// A counter, then JSON, encrypted. Nothing repairs a loss.
    Raw,
    /// Messages that are repeated until acknowledged, encrypted together.
    Acked,
    /// A counter, then gzip, encrypted. Nothing repairs a loss.
    Compressed,
    /// As `Compressed`, as the messages of an SCTP association.
    Sctp,
}

impl Dialect {
    /// Whether this layer brings every message over, in order.
    pub const fn is_reliable(self) -> bool {
        match self {
            Dialect::Acked | Dialect::Sctp => true,
            Dialect::Raw | Dialect::Compressed => false,
        }
    }
}

/// What the server asks of both ends: the flags of `one-to-one-signaling.md` section 4.2 that we know.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct CustomParameters {
    /// Versions 12 and 13: no SCTP around the packets.
    pub signaling_nosctp: bool,
    /// All versions frame their signaling as 13 does.
    pub kcp_experiment: bool,
    /// Media is sealed with the call key instead of DTLS-SRTP.
    pub use_mtproto: bool,
    /// Reflector candidates are not signalled, and their tags are fixed.
    pub standalone_reflectors: bool,
    /// The timers of the signaling association, if the server sets them.
    pub sctp_t1_init: Option<Duration>,
    pub sctp_t1_cookie: Option<Duration>,
    pub sctp_max_backoff: Option<Duration>,
}

impl CustomParameters {
    /// The longest text that is looked at; the known parameters fill a few hundred bytes.
    const MAX_SIZE: usize = 65_536;

    /// Reads the JSON object of `phoneCall.custom_parameters`. What it does not say, or says in another type than
    /// expected, stays at its default: the call goes on.
    pub fn parse(json: &str) -> CustomParameters {
        if json.len() > Self::MAX_SIZE {
            return CustomParameters::default();
        }
        let Ok(Value::Object(object)) = serde_json::from_str(json) else { return CustomParameters::default() };
        let flag = |key: &str| object.get(key).and_then(Value::as_bool).unwrap_or(false);
        let millis = |key: &str| {
            let value = object.get(key).and_then(Value::as_f64)?;
            // Below, a timer would flood Telegram with requests; above, a call would be given up first.
            (50.0..=60_000.0).contains(&value).then(|| Duration::from_millis(value as u64))
        };
        CustomParameters {
            signaling_nosctp: flag("network_signaling_nosctp"),
            kcp_experiment: flag("network_kcp_experiment"),
            use_mtproto: flag("network_use_mtproto"),
            standalone_reflectors: flag("network_standalone_reflectors"),
            sctp_t1_init: millis("network_sctp_t1_init_ms"),
            sctp_t1_cookie: millis("network_sctp_t1_cookie_ms"),
            sctp_max_backoff: millis("network_sctp_max_backoff_ms"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_version_speaks_its_dialect() {
        let plain = CustomParameters::default();
        let dialects = Version::ALL.map(|version| version.dialect(&plain));
        assert_eq!(dialects, [Dialect::Raw, Dialect::Acked, Dialect::Acked, Dialect::Sctp, Dialect::Sctp]);
        assert_eq!(Version::from_name("9.0.0"), Some(Version::V9_0_0));
        assert_eq!(Version::from_name("11.0.0"), None);
        assert_eq!(Version::from_name("9.0.0 "), None);
    }

    #[test]
    fn the_server_can_take_sctp_away_and_force_the_new_framing() {
        let nosctp = CustomParameters::parse(r#"{"network_signaling_nosctp": true}"#);
        let dialects = Version::ALL.map(|version| version.dialect(&nosctp));
        use Dialect::{Acked, Compressed, Raw, Sctp};
        assert_eq!(dialects, [Raw, Acked, Acked, Compressed, Compressed]);
        let kcp = CustomParameters::parse(r#"{"network_kcp_experiment": true}"#);
        assert_eq!(Version::ALL.map(|version| version.dialect(&kcp)), [Sctp; 5]);
        let both = CustomParameters::parse(r#"{"network_kcp_experiment": true, "network_signaling_nosctp": true}"#);
        assert_eq!(Version::ALL.map(|version| version.dialect(&both)), [Compressed; 5]);
    }

    #[test]
    fn parameters_of_another_shape_change_nothing() {
        for json in ["", "[]", "{", "null", r#"{"network_use_mtproto": 1, "network_signaling_nosctp": "true"}"#] {
            assert_eq!(CustomParameters::parse(json), CustomParameters::default(), "{json}");
        }
        let odd = CustomParameters::parse(r#"{"network_sctp_t1_init_ms": -4, "network_sctp_max_backoff_ms": 1e300}"#);
        assert_eq!(odd, CustomParameters::default());
        let timers = r#"{"network_sctp_t1_init_ms": 400, "network_sctp_t1_cookie_ms": 401.5, "unknown": [1]}"#;
        let timers = CustomParameters::parse(timers);
        assert_eq!(timers.sctp_t1_init, Some(Duration::from_millis(400)));
        assert_eq!(timers.sctp_t1_cookie, Some(Duration::from_millis(401)));
    }
}
