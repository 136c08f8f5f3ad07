//! The order of calls, and what happens around them: configuration, cancellation, panics, messages.

use std::time::Duration;

use pulumi_rs_provider::proto::{self, ConfigureErrorMissingKeys, LogSeverity};
use pulumi_rs_provider::testing::{Message, MessageCollector, dial};
use pulumi_rs_provider::{PropertyValue, Urn};
use serde_json::json;
use tonic::{Code, Response};

use crate::contract::REPORT;
use crate::fixture::Seen;
use crate::player::{Player, URN, create_request, detail, json_of, raw, secret};

#[tokio::test]
async fn handshake_and_configuration_promise_the_same() {
    let mut player = Player::start().await;
    let handshake = player
        .client
        .handshake(proto::ProviderHandshakeRequest::default())
        .await
        .unwrap()
        .into_inner();
    let expected = proto::ProviderHandshakeResponse {
        accept_secrets: true,
        accept_resources: true,
        accept_outputs: true,
        supports_autonaming_configuration: true,
        accepts_byte_string: true,
    };
    assert_eq!(handshake, expected);
    let expected = proto::ConfigureResponse {
        accept_secrets: true,
        supports_preview: true,
        accept_resources: true,
        accept_outputs: true,
        supports_autonaming_configuration: true,
    };
    assert_eq!(player.configure("k").await.unwrap(), expected);
}

#[tokio::test]
async fn what_needs_no_configuration_works_without() {
    let mut player = Player::start().await;
    assert_eq!(
        player
            .client
            .get_plugin_info(())
            .await
            .unwrap()
            .into_inner()
            .version,
        "1.2.3"
    );
    let schema = player
        .client
        .get_schema(proto::GetSchemaRequest::default())
        .await
        .unwrap()
        .into_inner()
        .schema;
    let schema: serde_json::Value = serde_json::from_str(&schema).unwrap();
    assert_eq!(
        (
            &schema["name"],
            &schema["resources"]["echo:index:Thing"]["description"]
        ),
        (&json!("echo"), &serde_json::Value::Null)
    );
    assert!(schema["resources"]["echo:index:Thing"].is_object(), "{schema}");
    let newer = proto::GetSchemaRequest {
        version: 1,
        ..Default::default()
    };
    assert_eq!(
        player.client.get_schema(newer).await.unwrap_err().code(),
        Code::InvalidArgument
    );

    assert_eq!(
        player.create(json!({})).await.unwrap_err().code(),
        Code::FailedPrecondition
    );
    player.client.cancel(()).await.unwrap();
}

#[tokio::test]
async fn mappings_are_found_by_the_other_tools_name() {
    let mut player = Player::start().await;
    let mut mappings = async |key: &str| {
        let request = proto::GetMappingsRequest { key: key.to_owned() };
        player
            .client
            .get_mappings(request)
            .await
            .unwrap()
            .into_inner()
            .providers
    };
    assert_eq!(mappings("terraform").await, ["echoes", "sounds"]);
    assert_eq!(mappings("arm").await, [""; 0]);

    let mut mapping = async |key: &str, provider: &str| {
        let request = proto::GetMappingRequest {
            key: key.to_owned(),
            provider: provider.to_owned(),
        };
        let reply = player.client.get_mapping(request).await;
        let reply = reply.map(Response::into_inner).map_err(|status| status.code());
        reply.map(|mapping| (mapping.provider, mapping.data))
    };
    let found = |provider: &str, data: &[u8]| Ok((provider.to_owned(), data.to_owned()));
    assert_eq!(mapping("terraform", "sounds").await, found("sounds", b"{}"));
    assert_eq!(mapping("terraform", "").await, found("echoes", b"[]"));
    assert_eq!(mapping("terraform", "aws").await, Err(Code::NotFound));
    assert_eq!(mapping("arm", "aws").await, found("", b""));
}

#[tokio::test]
async fn what_is_not_served_says_so() {
    let mut player = Player::configured().await;
    assert_eq!(
        player
            .client
            .invoke(proto::InvokeRequest::default())
            .await
            .unwrap_err()
            .code(),
        Code::InvalidArgument
    );
    assert_eq!(
        player
            .client
            .call(proto::CallRequest::default())
            .await
            .unwrap_err()
            .code(),
        Code::Unimplemented
    );
    assert_eq!(
        player
            .client
            .list(proto::ListRequest::default())
            .await
            .unwrap_err()
            .code(),
        Code::InvalidArgument
    );
    let construct = player.client.construct(proto::ConstructRequest::default()).await;
    assert_eq!(construct.unwrap_err().code(), Code::Unimplemented);
    let parameterize = player
        .client
        .parameterize(proto::ParameterizeRequest::default())
        .await;
    assert_eq!(parameterize.unwrap_err().code(), Code::Unimplemented);
}

#[tokio::test]
async fn a_resource_of_another_package_is_refused() {
    let mut player = Player::configured().await;
    let mut request = create_request(json!({}));
    request.r#type = "echo:index:Other".to_owned();
    let error = player.client.create(request).await.unwrap_err();
    assert_eq!(error.code(), Code::InvalidArgument);
    assert_eq!(
        error.message(),
        "the provider `echo` has no resource `echo:index:Other`"
    );
}

#[tokio::test]
async fn the_configuration_is_decoded_marked_and_echoed() {
    let mut player = Player::start().await;
    let news = json!({ "key": "hunter22", "limits": "[1,2]", "version": "1.2.3", "__internal": {} });
    let urn = "urn:pulumi:dev::shop::pulumi:providers:echo::default".to_owned();
    let check = proto::CheckRequest {
        urn: urn.clone(),
        news: Some(raw(news.clone())),
        ..Default::default()
    };
    let checked = player.client.check_config(check).await.unwrap().into_inner();
    let expected = json!({ "key": secret(json!("hunter22")), "limits": "[1,2]", "version": "1.2.3" });
    assert_eq!(json_of(&checked.inputs), Some(expected));
    let Seen::CheckConfig(request) = player.seen().await else {
        panic!("not a check")
    };
    assert!(!format!("{request:?}").contains("hunter22"));
    assert_eq!(
        (request.urn, request.name.as_str()),
        (Urn::new(urn.clone()), "default")
    );
    assert_eq!(request.args["limits"], vec![1, 2].into());
    assert!(!request.args.contains_key("version") && !request.args.contains_key("__internal"));

    let diff = proto::DiffRequest {
        urn: urn.clone(),
        old_inputs: Some(raw(
            json!({ "key": "hunter22", "limits": "[1]", "version": "1.2.2" }),
        )),
        news: Some(raw(news)),
        ..Default::default()
    };
    let reply = player.client.diff_config(diff).await.unwrap().into_inner();
    assert_eq!((reply.diffs, reply.replaces), (vec!["key".to_owned()], vec![]));
    let Seen::DiffConfig(request) = player.seen().await else {
        panic!("not a diff")
    };
    assert_eq!(request.old_inputs["limits"], vec![1].into());
    assert_eq!(request.new_inputs["key"], PropertyValue::secret("hunter22"));

    let variables = [
        ("echo:config:key", "old-style"),
        ("echo:config:limits", "[3]"),
        ("other:config:key", "x"),
    ];
    let variables = variables
        .map(|(key, value)| (key.to_owned(), value.to_owned()))
        .into();
    let configure = proto::ConfigureRequest {
        variables,
        urn: Some(urn),
        ..Default::default()
    };
    player.client.configure(configure).await.unwrap();
    let Seen::Configure(request) = player.seen().await else {
        panic!("not a configuration")
    };
    assert_eq!(request.args["key"], PropertyValue::secret("old-style"));
    assert_eq!(request.args["limits"], vec![3].into());
    assert_eq!(request.args.len(), 2);
}

#[tokio::test]
async fn missing_configuration_names_the_keys_to_set() {
    let mut player = Player::start().await;
    let error = player
        .client
        .configure(proto::ConfigureRequest::default())
        .await
        .unwrap_err();
    assert_eq!(error.code(), Code::InvalidArgument);
    let detail: ConfigureErrorMissingKeys = detail(&error, "ConfigureErrorMissingKeys");
    let [key] = detail.missing_keys.as_slice() else {
        panic!("{} keys", detail.missing_keys.len())
    };
    assert_eq!(
        (key.name.as_str(), key.description.as_str()),
        ("echo:key", "The key.")
    );
}

#[tokio::test]
async fn the_latest_configuration_counts_and_a_failed_one_does_not() {
    let mut player = Player::configured().await;
    for (key, configured, expected) in [
        ("first", true, "first"),
        ("second", true, "second"),
        ("panic", false, "second"),
    ] {
        player
            .client
            .handshake(proto::ProviderHandshakeRequest::default())
            .await
            .unwrap();
        let reply = player.configure(key).await;
        assert_eq!(reply.is_ok(), configured);
        if !configured {
            player.seen().await;
        }
        player.create(json!({})).await.unwrap();
        let Seen::Create { config, .. } = player.seen().await else {
            panic!("not a creation")
        };
        assert_eq!(config, expected);
    }
}

#[tokio::test]
async fn a_cancelled_creation_keeps_its_id_and_later_calls_are_not_cancelled() {
    let mut player = Player::configured().await;
    let mut other = player.client.clone();
    for renewed_by_handshake in [true, false] {
        let mut client = player.client.clone();
        let running =
            tokio::spawn(async move { client.create(create_request(json!({ "do": "wait" }))).await });
        assert!(matches!(player.seen().await, Seen::Create { .. }));
        assert_eq!(player.seen().await, Seen::Waiting);
        other.cancel(()).await.unwrap();
        let error = running.await.unwrap().unwrap_err();
        let detail: proto::ErrorResourceInitFailed = detail(&error, "ErrorResourceInitFailed");
        assert_eq!(
            (detail.id.as_str(), detail.reasons),
            ("id-1", vec!["stopped".to_owned()])
        );
        assert_eq!(player.seen().await, Seen::Stopped);
        // The next turn of the loop waits again, which it could not if its token had fired already.
        if renewed_by_handshake {
            player
                .client
                .handshake(proto::ProviderHandshakeRequest::default())
                .await
                .unwrap();
        } else {
            player.configure("again").await.unwrap();
        }
    }
    let mut client = player.client.clone();
    let running = tokio::spawn(async move { client.create(create_request(json!({ "do": "wait" }))).await });
    assert!(matches!(player.seen().await, Seen::Create { .. }));
    assert_eq!(player.seen().await, Seen::Waiting);
    // A second instance comes up in the same process; it must not cut the first one off from cancellation.
    player
        .client
        .handshake(proto::ProviderHandshakeRequest::default())
        .await
        .unwrap();
    assert!(!running.is_finished());
    other.cancel(()).await.unwrap();
    running.await.unwrap().unwrap_err();
}

#[tokio::test]
async fn a_creation_whose_caller_is_gone_is_told_and_ends_by_itself() {
    let mut player = Player::configured().await;
    let mut client = dial(player.connection.address()).await.unwrap();
    let running = tokio::spawn(async move { client.create(create_request(json!({ "do": "wait" }))).await });
    assert!(matches!(player.seen().await, Seen::Create { .. }));
    assert_eq!(player.seen().await, Seen::Waiting);
    running.abort();
    assert_eq!(player.seen().await, Seen::Stopped);
}

#[tokio::test]
async fn the_end_of_the_server_lets_running_calls_finish() {
    let mut player = Player::configured().await;
    let mut client = player.client.clone();
    let running = tokio::spawn(async move { client.create(create_request(json!({ "do": "wait" }))).await });
    assert!(matches!(player.seen().await, Seen::Create { .. }));
    assert_eq!(player.seen().await, Seen::Waiting);
    let ended = tokio::spawn(player.connection.end());
    let error = running.await.unwrap().unwrap_err();
    assert_eq!(
        detail::<proto::ErrorResourceInitFailed>(&error, "ErrorResourceInitFailed").id,
        "id-1"
    );
    ended.await.unwrap().unwrap();
}

#[tokio::test]
async fn a_panic_fails_one_call_and_tells_nothing() {
    let mut player = Player::configured().await;
    let error = player
        .create(json!({ "do": "panic", "key": secret(json!("hunter22")) }))
        .await
        .unwrap_err();
    assert_eq!(error.code(), Code::Internal);
    assert!(
        error
            .message()
            .starts_with(&format!("bug in the provider: create of `{URN}` panicked")),
        "{}",
        error.message()
    );
    assert!(error.message().ends_with(REPORT), "{}", error.message());
    assert!(!error.message().contains("hunter22"));
    assert_eq!(player.create(json!({})).await.unwrap().id, "id-1");
}

#[tokio::test]
async fn a_bug_that_an_author_finds_asks_for_a_report_too() {
    let mut player = Player::configured().await;
    let error = player.create(json!({ "do": "bug" })).await.unwrap_err();
    let expected = format!("bug in the provider: two answers to one question; {REPORT}");
    assert_eq!(
        (error.code(), error.message()),
        (Code::Internal, expected.as_str())
    );
}

#[tokio::test]
async fn errors_keep_their_kind_and_lose_their_secrets() {
    let mut player = Player::configured().await;
    let error = player
        .create(json!({ "do": "error", "key": secret(json!("hunter22")) }))
        .await
        .unwrap_err();
    assert_eq!(
        (error.code(), error.message()),
        (Code::Unavailable, "[secret] and [secret] are refused")
    );
}

#[tokio::test]
async fn a_timeout_becomes_a_deadline() {
    let mut player = Player::configured().await;
    for (timeout, expected) in [
        (0.0, false),
        (60.0, true),
        (-1.0, false),
        (f64::NAN, false),
        (f64::MAX, false),
    ] {
        let request = proto::CreateRequest {
            timeout,
            ..create_request(json!({}))
        };
        player.client.create(request).await.unwrap();
        let Seen::Create { has_deadline, .. } = player.seen().await else {
            panic!("not a creation")
        };
        assert_eq!(has_deadline, expected, "{timeout}");
    }
}

#[tokio::test]
async fn messages_reach_the_engine_under_their_resource() {
    let mut player = Player::configured().await;
    let message = |severity, text: &str, ephemeral| Message {
        severity,
        text: text.to_owned(),
        urn: URN.to_owned(),
        ephemeral,
    };
    let expected = [
        message(LogSeverity::Debug, "looking", false),
        message(LogSeverity::Info, "found [secret]", false),
        message(LogSeverity::Warning, "odd", false),
        message(LogSeverity::Info, "working", true),
        message(LogSeverity::Info, "1 of 2", true),
        message(LogSeverity::Info, "done", false),
    ];
    let talk = json!({ "do": "log", "key": secret(json!("hunter22")) });
    for attach in [false, true] {
        let engine = MessageCollector::start().await.unwrap();
        let address = engine.address().to_owned();
        if attach {
            player
                .client
                .attach(proto::PluginAttach { address })
                .await
                .unwrap();
        } else {
            let handshake = proto::ProviderHandshakeRequest {
                engine_address: address,
                ..Default::default()
            };
            player.client.handshake(handshake).await.unwrap();
        }
        player.create(talk.clone()).await.unwrap();
        let messages = engine.wait_for(expected.len(), Duration::from_secs(10)).await;
        assert_eq!(messages, expected);
    }
}

#[tokio::test]
async fn an_engine_that_does_not_listen_hinders_nothing() {
    let mut player = Player::configured().await;
    // Accepts connections and never answers.
    let deaf = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let address = deaf.local_addr().unwrap().to_string();
    player
        .client
        .attach(proto::PluginAttach { address })
        .await
        .unwrap();
    assert_eq!(player.create(json!({ "do": "log" })).await.unwrap().id, "id-1");

    let nonsense = proto::PluginAttach {
        address: "not an address".to_owned(),
    };
    assert_eq!(
        player.client.attach(nonsense).await.unwrap_err().code(),
        Code::InvalidArgument
    );
    let handshake = proto::ProviderHandshakeRequest {
        engine_address: "not an address".to_owned(),
        ..Default::default()
    };
    player.client.handshake(handshake).await.unwrap();
}
