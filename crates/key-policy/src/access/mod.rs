//! Effective access: what each key may do, where from, and until when.
//!
//! This is what the grants, networks and times of a declaration come to, not how they are written: grants for one
//! project in two places are put together, and networks are joined to the smallest list that covers the same
//! addresses. A value that is not known, must not be shown or is not valid adds nothing; its path is listed, so
//! that what is missing is never hidden.

pub mod human;
pub mod json;
pub mod svg;

use std::collections::{BTreeMap, BTreeSet};

use ipnet::IpNet;

use crate::document::{Declaration, Dialect, Source};
use crate::fields::{
    COMPANY_ROLES, EXPIRE_TIME, Field, NAME, PERMITTED_IPS, PROJECT_IDS, PROJECT_ROLES, REBAC_FIELD, ROLES,
    STATUS, TAG_ROLES, TAGS,
};
use crate::model::{Expiry, Network, Status};
use crate::path::Path;
use crate::pipeline::{Options, readings};
use crate::report::Report;
use crate::secrets::redacted;
use crate::span::Place;
use crate::value::{Content, Value};

/// What one key may do.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KeyAccess {
    /// The address of the resource.
    pub resource: String,
    /// Where it is declared.
    pub place: Place,
    /// What people call it; nothing if that is not clear.
    pub name: Option<String>,
    /// Whether it works at all; nothing if that is not clear.
    pub status: Option<Status>,
    /// What it may do, by scope.
    pub grants: BTreeMap<Scope, Roles>,
    /// Where it may be used from.
    pub from: From,
    /// When it stops working; nothing if that is not clear.
    pub until: Option<Expiry>,
    /// The values that are not known, must not be shown, or are not valid. What they add is missing here.
    pub unclear: Vec<Path>,
}

/// Where roles hold. The widest comes first.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum Scope {
    /// In every project of the company.
    Company,
    /// In all projects with this tag; nothing if it is not clear which.
    Tag(Option<String>),
    /// In the project with this id; nothing if it is not clear which.
    Project(Option<String>),
}

/// The roles of one scope.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Roles {
    /// Those that are clear.
    pub known: BTreeSet<String>,
    /// Whether there may be more.
    pub is_open: bool,
}

/// Where a key may be used from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum From {
    /// From every address.
    Anywhere,
    /// From these networks only: none contains another, and no two can be joined. IPv4 comes first.
    Networks {
        /// Those that are clear.
        known: Vec<IpNet>,
        /// Whether there may be more. If there are none that are clear, it may even be anywhere.
        is_open: bool,
    },
}

impl Scope {
    /// The kind of scope, as JSON names it.
    pub fn kind(&self) -> &'static str {
        match self {
            Scope::Company => "company",
            Scope::Tag(_) => "tag",
            Scope::Project(_) => "project",
        }
    }

    /// Which tag or project, if it is clear.
    pub fn target(&self) -> Option<&str> {
        match self {
            Scope::Company => None,
            Scope::Tag(target) | Scope::Project(target) => target.as_deref(),
        }
    }
}

/// The effective access of all keys of a set of texts.
#[derive(Debug, Clone, PartialEq)]
pub struct Effective {
    /// What each key may do, in the order of the texts.
    pub keys: Vec<KeyAccess>,
    /// What cannot be read, and so may hide keys.
    pub report: Report,
}

/// The effective access of every key that the sources declare.
pub fn access(sources: &[Source<'_>], options: &Options) -> Effective {
    let (documents, report) = readings(sources, options);
    let numbered = documents.iter().enumerate();
    let keys = numbered.flat_map(|(source, document)| {
        let keys = document.declarations.iter();
        keys.map(move |key| KeyAccess::of(key, source))
    });
    Effective {
        keys: keys.collect(),
        report,
    }
}

impl KeyAccess {
    /// The effective access of one declaration, which stands in the source with the index `source`.
    pub fn of(declaration: &Declaration, source: usize) -> Self {
        let mut reader = Reader {
            dialect: declaration.dialect,
            unclear: BTreeSet::new(),
        };
        let key = Part {
            value: &declaration.properties,
            path: Path::root(),
        };
        // Where the properties as a whole are not known, nothing is at its default.
        let is_object = matches!(key.value.content, Content::Object(_));
        if !is_object {
            reader.unclear.insert(Path::root());
        }
        Self {
            resource: declaration.resource.clone(),
            place: Place {
                source,
                span: declaration.span,
            },
            name: key.member(&NAME, &reader).and_then(|name| reader.text(&name)),
            status: match key.member(&STATUS, &reader) {
                Some(status) => reader.parsed(&status, |text| Status::parse(text).ok()),
                None => is_object.then(Status::default),
            },
            grants: reader.grants(&key),
            from: match key.member(&PERMITTED_IPS, &reader) {
                Some(networks) => reader.from(&networks),
                None if is_object => From::Anywhere,
                None => From::unclear(),
            },
            until: match key.member(&EXPIRE_TIME, &reader) {
                Some(time) => reader.until(&time),
                None => is_object.then_some(Expiry::Never),
            },
            unclear: reader.unclear.into_iter().collect(),
        }
    }
}

impl From {
    fn unclear() -> Self {
        From::Networks {
            known: Vec::new(),
            is_open: true,
        }
    }
}

/// An object and its path.
struct Part<'a> {
    value: &'a Value,
    path: Path,
}

/// A value and its path.
type Located<'a> = (&'a Value, Path);

impl<'a> Part<'a> {
    /// The member `field`, unless it is absent or null.
    fn member(&self, field: &'static Field, reader: &Reader) -> Option<Located<'a>> {
        let name = field.name(reader.dialect);
        Some((self.value.get(name)?, self.path.key(name)))
    }
}

/// Reads values and remembers which were not clear.
struct Reader {
    dialect: Dialect,
    unclear: BTreeSet<Path>,
}

impl Reader {
    /// The text, unless it is unclear.
    fn text(&mut self, located: &Located<'_>) -> Option<String> {
        self.parsed(located, |text| Some(redacted(text).into_owned()))
    }

    /// What `parse` makes of the text, unless it is unclear.
    fn parsed<T>(&mut self, (value, path): &Located<'_>, parse: impl FnOnce(&str) -> Option<T>) -> Option<T> {
        let text = value.text_in(self.dialect).filter(|_| !value.sensitive);
        let parsed = text.and_then(|text| parse(&text));
        if parsed.is_none() {
            self.unclear.insert(path.clone());
        }
        parsed
    }

    /// The elements, or nothing if it is unclear what they are.
    fn elements<'a>(&mut self, (value, path): &Located<'a>) -> Option<Vec<Located<'a>>> {
        let items = value.as_list().filter(|_| !value.sensitive);
        if items.is_none() {
            self.unclear.insert(path.clone());
        }
        let located = |(index, item)| (item, path.index(index));
        items.map(|items| items.iter().enumerate().map(located).collect())
    }

    fn from(&mut self, networks: &Located<'_>) -> From {
        let Some(elements) = self.elements(networks) else {
            return From::unclear();
        };
        if elements.is_empty() {
            return From::Anywhere;
        }
        let known: Vec<IpNet> = elements
            .iter()
            .filter_map(|element| self.parsed(element, |text| Network::parse(text).ok()))
            .map(|network| network.range())
            .collect();
        From::Networks {
            is_open: known.len() < elements.len(),
            known: IpNet::aggregate(&known),
        }
    }

    fn until(&mut self, (value, path): &Located<'_>) -> Option<Expiry> {
        let seconds = value.number_in(self.dialect).filter(|_| !value.sensitive);
        let expiry = seconds.and_then(|seconds| Expiry::from_unix_seconds(seconds).ok());
        if expiry.is_none() {
            self.unclear.insert(path.clone());
        }
        expiry
    }

    fn grants(&mut self, key: &Part<'_>) -> BTreeMap<Scope, Roles> {
        let mut grants = BTreeMap::new();
        let Some((value, path)) = key.member(&REBAC_FIELD, self) else {
            return grants;
        };
        if !matches!(value.content, Content::Object(_)) {
            self.unclear.insert(path.clone());
        }
        let rebac = Part { value, path };
        if let Some(roles) = rebac.member(&COMPANY_ROLES, self) {
            let roles = self.roles(&roles);
            add(&mut grants, Scope::Company, roles);
        }
        self.scoped(
            &rebac,
            (&PROJECT_ROLES, &PROJECT_IDS),
            Scope::Project,
            &mut grants,
        );
        self.scoped(&rebac, (&TAG_ROLES, &TAGS), Scope::Tag, &mut grants);
        grants
    }

    /// The grants in the list `grants` of `rebac`, each of their `targets` being made a scope.
    fn scoped(
        &mut self,
        rebac: &Part<'_>,
        (list, targets): (&'static Field, &'static Field),
        scope: fn(Option<String>) -> Scope,
        grants: &mut BTreeMap<Scope, Roles>,
    ) {
        let Some(list) = rebac.member(list, self) else {
            return;
        };
        let Some(elements) = self.elements(&list) else {
            add(grants, scope(None), Roles::unclear());
            return;
        };
        for (value, path) in elements {
            if !matches!(value.content, Content::Object(_)) {
                self.unclear.insert(path);
                add(grants, scope(None), Roles::unclear());
                continue;
            }
            let grant = Part { value, path };
            // A grant without roles or without targets is none, and the rules say so.
            let Some(roles) = grant.member(&ROLES, self) else {
                continue;
            };
            let Some(targets) = grant.member(targets, self) else {
                continue;
            };
            let roles = self.roles(&roles);
            match self.elements(&targets) {
                None => add(grants, scope(None), roles),
                Some(targets) => {
                    for target in &targets {
                        let target = self.text(target);
                        add(grants, scope(target), roles.clone());
                    }
                }
            }
        }
    }

    fn roles(&mut self, roles: &Located<'_>) -> Roles {
        let Some(elements) = self.elements(roles) else {
            return Roles::unclear();
        };
        let known: BTreeSet<_> = elements.iter().filter_map(|element| self.text(element)).collect();
        Roles {
            is_open: elements.iter().any(|(_, path)| self.unclear.contains(path)),
            known,
        }
    }
}

impl Roles {
    fn unclear() -> Self {
        Self {
            known: BTreeSet::new(),
            is_open: true,
        }
    }
}

/// Adds roles to what a scope has already; an empty list of roles adds no scope.
fn add(grants: &mut BTreeMap<Scope, Roles>, scope: Scope, roles: Roles) {
    if roles.known.is_empty() && !roles.is_open {
        return;
    }
    let entry = grants.entry(scope).or_default();
    entry.known.extend(roles.known);
    entry.is_open |= roles.is_open;
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(properties: &str) -> KeyAccess {
        let text =
            format!("resources: {{k: {{type: 'descope-keys:ManagementKey', properties: {properties}}}}}");
        access(
            &[Source::new("Pulumi.yaml", text.as_bytes())],
            &Options::default(),
        )
        .keys
        .remove(0)
    }

    fn networks(texts: &str) -> String {
        match of(&format!("{{permittedIps: {texts}}}")).from {
            From::Anywhere => "anywhere".to_owned(),
            From::Networks { known, is_open } => {
                let known: Vec<_> = known.iter().map(ToString::to_string).collect();
                known.join(" ") + if is_open { " …" } else { "" }
            }
        }
    }

    #[test]
    fn networks_are_joined_exactly() {
        for (written, joined) in [
            ("[]", "anywhere"),
            ("[10.0.0.7]", "10.0.0.7/32"),
            ("[10.0.0.7/24]", "10.0.0.0/24"),
            ("[10.0.0.0/25, 10.0.0.128/25]", "10.0.0.0/24"),
            ("[10.0.0.0/8, 10.1.2.3]", "10.0.0.0/8"),
            ("[10.0.1.0/24, 10.0.2.0/24]", "10.0.1.0/24 10.0.2.0/24"),
            (
                "['2001:db8::/33', '2001:db8:8000::/33', 192.0.2.1]",
                "192.0.2.1/32 2001:db8::/32",
            ),
            ("[0.0.0.0/1, 128.0.0.0/1]", "0.0.0.0/0"),
            ("[192.0.2.1, '${x}']", "192.0.2.1/32 …"),
            ("[192.0.2.1, nonsense]", "192.0.2.1/32 …"),
            ("[{fn::secret: 192.0.2.1}]", " …"),
            ("'${x}'", " …"),
        ] {
            assert_eq!(networks(written), joined, "{written}");
        }
    }

    #[test]
    fn grants_for_one_scope_are_put_together() {
        let access = of(
            "{rebac: {projectRoles: [{projectIds: [p, q], roles: [a]}, {projectIds: [q], roles: [b, '${x}']}], \
                          tagRoles: [{tags: ['${t}'], roles: [c]}, {tags: [t], roles: []}, {tags: [u]}]}}",
        );
        let lines: Vec<_> = access
            .grants
            .iter()
            .map(|(scope, roles)| {
                let known: Vec<_> = roles.known.iter().map(String::as_str).collect();
                let open = if roles.is_open { "…" } else { "" };
                format!("{} {:?} {}{open}", scope.kind(), scope.target(), known.join(","))
            })
            .collect();
        assert_eq!(
            lines,
            ["tag None c", "project Some(\"p\") a", "project Some(\"q\") a,b…"]
        );
        let unclear: Vec<_> = access.unclear.iter().map(ToString::to_string).collect();
        assert_eq!(
            unclear,
            ["rebac.projectRoles[1].roles[1]", "rebac.tagRoles[0].tags[0]"]
        );
    }

    #[test]
    fn what_is_absent_is_at_its_default_and_what_is_unclear_is_said_to_be() {
        let access = of("{name: n}");
        assert_eq!(access.status, Some(Status::Active));
        assert_eq!(access.until, Some(Expiry::Never));
        assert_eq!(access.from, From::Anywhere);
        assert!(access.unclear.is_empty());

        let access = of("{name: {fn::secret: n}, status: '${s}', expireTime: -1, rebac: '${r}'}");
        assert_eq!((access.name, access.status, access.until), (None, None, None));
        let unclear: Vec<_> = access.unclear.iter().map(ToString::to_string).collect();
        assert_eq!(unclear, ["expireTime", "name", "rebac", "status"]);

        let access = of("'${all}'");
        assert_eq!(
            (access.status, access.until, access.from),
            (None, None, From::unclear())
        );
        assert_eq!(access.unclear, [Path::root()]);
    }
}
