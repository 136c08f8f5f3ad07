//! The cut of a file into its top-level blocks and attributes, and its comments.
//!
//! The parser stops at the first fault and would hide all that follows. So each block is parsed alone, and this
//! scanner only knows as much of the syntax as it takes to see where one ends: brackets, strings, heredocs, comments.

use crate::document::{Comment, SyntaxError};
use crate::span::Span;

/// What begins a block at the top of a Terraform file and stands nowhere else at the start of a line.
const TOP_LEVEL: [&str; 13] = [
    "resource",
    "data",
    "ephemeral",
    "variable",
    "output",
    "module",
    "provider",
    "check",
    "locals",
    "terraform",
    "moved",
    "import",
    "removed",
];

/// A file, cut.
#[derive(Debug, Default)]
pub(super) struct Split {
    /// The blocks and attributes at the top, in order.
    pub(super) parts: Vec<Part>,
    /// The comments, in order.
    pub(super) comments: Vec<Comment>,
}

/// One block or attribute at the top of a file.
#[derive(Debug)]
pub(super) struct Part {
    /// Where it stands.
    pub(super) span: Span,
    /// Why it cannot be read, if the scanner saw it.
    pub(super) error: Option<SyntaxError>,
}

/// Cuts `text`.
pub(super) fn split(text: &str) -> Split {
    let mut scanner = Scanner::new(text);
    let mut parts = Vec::new();
    while scanner.skip_blank() {
        let start = scanner.at;
        scanner.part();
        let written = text.get(start..scanner.at).unwrap_or_default().trim_end();
        parts.push(Part {
            span: Span {
                start,
                end: start + written.len(),
            },
            error: scanner.error.take(),
        });
    }
    // A comment that is never closed is all that is left of the file.
    if let Some(error) = scanner.error {
        parts.push(Part {
            span: Span {
                start: error.span.start,
                end: text.len(),
            },
            error: Some(error),
        });
    }
    Split {
        parts,
        comments: scanner.comments,
    }
}

/// Where the block or attribute ends that begins at `offset`, or on its line.
pub(in super::super) fn construct_end(text: &str, offset: usize) -> usize {
    let mut scanner = Scanner::new(text);
    scanner.at = offset;
    scanner.part();
    scanner.at
}

/// Whether `text` begins like a block of Terraform: only then is a fault in it worth its own finding.
pub(super) fn begins_block(text: &str) -> bool {
    let (word, rest) = word(text);
    TOP_LEVEL.contains(&word) && rest.trim_start_matches([' ', '\t']).starts_with(['"', '{'])
}

/// The identifier that `text` begins with, and the rest.
fn word(text: &str) -> (&str, &str) {
    let end = text
        .find(|c: char| !c.is_alphanumeric() && c != '_' && c != '-')
        .unwrap_or(text.len());
    text.split_at(end)
}

/// Something that was opened and is not closed yet.
#[derive(Clone, Copy)]
struct Open {
    at: usize,
    what: Opened,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Opened {
    /// A bracket: what closes it.
    Bracket(u8),
    /// `${` or `%{` in a string.
    Interpolation,
    /// A string.
    Quote,
}

struct Scanner<'a> {
    text: &'a str,
    bytes: &'a [u8],
    at: usize,
    open: Vec<Open>,
    error: Option<SyntaxError>,
    comments: Vec<Comment>,
}

impl<'a> Scanner<'a> {
    fn new(text: &'a str) -> Self {
        Self {
            text,
            bytes: text.as_bytes(),
            at: 0,
            open: Vec::new(),
            error: None,
            comments: Vec::new(),
        }
    }

    fn rest(&self) -> &[u8] {
        &self.bytes[self.at..]
    }

    /// Skips what may stand between two parts; false at the end of the text.
    fn skip_blank(&mut self) -> bool {
        while let Some(&byte) = self.bytes.get(self.at) {
            if byte.is_ascii_whitespace() {
                self.at += 1;
            } else if !self.comment() {
                return true;
            }
        }
        false
    }

    /// Moves to the end of the part that starts here: of the line on which nothing is open any more.
    fn part(&mut self) {
        self.open.clear();
        while let Some(&byte) = self.bytes.get(self.at) {
            if self.open.last().is_some_and(|open| open.what == Opened::Quote) {
                self.in_string(byte);
                continue;
            }
            match byte {
                b'\n' if self.open.is_empty() => return,
                b'\n' => {
                    self.at += 1;
                    if begins_block(self.text.get(self.at..).unwrap_or_default()) {
                        break;
                    }
                }
                b'"' => self.push(Opened::Quote, 1),
                b'{' => self.push(Opened::Bracket(b'}'), 1),
                b'[' => self.push(Opened::Bracket(b']'), 1),
                b'(' => self.push(Opened::Bracket(b')'), 1),
                b'}' | b']' | b')' => self.close(byte),
                b'<' if self.rest().starts_with(b"<<") => self.heredoc(),
                b'#' | b'/' if self.comment() => {}
                _ => self.skip_plain(),
            }
        }
        if let Some(open) = self.open.first() {
            self.never_closed(*open);
        }
    }

    fn in_string(&mut self, byte: u8) {
        match byte {
            b'"' => {
                self.open.pop();
                self.at += 1;
            }
            b'\n' => {
                // No string of HCL goes on in the next line.
                if let Some(open) = self.open.pop() {
                    self.never_closed(open);
                }
            }
            b'\\' => self.at = self.bytes.len().min(self.at + 2),
            b'$' | b'%' if self.rest().get(1) == Some(&byte) && self.rest().get(2) == Some(&b'{') => {
                self.at += 3;
            }
            b'$' | b'%' if self.rest().get(1) == Some(&b'{') => self.push(Opened::Interpolation, 2),
            _ => self.skip_plain(),
        }
    }

    /// Moves behind the byte that is here, and behind those that mean nothing anywhere.
    fn skip_plain(&mut self) {
        let behind = self.rest()[1..].iter();
        let is_plain = |byte: &&u8| byte.is_ascii_alphanumeric() || **byte == b' ';
        self.at += 1 + behind.take_while(is_plain).count();
    }

    fn push(&mut self, what: Opened, length: usize) {
        self.open.push(Open { at: self.at, what });
        self.at += length;
    }

    fn close(&mut self, byte: u8) {
        let closes = |open: &Open| match open.what {
            Opened::Bracket(end) => end == byte,
            Opened::Interpolation => byte == b'}',
            Opened::Quote => false,
        };
        match self.open.last().copied() {
            Some(last) if closes(&last) => {
                self.open.pop();
            }
            // A brace closes what was left open inside of it; other brackets are passed over.
            Some(last) if byte == b'}' && self.open.iter().any(closes) => {
                self.never_closed(last);
                while let Some(open) = self.open.pop() {
                    if closes(&open) {
                        break;
                    }
                }
            }
            _ => self.fault(
                Span {
                    start: self.at,
                    end: self.at + 1,
                },
                format!("this `{}` closes nothing", char::from(byte)),
                None,
            ),
        }
        self.at += 1;
    }

    /// Moves behind a heredoc, or behind two signs that begin none.
    fn heredoc(&mut self) {
        let start = self.at;
        let after = self.text.get(start + 2..).unwrap_or_default();
        let (delimiter, rest) = word(after.strip_prefix('-').unwrap_or(after));
        if delimiter.is_empty() || !rest.trim_start_matches('\r').starts_with('\n') {
            self.at += 2;
            return;
        }
        let mut at = self.text.len() - rest.len();
        while let Some(line) = self
            .text
            .get(at..)
            .and_then(|text| text.find('\n'))
            .map(|end| at + end + 1)
        {
            let content = self.text[line..].trim_start_matches([' ', '\t']);
            if word(content).0 == delimiter {
                self.at = self.text.len() - content.len() + delimiter.len();
                return;
            }
            at = line;
        }
        self.fault(
            Span {
                start,
                end: self.text.len() - rest.len(),
            },
            format!("the text that begins here never ends: no line is `{delimiter}`"),
            None,
        );
        self.at = self.bytes.len();
    }

    /// Records the comment that starts here, if one does, and moves behind it.
    fn comment(&mut self) -> bool {
        let rest = &self.text.as_bytes()[self.at..];
        let (marks, end, is_closed) = if rest.starts_with(b"#") || rest.starts_with(b"//") {
            let length = rest.iter().position(|&byte| byte == b'\n').unwrap_or(rest.len());
            (1 + usize::from(rest[0] == b'/'), length, false)
        } else if rest.starts_with(b"/*") {
            match self.text.get(self.at + 2..).and_then(|text| text.find("*/")) {
                Some(length) => (2, length + 4, true),
                None => {
                    let span = Span {
                        start: self.at,
                        end: self.at + 2,
                    };
                    self.fault(
                        span,
                        "this comment is never closed".to_owned(),
                        Some("add `*/`".to_owned()),
                    );
                    (2, rest.len(), false)
                }
            }
        } else {
            return false;
        };
        let span = Span {
            start: self.at,
            end: self.at + end,
        };
        let written = self
            .text
            .get(span.range())
            .unwrap_or_default()
            .trim_end_matches('\r');
        let inner = written.len() - if is_closed { 2 } else { 0 };
        self.comments.push(Comment {
            text: written[marks..inner].trim().to_owned(),
            span: Span {
                start: span.start,
                end: span.start + written.len(),
            },
            object: None,
        });
        self.at = span.end;
        true
    }

    fn never_closed(&mut self, open: Open) {
        let (length, sign, end) = match open.what {
            Opened::Quote => (1, "\"", "\""),
            Opened::Interpolation => (2, "${", "}"),
            Opened::Bracket(b'}') => (1, "{", "}"),
            Opened::Bracket(b']') => (1, "[", "]"),
            Opened::Bracket(_) => (1, "(", ")"),
        };
        let span = Span {
            start: open.at,
            end: open.at + length,
        };
        let message = format!("this `{sign}` is never closed");
        self.fault(span, message, Some(format!("add `{end}`")));
    }

    /// Keeps the first fault of the part.
    fn fault(&mut self, span: Span, message: String, help: Option<String>) {
        self.error.get_or_insert(SyntaxError { span, message, help });
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parts(text: &str) -> Vec<(&str, Option<(&str, String)>)> {
        let parts = split(text).parts;
        let shown = |part: Part| {
            let error = part.error.map(|error| (&text[error.span.range()], error.message));
            (&text[part.span.range()], error)
        };
        parts.into_iter().map(shown).collect()
    }

    #[test]
    fn each_block_is_a_part() {
        let text = "# c\na = 1\n\nlocals { b = [\n  1,\n] } // d\nx \"y\" {\n  s = \"} ${ { a = \"}\" }.a } $${ \\\" {\"\n  h = <<-EOT\n    } resource \"a\" {\n  EOT\n}\n";
        let found = parts(text);
        let starts: Vec<_> = found
            .iter()
            .map(|(part, error)| (&part[..5], error.is_none()))
            .collect();
        assert_eq!(starts, [("a = 1", true), ("local", true), ("x \"y\"", true)]);
        assert!(found[2].0.ends_with("EOT\n}"));
    }

    #[test]
    fn comments_have_their_places_and_strings_have_none() {
        let text = "# one\r\na = \"# no\" # two\n/* three\n */ b = <<E\n# no\nE\n//four";
        let comments = split(text).comments;
        let shown: Vec<_> = comments
            .iter()
            .map(|comment| (comment.text.as_str(), &text[comment.span.range()]))
            .collect();
        assert_eq!(
            shown,
            [
                ("one", "# one"),
                ("two", "# two"),
                ("three", "/* three\n */"),
                ("four", "//four"),
            ]
        );
    }

    #[test]
    fn a_fault_is_told_where_it_began_and_ends_with_its_block() {
        for (text, sign, message) in [
            ("resource \"a\" \"b\" {\n", "{", "this `{` is never closed"),
            ("locals {\n  a = [1,\n}\n", "[", "this `[` is never closed"),
            ("locals {\n  a = \"x\n}\n", "\"", "this `\"` is never closed"),
            ("locals {\n  a = \"${x\n}\"\n", "{", "this `{` is never closed"),
            (
                "locals {\n  a = (1\n  b = 2\n}\n",
                "(",
                "this `(` is never closed",
            ),
            ("locals {\n}}\n", "}", "this `}` closes nothing"),
            (
                "a = <<E\nx\n",
                "<<E",
                "the text that begins here never ends: no line is `E`",
            ),
            ("/* x\n", "/*", "this comment is never closed"),
        ] {
            let text = format!("{text}\n");
            let found = parts(&text);
            let errors: Vec<_> = found.into_iter().filter_map(|(_, error)| error).collect();
            assert_eq!(errors, [(sign, message.to_owned())], "{text}");
        }
    }

    #[test]
    fn an_open_brace_does_not_swallow_the_next_block() {
        let text = "resource \"a\" \"b\" {\n  x = {\n\nresource \"c\" \"d\" {\n}\n";
        let found = parts(text);
        assert_eq!(found.len(), 2);
        assert!(found[0].1.is_some());
        assert_eq!(found[1], ("resource \"c\" \"d\" {\n}", None));
    }
}
