//! What converters of other tools' programs are told.

use std::collections::BTreeMap;

use anyhow::{Context, Result, ensure};
use descope_keys_tests::pulumi::{KEY_TYPE, Workspace};
use descope_keys_tests::tools;
use serde_json::Value;

#[test]
fn terraform_programs_can_be_converted() -> Result<()> {
    let workspace = Workspace::with_environment(&crate::program(&[]), BTreeMap::new())?;
    let provider = tools::program("pulumi-resource-descope-keys")?;
    let provider = provider.to_str().context("the provider's path is no text")?;
    for source in [&["descope"][..], &[]] {
        let arguments = [&["package", "get-mapping", "terraform", provider], source].concat();
        let finished = workspace.pulumi(&arguments)?;
        let mapping: Value = serde_json::from_str(&finished.stdout).context("the mapping is no JSON")?;
        assert_eq!(mapping["name"], "descope");
        assert_eq!(mapping["resources"]["descope_management_key"]["tok"], KEY_TYPE);
        let attributes = &mapping["provider"]["resources"]["descope_management_key"];
        assert_eq!(attributes["name"]["required"], true);
    }
    let finished = workspace.pulumi_fails(&["package", "get-mapping", "terraform", provider, "aws"])?;
    ensure!(
        finished
            .text()
            .contains("no mapping from the terraform provider `aws`"),
        "{}",
        finished.text()
    );
    Ok(())
}
