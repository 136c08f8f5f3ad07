//! Several files: modules, the values of their variables, and what is read beside what is checked.

use std::collections::BTreeMap;

use super::{documents, keys, one, property, shown};
use crate::document::{Inputs, Role, Source, context, read};

#[test]
fn variables_get_their_values_in_the_order_of_terraform() {
    let main = "variable \"v\" { default = \"default\" }\nvariable \"l\" {\n type = list(string)\n default = []\n}\nresource \"descope_management_key\" \"k\" { name = \"${var.v} ${join(\",\", var.l)}\" }\n";
    let named = |pairs: &[(&str, &str)]| -> BTreeMap<String, String> {
        pairs
            .iter()
            .map(|(name, value)| ((*name).to_owned(), (*value).to_owned()))
            .collect()
    };
    let mut files = vec![("a/main.tf", main)];
    let mut inputs = Inputs::default();
    let check = |files: &[(&str, &str)], inputs: &Inputs, expected: &str| {
        let expected = format!("descope_management_key.k = {expected:?}");
        assert_eq!(keys(&documents(files, inputs)), [expected]);
    };
    check(&files, &inputs, "default ");
    inputs.terraform_environment = named(&[("v", "environment"), ("l", "[\"e\", \"f\"]"), ("other", "1")]);
    check(&files, &inputs, "environment e,f");
    files.push(("a/z.auto.tfvars", "v = \"z\""));
    files.push(("a/b.auto.tfvars.json", "{\"v\": \"b\"}"));
    files.push(("a/terraform.tfvars", "v = \"tfvars\"\nl = [\"t\"]"));
    files.push(("a/prod.tfvars", "v = \"prod\""));
    files.push(("b/z.auto.tfvars", "v = \"elsewhere\""));
    check(&files, &inputs, "z t");
    let mut sources: Vec<_> = files
        .iter()
        .map(|(name, text)| Source::new(name, text.as_bytes()))
        .collect();
    sources.push(Source {
        role: Role::Variables,
        ..Source::new("c/x.tfvars", b"v = \"file\"")
    });
    assert_eq!(
        keys(&read(&sources, &inputs)),
        ["descope_management_key.k = \"file t\""]
    );
    inputs.terraform_variables = named(&[("v", "argument")]);
    assert_eq!(
        keys(&read(&sources, &inputs)),
        ["descope_management_key.k = \"argument t\""]
    );
}

#[test]
fn modules_are_evaluated_for_each_call() {
    let root = r#"
module "team" {
  source   = "./modules/key"
  for_each = { a = "x", b = "y" }
  name     = each.value
}
module "twice" {
  source = "./modules/key/"
  count  = 2
  name   = "n${count.index}-${module.team["a"].shown}"
}
module "away" {
  source = "registry/key"
  name   = "n"
}
resource "descope_management_key" "k" { name = join(",", module.twice[*].shown) }
"#;
    let module = r#"
variable "name" { type = string }
resource "descope_management_key" "m" { name = var.name }
output "shown" { value = upper(var.name) }
"#;
    let files = [("p/main.tf", root), ("p/modules/key/main.tf", module)];
    let documents = documents(&files, &Inputs::default());
    assert_eq!(
        keys(&documents),
        [
            "descope_management_key.k = \"N0-X,N1-X\"",
            "module.team[\"a\"].descope_management_key.m = \"x\"",
            "module.team[\"b\"].descope_management_key.m = \"y\"",
            "module.twice[0].descope_management_key.m = \"n0-X\"",
            "module.twice[1].descope_management_key.m = \"n1-X\"",
        ]
    );
    let inner = &documents[1].declarations[0];
    assert_eq!(&root[inner.calls[0].span.range()], "module \"team\"");
    assert_eq!(inner.calls[0].source, 0);
    let name = property(inner, "name");
    assert_eq!(&module[name.span.range()], "var.name");
    assert_eq!(name.origin.map(|place| &root[place.span.range()]), Some("\"x\""));
}

#[test]
fn a_module_is_looked_at_by_itself_only_if_no_program_uses_it() {
    let root = r#"
variable "on" { default = 0 }
module "used" {
  source = "./used"
  name   = "given"
}
module "off" {
  source = "./off"
  count  = var.on
}
module "maybe" {
  source = "./maybe"
  count  = var.missing
}
"#;
    let module = r#"
variable "name" { default = "own" }
resource "descope_management_key" "k" { name = var.name }
"#;
    let files = [
        ("main.tf", root),
        ("maybe/main.tf", module),
        ("off/main.tf", module),
        ("used/main.tf", module),
    ];
    assert_eq!(
        keys(&documents(&files, &Inputs::default())),
        [
            "module.maybe.descope_management_key.k = \"own\"",
            "module.used.descope_management_key.k = \"given\"",
        ]
    );
}

#[test]
fn a_file_is_understood_with_those_beside_it_and_those_of_its_modules() {
    let mut list = |folder: &str| -> Vec<String> {
        let names: &[&str] = match folder {
            "p" => &[
                "main.tf",
                "b.tf",
                "a.tf.json",
                "c.tofu",
                "terraform.tfvars",
                "prod.tfvars",
                ".x.tf",
                "notes.md",
            ],
            "p/m" => &["main.tf"],
            "q" => &["x.auto.tfvars"],
            _ => &[],
        };
        names.iter().map(|name| (*name).to_owned()).collect()
    };
    let text = "module \"m\" { source = \"./m\" }\nmodule \"q\" { source = \"../q\" }\nmodule \"r\" { source = \"r\" }\n";
    let mut further = |name: &str| context(&[Source::new(name, text.as_bytes())], &mut list);
    assert_eq!(
        further("./p/main.tf"),
        [
            "p/a.tf.json",
            "p/b.tf",
            "p/c.tofu",
            "p/terraform.tfvars",
            "p/m/main.tf",
            "q/x.auto.tfvars"
        ]
    );
    assert!(further("p/Pulumi.yaml").is_empty());
    assert!(further("-").is_empty());
}

#[test]
fn what_is_read_to_understand_others_is_not_reported_on() {
    let files = [
        ("p/main.tf", "module \"m\" { source = \"./m\" }\n", Role::Checked),
        (
            "p/sibling.tf",
            "resource \"descope_management_key\" \"s\" { name = \"s\" }\nlocals {\n",
            Role::Context,
        ),
        (
            "p/m/main.tf",
            "resource \"descope_management_key\" \"k\" { name = \"k\" }\n",
            Role::Context,
        ),
    ];
    let source = |(name, text, role): (&'static str, &'static str, Role)| Source {
        role,
        ..Source::new(name, text.as_bytes())
    };
    let documents = read(&files.map(source), &Inputs::default());
    assert_eq!(keys(&documents), ["module.m.descope_management_key.k = \"k\""]);
    assert!(documents.iter().all(|document| document.findings.is_empty()));
}

#[test]
fn a_key_is_asked_about_where_it_is_overridden() {
    let files = [
        (
            "p/main.tf",
            "resource \"descope_management_key\" \"k\" { name = \"k\" }\nresource \"descope_management_key\" \"other\" { name = \"o\" }\n",
            Role::Context,
        ),
        (
            "p/override.tf",
            "resource \"descope_management_key\" \"k\" { name = \"\" }\n",
            Role::Checked,
        ),
    ];
    let source = |(name, text, role): (&'static str, &'static str, Role)| Source {
        role,
        ..Source::new(name, text.as_bytes())
    };
    let documents = read(&files.map(source), &Inputs::default());
    assert_eq!(keys(&documents), ["descope_management_key.k = \"\""]);
}

#[test]
fn modules_that_call_themselves_come_to_an_end() {
    let text = "module \"m\" { source = \"./\" }\nmodule \"n\" {\n source = \".\"\n count = 3\n}\nresource \"descope_management_key\" \"k\" { name = \"n\" }\n";
    assert_eq!(one(text).declarations.len(), 1);
}

#[test]
fn override_files_are_merged_into_what_the_others_declare() {
    let main = r#"
variable "name" {
  type    = string
  default = "n"
}
variable "days" { default = 1 }
locals {
  role = "a"
}
resource "descope_management_key" "k" {
  name        = var.name
  description = "${local.role} ${var.days}"
  expire_time = 4
  lifecycle {
    create_before_destroy = true
    ignore_changes        = [name]
  }
}
module "m" {
  source = "./m"
  name   = "x"
}
output "o" { value = 1 }
"#;
    let first = r#"
variable "name" { default = 7 }
locals { role = "b" }
resource "descope_management_key" "k" {
  expire_time = 5
  status      = "active"
  lifecycle { ignore_changes = [status] }
}
module "m" { name = "y" }
"#;
    let second = r#"{
  "resource": { "descope_management_key": { "k": {
    "status": "inactive", "lifecycle": { "create_before_destroy": false }
  } } },
  "output": { "o": { "value": "${descope_management_key.k.cleartext}" } }
}"#;
    let module = "variable \"name\" {}\nresource \"descope_management_key\" \"m\" { name = var.name }\n";
    let files = [
        ("p/z_override.tf.json", second),
        ("p/override.tf", first),
        ("p/main.tf", main),
        ("p/m/main.tf", module),
    ];
    let documents = documents(&files, &Inputs::default());
    assert!(
        documents.iter().all(|document| document.findings.is_empty()),
        "{documents:?}"
    );
    assert_eq!(
        keys(&documents),
        [
            "descope_management_key.k = \"7\"",
            "module.m.descope_management_key.m = \"y\"",
        ]
    );
    let key = &documents[2].declarations[0];
    assert_eq!(
        shown(&key.properties),
        "{name: \"7\", description: \"b 1\", expire_time: 5, status: \"inactive\"}"
    );
    let header = "resource \"descope_management_key\" \"k\"";
    let status = property(key, "status");
    assert_eq!(&main[status.span.range()], header);
    let origin = status.origin.expect("it is written in another file");
    assert_eq!((origin.source, &second[origin.span.range()]), (0, "\"inactive\""));
    let name = property(key, "name");
    assert_eq!(&main[name.span.range()], "var.name");
    assert_eq!(name.origin.map(|origin| &first[origin.span.range()]), Some("7"));
    // The four does not count.
    let expiry = property(key, "expire_time");
    assert_eq!(&main[expiry.span.range()], "expire_time");
    assert_eq!(expiry.origin.map(|origin| &first[origin.span.range()]), Some("5"));
    let replacement = key.options.replacement.expect("it is set");
    assert!(replacement.deletes_first);
    assert_eq!(&main[replacement.span.range()], header);
    assert_eq!(key.options.ignore_changes, ["status"]);
    let output = &documents[2].outputs[0];
    assert_eq!(
        output.cleartext.map(|span| &main[span.range()]),
        Some("output \"o\"")
    );
}

#[test]
fn an_override_of_nothing_is_a_fault() {
    let text = "provider \"descope\" {}\nprovider \"descope\" { alias = \"eu\" }\nlocals { l = 1 }\nvariable \"v\" {}\noutput \"o\" { value = 1 }\nmodule \"m\" { source = \"./m\" }\nresource \"descope_management_key\" \"k\" {}\n";
    let messages = |files: &[(&str, &str)]| -> Vec<String> {
        let documents = documents(files, &Inputs::default());
        let findings = documents.iter().flat_map(|document| &document.findings);
        findings.map(|finding| finding.message.clone()).collect()
    };
    let missing = |address: &str| format!("there is no `{address}` that this could override");
    assert_eq!(
        messages(&[("main.tf", ""), ("x_override.tf", text)]),
        [
            "provider.descope",
            "local.l",
            "var.v",
            "output.o",
            "module.m",
            "descope_management_key.k"
        ]
        .map(missing)
    );
    // What it overrides may stand in files that were not given.
    assert!(messages(&[("x_override.tf", text)]).is_empty());
    assert!(messages(&[("a/override.tf", text), ("a/main.tf", text)]).is_empty());
}

#[test]
fn keys_refer_to_keys() {
    let text = r#"
resource "descope_management_key" "one" {
  name   = "a"
  rebac  = { company_roles = ["r"] }
  status = null
}
resource "descope_management_key" "counted" {
  count = 2
  name  = "${descope_management_key.one.name}${count.index}"
}
resource "descope_management_key" "keyed" {
  for_each = toset(["y", "x"])
  name     = "${descope_management_key.counted[1].name}-${each.key}"
}
resource "descope_management_key" "last" {
  for_each = { y = 1, n = 2 }
  name = try(descope_management_key.keyed[each.key].name, "none")
}
resource "descope_management_key" "unknown" {
  name = join(",", [descope_management_key.one.id, descope_management_key.one.status, descope_management_key.keyed["x"].cleartext])
}
resource "descope_management_key" "circle" {
  count = length(descope_management_key.circle[0].name)
  name  = descope_management_key.circle[0].name
}
"#;
    assert_eq!(
        keys(&[one(text)]),
        [
            "descope_management_key.one = \"a\"",
            "descope_management_key.counted[0] = \"a0\"",
            "descope_management_key.counted[1] = \"a1\"",
            "descope_management_key.keyed[\"x\"] = \"a1-x\"",
            "descope_management_key.keyed[\"y\"] = \"a1-y\"",
            "descope_management_key.last[\"n\"] = \"none\"",
            "descope_management_key.last[\"y\"] = \"a1-y\"",
            "descope_management_key.unknown = ?",
            "descope_management_key.circle = ?",
        ]
    );
}

#[test]
fn what_a_module_declares_twice_is_told_where_it_is_checked() {
    let key = "resource \"descope_management_key\" \"k\" {\n  name = \"n\"\n}\n";
    let main =
        format!("{key}locals {{\n  a = 1\n}}\nvariable \"v\" {{}}\noutput \"o\" {{\n  value = 1\n}}\n");
    let twice = format!("locals {{\n  a = 2\n}}\n{main}");
    let told = |files: &[(&str, &str, Role)]| {
        let sources: Vec<_> = files
            .iter()
            .map(|(name, text, role)| Source {
                role: *role,
                ..Source::new(name, text.as_bytes())
            })
            .collect();
        let documents = read(&sources, &Inputs::default());
        let findings = documents.iter().flat_map(|document| &document.findings);
        let shown = findings.map(|finding| {
            let text = |source: usize, span: crate::span::Span| &files[source].1[span.range()];
            let other = &finding.related[0].place;
            assert_eq!(text(finding.source, finding.span), text(other.source, other.span));
            format!(
                "{} {} {}",
                files[finding.source].0, files[other.source].0, finding.message
            )
        });
        shown.collect::<Vec<_>>()
    };
    assert_eq!(
        told(&[
            ("main.tf", &main, Role::Checked),
            ("b/main.tf", &main, Role::Checked)
        ]),
        [""; 0]
    );
    assert_eq!(
        told(&[
            ("main.tf", &main, Role::Checked),
            ("main_override.tf", &main, Role::Checked)
        ]),
        [""; 0]
    );
    assert_eq!(
        told(&[("-", &main, Role::Checked), ("main.tf", &main, Role::Checked)]),
        [""; 0]
    );
    assert_eq!(
        told(&[("main.tf", &twice, Role::Checked)]),
        ["main.tf main.tf `local.a` is declared twice"]
    );
    let names = ["descope_management_key.k", "local.a", "var.v", "output.o"];
    let both = |first, again| told(&[("a.tf", &main, first), ("b.tf", &main, again)]);
    assert_eq!(
        both(Role::Checked, Role::Checked),
        names.map(|name| format!("b.tf a.tf `{name}` is declared twice"))
    );
    // Who asks about one file gets no answer about what else lies beside it.
    assert_eq!(both(Role::Checked, Role::Context), [""; 0]);
    assert_eq!(both(Role::Context, Role::Checked), [""; 0]);
}

#[test]
fn opentofu_reads_its_own_file_in_the_place_of_the_other() {
    let key = |name: &str| format!("resource \"descope_management_key\" \"k\" {{\n  name = \"{name}\"\n}}\n");
    let json = "{\"locals\": {\"a\": 1}}";
    let (terraform, tofu) = (key("terraform"), key("tofu"));
    let mut files = vec![
        ("p/main.tf", terraform.as_str()),
        ("p/main.tofu", &tofu),
        ("p/a.tf.json", json),
        ("p/a.tofu.json", json),
        ("p/b.tofu", "locals {\n  b = 1\n}\n"),
    ];
    let read_all = documents(&files, &Inputs::default());
    assert_eq!(keys(&read_all), ["descope_management_key.k = \"tofu\""]);
    let messages: Vec<_> = read_all
        .iter()
        .map(|document| {
            document
                .findings
                .iter()
                .map(|finding| &*finding.message)
                .collect::<Vec<_>>()
        })
        .collect();
    let replaced =
        |name| format!("OpenTofu reads `{name}` in the place of this file: nothing in it is checked");
    assert_eq!(
        messages,
        [
            vec![replaced("p/main.tofu").as_str()],
            vec![],
            vec![&replaced("p/a.tofu.json")],
            vec![],
            vec![]
        ]
    );
    files.push((
        "p/main_override.tofu",
        "resource \"descope_management_key\" \"k\" {\n  name = \"over\"\n}\n",
    ));
    assert_eq!(
        keys(&documents(&files, &Inputs::default())),
        ["descope_management_key.k = \"over\""]
    );
    // Who asks about one of them is answered about that one.
    for (asked, name) in [(0, "terraform"), (1, "tofu")] {
        let sources: Vec<_> = files[..2]
            .iter()
            .enumerate()
            .map(|(at, (name, text))| Source {
                role: if at == asked { Role::Checked } else { Role::Context },
                ..Source::new(name, text.as_bytes())
            })
            .collect();
        let found = read(&sources, &Inputs::default());
        assert_eq!(keys(&found), [format!("descope_management_key.k = {name:?}")]);
        assert!(found.iter().all(|document| document.findings.is_empty()));
    }
}

#[test]
fn the_provider_may_have_another_name() {
    let native = "terraform {\n  required_providers {\n    keys = { source = \"registry.terraform.io/Descope/descope\" }\n    other = { source = \"x/other\" }\n  }\n}\n\
                  provider \"keys\" {\n  base_url = \"a\"\n}\nprovider \"other\" {\n  base_url = \"b\"\n}\nprovider \"descope\" {\n  base_url = \"c\"\n}\n";
    let json = r#"{"terraform": [{"required_providers": [{"keys": {"source": "descope/descope"}}]}],
        "provider": {"keys": {"base_url": "a"}, "other": {"base_url": "b"}, "descope": {"base_url": "c"}}}"#;
    for (name, text) in [("main.tf", native), ("main.tf.json", json)] {
        let document = documents(&[(name, text)], &Inputs::default()).remove(0);
        let found: Vec<_> = document.providers.iter().map(shown).collect();
        assert_eq!(found, ["{base_url: \"a\"}", "{base_url: \"c\"}"]);
    }
}

#[test]
fn what_an_override_sets_of_a_provider_stands_in_its_file() {
    let main = "provider \"descope\" {\n  base_url = \"a\"\n  project_id = \"p\"\n}\n";
    let over = "provider \"descope\" {\n  base_url = \"b\"\n}\n";
    let documents = documents(&[("main.tf", main), ("override.tf", over)], &Inputs::default());
    let found = |at: usize| documents[at].providers.iter().map(shown).collect::<Vec<_>>();
    assert_eq!(found(0), ["{project_id: \"p\"}"]);
    assert_eq!(found(1), ["{base_url: \"b\"}"]);
    let url = documents[1].providers[0].get("base_url").unwrap();
    assert_eq!((&over[url.span.range()], url.origin), ("\"b\"", None));
}
