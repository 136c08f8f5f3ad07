//! The kit of the integration tests and of `cargo xtask demo`: real programs, started, driven and cleaned up.
//!
//! It knows commands, addresses and JSON, never the code of what it starts. The one thing it shares with
//! `cargo xtask setup` is where the tools stand ([`tools`]).

pub mod cases;
pub mod npm;
pub mod process;
pub mod pulumi;
pub mod sandbox;
pub mod tools;
