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

/// What is found by these rules in a Terraform program with a module, by file.
fn in_program(root: &str, module: &str) -> Vec<(usize, &'static str)> {
    let sources = [
        Source::new("main.tf", root.as_bytes()),
        Source::new("m/main.tf", module.as_bytes()),
    ];
    let findings = check(&sources, &Options::default()).findings;
    let told = findings.iter().filter(|finding| finding.rule != "company-wide");
    let told = told.filter(|finding| !matches!(finding.rule, "never-expires" | "broad-access"));
    told.map(|finding| (finding.source, finding.rule)).collect()
}

#[test]
fn the_call_of_a_module_allows_what_is_inside_of_it_and_not_what_is_inside_of_another() {
    let module = "variable \"n\" {}\nresource \"descope_management_key\" \"k\" {\n  name = var.n\n  permitted_ips = [\"0.0.0.0/0\"]\n  \
                  rebac = { company_roles = [\"ci\"] }\n}\n";
    let call = |name: &str| format!("module \"{name}\" {{\n  source = \"./m\"\n  n = \"{name}\"\n}}\n");
    let allow = "# descope-keys: allow(any-ip) -- they know\n";
    for (root, expected) in [
        (format!("{}{}", call("a"), call("b")), vec![(1, "any-ip")]),
        (format!("{allow}{}{}", call("a"), call("b")), vec![(1, "any-ip")]),
        (format!("{}{allow}{}", call("a"), call("b")), vec![(1, "any-ip")]),
        (format!("{allow}{}{allow}{}", call("a"), call("b")), vec![]),
    ] {
        assert_eq!(in_program(&root, module), expected, "{root}");
    }
}

#[test]
fn an_allow_speaks_about_all_that_begins_on_its_line() {
    let key = "resource \"descope_management_key\" \"k\" {\n  name = \"K\"\n  permitted_ips = local.open\n  \
               rebac = { company_roles = [\"ci\"] }\n}\n";
    let secret = format!("K2{}", "a1B2c3D4".repeat(5));
    let allow = "# descope-keys: allow(hardcoded-secret) -- rotated\n";
    for locals in [
        format!("{allow}locals {{\n  open = [\"8.8.8.8\"]\n  a = \"{secret}\"\n}}\n"),
        format!("locals {{\n  open = [\"8.8.8.8\"]\n  {allow}  a = {{\n    b = [\"{secret}\"]\n  }}\n}}\n"),
        format!(
            "locals {{\n  open = [\"8.8.8.8\"]\n  /* descope-keys: allow(hardcoded-secret) -- rotated */ a = \"{secret}\"\n}}\n"
        ),
    ] {
        assert_eq!(in_program(&format!("{locals}{key}"), ""), [], "{locals}");
    }
    let text = format!(
        "name: k\nruntime: yaml\nresources:\n  k:\n    type: descope-keys:ManagementKey\n    # descope-keys: \
         allow(hardcoded-secret) -- rotated\n    properties:\n      name: K\n      description: {secret}\n      rebac:\n        companyRoles: [ci]\n"
    );
    assert_eq!(
        found(Kind::PulumiYaml, &text, ["hardcoded-secret", "unused-allow"]),
        ([false, false], 1)
    );
}

#[test]
fn an_allow_of_what_is_not_asked_is_not_called_unused() {
    let text = "# descope-keys: allow(replaces-key, expired, expires-soon, host-bits) -- planned\nname: K\nrebac: {company_roles: [ci]}\n";
    let unused = |now| {
        let options = Options {
            now,
            ..Options::default()
        };
        let findings = check(&[source(Kind::Plain, text)], &options).findings;
        let unused = findings
            .into_iter()
            .filter(|finding| finding.rule == "unused-allow");
        unused.map(|finding| finding.message).collect::<Vec<_>>()
    };
    assert_eq!(unused(None), ["`host-bits` finds nothing here"]);
    assert_eq!(
        unused(Some(1)),
        [
            "`expired` finds nothing here",
            "`expires-soon` finds nothing here",
            "`host-bits` finds nothing here"
        ]
    );
}

#[test]
fn an_allow_is_not_called_unused_where_something_is_not_known() {
    let key = |members: &str| {
        format!(
            "resource \"descope_management_key\" \"k\" {{\n  name = \"K\"\n  rebac = {{ company_roles = [\"ci\"] }}\n{members}}}\n"
        )
    };
    let allow = "# descope-keys: allow(any-ip) -- they know\n";
    let known = key("  permitted_ips = [\"20.1.1.1\"]\n");
    for (text, is_unused) in [
        (format!("{allow}{known}"), true),
        (key(&format!("  {allow}  permitted_ips = [\"20.1.1.1\"]\n")), true),
        (key(&format!("  {allow}  permitted_ips = var.net\n")), false),
        (
            key(&format!("  {allow}  permitted_ips = [\"20.1.1.1\", var.net]\n")),
            false,
        ),
        (
            key(&format!(
                "  {allow}  permitted_ips = [\"20.1.1.1\"]\n  description = var.net\n"
            )),
            true,
        ),
        (
            format!(
                "{allow}{}",
                key("  count = 0\n  permitted_ips = [\"0.0.0.0/0\"]\n")
            ),
            false,
        ),
        (
            format!("{allow}module \"m\" {{\n  source = \"app.terraform.io/x/y/z\"\n}}\n{known}"),
            false,
        ),
        (format!("{allow}{}", known.replace("\"K\"", "\"K")), false),
        (format!("{allow}locals {{\n  a = 1\n}}\n{known}"), true),
    ] {
        let (found, _) = found(Kind::TerraformHcl, &text, ["unused-allow"]);
        assert_eq!(found, [is_unused], "{text}");
    }
}
