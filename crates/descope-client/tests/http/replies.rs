//! Replies that cannot be believed, and what errors may not tell.

use descope_client::{Error, Operation, Problem};
use descope_sandbox::DEMO_KEY;
use secrecy::ExposeSecret;

use crate::support::{Scene, company_key};

#[tokio::test]
async fn replies_that_cannot_be_true_are_told_apart() {
    let scene = Scene::new().await;
    let key = company_key("ci");
    let id = scene.client.create(&key).await.unwrap().id;
    let invalid = |operation, problem| Error::InvalidReply {
        operation,
        status: 200,
        problem,
    };
    let wrong = || Problem::WrongId {
        told: "MKanother".into(),
    };

    scene.inject(r#"{"kind":"wrong_id"}"#);
    assert_eq!(
        scene.client.read(&id).await,
        Err(invalid(Operation::Read, wrong()))
    );
    scene.inject(r#"{"kind":"wrong_id"}"#);
    assert_eq!(
        scene.client.update(&id, &key).await,
        Err(invalid(Operation::Update, wrong()))
    );
    scene.inject(r#"{"kind":"malformed"}"#);
    let not_json = Problem::NotJson { line: 1, column: 2 };
    assert_eq!(
        scene.client.list().await,
        Err(invalid(Operation::List, not_json.clone()))
    );
    scene.inject(r#"{"kind":"malformed","body":""}"#);
    assert_eq!(
        scene.client.read(&id).await,
        Err(invalid(Operation::Read, Problem::Empty))
    );
    // What was made a moment ago is asked for again before it counts as gone.
    scene.inject(r#"{"match":{"times":5},"kind":"malformed","body":"{}"}"#);
    assert_eq!(scene.client.read(&id).await, Ok(None));
    scene.inject(r#"{"kind":"malformed"}"#);
    assert_eq!(
        scene.client.delete(&id).await,
        Err(invalid(Operation::Delete, not_json))
    );
}

#[tokio::test]
async fn no_error_and_no_debug_tells_a_secret() {
    let scene = Scene::new().await;
    let echo = format!(
        r#"{{"kind":"status","status":400,"code":"E1","description":"x","message":"you sent Bearer {DEMO_KEY}"}}"#
    );
    scene.inject(&echo);
    let refused = scene.client.create(&company_key("ci")).await.unwrap_err();
    assert!(refused.to_string().contains("Bearer [redacted]"), "{refused}");
    scene.inject(r#"{"kind":"malformed","body":"{\"id\":7,\"data\":{\"cleartext\":\"K2dropped\"}}"}"#);
    let lost = scene.client.create(&company_key("ci")).await.unwrap_err();
    let created = scene.client.create(&company_key("ci")).await.unwrap();
    let cleartext = created.cleartext.clone().unwrap();
    let shown = format!(
        "{refused} {refused:?} {lost} {lost:?} {created:?} {:?} {:?}",
        scene.client,
        scene.sandbox.requests()
    );
    for secret in [DEMO_KEY, "K2dropped", cleartext.expose_secret()] {
        assert!(!shown.contains(secret), "{shown}");
    }
}
