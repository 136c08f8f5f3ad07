//! The files of a program, grouped into Terraform modules, and the values that their variables are given.

use std::cell::OnceCell;
use std::collections::{BTreeMap, BTreeSet};

use super::syntax::{Attribute, Block, File, Item, Other, Renamed};
use crate::document::SyntaxError;
use crate::folder::normal;
use crate::span::{Place, Span};

/// All Terraform files of a run.
#[derive(Debug)]
pub(super) struct Program<'p> {
    /// The text of every source, by its index.
    texts: Vec<&'p str>,
    /// Names given twice, by source and offset.
    renamed: BTreeMap<usize, &'p BTreeMap<usize, Renamed>>,
    /// The modules by folder.
    pub(super) modules: BTreeMap<String, Module<'p>>,
}

/// A node and the index of its source.
#[derive(Debug)]
pub(super) struct In<'p, T> {
    pub(super) source: usize,
    pub(super) node: &'p T,
}

impl<T> Clone for In<'_, T> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<T> Copy for In<'_, T> {}

impl<'p, T> In<'p, T> {
    /// The place of a part of it.
    fn place(&self, span: impl Fn(&'p T) -> Span) -> Place {
        Place {
            source: self.source,
            span: span(self.node),
        }
    }
}

/// What one module declares twice.
#[derive(Debug)]
pub(super) struct Twice {
    pub(super) address: String,
    pub(super) first: Place,
    pub(super) again: Place,
}

/// A block, and those in override files that change it, the strongest last.
#[derive(Debug)]
pub(super) struct Declared<'p> {
    pub(super) base: In<'p, Block>,
    pub(super) overrides: Vec<In<'p, Block>>,
}

impl<'p> Declared<'p> {
    /// The attribute `name` as the strongest block sets it.
    pub(super) fn attribute(&self, name: &str) -> Option<In<'p, Attribute>> {
        self.strongest(|block| block.attribute(name))
    }

    /// The attribute `name` as the strongest override sets it.
    pub(super) fn overriding(&self, name: &str) -> Option<In<'p, Attribute>> {
        strongest(&self.overrides, |block| block.attribute(name))
    }

    /// The attribute `name` of the blocks of the kind `kind`, which Terraform merges too.
    pub(super) fn nested(&self, kind: &str, name: &str) -> Option<In<'p, Attribute>> {
        self.strongest(|block| block.blocks(kind).find_map(|inner| inner.attribute(name)))
    }

    /// How many attributes and blocks it is made of, and itself.
    pub(super) fn size(&self) -> usize {
        let blocks = std::iter::once(&self.base).chain(&self.overrides);
        blocks.map(|block| 1 + block.node.body.len()).sum()
    }

    fn strongest(&self, find: impl Fn(&'p Block) -> Option<&'p Attribute>) -> Option<In<'p, Attribute>> {
        strongest(std::iter::once(&self.base).chain(&self.overrides), find)
    }
}

fn strongest<'b, 'p: 'b>(
    weakest_first: impl IntoIterator<Item = &'b In<'p, Block>, IntoIter: DoubleEndedIterator>,
    find: impl Fn(&'p Block) -> Option<&'p Attribute>,
) -> Option<In<'p, Attribute>> {
    weakest_first.into_iter().rev().find_map(|block| {
        let source = block.source;
        find(block.node).map(|node| In { source, node })
    })
}

impl<'p> From<In<'p, Block>> for Declared<'p> {
    fn from(base: In<'p, Block>) -> Self {
        let overrides = Vec::new();
        Self { base, overrides }
    }
}

/// The files of one folder, by what is declared in them.
#[derive(Debug, Default)]
pub(super) struct Module<'p> {
    pub(super) folder: String,
    pub(super) variables: BTreeMap<&'p str, Declared<'p>>,
    pub(super) locals: BTreeMap<&'p str, In<'p, Attribute>>,
    pub(super) calls: BTreeMap<&'p str, Declared<'p>>,
    pub(super) keys: Vec<Declared<'p>>,
    keys_by_name: BTreeMap<&'p str, usize>,
    /// The resources that are no keys, by type and name.
    pub(super) others: BTreeMap<&'p str, In<'p, Other>>,
    pub(super) outputs: BTreeMap<&'p str, Declared<'p>>,
    pub(super) providers: Vec<Declared<'p>>,
    /// What the provider of Descope is called, besides `descope`.
    provider_names: BTreeSet<&'p str>,
    pub(super) moved: Vec<In<'p, Block>>,
    pub(super) imports: Vec<In<'p, Block>>,
    pub(super) removed: Vec<In<'p, Block>>,
    /// The keys that exist anew before they are destroyed, because of what depends on them.
    pub(super) created_first: OnceCell<BTreeSet<&'p str>>,
    /// What files give to the variables, weakest first.
    pub(super) given: Vec<In<'p, Attribute>>,
}

/// The resource that is a management key.
pub(super) const KEY: &str = "descope_management_key";

/// Whether a block can matter to a key.
pub(super) fn is_wanted(kind: &str, label: Option<&str>) -> bool {
    match kind {
        "resource" => label == Some(KEY),
        "provider" | "terraform" | "variable" | "locals" | "module" | "output" | "moved" | "import"
        | "removed" => true,
        _ => false,
    }
}

/// The folder that the source of a module names, seen from the folder `from`, if it is a local one.
pub(super) fn local_folder(from: &str, source: &str) -> Option<String> {
    let first = source.split(['/', '\\']).next();
    if !matches!(first, Some("." | "..")) {
        return None;
    }
    Some(normal(&match from {
        "" => source.to_owned(),
        _ => format!("{from}/{source}"),
    }))
}

impl<'p> Program<'p> {
    pub(super) fn new(texts: Vec<&'p str>) -> Self {
        Self {
            texts,
            renamed: BTreeMap::new(),
            modules: BTreeMap::new(),
        }
    }

    /// Adds what a configuration file of `folder` declares, and to `twice` what is declared there already.
    pub(super) fn add(&mut self, source: usize, folder: String, file: &'p File, twice: &mut Vec<Twice>) {
        self.renamed.insert(source, &file.renamed);
        let module = self.modules.entry(folder.clone()).or_insert_with(|| Module {
            folder,
            ..Module::default()
        });
        let others = file.others.iter();
        module
            .others
            .extend(others.map(|node| (node.address.as_str(), In { source, node })));
        for item in &file.body {
            if let Item::Block(node) = item {
                module.add(In { source, node }, twice);
            }
        }
    }

    /// Merges what an override file of `folder` says into what the other files declare. Returns what none of them does; if
    /// there is no other file, there is nothing to hold it against, and it declares by itself.
    pub(super) fn add_overrides(&mut self, source: usize, folder: &str, file: &'p File) -> Vec<SyntaxError> {
        let Some(module) = self.modules.get_mut(folder) else {
            self.add(source, folder.to_owned(), file, &mut Vec::new());
            return Vec::new();
        };
        self.renamed.insert(source, &file.renamed);
        let mut missing = Vec::new();
        for item in &file.body {
            if let Item::Block(node) = item {
                module.add_override(In { source, node }, &mut missing);
            }
        }
        missing
    }

    /// Adds the values that a file of `folder` gives to variables, stronger than those that were added before.
    pub(super) fn add_values(&mut self, source: usize, folder: &str, file: &'p File) {
        self.renamed.insert(source, &file.renamed);
        if let Some(module) = self.modules.get_mut(folder) {
            module
                .given
                .extend(file.body.iter().filter_map(|item| match item {
                    Item::Attribute(node) => Some(In { source, node }),
                    Item::Block(_) => None,
                }));
        }
    }

    /// The folders of the modules that others call.
    pub(super) fn called_folders(&self) -> BTreeSet<String> {
        let modules = self.modules.values();
        modules
            .flat_map(|module| {
                let called = module.calls.values();
                called
                    .filter_map(|call| self.called_by(module, call))
                    .filter(|called| called.folder != module.folder)
                    .map(|called| called.folder.clone())
            })
            .collect()
    }

    /// The text at a place.
    pub(super) fn text(&self, place: Place) -> &'p str {
        self.texts
            .get(place.source)
            .and_then(|text| text.get(place.span.range()))
            .unwrap_or_default()
    }

    /// The name that was written at a place where the tree has `name`.
    pub(super) fn written_name<'n>(&'n self, place: Place, name: &'n str) -> &'n str {
        self.renamed
            .get(&place.source)
            .and_then(|renamed| renamed.get(&place.span.start))
            .map_or(name, |renamed| renamed.name.as_str())
    }

    /// The module that `call` in the module `from` names by its source, if it is a local one that was given.
    pub(super) fn called_by(&self, from: &Module<'p>, call: &Declared<'p>) -> Option<&Module<'p>> {
        let source = call.attribute("source")?.node.value.literal()?;
        self.modules.get(&local_folder(&from.folder, source)?)
    }
}

/// Whether the source of a provider names the one of Descope, from whatever registry.
fn is_descope(source: &str) -> bool {
    let mut parts = source.rsplit('/');
    let mut is_next = || {
        parts
            .next()
            .is_some_and(|part| part.eq_ignore_ascii_case("descope"))
    };
    is_next() && is_next()
}

fn alias(provider: &Block) -> Option<&str> {
    provider.attribute("alias")?.value.literal()
}

/// How Terraform names what a block declares.
fn address(block: &Block) -> String {
    let labels = block.labels.join(".");
    match block.kind.as_str() {
        "resource" => labels,
        "variable" => format!("var.{labels}"),
        kind => format!("{kind}.{labels}"),
    }
}

fn nothing_to_override(span: Span, address: &str) -> SyntaxError {
    SyntaxError {
        span,
        message: format!("there is no `{address}` that this could override"),
        help: Some(
            "declare it in a file whose name does not end with `override`, or correct the name".to_owned(),
        ),
    }
}

impl<'p> Module<'p> {
    /// The key called `name`.
    pub(super) fn key(&self, name: &str) -> Option<(&'p str, &Declared<'p>)> {
        let (name, at) = self.keys_by_name.get_key_value(name)?;
        Some((name, self.keys.get(*at)?))
    }

    /// The settings of the provider of Descope, whatever it is called.
    pub(super) fn descope_providers(&self) -> impl Iterator<Item = &Declared<'p>> {
        self.providers.iter().filter(|provider| {
            let name = provider.base.node.label(0).unwrap_or_default();
            name == "descope" || self.provider_names.contains(name)
        })
    }

    /// Changes what `block` overrides; what is not there is added to `missing`.
    fn add_override(&mut self, block: In<'p, Block>, missing: &mut Vec<SyntaxError>) {
        let node = block.node;
        let (kind, name) = (node.kind.as_str(), node.label(0).unwrap_or_default());
        let declared = match kind {
            "resource" => node
                .label(1)
                .and_then(|name| self.keys.get_mut(*self.keys_by_name.get(name)?)),
            "variable" => self.variables.get_mut(name),
            "module" => self.calls.get_mut(name),
            "output" => self.outputs.get_mut(name),
            "provider" => self.providers.iter_mut().find(|provider| {
                let base = provider.base.node;
                base.label(0) == Some(name) && alias(base) == alias(node)
            }),
            "locals" => {
                let source = block.source;
                for node in node.attributes() {
                    match self.locals.get_mut(node.name.as_str()) {
                        Some(local) => *local = In { source, node },
                        None => missing.push(nothing_to_override(
                            node.name_span,
                            &format!("local.{}", node.name),
                        )),
                    }
                }
                return;
            }
            _ => return self.add(block, &mut Vec::new()),
        };
        match declared {
            Some(declared) => declared.overrides.push(block),
            // A provider without an alias is there without being declared.
            None if kind == "provider" && alias(node).is_none() => self.add(block, &mut Vec::new()),
            None => {
                missing.push(nothing_to_override(node.header, &address(node)));
            }
        }
    }

    fn add(&mut self, block: In<'p, Block>, twice: &mut Vec<Twice>) {
        let node = block.node;
        let first = match (node.kind.as_str(), node.label(0), node.label(1)) {
            ("resource", Some(KEY), Some(name)) => {
                let first = self.keys_by_name.insert(name, self.keys.len());
                self.keys.push(block.into());
                first.map(|first| self.keys[first].base)
            }
            ("variable", Some(name), _) => self.variables.insert(name, block.into()).map(|first| first.base),
            ("module", Some(name), _) => self.calls.insert(name, block.into()).map(|first| first.base),
            ("output", Some(name), _) => self.outputs.insert(name, block.into()).map(|first| first.base),
            ("locals", _, _) => return self.add_locals(block, twice),
            ("provider", Some(_), _) => return self.providers.push(block.into()),
            ("terraform", _, _) => {
                let required = node.blocks("required_providers").flat_map(Block::attributes);
                let ours = required.filter(|named| named.value.text_of("source").is_some_and(is_descope));
                return self.provider_names.extend(ours.map(|named| &*named.name));
            }
            ("moved", _, _) => return self.moved.push(block),
            ("import", _, _) => return self.imports.push(block),
            ("removed", _, _) => return self.removed.push(block),
            _ => None,
        };
        twice.extend(first.map(|first| Twice {
            address: address(node),
            first: first.place(|node| node.header),
            again: block.place(|node| node.header),
        }));
    }

    fn add_locals(&mut self, block: In<'p, Block>, twice: &mut Vec<Twice>) {
        let source = block.source;
        for node in block.node.attributes() {
            let local = In { source, node };
            let first = self.locals.insert(&node.name, local);
            twice.extend(first.map(|first| Twice {
                address: format!("local.{}", node.name),
                first: first.place(|node| node.name_span),
                again: local.place(|node| node.name_span),
            }));
        }
    }
}
