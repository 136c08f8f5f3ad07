//! What happens in a sandbox, told to whoever watches: the status page, for one. No event holds a secret.

use serde::Serialize;
use tokio::sync::broadcast;

use crate::traffic::LoggedRequest;

/// How many events a slow watcher may lag behind before it misses some, which the channel tells it.
const CAPACITY: usize = 256;

/// One thing that happened. As JSON: `{"event": "request", …}`, `{"event": "key", "id": …, "change": "created"}`,
/// `{"event": "faults"}`, `{"event": "reset"}`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(tag = "event", rename_all = "snake_case")]
pub(crate) enum Event {
    /// A request was answered, or its connection reset.
    Request(LoggedRequest),
    /// A key is stored otherwise than before.
    Key { id: String, change: KeyChange },
    /// The list of faults, or how often one was met, is another.
    Faults,
    /// All keys, faults and logged requests are gone.
    Reset,
}

/// What became of a key.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum KeyChange {
    Created,
    Updated,
    Deleted,
}

/// Where events are put; clones put them into the same stream.
#[derive(Debug, Clone)]
pub(crate) struct Events(broadcast::Sender<Event>);

impl Default for Events {
    fn default() -> Self {
        Self(broadcast::Sender::new(CAPACITY))
    }
}

impl Events {
    /// Watches what happens from now on.
    pub(crate) fn watch(&self) -> broadcast::Receiver<Event> {
        self.0.subscribe()
    }

    /// Tells the watchers; the event is made only when there are any.
    pub(crate) fn tell(&self, event: impl FnOnce() -> Event) {
        if self.0.receiver_count() > 0 {
            // The last watcher may have left in between.
            let _ = self.0.send(event());
        }
    }
}
