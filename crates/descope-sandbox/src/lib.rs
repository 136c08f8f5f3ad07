//! An honest local stand-in of the Descope management-key APIs.
//!
//! It serves both APIs over one set of keys, refuses what the service is known to refuse, and meets requests
//! with injected faults. Where the service's behaviour is unknown, what it does is a switch of the [`Model`], whose
//! default is the most cautious choice.
//!
//! It shares no code with the client of this project, not even the types of the wire: a name that one of them
//! has wrong is then found by the other.
//!
//! ```no_run
//! # async fn example() -> Result<(), descope_sandbox::Error> {
//! let sandbox = descope_sandbox::Sandbox::start(descope_sandbox::Config::default()).await?;
//! println!("listening on {}", sandbox.base_url());
//! sandbox.stop().await?;
//! # Ok(())
//! # }
//! ```

mod app;
mod body;
mod caller;
mod connection;
mod control;
mod error;
mod event;
mod fault;
mod infra;
mod key;
mod key_api;
mod keys;
mod limit;
pub mod model;
mod page;
mod project;
mod propagation;
mod rules;
mod schema;
mod store;
mod traffic;

use std::net::{Ipv4Addr, SocketAddr};
use std::path::PathBuf;

pub use error::Error;
pub use fault::Fault;
pub use project::{Project, parse_projects};
use secrecy::{ExposeSecret, SecretString};
use tokio::net::TcpListener;
use tokio::sync::{mpsc, watch};
use tokio::task::JoinHandle;
pub use traffic::LoggedRequest;

use crate::app::{App, Settings};
use crate::event::{Event, Events};
use crate::fault::Faults;
use crate::key::Digest;
use crate::model::Model;
use crate::store::Store;

/// The calling key when none is given. It is no secret and opens nothing but a sandbox.
pub const DEMO_KEY: &str = "K2sandboxDemoKeyThatOpensNothingButASandbox";

/// How a sandbox is to run.
#[derive(Debug)]
pub struct Config {
    /// Where to listen; port 0 takes a free one.
    pub listen: SocketAddr,
    /// Whether other machines may reach it: `/_sandbox/*` asks for no key, and replies hold secrets in the clear.
    pub listen_beyond_loopback: bool,
    /// The file that keeps the keys; without one they are gone when the sandbox stops.
    pub state: Option<PathBuf>,
    /// The keys that may call from the start.
    pub keys: Vec<SecretString>,
    /// What to do where the service's answer is unknown.
    pub model: Model,
    /// The projects of the company.
    pub projects: Vec<Project>,
    /// The faults to begin with.
    pub faults: Vec<Fault>,
}

impl Default for Config {
    fn default() -> Self {
        Self {
            listen: (Ipv4Addr::LOCALHOST, 0).into(),
            listen_beyond_loopback: false,
            state: None,
            keys: vec![DEMO_KEY.into()],
            model: Model::default(),
            projects: Vec::new(),
            faults: Vec::new(),
        }
    }
}

/// A running sandbox. It stops when it is dropped; [`Sandbox::stop`] also waits until it has.
pub struct Sandbox {
    address: SocketAddr,
    app: App,
    stop: watch::Sender<bool>,
    /// Closed when no request is under way any more, even one whose caller has gone.
    in_use: mpsc::Receiver<()>,
    serving: JoinHandle<()>,
}

impl Sandbox {
    /// Starts serving, on the runtime that this is called on.
    ///
    /// # Errors
    ///
    /// An address that may not or cannot be listened on, a state file that cannot be opened, no calling key.
    pub async fn start(config: Config) -> Result<Self, Error> {
        if !config.listen.ip().is_loopback() && !config.listen_beyond_loopback {
            return Err(Error::BeyondLoopback(config.listen));
        }
        if config.keys.is_empty() {
            return Err(Error::NoKey);
        }
        let listen = |source| Error::Listen {
            address: config.listen,
            source,
        };
        let listener = TcpListener::bind(config.listen).await.map_err(listen)?;
        let address = listener.local_addr().map_err(listen)?;
        let events = Events::default();
        let store = Store::open(config.state.as_deref(), events.clone())?;
        let root_keys = config
            .keys
            .iter()
            .map(|key| Digest::of(key.expose_secret()))
            .collect();
        let mut faults = Faults::default();
        config.faults.into_iter().for_each(|fault| faults.inject(fault));

        let (stop, stopping) = watch::channel(false);
        let (using, in_use) = mpsc::channel(1);
        let settings = Settings {
            root_keys,
            model: config.model,
            projects: config.projects,
        };
        let app = App::new(store, settings, faults, events, stopping, using);
        let (router, stopped) = (app::router(app.clone()), app.clone());
        let serving =
            tokio::spawn(async move { connection::serve(listener, router, stopped.stopped()).await });
        Ok(Self {
            address,
            app,
            stop,
            in_use,
            serving,
        })
    }

    /// Where it listens.
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// The base URL for clients.
    pub fn base_url(&self) -> String {
        format!("http://{}", self.address)
    }

    /// Lets requests to come meet a fault.
    pub fn inject(&self, fault: Fault) {
        self.app.faults().inject(fault);
        self.app.tell(|| Event::Faults);
    }

    /// The requests that arrived, oldest first.
    pub fn requests(&self) -> Vec<LoggedRequest> {
        self.app.log().entries()
    }

    /// Stops, and waits until requests under way are answered and the state file is closed.
    ///
    /// # Errors
    ///
    /// [`Error::Serve`] when serving had failed before.
    pub async fn stop(mut self) -> Result<(), Error> {
        self.stop.send_replace(true);
        let served = self.serving.await;
        drop(self.app);
        // Nobody ever sends: this ends when the last user of the store is gone.
        let _ = self.in_use.recv().await;
        served.map_err(Error::Serve)
    }
}

/// Reads faults from JSON: one, or an array of them.
///
/// # Errors
///
/// What is not JSON or not a fault.
pub fn parse_faults(json: &str) -> Result<Vec<Fault>, serde_json::Error> {
    control::read_faults(serde_json::from_str(json)?)
}
