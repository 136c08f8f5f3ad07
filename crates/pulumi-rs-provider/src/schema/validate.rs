//! What `pulumi schema check` would refuse, found before anybody runs it (pulumi/pulumi, pkg/codegen/schema/bind.go).

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

use serde_json::Value;

use super::{ComplexType, EnumType, Function, ObjectType, Package, Property, Resource, Type};

/// Something in a schema that contradicts the format; its author's fault.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{place}: {problem}")]
pub struct Fault {
    /// Where, as the parts of the schema are called in JSON: `resources/pets:index:Pet/properties/name`.
    pub place: String,
    /// What.
    pub problem: Problem,
}

/// What is wrong at some place of a schema.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum Problem {
    /// The name of a package is not letters, digits, dashes and underscores after a letter.
    #[error("`{0}` is not the name of a package")]
    PackageName(String),
    /// A namespace is not lower-case letters and digits in parts joined by dashes.
    #[error("`{0}` is not a namespace")]
    Namespace(String),
    /// A version is not `major.minor.patch` with what semantic versioning lets follow.
    #[error("`{0}` is not a semantic version without a leading `v`")]
    Version(String),
    /// A token is not of three parts.
    #[error("the token is not of the form `{0}:<module>:<Name>`")]
    Token(String),
    /// A name that the format keeps for itself.
    #[error("the name `{0}` is reserved")]
    Reserved(String),
    /// A name that is empty or holds what cannot be seen.
    #[error("the name `{0}` is empty or holds spaces or control characters")]
    Unprintable(String),
    /// Two tokens that differ in nothing but case; SDKs cannot have both.
    #[error("`{0}` differs from it only in case")]
    Ambiguous(String),
    /// A type or a resource that the package does not have.
    #[error("refers to `{0}`, which is not in the package")]
    UnknownReference(String),
    /// A required property that is not among the properties.
    #[error("requires `{0}`, which is not a property")]
    UnknownRequired(String),
    /// A default, a constant or a value of an enumeration that is not of its type.
    #[error("the {0} is not of the property's type")]
    WrongValue(&'static str),
    /// Values of an enumeration that are not texts, numbers or truth values.
    #[error("an enumeration can only be of a primitive type")]
    EnumType,
    /// An enumeration with the same value or name twice.
    #[error("the enumeration has `{0}` twice")]
    RepeatedValue(String),
    /// A default from the environment that names no variable.
    #[error("the default names no environment variable")]
    NoEnvironment,
    /// A union of fewer than two types.
    #[error("a union needs at least two types")]
    ShortUnion,
    /// A member of a union that lacks the property by which it is told apart.
    #[error("`{0}` lacks the property that tells the members apart")]
    NoTag(String),
    /// Objects that need one another without end, so that nobody can write one down.
    #[error("requires itself by way of `{0}`")]
    EndlessObject(String),
    /// Arguments in order that are not the arguments of the function.
    #[error("the arguments in order are not the arguments of the function")]
    ArgumentOrder,
}

/// Everything that is wrong with a package, in the order of the schema.
pub(crate) fn validate(
    package: &Package,
    resources: &BTreeMap<String, Resource>,
    functions: &BTreeMap<String, Function>,
) -> Vec<Fault> {
    let mut validation = Validation {
        package,
        resources,
        faults: Vec::new(),
    };
    validation.identity();
    validation.config();
    for (token, r#type) in &package.types {
        validation.complex_type(token, r#type);
    }
    validation.tokens("resources", resources.keys());
    for (token, resource) in resources {
        validation.resource(&format!("resources/{token}"), resource);
    }
    validation.tokens("functions", functions.keys());
    for (token, function) in functions {
        validation.function(&format!("functions/{token}"), function);
    }
    validation.faults
}

struct Validation<'a> {
    package: &'a Package,
    resources: &'a BTreeMap<String, Resource>,
    faults: Vec<Fault>,
}

impl Validation<'_> {
    fn fault(&mut self, place: impl fmt::Display, problem: Problem) {
        self.faults.push(Fault {
            place: place.to_string(),
            problem,
        });
    }

    fn identity(&mut self) {
        let Package {
            name,
            version,
            namespace,
            dependencies,
            ..
        } = self.package;
        if matches!(name.as_str(), "pulumi" | "input") {
            self.fault("name", Problem::Reserved(name.clone()));
        } else if !is_package_name(name) {
            self.fault("name", Problem::PackageName(name.clone()));
        }
        if !is_version(version) {
            self.fault("version", Problem::Version(version.clone()));
        }
        if let Some(namespace) = namespace.as_ref().filter(|namespace| !is_namespace(namespace)) {
            self.fault("namespace", Problem::Namespace(namespace.clone()));
        }
        for (index, dependency) in dependencies.iter().enumerate() {
            if !is_package_name(&dependency.name) {
                let problem = Problem::PackageName(dependency.name.clone());
                self.fault(format_args!("dependencies/{index}"), problem);
            }
            if let Some(version) = dependency.version.as_ref().filter(|version| !is_version(version)) {
                let problem = Problem::Version(version.clone());
                self.fault(format_args!("dependencies/{index}"), problem);
            }
        }
    }

    fn config(&mut self) {
        let config = &self.package.config;
        self.properties("config/variables", &config.variables, &["version"]);
        self.required("config", &config.required, &config.variables);
    }

    fn tokens<'t>(&mut self, section: &str, tokens: impl Iterator<Item = &'t String>) {
        let mut seen: BTreeMap<String, &String> = BTreeMap::new();
        for token in tokens {
            let place = format!("{section}/{token}");
            self.token(&place, token);
            if let Some(other) = seen.insert(token.to_lowercase(), token) {
                self.fault(place, Problem::Ambiguous(other.clone()));
            }
        }
    }

    fn token(&mut self, place: &str, token: &str) {
        let package = &self.package.name;
        let parts: Vec<&str> = token.split(':').collect();
        let [head, module, name] = parts[..] else {
            return self.fault(place, Problem::Token(package.clone()));
        };
        // A module that is missing would leave `::`, which parts a URN.
        if head != package || !is_token_part(module, "._/-") || !is_token_part(name, "._/-") {
            self.fault(place, Problem::Token(package.clone()));
        } else if name == "pulumi" || (module == "index" && name.eq_ignore_ascii_case("provider")) {
            self.fault(place, Problem::Reserved(name.to_owned()));
        }
    }

    fn complex_type(&mut self, token: &str, r#type: &ComplexType) {
        let place = format!("types/{token}");
        self.token(&place, token);
        match r#type {
            ComplexType::Object(object) => {
                self.object(&place, object, &[]);
                if let Some(cycle) = self.endless(token) {
                    self.fault(place, Problem::EndlessObject(cycle));
                }
            }
            ComplexType::Enum(r#enum) => self.enumeration(&place, r#enum),
        }
    }

    fn enumeration(&mut self, place: &str, r#enum: &EnumType) {
        if !is_primitive(&r#enum.r#type) {
            return self.fault(place, Problem::EnumType);
        }
        let mut seen = BTreeSet::new();
        for (index, value) in r#enum.r#enum.iter().enumerate() {
            if !is_of(&r#enum.r#type, &value.value) {
                self.fault(format_args!("{place}/enum/{index}"), Problem::WrongValue("value"));
            }
            let name = value.name.clone().unwrap_or_else(|| value.value.to_string());
            if !seen.insert(name.clone()) {
                self.fault(place, Problem::RepeatedValue(name));
            }
        }
    }

    fn resource(&mut self, place: &str, resource: &Resource) {
        let properties = format!("{place}/properties");
        self.properties(&properties, &resource.properties, &["id", "urn"]);
        self.required(place, &resource.required, &resource.properties);
        let inputs = format!("{place}/inputProperties");
        self.properties(&inputs, &resource.input_properties, &[]);
        self.required(place, &resource.required_inputs, &resource.input_properties);
        if let Some(inputs) = &resource.state_inputs {
            self.object(&format!("{place}/stateInputs"), inputs, &["id"]);
        }
        if let Some(inputs) = &resource.list_inputs {
            self.object(&format!("{place}/listInputs"), inputs, &[]);
        }
    }

    fn function(&mut self, place: &str, function: &Function) {
        if let Some(inputs) = &function.inputs {
            self.object(&format!("{place}/inputs"), inputs, &[]);
        }
        if let Some(outputs) = &function.outputs {
            self.object(&format!("{place}/outputs"), outputs, &[]);
        }
        if !function.multi_argument_inputs.is_empty() {
            let mut ordered: Vec<&String> = function.multi_argument_inputs.iter().collect();
            ordered.sort();
            let inputs = function.inputs.iter().flat_map(|inputs| inputs.properties.keys());
            if !inputs.eq(ordered) {
                self.fault(place, Problem::ArgumentOrder);
            }
        }
    }

    fn object(&mut self, place: &str, object: &ObjectType, reserved: &[&str]) {
        self.properties(&format!("{place}/properties"), &object.properties, reserved);
        self.required(place, &object.required, &object.properties);
    }

    fn required(
        &mut self,
        place: &str,
        required: &BTreeSet<String>,
        properties: &BTreeMap<String, Property>,
    ) {
        for name in required {
            if !properties.contains_key(name) {
                self.fault(place, Problem::UnknownRequired(name.clone()));
            }
        }
    }

    fn properties(&mut self, place: &str, properties: &BTreeMap<String, Property>, reserved: &[&str]) {
        for (name, property) in properties {
            let place = format!("{place}/{name}");
            if name == "pulumi" || reserved.contains(&name.as_str()) {
                self.fault(&place, Problem::Reserved(name.clone()));
            } else if name.is_empty() || name.contains(|c: char| c.is_whitespace() || c.is_control()) {
                self.fault(&place, Problem::Unprintable(name.clone()));
            }
            self.property(&place, property);
        }
    }

    fn property(&mut self, place: &str, property: &Property) {
        self.r#type(place, &property.r#type);
        for (what, value) in [("default", &property.default), ("constant", &property.constant)] {
            if value
                .as_ref()
                .is_some_and(|value| !self.accepts(&property.r#type, value))
            {
                self.fault(place, Problem::WrongValue(what));
            }
        }
        if property
            .default_info
            .as_ref()
            .is_some_and(|info| info.environment.is_empty())
        {
            self.fault(place, Problem::NoEnvironment);
        }
    }

    /// Whether a property of the type may have this default.
    fn accepts(&self, r#type: &Type, value: &Value) -> bool {
        match r#type {
            Type::OneOf(types) => types.iter().any(|r#type| self.accepts(r#type, value)),
            Type::Named(token) => match self.package.types.get(token) {
                Some(ComplexType::Enum(r#enum)) => r#enum.r#enum.iter().any(|known| known.value == *value),
                // Objects have none, and what is not there has been reported.
                Some(ComplexType::Object(_)) => false,
                None => true,
            },
            primitive => is_of(primitive, value),
        }
    }

    fn r#type(&mut self, place: &str, r#type: &Type) {
        match r#type {
            Type::Array(inner) | Type::Map(inner) => self.r#type(place, inner),
            Type::Named(token) if !self.package.types.contains_key(token) => {
                self.fault(place, Problem::UnknownReference(token.clone()));
            }
            Type::Resource(token) if !self.resources.contains_key(token) => {
                self.fault(place, Problem::UnknownReference(token.clone()));
            }
            Type::OneOf(types) => {
                if types.len() < 2 {
                    self.fault(place, Problem::ShortUnion);
                }
                for r#type in types {
                    self.r#type(place, r#type);
                }
            }
            Type::Tagged { property, types } => self.tagged(place, property, types),
            _ => {}
        }
    }

    fn tagged(&mut self, place: &str, property: &str, types: &BTreeMap<String, String>) {
        let members: BTreeSet<&String> = types.values().collect();
        if members.len() < 2 {
            self.fault(place, Problem::ShortUnion);
        }
        for token in members {
            match self.package.types.get(token) {
                Some(ComplexType::Object(object)) if object.properties.contains_key(property) => {}
                Some(_) => self.fault(place, Problem::NoTag(token.clone())),
                None => self.fault(place, Problem::UnknownReference(token.clone())),
            }
        }
    }

    /// The object through which this one requires itself. Lists, maps and unions have a finite form, and so break the circle.
    fn endless(&self, start: &str) -> Option<String> {
        let mut seen = BTreeSet::new();
        let mut open = vec![start];
        while let Some(token) = open.pop() {
            let Some(ComplexType::Object(object)) = self.package.types.get(token) else {
                continue;
            };
            for name in &object.required {
                match object.properties.get(name).map(|property| &property.r#type) {
                    Some(Type::Named(next)) if next == start => return Some(token.to_owned()),
                    Some(Type::Named(next)) if seen.insert(next.as_str()) => open.push(next),
                    _ => {}
                }
            }
        }
        None
    }
}

fn is_primitive(r#type: &Type) -> bool {
    matches!(
        r#type,
        Type::Boolean | Type::Integer | Type::Number | Type::String
    )
}

fn is_of(r#type: &Type, value: &Value) -> bool {
    match r#type {
        Type::Boolean => value.is_boolean(),
        Type::Integer => value.as_f64().is_some_and(|number| {
            number.fract() == 0.0 && (f64::from(i32::MIN)..=f64::from(i32::MAX)).contains(&number)
        }),
        Type::Number => value.is_number(),
        Type::String => value.is_string(),
        _ => false,
    }
}

fn is_package_name(name: &str) -> bool {
    name.starts_with(|c: char| c.is_ascii_alphabetic())
        && name
            .bytes()
            .all(|byte| byte.is_ascii_alphanumeric() || b"-_".contains(&byte))
}

fn is_namespace(name: &str) -> bool {
    name.starts_with(|c: char| c.is_ascii_lowercase())
        && name.split('-').all(|part| {
            !part.is_empty()
                && part
                    .bytes()
                    .all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit())
        })
}

fn is_token_part(part: &str, others: &str) -> bool {
    part.starts_with(|c: char| !c.is_ascii_digit())
        && part
            .chars()
            .all(|c| c.is_ascii_alphanumeric() || others.contains(c))
}

fn is_version(version: &str) -> bool {
    semver::Version::parse(version).is_ok()
}

#[cfg(test)]
mod tests;
