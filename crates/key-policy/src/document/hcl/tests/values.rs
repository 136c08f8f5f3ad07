//! What single expressions evaluate to.

use std::collections::BTreeSet;

use serde_json::Value as Json;

use super::{one, property, shown};
use crate::value::{Content, Value};

const WORLD: &str = r#"
variable "unset" {}
variable "unset_number" { type = number }
variable "unset_set" { type = set(string) }
variable "text" { default = "t" }
variable "secret" {
  default   = "s3cret"
  sensitive = true
}
variable "typed" {
  type    = set(string)
  default = ["b", "a", "b"]
}
variable "number" {
  type    = number
  default = "5"
}
variable "object" {
  type    = object({ a = string, b = optional(number, 7), c = optional(string) })
  default = { a = 1 }
}
locals {
  list    = ["x", "y", var.unset]
  map     = { b = 2, a = 1 }
  nested  = [[1, 2], [3], []]
  people  = [{ name = "ann", age = 30 }, { name = "bob", age = 40 }]
  loop    = local.pool
  pool    = local.loop
  partial = "a-${var.unset}"
}
"#;

/// The lines `expression => answer` of a table, in which `⏎` is a line break.
fn lines(table: &str) -> impl Iterator<Item = (String, &str)> {
    let lines = table
        .lines()
        .filter(|line| !line.is_empty() && !line.starts_with("## "));
    lines.map(|line| {
        let (expression, answer) = line.rsplit_once(" => ").expect("`expression => answer`");
        (expression.replace('⏎', "\n"), answer)
    })
}

#[test]
fn expressions_have_their_values_places_and_secrets() {
    let mut wrong = Vec::new();
    for (expression, expected) in lines(include_str!("expressions.txt")) {
        let text =
            format!("{WORLD}resource \"descope_management_key\" \"k\" {{\n  name = {expression}\n}}\n");
        let document = one(&text);
        let found = match document.findings.first() {
            None => shown(property(&document.declarations[0], "name")),
            Some(finding) => finding.message.clone(),
        };
        if found != expected {
            wrong.push(format!("{expression}\n  is {found}\n  not {expected}"));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// Expressions and what Terraform itself makes of them in the world of `recorded.tf`: JSON, `?` for what it cannot know
/// before it applies, `!` for what it refuses. `cargo xtask record terraform` writes the answers.
#[test]
fn known_values_are_those_of_terraform() {
    /// Of the values that Terraform knows, so many are known here too; it may not be fewer.
    const KNOWN: usize = 1290;
    let table: Vec<_> = lines(include_str!("recorded.txt")).collect();
    let key = |(at, (expression, _)): (usize, &(String, &str))| {
        format!("resource \"descope_management_key\" \"k{at}\" {{\n  name = {expression}\n}}\n")
    };
    let keys: String = table.iter().enumerate().map(key).collect();
    let document = one(&(include_str!("recorded.tf").to_owned() + &keys));
    assert_eq!(document.findings, []);
    assert_eq!(document.declarations.len(), table.len());
    let (mut wrong, mut known) = (Vec::new(), 0);
    for ((expression, told), key) in table.iter().zip(&document.declarations) {
        let ours = property(key, "name");
        let has_unknown = holds_unknown(ours);
        let agrees = match *told {
            "?" | "!" => has_unknown,
            _ => says(ours, &serde_json::from_str(told).expect("JSON")),
        };
        if !agrees {
            wrong.push(format!("{expression}\n  is {}\n  not {told}", shown(ours)));
        }
        known += usize::from(!has_unknown);
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    assert!(known >= KNOWN, "{known}");
}

/// `try` goes on behind what is certain to fail only, so that is never what Terraform has a value for.
#[test]
fn what_terraform_takes_does_not_fail() {
    let table = lines(include_str!("recorded.txt"));
    let taken: Vec<_> = table
        .filter(|(expression, told)| *told != "!" && !expression.contains("<<"))
        .collect();
    let key = |(at, (expression, _)): (usize, &(String, &str))| {
        format!(
            "resource \"descope_management_key\" \"k{at}\" {{\n  name = try({expression}, \"failed\")\n}}\n"
        )
    };
    let keys: String = taken.iter().enumerate().map(key).collect();
    let document = one(&(include_str!("recorded.tf").to_owned() + &keys));
    assert_eq!(document.declarations.len(), taken.len());
    let pairs = taken.iter().zip(&document.declarations);
    let wrong: Vec<_> = pairs
        .filter(|(_, key)| shown(property(key, "name")) == "\"failed\"")
        .map(|((expression, told), _)| format!("{expression} => {told}"))
        .collect();
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

fn holds_unknown(value: &Value) -> bool {
    match &value.content {
        Content::Unknown(_) => true,
        Content::List(items) => items.iter().any(holds_unknown),
        Content::Object(entries) => entries.iter().any(|entry| holds_unknown(&entry.value)),
        _ => false,
    }
}

/// Whether what is known of a value is what Terraform tells.
fn says(ours: &Value, told: &Json) -> bool {
    match (&ours.content, told) {
        (Content::Unknown(_), _) | (Content::Null, Json::Null) => true,
        (Content::Bool(ours), Json::Bool(told)) => ours == told,
        (Content::Number(ours), Json::Number(told)) => Some(*ours) == told.as_f64(),
        (Content::String(ours), Json::String(told)) => ours == told,
        (Content::List(ours), Json::Array(told)) => {
            ours.len() == told.len() && ours.iter().zip(told).all(|(ours, told)| says(ours, told))
        }
        (Content::Object(ours), Json::Object(told)) => {
            let names: BTreeSet<_> = ours.iter().map(|entry| &entry.key).collect();
            names == told.keys().collect() && ours.iter().all(|entry| says(&entry.value, &told[&entry.key]))
        }
        _ => false,
    }
}

#[test]
fn line_ends_of_windows_stay_in_heredocs() {
    for (heredoc, expected) in [
        ("<<EOT\r\nx\r\n  y\r\nEOT", "\"x\\r\\n  y\\r\\n\""),
        (
            "<<-EOT\r\n    x\r\n\r\n      y\r\n    EOT",
            "\"x\\r\\n\\r\\n  y\\r\\n\"",
        ),
        (
            "<<-EOT\r\n    %{ if true ~}\r\n    x\r\n    %{ endif ~}\r\n    EOT",
            "\"    x\\r\\n\"",
        ),
    ] {
        let text = format!("resource \"descope_management_key\" \"k\" {{\r\n  name = {heredoc}\r\n}}\r\n");
        let document = one(&text);
        assert_eq!(shown(property(&document.declarations[0], "name")), expected);
    }
}

#[test]
fn a_type_that_is_left_open_is_one_for_all_elements() {
    for (typ, default, expected) in [
        ("list(any)", "[1, \"a\", true]", "[\"1\", \"a\", \"true\"]"),
        ("list(any)", "[1, [2]]", "?"),
        ("list(any)", "[1, true]", "?"),
        ("set(any)", "[2, \"1\", \"2\"]", "[\"1\", \"2\"]"),
        ("map(any)", "{ a = 1, b = \"x\" }", "{a: \"1\", b: \"x\"}"),
        (
            "list(any)",
            "[{ a = 1 }, { a = \"x\" }]",
            "[{a: \"1\"}, {a: \"x\"}]",
        ),
        (
            "list(object({ a = any }))",
            "[{ a = 1 }, { a = \"x\" }]",
            "[{a: \"1\"}, {a: \"x\"}]",
        ),
        (
            "map(list(any))",
            "{ a = [1], b = [\"x\"] }",
            "{a: [\"1\"], b: [\"x\"]}",
        ),
        ("list(list(any))", "[[1], [], [\"x\"]]", "[[\"1\"], [], [\"x\"]]"),
        ("list(number)", "[\"1\", 2]", "[1, 2]"),
        (
            "object({ a = any, b = any })",
            "{ a = 1, b = \"x\" }",
            "{a: 1, b: \"x\"}",
        ),
        ("tuple([any, any])", "[1, \"x\"]", "[1, \"x\"]"),
        ("any", "[1, \"x\"]", "[1, \"x\"]"),
    ] {
        let text = format!(
            "variable \"v\" {{\n  type    = {typ}\n  default = {default}\n}}\nresource \"descope_management_key\" \"k\" {{\n  \
             name = var.v\n}}\n"
        );
        let document = one(&text);
        let found = shown(property(&document.declarations[0], "name"));
        assert_eq!(found, expected, "{typ} {default}");
    }
}
