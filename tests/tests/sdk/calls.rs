//! Every call of the official clients, those that are refused included, and what our client then sees of it.

use std::time::{SystemTime, UNIX_EPOCH};

use anyhow::{Context, Result, ensure};
use descope_client::{Client, KeyDocument, KeyId, ReBac};
use descope_keys_tests::sandbox::Sandbox;
use serde_json::{Value, json};

use crate::official::Official;

#[tokio::test(flavor = "multi_thread")]
async fn the_python_client_does_all_there_is() -> Result<()> {
    converse(Official::Python).await
}

#[tokio::test(flavor = "multi_thread")]
async fn the_node_client_does_all_there_is() -> Result<()> {
    converse(Official::Node).await
}

/// A call, and the outcome in the form of [`normal`]. The Python client checks some things before it sends.
struct Step {
    call: Value,
    python: Value,
    node: Value,
}

fn step(call: Value, outcome: Value) -> Step {
    Step {
        call,
        python: outcome.clone(),
        node: outcome,
    }
}

fn refused_early(call: Value, by_python: &str, from_sandbox: Value) -> Step {
    Step {
        call,
        python: json!(format!("unsent: {by_python}")),
        node: from_sandbox,
    }
}

/// The three shapes of grants.
fn grants() -> [Value; 3] {
    [
        json!({"companyRoles": ["company-full-access"]}),
        json!({"projectRoles": [{"projectIds": ["P1", "P2"], "roles": ["project-full-access"]}]}),
        json!({"tagRoles": [{"tags": ["production"], "roles": ["tag-infra-read-write"]}]}),
    ]
}

/// A key in the form of [`normal`].
fn key(name: &str, grants: &Value, fields: Value) -> Value {
    let mut key = json!({
        "name": name, "description": "", "status": "active", "expireTime": 0, "permittedIps": [],
        "reBac": {"companyRoles": [], "projectRoles": [], "tagRoles": []},
    });
    merge(&mut key["reBac"], grants.clone());
    merge(&mut key, fields);
    key
}

pub(crate) fn merge(into: &mut Value, fields: Value) {
    if let (Value::Object(into), Value::Object(fields)) = (into, fields) {
        into.extend(fields);
    }
}

/// The whole conversation. `ours` are keys that our client made before.
fn steps(ours: &[(KeyId, KeyDocument)]) -> Vec<Step> {
    let [company, project, tag] = grants();
    let create = |fields: Value| {
        let mut call = json!({"call": "create"});
        merge(&mut call, fields);
        call
    };
    let made = |key: &Value| json!({"cleartext": "K2", "key": key});
    let to_company = key("company", &company, json!({}));
    let to_projects = key(
        "project",
        &project,
        json!({"description": "Two of them", "expireTime": "in 3600 s", "permittedIps": ["10.0.0.0/8", "127.0.0.1"]}),
    );
    let to_tags = key("tag", &tag, json!({"permittedIps": ["192.0.2.1"]}));
    let renamed = key(
        "renamed",
        &company,
        json!({"description": "now described", "status": "inactive", "permittedIps": ["127.0.0.1"]}),
    );
    let reset = key("renamed", &company, json!({}));
    let ours_told: Vec<Value> = ours.iter().map(|(_, document)| json!(document)).collect();
    let all = [
        &ours_told[..],
        &[to_company.clone(), to_projects.clone(), to_tags.clone()],
    ]
    .concat();

    let mut steps = vec![
        step(
            create(json!({"name": "company", "reBac": company})),
            made(&to_company),
        ),
        step(
            create(json!({
                "name": "project", "reBac": project, "description": "Two of them", "expiresIn": 3600,
                "permittedIps": ["10.0.0.0/8", "127.0.0.1"],
            })),
            made(&to_projects),
        ),
        step(
            create(
                json!({"name": "tag", "reBac": tag, "description": "", "expiresIn": 0, "permittedIps": ["192.0.2.1"]}),
            ),
            made(&to_tags),
        ),
        step(json!({"call": "load", "id": "company"}), to_company),
        step(json!({"call": "load", "id": "project"}), to_projects),
        step(json!({"call": "load", "id": "tag"}), to_tags),
        step(json!({"call": "search"}), json!(all)),
        // Who may call: a key with a company role, from a permitted address, while it is active.
        step(json!({"call": "search", "as": "company"}), json!(all)),
        step(json!({"call": "search", "as": "project"}), json!("403 E111009")),
        step(json!({"call": "search", "as": "tag"}), json!("401 E000401")),
        step(json!({"call": "search", "as": "nobody"}), json!("401 E000401")),
        step(
            json!({
                "call": "update", "id": "company", "name": "renamed", "description": "now described",
                "status": "inactive", "permittedIps": ["127.0.0.1"],
            }),
            renamed.clone(),
        ),
        step(json!({"call": "load", "id": "company"}), renamed),
        step(json!({"call": "search", "as": "company"}), json!("401 E000401")),
        // Without addresses, Python sends none and Node leaves them out: both take the restriction away.
        step(
            json!({"call": "update", "id": "company", "name": "renamed", "description": "", "status": "active"}),
            reset,
        ),
    ];
    steps.extend(
        ours.iter()
            .map(|(id, document)| step(json!({"call": "load", "id": id.as_str()}), json!(document))),
    );
    steps.extend(refusals(&company));
    steps.extend([
        step(
            json!({"call": "delete", "ids": ["tag", "gone"]}),
            json!({"total": 1}),
        ),
        step(json!({"call": "delete", "ids": ["tag"]}), json!({"total": 0})),
        step(json!({"call": "load", "id": "tag"}), json!("404 E000404")),
        step(json!({"call": "search", "as": "tag"}), json!("401 E000401")),
    ]);
    steps
}

/// What is refused, and changes nothing.
fn refusals(grants: &Value) -> Vec<Step> {
    let create = |field: &str, value: Value| {
        let mut call = json!({"call": "create", "name": "n", "reBac": grants});
        call[field] = value;
        call
    };
    let update = |field: &str, value: Value| {
        let mut call = json!({
            "call": "update", "id": "company", "name": "n", "description": "", "status": "active", "permittedIps": [],
        });
        call[field] = value;
        call
    };
    let at = |place: &str| json!(format!("400 E011003 {place}"));
    let no_list = json!({"companyRoles": "company-full-access"});
    let mut combined = grants.clone();
    merge(
        &mut combined,
        json!({"tagRoles": [{"tags": ["t"], "roles": ["tag-infra-read-write"]}]}),
    );
    vec![
        refused_early(create("name", json!("")), "name cannot be empty", at("/name")),
        refused_early(
            create("reBac", Value::Null),
            "rebac cannot be empty",
            at("/reBac"),
        ),
        step(create("reBac", no_list), at("/reBac/companyRoles")),
        step(create("reBac", json!({})), at("/reBac")),
        step(create("reBac", combined), at("/reBac")),
        step(create("permittedIps", json!([1])), at("/permittedIps/0")),
        step(
            create("permittedIps", json!(["10.0.0.0/8", "localhost"])),
            at("/permittedIps/1"),
        ),
        step(create("expiresIn", json!(-1)), at("/expiresIn")),
        step(create("expiresIn", json!(2_147_483_648_u64)), at("/expiresIn")),
        refused_early(update("id", json!("")), "id cannot be empty", at("/id")),
        refused_early(update("name", json!("")), "name cannot be empty", at("/name")),
        refused_early(
            update("status", Value::Null),
            "status cannot be empty",
            at("/status"),
        ),
        step(
            update("permittedIps", json!(["10.0.0.0/33"])),
            at("/permittedIps/0"),
        ),
        step(update("id", json!("gone")), json!("404 E000404")),
        refused_early(
            json!({"call": "load", "id": ""}),
            "id cannot be empty",
            json!("400 E011004 /id"),
        ),
        step(json!({"call": "load", "id": "gone"}), json!("404 E000404")),
        refused_early(
            json!({"call": "delete", "ids": []}),
            "ids list cannot be empty",
            at("/ids"),
        ),
    ]
}

async fn converse(official: Official) -> Result<()> {
    let sandbox = Sandbox::start_with(&["--strict"])?;
    let client = Client::builder(sandbox.calling_key().into())
        .base_url(sandbox.url())
        .build()?;
    let begin = now()?;
    let mut ours = Vec::new();
    for (name, grants) in ["our company", "our project", "our tag"]
        .into_iter()
        .zip(grants())
    {
        let fields = json!({"description": name, "expireTime": 2_000_000_000, "permittedIps": ["10.0.0.2", "10.0.0.1"]});
        let document: KeyDocument = serde_json::from_value(key(name, &grants, fields))?;
        ours.push((client.create(&document).await?.id, document));
    }

    let steps = steps(&ours);
    let calls: Vec<Value> = steps.iter().map(|step| step.call.clone()).collect();
    let outcomes = official.call(sandbox.url(), sandbox.calling_key(), &calls)?;
    let period = begin..=now()?;
    for (step, outcome) in steps.iter().zip(&outcomes) {
        let expected = match official {
            Official::Python => &step.python,
            Official::Node => &step.node,
        };
        assert_eq!(&normal(outcome, &period)?, expected, "{}", step.call);
    }

    // The sandbox knows of the same keys, and our client reads the same values on the other API.
    let [company, project, _] = grants();
    let stored = told(&sandbox, "keys")?;
    let mut expected: Vec<Value> = ours.iter().map(|(_, document)| json!(document)).collect();
    expected.push(key("renamed", &company, json!({})));
    expected.push(key(
        "project",
        &project,
        json!({"description": "Two of them", "expireTime": "in 3600 s", "permittedIps": ["10.0.0.0/8", "127.0.0.1"]}),
    ));
    assert_eq!(normal(&json!({"reply": stored}), &period)?, json!(expected));
    let listed = client.list().await?;
    assert_eq!(listed.len(), stored.len());
    for (stored, listed) in stored.iter().zip(listed) {
        let id = KeyId::new(stored["id"].as_str().context("no id")?)?;
        let read = client.read(&id).await?.context("the key is gone")?;
        assert_eq!(listed.id, id);
        assert_eq!(listed.document, read);
        assert_eq!(stored["createdTime"], json!(listed.created_time));
        for (field, value) in json!(read).as_object().context("a key is an object")? {
            assert_eq!(value, &stored[field], "{field} of {id}");
        }
        assert_ne!(read.re_bac, ReBac::default());
    }

    // What was sent is in the log: nothing more, nothing twice, and no secret.
    let log = told(&sandbox, "requests")?;
    let lines: Vec<String> = log
        .iter()
        .filter(|request| request["path"] != "/v1/mgmt/infra")
        .map(|request| {
            let [method, path] = ["method", "path"].map(|field| request[field].as_str().unwrap_or_default());
            format!("{method} {path} {}", request["status"])
        })
        .collect();
    let mut expected = logged(&steps, &outcomes);
    expected.push("GET /v1/mgmt/managementkey/search 200".to_owned());
    assert_eq!(lines, expected, "the last is our own");
    let log = json!(log).to_string();
    ensure!(
        !log.contains(sandbox.calling_key()) && !log.contains("cleartext"),
        "{log}"
    );
    Ok(())
}

/// An outcome in which all that differs from run to run is checked and taken out: `400 E011003 /name` for a refusal,
/// and keys without id and times.
fn normal(outcome: &Value, period: &std::ops::RangeInclusive<i64>) -> Result<Value> {
    if let Some(reason) = outcome["unsent"].as_str() {
        return Ok(json!(format!("unsent: {reason}")));
    }
    if let Some(status) = outcome["status"].as_u64() {
        let [code, message] = ["errorCode", "errorMessage"].map(|field| outcome["error"][field].as_str());
        let (code, message) = (code.context("no error code")?, message.context("no message")?);
        ensure!(
            outcome["error"]["errorDescription"].is_string(),
            "no description: {outcome}"
        );
        let place = message.split('`').nth(1).filter(|place| place.starts_with('/'));
        return Ok(json!(
            [&status.to_string(), code, place.unwrap_or_default()]
                .join(" ")
                .trim_end()
        ));
    }
    let mut reply = outcome["reply"].clone();
    match &mut reply {
        Value::Array(keys) => keys
            .iter_mut()
            .try_for_each(|key| take_out_what_varies(key, period))?,
        reply if reply.get("key").is_some() => take_out_what_varies(&mut reply["key"], period)?,
        reply if reply.get("id").is_some() => take_out_what_varies(reply, period)?,
        _ => {}
    }
    Ok(reply)
}

fn take_out_what_varies(key: &mut Value, period: &std::ops::RangeInclusive<i64>) -> Result<()> {
    let fields = key.as_object_mut().context("a key is an object")?;
    let id = fields.remove("id").context("no id")?;
    ensure!(id.as_str().is_some_and(|id| !id.is_empty()), "{id} is no id");
    let created = fields.remove("createdTime").and_then(|time| time.as_i64());
    let created = created.context("no time of creation, or not a number")?;
    ensure!(
        period.contains(&created),
        "created at {created}, not in {period:?}"
    );
    // The clock may tick between the reckoning of the one and of the other.
    let lifetime = fields["expireTime"].as_i64().map(|moment| moment - created);
    if lifetime.is_some_and(|seconds| (3599..=3600).contains(&seconds)) {
        fields["expireTime"] = json!("in 3600 s");
    }
    Ok(())
}

/// The lines that the calls leave in the log: a client shakes hands when it is built, and what it refuses to send is not there.
fn logged(steps: &[Step], outcomes: &[Value]) -> Vec<String> {
    let license = |status: u64| format!("GET /v1/mgmt/license {status}");
    let mut lines = vec![license(200)];
    for (Step { call, .. }, outcome) in steps.iter().zip(outcomes) {
        if outcome.get("unsent").is_some() {
            continue;
        }
        let status = outcome["status"].as_u64().unwrap_or(200);
        if call.get("as").is_some() {
            lines.push(license(status));
        }
        let (method, path) = match call["call"].as_str() {
            Some("create") => ("PUT", ""),
            Some("update") => ("PATCH", ""),
            Some("load") => ("GET", ""),
            Some("delete") => ("POST", "/delete"),
            _ => ("GET", "/search"),
        };
        lines.push(format!("{method} /v1/mgmt/managementkey{path} {status}"));
    }
    lines
}

/// What the sandbox tells of itself without a key.
fn told(sandbox: &Sandbox, what: &str) -> Result<Vec<Value>> {
    let mut reply = ureq::get(format!("{}/_sandbox/{what}", sandbox.url())).call()?;
    let reply: Value = serde_json::from_str(&reply.body_mut().read_to_string()?)?;
    Ok(reply[what]
        .as_array()
        .with_context(|| format!("no {what}"))?
        .clone())
}

/// Unix seconds.
fn now() -> Result<i64> {
    Ok(SystemTime::now()
        .duration_since(UNIX_EPOCH)?
        .as_secs()
        .try_into()?)
}
