//! One folder of cases a rule: what the command line says about each, to the letter.
//!
//! A case is a folder with one declaration, or with an `old` and a `new` version. Its `report.snap` is what the
//! command prints for it; read a new one before you accept it (`INSTA_UPDATE=always` writes them).

use anyhow::{Context as _, Result};
use descope_keys_tests::{cases, tools};

#[test]
fn every_case_is_reported_as_recorded() -> Result<()> {
    let cases = cases::all()?;
    assert!(cases.len() > 40, "{}", cases.len());
    for case in cases {
        let (exit, output) = case.run_native("human")?;
        let mut settings = insta::Settings::clone_current();
        settings.set_snapshot_path(&case.folder);
        settings.set_prepend_module_to_snapshot(false);
        settings.set_omit_expression(true);
        settings.bind(|| insta::assert_snapshot!("report", format!("exit {exit}\n{output}")));
    }
    Ok(())
}

#[test]
fn every_rule_has_its_folder_and_every_folder_its_rule() -> Result<()> {
    let mut found = std::collections::BTreeSet::new();
    for case in cases::all()? {
        let (exit, output) = case.run_native("json")?;
        let report: serde_json::Value = serde_json::from_str(&output)?;
        let findings = report["findings"].as_array().cloned().unwrap_or_default();
        // What is not known must never be found wrong.
        if case.rule == "unknown-values" {
            assert_eq!((exit, findings.len()), (0, 0), "{}", case.folder.display());
            assert_ne!(
                report["summary"]["unknown_values"],
                0,
                "{}",
                case.folder.display()
            );
        } else {
            assert!(
                key_policy::rules::find(&case.rule).is_some(),
                "{} is no rule",
                case.rule
            );
        }
        found.extend(
            findings
                .iter()
                .filter(|finding| finding["rule"] == case.rule.as_str())
                .map(|_| case.rule.clone()),
        );
    }
    for rule in key_policy::rules::ALL {
        assert!(found.contains(rule.id), "no case finds `{}`", rule.id);
    }
    Ok(())
}

#[test]
fn the_readme_shows_what_is_printed() -> Result<()> {
    let readme = std::fs::read_to_string(tools::root().join("README.md"))?;
    for shown in ["scope-conflict/terraform", "replaces-key/expiry"] {
        let cases = cases::all()?;
        let case = cases
            .iter()
            .find(|case| case.folder.ends_with(shown))
            .context("no such case")?;
        let (_, output) = case.run_native("human")?;
        let block = format!("$ descope-keys {}\n{output}```", case.arguments.join(" "));
        assert!(readme.contains(&block), "README.md does not show:\n{block}");
    }
    Ok(())
}
