//! What the resources of a module have to do with each other, as far as their text tells it.

use std::collections::BTreeSet;

use super::program::{KEY, Module, Program};
use crate::span::{Place, Span};

impl<'p> Module<'p> {
    /// The text of the resource with that type and name.
    pub(super) fn resource_text(&self, program: &Program<'p>, address: &str) -> Option<&'p str> {
        let (source, span) = match key_name(address) {
            Some(name) => {
                let base = self.key(name)?.1.base;
                (base.source, base.node.span)
            }
            None => {
                let other = self.others.get(address)?;
                (other.source, other.node.span)
            }
        };
        Some(text(program, source, span))
    }

    /// Whether something depends on the key called `name` that exists anew before it is destroyed: then Terraform makes
    /// what it depends on in that order too.
    pub(super) fn is_created_first(&self, program: &Program<'p>, name: &str) -> bool {
        self.created_first
            .get_or_init(|| self.find_created_first(program))
            .contains(name)
    }

    fn find_created_first(&self, program: &Program<'p>) -> BTreeSet<&'p str> {
        let others = self.others.values().filter(|other| other.node.creates_first);
        let mut texts: Vec<_> = others
            .map(|other| text(program, other.source, other.node.span))
            .collect();
        let mut seen = BTreeSet::new();
        while let Some(text) = texts.pop() {
            for address in references(text) {
                if !seen.insert(address) {
                    continue;
                }
                let local = address
                    .strip_prefix("local.")
                    .and_then(|name| self.locals.get(name));
                texts.extend(local.map(|local| self::text(program, local.source, local.node.value.span)));
                texts.extend(self.resource_text(program, address));
            }
        }
        seen.into_iter().filter_map(key_name).collect()
    }
}

fn text<'p>(program: &Program<'p>, source: usize, span: Span) -> &'p str {
    program.text(Place { source, span })
}

/// The name of the key with that address.
fn key_name(address: &str) -> Option<&str> {
    address.strip_prefix(KEY)?.strip_prefix('.')
}

/// The type and the name of a resource that a reference names, or the first two of other steps.
pub(super) fn first_steps(reference: &str) -> &str {
    let ends = |c: char| !(c.is_alphanumeric() || matches!(c, '_' | '-' | '.'));
    let path = &reference[..reference.find(ends).unwrap_or(reference.len())];
    path.match_indices('.')
        .nth(1)
        .map_or(path, |(end, _)| &path[..end])
}

/// All that looks like a reference in a text, by its first two steps.
fn references(text: &str) -> impl Iterator<Item = &str> {
    let words = text.split(|c: char| !(c.is_alphanumeric() || matches!(c, '_' | '-' | '.')));
    words.map(first_steps).filter(|steps| steps.contains('.'))
}
