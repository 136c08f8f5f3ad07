//! Effective access as text for people.

use std::fmt::Write as _;

use super::{Effective, From, KeyAccess, Roles, Scope};
use crate::document::Source;
use crate::model::{Expiry, Status};
use crate::report::human as report;
use crate::value::shortened;

/// Writes what each key may do, where from, and until when; then what could not be read.
pub fn text(access: &Effective, sources: &[Source<'_>], color: bool) -> String {
    let mut out = String::new();
    let lines: Vec<_> = sources.iter().map(Source::lines).collect();
    for key in &access.keys {
        let (lines, skipped) = &lines[key.place.source];
        let line = lines.position(key.place.span.start.saturating_sub(*skipped)).line;
        let file = sources[key.place.source].name;
        let _ = writeln!(out, "{} ({file}:{line})", shortened(&key.resource));
        for (label, value) in rows(key) {
            let _ = writeln!(out, "  {label:<8}{value}");
        }
        out.push('\n');
    }
    report::findings(&mut out, &access.report, sources, color);
    let count = access.keys.len();
    let _ = writeln!(out, "{count} key{}", if count == 1 { "" } else { "s" });
    out
}

/// What there is to say of a key: a label, empty where it is that of the row before, and a value.
fn rows(key: &KeyAccess) -> Vec<(&'static str, String)> {
    let mut rows = vec![(
        "name",
        key.name
            .as_deref()
            .map_or("(not known here)".to_owned(), shortened),
    )];
    if key.status != Some(Status::Active) {
        rows.push(("status", status(key.status).to_owned()));
    }
    if key.grants.is_empty() {
        rows.push(("may", "(no roles that are known here)".to_owned()));
    }
    for (index, (scope, granted)) in key.grants.iter().enumerate() {
        rows.push((
            if index == 0 { "may" } else { "" },
            format!("{}: {}", scope_text(scope), roles(granted)),
        ));
    }
    for (index, network) in networks(&key.from).into_iter().enumerate() {
        rows.push((if index == 0 { "from" } else { "" }, network));
    }
    rows.push(("until", until(key.until)));
    for (index, path) in key.unclear.iter().enumerate() {
        let path = if path.is_root() {
            "everything".to_owned()
        } else {
            path.to_string()
        };
        rows.push((if index == 0 { "unclear" } else { "" }, path));
    }
    rows
}

/// Whether a key works.
pub(super) fn status(status: Option<Status>) -> &'static str {
    status.map_or("not known here", Status::name)
}

/// Where roles hold.
pub(super) fn scope_text(scope: &Scope) -> String {
    match scope {
        Scope::Company => "whole company".to_owned(),
        scope => format!(
            "{} {}",
            scope.kind(),
            scope.target().map_or("(not known here)".to_owned(), shortened)
        ),
    }
}

/// The roles in one line.
pub(super) fn roles(roles: &Roles) -> String {
    let more = roles.is_open.then(|| "(more, not known here)".to_owned());
    let known = roles.known.iter().map(|role| shortened(role));
    known.chain(more).collect::<Vec<_>>().join(", ")
}

/// The networks, one a line.
pub(super) fn networks(from: &From) -> Vec<String> {
    match from {
        From::Anywhere => vec!["anywhere".to_owned()],
        From::Networks { known, is_open } => {
            let more = is_open.then(|| "(not known here)".to_owned());
            known.iter().map(ToString::to_string).chain(more).collect()
        }
    }
}

/// When a key stops working.
pub(super) fn until(until: Option<Expiry>) -> String {
    match until {
        None => "(not known here)".to_owned(),
        Some(Expiry::Never) => "for ever".to_owned(),
        Some(at) => at.to_string(),
    }
}
