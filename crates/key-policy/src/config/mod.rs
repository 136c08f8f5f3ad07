//! What a team configures in `descope-keys.toml`: how bad each rule's findings are, the limits of its policy, and
//! which files they hold for.
//!
//! ```
//! use key_policy::config::Config;
//!
//! let config = Config::parse("[rules]\nany-ip = \"error\"\n\n[policy]\nmax_lifetime = \"90d\"\n").unwrap();
//! let settings = config.settings("main.tf");
//! assert_eq!(settings.policy.max_lifetime.unwrap().seconds(), 90 * 86_400);
//! ```

mod error;
mod glob;
mod policy;
mod read;

use std::borrow::Cow;
use std::collections::BTreeMap;

pub use error::{ConfigError, ConfigErrors, Fault};
pub use glob::Glob;
pub use policy::{Duration, KEYS, Key, Policy, Prefix, Scope, Shape};

use crate::finding::Severity;
use crate::folder;

/// The name of the file, which is looked for from the checked files upward to the root of the repository.
pub const FILE_NAME: &str = "descope-keys.toml";

/// A team's configuration. The default is that of a team that has none.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Config {
    base: Settings,
    overrides: Vec<Override>,
    excluded: Vec<Glob>,
    folders: Folders,
}

/// The configurations of all files: for each, the one that lies nearest above it.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Configs {
    /// Holds where none is nearer.
    base: Config,
    nearest: Vec<Config>,
}

impl From<Config> for Configs {
    /// One configuration for all files.
    fn from(config: Config) -> Self {
        Self {
            base: config,
            nearest: Vec::new(),
        }
    }
}

impl Configs {
    /// Those that were found in folders, each told by [`Config::at`]. A file above all of them has none.
    pub fn nearest(configs: Vec<Config>) -> Self {
        Self {
            base: Config::default(),
            nearest: configs,
        }
    }

    /// The one that holds for the source called `name`.
    pub fn of(&self, name: &str) -> &Config {
        let above = self.nearest.iter().filter(|config| config.folders.is_above(name));
        above
            .max_by_key(|config| config.folders.config.len())
            .unwrap_or(&self.base)
    }

    /// What holds for a declaration that was not read from a file.
    pub fn base(&self) -> &Settings {
        &self.base.base
    }
}

/// What holds for one file.
#[derive(Debug, Clone, PartialEq)]
pub struct Settings {
    /// The rules whose level is not the one that they have by themselves.
    pub levels: BTreeMap<&'static str, Level>,
    /// The limits.
    pub policy: Policy,
}

/// How bad a rule's findings are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Level {
    /// They are not wanted.
    Off,
    /// They are this bad.
    At(Severity),
}

/// What holds for some files only.
#[derive(Debug, Clone, PartialEq)]
struct Override {
    files: Vec<Glob>,
    levels: BTreeMap<&'static str, Level>,
    policy: Policy,
}

/// How the names of the sources lie to the folder of the configuration.
#[derive(Debug, Clone, PartialEq, Default)]
struct Folders {
    config: Vec<String>,
    current: String,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            levels: BTreeMap::new(),
            policy: Policy::built_in(),
        }
    }
}

impl Level {
    /// All levels, by the name that configuration uses.
    pub const NAMES: [(&'static str, Level); 4] = [
        ("off", Level::Off),
        ("note", Level::At(Severity::Note)),
        ("warning", Level::At(Severity::Warning)),
        ("error", Level::At(Severity::Error)),
    ];
}

impl Config {
    /// Reads the text of a configuration.
    ///
    /// # Errors
    /// Everything that is wrong with it, each with its place and its cure.
    pub fn parse(text: &str) -> Result<Self, ConfigErrors> {
        read::read(text)
    }

    /// The same configuration, found in the folder `config`, for sources whose names start from the folder `current`.
    /// Both are absolute paths with `/` or `\`. Without this call, the patterns for files are held against the names
    /// of the sources as they are.
    #[must_use]
    pub fn at(mut self, config: &str, current: &str) -> Self {
        self.folders = Folders {
            config: steps(config),
            current: current.to_owned(),
        };
        self
    }

    /// What holds for the source called `name`.
    pub fn settings(&self, name: &str) -> Cow<'_, Settings> {
        let path = self.folders.path(name);
        let mut settings = Cow::Borrowed(&self.base);
        for more in &self.overrides {
            if more.files.iter().any(|glob| glob.matches_path(&path)) {
                let settings = settings.to_mut();
                settings.levels.extend(&more.levels);
                settings.policy = more.policy.clone().over(&settings.policy);
            }
        }
        settings
    }

    /// Whether the source called `name` is not to be checked.
    pub fn excludes(&self, name: &str) -> bool {
        let path = self.folders.path(name);
        self.excluded.iter().any(|glob| glob.matches_path(&path))
    }
}

impl Folders {
    /// The path of the source `name` from the folder of the configuration; from the root if it lies elsewhere.
    fn path(&self, name: &str) -> String {
        let path = self.absolute(name);
        path.strip_prefix(self.config.as_slice())
            .unwrap_or(&path)
            .join("/")
    }

    /// Whether the source `name` lies in the folder of the configuration or below.
    fn is_above(&self, name: &str) -> bool {
        self.absolute(name).starts_with(&self.config)
    }

    fn absolute(&self, name: &str) -> Vec<String> {
        steps(&folder::absolute(&self.current, name))
    }
}

fn steps(path: &str) -> Vec<String> {
    let steps = path.split(['/', '\\']).filter(|step| !step.is_empty());
    steps.map(str::to_owned).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn config() -> Config {
        let text = "[rules]\nany-ip = \"off\"\n[policy]\nmax_lifetime = \"90d\"\nrequire_expiry = true\n\
                    [files]\nexclude = [\"old/**\"]\n\
                    [[override]]\nfiles = [\"prod/**\", \"*.yaml\"]\nrules = { any-ip = \"error\" }\n\
                    policy = { max_lifetime = \"30d\" }\n";
        Config::parse(text).unwrap()
    }

    #[test]
    fn overrides_hold_for_their_files_and_leave_the_rest_as_it_is() {
        let config = config();
        let base = config.settings("dev/main.tf");
        assert_eq!(base.levels["any-ip"], Level::Off);
        let prod = config.settings("prod/eu/main.tf");
        assert_eq!(prod.levels["any-ip"], Level::At(Severity::Error));
        assert_eq!(prod.policy.max_lifetime.unwrap().seconds(), 30 * 86_400);
        assert_eq!(prod.policy.require_expiry, Some(true));
        // A pattern without a slash holds in every folder.
        assert_eq!(config.settings("dev/a.yaml"), prod);
        assert!(config.excludes("./old/main.tf") && !config.excludes("main.tf"));
    }

    #[test]
    fn names_are_held_against_the_folder_of_the_configuration() {
        let config = config().at("/repo", "/repo/prod");
        let level = |name| config.settings(name).levels["any-ip"];
        assert_eq!(level("main.tf"), Level::At(Severity::Error));
        assert_eq!(level("../dev/main.tf"), Level::Off);
        assert_eq!(level("/repo/prod/main.tf"), Level::At(Severity::Error));
        assert!(config.excludes("../old/a/main.tf"));
    }

    #[test]
    fn the_nearest_configuration_holds() {
        let config = |text, folder| Config::parse(text).unwrap().at(folder, "/repo/a");
        let configs = Configs::nearest(vec![
            config("rules = { any-ip = \"off\" }", "/repo/a/b"),
            config("rules = { any-ip = \"note\" }", "/repo/a"),
        ]);
        let level = |name| configs.of(name).settings(name).levels.get("any-ip").copied();
        assert_eq!(level("b/c/main.tf"), Some(Level::Off));
        assert_eq!(level("bb/main.tf"), Some(Level::At(Severity::Note)));
        assert_eq!(level("../main.tf"), None);
        assert_eq!(
            Configs::from(configs.nearest[0].clone()).of("/x").base,
            configs.nearest[0].base
        );
    }
}
