//! `insecure-base-url`: see the page.

use std::net::IpAddr;

use super::{Check, Program, Rule};
use crate::edit;
use crate::finding::{Finding, Fix, Related, Safety, Severity};
use crate::span::Place;

/// The rule.
pub static RULE: Rule = Rule {
    id: "insecure-base-url",
    summary: "The service is called without encryption",
    severity: Severity::Error,
    fix: Some(Safety::Unsafe),
    page: include_str!("insecure_base_url.md"),
    check: Check::Program(check),
};

fn check(program: &Program<'_>, findings: &mut Vec<Finding>) {
    for (source, document) in program.documents.iter().enumerate() {
        let settings = document.providers.iter().flat_map(|provider| {
            ["base_url", "baseUrl"]
                .into_iter()
                .filter_map(|name| provider.get(name))
        });
        for value in settings {
            let Some(url) = value.as_str() else { continue };
            let Some(rest) = without_encryption(url) else {
                continue;
            };
            let place = Place {
                source,
                span: value.span,
            };
            let written = value.origin.unwrap_or(place);
            let message = "the calling key is sent over plain `http`".to_owned();
            let mut finding = Finding::in_source(&RULE, place, message)
                .help("write `https`; plain `http` is only for this machine");
            if written != place {
                finding.related.push(Related::written(written));
            }
            // An edit is about the text that the finding is in, and may show what it replaces.
            let text = program.texts[source];
            let quotes: &[char] = &['"', '\''];
            let is_literal = text
                .get(written.span.range())
                .is_some_and(|text| text.trim_matches(quotes) == url);
            let can_be_mended = written.source == source && is_literal && !value.sensitive;
            let edit = can_be_mended.then(|| edit::requoted(text, written.span, &format!("https://{rest}")));
            findings.push(finding.fix(Fix::of("write `https`", Safety::Unsafe, edit.flatten())));
        }
    }
}

/// What stands behind `http://`, unless it is this machine.
fn without_encryption(url: &str) -> Option<&str> {
    const SCHEME: &str = "http://";
    let url = url.trim();
    let rest = url
        .get(SCHEME.len()..)
        .filter(|_| url.is_char_boundary(SCHEME.len()) && url[..SCHEME.len()].eq_ignore_ascii_case(SCHEME))?;
    let authority = rest.split(['/', '?', '#', '\\']).next().unwrap_or(rest);
    let host = authority.rsplit('@').next().unwrap_or(authority);
    let host = match host.strip_prefix('[') {
        Some(v6) => v6.split(']').next().unwrap_or(v6),
        None => host.split(':').next().unwrap_or(host),
    };
    let is_loopback = host.eq_ignore_ascii_case("localhost")
        || host.parse().is_ok_and(|address: IpAddr| address.is_loopback());
    (!is_loopback).then_some(rest)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_this_machine_is_called_without_encryption() {
        for url in [
            "http://api.descope.com",
            "HTTP://10.0.0.1:80/x",
            "http://localhost@evil.example",
            "http://é.example",
        ] {
            assert!(without_encryption(url).is_some(), "{url}");
        }
        for url in [
            "https://api.descope.com",
            "http://localhost:8080",
            "http://127.0.0.1",
            "http://[::1]:80/",
            "",
            "httpé://",
        ] {
            assert_eq!(without_encryption(url), None, "{url}");
        }
    }
}
