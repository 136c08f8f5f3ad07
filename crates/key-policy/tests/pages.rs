//! Every rule's page is its test: what stands under "Wrong" gives that rule's findings and no other, what stands
//! under "Right" gives none. Notes of other rules may stand beside: the examples are short. A block of TOML is the
//! configuration that the examples behind it are checked with.

use key_policy::finding::Safety;
use key_policy::rules::{self, Check};
use key_policy::{Config, Inputs, Kind, ManagementKey, Options, Role, Severity, Side, Source};

/// 2026-01-01T00:00:00Z, so that pages can speak of what has passed.
const NOW: i64 = 1_767_225_600;

struct Example {
    wrong: bool,
    kind: Kind,
    label: String,
    config: String,
    text: String,
}

fn examples(page: &str) -> Vec<Example> {
    let mut examples: Vec<Example> = Vec::new();
    let mut config = String::new();
    let mut wrong = false;
    let mut lines = page.lines();
    while let Some(line) = lines.next() {
        if line.starts_with("## ") {
            wrong = line == "## Wrong";
        }
        let Some(info) = line.strip_prefix("```") else {
            continue;
        };
        let text: String = lines
            .by_ref()
            .take_while(|line| *line != "```")
            .flat_map(|line| [line, "\n"])
            .collect();
        let (language, label) = info.split_once(' ').unwrap_or((info, ""));
        let kind = match language {
            "hcl" => Kind::TerraformHcl,
            "yaml" => Kind::PulumiYaml,
            "toml" => {
                config = text;
                continue;
            }
            other => panic!("an example in `{other}`"),
        };
        examples.push(Example {
            wrong,
            kind,
            label: label.to_owned(),
            config: config.clone(),
            text,
        });
    }
    examples
}

fn options(config: &str) -> Options {
    Options {
        now: Some(NOW),
        configs: Config::parse(config)
            .expect("the configuration of a page is valid")
            .into(),
        ..Options::default()
    }
}

fn found(rule: &str, examples: &[Example]) -> Vec<&'static str> {
    let options = options(&examples[0].config);
    let source = |example: &'_ Example| Source {
        name: "page",
        bytes: example.text.clone().leak().as_bytes(),
        kind: Some(example.kind),
        role: Role::Checked,
    };
    let report = match examples {
        [before, after] => {
            let (old, new) = ([source(before)], [source(after)]);
            let side = |sources| Side {
                root: "page",
                sources,
            };
            key_policy::diff(side(&old), side(&new), &options)
        }
        [example] => key_policy::check(&[source(example)], &options),
        _ => unreachable!("examples come alone or as before and after"),
    };
    report
        .findings
        .iter()
        .filter(|finding| finding.severity > Severity::Note || finding.rule == rule)
        .map(|finding| finding.rule)
        .collect()
}

#[test]
fn wrong_examples_give_their_rule_and_right_ones_nothing() {
    for rule in rules::ALL {
        let examples = examples(rule.page);
        assert!(
            examples.iter().any(|example| example.wrong),
            "{}: no wrong example",
            rule.id
        );
        assert!(
            examples.iter().any(|example| !example.wrong),
            "{}: no right example",
            rule.id
        );
        let size = if matches!(rule.check, Check::Change(_)) {
            2
        } else {
            1
        };
        for case in examples.chunks(size) {
            assert_eq!(
                case[0].label,
                if size == 2 { "before" } else { "" },
                "{}",
                rule.id
            );
            let expected: &[&str] = if case[0].wrong { &[rule.id] } else { &[] };
            assert_eq!(found(rule.id, case), expected, "{}:\n{}", rule.id, case[0].text);
        }
    }
}

#[test]
fn the_table_says_which_rules_fix() {
    for rule in rules::ALL {
        let examples = examples(rule.page);
        let offered = examples.iter().flat_map(|example| {
            let source = Source {
                name: "page",
                bytes: example.text.as_bytes(),
                kind: Some(example.kind),
                role: Role::Checked,
            };
            let findings = key_policy::check(&[source], &options(&example.config)).findings;
            let own = findings.into_iter().filter(|finding| finding.rule == rule.id);
            own.flat_map(|finding| finding.fixes).map(|fix| fix.safety)
        });
        let safeties: Vec<_> = offered.collect();
        let best = [Safety::Safe, Safety::Unsafe]
            .into_iter()
            .find(|safety| safeties.contains(safety));
        assert_eq!(best, rule.fix, "{}", rule.id);
    }
}

#[test]
fn a_strict_key_exists_exactly_where_no_rule_objects_and_all_is_known() {
    let mut keys = 0;
    for example in rules::ALL.iter().flat_map(|rule| examples(rule.page)) {
        let source = Source {
            name: "page",
            bytes: example.text.as_bytes(),
            kind: Some(example.kind),
            role: Role::Checked,
        };
        let document = key_policy::document::read(&[source], &Inputs::default()).remove(0);
        for declaration in document.declarations {
            // Names outside the table and members given twice are faults of the text, time is no part of a key, and a
            // provider may take less than the service.
            let about_the_text = [
                "unknown-field",
                "duplicate-field",
                "read-only-field",
                "expired",
                "long-description",
            ];
            let findings = key_policy::check_declaration(&declaration, &options(""));
            let faulty = findings.iter().any(|finding| {
                finding.severity == Severity::Error && !about_the_text.contains(&finding.rule)
            });
            let unknown = declaration.properties.unknowns() > 0;
            let key = ManagementKey::from_properties(&declaration.properties, declaration.dialect);
            assert_eq!(key.is_some(), !faulty && !unknown, "{}", example.text);
            keys += 1;
        }
    }
    assert!(keys > 40, "{keys}");
}
