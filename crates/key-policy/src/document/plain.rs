//! Declarations of no tool: one in a document, or a list of them, in as many documents as the text has. JSON may have
//! comments, and as many documents as it has lines.

use std::collections::{BTreeMap, BTreeSet};

use super::{Comment, Declaration, Dialect, Document, Text, json, yaml};
use crate::span::Span;
use crate::value::{Content, Entry, Value};

/// Reads the declarations of a text, which is that of `file`. Each is known by its name, or by its place in the text if
/// that is not known.
pub(super) fn read(text: &Text<'_>, file: &str) -> Document {
    let mut document = Document::default();
    let (parsed, lost) = match lines(text, &mut document) {
        Some(values) => (values, Vec::new()),
        None => values(text, &mut document),
    };
    let mut taken = BTreeSet::new();
    // Where documents begin, to tell which one lacks a member.
    let starts: Vec<_> = match lost.is_empty() {
        true => Vec::new(),
        false => text.text.match_indices("\n---").map(|(at, _)| at).collect(),
    };
    let nth = |span: Span| starts.partition_point(|start| *start < span.start);
    let mut lost_of: BTreeMap<_, Vec<_>> = BTreeMap::new();
    for member in lost {
        lost_of.entry(nth(member.key_span)).or_default().push(member);
    }
    for mut value in parsed {
        let lost = lost_of.remove(&nth(value.span));
        if let Content::Object(entries) = &mut value.content {
            // A member that cannot be read is not one that is missing.
            for member in lost.unwrap_or_default() {
                entries.retain(|entry| entry.key != member.key);
                entries.push(member);
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
    for key in &mut document.declarations {
        // Another file of the folder may have the same name or number.
        key.qualified = Some(format!("{file}: {}", key.resource));
    }
    document
}

/// The values of a text that has one of JSON on each line, in brackets; nothing if it has not, or only one. What cannot
/// be read behind the first goes to `document`.
fn lines(text: &Text<'_>, document: &mut Document) -> Option<Vec<Value>> {
    let written = &text.text[text.start..];
    let mut said = written.lines().filter(|line| !line.trim().is_empty());
    said.nth(1)?;
    let mut at = text.start;
    let mut values = Vec::new();
    let mut faults = Vec::new();
    for line in written.split_inclusive('\n') {
        let start = at;
        at += line.len();
        if line.trim_start().starts_with(['{', '[']) {
            match json::parse(&text.text[..at], start) {
                Ok(value) => values.push(value),
                Err(fault) if !values.is_empty() => faults.push(fault),
                Err(_) => return None,
            }
        } else if !line.trim().is_empty() {
            return None;
        }
    }
    for fault in faults {
        document.close(text, Err(fault));
    }
    Some(values)
}

/// The values of a text, and its top-level members of which something could not be read.
fn values(text: &Text<'_>, document: &mut Document) -> (Vec<Value>, Vec<Entry>) {
    let read = yaml::read_all(text, document);
    if document.findings.is_empty() {
        return read;
    }
    let Some((bare, comments)) = without_comments(text.text) else {
        return read;
    };
    *document = Document {
        comments,
        ..Document::default()
    };
    let text = Text { text: &bare, ..*text };
    yaml::read_all(&text, document)
}

/// A text of JSON with spaces in the place of its comments, and those; nothing if it has none, or is no JSON.
fn without_comments(text: &str) -> Option<(String, Vec<Comment>)> {
    let mut bare = String::with_capacity(text.len());
    let mut comments = Vec::new();
    let mut is_json = false;
    while let Some(at) = text[bare.len()..].find(['"', '/']) {
        let start = bare.len() + at;
        bare.push_str(&text[bare.len()..start]);
        let rest = &text[start..];
        is_json |= bare.trim_start().starts_with(['{', '[']);
        let (length, said) = if let Some(said) = rest.strip_prefix("//") {
            let length = said.find(['\n', '\r']).unwrap_or(said.len());
            (length + 2, &said[..length])
        } else if let Some(said) = rest.strip_prefix("/*") {
            let length = said.find("*/")?;
            (length + 4, &said[..length])
        } else {
            let length = match rest.starts_with('"') {
                true => yaml::quoted_length(rest.as_bytes())?,
                false => 1,
            };
            bare.push_str(&rest[..length]);
            continue;
        };
        comments.push(Comment {
            text: said.trim().to_owned(),
            span: Span::from(start..start + length),
            object: None,
        });
        let blank = |byte| {
            if matches!(byte, b'\n' | b'\r') {
                char::from(byte)
            } else {
                ' '
            }
        };
        bare.extend(rest[..length].bytes().map(blank));
    }
    bare.push_str(&text[bare.len()..]);
    (is_json && !comments.is_empty()).then_some((bare, comments))
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
        Some(name) if !name.trim().is_empty() && !name.starts_with('#') && !taken.contains(name) => {
            name.to_owned()
        }
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

    fn read_one(name: &str, text: &str) -> crate::document::Document {
        read(&[Source::new(name, text.as_bytes())], &Inputs::default()).remove(0)
    }

    #[test]
    fn each_line_of_json_is_a_document() {
        let text = "\u{feff}{\"name\": \"a\"}\n\n [{\"name\": \"b\"}]\r\n{\"name\": \"a\"}";
        let document = read_one("a.descope-key.json", text);
        assert_eq!(document.findings, []);
        let key = |key: &Declaration| (key.resource.clone(), text[key.span.range()].to_owned());
        let name = |address: &str| (address.to_owned(), "\"name\"".to_owned());
        assert_eq!(
            document.declarations.iter().map(key).collect::<Vec<_>>(),
            [name("a"), name("b"), name("#3")]
        );
        let document = read_one(
            "a.descope-key.json",
            "{\"name\": \"a\"}\n{\"name\": }\n{\"name\": \"c\"}\n",
        );
        assert_eq!((document.declarations.len(), document.findings.len()), (2, 1));
        let faulty = "{\"name\": \"a\"}\n]\n";
        assert!(!read_one("a.descope-key.json", faulty).findings.is_empty());
    }

    #[test]
    fn json_may_have_comments() {
        let text = "// ä \"one\n{\n  /* two\n */ \"name\": \"a // b\", // three\n  \"status\": \"c\",\n}\n";
        let document = read_one("a.descope-key.jsonc", text);
        assert_eq!(document.findings, []);
        let key = &document.declarations[0];
        assert_eq!(key.properties.get("name").unwrap().as_str(), Some("a // b"));
        assert_eq!(&text[key.properties.get("status").unwrap().span.range()], "\"c\"");
        let comments = document.comments.iter();
        let comments = comments.map(|comment| (&*comment.text, &text[comment.span.range()]));
        assert_eq!(
            comments.collect::<Vec<_>>(),
            [
                ("ä \"one", "// ä \"one"),
                ("two", "/* two\n */"),
                ("three", "// three")
            ]
        );
        for faulty in [
            "{\"a\": 1 /* b",
            "// a\n{\"name\": \"a\n",
            "name: 'a // b\n",
            "{\"a\": b: c} // d",
        ] {
            assert!(
                !read_one("a.descope-key.json", faulty).findings.is_empty(),
                "{faulty}"
            );
        }
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
