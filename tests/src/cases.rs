//! The folders of cases under `tests/cases/RULE/CASE`, and the command line that they are checked with.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result};

use crate::process;
use crate::tools;

/// 2026-01-01T00:00:00Z: the time that cases are checked at.
pub const NOW: &str = "1767225600";

/// One case.
#[derive(Debug, Clone)]
pub struct Case {
    /// The rule whose folder it stands in.
    pub rule: String,
    /// Its folder.
    pub folder: PathBuf,
    /// What to hand to the command line, started in the folder: the command and its inputs.
    pub arguments: Vec<String>,
}

/// Every case, in the order of the folders.
///
/// # Errors
/// When the folders cannot be read.
pub fn all() -> Result<Vec<Case>> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("cases");
    let mut cases = Vec::new();
    for rule in subfolders(&root)? {
        for folder in subfolders(&rule)? {
            let arguments: &[&str] = if folder.join("new").is_dir() {
                &["diff", "old", "new"]
            } else if folder.join("main.tf").is_file() {
                &["check", "main.tf"]
            } else {
                &["check", "Pulumi.yaml"]
            };
            cases.push(Case {
                rule: rule
                    .file_name()
                    .unwrap_or_default()
                    .to_string_lossy()
                    .into_owned(),
                arguments: arguments.iter().map(|argument| (*argument).to_owned()).collect(),
                folder,
            });
        }
    }
    Ok(cases)
}

impl Case {
    /// Runs `program`, which takes the arguments of `descope-keys`, on the case; returns its exit code and what
    /// it printed.
    ///
    /// # Errors
    /// When it cannot be started, or is ended by a signal.
    pub fn run(&self, program: &mut Command, format: &str) -> Result<(i32, String)> {
        let command = program
            .current_dir(&self.folder)
            .args(&self.arguments)
            .args(["--format", format, "--now", NOW]);
        let finished = process::run(command, "")?;
        let exit = finished
            .status
            .code()
            .with_context(|| format!("{} was ended by a signal", finished.command))?;
        Ok((exit, finished.stdout + &finished.stderr))
    }

    /// Runs the native command line on the case.
    ///
    /// # Errors
    /// As [`Self::run`].
    pub fn run_native(&self, format: &str) -> Result<(i32, String)> {
        self.run(&mut Command::new(tools::program("descope-keys")?), format)
    }
}

fn subfolders(folder: &Path) -> Result<Vec<PathBuf>> {
    let entries = fs::read_dir(folder).with_context(|| format!("cannot read {}", folder.display()))?;
    let mut folders = entries
        .map(|entry| Ok(entry?.path()))
        .collect::<Result<Vec<_>>>()?;
    folders.retain(|path| path.is_dir());
    folders.sort();
    Ok(folders)
}
