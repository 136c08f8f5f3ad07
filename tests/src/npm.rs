//! The npm package as `cargo xtask package` staged it, and as its users get it.

use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result, ensure};

use crate::{process, tools};

/// The staged package's folder.
///
/// # Errors
/// When it has not been staged.
pub fn staged() -> Result<PathBuf> {
    built("target/npm")
}

/// The preview page's folder.
///
/// # Errors
/// When it has not been built.
pub fn preview() -> Result<PathBuf> {
    built("target/preview")
}

/// The package's program, run from where it is staged.
///
/// # Errors
/// When it has not been staged.
pub fn program() -> Result<Command> {
    let mut command = Command::new("node");
    command.arg(staged()?.join("bin/descope-keys.mjs"));
    Ok(command)
}

/// Packs the package as a registry would get it; returns the archive, which stands in `folder`.
///
/// # Errors
/// When npm fails.
pub fn pack(folder: &Path) -> Result<PathBuf> {
    let mut command = npm(folder, &["pack", "--pack-destination", "."]);
    let finished = process::run(command.arg(staged()?), "")?.success()?;
    let name = finished.stdout.trim().lines().last().unwrap_or_default();
    ensure!(
        name.ends_with(".tgz"),
        "npm pack names no archive: `{}`",
        finished.stdout
    );
    Ok(folder.join(name))
}

/// npm in `folder`, with a home of its own and without a network.
pub fn npm(folder: &Path, arguments: &[&str]) -> Command {
    let mut command = Command::new("npm");
    command
        .args(arguments)
        .args(["--offline", "--no-audit", "--no-fund", "--loglevel=error"])
        .current_dir(folder)
        .env("npm_config_cache", folder.join(".npm"))
        .env("npm_config_update_notifier", "false");
    command
}

fn built(folder: &str) -> Result<PathBuf> {
    let path = tools::root().join(folder);
    path.is_dir()
        .then_some(path)
        .with_context(|| format!("`{folder}` has not been built: run `cargo xtask package`"))
}
