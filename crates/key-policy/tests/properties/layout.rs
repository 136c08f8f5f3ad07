//! Programs written down: in each format, and each in many ways that mean the same.

use key_policy::{Kind, Source};
use proptest::prelude::*;
use proptest::sample::select;

use super::program::{Key, Member, Node, Program};
use super::source;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Format {
    Hcl,
    TerraformJson,
    PulumiYaml,
    PulumiJson,
    PlainYaml,
    PlainJson,
}

pub(crate) const FORMATS: [Format; 6] = [
    Format::Hcl,
    Format::TerraformJson,
    Format::PulumiYaml,
    Format::PulumiJson,
    Format::PlainYaml,
    Format::PlainJson,
];

impl Format {
    pub(crate) fn kind(self) -> Kind {
        match self {
            Format::Hcl => Kind::TerraformHcl,
            Format::TerraformJson => Kind::TerraformJson,
            Format::PulumiYaml | Format::PulumiJson => Kind::PulumiYaml,
            Format::PlainYaml | Format::PlainJson => Kind::Plain,
        }
    }

    fn is_json(self) -> bool {
        matches!(
            self,
            Format::TerraformJson | Format::PulumiJson | Format::PlainJson
        )
    }

    fn is_pulumi(self) -> bool {
        matches!(self, Format::PulumiYaml | Format::PulumiJson)
    }

    /// Whether a program can be written so: plain declarations refer to nothing.
    pub(crate) fn can_hold(self, program: &Program) -> bool {
        let is_unknown = |node: &Node| matches!(node, Node::Unknown);
        !matches!(self, Format::PlainYaml | Format::PlainJson)
            || program.iter().all(|key| !key.any(&is_unknown))
    }

    /// The source of a text in this format.
    pub(crate) fn source(self, text: &str) -> Source<'_> {
        source("text", text.as_bytes(), Some(self.kind()))
    }
}

/// Choices of an author that mean nothing.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Layout {
    /// Whether collections stand on one line; YAML then has brackets.
    is_flow: bool,
    /// The quotes that YAML has where it needs none, or which it has where it needs some.
    quote: Option<char>,
    indent: usize,
    /// More spaces than are needed.
    is_wide: bool,
    /// A comma behind the last element, where the format takes one.
    has_last_comma: bool,
    /// Empty lines, spaces at the end of lines, and comments where the format has them.
    is_loose: bool,
    is_windows: bool,
    has_mark: bool,
}

pub(crate) const PLAIN: Layout = Layout {
    is_flow: false,
    quote: None,
    indent: 2,
    is_wide: false,
    has_last_comma: false,
    is_loose: false,
    is_windows: false,
    has_mark: false,
};

pub(crate) fn layout() -> impl Strategy<Value = Layout> {
    let quote = select(vec![None, Some('"'), Some('\'')]);
    (any::<[bool; 6]>(), quote, 1..5_usize).prop_map(|(choices, quote, indent)| {
        let [is_flow, is_wide, has_last_comma, is_loose, is_windows, has_mark] = choices;
        Layout {
            is_flow,
            quote,
            indent,
            is_wide,
            has_last_comma,
            is_loose,
            is_windows,
            has_mark,
        }
    })
}

/// Writes `program` down.
pub(crate) fn written(program: &Program, format: Format, layout: Layout) -> String {
    let writer = Writer { format, layout };
    let mut lines = writer.program(program);
    if layout.is_loose {
        lines = lines
            .into_iter()
            .enumerate()
            .flat_map(|line| writer.loose(line))
            .collect();
    }
    let end = if layout.is_windows { "\r\n" } else { "\n" };
    let mark = if layout.has_mark { "\u{feff}" } else { "" };
    lines
        .into_iter()
        .fold(mark.to_owned(), |text, line| text + &line + end)
}

/// Writes values as lines without the indentation of what they stand in.
struct Writer {
    format: Format,
    layout: Layout,
}

impl Writer {
    fn program(&self, program: &Program) -> Vec<String> {
        let keys: Vec<_> = program
            .iter()
            .enumerate()
            .map(|(index, key)| (format!("k{index}"), key))
            .collect();
        if self.format.is_json() {
            let keys = keys.into_iter().map(|(label, key)| (label, self.json_key(key)));
            return match self.format {
                Format::PlainJson => self.bracketed('[', keys.map(|(_, key)| key).collect()),
                Format::PulumiJson => {
                    let typed = |key| {
                        self.object(vec![
                            ("type", vec!["\"descope-keys:ManagementKey\"".to_owned()]),
                            ("properties", key),
                        ])
                    };
                    let keys = keys.map(|(label, key)| self.named(&json_text(&label), typed(key)));
                    self.object(vec![
                        ("runtime", vec!["\"yaml\"".to_owned()]),
                        ("resources", self.bracketed('{', keys.collect())),
                    ])
                }
                _ => {
                    let keys = keys.map(|(label, key)| self.named(&json_text(&label), key));
                    let keys = self.bracketed('{', keys.collect());
                    self.object(vec![(
                        "resource",
                        self.object(vec![("descope_management_key", keys)]),
                    )])
                }
            };
        }
        let mut lines = Vec::new();
        if self.format == Format::PulumiYaml {
            lines.extend(["runtime: yaml".to_owned(), "resources:".to_owned()]);
        }
        for (label, key) in keys {
            let allows = key.allows.iter().map(|allow| format!("# descope-keys: {allow}"));
            let members = &key.members;
            match self.format {
                Format::Hcl => {
                    lines.extend(allows);
                    lines.push(format!("resource \"descope_management_key\" \"{label}\" {{"));
                    lines.extend(self.indented(self.attributes(members)));
                    lines.push("}".to_owned());
                }
                Format::PulumiYaml => {
                    let mut key = vec!["type: descope-keys:ManagementKey".to_owned()];
                    key.extend(self.yaml_member("properties", self.yaml_object(members, true)));
                    let key = allows
                        .chain([format!("{label}:")])
                        .chain(self.indented(key))
                        .collect();
                    lines.extend(self.indented(key));
                }
                _ => {
                    lines.extend(allows);
                    lines.extend(element(self.yaml_object(members, true)));
                }
            }
        }
        lines
    }

    fn name(&self, member: &Member) -> &'static str {
        if self.format.is_pulumi() {
            member.name.1
        } else {
            member.name.0
        }
    }

    fn unknown(&self) -> &'static str {
        match self.format {
            Format::Hcl => "var.nowhere",
            Format::TerraformJson => "\"${var.nowhere}\"",
            _ => "\"${nowhere}\"",
        }
    }

    fn colon(&self) -> &'static str {
        if self.layout.is_wide { " :   " } else { ": " }
    }

    fn indented(&self, lines: Vec<String>) -> Vec<String> {
        let indent = " ".repeat(self.layout.indent);
        lines.into_iter().map(|line| indent.clone() + &line).collect()
    }

    /// Parts between brackets, each of which has lines, with commas.
    fn bracketed(&self, open: char, parts: Vec<Vec<String>>) -> Vec<String> {
        let close = if open == '[' { ']' } else { '}' };
        if parts.is_empty() {
            return vec![format!("{open}{close}")];
        }
        let last = parts.len() - 1;
        let has_last_comma = self.layout.has_last_comma && !self.format.is_json();
        let with_comma = |(index, mut part): (usize, Vec<String>)| {
            if let Some(line) = part.last_mut().filter(|_| index < last || has_last_comma) {
                line.push(',');
            }
            part
        };
        let parts = parts.into_iter().enumerate().map(with_comma);
        if self.layout.is_flow {
            let space = if self.layout.is_wide { " " } else { "" };
            let parts: Vec<_> = parts.flatten().collect();
            return vec![format!("{open}{space}{}{space}{close}", parts.join(" "))];
        }
        let mut lines = vec![open.to_string()];
        lines.extend(parts.flat_map(|part| self.indented(part)));
        lines.push(close.to_string());
        lines
    }

    fn joined(&self, name: String, between: &str, mut value: Vec<String>) -> Vec<String> {
        value[0] = name + between + &value[0];
        value
    }

    fn named(&self, name: &str, value: Vec<String>) -> Vec<String> {
        self.joined(name.to_owned(), self.colon(), value)
    }

    fn object(&self, members: Vec<(&str, Vec<String>)>) -> Vec<String> {
        let members = members
            .into_iter()
            .map(|(name, value)| self.named(&json_text(name), value));
        self.bracketed('{', members.collect())
    }

    fn json_key(&self, key: &Key) -> Vec<String> {
        let allows = key
            .allows
            .iter()
            .map(|allow| self.named("\"//\"", vec![json_text(&format!("descope-keys: {allow}"))]));
        let members = key.members.iter().map(|member| self.json_member(member));
        self.bracketed('{', allows.chain(members).collect())
    }

    fn json_member(&self, member: &Member) -> Vec<String> {
        self.named(&json_text(self.name(member)), self.json(&member.value))
    }

    fn json(&self, node: &Node) -> Vec<String> {
        match node {
            Node::Text(text) => vec![json_text(text)],
            Node::Number(number) => vec![number.to_string()],
            Node::Null => vec!["null".to_owned()],
            Node::Unknown => vec![self.unknown().to_owned()],
            Node::List(items) | Node::Set(items) => {
                self.bracketed('[', items.iter().map(|item| self.json(item)).collect())
            }
            Node::Object(members) => self.bracketed(
                '{',
                members.iter().map(|member| self.json_member(member)).collect(),
            ),
        }
    }

    fn attributes(&self, members: &[Member]) -> Vec<String> {
        members.iter().flat_map(|member| self.attribute(member)).collect()
    }

    fn attribute(&self, member: &Member) -> Vec<String> {
        let equals = if self.layout.is_wide { "   =  " } else { " = " };
        self.joined(self.name(member).to_owned(), equals, self.hcl(&member.value))
    }

    fn hcl(&self, node: &Node) -> Vec<String> {
        match node {
            Node::List(items) | Node::Set(items) => {
                self.bracketed('[', items.iter().map(|item| self.hcl(item)).collect())
            }
            Node::Object(members) if self.layout.is_flow || members.is_empty() => {
                self.bracketed('{', members.iter().map(|member| self.attribute(member)).collect())
            }
            Node::Object(members) => {
                let mut lines = vec!["{".to_owned()];
                lines.extend(self.indented(self.attributes(members)));
                lines.push("}".to_owned());
                lines
            }
            other => self.json(other),
        }
    }

    fn yaml(&self, node: &Node) -> Vec<String> {
        match node {
            Node::Text(text) => vec![self.yaml_text(text)],
            Node::List(items) | Node::Set(items) if self.layout.is_flow || items.is_empty() => {
                self.bracketed('[', items.iter().map(|item| self.yaml(item)).collect())
            }
            Node::List(items) | Node::Set(items) => {
                items.iter().flat_map(|item| element(self.yaml(item))).collect()
            }
            Node::Object(members) => self.yaml_object(members, false),
            other => self.json(other),
        }
    }

    /// An object, as a block if it has to be one.
    fn yaml_object(&self, members: &[Member], is_block: bool) -> Vec<String> {
        if members.is_empty() || (self.layout.is_flow && !is_block) {
            let members = members
                .iter()
                .map(|member| self.named(self.name(member), self.yaml(&member.value)));
            return self.bracketed('{', members.collect());
        }
        members
            .iter()
            .flat_map(|member| self.yaml_member(self.name(member), self.yaml(&member.value)))
            .collect()
    }

    fn yaml_member(&self, name: &str, value: Vec<String>) -> Vec<String> {
        let is_inline = value.len() == 1 && !value[0].starts_with("- ") && !is_member(&value[0]);
        if is_inline {
            return self.named(name, value);
        }
        let mut lines = vec![format!("{name}:")];
        lines.extend(self.indented(value));
        lines
    }

    fn yaml_text(&self, text: &str) -> String {
        let is_plain = text.chars().all(|c| c.is_alphanumeric() || ".-_/".contains(c))
            && text.starts_with(|c: char| c.is_alphanumeric());
        match self.layout.quote {
            None if is_plain => text.to_owned(),
            Some('\'') => format!("'{}'", text.replace('\'', "''")),
            _ => json_text(text),
        }
    }

    /// A line with what may stand around it.
    fn loose(&self, (index, line): (usize, String)) -> Vec<String> {
        let has_comments = !self.format.is_json();
        let is_comment = line.trim_start().starts_with('#');
        let mut lines = Vec::new();
        if index % 3 == 0 {
            lines.push(String::new());
        }
        if index % 4 == 1 && has_comments {
            lines.push("   # Größe 😀: [".to_owned());
        }
        let tail = match index % 5 {
            2 if has_comments && !is_comment => "  # ünd } \"",
            3 => "  ",
            _ => "",
        };
        lines.push(line + tail);
        lines
    }
}

/// Whether a line is a member of a block and no value.
fn is_member(line: &str) -> bool {
    !line.starts_with(['{', '[', '"', '\''])
        && (line.contains(": ") || line.ends_with(':') || line.contains(" :"))
}

/// The lines of an element of a block list.
fn element(lines: Vec<String>) -> Vec<String> {
    let mark = |(index, line): (usize, String)| {
        let lead = if index == 0 { "- " } else { "  " };
        lead.to_owned() + &line
    };
    lines.into_iter().enumerate().map(mark).collect()
}

fn json_text(text: &str) -> String {
    format!("\"{}\"", text.replace('\\', "\\\\").replace('"', "\\\""))
}
