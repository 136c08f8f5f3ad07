//! `docs/api-model.md` and the sandbox: the page names what there is, and nothing else.

use std::collections::BTreeSet;
use std::fs;
use std::process::Command;

use anyhow::{Context, Result, ensure};
use descope_keys_tests::{process, tools};
use serde_json::Value;

fn page() -> Result<String> {
    fs::read_to_string(tools::root().join("docs/api-model.md")).context("docs/api-model.md")
}

/// Flags and the names of the switches of `--model`, as `--help` prints them.
fn switches(help: &str) -> BTreeSet<&str> {
    let of_every_program = ["--help", "--version"];
    let words = help.split(|letter: char| !letter.is_ascii_alphanumeric() && letter != '-');
    let flags = words
        .filter(|word| word.strip_prefix("--").is_some_and(|name| !name.is_empty()))
        .filter(|flag| !of_every_program.contains(flag));
    // `  name=default  (value | value)`
    let names = help
        .lines()
        .filter_map(|line| line.strip_prefix("  ")?.split_once('='))
        .map(|(name, _)| name)
        .filter(|name| name.bytes().all(|byte| byte.is_ascii_lowercase() || byte == b'-'));
    flags.chain(names).collect()
}

/// What stands between backticks in the columns called `Switch`.
fn documented(page: &str) -> BTreeSet<&str> {
    let mut found = BTreeSet::new();
    let mut column = None;
    for line in page.lines() {
        let cells: Vec<&str> = line.split('|').map(str::trim).collect();
        match (cells.len(), column) {
            (1, _) => column = None,
            (_, None) => {
                column = cells
                    .iter()
                    .position(|cell| *cell == "Switch")
                    .or(Some(usize::MAX))
            }
            (_, Some(column)) => {
                found.extend(
                    cells
                        .get(column)
                        .iter()
                        .flat_map(|cell| cell.split('`').skip(1).step_by(2)),
                );
            }
        }
    }
    found
}

#[test]
fn the_page_names_exactly_the_switches_of_the_sandbox() -> Result<()> {
    let mut command = Command::new(tools::program("descope-sandbox")?);
    let help = process::run(command.arg("--help"), "")?.success()?.stdout;
    let there_are = switches(&help);
    for known in ["--listen", "missing-key"] {
        ensure!(there_are.contains(known), "`{known}` is not found in: {help}");
    }
    assert_eq!(documented(&page()?), there_are);
    Ok(())
}

#[test]
fn the_page_has_every_request_and_every_field_of_the_wire_schemas() -> Result<()> {
    let page = page()?;
    let mut requests = 0;
    for entry in fs::read_dir(tools::root().join("schema/wire"))? {
        let schema: Value = serde_json::from_str(&fs::read_to_string(entry?.path())?)?;
        let Some(properties) = schema["properties"].as_object() else {
            continue;
        };
        let title = schema["title"].as_str().context("a schema without a title")?;
        // `PUT /v1/mgmt/infra` for a body, `The query of GET and DELETE /v1/mgmt/infra` for a query.
        let (methods, path) = title
            .trim_start_matches("The query of ")
            .rsplit_once(' ')
            .context("a title without a path")?;
        for method in methods.split(" and ") {
            let (_, section) = page
                .split_once(&format!("### `{method} {path}`\n"))
                .with_context(|| format!("no section `{method} {path}`"))?;
            let section = section.split("\n#").next().unwrap_or_default();
            for name in properties.keys() {
                ensure!(
                    section.contains(&format!("`{name}`")),
                    "`{method} {path}` lacks `{name}`"
                );
            }
        }
        requests += 1;
    }
    ensure!(requests > 0, "there are no schemas");
    let shared = fs::read_to_string(tools::root().join("schema/wire/management-key.json"))?;
    let shared: Value = serde_json::from_str(&shared)?;
    let data = shared["$defs"]["infraData"]["properties"].as_object();
    for name in data.context("no document of the infra API")?.keys() {
        ensure!(
            page.contains(&format!("\n| `{name}` |")),
            "the key lacks `{name}`"
        );
        ensure!(
            page.contains(&format!("`data.{name}`")),
            "the infra API lacks `data.{name}`"
        );
    }
    Ok(())
}
