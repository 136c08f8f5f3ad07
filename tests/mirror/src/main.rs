//! A provider on bare tonic, without our framework: it gives back what it is given.
//!
//! `cargo xtask record values` has the real engine pass all kinds of values through it, and `cargo xtask bench provider` takes it as
//! the floor of what a provider in Rust costs.
#![allow(clippy::print_stdout, reason = "the port line is part of the protocol")]

use std::net::Ipv4Addr;

use pulumi_rs_provider::proto::diff_response::DiffChanges;
use pulumi_rs_provider::proto::resource_provider_server::{ResourceProvider, ResourceProviderServer};
use pulumi_rs_provider::proto::{
    CallRequest, CallResponse, CheckRequest, CheckResponse, ConfigureRequest, ConfigureResponse,
    CreateRequest, CreateResponse, DeleteRequest, DiffRequest, DiffResponse, GetSchemaRequest,
    GetSchemaResponse, InvokeRequest, InvokeResponse, PluginInfo, ProviderHandshakeRequest,
    ProviderHandshakeResponse, ReadRequest, ReadResponse, UpdateRequest, UpdateResponse,
};
use pulumi_rs_provider::wire;
use tokio::net::TcpListener;
use tonic::transport::Server;
use tonic::transport::server::TcpIncoming;
use tonic::{Request, Response, Status};

/// What stands for an unknown truth value, number, text, list, asset, archive and object.
const UNKNOWNS: [&str; 7] = [
    "1c4a061d-8072-4f0a-a4cb-0ff528b18fe7",
    "3eeb2bf0-c639-47a8-9e75-3b44932eb421",
    "04da6b54-80e4-46f7-96ec-b56ff0331ba9",
    "6a19a0b0-7e62-4c92-b797-7f8e31da9cc2",
    "030794c1-ac77-496b-92df-f27374a8bd58",
    "e48ece36-62e2-4504-bad9-02848725956a",
    "dd056dcd-154b-4c76-9bd3-c8f88648b5ff",
];

type Answer<T> = Result<Response<T>, Status>;

#[tokio::main(worker_threads = 2)]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await?;
    println!("{}", listener.local_addr()?.port());
    let incoming = TcpIncoming::from(listener).with_nodelay(Some(true));
    Server::builder()
        .serve_with_incoming(ResourceProviderServer::new(Mirror), incoming)
        .await?;
    Ok(())
}

struct Mirror;

#[tonic::async_trait]
impl ResourceProvider for Mirror {
    async fn handshake(&self, _: Request<ProviderHandshakeRequest>) -> Answer<ProviderHandshakeResponse> {
        Ok(Response::new(ProviderHandshakeResponse {
            accept_secrets: true,
            accept_resources: true,
            accept_outputs: true,
            ..Default::default()
        }))
    }

    async fn get_plugin_info(&self, _: Request<()>) -> Answer<PluginInfo> {
        Ok(Response::new(PluginInfo {
            version: env!("CARGO_PKG_VERSION").to_owned(),
        }))
    }

    async fn get_schema(&self, _: Request<GetSchemaRequest>) -> Answer<GetSchemaResponse> {
        Ok(Response::new(GetSchemaResponse {
            schema: include_str!("schema.json").to_owned(),
        }))
    }

    async fn check_config(&self, request: Request<CheckRequest>) -> Answer<CheckResponse> {
        self.check(request).await
    }

    async fn diff_config(&self, request: Request<DiffRequest>) -> Answer<DiffResponse> {
        self.diff(request).await
    }

    async fn configure(&self, _: Request<ConfigureRequest>) -> Answer<ConfigureResponse> {
        Ok(Response::new(ConfigureResponse {
            accept_secrets: true,
            supports_preview: true,
            accept_resources: true,
            accept_outputs: true,
            ..Default::default()
        }))
    }

    async fn check(&self, request: Request<CheckRequest>) -> Answer<CheckResponse> {
        Ok(Response::new(CheckResponse {
            inputs: request.into_inner().news,
            ..Default::default()
        }))
    }

    async fn diff(&self, request: Request<DiffRequest>) -> Answer<DiffResponse> {
        let DiffRequest { old_inputs, news, .. } = request.into_inner();
        let changes = if old_inputs == news {
            DiffChanges::DiffNone
        } else {
            DiffChanges::DiffSome
        };
        Ok(Response::new(DiffResponse {
            changes: changes.into(),
            ..Default::default()
        }))
    }

    async fn create(&self, request: Request<CreateRequest>) -> Answer<CreateResponse> {
        let CreateRequest {
            name,
            properties,
            preview,
            ..
        } = request.into_inner();
        let (id, properties) = if preview {
            (String::new(), properties.map(with_unknowns).transpose()?)
        } else {
            (name, properties)
        };
        Ok(Response::new(CreateResponse {
            id,
            properties,
            ..Default::default()
        }))
    }

    async fn read(&self, request: Request<ReadRequest>) -> Answer<ReadResponse> {
        let ReadRequest {
            id,
            properties,
            inputs,
            ..
        } = request.into_inner();
        Ok(Response::new(ReadResponse {
            id,
            properties,
            inputs,
            ..Default::default()
        }))
    }

    async fn update(&self, request: Request<UpdateRequest>) -> Answer<UpdateResponse> {
        Ok(Response::new(UpdateResponse {
            properties: request.into_inner().news,
            ..Default::default()
        }))
    }

    async fn delete(&self, _: Request<DeleteRequest>) -> Answer<()> {
        Ok(Response::new(()))
    }

    async fn invoke(&self, request: Request<InvokeRequest>) -> Answer<InvokeResponse> {
        Ok(Response::new(InvokeResponse {
            r#return: request.into_inner().args,
            ..Default::default()
        }))
    }

    async fn call(&self, request: Request<CallRequest>) -> Answer<CallResponse> {
        Ok(Response::new(CallResponse {
            r#return: request.into_inner().args,
            ..Default::default()
        }))
    }

    async fn cancel(&self, _: Request<()>) -> Answer<()> {
        Ok(Response::new(()))
    }
}

/// The properties and one more, `unknowns`, which only a preview has: an unknown value of each type.
fn with_unknowns(properties: wire::Struct) -> Result<wire::Struct, Status> {
    let mut properties = prost_types::Struct::try_from(&properties)
        .map_err(|error| Status::invalid_argument(error.to_string()))?;
    let unknowns = UNKNOWNS.map(prost_types::Value::from).to_vec();
    properties.fields.insert("unknowns".to_owned(), unknowns.into());
    Ok((&properties).into())
}
