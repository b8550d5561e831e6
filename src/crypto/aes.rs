//! AES-256 in the modes Telegram's calls use: CTR for packets, CBC for conferences.

#[cfg(any(feature = "media", feature = "conference", test))]
use ::aes::Aes256;
#[cfg(any(feature = "media", feature = "conference", test))]
use ctr::cipher::KeyIvInit;

/// AES-256-CTR in place, the whole 16-byte IV being a big-endian counter. Encrypts and decrypts alike.
#[cfg(any(feature = "media", test))]
pub fn ctr256(key: &[u8; 32], iv: &[u8; 16], data: &mut [u8]) {
    use ctr::cipher::StreamCipher;
    ctr::Ctr128BE::<Aes256>::new(key.into(), iv.into()).apply_keystream(data);
}

/// AES-256-CBC in place without padding; `false`, with nothing changed, if the data is not whole blocks.
#[cfg(feature = "conference")]
#[must_use]
pub fn cbc256_encrypt(key: &[u8; 32], iv: &[u8; 16], data: &mut [u8]) -> bool {
    use cbc::cipher::{BlockModeEncrypt, block_padding::NoPadding};
    let size = data.len();
    size.is_multiple_of(16)
        && cbc::Encryptor::<Aes256>::new(key.into(), iv.into()).encrypt_padded::<NoPadding>(data, size).is_ok()
}

/// The inverse of [`cbc256_encrypt`].
#[cfg(feature = "conference")]
#[must_use]
pub fn cbc256_decrypt(key: &[u8; 32], iv: &[u8; 16], data: &mut [u8]) -> bool {
    use cbc::cipher::{BlockModeDecrypt, block_padding::NoPadding};
    data.len().is_multiple_of(16)
        && cbc::Decryptor::<Aes256>::new(key.into(), iv.into()).decrypt_padded::<NoPadding>(data).is_ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn hex(text: &str) -> Vec<u8> {
        (0..text.len()).step_by(2).map(|i| u8::from_str_radix(&text[i..i + 2], 16).unwrap()).collect()
    }

    const KEY: &str = "603deb1015ca71be2b73aef0857d77811f352c073b6108d72d9810a30914dff4";
    const PLAIN: &str = "6bc1bee22e409f96e93d7e117393172aae2d8a571e03ac9c9eb76fac45af8e51";

    #[test]
    fn ctr_agrees_with_nist_sp_800_38a_f_5_5() {
        let (key, iv) = (hex(KEY), hex("f0f1f2f3f4f5f6f7f8f9fafbfcfdfeff"));
        let mut data = hex(PLAIN);
        ctr256(key[..].try_into().unwrap(), iv[..].try_into().unwrap(), &mut data);
        assert_eq!(data, hex("601ec313775789a5b7a7f504bbf3d228f443e3ca4d62b59aca84e990cacaf5c5"));
    }

    #[cfg(feature = "conference")]
    #[test]
    fn cbc_agrees_with_nist_sp_800_38a_f_2_5() {
        let (key, iv) = (hex(KEY), hex("000102030405060708090a0b0c0d0e0f"));
        let mut data = hex(PLAIN);
        assert!(cbc256_encrypt(key[..].try_into().unwrap(), iv[..].try_into().unwrap(), &mut data));
        assert_eq!(data, hex("f58c4c04d6e5f1ba779eabfb5f7bfbd69cfc4e967edb808d679f777bc6702c7d"));
        assert!(cbc256_decrypt(key[..].try_into().unwrap(), iv[..].try_into().unwrap(), &mut data));
        assert_eq!(data, hex(PLAIN));
        assert!(!cbc256_decrypt(key[..].try_into().unwrap(), iv[..].try_into().unwrap(), &mut data[..17]));
    }
}
