//! Findings about what an override file sets stand in that file: it is there that they are mended.

use std::collections::BTreeMap;

use crate::document::{Document, Overriding};
use crate::finding::{Finding, Related};
use crate::path::Segment;
use crate::span::Place;

/// Moves each finding about a field that an override file sets to where it is set, and relates what is overridden.
pub(crate) fn follow_overrides(findings: &mut [Finding], documents: &[Document]) {
    let keys = documents.iter().enumerate().flat_map(|(source, document)| {
        let keys = document
            .declarations
            .iter()
            .filter(|key| !key.overridden.is_empty());
        keys.map(move |key| ((source, key.resource.as_str()), &key.overridden))
    });
    let keys: BTreeMap<_, _> = keys.collect();
    if keys.is_empty() {
        return;
    }
    for finding in findings {
        let fields = keys.get(&(finding.source, finding.resource.as_str()));
        if let Some(fields) = fields
            && let Some(Segment::Key(field)) = finding.path.segments().first()
            && let Some(set) = fields.get(&**field)
        {
            follow(finding, *set);
        }
    }
}

fn follow(finding: &mut Finding, set: Overriding) {
    let source = set.name.source;
    let place = match finding.related.iter().position(Related::is_written) {
        None => set.name,
        Some(at) => {
            let written = finding.related[at].place;
            let is_there = written.source == source
                && set.value.start <= written.span.start
                && written.span.end <= set.value.end;
            match is_there {
                true => finding.related.remove(at).place,
                false => Place {
                    source,
                    span: set.value,
                },
            }
        }
    };
    let overridden = Place {
        source: finding.source,
        span: finding.span,
    };
    finding.related.push(Related::overridden(overridden));
    (finding.source, finding.span) = (place.source, place.span);
    // They are edits of the other file.
    finding.fixes.clear();
}

#[cfg(test)]
mod tests {
    use crate::{Options, Source, check};

    #[test]
    fn what_an_override_sets_is_found_there_and_may_be_allowed_at_either_place() {
        let main = "locals {\n  s = \"activ\"\n}\nresource \"descope_management_key\" \"k\" {\n  name = \"n\"\n  permitted_ips = []\n  rebac = {}\n}\n";
        let over = "resource \"descope_management_key\" \"k\" {\n  name = \"\"\n  permitted_ips = [\"10.0.0.300\"]\n  status = local.s\n  nam = 1\n}\n";
        let found = |main: &str, over: &str| {
            let files = [("main.tf", main), ("override.tf", over)];
            let sources = files.map(|(name, text)| Source::new(name, text.as_bytes()));
            let report = check(&sources, &Options::default());
            let at = |place: crate::span::Place| &files[place.source].1[place.span.range()];
            let findings = report.findings.iter().filter(|finding| finding.source == 1);
            let shown = findings.map(|finding| {
                let place = crate::span::Place {
                    source: 1,
                    span: finding.span,
                };
                let related: Vec<_> = finding.related.iter().map(|related| at(related.place)).collect();
                format!("{} {} <- {}", finding.rule, at(place), related.join(", "))
            });
            (shown.collect::<Vec<_>>(), report.summary.suppressed)
        };
        let header = "resource \"descope_management_key\" \"k\"";
        let all = [
            "empty-name \"\" <- name".to_owned(),
            "invalid-ip \"10.0.0.300\" <- permitted_ips".to_owned(),
            format!("unknown-status local.s <- \"activ\", {header}"),
            format!("unknown-field nam <- {header}"),
        ];
        assert_eq!(found(main, over), (all.to_vec(), 0));
        let allow = "# descope-keys: allow(invalid-ip) -- why\n";
        let rest = [&all[..1], &all[2..]].concat();
        let main_allowed = main.replace("resource", &format!("{allow}resource"));
        assert_eq!(found(&main_allowed, over), (rest.clone(), 1));
        let over_allowed = over.replace("  permitted", &format!("  {allow}  permitted"));
        assert_eq!(found(main, &over_allowed), (rest, 1));
    }
}
