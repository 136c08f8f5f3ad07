//! Programs in, declarations out.

mod bounds;
mod existence;
mod faults;
mod modules;
mod secrets;
mod values;

use crate::document::{Declaration, Document, Inputs, Source, read};
use crate::span::{LineIndex, Span};
use crate::value::{Content, Entry, Value};

fn documents(files: &[(&str, &str)], inputs: &Inputs) -> Vec<Document> {
    let sources: Vec<_> = files
        .iter()
        .map(|(name, text)| Source::new(name, text.as_bytes()))
        .collect();
    read(&sources, inputs)
}

fn one(text: &str) -> Document {
    documents(&[("main.tf", text)], &Inputs::default()).remove(0)
}

fn key(attributes: &str) -> (String, Declaration) {
    let text = format!("# ü\nresource \"descope_management_key\" \"k\" {{\n{attributes}\n}}\n");
    let declaration = one(&text).declarations.remove(0);
    (text, declaration)
}

/// A value on one line: `?` is one that is not known, `*` stands before one that is sensitive.
fn shown(value: &Value) -> String {
    let mark = if value.sensitive { "*" } else { "" };
    let list = |items: Vec<String>| items.join(", ");
    let content = match &value.content {
        Content::Null => "null".to_owned(),
        Content::Bool(value) => value.to_string(),
        Content::Number(number) => number.to_string(),
        Content::String(text) => format!("{text:?}"),
        Content::List(items) => format!("[{}]", list(items.iter().map(shown).collect())),
        Content::Object(entries) => {
            let entries = entries.iter();
            let members = entries.map(|entry| format!("{}: {}", entry.key, shown(&entry.value)));
            format!("{{{}}}", list(members.collect()))
        }
        Content::Block => "block".to_owned(),
        Content::Unknown(_) => "?".to_owned(),
    };
    format!("{mark}{content}")
}

fn property<'a>(declaration: &'a Declaration, name: &str) -> &'a Value {
    let entries = declaration.properties.as_object().unwrap();
    &entries.iter().find(|entry| entry.key == name).unwrap().value
}

/// Names and descriptions of all keys, by address.
fn keys(documents: &[Document]) -> Vec<String> {
    let declarations = documents.iter().flat_map(|document| &document.declarations);
    declarations
        .map(|key| format!("{} = {}", key.resource, shown(property(key, "name"))))
        .collect()
}

#[test]
fn places_are_those_of_the_text() {
    let (text, key) = key("  name = \"ä ${1}\" # c\n  rebac = {\n    company_roles = [\"a\", (\"b\")]\n  }");
    let written = |span: Span| &text[span.range()];
    assert_eq!(key.resource, "descope_management_key.k");
    assert_eq!(written(key.span), "resource \"descope_management_key\" \"k\"");
    let entries = key.properties.as_object().unwrap();
    assert_eq!(written(entries[0].key_span), "name");
    assert_eq!(written(entries[0].value.span), "\"ä ${1}\"");
    let roles = &entries[1].value.as_object().unwrap()[0];
    assert_eq!(written(roles.key_span), "company_roles");
    assert_eq!(
        roles
            .value
            .as_list()
            .unwrap()
            .iter()
            .map(|role| written(role.span))
            .collect::<Vec<_>>(),
        ["\"a\"", "\"b\""]
    );
}

#[test]
fn values_stand_where_they_are_used_and_come_from_where_they_were_written() {
    let text = r#"
locals {
  office = ["192.0.2.1", "192.0.2.2"]
  all    = concat(local.office, ["192.0.2.3"])
}
resource "descope_management_key" "k" {
  name          = local.all[0]
  permitted_ips = concat(["192.0.2.0"], local.all)
  description   = "${local.all[1]}!"
  status        = local.all[2] == "" ? "a" : "b"
}
"#;
    let document = one(text);
    let key = &document.declarations[0];
    let places = |value: &Value| {
        let origin = value.origin.map(|place| &text[place.span.range()]);
        (&text[value.span.range()], origin)
    };
    assert_eq!(
        places(property(key, "name")),
        ("local.all[0]", Some("\"192.0.2.1\""))
    );
    let ips: Vec<_> = property(key, "permitted_ips")
        .as_list()
        .unwrap()
        .iter()
        .map(places)
        .collect();
    assert_eq!(
        ips,
        [
            ("\"192.0.2.0\"", None),
            ("local.all", Some("\"192.0.2.1\"")),
            ("local.all", Some("\"192.0.2.2\"")),
            ("local.all", Some("\"192.0.2.3\"")),
        ]
    );
    // What is computed is not written where it stands, so no fix may rewrite it.
    let computed = "\"${local.all[1]}!\"";
    assert_eq!(places(property(key, "description")), (computed, Some(computed)));
    assert_eq!(places(property(key, "status")), ("\"b\"", None));
}

#[test]
fn what_terraform_itself_takes_is_no_field() {
    let (_, key) = key(
        "  count = 1\n  provider = descope.eu\n  depends_on = []\n  lifecycle {\n    prevent_destroy = true\n  }\n  name = \"n\"",
    );
    let entries = key.properties.as_object().unwrap();
    let names: Vec<_> = entries.iter().map(|entry| entry.key.as_str()).collect();
    assert_eq!(names, ["name"]);
}

#[test]
fn names_given_twice_are_kept_with_their_places() {
    let (text, key) =
        key("  name = \"a\"\n  name = \"b\"\n  rebac = { x = 1, \"x\" = 2, x = 3 }\n  name = \"c\"");
    let entries = key.properties.as_object().unwrap();
    let names = |entries: &[Entry]| entries.iter().map(|entry| entry.key.clone()).collect::<Vec<_>>();
    assert_eq!(names(entries), ["name", "name", "rebac", "name"]);
    assert_eq!(names(entries[2].value.as_object().unwrap()), ["x", "x", "x"]);
    assert_eq!(&text[entries[3].value.span.range()], "\"c\"");
}

#[test]
fn only_attributes_outside_of_keys_are_faults_when_given_twice() {
    let document = one("locals {\n  a = { x = 1, x = 2 }\n  b = 1\n  b = 2\n}\n");
    let messages: Vec<_> = document
        .findings
        .iter()
        .map(|finding| finding.message.as_str())
        .collect();
    assert_eq!(messages, ["`b` is set twice in the same block"]);
}

#[test]
fn count_and_for_each_make_several_keys() {
    let key = |body: &str| format!("resource \"descope_management_key\" \"k\" {{\n{body}\n}}\n");
    for (body, expected) in [
        ("count = 0\nname = \"n\"", &[][..]),
        (
            "count = 2\nname = \"n${count.index}\"",
            &[
                "descope_management_key.k[0] = \"n0\"",
                "descope_management_key.k[1] = \"n1\"",
            ],
        ),
        (
            "count = var.x\nname = count.index",
            &["descope_management_key.k = ?"],
        ),
        (
            "for_each = toset([\"b\", \"a\"])\nname = each.value",
            &[
                "descope_management_key.k[\"a\"] = \"a\"",
                "descope_management_key.k[\"b\"] = \"b\"",
            ],
        ),
        (
            "for_each = { a = { n = 1 }, \"q\\\"\" = { n = var.x } }\nname = \"${each.key}${each.value.n}\"",
            &[
                "descope_management_key.k[\"a\"] = \"a1\"",
                "descope_management_key.k[\"q\\\"\"] = ?",
            ],
        ),
        (
            "for_each = var.x\nname = each.key",
            &["descope_management_key.k = ?"],
        ),
        (
            "for_each = toset([var.x, \"a\"])\nname = each.key",
            &["descope_management_key.k = ?"],
        ),
        // Only sets and maps.
        (
            "for_each = [\"a\"]\nname = each.key",
            &["descope_management_key.k = ?"],
        ),
    ] {
        assert_eq!(keys(&[one(&key(body))]), expected, "{body}");
    }
}

#[test]
fn options_providers_moves_and_outputs_are_told() {
    let text = r#"
provider "descope" {
  alias    = "eu"
  base_url = "https://api.example.com"
}
resource "descope_management_key" "k" {
  for_each = toset(["a"])
  name     = each.key
  lifecycle {
    create_before_destroy = true
    ignore_changes        = [name, rebac.company_roles]
  }
}
moved {
  from = descope_management_key.j
  to   = descope_management_key.k
}
moved {
  from = descope_management_key.i
  to   = descope_management_key.j
}
"#;
    let document = one(text);
    let key = &document.declarations[0];
    let former = key.options.former_addresses.iter();
    assert_eq!(
        former.map(|former| &*former.address).collect::<Vec<_>>(),
        [
            "descope_management_key.j[\"a\"]",
            "descope_management_key.i[\"a\"]"
        ]
    );
    let replacement = key.options.replacement.unwrap();
    assert!(!replacement.deletes_first);
    assert!(text[replacement.span.range()].starts_with("create_before_destroy"));
    assert_eq!(key.options.ignore_changes, ["name", "rebac.company_roles"]);
    assert_eq!(
        document.providers.iter().map(shown).collect::<Vec<_>>(),
        ["{alias: \"eu\", base_url: \"https://api.example.com\"}"]
    );
}

#[test]
fn outputs_tell_whether_they_give_out_the_secret() {
    let world = r#"
resource "descope_management_key" "k" { name = "n" }
resource "descope_management_key" "many" {
  for_each = toset(["a", "b"])
  name     = each.key
}
resource "descope_management_key" "counted" {
  count = 2
  name  = "n"
}
resource "descope_management_key" "some" {
  for_each = var.unset
  name     = each.key
}
variable "unset" {}
variable "hidden" {
  default   = "h"
  sensitive = true
}
locals {
  list = [descope_management_key.k]
  key  = descope_management_key.k
  all  = { id = descope_management_key.k.id, secret = local.key.cleartext }
  made = { for n, k in descope_management_key.many : n => { id = k.id, secret = k.cleartext } }
  some = { for n, k in descope_management_key.some : n => k.cleartext }
}
module "m" { source = "./m" }
module "more" {
  source   = "./m"
  for_each = toset(["x"])
}
module "perhaps" {
  source = "./m"
  count  = var.unset
}
module "passed" {
  source = "./passed"
  given  = descope_management_key.k.cleartext
}
"#;
    let module = r#"
resource "descope_management_key" "k" { name = "n" }
output "secret" { value = descope_management_key.k.cleartext }
output "id" { value = descope_management_key.k.id }
output "hidden" {
  value     = descope_management_key.k.cleartext
  sensitive = true
}
"#;
    let passed = r#"
variable "given" {}
output "back" { value = { got = "${var.given}!" } }
output "none" { value = sha256(var.given) }
"#;
    // An expression, and where it gives out the secret of a key; `=` says that it is all of the expression.
    for (expression, place) in [
        ("descope_management_key.k.cleartext", "="),
        ("descope_management_key.k", "="),
        ("descope_management_key.k.id", ""),
        ("descope_management_key.many[\"a\"].cleartext", "="),
        ("descope_management_key.many[\"a\"].id", ""),
        ("descope_management_key.many[var.unset].cleartext", "="),
        ("descope_management_key.many[var.unset].id", ""),
        ("descope_management_key.counted[0].cleartext", "="),
        ("descope_management_key.counted[*].cleartext", "="),
        ("descope_management_key.counted[*].id", ""),
        ("descope_management_key.counted.*.cleartext", "="),
        ("descope_management_key.some", "="),
        ("descope_management_key.some[\"a\"].cleartext", "="),
        ("descope_management_key.some[\"a\"].id", ""),
        (
            "[for k in descope_management_key.some : k.cleartext]",
            "k.cleartext",
        ),
        ("[for k in descope_management_key.some : k.id]", ""),
        ("{ for n, k in descope_management_key.some : k.id => n }", ""),
        (
            "[for k in descope_management_key.many : k.cleartext]",
            "k.cleartext",
        ),
        ("{ for n, k in descope_management_key.many : n => k.id }", ""),
        ("{ for n, k in descope_management_key.many : n => k }", "k"),
        ("values(descope_management_key.many)[*].cleartext", "="),
        ("values(descope_management_key.many)[*].id", ""),
        ("descope_management_key.k[*].cleartext", "="),
        ("\"key: ${local.key.cleartext}\"", "local.key.cleartext"),
        ("\"key: ${local.key.name}\"", ""),
        ("<<EOT\nkey: ${local.key.cleartext}\nEOT", "local.key.cleartext"),
        (
            "\"%{for k in descope_management_key.many}${k.cleartext}%{endfor}\"",
            "k.cleartext",
        ),
        ("\"%{for k in descope_management_key.many}${k.id}%{endfor}\"", ""),
        ("\"%{if local.key.cleartext != \"\"}set%{endif}\"", ""),
        ("local.key.name", ""),
        ("local.all.secret", "="),
        ("local.all.id", ""),
        ("local.all[var.unset]", "="),
        ("local.made", "="),
        ("local.made[\"a\"].id", ""),
        ("local.made[var.unset].id", ""),
        ("local.made[var.unset].secret", "="),
        ("{ for n, pair in local.made : n => pair.id }", ""),
        (
            "{ for n, pair in local.made : n => upper(pair.secret) }",
            "pair.secret",
        ),
        ("local.some", "="),
        ("sha256(local.all.secret)", ""),
        ("sha256(nonsensitive(local.all.secret))", ""),
        ("[substr(sha256(local.all.secret), 0, 8)]", ""),
        ("nonsensitive(local.all.secret)", "local.all.secret"),
        ("nonsensitive(sensitive(local.all.secret))", "="),
        ("sensitive(local.all.secret)", ""),
        ("{ secret = sensitive(local.all.secret), id = 1 }", ""),
        ("\"key: ${sensitive(local.all.secret)}\"", ""),
        ("\"${var.hidden} ${local.all.secret}\"", ""),
        ("length(local.all.secret)", ""),
        ("startswith(local.all.secret, \"K\")", ""),
        ("local.all.secret == null", ""),
        ("local.all.secret == null ? \"unset\" : \"set\"", ""),
        ("var.unset ? local.all.secret : null", "local.all.secret"),
        ("false ? local.all.secret : var.unset", ""),
        ("try(local.all.secret, null)", "local.all.secret"),
        ("can(local.all.secret)", ""),
        ("jsonencode(local.all)", "local.all"),
        ("merge(local.all, { b = 1 })", "local.all"),
        ("keys(local.all)", ""),
        ("yamlencode(local.all)", "local.all"),
        ("module.m.secret", "="),
        ("module.m.id", ""),
        ("module.m.hidden", ""),
        ("module.m", "="),
        ("module.more[\"x\"].secret", "="),
        ("module.more[var.unset].secret", "="),
        ("module.more[var.unset].id", ""),
        ("{ for n, m in module.more : n => m.secret }", "m.secret"),
        ("{ for n, m in module.more : n => m.id }", ""),
        ("module.perhaps[0].secret", "="),
        ("module.perhaps[*].id", ""),
        ("concat(local.list, descope_management_key.some)[0].id", ""),
        (
            "concat(descope_management_key.some, local.list)[0].cleartext",
            "=",
        ),
        ("values(descope_management_key.some)[*].id", ""),
        ("[for k in values(descope_management_key.some) : k.id]", ""),
        (
            "[for k in values(descope_management_key.some) : k.cleartext]",
            "k.cleartext",
        ),
        ("one(module.perhaps[*].secret)", "module.perhaps[*].secret"),
        ("module.passed.back", "="),
        ("module.passed.none", ""),
    ] {
        let text = format!("{world}output \"o\" {{\n  value = {expression}\n}}\n");
        let files = [
            ("main.tf", text.as_str()),
            ("m/main.tf", module),
            ("passed/main.tf", passed),
        ];
        let documents = documents(&files, &Inputs::default());
        let found = documents[0].outputs[0].cleartext.map(|span| &text[span.range()]);
        let place = if place == "=" { expression } else { place };
        assert_eq!(found.unwrap_or_default(), place, "{expression}");
        assert!(!documents[0].outputs[0].is_secret);
    }
    let document =
        one("output \"o\" {\n  value = descope_management_key.k.cleartext\n  sensitive = true\n}\n");
    assert!(document.outputs[0].is_secret);
}

#[test]
fn json_says_the_same() {
    let text = r#"{
  "//": "descope-keys: allow(any-ip)",
  "variable": { "n": { "default": "ci" }, "s": { "type": "set(string)", "default": ["a", "a"] },
    "o": { "type": "map(object({ role = optional(string, \"r\") }))", "default": { "x": {} } } },
  "locals": [{ "ips": ["192.0.2.1"] }],
  "resource": {
    "descope_management_key": {
      "k": {
        "for_each": "${toset([\"x\"])}",
        "name": "${var.n}-${each.key}",
        "permitted_ips": "${concat(local.ips, [\"192.0.2.2\"])}",
        "description": "$${n}",
        "rebac": { "company_roles": "${var.s}", "tag_roles": "${var.o}" },
        "lifecycle": { "create_before_destroy": true, "ignore_changes": ["name"] }
      }
    },
    "other": { "o": [{ "a": 1 }] }
  },
  "output": { "o": { "value": "${descope_management_key.k[\"x\"].cleartext}" } }
}
"#;
    let document = documents(&[("main.tf.json", text)], &Inputs::default()).remove(0);
    assert!(document.findings.is_empty(), "{:?}", document.findings);
    let key = &document.declarations[0];
    assert_eq!(key.resource, "descope_management_key.k[\"x\"]");
    assert_eq!(
        shown(&key.properties),
        "{name: \"ci-x\", permitted_ips: [\"192.0.2.1\", \"192.0.2.2\"], description: \"${n}\", rebac: {company_roles: [\"a\"], tag_roles: {x: {role: \"r\"}}}}"
    );
    assert_eq!(
        &text[property(key, "name").span.range()],
        "\"${var.n}-${each.key}\""
    );
    assert_eq!(key.options.ignore_changes, ["name"]);
    assert!(document.outputs[0].cleartext.is_some());
    assert_eq!(document.comments[0].text, "descope-keys: allow(any-ip)");
}

#[test]
fn a_fault_does_not_hide_the_other_blocks() {
    let text = "resource \"descope_management_key\" \"a\" {\n  name = [\n}\n\nresource \"descope_management_key\" \"b\" {\n  name = \"n\"\n}\nnonsense here\nmore nonsense\nlocals {\n  x = = 1\n}\nresource \"descope_management_key\" \"c\" {\n  rebac = {\n\nresource \"descope_management_key\" \"d\" {\n  name = local.x\n}\n";
    let document = one(text);
    assert_eq!(
        keys(std::slice::from_ref(&document)),
        ["descope_management_key.b = \"n\"", "descope_management_key.d = ?"]
    );
    let lines = LineIndex::new(text);
    let found: Vec<_> = document
        .findings
        .iter()
        .map(|finding| (lines.position(finding.span.start).line, finding.message.as_str()))
        .collect();
    assert_eq!(
        found.iter().map(|(line, _)| *line).collect::<Vec<_>>(),
        [2, 8, 11, 13],
        "{found:?}"
    );
}

#[test]
fn an_unknown_tells_what_it_was_made_from() {
    let text = |local: &str, expression: &str| {
        let text = format!(
            "locals {{\n  l = {local}\n  other = 1\n}}\nresource \"descope_management_key\" \"k\" {{\n  name = {expression}\n}}\n"
        );
        match one(&text).declarations[0]
            .properties
            .get("name")
            .unwrap()
            .content
            .clone()
        {
            Content::Unknown(text) => text,
            known => panic!("{known:?}"),
        }
    };
    let same = |a: (&str, &str), b: (&str, &str)| text(a.0, a.1) == text(b.0, b.1);
    let expression = "\"${local.l}-${var.x}\"";
    assert!(same(("1", expression), ("1", expression)));
    assert!(!same(("1", expression), ("2", expression)));
    assert!(same(
        ("{ a = 1, b = 1 }", "\"${local.l.a}-${var.x}\""),
        ("{ a = 1, b = 2 }", "\"${local.l.a}-${var.x}\"")
    ));
    assert!(!same(("var.x", "local.l"), ("var.y", "local.l")));
    assert_eq!(text("1", "var.x"), "var.x");
    assert!(text("1", expression).starts_with(expression));
}

#[test]
fn what_grows_without_bound_is_unknown() {
    let mut text = String::from("locals {\n  l0 = [1, 2]\n  m0 = [1, 2]\n  s0 = \"ab\"\n");
    for n in 1..60 {
        let m = n - 1;
        text += &format!("  m{n} = [local.m{m}, local.m{m}]\n");
        text += &format!("  l{n} = [local.l{m}, local.l{m}]\n  s{n} = \"${{local.s{m}}}${{local.s{m}}}\"\n");
    }
    text += "}\n";
    for expression in [
        "[local.l59] == [local.l59, 1]",
        "[local.l59] == [local.m59]",
        "format(\"%v\", local.l59)",
        "toset([local.l59, local.l58])",
        "contains([local.l59], local.m59)",
        "index([local.l59], local.m59)",
        "distinct([local.l59, 1])",
        "lookup(tomap({ a = local.l59 }), \"b\", local.m59)",
        "true ? [local.l59] : [1, 2]",
        "sort([local.l59])",
    ] {
        let text = format!("{text}resource \"descope_management_key\" \"k\" {{\n  name = {expression}\n}}\n");
        assert_eq!(
            shown(property(&one(&text).declarations[0], "name")),
            "?",
            "{expression}"
        );
    }
    text += "resource \"descope_management_key\" \"k\" {\n  name = local.s59\n  description = length(jsonencode(local.l59))\n  rebac = local.l59\n  count = 1000000000\n}\n";
    let key = one(&text).declarations.remove(0);
    assert_eq!(shown(&key.properties), "{name: ?, description: ?, rebac: ?}");
    let chain: String = (1..5000)
        .map(|n| format!("  l{n} = local.l{}\n", n - 1))
        .collect();
    let text = format!(
        "locals {{\n  l0 = 1\n{chain}}}\nresource \"descope_management_key\" \"k\" {{\n  name = local.l4999\n}}\n"
    );
    assert_eq!(keys(&[one(&text)]), ["descope_management_key.k = ?"]);
}

#[test]
fn what_other_resources_have_to_do_with_a_key_is_told() {
    let text = r#"
resource "descope_management_key" "first" {}
resource "descope_management_key" "through_a_local" {}
resource "descope_management_key" "other" {}
resource "descope_management_key" "triggered" {
  lifecycle {
    replace_triggered_by = [terraform_data.rev.output, descope_management_key.other.name, terraform_data.gone]
  }
}
resource "terraform_data" "rev" {
  input = descope_management_key.other.id
}
resource "store" "a" {
  value = descope_management_key.first.cleartext
  also  = store.b.id
  lifecycle { create_before_destroy = true }
}
resource "store" "b" {
  value = local.secret
}
locals {
  secret = "${descope_management_key.through_a_local.cleartext}"
}
"#;
    let document = one(text);
    let orders: Vec<_> = document
        .declarations
        .iter()
        .map(|key| {
            key.options
                .replacement
                .map(|replacement| replacement.deletes_first)
        })
        .collect();
    assert_eq!(orders, [Some(false), Some(false), None, None]);
    let triggers = document.declarations[3].options.triggers.iter();
    let triggers: Vec<_> = triggers
        .map(|trigger| (&*trigger.name, trigger.written.as_deref()))
        .collect();
    let written = |from: &str| {
        &text[text.find(from).unwrap()..][..text[text.find(from).unwrap()..]
            .find("}\n")
            .map_or(0, |end| end + 1)]
    };
    assert_eq!(
        triggers,
        [
            (
                "terraform_data.rev.output",
                Some(written("resource \"terraform_data\" \"rev\""))
            ),
            (
                "descope_management_key.other.name",
                Some("resource \"descope_management_key\" \"other\" {}")
            ),
            ("terraform_data.gone", None)
        ]
    );
    assert_eq!(document.findings, []);
    let json = r#"{"resource": {"descope_management_key": {"k": {"lifecycle": {"replace_triggered_by": ["store.a"]}}},
        "store": {"a": {"v": "${descope_management_key.k.cleartext}", "lifecycle": {"create_before_destroy": true}}}}}"#;
    let document = read(
        &[Source::new("main.tf.json", json.as_bytes())],
        &Inputs::default(),
    )
    .remove(0);
    let options = &document.declarations[0].options;
    assert!(
        options
            .replacement
            .is_some_and(|replacement| !replacement.deletes_first)
    );
    assert!(
        options.triggers[0]
            .written
            .as_deref()
            .is_some_and(|text| text.starts_with("{\"v\""))
    );
}

#[test]
fn a_value_that_is_another_each_time_has_no_text() {
    let text = "resource \"descope_management_key\" \"k\" {\n  name = local.t\n  description = \"a ${uuid()}\"\n  \
                status = var.v\n}\nlocals {\n  t = timeadd(timestamp(), \"1h\")\n}\nvariable \"v\" {}\n";
    let properties = &one(text).declarations[0].properties;
    let texts = ["name", "description", "status"].map(|name| match &properties.get(name).unwrap().content {
        Content::Unknown(text) => text.clone(),
        _ => "known".to_owned(),
    });
    assert!(
        texts[0].is_empty() && texts[1].is_empty() && texts[2].starts_with("var.v"),
        "{texts:?}"
    );
}
