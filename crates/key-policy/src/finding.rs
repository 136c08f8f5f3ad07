//! What a rule says: a finding, with its place, its relations and, where one is safe to offer, its fix.

use crate::path::Path;
use crate::span::{Place, Span};

/// How bad a finding is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Severity {
    /// Worth knowing; nothing is wrong.
    Note,
    /// Probably not what was meant, or it has a consequence that hurts.
    Warning,
    /// The key cannot be made like this, or would not work.
    Error,
}

impl Severity {
    /// The name in reports and options.
    pub fn name(self) -> &'static str {
        match self {
            Severity::Note => "note",
            Severity::Warning => "warning",
            Severity::Error => "error",
        }
    }
}

/// One fault, or one thing worth knowing, in a declaration.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Finding {
    /// The id of the rule that says so.
    pub rule: &'static str,
    /// How bad it is.
    pub severity: Severity,
    /// One short phrase that stands alone.
    pub message: String,
    /// Which source, by its index in the caller's list.
    pub source: usize,
    /// The address of the resource; empty if the finding is about the file.
    pub resource: String,
    /// Where in the declaration.
    pub path: Path,
    /// Where in the source.
    pub span: Span,
    /// Other places that explain it.
    pub related: Vec<Related>,
    /// What to do.
    pub help: Option<String>,
    /// Edits that mend it.
    pub fixes: Vec<Fix>,
}

/// What is said of the call of the module that a finding stands in.
pub(crate) const CALLED: &str = "in the module that is called here";

impl Finding {
    /// The places that it is about besides its own: not the calls, which only tell how it is reached.
    pub(crate) fn elsewhere(&self) -> impl Iterator<Item = Place> {
        let about = self.related.iter().filter(|related| related.message != CALLED);
        about.map(|related| related.place)
    }
}

/// Another place, in any source, and what it has to do with the finding.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Related {
    /// What is there.
    pub message: String,
    /// Where it is.
    pub place: Place,
}

/// Edits that mend a finding.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fix {
    /// What it does, as a command: `rename to `name``.
    pub title: String,
    /// What it promises.
    pub safety: Safety,
    /// The edits, which do not overlap.
    pub edits: Vec<Edit>,
}

/// What a fix promises.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Safety {
    /// It keeps what the author meant.
    Safe,
    /// It may change what the author meant: read it before you take it.
    Unsafe,
}

/// Text to put in the place of other text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Edit {
    /// What goes.
    pub span: Span,
    /// What comes.
    pub text: String,
}
