use super::{Access, Expiry, Grant, Network, NonEmptySet, Status};
use crate::document::Dialect;
use crate::fields::{self, Object};
use crate::value::Value;

/// A management key that the service would accept: every field known, every field valid.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ManagementKey {
    /// What people call it.
    pub name: Name,
    /// What it is for; empty if not said.
    pub description: String,
    /// Whether it works.
    pub status: Status,
    /// Where it may be used from, in the declared order; empty means anywhere.
    pub permitted_ips: Vec<Network>,
    /// When it stops working.
    pub expiry: Expiry,
    /// What it may do.
    pub access: Access,
}

/// A name that is not blank.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Name(String);

impl Name {
    /// Takes `text` unless it is blank.
    pub fn new(text: &str) -> Option<Self> {
        (!text.trim().is_empty()).then(|| Self(text.to_owned()))
    }

    /// The name as declared.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl ManagementKey {
    /// Builds the key from the properties of a declaration.
    ///
    /// Nothing if any value is unknown, missing or invalid; [`crate::check_declaration`] says which and why.
    pub fn from_properties(properties: &Value, dialect: Dialect) -> Option<Self> {
        let key = Reader {
            object: &fields::MANAGEMENT_KEY,
            value: properties,
            dialect,
        };
        Some(Self {
            name: Name::new(&key.text("name")??)?,
            description: key.text("description")?.unwrap_or_default(),
            status: match key.text("status")? {
                None => Status::default(),
                Some(text) => Status::parse(&text).ok()?,
            },
            permitted_ips: key
                .list("permitted_ips")?
                .iter()
                .map(|item| Network::parse(&item.text_in(dialect)?).ok())
                .collect::<Option<_>>()?,
            expiry: match key.get("expire_time") {
                None => Expiry::Never,
                Some(value) => Expiry::from_unix_seconds(value.number_in(dialect)?).ok()?,
            },
            access: key.access()?,
        })
    }
}

/// Reads the members of one object under their names in one dialect.
struct Reader<'a> {
    object: &'static Object,
    value: &'a Value,
    dialect: Dialect,
}

impl<'a> Reader<'a> {
    fn get(&self, field: &'static str) -> Option<&'a Value> {
        self.value.get(self.object.name_of(field, self.dialect))
    }

    /// Nothing if it is no text; `Some(None)` if it is absent.
    fn text(&self, field: &'static str) -> Option<Option<String>> {
        match self.get(field) {
            None => Some(None),
            Some(value) => value.text_in(self.dialect).map(|text| Some(text.into_owned())),
        }
    }

    /// Nothing if it is no list; an absent list is empty.
    fn list(&self, field: &'static str) -> Option<&'a [Value]> {
        self.get(field).map_or(Some(&[]), Value::as_list)
    }

    fn set(&self, field: &'static str) -> Option<NonEmptySet> {
        let members = self
            .list(field)?
            .iter()
            .map(|item| item.text_in(self.dialect).map(|text| text.into_owned()));
        NonEmptySet::new(members.collect::<Option<Vec<_>>>()?)
    }

    fn access(&self) -> Option<Access> {
        let rebac = Reader {
            object: &fields::REBAC,
            value: self.get("rebac")?,
            dialect: self.dialect,
        };
        rebac.value.as_object()?;
        let company = match rebac.list("company_roles")? {
            [] => None,
            _ => Some(rebac.set("company_roles")?),
        };
        let projects = rebac.grants("project_roles", &fields::PROJECT_GRANT, "project_ids")?;
        let tags = rebac.grants("tag_roles", &fields::TAG_GRANT, "tags")?;
        Access::new(company, projects, tags).ok()
    }

    fn grants(
        &self,
        field: &'static str,
        object: &'static Object,
        targets: &'static str,
    ) -> Option<Vec<Grant>> {
        let grant = |value| {
            let grant = Reader {
                object,
                value,
                dialect: self.dialect,
            };
            Some(Grant {
                targets: grant.set(targets)?,
                roles: grant.set("roles")?,
            })
        };
        self.list(field)?.iter().map(grant).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_is_kept_as_it_is_declared() {
        assert_eq!(Name::new(" CI ").unwrap().as_str(), " CI ");
        assert_eq!(Name::new(" \t"), None);
    }
}
