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
    let (what, help) = if kind::is_kept_by_terraform(&text.text[text.start..]) {
        let help = "check what `terraform show -json` prints of it";
        ("the file in which Terraform keeps a state", help.to_owned())
    } else {
        let names: Vec<_> = Kind::NAMES.iter().map(|(name, _)| format!("`{name}`")).collect();
        let help = format!("if it is one, name its kind: {}", names.join(", "));
        ("no kind of document that declares management keys", help)
    };
    let error = SyntaxError {
        span: Span::default(),
        message: format!("this is {what}: nothing in it is checked"),
        help: Some(help),
    };
    Finding {
        severity: Severity::Note,
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
