//! The shape of requests: JSON Schemas, which are also the written contract of what a client may send.

use std::sync::OnceLock;

use axum::http::StatusCode;
use jsonschema::{Registry, Validator};
use serde::de::DeserializeOwned;
use serde_json::Value;

use crate::error::ApiError;

const SHARED: &str = include_str!("../../../schema/wire/management-key.json");

/// A request that has a body.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Shape {
    InfraCreate,
    InfraUpdate,
    KeyCreate,
    KeyUpdate,
    KeyDelete,
}

impl Shape {
    /// Checks a body and reads it.
    pub(crate) fn read<T: DeserializeOwned>(self, body: Value) -> Result<T, ApiError> {
        let found: Vec<String> = self
            .validator()
            .iter_errors(&body)
            .map(|error| format!("`{}`: {}", error.instance_path(), error.masked()))
            .collect();
        if !found.is_empty() {
            return Err(self.refuse(found.join("; ")));
        }
        serde_json::from_value(body).map_err(|error| self.refuse(error.to_string()))
    }

    /// The refusal of a body that breaks the rules of this request.
    pub(crate) fn refuse(self, message: String) -> ApiError {
        let (code, description) = match self {
            Self::InfraCreate | Self::InfraUpdate => ("E113007", "Validation failed"),
            Self::KeyCreate | Self::KeyUpdate | Self::KeyDelete => ("E011003", "Request is invalid"),
        };
        ApiError::new(StatusCode::BAD_REQUEST, code, description, message)
    }

    fn validator(self) -> &'static Validator {
        static VALIDATORS: [OnceLock<Validator>; 5] = [const { OnceLock::new() }; 5];
        VALIDATORS[self as usize].get_or_init(|| build(self.text()))
    }

    fn text(self) -> &'static str {
        match self {
            Self::InfraCreate => include_str!("../../../schema/wire/infra-create.json"),
            Self::InfraUpdate => include_str!("../../../schema/wire/infra-update.json"),
            Self::KeyCreate => include_str!("../../../schema/wire/key-create.json"),
            Self::KeyUpdate => include_str!("../../../schema/wire/key-update.json"),
            Self::KeyDelete => include_str!("../../../schema/wire/key-delete.json"),
        }
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
        ] {
            assert_eq!(
                faults(shape, body.clone()),
                Vec::<String>::new(),
                "{shape:?} {body}"
            );
        }
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
                infra(json!({"name": "n", "reBac": {}, "expireTime": 2_147_483_648_u64})),
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
            (Shape::KeyUpdate, json!({"id": "MK1", "name": "n"}), ""),
            (
                Shape::KeyUpdate,
                json!({"id": "MK1", "name": "n", "status": "on"}),
                "/status",
            ),
            (Shape::KeyDelete, json!({"ids": []}), "/ids"),
        ] {
            assert_eq!(faults(shape, body.clone()), [place], "{shape:?} {body}");
        }
    }
}
