//! Which key of one version is which key of the other.

use std::collections::BTreeMap;

use crate::document::{Declaration, Dialect, Document};

/// A key of one version, and where it belongs.
#[derive(Debug, Clone, Copy)]
pub struct Placed<'a> {
    /// The folder of the program, behind what the names of that version begin with.
    pub folder: &'a str,
    /// The index of its source.
    pub source: usize,
    /// The key.
    pub declaration: &'a Declaration,
}

/// The keys of `documents`, whose sources stand in `folders`.
pub fn placed<'a>(documents: &'a [Document], folders: &'a [String]) -> Vec<Placed<'a>> {
    let mut keys = Vec::new();
    for (source, document) in documents.iter().enumerate() {
        for declaration in &document.declarations {
            // A key in a module belongs to the program that calls it, and its address says through which calls.
            let program = declaration.calls.last().map_or(source, |call| call.source);
            keys.push(Placed {
                folder: &folders[program],
                source,
                declaration,
            });
        }
    }
    keys
}

/// Pairs the keys of two versions, ordered by the new address, or the old one where there is no new one.
pub fn matched<'a>(old: &[Placed<'a>], new: &[Placed<'a>]) -> Vec<(Option<Placed<'a>>, Option<Placed<'a>>)> {
    let mut left = Left::of(old);
    let mut pairs: Vec<_> = numbered(new).map(|(nth, key)| (nth, None, Some(key))).collect();
    // Each way for all keys before the next, so that none takes a key that is another's more surely.
    for way in [Way::Qualified, Way::Address, Way::Former, Way::Count] {
        for (nth, found, key) in &mut pairs {
            if let (None, Some(key)) = (&found, key) {
                *found = left.take(way, key, *nth);
            }
        }
    }
    pairs.extend(left.into_keys().map(|(nth, key)| (nth, Some(key), None)));
    // Of two at one address, the one that goes comes first.
    let order = |(nth, old, new): &(usize, Option<Placed<'a>>, Option<Placed<'a>>)| {
        let key = (*new)
            .or(*old)
            .map(|key| (key.folder, &*key.declaration.resource));
        (key, *nth, new.is_some())
    };
    pairs.sort_by(|a, b| order(a).cmp(&order(b)));
    pairs.into_iter().map(|(_, old, new)| (old, new)).collect()
}

/// How a key is recognised in the old version, the surest first.
#[derive(Clone, Copy)]
enum Way {
    /// By its address with what tells it from others.
    Qualified,
    /// By its address.
    Address,
    /// By an address that it says it had.
    Former,
    /// As the first of several that was the only one, or the other way round.
    Count,
}

/// The keys of the old version that are not found in the new one yet.
struct Left<'a> {
    keys: Vec<Option<(usize, Placed<'a>)>>,
    /// Where each stands, by its folder, its address, and how many before it have the same. With what tells it from
    /// others, it has a second address.
    at: BTreeMap<(&'a str, &'a str, usize), usize>,
}

impl<'a> Left<'a> {
    fn of(keys: &[Placed<'a>]) -> Self {
        let keys: Vec<_> = numbered(keys).map(Some).collect();
        let mut at = BTreeMap::new();
        for (index, (nth, key)) in keys.iter().flatten().enumerate() {
            let Declaration {
                resource, qualified, ..
            } = key.declaration;
            for (address, nth) in qualified
                .iter()
                .map(|address| (address, 0))
                .chain([(resource, *nth)])
            {
                at.entry((key.folder, address.as_str(), nth)).or_insert(index);
            }
        }
        Self { keys, at }
    }

    /// Takes out what `key`, the one at its address with that number, was.
    fn take(&mut self, way: Way, key: &Placed<'a>, nth: usize) -> Option<Placed<'a>> {
        let Declaration {
            resource,
            qualified,
            dialect,
            options,
            ..
        } = key.declaration;
        match way {
            Way::Qualified => self.at(key.folder, qualified.as_ref()?, 0, |_| true),
            // Our package says that its keys were of the official one before, which does not know ours.
            Way::Address => self.at(key.folder, resource, nth, |old| {
                (old, *dialect) != (Dialect::PulumiKeys, Dialect::Pulumi)
            }),
            Way::Former => options
                .former_addresses
                .iter()
                .find_map(|former| self.at(key.folder, &former.address, 0, |old| old == former.dialect)),
            Way::Count if *dialect == Dialect::Terraform => {
                let other = match resource.strip_suffix("[0]") {
                    Some(block) => block.to_owned(),
                    None => format!("{resource}[0]"),
                };
                self.at(key.folder, &other, 0, |old| old == *dialect)
            }
            Way::Count => None,
        }
    }

    fn at(
        &mut self,
        folder: &str,
        address: &str,
        nth: usize,
        is_wanted: impl Fn(Dialect) -> bool,
    ) -> Option<Placed<'a>> {
        let index = *self.at.get(&(folder, address, nth))?;
        let (_, key) = self.keys[index].as_ref()?;
        if !is_wanted(key.declaration.dialect) {
            return None;
        }
        self.keys[index].take().map(|(_, key)| key)
    }

    fn into_keys(self) -> impl Iterator<Item = (usize, Placed<'a>)> {
        self.keys.into_iter().flatten()
    }
}

/// The keys, each with how many before it have the same address.
fn numbered<'a>(keys: &[Placed<'a>]) -> impl Iterator<Item = (usize, Placed<'a>)> {
    let mut times = BTreeMap::new();
    keys.iter().map(move |key| {
        let nth = times.entry((key.folder, &*key.declaration.resource)).or_insert(0);
        *nth += 1;
        (*nth - 1, *key)
    })
}
