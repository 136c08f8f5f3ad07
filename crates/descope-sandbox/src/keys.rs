//! What both APIs do with keys; each adds its own form.

use std::time::Instant;

use axum::body::{Body, Bytes};
use axum::http::header::CONTENT_TYPE;
use axum::response::{IntoResponse, Response};
use futures_util::stream::{self, StreamExt};
use secrecy::{ExposeSecret, SecretString};

use crate::app::App;
use crate::caller::Caller;
use crate::error::ApiError;
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
    /// Unix seconds; a relative expiry is counted from this reading of the clock.
    pub(crate) created_time: i64,
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
    Rules::new(app, form.prefix)
        .networks(&new.permitted_ips)
        .grants(&new.re_bac)
        .expiry_told_by(new.expiry_member)
        .late_expiry(new.expire_time)
        .past_expiry(new.expire_time, new.created_time)
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
                created_time: new.created_time,
                expire_time: new.expire_time,
                permitted_ips: new.permitted_ips,
                re_bac: new.re_bac,
                digest,
            };
            keys.create(&key)?;
            Ok(key)
        })
        .await?;
    app.propagation().changed(app.model(), &key.id, Instant::now());
    Ok((key, secret))
}

/// A key, or `None` where the model has that for a key that does not exist.
pub(crate) fn read(app: &App, id: &str) -> Result<Option<StoredKey>, ApiError> {
    let now = Instant::now();
    app.propagation().admit(app.model(), id, now)?;
    let found = if app.propagation().hides(app.model(), id, now) {
        None
    } else {
        app.store().get(id)?
    };
    match (found, app.model().missing_key) {
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
    app.propagation().admit(app.model(), &id, Instant::now())?;
    let unique = app.model().duplicate_names == Verdict::Refuse;
    let key = app
        .store()
        .write(move |keys| {
            let mut key = keys.get(&id)?.ok_or_else(|| ApiError::no_key(&id))?;
            edit(&mut key)?;
            if unique && keys.has_other_named(&key.name, &key.id)? {
                return Err(name_taken(form));
            }
            keys.update(&key)?;
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
        app.propagation().admit(app.model(), id, Instant::now())?;
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

/// Which keys a list tells.
#[derive(Clone, Copy)]
pub(crate) enum Listed {
    /// All that are stored.
    Stored,
    /// Those that are not hidden until their latest change has spread.
    Spread,
}

/// `{"keys": […]}` with all keys, oldest first. It is made piece by piece while it is sent: a key that changes
/// meanwhile may be told as it was or as it is.
pub(crate) fn list(app: &App, listed: Listed) -> Result<Response, ApiError> {
    let mut pieces = Pieces {
        app: app.clone(),
        listed,
        after: Some(String::new()),
        separator: "",
    };
    let first = format!(r#"{{"keys":[{}"#, pieces.next()?.unwrap_or_default());
    let body = if pieces.after.is_none() {
        Body::from(first)
    } else {
        let rest = stream::try_unfold(pieces, |mut pieces| async move {
            let piece = pieces
                .next()
                .map_err(|error| std::io::Error::other(format!("{error:?}")))?;
            Ok::<_, std::io::Error>(piece.map(|piece| (Bytes::from(piece), pieces)))
        });
        Body::from_stream(stream::iter([Ok(Bytes::from(first))]).chain(rest))
    };
    Ok(([(CONTENT_TYPE, "application/json")], body).into_response())
}

/// What follows `{"keys":[` in a list.
struct Pieces {
    app: App,
    listed: Listed,
    /// The id of the last key that was looked at; `None` after the last of all.
    after: Option<String>,
    /// What stands before the next key.
    separator: &'static str,
}

impl Pieces {
    fn next(&mut self) -> Result<Option<String>, ApiError> {
        let Some(after) = self.after.take() else {
            return Ok(None);
        };
        let page = self.app.store().page(&after, PAGE)?;
        if page.len() == PAGE {
            self.after = page.last().map(|key| key.id.clone());
        }
        let mut piece = String::new();
        for key in page {
            if !self.tells(&key) {
                continue;
            }
            piece.push_str(std::mem::replace(&mut self.separator, ","));
            piece.push_str(&key.api_key().to_string());
        }
        if self.after.is_none() {
            piece.push_str("]}");
        }
        Ok(Some(piece))
    }

    fn tells(&self, key: &StoredKey) -> bool {
        let app = &self.app;
        match self.listed {
            Listed::Stored => true,
            Listed::Spread => !app.propagation().hides(app.model(), &key.id, Instant::now()),
        }
    }
}

fn name_taken(form: Form) -> ApiError {
    form.shape
        .refuse(format!("`{}/name`: another key has this name", form.prefix))
}
