//! What a rule says: a finding, with its place, its relations and, where one is safe to offer, its fix.

use crate::path::Path;
use crate::rules::Rule;
use crate::span::{Place, Span};
use crate::value::Value;

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

impl Finding {
    /// A finding of `rule` that is about no key.
    pub(crate) fn in_source(rule: &'static Rule, place: Place, message: String) -> Self {
        Self {
            rule: rule.id,
            severity: rule.severity,
            message,
            source: place.source,
            resource: String::new(),
            path: Path::root(),
            span: place.span,
            related: Vec::new(),
            help: None,
            fixes: Vec::new(),
        }
    }

    pub(crate) fn help(mut self, help: impl Into<String>) -> Self {
        self.help = Some(help.into());
        self
    }

    /// Relates a place in the finding's own source.
    pub(crate) fn related(mut self, span: Span, message: impl Into<String>) -> Self {
        self.related.push(Related::new(
            message,
            Place {
                source: self.source,
                span,
            },
        ));
        self
    }

    /// Relates another value of the finding's own source: where it stands, or where it was written if one reference stands
    /// for both.
    pub(crate) fn related_value(mut self, value: &Value, message: &str) -> Self {
        if value.span != self.span {
            return self.related(value.span, message);
        }
        self.related
            .extend(value.origin.map(|place| Related::new(message, place)));
        self
    }

    pub(crate) fn fix(mut self, fix: impl Into<Option<Fix>>) -> Self {
        self.fixes.extend(fix.into());
        self
    }

    /// The source that the key's own block stands in, which an override file may change.
    pub(crate) fn source_of_key(&self) -> usize {
        let mut related = self.related.iter();
        let overridden = related.find(|related| related.relation == Relation::Overridden);
        overridden.map_or(self.source, |related| related.place.source)
    }

    /// The places that it is about besides its own: not the calls, which only tell how it is reached.
    pub(crate) fn elsewhere(&self) -> impl Iterator<Item = Place> {
        let about = self
            .related
            .iter()
            .filter(|related| related.relation == Relation::Explains);
        about.map(|related| related.place)
    }
}

/// Another place, in any source, and what it has to do with the finding.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Related {
    /// Why it is named.
    pub relation: Relation,
    /// What is there.
    pub message: String,
    /// Where it is.
    pub place: Place,
}

const WRITTEN: &str = "the value is written here";

/// Why a related place is named.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Relation {
    /// It is a part of what the finding is about.
    Explains,
    /// It is the call of the module that the finding stands in.
    Call,
    /// It is where the program has what the finding says of a plan, a preview or a state.
    Program,
    /// It is what an override file changes, in which the finding stands.
    Overridden,
}

impl Related {
    /// A place that explains the finding.
    pub(crate) fn new(message: impl Into<String>, place: Place) -> Self {
        Self {
            relation: Relation::Explains,
            message: message.into(),
            place,
        }
    }

    /// Where a value is written that is used elsewhere.
    pub(crate) fn written(place: Place) -> Self {
        Self::new(WRITTEN, place)
    }

    /// Whether the value is written there.
    pub(crate) fn is_written(&self) -> bool {
        self.message == WRITTEN
    }

    /// The call of the module that the finding stands in.
    pub(crate) fn call(place: Place) -> Self {
        Self {
            relation: Relation::Call,
            message: "in the module that is called here".to_owned(),
            place,
        }
    }

    /// What the finding's file overrides.
    pub(crate) fn overridden(place: Place) -> Self {
        Self {
            relation: Relation::Overridden,
            message: "it overrides what stands here".to_owned(),
            place,
        }
    }

    /// Where the program has what the finding is about.
    pub(crate) fn program(place: Place) -> Self {
        Self {
            relation: Relation::Program,
            message: "the program has it here".to_owned(),
            place,
        }
    }
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

impl Fix {
    /// A fix of one edit, if there is one.
    pub(crate) fn of(title: impl Into<String>, safety: Safety, edit: Option<Edit>) -> Option<Self> {
        Some(Self {
            title: title.into(),
            safety,
            edits: vec![edit?],
        })
    }
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
