//! Authors' replies as the wire wants them, and the contract that they must keep.
//!
//! What breaks the contract is the provider's bug. It is never passed on, and never hides a live resource: as long as there is an id, the
//! engine is given it with the rest of the state.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use tonic::Status;

use crate::path::PathPattern;
use crate::proto::diff_response::DiffChanges;
use crate::proto::property_diff::Kind;
use crate::proto::{
    self, CheckResponse, CreateResponse, DiffResponse, ErrorResourceInitFailed, InvokeResponse, PropertyDiff,
    ReadResponse, UpdateResponse,
};
use crate::redact::Secrets;
use crate::value::{PropertyMap, PropertyValue};
use crate::verbs::{
    Change, ChangeKind, CheckFailure, CheckReply, CreateReply, Diff, InvokeReply, PreviewReply, ReadReply,
    UpdateReply,
};
use crate::wire::Struct;

/// Turns the replies of one call into messages.
pub(crate) struct Replies {
    /// For the messages about bugs: what was asked, and of what.
    pub(crate) verb: &'static str,
    pub(crate) subject: String,
    pub(crate) secrets: Secrets,
    /// Whether the engine understands strings that are not UTF-8.
    pub(crate) byte_strings: bool,
    /// What the user is asked when a bug shows.
    pub(crate) report: Arc<str>,
}

/// Properties that break the contract.
struct Broken {
    /// The others.
    rest: Struct,
    /// What is wrong, by property.
    reasons: Vec<String>,
}

impl Replies {
    pub(crate) fn check(&self, reply: CheckReply) -> Result<CheckResponse, Status> {
        Ok(CheckResponse {
            inputs: Some(self.seal_or_bug(&reply.inputs, true)?),
            failures: self.failures(&reply.failures),
        })
    }

    pub(crate) fn diff(&self, mut diff: Diff, ignored: &[PathPattern]) -> Result<DiffResponse, Status> {
        diff.changes
            .retain(|path, _| !ignored.iter().any(|pattern| pattern.matches(path)));
        let mut keys = BTreeSet::new();
        let mut replaces = BTreeSet::new();
        let mut detailed = BTreeMap::new();
        for (path, change) in &diff.changes {
            let key = path
                .top_key()
                .ok_or_else(|| self.bug(&format!("a change at `{path}`, which is no property")))?;
            keys.insert(key.to_owned());
            if change.replace {
                replaces.insert(key.to_owned());
            }
            let kind = wire_kind(change).into();
            detailed.insert(
                path.to_string(),
                PropertyDiff {
                    kind,
                    input_diff: change.input_diff,
                },
            );
        }
        let changes = if keys.is_empty() {
            DiffChanges::DiffNone
        } else {
            DiffChanges::DiffSome
        };
        Ok(DiffResponse {
            delete_before_replace: diff.delete_before_replace && !replaces.is_empty(),
            replaces: replaces.into_iter().collect(),
            stables: diff.stables.into_iter().collect(),
            changes: changes.into(),
            diffs: keys.into_iter().collect(),
            detailed_diff: detailed,
            has_detailed_diff: true,
        })
    }

    pub(crate) fn preview(&self, reply: &PreviewReply) -> Result<Struct, Status> {
        self.seal_or_bug(&reply.state, true)
    }

    pub(crate) fn create(&self, reply: CreateReply) -> Result<CreateResponse, Status> {
        match reply {
            CreateReply::Created { id, .. } | CreateReply::Partial { id, .. } if id.is_empty() => {
                Err(self.bug("an empty id; a live resource may exist that the engine does not know of"))
            }
            CreateReply::Created { id, state } => match self.seal(&state, false) {
                Ok(properties) => Ok(CreateResponse {
                    id,
                    properties: Some(properties),
                    refresh_before_update: false,
                }),
                Err(_) => Err(self.incomplete(id, &state, None, Vec::new())),
            },
            CreateReply::Partial { id, state, reasons } => Err(self.incomplete(id, &state, None, reasons)),
        }
    }

    pub(crate) fn update(&self, id: String, reply: UpdateReply) -> Result<UpdateResponse, Status> {
        match reply {
            UpdateReply::Updated { state } => match self.seal(&state, false) {
                Ok(properties) => Ok(UpdateResponse {
                    properties: Some(properties),
                    refresh_before_update: false,
                }),
                Err(_) => Err(self.incomplete(id, &state, None, Vec::new())),
            },
            UpdateReply::Partial { state, reasons } => Err(self.incomplete(id, &state, None, reasons)),
        }
    }

    pub(crate) fn invoke(&self, reply: InvokeReply) -> Result<InvokeResponse, Status> {
        Ok(match reply {
            InvokeReply::Returned(result) => InvokeResponse {
                r#return: Some(self.seal_or_bug(&result, false)?),
                failures: Vec::new(),
            },
            InvokeReply::Refused(failures) => InvokeResponse {
                r#return: None,
                failures: self.failures(&failures),
            },
        })
    }

    fn failures(&self, failures: &[CheckFailure]) -> Vec<proto::CheckFailure> {
        let failures = failures.iter().map(|failure| proto::CheckFailure {
            property: failure.path.to_string(),
            reason: self.secrets.mask(&failure.reason),
        });
        failures.collect()
    }

    pub(crate) fn read(&self, reply: ReadReply) -> Result<ReadResponse, Status> {
        match reply {
            // Only absent structs make an import fail; empty ones would import a resource that is not there.
            ReadReply::Gone => Ok(ReadResponse::default()),
            ReadReply::Found { id, .. } | ReadReply::Partial { id, .. } if id.is_empty() => {
                Err(self.bug("an empty id for a resource that was found"))
            }
            ReadReply::Found { id, inputs, state } => Ok(ReadResponse {
                id,
                inputs: Some(self.seal_or_bug(&inputs, false)?),
                properties: Some(self.seal_or_bug(&state, false)?),
                refresh_before_update: false,
            }),
            ReadReply::Partial {
                id,
                inputs,
                state,
                reasons,
            } => {
                let inputs = self.seal_or_bug(&inputs, false)?;
                Err(self.incomplete(id, &state, Some(inputs), reasons))
            }
        }
    }

    /// The status that gives the engine an id and a state together with the failure.
    fn incomplete(
        &self,
        id: String,
        state: &PropertyMap,
        inputs: Option<Struct>,
        mut reasons: Vec<String>,
    ) -> Status {
        let properties = self.seal(state, false).unwrap_or_else(|broken| {
            reasons.push(self.bug_text(&format!(
                "a state that cannot be kept ({}); the live resource `{id}` exists",
                broken.reasons.join("; ")
            )));
            broken.rest
        });
        if reasons.is_empty() {
            reasons.push("no reason was given".to_owned());
        }
        // The state may hold secrets that the request did not, such as a password that was just made.
        let secrets = self.secrets.with([state]);
        crate::status::init_failed(&ErrorResourceInitFailed {
            id,
            properties: Some(properties),
            reasons: reasons.iter().map(|reason| secrets.mask(reason)).collect(),
            inputs,
            refresh_before_update: false,
        })
    }

    fn seal_or_bug(&self, properties: &PropertyMap, unknowns: bool) -> Result<Struct, Status> {
        self.seal(properties, unknowns).map_err(|broken| {
            self.bug(&format!(
                "values that cannot be sent ({})",
                broken.reasons.join("; ")
            ))
        })
    }

    /// The properties for the wire, if all of them may go there.
    fn seal(&self, properties: &PropertyMap, unknowns: bool) -> Result<Struct, Broken> {
        let mut rest = Struct::default();
        let mut reasons = Vec::new();
        for (key, value) in properties {
            let one = PropertyMap::from([(key.clone(), value.clone())]);
            if !unknowns && value.contains_unknown() {
                reasons.push(format!("`{key}` is or holds an unknown"));
            } else if !self.byte_strings && value.any(&|value| matches!(value, PropertyValue::Bytes(_))) {
                reasons.push(format!(
                    "`{key}` holds a string that is not UTF-8, which this engine does not accept"
                ));
            } else {
                match Struct::encode_properties(&one) {
                    Ok(mut one) => rest.entries.append(&mut one.entries),
                    Err(error) => reasons.push(error.to_string()),
                }
            }
        }
        if reasons.is_empty() {
            Ok(rest)
        } else {
            Err(Broken { rest, reasons })
        }
    }

    fn bug(&self, what: &str) -> Status {
        Status::internal(self.bug_text(what))
    }

    fn bug_text(&self, what: &str) -> String {
        let text = format!(
            "bug in the provider: {} of `{}` returned {what}; {}",
            self.verb, self.subject, self.report
        );
        self.secrets.mask(&text)
    }
}

fn wire_kind(change: &Change) -> Kind {
    match (change.kind, change.replace) {
        (ChangeKind::Add, false) => Kind::Add,
        (ChangeKind::Add, true) => Kind::AddReplace,
        (ChangeKind::Delete, false) => Kind::Delete,
        (ChangeKind::Delete, true) => Kind::DeleteReplace,
        (ChangeKind::Update, false) => Kind::Update,
        (ChangeKind::Update, true) => Kind::UpdateReplace,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::path::PropertyPath;

    fn replies() -> Replies {
        Replies {
            verb: "diff",
            subject: "urn:pulumi:dev::shop::pets:index:Pet::rex".to_owned(),
            secrets: Secrets::default(),
            byte_strings: false,
            report: "please report it".into(),
        }
    }

    #[test]
    fn every_field_of_a_diff_comes_from_the_changes() {
        let diff = Diff {
            changes: BTreeMap::from([
                ("name".into(), Change::update().in_inputs()),
                (PropertyPath::from("list").index(1), Change::add()),
                (
                    PropertyPath::from("list").index(0).key("a.b"),
                    Change::delete().replacing(),
                ),
                ("ignored".into(), Change::update().replacing()),
            ]),
            delete_before_replace: true,
            stables: BTreeSet::from(["id".to_owned()]),
        };
        let ignored = ["ignored".parse().unwrap()];
        let property = |kind: Kind, input_diff| PropertyDiff {
            kind: kind.into(),
            input_diff,
        };
        let expected = DiffResponse {
            replaces: vec!["list".to_owned()],
            stables: vec!["id".to_owned()],
            delete_before_replace: true,
            changes: DiffChanges::DiffSome.into(),
            diffs: vec!["list".to_owned(), "name".to_owned()],
            detailed_diff: BTreeMap::from([
                ("name".to_owned(), property(Kind::Update, true)),
                ("list[1]".to_owned(), property(Kind::Add, false)),
                (
                    r#"list[0]["a.b"]"#.to_owned(),
                    property(Kind::DeleteReplace, false),
                ),
            ]),
            has_detailed_diff: true,
        };
        assert_eq!(replies().diff(diff, &ignored).unwrap(), expected);
    }

    #[test]
    fn an_ignored_replacement_leaves_no_trace() {
        let changes = BTreeMap::from([("a".into(), Change::update().replacing())]);
        let diff = Diff {
            changes,
            delete_before_replace: true,
            ..Diff::default()
        };
        let expected = DiffResponse {
            changes: DiffChanges::DiffNone.into(),
            has_detailed_diff: true,
            ..DiffResponse::default()
        };
        assert_eq!(replies().diff(diff, &["a".parse().unwrap()]).unwrap(), expected);
    }

    #[test]
    fn a_change_must_be_at_a_property() {
        let diff = Diff {
            changes: BTreeMap::from([(PropertyPath::root(), Change::update())]),
            ..Diff::default()
        };
        assert_eq!(
            replies().diff(diff, &[]).unwrap_err().code(),
            tonic::Code::Internal
        );
    }
}
