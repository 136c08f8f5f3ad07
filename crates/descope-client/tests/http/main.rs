//! The client over real HTTP: against the sandbox with its faults, and against servers that no sandbox would be.
#![expect(
    clippy::unwrap_used,
    reason = "the helpers of tests may fail a test as the tests do"
)]

mod budget;
mod faults;
mod keys;
mod lost_create;
mod random;
mod repeats;
mod replies;
mod support;
mod tls;
mod transport;
