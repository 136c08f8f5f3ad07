//! The settings of a program: what it declares under `config`, and what `Pulumi.<stack>.yaml` gives to a stack.
//!
//! A setting is known if it is the same in every stack that has a file: the one of its file, or the default. Without
//! such a file it is the default, which is what a new stack gets.

use super::PROVIDERS;
use crate::document::{Document, Text, yaml};
use crate::span::Span;
use crate::value::{Content, Entry, Value};

/// The settings of one stack.
#[derive(Debug)]
pub(in super::super) struct Stack {
    /// By their names with the namespace: `project:name`.
    settings: Vec<Entry>,
}

/// Reads the settings of a stack.
pub(in super::super) fn read(text: &Text<'_>) -> (Document, Stack) {
    let mut document = Document::default();
    let mut settings = Vec::new();
    for file in yaml::read(text, &mut document) {
        for entry in file.get("config").and_then(Value::as_object).unwrap_or_default() {
            let mut value = given(&entry.value);
            value.used_at(value.span, Some(text.source));
            settings.push(entry.with(value));
        }
    }
    document.providers.extend(
        PROVIDERS
            .iter()
            .filter_map(|package| provider(&settings, package)),
    );
    (document, Stack { settings })
}

/// What is set for the provider of a package.
fn provider(settings: &[Entry], package: &str) -> Option<Value> {
    let entries: Vec<_> = settings
        .iter()
        .filter_map(|entry| {
            let name = entry.key.strip_prefix(package)?.strip_prefix(':')?;
            Some(Entry {
                key: name.to_owned(),
                ..entry.clone()
            })
        })
        .collect();
    let span = entries.first()?.key_span;
    Some(Value::new(Content::Object(entries), span))
}

/// The settings that a project gives to providers: `config: {descope:baseUrl: …}`.
pub(super) fn providers(config: &[Entry]) -> impl Iterator<Item = Value> {
    let settings: Vec<_> = config
        .iter()
        .map(|entry| {
            let value = entry.value.get("value").or(entry.value.get("default"));
            entry.with(value.unwrap_or(&entry.value).clone())
        })
        .collect();
    PROVIDERS
        .iter()
        .filter_map(move |package| provider(&settings, package))
}

/// The value of the setting `declared` of the project in all `stacks`.
pub(super) fn setting(project: &str, declared: &Entry, stacks: &[&Stack]) -> Value {
    let name = declared
        .value
        .get("name")
        .and_then(Value::as_str)
        .unwrap_or(&declared.key);
    let value = |stack: &&Stack| {
        let key = if name.contains(':') {
            name.to_owned()
        } else {
            format!("{project}:{name}")
        };
        let given = stack.settings.iter().rfind(|entry| entry.key == key);
        given.map_or_else(|| default(declared), |entry| entry.value.clone())
    };
    let mut values = stacks.iter().map(value);
    let first = values.next().unwrap_or_else(|| default(declared));
    let mut sensitive = first.sensitive || is_secret(declared);
    let mut is_same = true;
    for other in values {
        is_same &= other == first;
        sensitive |= other.sensitive;
    }
    let mut value = if is_same {
        first
    } else {
        unknown(&declared.key, declared.key_span)
    };
    value.sensitive = sensitive;
    value
}

/// The default that the program declares, or the value that the project gives to all stacks.
fn default(declared: &Entry) -> Value {
    match &declared.value.content {
        Content::Object(_) => {
            let value = declared.value.get("default").or(declared.value.get("value"));
            value
                .cloned()
                .unwrap_or_else(|| unknown(&declared.key, declared.key_span))
        }
        _ => declared.value.clone(),
    }
}

fn is_secret(declared: &Entry) -> bool {
    declared
        .value
        .get("secret")
        .is_some_and(|secret| secret.content == Content::Bool(true))
}

/// A value of a stack's file as the program gets it: the engine keeps texts, and takes those that look like whole numbers
/// or booleans for such.
fn given(value: &Value) -> Value {
    let content = match &value.content {
        Content::String(text) => match text.as_str() {
            "true" => Content::Bool(true),
            "false" => Content::Bool(false),
            digits if digits != "0" && digits.starts_with('0') => return value.clone(),
            digits => match digits.parse::<i64>() {
                Ok(number) => Content::Number(number as f64),
                Err(_) => return value.clone(),
            },
        },
        Content::Object(entries) if entries.iter().any(|entry| entry.key == "secure") => {
            return Value {
                sensitive: true,
                ..unknown("secure", value.span)
            };
        }
        _ => return value.clone(),
    };
    value.with(content)
}

fn unknown(name: &str, span: Span) -> Value {
    Value::new(Content::Unknown(name.to_owned()), span)
}
