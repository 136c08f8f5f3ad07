//! What holds for every text, and for every program: properties, tried on texts that nobody wrote.
//!
//! Each is tried on the same texts in every run. `PROPTEST_CASES` sets another number of them, and `PROPTEST_RNG_SEED`
//! gives others. A million of each:
//!
//! ```text
//! PROPTEST_CASES=1000000 cargo test --release -p key-policy --test properties
//! ```

mod any_input;
mod fixes;
mod formats;
mod layout;
mod places;
mod program;
mod samples;

use key_policy::{Kind, Options, Role, Source};
use proptest::test_runner::{Config, RngSeed};

/// How a property is tried.
fn config() -> Config {
    Config {
        cases: 150,
        failure_persistence: None,
        // Not every program can be written in every format.
        max_global_rejects: u32::MAX,
        // A difference between runs is a difference of the code.
        rng_seed: RngSeed::Fixed(6),
        ..Config::default()
    }
}

/// 2026-01-01T00:00:00Z, so that there is something to say about what has passed.
fn options() -> Options {
    Options {
        now: Some(1_767_225_600),
        ..Options::default()
    }
}

fn source<'a>(name: &'a str, bytes: &'a [u8], kind: Option<Kind>) -> Source<'a> {
    Source {
        name,
        bytes,
        kind,
        role: Role::Checked,
    }
}
