//! The client: verbs over keys, and the loop that sends a request as often as it may be sent.

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use secrecy::SecretString;

use crate::budget::{Budget, TooLate};
use crate::builder::{ClientBuilder, Timings};
use crate::error::{Error, Operation, Problem};
use crate::newborn::{Newborn, SPREADING};
use crate::repeat::{Failure, Repeats, SPREADING_PAUSES};
use crate::reply::{self, Reply};
use crate::request::Request;
use crate::timer::Timer;
use crate::transport::Transport;
use crate::wire::{CreatedKey, Deletion, KeyDocument, KeyId, ListedKey};

/// By how many seconds the clock of the service may be behind this machine's when a lost create is looked for.
const CLOCK_SKEW_SECONDS: i64 = 120;

/// Manages the keys of one company. Cheap to clone; clones share their connections and their rate budget: when
/// the service asks one call for a pause, all of them keep it.
#[derive(Clone)]
pub struct Client {
    shared: Arc<Shared>,
    timings: Timings,
}

struct Shared {
    transport: Transport,
    budget: Budget,
    newborn: Newborn,
    timer: Arc<dyn Timer>,
}

impl Client {
    /// Starts setting up a client that calls with `management_key`, by default at `https://api.descope.com`.
    pub fn builder(management_key: SecretString) -> ClientBuilder {
        ClientBuilder::new(management_key)
    }

    /// Starts setting up a client from the variables `DESCOPE_MANAGEMENT_KEY`, `DESCOPE_BASE_URL`,
    /// `DESCOPE_PROJECT_ID` and `DESCOPE_USER_AGENT`. `variable` looks one up: this library reads no environment
    /// by itself. What is set on the builder afterwards wins.
    ///
    /// ```
    /// # fn example() -> Result<(), descope_client::Error> {
    /// let client = descope_client::Client::from_env(|name| std::env::var(name).ok())?.build()?;
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    ///
    /// [`Error::NoManagementKey`] when the key is unset or blank.
    pub fn from_env(variable: impl Fn(&str) -> Option<String>) -> Result<ClientBuilder, Error> {
        ClientBuilder::from_env(variable)
    }

    pub(crate) fn assemble(
        transport: Transport,
        timings: Timings,
        budget: Budget,
        timer: Arc<dyn Timer>,
    ) -> Self {
        let newborn = Newborn::default();
        Self {
            shared: Arc::new(Shared {
                transport,
                budget,
                newborn,
                timer,
            }),
            timings,
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
    /// every other error no key was made, if the service speaks the truth when it refuses.
    pub async fn create(&self, key: &KeyDocument) -> Result<CreatedKey, Error> {
        let since = self.shared.timer.unix_seconds();
        let lost = |problem, id: Option<KeyId>| {
            id.iter().for_each(|id| self.remember(id));
            Error::OutcomeUnknown {
                name: key.name.clone(),
                since,
                id,
                problem,
            }
        };
        match self.call(&Request::create(key)).await {
            Ok(reply) => {
                let created = reply::created(&reply.body)
                    .map_err(|problem| lost(problem, reply::salvaged_id(&reply.body)))?;
                self.remember(&created.id);
                Ok(created)
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
        let deletion = match self.call(&Request::delete(id)).await {
            Ok(reply) => valid(Operation::Delete, &reply, reply::deleted).map(|()| Deletion::Deleted),
            Err(failure) if is_gone(&failure) => Ok(Deletion::AlreadyGone),
            Err(failure) => Err(error(Operation::Delete, failure)),
        }?;
        self.shared.newborn.remove(id);
        Ok(deletion)
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
    /// A key that was made a moment ago may not be listed yet, so an empty answer is asked for again for some
    /// seconds. It does not prove that no key was made: a create may still be carried out.
    ///
    /// # Errors
    ///
    /// See [`Error`]; nothing was changed.
    pub async fn find_created_since(&self, name: &str, since: i64) -> Result<Vec<ListedKey>, Error> {
        let timer = &self.shared.timer;
        let start = timer.elapsed();
        let earliest = since.saturating_sub(CLOCK_SKEW_SECONDS);
        let mut pauses = SPREADING_PAUSES.iter();
        loop {
            let remaining = self
                .timings
                .deadline
                .saturating_sub(timer.elapsed().saturating_sub(start));
            let mut keys = self.limited_to(remaining).list().await?;
            keys.retain(|key| {
                key.document.name == name && (key.created_time == 0 || key.created_time >= earliest)
            });
            let is_found = keys.iter().any(|key| key.created_time >= since);
            match pauses.next() {
                Some(pause) if !is_found && self.may_be_spreading(since) && *pause < remaining => {
                    timer.sleep(*pause).await;
                }
                _ => return Ok(keys),
            }
        }
    }

    /// Whether a create that began then may have been carried out so late that its key is not listed yet.
    fn may_be_spreading(&self, since: i64) -> bool {
        let age = self.shared.timer.unix_seconds().saturating_sub(since);
        let longest = self.timings.deadline.saturating_add(SPREADING);
        u64::try_from(age).is_ok_and(|age| age < longest.as_secs())
    }

    /// Sends a request until it is answered, may not be sent again, or the deadline is near.
    async fn call(&self, request: &Request) -> Result<Reply, Failure> {
        let Shared {
            transport,
            budget,
            newborn,
            timer,
        } = &*self.shared;
        let start = timer.elapsed();
        let remaining = || {
            self.timings
                .deadline
                .saturating_sub(timer.elapsed().saturating_sub(start))
        };
        let is_newborn = request.id.as_ref().is_some_and(|id| newborn.contains(id, start));
        let mut repeats = Repeats::new(is_newborn);
        // What came of the first sending after which it is not certain any more that nothing was done.
        let mut lost = None;
        loop {
            let failure = match self.admitted(remaining).await {
                Err(failure) => return Err(since_lost(lost, failure)),
                Ok(()) => {
                    let limit = self.timings.attempt.min(remaining());
                    match transport.send(request, limit, timer.unix_seconds()).await {
                        Ok(reply) => match repeats.pause_for_absence(request, &reply) {
                            Some(pause) if pause < remaining() => {
                                timer.sleep(pause).await;
                                continue;
                            }
                            _ => return Ok(reply),
                        },
                        Err(failure) => failure,
                    }
                }
            };
            let pause = repeats.pause(request, &failure, fastrand::f64());
            let rate_limit = failure.rate_limit();
            if let (Some(refusal), Some(pause)) = (rate_limit, pause) {
                budget.hold(timer.elapsed(), pause, refusal);
            }
            match pause {
                Some(pause) if pause < remaining() => {
                    // A pause for the rate limit is everybody's, and begins with the admission.
                    if rate_limit.is_none() {
                        timer.sleep(pause).await;
                    }
                }
                _ => return Err(since_lost(lost, failure)),
            }
            if let Failure::Lost { problem, .. } = failure
                && request.operation.writes()
            {
                lost.get_or_insert(problem);
            }
        }
    }

    /// Waits until the rate budget lets a request out.
    async fn admitted(&self, remaining: impl Fn() -> Duration) -> Result<(), Failure> {
        let Shared { budget, timer, .. } = &*self.shared;
        loop {
            let wait = match budget.reserve(timer.elapsed(), remaining(), fastrand::f64()) {
                Ok(wait) => wait,
                Err(TooLate { wait, refusal }) => return Err(Failure::held(wait, refusal)),
            };
            if !wait.is_zero() {
                timer.sleep(wait).await;
                // Another call may have been asked for a longer pause meanwhile.
                if budget.is_held(timer.elapsed()) {
                    continue;
                }
            }
            return if remaining().is_zero() {
                let detail = "no time was left to send it".to_owned();
                Err(Failure::Unsent { detail })
            } else {
                Ok(())
            };
        }
    }

    fn remember(&self, id: &KeyId) {
        self.shared.newborn.add(id, self.shared.timer.elapsed());
    }
}

/// Shows where it calls, not with which key.
impl fmt::Debug for Client {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Client")
            .field("base_url", &self.shared.transport.base().to_string())
            .finish_non_exhaustive()
    }
}

/// A 404 means gone whatever its error code, but not when it is a web page: then it is not the API that
/// answers, and to take its word would drop live keys from the caller's books.
fn is_gone(failure: &Failure) -> bool {
    match failure {
        Failure::Refused { refusal, html, .. } => refusal.status == 404 && !html,
        Failure::LostThen { last, .. } => is_gone(last),
        _ => false,
    }
}

/// What a last failure means when an earlier sending may have worked: no refusal undoes that.
fn since_lost(lost: Option<Problem>, failure: Failure) -> Failure {
    match (lost, failure) {
        (None, failure) | (Some(_), failure @ Failure::Lost { .. }) => failure,
        (Some(lost), failure) => Failure::LostThen {
            lost,
            last: Box::new(failure),
        },
    }
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
        Failure::LostThen { lost, last } => Error::Unanswered {
            operation,
            problem: Problem::LostThen {
                lost: Box::new(lost),
                last: Box::new(error(operation, *last)),
            },
        },
        Failure::Paced { wait } => Error::Paced { wait },
        Failure::NoTls(error) => error,
    }
}
