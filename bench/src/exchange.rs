//! The key exchange of one side, g^x and y^x, against OpenSSL's constant-time exponentiation of the same numbers.

use crate::Target;
use crate::machine::race;
use openssl_sys::{
    BIGNUM, BN_CTX, BN_CTX_free, BN_CTX_new, BN_bin2bn, BN_bn2bin, BN_free, BN_mod_exp, BN_new, BN_num_bits,
};
use std::ffi::c_int;
use tgcall::crypto::dh::{Exponent, Group, Groups, Opening, SIZE};
use tgcall::random::Random;
use tgcall::secret::Secret;

pub fn run() -> Vec<Target> {
    println!("key exchange of one side: g^x and y^x modulo Telegram's prime");
    let group = group();
    let mut random = Random::from_seed(1);
    let secret: Secret<SIZE> = random.secret();
    let exponent = Exponent::new(secret.clone());
    let theirs = group.raise(&Exponent::new(random.secret()));

    let mut openssl = OpenSsl::new(&group.p(), secret.expose());
    let (g, y) = (Number::new(&[group.g() as u8]), Number::new(&theirs.padded()));
    assert_eq!(openssl.power(&g), group.raise(&exponent).padded(), "the same g^x");
    assert_eq!(&openssl.power(&y), group.agree(&theirs, &exponent).expose(), "the same y^x");

    let row = |what: &str, (ours, others): (f64, f64)| {
        println!(
            "  {what:<10} tgcall {:>7.0} us   OpenSSL {:>7.0} us   ratio {:.2}",
            ours / 1e3,
            others / 1e3,
            ours / others
        );
    };
    row("g^x", race(|| group.raise(&exponent), || openssl.power(&g)));
    row("y^x", race(|| group.agree(&theirs, &exponent), || openssl.power(&y)));
    let both =
        race(|| (group.raise(&exponent), group.agree(&theirs, &exponent)), || (openssl.power(&g), openssl.power(&y)));
    row("together", both);
    vec![Target::at_most("key exchange over OpenSSL", 1.2, both.0 / both.1)]
}

/// Telegram's prime.
pub fn prime() -> Vec<u8> {
    let file = include_str!("../../tests/vectors/dh_checks.json");
    let hex = file.split("\"p\": \"").nth(1).expect("p is in the vectors");
    (0..SIZE).map(|i| u8::from_str_radix(&hex[2 * i..2 * i + 2], 16).expect("hex")).collect()
}

fn group() -> Group {
    match Groups::new().open(&prime(), 3) {
        Ok(Opening::Ready(group)) => group,
        _ => panic!("the prime of the vectors is known"),
    }
}

unsafe extern "C" {
    fn BN_set_flags(number: *mut BIGNUM, flags: c_int);
}

/// Makes `BN_mod_exp` take its constant-time way.
const BN_FLG_CONSTTIME: c_int = 4;

struct Number(*mut BIGNUM);

impl Number {
    fn new(bytes: &[u8]) -> Number {
        // SAFETY: it reads that many bytes and allocates the number itself.
        let number = unsafe { BN_bin2bn(bytes.as_ptr(), bytes.len() as c_int, std::ptr::null_mut()) };
        assert!(!number.is_null());
        Number(number)
    }
}

impl Drop for Number {
    fn drop(&mut self) {
        // SAFETY: it came from BN_bin2bn or BN_new and is freed once.
        unsafe { BN_free(self.0) }
    }
}

struct OpenSsl {
    context: *mut BN_CTX,
    p: Number,
    x: Number,
    result: Number,
}

impl OpenSsl {
    fn new(p: &[u8], x: &[u8]) -> OpenSsl {
        let x = Number::new(x);
        // SAFETY: plain constructors, and a flag on a number of ours.
        let (context, result) = unsafe {
            BN_set_flags(x.0, BN_FLG_CONSTTIME);
            (BN_CTX_new(), Number(BN_new()))
        };
        assert!(!context.is_null() && !result.0.is_null());
        OpenSsl { context, p: Number::new(p), x, result }
    }

    fn power(&mut self, base: &Number) -> [u8; SIZE] {
        let mut bytes = [0; SIZE];
        // SAFETY: all numbers live; the result is smaller than p, so its bytes fit behind the zeros.
        unsafe {
            assert_eq!(BN_mod_exp(self.result.0, base.0, self.x.0, self.p.0, self.context), 1);
            let size = (BN_num_bits(self.result.0) as usize).div_ceil(8);
            BN_bn2bin(self.result.0, bytes[SIZE - size..].as_mut_ptr());
        }
        bytes
    }
}

impl Drop for OpenSsl {
    fn drop(&mut self) {
        // SAFETY: it came from BN_CTX_new and is freed once.
        unsafe { BN_CTX_free(self.context) }
    }
}
