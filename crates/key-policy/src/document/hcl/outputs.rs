//! Outputs: whether one gives out the secret of a key, and whether it says so.

use std::rc::Rc;

use hcl_edit::Span as _;
use hcl_edit::expr::{Expression, TraversalOperator};
use hcl_edit::repr::Decorated;
use hcl_edit::template::{Directive, Element};

use super::eval::Evaluator;
use super::module::Instance;
use super::program::{Declared, KEY};
use super::syntax::{Expr, Tree};
use crate::document::Output;
use crate::span::Span;

/// Functions whose result does not tell what they were given.
const DIGESTS: [&str; 13] = [
    "base64sha256",
    "base64sha512",
    "bcrypt",
    "can",
    "issensitive",
    "keys",
    "length",
    "md5",
    "sha1",
    "sha256",
    "sha512",
    "type",
    "uuidv5",
];
/// References are followed so far.
const MAX_FOLLOWED: usize = 64;

/// What of a key an expression gives out.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Secret {
    /// The whole key, of which a part may be chosen still.
    Key,
    /// The secret itself.
    Cleartext,
}

/// Where names are looked up.
#[derive(Clone, Copy)]
struct Look<'s, 'p> {
    instance: &'s Rc<Instance<'p>>,
    depth: usize,
    /// Variables of a `for` over keys.
    bound: Option<&'s BoundTo<'s>>,
}

struct BoundTo<'s> {
    name: &'s str,
    secret: Option<Secret>,
    outer: Option<&'s BoundTo<'s>>,
}

/// A secret and where, in the tree that was looked at, it is.
type Found = Option<(Secret, Span)>;
type Operators<'e> = &'e [Decorated<TraversalOperator>];

impl<'p> Evaluator<'p> {
    pub(super) fn read_output(
        &self,
        instance: &Rc<Instance<'p>>,
        name: &str,
        block: &'p Declared<'p>,
    ) -> Output {
        let look = Look {
            instance,
            depth: 0,
            bound: None,
        };
        let base = block.base;
        let value = block.attribute("value");
        let found = value.and_then(|attribute| {
            let (_, span) = self.secret_in(look, &attribute.node.value)?;
            let is_own = attribute.source == base.source;
            Some(if is_own { span } else { base.node.header })
        });
        let sensitive = block.attribute("sensitive");
        let is_sensitive = self.truth(instance, sensitive);
        Output {
            name: name.to_owned(),
            span: base.node.header,
            cleartext: found,
            // What is set, but not known, is not held against the author.
            is_secret: is_sensitive.unwrap_or(sensitive.is_some()),
        }
    }

    fn secret_in(&self, look: Look<'_, 'p>, expr: &'p Expr) -> Found {
        match &expr.tree {
            Tree::Native { expression, base } => {
                let (secret, span) = self.find(look, expression)?;
                Some((secret, span.shifted(*base)))
            }
            Tree::Literal(_) => None,
            Tree::Template(template) => {
                let found = self.find_in_template(look, template.iter())?;
                Some((found.0, expr.span))
            }
            Tree::List(items) => items.iter().find_map(|item| self.secret_in(look, item)),
            Tree::Object(members) => members.iter().find_map(|(_, value)| self.secret_in(look, value)),
        }
    }

    fn find(&self, look: Look<'_, 'p>, expression: &'p Expression) -> Found {
        if look.depth == MAX_FOLLOWED {
            return None;
        }
        let look = Look {
            depth: look.depth + 1,
            ..look
        };
        let find = |expression| self.find(look, expression);
        match expression {
            Expression::Traversal(traversal) => {
                let span = Span::from(expression.span().unwrap_or_default());
                let operators = traversal.operators.as_slice();
                let secret = match &traversal.expr {
                    Expression::Variable(name) => self.referred(look, name.value().as_str(), operators)?,
                    start => chosen(find(start)?.0, operators)?,
                };
                Some((secret, span))
            }
            Expression::Variable(name) => {
                let secret = look.bound_to(name.value().as_str())??;
                Some((secret, Span::from(expression.span().unwrap_or_default())))
            }
            Expression::Array(items) => items.iter().find_map(find),
            Expression::Object(object) => object.iter().find_map(|(_, value)| find(value.expr())),
            Expression::StringTemplate(template) => self.find_in_template(look, template.iter()),
            Expression::HeredocTemplate(heredoc) => self.find_in_template(look, heredoc.template.iter()),
            Expression::Parenthesis(inner) => find(inner.inner()),
            Expression::Conditional(conditional) => {
                find(&conditional.true_expr).or_else(|| find(&conditional.false_expr))
            }
            Expression::FuncCall(call) if DIGESTS.contains(&call.name.name.value().as_str()) => None,
            Expression::FuncCall(call) => call.args.iter().find_map(find),
            Expression::ForExpr(for_expr) => {
                let collection = find(&for_expr.intro.collection_expr);
                let bound = BoundTo {
                    name: for_expr.intro.value_var.value().as_str(),
                    secret: collection.map(|(secret, _)| secret),
                    outer: look.bound,
                };
                let look = Look {
                    bound: Some(&bound),
                    ..look
                };
                let key = for_expr.key_expr.as_ref().and_then(|key| self.find(look, key));
                key.or_else(|| self.find(look, &for_expr.value_expr))
            }
            Expression::Null(_)
            | Expression::Bool(_)
            | Expression::Number(_)
            | Expression::String(_)
            | Expression::UnaryOp(_)
            | Expression::BinaryOp(_) => None,
        }
    }

    fn find_in_template(&self, look: Look<'_, 'p>, mut elements: impl Iterator<Item = &'p Element>) -> Found {
        elements.find_map(|element| match element {
            Element::Literal(_) => None,
            Element::Interpolation(interpolation) => self.find(look, &interpolation.expr),
            Element::Directive(directive) => match &**directive {
                Directive::If(directive) => self
                    .find_in_template(
                        look,
                        Box::new(directive.if_expr.template.iter()) as Box<dyn Iterator<Item = _>>,
                    )
                    .or_else(|| {
                        let otherwise = directive.else_expr.as_ref()?;
                        self.find_in_template(
                            look,
                            Box::new(otherwise.template.iter()) as Box<dyn Iterator<Item = _>>,
                        )
                    }),
                Directive::For(directive) => {
                    let intro = &directive.for_expr;
                    let bound = BoundTo {
                        name: intro.value_var.value().as_str(),
                        secret: self.find(look, &intro.collection_expr).map(|(secret, _)| secret),
                        outer: look.bound,
                    };
                    let look = Look {
                        bound: Some(&bound),
                        ..look
                    };
                    self.find_in_template(
                        look,
                        Box::new(intro.template.iter()) as Box<dyn Iterator<Item = _>>,
                    )
                }
            },
        })
    }

    /// The secret that a reference leads to.
    fn referred(&self, look: Look<'_, 'p>, name: &str, operators: Operators<'p>) -> Option<Secret> {
        if let Some(bound) = look.bound_to(name) {
            return chosen(bound?, operators);
        }
        let (first, rest) = operators.split_first()?;
        let TraversalOperator::GetAttr(member) = first.value() else {
            return None;
        };
        let member = member.value().as_str();
        match name {
            KEY => chosen(Secret::Key, rest),
            "local" => {
                let definition = look.instance.module.locals.get(member)?;
                self.secret_of(look.elsewhere(look.instance), &definition.node.value, rest)
            }
            "module" => {
                let at = rest
                    .iter()
                    .position(|operator| matches!(operator.value(), TraversalOperator::GetAttr(_)))?;
                let TraversalOperator::GetAttr(output) = rest[at].value() else {
                    return None;
                };
                let calls = self.calls(look.instance, member)?;
                let (_, instance) = calls.instances.first()?;
                let output = instance.module.outputs.get(output.value().as_str())?;
                let value = &output.attribute("value")?.node.value;
                self.secret_of(look.elsewhere(instance), value, &rest[at + 1..])
            }
            _ => None,
        }
    }

    /// The secret in what `operators` choose of an expression.
    fn secret_of(&self, look: Look<'_, 'p>, expr: &'p Expr, operators: Operators<'p>) -> Option<Secret> {
        if let Tree::Native {
            expression: Expression::Object(object),
            ..
        } = &expr.tree
            && let Some((first, rest)) = operators.split_first()
            && let TraversalOperator::GetAttr(member) = first.value()
        {
            let named = |key: &hcl_edit::expr::ObjectKey| match key {
                hcl_edit::expr::ObjectKey::Ident(name) => name.as_str() == member.value().as_str(),
                hcl_edit::expr::ObjectKey::Expression(key) => key.as_str() == Some(member.value().as_str()),
            };
            let (_, value) = object.iter().find(|(key, _)| named(key))?;
            return chosen(self.find(look, value.expr())?.0, rest);
        }
        chosen(self.secret_in(look, expr)?.0, operators)
    }
}

impl<'s, 'p> Look<'s, 'p> {
    /// In another scope, one step further.
    fn elsewhere<'t>(self, instance: &'t Rc<Instance<'p>>) -> Look<'t, 'p> {
        Look {
            instance,
            depth: self.depth,
            bound: None,
        }
    }

    /// What the variable of a `for` called `name` stands for.
    fn bound_to(self, name: &str) -> Option<Option<Secret>> {
        let mut next = self.bound;
        while let Some(bound) = next {
            if bound.name == name {
                return Some(bound.secret);
            }
            next = bound.outer;
        }
        None
    }
}

/// What `operators` leave of a secret: another field of a key is none.
fn chosen(secret: Secret, operators: Operators<'_>) -> Option<Secret> {
    let field = operators.iter().find_map(|operator| match operator.value() {
        TraversalOperator::GetAttr(name) => Some(name.value().as_str()),
        _ => None,
    });
    match (secret, field) {
        (Secret::Cleartext, _) | (Secret::Key, Some("cleartext")) => Some(Secret::Cleartext),
        (Secret::Key, None) => Some(Secret::Key),
        (Secret::Key, Some(_)) => None,
    }
}
