//! The preview page, driven in a real browser.

use std::process::Command;

use anyhow::Result;
use descope_keys_tests::{npm, process, tools};

#[test]
fn findings_and_changes_are_seen_followed_and_mended() -> Result<()> {
    let mut command = Command::new("node");
    command
        .arg(tools::root().join("tests/browser/preview.mjs"))
        .arg(npm::preview()?)
        .arg(tools::root().join("target/preview.png"));
    process::run(&mut command, "")?.success()?;
    Ok(())
}
