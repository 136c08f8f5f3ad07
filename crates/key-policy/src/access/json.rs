//! Effective access as JSON, version 1: a contract with its own types.

use serde::Serialize;

use super::{Effective, From, KeyAccess};
use crate::document::Source;
use crate::model::Expiry;
use crate::report::json::{JsonFinding, JsonPosition, Places, findings};

/// What the keys may do.
#[derive(Debug, Serialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct AccessReport<'a> {
    /// The version of this format: 1.
    pub version: u8,
    /// The keys, by file and place.
    pub keys: Vec<JsonAccess<'a>>,
    /// What could not be read, and so may hide keys.
    pub findings: Vec<JsonFinding<'a>>,
}

/// What one key may do.
#[derive(Debug, Serialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS), ts(rename = "KeyAccess"))]
#[cfg_attr(
    feature = "schema",
    derive(schemars::JsonSchema),
    schemars(rename = "KeyAccess")
)]
pub struct JsonAccess<'a> {
    /// The address of the resource.
    pub resource: &'a str,
    /// The file, as the caller named it.
    pub file: &'a str,
    /// Where the declaration begins.
    pub start: JsonPosition,
    /// What people call it; null if that is not known.
    pub name: Option<&'a str>,
    /// Whether it works; null if that is not known.
    #[cfg_attr(feature = "typescript", ts(type = "\"active\" | \"inactive\" | null"))]
    pub status: Option<&'a str>,
    /// What it may do, the widest scope first.
    pub grants: Vec<JsonScope<'a>>,
    /// Where it may be used from.
    pub from: JsonFrom,
    /// When it stops working, in unix seconds; 0 means never, null that it is not known.
    #[cfg_attr(feature = "typescript", ts(type = "number | null"))]
    pub expire_time: Option<i64>,
    /// The same for people: `never`, or the moment in UTC.
    pub expires: Option<String>,
    /// The paths of values that are not known, sensitive or invalid. What they add is missing here.
    pub unclear: Vec<String>,
}

/// The roles in one scope.
#[derive(Debug, Serialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS), ts(rename = "Scope"))]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema), schemars(rename = "Scope"))]
pub struct JsonScope<'a> {
    /// Where the roles hold: in the whole company, in the projects with a tag, in one project.
    #[cfg_attr(feature = "typescript", ts(type = "\"company\" | \"tag\" | \"project\""))]
    pub scope: &'a str,
    /// Which tag or project; null for the company, and if it is not known.
    pub target: Option<&'a str>,
    /// The roles, sorted.
    pub roles: Vec<&'a str>,
    /// Whether these are all; if not, some are not known.
    pub complete: bool,
}

/// Where a key may be used from.
#[derive(Debug, Serialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS), ts(rename = "From"))]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema), schemars(rename = "From"))]
pub struct JsonFrom {
    /// Whether there is no limit.
    pub anywhere: bool,
    /// The networks in CIDR notation, joined as far as possible, IPv4 first.
    pub networks: Vec<String>,
    /// Whether these are all; if not, some are not known.
    pub complete: bool,
}

/// Builds the JSON form, with UTF-16 offsets if `utf16` is set.
pub fn report<'a>(access: &'a Effective, sources: &'a [Source<'a>], utf16: bool) -> AccessReport<'a> {
    let places = Places::new(sources, utf16);
    AccessReport {
        version: 1,
        keys: access.keys.iter().map(|key| json_access(key, &places)).collect(),
        findings: findings(&access.report, &places),
    }
}

fn json_access<'a>(key: &'a KeyAccess, places: &Places<'a>) -> JsonAccess<'a> {
    let (start, _) = places.range(key.place.source, key.place.span);
    let scopes = key.grants.iter().map(|(scope, roles)| JsonScope {
        scope: scope.kind(),
        target: scope.target(),
        roles: roles.known.iter().map(String::as_str).collect(),
        complete: !roles.is_open,
    });
    JsonAccess {
        resource: &key.resource,
        file: places.name(key.place.source),
        start,
        name: key.name.as_deref(),
        status: key.status.map(|status| status.name()),
        grants: scopes.collect(),
        from: match &key.from {
            From::Anywhere => JsonFrom {
                anywhere: true,
                networks: Vec::new(),
                complete: true,
            },
            From::Networks { known, is_open } => JsonFrom {
                anywhere: false,
                networks: known.iter().map(ToString::to_string).collect(),
                complete: !is_open,
            },
        },
        expire_time: key.until.map(Expiry::unix_seconds),
        expires: key.until.map(|until| until.to_string()),
        unclear: key.unclear.iter().map(ToString::to_string).collect(),
    }
}
