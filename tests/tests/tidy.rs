//! What the architecture promises, as far as a machine can tell.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context as _, Result};
use descope_keys_tests::tools;
use serde_json::Value;

/// The dependencies of each crate of ours that others build on, development ones left out.
fn dependencies() -> Result<BTreeMap<String, BTreeSet<String>>> {
    let output = Command::new(env!("CARGO"))
        .args(["metadata", "--no-deps", "--offline", "--format-version", "1"])
        .current_dir(tools::root())
        .output()?;
    let metadata: Value = serde_json::from_slice(&output.stdout)?;
    let packages = metadata["packages"].as_array().context("no packages")?;
    let name = |value: &Value| value["name"].as_str().unwrap_or_default().to_owned();
    let normal = |package: &Value| {
        let all = package["dependencies"].as_array().cloned().unwrap_or_default();
        all.iter()
            .filter(|dependency| dependency["kind"].is_null())
            .map(name)
            .collect()
    };
    Ok(packages
        .iter()
        .map(|package| (name(package), normal(package)))
        .collect())
}

#[test]
fn the_core_is_small_and_depends_on_nobody() -> Result<()> {
    // Each of these is paid for in bytes of the browser's download.
    let paid_for = [
        "annotate-snippets",
        "fast-glob",
        "hcl-edit",
        "ipnet",
        "saphyr-parser",
        "serde",
        "serde_json",
        "similar",
        "strsim",
        "time",
        "toml-span",
    ];
    let only_to_generate = ["schemars", "ts-rs"];
    let expected: BTreeSet<String> = paid_for
        .into_iter()
        .chain(only_to_generate)
        .map(str::to_owned)
        .collect();
    assert_eq!(dependencies()?["key-policy"], expected);
    Ok(())
}

#[test]
fn arrows_between_crates_point_one_way() -> Result<()> {
    let dependencies = dependencies()?;
    let ours: BTreeSet<&String> = dependencies.keys().collect();
    for (package, allowed) in [
        ("key-policy", &[][..]),
        ("pulumi-rs-provider", &["pulumi-rs-provider-macros"]),
        ("pulumi-rs-provider-macros", &[]),
        ("descope-client", &[]),
        ("descope-sandbox", &[]),
        ("descope-keys", &["key-policy"]),
        ("descope-keys-wasm", &["key-policy"]),
        (
            "pulumi-resource-descope-keys",
            &["descope-client", "key-policy", "pulumi-rs-provider"],
        ),
    ] {
        let inside: Vec<_> = dependencies[package]
            .iter()
            .filter(|name| ours.contains(name))
            .collect();
        assert_eq!(inside, allowed, "{package}");
    }
    Ok(())
}

#[test]
fn the_core_touches_nothing_outside() -> Result<()> {
    let outside = [
        "std::fs",
        "std::env",
        "std::io",
        "std::time",
        "std::process",
        "std::thread",
        "println!",
        "HashMap",
    ];
    for file in files(&tools::root().join("crates/key-policy/src"))? {
        let text = fs::read_to_string(&file)?;
        // Tests may read the folder they stand in.
        let code = text.split("#[cfg(test)]").next().unwrap_or_default();
        for name in outside {
            assert!(!code.contains(name), "{} uses {name}", file.display());
        }
    }
    Ok(())
}

#[test]
fn lock_files_carry_no_addresses_but_cargos_own() -> Result<()> {
    for project in ["wasm", "tests/browser", "tests/sdk/node", "tests/languages/node"] {
        let lock = format!("{project}/package-lock.json");
        let text = fs::read_to_string(tools::root().join(&lock)).with_context(|| lock.clone())?;
        assert!(
            !text.contains("\"resolved\""),
            "{lock} says where packages were downloaded from"
        );
    }
    Ok(())
}

fn files(folder: &Path) -> Result<Vec<PathBuf>> {
    let mut found = Vec::new();
    for entry in fs::read_dir(folder)? {
        let path = entry?.path();
        if path.is_dir() {
            found.extend(files(&path)?);
        } else if path.extension().is_some_and(|ending| ending == "rs") {
            found.push(path);
        }
    }
    Ok(found)
}
