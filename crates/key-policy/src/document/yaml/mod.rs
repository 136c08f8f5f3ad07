//! YAML text to values with exact places, on the events of `saphyr-parser`.

mod builder;
mod fault;
mod scalar;
mod tidy;

use std::borrow::Cow;

use super::comments::take_comments;
use super::{Document, SyntaxError, Text, json};
use crate::span::Span;
use crate::value::{Content, Entry, Value};
use builder::{Builder, Parsed};
pub(super) use tidy::quoted_length;

/// A text is read again without the blocks that cannot be read, as long as all rounds together read no more than this
/// many bytes, or one round more than the first.
const MAX_REREAD: usize = 20_000_000;

/// Reads every document of `text`, which may be JSON. Its comments go to `document`, and what cannot be read.
///
/// One block that cannot be read does not hide the others: the text is read again without the resource that it is in.
pub(super) fn read(text: &Text<'_>, document: &mut Document) -> Vec<Value> {
    read_all(text, document).0
}

/// The same, with the top-level members of which something could not be read, as values that are not known.
pub(super) fn read_all(text: &Text<'_>, document: &mut Document) -> (Vec<Value>, Vec<Entry>) {
    if text.is_json {
        let (mut value, fault) = json::parse_all(text.text, text.start, json::Cursor::value);
        document.close(text, fault.map_or(Ok(()), Err));
        take_comments(
            std::slice::from_mut(&mut value),
            text.text,
            &mut document.comments,
        );
        return (vec![value], Vec::new());
    }
    let mut lost = Vec::new();
    let mut written = Cow::Borrowed(&text.text[text.start..]);
    let mut reread = 0;
    loop {
        let (parsed, fault) = parsed(&written, text.source);
        let Parsed {
            mut documents,
            comments,
        } = parsed;
        let end = fault.as_ref().map(|fault| fault.span.start);
        reread += written.len();
        let may_reread = end.filter(|_| reread < MAX_REREAD);
        let without = may_reread.and_then(|end| without_block(&written, end));
        if let Some(mut fault) = fault {
            if without.is_none() {
                fault.help =
                    Some("what else is in the document is not checked until this is mended".to_owned());
            }
            // Spaces stand for what was taken out: a place among them may lie inside a character.
            let place = |offset| text.text.floor_char_boundary(text.start + offset);
            fault.span = Span::from(place(fault.span.start)..place(fault.span.end));
            document.close(text, Err(fault));
        }
        if let Some((without, member)) = without {
            lost.extend(member.and_then(|line| member_at(text, line)));
            written = Cow::Owned(without);
            continue;
        }
        let comments = comments.into_iter().map(|comment| comment.shifted(text.start));
        document.comments.extend(comments);
        for value in &mut documents {
            value.shift(text.start);
        }
        take_comments(&mut documents, text.text, &mut document.comments);
        document.comments.sort_by_key(|comment| comment.span);
        return (documents, lost);
    }
}

/// The member whose name the line at `start`, behind a byte order mark, begins with, as a value that is not known.
fn member_at(text: &Text<'_>, start: usize) -> Option<Entry> {
    let start = text.start + start;
    let (lead, _) = text.text.get(start..)?.lines().next()?.split_once(':')?;
    let name = lead.trim();
    let begin = start + (lead.len() - lead.trim_start().len());
    let span = Span::from(begin..begin + name.len());
    let key = name.trim_matches(['"', '\'']);
    (!key.is_empty()).then(|| Entry {
        key: key.to_owned(),
        key_span: span,
        value: Value::new(Content::Unknown(String::new()), span),
    })
}

/// Reads every document of the stream, or the one value of a text that is JSON.
#[cfg(test)]
pub(super) fn parse(text: &str) -> Result<Vec<Value>, SyntaxError> {
    let (parsed, fault) = parsed(text, 0);
    match fault {
        None => Ok(parsed.documents),
        Some(fault) => Err(fault),
    }
}

/// What `text` holds, up to the first fault.
fn parsed(text: &str, source: usize) -> (Parsed, Option<SyntaxError>) {
    // YAML has most of JSON, but not its pairs of surrogates.
    let json = text
        .trim_start()
        .starts_with(['{', '['])
        .then(|| json::parse(text, 0));
    let told = match json {
        Some(Ok(value)) => {
            let parsed = Parsed {
                documents: vec![value],
                ..Parsed::default()
            };
            return (parsed, None);
        }
        Some(Err(fault)) if is_meant_as_json(text) => Some(fault),
        _ => None,
    };
    let read = |read: &str| {
        let mut builder = Builder::new(text, read, source);
        let fault = builder.run().err();
        (builder.parsed, fault)
    };
    let (mut parsed, mut fault) = read(text);
    for in_quotes in [false, true] {
        let Some(tidied) = fault.as_ref().and_then(|_| tidy::tidied(text, in_quotes)) else {
            continue;
        };
        let again = read(&tidied);
        // A quote may be missing: then the lines behind it are in none.
        if !in_quotes || again.1.is_none() {
            (parsed, fault) = again;
        }
    }
    (parsed, fault.map(|fault| told.unwrap_or(fault)))
}

/// Whether the first text in all brackets is in quotes, as people do not write YAML.
fn is_meant_as_json(text: &str) -> bool {
    let inside = text.trim_start_matches(|c: char| c.is_whitespace() || matches!(c, '{' | '['));
    inside.starts_with('"')
}

/// `text` with spaces in the place of the block that holds the byte `at`: the member of a top-level member, such as a
/// resource, or the element of a top-level list. With it, where the line of the top-level member begins that has lost
/// something, if that is one. Nothing if there is no text there that could go.
fn without_block(text: &str, at: usize) -> Option<(String, Option<usize>)> {
    let lines: Vec<(usize, &str)> = text
        .split_inclusive('\n')
        .scan(0, |offset, line| {
            let start = *offset;
            *offset += line.len();
            Some((start, line))
        })
        .collect();
    // A tab must not stand there, but is meant to be wide.
    let width = |byte| if byte == b'\t' { 8 } else { 1 };
    let indent = |line: &str| -> usize {
        let spaces = line.bytes().take_while(|byte| matches!(byte, b' ' | b'\t'));
        spaces.map(width).sum()
    };
    let is_blank = |line: &str| line.trim().is_empty() || line.trim_start().starts_with('#');
    let at = lines.partition_point(|(start, _)| *start <= at).checked_sub(1)?;
    let last = (0..=at).rev().find(|&line| !is_blank(lines[line].1))?;
    // The lines that the last one stands in, inner first.
    let mut outer = vec![last];
    for line in (0..last).rev() {
        let (innermost, content) = (outer[outer.len() - 1], lines[line].1);
        if indent(lines[innermost].1) == 0 {
            break;
        }
        if !is_blank(content) && indent(content) < indent(lines[innermost].1) {
            outer.push(line);
        }
    }
    let top = outer.pop()?;
    let first = match outer.pop() {
        Some(member) if !lines[top].1.starts_with('-') => member,
        _ => top,
    };
    let width = indent(lines[first].1);
    let end = (first + 1..lines.len())
        .find(|&line| !is_blank(lines[line].1) && indent(lines[line].1) <= width)
        .map_or(text.len(), |line| lines[line].0);
    let start = lines[first].0;
    let block = text[start..end].bytes().map(|byte| match byte {
        b'\n' | b'\r' => char::from(byte),
        _ => ' ',
    });
    let without = text[..start].chars().chain(block).chain(text[end..].chars());
    // An object of JSON has its members in lines of their own.
    let member = match lines[top].1.as_bytes().first() {
        Some(b'-' | b'[') => None,
        Some(b'{') => Some(start),
        _ => Some(lines[top].0),
    };
    Some((without.collect(), member))
}

/// Where the member or the element ends that begins on `line`: with the last line that is indented deeper. A list may
/// stand as deep as the member whose value it is.
pub(super) fn construct_end(text: &str, line: Span) -> usize {
    let indent = |line: &str| line.len() - line.trim_start_matches(' ').len();
    let first = text.get(line.range()).unwrap_or_default();
    let is_member = !first.trim_start().starts_with('-');
    let mut end = line.end;
    let mut at = line.end;
    for next in text.get(line.end..).unwrap_or_default().split_inclusive('\n') {
        at += next.len();
        let content = next.trim();
        let is_inside = indent(next) > indent(first)
            || (is_member && indent(next) == indent(first) && content.starts_with("- "));
        if is_inside {
            end = at;
        } else if !content.is_empty() && !content.starts_with('#') {
            break;
        }
    }
    end
}

#[cfg(test)]
mod tests {
    use super::*;

    fn one(text: &str) -> Value {
        parse(text).unwrap().remove(0)
    }

    fn written<'a>(text: &'a str, path: &[&str]) -> &'a str {
        let mut value = &one(text);
        for key in path {
            value = value.get(key).unwrap();
        }
        &text[value.span.range()]
    }

    #[test]
    fn places_are_those_of_the_text() {
        let text = "# ä\na:  x y   # c\nb: \"q\"\nc: [1, 'zwei']\nd:\n  - e: f\nü: {g: h}\n";
        assert_eq!(written(text, &["a"]), "x y");
        assert_eq!(written(text, &["b"]), "\"q\"");
        assert_eq!(written(text, &["c"]), "[1, 'zwei']");
        assert_eq!(written(text, &["d"]), "- e: f");
        let flow = "a: [1] # c\nb: {x: [y, # d\n  ], # e\n  } # f\n# g\n";
        assert_eq!(written(flow, &["a"]), "[1]");
        assert_eq!(written(flow, &["b"]), "{x: [y, # d\n  ], # e\n  }");
        assert_eq!(written(flow, &["b", "x"]), "[y, # d\n  ]");
        assert_eq!(written(text, &["ü"]), "{g: h}");
        let object = one(text);
        assert_eq!(&text[object.as_object().unwrap()[4].key_span.range()], "ü");
    }

    #[test]
    fn block_strings_and_missing_values_have_places() {
        let text = "a: |\n  one\n  two\nb:\nc: d\n";
        assert_eq!(written(text, &["a"]), "one\n  two");
        let object = one(text);
        assert_eq!(&text[object.as_object().unwrap()[1].value.span.range()], "b");
    }

    #[test]
    fn aliases_and_merges_stand_where_they_are_used() {
        let text = "base: &b {roles: [r]}\nuse:\n  <<: *b\n  x: *b\n";
        let object = one(text);
        let used = object.get("use").unwrap();
        assert_eq!(&text[used.get("x").unwrap().span.range()], "*b");
        assert_eq!(&text[used.get("roles").unwrap().span.range()], "*b");
    }

    fn document(text: &str) -> (Vec<Value>, Document) {
        let mut document = Document::default();
        let text = Text {
            text,
            start: 0,
            source: 0,
            is_json: false,
        };
        let values = read(&text, &mut document);
        (values, document)
    }

    #[test]
    fn a_tab_may_stand_between_a_name_and_its_value() {
        let text = "a:\tb\nc: {d:\t\te f, g:\t'h:\ti'}\n";
        let (values, document) = document(text);
        assert_eq!(document.findings, []);
        let value = |object: &Value, name| object.get(name).unwrap().as_str().unwrap().to_owned();
        let inner = values[0].get("c").unwrap();
        assert_eq!(
            [value(&values[0], "a"), value(inner, "d"), value(inner, "g")],
            ["b", "e f", "h:\ti"]
        );
        assert_eq!(&text[inner.get("d").unwrap().span.range()], "e f");
    }

    #[test]
    fn brackets_may_close_as_deep_as_the_name_of_the_value() {
        let text = "# ä\na:\n  b: [\n    x, # ä\n\t'y',\n# own\n  \"]\"]\n  c: {\n    d: it's\n  }\n  e: 1\nf: |\n  [\n  ]\n";
        let (values, document) = document(text);
        assert_eq!(document.findings, []);
        let inner = values[0].get("a").unwrap();
        let at = |value: &Value| text[value.span.range()].to_owned();
        let items = inner.get("b").unwrap().as_list().unwrap().iter();
        assert_eq!(items.map(at).collect::<Vec<_>>(), ["x", "'y'", "\"]\""]);
        assert!(at(inner.get("b").unwrap()).ends_with("\"]\"]"));
        assert_eq!(at(inner.get("c").unwrap().get("d").unwrap()), "it's");
        assert_eq!(at(inner.get("e").unwrap()), "1");
        assert_eq!(values[0].get("f").unwrap().as_str(), Some("[\n]\n"));
        let comments = document.comments.iter().map(|comment| &*comment.text);
        assert_eq!(comments.collect::<Vec<_>>(), ["ä", "ä", "own"]);
    }

    #[test]
    fn a_text_in_quotes_may_go_on_at_the_start_of_a_line() {
        let text = "a:\n  b: \"one\ntwo\"\n  c: 'x\n\n\t\t y'\n";
        let (values, document) = document(text);
        assert_eq!(document.findings, []);
        let inner = values[0].get("a").unwrap();
        assert_eq!(inner.get("b").unwrap().as_str(), Some("one two"));
        assert_eq!(inner.get("c").unwrap().as_str(), Some("x\ny"));
        let (_, document) = self::document("a:\n  b: \"one\nc: d\n");
        assert!(document.findings[0].message.contains("this string is not closed"));
    }

    #[test]
    fn what_stands_between_brackets_is_tidied_only_if_they_close() {
        for text in [
            "a: [\nb: 1\n",
            "a: [\n---\n]\n",
            "a: |\n  [\n  ]\n",
            "- b: >\n   {\n   }\n  c: d\n",
            "a: '[\n]'\n",
        ] {
            assert_eq!(tidy::tidied(text, false), None, "{text}");
        }
        for (text, tidied) in [
            ("- a: |\n   x\n  b: [\n  ]\n", "- a: |\n   x\n  b: [   ]\n"),
            ("a:\tb\n'c':\t\td #:\te\n", "a: b\n'c':  d #:\te\n"),
            (
                "[a\nb,\n# c\n{x:\r\n'y\n'}\n]: [\n]",
                "[a\nb,     {x:  'y\n'} ]: [ ]",
            ),
        ] {
            assert_eq!(tidy::tidied(text, false).as_deref(), Some(tidied));
        }
    }

    #[test]
    fn comments_are_kept_and_are_no_part_of_values() {
        let text = "# one\na: 'b' # two\nc: \"#\" #three\nd: e#f\ng: | # four\n  # text\nh: [1, # five\n  2]\n# six\n";
        let (_, document) = document(text);
        let comments: Vec<_> = document
            .comments
            .iter()
            .map(|comment| comment.text.as_str())
            .collect();
        assert_eq!(comments, ["one", "two", "three", "four", "five", "six"]);
        for comment in &document.comments {
            assert!(text[comment.span.range()].starts_with('#'));
        }
        assert_eq!(written(text, &["a"]), "'b'");
        assert_eq!(written(text, &["c"]), "\"#\"");
        assert_eq!(written("a: !!int &x \"3\" # c\n", &["a"]), "\"3\"");
    }

    #[test]
    fn members_called_slashes_are_comments_in_json() {
        let (values, document) = document("{\"//\": \"why\", \"a\": {\"//\": [1]}}");
        assert_eq!(document.comments[0].text, "why");
        assert_eq!(values[0].as_object().unwrap().len(), 1);
        assert_eq!(values[0].get("a").unwrap().as_object().unwrap().len(), 0);
    }

    #[test]
    fn a_block_that_cannot_be_read_does_not_hide_the_others() {
        for (broken, at, message) in [
            ("name: \"x", "\"x", "this string is not closed: `\"` is missing"),
            ("name: 'x", "'x", "this string is not closed: `'` is missing"),
            ("name: [x, y", "[x", "this list is not closed: `]` is missing"),
            ("name: {x: y", "{x", "this object is not closed: `}` is missing"),
            ("name: x: y", ": y", "`:` is not expected here"),
            ("\tname: x", "\tname", "a tab stands in the indentation"),
            ("name: *x", "*x", "no anchor above has this name"),
            ("name: ]", "]", "this bracket closes nothing"),
            ("- x", "x", "a name is expected here"),
            ("name: @x", "@x", "no value begins like this"),
            ("name", "name", "`:` is missing behind this name"),
            (
                "# c\n    name x\n    # c",
                "name x",
                "`:` is missing behind this name",
            ),
            ("name: \"\\x\"", "\"\\x", "this is not an escape"),
            ("name: !<x y", "!<x y", "this tag is not one"),
            ("name: & x", "& x", "a name is missing here"),
            (
                "name: \"x\" y",
                "y",
                "nothing is expected behind a text in quotes",
            ),
            (
                "name: \"x\" \"y\"",
                "\"y\"",
                "nothing is expected behind a text in quotes",
            ),
            ("name: x # c\n      y", "# c", "a comment ends the text"),
            ("name: - x", "- x", "no element is expected here"),
            ("name: |x", "|x", "the text begins on the next line"),
            ("name: {a:[b]}", ":[b", "a space is missing behind `:`"),
            ("%x", "%x", "no value begins like this"),
        ] {
            let text = format!(
                "resources:\n  a:\n    type: t\n    {broken}\n    more: 1\n  b:\n    type: \"u\"\n  c: [1]\n"
            );
            let (values, document) = document(&text);
            assert_eq!(document.findings.len(), 1, "{broken}: {:?}", document.findings);
            let finding = &document.findings[0];
            assert!(finding.message.contains(message), "{broken}: {}", finding.message);
            assert!(
                text[finding.span.start..].starts_with(at),
                "{broken}: {}",
                &text[finding.span.start..]
            );
            let names: Vec<_> = values[0]
                .get("resources")
                .unwrap()
                .as_object()
                .unwrap()
                .iter()
                .map(|entry| &*entry.key)
                .collect();
            assert_eq!(names, ["b", "c"], "{broken}");
        }
    }

    #[test]
    fn there_may_be_any_number_of_blocks_that_cannot_be_read() {
        let block = |n: usize| match n % 2 {
            0 => format!("  k{n}:\n    name: n\n"),
            _ => format!("  k{n}:\n\tname: 'n\n"),
        };
        let text: String = (0..100).map(block).collect();
        let (values, document) = document(&format!("resources:\n{text}"));
        assert_eq!(document.findings.len(), 50);
        assert_eq!(values[0].get("resources").unwrap().as_object().unwrap().len(), 50);
    }

    #[test]
    fn every_block_that_cannot_be_read_is_told() {
        let (values, document) = document("- name: \"x\n- name: y\n- name: [z\n- name: w\n");
        assert_eq!(document.findings.len(), 2);
        assert_eq!(values[0].as_list().unwrap().len(), 2);
    }

    #[test]
    fn what_grows_without_bound_is_refused() {
        let bomb = (1..12).fold("a0: &a0 [x,x,x,x,x,x,x,x,x]\n".to_owned(), |text, n| {
            let m = n - 1;
            format!("{text}a{n}: &a{n} [*a{m},*a{m},*a{m},*a{m},*a{m},*a{m},*a{m},*a{m},*a{m}]\n")
        });
        assert!(parse(&bomb).unwrap_err().message.contains("repeat too many"));
        assert!(parse(&"[".repeat(5000)).is_err());
        assert!(parse("&a [*a]").unwrap_err().message.contains("inside the value"));
    }

    #[test]
    fn a_construct_ends_where_what_follows_is_as_deep() {
        let text = "a:\n  b: 1\n\n  # c\n  d: 2\ne:\n- 1\n- 2\nf: 3\n- g: 1\n  h: 2\n- i\n";
        let end = |part: &str| {
            let line = crate::edit::line(text, text.find(part).unwrap());
            &text[line.start..construct_end(text, line)]
        };
        assert_eq!(end("a:"), "a:\n  b: 1\n\n  # c\n  d: 2\n");
        assert_eq!(end("b: 1"), "  b: 1\n");
        assert_eq!(end("e:"), "e:\n- 1\n- 2\n");
        assert_eq!(end("- g"), "- g: 1\n  h: 2\n");
    }
}
