//! Where an expression is evaluated.

use std::rc::Rc;

use super::module::Instance;
use super::repetition::Repetition;
use super::syntax::span;
use super::value::Val;
use crate::span::{Place, Span};

/// Where an expression is evaluated, and what the names in it stand for.
#[derive(Debug, Clone, Copy)]
pub(super) struct Scope<'s, 'p> {
    pub(super) instance: &'s Rc<Instance<'p>>,
    /// What `each` and `count` stand for.
    pub(super) repetition: &'s Repetition,
    pub(super) source: usize,
    base: Base,
    bound: Option<&'s Bound<'s>>,
}

/// How places in a tree become places in the source.
#[derive(Debug, Clone, Copy)]
pub(super) enum Base {
    /// They count from here.
    Offset(usize),
    /// The whole tree stands in one JSON string.
    Within(Span),
}

/// The variable of a `for`.
#[derive(Debug)]
pub(super) struct Bound<'s> {
    name: &'s str,
    value: Val,
    outer: Option<&'s Bound<'s>>,
}

/// The variables of a `for`, in an expression or in a template.
#[derive(Debug, Clone, Copy)]
pub(super) struct Names<'e> {
    pub(super) key: Option<&'e str>,
    pub(super) value: &'e str,
}

impl<'s, 'p> Scope<'s, 'p> {
    pub(super) fn new(instance: &'s Rc<Instance<'p>>, repetition: &'s Repetition, source: usize) -> Self {
        Self {
            instance,
            repetition,
            source,
            base: Base::Offset(0),
            bound: None,
        }
    }

    /// The same, for a tree whose places are told by `base`.
    pub(super) fn based(self, base: Base) -> Self {
        Self { base, ..self }
    }

    /// The same, for an expression that stands for what is written at `place`.
    pub(super) fn within(self, place: Place) -> Self {
        Self {
            source: place.source,
            base: Base::Within(place.span),
            ..self
        }
    }

    /// Calls `body` with the variables of a `for` bound to `pair`.
    pub(super) fn bind<T>(
        self,
        names: Names<'_>,
        pair: (Val, Val),
        body: impl FnOnce(Scope<'_, 'p>) -> T,
    ) -> T {
        let key = Bound {
            name: names.key.unwrap_or_default(),
            value: pair.0,
            outer: self.bound,
        };
        let value = Bound {
            name: names.value,
            value: pair.1,
            outer: Some(&key),
        };
        body(Scope {
            bound: Some(&value),
            ..self
        })
    }

    /// Whether each node has a place of its own.
    pub(super) fn has_places(&self) -> bool {
        matches!(self.base, Base::Offset(_))
    }

    pub(super) fn place(&self, node: &impl hcl_edit::Span) -> Place {
        Place {
            source: self.source,
            span: match self.base {
                Base::Offset(base) => span(node, base),
                Base::Within(span) => span,
            },
        }
    }
}

/// The value of the variable of a `for` called `name`.
pub(super) fn bound(scope: Scope<'_, '_>, name: &str) -> Option<Val> {
    let mut next = scope.bound;
    while let Some(bound) = next {
        if bound.name == name {
            return Some(bound.value.clone());
        }
        next = bound.outer;
    }
    None
}
