use std::collections::BTreeSet;
use std::fmt;

/// What a key may do.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Access {
    /// These roles in every project of the company.
    Company(NonEmptySet),
    /// Roles in some projects only.
    Scoped(Scoped),
}

/// Roles in some projects: at least one grant in all.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Scoped {
    projects: Vec<Grant>,
    tags: Vec<Grant>,
}

/// Roles for some targets, which are project ids or project tags.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Grant {
    /// Where the roles hold.
    pub targets: NonEmptySet,
    /// Which roles.
    pub roles: NonEmptySet,
}

/// A sorted set of texts with at least one member, none of them blank.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NonEmptySet(BTreeSet<String>);

/// The grants do not make an access.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum AccessError {
    /// There is no grant at all.
    Nothing,
    /// Company roles stand beside project or tag roles.
    Conflict,
}

impl Access {
    /// Puts the three kinds of grants together.
    pub fn new(
        company: Option<NonEmptySet>,
        projects: Vec<Grant>,
        tags: Vec<Grant>,
    ) -> Result<Self, AccessError> {
        match (company, projects.is_empty() && tags.is_empty()) {
            (Some(roles), true) => Ok(Access::Company(roles)),
            (None, false) => Ok(Access::Scoped(Scoped { projects, tags })),
            (None, true) => Err(AccessError::Nothing),
            (Some(_), false) => Err(AccessError::Conflict),
        }
    }
}

impl Scoped {
    /// The grants for project ids.
    pub fn projects(&self) -> &[Grant] {
        &self.projects
    }

    /// The grants for project tags.
    pub fn tags(&self) -> &[Grant] {
        &self.tags
    }
}

impl NonEmptySet {
    /// The set of `members`, or nothing if there is none or one is blank.
    pub fn new(members: impl IntoIterator<Item = String>) -> Option<Self> {
        let members: BTreeSet<String> = members.into_iter().collect();
        (!members.is_empty() && members.iter().all(|member| !member.trim().is_empty()))
            .then_some(Self(members))
    }

    /// The members in order.
    pub fn iter(&self) -> impl Iterator<Item = &str> {
        self.0.iter().map(String::as_str)
    }
}

impl std::error::Error for AccessError {}

impl fmt::Display for AccessError {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(match self {
            AccessError::Nothing => "the key is granted nothing",
            AccessError::Conflict => "company roles exclude project and tag roles",
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn set(members: &[&str]) -> Option<NonEmptySet> {
        NonEmptySet::new(members.iter().map(|member| (*member).to_owned()))
    }

    #[test]
    fn company_roles_stand_alone() {
        let grant = Grant {
            targets: set(&["P1"]).unwrap(),
            roles: set(&["r"]).unwrap(),
        };
        assert!(matches!(
            Access::new(set(&["r"]), vec![], vec![]),
            Ok(Access::Company(_))
        ));
        let Ok(Access::Scoped(scoped)) = Access::new(None, vec![grant.clone()], vec![grant.clone(); 2])
        else {
            panic!("projects and tags may stand together");
        };
        assert_eq!((scoped.projects().len(), scoped.tags().len()), (1, 2));
        let refused =
            |company, projects| Access::new(company, projects, vec![]).map_err(|error| error.to_string());
        assert_eq!(
            refused(set(&["r"]), vec![grant]),
            Err("company roles exclude project and tag roles".to_owned())
        );
        assert_eq!(
            refused(None, vec![]),
            Err("the key is granted nothing".to_owned())
        );
    }

    #[test]
    fn sets_are_sorted_and_never_blank() {
        assert_eq!(
            set(&["b", "a", "b"]).unwrap().iter().collect::<Vec<_>>(),
            ["a", "b"]
        );
        assert_eq!(set(&[]), None);
        assert_eq!(set(&["a", " "]), None);
    }
}
