//! Requests as values, made by pure functions.

use reqwest::Method;
use serde_json::{Value, json};

use crate::error::Operation;
use crate::wire::{KeyDocument, KeyId};

const INFRA: &str = "/v1/mgmt/infra";
const SEARCH: &str = "/v1/mgmt/managementkey/search";
const ENTITY: &str = "management_key";

/// When a request may be sent again.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Repeat {
    /// Sending it twice is as good as once, so it may follow a lost reply.
    Safe,
    /// Only when it is certain that nothing happened: it was refused, or never left this machine.
    OnRefusal,
}

/// One call of the API, complete but for the base URL and the authorization.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Request {
    pub(crate) operation: Operation,
    /// The key it names.
    pub(crate) id: Option<KeyId>,
    pub(crate) method: Method,
    pub(crate) path: &'static str,
    pub(crate) query: Vec<(&'static str, String)>,
    pub(crate) body: Option<Value>,
    pub(crate) repeat: Repeat,
}

impl Request {
    pub(crate) fn create(key: &KeyDocument) -> Self {
        Self {
            operation: Operation::Create,
            id: None,
            method: Method::POST,
            path: INFRA,
            query: Vec::new(),
            body: Some(json!({ "entity": ENTITY, "data": key })),
            // A second create would leave a second live key whose secret nobody holds.
            repeat: Repeat::OnRefusal,
        }
    }

    pub(crate) fn read(id: &KeyId) -> Self {
        Self {
            operation: Operation::Read,
            id: Some(id.clone()),
            method: Method::GET,
            path: INFRA,
            query: by_id(id),
            body: None,
            repeat: Repeat::Safe,
        }
    }

    pub(crate) fn update(id: &KeyId, key: &KeyDocument) -> Self {
        Self {
            operation: Operation::Update,
            id: Some(id.clone()),
            method: Method::PUT,
            path: INFRA,
            query: Vec::new(),
            body: Some(json!({ "entity": ENTITY, "id": id.as_str(), "data": key })),
            // It replaces the whole document, so a second one changes nothing more.
            repeat: Repeat::Safe,
        }
    }

    pub(crate) fn delete(id: &KeyId) -> Self {
        Self {
            operation: Operation::Delete,
            id: Some(id.clone()),
            method: Method::DELETE,
            path: INFRA,
            query: by_id(id),
            body: None,
            repeat: Repeat::Safe,
        }
    }

    /// All keys of the company: the service offers neither filter nor pages.
    pub(crate) fn list() -> Self {
        Self {
            operation: Operation::List,
            id: None,
            method: Method::GET,
            path: SEARCH,
            query: Vec::new(),
            body: None,
            repeat: Repeat::Safe,
        }
    }
}

fn by_id(id: &KeyId) -> Vec<(&'static str, String)> {
    vec![("entity", ENTITY.to_owned()), ("id", id.as_str().to_owned())]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_verb_is_the_request_of_the_contract() {
        let id = KeyId::new("MK1").unwrap();
        let key = KeyDocument {
            name: "n".into(),
            ..Default::default()
        };
        let data = json!({
            "name": "n", "description": "", "status": "", "expireTime": 0, "permittedIps": [],
            "reBac": {"companyRoles": [], "projectRoles": [], "tagRoles": []},
        });
        let query = || vec![("entity", "management_key".to_owned()), ("id", "MK1".to_owned())];
        for (request, method, path, query, body, repeat) in [
            (
                Request::create(&key),
                Method::POST,
                "/v1/mgmt/infra",
                vec![],
                Some(json!({"entity": "management_key", "data": data})),
                Repeat::OnRefusal,
            ),
            (
                Request::read(&id),
                Method::GET,
                "/v1/mgmt/infra",
                query(),
                None,
                Repeat::Safe,
            ),
            (
                Request::update(&id, &key),
                Method::PUT,
                "/v1/mgmt/infra",
                vec![],
                Some(json!({"entity": "management_key", "id": "MK1", "data": data})),
                Repeat::Safe,
            ),
            (
                Request::delete(&id),
                Method::DELETE,
                "/v1/mgmt/infra",
                query(),
                None,
                Repeat::Safe,
            ),
            (
                Request::list(),
                Method::GET,
                "/v1/mgmt/managementkey/search",
                vec![],
                None,
                Repeat::Safe,
            ),
        ] {
            let (operation, id) = (request.operation, request.id.clone());
            assert_eq!(
                request,
                Request {
                    operation,
                    id,
                    method,
                    path,
                    query,
                    body,
                    repeat
                }
            );
        }
    }
}
