//! `count` and `for_each`.

use std::rc::Rc;

use super::eval::Evaluator;
use super::for_expr::pairs;
use super::module::Instance;
use super::program::Declared;
use super::value::{Kind, NOWHERE, Val};

/// What `each` and `count` stand for.
#[derive(Debug, Clone, Default)]
pub(super) struct Repetition {
    pub(super) key: Option<Val>,
    pub(super) value: Option<Val>,
    pub(super) index: Option<Val>,
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

impl<'p> Evaluator<'p> {
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
pub(super) fn repetition_of<'t>(times: &'t [(String, Repetition)], key: &Val) -> Option<&'t Repetition> {
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
pub(in super::super) fn quoted(key: &str) -> String {
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
