//! The C API: the only unsafe code.
