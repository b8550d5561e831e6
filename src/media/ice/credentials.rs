//! A user name fragment and a password.

use crate::random::Random;
use crate::secret::SecretText;
pub use crate::setup::Credentials;

impl Credentials {
    const ALPHABET: &'static [u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

    /// 24 and 144 bits, as native clients.
    pub fn generate(random: &mut Random) -> Credentials {
        let mut text = |bytes: &mut [u8]| -> String {
            random.fill(bytes);
            bytes.iter().map(|b| char::from(Self::ALPHABET[usize::from(b & 63)])).collect()
        };
        Credentials { ufrag: text(&mut [0; 4]), password: SecretText::from(text(&mut [0; 24])) }
    }

    /// RFC 8839 section 5.4: 4 to 256 and 22 to 256 characters; printable, since they travel in messages and texts.
    pub fn is_acceptable(&self) -> bool {
        let printable = |text: &str| text.bytes().all(|b| b.is_ascii_graphic());
        (4..=256).contains(&self.ufrag.len())
            && (22..=256).contains(&self.password.len())
            && printable(&self.ufrag)
            && printable(self.password.expose())
    }
}
