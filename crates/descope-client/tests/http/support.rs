//! What the tests share: a sandbox with a client, a clock that does not wait, and a key.

use std::future::Future;
use std::pin::Pin;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use descope_client::{Client, KeyDocument, STATUS_ACTIVE, Timer, Timings};
use descope_sandbox::{Config, DEMO_KEY, Sandbox, parse_faults};

/// A sandbox, and a client that calls it with the demo key.
pub(crate) struct Scene {
    pub(crate) sandbox: Sandbox,
    pub(crate) client: Client,
    pub(crate) timer: Arc<FakeTimer>,
}

impl Scene {
    pub(crate) async fn new() -> Self {
        let sandbox = Sandbox::start(Config::default()).await.unwrap();
        let (client, timer) = client(&sandbox.base_url(), Timings::default());
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

/// A client that calls with the demo key, and its clock.
pub(crate) fn client(base_url: &str, timings: Timings) -> (Client, Arc<FakeTimer>) {
    let timer = Arc::new(FakeTimer::default());
    let client = Client::builder(DEMO_KEY.into())
        .base_url(base_url)
        .timings(timings)
        .timer(timer.clone())
        .build()
        .unwrap();
    (client, timer)
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
