//! Section 3: Update.

use super::super::super::{CallError, Live};
use super::super::lab::{Lab, Outcome, ensure, given, not_applicable, status_of};
use super::super::report::Verdict;
use super::{Case, case};
use crate::value::{PropertyMap, PropertyValue};

/// The resource before and after an update.
async fn updated(lab: &mut Lab) -> Outcome<(Live, Live)> {
    let news = given(&lab.subject.updated, "update")?;
    lab.configure().await?;
    let live = lab.make().await?;
    let inputs = lab.checked(&news).await?;
    let updated = lab
        .plugin
        .update(&lab.target.clone(), &live, &inputs, &[], false)
        .await?;
    Ok((live, updated))
}

/// The resource, and what an update would come to.
async fn planned(lab: &mut Lab) -> Outcome<(Live, Live)> {
    let news = given(&lab.subject.updated, "update")?;
    lab.configure().await?;
    let live = lab.make().await?;
    let inputs = lab.checked(&news).await?;
    let planned = lab
        .plugin
        .update(&lab.target.clone(), &live, &inputs, &[], true)
        .await?;
    Ok((live, planned))
}

fn same(left: Option<&PropertyValue>, right: Option<&PropertyValue>) -> bool {
    left.map(PropertyValue::expose_deep) == right.map(PropertyValue::expose_deep)
}

/// The state that an update of which only a part was done leaves.
async fn partly(lab: &mut Lab, inputs: &PropertyMap) -> Outcome<(Live, Live, Vec<String>)> {
    lab.configure().await?;
    let live = lab.make().await?;
    let inputs = lab.checked(inputs).await?;
    lab.subject.world.fail_half_way().await;
    match lab
        .plugin
        .update(&lab.target.clone(), &live, &inputs, &[], false)
        .await
    {
        Err(CallError::Incomplete {
            live: left, reasons, ..
        }) => Ok((live, Live { inputs, ..*left }, reasons)),
        Err(error) => Err(error.into()),
        Ok(_) => Err(Verdict::Broken("the update did not fail".to_owned())),
    }
}

pub(super) fn cases() -> Vec<Case> {
    vec![
        case!(
            "3.update.new-values",
            "the new outputs are those that were asked for",
            |lab| {
                let (_, updated) = updated(lab).await?;
                for (key, value) in &updated.inputs {
                    let output = updated.outputs.get(key);
                    let object = value.expose().as_object().is_some() && output.is_some();
                    ensure!(same(output, Some(value)) || object, "`{key}` is {output:?}");
                }
            }
        ),
        case!(
            "3.update.whole-state",
            "the whole new state is returned, not the part that changed",
            |lab| {
                let (_, updated) = updated(lab).await?;
                for key in lab.schema.required_outputs() {
                    ensure!(updated.outputs.contains_key(key), "`{key}` is missing");
                }
            }
        ),
        case!("3.update.then-none", "after an update nothing differs", |lab| {
            let (_, updated) = updated(lab).await?;
            let diff = lab.diff(&updated, &updated.inputs).await?;
            ensure!(diff.diffs.is_empty(), "{:?} changes", diff.diffs);
        }),
        case!(
            "3.update.then-read",
            "a refresh after an update sees what the update returned",
            |lab| {
                let (_, updated) = updated(lab).await?;
                let known = Some((&updated.inputs, &updated.outputs));
                let read = lab.plugin.read(&lab.target.clone(), &updated.id, known).await?;
                let read = read.ok_or_else(|| Verdict::Broken("it is gone".to_owned()))?;
                ensure!(
                    read.outputs == updated.outputs,
                    "{:?} became {:?}",
                    updated.outputs,
                    read.outputs
                );
            }
        ),
        case!(
            "3.update.secret-carried",
            "a secret that the service tells once is carried over, and stays marked",
            |lab| {
                let secrets: Vec<_> = lab.schema.made_secrets().into_iter().map(str::to_owned).collect();
                if secrets.is_empty() {
                    return not_applicable("the service makes no secret");
                }
                let (live, updated) = updated(lab).await?;
                for key in secrets {
                    ensure!(
                        updated.outputs.get(&key) == live.outputs.get(&key),
                        "`{key}` is another one"
                    );
                }
            }
        ),
        case!(
            "3.update.idempotent",
            "an update without any difference is made, as after a partial failure",
            |lab| {
                lab.configure().await?;
                let live = lab.make().await?;
                let again = lab
                    .plugin
                    .update(&lab.target.clone(), &live, &live.inputs, &[], false)
                    .await?;
                ensure!(
                    again.outputs == live.outputs,
                    "{:?} became {:?}",
                    live.outputs,
                    again.outputs
                );
            }
        ),
        case!(
            "3.update.ignore-changes",
            "ignored paths come with the request, and are no mistake",
            |lab| {
                lab.configure().await?;
                let live = lab.make().await?;
                let ignored: Vec<_> = live.inputs.keys().cloned().collect();
                lab.plugin
                    .update(&lab.target.clone(), &live, &live.inputs, &ignored, false)
                    .await?;
            }
        ),
        case!(
            "3.update.preview-writes-nothing",
            "a preview does nothing",
            |lab| {
                let news = given(&lab.subject.updated, "update")?;
                lab.configure().await?;
                let live = lab.make().await?;
                let inputs = lab.checked(&news).await?;
                let Some(before) = lab.subject.world.writes().await else {
                    return not_applicable("writes cannot be counted");
                };
                lab.plugin
                    .update(&lab.target.clone(), &live, &inputs, &[], true)
                    .await?;
                let after = lab.subject.world.writes().await;
                ensure!(after == Some(before), "it wrote");
            }
        ),
        case!(
            "3.update.preview-is-true",
            "what a preview knows comes true",
            |lab| {
                let (live, planned) = planned(lab).await?;
                let inputs = planned.inputs.clone();
                let updated = lab
                    .plugin
                    .update(&lab.target.clone(), &live, &inputs, &[], false)
                    .await?;
                for (key, value) in planned
                    .outputs
                    .iter()
                    .filter(|(_, value)| !value.contains_unknown())
                {
                    ensure!(
                        same(updated.outputs.get(key), Some(value)),
                        "`{key}` is {:?}",
                        updated.outputs.get(key)
                    );
                }
            }
        ),
        case!(
            "3.update.preview-secret",
            "a preview marks what is secret",
            |lab| {
                let (live, planned) = planned(lab).await?;
                for (key, value) in &planned.outputs {
                    let was = live.outputs.get(key).is_some_and(PropertyValue::is_secret);
                    ensure!(!was || value.is_secret(), "`{key}` lost its mark");
                }
            }
        ),
        case!(
            "3.update.partial-state",
            "what an update left half done is told with the state as it really is",
            |lab| {
                let inputs = given(&lab.subject.faults.partial_update, "update that fails half-way")?;
                let (_, left, reasons) = partly(lab, &inputs).await?;
                ensure!(!left.outputs.is_empty(), "the state is empty");
                ensure!(!reasons.is_empty(), "there are no reasons");
            }
        ),
        case!(
            "3.update.partial-id",
            "the id of a partial update is the one of the request",
            |lab| {
                let inputs = given(&lab.subject.faults.partial_update, "update that fails half-way")?;
                let (live, left, _) = partly(lab, &inputs).await?;
                ensure!(live.id == left.id, "`{}` became `{}`", live.id, left.id);
            }
        ),
        case!(
            "3.update.plain-error",
            "an error without details promises that nothing was changed",
            |lab| {
                let news = given(&lab.subject.updated, "update")?;
                lab.configure().await?;
                let live = lab.make().await?;
                let inputs = lab.checked(&news).await?;
                if lab.subject.world.refuse().await.is_none() {
                    return not_applicable("nothing can be refused");
                }
                status_of(
                    lab.plugin
                        .update(&lab.target.clone(), &live, &inputs, &[], false)
                        .await,
                )?;
                lab.subject.world.recover().await;
                let known = Some((&live.inputs, &live.outputs));
                let read = lab.plugin.read(&lab.target.clone(), &live.id, known).await?;
                ensure!(
                    read.is_some_and(|read| read.outputs == live.outputs),
                    "it is not as before"
                );
            }
        ),
    ]
}
