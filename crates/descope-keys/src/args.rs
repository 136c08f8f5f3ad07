//! The command line.

use std::path::PathBuf;

use clap::builder::{PossibleValuesParser, TypedValueParser};
use clap::{Args as ClapArgs, Parser, Subcommand, ValueEnum};
use key_policy::finding::Safety;
use key_policy::{Kind, Severity};

/// Check Descope management keys declared as code, before they reach the API.
///
/// Exit codes: 0 nothing at or above the threshold, 1 findings, 2 could not run.
#[derive(Debug, Parser)]
#[command(name = "descope-keys", version, propagate_version = true)]
pub(crate) struct Args {
    #[command(subcommand)]
    pub(crate) command: Command,
}

#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Check the keys that files declare
    Check {
        /// Files, folders to search for Terraform and Pulumi files, or `-` for standard input
        #[arg(required = true, value_name = "FILE|DIR|-")]
        paths: Vec<PathBuf>,
        /// The name that standard input goes by; its ending tells the kind
        #[arg(long, value_name = "NAME", default_value = "-")]
        stdin_filename: String,
        /// Mend what can be mended without changing what was meant, or with `--fix=unsafe` what probably can; then
        /// report what is left
        #[arg(long, value_enum, value_name = "SAFETY", num_args = 0..=1, require_equals = true, default_missing_value = "safe")]
        fix: Option<Fix>,
        /// Print what would be mended as a patch, and change nothing; exit code 1 if there is something to mend
        #[arg(long, requires = "fix")]
        diff: bool,
        #[command(flatten)]
        options: Options,
    },
    /// Say what becomes of each key between two versions of a file or folder
    Diff {
        /// The old version: a file or folder
        old: PathBuf,
        /// The new version: a file or folder
        new: PathBuf,
        #[command(flatten)]
        options: Options,
    },
    /// Say what each key may do, where from, and until when
    Access {
        /// Files, folders to search for Terraform and Pulumi files, or `-` for standard input
        #[arg(required = true, value_name = "FILE|DIR|-")]
        paths: Vec<PathBuf>,
        /// The name that standard input goes by; its ending tells the kind
        #[arg(long, value_name = "NAME", default_value = "-")]
        stdin_filename: String,
        /// How to write it
        #[arg(long, value_enum, default_value_t = AccessFormat::Human)]
        format: AccessFormat,
        #[command(flatten)]
        reading: Reading,
    },
}

/// How files are read, and how what is said of them looks.
#[derive(Debug, ClapArgs)]
pub(crate) struct Reading {
    /// Read every named file as this kind, whatever its name and content
    #[arg(long, value_parser = kind())]
    pub(crate) kind: Option<Kind>,
    /// The configuration, instead of the `descope-keys.toml` that is nearest above each file
    #[arg(long, value_name = "FILE")]
    pub(crate) config: Option<PathBuf>,
    #[command(flatten)]
    pub(crate) variables: Variables,
    /// When to colour the report; `auto` also heeds `NO_COLOR` and `CLICOLOR_FORCE`
    #[arg(long, value_enum, default_value_t = Color::Auto)]
    pub(crate) color: Color,
}

/// What Terraform variables are given, besides `TF_VAR_…` and the files that Terraform loads by itself.
#[derive(Debug, ClapArgs)]
pub(crate) struct Variables {
    /// Give a Terraform variable a value, over all files, those of `--var-file` included wherever they stand
    #[arg(long = "var", value_name = "NAME=VALUE", value_parser = variable)]
    pub(crate) values: Vec<(String, String)>,
    /// Take the values of Terraform variables from a file, over those that Terraform loads by itself
    #[arg(long = "var-file", value_name = "FILE")]
    pub(crate) files: Vec<PathBuf>,
}

fn variable(argument: &str) -> Result<(String, String), &'static str> {
    match argument.split_once('=') {
        Some((name, value)) if !name.is_empty() => Ok((name.to_owned(), value.to_owned())),
        _ => Err("not of the form NAME=VALUE"),
    }
}

#[derive(Debug, ClapArgs)]
pub(crate) struct Options {
    /// How to write the report
    #[arg(long, value_enum, default_value_t = Format::Human)]
    pub(crate) format: Format,
    /// The mildest finding that gives exit code 1
    #[arg(long, value_enum, default_value_t = FailOn::Error)]
    pub(crate) fail_on: FailOn,
    /// The time to hold expiries against, in unix seconds, instead of the current time
    #[arg(long, value_name = "SECONDS")]
    pub(crate) now: Option<i64>,
    #[command(flatten)]
    pub(crate) reading: Reading,
}

#[derive(Debug, Clone, Copy, ValueEnum)]
pub(crate) enum Format {
    /// Findings with the lines they are about
    Human,
    /// JSON, version 1
    Json,
}

#[derive(Debug, Clone, Copy, ValueEnum)]
pub(crate) enum AccessFormat {
    /// Text, a few lines for each key
    Human,
    /// JSON, version 1
    Json,
    /// A picture
    Svg,
}

#[derive(Debug, Clone, Copy, ValueEnum)]
pub(crate) enum Fix {
    /// Only what keeps the meaning
    Safe,
    /// Also what may change it
    Unsafe,
}

impl From<Fix> for Safety {
    fn from(fix: Fix) -> Self {
        match fix {
            Fix::Safe => Safety::Safe,
            Fix::Unsafe => Safety::Unsafe,
        }
    }
}

#[derive(Debug, Clone, Copy, ValueEnum)]
pub(crate) enum FailOn {
    Error,
    Warning,
    Note,
    Never,
}

impl FailOn {
    pub(crate) fn threshold(self) -> Option<Severity> {
        match self {
            FailOn::Error => Some(Severity::Error),
            FailOn::Warning => Some(Severity::Warning),
            FailOn::Note => Some(Severity::Note),
            FailOn::Never => None,
        }
    }
}

/// Reads a kind by its name in [`Kind::NAMES`].
fn kind() -> impl TypedValueParser<Value = Kind> {
    PossibleValuesParser::new(Kind::NAMES.map(|(name, _)| name)).map(|name| {
        let named = Kind::NAMES.into_iter().find(|(known, _)| *known == name);
        named.expect("only the names of the list are possible values").1
    })
}

#[derive(Debug, Clone, Copy, ValueEnum)]
pub(crate) enum Color {
    Auto,
    Always,
    Never,
}
