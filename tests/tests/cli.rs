//! The command line: inputs, exit codes and formats.

use std::fs;
use std::process::Command;

use anyhow::Result;
use descope_keys_tests::{process, tools};
use serde_json::{Value, json};
use tempfile::TempDir;

const GOOD: &str = "resource \"descope_management_key\" \"ci\" {\n  name  = \"CI\"\n  rebac = { company_roles = [\"company-full-access\"] }\n}\n";
const BAD: &str = "resource \"descope_management_key\" \"ci\" {\n  name  = \"\"\n  rebac = { company_roles = [\"company-full-access\"] }\n}\n";
const PROGRAM: &str = "resources:\n  ci:\n    type: descope-keys:ManagementKey\n    properties:\n      name: CI\n      rebac: {companyRoles: [company-full-access]}\n";

/// Runs the command line in a folder that holds `files`.
fn run(files: &[(&str, &str)], arguments: &[&str], stdin: &str) -> Result<(i32, String, String)> {
    let folder = TempDir::new()?;
    for (name, text) in files {
        let path = folder.path().join(name);
        fs::create_dir_all(path.parent().unwrap_or(folder.path()))?;
        fs::write(path, text)?;
    }
    let mut command = Command::new(tools::program("descope-keys")?);
    command
        .current_dir(folder.path())
        .args(arguments)
        .env_remove("CLICOLOR_FORCE")
        .env_remove("NO_COLOR");
    let finished = process::run(&mut command, stdin)?;
    Ok((
        finished.status.code().unwrap_or(-1),
        finished.stdout,
        finished.stderr,
    ))
}

#[test]
fn access_is_told_in_every_format_whatever_the_rules_find() -> Result<()> {
    let files = [("bad.tf", BAD), ("Pulumi.yaml", PROGRAM)];
    for (format, begin) in [
        (
            "human",
            "ci (Pulumi.yaml:2)\n  name    CI\n  may     whole company: company-full-access\n",
        ),
        ("json", "{\n  \"version\": 1,\n  \"keys\": [\n"),
        ("svg", "<svg xmlns="),
    ] {
        let (code, out, err) = run(
            &files,
            &["access", "Pulumi.yaml", "bad.tf", "--format", format],
            "",
        )?;
        assert_eq!((code, err.as_str()), (0, ""), "{format}");
        assert!(out.starts_with(begin), "{format}: {out}");
        assert!(out.contains("descope_management_key.ci"), "{format}: {out}");
    }
    assert_eq!(run(&files, &["access", "absent.tf"], "")?.0, 2);
    Ok(())
}

#[test]
fn exit_codes_follow_the_threshold_and_never_the_format() -> Result<()> {
    let changed = GOOD.replace("company-full-access", "other");
    let files = [
        ("good.tf", GOOD),
        ("bad.tf", BAD),
        ("changed.tf", changed.as_str()),
        ("broken.tf", "resource {"),
    ];
    for (arguments, expected) in [
        (&["check", "good.tf"][..], 0),
        (&["check", "bad.tf"], 1),
        (&["check", "good.tf", "bad.tf"], 1),
        (&["check", "broken.tf"], 1),
        (&["check", "bad.tf", "--fail-on", "never"], 0),
        (&["check", "bad.tf", "--fail-on", "note"], 1),
        (&["diff", "good.tf", "good.tf", "--fail-on", "note"], 0),
        (&["diff", "good.tf", "changed.tf"], 0),
        (&["diff", "good.tf", "changed.tf", "--fail-on", "warning"], 1),
        (&["diff", "good.tf", "broken.tf"], 1),
        (&["check", "absent.tf"], 2),
        (&["diff", "absent.tf", "good.tf"], 2),
        (&["check"], 2),
        (&["check", "good.tf", "--format", "xml"], 2),
        (&["check", "good.tf", "--no-such-flag"], 2),
        (&["no-such-command"], 2),
    ] {
        for format in [&[][..], &["--format", "json"], &["--color", "always"]] {
            let all: Vec<&str> = arguments.iter().chain(format).copied().collect();
            let (exit, stdout, stderr) = run(&files, &all, "")?;
            assert_eq!(exit, expected, "{all:?}\n{stdout}{stderr}");
            assert_eq!(
                stdout.is_empty(),
                exit == 2,
                "{all:?}: a report goes to standard output, an error elsewhere"
            );
            assert_eq!(stderr.is_empty(), exit != 2, "{all:?}\n{stderr}");
        }
    }
    Ok(())
}

#[test]
fn standard_input_is_told_by_its_name_or_its_content() -> Result<()> {
    for (arguments, text) in [
        (&["check", "-", "--stdin-filename", "a/main.tf"][..], BAD),
        (&["check", "-"], BAD),
        (
            &[
                "check",
                "-",
                "--kind",
                "terraform-hcl",
                "--stdin-filename",
                "x.yaml",
            ],
            BAD,
        ),
        (&["check", "-"], &PROGRAM.replace("name: CI", "name: ''")),
        (
            &["check", "-", "--stdin-filename", "Pulumi.yaml"],
            &PROGRAM.replace("name: CI", "name: ''"),
        ),
    ] {
        let (exit, stdout, _) = run(&[], arguments, text)?;
        assert!(
            exit == 1 && stdout.contains("error[empty-name]"),
            "{arguments:?}: {stdout}"
        );
    }
    let (_, stdout, _) = run(&[], &["check", "-", "--stdin-filename", "a/main.tf"], BAD)?;
    assert!(stdout.contains("--> a/main.tf:2:11"), "{stdout}");
    Ok(())
}

/// The configuration of a team that wants to hear of faults only.
const QUIET: (&str, &str) = (
    "descope-keys.toml",
    "[rules]\nbroad-access = \"off\"\ncompany-wide = \"off\"\nnever-expires = \"off\"\n",
);

#[test]
fn a_folder_is_searched_for_files_that_can_hold_keys() -> Result<()> {
    let files = [
        ("b/main.tf", BAD),
        ("a/Pulumi.yaml", PROGRAM),
        ("a/Pulumi.dev.yaml", "config: {}"),
        ("a/other.yaml", PROGRAM),
        ("a/notes.txt", BAD),
        ("ignored/main.tf", BAD),
        (".terraform/modules/main.tf", BAD),
        (".gitignore", "ignored/\n"),
        QUIET,
    ];
    let (exit, stdout, _) = run(&files, &["check", ".", "--format", "json"], "")?;
    let report: Value = serde_json::from_str(&stdout)?;
    let names: Vec<_> = report["findings"]
        .as_array()
        .into_iter()
        .flatten()
        .map(|finding| &finding["file"])
        .collect();
    assert_eq!((exit, names), (1, vec![&json!("./b/main.tf")]));
    assert_eq!(
        (&report["summary"]["files"], &report["summary"]["keys"]),
        (&json!(3), &json!(2))
    );
    Ok(())
}

#[test]
fn folders_are_compared_by_the_place_of_their_keys() -> Result<()> {
    let changed = GOOD.replace("company-full-access", "other");
    let files = [
        ("old/a/main.tf", GOOD),
        ("old/b/main.tf", GOOD),
        ("new/a/main.tf", GOOD),
        ("new/b/main.tf", changed.as_str()),
        ("new/c/main.tf", GOOD),
    ];
    let (_, stdout, _) = run(&files, &["diff", "old", "new", "--format", "json"], "")?;
    let report: Value = serde_json::from_str(&stdout)?;
    let effects: Vec<_> = report["changes"]
        .as_array()
        .into_iter()
        .flatten()
        .map(|change| &change["effect"])
        .collect();
    assert_eq!(effects, ["none", "replace", "create"]);
    let findings = report["findings"].as_array().cloned().unwrap_or_default();
    assert_eq!(
        findings
            .iter()
            .map(|finding| &finding["file"])
            .collect::<Vec<_>>(),
        ["new/b/main.tf"]
    );
    Ok(())
}

#[test]
fn json_is_version_1_to_the_letter() -> Result<()> {
    let text = "# ü\nresource \"descope_management_key\" \"ci\" {\n  statu = \"ü\"\n  rebac = { company_roles = [var.r] }\n}\n";
    let (_, stdout, _) = run(
        &[("main.tf", text), QUIET],
        &["check", "main.tf", "--format", "json"],
        "",
    )?;
    let report: Value = serde_json::from_str(&stdout)?;
    assert_eq!(
        report,
        json!({
            "version": 1,
            "changes": [],
            "findings": [
                {
                    "rule": "missing-field", "severity": "error", "message": "the required field `name` is missing",
                    "file": "main.tf", "resource": "descope_management_key.ci", "path": "",
                    "start": { "line": 2, "column": 1, "offset": 5 }, "end": { "line": 2, "column": 39, "offset": 43 },
                    "related": [], "help": "set `name` to a string", "fixes": [],
                },
                {
                    "rule": "unknown-field", "severity": "error", "message": "there is no field `statu`",
                    "file": "main.tf", "resource": "descope_management_key.ci", "path": "statu",
                    "start": { "line": 3, "column": 3, "offset": 48 }, "end": { "line": 3, "column": 8, "offset": 53 },
                    "related": [], "help": "did you mean `status`?",
                    "fixes": [{
                        "title": "rename to `status`", "safety": "unsafe",
                        "edits": [{
                            "start": { "line": 3, "column": 3, "offset": 48 },
                            "end": { "line": 3, "column": 8, "offset": 53 },
                            "text": "status",
                        }],
                    }],
                },
            ],
            "summary": { "files": 1, "keys": 1, "errors": 2, "warnings": 0, "notes": 0, "suppressed": 0, "unknown_values": 1 },
        })
    );
    Ok(())
}

#[test]
fn places_behind_a_byte_order_mark_and_carriage_returns_are_right() -> Result<()> {
    let text = format!("\u{feff}{}", BAD.replace('\n', "\r\n"));
    let (_, stdout, _) = run(
        &[("main.tf", &text), QUIET],
        &["check", "main.tf", "--format", "json"],
        "",
    )?;
    let report: Value = serde_json::from_str(&stdout)?;
    let offset = text.find("\"\"").unwrap_or_default();
    assert_eq!(
        report["findings"][0]["start"],
        json!({ "line": 2, "column": 11, "offset": offset })
    );
    Ok(())
}

#[test]
fn a_configuration_that_cannot_be_used_ends_with_2() -> Result<()> {
    let files = [
        ("main.tf", GOOD),
        ("descope-keys.toml", "[rules]\nany-ipp = \"off\"\n"),
    ];
    let (exit, stdout, stderr) = run(&files, &["check", "main.tf"], "")?;
    assert_eq!((exit, stdout.as_str()), (2, ""));
    assert!(
        stderr.contains("descope-keys.toml:2:1: there is no rule `any-ipp`, did you mean `any-ip`?"),
        "{stderr}"
    );
    Ok(())
}

#[test]
fn the_examples_are_worth_a_note_at_most() -> Result<()> {
    for example in ["examples/terraform", "examples/pulumi", "examples"] {
        let mut command = Command::new(tools::program("descope-keys")?);
        command
            .current_dir(tools::root())
            .args(["check", example, "--fail-on", "warning"]);
        let finished = process::run(&mut command, "")?;
        assert_eq!(finished.status.code(), Some(0), "{}", finished.text());
        assert!(!finished.stdout.starts_with("0 keys"), "{}", finished.stdout);
    }
    Ok(())
}
