//! One use of a module: its variables, locals and calls, evaluated when something refers to them.

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::rc::Rc;

use hcl_edit::expr::TraversalOperator;
use hcl_edit::repr::Decorated;

use super::eval::{Evaluator, Fault, Scope, pairs, wrong};
use super::program::{Declared, In, KEY, Module};
use super::syntax::{Attribute, Expr};
use super::types::Type;
use super::value::{Kind, Member, NOWHERE, Val};
use crate::document::Inputs;
use crate::span::Place;

/// Modules may call modules so deep.
const MAX_CALLS: usize = 16;
/// How many values one use of a module counts for.
const COST_OF_CALL: usize = 100;

/// A module with the values of its variables.
#[derive(Debug)]
pub(super) struct Instance<'p> {
    pub(super) module: &'p Module<'p>,
    arguments: Arguments<'p>,
    /// What addresses in it begin with: `module.a["x"].`, or nothing.
    pub(super) address: String,
    /// The calls that it comes from, innermost first.
    pub(super) calls: Vec<Place>,
    variables: Memo<'p, Val>,
    locals: Memo<'p, Val>,
    outputs: Memo<'p, Val>,
    called: Memo<'p, Rc<Calls<'p>>>,
    keys: Memo<'p, Rc<Repeated>>,
}

/// What was computed once, by name. Nothing stands for what is being computed.
type Memo<'p, T> = RefCell<BTreeMap<&'p str, Option<T>>>;

/// Where the values of variables come from.
#[derive(Debug)]
enum Arguments<'p> {
    /// Files beside the module, and what the caller handed in, as expressions or as texts.
    Root(&'p Outside),
    /// The attributes of a call, in the scope that it stands in.
    Call {
        block: &'p Declared<'p>,
        caller: Rc<Instance<'p>>,
        repetition: Box<Repetition>,
    },
}

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

/// What `each` and `count` stand for.
#[derive(Debug, Clone, Default)]
pub(super) struct Repetition {
    key: Option<Val>,
    value: Option<Val>,
    index: Option<Val>,
}

/// What a block is repeated for.
#[derive(Debug)]
pub(super) enum Repeated {
    /// Nothing: it stands for one.
    Once,
    /// It has `count` or `for_each`, and how many it stands for is not known.
    Unknown,
    /// One for each index or key, each with what its address ends with.
    Times(Vec<(String, Repetition)>),
}

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

impl<'p> Instance<'p> {
    /// The use of a module that nothing calls.
    pub(super) fn root(module: &'p Module<'p>, outside: &'p Outside) -> Rc<Self> {
        Rc::new(Self::new(
            module,
            Arguments::Root(outside),
            String::new(),
            Vec::new(),
        ))
    }

    /// Whether this is a use of `module`, or called by one.
    fn is_inside(&self, module: &Module<'p>) -> bool {
        self.module.folder == module.folder
            || match &self.arguments {
                Arguments::Root(_) => false,
                Arguments::Call { caller, .. } => caller.is_inside(module),
            }
    }

    fn new(module: &'p Module<'p>, arguments: Arguments<'p>, address: String, calls: Vec<Place>) -> Self {
        Self {
            module,
            arguments,
            address,
            calls,
            variables: Memo::default(),
            locals: Memo::default(),
            outputs: Memo::default(),
            called: Memo::default(),
            keys: Memo::default(),
        }
    }
}

/// What `memo` has for `name`, computed at the first time; nothing if that needs the value itself.
fn once<'p, T: Clone>(memo: &Memo<'p, T>, name: &'p str, compute: impl FnOnce() -> T) -> Option<T> {
    if let Some(known) = memo.borrow().get(name) {
        return known.clone();
    }
    memo.borrow_mut().insert(name, None);
    let value = compute();
    memo.borrow_mut().insert(name, Some(value.clone()));
    Some(value)
}

type Operators<'p> = &'p [Decorated<TraversalOperator>];

impl<'p> Evaluator<'p> {
    /// What `name` and the first of `operators` refer to, and the operators that remain.
    pub(super) fn reference(
        &self,
        scope: Scope<'_, 'p>,
        name: &str,
        operators: Operators<'p>,
        place: Place,
    ) -> Result<(Val, Operators<'p>), Fault> {
        let (first, rest) = operators.split_first().ok_or(Fault::Unknown)?;
        let TraversalOperator::GetAttr(member) = first.value() else {
            return Err(Fault::Unknown);
        };
        let member = member.value().as_str();
        let instance = scope.instance;
        let repetition = scope.repetition;
        let val = match (name, member) {
            ("local", _) => self.local(instance, member),
            ("var", _) => self.variable_of(instance, member),
            ("each", "key") => repetition.key.clone(),
            ("each", "value") => repetition.value.clone(),
            ("count", "index") => repetition.index.clone(),
            ("module", _) => return self.module_reference(scope, member, rest, place),
            (KEY, _) => return self.key_reference(scope, member, rest),
            _ => None,
        };
        Ok((val.ok_or(Fault::Unknown)?, rest))
    }

    fn local(&self, instance: &Rc<Instance<'p>>, name: &str) -> Option<Val> {
        let (&name, definition) = instance.module.locals.get_key_value(name)?;
        let once_for_all = Repetition::default();
        once(&instance.locals, name, || {
            let scope = Scope::new(instance, &once_for_all, definition.source);
            self.apart(|| self.value(scope, &definition.node.value))
        })
    }

    /// The value of a variable; nothing if it has none.
    fn variable_of(&self, instance: &Rc<Instance<'p>>, name: &str) -> Option<Val> {
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

    /// Whether an attribute that takes a boolean is set, if that is known.
    pub(super) fn truth(
        &self,
        instance: &Rc<Instance<'p>>,
        attribute: Option<In<'p, Attribute>>,
    ) -> Option<bool> {
        let attribute = attribute?;
        self.apart(|| self.attribute(instance, &Repetition::default(), attribute))
            .as_bool()
    }

    fn attribute(
        &self,
        instance: &Rc<Instance<'p>>,
        repetition: &Repetition,
        attribute: In<'p, Attribute>,
    ) -> Val {
        let scope = Scope::new(instance, repetition, attribute.source);
        self.value(scope, &attribute.node.value)
    }

    /// `descope_management_key.name.field…`, or `….name["x"].field…`: what the configuration says, where that is all there
    /// is to know.
    fn key_reference(
        &self,
        scope: Scope<'_, 'p>,
        name: &str,
        rest: Operators<'p>,
    ) -> Result<(Val, Operators<'p>), Fault> {
        let instance = scope.instance;
        let (name, block) = instance.module.key(name).ok_or(Fault::Unknown)?;
        let repeated = once(&instance.keys, name, || Rc::new(self.repeated(instance, block)));
        let repeated = repeated.ok_or(Fault::Unknown)?;
        let once_for_all = Repetition::default();
        let (repetition, rest) = match (&*repeated, rest) {
            (Repeated::Once, rest) => (&once_for_all, rest),
            (Repeated::Times(times), [first, rest @ ..]) => {
                let TraversalOperator::Index(key) = first.value() else {
                    return Err(Fault::Unknown);
                };
                let key = self.eval(scope, key);
                (repetition_of(times, &key).ok_or_else(|| wrong(&key))?, rest)
            }
            _ => return Err(Fault::Unknown),
        };
        let Some((first, rest)) = rest.split_first() else {
            return Err(Fault::Unknown);
        };
        let TraversalOperator::GetAttr(field) = first.value() else {
            return Err(Fault::Unknown);
        };
        let attribute = block.attribute(field.value().as_str()).ok_or(Fault::Unknown)?;
        let val = self.apart(|| self.attribute(scope.instance, repetition, attribute));
        // What is null here may be set by the provider.
        if val.is_null() {
            Err(Fault::Unknown)
        } else {
            Ok((val, rest))
        }
    }

    /// `module.name.output`, `module.name["x"].output`, or all of a module's outputs.
    fn module_reference(
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

    /// How often `count` or `for_each` repeats a block.
    pub(super) fn repeated(&self, instance: &Rc<Instance<'p>>, block: &'p Declared<'p>) -> Repeated {
        let evaluated = |name: &str| {
            let attribute = block.attribute(name)?;
            Some(self.apart(|| self.attribute(instance, &Repetition::default(), attribute)))
        };
        if let Some(count) = evaluated("count") {
            let Some(count) = count.as_index().and_then(|count| usize::try_from(count).ok()) else {
                return Repeated::Unknown;
            };
            if !self.charge(count) {
                return Repeated::Unknown;
            }
            let indexed = (0..count).map(|at| {
                let index = Some(Val::new(Kind::Number(at as f64), NOWHERE));
                let repetition = Repetition {
                    index,
                    ..Repetition::default()
                };
                (format!("[{at}]"), repetition)
            });
            return Repeated::Times(indexed.collect());
        }
        let Some(collection) = evaluated("for_each") else {
            return Repeated::Once;
        };
        // A list is refused by Terraform, and a sensitive collection too.
        if matches!(collection.kind, Kind::List(_)) {
            return Repeated::Unknown;
        }
        let Ok(pairs) = pairs(&collection) else {
            return Repeated::Unknown;
        };
        let keyed = pairs.into_iter().map(|(key, value)| {
            let suffix = format!("[{}]", quoted(&key.as_text()?));
            let repetition = Repetition {
                key: Some(key),
                value: Some(value),
                index: None,
            };
            Some((suffix, repetition))
        });
        keyed
            .collect::<Option<_>>()
            .map_or(Repeated::Unknown, Repeated::Times)
    }
}

/// The repetition for the index or key `key`.
fn repetition_of<'t>(times: &'t [(String, Repetition)], key: &Val) -> Option<&'t Repetition> {
    let (_, first) = times.first()?;
    let at = if first.index.is_some() {
        usize::try_from(key.as_index()?).ok()?
    } else {
        let key = key.as_text()?;
        let own = |repetition: &Repetition| repetition.key.as_ref().and_then(Val::as_text);
        let found = times.binary_search_by(|(_, repetition)| own(repetition).as_ref().cmp(&Some(&key)));
        found.ok()?
    };
    times.get(at).map(|(_, repetition)| repetition)
}

/// A key as Terraform writes it in an address.
fn quoted(key: &str) -> String {
    let mut quoted = String::from("\"");
    for c in key.chars() {
        match c {
            '"' | '\\' => quoted.extend(['\\', c]),
            '\n' => quoted.push_str("\\n"),
            '\r' => quoted.push_str("\\r"),
            '\t' => quoted.push_str("\\t"),
            _ => quoted.push(c),
        }
    }
    quoted.push('"');
    quoted
}
