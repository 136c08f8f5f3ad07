//! Names of sources as paths. They are told by their text alone: nothing here looks at files.

/// A path without `.` and, as far as possible, without `..`, so that one file or folder has one name.
pub(crate) fn normal(path: &str) -> String {
    let mut parts: Vec<&str> = Vec::new();
    for (at, part) in path.split(['/', '\\']).enumerate() {
        match part {
            "" if at > 0 => {}
            "." => {}
            ".." if parts.last().is_some_and(|last| !matches!(*last, ".." | "")) => {
                parts.pop();
            }
            _ => parts.push(part),
        }
    }
    if parts == [""] && !path.is_empty() {
        return "/".to_owned();
    }
    parts.join("/")
}

/// The normal path that `name` means in the folder `current`, which is empty if it is not known.
pub(crate) fn absolute(current: &str, name: &str) -> String {
    let is_absolute = name.starts_with(['/', '\\']) || name.get(1..2) == Some(":");
    match current {
        "" => normal(name),
        _ if is_absolute => normal(name),
        _ => normal(&format!("{current}/{name}")),
    }
}

/// The folder of a path, in its normal form, and its file's name.
pub(crate) fn split(name: &str) -> (String, &str) {
    match name.rsplit_once(['/', '\\']) {
        Some(("", file)) => ("/".to_owned(), file),
        Some((folder, file)) => (normal(folder), file),
        None => (String::new(), name),
    }
}

/// What stands behind the folder `root` in `path`, both normal; nothing if it is not in there.
pub(crate) fn behind<'p>(root: &str, path: &'p str) -> Option<&'p str> {
    match path.strip_prefix(root.trim_end_matches('/'))? {
        "" => Some(""),
        _ if root.is_empty() => Some(path),
        inner => inner.strip_prefix('/'),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_file_has_one_path() {
        for (current, name, path) in [
            ("", "main.tf", "main.tf"),
            ("", "./a//b/../main.tf", "a/main.tf"),
            ("", "../main.tf", "../main.tf"),
            ("/repo/a", "main.tf", "/repo/a/main.tf"),
            ("/repo/a", "./", "/repo/a"),
            ("/repo/a", "../a/main.tf", "/repo/a/main.tf"),
            ("/repo/a", "/repo/a/main.tf", "/repo/a/main.tf"),
            ("C:/repo", "b\\main.tf", "C:/repo/b/main.tf"),
            ("C:/repo", "C:\\repo\\main.tf", "C:/repo/main.tf"),
            ("/", "main.tf", "/main.tf"),
        ] {
            assert_eq!(absolute(current, name), path, "{current} {name}");
        }
    }

    #[test]
    fn what_is_behind_a_folder_is_told_by_whole_names() {
        for (root, path, inner) in [
            ("old", "old/a/main.tf", Some("a/main.tf")),
            ("old", "older/main.tf", None),
            ("old/main.tf", "old/main.tf", Some("")),
            ("", "a/main.tf", Some("a/main.tf")),
            ("/", "/a/main.tf", Some("a/main.tf")),
            ("..", "../a/main.tf", Some("a/main.tf")),
        ] {
            assert_eq!(behind(root, path), inner, "{root} {path}");
        }
    }
}
