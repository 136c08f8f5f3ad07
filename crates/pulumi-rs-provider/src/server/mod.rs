//! The process: its command line, its port, its end.

mod end;
mod services;

use std::ffi::OsString;
use std::future::Future;
use std::io::{self, Write as _};
use std::net::Ipv4Addr;
use std::process::ExitCode;
use std::time::Duration;

use tokio::net::TcpListener;
use tokio_util::sync::CancellationToken;
use tonic::transport::Server;
use tonic::transport::server::TcpIncoming;

use crate::args::{self, Command, UsageError};
use crate::author::Configuration;
use crate::panics;
use crate::provider::{BuildError, Provider};
use crate::service::Service;
use crate::trace::Tracing;
use end::{end_of_input, engine_gone, interruption};
use services::Services;

/// How long running verbs may take to end. The engine kills five seconds after it has asked.
const GRACE: Duration = Duration::from_secs(4);

/// How long the engine is waited for when all its calls are answered.
const FAREWELL: Duration = Duration::from_millis(250);

/// How often the engine is asked whether it is alive, as often as by Pulumi's own library. Its end is mostly known earlier by that of
/// standard input.
const HEALTH_CHECKS: Duration = Duration::from_secs(300);

/// Verbs wait for a service most of the time, and a second thread keeps a cancellation from waiting for one that computes.
const THREADS: usize = 2;

/// Why the process cannot go on.
#[derive(Debug, thiserror::Error)]
enum ServeError {
    /// The command line means nothing.
    #[error(transparent)]
    Usage(#[from] UsageError),
    /// The provider contradicts itself.
    #[error(transparent)]
    Build(#[from] BuildError),
    /// The address on the command line is no address.
    #[error("the engine's address `{0}` is not of the form `host:port`")]
    EngineAddress(String),
    /// The operating system refuses a thread, a port, a signal handler or an output.
    #[error("cannot {0}: {1}")]
    System(&'static str, io::Error),
    /// The connection to the engine broke in a way that cannot be mended.
    #[error("cannot serve: {0}")]
    Transport(tonic::transport::Error),
}

/// Runs a provider as the whole process: `args` is the command line without the program's name.
///
/// With one argument, the address of an engine, it serves that engine and ends when standard input does, which the engine holds open as
/// long as it lives. Without arguments it serves whoever attaches. The first line on standard output is the port on 127.0.0.1. SIGINT
/// and SIGTERM end it with success after the running verbs, which are asked to stop. `--version`, `--schema` and `--help` print and
/// end; all other flags are the engine's and are ignored.
///
/// ```no_run
/// use std::process::ExitCode;
///
/// use pulumi_rs_provider::{Provider, schema::Package, serve};
///
/// fn main() -> ExitCode {
///     let provider = Provider::new(Package::new("empty", "0.1.0"), ());
///     serve(provider, std::env::args_os().skip(1))
/// }
/// ```
pub fn serve<G: Configuration>(provider: Provider<G>, args: impl IntoIterator<Item = OsString>) -> ExitCode {
    match run(provider, args) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            // There is nobody left to tell if standard error is closed.
            let _ = writeln!(io::stderr(), "error: {error}");
            ExitCode::FAILURE
        }
    }
}

fn run<G: Configuration>(
    provider: Provider<G>,
    args: impl IntoIterator<Item = OsString>,
) -> Result<(), ServeError> {
    provider.check_schema()?;
    match args::parse(args)? {
        Command::Serve { engine } => {
            panics::install_hook();
            let runtime = tokio::runtime::Builder::new_multi_thread()
                .worker_threads(THREADS)
                .enable_all()
                .build()
                .map_err(|error| ServeError::System("start the runtime", error))?;
            let served = runtime.block_on(serve_process(provider, engine));
            // A verb that ignores its cancellation must not hold the process up.
            runtime.shutdown_background();
            served
        }
        Command::Version => print(&format!("{} {}\n", provider.name(), provider.version())),
        Command::Schema => print(&provider.schema_json()),
        Command::Help => print(&format!(
            "Pulumi resource provider `{name}` {version}. It is started by `pulumi`.\n\n\
             Usage: pulumi-resource-{name} [ENGINE_ADDRESS]\n\n\
             Without an address, it waits for an engine to attach (PULUMI_DEBUG_PROVIDERS={name}:PORT).\n\n\
             \x20 --schema   print the package schema\n\
             \x20 --version  print name and version\n\
             \x20 --help     print this\n",
            name = provider.name(),
            version = provider.version(),
        )),
    }
}

fn print(text: &str) -> Result<(), ServeError> {
    let mut out = io::stdout().lock();
    out.write_all(text.as_bytes())
        .and_then(|()| out.flush())
        .map_err(|error| ServeError::System("write to standard output", error))
}

async fn serve_process<G: Configuration>(
    provider: Provider<G>,
    engine: Option<String>,
) -> Result<(), ServeError> {
    // Before the port is known nobody can ask the process to end, and after it anybody may.
    let interrupted = interruption().map_err(|error| ServeError::System("listen to signals", error))?;
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0))
        .await
        .map_err(|error| ServeError::System("open a port", error))?;
    let port = listener
        .local_addr()
        .map_err(|error| ServeError::System("open a port", error))?
        .port();
    let tracing = Tracing::start(provider.name(), provider.version());
    let service = Service::new(provider);
    let abandoned = match engine {
        Some(address) => {
            if service.connect(&address).is_err() {
                return Err(ServeError::EngineAddress(address));
            }
            let closed = end_of_input().map_err(|error| ServeError::System("watch standard input", error))?;
            Some((closed, engine_gone(address, HEALTH_CHECKS)))
        }
        None => None,
    };
    print(&format!("{port}\n"))?;
    let end = async move {
        match abandoned {
            Some((closed, gone)) => {
                tokio::select! { () = interrupted => {}, _ = closed => {}, () = gone => {} }
            }
            None => interrupted.await,
        }
    };
    serve_until(service, tracing, listener, end)
        .await
        .map_err(ServeError::Transport)
}

/// Serves a provider on a listener until the future ends, then asks running verbs to stop and waits for them for up to four seconds.
///
/// This is [`serve`] without the process: for tests that play the engine.
///
/// # Errors
///
/// When the listener breaks.
pub async fn serve_on<G: Configuration>(
    provider: Provider<G>,
    listener: TcpListener,
    end: impl Future<Output = ()> + Send,
) -> Result<(), tonic::transport::Error> {
    serve_until(Service::new(provider), Tracing::none(), listener, end).await
}

async fn serve_until<G: Configuration>(
    service: Service<G>,
    tracing: Tracing,
    listener: TcpListener,
    end: impl Future<Output = ()> + Send,
) -> Result<(), tonic::transport::Error> {
    let incoming = TcpIncoming::from(listener).with_nodelay(Some(true));
    let stopping = CancellationToken::new();
    let stop = async {
        end.await;
        service.cancel_calls();
        stopping.cancel();
    };
    let services = tracing.around(Services::new(service.clone()).await);
    let served = Server::builder().serve_with_incoming_shutdown(services, incoming, stop);
    let calls_are_answered = async {
        stopping.cancelled().await;
        service.idle().await;
        // An engine that still listens says goodbye within this time. One that does not is not waited for.
        tokio::time::sleep(FAREWELL).await;
    };
    let finished = async {
        let served = tokio::select! { served = served => served, () = calls_are_answered => Ok(()) };
        // The callers may have gone before their calls.
        service.idle().await;
        let _ = tokio::time::timeout(FAREWELL, service.deliver_messages()).await;
        tracing.stop().await;
        served
    };
    let late = async {
        stopping.cancelled().await;
        tokio::time::sleep(GRACE).await;
    };
    tokio::select! { served = finished => served, () = late => Ok(()) }
}
