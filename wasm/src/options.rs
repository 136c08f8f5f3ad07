//! What the caller says beside the files, as JSON.

use std::collections::BTreeMap;

use key_policy::finding::Safety;
use key_policy::{Config, Configs, Inputs, Kind, Role, Severity};
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
    /// A configuration for all files.
    #[serde(default)]
    pub(crate) config: Option<String>,
    /// The folder that it was found in, as an absolute path.
    #[serde(default)]
    pub(crate) config_folder: String,
    /// The configurations that lie above the files; together with `config` they mean nothing.
    #[serde(default)]
    pub(crate) configs: Vec<FoundConfig>,
    /// The folder that the names of the files start from, as an absolute path.
    #[serde(default)]
    pub(crate) current_folder: String,
    /// What fixes must promise to be applied.
    #[serde(default)]
    pub(crate) fix: Fix,
    /// What each file is read for, in the order of the files: one list for each version. Files without one are checked.
    #[serde(default)]
    roles: Vec<Vec<RoleName>>,
    /// Values of Terraform variables, as `TF_VAR_…` in the environment gives them.
    #[serde(default)]
    terraform_environment: BTreeMap<String, String>,
    /// Values of Terraform variables, over those in files.
    #[serde(default)]
    terraform_variables: BTreeMap<String, String>,
    /// What the names of the old version begin with and those of the new one do not.
    #[serde(default)]
    pub(crate) old_root: String,
    /// The same of the new version.
    #[serde(default)]
    pub(crate) new_root: String,
}

/// A configuration as it was found.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct FoundConfig {
    /// The folder that it was found in, as an absolute path.
    folder: String,
    /// Its text.
    text: String,
}

/// What fixes must promise.
#[derive(Debug, Clone, Copy, Default, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Fix {
    /// To keep what was meant.
    #[default]
    Safe,
    /// Nothing.
    Unsafe,
}

impl From<Fix> for Safety {
    fn from(fix: Fix) -> Self {
        match fix {
            Fix::Safe => Safety::Safe,
            Fix::Unsafe => Safety::Unsafe,
        }
    }
}
/// What a file is read for.
#[derive(Debug, Clone, Copy, Deserialize)]
#[serde(rename_all = "lowercase", remote = "Role")]
enum RoleForm {
    Checked,
    Context,
    Variables,
}

/// A [`Role`] by its name.
#[derive(Debug, Deserialize)]
struct RoleName(#[serde(with = "RoleForm")] Role);

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
    pub(crate) fn core(&self) -> Result<key_policy::Options, JsError> {
        Ok(key_policy::Options {
            now: Some(self.now),
            inputs: Inputs {
                current_folder: self.current_folder.clone(),
                terraform_environment: self.terraform_environment.clone(),
                terraform_variables: self.terraform_variables.clone(),
            },
            configs: self.configs()?,
        })
    }

    /// The roles of the files of one version.
    pub(crate) fn roles(&self, version: usize) -> Vec<Role> {
        let roles = self.roles.get(version).into_iter().flatten();
        roles.map(|role| role.0).collect()
    }

    fn configs(&self) -> Result<Configs, JsError> {
        if let Some(text) = &self.config {
            let config = parse_config(text)?;
            return Ok(config.at(&self.config_folder, &self.current_folder).into());
        }
        let found = self
            .configs
            .iter()
            .map(|found| Ok(parse_config(&found.text)?.at(&found.folder, &self.current_folder)));
        Ok(Configs::nearest(found.collect::<Result<_, JsError>>()?))
    }
}

fn parse_config(text: &str) -> Result<Config, JsError> {
    Config::parse(text).map_err(|errors| JsError::new(&format!("this configuration is not valid: {errors}")))
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
