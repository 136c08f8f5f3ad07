//! Type constraints of variables, and the conversion to them.

use hcl_edit::expr::{Expression, FuncCall, ObjectKey};

use super::eval::Evaluator;
use super::scope::Scope;
use super::syntax::{Expr, Tree};
use super::unify::unified;
use super::value::{Kind, Member, Val};

/// What a variable's `type` asks for.
#[derive(Debug)]
pub(super) enum Type<'p> {
    /// Anything, or something that is not understood here.
    Any,
    Text,
    Number,
    Bool,
    List(Box<Type<'p>>),
    Set(Box<Type<'p>>),
    Map(Box<Type<'p>>),
    Tuple(Vec<Type<'p>>),
    Object(Vec<Field<'p>>),
}

/// One attribute of an object type.
#[derive(Debug)]
pub(super) struct Field<'p> {
    name: &'p str,
    typ: Type<'p>,
    is_optional: bool,
    /// `optional(T, default)`: a constant.
    default: Option<&'p Expression>,
}

impl<'p> Type<'p> {
    /// The type that an expression names.
    pub(super) fn of(expr: &'p Expr) -> Self {
        match &expr.tree {
            Tree::Native { expression, .. } => Self::of_expression(expression),
            _ => Type::Any,
        }
    }

    fn of_expression(expression: &'p Expression) -> Self {
        match expression {
            Expression::Variable(name) => match name.value().as_str() {
                "string" => Type::Text,
                "number" => Type::Number,
                "bool" => Type::Bool,
                "list" => Type::List(Box::new(Type::Any)),
                "set" => Type::Set(Box::new(Type::Any)),
                "map" => Type::Map(Box::new(Type::Any)),
                _ => Type::Any,
            },
            Expression::FuncCall(call) => Self::of_call(call),
            _ => Type::Any,
        }
    }

    fn of_call(call: &'p FuncCall) -> Self {
        let Some(argument) = call.args.get(0) else {
            return Type::Any;
        };
        let element = || Box::new(Self::of_expression(argument));
        match (call.name.name.value().as_str(), argument) {
            ("list", _) => Type::List(element()),
            ("set", _) => Type::Set(element()),
            ("map", _) => Type::Map(element()),
            ("optional", _) => *element(),
            ("tuple", Expression::Array(types)) => {
                Type::Tuple(types.iter().map(Self::of_expression).collect())
            }
            ("object", Expression::Object(fields)) => {
                let fields = fields.iter().filter_map(|(key, value)| {
                    let name = match key {
                        ObjectKey::Ident(name) => name.as_str(),
                        ObjectKey::Expression(Expression::String(name)) => name.as_str(),
                        ObjectKey::Expression(_) => return None,
                    };
                    Some(Field::of(name, value.expr()))
                });
                Type::Object(fields.collect())
            }
            _ => Type::Any,
        }
    }

    /// Whether `val` is of this type, or becomes it beside a value that is.
    pub(super) fn takes(&self, val: &Val) -> bool {
        match (self, &val.kind) {
            (Type::Text, Kind::Text(_)) | (Type::Number, Kind::Number(_)) | (Type::Bool, Kind::Bool(_)) => {
                true
            }
            (Type::List(element) | Type::Set(element), Kind::List(list)) => {
                !list.is_uniform && list.items.iter().all(|item| element.takes(item))
            }
            _ => false,
        }
    }

    /// Whether it leaves a type open, which then is the same for all elements of a collection.
    fn has_any(&self) -> bool {
        match self {
            Type::Any => true,
            Type::Text | Type::Number | Type::Bool => false,
            Type::List(element) | Type::Set(element) | Type::Map(element) => element.has_any(),
            Type::Tuple(elements) => elements.iter().any(Self::has_any),
            Type::Object(fields) => fields.iter().any(|field| field.typ.has_any()),
        }
    }

    /// Whether values handed in as text are taken as they are.
    pub(super) fn is_primitive(&self) -> bool {
        matches!(self, Type::Text | Type::Number | Type::Bool)
    }

    /// `val` as this type; unknown if Terraform would refuse it.
    pub(super) fn convert(&self, evaluator: &Evaluator<'p>, scope: Scope<'_, 'p>, val: Val) -> Val {
        if val.is_unknown() || val.is_null() || !evaluator.charge(1) {
            return val;
        }
        let mut is_sensitive = val.sensitive;
        let kind = match self {
            Type::Any => return val,
            Type::Text => val.as_text().map(Kind::Text).ok(),
            Type::Number => val.as_number().map(Kind::Number).ok(),
            Type::Bool => val.as_bool().map(Kind::Bool).ok(),
            Type::List(element) => {
                let items = val
                    .elements()
                    .map(|items| element.convert_all(evaluator, scope, items));
                items.flatten().map(|items| Val::list(items, val.written).kind)
            }
            Type::Set(element) => {
                let items = val
                    .elements()
                    .map(|items| element.convert_all(evaluator, scope, items));
                let items = items.flatten().filter(|_| evaluator.charge(val.size()));
                items.map(|items| {
                    let set = Val::set(items, val.written);
                    is_sensitive |= set.sensitive;
                    set.kind
                })
            }
            Type::Tuple(types) => val
                .elements()
                .filter(|items| items.len() == types.len())
                .map(|items| {
                    let pairs = items.zip(types);
                    let items = pairs
                        .map(|(item, typ)| typ.convert(evaluator, scope, item))
                        .collect();
                    Val::tuple(items, val.written).kind
                }),
            Type::Map(element) => val.members().and_then(|members| {
                let members: Vec<Member> = members.collect();
                let values = members.iter().map(|member| member.value.clone());
                let values = element.convert_all(evaluator, scope, values)?;
                let pairs = members.into_iter().zip(values);
                let members = pairs.map(|(member, value)| Member { value, ..member });
                Some(Val::map(members.collect(), val.written).kind)
            }),
            Type::Object(fields) => match val.kind {
                Kind::Object(_) => fields
                    .iter()
                    .map(|field| field.convert(evaluator, scope, &val))
                    .collect::<Option<_>>()
                    .map(|members| Val::object(members, val.written).kind),
                _ => None,
            },
        };
        let converted = match kind {
            Some(kind) => Val { kind, ..val },
            None => {
                let text = evaluator.program.text(val.written);
                Val::telling(text, val.shows_secret(), val.written)
            }
        };
        converted.marked(is_sensitive)
    }
}

impl<'p> Type<'p> {
    /// The elements of one collection as this type; nothing if it is `any`, and they have no type in common.
    fn convert_all(
        &self,
        evaluator: &Evaluator<'p>,
        scope: Scope<'_, 'p>,
        items: impl Iterator<Item = Val>,
    ) -> Option<Vec<Val>> {
        let items = items.map(|item| self.convert(evaluator, scope, item)).collect();
        match self.has_any() {
            true => unified(items, &|cost| evaluator.charge(cost)).ok(),
            false => Some(items),
        }
    }
}

impl<'p> Field<'p> {
    fn of(name: &'p str, expression: &'p Expression) -> Self {
        let optional = match expression {
            Expression::FuncCall(call) if call.name.name.value().as_str() == "optional" => Some(call),
            _ => None,
        };
        Self {
            name,
            typ: Type::of_expression(expression),
            is_optional: optional.is_some(),
            default: optional.and_then(|call| call.args.get(1)),
        }
    }

    /// This attribute of `object`; nothing if it is missing and has to be there.
    fn convert(&self, evaluator: &Evaluator<'p>, scope: Scope<'_, 'p>, object: &Val) -> Option<Member> {
        let found = object
            .member(self.name)
            .filter(|member| !member.is_null() || self.default.is_none());
        let value = match (found, self.default) {
            (Some(found), _) => found,
            (None, Some(default)) => evaluator.eval(scope.within(object.written), default),
            (None, None) if self.is_optional => Val::new(Kind::Null, object.written),
            (None, None) => return None,
        };
        Some(Member {
            key: self.name.into(),
            key_place: value.written,
            value: self.typ.convert(evaluator, scope, value),
        })
    }
}
