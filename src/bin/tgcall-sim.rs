//! The simulated Telegram as a process.
fn main() {}
