//! The values of variables: from files, from outside, from a call, or by default.

use std::collections::BTreeMap;
use std::rc::Rc;

use hcl_edit::expr::{Expression, TraversalOperator};

use super::eval::Evaluator;
use super::module::{Arguments, Instance, once};
use super::program::Declared;
use super::repetition::Repetition;
use super::scope::Scope;
use super::syntax::Expr;
use super::types::Type;
use super::value::{NOWHERE, Val};
use crate::document::Inputs;

/// The values of variables that are in no file: each as text, and as an expression if it is one.
#[derive(Debug, Default)]
pub(super) struct Outside {
    /// `TF_VAR_…`, which files overrule.
    weak: BTreeMap<String, Handed>,
    /// `-var`, which overrules files.
    strong: BTreeMap<String, Handed>,
}

#[derive(Debug)]
struct Handed {
    text: String,
    expression: Option<Expr>,
}

impl Outside {
    pub(super) fn new(inputs: &Inputs) -> Self {
        let handed = |variables: &BTreeMap<String, String>| {
            let named = variables.iter();
            named
                .map(|(name, text)| {
                    let expression = hcl_edit::parser::parse_expr(text).ok().map(Expr::of_no_file);
                    let text = text.clone();
                    (name.clone(), Handed { text, expression })
                })
                .collect()
        };
        Self {
            weak: handed(&inputs.terraform_environment),
            strong: handed(&inputs.terraform_variables),
        }
    }
}

impl<'p> Evaluator<'p> {
    /// The type that is declared of the variable that `expression` names, if it names one.
    pub(super) fn declared(&self, scope: Scope<'_, 'p>, expression: &'p Expression) -> Option<Type<'p>> {
        let Expression::Traversal(traversal) = expression else {
            return None;
        };
        let name = match (&traversal.expr, traversal.operators.as_slice()) {
            (Expression::Variable(var), [member]) if var.value().as_str() == "var" => member.value(),
            _ => return None,
        };
        let TraversalOperator::GetAttr(name) = name else {
            return None;
        };
        let block = scope.instance.module.variables.get(name.value().as_str())?;
        Some(Type::of(&block.attribute("type")?.node.value))
    }

    /// The value of a variable; nothing if it has none.
    pub(super) fn variable_of(&self, instance: &Rc<Instance<'p>>, name: &str) -> Option<Val> {
        let (&name, definition) = instance.module.variables.get_key_value(name)?;
        let val = once(&instance.variables, name, || {
            self.apart(|| {
                let val = self.variable_value(instance, name, definition);
                val.unwrap_or_else(|| Val::unknown(format!("var.{name}"), false, NOWHERE))
            })
        })?;
        // A variable without a value is what its name says, wherever it is referred to.
        (!val.is_unknown() || val.written != NOWHERE).then_some(val)
    }

    fn variable_value(
        &self,
        instance: &Rc<Instance<'p>>,
        name: &str,
        block: &'p Declared<'p>,
    ) -> Option<Val> {
        let typ = block
            .attribute("type")
            .map_or(Type::Any, |attribute| Type::of(&attribute.node.value));
        let says = |option: &str| self.truth(instance, block.attribute(option));
        let given = self.given(instance, name, &typ, block.attribute("type").is_some());
        let given = given.filter(|val| !val.is_null() || says("nullable") != Some(false));
        let once_for_all = Repetition::default();
        let default = || Some(self.attribute(instance, &once_for_all, block.attribute("default")?));
        let scope = Scope::new(instance, &once_for_all, block.base.source);
        let val = typ.convert(self, scope, given.or_else(default)?);
        let is_sensitive = says("sensitive") == Some(true) || says("ephemeral") == Some(true);
        Some(val.marked(is_sensitive))
    }

    /// What a variable is given from outside of its module.
    fn given(&self, instance: &Rc<Instance<'p>>, name: &str, typ: &Type<'p>, is_typed: bool) -> Option<Val> {
        let once_for_all = Repetition::default();
        match &instance.arguments {
            Arguments::Call {
                block,
                caller,
                repetition,
            } => Some(self.attribute(caller, repetition, block.attribute(name)?)),
            Arguments::Root(outside) => {
                // Terraform takes what is handed in for a text unless the type asks for more.
                let handed = |handed: &'p Handed| match &handed.expression {
                    Some(expression) if is_typed && !typ.is_primitive() => {
                        self.value(Scope::new(instance, &once_for_all, NOWHERE.source), expression)
                    }
                    _ => Val::text(handed.text.as_str(), NOWHERE),
                };
                if let Some(strong) = outside.strong.get(name) {
                    return Some(handed(strong));
                }
                let files = instance.module.given.iter().rev();
                let file = files.into_iter().find(|given| given.node.name == name);
                if let Some(given) = file {
                    return Some(self.attribute(instance, &once_for_all, *given));
                }
                outside.weak.get(name).map(handed)
            }
        }
    }
}
