//! `wrong-type`: see the page.

use super::expiry_in_milliseconds::from_milliseconds;
use super::{Check, Context, Rule};
use crate::document::Dialect;
use crate::fields::Kind;
use crate::finding::{Finding, Severity};
use crate::model::Expiry;
use crate::moment;
use crate::path::Segment;
use crate::value::{Content, Value};

/// The rule.
pub static RULE: Rule = Rule {
    id: "wrong-type",
    summary: "A value is of the wrong type",
    severity: Severity::Error,
    fix: None,
    page: include_str!("wrong_type.md"),
    check: Check::Declaration(check),
};

fn check(context: &Context<'_>, findings: &mut Vec<Finding>) {
    let dialect = context.declaration.dialect;
    for node in &context.shape.values {
        let is_element = matches!(node.path.segments().last(), Some(Segment::Index(_)));
        // A field that is null counts as not set; an element cannot be left out so.
        if fits(node.value, node.kind, dialect)
            || (node.value.is_null() && !is_element)
            || node.field.is_read_only()
        {
            continue;
        }
        let name = node.field.name(dialect);
        let what = if is_element {
            format!("an element of `{name}`")
        } else {
            format!("`{name}`")
        };
        let message = format!(
            "{what} must be {}, not {}",
            node.kind.described(),
            described(node.value)
        );
        let finding = context.about(&RULE, node, message);
        findings.push(match &node.value.content {
            Content::Block => finding.help(format!(
                "write it as an attribute: `{name} = {}`",
                skeleton(node.kind)
            )),
            Content::Number(_) | Content::Bool(_)
                if matches!(node.kind, Kind::Text) && dialect.is_pulumi() && node.value.origin.is_some() =>
            {
                finding.help(
                    "a reference alone keeps its type, and a setting that looks like a number or a boolean is one: \
                     write other text around it",
                )
            }
            content if matches!(node.kind, Kind::UnixSeconds) => {
                let seconds = match content {
                    // What was probably meant would tell what was written.
                    Content::String(text) if !node.value.sensitive => seconds(text),
                    _ => None,
                };
                finding.help(match seconds {
                    Some(seconds) => format!("write `{seconds}`"),
                    None => "count the seconds since 1970 in UTC: `1893456000` is the first of January 2030".to_owned(),
                })
            }
            Content::String(_) if matches!(node.kind, Kind::List(_) | Kind::Set(_)) => {
                finding.help("write `[…]` around it, even if it is the only one")
            }
            _ => finding,
        });
    }
    if !matches!(
        context.declaration.properties.content,
        Content::Object(_) | Content::Unknown(_)
    ) {
        let properties = &context.declaration.properties;
        let message = format!("the properties must be an object, not {}", described(properties));
        findings.push(context.finding(&RULE, &crate::path::Path::root(), properties.span, message));
    }
}

/// The unix seconds that a text means: a number in quotes, a moment, or the beginning of a day; nothing if no key can
/// expire then.
fn seconds(text: &str) -> Option<i64> {
    // JavaScript writes thousandths.
    let moment = || moment::parse(&text.replace(".000Z", "Z"));
    let day = || Some(moment::parse_day(text)?.midnight().assume_utc());
    let written = match text.parse() {
        Ok(number) => number,
        Err(_) => moment().or_else(day)?.unix_timestamp() as f64,
    };
    match Expiry::from_unix_seconds(written) {
        Ok(expiry) => Some(expiry.unix_seconds()),
        Err(_) => from_milliseconds(written),
    }
}

fn fits(value: &Value, kind: &Kind, dialect: Dialect) -> bool {
    match (&value.content, kind) {
        (Content::Unknown(_), _) => true,
        (_, Kind::Text | Kind::OneOf(_)) => value.text_in(dialect).is_some(),
        (_, Kind::UnixSeconds) => value.number_in(dialect).is_some(),
        (content, Kind::List(_) | Kind::Set(_)) => matches!(content, Content::List(_)),
        (content, Kind::Object(_)) => matches!(content, Content::Object(_)),
    }
}

/// What a value is, in a message.
pub(crate) fn described(value: &Value) -> &'static str {
    match value.content {
        Content::Null => "null",
        Content::Bool(_) => "a boolean",
        Content::Number(_) => "a number",
        Content::String(_) => "a string",
        Content::List(_) => "a list",
        Content::Object(_) => "an object",
        Content::Block => "a block",
        Content::Unknown(_) => "a value that is not known here",
    }
}

fn skeleton(kind: &Kind) -> &'static str {
    match kind {
        Kind::Object(_) => "{ … }",
        Kind::List(_) | Kind::Set(_) => "[ … ]",
        Kind::Text | Kind::OneOf(_) | Kind::UnixSeconds => "…",
    }
}
