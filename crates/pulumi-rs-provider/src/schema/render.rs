//! The package as JSON text.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;

use super::{ComplexType, Dependency, Function, Package, Property, Resource, language};

/// The package as JSON: indented, keys sorted at every level, one newline at the end.
pub(crate) fn render(
    package: &Package,
    resources: &BTreeMap<String, Resource>,
    functions: &BTreeMap<String, Function>,
) -> String {
    let document = Document {
        name: &package.name,
        version: &package.version,
        display_name: &package.display_name,
        description: &package.description,
        keywords: &package.keywords,
        homepage: &package.homepage,
        repository: &package.repository,
        license: &package.license,
        attribution: &package.attribution,
        namespace: &package.namespace,
        publisher: &package.publisher,
        logo_url: &package.logo_url,
        plugin_download_url: &package.plugin_download_url,
        meta: package
            .module_format
            .as_deref()
            .map(|module_format| Meta { module_format }),
        config: ConfigDocument {
            variables: &package.config.variables,
            defaults: &package.config.required,
        },
        provider: Resource {
            description: package.config.description.clone(),
            input_properties: package.config.variables.clone(),
            required_inputs: package.config.required.clone(),
            ..Resource::default()
        },
        types: &package.types,
        resources,
        functions,
        dependencies: &package.dependencies,
        language: language::settings(package),
    };
    let value = serde_json::to_value(&document).expect("all keys are strings and all numbers are JSON's own");
    format!("{:#}\n", sorted(value))
}

/// Whether a JSON object keeps its keys sorted is decided by a feature that any other crate may switch, so nothing is left to it.
fn sorted(value: Value) -> Value {
    match value {
        Value::Array(items) => items.into_iter().map(sorted).collect(),
        Value::Object(map) => {
            let map: BTreeMap<_, _> = map.into_iter().map(|(key, value)| (key, sorted(value))).collect();
            map.into_iter().collect()
        }
        other => other,
    }
}

#[derive(serde::Serialize)]
#[serde(rename_all = "camelCase")]
struct Document<'a> {
    name: &'a str,
    version: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    display_name: &'a Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    description: &'a Option<String>,
    #[serde(skip_serializing_if = "<[String]>::is_empty")]
    keywords: &'a [String],
    #[serde(skip_serializing_if = "Option::is_none")]
    homepage: &'a Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    repository: &'a Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    license: &'a Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    attribution: &'a Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    namespace: &'a Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    publisher: &'a Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    logo_url: &'a Option<String>,
    #[serde(rename = "pluginDownloadURL", skip_serializing_if = "Option::is_none")]
    plugin_download_url: &'a Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    meta: Option<Meta<'a>>,
    config: ConfigDocument<'a>,
    provider: Resource,
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    types: &'a BTreeMap<String, ComplexType>,
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    resources: &'a BTreeMap<String, Resource>,
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    functions: &'a BTreeMap<String, Function>,
    #[serde(skip_serializing_if = "<[Dependency]>::is_empty")]
    dependencies: &'a [Dependency],
    language: BTreeMap<String, Value>,
}

#[derive(serde::Serialize)]
#[serde(rename_all = "camelCase")]
struct Meta<'a> {
    module_format: &'a str,
}

#[derive(serde::Serialize)]
struct ConfigDocument<'a> {
    variables: &'a BTreeMap<String, Property>,
    /// The variables that must be set. The format's own documentation says the opposite of the name's second meaning, but every
    /// generator reads the list so (pkg/codegen/schema/schema.go, `ConfigSpec.Required`).
    #[serde(skip_serializing_if = "BTreeSet::is_empty")]
    defaults: &'a BTreeSet<String>,
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::schema::{Config, Type};

    #[test]
    fn keys_are_sorted_and_the_configuration_stands_in_both_places() {
        let package = Package {
            name: "pets".to_owned(),
            version: "1.2.3".to_owned(),
            plugin_download_url: Some("github://api.github.com/pets".to_owned()),
            config: Config {
                variables: BTreeMap::from([
                    (
                        "token".to_owned(),
                        Property {
                            secret: true,
                            ..Property::of(Type::String)
                        },
                    ),
                    ("tags".to_owned(), Property::of(Type::String.list())),
                ]),
                required: BTreeSet::from(["token".to_owned()]),
                ..Config::default()
            },
            // Any object here would hide the settings that are derived, and that another test looks at.
            language: ["csharp", "go", "java", "nodejs", "python"]
                .map(|language| (language.to_owned(), Value::Null))
                .into(),
            ..Package::default()
        };
        let expected = r##"{
  "config": {
    "defaults": [
      "token"
    ],
    "variables": {
      "tags": {
        "items": {
          "type": "string"
        },
        "type": "array"
      },
      "token": {
        "secret": true,
        "type": "string"
      }
    }
  },
  "language": {
    "csharp": null,
    "go": null,
    "java": null,
    "nodejs": null,
    "python": null
  },
  "name": "pets",
  "pluginDownloadURL": "github://api.github.com/pets",
  "provider": {
    "inputProperties": {
      "tags": {
        "items": {
          "type": "string"
        },
        "type": "array"
      },
      "token": {
        "secret": true,
        "type": "string"
      }
    },
    "requiredInputs": [
      "token"
    ]
  },
  "version": "1.2.3"
}
"##;
        assert_eq!(render(&package, &BTreeMap::new(), &BTreeMap::new()), expected);
    }
}
