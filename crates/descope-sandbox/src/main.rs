//! The command `descope-sandbox`.

use std::io::Write;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::time::Duration;

use clap::Parser;
use descope_sandbox::model::{Model, ModelError, SWITCHES};
use descope_sandbox::{Config, DEMO_KEY, Fault, Project, Sandbox, parse_faults, parse_projects};
use secrecy::SecretString;

/// How long requests under way may take to end when the command is told to.
const GRACE: Duration = Duration::from_secs(10);

/// A local stand-in of the Descope management-key APIs.
///
/// The first line of the output is `listening on http://ADDRESS:PORT`. It runs until it is interrupted or
/// terminated.
#[derive(Parser)]
#[command(name = "descope-sandbox", version, after_long_help = switches())]
struct Arguments {
    /// Where to listen; port 0 takes a free one
    #[arg(long, value_name = "ADDRESS:PORT", default_value = "127.0.0.1:0")]
    listen: SocketAddr,

    /// Let other machines reach it: secrets then cross the network in the clear
    #[arg(long)]
    listen_beyond_loopback: bool,

    /// Keep the keys in this file; without it they are gone when it ends
    #[arg(long, value_name = "FILE")]
    state: Option<PathBuf>,

    /// A management key that may call; may be repeated. Others can see a command line, so for keys that matter
    /// use --key-file or DESCOPE_SANDBOX_KEY. Without any, the fixed demo key of the README may call
    #[arg(long = "key", value_name = "KEY")]
    keys: Vec<String>,

    /// A file of management keys that may call, one a line; lines that begin with # are passed over
    #[arg(long, value_name = "FILE")]
    key_file: Option<PathBuf>,

    /// Also refuse what the official infrastructure client refuses before it calls: grants=client-rules and
    /// past-expiry=refuse of the switches below
    #[arg(long)]
    strict: bool,

    /// Set a switch, for where the service's behaviour is unknown; may be repeated
    #[arg(long = "model", value_name = "NAME=VALUE")]
    switches: Vec<String>,

    /// A JSON file of projects, in the format of the reply to /v1/mgmt/projects/list
    #[arg(long, value_name = "FILE")]
    projects: Option<PathBuf>,

    /// A JSON file of faults to begin with, in the format of /_sandbox/faults
    #[arg(long, value_name = "FILE")]
    faults: Option<PathBuf>,
}

// One thread bears far more load than tests make, and memory does not grow with the cores of the machine: each thread
// that allocates keeps a heap of its own.
#[tokio::main(flavor = "current_thread")]
async fn main() -> ExitCode {
    match run(Arguments::parse()).await {
        Ok(()) => ExitCode::SUCCESS,
        Err(message) => {
            // Nothing is left to be done when the terminal is gone as well.
            let _ = writeln!(std::io::stderr(), "error: {message}");
            ExitCode::from(2)
        }
    }
}

/// The switches with their defaults, for the help.
fn switches() -> String {
    let defaults = Model::default();
    let lines = SWITCHES.iter().map(|switch| {
        let values = switch.values.join(" | ");
        let (name, default) = (switch.name, switch.value(&defaults));
        format!("  {name}={default}  ({values})\n          {}", switch.about())
    });
    format!(
        "Switches of --model, with their defaults:\n{}",
        lines.collect::<Vec<_>>().join("\n")
    )
}

fn model(arguments: &Arguments) -> Result<Model, ModelError> {
    let mut model = if arguments.strict {
        Model::strict()
    } else {
        Model::default()
    };
    for switch in &arguments.switches {
        model.set(switch)?;
    }
    Ok(model)
}

async fn run(arguments: Arguments) -> Result<(), String> {
    let keys = calling_keys(&arguments)?;
    let faults = arguments.faults.as_deref().map_or(Ok(Vec::new()), read_faults)?;
    let projects = arguments
        .projects
        .as_deref()
        .map_or(Ok(Vec::new()), read_projects)?;
    let model = model(&arguments).map_err(|error| error.to_string())?;
    let config = Config {
        listen: arguments.listen,
        listen_beyond_loopback: arguments.listen_beyond_loopback,
        state: arguments.state,
        keys,
        model,
        projects,
        faults,
    };
    // Before the line that tells others to begin, so that no signal is missed.
    let stop = stop_signal().map_err(|error| chain(&error))?;
    let sandbox = Sandbox::start(config).await.map_err(|error| match error {
        descope_sandbox::Error::BeyondLoopback(_) => {
            format!("{error}; say --listen-beyond-loopback if that is meant")
        }
        error => chain(&error),
    })?;
    announce(&sandbox).map_err(|error| chain(&error))?;
    stop.await;
    // A client that never takes its reply is waited for in vain; all that was acknowledged is stored anyhow.
    match tokio::time::timeout(GRACE, sandbox.stop()).await {
        Ok(stopped) => stopped.map_err(|error| chain(&error)),
        Err(_) => Ok(()),
    }
}

/// Listens for the signals that end a program, and returns what waits for the first of them.
#[cfg(unix)]
fn stop_signal() -> std::io::Result<impl Future<Output = ()>> {
    use tokio::signal::unix::{SignalKind, signal};
    let mut interrupt = signal(SignalKind::interrupt())?;
    let mut terminate = signal(SignalKind::terminate())?;
    Ok(async move {
        tokio::select! {
            _ = interrupt.recv() => {}
            _ = terminate.recv() => {}
        }
    })
}

/// Listens for the signals that end a program, and returns what waits for the first of them.
#[cfg(not(unix))]
fn stop_signal() -> std::io::Result<impl Future<Output = ()>> {
    Ok(async {
        // Without a way to be told, it runs until it is killed.
        if tokio::signal::ctrl_c().await.is_err() {
            std::future::pending::<()>().await;
        }
    })
}

fn announce(sandbox: &Sandbox) -> std::io::Result<()> {
    let mut out = std::io::stdout();
    writeln!(out, "listening on {}", sandbox.base_url())?;
    out.flush()
}

fn calling_keys(arguments: &Arguments) -> Result<Vec<SecretString>, String> {
    let mut keys: Vec<SecretString> = arguments.keys.iter().map(|key| key.as_str().into()).collect();
    if let Some(path) = &arguments.key_file {
        let lines = read(path)?;
        let lines = lines
            .lines()
            .map(str::trim)
            .filter(|line| !line.is_empty() && !line.starts_with('#'));
        keys.extend(lines.map(SecretString::from));
    }
    if let Ok(key) = std::env::var("DESCOPE_SANDBOX_KEY")
        && !key.trim().is_empty()
    {
        keys.push(key.trim().into());
    }
    let none_asked_for = arguments.keys.is_empty() && arguments.key_file.is_none();
    if keys.is_empty() && none_asked_for {
        keys.push(DEMO_KEY.into());
    }
    Ok(keys)
}

fn read_faults(path: &Path) -> Result<Vec<Fault>, String> {
    parse_faults(&read(path)?).map_err(|error| format!("`{}`: {error}", path.display()))
}

fn read_projects(path: &Path) -> Result<Vec<Project>, String> {
    parse_projects(&read(path)?).map_err(|error| format!("`{}`: {error}", path.display()))
}

fn read(path: &Path) -> Result<String, String> {
    std::fs::read_to_string(path).map_err(|error| format!("`{}`: {error}", path.display()))
}

/// An error with its causes, on one line.
fn chain(error: &dyn std::error::Error) -> String {
    let mut text = error.to_string();
    let mut source = error.source();
    while let Some(cause) = source {
        text = format!("{text}: {cause}");
        source = cause.source();
    }
    text
}
