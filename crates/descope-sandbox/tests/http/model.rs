//! The switches, each as a caller meets it.

use std::time::Duration;

use descope_sandbox::model::Model;
use descope_sandbox::{Config, DEMO_KEY, Sandbox, parse_projects};
use serde_json::{Value, json};

use crate::support::{Caller, start};

const KEY: &str = "/v1/mgmt/managementkey";

async fn with(switches: &[&str]) -> (Sandbox, Caller) {
    let mut model = Model::default();
    for switch in switches {
        model.set(switch).unwrap();
    }
    let projects = parse_projects(r#"[{"id": "P1", "name": "one", "tags": ["t"]}]"#).unwrap();
    start(Config {
        model,
        projects,
        ..Config::default()
    })
    .await
}

fn infra(status: &str, expire_time: i64, role: &str) -> Value {
    json!({"entity": "management_key", "data": {
        "name": "n", "status": status, "expireTime": expire_time, "permittedIps": [], "reBac": {"companyRoles": [role]},
    }})
}

/// Makes a key and returns its id, with a caller that has it.
async fn made(sandbox: &Sandbox, caller: &Caller, fields: Value) -> (String, Caller) {
    let mut body = json!({"name": "n", "reBac": {"companyRoles": ["r"]}});
    for (name, value) in fields.as_object().unwrap() {
        body[name] = value.clone();
    }
    let made = caller.succeed(&format!("PUT {KEY}"), body).await;
    let own = format!("Bearer {}", made["cleartext"].as_str().unwrap());
    let id = made["key"]["id"].as_str().unwrap().to_owned();
    (id, Caller::new(sandbox.base_url(), own))
}

#[tokio::test]
async fn a_switch_changes_the_answer_to_one_request() {
    let both = json!({"name": "n", "expiresIn": 60, "expireTime": 2_000_000_000, "reBac": {}});
    let project = json!({"name": "n", "reBac": {"projectRoles": [{"projectIds": ["P2"], "roles": ["r"]}]}});
    let late = json!({"name": "n", "expireTime": "3000000000"});
    let past = json!({"name": "n", "expireTime": 1});
    let ips = |entry: &str| json!({"name": "n", "permittedIps": [entry]});
    let none = json!({"ids": ["MK00000009x"]});
    let gone = "/v1/mgmt/infra?entity=management_key&id=MK00000009x";
    for (request, body, default, switch, switched) in [
        (format!("GET {gone}"), Value::Null, 404, "missing-key=empty", 200),
        (
            format!("DELETE {gone}"),
            Value::Null,
            404,
            "infra-delete-missing=success",
            200,
        ),
        (
            format!("POST {KEY}/delete"),
            none,
            200,
            "key-delete-missing=404",
            404,
        ),
        (format!("PUT {KEY}"), both, 400, "both-expiries=absolute", 200),
        (format!("PUT {KEY}"), project, 200, "unknown-targets=refuse", 400),
        (format!("PUT {KEY}"), late, 400, "late-expiry=allow", 200),
        (format!("PUT {KEY}"), past, 200, "past-expiry=refuse", 400),
        (
            format!("PUT {KEY}"),
            ips("10.0.0.1/8"),
            200,
            "permitted-ips=strict",
            400,
        ),
        (
            format!("PUT {KEY}"),
            ips("here"),
            400,
            "permitted-ips=unchecked",
            200,
        ),
        (
            format!("PUT {KEY}"),
            json!({"name": "n"}),
            200,
            "grants=client-rules",
            400,
        ),
        (
            format!("PUT {KEY}"),
            json!({"name": "n"}),
            200,
            "content-type=json",
            400,
        ),
        (
            "POST /v1/mgmt/infra".to_owned(),
            infra("inactive", 0, "r"),
            400,
            "inactive-create=allow",
            200,
        ),
        (
            format!("GET {KEY}/search?page=1"),
            Value::Null,
            400,
            "unknown-members=ignore",
            200,
        ),
    ] {
        for (switches, expected) in [(&[][..], default), (&[switch], switched)] {
            let (_sandbox, caller) = with(switches).await;
            let (status, reply) = caller.send(&request, &body).await;
            assert_eq!(status, expected, "{switches:?} {request} {body}: {reply}");
        }
    }
}

#[tokio::test]
async fn updates_follow_the_model() {
    for (switch, status, expire_time, role) in [
        ("fixed-fields=refuse", 400, 0, "r"),
        ("fixed-fields=ignore", 200, 0, "r"),
        ("fixed-fields=apply", 200, 2_000_000_000, "s"),
    ] {
        let (sandbox, caller) = with(&[switch]).await;
        let (id, _) = made(&sandbox, &caller, json!({})).await;
        let mut body = infra("active", 2_000_000_000, "s");
        body["id"] = id.as_str().into();
        assert_eq!(
            caller.send("PUT /v1/mgmt/infra", &body).await.0,
            status,
            "{switch}"
        );
        let key = caller.succeed(&format!("GET {KEY}?id={id}"), Value::Null).await;
        let found = (&key["key"]["expireTime"], &key["key"]["reBac"]["companyRoles"][0]);
        assert_eq!(found, (&json!(expire_time), &json!(role)), "{switch}");
    }
    for (switch, expected) in [
        ("patch-without-status=active", "active"),
        ("patch-without-status=keep", "inactive"),
    ] {
        let (sandbox, caller) = with(&[switch]).await;
        let (id, _) = made(&sandbox, &caller, json!({})).await;
        for patch in [
            json!({"id": id, "name": "n", "status": "inactive"}),
            json!({"id": id, "name": "n"}),
        ] {
            caller.succeed(&format!("PATCH {KEY}"), patch).await;
        }
        let key = caller.succeed(&format!("GET {KEY}?id={id}"), Value::Null).await;
        assert_eq!(key["key"]["status"], expected, "{switch}");
    }
    let (sandbox, caller) = with(&["duplicate-names=refuse"]).await;
    made(&sandbox, &caller, json!({})).await;
    let (_, code, message) = caller.fail(&format!("PUT {KEY}"), json!({"name": "n"})).await;
    assert_eq!((code.as_str(), message.contains("`/name`")), ("E011003", true));
}

#[tokio::test]
async fn the_calling_key_is_held_to_its_state() {
    let project = json!({"companyRoles": [], "projectRoles": [{"projectIds": ["P1"], "roles": ["r"]}]});
    for (fields, switches, expected) in [
        (json!({}), &[][..], 200),
        (json!({"permittedIps": ["127.0.0.0/8"]}), &[], 200),
        (json!({"permittedIps": ["10.0.0.1"]}), &[], 401),
        (
            json!({"permittedIps": ["10.0.0.1"]}),
            &["refused-caller=403"],
            403,
        ),
        (json!({"expireTime": 1}), &[], 401),
        (json!({"reBac": project}), &[], 403),
        (json!({"reBac": project}), &["caller-scope=any"], 200),
    ] {
        let (sandbox, caller) = with(switches).await;
        let (_, own) = made(&sandbox, &caller, fields.clone()).await;
        let (status, reply) = own.send("GET /v1/mgmt/license", &Value::Null).await;
        assert_eq!(status, expected, "{fields} {switches:?}: {reply}");
    }
    for (switches, grants, own_key) in [
        (&[][..], 200, 200),
        (&["own-key=refuse", "over-grant=refuse"], 403, 403),
    ] {
        let (sandbox, caller) = with(switches).await;
        let (id, own) = made(&sandbox, &caller, json!({})).await;
        let more = json!({"name": "n", "reBac": {"companyRoles": ["more"]}});
        assert_eq!(own.send(&format!("PUT {KEY}"), &more).await.0, grants);
        let patch = json!({"id": id, "name": "n", "status": "inactive"});
        assert_eq!(own.send(&format!("PATCH {KEY}"), &patch).await.0, own_key);
        let (status, _) = own.send("GET /v1/mgmt/license", &Value::Null).await;
        assert_eq!(
            status,
            if own_key == 200 { 401 } else { 200 },
            "an inactive key calls no more"
        );
    }
}

#[tokio::test]
async fn the_address_of_a_caller_is_that_of_the_connection_or_of_the_nearest_proxy() {
    for (switch, permitted, addresses, expected) in [
        ("caller-address=peer", "10.0.0.1", "10.0.0.1", 401),
        ("caller-address=peer", "127.0.0.1", "10.0.0.1", 200),
        ("caller-address=forwarded-for", "10.0.0.1", "10.0.0.1", 200),
        (
            "caller-address=forwarded-for",
            "10.0.0.0/8",
            "192.0.2.1, 10.0.0.1",
            200,
        ),
        (
            "caller-address=forwarded-for",
            "10.0.0.1",
            "10.0.0.1, 192.0.2.1",
            401,
        ),
        ("caller-address=forwarded-for", "127.0.0.1", "10.0.0.1", 401),
        ("caller-address=forwarded-for", "127.0.0.1", "nobody knows", 200),
    ] {
        let (sandbox, caller) = with(&[switch]).await;
        let (_, own) = made(&sandbox, &caller, json!({"permittedIps": [permitted]})).await;
        let own = own.forwarded_for(addresses);
        let (status, reply) = own.send("GET /v1/mgmt/license", &Value::Null).await;
        assert_eq!(status, expected, "{switch} {permitted} {addresses}: {reply}");
    }
}

#[tokio::test]
async fn the_calling_key_works_until_it_expires() {
    let (sandbox, caller) = with(&[]).await;
    let (_, own) = made(&sandbox, &caller, json!({"expiresIn": 2})).await;
    let license = "GET /v1/mgmt/license";
    own.succeed(license, Value::Null).await;
    tokio::time::sleep(Duration::from_millis(2100)).await;
    let (status, _, message) = own.fail(license, Value::Null).await;
    assert!(status == 401 && message.contains("expired"), "{status} {message}");
}

#[tokio::test]
async fn who_waits_as_long_as_told_is_let_through_in_the_next_window() {
    let (sandbox, caller) = with(&["key-limit=2/2", "caller-address=forwarded-for"]).await;
    let search = format!("GET {KEY}/search");
    caller.succeed(&search, Value::Null).await;
    caller.succeed(&search, Value::Null).await;
    let refused = caller.exchange(&search, String::new()).await;
    assert_eq!(refused.status().as_u16(), 429);
    let wait: u64 = refused.headers()["retry-after"]
        .to_str()
        .unwrap()
        .parse()
        .unwrap();
    assert!((1..=2).contains(&wait), "{wait}");
    // Neither another API nor another address is held to it.
    caller.succeed("GET /v1/mgmt/license", Value::Null).await;
    let elsewhere = Caller::new(sandbox.base_url(), format!("Bearer {DEMO_KEY}")).forwarded_for("10.0.0.1");
    elsewhere.succeed(&search, Value::Null).await;
    tokio::time::sleep(Duration::from_secs(wait)).await;
    caller.succeed(&search, Value::Null).await;
    caller.succeed(&search, Value::Null).await;
    caller.fail(&search, Value::Null).await;
    // What was counted is forgotten with the rest.
    caller.succeed("POST /_sandbox/reset", Value::Null).await;
    caller.succeed(&search, Value::Null).await;
}

#[tokio::test]
async fn rates_are_limited_and_changes_spread_late_when_asked_for() {
    let (_sandbox, caller) = with(&["general-limit=2/1000", "license-tier=tier1"]).await;
    let license = "GET /v1/mgmt/license";
    assert_eq!(
        caller.succeed(license, Value::Null).await,
        json!({"rateLimitTier": "tier1"})
    );
    caller.succeed(license, Value::Null).await;
    let (status, code, _) = caller.fail(license, Value::Null).await;
    assert_eq!((status, code.as_str()), (429, "E130429"));

    for (reply, read) in [
        ("propagation-reply=forbidden", 403),
        ("propagation-reply=not-found", 404),
    ] {
        let (sandbox, caller) = with(&["propagation-delay=600000", reply]).await;
        let (id, _) = made(&sandbox, &caller, json!({})).await;
        assert_eq!(
            caller.fail(&format!("GET {KEY}?id={id}"), Value::Null).await.0,
            read
        );
        let listed = caller.succeed(&format!("GET {KEY}/search"), Value::Null).await;
        let is_listed = listed["keys"].as_array().unwrap().len() == 1;
        assert_eq!(is_listed, reply == "propagation-reply=forbidden", "{listed}");
        let stored = caller.succeed("GET /_sandbox/keys", Value::Null).await;
        assert_eq!(stored["keys"][0]["id"], *id, "the sandbox itself tells what is");
    }
}

#[tokio::test]
async fn projects_and_faults_and_switches_are_told() {
    let (sandbox, caller) = with(&["own-key=refuse"]).await;
    let project = json!({"id": "P1", "name": "one", "environment": "", "tags": ["t"]});
    let listed = caller.succeed("POST /v1/mgmt/projects/list", Value::Null).await;
    assert_eq!(listed, json!({"projects": [project]}));
    let control = Caller::new(sandbox.base_url(), "");
    let model = control.succeed("GET /_sandbox/model", Value::Null).await;
    assert_eq!(model["model"]["own-key"], "refuse");
    let fault = json!({"match": {"entity": "management_key"}, "kind": "status", "status": 503});
    control.succeed("POST /_sandbox/faults", fault).await;
    caller.succeed("GET /v1/mgmt/license", Value::Null).await;
    let (status, _) = caller.send("POST /v1/mgmt/infra", &infra("active", 0, "r")).await;
    assert_eq!(status, 503);
    let faults = control.succeed("GET /_sandbox/faults", Value::Null).await;
    assert_eq!(
        (&faults["faults"][0]["due"], &faults["faults"][0]["kind"]),
        (&json!(1), &json!("status"))
    );
    assert_eq!(
        control.succeed("DELETE /_sandbox/faults", Value::Null).await,
        json!({"cleared": 1})
    );
    assert_eq!(
        control.succeed("GET /_sandbox/faults", Value::Null).await,
        json!({"faults": []})
    );
}

#[tokio::test]
async fn a_long_list_is_whole() {
    let (_sandbox, caller) = with(&[]).await;
    for count in [256, 257, 513] {
        let present = caller.succeed(&format!("GET {KEY}/search"), Value::Null).await;
        for _ in present["keys"].as_array().unwrap().len()..count {
            caller.succeed(&format!("PUT {KEY}"), json!({"name": "n"})).await;
        }
        let listed = caller.succeed(&format!("GET {KEY}/search"), Value::Null).await;
        assert_eq!(listed["keys"].as_array().unwrap().len(), count);
    }
}
