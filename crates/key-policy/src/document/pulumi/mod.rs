//! What Pulumi reads and writes: programs in YAML, previews, and the state of a stack.

mod engine;
pub(super) mod preview;
pub(super) mod program;
pub(super) mod state;

use super::Dialect;

/// Whose management key a type token names, with or without its module.
fn dialect_of(token: &str) -> Option<Dialect> {
    match token {
        "descope:ManagementKey"
        | "descope:index:ManagementKey"
        | "descope:index/managementKey:ManagementKey" => Some(Dialect::Pulumi),
        "descope-keys:ManagementKey" | "descope-keys:index:ManagementKey" => Some(Dialect::PulumiKeys),
        _ => None,
    }
}

/// Whether a type token names the provider of one of the packages.
fn is_provider(token: &str) -> bool {
    matches!(
        token,
        "pulumi:providers:descope" | "pulumi:providers:descope-keys"
    )
}
