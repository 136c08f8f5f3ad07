//! `cargo xtask record`: how the real tools do what ours has to do alike, kept for the tests.

pub(crate) mod terraform;
pub(crate) mod values;
