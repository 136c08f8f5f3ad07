use std::fmt;

use crate::value::shortened;

/// Whether a key works.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Status {
    /// It does. A new key always starts so.
    #[default]
    Active,
    /// It does not, until it is made active again.
    Inactive,
}

/// The text is not a status. Holds the text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StatusError(pub String);

impl Status {
    /// Reads `active` or `inactive`, exactly so.
    pub fn parse(text: &str) -> Result<Self, StatusError> {
        match text {
            "active" => Ok(Status::Active),
            "inactive" => Ok(Status::Inactive),
            _ => Err(StatusError(text.to_owned())),
        }
    }

    /// The name on every wire.
    pub fn name(self) -> &'static str {
        match self {
            Status::Active => "active",
            Status::Inactive => "inactive",
        }
    }
}

impl std::error::Error for StatusError {}

impl fmt::Display for StatusError {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "`{}` is not a status", shortened(&self.0))
    }
}
