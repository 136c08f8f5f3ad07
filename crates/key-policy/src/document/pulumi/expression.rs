//! Values of a program: interpolations and functions, as `pulumi-yaml` evaluates them.
//!
//! The facts are from its `pkg/pulumiyaml/run.go` and `ast/`. What depends on a deployment is not known.

use std::cell::{Cell, RefCell};
use std::collections::BTreeMap;

use super::functions::{called, is_function};
use super::template::{Access, Accessor, Part, parts};
use crate::span::Span;
use crate::value::{Content, Entry, Value};

/// References that lead to others are followed this far.
const MAX_DEPTH: usize = 64;
/// All values that references and functions make may together be made of this many values and characters.
const MAX_MADE: usize = 4_000_000;

/// What the names of a program stand for.
#[derive(Debug, Default)]
pub(super) struct Scope<'a> {
    /// The index of the program's source.
    pub(super) source: usize,
    /// The text of the program, for expressions that are not known.
    pub(super) text: &'a str,
    pub(super) names: BTreeMap<&'a str, Definition<'a>>,
    /// The variables that were evaluated; nothing while one is.
    evaluated: RefCell<BTreeMap<String, Option<Value>>>,
    made: Cell<usize>,
}

/// What a name stands for.
#[derive(Debug)]
pub(super) enum Definition<'a> {
    /// A setting, with its value.
    Setting(Value),
    /// A variable, as written.
    Variable(&'a Value),
    /// A management key.
    Key,
    /// Another resource.
    Resource,
}

/// Where the secret of a key goes.
#[derive(Debug, Clone, Copy)]
pub(super) struct Cleartext {
    /// The text that names it.
    pub(super) span: Span,
    /// Whether it is still kept secret.
    pub(super) is_secret: bool,
}

impl<'a> Scope<'a> {
    pub(super) fn new(source: usize, text: &'a str) -> Self {
        Self {
            source,
            text,
            ..Self::default()
        }
    }

    /// The value that `written` stands for.
    pub(super) fn value(&self, written: &Value) -> Value {
        self.at_depth(written, 0)
    }

    /// The members of an object whose names are taken as written, as those of a resource's properties are.
    pub(super) fn properties(&self, written: &Value) -> Value {
        match &written.content {
            Content::Object(entries) => {
                let entries = entries.iter().map(|entry| entry.with(self.value(&entry.value)));
                written.with(Content::Object(entries.collect()))
            }
            _ => self.value(written),
        }
    }

    fn at_depth(&self, written: &Value, depth: usize) -> Value {
        match &written.content {
            Content::String(text) => self.string(text, written, depth),
            Content::List(items) => written.with(Content::List(
                items.iter().map(|item| self.at_depth(item, depth)).collect(),
            )),
            Content::Object(entries) => match entries.as_slice() {
                [call]
                    if call
                        .key
                        .get(..4)
                        .is_some_and(|start| start.eq_ignore_ascii_case("fn::")) =>
                {
                    self.call(&call.key[4..].to_ascii_lowercase(), &call.value, written, depth)
                }
                entries => self.object(entries, written, depth),
            },
            _ => written.clone(),
        }
    }

    fn object(&self, entries: &[Entry], written: &Value, depth: usize) -> Value {
        let entries: Option<Vec<_>> = entries
            .iter()
            .map(|entry| {
                let named = entry.with(self.at_depth(&entry.value, depth));
                if !entry.key.contains('$') {
                    return Some(named);
                }
                let name = Value::new(Content::String(entry.key.clone()), entry.key_span);
                Some(Entry {
                    key: self.string(&entry.key, &name, depth).as_str()?.to_owned(),
                    ..named
                })
            })
            .collect();
        match entries {
            Some(entries) => written.with(Content::Object(entries)),
            // A computed name may be any member, so nothing is certain about the object.
            None => self.unknown(written),
        }
    }

    fn string(&self, text: &str, written: &Value, depth: usize) -> Value {
        if !text.contains('$') {
            return written.clone();
        }
        let Some(parts) = parts(text) else {
            return self.unknown(written);
        };
        match parts.as_slice() {
            [] => written.clone(),
            [Part::Text(text)] => written.with(Content::String(text.clone())),
            // A reference that is the whole text keeps its type.
            [Part::Access(access)] => {
                let mut value = self
                    .access(access, depth)
                    .unwrap_or_else(|| self.unknown(written));
                self.count(value.used_at(written.span, Some(self.source)));
                if value.origin.is_some_and(|place| place.span == written.span) {
                    value.origin = written.origin;
                }
                value
            }
            parts => {
                let mut whole = String::new();
                let mut sensitive = false;
                for part in parts {
                    match part {
                        Part::Text(text) => whole.push_str(text),
                        Part::Access(access) => {
                            let value = self.access(access, depth);
                            sensitive |= value.as_ref().is_some_and(Value::has_sensitive);
                            match value.as_ref().and_then(printed) {
                                Some(text) => whole.push_str(&text),
                                None => {
                                    return Value {
                                        sensitive,
                                        ..self.unknown(written)
                                    };
                                }
                            }
                        }
                    }
                    if !self.count(whole.len()) {
                        return self.unknown(written);
                    }
                }
                Value {
                    sensitive,
                    ..written.with(Content::String(whole))
                }
            }
        }
    }

    /// What a reference stands for; nothing if that is not known.
    fn access(&self, access: &Access, depth: usize) -> Option<Value> {
        let mut value = match self.names.get(access.root.as_str())? {
            Definition::Setting(value) => value.clone(),
            Definition::Variable(written) => self.variable(&access.root, written, depth)?,
            Definition::Key | Definition::Resource => return None,
        };
        for accessor in &access.rest {
            let sensitive = value.sensitive;
            value = match (accessor, value.content) {
                (Accessor::Name(name), Content::Object(mut entries)) => {
                    let at = entries.iter().rposition(|entry| entry.key == *name)?;
                    entries.swap_remove(at).value
                }
                (Accessor::Index(index), Content::List(mut items)) if *index < items.len() => {
                    items.swap_remove(*index)
                }
                _ => return None,
            };
            value.sensitive |= sensitive;
        }
        Some(value)
    }

    fn variable(&self, name: &str, written: &Value, depth: usize) -> Option<Value> {
        if let Some(known) = self.evaluated.borrow().get(name) {
            let known = known.clone()?;
            return self.count(size(&known)).then_some(known);
        }
        if depth == MAX_DEPTH {
            return None;
        }
        self.evaluated.borrow_mut().insert(name.to_owned(), None);
        let value = self.at_depth(written, depth + 1);
        self.evaluated
            .borrow_mut()
            .insert(name.to_owned(), Some(value.clone()));
        Some(value)
    }

    fn call(&self, function: &str, argument: &Value, written: &Value, depth: usize) -> Value {
        if !is_function(function) {
            let Content::Object(entries) = &written.content else {
                return self.unknown(written);
            };
            return self.object(entries, written, depth);
        }
        let mut argument = self.at_depth(argument, depth);
        match function {
            "secret" => {
                argument.hide();
                return argument;
            }
            // What was hidden before stays so here: who marked it does not want to see it.
            "unsecret" => return argument,
            _ => {}
        }
        let sensitive = argument.has_sensitive();
        let content = match argument.unknowns() {
            0 => called(function, &argument)
                .filter(|content| self.count(size(&Value::new(content.clone(), written.span)))),
            // What is selected may be known where others are not.
            _ if function == "select" => called(function, &argument),
            _ => None,
        };
        let mut value = match content {
            Some(content) => written.with(content),
            None => self.unknown(written),
        };
        value.used_at(written.span, None);
        if sensitive {
            value.hide();
        }
        value
    }

    /// Counts what was made; whether it was not too much.
    fn count(&self, size: usize) -> bool {
        self.made.set(self.made.get().saturating_add(size));
        self.made.get() < MAX_MADE
    }

    fn unknown(&self, written: &Value) -> Value {
        let expression = match &written.content {
            Content::String(text) => text.clone(),
            _ => self.text.get(written.span.range()).unwrap_or_default().to_owned(),
        };
        written.with(Content::Unknown(expression))
    }

    /// Where in `written` the secret of a key stands, also by way of variables. One that is no longer kept secret
    /// before others.
    pub(super) fn cleartext(&self, written: &Value) -> Option<Cleartext> {
        self.cleartext_at(written, 0)
    }

    fn cleartext_at(&self, written: &Value, depth: usize) -> Option<Cleartext> {
        let found: Vec<_> = match &written.content {
            Content::String(text) => {
                let parts = parts(text).unwrap_or_default();
                let secret = parts.iter().filter_map(|part| match part {
                    Part::Access(access) => self.secret_of(access, depth),
                    Part::Text(_) => None,
                });
                let is_secret = secret.reduce(|one, other| one && other);
                let span = written.span;
                is_secret
                    .map(|is_secret| Cleartext { span, is_secret })
                    .into_iter()
                    .collect()
            }
            Content::List(items) => items
                .iter()
                .filter_map(|item| self.cleartext_at(item, depth))
                .collect(),
            Content::Object(entries) => {
                let is_open =
                    matches!(entries.as_slice(), [call] if call.key.eq_ignore_ascii_case("fn::unsecret"));
                let found = entries
                    .iter()
                    .filter_map(|entry| self.cleartext_at(&entry.value, depth));
                found
                    .map(|found| Cleartext {
                        is_secret: found.is_secret && !is_open,
                        ..found
                    })
                    .collect()
            }
            _ => return None,
        };
        found.into_iter().min_by_key(|found| found.is_secret)
    }

    /// Whether a reference names the secret of a key, and if so, whether it is kept.
    fn secret_of(&self, access: &Access, depth: usize) -> Option<bool> {
        match self.names.get(access.root.as_str())? {
            Definition::Key => {
                let is_cleartext =
                    matches!(access.rest.first(), Some(Accessor::Name(name)) if name == "cleartext");
                (access.rest.is_empty() || is_cleartext).then_some(true)
            }
            Definition::Variable(written) if depth < MAX_DEPTH / 8 => {
                self.cleartext_at(written, depth + 1).map(|found| found.is_secret)
            }
            _ => None,
        }
    }
}

/// A value inside a text, as Go prints it.
fn printed(value: &Value) -> Option<String> {
    match &value.content {
        Content::String(text) => Some(text.clone()),
        Content::Bool(value) => Some(value.to_string()),
        Content::Number(number) => super::go::number(*number),
        _ => None,
    }
}

/// How many values and characters a value is made of.
fn size(value: &Value) -> usize {
    1 + match &value.content {
        Content::String(text) | Content::Unknown(text) => text.len(),
        Content::List(items) => items.iter().map(size).sum(),
        Content::Object(entries) => entries
            .iter()
            .map(|entry| entry.key.len() + size(&entry.value))
            .sum(),
        _ => 0,
    }
}
