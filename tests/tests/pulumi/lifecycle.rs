//! Create, update, replace and destroy.

use std::collections::BTreeMap;

use anyhow::Result;
use descope_keys_tests::pulumi::Workspace;
use descope_keys_tests::sandbox::Sandbox;
use serde_json::json;

use crate::{EXAMPLE, one_key, program};

/// What the engine puts in place of a secret in a state, with the ciphertext beside it.
const SIGNATURE: &str = "4dabf18193072939515e22adb298388d";
const SECRET: &str = "1b47061264138c4ac30d75fd1eb44270";

fn operations<'a>(expected: impl IntoIterator<Item = (&'a str, &'a str)>) -> BTreeMap<String, String> {
    expected
        .into_iter()
        .map(|(name, operation)| (name.to_owned(), operation.to_owned()))
        .collect()
}

#[test]
fn a_preview_makes_no_call_that_writes() -> Result<()> {
    let sandbox = Sandbox::start()?;
    let workspace = Workspace::new(&sandbox, EXAMPLE)?;

    let planned = workspace.preview()?;

    let created = [
        ("companyKey", "create"),
        ("projectKey", "create"),
        ("restrictedKey", "create"),
    ];
    assert_eq!(planned, operations(created));
    assert_eq!(sandbox.writes()?, [""; 0]);
    Ok(())
}

#[test]
fn up_creates_keys_whose_cleartexts_are_secrets() -> Result<()> {
    let sandbox = Sandbox::start()?;
    let workspace = Workspace::new(&sandbox, EXAMPLE)?;

    workspace.up()?;

    let ids = workspace.ids()?;
    assert_eq!(
        ids.keys().collect::<Vec<_>>(),
        ["companyKey", "projectKey", "restrictedKey"]
    );
    let mut in_state: Vec<&String> = ids.values().collect();
    in_state.sort();
    assert_eq!(in_state, sandbox.keys()?.keys().collect::<Vec<_>>());
    let restricted = sandbox.key_named("Office Network Key")?;
    assert_eq!(
        restricted["permittedIps"],
        json!(["203.0.113.0/24", "198.51.100.10"])
    );
    assert_eq!(
        restricted["reBac"]["tagRoles"],
        json!([{ "tags": ["production"], "roles": ["tag-infra-read-write"] }])
    );
    assert_eq!(sandbox.key_named("Staging Key")?["expireTime"], 1_893_456_000);

    let export = workspace.export()?;
    let resources = export["deployment"]["resources"]
        .as_array()
        .expect("a state has resources");
    let cleartexts: Vec<_> = resources
        .iter()
        .map(|resource| &resource["outputs"]["cleartext"])
        .filter(|value| !value.is_null())
        .collect();
    assert_eq!(cleartexts.len(), 3);
    for cleartext in cleartexts {
        assert_eq!(cleartext[SIGNATURE], SECRET, "{cleartext}");
        assert!(cleartext["ciphertext"].is_string(), "{cleartext}");
    }
    assert_eq!(workspace.cleartexts()?.len(), 3);

    workspace.pulumi(&["up", "--yes", "--skip-preview", "--expect-no-changes"])?;
    workspace.destroy()?;
    assert!(sandbox.keys()?.is_empty());
    Ok(())
}

#[test]
fn name_description_status_and_networks_are_updated_in_place() -> Result<()> {
    let sandbox = Sandbox::start()?;
    let rebac = "rebac: { companyRoles: [company-full-access] }";
    let before = format!("{{ name: Old, description: old, permittedIps: [192.0.2.1], {rebac} }}");
    let workspace = Workspace::new(&sandbox, &one_key(&before))?;
    workspace.up()?;
    let (ids, cleartexts) = (workspace.ids()?, workspace.cleartexts()?);

    let after = [
        (
            format!("{{ name: New, description: old, permittedIps: [192.0.2.1], {rebac} }}"),
            "name",
            json!("New"),
        ),
        (
            format!("{{ name: New, description: new, permittedIps: [192.0.2.1], {rebac} }}"),
            "description",
            json!("new"),
        ),
        (
            format!("{{ name: New, description: new, permittedIps: [192.0.2.0/24], {rebac} }}"),
            "permittedIps",
            json!(["192.0.2.0/24"]),
        ),
        (
            format!(
                "{{ name: New, description: new, permittedIps: [192.0.2.0/24], status: inactive, {rebac} }}"
            ),
            "status",
            json!("inactive"),
        ),
    ];
    for (properties, field, value) in after {
        workspace.write_program(&one_key(&properties))?;
        assert_eq!(workspace.preview()?, operations([("key", "update")]), "{field}");
        workspace.up()?;
        assert_eq!(sandbox.key_named("New")?[field], value);
        assert_eq!(workspace.ids()?, ids, "{field}");
        assert_eq!(workspace.cleartexts()?, cleartexts, "{field}");
    }
    Ok(())
}

#[test]
fn another_expiry_or_access_replaces_exactly_that_key() -> Result<()> {
    let sandbox = Sandbox::start()?;
    let workspace = Workspace::new(&sandbox, EXAMPLE)?;
    workspace.up()?;

    for (from, to, name) in [
        ("expireTime: 1893456000", "expireTime: 1924992000", "projectKey"),
        (
            "tags: [production]",
            "tags: [production, staging]",
            "restrictedKey",
        ),
    ] {
        let (ids, cleartexts) = (workspace.ids()?, workspace.cleartexts()?);
        workspace.edit(from, to)?;
        assert_eq!(workspace.preview()?, operations([(name, "replace")]));

        workspace.up()?;

        let (new_ids, new_cleartexts) = (workspace.ids()?, workspace.cleartexts()?);
        for key in ids.keys() {
            assert_eq!(
                ids[key] != new_ids[key],
                key == name,
                "the id of {key} after an edit of {name}"
            );
            assert_eq!(
                cleartexts[key] != new_cleartexts[key],
                key == name,
                "the cleartext of {key}"
            );
        }
        let live = sandbox.keys()?;
        assert_eq!(live.len(), 3);
        assert!(!live.contains_key(&ids[name]), "the replaced key is still live");
    }
    Ok(())
}

#[test]
fn another_order_in_a_set_is_no_change() -> Result<()> {
    let sandbox = Sandbox::start()?;
    let with_roles = |roles: &str| one_key(&format!("{{ name: Key, rebac: {{ companyRoles: [{roles}] }} }}"));
    let workspace = Workspace::new(&sandbox, &with_roles("role-b, role-a"))?;
    workspace.up()?;

    workspace.write_program(&with_roles("role-a, role-b"))?;

    workspace.pulumi(&["preview", "--expect-no-changes"])?;
    Ok(())
}

#[test]
fn an_inactive_new_key_is_created_and_then_deactivated() -> Result<()> {
    let sandbox = Sandbox::start()?;
    let properties = "{ name: Dormant, status: inactive, rebac: { companyRoles: [company-full-access] } }";
    let workspace = Workspace::new(&sandbox, &one_key(properties))?;

    workspace.up()?;

    assert_eq!(sandbox.key_named("Dormant")?["status"], "inactive");
    assert_eq!(sandbox.writes()?, ["POST /v1/mgmt/infra", "PUT /v1/mgmt/infra"]);
    assert_eq!(workspace.cleartexts()?.len(), 1);
    workspace.pulumi(&["preview", "--expect-no-changes"])?;
    Ok(())
}

#[test]
fn destroying_a_key_that_is_gone_succeeds() -> Result<()> {
    let sandbox = Sandbox::start()?;
    let key = "{ name: Key, rebac: { companyRoles: [company-full-access] } }";
    let workspace = Workspace::new(&sandbox, &program(&[("gone", key), ("there", key)]))?;
    workspace.up()?;
    sandbox.delete(&workspace.ids()?["gone"])?;

    workspace.destroy()?;

    assert!(sandbox.keys()?.is_empty());
    assert!(workspace.ids()?.is_empty());
    Ok(())
}

#[test]
fn a_wrong_program_is_refused_in_the_preview_at_its_place() -> Result<()> {
    let cases = [
        (
            "{ name: Key, rebac: { projectRoles: [{ projectIds: [P1], roles: [] }] } }",
            "rebac.projectRoles[0].roles",
        ),
        (
            "{ name: Key, permittedIps: [192.0.2.1, 192.0.2.300], rebac: { companyRoles: [r] } }",
            "permittedIps[1]",
        ),
        ("{ name: '  ', rebac: { companyRoles: [r] } }", "name"),
    ];
    for (properties, path) in cases {
        let sandbox = Sandbox::start()?;
        let workspace = Workspace::new(&sandbox, &one_key(properties))?;

        let refused = workspace.pulumi_fails(&["preview"])?.text();

        assert!(refused.contains(path), "no `{path}` in:\n{refused}");
        workspace.pulumi_fails(&["up", "--yes", "--skip-preview"])?;
        assert_eq!(sandbox.writes()?, [""; 0]);
    }
    Ok(())
}
