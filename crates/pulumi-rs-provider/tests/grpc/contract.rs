//! What a reply must hold, and what becomes of one that does not.

use pulumi_rs_provider::proto::{self, ErrorResourceInitFailed};
use serde_json::{Value, json};
use tonic::{Code, Status};

use crate::fixture::{Seen, TOKEN};
use crate::player::{Player, URN, detail, json_of, raw, secret, unknown};

/// What users are asked when a bug shows.
pub(crate) const REPORT: &str = "please report it to the authors of the provider `echo`";

/// The id, state and reasons that the engine will save.
fn saved(status: &Status) -> (String, Option<Value>, Vec<String>) {
    assert_eq!(status.code(), Code::Aborted);
    let detail: ErrorResourceInitFailed = detail(status, "ErrorResourceInitFailed");
    (detail.id, json_of(&detail.properties), detail.reasons)
}

fn update_request(news: Value) -> proto::UpdateRequest {
    proto::UpdateRequest {
        id: "id-7".to_owned(),
        urn: URN.to_owned(),
        news: Some(raw(news)),
        ..Default::default()
    }
}

#[tokio::test]
async fn a_partial_creation_is_saved() {
    let mut player = Player::configured().await;
    let properties = json!({ "do": "partial", "key": secret(json!("hunter22")) });
    let error = player.create(properties.clone()).await.unwrap_err();
    let reasons = ["it broke", "and smokes", "[secret] leaked"]
        .map(str::to_owned)
        .to_vec();
    let mut state = properties;
    state["made"] = secret(json!("fresh-secret"));
    assert_eq!(saved(&error), ("id-1".to_owned(), Some(state), reasons));
    assert!(!error.message().contains("hunter22"));
}

#[tokio::test]
async fn a_large_partial_state_fits_into_the_trailer() {
    let mut player = Player::configured().await;
    let properties = json!({ "do": "partial", "text": "x".repeat(1 << 20) });
    let error = player.create(properties.clone()).await.unwrap_err();
    assert_eq!(saved(&error).1.unwrap()["text"], properties["text"]);
}

#[tokio::test]
async fn a_partial_update_and_a_partial_read_are_saved() {
    let mut player = Player::configured().await;
    let properties = json!({ "do": "partial" });
    let error = player
        .client
        .update(update_request(properties.clone()))
        .await
        .unwrap_err();
    assert_eq!(saved(&error).0, "id-7");
    assert_eq!(saved(&error).1, Some(properties));

    let read = proto::ReadRequest {
        id: "ill".to_owned(),
        urn: URN.to_owned(),
        inputs: Some(raw(json!({ "i": 1.0 }))),
        properties: Some(raw(json!({ "o": 2.0 }))),
        ..Default::default()
    };
    let error = player.client.read(read).await.unwrap_err();
    let detail: ErrorResourceInitFailed = detail(&error, "ErrorResourceInitFailed");
    assert_eq!(json_of(&detail.inputs), Some(json!({ "i": 1.0 })));
    assert_eq!(json_of(&detail.properties), Some(json!({ "o": 2.0 })));
}

#[tokio::test]
async fn a_state_that_cannot_be_kept_never_hides_the_resource() {
    let mut player = Player::configured().await;
    for (what, key, reason) in [
        ("unknown", "later", "`later` is or holds an unknown"),
        ("infinity", "far", "property `far`: the number is not finite"),
        (
            "bytes",
            "raw",
            "`raw` holds a string that is not UTF-8, which this engine does not accept",
        ),
    ] {
        let properties = json!({ "do": what, "kept": true });
        let error = player.create(properties.clone()).await.unwrap_err();
        let (id, state, reasons) = saved(&error);
        assert_eq!(
            (id.as_str(), state),
            ("id-1", Some(properties)),
            "without `{key}`"
        );
        let expected = format!(
            "bug in the provider: create of `{URN}` returned a state that cannot be kept ({reason}); the live resource `id-1` exists; {REPORT}"
        );
        assert_eq!(reasons, vec![expected]);
    }
    let error = player
        .client
        .update(update_request(json!({ "do": "unknown" })))
        .await
        .unwrap_err();
    assert_eq!(saved(&error).0, "id-7");
}

#[tokio::test]
async fn bytes_go_to_an_engine_that_accepts_them() {
    let mut player = Player::configured().await;
    let handshake = proto::ProviderHandshakeRequest {
        accepts_byte_string: true,
        ..Default::default()
    };
    player.client.handshake(handshake).await.unwrap();
    let created = player.create(json!({ "do": "bytes" })).await.unwrap();
    let signature = "803fd3297a5875dc03ca845dda5d2a98";
    let expected = json!({ "4dabf18193072939515e22adb298388d": signature, "value": "/w==" });
    assert_eq!(json_of(&created.properties).unwrap()["raw"], expected);
}

#[tokio::test]
async fn an_empty_id_is_a_loud_error() {
    let mut player = Player::configured().await;
    let error = player.create(json!({ "do": "no id" })).await.unwrap_err();
    assert_eq!(error.code(), Code::Internal);
    assert!(
        error.message().contains("a live resource may exist"),
        "{}",
        error.message()
    );
    assert!(error.message().contains(URN), "{}", error.message());
}

#[tokio::test]
async fn a_preview_may_be_unknown_and_has_no_id() {
    let mut player = Player::configured().await;
    for (what, value) in [("unknown", unknown()), ("no id", json!("known"))] {
        let properties = json!({ "do": what, "value": value });
        let request = proto::CreateRequest {
            preview: true,
            ..crate::player::create_request(properties)
        };
        let created = player.client.create(request).await.unwrap().into_inner();
        assert_eq!(created.id, "");
        assert_eq!(json_of(&created.properties).unwrap()["value"], value);
        let Seen::Preview(request) = player.seen().await else {
            panic!("not a preview")
        };
        assert_eq!(request.old, None);
    }
    let request = proto::UpdateRequest {
        preview: true,
        ..update_request(json!({ "do": "unknown" }))
    };
    let updated = player.client.update(request).await.unwrap().into_inner();
    assert_eq!(json_of(&updated.properties).unwrap()["later"], unknown());
}

#[tokio::test]
async fn what_is_gone_has_neither_id_nor_structs() {
    let mut player = Player::configured().await;
    let read = |id: &str, properties: Option<Value>| proto::ReadRequest {
        id: id.to_owned(),
        urn: URN.to_owned(),
        inputs: properties.clone().map(raw),
        properties: properties.map(raw),
        ..Default::default()
    };
    let gone = player
        .client
        .read(read("gone", Some(json!({ "a": 1.0 }))))
        .await
        .unwrap()
        .into_inner();
    assert_eq!(gone, proto::ReadResponse::default());
    player.seen().await;

    // Absent structs, empty ones and full ones are three things.
    for properties in [None, Some(json!({})), Some(json!({ "a": null }))] {
        let found = player
            .client
            .read(read("x", properties.clone()))
            .await
            .unwrap()
            .into_inner();
        assert_eq!(found.id, "x");
        assert_eq!(
            json_of(&found.properties),
            Some(properties.clone().unwrap_or_else(|| json!({})))
        );
        let Seen::Read(request) = player.seen().await else {
            panic!("not a read")
        };
        assert_eq!(request.inputs.is_some(), properties.is_some());
        assert_eq!(
            request.state.map(|state| state.len()),
            properties.map(|map| map.as_object().unwrap().len())
        );
    }
}

#[tokio::test]
async fn failures_of_a_check_are_answers() {
    let mut player = Player::configured().await;
    let news = json!({ "do": "fail", "key": secret(json!("hunter22")) });
    let check = proto::CheckRequest {
        urn: URN.to_owned(),
        olds: Some(raw(json!({}))),
        news: Some(raw(news.clone())),
        random_seed: vec![7; 32],
        autonaming: Some(proto::check_request::AutonamingOptions {
            proposed_name: "one-1".to_owned(),
            mode: 1,
        }),
        ..Default::default()
    };
    let checked = player.client.check(check).await.unwrap().into_inner();
    assert_eq!(json_of(&checked.inputs), Some(news));
    let failure = |property: &str, reason: &str| proto::CheckFailure {
        property: property.to_owned(),
        reason: reason.to_owned(),
    };
    let expected = [
        failure(r#"list[0]["a.b"]"#, "no good"),
        failure("", "nothing fits [secret]"),
    ];
    assert_eq!(checked.failures, expected);
    let Seen::Check(request) = player.seen().await else {
        panic!("not a check")
    };
    assert_eq!(request.random_seed, [7; 32]);
    assert_eq!(request.old_inputs, Some(Default::default()));
    assert_eq!(
        request.autonaming,
        Some(pulumi_rs_provider::Autonaming::Enforce("one-1".to_owned()))
    );
}

#[tokio::test]
async fn a_diff_is_complete_and_respects_what_is_ignored() {
    let mut player = Player::configured().await;
    let diff = |ignored: &[&str]| proto::DiffRequest {
        id: "id-1".to_owned(),
        urn: URN.to_owned(),
        old_inputs: Some(raw(json!({ "a": 1.0, "b": 1.0 }))),
        olds: Some(raw(json!({ "a": 1.0, "b": 1.0, "o": true }))),
        news: Some(raw(json!({ "a": 2.0, "b": unknown() }))),
        ignore_changes: ignored.iter().map(|path| (*path).to_owned()).collect(),
        ..Default::default()
    };
    let reply = player.client.diff(diff(&["a"])).await.unwrap().into_inner();
    assert_eq!(
        (reply.diffs, reply.replaces),
        (vec!["b".to_owned()], vec!["b".to_owned()])
    );
    assert_eq!(
        reply.changes,
        i32::from(proto::diff_response::DiffChanges::DiffSome)
    );
    assert!(reply.has_detailed_diff);
    let kind = proto::property_diff::Kind::UpdateReplace.into();
    assert_eq!(
        reply.detailed_diff,
        [(
            "b".to_owned(),
            proto::PropertyDiff {
                kind,
                input_diff: true
            }
        )]
        .into()
    );

    let reply = player.client.diff(diff(&["a", "b"])).await.unwrap().into_inner();
    assert_eq!(
        reply.changes,
        i32::from(proto::diff_response::DiffChanges::DiffNone)
    );
    let error = player.client.diff(diff(&["a["])).await.unwrap_err();
    assert_eq!(error.code(), Code::InvalidArgument);
}

#[tokio::test]
async fn a_deletion_gets_what_is_known_and_may_fail() {
    let mut player = Player::configured().await;
    let delete = |id: &str| proto::DeleteRequest {
        id: id.to_owned(),
        urn: URN.to_owned(),
        r#type: TOKEN.to_owned(),
        properties: Some(raw(json!({ "o": secret(json!(1.0)) }))),
        old_inputs: Some(raw(json!({ "i": 1.0 }))),
        ..Default::default()
    };
    player.client.delete(delete("id-1")).await.unwrap();
    let Seen::Delete(request) = player.seen().await else {
        panic!("not a deletion")
    };
    assert_eq!((request.id.as_str(), request.inputs.len()), ("id-1", 1));
    assert!(request.state["o"].is_secret());
    let error = player.client.delete(delete("stuck")).await.unwrap_err();
    assert_eq!(
        (error.code(), error.message()),
        (Code::FailedPrecondition, "it is in use")
    );
}
