//! What a comment that allows findings says: `descope-keys: allow(any-ip) until=2027-01-31 -- the reason`.

use time::Date;

use crate::moment::parse_day;
use crate::rules::{self, Check, Rule, nearest};
use crate::value::shortened;

/// Why an allow does not hold.
#[derive(Debug, PartialEq)]
pub(super) struct Fault {
    pub(super) message: String,
    pub(super) help: String,
}

/// The rules that a comment allows; nothing if it is no allow.
pub(super) fn parsed(comment: &str, now: Option<i64>) -> Option<Result<Vec<&'static Rule>, Fault>> {
    let directive = comment.trim().strip_prefix("descope-keys:")?;
    Some(allowed(directive.trim(), now))
}

fn allowed(directive: &str, now: Option<i64>) -> Result<Vec<&'static Rule>, Fault> {
    let fault = |message: String, help: &str| Fault {
        message,
        help: help.to_owned(),
    };
    let unreadable = || {
        fault(
            "this comment is not a valid `allow`".to_owned(),
            "write `descope-keys: allow(rule-id) until=2027-01-31 -- reason`; `until` may be left out",
        )
    };
    let (ids, rest) = directive
        .strip_prefix("allow")
        .and_then(|rest| rest.trim_start().strip_prefix('(')?.split_once(')'))
        .ok_or_else(unreadable)?;
    let mut allowed = Vec::new();
    for id in ids.split(',').map(str::trim) {
        match rules::find(id) {
            Some(rule) if rule.is_fixed() || matches!(rule.check, Check::Allow) => {
                return Err(fault(
                    format!("`{id}` cannot be allowed"),
                    "fix what it says; this rule cannot be suppressed",
                ));
            }
            Some(rule) => allowed.push(rule),
            None => {
                let help = match nearest(id, rules::ALL.iter().map(|rule| rule.id)) {
                    Some(meant) => format!("did you mean `{meant}`?"),
                    None => "name the rule as its findings do, in brackets".to_owned(),
                };
                return Err(fault(format!("there is no rule `{}`", shortened(id)), &help));
            }
        }
    }
    let (conditions, reason) = rest.split_once("--").unwrap_or((rest, ""));
    if let Some(until) = match conditions.trim() {
        "" => None,
        condition => Some(condition.strip_prefix("until=").ok_or_else(unreadable)?),
    } {
        let day = parse_day(until).ok_or_else(|| {
            fault(
                format!("`{}` is not a day", shortened(until)),
                "write the year, the month and the day: `until=2027-01-31`",
            )
        })?;
        if now.is_some_and(|now| has_passed(day, now)) {
            return Err(fault(
                format!("this allow ended on {until}"),
                "mend what it allowed, or give it another day",
            ));
        }
    }
    if reason.trim().is_empty() {
        return Err(fault(
            "this allow gives no reason".to_owned(),
            "say behind `--` why it is right here",
        ));
    }
    Ok(allowed)
}

/// Whether all of `day`, as UTC counts it, lies before `now`.
fn has_passed(day: Date, now: i64) -> bool {
    let next = day.next_day().map(|next| next.midnight().assume_utc());
    next.is_some_and(|next| next.unix_timestamp() <= now)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// 2026-01-01T00:00:00Z.
    const NOW: i64 = 1_767_225_600;

    fn message(comment: &str) -> String {
        parsed(comment, Some(NOW)).unwrap().unwrap_err().message
    }

    #[test]
    fn an_allow_names_rules_and_gives_a_reason() {
        let rules = |comment| {
            let rules = parsed(comment, Some(NOW)).unwrap().unwrap();
            rules.iter().map(|rule| rule.id).collect::<Vec<_>>()
        };
        assert_eq!(rules(" descope-keys: allow(any-ip) -- a kiosk "), ["any-ip"]);
        assert_eq!(
            rules("descope-keys: allow( any-ip , expired ) until=2026-01-01 -- a -- b"),
            ["any-ip", "expired"]
        );
        assert!(parsed("descope keys are nice", Some(NOW)).is_none());
        assert!(parsed("see descope-keys: allow(any-ip)", Some(NOW)).is_none());
    }

    #[test]
    fn what_is_wrong_with_one_is_said() {
        for (comment, told) in [
            ("descope-keys: allow(any-ip)", "this allow gives no reason"),
            ("descope-keys: allow(any-ip) --  ", "this allow gives no reason"),
            ("descope-keys: allow(any-ipp) -- r", "there is no rule `any-ipp`"),
            ("descope-keys: allow() -- r", "there is no rule ``"),
            ("descope-keys: allow(syntax) -- r", "`syntax` cannot be allowed"),
            (
                "descope-keys: allow(bad-allow) -- r",
                "`bad-allow` cannot be allowed",
            ),
            (
                "descope-keys: allow(unused-allow) -- r",
                "`unused-allow` cannot be allowed",
            ),
            (
                "descope-keys: ignore any-ip",
                "this comment is not a valid `allow`",
            ),
            (
                "descope-keys: allow(any-ip) for ever -- r",
                "this comment is not a valid `allow`",
            ),
            (
                "descope-keys: allow(any-ip) until=soon -- r",
                "`soon` is not a day",
            ),
            (
                "descope-keys: allow(any-ip) until=2025-12-31 -- r",
                "this allow ended on 2025-12-31",
            ),
        ] {
            assert_eq!(message(comment), told, "{comment}");
        }
    }

    #[test]
    fn a_day_ends_with_its_last_second() {
        let day = parse_day("2025-12-31").unwrap();
        assert!(!has_passed(day, NOW - 1) && has_passed(day, NOW));
        assert!(!has_passed(Date::MAX, i64::MAX));
    }
}
