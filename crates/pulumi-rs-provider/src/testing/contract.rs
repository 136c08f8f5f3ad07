//! What the engine refuses in a reply, or what it would lose by believing it.

use std::collections::BTreeSet;

use crate::path::PropertyPath;
use crate::proto::diff_response::DiffChanges;
use crate::proto::property_diff::Kind;
use crate::proto::{ConfigureResponse, DiffResponse, ProviderHandshakeResponse};
use crate::value::{DecodeError, PropertyMap};
use crate::wire::Struct;

/// How a reply breaks the protocol.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum Violation {
    /// A live resource has no id, so the engine forgets it.
    #[error("the id is empty, so a live resource would be forgotten")]
    EmptyId,
    /// A property is unknown after a real run.
    #[error("`{0}` is or holds an unknown, though this is no preview")]
    Unknown(String),
    /// A value that means nothing.
    #[error("{0}")]
    Malformed(#[from] DecodeError),
    /// What was not found has a state, and an import would make a resource of it that is not there.
    #[error("there is a state without an id, which an import would take for a resource")]
    Ghost,
    /// What was found has no state.
    #[error("there is an id without a state")]
    NoState,
    /// An import was answered without inputs.
    #[error("there are no inputs, so the resource cannot be imported")]
    NotImportable,
    /// The configuration's `version` was changed.
    #[error("the `version` in the configuration was changed")]
    VersionChanged,
    /// Handshake and Configure disagree.
    #[error("`{0}` is another one in the answer to Handshake")]
    Capability(&'static str),
    /// The parts of a diff disagree.
    #[error("the diff contradicts itself: {0}")]
    Contradiction(String),
}

/// The properties of a reply. An absent struct and an empty one stay two things.
pub(super) fn decoded(raw: Option<Struct>, unknowns: bool) -> Result<Option<PropertyMap>, Violation> {
    let Some(raw) = raw else { return Ok(None) };
    let properties = raw.decode_properties()?;
    match properties
        .iter()
        .find(|(_, value)| !unknowns && value.contains_unknown())
    {
        Some((key, _)) => Err(Violation::Unknown(key.clone())),
        None => Ok(Some(properties)),
    }
}

pub(super) fn version(sent: &PropertyMap, returned: &PropertyMap) -> Result<(), Violation> {
    let of = |properties: &PropertyMap| properties.get("version").cloned();
    match of(returned) {
        Some(version) if Some(&version) != of(sent).as_ref() => Err(Violation::VersionChanged),
        _ => Ok(()),
    }
}

pub(super) fn capabilities(
    handshake: &ProviderHandshakeResponse,
    configure: &ConfigureResponse,
) -> Result<(), Violation> {
    for (name, first, second) in [
        (
            "acceptSecrets",
            handshake.accept_secrets,
            configure.accept_secrets,
        ),
        ("supportsPreview", true, configure.supports_preview),
        (
            "acceptResources",
            handshake.accept_resources,
            configure.accept_resources,
        ),
        (
            "acceptOutputs",
            handshake.accept_outputs,
            configure.accept_outputs,
        ),
        (
            "supportsAutonamingConfiguration",
            handshake.supports_autonaming_configuration,
            configure.supports_autonaming_configuration,
        ),
    ] {
        if first != second {
            return Err(Violation::Capability(name));
        }
    }
    Ok(())
}

/// Holds the fields of a diff against each other.
pub(super) fn diff(diff: &DiffResponse) -> Result<(), Violation> {
    let contradiction = |text: String| Err(Violation::Contradiction(text));
    let keys: BTreeSet<&str> = diff.diffs.iter().map(String::as_str).collect();
    if keys.len() != diff.diffs.len() {
        return contradiction("`diffs` names a property twice".to_owned());
    }
    let changed = match DiffChanges::try_from(diff.changes) {
        Ok(DiffChanges::DiffSome) => true,
        Ok(DiffChanges::DiffNone) => false,
        _ => return contradiction(format!("`changes` is {}", diff.changes)),
    };
    let named = !keys.is_empty() || !diff.replaces.is_empty();
    if !changed && (named || !diff.detailed_diff.is_empty()) {
        return contradiction("nothing changes, yet properties are named".to_owned());
    }
    if let Some(key) = diff.replaces.iter().find(|key| !keys.contains(key.as_str())) {
        return contradiction(format!("`{key}` replaces, but does not change"));
    }
    if !diff.has_detailed_diff {
        return Ok(());
    }
    let mut tops = BTreeSet::new();
    let mut replaces = BTreeSet::new();
    for (text, change) in &diff.detailed_diff {
        let path: PropertyPath = match text.parse() {
            Ok(path) => path,
            Err(error) => return contradiction(format!("`{text}` is no property path: {error}")),
        };
        let Some(top) = path.top_key() else {
            return contradiction("a change is at the resource as a whole".to_owned());
        };
        match Kind::try_from(change.kind) {
            Ok(Kind::AddReplace | Kind::DeleteReplace | Kind::UpdateReplace) => {
                replaces.insert(top.to_owned());
            }
            Ok(Kind::Add | Kind::Delete | Kind::Update) => {}
            Err(_) => return contradiction(format!("the change of `{text}` is of kind {}", change.kind)),
        }
        tops.insert(top.to_owned());
    }
    if !tops.iter().map(String::as_str).eq(keys) {
        return contradiction("`diffs` and the detailed diff name other properties".to_owned());
    }
    if replaces != diff.replaces.iter().cloned().collect() {
        return contradiction("`replaces` and the detailed diff name other properties".to_owned());
    }
    Ok(())
}
