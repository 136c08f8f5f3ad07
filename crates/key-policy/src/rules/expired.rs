//! `expired`: see the page.

use super::{Check, Context, Rule};
use crate::change::Outcome;
use crate::fields::EXPIRE_TIME;
use crate::finding::{Finding, Severity};
use crate::model::Expiry;
use crate::moment;

/// The rule.
pub static RULE: Rule = Rule {
    id: "expired",
    summary: "The key has expired",
    severity: Severity::Error,
    fix: None,
    page: include_str!("expired.md"),
    check: Check::Timed(check),
};

fn check(context: &Context<'_>, findings: &mut Vec<Finding>) {
    let Some(now) = context.options.now else { return };
    for node in context.shape.values_of(&EXPIRE_TIME) {
        let seconds = node.value.number_in(context.declaration.dialect);
        let Some(Ok(expiry)) = seconds.map(Expiry::from_unix_seconds) else {
            continue;
        };
        if expiry.has_passed(now) {
            let message = if node.value.sensitive {
                "the key has expired".to_owned()
            } else {
                format!("the key expired at {expiry}")
            };
            let meant = Some(expiry)
                .filter(|_| !node.value.sensitive)
                .and_then(|expiry| meant(expiry, now));
            let finding = context.about(&RULE, node, message).help(meant.unwrap_or_else(|| {
                "a new expiry makes a new key with a new secret: plan for its consumers".to_owned()
            }));
            // It expired while it was deployed: to refuse that would block every other change.
            let is_left = matches!(context.outcome, Some(Outcome::Unchanged | Outcome::Updated));
            findings.push(Finding {
                severity: if is_left {
                    Severity::Warning
                } else {
                    finding.severity
                },
                ..finding
            });
        }
    }
}

/// What a number that is far too small for an expiry was probably meant to be: a day, or a time from now on.
fn meant(expiry: Expiry, now: i64) -> Option<String> {
    /// 1980. No key is as old as this.
    const EARLIEST: i64 = 315_532_800;
    let written = expiry.unix_seconds();
    if written >= EARLIEST {
        return None;
    }
    let digits = written.to_string();
    let day = match [digits.get(..4), digits.get(4..6), digits.get(6..)] {
        [Some(year), Some(month), Some(day)] => moment::parse_day(&format!("{year}-{month}-{day}")),
        _ => None,
    };
    Some(match day {
        Some(day) => {
            let start = day.midnight().assume_utc().unix_timestamp();
            format!("the unit is seconds since 1970; for the day {day}, write `{start}`")
        }
        None => format!(
            "this is a moment in seconds since 1970; for one so many seconds from now, write `{}`",
            now.saturating_add(written)
        ),
    })
}
