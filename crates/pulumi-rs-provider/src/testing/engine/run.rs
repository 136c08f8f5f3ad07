//! What one run of the engine did.

use std::fmt::Write as _;

use super::super::plugin::{CallError, Live};
use crate::proto::{CheckFailure, DiffResponse};
use crate::urn::Urn;

/// What one run of the engine did, or in a preview would do.
#[derive(Debug, Default)]
pub struct Run {
    /// The steps that were done, in order.
    pub steps: Vec<Step>,
    /// What went wrong. After the first failure the engine does no more than to say goodbye.
    pub failures: Vec<Failure>,
}

/// What was done to one resource.
#[derive(Clone, Debug)]
pub struct Step {
    /// Which resource.
    pub urn: Urn,
    /// What was done.
    pub kind: StepKind,
    /// What the provider said to change. In a refresh, what the world has changed: the engine asks the other way round and inverts the
    /// answer.
    pub diff: Option<DiffResponse>,
    /// The resource after the step; nothing if it is gone.
    pub live: Option<Live>,
}

/// What is done to a resource.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum StepKind {
    /// Nothing.
    Same,
    /// It is made.
    Create,
    /// It is changed in place.
    Update,
    /// A new one is made in the place of the old one.
    CreateReplacement,
    /// The old one of a replacement is deleted.
    DeleteReplaced,
    /// It is deleted.
    Delete,
    /// It is looked at.
    Refresh,
    /// It is taken over.
    Import,
}

/// Why a run failed.
#[derive(Clone, Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Failure {
    /// Inputs or the configuration are wrong.
    #[error("{urn}: {}", list(failures))]
    Check {
        /// Of which resource.
        urn: Urn,
        /// What is wrong.
        failures: Vec<CheckFailure>,
    },
    /// A call gave no good answer.
    #[error("{urn}: {error}")]
    Call {
        /// About which resource.
        urn: Urn,
        /// The answer.
        error: CallError,
    },
    /// What is to be imported does not exist.
    #[error("{urn}: resource `{id}` does not exist")]
    Missing {
        /// As which resource.
        urn: Urn,
        /// The id.
        id: String,
    },
    /// The new configuration needs a new provider, and with it a new one of every resource. This engine has one provider only.
    #[error("{urn}: the new configuration replaces the provider")]
    ProviderReplaced {
        /// The provider.
        urn: Urn,
    },
    /// An input refers to an output that is not there.
    #[error("{urn}: there is no output `{property}` of `{resource}`")]
    NoSuchOutput {
        /// Of which resource the input is.
        urn: Urn,
        /// The resource referred to.
        resource: String,
        /// The output referred to.
        property: String,
    },
}

fn list(failures: &[CheckFailure]) -> String {
    let texts = failures
        .iter()
        .map(|failure| format!("`{}`: {}", failure.property, failure.reason));
    texts.collect::<Vec<_>>().join("; ")
}

impl Run {
    /// This run, if nothing went wrong.
    ///
    /// # Errors
    ///
    /// The first failure.
    pub fn succeeded(mut self) -> Result<Self, Failure> {
        match self.failures.is_empty() {
            true => Ok(self),
            false => Err(self.failures.remove(0)),
        }
    }

    /// What was done, one line a step: `update one (label)`. For assertions.
    pub fn summary(&self) -> String {
        let mut text = String::new();
        for step in &self.steps {
            let changed = step
                .diff
                .as_ref()
                .map(|diff| diff.diffs.join(", "))
                .unwrap_or_default();
            let name = step.urn.resource_name();
            // Writing to a text cannot fail.
            let _ = match changed.is_empty() {
                true => writeln!(text, "{} {name}", step.kind.name()),
                false => writeln!(text, "{} {name} ({changed})", step.kind.name()),
            };
        }
        text
    }
}

impl StepKind {
    fn name(self) -> &'static str {
        match self {
            StepKind::Same => "same",
            StepKind::Create => "create",
            StepKind::Update => "update",
            StepKind::CreateReplacement => "create replacement",
            StepKind::DeleteReplaced => "delete replaced",
            StepKind::Delete => "delete",
            StepKind::Refresh => "refresh",
            StepKind::Import => "import",
        }
    }
}
