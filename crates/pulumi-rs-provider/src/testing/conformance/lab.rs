//! What a case has at hand: a provider of its own, and the calls that most cases make.

use serde_json::Value;
use tonic::transport::Channel;
use tonic::{Code, Status};

use super::super::connection::Connection;
use super::super::messages::MessageCollector;
use super::super::plugin::{CallError, Checked, Live, Plugin, Target};
use super::super::{Engine, json};
use super::report::Verdict;
use super::schema::Schema;
use super::subject::Subject;
use crate::proto::resource_provider_client::ResourceProviderClient;
use crate::proto::{self, DiffResponse};
use crate::value::{PropertyMap, PropertyValue};
use crate::wire::Struct;

/// What a case comes to.
pub(super) type Outcome<T = ()> = Result<T, Verdict>;

/// The seed of checks, unless a case says otherwise.
pub(super) const SEED: [u8; 32] = [7; 32];

/// Breaks the case with a message unless the condition holds.
macro_rules! ensure {
    ($condition:expr, $($message:tt)+) => {
        if !$condition {
            return Err($crate::testing::conformance::report::Verdict::Broken(format!($($message)+)));
        }
    };
}
pub(super) use ensure;

/// A case with nothing to look at.
pub(super) fn not_applicable<T>(reason: &str) -> Outcome<T> {
    Err(Verdict::NotApplicable(reason.to_owned()))
}

/// A provider that was just started, and what is known of it.
pub(super) struct Lab {
    pub(super) subject: Subject,
    pub(super) client: ResourceProviderClient<Channel>,
    pub(super) plugin: Plugin,
    pub(super) engine: MessageCollector,
    pub(super) target: Target,
    pub(super) schema: Schema,
    /// Absent once the case has taken it.
    pub(super) connection: Option<Connection>,
    made: Vec<Live>,
}

impl Lab {
    /// Starts the provider; only its schema is asked for.
    pub(super) async fn start(subject: &Subject) -> Outcome<Self> {
        let connection = subject.launcher.start().await?;
        let engine = MessageCollector::start().await?;
        let mut plugin = Plugin::new(connection.client());
        let schema = Schema::new(plugin.schema().await?, &subject.token)
            .ok_or_else(|| Verdict::Broken("the schema is not JSON".to_owned()))?;
        Ok(Self {
            subject: subject.clone(),
            client: connection.client(),
            plugin,
            engine,
            target: Target::new(&subject.token, "one"),
            schema,
            connection: Some(connection),
            made: Vec::new(),
        })
    }

    /// Deletes what the case has made.
    pub(super) async fn clean_up(mut self) -> Outcome {
        self.subject.world.recover().await;
        for live in std::mem::take(&mut self.made) {
            // A case may have ended the provider itself.
            let _ = self.plugin.delete(&self.target, &live).await;
        }
        Ok(())
    }

    /// A client for methods that are not the provider's own.
    pub(super) async fn grpc(&self) -> Outcome<tonic::client::Grpc<Channel>> {
        let Some(connection) = &self.connection else {
            return Err(Verdict::Broken(
                "the case has taken the provider before".to_owned(),
            ));
        };
        let mut client = tonic::client::Grpc::new(connection.channel());
        let ready = client.ready().await;
        ready.map_err(|error| Verdict::Broken(error.to_string()))?;
        Ok(client)
    }

    /// The provider's own name among resources.
    pub(super) fn provider(&self) -> Target {
        Target::new(&format!("pulumi:providers:{}", self.schema.name()), "default")
    }

    /// The configuration as the engine sends it.
    pub(super) fn config(&self) -> PropertyMap {
        let mut config = self.subject.config.clone();
        config.insert("version".to_owned(), self.schema.version().into());
        config
    }

    /// Goes from Handshake to Configure.
    pub(super) async fn configure(&mut self) -> Outcome {
        let address = self.engine.address().to_owned();
        self.plugin.handshake(&address).await?;
        self.plugin.attach(&address).await?;
        self.configure_with(&self.config()).await
    }

    /// Goes from CheckConfig to Configure.
    pub(super) async fn configure_with(&mut self, config: &PropertyMap) -> Outcome {
        let provider = self.provider();
        let checked = self.plugin.check_config(&provider, None, config).await?;
        ensure!(
            checked.failures.is_empty(),
            "the configuration is refused: {:?}",
            checked.failures
        );
        self.plugin
            .configure(&provider, "provider-id", &checked.inputs)
            .await?;
        Ok(())
    }

    /// An engine with this provider and configuration.
    pub(super) async fn take_engine(&mut self) -> Outcome<Engine> {
        let Some(connection) = self.connection.take() else {
            return Err(Verdict::Broken(
                "the case has taken the provider before".to_owned(),
            ));
        };
        let mut engine = Engine::with(connection).await?;
        for (key, value) in &self.subject.config {
            engine.set_config(key, value.clone());
        }
        Ok(engine)
    }

    /// The answer to a check of a new resource.
    pub(super) async fn check(&mut self, news: &PropertyMap) -> Outcome<Checked> {
        Ok(self.plugin.check(&self.target, None, news, &SEED, true).await?)
    }

    /// Checked inputs with which nothing is wrong.
    pub(super) async fn checked(&mut self, news: &PropertyMap) -> Outcome<PropertyMap> {
        let checked = self.check(news).await?;
        ensure!(
            checked.failures.is_empty(),
            "good inputs are refused: {:?}",
            checked.failures
        );
        Ok(checked.inputs)
    }

    /// The resource with the subject's inputs, made.
    pub(super) async fn make(&mut self) -> Outcome<Live> {
        self.make_with(&self.subject.inputs.clone()).await
    }

    /// The resource with these inputs, made.
    pub(super) async fn make_with(&mut self, inputs: &PropertyMap) -> Outcome<Live> {
        let inputs = self.checked(inputs).await?;
        let live = self.plugin.create(&self.target, &inputs, false).await?;
        self.made.push(live.clone());
        Ok(live)
    }

    /// What a creation that fails leaves: what exists, and why it is not as asked for.
    pub(super) async fn make_partly(&mut self, inputs: &PropertyMap) -> Outcome<(Live, Vec<String>)> {
        let inputs = self.checked(inputs).await?;
        self.subject.world.fail_half_way().await;
        match self.plugin.create(&self.target, &inputs, false).await {
            Err(CallError::Incomplete { live, reasons, .. }) => {
                let live = Live { inputs, ..*live };
                self.made.push(live.clone());
                Ok((live, reasons))
            }
            Err(error) => Err(error.into()),
            Ok(live) => {
                self.made.push(live);
                Err(Verdict::Broken("the creation did not fail".to_owned()))
            }
        }
    }

    /// Has the lab delete what a call by hand has made.
    pub(super) fn remember(&mut self, live: &Live) {
        self.made.push(live.clone());
    }

    /// The answer to a comparison with new inputs, which are checked first.
    pub(super) async fn diff(&mut self, old: &Live, news: &PropertyMap) -> Outcome<DiffResponse> {
        Ok(self.plugin.diff(&self.target, old, news, &[]).await?)
    }

    /// The request of a check with inputs in JSON as they stand on the wire.
    pub(super) fn check_request(&self, news: &Value) -> proto::CheckRequest {
        proto::CheckRequest {
            urn: self.target.urn.as_str().to_owned(),
            name: self.target.name.clone(),
            r#type: self.target.token.clone(),
            olds: Some(Struct::default()),
            news: json::to_struct(news),
            random_seed: SEED.to_vec(),
            autonaming: None,
        }
    }

    /// The subject's inputs in JSON as they stand on the wire.
    pub(super) fn inputs_json(&self) -> Outcome<Value> {
        let raw = Struct::encode_properties(&self.subject.inputs)?;
        json::from_struct(&raw).map_err(|error| Verdict::Broken(error.to_string()))
    }

    /// The subject's inputs, one at a time replaced by what the function makes of it.
    pub(super) fn each_input(
        &self,
        make: impl Fn(&PropertyValue) -> PropertyValue,
    ) -> Vec<(String, PropertyMap)> {
        let inputs = &self.subject.inputs;
        let one = |(key, value): (&String, &PropertyValue)| (key.clone(), with(inputs, key, make(value)));
        inputs.iter().map(one).collect()
    }

    /// An input that takes any text, or a case that does not apply.
    pub(super) fn text_input(&self) -> Outcome<String> {
        let inputs = self.schema.inputs();
        let plain = |key: &str, property: &Value| {
            let is_text = property["type"] == "string" && property["$ref"].is_null();
            is_text
                && self
                    .subject
                    .inputs
                    .get(key)
                    .is_some_and(|value| value.as_str().is_some())
        };
        match inputs.iter().find(|(key, property)| plain(key, property)) {
            Some((key, _)) => Ok((*key).to_owned()),
            None => not_applicable("no input is a text"),
        }
    }

    /// The texts that must not be seen in plain anywhere: the configuration's secrets.
    pub(super) fn secrets(&self) -> Vec<String> {
        let secret =
            |key: &&String| self.schema.package["config"]["variables"][key.as_str()]["secret"] == true;
        let config = &self.subject.config;
        let keys = config
            .keys()
            .filter(|key| secret(key) || config[*key].is_secret());
        let texts = keys.filter_map(|key| config[key].expose().as_str().map(str::to_owned));
        texts.filter(|text| text.len() > 3).collect()
    }
}

/// The properties with one more, or another.
pub(super) fn with(properties: &PropertyMap, key: &str, value: impl Into<PropertyValue>) -> PropertyMap {
    let mut properties = properties.clone();
    properties.insert(key.to_owned(), value.into());
    properties
}

/// The properties without one.
pub(super) fn without(properties: &PropertyMap, key: &str) -> PropertyMap {
    let mut properties = properties.clone();
    properties.remove(key);
    properties
}

/// The value, or a case that does not apply.
pub(super) fn given<T: Clone>(value: &Option<T>, what: &str) -> Outcome<T> {
    match value {
        Some(value) => Ok(value.clone()),
        None => not_applicable(&format!("the subject names no {what}")),
    }
}

/// Breaks the case unless the call was refused with one of these codes.
pub(super) fn refused<T>(answer: Result<T, Status>, codes: &[Code]) -> Outcome<Status> {
    match answer {
        Ok(_) => Err(Verdict::Broken("it was not refused".to_owned())),
        Err(status) if codes.contains(&status.code()) => Ok(status),
        Err(status) => Err(Verdict::Broken(format!(
            "it was refused with {:?} ({}), not with {codes:?}",
            status.code(),
            status.message()
        ))),
    }
}

/// The status with which a verb was refused.
pub(super) fn status_of<T>(answer: Result<T, CallError>) -> Outcome<Status> {
    match answer {
        Ok(_) => Err(Verdict::Broken("it was not refused".to_owned())),
        Err(CallError::Refused { status, .. }) => Ok(*status),
        Err(other) => Err(other.into()),
    }
}
