//! Section 1: the process.

use std::net::TcpStream;
use std::time::Duration;

use serde_json::json;
use tonic::Code;

use super::super::super::{Connection, Process};
use super::super::lab::{Lab, Outcome, ensure, given, not_applicable, with};
use super::super::report::Verdict;
use super::{Case, case};
use crate::value::PropertyMap;

/// An address at which nobody listens.
const NOBODY: &str = "127.0.0.1:9";

/// How long the end may take: the engine kills five seconds after it has asked.
const GRACE: Duration = Duration::from_secs(5);

fn start(lab: &Lab, args: &[&str]) -> Outcome<Process> {
    match lab.subject.launcher.as_binary() {
        Some(binary) => Ok(binary.start(args.iter().copied())?),
        None => not_applicable("the provider is served within the test"),
    }
}

/// Starts the provider, says hello, and leaves the connection open.
async fn greeted(lab: &Lab, args: &[&str]) -> Outcome<Connection> {
    let connection = Connection::to(start(lab, args)?).await?;
    let mut client = connection.client();
    client
        .handshake(crate::proto::ProviderHandshakeRequest::default())
        .await?;
    Ok(connection)
}

/// Ends well, with no more said than the port.
fn ended_well(process: Process) -> Outcome {
    match process.end(GRACE)? {
        None => Err(Verdict::Broken(format!(
            "it still runs after {} s",
            GRACE.as_secs()
        ))),
        Some(end) => {
            ensure!(
                end.code == Some(0),
                "its exit code is {:?}; it said: {}",
                end.code,
                end.errors
            );
            ensure!(
                end.output.is_empty(),
                "after the port it printed {:?}",
                end.output
            );
            Ok(())
        }
    }
}

#[cfg(unix)]
fn signal(process: &Process, name: &str) -> Outcome {
    Ok(process.signal(name)?)
}

#[cfg(not(unix))]
fn signal(_: &Process, _: &str) -> Outcome {
    not_applicable("this system has no signals")
}

async fn serves(lab: &Lab, args: &[&str]) -> Outcome {
    greeted(lab, args).await.map(drop)
}

async fn ends_on(lab: &Lab, args: &[&str], name: &str) -> Outcome {
    let connection = greeted(lab, args).await?;
    // The client keeps the connection open, as the engine does.
    let _client = connection.client();
    let Some(process) = connection.into_process() else {
        return not_applicable("the provider is served within the test");
    };
    signal(&process, name)?;
    ended_well(process)
}

pub(super) fn cases() -> Vec<Case> {
    vec![
        case!(
            "1.argv.none",
            "without an address it serves whoever attaches",
            |lab| {
                serves(lab, &[]).await?;
            }
        ),
        case!("1.argv.address", "one address is the engine's", |lab| {
            serves(lab, &[NOBODY]).await?;
        }),
        case!(
            "1.argv.engine-flags",
            "`--logtostderr`, `-v=<n>` and `--tracing <endpoint>` come before the address",
            |lab| {
                serves(
                    lab,
                    &["--logtostderr", "-v=9", "--tracing", "http://127.0.0.1:9", NOBODY],
                )
                .await?;
            }
        ),
        case!(
            "1.argv.foreign-flags",
            "flags that are not known are ignored",
            |lab| {
                serves(lab, &["--flag-of-a-newer-engine", "-x=1", NOBODY]).await?;
            }
        ),
        case!(
            "1.argv.two-addresses",
            "two addresses are an error, and nothing is printed in place of a port",
            |lab| {
                let Some(binary) = lab.subject.launcher.as_binary() else {
                    return not_applicable("the provider is served within the test");
                };
                let end = binary.run([NOBODY, NOBODY])?;
                ensure!(end.code != Some(0), "it ended with success");
                ensure!(end.output.is_empty(), "it printed {:?}", end.output);
            }
        ),
        case!(
            "1.stdout.port-first",
            "the first line is the port in decimal, and nothing stands before it",
            |lab| {
                ensure!(start(lab, &[NOBODY])?.port() > 0, "the port is 0");
            }
        ),
        case!(
            "1.stdout.nothing-after",
            "nothing follows on standard output over a whole run",
            |lab| {
                if lab.subject.launcher.as_binary().is_none() {
                    return not_applicable("the provider is served within the test");
                }
                lab.configure().await?;
                let live = lab.make().await?;
                lab.plugin.delete(&lab.target.clone(), &live).await?;
                lab.plugin.cancel().await?;
                let Some(process) = lab.connection.take().and_then(Connection::into_process) else {
                    return not_applicable("the provider is served within the test");
                };
                signal(&process, "INT")?;
                ended_well(process)?;
            }
        ),
        case!("1.listen.loopback", "it listens on 127.0.0.1 alone", |lab| {
            let process = start(lab, &[])?;
            ensure!(
                TcpStream::connect(("127.0.0.1", process.port())).is_ok(),
                "not at 127.0.0.1"
            );
            // Another address of the loopback network reaches those who listen everywhere.
            ensure!(
                TcpStream::connect(("127.0.0.2", process.port())).is_err(),
                "it can be reached under other addresses"
            );
        }),
        case!("1.listen.own-port", "each process has a port of its own", |lab| {
            let (one, two) = (start(lab, &[])?, start(lab, &[])?);
            ensure!(one.port() != two.port(), "two processes at port {}", one.port());
        }),
        case!(
            "1.end.interrupt",
            "SIGINT ends it with exit code 0, though the engine is still connected",
            |lab| {
                ends_on(lab, &[NOBODY], "INT").await?;
            }
        ),
        case!(
            "1.end.interrupt-attached",
            "SIGINT ends an attached provider with exit code 0",
            |lab| {
                ends_on(lab, &[], "INT").await?;
            }
        ),
        case!("1.end.terminate", "SIGTERM ends it with exit code 0", |lab| {
            ends_on(lab, &[NOBODY], "TERM").await?;
        }),
        case!(
            "1.end.input-closed",
            "the end of the engine closes standard input, and ends the provider",
            |lab| {
                let Some(mut process) = greeted(lab, &[NOBODY]).await?.into_process() else {
                    return not_applicable("the provider is served within the test");
                };
                process.close_input();
                ended_well(process)?;
            }
        ),
        case!(
            "1.end.input-closed-attached",
            "test harnesses start the binary with standard input closed, and it goes on serving",
            |lab| {
                let mut connection = greeted(lab, &[]).await?;
                if let Some(process) = connection.process() {
                    process.close_input();
                }
                tokio::time::sleep(Duration::from_millis(100)).await;
                connection.client().get_plugin_info(()).await?;
            }
        ),
        case!(
            "1.end.interrupted-create",
            "a creation that runs while the process must end keeps its id",
            |lab| {
                let inputs = given(&lab.subject.faults.slow_create, "creation that waits")?;
                lab.configure().await?;
                let inputs = lab.checked(&inputs).await?;
                let mut plugin = lab.plugin.clone();
                let target = lab.target.clone();
                let running = tokio::spawn(async move { plugin.create(&target, &inputs, false).await });
                tokio::time::sleep(Duration::from_millis(100)).await;
                // A provider within the test ends with its connection.
                if let Some(process) = lab.connection.take().and_then(Connection::into_process) {
                    signal(&process, "INT")?;
                    ended_well(process)?;
                }
                let answer = running
                    .await
                    .map_err(|error| Verdict::Broken(error.to_string()))?;
                ensure!(
                    matches!(&answer, Err(super::super::super::CallError::Incomplete { live, .. }) if !live.id.is_empty()),
                    "the answer was {answer:?}"
                );
            }
        ),
        case!(
            "1.messages.large-request",
            "messages of more than 4 MiB are taken",
            |lab| {
                large(lab).await?;
            }
        ),
        case!(
            "1.messages.large-reply",
            "messages of more than 4 MiB are sent",
            |lab| {
                let size = large(lab).await?;
                ensure!(
                    size > 5 << 20,
                    "the reply has {size} bytes, so the input was not echoed"
                );
            }
        ),
        case!(
            "1.health.serving",
            "the health service says that it serves",
            |lab| {
                let mut health = lab.grpc().await?;
                let path =
                    tonic::codegen::http::uri::PathAndQuery::from_static("/grpc.health.v1.Health/Check");
                let codec = tonic_prost::ProstCodec::<HealthRequest, HealthReply>::default();
                let reply = health
                    .unary(tonic::Request::new(HealthRequest::default()), path, codec)
                    .await;
                let status = reply.map(|reply| reply.into_inner().status);
                // Serving is 1.
                ensure!(matches!(status, Ok(1)), "it answered {status:?}");
            }
        ),
        case!(
            "1.requests.unknown-method",
            "a call that a newer engine makes is answered Unimplemented, and the next one works",
            |lab| {
                let mut client = lab.grpc().await?;
                let path = tonic::codegen::http::uri::PathAndQuery::from_static(
                    "/pulumirpc.ResourceProvider/NotYetInvented",
                );
                let codec = tonic_prost::ProstCodec::<HealthRequest, HealthReply>::default();
                let reply = client
                    .unary(tonic::Request::new(HealthRequest::default()), path, codec)
                    .await;
                ensure!(
                    matches!(&reply, Err(status) if status.code() == Code::Unimplemented),
                    "it answered {:?}",
                    reply.map(|_| ())
                );
                lab.client.get_plugin_info(()).await?;
            }
        ),
    ]
}

/// Sends a text of 6 MiB, and gives the size of the inputs that come back.
async fn large(lab: &mut Lab) -> Outcome<usize> {
    lab.configure().await?;
    let key = lab.text_input()?;
    let news = with(&lab.subject.inputs, &key, "x".repeat(6 << 20));
    let request = lab.check_request(&json!({}));
    let request = crate::proto::CheckRequest {
        news: Some(crate::wire::Struct::encode_properties(&news)?),
        ..request
    };
    let reply = lab.client.check(request).await?.into_inner();
    let inputs = reply.inputs.unwrap_or_default().decode_properties();
    let inputs: PropertyMap = inputs.map_err(|error| Verdict::Broken(error.to_string()))?;
    Ok(inputs
        .get(&key)
        .and_then(|value| value.expose().as_str())
        .map_or(0, str::len))
}

/// `grpc.health.v1.HealthCheckRequest`.
#[derive(Clone, PartialEq, prost::Message)]
struct HealthRequest {
    #[prost(string, tag = "1")]
    service: String,
}

/// `grpc.health.v1.HealthCheckResponse`.
#[derive(Clone, PartialEq, prost::Message)]
struct HealthReply {
    #[prost(int32, tag = "1")]
    status: i32,
}
