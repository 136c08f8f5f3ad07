//! The key API, `/v1/mgmt/managementkey`, over the same keys as the infra API.

use axum::Json;
use axum::extract::State;
use secrecy::ExposeSecret;
use serde::Deserialize;
use serde_json::{Value, json};

use crate::app::App;
use crate::body::{Arguments, Body};
use crate::error::ApiError;
use crate::key::{ACTIVE, Digest, ReBac, StoredKey, new_secret, null_as_default};
use crate::rules;
use crate::schema::Shape;

type Reply = Result<Json<Value>, ApiError>;

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Create {
    name: String,
    #[serde(default, deserialize_with = "null_as_default")]
    description: String,
    #[serde(default)]
    expires_in: Seconds,
    #[serde(default)]
    expire_time: Seconds,
    #[serde(default, deserialize_with = "null_as_default")]
    permitted_ips: Vec<String>,
    #[serde(default, deserialize_with = "null_as_default")]
    re_bac: ReBac,
}

/// Seconds, as the number most clients send or the text the reference asks for.
#[derive(Deserialize)]
#[serde(untagged)]
enum Seconds {
    Number(i64),
    Text(String),
}

impl Default for Seconds {
    fn default() -> Self {
        Self::Number(0)
    }
}

impl Seconds {
    /// The schema lets only digits through, ten at most.
    fn value(&self) -> i64 {
        match self {
            Self::Number(number) => *number,
            Self::Text(text) => text.parse().unwrap_or(i64::MAX),
        }
    }
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Update {
    id: String,
    name: String,
    status: String,
    #[serde(default, deserialize_with = "null_as_default")]
    description: String,
    #[serde(default, deserialize_with = "null_as_default")]
    permitted_ips: Vec<String>,
}

#[derive(Deserialize)]
struct Delete {
    ids: Vec<String>,
}

pub(crate) async fn create(State(app): State<App>, Body(body): Body) -> Reply {
    let request: Create = Shape::KeyCreate.read(body)?;
    let refuse = |message| Shape::KeyCreate.refuse(message);
    let now = app.now();
    let expire_time = expiry(request.expires_in.value(), request.expire_time.value(), now).map_err(refuse)?;
    rules::check_networks("", &request.permitted_ips).map_err(refuse)?;
    if app.is_strict() {
        rules::check_strictly("", &request.re_bac, expire_time, now).map_err(refuse)?;
    }
    let secret = new_secret();
    let key = app.store().create(|id| StoredKey {
        id,
        name: request.name,
        description: request.description,
        status: ACTIVE.to_owned(),
        created_time: now,
        expire_time,
        permitted_ips: request.permitted_ips,
        re_bac: request.re_bac,
        digest: Digest::of(secret.expose_secret()),
    })?;
    Ok(Json(
        json!({ "cleartext": secret.expose_secret(), "key": key.api_key() }),
    ))
}

pub(crate) async fn read(State(app): State<App>, arguments: Arguments) -> Reply {
    let id = arguments.required("id")?;
    let key = app.store().get(id)?.ok_or_else(|| ApiError::no_key(id))?;
    Ok(Json(json!({ "key": key.api_key() })))
}

/// Replaces all that can be changed, although the method is PATCH: what is left out is reset.
pub(crate) async fn update(State(app): State<App>, Body(body): Body) -> Reply {
    let request: Update = Shape::KeyUpdate.read(body)?;
    rules::check_networks("", &request.permitted_ips).map_err(|message| Shape::KeyUpdate.refuse(message))?;
    let key = app.store().change(&request.id, |key| {
        key.name = request.name;
        key.description = request.description;
        key.status = request.status;
        key.permitted_ips = request.permitted_ips;
        Ok(())
    })?;
    Ok(Json(json!({ "key": key.api_key() })))
}

/// A model: ids of keys that do not exist are passed over, and the count tells.
pub(crate) async fn delete(State(app): State<App>, Body(body): Body) -> Reply {
    let request: Delete = Shape::KeyDelete.read(body)?;
    Ok(Json(json!({ "total": app.store().delete(&request.ids)? })))
}

pub(crate) async fn search(State(app): State<App>) -> Reply {
    let keys: Vec<Value> = app.store().list()?.iter().map(StoredKey::api_key).collect();
    Ok(Json(json!({ "keys": keys })))
}

/// The moment of expiry from a relative and an absolute number of seconds, 0 = not given. A model: which of
/// the two the service prefers is unknown, so both together are refused.
fn expiry(expires_in: i64, expire_time: i64, now: i64) -> Result<i64, String> {
    let moment = match (expires_in, expire_time) {
        (0, moment) => moment,
        (seconds, 0) => now.saturating_add(seconds),
        _ => return Err("`/expiresIn`: cannot be given beside `expireTime`".to_owned()),
    };
    if moment > i64::from(i32::MAX) {
        return Err(format!(
            "`/expiresIn`: the key would expire at {moment}, which is beyond {}",
            i32::MAX
        ));
    }
    Ok(moment)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn expiry_is_relative_or_absolute() {
        for (expires_in, expire_time, expected) in [
            (0, 0, Some(0)),
            (60, 0, Some(1060)),
            (0, 5000, Some(5000)),
            (60, 5000, None),
            (i64::from(i32::MAX), 0, None),
        ] {
            assert_eq!(
                expiry(expires_in, expire_time, 1000).ok(),
                expected,
                "{expires_in} {expire_time}"
            );
        }
    }
}
