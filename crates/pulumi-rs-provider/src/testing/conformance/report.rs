//! What became of the cases.

use std::fmt;

use super::super::KitError;
use super::super::plugin::CallError;

/// What became of the cases, in the order of the list.
#[derive(Clone, Debug, Default)]
pub struct Report {
    /// One finding for each case.
    pub findings: Vec<Finding>,
}

/// What became of one case.
#[derive(Clone, Debug)]
pub struct Finding {
    /// Which case.
    pub id: String,
    /// What the protocol asks.
    pub point: &'static str,
    /// What the provider does.
    pub verdict: Verdict,
}

/// What a provider does about a point of the protocol.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// It does as asked.
    Holds,
    /// There is nothing to look at in this provider, and why.
    NotApplicable(String),
    /// It does not do as asked.
    Broken(String),
}

impl Report {
    /// Whether no case is broken.
    pub fn holds(&self) -> bool {
        self.broken().next().is_none()
    }

    /// The cases that are broken.
    pub fn broken(&self) -> impl Iterator<Item = &Finding> {
        self.findings
            .iter()
            .filter(|finding| matches!(finding.verdict, Verdict::Broken(_)))
    }

    /// The ids of the cases that hold.
    pub fn held(&self) -> impl Iterator<Item = &str> {
        let held = self
            .findings
            .iter()
            .filter(|finding| finding.verdict == Verdict::Holds);
        held.map(|finding| finding.id.as_str())
    }

    /// The ids of the cases with nothing to look at, each with the reason.
    pub fn not_applicable(&self) -> impl Iterator<Item = (&str, &str)> {
        self.findings.iter().filter_map(|finding| match &finding.verdict {
            Verdict::NotApplicable(reason) => Some((finding.id.as_str(), reason.as_str())),
            _ => None,
        })
    }
}

/// The broken cases, and how many there are of each kind.
impl fmt::Display for Report {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        for Finding { id, point, verdict } in self.broken() {
            if let Verdict::Broken(what) = verdict {
                writeln!(formatter, "{id}: {what}\n    asked: {point}")?;
            }
        }
        write!(
            formatter,
            "{} hold, {} are broken, {} do not apply",
            self.held().count(),
            self.broken().count(),
            self.not_applicable().count()
        )
    }
}

impl From<KitError> for Verdict {
    fn from(error: KitError) -> Self {
        Verdict::Broken(error.to_string())
    }
}

impl From<CallError> for Verdict {
    fn from(error: CallError) -> Self {
        Verdict::Broken(error.to_string())
    }
}

impl From<tonic::Status> for Verdict {
    fn from(status: tonic::Status) -> Self {
        Verdict::Broken(format!("answered {:?}: {}", status.code(), status.message()))
    }
}

impl From<super::super::Failure> for Verdict {
    fn from(failure: super::super::Failure) -> Self {
        Verdict::Broken(failure.to_string())
    }
}

impl From<crate::value::EncodeError> for Verdict {
    fn from(error: crate::value::EncodeError) -> Self {
        Verdict::Broken(error.to_string())
    }
}
