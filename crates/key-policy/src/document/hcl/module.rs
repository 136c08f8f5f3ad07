//! One use of a module, and what names refer to in it: each is evaluated when something refers to it.

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::rc::Rc;

use hcl_edit::expr::TraversalOperator;
use hcl_edit::repr::Decorated;

use super::calls::Calls;
use super::eval::{Evaluator, Fault};
use super::program::{Declared, In, KEY, Module};
use super::repetition::{Repeated, Repetition, repetition_of};
use super::scope::Scope;
use super::syntax::Attribute;
use super::value::{Member, Val};
use super::variables::Outside;
use crate::fields::{CLEARTEXT, Field, MANAGEMENT_KEY};
use crate::span::Place;

/// A module with the values of its variables.
#[derive(Debug)]
pub(super) struct Instance<'p> {
    pub(super) module: &'p Module<'p>,
    pub(super) arguments: Arguments<'p>,
    /// What addresses in it begin with: `module.a["x"].`, or nothing.
    pub(super) address: String,
    /// The calls that it comes from, innermost first.
    pub(super) calls: Vec<Place>,
    /// Whether it is certain that there is one such use: how often each call is made is known.
    pub(super) is_certain: bool,
    pub(super) variables: Memo<&'p str, Val>,
    locals: Memo<&'p str, Val>,
    pub(super) outputs: Memo<&'p str, Val>,
    pub(super) called: Memo<&'p str, Rc<Calls<'p>>>,
    keys: Memo<&'p str, Rc<Repeated>>,
    /// The fields of keys that others refer to, by the key, which of its repetitions it is, and their names.
    fields: Memo<(&'p str, usize, &'p str), Val>,
}

/// What was computed once, by name. Nothing stands for what is being computed.
pub(super) type Memo<K, T> = RefCell<BTreeMap<K, Option<T>>>;

/// Where the values of variables come from.
#[derive(Debug)]
pub(super) enum Arguments<'p> {
    /// Files beside the module, and what the caller handed in, as expressions or as texts.
    Root(&'p Outside),
    /// The attributes of a call, in the scope that it stands in.
    Call {
        block: &'p Declared<'p>,
        caller: Rc<Instance<'p>>,
        repetition: Box<Repetition>,
    },
}

impl<'p> Instance<'p> {
    /// The use of a module that nothing calls.
    pub(super) fn root(module: &'p Module<'p>, outside: &'p Outside) -> Rc<Self> {
        Rc::new(Self::new(
            module,
            Arguments::Root(outside),
            String::new(),
            Vec::new(),
            true,
        ))
    }

    /// Whether this is a use of `module`, or called by one.
    pub(super) fn is_inside(&self, module: &Module<'p>) -> bool {
        self.module.folder == module.folder
            || match &self.arguments {
                Arguments::Root(_) => false,
                Arguments::Call { caller, .. } => caller.is_inside(module),
            }
    }

    pub(super) fn new(
        module: &'p Module<'p>,
        arguments: Arguments<'p>,
        address: String,
        calls: Vec<Place>,
        is_certain: bool,
    ) -> Self {
        Self {
            module,
            arguments,
            address,
            calls,
            is_certain,
            variables: Memo::default(),
            locals: Memo::default(),
            outputs: Memo::default(),
            called: Memo::default(),
            keys: Memo::default(),
            fields: Memo::default(),
        }
    }

    /// The source of the program that uses it: of the outermost call, or of `block` itself, which stands in it.
    pub(super) fn program_source(&self, block: &Declared<'p>) -> usize {
        self.calls.last().map_or(block.base.source, |call| call.source)
    }
}

/// What `memo` has for `name`, computed at the first time; nothing if that needs the value itself.
pub(super) fn once<K: Ord + Copy, T: Clone>(
    memo: &Memo<K, T>,
    name: K,
    compute: impl FnOnce() -> T,
) -> Option<T> {
    if let Some(known) = memo.borrow().get(&name) {
        return known.clone();
    }
    memo.borrow_mut().insert(name, None);
    let value = compute();
    memo.borrow_mut().insert(name, Some(value.clone()));
    Some(value)
}

/// What stands behind a name.
pub(super) type Operators<'p> = &'p [Decorated<TraversalOperator>];

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
            (KEY, _) => return self.key_reference(scope, member, rest, place),
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

    /// Whether an attribute that takes a boolean is set, if that is known.
    pub(super) fn truth(
        &self,
        instance: &Rc<Instance<'p>>,
        attribute: Option<In<'p, Attribute>>,
    ) -> Option<bool> {
        let attribute = attribute?;
        self.apart(|| self.attribute(instance, &Repetition::default(), attribute))
            .as_bool()
            .ok()
    }

    /// The value of an attribute of a block.
    pub(super) fn attribute(
        &self,
        instance: &Rc<Instance<'p>>,
        repetition: &Repetition,
        attribute: In<'p, Attribute>,
    ) -> Val {
        let scope = Scope::new(instance, repetition, attribute.source);
        self.value(scope, &attribute.node.value)
    }

    /// How often a key is repeated.
    pub(super) fn repeated_key(&self, instance: &Rc<Instance<'p>>, name: &str) -> Option<Rc<Repeated>> {
        let (name, block) = instance.module.key(name)?;
        once(&instance.keys, name, || Rc::new(self.repeated(instance, block)))
    }

    /// `descope_management_key.name.field…`, or `….name["x"].field…`: what the configuration says, where that is all there
    /// is to know.
    fn key_reference(
        &self,
        scope: Scope<'_, 'p>,
        name: &str,
        rest: Operators<'p>,
        place: Place,
    ) -> Result<(Val, Operators<'p>), Fault> {
        let instance = scope.instance;
        let (name, block) = instance.module.key(name).ok_or(Fault::Unknown)?;
        let repeated = self.repeated_key(instance, name).ok_or(Fault::Unknown)?;
        let (at, fields) = match (&*repeated, rest) {
            (Repeated::Once, rest) => (0, rest),
            (Repeated::Times(times), [first, fields @ ..])
                if let TraversalOperator::Index(key) = first.value() =>
            {
                match repetition_of(times, &self.eval(scope, key)) {
                    Err(Fault::Unknown) => return Ok((self.some_key(name, place)?, rest)),
                    at => (at?, fields),
                }
            }
            (Repeated::Times(times), _) => {
                let key = self.whole_key(name, place)?;
                let keys = times.iter().map(|(_, repetition)| (repetition, key.clone()));
                return Ok((self.collected(block, keys, place)?, rest));
            }
            (Repeated::Unknown, _) => return Ok((self.some_key(name, place)?, rest)),
        };
        let Some((first, rest)) = fields.split_first() else {
            return Ok((self.whole_key(name, place)?, fields));
        };
        let TraversalOperator::GetAttr(field) = first.value() else {
            return Ok((self.whole_key(name, place)?, fields));
        };
        let field = field.value().as_str();
        let Some(attribute) = block.attribute(field) else {
            let is_secret = field == CLEARTEXT.snake;
            return Ok((Val::telling(self.program.text(place), is_secret, place), rest));
        };
        let val = once(&instance.fields, (name, at, field), || {
            let once_for_all = Repetition::default();
            let repetition = match &*repeated {
                Repeated::Times(times) => times.get(at).map(|(_, repetition)| repetition),
                _ => None,
            };
            self.apart(|| self.attribute(instance, repetition.unwrap_or(&once_for_all), attribute))
        });
        // What is null here may be set by the provider.
        let val = val.filter(|val| !val.is_null()).ok_or(Fault::Unknown)?;
        Ok((val, rest))
    }

    /// A key with all its fields, of which only their names are known here.
    fn whole_key(&self, name: &str, place: Place) -> Result<Val, Fault> {
        let fields = MANAGEMENT_KEY.fields;
        if !self.charge(fields.len()) {
            return Err(Fault::Unknown);
        }
        let member = |field: &&'static Field| Member {
            key: field.snake.into(),
            key_place: place,
            value: Val::telling(format!("{KEY}.{name}.{}", field.snake), field.is_secret(), place),
        };
        Ok(Val::object(fields.iter().map(member).collect(), place))
    }

    /// Keys of which it is not known how many there are, or which is meant.
    fn some_key(&self, name: &str, place: Place) -> Result<Val, Fault> {
        Ok(Val::some_of(
            self.whole_key(name, place)?,
            format!("{KEY}.{name}"),
            place,
        ))
    }

    /// All that a repeated block stands for as one value.
    pub(super) fn collected<'r>(
        &self,
        block: &Declared<'p>,
        instances: impl ExactSizeIterator<Item = (&'r Repetition, Val)>,
        place: Place,
    ) -> Result<Val, Fault> {
        if !self.charge(instances.len()) {
            return Err(Fault::Unknown);
        }
        if block.attribute("count").is_some() {
            return Ok(Val::tuple(instances.map(|(_, value)| value).collect(), place));
        }
        let member = |(repetition, value): (&Repetition, Val)| {
            Some(Member {
                key: repetition.key.as_ref()?.as_text().ok()?,
                key_place: place,
                value,
            })
        };
        Ok(Val::object(instances.filter_map(member).collect(), place))
    }
}
