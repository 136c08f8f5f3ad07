//! What the plans and previews of a new version tell of the keys of the old one.

use std::collections::{BTreeMap, BTreeSet};

use crate::document::{Before, Declaration, Document, without_indexes};
use crate::finding::{Finding, Severity};
use crate::rules::syntax;

/// The changes that documents of the new version tell, and how far what they do not name is gone.
#[derive(Debug)]
pub struct Plans<'a> {
    /// The keys as they are before the change, by folder and address: with the types of its parents, a key has a
    /// second one.
    before: BTreeMap<(&'a str, &'a str), &'a Before>,
    /// The folders of documents that do not tell of all keys, or cannot be read to their end.
    partial: BTreeSet<&'a str>,
    /// The blocks and modules that the program lets go of, by folder.
    forgotten: BTreeSet<(&'a str, &'a str)>,
}

impl<'a> Plans<'a> {
    /// What `documents` tell, whose sources stand in `folders`.
    pub fn of(documents: &'a [Document], folders: &'a [String]) -> Self {
        let mut plans = Self {
            before: BTreeMap::new(),
            partial: BTreeSet::new(),
            forgotten: BTreeSet::new(),
        };
        for (document, folder) in documents.iter().zip(folders) {
            for before in document.before.iter().flatten() {
                let Declaration {
                    resource, qualified, ..
                } = &before.key;
                for address in qualified.iter().chain([resource]) {
                    plans.before.entry((folder, address)).or_insert(before);
                }
            }
            let is_cut =
                |finding: &Finding| finding.rule == syntax::RULE.id && finding.severity == Severity::Error;
            let is_unread = document.kind.is_none() || document.findings.iter().any(is_cut);
            let is_partial = document.is_partial || is_unread;
            plans.partial.extend(is_partial.then_some(&**folder));
            let forgotten = document.forgotten.iter();
            plans
                .forgotten
                .extend(forgotten.map(|address| (&**folder, &**address)));
        }
        plans
    }

    /// The key of the old version as a plan knows it before the change.
    pub fn before(&self, folder: &str, key: &Declaration) -> Option<&'a Before> {
        let mut addresses = key.qualified.iter().chain([&key.resource]);
        addresses.find_map(|address| self.before.get(&(folder, address.as_str())).copied())
    }

    /// Whether a key that the new version does not have stays as it is.
    pub fn leave_alone(&self, folder: &str, key: &Declaration) -> bool {
        self.partial.contains(folder) && self.before(folder, key).is_none()
    }

    /// Whether a key that the new version does not have is only let go of.
    pub fn let_go_of(&self, folder: &str, key: &Declaration) -> bool {
        if self.forgotten.is_empty() {
            return false;
        }
        let block = without_indexes(&key.resource);
        let ends = block.match_indices('.').map(|(end, _)| end).chain([block.len()]);
        ends.into_iter()
            .any(|end| self.forgotten.contains(&(folder, &block[..end])))
    }
}
