//! Section 4: messages for the user.

use std::time::Duration;

use super::super::super::Message;
use super::super::lab::{Lab, Outcome, ensure, given, not_applicable, with};
use super::{Case, case};
use crate::proto::LogSeverity;
use crate::value::{PropertyMap, PropertyValue};

/// How long messages may take to come.
const PATIENCE: Duration = Duration::from_secs(5);

/// The messages of a creation.
async fn talk(lab: &mut Lab, inputs: &PropertyMap) -> Outcome<Vec<Message>> {
    lab.configure().await?;
    lab.make_with(inputs).await?;
    let messages = lab.engine.wait_for(1, PATIENCE).await;
    ensure!(!messages.is_empty(), "no message came");
    Ok(messages)
}

/// The messages of a whole life.
async fn life(lab: &mut Lab) -> Outcome<Vec<Message>> {
    lab.configure().await?;
    let live = lab.make().await?;
    let target = lab.target.clone();
    let known = Some((&live.inputs, &live.outputs));
    lab.plugin.read(&target, &live.id, known).await?;
    lab.plugin
        .update(&target, &live, &live.inputs, &[], false)
        .await?;
    lab.plugin.delete(&target, &live).await?;
    lab.plugin.cancel().await?;
    Ok(lab.engine.wait_for(usize::MAX, Duration::from_millis(50)).await)
}

pub(super) fn cases() -> Vec<Case> {
    vec![
        case!(
            "4.log.arrives",
            "messages go to the engine's own service",
            |lab| {
                let inputs = given(&lab.subject.faults.talkative_create, "creation with a message")?;
                talk(lab, &inputs).await?;
            }
        ),
        case!("4.log.urn", "a message is shown under its resource", |lab| {
            let inputs = given(&lab.subject.faults.talkative_create, "creation with a message")?;
            let urn = lab.target.urn.clone();
            for message in talk(lab, &inputs).await? {
                ensure!(
                    message.urn == urn.as_str(),
                    "`{}` is about `{}`",
                    message.text,
                    message.urn
                );
            }
        }),
        case!(
            "4.log.no-errors",
            "a message of severity ERROR fails the whole deployment, so a healthy run has none",
            |lab| {
                for message in life(lab).await? {
                    ensure!(
                        message.severity != LogSeverity::Error,
                        "`{}` is one",
                        message.text
                    );
                }
            }
        ),
        case!("4.log.no-secrets", "messages show no secrets", |lab| {
            let inputs = given(&lab.subject.faults.talkative_create, "creation with a message")?;
            let key = lab.text_input().unwrap_or_default();
            let hidden = "a-secret-of-the-test";
            let inputs = match inputs.contains_key(&key) {
                true => with(&inputs, &key, PropertyValue::secret(hidden)),
                false => inputs,
            };
            let mut secrets = lab.secrets();
            secrets.push(hidden.to_owned());
            for message in talk(lab, &inputs).await? {
                let leak = secrets.iter().any(|secret| message.text.contains(secret));
                ensure!(!leak, "`{}` does", message.text);
            }
        }),
        case!(
            "4.log.deaf-engine",
            "a call never waits for its messages",
            |lab| {
                let inputs = given(&lab.subject.faults.talkative_create, "creation with a message")?;
                lab.configure().await?;
                // Accepts connections and never answers.
                let deaf = tokio::net::TcpListener::bind("127.0.0.1:0").await;
                let Some(address) = deaf.as_ref().ok().and_then(|deaf| deaf.local_addr().ok()) else {
                    return not_applicable("no port can be had");
                };
                lab.plugin.attach(&address.to_string()).await?;
                let begin = std::time::Instant::now();
                lab.make_with(&inputs).await?;
                ensure!(
                    begin.elapsed() < Duration::from_secs(2),
                    "it took {:?}",
                    begin.elapsed()
                );
            }
        ),
        case!(
            "4.log.dead-engine",
            "an engine that is gone is no reason for a call to fail",
            |lab| {
                lab.configure().await?;
                lab.plugin.attach("127.0.0.1:9").await?;
                lab.make().await?;
            }
        ),
        case!(
            "4.log.not-about-the-engine",
            "gRPC and its libraries do not talk to the user",
            |lab| {
                let chatter = life(lab).await?.into_iter().find(|message| {
                    ["h2::", "hyper", "tonic", "tower"]
                        .iter()
                        .any(|library| message.text.contains(library))
                });
                ensure!(chatter.is_none(), "{chatter:?}");
            }
        ),
        case!("4.errors.no-secrets", "errors show no secrets", |lab| {
            lab.configure().await?;
            let inputs = match &lab.subject.faults.failing_create {
                Some(inputs) => inputs.clone(),
                None if lab.subject.world.refuse().await.is_some() => lab.subject.inputs.clone(),
                None => return not_applicable("no creation can be made to fail"),
            };
            let inputs = lab.checked(&inputs).await?;
            let secrets = lab.secrets();
            let status =
                super::super::lab::status_of(lab.plugin.create(&lab.target.clone(), &inputs, false).await)?;
            let leak = secrets.iter().any(|secret| status.message().contains(secret));
            ensure!(!leak, "`{}` does", status.message());
        }),
    ]
}
