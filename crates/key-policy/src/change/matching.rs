//! Which key of one version is which key of the other.

use std::collections::BTreeMap;

use crate::document::{Declaration, Document, Source, folder_of};

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

/// What makes a key the same in two versions: its program and its address. An address given twice keeps both, in order.
type Address<'a> = (&'a str, &'a str, usize);

/// The keys of `documents`, which were read from `sources`, whose names begin with `root`.
pub fn placed<'a>(documents: &'a [Document], sources: &[Source<'a>], root: &str) -> Vec<Placed<'a>> {
    let folder = |source: usize| folder_of(sources[source].name.strip_prefix(root).unwrap_or(""));
    let mut keys = Vec::new();
    for (source, document) in documents.iter().enumerate() {
        for declaration in &document.declarations {
            // A key in a module belongs to the program that calls it, and its address says through which calls.
            let program = declaration.calls.last().map_or(source, |call| call.source);
            keys.push(Placed {
                folder: folder(program),
                source,
                declaration,
            });
        }
    }
    keys
}

/// Pairs the keys of two versions, ordered by the new address, or the old one where there is no new one.
///
/// A key at an address that is new is the one at a former address that it names, unless that one still exists.
pub fn matched<'a>(old: &[Placed<'a>], new: &[Placed<'a>]) -> Vec<(Option<Placed<'a>>, Option<Placed<'a>>)> {
    let mut before = addressed(old);
    let after = addressed(new);
    let mut pairs = BTreeMap::new();
    for (address, key) in &after {
        if let Some(same) = before.remove(address) {
            pairs.insert(*address, (Some(same), Some(*key)));
        }
    }
    for (address, key) in &after {
        if pairs.contains_key(address) {
            continue;
        }
        let former = key.declaration.options.former_addresses.iter();
        let moved = former
            .map(|former| (key.folder, former.as_str(), 0))
            .find_map(|former| before.remove(&former));
        pairs.insert(*address, (moved, Some(*key)));
    }
    for (address, key) in before {
        pairs.insert(address, (Some(key), None));
    }
    pairs.into_values().collect()
}

fn addressed<'a>(keys: &[Placed<'a>]) -> BTreeMap<Address<'a>, Placed<'a>> {
    let mut times = BTreeMap::new();
    let addressed = keys.iter().map(|key| {
        let (folder, resource) = (key.folder, key.declaration.resource.as_str());
        let nth = times.entry((folder, resource)).or_default();
        let address = (folder, resource, *nth);
        *nth += 1;
        (address, *key)
    });
    addressed.collect()
}
