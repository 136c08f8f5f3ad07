//! `descope-keys`: check Descope management keys declared as code, before they reach the API.
//!
//! This crate converts: arguments to texts, reports to output, outcomes to exit codes. What a key may look
//! like is the business of `key-policy`.

mod args;
mod config;
mod input;
mod run;

use std::io::{self, Write as _};
use std::process::ExitCode;

use clap::Parser as _;
use mimalloc::MiMalloc;

/// Readers make many small values: of the time that a check takes, this saves a fifth.
#[global_allocator]
static ALLOCATOR: MiMalloc = MiMalloc;

fn main() -> ExitCode {
    let args = args::Args::parse();
    match run::run(args.command, &mut io::stdin(), &mut io::stdout()) {
        Ok(exit) => exit.into(),
        Err(error) => {
            // Nowhere is left to say that standard error cannot be written.
            let _ = writeln!(io::stderr(), "error: {error}");
            run::Exit::CouldNotRun.into()
        }
    }
}
