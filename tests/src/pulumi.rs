//! A Pulumi project of one's own: the real `pulumi`, a file backend in a scratch folder, no account.

use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::os::unix::fs::symlink;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result, bail, ensure};
use serde_json::Value;
use tempfile::TempDir;

use crate::process::{self, Finished};
use crate::sandbox::Sandbox;
use crate::tools;

/// The type token of a key in the engine's long form.
pub const KEY_TYPE: &str = "descope-keys:index:ManagementKey";

/// The program of a provider, and the package that it serves.
#[derive(Debug, Clone)]
pub struct Provider {
    /// The package's name.
    pub package: &'static str,
    /// The program, whatever its file is called.
    pub program: PathBuf,
}

impl Provider {
    /// The provider of keys.
    ///
    /// # Errors
    /// When it has not been built.
    pub fn ours() -> Result<Self> {
        Ok(Self {
            package: "descope-keys",
            program: tools::program("pulumi-resource-descope-keys")?,
        })
    }

    /// An example of the framework, which serves that package.
    ///
    /// # Errors
    /// When it has not been built.
    pub fn example(name: &str, package: &'static str) -> Result<Self> {
        Ok(Self {
            package,
            program: tools::example(name)?,
        })
    }

    /// Makes a folder with the program under the name that pulumi looks for, as `pulumi plugin install` would. It is a link:
    /// a copy for each test would be slow.
    ///
    /// # Errors
    /// When the folder cannot be made.
    pub fn link_into(&self, folder: &Path) -> Result<()> {
        fs::create_dir_all(folder)?;
        symlink(
            &self.program,
            folder.join(format!("pulumi-resource-{}", self.package)),
        )?;
        Ok(())
    }
}

/// Has a command, which is pulumi or starts it, see nothing of the caller's own: home and state are in that folder, and no
/// account is needed.
///
/// # Errors
/// When the tools' folders cannot be told.
pub fn isolate<'a>(command: &'a mut Command, folder: &Path) -> Result<&'a mut Command> {
    for (name, _) in std::env::vars_os() {
        if ["PULUMI_", "DESCOPE_"]
            .iter()
            .any(|prefix| name.to_string_lossy().starts_with(prefix))
        {
            command.env_remove(name);
        }
    }
    let (home, state) = (folder.join("home"), folder.join("state"));
    fs::create_dir_all(&home)?;
    fs::create_dir_all(&state)?;
    Ok(command
        .env("PATH", tools::tool_path()?)
        .env("HOME", &home)
        .env("PULUMI_HOME", home.join(".pulumi"))
        .env("PULUMI_BACKEND_URL", format!("file://{}", state.display()))
        .env("PULUMI_CONFIG_PASSPHRASE", "the tests' own passphrase")
        .env("PULUMI_SKIP_UPDATE_CHECK", "true")
        .env("PULUMI_DISABLE_AUTOMATIC_PLUGIN_ACQUISITION", "true"))
}

/// A project folder with one stack, whose provider talks to one sandbox.
#[derive(Debug)]
pub struct Workspace {
    scratch: TempDir,
    environment: BTreeMap<String, String>,
    captured: RefCell<String>,
}

impl Workspace {
    /// Makes a project of that program (the text of a `Pulumi.yaml`) and its stack `dev`. The provider learns address
    /// and calling key of the sandbox from its environment.
    ///
    /// # Errors
    /// When the folders cannot be made or pulumi does not make the stack.
    pub fn new(sandbox: &Sandbox, program: &str) -> Result<Self> {
        let environment = BTreeMap::from([
            ("DESCOPE_BASE_URL".to_owned(), sandbox.url().to_owned()),
            (
                "DESCOPE_MANAGEMENT_KEY".to_owned(),
                sandbox.calling_key().to_owned(),
            ),
        ]);
        Self::with_environment(program, environment)
    }

    /// The same with an environment that tells the provider nothing, or something else.
    ///
    /// # Errors
    /// As [`Workspace::new`].
    pub fn with_environment(program: &str, environment: BTreeMap<String, String>) -> Result<Self> {
        Self::with_provider(&Provider::ours()?, program, environment)
    }

    /// The same with another provider.
    ///
    /// # Errors
    /// As [`Workspace::new`].
    pub fn with_provider(
        provider: &Provider,
        program: &str,
        environment: BTreeMap<String, String>,
    ) -> Result<Self> {
        let scratch = tempfile::tempdir().context("cannot make a scratch folder")?;
        fs::create_dir(scratch.path().join("project"))?;
        let plugin = format!(
            "home/.pulumi/plugins/resource-{}-v{}",
            provider.package,
            env!("CARGO_PKG_VERSION")
        );
        provider.link_into(&scratch.path().join(plugin))?;
        let workspace = Self {
            scratch,
            environment,
            captured: RefCell::default(),
        };
        workspace.write_program(program)?;
        workspace.pulumi(&["stack", "init", "dev"])?;
        Ok(workspace)
    }

    /// The folder in which the program and the stack's configuration stand.
    pub fn project(&self) -> PathBuf {
        self.scratch.path().join("project")
    }

    /// The program's file.
    pub fn program_file(&self) -> PathBuf {
        self.project().join("Pulumi.yaml")
    }

    /// The program's text.
    ///
    /// # Errors
    /// When it cannot be read.
    pub fn program(&self) -> Result<String> {
        Ok(fs::read_to_string(self.program_file())?)
    }

    /// Replaces the whole program.
    ///
    /// # Errors
    /// When it cannot be written.
    pub fn write_program(&self, text: &str) -> Result<()> {
        fs::write(self.program_file(), text).context("cannot write the program")
    }

    /// Replaces one passage of the program.
    ///
    /// # Errors
    /// When the passage does not stand there exactly once: the edit would not be the one that was meant.
    pub fn edit(&self, from: &str, to: &str) -> Result<()> {
        let program = self.program()?;
        let found = program.matches(from).count();
        ensure!(
            found == 1,
            "`{from}` stands {found} times in the program, not once"
        );
        self.write_program(&program.replace(from, to))
    }

    /// Runs pulumi and expects success.
    ///
    /// # Errors
    /// When it fails; the message holds all it said.
    pub fn pulumi(&self, arguments: &[&str]) -> Result<Finished> {
        self.run(arguments, "")?.success()
    }

    /// Runs pulumi and expects failure.
    ///
    /// # Errors
    /// When it succeeds.
    pub fn pulumi_fails(&self, arguments: &[&str]) -> Result<Finished> {
        self.run(arguments, "")?.failure()
    }

    /// Sets a secret in the stack's configuration. It travels by standard input, as a command line is no place for it.
    ///
    /// # Errors
    /// When pulumi refuses it.
    pub fn set_secret(&self, name: &str, value: &str) -> Result<()> {
        self.run(&["config", "set", "--secret", name], value)?
            .success()
            .map(drop)
    }

    /// `pulumi up` without a question.
    ///
    /// # Errors
    /// When it fails.
    pub fn up(&self) -> Result<Finished> {
        self.pulumi(&["up", "--yes", "--skip-preview"])
    }

    /// `pulumi refresh` without a question.
    ///
    /// # Errors
    /// When it fails.
    pub fn refresh(&self) -> Result<Finished> {
        self.pulumi(&["refresh", "--yes", "--skip-preview"])
    }

    /// `pulumi destroy` without a question.
    ///
    /// # Errors
    /// When it fails.
    pub fn destroy(&self) -> Result<Finished> {
        self.pulumi(&["destroy", "--yes", "--skip-preview"])
    }

    /// What a preview would do to each key: `create`, `update`, `replace`, `delete`… A key that stays is not named.
    ///
    /// # Errors
    /// When the preview fails or its JSON has another shape.
    pub fn preview(&self) -> Result<BTreeMap<String, String>> {
        let finished = self.run(&["preview", "--json"], "")?;
        let preview: Value = serde_json::from_str(&finished.stdout).context("the preview is no JSON")?;
        // The whole document would bury the few words that say what is wrong.
        ensure!(
            finished.status.success(),
            "the preview failed: {}",
            preview["diagnostics"]
        );
        let steps = preview["steps"].as_array().context("the preview has no steps")?;
        let mut operations = BTreeMap::new();
        for step in steps {
            let urn = step["urn"].as_str().context("a step has no urn")?;
            let operation = step["op"].as_str().context("a step has no op")?;
            let Some(name) = key_name(urn) else { continue };
            // A replacement is three steps (create-replacement, replace, delete-replaced): the middle one names it.
            if !matches!(operation, "create-replacement" | "delete-replaced") {
                operations.insert(name.to_owned(), operation.to_owned());
            }
        }
        Ok(operations)
    }

    /// The stack's state as anyone may export it, secrets encrypted.
    ///
    /// # Errors
    /// When pulumi fails or its export is no JSON.
    pub fn export(&self) -> Result<Value> {
        parse_export(&self.pulumi(&["stack", "export"])?)
    }

    /// The id of each key in the state, by the resource's name.
    ///
    /// # Errors
    /// When the state cannot be exported.
    pub fn ids(&self) -> Result<BTreeMap<String, String>> {
        let keys = keys_in(&self.export()?)?;
        keys.into_iter()
            .map(|(name, key)| {
                let id = key["id"]
                    .as_str()
                    .with_context(|| format!("`{name}` has no id"))?;
                Ok((name, id.to_owned()))
            })
            .collect()
    }

    /// The cleartext of each key in the state that has one: an imported key has none. This is the one command whose
    /// output is not captured, as it shows secrets.
    ///
    /// # Errors
    /// When the state cannot be exported, or a cleartext stands there as anything but a secret.
    pub fn cleartexts(&self) -> Result<BTreeMap<String, String>> {
        let finished = process::run(&mut self.command(&["stack", "export", "--show-secrets"])?, "")?;
        ensure!(
            finished.status.success(),
            "the state cannot be exported with its secrets"
        );
        let mut cleartexts = BTreeMap::new();
        for (name, key) in keys_in(&parse_export(&finished)?)? {
            let cleartext = &key["outputs"]["cleartext"];
            if cleartext.is_null() {
                continue;
            }
            let plaintext = cleartext["plaintext"].as_str();
            let plaintext = plaintext.with_context(|| format!("the cleartext of `{name}` is no secret"))?;
            // The engine keeps a secret's plaintext as JSON text.
            let text: String = serde_json::from_str(plaintext).context("a cleartext is no string")?;
            if !text.is_empty() {
                cleartexts.insert(name, text);
            }
        }
        Ok(cleartexts)
    }

    /// All that pulumi has said in this workspace, but for the commands that show secrets on purpose.
    pub fn captured(&self) -> String {
        self.captured.borrow().clone()
    }

    /// Where a secret stands in plain among all that pulumi has said and every file it has left behind (project, state,
    /// history, its own logs). The places are named, the secrets are not.
    ///
    /// # Errors
    /// When a folder or file cannot be read.
    pub fn places_in_plain<'a>(&self, secrets: impl IntoIterator<Item = &'a str>) -> Result<Vec<String>> {
        let mut texts = Vec::new();
        read_tree(self.scratch.path(), &mut texts)?;
        texts.push(("the output of pulumi".to_owned(), self.captured().into_bytes()));
        let mut places = BTreeSet::new();
        for secret in secrets {
            ensure!(!secret.is_empty(), "an empty secret stands everywhere");
            for (place, text) in &texts {
                if text
                    .windows(secret.len())
                    .any(|window| window == secret.as_bytes())
                {
                    places.insert(place.clone());
                }
            }
        }
        Ok(places.into_iter().collect())
    }

    /// The command as it is run, for whoever wants to run one in another way.
    ///
    /// # Errors
    /// When there is no pulumi.
    pub fn command(&self, arguments: &[&str]) -> Result<Command> {
        let mut command = Command::new(program()?);
        isolate(&mut command, self.scratch.path())?
            .args(arguments)
            .args(["--non-interactive", "--color", "never"])
            .current_dir(self.project())
            .envs(&self.environment);
        Ok(command)
    }

    fn run(&self, arguments: &[&str], stdin: &str) -> Result<Finished> {
        let finished = process::run(&mut self.command(arguments)?, stdin)?;
        self.captured.borrow_mut().push_str(&finished.text());
        Ok(finished)
    }
}

/// The resources of our type in an export, by name. A replaced key that still waits for its deletion is an error here.
fn keys_in(export: &Value) -> Result<BTreeMap<String, Value>> {
    let resources = export["deployment"]["resources"]
        .as_array()
        .map(Vec::as_slice)
        .unwrap_or_default();
    let mut keys = BTreeMap::new();
    for resource in resources {
        let urn = resource["urn"].as_str().context("a resource has no urn")?;
        let Some(name) = key_name(urn) else { continue };
        if keys.insert(name.to_owned(), resource.clone()).is_some() {
            bail!("`{name}` stands twice in the state");
        }
    }
    Ok(keys)
}

fn parse_export(finished: &Finished) -> Result<Value> {
    serde_json::from_str(&finished.stdout).context("the export is no JSON")
}

/// The name in a URN of our type; of another type none.
fn key_name(urn: &str) -> Option<&str> {
    let (head, name) = urn.rsplit_once("::")?;
    head.ends_with(KEY_TYPE).then_some(name)
}

/// The pulumi that setup built, or else the one on the caller's PATH, which setup found recent enough.
///
/// # Errors
/// When there is neither.
pub fn program() -> Result<PathBuf> {
    let built = tools::pulumi_dir()?.join("bin").join("pulumi");
    let found = if built.is_file() {
        Some(built)
    } else {
        tools::find_on_path("pulumi")
    };
    found.context("there is no pulumi: run `cargo xtask setup`")
}

fn read_tree(folder: &Path, texts: &mut Vec<(String, Vec<u8>)>) -> Result<()> {
    for entry in fs::read_dir(folder)? {
        let path = entry?.path();
        if path.is_dir() {
            read_tree(&path, texts)?;
        } else if !path.is_symlink() {
            texts.push((path.display().to_string(), fs::read(&path)?));
        }
    }
    Ok(())
}
