//! What the tests share: a sandbox with a client, a clock that does not wait, and a key.

use std::collections::BTreeMap;
use std::future::Future;
use std::pin::Pin;
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use descope_client::{Client, KeyDocument, STATUS_ACTIVE, SystemTimer, Timer, Timings};
use descope_sandbox::model::Model;
use descope_sandbox::{Config, DEMO_KEY, Sandbox, parse_faults};
use serde_json::Value;

/// A sandbox, and a client that calls it with the demo key.
pub(crate) struct Scene {
    pub(crate) sandbox: Sandbox,
    pub(crate) client: Client,
    pub(crate) timer: Arc<FakeTimer>,
}

impl Scene {
    pub(crate) async fn new() -> Self {
        let sandbox = Sandbox::start(Config::default()).await.unwrap();
        let timer = Arc::new(FakeTimer::default());
        let client = client(&sandbox.base_url(), Timings::default(), timer.clone());
        Self {
            sandbox,
            client,
            timer,
        }
    }

    /// With these faults for the requests to come.
    pub(crate) async fn with(faults: &str) -> Self {
        let scene = Self::new().await;
        scene.inject(faults);
        scene
    }

    /// A scene in which a new key is not there for everybody at once, with a client that really waits.
    pub(crate) async fn spreading(switches: &[&str]) -> Self {
        let mut model = Model::default();
        for switch in ["propagation-reply=not-found"].iter().chain(switches) {
            model.set(switch).unwrap();
        }
        let config = Config {
            model,
            ..Config::default()
        };
        let sandbox = Sandbox::start(config).await.unwrap();
        let timer = Arc::new(SystemTimer::default());
        let client = client(&sandbox.base_url(), Timings::default(), timer);
        Self {
            sandbox,
            client,
            timer: Arc::default(),
        }
    }

    pub(crate) fn inject(&self, faults: &str) {
        parse_faults(faults)
            .unwrap()
            .into_iter()
            .for_each(|fault| self.sandbox.inject(fault));
    }

    /// The methods that arrived, in order.
    pub(crate) fn methods(&self) -> Vec<String> {
        self.sandbox
            .requests()
            .into_iter()
            .map(|request| request.method)
            .collect()
    }

    pub(crate) async fn names(&self) -> Vec<String> {
        self.client
            .list()
            .await
            .unwrap()
            .into_iter()
            .map(|key| key.document.name)
            .collect()
    }
}

/// A clock that only its own sleeps move, and which remembers them.
#[derive(Default)]
pub(crate) struct FakeTimer {
    sleeps: Mutex<Vec<Duration>>,
}

impl FakeTimer {
    pub(crate) fn sleeps(&self) -> Vec<Duration> {
        self.sleeps.lock().unwrap().clone()
    }
}

impl Timer for FakeTimer {
    fn elapsed(&self) -> Duration {
        self.sleeps().iter().sum()
    }

    fn unix_seconds(&self) -> i64 {
        1_800_000_000
    }

    fn sleep(&self, duration: Duration) -> Pin<Box<dyn Future<Output = ()> + Send + '_>> {
        self.sleeps.lock().unwrap().push(duration);
        Box::pin(async {})
    }
}

/// A clock that real time moves as well as its own sleeps, which take none.
pub(crate) struct HybridTimer {
    started: Instant,
    slept: FakeTimer,
}

impl Default for HybridTimer {
    fn default() -> Self {
        Self {
            started: Instant::now(),
            slept: FakeTimer::default(),
        }
    }
}

impl Timer for HybridTimer {
    fn elapsed(&self) -> Duration {
        self.started.elapsed() + self.slept.elapsed()
    }

    fn unix_seconds(&self) -> i64 {
        self.slept.unix_seconds()
    }

    fn sleep(&self, duration: Duration) -> Pin<Box<dyn Future<Output = ()> + Send + '_>> {
        self.slept.sleep(duration)
    }
}

/// A client that calls with the demo key.
pub(crate) fn client(base_url: &str, timings: Timings, timer: Arc<dyn Timer>) -> Client {
    Client::builder(DEMO_KEY.into())
        .base_url(base_url)
        .timings(timings)
        .timer(timer)
        .build()
        .unwrap()
}

/// A client whose pauses take no time.
pub(crate) fn hurried(base_url: &str, timings: Timings) -> Client {
    client(base_url, timings, Arc::new(FakeTimer::default()))
}

/// What the sandbox really keeps, by id; asked past the client and the faults.
pub(crate) async fn key_table(sandbox: &Sandbox) -> BTreeMap<String, Value> {
    let url = format!("{}/_sandbox/keys", sandbox.base_url());
    let asking = tokio::task::spawn_blocking(move || ureq::get(&url).call()?.body_mut().read_to_string());
    let reply: Value = serde_json::from_str(&asking.await.unwrap().unwrap()).unwrap();
    let keys = reply["keys"].as_array().unwrap().iter();
    keys.map(|key| (key["id"].as_str().unwrap().to_owned(), key.clone()))
        .collect()
}

/// Waits until so many requests have been carried out, also those whose caller has given up.
pub(crate) async fn until_logged(sandbox: &Sandbox, count: usize) {
    let waiting = async {
        while sandbox.requests().len() < count {
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
    };
    tokio::time::timeout(Duration::from_secs(60), waiting)
        .await
        .unwrap_or_else(|_| panic!("{count} requests never came: {:?}", sandbox.requests()));
}

/// Nothing that is shown holds a secret: the calling key's, or that of a key which the sandbox made. Ids, which
/// may look alike, are shorter.
pub(crate) fn no_secret_in(shown: &str) {
    for (at, _) in shown.match_indices("K2") {
        let length = shown[at..]
            .chars()
            .take_while(char::is_ascii_alphanumeric)
            .count();
        assert!(length < 30, "{shown}");
    }
}

pub(crate) fn company_key(name: &str) -> KeyDocument {
    let mut key = KeyDocument {
        name: name.into(),
        status: STATUS_ACTIVE.into(),
        ..Default::default()
    };
    key.re_bac.company_roles.insert("company-full-access".into());
    key
}
