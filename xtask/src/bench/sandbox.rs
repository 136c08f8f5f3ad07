//! `cargo xtask bench sandbox`: how much load the sandbox bears, and how much memory it takes for many keys.
//!
//! The load comes from this process over loopback, so both share the machine's cores: the figures are a lower bound.

use std::fs;
use std::path::Path;
use std::process::Command;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, ensure};
use descope_keys_tests::process::Background;
use descope_keys_tests::sandbox::made_up_key;
use serde_json::Value;

use super::load::{Load, Outcome, Request};
use super::{memory, release_program};
use crate::command::{cargo, run as run_command};

/// Keys that are stored before anything else is measured.
const KEYS: usize = 100_000;

/// Connections that send at the same time, each its next request as soon as the last is answered.
const CONNECTIONS: usize = 1_000;

/// How long each of the single measurements takes.
const SECONDS: u64 = 10;

/// How long the mixed load takes, in which no request may fail.
const MIXED_SECONDS: u64 = 60;

const GOALS: [(&str, f64); 3] = [("reads", 5_000.0), ("durable writes", 1_500.0), ("memory", 60.0)];

/// Builds the release program, puts it under load and prints a table; fails when a request does, or when it takes too much memory.
pub(crate) fn run(root: &Path) -> Result<()> {
    run_command(cargo(root, &["build", "--release"])?.args(["--package", "descope-sandbox"]))?;
    let folder = tempfile::tempdir()?;
    let state = folder.path().join("keys.redb");
    let calling_key = made_up_key();
    let start = || {
        let mut command = Command::new(release_program("descope-sandbox")?);
        command
            .arg("--state")
            .arg(&state)
            .env("DESCOPE_SANDBOX_KEY", &calling_key);
        let (process, line) = Background::start(&mut command)?;
        let address = line.rsplit('/').next().unwrap_or_default().to_owned();
        anyhow::Ok((process, address))
    };
    // One thread, so that the other cores are the sandbox's.
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()?;

    let (process, address) = start()?;
    let load = |address: &str| Load {
        address: address.to_owned(),
        calling_key: calling_key.clone(),
        connections: CONNECTIONS,
    };
    println!("\n{CONNECTIONS} connections, {KEYS} keys");
    println!(
        "  {:<28} {:>10} {:>10} {:>10}",
        "", "a second", "p50 ms", "p99 ms"
    );
    let create = |_: &mut fastrand::Rng| Request::create();
    let filled = runtime.block_on(load(&address).count(KEYS, create))?;
    tell("creates", &filled, None)?;
    let ids = filled
        .replies
        .iter()
        .map(|reply| id_of(reply))
        .collect::<Result<Vec<String>>>()?;
    tell_memory("memory with these keys", &process)?;

    let read = |random: &mut fastrand::Rng| Request::read(&ids[random.usize(..ids.len())]);
    let write = |random: &mut fastrand::Rng| {
        let name = format!("renamed-{}", random.u32(..));
        Request::update(&ids[random.usize(..ids.len())], &name)
    };
    let mixed = |random: &mut fastrand::Rng| {
        if random.u8(..5) == 0 {
            write(random)
        } else {
            read(random)
        }
    };
    let long = Duration::from_secs(SECONDS);
    tell(
        "reads",
        &runtime.block_on(load(&address).last(long, read))?,
        Some(GOALS[0].1),
    )?;
    tell(
        "durable writes",
        &runtime.block_on(load(&address).last(long, write))?,
        Some(GOALS[1].1),
    )?;
    let minute = Duration::from_secs(MIXED_SECONDS);
    tell(
        "a minute, 1 write in 5",
        &runtime.block_on(load(&address).last(minute, mixed))?,
        None,
    )?;
    tell_memory("memory after all of it", &process)?;

    // As after a crash: dropping kills it.
    drop(process);
    let began = Instant::now();
    let (process, _) = start()?;
    println!(
        "  {:<28} {:>10.0} ms",
        "start after kill -9",
        began.elapsed().as_secs_f64() * 1e3
    );
    tell_memory("memory after that start", &process)?;
    let bytes = fs::metadata(&state)?.len();
    println!(
        "  {:<28} {:>10.1} MiB",
        "state file",
        bytes as f64 / f64::from(1 << 20)
    );
    Ok(())
}

fn tell(what: &str, outcome: &Outcome, goal: Option<f64>) -> Result<()> {
    let goal = goal.map_or(String::new(), |goal| format!("   goal {goal}"));
    println!(
        "  {what:<28} {:>10.0} {:>10.2} {:>10.2}{goal}",
        outcome.rate(),
        outcome.percentile(50),
        outcome.percentile(99),
    );
    ensure!(
        outcome.failures.is_empty(),
        "{} of the {what} failed, the first with: {}",
        outcome.failures.len(),
        outcome.failures[0]
    );
    Ok(())
}

fn id_of(reply: &[u8]) -> Result<String> {
    let reply: Value = serde_json::from_slice(reply)?;
    Ok(reply["key"]["id"]
        .as_str()
        .context("a create without an id")?
        .to_owned())
}

/// Unlike speed, memory does not depend on the machine, so a goal that is missed is a failure.
fn tell_memory(what: &str, process: &Background) -> Result<()> {
    let goal = GOALS[2].1;
    let found = memory(process)?;
    println!("  {what:<28} {found:>10.1} MiB   goal {goal} MiB");
    ensure!(found <= goal, "{what}: {found:.1} MiB");
    Ok(())
}
