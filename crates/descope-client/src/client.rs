//! The client: verbs over keys, and the loop that sends a request as often as it may be sent.

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use secrecy::SecretString;

use crate::base_url::BaseUrl;
use crate::error::{Error, Operation, Problem, Refusal};
use crate::repeat::{Failure, Repeats};
use crate::reply::{self, Reply};
use crate::request::Request;
use crate::timer::{SystemTimer, Timer};
use crate::transport::Transport;
use crate::wire::{CreatedKey, Deletion, KeyDocument, KeyId, ListedKey};

/// By how many seconds the clock of the service may be behind this machine's when a lost create is looked for.
const CLOCK_SKEW_SECONDS: i64 = 120;

/// Manages the keys of one company. Cheap to clone; clones share their connections.
#[derive(Clone)]
pub struct Client {
    transport: Arc<Transport>,
    timings: Timings,
    timer: Arc<dyn Timer>,
}

/// How long to wait for what.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Timings {
    /// For a connection, TLS included.
    pub connect: Duration,
    /// For the next bytes of a reply.
    pub read: Duration,
    /// For one sending as a whole.
    pub attempt: Duration,
    /// For a call as a whole: all its sendings, and the pauses between them.
    pub deadline: Duration,
}

impl Default for Timings {
    /// The official clients wait 60 s for a reply, and the longest published pause for a rate limit is 60 s;
    /// the deadline leaves room for both.
    fn default() -> Self {
        Self {
            connect: Duration::from_secs(10),
            read: Duration::from_secs(60),
            attempt: Duration::from_secs(60),
            deadline: Duration::from_secs(180),
        }
    }
}

/// Sets up a [`Client`].
pub struct ClientBuilder {
    management_key: SecretString,
    base_url: Option<String>,
    project_id: Option<String>,
    timings: Timings,
    timer: Arc<dyn Timer>,
}

impl ClientBuilder {
    /// Says where the API is; wins over the project id. Needed outside the default region.
    pub fn base_url(mut self, url: impl Into<String>) -> Self {
        self.base_url = Some(url.into());
        self
    }

    /// Names a project, whose id may tell the region and so the base URL. It is used for nothing else.
    pub fn project_id(mut self, project_id: impl Into<String>) -> Self {
        self.project_id = Some(project_id.into());
        self
    }

    /// Replaces the time limits.
    pub fn timings(mut self, timings: Timings) -> Self {
        self.timings = timings;
        self
    }

    /// Replaces the clock, so that a test need not wait.
    pub fn timer(mut self, timer: Arc<dyn Timer>) -> Self {
        self.timer = timer;
        self
    }

    /// Checks the settings. Reads nothing and connects to nobody.
    ///
    /// # Errors
    ///
    /// A key that no header can carry, a base URL that the key may not be sent to, an impossible project id.
    pub fn build(self) -> Result<Client, Error> {
        let base = match (&self.base_url, &self.project_id) {
            (Some(url), _) => BaseUrl::parse(url)?,
            (None, project_id) => BaseUrl::for_project(project_id.as_deref().unwrap_or_default())?,
        };
        let transport = Arc::new(Transport::new(base, &self.management_key, self.timings)?);
        Ok(Client {
            transport,
            timings: self.timings,
            timer: self.timer,
        })
    }
}

impl Client {
    /// Starts setting up a client that calls with `management_key`, by default at `https://api.descope.com`.
    pub fn builder(management_key: SecretString) -> ClientBuilder {
        ClientBuilder {
            management_key,
            base_url: None,
            project_id: None,
            timings: Timings::default(),
            timer: Arc::new(SystemTimer::default()),
        }
    }

    /// The same client, for calls that may take no longer than `limit` as a whole.
    #[must_use]
    pub fn limited_to(&self, limit: Duration) -> Self {
        let mut limited = self.clone();
        limited.timings.deadline = limited.timings.deadline.min(limit);
        limited
    }

    /// Makes a key. It is sent again only when it is certain that nothing happened.
    ///
    /// # Errors
    ///
    /// [`Error::OutcomeUnknown`] when a key may have been made without its secret reaching the caller. After
    /// every other error no key was made.
    pub async fn create(&self, key: &KeyDocument) -> Result<CreatedKey, Error> {
        let since = self.timer.unix_seconds();
        let lost = |problem, id| Error::OutcomeUnknown {
            name: key.name.clone(),
            since,
            id,
            problem,
        };
        match self.call(&Request::create(key)).await {
            Ok(reply) => {
                reply::created(&reply.body).map_err(|problem| lost(problem, reply::salvaged_id(&reply.body)))
            }
            Err(Failure::Lost { problem, partial, .. }) => Err(lost(problem, reply::salvaged_id(&partial))),
            Err(failure) => Err(error(Operation::Create, failure)),
        }
    }

    /// Reads a key; `None` when it is gone.
    ///
    /// # Errors
    ///
    /// See [`Error`]; nothing was changed.
    pub async fn read(&self, id: &KeyId) -> Result<Option<KeyDocument>, Error> {
        match self.call(&Request::read(id)).await {
            Ok(reply) => valid(Operation::Read, &reply, |body| reply::read(body, id)),
            Err(failure) if is_gone(&failure) => Ok(None),
            Err(failure) => Err(error(Operation::Read, failure)),
        }
    }

    /// Replaces the document of a key and returns it as stored.
    ///
    /// The service refuses another expiry or other grants than the key has: these are for a new key.
    ///
    /// # Errors
    ///
    /// [`Error::NotFound`] when the key is gone; for the rest see [`Error::effect`].
    pub async fn update(&self, id: &KeyId, key: &KeyDocument) -> Result<KeyDocument, Error> {
        match self.call(&Request::update(id, key)).await {
            Ok(reply) => valid(Operation::Update, &reply, |body| reply::updated(body, id)),
            Err(Failure::Refused {
                refusal, html: false, ..
            }) if refusal.status == 404 => Err(Error::NotFound(refusal)),
            Err(failure) => Err(error(Operation::Update, failure)),
        }
    }

    /// Deletes a key, for good. A key that is gone already is a success.
    ///
    /// # Errors
    ///
    /// See [`Error::effect`]; deleting once more is always safe.
    pub async fn delete(&self, id: &KeyId) -> Result<Deletion, Error> {
        match self.call(&Request::delete(id)).await {
            Ok(reply) => valid(Operation::Delete, &reply, reply::deleted).map(|()| Deletion::Deleted),
            Err(failure) if is_gone(&failure) => Ok(Deletion::AlreadyGone),
            Err(failure) => Err(error(Operation::Delete, failure)),
        }
    }

    /// Lists all keys of the company, oldest first.
    ///
    /// # Errors
    ///
    /// See [`Error`]; nothing was changed.
    pub async fn list(&self) -> Result<Vec<ListedKey>, Error> {
        match self.call(&Request::list()).await {
            Ok(reply) => valid(Operation::List, &reply, reply::listed),
            Err(failure) => Err(error(Operation::List, failure)),
        }
    }

    /// Lists the keys that a lost create may have made: of exactly this name, and made since `since` (unix
    /// seconds, see [`Error::OutcomeUnknown`]), less two minutes by which the service's clock may be behind.
    /// A key whose age was not told is among them. Oldest first.
    ///
    /// # Errors
    ///
    /// See [`Error`]; nothing was changed.
    pub async fn find_created_since(&self, name: &str, since: i64) -> Result<Vec<ListedKey>, Error> {
        let since = since.saturating_sub(CLOCK_SKEW_SECONDS);
        let mut keys = self.list().await?;
        keys.retain(|key| key.document.name == name && (key.created_time == 0 || key.created_time >= since));
        Ok(keys)
    }

    /// Sends a request until it is answered, may not be sent again, or the deadline is near.
    async fn call(&self, request: &Request) -> Result<Reply, Failure> {
        let start = self.timer.elapsed();
        let remaining = || {
            self.timings
                .deadline
                .saturating_sub(self.timer.elapsed().saturating_sub(start))
        };
        let mut repeats = Repeats::default();
        loop {
            let limit = self.timings.attempt.min(remaining());
            let failure = match self
                .transport
                .send(request, limit, self.timer.unix_seconds())
                .await
            {
                Ok(reply) => return Ok(reply),
                Err(failure) => failure,
            };
            match repeats.pause(request.repeat, &failure, remaining(), fastrand::f64()) {
                Some(pause) => self.timer.sleep(pause).await,
                None => return Err(failure),
            }
        }
    }
}

/// Shows where it calls, not with which key.
impl fmt::Debug for Client {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Client")
            .field("base_url", &self.transport.base().to_string())
            .finish_non_exhaustive()
    }
}

impl fmt::Debug for ClientBuilder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ClientBuilder")
            .field("timings", &self.timings)
            .finish_non_exhaustive()
    }
}

/// A 404 means gone whatever its error code, but not when it is a web page: then it is not the API that
/// answers, and to take its word would drop live keys from the caller's books.
fn is_gone(failure: &Failure) -> bool {
    matches!(
        failure,
        Failure::Refused {
            refusal: Refusal { status: 404, .. },
            html: false,
            ..
        }
    )
}

fn valid<T>(
    operation: Operation,
    reply: &Reply,
    read: impl FnOnce(&[u8]) -> Result<T, Problem>,
) -> Result<T, Error> {
    read(&reply.body).map_err(|problem| Error::InvalidReply {
        operation,
        status: reply.status,
        problem,
    })
}

/// What to tell of a failure of any verb but create, whose lost replies are told apart before.
fn error(operation: Operation, failure: Failure) -> Error {
    match failure {
        Failure::Refused {
            refusal, retry_after, ..
        } => match refusal.status {
            401 => Error::Unauthorized(refusal),
            403 => Error::Forbidden(refusal),
            429 => Error::RateLimited { retry_after, refusal },
            _ => Error::Refused(refusal),
        },
        Failure::Unsent { detail } => Error::Unreachable { detail },
        Failure::Lost { problem, .. } => Error::Unanswered { operation, problem },
        Failure::NoTls(error) => error,
    }
}
