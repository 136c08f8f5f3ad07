//! A kit for testing providers: an engine that plays the lifecycle, its message service, and a conformance suite. It needs
//! the feature `testing`, which belongs among a provider's dev-dependencies.
//!
//! Everything goes through real gRPC on loopback, so a test sees what the engine would see. The provider is a value served within the
//! test ([`Engine::start`]), or a binary ([`Engine::attach`]).
//!
//! - [`Engine`] runs programs: `preview`, `up`, `refresh`, `import`, `destroy`, by the rules of the real engine.
//! - [`Plugin`] makes single calls by the same rules; [`Connection::client`] makes any call without rules.
//! - [`MessageCollector`] keeps what a provider tells the user.
//! - [`conformance`] holds a provider against what the protocol asks of it, case by case.
//! - [`rpc_log`] replays what the real CLI wrote to `PULUMI_DEBUG_GRPC`.
//! - [`json`] writes and reads values as they stand on the wire.

pub mod conformance;
mod connection;
mod contract;
mod engine;
pub mod json;
mod marks;
mod messages;
mod plugin;
mod process;
pub mod rpc_log;

use std::io;

pub use connection::{Connection, Launcher, dial};
pub use contract::Violation;
pub use engine::{Declaration, Engine, Failure, Input, Program, Run, Step, StepKind};
pub use messages::{Message, MessageCollector};
pub use plugin::{CallError, Checked, Live, Plugin, Target, detail, init_failed};
pub use process::{Binary, End, Process};

/// Why a provider cannot be tested at all.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum KitError {
    /// The operating system refuses something.
    #[error("cannot {0}: {1}")]
    System(&'static str, io::Error),
    /// The first line of a provider's process is not a port.
    #[error("the first line `{}` is not a port; on standard error: {errors}", line.trim_end())]
    NoPort {
        /// The line.
        line: String,
        /// What was on standard error.
        errors: String,
    },
    /// The line to the provider cannot be opened, or serving it failed.
    #[error("cannot reach the provider: {0}")]
    Transport(tonic::transport::Error),
    /// A call that every provider answers was not answered well.
    #[error(transparent)]
    Call(Box<CallError>),
    /// The package schema is no JSON object with a name.
    #[error("the package schema is not JSON with a `name`")]
    Schema,
}
