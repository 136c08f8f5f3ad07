//! Comparing old and new inputs by the schema.

use std::collections::{BTreeMap, BTreeSet};

use crate::path::PropertyPath;
use crate::schema::{self, ComplexType, ObjectType, Property, Shape, Type};
use crate::value::{PropertyMap, PropertyValue, ReferenceId};
use crate::verbs::{Change, Diff, DiffConfigRequest, DiffRequest};

impl DiffRequest {
    /// Compares the inputs, old and new, by the schema.
    ///
    /// Changes are told at the path of the part that changed. Those at or within a property that the schema calls replacing need a new
    /// resource; an unknown new value counts as changed. Sets have no order, a mark of secretness is no change, and neither is a default
    /// that is now written out. Outputs that are stable, and replacing inputs that did not change, are told to be kept by an update.
    ///
    /// ```
    /// use pulumi_rs_provider::{Diff, DiffRequest};
    ///
    /// fn diff(request: DiffRequest) -> Diff {
    ///     Diff {
    ///         // Two of the same name cannot be there at once.
    ///         delete_before_replace: true,
    ///         ..request.by_schema()
    ///     }
    /// }
    /// # let _ = diff;
    /// ```
    pub fn by_schema(&self) -> Diff {
        let mut diff = compare(&self.schema, &self.old_inputs, &self.new_inputs);
        if !diff.replaces() {
            let outputs = &self.schema.outputs.properties;
            let is_kept = |name: &str, property: &Property| {
                let is_fixed = property.stable || self.replaces(name);
                is_fixed && diff.changes.keys().all(|path| path.top_key() != Some(name))
            };
            let kept = outputs.iter().filter(|(name, property)| is_kept(name, property));
            diff.stables = kept
                .map(|(name, _)| name.clone())
                .filter(|name| self.old_state.contains_key(name))
                .collect();
        }
        diff
    }

    fn replaces(&self, name: &str) -> bool {
        let input = self.schema.inputs.properties.get(name);
        input.is_some_and(|property| property.will_replace_on_changes)
    }
}

impl DiffConfigRequest {
    /// Compares the configurations by the schema. A setting that the schema calls replacing replaces the provider and all its resources,
    /// so call only those replacing that make the old resources unmanageable.
    pub fn by_schema(&self) -> Diff {
        compare(&self.schema, &self.old_inputs, &self.new_inputs)
    }
}

fn compare(shape: &Shape, old: &PropertyMap, new: &PropertyMap) -> Diff {
    let mut differ = Differ::new(shape);
    differ.object(&shape.inputs, old, new, &PropertyPath::root(), false);
    Diff {
        changes: differ.changes,
        ..Diff::default()
    }
}

/// Walks old and new properties along the schema.
pub(super) struct Differ<'a> {
    shape: &'a Shape,
    changes: BTreeMap<PropertyPath, Change>,
}

impl<'a> Differ<'a> {
    pub(super) fn new(shape: &'a Shape) -> Self {
        Self {
            shape,
            changes: BTreeMap::new(),
        }
    }

    /// Whether two values of this type say the same.
    pub(super) fn is_same(&self, r#type: &Type, old: &PropertyValue, new: &PropertyValue) -> bool {
        let mut trial = Differ::new(self.shape);
        trial.value(r#type, old, new, &PropertyPath::root(), false);
        trial.changes.is_empty()
    }

    fn object(
        &mut self,
        object: &ObjectType,
        old: &PropertyMap,
        new: &PropertyMap,
        path: &PropertyPath,
        replace: bool,
    ) {
        let keys: BTreeSet<&String> = old.keys().chain(new.keys()).collect();
        for key in keys {
            let property = object.properties.get(key);
            let r#type = property.map_or(&Type::Any, |property| &property.r#type);
            let replace = replace || property.is_some_and(|property| property.will_replace_on_changes);
            let default = property
                .and_then(|property| property.default.as_ref())
                .map(schema::primitive);
            let is_default = |value: &PropertyValue| default.as_ref() == Some(value.expose());
            let path = path.clone().key(key);
            match (given(old, key), given(new, key)) {
                (Some(old), Some(new)) => self.value(r#type, old, new, &path, replace),
                (None, Some(new)) if !is_default(new) => self.note(Change::add(), r#type, path, replace),
                (Some(old), None) if !is_default(old) => self.note(Change::delete(), r#type, path, replace),
                _ => {}
            }
        }
    }

    fn value(
        &mut self,
        r#type: &Type,
        old: &PropertyValue,
        new: &PropertyValue,
        path: &PropertyPath,
        replace: bool,
    ) {
        match (r#type, old.expose(), new.expose()) {
            (Type::Set(items), PropertyValue::List(old), PropertyValue::List(new)) => {
                self.set(items, old, new, path, replace);
            }
            (r#type, PropertyValue::List(old), PropertyValue::List(new)) => {
                let items = match r#type {
                    Type::Array(items) => items,
                    _ => &Type::Any,
                };
                self.list(items, old, new, path, replace);
            }
            (Type::Map(values), PropertyValue::Object(old), PropertyValue::Object(new)) => {
                self.map(values, old, new, path, replace);
            }
            (r#type, PropertyValue::Object(old), PropertyValue::Object(new)) => {
                let shape = self.shape;
                match schema::object_type(&shape.types, r#type, new) {
                    Some(object) => self.object(object, old, new, path, replace),
                    None => self.map(&Type::Any, old, new, path, replace),
                }
            }
            (r#type, old, new) => {
                if !is_equal(old, new) {
                    self.note(Change::update(), r#type, path.clone(), replace);
                }
            }
        }
    }

    fn map(
        &mut self,
        values: &Type,
        old: &PropertyMap,
        new: &PropertyMap,
        path: &PropertyPath,
        replace: bool,
    ) {
        let keys: BTreeSet<&String> = old.keys().chain(new.keys()).collect();
        for key in keys {
            let path = path.clone().key(key);
            match (given(old, key), given(new, key)) {
                (Some(old), Some(new)) => self.value(values, old, new, &path, replace),
                (None, Some(_)) => self.note(Change::add(), values, path, replace),
                (Some(_), None) => self.note(Change::delete(), values, path, replace),
                (None, None) => {}
            }
        }
    }

    fn list(
        &mut self,
        items: &Type,
        old: &[PropertyValue],
        new: &[PropertyValue],
        path: &PropertyPath,
        replace: bool,
    ) {
        for index in 0..old.len().max(new.len()) {
            let path = path.clone().index(index);
            match (old.get(index), new.get(index)) {
                (Some(old), Some(new)) => self.value(items, old, new, &path, replace),
                (None, _) => self.note(Change::add(), items, path, replace),
                (_, None) => self.note(Change::delete(), items, path, replace),
            }
        }
    }

    /// An element that only moved is no change. Where one goes and another comes at the same index, it changed.
    fn set(
        &mut self,
        items: &Type,
        old: &[PropertyValue],
        new: &[PropertyValue],
        path: &PropertyPath,
        replace: bool,
    ) {
        let mut gone: BTreeSet<usize> = (0..old.len()).collect();
        let mut come = BTreeSet::new();
        for (index, new) in new.iter().enumerate() {
            let partner = gone
                .iter()
                .copied()
                .find(|other| self.is_same(items, &old[*other], new));
            match partner {
                Some(partner) => drop(gone.remove(&partner)),
                // Set semantics: an element that is written twice is one.
                None if old.iter().any(|old| self.is_same(items, old, new)) => {}
                None => drop(come.insert(index)),
            }
        }
        gone.retain(|index| !new.iter().any(|new| self.is_same(items, &old[*index], new)));
        for index in gone.union(&come) {
            let change = match (gone.contains(index), come.contains(index)) {
                (true, true) => Change::update(),
                (true, false) => Change::delete(),
                _ => Change::add(),
            };
            self.note(change, items, path.clone().index(*index), replace);
        }
    }

    /// A value that comes, goes or changes as a whole needs a new resource if any part of it would.
    fn note(&mut self, change: Change, r#type: &Type, path: PropertyPath, replace: bool) {
        let replace = replace || self.may_replace(r#type, &mut BTreeSet::new());
        let change = if replace { change.replacing() } else { change };
        self.changes.insert(path, change.in_inputs());
    }

    fn may_replace<'t>(&'t self, r#type: &'t Type, seen: &mut BTreeSet<&'t str>) -> bool {
        match r#type {
            Type::Array(inner) | Type::Set(inner) | Type::Map(inner) => self.may_replace(inner, seen),
            Type::OneOf(types) => types.iter().any(|r#type| self.may_replace(r#type, seen)),
            Type::Named(token) => self.named_may_replace(token, seen),
            Type::Tagged { types, .. } => types.values().any(|token| self.named_may_replace(token, seen)),
            _ => false,
        }
    }

    fn named_may_replace<'t>(&'t self, token: &'t str, seen: &mut BTreeSet<&'t str>) -> bool {
        match self.shape.types.get(token) {
            Some(ComplexType::Object(object)) if seen.insert(token) => {
                let mut properties = object.properties.values();
                properties.any(|property| {
                    property.will_replace_on_changes || self.may_replace(&property.r#type, seen)
                })
            }
            _ => false,
        }
    }
}

/// A property that is given as something.
fn given<'m>(properties: &'m PropertyMap, key: &str) -> Option<&'m PropertyValue> {
    properties.get(key).filter(|value| !value.expose().is_null())
}

/// Whether two values without parts are the same. The engine sends old assets by their hash alone.
fn is_equal(old: &PropertyValue, new: &PropertyValue) -> bool {
    match (old, new) {
        (PropertyValue::Unknown(_), _) | (_, PropertyValue::Unknown(_)) => false,
        (PropertyValue::Asset(old), PropertyValue::Asset(new)) if old.hash.is_some() => old.hash == new.hash,
        (PropertyValue::Archive(old), PropertyValue::Archive(new)) if old.hash.is_some() => {
            old.hash == new.hash
        }
        (PropertyValue::Resource(old), PropertyValue::Resource(new)) => {
            (&old.urn, &old.id) == (&new.urn, &new.id)
        }
        (PropertyValue::Resource(reference), PropertyValue::String(text))
        | (PropertyValue::String(text), PropertyValue::Resource(reference)) => match &reference.id {
            Some(ReferenceId::Known(id)) => id == text,
            Some(ReferenceId::Unknown) => false,
            None => reference.urn == *text,
        },
        (old, new) => old == new,
    }
}
