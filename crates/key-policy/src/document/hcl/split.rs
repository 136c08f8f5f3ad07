//! The cut of a file into its top-level blocks and attributes, and its comments.
//!
//! The parser stops at the first fault and would hide all that follows. So each block is parsed alone, and this
//! scanner only knows as much of the syntax as it takes to see where one ends: brackets, strings, heredocs, comments.

use crate::document::{Comment, SyntaxError, in_other_quotes, merge_conflict};
use crate::span::Span;

/// The blocks at the top of a Terraform file, and how many labels each has.
pub(super) const BLOCKS: [(&str, usize); 13] = [
    ("resource", 2),
    ("data", 2),
    ("ephemeral", 2),
    ("variable", 1),
    ("output", 1),
    ("module", 1),
    ("provider", 1),
    ("check", 1),
    ("locals", 0),
    ("terraform", 0),
    ("moved", 0),
    ("import", 0),
    ("removed", 0),
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
    /// The heredocs in it that the parser would end elsewhere.
    pub(super) heredocs: Vec<Heredoc>,
}

/// A heredoc that is empty, or has lines that begin like its end.
#[derive(Debug)]
pub(super) struct Heredoc {
    /// Where it begins: `<<-NAME`.
    pub(super) start: Span,
    /// Where its name stands again.
    pub(super) end: Span,
    pub(super) is_empty: bool,
}

/// Cuts `text`.
pub(super) fn split(text: &str) -> Split {
    let mut scanner = Scanner::new(text);
    let mut parts = Vec::new();
    loop {
        let is_part = scanner.skip_blank();
        // A comment that is never closed, or the mark of a merge conflict.
        parts.extend(scanner.error.take().map(|error| Part {
            span: error.span,
            error: Some(error),
            heredocs: Vec::new(),
        }));
        if !is_part {
            break;
        }
        let start = scanner.at;
        scanner.part();
        let written = text.get(start..scanner.at).unwrap_or_default().trim_end();
        parts.push(Part {
            span: Span {
                start,
                end: start + written.len(),
            },
            error: scanner.error.take(),
            heredocs: std::mem::take(&mut scanner.heredocs),
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
    let rest = rest.trim_start_matches([' ', '\t']);
    BLOCKS.iter().any(|(kind, _)| *kind == word)
        && (rest.starts_with('"') || in_other_quotes(rest).is_some() || labels(text).is_some())
}

/// Whether the line that `text` begins with can only begin a block at the top, also where something is open still.
fn stands_at_top(text: &str) -> bool {
    let content = text.trim_start_matches([' ', '\t']);
    match word(content).0 {
        // A resource stands in no other block.
        "resource" if labels(content) == Some(2) => true,
        _ => begins_block(text) && labels(text).is_none(),
    }
}

/// How many labels the block has that `text` begins with; nothing if its header is no whole one.
fn labels(text: &str) -> Option<usize> {
    let mut rest = word(text).1;
    for count in 0.. {
        rest = rest.trim_start_matches([' ', '\t']);
        if rest.starts_with('{') {
            return Some(count);
        }
        rest = match rest.strip_prefix('"') {
            Some(label) => label.split_once(['"', '\n'])?.1,
            None => Some(word(rest)).filter(|(label, _)| !label.is_empty())?.1,
        };
    }
    None
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

impl Opened {
    fn is_closed_by(self, byte: u8) -> bool {
        match self {
            Opened::Bracket(end) => end == byte,
            Opened::Interpolation => byte == b'}',
            Opened::Quote => false,
        }
    }
}

/// A place inside of a block where a line looks like the next block: it is that one if the block never ends.
struct Doubt {
    at: usize,
    /// What is open there, the first of it.
    open: Open,
    error: Option<SyntaxError>,
    conflict: Option<SyntaxError>,
    comments: usize,
    heredocs: usize,
}

/// How often the text may be gone over in vain, as a whole.
const MOST_REREAD: usize = 4;

struct Scanner<'a> {
    text: &'a str,
    bytes: &'a [u8],
    at: usize,
    open: Vec<Open>,
    /// How many of those a brace closes.
    braces: usize,
    error: Option<SyntaxError>,
    comments: Vec<Comment>,
    heredocs: Vec<Heredoc>,
    /// From where on no comment is closed.
    unclosed: usize,
    /// How many bytes were gone over in vain.
    reread: usize,
    /// The first mark of the merge conflict that this is in.
    conflict: Option<SyntaxError>,
}

impl<'a> Scanner<'a> {
    fn new(text: &'a str) -> Self {
        Self {
            text,
            bytes: text.as_bytes(),
            at: 0,
            open: Vec::new(),
            braces: 0,
            error: None,
            comments: Vec::new(),
            heredocs: Vec::new(),
            unclosed: text.len(),
            reread: 0,
            conflict: None,
        }
    }

    fn rest(&self) -> &[u8] {
        &self.bytes[self.at..]
    }

    /// How many bytes are left up to the end of the line.
    fn rest_of_line(&self) -> usize {
        let rest = self.rest();
        rest.iter().position(|&byte| byte == b'\n').unwrap_or(rest.len())
    }

    /// Skips what may stand between two parts; false at the end of the text.
    fn skip_blank(&mut self) -> bool {
        while let Some(&byte) = self.bytes.get(self.at) {
            if byte.is_ascii_whitespace() {
                self.at += 1;
            } else if !self.comment() && !self.conflict() {
                return true;
            }
        }
        false
    }

    /// Moves to the end of the part that starts here: of the line on which nothing is open any more.
    fn part(&mut self) {
        self.open.clear();
        self.braces = 0;
        let mut doubt = None;
        while let Some(&byte) = self.bytes.get(self.at) {
            if self.open.last().is_some_and(|open| open.what == Opened::Quote) {
                self.in_string(byte);
                continue;
            }
            match byte {
                b'\n' if self.open.is_empty() => return,
                b'\n' => {
                    self.at += 1;
                    let line = self.text.get(self.at..).unwrap_or_default();
                    if self.conflict() {
                        continue;
                    }
                    if stands_at_top(line) {
                        break;
                    }
                    if doubt.is_none() && begins_block(line) {
                        if self.reread > MOST_REREAD * self.bytes.len() {
                            break;
                        }
                        doubt = self.doubt();
                    }
                }
                b'"' => self.push(Opened::Quote, 1),
                b'{' => self.push(Opened::Bracket(b'}'), 1),
                b'[' => self.push(Opened::Bracket(b']'), 1),
                b'(' => self.push(Opened::Bracket(b')'), 1),
                b'}' | b']' | b')' => self.close(byte),
                b'<' if self.rest().starts_with(b"<<") => self.heredoc(),
                b'#' | b'/' if self.comment() => {}
                b'\'' | b'`' | 0xe2 if self.other_quotes() => {}
                _ => self.skip_plain(),
            }
        }
        let Some(&open) = self.open.first() else {
            return;
        };
        match doubt {
            Some(doubt) => {
                self.reread += self.at - doubt.at;
                self.at = doubt.at;
                self.comments.truncate(doubt.comments);
                self.heredocs.truncate(doubt.heredocs);
                (self.error, self.conflict) = (doubt.error, doubt.conflict);
                self.never_closed(doubt.open);
            }
            None => self.never_closed(open),
        }
    }

    fn doubt(&self) -> Option<Doubt> {
        Some(Doubt {
            at: self.at,
            open: *self.open.first()?,
            error: self.error.clone(),
            conflict: self.conflict.clone(),
            comments: self.comments.len(),
            heredocs: self.heredocs.len(),
        })
    }

    fn in_string(&mut self, byte: u8) {
        match byte {
            b'"' => {
                self.pop();
                self.at += 1;
            }
            b'\n' => {
                // No string of HCL goes on in the next line, and none that it is in.
                let line = self.text[..self.at].rfind('\n').map_or(0, |end| end + 1);
                let on_line = self.open.partition_point(|open| open.at < line);
                let is_quote = |open: &Open| open.what == Opened::Quote;
                let first = self.open[on_line..].iter().position(is_quote);
                let from = first.map_or(self.open.len() - 1, |first| on_line + first);
                let inner = &self.open[from..];
                let template = inner.iter().rfind(|open| open.what == Opened::Interpolation);
                if let Some(&open) = template.or(inner.last()) {
                    self.never_closed(open);
                }
                while self.open.len() > from {
                    self.pop();
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
        self.braces += usize::from(what.is_closed_by(b'}'));
        self.at += length;
    }

    fn pop(&mut self) -> Option<Open> {
        let open = self.open.pop()?;
        self.braces -= usize::from(open.what.is_closed_by(b'}'));
        Some(open)
    }

    fn close(&mut self, byte: u8) {
        match self.open.last().copied() {
            Some(last) if last.what.is_closed_by(byte) => {
                self.pop();
            }
            // A brace closes what was left open inside of it; other brackets are passed over.
            Some(last) if byte == b'}' && self.braces > 0 => {
                self.never_closed(last);
                while let Some(open) = self.pop() {
                    if open.what.is_closed_by(byte) {
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
        let begin = Span {
            start,
            end: self.text.len() - rest.len(),
        };
        let mut at = begin.end;
        let mut is_odd = false;
        let is_bounded = self.reread <= MOST_REREAD * self.bytes.len();
        for (number, line) in rest.split_inclusive('\n').enumerate().take_while(|_| is_bounded) {
            let content = line.trim_start();
            let end = at + line.len() - content.len();
            at += line.len();
            if number > 0 && content.trim_end() == delimiter {
                self.at = end + delimiter.len();
                if is_odd || number == 1 {
                    self.heredocs.push(Heredoc {
                        start: begin,
                        end: Span {
                            start: end,
                            end: self.at,
                        },
                        is_empty: number == 1,
                    });
                }
                return;
            }
            is_odd |= content.starts_with(delimiter);
        }
        self.reread += at - begin.end;
        self.fault(
            begin,
            format!("the text that begins here never ends: no line is `{delimiter}`"),
            None,
        );
        // What follows is no text but the rest of the file.
        self.at = begin.end;
    }

    /// Moves behind a text in quotes that HCL does not have, if one starts here.
    fn other_quotes(&mut self) -> bool {
        let rest = self.text.get(self.at..).unwrap_or_default();
        let Some((_, length)) = in_other_quotes(rest) else {
            return false;
        };
        let quote = rest.chars().next().unwrap_or_default();
        let span = Span {
            start: self.at,
            end: self.at + quote.len_utf8(),
        };
        self.fault(
            span,
            format!("`{quote}` is no quote of HCL"),
            Some("write texts in straight double quotes: `\"`".to_owned()),
        );
        self.at += length;
        true
    }

    /// Moves behind the mark of a merge conflict, if one starts here. The first of a conflict stands for all of them.
    fn conflict(&mut self) -> bool {
        let Some(mark) = merge_conflict(self.text, self.at) else {
            return false;
        };
        let first = self.conflict.take().unwrap_or(mark);
        if self.bytes[self.at] != b'>' {
            self.conflict = Some(first.clone());
        }
        self.error.get_or_insert(first);
        self.at += self.rest_of_line();
        true
    }

    /// Records the comment that starts here, if one does, and moves behind it.
    fn comment(&mut self) -> bool {
        let rest = &self.text.as_bytes()[self.at..];
        let (marks, end, is_closed) = if rest.starts_with(b"#") || rest.starts_with(b"//") {
            (1 + usize::from(rest[0] == b'/'), self.rest_of_line(), false)
        } else if rest.starts_with(b"/*") {
            let behind = self.text.get(self.at + 2..).filter(|_| self.at < self.unclosed);
            match behind.and_then(|text| text.find("*/")) {
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
                    // All that follows may have been meant to be read, and no comment in it is closed either.
                    self.unclosed = self.unclosed.min(self.at);
                    (2, self.rest_of_line(), false)
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
