//! What Pulumi reads and writes: programs in YAML, previews, and the state of a stack.

pub(super) mod config;
mod engine;
mod expression;
mod functions;
mod go;
mod members;
pub(super) mod preview;
pub(super) mod program;
mod refused;
pub(super) mod state;
mod template;
#[cfg(test)]
mod tests;

use super::Dialect;
use crate::folder;

/// Whose management key a type token names, with or without its module. Behind the package, Pulumi compares tokens in any
/// case.
fn dialect_of(token: &str) -> Option<Dialect> {
    let (package, rest) = token.split_once(':')?;
    let (dialect, names): (_, &[_]) = match package {
        "descope" => (
            Dialect::Pulumi,
            &[
                "ManagementKey",
                "index:ManagementKey",
                "index/managementKey:ManagementKey",
            ],
        ),
        "descope-keys" => (Dialect::PulumiKeys, &["ManagementKey", "index:ManagementKey"]),
        _ => return None,
    };
    let is_named = names.iter().any(|name| name.eq_ignore_ascii_case(rest));
    is_named.then_some(dialect)
}

/// The type that must be meant by a token which names none of a package that has management keys.
fn meant_by(token: &str) -> Option<&'static str> {
    const FAR: usize = 2;
    if dialect_of(token).is_some() {
        return None;
    }
    let (package, rest) = token.split_once(':')?;
    let meant = match package {
        "descope" => "descope:ManagementKey",
        "descope-keys" => "descope-keys:ManagementKey",
        _ => return None,
    };
    let name = rest.rsplit(':').next()?.to_lowercase();
    (strsim::osa_distance(&name, "managementkey") <= FAR).then_some(meant)
}

/// Whether the file called `name` may be of another tool, which has files of that name too, and names nothing of ours.
pub(super) fn is_foreign(name: &str, text: &str) -> bool {
    let is_pulumi = folder::split(name).1.starts_with("Pulumi");
    let names = PROVIDERS.map(|package| [format!("{package}:"), format!("providers:{package}")]);
    !is_pulumi && !names.iter().flatten().any(|name| text.contains(name))
}

/// The packages that have management keys.
const PROVIDERS: [&str; 2] = ["descope", "descope-keys"];

/// Whether a type token names the provider of one of the packages.
fn is_provider(token: &str) -> bool {
    token
        .strip_prefix("pulumi:providers:")
        .is_some_and(|package| PROVIDERS.contains(&package))
}
