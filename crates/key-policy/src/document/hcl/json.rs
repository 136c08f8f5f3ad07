//! Terraform's JSON syntax, as the tree of the native one.

use hcl_edit::parser::parse_template;

use super::program::{KEY, is_wanted};
use super::split::BLOCKS;
use super::syntax::{Attribute, Block, Expr, File, Item, Other, Tree};
use crate::document::SyntaxError;
use crate::document::comments::take_comments;
use crate::document::json::{self, Cursor};
use crate::span::Span;
use crate::value::{Content, Entry, Value};

/// Whether a file is of this syntax: no file of the native one begins with a bracket.
pub(super) fn is_json(name: &str, text: &str) -> bool {
    name.ends_with(".json") || text.trim_start().starts_with(['{', '['])
}

/// Reads a file that begins at the byte `start`; `is_values` tells that it gives values to variables.
pub(super) fn parse(text: &str, start: usize, is_values: bool) -> File {
    let mut file = File::default();
    let (mut document, fault) = json::parse_all(text, start, |cursor| match is_values {
        true => cursor.value(),
        false => outer(cursor, text, &mut Vec::new()),
    });
    file.errors.extend(fault);
    take_comments(std::slice::from_mut(&mut document), text, &mut file.comments);
    let members = members(document, &mut file);
    if is_values {
        let attribute = |entry| Item::Attribute(attribute(entry, &mut Strings::Literal));
        file.body = members.into_iter().map(attribute).collect();
        return file;
    }
    for entry in members {
        if let Some((_, labels)) = BLOCKS.iter().find(|(kind, _)| *kind == entry.key) {
            let header = entry.key_span;
            blocks(
                &entry.key,
                header,
                Vec::new(),
                *labels,
                entry.value,
                header,
                &mut file,
            );
        }
    }
    file
}

/// Reads the value that the names lead to. Of the resources that are no keys, which may be many, only the place is kept
/// if nothing matters in them.
fn outer(cursor: &mut Cursor<'_>, text: &str, names: &mut Vec<String>) -> json::Result<Value> {
    match names.as_slice() {
        [first, ..] if first != "resource" => return cursor.value(),
        [_, kind, name] if kind == KEY || name == "//" => return cursor.value(),
        [_, _, _] => {
            let mut behind = cursor.clone();
            let span = behind.skip()?;
            let is_told = |what| text.get(span.range()).is_some_and(|text| text.contains(what));
            if is_told("\"//\"") || is_told("create_before_destroy") {
                return cursor.value();
            }
            *cursor = behind;
            return Ok(Value::new(Content::Unknown(String::new()), span));
        }
        _ => {}
    }
    cursor.value_of(|cursor, name| {
        let outside = names.len();
        names.extend(name.map(str::to_owned));
        let value = outer(cursor, text, names);
        names.truncate(outside);
        value
    })
}

/// Adds the blocks in `value`, in which so many labels are names of members still.
fn blocks(
    kind: &str,
    kind_span: Span,
    labels: Vec<String>,
    missing: usize,
    value: Value,
    header: Span,
    file: &mut File,
) {
    if let Content::List(items) = value.content {
        for item in items {
            blocks(kind, kind_span, labels.clone(), missing, item, header, file);
        }
    } else if missing > 0 {
        for entry in members(value, file) {
            let mut labels = labels.clone();
            labels.push(entry.key);
            let header = entry.key_span;
            blocks(kind, kind_span, labels, missing - 1, entry.value, header, file);
        }
    } else if is_wanted(kind, labels.first().map(String::as_str)) {
        if matches!(value.content, Content::Object(_)) {
            let block = block(kind, kind_span, labels, header, value, file);
            file.body.push(Item::Block(block));
        } else {
            members(value, file);
        }
    } else if kind == "resource" {
        let lifecycle = value.get("lifecycle");
        let is_first = lifecycle.and_then(|lifecycle| lifecycle.get("create_before_destroy"));
        file.others.push(Other {
            address: labels.join("."),
            span: value.span,
            creates_first: is_first.is_some_and(Value::is_true),
        });
    }
}

fn block(
    kind: &str,
    kind_span: Span,
    labels: Vec<String>,
    header: Span,
    value: Value,
    file: &mut File,
) -> Block {
    let span = value.span;
    let mut body = Vec::new();
    for entry in members(value, file) {
        let key = entry.key_span;
        match (kind, entry.key.as_str()) {
            ("resource" | "removed", "lifecycle" | "connection" | "provisioner")
            | ("terraform", "required_providers") => {
                let bodies = match entry.value.content {
                    Content::List(items) => items,
                    _ => vec![entry.value],
                };
                for inner in bodies {
                    body.push(Item::Block(block(&entry.key, key, Vec::new(), key, inner, file)));
                }
            }
            ("resource", "dynamic") => {
                for made in members(entry.value, file) {
                    body.push(Item::Block(Block {
                        kind: entry.key.clone(),
                        kind_span: made.key_span,
                        labels: vec![made.key],
                        header: made.key_span,
                        span: made.value.span,
                        body: Vec::new(),
                    }));
                }
            }
            (_, name) => {
                // Terraform needs them before there is any value.
                let is_literal = matches!(
                    (kind, name),
                    ("variable" | "moved", _) | ("import", "to") | ("removed", "from")
                );
                let mut strings = match is_literal {
                    true => Strings::Literal,
                    false => Strings::Templates(&mut file.errors),
                };
                // A type is an expression of the native syntax.
                let is_type = kind == "variable" && name == "type";
                let mut attribute = attribute(entry, &mut strings);
                if is_type {
                    attribute.value = attribute.value.parsed();
                }
                body.push(Item::Attribute(attribute));
            }
        }
    }
    Block {
        kind: kind.to_owned(),
        kind_span,
        labels,
        header,
        span,
        body,
    }
}

/// The members of an object, or of a list of objects. Anything else is a fault, unless it is null or one already.
fn members(value: Value, file: &mut File) -> Vec<Entry> {
    match value.content {
        Content::Object(entries) => entries,
        Content::List(items) => items.into_iter().flat_map(|item| members(item, file)).collect(),
        Content::Null | Content::Unknown(_) => Vec::new(),
        _ => {
            file.errors.push(SyntaxError {
                span: value.span,
                message: "Terraform expects an object here".to_owned(),
                help: None,
            });
            Vec::new()
        }
    }
}

/// What the strings of an expression are.
enum Strings<'f> {
    /// Just texts.
    Literal,
    /// Templates, with the faults that are found in them.
    Templates(&'f mut Vec<SyntaxError>),
}

fn attribute(entry: Entry, strings: &mut Strings<'_>) -> Attribute {
    Attribute {
        name: entry.key,
        name_span: entry.key_span,
        value: expr(entry.value, strings),
    }
}

fn expr(value: Value, strings: &mut Strings<'_>) -> Expr {
    let span = value.span;
    let tree = match value.content {
        Content::String(text) => string(text, span, strings),
        Content::List(items) => Tree::List(items.into_iter().map(|item| expr(item, strings)).collect()),
        Content::Object(entries) => {
            let member = |entry: Entry| {
                let name = Expr {
                    span: entry.key_span,
                    tree: string(entry.key, entry.key_span, strings),
                };
                (name, expr(entry.value, strings))
            };
            Tree::Object(entries.into_iter().map(member).collect())
        }
        content => Tree::Literal(content),
    };
    Expr { span, tree }
}

fn string(text: String, span: Span, strings: &mut Strings<'_>) -> Tree {
    match strings {
        Strings::Templates(faults) if text.contains("${") || text.contains("%{") => {
            match parse_template(&text) {
                Ok(template) => Tree::Template(template),
                Err(error) => {
                    let told = error.message().replace("; ", ", ");
                    faults.push(SyntaxError {
                        span,
                        message: format!("this is no valid template: {told}"),
                        help: None,
                    });
                    Tree::Literal(Content::Unknown(text))
                }
            }
        }
        _ => Tree::Literal(Content::String(text)),
    }
}
