//! What stands between the network and the API: the log of requests, and the faults they meet.

use std::collections::VecDeque;
use std::io;
use std::time::Duration;

use axum::body::{Body, Bytes, to_bytes};
use axum::extract::{ConnectInfo, Request, State};
use axum::http::header::{CONTENT_LENGTH, CONTENT_TYPE, HeaderValue, RETRY_AFTER};
use axum::http::request::Parts;
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use futures_util::stream;
use serde::Serialize;
use serde_json::Value;

use crate::app::App;
use crate::connection::Peer;
use crate::error::ApiError;
use crate::fault::Kind;

/// Far above any request of a client.
pub(crate) const MAX_BODY_BYTES: usize = 1024 * 1024;

/// More than a test sends, and little memory.
const MAX_LOGGED: usize = 10_000;

/// A request as the log tells it: without its header and body, so without any secret.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct LoggedRequest {
    /// The method, in capitals.
    pub method: String,
    /// The path, without the query.
    pub path: String,
    /// The entity of the infra API that the query or the body names.
    pub entity: Option<String>,
    /// The key id that the query or the body names.
    pub id: Option<String>,
    /// The status that was sent; `None` when the connection was reset instead.
    pub status: Option<u16>,
    /// Whether the request met an injected fault.
    pub fault: bool,
}

/// The latest requests, oldest first.
#[derive(Debug, Default)]
pub(crate) struct RequestLog(VecDeque<LoggedRequest>);

impl RequestLog {
    pub(crate) fn entries(&self) -> Vec<LoggedRequest> {
        self.0.iter().cloned().collect()
    }

    fn add(&mut self, request: LoggedRequest) {
        if self.0.len() == MAX_LOGGED {
            self.0.pop_front();
        }
        self.0.push_back(request);
    }
}

/// Lets a request through, or lets it meet its fault; logs it either way.
///
/// It does so in a task of its own: a service carries out what it was sent even when the caller hangs up.
pub(crate) async fn pass(
    State(app): State<App>,
    ConnectInfo(peer): ConnectInfo<Peer>,
    request: Request,
    next: Next,
) -> Response {
    let passing = tokio::spawn(async move { pass_or_meet(app, peer, request, next).await });
    passing
        .await
        .unwrap_or_else(|error| ApiError::internal(&error).into_response())
}

async fn pass_or_meet(app: App, peer: Peer, request: Request, next: Next) -> Response {
    let (parts, body) = request.into_parts();
    let (method, path) = (parts.method.clone(), parts.uri.path().to_owned());
    let body = match to_bytes(body, MAX_BODY_BYTES).await {
        Ok(body) => body,
        Err(_) => {
            return ApiError::malformed(format!("the body is not whole, or above {MAX_BODY_BYTES} bytes"))
                .into_response();
        }
    };
    let [entity, id] = ["entity", "id"].map(|name| named(name, &parts, &body));
    let fault = app.faults().meet(&method, &path);
    let is_fault = fault.is_some();
    let run = next.run(Request::from_parts(parts, Body::from(body)));
    let response = match fault {
        None => Some(run.await),
        Some(kind) => meet(kind, &app, run).await,
    };
    app.log().add(LoggedRequest {
        method: method.to_string(),
        path,
        entity,
        id,
        status: response.as_ref().map(|response| response.status().as_u16()),
        fault: is_fault,
    });
    response.unwrap_or_else(|| {
        peer.cut();
        Response::default()
    })
}

/// Lets a request, which is carried out when `run` is awaited, meet a fault. `None` resets the connection.
async fn meet(kind: Kind, app: &App, run: impl Future<Output = Response>) -> Option<Response> {
    Some(match kind {
        Kind::Status {
            status,
            code,
            description,
            message,
            retry_after,
            after_effect,
        } => {
            if after_effect {
                run.await;
            }
            let mut response = ApiError::new(status, code, description, message).into_response();
            if let Some(value) = retry_after.and_then(|value| HeaderValue::from_str(&value).ok()) {
                response.headers_mut().insert(RETRY_AFTER, value);
            }
            response
        }
        Kind::ResetBefore {} => return None,
        Kind::ResetAfter {} => {
            run.await;
            return None;
        }
        Kind::Truncate {} => truncated(run.await).await,
        Kind::Malformed { body, content_type } => {
            run.await;
            ([(CONTENT_TYPE, content_type)], body).into_response()
        }
        Kind::Delay { milliseconds } => {
            tokio::select! {
                () = tokio::time::sleep(Duration::from_millis(milliseconds)) => {}
                () = app.stopped() => {}
            }
            run.await
        }
        Kind::EmptyCleartext {} => {
            edited(run.await, |body| {
                for place in ["/cleartext", "/data/cleartext"] {
                    if let Some(cleartext) = body.pointer_mut(place) {
                        *cleartext = "".into();
                    }
                }
            })
            .await
        }
        Kind::WrongId {} => {
            edited(run.await, |body| {
                for place in ["/id", "/key/id"] {
                    if let Some(id) = body.pointer_mut(place) {
                        *id = "MKanother".into();
                    }
                }
            })
            .await
        }
    })
}

/// A reply whose head promises the whole body, of which half arrives before the connection breaks.
async fn truncated(response: Response) -> Response {
    let (mut parts, body) = response.into_parts();
    let body = whole(body).await;
    parts.headers.insert(CONTENT_LENGTH, body.len().into());
    let half = body.slice(..body.len() / 2);
    let pieces = stream::unfold(Some(half), |piece| async move {
        match piece {
            Some(piece) => Some((Ok(piece), None)),
            None => {
                // While this waits, the server flushes the first piece; an error at once would swallow it.
                tokio::task::yield_now().await;
                Some((Err(io::Error::from(io::ErrorKind::ConnectionReset)), None))
            }
        }
    });
    Response::from_parts(parts, Body::from_stream(pieces))
}

/// A reply with another JSON body.
async fn edited(response: Response, edit: impl FnOnce(&mut Value)) -> Response {
    let (mut parts, body) = response.into_parts();
    let body = whole(body).await;
    let Ok(mut value) = serde_json::from_slice(&body) else {
        return Response::from_parts(parts, Body::from(body));
    };
    edit(&mut value);
    parts.headers.remove(CONTENT_LENGTH);
    Response::from_parts(parts, Body::from(value.to_string()))
}

async fn whole(body: Body) -> Bytes {
    to_bytes(body, usize::MAX)
        .await
        .expect("the bodies of our own replies are in memory")
}

/// A string that the query or the JSON body names.
fn named(name: &str, parts: &Parts, body: &[u8]) -> Option<String> {
    let query = axum::extract::Query::<Vec<(String, String)>>::try_from_uri(&parts.uri).ok()?;
    let in_query = query
        .0
        .into_iter()
        .find(|(key, _)| key == name)
        .map(|(_, value)| value);
    in_query.or_else(|| {
        let body: Value = serde_json::from_slice(body).ok()?;
        body.get(name)?.as_str().map(str::to_owned)
    })
}
