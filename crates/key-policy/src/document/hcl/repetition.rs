//! `count` and `for_each`.

use std::rc::Rc;

use super::eval::{Evaluator, Fault};
use super::for_expr::pairs;
use super::module::Instance;
use super::program::Declared;
use super::value::{Kind, NOWHERE, Val};

/// How many values each repetition of a block counts for.
const COST: usize = 10;

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
            let count = count
                .as_index()
                .ok()
                .and_then(|count| usize::try_from(count).ok());
            // What Terraform refuses is not known either: none of it is not what was meant.
            let Some(count) = count.filter(|count| self.charge(count.saturating_mul(COST))) else {
                return Repeated::Unknown;
            };
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
        self.for_each(&collection).unwrap_or(Repeated::Unknown)
    }

    /// Once for each member of a map or element of a set of texts; nothing if that is not known, or refused.
    fn for_each(&self, collection: &Val) -> Option<Repeated> {
        let is_text = |item: &Val| matches!(item.kind, Kind::Text(_));
        let is_taken = match &collection.kind {
            Kind::Object(_) => true,
            Kind::Set(set) => set.items.iter().all(is_text),
            _ => false,
        };
        // The keys are shown in addresses, so that Terraform refuses those that may not be seen.
        if !is_taken || collection.sensitive {
            return None;
        }
        let (pairs, _) = pairs(collection).ok()?;
        let cost = |(key, _): &(Val, Val)| COST + key.size();
        if !self.charge(pairs.iter().map(cost).sum()) {
            return None;
        }
        let keyed = pairs.into_iter().map(|(key, value)| {
            let suffix = format!("[{}]", quoted(&key.as_text().ok()?));
            let repetition = Repetition {
                key: Some(key),
                value: Some(value),
                index: None,
            };
            Some((suffix, repetition))
        });
        keyed.collect::<Option<_>>().map(Repeated::Times)
    }
}

/// Which of `times` is the one for the index or key `key`.
pub(super) fn repetition_of(times: &[(String, Repetition)], key: &Val) -> Result<usize, Fault> {
    let is_counted = times.first().is_some_and(|(_, first)| first.index.is_some());
    let at = if is_counted {
        usize::try_from(key.as_index()?).map_err(|_| Fault::Fails)?
    } else {
        let key = key.as_text()?;
        let own = |repetition: &Repetition| repetition.key.as_ref().and_then(|key| key.as_text().ok());
        let found = times.binary_search_by(|(_, repetition)| own(repetition).as_ref().cmp(&Some(&key)));
        found.map_err(|_| Fault::Fails)?
    };
    if at < times.len() {
        Ok(at)
    } else {
        Err(Fault::Fails)
    }
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
