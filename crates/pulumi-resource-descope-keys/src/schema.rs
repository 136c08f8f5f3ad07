//! The package schema, from the field table of the core.

use std::collections::{BTreeMap, BTreeSet};

use key_policy::fields::{
    Effect, Field, Kind, MANAGEMENT_KEY, Object, PROJECT_GRANT, Presence, REBAC, TAG_GRANT,
};
use pulumi_rs_provider::schema::{
    Alias, ComplexType, Config, DefaultInfo, ObjectType, Package, Property, Resource, Type,
};

/// The token of the one resource.
pub(crate) const MANAGEMENT_KEY_TOKEN: &str = "descope-keys:index:ManagementKey";
/// The token of the official package, so that its state can be taken over with an alias.
const OFFICIAL_TOKEN: &str = "descope:index/managementKey:ManagementKey";

/// The package without its resources.
pub(crate) fn package() -> Package {
    Package {
        name: "descope-keys".to_owned(),
        version: env!("CARGO_PKG_VERSION").to_owned(),
        display_name: Some("Descope Keys".to_owned()),
        description: Some("Descope management keys as code, checked before they reach the API.".to_owned()),
        keywords: vec![
            "category/infrastructure".to_owned(),
            "kind/native".to_owned(),
            "descope".to_owned(),
        ],
        repository: Some(env!("CARGO_PKG_REPOSITORY").to_owned()),
        license: Some(env!("CARGO_PKG_LICENSE").to_owned()),
        publisher: Some("descope-keys".to_owned()),
        config: config(),
        types: [&REBAC, &PROJECT_GRANT, &TAG_GRANT]
            .into_iter()
            .map(|object| (token(object), ComplexType::Object(object_type(object))))
            .collect(),
        ..Package::default()
    }
}

/// The resource `ManagementKey`.
pub(crate) fn management_key() -> Resource {
    let inputs = || {
        MANAGEMENT_KEY
            .fields
            .iter()
            .copied()
            .filter(|field| !field.is_read_only())
    };
    // Every resource has an id of its own.
    let outputs = || {
        MANAGEMENT_KEY
            .fields
            .iter()
            .copied()
            .filter(|field| field.snake != "id")
    };
    Resource {
        description: Some(format!("{DESCRIPTION}\n\n## Import\n\n{IMPORT}")),
        properties: outputs().map(property).collect(),
        required: outputs().map(|field| field.camel.to_owned()).collect(),
        input_properties: inputs().map(property).collect(),
        required_inputs: required(&MANAGEMENT_KEY),
        aliases: vec![Alias {
            r#type: OFFICIAL_TOKEN.to_owned(),
        }],
        ..Resource::default()
    }
}

const DESCRIPTION: &str = "A Descope management key: a credential for programmatic access to the Descope management \
    API and SDKs.\n\nChanging `rebac` or `expireTime` replaces the key: the new one has a new secret. All other fields \
    are updated in place. `cleartext` is known only from the key's creation on, is always a secret, and is empty for an \
    imported key.";

const IMPORT: &str =
    "A key is imported by its id:\n\n```sh\npulumi import descope-keys:index:ManagementKey name id\n```";

fn config() -> Config {
    let variable = |name: &str, description: &str, secret: bool, environment: Option<&str>| {
        let property = Property {
            description: Some(description.to_owned()),
            secret,
            default_info: environment.map(|name| DefaultInfo {
                environment: vec![name.to_owned()],
            }),
            ..Property::of(Type::String)
        };
        (name.to_owned(), property)
    };
    Config {
        description: Some("The calling key and where to call.".to_owned()),
        variables: BTreeMap::from([
            variable(
                "managementKey",
                "The management key to call the API with: one with company scope.",
                true,
                Some("DESCOPE_MANAGEMENT_KEY"),
            ),
            variable(
                "baseUrl",
                "Where the API is. Needed outside the US region; plain `http` only to this machine.",
                false,
                Some("DESCOPE_BASE_URL"),
            ),
            variable(
                "projectId",
                "A project whose id tells the region. `baseUrl` goes before it.",
                false,
                None,
            ),
        ]),
        required: BTreeSet::new(),
    }
}

fn object_type(object: &Object) -> ObjectType {
    ObjectType {
        description: Some(object.docs.to_owned()),
        properties: object.fields.iter().copied().map(property).collect(),
        required: required(object),
    }
}

fn required(object: &Object) -> BTreeSet<String> {
    let required = object
        .fields
        .iter()
        .filter(|field| field.presence == Presence::Required);
    required.map(|field| field.camel.to_owned()).collect()
}

fn property(field: &Field) -> (String, Property) {
    let property = Property {
        description: Some(field.docs.to_owned()),
        secret: field.is_secret(),
        will_replace_on_changes: field.on_change == Effect::Replace,
        ..Property::of(type_of(&field.kind))
    };
    (field.camel.to_owned(), property)
}

fn type_of(kind: &Kind) -> Type {
    match kind {
        Kind::Text | Kind::OneOf(_) => Type::String,
        Kind::UnixSeconds => Type::Integer,
        Kind::List(element) | Kind::Set(element) => type_of(element).list(),
        Kind::Object(object) => Type::Named(token(object)),
    }
}

fn token(object: &Object) -> String {
    format!("descope-keys:index:{}", object.name)
}
