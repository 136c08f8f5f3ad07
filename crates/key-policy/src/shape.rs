//! The walk of a declaration along the field table: which object and which value is what.

use crate::document::Declaration;
use crate::fields::{Field, Kind, MANAGEMENT_KEY, Object};
use crate::path::Path;
use crate::span::Span;
use crate::value::{Content, Entry, Value};

/// A declaration with each part that the field table knows.
#[derive(Debug)]
pub struct Shape<'a> {
    /// Every object that stands where the table wants one, outer before inner.
    pub objects: Vec<ObjectNode<'a>>,
    /// Every value that has a row in the table, elements of lists included, outer before inner.
    pub values: Vec<ValueNode<'a>>,
}

/// An object that stands where the table wants one.
#[derive(Debug)]
pub struct ObjectNode<'a> {
    /// Where it is.
    pub path: Path,
    /// What its members should be.
    pub object: &'static Object,
    /// The object itself.
    pub value: &'a Value,
    /// Its members as written.
    pub entries: &'a [Entry],
    /// The place to name when one of its members is missing.
    pub anchor: Span,
}

impl<'a> ObjectNode<'a> {
    /// The name of a member in a message: it may be computed from what must not be shown.
    pub(crate) fn shown_name(&self, entry: &'a Entry) -> &'a str {
        let is_field = self
            .object
            .fields
            .iter()
            .any(|field| [field.snake, field.camel].contains(&&*entry.key));
        if self.value.sensitive && !is_field {
            "(sensitive)"
        } else {
            &entry.key
        }
    }
}

/// A value that has a row in the table.
#[derive(Debug, Clone)]
pub struct ValueNode<'a> {
    /// Where it is.
    pub path: Path,
    /// The row.
    pub field: &'static Field,
    /// What it should be: the row's kind, or that of an element.
    pub kind: &'static Kind,
    /// What it is.
    pub value: &'a Value,
    /// The place of its name, or of itself if it is an element.
    pub name_span: Span,
}

impl<'a> Shape<'a> {
    /// Walks `declaration` along the field table.
    pub fn of(declaration: &'a Declaration) -> Self {
        let mut walk = Walk {
            declaration,
            shape: Shape {
                objects: Vec::new(),
                values: Vec::new(),
            },
        };
        walk.object(
            &Path::root(),
            &MANAGEMENT_KEY,
            &declaration.properties,
            declaration.span,
        );
        walk.shape
    }

    /// The values of the field `field`, which may stand more than once.
    pub fn values_of(&self, field: &'static Field) -> impl Iterator<Item = &ValueNode<'a>> {
        self.values
            .iter()
            .filter(move |node| std::ptr::eq(node.field, field))
    }
}

struct Walk<'a> {
    declaration: &'a Declaration,
    shape: Shape<'a>,
}

impl<'a> Walk<'a> {
    fn object(&mut self, path: &Path, object: &'static Object, value: &'a Value, anchor: Span) {
        let Content::Object(entries) = &value.content else {
            return;
        };
        self.shape.objects.push(ObjectNode {
            path: path.clone(),
            object,
            value,
            entries,
            anchor,
        });
        for entry in entries {
            if let Some(field) = object.field(&entry.key, self.declaration.dialect) {
                self.value(
                    path.key(field.name(self.declaration.dialect)),
                    field,
                    &field.kind,
                    &entry.value,
                    entry.key_span,
                );
            }
        }
    }

    fn value(
        &mut self,
        path: Path,
        field: &'static Field,
        kind: &'static Kind,
        value: &'a Value,
        name_span: Span,
    ) {
        self.shape.values.push(ValueNode {
            path: path.clone(),
            field,
            kind,
            value,
            name_span,
        });
        match kind {
            Kind::Object(object) => self.object(&path, object, value, name_span),
            Kind::List(element) | Kind::Set(element) => {
                for (index, item) in value.as_list().unwrap_or_default().iter().enumerate() {
                    self.value(path.index(index), field, element, item, item.span);
                }
            }
            Kind::Text | Kind::OneOf(_) | Kind::UnixSeconds => {}
        }
    }
}
