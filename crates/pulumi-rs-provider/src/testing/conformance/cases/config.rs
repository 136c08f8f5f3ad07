//! Section 3: CheckConfig, DiffConfig, Configure.

use std::time::{Duration, Instant};

use serde_json::{Value, json};
use tonic::{Code, Status};

use super::super::super::{detail, json as wire_json};
use super::super::lab::{Lab, Outcome, ensure, given, not_applicable, refused, status_of, with, without};
use super::super::report::Verdict;
use super::{Case, case};
use crate::proto::{self, ConfigureErrorMissingKeys, DiffResponse};
use crate::value::{PropertyMap, PropertyValue, UnknownKind};

async fn checked(lab: &mut Lab, config: &PropertyMap) -> Outcome<PropertyMap> {
    lab.plugin.handshake("").await?;
    let checked = lab.plugin.check_config(&lab.provider(), None, config).await?;
    ensure!(
        checked.failures.is_empty(),
        "it is refused: {:?}",
        checked.failures
    );
    Ok(checked.inputs)
}

async fn diff(lab: &mut Lab, olds: &PropertyMap, news: &PropertyMap) -> Outcome<DiffResponse> {
    lab.plugin.handshake("").await?;
    Ok(lab.plugin.diff_config(&lab.provider(), olds, news).await?)
}

/// The configuration with JSON texts as the values that they stand for, as explicit providers of typed SDKs send them.
fn typed(lab: &Lab) -> Outcome<PropertyMap> {
    let variables = &lab.schema.package["config"]["variables"];
    let mut found = false;
    let mut config = lab.config();
    for (key, value) in &mut config {
        let is_text = variables[key.as_str()]["type"]
            .as_str()
            .is_none_or(|name| name == "string");
        let text = value.expose().as_str();
        let decoded = text
            .filter(|_| !is_text)
            .and_then(|text| serde_json::from_str::<Value>(text).ok());
        let Some(decoded) = decoded else { continue };
        let decoded = wire_json::to_struct(&json!({ "value": decoded }));
        let decoded = decoded
            .and_then(|raw| raw.decode_properties().ok())
            .and_then(|mut map| map.remove("value"));
        if let Some(decoded) = decoded {
            *value = decoded;
            found = true;
        }
    }
    match found {
        true => Ok(config),
        false => not_applicable("all settings of the subject are texts"),
    }
}

/// One call of each verb, before any configuration.
async fn unconfigured(lab: &mut Lab, verb: &str) -> Result<(), Status> {
    let (urn, id) = (lab.target.urn.as_str().to_owned(), "id".to_owned());
    let empty = Some(crate::wire::Struct::default());
    let client = &mut lab.client;
    match verb {
        "check" => client
            .check(proto::CheckRequest {
                urn,
                news: empty,
                ..Default::default()
            })
            .await
            .map(drop),
        "diff" => {
            let request = proto::DiffRequest {
                id,
                urn,
                olds: empty.clone(),
                news: empty,
                ..Default::default()
            };
            client.diff(request).await.map(drop)
        }
        "create" => client
            .create(proto::CreateRequest {
                urn,
                properties: empty,
                ..Default::default()
            })
            .await
            .map(drop),
        "read" => client
            .read(proto::ReadRequest {
                id,
                urn,
                ..Default::default()
            })
            .await
            .map(drop),
        "update" => {
            let request = proto::UpdateRequest {
                id,
                urn,
                olds: empty.clone(),
                news: empty,
                ..Default::default()
            };
            client.update(request).await.map(drop)
        }
        _ => client
            .delete(proto::DeleteRequest {
                id,
                urn,
                properties: empty,
                ..Default::default()
            })
            .await
            .map(drop),
    }
}

fn secret_setting(lab: &Lab) -> Outcome<String> {
    let variables = lab.schema.config();
    let config = &lab.subject.config;
    let secret = variables
        .iter()
        .find(|(key, value)| value["secret"] == true && config.contains_key(*key));
    match secret {
        Some((key, _)) => Ok((*key).to_owned()),
        None => not_applicable("no setting of the subject is secret"),
    }
}

pub(super) fn cases() -> Vec<Case> {
    let mut cases = vec![
        case!(
            "3.check-config.texts",
            "configuration of the stack comes as texts, whatever the type",
            |lab| {
                checked(lab, &lab.config()).await?;
            }
        ),
        case!(
            "3.check-config.typed",
            "explicit providers of some SDKs send typed values",
            |lab| {
                let config = typed(lab)?;
                checked(lab, &config).await?;
            }
        ),
        case!(
            "3.check-config.empty-text",
            "an empty text for what is no text is as if it were absent",
            |lab| {
                let variables: Vec<_> = lab
                    .schema
                    .config()
                    .into_iter()
                    .map(|(key, value)| (key.to_owned(), value.clone()))
                    .collect();
                let others: Vec<_> = variables
                    .into_iter()
                    .filter(|(_, value)| value["type"] != "string")
                    .collect();
                if others.is_empty() {
                    return not_applicable("all settings are texts");
                }
                for (key, _) in others {
                    checked(lab, &with(&lab.config(), &key, "")).await?;
                }
            }
        ),
        case!(
            "3.check-config.secrets-in-plain",
            "secrets come in plain here, and are no mistake",
            |lab| {
                let key = secret_setting(lab)?;
                let text = lab.subject.config[&key].expose().clone();
                checked(lab, &with(&lab.config(), &key, text)).await?;
            }
        ),
        case!(
            "3.check-config.version-unchanged",
            "`version` is echoed unchanged",
            |lab| {
                let config = with(&lab.config(), "version", "99.0.0");
                let inputs = checked(lab, &config).await?;
                ensure!(
                    inputs.get("version") == Some(&"99.0.0".into()),
                    "it became {:?}",
                    inputs.get("version")
                );
            }
        ),
        case!(
            "3.check-config.representation",
            "the user's way of writing is kept",
            |lab| {
                let config = lab.config();
                let inputs = checked(lab, &config).await?;
                for (key, value) in &config {
                    let same = inputs
                        .get(key)
                        .is_some_and(|kept| kept.expose() == value.expose());
                    ensure!(same, "`{key}` came back otherwise");
                }
            }
        ),
        case!(
            "3.check-config.internal",
            "`__internal` is not for providers, and does not come back",
            |lab| {
                let config = with(&lab.config(), "__internal", PropertyMap::new());
                let inputs = checked(lab, &config).await?;
                ensure!(!inputs.contains_key("__internal"), "it came back");
            }
        ),
        case!(
            "3.check-config.unknown",
            "values that are not known yet are no mistake",
            |lab| {
                for key in lab.subject.config.clone().keys() {
                    let config = with(&lab.config(), key, PropertyValue::Unknown(UnknownKind::String));
                    let inputs = checked(lab, &config).await?;
                    ensure!(
                        inputs.get(key).is_some_and(PropertyValue::is_unknown),
                        "`{key}` became known"
                    );
                }
            }
        ),
        case!(
            "3.check-config.failures",
            "what is wrong is a failure, not an error",
            |lab| {
                let config = given(&lab.subject.invalid_config, "wrong configuration")?;
                lab.plugin.handshake("").await?;
                let checked = lab.plugin.check_config(&lab.provider(), None, &config).await?;
                ensure!(!checked.failures.is_empty(), "nothing is reported");
            }
        ),
        case!(
            "3.check-config.failures-tell-no-secret",
            "reasons do not show secrets",
            |lab| {
                let config = given(&lab.subject.invalid_config, "wrong configuration")?;
                let secrets = lab.secrets();
                lab.plugin.handshake("").await?;
                let checked = lab.plugin.check_config(&lab.provider(), None, &config).await?;
                for failure in checked.failures {
                    let leak = secrets.iter().any(|secret| failure.reason.contains(secret));
                    ensure!(!leak, "the reason at `{}` shows one", failure.property);
                }
            }
        ),
        case!(
            "3.check-config.unknown-key",
            "a setting that does not exist is reported",
            |lab| {
                lab.plugin.handshake("").await?;
                let config = with(&lab.config(), "noSuchSetting", "x");
                let checked = lab.plugin.check_config(&lab.provider(), None, &config).await?;
                ensure!(!checked.failures.is_empty(), "nothing is reported");
            }
        ),
        case!(
            "3.check-config.nothing-secret-added",
            "a secret of the environment does not get into the state in plain",
            |lab| {
                let config = lab.config();
                let inputs = checked(lab, &config).await?;
                let variables = &lab.schema.package["config"]["variables"];
                for (key, value) in inputs.iter().filter(|(key, _)| !config.contains_key(*key)) {
                    let secret = variables[key.as_str()]["secret"] == true;
                    ensure!(!secret || value.is_secret(), "`{key}` was added in plain");
                }
            }
        ),
        case!(
            "3.check-config.again",
            "the checked configuration passes again",
            |lab| {
                let first = checked(lab, &lab.config()).await?;
                let again = lab
                    .plugin
                    .check_config(&lab.provider(), Some(&first), &first)
                    .await?;
                ensure!(again.failures.is_empty() && again.inputs == first, "it does not");
            }
        ),
        case!(
            "3.diff-config.same",
            "equal configurations do not differ",
            |lab| {
                let config = lab.config();
                let diff = diff(lab, &config, &config).await?;
                ensure!(diff.diffs.is_empty(), "{:?} changes", diff.diffs);
            }
        ),
        case!(
            "3.diff-config.version",
            "another version of the provider is no difference",
            |lab| {
                let config = lab.config();
                let diff = diff(lab, &with(&config, "version", "0.0.1"), &config).await?;
                ensure!(diff.diffs.is_empty(), "{:?} changes", diff.diffs);
            }
        ),
        case!(
            "3.diff-config.internal",
            "keys that start with `__` are no difference",
            |lab| {
                let config = lab.config();
                let diff = diff(lab, &with(&config, "__internal", "x"), &config).await?;
                ensure!(diff.diffs.is_empty(), "{:?} changes", diff.diffs);
            }
        ),
        case!(
            "3.diff-config.rotation",
            "another credential is an update, never a replacement",
            |lab| {
                let rotated = given(&lab.subject.rotated_config, "other credential")?;
                let config = lab.config();
                let diff = diff(lab, &config, &rotated).await?;
                ensure!(!diff.diffs.is_empty(), "nothing changes");
                ensure!(
                    diff.replaces.is_empty(),
                    "{:?} replaces every resource",
                    diff.replaces
                );
            }
        ),
        case!(
            "3.diff-config.unknown",
            "a configuration that is not known yet can be compared",
            |lab| {
                let config = lab.config();
                for key in lab.subject.config.clone().keys() {
                    diff(
                        lab,
                        &config,
                        &with(&config, key, PropertyValue::Unknown(UnknownKind::String)),
                    )
                    .await?;
                }
            }
        ),
        case!(
            "3.diff-config.text-or-typed",
            "a text and the value that it stands for do not differ",
            |lab| {
                let typed = typed(lab)?;
                let diff = diff(lab, &lab.config(), &typed).await?;
                ensure!(diff.diffs.is_empty(), "{:?} changes", diff.diffs);
            }
        ),
        case!(
            "3.configure.flags",
            "Configure repeats what Handshake promised, and that previews are supported",
            |lab| {
                lab.configure().await?;
            }
        ),
        case!("3.configure.secret", "secrets come wrapped here", |lab| {
            let key = secret_setting(lab)?;
            let text = lab.subject.config[&key].expose().clone();
            lab.plugin.handshake("").await?;
            lab.configure_with(&with(&lab.config(), &key, PropertyValue::secret(text)))
                .await?;
        }),
        case!(
            "3.configure.typed",
            "explicit providers of some SDKs send typed values",
            |lab| {
                let typed = typed(lab)?;
                lab.plugin.handshake("").await?;
                lab.configure_with(&typed).await?;
                lab.make().await?;
            }
        ),
        case!(
            "3.configure.variables",
            "an old engine sends texts under `<package>:config:<key>` alone",
            |lab| {
                let package = lab.schema.name().to_owned();
                let texts = lab.subject.config.iter().filter_map(|(key, value)| {
                    Some((
                        format!("{package}:config:{key}"),
                        value.expose().as_str()?.to_owned(),
                    ))
                });
                let variables = texts.collect();
                lab.client
                    .configure(proto::ConfigureRequest {
                        variables,
                        ..Default::default()
                    })
                    .await?;
                lab.plugin.handshake("").await?;
                lab.make().await?;
            }
        ),
        case!(
            "3.configure.missing-key",
            "a missing setting is told in a detail, named as `pulumi config set` takes it",
            |lab| {
                let key = given(&lab.subject.required_config, "setting that is required")?;
                let (provider, config) = (lab.provider(), without(&lab.config(), &key));
                lab.plugin.handshake("").await?;
                let status = status_of(lab.plugin.configure(&provider, "", &config).await)?;
                let missing: Option<ConfigureErrorMissingKeys> = detail(&status, "ConfigureErrorMissingKeys");
                let missing =
                    missing.ok_or_else(|| Verdict::Broken(format!("no detail: {}", status.message())))?;
                let expected = format!("{}:{key}", lab.schema.name());
                let found = missing
                    .missing_keys
                    .iter()
                    .find(|missing| missing.name == expected);
                ensure!(
                    found.is_some(),
                    "`{expected}` is not among {:?}",
                    missing.missing_keys
                );
                ensure!(
                    found.is_some_and(|found| !found.description.is_empty()),
                    "it is not described"
                );
            }
        ),
        case!(
            "3.configure.latest-wins",
            "one process is configured again and again, and the latest word counts",
            |lab| {
                lab.configure().await?;
                lab.configure().await?;
                lab.make().await?;
            }
        ),
        case!(
            "3.configure.failed-changes-nothing",
            "a configuration that fails leaves the one before in force",
            |lab| {
                let key = given(&lab.subject.required_config, "setting that is required")?;
                lab.configure().await?;
                let (provider, config) = (lab.provider(), without(&lab.config(), &key));
                status_of(lab.plugin.configure(&provider, "", &config).await)?;
                lab.make().await?;
            }
        ),
        case!(
            "3.configure.quick",
            "Configure asks nobody: connections are made when they are needed",
            |lab| {
                if lab.subject.world.fall_ill().await.is_none() {
                    return not_applicable("nothing can be made to fail");
                }
                let begin = Instant::now();
                lab.configure().await?;
                ensure!(
                    begin.elapsed() < Duration::from_secs(2),
                    "it took {:?}",
                    begin.elapsed()
                );
            }
        ),
        case!(
            "3.configure.download-url",
            "`pluginDownloadURL` may be among the configuration",
            |lab| {
                let config = with(&lab.config(), "pluginDownloadURL", "https://example.com");
                lab.plugin.handshake("").await?;
                lab.configure_with(&config).await?;
            }
        ),
    ];
    for verb in ["check", "diff", "create", "read", "update", "delete"] {
        let point = "a verb that comes before the configuration is refused with FailedPrecondition";
        cases.push(case!(format!("3.configure.before-{verb}"), point, |lab| {
            lab.plugin.handshake("").await?;
            refused(unconfigured(lab, verb).await, &[Code::FailedPrecondition])?;
        }));
    }
    cases
}
