//! The world changes beside the program: refresh, repair, import.

use anyhow::Result;
use descope_keys_tests::pulumi::{KEY_TYPE, Workspace};
use descope_keys_tests::sandbox::Sandbox;
use serde_json::json;

use crate::{EXAMPLE, one_key, program};

const KEY: &str = "{ name: Key, permittedIps: [192.0.2.1], rebac: { companyRoles: [company-full-access] } }";

#[test]
fn a_refresh_without_drift_changes_nothing() -> Result<()> {
    let sandbox = Sandbox::start()?;
    let workspace = Workspace::new(&sandbox, EXAMPLE)?;
    workspace.up()?;
    let (state, cleartexts) = (workspace.ids()?, workspace.cleartexts()?);

    workspace.pulumi(&["refresh", "--yes", "--skip-preview", "--expect-no-changes"])?;

    assert_eq!(workspace.ids()?, state);
    assert_eq!(
        workspace.cleartexts()?,
        cleartexts,
        "the API does not tell a cleartext again: the state keeps it"
    );
    workspace.pulumi(&["preview", "--expect-no-changes"])?;
    Ok(())
}

#[test]
fn drift_is_seen_by_refresh_and_repaired_by_up() -> Result<()> {
    let sandbox = Sandbox::start()?;
    let workspace = Workspace::new(&sandbox, &one_key(KEY))?;
    workspace.up()?;
    let (ids, cleartexts) = (workspace.ids()?, workspace.cleartexts()?);
    sandbox.change(
        &ids["key"],
        &json!({ "permittedIps": [], "description": "by hand", "status": "inactive" }),
    )?;

    workspace.pulumi_fails(&["refresh", "--yes", "--skip-preview", "--expect-no-changes"])?;
    assert_eq!(workspace.preview()?["key"], "update");
    workspace.up()?;

    let key = sandbox.key_named("Key")?;
    assert_eq!(key["permittedIps"], json!(["192.0.2.1"]));
    assert_eq!(key["status"], "active");
    assert_eq!(key["description"].as_str().unwrap_or_default(), "");
    assert_eq!(workspace.ids()?, ids);
    assert_eq!(workspace.cleartexts()?, cleartexts);
    Ok(())
}

#[test]
fn a_key_deleted_elsewhere_drops_out_and_is_made_anew() -> Result<()> {
    let sandbox = Sandbox::start()?;
    let workspace = Workspace::new(&sandbox, &program(&[("gone", KEY), ("there", KEY)]))?;
    workspace.up()?;
    let before = workspace.ids()?;
    sandbox.delete(&before["gone"])?;

    workspace.refresh()?;
    assert_eq!(workspace.ids()?.keys().collect::<Vec<_>>(), ["there"]);
    workspace.up()?;

    let after = workspace.ids()?;
    assert_eq!(after["there"], before["there"]);
    assert_ne!(after["gone"], before["gone"]);
    assert_eq!(sandbox.keys()?.len(), 2);
    Ok(())
}

#[test]
fn a_key_made_elsewhere_is_imported_by_id() -> Result<()> {
    let sandbox = Sandbox::start()?;
    let rebac = json!({
        "companyRoles": [],
        "projectRoles": [{ "projectIds": ["P1"], "roles": ["project-full-access"] }],
        "tagRoles": [],
    });
    let id = sandbox.create(&json!({
        "name": "By hand", "description": "", "status": "active", "expireTime": 1_893_456_000, "permittedIps": [],
        "reBac": rebac,
    }))?;
    let declared = "{ name: By hand, expireTime: 1893456000, \
                    rebac: { projectRoles: [{ projectIds: [P1], roles: [project-full-access] }] } }";
    let workspace = Workspace::new(&sandbox, "name: keys\nruntime: yaml\nresources: {}\n")?;

    workspace.pulumi(&[
        "import",
        KEY_TYPE,
        "key",
        &id,
        "--yes",
        "--skip-preview",
        "--protect=false",
    ])?;

    assert_eq!(workspace.ids()?["key"], id);
    workspace.write_program(&one_key(declared))?;
    workspace.pulumi(&["preview", "--expect-no-changes"])?;
    assert_eq!(
        sandbox.writes()?,
        ["POST /v1/mgmt/infra"],
        "only the other client has written"
    );
    Ok(())
}

#[test]
fn a_key_that_does_not_exist_cannot_be_imported() -> Result<()> {
    let sandbox = Sandbox::start()?;
    let workspace = Workspace::new(&sandbox, "name: keys\nruntime: yaml\nresources: {}\n")?;

    let refused = workspace
        .pulumi_fails(&["import", KEY_TYPE, "key", "no-such-id", "--yes", "--skip-preview"])?
        .text();

    assert!(refused.contains("does not exist"), "{refused}");
    assert!(workspace.ids()?.is_empty());
    Ok(())
}
