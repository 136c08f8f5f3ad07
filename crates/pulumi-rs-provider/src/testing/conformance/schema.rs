//! What the package schema tells about a subject.

use serde_json::Value;

use crate::value::PropertyValue;

/// The schema of a package, and in it the resource that is looked at.
pub(super) struct Schema {
    pub(super) text: String,
    pub(super) package: Value,
    token: String,
}

impl Schema {
    pub(super) fn new(text: String, token: &str) -> Option<Self> {
        let package: Value = serde_json::from_str(&text).ok()?;
        Some(Self {
            text,
            package,
            token: token.to_owned(),
        })
    }

    pub(super) fn name(&self) -> &str {
        self.package["name"].as_str().unwrap_or_default()
    }

    pub(super) fn version(&self) -> &str {
        self.package["version"].as_str().unwrap_or_default()
    }

    pub(super) fn resource(&self) -> &Value {
        &self.package["resources"][&self.token]
    }

    /// Names and schemas of the inputs.
    pub(super) fn inputs(&self) -> Vec<(&str, &Value)> {
        members(&self.resource()["inputProperties"])
    }

    /// Names and schemas of the outputs.
    pub(super) fn outputs(&self) -> Vec<(&str, &Value)> {
        members(&self.resource()["properties"])
    }

    pub(super) fn required_inputs(&self) -> Vec<&str> {
        texts(&self.resource()["requiredInputs"])
    }

    pub(super) fn required_outputs(&self) -> Vec<&str> {
        texts(&self.resource()["required"])
    }

    /// Outputs that the service makes: they are no inputs.
    pub(super) fn made(&self) -> Vec<&str> {
        let inputs = &self.resource()["inputProperties"];
        let outputs = self.outputs().into_iter().map(|(key, _)| key);
        outputs.filter(|key| inputs[*key].is_null()).collect()
    }

    /// Outputs that the service makes and that are secret.
    pub(super) fn made_secrets(&self) -> Vec<&str> {
        let outputs = &self.resource()["properties"];
        let secret = |key: &&str| outputs[*key]["secret"] == true;
        self.made().into_iter().filter(secret).collect()
    }

    pub(super) fn config(&self) -> Vec<(&str, &Value)> {
        members(&self.package["config"]["variables"])
    }

    pub(super) fn functions(&self) -> Vec<(&str, &Value)> {
        members(&self.package["functions"])
    }
}

fn members(value: &Value) -> Vec<(&str, &Value)> {
    let members = value.as_object().into_iter().flatten();
    members.map(|(key, value)| (key.as_str(), value)).collect()
}

fn texts(value: &Value) -> Vec<&str> {
    value
        .as_array()
        .into_iter()
        .flatten()
        .filter_map(Value::as_str)
        .collect()
}

/// A value that is of no type like this one.
pub(super) fn misfit(property: &Value) -> PropertyValue {
    match property["type"].as_str() {
        // No SDK and no engine turns a list into a text.
        Some("string") => vec!["x"].into(),
        _ => "neither number nor JSON".into(),
    }
}
