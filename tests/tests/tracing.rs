//! Spans of the provider, as a collector receives them.

#![allow(clippy::unwrap_used, reason = "all of this file is a test")]

use std::net::Ipv4Addr;
use std::time::Duration;

use descope_keys_tests::tools;

use opentelemetry_proto::tonic::collector::trace::v1::trace_service_server::{
    TraceService, TraceServiceServer,
};
use opentelemetry_proto::tonic::collector::trace::v1::{
    ExportTraceServiceRequest, ExportTraceServiceResponse,
};
use opentelemetry_proto::tonic::trace::v1::ResourceSpans;
use opentelemetry_proto::tonic::trace::v1::span::SpanKind;
use opentelemetry_proto::tonic::trace::v1::status::StatusCode;
use pulumi_rs_provider::proto;
use pulumi_rs_provider::testing::{Binary, End, Process, dial};
use tokio::net::TcpListener;
use tokio::sync::mpsc::{UnboundedReceiver, UnboundedSender, unbounded_channel};
use tonic::transport::Server;
use tonic::transport::server::TcpIncoming;
use tonic::{Code, Request, Response, Status};

const TRACE: &str = "4bf92f3577b34da6a3ce929d0e0e4736";
const PARENT: &str = "00f067aa0ba902b7";

struct Collector(UnboundedSender<ResourceSpans>);

impl Collector {
    /// Its address and what it receives.
    async fn start() -> (String, UnboundedReceiver<ResourceSpans>) {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await.unwrap();
        let address = listener.local_addr().unwrap().to_string();
        let (sender, spans) = unbounded_channel();
        let service = TraceServiceServer::new(Collector(sender));
        tokio::spawn(Server::builder().serve_with_incoming(service, TcpIncoming::from(listener)));
        (address, spans)
    }
}

#[tonic::async_trait]
impl TraceService for Collector {
    async fn export(
        &self,
        request: Request<ExportTraceServiceRequest>,
    ) -> Result<Response<ExportTraceServiceResponse>, Status> {
        for spans in request.into_inner().resource_spans {
            self.0.send(spans).unwrap();
        }
        Ok(Response::new(ExportTraceServiceResponse::default()))
    }
}

fn start(collector: &str) -> Process {
    let program = tools::program("pulumi-resource-descope-keys").unwrap();
    let binary = Binary::new(program).env("PULUMI_OTEL_EXPORTER_OTLP_ENDPOINT", collector);
    binary.start([]).unwrap()
}

/// The provider's end, once it is asked to.
fn end(process: Process) -> End {
    process.signal("TERM").unwrap();
    process.end(Duration::from_secs(30)).unwrap().unwrap()
}

/// A request that says which span it is part of.
fn within<T>(message: T, sampled: bool) -> Request<T> {
    let mut request = Request::new(message);
    let flags = if sampled { "01" } else { "00" };
    let parent = format!("00-{TRACE}-{PARENT}-{flags}").parse().unwrap();
    request.metadata_mut().insert("traceparent", parent);
    request
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

/// The collector works while the test waits for the process.
#[tokio::test(flavor = "multi_thread")]
async fn the_engines_trace_is_continued() {
    let (address, mut received) = Collector::start().await;
    let process = start(&address);
    let mut client = dial(&format!("127.0.0.1:{}", process.port())).await.unwrap();
    client.get_plugin_info(within((), true)).await.unwrap();
    client.get_plugin_info(within((), false)).await.unwrap();
    let create = proto::CreateRequest {
        r#type: "descope-keys:index:ManagementKey".to_owned(),
        ..Default::default()
    };
    let error = client.create(within(create, true)).await.unwrap_err();
    assert_eq!(error.code(), Code::FailedPrecondition);
    let end = end(process);
    assert_eq!((end.code, end.errors.as_str()), (Some(0), ""));

    let mut spans = Vec::new();
    while let Ok(received) = received.try_recv() {
        let resource = format!("{:?}", received.resource.unwrap().attributes);
        assert!(
            resource.contains("descope-keys") && resource.contains(env!("CARGO_PKG_VERSION")),
            "{resource}"
        );
        spans.extend(received.scope_spans.into_iter().flat_map(|scope| scope.spans));
    }
    // The engine decides what is sampled.
    let names: Vec<_> = spans.iter().map(|span| span.name.as_str()).collect();
    assert_eq!(
        names,
        [
            "pulumirpc.ResourceProvider/GetPluginInfo",
            "pulumirpc.ResourceProvider/Create"
        ]
    );
    for span in &spans {
        assert_eq!(
            (hex(&span.trace_id).as_str(), hex(&span.parent_span_id).as_str()),
            (TRACE, PARENT)
        );
        assert_eq!(span.kind(), SpanKind::Server);
    }
    let codes = spans.iter().map(|span| span.status.as_ref().unwrap().code());
    assert_eq!(codes.collect::<Vec<_>>(), [StatusCode::Unset, StatusCode::Error]);
}

#[test]
fn a_collector_that_is_not_there_hinders_nothing() {
    for endpoint in ["127.0.0.1:9", "not an address", ""] {
        let process = start(endpoint);
        assert_eq!(end(process).code, Some(0), "{endpoint}");
    }
}
