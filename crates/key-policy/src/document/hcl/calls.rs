//! Calls of modules: the uses that they make, and what these put out.

use std::rc::Rc;

use hcl_edit::expr::TraversalOperator;

use super::eval::{Evaluator, Fault};
use super::module::{Arguments, Instance, Operators, once};
use super::program::{Declared, Module};
use super::repetition::{Repeated, Repetition};
use super::scope::Scope;
use super::value::{Kind, Member, NOWHERE, Val};
use crate::span::Place;

/// Modules may call modules so deep.
const MAX_CALLS: usize = 16;
/// How many values one use of a module counts for.
const COST_OF_CALL: usize = 100;

/// All uses that one call makes of a module.
#[derive(Debug)]
pub(super) struct Calls<'p> {
    form: Form,
    /// With the key or index of each, if the call is repeated.
    pub(super) instances: Vec<(Val, Rc<Instance<'p>>)>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Form {
    One,
    List,
    Map,
    Unknown,
}

impl<'p> Evaluator<'p> {
    /// `module.name.output`, `module.name["x"].output`, or all of a module's outputs.
    pub(super) fn module_reference(
        &self,
        scope: Scope<'_, 'p>,
        name: &str,
        rest: Operators<'p>,
        place: Place,
    ) -> Result<(Val, Operators<'p>), Fault> {
        let calls = self.calls(scope.instance, name).ok_or(Fault::Unknown)?;
        match (calls.form, rest) {
            (Form::Unknown, _) => Err(Fault::Unknown),
            (Form::One, [first, rest @ ..]) => {
                let (TraversalOperator::GetAttr(output), [(_, instance)]) =
                    (first.value(), calls.instances.as_slice())
                else {
                    return Err(Fault::Unknown);
                };
                Ok((self.output(instance, output.value().as_str())?, rest))
            }
            (Form::List | Form::Map, [first, second, rest @ ..])
                if matches!(first.value(), TraversalOperator::Index(_))
                    && matches!(second.value(), TraversalOperator::GetAttr(_)) =>
            {
                let (TraversalOperator::Index(key), TraversalOperator::GetAttr(output)) =
                    (first.value(), second.value())
                else {
                    return Err(Fault::Unknown);
                };
                let key = self.eval(scope, key);
                if key.is_unknown() {
                    return Err(Fault::of(&key));
                }
                let found = calls
                    .instances
                    .iter()
                    .find(|(own, _)| own.as_text() == key.as_text());
                let (_, instance) = found.ok_or(Fault::Fails)?;
                Ok((self.output(instance, output.value().as_str())?, rest))
            }
            _ => Ok((self.all_outputs(&calls, place), rest)),
        }
    }

    fn all_outputs(&self, calls: &Calls<'p>, place: Place) -> Val {
        let object = |instance: &Rc<Instance<'p>>| {
            let names = instance.module.outputs.keys();
            let members = names.map(|name| Member {
                key: (*name).into(),
                key_place: place,
                value: self
                    .output(instance, name)
                    .unwrap_or_else(|_| Val::unknown(format!("{}{name}", instance.address), false, place)),
            });
            Val::object(members.collect(), place)
        };
        let mut objects = calls
            .instances
            .iter()
            .map(|(key, instance)| (key, object(instance)));
        match calls.form {
            Form::List => Val::tuple(objects.map(|(_, object)| object).collect(), place),
            Form::Map => {
                let members = objects.filter_map(|(key, value)| {
                    Some(Member {
                        key: key.as_text()?,
                        key_place: place,
                        value,
                    })
                });
                Val::object(members.collect(), place)
            }
            Form::One | Form::Unknown => objects
                .next()
                .map_or_else(|| Val::unknown("module", false, place), |(_, object)| object),
        }
    }

    fn output(&self, instance: &Rc<Instance<'p>>, name: &str) -> Result<Val, Fault> {
        let found = instance.module.outputs.get_key_value(name);
        let (&name, block) = found.ok_or(Fault::Unknown)?;
        let val = once(&instance.outputs, name, || {
            let is_sensitive = self.truth(instance, block.attribute("sensitive"));
            let value = block.attribute("value");
            self.apart(|| match value {
                Some(attribute) => self.attribute(instance, &Repetition::default(), attribute),
                None => Val::unknown(name, false, NOWHERE),
            })
            .marked(is_sensitive == Some(true))
        });
        val.ok_or(Fault::Unknown)
    }

    /// The uses that the call `name` makes of a local module.
    pub(super) fn calls(&self, instance: &Rc<Instance<'p>>, name: &str) -> Option<Rc<Calls<'p>>> {
        let (&name, block) = instance.module.calls.get_key_value(name)?;
        once(&instance.called, name, || {
            Rc::new(self.expand_call(instance, name, block))
        })
    }

    fn expand_call(&self, caller: &Rc<Instance<'p>>, name: &str, block: &'p Declared<'p>) -> Calls<'p> {
        let unknown = Calls {
            form: Form::Unknown,
            instances: Vec::new(),
        };
        let source = block
            .attribute("source")
            .and_then(|source| source.node.value.literal());
        let module = source.and_then(|source| self.program.called(&caller.module.folder, source));
        // A module that calls itself is refused by Terraform.
        let may_call = |module: &&'p Module<'p>| caller.calls.len() < MAX_CALLS && !caller.is_inside(module);
        let Some(module) = module.filter(may_call) else {
            return unknown;
        };
        let mut calls = vec![Place {
            source: block.base.source,
            span: block.base.node.header,
        }];
        calls.extend(&caller.calls);
        let instance = |suffix: &str, repetition: Repetition| {
            let arguments = Arguments::Call {
                block,
                caller: caller.clone(),
                repetition: Box::new(repetition),
            };
            let address = format!("{}module.{name}{suffix}.", caller.address);
            Rc::new(Instance::new(module, arguments, address, calls.clone()))
        };
        let repeated = self.repeated(caller, block);
        if let Repeated::Times(times) = &repeated
            && !self.charge(times.len().saturating_mul(COST_OF_CALL))
        {
            return unknown;
        }
        match repeated {
            Repeated::Once => Calls {
                form: Form::One,
                instances: vec![(Val::new(Kind::Null, NOWHERE), instance("", Repetition::default()))],
            },
            Repeated::Unknown => Calls {
                form: Form::Unknown,
                instances: vec![(Val::new(Kind::Null, NOWHERE), instance("", Repetition::default()))],
            },
            Repeated::Times(times) => Calls {
                form: if block.attribute("count").is_some() {
                    Form::List
                } else {
                    Form::Map
                },
                instances: times
                    .into_iter()
                    .map(|(suffix, repetition)| {
                        let key = repetition.index.clone().or_else(|| repetition.key.clone());
                        let null = || Val::new(Kind::Null, NOWHERE);
                        (key.unwrap_or_else(null), instance(&suffix, repetition))
                    })
                    .collect(),
            },
        }
    }
}
