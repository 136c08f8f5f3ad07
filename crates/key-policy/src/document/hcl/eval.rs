//! The value of an expression.
//!
//! Whatever cannot be known is unknown, and stays so through all that is computed with it. Terraform's errors are
//! not reported here, since Terraform will; they are unknown too, but `try` and `can` see the difference.

use std::cell::{Cell, RefCell};
use std::hash::{DefaultHasher, Hash, Hasher};

use hcl_edit::Number;
use hcl_edit::expr::{Conditional, Expression, FuncCall, Object, ObjectKey};

use super::functions;
use super::program::Program;
use super::scope::{Base, Scope, bound};
use super::syntax::{Expr, Tree};
use super::unify::unified;
use super::value::{Kind, MAX_DEPTH, Member, TEXT, Val, decimal, is_composed};
use crate::span::Place;
use crate::value::Content;

/// How deep evaluations may stand in each other: expressions, and the locals and variables that they name.
const MAX_NESTED: usize = 150;

/// Functions that give another value each time. The unknown that stands for one has no text, for no two are the same.
const FRESH: [&str; 4] = ["bcrypt", "plantimestamp", "timestamp", "uuid"];

/// Functions whose result does not tell what they were given.
const DIGESTS: [&str; 15] = [
    "base64sha256",
    "base64sha512",
    "contains",
    "endswith",
    "index",
    "issensitive",
    "keys",
    "length",
    "md5",
    "sha1",
    "sha256",
    "sha512",
    "startswith",
    "strcontains",
    "uuidv5",
];

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
    /// The references that were met in the expressions being evaluated, innermost last.
    met: RefCell<Vec<Met>>,
}

/// A reference that was met.
#[derive(Debug)]
pub(super) struct Met {
    /// What it brought.
    val: Val,
    /// Where it is written.
    pub(super) place: Place,
    /// Whether it gives out the secret of a key to what is made of it.
    pub(super) shows_secret: bool,
}

/// A moment of evaluation: the references met since can be told from those before.
#[derive(Debug, Clone, Copy)]
pub(super) struct Since(usize);

impl<'p> Evaluator<'p> {
    /// An evaluator of `program`, which may make so many values.
    pub(super) fn new(program: &'p Program<'p>, budget: usize) -> Self {
        Self {
            program,
            budget: Cell::new(budget),
            nested: Cell::new(0),
            met: RefCell::default(),
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
        let outer = self.met.take();
        let val = evaluate();
        self.met.replace(outer);
        val
    }

    /// The same, with the references that were met.
    pub(super) fn with_references(&self, evaluate: impl FnOnce() -> Val) -> (Val, Vec<Met>) {
        let outer = self.met.take();
        let val = evaluate();
        (val, self.met.replace(outer))
    }

    /// The moment that it is.
    pub(super) fn now(&self) -> Since {
        Since(self.met.borrow().len())
    }

    /// Notes that the reference at `place` brought `val`.
    pub(super) fn meet(&self, val: &Val, place: Place) {
        self.met.borrow_mut().push(Met {
            val: val.clone(),
            place,
            shows_secret: val.shows_secret(),
        });
    }

    /// Forgets the references met since, and notes that one at `place` brought `val`: only the part that is used tells
    /// two versions apart, not the whole of it.
    pub(super) fn meet_only(&self, since: Since, val: &Val, place: Place) {
        self.met.borrow_mut().truncate(since.0);
        self.meet(val, place);
    }

    /// Notes that what was met since stands in `val`, which may be shown or not, whatever held for it before.
    fn meet_again(&self, since: Since, val: &Val, place: Place) {
        let shown = val.shows_secret();
        for met in self.met.borrow_mut().iter_mut().skip(since.0) {
            met.val.sensitive = val.sensitive;
            met.shows_secret &= shown;
        }
        self.meet(val, place);
    }

    /// Notes that what was met since is not given out: it only decides what is, or it cannot be told from that.
    pub(super) fn keep_secret(&self, since: Since) {
        for met in self.met.borrow_mut().iter_mut().skip(since.0) {
            met.shows_secret = false;
        }
    }

    /// The value of an expression of either syntax.
    pub(super) fn value(&self, scope: Scope<'_, 'p>, expr: &'p Expr) -> Val {
        let place = Place {
            source: scope.source,
            span: expr.span,
        };
        let scope = |base| scope.based(base);
        match &expr.tree {
            Tree::Native { expression, base } => self.eval(scope(Base::Offset(*base)), expression),
            Tree::Literal(Content::Unknown(text)) => Val::unknown(text.as_str(), false, place),
            Tree::Literal(Content::Number(_)) => {
                let number = || Ok(Val::new(Kind::Number(decimal(self.program.text(place))?), place));
                self.settled(place, number)
            }
            Tree::Literal(content) => Val::new(
                match content {
                    Content::Bool(value) => Kind::Bool(*value),
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
            Tree::Object(members) => {
                let scope = scope(Base::Offset(0));
                let is_sensitive = Cell::new(false);
                let member = |(name, value): &'p (Expr, Expr)| {
                    let key = self.value(scope, name);
                    is_sensitive.set(is_sensitive.get() || key.sensitive);
                    Ok(Member {
                        key: key.as_text()?,
                        key_place: Place {
                            source: scope.source,
                            span: name.span,
                        },
                        value: self.value(scope, value),
                    })
                };
                self.settled(place, || {
                    let members = members.iter().map(member).collect::<Result<_, _>>()?;
                    Ok(Val::object(members, place).marked(is_sensitive.get()))
                })
            }
        }
    }

    /// The value of an expression of the native syntax.
    pub(super) fn eval(&self, scope: Scope<'_, 'p>, expression: &'p Expression) -> Val {
        let place = scope.place(expression);
        self.settled(place, || self.attempt(scope, expression, place))
    }

    /// The value of an expression that only decides: what is made of it gives out nothing of what it refers to.
    pub(super) fn decision(&self, scope: Scope<'_, 'p>, expression: &'p Expression) -> Val {
        let since = self.now();
        let val = self.eval(scope, expression);
        self.keep_secret(since);
        val
    }

    /// What `evaluate` returns, or an unknown that stands for the expression at `place`.
    fn settled(&self, place: Place, evaluate: impl FnOnce() -> Result<Val, Fault>) -> Val {
        let since = self.now();
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
            Ok(_) => self.unknown(place, since, Fault::Unknown),
            Err(fault) => self.unknown(place, since, fault),
        }
    }

    /// An unknown for the expression at `place`. Its text tells two versions apart, so it also stands for the values
    /// of what the expression refers to, those met since.
    fn unknown(&self, place: Place, since: Since, fault: Fault) -> Val {
        let met = self.met.borrow();
        let met = met.get(since.0..).unwrap_or_default();
        let written = self.program.text(place);
        let is_fresh = |met: &Met| matches!(&met.val.kind, Kind::Unknown(unknown) if unknown.text.is_empty());
        // A collection is hashed once.
        let cost = |met: &Met| if met.val.depth() > 0 { 1 } else { met.val.size() };
        let cost = met.iter().map(cost).sum::<usize>() + written.len() / TEXT;
        let text = if met.iter().any(is_fresh) || !self.charge(cost) {
            String::new()
        } else if met.is_empty() {
            written.to_owned()
        } else {
            let mut hasher = DefaultHasher::new();
            met.iter().for_each(|met| met.val.hash().hash(&mut hasher));
            format!("{written} # {:08x}", hasher.finish() as u32)
        };
        let sensitive = met.iter().any(|met| met.val.has_sensitive());
        let val = match fault {
            Fault::Fails => Val::unknown(text, true, place),
            Fault::Unknown => Val::telling(text, met.iter().any(|met| met.shows_secret), place),
        };
        val.marked(sensitive)
    }

    fn attempt(&self, scope: Scope<'_, 'p>, expression: &'p Expression, place: Place) -> Result<Val, Fault> {
        let kind = match expression {
            Expression::Null(_) => Kind::Null,
            Expression::Bool(value) => Kind::Bool(*value.value()),
            Expression::Number(number) => {
                let written = if scope.has_places() {
                    self.program.text(place)
                } else {
                    ""
                };
                Kind::Number(literal(written, number.value())?)
            }
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
            Expression::Variable(name) => return self.variable(scope, name.value().as_str(), place),
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
        // Who sees the object sees its keys.
        let mut is_sensitive = false;
        for (key, value) in object {
            let key_place = scope.place(key);
            let key = match key {
                ObjectKey::Ident(name) => self.program.written_name(key_place, name.as_str()).into(),
                ObjectKey::Expression(Expression::String(name)) => {
                    self.program.written_name(key_place, name.as_str()).into()
                }
                // A word is a name here, whatever it is elsewhere.
                ObjectKey::Expression(Expression::Null(_)) => "null".into(),
                ObjectKey::Expression(expression) => {
                    let key = self.eval(scope, expression);
                    is_sensitive |= key.sensitive;
                    // A computed key may be any member, so nothing is certain about the object.
                    key.as_text()?
                }
            };
            members.push(Member {
                key,
                key_place,
                value: self.eval(scope, value.expr()),
            });
        }
        Ok(Val::object(members, place).marked(is_sensitive))
    }

    /// A name that stands alone: only the variable of a `for` has a value.
    fn variable(&self, scope: Scope<'_, 'p>, name: &str, place: Place) -> Result<Val, Fault> {
        let val = bound(scope, name).ok_or(Fault::Unknown)?;
        self.meet(&val, place);
        Ok(val)
    }

    fn conditional(&self, scope: Scope<'_, 'p>, conditional: &'p Conditional) -> Result<Val, Fault> {
        let condition = self.decision(scope, &conditional.cond_expr);
        let is_true = condition.as_bool();
        let (yes_expr, no_expr) = (&conditional.true_expr, &conditional.false_expr);
        let since = self.now();
        let yes = self.eval(scope, yes_expr);
        if is_true == Ok(false) {
            self.keep_secret(since);
        }
        let since = self.now();
        let no = self.eval(scope, no_expr);
        if is_true == Ok(true) {
            self.keep_secret(since);
        }
        let (chosen, other, other_expr) = match is_true? {
            true => (yes, no, no_expr),
            false => (no, yes, yes_expr),
        };
        let declared = other
            .is_unknown()
            .then(|| self.declared(scope, other_expr))
            .flatten();
        let chosen = match declared {
            Some(typ) if typ.takes(&chosen) => typ.convert(self, scope, chosen),
            _ => {
                let branches = unified(vec![chosen, other], &|cost| self.charge(cost))?;
                branches.into_iter().next().ok_or(Fault::Unknown)?
            }
        };
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
            _ if FRESH.contains(&name) => {
                self.meet(&Val::unknown("", false, place), place);
                return Err(Fault::Unknown);
            }
            "try" => {
                for argument in call.args.iter() {
                    let val = self.eval(scope, argument);
                    match val.fails() {
                        true => {}
                        false if val.is_wholly_known() => return Ok(val),
                        // What is not known may also turn out to fail.
                        false => return Err(Fault::Unknown),
                    }
                }
                return Err(Fault::Fails);
            }
            "can" => {
                let argument = call.args.get(0).ok_or(Fault::Fails)?;
                let val = self.decision(scope, argument);
                return match val.fails() {
                    true => Ok(Val::new(Kind::Bool(false), place)),
                    false if val.is_wholly_known() => Ok(Val::new(Kind::Bool(true), place)),
                    false => Err(Fault::Unknown),
                };
            }
            _ => {}
        }
        let since = self.now();
        let mut arguments: Vec<Val> = call
            .args
            .iter()
            .map(|argument| self.eval(scope, argument))
            .collect();
        if DIGESTS.contains(&name) {
            self.keep_secret(since);
        }
        if call.args.expand_final()
            && let Some(last) = arguments.pop()
        {
            let expanded = last.elements().ok_or_else(|| Fault::of(&last))?;
            arguments.extend(expanded);
        }
        let val = functions::call(name, &arguments, place, &|cost| self.charge(cost))?;
        if matches!(name, "sensitive" | "nonsensitive") {
            self.meet_again(since, &val, place);
        }
        Ok(val)
    }
}

/// The number of a literal; the parser itself rounds what has too many digits.
fn literal(written: &str, number: &Number) -> Result<f64, Fault> {
    match decimal(written) {
        // It is written elsewhere, or with something behind its sign.
        Err(Fault::Fails) => decimal(&number.to_string()),
        read => read,
    }
}

fn is_settled(val: &Val) -> bool {
    match &val.kind {
        Kind::Text(text) => is_composed(text),
        _ => true,
    }
}

/// Why `val` is of no use: it is not known, or it is of the wrong type.
pub(super) fn wrong(val: &Val) -> Fault {
    if val.is_unknown() {
        Fault::of(val)
    } else {
        Fault::Fails
    }
}
