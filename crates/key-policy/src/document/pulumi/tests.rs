//! Programs, and what their readers make of them.

use crate::document::{Dialect, Document, Inputs, Source, read};
use crate::finding::{Finding, Severity};
use crate::span::Span;
use crate::value::{Content, Value};

fn document(program: &str, stacks: &[&str]) -> Document {
    let names: Vec<_> = (0..stacks.len())
        .map(|stack| format!("Pulumi.s{stack}.yaml"))
        .collect();
    let mut sources = vec![Source::new("Pulumi.yaml", program.as_bytes())];
    sources.extend(
        names
            .iter()
            .zip(stacks)
            .map(|(name, text)| Source::new(name, text.as_bytes())),
    );
    read(&sources, &Inputs::default()).remove(0)
}

/// What the expression is in a program with these settings and variables.
fn value(expression: &str, stacks: &[&str]) -> Value {
    let program = format!(
        "name: p\nconfig:\n  stage: {{default: prod}}\n  n: {{type: integer, default: 3}}\n  hidden: {{default: h, secret: true}}\n  open: {{type: string}}\nvariables:\n  list: [a, b]\n  object: {{k: {{'x y': v}}, '${{stage}}': w}}\n  big: 1893456000\n  one: ${{two}}\n  two: ${{one}}\n  made: {{fn::join: ['-', ['${{stage}}', '${{list[1]}}']]}}\nresources:\n  k:\n    type: descope:ManagementKey\n    properties:\n      name: {expression}\n"
    );
    let mut document = document(&program, stacks);
    assert_eq!(document.findings, [], "{program}");
    let Content::Object(entries) = document.declarations.remove(0).properties.content else {
        unreachable!("the properties are an object")
    };
    entries.into_iter().next().unwrap().value
}

#[test]
fn expressions_have_the_values_of_pulumi() {
    let text = |text: &str| Some(Content::String(text.to_owned()));
    for (expression, expected) in [
        ("a-${stage}", text("a-prod")),
        ("'${p:stage}'", None),
        ("${n}", Some(Content::Number(3.0))),
        ("x${n}", text("x3")),
        ("x${big}", None),
        ("$$${stage} $${stage}", text("$prod ${stage}")),
        ("${list[1]}", text("b")),
        ("${list[2]}", None),
        ("'${object.k[\"x y\"]}'", text("v")),
        ("${object.prod}", text("w")),
        ("${made}", text("prod-b")),
        ("${one}", None),
        ("${open}", None),
        ("${nothing}", None),
        ("${k.id}", None),
        ("{fn::select: [1, '${list}']}", text("b")),
        ("{fn::select: [0, [x, '${open}']]}", text("x")),
        ("{fn::select: [1, {fn::split: [',', 'x,y']}]}", text("y")),
        ("{Fn::Join: ['', [a, '${n}']]}", None),
        (
            "{fn::toJSON: {b: [1, true], a: null}}",
            text("{\"a\":null,\"b\":[1,true]}"),
        ),
        ("{fn::length: '${list}'}", Some(Content::Number(2.0))),
        ("{fn::singleOrNone: [x]}", text("x")),
        ("{fn::toBase64: x}", None),
        ("{fn::readFile: x}", None),
        ("{fn::aws:getAmi: {a: b}}", None),
    ] {
        let value = value(expression, &[]);
        match expected {
            Some(content) => assert_eq!(value.content, content, "{expression}"),
            None => assert!(
                matches!(value.content, Content::Unknown(_)),
                "{expression}: {value:?}"
            ),
        }
    }
}

#[test]
fn secrets_are_known_but_sensitive() {
    for (expression, content) in [
        ("{fn::secret: x}", "x"),
        ("${hidden}", "h"),
        ("a${hidden}", "ah"),
        ("{fn::join: ['', ['${hidden}', b]]}", "hb"),
        ("{fn::unsecret: '${hidden}'}", "h"),
        ("{fn::select: [0, {fn::secret: [x]}]}", "x"),
    ] {
        let value = value(expression, &[]);
        assert_eq!(
            (value.as_str(), value.sensitive),
            (Some(content), true),
            "{expression}"
        );
    }
}

#[test]
fn a_setting_is_known_if_all_stacks_have_the_same() {
    let known = |stacks: &[&str]| value("${stage}", stacks).as_str().map(str::to_owned);
    assert_eq!(known(&["config: {'p:stage': dev}"]).as_deref(), Some("dev"));
    assert_eq!(known(&["config: {'q:stage': dev}"]).as_deref(), Some("prod"));
    assert_eq!(
        known(&["config: {'p:stage': dev}", "config: {'p:stage': dev}"]).as_deref(),
        Some("dev")
    );
    assert_eq!(known(&["config: {'p:stage': dev}", "config: {}"]), None);
    assert_eq!(known(&["environment: [base]\nconfig: {}"]), None);
    assert_eq!(
        known(&["environment: [base]\nconfig: {'p:stage': dev}"]).as_deref(),
        Some("dev")
    );
    assert_eq!(known(&["config: {stage: dev}"]).as_deref(), Some("dev"));
    let secret = value("${open}", &["config: {'p:open': {secure: v1:abc}}"]);
    assert!(secret.sensitive && matches!(secret.content, Content::Unknown(_)));
    assert_eq!(
        value("${open}", &["config: {'p:open': '12'}"]).content,
        Content::Number(12.0)
    );
    let place = value("${stage}", &["config: {'p:stage': dev}"]).origin.unwrap();
    assert_eq!(place.source, 1);
}

#[test]
fn both_packages_and_every_spelling_of_their_tokens_are_read() {
    for (token, dialect) in [
        ("descope:ManagementKey", Dialect::Pulumi),
        ("descope:index:ManagementKey", Dialect::Pulumi),
        ("descope:index/managementKey:ManagementKey", Dialect::Pulumi),
        ("descope:index:managementKey", Dialect::Pulumi),
        ("descope-keys:ManagementKey", Dialect::PulumiKeys),
        ("descope-keys:index:ManagementKey", Dialect::PulumiKeys),
    ] {
        let program = format!(
            "resources:\n  a: {{type: '{token}', properties: {{name: x}}}}\n  b: {{type: aws:s3:Bucket}}\n  c: {{type: '{token}', get: {{id: K1}}}}\n"
        );
        let document = document(&program, &[]);
        assert_eq!(document.declarations.len(), 1);
        assert_eq!(document.declarations[0].dialect, dialect);
    }
}

#[test]
fn options_outputs_providers_and_components_are_read() {
    let program = "name: p\nconfig:\n  descope:baseUrl: {value: 'http://a'}\nresources:\n  eu:\n    type: pulumi:providers:descope-keys\n    properties: {baseUrl: 'http://b'}\n  k:\n    type: descope:ManagementKey\n    name: team\n    options:\n      deleteBeforeReplace: true\n      aliases: [{name: old}, 'urn:pulumi:s::p::descope:ManagementKey::older']\n      ignoreChanges: [status]\ncomponents:\n  Team:\n    inputs: {stage: {type: string}}\n    resources:\n      k:\n        type: descope:ManagementKey\n        properties: {name: 'a-${stage}'}\n    outputs: {secret: '${k.cleartext}'}\nvariables:\n  v: ${k.cleartext}\noutputs:\n  all: ${k}\n  id: ${k.id}\n  shown: {fn::unsecret: {fn::toJSON: ['${v}']}}\n";
    let document = document(program, &[]);
    assert_eq!(document.findings, []);
    let urls = document
        .providers
        .iter()
        .map(|settings| settings.get("baseUrl").and_then(Value::as_str));
    assert_eq!(urls.collect::<Vec<_>>(), [Some("http://a"), Some("http://b")]);
    let [key, inner] = document.declarations.as_slice() else {
        panic!("two keys")
    };
    assert_eq!(
        (key.resource.as_str(), inner.resource.as_str()),
        ("team", "Team.k")
    );
    let former = key.options.former_addresses.iter();
    assert_eq!(
        former.map(|former| &*former.address).collect::<Vec<_>>(),
        ["old", "descope:ManagementKey::older", "older"]
    );
    assert_eq!(key.options.ignore_changes, ["status"]);
    assert!(key.options.replacement.unwrap().deletes_first);
    assert_eq!(inner.properties.unknowns(), 1);
    let outputs = document
        .outputs
        .iter()
        .map(|output| (output.name.as_str(), output.cleartext.is_some(), output.is_secret));
    let expected = [
        ("all", true, true),
        ("id", false, false),
        ("shown", true, false),
        ("Team.secret", true, true),
    ];
    assert_eq!(outputs.collect::<Vec<_>>(), expected);
}

#[test]
fn what_pulumi_refuses_is_told() {
    let program = "name: p\nvariables:\n  a: &b [x]\n  c: *b\n  a: 1\n  a: 2\nresources:\n  k:\n    type: descope:ManagementKey\n    propertys: {name: n}\n    properties2: 1\n";
    let findings = document(program, &[]).findings;
    let first = program.find("a: &b").map(|start| Span::from(start..start + 1));
    let last = findings.last().unwrap();
    assert_eq!(Some(last.related[0].place.span), first);
    let messages: Vec<_> = findings.into_iter().map(|finding| finding.message).collect();
    assert_eq!(
        messages,
        [
            "a resource has no member `propertys`",
            "a resource has no member `properties2`",
            "Pulumi does not take aliases of YAML: it refuses this program",
            "`a` is set twice",
            "`a` is set twice",
        ]
    );
}

#[test]
fn misspelt_options_are_told_with_the_name_that_is_meant() {
    let program = "resources:\n  k:\n    type: descope:ManagementKey\n    properties: {name: n}\n    options:\n      DeleteBeforeReplace: true\n      ignoreChange: [status]\n      wibble: 1\n      aliases: [{nam: old}]\n";
    let document = document(program, &[]);
    let said = |finding: &Finding| {
        let fix = finding.fixes.first().map(|fix| fix.edits[0].text.clone());
        (program[finding.span.range()].to_owned(), finding.severity, fix)
    };
    assert_eq!(
        document.findings.iter().map(said).collect::<Vec<_>>(),
        [
            (
                "ignoreChange".to_owned(),
                Severity::Error,
                Some("ignoreChanges".to_owned())
            ),
            ("wibble".to_owned(), Severity::Error, None),
            ("nam".to_owned(), Severity::Error, Some("name".to_owned())),
        ]
    );
    let options = &document.declarations[0].options;
    assert!(options.replacement.is_some() && options.ignore_changes.is_empty());
}

#[test]
fn the_engine_hands_settings_over_as_text() {
    let default = |written: &str| {
        let program = format!(
            "name: p\nruntime: yaml\nconfig: {{s: {{default: {written}}}}}\nresources: {{k: {{type: 'descope:ManagementKey', properties: {{name: '${{s}}'}}}}}}\n"
        );
        let document = document(&program, &[]);
        let entries = document.declarations[0].properties.as_object().unwrap();
        entries[0].value.clone()
    };
    let text = |text: &str| Some(Content::String(text.to_owned()));
    for (written, expected) in [
        ("'30'", Some(Content::Number(30.0))),
        ("'1.50'", Some(Content::Number(1.5))),
        ("T", Some(Content::Bool(true))),
        ("on", text("on")),
        ("'007'", text("007")),
        ("'0x1F'", text("0x1F")),
        ("'0.5'", Some(Content::Number(0.5))),
        ("'a-${pulumi.stack} $${x}'", text("a-${pulumi.stack} $${x}")),
        ("'\"quoted\"'", text("quoted")),
        ("'1_000'", None),
        ("'-0x1p4'", None),
        ("2026-01-01", None),
        ("'inf'", None),
    ] {
        let value = default(written);
        match expected {
            Some(content) => assert_eq!(value.content, content, "{written}"),
            None => assert!(matches!(value.content, Content::Unknown(_)), "{written}"),
        }
    }
    let list = default("'[\"1\", 2]'");
    assert_eq!(list.as_list().map(<[_]>::len), Some(2));
    let places = list
        .as_list()
        .unwrap()
        .iter()
        .map(|item| item.origin.unwrap().span);
    assert_eq!(places.collect::<Vec<_>>(), [list.origin.unwrap().span; 2]);
}

#[test]
fn settings_in_another_folder_are_not_known() {
    let program = "config: {stage: {default: prod}}\nresources: {k: {type: 'descope:ManagementKey', properties: {name: '${stage}'}}}\n";
    let unknowns = |head: &str, stacks: &[&str]| {
        let document = document(&format!("{head}{program}"), stacks);
        document.declarations[0].properties.unknowns()
    };
    let stack = "config: {'p:stage': dev}";
    assert_eq!(unknowns("name: p\nruntime: yaml\n", &[stack]), 0);
    assert_eq!(
        unknowns("name: p\nruntime: yaml\nstackConfigDir: stacks\n", &[stack]),
        1
    );
    assert_eq!(unknowns("", &[]), 1);
}

#[test]
fn the_settings_of_a_stack_that_cannot_be_read_are_not_known() {
    let value = value("${stage}", &["config:\n  p:stage: dev\n  p:open: 'x\n"]);
    assert!(matches!(value.content, Content::Unknown(_)), "{value:?}");
}

#[test]
fn a_stack_belongs_to_the_program_in_its_folder_however_that_is_named() {
    let program = b"name: p\nconfig: {s: {default: a}}\nresources: {k: {type: 'descope:ManagementKey', properties: {name: '${s}'}}}\n";
    for name in [
        "Pulumi.yaml",
        "./Pulumi.yaml",
        "a/../Pulumi.yaml",
        "./b/../a/../Pulumi.yaml",
    ] {
        for stack in ["Pulumi.prod.yaml", "./Pulumi.prod.yaml", "c/../Pulumi.prod.yaml"] {
            for current_folder in ["", "/repo"] {
                let sources = [
                    Source::new(name, program),
                    Source::new(stack, b"config: {'p:s': b}"),
                ];
                let inputs = Inputs {
                    current_folder: current_folder.to_owned(),
                    ..Inputs::default()
                };
                let key = read(&sources, &inputs).remove(0).declarations.remove(0);
                let name = key.properties.get("name").and_then(Value::as_str);
                assert_eq!(name, Some("b"), "{name:?} {stack}");
            }
        }
    }
}

#[test]
fn what_is_encrypted_in_a_setting_hides_all_of_it() {
    let stack = "config: {'p:open': {a: {secure: v1:abc}, b: x}}";
    assert!(matches!(
        value("${open.a}", &[stack]).content,
        Content::Unknown(_)
    ));
    let other = value("${open.b}", &[stack]);
    assert_eq!((other.as_str(), other.sensitive), (Some("x"), true));
}

#[test]
fn a_program_beside_its_project_file_gets_the_settings_of_every_namespace() {
    let program = "config: {stage: {default: prod}}\nresources: {k: {type: 'descope:ManagementKey', properties: {name: '${stage}'}}}\n";
    let document = document(program, &["config: {'p:stage': dev}"]);
    let name = document.declarations[0].properties.get("name");
    assert_eq!(name.and_then(Value::as_str), Some("dev"));
    // The project may set it for all of its stacks.
    let document = self::document(program, &["config: {'p:other': dev}"]);
    assert_eq!(document.declarations[0].properties.unknowns(), 1);
}

#[test]
fn no_key_is_lost_in_a_section_that_stands_there_twice() {
    let key = "{type: 'descope:ManagementKey', properties: {name: n}}";
    let program = format!("resources: {{a: {key}}}\nvariables: {{v: 1}}\nresources: {{b: {key}}}\n");
    let document = document(&program, &[]);
    let names = document.declarations.iter().map(|key| &*key.resource);
    assert_eq!(names.collect::<Vec<_>>(), ["a", "b"]);
    assert_eq!(document.findings[0].message, "`resources` is set twice");
}

#[test]
fn what_makes_no_program_is_told_where_it_stands() {
    let key = "type: 'descope:ManagementKey', properties: {name: n}";
    for (program, place, message) in [
        (
            "resources: [a]\n".to_owned(),
            "[a]",
            "`resources` must be an object, not a list",
        ),
        (
            "resources:\n  k: descope:ManagementKey\n".to_owned(),
            "k",
            "`k` must be an object, not a string",
        ),
        (
            format!("resources: {{k: {{{key}, options: [x]}}}}\n"),
            "[x]",
            "`options` must be an object, not a list",
        ),
        (
            format!("resources: {{k: {{{key}, options: {{deleteBeforeReplace: 'true'}}}}}}\n"),
            "'true'",
            "`deleteBeforeReplace` must be a boolean, not a string",
        ),
        (
            format!("resources: {{k: {{{key}, options: {{ignoreChanges: status}}}}}}\n"),
            "status",
            "`ignoreChanges` must be a list, not a string",
        ),
        (
            format!(
                "resources: {{k: {{{key}, options: {{aliases: [old, 'urn:${{x}}', {{name: old}}]}}}}}}\n"
            ),
            "old",
            "the alias `old` is no URN: Pulumi refuses it",
        ),
        (
            format!("resources: {{k: {{{key}}}}}\noutputs: {{o: 'a ${{k.id'}}\n"),
            "'a ${k.id'",
            "a reference in `a ${k.id` is not complete",
        ),
        (
            format!("resources: {{k: {{{key}}}}}\n---\nnamed: x\n"),
            "named",
            "Pulumi reads only the first document of a file: this one does nothing",
        ),
    ] {
        let findings = document(&program, &[]).findings;
        let said = findings
            .iter()
            .map(|finding| (&program[finding.span.range()], finding.message.as_str()));
        assert_eq!(said.collect::<Vec<_>>(), [(place, message)], "{program}");
    }
}

#[test]
fn a_key_with_a_misspelt_type_is_one() {
    for (kind, fix) in [
        ("typ: 'descope:ManagementKey'", "type"),
        ("type: 'descope:index:managmentKey'", "'descope:ManagementKey'"),
        ("type: descope-keys:ManagmentKey", "descope-keys:ManagementKey"),
    ] {
        let program = format!("resources: {{k: {{{kind}, properties: {{name: n}}}}}}\n");
        let document = document(&program, &[]);
        assert_eq!(document.declarations.len(), 1, "{program}");
        let edits = document
            .findings
            .iter()
            .map(|finding| &*finding.fixes[0].edits[0].text);
        assert_eq!(edits.collect::<Vec<_>>(), [fix], "{program}");
    }
    let others = "resources: {a: {type: 'descope:Project'}, b: {type: 'descope-keys:RotatingManagementKey'}, c: {type: 'other:ManagementKeys'}}\n";
    let document = document(others, &[]);
    assert_eq!((document.declarations.len(), document.findings.len()), (0, 0));
}

#[test]
fn what_a_small_program_makes_without_bound_is_not_known() {
    let key = "resources: {k: {type: 'descope:ManagementKey', properties: {name: '${v30}'}}}\noutputs: {o: '${v30}'}\n";
    let eight = format!("[{}]", ["'${}'"; 8].join(","));
    let texts = format!("'{}'", "${}".repeat(8));
    let deep = format!("{}'${{}}'{}", "[".repeat(100), "]".repeat(100));
    for (first, next) in [
        ("[x]", &eight),
        ("text", &texts),
        ("'${k.cleartext}'", &eight),
        ("x", &deep),
    ] {
        let variable = |n: usize| format!("  v{n}: {}\n", next.replace("${}", &format!("${{v{}}}", n - 1)));
        let variables: String = (1..=30).map(variable).collect();
        let document = document(&format!("variables:\n  v0: {first}\n{variables}{key}"), &[]);
        assert_eq!(document.declarations[0].properties.unknowns(), 1, "{first}");
        assert_eq!(
            document.outputs[0].cleartext.is_some(),
            first.contains("cleartext")
        );
    }
}

#[test]
fn an_element_of_a_long_list_is_found_without_a_copy_of_the_others() {
    let list = ["long enough"; 3000].join(", ");
    let elements: Vec<_> = (0..3000).map(|n| format!("'${{list[{n}]}}'")).collect();
    let text = format!(
        "variables: {{list: [{list}]}}\nresources: {{k: {{type: 'descope:ManagementKey', properties: {{name: [{}]}}}}}}\n",
        elements.join(", ")
    );
    assert_eq!(document(&text, &[]).declarations[0].properties.unknowns(), 0);
}

#[test]
fn files_of_other_tools_are_told_nothing_of() {
    for (name, text) in [
        ("Main.yaml", "- hosts: all\n  tasks: [\n"),
        ("a/Main.yml", "resources: [a]\n---\nb: &c 1\nd: *c\n"),
        ("Main.json", "{\"a\": 1,}"),
        (
            "Pulumi.yaml",
            "name: p\nruntime: nodejs\nconfig: {a: &b {value: 1}, c: *b}\n---\nx: 1\n",
        ),
    ] {
        let document = read(&[Source::new(name, text.as_bytes())], &Inputs::default()).remove(0);
        assert_eq!(document.findings, [], "{name}");
    }
}

#[test]
fn the_programs_of_components_are_read() {
    let text = "name: p\nruntime: yaml\ncomponents:\n  Team:\n    resources:\n      k: {type: 'descope:ManagementKey', properties: {name: n}}\n";
    for name in ["PulumiPlugin.yaml", "Main.yaml"] {
        let document = read(&[Source::new(name, text.as_bytes())], &Inputs::default()).remove(0);
        assert_eq!(document.declarations[0].resource, "Team.k", "{name}");
    }
}
