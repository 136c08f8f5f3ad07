//! `/_sandbox/*`.

use std::time::Duration;

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
async fn of_long_lists_the_newest_part_can_be_asked_for() {
    let (sandbox, caller) = start(Config::default()).await;
    let control = Caller::new(sandbox.base_url(), "");
    for name in ["a", "b", "c"] {
        caller
            .succeed("PUT /v1/mgmt/managementkey", json!({"name": name}))
            .await;
    }
    for (newest, names) in [(0, vec![]), (2, vec!["b", "c"]), (9, vec!["a", "b", "c"])] {
        let told = control
            .succeed(&format!("GET /_sandbox/keys?newest={newest}"), Value::Null)
            .await;
        let found: Vec<_> = told["keys"]
            .as_array()
            .unwrap()
            .iter()
            .map(|key| &key["name"])
            .collect();
        assert_eq!(
            (found, &told["total"]),
            (
                names
                    .iter()
                    .map(|name| json!(name))
                    .collect::<Vec<_>>()
                    .iter()
                    .collect(),
                &json!(3)
            )
        );
        let told = control
            .succeed(&format!("GET /_sandbox/requests?newest={newest}"), Value::Null)
            .await;
        assert_eq!(told["requests"].as_array().unwrap().len(), names.len());
        assert_eq!(told["total"], 3);
    }
    for query in ["newest=-1", "newest=", "oldest=1"] {
        let (status, code, _) = control
            .fail(&format!("GET /_sandbox/keys?{query}"), Value::Null)
            .await;
        assert_eq!((status, code.as_str()), (400, "E011001"), "{query}");
    }
}

#[tokio::test]
async fn what_the_sandbox_itself_does_not_serve_is_told_to_anybody_and_not_logged() {
    let (sandbox, _) = start(Config::default()).await;
    let control = Caller::new(sandbox.base_url(), "");
    for request in ["GET /_sandbox/nothing", "DELETE /_sandbox/keys", "PUT /"] {
        let (status, code, message) = control.fail(request, Value::Null).await;
        assert_eq!((status, code.as_str()), (404, "E000404"), "{request}: {message}");
    }
    assert_eq!(sandbox.requests(), []);
}

#[tokio::test]
async fn a_delay_is_before_the_effect_or_after_it() {
    for after_effect in [false, true] {
        let (sandbox, caller) = start(Config::default()).await;
        let control = Caller::new(sandbox.base_url(), "");
        let fault = json!({"kind": "delay", "milliseconds": 600_000, "afterEffect": after_effect});
        control.succeed("POST /_sandbox/faults", fault).await;
        let create = async {
            caller
                .succeed("PUT /v1/mgmt/managementkey", json!({"name": "n"}))
                .await
        };
        let look = async {
            // Until the request has come, and as long again for what it may do.
            loop {
                let faults = control.succeed("GET /_sandbox/faults", Value::Null).await;
                if faults["faults"][0]["due"] == 1 {
                    break;
                }
            }
            tokio::time::sleep(Duration::from_millis(300)).await;
            let keys = control.succeed("GET /_sandbox/keys", Value::Null).await;
            let there = keys["keys"].as_array().unwrap().len();
            // A pause ends when the sandbox is told to stop, and then the reply comes.
            sandbox.stop().await.unwrap();
            there
        };
        let (made, there) = tokio::join!(create, look);
        assert_eq!(made["key"]["name"], "n");
        assert_eq!(there, usize::from(after_effect), "after effect: {after_effect}");
    }
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
