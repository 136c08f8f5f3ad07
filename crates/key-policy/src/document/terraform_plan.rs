//! What `terraform show -json` prints, of a plan and of a state, and the file in which Terraform keeps a state.

use std::collections::BTreeMap;

use super::hcl::quoted;
use super::json::{self, Cursor};
use super::{
    Before, Declaration, Dialect, Document, Former, Kind, Planned, Replacement, Text, declared_part,
    unreadable,
};
use crate::change::{Outcome, TAINTED};
use crate::path::Path;
use crate::span::Span;
use crate::value::{Content, Entry, Value};

const RESOURCE: &str = "descope_management_key";
/// Members of which every plan and every state has one.
const MEMBERS: [&str; 7] = [
    "format_version",
    "lineage",
    "resource_changes",
    "planned_values",
    "values",
    "resources",
    "encrypted_data",
];
/// The version of the file in which Terraform keeps a state, as it is read here.
const STATE_VERSION: f64 = 4.0;

/// Reads the keys of a plan, before and after, or those of a state.
pub(super) fn read(text: &Text<'_>) -> Document {
    let mut document = Document::default();
    let mut cursor = Cursor::new(text.text, text.start);
    let read = cursor.documents(|cursor| one(cursor, text, &mut document));
    document.close(text, read.and_then(|()| cursor.end()));
    document
}

/// Reads one plan or one state.
fn one(cursor: &mut Cursor<'_>, text: &Text<'_>, document: &mut Document) -> json::Result<()> {
    let mut is_one = false;
    let mut changes_nothing = true;
    let (mut failed, mut incomplete, mut unknown_version) = (None, None, None);
    // What a plan leads to stands before what it changes, and matters only if it changes nothing.
    let mut planned_values: Option<Cursor<'_>> = None;
    cursor.members(|cursor, key, _| {
        is_one |= MEMBERS.contains(&&*key);
        match &*key {
            "format_version" => {
                let version = cursor.value()?;
                let major = version.as_str().and_then(|version| version.split('.').next());
                let is_known = matches!(major, None | Some("0" | "1"));
                let finding = (!is_known).then(|| unreadable::unknown_format(text, version.span));
                document.findings.extend(finding);
            }
            "version" => {
                let version = cursor.value()?;
                let is_known = version.content == Content::Number(STATE_VERSION);
                unknown_version = (!is_known).then_some(version.span);
            }
            "resource_changes" => {
                changes_nothing = false;
                document.before.get_or_insert_default();
                cursor.items(|cursor| change(cursor, document))?;
            }
            // What cannot be planned yet comes with a later plan.
            "deferred_changes" => cursor.items(|cursor| {
                cursor.members(|cursor, key, _| match &*key {
                    "resource_change" => change(cursor, document),
                    _ => cursor.skip().map(drop),
                })
            })?,
            "values" => values(cursor, document)?,
            "planned_values" => {
                planned_values = Some(cursor.clone());
                cursor.skip()?;
            }
            "resources" => cursor.items(|cursor| kept(cursor, document))?,
            "encrypted_data" => {
                let span = cursor.skip()?;
                document.findings.push(unreadable::encrypted(text, span));
            }
            "errored" => {
                let errored = cursor.value()?;
                failed = errored.is_true().then_some(errored.span);
            }
            "complete" => {
                let complete = cursor.value()?;
                incomplete = (complete.content == Content::Bool(false)).then_some(complete.span);
            }
            _ => drop(cursor.skip()?),
        }
        Ok(())
    })?;
    // A plan that only refreshes has no changes, and what it leads to is what there is.
    if let Some(mut cursor) = planned_values.filter(|_| changes_nothing) {
        values(&mut cursor, document)?;
    }
    document.is_partial |= failed.or(incomplete).is_some();
    let finding = match (failed, incomplete) {
        (Some(span), _) => Some(unreadable::failed(text, span)),
        (None, Some(span)) => Some(unreadable::incomplete(text, span)),
        (None, None) => None,
    };
    document.findings.extend(finding);
    document.findings.extend(match (is_one, unknown_version) {
        (true, None) => None,
        (true, Some(span)) => Some(unreadable::unknown_format(text, span)),
        (false, _) => Some(unreadable::not_of(Kind::TerraformPlan, text)),
    });
    Ok(())
}

/// Reads the keys that there are, or are to be.
fn values(cursor: &mut Cursor<'_>, document: &mut Document) -> json::Result<()> {
    cursor.members(|cursor, key, _| match &*key {
        "root_module" => module(cursor, document),
        _ => cursor.skip().map(drop),
    })
}

fn module(cursor: &mut Cursor<'_>, document: &mut Document) -> json::Result<()> {
    cursor.members(|cursor, key, _| match &*key {
        "resources" => cursor.items(|cursor| {
            if let Some(resource) = managed_key(cursor)? {
                let values = Values {
                    known: resource.get("values"),
                    sensitive: resource.get("sensitive_values"),
                    unknown: None,
                };
                let mut declaration = declaration(&resource, "deposed_key", &values);
                declaration.planned = Some(Outcome::Unchanged.into());
                declaration.options.is_tainted = resource.get("tainted").is_some_and(Value::is_true);
                document.declarations.push(declaration);
            }
            Ok(())
        }),
        "child_modules" => cursor.items(|cursor| module(cursor, document)),
        _ => cursor.skip().map(drop),
    })
}

/// Reads the instances of a resource in the file in which Terraform keeps a state.
fn kept(cursor: &mut Cursor<'_>, document: &mut Document) -> json::Result<()> {
    let Some(resource) = managed_key(cursor)? else {
        return Ok(());
    };
    let name = resource.get("name");
    let text = |name: &str| resource.get(name).and_then(Value::as_str);
    let module = text("module").map_or(String::new(), |module| format!("{module}."));
    let address = format!("{module}{RESOURCE}.{}", text("name").unwrap_or_default());
    let span = name.map_or(resource.span, |name| name.span);
    let instances = resource.get("instances").and_then(Value::as_list);
    for instance in instances.unwrap_or_default() {
        let index = match instance.get("index_key").map(|key| &key.content) {
            Some(Content::String(key)) => format!("[{}]", quoted(key)),
            Some(Content::Number(index)) => format!("[{index}]"),
            _ => String::new(),
        };
        let values = Values {
            known: instance.get("attributes"),
            sensitive: None,
            unknown: None,
        };
        let mut declaration = addressed(
            format!("{address}{index}"),
            span,
            instance.get("deposed"),
            &values,
        );
        hide(&mut declaration.properties, instance.get("sensitive_attributes"));
        declaration.planned = Some(Outcome::Unchanged.into());
        let status = instance.get("status").and_then(Value::as_str);
        declaration.options.is_tainted = status == Some("tainted");
        document.declarations.push(declaration);
    }
    Ok(())
}

/// Hides the attributes that the first steps of these paths name: `[[{"type": "get_attr", "value": "name"}]]`.
fn hide(properties: &mut Value, paths: Option<&Value>) {
    let Content::Object(entries) = &mut properties.content else {
        return;
    };
    for path in paths.and_then(Value::as_list).unwrap_or_default() {
        let first = path.as_list().and_then(<[_]>::first);
        let name = first.and_then(|step| step.get("value")).and_then(Value::as_str);
        for entry in entries.iter_mut().filter(|entry| Some(&*entry.key) == name) {
            entry.value.hide();
        }
    }
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
    let after = Values {
        known: change.get("after"),
        sensitive: change.get("after_sensitive"),
        unknown: change.get("after_unknown"),
    };
    let before_change = document.before.get_or_insert_default();
    let previous = resource.get("previous_address").and_then(Value::as_str);
    let becomes = (outcome != Outcome::Deleted).then(|| {
        let mut declaration = declaration(&resource, "deposed", &after);
        declaration.planned = Some(reasoned(outcome, &resource, change));
        let span = change.get("actions").map_or(change.span, |actions| actions.span);
        declaration.options.replacement =
            deletes_first.map(|deletes_first| Replacement { deletes_first, span });
        declaration.options.former_addresses = previous.map(former).into_iter().collect();
        document.declarations.push(declaration);
        document.declarations.len() - 1
    });
    let before = Values {
        known: change.get("before"),
        sensitive: change.get("before_sensitive"),
        unknown: None,
    };
    if before.known.is_some() {
        let mut key = declaration(&resource, "deposed", &before);
        key.resource = previous.map_or(key.resource, |previous| former(previous).address);
        key.options.is_retained = actions.contains(&"forget");
        before_change.push(Before { key, becomes });
    }
    Ok(())
}

fn former(address: &str) -> Former {
    Former {
        address: crate::secrets::redacted(address).into_owned(),
        dialect: Dialect::Terraform,
    }
}

/// The outcome with what the plan gives as its reason.
fn reasoned(outcome: Outcome, resource: &Value, change: &Value) -> Planned {
    let paths = change.get("replace_paths").and_then(Value::as_list);
    Planned {
        outcome,
        changing: None,
        replacing: paths.unwrap_or_default().iter().map(path).collect(),
        cause: match resource.get("action_reason").and_then(Value::as_str) {
            Some("replace_because_tainted") => Some(TAINTED),
            Some("replace_by_request") => Some("that was asked for, with `-replace`"),
            Some("replace_by_triggers") => Some("something changes that `replace_triggered_by` names"),
            _ => None,
        },
    }
}

/// The path with these steps: names of members and indexes.
fn path(steps: &Value) -> Path {
    let steps = steps.as_list().unwrap_or_default().iter();
    steps.fold(Path::root(), |path, step| match &step.content {
        Content::String(name) => path.key(name.clone()),
        Content::Number(index) if *index >= 0.0 => path.index(*index as usize),
        _ => path,
    })
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

/// What the actions of a change do to the key, and whether a replacement deletes first. A key that is forgotten is lost to
/// Terraform, and lives on.
fn planned(actions: &[&str]) -> Option<(Outcome, Option<bool>)> {
    Some(match actions {
        ["no-op"] => (Outcome::Unchanged, None),
        ["create"] => (Outcome::Created, None),
        ["update"] => (Outcome::Updated, None),
        ["delete" | "forget"] => (Outcome::Deleted, None),
        ["delete", "create"] => (Outcome::Replaced, Some(true)),
        ["create", "delete"] => (Outcome::Replaced, Some(false)),
        ["create", "forget"] | ["forget", "create"] => (Outcome::Replaced, None),
        _ => return None,
    })
}

/// The values of a resource, and which of them are not known or not to be shown.
struct Values<'a> {
    known: Option<&'a Value>,
    sensitive: Option<&'a Value>,
    unknown: Option<&'a Value>,
}

/// The key of a resource; the member `deposed` tells if it was replaced already and is still to be deleted.
fn declaration(resource: &Value, deposed: &str, values: &Values<'_>) -> Declaration {
    let address = resource.get("address");
    let span = address.map_or(resource.span, |address| address.span);
    let address = address.and_then(Value::as_str).unwrap_or(RESOURCE).to_owned();
    addressed(address, span, resource.get(deposed), values)
}

fn addressed(address: String, span: Span, deposed: Option<&Value>, values: &Values<'_>) -> Declaration {
    let properties = marked(values.known, values.unknown, values.sensitive)
        .unwrap_or_else(|| Value::new(Content::Object(Vec::new()), span));
    let properties = declared_part(properties, Dialect::Terraform);
    let deposed = deposed.and_then(Value::as_str);
    let address = match deposed {
        Some(deposed) => format!("{address} (deposed {deposed})"),
        None => address,
    };
    let mut declaration = Declaration::new(address, Dialect::Terraform, span, properties);
    declaration.options.is_former = deposed.is_some();
    declaration
}

/// `value` with the marks of the trees beside it, which have `true` where a value is not known or not to be shown. A
/// value that is not known has no place but its mark.
fn marked(value: Option<&Value>, unknown: Option<&Value>, sensitive: Option<&Value>) -> Option<Value> {
    let is_set = |mark: Option<&Value>| mark.is_some_and(Value::is_true);
    let span = value.or(unknown).map_or(Span::default(), |value| value.span);
    let mut marked_value = if is_set(unknown) {
        // Of two such values nobody knows whether they are the same.
        Value::new(Content::Unknown(String::new()), span)
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
