//! The provider process over real gRPC, with this test in the place of the engine.

use std::process::Command;

use anyhow::{Context as _, Result, bail};
use descope_keys_tests::process::Background;
use descope_keys_tests::sandbox::Sandbox;
use descope_keys_tests::tools;
use prost::Message as _;
use pulumi_rs_provider::proto::resource_provider_client::ResourceProviderClient;
use pulumi_rs_provider::proto::{self, google_rpc};
use pulumi_rs_provider::wire::Struct;
use pulumi_rs_provider::{PropertyMap, PropertyValue, UnknownKind};
use serde_json::{Value, json};
use tonic::transport::Channel;
use tonic::{Code, Status};

const TOKEN: &str = "descope-keys:index:ManagementKey";
const URN: &str = "urn:pulumi:dev::keys::descope-keys:index:ManagementKey::ci";

/// A provider process, configured for a sandbox of its own.
struct Engine {
    client: ResourceProviderClient<Channel>,
    sandbox: Sandbox,
    provider: Background,
}

impl Engine {
    async fn start() -> Result<Self> {
        let sandbox = Sandbox::start()?;
        let (provider, mut client) = provider().await?;
        let args = properties(
            json!({ "baseUrl": sandbox.url() }),
            [("managementKey", secret(sandbox.calling_key()))],
        );
        client
            .configure(proto::ConfigureRequest {
                args: Some(encoded(&args)?),
                ..Default::default()
            })
            .await?;
        Ok(Self {
            client,
            sandbox,
            provider,
        })
    }

    async fn check(
        &mut self,
        old: &PropertyMap,
        new: &PropertyMap,
    ) -> Result<(PropertyMap, Vec<(String, String)>)> {
        let request = proto::CheckRequest {
            urn: URN.to_owned(),
            olds: Some(encoded(old)?),
            news: Some(encoded(new)?),
            random_seed: vec![7; 32],
            name: "ci".to_owned(),
            r#type: TOKEN.to_owned(),
            ..Default::default()
        };
        let reply = self.client.check(request).await?.into_inner();
        let failures = reply
            .failures
            .into_iter()
            .map(|failure| (failure.property, failure.reason))
            .collect();
        Ok((decoded(reply.inputs)?, failures))
    }

    async fn diff(
        &mut self,
        state: &PropertyMap,
        old: &PropertyMap,
        new: &PropertyMap,
    ) -> Result<proto::DiffResponse> {
        let request = proto::DiffRequest {
            id: "K1".to_owned(),
            urn: URN.to_owned(),
            olds: Some(encoded(state)?),
            news: Some(encoded(new)?),
            old_inputs: Some(encoded(old)?),
            name: "ci".to_owned(),
            r#type: TOKEN.to_owned(),
            ..Default::default()
        };
        Ok(self.client.diff(request).await?.into_inner())
    }

    async fn create(&mut self, inputs: &PropertyMap, preview: bool) -> Result<(String, PropertyMap), Status> {
        let request = proto::CreateRequest {
            urn: URN.to_owned(),
            properties: Some(encoded(inputs).map_err(local)?),
            preview,
            name: "ci".to_owned(),
            r#type: TOKEN.to_owned(),
            ..Default::default()
        };
        let reply = self.client.create(request).await?.into_inner();
        Ok((reply.id, decoded(reply.properties).map_err(local)?))
    }

    async fn read(
        &mut self,
        id: &str,
        inputs: Option<&PropertyMap>,
        state: Option<&PropertyMap>,
    ) -> Result<proto::ReadResponse, Status> {
        let request = proto::ReadRequest {
            id: id.to_owned(),
            urn: URN.to_owned(),
            inputs: inputs.map(encoded).transpose().map_err(local)?,
            properties: state.map(encoded).transpose().map_err(local)?,
            name: "ci".to_owned(),
            r#type: TOKEN.to_owned(),
            ..Default::default()
        };
        Ok(self.client.read(request).await?.into_inner())
    }

    async fn update(
        &mut self,
        id: &str,
        (old_inputs, old_state): (&PropertyMap, &PropertyMap),
        new: &PropertyMap,
        preview: bool,
    ) -> Result<PropertyMap, Status> {
        let request = proto::UpdateRequest {
            id: id.to_owned(),
            urn: URN.to_owned(),
            olds: Some(encoded(old_state).map_err(local)?),
            news: Some(encoded(new).map_err(local)?),
            old_inputs: Some(encoded(old_inputs).map_err(local)?),
            preview,
            name: "ci".to_owned(),
            r#type: TOKEN.to_owned(),
            ..Default::default()
        };
        decoded(self.client.update(request).await?.into_inner().properties).map_err(local)
    }

    async fn delete(&mut self, id: &str, inputs: &PropertyMap, state: &PropertyMap) -> Result<(), Status> {
        let request = proto::DeleteRequest {
            id: id.to_owned(),
            urn: URN.to_owned(),
            properties: Some(encoded(state).map_err(local)?),
            old_inputs: Some(encoded(inputs).map_err(local)?),
            name: "ci".to_owned(),
            r#type: TOKEN.to_owned(),
            ..Default::default()
        };
        self.client.delete(request).await.map(drop)
    }
}

async fn provider() -> Result<(Background, ResourceProviderClient<Channel>)> {
    let mut command = Command::new(tools::program("pulumi-resource-descope-keys")?);
    command
        .env_remove("DESCOPE_MANAGEMENT_KEY")
        .env_remove("DESCOPE_BASE_URL");
    let (provider, port) = Background::start(&mut command)?;
    let client = ResourceProviderClient::connect(format!("http://127.0.0.1:{port}")).await?;
    Ok((provider, client))
}

fn local(error: anyhow::Error) -> Status {
    Status::internal(format!("in the test itself: {error:#}"))
}

fn encoded(properties: &PropertyMap) -> Result<Struct> {
    Ok(Struct::encode_properties(properties)?)
}

fn decoded(wire: Option<Struct>) -> Result<PropertyMap> {
    Ok(wire.context("the reply has no properties")?.decode_properties()?)
}

fn secret(text: &str) -> PropertyValue {
    PropertyValue::secret(text)
}

/// Properties from JSON, with some replaced or added.
fn properties<const N: usize>(plain: Value, others: [(&str, PropertyValue); N]) -> PropertyMap {
    let mut properties = match property(&plain) {
        PropertyValue::Object(properties) => properties,
        _ => PropertyMap::new(),
    };
    properties.extend(others.map(|(key, value)| (key.to_owned(), value)));
    properties
}

fn property(plain: &Value) -> PropertyValue {
    match plain {
        Value::Null => PropertyValue::Null,
        Value::Bool(value) => (*value).into(),
        Value::Number(number) => PropertyValue::Number(number.as_f64().unwrap_or(f64::NAN)),
        Value::String(text) => text.as_str().into(),
        Value::Array(items) => PropertyValue::List(items.iter().map(property).collect()),
        Value::Object(members) => PropertyValue::Object(
            members
                .iter()
                .map(|(key, value)| (key.clone(), property(value)))
                .collect(),
        ),
    }
}

fn plain_key() -> PropertyMap {
    properties(
        json!({
            "name": "CI",
            "permittedIps": ["203.0.113.0/24", "198.51.100.10"],
            "expireTime": 1_893_456_000,
            "rebac": { "tagRoles": [{ "tags": ["staging", "production"], "roles": ["tag-infra-read-write"] }] },
        }),
        [],
    )
}

fn with(mut properties: PropertyMap, key: &str, value: impl Into<PropertyValue>) -> PropertyMap {
    properties.insert(key.to_owned(), value.into());
    properties
}

const UNKNOWNS: [UnknownKind; 7] = [
    UnknownKind::Bool,
    UnknownKind::Number,
    UnknownKind::String,
    UnknownKind::List,
    UnknownKind::Asset,
    UnknownKind::Archive,
    UnknownKind::Object,
];

#[tokio::test(flavor = "multi_thread")]
async fn a_key_lives_through_every_verb() -> Result<()> {
    let mut engine = Engine::start().await?;
    let inputs = with(plain_key(), "description", secret("a secret description"));
    let (checked, failures) = engine.check(&PropertyMap::new(), &inputs).await?;
    assert_eq!((&checked, failures), (&inputs, vec![]));

    let (id, state) = engine.create(&checked, false).await?;
    assert!(!id.is_empty());
    let Some(PropertyValue::Secret(cleartext)) = state.get("cleartext") else {
        bail!("cleartext is no secret")
    };
    assert!(cleartext.as_str().is_some_and(|text| text.starts_with('K')));
    assert_eq!(
        state.get("description"),
        Some(&secret("a secret description")),
        "secrets stay secret"
    );
    assert_eq!(
        state.get("status"),
        Some(&"active".into()),
        "defaults are outputs"
    );

    // Nothing changed: not by asking again, and not by another order or by naming the defaults.
    let reordered = properties(
        json!({
            "name": "CI", "description": "a secret description", "status": "active", "expireTime": 1_893_456_000,
            "permittedIps": ["203.0.113.0/24", "198.51.100.10"],
            "rebac": { "tagRoles": [{ "roles": ["tag-infra-read-write"], "tags": ["production", "staging"] }], "projectRoles": [] },
        }),
        [],
    );
    for new in [&inputs, &reordered] {
        let diff = engine.diff(&state, &inputs, new).await?;
        assert_eq!(
            (diff.changes(), diff.detailed_diff.len()),
            (proto::diff_response::DiffChanges::DiffNone, 0)
        );
    }

    let new = with(with(inputs.clone(), "name", "CI 2"), "status", "inactive");
    let updated = engine.update(&id, (&inputs, &state), &new, false).await?;
    assert_eq!(
        updated.get("cleartext"),
        state.get("cleartext"),
        "the secret is carried over"
    );
    let live = engine.sandbox.keys()?.remove(&id).context("the key is gone")?;
    assert_eq!(
        (&live["name"], &live["status"]),
        (&json!("CI 2"), &json!("inactive"))
    );

    let read = engine.read(&id, Some(&new), Some(&updated)).await?;
    assert_eq!(
        (decoded(read.inputs)?, decoded(read.properties)?),
        (new.clone(), updated.clone()),
        "no drift"
    );

    engine.delete(&id, &new, &updated).await?;
    assert!(engine.sandbox.keys()?.is_empty());
    engine.delete(&id, &new, &updated).await?;
    let gone = engine.read(&id, Some(&new), Some(&updated)).await?;
    assert_eq!((gone.id.as_str(), gone.inputs, gone.properties), ("", None, None));
    let error = engine
        .update(&id, (&new, &updated), &inputs, false)
        .await
        .unwrap_err();
    assert_eq!(error.code(), Code::NotFound);
    assert!(error.message().contains("pulumi refresh"), "{error}");
    assert_eq!(
        engine.provider.said().lines().count(),
        1,
        "nothing is printed but the port"
    );
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn unknowns_of_every_kind_pass_everywhere() -> Result<()> {
    let mut engine = Engine::start().await?;
    let grant = |value: PropertyValue| {
        let grant = PropertyMap::from([
            (
                "tags".to_owned(),
                PropertyValue::List(vec![value.clone(), "production".into()]),
            ),
            ("roles".to_owned(), value),
        ]);
        PropertyMap::from([("tagRoles".to_owned(), PropertyValue::List(vec![grant.into()]))])
    };
    for kind in UNKNOWNS {
        for unknown in [
            PropertyValue::Unknown(kind),
            PropertyValue::secret(PropertyValue::Unknown(kind)),
        ] {
            for inputs in [
                with(plain_key(), "name", unknown.clone()),
                with(plain_key(), "status", unknown.clone()),
                with(plain_key(), "description", unknown.clone()),
                with(plain_key(), "expireTime", unknown.clone()),
                with(plain_key(), "permittedIps", unknown.clone()),
                with(
                    plain_key(),
                    "permittedIps",
                    PropertyValue::List(vec![unknown.clone(), "203.0.113.7".into()]),
                ),
                with(plain_key(), "rebac", unknown.clone()),
                with(
                    plain_key(),
                    "rebac",
                    PropertyMap::from([("companyRoles".to_owned(), unknown.clone())]),
                ),
                with(plain_key(), "rebac", grant(unknown.clone())),
            ] {
                let (checked, failures) = engine.check(&PropertyMap::new(), &inputs).await?;
                assert_eq!((&checked, failures), (&inputs, vec![]), "echoed as they came");
                let (id, planned) = engine.create(&checked, true).await?;
                assert_eq!(id, "");
                for (key, value) in &inputs {
                    // A known object gets the defaults of what it leaves out; all else is as it was given.
                    assert!(
                        key == "rebac" || planned.get(key) == Some(value),
                        "{key}: {planned:?}"
                    );
                }
                let state = with(plain_key(), "cleartext", secret("K2x"));
                let diff = engine.diff(&state, &plain_key(), &inputs).await?;
                assert_eq!(
                    diff.changes(),
                    proto::diff_response::DiffChanges::DiffSome,
                    "{inputs:?}"
                );
                let replaces = inputs["rebac"] != plain_key()["rebac"]
                    || inputs["expireTime"] != plain_key()["expireTime"];
                assert_eq!(!diff.replaces.is_empty(), replaces, "{inputs:?}");
                engine.update("K1", (&plain_key(), &state), &inputs, true).await?;
            }
        }
    }
    assert_eq!(
        engine.sandbox.writes()?,
        Vec::<String>::new(),
        "a preview writes nothing"
    );
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn what_the_linter_refuses_never_reaches_the_api() -> Result<()> {
    let mut engine = Engine::start().await?;
    let conflict = json!({
        "companyRoles": ["company-full-access"],
        "projectRoles": [{ "projectIds": ["P1"], "roles": ["project-full-access"] }],
    });
    for (inputs, path, reason) in [
        (
            with(plain_key(), "rebac", property(&conflict)),
            "rebac.companyRoles",
            "excludes `projectRoles`",
        ),
        (
            with(plain_key(), "rebac", PropertyMap::new()),
            "rebac",
            "granted nothing",
        ),
        (
            with(plain_key(), "permittedIps", vec!["10.0.0.0/99"]),
            "permittedIps[0]",
            "prefix length",
        ),
        (with(plain_key(), "name", " "), "name", "blank"),
        (
            with(plain_key(), "name", PropertyValue::Null),
            "",
            "`name` is missing",
        ),
        (with(plain_key(), "status", "on"), "status", "not a status"),
        (with(plain_key(), "expireTime", 5_i32), "expireTime", "expired"),
        (
            with(plain_key(), "expireTime", "soon"),
            "expireTime",
            "unix seconds",
        ),
        (with(plain_key(), "expireTime", 1.5), "expireTime", "whole number"),
        (
            with(plain_key(), "permittedIp", "x"),
            "permittedIp",
            "there is no field `permittedIp`",
        ),
        (
            with(plain_key(), "cleartext", "K2x"),
            "cleartext",
            "set by the service",
        ),
        // The engine prints the value of a named property, so a fault in a secret is told of the whole resource.
        (with(plain_key(), "status", secret("hunter2")), "", "not a status"),
        (
            with(plain_key(), "permittedIps", vec![secret("hunter2")]),
            "",
            "not an IP address",
        ),
        (
            with(plain_key(), "rebac", PropertyValue::secret("hunter2")),
            "",
            "must be an object",
        ),
    ] {
        let (_, failures) = engine.check(&PropertyMap::new(), &inputs).await?;
        assert_eq!(failures.len(), 1, "{inputs:?}: {failures:?}");
        assert_eq!(failures[0].0, path, "{failures:?}");
        assert!(failures[0].1.contains(reason), "{failures:?}");
        assert!(!failures[0].1.contains("hunter2"), "{failures:?}");
    }
    // A key that expired while it was deployed does not block its stack.
    let expired = with(plain_key(), "expireTime", 5_i32);
    assert_eq!(engine.check(&expired, &expired).await?.1, vec![]);
    // And inputs that were never checked are refused all the same.
    let error = engine
        .create(&with(plain_key(), "rebac", property(&conflict)), false)
        .await
        .unwrap_err();
    assert_eq!(error.code(), Code::InvalidArgument);
    assert_eq!(engine.sandbox.writes()?, Vec::<String>::new());
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn replacements_are_told_with_their_paths() -> Result<()> {
    use proto::property_diff::Kind;

    let mut engine = Engine::start().await?;
    let old = plain_key();
    let roles = json!({ "tagRoles": [{ "tags": ["staging", "production"], "roles": ["other"] }] });
    let mut forever = plain_key();
    forever.remove("expireTime");
    for (new, path, kind) in [
        (with(old.clone(), "name", "CI 2"), "name", Kind::Update),
        (with(old.clone(), "description", "d"), "description", Kind::Add),
        (
            with(old.clone(), "permittedIps", vec!["203.0.113.0/24"]),
            "permittedIps[1]",
            Kind::Delete,
        ),
        (
            with(old.clone(), "expireTime", 1_900_000_000_i32),
            "expireTime",
            Kind::UpdateReplace,
        ),
        (forever, "expireTime", Kind::DeleteReplace),
        (
            with(old.clone(), "rebac", property(&roles)),
            "rebac.tagRoles[0].roles[0]",
            Kind::UpdateReplace,
        ),
    ] {
        let diff = engine.diff(&old, &old, &new).await?;
        let detailed: Vec<_> = diff
            .detailed_diff
            .iter()
            .map(|(path, change)| (path.as_str(), change.kind()))
            .collect();
        assert_eq!(detailed, [(path, kind)]);
        assert!(
            !diff.delete_before_replace,
            "the old key lives until the new one does"
        );
    }
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn the_state_of_the_official_package_needs_no_change() -> Result<()> {
    let mut engine = Engine::start().await?;
    let inputs = properties(
        json!({
            "__defaults": [],
            "name": "Office Network Key",
            "permittedIps": ["203.0.113.0/24", "198.51.100.10"],
            "rebac": { "tagRoles": [{ "roles": ["tag-infra-read-write"], "tags": ["staging", "production"] }] },
        }),
        [],
    );
    let state = properties(
        json!({
            "__pulumi_raw_state_delta": { "obj": { "ps": { "permittedIps": { "arr": {} } } } },
            "description": "", "expireTime": 0, "id": "K000210", "name": "Office Network Key", "status": "active",
            "permittedIps": ["203.0.113.0/24", "198.51.100.10"],
            "rebac": {
                "companyRoles": [], "projectRoles": [],
                "tagRoles": [{ "roles": ["tag-infra-read-write"], "tags": ["production", "staging"] }],
            },
        }),
        [("cleartext", secret("K2official"))],
    );
    let mut declared = inputs.clone();
    declared.remove("__defaults");
    assert_eq!(engine.check(&inputs, &declared).await?.1, vec![]);
    let diff = engine.diff(&state, &inputs, &declared).await?;
    assert_eq!(
        (diff.changes(), diff.detailed_diff.len()),
        (proto::diff_response::DiffChanges::DiffNone, 0)
    );
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn an_inactive_key_is_made_and_then_deactivated() -> Result<()> {
    let mut engine = Engine::start().await?;
    let (id, state) = engine
        .create(&with(plain_key(), "status", "inactive"), false)
        .await?;
    assert_eq!(state.get("status"), Some(&"inactive".into()));
    assert_eq!(engine.sandbox.keys()?[&id]["status"], "inactive");
    assert_eq!(
        engine.sandbox.writes()?,
        ["POST /v1/mgmt/infra", "PUT /v1/mgmt/infra"]
    );
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn a_key_that_cannot_be_deactivated_is_not_forgotten() -> Result<()> {
    let mut engine = Engine::start().await?;
    engine
        .sandbox
        .fault(&json!({ "match": { "method": "PUT" }, "kind": "status", "status": 400 }))?;
    let inputs = with(plain_key(), "status", "inactive");
    let error = engine.create(&inputs, false).await.unwrap_err();
    let detail = init_failed(&error)?;
    assert!(
        engine.sandbox.keys()?.contains_key(&detail.id),
        "the id of the live key"
    );
    let state = decoded(detail.properties)?;
    assert_eq!(
        state.get("status"),
        Some(&"active".into()),
        "the state as it really is"
    );
    let cleartext = state
        .get("cleartext")
        .and_then(|value| value.expose().as_str())
        .context("no cleartext")?;
    assert!(cleartext.starts_with('K'));
    assert!(!error.message().contains(cleartext));

    // The next `up` heals it.
    let healed = engine
        .update(&detail.id, (&inputs, &state), &inputs, false)
        .await?;
    assert_eq!(healed.get("cleartext"), state.get("cleartext"));
    assert_eq!(engine.sandbox.keys()?[&detail.id]["status"], "inactive");
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn a_lost_reply_is_never_answered_by_a_second_key() -> Result<()> {
    let mut engine = Engine::start().await?;
    engine
        .sandbox
        .fault(&json!({ "match": { "method": "POST" }, "kind": "reset_after" }))?;
    let error = engine.create(&plain_key(), false).await.unwrap_err();
    let keys = engine.sandbox.keys()?;
    assert_eq!(keys.len(), 1, "it was made once");
    let id = keys.keys().next().context("no key")?;
    assert!(
        error.message().contains(id.as_str()) && error.message().contains("CI"),
        "{error}"
    );
    assert_eq!(engine.sandbox.writes()?, ["POST /v1/mgmt/infra"]);
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn an_import_finds_what_an_author_would_write() -> Result<()> {
    let mut engine = Engine::start().await?;
    let id = engine.sandbox.create(&json!({
        "name": "Elsewhere", "description": "", "status": "active", "expireTime": 0, "permittedIps": [],
        "reBac": { "companyRoles": ["company-full-access"], "projectRoles": [], "tagRoles": [] },
    }))?;
    let read = engine.read(&id, None, None).await?;
    let (inputs, state) = (decoded(read.inputs)?, decoded(read.properties)?);
    let minimal = json!({ "name": "Elsewhere", "rebac": { "companyRoles": ["company-full-access"] } });
    assert_eq!((read.id, &inputs), (id, &properties(minimal, [])));
    assert_eq!(
        state.get("cleartext"),
        Some(&secret("")),
        "it cannot be had, and stays a secret"
    );
    assert_eq!(engine.check(&PropertyMap::new(), &inputs).await?.1, vec![]);
    let diff = engine.diff(&state, &inputs, &inputs).await?;
    assert_eq!(diff.changes(), proto::diff_response::DiffChanges::DiffNone);

    let missing = engine.read("K-nothing", None, None).await?;
    assert_eq!(
        (missing.id.as_str(), missing.inputs, missing.properties),
        ("", None, None)
    );
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn a_refresh_shows_drift_in_the_authors_shape() -> Result<()> {
    let mut engine = Engine::start().await?;
    let inputs = with(plain_key(), "name", secret("CI"));
    let (id, state) = engine.create(&inputs, false).await?;
    engine
        .sandbox
        .change(&id, &json!({ "name": "Renamed", "permittedIps": [] }))?;
    let read = engine.read(&id, Some(&inputs), Some(&state)).await?;
    let (seen, seen_state) = (decoded(read.inputs)?, decoded(read.properties)?);
    assert_eq!(seen.get("name"), Some(&secret("Renamed")), "still a secret");
    assert_eq!(seen.get("permittedIps"), None, "what is the default is left out");
    assert_eq!(
        seen.get("rebac"),
        inputs.get("rebac"),
        "what did not drift keeps its order"
    );
    assert_eq!(
        seen_state.get("cleartext"),
        state.get("cleartext"),
        "the secret is carried over"
    );
    let diff = engine.diff(&seen_state, &seen, &inputs).await?;
    assert_eq!(
        diff.detailed_diff.keys().collect::<Vec<_>>(),
        ["name", "permittedIps"]
    );
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn trouble_is_an_error_and_never_a_key_that_is_gone() -> Result<()> {
    let mut engine = Engine::start().await?;
    // One that this process has not just made: of its own newborn keys the client bears a while that they are unknown.
    let id = engine.sandbox.create(&json!({
        "name": "CI", "description": "", "status": "active", "expireTime": 0, "permittedIps": [],
        "reBac": { "companyRoles": ["company-full-access"], "projectRoles": [], "tagRoles": [] },
    }))?;
    let state = with(plain_key(), "cleartext", secret("K2known"));
    for (status, code) in [
        (500, Code::Unavailable),
        (401, Code::Unauthenticated),
        (403, Code::PermissionDenied),
    ] {
        engine.sandbox.fault(
            &json!({ "match": { "method": "GET", "path": "/v1/mgmt/infra" }, "kind": "status", "status": status }),
        )?;
        let error = engine
            .read(&id, Some(&plain_key()), Some(&state))
            .await
            .unwrap_err();
        assert_eq!(error.code(), code, "{error}");
        assert!(!format!("{error:?}").contains(engine.sandbox.calling_key()));
    }
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn wrong_settings_are_told_before_anything_is_called() -> Result<()> {
    let (_provider, mut client) = provider().await?;
    let request = proto::ConfigureRequest {
        args: Some(encoded(&PropertyMap::new())?),
        ..Default::default()
    };
    let error = client.configure(request).await.unwrap_err();
    let keys: proto::ConfigureErrorMissingKeys = detail(&error, "ConfigureErrorMissingKeys")?;
    assert_eq!(keys.missing_keys[0].name, "descope-keys:managementKey");

    for (settings, wrong) in [
        (json!({ "baseUrl": "http://127.0.0.1:1" }), &[][..]),
        (json!({ "baseUrl": "http://api.example.com" }), &["baseUrl"]),
        (json!({ "managmentKey": "K" }), &["managmentKey"]),
        (json!({ "projectId": 7 }), &["projectId"]),
    ] {
        let request = proto::CheckRequest {
            urn: "urn:pulumi:dev::keys::pulumi:providers:descope-keys::default".to_owned(),
            news: Some(encoded(&properties(settings, []))?),
            ..Default::default()
        };
        let failures = client.check_config(request).await?.into_inner().failures;
        let places: Vec<_> = failures.iter().map(|failure| failure.property.as_str()).collect();
        assert_eq!(places, wrong);
    }
    Ok(())
}

/// What the engine reads of a resource that exists although its creation failed.
fn init_failed(error: &Status) -> Result<proto::ErrorResourceInitFailed> {
    detail(error, "ErrorResourceInitFailed")
}

fn detail<M: prost::Message + Default>(error: &Status, name: &str) -> Result<M> {
    let status = google_rpc::Status::decode(error.details())?;
    let any = status
        .details
        .iter()
        .find(|any| any.type_url.ends_with(&format!("/pulumirpc.{name}")));
    Ok(M::decode(
        any.with_context(|| format!("no detail {name} in {error:?}"))?
            .value
            .as_slice(),
    )?)
}
