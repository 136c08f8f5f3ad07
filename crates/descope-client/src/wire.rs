//! The key as it stands on the wire: strict when written, tolerant when read.
//!
//! The service may leave out what is zero, empty or null, so a reader takes an absent field as `0`, `""` or
//! `[]`. A writer always sends the full document, because an update replaces all of it.

use std::collections::BTreeSet;
use std::fmt;

use secrecy::SecretString;
use serde::{Deserialize, Deserializer, Serialize};

use crate::Error;

/// The status of a key that may call the API.
pub const STATUS_ACTIVE: &str = "active";

/// The status of a key that is kept, but may not call the API until it is active again.
pub const STATUS_INACTIVE: &str = "inactive";

/// The id the service gave a key: opaque and never empty.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct KeyId(String);

impl KeyId {
    /// Takes an id as the service told it.
    ///
    /// # Errors
    ///
    /// [`Error::EmptyId`] when it is empty: a request without an id would not name one key.
    pub fn new(id: impl Into<String>) -> Result<Self, Error> {
        let id = id.into();
        if id.is_empty() {
            Err(Error::EmptyId)
        } else {
            Ok(Self(id))
        }
    }

    /// The id as text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for KeyId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// All that can be written of a key: the `data` of the infra API.
///
/// Sets are written sorted; `permitted_ips` and the lists of grants keep their order.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct KeyDocument {
    /// The name people know the key by; not unique.
    #[serde(deserialize_with = "null_as_default")]
    pub name: String,
    /// Free text, `""` when there is none.
    #[serde(deserialize_with = "null_as_default")]
    pub description: String,
    /// [`STATUS_ACTIVE`] or [`STATUS_INACTIVE`]; kept as told, so that a status of later days can be read.
    #[serde(deserialize_with = "null_as_default")]
    pub status: String,
    /// When the key stops working, in unix seconds; `0` is never.
    #[serde(deserialize_with = "null_as_default")]
    pub expire_time: i64,
    /// The addresses and CIDRs the key may call from; empty is any.
    #[serde(deserialize_with = "null_as_default")]
    pub permitted_ips: Vec<String>,
    /// What the key may do. A key always has a grant, so an empty value in a reply means it was not told.
    #[serde(deserialize_with = "null_as_default")]
    pub re_bac: ReBac,
}

/// The grants of a key.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct ReBac {
    /// Roles on the whole company.
    #[serde(deserialize_with = "null_as_default")]
    pub company_roles: BTreeSet<String>,
    /// Roles on named projects.
    #[serde(deserialize_with = "null_as_default")]
    pub project_roles: Vec<ProjectRoles>,
    /// Roles on the projects that bear a tag.
    #[serde(deserialize_with = "null_as_default")]
    pub tag_roles: Vec<TagRoles>,
}

impl ReBac {
    /// Whether nothing is granted.
    pub fn is_empty(&self) -> bool {
        self.company_roles.is_empty() && self.project_roles.is_empty() && self.tag_roles.is_empty()
    }
}

/// Roles on named projects.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct ProjectRoles {
    /// The projects.
    #[serde(deserialize_with = "null_as_default")]
    pub project_ids: BTreeSet<String>,
    /// The roles on each of them.
    #[serde(deserialize_with = "null_as_default")]
    pub roles: BTreeSet<String>,
}

/// Roles on the projects that bear a tag.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct TagRoles {
    /// The tags.
    #[serde(deserialize_with = "null_as_default")]
    pub tags: BTreeSet<String>,
    /// The roles on each project that bears one of them.
    #[serde(deserialize_with = "null_as_default")]
    pub roles: BTreeSet<String>,
}

/// A key that now lives, with the secret that is told this once.
///
/// An id without a secret is still a live key and must be remembered, so both other parts are optional.
#[derive(Debug, Clone)]
pub struct CreatedKey {
    /// The id, by which the key can be deleted whatever else is missing.
    pub id: KeyId,
    /// The secret; `None` when the reply held none, and then nobody will ever know it.
    pub cleartext: Option<SecretString>,
    /// The key as stored; `None` when the reply did not tell it readably.
    pub document: Option<KeyDocument>,
}

/// A key as the key API lists it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ListedKey {
    /// The id.
    pub id: KeyId,
    /// When it was created, in unix seconds; `0` when that was not told.
    pub created_time: i64,
    /// The key itself.
    pub document: KeyDocument,
}

/// How a delete ended; either way the key is gone.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Deletion {
    /// The service deleted it now.
    Deleted,
    /// The service knew no such key.
    AlreadyGone,
}

/// Reads null as what an absent field means.
pub(crate) fn null_as_default<'de, D, T>(deserializer: D) -> Result<T, D::Error>
where
    D: Deserializer<'de>,
    T: Default + Deserialize<'de>,
{
    Ok(Option::deserialize(deserializer)?.unwrap_or_default())
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn absent_null_and_empty_read_alike() {
        let empty = KeyDocument::default();
        for data in [
            json!({}),
            json!({"name": null, "description": null, "status": null, "expireTime": null, "permittedIps": null, "reBac": null}),
            json!({"name": "", "expireTime": 0, "permittedIps": [], "reBac": {}}),
            json!({"reBac": {"companyRoles": null, "projectRoles": null, "tagRoles": []}}),
            json!({"id": "x", "version": 3, "authzVersion": 1, "unheard": {"of": []}}),
        ] {
            assert_eq!(
                serde_json::from_value::<KeyDocument>(data.clone()).unwrap(),
                empty,
                "{data}"
            );
        }
    }

    #[test]
    fn the_written_document_is_full_sorted_and_keeps_list_order() {
        let read: KeyDocument = serde_json::from_value(json!({
            "name": "n", "status": "active", "permittedIps": ["10.0.0.2", "10.0.0.1"],
            "reBac": {
                "projectRoles": [{"projectIds": ["P2", "P1"], "roles": ["b", "a"]}, {"projectIds": ["P0"], "roles": ["a"]}],
                "tagRoles": [{"tags": ["z", "y"], "roles": ["r"]}],
            },
        }))
        .unwrap();
        assert_eq!(
            serde_json::to_value(&read).unwrap(),
            json!({
                "name": "n", "description": "", "status": "active", "expireTime": 0,
                "permittedIps": ["10.0.0.2", "10.0.0.1"],
                "reBac": {
                    "companyRoles": [],
                    "projectRoles": [{"projectIds": ["P1", "P2"], "roles": ["a", "b"]}, {"projectIds": ["P0"], "roles": ["a"]}],
                    "tagRoles": [{"tags": ["y", "z"], "roles": ["r"]}],
                },
            })
        );
    }

    #[test]
    fn an_empty_id_is_no_id() {
        assert_eq!(KeyId::new(""), Err(Error::EmptyId));
    }

    #[test]
    fn a_created_key_does_not_show_its_secret() {
        let created = CreatedKey {
            id: KeyId::new("MK1").unwrap(),
            cleartext: Some("K2very-secret".into()),
            document: None,
        };
        let shown = format!("{created:?}");
        assert!(shown.contains("MK1") && !shown.contains("very-secret"), "{shown}");
    }
}
