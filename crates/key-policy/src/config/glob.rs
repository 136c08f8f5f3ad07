use crate::value::shortened;

/// A pattern for names: `*` for any characters, `?` for one of ASCII, `[a-z]` for one of some, `{a,b}` for one of several
/// texts. In a path, `*` stops at a `/` and `**` does not.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Glob(String);

/// Stands for `/` where a name is no path, so that `*` does not stop at it.
const NO_PATH: &str = "\u{2044}";

impl Glob {
    /// Takes `text` unless its brackets or braces are not closed.
    pub fn new(text: &str) -> Option<Self> {
        (!text.is_empty() && fast_glob::validate(text).is_ok()).then(|| Self(text.to_owned()))
    }

    /// The pattern as written.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The pattern as written, short enough for a message.
    pub fn shown(&self) -> String {
        format!("`{}`", shortened(&self.0))
    }

    /// Whether all of `name`, which is no path, is such a name.
    pub fn matches(&self, name: &str) -> bool {
        fast_glob::glob_match(self.0.replace('/', NO_PATH), name.replace('/', NO_PATH))
    }

    /// Whether `path`, with `/` and from the folder of the configuration, is such a path. A pattern without a `/`
    /// holds in every folder.
    pub fn matches_path(&self, path: &str) -> bool {
        let name = path.rsplit('/').next().unwrap_or(path);
        let path = if self.0.contains('/') { path } else { name };
        fast_glob::glob_match(&self.0, path)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_and_paths_differ_in_the_slash() {
        let glob = |text| Glob::new(text).unwrap();
        assert!(glob("CI*").matches("CI/CD Pipeline Key"));
        assert!(glob("{ci,cd}-[a-z]*").matches("ci-key") && !glob("{ci,cd}-*").matches("ce-key"));
        assert!(!glob("ci").matches("ci-key") && !glob("CI").matches("ci"));
        assert!(glob("a/*.tf").matches_path("a/x.tf") && !glob("a/*.tf").matches_path("a/b/x.tf"));
        assert!(glob("a/**").matches_path("a/b/x.tf") && glob("**/a/**").matches_path("a/x.tf"));
        assert!(glob("x.tf").matches_path("a/x.tf") && !glob("a").matches_path("a/x.tf"));
        assert_eq!(Glob::new("[a"), None);
        assert_eq!(Glob::new("{a"), None);
        assert_eq!(Glob::new(""), None);
    }
}
