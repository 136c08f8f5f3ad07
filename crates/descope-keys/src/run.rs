//! The commands.

use std::collections::BTreeSet;
use std::io::{self, Read, Write};
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::time::{SystemTime, UNIX_EPOCH};

use anstream::{AutoStream, ColorChoice};
use key_policy::report::{Report, human, json};
use key_policy::{Inputs, Options, Role, Severity, Side, Source, access, edit};

use crate::args::{AccessFormat, Color, Command, Format, Reading, Variables};
use crate::config::{self, ConfigError};
use crate::input::{self, InputError, Text};

/// How a run ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Exit {
    /// Nothing at or above the threshold.
    Clean = 0,
    /// Findings at or above the threshold.
    Findings = 1,
    /// Wrong usage, or input that cannot be read.
    CouldNotRun = 2,
}

impl From<Exit> for ExitCode {
    fn from(exit: Exit) -> Self {
        ExitCode::from(exit as u8)
    }
}

/// Why a command could not run.
#[derive(Debug, thiserror::Error)]
pub(crate) enum RunError {
    /// A text cannot be read or written.
    #[error(transparent)]
    Input(#[from] InputError),
    /// A configuration cannot be used.
    #[error(transparent)]
    Config(#[from] ConfigError),
}

/// Runs one command.
pub(crate) fn run(command: Command, stdin: &mut dyn Read, stdout: &mut io::Stdout) -> Result<Exit, RunError> {
    match command {
        Command::Check {
            paths,
            stdin_filename,
            fix,
            diff,
            options,
        } => {
            let mut texts = named(&paths, &stdin_filename, stdin)?;
            complete(&mut texts, &options.reading)?;
            let policy = core_options(&options.reading, options.now, &texts)?;
            if let Some(fix) = fix {
                let sources = sources(&texts, &options.reading);
                let fixed = edit::fixed(&sources, &policy, fix.into());
                if diff {
                    print(stdout, &edit::patch(&sources, &policy, &fixed));
                    return Ok(if fixed.is_empty() {
                        Exit::Clean
                    } else {
                        Exit::Findings
                    });
                }
                for (index, content) in fixed {
                    texts[index].rewrite(content)?;
                }
            }
            let sources = sources(&texts, &options.reading);
            let report = key_policy::check(&sources, &policy);
            let output = match options.format {
                Format::Human => human::check(&report, &sources, is_colored(&options.reading, stdout)),
                Format::Json => json::text(&json::report(&report, &sources, false)),
            };
            Ok(finish(stdout, &output, &report, options.fail_on.threshold()))
        }
        Command::Diff { old, new, options } => {
            let (mut old_texts, mut new_texts) = (input::read(&old)?, input::read(&new)?);
            for texts in [&mut old_texts, &mut new_texts] {
                complete(texts, &options.reading)?;
            }
            let (old_sources, new_sources) = (
                sources(&old_texts, &options.reading),
                sources(&new_texts, &options.reading),
            );
            let (old_root, new_root) = (input::name(&old), input::name(&new));
            let diff = key_policy::diff(
                Side {
                    root: &old_root,
                    sources: &old_sources,
                },
                Side {
                    root: &new_root,
                    sources: &new_sources,
                },
                &core_options(&options.reading, options.now, &new_texts)?,
            );
            let sources = [new_sources, old_sources].concat();
            let output = match options.format {
                Format::Human => human::diff(&diff, &sources, is_colored(&options.reading, stdout)),
                Format::Json => json::text(&json::report(&diff, &sources, false)),
            };
            Ok(finish(stdout, &output, &diff, options.fail_on.threshold()))
        }
        Command::Access {
            paths,
            stdin_filename,
            format,
            reading,
        } => {
            let mut texts = named(&paths, &stdin_filename, stdin)?;
            complete(&mut texts, &reading)?;
            let sources = sources(&texts, &reading);
            let found = access::access(&sources, &core_options(&reading, None, &texts)?);
            let output = match format {
                AccessFormat::Human => access::human::text(&found, &sources, is_colored(&reading, stdout)),
                AccessFormat::Json => json::text(&access::json::report(&found, &sources, false)),
                AccessFormat::Svg => access::svg::picture(&found.keys),
            };
            Ok(finish(stdout, &output, &found.report, Some(Severity::Error)))
        }
    }
}

/// The texts that the paths name.
fn named(paths: &[PathBuf], stdin_filename: &str, stdin: &mut dyn Read) -> Result<Vec<Text>, InputError> {
    let mut texts = Vec::new();
    for path in paths {
        if path == Path::new("-") {
            texts.push(Text::from_reader(stdin_filename, stdin)?);
        } else {
            texts.extend(input::read(path)?);
        }
    }
    // A file may be named and stand in a folder that is named too.
    let mut known = BTreeSet::new();
    texts.retain(|text| text.path().is_none_or(|path| known.insert(path)));
    Ok(texts)
}

/// Adds the texts that the named ones are to be understood with.
fn complete(texts: &mut Vec<Text>, reading: &Reading) -> Result<(), InputError> {
    input::add_context(texts, reading.kind)?;
    for file in &reading.variables.files {
        texts.push(input::read_file(file, Role::Variables)?);
    }
    Ok(())
}

/// What the readers are told: where names start from, and what Terraform variables are given outside of files.
fn inputs(variables: &Variables) -> Result<Inputs, ConfigError> {
    let environment = std::env::vars_os().filter_map(|(name, value)| {
        let name = name.to_str()?.strip_prefix("TF_VAR_")?.to_owned();
        Some((name, value.into_string().ok()?))
    });
    Ok(Inputs {
        current_folder: input::name(&config::current_folder()?),
        terraform_environment: environment.collect(),
        terraform_variables: variables.values.iter().cloned().collect(),
    })
}

fn sources<'t>(texts: &'t [Text], reading: &Reading) -> Vec<Source<'t>> {
    texts.iter().map(|text| text.source(reading.kind)).collect()
}

/// What the core is told; `now` is the time to hold expiries against, if it is not the current one.
fn core_options(reading: &Reading, now: Option<i64>, texts: &[Text]) -> Result<Options, ConfigError> {
    let clock = || {
        SystemTime::now()
            .duration_since(UNIX_EPOCH)
            .ok()
            .and_then(|time| i64::try_from(time.as_secs()).ok())
    };
    Ok(Options {
        now: now.or_else(clock),
        configs: config::find(reading.config.as_deref(), texts.iter().map(Text::name))?,
        inputs: inputs(&reading.variables)?,
    })
}

fn is_colored(reading: &Reading, stdout: &io::Stdout) -> bool {
    match reading.color {
        Color::Always => true,
        Color::Never => false,
        Color::Auto => AutoStream::choice(stdout) != ColorChoice::Never,
    }
}

/// Writes `output`. A reader that went away, such as `head`, has no need of the rest.
fn print(stdout: &mut io::Stdout, output: &str) {
    let _ = stdout.write_all(output.as_bytes()).and_then(|()| stdout.flush());
}

fn finish(stdout: &mut io::Stdout, output: &str, report: &Report, threshold: Option<Severity>) -> Exit {
    print(stdout, output);
    match threshold {
        Some(threshold) if report.reaches(threshold) => Exit::Findings,
        _ => Exit::Clean,
    }
}
