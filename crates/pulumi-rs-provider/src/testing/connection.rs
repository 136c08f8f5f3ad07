//! A provider that runs, and a line to it.

use std::fmt;
use std::future::Future;
use std::net::Ipv4Addr;
use std::pin::Pin;
use std::sync::Arc;

use tokio::net::TcpListener;
use tokio::sync::oneshot;
use tokio::task::JoinHandle;
use tonic::transport::{Channel, Endpoint};

use super::KitError;
use super::process::{Binary, Process};
use crate::MESSAGE_LIMIT;
use crate::author::Configuration;
use crate::proto::resource_provider_client::ResourceProviderClient;
use crate::provider::Provider;
use crate::server::serve_on;

/// What the engine's own library accepts of headers. The details of an error travel there, with the state of a resource.
const HEADER_LIMIT: u32 = 16 << 20;

type Serving = Pin<Box<dyn Future<Output = Result<(), tonic::transport::Error>> + Send>>;
type Serve = dyn Fn(TcpListener, oneshot::Receiver<()>) -> Serving + Send + Sync;

/// How a provider under test is started: as a process, or within the test.
#[derive(Clone)]
pub struct Launcher(Kind);

#[derive(Clone)]
enum Kind {
    Binary(Binary),
    Value(Arc<Serve>),
}

impl Launcher {
    /// Starts a binary, without arguments.
    pub fn binary(binary: Binary) -> Self {
        Self(Kind::Binary(binary))
    }

    /// Serves a value on a port of its own, within the test. Each start makes a new one.
    pub fn value<G: Configuration>(make: impl Fn() -> Provider<G> + Send + Sync + 'static) -> Self {
        Self(Kind::Value(Arc::new(move |listener, end| {
            Box::pin(serve_on(make(), listener, async move { drop(end.await) }))
        })))
    }

    /// The binary, if it is one.
    pub fn as_binary(&self) -> Option<&Binary> {
        match &self.0 {
            Kind::Binary(binary) => Some(binary),
            Kind::Value(_) => None,
        }
    }

    /// Starts the provider and connects to it. Nothing is called.
    ///
    /// # Errors
    ///
    /// When it does not start or cannot be reached.
    pub async fn start(&self) -> Result<Connection, KitError> {
        match &self.0 {
            Kind::Binary(binary) => Connection::attach(binary).await,
            Kind::Value(serve) => Connection::within(|listener, end| serve(listener, end)).await,
        }
    }
}

impl fmt::Debug for Launcher {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.0 {
            Kind::Binary(binary) => binary.fmt(formatter),
            Kind::Value(_) => formatter.write_str("a provider within the test"),
        }
    }
}

/// A line to a provider that runs for this connection. It ends with the value.
#[derive(Debug)]
pub struct Connection {
    channel: Channel,
    address: String,
    provider: Running,
}

#[derive(Debug)]
enum Running {
    Process(Process),
    Task {
        end: oneshot::Sender<()>,
        ended: JoinHandle<Result<(), tonic::transport::Error>>,
    },
}

impl Connection {
    /// Serves a provider within the test, over real gRPC on loopback.
    ///
    /// # Errors
    ///
    /// When no port can be had.
    pub async fn serve<G: Configuration>(provider: Provider<G>) -> Result<Self, KitError> {
        Self::within(|listener, end| Box::pin(serve_on(provider, listener, async move { drop(end.await) })))
            .await
    }

    async fn within(
        serve: impl FnOnce(TcpListener, oneshot::Receiver<()>) -> Serving,
    ) -> Result<Self, KitError> {
        let port = |error| KitError::System("open a port", error);
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await.map_err(port)?;
        let address = listener.local_addr().map_err(port)?.to_string();
        let (end, ending) = oneshot::channel();
        let ended = tokio::spawn(serve(listener, ending));
        let channel = open(&address).await?;
        Ok(Self {
            channel,
            address,
            provider: Running::Task { end, ended },
        })
    }

    /// Starts a provider's binary without arguments and connects to it.
    ///
    /// # Errors
    ///
    /// When it does not say its port or cannot be reached.
    pub async fn attach(binary: &Binary) -> Result<Self, KitError> {
        let process = binary.start([])?;
        Self::to(process).await
    }

    /// Connects to a process that runs.
    ///
    /// # Errors
    ///
    /// When it cannot be reached.
    pub async fn to(process: Process) -> Result<Self, KitError> {
        let address = format!("127.0.0.1:{}", process.port());
        let channel = open(&address).await?;
        Ok(Self {
            channel,
            address,
            provider: Running::Process(process),
        })
    }

    /// A client for calls by hand. Clones share the connection.
    pub fn client(&self) -> ResourceProviderClient<Channel> {
        client(self.channel.clone())
    }

    /// The channel under the client, for other services.
    pub fn channel(&self) -> Channel {
        self.channel.clone()
    }

    /// The provider's address: `127.0.0.1:port`.
    pub fn address(&self) -> &str {
        &self.address
    }

    /// The process, if the provider is one.
    pub fn process(&mut self) -> Option<&mut Process> {
        match &mut self.provider {
            Running::Process(process) => Some(process),
            Running::Task { .. } => None,
        }
    }

    /// The process alone, if the provider is one; the connection is closed.
    pub fn into_process(self) -> Option<Process> {
        match self.provider {
            Running::Process(process) => Some(process),
            Running::Task { .. } => None,
        }
    }

    /// Asks the provider to end as a signal would, and waits until it has. A process is killed instead.
    ///
    /// # Errors
    ///
    /// When serving had failed.
    pub async fn end(self) -> Result<(), KitError> {
        match self.provider {
            Running::Process(process) => {
                drop(process);
                Ok(())
            }
            Running::Task { end, ended } => {
                // It may have ended already.
                let _ = end.send(());
                match ended.await {
                    Ok(served) => served.map_err(KitError::Transport),
                    Err(error) => Err(KitError::System("join the provider", error.into())),
                }
            }
        }
    }
}

/// Another line to a provider at `host:port`, with the limits of the engine.
///
/// # Errors
///
/// When it cannot be reached.
pub async fn dial(address: &str) -> Result<ResourceProviderClient<Channel>, KitError> {
    open(address).await.map(client)
}

async fn open(address: &str) -> Result<Channel, KitError> {
    Endpoint::from_shared(format!("http://{address}"))
        .map_err(KitError::Transport)?
        .http2_max_header_list_size(HEADER_LIMIT)
        .connect()
        .await
        .map_err(KitError::Transport)
}

fn client(channel: Channel) -> ResourceProviderClient<Channel> {
    ResourceProviderClient::new(channel)
        .max_decoding_message_size(MESSAGE_LIMIT)
        .max_encoding_message_size(MESSAGE_LIMIT)
}
