//! What all handlers share, and which handler serves which route.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{SystemTime, UNIX_EPOCH};

use axum::extract::{DefaultBodyLimit, Request, State};
use axum::routing::{any, get, post};
use axum::{Json, Router, middleware};
use serde_json::{Value, json};
use tokio::sync::{broadcast, mpsc, watch};

use crate::error::ApiError;
use crate::event::{Event, Events};
use crate::fault::Faults;
use crate::key::Digest;
use crate::limit::{self, Windows};
use crate::model::Model;
use crate::project::Project;
use crate::propagation::Propagation;
use crate::store::Store;
use crate::traffic::RequestLog;
use crate::{caller, control, infra, key_api, page, traffic};

/// The state of a sandbox; clones share it.
#[derive(Clone)]
pub(crate) struct App(Arc<Shared>);

struct Shared {
    store: Store,
    settings: Settings,
    windows: Windows,
    propagation: Propagation,
    faults: Mutex<Faults>,
    log: Mutex<RequestLog>,
    events: Events,
    stopping: watch::Receiver<bool>,
    /// Closes its channel when the last clone is gone. The last field, so that the store is closed before.
    _in_use: mpsc::Sender<()>,
}

/// What does not change while a sandbox runs.
pub(crate) struct Settings {
    /// The keys given at the start, which may call whatever happens to the stored ones.
    pub(crate) root_keys: Vec<Digest>,
    pub(crate) model: Model,
    pub(crate) projects: Vec<Project>,
}

impl App {
    pub(crate) fn new(
        store: Store,
        settings: Settings,
        faults: Faults,
        events: Events,
        stopping: watch::Receiver<bool>,
        in_use: mpsc::Sender<()>,
    ) -> Self {
        Self(Arc::new(Shared {
            store,
            settings,
            windows: Windows::default(),
            propagation: Propagation::default(),
            faults: Mutex::new(faults),
            log: Mutex::default(),
            events,
            stopping,
            _in_use: in_use,
        }))
    }

    pub(crate) fn store(&self) -> &Store {
        &self.0.store
    }

    pub(crate) fn root_keys(&self) -> &[Digest] {
        &self.0.settings.root_keys
    }

    pub(crate) fn model(&self) -> &Model {
        &self.0.settings.model
    }

    pub(crate) fn projects(&self) -> &[Project] {
        &self.0.settings.projects
    }

    pub(crate) fn windows(&self) -> &Windows {
        &self.0.windows
    }

    pub(crate) fn propagation(&self) -> &Propagation {
        &self.0.propagation
    }

    pub(crate) fn faults(&self) -> MutexGuard<'_, Faults> {
        self.0.faults.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(crate) fn log(&self) -> MutexGuard<'_, RequestLog> {
        self.0.log.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// What happens from now on.
    pub(crate) fn events(&self) -> broadcast::Receiver<Event> {
        self.0.events.watch()
    }

    /// Tells what happened to those that watch.
    pub(crate) fn tell(&self, event: impl FnOnce() -> Event) {
        self.0.events.tell(event);
    }

    /// Ends when the sandbox is told to stop.
    pub(crate) async fn stopped(&self) {
        // An error means that the sandbox was dropped, which stops it too.
        let _ = self.0.stopping.clone().wait_for(|stopping| *stopping).await;
    }

    /// Unix seconds.
    pub(crate) fn now(&self) -> i64 {
        i64::try_from(self.now_in_milliseconds() / 1000).unwrap_or(i64::MAX)
    }

    pub(crate) fn now_in_milliseconds(&self) -> u64 {
        let since_epoch = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
        u64::try_from(since_epoch.as_millis()).unwrap_or(u64::MAX)
    }

    /// Forgets keys, faults, the log and what was counted for rate limits.
    pub(crate) async fn reset(&self) -> Result<(), ApiError> {
        self.store().write(|keys| keys.clear()).await?;
        *self.faults() = Faults::default();
        *self.log() = RequestLog::default();
        self.windows().clear();
        self.propagation().clear();
        self.tell(|| Event::Reset);
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
        .route("/v1/mgmt/projects/list", post(projects))
        .fallback(no_route)
        .method_not_allowed_fallback(no_route)
        .layer(middleware::from_fn_with_state(app.clone(), caller::authenticate))
        // Before the caller is looked at: strangers are slowed down, too.
        .layer(middleware::from_fn_with_state(app.clone(), limit::admit))
        // Outermost, so that the log has refused callers too and a fault meets a request first.
        .layer(middleware::from_fn_with_state(app.clone(), traffic::pass));
    let control = Router::new()
        .route("/", get(page::page))
        .route("/_sandbox/events", get(page::events))
        .route("/_sandbox/keys", get(control::keys))
        .route("/_sandbox/requests", get(control::requests))
        .route("/_sandbox/reset", post(control::reset))
        .route(
            "/_sandbox/faults",
            get(control::faults)
                .post(control::inject)
                .delete(control::clear_faults),
        )
        .route("/_sandbox/projects", get(control::projects))
        .route("/_sandbox/model", get(control::model))
        .route("/_sandbox/{*rest}", any(no_route))
        .method_not_allowed_fallback(no_route);
    api.merge(control)
        .layer(DefaultBodyLimit::max(traffic::MAX_BODY_BYTES))
        .with_state(app)
}

/// The handshake of the full clients.
async fn license(State(app): State<App>) -> Json<Value> {
    Json(json!({ "rateLimitTier": app.model().license_tier.to_string() }))
}

/// The request has no body; one that is there is not looked at.
async fn projects(State(app): State<App>) -> Json<Value> {
    Json(json!({ "projects": app.projects() }))
}

async fn no_route(request: Request) -> ApiError {
    ApiError::no_route(request.method().as_str(), request.uri().path())
}
