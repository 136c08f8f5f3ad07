//! `/_sandbox/events`, as the status page or another watcher reads it.

use std::io::{BufRead, BufReader};

use descope_sandbox::{Config, DEMO_KEY, parse_faults};
use serde_json::{Value, json};
use tokio::sync::oneshot;
use tokio::task::{JoinHandle, spawn_blocking};

use crate::support::{Caller, start};

/// Watches from when this returns until a line has come that holds `last`, and tells all lines.
async fn watch(base_url: String, last: &'static str) -> JoinHandle<Vec<String>> {
    let (connected, watching) = oneshot::channel();
    let reading = spawn_blocking(move || {
        let mut reply = ureq::get(format!("{base_url}/_sandbox/events")).call().unwrap();
        connected.send(()).unwrap();
        let mut lines = Vec::new();
        for line in BufReader::new(reply.body_mut().as_reader()).lines() {
            lines.push(line.unwrap());
            if lines.iter().any(|line| line.contains(last)) {
                break;
            }
        }
        lines
    });
    watching.await.unwrap();
    reading
}

#[tokio::test]
async fn a_watcher_hears_of_keys_requests_and_faults_and_of_no_secret() {
    let (sandbox, caller) = start(Config::default()).await;
    let control = Caller::new(sandbox.base_url(), "");
    let watching = watch(sandbox.base_url(), "reset").await;

    const KEY: &str = "/v1/mgmt/managementkey";
    let made = caller.succeed(&format!("PUT {KEY}"), json!({"name": "n"})).await;
    let id = made["key"]["id"].as_str().unwrap();
    let patch = json!({"id": id, "name": "m", "status": "inactive"});
    caller.succeed(&format!("PATCH {KEY}"), patch).await;
    let fault = json!({"kind": "status", "status": 503});
    control.succeed("POST /_sandbox/faults", fault).await;
    let deletion = json!({"ids": [id]});
    caller.fail(&format!("POST {KEY}/delete"), deletion.clone()).await;
    caller.succeed(&format!("POST {KEY}/delete"), deletion).await;
    control.succeed("POST /_sandbox/reset", Value::Null).await;

    let lines = watching.await.unwrap();
    let told: Vec<Value> = lines
        .iter()
        .filter_map(|line| line.strip_prefix("data: "))
        .map(|data| serde_json::from_str(data).unwrap())
        .collect();
    let key = |change: &str| json!({"event": "key", "id": id, "change": change});
    let told: Vec<Value> = told
        .into_iter()
        .map(|event| match event["event"].as_str() {
            Some("request") => json!([event["method"], event["path"], event["status"], event["fault"]]),
            _ => event,
        })
        .collect();
    let expected = [
        key("created"),
        json!(["PUT", KEY, 200, false]),
        key("updated"),
        json!(["PATCH", KEY, 200, false]),
        json!({"event": "faults"}),
        json!(["POST", format!("{KEY}/delete"), 503, true]),
        json!({"event": "faults"}),
        key("deleted"),
        json!(["POST", format!("{KEY}/delete"), 200, false]),
        json!({"event": "reset"}),
    ];
    assert_eq!(told, expected);
    let secret = made["cleartext"].as_str().unwrap();
    for secret in [secret, DEMO_KEY] {
        assert!(!lines.concat().contains(secret), "{lines:?}");
    }
}

#[tokio::test]
async fn a_slow_watcher_holds_up_nobody_and_is_told_that_it_missed_something() {
    let (sandbox, caller) = start(Config::default()).await;
    let watching = watch(sandbox.base_url(), "request").await;
    let faults = parse_faults(r#"{"match": {"method": "HEAD"}, "kind": "truncate"}"#).unwrap();
    // The stream is served by this thread, so it cannot take any of these before the last has happened.
    for _ in 0..10_000 {
        sandbox.inject(faults[0].clone());
    }
    caller.succeed("GET /v1/mgmt/license", Value::Null).await;
    let lines = watching.await.unwrap();
    assert_eq!(lines[..2], ["event: missed", "data: {}"]);
    let events = lines.iter().filter(|line| line.contains("faults")).count();
    assert!(events < 1_000, "{events} events were kept for it");
}
