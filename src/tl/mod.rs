//! Telegram's binary language.
