//! Section 3: List, Invoke, mappings, and what need not be served.

use serde_json::json;
use tonic::Code;

use super::super::super::json as wire_json;
use super::super::lab::{Lab, Outcome, ensure, given, not_applicable, refused};
use super::super::report::Verdict;
use super::super::subject::Function;
use super::{Case, case};
use crate::proto::list_response::Response;
use crate::proto::{
    CallRequest, ConstructRequest, GetMappingRequest, GetMappingsRequest, InvokeRequest, InvokeResponse,
    ListRequest, ListResponse, ParameterizeRequest, parameterize_request,
};
use crate::value::{PropertyMap, PropertyValue};
use crate::wire::Struct;

/// Answers for a call that a provider need not serve, or refuses what it is asked.
const NO: [Code; 4] = [
    Code::Unimplemented,
    Code::InvalidArgument,
    Code::NotFound,
    Code::FailedPrecondition,
];

async fn list(lab: &mut Lab, request: ListRequest) -> Outcome<Vec<Response>> {
    let mut stream = lab.client.list(request).await?.into_inner();
    let mut answers = Vec::new();
    while let Some(ListResponse { response }) = stream.message().await? {
        answers.extend(response);
    }
    Ok(answers)
}

/// A list of all resources, or a case that does not apply.
async fn all(lab: &mut Lab) -> Outcome<ListRequest> {
    if lab.schema.resource()["listInputs"].is_null() {
        return not_applicable("the schema does not say that the resource can be listed");
    }
    lab.configure().await?;
    Ok(ListRequest {
        token: lab.subject.token.clone(),
        query: Some(Struct::default()),
        ..Default::default()
    })
}

fn ids(answers: &[Response]) -> Vec<String> {
    let results = answers.iter().filter_map(|answer| match answer {
        Response::Result(result) => Some(result.id.clone()),
        _ => None,
    });
    results.collect()
}

fn continuation(answers: &[Response]) -> Option<String> {
    match answers.last() {
        Some(Response::Continuation(next)) => Some(next.continuation_token.clone()),
        _ => None,
    }
}

async fn invoke(lab: &mut Lab, token: &str, args: &PropertyMap, preview: bool) -> Outcome<InvokeResponse> {
    let request = InvokeRequest {
        tok: token.to_owned(),
        args: Some(Struct::encode_properties(args)?),
        preview,
    };
    Ok(lab.client.invoke(request).await?.into_inner())
}

async fn function(lab: &mut Lab) -> Outcome<Function> {
    let function = given(&lab.subject.function, "function")?;
    lab.configure().await?;
    Ok(function)
}

fn returned(reply: InvokeResponse) -> Outcome<PropertyMap> {
    ensure!(
        reply.failures.is_empty(),
        "the arguments are refused: {:?}",
        reply.failures
    );
    let raw = reply.r#return.unwrap_or_default();
    raw.decode_properties()
        .map_err(|error| Verdict::Broken(error.to_string()))
}

async fn mappings(lab: &mut Lab) -> Outcome<Vec<String>> {
    let request = GetMappingsRequest {
        key: "terraform".to_owned(),
    };
    Ok(lab.client.get_mappings(request).await?.into_inner().providers)
}

fn mapping(key: &str, provider: &str) -> GetMappingRequest {
    GetMappingRequest {
        key: key.to_owned(),
        provider: provider.to_owned(),
    }
}

pub(super) fn cases() -> Vec<Case> {
    vec![
        case!(
            "3.list.found",
            "what was made is listed under an id that can be imported",
            |lab| {
                let request = all(lab).await?;
                let live = lab.make().await?;
                let listed = ids(&list(lab, request).await?);
                ensure!(listed.contains(&live.id), "`{}` is not among {listed:?}", live.id);
                let read = lab.plugin.read(&lab.target.clone(), &live.id, None).await?;
                ensure!(read.is_some(), "`{}` cannot be imported", live.id);
            }
        ),
        case!("3.list.gone", "what was deleted is not listed", |lab| {
            let request = all(lab).await?;
            let live = lab.make().await?;
            lab.plugin.delete(&lab.target.clone(), &live).await?;
            let listed = ids(&list(lab, request).await?);
            ensure!(!listed.contains(&live.id), "`{}` is among {listed:?}", live.id);
        }),
        case!("3.list.limit", "no more is listed than was asked for", |lab| {
            let request = all(lab).await?;
            lab.make().await?;
            let listed = ids(&list(lab, ListRequest { limit: 1, ..request }).await?);
            ensure!(listed.len() == 1, "{listed:?} are listed");
        }),
        case!(
            "3.list.continuation",
            "pages follow each other, and a continuation comes last",
            |lab| {
                let mut request = all(lab).await?;
                let live = lab.make().await?;
                request.page_size = 1;
                let mut listed = Vec::new();
                for _ in 0..1000 {
                    let page = list(lab, request.clone()).await?;
                    let early = page
                        .iter()
                        .rev()
                        .skip(1)
                        .any(|answer| matches!(answer, Response::Continuation(_)));
                    ensure!(!early, "something follows the continuation");
                    listed.extend(ids(&page));
                    match continuation(&page) {
                        Some(token) => request.continuation_token = token,
                        None => break,
                    }
                }
                ensure!(listed.contains(&live.id), "`{}` is on no page", live.id);
                let count = listed.len();
                listed.sort();
                listed.dedup();
                ensure!(listed.len() == count, "something is on two pages");
            }
        ),
        case!(
            "3.list.unknown-query",
            "a query that is not known yet has no results, but says so",
            |lab| {
                let mut request = all(lab).await?;
                request.query = wire_json::to_struct(&json!({ "x": wire_json::unknown() }));
                let answers = list(lab, request).await?;
                ensure!(
                    matches!(answers.as_slice(), [Response::Computed(_)]),
                    "it answered {answers:?}"
                );
            }
        ),
        case!(
            "3.list.unknown-type",
            "a list of what the package does not have is refused",
            |lab| {
                lab.configure().await?;
                let token = format!("{}:index:NoSuchResource", lab.schema.name());
                let answer = lab
                    .client
                    .list(ListRequest {
                        token,
                        ..Default::default()
                    })
                    .await;
                let answer = match answer {
                    Ok(stream) => stream.into_inner().message().await.map(drop),
                    Err(status) => Err(status),
                };
                refused(answer, &[Code::InvalidArgument, Code::Unimplemented])?;
            }
        ),
        case!("3.invoke.answer", "a function answers", |lab| {
            let Function { token, args, .. } = function(lab).await?;
            let reply = invoke(lab, &token, &args, false).await?;
            ensure!(!returned(reply)?.is_empty(), "nothing is returned");
        }),
        case!("3.invoke.no-unknowns", "an answer holds nothing unknown", |lab| {
            let Function { token, args, .. } = function(lab).await?;
            let reply = invoke(lab, &token, &args, false).await?;
            let unknown = returned(reply)?
                .into_iter()
                .find(|(_, value)| value.contains_unknown());
            ensure!(unknown.is_none(), "{unknown:?} is");
        }),
        case!("3.invoke.secret-args", "arguments may be secret", |lab| {
            let Function { token, args, .. } = function(lab).await?;
            let args = args
                .into_iter()
                .map(|(key, value)| (key, PropertyValue::secret(value)))
                .collect();
            let reply = invoke(lab, &token, &args, false).await?;
            returned(reply)?;
        }),
        case!(
            "3.invoke.secret-outputs",
            "outputs that the schema calls secret are marked",
            |lab| {
                let Function { token, args, .. } = function(lab).await?;
                let outputs = lab.schema.package["functions"][&token]["outputs"]["properties"].clone();
                let returned = returned(invoke(lab, &token, &args, false).await?)?;
                let mut found = false;
                for (key, value) in returned {
                    let secret = outputs[&key]["secret"] == true;
                    found |= secret;
                    ensure!(!secret || value.is_secret(), "`{key}` is in plain");
                }
                if !found {
                    return not_applicable("no output of the function is secret");
                }
            }
        ),
        case!(
            "3.invoke.preview-missing",
            "in a preview a missing argument may only be unknown yet, which is no failure",
            |lab| {
                let Function { token, required, .. } = function(lab).await?;
                if !required {
                    return not_applicable("the function needs no arguments");
                }
                let reply = invoke(lab, &token, &PropertyMap::new(), true).await?;
                ensure!(reply.failures.is_empty(), "it is refused: {:?}", reply.failures);
            }
        ),
        case!(
            "3.invoke.missing",
            "in a real run a missing argument is reported",
            |lab| {
                let Function { token, required, .. } = function(lab).await?;
                if !required {
                    return not_applicable("the function needs no arguments");
                }
                let answer = invoke(lab, &token, &PropertyMap::new(), false).await;
                ensure!(
                    answer.is_err() || answer.is_ok_and(|reply| !reply.failures.is_empty()),
                    "it is not"
                );
            }
        ),
        case!(
            "3.invoke.unknown-token",
            "a function that the package does not have is refused",
            |lab| {
                lab.configure().await?;
                let tok = format!("{}:index:noSuchFunction", lab.schema.name());
                refused(
                    lab.client
                        .invoke(InvokeRequest {
                            tok,
                            ..Default::default()
                        })
                        .await,
                    &NO,
                )?;
            }
        ),
        case!(
            "3.invoke.all-in-schema",
            "functions of the schema are served",
            |lab| {
                lab.configure().await?;
                let tokens: Vec<_> = lab
                    .schema
                    .functions()
                    .into_iter()
                    .map(|(token, _)| token.to_owned())
                    .collect();
                if tokens.is_empty() {
                    return not_applicable("the package has no functions");
                }
                for tok in tokens {
                    if let Err(status) = lab
                        .client
                        .invoke(InvokeRequest {
                            tok: tok.clone(),
                            preview: true,
                            ..Default::default()
                        })
                        .await
                    {
                        ensure!(status.code() != Code::Unimplemented, "`{tok}` is not");
                    }
                }
            }
        ),
        case!(
            "3.parameterize.refused",
            "a provider that takes no parameters says Unimplemented",
            |lab| {
                let args = parameterize_request::ParametersArgs {
                    args: vec!["x".to_owned()],
                };
                let parameters = Some(parameterize_request::Parameters::Args(args));
                refused(
                    lab.client.parameterize(ParameterizeRequest { parameters }).await,
                    &[Code::Unimplemented],
                )?;
            }
        ),
        case!(
            "3.construct.refused",
            "a component that the package does not have is not constructed",
            |lab| {
                let request = ConstructRequest {
                    r#type: "x:y:Z".to_owned(),
                    ..Default::default()
                };
                refused(lab.client.construct(request).await, &NO)?;
            }
        ),
        case!(
            "3.call.refused",
            "a method that the package does not have is not called",
            |lab| {
                refused(
                    lab.client
                        .call(CallRequest {
                            tok: "x:y:Z/m".to_owned(),
                            ..Default::default()
                        })
                        .await,
                    &NO,
                )?;
            }
        ),
        case!(
            "3.mapping.none",
            "without a mapping the answer is empty, never an error",
            |lab| {
                let reply = lab
                    .client
                    .get_mapping(mapping("no-such-tool", ""))
                    .await?
                    .into_inner();
                ensure!(
                    reply.provider.is_empty() && reply.data.is_empty(),
                    "it is for `{}`",
                    reply.provider
                );
            }
        ),
        case!("3.mapping.older-tool", "very old engines ask for `tf`", |lab| {
            lab.client.get_mapping(mapping("tf", "")).await?;
        }),
        case!(
            "3.mapping.any-provider",
            "old engines name no provider, and get what there is",
            |lab| {
                let providers = mappings(lab).await?;
                let reply = lab
                    .client
                    .get_mapping(mapping("terraform", ""))
                    .await?
                    .into_inner();
                ensure!(
                    reply.provider.is_empty() == providers.is_empty(),
                    "`{}` of {providers:?}",
                    reply.provider
                );
            }
        ),
        case!(
            "3.mapping.echo",
            "the provider that was asked for is echoed",
            |lab| {
                let providers = mappings(lab).await?;
                if providers.is_empty() {
                    return not_applicable("the provider maps nothing");
                }
                for provider in providers {
                    let reply = lab
                        .client
                        .get_mapping(mapping("terraform", &provider))
                        .await?
                        .into_inner();
                    ensure!(
                        reply.provider == provider,
                        "`{}` for `{provider}`",
                        reply.provider
                    );
                }
            }
        ),
        case!(
            "3.mapping.json",
            "a mapping is one JSON text with the name of the mapped provider",
            |lab| {
                let providers = mappings(lab).await?;
                if providers.is_empty() {
                    return not_applicable("the provider maps nothing");
                }
                for provider in providers {
                    let reply = lab
                        .client
                        .get_mapping(mapping("terraform", &provider))
                        .await?
                        .into_inner();
                    let data: serde_json::Value = serde_json::from_slice(&reply.data)
                        .map_err(|error| Verdict::Broken(format!("it is none: {error}")))?;
                    ensure!(data["name"] == provider.as_str(), "the name is {}", data["name"]);
                }
            }
        ),
        case!(
            "3.mapping.list",
            "the providers with mappings are told before any configuration",
            |lab| {
                mappings(lab).await?;
            }
        ),
    ]
}
