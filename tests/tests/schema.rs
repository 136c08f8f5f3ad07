//! The schema of a plain declaration and the core say the same about a document's structure.

use std::cell::Cell;

use key_policy::value::{Content, Entry};
use key_policy::{Declaration, Dialect, Options, Span};
use proptest::prelude::*;
use proptest::test_runner::{Config, RngSeed, TestRunner};
use serde_json::{Map, Value, json};

/// The rules that a schema can hold; the others know of addresses, of time, and of what is only unwise.
const STRUCTURE: [&str; 12] = [
    "empty-grant",
    "empty-name",
    "empty-rebac",
    "expiry-in-milliseconds",
    "expiry-too-far",
    "invalid-expiry",
    "missing-field",
    "read-only-field",
    "scope-conflict",
    "unknown-field",
    "unknown-status",
    "wrong-type",
];

const DOCUMENTS: u32 = 10_000;

#[test]
fn the_schema_takes_exactly_the_documents_in_which_the_core_finds_no_structural_fault() {
    let schema = key_policy::schema::declaration();
    let validator = jsonschema::validator_for(&schema).expect("the schema is one");
    let (valid, invalid) = (Cell::new(0), Cell::new(0));
    let mut runner = TestRunner::new(Config {
        cases: DOCUMENTS,
        failure_persistence: None,
        // The same documents in every run: a difference between runs is a difference of the code.
        rng_seed: RngSeed::Fixed(6),
        ..Config::default()
    });
    let result = runner.run(&document(), |document| {
        let by_schema = validator.is_valid(&document);
        let faults = structural_faults(&document);
        prop_assert_eq!(by_schema, faults.is_empty(), "{:?} in {:#}", faults, document);
        let count = if by_schema { &valid } else { &invalid };
        count.set(count.get() + 1);
        Ok(())
    });
    result.unwrap_or_else(|error| panic!("{error}"));
    // A generator whose documents all fail, or all pass, would prove nothing.
    assert!(
        valid.get() > DOCUMENTS / 10 && invalid.get() > DOCUMENTS / 10,
        "{valid:?} {invalid:?}"
    );
}

fn structural_faults(document: &Value) -> Vec<&'static str> {
    let declaration = Declaration::new("key".to_owned(), Dialect::Plain, Span::default(), core(document));
    let findings = key_policy::check_declaration(&declaration, &Options::default());
    let rules = findings.iter().map(|finding| finding.rule);
    rules.filter(|rule| STRUCTURE.contains(rule)).collect()
}

fn core(value: &Value) -> key_policy::Value {
    let content = match value {
        Value::Null => Content::Null,
        Value::Bool(value) => Content::Bool(*value),
        Value::Number(number) => Content::Number(number.as_f64().expect("a double")),
        Value::String(text) => Content::String(text.clone()),
        Value::Array(items) => Content::List(items.iter().map(core).collect()),
        Value::Object(members) => {
            let entry = |(key, value): (&String, &Value)| Entry {
                key: key.clone(),
                key_span: Span::default(),
                value: core(value),
            };
            Content::Object(members.iter().map(entry).collect())
        }
    };
    key_policy::Value::new(content, Span::default())
}

/// Documents of which many are right and most of the others have one or two faults.
fn document() -> BoxedStrategy<Value> {
    object(vec![
        ("name", mostly(text(), true)),
        ("description", mostly(text(), false)),
        (
            "status",
            mostly(
                prop_oneof![Just(json!("active")), Just(json!("inactive"))].boxed(),
                false,
            ),
        ),
        ("permitted_ips", mostly(list(text(), 0), false)),
        ("expire_time", mostly(seconds(), false)),
        ("rebac", mostly(rebac(), true)),
    ])
}

fn rebac() -> BoxedStrategy<Value> {
    let roles = || list(text(), 1);
    let grant = move |targets: &'static str| {
        object(vec![
            (targets, mostly(roles(), true)),
            ("roles", mostly(roles(), true)),
        ])
    };
    let maybe = |list: BoxedStrategy<Value>| {
        prop_oneof![4 => list.prop_map(Some), 2 => Just(Some(json!([]))), 2 => Just(None), 1 => Just(Some(Value::Null))].boxed()
    };
    let scoped = object(vec![
        (
            "company_roles",
            prop_oneof![1 => Just(Some(json!([]))), 6 => Just(None)].boxed(),
        ),
        ("project_roles", maybe(list(grant("project_ids"), 0))),
        ("tag_roles", maybe(list(grant("tags"), 0))),
    ]);
    let company = object(vec![
        ("company_roles", mostly(roles(), false)),
        (
            "tag_roles",
            prop_oneof![1 => Just(Some(json!([]))), 6 => Just(None)].boxed(),
        ),
    ]);
    let any = object(vec![
        ("company_roles", maybe(list(text(), 0))),
        ("project_roles", maybe(list(grant("project_ids"), 0))),
    ]);
    prop_oneof![4 => scoped, 4 => company, 1 => any].boxed()
}

/// An object with these members where they are present, and now and then one that it should not have.
fn object(members: Vec<(&'static str, BoxedStrategy<Option<Value>>)>) -> BoxedStrategy<Value> {
    let (names, values): (Vec<_>, Vec<_>) = members.into_iter().unzip();
    let stray = prop_oneof![
        60 => Just(None),
        1 => prop_oneof![Just("id"), Just("cleartext"), Just("Name"), Just("companyRoles"), Just("")].prop_map(Some),
    ];
    (values, stray)
        .prop_map(move |(values, stray)| {
            let present = names
                .iter()
                .zip(values)
                .filter_map(|(name, value)| Some(((*name).to_owned(), value?)));
            let stray = stray.map(|name| (name.to_owned(), json!("x")));
            Value::Object(present.chain(stray).collect::<Map<_, _>>())
        })
        .boxed()
}

/// Mostly such a value, else nothing, null or any other value.
fn mostly(value: BoxedStrategy<Value>, is_required: bool) -> BoxedStrategy<Option<Value>> {
    let absent = if is_required { 1 } else { 20 };
    prop_oneof![
        60 => value.prop_map(Some),
        absent => Just(None),
        absent => Just(Some(Value::Null)),
        1 => anything().prop_map(Some),
    ]
    .boxed()
}

fn list(element: BoxedStrategy<Value>, least: usize) -> BoxedStrategy<Value> {
    let element = prop_oneof![80 => element, 1 => anything()];
    let some = prop::collection::vec(element, least..4).prop_map(Value::Array);
    prop_oneof![60 => some, 1 => Just(json!([]))].boxed()
}

fn text() -> BoxedStrategy<Value> {
    prop_oneof![
        60 => prop_oneof![Just("a"), Just("ü x"), Just("203.0.113.7"), Just(" b ")].prop_map(Value::from),
        1 => prop_oneof![Just(""), Just(" \t\n"), Just("\u{2003}")].prop_map(Value::from),
    ]
    .boxed()
}

fn seconds() -> BoxedStrategy<Value> {
    prop_oneof![
        20 => (0..=2_147_483_647_i64).prop_map(Value::from),
        2 => prop_oneof![Just(0_i64), Just(1), Just(2_147_483_647)].prop_map(Value::from),
        1 => prop_oneof![Just(-1_i64), Just(2_147_483_648), Just(1_893_456_000_000)].prop_map(Value::from),
        1 => prop_oneof![Just(1.5), Just(1e9), Just(-0.0)].prop_map(Value::from),
    ]
    .boxed()
}

fn anything() -> BoxedStrategy<Value> {
    prop_oneof![
        Just(Value::Null),
        Just(json!(true)),
        Just(json!(0)),
        Just(json!(-1.5)),
        Just(json!("")),
        Just(json!("text")),
        Just(json!([])),
        Just(json!(["a"])),
        Just(json!([null])),
        Just(json!({})),
        Just(json!({ "roles": ["a"] })),
    ]
    .boxed()
}

#[test]
fn the_schema_of_a_configuration_takes_what_the_pages_configure() -> anyhow::Result<()> {
    let validator = jsonschema::validator_for(&key_policy::schema::config())?;
    let mut found = 0;
    for rule in key_policy::rules::ALL {
        for block in rule.page.split("```toml\n").skip(1) {
            let text = block.split("```").next().unwrap_or_default();
            let config: Value = serde_json::to_value(toml_span::parse(text)?)?;
            assert!(validator.is_valid(&config), "{}: {config:#}", rule.id);
            found += 1;
        }
    }
    assert!(found > 5, "{found}");
    for wrong in [
        json!({ "rules": { "any-ip": "loud" } }),
        json!({ "rules": { "syntax": "off" } }),
        json!({ "policy": { "max_lifetime": 90 } }),
        json!({ "override": [{ "rules": {} }] }),
        json!({ "polcy": {} }),
    ] {
        assert!(!validator.is_valid(&wrong), "{wrong}");
    }
    Ok(())
}
