//! What a call may need beside its request.

use std::time::Instant;

use tokio_util::sync::CancellationToken;

use crate::engine::Log;

/// What a call may need beside its request.
#[derive(Clone)]
pub struct Context {
    /// Fires when the user asks to stop, and when the process must end. A verb should then return soon; a `create` that already has an
    /// id returns [`CreateReply::Partial`](crate::CreateReply::Partial), never an error.
    pub cancellation: CancellationToken,
    /// Until when the user is willing to wait; nothing if the provider may choose.
    pub deadline: Option<Instant>,
    /// Messages for the user.
    pub log: Log,
}

impl Context {
    /// Shows how far a long verb has come, such as `3 of 10`, beside its resource; the next message takes its place. It may be called as
    /// often as there is something to say: what comes within a tenth of a second of the last message is left out.
    pub fn progress(&self, message: impl AsRef<str>) {
        self.log.progress(message.as_ref());
    }

    /// A context without engine and deadline, never cancelled; for tests of a resource by itself.
    pub fn detached() -> Self {
        Self {
            cancellation: CancellationToken::new(),
            deadline: None,
            log: Log::detached(),
        }
    }
}
