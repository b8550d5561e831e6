//! Private calls.
