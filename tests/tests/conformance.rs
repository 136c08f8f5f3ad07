//! The framework's conformance suite on the provider, as a process, against a sandbox.

use std::sync::Arc;

use anyhow::{Context as _, Result};
use descope_keys_tests::sandbox::{Sandbox, made_up_key};
use descope_keys_tests::tools;
use pulumi_rs_provider::testing::conformance::{self, Faults, Invalid, Subject, World};
use pulumi_rs_provider::testing::{Binary, Launcher, json};
use pulumi_rs_provider::{PropertyMap, PropertyValue};
use serde_json::{Value, json};

/// A sandbox behind the provider. What it is asked to do must work, or the cases would not test what they say.
struct Service(Sandbox);

impl Service {
    /// Has all requests of a kind meet a fault.
    fn fault(&self, mut fault: Value, times: u32) {
        fault["match"]["times"] = json!(times);
        self.0.fault(&fault).expect("the sandbox takes the fault");
    }
}

#[tonic::async_trait]
impl World for Service {
    async fn drift(&self, id: &str) -> Option<()> {
        self.0
            .change(id, &json!({ "name": "renamed elsewhere" }))
            .expect("the sandbox changes the key");
        Some(())
    }

    async fn writes(&self) -> Option<usize> {
        Some(self.0.writes().expect("the sandbox tells its requests").len())
    }

    async fn fall_ill(&self) -> Option<()> {
        self.fault(json!({ "match": {}, "kind": "status", "status": 500 }), 1000);
        Some(())
    }

    async fn refuse(&self) -> Option<()> {
        self.fault(json!({ "match": {}, "kind": "status", "status": 401 }), 1000);
        Some(())
    }

    async fn fail_half_way(&self) {
        // An inactive key is created active, and then updated.
        self.fault(
            json!({ "match": { "method": "PUT" }, "kind": "status", "status": 400 }),
            1,
        );
    }

    async fn recover(&self) {
        self.0.clear_faults().expect("the sandbox forgets its faults");
    }
}

/// Properties from JSON.
fn properties(plain: &Value) -> Result<PropertyMap> {
    let raw = json::to_struct(plain).context("no object")?;
    Ok(raw.decode_properties()?)
}

fn with(properties: &PropertyMap, key: &str, value: impl Into<PropertyValue>) -> PropertyMap {
    let mut properties = properties.clone();
    properties.insert(key.to_owned(), value.into());
    properties
}

fn subject(sandbox: Sandbox) -> Result<Subject> {
    let binary = Binary::new(tools::program("pulumi-resource-descope-keys")?)
        .env_remove("DESCOPE_MANAGEMENT_KEY")
        .env_remove("DESCOPE_BASE_URL");
    let inputs = properties(&json!({
        "name": "CI",
        "description": "what it is for",
        "permittedIps": ["203.0.113.0/24", "198.51.100.10"],
        "expireTime": 1_893_456_000,
        "rebac": { "tagRoles": [{ "tags": ["staging", "production"], "roles": ["tag-infra-read-write"] }] },
    }))?;
    let url = PropertyMap::from([("baseUrl".to_owned(), sandbox.url().into())]);
    let key = |text: &str| with(&url, "managementKey", PropertyValue::secret(text));
    let company = properties(&json!({ "companyRoles": ["company-full-access"] }))?;
    Ok(Subject {
        config: key(sandbox.calling_key()),
        required_config: Some("managementKey".to_owned()),
        rotated_config: Some(key(&made_up_key())),
        invalid_config: Some(with(
            &key(sandbox.calling_key()),
            "baseUrl",
            "http://api.example.com",
        )),
        updated: Some(with(&inputs, "description", "what else it is for")),
        replacing: Some(with(&inputs, "rebac", company)),
        invalid: vec![
            Invalid {
                inputs: with(&inputs, "permittedIps", vec!["10.0.0.0/99"]),
                at: "permittedIps[0]".to_owned(),
            },
            Invalid {
                inputs: with(&inputs, "rebac", PropertyMap::new()),
                at: "rebac".to_owned(),
            },
        ],
        faults: Faults {
            partial_create: Some(with(&inputs, "status", "inactive")),
            ..Faults::default()
        },
        world: Arc::new(Service(sandbox)),
        ..Subject::new(
            Launcher::binary(binary),
            "descope-keys:index:ManagementKey",
            inputs,
        )
    })
}

#[tokio::test(flavor = "multi_thread")]
async fn the_provider_conforms() -> Result<()> {
    let report = conformance::run(&subject(Sandbox::start()?)?).await;
    for (id, reason) in report.not_applicable() {
        println!("{id}: {reason}");
    }
    assert!(report.holds(), "{report}");
    Ok(())
}
