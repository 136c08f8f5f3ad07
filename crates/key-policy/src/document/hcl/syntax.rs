//! The syntax tree that both syntaxes of Terraform share, and the text-to-tree half of the native one.

use std::borrow::Cow;
use std::collections::BTreeMap;

use hcl_edit::expr::{Expression, ObjectKey};
use hcl_edit::structure::{self, Structure};
use hcl_edit::template::Template;

use super::split::{BLOCKS, Part, begins_block, split};
use crate::document::{Comment, SyntaxError};
use crate::span::Span;

/// What was read from one file.
#[derive(Debug, Default)]
pub(super) struct File {
    /// Blocks and attributes at the top, in order.
    pub(super) body: Vec<Item>,
    /// Comments, in order.
    pub(super) comments: Vec<Comment>,
    /// What cannot be read.
    pub(super) errors: Vec<SyntaxError>,
    /// Names that were given twice, by the offset of the later one.
    pub(super) renamed: BTreeMap<usize, Renamed>,
    /// The resources that are no keys, in order.
    pub(super) others: Vec<Other>,
}

/// A resource that is no key, but may depend on one, or have one replaced.
#[derive(Debug)]
pub(super) struct Other {
    /// Its type and its name.
    pub(super) address: String,
    pub(super) span: Span,
    /// Whether it is written that its replacement exists before it is destroyed.
    pub(super) creates_first: bool,
}

/// A name that was given twice, and is called otherwise in the tree.
#[derive(Debug)]
pub(super) struct Renamed {
    /// The name as written.
    pub(super) name: String,
    /// Whether it is an attribute of a block, not a member of an object.
    pub(super) is_attribute: bool,
}

/// A part of a body.
#[derive(Debug)]
pub(super) enum Item {
    Attribute(Attribute),
    Block(Block),
}

/// `name = expression`.
#[derive(Debug)]
pub(super) struct Attribute {
    pub(super) name: String,
    pub(super) name_span: Span,
    pub(super) value: Expr,
}

/// `kind "label" { … }`.
#[derive(Debug)]
pub(super) struct Block {
    pub(super) kind: String,
    pub(super) kind_span: Span,
    pub(super) labels: Vec<String>,
    /// Kind and labels.
    pub(super) header: Span,
    pub(super) span: Span,
    pub(super) body: Vec<Item>,
}

/// An expression, and where it stands.
#[derive(Debug)]
pub(super) struct Expr {
    pub(super) span: Span,
    pub(super) tree: Tree,
}

/// The tree of an expression.
#[derive(Debug)]
pub(super) enum Tree {
    /// In the native syntax; its places count from `base`.
    Native { expression: Expression, base: usize },
    /// In JSON: a text without a template, a number, a boolean or null.
    Literal(crate::value::Content),
    /// In JSON: a text with a template. Its parts have no places of their own.
    Template(Template),
    /// In JSON: an array.
    List(Vec<Expr>),
    /// In JSON: an object, whose names may have templates too.
    Object(Vec<(Expr, Expr)>),
}

impl Block {
    pub(super) fn label(&self, index: usize) -> Option<&str> {
        self.labels.get(index).map(String::as_str)
    }

    pub(super) fn attribute(&self, name: &str) -> Option<&Attribute> {
        self.attributes().find(|attribute| attribute.name == name)
    }

    pub(super) fn attributes(&self) -> impl Iterator<Item = &Attribute> {
        self.body.iter().filter_map(|item| match item {
            Item::Attribute(attribute) => Some(attribute),
            Item::Block(_) => None,
        })
    }

    pub(super) fn blocks(&self, kind: &str) -> impl Iterator<Item = &Block> {
        self.body.iter().filter_map(move |item| match item {
            Item::Block(block) if block.kind == kind => Some(block),
            _ => None,
        })
    }
}

impl Expr {
    /// An expression that was handed in by itself.
    pub(super) fn of_no_file(expression: Expression) -> Self {
        Self {
            span: Span::default(),
            tree: Tree::Native { expression, base: 0 },
        }
    }

    /// The expression that a text in JSON is, if it is one.
    pub(super) fn parsed(self) -> Self {
        let parsed = self
            .literal()
            .and_then(|text| hcl_edit::parser::parse_expr(text).ok());
        match parsed {
            Some(expression) => Self {
                tree: Self::of_no_file(expression).tree,
                ..self
            },
            None => self,
        }
    }

    /// The text that a member of an object is, if it is one that is written out.
    pub(super) fn text_of(&self, name: &str) -> Option<&str> {
        match &self.tree {
            Tree::Native {
                expression: Expression::Object(object),
                ..
            } => {
                let mut members = object.iter();
                let is_named = |key: &ObjectKey| match key {
                    ObjectKey::Ident(ident) => ident.as_str() == name,
                    ObjectKey::Expression(expression) => expression.as_str() == Some(name),
                };
                members.find(|(key, _)| is_named(key))?.1.expr().as_str()
            }
            Tree::Object(members) => {
                let mut members = members.iter();
                members.find(|(key, _)| key.literal() == Some(name))?.1.literal()
            }
            _ => None,
        }
    }

    /// The text, if it is one that is written out.
    pub(super) fn literal(&self) -> Option<&str> {
        match &self.tree {
            Tree::Native { expression, .. } => expression.as_str(),
            Tree::Literal(crate::value::Content::String(text)) => Some(text),
            _ => None,
        }
    }
}

/// Reads the native syntax. `wanted` tells by kind and first label which blocks to keep: those that cannot matter to
/// a key are parsed for their faults only.
pub(super) fn parse(text: &str, start: usize, wanted: fn(&str, Option<&str>) -> bool) -> File {
    let split = split(text);
    let comments = split.comments.into_iter();
    let mut file = File {
        comments: comments.map(|comment| comment.shifted(start)).collect(),
        ..File::default()
    };
    let mut after_fault = false;
    for part in split.parts {
        let written = &text[part.span.range()];
        let base = start + part.span.start;
        let (parsed, renamed) = match part.error.clone() {
            Some(mut error) => {
                error.span = error.span.shifted(start);
                (Err(error), Vec::new())
            }
            None => parse_part(written, with_same_ends(written, &part), base),
        };
        match parsed {
            Ok(body) => {
                after_fault = false;
                for structure in body {
                    if let Structure::Block(block) = &structure {
                        file.errors.extend(wrong_labels(block, base));
                    }
                    match &structure {
                        Structure::Block(block) if !is_wanted(block, wanted) => {
                            file.others.extend(other(block, base, written));
                        }
                        _ => file.body.push(item(structure, base)),
                    }
                }
                file.renamed.extend(renamed);
            }
            // One fault often makes nonsense of what follows, up to the next block, and leaves a brace over that closes
            // nothing. A conflict has several marks.
            Err(error) => {
                let is_all = error.span == part.span.shifted(start);
                let is_told = file.errors.last().is_some_and(|told| told.span == error.span);
                let follows = match written.starts_with('}') {
                    true => !file.errors.is_empty(),
                    false => after_fault && !is_all && !begins_block(written),
                };
                if !is_told && !follows {
                    file.errors.push(error);
                }
                after_fault = true;
            }
        }
    }
    file
}

fn is_wanted(block: &structure::Block, wanted: fn(&str, Option<&str>) -> bool) -> bool {
    wanted(
        &block.ident,
        block.labels.first().map(structure::BlockLabel::as_str),
    )
}

/// What is said about a block that has more or fewer labels than Terraform takes.
fn wrong_labels(block: &structure::Block, base: usize) -> Option<SyntaxError> {
    let kind = block.ident.as_str();
    let (_, labels) = BLOCKS.iter().find(|(known, _)| *known == kind)?;
    let header = match labels {
        0 => kind.to_owned(),
        1 => format!("{kind} \"name\""),
        _ => format!("{kind} \"type\" \"name\""),
    };
    (block.labels.len() != *labels).then(|| SyntaxError {
        span: header_span(block, base),
        message: format!(
            "a `{kind}` takes {labels} label{}, and this has {}",
            if *labels == 1 { "" } else { "s" },
            block.labels.len()
        ),
        help: Some(format!("write `{header} {{`")),
    })
}

/// Kind and labels of a block.
fn header_span(block: &structure::Block, base: usize) -> Span {
    let start = span(&block.ident, base);
    let end = block.labels.last().map_or(start, |label| span(label, base)).end;
    Span {
        start: start.start,
        end,
    }
}

/// The resource that a block is, of which `text` is all that is written.
fn other(block: &structure::Block, base: usize, text: &str) -> Option<Other> {
    let [kind, name] = block.labels.as_slice() else {
        return None;
    };
    let creates_first = || {
        let lifecycle = block
            .body
            .blocks()
            .filter(|inner| inner.ident.as_str() == "lifecycle");
        let mut orders = lifecycle.filter_map(|inner| inner.body.get_attribute("create_before_destroy"));
        orders.any(|attribute| matches!(&attribute.value, Expression::Bool(value) if *value.value()))
    };
    (block.ident.as_str() == "resource").then(|| Other {
        address: format!("{}.{}", kind.as_str(), name.as_str()),
        span: span(block, base),
        creates_first: text.contains("create_before_destroy") && creates_first(),
    })
}

fn item(structure: Structure, base: usize) -> Item {
    match structure {
        Structure::Attribute(attribute) => Item::Attribute(Attribute {
            name_span: span(&attribute.key, base),
            name: attribute.key.value().to_string(),
            value: Expr {
                span: span(&attribute.value, base),
                tree: Tree::Native {
                    expression: attribute.value,
                    base,
                },
            },
        }),
        Structure::Block(block) => Item::Block(native_block(block, base)),
    }
}

fn native_block(block: structure::Block, base: usize) -> Block {
    Block {
        kind: block.ident.value().to_string(),
        kind_span: span(&block.ident, base),
        labels: block
            .labels
            .iter()
            .map(|label| label.as_str().to_owned())
            .collect(),
        header: header_span(&block, base),
        span: span(&block, base),
        body: block
            .body
            .into_iter()
            .map(|structure| item(structure, base))
            .collect(),
    }
}

/// The place of a node; every node that the parser made has one.
pub(super) fn span(node: &impl hcl_edit::Span, base: usize) -> Span {
    Span::from(node.span().unwrap_or_default()).shifted(base)
}

/// What is written in a part, with the same places, but so that the parser ends each heredoc where Terraform does.
fn with_same_ends<'t>(written: &'t str, part: &Part) -> Cow<'t, str> {
    let mut edited = Cow::Borrowed(written);
    let mut names = BTreeMap::new();
    for heredoc in &part.heredocs {
        let within = |span: Span| span.start - part.span.start..span.end - part.span.start;
        let (start, end) = (within(heredoc.start), within(heredoc.end));
        let (begin, name) = &written[start.clone()].split_at(start.len() - end.len());
        let (new_start, new_end) = if heredoc.is_empty {
            // To the parser, an empty one may go on to the next that ends with the same name.
            let width = start.len();
            (format!("{:width$}", "\"\""), " ".repeat(name.len()))
        } else {
            // And it ends one where a line only begins with the name.
            let unused = names
                .entry(name.len())
                .or_insert_with(|| unused_name(written, name.len()));
            let Some(unused) = unused else { continue };
            (format!("{begin}{unused}"), unused.clone())
        };
        edited.to_mut().replace_range(start, &new_start);
        edited.to_mut().replace_range(end, &new_end);
    }
    edited
}

/// Parses one part as it was edited, names given twice included.
///
/// The parser stops at a name that its block or object already has. Which name it was, and all that stands
/// behind it, would be lost; so the later one gets another name of the same length, which keeps every place,
/// and the part is parsed again.
fn parse_part(
    text: &str,
    mut edited: Cow<'_, str>,
    base: usize,
) -> (Result<structure::Body, SyntaxError>, Vec<(usize, Renamed)>) {
    /// How often a part is parsed again, and how many bytes are parsed for that in all.
    const MOST_RENAMED: usize = 100;
    const MOST_BYTES: usize = 4_000_000;
    let mut renamed = Vec::new();
    loop {
        let error = match hcl_edit::parser::parse_body(&edited) {
            Ok(body) => return (Ok(body), renamed),
            Err(error) => error,
        };
        let at = error.location().offset();
        let quoted = text.get(at..).is_some_and(|rest| rest.starts_with('"'));
        let start = at + usize::from(quoted);
        let name = error
            .message()
            .contains("found redefined")
            .then(|| identifier(text.get(start..)?))
            .flatten()
            .and_then(|name| Some((name, unused_name(&edited, name.len())?)));
        match name {
            Some((name, unused))
                if renamed.len() < MOST_RENAMED && renamed.len() * text.len() < MOST_BYTES =>
            {
                edited.to_mut().replace_range(start..start + name.len(), &unused);
                let name = Renamed {
                    name: name.to_owned(),
                    is_attribute: error.message().contains("redefined attribute"),
                };
                renamed.push((base + at, name));
            }
            _ => return (Err(syntax_error(&error, text, base)), renamed),
        }
    }
}

/// The identifier that `text` begins with.
fn identifier(text: &str) -> Option<&str> {
    let end = text
        .find(|c: char| !c.is_alphanumeric() && c != '_' && c != '-')
        .unwrap_or(text.len());
    (end > 0).then(|| &text[..end])
}

/// A name of `length` bytes that the text has nowhere.
fn unused_name(text: &str, length: usize) -> Option<String> {
    const LETTERS: &[u8] = b"zyxwvutsrqponmlkjihgfedcba";
    let candidates = LETTERS.len().pow(length.min(3) as u32);
    (0..candidates)
        .map(|mut number| {
            let mut name = vec![b'z'; length];
            for letter in name.iter_mut().take(3) {
                *letter = LETTERS[number % LETTERS.len()];
                number /= LETTERS.len();
            }
            name.into_iter().map(char::from).collect::<String>()
        })
        .find(|name| !text.contains(name.as_str()))
}

fn syntax_error(error: &hcl_edit::parser::Error, text: &str, base: usize) -> SyntaxError {
    if let Some(error) = block_in_object(error, text, base) {
        return error;
    }
    let message = error.message().replace("; ", ", ").replace('\n', " ");
    // At the end of the text, the parser names its last byte.
    let at = text.floor_char_boundary(error.location().offset());
    let is_comma = message.contains("expected newline") && text[at..].starts_with(',');
    SyntaxError {
        span: Span::at(base + at),
        message: format!("this is not valid HCL: {message}"),
        help: is_comma.then(|| "remove the `,`: each attribute of a block has a line of its own".to_owned()),
    }
}

/// What is said about a block where only members of an object can stand.
fn block_in_object(error: &hcl_edit::parser::Error, text: &str, base: usize) -> Option<SyntaxError> {
    if !error.message().contains("expected `=` or `:`") {
        return None;
    }
    let (before, behind) = text.split_at_checked(error.location().offset())?;
    let header = before.trim_end_matches('{').trim_end_matches([' ', '\t']);
    if header.len() == before.len() && !behind.starts_with('{') {
        return None;
    }
    let is_part = |c: char| c.is_alphanumeric() || c == '_' || c == '-';
    let start = header.trim_end_matches(is_part).len();
    let name = Some(&header[start..]).filter(|name| !name.is_empty())?;
    let value = if name.ends_with("_roles") {
        "[{ … }]"
    } else {
        "{ … }"
    };
    Some(SyntaxError {
        span: Span::from(base + start..base + header.len()),
        message: format!("`{name}` must be a member of this object, not a block"),
        help: Some(format!("write it as an attribute: `{name} = {value}`")),
    })
}
