//! What the caller says beside the files, as JSON.

use key_policy::{Kind, Severity};
use serde::de::Error;
use serde::{Deserialize, Deserializer};
use wasm_bindgen::prelude::JsError;

/// The options of both functions; those of the comparison mean nothing to a check.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct Options {
    /// The current time in unix seconds.
    pub(crate) now: i64,
    /// How to read every file, whatever its name and content tell.
    #[serde(default, deserialize_with = "kind")]
    pub(crate) kind: Option<Kind>,
    /// How to write the report.
    pub(crate) format: Format,
    /// Whether text for people has terminal colours.
    #[serde(default)]
    pub(crate) color: bool,
    /// Whether the JSON has offsets in UTF-16 code units too.
    #[serde(default)]
    pub(crate) utf16: bool,
    /// The mildest finding that makes the check fail; without it, none does.
    #[serde(default, deserialize_with = "severity")]
    pub(crate) fail_on: Option<Severity>,
    /// What the names of the old version begin with and those of the new one do not.
    #[serde(default)]
    pub(crate) old_root: String,
    /// The same of the new version.
    #[serde(default)]
    pub(crate) new_root: String,
}

/// The form of a report.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Format {
    /// JSON, version 1.
    Json,
    /// Text for people.
    Human,
    /// A picture; only effective access has one.
    Svg,
}

impl Options {
    pub(crate) fn parse(json: &str) -> Result<Self, JsError> {
        serde_json::from_str(json)
            .map_err(|error| JsError::new(&format!("these options cannot be read: {error}")))
    }

    /// The part that the core wants.
    pub(crate) fn core(&self) -> key_policy::Options {
        key_policy::Options {
            now: Some(self.now),
            ..key_policy::Options::default()
        }
    }
}

/// Reads a kind by its name in [`Kind::NAMES`].
fn kind<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<Kind>, D::Error> {
    let name = String::deserialize(deserializer)?;
    match Kind::NAMES.iter().find(|(known, _)| *known == name) {
        Some((_, kind)) => Ok(Some(*kind)),
        None => Err(Error::custom(format!("no kind is called `{name}`"))),
    }
}

/// Reads a severity by its name, or `never` as none.
fn severity<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<Severity>, D::Error> {
    #[derive(Deserialize)]
    #[serde(rename_all = "lowercase")]
    enum Name {
        Error,
        Warning,
        Note,
        Never,
    }
    Ok(match Name::deserialize(deserializer)? {
        Name::Error => Some(Severity::Error),
        Name::Warning => Some(Severity::Warning),
        Name::Note => Some(Severity::Note),
        Name::Never => None,
    })
}
