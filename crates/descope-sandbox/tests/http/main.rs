//! The sandbox as clients of other makers see it: raw requests over HTTP, and the command as a process.
#![expect(
    clippy::unwrap_used,
    reason = "the helpers of tests may fail a test as the tests do"
)]

mod api;
mod command;
mod control;
mod events;
mod model;
mod support;
