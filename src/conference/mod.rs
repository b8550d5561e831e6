//! End-to-end encrypted conferences: blocks in, blocks and keys out.
