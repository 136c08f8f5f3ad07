//! Values of a program: interpolations and functions, as `pulumi-yaml` evaluates them.
//!
//! The facts are from its `pkg/pulumiyaml/run.go` and `ast/`. What depends on a deployment is not known.

use std::cell::{Cell, RefCell};
use std::collections::BTreeMap;
use std::rc::Rc;

use super::functions::{called, is_function};
use super::template::{Access, Accessor, Part, parts};
use crate::span::Span;
use crate::value::{Content, Entry, Value};

/// References are followed this far, every list and every object on the way counted.
const MAX_DEPTH: usize = 200;
/// All values that references and functions make for one program may together take about this many bytes.
const MAX_MADE: usize = 50_000_000;
/// How many of them a value takes besides its text.
const VALUE: usize = 100;

/// What the names of a program stand for.
#[derive(Debug)]
pub(super) struct Scope<'a> {
    /// The index of the program's source.
    pub(super) source: usize,
    /// The text of the program, for expressions that are not known.
    pub(super) text: &'a str,
    pub(super) names: BTreeMap<&'a str, Definition<'a>>,
    /// The variables that were evaluated; nothing while one is.
    evaluated: RefCell<BTreeMap<&'a str, Option<Rc<Value>>>>,
    /// Whether the secret of a key is kept in each variable that was looked through; nothing where there is none.
    looked_through: RefCell<BTreeMap<&'a str, Option<bool>>>,
    made: &'a Cell<usize>,
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
    /// A scope without names. What is made for one program is counted in `made`.
    pub(super) fn new(source: usize, text: &'a str, made: &'a Cell<usize>) -> Self {
        Self {
            source,
            text,
            names: BTreeMap::new(),
            evaluated: RefCell::default(),
            looked_through: RefCell::default(),
            made,
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
        if depth > MAX_DEPTH {
            return self.unknown(written);
        }
        let depth = depth + 1;
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
                value.used_at(written.span, Some(self.source));
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
        match self.names.get_key_value(access.root.as_str())? {
            (_, Definition::Setting(value)) => self.part(value, &access.rest),
            (name, Definition::Variable(written)) => {
                self.part(&*self.variable(name, written, depth)?, &access.rest)
            }
            (_, Definition::Key | Definition::Resource) => None,
        }
    }

    /// The part of `value` to which these steps lead.
    fn part(&self, value: &Value, steps: &[Accessor]) -> Option<Value> {
        let mut part = value;
        let mut sensitive = value.sensitive;
        for step in steps {
            part = match (step, &part.content) {
                (Accessor::Name(name), Content::Object(entries)) if self.count(entries.len()) => {
                    &entries.iter().rfind(|entry| entry.key == *name)?.value
                }
                (Accessor::Index(index), Content::List(items)) => items.get(*index)?,
                _ => return None,
            };
            sensitive |= part.sensitive;
        }
        self.count(size(part)).then(|| Value {
            sensitive,
            ..part.clone()
        })
    }

    fn variable(&self, name: &'a str, written: &Value, depth: usize) -> Option<Rc<Value>> {
        if let Some(known) = self.evaluated.borrow().get(name) {
            return known.clone();
        }
        self.evaluated.borrow_mut().insert(name, None);
        let value = Rc::new(self.at_depth(written, depth));
        self.evaluated.borrow_mut().insert(name, Some(value.clone()));
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
        // Each piece of a text that is split is a value.
        let pieces = if function == "split" {
            size(&argument) * VALUE
        } else {
            0
        };
        let content = match argument.unknowns() {
            _ if !self.count(pieces) => None,
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
        if depth > MAX_DEPTH {
            return None;
        }
        let depth = depth + 1;
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
        match self.names.get_key_value(access.root.as_str())? {
            (_, Definition::Key) => {
                let is_cleartext =
                    matches!(access.rest.first(), Some(Accessor::Name(name)) if name == "cleartext");
                (access.rest.is_empty() || is_cleartext).then_some(true)
            }
            (name, Definition::Variable(written)) => {
                if let Some(known) = self.looked_through.borrow().get(name) {
                    return *known;
                }
                self.looked_through.borrow_mut().insert(name, None);
                let found = self.cleartext_at(written, depth).map(|found| found.is_secret);
                self.looked_through.borrow_mut().insert(name, found);
                found
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

/// About how many bytes a value takes.
fn size(value: &Value) -> usize {
    VALUE
        + match &value.content {
            Content::String(text) | Content::Unknown(text) => text.len(),
            Content::List(items) => items.iter().map(size).sum(),
            Content::Object(entries) => entries
                .iter()
                .map(|entry| entry.key.len() + size(&entry.value))
                .sum(),
            _ => 0,
        }
}
