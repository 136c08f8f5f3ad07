//! Where in a declaration a value stands, in the document's own names: `rebac.project_roles[0].roles`.

use std::borrow::Cow;
use std::fmt;
use std::sync::Arc;

use crate::secrets::{redacted, secrets};

/// One step from a value to a value inside it.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Segment {
    /// A member of an object.
    Key(Cow<'static, str>),
    /// An element of a list, from 0.
    Index(usize),
}

/// The steps from a declaration's properties to one of its values. The empty path is the declaration.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct Path(Arc<[Segment]>);

impl Path {
    /// The path of the declaration itself.
    pub fn root() -> Self {
        Self::default()
    }

    /// This path and then the member `key`.
    #[must_use]
    pub fn key(&self, key: impl Into<Cow<'static, str>>) -> Self {
        self.with(Segment::Key(key.into()))
    }

    /// This path and then the element `index`.
    #[must_use]
    pub fn index(&self, index: usize) -> Self {
        self.with(Segment::Index(index))
    }

    /// The steps in order.
    pub fn segments(&self) -> &[Segment] {
        &self.0
    }

    /// Whether this is the declaration itself.
    pub fn is_root(&self) -> bool {
        self.0.is_empty()
    }

    /// Whether the value at `other` is the value here, or stands in it.
    pub fn contains(&self, other: &Path) -> bool {
        other.0.starts_with(&self.0)
    }

    fn with(&self, segment: Segment) -> Self {
        Self(self.0.iter().cloned().chain([segment]).collect())
    }
}

impl fmt::Display for Path {
    /// Writes `a.b[0]`. A key that is not a plain name is quoted, `["x.y"]`, as property paths are in Pulumi, and what
    /// could be a secret in it is not shown.
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (position, segment) in self.0.iter().enumerate() {
            match segment {
                Segment::Index(index) => write!(out, "[{index}]")?,
                Segment::Key(key) if is_plain(key) && secrets(key).is_empty() => {
                    write!(out, "{}{key}", if position == 0 { "" } else { "." })?;
                }
                Segment::Key(key) => {
                    let key = redacted(key).replace('\\', "\\\\").replace('"', "\\\"");
                    write!(out, "[\"{key}\"]")?;
                }
            }
        }
        Ok(())
    }
}

fn is_plain(key: &str) -> bool {
    !key.is_empty()
        && key
            .chars()
            .all(|c| c.is_alphanumeric() || matches!(c, '_' | '-' | '$'))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn is_written_as_people_write_it() {
        let path = Path::root()
            .key("rebac")
            .key("project_roles")
            .index(0)
            .key("roles");
        assert_eq!(path.to_string(), "rebac.project_roles[0].roles");
        assert_eq!(Path::root().key("x.y").key("\"").to_string(), r#"["x.y"]["\""]"#);
        assert_eq!(Path::root().to_string(), "");
    }
}
