//! What the official clients make of a service that fails: the sandbox must fail so that they take it for the service.

use anyhow::{Context, Result};
use descope_keys_tests::sandbox::Sandbox;
use serde_json::{Value, json};

use crate::official::Official;

/// A fault, the outcome of a create that meets it, and how many keys of that name there are then.
fn faults() -> [(Value, Value, usize); 4] {
    let create = |fields: Value| {
        let mut fault =
            json!({"match": {"method": "PUT", "path": "/v1/mgmt/managementkey"}, "kind": "status"});
        crate::calls::merge(&mut fault, fields);
        fault
    };
    [
        // They send a create again on this status, even though it was carried out: the first key is lost.
        (
            create(json!({"status": 503, "afterEffect": true})),
            json!("made"),
            2,
        ),
        (create(json!({"status": 500})), json!(500), 0),
        (
            create(json!({"status": 429, "code": "E130429", "retryAfter": "7"})),
            json!("again in 7 s"),
            0,
        ),
        // The handshake may fail.
        (
            json!({"match": {"path": "/v1/mgmt/license"}, "kind": "status", "status": 500}),
            json!("made"),
            1,
        ),
    ]
}

#[test]
fn the_official_clients_meet_the_faults_of_the_sandbox() -> Result<()> {
    for official in Official::ALL {
        for (fault, expected, count) in faults() {
            let sandbox = Sandbox::start()?;
            sandbox.fault(&fault)?;
            let call =
                json!({"call": "create", "name": "n", "reBac": {"companyRoles": ["company-full-access"]}});
            let outcomes = official.call(sandbox.url(), sandbox.calling_key(), &[call])?;
            let outcome = outcomes.first().context("no outcome")?;
            let met = match (&outcome["error"]["retryAfter"], &outcome["status"]) {
                (Value::Number(seconds), _) => json!(format!("again in {seconds} s")),
                (_, Value::Number(status)) => json!(status),
                _ => outcome["reply"]["key"]["id"]
                    .as_str()
                    .map(|_| json!("made"))
                    .context("neither key nor error")?,
            };
            assert_eq!(met, expected, "{official:?} {fault}");
            assert_eq!(sandbox.keys()?.len(), count, "{official:?} {fault}");
        }
    }
    Ok(())
}
