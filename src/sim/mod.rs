//! A Telegram to test against: virtual time for tests, loopback TCP for programs.
