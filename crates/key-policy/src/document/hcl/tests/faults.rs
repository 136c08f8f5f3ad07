//! What cannot be read, and what is read all the same.

use super::{documents, keys, one, property, shown};
use crate::document::{Document, Inputs};

/// Each fault with the text that it stands at.
fn faults<'t>(text: &'t str, document: &Document) -> Vec<(&'t str, String)> {
    let findings = document.findings.iter();
    let fault = |finding: &crate::finding::Finding| {
        let mut words = text[finding.span.start..].split_whitespace();
        (words.next().unwrap_or_default(), finding.message.clone())
    };
    findings.map(fault).collect()
}

fn named(file: &str, text: &str) -> Document {
    documents(&[(file, text)], &Inputs::default()).remove(0)
}

#[test]
fn a_fault_hides_no_key_behind_it_and_is_told_once_where_it_began() {
    let key = |name: &str, rest: &str| {
        format!("resource \"descope_management_key\" \"{name}\" {{\n  name = \"{name}\"\n{rest}}}\n")
    };
    for (broken, at, message) in [
        (
            "  description = <<EOT\n  it's {\n",
            "<<EOT",
            "the text that begins here never ends",
        ),
        ("  /* don't {\n", "/*", "this comment is never closed"),
        ("  description = \"x\n", "\"x", "this `\"` is never closed"),
        (
            "  description = \"x ${var.y\"\n",
            "${var.y\"",
            "this `${` is never closed",
        ),
        (
            "  description = \"${f(\"a ${b\")}\"\n",
            "\"a",
            "this `\"` is never closed",
        ),
        ("  rebac = {\n", "{", "this `{` is never closed"),
        (
            "  rebac = {\nlocals {\n  a = 1\n}\n",
            "{",
            "this `{` is never closed",
        ),
        ("  description = 'x'\n", "'x'", "`'` is no quote of HCL"),
        ("  description = “it's {”\n", "“it's", "`“` is no quote of HCL"),
        (
            "<<<<<<< HEAD\n  a = 1\n=======\n  a = 2\n>>>>>>> b\n",
            "<<<<<<<",
            "a merge conflict",
        ),
        (
            "  rebac = {\n    project_roles {\n      roles = []\n    }\n  }\n",
            "project_roles",
            "`project_roles` must be a member of this object, not a block",
        ),
    ] {
        let text = format!(
            "{}\n{}\n  {}",
            key("a", broken),
            key("b", ""),
            key("c", "").trim_end()
        );
        let document = one(&text);
        let found = faults(&text, &document);
        assert_eq!(found.len(), 1, "{broken}: {found:?}");
        assert_eq!(found[0].0, at, "{broken}");
        assert!(found[0].1.contains(message), "{broken}: {found:?}");
        let found = keys(&[document]);
        let behind: Vec<_> = found
            .iter()
            .map(String::as_str)
            .filter(|key| !key.contains(".a "))
            .collect();
        assert_eq!(
            behind,
            [
                "descope_management_key.b = \"b\"",
                "descope_management_key.c = \"c\""
            ],
            "{broken}"
        );
    }
}

#[test]
fn what_stands_at_the_top_hides_nothing_either() {
    let key = "resource \"descope_management_key\" \"k\" {\n  name = \"n\"\n}\n";
    for (broken, message) in [
        ("/* a\nb c\n", "this comment is never closed"),
        ("a = 'b'\n", "`'` is no quote of HCL"),
        (
            "<<<<<<< a\nlocals {}\n=======\n>>>>>>> b\n",
            "a merge conflict stands here",
        ),
        ("=======\n", "a merge conflict stands here"),
    ] {
        let text = format!("{broken}{key}");
        let document = one(&text);
        let found = faults(&text, &document);
        assert_eq!(found.len(), 1, "{broken}: {found:?}");
        assert_eq!(found[0].1, message);
        assert_eq!(keys(&[document]), ["descope_management_key.k = \"n\""]);
    }
}

#[test]
fn a_nested_block_may_be_called_like_one_at_the_top_and_stand_at_the_margin() {
    for (broken, count) in [("", 0), ("a = \"x\n", 1)] {
        let text = format!(
            "resource \"a\" \"b\" {{\n{broken}data {{\n}}\nimport {{\n}}\n}}\ncheck \"c\" {{\ndata \"d\" \"e\" {{\n}}\n}}\n\
             resource \"descope_management_key\" \"k\" {{\nname = \"n\"\nlifecycle {{\n}}\n}}\n"
        );
        let document = one(&text);
        assert_eq!(faults(&text, &document).len(), count);
        assert_eq!(keys(&[document]), ["descope_management_key.k = \"n\""]);
    }
}

#[test]
fn a_comma_between_attributes_has_a_cure() {
    for (text, has_help) in [
        ("locals {\n  a = 1,\n}\n", true),
        ("locals {\n  a = 1 b = 2\n}\n", false),
    ] {
        let document = one(text);
        assert_eq!(document.findings.len(), 1);
        assert_eq!(document.findings[0].help.is_some(), has_help);
    }
}

#[test]
fn what_is_gone_over_again_is_read_like_the_first_time() {
    let text = "resource \"a\" \"b\" {\nlocals {\n  a = <<E\nE\n /* c */\n}\n\
                resource \"descope_management_key\" \"k\" {\n  name = \"n\"\n}\n/* d\n";
    let document = one(text);
    let found: Vec<_> = faults(text, &document).into_iter().map(|(at, _)| at).collect();
    assert_eq!(found, ["{", "/*"]);
    let comments: Vec<_> = document.comments.iter().map(|comment| &*comment.text).collect();
    assert_eq!(comments, ["c", "d"]);
    assert_eq!(keys(&[document]), ["descope_management_key.k = \"n\""]);
    let text = "resource \"a\" \"b\" {\nlocals {\n /* c */\n /* d\n}\n";
    let document = one(text);
    let found: Vec<_> = faults(text, &document)
        .into_iter()
        .map(|(_, told)| told)
        .collect();
    assert_eq!(
        found,
        ["this `{` is never closed", "this comment is never closed"]
    );
}

#[test]
fn each_block_that_cannot_be_read_is_told() {
    let text = "resource 'a' 'b' {\n}\nresource c d {\n  x: 1\n}\nresource \"e\" \"f\"\n{\n}\nresource \"g\" \"h\" {\n  x == 1\n}\n";
    let document = one(text);
    let found: Vec<_> = document
        .findings
        .iter()
        .map(|finding| text[..finding.span.start].matches("resource").count())
        .collect();
    assert_eq!(found, [1, 2, 3, 4]);
}

#[test]
fn heredocs_end_where_terraform_ends_them() {
    for (written, description) in [
        ("<<EOT\nEOT\n", "\"\""),
        ("<<-EOT\n  EOT\n", "\"\""),
        (
            "<<EOT\nEOTX\nEOT # no\n  EOT.\n  EOT  \n",
            "\"EOTX\\nEOT # no\\n  EOT.\\n\"",
        ),
        ("<<-EOT\n    a\n  EOT)\n  EOT\n", "\"  a\\nEOT)\\n\""),
        ("<<E\r\n\r\nE\r\n", "\"\\r\\n\""),
    ] {
        let text = format!(
            "resource \"descope_management_key\" \"k\" {{\n  description = {written}  name = \"n\"\n  status = <<EOT\nEOT\n}}\n"
        );
        let document = one(&text);
        assert_eq!(faults(&text, &document), [], "{written}");
        let key = &document.declarations[0];
        assert_eq!(shown(property(key, "description")), description, "{written}");
        let name = property(key, "name");
        assert_eq!(&text[name.span.range()], "\"n\"", "{written}");
        assert_eq!(shown(property(key, "status")), "\"\"", "{written}");
    }
}

#[test]
fn blocks_have_the_labels_that_terraform_wants() {
    let text = "resource \"descope_management_key\" {\n}\nresource \"descope_management_key\" \"a\" \"b\" {\n  name = \"n\"\n}\n\
                resource \"other\" {\n}\nvariable {\n}\nlocals \"a\" {\n}\n";
    let document = one(text);
    let messages: Vec<_> = document
        .findings
        .iter()
        .map(|finding| &*finding.message)
        .collect();
    assert_eq!(
        messages,
        [
            "a `resource` takes 2 labels, and this has 1",
            "a `resource` takes 2 labels, and this has 3",
            "a `resource` takes 2 labels, and this has 1",
            "a `variable` takes 1 label, and this has 0",
            "a `locals` takes 0 labels, and this has 1",
        ]
    );
    assert_eq!(
        &text[document.findings[0].span.range()],
        "resource \"descope_management_key\""
    );
    assert_eq!(keys(&[document]), ["descope_management_key.a = \"n\""]);
}

#[test]
fn json_is_held_to_be_json() {
    let text = "\u{feff}{\n  // no\n  'resource': {descope_management_key: {\"a\": {\"name\": \"n\", \"x\": 01,},\n    \"b\": {\"name\": NaN}}}}\n";
    for name in ["main.tf.json", "k.json"] {
        let document = named(name, text);
        assert_eq!(
            faults(text, &document),
            [("//", "this is not valid JSON: JSON has no comments".to_owned())]
        );
        assert_eq!(
            keys(&[document]),
            ["descope_management_key.a = \"n\"", "descope_management_key.b = ?"]
        );
    }
    for (text, at, message) in [
        ("# c\n{}", "#", "this is not valid JSON: JSON has no comments"),
        ("3", "3", "Terraform expects an object here"),
        (
            "{\"resource\": {\"descope_management_key\": {\"a\": \"b\"}}}",
            "\"b\"}}}",
            "Terraform expects an object here",
        ),
        (
            "",
            "",
            "this is not valid JSON: expected a value, found the end of the text",
        ),
    ] {
        let document = named("main.tf.json", text);
        assert_eq!(faults(text, &document), [(at, message.to_owned())]);
        assert_eq!(document.declarations, []);
    }
}

#[test]
fn what_is_not_looked_at_in_json_hides_nothing() {
    let text = r#"{"resource": {"a": {"//": "b", "c": {"d": [1,]}, "e": [{"f": {"//": "g"}}],
        "h": {"lifecycle": {"create_before_destroy": true}}, "i": {"j": "k"}}},
        "resource": [{"descope_management_key": [{"k": {"name": "n"}}]}]}"#;
    let document = named("main.tf.json", text);
    let comments: Vec<_> = document.comments.iter().map(|comment| &*comment.text).collect();
    assert_eq!(comments, ["b", "g"]);
    assert_eq!(
        faults(text, &document),
        [(
            "]},",
            "this is not valid JSON: expected a value, found `]`".to_owned()
        )]
    );
    assert_eq!(keys(&[document]), ["descope_management_key.k = \"n\""]);
}

#[test]
fn json_has_templates_in_names_and_none_where_terraform_takes_texts_as_they_are() {
    let main = r#"{
      "variable": {"v": {"default": {"${a}": "${b} %{c}"}}, "w": {}},
      "locals": {"n": "company"},
      "resource": {"descope_management_key": {"k": {
        "name": "${var.v[\"$${a}\"]}",
        "description": "${var.w}",
        "rebac": {"${local.n}_roles": ["$${x}"]},
        "dynamic": {"expire_time": {"for_each": []}}
      }, "u": {"name": "u", "rebac": {"${var.none}": []}}}}
    }"#;
    let values = r#"{"w": "${c}"}"#;
    let mut documents = documents(
        &[("main.tf.json", main), ("terraform.tfvars.json", values)],
        &Inputs::default(),
    );
    let document = documents.remove(0);
    assert_eq!(faults(main, &document), []);
    let shown = |name| shown(property(&document.declarations[0], name));
    assert_eq!(shown("name"), "\"${b} %{c}\"");
    assert_eq!(shown("description"), "\"${c}\"");
    assert_eq!(shown("rebac"), "{company_roles: [\"${x}\"]}");
    assert_eq!(shown("expire_time"), "block");
    let rebac = property(&document.declarations[0], "rebac");
    let key = rebac.as_object().unwrap()[0].key_span;
    assert_eq!(&main[key.range()], "\"${local.n}_roles\"");
    assert_eq!(super::shown(property(&document.declarations[1], "rebac")), "?");
}
