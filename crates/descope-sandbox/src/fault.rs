//! Faults to inject: which request meets which misfortune.

use axum::http::{Method, StatusCode};
use serde::{Deserialize, Deserializer};
use serde_json::{Map, Value};

/// One misfortune and the requests that meet it.
///
/// As JSON: `{"match": {"method": "POST", "path": "/v1/mgmt/infra", "nth": 1, "times": 1}, "kind": "status",
/// "status": 503}`. All of `match` is optional; the members beside `kind` belong to it, see [`Kind`].
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fault {
    matches: Match,
    pub(crate) kind: Kind,
}

/// The requests that meet a fault: of this method and path, from the `nth` on, so many `times`.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(default, deny_unknown_fields)]
struct Match {
    method: Option<String>,
    path: Option<String>,
    /// Counted from 1, since the fault was injected.
    nth: u32,
    times: u32,
}

impl Default for Match {
    fn default() -> Self {
        Self {
            method: None,
            path: None,
            nth: 1,
            times: 1,
        }
    }
}

/// What befalls a request. The empty braces matter: to a variant without them serde lets unknown members pass.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(
    tag = "kind",
    rename_all = "snake_case",
    rename_all_fields = "camelCase",
    deny_unknown_fields
)]
pub(crate) enum Kind {
    /// An error reply of this status; with `afterEffect` once the request was carried out, otherwise instead.
    Status {
        #[serde(deserialize_with = "error_status")]
        status: StatusCode,
        #[serde(default = "default_code")]
        code: String,
        #[serde(default = "default_description")]
        description: String,
        #[serde(default)]
        message: String,
        /// The `Retry-After` header.
        #[serde(default)]
        retry_after: Option<String>,
        #[serde(default)]
        after_effect: bool,
    },
    /// The connection is reset, and the request is not carried out.
    ResetBefore {},
    /// The request is carried out, and the connection is reset instead of replying.
    ResetAfter {},
    /// The request is carried out, and half of the reply arrives.
    Truncate {},
    /// The request is carried out, and the reply is a success with this body.
    Malformed {
        #[serde(default = "default_body")]
        body: String,
        #[serde(default = "default_content_type")]
        content_type: String,
    },
    /// The request is carried out after this pause.
    Delay { milliseconds: u64 },
    /// The reply to a create holds an empty secret.
    EmptyCleartext {},
    /// The reply names another key.
    WrongId {},
}

impl<'de> Deserialize<'de> for Fault {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        use serde::de::Error as _;
        // By hand, because serde cannot both flatten and refuse unknown members, and a misspelt fault that is
        // never met would make a test pass for nothing.
        let mut members = Map::<String, Value>::deserialize(deserializer)?;
        let matches = match members.remove("match") {
            Some(matches) => Match::deserialize(matches).map_err(D::Error::custom)?,
            None => Match::default(),
        };
        let kind = Kind::deserialize(Value::Object(members)).map_err(D::Error::custom)?;
        Ok(Self { matches, kind })
    }
}

/// The injected faults, each with how many requests matched it so far.
#[derive(Debug, Default)]
pub(crate) struct Faults(Vec<(Fault, u32)>);

impl Faults {
    pub(crate) fn inject(&mut self, fault: Fault) {
        self.0.push((fault, 0));
    }

    /// The fault this request meets: the first injected of those that are due. Every fault that matches counts it.
    pub(crate) fn meet(&mut self, method: &Method, path: &str) -> Option<Kind> {
        let mut met = None;
        for (fault, count) in &mut self.0 {
            let Match {
                method: only_method,
                path: only_path,
                nth,
                times,
            } = &fault.matches;
            let matches = only_method
                .as_deref()
                .is_none_or(|only| only.eq_ignore_ascii_case(method.as_str()))
                && only_path.as_deref().is_none_or(|only| only == path);
            if matches {
                *count += 1;
                if *count >= *nth && *count - *nth < *times {
                    met = met.or_else(|| Some(fault.kind.clone()));
                }
            }
        }
        met
    }
}

fn error_status<'de, D: Deserializer<'de>>(deserializer: D) -> Result<StatusCode, D::Error> {
    let code = u16::deserialize(deserializer)?;
    match StatusCode::from_u16(code) {
        Ok(status) if code >= 300 => Ok(status),
        _ => Err(serde::de::Error::custom(format!(
            "{code} is no status of a failure"
        ))),
    }
}

fn default_code() -> String {
    "E000000".to_owned()
}

fn default_description() -> String {
    "Injected fault".to_owned()
}

fn default_body() -> String {
    "no JSON".to_owned()
}

fn default_content_type() -> String {
    "application/json".to_owned()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn fault(value: Value) -> Fault {
        serde_json::from_value(value).unwrap()
    }

    #[test]
    fn a_fault_is_met_from_the_nth_request_so_many_times() {
        let mut faults = Faults::default();
        faults.inject(fault(
            json!({"match": {"method": "get", "path": "/a", "nth": 2, "times": 2}, "kind": "reset_before"}),
        ));
        faults.inject(fault(json!({"match": {"nth": 3}, "kind": "truncate"})));
        let met: Vec<_> = [
            ("GET", "/a"),
            ("POST", "/a"),
            ("GET", "/b"),
            ("GET", "/a"),
            ("GET", "/a"),
            ("GET", "/a"),
        ]
        .iter()
        .map(|(method, path)| faults.meet(&method.parse().unwrap(), path))
        .collect();
        assert_eq!(
            met,
            [
                None,
                None,
                Some(Kind::Truncate {}),
                Some(Kind::ResetBefore {}),
                Some(Kind::ResetBefore {}),
                None
            ]
        );
    }

    #[test]
    fn a_misspelt_fault_is_refused() {
        for value in [
            json!({}),
            json!({"kind": "explode"}),
            json!({"kind": "status"}),
            json!({"kind": "status", "status": 200}),
            json!({"kind": "status", "status": 503, "retry-after": "1"}),
            json!({"kind": "reset_before", "times": 2}),
            json!({"kind": "delay"}),
            json!({"kind": "truncate", "match": {"methods": "GET"}}),
        ] {
            assert!(serde_json::from_value::<Fault>(value.clone()).is_err(), "{value}");
        }
    }
}
