//! Where the programs stand that the tests start: our own, and the tools of others.

use std::env;
use std::ffi::OsString;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail};
use sha2::{Digest, Sha256};

/// The repository's root folder.
pub fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .parent()
        .unwrap_or(Path::new("."))
        .to_path_buf()
}

/// The path of one of our own programs, as built beside the running executable.
///
/// # Errors
/// When it has not been built: `cargo test` alone does not build the programs of other packages.
pub fn program(name: &str) -> Result<PathBuf> {
    let path = program_dir()?.join(format!("{name}{}", env::consts::EXE_SUFFIX));
    if !path.is_file() {
        bail!(
            "`{}` has not been built: run `cargo xtask test`, or `cargo build --workspace`",
            path.display()
        );
    }
    Ok(path)
}

/// The path of an example of the framework, built like [`program`].
///
/// # Errors
/// When it has not been built.
pub fn example(name: &str) -> Result<PathBuf> {
    program(&format!("examples/{name}"))
}

/// The folder of our own programs: `target/debug` for a test that stands in `target/debug/deps`.
///
/// # Errors
/// When the place of the running executable cannot be told.
pub fn program_dir() -> Result<PathBuf> {
    let executable = env::current_exe().context("cannot tell where the running executable stands")?;
    let mut folder = executable
        .parent()
        .context("the running executable has no folder")?;
    if folder.ends_with("deps") {
        folder = folder
            .parent()
            .context("the running executable has no target folder")?;
    }
    Ok(folder.to_path_buf())
}

/// A `PATH` on which our own programs come first, then the tools in the cache, then the caller's own.
///
/// # Errors
/// As [`tool_path`], or when the place of the running executable cannot be told.
pub fn search_path() -> Result<OsString> {
    let mut folders = vec![program_dir()?];
    folders.extend(env::split_paths(&tool_path()?));
    env::join_paths(folders).context("a folder's name cannot stand in a PATH")
}

/// The caller's `PATH` with the tools in the cache before it.
///
/// # Errors
/// When a folder's name cannot stand in a `PATH`, or the pins of a tool cannot be read.
pub fn tool_path() -> Result<OsString> {
    let cached = [pulumi_dir()?, pulumi_go_dir()?, pre_commit_dir()?].map(|tool| tool.join("bin"));
    let mut folders: Vec<PathBuf> = cached.into_iter().filter(|bin| bin.is_dir()).collect();
    folders.extend(env::split_paths(&env::var_os("PATH").unwrap_or_default()));
    env::join_paths(folders).context("a folder's name cannot stand in a PATH")
}

/// The first program of that name on the caller's own `PATH`.
pub fn find_on_path(name: &str) -> Option<PathBuf> {
    let path = env::var_os("PATH")?;
    env::split_paths(&path)
        .map(|folder| folder.join(name))
        .find(|candidate| is_executable(candidate))
}

/// Where `cargo xtask setup` keeps what it builds, shared by all clones of one user.
///
/// # Errors
/// When neither a cache folder nor a home folder is set.
pub fn cache_dir() -> Result<PathBuf> {
    if let Some(own) = set("DESCOPE_KEYS_CACHE") {
        return Ok(own);
    }
    let base = match set("XDG_CACHE_HOME") {
        Some(base) => base,
        None => set("HOME")
            .context("neither DESCOPE_KEYS_CACHE nor HOME is set")?
            .join(".cache"),
    };
    Ok(base.join("descope-keys"))
}

/// The cache folder of the pulumi that `tools/pulumi` pins; it exists once that has been built.
///
/// # Errors
/// When the pins cannot be read.
pub fn pulumi_dir() -> Result<PathBuf> {
    pinned_dir("pulumi", &["tools/pulumi/go.mod", "tools/pulumi/go.sum"])
}

/// The cache folder of the Go programs in `tools/pulumi-go`, which speak for Pulumi's own library; it exists once they have
/// been built.
///
/// # Errors
/// When the pins cannot be read.
pub fn pulumi_go_dir() -> Result<PathBuf> {
    pinned_dir(
        "pulumi-go",
        &[
            "tools/pulumi-go/go.mod",
            "tools/pulumi-go/go.sum",
            "tools/pulumi-go/sdks/main.go",
            "tools/pulumi-go/values/main.go",
        ],
    )
}

/// The cache folder of Pulumi's own Python package; it exists once that has been installed.
///
/// # Errors
/// When the pins cannot be read.
pub fn pulumi_python_dir() -> Result<PathBuf> {
    pinned_dir("pulumi-python", &["tests/languages/python/requirements.txt"])
}

/// The cache folder of the pre-commit that `tools/pre-commit` pins; it exists once that has been installed.
///
/// # Errors
/// When the pins cannot be read.
pub fn pre_commit_dir() -> Result<PathBuf> {
    pinned_dir("pre-commit", &["tools/pre-commit/requirements.txt"])
}

/// The cache folder of the official Python client that `tests/sdk/python` pins; it exists once that has been installed.
///
/// # Errors
/// When the pins cannot be read.
pub fn python_sdk_dir() -> Result<PathBuf> {
    pinned_dir("python-sdk", &["tests/sdk/python/requirements.txt"])
}

/// A cache folder named after the content of the pins, so that another pin never finds an old tool.
fn pinned_dir(tool: &str, pins: &[&str]) -> Result<PathBuf> {
    let mut hash = Sha256::new();
    for pin in pins {
        let path = root().join(pin);
        hash.update(std::fs::read(&path).with_context(|| format!("cannot read `{}`", path.display()))?);
    }
    let digest: String = hash
        .finalize()
        .iter()
        .take(8)
        .map(|byte| format!("{byte:02x}"))
        .collect();
    Ok(cache_dir()?.join(format!("{tool}-{digest}")))
}

/// An environment variable that is set and not empty, as a path.
fn set(name: &str) -> Option<PathBuf> {
    env::var_os(name)
        .filter(|value| !value.is_empty())
        .map(PathBuf::from)
}

fn is_executable(path: &Path) -> bool {
    path.metadata()
        .is_ok_and(|meta| meta.is_file() && meta.permissions().mode() & 0o111 != 0)
}
