//! What two peers tell each other through Telegram.
