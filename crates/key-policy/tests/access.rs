//! Effective access in its three forms, on one file with clear and unclear keys.

use key_policy::access::{self, human, json, svg};
use key_policy::{Config, Options, Source};

const PROGRAM: &str = include_str!("access/main.tf");

fn forms() -> [(&'static str, String); 3] {
    let sources = [Source::new("main.tf", PROGRAM.as_bytes())];
    let found = access::access(&sources, &Options::default());
    [
        ("text", human::text(&found, &sources, false)),
        (
            "json",
            key_policy::report::json::text(&json::report(&found, &sources, false)),
        ),
        ("svg", svg::picture(&found.keys)),
    ]
}

#[test]
fn every_form_is_as_it_was() {
    for (form, text) in forms() {
        insta::with_settings!({ snapshot_path => "access", prepend_module_to_snapshot => false, omit_expression => true }, {
            insta::assert_snapshot!(form, text);
        });
    }
}

#[test]
fn the_picture_is_well_formed_whatever_the_names_are() {
    let text = "resource \"descope_management_key\" \"k\" {\n  name = \"<&\\u0001\\\"> ü\"\n  rebac = { company_roles = [\"</svg>\"] }\n}\n";
    let found = access::access(&[Source::new("main.tf", text.as_bytes())], &Options::default());
    let picture = svg::picture(&found.keys);
    let mut open = Vec::new();
    let mut rest = picture.as_str();
    while let Some(at) = rest.find('<') {
        let end = at + rest[at..].find('>').expect("a tag ends");
        let tag = &rest[at + 1..end];
        match tag.strip_prefix('/') {
            Some(name) => assert_eq!(open.pop(), Some(name)),
            None if tag.ends_with('/') => {}
            None => open.push(tag.split(' ').next().unwrap_or_default()),
        }
        rest = &rest[end + 1..];
    }
    assert!(open.is_empty(), "{open:?}");
    assert!(picture.contains("&lt;/svg&gt;"), "{picture}");
    assert!(!picture.contains('\u{1}'), "{picture}");
}

#[test]
fn what_cannot_be_read_is_told() {
    let sources = [
        Source::new(
            "a.tf",
            b"resource \"descope_management_key\" \"k\" {\n  name = \"K\n}\n".as_slice(),
        ),
        Source::new(
            "b.tf",
            b"resource \"descope_management_key\" \"l\" {\n  name = \"L\"\n}\n".as_slice(),
        ),
    ];
    let found = access::access(&sources, &Options::default());
    let rules: Vec<_> = found.report.findings.iter().map(|finding| finding.rule).collect();
    assert_eq!((found.keys.len(), rules), (1, vec!["syntax"]));
    assert!(human::text(&found, &sources, false).contains("this `\"` is never closed"));
    assert_eq!(json::report(&found, &sources, false).findings.len(), 1);
}

#[test]
fn what_the_team_excludes_is_not_told() {
    let options = Options {
        configs: Config::parse("[files]\nexclude = [\"old/**\"]").unwrap().into(),
        ..Options::default()
    };
    let sources = [Source::new("old/main.tf", PROGRAM.as_bytes())];
    assert!(access::access(&sources, &options).keys.is_empty());
}
