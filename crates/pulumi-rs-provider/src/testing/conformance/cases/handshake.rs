//! Section 3: Handshake, Attach, GetPluginInfo, Cancel.

use std::time::{Duration, Instant};

use tonic::Code;

use super::super::super::{CallError, MessageCollector};
use super::super::lab::{Lab, Outcome, ensure, given, refused};
use super::super::report::Verdict;
use super::{Case, case};
use crate::proto::{PluginAttach, ProviderHandshakeRequest, ProviderHandshakeResponse};

async fn handshake(lab: &mut Lab, engine: &str) -> Outcome<ProviderHandshakeResponse> {
    let request = ProviderHandshakeRequest {
        engine_address: engine.to_owned(),
        ..Default::default()
    };
    Ok(lab.client.handshake(request).await?.into_inner())
}

/// What a newer engine sends: a handshake with fields that are not yet known.
#[derive(Clone, PartialEq, prost::Message)]
struct NewerHandshake {
    #[prost(string, tag = "1")]
    engine_address: String,
    #[prost(string, tag = "4711")]
    invented: String,
}

pub(super) fn cases() -> Vec<Case> {
    vec![
        case!(
            "3.handshake.accept-secrets",
            "a provider says that it understands secrets",
            |lab| {
                ensure!(handshake(lab, "").await?.accept_secrets, "it does not");
            }
        ),
        case!(
            "3.handshake.accept-resources",
            "a provider says that it understands references to resources",
            |lab| {
                ensure!(handshake(lab, "").await?.accept_resources, "it does not");
            }
        ),
        case!(
            "3.handshake.accept-outputs",
            "a provider says that it understands output values",
            |lab| {
                ensure!(handshake(lab, "").await?.accept_outputs, "it does not");
            }
        ),
        case!(
            "3.handshake.equals-configure",
            "Handshake and Configure say the same",
            |lab| {
                // The comparison is one of the engine's rules.
                lab.configure().await?;
            }
        ),
        case!(
            "3.handshake.twice",
            "it may be called again on the same process",
            |lab| {
                let first = handshake(lab, "").await?;
                ensure!(handshake(lab, "").await? == first, "the second answer is another");
            }
        ),
        case!(
            "3.handshake.quick",
            "it is answered without waiting for the network",
            |lab| {
                let begin = Instant::now();
                handshake(lab, "127.0.0.1:9").await?;
                ensure!(
                    begin.elapsed() < Duration::from_secs(5),
                    "it took {:?}",
                    begin.elapsed()
                );
            }
        ),
        case!(
            "3.handshake.bad-engine-address",
            "an engine that cannot be reached is no reason to abort a deployment",
            |lab| {
                handshake(lab, "not an address").await?;
            }
        ),
        case!(
            "3.handshake.folders-absent",
            "an attached provider is told no folders",
            |lab| {
                let request = ProviderHandshakeRequest {
                    root_directory: Some(".".to_owned()),
                    program_directory: Some(".".to_owned()),
                    ..Default::default()
                };
                let with = lab.client.handshake(request).await?.into_inner();
                ensure!(handshake(lab, "").await? == with, "the answer depends on them");
            }
        ),
        case!(
            "3.handshake.newer-fields",
            "fields that are not known are skipped",
            |lab| {
                let mut client = lab.grpc().await?;
                let request = NewerHandshake {
                    engine_address: String::new(),
                    invented: "x".to_owned(),
                };
                let path = tonic::codegen::http::uri::PathAndQuery::from_static(
                    "/pulumirpc.ResourceProvider/Handshake",
                );
                let codec = tonic_prost::ProstCodec::<NewerHandshake, ProviderHandshakeResponse>::default();
                let reply = client.unary(tonic::Request::new(request), path, codec).await?;
                ensure!(reply.into_inner().accept_secrets, "the answer is another");
            }
        ),
        case!(
            "3.handshake.again-after-cancel",
            "in attach mode one process serves run after run, also after Cancel",
            |lab| {
                lab.configure().await?;
                lab.plugin.cancel().await?;
                lab.configure().await?;
                lab.make().await?;
            }
        ),
        case!(
            "3.attach.after-handshake",
            "a debugged provider is attached after the handshake, always",
            |lab| {
                handshake(lab, "").await?;
                let address = lab.engine.address().to_owned();
                lab.client.attach(PluginAttach { address }).await?;
            }
        ),
        case!("3.attach.before-handshake", "Attach depends on nothing", |lab| {
            let address = lab.engine.address().to_owned();
            lab.client.attach(PluginAttach { address }).await?;
        }),
        case!(
            "3.attach.bad-address",
            "an address that is none is refused",
            |lab| {
                let address = "not an address".to_owned();
                refused(
                    lab.client.attach(PluginAttach { address }).await,
                    &[Code::InvalidArgument],
                )?;
            }
        ),
        case!(
            "3.attach.moves-messages",
            "messages go to the engine that attached last",
            |lab| {
                let inputs = given(&lab.subject.faults.talkative_create, "creation with a message")?;
                lab.configure().await?;
                let other = MessageCollector::start().await?;
                lab.plugin.attach(other.address()).await?;
                lab.make_with(&inputs).await?;
                let messages = other.wait_for(1, Duration::from_secs(5)).await;
                ensure!(!messages.is_empty(), "nothing came to the other engine");
                ensure!(
                    lab.engine.all().is_empty(),
                    "the first engine got {:?}",
                    lab.engine.all()
                );
            }
        ),
        case!(
            "3.plugin-info.before-configure",
            "the version is told before any configuration",
            |lab| {
                ensure!(
                    !lab.plugin.version().await?.is_empty(),
                    "it is empty, which disables version checks"
                );
            }
        ),
        case!(
            "3.plugin-info.semver",
            "the version is a semantic one without `v`",
            |lab| {
                let version = lab.plugin.version().await?;
                let core = version.split(['-', '+']).next().unwrap_or_default();
                let parts: Vec<_> = core.split('.').collect();
                let numbers = parts.iter().all(|part| part.parse::<u64>().is_ok());
                ensure!(parts.len() == 3 && numbers, "it is `{version}`");
            }
        ),
        case!(
            "3.plugin-info.equals-schema",
            "the versions of plugin and schema agree",
            |lab| {
                let version = lab.plugin.version().await?;
                ensure!(
                    version == lab.schema.version(),
                    "`{version}` and `{}`",
                    lab.schema.version()
                );
            }
        ),
        case!(
            "3.cancel.before-configure",
            "Cancel is answered in every state",
            |lab| {
                lab.client.cancel(()).await?;
                lab.client.cancel(()).await?;
            }
        ),
        case!(
            "3.cancel.at-once",
            "Cancel is advisory and returns at once, whatever runs",
            |lab| {
                let inputs = given(&lab.subject.faults.slow_create, "creation that waits")?;
                lab.configure().await?;
                let inputs = lab.checked(&inputs).await?;
                let (mut plugin, target) = (lab.plugin.clone(), lab.target.clone());
                let running = tokio::spawn(async move { plugin.create(&target, &inputs, false).await });
                tokio::time::sleep(Duration::from_millis(50)).await;
                let begin = Instant::now();
                lab.plugin.cancel().await?;
                ensure!(
                    begin.elapsed() < Duration::from_secs(1),
                    "it took {:?}",
                    begin.elapsed()
                );
                running.abort();
            }
        ),
        case!(
            "3.cancel.keeps-id",
            "a cancelled creation that has an id returns the state, not a plain error",
            |lab| {
                let inputs = given(&lab.subject.faults.slow_create, "creation that waits")?;
                lab.configure().await?;
                let inputs = lab.checked(&inputs).await?;
                let (mut plugin, target) = (lab.plugin.clone(), lab.target.clone());
                let running = tokio::spawn(async move { plugin.create(&target, &inputs, false).await });
                tokio::time::sleep(Duration::from_millis(100)).await;
                lab.plugin.cancel().await?;
                let answer = running
                    .await
                    .map_err(|error| Verdict::Broken(error.to_string()))?;
                match answer {
                    Err(CallError::Incomplete { live, .. }) => lab.remember(&live),
                    answer => return Err(Verdict::Broken(format!("the answer was {answer:?}"))),
                }
            }
        ),
        case!(
            "3.cancel.reaches-calls-of-before",
            "a second handshake does not cut running calls off from Cancel",
            |lab| {
                let inputs = given(&lab.subject.faults.slow_create, "creation that waits")?;
                lab.configure().await?;
                let inputs = lab.checked(&inputs).await?;
                let (mut plugin, target) = (lab.plugin.clone(), lab.target.clone());
                let running = tokio::spawn(async move { plugin.create(&target, &inputs, false).await });
                tokio::time::sleep(Duration::from_millis(100)).await;
                handshake(lab, "").await?;
                ensure!(!running.is_finished(), "the handshake ended it");
                lab.plugin.cancel().await?;
                let answer = tokio::time::timeout(Duration::from_secs(5), running).await;
                ensure!(answer.is_ok(), "it goes on after Cancel");
            }
        ),
        case!(
            "3.cancel.renewed",
            "what runs after the next handshake is not cancelled",
            |lab| {
                lab.configure().await?;
                lab.plugin.cancel().await?;
                lab.configure().await?;
                let live = lab.make().await?;
                let known = Some((&live.inputs, &live.outputs));
                let read = lab.plugin.read(&lab.target.clone(), &live.id, known).await?;
                ensure!(read.is_some(), "it is gone");
            }
        ),
        case!(
            "3.cancel.not-forever",
            "what begins after the next handshake is not cancelled by the Cancel before it",
            |lab| {
                let inputs = given(&lab.subject.faults.slow_create, "creation that waits")?;
                lab.configure().await?;
                lab.plugin.cancel().await?;
                lab.configure().await?;
                let inputs = lab.checked(&inputs).await?;
                let (mut plugin, target) = (lab.plugin.clone(), lab.target.clone());
                let running = tokio::spawn(async move { plugin.create(&target, &inputs, false).await });
                tokio::time::sleep(Duration::from_millis(100)).await;
                ensure!(!running.is_finished(), "it was cancelled at once");
                lab.plugin.cancel().await?;
                let answer = tokio::time::timeout(Duration::from_secs(5), running).await;
                ensure!(answer.is_ok(), "it goes on after Cancel");
            }
        ),
        case!(
            "3.cancel.silent",
            "Cancel ends every healthy run: no message",
            |lab| {
                lab.configure().await?;
                lab.plugin.cancel().await?;
                tokio::time::sleep(Duration::from_millis(20)).await;
                ensure!(lab.engine.all().is_empty(), "it said {:?}", lab.engine.all());
            }
        ),
    ]
}
