//! The requests of our client beside those of the official ones, field by field. What differs stands in
//! `differences.md` with its reason, and nothing else may.

use std::collections::BTreeMap;

use anyhow::{Context, Result, ensure};
use descope_client::{Client, KeyDocument, STATUS_ACTIVE, STATUS_INACTIVE};
use descope_keys_tests::sandbox::Sandbox;
use serde_json::{Value, json};

use crate::official::{Official, PROJECT};
use crate::recorder::{Recorded, Recorder};

/// What each conversation asks for, in this order. The creates are of the three shapes of grants; the second key
/// expires and is restricted to addresses, the others are not.
const REQUESTS: [&str; 7] = [
    "create company",
    "create project",
    "create tag",
    "read",
    "update",
    "delete",
    "list",
];

/// Set by the HTTP library of a client, not by the client.
const OF_THE_LIBRARY: [&str; 8] = [
    "accept",
    "accept-encoding",
    "accept-language",
    "connection",
    "content-length",
    "host",
    "sec-fetch-mode",
    "user-agent",
];

/// Headers whose values mean something; of the others only the presence counts.
const WITH_VALUE: [&str; 5] = [
    "authorization",
    "content-type",
    "x-descope-license",
    "x-descope-project-id",
    "x-descope-sdk-name",
];

/// How long the second key lives, in seconds, for clients that tell it so.
const LIFETIME: i64 = 3600;

/// When the second key expires, in unix seconds, for ours.
const EXPIRY: i64 = 2_000_000_000;

/// The fields of a request by name, with what varies from run to run masked.
type Fields = BTreeMap<String, String>;

#[tokio::test(flavor = "multi_thread")]
async fn our_requests_differ_from_those_of_the_official_clients_only_as_documented() -> Result<()> {
    let ours = our_requests().await?;
    let [python, node] = Official::ALL.map(official_requests);
    let (python, node) = (python.await?, node.await?);
    let mut found: BTreeMap<[String; 4], Vec<&str>> = BTreeMap::new();
    for (at, request) in REQUESTS.into_iter().enumerate() {
        let names = [&ours[at], &python[at], &node[at]]
            .map(|fields| fields.keys())
            .into_iter()
            .flatten();
        for name in names {
            let [ours, python, node] =
                [&ours, &python, &node].map(|requests| requests[at].get(name).cloned().unwrap_or_default());
            if ours != python || ours != node {
                let requests = found.entry([name.clone(), ours, python, node]).or_default();
                if requests.last() != Some(&request) {
                    requests.push(request);
                }
            }
        }
    }
    let found: Vec<[String; 5]> = found
        .into_iter()
        .map(|([name, ours, python, node], requests)| [name, requests.join(", "), ours, python, node])
        .collect();
    let documented = documented()?;
    let lines = |rows: &[[String; 5]]| -> Vec<String> {
        let mut lines: Vec<String> = rows
            .iter()
            .map(|row| format!("| {} |", row.join(" | ")))
            .collect();
        lines.sort();
        lines
    };
    let (found, documented) = (lines(&found).join("\n"), lines(&documented).join("\n"));
    ensure!(
        found == documented,
        "found:\n{found}\n\ndocumented:\n{documented}"
    );
    Ok(())
}

/// The rows of `differences.md`, without the reasons.
fn documented() -> Result<Vec<[String; 5]>> {
    let rows = include_str!("differences.md")
        .lines()
        .filter(|line| line.starts_with('|'))
        .skip(2);
    rows.map(|row| {
        let cells: Vec<String> = row
            .trim_matches('|')
            .split('|')
            .map(|cell| cell.replace('`', "").trim().to_owned())
            .collect();
        let [field, requests, ours, python, node, why] =
            <[String; 6]>::try_from(cells).map_err(|_| anyhow::anyhow!("not six cells: {row}"))?;
        ensure!(!why.is_empty(), "no reason: {row}");
        let requests = if requests == "all" {
            REQUESTS.join(", ")
        } else {
            requests
        };
        Ok([field, requests, ours, python, node])
    })
    .collect()
}

async fn our_requests() -> Result<Vec<Fields>> {
    let sandbox = Sandbox::start()?;
    let recorder = Recorder::before(sandbox.url()).await?;
    let client = Client::builder(sandbox.calling_key().into())
        .base_url(recorder.url())
        .build()?;
    let key = |fields: Value| -> Result<KeyDocument> { Ok(serde_json::from_value(fields)?) };
    let [company, project, tag] = grants();
    let mut company =
        key(json!({"name": "company", "status": STATUS_ACTIVE, "description": "One", "reBac": company}))?;
    let project = json!({
        "name": "project", "status": STATUS_ACTIVE, "expireTime": EXPIRY, "permittedIps": addresses(), "reBac": project,
    });
    let id = client.create(&company).await?.id;
    client.create(&key(project)?).await?;
    client
        .create(&key(
            json!({"name": "tag", "status": STATUS_ACTIVE, "reBac": tag}),
        )?)
        .await?;
    client.read(&id).await?;
    company.status = STATUS_INACTIVE.to_owned();
    client.update(&id, &company).await?;
    client.delete(&id).await?;
    client.list().await?;
    let requests = recorder.requests();
    ensure!(
        requests.len() == REQUESTS.len(),
        "our client shakes no hands: {requests:?}"
    );
    Ok(all_fields(&requests, id.as_str(), sandbox.calling_key()))
}

async fn official_requests(official: Official) -> Result<Vec<Fields>> {
    let sandbox = Sandbox::start()?;
    let recorder = Recorder::before(sandbox.url()).await?;
    let [company, project, tag] = grants();
    let calls = [
        json!({"call": "create", "name": "company", "description": "One", "reBac": company}),
        json!({"call": "create", "name": "project", "expiresIn": LIFETIME, "permittedIps": addresses(), "reBac": project}),
        json!({"call": "create", "name": "tag", "reBac": tag}),
        json!({"call": "load", "id": "company"}),
        json!({
            "call": "update", "id": "company", "name": "company", "description": "One", "status": STATUS_INACTIVE,
            "permittedIps": [],
        }),
        json!({"call": "delete", "ids": ["company"]}),
        json!({"call": "search"}),
    ];
    let outcomes = official.call(recorder.url(), sandbox.calling_key(), &calls)?;
    let id = outcomes[0]["reply"]["key"]["id"]
        .as_str()
        .context("no key was made")?;
    let requests = recorder.requests();
    let (handshake, requests) = requests.split_first().context("nothing was sent")?;
    ensure!(
        (handshake.method.as_str(), handshake.target.as_str()) == ("GET", "/v1/mgmt/license"),
        "no handshake: {handshake:?}"
    );
    ensure!(
        !handshake.headers.contains_key("x-descope-license"),
        "{handshake:?}"
    );
    let expected = format!("Bearer {PROJECT}:{}", sandbox.calling_key());
    ensure!(
        handshake.headers.get("authorization") == Some(&expected),
        "another authorization"
    );
    ensure!(
        requests.len() == REQUESTS.len(),
        "not one request a call: {requests:?}"
    );
    Ok(all_fields(requests, id, sandbox.calling_key()))
}

fn grants() -> [Value; 3] {
    [
        json!({"companyRoles": ["company-full-access"]}),
        json!({"projectRoles": [{"projectIds": ["P1", "P2"], "roles": ["project-full-access"]}]}),
        json!({"tagRoles": [{"tags": ["production"], "roles": ["tag-infra-read-write"]}]}),
    ]
}

fn addresses() -> Value {
    json!(["10.0.0.2", "10.0.0.0/8"])
}

fn all_fields(requests: &[Recorded], id: &str, calling_key: &str) -> Vec<Fields> {
    let mask = |value: String| {
        value
            .replace(id, "ID")
            .replace(calling_key, "KEY")
            .replace(PROJECT, "PROJECT")
    };
    requests
        .iter()
        .map(|request| {
            let fields = fields(request).into_iter();
            fields.map(|(name, value)| (name, mask(value))).collect()
        })
        .collect()
}

fn fields(request: &Recorded) -> Fields {
    let (path, query) = request.target.split_once('?').unwrap_or((&request.target, ""));
    let mut fields = Fields::new();
    fields.insert("method".to_owned(), request.method.clone());
    fields.insert("path".to_owned(), path.to_owned());
    for argument in query.split('&').filter(|argument| !argument.is_empty()) {
        let (name, value) = argument.split_once('=').unwrap_or((argument, ""));
        fields.insert(format!("query {name}"), value.to_owned());
    }
    for (name, value) in &request.headers {
        if WITH_VALUE.contains(&name.as_str()) {
            fields.insert(format!("header {name}"), value.clone());
        } else if !OF_THE_LIBRARY.contains(&name.as_str()) {
            fields.insert(format!("header {name}"), "sent".to_owned());
        }
    }
    add_members(&mut fields, "body", &request.body);
    fields
}

/// Adds each member of an object, and of the objects within. The document of the infra API stands in `data`; its
/// members are compared with those that stand at the top elsewhere.
fn add_members(fields: &mut Fields, place: &str, object: &Value) {
    for (name, value) in object.as_object().into_iter().flatten() {
        match value {
            Value::Object(_) if name == "data" => {
                fields.insert(format!("{place} data"), "holds the members".to_owned());
                add_members(fields, place, value);
            }
            Value::Object(_) => add_members(fields, &format!("{place} {name}"), value),
            _ => drop(fields.insert(format!("{place} {name}"), value.to_string())),
        }
    }
}
