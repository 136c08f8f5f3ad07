//! The engine's own service, to which providers send messages for the user.

use std::net::Ipv4Addr;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use tokio::net::TcpListener;
use tokio::task::JoinHandle;
use tonic::transport::Server;
use tonic::transport::server::TcpIncoming;
use tonic::{Request, Response, Status};

use super::KitError;
use crate::MESSAGE_LIMIT;
use crate::proto::engine_server::{self, EngineServer};
use crate::proto::{LogRequest, LogSeverity};

/// How often a waiting test looks for new messages.
const TICK: Duration = Duration::from_millis(2);

/// A message that a provider sent for the user.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Message {
    /// How grave it is. [`LogSeverity::Error`] fails a whole deployment.
    pub severity: LogSeverity,
    /// The text.
    pub text: String,
    /// The resource that it is about; empty for none.
    pub urn: String,
    /// Whether only the status column shows it, until the next one comes.
    pub ephemeral: bool,
}

/// A service that takes messages as the engine does, and keeps them.
#[derive(Debug)]
pub struct MessageCollector {
    address: String,
    messages: Arc<Mutex<Vec<Message>>>,
    server: JoinHandle<Result<(), tonic::transport::Error>>,
}

impl MessageCollector {
    /// Listens at a free port of 127.0.0.1.
    ///
    /// # Errors
    ///
    /// When no port can be had.
    pub async fn start() -> Result<Self, KitError> {
        let port = |error| KitError::System("open a port", error);
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await.map_err(port)?;
        let address = listener.local_addr().map_err(port)?.to_string();
        let messages = Arc::default();
        let service = EngineServer::new(Service(Arc::clone(&messages)))
            .max_decoding_message_size(MESSAGE_LIMIT)
            .max_encoding_message_size(MESSAGE_LIMIT);
        let server =
            tokio::spawn(Server::builder().serve_with_incoming(service, TcpIncoming::from(listener)));
        Ok(Self {
            address,
            messages,
            server,
        })
    }

    /// The address that a provider is told: `127.0.0.1:port`.
    pub fn address(&self) -> &str {
        &self.address
    }

    /// The messages so far, in the order in which they came. Providers do not wait for their delivery, so those of the last call may
    /// still be under way; see [`MessageCollector::wait_for`].
    pub fn all(&self) -> Vec<Message> {
        self.messages
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .clone()
    }

    /// Waits until there are so many messages; gives those that came within the time.
    pub async fn wait_for(&self, count: usize, within: Duration) -> Vec<Message> {
        let deadline = Instant::now() + within;
        loop {
            let messages = self.all();
            if messages.len() >= count || Instant::now() >= deadline {
                return messages;
            }
            tokio::time::sleep(TICK).await;
        }
    }
}

impl Drop for MessageCollector {
    fn drop(&mut self) {
        self.server.abort();
    }
}

struct Service(Arc<Mutex<Vec<Message>>>);

#[tonic::async_trait]
impl engine_server::Engine for Service {
    async fn log(&self, request: Request<LogRequest>) -> Result<Response<()>, Status> {
        let request = request.into_inner();
        let message = Message {
            severity: request.severity(),
            text: request.message,
            urn: request.urn,
            ephemeral: request.ephemeral,
        };
        self.0
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .push(message);
        Ok(Response::new(()))
    }
}
