use super::{Access, Expiry, Grant, Network, NonEmptySet, Status};
use crate::document::Dialect;
use crate::fields::{self, Field};
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
            value: properties,
            dialect,
        };
        Some(Self {
            name: Name::new(&key.text(&fields::NAME)??)?,
            description: key.text(&fields::DESCRIPTION)?.unwrap_or_default(),
            status: match key.text(&fields::STATUS)? {
                None => Status::default(),
                Some(text) => Status::parse(&text).ok()?,
            },
            permitted_ips: key
                .list(&fields::PERMITTED_IPS)?
                .iter()
                .map(|item| Network::parse(&item.text_in(dialect)?).ok())
                .collect::<Option<_>>()?,
            expiry: match key.get(&fields::EXPIRE_TIME) {
                None => Expiry::Never,
                Some(value) => Expiry::from_unix_seconds(value.number_in(dialect)?).ok()?,
            },
            access: key.access()?,
        })
    }
}

/// Reads the members of one object under their names in one dialect.
struct Reader<'a> {
    value: &'a Value,
    dialect: Dialect,
}

impl<'a> Reader<'a> {
    fn get(&self, field: &'static Field) -> Option<&'a Value> {
        self.value.get(field.name(self.dialect))
    }

    /// Nothing if it is no text; `Some(None)` if it is absent.
    fn text(&self, field: &'static Field) -> Option<Option<String>> {
        match self.get(field) {
            None => Some(None),
            Some(value) => value.text_in(self.dialect).map(|text| Some(text.into_owned())),
        }
    }

    /// Nothing if it is no list; an absent list is empty.
    fn list(&self, field: &'static Field) -> Option<&'a [Value]> {
        self.get(field).map_or(Some(&[]), Value::as_list)
    }

    fn set(&self, field: &'static Field) -> Option<NonEmptySet> {
        let members = self
            .list(field)?
            .iter()
            .map(|item| item.text_in(self.dialect).map(|text| text.into_owned()));
        NonEmptySet::new(members.collect::<Option<Vec<_>>>()?)
    }

    fn access(&self) -> Option<Access> {
        let rebac = Reader {
            value: self.get(&fields::REBAC_FIELD)?,
            dialect: self.dialect,
        };
        rebac.value.as_object()?;
        let company = match rebac.list(&fields::COMPANY_ROLES)? {
            [] => None,
            _ => Some(rebac.set(&fields::COMPANY_ROLES)?),
        };
        let projects = rebac.grants(&fields::PROJECT_ROLES, &fields::PROJECT_IDS)?;
        let tags = rebac.grants(&fields::TAG_ROLES, &fields::TAGS)?;
        Access::new(company, projects, tags).ok()
    }

    fn grants(&self, field: &'static Field, targets: &'static Field) -> Option<Vec<Grant>> {
        let grant = |value| {
            let grant = Reader {
                value,
                dialect: self.dialect,
            };
            Some(Grant {
                targets: grant.set(targets)?,
                roles: grant.set(&fields::ROLES)?,
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
