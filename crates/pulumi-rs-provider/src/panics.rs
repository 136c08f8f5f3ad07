//! Panics in authors' code: they fail one call, never the process.

use std::cell::RefCell;
use std::fmt;
use std::future::{Future, poll_fn};
use std::io::Write as _;
use std::panic::{AssertUnwindSafe, catch_unwind, set_hook};
use std::pin::pin;
use std::task::Poll;

thread_local! {
    /// Where this thread panicked last. The hook runs on the panicking thread, before the panic is caught there.
    static PLACE: RefCell<Option<String>> = const { RefCell::new(None) };
}

/// A panic that was caught.
#[derive(Debug, PartialEq)]
pub(crate) struct Panicked {
    /// `file:line:column`, if [`install_hook`] was called.
    place: Option<String>,
}

impl fmt::Display for Panicked {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.place {
            Some(place) => write!(formatter, "panicked at {place}"),
            None => formatter.write_str("panicked"),
        }
    }
}

/// Has panics reported by their place only. Their messages often print the very value that was wrong, and that may be a secret.
pub(crate) fn install_hook() {
    set_hook(Box::new(|panic| {
        let place = panic.location().map(ToString::to_string);
        let shown = place.as_deref().unwrap_or("an unknown place");
        // The hook must not panic itself when standard error is closed.
        let _ = writeln!(std::io::stderr(), "the provider panicked at {shown}");
        PLACE.with_borrow_mut(|last| *last = place);
    }));
}

/// What the future gives, unless it panics.
pub(crate) async fn catch<T>(future: impl Future<Output = T>) -> Result<T, Panicked> {
    let mut future = pin!(future);
    poll_fn(|context| {
        // After a panic the future is not polled again, so nobody sees what it left half done.
        match catch_unwind(AssertUnwindSafe(|| future.as_mut().poll(context))) {
            Ok(Poll::Pending) => Poll::Pending,
            Ok(Poll::Ready(value)) => Poll::Ready(Ok(value)),
            Err(_) => Poll::Ready(Err(Panicked {
                place: PLACE.with_borrow_mut(Option::take),
            })),
        }
    })
    .await
}
