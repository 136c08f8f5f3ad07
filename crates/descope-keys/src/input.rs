//! From paths to texts.

use std::fs;
use std::io::{self, Read};
use std::path::{Path, PathBuf};

use ignore::WalkBuilder;
use key_policy::{Kind, Role, Source};

/// A text in memory, and its name in reports.
#[derive(Debug)]
pub(crate) struct Text {
    name: String,
    bytes: Vec<u8>,
    /// Where it was read from, if that is a file.
    file: Option<PathBuf>,
    role: Role,
}

/// A text that cannot be had.
#[derive(Debug, thiserror::Error)]
pub(crate) enum InputError {
    /// A file that was named, or found in a folder, cannot be read.
    #[error("cannot read `{}`: {cause}", path.display())]
    Unreadable { path: PathBuf, cause: io::Error },
    /// A file that was mended cannot be written.
    #[error("cannot write `{}`: {cause}", path.display())]
    Unwritable { path: PathBuf, cause: io::Error },
    /// A folder cannot be searched.
    #[error("cannot search `{}`: {cause}", path.display())]
    Unsearchable { path: PathBuf, cause: ignore::Error },
}

impl Text {
    /// The text for the core. `kind` is how to read it, if it was named.
    pub(crate) fn source(&self, kind: Option<Kind>) -> Source<'_> {
        Source {
            name: &self.name,
            bytes: &self.bytes,
            kind: kind.filter(|_| self.role == Role::Checked),
            role: self.role,
        }
    }

    /// The name in reports.
    pub(crate) fn name(&self) -> &str {
        &self.name
    }

    /// The one path of the file that it was read from, however it was named.
    pub(crate) fn path(&self) -> Option<PathBuf> {
        fs::canonicalize(self.file.as_ref()?).ok()
    }

    /// Gives it another content, also in the file that it was read from.
    pub(crate) fn rewrite(&mut self, content: String) -> Result<(), InputError> {
        if let Some(path) = &self.file {
            fs::write(path, &content).map_err(|cause| InputError::Unwritable {
                path: path.clone(),
                cause,
            })?;
        }
        self.bytes = content.into_bytes();
        Ok(())
    }

    /// Reads all that is left of `input`.
    pub(crate) fn from_reader(name: &str, input: &mut dyn Read) -> Result<Self, InputError> {
        let mut bytes = Vec::new();
        match input.read_to_end(&mut bytes) {
            Ok(_) => Ok(Self {
                name: name.to_owned(),
                bytes,
                file: None,
                role: Role::Checked,
            }),
            Err(cause) => Err(InputError::Unreadable {
                path: PathBuf::from(name),
                cause,
            }),
        }
    }
}

/// Reads the file `path`, or every Terraform and Pulumi file in the folder `path`, in the order of their names.
/// Hidden files, and those that git ignores, are passed over.
pub(crate) fn read(path: &Path) -> Result<Vec<Text>, InputError> {
    if !path.is_dir() {
        return Ok(vec![read_file(path, Role::Checked)?]);
    }
    let mut files = Vec::new();
    for entry in walk(path) {
        let entry = entry.map_err(|cause| InputError::Unsearchable {
            path: path.to_owned(),
            cause,
        })?;
        let is_file = entry.file_type().is_some_and(|kind| !kind.is_dir());
        if is_file && entry.file_name().to_str().is_some_and(Kind::is_collected) {
            files.push(entry.into_path());
        }
    }
    files.sort();
    files.iter().map(|file| read_file(file, Role::Checked)).collect()
}

/// Adds the files that `texts` are to be understood with: those beside them, and those of local modules.
pub(crate) fn add_context(texts: &mut Vec<Text>, kind: Option<Kind>) -> Result<(), InputError> {
    loop {
        let sources: Vec<_> = texts.iter().map(|text| text.source(kind)).collect();
        let further = key_policy::document::context(&sources, &mut files_in);
        if further.is_empty() {
            return Ok(());
        }
        for name in further {
            texts.push(read_file(Path::new(&name), Role::Context)?);
        }
    }
}

/// The names of the files in a folder, which may be missing: then Terraform will say so.
fn files_in(folder: &str) -> Vec<String> {
    let folder = if folder.is_empty() { "." } else { folder };
    let entries = fs::read_dir(folder).into_iter().flatten().flatten();
    entries
        .filter(|entry| entry.path().is_file())
        .filter_map(|entry| entry.file_name().into_string().ok())
        .collect()
}

/// What is in the folder, as far as the tree itself says that it counts: no setting of the user or of one clone
/// changes the answer, so that all machines check the same files.
fn walk(folder: &Path) -> ignore::Walk {
    WalkBuilder::new(folder)
        .require_git(false)
        .ignore(false)
        .git_global(false)
        .git_exclude(false)
        .build()
}

/// The name of `path` in reports.
pub(crate) fn name(path: &Path) -> String {
    let name = path.to_string_lossy();
    if cfg!(windows) {
        name.replace('\\', "/")
    } else {
        name.into_owned()
    }
}

/// Reads one file.
pub(crate) fn read_file(path: &Path, role: Role) -> Result<Text, InputError> {
    match fs::read(path) {
        Ok(bytes) => Ok(Text {
            name: name(path),
            bytes,
            file: Some(path.to_owned()),
            role,
        }),
        Err(cause) => Err(InputError::Unreadable {
            path: path.to_owned(),
            cause,
        }),
    }
}
