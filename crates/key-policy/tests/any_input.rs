//! Every input has an answer: no text, however broken, makes the core panic or point outside of it.

use key_policy::report::{human, json};
use key_policy::rules;
use key_policy::{Kind, Options, Role, Side, Source};
use proptest::prelude::*;

/// Runs the whole pipeline, reports included, in every kind, and checks each place.
fn run(bytes: &[u8]) {
    let options = Options {
        now: Some(1_767_225_600),
        ..Options::default()
    };
    for kind in Kind::NAMES.map(|(_, kind)| kind) {
        let sources = [Source {
            name: "any",
            bytes,
            kind: Some(kind),
            role: Role::Checked,
        }];
        let report = key_policy::check(&sources, &options);
        for finding in &report.findings {
            assert!(finding.span.start <= finding.span.end, "{finding:?}");
            assert!(finding.span.end <= bytes.len(), "{finding:?}");
        }
        assert!(!human::check(&report, &sources, false).is_empty());
        assert!(!json::text(&json::report(&report, &sources, true)).is_empty());
        let side = Side {
            root: "any",
            sources: &sources,
        };
        let diff = key_policy::diff(side, side, &options);
        assert!(
            diff.changes.iter().all(|change| change.fields.is_empty()),
            "a text differs from itself"
        );
        assert!(!human::diff(&diff, &sources, true).is_empty());
    }
}

/// The code blocks of all rule pages.
fn examples() -> Vec<&'static str> {
    let blocks = rules::ALL
        .iter()
        .flat_map(|rule| rule.page.split("```").skip(1).step_by(2));
    blocks
        .filter_map(|block| Some(block.split_once('\n')?.1))
        .collect()
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 1000, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn random_bytes(bytes in proptest::collection::vec(any::<u8>(), 0..400)) {
        run(&bytes);
    }

    #[test]
    fn random_syntax(text in "[\\[\\]{}()\"'$%#:,=<>&*!|~\\-?\\n a-z0-9]{0,200}") {
        run(text.as_bytes());
    }

    #[test]
    fn mutated_examples(
        example in proptest::sample::select(examples()),
        edits in proptest::collection::vec((any::<prop::sample::Index>(), 0..8usize, any::<Vec<u8>>()), 1..4),
    ) {
        let mut bytes = example.as_bytes().to_vec();
        for (at, removed, inserted) in edits {
            let at = at.index(bytes.len() + 1);
            let end = (at + removed).min(bytes.len());
            bytes.splice(at..end, inserted.into_iter().take(4));
        }
        run(&bytes);
    }
}

#[test]
fn deep_and_wide_texts() {
    for text in [
        "[",
        "{a:",
        "- ",
        "a = [",
        "a = {b = ",
        "a = (",
        "a = -",
        "a = !",
        "a = \"${",
        "x {\n",
        "a = 1 + ",
        "? ",
        "&a ",
        "!!a ",
        "*a ",
    ] {
        run(text.repeat(20_000).as_bytes());
    }
    for text in [
        "a: b\n",
        "a = 1\n",
        "# c\n",
        "a = {a=1,a=2}\n",
        "\"\": 1\n",
        "\u{feff}",
        "\r",
        "\0",
    ] {
        run(text.repeat(2_000).as_bytes());
    }
}
