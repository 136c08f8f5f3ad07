//! How JSON has comments: members called `//`.

use super::Comment;
use crate::span::Span;
use crate::value::{Content, Value};

/// A member that is a comment.
const COMMENT: &str = "\"//\"";

/// Takes the members `//` out, which are how JSON has comments.
pub(super) fn take_comments(values: &mut [Value], text: &str, comments: &mut Vec<Comment>) {
    if text.contains(COMMENT) {
        for value in values {
            take_members(value.span.start, value, text, comments);
        }
    }
}

/// The same for a value whose name, if it has one, begins at `start`.
fn take_members(start: usize, value: &mut Value, text: &str, comments: &mut Vec<Comment>) {
    match &mut value.content {
        Content::List(items) => items
            .iter_mut()
            .for_each(|item| take_members(item.span.start, item, text, comments)),
        Content::Object(entries) => {
            let object = Span {
                start,
                end: value.span.end,
            };
            entries.retain(|entry| {
                let is_comment = entry.key == "//" && text.get(entry.key_span.range()) == Some(COMMENT);
                let said = entry
                    .value
                    .as_list()
                    .unwrap_or(std::slice::from_ref(&entry.value));
                let said = said.iter().filter_map(Value::as_str).filter(|_| is_comment);
                comments.extend(said.map(|said| Comment {
                    text: said.trim().to_owned(),
                    span: Span {
                        start: entry.key_span.start,
                        end: entry.value.span.end,
                    },
                    object: Some(object),
                }));
                !is_comment
            });
            for entry in entries {
                take_members(entry.key_span.start, &mut entry.value, text, comments);
            }
        }
        _ => {}
    }
}
