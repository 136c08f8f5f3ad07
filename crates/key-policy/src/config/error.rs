use std::fmt;

use crate::span::{LineIndex, Position, Span};

/// All that is wrong with a configuration: at least one thing.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ConfigErrors(Vec<ConfigError>);

/// One thing that is wrong with a configuration.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ConfigError {
    /// Where.
    pub position: Position,
    /// What.
    pub fault: Fault,
}

/// What can be wrong with a configuration. All of it is the author's to mend.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum Fault {
    /// It is not valid TOML; holds what the parser says.
    Syntax(String),
    /// A key that means nothing here.
    UnknownKey {
        /// The key.
        key: String,
        /// The one that was probably meant.
        meant: Option<&'static str>,
    },
    /// A rule that does not exist.
    UnknownRule {
        /// Its id as written.
        id: String,
        /// The one that was probably meant.
        meant: Option<&'static str>,
    },
    /// A rule whose level is not the team's to choose.
    FixedLevel(&'static str),
    /// A value of another type.
    WrongType {
        /// What belongs there.
        wanted: &'static str,
        /// What stands there.
        found: &'static str,
    },
    /// A value of the right type that means nothing.
    Invalid {
        /// The value.
        value: String,
        /// What belongs there.
        wanted: &'static str,
    },
    /// An override that does not say for which files.
    NoFiles,
}

impl ConfigErrors {
    /// Locates faults in `text`, in the order of their places.
    pub(super) fn new(text: &str, mut faults: Vec<(Span, Fault)>) -> Self {
        faults.sort_by_key(|(span, _)| *span);
        let lines = LineIndex::new(text);
        let errors = faults.into_iter().map(|(span, fault)| ConfigError {
            position: lines.position(span.start),
            fault,
        });
        Self(errors.collect())
    }

    /// Each of them, in the order of the text.
    pub fn iter(&self) -> impl Iterator<Item = &ConfigError> {
        self.0.iter()
    }
}

impl std::error::Error for ConfigErrors {}

impl fmt::Display for ConfigErrors {
    /// One line for each: `3:5: there is no rule `any-ipp`, did you mean `any-ip`?`.
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (index, error) in self.0.iter().enumerate() {
            let separator = if index == 0 { "" } else { "\n" };
            write!(out, "{separator}{error}")?;
        }
        Ok(())
    }
}

impl fmt::Display for ConfigError {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Position { line, column, .. } = self.position;
        write!(out, "{line}:{column}: {}", self.fault)
    }
}

impl fmt::Display for Fault {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        let guess = |meant: &Option<&str>| match meant {
            Some(meant) => format!(", did you mean `{meant}`?"),
            None => String::new(),
        };
        match self {
            Fault::Syntax(message) => write!(out, "this is not valid TOML: {message}"),
            Fault::UnknownKey { key, meant } => write!(out, "there is no key `{key}`{}", guess(meant)),
            Fault::UnknownRule { id, meant } => write!(out, "there is no rule `{id}`{}", guess(meant)),
            Fault::FixedLevel(id) => write!(out, "the level of `{id}` cannot be changed"),
            Fault::WrongType { wanted, found } => {
                write!(out, "expected {wanted}, found a value of type {found}")
            }
            Fault::Invalid { value, wanted } => write!(out, "`{value}` is not valid, expected {wanted}"),
            Fault::NoFiles => out.write_str("the override names no files, add `files = [\"prod/**\"]`"),
        }
    }
}
