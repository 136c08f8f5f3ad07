//! The list of cases, by the part of the protocol and by call.

mod check;
mod config;
mod create;
mod delete;
mod diff;
mod extras;
mod handshake;
mod lifecycle;
mod messages;
mod process;
mod read;
mod schema;
mod update;
mod values;

use std::future::Future;
use std::pin::Pin;

use super::lab::{Lab, Outcome};

type Pending<'a> = Pin<Box<dyn Future<Output = Outcome> + Send + 'a>>;

/// Something that the protocol asks of every provider.
pub struct Case {
    /// The section of the protocol, the call, and the sentence: `3.create.empty-id`.
    ///
    /// Section 1 is the process, 2 the values, 3 the calls, 4 the messages for the user, 5 the schema, 10 whole runs of the engine.
    pub id: String,
    /// What is asked.
    pub point: &'static str,
    run: Box<dyn for<'a> Fn(&'a mut Lab) -> Pending<'a> + Send + Sync>,
}

impl Case {
    fn new(
        id: impl Into<String>,
        point: &'static str,
        run: impl for<'a> Fn(&'a mut Lab) -> Pending<'a> + Send + Sync + 'static,
    ) -> Self {
        Self {
            id: id.into(),
            point,
            run: Box::new(run),
        }
    }

    pub(super) fn run<'a>(&self, lab: &'a mut Lab) -> Pending<'a> {
        (self.run)(lab)
    }
}

/// A case whose code is an async block.
macro_rules! case {
    ($id:expr, $point:expr, |$lab:ident| $body:block) => {
        $crate::testing::conformance::cases::Case::new($id, $point, move |$lab| {
            Box::pin(async move {
                $body
                Ok(())
            })
        })
    };
}
use case;

/// All cases.
pub fn cases() -> Vec<Case> {
    [
        process::cases(),
        values::cases(),
        handshake::cases(),
        schema::cases(),
        config::cases(),
        check::cases(),
        diff::cases(),
        create::cases(),
        read::cases(),
        update::cases(),
        delete::cases(),
        extras::cases(),
        messages::cases(),
        lifecycle::cases(),
    ]
    .into_iter()
    .flatten()
    .collect()
}
