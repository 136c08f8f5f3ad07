//! Two versions of a program, and what becomes of its keys.

use super::*;
use crate::document::{Document, Former, Inputs, Replacement, Source, read};
use crate::value::{Content, Value};

/// The changes between two versions of the properties of a key, one a line.
fn changes(old: &str, new: &str) -> Vec<String> {
    let key = |properties: &str| {
        let text =
            format!("resources: {{k: {{type: 'descope-keys:ManagementKey', properties: {properties}}}}}");
        let source = Source::new("Pulumi.yaml", text.as_bytes());
        read(&[source], &Inputs::default())
            .remove(0)
            .declarations
            .remove(0)
    };
    let change = KeyChange::between(Some(&key(old)), Some(&key(new)));
    let line = |field: &FieldChange| {
        format!(
            "{} {:?} {:?}{}",
            field.path,
            field.kind,
            field.effect,
            if field.certain { "" } else { "?" }
        )
    };
    let outcome = format!("{:?}/{:?}", change.outcome, change.possible);
    std::iter::once(outcome)
        .chain(change.fields.iter().map(line))
        .collect()
}

#[test]
fn only_rebac_and_the_expiry_replace() {
    for (old, new, expected) in [
        (
            "{name: a}",
            "{name: b}",
            ["Updated/Updated", "name Modified Update"],
        ),
        (
            "{}",
            "{description: d}",
            ["Updated/Updated", "description Added Update"],
        ),
        (
            "{status: inactive}",
            "{status: active}",
            ["Updated/Updated", "status Modified Update"],
        ),
        (
            "{permittedIps: [a]}",
            "{}",
            ["Updated/Updated", "permittedIps Removed Update"],
        ),
        (
            "{permittedIps: [a, b]}",
            "{permittedIps: [a, c]}",
            ["Updated/Updated", "permittedIps[1] Modified Update"],
        ),
        (
            "{expireTime: 1}",
            "{expireTime: 2}",
            ["Replaced/Replaced", "expireTime Modified Replace"],
        ),
        (
            "{expireTime: 1}",
            "{expireTime: 0}",
            ["Replaced/Replaced", "expireTime Modified Replace"],
        ),
        (
            "{rebac: {companyRoles: [a]}}",
            "{rebac: {companyRoles: [b, a]}}",
            ["Replaced/Replaced", "rebac.companyRoles[0] Added Replace"],
        ),
        (
            "{rebac: {tagRoles: [{tags: [a], roles: [r]}]}}",
            "{rebac: {tagRoles: [{tags: [a], roles: [s]}]}}",
            ["Replaced/Replaced", "rebac.tagRoles[0].roles[0] Modified Replace"],
        ),
        (
            "{}",
            "{rebac: {companyRoles: [a]}}",
            ["Replaced/Replaced", "rebac Added Replace"],
        ),
        (
            "{rebac: {companyRoles: [a, b]}}",
            "{rebac: {companyRoles: [a]}}",
            ["Replaced/Replaced", "rebac.companyRoles[1] Removed Replace"],
        ),
        // Wrong, and a change as a whole.
        (
            "{rebac: [a]}",
            "{rebac: {companyRoles: [a]}}",
            ["Replaced/Replaced", "rebac Modified Replace"],
        ),
    ] {
        assert_eq!(changes(old, new), expected, "{old} {new}");
    }
}

#[test]
fn what_says_the_same_is_no_change() {
    for (old, new) in [
        (
            "{}",
            "{description: '', status: active, permittedIps: [], expireTime: 0}",
        ),
        ("{name: a, description: null}", "{name: a}"),
        (
            "{rebac: {companyRoles: [a, b]}}",
            "{rebac: {companyRoles: [b, a, b], tagRoles: []}}",
        ),
        (
            "{rebac: {projectRoles: [{projectIds: [p, q], roles: [r]}]}}",
            "{rebac: {projectRoles: [{roles: [r], projectIds: [q, p]}]}}",
        ),
        ("{name: '${x}'}", "{name: '${x}'}"),
        (
            "{rebac: {companyRoles: ['${x}', a]}}",
            "{rebac: {companyRoles: [a, '${x}']}}",
        ),
        ("{id: a, cleartext: b}", "{id: c}"),
        ("{expireTime: .nan}", "{expireTime: .nan}"),
        ("{permittedIps: [a, null]}", "{permittedIps: [a]}"),
        // Wrong, but no change.
        ("{name: [a, {b: c}]}", "{  name: [a, { b: c }] }"),
        ("{expireTime: [a]}", "{expireTime: [ a ]}"),
    ] {
        assert_eq!(changes(old, new), ["Unchanged/Unchanged"], "{old} {new}");
    }
}

#[test]
fn what_terraform_converts_to_the_same_is_no_change() {
    let key = |properties: &str| {
        let mut key = program(&format!(
            "  k: {{type: 'descope-keys:ManagementKey', properties: {properties}}}"
        ))
        .declarations
        .remove(0);
        key.dialect = Dialect::Terraform;
        key
    };
    let outcome = |old, new| KeyChange::between(Some(&key(old)), Some(&key(new))).outcome;
    for (old, new, other) in [
        ("{name: 5}", "{name: '5'}", "{name: '6'}"),
        ("{expire_time: 60}", "{expire_time: '60'}", "{expire_time: '61'}"),
        // What it converts to the default, too.
        ("{}", "{expire_time: '0'}", "{expire_time: '1'}"),
        ("{}", "{description: ''}", "{description: 0}"),
    ] {
        assert_eq!(outcome(old, new), Outcome::Unchanged, "{old} {new}");
        assert_ne!(outcome(old, other), Outcome::Unchanged, "{old} {other}");
    }
}

#[test]
fn what_is_not_known_may_change() {
    for (old, new, expected) in [
        (
            "{name: a}",
            "{name: '${x}'}",
            vec!["Unchanged/Updated", "name Modified Update?"],
        ),
        (
            "{}",
            "{expireTime: '${x}'}",
            vec!["Unchanged/Replaced", "expireTime Added Replace?"],
        ),
        (
            "{name: a, rebac: {companyRoles: [a]}}",
            "{name: b, rebac: {companyRoles: ['${x}']}}",
            vec![
                "Updated/Replaced",
                "name Modified Update",
                "rebac.companyRoles[0] Modified Replace?",
            ],
        ),
        (
            "{rebac: {companyRoles: ['${x}', a]}}",
            "{rebac: {companyRoles: [a]}}",
            vec!["Unchanged/Replaced", "rebac.companyRoles[0] Removed Replace?"],
        ),
        // An element that is a list is wrong, and may be the same wrong one.
        (
            "{permittedIps: [[a, '${x}']]}",
            "{permittedIps: [[a, b]]}",
            vec!["Unchanged/Updated", "permittedIps[0] Modified Update?"],
        ),
        (
            "{description: [a, '${x}']}",
            "{description: [a, b]}",
            vec!["Unchanged/Updated", "description Modified Update?"],
        ),
        // Whatever `${x}` is, `b` was not there before.
        (
            "{rebac: {companyRoles: [a]}}",
            "{rebac: {companyRoles: ['${x}', b]}}",
            vec![
                "Replaced/Replaced",
                "rebac.companyRoles[0] Modified Replace?",
                "rebac.companyRoles[1] Added Replace",
            ],
        ),
    ] {
        assert_eq!(changes(old, new), expected, "{old} {new}");
    }
}

#[test]
fn each_field_of_what_is_not_known_at_all_may_change() {
    let key = |properties: &str| {
        program(&format!(
            "  k: {{type: 'descope-keys:ManagementKey', properties: {properties}}}"
        ))
        .declarations
        .remove(0)
    };
    let change = KeyChange::between(Some(&key("{name: a}")), Some(&key("'${x}'")));
    assert_eq!(
        (change.outcome, change.possible),
        (Outcome::Unchanged, Outcome::Replaced)
    );
    let name = &change.fields[0];
    assert_eq!(
        (name.old.as_deref(), name.new.as_deref()),
        (Some("`a`"), Some("(not known here)"))
    );
    assert!(
        change.fields[1..]
            .iter()
            .all(|field| field.kind == ChangeKind::Added)
    );
}

fn program(resources: &str) -> Document {
    let text = format!("resources:\n{resources}");
    let source = Source::new("Pulumi.yaml", text.as_bytes());
    read(&[source], &Inputs::default()).remove(0)
}

#[test]
fn a_key_is_found_under_its_former_address_unless_that_still_exists() {
    let key = |name: &str| format!("  {name}: {{type: 'descope-keys:ManagementKey'}}\n");
    let former = |address: &str| Former {
        address: address.to_owned(),
        dialect: Dialect::PulumiKeys,
    };
    let pairs = |old: &[&str], new: &[&str]| {
        let old = program(&old.iter().map(|name| key(name)).collect::<String>());
        let mut new = program(&new.iter().map(|name| key(name)).collect::<String>());
        for declaration in &mut new.declarations {
            if declaration.resource == "renamed" {
                declaration.options.former_addresses = ["other", "a"].map(former).to_vec();
            }
        }
        let (old, new, folders) = ([old], [new], [String::new()]);
        matched(&placed(&old, &folders), &placed(&new, &folders))
            .iter()
            .map(|(old, new)| {
                let name = |key: &Option<Placed<'_>>| {
                    key.map_or("-".to_owned(), |key| key.declaration.resource.clone())
                };
                format!("{}>{}", name(old), name(new))
            })
            .collect::<Vec<_>>()
            .join(" ")
    };
    assert_eq!(pairs(&["a", "b"], &["b", "renamed"]), "b>b a>renamed");
    assert_eq!(pairs(&["a"], &["a", "renamed"]), "a>a ->renamed");
    assert_eq!(pairs(&["a", "c"], &["b"]), "a>- ->b c>-");
    assert_eq!(pairs(&["a", "other"], &["renamed"]), "a>- other>renamed");
    // An address that is given several times.
    assert_eq!(pairs(&["a", "a", "a"], &["a", "a"]), "a>a a>a a>-");
}

#[test]
fn the_names_in_reports_stay() {
    let outcomes = [
        Outcome::Unchanged,
        Outcome::Updated,
        Outcome::Created,
        Outcome::Deleted,
        Outcome::Replaced,
    ];
    assert_eq!(
        outcomes.map(Outcome::name),
        ["none", "update", "create", "delete", "replace"]
    );
    let deaths = [Death::First, Death::After, Death::Never];
    assert_eq!(deaths.map(Death::name), ["before", "after", "never"]);
}

#[test]
fn what_is_to_be_left_alone_is_no_change() {
    let key = |properties: &str, ignored: &[&str]| {
        let mut key = program(&format!(
            "  k: {{type: 'descope-keys:ManagementKey', properties: {properties}}}"
        ))
        .declarations
        .remove(0);
        key.options.ignore_changes = ignored.iter().map(ToString::to_string).collect();
        key
    };
    let old = key("{name: a, rebac: {companyRoles: [r]}}", &[]);
    let outcome = |ignored: &[&str]| {
        let new = key("{name: b, rebac: {companyRoles: [s]}}", ignored);
        KeyChange::between(Some(&old), Some(&new)).outcome
    };
    assert_eq!(outcome(&[]), Outcome::Replaced);
    assert_eq!(outcome(&["rebac"]), Outcome::Updated);
    assert_eq!(outcome(&["rebac.companyRoles", "name"]), Outcome::Unchanged);
    assert_eq!(outcome(&["re", "rebac.company"]), Outcome::Replaced);
    assert_eq!(outcome(&["all"]), Outcome::Unchanged);
    assert_eq!(outcome(&["*"]), Outcome::Unchanged);
    assert_eq!(outcome(&["rebac.companyRoles[*]"]), Outcome::Updated);
    assert_eq!(outcome(&["rebac[\"companyRoles\"][0]"]), Outcome::Updated);
    assert_eq!(outcome(&["rebac.companyRoles[1]", "*.name"]), Outcome::Replaced);
    assert_eq!(outcome(&["rebac.companyRoles[0].more"]), Outcome::Replaced);
}

#[test]
fn the_old_key_dies_first_where_terraform_or_the_author_says_so() {
    let mut key = program("  k: {type: 'descope-keys:ManagementKey'}")
        .declarations
        .remove(0);
    assert_eq!(Death::of(&key), Death::After);
    key.dialect = Dialect::Terraform;
    assert_eq!(Death::of(&key), Death::First);
    key.options.replacement = Some(Replacement {
        deletes_first: false,
        span: Span::default(),
    });
    assert_eq!(Death::of(&key), Death::After);
}

#[test]
fn what_the_tool_lets_go_of_lives_on() {
    let key = |options: &str| {
        program(&format!(
            "  k: {{type: 'descope-keys:ManagementKey', properties: {{expireTime: {}}}, options: {options}}}",
            options.len()
        ))
        .declarations
        .remove(0)
    };
    let (kept, lost) = (key("{retainOnDelete: true}"), key("{retainOnDelete: false}"));
    let dies = |old, new| KeyChange::between(old, new).old_key_dies();
    // What the new version says holds from then on.
    assert_eq!(dies(Some(&kept), Some(&lost)), Some(Death::Never));
    assert_eq!(dies(Some(&lost), Some(&kept)), Some(Death::After));
    assert_eq!(dies(Some(&kept), None), Some(Death::Never));
    assert_eq!(dies(Some(&lost), None), None);
    assert_eq!(dies(Some(&kept), Some(&kept)), None);
}

#[test]
fn list_order_counts_where_the_table_says_list() {
    assert_eq!(
        changes("{permittedIps: [a, b]}", "{permittedIps: [b, a]}"),
        [
            "Updated/Updated",
            "permittedIps[0] Modified Update",
            "permittedIps[1] Modified Update"
        ]
    );
}

/// The outcome of a comparison of two programs, each the lines of one key in a block of `resources`, with what is named as the cause.
fn told(old: &str, new: &str) -> Vec<String> {
    let (old, new, folders) = ([program(old)], [program(new)], [String::new()]);
    matched(&placed(&old, &folders), &placed(&new, &folders))
        .into_iter()
        .map(|(old, new)| {
            let change = KeyChange::between(old.map(|key| key.declaration), new.map(|key| key.declaration));
            format!("{} {}", change.outcome.name(), change.resource)
        })
        .collect()
}

#[test]
fn a_key_of_another_package_is_another_unless_ours_takes_it_over() {
    let key = |package: &str| format!("  k: {{type: '{package}:ManagementKey', properties: {{name: n}}}}\n");
    let (official, ours) = (key("descope"), key("descope-keys"));
    assert_eq!(told(&official, &ours), ["none k"]);
    assert_eq!(told(&ours, &official), ["delete k", "create k"]);
}

#[test]
fn an_alias_is_of_a_key_of_its_type() {
    let old = "  old: {type: 'descope-keys:ManagementKey', properties: {name: n}}\n";
    for (alias, is_old) in [
        ("{name: old}", true),
        ("'urn:pulumi:s::p::descope-keys:index:ManagementKey::old'", true),
        (
            "{urn: 'urn:pulumi:${pulumi.stack}::p::descope-keys:index:ManagementKey::old'}",
            true,
        ),
        ("{name: old, type: 'descope-keys:index:ManagementKey'}", true),
        (
            "{name: old, type: 'descope:index/managementKey:ManagementKey'}",
            false,
        ),
        (
            "{urn: 'urn:pulumi:s::p::descope:index/managementKey:ManagementKey::old'}",
            false,
        ),
        // Pulumi takes it for a URN.
        ("old", false),
    ] {
        let new = format!(
            "  new: {{type: 'descope-keys:ManagementKey', properties: {{name: n}}, options: {{aliases: [{alias}]}}}}\n"
        );
        let expected: &[&str] = match is_old {
            true => &["none new"],
            false => &["create new", "delete old"],
        };
        assert_eq!(told(old, &new), expected, "{alias}");
    }
    // The type alone.
    let official = "  k: {type: 'descope:ManagementKey', properties: {name: n}, options: {aliases: [{type: 'descope-keys:index:ManagementKey'}]}}\n";
    let ours = "  k: {type: 'descope-keys:ManagementKey', properties: {name: n}}\n";
    assert_eq!(told(ours, official), ["none k"]);
}

#[test]
fn what_the_author_says_replaces_a_key_does() {
    let key = |name: &str, paths: &str| {
        format!(
            "  k: {{type: 'descope-keys:ManagementKey', properties: {{name: {name}, permittedIps: [{name}]}}, \
             options: {{replaceOnChanges: {paths}}}}}\n"
        )
    };
    for (paths, outcome) in [
        ("[]", "update"),
        ("[name]", "replace"),
        ("[description]", "update"),
        ("['permittedIps[0]']", "replace"),
        ("['*']", "replace"),
    ] {
        assert_eq!(
            told(&key("a", "[name]"), &key("b", paths)),
            [format!("{outcome} k")],
            "{paths}"
        );
    }
}

#[test]
fn many_keys_at_one_address_are_paired_in_time() {
    let key = Declaration::new(
        "k".to_owned(),
        Dialect::Terraform,
        Span::default(),
        Value::new(Content::Object(Vec::new()), Span::default()),
    );
    let document = || Document {
        declarations: vec![key.clone(); 20_000],
        ..Document::default()
    };
    let (old, new, folders) = ([document()], [document()], [String::new()]);
    let pairs = matched(&placed(&old, &folders), &placed(&new, &folders));
    assert!(pairs.len() == 20_000 && pairs.iter().all(|(old, new)| old.is_some() && new.is_some()));
}

#[test]
fn a_plain_key_is_that_of_the_same_file() {
    let key = |name: &str, description: &str| {
        let text = format!("description: {description}\n");
        (format!("{name}.descope-key.yaml"), text)
    };
    let read = |texts: &[(String, String)]| {
        let sources: Vec<_> = texts
            .iter()
            .map(|(name, text)| Source::new(name, text.as_bytes()))
            .collect();
        read(&sources, &Inputs::default())
    };
    let (old, new) = (
        read(&[key("a", "one"), key("b", "two")]),
        read(&[key("b", "two")]),
    );
    let folders = [String::new(), String::new()];
    let pairs = matched(&placed(&old, &folders), &placed(&new, &folders));
    let said = |key: &Option<Placed<'_>>| {
        let description = key.as_ref()?.declaration.properties.get("description");
        Some(description?.as_str()?.to_owned())
    };
    let pairs = pairs.iter().map(|(old, new)| (said(old), said(new)));
    let (one, two) = (Some("one".to_owned()), Some("two".to_owned()));
    assert_eq!(pairs.collect::<Vec<_>>(), [(one, None), (two.clone(), two)]);
}
