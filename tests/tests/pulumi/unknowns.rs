//! Values that a preview cannot know, as they depend on what is yet to be made.

use anyhow::Result;
use descope_keys_tests::pulumi::Workspace;
use descope_keys_tests::sandbox::Sandbox;

use crate::program;

const FIRST: &str = "{ name: First, rebac: { companyRoles: [company-full-access] } }";

#[test]
fn a_preview_accepts_unknown_values_everywhere() -> Result<()> {
    let unknown_list = "{ 'fn::split': [',', '${first.id}'] }";
    let cases = [
        (
            "name",
            "{ name: '${first.id}', rebac: { companyRoles: [r] } }".to_owned(),
        ),
        (
            "description",
            "{ name: Key, description: 'after ${first.id}', rebac: { companyRoles: [r] } }".to_owned(),
        ),
        (
            "status",
            "{ name: Key, status: '${first.id}', rebac: { companyRoles: [r] } }".to_owned(),
        ),
        (
            "permittedIps",
            format!("{{ name: Key, permittedIps: {unknown_list}, rebac: {{ companyRoles: [r] }} }}"),
        ),
        (
            "an address",
            "{ name: Key, permittedIps: [192.0.2.1, '${first.id}'], rebac: { companyRoles: [r] } }"
                .to_owned(),
        ),
        (
            "companyRoles",
            format!("{{ name: Key, rebac: {{ companyRoles: {unknown_list} }} }}"),
        ),
        (
            "a role",
            "{ name: Key, rebac: { companyRoles: ['${first.id}'] } }".to_owned(),
        ),
        (
            "projectIds",
            format!(
                "{{ name: Key, rebac: {{ projectRoles: [{{ projectIds: {unknown_list}, roles: [r] }}] }} }}"
            ),
        ),
    ];
    for (place, properties) in cases {
        let sandbox = Sandbox::start()?;
        let workspace = Workspace::new(&sandbox, &program(&[("first", FIRST), ("second", &properties)]))?;

        let planned = workspace.preview()?;

        assert_eq!(planned["second"], "create", "unknown: {place}");
        assert_eq!(sandbox.writes()?, [""; 0], "unknown: {place}");
    }
    Ok(())
}

#[test]
fn an_unknown_value_is_known_when_the_key_is_made() -> Result<()> {
    let sandbox = Sandbox::start()?;
    let second =
        "{ name: Second, description: 'after ${first.id}', rebac: { companyRoles: [company-full-access] } }";
    let workspace = Workspace::new(&sandbox, &program(&[("first", FIRST), ("second", second)]))?;

    workspace.up()?;

    let description = format!("after {}", workspace.ids()?["first"]);
    assert_eq!(sandbox.key_named("Second")?["description"], description.as_str());
    Ok(())
}

#[test]
fn what_is_known_is_still_checked_beside_an_unknown_value() -> Result<()> {
    let sandbox = Sandbox::start()?;
    let second = "{ name: '${first.id}', permittedIps: [192.0.2.300], rebac: { companyRoles: [r] } }";
    let workspace = Workspace::new(&sandbox, &program(&[("first", FIRST), ("second", second)]))?;

    let refused = workspace.pulumi_fails(&["preview"])?.text();

    assert!(refused.contains("permittedIps[0]"), "{refused}");
    Ok(())
}

#[test]
fn a_replaced_key_makes_its_id_unknown_to_those_who_use_it() -> Result<()> {
    let sandbox = Sandbox::start()?;
    let second =
        "{ name: Second, description: 'after ${first.id}', rebac: { companyRoles: [company-full-access] } }";
    let workspace = Workspace::new(&sandbox, &program(&[("first", FIRST), ("second", second)]))?;
    workspace.up()?;

    let first = "{ name: First, expireTime: 1893456000, rebac: { companyRoles: [company-full-access] } }";
    workspace.write_program(&program(&[("first", first), ("second", second)]))?;
    let planned = workspace.preview()?;
    workspace.up()?;

    assert_eq!(
        (planned["first"].as_str(), planned["second"].as_str()),
        ("replace", "update")
    );
    let description = format!("after {}", workspace.ids()?["first"]);
    assert_eq!(sandbox.key_named("Second")?["description"], description.as_str());
    Ok(())
}
