//! Section 3: Create.

use prost::Message as _;
use tonic::Code;

use super::super::super::init_failed;
use super::super::lab::{Lab, Outcome, ensure, given, not_applicable, status_of};
use super::super::report::Verdict;
use super::{Case, case};
use crate::proto::{CreateRequest, CreateResponse, google_rpc};
use crate::value::{PropertyMap, PropertyValue};
use crate::wire::Struct;

/// Codes by which the engine takes the state to be uncertain.
const UNCERTAIN: [Code; 3] = [Code::Internal, Code::DataLoss, Code::Unknown];

async fn planned(lab: &mut Lab, inputs: &PropertyMap) -> Outcome<CreateResponse> {
    lab.configure().await?;
    let inputs = lab.checked(inputs).await?;
    let request = CreateRequest {
        urn: lab.target.urn.as_str().to_owned(),
        name: lab.target.name.clone(),
        r#type: lab.target.token.clone(),
        properties: Some(Struct::encode_properties(&inputs)?),
        preview: true,
        ..Default::default()
    };
    Ok(lab.client.create(request).await?.into_inner())
}

fn outputs(reply: &CreateResponse) -> Outcome<PropertyMap> {
    let raw = reply.properties.clone().unwrap_or_default();
    raw.decode_properties()
        .map_err(|error| Verdict::Broken(error.to_string()))
}

/// The status of a creation that makes the resource and fails afterwards.
async fn partial(lab: &mut Lab, inputs: &PropertyMap) -> Outcome<tonic::Status> {
    lab.configure().await?;
    let inputs = lab.checked(inputs).await?;
    lab.subject.world.fail_half_way().await;
    let request = CreateRequest {
        urn: lab.target.urn.as_str().to_owned(),
        name: lab.target.name.clone(),
        r#type: lab.target.token.clone(),
        properties: Some(Struct::encode_properties(&inputs)?),
        ..Default::default()
    };
    match lab.client.create(request).await {
        Ok(_) => Err(Verdict::Broken("the creation did not fail".to_owned())),
        Err(status) => {
            if let Some(detail) = init_failed(&status) {
                let outputs = detail
                    .properties
                    .unwrap_or_default()
                    .decode_properties()
                    .unwrap_or_default();
                lab.remember(&super::super::super::Live {
                    id: detail.id,
                    inputs,
                    outputs,
                });
            }
            Ok(status)
        }
    }
}

pub(super) fn cases() -> Vec<Case> {
    vec![
        case!("3.create.id", "a resource that was made has an id", |lab| {
            lab.configure().await?;
            // An empty one breaks a rule of the engine.
            lab.make().await?;
        }),
        case!(
            "3.create.inputs-are-outputs",
            "the outputs repeat the inputs",
            |lab| {
                lab.configure().await?;
                let live = lab.make().await?;
                let outputs = &lab.schema.resource()["properties"];
                for (key, value) in live
                    .inputs
                    .iter()
                    .filter(|(key, _)| !outputs[key.as_str()].is_null())
                {
                    let same = live
                        .outputs
                        .get(key)
                        .is_some_and(|output| output.expose_deep() == value.expose_deep());
                    let object = value.expose().as_object().is_some();
                    ensure!(
                        same || object && live.outputs.contains_key(key),
                        "`{key}` is {:?}",
                        live.outputs.get(key)
                    );
                }
            }
        ),
        case!(
            "3.create.required-outputs",
            "the outputs that the schema promises are there",
            |lab| {
                lab.configure().await?;
                let live = lab.make().await?;
                for key in lab.schema.required_outputs() {
                    let given = live.outputs.get(key).is_some_and(|value| !value.is_null());
                    ensure!(given, "`{key}` is not");
                }
            }
        ),
        case!(
            "3.create.known-outputs",
            "there are no outputs that the schema does not have",
            |lab| {
                lab.configure().await?;
                let live = lab.make().await?;
                let outputs = &lab.schema.resource()["properties"];
                let foreign = live.outputs.keys().find(|key| outputs[key.as_str()].is_null());
                ensure!(foreign.is_none(), "{foreign:?} is one");
            }
        ),
        case!(
            "3.create.no-unknowns",
            "after a real run nothing is unknown",
            |lab| {
                lab.configure().await?;
                // An unknown breaks a rule of the engine.
                lab.make().await?;
            }
        ),
        case!(
            "3.create.made-secret",
            "an output that the schema calls secret is marked",
            |lab| {
                let secrets: Vec<_> = lab.schema.made_secrets().into_iter().map(str::to_owned).collect();
                if secrets.is_empty() {
                    return not_applicable("the service makes no secret");
                }
                lab.configure().await?;
                let live = lab.make().await?;
                for key in secrets {
                    ensure!(
                        live.outputs.get(&key).is_some_and(PropertyValue::is_secret),
                        "`{key}` is not"
                    );
                }
            }
        ),
        case!(
            "3.create.two",
            "two creations make two resources, or the second is refused",
            |lab| {
                lab.configure().await?;
                let first = lab.make().await?;
                let inputs = first.inputs.clone();
                if let Ok(second) = lab.plugin.create(&lab.target.clone(), &inputs, false).await {
                    lab.remember(&second);
                    ensure!(first.id != second.id, "both are `{}`", first.id);
                }
            }
        ),
        case!(
            "3.create.timeout",
            "a timeout in seconds is taken, and 0 leaves it to the provider",
            |lab| {
                lab.configure().await?;
                let inputs = lab.checked(&lab.subject.inputs.clone()).await?;
                for timeout in [0.0, 60.0, f64::MAX, -1.0, f64::NAN] {
                    let request = CreateRequest {
                        urn: lab.target.urn.as_str().to_owned(),
                        properties: Some(Struct::encode_properties(&inputs)?),
                        timeout,
                        preview: true,
                        ..Default::default()
                    };
                    lab.client.create(request).await?;
                }
            }
        ),
        case!(
            "3.create.views",
            "address and token for views may be ignored",
            |lab| {
                lab.configure().await?;
                let inputs = lab.checked(&lab.subject.inputs.clone()).await?;
                let request = CreateRequest {
                    urn: lab.target.urn.as_str().to_owned(),
                    properties: Some(Struct::encode_properties(&inputs)?),
                    preview: true,
                    resource_status_address: "127.0.0.1:9".to_owned(),
                    resource_status_token: "x".to_owned(),
                    ..Default::default()
                };
                lab.client.create(request).await?;
            }
        ),
        case!(
            "3.create.preview-no-id",
            "in a preview there is no id yet",
            |lab| {
                let reply = planned(lab, &lab.subject.inputs.clone()).await?;
                ensure!(reply.id.is_empty(), "it is `{}`", reply.id);
            }
        ),
        case!(
            "3.create.preview-inputs",
            "in a preview the outputs repeat what is known of the inputs",
            |lab| {
                let reply = planned(lab, &lab.subject.inputs.clone()).await?;
                let outputs = outputs(&reply)?;
                for (key, value) in &lab.subject.inputs {
                    let Some(output) = outputs.get(key) else { continue };
                    let same = output.expose_deep() == value.expose_deep();
                    ensure!(
                        same || output.contains_unknown() || value.as_object().is_some(),
                        "`{key}` is planned as {output:?}"
                    );
                }
            }
        ),
        case!(
            "3.create.preview-guesses-nothing",
            "in a preview what the service makes is unknown",
            |lab| {
                let made: Vec<_> = lab.schema.made().into_iter().map(str::to_owned).collect();
                if made.is_empty() {
                    return not_applicable("the service makes nothing");
                }
                lab.configure().await?;
                let live = lab.make().await?;
                let reply = planned(lab, &lab.subject.inputs.clone()).await?;
                let outputs = outputs(&reply)?;
                for key in made {
                    let Some(planned) = outputs.get(&key).filter(|planned| !planned.contains_unknown())
                    else {
                        continue;
                    };
                    let same =
                        live.outputs.get(&key).map(PropertyValue::expose_deep) == Some(planned.expose_deep());
                    ensure!(same, "`{key}` is planned as {planned:?}");
                }
            }
        ),
        case!(
            "3.create.preview-made-secret",
            "in a preview a secret that is yet to be made is marked, if it is there",
            |lab| {
                let secrets: Vec<_> = lab.schema.made_secrets().into_iter().map(str::to_owned).collect();
                if secrets.is_empty() {
                    return not_applicable("the service makes no secret");
                }
                let reply = planned(lab, &lab.subject.inputs.clone()).await?;
                let outputs = outputs(&reply)?;
                for key in secrets {
                    ensure!(
                        outputs.get(&key).is_none_or(PropertyValue::is_secret),
                        "`{key}` is not"
                    );
                }
            }
        ),
        case!(
            "3.create.preview-writes-nothing",
            "a preview does nothing",
            |lab| {
                lab.configure().await?;
                let Some(before) = lab.subject.world.writes().await else {
                    return not_applicable("writes cannot be counted");
                };
                planned(lab, &lab.subject.inputs.clone()).await?;
                let after = lab.subject.world.writes().await;
                ensure!(after == Some(before), "it wrote");
            }
        ),
        case!(
            "3.create.plain-error",
            "an error without details promises that nothing was made, with a code that leaves no doubt",
            |lab| {
                lab.configure().await?;
                let inputs = match &lab.subject.faults.failing_create {
                    Some(inputs) => inputs.clone(),
                    None if lab.subject.world.refuse().await.is_some() => lab.subject.inputs.clone(),
                    None => return not_applicable("no creation can be made to fail"),
                };
                let inputs = lab.checked(&inputs).await?;
                let status = status_of(lab.plugin.create(&lab.target.clone(), &inputs, false).await)?;
                ensure!(
                    !UNCERTAIN.contains(&status.code()),
                    "the code is {:?}: {}",
                    status.code(),
                    status.message()
                );
                ensure!(!status.message().is_empty(), "it says nothing");
            }
        ),
        case!(
            "3.create.partial-state",
            "what exists although the creation failed is told with id and state",
            |lab| {
                let inputs = given(&lab.subject.faults.partial_create, "creation that fails half-way")?;
                lab.configure().await?;
                let (live, reasons) = lab.make_partly(&inputs).await?;
                ensure!(!live.outputs.is_empty(), "the state is empty");
                ensure!(!reasons.is_empty(), "there are no reasons");
            }
        ),
        case!(
            "3.create.partial-code",
            "the code of a partial failure leaves no doubt about the state",
            |lab| {
                let inputs = given(&lab.subject.faults.partial_create, "creation that fails half-way")?;
                let status = partial(lab, &inputs).await?;
                ensure!(!UNCERTAIN.contains(&status.code()), "it is {:?}", status.code());
            }
        ),
        case!(
            "3.create.partial-trailer",
            "code and message stand in the embedded status, too, with one detail",
            |lab| {
                let inputs = given(&lab.subject.faults.partial_create, "creation that fails half-way")?;
                let status = partial(lab, &inputs).await?;
                let embedded = google_rpc::Status::decode(status.details());
                let embedded = embedded.map_err(|error| Verdict::Broken(error.to_string()))?;
                ensure!(
                    Code::from(embedded.code) == status.code(),
                    "the code there is {}",
                    embedded.code
                );
                ensure!(
                    embedded.message == status.message(),
                    "the message there is `{}`",
                    embedded.message
                );
                ensure!(
                    embedded.details.len() == 1,
                    "there are {} details",
                    embedded.details.len()
                );
            }
        ),
        case!(
            "3.create.partial-secrets",
            "the state of a partial failure is marked as usual",
            |lab| {
                let inputs = given(&lab.subject.faults.partial_create, "creation that fails half-way")?;
                let secrets: Vec<_> = lab.schema.made_secrets().into_iter().map(str::to_owned).collect();
                lab.configure().await?;
                let marked = inputs
                    .into_iter()
                    .map(|(key, value)| (key, PropertyValue::secret(value)))
                    .collect();
                let (live, _) = lab.make_partly(&marked).await?;
                for key in marked.keys().chain(&secrets) {
                    ensure!(
                        live.outputs.get(key).is_none_or(PropertyValue::contains_secret),
                        "`{key}` is not secret"
                    );
                }
            }
        ),
        case!(
            "3.create.partial-heals",
            "a partial resource can be compared, updated and deleted",
            |lab| {
                let inputs = given(&lab.subject.faults.partial_create, "creation that fails half-way")?;
                lab.configure().await?;
                let (live, _) = lab.make_partly(&inputs).await?;
                lab.subject.world.recover().await;
                lab.diff(&live, &live.inputs).await?;
                lab.plugin.delete(&lab.target.clone(), &live).await?;
            }
        ),
        case!(
            "3.create.panic",
            "a panic in an author's code fails that one call, and tells nothing secret",
            |lab| {
                let inputs = given(&lab.subject.faults.panicking_create, "creation that panics")?;
                lab.configure().await?;
                let inputs = lab.checked(&inputs).await?;
                let status = status_of(lab.plugin.create(&lab.target.clone(), &inputs, false).await)?;
                ensure!(status.code() == Code::Internal, "the code is {:?}", status.code());
                ensure!(
                    status.message().contains(lab.target.urn.as_str()),
                    "it does not say where: {}",
                    status.message()
                );
                lab.make().await?;
            }
        ),
        case!(
            "3.create.unknown-in-state",
            "an unknown in a real state does not hide the resource",
            |lab| {
                let inputs = given(
                    &lab.subject.faults.unknown_state,
                    "creation that returns an unknown",
                )?;
                lab.configure().await?;
                let (live, reasons) = lab.make_partly(&inputs).await?;
                ensure!(!live.id.is_empty(), "there is no id");
                ensure!(
                    reasons.iter().any(|reason| reason.contains("unknown")),
                    "{reasons:?} do not say it"
                );
            }
        ),
        case!(
            "3.create.empty-id",
            "an empty id is told as what it is: a resource that may be lost",
            |lab| {
                let inputs = given(&lab.subject.faults.empty_id, "creation without an id")?;
                lab.configure().await?;
                let inputs = lab.checked(&inputs).await?;
                let status = status_of(lab.plugin.create(&lab.target.clone(), &inputs, false).await)?;
                ensure!(status.code() == Code::Internal, "the code is {:?}", status.code());
            }
        ),
    ]
}
