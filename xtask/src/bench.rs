//! `cargo xtask bench`: what a user waits for and downloads, beside what the machine takes for nothing at all.

pub(crate) mod core;
mod load;
pub(crate) mod provider;
pub(crate) mod sandbox;

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail, ensure};
use descope_keys_tests::process::Background;
use descope_keys_tests::tools;

use crate::command::{cargo, run as run_command};
use crate::package;

/// Runs of each measurement; the median is told.
const RUNS: usize = 31;

const PROGRAMS: [&str; 2] = ["descope-keys", "pulumi-resource-descope-keys"];

/// Builds the release programs and the WebAssembly packages, measures them and prints a table.
pub(crate) fn run(root: &Path) -> Result<()> {
    let mut build = cargo(root, &["build", "--release"])?;
    run_command(build.args(PROGRAMS.iter().flat_map(|name| ["--package", name])))?;
    package::run(root)?;
    let [cli, provider] = PROGRAMS.map(release_program);
    let (cli, provider) = (cli?, provider?);
    let example = root.join("examples/pulumi/Pulumi.yaml");

    let floor = median(|| end_of(&mut Command::new("true")))?;
    let check = median(|| end_of(Command::new(&cli).arg("check").arg(&example)))?;
    let port = median(|| port_line_of(&provider))?;

    println!("\nmedian of {RUNS} runs");
    for (what, time) in [
        ("start and end of `true`", floor),
        ("descope-keys check, one file", check),
        ("provider to its port line", port),
    ] {
        let ratio = time.as_secs_f64() / floor.as_secs_f64();
        println!(
            "  {what:<30} {:>8.2} ms  {ratio:>6.1} x",
            time.as_secs_f64() * 1e3
        );
    }
    println!("\nsize of the release");
    for path in [cli, provider, root.join("target/npm/lib/core.wasm")] {
        let bytes = fs::metadata(&path)
            .with_context(|| format!("cannot find `{}`", path.display()))?
            .len();
        let name = path
            .file_name()
            .unwrap_or_default()
            .to_string_lossy()
            .into_owned();
        println!("  {name:<30} {:>8.2} MiB", bytes as f64 / f64::from(1 << 20));
    }
    Ok(())
}

/// A program of the release build, which stands beside the debug build that runs this.
fn release_program(name: &str) -> Result<PathBuf> {
    let debug = tools::program_dir()?;
    let target = debug
        .parent()
        .context("the running program stands in no target folder")?;
    Ok(target
        .join("release")
        .join(format!("{name}{}", std::env::consts::EXE_SUFFIX)))
}

fn median(mut measure: impl FnMut() -> Result<Duration>) -> Result<Duration> {
    // The first run pays for the disk.
    measure()?;
    let mut times = (0..RUNS).map(|_| measure()).collect::<Result<Vec<_>>>()?;
    times.sort_unstable();
    Ok(times[RUNS / 2])
}

fn end_of(command: &mut Command) -> Result<Duration> {
    let start = Instant::now();
    let status = command
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .status()?;
    let time = start.elapsed();
    ensure!(status.success(), "a measured command ended with {status}");
    Ok(time)
}

fn port_line_of(provider: &Path) -> Result<Duration> {
    let start = Instant::now();
    let (_provider, line) = Background::start(&mut Command::new(provider))?;
    let time = start.elapsed();
    line.parse::<u16>()
        .with_context(|| format!("the provider's first line is `{line}`, not a port"))?;
    Ok(time)
}

/// The resident memory of a process in MiB.
fn memory(process: &Background) -> Result<f64> {
    let status = fs::read_to_string(format!("/proc/{}/status", process.id()))
        .context("the memory of a process can be told on Linux only")?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"));
    let Some(kibibytes) = line.and_then(|line| line.trim().strip_suffix(" kB")) else {
        bail!("the process has ended");
    };
    Ok(kibibytes.trim().parse::<f64>()? / 1024.0)
}
