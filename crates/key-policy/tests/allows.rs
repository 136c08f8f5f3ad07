//! Allows in JSON, which has no comments: the member `//`, in each of the formats that are written in it.

use key_policy::edit::fixed;
use key_policy::finding::Safety;
use key_policy::{Kind, Options, Role, Source, check};

/// The three formats, by what stands before the members of a key, and behind.
const FORMATS: [(Kind, &str, &str); 3] = [
    (
        Kind::Plain,
        "[{\"name\": \"other\", \"rebac\": {\"tag_roles\": []}}, ",
        "]",
    ),
    (
        Kind::TerraformJson,
        "{\"resource\": {\"descope_management_key\": {\"k\": ",
        ", \"other\": {\"name\": \"other\"}}}}",
    ),
    (
        Kind::PulumiYaml,
        "{\"resources\": {\"k\": {\"type\": \"descope-keys:ManagementKey\", \"properties\": ",
        "}, \"other\": {\"type\": \"descope-keys:ManagementKey\", \"properties\": {\"name\": \"other\"}}}}",
    ),
];

/// A key with these members in each format; names are those of Pulumi.
fn programs(members: &str) -> [(Kind, String); 3] {
    FORMATS.map(|(kind, before, behind)| {
        let members = match kind {
            Kind::PulumiYaml => members.to_owned(),
            _ => members
                .replace("permittedIps", "permitted_ips")
                .replace("companyRoles", "company_roles"),
        };
        (kind, format!("{before}{{{members}}}{behind}"))
    })
}

fn source(kind: Kind, text: &str) -> Source<'_> {
    Source {
        name: "text",
        bytes: text.as_bytes(),
        kind: Some(kind),
        role: Role::Checked,
    }
}

/// Whether each rule finds something in the text, and how much comments allow.
fn found<const N: usize>(kind: Kind, text: &str, rules: [&str; N]) -> ([bool; N], usize) {
    let report = check(&[source(kind, text)], &Options::default());
    let finds = |rule| report.findings.iter().any(|finding| finding.rule == rule);
    (rules.map(finds), report.summary.suppressed)
}

#[test]
fn a_member_allows_what_is_found_in_its_object() {
    for (kind, text) in programs(
        r#""//": "descope-keys: allow(host-bits, never-expires) -- they know",
        "name": "K", "permittedIps": ["81.2.69.7/24"], "rebac": {"companyRoles": ["editor"]}"#,
    ) {
        // What is said about the key as a whole is allowed too.
        let rules = ["host-bits", "unused-allow", "bad-allow"];
        assert_eq!(found(kind, &text, rules), ([false, false, false], 2), "{kind:?}");
    }
}

#[test]
fn a_member_says_nothing_about_what_stands_elsewhere() {
    for (kind, text) in programs(
        r#""name": "K", "permittedIps": ["81.2.69.7/24"],
        "rebac": {"//": "descope-keys: allow(host-bits, empty-rebac) -- not yet", "companyRoles": []}"#,
    ) {
        // The rebac of the first key is allowed to be empty, and no more.
        let rules = ["host-bits", "unused-allow", "bad-allow"];
        assert_eq!(found(kind, &text, rules), ([true, true, false], 1), "{kind:?}");
    }
}

#[test]
fn a_member_that_does_not_hold_is_told() {
    for (kind, text) in programs(
        r#""//": "descope-keys: allow(host-bits)", "name": "K", "permittedIps": ["81.2.69.7/24"],
        "rebac": {"companyRoles": ["editor"]}"#,
    ) {
        let rules = ["host-bits", "unused-allow", "bad-allow"];
        assert_eq!(found(kind, &text, rules), ([true, false, true], 0), "{kind:?}");
    }
}

#[test]
fn a_member_that_allows_nothing_is_removed_with_its_comma() {
    let allow = r#""//": "descope-keys: allow(host-bits) -- they know""#;
    let rest = r#""name": "K", "rebac": {"companyRoles": ["editor"]}"#;
    for members in [
        format!("{allow}, {rest}"),
        format!("\n  {allow},\n  {rest}"),
        format!("{rest}, {allow}"),
    ] {
        for ((kind, text), (_, without)) in programs(&members).into_iter().zip(programs(rest)) {
            assert_eq!(found(kind, &text, ["unused-allow"]), ([true], 0), "{kind:?}");
            let mended = fixed(&[source(kind, &text)], &Options::default(), Safety::Safe);
            let mended: String = mended[0].1.split_whitespace().collect();
            assert_eq!(mended, without.split_whitespace().collect::<String>());
        }
    }
}
