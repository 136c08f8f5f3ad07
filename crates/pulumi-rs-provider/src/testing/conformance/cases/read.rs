//! Section 3: Read, for refresh, get and import.

use tonic::Code;

use super::super::super::Live;
use super::super::lab::{Lab, Outcome, ensure, not_applicable, status_of};
use super::super::report::Verdict;
use super::{Case, case};
use crate::proto::{ReadRequest, ReadResponse};
use crate::value::PropertyValue;
use crate::wire::Struct;

async fn raw(lab: &mut Lab, id: &str, known: Option<&Live>) -> Outcome<ReadResponse> {
    let request = ReadRequest {
        id: id.to_owned(),
        urn: lab.target.urn.as_str().to_owned(),
        name: lab.target.name.clone(),
        r#type: lab.target.token.clone(),
        inputs: known
            .map(|known| Struct::encode_properties(&known.inputs))
            .transpose()?,
        properties: known
            .map(|known| Struct::encode_properties(&known.outputs))
            .transpose()?,
        ..Default::default()
    };
    Ok(lab.client.read(request).await?.into_inner())
}

/// The resource, made and looked at with what is remembered of it.
async fn refreshed(lab: &mut Lab) -> Outcome<(Live, Live)> {
    lab.configure().await?;
    let live = lab.make().await?;
    let known = Some((&live.inputs, &live.outputs));
    match lab.plugin.read(&lab.target.clone(), &live.id, known).await? {
        Some(read) => Ok((live, read)),
        None => Err(Verdict::Broken("what was just made is not found".to_owned())),
    }
}

/// The resource, made and looked at by its id alone.
async fn imported(lab: &mut Lab) -> Outcome<(Live, Live)> {
    lab.configure().await?;
    let live = lab.make().await?;
    match lab.plugin.read(&lab.target.clone(), &live.id, None).await? {
        Some(read) => Ok((live, read)),
        None => not_applicable("the resource cannot be found by its id alone"),
    }
}

/// A resource that is no longer there.
async fn gone(lab: &mut Lab) -> Outcome<Live> {
    lab.configure().await?;
    let live = lab.make().await?;
    lab.plugin.delete(&lab.target.clone(), &live).await?;
    Ok(live)
}

pub(super) fn cases() -> Vec<Case> {
    vec![
        case!(
            "3.read.refresh-inputs",
            "a refresh without drift returns the inputs in the user's own shape",
            |lab| {
                let (live, read) = refreshed(lab).await?;
                ensure!(
                    read.inputs == live.inputs,
                    "{:?} became {:?}",
                    live.inputs,
                    read.inputs
                );
            }
        ),
        case!(
            "3.read.refresh-outputs",
            "a refresh without drift returns the state as it was",
            |lab| {
                let (live, read) = refreshed(lab).await?;
                ensure!(
                    read.outputs == live.outputs,
                    "{:?} became {:?}",
                    live.outputs,
                    read.outputs
                );
            }
        ),
        case!("3.read.refresh-id", "the id stays", |lab| {
            let (live, read) = refreshed(lab).await?;
            ensure!(read.id == live.id, "`{}` became `{}`", live.id, read.id);
        }),
        case!(
            "3.read.refresh-diff-none",
            "after a refresh without drift nothing differs",
            |lab| {
                let (live, read) = refreshed(lab).await?;
                let diff = lab.diff(&read, &live.inputs).await?;
                ensure!(diff.diffs.is_empty(), "{:?} changes", diff.diffs);
            }
        ),
        case!(
            "3.read.drift",
            "what the world has changed is seen, and an update would change it back",
            |lab| {
                lab.configure().await?;
                let live = lab.make().await?;
                if lab.subject.world.drift(&live.id).await.is_none() {
                    return not_applicable("the world cannot be changed behind the provider");
                }
                let known = Some((&live.inputs, &live.outputs));
                let read = lab.plugin.read(&lab.target.clone(), &live.id, known).await?;
                let read = read.ok_or_else(|| Verdict::Broken("it is gone".to_owned()))?;
                ensure!(read.outputs != live.outputs, "the state is as before");
                let diff = lab.diff(&read, &live.inputs).await?;
                ensure!(!diff.diffs.is_empty(), "nothing differs");
            }
        ),
        case!(
            "3.read.gone-refresh",
            "what is gone has an empty id in a refresh",
            |lab| {
                let live = gone(lab).await?;
                let reply = raw(lab, &live.id, Some(&live)).await?;
                ensure!(reply.id.is_empty(), "the id is `{}`", reply.id);
            }
        ),
        case!(
            "3.read.gone-structs-absent",
            "what is gone has neither state nor inputs, not even empty ones",
            |lab| {
                let live = gone(lab).await?;
                for known in [None, Some(&live)] {
                    let reply = raw(lab, &live.id, known).await?;
                    ensure!(
                        reply.properties.is_none() && reply.inputs.is_none(),
                        "an import would make a ghost"
                    );
                }
            }
        ),
        case!(
            "3.read.gone-import",
            "what does not exist is not imported",
            |lab| {
                let live = gone(lab).await?;
                let read = lab.plugin.read(&lab.target.clone(), &live.id, None).await?;
                ensure!(read.is_none(), "{read:?} was found");
            }
        ),
        case!("3.read.import-inputs", "an import has inputs", |lab| {
            // An import without inputs breaks a rule of the engine.
            imported(lab).await?;
        }),
        case!("3.read.import-checks", "imported inputs pass Check", |lab| {
            let (_, read) = imported(lab).await?;
            lab.checked(&read.inputs).await?;
        }),
        case!(
            "3.read.import-diff-none",
            "imported inputs do not differ from the imported state",
            |lab| {
                let (_, read) = imported(lab).await?;
                let inputs = lab.checked(&read.inputs).await?;
                let diff = lab.diff(&read, &inputs).await?;
                ensure!(diff.diffs.is_empty(), "{:?} changes", diff.diffs);
            }
        ),
        case!(
            "3.read.import-no-outputs",
            "what is only an output is not imported as an input",
            |lab| {
                let (_, read) = imported(lab).await?;
                let inputs = &lab.schema.resource()["inputProperties"];
                let foreign = read.inputs.keys().find(|key| inputs[key.as_str()].is_null());
                ensure!(foreign.is_none(), "{foreign:?} is");
            }
        ),
        case!(
            "3.read.import-no-defaults",
            "what says no more than its default is not imported as an input",
            |lab| {
                let (_, read) = imported(lab).await?;
                let raw = Struct::encode_properties(&read.inputs)?;
                let json = super::super::super::json::from_struct(&raw);
                let json = json.map_err(|error| Verdict::Broken(error.to_string()))?;
                let required = lab.schema.required_inputs();
                for (key, property) in lab.schema.inputs() {
                    let default = &property["default"];
                    let said = !default.is_null() && !json[key].is_null();
                    let same = json[key] == *default
                        || json[key].is_number() && json[key].as_f64() == default.as_f64();
                    ensure!(!(said && same) || required.contains(&key), "`{key}` is");
                }
            }
        ),
        case!(
            "3.read.import-no-nulls",
            "an import has no inputs that are null",
            |lab| {
                let (_, read) = imported(lab).await?;
                let null = read.inputs.iter().find(|(_, value)| value.is_null());
                ensure!(null.is_none(), "{null:?} is");
            }
        ),
        case!(
            "3.read.import-secret",
            "a secret that is never told again is absent or empty in an import, and marked",
            |lab| {
                let secrets: Vec<_> = lab.schema.made_secrets().into_iter().map(str::to_owned).collect();
                if secrets.is_empty() {
                    return not_applicable("the service makes no secret");
                }
                let (_, read) = imported(lab).await?;
                for key in secrets {
                    ensure!(
                        read.outputs.get(&key).is_none_or(PropertyValue::is_secret),
                        "`{key}` is in plain"
                    );
                }
            }
        ),
        case!(
            "3.read.get",
            "a `get` sends what the program knows as inputs and as state, and is answered like a refresh",
            |lab| {
                lab.configure().await?;
                let live = lab.make().await?;
                let known = Some((&live.inputs, &live.inputs));
                let read = lab.plugin.read(&lab.target.clone(), &live.id, known).await?;
                ensure!(read.is_some_and(|read| read.id == live.id), "it is not found");
            }
        ),
        case!(
            "3.read.secret-carried",
            "a secret that the service tells once is carried over, and stays marked",
            |lab| {
                let secrets: Vec<_> = lab.schema.made_secrets().into_iter().map(str::to_owned).collect();
                if secrets.is_empty() {
                    return not_applicable("the service makes no secret");
                }
                let (live, read) = refreshed(lab).await?;
                for key in secrets {
                    ensure!(
                        read.outputs.get(&key) == live.outputs.get(&key),
                        "`{key}` is another one"
                    );
                    ensure!(
                        read.outputs.get(&key).is_none_or(PropertyValue::is_secret),
                        "`{key}` is in plain"
                    );
                }
            }
        ),
        case!(
            "3.read.no-unknowns",
            "there are no unknowns in the answer",
            |lab| {
                // An unknown breaks a rule of the engine.
                refreshed(lab).await?;
            }
        ),
        case!(
            "3.read.service-down",
            "a service that fails is an error, never a resource that is gone",
            |lab| {
                lab.configure().await?;
                let live = lab.make().await?;
                if lab.subject.world.fall_ill().await.is_none() {
                    return not_applicable("nothing can be made to fail");
                }
                let known = Some((&live.inputs, &live.outputs));
                let status = status_of(lab.plugin.read(&lab.target.clone(), &live.id, known).await)?;
                ensure!(
                    status.code() != Code::NotFound,
                    "it is taken for gone: {}",
                    status.message()
                );
            }
        ),
        case!(
            "3.read.refused",
            "a credential that is refused is an error, never a resource that is gone",
            |lab| {
                lab.configure().await?;
                let live = lab.make().await?;
                if lab.subject.world.refuse().await.is_none() {
                    return not_applicable("nothing can be refused");
                }
                let known = Some((&live.inputs, &live.outputs));
                let status = status_of(lab.plugin.read(&lab.target.clone(), &live.id, known).await)?;
                ensure!(
                    status.code() != Code::NotFound,
                    "it is taken for gone: {}",
                    status.message()
                );
            }
        ),
        case!(
            "3.read.timeout",
            "a timeout is taken, and views may be ignored",
            |lab| {
                lab.configure().await?;
                let live = lab.make().await?;
                let request = ReadRequest {
                    id: live.id.clone(),
                    urn: lab.target.urn.as_str().to_owned(),
                    inputs: Some(Struct::encode_properties(&live.inputs)?),
                    properties: Some(Struct::encode_properties(&live.outputs)?),
                    timeout: 60.0,
                    old_views: vec![crate::proto::View::default()],
                    ..Default::default()
                };
                let reply = lab.client.read(request).await?.into_inner();
                ensure!(reply.id == live.id, "it is not found");
            }
        ),
    ]
}
