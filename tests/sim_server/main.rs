//! The simulated Telegram itself: every row of its table of methods, asked without the library.

mod faults;
mod groups;
mod methods;
mod telegram;
mod updates;
