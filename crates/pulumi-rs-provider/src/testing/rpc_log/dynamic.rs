//! Messages of any method, between protobuf and its JSON.

use std::sync::OnceLock;

use prost::Message as _;
use prost_reflect::{DescriptorPool, DynamicMessage, MethodDescriptor, SerializeOptions};
use serde_json::Value;
use tonic::Status;
use tonic::codec::{DecodeBuf, Decoder, EncodeBuf, Encoder};

use crate::proto::DESCRIPTORS;

/// A method of the protocol.
#[derive(Clone)]
pub(super) struct Method(MethodDescriptor);

impl Method {
    /// The method at a path such as `/pulumirpc.ResourceProvider/Check`, unless it is a stream.
    pub(super) fn find(path: &str) -> Option<Self> {
        static POOL: OnceLock<Option<DescriptorPool>> = OnceLock::new();
        let pool = POOL
            .get_or_init(|| DescriptorPool::decode(DESCRIPTORS).ok())
            .as_ref()?;
        let (service, method) = path.strip_prefix('/')?.split_once('/')?;
        let service = pool.get_service_by_name(service)?;
        let found = service.methods().find(|known| known.name() == method)?;
        (!found.is_server_streaming()).then_some(Self(found))
    }

    /// The request that a JSON value stands for. Fields of a newer protocol are left out.
    pub(super) fn request(&self, json: &Value) -> Result<DynamicMessage, serde_json::Error> {
        let options = prost_reflect::DeserializeOptions::new().deny_unknown_fields(false);
        DynamicMessage::deserialize_with_options(self.0.input(), json, &options)
    }
}

/// A message as JSON, the way Go writes it: fields without a value are left out.
pub(super) fn json(message: &DynamicMessage) -> Value {
    let options = SerializeOptions::new();
    // What cannot be written, an infinity in a struct, is not compared.
    message
        .serialize_with_options(serde_json::value::Serializer, &options)
        .unwrap_or(Value::Null)
}

/// Sends requests and reads replies of one method.
pub(super) struct Codec(pub(super) Method);

impl tonic::codec::Codec for Codec {
    type Encode = DynamicMessage;
    type Decode = DynamicMessage;
    type Encoder = Bytes;
    type Decoder = Reply;

    fn encoder(&mut self) -> Bytes {
        Bytes
    }

    fn decoder(&mut self) -> Reply {
        Reply(self.0.clone())
    }
}

/// Writes messages.
pub(super) struct Bytes;

impl Encoder for Bytes {
    type Item = DynamicMessage;
    type Error = Status;

    fn encode(&mut self, item: DynamicMessage, buffer: &mut EncodeBuf<'_>) -> Result<(), Status> {
        item.encode(buffer)
            .map_err(|error| Status::internal(error.to_string()))
    }
}

/// Reads the replies of one method.
pub(super) struct Reply(Method);

impl Decoder for Reply {
    type Item = DynamicMessage;
    type Error = Status;

    fn decode(&mut self, buffer: &mut DecodeBuf<'_>) -> Result<Option<DynamicMessage>, Status> {
        let message = DynamicMessage::decode(self.0.0.output(), buffer);
        message
            .map(Some)
            .map_err(|error| Status::internal(error.to_string()))
    }
}
