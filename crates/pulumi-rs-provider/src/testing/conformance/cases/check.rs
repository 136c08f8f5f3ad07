//! Section 3: Check.

use serde_json::Value;
use tonic::Code;

use super::super::lab::{Lab, Outcome, SEED, ensure, given, not_applicable, refused, with, without};
use super::super::report::Verdict;
use super::super::schema::misfit;
use super::{Case, case};
use crate::path::PropertyPath;
use crate::proto::check_request::AutonamingOptions;
use crate::value::{PropertyMap, PropertyValue, UnknownKind};

/// A key that no resource has.
const TYPO: &str = "noSuchProperty";

/// Whether something is reported at a property, or at the resource as a whole.
fn reported(failures: &[crate::proto::CheckFailure], key: &str) -> bool {
    let at = |property: &str| match property.parse::<PropertyPath>() {
        Ok(path) => path.is_root() || path.top_key() == Some(key),
        Err(_) => false,
    };
    failures.iter().any(|failure| at(&failure.property))
}

/// The default of each input that has one.
fn defaults(lab: &Lab) -> Vec<(String, Value)> {
    let inputs = lab.schema.inputs().into_iter();
    let defaults = inputs.filter(|(_, property)| !property["default"].is_null());
    defaults
        .map(|(key, property)| (key.to_owned(), property["default"].clone()))
        .collect()
}

/// A check with a naming scheme. The names that come out are those texts that were not given.
async fn named(lab: &mut Lab, mode: i32) -> Outcome<(PropertyMap, Vec<crate::proto::CheckFailure>)> {
    lab.configure().await?;
    if !lab.plugin.accepts().supports_autonaming_configuration {
        return not_applicable("the provider does not promise to follow naming schemes");
    }
    let news = lab.inputs_json()?;
    let mut request = lab.check_request(&news);
    request.autonaming = Some(AutonamingOptions {
        proposed_name: "proposed".to_owned(),
        mode,
    });
    let reply = lab.client.check(request).await?.into_inner();
    let inputs = reply.inputs.unwrap_or_default().decode_properties();
    Ok((
        inputs.map_err(|error| Verdict::Broken(error.to_string()))?,
        reply.failures,
    ))
}

pub(super) fn cases() -> Vec<Case> {
    vec![
        case!("3.check.good", "good inputs pass", |lab| {
            lab.configure().await?;
            lab.checked(&lab.subject.inputs.clone()).await?;
        }),
        case!(
            "3.check.echo",
            "the checked inputs are the inputs, with defaults filled in",
            |lab| {
                lab.configure().await?;
                let news = lab.subject.inputs.clone();
                let inputs = lab.checked(&news).await?;
                for (key, value) in &news {
                    ensure!(
                        inputs.get(key) == Some(value),
                        "`{key}` became {:?}",
                        inputs.get(key)
                    );
                }
            }
        ),
        case!(
            "3.check.again",
            "the checked inputs can be given back as inputs, and stay as they are",
            |lab| {
                lab.configure().await?;
                let first = lab.checked(&lab.subject.inputs.clone()).await?;
                let target = lab.target.clone();
                let again = lab
                    .plugin
                    .check(&target, Some(&first), &first, &SEED, false)
                    .await?;
                ensure!(
                    again.failures.is_empty() && again.inputs == first,
                    "they became {:?}",
                    again.inputs
                );
            }
        ),
        case!(
            "3.check.deterministic",
            "equal requests have equal answers",
            |lab| {
                lab.configure().await?;
                let news = lab.subject.inputs.clone();
                ensure!(
                    lab.check(&news).await? == lab.check(&news).await?,
                    "they have not"
                );
            }
        ),
        case!("3.check.olds-absent", "olds may be absent", |lab| {
            lab.configure().await?;
            let mut request = lab.check_request(&lab.inputs_json()?);
            request.olds = None;
            let reply = lab.client.check(request).await?.into_inner();
            ensure!(reply.failures.is_empty(), "it is refused: {:?}", reply.failures);
        }),
        case!(
            "3.check.name-and-type-from-urn",
            "older engines leave name and type to be found in the URN",
            |lab| {
                lab.configure().await?;
                let mut request = lab.check_request(&lab.inputs_json()?);
                request.name = String::new();
                request.r#type = String::new();
                let reply = lab.client.check(request).await?.into_inner();
                ensure!(reply.failures.is_empty(), "it is refused: {:?}", reply.failures);
            }
        ),
        case!(
            "3.check.unknown-type",
            "a resource that the package does not have is refused",
            |lab| {
                lab.configure().await?;
                let mut request = lab.check_request(&lab.inputs_json()?);
                request.r#type = format!("{}:index:NoSuchResource", lab.schema.name());
                request.urn = format!("urn:pulumi:dev::test::{}::one", request.r#type);
                refused(
                    lab.client.check(request).await,
                    &[Code::InvalidArgument, Code::NotFound],
                )?;
            }
        ),
        case!(
            "3.check.unknown-key",
            "a property that does not exist is reported, not dropped",
            |lab| {
                lab.configure().await?;
                let checked = lab.check(&with(&lab.subject.inputs, TYPO, "x")).await?;
                ensure!(reported(&checked.failures, TYPO), "{:?}", checked.failures);
            }
        ),
        case!(
            "3.check.wrong-type",
            "a value of another type is a failure at its property",
            |lab| {
                lab.configure().await?;
                let inputs = lab
                    .schema
                    .inputs()
                    .into_iter()
                    .map(|(key, property)| (key.to_owned(), misfit(property)));
                for (key, value) in inputs.collect::<Vec<_>>() {
                    let checked = lab.check(&with(&lab.subject.inputs, &key, value)).await?;
                    ensure!(
                        reported(&checked.failures, &key),
                        "`{key}`: {:?}",
                        checked.failures
                    );
                }
            }
        ),
        case!(
            "3.check.missing",
            "a required input that is missing is reported",
            |lab| {
                lab.configure().await?;
                let required: Vec<_> = lab
                    .schema
                    .required_inputs()
                    .into_iter()
                    .map(str::to_owned)
                    .collect();
                if required.is_empty() {
                    return not_applicable("no input is required");
                }
                for key in required {
                    let checked = lab.check(&without(&lab.subject.inputs, &key)).await?;
                    ensure!(
                        reported(&checked.failures, &key),
                        "`{key}`: {:?}",
                        checked.failures
                    );
                }
            }
        ),
        case!(
            "3.check.unknown-is-given",
            "an unknown value satisfies what is required",
            |lab| {
                lab.configure().await?;
                let unknown = lab.each_input(|_| PropertyValue::Unknown(UnknownKind::String));
                for (_, inputs) in unknown {
                    lab.checked(&inputs).await?;
                }
            }
        ),
        case!(
            "3.check.all-unknown",
            "a resource of which nothing is known yet is no mistake",
            |lab| {
                lab.configure().await?;
                let keys = lab.subject.inputs.keys().cloned();
                let inputs = keys
                    .map(|key| (key, PropertyValue::Unknown(UnknownKind::String)))
                    .collect();
                lab.checked(&inputs).await?;
            }
        ),
        case!(
            "3.check.unknown-in-list",
            "an element that is not known yet is no mistake",
            |lab| {
                lab.configure().await?;
                let lists = lab.each_input(|value| match value {
                    PropertyValue::List(items) => {
                        let mut items = items.clone();
                        items.push(PropertyValue::Unknown(UnknownKind::String));
                        items.into()
                    }
                    other => other.clone(),
                });
                if !lab.subject.inputs.values().any(|value| value.as_list().is_some()) {
                    return not_applicable("no input of the subject is a list");
                }
                for (_, inputs) in lists {
                    lab.checked(&inputs).await?;
                }
            }
        ),
        case!(
            "3.check.invalid",
            "what is wrong is reported at its path, in Pulumi's names",
            |lab| {
                lab.configure().await?;
                if lab.subject.invalid.is_empty() {
                    return not_applicable("the subject names no wrong inputs");
                }
                for invalid in lab.subject.invalid.clone() {
                    let checked = lab.check(&invalid.inputs).await?;
                    let found = checked
                        .failures
                        .iter()
                        .any(|failure| failure.property == invalid.at);
                    ensure!(found, "not at `{}`: {:?}", invalid.at, checked.failures);
                }
            }
        ),
        case!(
            "3.check.paths-parse",
            "the paths of failures are property paths",
            |lab| {
                lab.configure().await?;
                let mut wrong: Vec<_> = lab
                    .subject
                    .invalid
                    .iter()
                    .map(|invalid| invalid.inputs.clone())
                    .collect();
                wrong.push(PropertyMap::new());
                wrong.push(with(&lab.subject.inputs, TYPO, "x"));
                for inputs in wrong {
                    for failure in lab.check(&inputs).await?.failures {
                        let parsed = failure.property.parse::<PropertyPath>();
                        ensure!(parsed.is_ok(), "`{}` is none", failure.property);
                        ensure!(
                            !failure.reason.is_empty(),
                            "`{}` without a reason",
                            failure.property
                        );
                    }
                }
            }
        ),
        case!(
            "3.check.failures-with-inputs",
            "the inputs come back also when something is wrong with them",
            |lab| {
                lab.configure().await?;
                let news = with(&lab.subject.inputs, TYPO, "x");
                let checked = lab.check(&news).await?;
                ensure!(!checked.inputs.is_empty(), "they do not");
            }
        ),
        case!(
            "3.check.secret-not-shown",
            "a reason does not show a secret, and a secret value is not reported where the engine prints it",
            |lab| {
                lab.configure().await?;
                for invalid in lab.subject.invalid.clone() {
                    let marked = |(key, value): (String, PropertyValue)| (key, PropertyValue::secret(value));
                    let secret: PropertyMap = invalid.inputs.into_iter().map(marked).collect();
                    let texts: Vec<_> = secret
                        .values()
                        .flat_map(texts)
                        .filter(|text| text.len() >= 6)
                        .collect();
                    for failure in lab.check(&secret).await?.failures {
                        let leak = texts.iter().any(|text| failure.reason.contains(text.as_str()));
                        ensure!(
                            !leak,
                            "the reason at `{}` shows one: {}",
                            failure.property,
                            failure.reason
                        );
                        let printed = secret.contains_key(&failure.property);
                        ensure!(!printed, "the engine prints the value of `{}`", failure.property);
                    }
                }
            }
        ),
        case!(
            "3.check.defaults",
            "the defaults that the schema promises are filled in",
            |lab| {
                lab.configure().await?;
                let defaults = defaults(lab);
                if defaults.is_empty() {
                    return not_applicable("no input has a default");
                }
                for (key, default) in defaults {
                    let inputs = lab.checked(&without(&lab.subject.inputs, &key)).await?;
                    let raw = crate::wire::Struct::encode_properties(&inputs)?;
                    let json = super::super::super::json::from_struct(&raw);
                    let json = json.map_err(|error| Verdict::Broken(error.to_string()))?;
                    let same = json[&key] == default
                        || json[&key].as_f64() == default.as_f64() && default.is_number();
                    ensure!(same, "`{key}` is {}", json[&key]);
                }
            }
        ),
        case!("3.check.no-network", "Check asks nobody", |lab| {
            lab.configure().await?;
            if lab.subject.world.fall_ill().await.is_none() {
                return not_applicable("nothing can be made to fail");
            }
            lab.checked(&lab.subject.inputs.clone()).await?;
        }),
        case!("3.check.seed-equal", "equal seeds make equal inputs", |lab| {
            lab.configure().await?;
            let (target, news) = (lab.target.clone(), lab.subject.inputs.clone());
            let first = lab.plugin.check(&target, None, &news, &[1; 32], false).await?;
            let again = lab.plugin.check(&target, None, &news, &[1; 32], false).await?;
            ensure!(first == again, "they make others");
        }),
        case!(
            "3.check.olds-kept",
            "what was filled in before stays, whatever the seed",
            |lab| {
                lab.configure().await?;
                let (target, news) = (lab.target.clone(), lab.subject.inputs.clone());
                let first = lab
                    .plugin
                    .check(&target, None, &news, &[1; 32], false)
                    .await?
                    .inputs;
                let again = lab
                    .plugin
                    .check(&target, Some(&first), &news, &[2; 32], false)
                    .await?
                    .inputs;
                ensure!(first == again, "{first:?} became {again:?}");
            }
        ),
        case!(
            "3.check.autonaming-propose",
            "a proposed name is no mistake",
            |lab| {
                let (_, failures) = named(lab, 0).await?;
                ensure!(failures.is_empty(), "{failures:?}");
            }
        ),
        case!(
            "3.check.autonaming-enforce",
            "an enforced name is taken, or it is reported that it is not",
            |lab| {
                let (inputs, failures) = named(lab, 1).await?;
                let taken = inputs.values().any(|value| value.as_str() == Some("proposed"));
                let given = inputs == lab.subject.inputs;
                ensure!(
                    taken || given || !failures.is_empty(),
                    "another name was made: {inputs:?}"
                );
            }
        ),
        case!(
            "3.check.autonaming-disable",
            "without naming no name is made",
            |lab| {
                let (inputs, failures) = named(lab, 2).await?;
                ensure!(
                    inputs == lab.subject.inputs || !failures.is_empty(),
                    "a name was made: {inputs:?}"
                );
            }
        ),
        case!(
            "3.check.rpc-error-is-none",
            "wrong inputs are never an error of the call",
            |lab| {
                lab.configure().await?;
                lab.check(&PropertyMap::new()).await?;
                let values = [
                    PropertyValue::Null,
                    true.into(),
                    1.into(),
                    "".into(),
                    Vec::<f64>::new().into(),
                    PropertyMap::new().into(),
                ];
                for value in values {
                    for (_, inputs) in lab.each_input(|_| value.clone()) {
                        lab.check(&inputs).await?;
                    }
                }
            }
        ),
        case!("3.check.updated", "the subject's other inputs pass, too", |lab| {
            lab.configure().await?;
            let updated = given(&lab.subject.updated, "update")?;
            lab.checked(&updated).await?;
        }),
    ]
}

/// The texts in a value, at any depth.
fn texts(value: &PropertyValue) -> Vec<String> {
    match value.expose() {
        PropertyValue::String(text) => vec![text.clone()],
        PropertyValue::List(items) => items.iter().flat_map(texts).collect(),
        PropertyValue::Object(members) => members.values().flat_map(texts).collect(),
        _ => Vec::new(),
    }
}
