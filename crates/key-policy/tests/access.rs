//! Effective access in its three forms, on one file with clear and unclear keys.

use key_policy::access::{self, human, json, svg};
use key_policy::{Options, Source};

const PROGRAM: &str = include_str!("access/main.tf");

fn forms() -> [(&'static str, String); 3] {
    let sources = [Source::new("main.tf", PROGRAM.as_bytes())];
    let keys = access::access(&sources, &Options::default());
    [
        ("text", human::text(&keys, &sources)),
        (
            "json",
            key_policy::report::json::text(&json::report(&keys, &sources, false)),
        ),
        ("svg", svg::picture(&keys)),
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
    let keys = access::access(&[Source::new("main.tf", text.as_bytes())], &Options::default());
    let picture = svg::picture(&keys);
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
