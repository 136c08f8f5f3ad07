//! Terraform's JSON syntax, as the tree of the native one.

use hcl_edit::parser::parse_template;

use super::program::is_wanted;
use super::syntax::{Attribute, Block, Expr, File, Item, Other, Tree};
use crate::document::comments::take_comments;
use crate::document::{SyntaxError, yaml};
use crate::span::Span;
use crate::value::{Content, Entry, Value};

/// Blocks with two labels, with one, and with none.
const LABELS: [(&str, usize); 13] = [
    ("resource", 2),
    ("data", 2),
    ("ephemeral", 2),
    ("variable", 1),
    ("output", 1),
    ("module", 1),
    ("provider", 1),
    ("check", 1),
    ("locals", 0),
    ("moved", 0),
    ("import", 0),
    ("removed", 0),
    ("terraform", 0),
];

/// Reads a file; `is_values` tells that it gives values to variables.
pub(super) fn parse(text: &str, start: usize, is_values: bool) -> File {
    let mut file = File::default();
    match yaml::parse(text) {
        Ok(documents) => {
            for mut document in documents {
                let mut comments = Vec::new();
                take_comments(std::slice::from_mut(&mut document), text, &mut comments);
                file.comments
                    .extend(comments.into_iter().map(|comment| comment.shifted(start)));
                document.shift(start);
                if is_values {
                    let members = members(document);
                    let attributes = members.into_iter().map(|entry| attribute(entry, &mut file));
                    file.body = attributes
                        .collect::<Vec<_>>()
                        .into_iter()
                        .map(Item::Attribute)
                        .collect();
                } else {
                    top_level(document, &mut file);
                }
            }
        }
        Err(mut error) => {
            error.span = error.span.shifted(start);
            error.message = error.message.replace("valid YAML", "valid JSON");
            file.errors.push(error);
        }
    }
    file
}

fn top_level(value: Value, file: &mut File) {
    for entry in members(value) {
        let labels = LABELS.iter().find(|(kind, _)| *kind == entry.key);
        if let Some((_, labels)) = labels {
            let header = entry.key_span;
            blocks(&entry.key, header, Vec::new(), *labels, entry.value, header, file);
        }
    }
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
        for entry in members(value) {
            let mut labels = labels.clone();
            labels.push(entry.key);
            let header = entry.key_span;
            blocks(kind, kind_span, labels, missing - 1, entry.value, header, file);
        }
    } else if is_wanted(kind, labels.first().map(String::as_str)) {
        let block = block(kind, kind_span, labels, header, value, file);
        file.body.push(Item::Block(block));
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
    for entry in members(value) {
        if matches!(kind, "resource" | "removed")
            && matches!(entry.key.as_str(), "lifecycle" | "connection" | "provisioner")
        {
            let bodies = match entry.value.content {
                Content::List(items) => items,
                _ => vec![entry.value],
            };
            for inner in bodies {
                let key = entry.key_span;
                body.push(Item::Block(block(&entry.key, key, Vec::new(), key, inner, file)));
            }
        } else {
            let mut attribute = attribute(entry, file);
            // A type is an expression of the native syntax.
            if kind == "variable" && attribute.name == "type" {
                attribute.value = attribute.value.parsed();
            }
            body.push(Item::Attribute(attribute));
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

/// The members of an object, or of a list of objects.
fn members(value: Value) -> Vec<Entry> {
    match value.content {
        Content::Object(entries) => entries,
        Content::List(items) => items.into_iter().flat_map(members).collect(),
        _ => Vec::new(),
    }
}

fn attribute(entry: Entry, file: &mut File) -> Attribute {
    Attribute {
        name: entry.key,
        name_span: entry.key_span,
        value: expr(entry.value, file),
    }
}

fn expr(value: Value, file: &mut File) -> Expr {
    let span = value.span;
    let tree = match value.content {
        Content::String(text) if text.contains("${") || text.contains("%{") => match parse_template(&text) {
            Ok(template) => Tree::Template(template),
            Err(error) => {
                file.errors.push(SyntaxError {
                    span,
                    message: format!(
                        "this is no valid template: {}",
                        error.message().replace("; ", ", ")
                    ),
                    help: None,
                });
                Tree::Literal(Content::Unknown(text))
            }
        },
        Content::List(items) => Tree::List(items.into_iter().map(|item| expr(item, file)).collect()),
        Content::Object(_) => {
            let value = Value::new(value.content, span);
            let members = members(value).into_iter();
            Tree::Object(members.map(|entry| attribute(entry, file)).collect::<Vec<_>>())
        }
        content => Tree::Literal(content),
    };
    Expr { span, tree }
}
