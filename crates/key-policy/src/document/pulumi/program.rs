//! Pulumi programs in YAML: resources of the type `ManagementKey`, of the official package or of ours.

use super::dialect_of;
use crate::document::{Declaration, Read, ResourceOptions, yaml};
use crate::value::{Content, Entry, Value};

/// Reads the management keys of a program.
pub(in super::super) fn read(text: &str) -> Read {
    match yaml::parse(text) {
        Ok(documents) => Read {
            declarations: documents
                .iter()
                .flat_map(|document| declarations(document, text))
                .collect(),
            errors: Vec::new(),
        },
        Err(error) => Read {
            declarations: Vec::new(),
            errors: vec![error],
        },
    }
}

fn declarations(document: &Value, text: &str) -> Vec<Declaration> {
    let resources = document
        .get("resources")
        .and_then(Value::as_object)
        .unwrap_or_default();
    resources
        .iter()
        .filter_map(|entry| declaration(entry, text))
        .collect()
}

fn declaration(resource: &Entry, text: &str) -> Option<Declaration> {
    let dialect = dialect_of(resource.value.get("type")?.as_str()?)?;
    let properties = match resource.value.get("properties") {
        Some(properties) => evaluated(properties, text),
        // A resource with `get` is read from the service, not declared.
        None if resource.value.get("get").is_some() => return None,
        None => Value::new(Content::Object(Vec::new()), resource.key_span),
    };
    Some(Declaration {
        resource: resource.key.clone(),
        dialect,
        span: resource.key_span,
        properties,
        options: ResourceOptions::default(),
        calls: Vec::new(),
        planned: None,
    })
}

/// The value with interpolations and function calls recognised.
fn evaluated(value: &Value, text: &str) -> Value {
    let content = match &value.content {
        Content::String(string) => match literal(string) {
            Some(literal) => Content::String(literal),
            None => Content::Unknown(string.clone()),
        },
        Content::List(items) => Content::List(items.iter().map(|item| evaluated(item, text)).collect()),
        Content::Object(entries) => match entries.as_slice() {
            [call] if call.key.eq_ignore_ascii_case("fn::secret") => {
                let mut secret = evaluated(&call.value, text);
                secret.sensitive = true;
                return secret;
            }
            [call, ..] if call.key.to_ascii_lowercase().starts_with("fn::") => {
                Content::Unknown(text.get(value.span.range()).unwrap_or_default().to_owned())
            }
            entries => Content::Object(
                entries
                    .iter()
                    .map(|entry| Entry {
                        value: evaluated(&entry.value, text),
                        ..entry.clone()
                    })
                    .collect(),
            ),
        },
        other => other.clone(),
    };
    Value { content, ..*value }
}

/// The text that `string` stands for, or nothing if it has an interpolation. `$${` stands for `${`.
fn literal(string: &str) -> Option<String> {
    let mut literal = String::with_capacity(string.len());
    let mut rest = string;
    while let Some(at) = rest.find("${") {
        if !rest[..at].ends_with('$') {
            return None;
        }
        literal.push_str(&rest[..at - 1]);
        literal.push_str("${");
        rest = &rest[at + 2..];
    }
    literal.push_str(rest);
    Some(literal)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::document::Dialect;

    #[test]
    fn interpolations_are_unknown_and_escapes_are_text() {
        assert_eq!(literal("plain $ {x}"), Some("plain $ {x}".to_owned()));
        assert_eq!(literal("a $${b} c"), Some("a ${b} c".to_owned()));
        assert_eq!(literal("a ${b}"), None);
        assert_eq!(literal("$${a} ${b}"), None);
    }

    #[test]
    fn both_packages_and_every_spelling_of_their_tokens_are_read() {
        for (token, dialect) in [
            ("descope:ManagementKey", Dialect::Pulumi),
            ("descope:index:ManagementKey", Dialect::Pulumi),
            ("descope:index/managementKey:ManagementKey", Dialect::Pulumi),
            ("descope-keys:ManagementKey", Dialect::PulumiKeys),
            ("descope-keys:index:ManagementKey", Dialect::PulumiKeys),
        ] {
            let program = format!(
                "resources:\n  a: {{type: '{token}', properties: {{name: x}}}}\n  b: {{type: aws:s3:Bucket}}\n"
            );
            let read = read(&program);
            assert_eq!(read.declarations.len(), 1);
            assert_eq!(read.declarations[0].dialect, dialect);
        }
    }

    #[test]
    fn secrets_are_known_but_sensitive_and_calls_are_unknown() {
        let read = read(
            "resources:\n  a:\n    type: descope:ManagementKey\n    properties:\n      name: {fn::secret: x}\n      description: {fn::join: ['', [a, b]]}\n",
        );
        let properties = &read.declarations[0].properties;
        let name = properties.get("name").unwrap();
        assert_eq!((name.as_str(), name.sensitive), (Some("x"), true));
        assert_eq!(
            properties.get("description").unwrap().content,
            Content::Unknown("{fn::join: ['', [a, b]]}".to_owned())
        );
    }

    #[test]
    fn a_key_that_is_only_read_is_not_declared() {
        let read = read("resources:\n  a: {type: 'descope:ManagementKey', get: {id: K1}}\n");
        assert!(read.declarations.is_empty());
    }
}
