//! Checking properties by the schema, and filling in what may be left out.

use std::collections::BTreeMap;
use std::env;

use crate::config;
use crate::path::PropertyPath;
use crate::schema::{self, ComplexType, EnumType, ObjectType, Property, Shape, Type};
use crate::value::{OutputValue, PropertyMap, PropertyValue};
use crate::verbs::{CheckConfigRequest, CheckFailure, CheckReply, CheckRequest};

/// A key of a provider's configuration that belongs to the engine, although it comes among the user's.
const ENGINE_SETTING: &str = "pluginDownloadURL";

impl CheckRequest {
    /// Checks the inputs by the schema: required ones, types, choices, names that do not exist. Defaults are filled in, from the environment
    /// where the schema says so, and names are made (see [`CheckRequest::autoname`]). What is unknown is right.
    ///
    /// Checks of your own come after it:
    ///
    /// ```
    /// use pulumi_rs_provider::{CheckReply, CheckRequest};
    ///
    /// fn check(request: CheckRequest) -> CheckReply {
    ///     let mut reply = request.by_schema();
    ///     if reply.known::<u32>("length").is_some_and(|length| length > 64) {
    ///         reply.fail("length", "must be 64 at most");
    ///     }
    ///     reply
    /// }
    /// # let _ = check;
    /// ```
    pub fn by_schema(&self) -> CheckReply {
        let mut inputs = self.new_inputs.clone();
        let mut failures = Vec::new();
        for (name, property) in &self.schema.inputs.properties {
            if property.autoname && is_absent(&inputs, name) {
                match self.autoname(name) {
                    Ok(made) => drop(inputs.insert(name.clone(), made)),
                    Err(failure) => failures.push(failure),
                }
            }
        }
        let mut checker = Checker::new(&self.schema, Mode::Inputs);
        checker.object(&self.schema.inputs, &mut inputs, &PropertyPath::root(), false);
        failures.extend(checker.failures);
        CheckReply { inputs, failures }
    }
}

impl CheckConfigRequest {
    /// Checks the configuration by the schema: types, choices, names that do not exist. What is missing is for `configure` to report, which
    /// tells the user the command to set it. The user's own form is kept, and nothing is written into the state.
    pub fn by_schema(&self) -> CheckReply {
        let mut args = self.args.clone();
        args.remove(ENGINE_SETTING);
        let mut checker = Checker::new(&self.schema, Mode::Configuration);
        checker.object(&self.schema.inputs, &mut args, &PropertyPath::root(), false);
        CheckReply {
            inputs: self.new_inputs.clone(),
            failures: checker.failures,
        }
    }
}

/// What to do about properties that are not given.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Mode {
    /// Defaults are filled in, and what is missing is a failure.
    Inputs,
    /// Defaults are filled in, and what is missing may be unknown.
    PreviewedArguments,
    /// Nothing is filled in, and what is missing is somebody else's concern.
    Configuration,
}

/// Walks properties along the schema.
pub(crate) struct Checker<'a> {
    types: &'a BTreeMap<String, ComplexType>,
    mode: Mode,
    pub(crate) failures: Vec<CheckFailure>,
    /// Required properties that are not given.
    pub(crate) missing: Vec<PropertyPath>,
}

impl<'a> Checker<'a> {
    pub(crate) fn new(shape: &'a Shape, mode: Mode) -> Self {
        Self {
            types: &shape.types,
            mode,
            failures: Vec::new(),
            missing: Vec::new(),
        }
    }

    /// Checks the properties of an object. `secret` says whether it lies under a secret.
    pub(crate) fn object(
        &mut self,
        object: &ObjectType,
        properties: &mut PropertyMap,
        path: &PropertyPath,
        secret: bool,
    ) {
        for key in properties
            .keys()
            .filter(|key| !object.properties.contains_key(*key))
        {
            let reason = match nearest(key, object.properties.keys()) {
                Some(near) => format!("there is no such property; did you mean `{near}`?"),
                None => "there is no such property".to_owned(),
            };
            self.fail(
                path.clone().key(key),
                reason,
                secret || properties[key].contains_secret(),
            );
        }
        for (name, property) in &object.properties {
            let path = path.clone().key(name);
            if is_absent(properties, name) {
                match default_of(property).filter(|_| self.mode != Mode::Configuration) {
                    Some(default) => drop(properties.insert(name.clone(), default)),
                    None if object.required.contains(name) => self.miss(path),
                    None => {}
                }
            } else if let Some(value) = properties.get_mut(name) {
                self.value(&property.r#type, value, &path, secret || property.secret);
            }
        }
    }

    fn value(&mut self, r#type: &Type, value: &mut PropertyValue, path: &PropertyPath, secret: bool) {
        match (r#type, value) {
            (_, PropertyValue::Unknown(_) | PropertyValue::Output(OutputValue { value: None, .. })) => {}
            (_, PropertyValue::Secret(inner)) => self.value(r#type, inner, path, true),
            (
                _,
                PropertyValue::Output(OutputValue {
                    value: Some(inner),
                    secret: own,
                    ..
                }),
            ) => {
                self.value(r#type, inner, path, secret || *own);
            }
            (Type::Array(items) | Type::Set(items), PropertyValue::List(values)) => {
                for (index, value) in values.iter_mut().enumerate() {
                    self.value(items, value, &path.clone().index(index), secret);
                }
            }
            (Type::Map(values), PropertyValue::Object(map)) => {
                for (key, value) in map {
                    self.value(values, value, &path.clone().key(key), secret);
                }
            }
            (Type::Named(_) | Type::Tagged { .. }, PropertyValue::Object(map))
                if let Some(object) = schema::object_type(self.types, r#type, map) =>
            {
                self.object(object, map, path, secret);
            }
            (Type::Tagged { property, types }, PropertyValue::Object(map)) => {
                // What is not known yet may be any of them.
                if !map.get(property).is_some_and(PropertyValue::is_unknown) {
                    let choices: Vec<_> = types.keys().map(|choice| format!("`{choice}`")).collect();
                    let reason = format!("must be one of {}", choices.join(", "));
                    self.fail(path.clone().key(property), reason, secret);
                }
            }
            (Type::Named(token), value) => match self.types.get(token) {
                Some(ComplexType::Enum(choices)) => self.choice(choices, value, path, secret),
                Some(ComplexType::Object(_)) => {
                    self.fail(path.clone(), "must be an object".to_owned(), secret)
                }
                None => {}
            },
            (Type::OneOf(types), value) => {
                if !types.iter().any(|r#type| self.accepts(r#type, value, path)) {
                    self.fail(
                        path.clone(),
                        "has none of the types that it may have".to_owned(),
                        secret,
                    );
                }
            }
            (r#type, value) => {
                if let Some(expected) = mismatch(r#type, value) {
                    self.fail(path.clone(), format!("must be {expected}"), secret);
                }
            }
        }
    }

    fn accepts(&self, r#type: &Type, value: &PropertyValue, path: &PropertyPath) -> bool {
        let mut trial = Checker {
            types: self.types,
            mode: self.mode,
            failures: Vec::new(),
            missing: Vec::new(),
        };
        trial.value(r#type, &mut value.clone(), path, false);
        trial.failures.is_empty()
    }

    fn choice(&mut self, choices: &EnumType, value: &PropertyValue, path: &PropertyPath, secret: bool) {
        if let Some(expected) = mismatch(&choices.r#type, value) {
            return self.fail(path.clone(), format!("must be {expected}"), secret);
        }
        let is_choice = |choice: &serde_json::Value| schema::primitive(choice) == *value;
        if choices.r#enum.iter().any(|choice| is_choice(&choice.value)) {
            return;
        }
        let names: Vec<_> = choices.r#enum.iter().map(|choice| shown(&choice.value)).collect();
        let near = value
            .as_str()
            .filter(|_| !secret)
            .and_then(|text| nearest(text, &names));
        let hint = near.map_or_else(String::new, |near| format!("; did you mean `{near}`?"));
        let listed: Vec<_> = names.iter().map(|name| format!("`{name}`")).collect();
        self.fail(
            path.clone(),
            format!("must be one of {}{hint}", listed.join(", ")),
            secret,
        );
    }

    fn miss(&mut self, path: PropertyPath) {
        if self.mode == Mode::Inputs {
            self.fail(path.clone(), "is required".to_owned(), false);
        }
        self.missing.push(path);
    }

    /// The engine prints the value of a top-level property beside the reason, so a secret one is reported for the whole.
    fn fail(&mut self, path: PropertyPath, reason: String, secret: bool) {
        self.failures.push(if secret {
            CheckFailure {
                reason: format!("`{path}` {reason}"),
                path: PropertyPath::root(),
            }
        } else {
            CheckFailure { path, reason }
        });
    }
}

fn is_absent(properties: &PropertyMap, name: &str) -> bool {
    properties.get(name).is_none_or(|value| value.expose().is_null())
}

/// What stands in for a property that is not given: the environment, or else the default. A secret stays one.
pub(crate) fn default_of(property: &Property) -> Option<PropertyValue> {
    let variables = property.default_info.iter().flat_map(|info| &info.environment);
    let from_environment = variables
        .filter_map(|name| env::var(name).ok())
        .find(|text| !text.is_empty())
        .and_then(|text| config::typed_text(&property.r#type, text));
    let value = from_environment.or_else(|| property.default.as_ref().map(schema::primitive))?;
    Some(if property.secret {
        PropertyValue::secret(value)
    } else {
        value
    })
}

/// What the type wants, if the value is something else.
fn mismatch(r#type: &Type, value: &PropertyValue) -> Option<&'static str> {
    let (fits, expected) = match r#type {
        Type::Boolean => (matches!(value, PropertyValue::Bool(_)), "a boolean"),
        Type::Integer => (
            matches!(value, PropertyValue::Number(number) if number.fract() == 0.0),
            "a whole number",
        ),
        Type::Number => (matches!(value, PropertyValue::Number(_)), "a number"),
        Type::String => (
            matches!(
                value,
                PropertyValue::String(_) | PropertyValue::Resource(_) | PropertyValue::Bytes(_)
            ),
            "a string",
        ),
        Type::Asset => (
            matches!(value, PropertyValue::Asset(_) | PropertyValue::Archive(_)),
            "an asset",
        ),
        Type::Archive => (matches!(value, PropertyValue::Archive(_)), "an archive"),
        Type::Array(_) | Type::Set(_) => (matches!(value, PropertyValue::List(_)), "a list"),
        Type::Map(_) | Type::Tagged { .. } => (matches!(value, PropertyValue::Object(_)), "an object"),
        Type::Resource(_) => (
            matches!(value, PropertyValue::Resource(_) | PropertyValue::String(_)),
            "a resource",
        ),
        // A JSON text is given as such, and types of other packages are theirs to check.
        Type::Any | Type::Json | Type::External(_) | Type::Named(_) | Type::OneOf(_) => (true, "anything"),
    };
    (!fits).then_some(expected)
}

fn shown(value: &serde_json::Value) -> String {
    value.as_str().map_or_else(|| value.to_string(), str::to_owned)
}

/// The name that was probably meant: the nearest, if it is near.
fn nearest<'n>(given: &str, names: impl IntoIterator<Item = &'n String>) -> Option<&'n String> {
    // Names written in snake_case are the most frequent fault.
    let given = given.replace('_', "").to_lowercase();
    names
        .into_iter()
        .map(|name| (strsim::damerau_levenshtein(&given, &name.to_lowercase()), name))
        .filter(|(distance, name)| *distance <= name.len().max(3) / 3)
        .min_by_key(|(distance, _)| *distance)
        .map(|(_, name)| name)
}
