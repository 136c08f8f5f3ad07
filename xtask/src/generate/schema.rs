//! `schema/pulumi.json`: the schema of the Pulumi package, as the provider itself tells it.

use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result, bail};
use descope_keys_tests::tools;

use crate::command::{cargo, run};

const PROVIDER: &str = "pulumi-resource-descope-keys";

pub(crate) fn generate(root: &Path) -> Result<Vec<(PathBuf, String)>> {
    // Built with the whole workspace's features, like the programs of the tests, so that nothing is built twice.
    run(&mut cargo(root, &["build", "--workspace", "--bin", PROVIDER])?)?;
    let output = Command::new(tools::program(PROVIDER)?).arg("--schema").output()?;
    if !output.status.success() {
        bail!("`{PROVIDER} --schema` ended with {}", output.status);
    }
    let schema = String::from_utf8(output.stdout).context("the schema is not UTF-8")?;
    Ok(vec![(PathBuf::from("schema/pulumi.json"), schema)])
}
