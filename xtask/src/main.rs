//! The project's automation. `cargo xtask test` is all that continuous integration runs.
#![allow(
    clippy::print_stdout,
    clippy::print_stderr,
    reason = "a program for people: it talks to the terminal"
)]

mod bench;
mod command;
mod demo;
mod generate;
mod package;
mod record;
mod setup;
mod test;

use std::process::ExitCode;

use clap::{Parser, Subcommand};

#[derive(Parser)]
#[command(name = "cargo xtask", about = "The project's automation.")]
struct Arguments {
    #[command(subcommand)]
    task: Task,
}

#[derive(Subcommand)]
enum Task {
    /// Install or build the tools that the other commands need, beyond rustup, Go, Node and a shell.
    Setup,
    /// Run the main job against the sandbox with the real pulumi: check, up, edit, replace, drift, import, destroy.
    Demo,
    /// Run every check. The last line is `N passed, N failed`.
    Test,
    /// Write the generated files.
    Generate {
        /// Change nothing; fail if a generated file is not what would be written.
        #[arg(long)]
        check: bool,
    },
    /// Record anew how the real tools do what ours has to do alike.
    Record {
        #[command(subcommand)]
        what: Recording,
    },
    /// Build the npm package and the browser preview.
    Package,
    /// Measure start, speed and size of the release programs.
    Bench {
        /// What to put under load instead.
        #[command(subcommand)]
        what: Option<UnderLoad>,
    },
}

#[derive(Subcommand)]
enum Recording {
    /// How the real engine encodes values of every kind.
    Values,
    /// How Terraform values random programs; needs `terraform` on the path.
    Terraform,
}

#[derive(Subcommand)]
enum UnderLoad {
    /// Large files, read by the core and by the bare parsers of their formats.
    Core,
    /// A provider on the framework beside one on bare tonic, one in Go, and the engine's own resources.
    Provider,
    /// Reads and durable writes over 1,000 connections, and memory with 100,000 keys; takes two minutes.
    Sandbox,
}

fn main() -> ExitCode {
    let root = descope_keys_tests::tools::root();
    let done = match Arguments::parse().task {
        Task::Setup => setup::for_tests(&root).and_then(setup::Report::complete),
        Task::Demo => demo::run(&root),
        // The tally is the last line, so nothing may be said after it.
        Task::Test => return test::run(&root),
        Task::Generate { check: false } => generate::write(&root),
        Task::Generate { check: true } => generate::check(&root),
        Task::Record {
            what: Recording::Values,
        } => record::values::run(&root),
        Task::Record {
            what: Recording::Terraform,
        } => record::terraform::run(&root),
        Task::Package => package::run(&root),
        Task::Bench { what: None } => bench::run(&root),
        Task::Bench {
            what: Some(UnderLoad::Core),
        } => bench::core::run(&root),
        Task::Bench {
            what: Some(UnderLoad::Provider),
        } => bench::provider::run(&root),
        Task::Bench {
            what: Some(UnderLoad::Sandbox),
        } => bench::sandbox::run(&root),
    };
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("error: {error:#}");
            ExitCode::FAILURE
        }
    }
}
