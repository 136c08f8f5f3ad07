//! The hooks of the npm package, run by the real pre-commit in a scratch repository: a mirror of the hooks is the
//! packed package, committed.

use std::ffi::OsString;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result};
use descope_keys_tests::process::Finished;
use descope_keys_tests::{npm, process, tools};
use tempfile::TempDir;

/// Where the example says the hooks are.
const MIRROR: &str = "https://github.com/descope-keys/descope-keys-pre-commit";

const GOOD: &str = r#"resource "descope_management_key" "ci" {
  name  = "CI"
  rebac = { company_roles = ["company-full-access"] }
}
"#;

#[test]
fn a_commit_with_a_bad_key_is_refused_and_with_a_good_one_made() -> Result<()> {
    let scratch = Scratch::new()?;
    let example = fs::read_to_string(tools::root().join("examples/pre-commit/.pre-commit-config.yaml"))?;
    scratch.write(".pre-commit-config.yaml", &example)?;
    scratch.run("pre-commit", &["install"])?.success()?;

    scratch.write("main.tf", &GOOD.replace("\"CI\"", "\"\""))?;
    scratch.run("git", &["add", "."])?.success()?;
    let refused = scratch.run("git", &["commit", "-m", "a key"])?.failure()?.text();
    assert!(refused.contains("empty-name"), "{refused}");
    assert!(refused.contains("main.tf:2"), "{refused}");

    scratch.write("main.tf", GOOD)?;
    scratch.run("git", &["add", "."])?.success()?;
    let made = scratch.run("git", &["commit", "-m", "a key"])?.success()?.text();
    assert!(made.contains("Passed"), "{made}");
    Ok(())
}

#[test]
fn the_hook_for_the_program_on_path_says_the_same() -> Result<()> {
    let scratch = Scratch::new()?;
    let config =
        format!("repos: [{{ repo: {MIRROR}, rev: v0.1.0, hooks: [{{ id: descope-keys-system }}] }}]\n");
    scratch.write(".pre-commit-config.yaml", &config)?;
    scratch.write("main.tf", &GOOD.replace("\"CI\"", "\"\""))?;
    scratch.write("notes.txt", "no key here\n")?;
    scratch.run("git", &["add", "."])?.success()?;
    let found = scratch
        .run("pre-commit", &["run", "--all-files"])?
        .failure()?
        .text();
    assert!(found.contains("empty-name"), "{found}");
    assert!(
        found.contains("in 1 file:"),
        "only the Terraform file is handed over: {found}"
    );
    Ok(())
}

/// A repository of somebody who uses the hooks, a mirror of the hooks, and a home folder for both.
struct Scratch(TempDir);

impl Scratch {
    fn new() -> Result<Self> {
        let scratch = Self(tempfile::tempdir()?);
        let home = scratch.folder("home")?;
        let mirror = scratch.folder("mirror")?;
        let git_config = format!(
            "[user]\nname = A Tester\nemail = tester@example.com\n[init]\ndefaultBranch = main\n\
             [url \"file://{}\"]\ninsteadOf = {MIRROR}\n",
            mirror.display()
        );
        fs::write(home.join(".gitconfig"), git_config)?;

        let archive = npm::pack(&home)?;
        let unpack = ["-xzf", &archive.to_string_lossy(), "--strip-components=1"].map(str::to_owned);
        scratch
            .run_in(&mirror, "tar", &unpack.each_ref().map(String::as_str))?
            .success()?;
        for arguments in [
            &["init"][..],
            &["add", "."],
            &["commit", "-m", "v0.1.0"],
            &["tag", "v0.1.0"],
        ] {
            scratch.run_in(&mirror, "git", arguments)?.success()?;
        }

        scratch.folder("repository")?;
        scratch.run("git", &["init"])?.success()?;
        Ok(scratch)
    }

    fn write(&self, name: &str, text: &str) -> Result<()> {
        Ok(fs::write(self.0.path().join("repository").join(name), text)?)
    }

    /// Runs a program in the repository.
    fn run(&self, program: &str, arguments: &[&str]) -> Result<Finished> {
        self.run_in(&self.0.path().join("repository"), program, arguments)
    }

    fn run_in(&self, folder: &Path, program: &str, arguments: &[&str]) -> Result<Finished> {
        let home = self.0.path().join("home");
        let mut command = Command::new(program);
        for (name, _) in std::env::vars_os() {
            if ["GIT_", "PRE_COMMIT", "npm_"]
                .iter()
                .any(|prefix| name.to_string_lossy().starts_with(prefix))
            {
                command.env_remove(name);
            }
        }
        command
            .args(arguments)
            .current_dir(folder)
            .env("PATH", search_path()?)
            .env("HOME", &home)
            .env("PRE_COMMIT_HOME", home.join("pre-commit"))
            .env("npm_config_cache", home.join("npm"))
            .env("npm_config_offline", "true");
        process::run(&mut command, "")
    }

    fn folder(&self, name: &str) -> Result<PathBuf> {
        let path = self.0.path().join(name);
        fs::create_dir(&path).with_context(|| format!("cannot make `{}`", path.display()))?;
        Ok(path)
    }
}

/// A `PATH` with our own programs and the tools that setup keeps.
fn search_path() -> Result<OsString> {
    let tools = tools::search_path()?;
    let folders = std::iter::once(tools::program_dir()?).chain(std::env::split_paths(&tools));
    std::env::join_paths(folders).context("a folder's name cannot stand in a PATH")
}
