//! One type for several values: what Terraform does to the branches of a conditional and to the elements of a collection.

use std::collections::BTreeMap;
use std::rc::Rc;

use super::eval::{Fault, wrong};
use super::value::{Kind, Member, Val};

/// The type of a value, as far as the value tells it.
#[derive(Debug, Clone, PartialEq)]
enum Shape {
    /// Any type: that of a null.
    Any,
    /// It cannot be known here.
    Unsure,
    Text,
    Number,
    Bool,
    List(Box<Shape>),
    Set(Box<Shape>),
    Map(Box<Shape>),
    Tuple(Vec<Shape>),
    Object(BTreeMap<Rc<str>, Shape>),
}

/// The values as values of one type: texts, numbers and booleans meet as texts, tuples of different lengths as lists,
/// objects with different names as maps. `charge` says whether so many values may still be made.
pub(super) fn unified(vals: Vec<Val>, charge: &dyn Fn(usize) -> bool) -> Result<Vec<Val>, Fault> {
    let [first, rest @ ..] = vals.as_slice() else {
        return Ok(vals);
    };
    // Most often they are scalars of one type.
    let scalar = |val: &Val| val.depth() == 0 && !val.is_unknown() && !val.is_null();
    let kind = |val: &Val| std::mem::discriminant(&val.kind);
    if scalar(first) && rest.iter().all(|val| kind(val) == kind(first)) {
        return Ok(vals);
    }
    let size = vals
        .iter()
        .fold(0, |size: usize, val| size.saturating_add(val.size()));
    if !charge(size) {
        return Err(Fault::Unknown);
    }
    let common = unify(vals.iter().map(Shape::of).collect()).ok_or(Fault::Fails)?;
    vals.into_iter().map(|val| common.convert(val)).collect()
}

/// Whether two collections have the same type, if that is certain.
pub(super) fn same_type(left: &Val, right: &Val) -> Option<bool> {
    let (left, right) = (Shape::of(left), Shape::of(right));
    if left == right {
        left.is_sure().then_some(true)
    } else {
        (left.is_sure() && right.is_sure()).then_some(false)
    }
}

/// `val` as a value of the type that `other` has, which is neither null nor unknown.
pub(super) fn as_type_of(other: &Val, val: &Val) -> Result<Val, Fault> {
    let scalar = |kind| Val { kind, ..val.clone() };
    match &other.kind {
        Kind::Number(_) => val.as_number().map(Kind::Number).map(scalar),
        Kind::Bool(_) => val.as_bool().map(Kind::Bool).map(scalar),
        _ => {
            let wanted = Shape::of(other);
            match unify(vec![wanted.clone(), Shape::of(val)]) {
                Some(common) if common == wanted => wanted.convert(val.clone()),
                Some(common) if !common.is_sure() => Err(Fault::Unknown),
                _ => Err(Fault::Fails),
            }
        }
    }
}

impl Shape {
    fn of(val: &Val) -> Self {
        match &val.kind {
            Kind::Null => Self::Any,
            Kind::Unknown(_) => Self::Unsure,
            Kind::Text(_) => Self::Text,
            Kind::Number(_) => Self::Number,
            Kind::Bool(_) => Self::Bool,
            Kind::Set(list) => Self::Set(Self::of_all(list.items.iter())),
            Kind::List(list) if list.is_uniform => Self::List(Self::of_all(list.items.iter())),
            Kind::List(list) => Self::Tuple(list.items.iter().map(Self::of).collect()),
            Kind::Object(object) if object.is_uniform => {
                Self::Map(Self::of_all(object.members.iter().map(|member| &member.value)))
            }
            Kind::Object(_) => {
                let members = val.members().into_iter().flatten();
                Self::Object(
                    members
                        .map(|member| (member.key, Self::of(&member.value)))
                        .collect(),
                )
            }
        }
    }

    /// The type that all of `items` have; an empty collection does not tell it.
    fn of_all<'a>(items: impl Iterator<Item = &'a Val>) -> Box<Self> {
        let mut told = Self::Unsure;
        for shape in items.map(Self::of) {
            if shape.is_sure() {
                return Box::new(shape);
            }
            if shape != Self::Any {
                told = shape;
            }
        }
        Box::new(told)
    }

    fn is_sure(&self) -> bool {
        match self {
            Self::Any | Self::Unsure => false,
            Self::Text | Self::Number | Self::Bool => true,
            Self::List(element) | Self::Set(element) | Self::Map(element) => element.is_sure(),
            Self::Tuple(elements) => elements.iter().all(Self::is_sure),
            Self::Object(members) => members.values().all(Self::is_sure),
        }
    }

    fn is_scalar(&self) -> bool {
        matches!(self, Self::Text | Self::Number | Self::Bool)
    }

    /// The elements of a list or tuple, the members of a map or object: what they are to have in common as one collection.
    fn parts(self) -> Vec<Self> {
        match self {
            Self::List(element) | Self::Set(element) | Self::Map(element) => vec![*element],
            Self::Tuple(elements) => elements,
            Self::Object(members) => members.into_values().collect(),
            _ => Vec::new(),
        }
    }

    fn convert(&self, val: Val) -> Result<Val, Fault> {
        if val.is_null() || val.is_unknown() {
            return Ok(val);
        }
        let place = val.written;
        let all = |element: &Self| -> Result<Vec<Val>, Fault> {
            let items = val.elements().ok_or_else(|| wrong(&val))?;
            items.map(|item| element.convert(item)).collect()
        };
        let members = |convert: &dyn Fn(&str, Val) -> Result<Val, Fault>| -> Result<Vec<Member>, Fault> {
            let members = val.members().ok_or_else(|| wrong(&val))?;
            let converted = members.map(|member| {
                Ok(Member {
                    value: convert(&member.key, member.value)?,
                    ..member
                })
            });
            converted.collect()
        };
        let kind = match self {
            Self::Unsure => return Err(Fault::Unknown),
            Self::Any | Self::Number | Self::Bool => return Ok(val),
            Self::Text => Kind::Text(val.as_text()?),
            Self::List(element) => Val::list(all(element)?, place).kind,
            Self::Set(element) => {
                let set = Val::set(all(element)?, place);
                return Ok(Val {
                    sensitive: set.sensitive || val.sensitive,
                    kind: set.kind,
                    ..val
                });
            }
            Self::Map(element) => Val::map(members(&|_, value| element.convert(value))?, place).kind,
            Self::Tuple(elements) => {
                let items = val.elements().ok_or_else(|| wrong(&val))?.zip(elements);
                let items: Result<_, _> = items.map(|(item, shape)| shape.convert(item)).collect();
                Val::tuple(items?, place).kind
            }
            Self::Object(shapes) => {
                let member = |name: &str, value| shapes.get(name).ok_or(Fault::Unknown)?.convert(value);
                Val::object(members(&member)?, place).kind
            }
        };
        Ok(Val { kind, ..val })
    }
}

/// The type that values of all of these types can be converted to; nothing if Terraform knows none.
fn unify(mut shapes: Vec<Shape>) -> Option<Shape> {
    shapes.retain(|shape| *shape != Shape::Any);
    let Some(first) = shapes.first() else {
        return Some(Shape::Any);
    };
    if shapes.iter().all(|shape| shape == first) {
        return shapes.pop();
    }
    let is = |test: fn(&Shape) -> bool| move |shape: &Shape| test(shape) || *shape == Shape::Unsure;
    let has = |test: fn(&Shape) -> bool| shapes.iter().any(test);
    let has_unsure = has(|shape| *shape == Shape::Unsure);
    if shapes.iter().all(is(Shape::is_scalar)) {
        // Whatever can be one type with a text is a text then.
        return match has(|shape| *shape == Shape::Text) {
            true => Some(Shape::Text),
            false => has_unsure.then_some(Shape::Unsure),
        };
    }
    if has_unsure {
        return Some(Shape::Unsure);
    }
    if shapes
        .iter()
        .all(|shape| matches!(shape, Shape::Map(_) | Shape::Object(_)))
    {
        return unify_members(shapes);
    }
    if shapes
        .iter()
        .all(|shape| matches!(shape, Shape::List(_) | Shape::Tuple(_)))
    {
        return unify_elements(shapes);
    }
    if shapes
        .iter()
        .all(|shape| matches!(shape, Shape::Set(_) | Shape::Tuple(_)))
    {
        return unify_with_set(shapes);
    }
    // Between lists and sets, it is Terraform that knows which it prefers.
    let is_sequence = |shape: &Shape| matches!(shape, Shape::Set(_) | Shape::List(_) | Shape::Tuple(_));
    shapes.iter().all(is_sequence).then_some(Shape::Unsure)
}

fn unify_members(shapes: Vec<Shape>) -> Option<Shape> {
    let objects: Option<Vec<_>> = shapes
        .iter()
        .map(|shape| match shape {
            Shape::Object(members) => Some(members),
            _ => None,
        })
        .collect();
    if let Some([first, rest @ ..]) = objects.as_deref()
        && rest.iter().all(|other| other.keys().eq(first.keys()))
    {
        let member = |name: &Rc<str>| {
            let named = std::iter::once(first)
                .chain(rest)
                .filter_map(|members| members.get(name));
            Some((name.clone(), unify(named.cloned().collect())?))
        };
        if let Some(members) = first.keys().map(member).collect() {
            return Some(Shape::Object(members));
        }
    }
    let parts = shapes.into_iter().flat_map(Shape::parts).collect();
    Some(Shape::Map(Box::new(unify(parts)?)))
}

fn unify_elements(shapes: Vec<Shape>) -> Option<Shape> {
    let tuples: Option<Vec<_>> = shapes
        .iter()
        .map(|shape| match shape {
            Shape::Tuple(elements) => Some(elements),
            _ => None,
        })
        .collect();
    if let Some([first, rest @ ..]) = tuples.as_deref()
        && rest.iter().all(|other| other.len() == first.len())
    {
        let element = |at: usize| {
            let there = std::iter::once(first)
                .chain(rest)
                .filter_map(|elements| elements.get(at));
            unify(there.cloned().collect())
        };
        if let Some(elements) = (0..first.len()).map(element).collect() {
            return Some(Shape::Tuple(elements));
        }
    }
    let parts = shapes.into_iter().flat_map(Shape::parts).collect();
    Some(Shape::List(Box::new(unify(parts)?)))
}

/// Sets among tuples: a tuple becomes the set. What else Terraform makes of them, it knows.
fn unify_with_set(shapes: Vec<Shape>) -> Option<Shape> {
    let (sets, tuples): (Vec<_>, Vec<_>) = shapes
        .into_iter()
        .partition(|shape| matches!(shape, Shape::Set(_)));
    let element = unify(sets.into_iter().flat_map(Shape::parts).collect())?;
    let mut parts: Vec<_> = tuples.into_iter().flat_map(Shape::parts).collect();
    parts.push(element.clone());
    match unify(parts)? == element {
        true => Some(Shape::Set(Box::new(element))),
        false => Some(Shape::Unsure),
    }
}
