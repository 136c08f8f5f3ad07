//! The settings of a program: what it declares under `config`, and what `Pulumi.<stack>.yaml` gives to a stack.
//!
//! A setting is known if it is the same in every stack that has a file: the one of its file, or the default. Without
//! such a file it is the default, which is what a new stack gets.
//!
//! The engine hands every setting to the program as text, lists and objects as JSON, and `pulumi-yaml` takes a text for
//! whatever it can be read as (`pkg/server/server.go`), whatever type was declared.

use std::collections::BTreeMap;

use super::PROVIDERS;
use crate::document::{Document, Text, json, yaml};
use crate::span::Span;
use crate::value::{Content, Entry, Value};

/// The settings of one stack.
#[derive(Debug)]
pub(in super::super) struct Stack {
    /// By the names behind their namespace, those that come later behind those that they overrule.
    settings: BTreeMap<String, Vec<Setting>>,
    /// Whether it may get others from elsewhere: from an environment, which the service keeps, or another folder.
    is_open: bool,
}

/// A setting of a stack: its namespace, which that of the project may lack, and its value.
type Setting = (Option<String>, Value);

impl Stack {
    /// A stack whose settings are not here.
    pub(super) fn elsewhere() -> Self {
        Self {
            settings: BTreeMap::new(),
            is_open: true,
        }
    }
}

/// Reads the settings of a stack.
pub(in super::super) fn read(text: &Text<'_>) -> (Document, Stack) {
    let mut document = Document::default();
    let mut settings = Vec::new();
    let mut is_open = false;
    for file in yaml::read(text, &mut document) {
        is_open |= file.get("environment").is_some();
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
    if !document.findings.is_empty() {
        // What could not be read may set anything.
        settings.clear();
        is_open = true;
    }
    let mut stack = Stack {
        settings: BTreeMap::new(),
        is_open,
    };
    for entry in settings {
        let (namespace, name) = parts(&entry.key);
        let setting = (namespace.map(str::to_owned), entry.value);
        stack.settings.entry(name.to_owned()).or_default().push(setting);
    }
    (document, stack)
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
pub(super) fn providers<'v>(config: impl Iterator<Item = &'v Entry>) -> impl Iterator<Item = Value> {
    let settings: Vec<_> = config
        .map(|entry| {
            let value = entry.value.get("value").or(entry.value.get("default"));
            entry.with(value.unwrap_or(&entry.value).clone())
        })
        .collect();
    PROVIDERS
        .iter()
        .filter_map(move |package| provider(&settings, package))
}

/// The value of the setting `declared` of the project in all `stacks`; `default` is what the program makes of the default
/// that it declares.
pub(super) fn setting(
    project: Option<&str>,
    declared: &Entry,
    stacks: &[&Stack],
    default: &dyn Fn(&Value) -> Value,
) -> Value {
    let name = declared.value.get("name").and_then(Value::as_str);
    let name = name.unwrap_or(&declared.key);
    // What has no namespace is the project's, which may stand in another file.
    let (namespace, name) = parts(name);
    let namespace = namespace.or(project);
    let is_meant = |other: Option<&str>| namespace.is_none() || other.or(project) == namespace;
    let open = || unknown(&declared.key, declared.key_span);
    let default = || written_default(&declared.value).map_or_else(open, default);
    let value = |stack: &&Stack| {
        let mut given = stack.settings.get(name).into_iter().flatten();
        match given.rfind(|(namespace, _)| is_meant(namespace.as_deref())) {
            Some((_, value)) => value.clone(),
            // What the project sets for all its stacks may stand in another file.
            None if stack.is_open || project.is_none() => open(),
            None => default(),
        }
    };
    let mut values = stacks.iter().map(value);
    let first = values.next().unwrap_or_else(default);
    let mut sensitive = first.sensitive || is_secret(declared);
    let mut is_same = true;
    for other in values {
        is_same &= other == first;
        sensitive |= other.sensitive;
    }
    let mut value = if is_same { first } else { open() };
    if sensitive {
        value.hide();
    }
    value
}

/// The namespace of a setting, if it has one, and its name in there.
fn parts(key: &str) -> (Option<&str>, &str) {
    match key.split_once(':') {
        Some((namespace, key)) => (Some(namespace), key),
        None => (None, key),
    }
}

/// The default that the program declares, or the value that the project gives to all stacks.
fn written_default(declared: &Value) -> Option<&Value> {
    match declared.content {
        Content::Object(_) => declared.get("default").or(declared.get("value")),
        Content::Null => None,
        _ => Some(declared),
    }
}

fn is_secret(declared: &Entry) -> bool {
    declared
        .value
        .get("secret")
        .is_some_and(|secret| secret.content == Content::Bool(true))
}

/// A setting as the program gets it.
pub(super) fn given(value: &Value) -> Value {
    let mut given = match &value.content {
        Content::String(text) => {
            let mut read = match read_text(text) {
                Some(content) => value.with(content),
                None => unknown(text, value.span),
            };
            read.used_at(value.span, None);
            read
        }
        Content::Null => value.with(Content::String(String::new())),
        _ => revealed(value),
    };
    if given.has_sensitive() {
        given.hide();
    }
    given
}

/// A list or an object of a setting, in which what is encrypted is not known.
fn revealed(value: &Value) -> Value {
    match &value.content {
        Content::Number(number) if !number.is_finite() => unknown("number", value.span),
        Content::List(items) => value.with(Content::List(items.iter().map(revealed).collect())),
        Content::Object(entries) => match entries.as_slice() {
            [secure] if secure.key == "secure" => Value {
                sensitive: true,
                ..unknown("secure", value.span)
            },
            entries => {
                let entries = entries.iter().map(|entry| entry.with(revealed(&entry.value)));
                value.with(Content::Object(entries.collect()))
            }
        },
        _ => value.clone(),
    }
}

/// What a text is read as; nothing if Go and YAML read more out of it than is certain here.
fn read_text(text: &str) -> Option<Content> {
    let string = || Some(Content::String(text.to_owned()));
    match text {
        "t" | "T" | "true" | "True" | "TRUE" => return Some(Content::Bool(true)),
        "f" | "F" | "false" | "False" | "FALSE" => return Some(Content::Bool(false)),
        _ if text.len() > 1 && text.starts_with('0') && !text.starts_with("0.") => return string(),
        _ => {}
    }
    if let Ok(number) = text.parse::<f64>() {
        return number.is_finite().then_some(Content::Number(number));
    }
    let digits = text.trim_start_matches(['+', '-']);
    let is_go_number = digits.replace('_', "").parse::<f64>().is_ok() || digits.starts_with("0x");
    // A date that stands there without quotes gets a time.
    let is_date =
        matches!(text.as_bytes(), [a, b, c, d, b'-', ..] if [a, b, c, d].iter().all(|c| c.is_ascii_digit()));
    if is_go_number || is_date {
        return None;
    }
    match json::parse(text, 0) {
        Ok(value) => Some(value.content),
        Err(_) => string(),
    }
}

fn unknown(name: &str, span: Span) -> Value {
    Value::new(Content::Unknown(name.to_owned()), span)
}
