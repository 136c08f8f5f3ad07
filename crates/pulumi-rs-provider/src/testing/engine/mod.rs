//! An engine that plays the lifecycle of resources as the real one does.
//!
//! The rules are those of `pkg/resource/deploy` in pulumi/pulumi: `step_generator.go` decides, `step.go` does.

mod ignore;
mod program;
mod run;
mod steps;

use std::collections::BTreeMap;

use super::KitError;
use super::connection::Connection;
use super::messages::{Message, MessageCollector};
use super::plugin::{Live, Plugin, Target};
use super::process::Binary;
use crate::author::Configuration;
use crate::provider::Provider;
use crate::urn::Urn;
use crate::value::{PropertyMap, PropertyValue};

pub use program::{Declaration, Input, Program};
pub use run::{Failure, Run, Step, StepKind};
use steps::Deployment;

/// An engine with one provider and one stack, `dev` of the project `test`.
///
/// Each run begins as with the real engine (Handshake, Attach, CheckConfig, DiffConfig, Configure) and ends with Cancel. The state
/// stays between runs.
///
/// ```no_run
/// # async fn test(provider: pulumi_rs_provider::Provider<impl pulumi_rs_provider::Configuration>) -> Result<(), Box<dyn std::error::Error>> {
/// use pulumi_rs_provider::testing::{Declaration, Engine, Program};
///
/// let mut engine = Engine::start(provider).await?.config("alphabet", "abc");
/// let program = Program::new().resource(Declaration::new("random-text:index:Text", "one").input("label", "x"));
/// let run = engine.up(&program).await.succeeded()?;
/// assert_eq!(run.summary(), "create one\n");
/// assert_eq!(engine.refresh().await.succeeded()?.summary(), "refresh one\n");
/// engine.destroy().await.succeeded()?;
/// # Ok(())
/// # }
/// ```
#[derive(Debug)]
pub struct Engine {
    connection: Connection,
    messages: MessageCollector,
    plugin: Plugin,
    package: String,
    version: String,
    config: PropertyMap,
    /// The checked configuration of the last run that came so far.
    last_config: Option<PropertyMap>,
    resources: Vec<Resource>,
    runs: u64,
}

/// What the engine remembers of a resource between runs.
#[derive(Clone, Debug)]
struct Resource {
    target: Target,
    live: Live,
    ignore_changes: Vec<String>,
    /// Why it is not as asked for; the next run updates it even if nothing changes.
    init_errors: Vec<String>,
    /// It has been replaced, and is still to be deleted.
    replaced: bool,
}

impl Engine {
    /// An engine for a provider that is served within the test.
    ///
    /// # Errors
    ///
    /// When no port can be had.
    pub async fn start<G: Configuration>(provider: Provider<G>) -> Result<Self, KitError> {
        Self::with(Connection::serve(provider).await?).await
    }

    /// An engine for a provider's binary.
    ///
    /// # Errors
    ///
    /// When it does not say its port or cannot be reached.
    pub async fn attach(binary: &Binary) -> Result<Self, KitError> {
        Self::with(Connection::attach(binary).await?).await
    }

    /// An engine for a provider that runs. Its schema tells the name of the package.
    ///
    /// # Errors
    ///
    /// When the provider does not tell its schema.
    pub async fn with(connection: Connection) -> Result<Self, KitError> {
        let messages = MessageCollector::start().await?;
        let mut plugin = Plugin::new(connection.client());
        plugin.handshake(messages.address()).await?;
        let schema: serde_json::Value =
            serde_json::from_str(&plugin.schema().await?).map_err(|_| KitError::Schema)?;
        let package = schema["name"].as_str().ok_or(KitError::Schema)?.to_owned();
        let version = plugin.version().await?;
        Ok(Self {
            connection,
            messages,
            plugin,
            package,
            version,
            config: PropertyMap::new(),
            last_config: None,
            resources: Vec::new(),
            runs: 0,
        })
    }

    /// Sets a configuration key to a text, as `pulumi config set` does. A list or a number is written as JSON.
    #[must_use]
    pub fn config(mut self, key: &str, text: &str) -> Self {
        self.set_config(key, text);
        self
    }

    /// Sets a configuration key to a secret text, as `pulumi config set --secret` does.
    #[must_use]
    pub fn secret_config(mut self, key: &str, text: &str) -> Self {
        self.set_config(key, PropertyValue::secret(text));
        self
    }

    /// Sets a configuration key as an explicit provider in a program does, where values may be of any type.
    pub fn set_config(&mut self, key: &str, value: impl Into<PropertyValue>) {
        self.config.insert(key.to_owned(), value.into());
    }

    /// Says what a program would change. Nothing is done, and nothing is remembered.
    #[must_use = "a run may have failed; see `Run::succeeded`"]
    pub async fn preview(&mut self, program: &Program) -> Run {
        let mut deployment = self.begin(true).await;
        deployment.program(program).await;
        let (run, ..) = deployment.end().await;
        run
    }

    /// Makes a program true: creates, updates, replaces and deletes.
    #[must_use = "a run may have failed; see `Run::succeeded`"]
    pub async fn up(&mut self, program: &Program) -> Run {
        let mut deployment = self.begin(false).await;
        deployment.program(program).await;
        self.keep(deployment).await
    }

    /// Looks at every resource, and remembers what it sees. The diffs say what the world has changed.
    #[must_use = "a run may have failed; see `Run::succeeded`"]
    pub async fn refresh(&mut self) -> Run {
        let mut deployment = self.begin(false).await;
        deployment.refresh().await;
        self.keep(deployment).await
    }

    /// Takes over what exists under an id, as `pulumi import` does. The inputs that come back are checked and compared with the state,
    /// and the run fails unless nothing is wrong.
    #[must_use = "a run may have failed; see `Run::succeeded`"]
    pub async fn import(&mut self, token: &str, name: &str, id: &str) -> Run {
        let mut deployment = self.begin(false).await;
        deployment.import(Target::new(token, name), id).await;
        self.keep(deployment).await
    }

    /// Deletes everything.
    #[must_use = "a run may have failed; see `Run::succeeded`"]
    pub async fn destroy(&mut self) -> Run {
        let mut deployment = self.begin(false).await;
        deployment.program(&Program::new()).await;
        self.keep(deployment).await
    }

    /// What the engine remembers of a resource, by the name that the program gave.
    pub fn resource(&self, name: &str) -> Option<&Live> {
        let mut found = self
            .resources
            .iter()
            .filter(|resource| resource.target.name == name && !resource.replaced);
        found.next().map(|resource| &resource.live)
    }

    /// All resources that the engine remembers, also those that wait to be deleted.
    pub fn resources(&self) -> BTreeMap<Urn, Vec<Live>> {
        let mut all: BTreeMap<Urn, Vec<Live>> = BTreeMap::new();
        for resource in &self.resources {
            all.entry(resource.target.urn.clone())
                .or_default()
                .push(resource.live.clone());
        }
        all
    }

    /// Why a resource is not as asked for; empty if it is.
    pub fn init_errors(&self, name: &str) -> &[String] {
        let mut found = self
            .resources
            .iter()
            .filter(|resource| resource.target.name == name && !resource.replaced);
        found.next().map_or(&[], |resource| &resource.init_errors)
    }

    /// What the provider has told the user so far.
    pub fn messages(&self) -> Vec<Message> {
        self.messages.all()
    }

    /// The line to the provider, for calls by hand.
    pub fn connection(&mut self) -> &mut Connection {
        &mut self.connection
    }

    /// Configures the provider for a run that starts with what is remembered.
    async fn begin(&mut self, preview: bool) -> Deployment {
        self.runs += 1;
        let mut config = self.config.clone();
        config.insert("version".to_owned(), self.version.as_str().into());
        let mut deployment = Deployment::new(self.plugin.clone(), preview, self.runs, self.resources.clone());
        let provider = Target::new(&format!("pulumi:providers:{}", self.package), "default");
        deployment
            .configure(
                provider,
                self.messages.address(),
                self.last_config.as_ref(),
                &config,
            )
            .await;
        deployment
    }

    /// Remembers what a run has done, whether it failed or not.
    async fn keep(&mut self, deployment: Deployment) -> Run {
        let (run, resources, config) = deployment.end().await;
        self.resources = resources;
        if config.is_some() {
            self.last_config = config;
        }
        run
    }
}
