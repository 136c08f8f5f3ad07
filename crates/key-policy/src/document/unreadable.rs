//! What is said about texts that no reader can read.

use super::{Kind, SyntaxError, Text, kind, syntax};
use crate::finding::{Finding, Severity};
use crate::span::Span;

/// What is said about bytes that are text only up to `valid`.
pub(super) fn not_utf8(source: usize, bytes: &[u8], valid: usize) -> Finding {
    let error = SyntaxError {
        span: Span::at(valid),
        message: "the text is not valid UTF-8".to_owned(),
        help: match bytes {
            [0xff, 0xfe, ..] | [0xfe, 0xff, ..] => Some("it is UTF-16: save it as UTF-8".to_owned()),
            // An archive, of which the plans of Terraform are some.
            [b'P', b'K', 3, 4, ..] => {
                Some("if it is a plan, check what `terraform show -json` prints of it".to_owned())
            }
            _ => None,
        },
    };
    syntax(source, error)
}

/// What is said about a text that the caller wants to be checked and that is none of ours.
pub(super) fn unrecognised(text: &Text<'_>) -> Finding {
    if let Some(log) = kind::log(&text.text[text.start..]) {
        return told(
            text,
            Span::default(),
            Severity::Error,
            &format!("this is {}: nothing in it is checked", log.what),
            Some(log.help),
        );
    }
    let names: Vec<_> = Kind::NAMES.iter().map(|(name, _)| format!("`{name}`")).collect();
    told(
        text,
        Span::default(),
        Severity::Note,
        "this is no kind of document that declares management keys: nothing in it is checked",
        Some(&format!("if it is one, name its kind: {}", names.join(", "))),
    )
}

/// What is said about a text that was read as `kind` and has nothing that one of that kind has.
pub(super) fn not_of(kind: Kind, text: &Text<'_>) -> Finding {
    let named = Kind::NAMES.iter().find(|(_, named)| *named == kind);
    let name = named.map_or("", |(name, _)| name);
    told(
        text,
        Span::default(),
        Severity::Warning,
        &format!("this has nothing of what a `{name}` has: nothing in it is checked"),
        Some("name another kind, or leave it to the text to tell which it is"),
    )
}

/// What is said about a format of which only later versions of a tool know what its members mean.
pub(super) fn unknown_format(text: &Text<'_>, span: Span) -> Finding {
    told(
        text,
        span,
        Severity::Warning,
        "this version of the format is not known: what is said about it may be wrong",
        None,
    )
}

/// What is said about a state that only its owner can read.
pub(super) fn encrypted(text: &Text<'_>, span: Span) -> Finding {
    told(
        text,
        span,
        Severity::Error,
        "this state is encrypted: nothing in it is checked",
        Some("check what `tofu show -json` prints of it"),
    )
}

/// What is said about a plan or a preview that ended with an error.
pub(super) fn failed(text: &Text<'_>, span: Span) -> Finding {
    told(
        text,
        span,
        Severity::Warning,
        "this failed before it was complete: keys may be missing from it",
        Some("mend what made it fail, and check what it says then"),
    )
}

/// What is said about a plan that is not for all that there is.
pub(super) fn incomplete(text: &Text<'_>, span: Span) -> Finding {
    told(
        text,
        span,
        Severity::Note,
        "this plan is not complete: keys may be missing from it",
        Some("it was limited by `-target`, or leaves changes to a later plan"),
    )
}

fn told(text: &Text<'_>, span: Span, severity: Severity, message: &str, help: Option<&str>) -> Finding {
    let error = SyntaxError {
        span,
        message: message.to_owned(),
        help: help.map(str::to_owned),
    };
    Finding {
        severity,
        ..syntax(text.source, error)
    }
}

#[cfg(test)]
mod tests {
    use crate::document::{Inputs, Source, read};

    #[test]
    fn what_is_no_text_is_told_with_what_can_be_done() {
        for (bytes, help) in [
            (&b"\xff\xfe{\0}\0"[..], Some("it is UTF-16: save it as UTF-8")),
            (
                b"PK\x03\x04\xff",
                Some("if it is a plan, check what `terraform show -json` prints of it"),
            ),
            (b"name: \xff", None),
        ] {
            let finding = read(&[Source::new("plan.json", bytes)], &Inputs::default())
                .remove(0)
                .findings
                .remove(0);
            assert_eq!(finding.message, "the text is not valid UTF-8");
            assert_eq!(finding.help.as_deref(), help);
        }
    }
}
