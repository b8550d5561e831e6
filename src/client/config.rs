//! The settings of a client.

use super::log::LogLevel;
use crate::call::protocol::Version;
use crate::error::Error;
use crate::secret::SecretText;
use crate::time::Duration;
use crate::types::{SocketAddr, UserId, VideoCodec};

/// Who carries the sound of the calls. The numbers are those of the C API.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[repr(u32)]
pub enum Media {
    /// We do.
    #[default]
    Library = 1,
    /// We agree on the key and pass signaling; the host's own engine carries the sound.
    Host = 2,
}

impl Media {
    /// The choice behind a number of the C API.
    pub fn from_number(number: u32) -> Option<Media> {
        [Media::Library, Media::Host].into_iter().find(|media| *media as u32 == number)
    }
}

/// Whether direct paths are used. The numbers are those of the C API.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[repr(u32)]
pub enum P2p {
    /// As Telegram decides from both users' privacy settings.
    #[default]
    Follow = 1,
    /// Relays only; the other side never sees our address.
    Never = 2,
}

impl P2p {
    /// The choice behind a number of the C API.
    pub fn from_number(number: u32) -> Option<P2p> {
        [P2p::Follow, P2p::Never].into_iter().find(|p2p| *p2p as u32 == number)
    }
}

/// The timers of Telegram's `help.getConfig` that a version we speak reads.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Timers {
    /// `call_receive_timeout_ms`: until a device of theirs shows up; also the limit of the key exchange.
    pub receive: Duration,
    /// `call_ring_timeout_ms`: until they answer; here: until the user answers.
    pub ring: Duration,
}

impl Default for Timers {
    fn default() -> Timers {
        Timers { receive: Duration::from_secs(20), ring: Duration::from_secs(90) }
    }
}

/// A SOCKS5 proxy that all media goes through.
#[derive(Clone, PartialEq, Eq)]
pub struct Proxy {
    /// An address, not a name: nothing here resolves names, and a call must not go past a proxy that is set.
    pub addr: SocketAddr,
    /// Empty: none is given.
    pub username: String,
    pub password: SecretText,
}

impl core::fmt::Debug for Proxy {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.write_str("Proxy")
    }
}

/// What a host encodes pictures with and decodes them with, preferred first.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct VideoCodecs {
    pub(crate) encoded: Vec<VideoCodec>,
    pub(crate) decoded: Vec<VideoCodec>,
}

impl VideoCodecs {
    pub(crate) fn new(encoded: &[VideoCodec], decoded: &[VideoCodec]) -> Result<VideoCodecs, Error> {
        for codecs in [encoded, decoded] {
            let twice = codecs.iter().enumerate().find(|(at, codec)| codecs[..*at].contains(codec));
            if let Some((_, codec)) = twice {
                return Err(Error::argument(format!("{} is listed twice", codec.name())));
            }
        }
        Ok(VideoCodecs { encoded: encoded.to_vec(), decoded: decoded.to_vec() })
    }
}

/// The settings of a client, each at its default until set.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Config {
    pub(crate) number: u32,
    pub(crate) user: UserId,
    pub(crate) versions: Vec<Version>,
    pub(crate) max_calls: u32,
    pub(crate) auto_confirm: bool,
    #[cfg_attr(not(all(feature = "media", feature = "conference")), allow(dead_code, reason = "nobody moves"))]
    pub(crate) auto_migrate: bool,
    pub(crate) timers: Timers,
    pub(crate) media: Media,
    pub(crate) p2p: P2p,
    pub(crate) proxy: Option<Proxy>,
    pub(crate) video_codecs: VideoCodecs,
    /// Only ever set at run time.
    pub(crate) low_data: bool,
    pub(crate) log_level: LogLevel,
}

impl Default for Config {
    fn default() -> Config {
        Config {
            number: 0,
            user: UserId(0),
            versions: Version::DEFAULT.to_vec(),
            max_calls: 1,
            auto_confirm: true,
            auto_migrate: true,
            timers: Timers::default(),
            // A library without media has nothing else to offer.
            media: if cfg!(feature = "media") { Media::Library } else { Media::Host },
            p2p: P2p::default(),
            proxy: None,
            video_codecs: VideoCodecs::default(),
            low_data: false,
            log_level: LogLevel::Off,
        }
    }
}

impl Config {
    /// The largest number of a client.
    pub const MAX_NUMBER: u32 = (1 << 21) - 1;

    pub fn new() -> Config {
        Config::default()
    }

    /// Which of the clients of a process this is: the ids of its calls begin with it, so that no two clients have one in common.
    /// It is given from outside, as nothing here counts clients. Default 0.
    ///
    /// # Errors
    /// Limit: more than [`Config::MAX_NUMBER`], with which an id would not be below 2^53, as JavaScript's numbers want it.
    pub fn set_number(&mut self, number: u32) -> Result<(), Error> {
        if number > Config::MAX_NUMBER {
            return Err(Error::limit(format!("the number of a client is at most {}", Config::MAX_NUMBER)));
        }
        self.number = number;
        Ok(())
    }

    /// Our own user id; calls meant for another account are ignored. Default 0: learnt from the first call.
    ///
    /// # Errors
    /// Argument: it is negative.
    pub fn set_user_id(&mut self, user: UserId) -> Result<(), Error> {
        if user.0 < 0 {
            return Err(Error::argument("a user id is not negative"));
        }
        self.user = user;
        Ok(())
    }

    /// Library versions to offer, preferred first. Default 9.0.0, 8.0.0, 13.0.0.
    ///
    /// # Errors
    /// Argument: there are none, or one comes twice. Unsupported: we do not speak one of them.
    pub fn set_versions(&mut self, versions: &[&str]) -> Result<(), Error> {
        let mut parsed = Vec::with_capacity(versions.len());
        for name in versions {
            let version = Version::from_name(name)
                .ok_or_else(|| Error::unsupported(format!("we do not speak library version {name:?}")))?;
            if parsed.contains(&version) {
                return Err(Error::argument(format!("library version {name} is listed twice")));
            }
            parsed.push(version);
        }
        if parsed.is_empty() {
            return Err(Error::argument("at least one library version has to be offered"));
        }
        self.versions = parsed;
        Ok(())
    }

    /// How many private calls may be up at once; one more is answered busy. Default 1.
    ///
    /// # Errors
    /// Argument: it is 0.
    pub fn set_max_calls(&mut self, max_calls: u32) -> Result<(), Error> {
        if max_calls == 0 {
            return Err(Error::argument("at least one call must be allowed"));
        }
        self.max_calls = max_calls;
        Ok(())
    }

    /// Whether a private call that the other side makes a conference of is followed there. Default yes.
    pub fn set_auto_migrate(&mut self, auto_migrate: bool) {
        self.auto_migrate = auto_migrate;
    }

    /// Whether an outgoing call is confirmed as soon as it is accepted. Default yes.
    pub fn set_auto_confirm(&mut self, auto_confirm: bool) {
        self.auto_confirm = auto_confirm;
    }

    /// The timers of Telegram's `help.getConfig`. Defaults 20 and 90 s.
    ///
    /// # Errors
    /// Argument: one of them is zero.
    pub fn set_timers(&mut self, timers: Timers) -> Result<(), Error> {
        if [timers.receive, timers.ring].contains(&Duration::ZERO) {
            return Err(Error::argument("a timer of zero would end every call at once"));
        }
        self.timers = timers;
        Ok(())
    }

    /// Who carries the sound. Default: we do; the host, in a library without media.
    pub fn set_media(&mut self, media: Media) {
        self.media = media;
    }

    /// Whether direct paths are used. Default: as Telegram decides.
    pub fn set_p2p(&mut self, p2p: P2p) {
        self.p2p = p2p;
    }

    /// Sends media through a SOCKS5 proxy and nothing past it. `None`: no proxy.
    ///
    /// # Errors
    /// Argument: address or port 0, a name or password of more than 255 bytes, or a password without a name.
    pub fn set_proxy(&mut self, proxy: Option<Proxy>) -> Result<(), Error> {
        if let Some(proxy) = &proxy {
            if proxy.addr.ip().is_unspecified() || proxy.addr.port() == 0 {
                return Err(Error::argument("a proxy has an address and a port"));
            }
            if proxy.username.len() > 255 || proxy.password.len() > 255 {
                return Err(Error::argument("SOCKS5 names and passwords have at most 255 bytes"));
            }
            if proxy.username.is_empty() && !proxy.password.is_empty() {
                return Err(Error::argument("a password without a name"));
            }
        }
        self.proxy = proxy;
        Ok(())
    }

    /// What the host encodes pictures with and decodes them with, preferred first. Default: nothing, and then no call claims to show or
    /// to see pictures.
    ///
    /// # Errors
    /// Argument: a codec comes twice. Unsupported: this library was built without media.
    pub fn set_video_codecs(&mut self, encoded: &[VideoCodec], decoded: &[VideoCodec]) -> Result<(), Error> {
        if !cfg!(feature = "media") {
            return Err(Error::unsupported("this library carries no pictures"));
        }
        self.video_codecs = VideoCodecs::new(encoded, decoded)?;
        Ok(())
    }

    /// How much is logged. Default: nothing.
    pub fn set_log_level(&mut self, level: LogLevel) {
        self.log_level = level;
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::call::news::{Claims, Confirmed, Link, News, Server};
    use crate::secret::Secret;

    #[test]
    fn no_setting_and_no_input_prints_a_secret() {
        const WORD: &str = "hunter-two";
        let tag = WORD.as_bytes().iter().cycle().copied().take(16).collect::<Vec<u8>>();
        let proxy = Proxy { addr: ([127, 0, 0, 1], 1080).into(), username: "name".into(), password: WORD.into() };
        let mut config = Config::new();
        config.set_proxy(Some(proxy.clone())).unwrap();
        let reflector = super::super::Reflector { id: 1, ip: "", ipv6: "", port: 1, peer_tag: &tag, is_tcp: false };
        let (username, password) = ("name", WORD);
        let webrtc = super::super::Webrtc {
            id: 1,
            ip: "",
            ipv6: "",
            port: 1,
            username,
            password,
            is_turn: true,
            is_stun: false,
        };
        let servers = vec![
            Server::Reflector {
                id: 1,
                ip: None,
                ipv6: None,
                port: 1,
                peer_tag: Secret::from_slice(&tag).unwrap(),
                is_tcp: false,
            },
            Server::Webrtc {
                id: 2,
                ip: None,
                ipv6: None,
                port: 1,
                username: "name".into(),
                password: WORD.into(),
                is_turn: true,
                is_stun: false,
            },
        ];
        let link = Link { servers, object: tag.clone().into(), ..Link::default() };
        let confirmed =
            Confirmed { claims: Claims::default(), g_a_or_b: Vec::new(), key_fingerprint: 0, link: Some(link.clone()) };
        #[allow(unused_mut, reason = "there is more with media")]
        let mut said = vec![
            format!("{proxy:?} {config:?}"),
            format!("{reflector:?} {webrtc:?}"),
            format!("{link:?} {confirmed:?}"),
            format!("{:?}", News::Confirmed(Box::new(confirmed))),
        ];
        #[cfg(feature = "media")]
        {
            use crate::media;
            let credentials = crate::setup::Credentials { ufrag: "ufrag".into(), password: WORD.into() };
            let (fingerprint, setup) = (None, media::Setup::Active);
            let servers = vec![
                media::Server::reflector(1, "", "", 1, &tag, false),
                media::Server::webrtc(2, "", "", 1, WORD, WORD, true, false),
            ];
            said.extend([
                format!("{servers:?}"),
                format!("{:?}", media::TransportSetup { credentials, fingerprint, setup }),
            ]);
        }
        let as_numbers = format!("{:?}", &tag[..3]);
        let as_numbers = as_numbers.trim_matches(['[', ']']);
        for text in said {
            assert!(!text.contains(WORD) && !text.contains(as_numbers), "{text}");
        }
    }
}
