//! Section 10: whole runs of the engine.

use super::super::super::{Declaration, Engine, Failure, Program, StepKind};
use super::super::lab::{Lab, Outcome, ensure, given, not_applicable};
use super::super::report::Verdict;
use super::{Case, case};
use crate::proto::diff_response::DiffChanges;
use crate::value::{PropertyMap, PropertyValue, UnknownKind};

fn one(lab: &Lab, inputs: &PropertyMap) -> Program {
    Program::new().resource(Declaration::new(&lab.subject.token, "one").inputs(inputs.clone()))
}

/// An engine in which the resource is up.
async fn up(lab: &mut Lab) -> Outcome<Engine> {
    let program = one(lab, &lab.subject.inputs.clone());
    let mut engine = lab.take_engine().await?;
    let run = engine.up(&program).await.succeeded()?;
    ensure!(run.summary() == "create one\n", "it did:\n{}", run.summary());
    Ok(engine)
}

/// Deletes what is there.
async fn down(mut engine: Engine) -> Outcome {
    engine.destroy().await.succeeded()?;
    ensure!(engine.resources().is_empty(), "something is left");
    Ok(())
}

fn summary(run: &super::super::super::Run, expected: &[StepKind]) -> Outcome {
    let kinds: Vec<_> = run.steps.iter().map(|step| step.kind).collect();
    ensure!(kinds == expected, "it did:\n{}", run.summary());
    Ok(())
}

pub(super) fn cases() -> Vec<Case> {
    vec![
        case!(
            "10.run.preview-then-up",
            "a preview says what `up` does, and does nothing itself",
            |lab| {
                let program = one(lab, &lab.subject.inputs.clone());
                let mut engine = lab.take_engine().await?;
                summary(&engine.preview(&program).await.succeeded()?, &[StepKind::Create])?;
                ensure!(engine.resources().is_empty(), "the preview is remembered");
                summary(&engine.up(&program).await.succeeded()?, &[StepKind::Create])?;
                down(engine).await?;
            }
        ),
        case!("10.run.same", "the same program again does nothing", |lab| {
            let program = one(lab, &lab.subject.inputs.clone());
            let mut engine = up(lab).await?;
            summary(&engine.up(&program).await.succeeded()?, &[StepKind::Same])?;
            summary(&engine.preview(&program).await.succeeded()?, &[StepKind::Same])?;
            down(engine).await?;
        }),
        case!(
            "10.run.update",
            "a change in place is an update, and is done then",
            |lab| {
                let updated = one(lab, &given(&lab.subject.updated, "update")?);
                let mut engine = up(lab).await?;
                summary(&engine.preview(&updated).await.succeeded()?, &[StepKind::Update])?;
                summary(&engine.up(&updated).await.succeeded()?, &[StepKind::Update])?;
                summary(&engine.up(&updated).await.succeeded()?, &[StepKind::Same])?;
                down(engine).await?;
            }
        ),
        case!("10.run.update-and-back", "an update can be taken back", |lab| {
            let (first, updated) = (
                one(lab, &lab.subject.inputs.clone()),
                one(lab, &given(&lab.subject.updated, "update")?),
            );
            let mut engine = up(lab).await?;
            engine.up(&updated).await.succeeded()?;
            summary(&engine.up(&first).await.succeeded()?, &[StepKind::Update])?;
            down(engine).await?;
        }),
        case!(
            "10.run.replace",
            "a replacement makes the new one and deletes the old one",
            |lab| {
                let replacing = one(lab, &given(&lab.subject.replacing, "replacement")?);
                let mut engine = up(lab).await?;
                let old = engine.resource("one").map(|live| live.id.clone());
                let run = engine.up(&replacing).await.succeeded()?;
                let mut kinds: Vec<_> = run.steps.iter().map(|step| step.kind).collect();
                // Which goes first is the provider's to say.
                kinds.sort_by_key(|kind| *kind == StepKind::DeleteReplaced);
                ensure!(
                    kinds == [StepKind::CreateReplacement, StepKind::DeleteReplaced],
                    "it did:\n{}",
                    run.summary()
                );
                let new = engine.resource("one").map(|live| live.id.clone());
                ensure!(engine.resources().len() == 1 && new.is_some(), "it is not there");
                summary(&engine.up(&replacing).await.succeeded()?, &[StepKind::Same])?;
                ensure!(old.is_some(), "the old one had no id");
                down(engine).await?;
            }
        ),
        case!(
            "10.run.refresh",
            "a refresh without drift changes nothing",
            |lab| {
                let program = one(lab, &lab.subject.inputs.clone());
                let mut engine = up(lab).await?;
                let before = engine.resources();
                let run = engine.refresh().await.succeeded()?;
                let diff = run
                    .steps
                    .first()
                    .and_then(|step| step.diff.as_ref())
                    .map(crate::proto::DiffResponse::changes);
                ensure!(
                    diff == Some(DiffChanges::DiffNone),
                    "it sees drift:\n{}",
                    run.summary()
                );
                ensure!(engine.resources() == before, "the state is another");
                summary(&engine.up(&program).await.succeeded()?, &[StepKind::Same])?;
                down(engine).await?;
            }
        ),
        case!(
            "10.run.drift",
            "drift is shown by a refresh, and the next `up` takes it back",
            |lab| {
                let program = one(lab, &lab.subject.inputs.clone());
                let mut engine = up(lab).await?;
                let id = engine
                    .resource("one")
                    .map(|live| live.id.clone())
                    .unwrap_or_default();
                if lab.subject.world.drift(&id).await.is_none() {
                    down(engine).await?;
                    return not_applicable("the world cannot be changed behind the provider");
                }
                let run = engine.refresh().await.succeeded()?;
                let diff = run
                    .steps
                    .first()
                    .and_then(|step| step.diff.as_ref())
                    .map(crate::proto::DiffResponse::changes);
                ensure!(diff == Some(DiffChanges::DiffSome), "the refresh sees nothing");
                let run = engine.up(&program).await.succeeded()?;
                ensure!(
                    run.steps.iter().all(|step| step.kind != StepKind::Same),
                    "it did:\n{}",
                    run.summary()
                );
                summary(&engine.refresh().await.succeeded()?, &[StepKind::Refresh])?;
                summary(&engine.up(&program).await.succeeded()?, &[StepKind::Same])?;
                down(engine).await?;
            }
        ),
        case!(
            "10.run.drift-ignored",
            "drift at an ignored property is none",
            |lab| {
                let ignoring = lab.subject.inputs.keys().fold(
                    Declaration::new(&lab.subject.token, "one").inputs(lab.subject.inputs.clone()),
                    |declaration, key| declaration.ignore_changes(key),
                );
                let program = Program::new().resource(ignoring);
                let mut engine = lab.take_engine().await?;
                engine.up(&program).await.succeeded()?;
                let id = engine
                    .resource("one")
                    .map(|live| live.id.clone())
                    .unwrap_or_default();
                if lab.subject.world.drift(&id).await.is_none() {
                    down(engine).await?;
                    return not_applicable("the world cannot be changed behind the provider");
                }
                let run = engine.refresh().await.succeeded()?;
                let diff = run
                    .steps
                    .first()
                    .and_then(|step| step.diff.as_ref())
                    .map(crate::proto::DiffResponse::changes);
                ensure!(
                    diff == Some(DiffChanges::DiffNone),
                    "it is shown:\n{}",
                    run.summary()
                );
                down(engine).await?;
            }
        ),
        case!(
            "10.run.refresh-gone",
            "what the world has deleted leaves the state, and is made again",
            |lab| {
                let program = one(lab, &lab.subject.inputs.clone());
                let (token, mut plugin) = (lab.subject.token.clone(), lab.plugin.clone());
                let mut engine = up(lab).await?;
                let Some(live) = engine.resource("one").cloned() else {
                    return Err(Verdict::Broken("it is not there".to_owned()));
                };
                // Nobody tells the engine.
                plugin
                    .delete(&super::super::super::Target::new(&token, "one"), &live)
                    .await?;
                engine.refresh().await.succeeded()?;
                ensure!(engine.resources().is_empty(), "it is still remembered");
                summary(&engine.up(&program).await.succeeded()?, &[StepKind::Create])?;
                down(engine).await?;
            }
        ),
        case!(
            "10.run.import",
            "what exists is imported, nothing differs, and the program that comes of it does nothing",
            |lab| {
                let token = lab.subject.token.clone();
                let mut engine = up(lab).await?;
                let id = engine
                    .resource("one")
                    .map(|live| live.id.clone())
                    .unwrap_or_default();
                let run = match engine.import(&token, "two", &id).await.succeeded() {
                    Err(Failure::Missing { .. }) => {
                        down(engine).await?;
                        return not_applicable("the resource cannot be found by its id alone");
                    }
                    run => run?,
                };
                let diff = run
                    .steps
                    .first()
                    .and_then(|step| step.diff.as_ref())
                    .map(crate::proto::DiffResponse::changes);
                ensure!(
                    diff == Some(DiffChanges::DiffNone),
                    "the import differs:\n{}",
                    run.summary()
                );
                let inputs = engine
                    .resource("two")
                    .map(|live| live.inputs.clone())
                    .unwrap_or_default();
                let both =
                    one(lab, &lab.subject.inputs).resource(Declaration::new(&token, "two").inputs(inputs));
                summary(
                    &engine.up(&both).await.succeeded()?,
                    &[StepKind::Same, StepKind::Same],
                )?;
                down(engine).await?;
            }
        ),
        case!(
            "10.run.import-missing",
            "what does not exist cannot be imported",
            |lab| {
                let token = lab.subject.token.clone();
                let (mut plugin, mut engine) = (lab.plugin.clone(), up(lab).await?);
                let Some(live) = engine.resource("one").cloned() else {
                    return Err(Verdict::Broken("it is not there".to_owned()));
                };
                plugin
                    .delete(&super::super::super::Target::new(&token, "one"), &live)
                    .await?;
                let run = engine.import(&token, "ghost", &live.id).await;
                ensure!(
                    matches!(run.failures.as_slice(), [Failure::Missing { .. }]),
                    "it did:\n{}",
                    run.summary()
                );
                down(engine).await?;
            }
        ),
        case!(
            "10.run.partial",
            "a partial creation is remembered, and the next `up` goes on with it",
            |lab| {
                let inputs = given(&lab.subject.faults.partial_create, "creation that fails half-way")?;
                let program = one(lab, &inputs);
                let mut engine = lab.take_engine().await?;
                lab.subject.world.fail_half_way().await;
                let run = engine.up(&program).await;
                ensure!(!run.failures.is_empty(), "the creation did not fail");
                ensure!(engine.resource("one").is_some(), "it is forgotten");
                ensure!(
                    !engine.init_errors("one").is_empty(),
                    "why it failed is forgotten"
                );
                lab.subject.world.recover().await;
                let run = engine.up(&program).await;
                let went_on = run
                    .steps
                    .first()
                    .is_some_and(|step| step.kind != StepKind::Create && step.kind != StepKind::Same);
                ensure!(went_on, "it did:\n{}{:?}", run.summary(), run.failures);
                down(engine).await?;
            }
        ),
        case!(
            "10.run.dependent",
            "a resource may take what another one gives, unknown in a preview",
            |lab| {
                let key = lab.text_input()?;
                let (first, updated) = (lab.subject.inputs.clone(), given(&lab.subject.updated, "update")?);
                let two = Declaration::new(&lab.subject.token, "two")
                    .inputs(updated)
                    .input_from(&key, "one", "id");
                let program = one(lab, &first).resource(two);
                let mut engine = lab.take_engine().await?;
                summary(
                    &engine.preview(&program).await.succeeded()?,
                    &[StepKind::Create, StepKind::Create],
                )?;
                down(engine).await?;
            }
        ),
        case!(
            "10.run.unknown-config",
            "a configuration that is not known yet stops nothing",
            |lab| {
                for key in lab.subject.config.clone().keys() {
                    let config = super::super::lab::with(
                        &lab.config(),
                        key,
                        PropertyValue::Unknown(UnknownKind::String),
                    );
                    lab.plugin.handshake("").await?;
                    // The engine makes no further call then.
                    let checked = lab.plugin.check_config(&lab.provider(), None, &config).await?;
                    ensure!(checked.failures.is_empty(), "{:?}", checked.failures);
                }
            }
        ),
        case!(
            "10.run.wrong-program",
            "a program with a mistake fails before anything is made",
            |lab| {
                let wrong = super::super::lab::with(&lab.subject.inputs, "noSuchProperty", "x");
                let program = one(lab, &wrong);
                let mut engine = lab.take_engine().await?;
                let run = engine.up(&program).await;
                ensure!(
                    matches!(run.failures.as_slice(), [Failure::Check { .. }]),
                    "{:?}",
                    run.failures
                );
                ensure!(engine.resources().is_empty(), "something was made");
            }
        ),
        case!(
            "10.run.rotation",
            "another credential changes no resource",
            |lab| {
                let rotated = given(&lab.subject.rotated_config, "other credential")?;
                let program = one(lab, &lab.subject.inputs.clone());
                let mut engine = up(lab).await?;
                for (key, value) in rotated {
                    engine.set_config(&key, value);
                }
                summary(&engine.preview(&program).await.succeeded()?, &[StepKind::Same])?;
                for (key, value) in lab.subject.config.clone() {
                    engine.set_config(&key, value);
                }
                down(engine).await?;
            }
        ),
        case!(
            "10.secrets.state",
            "what is secret stands in the state as a secret, over a whole life",
            |lab| {
                let inputs = lab.subject.inputs.clone().into_iter();
                let secret: PropertyMap = inputs
                    .map(|(key, value)| (key, PropertyValue::secret(value)))
                    .collect();
                let made: Vec<_> = lab.schema.made_secrets().into_iter().map(str::to_owned).collect();
                let program = one(lab, &secret);
                let mut engine = lab.take_engine().await?;
                engine.up(&program).await.succeeded()?;
                engine.refresh().await.succeeded()?;
                let Some(live) = engine.resource("one").cloned() else {
                    return Err(Verdict::Broken("it is not there".to_owned()));
                };
                for key in secret.keys().chain(&made) {
                    for value in [live.inputs.get(key), live.outputs.get(key)]
                        .into_iter()
                        .flatten()
                    {
                        ensure!(value.contains_secret(), "`{key}` is in plain");
                    }
                }
                summary(&engine.up(&program).await.succeeded()?, &[StepKind::Same])?;
                down(engine).await?;
            }
        ),
    ]
}
