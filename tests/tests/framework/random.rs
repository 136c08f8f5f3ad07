//! The provider of random texts. Its service is in its process, so one process serves all commands: pulumi attaches to it.

use std::collections::BTreeMap;
use std::process::Command;

use anyhow::Result;
use descope_keys_tests::process::Background;
use descope_keys_tests::pulumi::{Provider, Workspace};

const PROGRAM: &str = "
name: texts
runtime: yaml
resources:
  motto: { type: 'random-text:Text', properties: { label: a motto, length: 12 } }
variables:
  counted: { 'fn::invoke': { function: 'random-text:countCharacters', arguments: { text: abcd } } }
outputs:
  result: ${motto.result}
  count: ${counted.count}
";

#[test]
fn texts_live_from_preview_to_destroy() -> Result<()> {
    let provider = Provider::example("random", "random-text")?;
    let (_process, port) = Background::start(&mut Command::new(&provider.program))?;
    let attach = ("PULUMI_DEBUG_PROVIDERS".to_owned(), format!("random-text:{port}"));
    let workspace = Workspace::with_provider(&provider, PROGRAM, BTreeMap::from([attach]))?;
    let pulumi = |arguments: &[&str]| workspace.pulumi(arguments);

    let refused = workspace.pulumi_fails(&["preview"])?.text();
    assert!(
        refused.contains("pulumi config set random-text:alphabet"),
        "{refused}"
    );
    workspace.set_secret("random-text:alphabet", "abc")?;

    let planned = pulumi(&["preview"])?.stdout;
    assert!(planned.contains("+ 2 to create"), "{planned}");
    workspace.up()?;
    assert_eq!(pulumi(&["stack", "output", "count"])?.stdout.trim(), "4");
    assert_eq!(pulumi(&["stack", "output", "result"])?.stdout.trim(), "[secret]");
    pulumi(&["preview", "--expect-no-changes"])?;
    pulumi(&["refresh", "--yes", "--expect-no-changes"])?;

    workspace.edit("label: a motto", "label: another")?;
    let changed = workspace.up()?.stdout;
    assert!(changed.contains("~ 1 updated"), "{changed}");
    workspace.edit("length: 12", "length: 20")?;
    let changed = workspace.up()?.stdout;
    assert!(changed.contains("+-1 replaced"), "{changed}");

    let result = pulumi(&["stack", "output", "result", "--show-secrets"])?.stdout;
    assert_eq!(result.trim().len(), 20);
    // The replaced text was the first one; this one is the second.
    pulumi(&[
        "import",
        "random-text:index:Text",
        "again",
        "text-1",
        "--yes",
        "--protect=false",
    ])?;

    workspace.destroy()?;
    let refused = workspace.pulumi_fails(&["import", "random-text:index:Text", "gone", "text-1", "--yes"])?;
    assert!(refused.text().contains("does not exist"), "{}", refused.text());
    Ok(())
}
