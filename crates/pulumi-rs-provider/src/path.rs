//! Paths to nested properties, in the grammar that the engine prints and parses.

use std::fmt::{self, Write as _};
use std::str::FromStr;

/// One step of a [`PropertyPath`].
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Segment {
    /// A member of an object.
    Key(String),
    /// An element of a list, counted from 0.
    Index(usize),
}

/// Where a property stands within a resource: `a.b`, `a["k.d"]`, `a[0]`.
///
/// The empty path is the resource as a whole. Paths order by their segments, so a parent comes before its children.
///
/// ```
/// use pulumi_rs_provider::PropertyPath;
///
/// let path = PropertyPath::from("rebac").key("projectRoles").index(0).key("a.b");
/// assert_eq!(path.to_string(), r#"rebac.projectRoles[0]["a.b"]"#);
/// assert_eq!(r#"rebac.projectRoles[0]["a.b"]"#.parse(), Ok(path));
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct PropertyPath {
    segments: Vec<Segment>,
}

impl PropertyPath {
    /// The resource as a whole.
    pub fn root() -> Self {
        Self::default()
    }

    /// This path followed by a member of the object found there.
    #[must_use]
    pub fn key(mut self, key: impl Into<String>) -> Self {
        self.segments.push(Segment::Key(key.into()));
        self
    }

    /// This path followed by an element of the list found there.
    #[must_use]
    pub fn index(mut self, index: usize) -> Self {
        self.segments.push(Segment::Index(index));
        self
    }

    /// The steps from the resource to the property.
    pub fn segments(&self) -> &[Segment] {
        &self.segments
    }

    /// Whether this is the resource as a whole.
    pub fn is_root(&self) -> bool {
        self.segments.is_empty()
    }

    /// The top-level property that holds this one.
    pub fn top_key(&self) -> Option<&str> {
        match self.segments.first() {
            Some(Segment::Key(key)) => Some(key),
            _ => None,
        }
    }

    pub(crate) fn push(&mut self, segment: Segment) {
        self.segments.push(segment);
    }

    pub(crate) fn push_front(&mut self, segment: Segment) {
        self.segments.insert(0, segment);
    }

    pub(crate) fn pop(&mut self) {
        self.segments.pop();
    }
}

/// A top-level property; the text is its key, not a path to be parsed.
impl From<&str> for PropertyPath {
    fn from(key: &str) -> Self {
        Self::root().key(key)
    }
}

impl fmt::Display for PropertyPath {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (position, segment) in self.segments.iter().enumerate() {
            match segment {
                Segment::Index(index) => write!(formatter, "[{index}]")?,
                Segment::Key(key) if is_plain(key) => {
                    if position > 0 {
                        formatter.write_char('.')?;
                    }
                    formatter.write_str(key)?;
                }
                Segment::Key(key) => write!(formatter, "[\"{}\"]", key.replace('"', "\\\""))?,
            }
        }
        Ok(())
    }
}

/// The engine quotes every key outside this alphabet.
fn is_plain(key: &str) -> bool {
    !key.is_empty()
        && key
            .bytes()
            .all(|byte| byte.is_ascii_alphanumeric() || byte == b'_')
}

/// Why a text is not a property path.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum PathError {
    /// A dot with no name after it, or at the start.
    #[error("a name or an index is missing beside a dot")]
    MissingName,
    /// `["key` without its end.
    #[error("a quoted name is not closed")]
    UnclosedName,
    /// `[0` without its end.
    #[error("an index is not closed")]
    UnclosedIndex,
    /// Neither a number nor a quoted name stands in brackets.
    #[error("an index is not a whole number")]
    InvalidIndex,
    /// `[*]` stands for many properties, and this path must name one.
    #[error("a path to one property has a wildcard")]
    Wildcard,
}

impl FromStr for PropertyPath {
    type Err = PathError;

    fn from_str(text: &str) -> Result<Self, PathError> {
        let steps = parse(text)?;
        let segments = steps.into_iter().map(|step| match step {
            Step::One(segment) => Ok(segment),
            Step::Any => Err(PathError::Wildcard),
        });
        Ok(Self {
            segments: segments.collect::<Result<_, _>>()?,
        })
    }
}

/// An entry of `ignoreChanges`: a path that may hold the wildcard `[*]`, standing for it and everything below.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PathPattern {
    steps: Vec<Step>,
}

impl PathPattern {
    /// Whether the property is the one named here, or lies within it.
    pub fn matches(&self, path: &PropertyPath) -> bool {
        self.steps.len() <= path.segments.len()
            && self
                .steps
                .iter()
                .zip(&path.segments)
                .all(|(step, segment)| match step {
                    Step::Any => true,
                    Step::One(expected) => expected == segment,
                })
    }
}

impl FromStr for PathPattern {
    type Err = PathError;

    fn from_str(text: &str) -> Result<Self, PathError> {
        Ok(Self { steps: parse(text)? })
    }
}

#[derive(Clone, Debug, PartialEq, Eq)]
enum Step {
    One(Segment),
    Any,
}

/// Reads the engine's grammar as the engine does: a bare name reaches to the next `.` or `[`, `.[` is tolerated, and the only escape
/// in a quoted name is `\"`.
fn parse(text: &str) -> Result<Vec<Step>, PathError> {
    let mut steps = Vec::new();
    let mut rest = text;
    if rest.starts_with('.') {
        return Err(PathError::MissingName);
    }
    while !rest.is_empty() {
        if let Some(after) = rest.strip_prefix("[\"") {
            let (name, after) = quoted_name(after)?;
            // The engine gives a quoted star the same meaning as a bare one.
            steps.push(if name == "*" {
                Step::Any
            } else {
                Step::One(Segment::Key(name))
            });
            rest = after;
        } else if let Some(after) = rest.strip_prefix('[') {
            let (inside, after) = after.split_once(']').ok_or(PathError::UnclosedIndex)?;
            steps.push(match inside {
                "*" => Step::Any,
                _ => Step::One(Segment::Index(
                    inside.parse().map_err(|_| PathError::InvalidIndex)?,
                )),
            });
            rest = after;
        } else {
            let name = match rest.strip_prefix('.') {
                Some("") => return Err(PathError::MissingName),
                Some(after) => after,
                None => rest,
            };
            let end = name.find(['.', '[']).unwrap_or(name.len());
            match (end, name.starts_with('[')) {
                (0, true) => {}
                (0, false) => return Err(PathError::MissingName),
                _ => steps.push(Step::One(Segment::Key(name[..end].to_owned()))),
            }
            rest = &name[end..];
        }
    }
    Ok(steps)
}

/// The name before the closing `"]`, and what follows.
fn quoted_name(text: &str) -> Result<(String, &str), PathError> {
    let mut name = String::new();
    let mut rest = text;
    loop {
        let end = rest.find(['"', '\\']).ok_or(PathError::UnclosedName)?;
        name.push_str(&rest[..end]);
        rest = &rest[end..];
        if let Some(after) = rest.strip_prefix("\\\"") {
            name.push('"');
            rest = after;
        } else if let Some(after) = rest.strip_prefix('\\') {
            name.push('\\');
            rest = after;
        } else {
            return rest
                .strip_prefix("\"]")
                .map(|after| (name, after))
                .ok_or(PathError::UnclosedName);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn root() -> PropertyPath {
        PropertyPath::root()
    }

    #[test]
    fn a_path_prints_and_parses_back() {
        for (path, text) in [
            (root(), ""),
            (root().key("a"), "a"),
            (root().key("a").key("b"), "a.b"),
            (root().key("a").index(0).key("b"), "a[0].b"),
            (root().key("a").key("k.d"), r#"a["k.d"]"#),
            (root().key("x y").key("z"), r#"["x y"].z"#),
            (root().key("a").key(r#"say "hi""#), r#"a["say \"hi\""]"#),
            (root().key("a").index(1).index(2), "a[1][2]"),
            (root().key("foo-bar"), r#"["foo-bar"]"#),
            (root().key(""), r#"[""]"#),
            (root().key("a").key("é"), r#"a["é"]"#),
            (root().key(r"a\b"), r#"["a\b"]"#),
        ] {
            assert_eq!(path.to_string(), text);
            assert_eq!(text.parse(), Ok(path), "{text}");
        }
    }

    #[test]
    fn bare_names_are_read_loosely_as_the_engine_does() {
        assert_eq!("foo-bar.baz".parse(), Ok(root().key("foo-bar").key("baz")));
        assert_eq!("a.[0]".parse(), Ok(root().key("a").index(0)));
    }

    #[test]
    fn faults_are_told_apart() {
        for (text, error) in [
            (".a", PathError::MissingName),
            ("a.", PathError::MissingName),
            ("a..b", PathError::MissingName),
            (r#"a["b"#, PathError::UnclosedName),
            (r#"a["b""#, PathError::UnclosedName),
            (r#"a["b\"]"#, PathError::UnclosedName),
            ("a[0", PathError::UnclosedIndex),
            ("a[x]", PathError::InvalidIndex),
            ("a[]", PathError::InvalidIndex),
            ("a[-1]", PathError::InvalidIndex),
            ("a[*]", PathError::Wildcard),
        ] {
            assert_eq!(text.parse::<PropertyPath>(), Err(error), "{text}");
        }
    }

    #[test]
    fn a_pattern_covers_what_lies_below() {
        for (pattern, path, expected) in [
            ("a", root().key("a"), true),
            ("a", root().key("a").key("b").index(0), true),
            ("a.b", root().key("a"), false),
            ("a", root().key("ab"), false),
            ("a[*].b", root().key("a").index(7).key("b"), true),
            ("a[*].b", root().key("a").index(7).key("c"), false),
            ("a[\"*\"].b", root().key("a").key("x").key("b"), true),
            ("", root().key("a"), true),
        ] {
            let pattern: PathPattern = pattern.parse().unwrap();
            assert_eq!(pattern.matches(&path), expected, "{pattern:?} {path}");
        }
    }
}
