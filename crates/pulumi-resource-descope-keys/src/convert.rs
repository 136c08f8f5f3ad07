//! From property values to the core's values, and between keys, documents and property values.

use std::collections::BTreeSet;

use descope_client::{KeyDocument, ProjectRoles, ReBac, TagRoles};
use key_policy::fields::{Kind, MANAGEMENT_KEY, Object};
use key_policy::model::{Access, Grant, ManagementKey, NonEmptySet};
use key_policy::path::{self, Path};
use key_policy::value::{Content, Entry, Value};
use key_policy::{Declaration, Dialect, Span};
use pulumi_rs_provider::{PropertyMap, PropertyPath, PropertyValue, ReferenceId, UnknownKind};

/// The dialect of this package.
pub(crate) const DIALECT: Dialect = Dialect::PulumiKeys;
/// The output that only a creation fills.
pub(crate) const CLEARTEXT: &str = "cleartext";

/// The inputs as a declaration that has no text, and so no places.
pub(crate) fn declaration(resource: &str, inputs: &PropertyMap) -> Declaration {
    Declaration::new(resource.to_owned(), DIALECT, Span::default(), object(inputs))
}

/// An object of the core.
pub(crate) fn object(properties: &PropertyMap) -> Value {
    let members = properties.iter().filter(|(key, _)| !key.starts_with("__"));
    let entries = members.map(|(key, value)| Entry {
        key: key.clone(),
        key_span: Span::default(),
        value: core(value),
    });
    Value::new(Content::Object(entries.collect()), Span::default())
}

fn core(value: &PropertyValue) -> Value {
    let content = match value {
        PropertyValue::Null => Content::Null,
        PropertyValue::Bool(value) => Content::Bool(*value),
        PropertyValue::Number(value) => Content::Number(*value),
        PropertyValue::String(text) => Content::String(text.clone()),
        PropertyValue::List(items) => Content::List(items.iter().map(core).collect()),
        PropertyValue::Object(properties) => return object(properties),
        PropertyValue::Secret(inner) => {
            return Value {
                sensitive: true,
                ..core(inner)
            };
        }
        PropertyValue::Output(output) => {
            let known = output.value.as_deref().map(core);
            let value = known.unwrap_or_else(|| Value::new(Content::Unknown(String::new()), Span::default()));
            return Value {
                sensitive: value.sensitive || output.secret,
                ..value
            };
        }
        PropertyValue::Unknown(_) => Content::Unknown(String::new()),
        PropertyValue::Resource(reference) => match &reference.id {
            Some(ReferenceId::Known(id)) => Content::String(id.clone()),
            Some(ReferenceId::Unknown) => Content::Unknown(String::new()),
            None => Content::String(reference.urn.clone()),
        },
        // No field takes one of these, and an object without members fits none of them either.
        PropertyValue::Asset(_) | PropertyValue::Archive(_) | PropertyValue::Bytes(_) => {
            Content::Object(Vec::new())
        }
    };
    Value::new(content, Span::default())
}

/// A path of the core as the engine writes it.
pub(crate) fn property_path(path: &Path) -> PropertyPath {
    path.segments()
        .iter()
        .fold(PropertyPath::root(), |whole, segment| match segment {
            path::Segment::Key(key) => whole.key(&**key),
            path::Segment::Index(index) => whole.index(*index),
        })
}

/// What the service is sent for a key.
pub(crate) fn document(key: &ManagementKey) -> KeyDocument {
    KeyDocument {
        name: key.name.as_str().to_owned(),
        description: key.description.clone(),
        status: key.status.name().to_owned(),
        expire_time: key.expiry.unix_seconds(),
        permitted_ips: key
            .permitted_ips
            .iter()
            .map(|network| network.as_str().to_owned())
            .collect(),
        re_bac: re_bac(&key.access),
    }
}

fn re_bac(access: &Access) -> ReBac {
    match access {
        Access::Company(roles) => ReBac {
            company_roles: set(roles),
            ..ReBac::default()
        },
        Access::Scoped(scoped) => ReBac {
            company_roles: BTreeSet::new(),
            project_roles: scoped
                .projects()
                .iter()
                .map(|Grant { targets, roles }| ProjectRoles {
                    project_ids: set(targets),
                    roles: set(roles),
                })
                .collect(),
            tag_roles: scoped
                .tags()
                .iter()
                .map(|Grant { targets, roles }| TagRoles {
                    tags: set(targets),
                    roles: set(roles),
                })
                .collect(),
        },
    }
}

fn set(members: &NonEmptySet) -> BTreeSet<String> {
    members.iter().map(str::to_owned).collect()
}

/// All fields of a key that lives, but for its id and its secret. A `rebac` that the reply did not tell is left out.
pub(crate) fn properties(document: &KeyDocument) -> PropertyMap {
    let texts = |set: &BTreeSet<String>| PropertyValue::from(set.iter().cloned().collect::<Vec<_>>());
    let project = |grant: &ProjectRoles| {
        PropertyMap::from([
            ("projectIds".to_owned(), texts(&grant.project_ids)),
            ("roles".to_owned(), texts(&grant.roles)),
        ])
    };
    let tag = |grant: &TagRoles| {
        PropertyMap::from([
            ("tags".to_owned(), texts(&grant.tags)),
            ("roles".to_owned(), texts(&grant.roles)),
        ])
    };
    let re_bac = &document.re_bac;
    let mut properties = PropertyMap::from([
        ("name".to_owned(), document.name.clone().into()),
        ("description".to_owned(), document.description.clone().into()),
        ("status".to_owned(), document.status.clone().into()),
        ("permittedIps".to_owned(), document.permitted_ips.clone().into()),
        // Unix seconds of 32 bits fit into a double.
        (
            "expireTime".to_owned(),
            PropertyValue::Number(document.expire_time as f64),
        ),
    ]);
    if !re_bac.is_empty() {
        let rebac = PropertyMap::from([
            ("companyRoles".to_owned(), texts(&re_bac.company_roles)),
            (
                "projectRoles".to_owned(),
                re_bac
                    .project_roles
                    .iter()
                    .map(project)
                    .collect::<Vec<_>>()
                    .into(),
            ),
            (
                "tagRoles".to_owned(),
                re_bac.tag_roles.iter().map(tag).collect::<Vec<_>>().into(),
            ),
        ]);
        properties.insert("rebac".to_owned(), rebac.into());
    }
    properties
}

/// The outputs that follow from inputs: the inputs as they are, secrets and unknowns included, and the default of
/// every field that they leave out.
pub(crate) fn with_defaults(inputs: &PropertyMap) -> PropertyMap {
    let mut outputs: PropertyMap = inputs
        .iter()
        .filter(|(key, _)| !key.starts_with("__"))
        .map(clone_pair)
        .collect();
    fill(&mut outputs, &MANAGEMENT_KEY);
    outputs
}

/// The properties without what says no more than leaving it out: how an author would write them.
pub(crate) fn without_defaults(properties: &PropertyMap) -> PropertyMap {
    let mut inputs = properties.clone();
    prune(&mut inputs, &MANAGEMENT_KEY);
    inputs
}

fn fill(properties: &mut PropertyMap, object: &Object) {
    for field in object.fields.iter().filter(|field| !field.is_read_only()) {
        let missing = properties
            .get(field.camel)
            .is_none_or(|value| value.expose().is_null());
        match &field.kind {
            Kind::Object(inner) => {
                if let Some(PropertyValue::Object(members)) =
                    properties.get_mut(field.camel).map(under_secret)
                {
                    fill(members, inner);
                }
            }
            kind if missing => {
                properties.insert(field.camel.to_owned(), default(kind));
            }
            _ => {}
        }
    }
}

fn prune(properties: &mut PropertyMap, object: &Object) {
    for field in object.fields.iter().filter(|field| !field.is_read_only()) {
        if let Kind::Object(inner) = &field.kind {
            if let Some(PropertyValue::Object(members)) = properties.get_mut(field.camel).map(under_secret) {
                prune(members, inner);
            }
        } else if properties
            .get(field.camel)
            .is_some_and(|value| *value.expose() == default(&field.kind))
        {
            properties.remove(field.camel);
        }
    }
}

fn default(kind: &Kind) -> PropertyValue {
    match kind {
        Kind::Text => "".into(),
        Kind::OneOf(options) => options.first().copied().unwrap_or_default().into(),
        Kind::UnixSeconds => PropertyValue::Number(0.0),
        Kind::List(_) | Kind::Set(_) => PropertyValue::List(Vec::new()),
        Kind::Object(_) => PropertyMap::new().into(),
    }
}

fn under_secret(value: &mut PropertyValue) -> &mut PropertyValue {
    match value {
        PropertyValue::Secret(inner) => under_secret(inner),
        other => other,
    }
}

fn clone_pair((key, value): (&String, &PropertyValue)) -> (String, PropertyValue) {
    (key.clone(), value.clone())
}

/// The secret of a key as an output.
pub(crate) fn cleartext(text: &str) -> PropertyValue {
    PropertyValue::secret(text)
}

/// The secret of a key that is yet to be made.
pub(crate) fn unknown_cleartext() -> PropertyValue {
    PropertyValue::secret(PropertyValue::Unknown(UnknownKind::String))
}
