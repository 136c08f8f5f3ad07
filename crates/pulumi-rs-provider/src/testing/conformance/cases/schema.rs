//! Sections 3 and 5: GetSchema, and what is in the schema.

use serde_json::Value;
use tonic::Code;

use super::super::lab::{ensure, not_applicable, refused};
use super::{Case, case};
use crate::proto::GetSchemaRequest;

/// The keys that a package schema may have; the engine's own checker refuses others.
const ROOT_KEYS: [&str; 23] = [
    "name",
    "version",
    "displayName",
    "description",
    "keywords",
    "homepage",
    "repository",
    "license",
    "attribution",
    "publisher",
    "logoUrl",
    "namespace",
    "pluginDownloadURL",
    "meta",
    "config",
    "types",
    "provider",
    "resources",
    "functions",
    "language",
    "dependencies",
    "allowedPackageNames",
    "parameterization",
];

/// The keys of every object in order, at any depth.
fn sorted(text: &str) -> bool {
    // A parsed object has its keys in order, so the text with sorted keys is the one that is written from it.
    let parsed = serde_json::from_str::<Value>(text).ok();
    let rewritten = parsed.map(|value| value.to_string());
    let bare = |text: &str| {
        text.chars()
            .filter(|letter| !letter.is_whitespace())
            .collect::<String>()
    };
    rewritten.is_some_and(|rewritten| bare(&rewritten) == bare(text))
}

/// The `$ref`s to types of this package, at any depth.
fn references(value: &Value, found: &mut Vec<String>) {
    match value {
        Value::Object(members) => {
            if let Some(token) = members
                .get("$ref")
                .and_then(Value::as_str)
                .and_then(|text| text.strip_prefix("#/types/"))
            {
                found.push(token.to_owned());
            }
            members.values().for_each(|member| references(member, found));
        }
        Value::Array(items) => items.iter().for_each(|item| references(item, found)),
        _ => {}
    }
}

pub(super) fn cases() -> Vec<Case> {
    vec![
        case!(
            "3.get-schema.before-configure",
            "the schema is told before any configuration and without credentials",
            |lab| {
                lab.plugin.schema().await?;
            }
        ),
        case!(
            "3.get-schema.deterministic",
            "the schema is the same byte for byte",
            |lab| {
                let first = lab.plugin.schema().await?;
                let again = lab.subject.launcher.start().await?;
                let second = super::super::super::Plugin::new(again.client()).schema().await?;
                ensure!(first == second, "two processes tell two schemas");
            }
        ),
        case!(
            "3.get-schema.sorted",
            "the keys of the schema are sorted",
            |lab| {
                ensure!(sorted(&lab.schema.text), "they are not");
            }
        ),
        case!(
            "3.get-schema.version-0",
            "there is only version 0 of the schema format",
            |lab| {
                let request = GetSchemaRequest {
                    version: 1,
                    ..Default::default()
                };
                refused(
                    lab.client.get_schema(request).await,
                    &[Code::InvalidArgument, Code::Unimplemented],
                )?;
            }
        ),
        case!(
            "3.get-schema.subpackage",
            "there is no subpackage before Parameterize",
            |lab| {
                let request = GetSchemaRequest {
                    subpackage_name: "x".to_owned(),
                    ..Default::default()
                };
                refused(
                    lab.client.get_schema(request).await,
                    &[Code::InvalidArgument, Code::Unimplemented],
                )?;
            }
        ),
        case!(
            "3.get-schema.has-version",
            "the schema has a version, so that `package add` can pin it",
            |lab| {
                ensure!(!lab.schema.version().is_empty(), "it has none");
            }
        ),
        case!(
            "3.get-schema.name",
            "the package has the name by which its tokens begin",
            |lab| {
                let package = lab.subject.token.split(':').next().unwrap_or_default();
                ensure!(
                    lab.schema.name() == package,
                    "`{}` is not `{package}`",
                    lab.schema.name()
                );
            }
        ),
        case!(
            "5.root.keys",
            "the root has no keys but those of the format",
            |lab| {
                let keys = lab
                    .schema
                    .package
                    .as_object()
                    .into_iter()
                    .flatten()
                    .map(|(key, _)| key);
                for key in keys {
                    ensure!(ROOT_KEYS.contains(&key.as_str()), "`{key}` is none of them");
                }
            }
        ),
        case!(
            "5.tokens.shape",
            "tokens are `package:module:Name` of this package",
            |lab| {
                for part in ["resources", "functions", "types"] {
                    let tokens = lab.schema.package[part].as_object().into_iter().flatten();
                    for (token, _) in tokens {
                        let parts: Vec<_> = token.split(':').collect();
                        ensure!(
                            parts.len() == 3 && parts[0] == lab.schema.name(),
                            "`{token}` in `{part}`"
                        );
                    }
                }
            }
        ),
        case!("5.resource.present", "the resource is in the schema", |lab| {
            ensure!(
                lab.schema.resource().is_object(),
                "`{}` is not",
                lab.subject.token
            );
        }),
        case!(
            "5.resource.reserved-names",
            "`urn`, `id` and `pulumi` are not names of properties",
            |lab| {
                for (key, _) in lab.schema.inputs().into_iter().chain(lab.schema.outputs()) {
                    ensure!(!["urn", "id", "pulumi"].contains(&key), "`{key}` is one");
                }
            }
        ),
        case!(
            "5.resource.outputs-repeat-inputs",
            "outputs repeat all inputs, with the same type",
            |lab| {
                let outputs = &lab.schema.resource()["properties"];
                for (key, input) in lab.schema.inputs() {
                    for part in ["type", "$ref"] {
                        ensure!(outputs[key][part] == input[part], "the output `{key}` is another");
                    }
                }
            }
        ),
        case!(
            "5.resource.required-exist",
            "what is required is a property",
            |lab| {
                let resource = lab.schema.resource();
                for key in lab.schema.required_inputs() {
                    ensure!(
                        !resource["inputProperties"][key].is_null(),
                        "there is no input `{key}`"
                    );
                }
                for key in lab.schema.required_outputs() {
                    ensure!(
                        !resource["properties"][key].is_null(),
                        "there is no output `{key}`"
                    );
                }
            }
        ),
        case!(
            "5.provider.version-reserved",
            "`version` is not a name of a setting",
            |lab| {
                let inputs = lab.schema.package["provider"]["inputProperties"]
                    .as_object()
                    .into_iter()
                    .flatten();
                for (key, _) in inputs
                    .map(|(key, value)| (key.as_str(), value))
                    .chain(lab.schema.config())
                {
                    ensure!(key != "version", "it is one");
                }
            }
        ),
        case!(
            "5.provider.equals-config",
            "what explicit providers take is what `pulumi config` knows",
            |lab| {
                let inputs = lab.schema.package["provider"]["inputProperties"]
                    .as_object()
                    .into_iter()
                    .flatten();
                let inputs: Vec<_> = inputs.map(|(key, _)| key.as_str()).collect();
                let config: Vec<_> = lab.schema.config().into_iter().map(|(key, _)| key).collect();
                ensure!(inputs == config, "{inputs:?} and {config:?}");
            }
        ),
        case!(
            "5.types.referenced-exist",
            "types that are referred to are defined",
            |lab| {
                let mut found = Vec::new();
                references(&lab.schema.package, &mut found);
                if found.is_empty() {
                    return not_applicable("no type is referred to");
                }
                for token in found {
                    ensure!(
                        lab.schema.package["types"].get(&token).is_some(),
                        "`{token}` is not"
                    );
                }
            }
        ),
    ]
}
