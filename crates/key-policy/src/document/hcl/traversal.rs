//! What a name, its members, indexes and splats lead to.

use hcl_edit::expr::{Expression, Traversal, TraversalOperator};
use hcl_edit::repr::Decorated;

use super::eval::{Evaluator, Fault, wrong};
use super::scope::{Scope, bound};
use super::value::{Kind, Val};
use crate::document::Dialect;
use crate::fields::MANAGEMENT_KEY;
use crate::span::Place;

impl<'p> Evaluator<'p> {
    pub(super) fn traversal(
        &self,
        scope: Scope<'_, 'p>,
        traversal: &'p Traversal,
        place: Place,
    ) -> Result<Val, Fault> {
        let operators = traversal.operators.as_slice();
        if let Expression::Variable(name) = &traversal.expr
            && bound(scope, name.value().as_str()).is_none()
        {
            let (start, rest) = self.reference(scope, name.value().as_str(), operators, place)?;
            let since = self.now();
            self.meet(&start, place);
            let val = self.steps(scope, start, rest)?;
            self.meet_only(since, &val, place);
            return Ok(val.used_at(place));
        }
        let since = self.now();
        let start = self.eval(scope, &traversal.expr);
        let found = self.steps(scope, start.clone(), operators);
        match &found {
            Ok(val) => self.meet_only(since, val, place),
            // It is this that gives out the secret, and not the variable that it begins with.
            Err(_) if start.shows_secret() => self.meet_only(since, &start, place),
            Err(_) => {}
        }
        found
    }

    /// Walks from `val` along `operators`.
    fn steps(
        &self,
        scope: Scope<'_, 'p>,
        mut val: Val,
        operators: &'p [Decorated<TraversalOperator>],
    ) -> Result<Val, Fault> {
        for (at, operator) in operators.iter().enumerate() {
            let rest = &operators[at + 1..];
            if let Some(element) = val.element() {
                return self.whichever(scope, &val, vec![element], rest);
            }
            if val.is_unknown() && val.shows_secret() && is_of_other_field(&operators[at..]) {
                return self.whichever(scope, &val, Vec::new(), rest);
            }
            val = match operator.value() {
                TraversalOperator::GetAttr(name) => attribute(&val, name.value().as_str())?,
                TraversalOperator::Index(key) => {
                    let key = self.eval(scope, key);
                    if val.shows_secret() && key.is_unknown() {
                        return self.whichever(scope, &val, parts(&val), rest);
                    }
                    index(&val, &key)?.marked(key.sensitive)
                }
                TraversalOperator::LegacyIndex(number) => nth(&val, *number.value() as i64)?,
                TraversalOperator::FullSplat(_) => return self.splat(scope, &val, rest),
                TraversalOperator::AttrSplat(_) => {
                    let is_each = |operator: &&Decorated<TraversalOperator>| {
                        matches!(
                            operator.value(),
                            TraversalOperator::GetAttr(_) | TraversalOperator::LegacyIndex(_)
                        )
                    };
                    let names = rest.iter().take_while(is_each).count();
                    let list = self.splat(scope, &val, &rest[..names])?;
                    return self.steps(scope, list, &rest[names..]);
                }
            };
        }
        Ok(val)
    }

    /// What `operators` lead to from one of `parts` of `val`, of which it is not known which one is meant.
    fn whichever(
        &self,
        scope: Scope<'_, 'p>,
        val: &Val,
        parts: Vec<Val>,
        operators: &'p [Decorated<TraversalOperator>],
    ) -> Result<Val, Fault> {
        if !self.charge(parts.len()) {
            return Err(Fault::Unknown);
        }
        let steps = |part| self.steps(scope, part, operators).ok();
        let found: Vec<Val> = parts.into_iter().filter_map(steps).collect();
        let text = match &val.kind {
            Kind::Unknown(all) if all.text.is_empty() => String::new(),
            _ => format!("{} # {:08x}", self.program.text(val.written), val.hash() as u32),
        };
        let unknown = Val::telling(text, found.iter().any(Val::shows_secret), val.written);
        Ok(unknown.marked(found.iter().any(Val::has_sensitive)))
    }

    fn splat(
        &self,
        scope: Scope<'_, 'p>,
        val: &Val,
        operators: &'p [Decorated<TraversalOperator>],
    ) -> Result<Val, Fault> {
        let items: Vec<Val> = match (val.elements(), &val.kind) {
            (Some(elements), _) => elements.collect(),
            (None, Kind::Null) => Vec::new(),
            (None, Kind::Unknown(_)) => return Err(Fault::of(val)),
            (None, _) => vec![val.clone()],
        };
        if !self.charge(items.len()) {
            return Err(Fault::Unknown);
        }
        let items: Result<_, _> = items
            .into_iter()
            .map(|item| self.steps(scope, item, operators))
            .collect();
        let made = match &val.kind {
            Kind::List(list) | Kind::Set(list) if list.is_uniform => Val::list,
            _ => Val::tuple,
        };
        Ok(made(items?, val.written).marked(val.sensitive))
    }
}

/// `val.name`
pub(super) fn attribute(val: &Val, name: &str) -> Result<Val, Fault> {
    match val.member(name) {
        Some(member) => Ok(member),
        None => Err(wrong(val)),
    }
}

/// `val[key]`
pub(super) fn index(val: &Val, key: &Val) -> Result<Val, Fault> {
    if key.is_unknown() {
        return Err(Fault::of(key));
    }
    match &val.kind {
        Kind::Object(_) => attribute(val, &key.as_text()?),
        Kind::List(_) => nth(val, key.as_index()?),
        _ => Err(wrong(val)),
    }
}

/// Whether `operators` choose a field of a key, and not its secret, from whatever is made of keys.
fn is_of_other_field(operators: &[Decorated<TraversalOperator>]) -> bool {
    let name = operators.iter().find_map(|operator| match operator.value() {
        TraversalOperator::GetAttr(name) => Some(name.value().as_str()),
        _ => None,
    });
    let field = name.and_then(|name| MANAGEMENT_KEY.field(name, Dialect::Terraform));
    field.is_some_and(|field| !field.is_secret())
}

/// The elements or the members of `val`.
fn parts(val: &Val) -> Vec<Val> {
    match val.elements() {
        Some(elements) => elements.collect(),
        None => val
            .members()
            .into_iter()
            .flatten()
            .map(|member| member.value)
            .collect(),
    }
}

fn nth(val: &Val, at: i64) -> Result<Val, Fault> {
    match &val.kind {
        Kind::Object(_) => attribute(val, &at.to_string()),
        Kind::List(list) => usize::try_from(at)
            .ok()
            .and_then(|at| list.items.get(at))
            .map(|item| val.part(item))
            .ok_or(Fault::Fails),
        _ => Err(wrong(val)),
    }
}
