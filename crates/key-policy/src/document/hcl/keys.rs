//! Management keys, providers and moves: what a module's blocks mean to the rules.

use std::collections::{BTreeMap, BTreeSet};
use std::rc::Rc;

use hcl_edit::expr::Expression;

use super::eval::Evaluator;
use super::module::Instance;
use super::program::{Declared, In, KEY, Module};
use super::references::first_steps;
use super::repetition::{Repeated, Repetition};
use super::scope::Scope;
use super::syntax::{Attribute, Block, Expr, Item, Tree};
use super::value::TEXT;
use super::variables::Outside;
use crate::document::{
    Declaration, Dialect, Document, Former, Overriding, Replacement, ResourceOptions, Trigger,
    without_indexes,
};
use crate::span::{Place, Span};
use crate::value::{Content, Entry, Value};

/// Arguments that Terraform itself takes in every resource.
const META_ARGUMENTS: [&str; 4] = ["count", "depends_on", "for_each", "provider"];
/// Blocks that Terraform itself takes in every resource.
const META_BLOCKS: [&str; 3] = ["lifecycle", "connection", "provisioner"];
/// How many values a key counts for.
const COST_OF_KEY: usize = 10;
/// Moves may follow each other so often.
const MAX_MOVES: usize = 16;

/// Earlier addresses by the later ones.
type Moves = BTreeMap<String, String>;

/// What a program says of keys that exist already.
#[derive(Default)]
struct Refactored {
    moves: Moves,
    /// The blocks of those that are taken over, by their addresses.
    imports: BTreeSet<String>,
}

/// The folders of the modules that were read.
pub(super) type Used<'p> = BTreeSet<&'p str>;

impl<'p> Evaluator<'p> {
    /// Adds what a program declares and puts out, and what the modules declare that it calls, to the documents of their
    /// sources, and the folders of all of them to `used`.
    pub(super) fn read_root(
        &self,
        module: &'p Module<'p>,
        outside: &'p Outside,
        used: &mut Used<'p>,
        documents: &mut [Document],
    ) {
        let instance = self.read_by_itself(module, outside, used, documents);
        for (name, block) in &module.outputs {
            let output = self.read_output(&instance, name, block);
            documents[block.base.source].outputs.push(output);
        }
    }

    /// The same without what it puts out: of a module that no program uses, nobody sees that.
    pub(super) fn read_by_itself(
        &self,
        module: &'p Module<'p>,
        outside: &'p Outside,
        used: &mut Used<'p>,
        documents: &mut [Document],
    ) -> Rc<Instance<'p>> {
        let instance = Instance::root(module, outside);
        self.read_instance(&instance, &mut Refactored::default(), used, documents);
        instance
    }

    fn read_instance(
        &self,
        instance: &Rc<Instance<'p>>,
        refactored: &mut Refactored,
        used: &mut Used<'p>,
        documents: &mut [Document],
    ) {
        let module = instance.module;
        used.insert(&module.folder);
        let address = |block: &In<'p, Block>, name: &str| {
            let attribute = block.node.attribute(name)?;
            let length = instance.address.len() + attribute.value.span.range().len();
            let is_affordable = self.charge(length / TEXT);
            is_affordable.then(|| instance.address.clone() + &self.written(block.source, &attribute.value))
        };
        for block in &module.moved {
            if let (Some(from), Some(to)) = (address(block, "from"), address(block, "to")) {
                refactored.moves.insert(to, from);
            }
        }
        for block in &module.imports {
            refactored
                .imports
                .extend(address(block, "to").map(|to| without_indexes(&to)));
        }
        for block in &module.removed {
            let lifecycle = block
                .node
                .blocks("lifecycle")
                .find_map(|inner| inner.attribute("destroy"));
            let source = block.source;
            // Without a word, Terraform destroys and OpenTofu does not.
            if self.truth(instance, lifecycle.map(|node| In { source, node })) == Some(false) {
                let program = instance.calls.last().map_or(source, |call| call.source);
                documents[program]
                    .forgotten
                    .extend(address(block, "from").map(|from| without_indexes(&from)));
            }
        }
        for block in &module.keys {
            let unknowns = &mut documents[instance.program_source(block)].unknowns;
            let declarations = self.declarations(instance, block, refactored, unknowns);
            documents[block.base.source].declarations.extend(declarations);
        }
        for block in module.descope_providers() {
            for part in std::iter::once(&block.base).chain(&block.overrides) {
                let settings = self.provider_settings(instance, block, *part);
                documents[part.source].providers.push(settings);
            }
        }
        for (name, block) in &module.calls {
            let Some(calls) = self.calls(instance, name) else {
                continue;
            };
            if !calls.is_certain() {
                documents[instance.program_source(block)].unknowns += 1;
            }
            for called in &calls.instances {
                self.read_instance(called, refactored, used, documents);
            }
            if let (true, true, Some(module)) = (calls.is_certain(), calls.instances.is_empty(), calls.module)
            {
                self.leave_out(module, used);
            }
        }
    }

    /// Adds a module that is called no times, and those that it calls, to `used`: none of them is a program by itself.
    fn leave_out(&self, module: &'p Module<'p>, used: &mut Used<'p>) {
        if used.insert(&module.folder) {
            for call in module.calls.values() {
                let called = self.program.called_by(module, call);
                called.into_iter().for_each(|called| self.leave_out(called, used));
            }
        }
    }

    /// The keys that one block stands for.
    fn declarations(
        &self,
        instance: &Rc<Instance<'p>>,
        block: &'p Declared<'p>,
        refactored: &Refactored,
        unknowns: &mut usize,
    ) -> Vec<Declaration> {
        let base = block.base.node;
        let Some(name) = base.label(1) else {
            return Vec::new();
        };
        let address = format!("{}{KEY}.{name}", instance.address);
        let mut options = self.options(instance, block);
        // Of two blocks with one name, references are to one only.
        let repeated = match instance.module.key(name) {
            Some((name, own)) if std::ptr::eq(own, block) => self.repeated_key(instance, name),
            _ => Some(Rc::new(self.repeated(instance, block))),
        };
        let once = [(String::new(), Repetition::default())];
        let (mut times, mut is_known) = match repeated.as_deref() {
            Some(Repeated::Once) => (&once[..], true),
            Some(Repeated::Times(times)) => (&times[..], true),
            Some(Repeated::Unknown) | None => (&once[..], false),
        };
        let texts = (address.len() + size(&options)) / TEXT;
        let cost = COST_OF_KEY + block.size() + instance.calls.len() + texts;
        if !self.charge(times.len().saturating_mul(cost)) {
            options.triggers.clear();
            options.ignore_changes.clear();
            (times, is_known) = (&once[..], false);
        }
        if !is_known {
            *unknowns += 1;
        }
        let overrides: Vec<_> = block
            .overrides
            .iter()
            .map(|&In { source, node }| Place {
                source,
                span: node.header,
            })
            .collect();
        let set = block.overrides.iter().flat_map(|&In { source, node }| {
            let items = node.body.iter().filter(|item| !is_meta(item));
            items.map(move |item| {
                let (span, value) = match item {
                    Item::Attribute(attribute) => (attribute.name_span, attribute.value.span),
                    Item::Block(inner) => (inner.kind_span, inner.kind_span),
                };
                let name = Place { source, span };
                (setting(item).to_owned(), Overriding { name, value })
            })
        });
        let overridden: BTreeMap<_, _> = set.collect();
        let declaration = |(suffix, repetition): &(String, Repetition)| {
            let resource = format!("{address}{suffix}");
            let options = ResourceOptions {
                former_addresses: former_addresses(&resource, &refactored.moves),
                is_imported: refactored.imports.contains(&*without_indexes(&resource)),
                ..options.clone()
            };
            let properties = self.settings(instance, repetition, block);
            Declaration {
                options,
                calls: instance.calls.clone(),
                overrides: overrides.clone(),
                is_certain: is_known && instance.is_certain,
                overridden: overridden.clone(),
                ..Declaration::new(resource, Dialect::Terraform, base.header, properties)
            }
        };
        times.iter().map(declaration).collect()
    }

    /// What one of the blocks of a provider sets that no stronger one overrides.
    fn provider_settings(
        &self,
        instance: &Rc<Instance<'p>>,
        block: &Declared<'p>,
        In { source, node }: In<'p, Block>,
    ) -> Value {
        let once_for_all = Repetition::default();
        let scope = Scope::new(instance, &once_for_all, source);
        let in_force = node.attributes().filter(|own| {
            let strongest = block.attribute(&own.name);
            strongest.is_some_and(|strongest| std::ptr::eq(strongest.node, *own))
        });
        let entry = |own: &'p Attribute| {
            let place = |span| Place { source, span };
            Entry {
                key: self
                    .program
                    .written_name(place(own.name_span), &own.name)
                    .to_owned(),
                key_span: own.name_span,
                value: self.setting(scope, &own.value, place(own.value.span)),
            }
        };
        Value::new(Content::Object(in_force.map(entry).collect()), node.span)
    }

    /// What a block sets, without what Terraform itself takes. What an override sets stands at the name that the block
    /// itself gives it, whose own value does not count, or at the block's header.
    fn settings(
        &self,
        instance: &Rc<Instance<'p>>,
        repetition: &Repetition,
        block: &'p Declared<'p>,
    ) -> Value {
        let base = block.base.node;
        let mut entries = Vec::new();
        for In { source, node } in std::iter::once(&block.base).chain(&block.overrides).copied() {
            let is_base = std::ptr::eq(node, base);
            for item in &node.body {
                let name = setting(item);
                let is_told = |entry: &Entry| entry.key == name;
                if is_meta(item) || !is_base && entries.iter().any(is_told) {
                    continue;
                }
                let site = |span| if is_base { span } else { base.header };
                entries.push(match item {
                    Item::Attribute(own) => {
                        let overriding = block.overriding(&own.name);
                        let attribute = overriding.unwrap_or(In { source, node: own });
                        let scope = Scope::new(instance, repetition, attribute.source);
                        let at = Place {
                            source: block.base.source,
                            span: site(overriding.map_or(own.value.span, |_| own.name_span)),
                        };
                        let written = Place {
                            source,
                            span: own.name_span,
                        };
                        Entry {
                            key: self.program.written_name(written, name).to_owned(),
                            key_span: site(own.name_span),
                            value: self.setting(scope, &attribute.node.value, at),
                        }
                    }
                    Item::Block(inner) => Entry {
                        key: name.to_owned(),
                        key_span: site(inner.kind_span),
                        value: Value {
                            origin: (!is_base).then_some(Place {
                                source,
                                span: inner.kind_span,
                            }),
                            ..Value::new(Content::Block, site(inner.kind_span))
                        },
                    },
                });
            }
        }
        Value::new(Content::Object(entries), base.span)
    }

    /// The value of an expression, as it stands at `place`.
    fn setting(&self, scope: Scope<'_, 'p>, expr: &'p Expr, place: Place) -> Value {
        let val = self.apart(|| self.value(scope, expr));
        if self.charge(val.size()) {
            val.to_value(place, &|place| self.program.text(place))
        } else {
            Value::new(Content::Unknown(String::new()), place.span)
        }
    }

    fn options(&self, instance: &Rc<Instance<'p>>, block: &'p Declared<'p>) -> ResourceOptions {
        let mut options = ResourceOptions::default();
        if let Some(attribute) = block.nested("lifecycle", "create_before_destroy")
            && let Some(creates_first) = self.truth(instance, Some(attribute))
        {
            let is_own = attribute.source == block.base.source;
            options.replacement = Some(Replacement {
                deletes_first: !creates_first,
                span: match is_own {
                    true => Span {
                        start: attribute.node.name_span.start,
                        end: attribute.node.value.span.end,
                    },
                    false => block.base.node.header,
                },
            });
        }
        let name = block.base.node.label(1).unwrap_or_default();
        if options.replacement.is_none() && instance.module.is_created_first(self.program, name) {
            options.replacement = Some(Replacement {
                deletes_first: false,
                span: block.base.node.header,
            });
        }
        // OpenTofu lets go of such a resource where others are destroyed.
        let destroys = self.truth(instance, block.nested("lifecycle", "destroy"));
        options.is_retained = destroys == Some(false);
        let is_affordable = |attribute: &In<'_, Attribute>| {
            let length = attribute.node.value.span.range().len();
            self.charge(length / TEXT)
        };
        let ignored = block.nested("lifecycle", "ignore_changes");
        if let Some(attribute) = ignored.filter(is_affordable) {
            options.ignore_changes = self.names(attribute.source, &attribute.node.value);
        }
        let triggers = block.nested("lifecycle", "replace_triggered_by");
        if let Some(attribute) = triggers.filter(is_affordable) {
            let names = self.names(attribute.source, &attribute.node.value);
            let trigger = |name: String| {
                let written = instance.module.resource_text(self.program, first_steps(&name));
                let length = written.map_or(0, str::len);
                self.charge(length / TEXT).then(|| Trigger {
                    written: written.map(str::to_owned),
                    name,
                })
            };
            options.triggers = names.into_iter().filter_map(trigger).collect();
        }
        options
    }

    /// The names in a list of references, or the one name that stands in its place.
    fn names(&self, source: usize, expr: &Expr) -> Vec<String> {
        match &expr.tree {
            Tree::Native {
                expression: Expression::Array(items),
                base,
            } => items
                .iter()
                .map(|item| {
                    let span = super::syntax::span(item, *base);
                    let name = item.as_str().unwrap_or(self.program.text(Place { source, span }));
                    name.to_owned()
                })
                .collect(),
            Tree::List(items) => items.iter().map(|item| self.written(source, item)).collect(),
            _ => vec![self.written(source, expr)],
        }
    }

    /// A reference as it is written, without space; JSON has it in a string.
    fn written(&self, source: usize, expr: &Expr) -> String {
        let span = expr.span;
        let text = expr
            .literal()
            .unwrap_or(self.program.text(Place { source, span }));
        text.split_whitespace().collect()
    }
}

/// How much text options hold.
fn size(options: &ResourceOptions) -> usize {
    let written = |trigger: &Trigger| trigger.written.as_ref().map_or(0, String::len);
    let triggers = options
        .triggers
        .iter()
        .map(|trigger| trigger.name.len() + written(trigger));
    let ignored = options.ignore_changes.iter().map(|name| name.len() + TEXT);
    triggers.chain(ignored).sum()
}

/// Whether Terraform itself takes it, and the resource never sees it.
fn is_meta(item: &Item) -> bool {
    match item {
        Item::Attribute(attribute) => META_ARGUMENTS.contains(&attribute.name.as_str()),
        Item::Block(block) => META_BLOCKS.contains(&block.kind.as_str()),
    }
}

/// What an attribute or a block sets: `dynamic "rebac"` makes blocks called `rebac`.
fn setting(item: &Item) -> &str {
    match item {
        Item::Attribute(attribute) => &attribute.name,
        Item::Block(block) => match block.label(0) {
            Some(label) if block.kind == "dynamic" => label,
            _ => &block.kind,
        },
    }
}

/// The addresses that moves lead from to `address`, latest first.
fn former_addresses(address: &str, moves: &Moves) -> Vec<Former> {
    let mut former: Vec<Former> = Vec::new();
    if moves.is_empty() {
        return former;
    }
    let mut current = address.to_owned();
    while former.len() < MAX_MOVES {
        // A move of a module, or of a block that is repeated, moves all that is inside.
        let ends = current.match_indices(['.', '[']).map(|(end, _)| end);
        let found = ends
            .chain([current.len()])
            .filter_map(|end| Some(format!("{}{}", moves.get(&current[..end])?, &current[end..])))
            .next_back();
        match found {
            Some(found) if former.iter().all(|known| known.address != found) => {
                current.clone_from(&found);
                former.push(Former {
                    address: found,
                    dialect: Dialect::Terraform,
                });
            }
            _ => break,
        }
    }
    former
}
