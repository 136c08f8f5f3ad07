//! What a client shares with its clones: pauses for the rate limit, the pace, and the keys it has just made.

use std::future::Future;
use std::num::NonZeroU32;
use std::pin::Pin;
use std::sync::Arc;
use std::time::Duration;

use descope_client::{Client, Deletion, Effect, Error, KeyId, Pace, Timer, Timings};
use descope_sandbox::DEMO_KEY;
use futures_util::future::join_all;
use tokio::sync::watch;

use crate::support::{FakeTimer, Scene, client, company_key, key_table};

/// A clock that stands still until a test moves it, and knows who waits for which moment.
struct SteppedTimer {
    now: watch::Sender<Duration>,
    waiting: watch::Sender<Vec<Duration>>,
}

impl SteppedTimer {
    fn new() -> Arc<Self> {
        Arc::new(Self {
            now: watch::Sender::new(Duration::ZERO),
            waiting: watch::Sender::new(Vec::new()),
        })
    }

    /// Waits until so many sleep, and returns the moments they wake at, the earliest first.
    async fn sleepers(&self, count: usize) -> Vec<Duration> {
        self.sleepers_beyond(count, Duration::ZERO).await
    }

    /// The same, once they all sleep beyond a moment.
    async fn sleepers_beyond(&self, count: usize, moment: Duration) -> Vec<Duration> {
        let mut waiting = self.waiting.subscribe();
        let asleep = waiting
            .wait_for(|waiting| waiting.len() == count && waiting.iter().all(|waking| *waking > moment));
        let mut moments = tokio::time::timeout(Duration::from_secs(20), asleep)
            .await
            .unwrap()
            .unwrap()
            .clone();
        moments.sort();
        moments
    }
}

impl Timer for SteppedTimer {
    fn elapsed(&self) -> Duration {
        *self.now.borrow()
    }

    fn unix_seconds(&self) -> i64 {
        1_800_000_000
    }

    fn sleep(&self, duration: Duration) -> Pin<Box<dyn Future<Output = ()> + Send + '_>> {
        Box::pin(async move {
            let moment = self.elapsed() + duration;
            self.waiting.send_modify(|waiting| waiting.push(moment));
            self.now.subscribe().wait_for(|now| *now >= moment).await.unwrap();
            self.waiting.send_modify(|waiting| {
                let at = waiting.iter().position(|other| *other == moment).unwrap();
                waiting.remove(at);
            });
        })
    }
}

#[tokio::test]
async fn a_pause_told_to_one_call_holds_its_clones_and_they_set_out_one_by_one() {
    const OTHERS: usize = 20;
    let scene = Scene::with(r#"{"kind":"status","status":429,"retryAfter":"30"}"#).await;
    let timer = SteppedTimer::new();
    let client = client(&scene.sandbox.base_url(), Timings::default(), timer.clone());

    let start = |client: Client| tokio::spawn(async move { client.list().await.map(|keys| keys.len()) });
    let mut calls = vec![start(client.clone())];
    assert!(timer.sleepers(1).await[0] >= Duration::from_secs(30));
    calls.extend((0..OTHERS).map(|_| start(client.limited_to(Duration::from_secs(100)))));
    let moments = timer.sleepers(1 + OTHERS).await;
    assert_eq!(scene.sandbox.requests().len(), 1, "the others did not ask");
    assert!(
        moments[0] >= Duration::from_secs(30) && moments[OTHERS] < Duration::from_secs(32),
        "{moments:?}"
    );
    for pair in moments.windows(2) {
        assert!(pair[1] - pair[0] >= Duration::from_millis(10), "{moments:?}");
    }

    for (gone, moment) in moments.iter().enumerate() {
        timer.now.send_replace(*moment);
        timer.sleepers(OTHERS - gone).await;
    }
    for outcome in join_all(calls).await {
        assert_eq!(outcome.unwrap(), Ok(0));
    }
    assert_eq!(scene.sandbox.requests().len(), 2 + OTHERS);
}

#[tokio::test]
async fn a_pause_told_meanwhile_holds_those_that_already_wait() {
    let scene = Scene::with(
        r#"[{"kind":"status","status":429,"retryAfter":"30"},{"match":{"nth":2},"kind":"status","status":429,"retryAfter":"60"}]"#,
    )
    .await;
    let timer = SteppedTimer::new();
    let client = client(&scene.sandbox.base_url(), Timings::default(), timer.clone());
    let start = |client: Client| tokio::spawn(async move { client.list().await.map(|keys| keys.len()) });
    let mut calls = vec![start(client.clone())];
    timer.sleepers(1).await;
    calls.push(start(client));
    // The first to wake is told another pause; the second wakes in it and sleeps on.
    for moment in timer.sleepers(2).await {
        timer.now.send_replace(moment);
        let later = timer.sleepers_beyond(2, moment).await;
        assert!(later[1] >= Duration::from_secs(90), "{later:?}");
    }
    assert_eq!(scene.sandbox.requests().len(), 2);
    timer.now.send_replace(Duration::from_secs(100));
    for outcome in join_all(calls).await {
        assert_eq!(outcome.unwrap(), Ok(0));
    }
}

#[tokio::test]
async fn who_cannot_wait_fails_at_once_and_sends_nothing() {
    let scene = Scene::with(r#"{"kind":"status","status":429,"code":"E130429","retryAfter":"30"}"#).await;
    let hasty = scene.client.limited_to(Duration::from_secs(10));
    for sent in [1, 1] {
        let error = hasty.create(&company_key("ci")).await.unwrap_err();
        let Error::RateLimited {
            retry_after: Some(wait),
            refusal,
        } = &error
        else {
            panic!("{error:?}")
        };
        assert!(
            (30..=31).contains(&wait.as_secs()) && refusal.code == "E130429",
            "{error:?}"
        );
        assert_eq!((error.effect(), scene.methods().len()), (Effect::None, sent));
    }
    assert_eq!(scene.timer.sleeps(), Vec::<Duration>::new());
    // The client that it was made from has more time, and waits the pause out that the other was told.
    scene.client.create(&company_key("ci")).await.unwrap();
    assert_eq!(scene.timer.sleeps().len(), 1);
    assert_eq!(scene.methods(), ["POST", "POST"]);
}

#[tokio::test]
async fn a_limit_only_shortens_and_no_time_means_nothing_is_sent() {
    let scene = Scene::with(r#"{"match":{"times":9},"kind":"status","status":429,"retryAfter":"170"}"#).await;
    // The deadline of three minutes stays: one pause fits into it.
    let error = scene.client.limited_to(Duration::MAX).list().await.unwrap_err();
    assert!(matches!(error, Error::RateLimited { .. }), "{error:?}");
    assert_eq!((scene.timer.sleeps().len(), scene.methods().len()), (1, 2));

    let scene = Scene::new().await;
    let error = scene
        .client
        .limited_to(Duration::ZERO)
        .create(&company_key("ci"))
        .await
        .unwrap_err();
    assert!(matches!(error, Error::Unreachable { .. }), "{error:?}");
    assert_eq!(scene.methods(), Vec::<String>::new());
}

#[tokio::test]
async fn a_pace_is_kept_by_all_clones_together() {
    let scene = Scene::new().await;
    let timer = Arc::new(FakeTimer::default());
    let pace = Pace {
        requests: NonZeroU32::new(5).unwrap(),
        per: Duration::from_secs(60),
    };
    let paced = Client::builder(DEMO_KEY.into())
        .base_url(scene.sandbox.base_url())
        .timer(timer.clone())
        .pace(pace)
        .build()
        .unwrap();
    for _ in 0..12 {
        paced.clone().list().await.unwrap();
    }
    let waited = timer.elapsed();
    assert!((120..=121).contains(&waited.as_secs()), "{waited:?}");
    for _ in 0..3 {
        paced.list().await.unwrap();
    }
    let error = paced.limited_to(Duration::from_secs(5)).list().await.unwrap_err();
    assert!(
        matches!(error, Error::Paced { wait } if wait > Duration::from_secs(5)),
        "{error:?}"
    );
    assert_eq!((error.effect(), scene.methods().len()), (Effect::None, 15));
}

#[tokio::test]
async fn a_key_just_made_is_looked_for_until_it_has_spread() {
    for status in [403, 404] {
        for verb in ["GET", "PUT", "DELETE"] {
            let scene = Scene::new().await;
            let key = company_key("ci");
            let id = scene.client.create(&key).await.unwrap().id;
            let fault = |times| {
                format!(
                    r#"{{"match":{{"method":"{verb}","times":{times}}},"kind":"status","status":{status}}}"#
                )
            };
            scene.inject(&fault(3));
            // A clone of the client that made it knows it, too.
            let client = scene.client.clone();
            match verb {
                "GET" => assert_eq!(client.read(&id).await, Ok(Some(key))),
                "PUT" => assert_eq!(client.update(&id, &key).await, Ok(key)),
                _ => assert_eq!(client.delete(&id).await, Ok(Deletion::Deleted)),
            }
            let pauses: Vec<_> = scene.timer.sleeps().iter().map(Duration::as_millis).collect();
            assert_eq!(pauses, [500, 1000, 2000], "{status} {verb}");
        }
    }
}

#[tokio::test]
async fn that_a_key_is_not_there_is_believed_in_the_end() {
    let scene = Scene::new().await;
    let id = scene.client.create(&company_key("ci")).await.unwrap().id;
    let gone =
        |times| format!(r#"{{"match":{{"method":"GET","times":{times}}},"kind":"status","status":404}}"#);
    scene.inject(&gone(5));
    assert_eq!(scene.client.read(&id).await, Ok(None));
    assert_eq!(scene.timer.sleeps().len(), 4);

    // Half a minute later it is no longer new; a key that others made, and one that was deleted, never are.
    scene.timer.sleep(Duration::from_secs(30)).await;
    scene.inject(&gone(1));
    assert_eq!(scene.client.read(&id).await, Ok(None));
    assert_eq!(scene.client.read(&KeyId::new("MKother").unwrap()).await, Ok(None));
    let id = scene.client.create(&company_key("ci")).await.unwrap().id;
    scene.client.delete(&id).await.unwrap();
    assert_eq!(scene.client.read(&id).await, Ok(None));
    assert_eq!(scene.timer.sleeps().len(), 5);
}

#[tokio::test]
async fn a_delete_whose_reply_was_lost_is_not_looked_for() {
    let scene = Scene::new().await;
    let id = scene.client.create(&company_key("ci")).await.unwrap().id;
    scene.inject(r#"{"kind":"reset_after"}"#);
    assert_eq!(scene.client.delete(&id).await, Ok(Deletion::AlreadyGone));
    assert_eq!(scene.timer.sleeps().len(), 1);
    assert!(key_table(&scene.sandbox).await.is_empty());
}
