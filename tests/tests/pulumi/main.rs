//! The provider as its users meet it: the real `pulumi`, a YAML program, and the sandbox in place of the service.
//!
//! Each test has a sandbox, a state and a project of its own, so all of them may run at once.

mod drift;
mod lifecycle;
mod mapping;
mod secrets;
mod unknowns;

/// The example that users copy: a company-wide, a project-scoped and a tag-scoped key.
const EXAMPLE: &str = include_str!("../../../examples/pulumi/Pulumi.yaml");

/// A program of one key called `key`, with those properties as one line of flow YAML.
fn one_key(properties: &str) -> String {
    program(&[("key", properties)])
}

/// A program of several keys: names and properties, each as one line of flow YAML.
fn program(keys: &[(&str, &str)]) -> String {
    let mut text = "name: keys\nruntime: yaml\nresources:\n".to_owned();
    for (name, properties) in keys {
        text.push_str(&format!(
            "  {name}: {{ type: 'descope-keys:ManagementKey', properties: {properties} }}\n"
        ));
    }
    text
}
