//! A key as the sandbox keeps it: everything but its secret, of which only a digest is stored.

use rand::distr::{Alphanumeric, SampleString};
use secrecy::SecretString;
use serde::{Deserialize, Deserializer, Serialize};
use serde_json::{Value, json};
use sha2::{Digest as _, Sha256};

/// After the `K2` of real keys; long enough that no two are ever equal or guessed.
const SECRET_LENGTH: usize = 48;

pub(crate) const ACTIVE: &str = "active";

/// A stored key.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(crate) struct StoredKey {
    pub(crate) id: String,
    pub(crate) name: String,
    pub(crate) description: String,
    pub(crate) status: String,
    /// Unix seconds.
    pub(crate) created_time: i64,
    /// Unix seconds, 0 = never.
    pub(crate) expire_time: i64,
    pub(crate) permitted_ips: Vec<String>,
    pub(crate) re_bac: ReBac,
    pub(crate) digest: Digest,
}

impl StoredKey {
    /// The `data` of the infra API.
    pub(crate) fn infra_data(&self) -> Value {
        json!({
            "name": self.name,
            "description": self.description,
            "status": self.status,
            "expireTime": self.expire_time,
            "permittedIps": self.permitted_ips,
            "reBac": self.re_bac,
        })
    }

    /// The `key` of the key API.
    pub(crate) fn api_key(&self) -> Value {
        let mut key = self.infra_data();
        key["id"] = self.id.as_str().into();
        key["createdTime"] = self.created_time.into();
        key
    }
}

/// The grants of a key, in the order they were sent.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub(crate) struct ReBac {
    #[serde(deserialize_with = "null_as_default")]
    pub(crate) company_roles: Vec<String>,
    #[serde(deserialize_with = "null_as_default")]
    pub(crate) project_roles: Vec<ProjectRoles>,
    #[serde(deserialize_with = "null_as_default")]
    pub(crate) tag_roles: Vec<TagRoles>,
}

impl ReBac {
    /// Whether both grant the same. A model: order and repetition count for nothing, as for the official clients.
    pub(crate) fn same_grants(&self, other: &Self) -> bool {
        self.clone().normal() == other.clone().normal()
    }

    fn normal(mut self) -> Self {
        let set = |strings: &mut Vec<String>| {
            strings.sort();
            strings.dedup();
        };
        set(&mut self.company_roles);
        for grant in &mut self.project_roles {
            set(&mut grant.project_ids);
            set(&mut grant.roles);
        }
        for grant in &mut self.tag_roles {
            set(&mut grant.tags);
            set(&mut grant.roles);
        }
        self.project_roles.sort();
        self.project_roles.dedup();
        self.tag_roles.sort();
        self.tag_roles.dedup();
        self
    }
}

/// Roles on named projects.
#[derive(Debug, Clone, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub(crate) struct ProjectRoles {
    #[serde(deserialize_with = "null_as_default")]
    pub(crate) project_ids: Vec<String>,
    #[serde(deserialize_with = "null_as_default")]
    pub(crate) roles: Vec<String>,
}

/// Roles on the projects that bear a tag.
#[derive(Debug, Clone, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub(crate) struct TagRoles {
    #[serde(deserialize_with = "null_as_default")]
    pub(crate) tags: Vec<String>,
    #[serde(deserialize_with = "null_as_default")]
    pub(crate) roles: Vec<String>,
}

/// What is kept of a secret: enough to know it again, not enough to tell it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Digest(String);

impl Digest {
    pub(crate) fn of(secret: &str) -> Self {
        Self(
            Sha256::digest(secret)
                .iter()
                .map(|byte| format!("{byte:02x}"))
                .collect(),
        )
    }
}

/// Makes the secret of a new key.
pub(crate) fn new_secret() -> SecretString {
    format!(
        "K2{}",
        Alphanumeric.sample_string(&mut rand::rng(), SECRET_LENGTH)
    )
    .into()
}

/// Makes the id of a new key. Ids sort in the order they were made, and none comes twice, not even from
/// another sandbox: a program that remembers a key of an old one must not take a new key for it.
pub(crate) fn new_id(number: u64) -> String {
    format!(
        "MK{number:08}{}",
        Alphanumeric.sample_string(&mut rand::rng(), 18)
    )
}

/// The number within an id made by [`new_id`].
pub(crate) fn number_of(id: &str) -> Option<u64> {
    id.get(2..10)?.parse().ok()
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
    use super::*;

    #[test]
    fn grants_compare_as_sets() {
        let re_bac = |value: Value| serde_json::from_value::<ReBac>(value).unwrap();
        let one =
            re_bac(json!({"companyRoles": ["b", "a"], "tagRoles": [{"tags": ["y", "x"], "roles": ["r"]}]}));
        let same = re_bac(
            json!({"companyRoles": ["a", "b", "a"], "projectRoles": null, "tagRoles": [{"tags": ["x", "y"], "roles": ["r"]}]}),
        );
        let other =
            re_bac(json!({"companyRoles": ["a"], "tagRoles": [{"tags": ["y", "x"], "roles": ["r"]}]}));
        assert!(one.same_grants(&same));
        assert!(!one.same_grants(&other));
    }

    #[test]
    fn ids_carry_their_number() {
        let id = new_id(42);
        assert_eq!(number_of(&id), Some(42), "{id}");
        assert!(id.len() == 28 && new_id(42) != id);
    }
}
