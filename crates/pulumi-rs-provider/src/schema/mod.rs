//! The package schema: what a provider says of itself to SDK generators, the registry and `pulumi package`.
//!
//! The part of the format (pulumi/pulumi, pkg/codegen/schema/pulumi.json) that providers of resources and functions need. What is said
//! of a package is complete: [`language`] adds the settings of the SDK generators that follow from the rest, and [`Fault`] names what
//! `pulumi schema check` would refuse. The text made from it is the same, byte for byte, for equal values.

mod language;
mod render;
mod shape;
mod types;
mod validate;

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;

pub use shape::Shape;
pub use types::{ComplexType, DefaultInfo, EnumType, EnumValue, ObjectType, Property, Type};
pub use validate::{Fault, Problem};

pub(crate) use render::render;
pub(crate) use shape::{object_type, primitive};
pub(crate) use validate::validate;

/// A package. Its resources are added by [`Provider::resource`](crate::Provider::resource), each beside its code.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Package {
    /// The name, as in `pulumi-resource-<name>`.
    pub name: String,
    /// Semantic version without a leading `v`.
    pub version: String,
    /// The name for people.
    pub display_name: Option<String>,
    /// Markdown.
    pub description: Option<String>,
    /// Registry keywords, such as `kind/native`.
    pub keywords: Vec<String>,
    /// A web address.
    pub homepage: Option<String>,
    /// A web address. The import path of the Go SDK is derived from it.
    pub repository: Option<String>,
    /// An SPDX expression.
    pub license: Option<String>,
    /// Whose work this one derives from, where that must be said.
    pub attribution: Option<String>,
    /// Who publishes it.
    pub publisher: Option<String>,
    /// What tells it from packages of the same name by others; SDKs are named after it.
    pub namespace: Option<String>,
    /// A web address.
    pub logo_url: Option<String>,
    /// Where a user's first `pulumi up` finds the binary.
    pub plugin_download_url: Option<String>,
    /// How modules are read from tokens: a regular expression whose one group is the module.
    pub module_format: Option<String>,
    /// The provider's own configuration.
    pub config: Config,
    /// Object and enumeration types by token.
    pub types: BTreeMap<String, ComplexType>,
    /// Packages to whose types this one refers.
    pub dependencies: Vec<Dependency>,
    /// Settings of the SDK generators by language: `nodejs`, `python`, `go`, `csharp`, `java`.
    ///
    /// What is not said here is derived: SDKs carry the version of the package, Node's is published as `@<namespace>/<name>` or
    /// `pulumi-<name>`, Python's has a `pyproject.toml`, Go's is imported from `sdk/go/<name>` of the repository, .NET's refers to the
    /// current major version of Pulumi, Java's is built by Gradle.
    pub language: BTreeMap<String, Value>,
}

impl Package {
    /// A package of which only the name and the version are said.
    pub fn new(name: impl Into<String>, version: impl Into<String>) -> Self {
        Self {
            name: name.into(),
            version: version.into(),
            ..Self::default()
        }
    }
}

/// The provider's own configuration. Both places that the format has for it are written from here.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Config {
    /// Markdown, shown at the SDK's provider class.
    pub description: Option<String>,
    /// The keys of `pulumi config`, which are also the arguments of an explicit provider.
    pub variables: BTreeMap<String, Property>,
    /// Those without which nothing works.
    pub required: BTreeSet<String>,
}

/// Another package.
#[derive(Clone, Debug, Default, PartialEq, serde::Serialize)]
pub struct Dependency {
    /// Its name.
    pub name: String,
    /// Its semantic version.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub version: Option<String>,
    /// Where its binary is, unless Pulumi itself publishes it.
    #[serde(rename = "pluginDownloadURL", skip_serializing_if = "Option::is_none")]
    pub plugin_download_url: Option<String>,
}

/// A resource.
#[derive(Clone, Debug, Default, PartialEq, serde::Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Resource {
    /// Markdown.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub description: Option<String>,
    /// The outputs; they should repeat the inputs.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub properties: BTreeMap<String, Property>,
    /// Outputs that are never null.
    #[serde(skip_serializing_if = "BTreeSet::is_empty")]
    pub required: BTreeSet<String>,
    /// The inputs.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub input_properties: BTreeMap<String, Property>,
    /// Inputs that a program must give.
    #[serde(skip_serializing_if = "BTreeSet::is_empty")]
    pub required_inputs: BTreeSet<String>,
    /// What `.get()` may be given beyond the id.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub state_inputs: Option<ObjectType>,
    /// What a listing may be asked for. Without it, and be it empty, nobody is offered to list.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub list_inputs: Option<ObjectType>,
    /// Former type tokens.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub aliases: Vec<Alias>,
    /// Why not to use it any more.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub deprecation_message: Option<String>,
    /// Settings of the SDK generators by language.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub language: BTreeMap<String, Value>,
}

/// A former type token of a resource.
#[derive(Clone, Debug, PartialEq, serde::Serialize)]
pub struct Alias {
    /// The token.
    pub r#type: String,
}

/// A function that programs call, also known as a data source.
#[derive(Clone, Debug, Default, PartialEq, serde::Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Function {
    /// Markdown.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub description: Option<String>,
    /// Its arguments.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub inputs: Option<ObjectType>,
    /// The arguments in the order in which SDKs take them, all of them; without it SDKs take one object.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub multi_argument_inputs: Vec<String>,
    /// Its result.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub outputs: Option<ObjectType>,
    /// Why not to use it any more.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub deprecation_message: Option<String>,
    /// Settings of the SDK generators by language.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub language: BTreeMap<String, Value>,
}
