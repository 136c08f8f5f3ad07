//! Creates whose reply is lost: sent once, and told as what they may be.

use std::time::Duration;

use descope_client::{Deletion, Effect, Error, Problem, SystemTimer, Timer, Timings};
use descope_sandbox::{Config, Sandbox, parse_faults};

use crate::support::{Scene, company_key, hurried};

/// What a create makes of each fault, whether a key is left behind, and how often it was sent.
#[tokio::test]
async fn a_create_is_never_sent_again_after_it_may_have_worked() {
    let unknown = |problem: fn(&Problem) -> bool| move |error: &Error| matches!(error, Error::OutcomeUnknown { name, since: 1_800_000_000, problem: found, .. } if name == "ci" && problem(found));
    type Check = Box<dyn Fn(&Error) -> bool>;
    let cases: [(&str, Check, Effect, usize); 8] = [
        (
            r#"{"kind":"reset_after"}"#,
            Box::new(unknown(|p| matches!(p, Problem::ConnectionLost { .. }))),
            Effect::Unknown,
            1,
        ),
        (
            r#"{"kind":"reset_before"}"#,
            Box::new(unknown(|p| matches!(p, Problem::ConnectionLost { .. }))),
            Effect::Unknown,
            0,
        ),
        (
            r#"{"kind":"status","status":503,"afterEffect":true}"#,
            Box::new(unknown(
                |p| matches!(p, Problem::ServerFailure(refusal) if refusal.status == 503),
            )),
            Effect::Unknown,
            1,
        ),
        (
            r#"{"kind":"status","status":502}"#,
            Box::new(unknown(
                |p| matches!(p, Problem::ServerFailure(refusal) if refusal.status == 502),
            )),
            Effect::Unknown,
            0,
        ),
        (
            r#"{"kind":"status","status":307}"#,
            Box::new(unknown(|p| *p == Problem::Redirected { status: 307 })),
            Effect::Unknown,
            0,
        ),
        (
            r#"{"kind":"malformed"}"#,
            Box::new(unknown(|p| matches!(p, Problem::NotJson { .. }))),
            Effect::Unknown,
            1,
        ),
        (
            r#"{"kind":"malformed","body":""}"#,
            Box::new(unknown(|p| *p == Problem::Empty)),
            Effect::Unknown,
            1,
        ),
        (
            r#"{"kind":"malformed","body":"{}"}"#,
            Box::new(unknown(|p| *p == Problem::NoId)),
            Effect::Unknown,
            1,
        ),
    ];
    for (fault, check, effect, left_behind) in cases {
        let scene = Scene::with(fault).await;
        let error = scene.client.create(&company_key("ci")).await.unwrap_err();
        assert!(check(&error), "{fault}: {error:?}");
        assert_eq!(error.effect(), effect, "{fault}");
        assert_eq!(scene.methods(), ["POST"], "{fault}");
        assert_eq!(scene.timer.sleeps(), Vec::<Duration>::new(), "{fault}");
        assert_eq!(scene.names().await.len(), left_behind, "{fault}");
    }
}

#[tokio::test]
async fn a_create_that_times_out_may_have_worked() {
    let folder = tempfile::tempdir().unwrap();
    let start = |faults| {
        let state = Some(folder.path().join("state"));
        Sandbox::start(Config {
            state,
            faults,
            ..Config::default()
        })
    };
    let slow = start(parse_faults(r#"{"kind":"delay","milliseconds":600000}"#).unwrap())
        .await
        .unwrap();
    let timings = Timings {
        attempt: Duration::from_millis(200),
        ..Timings::default()
    };
    let caller = hurried(&slow.base_url(), timings);
    let error = caller.create(&company_key("ci")).await.unwrap_err();
    assert!(
        matches!(
            error,
            Error::OutcomeUnknown {
                problem: Problem::Timeout,
                ..
            }
        ),
        "{error:?}"
    );

    // To stop cuts the delay short, and the request is carried out although its caller has gone.
    slow.stop().await.unwrap();
    let sandbox = start(Vec::new()).await.unwrap();
    let caller = hurried(&sandbox.base_url(), Timings::default());
    assert_eq!(caller.list().await.unwrap()[0].document.name, "ci");
}

#[tokio::test]
async fn a_cut_reply_to_create_tells_which_key_was_made() {
    let scene = Scene::with(r#"{"kind":"truncate"}"#).await;
    let error = scene.client.create(&company_key("ci")).await.unwrap_err();
    let Error::OutcomeUnknown {
        id: Some(id),
        problem: Problem::Truncated,
        ..
    } = &error
    else {
        panic!("{error:?}")
    };
    assert_eq!(error.effect(), Effect::Happened);
    assert_eq!(scene.client.delete(id).await, Ok(Deletion::Deleted));
    assert_eq!(scene.methods(), ["POST", "DELETE"]);
}

#[tokio::test]
async fn a_lost_create_is_found_by_name_and_age() {
    let scene = Scene::new().await;
    let now = scene.client.create(&company_key("other")).await.unwrap();
    let since = scene.client.list().await.unwrap()[0].created_time;
    scene.inject(r#"{"match":{"method":"POST"},"kind":"reset_after"}"#);
    scene.client.create(&company_key("ci")).await.unwrap_err();
    let found = scene.client.find_created_since("ci", since).await.unwrap();
    assert_eq!(found.len(), 1);
    assert_ne!(found[0].id, now.id);
    assert_eq!(
        scene.client.find_created_since("ci", since + 3600).await,
        Ok(Vec::new())
    );
    assert_eq!(scene.client.find_created_since("c", since).await, Ok(Vec::new()));
}

#[tokio::test]
async fn a_lost_create_is_looked_for_until_it_can_be_listed() {
    let scene = Scene::spreading(&["propagation-delay=1000"]).await;
    let now = SystemTimer::default().unix_seconds();
    scene.inject(r#"{"match":{"method":"POST"},"kind":"reset_after"}"#);
    let error = scene.client.create(&company_key("ci")).await.unwrap_err();
    assert_eq!(error.effect(), Effect::Unknown);
    let found = scene.client.find_created_since("ci", now).await.unwrap();
    assert_eq!(found[0].document.name, "ci");
    assert!(scene.methods().len() > 2, "{:?}", scene.methods());

    // Where there is none, the search ends, and within its time.
    let hasty = scene.client.limited_to(Duration::from_millis(600));
    let start = std::time::Instant::now();
    assert_eq!(hasty.find_created_since("other", now).await, Ok(Vec::new()));
    assert!(start.elapsed() < Duration::from_secs(5), "{:?}", start.elapsed());
}

#[tokio::test]
async fn a_key_just_made_is_read_when_it_has_spread() {
    for missing in ["missing-key=404", "missing-key=empty"] {
        let scene = Scene::spreading(&["propagation-delay=700", missing]).await;
        let key = company_key("ci");
        let id = scene.client.create(&key).await.unwrap().id;
        assert_eq!(scene.client.read(&id).await, Ok(Some(key)), "{missing}");
    }
}

#[tokio::test]
async fn a_created_key_without_a_secret_is_handed_back() {
    let scene = Scene::with(r#"{"kind":"empty_cleartext"}"#).await;
    let created = scene.client.create(&company_key("ci")).await.unwrap();
    assert!(created.cleartext.is_none());
    assert_eq!(scene.client.delete(&created.id).await, Ok(Deletion::Deleted));
}
