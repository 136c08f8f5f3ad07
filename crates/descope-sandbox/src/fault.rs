//! Faults to inject: which request meets which misfortune.

use axum::http::{HeaderValue, Method, StatusCode};
use rand::rngs::ChaCha8Rng;
use rand::{RngExt as _, SeedableRng as _};
use serde::{Deserialize, Deserializer};
use serde_json::{Map, Value};

/// One misfortune and the requests that meet it.
///
/// As JSON: `{"match": {"method": "POST", "path": "/v1/mgmt/infra", "nth": 1, "times": 1}, "kind": "status",
/// "status": 503}`. All of `match` is optional; the members beside `kind` belong to it.
#[derive(Debug, Clone, PartialEq)]
pub struct Fault {
    matches: Match,
    pub(crate) kind: Kind,
    /// As it was given, for the list.
    written: Value,
}

/// The requests that meet a fault: of this method, path and entity, from the `nth` on, so many `times`.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(default, deny_unknown_fields)]
struct Match {
    method: Option<String>,
    path: Option<String>,
    /// That of the infra API, in the query or the body.
    entity: Option<String>,
    /// Counted from 1, since the fault was injected.
    nth: u32,
    /// Without it: once, or with a probability without end.
    times: Option<u32>,
    /// How likely a request that matches meets the fault, from 0 to 1.
    #[serde(deserialize_with = "probability")]
    probability: Option<f64>,
    /// Makes the same requests meet the fault in each run.
    seed: u64,
}

impl Default for Match {
    fn default() -> Self {
        Self {
            method: None,
            path: None,
            entity: None,
            nth: 1,
            times: None,
            probability: None,
            seed: 0,
        }
    }
}

impl Match {
    fn takes(&self, method: &Method, path: &str, entity: Option<&str>) -> bool {
        let method_fits = |only: &String| only.eq_ignore_ascii_case(method.as_str());
        self.method.as_ref().is_none_or(method_fits)
            && self.path.as_ref().is_none_or(|only| only == path)
            && self.entity.as_ref().is_none_or(|only| entity == Some(only))
    }

    fn times(&self) -> u32 {
        let default = if self.probability.is_some() { u32::MAX } else { 1 };
        self.times.unwrap_or(default)
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
        #[serde(default, deserialize_with = "optional_header")]
        retry_after: Option<HeaderValue>,
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
        #[serde(default = "default_content_type", deserialize_with = "header")]
        content_type: HeaderValue,
    },
    /// The request is carried out after this pause; with `afterEffect` the reply alone is late.
    Delay {
        milliseconds: u64,
        #[serde(default)]
        after_effect: bool,
    },
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
        let written = Value::Object(members.clone());
        let matches = match members.remove("match") {
            Some(matches) => Match::deserialize(matches).map_err(D::Error::custom)?,
            None => Match::default(),
        };
        let kind = Kind::deserialize(Value::Object(members)).map_err(D::Error::custom)?;
        Ok(Self {
            matches,
            kind,
            written,
        })
    }
}

/// The injected faults.
#[derive(Debug, Default)]
pub(crate) struct Faults(Vec<Injected>);

#[derive(Debug)]
struct Injected {
    fault: Fault,
    /// How many requests matched it.
    matched: u32,
    /// How many were to meet it, even those that another fault came before.
    due: u32,
    chance: ChaCha8Rng,
}

impl Faults {
    pub(crate) fn inject(&mut self, fault: Fault) {
        self.0.push(Injected {
            matched: 0,
            due: 0,
            chance: ChaCha8Rng::seed_from_u64(fault.matches.seed),
            fault,
        });
    }

    /// The fault this request meets: the first injected of those that are due. Every fault that matches counts it.
    pub(crate) fn meet(&mut self, method: &Method, path: &str, entity: Option<&str>) -> Option<Kind> {
        let mut met = None;
        for injected in &mut self.0 {
            let matches = &injected.fault.matches;
            if !matches.takes(method, path, entity) {
                continue;
            }
            injected.matched = injected.matched.saturating_add(1);
            if injected.matched < matches.nth || injected.due >= matches.times() {
                continue;
            }
            if matches
                .probability
                .is_none_or(|probability| injected.chance.random_bool(probability))
            {
                injected.due += 1;
                met = met.or_else(|| Some(injected.fault.kind.clone()));
            }
        }
        met
    }

    /// Each fault as it was given, with `matched` and `due`: how many requests it fitted, and how many of these it
    /// was meant for.
    pub(crate) fn list(&self) -> Vec<Value> {
        let tell = |injected: &Injected| {
            let mut told = injected.fault.written.clone();
            told["matched"] = injected.matched.into();
            told["due"] = injected.due.into();
            told
        };
        self.0.iter().map(tell).collect()
    }
}

fn probability<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<f64>, D::Error> {
    let probability = Option::<f64>::deserialize(deserializer)?;
    match probability {
        Some(outside) if !(0.0..=1.0).contains(&outside) => {
            Err(serde::de::Error::custom(format!("{outside} is no probability")))
        }
        probability => Ok(probability),
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

fn header<'de, D: Deserializer<'de>>(deserializer: D) -> Result<HeaderValue, D::Error> {
    let text = String::deserialize(deserializer)?;
    HeaderValue::from_str(&text).map_err(serde::de::Error::custom)
}

fn optional_header<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<HeaderValue>, D::Error> {
    let text = Option::<String>::deserialize(deserializer)?;
    let value = text.map(|text| HeaderValue::from_str(&text)).transpose();
    value.map_err(serde::de::Error::custom)
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

fn default_content_type() -> HeaderValue {
    HeaderValue::from_static("application/json")
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
        .map(|(method, path)| faults.meet(&method.parse().unwrap(), path, None))
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
    fn an_entity_is_matched() {
        let mut faults = Faults::default();
        faults.inject(fault(
            json!({"match": {"entity": "project"}, "kind": "reset_before"}),
        ));
        let mut meet = |entity| faults.meet(&Method::GET, "/a", entity);
        assert_eq!(meet(None), None);
        assert_eq!(meet(Some("management_key")), None);
        assert_eq!(meet(Some("project")), Some(Kind::ResetBefore {}));
    }

    #[test]
    fn chance_follows_its_seed() {
        let run = |matches: Value| -> Vec<bool> {
            let mut faults = Faults::default();
            faults.inject(fault(json!({"match": matches, "kind": "truncate"})));
            let meet = |_| faults.meet(&Method::GET, "/a", None).is_some();
            (0..1000).map(meet).collect()
        };
        let count = |met: &[bool]| met.iter().filter(|met| **met).count();
        let one = run(json!({"probability": 0.3, "seed": 7}));
        assert_eq!(one, run(json!({"probability": 0.3, "seed": 7})));
        assert_ne!(one, run(json!({"probability": 0.3, "seed": 8})));
        assert!((200..400).contains(&count(&one)), "{}", count(&one));
        assert_eq!(count(&run(json!({"probability": 0.3, "times": 5}))), 5);
        assert_eq!(count(&run(json!({"probability": 1, "nth": 901}))), 100);
        assert_eq!(count(&run(json!({"probability": 0}))), 0);
    }

    #[test]
    fn the_list_tells_how_often_each_fault_was_due() {
        let mut faults = Faults::default();
        let written = json!({"match": {"method": "GET", "nth": 2}, "kind": "delay", "milliseconds": 1});
        faults.inject(fault(written.clone()));
        for _ in 0..3 {
            faults.meet(&Method::GET, "/a", None);
        }
        let mut expected = written;
        expected["matched"] = 3.into();
        expected["due"] = 1.into();
        assert_eq!(faults.list(), [expected]);
    }

    #[test]
    fn a_misspelt_fault_is_refused() {
        for value in [
            json!({}),
            json!({"kind": "explode"}),
            json!({"kind": "status"}),
            json!({"kind": "status", "status": 200}),
            json!({"kind": "status", "status": 503, "retry-after": "1"}),
            json!({"kind": "status", "status": 503, "retryAfter": "1\n"}),
            json!({"kind": "malformed", "contentType": "a\nb"}),
            json!({"kind": "reset_before", "times": 2}),
            json!({"kind": "delay"}),
            json!({"kind": "truncate", "match": {"methods": "GET"}}),
            json!({"kind": "truncate", "match": {"probability": 1.5}}),
        ] {
            assert!(serde_json::from_value::<Fault>(value.clone()).is_err(), "{value}");
        }
    }
}
