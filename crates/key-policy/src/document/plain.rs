//! Declarations of no tool: one in a document, or a list of them, in as many documents as the text has.

use std::collections::BTreeSet;

use super::{Declaration, Dialect, Document, ResourceOptions, Text, yaml};
use crate::value::{Content, Value};

/// Reads the declarations of a text. Each is known by its name, or by its place in the text if that is not known.
pub(super) fn read(text: &Text<'_>) -> Document {
    let mut document = Document::default();
    let parsed = yaml::read(text, &mut document);
    let mut taken = BTreeSet::new();
    for value in parsed {
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
    Declaration {
        resource,
        dialect: Dialect::Plain,
        span,
        properties,
        options: ResourceOptions::default(),
        calls: Vec::new(),
        overrides: Vec::new(),
        planned: None,
    }
}

#[cfg(test)]
mod tests {
    use crate::document::{Inputs, Source, read};

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
}
