//! The gRPC services of the process: the provider, and those by which tools find out about it.
//!
//! As with the engine's own library, health answers for the process and for the provider, and reflection comes in both of its versions.

use std::convert::Infallible;
use std::sync::{Arc, OnceLock};
use std::task::{Context, Poll};

use tonic::body::Body;
use tonic::codegen::http::{Request, Response};
use tonic::codegen::{BoxFuture, Service as GrpcService};
use tonic_health::ServingStatus;
use tonic_health::pb::health_server::{HealthServer, SERVICE_NAME as HEALTH};
use tonic_health::server::{HealthReporter, HealthService};
use tonic_reflection::pb::v1::server_reflection_server::SERVICE_NAME as REFLECTION;
use tonic_reflection::pb::v1alpha::server_reflection_server::SERVICE_NAME as OLD_REFLECTION;
use tonic_reflection::server::Builder;

use crate::MESSAGE_LIMIT;
use crate::author::Configuration;
use crate::proto::DESCRIPTORS;
use crate::proto::resource_provider_server::{ResourceProviderServer, SERVICE_NAME as PROVIDER};
use crate::service::Service;

type Reply = BoxFuture<Response<Body>, Infallible>;

/// Why reflection cannot fail.
const DESCRIBED: &str = "the descriptors were written by the compiler of the `.proto` files";

/// All services of the process behind one port, told apart by the path of the call.
pub(super) struct Services<G: Configuration> {
    provider: ResourceProviderServer<Service<G>>,
    health: HealthServer<HealthService>,
    reflection: Arc<Reflection>,
}

impl<G: Configuration> Services<G> {
    pub(super) async fn new(service: Service<G>) -> Self {
        let provider = ResourceProviderServer::new(service)
            .max_decoding_message_size(MESSAGE_LIMIT)
            .max_encoding_message_size(MESSAGE_LIMIT);
        let reporter = HealthReporter::new();
        reporter
            .set_service_status(PROVIDER, ServingStatus::Serving)
            .await;
        Self {
            provider,
            health: HealthServer::new(HealthService::from_health_reporter(reporter)),
            reflection: Arc::default(),
        }
    }
}

impl<G: Configuration> Clone for Services<G> {
    fn clone(&self) -> Self {
        Self {
            provider: self.provider.clone(),
            health: self.health.clone(),
            reflection: Arc::clone(&self.reflection),
        }
    }
}

impl<G: Configuration> GrpcService<Request<Body>> for Services<G> {
    type Response = Response<Body>;
    type Error = Infallible;
    type Future = Reply;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<(), Infallible>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, request: Request<Body>) -> Reply {
        let service = request.uri().path().split('/').nth(1).unwrap_or_default();
        match service {
            HEALTH => self.health.call(request),
            REFLECTION => self.reflection.current()(request),
            OLD_REFLECTION => self.reflection.old()(request),
            // What is no service at all is answered there, as a method that is not known.
            _ => self.provider.call(request),
        }
    }
}

/// A service whose type has no name.
type Anonymous = Box<dyn Fn(Request<Body>) -> Reply + Send + Sync>;

/// The reflection services. They are made when they are first asked, since most processes never are.
#[derive(Default)]
struct Reflection {
    current: OnceLock<Anonymous>,
    old: OnceLock<Anonymous>,
}

impl Reflection {
    fn current(&self) -> &Anonymous {
        self.current
            .get_or_init(|| anonymous(described().build_v1().expect(DESCRIBED)))
    }

    fn old(&self) -> &Anonymous {
        self.old
            .get_or_init(|| anonymous(described().build_v1alpha().expect(DESCRIBED)))
    }
}

fn anonymous<S>(service: S) -> Anonymous
where
    S: GrpcService<Request<Body>, Response = Response<Body>, Error = Infallible, Future = Reply>,
    S: Clone + Send + Sync + 'static,
{
    Box::new(move |request| service.clone().call(request))
}

/// Reflection on what is served, which is less than what is described: the engine's own service is not.
fn described() -> Builder<'static> {
    let descriptors = [
        DESCRIPTORS,
        tonic_health::pb::FILE_DESCRIPTOR_SET,
        tonic_reflection::pb::v1::FILE_DESCRIPTOR_SET,
        tonic_reflection::pb::v1alpha::FILE_DESCRIPTOR_SET,
    ];
    let services = [PROVIDER, HEALTH, REFLECTION, OLD_REFLECTION];
    let builder = Builder::configure().include_reflection_service(false);
    let builder = descriptors
        .into_iter()
        .fold(builder, Builder::register_encoded_file_descriptor_set);
    services.into_iter().fold(builder, Builder::with_service_name)
}
