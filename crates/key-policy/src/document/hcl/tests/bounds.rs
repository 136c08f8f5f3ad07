//! Programs that grow without bound: what they would cost is not known, and counted.

use super::{documents, keys, one};
use crate::document::{Document, Inputs};
use crate::value::{Content, Value};

/// Keys, and how much text they hold: what a program may ask for has a limit.
fn size(documents: &[Document]) -> (usize, usize) {
    fn text(value: &Value) -> usize {
        match &value.content {
            Content::String(text) | Content::Unknown(text) => text.len(),
            Content::List(items) => items.iter().map(text).sum(),
            Content::Object(entries) => entries.iter().map(|entry| text(&entry.value)).sum(),
            _ => 0,
        }
    }
    let keys = || documents.iter().flat_map(|document| &document.declarations);
    let triggers = keys().flat_map(|key| &key.options.triggers);
    let written = triggers.map(|trigger| trigger.written.as_ref().map_or(0, String::len));
    let texts = keys().map(|key| text(&key.properties) + key.resource.len());
    (keys().count(), texts.chain(written).sum())
}

fn unknowns(documents: &[Document]) -> usize {
    documents.iter().map(|document| document.unknowns).sum()
}

#[test]
fn an_output_of_lists_of_lists_comes_to_an_end() {
    let mut text = String::from(
        "resource \"descope_management_key\" \"k\" { name = \"n\" }\nlocals {\n  a0 = descope_management_key.k.cleartext\n  b0 = 1\n",
    );
    for n in 1..40 {
        for name in ["a", "b"] {
            let part = format!("local.{name}{}, ", n - 1);
            text += &format!("  {name}{n} = [{}]\n", part.repeat(8));
        }
    }
    text += "}\noutput \"a\" { value = local.a39 }\noutput \"b\" { value = local.b39 }\n";
    let outputs = one(&text).outputs;
    let found: Vec<_> = outputs.iter().map(|output| output.cleartext.is_some()).collect();
    assert_eq!(found, [true, false]);
}

#[test]
fn a_field_that_others_refer_to_is_evaluated_once() {
    let mut text = String::from("resource \"descope_management_key\" \"k0\" {\n  name = \"\"\n}\n");
    for n in 1..40 {
        let part = format!("${{descope_management_key.k{}.name}}", n - 1).repeat(8);
        text += &format!("resource \"descope_management_key\" \"k{n}\" {{\n  name = \"{part}\"\n}}\n");
    }
    let found = keys(&[one(&text)]);
    assert_eq!(
        found.last().map(String::as_str),
        Some("descope_management_key.k39 = \"\"")
    );
    // The first that is evaluated depends on all others.
    let chain = (0..500).map(|n| {
        let next = n + 1;
        format!("resource \"descope_management_key\" \"k{n}\" {{\n  name = upper(\"${{descope_management_key.k{next}[0].name}}\")\n  count = 1\n}}\n")
    });
    let last = "resource \"descope_management_key\" \"k500\" {\n  name = \"n\"\n  count = 1\n}\n";
    let found = keys(&[one(&(chain.collect::<String>() + last))]);
    assert_eq!(found[0], "descope_management_key.k0[0] = ?");
    let part = "${descope_management_key.circle.name}".repeat(8);
    let text = format!("resource \"descope_management_key\" \"circle\" {{\n  name = \"{part}\"\n}}\n");
    assert_eq!(keys(&[one(&text)]), ["descope_management_key.circle = ?"]);
}

#[test]
fn modules_that_call_modules_many_times_come_to_an_end() {
    let key = "resource \"descope_management_key\" \"k\" { name = \"n\" }\n";
    let files: Vec<(String, String)> = (0..14)
        .map(|level| {
            let call = |n| format!("module \"m{n}\" {{\n  source = \"../l{}\"\n}}\n", level + 1);
            let calls: String = (0..6).map(call).collect();
            (format!("l{level}/main.tf"), key.to_owned() + &calls)
        })
        .chain([("l14/main.tf".to_owned(), key.to_owned())])
        .collect();
    let files: Vec<_> = files.iter().map(|(name, text)| (&**name, &**text)).collect();
    let documents = documents(&files, &Inputs::default());
    let (keys, text) = size(&documents);
    assert!(keys > 1000 && keys < 200_000, "{keys}");
    assert!(text < 100_000_000, "{text}");
    assert!(unknowns(&documents) > 0);
}

#[test]
fn keys_that_are_repeated_too_often_are_one_that_is_not_certain() {
    let long = "x".repeat(1_000_000);
    let trigger = format!("resource \"terraform_data\" \"t\" {{\n  input = \"{long}\"\n}}\n");
    let range =
        "for_each = { for pair in setproduct(range(1000), range(1000)) : \"${pair[0]}-${pair[1]}\" => 1 }";
    for (count, rest) in [
        ("count = 1900000", String::new()),
        ("count = 100000", format!("locals {{\n  long = \"{long}\"\n}}\n")),
        ("count = 100000", trigger),
        (range, String::new()),
        (
            "for_each = toset([for n in range(1000) : \"${n}${local.long}\"])",
            format!("locals {{\n  long = \"{long}\"\n}}\n"),
        ),
    ] {
        let text = format!(
            "resource \"descope_management_key\" \"k\" {{\n  {count}\n  name = \"n\"\n  description = try(local.long, \"\")\n  lifecycle {{\n    replace_triggered_by = [terraform_data.t]\n  }}\n}}\n{rest}"
        );
        let documents = [one(&text)];
        let (keys, written) = size(&documents);
        assert!(keys > 0 && keys < 150_000, "{count}: {keys}");
        assert!(written < 100_000_000, "{count}: {written}");
        let counted = documents[0].declarations[0].properties.unknowns() + unknowns(&documents);
        assert!(counted > 0 || keys > 1, "{count}");
    }
}

#[test]
fn functions_pay_for_what_they_go_through() {
    let long = "x".repeat(200_000);
    for expression in [
        "distinct([for n in range(1000) : \"${local.long}${n % 2}\"])",
        "sort([for n in range(1000) : local.long])",
        "toset([for n in range(1000) : local.long])",
        "setintersection(local.many, local.many)",
        "[for n in range(1000) : [for m in range(1000) : length(local.long)]]",
        "[for n in range(1000) : [for m in range(1000) : \"${local.long}a\" == \"${local.long}b\"]]",
        "[for n in range(1000) : [for m in range(1000) : chunklist(local.numbers, 2000)]]",
    ] {
        let text = format!(
            "locals {{\n  long = \"{long}\"\n  many = [for n in range(1000) : local.long]\n  numbers = range(1000)\n}}\n\
             resource \"descope_management_key\" \"k\" {{\n  name = \"n\"\n  \
             rebac = {expression}\n}}\n"
        );
        let key = &one(&text).declarations[0];
        assert!(key.properties.unknowns() > 0, "{expression}");
    }
}

#[test]
fn unknown_texts_do_not_pile_up() {
    let long = "x".repeat(100_000);
    let text = format!(
        "locals {{\n  all = [for n in range(1000) : [for m in range(1000) : \"${{var.missing}}{long}\"]]\n}}\nresource \"descope_management_key\" \"k\" {{\n  name = \"n\"\n  rebac = local.all\n}}\n"
    );
    let (_, written) = size(&[one(&text)]);
    assert!(written < 100_000_000, "{written}");
}
