//! The provider as the gRPC service that the engine talks to.

use std::future::Future;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;
use tonic::{Request, Response, Status};

use crate::config;
use crate::context::Context;
use crate::engine::Engine;
use crate::error::Error;
use crate::panics;
use crate::path::PathPattern;
use crate::proto::resource_provider_server::ResourceProvider;
use crate::proto::{self, check_request::autonaming_options::Mode};
use crate::provider::{Configuration, ErasedResource, Provider};
use crate::redact::Secrets;
use crate::reply::Replies;
use crate::urn::Urn;
use crate::value::PropertyMap;
use crate::verbs::{
    Autonaming, CheckConfigRequest, CheckRequest, ConfigureRequest, CreateRequest, DeleteRequest,
    DiffConfigRequest, DiffRequest, ReadRequest, UpdateRequest,
};
use crate::wire::Struct;

type Reply<T> = Result<Response<T>, Status>;

/// The service of one process. Clones share everything.
pub(crate) struct Service<G: Configuration> {
    shared: Arc<Shared<G>>,
}

impl<G: Configuration> Clone for Service<G> {
    fn clone(&self) -> Self {
        Self {
            shared: Arc::clone(&self.shared),
        }
    }
}

struct Shared<G: Configuration> {
    provider: Provider<G>,
    schema: String,
    engine: Engine,
    session: Mutex<Session<G::Value>>,
    /// Verbs that run. They are tasks of their own, so that an engine that goes away does not tear a creation in two.
    calls: TaskTracker,
}

/// What the engine has said so far. One process may be handed from engine to engine; the latest word counts.
struct Session<C> {
    configured: Option<Arc<Configured<C>>>,
    cancellation: CancellationToken,
    byte_strings: bool,
}

struct Configured<C> {
    value: C,
    secrets: Secrets,
}

impl<C> Session<C> {
    /// After a cancellation, calls that come later are not meant by it. A token that has not fired stays, or the next cancellation would
    /// miss the calls that run.
    fn renew(&mut self) {
        if self.cancellation.is_cancelled() {
            self.cancellation = CancellationToken::new();
        }
    }
}

impl<G: Configuration> Service<G> {
    pub(crate) fn new(provider: Provider<G>) -> Self {
        let schema = provider.schema_json();
        let session = Session {
            configured: None,
            cancellation: CancellationToken::new(),
            byte_strings: false,
        };
        let (engine, calls) = (Engine::default(), TaskTracker::new());
        Self {
            shared: Arc::new(Shared {
                provider,
                schema,
                engine,
                session: Mutex::new(session),
                calls,
            }),
        }
    }

    /// Names the engine given at the start of the process.
    pub(crate) fn connect(&self, engine: &str) -> Result<(), tonic::transport::Error> {
        self.shared.engine.connect(engine)
    }

    /// Asks all running verbs to end soon.
    pub(crate) fn cancel_calls(&self) {
        self.session().cancellation.cancel();
    }

    /// Waits until no verb runs; for the end of the process.
    pub(crate) async fn idle(&self) {
        self.shared.calls.close();
        self.shared.calls.wait().await;
    }

    /// Waits until the engine has got all messages.
    pub(crate) async fn deliver_messages(&self) {
        self.shared.engine.drain().await;
    }

    fn session(&self) -> MutexGuard<'_, Session<G::Value>> {
        // Nothing that can panic runs under the lock.
        self.shared.session.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn package(&self) -> &str {
        self.shared.provider.name()
    }

    /// Prepares a verb of a resource.
    fn resource_call(
        &self,
        verb: &'static str,
        subject: Subject,
        timeout: f64,
        properties: &[&PropertyMap],
    ) -> Result<ResourceCall<G>, Status> {
        let Subject { urn, name, token } = subject;
        let resource = self.shared.provider.resources.get(&token).ok_or_else(|| {
            Status::invalid_argument(format!(
                "the provider `{}` has no resource `{token}`",
                self.package()
            ))
        })?;
        let configured = self.session().configured.clone().ok_or_else(|| {
            Status::failed_precondition(format!(
                "{verb} of `{urn}` came before the provider was configured"
            ))
        })?;
        let secrets = configured.secrets.with(properties.iter().copied());
        let call = self.call(verb, &urn, secrets, timeout);
        Ok(ResourceCall {
            call,
            resource: Arc::clone(resource),
            configured,
            urn,
            name,
            token,
        })
    }

    fn call(&self, verb: &'static str, urn: &Urn, secrets: Secrets, timeout: f64) -> Call<G> {
        let (cancellation, byte_strings) = {
            let session = self.session();
            (session.cancellation.child_token(), session.byte_strings)
        };
        let log = self.shared.engine.log(urn, secrets.clone());
        let context = Context {
            cancellation,
            deadline: deadline(timeout),
            log,
        };
        let replies = Replies {
            verb,
            urn: urn.clone(),
            secrets,
            byte_strings,
        };
        Call {
            shared: Arc::clone(&self.shared),
            context,
            replies,
        }
    }
}

/// Which resource a request is about.
struct Subject {
    urn: Urn,
    name: String,
    token: String,
}

impl Subject {
    /// Older engines leave name and type to be found in the URN.
    fn new(urn: String, name: String, token: String) -> Self {
        let urn = Urn::new(urn);
        let name = if name.is_empty() {
            urn.resource_name().to_owned()
        } else {
            name
        };
        let token = if token.is_empty() {
            urn.resource_type().to_owned()
        } else {
            token
        };
        Self { urn, name, token }
    }
}

/// A verb that is about to run.
struct Call<G: Configuration> {
    shared: Arc<Shared<G>>,
    context: Context,
    replies: Replies,
}

impl<G: Configuration> Call<G> {
    /// Runs an author's code as a task that outlives the connection. When the connection goes first, the task is asked to stop.
    async fn run<T: Send + 'static>(
        &self,
        code: impl Future<Output = Result<T, Error>> + Send + 'static,
    ) -> Result<T, Status> {
        let _caller_is_gone = self.context.cancellation.clone().drop_guard();
        let Replies {
            verb, urn, secrets, ..
        } = &self.replies;
        match self.shared.calls.spawn(panics::catch(code)).await {
            Ok(Ok(Ok(reply))) => Ok(reply),
            Ok(Ok(Err(error))) => Err(crate::status::from_error(
                error,
                self.shared.provider.name(),
                secrets,
            )),
            Ok(Err(panicked)) => Err(Status::internal(format!(
                "bug in the provider: {verb} of `{urn}` {panicked}; what it had begun may exist"
            ))),
            Err(_) => Err(Status::unavailable(format!(
                "{verb} of `{urn}` was ended together with the provider"
            ))),
        }
    }
}

/// A verb of a resource that is about to run.
struct ResourceCall<G: Configuration> {
    call: Call<G>,
    resource: Arc<dyn ErasedResource<G::Value>>,
    configured: Arc<Configured<G::Value>>,
    urn: Urn,
    name: String,
    token: String,
}

/// Runs a verb of a resource: the task owns all that the verb borrows.
macro_rules! run_verb {
    ($prepared:ident, $verb:ident, $request:expr) => {{
        let resource = Arc::clone(&$prepared.resource);
        let configured = Arc::clone(&$prepared.configured);
        let context = $prepared.call.context.clone();
        let request = $request;
        $prepared
            .call
            .run(async move { resource.$verb(&configured.value, request, &context).await })
            .await
    }};
}

#[tonic::async_trait]
impl<G: Configuration> ResourceProvider for Service<G> {
    async fn handshake(
        &self,
        request: Request<proto::ProviderHandshakeRequest>,
    ) -> Reply<proto::ProviderHandshakeResponse> {
        let request = request.into_inner();
        if !request.engine_address.is_empty() {
            // Without the engine only messages are lost, and an error here would abort the deployment.
            let _ = self.shared.engine.connect(&request.engine_address);
        }
        let mut session = self.session();
        session.renew();
        session.byte_strings = request.accepts_byte_string;
        Ok(Response::new(proto::ProviderHandshakeResponse {
            accept_secrets: true,
            accept_resources: true,
            accept_outputs: true,
            supports_autonaming_configuration: self.shared.provider.autonaming,
            accepts_byte_string: true,
        }))
    }

    async fn attach(&self, request: Request<proto::PluginAttach>) -> Reply<()> {
        let address = request.into_inner().address;
        self.shared.engine.connect(&address).map_err(|_| {
            Status::invalid_argument(format!(
                "the engine's address `{address}` is not of the form `host:port`"
            ))
        })?;
        Ok(Response::new(()))
    }

    async fn get_plugin_info(&self, _: Request<()>) -> Reply<proto::PluginInfo> {
        Ok(Response::new(proto::PluginInfo {
            version: self.shared.provider.version().to_owned(),
        }))
    }

    async fn get_schema(&self, request: Request<proto::GetSchemaRequest>) -> Reply<proto::GetSchemaResponse> {
        let request = request.into_inner();
        if request.version != 0 {
            return Err(Status::invalid_argument(format!(
                "schema version `{}` does not exist",
                request.version
            )));
        }
        if !request.subpackage_name.is_empty() {
            return Err(Status::invalid_argument(format!(
                "`{}` has no package `{}` within it",
                self.package(),
                request.subpackage_name
            )));
        }
        Ok(Response::new(proto::GetSchemaResponse {
            schema: self.shared.schema.clone(),
        }))
    }

    async fn cancel(&self, _: Request<()>) -> Reply<()> {
        self.cancel_calls();
        Ok(Response::new(()))
    }

    async fn get_mapping(&self, _: Request<proto::GetMappingRequest>) -> Reply<proto::GetMappingResponse> {
        Ok(Response::new(proto::GetMappingResponse::default()))
    }

    async fn get_mappings(&self, _: Request<proto::GetMappingsRequest>) -> Reply<proto::GetMappingsResponse> {
        Ok(Response::new(proto::GetMappingsResponse::default()))
    }

    async fn check_config(&self, request: Request<proto::CheckRequest>) -> Reply<proto::CheckResponse> {
        let request = request.into_inner();
        let schema = &self.shared.provider.package.config;
        let receive = |properties| config::mark_secrets(schema, config::user_keys(properties));
        let mut news = required(request.news)?;
        let version = news.remove(config::VERSION);
        let new_inputs = receive(news);
        let old_inputs = optional(request.olds)?.map(receive);
        let Subject { urn, name, .. } = Subject::new(request.urn, request.name, request.r#type);

        let secrets = Secrets::default().with(old_inputs.iter().chain([&new_inputs]));
        let call = self.call("check of the configuration", &urn, secrets, 0.0);
        let args = config::typed(schema, new_inputs.clone());
        let request = CheckConfigRequest {
            urn,
            name,
            old_inputs,
            new_inputs,
            args,
        };
        let (shared, context) = (Arc::clone(&self.shared), call.context.clone());
        let mut reply = call
            .run(async move { shared.provider.configuration.check(request, &context).await })
            .await?;
        if let Some(version) = version {
            reply.inputs.insert(config::VERSION.to_owned(), version);
        }
        call.replies.check(reply).map(Response::new)
    }

    async fn diff_config(&self, request: Request<proto::DiffRequest>) -> Reply<proto::DiffResponse> {
        let request = request.into_inner();
        let schema = &self.shared.provider.package.config;
        let receive = |properties| {
            required(properties).map(|properties| {
                config::typed(
                    schema,
                    config::mark_secrets(schema, config::user_keys(properties)),
                )
            })
        };
        // Before old inputs were sent, a provider's outputs were its inputs.
        let old_inputs = receive(request.old_inputs.or(request.olds))?;
        let new_inputs = receive(request.news)?;
        let ignore_changes = patterns(&request.ignore_changes)?;
        let Subject { urn, name, .. } = Subject::new(request.urn, request.name, request.r#type);

        let secrets = Secrets::default().with([&old_inputs, &new_inputs]);
        let call = self.call("diff of the configuration", &urn, secrets, 0.0);
        let ignored = ignore_changes.clone();
        let request = DiffConfigRequest {
            urn,
            name,
            old_inputs,
            new_inputs,
            ignore_changes,
        };
        let (shared, context) = (Arc::clone(&self.shared), call.context.clone());
        let diff = call
            .run(async move { shared.provider.configuration.diff(request, &context).await })
            .await?;
        call.replies.diff(diff, &ignored).map(Response::new)
    }

    async fn configure(&self, request: Request<proto::ConfigureRequest>) -> Reply<proto::ConfigureResponse> {
        let request = request.into_inner();
        let schema = &self.shared.provider.package.config;
        let args = match optional(request.args)? {
            Some(args) => args,
            None => config::from_variables(self.package(), request.variables),
        };
        let args = config::typed(schema, config::mark_secrets(schema, config::user_keys(args)));

        self.session().renew();
        let secrets = Secrets::default().with([&args]);
        let urn = Urn::new(request.urn.clone().unwrap_or_default());
        let call = self.call("configuration", &urn, secrets.clone(), 0.0);
        let request = ConfigureRequest {
            urn: request.urn.map(Urn::new),
            id: request.id,
            args,
        };
        let (shared, context) = (Arc::clone(&self.shared), call.context.clone());
        let value = call
            .run(async move { shared.provider.configuration.configure(request, &context).await })
            .await?;
        self.session().configured = Some(Arc::new(Configured { value, secrets }));
        Ok(Response::new(proto::ConfigureResponse {
            accept_secrets: true,
            supports_preview: true,
            accept_resources: true,
            accept_outputs: true,
            supports_autonaming_configuration: self.shared.provider.autonaming,
        }))
    }

    async fn check(&self, request: Request<proto::CheckRequest>) -> Reply<proto::CheckResponse> {
        let request = request.into_inner();
        let old_inputs = optional(request.olds)?;
        let new_inputs = required(request.news)?;
        let subject = Subject::new(request.urn, request.name, request.r#type);
        let secrets: Vec<_> = old_inputs.iter().chain([&new_inputs]).collect();
        let prepared = self.resource_call("check", subject, 0.0, &secrets)?;
        let check = CheckRequest {
            urn: prepared.urn.clone(),
            name: prepared.name.clone(),
            token: prepared.token.clone(),
            old_inputs,
            new_inputs,
            random_seed: request.random_seed,
            autonaming: request.autonaming.map(autonaming).transpose()?,
        };
        let reply = run_verb!(prepared, check, check)?;
        prepared.call.replies.check(reply).map(Response::new)
    }

    async fn diff(&self, request: Request<proto::DiffRequest>) -> Reply<proto::DiffResponse> {
        let request = request.into_inner();
        let old_inputs = required(request.old_inputs)?;
        let old_state = required(request.olds)?;
        let new_inputs = required(request.news)?;
        let ignore_changes = patterns(&request.ignore_changes)?;
        let subject = Subject::new(request.urn, request.name, request.r#type);
        let prepared = self.resource_call("diff", subject, 0.0, &[&old_inputs, &old_state, &new_inputs])?;
        let ignored = ignore_changes.clone();
        let diff = DiffRequest {
            urn: prepared.urn.clone(),
            name: prepared.name.clone(),
            token: prepared.token.clone(),
            id: request.id,
            old_inputs,
            old_state,
            new_inputs,
            ignore_changes,
        };
        let diff = run_verb!(prepared, diff, diff)?;
        prepared.call.replies.diff(diff, &ignored).map(Response::new)
    }

    async fn create(&self, request: Request<proto::CreateRequest>) -> Reply<proto::CreateResponse> {
        let request = request.into_inner();
        let inputs = required(request.properties)?;
        let subject = Subject::new(request.urn, request.name, request.r#type);
        let prepared = self.resource_call("create", subject, request.timeout, &[&inputs])?;
        let create = CreateRequest {
            urn: prepared.urn.clone(),
            name: prepared.name.clone(),
            token: prepared.token.clone(),
            inputs,
            preview: request.preview,
        };
        let reply = run_verb!(prepared, create, create)?;
        prepared
            .call
            .replies
            .create(reply, request.preview)
            .map(Response::new)
    }

    async fn read(&self, request: Request<proto::ReadRequest>) -> Reply<proto::ReadResponse> {
        let request = request.into_inner();
        let inputs = optional(request.inputs)?;
        let state = optional(request.properties)?;
        let subject = Subject::new(request.urn, request.name, request.r#type);
        let secrets: Vec<_> = inputs.iter().chain(&state).collect();
        let prepared = self.resource_call("read", subject, request.timeout, &secrets)?;
        let read = ReadRequest {
            urn: prepared.urn.clone(),
            name: prepared.name.clone(),
            token: prepared.token.clone(),
            id: request.id,
            inputs,
            state,
        };
        let reply = run_verb!(prepared, read, read)?;
        prepared.call.replies.read(reply).map(Response::new)
    }

    async fn update(&self, request: Request<proto::UpdateRequest>) -> Reply<proto::UpdateResponse> {
        let request = request.into_inner();
        let old_inputs = required(request.old_inputs)?;
        let old_state = required(request.olds)?;
        let new_inputs = required(request.news)?;
        let subject = Subject::new(request.urn, request.name, request.r#type);
        let secrets = [&old_inputs, &old_state, &new_inputs];
        let prepared = self.resource_call("update", subject, request.timeout, &secrets)?;
        let update = UpdateRequest {
            urn: prepared.urn.clone(),
            name: prepared.name.clone(),
            token: prepared.token.clone(),
            id: request.id.clone(),
            old_inputs,
            old_state,
            new_inputs,
            ignore_changes: patterns(&request.ignore_changes)?,
            preview: request.preview,
        };
        let reply = run_verb!(prepared, update, update)?;
        prepared
            .call
            .replies
            .update(request.id, reply, request.preview)
            .map(Response::new)
    }

    async fn delete(&self, request: Request<proto::DeleteRequest>) -> Reply<()> {
        let request = request.into_inner();
        let inputs = required(request.old_inputs)?;
        let state = required(request.properties)?;
        let subject = Subject::new(request.urn, request.name, request.r#type);
        let prepared = self.resource_call("delete", subject, request.timeout, &[&inputs, &state])?;
        let delete = DeleteRequest {
            urn: prepared.urn.clone(),
            name: prepared.name.clone(),
            token: prepared.token.clone(),
            id: request.id,
            inputs,
            state,
        };
        run_verb!(prepared, delete, delete).map(Response::new)
    }
}

/// Properties for a verb that does not tell absent ones from none.
fn required(raw: Option<Struct>) -> Result<PropertyMap, Status> {
    optional(raw).map(Option::unwrap_or_default)
}

fn optional(raw: Option<Struct>) -> Result<Option<PropertyMap>, Status> {
    let decoded = raw.map(|raw| raw.decode_properties()).transpose();
    decoded.map_err(|error| Status::invalid_argument(error.to_string()))
}

fn patterns(paths: &[String]) -> Result<Vec<PathPattern>, Status> {
    let parse = |path: &String| {
        path.parse().map_err(|error| {
            Status::invalid_argument(format!(
                "`{path}` in ignoreChanges is not a property path: {error}"
            ))
        })
    };
    paths.iter().map(parse).collect()
}

fn autonaming(options: proto::check_request::AutonamingOptions) -> Result<Autonaming, Status> {
    match Mode::try_from(options.mode) {
        Ok(Mode::Propose) => Ok(Autonaming::Propose(options.proposed_name)),
        Ok(Mode::Enforce) => Ok(Autonaming::Enforce(options.proposed_name)),
        Ok(Mode::Disable) => Ok(Autonaming::Disable),
        Err(_) => Err(Status::invalid_argument(format!(
            "autonaming mode `{}` is not known",
            options.mode
        ))),
    }
}

/// The moment after so many seconds; nothing for 0, and for what no clock can hold.
fn deadline(timeout: f64) -> Option<Instant> {
    let timeout = Duration::try_from_secs_f64(timeout)
        .ok()
        .filter(|timeout| !timeout.is_zero())?;
    Instant::now().checked_add(timeout)
}
