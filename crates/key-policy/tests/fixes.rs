//! Every fix mends: applied, it leaves nothing more to fix, makes no new finding, and the text that a person would write.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use key_policy::edit::fixed;
use key_policy::finding::Safety;
use key_policy::{Config, Kind, Options, Role, Severity, Source, rules};

fn options() -> Options {
    Options {
        now: Some(1_767_225_600),
        ..Options::default()
    }
}

fn source(text: &str, kind: Kind) -> Source<'_> {
    Source {
        name: "text",
        bytes: text.as_bytes(),
        kind: Some(kind),
        role: Role::Checked,
    }
}

fn mended(text: &str, kind: Kind, safety: Safety) -> String {
    let fixed = fixed(&[source(text, kind)], &options(), safety);
    fixed
        .into_iter()
        .next()
        .map_or_else(|| text.to_owned(), |(_, text)| text)
}

/// How often each rule speaks of what is wrong. A value that is mended can be judged, and so be worth a note.
fn counts(text: &str, kind: Kind) -> BTreeMap<&'static str, usize> {
    let mut counts = BTreeMap::new();
    let findings = key_policy::check(&[source(text, kind)], &options()).findings;
    for finding in findings
        .iter()
        .filter(|finding| finding.severity > Severity::Note)
    {
        *counts.entry(finding.rule).or_default() += 1;
    }
    counts
}

/// The examples of all pages, and the programs of all cases.
fn texts() -> Vec<(String, Kind)> {
    let blocks = rules::ALL
        .iter()
        .flat_map(|rule| rule.page.split("```").skip(1).step_by(2));
    let mut texts: Vec<_> = blocks
        .filter_map(|block| {
            let (info, text) = block.split_once('\n')?;
            let kind = match info.split(' ').next()? {
                "hcl" => Kind::TerraformHcl,
                "yaml" => Kind::PulumiYaml,
                _ => return None,
            };
            Some((text.to_owned(), kind))
        })
        .collect();
    for path in files(&Path::new(env!("CARGO_MANIFEST_DIR")).join("../../tests/cases")) {
        let kind = match path.file_name().and_then(|name| name.to_str()) {
            Some("main.tf") => Kind::TerraformHcl,
            Some("Pulumi.yaml") => Kind::PulumiYaml,
            _ => continue,
        };
        if let Ok(text) = fs::read_to_string(&path) {
            texts.push((text, kind));
        }
    }
    assert!(texts.len() > 150, "{}", texts.len());
    texts
}

fn files(folder: &Path) -> Vec<PathBuf> {
    let entries = fs::read_dir(folder).expect("the cases stand there");
    entries
        .map(|entry| entry.expect("a folder can be read").path())
        .flat_map(|path| if path.is_dir() { files(&path) } else { vec![path] })
        .collect()
}

#[test]
fn a_fix_mends_and_breaks_nothing() {
    let mut changed = 0;
    for (text, kind) in texts() {
        for safety in [Safety::Safe, Safety::Unsafe] {
            let after = mended(&text, kind, safety);
            assert_eq!(mended(&after, kind, safety), after, "not mended at once:\n{text}");
            let before = counts(&text, kind);
            for (rule, count) in counts(&after, kind) {
                let known = before.get(rule).copied().unwrap_or_default();
                assert!(count <= known, "`{rule}` is new:\n{text}\n->\n{after}");
            }
            changed += usize::from(after != text);
        }
    }
    assert!(changed > 30, "{changed}");
}

#[test]
fn the_table_says_which_rules_fix() {
    let mut found: BTreeMap<&str, Safety> = BTreeMap::new();
    for (text, kind) in texts() {
        for finding in key_policy::check(&[source(&text, kind)], &options()).findings {
            for fix in finding.fixes {
                let best = found.entry(finding.rule).or_insert(fix.safety);
                if fix.safety == Safety::Safe {
                    *best = Safety::Safe;
                }
            }
        }
    }
    let told: BTreeMap<&str, Safety> = rules::ALL
        .iter()
        .filter_map(|rule| Some((rule.id, rule.fix?)))
        .collect();
    assert_eq!(found, told);
}

#[test]
fn the_text_is_what_a_person_would_write() {
    let hcl = |members: &str| format!("resource \"descope_management_key\" \"k\" {{\n{members}}}\n");
    let yaml = |members: &str| {
        format!("resources:\n  k:\n    type: descope-keys:ManagementKey\n    properties:\n{members}")
    };
    let json = |members: &str| {
        format!(
            "{{\"resources\": {{\"k\": {{\"type\": \"descope-keys:ManagementKey\", \"properties\": {{\n{members}\n}}}}}}}}\n"
        )
    };
    for (before, after) in [
        (
            "  permitted_ips = [\n    \"81.2.69.7/24\", # office\n    \"81.2.69.9\", # my desk\n    \"8.8.8.8\",\n  ]\n",
            "  permitted_ips = [\n    \"81.2.69.0/24\", # office\n    \"8.8.8.8\",\n  ]\n",
        ),
        (
            "  permitted_ips = [\"8.8.8.8\", \"8.8.8.8\", \"9.9.9.9\", \"8.8.8.8\"]\n",
            "  permitted_ips = [\"8.8.8.8\", \"9.9.9.9\"]\n",
        ),
        (
            "  id     = \"x\" # old\n  status = \"ACTIVE\"\n",
            "  status = \"active\"\n",
        ),
        (
            "  permitted_ips = [\" 8.8.8.8\"]\n",
            "  permitted_ips = [\"8.8.8.8\"]\n",
        ),
        ("  expire_time = 1893456000000\n", "  expire_time = 1893456000\n"),
        (
            "  expire_time = \"1893456000000\"\n",
            "  expire_time = \"1893456000\"\n",
        ),
        (
            "  permittedIps = [\"8.8.8.8\"]\n",
            "  permitted_ips = [\"8.8.8.8\"]\n",
        ),
        // A person should see what is wrong with the addresses before they count.
        ("  permittedIps = [\"8.8.8\"]\n", "  permittedIps = [\"8.8.8\"]\n"),
        // What was written elsewhere is left alone.
        (
            "  permitted_ips = [local.a]\n}\nlocals {\n  a = \"81.2.69.7/24\"\n",
            "  permitted_ips = [local.a]\n}\nlocals {\n  a = \"81.2.69.7/24\"\n",
        ),
    ] {
        assert_eq!(mended(&hcl(before), Kind::TerraformHcl, Safety::Safe), hcl(after));
    }
    for (before, after) in [
        (
            "      permittedIps:\n        - 81.2.69.7/24\n        - '81.2.69.9' # my desk\n        - 8.8.8.8\n",
            "      permittedIps:\n        - 81.2.69.0/24\n        - 8.8.8.8\n",
        ),
        (
            "      permittedIps: [8.8.8.8, '8.8.8.8', 9.9.9.9]\n      id: x\n",
            "      permittedIps: [8.8.8.8, 9.9.9.9]\n",
        ),
        (
            "      permitted_ips: [8.8.8.8]\n",
            "      permittedIps: [8.8.8.8]\n",
        ),
        ("      status: Active\n", "      status: active\n"),
    ] {
        assert_eq!(mended(&yaml(before), Kind::PulumiYaml, Safety::Safe), yaml(after));
    }
    for (before, after) in [
        (
            "\"id\": \"x\",\n\"permittedIps\": [\"8.8.8.8\", \"8.8.8.8\"]",
            "\"permittedIps\": [\"8.8.8.8\"]",
        ),
        (
            "\"expireTime\": 1893456000000,\n\"status\": \"Active\",\n\"id\": \"x\"",
            "\"expireTime\": 1893456000,\n\"status\": \"active\"",
        ),
    ] {
        assert_eq!(mended(&json(before), Kind::PulumiYaml, Safety::Safe), json(after));
    }
}

#[test]
fn a_guess_is_only_taken_when_asked_for() {
    let text = "resource \"descope_management_key\" \"k\" {\n  nam = \"K\"\n  rebac = { company_roles = [\"company-full-acess\"] }\n}\n";
    assert_eq!(mended(text, Kind::TerraformHcl, Safety::Safe), text);
    let after = text.replace("nam =", "name =").replace("acess", "access");
    assert_eq!(mended(text, Kind::TerraformHcl, Safety::Unsafe), after);
}

#[test]
fn what_the_team_does_not_want_to_hear_is_not_fixed() {
    let text = "resource \"descope_management_key\" \"k\" {\n  permitted_ips = [\"81.2.69.7/24\"]\n}\n";
    let options = Options {
        configs: Config::parse("rules = { host-bits = \"off\" }").unwrap().into(),
        ..options()
    };
    assert!(fixed(&[source(text, Kind::TerraformHcl)], &options, Safety::Unsafe).is_empty());
}
