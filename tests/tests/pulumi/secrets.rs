//! The calling key and every cleartext stay out of all that pulumi says and writes.

use std::collections::{BTreeMap, BTreeSet};

use anyhow::Result;
use descope_keys_tests::process::{self, Finished};
use descope_keys_tests::pulumi::Workspace;
use descope_keys_tests::sandbox::Sandbox;
use serde_json::json;

use crate::{EXAMPLE, one_key};

const KEY: &str = "{ name: Key, rebac: { companyRoles: [company-full-access] } }";

#[test]
fn no_secret_is_said_or_written_in_plain() -> Result<()> {
    let sandbox = Sandbox::start()?;
    let workspace = Workspace::with_environment(EXAMPLE, address_of(&sandbox))?;
    workspace.set_secret("descope-keys:managementKey", sandbox.calling_key())?;
    let mut secrets = BTreeSet::from([sandbox.calling_key().to_owned()]);

    workspace.pulumi(&["preview", "--diff"])?;
    workspace.up()?;
    secrets.extend(workspace.cleartexts()?.into_values());
    // Update, replacement and drift pass every secret through the provider once more.
    workspace.edit("name: CI/CD Pipeline Key", "name: Renamed")?;
    workspace.edit("expireTime: 1893456000", "expireTime: 1924992000")?;
    workspace.pulumi(&["preview", "--diff", "--json"])?;
    workspace.pulumi(&["up", "--yes", "--diff", "-v=8", "--logtostderr"])?;
    secrets.extend(workspace.cleartexts()?.into_values());
    sandbox.change(
        &workspace.ids()?["companyKey"],
        &json!({ "description": "by hand" }),
    )?;
    let trace = traced(&workspace, &["refresh", "--yes", "--diff"])?.success()?;
    for told in [
        &["stack", "output", "--json"][..],
        &["stack", "export"],
        &["stack", "history", "--json"],
        &["config"],
    ] {
        workspace.pulumi(told)?;
    }
    workspace.destroy()?;

    assert_eq!(
        secrets.len(),
        5,
        "the calling key, three cleartexts, and that of the replaced key"
    );
    let places = workspace.places_in_plain(secrets.iter().map(String::as_str))?;
    assert!(places.is_empty(), "a secret stands in plain in {places:?}");
    assert_eq!(lines_of_others(&trace, &secrets), 0);
    assert!(
        secrets.iter().all(|secret| !sandbox.said().contains(secret)),
        "the sandbox has said a secret"
    );
    // What is no secret is found by the same search: in the engine's verbose log and in the history.
    assert!(workspace.places_in_plain(["company-full-access"])?.len() > 1);
    Ok(())
}

#[test]
fn a_refused_calling_key_is_not_repeated_in_the_error() -> Result<()> {
    let sandbox = Sandbox::start()?;
    let wrong = "K2thisKeyIsNotTheOneThatTheSandboxWasToldOf";
    let mut environment = address_of(&sandbox);
    environment.insert("DESCOPE_MANAGEMENT_KEY".to_owned(), wrong.to_owned());
    let workspace = Workspace::with_environment(&one_key(KEY), environment)?;

    let refused = workspace.pulumi_fails(&["up", "--yes", "--skip-preview"])?.text();
    let trace = traced(&workspace, &["up", "--yes", "--skip-preview"])?.failure()?;

    assert!(refused.contains("401"), "{refused}");
    let places = workspace.places_in_plain([wrong])?;
    assert!(places.is_empty(), "the calling key stands in plain in {places:?}");
    assert_eq!(lines_of_others(&trace, &BTreeSet::from([wrong.to_owned()])), 0);
    assert!(sandbox.keys()?.is_empty());
    Ok(())
}

#[test]
fn a_missing_calling_key_is_named_with_the_command_that_sets_it() -> Result<()> {
    let sandbox = Sandbox::start()?;
    let workspace = Workspace::with_environment(&one_key(KEY), address_of(&sandbox))?;

    let refused = workspace.pulumi_fails(&["up", "--yes", "--skip-preview"])?.text();

    assert!(refused.contains("descope-keys:managementKey"), "{refused}");
    assert_eq!(sandbox.writes()?, [""; 0]);
    Ok(())
}

/// An environment that says where the sandbox is, but holds no calling key.
fn address_of(sandbox: &Sandbox) -> BTreeMap<String, String> {
    BTreeMap::from([("DESCOPE_BASE_URL".to_owned(), sandbox.url().to_owned())])
}

/// Runs pulumi at its highest verbosity, at which it prints what a provider says beside its own trace.
fn traced(workspace: &Workspace, arguments: &[&str]) -> Result<Finished> {
    let verbose = [arguments, &["-v=9", "--logtostderr"]].concat();
    process::run(&mut workspace.command(&verbose)?, "")
}

/// How many lines of a trace hold a secret, but for those in which the engine itself traces each value that it sends
/// or receives: these are plain by its own design, which is why a trace is not among what a workspace captures.
fn lines_of_others(trace: &Finished, secrets: &BTreeSet<String>) -> usize {
    let text = trace.text();
    let others = text
        .lines()
        .filter(|line| !line.contains("arshaling property for RPC["));
    others
        .filter(|line| secrets.iter().any(|secret| line.contains(secret)))
        .count()
}
