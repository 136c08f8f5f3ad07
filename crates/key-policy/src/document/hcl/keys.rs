//! Management keys, providers and moves: what a module's blocks mean to the rules.

use std::collections::BTreeMap;
use std::rc::Rc;

use hcl_edit::expr::Expression;

use super::eval::{Evaluator, Scope};
use super::module::{Instance, Outside, Repeated, Repetition};
use super::program::{In, KEY, Module};
use super::syntax::{Attribute, Block, Expr, Item, Tree};
use crate::document::{Declaration, Dialect, Document, Replacement, ResourceOptions};
use crate::span::{Place, Span};
use crate::value::{Content, Entry, Value};

/// Arguments that Terraform itself takes in every resource.
const META_ARGUMENTS: [&str; 4] = ["count", "depends_on", "for_each", "provider"];
/// Blocks that Terraform itself takes in every resource.
const META_BLOCKS: [&str; 3] = ["lifecycle", "connection", "provisioner"];
/// Moves may follow each other so often.
const MAX_MOVES: usize = 16;

/// Earlier addresses by the later ones.
type Moves = BTreeMap<String, String>;

impl<'p> Evaluator<'p> {
    /// Adds what a module declares, and what the modules do that it calls, to the documents of their sources.
    /// `is_root` tells whether it is a program, or a module that is only looked at by itself.
    pub(super) fn read_root(
        &self,
        module: &'p Module<'p>,
        outside: &'p Outside,
        is_root: bool,
        documents: &mut [Document],
    ) {
        let instance = Instance::root(module, outside);
        let mut moves = Moves::new();
        self.read_instance(&instance, &mut moves, documents);
        if is_root {
            for (name, &block) in &module.outputs {
                let output = self.read_output(&instance, name, block);
                documents[block.source].outputs.push(output);
            }
        }
    }

    fn read_instance(&self, instance: &Rc<Instance<'p>>, moves: &mut Moves, documents: &mut [Document]) {
        let module = instance.module;
        for block in &module.moved {
            let address = |name: &str| {
                let attribute = block.node.attribute(name)?;
                Some(instance.address.clone() + &self.written(block.source, &attribute.value))
            };
            if let (Some(from), Some(to)) = (address("from"), address("to")) {
                moves.insert(to, from);
            }
        }
        for &block in &module.keys {
            for declaration in self.declarations(instance, block, moves) {
                documents[block.source].declarations.push(declaration);
            }
        }
        let once_for_all = Repetition::default();
        for block in &module.providers {
            let scope = Scope::new(instance, &once_for_all, block.source);
            let settings = self.settings(scope, block.node);
            documents[block.source].providers.push(settings);
        }
        for name in module.calls.keys() {
            for (_, called) in self
                .calls(instance, name)
                .iter()
                .flat_map(|calls| &calls.instances)
            {
                self.read_instance(called, moves, documents);
            }
        }
    }

    /// The keys that one block stands for.
    fn declarations(
        &self,
        instance: &Rc<Instance<'p>>,
        block: In<'p, Block>,
        moves: &Moves,
    ) -> Vec<Declaration> {
        let Some(name) = block.node.label(1) else {
            return Vec::new();
        };
        let address = format!("{}{KEY}.{name}", instance.address);
        let times = match self.repeated(instance, block) {
            Repeated::Once | Repeated::Unknown => vec![(String::new(), Repetition::default())],
            Repeated::Times(times) => times,
        };
        let options = self.options(instance, block);
        let declaration = |(suffix, repetition): &(String, Repetition)| {
            let scope = Scope::new(instance, repetition, block.source);
            let resource = format!("{address}{suffix}");
            Declaration {
                dialect: Dialect::Terraform,
                span: block.node.header,
                properties: self.settings(scope, block.node),
                options: ResourceOptions {
                    former_addresses: former_addresses(&resource, moves),
                    ..options.clone()
                },
                calls: instance.calls.clone(),
                planned: None,
                resource,
            }
        };
        times.iter().map(declaration).collect()
    }

    /// What a block sets, without what Terraform itself takes.
    fn settings(&self, scope: Scope<'_, 'p>, block: &'p Block) -> Value {
        let entries = block.body.iter().filter_map(|item| match item {
            Item::Attribute(attribute) if META_ARGUMENTS.contains(&attribute.name.as_str()) => None,
            Item::Attribute(attribute) => Some(self.entry(scope, attribute)),
            Item::Block(inner) if META_BLOCKS.contains(&inner.kind.as_str()) => None,
            Item::Block(inner) => Some(Entry {
                // `dynamic "rebac"` makes blocks called `rebac`.
                key: match inner.label(0) {
                    Some(label) if inner.kind == "dynamic" => label.to_owned(),
                    _ => inner.kind.clone(),
                },
                key_span: inner.kind_span,
                value: Value::new(Content::Block, inner.kind_span),
            }),
        });
        Value::new(Content::Object(entries.collect()), block.span)
    }

    fn entry(&self, scope: Scope<'_, 'p>, attribute: &'p Attribute) -> Entry {
        let place = |span| Place {
            source: scope.source,
            span,
        };
        let val = self.apart(|| self.value(scope, &attribute.value));
        let value = if self.charge(val.size()) {
            val.to_value(place(attribute.value.span), &|place| self.program.text(place))
        } else {
            let text = self.program.text(place(attribute.value.span));
            Value::new(Content::Unknown(text.to_owned()), attribute.value.span)
        };
        let name = self
            .program
            .written_name(place(attribute.name_span), &attribute.name);
        Entry {
            key: name.to_owned(),
            key_span: attribute.name_span,
            value,
        }
    }

    fn options(&self, instance: &Rc<Instance<'p>>, block: In<'p, Block>) -> ResourceOptions {
        let mut options = ResourceOptions::default();
        for lifecycle in block.node.blocks("lifecycle") {
            if let Some(attribute) = lifecycle.attribute("create_before_destroy")
                && let Some(creates_first) = self.truth(instance, block.source, Some(attribute))
            {
                options.replacement = Some(Replacement {
                    deletes_first: !creates_first,
                    span: Span {
                        start: attribute.name_span.start,
                        end: attribute.value.span.end,
                    },
                });
            }
            if let Some(attribute) = lifecycle.attribute("ignore_changes") {
                options
                    .ignore_changes
                    .extend(self.names(block.source, &attribute.value));
            }
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

/// The addresses that moves lead from to `address`, latest first.
fn former_addresses(address: &str, moves: &Moves) -> Vec<String> {
    let mut former = Vec::new();
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
            Some(found) if !former.contains(&found) => {
                former.push(found.clone());
                current = found;
            }
            _ => break,
        }
    }
    former
}
