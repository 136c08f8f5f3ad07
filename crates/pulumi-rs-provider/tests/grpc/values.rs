//! Values on their way through the provider.

use pulumi_rs_provider::proto;
use pulumi_rs_provider::{PropertyMap, PropertyValue, UnknownKind};
use serde_json::{Value, json};
use tonic::Code;

use crate::fixture::Seen;
use crate::player::{Player, URN, json_of, raw, secret, unknown};

const SIGNATURE: &str = "4dabf18193072939515e22adb298388d";

fn special(signature: &str, entries: Value) -> Value {
    let mut value = entries;
    value[SIGNATURE] = json!(signature);
    value
}

fn output(entries: Value) -> Value {
    special("d0e6a833031e9bbcd3f4e8bde6ca49a4", entries)
}

#[tokio::test]
async fn every_value_comes_back_as_it_came() {
    let sentinels = [
        "1c4a061d-8072-4f0a-a4cb-0ff528b18fe7",
        "3eeb2bf0-c639-47a8-9e75-3b44932eb421",
        "04da6b54-80e4-46f7-96ec-b56ff0331ba9",
        "6a19a0b0-7e62-4c92-b797-7f8e31da9cc2",
        "030794c1-ac77-496b-92df-f27374a8bd58",
        "e48ece36-62e2-4504-bad9-02848725956a",
        "dd056dcd-154b-4c76-9bd3-c8f88648b5ff",
    ];
    let mut values: Vec<Value> = sentinels.iter().map(|sentinel| json!(sentinel)).collect();
    values.extend(sentinels.map(|sentinel| secret(json!(sentinel))));
    values.extend([
        json!(null),
        json!(true),
        json!(-0.5),
        json!(9007199254740992.0),
        json!(""),
        json!("é\u{0}\u{1F600}"),
        json!([]),
        json!({}),
        json!([null, [1.0], { "a.b": null }]),
        secret(json!("hidden")),
        secret(json!(null)),
        json!([secret(json!({ "a": secret(json!(1.0)) })), "x"]),
        output(json!({})),
        output(json!({ "value": 1.0 })),
        output(json!({ "value": unknown(), "secret": true, "dependencies": ["urn:a", "urn:b"] })),
        special(
            "5cf8f73096256a8f31e491e813e4eb8e",
            json!({ "urn": "u", "id": "i", "packageVersion": "1", "name": "n", "type": "t" }),
        ),
        special(
            "5cf8f73096256a8f31e491e813e4eb8e",
            json!({ "urn": "u", "id": "" }),
        ),
        special("5cf8f73096256a8f31e491e813e4eb8e", json!({ "urn": "u" })),
        special(
            "c44067f5952c0a294b673a41bacd8c17",
            json!({ "hash": "00ff", "text": "content" }),
        ),
        special("c44067f5952c0a294b673a41bacd8c17", json!({ "path": "./file" })),
        special("c44067f5952c0a294b673a41bacd8c17", json!({ "hash": "00ff" })),
        special(
            "0def7320c3a5731c473e5ecbe6d01bc7",
            json!({ "uri": "https://example.com/a.zip" }),
        ),
        special(
            "0def7320c3a5731c473e5ecbe6d01bc7",
            json!({ "assets": {
            "inner": special("0def7320c3a5731c473e5ecbe6d01bc7", json!({ "assets": {} })),
            "file": special("c44067f5952c0a294b673a41bacd8c17", json!({ "text": "" })),
        } }),
        ),
    ]);
    let mut player = Player::configured().await;
    for value in values {
        // The key that is absent must stay so, and the null beside it too.
        let properties = json!({ "value": value, "null": null });
        let check = proto::CheckRequest {
            urn: URN.to_owned(),
            news: Some(raw(properties.clone())),
            ..Default::default()
        };
        let checked = player.client.check(check).await.unwrap().into_inner();
        assert_eq!(json_of(&checked.inputs), Some(properties.clone()));
        let request = proto::CreateRequest {
            preview: true,
            ..crate::player::create_request(properties.clone())
        };
        let created = player.client.create(request).await.unwrap().into_inner();
        assert_eq!(json_of(&created.properties), Some(properties));
    }
}

#[tokio::test]
async fn authors_see_marks_as_values() {
    let mut player = Player::configured().await;
    let news = raw(json!({ "s": secret(json!(["x"])), "u": secret(unknown()), "n": null }));
    let check = proto::CheckRequest {
        urn: URN.to_owned(),
        news: Some(news),
        ..Default::default()
    };
    player.client.check(check).await.unwrap();
    let Seen::Check(request) = player.seen().await else {
        panic!("not a check")
    };
    let expected = PropertyMap::from([
        ("s".to_owned(), PropertyValue::secret(vec!["x"])),
        (
            "u".to_owned(),
            PropertyValue::secret(PropertyValue::Unknown(UnknownKind::String)),
        ),
        ("n".to_owned(), PropertyValue::Null),
    ]);
    assert_eq!(request.new_inputs, expected);
    assert_eq!(
        (request.name.as_str(), request.token.as_str()),
        ("one", "echo:index:Thing")
    );
}

#[tokio::test]
async fn malformed_values_are_refused_with_their_path() {
    let mut player = Player::configured().await;
    for (value, message) in [
        (
            special("no such signature", json!({})),
            "property `a[0].b`: unrecognized signature",
        ),
        (
            special("1b47061264138c4ac30d75fd1eb44270", json!({})),
            "property `a[0].b`: malformed secret",
        ),
    ] {
        let error = player.create(json!({ "a": [{ "b": value }] })).await.unwrap_err();
        assert_eq!((error.code(), error.message()), (Code::InvalidArgument, message));
    }
    let nan = prost_types::Value {
        kind: Some(prost_types::value::Kind::NumberValue(f64::NAN)),
    };
    let properties = prost_types::Struct {
        fields: [("n".to_owned(), nan)].into(),
    };
    let request = proto::CreateRequest {
        properties: Some((&properties).into()),
        ..crate::player::create_request(json!({}))
    };
    let error = player.client.create(request).await.unwrap_err();
    assert_eq!(
        (error.code(), error.message()),
        (Code::InvalidArgument, "property `n`: the number is not finite")
    );
}

#[tokio::test]
async fn deep_values_pass_and_bottomless_ones_are_refused() {
    let mut player = Player::configured().await;
    let deep = |levels| {
        (0..levels).fold(PropertyValue::Null, |value, _| {
            PropertyMap::from([("k".to_owned(), value)]).into()
        })
    };
    let properties = |value| PropertyMap::from([("p".to_owned(), value)]);
    let raw = |value| pulumi_rs_provider::wire::Struct::encode_properties(&properties(value));

    let value = deep(200);
    let request = proto::CreateRequest {
        properties: Some(raw(value.clone()).unwrap()),
        ..crate::player::create_request(json!({}))
    };
    let created = player.client.create(request).await.unwrap().into_inner();
    assert_eq!(
        created.properties.unwrap().decode_properties(),
        Ok(properties(value))
    );

    // Deeper than any encoder goes: a Value holds (5) a Struct, that holds (1) an entry, and that holds (2) a Value.
    let value = (0..5_000).fold(Vec::new(), |value, _| {
        field(0x2a, &field(0x0a, &field(0x12, &value)))
    });
    let bottomless = field(0x0a, &field(0x12, &value));
    let bottomless =
        <pulumi_rs_provider::wire::Struct as prost::Message>::decode(bottomless.as_slice()).unwrap();
    let request = proto::CreateRequest {
        properties: Some(bottomless),
        ..crate::player::create_request(json!({}))
    };
    let error = player.client.create(request).await.unwrap_err();
    assert_eq!(error.code(), Code::InvalidArgument);
    assert!(
        error.message().ends_with("nested deeper than 256 levels"),
        "{}",
        error.message()
    );
}

/// A length-delimited protobuf field.
fn field(tag: u8, content: &[u8]) -> Vec<u8> {
    let mut field = vec![tag];
    prost::encode_length_delimiter(content.len(), &mut field).unwrap();
    field.extend_from_slice(content);
    field
}

#[tokio::test]
async fn messages_may_be_large_in_both_directions() {
    let mut player = Player::configured().await;
    // Four mebibytes is where gRPC libraries stop unless told otherwise.
    let text = "x".repeat(9 << 20);
    let created = player.create(json!({ "text": text })).await.unwrap();
    assert_eq!(json_of(&created.properties).unwrap()["text"], json!(text));
}
