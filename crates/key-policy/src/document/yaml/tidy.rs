//! What Go's YAML takes and the parser does not, of which Pulumi's programs may be full: parts of a list or an object in
//! brackets that stand no deeper than the name of the value, and tabs where space may stand.

use crate::span::Span;

/// `text` with spaces in the place of the line breaks, the tabs and the comments between the parts of what stands in
/// brackets, of the tabs behind a `:`, and if `in_quotes` of the line breaks and tabs in quotes that mean one. It says the
/// same, and every part of it keeps its place. Nothing if `text` has none of that.
pub(super) fn tidied(text: &str, in_quotes: bool) -> Option<String> {
    let mut tidy = Tidy {
        text: text.as_bytes(),
        in_quotes,
        at: 0,
        gaps: Vec::new(),
    };
    tidy.lines();
    let mut tidied = String::with_capacity(text.len());
    for gap in &tidy.gaps {
        tidied.push_str(text.get(tidied.len()..gap.start)?);
        tidied.extend(std::iter::repeat_n(' ', gap.end - gap.start));
    }
    tidied.push_str(text.get(tidied.len()..)?);
    (tidied != text).then_some(tidied)
}

struct Tidy<'t> {
    text: &'t [u8],
    in_quotes: bool,
    at: usize,
    gaps: Vec<Span>,
}

impl Tidy<'_> {
    fn peek(&self) -> Option<u8> {
        self.text.get(self.at).copied()
    }

    /// Whether the byte behind `by` others ends a word.
    fn is_blank(&self, by: usize) -> bool {
        let byte = self.text.get(self.at + by);
        byte.is_none_or(|byte| matches!(byte, b' ' | b'\t' | b'\n' | b'\r'))
    }

    /// Whether a text without quotes ends here, outside of brackets.
    fn ends_word(&self) -> bool {
        match self.peek() {
            None | Some(b'\n') => true,
            Some(b':') => self.is_blank(1),
            _ => self.is_blank(0) && self.text.get(self.at + 1) == Some(&b'#'),
        }
    }

    fn skip_while(&mut self, is_skipped: impl Fn(u8) -> bool) -> Span {
        let start = self.at;
        while self.peek().is_some_and(&is_skipped) {
            self.at += 1;
        }
        Span { start, end: self.at }
    }

    /// Reads line by line, up to brackets or quotes that do not end.
    fn lines(&mut self) {
        // How deep the name stands whose value is a block of text: all that stands deeper belongs to it.
        let mut block = None;
        while self.at < self.text.len() {
            let start = self.at;
            self.skip_while(|byte| byte == b' ');
            let width = self.at - start;
            let is_empty = matches!(self.peek(), Some(b'\n' | b'\r'));
            if block.is_some_and(|name| width > name || is_empty) {
                self.skip_while(|byte| byte != b'\n');
            } else if let Some(name) = self.line(start) {
                block = name;
            } else {
                return;
            }
            self.at += 1;
        }
    }

    /// Reads the line that begins at `start`, and whatever of it stands on further lines. How deep the name stands
    /// whose value is a block of text on the next lines, if one is; nothing at all if something does not end.
    fn line(&mut self, start: usize) -> Option<Option<usize>> {
        let mut name = self.at - start;
        loop {
            self.skip_while(|byte| matches!(byte, b' ' | b'\t'));
            match self.peek() {
                None | Some(b'\n') => return Some(None),
                Some(b'\r') => self.at += 1,
                Some(b'#') => {
                    self.skip_while(|byte| byte != b'\n');
                }
                Some(b'-' | b'?') if self.is_blank(1) => {
                    name = self.at - start;
                    self.at += 1;
                }
                Some(b':') if self.is_blank(1) => {
                    self.at += 1;
                    let tabs = self.skip_while(|byte| byte == b'\t');
                    self.gaps.push(tabs);
                }
                Some(b'&' | b'!') => {
                    self.skip_while(|byte| !byte.is_ascii_whitespace());
                }
                Some(b'|' | b'>') => {
                    self.skip_while(|byte| byte != b'\n');
                    return Some(Some(name));
                }
                Some(b'[' | b'{') => {
                    let known = self.gaps.len();
                    if self.brackets().is_none() {
                        self.gaps.truncate(known);
                        return None;
                    }
                }
                Some(b'"' | b'\'') => {
                    let column = self.at - start;
                    self.quoted()?;
                    if self.peek() == Some(b':') {
                        name = column;
                    }
                }
                Some(_) => {
                    let column = self.at - start;
                    while !self.ends_word() {
                        self.at += 1;
                    }
                    if self.peek() == Some(b':') {
                        name = column;
                    }
                }
            }
        }
    }

    /// Reads what begins with a bracket, up to the one that closes it.
    fn brackets(&mut self) -> Option<()> {
        let mut open = 0;
        let mut before = None;
        loop {
            let gap = self.gap();
            let byte = self.peek()?;
            let is_between = matches!(before, None | Some(b'[' | b'{' | b',' | b':'));
            if is_between || matches!(byte, b']' | b'}' | b',') {
                self.gaps.push(gap);
            }
            // In the middle of a word, a quote is a character like others.
            if is_between && matches!(byte, b'"' | b'\'') {
                self.quoted()?;
                before = Some(byte);
                continue;
            }
            // Brackets end with the document.
            if gap.start < gap.end
                && self.text[..self.at].ends_with(b"\n")
                && self.text[self.at..].starts_with(b"---")
            {
                return None;
            }
            match byte {
                b'[' | b'{' => open += 1,
                b']' | b'}' => open -= 1,
                _ => {}
            }
            before = Some(byte);
            self.at += 1;
            if open == 0 {
                return Some(());
            }
        }
    }

    /// Goes on over space and comments.
    fn gap(&mut self) -> Span {
        let start = self.at;
        loop {
            self.skip_while(|byte| matches!(byte, b' ' | b'\t' | b'\n' | b'\r'));
            if self.peek() != Some(b'#') || self.at == start {
                return Span { start, end: self.at };
            }
            self.skip_while(|byte| byte != b'\n');
        }
    }

    /// Goes on behind the text in quotes that begins here.
    fn quoted(&mut self) -> Option<()> {
        let start = self.at;
        self.at += quoted_length(&self.text[start..])?;
        if self.in_quotes {
            let quoted = &self.text[start..self.at];
            let is_blank = |byte: &u8| matches!(byte, b' ' | b'\t');
            let is_word = |byte: u8| !matches!(byte, b' ' | b'\t' | b'\r' | b'\n' | b'\\');
            for at in (1..quoted.len()).filter(|at| quoted[*at] == b'\n') {
                let blank = quoted[at + 1..].iter().take_while(|byte| is_blank(byte)).count();
                let is_space = blank == 0 && is_word(quoted[at - 1]) && is_word(quoted[at + 1]);
                let from = if is_space { at } else { at + 1 };
                self.gaps.push(Span {
                    start: start + from,
                    end: start + at + 1 + blank,
                });
            }
        }
        Some(())
    }
}

/// How long the string in quotes is that `text` begins with; nothing if it does not end.
pub(in super::super) fn quoted_length(text: &[u8]) -> Option<usize> {
    let quote = *text.first()?;
    let mut at = 1;
    loop {
        match (quote, *text.get(at)?) {
            (b'"', b'\\') => at += 1,
            (b'\'', b'\'') if text.get(at + 1) == Some(&b'\'') => at += 1,
            (_, byte) if byte == quote => return Some(at + 1),
            _ => {}
        }
        at += 1;
    }
}
