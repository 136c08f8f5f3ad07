//! The differences between two versions of the properties of a key.

use std::collections::{BTreeMap, BTreeSet};

use super::{ChangeKind, FieldChange};
use crate::document::Dialect;
use crate::fields::{Field, Kind, MANAGEMENT_KEY, Object, Presence};
use crate::path::Path;
use crate::span::Span;
use crate::value::{Content, Value};

/// The differences between the properties of two versions, each in its dialect. `anchor` is the place of what
/// the new version does not have.
pub fn compare(old: (&Value, Dialect), new: (&Value, Dialect), anchor: Span) -> Vec<FieldChange> {
    let mut comparison = Comparison {
        old: old.1,
        new: new.1,
        changes: Vec::new(),
    };
    if same_unknown(old.0, new.0) {
        return Vec::new();
    }
    match (&old.0.content, &new.0.content) {
        (Content::Object(_), Content::Object(_)) => {
            comparison.members(&Path::root(), &MANAGEMENT_KEY, Some(old.0), Some(new.0), anchor);
        }
        // All properties come from one value that is not known: each field may have changed.
        (Content::Unknown(_), _) | (_, Content::Unknown(_)) => {
            for field in MANAGEMENT_KEY.fields.iter().filter(|field| !field.is_read_only()) {
                let path = Path::root().key(field.name(new.1));
                let (old, new) = (part(old, field), part(new, field));
                comparison.push(&path, field, old, new, anchor, false);
            }
        }
        // What has no fields has none that differ.
        _ => {}
    }
    comparison.changes
}

struct Comparison {
    old: Dialect,
    new: Dialect,
    changes: Vec<FieldChange>,
}

impl Comparison {
    fn members(
        &mut self,
        path: &Path,
        object: &'static Object,
        old: Option<&Value>,
        new: Option<&Value>,
        anchor: Span,
    ) {
        for field in object.fields.iter().filter(|field| !field.is_read_only()) {
            let name = field.name(self.new);
            let anchor = new
                .and_then(Value::as_object)
                .and_then(|entries| entries.iter().find(|entry| entry.key == name))
                .map_or(anchor, |entry| entry.key_span);
            let old = old.and_then(|value| value.get(field.name(self.old)));
            let new = new.and_then(|value| value.get(name));
            self.value(&path.key(name), field, &field.kind, old, new, anchor);
        }
    }

    fn value(
        &mut self,
        path: &Path,
        field: &'static Field,
        kind: &'static Kind,
        old: Option<&Value>,
        new: Option<&Value>,
        anchor: Span,
    ) {
        let telling = |value: &&Value, dialect| !is_default(value, dialect, kind, field);
        let old_telling = old.filter(|value| telling(value, self.old));
        let new_telling = new.filter(|value| telling(value, self.new));
        let (old_value, new_value) = match (old_telling, new_telling) {
            (Some(old_value), Some(new_value)) => (old_value, new_value),
            (None, None) => return,
            // A default that is written out is still shown as the value that it is.
            _ => {
                let certain = ![old, new].into_iter().flatten().any(is_unknown);
                self.push(path, field, old, new, anchor, certain);
                return;
            }
        };
        if is_unknown(old_value) || is_unknown(new_value) {
            if !same_unknown(old_value, new_value) {
                self.push(path, field, old, new, anchor, false);
            }
            return;
        }
        match (kind, old_value.as_list(), new_value.as_list()) {
            (Kind::Object(object), _, _)
                if old_value.as_object().is_some() && new_value.as_object().is_some() =>
            {
                self.members(path, object, old, new, anchor);
            }
            (Kind::List(element), Some(old), Some(new)) => {
                for index in 0..old.len().max(new.len()) {
                    let anchor = new.get(index).map_or(anchor, |item| item.span);
                    self.value(
                        &path.index(index),
                        field,
                        element,
                        old.get(index),
                        new.get(index),
                        anchor,
                    );
                }
            }
            (Kind::Set(_), Some(old), Some(new)) => self.set(path, field, old, new, anchor),
            _ if self.same(old_value, new_value, kind) => {}
            _ => self.push(
                path,
                field,
                old,
                new,
                anchor,
                !is_open(old_value) && !is_open(new_value),
            ),
        }
    }

    fn set(&mut self, path: &Path, field: &'static Field, old: &[Value], new: &[Value], anchor: Span) {
        let gone = missing((old, self.old), (new, self.new));
        let come = missing((new, self.new), (old, self.old));
        // An element that is not wholly known may turn out to be any of those that seem to differ.
        let open = |items: &[(usize, &Value)]| items.iter().any(|(_, item)| is_open(item));
        let (gone_open, come_open) = (open(&gone), open(&come));
        let mut at: BTreeMap<usize, (Option<&Value>, Option<&Value>)> = BTreeMap::new();
        for (index, item) in gone {
            at.entry(index).or_default().0 = Some(item);
        }
        for (index, item) in come {
            at.entry(index).or_default().1 = Some(item);
        }
        for (index, (old, new)) in at {
            let certain = new.is_some_and(|item| !is_open(item) && !gone_open)
                || old.is_some_and(|item| !is_open(item) && !come_open);
            let span = new.map_or(anchor, |item| item.span);
            self.push(&path.index(index), field, old, new, span, certain);
        }
    }

    /// Whether two known values mean the same.
    fn same(&self, old: &Value, new: &Value, kind: &Kind) -> bool {
        match kind {
            Kind::UnixSeconds => match (old.number_in(self.old), new.number_in(self.new)) {
                (Some(old), Some(new)) => old.total_cmp(&new).is_eq(),
                _ => old == new,
            },
            _ => match (old.text_in(self.old), new.text_in(self.new)) {
                (Some(old), Some(new)) => old == new,
                _ => old == new,
            },
        }
    }

    fn push(
        &mut self,
        path: &Path,
        field: &'static Field,
        old: Option<&Value>,
        new: Option<&Value>,
        span: Span,
        certain: bool,
    ) {
        self.changes.push(FieldChange {
            path: path.clone(),
            field,
            kind: match (old, new) {
                (None, _) => ChangeKind::Added,
                (_, None) => ChangeKind::Removed,
                _ => ChangeKind::Modified,
            },
            effect: field.on_change,
            certain,
            old: old.map(Value::shown),
            new: new.map(Value::shown),
            span,
        });
    }
}

/// The elements of a set, with their indexes, that the other version of it does not have.
fn missing<'v>(
    (set, dialect): (&'v [Value], Dialect),
    (other, in_other): (&[Value], Dialect),
) -> Vec<(usize, &'v Value)> {
    // Sets of texts may be long; what is none is rare.
    let texts: BTreeSet<_> = other.iter().filter_map(|item| item.text_in(in_other)).collect();
    let is_there = |item: &Value| match item.text_in(dialect) {
        Some(text) => texts.contains(&text),
        None => other.contains(item),
    };
    set.iter()
        .enumerate()
        .filter(|(_, item)| !is_there(item))
        .collect()
}

/// The field of a version of which either all is known or nothing.
fn part<'v>((properties, dialect): (&'v Value, Dialect), field: &Field) -> Option<&'v Value> {
    match properties.content {
        Content::Unknown(_) => Some(properties),
        _ => properties.get(field.name(dialect)),
    }
}

fn is_unknown(value: &Value) -> bool {
    matches!(value.content, Content::Unknown(_))
}

/// Whether something in the value is not known.
fn is_open(value: &Value) -> bool {
    value.unknowns() > 0
}

/// Two values that are not known are taken for equal if the same expression gives them, and none is without one.
fn same_unknown(old: &Value, new: &Value) -> bool {
    is_unknown(old) && old == new
}

/// Whether the value says the same as leaving it out, as `dialect` takes it.
fn is_default(value: &Value, dialect: Dialect, kind: &Kind, field: &Field) -> bool {
    if value.is_null() {
        return true;
    }
    if field.presence == Presence::Required {
        return false;
    }
    match kind {
        Kind::Text => value.text_in(dialect).is_some_and(|text| text.is_empty()),
        Kind::OneOf(options) => value.text_in(dialect).as_deref() == options.first().copied(),
        Kind::UnixSeconds => value.number_in(dialect) == Some(0.0),
        Kind::List(_) | Kind::Set(_) => value.as_list().is_some_and(<[_]>::is_empty),
        Kind::Object(_) => false,
    }
}
