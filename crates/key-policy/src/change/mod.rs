//! Two versions of a key: what differs, and whether that updates the key or replaces it.
//!
//! What counts as a change follows from the field table: absent, null and the default are the same; the order
//! and the repetitions in a set say nothing; the order of a list does. Fields that only the service sets are
//! never compared.

mod matching;

pub use matching::{Placed, matched, placed};

use std::collections::BTreeMap;

use crate::document::{Declaration, Dialect};
use crate::fields::{Effect, Field, Kind, MANAGEMENT_KEY, Object, Presence};
use crate::path::Path;
use crate::span::Span;
use crate::value::{Content, Value};

/// What becomes of one key between two versions.
#[derive(Debug, Clone, PartialEq)]
pub struct KeyChange {
    /// The address of the resource.
    pub resource: String,
    /// The address that it had before, if that was another.
    pub former: Option<String>,
    /// When the old key dies, if the key is, or may be, replaced.
    pub death: Death,
    /// What becomes of the key for certain.
    pub outcome: Outcome,
    /// What may become of it if the unknown values turn out to differ; at least `outcome`.
    pub possible: Outcome,
    /// What differs, in the order of the field table. Empty for a key that is new or gone.
    pub fields: Vec<FieldChange>,
}

/// When the old key of a replacement dies, and with it the old secret.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Death {
    /// Before the new key exists: nobody has access until its secret has reached every consumer.
    First,
    /// After the new key exists, but in the same deployment.
    After,
}

/// What becomes of a key, mildest first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Outcome {
    /// Nothing.
    Unchanged,
    /// It is changed in place and keeps its secret.
    Updated,
    /// It is made.
    Created,
    /// It is deleted.
    Deleted,
    /// It is deleted, and a new one with a new secret is made.
    Replaced,
}

/// One difference between two versions of a key.
#[derive(Debug, Clone, PartialEq)]
pub struct FieldChange {
    /// Where, in the names of the new version.
    pub path: Path,
    /// The row of the field table.
    pub field: &'static Field,
    /// How it differs.
    pub kind: ChangeKind,
    /// What the difference does to the key.
    pub effect: Effect,
    /// Whether it differs for certain; if not, a value is not known.
    pub certain: bool,
    /// The old value for people; hidden where it is sensitive.
    pub old: Option<String>,
    /// The new value for people; hidden where it is sensitive.
    pub new: Option<String>,
    /// Where the new version has it, or would have it.
    pub span: Span,
}

/// How a value differs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ChangeKind {
    /// The old version does not have it.
    Added,
    /// The new version does not have it.
    Removed,
    /// Both have it, with different values.
    Modified,
}

impl Outcome {
    /// The name in reports.
    pub fn name(self) -> &'static str {
        match self {
            Outcome::Unchanged => "none",
            Outcome::Updated => "update",
            Outcome::Created => "create",
            Outcome::Deleted => "delete",
            Outcome::Replaced => "replace",
        }
    }
}

impl KeyChange {
    /// Compares two versions of a key. A version that is not there is one before creation or after deletion.
    pub fn between(old: Option<&Declaration>, new: Option<&Declaration>) -> Self {
        let resource = new
            .or(old)
            .map_or_else(String::new, |declaration| declaration.resource.clone());
        let whole = |outcome| Self {
            resource: resource.clone(),
            former: None,
            death: new.or(old).map_or(Death::After, Death::of),
            outcome,
            possible: outcome,
            fields: Vec::new(),
        };
        match (old, new) {
            (None, None) => whole(Outcome::Unchanged),
            (None, Some(_)) => whole(Outcome::Created),
            (Some(_), None) => whole(Outcome::Deleted),
            (Some(old), Some(new)) => {
                let mut fields = compare(
                    (&old.properties, old.dialect),
                    (&new.properties, new.dialect),
                    new.span,
                );
                fields.retain(|field| !is_ignored(&field.path, &new.options.ignore_changes));
                Self {
                    former: (old.resource != new.resource).then(|| old.resource.clone()),
                    death: Death::of(new),
                    outcome: outcome(fields.iter().filter(|field| field.certain)),
                    possible: outcome(fields.iter()),
                    resource,
                    fields,
                }
            }
        }
    }
}

impl Death {
    /// The order that is written down, or that of the tool: Terraform deletes first, Pulumi last.
    fn of(declaration: &Declaration) -> Self {
        let deletes_first = match declaration.options.replacement {
            Some(replacement) => replacement.deletes_first,
            None => declaration.dialect == Dialect::Terraform,
        };
        if deletes_first { Death::First } else { Death::After }
    }

    /// The name in reports.
    pub fn name(self) -> &'static str {
        match self {
            Death::First => "before",
            Death::After => "after",
        }
    }
}

/// Whether the user wants changes at `path`, or at something around it, to be left alone.
fn is_ignored(path: &Path, ignored: &[String]) -> bool {
    let path = path.to_string();
    ignored.iter().any(|ignored| {
        let inside = path.strip_prefix(ignored.as_str());
        ignored == "all" || inside.is_some_and(|rest| rest.is_empty() || rest.starts_with(['.', '[']))
    })
}

fn outcome<'a>(fields: impl Iterator<Item = &'a FieldChange>) -> Outcome {
    fields
        .map(|field| match field.effect {
            Effect::Update => Outcome::Updated,
            Effect::Replace => Outcome::Replaced,
        })
        .max()
        .unwrap_or(Outcome::Unchanged)
}

/// The differences between the properties of two versions, each in its dialect. `anchor` is the place of what
/// the new version does not have.
pub fn compare(old: (&Value, Dialect), new: (&Value, Dialect), anchor: Span) -> Vec<FieldChange> {
    let mut comparison = Comparison {
        old: old.1,
        new: new.1,
        changes: Vec::new(),
    };
    if same_unknown(old.0, new.0) {
        return Vec::new();
    }
    match (&old.0.content, &new.0.content) {
        (Content::Object(_), Content::Object(_)) => {
            comparison.members(&Path::root(), &MANAGEMENT_KEY, Some(old.0), Some(new.0), anchor);
        }
        // All properties come from one value that is not known: each field may have changed.
        (Content::Unknown(_), _) | (_, Content::Unknown(_)) => {
            for field in MANAGEMENT_KEY.fields.iter().filter(|field| !field.is_read_only()) {
                let path = Path::root().key(field.name(new.1));
                comparison.push(&path, field, Some(old.0), Some(new.0), anchor, false);
            }
        }
        // What has no fields has none that differ.
        _ => {}
    }
    comparison.changes
}

struct Comparison {
    old: Dialect,
    new: Dialect,
    changes: Vec<FieldChange>,
}

impl Comparison {
    fn members(
        &mut self,
        path: &Path,
        object: &'static Object,
        old: Option<&Value>,
        new: Option<&Value>,
        anchor: Span,
    ) {
        for field in object.fields.iter().filter(|field| !field.is_read_only()) {
            let name = field.name(self.new);
            let anchor = new
                .and_then(Value::as_object)
                .and_then(|entries| entries.iter().find(|entry| entry.key == name))
                .map_or(anchor, |entry| entry.key_span);
            let old = old.and_then(|value| value.get(field.name(self.old)));
            let new = new.and_then(|value| value.get(name));
            self.value(&path.key(name), field, &field.kind, old, new, anchor);
        }
    }

    fn value(
        &mut self,
        path: &Path,
        field: &'static Field,
        kind: &'static Kind,
        old: Option<&Value>,
        new: Option<&Value>,
        anchor: Span,
    ) {
        let telling = |value: &&Value| !is_default(value, kind, field);
        let (old_value, new_value) = match (old.filter(telling), new.filter(telling)) {
            (Some(old_value), Some(new_value)) => (old_value, new_value),
            (None, None) => return,
            // A default that is written out is still shown as the value that it is.
            _ => {
                let certain = ![old, new].into_iter().flatten().any(is_unknown);
                self.push(path, field, old, new, anchor, certain);
                return;
            }
        };
        if is_unknown(old_value) || is_unknown(new_value) {
            if !same_unknown(old_value, new_value) {
                self.push(path, field, old, new, anchor, false);
            }
            return;
        }
        match (kind, old_value.as_list(), new_value.as_list()) {
            (Kind::Object(object), _, _)
                if old_value.as_object().is_some() && new_value.as_object().is_some() =>
            {
                self.members(path, object, old, new, anchor);
            }
            (Kind::List(element), Some(old), Some(new)) => {
                for index in 0..old.len().max(new.len()) {
                    let anchor = new.get(index).map_or(anchor, |item| item.span);
                    self.value(
                        &path.index(index),
                        field,
                        element,
                        old.get(index),
                        new.get(index),
                        anchor,
                    );
                }
            }
            (Kind::Set(_), Some(old), Some(new)) => self.set(path, field, old, new, anchor),
            _ if self.same(old_value, new_value, kind) => {}
            _ => self.push(path, field, old, new, anchor, true),
        }
    }

    fn set(&mut self, path: &Path, field: &'static Field, old: &[Value], new: &[Value], anchor: Span) {
        let has =
            |set: &[Value], item: &Value| set.iter().any(|other| same_unknown(other, item) || other == item);
        let gone: Vec<_> = old
            .iter()
            .enumerate()
            .filter(|(_, item)| !has(new, item))
            .collect();
        let come: Vec<_> = new
            .iter()
            .enumerate()
            .filter(|(_, item)| !has(old, item))
            .collect();
        // An element that is not known may turn out to be any of those that seem to differ.
        let open = |items: &[(usize, &Value)]| items.iter().any(|(_, item)| is_unknown(item));
        let (gone_open, come_open) = (open(&gone), open(&come));
        let mut at: BTreeMap<usize, (Option<&Value>, Option<&Value>)> = BTreeMap::new();
        for (index, item) in gone {
            at.entry(index).or_default().0 = Some(item);
        }
        for (index, item) in come {
            at.entry(index).or_default().1 = Some(item);
        }
        for (index, (old, new)) in at {
            let certain = new.is_some_and(|item| !is_unknown(item) && !gone_open)
                || old.is_some_and(|item| !is_unknown(item) && !come_open);
            let span = new.map_or(anchor, |item| item.span);
            self.push(&path.index(index), field, old, new, span, certain);
        }
    }

    /// Whether two known values mean the same.
    fn same(&self, old: &Value, new: &Value, kind: &Kind) -> bool {
        match kind {
            Kind::UnixSeconds => match (old.number_in(self.old), new.number_in(self.new)) {
                (Some(old), Some(new)) => old.total_cmp(&new).is_eq(),
                _ => old == new,
            },
            _ => match (old.text_in(self.old), new.text_in(self.new)) {
                (Some(old), Some(new)) => old == new,
                _ => old == new,
            },
        }
    }

    fn push(
        &mut self,
        path: &Path,
        field: &'static Field,
        old: Option<&Value>,
        new: Option<&Value>,
        span: Span,
        certain: bool,
    ) {
        self.changes.push(FieldChange {
            path: path.clone(),
            field,
            kind: match (old, new) {
                (None, _) => ChangeKind::Added,
                (_, None) => ChangeKind::Removed,
                _ => ChangeKind::Modified,
            },
            effect: field.on_change,
            certain,
            old: old.map(Value::shown),
            new: new.map(Value::shown),
            span,
        });
    }
}

fn is_unknown(value: &Value) -> bool {
    matches!(value.content, Content::Unknown(_))
}

/// Two values that are not known are taken for equal if the same expression gives them.
fn same_unknown(old: &Value, new: &Value) -> bool {
    is_unknown(old) && old == new
}

/// Whether the value says the same as leaving it out.
fn is_default(value: &Value, kind: &Kind, field: &Field) -> bool {
    if field.presence == Presence::Required {
        return value.is_null();
    }
    match (&value.content, kind) {
        (Content::Null, _) => true,
        (Content::String(text), Kind::Text) => text.is_empty(),
        (Content::String(text), Kind::OneOf(options)) => options.first() == Some(&text.as_str()),
        (Content::Number(seconds), Kind::UnixSeconds) => *seconds == 0.0,
        (Content::List(items), Kind::List(_) | Kind::Set(_)) => items.is_empty(),
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::document::{Document, Inputs, Replacement, Source, read};

    /// The changes between two versions of the properties of a key, one a line.
    fn changes(old: &str, new: &str) -> Vec<String> {
        let key = |properties: &str| {
            let text =
                format!("resources: {{k: {{type: 'descope-keys:ManagementKey', properties: {properties}}}}}");
            let source = Source::new("Pulumi.yaml", text.as_bytes());
            read(&[source], &Inputs::default())
                .remove(0)
                .declarations
                .remove(0)
        };
        let change = KeyChange::between(Some(&key(old)), Some(&key(new)));
        let line = |field: &FieldChange| {
            format!(
                "{} {:?} {:?}{}",
                field.path,
                field.kind,
                field.effect,
                if field.certain { "" } else { "?" }
            )
        };
        let outcome = format!("{:?}/{:?}", change.outcome, change.possible);
        std::iter::once(outcome)
            .chain(change.fields.iter().map(line))
            .collect()
    }

    #[test]
    fn only_rebac_and_the_expiry_replace() {
        for (old, new, expected) in [
            (
                "{name: a}",
                "{name: b}",
                ["Updated/Updated", "name Modified Update"],
            ),
            (
                "{}",
                "{description: d}",
                ["Updated/Updated", "description Added Update"],
            ),
            (
                "{status: inactive}",
                "{status: active}",
                ["Updated/Updated", "status Modified Update"],
            ),
            (
                "{permittedIps: [a]}",
                "{}",
                ["Updated/Updated", "permittedIps Removed Update"],
            ),
            (
                "{permittedIps: [a, b]}",
                "{permittedIps: [a, c]}",
                ["Updated/Updated", "permittedIps[1] Modified Update"],
            ),
            (
                "{expireTime: 1}",
                "{expireTime: 2}",
                ["Replaced/Replaced", "expireTime Modified Replace"],
            ),
            (
                "{expireTime: 1}",
                "{expireTime: 0}",
                ["Replaced/Replaced", "expireTime Modified Replace"],
            ),
            (
                "{rebac: {companyRoles: [a]}}",
                "{rebac: {companyRoles: [b, a]}}",
                ["Replaced/Replaced", "rebac.companyRoles[0] Added Replace"],
            ),
            (
                "{rebac: {tagRoles: [{tags: [a], roles: [r]}]}}",
                "{rebac: {tagRoles: [{tags: [a], roles: [s]}]}}",
                ["Replaced/Replaced", "rebac.tagRoles[0].roles[0] Modified Replace"],
            ),
            (
                "{}",
                "{rebac: {companyRoles: [a]}}",
                ["Replaced/Replaced", "rebac Added Replace"],
            ),
        ] {
            assert_eq!(changes(old, new), expected, "{old} {new}");
        }
    }

    #[test]
    fn what_says_the_same_is_no_change() {
        for (old, new) in [
            (
                "{}",
                "{description: '', status: active, permittedIps: [], expireTime: 0}",
            ),
            ("{name: a, description: null}", "{name: a}"),
            (
                "{rebac: {companyRoles: [a, b]}}",
                "{rebac: {companyRoles: [b, a, b], tagRoles: []}}",
            ),
            (
                "{rebac: {projectRoles: [{projectIds: [p, q], roles: [r]}]}}",
                "{rebac: {projectRoles: [{roles: [r], projectIds: [q, p]}]}}",
            ),
            ("{name: '${x}'}", "{name: '${x}'}"),
            (
                "{rebac: {companyRoles: ['${x}', a]}}",
                "{rebac: {companyRoles: [a, '${x}']}}",
            ),
            ("{id: a, cleartext: b}", "{id: c}"),
            ("{expireTime: .nan}", "{expireTime: .nan}"),
            // Wrong, but no change.
            ("{name: [a, {b: c}]}", "{  name: [a, { b: c }] }"),
        ] {
            assert_eq!(changes(old, new), ["Unchanged/Unchanged"], "{old} {new}");
        }
    }

    #[test]
    fn what_is_not_known_may_change() {
        for (old, new, expected) in [
            (
                "{name: a}",
                "{name: '${x}'}",
                vec!["Unchanged/Updated", "name Modified Update?"],
            ),
            (
                "{}",
                "{expireTime: '${x}'}",
                vec!["Unchanged/Replaced", "expireTime Added Replace?"],
            ),
            (
                "{name: a, rebac: {companyRoles: [a]}}",
                "{name: b, rebac: {companyRoles: ['${x}']}}",
                vec![
                    "Updated/Replaced",
                    "name Modified Update",
                    "rebac.companyRoles[0] Modified Replace?",
                ],
            ),
            // Whatever `${x}` is, `b` was not there before.
            (
                "{rebac: {companyRoles: [a]}}",
                "{rebac: {companyRoles: ['${x}', b]}}",
                vec![
                    "Replaced/Replaced",
                    "rebac.companyRoles[0] Modified Replace?",
                    "rebac.companyRoles[1] Added Replace",
                ],
            ),
        ] {
            assert_eq!(changes(old, new), expected, "{old} {new}");
        }
    }

    fn program(resources: &str) -> Document {
        let text = format!("resources:\n{resources}");
        let source = Source::new("Pulumi.yaml", text.as_bytes());
        read(&[source], &Inputs::default()).remove(0)
    }

    #[test]
    fn a_key_is_found_under_its_former_address_unless_that_still_exists() {
        let key = |name: &str| format!("  {name}: {{type: 'descope-keys:ManagementKey'}}\n");
        let pairs = |old: &[&str], new: &[&str]| {
            let old = program(&old.iter().map(|name| key(name)).collect::<String>());
            let mut new = program(&new.iter().map(|name| key(name)).collect::<String>());
            for declaration in &mut new.declarations {
                if declaration.resource == "renamed" {
                    declaration.options.former_addresses = vec!["other".to_owned(), "a".to_owned()];
                }
            }
            let sources = [Source::new("Pulumi.yaml", b"")];
            let (old, new) = ([old], [new]);
            matched(&placed(&old, &sources, ""), &placed(&new, &sources, ""))
                .iter()
                .map(|(old, new)| {
                    let name = |key: &Option<Placed<'_>>| {
                        key.map_or("-".to_owned(), |key| key.declaration.resource.clone())
                    };
                    format!("{}>{}", name(old), name(new))
                })
                .collect::<Vec<_>>()
                .join(" ")
        };
        assert_eq!(pairs(&["a", "b"], &["b", "renamed"]), "b>b a>renamed");
        assert_eq!(pairs(&["a"], &["a", "renamed"]), "a>a ->renamed");
        assert_eq!(pairs(&["a", "c"], &["b"]), "a>- ->b c>-");
        assert_eq!(pairs(&["a", "other"], &["renamed"]), "a>- other>renamed");
    }

    #[test]
    fn what_is_to_be_left_alone_is_no_change() {
        let key = |properties: &str, ignored: &[&str]| {
            let mut key = program(&format!(
                "  k: {{type: 'descope-keys:ManagementKey', properties: {properties}}}"
            ))
            .declarations
            .remove(0);
            key.options.ignore_changes = ignored.iter().map(ToString::to_string).collect();
            key
        };
        let old = key("{name: a, rebac: {companyRoles: [r]}}", &[]);
        let outcome = |ignored: &[&str]| {
            let new = key("{name: b, rebac: {companyRoles: [s]}}", ignored);
            KeyChange::between(Some(&old), Some(&new)).outcome
        };
        assert_eq!(outcome(&[]), Outcome::Replaced);
        assert_eq!(outcome(&["rebac"]), Outcome::Updated);
        assert_eq!(outcome(&["rebac.companyRoles", "name"]), Outcome::Unchanged);
        assert_eq!(outcome(&["re", "rebac.company"]), Outcome::Replaced);
        assert_eq!(outcome(&["all"]), Outcome::Unchanged);
    }

    #[test]
    fn the_old_key_dies_first_where_terraform_or_the_author_says_so() {
        let mut key = program("  k: {type: 'descope-keys:ManagementKey'}")
            .declarations
            .remove(0);
        assert_eq!(Death::of(&key), Death::After);
        key.dialect = Dialect::Terraform;
        assert_eq!(Death::of(&key), Death::First);
        key.options.replacement = Some(Replacement {
            deletes_first: false,
            span: Span::default(),
        });
        assert_eq!(Death::of(&key), Death::After);
    }

    #[test]
    fn list_order_counts_where_the_table_says_list() {
        assert_eq!(
            changes("{permittedIps: [a, b]}", "{permittedIps: [b, a]}"),
            [
                "Updated/Updated",
                "permittedIps[0] Modified Update",
                "permittedIps[1] Modified Update"
            ]
        );
    }
}
