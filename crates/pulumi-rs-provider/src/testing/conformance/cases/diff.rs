//! Section 3: Diff.

use std::collections::BTreeSet;

use tonic::Code;

use super::super::super::Live;
use super::super::lab::{Lab, Outcome, ensure, given, not_applicable, refused, with, without};
use super::{Case, case};
use crate::path::PropertyPath;
use crate::proto::diff_response::DiffChanges;
use crate::proto::property_diff::Kind;
use crate::proto::{DiffRequest, DiffResponse};
use crate::value::{PropertyMap, PropertyValue, UnknownKind};
use crate::wire::Struct;

/// The live resource, and what changes with other inputs.
async fn changed(lab: &mut Lab, news: &PropertyMap) -> Outcome<(Live, PropertyMap, DiffResponse)> {
    lab.configure().await?;
    let live = lab.make().await?;
    let inputs = lab.checked(news).await?;
    let diff = lab.diff(&live, &inputs).await?;
    Ok((live, inputs, diff))
}

/// The inputs that differ.
fn differing(old: &PropertyMap, new: &PropertyMap) -> BTreeSet<String> {
    let keys = old.keys().chain(new.keys());
    keys.filter(|key| old.get(*key) != new.get(*key))
        .cloned()
        .collect()
}

fn exposed<'a>(value: &'a PropertyValue, path: &PropertyPath) -> Option<&'a PropertyValue> {
    value
        .at(path)
        .map(PropertyValue::expose)
        .filter(|value| !value.is_null())
}

pub(super) fn cases() -> Vec<Case> {
    vec![
        case!("3.diff.none", "equal inputs do not differ", |lab| {
            let (.., diff) = changed(lab, &lab.subject.inputs.clone()).await?;
            ensure!(
                diff.changes() == DiffChanges::DiffNone,
                "{:?} changes",
                diff.diffs
            );
        }),
        case!(
            "3.diff.changes-is-said",
            "the answer is SOME or NONE, and details are there",
            |lab| {
                let (.., diff) = changed(lab, &lab.subject.inputs.clone()).await?;
                ensure!(diff.changes() != DiffChanges::DiffUnknown, "it is UNKNOWN");
                ensure!(diff.has_detailed_diff, "there are no details");
            }
        ),
        case!(
            "3.diff.update",
            "a change in place is SOME, names the property, and replaces nothing",
            |lab| {
                let news = given(&lab.subject.updated, "update")?;
                let (live, inputs, diff) = changed(lab, &news).await?;
                ensure!(diff.changes() == DiffChanges::DiffSome, "nothing changes");
                ensure!(diff.replaces.is_empty(), "{:?} replaces", diff.replaces);
                let expected = differing(&live.inputs, &inputs);
                let named: BTreeSet<_> = diff.diffs.iter().cloned().collect();
                ensure!(named == expected, "{named:?} changes, not {expected:?}");
            }
        ),
        case!(
            "3.diff.replace",
            "a change that cannot be made in place replaces",
            |lab| {
                let news = given(&lab.subject.replacing, "replacement")?;
                let (.., diff) = changed(lab, &news).await?;
                ensure!(!diff.replaces.is_empty(), "nothing replaces");
            }
        ),
        case!(
            "3.diff.replace-kind",
            "a replacement has a kind that replaces",
            |lab| {
                let news = given(&lab.subject.replacing, "replacement")?;
                let (.., diff) = changed(lab, &news).await?;
                let replacing = [Kind::AddReplace, Kind::DeleteReplace, Kind::UpdateReplace];
                let found = diff
                    .detailed_diff
                    .values()
                    .any(|change| replacing.contains(&change.kind()));
                ensure!(found, "the details are {:?}", diff.detailed_diff);
            }
        ),
        case!(
            "3.diff.consistent",
            "`diffs`, `replaces` and the details name the same properties",
            |lab| {
                lab.configure().await?;
                let live = lab.make().await?;
                let others = [lab.subject.updated.clone(), lab.subject.replacing.clone()];
                for news in others.into_iter().flatten() {
                    let inputs = lab.checked(&news).await?;
                    // The comparison of the fields is one of the engine's rules.
                    lab.diff(&live, &inputs).await?;
                }
            }
        ),
        case!(
            "3.diff.paths-exist",
            "each path of the details is in the old or the new values",
            |lab| {
                lab.configure().await?;
                let live = lab.make().await?;
                let others = [lab.subject.updated.clone(), lab.subject.replacing.clone()];
                for news in others.into_iter().flatten() {
                    let inputs = lab.checked(&news).await?;
                    let diff = lab.diff(&live, &inputs).await?;
                    let values =
                        [&live.inputs, &live.outputs, &inputs].map(|map| PropertyValue::from(map.clone()));
                    for text in diff.detailed_diff.keys() {
                        let path: PropertyPath = text.parse().unwrap_or_default();
                        ensure!(
                            values.iter().any(|value| value.at(&path).is_some()),
                            "`{text}` is nowhere"
                        );
                    }
                }
            }
        ),
        case!(
            "3.diff.input-diff",
            "the old value that is shown stands where `inputDiff` says",
            |lab| {
                lab.configure().await?;
                let live = lab.make().await?;
                let others = [lab.subject.updated.clone(), lab.subject.replacing.clone()];
                for news in others.into_iter().flatten() {
                    let inputs = lab.checked(&news).await?;
                    let diff = lab.diff(&live, &inputs).await?;
                    for (text, change) in &diff.detailed_diff {
                        let path: PropertyPath = text.parse().unwrap_or_default();
                        let old = PropertyValue::from(if change.input_diff {
                            live.inputs.clone()
                        } else {
                            live.outputs.clone()
                        });
                        let shown = exposed(&old, &path).is_some();
                        let added = matches!(change.kind(), Kind::Add | Kind::AddReplace);
                        ensure!(shown || added, "`{text}` has no old value to show");
                    }
                }
            }
        ),
        case!(
            "3.diff.update-differs",
            "an update of a value is one: the old and the new value differ",
            |lab| {
                lab.configure().await?;
                let live = lab.make().await?;
                let others = [lab.subject.updated.clone(), lab.subject.replacing.clone()];
                for news in others.into_iter().flatten() {
                    let inputs = lab.checked(&news).await?;
                    let diff = lab.diff(&live, &inputs).await?;
                    let new = PropertyValue::from(inputs);
                    for (text, change) in &diff.detailed_diff {
                        let path: PropertyPath = text.parse().unwrap_or_default();
                        let old = PropertyValue::from(if change.input_diff {
                            live.inputs.clone()
                        } else {
                            live.outputs.clone()
                        });
                        let same = exposed(&old, &path) == exposed(&new, &path);
                        ensure!(!same, "`{text}` is the same on both sides");
                    }
                }
            }
        ),
        case!(
            "3.diff.ignore-changes",
            "what the user ignores is left out, whatever the provider finds",
            |lab| {
                lab.configure().await?;
                let live = lab.make().await?;
                let others = [lab.subject.updated.clone(), lab.subject.replacing.clone()];
                for news in others.into_iter().flatten() {
                    let inputs = lab.checked(&news).await?;
                    let ignored: Vec<_> = differing(&live.inputs, &inputs).into_iter().collect();
                    let diff = lab
                        .plugin
                        .diff(&lab.target.clone(), &live, &inputs, &ignored)
                        .await?;
                    ensure!(diff.diffs.is_empty(), "{:?} changes", diff.diffs);
                }
            }
        ),
        case!("3.diff.ignore-all", "a wildcard ignores everything", |lab| {
            let news = given(&lab.subject.updated, "update")?;
            lab.configure().await?;
            let live = lab.make().await?;
            let inputs = lab.checked(&news).await?;
            let diff = lab
                .plugin
                .diff(
                    &lab.target.clone(),
                    &live,
                    &inputs,
                    &["*".to_owned(), "[\"*\"]".to_owned()],
                )
                .await?;
            ensure!(diff.diffs.is_empty(), "{:?} changes", diff.diffs);
        }),
        case!(
            "3.diff.ignore-bad-path",
            "a path that is none is refused",
            |lab| {
                lab.configure().await?;
                let live = lab.make().await?;
                let request = DiffRequest {
                    id: live.id.clone(),
                    urn: lab.target.urn.as_str().to_owned(),
                    olds: Some(Struct::encode_properties(&live.outputs)?),
                    old_inputs: Some(Struct::encode_properties(&live.inputs)?),
                    news: Some(Struct::encode_properties(&live.inputs)?),
                    ignore_changes: vec!["a[".to_owned()],
                    ..Default::default()
                };
                refused(lab.client.diff(request).await, &[Code::InvalidArgument])?;
            }
        ),
        case!(
            "3.diff.unknown-replaces",
            "an unknown at a property that replaces is a replacement, as far as anybody knows",
            |lab| {
                let news = given(&lab.subject.replacing, "replacement")?;
                lab.configure().await?;
                let live = lab.make().await?;
                let inputs = lab.checked(&news).await?;
                let replaces = lab.diff(&live, &inputs).await?.replaces;
                for key in replaces {
                    let inputs = with(&live.inputs, &key, PropertyValue::Unknown(UnknownKind::String));
                    let diff = lab.diff(&live, &inputs).await?;
                    ensure!(
                        diff.replaces.contains(&key),
                        "`{key}` became unknown, and {:?} replaces",
                        diff.replaces
                    );
                }
            }
        ),
        case!(
            "3.diff.all-unknown",
            "a comparison with nothing known is answered",
            |lab| {
                lab.configure().await?;
                let live = lab.make().await?;
                let keys = live.inputs.keys().cloned();
                let news = keys
                    .map(|key| (key, PropertyValue::Unknown(UnknownKind::String)))
                    .collect();
                let diff = lab.diff(&live, &news).await?;
                ensure!(!diff.diffs.is_empty(), "nothing changes");
            }
        ),
        case!(
            "3.diff.older-state",
            "an output that an older version did not write forces nothing",
            |lab| {
                lab.configure().await?;
                let live = lab.make().await?;
                for key in live.outputs.keys() {
                    let old = Live {
                        outputs: without(&live.outputs, key),
                        ..live.clone()
                    };
                    let diff = lab.diff(&old, &live.inputs).await?;
                    ensure!(diff.diffs.is_empty(), "without `{key}`, {:?} changes", diff.diffs);
                }
            }
        ),
        case!(
            "3.diff.newer-state",
            "an output that a newer version wrote forces nothing",
            |lab| {
                lab.configure().await?;
                let live = lab.make().await?;
                let old = Live {
                    outputs: with(&live.outputs, "fromTheFuture", "x"),
                    ..live.clone()
                };
                let diff = lab.diff(&old, &live.inputs).await?;
                ensure!(diff.diffs.is_empty(), "{:?} changes", diff.diffs);
            }
        ),
        case!(
            "3.diff.name-and-type-from-urn",
            "older engines leave name and type to be found in the URN",
            |lab| {
                lab.configure().await?;
                let live = lab.make().await?;
                let request = DiffRequest {
                    id: live.id.clone(),
                    urn: lab.target.urn.as_str().to_owned(),
                    olds: Some(Struct::encode_properties(&live.outputs)?),
                    old_inputs: Some(Struct::encode_properties(&live.inputs)?),
                    news: Some(Struct::encode_properties(&live.inputs)?),
                    ..Default::default()
                };
                lab.client.diff(request).await?;
            }
        ),
        case!(
            "3.diff.removed",
            "an optional input that is taken away is told from one that stays",
            |lab| {
                lab.configure().await?;
                let live = lab.make().await?;
                let required: Vec<_> = lab
                    .schema
                    .required_inputs()
                    .into_iter()
                    .map(str::to_owned)
                    .collect();
                let optional: Vec<_> = lab
                    .subject
                    .inputs
                    .keys()
                    .filter(|key| !required.contains(key))
                    .cloned()
                    .collect();
                if optional.is_empty() {
                    return not_applicable("all inputs are required");
                }
                for key in optional {
                    let checked = lab.check(&without(&lab.subject.inputs, &key)).await?;
                    let gone = checked.inputs.get(&key) != live.inputs.get(&key);
                    if checked.failures.is_empty() && gone {
                        let diff = lab.diff(&live, &checked.inputs).await?;
                        ensure!(
                            diff.diffs.contains(&key),
                            "without `{key}`, {:?} changes",
                            diff.diffs
                        );
                    }
                }
            }
        ),
        case!(
            "3.diff.delete-first-needs-replace",
            "`deleteBeforeReplace` comes with a replacement only",
            |lab| {
                let news = given(&lab.subject.updated, "update")?;
                let (.., diff) = changed(lab, &news).await?;
                ensure!(!diff.delete_before_replace, "it comes with an update");
            }
        ),
        case!(
            "3.diff.stables",
            "stable outputs exist, and an update keeps them",
            |lab| {
                let news = given(&lab.subject.updated, "update")?;
                let (live, inputs, diff) = changed(lab, &news).await?;
                if diff.stables.is_empty() {
                    return not_applicable("no output is called stable");
                }
                let updated = lab
                    .plugin
                    .update(&lab.target.clone(), &live, &inputs, &[], false)
                    .await?;
                for key in diff.stables {
                    ensure!(
                        key == "id" || live.outputs.contains_key(&key),
                        "there is no output `{key}`"
                    );
                    ensure!(
                        updated.outputs.get(&key) == live.outputs.get(&key),
                        "`{key}` changed"
                    );
                }
            }
        ),
        case!(
            "3.diff.sorted",
            "the lists are sorted, so that equal requests have equal answers",
            |lab| {
                let news = given(&lab.subject.replacing, "replacement")?;
                let (.., diff) = changed(lab, &news).await?;
                for list in [&diff.diffs, &diff.replaces, &diff.stables] {
                    ensure!(list.is_sorted(), "{list:?} is not");
                }
            }
        ),
    ]
}
