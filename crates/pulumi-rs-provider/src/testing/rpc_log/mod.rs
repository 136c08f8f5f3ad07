//! Calls as `PULUMI_DEBUG_GRPC` writes them, and their replay.
//!
//! The real CLI writes each call of a run to the file that this variable names, one JSON object a line. Such a log, taken once against a
//! provider that works, is a test of its later versions: [`replay`] sends the same requests and compares the answers.
//!
//! Secrets stand in these logs in plain. Nothing here prints a value that is marked as one.

mod dynamic;
mod pattern;

use std::fmt;

use serde_json::Value;
use tonic::codegen::http::uri::PathAndQuery;

use super::connection::Connection;
use dynamic::{Codec, Method};

/// The service whose calls are replayed.
const SERVICE: &str = "/pulumirpc.ResourceProvider/";

/// One call of the engine and its answer.
#[derive(Clone, PartialEq, serde::Deserialize, serde::Serialize)]
pub struct RpcCall {
    /// The path of the method: `/pulumirpc.ResourceProvider/Check`.
    pub method: String,
    /// The request as JSON, by protobuf's own rules.
    pub request: Value,
    /// The answer. In a replay it is a pattern: `"*"` stands for anything, and a member called `*` for all members that are not named.
    #[serde(default, skip_serializing_if = "Value::is_null")]
    pub response: Value,
    /// The errors, if the call failed.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub errors: Vec<String>,
}

/// The contents may be secret.
impl fmt::Debug for RpcCall {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "RpcCall({})", self.method)
    }
}

/// Why a log cannot be read or replayed.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ReplayError {
    /// A line is no entry of such a log.
    #[error("line {line} is no entry of a log of calls: {error}")]
    Line {
        /// The line, from 1.
        line: usize,
        /// What is wrong.
        error: serde_json::Error,
    },
    /// A method that this version of the protocol does not have.
    #[error("the protocol has no method `{0}`")]
    NoSuchMethod(String),
    /// A request that is none of this method.
    #[error("call {number}, {method}: the request is none: {error}")]
    Request {
        /// Which call, from 1.
        number: usize,
        /// Its method.
        method: String,
        /// What is wrong.
        error: serde_json::Error,
    },
    /// An answer is another one.
    #[error("call {number}, {method}, is answered otherwise:{}", lines(differences))]
    Mismatch {
        /// Which call, from 1.
        number: usize,
        /// Its method.
        method: String,
        /// Where, and how.
        differences: Vec<String>,
    },
}

fn lines(texts: &[String]) -> String {
    texts.iter().map(|text| format!("\n  {text}")).collect()
}

/// Reads a log: the calls of providers that were answered, in the order of their answers. What else the engine writes there (other
/// services, the beginnings of calls, streams) is left out.
///
/// # Errors
///
/// When a line is no entry of such a log.
pub fn parse(log: &str) -> Result<Vec<RpcCall>, ReplayError> {
    let mut calls = Vec::new();
    for (index, line) in log
        .lines()
        .enumerate()
        .filter(|(_, line)| !line.trim().is_empty())
    {
        let entry: Value = serde_json::from_str(line).map_err(|error| ReplayError::Line {
            line: index + 1,
            error,
        })?;
        let ours = entry["method"]
            .as_str()
            .is_some_and(|method| method.starts_with(SERVICE));
        // Older CLIs write one line a call, newer ones another one before it. The two parts of a stream have a line each.
        let begun = entry["progress"] == "request_started";
        let answered = !entry["response"].is_null() || !entry["errors"].is_null();
        if ours && answered && !begun && !entry["request"].is_null() {
            let call = serde_json::from_value(entry).map_err(|error| ReplayError::Line {
                line: index + 1,
                error,
            })?;
            calls.push(call);
        }
    }
    Ok(calls)
}

/// Writes calls as a log.
///
/// # Errors
///
/// Never: every JSON value can be written.
pub fn write(calls: &[RpcCall]) -> Result<String, serde_json::Error> {
    let lines: Result<Vec<_>, _> = calls.iter().map(serde_json::to_string).collect();
    Ok(lines?.into_iter().map(|line| line + "\n").collect())
}

/// Sends the requests of a log, and compares the answers with those of the log, which may hold wildcards. In an error, too, a `*` stands for
/// any text.
///
/// # Errors
///
/// The first call that is answered otherwise, or that cannot be sent.
pub async fn replay(connection: &Connection, calls: &[RpcCall]) -> Result<(), ReplayError> {
    for (index, call) in calls.iter().enumerate() {
        let answer = send(connection, index + 1, call).await?;
        let differences = match (&answer.response, call.errors.first()) {
            (Value::Null, Some(expected)) => pattern::compare_errors(expected, &answer.errors),
            (response, None) if answer.errors.is_empty() => pattern::compare(&call.response, response),
            (_, Some(_)) => vec!["it should fail, and does not".to_owned()],
            (_, None) => vec![format!("it fails: {}", answer.errors.join("; "))],
        };
        if !differences.is_empty() {
            return Err(ReplayError::Mismatch {
                number: index + 1,
                method: call.method.clone(),
                differences,
            });
        }
    }
    Ok(())
}

/// Sends the requests of a log, and gives the log with the answers that came.
///
/// # Errors
///
/// When a call cannot be sent.
pub async fn record(connection: &Connection, calls: &[RpcCall]) -> Result<Vec<RpcCall>, ReplayError> {
    let mut recorded = Vec::new();
    for (index, call) in calls.iter().enumerate() {
        recorded.push(send(connection, index + 1, call).await?);
    }
    Ok(recorded)
}

/// The call with the answer that came.
async fn send(connection: &Connection, number: usize, call: &RpcCall) -> Result<RpcCall, ReplayError> {
    let unknown = || ReplayError::NoSuchMethod(call.method.clone());
    let method = Method::find(&call.method).ok_or_else(unknown)?;
    let path: PathAndQuery = call.method.parse().map_err(|_| unknown())?;
    let request = method
        .request(&call.request)
        .map_err(|error| ReplayError::Request {
            number,
            method: call.method.clone(),
            error,
        })?;
    let mut client = tonic::client::Grpc::new(connection.channel());
    let answer = match client.ready().await {
        Ok(()) => {
            client
                .unary(tonic::Request::new(request), path, Codec(method))
                .await
        }
        Err(error) => Err(tonic::Status::unavailable(error.to_string())),
    };
    let (response, errors) = match answer {
        Ok(response) => (dynamic::json(response.get_ref()), Vec::new()),
        // As Go writes an error of gRPC.
        Err(status) => {
            let text = format!(
                "rpc error: code = {:?} desc = {}",
                status.code(),
                status.message()
            );
            (Value::Null, vec![text])
        }
    };
    Ok(RpcCall {
        response,
        errors,
        ..call.clone()
    })
}
