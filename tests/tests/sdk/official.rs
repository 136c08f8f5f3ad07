//! The official clients, each driven by a program in its own language.

use std::path::PathBuf;
use std::process::Command;

use anyhow::{Context, Result, ensure};
use descope_keys_tests::{process, tools};
use serde_json::{Value, json};

/// A project id of the common length, from which no client derives a region.
pub(crate) const PROJECT: &str = "P2aAc4T2V93bddihGEx2Ryhc8e5Z";

/// A language that the vendor publishes a client for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Official {
    Python,
    Node,
}

impl Official {
    pub(crate) const ALL: [Self; 2] = [Self::Python, Self::Node];

    /// Has the client make calls, in the format of `tests/sdk/python/driver.py`, and returns what came of each.
    pub(crate) fn call(self, url: &str, calling_key: &str, calls: &[Value]) -> Result<Vec<Value>> {
        let mut command = self.command()?;
        // Neither a proxy nor another account of the caller's; a version manager's `node` needs its home.
        command
            .env_clear()
            .envs(std::env::var_os("HOME").map(|home| ("HOME", home)))
            .env("PATH", tools::tool_path()?)
            .env("DESCOPE_PROJECT_ID", PROJECT)
            .env("DESCOPE_BASE_URI", url)
            .env("DESCOPE_MANAGEMENT_KEY", calling_key);
        let finished = process::run(&mut command, &json!(calls).to_string())?.success()?;
        ensure!(
            !finished.text().contains(calling_key),
            "{self:?} prints the calling key"
        );
        let said: Value = serde_json::from_str(&finished.stdout)
            .with_context(|| format!("{self:?} says no JSON: {}", finished.text()))?;
        ensure!(
            said["version"] == self.pinned_version()?,
            "another version than the pinned one runs: {}",
            said["version"]
        );
        let outcomes = said["outcomes"].as_array().context("no outcomes")?;
        ensure!(outcomes.len() == calls.len(), "not each call has an outcome");
        Ok(outcomes.clone())
    }

    fn command(self) -> Result<Command> {
        let (interpreter, program) = match self {
            Self::Python => (
                tools::python_sdk_dir()?.join("bin/python"),
                "tests/sdk/python/driver.py",
            ),
            Self::Node => (PathBuf::from("node"), "tests/sdk/node/driver.mjs"),
        };
        let mut command = Command::new(interpreter);
        command.arg(tools::root().join(program));
        Ok(command)
    }

    /// The version in the pins, which setup installs.
    fn pinned_version(self) -> Result<String> {
        let read = |path: &str| std::fs::read_to_string(tools::root().join(path)).context(path.to_owned());
        match self {
            Self::Python => read("tests/sdk/python/requirements.txt")?
                .lines()
                .find_map(|line| line.strip_prefix("descope=="))
                .map(str::to_owned)
                .context("descope is not pinned"),
            Self::Node => {
                let package: Value = serde_json::from_str(&read("tests/sdk/node/package.json")?)?;
                let version = package["devDependencies"]["@descope/node-sdk"].as_str();
                version.map(str::to_owned).context("the client is not pinned")
            }
        }
    }
}
