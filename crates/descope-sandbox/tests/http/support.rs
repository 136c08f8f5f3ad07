//! What the tests share: a sandbox, and a caller that sends raw requests.

use descope_sandbox::{Config, DEMO_KEY, Sandbox};
use serde_json::Value;

/// A caller with some authorization header.
pub(crate) struct Caller {
    base_url: String,
    authorization: String,
    /// The header `X-Forwarded-For`.
    forwarded_for: Option<&'static str>,
    http: ureq::Agent,
}

impl Caller {
    pub(crate) fn new(base_url: impl Into<String>, authorization: impl Into<String>) -> Self {
        let http = ureq::Agent::config_builder()
            .http_status_as_error(false)
            .proxy(None)
            .build()
            .into();
        Self {
            base_url: base_url.into(),
            authorization: authorization.into(),
            forwarded_for: None,
            http,
        }
    }

    /// The same caller, behind a proxy that says where it calls from.
    pub(crate) fn forwarded_for(mut self, addresses: &'static str) -> Self {
        self.forwarded_for = Some(addresses);
        self
    }

    /// Sends a request, such as `GET /v1/mgmt/license`, and returns its status and body.
    pub(crate) async fn send(&self, request: &str, body: &Value) -> (u16, Value) {
        let body = if body.is_null() {
            String::new()
        } else {
            body.to_string()
        };
        self.send_text(request, body).await
    }

    pub(crate) async fn send_text(&self, request: &str, body: String) -> (u16, Value) {
        let response = self.exchange(request, body).await;
        let (status, text) = (response.status().as_u16(), response.body());
        (
            status,
            serde_json::from_str(text).unwrap_or_else(|_| panic!("{text}")),
        )
    }

    /// The whole reply to a request.
    pub(crate) async fn exchange(&self, request: &str, body: String) -> ureq::http::Response<String> {
        let (method, path) = request.split_once(' ').unwrap();
        let mut request = ureq::http::Request::builder()
            .method(method)
            .uri(format!("{}{path}", self.base_url))
            .header("authorization", &self.authorization);
        if let Some(addresses) = self.forwarded_for {
            request = request.header("x-forwarded-for", addresses);
        }
        let http = self.http.clone();
        let exchange = move || {
            let response = if body.is_empty() {
                http.run(request.body(()).unwrap())
            } else {
                http.run(request.body(body).unwrap())
            };
            let (parts, mut body) = response.unwrap().into_parts();
            ureq::http::Response::from_parts(parts, body.read_to_string().unwrap())
        };
        tokio::task::spawn_blocking(exchange).await.unwrap()
    }

    /// The body of a success.
    pub(crate) async fn succeed(&self, request: &str, body: Value) -> Value {
        let (status, reply) = self.send(request, &body).await;
        assert_eq!(status, 200, "{request} {body}: {reply}");
        reply
    }

    /// The status, code and message of a refusal.
    pub(crate) async fn fail(&self, request: &str, body: Value) -> (u16, String, String) {
        let (status, reply) = self.send(request, &body).await;
        let text = |name: &str| {
            reply[name]
                .as_str()
                .unwrap_or_else(|| panic!("{name} of {reply}"))
                .to_owned()
        };
        assert!(!text("errorDescription").is_empty());
        (status, text("errorCode"), text("errorMessage"))
    }
}

/// A sandbox with a caller that has the demo key.
pub(crate) async fn start(config: Config) -> (Sandbox, Caller) {
    let sandbox = Sandbox::start(config).await.unwrap();
    let caller = Caller::new(sandbox.base_url(), format!("Bearer {DEMO_KEY}"));
    (sandbox, caller)
}
