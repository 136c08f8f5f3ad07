//! Places in a text: byte ranges, and the lines and columns that people and tools count in.

use std::ops::Range;

/// A range of bytes in one source, end exclusive.
///
/// A value that was not read from a text, such as one a provider received over the wire, has the default
/// span, which is empty and at 0.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Default, Hash)]
pub struct Span {
    /// Offset of the first byte.
    pub start: usize,
    /// Offset behind the last byte.
    pub end: usize,
}

impl Span {
    /// A span of no bytes at `offset`.
    pub fn at(offset: usize) -> Self {
        Self {
            start: offset,
            end: offset,
        }
    }

    /// The span moved `by` bytes towards the end.
    #[must_use]
    pub fn shifted(self, by: usize) -> Self {
        Self {
            start: self.start + by,
            end: self.end + by,
        }
    }

    /// The bytes as a range.
    pub fn range(self) -> Range<usize> {
        self.start..self.end
    }
}

impl From<Range<usize>> for Span {
    fn from(range: Range<usize>) -> Self {
        Self {
            start: range.start,
            end: range.end,
        }
    }
}

/// A span in one of several sources.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Place {
    /// Which source, by its index in the caller's list.
    pub source: usize,
    /// Where in it.
    pub span: Span,
}

/// A place as people and tools count it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Position {
    /// Line, from 1.
    pub line: usize,
    /// Column in Unicode scalar values, from 1.
    pub column: usize,
    /// Offset in UTF-8 bytes, from 0.
    pub offset: usize,
    /// Offset in UTF-16 code units, from 0, as browsers count.
    pub utf16: usize,
}

impl Position {
    /// The position behind `character`, which stands at this one.
    fn behind(self, character: char) -> Self {
        let is_end = character == '\n';
        Self {
            line: self.line + usize::from(is_end),
            column: if is_end { 1 } else { self.column + 1 },
            offset: self.offset + character.len_utf8(),
            utf16: self.utf16 + character.len_utf16(),
        }
    }
}

/// Positions in one text that are known, so that many offsets can be turned into positions quickly: the start of each
/// line, and more in long ones, since a plan of many megabytes may be one line.
#[derive(Debug)]
pub struct LineIndex<'a> {
    text: &'a str,
    known: Vec<Position>,
}

/// From one position that is known to the next there are at most about so many bytes.
const STRIDE: usize = 1024;

impl<'a> LineIndex<'a> {
    /// Indexes `text`. A line ends behind its `\n`.
    pub fn new(text: &'a str) -> Self {
        let mut position = Position {
            line: 1,
            column: 1,
            offset: 0,
            utf16: 0,
        };
        let mut known = vec![position];
        for character in text.chars() {
            position = position.behind(character);
            let last = known[known.len() - 1].offset;
            if character == '\n' || position.offset - last >= STRIDE {
                known.push(position);
            }
        }
        Self { text, known }
    }

    /// The position of `offset`. An offset behind the end, or inside a character, is moved back to the
    /// nearest place that exists.
    pub fn position(&self, offset: usize) -> Position {
        let mut offset = offset.min(self.text.len());
        while !self.text.is_char_boundary(offset) {
            offset -= 1;
        }
        let known = self.known.partition_point(|known| known.offset <= offset) - 1;
        let known = self.known[known];
        self.text[known.offset..offset]
            .chars()
            .fold(known, Position::behind)
    }

    /// The offset at which line `line` (from 1) starts. A line behind the last starts at the text's end.
    pub fn line_start(&self, line: usize) -> usize {
        let known = self.known.partition_point(|known| known.line < line);
        self.known
            .get(known)
            .map_or(self.text.len(), |start| start.offset)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn counts_in_characters_bytes_and_utf16() {
        let index = LineIndex::new("ä: 😀x\nb");
        let x = index.position("ä: 😀".len());
        assert_eq!((x.line, x.column, x.offset, x.utf16), (1, 5, 8, 5));
        let b = index.position("ä: 😀x\n".len());
        assert_eq!((b.line, b.column, b.utf16), (2, 1, 7));
    }

    #[test]
    fn offsets_outside_are_moved_to_the_nearest_place() {
        let index = LineIndex::new("😀");
        assert_eq!(index.position(2).offset, 0);
        assert_eq!(index.position(99).offset, 4);
        assert_eq!(index.line_start(7), 4);
    }

    #[test]
    fn long_lines_are_counted_from_near() {
        let text = format!("a\n{}x\ny", "ä😀".repeat(STRIDE));
        let index = LineIndex::new(&text);
        let x = index.position(text.find('x').unwrap());
        assert_eq!((x.line, x.column), (2, 2 * STRIDE + 1));
        assert_eq!(x.utf16, 2 + 3 * STRIDE);
        assert_eq!(index.line_start(2), 2);
        assert_eq!(&text[index.line_start(3)..], "y");
        assert_eq!(index.position(text.len()).line, 3);
    }
}
