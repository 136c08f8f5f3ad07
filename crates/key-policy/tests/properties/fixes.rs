//! Fixes mend what they are about, and break nothing.

use std::collections::BTreeMap;

use key_policy::document::read;
use key_policy::edit::{applied, fixed};
use key_policy::finding::Safety;
use key_policy::path::Segment;
use key_policy::value::Entry;
use key_policy::{Declaration, Finding, Inputs, Severity, Value, check};
use proptest::prelude::*;
use proptest::sample::select;

use super::layout::{FORMATS, Format, layout, written};
use super::program::program;
use super::{config, options, places};

/// A text in one format, with what is found in it.
struct Checked {
    findings: Vec<Finding>,
    keys: Vec<Declaration>,
}

impl Checked {
    fn new(text: &str, format: Format) -> Self {
        let sources = [format.source(text)];
        let report = check(&sources, &options());
        places::check(&report, &sources);
        Self {
            findings: report.findings,
            keys: read(&sources, &Inputs::default()).remove(0).declarations,
        }
    }

    /// Which key the finding is about; a plain one gets another address with its name.
    fn key(&self, finding: &Finding) -> Option<usize> {
        self.keys.iter().position(|key| key.resource == finding.resource)
    }

    /// How often each rule finds fault with each key. What is mended can be judged, and be worth a note.
    fn faults(&self) -> BTreeMap<(&'static str, Option<usize>), usize> {
        let mut faults = BTreeMap::new();
        for finding in self
            .findings
            .iter()
            .filter(|finding| finding.severity > Severity::Note)
        {
            *faults.entry((finding.rule, self.key(finding))).or_default() += 1;
        }
        faults
    }

    /// How often the same is said.
    fn says(&self, message: &str) -> usize {
        self.findings
            .iter()
            .filter(|finding| finding.message == message)
            .count()
    }

    fn is_about(&self, finding: &Finding, key: usize, member: &str) -> bool {
        let field = finding.path.segments().first();
        self.key(finding) == Some(key)
            && field.is_some_and(|field| matches!(field, Segment::Key(name) if name == member))
    }

    /// What a key sets `member` to, as often as it does.
    fn values(&self, key: usize, member: &str) -> Vec<&Value> {
        let entries = self.keys[key].properties.as_object().unwrap_or_default().iter();
        let called = entries.filter(|entry| entry.key == member);
        called.map(|entry| &entry.value).collect()
    }
}

fn mended(text: &str, format: Format, safety: Safety) -> String {
    let fixed = fixed(&[format.source(text)], &options(), safety);
    fixed
        .into_iter()
        .next()
        .map_or_else(|| text.to_owned(), |(_, text)| text)
}

proptest! {
    #![proptest_config(config())]

    #[test]
    fn all_fixes_together_leave_nothing_to_fix_and_no_new_fault(
        program in program(),
        format in select(&FORMATS[..]),
        layout in layout(),
    ) {
        prop_assume!(format.can_hold(&program));
        let mut text = written(&program, format, layout);
        for safety in [Safety::Safe, Safety::Unsafe] {
            let after = mended(&text, format, safety);
            prop_assert_eq!(mended(&after, format, safety), &*after, "not mended at once:\n{}", text);
            let known = Checked::new(&text, format).faults();
            for (fault, count) in Checked::new(&after, format).faults() {
                let known = known.get(&fault).copied().unwrap_or_default();
                prop_assert!(count <= known, "{:?} is new:\n{}\n->\n{}", fault, text, after);
            }
            text = after;
        }
    }

    #[test]
    fn each_fix_alone_mends_its_finding_and_touches_nothing_else(
        program in program(),
        format in select(&FORMATS[..]),
        layout in layout(),
    ) {
        prop_assume!(format.can_hold(&program));
        let text = written(&program, format, layout);
        let found = Checked::new(&text, format);
        for finding in &found.findings {
            for fix in &finding.fixes {
                let after = applied(&text, &fix.edits);
                let left = Checked::new(&after, format);
                // Where the same stands twice, the other takes its place.
                let is_gone = left.says(&finding.message) < found.says(&finding.message)
                    || left.findings.len() < found.findings.len();
                prop_assert!(is_gone, "{:?} is not gone:\n{}\n->\n{}", finding, text, after);
                prop_assert!(left.findings.iter().all(|finding| finding.rule != "syntax"), "{}\n->\n{}", text, after);
                prop_assert_eq!(left.keys.len(), found.keys.len());
                for (index, key) in found.keys.iter().enumerate() {
                    for Entry { key: member, .. } in key.properties.as_object().unwrap_or_default() {
                        let is_kept = left.values(index, member) == found.values(index, member);
                        prop_assert!(
                            is_kept || found.is_about(finding, index, member),
                            "{:?} changes `{}`:\n{}\n->\n{}", finding, member, text, after
                        );
                    }
                }
            }
        }
    }
}
