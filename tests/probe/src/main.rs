//! Reads one file, with the core or with a bare parser, and prints the milliseconds that it took and the most memory, in
//! KiB, that the process had.
//!
//! A process of its own for each reading, since memory that was once had cannot be measured away.
#![allow(clippy::print_stdout, reason = "what it prints is what it is for")]

use std::fs;
use std::hint::black_box;
use std::time::Instant;

use anyhow::{Context as _, Result, bail, ensure};
use key_policy::{Options, Source};
use mimalloc::MiMalloc;
use saphyr::LoadableYamlNode as _;

/// The allocator of the command line, for all readers.
#[global_allocator]
static ALLOCATOR: MiMalloc = MiMalloc;

fn main() -> Result<()> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let [reader, name] = arguments.as_slice() else {
        bail!("usage: descope-keys-probe core|hcl|yaml|json FILE")
    };
    let text = fs::read_to_string(name)?;
    // What takes less than the clock can tell, or than the first touch of memory costs, is done often.
    let rounds = if text.len() < 100_000 { 200 } else { 1 };
    let start = Instant::now();
    for _ in 0..rounds {
        read(reader, name, &text)?;
    }
    let milliseconds = start.elapsed().as_secs_f64() * 1e3 / f64::from(rounds);
    println!("{milliseconds:.4} {}", peak_kib()?);
    Ok(())
}

fn read(reader: &str, name: &str, text: &str) -> Result<()> {
    match reader {
        "core" => {
            let options = Options {
                now: Some(1_767_225_600),
                ..Options::default()
            };
            let report = key_policy::check(&[Source::new(name, text.as_bytes())], &options);
            ensure!(report.summary.keys > 0, "the core reads no keys");
            ensure!(report.findings.is_empty(), "the core finds something");
        }
        "hcl" => {
            black_box(hcl_edit::parser::parse_body(text)?);
        }
        "yaml" => {
            black_box(saphyr::Yaml::load_from_str(text)?);
        }
        "json" => {
            black_box(serde_json::from_str::<serde_json::Value>(text)?);
        }
        other => bail!("no reader is called `{other}`"),
    }
    Ok(())
}

/// The most memory that this process had, as Linux tells it.
fn peak_kib() -> Result<u64> {
    let status = fs::read_to_string("/proc/self/status")?;
    let line = status
        .lines()
        .find_map(|line| line.strip_prefix("VmHWM:"))
        .context("no peak is told")?;
    Ok(line.trim().trim_end_matches(" kB").parse()?)
}
