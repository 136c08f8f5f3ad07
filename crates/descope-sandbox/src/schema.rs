//! The shape of requests: JSON Schemas, which are also the written contract of what a client may send.

use std::sync::OnceLock;

use axum::http::StatusCode;
use jsonschema::error::ValidationErrorKind;
use jsonschema::{Registry, ValidationError, Validator};
use serde::de::DeserializeOwned;
use serde_json::Value;

use crate::error::ApiError;
use crate::model::{Model, UnknownMembers};

const SHARED: &str = include_str!("../../../schema/wire/management-key.json");

/// A request that has a body or a query.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Shape {
    InfraCreate,
    InfraUpdate,
    /// The query that names a key of the infra API.
    InfraQuery,
    KeyCreate,
    KeyUpdate,
    KeyDelete,
    /// The query that names a key of the key API.
    KeyQuery,
    /// The search of the key API, which takes no arguments.
    KeySearch,
}

impl Shape {
    /// Checks a body or a query and reads it.
    pub(crate) fn read<T: DeserializeOwned>(self, value: Value, model: &Model) -> Result<T, ApiError> {
        let ignored = |error: &ValidationError<'_>| {
            model.unknown_members == UnknownMembers::Ignore
                && (matches!(error.kind(), ValidationErrorKind::AdditionalProperties { .. })
                    // Where a schema has no properties at all, the validator tells the same fault like this.
                    || matches!(error.kind(), ValidationErrorKind::FalseSchema))
        };
        let faults: Vec<_> = self
            .validator()
            .iter_errors(&value)
            .filter(|error| !ignored(error))
            .collect();
        if !faults.is_empty() {
            let missing =
                |error: &ValidationError<'_>| matches!(error.kind(), ValidationErrorKind::Required { .. });
            let told: Vec<String> = faults.iter().map(tell).collect();
            let told = told.join("; ");
            return Err(match self {
                Self::InfraQuery | Self::KeyQuery if faults.iter().all(missing) => ApiError::missing(told),
                Self::InfraQuery | Self::KeyQuery | Self::KeySearch => ApiError::invalid_argument(told),
                _ => self.refuse(told),
            });
        }
        serde_json::from_value(value).map_err(|error| self.refuse(error.to_string()))
    }

    /// The refusal of a request that breaks the rules of its API.
    pub(crate) fn refuse(self, message: String) -> ApiError {
        let (code, description) = match self {
            Self::InfraCreate | Self::InfraUpdate | Self::InfraQuery => ("E113007", "Validation failed"),
            Self::KeyCreate | Self::KeyUpdate | Self::KeyDelete | Self::KeyQuery | Self::KeySearch => {
                ("E011003", "Request is invalid")
            }
        };
        ApiError::new(StatusCode::BAD_REQUEST, code, description, message)
    }

    fn validator(self) -> &'static Validator {
        static VALIDATORS: [OnceLock<Validator>; 8] = [const { OnceLock::new() }; 8];
        VALIDATORS[self as usize].get_or_init(|| build(self.text()))
    }

    fn text(self) -> &'static str {
        match self {
            Self::InfraCreate => include_str!("../../../schema/wire/infra-create.json"),
            Self::InfraUpdate => include_str!("../../../schema/wire/infra-update.json"),
            Self::InfraQuery => include_str!("../../../schema/wire/infra-query.json"),
            Self::KeyCreate => include_str!("../../../schema/wire/key-create.json"),
            Self::KeyUpdate => include_str!("../../../schema/wire/key-update.json"),
            Self::KeyDelete => include_str!("../../../schema/wire/key-delete.json"),
            Self::KeyQuery => include_str!("../../../schema/wire/key-query.json"),
            Self::KeySearch => include_str!("../../../schema/wire/key-search.json"),
        }
    }
}

/// A fault with its place as a JSON pointer; that of a missing member is where it should be. The value itself is
/// not told: it may be a secret that was put into the wrong place.
fn tell(error: &ValidationError<'_>) -> String {
    let place = error.instance_path();
    match error.kind() {
        ValidationErrorKind::Required { property } => {
            format!("`{place}/{}`: is missing", property.as_str().unwrap_or_default())
        }
        _ => format!("`{place}`: {}", error.masked()),
    }
}

fn build(text: &str) -> Validator {
    const COMPILED_IN: &str = "the schemas are compiled in and a test builds each of them";
    let shared: Value = serde_json::from_str(SHARED).expect(COMPILED_IN);
    let schema: Value = serde_json::from_str(text).expect(COMPILED_IN);
    let id = shared["$id"].as_str().expect(COMPILED_IN).to_owned();
    let registry = Registry::new()
        .add(id, shared)
        .expect(COMPILED_IN)
        .prepare()
        .expect(COMPILED_IN);
    jsonschema::options()
        .with_registry(&registry)
        .build(&schema)
        .expect(COMPILED_IN)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn faults(shape: Shape, body: Value) -> Vec<String> {
        shape
            .validator()
            .iter_errors(&body)
            .map(|error| error.instance_path().to_string())
            .collect()
    }

    #[test]
    fn each_schema_takes_the_bodies_of_the_official_clients() {
        let re_bac = json!({"companyRoles": ["a"], "projectRoles": [], "tagRoles": []});
        let data = json!({
            "name": "n", "description": "", "status": "active", "expireTime": 0, "permittedIps": [], "reBac": re_bac,
        });
        for (shape, body) in [
            (
                Shape::InfraCreate,
                json!({"entity": "management_key", "data": data}),
            ),
            (
                Shape::InfraUpdate,
                json!({"entity": "management_key", "id": "MK1", "data": data}),
            ),
            (
                Shape::KeyCreate,
                json!({"name": "n", "description": null, "expiresIn": "60", "permittedIps": null, "reBac": {"companyRoles": ["a"]}}),
            ),
            (
                Shape::KeyCreate,
                json!({"name": "n", "description": "", "expiresIn": 60, "reBac": re_bac}),
            ),
            (
                Shape::KeyUpdate,
                json!({"id": "MK1", "name": "n", "description": "", "permittedIps": [], "status": "inactive"}),
            ),
            (Shape::KeyDelete, json!({"ids": ["MK1"]})),
            (Shape::KeyQuery, json!({"id": "MK1"})),
            (Shape::KeySearch, json!({})),
            (
                Shape::InfraQuery,
                json!({"entity": "management_key", "id": "MK1"}),
            ),
        ] {
            assert_eq!(
                faults(shape, body.clone()),
                Vec::<String>::new(),
                "{shape:?} {body}"
            );
        }
    }

    #[test]
    fn a_missing_member_is_told_where_it_should_be_and_a_wrong_value_is_not_told() {
        let body = json!({"entity": "management_key", "data": {"name": 5, "status": "K2hidden"}});
        let refused = Shape::InfraCreate
            .read::<Value>(body, &Model::default())
            .unwrap_err();
        let expected = Shape::InfraCreate.refuse(
            "`/data/reBac`: is missing; `/data/name`: value is not of type \"string\"; \
             `/data/status`: value is not one of \"active\" or \"inactive\""
                .to_owned(),
        );
        assert_eq!(refused, expected);
    }

    #[test]
    fn unknown_members_pass_when_the_model_says_so() {
        let mut model = Model::default();
        let body = || json!({"name": "n", "reBac": {"role": "r"}, "extra": 1});
        assert!(Shape::KeyCreate.read::<Value>(body(), &model).is_err());
        model.set("unknown-members=ignore").unwrap();
        assert!(Shape::KeyCreate.read::<Value>(body(), &model).is_ok());
    }

    #[test]
    fn each_fault_is_told_with_its_place() {
        let infra = |data: Value| json!({"entity": "management_key", "data": data});
        for (shape, body, place) in [
            (
                Shape::InfraCreate,
                infra(json!({"name": "", "reBac": {}})),
                "/data/name",
            ),
            (Shape::InfraCreate, infra(json!({"name": "n"})), "/data"),
            (
                Shape::InfraCreate,
                infra(json!({"name": "n", "reBac": {}, "rebac": {}})),
                "/data",
            ),
            (
                Shape::InfraCreate,
                infra(json!({"name": "n", "reBac": {}, "expireTime": -1})),
                "/data/expireTime",
            ),
            (
                Shape::InfraCreate,
                infra(json!({"name": "n", "reBac": {}, "permittedIps": ["a", 1]})),
                "/data/permittedIps/1",
            ),
            (
                Shape::InfraCreate,
                infra(json!({"name": "n", "reBac": {"tagRoles": [{"tags": "x"}]}})),
                "/data/reBac/tagRoles/0/tags",
            ),
            (Shape::InfraUpdate, infra(json!({"name": "n", "reBac": {}})), ""),
            (Shape::KeyUpdate, json!({"id": "MK1", "status": "active"}), ""),
            (
                Shape::KeyUpdate,
                json!({"id": "MK1", "name": "n", "status": "on"}),
                "/status",
            ),
            (
                Shape::KeyCreate,
                json!({"name": "n", "expiresIn": "1e3"}),
                "/expiresIn",
            ),
            (
                Shape::KeyCreate,
                json!({"name": "n", "expireTime": 1.5}),
                "/expireTime",
            ),
            (Shape::KeyDelete, json!({"ids": []}), "/ids"),
            (Shape::KeyQuery, json!({"id": ""}), "/id"),
            (Shape::KeySearch, json!({"name": "n"}), ""),
            (Shape::InfraQuery, json!({"entity": "management_key"}), ""),
        ] {
            assert_eq!(faults(shape, body.clone()), [place], "{shape:?} {body}");
        }
    }
}
