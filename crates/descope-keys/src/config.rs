//! From the checked files to their configurations.

use std::collections::BTreeMap;
use std::fs;
use std::io;
use std::path::{Path, PathBuf, absolute};

use key_policy::config::{Config, ConfigErrors, Configs, FILE_NAME};

use crate::input::name;

/// A configuration that cannot be had.
#[derive(Debug, thiserror::Error)]
pub(crate) enum ConfigError {
    /// It cannot be read.
    #[error("cannot read `{}`: {cause}", path.display())]
    Unreadable { path: PathBuf, cause: io::Error },
    /// It says something that means nothing.
    #[error("{}", located(path, errors))]
    Invalid { path: PathBuf, errors: ConfigErrors },
    /// The folder that names start from is not known.
    #[error("cannot tell the current folder: {cause}")]
    NoCurrentFolder { cause: io::Error },
}

fn located(path: &Path, errors: &ConfigErrors) -> String {
    let lines: Vec<_> = errors
        .iter()
        .map(|error| format!("{}:{error}", path.display()))
        .collect();
    lines.join("\n")
}

/// The configuration in the file `given`, or else those that lie nearest above the files `names`.
pub(crate) fn find<'n>(
    given: Option<&Path>,
    names: impl Iterator<Item = &'n str>,
) -> Result<Configs, ConfigError> {
    let current = current_folder()?;
    if let Some(path) = given {
        return Ok(read(path, &current)?.into());
    }
    let mut found = BTreeMap::new();
    for file in names {
        // Of a name that is no path, such as that of the standard input, the current folder is the parent.
        let folder = current.join(file).parent().map(normal);
        let path = folder.as_deref().and_then(above);
        if let Some(path) = path
            && !found.contains_key(&path)
        {
            let config = read(&path, &current)?;
            found.insert(path, config);
        }
    }
    Ok(Configs::nearest(found.into_values().collect()))
}

/// The folder that names start from.
pub(crate) fn current_folder() -> Result<PathBuf, ConfigError> {
    absolute(".").map_err(|cause| ConfigError::NoCurrentFolder { cause })
}

/// The file in `folder` or in the nearest folder above, up to the root of the repository.
fn above(folder: &Path) -> Option<PathBuf> {
    for folder in folder.ancestors() {
        let path = folder.join(FILE_NAME);
        if path.is_file() {
            return Some(path);
        }
        if folder.join(".git").exists() {
            return None;
        }
    }
    None
}

/// The path without `.` and `..`, told by its text alone, as the core tells it.
fn normal(path: &Path) -> PathBuf {
    let mut normal = PathBuf::new();
    for step in path.components() {
        match step {
            std::path::Component::CurDir => {}
            std::path::Component::ParentDir => {
                normal.pop();
            }
            step => normal.push(step),
        }
    }
    normal
}

fn read(path: &Path, current: &Path) -> Result<Config, ConfigError> {
    let unreadable = |cause| ConfigError::Unreadable {
        path: path.to_owned(),
        cause,
    };
    let text = fs::read_to_string(path).map_err(unreadable)?;
    let config = Config::parse(&text).map_err(|errors| ConfigError::Invalid {
        path: path.to_owned(),
        errors,
    })?;
    let path = current.join(path);
    let folder = path.parent().unwrap_or(current);
    Ok(config.at(&name(&normal(folder)), &name(current)))
}
