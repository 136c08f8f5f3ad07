//! Every fault of the sandbox against every verb: what the client says of the effect is held against what the
//! sandbox did.

use std::time::Duration;

use descope_client::{Client, Effect, Error, KeyDocument, KeyId, Timer, Timings};
use futures_util::future::join_all;

use crate::support::{HybridTimer, Scene, client, company_key, key_table, no_secret_in, until_logged};

/// Create, read, update, delete and list: an outcome, and how many requests the call sent.
///
/// `ok`: a result. `gone`: the result that there is no such key. `none`, `happened`, `unknown`: an error, by what
/// it says of the effect.
type Expected = [&'static str; 5];

const VERBS: [&str; 5] = ["create", "read", "update", "delete", "list"];

/// A call that changes nothing has no effect when it fails; one that changes something may have had it.
const LOST: Expected = ["unknown 1", "none 1", "unknown 1", "unknown 1", "none 1"];
/// The same, where what is safe is sent again five times.
const LOST_FOR_EVER: Expected = ["unknown 1", "none 6", "unknown 6", "unknown 6", "none 6"];
/// Once; then it works.
const LOST_ONCE: Expected = ["unknown 1", "ok 2", "ok 2", "ok 2", "ok 2"];

/// What the service does is what it says, or it says nothing certain.
#[rustfmt::skip] // A table reads better in rows.
const HONEST: &[(&str, Expected)] = &[
    // Definite refusals.
    (r#"{"kind":"status","status":400}"#, ["none 1"; 5]),
    (r#"{"kind":"status","status":401}"#, ["none 1"; 5]),
    (r#"{"kind":"status","status":403}"#, ["none 1"; 5]),
    (r#"{"kind":"status","status":409}"#, ["none 1"; 5]),
    (r#"{"kind":"status","status":429,"retryAfter":"3600"}"#, ["none 1"; 5]),
    (r#"{"kind":"status","status":429,"retryAfter":"20"}"#, ["ok 2"; 5]),
    (r#"{"kind":"status","status":429,"retryAfter":"Fri, 15 Jan 2027 08:00:20 GMT"}"#, ["ok 2"; 5]),
    (r#"{"match":{"times":3},"kind":"status","status":429}"#, ["ok 4"; 5]),
    (r#"{"match":{"times":99},"kind":"status","status":429,"retryAfter":"60"}"#, ["none 3"; 5]),
    (r#"{"match":{"times":1},"kind":"status","status":403,"code":"E111009"}"#, ["ok 2"; 5]),
    (r#"{"match":{"times":4},"kind":"status","status":403,"code":"E111009"}"#, ["ok 5"; 5]),
    (r#"{"match":{"times":5},"kind":"status","status":403,"code":"E111009"}"#, ["none 5"; 5]),
    // Statuses that do not tell. A second delete finds nothing, which is a success.
    (r#"{"kind":"status","status":307}"#, LOST),
    (r#"{"kind":"status","status":408,"afterEffect":true}"#, LOST),
    (r#"{"kind":"status","status":500}"#, LOST),
    (r#"{"kind":"status","status":500,"afterEffect":true}"#, LOST),
    (r#"{"kind":"status","status":503}"#, LOST_ONCE),
    (r#"{"kind":"status","status":503,"retryAfter":"10"}"#, LOST_ONCE),
    (r#"{"kind":"status","status":503,"afterEffect":true}"#, ["unknown 1", "ok 2", "ok 2", "gone 2", "ok 2"]),
    (r#"{"match":{"times":99},"kind":"status","status":503}"#, LOST_FOR_EVER),
    (r#"{"match":{"times":99},"kind":"status","status":503,"afterEffect":true}"#, LOST_FOR_EVER),
    (r#"{"kind":"status","status":520}"#, LOST_ONCE),
    (r#"{"kind":"status","status":520,"afterEffect":true}"#, ["unknown 1", "ok 2", "ok 2", "gone 2", "ok 2"]),
    // Broken connections.
    (r#"{"kind":"reset_before"}"#, LOST_ONCE),
    (r#"{"kind":"reset_after"}"#, ["unknown 1", "ok 2", "ok 2", "gone 2", "ok 2"]),
    (r#"{"match":{"times":99},"kind":"reset_before"}"#, LOST_FOR_EVER),
    (r#"{"match":{"times":99},"kind":"reset_after"}"#, LOST_FOR_EVER),
    // What arrives of the reply to create tells the id. Of the second reply to delete, the status is enough.
    (r#"{"kind":"truncate"}"#, ["happened 1", "ok 2", "ok 2", "gone 2", "ok 2"]),
    (r#"{"match":{"times":99},"kind":"truncate"}"#, ["happened 1", "none 6", "unknown 6", "gone 2", "none 6"]),
    // Replies that cannot be read.
    (r#"{"kind":"malformed"}"#, LOST),
    (r#"{"kind":"malformed","body":"<html>","contentType":"text/html"}"#, LOST),
    (r#"{"kind":"malformed","body":"[]"}"#, LOST),
    (r#"{"kind":"malformed","body":"null"}"#, LOST),
    (r#"{"kind":"malformed","body":"{\"id\":7,\"keys\":7}"}"#, ["unknown 1", "none 1", "unknown 1", "ok 1", "none 1"]),
    (r#"{"kind":"malformed","body":""}"#, ["unknown 1", "none 1", "unknown 1", "ok 1", "none 1"]),
    (r#"{"kind":"malformed","body":"{\"id\":\"MK1\",\"data\":{\"name\":"}"#, ["happened 1", "none 1", "unknown 1", "unknown 1", "none 1"]),
    (r#"{"kind":"wrong_id"}"#, ["ok 1", "none 1", "unknown 1", "ok 1", "ok 1"]),
    (r#"{"kind":"empty_cleartext"}"#, ["ok 1"; 5]),
    // Time. The second is beyond the limit for one sending.
    (r#"{"kind":"delay","milliseconds":20}"#, ["ok 1"; 5]),
    (r#"{"kind":"delay","milliseconds":3000}"#, ["unknown 1", "ok 2", "ok 2", "gone-or-ok 2", "ok 2"]),
    // One sending is lost, and the next is refused: that does not undo the first.
    (r#"[{"kind":"reset_after"},{"match":{"nth":2},"kind":"status","status":401}]"#, ["unknown 1", "none 2", "unknown 2", "unknown 2", "none 2"]),
    (r#"[{"kind":"status","status":503,"afterEffect":true},{"match":{"nth":2},"kind":"status","status":400}]"#, ["unknown 1", "none 2", "unknown 2", "unknown 2", "none 2"]),
    (r#"[{"kind":"reset_before"},{"match":{"nth":2},"kind":"status","status":429,"retryAfter":"3600"}]"#, ["unknown 1", "none 2", "unknown 2", "unknown 2", "none 2"]),
    (r#"[{"kind":"status","status":429,"retryAfter":"1"},{"match":{"nth":2},"kind":"reset_after"}]"#, ["unknown 2", "ok 3", "ok 3", "gone 3", "ok 3"]),
];

/// The service says what is not so. No client could tell, and this one takes its word.
#[rustfmt::skip] // A table reads better in rows.
const LYING: &[(&str, Expected)] = &[
    (r#"{"kind":"status","status":404}"#, ["none 1", "gone 1", "none 1", "gone 1", "none 1"]),
    (r#"{"kind":"status","status":400,"afterEffect":true}"#, ["none 1"; 5]),
    (r#"{"kind":"status","status":401,"afterEffect":true}"#, ["none 1"; 5]),
    (r#"{"kind":"status","status":403,"afterEffect":true}"#, ["none 1"; 5]),
    (r#"{"kind":"status","status":404,"afterEffect":true}"#, ["none 1", "gone 1", "none 1", "gone 1", "none 1"]),
    (r#"{"kind":"status","status":409,"afterEffect":true}"#, ["none 1"; 5]),
    (r#"{"kind":"status","status":429,"afterEffect":true}"#, ["ok 2", "ok 2", "ok 2", "gone 2", "ok 2"]),
    (r#"{"kind":"malformed","body":"{}"}"#, ["unknown 1", "gone 1", "unknown 1", "ok 1", "ok 1"]),
];

const TIMINGS: Timings = Timings {
    connect: Duration::from_secs(10),
    read: Duration::from_secs(60),
    attempt: Duration::from_millis(1500),
    deadline: Duration::from_secs(180),
};

#[tokio::test]
async fn errors_tell_the_truth_about_the_effect() {
    for (fault, expected) in HONEST {
        join_all((0..VERBS.len()).map(|verb| {
            let cell = Cell { fault, verb };
            async move { cell.run(expected[verb]).await.check_truth(&cell) }
        }))
        .await;
    }
}

#[tokio::test]
async fn a_definite_answer_is_believed() {
    for (fault, expected) in LYING {
        join_all((0..VERBS.len()).map(|verb| async move { Cell { fault, verb }.run(expected[verb]).await }))
            .await;
    }
}

/// One fault and one verb.
#[derive(Debug)]
struct Cell<'a> {
    fault: &'a str,
    verb: usize,
}

/// What the call said, and what the sandbox has.
struct Outcome {
    said: &'static str,
    happened: bool,
}

impl Cell<'_> {
    async fn run(&self, expected: &str) -> Outcome {
        let scene = Scene::new().await;
        let url = scene.sandbox.base_url();
        // Another client makes the key, so that for the one under test it is nothing new.
        let old = company_key("old");
        let id = scene.client.create(&old).await.unwrap().id;
        let before = key_table(&scene.sandbox).await;
        let made = scene.sandbox.requests().len();
        let timer = std::sync::Arc::new(HybridTimer::default());
        let caller = client(&url, TIMINGS, timer.clone());
        scene.inject(self.fault);

        let (said, shown) = call(VERBS[self.verb], &caller, &id, &old).await;
        assert!(
            timer.elapsed() <= TIMINGS.deadline,
            "{self:?}: {:?}",
            timer.elapsed()
        );
        no_secret_in(&shown);
        let (expected, count) = expected.split_once(' ').unwrap();
        let count: usize = count.parse().unwrap();
        // A request that the client gave up on is logged when it is carried out.
        until_logged(&scene.sandbox, made + count).await;
        let log = scene.sandbox.requests().split_off(made);
        assert_eq!(log.len(), count, "{self:?}: {shown}");
        assert!(
            expected.split("-or-").any(|word| word == said),
            "{self:?}: {said}, {shown}"
        );

        let creates: Vec<_> = log.iter().filter(|request| request.method == "POST").collect();
        for (earlier, _) in creates.iter().zip(creates.iter().skip(1)) {
            let refused = matches!(earlier.status, Some(403 | 429));
            assert!(refused, "{self:?}: sent again after it may have arrived: {log:?}");
        }

        let after = key_table(&scene.sandbox).await;
        let names: Vec<&str> = after.values().filter_map(|key| key["name"].as_str()).collect();
        let happened = match VERBS[self.verb] {
            "create" => names.contains(&"new"),
            "update" => names == ["renamed"],
            "delete" => names.is_empty(),
            _ => after != before,
        };
        assert!(happened || after == before, "{self:?}: {after:?}");
        Outcome { said, happened }
    }
}

impl Outcome {
    fn check_truth(&self, cell: &Cell<'_>) {
        let writes = ["create", "update", "delete"].contains(&VERBS[cell.verb]);
        let truthful = match self.said {
            "ok" | "gone" | "happened" => self.happened == writes,
            "none" => !self.happened,
            _ => true,
        };
        assert!(
            truthful,
            "{cell:?}: said {}, and it happened: {}",
            self.said, self.happened
        );
    }
}

/// Makes one call and returns what it says, and all of it that a log could show.
async fn call(verb: &str, client: &Client, id: &KeyId, old: &KeyDocument) -> (&'static str, String) {
    fn told<T: std::fmt::Debug>(result: Result<T, Error>, gone: bool) -> (&'static str, String) {
        let said = match &result {
            Ok(_) if gone => "gone",
            Ok(_) => "ok",
            Err(error) => match error.effect() {
                Effect::None => "none",
                Effect::Happened => "happened",
                Effect::Unknown => "unknown",
            },
        };
        let message = result.as_ref().err().map(ToString::to_string);
        (said, format!("{result:?} {message:?}"))
    }
    match verb {
        "create" => told(client.create(&company_key("new")).await, false),
        "read" => {
            let result = client.read(id).await;
            let gone = result == Ok(None);
            told(result, gone)
        }
        "update" => {
            let renamed = KeyDocument {
                name: "renamed".into(),
                ..old.clone()
            };
            told(client.update(id, &renamed).await, false)
        }
        "delete" => {
            let result = client.delete(id).await;
            let gone = result == Ok(descope_client::Deletion::AlreadyGone);
            told(result, gone)
        }
        _ => told(client.list().await, false),
    }
}
