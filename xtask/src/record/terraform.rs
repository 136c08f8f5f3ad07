//! `cargo xtask record terraform`: how Terraform itself values programs with variables, locals, `for_each` and functions.
//!
//! Each program is made at random, from a fixed seed, so that every expression has the type that Terraform wants there. The
//! same expressions stand once in built-in resources, which Terraform plans without any provider, and once in management keys,
//! which the core evaluates in every test run. What Terraform says of a program is kept beside it. So is what it makes of
//! the single expressions of a table, which were chosen one by one.

mod expressions;
mod program;

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;
use std::process::Command;

use anyhow::{Context as _, Result, ensure};
use serde_json::{Value, json};

use self::program::Program;

/// Folder of the recorded programs, from the workspace root.
const FOLDER: &str = "crates/key-policy/tests/terraform";

/// How many programs are kept.
const PROGRAMS: usize = 40;

/// Records anew, with the `terraform` that is on the path.
pub(crate) fn run(root: &Path) -> Result<()> {
    let folder = root.join(FOLDER);
    if folder.exists() {
        fs::remove_dir_all(&folder)?;
    }
    let (mut kept, mut seed) = (0, 0);
    while kept < PROGRAMS {
        let program = Program::random(seed);
        seed += 1;
        ensure!(
            seed < 10 * PROGRAMS as u64,
            "Terraform refuses almost every program"
        );
        // Some programs fail while they are evaluated: an index behind the end, a text that is no number.
        let files = program.files(program::Form::Terraform);
        let Some(plan) = plan(&files, &program.environment)? else {
            continue;
        };
        let target = folder.join(format!("{kept:02}"));
        write(&target, &program.files(program::Form::Core))?;
        fs::write(
            target.join("plan.json"),
            serde_json::to_string_pretty(&told(&plan, &program)?)? + "\n",
        )?;
        kept += 1;
    }
    println!("recorded {kept} of {seed} programs in {FOLDER}");
    expressions::run(root)
}

fn write(folder: &Path, files: &BTreeMap<String, String>) -> Result<()> {
    for (name, text) in files {
        let path = folder.join(name);
        fs::create_dir_all(path.parent().unwrap_or(folder))?;
        fs::write(path, text)?;
    }
    Ok(())
}

/// The plan that Terraform makes of a program, or nothing if it refuses the program.
fn plan(files: &BTreeMap<String, String>, environment: &BTreeMap<String, String>) -> Result<Option<Value>> {
    let folder = tempfile::tempdir()?;
    write(folder.path(), files)?;
    let terraform = |arguments: &[&str]| -> Result<Option<String>> {
        let mut command = Command::new("terraform");
        command
            .current_dir(folder.path())
            .args(arguments)
            .env("TF_CLI_CONFIG_FILE", "/dev/null");
        for (name, value) in environment {
            command.env(format!("TF_VAR_{name}"), value);
        }
        let output = command.output().context("`terraform` cannot be run")?;
        Ok(output
            .status
            .success()
            .then(|| String::from_utf8_lossy(&output.stdout).into_owned()))
    };
    for arguments in [
        &["init", "-input=false"][..],
        &["plan", "-input=false", "-out=plan"],
    ] {
        if terraform(arguments)?.is_none() {
            return Ok(None);
        }
    }
    let json = terraform(&["show", "-json", "plan"])?.context("a plan that cannot be shown")?;
    Ok(Some(serde_json::from_str(&json)?))
}

/// The part of the plan that a test compares: each key's values, and which of them are unknown or sensitive.
fn told(plan: &Value, program: &Program) -> Result<Value> {
    let changes = plan["resource_changes"]
        .as_array()
        .context("a plan without changes")?;
    let keys: BTreeMap<String, Value> = changes
        .iter()
        .filter(|change| change["name"] != "seed")
        .filter_map(|change| {
            let address = change["address"]
                .as_str()?
                .replace("terraform_data", "descope_management_key");
            let change = &change["change"];
            let told = json!({
                "values": change["after"]["input"],
                "unknown": change["after_unknown"]["input"],
                "sensitive": change["after_sensitive"]["input"],
            });
            Some((address, told))
        })
        .collect();
    Ok(json!({ "terraform": plan["terraform_version"], "environment": program.environment, "keys": keys }))
}
