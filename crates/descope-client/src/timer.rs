//! The clock, as something a test can replace.

use std::future::Future;
use std::pin::Pin;
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

/// Tells the time and waits. The client asks nobody else for either between two sendings.
pub trait Timer: Send + Sync + 'static {
    /// Time since some fixed moment; never goes back.
    fn elapsed(&self) -> Duration;

    /// The wall clock, in unix seconds.
    fn unix_seconds(&self) -> i64;

    /// Waits.
    fn sleep(&self, duration: Duration) -> Pin<Box<dyn Future<Output = ()> + Send + '_>>;
}

/// The clock of the machine, for use within a Tokio runtime.
#[derive(Debug)]
pub struct SystemTimer {
    origin: Instant,
}

impl Default for SystemTimer {
    fn default() -> Self {
        Self {
            origin: Instant::now(),
        }
    }
}

impl Timer for SystemTimer {
    fn elapsed(&self) -> Duration {
        self.origin.elapsed()
    }

    fn unix_seconds(&self) -> i64 {
        // A clock set before 1970 reads as 1970: it only widens the search for a lost key.
        let since_epoch = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
        i64::try_from(since_epoch.as_secs()).unwrap_or(i64::MAX)
    }

    fn sleep(&self, duration: Duration) -> Pin<Box<dyn Future<Output = ()> + Send + '_>> {
        Box::pin(tokio::time::sleep(duration))
    }
}
