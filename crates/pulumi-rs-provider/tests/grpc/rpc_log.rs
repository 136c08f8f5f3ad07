//! Logs of calls in the format of the real CLI.

use pulumi_rs_provider::testing::rpc_log::{self, ReplayError, RpcCall};
use serde_json::json;

use crate::player::Player;

/// As `PULUMI_DEBUG_GRPC` has it: a line when a call begins and one when it is answered, lines of other services, streams in parts.
const LOG: &str = r#"
{"method":"/pulumirpc.ResourceProvider/Configure","request":{"args":{"key":"k"}},"metadata":{"kind":"resource"},"progress":"request_started","timestamp":"2026-08-21T10:00:00Z"}
{"method":"/pulumirpc.ResourceProvider/Configure","request":{"args":{"key":"k"},"acceptSecrets":true},"response":{"acceptSecrets":true,"supportsPreview":true,"*":true},"progress":"response_completed","timestamp":"2026-08-21T10:00:00Z","duration":7}
{"method":"/pulumirpc.Engine/Log","request":{"message":"hello"},"response":{}}
{"method":"/pulumirpc.ResourceProvider/List","request":{"token":"echo:index:Thing"}}
{"method":"/pulumirpc.ResourceProvider/Create","request":{"urn":"urn:pulumi:dev::shop::echo:index:Thing::one","properties":{"a":1,"s":{"4dabf18193072939515e22adb298388d":"1b47061264138c4ac30d75fd1eb44270","value":"hunter22"}}},"response":{"id":"*","properties":{"a":1,"s":{"4dabf18193072939515e22adb298388d":"1b47061264138c4ac30d75fd1eb44270","value":"hunter22"}}}}
{"method":"/pulumirpc.ResourceProvider/Create","request":{"urn":"urn:pulumi:dev::shop::echo:index:Other::one","fromTheFuture":true},"errors":["rpc error: code = InvalidArgument desc = the provider * has no resource `echo:index:Other`"]}
"#;

#[tokio::test]
async fn a_log_of_the_cli_is_replayed() {
    let player = Player::start().await;
    let calls = rpc_log::parse(LOG).unwrap();
    let methods: Vec<_> = calls
        .iter()
        .map(|call| call.method.rsplit('/').next().unwrap())
        .collect();
    assert_eq!(methods, ["Configure", "Create", "Create"]);
    rpc_log::replay(&player.connection, &calls).await.unwrap();

    // What is recorded is a log that can be replayed, too.
    let recorded = rpc_log::record(&player.connection, &calls).await.unwrap();
    assert_eq!(recorded[1].response["id"], "id-1");
    assert_eq!(
        rpc_log::parse(&rpc_log::write(&recorded).unwrap()).unwrap(),
        recorded
    );
    rpc_log::replay(&player.connection, &recorded).await.unwrap();
}

#[tokio::test]
async fn another_answer_is_told_without_its_secrets() {
    let player = Player::start().await;
    let mut calls = rpc_log::parse(LOG).unwrap();
    calls[1].response["properties"]["a"] = json!(2);
    calls[1].response["properties"]["s"]["value"] = json!("hunter23");
    let error = rpc_log::replay(&player.connection, &calls).await.unwrap_err();
    assert_eq!(
        error.to_string(),
        "call 2, /pulumirpc.ResourceProvider/Create, is answered otherwise:\n  \
         properties.a: it should be 2, and is 1.0\n  properties.s: a secret is another one"
    );
    assert!(!format!("{error:?} {calls:?}").contains("hunter2"));

    for (index, response, errors, message) in [
        (
            2,
            json!({}),
            vec![],
            "call 3, /pulumirpc.ResourceProvider/Create, is answered otherwise:\n  it fails: ",
        ),
        (
            1,
            json!(null),
            vec!["*".to_owned()],
            "call 2, /pulumirpc.ResourceProvider/Create, is answered otherwise:\n  it should fail",
        ),
    ] {
        let mut calls = rpc_log::parse(LOG).unwrap();
        calls[index].response = response;
        calls[index].errors = errors;
        let error = rpc_log::replay(&player.connection, &calls).await.unwrap_err();
        assert!(error.to_string().starts_with(message), "{error}");
    }
}

#[tokio::test]
async fn what_cannot_be_sent_is_told() {
    let player = Player::start().await;
    assert!(matches!(
        rpc_log::parse("{"),
        Err(ReplayError::Line { line: 1, .. })
    ));
    let call = |method: &str, request| RpcCall {
        method: format!("/pulumirpc.ResourceProvider/{method}"),
        request,
        response: json!(null),
        errors: Vec::new(),
    };
    let error = rpc_log::replay(&player.connection, &[call("Invented", json!({}))])
        .await
        .unwrap_err();
    assert!(matches!(error, ReplayError::NoSuchMethod(_)), "{error}");
    let error = rpc_log::replay(&player.connection, &[call("Check", json!({ "urn": 7 }))])
        .await
        .unwrap_err();
    assert!(matches!(error, ReplayError::Request { number: 1, .. }), "{error}");
}
