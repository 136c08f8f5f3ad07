//! Terraform's functions, as far as they are pure. Any other, and any that is called wrongly, gives an unknown.

mod collections;
mod encoding;
mod format;
mod maps;
mod network;
mod numbers;
mod sets;
mod text;
mod time;

use std::rc::Rc;

use super::eval::{Fault, wrong};
use super::value::{Kind, Val};
use crate::span::Place;

/// A call: the arguments, where it stands, and what may be spent on it.
pub(super) struct Call<'a> {
    arguments: &'a [Val],
    place: Place,
    charge: &'a dyn Fn(usize) -> bool,
}

/// Functions that return values that they were given, one or several.
const KEEPS_PARTS: [&str; 17] = [
    "chunklist",
    "coalesce",
    "coalescelist",
    "concat",
    "element",
    "flatten",
    "keys",
    "lookup",
    "merge",
    "one",
    "reverse",
    "setproduct",
    "slice",
    "tolist",
    "tomap",
    "values",
    "zipmap",
];

/// Functions that do not go through what they are given.
const AT_ONCE: [&str; 3] = ["element", "length", "lookup"];

/// To go through so many elements costs as much as to make one value.
const ITEMS: usize = 64;

/// What it costs to go through an argument.
fn price(val: &Val) -> usize {
    match &val.kind {
        Kind::Text(text) => text.len() / (4 * ITEMS),
        Kind::List(list) | Kind::Set(list) => list.items.len() / ITEMS,
        Kind::Object(object) => object.members.len() / ITEMS,
        _ => 0,
    }
}

/// What a function returns.
type Answer = Result<Val, Fault>;

/// Calls the function `name`. `charge` says whether so many values may still be made.
pub(super) fn call(name: &str, arguments: &[Val], place: Place, charge: &dyn Fn(usize) -> bool) -> Answer {
    let call = Call {
        arguments,
        place,
        charge,
    };
    let prices = arguments.iter().map(price).sum::<usize>() + arguments.len() / ITEMS;
    if !AT_ONCE.contains(&name) && !charge(prices) {
        return Err(Fault::Unknown);
    }
    match name {
        "sensitive" => return Ok(call.one()?.clone().marked(true)),
        "nonsensitive" => {
            return Ok(Val {
                sensitive: false,
                ..call.one()?.clone()
            });
        }
        _ => {}
    }
    let answers = [
        collections::call,
        maps::call,
        sets::call,
        text::call,
        numbers::call,
        network::call,
        encoding::call,
        time::call,
    ];
    let answer = answers
        .iter()
        .find_map(|module| module(name, &call))
        .unwrap_or(Err(Fault::Unknown))?;
    // What is made of several may tell all of them, unless they stand in it as they are, with their own marks.
    let marked = |val: &Val| match KEEPS_PARTS.contains(&name) {
        true => val.sensitive,
        false => val.has_sensitive(),
    };
    Ok(answer.marked(arguments.iter().any(marked)))
}

impl<'a> Call<'a> {
    /// The only argument.
    fn one(&self) -> Result<&'a Val, Fault> {
        match self.arguments {
            [only] => Ok(only),
            _ => Err(Fault::Fails),
        }
    }

    /// The argument at `index`.
    fn at(&self, index: usize) -> Result<&'a Val, Fault> {
        self.arguments.get(index).ok_or(Fault::Fails)
    }

    fn text(&self, index: usize) -> Result<Rc<str>, Fault> {
        self.at(index)?.as_text()
    }

    fn number(&self, index: usize) -> Result<f64, Fault> {
        self.at(index)?.as_number()
    }

    fn index(&self, index: usize) -> Result<i64, Fault> {
        self.at(index)?.as_index()
    }

    /// The elements of the list or set at `index`.
    fn items(&self, index: usize) -> Result<Vec<Val>, Fault> {
        items(self.at(index)?)
    }

    fn new_text(&self, text: impl Into<Rc<str>>) -> Answer {
        let text = text.into();
        self.afford(1 + text.len() / 16)?;
        Ok(Val::text(text, self.place))
    }

    fn new_number(&self, number: f64) -> Answer {
        Ok(Val::new(super::operators::number(number)?, self.place))
    }

    fn new_bool(&self, value: bool) -> Answer {
        Ok(Val::new(Kind::Bool(value), self.place))
    }

    /// A list of `items`, which have one type.
    fn new_list(&self, items: Vec<Val>) -> Answer {
        self.afford(items.len())?;
        Ok(Val::list(items, self.place))
    }

    fn new_tuple(&self, items: Vec<Val>) -> Answer {
        self.afford(items.len())?;
        Ok(Val::tuple(items, self.place))
    }

    /// A list, or a tuple if `like` is one.
    fn new_like(&self, like: &Val, items: Vec<Val>) -> Answer {
        match &like.kind {
            Kind::List(list) if !list.is_uniform => self.new_tuple(items),
            _ => self.new_list(items),
        }
    }

    /// A set of `items`, which have one type.
    fn new_set(&self, items: Vec<Val>) -> Answer {
        self.afford(items.iter().map(Val::size).fold(0, usize::saturating_add))?;
        Ok(Val::set(items, self.place))
    }

    /// The items as those of one list or set.
    fn unified(&self, items: Vec<Val>) -> Result<Vec<Val>, Fault> {
        super::unify::unified(items, self.charge)
    }

    /// Pays for going through all arguments.
    fn afford_all(&self) -> Result<(), Fault> {
        let sizes = self.arguments.iter().map(Val::size);
        self.afford(sizes.fold(0, usize::saturating_add))
    }

    fn afford(&self, cost: usize) -> Result<(), Fault> {
        if (self.charge)(cost) {
            Ok(())
        } else {
            Err(Fault::Unknown)
        }
    }
}

/// The elements of a list, or of a set of which all are known.
fn items(val: &Val) -> Result<Vec<Val>, Fault> {
    match &val.kind {
        Kind::Set(_) if !val.is_wholly_known() => Err(Fault::Unknown),
        _ => Ok(val.elements().ok_or_else(|| wrong(val))?.collect()),
    }
}
