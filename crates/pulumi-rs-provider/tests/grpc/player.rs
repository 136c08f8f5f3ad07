//! The echoing provider, started and called with values as they stand on the wire.

use pulumi_rs_provider::proto;
use pulumi_rs_provider::proto::resource_provider_client::ResourceProviderClient;
use pulumi_rs_provider::testing::{self, Connection, json};
use pulumi_rs_provider::wire;
use serde_json::{Value, json};
use tokio::sync::mpsc::{UnboundedReceiver, unbounded_channel};
use tonic::transport::Channel;
use tonic::{Code, Response, Status};

use crate::fixture::{self, Seen, TOKEN};

pub(crate) use json::{secret, unknown};

pub(crate) const URN: &str = "urn:pulumi:dev::shop::echo:index:Thing::one";

pub(crate) struct Player {
    pub(crate) client: ResourceProviderClient<Channel>,
    /// What the author's code saw.
    pub(crate) seen: UnboundedReceiver<Seen>,
    pub(crate) connection: Connection,
}

impl Player {
    /// Starts a provider and connects, without any call.
    pub(crate) async fn start() -> Self {
        let (sender, seen) = unbounded_channel();
        let connection = Connection::serve(fixture::provider(sender)).await.unwrap();
        Self {
            client: connection.client(),
            seen,
            connection,
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

pub(crate) fn create_request(properties: Value) -> proto::CreateRequest {
    let properties = Some(raw(properties));
    proto::CreateRequest {
        urn: URN.to_owned(),
        r#type: TOKEN.to_owned(),
        properties,
        ..Default::default()
    }
}

/// The detail of a status, which must be of this type; the embedded code and message must agree with the outer ones.
pub(crate) fn detail<T: prost::Message + Default>(status: &Status, name: &str) -> T {
    let embedded: proto::google_rpc::Status = prost::Message::decode(status.details()).unwrap();
    assert_eq!(
        (
            Code::from(embedded.code),
            embedded.message.as_str(),
            embedded.details.len()
        ),
        (status.code(), status.message(), 1)
    );
    testing::detail(status, name).unwrap()
}

pub(crate) fn raw(value: Value) -> wire::Struct {
    json::to_struct(&value).unwrap()
}

pub(crate) fn json_of(raw: &Option<wire::Struct>) -> Option<Value> {
    raw.as_ref().map(|raw| json::from_struct(raw).unwrap())
}
