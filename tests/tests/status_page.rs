//! The sandbox's status page, driven in a real browser.

use std::fs;
use std::process::Command;

use anyhow::{Context as _, Result};
use descope_keys_tests::sandbox::Sandbox;
use descope_keys_tests::{process, tools};

#[test]
fn keys_requests_and_faults_are_seen_live_and_driven_by_keyboard() -> Result<()> {
    let folder = tempfile::tempdir()?;
    let projects = folder.path().join("projects.json");
    fs::write(
        &projects,
        r#"[{"id": "P2abc", "name": "Shop", "environment": "production", "tags": ["staging"]}]"#,
    )?;
    let projects = projects.to_str().context("a path that is no text")?;
    let sandbox = Sandbox::start_with(&["--projects", projects])?;
    let mut command = Command::new("node");
    command
        .arg(tools::root().join("tests/browser/status.mjs"))
        .arg(sandbox.url())
        .arg(tools::root().join("target/status.png"))
        .env("DESCOPE_MANAGEMENT_KEY", sandbox.calling_key());
    process::run(&mut command, "")?.success()?;
    Ok(())
}
