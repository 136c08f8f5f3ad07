//! What both APIs do with keys; each adds its own form.

use std::time::Instant;

use axum::body::{Body, Bytes};
use axum::http::header::CONTENT_TYPE;
use axum::response::{IntoResponse, Response};
use futures_util::stream;
use secrecy::{ExposeSecret, SecretString};

use crate::app::App;
use crate::caller::Caller;
use crate::error::ApiError;
use crate::event::KeyChange;
use crate::key::{Digest, ReBac, StoredKey, new_secret};
use crate::model::{MissingKey, Verdict};
use crate::rules::Rules;
use crate::schema::Shape;

/// Keys in one piece of a list's reply, so that a list of very many needs little memory.
const PAGE: usize = 256;

/// The request that is carried out: its shape, and where in it the document of the key stands.
#[derive(Clone, Copy)]
pub(crate) struct Form {
    pub(crate) shape: Shape,
    pub(crate) prefix: &'static str,
}

/// All of a new key but what the sandbox adds.
pub(crate) struct NewKey {
    pub(crate) name: String,
    pub(crate) description: String,
    pub(crate) status: String,
    pub(crate) expire_time: i64,
    /// The member of the request that `expire_time` comes from.
    pub(crate) expiry_member: &'static str,
    pub(crate) permitted_ips: Vec<String>,
    pub(crate) re_bac: ReBac,
}

pub(crate) async fn create(
    app: &App,
    caller: &Caller,
    form: Form,
    new: NewKey,
) -> Result<(StoredKey, SecretString), ApiError> {
    let now = app.now();
    Rules::new(app, form.prefix)
        .networks(&new.permitted_ips)
        .grants(&new.re_bac)
        .expiry_told_by(new.expiry_member)
        .late_expiry(new.expire_time)
        .past_expiry(new.expire_time, now)
        .check()
        .map_err(|message| form.shape.refuse(message))?;
    caller.may_grant(app.model(), &new.re_bac)?;
    let secret = new_secret();
    let digest = Digest::of(secret.expose_secret());
    let unique = app.model().duplicate_names == Verdict::Refuse;
    let key = app
        .store()
        .write(move |keys| {
            if unique && keys.has_other_named(&new.name, "")? {
                return Err(name_taken(form));
            }
            let key = StoredKey {
                id: keys.new_id(),
                name: new.name,
                description: new.description,
                status: new.status,
                created_time: now,
                expire_time: new.expire_time,
                permitted_ips: new.permitted_ips,
                re_bac: new.re_bac,
                digest,
            };
            keys.put(&key, KeyChange::Created)?;
            Ok(key)
        })
        .await?;
    app.propagation().changed(app.model(), &key.id, Instant::now());
    Ok((key, secret))
}

/// A key, or `None` where the model has that for a key that does not exist.
pub(crate) fn read(app: &App, id: &str) -> Result<Option<StoredKey>, ApiError> {
    app.propagation().read(app.model(), id, Instant::now())?;
    match (app.store().get(id)?, app.model().missing_key) {
        (None, MissingKey::NotFound) => Err(ApiError::no_key(id)),
        (found, _) => Ok(found),
    }
}

/// Changes a key in one step; nothing is stored when `edit` refuses.
pub(crate) async fn update(
    app: &App,
    caller: &Caller,
    form: Form,
    id: String,
    edit: impl FnOnce(&mut StoredKey) -> Result<(), ApiError> + Send + 'static,
) -> Result<StoredKey, ApiError> {
    caller.may_change(app.model(), std::slice::from_ref(&id))?;
    app.propagation().change(app.model(), &id, Instant::now())?;
    let unique = app.model().duplicate_names == Verdict::Refuse;
    let key = app
        .store()
        .write(move |keys| {
            let mut key = keys.get(&id)?.ok_or_else(|| ApiError::no_key(&id))?;
            edit(&mut key)?;
            if unique && keys.has_other_named(&key.name, &key.id)? {
                return Err(name_taken(form));
            }
            keys.put(&key, KeyChange::Updated)?;
            Ok(key)
        })
        .await?;
    app.propagation().changed(app.model(), &key.id, Instant::now());
    Ok(key)
}

/// Deletes those of these keys that exist and says how many did.
pub(crate) async fn delete(app: &App, caller: &Caller, ids: Vec<String>) -> Result<usize, ApiError> {
    caller.may_change(app.model(), &ids)?;
    for id in &ids {
        app.propagation().change(app.model(), id, Instant::now())?;
    }
    app.store()
        .write(move |keys| {
            let mut deleted = 0;
            for id in &ids {
                deleted += usize::from(keys.remove(id)?);
            }
            Ok(deleted)
        })
        .await
}

/// `{"keys": […]}` with all keys, oldest first. It is made piece by piece while it is sent: a key that changes
/// meanwhile may be told as it was or as it is.
pub(crate) fn list(app: &App) -> Result<Response, ApiError> {
    let (mut first, next) = piece(app, 0)?;
    first.insert_str(0, r#"{"keys":["#);
    let body = match next {
        None => Body::from(first + "]}"),
        Some(next) => {
            let rest = stream::unfold((app.clone(), Some(next)), |(app, next)| async move {
                let (piece, next) = match piece(&app, next?) {
                    Ok((piece, next @ Some(_))) => (Ok(piece), next),
                    Ok((piece, None)) => (Ok(piece + "]}"), None),
                    Err(error) => (Err(std::io::Error::other(format!("{error:?}"))), None),
                };
                Some((piece.map(Bytes::from), (app, next)))
            });
            let first = stream::iter([Ok(Bytes::from(first))]);
            Body::from_stream(futures_util::StreamExt::chain(first, rest))
        }
    };
    Ok(([(CONTENT_TYPE, "application/json")], body).into_response())
}

/// The keys after that number, separated by commas from each other and from those before.
fn piece(app: &App, after: u64) -> Result<(String, Option<u64>), ApiError> {
    let page = app.store().page(after, PAGE)?;
    let keys: Vec<String> = page.keys.iter().map(|key| key.api_key().to_string()).collect();
    let comma = if after == 0 || keys.is_empty() { "" } else { "," };
    Ok((format!("{comma}{}", keys.join(",")), page.next))
}

fn name_taken(form: Form) -> ApiError {
    form.shape
        .refuse(format!("`{}/name`: another key has this name", form.prefix))
}
