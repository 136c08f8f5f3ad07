//! One sending: from a request value to what came of it. Knows TLS, time limits and statuses; never repeats.

use std::error::Error as _;
use std::net::{Ipv4Addr, Ipv6Addr};
use std::sync::{Arc, OnceLock};
use std::time::Duration;

use reqwest::header::{self, HeaderMap, HeaderValue};
use rustls_platform_verifier::BuilderVerifierExt;
use secrecy::{ExposeSecret, SecretString};

use crate::Timings;
use crate::base_url::BaseUrl;
use crate::error::{Error, Problem, Refusal, presentable};
use crate::repeat::{Failure, retry_after};
use crate::reply::Reply;
use crate::request::Request;

const USER_AGENT: &str = concat!("descope-keys/", env!("CARGO_PKG_VERSION"));

/// Far above a listing of ten thousand keys, far below what would harm this machine.
const MAX_REPLY_BYTES: usize = 16 * 1024 * 1024;

/// A connection is dropped before servers are likely to close it: a create that meets a closing connection
/// would have an unknown outcome.
const IDLE_CONNECTION: Duration = Duration::from_secs(10);

const MAX_DETAIL: usize = 300;

/// The way to one API with one calling key.
pub(crate) struct Transport {
    base: BaseUrl,
    management_key: SecretString,
    authorization: HeaderValue,
    user_agent: HeaderValue,
    timings: Timings,
    /// Made at the first sending: reading the system's root certificates takes longer than most commands.
    http: OnceLock<Result<reqwest::Client, Error>>,
}

impl Transport {
    pub(crate) fn new(
        base: BaseUrl,
        management_key: &SecretString,
        user_agent: Option<&str>,
        timings: Timings,
    ) -> Result<Self, Error> {
        // Keys read from a file or a variable often end in a newline.
        let key = management_key.expose_secret().trim();
        if key.is_empty() || !key.bytes().all(|byte| byte.is_ascii_graphic()) {
            return Err(Error::InvalidManagementKey);
        }
        let mut authorization =
            HeaderValue::from_str(&format!("Bearer {key}")).map_err(|_| Error::InvalidManagementKey)?;
        authorization.set_sensitive(true);
        let user_agent = HeaderValue::from_str(user_agent.unwrap_or(USER_AGENT).trim());
        Ok(Self {
            base,
            management_key: key.into(),
            authorization,
            user_agent: user_agent.map_err(|_| Error::InvalidUserAgent)?,
            timings,
            http: OnceLock::new(),
        })
    }

    pub(crate) fn base(&self) -> &BaseUrl {
        &self.base
    }

    /// Sends once and waits at most `limit`. `now` is the wall clock in unix seconds, for dates in replies.
    ///
    /// # Errors
    ///
    /// All that is no whole success, redirects included.
    pub(crate) async fn send(&self, request: &Request, limit: Duration, now: i64) -> Result<Reply, Failure> {
        let http = self.http.get_or_init(|| self.connect()).as_ref();
        let http = http.map_err(|error| Failure::NoTls(error.clone()))?;
        let mut sending = http
            .request(
                request.method.clone(),
                self.base.join(request.path, &request.query),
            )
            .header(header::AUTHORIZATION, self.authorization.clone())
            .timeout(limit);
        if let Some(body) = &request.body {
            sending = sending
                .header(header::CONTENT_TYPE, "application/json")
                .body(body.to_string());
        }
        let mut response = match sending.send().await {
            Ok(response) => response,
            Err(error) if error.is_connect() => {
                return Err(Failure::Unsent {
                    detail: self.detail(&error),
                });
            }
            Err(error) => return Err(lost(self.broken(&error))),
        };

        let status = response.status().as_u16();
        let headers = std::mem::take(response.headers_mut());
        let mut body = Vec::new();
        let cut = loop {
            match response.chunk().await {
                Ok(None) => break None,
                Ok(Some(chunk)) if body.len() + chunk.len() > MAX_REPLY_BYTES => {
                    break Some(Problem::TooLarge {
                        limit: MAX_REPLY_BYTES,
                    });
                }
                Ok(Some(chunk)) => body.extend_from_slice(&chunk),
                Err(error) if error.is_timeout() => break Some(Problem::Timeout),
                Err(_) => break Some(Problem::Truncated),
            }
        };
        self.judge(status, &headers, body, cut, now)
    }

    /// What a reply means. The status decides; a body that was cut matters only to a success.
    fn judge(
        &self,
        status: u16,
        headers: &HeaderMap,
        body: Vec<u8>,
        cut: Option<Problem>,
        now: i64,
    ) -> Result<Reply, Failure> {
        let text = |name| {
            headers
                .get(name)
                .and_then(|value: &HeaderValue| value.to_str().ok())
        };
        let retry_after = text(header::RETRY_AFTER).and_then(|value| retry_after(value, now));
        let html =
            text(header::CONTENT_TYPE).is_some_and(|value| value.to_ascii_lowercase().contains("text/html"));
        let refusal = || Refusal::parse(status, &body, self.management_key.expose_secret());
        match status {
            200..=299 => match cut {
                None => Ok(Reply { status, body }),
                Some(problem) => Err(Failure::Lost {
                    problem,
                    partial: body,
                    retry_after: None,
                }),
            },
            300..=399 => Err(lost(Problem::Redirected { status })),
            // 408 and 499 tell that somebody stopped waiting, not that nothing was done.
            400..=407 | 409..=498 => Err(Failure::Refused {
                refusal: refusal(),
                html,
                retry_after,
            }),
            _ => {
                let problem = Problem::ServerFailure(Box::new(refusal()));
                Err(Failure::Lost {
                    problem,
                    partial: Vec::new(),
                    retry_after,
                })
            }
        }
    }

    /// Makes the connection pool. TLS is always verified, against the roots of the system.
    fn connect(&self) -> Result<reqwest::Client, Error> {
        let setup = |error: &dyn std::error::Error| Error::TlsSetup {
            detail: presentable(&error.to_string(), "", MAX_DETAIL),
        };
        let provider = Arc::new(rustls::crypto::ring::default_provider());
        let tls = rustls::ClientConfig::builder_with_provider(provider)
            .with_safe_default_protocol_versions()
            .map_err(|error| setup(&error))?;
        let tls = if self.base.is_https() {
            tls.with_platform_verifier().map_err(|error| setup(&error))?
        } else {
            // Plain `http` to this machine needs no roots, so none are read; no `https` host is then trusted.
            tls.with_root_certificates(rustls::RootCertStore::empty())
        };
        let mut builder = reqwest::Client::builder()
            .tls_backend_preconfigured(tls.with_no_client_auth())
            .user_agent(self.user_agent.clone())
            .redirect(reqwest::redirect::Policy::none())
            .retry(reqwest::retry::never())
            .connect_timeout(self.timings.connect)
            .read_timeout(self.timings.read)
            .pool_idle_timeout(IDLE_CONNECTION)
            .https_only(self.base.is_https());
        if !self.base.is_https() {
            // Neither a proxy of the environment nor a line in the hosts file may lead the key off this machine.
            let here = [(Ipv4Addr::LOCALHOST, 0).into(), (Ipv6Addr::LOCALHOST, 0).into()];
            builder = builder.no_proxy().resolve_to_addrs("localhost", &here);
        }
        builder.build().map_err(|error| setup(&error))
    }

    fn broken(&self, error: &reqwest::Error) -> Problem {
        if error.is_timeout() {
            Problem::Timeout
        } else {
            Problem::ConnectionLost {
                detail: self.detail(error),
            }
        }
    }

    /// The innermost reasons of a transport error; its outermost text would only repeat the URL.
    fn detail(&self, error: &reqwest::Error) -> String {
        let mut parts: Vec<String> = Vec::new();
        let mut source = error.source();
        while let Some(cause) = source {
            let text = cause.to_string();
            // Some libraries print their cause, too.
            if !parts.last().is_some_and(|outer| outer.contains(&text)) {
                parts.push(text);
            }
            source = cause.source();
        }
        presentable(&parts.join(": "), self.management_key.expose_secret(), MAX_DETAIL)
    }
}

fn lost(problem: Problem) -> Failure {
    Failure::Lost {
        problem,
        partial: Vec::new(),
        retry_after: None,
    }
}
