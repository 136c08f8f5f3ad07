//! What is sent again, after which pauses, and when it is given up.

use std::time::Duration;

use descope_client::{Effect, Error, Operation, Problem, Timer};

use crate::support::{Scene, company_key};

#[tokio::test]
async fn definite_refusals_are_waited_out_for_every_verb() {
    let seconds = |range: std::ops::RangeInclusive<u64>, pause: &Duration| {
        *pause >= Duration::from_secs(*range.start()) && *pause <= Duration::from_secs(*range.end())
    };
    let scene = Scene::with(
        r#"{"match":{"times":2},"kind":"status","status":429,"code":"E130429","retryAfter":"30"}"#,
    )
    .await;
    let id = scene.client.create(&company_key("ci")).await.unwrap().id;
    assert_eq!(scene.methods(), ["POST", "POST", "POST"]);
    assert_eq!(scene.timer.sleeps().len(), 2);
    assert!(
        scene.timer.sleeps().iter().all(|pause| seconds(30..=31, pause)),
        "{:?}",
        scene.timer.sleeps()
    );

    let scene_of_forbidden =
        Scene::with(r#"{"match":{"times":3},"kind":"status","status":403,"code":"E111009"}"#).await;
    scene_of_forbidden
        .client
        .create(&company_key("ci"))
        .await
        .unwrap();
    let pauses: Vec<_> = scene_of_forbidden
        .timer
        .sleeps()
        .iter()
        .map(Duration::as_millis)
        .collect();
    assert_eq!(pauses, [500, 1000, 2000]);

    scene.inject(r#"{"kind":"status","status":429,"retryAfter":"Fri, 15 Jan 2027 08:00:20 GMT"}"#);
    let before = scene.timer.elapsed();
    scene.client.update(&id, &company_key("ci")).await.unwrap();
    // 20 s after what the fake clock says.
    let waited = scene.timer.elapsed() - before;
    assert!(seconds(20..=21, &waited), "{waited:?}");
}

#[tokio::test]
async fn pauses_beyond_the_deadline_fail_at_once() {
    let scene = Scene::with(r#"{"kind":"status","status":429,"code":"E130429","retryAfter":"3600"}"#).await;
    let error = scene.client.create(&company_key("ci")).await.unwrap_err();
    let Error::RateLimited { retry_after, .. } = &error else {
        panic!("{error:?}")
    };
    assert_eq!(*retry_after, Some(Duration::from_secs(3600)));
    assert_eq!((error.effect(), scene.timer.sleeps().len()), (Effect::None, 0));

    let scene =
        Scene::with(r#"{"match":{"times":1000},"kind":"status","status":429,"retryAfter":"60"}"#).await;
    let error = scene.client.list().await.unwrap_err();
    assert!(matches!(error, Error::RateLimited { .. }), "{error:?}");
    // Two pauses of a minute fit into the three minutes of the deadline.
    assert_eq!(scene.timer.sleeps().len(), 2);

    let scene =
        Scene::with(r#"{"match":{"times":1000},"kind":"status","status":403,"code":"E111009"}"#).await;
    let error = scene.client.list().await.unwrap_err();
    assert!(matches!(error, Error::Forbidden(_)), "{error:?}");
    assert_eq!(scene.timer.sleeps().len(), 4);
}

#[tokio::test]
async fn what_is_safe_is_sent_again_until_it_works() {
    for fault in [
        r#"{"match":{"times":2},"kind":"status","status":503}"#,
        r#"{"match":{"times":2},"kind":"status","status":530,"afterEffect":true}"#,
        r#"{"match":{"times":2},"kind":"reset_before"}"#,
        r#"{"match":{"times":2},"kind":"reset_after"}"#,
        r#"{"match":{"times":2},"kind":"truncate"}"#,
    ] {
        let scene = Scene::new().await;
        let key = company_key("ci");
        let id = scene.client.create(&key).await.unwrap().id;

        scene.inject(fault);
        assert_eq!(scene.client.read(&id).await, Ok(Some(key.clone())), "{fault}");
        scene.inject(fault);
        assert_eq!(scene.client.update(&id, &key).await, Ok(key.clone()), "{fault}");
        scene.inject(fault);
        assert_eq!(scene.client.list().await.map(|keys| keys.len()), Ok(1), "{fault}");
        scene.inject(fault);
        // After a lost reply it is gone by the first sending, or by the last.
        scene.client.delete(&id).await.unwrap();
        assert_eq!(scene.names().await, Vec::<String>::new(), "{fault}");
        assert!(
            scene.methods().iter().filter(|method| *method == "PUT").count() == 3,
            "{fault}"
        );
    }
}

#[tokio::test]
async fn what_does_not_pass_is_given_up() {
    let scene = Scene::new().await;
    let id = scene.client.create(&company_key("ci")).await.unwrap().id;

    scene.inject(r#"{"match":{"method":"GET","times":6},"kind":"status","status":503,"code":"E1","description":"Down"}"#);
    let error = scene.client.read(&id).await.unwrap_err();
    let Error::Unanswered {
        operation: Operation::Read,
        problem: Problem::ServerFailure(refusal),
    } = &error
    else {
        panic!("{error:?}")
    };
    assert_eq!(refusal.to_string(), "Down (E1, status 503)");
    assert_eq!((error.effect(), scene.timer.sleeps().len()), (Effect::None, 5));

    scene.inject(r#"{"match":{"method":"DELETE","times":6},"kind":"reset_before"}"#);
    let error = scene.client.delete(&id).await.unwrap_err();
    assert!(
        matches!(
            error,
            Error::Unanswered {
                operation: Operation::Delete,
                ..
            }
        ),
        "{error:?}"
    );
    assert_eq!(error.effect(), Effect::Unknown);

    // A plain 500 is no sign that it will pass.
    scene.inject(r#"{"match":{"method":"PUT"},"kind":"status","status":500}"#);
    let before = scene.methods().len();
    let error = scene.client.update(&id, &company_key("ci")).await.unwrap_err();
    assert!(
        matches!(
            error,
            Error::Unanswered {
                operation: Operation::Update,
                ..
            }
        ),
        "{error:?}"
    );
    assert_eq!(
        (error.effect(), scene.methods().len() - before),
        (Effect::Unknown, 1)
    );
}
