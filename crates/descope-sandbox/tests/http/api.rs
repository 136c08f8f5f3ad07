//! Both APIs.

use descope_sandbox::model::Model;
use descope_sandbox::{Config, DEMO_KEY};
use serde_json::{Value, json};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

use crate::support::{Caller, start};

fn infra(data: Value) -> Value {
    json!({ "entity": "management_key", "data": data })
}

#[tokio::test]
async fn both_forms_of_the_header_are_taken_and_others_are_not() {
    let (sandbox, _) = start(Config::default()).await;
    for (header, expected) in [
        (format!("Bearer {DEMO_KEY}"), 200),
        (format!("Bearer P2abc:{DEMO_KEY}"), 200),
        (format!("Bearer :{DEMO_KEY}"), 401),
        (format!("Basic {DEMO_KEY}"), 401),
        ("Bearer K2stranger".to_owned(), 401),
        (String::new(), 401),
    ] {
        let (status, body) = Caller::new(sandbox.base_url(), &header)
            .send("GET /v1/mgmt/license", &Value::Null)
            .await;
        assert_eq!(status, expected, "{header}");
        assert_eq!(body["rateLimitTier"].is_string(), expected == 200, "{body}");
    }
}

#[tokio::test]
async fn a_key_of_either_api_is_a_key_of_the_other() {
    let (_sandbox, caller) = start(Config::default()).await;
    let re_bac =
        json!({"companyRoles": [], "projectRoles": [], "tagRoles": [{"tags": ["b", "a"], "roles": ["r"]}]});
    let data = json!({
        "name": "n", "description": "d", "status": "active", "expireTime": 2_000_000_000,
        "permittedIps": ["10.0.0.2", "10.0.0.1/24"], "reBac": re_bac,
    });
    let made = caller.succeed("POST /v1/mgmt/infra", infra(data.clone())).await;
    let id = made["id"].as_str().unwrap();
    assert!(
        made["data"]["cleartext"].as_str().unwrap().starts_with("K2"),
        "only ever here"
    );

    let key = caller
        .succeed(&format!("GET /v1/mgmt/managementkey?id={id}"), Value::Null)
        .await["key"]
        .clone();
    assert!(key["createdTime"].as_i64().unwrap() > 1_700_000_000);
    for (field, value) in data.as_object().unwrap() {
        assert_eq!(&key[field], value, "{field}");
    }

    // Despite its name PATCH replaces: the description and the networks are left out, so they are gone.
    let patch = json!({"id": id, "name": "n2", "status": "inactive"});
    caller.succeed("PATCH /v1/mgmt/managementkey", patch).await;
    let read = caller
        .succeed(
            &format!("GET /v1/mgmt/infra?entity=management_key&id={id}"),
            Value::Null,
        )
        .await;
    let expected = json!({
        "name": "n2", "description": "", "status": "inactive", "expireTime": 2_000_000_000, "permittedIps": [],
        "reBac": re_bac,
    });
    assert_eq!(
        read,
        json!({"entity": "management_key", "id": id, "data": expected})
    );

    let delete = "POST /v1/mgmt/managementkey/delete";
    assert_eq!(
        caller.succeed(delete, json!({"ids": [id, "MKnone"]})).await,
        json!({"total": 1})
    );
    assert_eq!(
        caller.succeed(delete, json!({"ids": [id]})).await,
        json!({"total": 0})
    );
    assert_eq!(
        caller
            .succeed("GET /v1/mgmt/managementkey/search", Value::Null)
            .await,
        json!({"keys": []})
    );
}

#[tokio::test]
async fn the_key_api_takes_what_each_client_sends() {
    let (_sandbox, caller) = start(Config::default()).await;
    let now = std::time::SystemTime::now()
        .duration_since(std::time::UNIX_EPOCH)
        .unwrap()
        .as_secs() as i64;
    for (body, lasts) in [
        (
            json!({"name": "n", "description": null, "expiresIn": "3600", "reBac": {"companyRoles": ["r"]}}),
            Some(3600),
        ),
        (
            json!({"name": "n", "description": "", "expiresIn": 3600, "permittedIps": null, "reBac": {}}),
            Some(3600),
        ),
        (json!({"name": "n", "expiresIn": 0, "reBac": null}), None),
        (
            json!({"name": "n", "expireTime": "2000000000"}),
            Some(2_000_000_000 - now),
        ),
        // The samples of some clients combine what the infrastructure client keeps apart.
        (
            json!({"name": "n", "expiresIn": 0, "reBac": {
                "companyRoles": ["r"], "projectRoles": [{"projectIds": ["P"], "roles": ["r"]}], "tagRoles": [{"tags": ["t"], "roles": ["r"]}],
            }}),
            None,
        ),
    ] {
        let made = caller.succeed("PUT /v1/mgmt/managementkey", body.clone()).await;
        assert!(made["cleartext"].as_str().unwrap().len() >= 42);
        let expires = made["key"]["expireTime"].as_i64().unwrap();
        match lasts {
            Some(seconds) => assert!((expires - now - seconds).abs() < 60, "{body}: {expires}"),
            None => assert_eq!(expires, 0, "{body}"),
        }
        assert_eq!(
            (&made["key"]["status"], &made["key"]["permittedIps"]),
            (&json!("active"), &json!([]))
        );
    }
    // Names are not unique.
    let keys = caller
        .succeed("GET /v1/mgmt/managementkey/search", Value::Null)
        .await;
    assert_eq!(keys["keys"].as_array().unwrap().len(), 5);
    assert!(!keys.to_string().contains("cleartext"));
}

#[tokio::test]
async fn refusals_have_the_body_of_the_api() {
    let (_sandbox, caller) = start(Config::default()).await;
    let grants = json!({"companyRoles": ["r"]});
    let bad_ip = infra(json!({"name": "n", "reBac": grants, "permittedIps": ["10.0.0.1", "x"]}));
    for (request, body, status, code, message) in [
        (
            "POST /v1/mgmt/infra",
            bad_ip,
            400,
            "E113007",
            "`/data/permittedIps/1`",
        ),
        (
            "POST /v1/mgmt/infra",
            infra(json!({"name": "n"})),
            400,
            "E113007",
            "`/data/reBac`: is missing",
        ),
        (
            "POST /v1/mgmt/infra",
            json!({"entity": "project", "data": {}}),
            400,
            "E011004",
            "`/entity`: `project`",
        ),
        (
            "POST /v1/mgmt/infra",
            json!({"data": {}}),
            400,
            "E011002",
            "`/entity`",
        ),
        ("POST /v1/mgmt/infra", Value::Null, 400, "E011001", "not JSON"),
        (
            "GET /v1/mgmt/infra?entity=management_key",
            Value::Null,
            400,
            "E011002",
            "`/id`",
        ),
        (
            "GET /v1/mgmt/infra?entity=management_key&id=MK0",
            Value::Null,
            404,
            "E000404",
            "`MK0`",
        ),
        (
            "DELETE /v1/mgmt/infra?entity=management_key&id=MK0",
            Value::Null,
            404,
            "E000404",
            "own choice",
        ),
        (
            "PUT /v1/mgmt/managementkey",
            json!({"name": ""}),
            400,
            "E011003",
            "`/name`",
        ),
        (
            "PUT /v1/mgmt/managementkey",
            json!({"name": "n", "expiresIn": 1, "expireTime": 1}),
            400,
            "E011003",
            "`/expiresIn`",
        ),
        (
            "PATCH /v1/mgmt/managementkey",
            json!({"id": "MK0", "name": "n"}),
            400,
            "E011003",
            "status",
        ),
        (
            "PATCH /v1/mgmt/managementkey",
            json!({"id": "MK0", "name": "n", "status": "active"}),
            404,
            "E000404",
            "`MK0`",
        ),
        (
            "GET /v1/mgmt/managementkey?id=",
            Value::Null,
            400,
            "E011004",
            "`/id`",
        ),
        (
            "POST /v1/mgmt/managementkey/delete",
            json!({"ids": []}),
            400,
            "E011003",
            "`/ids`",
        ),
        (
            "DELETE /v1/mgmt/managementkey",
            Value::Null,
            404,
            "E000404",
            "DELETE /v1/mgmt/managementkey",
        ),
        (
            "GET /v1/mgmt/nothing",
            Value::Null,
            404,
            "E000404",
            "/v1/mgmt/nothing",
        ),
    ] {
        let (found_status, found_code, found_message) = caller.fail(request, body).await;
        assert_eq!(
            (found_status, found_code.as_str()),
            (status, code),
            "{request}: {found_message}"
        );
        assert!(found_message.contains(message), "{request}: {found_message}");
    }
    let (status, body) = caller
        .send_text(
            "POST /v1/mgmt/infra",
            format!("\"{}\"", "x".repeat(2 * 1024 * 1024)),
        )
        .await;
    assert_eq!((status, &body["errorCode"]), (400, &json!("E011001")));
}

#[tokio::test]
async fn requests_may_be_in_any_form_of_http() {
    let (sandbox, caller) = start(Config::default()).await;
    for (request, status) in [
        ("HEAD /v1/mgmt/license", 200),
        ("HEAD /v1/mgmt/managementkey?id=MK0", 404),
        ("OPTIONS /v1/mgmt/infra", 404),
        ("TRACE /v1/mgmt/infra", 404),
        ("GET /v1/mgmt/license/", 404),
        ("GET //v1/mgmt/license", 404),
    ] {
        let reply = caller.exchange(request, String::new()).await;
        assert_eq!(reply.status().as_u16(), status, "{request}");
        assert_eq!(reply.body().is_empty(), request.starts_with("HEAD"), "{request}");
    }
    let authorization = format!("authorization: Bearer {DEMO_KEY}\r\n");
    let chunks = "transfer-encoding: chunked\r\n\r\n8\r\n{\"name\":\r\n4\r\n\"n\"}\r\n0\r\n\r\n";
    let waits = "expect: 100-continue\r\ncontent-length: 12\r\n\r\n{\"name\":\"n\"}";
    let short = "content-length: 11\r\n\r\n{\"name\":\"n\"}";
    let huge = format!("content-length: {}\r\n\r\n{}", 3 << 20, " ".repeat(3 << 20));
    for (rest, status) in [(chunks, "200"), (waits, "100"), (short, "400"), (&huge, "400")] {
        let mut stream = TcpStream::connect(sandbox.address()).await.unwrap();
        let head = format!(
            "PUT /v1/mgmt/managementkey HTTP/1.1\r\nhost: here\r\nconnection: close\r\n{authorization}"
        );
        stream
            .write_all(format!("{head}{rest}").as_bytes())
            .await
            .unwrap();
        let mut reply = String::new();
        stream.read_to_string(&mut reply).await.unwrap();
        let wanted = format!("HTTP/1.1 {status} ");
        assert!(reply.starts_with(&wanted), "{reply}");
        assert!(status == "400" || reply.contains("cleartext"), "{reply}");
    }
}

#[tokio::test]
async fn strictness_is_asked_for() {
    let body = infra(
        json!({"name": "n", "expireTime": 1, "reBac": {"companyRoles": ["r"], "tagRoles": [{"tags": ["t"]}]}}),
    );
    let (_lenient, caller) = start(Config::default()).await;
    caller.succeed("POST /v1/mgmt/infra", body.clone()).await;
    let (_strict, caller) = start(Config {
        model: Model::strict(),
        ..Config::default()
    })
    .await;
    let (status, code, message) = caller.fail("POST /v1/mgmt/infra", body).await;
    assert_eq!((status, code.as_str()), (400, "E113007"));
    for place in ["`/data/reBac`", "`/data/reBac/tagRoles/0`", "`/data/expireTime`"] {
        assert!(message.contains(place), "{message}");
    }
}

#[tokio::test]
async fn an_expired_key_may_not_call() {
    let (sandbox, caller) = start(Config::default()).await;
    let made = caller
        .succeed(
            "POST /v1/mgmt/infra",
            infra(json!({"name": "n", "expireTime": 1, "reBac": {"companyRoles": ["r"]}})),
        )
        .await;
    let expired = Caller::new(
        sandbox.base_url(),
        format!("Bearer {}", made["data"]["cleartext"].as_str().unwrap()),
    );
    let (status, _, message) = expired.fail("GET /v1/mgmt/license", Value::Null).await;
    assert!(status == 401 && message.contains("expired"), "{status} {message}");
}
