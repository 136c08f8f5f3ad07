//! The value of an expression.
//!
//! Whatever cannot be known is unknown, and stays so through all that is computed with it. Terraform's errors are
//! not reported here, since Terraform will; they are unknown too, but `try` and `can` see the difference.

use std::cell::{Cell, RefCell};
use std::hash::{DefaultHasher, Hash, Hasher};
use std::rc::Rc;

use hcl_edit::expr::{
    BinaryOp, BinaryOperator, Conditional, Expression, ForExpr, FuncCall, Object, ObjectKey, Traversal,
    TraversalOperator, UnaryOp, UnaryOperator,
};
use hcl_edit::repr::Decorated;

use super::functions;
use super::module::{Instance, Repetition};
use super::program::Program;
use super::syntax::{Expr, Tree, span};
use super::unify::{same_type, unified};
use super::value::{Kind, MAX_DEPTH, Member, Val, is_composed};
use crate::span::{Place, Span};
use crate::value::Content;

/// How deep evaluations may stand in each other: expressions, and the locals and variables that they name.
const MAX_NESTED: usize = 200;

/// Why an expression has no value.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Fault {
    /// It cannot be known here.
    Unknown,
    /// Terraform is certain to refuse it.
    Fails,
}

impl Fault {
    /// Why nothing can be computed with `val`.
    pub(super) fn of(val: &Val) -> Self {
        if val.fails() { Fault::Fails } else { Fault::Unknown }
    }
}

/// The evaluation of all expressions of a program, within a budget.
#[derive(Debug)]
pub(super) struct Evaluator<'p> {
    pub(super) program: &'p Program<'p>,
    /// How many values may still be made.
    budget: Cell<usize>,
    nested: Cell<usize>,
    /// The values of the references that were met in the expressions being evaluated, innermost last.
    references: RefCell<Vec<Val>>,
}

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
enum Base {
    /// They count from here.
    Offset(usize),
    /// The whole tree stands in one JSON string.
    Within(Span),
}

/// The variable of a `for`.
#[derive(Debug)]
struct Bound<'s> {
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

impl<'p> Evaluator<'p> {
    /// An evaluator of `program`, which may make so many values.
    pub(super) fn new(program: &'p Program<'p>, budget: usize) -> Self {
        Self {
            program,
            budget: Cell::new(budget),
            nested: Cell::new(0),
            references: RefCell::default(),
        }
    }

    /// Takes `cost` values from the budget; false if so many are not left.
    pub(super) fn charge(&self, cost: usize) -> bool {
        let left = self.budget.get().checked_sub(cost);
        self.budget.set(left.unwrap_or(0));
        left.is_some()
    }

    /// Evaluates what the value of a reference is made from, apart from the expression that has the reference.
    pub(super) fn apart(&self, evaluate: impl FnOnce() -> Val) -> Val {
        let references = self.references.take();
        let val = evaluate();
        self.references.replace(references);
        val
    }

    /// The value of an expression of either syntax.
    pub(super) fn value(&self, scope: Scope<'_, 'p>, expr: &'p Expr) -> Val {
        let place = Place {
            source: scope.source,
            span: expr.span,
        };
        let scope = |base| Scope { base, ..scope };
        match &expr.tree {
            Tree::Native { expression, base } => self.eval(scope(Base::Offset(*base)), expression),
            Tree::Literal(Content::Unknown(text)) => Val::unknown(text.as_str(), false, place),
            Tree::Literal(content) => Val::new(
                match content {
                    Content::Bool(value) => Kind::Bool(*value),
                    Content::Number(number) => Kind::Number(*number),
                    Content::String(text) => Kind::Text(text.as_str().into()),
                    _ => Kind::Null,
                },
                place,
            ),
            Tree::Template(template) => {
                let scope = scope(Base::Within(expr.span));
                self.settled(place, || self.template(scope, template, place))
            }
            Tree::List(items) => {
                let scope = scope(Base::Offset(0));
                let items = items.iter().map(|item| self.value(scope, item)).collect();
                self.settled(place, || Ok(Val::tuple(items, place)))
            }
            Tree::Object(attributes) => {
                let scope = scope(Base::Offset(0));
                let member = |attribute: &'p super::syntax::Attribute| Member {
                    key: attribute.name.as_str().into(),
                    key_place: Place {
                        source: scope.source,
                        span: attribute.name_span,
                    },
                    value: self.value(scope, &attribute.value),
                };
                let members = attributes.iter().map(member).collect();
                self.settled(place, || Ok(Val::object(members, place)))
            }
        }
    }

    /// The value of an expression of the native syntax.
    pub(super) fn eval(&self, scope: Scope<'_, 'p>, expression: &'p Expression) -> Val {
        let place = scope.place(expression);
        self.settled(place, || self.attempt(scope, expression, place))
    }

    /// What `evaluate` returns, or an unknown that stands for the expression at `place`.
    fn settled(&self, place: Place, evaluate: impl FnOnce() -> Result<Val, Fault>) -> Val {
        let first = self.references.borrow().len();
        let nested = self.nested.get();
        let result = if nested < MAX_NESTED && self.charge(1) {
            self.nested.set(nested + 1);
            evaluate()
        } else {
            Err(Fault::Unknown)
        };
        self.nested.set(nested);
        match result {
            Ok(val) if val.depth() <= MAX_DEPTH && is_settled(&val) => val,
            Ok(_) => self.unknown(place, first, Fault::Unknown),
            Err(fault) => self.unknown(place, first, fault),
        }
    }

    /// An unknown for the expression at `place`. Its text tells two versions apart, so it also stands for the values
    /// of what the expression refers to, those met since `first`.
    fn unknown(&self, place: Place, first: usize, fault: Fault) -> Val {
        let references = self.references.borrow();
        let met = references.get(first..).unwrap_or_default();
        let written = self.program.text(place);
        let text = if met.is_empty() {
            written.to_owned()
        } else {
            let mut hasher = DefaultHasher::new();
            met.iter().for_each(|val| val.hash().hash(&mut hasher));
            format!("{written} # {:08x}", hasher.finish() as u32)
        };
        let sensitive = met.iter().any(Val::has_sensitive);
        Val::unknown(text, fault == Fault::Fails, place).marked(sensitive)
    }

    fn attempt(&self, scope: Scope<'_, 'p>, expression: &'p Expression, place: Place) -> Result<Val, Fault> {
        let kind = match expression {
            Expression::Null(_) => Kind::Null,
            Expression::Bool(value) => Kind::Bool(*value.value()),
            Expression::Number(number) => Kind::Number(number.value().as_f64().ok_or(Fault::Unknown)?),
            Expression::String(text) => Kind::Text(text.as_str().into()),
            Expression::StringTemplate(template) => return self.template(scope, template, place),
            Expression::HeredocTemplate(heredoc) => {
                let is_flushed = self.program.text(place).starts_with("<<-");
                return self.heredoc(scope, &heredoc.template, place, is_flushed);
            }
            Expression::Array(items) => {
                let items = items.iter().map(|item| self.eval(scope, item)).collect();
                return Ok(Val::tuple(items, place));
            }
            Expression::Object(object) => return self.object(scope, object, place),
            Expression::Parenthesis(inner) => return Ok(self.eval(scope, inner.inner())),
            Expression::Variable(name) => return self.variable(scope, name.value().as_str()),
            Expression::Conditional(conditional) => return self.conditional(scope, conditional),
            Expression::FuncCall(call) => return self.call(scope, call, place),
            Expression::Traversal(traversal) => return self.traversal(scope, traversal, place),
            Expression::UnaryOp(operation) => return self.unary(scope, operation, place),
            Expression::BinaryOp(operation) => return self.binary(scope, operation, place),
            Expression::ForExpr(for_expr) => return self.for_expr(scope, for_expr, place),
        };
        Ok(Val::new(kind, place))
    }

    fn object(&self, scope: Scope<'_, 'p>, object: &'p Object, place: Place) -> Result<Val, Fault> {
        let mut members = Vec::with_capacity(object.len());
        for (key, value) in object {
            let key_place = scope.place(key);
            let key = match key {
                ObjectKey::Ident(name) => self.program.written_name(key_place, name.as_str()).into(),
                ObjectKey::Expression(Expression::String(name)) => {
                    self.program.written_name(key_place, name.as_str()).into()
                }
                ObjectKey::Expression(expression) => {
                    let key = self.eval(scope, expression);
                    // A computed key may be any member, so nothing is certain about the object.
                    key.as_text().ok_or_else(|| Fault::of(&key))?
                }
            };
            members.push(Member {
                key,
                key_place,
                value: self.eval(scope, value.expr()),
            });
        }
        Ok(Val::object(members, place))
    }

    /// A name that stands alone: only the variable of a `for` has a value.
    fn variable(&self, scope: Scope<'_, 'p>, name: &str) -> Result<Val, Fault> {
        let val = bound(scope, name).ok_or(Fault::Unknown)?;
        self.references.borrow_mut().push(val.clone());
        Ok(val)
    }

    fn conditional(&self, scope: Scope<'_, 'p>, conditional: &'p Conditional) -> Result<Val, Fault> {
        let condition = self.eval(scope, &conditional.cond_expr);
        let yes = self.eval(scope, &conditional.true_expr);
        let no = self.eval(scope, &conditional.false_expr);
        let chosen = match condition.as_bool() {
            Some(true) => 0,
            Some(false) => 1,
            None => return Err(wrong(&condition)),
        };
        let branches = unified(vec![yes, no], &|cost| self.charge(cost))?;
        let chosen = branches.into_iter().nth(chosen).ok_or(Fault::Unknown)?;
        Ok(chosen.marked(condition.sensitive))
    }

    fn call(&self, scope: Scope<'_, 'p>, call: &'p FuncCall, place: Place) -> Result<Val, Fault> {
        let name = call.name.name.value().as_str();
        match call.name.namespace.as_slice() {
            [] => {}
            [namespace] if namespace.value().as_str() == "core" => {}
            _ => return Err(Fault::Unknown),
        }
        match name {
            "try" => {
                for argument in call.args.iter() {
                    let val = self.eval(scope, argument);
                    if !val.fails() {
                        // What is not known may also turn out to fail.
                        return Ok(val);
                    }
                }
                return Err(Fault::Fails);
            }
            "can" => {
                let val = call.args.get(0).map(|argument| self.eval(scope, argument));
                let val = val.ok_or(Fault::Fails)?;
                return match val.fails() {
                    true => Ok(Val::new(Kind::Bool(false), place)),
                    false if val.is_wholly_known() => Ok(Val::new(Kind::Bool(true), place)),
                    false => Err(Fault::Unknown),
                };
            }
            _ => {}
        }
        let mut arguments: Vec<Val> = call
            .args
            .iter()
            .map(|argument| self.eval(scope, argument))
            .collect();
        if call.args.expand_final()
            && let Some(last) = arguments.pop()
        {
            let expanded = last.elements().ok_or_else(|| Fault::of(&last))?;
            arguments.extend(expanded);
        }
        functions::call(name, &arguments, place, &|cost| self.charge(cost))
    }

    fn unary(&self, scope: Scope<'_, 'p>, operation: &'p UnaryOp, place: Place) -> Result<Val, Fault> {
        let operand = self.eval(scope, &operation.expr);
        let kind = match operation.operator.value() {
            UnaryOperator::Neg => operand.as_number().map(|number| Kind::Number(-number)),
            UnaryOperator::Not => operand.as_bool().map(|value| Kind::Bool(!value)),
        };
        let kind = kind.ok_or_else(|| wrong(&operand))?;
        Ok(Val::new(kind, place).marked(operand.sensitive))
    }

    fn binary(&self, scope: Scope<'_, 'p>, operation: &'p BinaryOp, place: Place) -> Result<Val, Fault> {
        let left = self.eval(scope, &operation.lhs_expr);
        let right = self.eval(scope, &operation.rhs_expr);
        let kind = operate(*operation.operator.value(), &left, &right)?;
        Ok(Val::new(kind, place).marked(left.has_sensitive() || right.has_sensitive()))
    }

    fn for_expr(&self, scope: Scope<'_, 'p>, expr: &'p ForExpr, place: Place) -> Result<Val, Fault> {
        let collection = self.eval(scope, &expr.intro.collection_expr);
        let names = Names {
            key: expr.intro.key_var.as_ref().map(|name| name.value().as_str()),
            value: expr.intro.value_var.value().as_str(),
        };
        let mut items = Vec::new();
        let mut members: Vec<Member> = Vec::new();
        for pair in pairs(&collection)? {
            scope.bind(names, pair, |scope| {
                if let Some(condition) = &expr.cond {
                    let condition = self.eval(scope, &condition.expr);
                    match condition.as_bool() {
                        Some(true) => {}
                        Some(false) => return Ok(()),
                        None => return Err(wrong(&condition)),
                    }
                }
                let value = self.eval(scope, &expr.value_expr);
                match &expr.key_expr {
                    None => items.push(value),
                    Some(key_expr) => {
                        let key = self.eval(scope, key_expr);
                        members.push(Member {
                            key: key.as_text().ok_or_else(|| wrong(&key))?,
                            key_place: key.written,
                            value,
                        });
                    }
                }
                Ok(())
            })?;
        }
        let result = match (&expr.key_expr, expr.grouping) {
            (None, _) => Val::tuple(items, place),
            (Some(_), true) => grouped(members, place),
            (Some(_), false) => {
                let object = Val::object(members, place);
                // A name that comes twice is an error of Terraform's.
                match &object.kind {
                    Kind::Object(inner)
                        if object.members().map_or(0, |names| names.len()) < inner.members.len() =>
                    {
                        return Err(Fault::Fails);
                    }
                    _ => object,
                }
            }
        };
        Ok(result.marked(collection.sensitive))
    }

    fn traversal(&self, scope: Scope<'_, 'p>, traversal: &'p Traversal, place: Place) -> Result<Val, Fault> {
        let operators = traversal.operators.as_slice();
        if let Expression::Variable(name) = &traversal.expr
            && bound(scope, name.value().as_str()).is_none()
        {
            let (start, rest) = self.reference(scope, name.value().as_str(), operators, place)?;
            let at = self.references.borrow().len();
            self.references.borrow_mut().push(start.clone());
            let val = self.steps(scope, start, rest)?;
            // Only the part that is used tells two versions apart, not the whole of it.
            if let Some(reference) = self.references.borrow_mut().get_mut(at) {
                *reference = val.clone();
            }
            return Ok(val.used_at(place));
        }
        let start = self.eval(scope, &traversal.expr);
        self.steps(scope, start, operators)
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
            val = match operator.value() {
                TraversalOperator::GetAttr(name) => attribute(&val, name.value().as_str())?,
                TraversalOperator::Index(key) => {
                    let key = self.eval(scope, key);
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

fn is_settled(val: &Val) -> bool {
    match &val.kind {
        Kind::Text(text) => is_composed(text),
        _ => true,
    }
}

/// The value of the variable of a `for` called `name`.
fn bound(scope: Scope<'_, '_>, name: &str) -> Option<Val> {
    let mut next = scope.bound;
    while let Some(bound) = next {
        if bound.name == name {
            return Some(bound.value.clone());
        }
        next = bound.outer;
    }
    None
}

/// What a `for` goes through: the keys and values of `collection`.
pub(super) fn pairs(collection: &Val) -> Result<Vec<(Val, Val)>, Fault> {
    match &collection.kind {
        Kind::List(list) => Ok(collection
            .elements()
            .into_iter()
            .flatten()
            .zip(&list.items)
            .enumerate()
            .map(|(at, (value, item))| (Val::new(Kind::Number(at as f64), item.written), value))
            .collect()),
        Kind::Set(_) if collection.is_wholly_known() => Ok(collection
            .elements()
            .into_iter()
            .flatten()
            .map(|value| (value.clone(), value))
            .collect()),
        Kind::Object(_) => Ok(collection
            .members()
            .into_iter()
            .flatten()
            .map(|member| {
                let key = Val::text(member.key, member.key_place);
                (collection.part(&key), member.value)
            })
            .collect()),
        Kind::Set(_) => Err(Fault::Unknown),
        _ => Err(wrong(collection)),
    }
}

/// The members with one name as lists, by name.
fn grouped(members: Vec<Member>, place: Place) -> Val {
    let mut groups: std::collections::BTreeMap<Rc<str>, (Place, Vec<Val>)> =
        std::collections::BTreeMap::new();
    for member in members {
        let group = groups
            .entry(member.key)
            .or_insert_with(|| (member.key_place, Vec::new()));
        group.1.push(member.value);
    }
    let members = groups
        .into_iter()
        .map(|(key, (key_place, values))| Member {
            key,
            key_place,
            value: Val::tuple(values, place),
        })
        .collect();
    Val::object(members, place)
}

/// Why `val` is of no use: it is not known, or it is of the wrong type.
pub(super) fn wrong(val: &Val) -> Fault {
    if val.is_unknown() {
        Fault::of(val)
    } else {
        Fault::Fails
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
        Kind::Object(_) => attribute(val, &key.as_text().ok_or(Fault::Fails)?),
        Kind::List(_) => nth(val, key.as_index().ok_or(Fault::Fails)?),
        _ => Err(wrong(val)),
    }
}

fn nth(val: &Val, at: i64) -> Result<Val, Fault> {
    match &val.kind {
        Kind::List(list) => usize::try_from(at)
            .ok()
            .and_then(|at| list.items.get(at))
            .map(|item| val.part(item))
            .ok_or(Fault::Fails),
        _ => Err(wrong(val)),
    }
}

fn operate(operator: BinaryOperator, left: &Val, right: &Val) -> Result<Kind, Fault> {
    let fault = || {
        if left.is_unknown() {
            Fault::of(left)
        } else {
            wrong(right)
        }
    };
    let numbers = || left.as_number().zip(right.as_number()).ok_or_else(fault);
    let truths = || left.as_bool().zip(right.as_bool()).ok_or_else(fault);
    // Both sides are exact, or the result would not be.
    let exact = || {
        let (a, b) = numbers()?;
        number(a)?;
        number(b)?;
        Ok((a, b))
    };
    Ok(match operator {
        BinaryOperator::Eq => Kind::Bool(equal(left, right)?),
        BinaryOperator::NotEq => Kind::Bool(!equal(left, right)?),
        BinaryOperator::And => truths().map(|(a, b)| Kind::Bool(a && b))?,
        BinaryOperator::Or => truths().map(|(a, b)| Kind::Bool(a || b))?,
        BinaryOperator::Less => numbers().map(|(a, b)| Kind::Bool(a < b))?,
        BinaryOperator::LessEq => numbers().map(|(a, b)| Kind::Bool(a <= b))?,
        BinaryOperator::Greater => numbers().map(|(a, b)| Kind::Bool(a > b))?,
        BinaryOperator::GreaterEq => numbers().map(|(a, b)| Kind::Bool(a >= b))?,
        BinaryOperator::Plus => number(exact().map(|(a, b)| a + b)?)?,
        BinaryOperator::Minus => number(exact().map(|(a, b)| a - b)?)?,
        BinaryOperator::Mul => number(exact().map(|(a, b)| a * b)?)?,
        BinaryOperator::Div => number(exact().map(|(a, b)| a / b)?)?,
        BinaryOperator::Mod => number(exact().map(|(a, b)| a % b)?)?,
    })
}

/// Whether `==` holds. Collections of different types are not equal to Terraform, whatever is in them.
fn equal(left: &Val, right: &Val) -> Result<bool, Fault> {
    let same = match left.same(right) {
        Some(true) if left.depth() > 0 => same_type(left, right),
        same => same,
    };
    match same {
        Some(same) => Ok(same),
        None if left.fails() || right.fails() => Err(Fault::Fails),
        None => Err(Fault::Unknown),
    }
}

/// A number to compute with or computed, if it is exact: Terraform's have more digits than doubles, and both agree on
/// whole numbers and on binary fractions only.
pub(super) fn number(number: f64) -> Result<Kind, Fault> {
    const EXACT: f64 = 9_007_199_254_740_992.0;
    const FRACTIONS: f64 = 1024.0;
    if number.abs() < EXACT && (number * FRACTIONS).fract() == 0.0 {
        Ok(Kind::Number(number))
    } else {
        Err(Fault::Unknown)
    }
}
