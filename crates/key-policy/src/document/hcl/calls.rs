//! Calls of modules: the uses that they make, and what these put out.

use std::rc::Rc;

use hcl_edit::expr::TraversalOperator;

use super::eval::{Evaluator, Fault};
use super::module::{Arguments, Instance, Operators, once};
use super::program::{Declared, Module};
use super::repetition::{Repeated, Repetition, repetition_of};
use super::scope::Scope;
use super::value::{Member, NOWHERE, TEXT, Val};
use crate::span::Place;

/// Modules may call modules so deep.
const MAX_CALLS: usize = 16;
/// How many values one use of a module counts for, and each block in it that is read for each use.
const COST_OF_CALL: usize = 100;
const COST_OF_BLOCK: usize = 20;

/// All uses that one call makes of a module.
#[derive(Debug)]
pub(super) struct Calls<'p> {
    /// What it calls, if that is here.
    pub(super) module: Option<&'p Module<'p>>,
    /// How often it is repeated.
    repeated: Repeated,
    /// One use for each repetition. One stands for all if their number is not known; there is none if nothing is known
    /// of the module.
    pub(super) instances: Vec<Rc<Instance<'p>>>,
}

impl Calls<'_> {
    /// Whether all is known of the uses that there are.
    pub(super) fn is_certain(&self) -> bool {
        !matches!(self.repeated, Repeated::Unknown)
    }
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
        let block = scope.instance.module.calls.get(name).ok_or(Fault::Unknown)?;
        let calls = self.calls(scope.instance, name).ok_or(Fault::Unknown)?;
        let all = |instance: &Rc<Instance<'p>>| self.all_outputs(instance, place);
        let (instance, outputs) = match (&calls.repeated, rest) {
            (Repeated::Once, rest) => (calls.instances.first().ok_or(Fault::Unknown)?, rest),
            (Repeated::Times(times), [first, outputs @ ..])
                if let TraversalOperator::Index(key) = first.value()
                    && let key = self.eval(scope, key)
                    && !key.is_unknown() =>
            {
                let at = repetition_of(times, &key)?;
                (calls.instances.get(at).ok_or(Fault::Unknown)?, outputs)
            }
            (Repeated::Times(times), _) => {
                let repetitions = times.iter().map(|(_, repetition)| repetition);
                let outputs: Vec<Val> = calls.instances.iter().map(all).collect::<Result<_, _>>()?;
                return Ok((self.collected(block, repetitions.zip(outputs), place)?, rest));
            }
            (Repeated::Unknown, _) => {
                let instance = calls.instances.first().ok_or(Fault::Unknown)?;
                return Ok((
                    Val::some_of(all(instance)?, format!("module.{name}"), place),
                    rest,
                ));
            }
        };
        match outputs.split_first() {
            Some((first, rest)) if let TraversalOperator::GetAttr(output) = first.value() => {
                Ok((self.output(instance, output.value().as_str())?, rest))
            }
            _ => Ok((all(instance)?, outputs)),
        }
    }

    fn all_outputs(&self, instance: &Rc<Instance<'p>>, place: Place) -> Result<Val, Fault> {
        let names = instance.module.outputs.keys();
        if !self.charge(names.len()) {
            return Err(Fault::Unknown);
        }
        let members = names.map(|name| Member {
            key: (*name).into(),
            key_place: place,
            value: self
                .output(instance, name)
                .unwrap_or_else(|_| Val::unknown(format!("{}{name}", instance.address), false, place)),
        });
        Ok(Val::object(members.collect(), place))
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
        let repeated = self.repeated(caller, block);
        let once = [(String::new(), Repetition::default())];
        let times = match &repeated {
            Repeated::Once | Repeated::Unknown => &once[..],
            Repeated::Times(times) => times,
        };
        let module = self.program.called_by(caller.module, block);
        let is_certain = caller.is_certain && !matches!(repeated, Repeated::Unknown);
        let address = |suffix: &str| format!("{}module.{name}{suffix}.", caller.address);
        let mut calls = vec![Place {
            source: block.base.source,
            span: block.base.node.header,
        }];
        calls.extend(&caller.calls);
        let use_of = |module: &'p Module<'p>, (suffix, repetition): &(String, Repetition)| {
            let arguments = Arguments::Call {
                block,
                caller: caller.clone(),
                repetition: Box::new(repetition.clone()),
            };
            let instance = Instance::new(module, arguments, address(suffix), calls.clone(), is_certain);
            Rc::new(instance)
        };
        let may_call = |module: &&'p Module<'p>| {
            let moved = module.moved.len() + module.imports.len() + module.removed.len();
            let blocks = module.keys.iter().chain(&module.providers);
            let blocks = blocks.map(|block| COST_OF_BLOCK + block.size()).sum::<usize>();
            let depth = calls.len() + address("").len() / TEXT;
            let cost = COST_OF_CALL + moved * COST_OF_BLOCK + blocks + depth;
            // A module that calls itself is refused by Terraform.
            caller.calls.len() < MAX_CALLS
                && !caller.is_inside(module)
                && self.charge(times.len().saturating_mul(cost))
        };
        let instances = module
            .filter(may_call)
            .map(|module| times.iter().map(|times| use_of(module, times)).collect());
        // Where there is no use, nothing is missing.
        let is_read = instances.is_some() || times.is_empty();
        Calls {
            module,
            instances: instances.unwrap_or_default(),
            repeated: if is_read { repeated } else { Repeated::Unknown },
        }
    }
}
