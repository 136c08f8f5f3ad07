//! A proxy before the sandbox that remembers what was sent to it.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};

use anyhow::{Context, Result};
use axum::Router;
use axum::body::Bytes;
use axum::extract::{Request, State};
use axum::http::header::{CONTENT_LENGTH, CONTENT_TYPE, HOST, HeaderMap};
use axum::http::{StatusCode, request};
use axum::response::{IntoResponse, Response};
use serde_json::Value;
use tokio::net::TcpListener;
use tokio::task::JoinHandle;

/// More than any request here has.
const MAX_BODY_BYTES: usize = 1024 * 1024;

/// A request as it was sent.
#[derive(Debug, Clone)]
pub(crate) struct Recorded {
    pub(crate) method: String,
    /// Path and query, as they stand in the request line.
    pub(crate) target: String,
    /// By name, in small letters.
    pub(crate) headers: BTreeMap<String, String>,
    /// Null when there was none.
    pub(crate) body: Value,
}

/// The proxy, until it is dropped.
pub(crate) struct Recorder {
    url: String,
    requests: Arc<Mutex<Vec<Recorded>>>,
    serving: JoinHandle<()>,
}

impl Recorder {
    /// Listens on a port of its own, and passes everything on to the server at that base URL.
    pub(crate) async fn before(server: &str) -> Result<Self> {
        let listener = TcpListener::bind("127.0.0.1:0").await?;
        let url = format!("http://{}", listener.local_addr()?);
        let requests = Arc::default();
        let proxy = Router::new()
            .fallback(pass)
            .with_state((server.to_owned(), Arc::clone(&requests)));
        let serving = tokio::spawn(async move {
            // It serves until it is aborted.
            let _ = axum::serve(listener, proxy).await;
        });
        Ok(Self {
            url,
            requests,
            serving,
        })
    }

    /// The base URL for clients.
    pub(crate) fn url(&self) -> &str {
        &self.url
    }

    /// All that was sent so far, in the order it came.
    pub(crate) fn requests(&self) -> Vec<Recorded> {
        self.requests
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .clone()
    }
}

impl Drop for Recorder {
    fn drop(&mut self) {
        self.serving.abort();
    }
}

async fn pass(
    State((server, requests)): State<(String, Arc<Mutex<Vec<Recorded>>>)>,
    request: Request,
) -> Response {
    let (parts, body) = request.into_parts();
    let passed = async {
        let body = axum::body::to_bytes(body, MAX_BODY_BYTES).await?;
        let recorded = record(&parts, &body)?;
        requests
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .push(recorded);
        tokio::task::spawn_blocking(move || forward(&server, parts, &body)).await?
    };
    passed
        .await
        .unwrap_or_else(|error| (StatusCode::BAD_GATEWAY, format!("{error:#}")).into_response())
}

fn record(parts: &request::Parts, body: &[u8]) -> Result<Recorded> {
    let header = |(name, value): (&axum::http::HeaderName, &axum::http::HeaderValue)| {
        Ok((name.as_str().to_owned(), value.to_str()?.to_owned()))
    };
    Ok(Recorded {
        method: parts.method.to_string(),
        target: parts.uri.path_and_query().context("no path")?.to_string(),
        headers: parts.headers.iter().map(header).collect::<Result<_>>()?,
        body: match body {
            [] => Value::Null,
            text => serde_json::from_slice(text).context("a body that is not JSON")?,
        },
    })
}

fn forward(server: &str, parts: request::Parts, body: &Bytes) -> Result<Response> {
    let agent: ureq::Agent = ureq::Agent::config_builder()
        .http_status_as_error(false)
        .build()
        .into();
    let target = parts.uri.path_and_query().context("no path")?;
    let mut passed_on = ureq::http::Request::builder()
        .method(parts.method)
        .uri(format!("{server}{target}"))
        .body(&body[..])?;
    let mut headers = parts.headers;
    // Those two are of this connection, and the next has its own.
    headers.remove(HOST);
    headers.remove(CONTENT_LENGTH);
    *passed_on.headers_mut() = headers;
    let mut reply = agent.run(passed_on)?;
    let mut headers = HeaderMap::new();
    headers.extend(
        reply
            .headers()
            .get(CONTENT_TYPE)
            .map(|value| (CONTENT_TYPE, value.clone())),
    );
    let bytes = reply.body_mut().read_to_vec()?;
    Ok((reply.status(), headers, bytes).into_response())
}
