//! Declarations of no tool: one in a document, or a list of them, in as many documents as the text has.

use std::collections::BTreeSet;

use super::{Declaration, Dialect, Document, Text, yaml};
use crate::span::Span;
use crate::value::{Content, Value};

/// Reads the declarations of a text. Each is known by its name, or by its place in the text if that is not known.
pub(super) fn read(text: &Text<'_>) -> Document {
    let mut document = Document::default();
    let (parsed, lost) = yaml::read_all(text, &mut document);
    let mut taken = BTreeSet::new();
    for mut value in parsed {
        if let Content::Object(entries) = &mut value.content {
            // A member that cannot be read is not one that is missing.
            for member in lost
                .iter()
                .filter(|member| is_one(text, member.key_span, value.span))
            {
                entries.retain(|entry| entry.key != member.key);
                entries.push(member.clone());
            }
        }
        match value.content {
            // Nothing stands in an empty document.
            Content::Null => {}
            Content::List(items) => {
                for item in items {
                    document.declarations.push(declaration(item, &mut taken));
                }
            }
            _ => document.declarations.push(declaration(value, &mut taken)),
        }
    }
    document
}

/// Whether both stand in the same document of the stream.
fn is_one(text: &Text<'_>, one: Span, other: Span) -> bool {
    let (start, end) = (one.start.min(other.start), one.start.max(other.start));
    let mut between = text.text.get(start..end).unwrap_or_default().lines().skip(1);
    between.all(|line| !line.starts_with("---"))
}

fn declaration(mut properties: Value, taken: &mut BTreeSet<String>) -> Declaration {
    if let Content::Object(entries) = &mut properties.content {
        // It tells an editor what the others mean.
        entries.retain(|entry| entry.key != "$schema" || entry.value.as_str().is_none());
    }
    let name = properties
        .get("name")
        .filter(|name| !name.sensitive)
        .and_then(Value::as_str);
    let resource = match name {
        Some(name) if !name.trim().is_empty() && !taken.contains(name) => name.to_owned(),
        _ => format!("#{}", taken.len() + 1),
    };
    taken.insert(resource.clone());
    // The whole of a long declaration is no place to point at: its first name is.
    let span = match properties.as_object().and_then(<[_]>::first) {
        Some(entry) => entry.key_span,
        None => properties.span,
    };
    Declaration::new(resource, Dialect::Plain, span, properties)
}

#[cfg(test)]
mod tests {
    use crate::document::{Declaration, Inputs, Source, read};

    #[test]
    fn where_the_schema_is_says_nothing_of_the_key() {
        let names = |text: &str| {
            let source = Source::new("a.descope-key.json", text.as_bytes());
            let properties = read(&[source], &Inputs::default())
                .remove(0)
                .declarations
                .remove(0)
                .properties;
            let entries = properties.as_object().unwrap().iter();
            entries.map(|entry| entry.key.clone()).collect::<Vec<_>>()
        };
        assert_eq!(names(r#"{"$schema": "x", "name": "n"}"#), ["name"]);
        assert_eq!(names(r#"[{"$schema": 1, "name": "n"}]"#), ["$schema", "name"]);
    }

    #[test]
    fn json_is_held_to_be_json() {
        let text = "{\n  // c\n  'name': \"n\", \"status\": active,\n}";
        for (name, faults, status) in [
            ("a.descope-key.json", 1, "(not known here)"),
            ("a.descope-key.yaml", 0, "`active`"),
        ] {
            let text = if faults == 0 {
                text.replace("// c", "# c")
            } else {
                text.to_owned()
            };
            let document = read(&[Source::new(name, text.as_bytes())], &Inputs::default()).remove(0);
            assert_eq!(document.findings.len(), faults, "{:?}", document.findings);
            let properties = &document.declarations[0].properties;
            assert_eq!(properties.get("name").unwrap().shown(), "`n`");
            assert_eq!(properties.get("status").unwrap().shown(), status);
        }
    }

    #[test]
    fn a_member_that_cannot_be_read_is_not_known() {
        let known = |text: &str| {
            let source = Source::new("a.descope-key.yaml", text.as_bytes());
            let document = read(&[source], &Inputs::default()).remove(0);
            assert_eq!(document.findings.len(), 1, "{text}: {:?}", document.findings);
            let members = |key: &Declaration| {
                let entries = key.properties.as_object().unwrap().iter();
                let shown = entries.map(|entry| format!("{} {}", entry.key, entry.value.shown()));
                shown.collect::<Vec<_>>().join(", ")
            };
            document.declarations.iter().map(members).collect::<Vec<_>>()
        };
        let lost = "(not known here)";
        assert_eq!(
            known("name: a\nrebac:\n  company_roles: [x\n"),
            [format!("name `a`, rebac {lost}")]
        );
        assert_eq!(
            known("---\nname: b\n---\nname: 'a\nstatus: c\n"),
            ["name `b`".to_owned(), format!("status `c`, name {lost}")]
        );
        assert_eq!(
            known("{\n  \"name\": \"a\"\n  \"status\": \"b\"\n}\n"),
            [format!("name `a`, status {lost}")]
        );
        assert_eq!(known("- name: a\n- name: 'b\n"), ["name `a`"]);
    }
}
