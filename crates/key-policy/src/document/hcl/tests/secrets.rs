//! What is made of sensitive values is sensitive.

use super::{one, property, shown};

#[test]
fn what_is_made_of_a_secret_is_one() {
    let mut wrong = Vec::new();
    for (expression, expected) in [
        ("{ (var.s) = 1 }", "*{s3cret: *1}"),
        ("{ a = var.s }", "{a: *\"s3cret\"}"),
        ("{ for s in [var.s] : s => 1 }", "*{s3cret: *1}"),
        ("{ for s in [var.s] : \"a\" => 1 if s != \"\" }", "*{a: *1}"),
        ("[for s in [var.s] : s]", "[*\"s3cret\"]"),
        ("formatlist(\"%s!\", [var.s])", "*[*\"s3cret!\"]"),
        ("keys({ (var.s) = 1 })", "*[*\"s3cret\"]"),
        ("keys({ a = var.s })", "[\"a\"]"),
        ("values({ a = var.s, b = 1 })", "[*\"s3cret\", 1]"),
        ("transpose({ a = [var.s] })", "*{s3cret: *[*\"a\"]}"),
        ("zipmap([var.s], [1])", "*{s3cret: *1}"),
        ("zipmap([\"a\"], [var.s])", "{a: *\"s3cret\"}"),
        ("join(\"-\", [\"a\", var.s])", "*\"a-s3cret\""),
        ("split(\"3\", var.s)", "*[*\"s\", *\"cret\"]"),
        ("toset([\"a\", var.s])", "*[*\"a\", *\"s3cret\"]"),
        ("tolist([\"a\", var.s])", "[\"a\", *\"s3cret\"]"),
        ("distinct([\"a\", var.s])", "*[*\"a\", *\"s3cret\"]"),
        ("sort([var.s, \"a\"])", "*[*\"a\", *\"s3cret\"]"),
        ("compact([var.s, \"\"])", "*[*\"s3cret\"]"),
        ("setunion([\"a\"], [var.s])", "*[*\"a\", *\"s3cret\"]"),
        ("matchkeys([\"a\"], [var.s], [\"s3cret\"])", "*[*\"a\"]"),
        ("merge({ a = 1 }, { b = var.s })", "{a: 1, b: *\"s3cret\"}"),
        ("merge({ a = 1 }, { (var.s) = 1 })", "*{a: *1, s3cret: *1}"),
        ("lookup({ a = 1, b = var.s }, \"a\", 0)", "1"),
        ("lookup({ a = 1, b = var.s }, \"b\", 0)", "*\"s3cret\""),
        ("element([1, var.s], 0)", "1"),
        ("element([1, var.s], 1)", "*\"s3cret\""),
        ("one([var.s])", "*\"s3cret\""),
        ("contains([\"a\", var.s], \"a\")", "*true"),
        ("concat([\"a\"], [var.s])", "[\"a\", *\"s3cret\"]"),
        ("jsondecode(\"[\\\"${var.s}\\\"]\")", "*[*\"s3cret\"]"),
        ("\"${sensitive(\"a\")}-${var.unset}\"", "*?"),
        ("{ (sensitive(var.unset)) = 1 }", "*?"),
    ] {
        let text = format!(
            "variable \"unset\" {{}}\nvariable \"s\" {{\n  default   = \"s3cret\"\n  sensitive = true\n}}\nresource \"descope_management_key\" \"k\" {{\n  name = {expression}\n}}\n"
        );
        let document = one(&text);
        let found = shown(property(&document.declarations[0], "name"));
        if found != expected {
            wrong.push(format!(
                "{expression}
  is {found}
  not {expected}"
            ));
        }
    }
    assert!(
        wrong.is_empty(),
        "{}",
        wrong.join(
            "
"
        )
    );
}

#[test]
fn a_set_of_secrets_is_one_also_by_its_type() {
    let root = "variable \"s\" {\n  default   = \"s3cret\"\n  sensitive = true\n}\nmodule \"m\" {\n  source = \"./m\"\n  all    = [var.s]\n}\n";
    let module = "variable \"all\" { type = set(string) }\nresource \"descope_management_key\" \"k\" {\n  for_each = var.all\n  name     = \"n\"\n}\n";
    let files = [("main.tf", root), ("m/main.tf", module)];
    let documents = super::documents(&files, &super::Inputs::default());
    assert_eq!(
        super::keys(&documents),
        ["module.m.descope_management_key.k = \"n\""]
    );
}
