//! A key as the sandbox keeps it: everything but its secret, of which only a digest is stored.

use rand::distr::{Alphanumeric, SampleString};
use secrecy::SecretString;
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use serde_json::{Value, json};
use sha2::{Digest as _, Sha256};

/// After the `K2` of real keys; long enough that no two are ever equal or guessed.
const SECRET_LENGTH: usize = 48;

pub(crate) const ACTIVE: &str = "active";

/// The company role that holds every other, by its name; the service confirms only that it exists.
const FULL_ACCESS: &str = "company-full-access";

/// A stored key. What is empty is left out of its document.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(crate) struct StoredKey {
    pub(crate) id: String,
    pub(crate) name: String,
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub(crate) description: String,
    pub(crate) status: String,
    /// Unix seconds.
    pub(crate) created_time: i64,
    /// Unix seconds, 0 = never.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub(crate) expire_time: i64,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
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

    /// Whether whoever holds these grants holds those, too.
    pub(crate) fn covers(&self, other: &Self) -> bool {
        let holds_company_role = |role: &String| self.company_roles.contains(role);
        let holds_on_project = |id: &String, role: &String| {
            let mut grants = self.project_roles.iter();
            grants.any(|grant| grant.project_ids.contains(id) && grant.roles.contains(role))
        };
        let holds_on_tag = |tag: &String, role: &String| {
            let mut grants = self.tag_roles.iter();
            grants.any(|grant| grant.tags.contains(tag) && grant.roles.contains(role))
        };
        self.company_roles.iter().any(|role| role == FULL_ACCESS)
            || other.company_roles.iter().all(holds_company_role)
                && other.project_roles.iter().all(|grant| {
                    let mut ids = grant.project_ids.iter();
                    ids.all(|id| grant.roles.iter().all(|role| holds_on_project(id, role)))
                })
                && other.tag_roles.iter().all(|grant| {
                    let mut tags = grant.tags.iter();
                    tags.all(|tag| grant.roles.iter().all(|role| holds_on_tag(tag, role)))
                })
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

/// What is kept of a secret: enough to know it again, not enough to tell it. In documents it is hexadecimal.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Digest([u8; 32]);

impl Digest {
    pub(crate) fn of(secret: &str) -> Self {
        Self(Sha256::digest(secret).into())
    }

    pub(crate) fn bytes(&self) -> [u8; 32] {
        self.0
    }
}

impl std::fmt::Debug for Digest {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Digest")
    }
}

impl Serialize for Digest {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let hex: String = self.0.iter().map(|byte| format!("{byte:02x}")).collect();
        serializer.serialize_str(&hex)
    }
}

impl<'de> Deserialize<'de> for Digest {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let hex = String::deserialize(deserializer)?;
        let byte = |at: usize| u8::from_str_radix(hex.get(at * 2..at * 2 + 2)?, 16).ok();
        let mut bytes = [0; 32];
        for (at, slot) in bytes.iter_mut().enumerate() {
            *slot = byte(at).ok_or_else(|| serde::de::Error::custom("not a SHA-256 in hexadecimal"))?;
        }
        Ok(Self(bytes))
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

fn is_zero(number: &i64) -> bool {
    *number == 0
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
    fn grants_cover_what_they_hold() {
        let re_bac = |value: Value| serde_json::from_value::<ReBac>(value).unwrap();
        let project = |id: &str, role: &str| json!({"projectRoles": [{"projectIds": [id], "roles": [role]}]});
        let tag = |tag: &str, role: &str| json!({"tagRoles": [{"tags": [tag], "roles": [role]}]});
        for (holder, wanted, covered) in [
            (json!({"companyRoles": [FULL_ACCESS]}), project("P1", "r"), true),
            (
                json!({"companyRoles": ["a"]}),
                json!({"companyRoles": ["a"]}),
                true,
            ),
            (
                json!({"companyRoles": ["a"]}),
                json!({"companyRoles": ["a", "b"]}),
                false,
            ),
            (project("P1", "r"), project("P1", "r"), true),
            (project("P1", "r"), project("P1", "s"), false),
            (project("P1", "r"), project("P2", "r"), false),
            (tag("t", "r"), tag("t", "r"), true),
            (tag("t", "r"), tag("u", "r"), false),
            (tag("t", "r"), json!({}), true),
        ] {
            let found = re_bac(holder.clone()).covers(&re_bac(wanted.clone()));
            assert_eq!(found, covered, "{holder} {wanted}");
        }
    }

    #[test]
    fn a_stored_key_is_read_as_it_was_written() {
        let key = StoredKey {
            id: new_id(1),
            name: "n".to_owned(),
            description: String::new(),
            status: ACTIVE.to_owned(),
            created_time: 1,
            expire_time: 0,
            permitted_ips: Vec::new(),
            re_bac: ReBac::default(),
            digest: Digest::of("K2x"),
        };
        let document = serde_json::to_string(&key).unwrap();
        assert!(!document.contains("expire_time"), "{document}");
        assert_eq!(serde_json::from_str::<StoredKey>(&document).unwrap(), key);
        let cut = document.replace(r#"digest":""#, r#"digest":"x"#);
        assert!(serde_json::from_str::<StoredKey>(&cut).is_err());
    }

    #[test]
    fn ids_carry_their_number() {
        let id = new_id(42);
        assert_eq!(number_of(&id), Some(42), "{id}");
        assert!(id.len() == 28 && new_id(42) != id);
    }
}
