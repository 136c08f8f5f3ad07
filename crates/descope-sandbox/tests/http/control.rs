//! `/_sandbox/*`.

use descope_sandbox::Config;
use serde_json::{Value, json};

use crate::support::{Caller, start};

#[tokio::test]
async fn keys_requests_and_reset_tell_no_secret() {
    let (sandbox, caller) = start(Config::default()).await;
    let control = Caller::new(sandbox.base_url(), "");
    let body = json!({"entity": "management_key", "data": {"name": "n", "reBac": {"companyRoles": ["r"]}}});
    let made = caller.succeed("POST /v1/mgmt/infra", body).await;
    control
        .fail("GET /v1/mgmt/infra?entity=management_key&id=MK0", Value::Null)
        .await;

    let keys = control.succeed("GET /_sandbox/keys", Value::Null).await;
    assert_eq!(
        (&keys["keys"][0]["id"], &keys["keys"][0]["name"]),
        (&made["id"], &json!("n"))
    );
    let mut requests = control.succeed("GET /_sandbox/requests", Value::Null).await;
    for request in requests["requests"].as_array_mut().unwrap() {
        let time = request.as_object_mut().unwrap().remove("time");
        assert!(time.unwrap().as_u64().unwrap() > 1_700_000_000_000);
    }
    let entry = |number: u64, method: &str, id: Value, status: u16| json!({"number": number, "method": method, "path": "/v1/mgmt/infra", "entity": "management_key", "id": id, "status": status, "fault": false});
    assert_eq!(
        requests,
        json!({"requests": [entry(1, "POST", Value::Null, 200), entry(2, "GET", json!("MK0"), 401)]})
    );
    let cleartext = made["data"]["cleartext"].as_str().unwrap();
    assert!(!format!("{keys}{requests}").contains(cleartext));

    control
        .succeed("POST /_sandbox/faults", json!({"kind": "malformed"}))
        .await;
    control.succeed("POST /_sandbox/reset", Value::Null).await;
    assert_eq!(
        control.succeed("GET /_sandbox/requests", Value::Null).await,
        json!({"requests": []})
    );
    let listed = caller
        .succeed("GET /v1/mgmt/managementkey/search", Value::Null)
        .await;
    assert_eq!(listed, json!({"keys": []}), "neither a key nor the fault is left");
}

#[tokio::test]
async fn faults_are_injected_singly_or_together() {
    let (sandbox, caller) = start(Config::default()).await;
    let control = Caller::new(sandbox.base_url(), "");
    let limited = json!({"match": {"path": "/v1/mgmt/license"}, "kind": "status", "status": 429, "code": "E130429", "message": "slow"});
    assert_eq!(
        control.succeed("POST /_sandbox/faults", limited).await,
        json!({"injected": 1})
    );
    let both = json!([{"match": {"nth": 2}, "kind": "status", "status": 503}, {"match": {"nth": 3}, "kind": "wrong_id"}]);
    assert_eq!(
        control.succeed("POST /_sandbox/faults", both).await,
        json!({"injected": 2})
    );

    let license = "GET /v1/mgmt/license";
    assert_eq!(
        caller.fail(license, Value::Null).await,
        (429, "E130429".into(), "slow".into())
    );
    assert_eq!(caller.fail(license, Value::Null).await.0, 503);
    caller.succeed(license, Value::Null).await;

    let (status, code, message) = control
        .fail("POST /_sandbox/faults", json!({"kind": "explode"}))
        .await;
    assert!(
        status == 400 && code == "E011001" && message.contains("explode"),
        "{message}"
    );
}
