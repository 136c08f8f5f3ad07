//! The kit's engine keeps to the rules of the real one.

use pulumi_rs_provider::testing::{CallError, Declaration, Engine, Failure, Program};
use pulumi_rs_provider::{PropertyValue, UnknownKind};
use tokio::sync::mpsc::{UnboundedReceiver, unbounded_channel};

use crate::fixture::{self, Seen, TOKEN};

async fn engine() -> (Engine, UnboundedReceiver<Seen>) {
    let (sender, seen) = unbounded_channel();
    let engine = Engine::start(fixture::provider(sender)).await.unwrap();
    (
        engine.secret_config("key", "hunter22").config("limits", "[1]"),
        seen,
    )
}

fn thing(name: &str) -> Declaration {
    Declaration::new(TOKEN, name)
}

fn program(things: impl IntoIterator<Item = Declaration>) -> Program {
    things.into_iter().fold(Program::new(), Program::resource)
}

/// The verbs that were called, in order.
fn verbs(seen: &mut UnboundedReceiver<Seen>) -> Vec<String> {
    let mut verbs = Vec::new();
    while let Ok(seen) = seen.try_recv() {
        let text = format!("{seen:?}");
        verbs.push(text.split(['(', ' ']).next().unwrap().to_owned());
    }
    verbs
}

#[tokio::test]
async fn a_resource_lives_and_ends() {
    let (mut engine, mut seen) = engine().await;
    let one = program([thing("one").input("a", 1)]);
    assert_eq!(
        engine.preview(&one).await.succeeded().unwrap().summary(),
        "create one\n"
    );
    assert!(engine.resources().is_empty());
    assert_eq!(verbs(&mut seen), ["CheckConfig", "Configure", "Check", "Preview"]);
    assert_eq!(
        engine.up(&one).await.succeeded().unwrap().summary(),
        "create one\n"
    );
    assert_eq!(engine.resource("one").unwrap().id, "id-1");
    verbs(&mut seen);

    assert_eq!(engine.up(&one).await.succeeded().unwrap().summary(), "same one\n");
    assert_eq!(verbs(&mut seen), ["CheckConfig", "Configure", "Check", "Diff"]);
    assert_eq!(
        engine.refresh().await.succeeded().unwrap().summary(),
        "refresh one\n"
    );
    assert_eq!(verbs(&mut seen), ["CheckConfig", "Configure", "Read", "Diff"]);
    assert_eq!(
        engine.destroy().await.succeeded().unwrap().summary(),
        "delete one\n"
    );
    assert!(engine.resources().is_empty());
}

#[tokio::test]
async fn a_replacement_is_checked_anew_and_the_old_one_goes_last() {
    let (mut engine, mut seen) = engine().await;
    engine
        .up(&program([thing("one").input("a", 1), thing("two").input("b", 1)]))
        .await
        .succeeded()
        .unwrap();
    verbs(&mut seen);
    let changed = program([thing("one").input("a", 2), thing("three")]);
    let run = engine.up(&changed).await.succeeded().unwrap();
    assert_eq!(
        run.summary(),
        "create replacement one (a)\ncreate three\ndelete two\ndelete replaced one\n"
    );
    let mut checks = Vec::new();
    while let Ok(seen) = seen.try_recv() {
        if let Seen::Check(check) = seen {
            checks.push((check.name, check.old_inputs.unwrap().len(), check.random_seed));
        }
    }
    let counts: Vec<_> = checks
        .iter()
        .map(|(name, olds, _)| (name.as_str(), *olds))
        .collect();
    assert_eq!(counts, [("one", 1), ("one", 0), ("three", 0)]);
    assert_eq!(checks[0].2, checks[1].2);

    let first = thing("one").input("a", 3).delete_before_replace(true);
    let run = engine.up(&program([first])).await.succeeded().unwrap();
    assert_eq!(
        run.summary(),
        "delete replaced one\ncreate replacement one (a)\ndelete three\n"
    );
}

#[tokio::test]
async fn options_are_obeyed() {
    let (mut engine, _seen) = engine().await;
    engine
        .up(&program([thing("one").input("a", 1)]))
        .await
        .succeeded()
        .unwrap();
    let ignoring = program([thing("one").input("a", 2).ignore_changes("a")]);
    assert_eq!(
        engine.up(&ignoring).await.succeeded().unwrap().summary(),
        "same one\n"
    );
    assert_eq!(engine.resource("one").unwrap().inputs["a"], 1.into());
}

#[tokio::test]
async fn outputs_flow_and_are_unknown_in_a_preview() {
    let (mut engine, mut seen) = engine().await;
    let two = program([
        thing("one").input("a", PropertyValue::secret("x")),
        thing("two")
            .input_from("b", "one", "a")
            .input_from("c", "one", "id"),
    ]);
    engine.preview(&two).await.succeeded().unwrap();
    let mut previewed = Vec::new();
    while let Ok(seen) = seen.try_recv() {
        if let Seen::Preview(request) = seen {
            previewed.push(request.inputs);
        }
    }
    assert_eq!(previewed[1]["b"], PropertyValue::secret("x"));
    assert_eq!(previewed[1]["c"], PropertyValue::Unknown(UnknownKind::String));
    engine.up(&two).await.succeeded().unwrap();
    assert_eq!(engine.resource("two").unwrap().outputs["c"], "id-1".into());

    let failure = engine
        .up(&program([thing("two").input_from("b", "nobody", "a")]))
        .await
        .succeeded()
        .unwrap_err();
    assert!(matches!(failure, Failure::NoSuchOutput { .. }), "{failure}");
}

#[tokio::test]
async fn a_part_is_remembered_and_updated_without_a_difference() {
    let (mut engine, mut seen) = engine().await;
    let partial = program([thing("one").input("do", "partial"), thing("two")]);
    let run = engine.up(&partial).await;
    assert_eq!(run.summary(), "create one\n");
    assert!(matches!(
        run.succeeded().unwrap_err(),
        Failure::Call {
            error: CallError::Incomplete { .. },
            ..
        }
    ));
    assert_eq!(engine.resource("one").unwrap().id, "id-1");
    assert_eq!(
        engine.init_errors("one"),
        ["it broke", "and smokes", "[secret] leaked"]
    );
    verbs(&mut seen);
    let run = engine.up(&partial).await;
    assert_eq!(run.summary(), "update one\n");
    assert_eq!(engine.init_errors("one").len(), 2);
    assert_eq!(
        verbs(&mut seen),
        ["CheckConfig", "Configure", "Check", "Diff", "Update"]
    );
}

#[tokio::test]
async fn what_is_wrong_stops_the_run() {
    let (mut engine, _seen) = engine().await;
    for (what, nothing_made) in [
        ("fail", true),
        ("error", true),
        ("no id", true),
        ("unknown", false),
    ] {
        let run = engine
            .up(&program([thing("one").input("do", what), thing("two")]))
            .await;
        let failure = run.succeeded().unwrap_err();
        match what {
            "fail" => assert!(matches!(&failure, Failure::Check { failures, .. } if failures.len() == 2)),
            _ => assert!(matches!(failure, Failure::Call { .. }), "{failure}"),
        }
        assert!(!failure.to_string().contains("hunter22"), "{failure}");
        assert_eq!(engine.resources().is_empty(), nothing_made, "{what}");
    }
    let failure = engine
        .import(TOKEN, "ghost", "gone")
        .await
        .succeeded()
        .unwrap_err();
    assert!(matches!(failure, Failure::Missing { .. }), "{failure}");
    engine.import(TOKEN, "found", "id-5").await.succeeded().unwrap();
    assert_eq!(engine.resource("found").unwrap().id, "id-5");
}
