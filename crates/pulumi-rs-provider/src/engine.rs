//! The way back to the engine: messages for the user.

use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use tokio::sync::mpsc;
use tokio_util::task::TaskTracker;
use tonic::transport::Endpoint;

use crate::MESSAGE_LIMIT;
use crate::proto::engine_client::EngineClient;
use crate::proto::{LogRequest, LogSeverity};
use crate::redact::Secrets;
use crate::urn::Urn;

/// Messages that wait while the engine is slow; more are dropped, since no call may wait for them.
const QUEUE: usize = 1024;

/// How long one message may take before it is given up.
const PATIENCE: Duration = Duration::from_secs(2);

/// How often the progress of one call is shown; nobody reads faster.
const PROGRESS: Duration = Duration::from_millis(100);

/// The connection to the engine that was named last, if any.
#[derive(Default)]
pub(crate) struct Engine {
    sender: Mutex<Option<mpsc::Sender<LogRequest>>>,
    /// The tasks that bring messages to this engine and to those named before.
    deliveries: TaskTracker,
}

impl Engine {
    /// Sends what is logged from now on to the engine at `host:port`. It is dialled when there is something to say.
    pub(crate) fn connect(&self, address: &str) -> Result<(), tonic::transport::Error> {
        let channel = Endpoint::from_shared(format!("http://{address}"))?
            .connect_timeout(PATIENCE)
            .connect_lazy();
        let mut client = EngineClient::new(channel)
            .max_encoding_message_size(MESSAGE_LIMIT)
            .max_decoding_message_size(MESSAGE_LIMIT);
        let (sender, mut queue) = mpsc::channel::<LogRequest>(QUEUE);
        self.deliveries.spawn(async move {
            while let Some(message) = queue.recv().await {
                // A message that cannot be delivered has nowhere else to go: the engine does not show standard error.
                let _ = tokio::time::timeout(PATIENCE, client.log(message)).await;
            }
        });
        *self.sender.lock().unwrap_or_else(PoisonError::into_inner) = Some(sender);
        Ok(())
    }

    /// A handle for the messages of one call.
    pub(crate) fn log(&self, urn: &Urn, secrets: Secrets) -> Log {
        let sender = self.sender.lock().unwrap_or_else(PoisonError::into_inner).clone();
        Log {
            sender,
            urn: urn.as_str().to_owned(),
            secrets,
            progressed: Arc::default(),
        }
    }

    /// Waits until everything logged so far is delivered or given up; for the end of the process, after all calls.
    pub(crate) async fn drain(&self) {
        *self.sender.lock().unwrap_or_else(PoisonError::into_inner) = None;
        self.deliveries.close();
        self.deliveries.wait().await;
    }
}

/// Messages for the user, shown under the resource of the call.
///
/// Logging never waits and never fails: a message that cannot be delivered is dropped. The secrets of the call and of the configuration
/// are masked. There is no level for errors, because the engine fails the whole deployment on one; return an
/// [`Error`](crate::Error) instead.
#[derive(Clone)]
pub struct Log {
    sender: Option<mpsc::Sender<LogRequest>>,
    urn: String,
    secrets: Secrets,
    /// When progress was shown last, by this handle or a copy of it.
    progressed: Arc<Mutex<Option<Instant>>>,
}

impl Log {
    pub(crate) fn detached() -> Self {
        Self {
            sender: None,
            urn: String::new(),
            secrets: Secrets::default(),
            progressed: Arc::default(),
        }
    }

    /// A message for those who look for faults; shown only when asked for.
    pub fn debug(&self, message: impl AsRef<str>) {
        self.send(LogSeverity::Debug, message.as_ref(), false);
    }

    /// A message that stays.
    pub fn info(&self, message: impl AsRef<str>) {
        self.send(LogSeverity::Info, message.as_ref(), false);
    }

    /// A message that stays and stands out.
    pub fn warning(&self, message: impl AsRef<str>) {
        self.send(LogSeverity::Warning, message.as_ref(), false);
    }

    /// What is being done at present; the next message takes its place.
    pub fn status(&self, message: impl AsRef<str>) {
        self.send(LogSeverity::Info, message.as_ref(), true);
    }

    pub(crate) fn progress(&self, message: &str) {
        if self.is_progress_due(Instant::now()) {
            self.status(message);
        }
    }

    fn is_progress_due(&self, now: Instant) -> bool {
        let mut last = self.progressed.lock().unwrap_or_else(PoisonError::into_inner);
        let is_due = last.is_none_or(|last| now.duration_since(last) >= PROGRESS);
        if is_due {
            *last = Some(now);
        }
        is_due
    }

    fn send(&self, severity: LogSeverity, message: &str, ephemeral: bool) {
        let Some(sender) = &self.sender else { return };
        // A full queue means that the engine does not listen.
        let _ = sender.try_send(LogRequest {
            severity: severity.into(),
            message: self.secrets.mask(message),
            urn: self.urn.clone(),
            stream_id: 0,
            ephemeral,
        });
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn progress_is_bounded_over_all_copies_of_a_handle() {
        let start = Instant::now();
        let log = Log::detached();
        let copy = log.clone();
        let due = [0, 1, 99, 100, 150, 199, 200].map(|milliseconds| {
            let handle = if milliseconds % 2 == 0 { &log } else { &copy };
            handle.is_progress_due(start + Duration::from_millis(milliseconds))
        });
        assert_eq!(due, [true, false, false, true, false, false, true]);
        assert!(
            Log::detached().is_progress_due(start),
            "another call has a bound of its own"
        );
    }
}
