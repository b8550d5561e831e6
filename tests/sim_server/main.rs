//! The simulated Telegram itself: every row of its table of methods, asked without the library.

mod conferences;
mod faults;
mod groups;
mod invitations;
mod meeting;
mod methods;
mod telegram;
mod updates;
