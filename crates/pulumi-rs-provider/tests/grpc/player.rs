//! The engine's part, played by a test: a client of the provider, and a server for its messages.

use std::net::Ipv4Addr;

use prost::Message as _;
use pulumi_rs_provider::proto::engine_server::{Engine, EngineServer};
use pulumi_rs_provider::proto::resource_provider_client::ResourceProviderClient;
use pulumi_rs_provider::proto::{self, LogRequest, google_rpc};
use pulumi_rs_provider::{serve_on, wire};
use serde_json::{Value, json};
use tokio::net::TcpListener;
use tokio::sync::mpsc::{UnboundedReceiver, UnboundedSender, unbounded_channel};
use tokio::sync::oneshot;
use tonic::transport::server::TcpIncoming;
use tonic::transport::{Channel, Endpoint, Server};
use tonic::{Code, Request, Response, Status};

use crate::fixture::{self, Seen, TOKEN};

/// Both sides' limit on messages.
const LIMIT: usize = 400 << 20;

pub(crate) const URN: &str = "urn:pulumi:dev::shop::echo:index:Thing::one";

pub(crate) struct Player {
    pub(crate) client: ResourceProviderClient<Channel>,
    /// What the author's code saw.
    pub(crate) seen: UnboundedReceiver<Seen>,
    pub(crate) address: String,
    /// Ends the provider.
    pub(crate) end: Option<oneshot::Sender<()>>,
    pub(crate) ended: tokio::task::JoinHandle<()>,
}

impl Player {
    /// Starts a provider and connects, without any call.
    pub(crate) async fn start() -> Self {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await.unwrap();
        let address = listener.local_addr().unwrap().to_string();
        let (sender, seen) = unbounded_channel();
        let (end, ending) = oneshot::channel::<()>();
        let ended = tokio::spawn(async move {
            let end = async { drop(ending.await) };
            serve_on(fixture::provider(sender), listener, end).await.unwrap();
        });
        let client = connect(&address).await;
        Self {
            client,
            seen,
            address,
            end: Some(end),
            ended,
        }
    }

    /// Starts a provider and configures it with the key `the-key`.
    pub(crate) async fn configured() -> Self {
        let mut player = Self::start().await;
        player.configure("the-key").await.unwrap();
        player
    }

    pub(crate) async fn configure(&mut self, key: &str) -> Result<proto::ConfigureResponse, Status> {
        let args = Some(raw(json!({ "key": secret(json!(key)) })));
        let reply = self
            .client
            .configure(proto::ConfigureRequest {
                args,
                ..Default::default()
            })
            .await;
        if reply.is_ok() {
            assert!(matches!(self.seen().await, Seen::Configure(_)));
        }
        reply.map(Response::into_inner)
    }

    pub(crate) async fn seen(&mut self) -> Seen {
        self.seen.recv().await.unwrap()
    }

    pub(crate) async fn create(&mut self, properties: Value) -> Result<proto::CreateResponse, Status> {
        self.client
            .create(create_request(properties))
            .await
            .map(Response::into_inner)
    }
}

pub(crate) async fn connect(address: &str) -> ResourceProviderClient<Channel> {
    let channel = Endpoint::from_shared(format!("http://{address}"))
        .unwrap()
        // As the engine's own library; the error details of a large state travel in the trailer.
        .http2_max_header_list_size(16 << 20)
        .connect()
        .await
        .unwrap();
    ResourceProviderClient::new(channel)
        .max_decoding_message_size(LIMIT)
        .max_encoding_message_size(LIMIT)
}

pub(crate) fn create_request(properties: Value) -> proto::CreateRequest {
    let properties = Some(raw(properties));
    proto::CreateRequest {
        urn: URN.to_owned(),
        r#type: TOKEN.to_owned(),
        properties,
        ..Default::default()
    }
}

/// An engine that keeps what it is told.
pub(crate) struct FakeEngine(UnboundedSender<LogRequest>);

impl FakeEngine {
    /// Its address and its messages.
    pub(crate) async fn start() -> (String, UnboundedReceiver<LogRequest>) {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await.unwrap();
        let address = listener.local_addr().unwrap().to_string();
        let (sender, messages) = unbounded_channel();
        tokio::spawn(
            Server::builder()
                .serve_with_incoming(EngineServer::new(FakeEngine(sender)), TcpIncoming::from(listener)),
        );
        (address, messages)
    }
}

#[tonic::async_trait]
impl Engine for FakeEngine {
    async fn log(&self, request: Request<LogRequest>) -> Result<Response<()>, Status> {
        self.0
            .send(request.into_inner())
            .map_err(|_| Status::unavailable("the test is over"))?;
        Ok(Response::new(()))
    }
}

/// The one detail of a status, which must be of this type; the embedded code and message must agree with the outer ones.
pub(crate) fn detail<T: prost::Message + Default>(status: &Status, name: &str) -> T {
    let embedded = google_rpc::Status::decode(status.details()).unwrap();
    assert_eq!(
        (Code::from(embedded.code), embedded.message.as_str()),
        (status.code(), status.message())
    );
    let [detail] = embedded.details.as_slice() else {
        panic!("{} details", embedded.details.len())
    };
    assert_eq!(detail.type_url, format!("type.googleapis.com/pulumirpc.{name}"));
    T::decode(detail.value.as_slice()).unwrap()
}

/// The wire form of a secret.
pub(crate) fn secret(value: Value) -> Value {
    json!({ "4dabf18193072939515e22adb298388d": "1b47061264138c4ac30d75fd1eb44270", "value": value })
}

/// The wire form of an unknown text.
pub(crate) fn unknown() -> Value {
    json!("04da6b54-80e4-46f7-96ec-b56ff0331ba9")
}

/// A struct as any other program would send it.
pub(crate) fn raw(value: Value) -> wire::Struct {
    match plain(value).kind {
        Some(prost_types::value::Kind::StructValue(value)) => wire::Struct::from(&value),
        _ => panic!("not an object"),
    }
}

fn plain(value: Value) -> prost_types::Value {
    use prost_types::value::Kind;
    let kind = match value {
        Value::Null => Kind::NullValue(0),
        Value::Bool(value) => Kind::BoolValue(value),
        Value::Number(value) => Kind::NumberValue(value.as_f64().unwrap()),
        Value::String(value) => Kind::StringValue(value),
        Value::Array(items) => Kind::ListValue(prost_types::ListValue {
            values: items.into_iter().map(plain).collect(),
        }),
        Value::Object(map) => Kind::StructValue(prost_types::Struct {
            fields: map.into_iter().map(|(key, value)| (key, plain(value))).collect(),
        }),
    };
    prost_types::Value { kind: Some(kind) }
}

/// A struct as any other program would read it.
pub(crate) fn json_of(raw: &Option<wire::Struct>) -> Option<Value> {
    let plain = prost_types::Struct::try_from(raw.as_ref()?).unwrap();
    Some(json_of_value(prost_types::value::Kind::StructValue(plain)))
}

fn json_of_value(kind: prost_types::value::Kind) -> Value {
    use prost_types::value::Kind;
    match kind {
        Kind::NullValue(_) => Value::Null,
        Kind::BoolValue(value) => json!(value),
        Kind::NumberValue(value) => json!(value),
        Kind::StringValue(value) => json!(value),
        Kind::ListValue(list) => list
            .values
            .into_iter()
            .map(|value| json_of_value(value.kind.unwrap()))
            .collect(),
        Kind::StructValue(value) => value
            .fields
            .into_iter()
            .map(|(key, value)| (key, json_of_value(value.kind.unwrap())))
            .collect(),
    }
}
