//! How many keys there are, where that is not known.

use super::{documents, keys, one};
use crate::document::Inputs;

/// The keys, those that may not exist with a `?`, and how many values are not known that tell how many there are.
fn existing(files: &[(&str, &str)]) -> (Vec<String>, usize) {
    let documents = documents(files, &Inputs::default());
    let declarations = documents.iter().flat_map(|document| &document.declarations);
    let keys = declarations.map(|key| match key.is_certain {
        true => key.resource.clone(),
        false => format!("{}?", key.resource),
    });
    let unknowns = documents.iter().map(|document| document.unknowns).sum();
    (keys.collect(), unknowns)
}

#[test]
fn a_key_that_is_repeated_by_what_is_not_known_is_one_that_may_not_exist() {
    let certain = |suffixes: &[&str]| {
        let address = |suffix: &&str| format!("descope_management_key.k{suffix}");
        (suffixes.iter().map(address).collect::<Vec<_>>(), 0)
    };
    for repetition in [
        "count = var.unset",
        "for_each = var.unset",
        "for_each = toset([var.unset])",
        // What Terraform refuses.
        "count = -1",
        "count = 1.5",
        "count = \"two\"",
        "count = null",
        "count = [1]",
        "for_each = null",
        "for_each = [\"a\"]",
        "for_each = toset([1, 2])",
        "for_each = toset([null])",
        "for_each = \"a\"",
        "for_each = toset([var.secret])",
        "for_each = sensitive({ a = 1 })",
        "for_each = { (var.secret) = 1 }",
        "for_each = { for secret in [var.secret] : secret => 1 }",
        "for_each = zipmap([var.secret], [1])",
        "for_each = toset(formatlist(\"%s\", [var.secret]))",
        "for_each = transpose({ a = [var.secret] })",
        "for_each = toset(split(\",\", join(\",\", [var.secret])))",
        "for_each = toset(keys({ (var.secret) = 1 }))",
    ] {
        let text = format!(
            "variable \"unset\" {{}}\nvariable \"secret\" {{\n  default = \"hunter2\"\n  sensitive = true\n}}\nresource \"descope_management_key\" \"k\" {{\n  {repetition}\n  name = \"n\"\n}}\n"
        );
        let expected = (vec!["descope_management_key.k?".to_owned()], 1);
        assert_eq!(existing(&[("main.tf", &text)]), expected, "{repetition}");
    }
    for (repetition, suffixes) in [
        ("count = 0", &[][..]),
        ("count = \"2\"", &["[0]", "[1]"]),
        ("for_each = {}", &[]),
        ("for_each = { a = var.unset }", &["[\"a\"]"]),
        ("for_each = { a = sensitive(1) }", &["[\"a\"]"]),
        ("for_each = toset(keys({ a = sensitive(1) }))", &["[\"a\"]"]),
    ] {
        let text = format!(
            "variable \"unset\" {{}}\nresource \"descope_management_key\" \"k\" {{\n  {repetition}\n  name = \"n\"\n}}\n"
        );
        assert_eq!(existing(&[("main.tf", &text)]), certain(suffixes), "{repetition}");
    }
}

#[test]
fn each_of_two_blocks_with_one_name_is_repeated_by_itself() {
    let text = "resource \"descope_management_key\" \"k\" { name = \"a\" }\nresource \"descope_management_key\" \"k\" {\n  name  = \"b\"\n  count = 0\n}\n";
    assert_eq!(keys(&[one(text)]), ["descope_management_key.k = \"a\""]);
}

#[test]
fn a_module_of_which_not_all_is_known_is_counted() {
    let key = "resource \"descope_management_key\" \"k\" { name = \"n\" }\n";
    let inner = format!("module \"inner\" {{ source = \"../inner\" }}\n{key}");
    let calls = |body: &str| {
        let root = format!("variable \"unset\" {{}}\nmodule \"m\" {{\n  {body}\n}}\n");
        existing(&[("main.tf", &root), ("m/main.tf", &inner), ("inner/main.tf", key)])
    };
    let found = |keys: &[&str], unknowns| {
        let address = |key: &&str| key.replace("k", "descope_management_key.k");
        (keys.iter().map(address).collect::<Vec<_>>(), unknowns)
    };
    let all = ["module.m.k", "module.m.module.inner.k"];
    let some = all.map(|key| format!("{key}?"));
    let some = some.each_ref().map(String::as_str);
    assert_eq!(calls("source = \"./m\""), found(&all, 0));
    for repetition in ["count = var.unset", "for_each = var.unset", "count = -1"] {
        let body = format!("source = \"./m\"\n  {repetition}");
        assert_eq!(calls(&body), found(&some, 1), "{repetition}");
    }
    // Nobody calls the module that is here, so it is looked at by itself.
    for source in ["\"registry/key\"", "\"./gone\"", "var.unset"] {
        let (keys, unknowns) = calls(&format!("source = {source}"));
        assert_eq!((keys.len(), unknowns), (2, 1), "{source}");
        assert_eq!(calls(&format!("source = {source}\n  count = 0")).1, 0, "{source}");
    }
    for never in ["count = 0", "for_each = {}"] {
        assert_eq!(
            calls(&format!("source = \"./m\"\n  {never}")),
            found(&[], 0),
            "{never}"
        );
    }
}

#[test]
fn what_is_not_certain_to_exist_can_be_referred_to() {
    let text = r#"
variable "unset" {}
resource "descope_management_key" "some" {
  count = var.unset
  name  = "n"
}
resource "descope_management_key" "k" {
  name = try(descope_management_key.some[0].name, "none")
}
"#;
    assert_eq!(
        keys(&[one(text)]),
        [
            "descope_management_key.some = \"n\"",
            "descope_management_key.k = ?"
        ]
    );
}
