//! What can go wrong, and what is then certain about the account.
//!
//! All of these are plain values that compare equal. None holds a secret, an authorization header or a whole
//! reply: text of the service is taken from the fields of its error body only, cut to a length, freed of
//! control characters, of the calling key and of all that looks like a key.

use std::fmt;
use std::time::Duration;

use serde::Deserialize;

use crate::wire::{KeyId, null_as_default};

/// Why a call, or the setting up of a client, failed.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// A key id was empty. The caller's fault, and nothing was sent.
    #[error("the key id is empty")]
    EmptyId,
    /// No calling key was given: the variable `DESCOPE_MANAGEMENT_KEY` is unset or blank. The user's fault.
    #[error("no calling management key is given")]
    NoManagementKey,
    /// The calling key is empty or holds characters no header may hold. The user's fault.
    #[error("the calling management key is empty or holds characters that no key has")]
    InvalidManagementKey,
    /// The base URL cannot be used. The user's fault; the text is not quoted, since it may hold a password.
    #[error("the base URL cannot be used: {reason}")]
    InvalidBaseUrl {
        /// What is wrong with it.
        reason: &'static str,
    },
    /// The base URL would send the calling key in the clear to another machine. The user's fault.
    #[error("the base URL uses plain `http` to `{host}`, which is not this machine")]
    InsecureBaseUrl {
        /// The host that was named.
        host: String,
    },
    /// The project id, from which the region is taken, holds other characters than letters and digits. The user's fault.
    #[error("the project id holds other characters than letters and digits")]
    InvalidProjectId,
    /// The user agent holds characters no header may hold. The user's fault.
    #[error("the user agent holds characters that no header may hold")]
    InvalidUserAgent,
    /// No TLS could be set up, most often because the system has no root certificates. The machine's fault.
    #[error("TLS could not be set up: {detail}")]
    TlsSetup {
        /// What the TLS library said.
        detail: String,
    },
    /// The service refused the request as it stands. Mostly the user's fault.
    #[error("the service refused: {0}")]
    Refused(Refusal),
    /// The service does not know the calling key, or the key is expired, inactive or calls from elsewhere.
    #[error("the calling management key was not accepted: {0}")]
    Unauthorized(Refusal),
    /// The calling key may not do this.
    #[error("the calling management key may not do this: {0}")]
    Forbidden(Refusal),
    /// The key to change does not exist.
    #[error("no such key: {0}")]
    NotFound(Refusal),
    /// The service asks this call, or asked another one of the same client, for a pause that would end after the
    /// deadline; or it kept asking for pauses until then.
    #[error("rate limited{}: {refusal}", after(.retry_after))]
    RateLimited {
        /// How long the service said to wait, if it did.
        retry_after: Option<Duration>,
        /// What it said.
        refusal: Refusal,
    },
    /// Too many calls of this client wait for the pace that was set, so nothing was sent. The caller's choice.
    #[error("the pace that was set leaves no room for {} s", .wait.as_secs())]
    Paced {
        /// How long it would have been to wait.
        wait: Duration,
    },
    /// No connection was made, or no time was left to make one, so nothing was sent. The network's fault, or a wrong base URL.
    #[error("the service could not be reached: {detail}")]
    Unreachable {
        /// What the transport said.
        detail: String,
    },
    /// A request that may be repeated was sent, as often as is sensible, and got no definite answer.
    #[error("no answer to the {operation}: {problem}")]
    Unanswered {
        /// What was asked for.
        operation: Operation,
        /// What came of the last sending.
        problem: Problem,
    },
    /// The service said that all is well, but its reply cannot be what the contract says. The service's fault,
    /// or that of something between.
    #[error("the reply to the {operation} is not valid: {problem}")]
    InvalidReply {
        /// What was asked for.
        operation: Operation,
        /// The HTTP status.
        status: u16,
        /// What is wrong with the reply.
        problem: Problem,
    },
    /// A create was sent, once, and got no usable answer: a live key may now exist whose secret nobody holds.
    #[error("the key `{name}` {}: {problem}", born(.id))]
    OutcomeUnknown {
        /// The name of the key to look for.
        name: String,
        /// When the create began, in unix seconds by this machine's clock.
        since: i64,
        /// The id of the key, when so much of the reply arrived.
        id: Option<KeyId>,
        /// What came of the sending.
        problem: Problem,
    },
}

/// What a failed call did to the account.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Effect {
    /// Nothing: it was not sent, or the service refused it and is taken at its word.
    None,
    /// Certainly what was asked.
    Happened,
    /// One or the other.
    Unknown,
}

impl Error {
    /// What is certain about the effect of the call that failed thus.
    pub fn effect(&self) -> Effect {
        match self {
            Self::OutcomeUnknown { id: Some(_), .. } => Effect::Happened,
            Self::OutcomeUnknown { id: None, .. } => Effect::Unknown,
            Self::Unanswered { operation, .. } | Self::InvalidReply { operation, .. }
                if operation.writes() =>
            {
                Effect::Unknown
            }
            // From a 4xx after the effect no client can tell an honest refusal, so each of them is believed.
            _ => Effect::None,
        }
    }

    /// The service's own words, when it refused.
    pub fn refusal(&self) -> Option<&Refusal> {
        match self {
            Self::Refused(refusal)
            | Self::Unauthorized(refusal)
            | Self::Forbidden(refusal)
            | Self::NotFound(refusal)
            | Self::RateLimited { refusal, .. } => Some(refusal),
            Self::Unanswered {
                problem: Problem::LostThen { last, .. },
                ..
            } => last.refusal(),
            _ => None,
        }
    }

    /// What a person can do about it, where that is not plain from the message.
    pub fn help(&self) -> Option<&'static str> {
        Some(match self {
            Self::NoManagementKey => "set DESCOPE_MANAGEMENT_KEY to a management key with a company role",
            Self::InsecureBaseUrl { .. } => "use `https`; plain `http` is only for a server on this machine",
            Self::TlsSetup { .. } => {
                "install the root certificates of the system, or name them in SSL_CERT_FILE"
            }
            Self::Unauthorized(_) => {
                "check that the key is whole, active, not expired, permitted from this address, and that the base \
                 URL is the one of the company's region"
            }
            Self::Forbidden(_) => "managing keys takes a calling key with a company role",
            Self::OutcomeUnknown { .. } => {
                "look for keys of this name made since then, and delete those that nobody uses, before creating it again"
            }
            Self::Unanswered {
                problem: Problem::LostThen { last, .. },
                ..
            } => return last.help(),
            _ => return None,
        })
    }
}

/// What was asked of the service.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Operation {
    /// Making a key.
    Create,
    /// Reading one key.
    Read,
    /// Replacing the document of one key.
    Update,
    /// Deleting one key.
    Delete,
    /// Listing all keys.
    List,
}

impl Operation {
    pub(crate) fn writes(self) -> bool {
        matches!(self, Self::Create | Self::Update | Self::Delete)
    }
}

impl fmt::Display for Operation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Create => "create",
            Self::Read => "read",
            Self::Update => "update",
            Self::Delete => "delete",
            Self::List => "listing of keys",
        })
    }
}

/// What came, instead of a usable answer, of a request that was sent.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum Problem {
    /// No whole reply came in time.
    #[error("timed out")]
    Timeout,
    /// The connection broke before the head of a reply came.
    #[error("the connection was lost: {detail}")]
    ConnectionLost {
        /// What the transport said.
        detail: String,
    },
    /// The connection broke within a reply that began as a success.
    #[error("the reply was cut short")]
    Truncated,
    /// A status that does not say whether anything was done: 5xx, or a timeout told by the service.
    #[error("{0}")]
    ServerFailure(Box<Refusal>),
    /// One sending of a write got no answer, and a later one failed otherwise, which does not undo the first.
    #[error("{lost}; sent again: {last}")]
    LostThen {
        /// What came of the sending that may have worked.
        lost: Box<Problem>,
        /// Why the last sending failed.
        last: Box<Error>,
    },
    /// Another place was named, which is never followed with a key in hand.
    #[error("redirected with status {status}, which is not followed")]
    Redirected {
        /// The HTTP status.
        status: u16,
    },
    /// The reply is larger than any real one.
    #[error("the reply is larger than {limit} bytes")]
    TooLarge {
        /// The limit, in bytes.
        limit: usize,
    },
    /// A success without a body.
    #[error("the reply is empty")]
    Empty,
    /// A success whose body is not JSON.
    #[error("the reply is not JSON (line {line}, column {column})")]
    NotJson {
        /// Where it fails, from 1.
        line: usize,
        /// Where it fails, from 1.
        column: usize,
    },
    /// A success whose JSON has a part of another type than the contract says.
    #[error("the reply has another shape than the contract (line {line}, column {column})")]
    UnexpectedShape {
        /// Where it fails, from 1.
        line: usize,
        /// Where it fails, from 1.
        column: usize,
    },
    /// The reply is about another key than was asked for.
    #[error("the reply is about the key `{told}`")]
    WrongId {
        /// The id it names.
        told: String,
    },
    /// The reply names no key id.
    #[error("the reply names no key id")]
    NoId,
    /// The reply holds a key without a name, which no key is.
    #[error("the reply holds a key without a name")]
    NoName,
}

/// An answer that says no, in the service's own words.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Refusal {
    /// The HTTP status.
    pub status: u16,
    /// The error code, such as `E011003`; `""` when the body is not one of the API.
    pub code: String,
    /// What the code means.
    pub description: String,
    /// What is wrong in this case; `""` when that was not told.
    pub message: String,
}

/// In place of a secret.
const REDACTED: &str = "[redacted]";

/// Longer than any id, which may begin like a secret, and shorter than any secret.
const SHORTEST_SECRET: usize = 32;

const MAX_CODE: usize = 40;
const MAX_DESCRIPTION: usize = 300;
const MAX_MESSAGE: usize = 1000;

impl Refusal {
    /// Reads the API's error body. `secret` is the calling key, blotted out should the service repeat it.
    pub(crate) fn parse(status: u16, body: &[u8], secret: &str) -> Self {
        #[derive(Deserialize)]
        #[serde(rename_all = "camelCase")]
        struct Body {
            error_code: String,
            #[serde(default, deserialize_with = "null_as_default")]
            error_description: String,
            #[serde(default, deserialize_with = "null_as_default")]
            error_message: String,
        }
        match serde_json::from_slice::<Body>(body) {
            Ok(body) if !body.error_code.is_empty() => Self {
                status,
                code: presentable(&body.error_code, secret, MAX_CODE),
                description: match presentable(&body.error_description, secret, MAX_DESCRIPTION) {
                    text if text.is_empty() => "Server error".to_owned(),
                    text => text,
                },
                message: presentable(&body.error_message, secret, MAX_MESSAGE),
            },
            _ => Self {
                status,
                code: String::new(),
                description: "no error body of the API".to_owned(),
                message: String::new(),
            },
        }
    }

    /// Whether the service found fault with the values that were sent, so that `message` is for their author.
    pub fn is_validation(&self) -> bool {
        matches!(
            self.code.as_str(),
            "E011001" | "E011002" | "E011003" | "E011004" | "E113007" | "E113011"
        )
    }
}

impl fmt::Display for Refusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.description)?;
        if !self.message.is_empty() {
            write!(f, ": {}", self.message)?;
        }
        match self.code.as_str() {
            "" => write!(f, " (status {})", self.status),
            code => write!(f, " ({code}, status {})", self.status),
        }
    }
}

/// Foreign text, made fit for a message: one line, bounded, without the calling key or what looks like another.
pub(crate) fn presentable(text: &str, secret: &str, max_chars: usize) -> String {
    // Blotting comes first: a cut could leave a part of the key that no longer matches.
    let text = if secret.is_empty() {
        without_keys(text)
    } else {
        without_keys(&text.replace(secret, REDACTED))
    };
    let mut shown: String = text
        .chars()
        .map(|c| if c.is_control() { ' ' } else { c })
        .take(max_chars)
        .collect();
    if text.chars().nth(max_chars).is_some() {
        shown.push('…');
    }
    shown
}

/// Blots out each word that may be the secret of a key, such as that of a new one in a confused refusal.
fn without_keys(text: &str) -> String {
    let ends_word = |c: char| !c.is_ascii_alphanumeric();
    let blot = |part: &str| {
        let word = part.trim_end_matches(ends_word);
        if word.starts_with('K') && word.len() >= SHORTEST_SECRET {
            format!("{REDACTED}{}", &part[word.len()..])
        } else {
            part.to_owned()
        }
    };
    text.split_inclusive(ends_word).map(blot).collect()
}

fn after(wait: &Option<Duration>) -> String {
    wait.map(|wait| format!(", to try again in {} s", wait.as_secs()))
        .unwrap_or_default()
}

fn born(id: &Option<KeyId>) -> String {
    match id {
        Some(id) => format!("was created as `{id}`, but its secret did not arrive"),
        None => "may have been created".to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn error_bodies_read_as_the_contract_says() {
        for (body, code, description, message) in [
            (
                r#"{"errorCode":"E1","errorDescription":"d","errorMessage":"m"}"#,
                "E1",
                "d",
                "m",
            ),
            (r#"{"errorCode":"E1","errorDescription":"d"}"#, "E1", "d", ""),
            (
                r#"{"errorCode":"E1","errorMessage":null}"#,
                "E1",
                "Server error",
                "",
            ),
            (r#"{"errorDescription":"d"}"#, "", "no error body of the API", ""),
            (r#"{"errorCode":7}"#, "", "no error body of the API", ""),
            ("<html>", "", "no error body of the API", ""),
            ("", "", "no error body of the API", ""),
        ] {
            let refusal = Refusal::parse(400, body.as_bytes(), "K2key");
            let expected = Refusal {
                status: 400,
                code: code.into(),
                description: description.into(),
                message: message.into(),
            };
            assert_eq!(refusal, expected, "{body}");
        }
    }

    #[test]
    fn foreign_text_is_bounded_one_line_and_free_of_keys() {
        let secret = format!("K2{}", "x".repeat(48));
        assert_eq!(presentable(&format!("a {secret}, b"), "", 100), "a [redacted], b");
        assert_eq!(
            presentable("é MK00000001abc K2short", "", 100),
            "é MK00000001abc K2short"
        );
        assert_eq!(presentable("a\u{1b}[31m\nb", "K2key", 10), "a [31m b");
        assert_eq!(presentable("Bearer K2key!", "K2key", 100), "Bearer [redacted]!");
        assert_eq!(presentable("xxK2key", "K2key", 5), "xx[re…");
        assert_eq!(presentable("ééé", "", 2), "éé…");
    }

    #[test]
    fn messages_say_the_thing_once() {
        let refusal = Refusal {
            status: 400,
            code: "E113007".into(),
            description: "Validation failed".into(),
            message: "bad IP".into(),
        };
        for (error, expected) in [
            (
                Error::Refused(refusal.clone()),
                "the service refused: Validation failed: bad IP (E113007, status 400)",
            ),
            (
                Error::RateLimited {
                    retry_after: Some(Duration::from_secs(60)),
                    refusal,
                },
                "rate limited, to try again in 60 s: Validation failed: bad IP (E113007, status 400)",
            ),
            (
                Error::OutcomeUnknown {
                    name: "ci".into(),
                    since: 0,
                    id: None,
                    problem: Problem::Timeout,
                },
                "the key `ci` may have been created: timed out",
            ),
            (
                Error::Unanswered {
                    operation: Operation::Delete,
                    problem: Problem::Truncated,
                },
                "no answer to the delete: the reply was cut short",
            ),
            (
                Error::Unanswered {
                    operation: Operation::Update,
                    problem: Problem::LostThen {
                        lost: Box::new(Problem::Timeout),
                        last: Box::new(Error::Unreachable {
                            detail: "refused".into(),
                        }),
                    },
                },
                "no answer to the update: timed out; sent again: the service could not be reached: refused",
            ),
        ] {
            assert_eq!(error.to_string(), expected);
        }
    }

    #[test]
    fn the_effect_follows_from_the_operation() {
        for (operation, effect) in [
            (Operation::Read, Effect::None),
            (Operation::List, Effect::None),
            (Operation::Update, Effect::Unknown),
            (Operation::Delete, Effect::Unknown),
        ] {
            assert_eq!(
                Error::Unanswered {
                    operation,
                    problem: Problem::Timeout
                }
                .effect(),
                effect
            );
            assert_eq!(
                Error::InvalidReply {
                    operation,
                    status: 200,
                    problem: Problem::Empty
                }
                .effect(),
                effect
            );
        }
        let unknown = |id| Error::OutcomeUnknown {
            name: "n".into(),
            since: 0,
            id,
            problem: Problem::Truncated,
        };
        assert_eq!(unknown(None).effect(), Effect::Unknown);
        assert_eq!(unknown(KeyId::new("MK1").ok()).effect(), Effect::Happened);
        assert_eq!(
            Error::Unreachable {
                detail: String::new()
            }
            .effect(),
            Effect::None
        );
    }
}
