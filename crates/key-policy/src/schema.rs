//! JSON Schemas of what this crate reads and writes, for editors and for programs that use the reports.
//!
//! The schema of a declaration is made from the field table, that of a configuration from the rules and the keys of the policy, those of the reports from their types. A schema says what
//! can be said of a value's structure; the addresses, times and roles in it are the business of the rules.

use schemars::generate::SchemaSettings;
use serde_json::{Map, Value, json};

use crate::access::json::AccessReport;
use crate::config::{KEYS, Key, Level, Shape};
use crate::fields::{Field, Kind, MANAGEMENT_KEY, Object, Presence, REBAC};
use crate::model::LATEST_EXPIRY;
use crate::report::json::JsonReport;
use crate::rules;

const DIALECT: &str = "https://json-schema.org/draft/2020-12/schema";

/// The schemas, by the name of their file.
pub fn all() -> Vec<(&'static str, Value)> {
    vec![
        ("access.json", of_type::<AccessReport<'static>>()),
        ("config.json", config()),
        ("declaration.json", declaration()),
        ("report.json", of_type::<JsonReport<'static>>()),
    ]
}

/// The schema of a type that is written as JSON.
fn of_type<T: schemars::JsonSchema>() -> Value {
    let settings = SchemaSettings::draft2020_12().for_serialize();
    settings.into_generator().into_root_schema_for::<T>().to_value()
}

/// The schema of a plain declaration: one key, or a list of keys.
pub fn declaration() -> Value {
    let mut definitions = Map::new();
    define(&MANAGEMENT_KEY, &mut definitions);
    definitions[MANAGEMENT_KEY.name]["properties"]["$schema"] =
        json!({ "type": "string", "description": "Where this schema is, for editors." });
    let key = reference(&MANAGEMENT_KEY);
    json!({
        "$schema": DIALECT,
        "title": "Descope management keys",
        "description": "A management key as a plain declaration, or a list of them.",
        "oneOf": [key, { "type": "array", "items": key }],
        "$defs": definitions,
    })
}

/// The schema of `descope-keys.toml`, from the rules and the keys of the policy.
pub fn config() -> Value {
    let levels: Vec<_> = Level::NAMES.iter().map(|(name, _)| *name).collect();
    let rules: Map<_, _> = rules::ALL
        .iter()
        .filter(|rule| !rule.is_fixed())
        .map(|rule| {
            (
                rule.id.to_owned(),
                json!({ "description": rule.summary, "enum": levels }),
            )
        })
        .collect();
    let policy: Map<_, _> = KEYS
        .iter()
        .map(|key| (key.name.to_owned(), policy_key(key)))
        .collect();
    let rules = json!({ "type": "object", "properties": rules, "additionalProperties": false });
    let policy = json!({ "type": "object", "properties": policy, "additionalProperties": false });
    let globs = json!({ "type": "array", "items": { "type": "string", "minLength": 1 } });
    json!({
        "$schema": DIALECT,
        "title": "descope-keys.toml",
        "description": "What a team configures: the levels of rules, the limits of its policy, and the files they hold for.",
        "type": "object",
        "properties": {
            "rules": { "$ref": "#/$defs/rules" },
            "policy": { "$ref": "#/$defs/policy" },
            "files": {
                "type": "object",
                "properties": { "exclude": { "$ref": "#/$defs/globs" } },
                "additionalProperties": false,
            },
            "override": {
                "type": "array",
                "items": {
                    "type": "object",
                    "properties": {
                        "files": { "$ref": "#/$defs/globs" },
                        "rules": { "$ref": "#/$defs/rules" },
                        "policy": { "$ref": "#/$defs/policy" },
                    },
                    "required": ["files"],
                    "additionalProperties": false,
                },
            },
        },
        "additionalProperties": false,
        "$defs": { "globs": globs, "policy": policy, "rules": rules },
    })
}

fn policy_key(key: &Key) -> Value {
    let mut schema = match key.shape {
        Shape::Flag => json!({ "type": "boolean" }),
        Shape::Number(most) => json!({ "type": "integer", "minimum": 0, "maximum": most }),
        Shape::Text => json!({ "type": "string", "minLength": 1 }),
        Shape::Texts => json!({ "type": "array", "items": { "type": "string", "minLength": 1 } }),
        Shape::Choices(choices) => json!({ "type": "array", "items": { "enum": choices } }),
    };
    schema["description"] = format!("{} Takes {}.", key.docs, key.wanted).into();
    schema
}

fn reference(object: &Object) -> Value {
    json!({ "$ref": format!("#/$defs/{}", object.name) })
}

/// Adds `object` and the objects in it to the definitions.
fn define(object: &'static Object, definitions: &mut Map<String, Value>) {
    let fields = || object.fields.iter().filter(|field| !field.is_read_only());
    let required: Vec<_> = fields()
        .filter(|field| field.presence == Presence::Required)
        .map(|field| field.snake)
        .collect();
    let properties: Map<_, _> = fields()
        .map(|field| (field.snake.to_owned(), property(field, definitions)))
        .collect();
    let mut schema = json!({
        "type": "object",
        "description": object.docs,
        "properties": properties,
        "required": required,
        "additionalProperties": false,
    });
    if object == &REBAC {
        schema["oneOf"] = exclusive_grants();
    }
    definitions.insert(object.name.to_owned(), schema);
}

/// Either roles for the company alone, or at least one grant for projects or tags.
fn exclusive_grants() -> Value {
    let some = |field: &Field| json!({ "required": [field.snake], "properties": { field.snake: { "type": "array", "minItems": 1 } } });
    let none = |field: &Field| json!({ "properties": { field.snake: { "maxItems": 0 } } });
    let [company, projects, tags] = REBAC.fields else {
        unreachable!("`rebac` has three kinds of grants")
    };
    json!([
        { "allOf": [some(company), none(projects), none(tags)] },
        { "allOf": [none(company)], "anyOf": [some(projects), some(tags)] },
    ])
}

fn property(field: &'static Field, definitions: &mut Map<String, Value>) -> Value {
    let is_required = field.presence == Presence::Required;
    let mut schema = value(&field.kind, is_required, definitions);
    if !is_required {
        // An explicit null says the same as leaving the field out.
        schema = json!({ "anyOf": [schema, { "type": "null" }] });
    }
    schema["description"] = field.docs.into();
    schema
}

/// The schema of a value; a text or list that is required must also say something.
fn value(kind: &'static Kind, is_required: bool, definitions: &mut Map<String, Value>) -> Value {
    match kind {
        Kind::Text if is_required => json!({ "type": "string", "pattern": r"\S" }),
        Kind::Text => json!({ "type": "string" }),
        Kind::OneOf(options) => json!({ "enum": options }),
        Kind::UnixSeconds => json!({ "type": "integer", "minimum": 0, "maximum": LATEST_EXPIRY }),
        Kind::List(element) => json!({ "type": "array", "items": value(element, false, definitions) }),
        Kind::Set(element) => json!({
            "type": "array",
            "items": value(element, true, definitions),
            "minItems": usize::from(is_required),
        }),
        Kind::Object(object) => {
            define(object, definitions);
            reference(object)
        }
    }
}
