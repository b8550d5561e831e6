//! The public Rust API: a `Client` owns every call of one account.
