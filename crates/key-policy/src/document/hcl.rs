//! Terraform files: blocks `resource "descope_management_key" "…"`, on the syntax tree of `hcl-edit`.

use std::collections::BTreeMap;

use hcl_edit::expr::{Expression, ObjectKey, UnaryOperator};
use hcl_edit::structure::{Block, Body, Structure};
use hcl_edit::template::Element;

use super::{Declaration, Dialect, Read, ResourceOptions, SyntaxError};
use crate::span::Span;
use crate::value::{Content, Entry, Value};

const RESOURCE: &str = "descope_management_key";
/// Arguments that Terraform itself takes in every resource.
const META_ARGUMENTS: [&str; 4] = ["count", "depends_on", "for_each", "provider"];
/// Blocks that Terraform itself takes in every resource.
const META_BLOCKS: [&str; 3] = ["lifecycle", "connection", "provisioner"];

/// Reads the management keys of a file.
pub(super) fn read(text: &str) -> Read {
    let (parsed, renamed) = parse(text);
    let body = match parsed {
        Ok(body) => body,
        Err(error) => {
            return Read {
                declarations: Vec::new(),
                errors: vec![error],
            };
        }
    };
    let reader = Reader { text, renamed };
    let keys = body
        .get_blocks("resource")
        .filter(|block| label(block, 0) == Some(RESOURCE));
    let declarations: Vec<_> = keys.filter_map(|block| reader.declaration(block)).collect();
    // Inside a key the rule `duplicate-field` says so. Elsewhere Terraform refuses an attribute given twice, but
    // not a member of an object.
    let inside = |at: usize| {
        declarations
            .iter()
            .any(|key| key.properties.span.range().contains(&at))
    };
    let errors = reader
        .renamed
        .iter()
        .filter(|(at, name)| name.is_attribute && !inside(**at))
        .map(|(at, name)| SyntaxError {
            span: Span {
                start: *at,
                end: at + name.key.len(),
            },
            message: format!("`{}` is set twice in the same block", name.key),
            help: Some("remove one of the two".to_owned()),
        })
        .collect();
    Read { declarations, errors }
}

fn label(block: &Block, index: usize) -> Option<&str> {
    block.labels.get(index).map(|label| label.as_str())
}

/// Names that were given twice, by the place of the later one.
type Renamed = BTreeMap<usize, Name>;

struct Name {
    key: String,
    /// Whether it is an attribute of a block, not a member of an object.
    is_attribute: bool,
}

/// Parses `text`, names given twice included.
///
/// The parser stops at a name that its block or object already has. Which name it was, and all that stands
/// behind it, would be lost; so the later one gets another name of the same length, which keeps every place,
/// and the text is parsed again.
fn parse(text: &str) -> (Result<Body, SyntaxError>, Renamed) {
    const MOST_RENAMED: usize = 100;
    let mut renamed = Renamed::new();
    let mut edited = text.to_owned();
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
            .and_then(|key| Some((key, unused_name(&edited, key.len())?)));
        match name {
            Some((key, unused)) if renamed.len() < MOST_RENAMED => {
                edited.replace_range(start..start + key.len(), &unused);
                let is_attribute = error.message().contains("redefined attribute");
                renamed.insert(
                    at,
                    Name {
                        key: key.to_owned(),
                        is_attribute,
                    },
                );
            }
            _ => return (Err(syntax_error(&error, text)), renamed),
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

fn syntax_error(error: &hcl_edit::parser::Error, text: &str) -> SyntaxError {
    SyntaxError {
        span: Span::at(error.location().offset().min(text.len())),
        message: format!(
            "this is not valid HCL: {}",
            error.message().replace("; ", ", ").replace('\n', " ")
        ),
        help: None,
    }
}

struct Reader<'a> {
    text: &'a str,
    renamed: Renamed,
}

impl Reader<'_> {
    fn declaration(&self, block: &Block) -> Option<Declaration> {
        let mut entries = Vec::new();
        for structure in &block.body {
            match structure {
                Structure::Attribute(attribute) => {
                    let entry = self.entry(attribute.key.as_str(), span(&attribute.key), &attribute.value);
                    if !META_ARGUMENTS.contains(&entry.key.as_str()) {
                        entries.push(entry);
                    }
                }
                Structure::Block(inner) if META_BLOCKS.contains(&inner.ident.as_str()) => {}
                Structure::Block(inner) => {
                    let key_span = span(&inner.ident);
                    // `dynamic "rebac"` makes blocks called `rebac`.
                    let key = if inner.has_ident("dynamic") {
                        label(inner, 0)
                    } else {
                        None
                    };
                    let key = key.unwrap_or(inner.ident.as_str()).to_owned();
                    entries.push(Entry {
                        key,
                        key_span,
                        value: Value::new(Content::Block, key_span),
                    });
                }
            }
        }
        Some(Declaration {
            resource: format!("{RESOURCE}.{}", label(block, 1)?),
            dialect: Dialect::Terraform,
            span: header(block),
            properties: Value::new(Content::Object(entries), span(block)),
            options: ResourceOptions::default(),
            calls: Vec::new(),
        })
    }

    fn entry(&self, key: &str, key_span: Span, value: &Expression) -> Entry {
        let key = self
            .renamed
            .get(&key_span.start)
            .map_or(key, |name| &name.key)
            .to_owned();
        Entry {
            key,
            key_span,
            value: self.value(value),
        }
    }

    fn value(&self, expression: &Expression) -> Value {
        let content = match expression {
            Expression::Null(_) => Content::Null,
            Expression::Bool(value) => Content::Bool(*value.value()),
            Expression::Number(number) => number
                .value()
                .as_f64()
                .map_or_else(|| self.unknown(expression), Content::Number),
            Expression::String(text) => Content::String(text.value().clone()),
            Expression::StringTemplate(template) => {
                self.literal(expression, template.iter().map(Element::as_literal).collect())
            }
            Expression::HeredocTemplate(heredoc) => self.literal(
                expression,
                heredoc.template.iter().map(Element::as_literal).collect(),
            ),
            Expression::Array(items) => Content::List(items.iter().map(|item| self.value(item)).collect()),
            Expression::Object(object) => {
                let entries: Option<Vec<_>> = object
                    .iter()
                    .map(|(key, value)| {
                        let (name, span) = object_key(key)?;
                        Some(self.entry(name, span, value.expr()))
                    })
                    .collect();
                // A computed key may be any member, so nothing is certain about the object.
                entries.map_or_else(|| self.unknown(expression), Content::Object)
            }
            Expression::Parenthesis(inner) => return self.value(inner.inner()),
            Expression::UnaryOp(operation) if *operation.operator.value() == UnaryOperator::Neg => {
                match self.value(&operation.expr).content {
                    Content::Number(number) => Content::Number(-number),
                    _ => self.unknown(expression),
                }
            }
            Expression::Variable(_)
            | Expression::Conditional(_)
            | Expression::FuncCall(_)
            | Expression::Traversal(_)
            | Expression::UnaryOp(_)
            | Expression::BinaryOp(_)
            | Expression::ForExpr(_) => self.unknown(expression),
        };
        Value::new(content, span(expression))
    }

    /// The parts of a template as one text, if none of them has to be computed.
    fn literal(
        &self,
        expression: &Expression,
        parts: Option<Vec<&hcl_edit::repr::Spanned<String>>>,
    ) -> Content {
        match parts {
            Some(parts) => Content::String(parts.iter().map(|part| part.as_str()).collect()),
            None => self.unknown(expression),
        }
    }

    fn unknown(&self, expression: &Expression) -> Content {
        Content::Unknown(
            self.text
                .get(span(expression).range())
                .unwrap_or_default()
                .to_owned(),
        )
    }
}

/// A key that is written out, not computed.
fn object_key(key: &ObjectKey) -> Option<(&str, Span)> {
    match key {
        ObjectKey::Ident(name) => Some((name.as_str(), span(key))),
        ObjectKey::Expression(Expression::String(name)) => Some((name.value(), span(key))),
        ObjectKey::Expression(_) => None,
    }
}

/// `resource "…" "…"`, without the body.
fn header(block: &Block) -> Span {
    let start = span(&block.ident).start;
    let end = block
        .labels
        .last()
        .map_or(span(&block.ident).end, |label| span(label).end);
    Span { start, end }
}

/// The place of a node; every node that the parser made has one.
fn span(node: &impl hcl_edit::Span) -> Span {
    node.span().unwrap_or_default().into()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn key(attributes: &str) -> (String, Declaration) {
        let text = format!("# ü\nresource \"descope_management_key\" \"k\" {{\n{attributes}\n}}\n");
        let declaration = read(&text).declarations.remove(0);
        (text, declaration)
    }

    #[test]
    fn places_are_those_of_the_text() {
        let (text, key) =
            key("  name = \"ä ${1}\" # c\n  rebac = {\n    company_roles = [\"a\", (\"b\")]\n  }");
        let written = |span: Span| &text[span.range()];
        assert_eq!(key.resource, "descope_management_key.k");
        assert_eq!(written(key.span), "resource \"descope_management_key\" \"k\"");
        let entries = key.properties.as_object().unwrap();
        assert_eq!(written(entries[0].key_span), "name");
        assert_eq!(written(entries[0].value.span), "\"ä ${1}\"");
        let roles = &entries[1].value.as_object().unwrap()[0];
        assert_eq!(written(roles.key_span), "company_roles");
        assert_eq!(
            roles
                .value
                .as_list()
                .unwrap()
                .iter()
                .map(|role| written(role.span))
                .collect::<Vec<_>>(),
            ["\"a\"", "\"b\""]
        );
    }

    #[test]
    fn what_is_written_out_is_known_and_all_else_is_not() {
        for (expression, content) in [
            ("null", Content::Null),
            ("-5", Content::Number(-5.0)),
            ("(true)", Content::Bool(true)),
            (r#""a\n$${b}""#, Content::String("a\n${b}".to_owned())),
            (
                "<<-EOT\n    one\n    two\n  EOT",
                Content::String("one\ntwo\n".to_owned()),
            ),
            ("var.x", Content::Unknown("var.x".to_owned())),
            (r#""a-${var.x}""#, Content::Unknown(r#""a-${var.x}""#.to_owned())),
            ("toset([])", Content::Unknown("toset([])".to_owned())),
            ("{ (var.x) = 1 }", Content::Unknown("{ (var.x) = 1 }".to_owned())),
        ] {
            let (_, key) = key(&format!("  name = {expression}"));
            assert_eq!(
                key.properties.as_object().unwrap()[0].value.content,
                content,
                "{expression}"
            );
        }
    }

    #[test]
    fn what_terraform_itself_takes_is_no_field() {
        let (_, key) = key(
            "  count = 2\n  for_each = {}\n  provider = descope.eu\n  depends_on = []\n  lifecycle {\n    prevent_destroy = true\n  }\n  name = \"n\"",
        );
        let names: Vec<_> = key
            .properties
            .as_object()
            .unwrap()
            .iter()
            .map(|entry| entry.key.as_str())
            .collect();
        assert_eq!(names, ["name"]);
    }

    #[test]
    fn names_given_twice_are_kept_with_their_places() {
        let (text, key) =
            key("  name = \"a\"\n  name = \"b\"\n  rebac = { x = 1, \"x\" = 2, x = 3 }\n  name = \"c\"");
        let entries = key.properties.as_object().unwrap();
        let names = |entries: &[Entry]| entries.iter().map(|entry| entry.key.clone()).collect::<Vec<_>>();
        assert_eq!(names(entries), ["name", "name", "rebac", "name"]);
        assert_eq!(names(entries[2].value.as_object().unwrap()), ["x", "x", "x"]);
        assert_eq!(&text[entries[3].value.span.range()], "\"c\"");
    }

    #[test]
    fn only_attributes_outside_of_keys_are_faults_when_given_twice() {
        let read = read("locals {\n  a = { x = 1, x = 2 }\n  b = 1\n  b = 2\n}\n");
        let messages: Vec<_> = read.errors.iter().map(|error| error.message.as_str()).collect();
        assert_eq!(messages, ["`b` is set twice in the same block"]);
    }
}
