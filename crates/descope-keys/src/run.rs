//! The commands.

use std::io::{self, Read, Write};
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::time::{SystemTime, UNIX_EPOCH};

use anstream::{AutoStream, ColorChoice};
use key_policy::report::{Report, human, json};
use key_policy::{Side, Source};

use crate::args::{Color, Command, Format, Options};
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

/// Runs one command.
pub(crate) fn run(
    command: Command,
    stdin: &mut dyn Read,
    stdout: &mut io::Stdout,
) -> Result<Exit, InputError> {
    match command {
        Command::Check {
            paths,
            stdin_filename,
            options,
        } => {
            let texts = texts(&paths, &stdin_filename, stdin)?;
            let sources = sources(&texts, &options);
            let report = key_policy::check(&sources, &policy_options(&options));
            let output = match options.format {
                Format::Human => human::check(&report, &sources, is_colored(&options, stdout)),
                Format::Json => json::text(&json::check(&report, &sources, false)),
            };
            Ok(finish(stdout, &output, &report, &options))
        }
        Command::Diff { old, new, options } => {
            let (old_texts, new_texts) = (input::read(&old)?, input::read(&new)?);
            let (old_sources, new_sources) = (sources(&old_texts, &options), sources(&new_texts, &options));
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
                &policy_options(&options),
            );
            let output = match options.format {
                Format::Human => human::diff(&diff, &new_sources, is_colored(&options, stdout)),
                Format::Json => json::text(&json::diff(&diff, &new_sources, false)),
            };
            Ok(finish(stdout, &output, &diff, &options))
        }
    }
}

fn texts(paths: &[PathBuf], stdin_filename: &str, stdin: &mut dyn Read) -> Result<Vec<Text>, InputError> {
    let mut texts = Vec::new();
    for path in paths {
        if path == Path::new("-") {
            texts.push(Text::from_reader(stdin_filename, stdin)?);
        } else {
            texts.extend(input::read(path)?);
        }
    }
    Ok(texts)
}

fn sources<'a>(texts: &'a [Text], options: &Options) -> Vec<Source<'a>> {
    texts
        .iter()
        .map(|text| text.source(options.kind.map(Into::into)))
        .collect()
}

fn policy_options(options: &Options) -> key_policy::Options {
    let clock = || {
        SystemTime::now()
            .duration_since(UNIX_EPOCH)
            .ok()
            .and_then(|time| i64::try_from(time.as_secs()).ok())
    };
    key_policy::Options {
        now: options.now.or_else(clock),
        ..key_policy::Options::default()
    }
}

fn is_colored(options: &Options, stdout: &io::Stdout) -> bool {
    match options.color {
        Color::Always => true,
        Color::Never => false,
        Color::Auto => AutoStream::choice(stdout) != ColorChoice::Never,
    }
}

/// Writes the report. A reader that went away, such as `head`, has no need of the rest.
fn finish(stdout: &mut io::Stdout, output: &str, report: &Report, options: &Options) -> Exit {
    let _ = stdout.write_all(output.as_bytes()).and_then(|()| stdout.flush());
    match options.fail_on.threshold() {
        Some(threshold) if report.reaches(threshold) => Exit::Findings,
        _ => Exit::Clean,
    }
}
