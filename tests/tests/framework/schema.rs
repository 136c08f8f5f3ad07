//! The schemas of all our providers, as pulumi reads and checks them.

use std::process::Command;

use anyhow::Result;
use descope_keys_tests::process;
use descope_keys_tests::pulumi::{self, Provider};
use serde_json::Value;

#[test]
fn pulumi_reads_the_schema_that_the_program_prints() -> Result<()> {
    for provider in [
        Provider::ours()?,
        Provider::example("random", "random-text")?,
        Provider::example("files", "files")?,
    ] {
        let scratch = tempfile::tempdir()?;
        provider.link_into(scratch.path())?;
        let program = scratch
            .path()
            .join(format!("pulumi-resource-{}", provider.package));
        let pulumi = |arguments: &[&str]| {
            let mut command = Command::new(pulumi::program()?);
            pulumi::isolate(&mut command, scratch.path())?;
            process::run(command.args(arguments).arg(&program), "")?.success()
        };

        let printed = process::run(Command::new(&program).arg("--schema"), "")?.success()?;
        let read = pulumi(&["package", "get-schema"])?;
        let checked = pulumi(&["schema", "check"])?;

        let printed: Value = serde_json::from_str(&printed.stdout)?;
        let read: Value = serde_json::from_str(&read.stdout)?;
        assert_eq!(printed, read, "{}", provider.package);
        assert!(
            !checked.text().to_lowercase().contains("warning"),
            "{}",
            checked.text()
        );
    }
    Ok(())
}
