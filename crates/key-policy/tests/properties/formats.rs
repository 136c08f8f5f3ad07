//! How a program is written down changes where its findings are, and nothing else.

use key_policy::path::Segment;
use key_policy::{Finding, Path, Severity, check};
use proptest::prelude::*;
use proptest::sample::select;

use super::layout::{FORMATS, Format, PLAIN, layout, written};
use super::program::{Key, Node, ODD, Program, program};
use super::{config, options, places};

/// What a finding says, its place apart.
type Said = (&'static str, Severity, String, String, String, Option<String>);

/// What is found in `text`, in order. Which of several elements it is found in is a part of the place.
fn said(text: &str, format: Format) -> Vec<Said> {
    let sources = [format.source(text)];
    let report = check(&sources, &options());
    places::check(&report, &sources);
    places::name_what_they_are_about(&report, sources[0]);
    let say = |finding: Finding| {
        (
            finding.rule,
            finding.severity,
            finding.resource,
            without_indexes(&finding.path),
            finding.message,
            finding.help,
        )
    };
    let mut said: Vec<_> = report.findings.into_iter().map(say).collect();
    said.sort();
    said
}

fn without_indexes(path: &Path) -> String {
    let names = path.segments().iter().filter_map(|segment| match segment {
        Segment::Key(key) => Some(&**key),
        Segment::Index(_) => None,
    });
    names.collect::<Vec<_>>().join(".")
}

/// Which rules find something, how bad it is and in which field, in snake case. Those apart that ask what a tool does.
fn rules(program: &Program, format: Format) -> Vec<(&'static str, Severity, String)> {
    const OF_A_TOOL: [&str; 2] = ["destroy-before-create", "inactive-at-create"];
    let said = said(&written(program, format, PLAIN), format).into_iter();
    let mut rules: Vec<_> = said
        .filter(|said| !OF_A_TOOL.contains(&said.0))
        .map(|said| (said.0, said.1, in_snake_case(&said.3)))
        .collect();
    rules.sort();
    rules
}

fn in_snake_case(path: &str) -> String {
    let step = |c: char| match c.is_uppercase() {
        true => format!("_{}", c.to_lowercase()),
        false => c.to_string(),
    };
    path.chars().map(step).collect()
}

proptest! {
    #![proptest_config(config())]

    #[test]
    fn a_layout_changes_no_finding(program in program(), format in select(&FORMATS[..]), layout in layout()) {
        prop_assume!(format.can_hold(&program));
        let (plain, laid) = (written(&program, format, PLAIN), written(&program, format, layout));
        prop_assert_eq!(said(&plain, format), said(&laid, format), "\n{}\n{}", plain, laid);
    }

    #[test]
    fn the_order_of_members_and_sets_changes_no_finding(program in program(), format in select(&FORMATS[..])) {
        prop_assume!(format.can_hold(&program));
        let turned: Program = program.iter().map(Key::turned).collect();
        let (plain, turned) = (written(&program, format, PLAIN), written(&turned, format, PLAIN));
        prop_assert_eq!(said(&plain, format), said(&turned, format), "\n{}\n{}", plain, turned);
    }

    #[test]
    fn both_syntaxes_of_a_tool_give_the_same_findings(program in program()) {
        for [one, other] in [
            [Format::Hcl, Format::TerraformJson],
            [Format::PulumiYaml, Format::PulumiJson],
            [Format::PlainYaml, Format::PlainJson],
        ] {
            if one.can_hold(&program) {
                let texts = [written(&program, one, PLAIN), written(&program, other, PLAIN)];
                prop_assert_eq!(said(&texts[0], one), said(&texts[1], other), "\n{}\n{}", &texts[0], &texts[1]);
            }
        }
    }

    #[test]
    fn all_tools_are_held_to_the_same_rules(program in program()) {
        // Terraform takes a number for a text.
        let is_odd = |node: &Node| matches!(node, Node::Number(ODD));
        prop_assume!(Format::PlainYaml.can_hold(&program) && !program.iter().any(|key| key.any(&is_odd)));
        let rules = [Format::Hcl, Format::PulumiYaml, Format::PlainYaml].map(|format| rules(&program, format));
        prop_assert_eq!(&rules[0], &rules[1]);
        prop_assert_eq!(&rules[0], &rules[2]);
    }
}
