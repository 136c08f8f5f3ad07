//! What all handlers share, and which handler serves which route.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{SystemTime, UNIX_EPOCH};

use axum::extract::{DefaultBodyLimit, Request};
use axum::routing::{get, post};
use axum::{Json, Router, middleware};
use serde_json::{Value, json};
use tokio::sync::{mpsc, watch};

use crate::error::ApiError;
use crate::fault::Faults;
use crate::key::Digest;
use crate::store::Store;
use crate::traffic::RequestLog;
use crate::{caller, control, infra, key_api, traffic};

/// The state of a sandbox; clones share it.
#[derive(Clone)]
pub(crate) struct App(Arc<Shared>);

struct Shared {
    store: Store,
    root_keys: Vec<Digest>,
    strict: bool,
    faults: Mutex<Faults>,
    log: Mutex<RequestLog>,
    stopping: watch::Receiver<bool>,
    /// Closes its channel when the last clone is gone. The last field, so that the store is closed before.
    _in_use: mpsc::Sender<()>,
}

impl App {
    pub(crate) fn new(
        store: Store,
        root_keys: Vec<Digest>,
        strict: bool,
        faults: Faults,
        stopping: watch::Receiver<bool>,
        in_use: mpsc::Sender<()>,
    ) -> Self {
        Self(Arc::new(Shared {
            store,
            root_keys,
            strict,
            faults: Mutex::new(faults),
            log: Mutex::default(),
            stopping,
            _in_use: in_use,
        }))
    }

    pub(crate) fn store(&self) -> &Store {
        &self.0.store
    }

    /// The keys given at the start, which may call whatever happens to the stored ones.
    pub(crate) fn root_keys(&self) -> &[Digest] {
        &self.0.root_keys
    }

    pub(crate) fn is_strict(&self) -> bool {
        self.0.strict
    }

    pub(crate) fn faults(&self) -> MutexGuard<'_, Faults> {
        self.0.faults.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(crate) fn log(&self) -> MutexGuard<'_, RequestLog> {
        self.0.log.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Ends when the sandbox is told to stop.
    pub(crate) async fn stopped(&self) {
        // An error means that the sandbox was dropped, which stops it too.
        let _ = self.0.stopping.clone().wait_for(|stopping| *stopping).await;
    }

    /// Unix seconds.
    pub(crate) fn now(&self) -> i64 {
        let since_epoch = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
        i64::try_from(since_epoch.as_secs()).unwrap_or(i64::MAX)
    }

    /// Forgets keys, faults and the log.
    pub(crate) fn reset(&self) -> Result<(), ApiError> {
        self.store().clear()?;
        *self.faults() = Faults::default();
        *self.log() = RequestLog::default();
        Ok(())
    }
}

pub(crate) fn router(app: App) -> Router {
    let api = Router::new()
        .route("/v1/mgmt/license", get(license))
        .route(
            "/v1/mgmt/infra",
            get(infra::read)
                .post(infra::create)
                .put(infra::update)
                .delete(infra::delete),
        )
        .route(
            "/v1/mgmt/managementkey",
            get(key_api::read).put(key_api::create).patch(key_api::update),
        )
        .route("/v1/mgmt/managementkey/delete", post(key_api::delete))
        .route("/v1/mgmt/managementkey/search", get(key_api::search))
        .fallback(no_route)
        .method_not_allowed_fallback(no_route)
        .layer(middleware::from_fn_with_state(app.clone(), caller::authenticate))
        // Outermost, so that the log has refused callers too and a fault meets a request first.
        .layer(middleware::from_fn_with_state(app.clone(), traffic::pass));
    let control = Router::new()
        .route("/_sandbox/keys", get(control::keys))
        .route("/_sandbox/requests", get(control::requests))
        .route("/_sandbox/reset", post(control::reset))
        .route("/_sandbox/faults", post(control::inject));
    api.merge(control)
        .layer(DefaultBodyLimit::max(traffic::MAX_BODY_BYTES))
        .with_state(app)
}

/// The handshake of the full clients. The tier is a model: the one without limits of ours.
async fn license() -> Json<Value> {
    Json(json!({ "rateLimitTier": "tier4" }))
}

async fn no_route(request: Request) -> ApiError {
    ApiError::no_route(request.method().as_str(), request.uri().path())
}
