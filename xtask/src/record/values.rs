//! `cargo xtask record values`: how the real engine encodes values of every kind, for the tests of our own encoder.

use std::fs;
use std::path::Path;
use std::process::Command;

use anyhow::{Context, Result};
use descope_keys_tests::{process, pulumi, tools};

use crate::command::{announce, cargo, run as run_command};
use crate::setup;

/// What is recorded.
const CORPUS: &str = "tests/tests/wire/corpus.jsonl";

/// Runs a program with the real pulumi and writes each property map that the engine sent or was sent.
pub(crate) fn run(root: &Path) -> Result<()> {
    setup::for_tests(root)?.complete()?;
    run_command(&mut cargo(
        root,
        &["build", "--workspace", "--bin", "pulumi-resource-mirror"],
    )?)?;
    let scratch = tempfile::tempdir()?;
    let log = scratch.path().join("calls.jsonl");
    let mut node = Command::new("node");
    pulumi::isolate(&mut node, scratch.path())?
        .arg(root.join("tests/languages/node/record.mjs"))
        .current_dir(scratch.path())
        // `mirror` is found beside our own programs.
        .env("PATH", tools::search_path()?)
        .env("PULUMI_DEBUG_GRPC", &log);
    announce(&node);
    process::run(&mut node, "")?.success()?;

    let mut values = Command::new(tools::pulumi_go_dir()?.join("bin/values"));
    let calls = fs::read_to_string(&log).context("pulumi has recorded nothing")?;
    let corpus = process::run(values.arg("extract"), &calls)?.success()?.stdout;
    fs::write(root.join(CORPUS), &corpus)?;
    println!("wrote {CORPUS}: {} property maps", corpus.lines().count());
    Ok(())
}
