//! `cargo xtask setup`: from a machine with rustup, Go, Node and a shell to one that can run everything.
//!
//! What it builds stands in a cache outside the repository, in folders named after the pins' content, so the next
//! run, and any other clone, finds it again. What it cannot get it names, with the way to get it.

use std::fs::{self, File};
use std::path::Path;
use std::process::Command;

use anyhow::{Context, Result, bail};
use descope_keys_tests::tools;

use crate::command::{answer, command, run_with_progress};
use crate::package::install_tools;

/// The Go packages that are built from `tools/pulumi`.
const PULUMI: &str = "github.com/pulumi/pulumi/pkg/v3";
const PULUMI_COMMAND: &str = "github.com/pulumi/pulumi/pkg/v3/cmd/pulumi";
const PULUMI_VERSION_VARIABLE: &str = "github.com/pulumi/pulumi/sdk/v3/go/common/version.Version";
const LANGUAGE_YAML_COMMAND: &str = "github.com/pulumi/pulumi-yaml/cmd/pulumi-language-yaml";

/// The Go packages that are built from `tools/pulumi-go`, by the name of their program.
const GO_COMMANDS: [(&str, &str); 3] = [
    ("values", "./values"),
    ("sdks", "./sdks"),
    (
        "pulumi-language-dotnet",
        "github.com/pulumi/pulumi-dotnet/pulumi-language-dotnet/v3",
    ),
];

/// The names under which Chromium or its kin is installed.
const BROWSERS: [&str; 3] = ["chromium", "chromium-browser", "google-chrome"];

/// The folders with JavaScript dependencies of their own.
const NODE_PROJECTS: [&str; 4] = ["wasm", "tests/browser", "tests/sdk/node", "tests/languages/node"];

/// What setup found, built and could not get.
#[derive(Default)]
pub(crate) struct Report {
    /// How many requirements are met.
    pub(crate) ready: u64,
    /// The others, each with the way to meet it.
    pub(crate) problems: Vec<String>,
}

impl Report {
    /// An error when anything is missing.
    pub(crate) fn complete(self) -> Result<()> {
        match self.problems.len() {
            0 => Ok(()),
            count => bail!(
                "{count} of {} requirements are not met; see above",
                self.ready + count as u64
            ),
        }
    }

    fn add(&mut self, what: &str, done: Result<String>) {
        match done {
            Ok(found) => {
                println!("setup: {what}: {found}");
                self.ready += 1;
            }
            Err(error) => {
                println!("setup: {what}: MISSING: {error:#}");
                self.problems.push(format!("{what}: {error:#}"));
            }
        }
    }
}

/// Prepares all that the tests need.
pub(crate) fn for_tests(root: &Path) -> Result<Report> {
    let mut report = for_demo(root)?;
    let _lock = lock()?;
    report.add("wasm target", wasm_target(root));
    report.add(
        "node",
        version_of("node", "install Node 20 or newer from https://nodejs.org"),
    );
    report.add(
        "git",
        version_of("git", "install git by your system's package manager"),
    );
    for folder in NODE_PROJECTS {
        let installed = install_tools(&root.join(folder)).map(|()| "as locked".to_owned());
        report.add(&format!("npm packages of {folder}"), installed);
    }
    report.add(
        "pre-commit",
        tools::pre_commit_dir()
            .and_then(|home| virtual_environment(root, &home, "tools/pre-commit/requirements.txt")),
    );
    report.add(
        "official Python client",
        tools::python_sdk_dir()
            .and_then(|home| virtual_environment(root, &home, "tests/sdk/python/requirements.txt")),
    );
    report.add("Pulumi's Go library", pulumi_go(root));
    report.add(
        "Pulumi's Python package",
        tools::pulumi_python_dir()
            .and_then(|home| virtual_environment(root, &home, "tests/languages/python/requirements.txt")),
    );
    report.add("chromium", chromium());
    Ok(report)
}

/// Prepares what the demo needs: no Node, Python or browser.
pub(crate) fn for_demo(root: &Path) -> Result<Report> {
    let _lock = lock()?;
    let mut report = Report::default();
    report.add("pulumi", pulumi(root));
    Ok(report)
}

/// One setup at a time: a second one waits, and then finds everything ready.
fn lock() -> Result<File> {
    let cache = tools::cache_dir()?;
    fs::create_dir_all(&cache).with_context(|| format!("cannot make `{}`", cache.display()))?;
    let file = File::create(cache.join("setup.lock"))?;
    file.lock().context("cannot lock the cache")?;
    Ok(file)
}

fn pulumi(root: &Path) -> Result<String> {
    let pinned = pinned_pulumi(root)?;
    let home = tools::pulumi_dir()?;
    if home.is_dir() {
        return Ok(format!("{pinned}, built earlier in {}", home.display()));
    }
    if let Some(found) = recent_pulumi_on_path(&pinned) {
        return Ok(found);
    }
    println!("setup: building pulumi {pinned} from source: some minutes, once");
    let version_flag = format!("-s -w -X {PULUMI_VERSION_VARIABLE}={pinned}");
    let module = root.join("tools/pulumi");
    go_install(&home, |bin| {
        go_build(&module, &bin.join("pulumi"), &version_flag, PULUMI_COMMAND)?;
        go_build(
            &module,
            &bin.join("pulumi-language-yaml"),
            "-s -w",
            LANGUAGE_YAML_COMMAND,
        )
    })?;
    Ok(format!("{pinned}, built in {}", home.display()))
}

/// Programs of ours, and the language host for .NET, on the library that the pulumi command is made of.
fn pulumi_go(root: &Path) -> Result<String> {
    let home = tools::pulumi_go_dir()?;
    if !home.is_dir() {
        let module = root.join("tools/pulumi-go");
        go_install(&home, |bin| {
            GO_COMMANDS
                .iter()
                .try_for_each(|(name, package)| go_build(&module, &bin.join(name), "-s -w", package))
        })?;
    }
    Ok(format!("in {}", home.display()))
}

/// Has Go programs built into the `bin` of that folder of the cache. They are built aside and renamed when whole, so that
/// an interrupted build is never taken for a finished one.
fn go_install(home: &Path, build: impl FnOnce(&Path) -> Result<()>) -> Result<()> {
    version_of("go", "install Go 1.26 or newer from https://go.dev/dl")?;
    let scratch = tempfile::tempdir_in(tools::cache_dir()?)?;
    build(&scratch.path().join("bin"))?;
    fs::rename(scratch.keep(), home).with_context(|| format!("cannot make `{}`", home.display()))
}

pub(crate) fn go_build(module: &Path, output: &Path, linker_flags: &str, package: &str) -> Result<()> {
    let output = output.to_string_lossy();
    let mut build = command(
        module,
        "go",
        &["build", "-v", "-o", &output, "-ldflags", linker_flags, package],
    )?;
    // The pins are the whole truth: no workspace around the clone, no flags of the machine.
    run_with_progress(
        build
            .env("GOWORK", "off")
            .env("GOFLAGS", "-mod=readonly -buildvcs=false"),
    )
}

/// The version that `tools/pulumi/go.mod` requires, such as `v3.257.0`.
fn pinned_pulumi(root: &Path) -> Result<String> {
    let pins =
        fs::read_to_string(root.join("tools/pulumi/go.mod")).context("cannot read tools/pulumi/go.mod")?;
    pins.lines()
        .find_map(|line| line.trim().strip_prefix(PULUMI)?.strip_prefix(' '))
        .map(|version| version.trim().to_owned())
        .with_context(|| format!("tools/pulumi/go.mod does not require {PULUMI}"))
}

fn recent_pulumi_on_path(pinned: &str) -> Option<String> {
    let program = tools::find_on_path("pulumi")?;
    let version = answer(&program, &["version"])?;
    let recent = version_numbers(&version)? >= version_numbers(pinned)?;
    tools::find_on_path("pulumi-language-yaml")?;
    recent.then(|| format!("{version} at {}", program.display()))
}

/// `v3.257.0` or `v3.257.0-alpha.1` as numbers that compare.
fn version_numbers(version: &str) -> Option<[u64; 3]> {
    let release = version.trim().trim_start_matches('v').split(['-', '+']).next()?;
    let mut numbers = release.split('.').map(|number| number.parse().ok());
    let three = [numbers.next()??, numbers.next()??, numbers.next()??];
    numbers.next().is_none().then_some(three)
}

/// A Python environment in `home` with exactly what the requirements pin.
fn virtual_environment(root: &Path, home: &Path, requirements: &str) -> Result<String> {
    // Scripts in a virtual environment hold its path, so it cannot be built aside and renamed: a mark says it is whole.
    let mark = home.join("complete");
    let found = format!("in {}", home.display());
    if mark.is_file() {
        return Ok(found);
    }
    if home.exists() {
        fs::remove_dir_all(home)?;
    }
    if answer("python3", &["-c", "import ensurepip, venv"]).is_none() {
        apt_install(&["python3-venv"]).context("python3 with its venv module is needed")?;
    }
    run_with_progress(&mut command(
        root,
        "python3",
        &["-m", "venv", &home.to_string_lossy()],
    )?)?;
    let python = home.join("bin/python").to_string_lossy().into_owned();
    let pip = ["-m", "pip", "install", "--requirement", requirements];
    run_with_progress(&mut command(root, &python, &pip)?)?;
    File::create(mark)?;
    Ok(found)
}

fn chromium() -> Result<String> {
    let find = || BROWSERS.into_iter().find_map(tools::find_on_path);
    if find().is_none() {
        apt_install(&["chromium"]).context("install Chromium or Chrome so that `chromium` is on PATH")?;
    }
    Ok(find()
        .context("chromium is installed but not on PATH")?
        .display()
        .to_string())
}

/// Installs Debian packages where that can be done without a question.
fn apt_install(packages: &[&str]) -> Result<()> {
    if tools::find_on_path("apt-get").is_none() {
        bail!("there is no apt-get here to install {}", packages.join(" "));
    }
    let is_root = answer("id", &["-u"]).as_deref() == Some("0");
    let apt = |arguments: &[&str]| {
        let mut command = Command::new(if is_root { "apt-get" } else { "sudo" });
        if !is_root {
            command.args(["-n", "apt-get"]);
        }
        // Another installation on the same machine is waited for, not failed on.
        let wait = ["-o", "DPkg::Lock::Timeout=300"];
        command
            .args(wait)
            .args(arguments)
            .env("DEBIAN_FRONTEND", "noninteractive");
        run_with_progress(&mut command)
    };
    let by_hand = || {
        format!(
            "as root, run: apt-get update && apt-get install -y {}",
            packages.join(" ")
        )
    };
    apt(&["update"]).with_context(by_hand)?;
    apt(&[&["install", "-y", "--no-install-recommends"], packages].concat()).with_context(by_hand)
}

/// rustup installs the target by rust-toolchain.toml, unless it has been told to install nothing by itself.
fn wasm_target(root: &Path) -> Result<String> {
    let target = "wasm32-unknown-unknown";
    if !has_target(target)? {
        run_with_progress(&mut command(root, "rustup", &["target", "add", target])?)
            .with_context(|| format!("without rustup: add the standard library of {target} to your Rust"))?;
    }
    Ok(target.to_owned())
}

fn has_target(target: &str) -> Result<bool> {
    let folder = answer("rustc", &["--print", "target-libdir", "--target", target]);
    Ok(Path::new(&folder.context("rustc does not run")?).is_dir())
}

/// The version a tool tells, or how to get the tool.
fn version_of(tool: &str, how_to_get: &str) -> Result<String> {
    // Go alone has a subcommand where the others have a flag.
    let argument = if tool == "go" { "version" } else { "--version" };
    answer(tool, &[argument]).with_context(|| format!("`{tool}` does not run: {how_to_get}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn versions_compare_by_number() {
        assert!(version_numbers("v3.257.0") > version_numbers("v3.99.9"));
        assert_eq!(version_numbers("v3.257.1-alpha.2"), Some([3, 257, 1]));
        assert_eq!(version_numbers("go1.26"), None);
    }

    #[test]
    fn the_pinned_version_is_read_from_the_pins() -> Result<()> {
        let pinned = pinned_pulumi(&tools::root())?;
        assert!(version_numbers(&pinned).is_some(), "{pinned}");
        Ok(())
    }
}
