//! Terraform: files of the native syntax and of JSON, grouped by folder into modules, evaluated as far as that can be
//! done without a provider.
//!
//! `split` cuts a file into blocks, `syntax` and `json` parse them, `program` groups them into modules and merges override
//! files. `module` knows what a name refers to, with `variables`, `calls` and `repetition`; `eval` values expressions on the
//! tree of `hcl-edit`, with a file for each kind of them; `value`, `unify` and `functions` are what they compute with. `keys`
//! and `outputs` turn what was found into a document.

mod calls;
mod compare;
mod eval;
mod for_expr;
mod functions;
mod json;
mod keys;
mod module;
mod operators;
mod outputs;
mod places;
mod program;
mod references;
mod repetition;
mod scope;
mod split;
mod syntax;
mod template;
mod traversal;
mod types;
mod unify;
mod value;
mod variables;

#[cfg(test)]
mod tests;

use std::collections::{BTreeMap, BTreeSet};

use super::{Document, Inputs, Role, SyntaxError, syntax as finding};
use crate::finding::{Finding, Related, Severity};
use crate::folder::{normal, split as split_name};
use crate::span::{Place, Span};
use eval::Evaluator;
use program::{Program, Twice, is_wanted};
pub(super) use repetition::quoted;
pub(super) use split::construct_end;
use syntax::{File, Item};
use variables::Outside;

/// One file of a Terraform program.
#[derive(Debug, Clone, Copy)]
pub(super) struct Input<'a> {
    /// The index of its source.
    pub(super) source: usize,
    pub(super) name: &'a str,
    pub(super) role: Role,
    /// The whole text, a byte order mark included.
    pub(super) text: &'a str,
    /// How many bytes of the text are a byte order mark.
    pub(super) start: usize,
    /// Whether it gives values to variables, and declares nothing.
    pub(super) is_values: bool,
}

/// How many values may be computed for each byte of the program, and how many for any program.
const VALUES_PER_BYTE: usize = 4;
const VALUES: usize = 1_000_000;

/// Reads `files` and adds to the documents of their sources what they declare.
pub(super) fn read(files: &[Input<'_>], inputs: &Inputs, documents: &mut [Document]) {
    if files.is_empty() {
        return;
    }
    let files = &without_replaced(files, documents);
    let mut parsed: Vec<File> = files.iter().map(parse).collect();
    for (input, file) in files.iter().zip(&mut parsed) {
        let document = &mut documents[input.source];
        document.comments = std::mem::take(&mut file.comments);
        let mut errors = std::mem::take(&mut file.errors);
        errors.extend(set_twice(file));
        let errors = errors.into_iter();
        document
            .findings
            .extend(errors.map(|error| finding(input.source, error)));
    }
    let program = program(files, &parsed, documents);
    let size: usize = files.iter().map(|input| input.text.len()).sum();
    let evaluator = Evaluator::new(&program, VALUES + VALUES_PER_BYTE * size);
    let outside = Outside::new(inputs);
    let nothing = Outside::default();
    let called = program.called_folders();
    let checked: BTreeSet<String> = files
        .iter()
        .filter(|input| input.role == Role::Checked)
        .map(|input| split_name(input.name).0)
        .collect();
    let mut used = BTreeSet::new();
    let (roots, others): (Vec<_>, Vec<_>) = program
        .modules
        .values()
        .partition(|module| !called.contains(&module.folder));
    for module in roots {
        evaluator.read_root(module, &outside, &mut used, documents);
    }
    for module in others {
        // By itself a module is looked at only if nobody uses it: its defaults are not what its callers say.
        if checked.contains(&module.folder) && !used.contains(&*module.folder) {
            evaluator.read_by_itself(module, &nothing, &mut used, documents);
        }
    }
    for document in documents {
        document.declarations.sort_by_key(|key| key.span.start);
        document.outputs.sort_by_key(|output| output.span.start);
    }
}

/// The folders of the Terraform programs that `files` belong to, and of the local modules that they call.
pub(super) fn folders<'a>(files: impl Iterator<Item = (&'a str, &'a str)>) -> BTreeSet<String> {
    let mut folders = BTreeSet::new();
    for (name, text) in files {
        let folder = split_name(name).0;
        if text.contains("module") {
            let file = match json::is_json(name, text) {
                true => json::parse(text, 0, false),
                false => syntax::parse(text, 0, |kind, _| kind == "module"),
            };
            folders.extend(file.body.iter().filter_map(|item| match item {
                Item::Block(block) if block.kind == "module" => {
                    program::local_folder(&folder, block.attribute("source")?.value.literal()?)
                }
                _ => None,
            }));
        }
        folders.insert(folder);
    }
    folders
}

/// Whether Terraform loads a file of that name from the folder of a program.
pub(super) fn is_loaded(name: &str) -> bool {
    let is_hidden = name.starts_with('.') || name.ends_with('~');
    let is_values = matches!(name, "terraform.tfvars" | "terraform.tfvars.json");
    let endings = [
        ".tf",
        ".tf.json",
        ".tofu",
        ".tofu.json",
        ".auto.tfvars",
        ".auto.tfvars.json",
    ];
    !is_hidden && (is_values || endings.iter().any(|ending| name.ends_with(ending)))
}

/// The files without those in whose place OpenTofu reads another: `main.tf`, where `main.tofu` stands beside it. If only
/// the one that Terraform reads is to be checked, that one stays.
fn without_replaced<'a>(files: &[Input<'a>], documents: &mut [Document]) -> Vec<Input<'a>> {
    let by_name: BTreeMap<_, _> = files
        .iter()
        .map(|input| (split_name(input.name), input))
        .collect();
    let counterpart = |input: &Input<'_>, ending: &str, other: &str| {
        let (folder, name) = split_name(input.name);
        let stem = name.strip_suffix(".json").unwrap_or(name);
        let (stem, json) = (stem.strip_suffix(ending)?, &name[stem.len()..]);
        by_name.get(&(folder, &*format!("{stem}{other}{json}"))).copied()
    };
    let is_only_asked =
        |input: &Input<'_>, other: &Input<'_>| input.role == Role::Checked && other.role == Role::Context;
    let mut used = Vec::with_capacity(files.len());
    for input in files {
        let tofu = counterpart(input, ".tf", ".tofu").filter(|tofu| !is_only_asked(input, tofu));
        let terraform = counterpart(input, ".tofu", ".tf").filter(|other| is_only_asked(other, input));
        match tofu.or(terraform) {
            None => used.push(*input),
            Some(other) => {
                let told = SyntaxError {
                    span: Span::default(),
                    message: format!(
                        "OpenTofu reads `{}` in the place of this file: nothing in it is checked",
                        other.name
                    ),
                    help: Some("name this file alone to check it as Terraform reads it".to_owned()),
                };
                documents[input.source].findings.push(Finding {
                    severity: Severity::Note,
                    ..finding(input.source, told)
                });
            }
        }
    }
    used
}

fn parse(input: &Input<'_>) -> File {
    let text = &input.text[input.start..];
    if json::is_json(input.name, text) {
        json::parse(input.text, input.start, input.is_values)
    } else {
        syntax::parse(text, input.start, is_wanted)
    }
}

fn program<'a>(files: &[Input<'a>], parsed: &'a [File], documents: &mut [Document]) -> Program<'a> {
    let mut texts = vec![""; documents.len()];
    for input in files {
        texts[input.source] = input.text;
    }
    let mut program = Program::new(texts);
    let numbered = || files.iter().zip(parsed);
    let declaring = numbered().filter(|(input, _)| !input.is_values);
    let (mut overrides, others): (Vec<_>, Vec<_>) = declaring.partition(|(input, _)| is_override(input.name));
    let mut twice = Vec::new();
    for (input, file) in others {
        program.add(input.source, split_name(input.name).0, file, &mut twice);
    }
    for twice in twice {
        if let Some(told) = declared_twice(files, &twice) {
            documents[told.source].findings.push(told);
        }
    }
    overrides.sort_by_key(|(input, _)| split_name(input.name).1);
    for (input, file) in overrides {
        let errors = program.add_overrides(input.source, &split_name(input.name).0, file);
        let findings = errors.into_iter().map(|error| finding(input.source, error));
        documents[input.source].findings.extend(findings);
    }
    let mut values: Vec<_> = numbered()
        .filter(|(input, _)| input.is_values)
        .filter_map(|(input, file)| Some((rank(input)?, input, file)))
        .collect();
    values.sort_by_key(|(rank, ..)| *rank);
    for (_, input, file) in values {
        match input.role {
            Role::Variables => {
                for folder in program.modules.keys().cloned().collect::<Vec<_>>() {
                    program.add_values(input.source, &folder, file);
                }
            }
            Role::Checked | Role::Context => {
                program.add_values(input.source, &split_name(input.name).0, file)
            }
        }
    }
    program
}

/// What is said about something that is declared twice in one module, as far as Terraform reads both files and both are to
/// be checked: a file that is only read to understand another may be no part of what was asked about.
fn declared_twice(files: &[Input<'_>], twice: &Twice) -> Option<Finding> {
    let input = |place: Place| files.iter().find(|input| input.source == place.source);
    let (first, again) = (input(twice.first)?, input(twice.again)?);
    let is_read = |input: &Input<'_>| is_loaded(split_name(input.name).1);
    let is_one_module = first.source == again.source
        || is_read(first) && is_read(again) && normal(first.name) != normal(again.name);
    let is_asked = [first, again].iter().all(|input| input.role == Role::Checked);
    (is_one_module && is_asked).then(|| {
        let message = format!("`{}` is declared twice", twice.address);
        let mut finding = Finding::in_source(&crate::rules::syntax::RULE, twice.again, message)
            .help("rename one of the two, or remove it");
        finding
            .related
            .push(Related::new("it is declared here too", twice.first));
        finding
    })
}

/// Whether Terraform merges what a file says into what the others of its folder declare.
fn is_override(name: &str) -> bool {
    let file = split_name(name).1;
    let file = file.strip_suffix(".json").unwrap_or(file);
    let stem = file.strip_suffix(".tf").or_else(|| file.strip_suffix(".tofu"));
    stem.is_some_and(|stem| stem == "override" || stem.ends_with("_override"))
}

/// In which order files give values to variables, the weakest first; nothing for a file that Terraform does not load.
fn rank<'a>(input: &Input<'a>) -> Option<(u8, &'a str)> {
    let file = split_name(input.name).1;
    match file {
        _ if input.role == Role::Variables => Some((3, "")),
        "terraform.tfvars" => Some((0, file)),
        "terraform.tfvars.json" => Some((1, file)),
        _ if file.ends_with(".auto.tfvars") || file.ends_with(".auto.tfvars.json") => Some((2, file)),
        _ => None,
    }
}

/// Attributes that are set twice outside of keys, where Terraform refuses them and no rule speaks of them.
fn set_twice(file: &File) -> Vec<SyntaxError> {
    let mut keys: Vec<Span> = file
        .body
        .iter()
        .filter_map(|item| match item {
            Item::Block(block) if block.kind == "resource" => Some(block.span),
            _ => None,
        })
        .collect();
    keys.sort();
    let is_in_key = |at: usize| {
        let before = keys.partition_point(|key| key.start <= at);
        before > 0 && keys[before - 1].range().contains(&at)
    };
    let attributes = file.renamed.iter().filter(|(_, name)| name.is_attribute);
    attributes
        .filter(|(at, _)| !is_in_key(**at))
        .map(|(&at, name)| SyntaxError {
            span: Span {
                start: at,
                end: at + name.name.len(),
            },
            message: format!("`{}` is set twice in the same block", name.name),
            help: Some("remove one of the two".to_owned()),
        })
        .collect()
}
