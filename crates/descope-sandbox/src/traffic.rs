//! What stands between the network and the API: the log of requests, and the faults they meet.

use std::collections::VecDeque;
use std::io;
use std::time::Duration;

use axum::body::{Body, to_bytes};
use axum::extract::{ConnectInfo, Query, Request, State};
use axum::http::header::{CONTENT_LENGTH, CONTENT_TYPE, RETRY_AFTER};
use axum::http::request::Parts;
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use futures_util::stream;
use serde::{Deserialize, Deserializer, Serialize};
use serde_json::Value;

use crate::app::App;
use crate::connection::Peer;
use crate::error::ApiError;
use crate::event::Event;
use crate::fault::Kind;

/// Far above any request of a client.
pub(crate) const MAX_BODY_BYTES: usize = 1024 * 1024;

/// What is read of a body that is refused for its length: a client that is still sending when it is answered may
/// see a reset instead of the refusal.
const MAX_READ_BYTES: usize = 8 * MAX_BODY_BYTES;

/// More than a test sends, and little memory.
const MAX_LOGGED: usize = 10_000;

/// No path of the API and no id is longer; what is, would only fill memory.
const MAX_LOGGED_CHARACTERS: usize = 200;

/// A request as the log tells it: without its header and body, so without any secret.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct LoggedRequest {
    /// Counted from 1, since the sandbox was started or reset.
    pub number: u64,
    /// When it was answered, in unix milliseconds.
    pub time: u64,
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
pub(crate) struct RequestLog {
    latest: VecDeque<LoggedRequest>,
    count: u64,
}

impl RequestLog {
    pub(crate) fn entries(&self) -> Vec<LoggedRequest> {
        self.latest.iter().cloned().collect()
    }

    /// The latest so many, oldest of them first.
    pub(crate) fn newest(&self, count: usize) -> Vec<LoggedRequest> {
        let passed_over = self.latest.len().saturating_sub(count);
        self.latest.iter().skip(passed_over).cloned().collect()
    }

    pub(crate) fn len(&self) -> usize {
        self.latest.len()
    }

    /// Adds a request and gives it its number.
    fn add(&mut self, mut request: LoggedRequest) -> LoggedRequest {
        if self.latest.len() == MAX_LOGGED {
            self.latest.pop_front();
        }
        self.count += 1;
        request.number = self.count;
        self.latest.push_back(request.clone());
        request
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
    let mut names = Names::default();
    let mut fault = None;
    let response = match to_bytes(body, MAX_READ_BYTES).await {
        Ok(body) if body.len() <= MAX_BODY_BYTES => {
            names = Names::of(&parts, &body);
            fault = app.faults().meet(&method, &path, names.entity.as_deref());
            let run = next.run(Request::from_parts(parts, Body::from(body)));
            match fault.clone() {
                None => Some(run.await),
                Some(kind) => meet(kind, &app, run).await,
            }
        }
        _ => {
            let message = format!("the body is not whole, or above {MAX_BODY_BYTES} bytes");
            Some(ApiError::malformed(message).into_response())
        }
    };
    let logged = app.log().add(LoggedRequest {
        number: 0,
        time: app.now_in_milliseconds(),
        method: loggable(method.as_str()),
        path: loggable(&path),
        entity: names.entity.as_deref().map(loggable),
        id: names.id.as_deref().map(loggable),
        status: response.as_ref().map(|response| response.status().as_u16()),
        fault: fault.is_some(),
    });
    app.tell(|| Event::Request(logged));
    if fault.is_some() {
        app.tell(|| Event::Faults);
    }
    response.unwrap_or_else(|| {
        peer.cut();
        Response::default()
    })
}

/// Text of a caller as it may be logged: cut short, and without anything that looks like a management key, which a
/// confused client may send in any place.
fn loggable(text: &str) -> String {
    let mut shown = String::new();
    let mut rest = text;
    while let Some(start) = rest.find(|character: char| character.is_ascii_alphanumeric()) {
        let (between, word) = rest.split_at(start);
        let end = word
            .find(|character: char| !character.is_ascii_alphanumeric())
            .unwrap_or(word.len());
        let (word, after) = word.split_at(end);
        shown.push_str(between);
        shown.push_str(if looks_secret(word) { "(redacted)" } else { word });
        rest = after;
    }
    shown.push_str(rest);
    shown.chars().take(MAX_LOGGED_CHARACTERS).collect()
}

fn looks_secret(word: &str) -> bool {
    word.starts_with('K') && word.len() >= 20
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
            if let Some(value) = retry_after {
                response.headers_mut().insert(RETRY_AFTER, value);
            }
            response
        }
        Kind::ResetBefore {} => return None,
        Kind::ResetAfter {} => {
            run.await;
            return None;
        }
        Kind::Truncate {} => truncated(run.await).await?,
        Kind::Malformed { body, content_type } => {
            run.await;
            ([(CONTENT_TYPE, content_type)], body).into_response()
        }
        Kind::Delay {
            milliseconds,
            after_effect: false,
        } => {
            pause(app, milliseconds).await;
            run.await
        }
        Kind::Delay { milliseconds, .. } => {
            let response = run.await;
            pause(app, milliseconds).await;
            response
        }
        Kind::EmptyCleartext {} => {
            edited(run.await, |body| {
                for place in ["/cleartext", "/data/cleartext"] {
                    if let Some(cleartext) = body.pointer_mut(place) {
                        *cleartext = "".into();
                    }
                }
            })
            .await?
        }
        Kind::WrongId {} => {
            edited(run.await, |body| {
                for place in ["/id", "/key/id"] {
                    if let Some(id) = body.pointer_mut(place) {
                        *id = "MKanother".into();
                    }
                }
            })
            .await?
        }
    })
}

/// Waits, but not for longer than the sandbox runs.
async fn pause(app: &App, milliseconds: u64) {
    tokio::select! {
        () = tokio::time::sleep(Duration::from_millis(milliseconds)) => {}
        () = app.stopped() => {}
    }
}

/// A reply whose head promises the whole body, of which half arrives before the connection breaks; `None` when there
/// is no whole body.
async fn truncated(response: Response) -> Option<Response> {
    let (mut parts, body) = response.into_parts();
    let body = to_bytes(body, usize::MAX).await.ok()?;
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
    Some(Response::from_parts(parts, Body::from_stream(pieces)))
}

/// A reply with another JSON body; `None` when there is no whole body.
async fn edited(response: Response, edit: impl FnOnce(&mut Value)) -> Option<Response> {
    let (mut parts, body) = response.into_parts();
    let body = to_bytes(body, usize::MAX).await.ok()?;
    let Ok(mut value) = serde_json::from_slice(&body) else {
        return Some(Response::from_parts(parts, Body::from(body)));
    };
    edit(&mut value);
    parts.headers.remove(CONTENT_LENGTH);
    Some(Response::from_parts(parts, Body::from(value.to_string())))
}

/// What a request is about, as far as its query or its JSON body says so.
#[derive(Default, Deserialize)]
#[serde(default)]
struct Names {
    #[serde(deserialize_with = "if_text")]
    entity: Option<String>,
    #[serde(deserialize_with = "if_text")]
    id: Option<String>,
}

impl Names {
    fn of(parts: &Parts, body: &[u8]) -> Self {
        let body: Self = serde_json::from_slice(body).unwrap_or_default();
        let query: Self = Query::try_from_uri(&parts.uri)
            .map(|Query(names)| names)
            .unwrap_or_default();
        Self {
            entity: query.entity.or(body.entity),
            id: query.id.or(body.id),
        }
    }
}

/// Passes over what is not text: that such a request is refused is for others to say.
fn if_text<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<String>, D::Error> {
    Ok(match Value::deserialize(deserializer)? {
        Value::String(text) => Some(text),
        _ => None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_looks_like_a_key_is_not_logged() {
        for (text, shown) in [
            ("/v1/mgmt/infra", "/v1/mgmt/infra"),
            ("MK00000001abcdefghijklmnopqr", "MK00000001abcdefghijklmnopqr"),
            ("/v1/K2abcdefghijklmnopqrstuvwx/é", "/v1/(redacted)/é"),
            ("P1:K2abcdefghijklmnopqrstuvwx", "P1:(redacted)"),
            ("Kubernetes", "Kubernetes"),
        ] {
            assert_eq!(loggable(text), shown);
        }
        assert_eq!(loggable(&"é".repeat(1000)).chars().count(), MAX_LOGGED_CHARACTERS);
    }
}
