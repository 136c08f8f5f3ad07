//! What Terraform makes of each expression of a table.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::fs;
use std::path::Path;

use anyhow::{Context as _, Result};
use serde_json::Value;

/// The folder of the table and of the world that its expressions stand in, from the workspace root.
const FOLDER: &str = "crates/key-policy/src/document/hcl/tests";

/// Writes the answers in the table anew.
pub(super) fn run(root: &Path) -> Result<()> {
    let folder = root.join(FOLDER);
    let world = fs::read_to_string(folder.join("recorded.tf"))?;
    let table = folder.join("recorded.txt");
    let lines = fs::read_to_string(&table)?;
    let plan = super::plan(
        &BTreeMap::from([("main.tf".to_owned(), world + &outputs(&lines))]),
        &BTreeMap::new(),
    )?;
    let plan = plan.context("Terraform refuses the table: an expression in it is no expression")?;
    let mut written = String::new();
    for (at, line) in lines.lines().enumerate() {
        match line.rsplit_once(" => ") {
            Some((expression, _)) => {
                let answer = answer(&plan["output_changes"][format!("e{at}")])?;
                writeln!(written, "{expression} => {answer}")?;
            }
            None => writeln!(written, "{line}")?,
        }
    }
    fs::write(&table, written)?;
    println!("recorded the expressions in {FOLDER}");
    Ok(())
}

/// An output for each expression. One that Terraform refuses while it evaluates, it tells by a mark.
fn outputs(lines: &str) -> String {
    let expressions = lines.lines().enumerate();
    expressions
        .filter_map(|(at, line)| Some((at, line.rsplit_once(" => ")?.0.replace('⏎', "\n"))))
        .map(|(at, expression)| {
            format!(
                "output \"e{at}\" {{\n  value = nonsensitive(try(jsonencode({expression}\n), \"!\"))\n}}\n"
            )
        })
        .collect()
}

fn answer(change: &Value) -> Result<&str> {
    if change["after_unknown"] == true {
        return Ok("?");
    }
    change["after"].as_str().context("an output that is no text")
}
