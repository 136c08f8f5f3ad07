//! The provider as the gRPC service that the engine talks to: what one process remembers, and which file answers which method.

mod call;
mod configuration;
mod decode;
mod function;
mod list;
mod package;
mod resource;

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;
use tonic::codegen::BoxStream;
use tonic::{Request, Response, Status};

use crate::author::Configuration;
use crate::engine::Engine;
use crate::proto;
use crate::proto::resource_provider_server::ResourceProvider;
use crate::provider::{Provider, Shapes};
use crate::redact::Secrets;

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
    shapes: Shapes,
    /// What the user is asked when a bug shows.
    report: Arc<str>,
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
        let (schema, shapes) = (provider.schema_json(), provider.shapes());
        let report = match &provider.package.repository {
            Some(address) => format!("please report it at {address}"),
            None => format!(
                "please report it to the authors of the provider `{}`",
                provider.name()
            ),
        };
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
                shapes,
                report: report.into(),
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
}

/// What is not here (`Call`, `Construct`, `Parameterize`) answers `Unimplemented`, as the protocol wants it.
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

    async fn cancel(&self, _: Request<()>) -> Reply<()> {
        self.cancel_calls();
        Ok(Response::new(()))
    }

    async fn get_plugin_info(&self, _: Request<()>) -> Reply<proto::PluginInfo> {
        Ok(Response::new(proto::PluginInfo {
            version: self.shared.provider.version().to_owned(),
        }))
    }

    async fn get_schema(&self, request: Request<proto::GetSchemaRequest>) -> Reply<proto::GetSchemaResponse> {
        self.schema(&request.into_inner()).map(Response::new)
    }

    async fn get_mapping(
        &self,
        request: Request<proto::GetMappingRequest>,
    ) -> Reply<proto::GetMappingResponse> {
        self.mapping(&request.into_inner()).map(Response::new)
    }

    async fn get_mappings(
        &self,
        request: Request<proto::GetMappingsRequest>,
    ) -> Reply<proto::GetMappingsResponse> {
        Ok(Response::new(self.mappings(&request.into_inner())))
    }

    async fn check_config(&self, request: Request<proto::CheckRequest>) -> Reply<proto::CheckResponse> {
        self.check_configuration(request.into_inner())
            .await
            .map(Response::new)
    }

    async fn diff_config(&self, request: Request<proto::DiffRequest>) -> Reply<proto::DiffResponse> {
        self.diff_configuration(request.into_inner())
            .await
            .map(Response::new)
    }

    async fn configure(&self, request: Request<proto::ConfigureRequest>) -> Reply<proto::ConfigureResponse> {
        self.apply_configuration(request.into_inner())
            .await
            .map(Response::new)
    }

    async fn invoke(&self, request: Request<proto::InvokeRequest>) -> Reply<proto::InvokeResponse> {
        self.invoke_function(request.into_inner())
            .await
            .map(Response::new)
    }

    async fn list(&self, request: Request<proto::ListRequest>) -> Reply<BoxStream<proto::ListResponse>> {
        self.list_resources(request.into_inner()).map(Response::new)
    }

    async fn check(&self, request: Request<proto::CheckRequest>) -> Reply<proto::CheckResponse> {
        self.check_resource(request.into_inner()).await.map(Response::new)
    }

    async fn diff(&self, request: Request<proto::DiffRequest>) -> Reply<proto::DiffResponse> {
        self.diff_resource(request.into_inner()).await.map(Response::new)
    }

    async fn create(&self, request: Request<proto::CreateRequest>) -> Reply<proto::CreateResponse> {
        self.create_resource(request.into_inner())
            .await
            .map(Response::new)
    }

    async fn read(&self, request: Request<proto::ReadRequest>) -> Reply<proto::ReadResponse> {
        self.read_resource(request.into_inner()).await.map(Response::new)
    }

    async fn update(&self, request: Request<proto::UpdateRequest>) -> Reply<proto::UpdateResponse> {
        self.update_resource(request.into_inner())
            .await
            .map(Response::new)
    }

    async fn delete(&self, request: Request<proto::DeleteRequest>) -> Reply<()> {
        self.delete_resource(request.into_inner())
            .await
            .map(Response::new)
    }
}
