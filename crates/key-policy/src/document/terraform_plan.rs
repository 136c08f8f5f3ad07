//! What `terraform show -json` prints, of a plan and of a state.

use std::collections::BTreeMap;

use super::json::{self, Cursor};
use super::{Declaration, Dialect, Document, Replacement, SyntaxError, Text, declared_part, syntax};
use crate::change::Outcome;
use crate::finding::{Finding, Severity};
use crate::span::Span;
use crate::value::{Content, Entry, Value};

const RESOURCE: &str = "descope_management_key";

/// Reads the keys of a plan, before and after, or those of a state.
pub(super) fn read(text: &Text<'_>) -> Document {
    let mut document = Document::default();
    let mut cursor = Cursor::new(text.text, text.start);
    let read = cursor.members(|cursor, key, _| match &*key {
        "format_version" => {
            let version = cursor.value()?;
            document.findings.extend(unknown_format(&version, text.source));
            Ok(())
        }
        "resource_changes" => {
            document.before.get_or_insert_default();
            cursor.items(|cursor| change(cursor, &mut document))
        }
        "values" => cursor.members(|cursor, key, _| match &*key {
            "root_module" => module(cursor, &mut document),
            _ => cursor.skip().map(drop),
        }),
        _ => cursor.skip().map(drop),
    });
    document.close(text, read.and_then(|()| cursor.end()));
    document
}

/// What is said about a format of which only later versions of Terraform know what its members mean.
fn unknown_format(version: &Value, source: usize) -> Option<Finding> {
    let major = version.as_str()?.split('.').next()?;
    if matches!(major, "0" | "1") {
        return None;
    }
    let error = SyntaxError {
        span: version.span,
        message: "this version of the format is not known: what is said about it may be wrong".to_owned(),
        help: None,
    };
    Some(Finding {
        severity: Severity::Warning,
        ..syntax(source, error)
    })
}

fn module(cursor: &mut Cursor<'_>, document: &mut Document) -> json::Result<()> {
    cursor.members(|cursor, key, _| match &*key {
        "resources" => cursor.items(|cursor| {
            let Some(resource) = managed_key(cursor)? else {
                return Ok(());
            };
            // Its successor stands in the state too.
            if resource.get("deposed_key").is_some() {
                return Ok(());
            }
            let values = Values {
                known: resource.get("values"),
                sensitive: resource.get("sensitive_values"),
                unknown: None,
            };
            let mut declaration = declaration(&resource, &values);
            declaration.planned = Some(Outcome::Unchanged);
            document.declarations.push(declaration);
            Ok(())
        }),
        "child_modules" => cursor.items(|cursor| module(cursor, document)),
        _ => cursor.skip().map(drop),
    })
}

fn change(cursor: &mut Cursor<'_>, document: &mut Document) -> json::Result<()> {
    let Some(resource) = managed_key(cursor)? else {
        return Ok(());
    };
    let Some(change) = resource.get("change") else {
        return Ok(());
    };
    let actions = change.get("actions").and_then(Value::as_list).unwrap_or_default();
    let actions: Vec<_> = actions.iter().filter_map(Value::as_str).collect();
    let Some((outcome, deletes_first)) = planned(&actions) else {
        return Ok(());
    };
    let before = Values {
        known: change.get("before"),
        sensitive: change.get("before_sensitive"),
        unknown: None,
    };
    if before.known.is_some() {
        let mut before = declaration(&resource, &before);
        before.options.is_retained = actions.contains(&"forget");
        document.before.get_or_insert_default().push(before);
    }
    if outcome != Outcome::Deleted {
        let after = Values {
            known: change.get("after"),
            sensitive: change.get("after_sensitive"),
            unknown: change.get("after_unknown"),
        };
        let mut declaration = declaration(&resource, &after);
        declaration.planned = Some(outcome);
        let span = change.get("actions").map_or(change.span, |actions| actions.span);
        declaration.options.replacement =
            deletes_first.map(|deletes_first| Replacement { deletes_first, span });
        declaration.options.former_addresses.extend(
            resource
                .get("previous_address")
                .and_then(Value::as_str)
                .map(str::to_owned),
        );
        document.declarations.push(declaration);
    }
    Ok(())
}

/// The resource that comes, if it is a key that Terraform manages; any other is only skipped.
fn managed_key(cursor: &mut Cursor<'_>) -> json::Result<Option<Value>> {
    let mut is_key = false;
    let mut is_data = false;
    let mut ahead = cursor.clone();
    ahead.members(|cursor, key, _| {
        match &*key {
            "type" => is_key = cursor.value()?.as_str() == Some(RESOURCE),
            "mode" => is_data = cursor.value()?.as_str() == Some("data"),
            _ => drop(cursor.skip()?),
        }
        Ok(())
    })?;
    if is_key && !is_data {
        return cursor.value().map(Some);
    }
    *cursor = ahead;
    Ok(None)
}

/// What the actions of a change do to the key, and whether a replacement deletes first. Nothing for what only leaves Terraform's care.
fn planned(actions: &[&str]) -> Option<(Outcome, Option<bool>)> {
    Some(match actions {
        ["no-op"] => (Outcome::Unchanged, None),
        ["create"] => (Outcome::Created, None),
        ["update"] => (Outcome::Updated, None),
        ["delete"] => (Outcome::Deleted, None),
        ["delete", "create"] => (Outcome::Replaced, Some(true)),
        ["create", "delete" | "forget"] => (Outcome::Replaced, Some(false)),
        _ => return None,
    })
}

/// The values of a resource, and which of them are not known or not to be shown.
struct Values<'a> {
    known: Option<&'a Value>,
    sensitive: Option<&'a Value>,
    unknown: Option<&'a Value>,
}

fn declaration(resource: &Value, values: &Values<'_>) -> Declaration {
    let address = resource.get("address");
    let span = address.map_or(resource.span, |address| address.span);
    let name = address.and_then(Value::as_str).unwrap_or(RESOURCE);
    let properties = marked(values.known, values.unknown, values.sensitive)
        .unwrap_or_else(|| Value::new(Content::Object(Vec::new()), span));
    let resource = match resource.get("deposed").and_then(Value::as_str) {
        Some(deposed) => format!("{name} (deposed {deposed})"),
        None => name.to_owned(),
    };
    let properties = declared_part(properties, Dialect::Terraform);
    Declaration::new(resource, Dialect::Terraform, span, properties)
}

/// `value` with the marks of the trees beside it, which have `true` where a value is not known or not to be shown. A
/// value that is not known has no place but its mark.
fn marked(value: Option<&Value>, unknown: Option<&Value>, sensitive: Option<&Value>) -> Option<Value> {
    let is_set = |mark: Option<&Value>| mark.is_some_and(|mark| mark.content == Content::Bool(true));
    let span = value.or(unknown).map_or(Span::default(), |value| value.span);
    let mut marked_value = if is_set(unknown) {
        Value::new(Content::Unknown("(known after apply)".to_owned()), span)
    } else {
        let content = match (
            value.map(|value| &value.content),
            unknown.map(|unknown| &unknown.content),
        ) {
            (Some(Content::Object(entries)), _) => Content::Object(members(entries, unknown, sensitive)),
            (None | Some(Content::Null), Some(Content::Object(_))) => {
                let entries = members(&[], unknown, sensitive);
                if entries.is_empty() {
                    return value.cloned();
                }
                Content::Object(entries)
            }
            (Some(Content::List(items)), _) => {
                let (unknown, sensitive) = (elements(unknown), elements(sensitive));
                let items = items.iter().enumerate();
                let items = items.map(|(at, item)| marked(Some(item), unknown.get(at), sensitive.get(at)));
                Content::List(items.flatten().collect())
            }
            (Some(content), _) => content.clone(),
            (None, _) => return None,
        };
        Value::new(content, span)
    };
    if is_set(sensitive) {
        marked_value.hide();
    }
    Some(marked_value)
}

fn elements(marks: Option<&Value>) -> &[Value] {
    marks.and_then(Value::as_list).unwrap_or_default()
}

fn members(entries: &[Entry], unknown: Option<&Value>, sensitive: Option<&Value>) -> Vec<Entry> {
    let (mut unknown, sensitive) = (by_name(unknown), by_name(sensitive));
    let mut all = Vec::new();
    for entry in entries {
        let unknown = unknown.remove(&*entry.key).map(|mark| &mark.value);
        let sensitive = sensitive.get(&*entry.key).map(|mark| &mark.value);
        all.extend(marked(Some(&entry.value), unknown, sensitive).map(|value| entry.with(value)));
    }
    for (name, mark) in unknown {
        let sensitive = sensitive.get(name).map(|mark| &mark.value);
        all.extend(marked(None, Some(&mark.value), sensitive).map(|value| mark.with(value)));
    }
    all
}

fn by_name(marks: Option<&Value>) -> BTreeMap<&str, &Entry> {
    let marks = marks.and_then(Value::as_object).unwrap_or_default();
    marks.iter().map(|mark| (&*mark.key, mark)).collect()
}
