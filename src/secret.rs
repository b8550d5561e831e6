//! Bytes that nobody may see.

use core::fmt;
use subtle::ConstantTimeEq;
use zeroize::Zeroize;

/// `N` secret bytes: on the heap, so that a move leaves no copy behind; wiped on drop; compared in constant time;
/// silent in `Debug`.
#[derive(Clone)]
pub struct Secret<const N: usize>(Box<[u8; N]>);

impl<const N: usize> Secret<N> {
    pub fn zeroed() -> Self {
        Secret(Box::new([0; N]))
    }

    /// Takes the bytes over and wipes the original.
    pub fn take(bytes: &mut [u8; N]) -> Self {
        let secret = Secret(Box::new(*bytes));
        bytes.zeroize();
        secret
    }

    /// Copies the bytes; `None` if there are not exactly `N`.
    pub fn from_slice(bytes: &[u8]) -> Option<Self> {
        (bytes.len() == N).then(|| {
            let mut secret = Self::zeroed();
            secret.0.copy_from_slice(bytes);
            secret
        })
    }

    pub fn expose(&self) -> &[u8; N] {
        &self.0
    }

    pub fn expose_mut(&mut self) -> &mut [u8; N] {
        &mut self.0
    }
}

impl<const N: usize> Drop for Secret<N> {
    fn drop(&mut self) {
        self.0.zeroize();
    }
}

impl<const N: usize> PartialEq for Secret<N> {
    fn eq(&self, other: &Self) -> bool {
        self.0.ct_eq(&*other.0).into()
    }
}

impl<const N: usize> Eq for Secret<N> {}

impl<const N: usize> fmt::Debug for Secret<N> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Secret<{N}>")
    }
}

/// Secret text, a password for one: wiped on drop, compared in constant time, silent in `Debug`. It does not grow, since that
/// would leave copies behind.
#[derive(Clone, Default)]
pub struct SecretText(Box<str>);

impl SecretText {
    pub fn expose(&self) -> &str {
        &self.0
    }

    pub fn len(&self) -> usize {
        self.0.len()
    }

    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

impl Drop for SecretText {
    fn drop(&mut self) {
        self.0.zeroize();
    }
}

impl From<&str> for SecretText {
    fn from(text: &str) -> Self {
        SecretText(text.into())
    }
}

/// Wipes the original.
impl From<String> for SecretText {
    fn from(mut text: String) -> Self {
        let secret = SecretText(text.as_str().into());
        text.zeroize();
        secret
    }
}

impl PartialEq for SecretText {
    fn eq(&self, other: &Self) -> bool {
        self.0.as_bytes().ct_eq(other.0.as_bytes()).into()
    }
}

impl Eq for SecretText {}

impl fmt::Debug for SecretText {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("SecretText")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn debug_says_the_size_and_nothing_else() {
        assert_eq!(format!("{:?}", Secret::take(&mut [7u8; 4])), "Secret<4>");
        let text = SecretText::from(String::from("word"));
        assert_eq!(format!("{text:?}"), "SecretText");
        assert_eq!((text.expose(), text.len(), text.is_empty()), ("word", 4, false));
        assert!(
            text == SecretText::from("word") && text != SecretText::from("ward") && text != SecretText::from("words")
        );
    }

    #[test]
    fn taking_wipes_the_original() {
        let mut bytes = [7u8; 4];
        assert_eq!(Secret::take(&mut bytes).expose(), &[7; 4]);
        assert_eq!(bytes, [0; 4]);
    }

    #[test]
    fn only_the_right_size_is_taken_from_a_slice() {
        assert!(Secret::<4>::from_slice(&[1, 2, 3]).is_none());
        assert!(Secret::<4>::from_slice(&[1, 2, 3, 4, 5]).is_none());
        assert_eq!(Secret::<2>::from_slice(&[1, 2]), Secret::from_slice(&[1, 2]));
    }
}
