//! Spans of the engine's calls, as parts of the trace that the engine began.
//!
//! The engine says in the environment where spans are to go, and in the metadata of each call which span it is part of (W3C trace
//! context). Without the former nothing here does anything.

use std::env;
use std::future::Future;
use std::pin::Pin;
use std::task::{Context as TaskContext, Poll};
use std::time::Duration;

use opentelemetry::propagation::{Extractor, TextMapPropagator as _};
use opentelemetry::trace::{
    FutureExt as _, SpanKind, Status, TraceContextExt as _, Tracer as _, TracerProvider as _, WithContext,
};
use opentelemetry::{Context, KeyValue, global};
use opentelemetry_otlp::{SpanExporter, WithTonicConfig as _};
use opentelemetry_sdk::Resource;
use opentelemetry_sdk::propagation::TraceContextPropagator;
use opentelemetry_sdk::trace::{SdkTracer, SdkTracerProvider};
use tonic::Code;
use tonic::codegen::Service;
use tonic::codegen::http::{HeaderMap, Request, Response};
use tonic::transport::Endpoint;

/// Where the engine wants spans to be sent by OTLP over gRPC: `host:port`.
const ENDPOINT: &str = "PULUMI_OTEL_EXPORTER_OTLP_ENDPOINT";

/// How long the last spans may take on their way.
const FLUSH: Duration = Duration::from_secs(1);

/// The spans of this process.
pub(crate) struct Tracing {
    provider: Option<SdkTracerProvider>,
}

impl Tracing {
    /// Starts to send spans if the engine wants any. An endpoint that makes no sense is as good as none: spans are no reason to fail.
    ///
    /// Needs a runtime, on which the connection lives.
    pub(crate) fn start(package: &str, version: &str) -> Self {
        let endpoint = env::var(ENDPOINT).unwrap_or_default();
        let provider = (!endpoint.is_empty())
            .then(|| exporting(&endpoint, package, version))
            .flatten();
        if let Some(provider) = &provider {
            // Spans that an author's code begins by itself go the same way.
            global::set_tracer_provider(provider.clone());
        }
        Self { provider }
    }

    /// No spans.
    pub(crate) fn none() -> Self {
        Self { provider: None }
    }

    /// The service with a span around each call.
    pub(crate) fn around<S>(&self, inner: S) -> Traced<S> {
        let tracer = self
            .provider
            .as_ref()
            .map(|provider| provider.tracer(env!("CARGO_PKG_NAME")));
        Traced { inner, tracer }
    }

    /// Sends what has not been sent yet.
    pub(crate) async fn stop(self) {
        if let Some(provider) = self.provider {
            // It waits on the thread that it is called on.
            let _ = tokio::task::spawn_blocking(move || provider.shutdown_with_timeout(FLUSH)).await;
        }
    }
}

fn exporting(endpoint: &str, package: &str, version: &str) -> Option<SdkTracerProvider> {
    let url = if endpoint.contains("://") {
        endpoint.to_owned()
    } else {
        format!("http://{endpoint}")
    };
    let channel = Endpoint::from_shared(url).ok()?.connect_lazy();
    let exporter = SpanExporter::builder()
        .with_tonic()
        .with_channel(channel)
        .build()
        .ok()?;
    let resource = Resource::builder_empty()
        .with_service_name(package.to_owned())
        .with_attribute(KeyValue::new("service.version", version.to_owned()))
        .build();
    let provider = SdkTracerProvider::builder()
        .with_resource(resource)
        .with_batch_exporter(exporter);
    Some(provider.build())
}

/// The future, within the span of the call that is being answered now; for tasks of their own.
pub(crate) fn within_call<F: Future>(future: F) -> WithContext<F> {
    future.with_current_context()
}

/// A service with a span around each call.
#[derive(Clone)]
pub(crate) struct Traced<S> {
    inner: S,
    tracer: Option<SdkTracer>,
}

impl<S, I, O> Service<Request<I>> for Traced<S>
where
    S: Service<Request<I>, Response = Response<O>>,
    S::Future: Send + 'static,
{
    type Response = S::Response;
    type Error = S::Error;
    type Future = Pin<Box<dyn Future<Output = Result<S::Response, S::Error>> + Send>>;

    fn poll_ready(&mut self, context: &mut TaskContext<'_>) -> Poll<Result<(), S::Error>> {
        self.inner.poll_ready(context)
    }

    fn call(&mut self, request: Request<I>) -> Self::Future {
        let Some(tracer) = &self.tracer else {
            return Box::pin(self.inner.call(request));
        };
        let context = span(tracer, request.uri().path(), request.headers());
        let future = self.inner.call(request).with_context(context.clone());
        Box::pin(async move {
            let response = future.await;
            if let Ok(response) = &response {
                finish(&context, response.headers());
            }
            context.span().end();
            response
        })
    }
}

/// A span for the method at that path, below the one that the caller names.
fn span(tracer: &SdkTracer, path: &str, headers: &HeaderMap) -> Context {
    let parent = TraceContextPropagator::new().extract(&Headers(headers));
    let name = path.trim_start_matches('/');
    let (service, method) = name.split_once('/').unwrap_or(("", name));
    let span = tracer
        .span_builder(name.to_owned())
        .with_kind(SpanKind::Server)
        .with_attributes([
            KeyValue::new("rpc.system", "grpc"),
            KeyValue::new("rpc.service", service.to_owned()),
            KeyValue::new("rpc.method", method.to_owned()),
        ])
        .start_with_context(tracer, &parent);
    parent.with_span(span)
}

/// Errors stand in the headers, since nothing follows them. Their messages may name what is not everybody's to see, so only the code is kept.
fn finish(context: &Context, headers: &HeaderMap) {
    let status = tonic::Status::from_header_map(headers);
    let code = status.map_or(Code::Ok, |status| status.code());
    context
        .span()
        .set_attribute(KeyValue::new("rpc.grpc.status_code", i64::from(i32::from(code))));
    if code != Code::Ok {
        context.span().set_status(Status::error(code.description()));
    }
}

struct Headers<'a>(&'a HeaderMap);

impl Extractor for Headers<'_> {
    fn get(&self, key: &str) -> Option<&str> {
        self.0.get(key)?.to_str().ok()
    }

    fn keys(&self) -> Vec<&str> {
        self.0.keys().map(|key| key.as_str()).collect()
    }
}
