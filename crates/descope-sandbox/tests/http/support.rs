//! What the tests share: a sandbox, and a caller that sends raw requests.

use descope_sandbox::{Config, DEMO_KEY, Sandbox};
use serde_json::Value;

/// A caller with some authorization header.
pub(crate) struct Caller {
    base_url: String,
    authorization: String,
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
            http,
        }
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
        let (method, path) = request.split_once(' ').unwrap();
        let request = ureq::http::Request::builder()
            .method(method)
            .uri(format!("{}{path}", self.base_url))
            .header("authorization", &self.authorization);
        let http = self.http.clone();
        let exchange = move || {
            let response = if body.is_empty() {
                http.run(request.body(()).unwrap())
            } else {
                http.run(request.body(body).unwrap())
            };
            let mut response = response.unwrap();
            let text = response.body_mut().read_to_string().unwrap();
            (
                response.status().as_u16(),
                serde_json::from_str(&text).unwrap_or_else(|_| panic!("{text}")),
            )
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
