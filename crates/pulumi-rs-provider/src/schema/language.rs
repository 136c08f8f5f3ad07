//! Settings of the SDK generators that follow from the rest of a package.

use std::collections::BTreeMap;

use serde_json::{Map, Value, json};

use super::Package;

/// The settings by language: what the package says, over what can be derived.
pub(super) fn settings(package: &Package) -> BTreeMap<String, Value> {
    let mut settings = derived(package);
    for (language, own) in &package.language {
        match (settings.get_mut(language), own) {
            (Some(Value::Object(settings)), Value::Object(own)) => settings.extend(own.clone()),
            _ => {
                settings.insert(language.clone(), own.clone());
            }
        }
    }
    settings
}

fn derived(package: &Package) -> BTreeMap<String, Value> {
    let mut settings = BTreeMap::from([
        ("nodejs", json!({ "packageName": node_name(package) })),
        ("python", json!({ "pyproject": { "enabled": true } })),
        ("go", json!({ "generateResourceContainerTypes": true })),
        ("csharp", json!({ "packageReferences": { "Pulumi": "3.*" } })),
        ("java", json!({ "buildFiles": "gradle" })),
    ]);
    // Otherwise SDKs carry a placeholder, and ask for whatever version of the plugin is there. Java's generator does so by itself.
    for language in ["nodejs", "python", "go", "csharp"] {
        set(&mut settings, language, "respectSchemaVersion", json!(true));
    }
    if let Some(path) = go_import_path(package) {
        set(&mut settings, "go", "importBasePath", json!(path));
    }
    settings
        .into_iter()
        .map(|(language, settings)| (language.to_owned(), settings))
        .collect()
}

fn set(settings: &mut BTreeMap<&str, Value>, language: &str, key: &str, value: Value) {
    if let Some(Value::Object(settings)) = settings.get_mut(language) {
        let settings: &mut Map<String, Value> = settings;
        settings.insert(key.to_owned(), value);
    }
}

/// The generator's own choice, `@pulumi/<name>`, is a scope in which only Pulumi may publish.
fn node_name(package: &Package) -> String {
    match &package.namespace {
        Some(namespace) => format!("@{namespace}/{}", package.name),
        None => format!("pulumi-{}", package.name),
    }
}

/// Its last part must be the name of the Go package, which is that of ours without dashes.
fn go_import_path(package: &Package) -> Option<String> {
    let repository = package.repository.as_deref()?.strip_prefix("https://")?;
    let repository = repository.trim_end_matches('/').trim_end_matches(".git");
    Some(format!("{repository}/sdk/go/{}", package.name.replace('-', "")))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn settings_follow_from_the_package_unless_it_says_otherwise() {
        let package = Package {
            name: "pet-shop".to_owned(),
            repository: Some("https://git.example.com/pets/shop.git".to_owned()),
            language: BTreeMap::from([
                ("nodejs".to_owned(), json!({ "packageName": "shop" })),
                ("rust".to_owned(), json!({ "edition": 2024 })),
            ]),
            ..Package::default()
        };
        let expected = json!({
            "nodejs": { "packageName": "shop", "respectSchemaVersion": true },
            "python": { "pyproject": { "enabled": true }, "respectSchemaVersion": true },
            "go": {
                "generateResourceContainerTypes": true,
                "importBasePath": "git.example.com/pets/shop/sdk/go/petshop",
                "respectSchemaVersion": true,
            },
            "csharp": { "packageReferences": { "Pulumi": "3.*" }, "respectSchemaVersion": true },
            "java": { "buildFiles": "gradle" },
            "rust": { "edition": 2024 },
        });
        assert_eq!(json!(settings(&package)), expected);
    }

    #[test]
    fn node_packages_are_named_after_who_may_publish_them() {
        for (namespace, expected) in [(Some("acme"), "@acme/pets"), (None, "pulumi-pets")] {
            let package = Package {
                name: "pets".to_owned(),
                namespace: namespace.map(str::to_owned),
                ..Package::default()
            };
            assert_eq!(settings(&package)["nodejs"]["packageName"], expected);
        }
    }
}
