//! The command line of a provider, which is the engine's to decide.

use std::ffi::OsString;

/// What the process is asked to do.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Command {
    /// Serve an engine: the one at this address, or any that attaches.
    Serve {
        /// `host:port`.
        engine: Option<String>,
    },
    /// Print name and version.
    Version,
    /// Print the package schema.
    Schema,
    /// Print how to call it.
    Help,
}

/// A command line that means nothing; the caller's fault.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
pub(crate) enum UsageError {
    /// More than one address.
    #[error("expected at most one argument, the address of the engine, and got {0}")]
    TooManyArguments(usize),
    /// An address that is not text.
    #[error("the address of the engine is not valid UTF-8")]
    NotText,
}

/// Flags of the engine whose value may be the next argument. They are accepted for its sake and change nothing.
const FLAGS_WITH_VALUE: [&str; 6] = [
    "tracing",
    "v",
    "vmodule",
    "stderrthreshold",
    "log_backtrace_at",
    "log_dir",
];

/// Reads the arguments after the program's name. Flags that are not known are ignored: a newer engine may send them.
pub(crate) fn parse(args: impl IntoIterator<Item = OsString>) -> Result<Command, UsageError> {
    let mut addresses = Vec::new();
    let mut args = args.into_iter();
    while let Some(arg) = args.next() {
        let text = arg.to_str().ok_or(UsageError::NotText)?;
        if text == "--" {
            addresses.extend(args.by_ref());
        } else if let Some(flag) = text.strip_prefix('-') {
            match flag.strip_prefix('-').unwrap_or(flag) {
                "version" => return Ok(Command::Version),
                "schema" => return Ok(Command::Schema),
                "help" | "h" => return Ok(Command::Help),
                flag if FLAGS_WITH_VALUE.contains(&flag) => drop(args.next()),
                _ => {}
            }
        } else {
            addresses.push(arg);
        }
    }
    match addresses.len() {
        0 | 1 => {
            let engine = addresses
                .pop()
                .map(|address| address.into_string().map_err(|_| UsageError::NotText));
            Ok(Command::Serve {
                engine: engine.transpose()?,
            })
        }
        many => Err(UsageError::TooManyArguments(many)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn command_lines_are_understood() {
        let serve = |engine: Option<&str>| {
            Ok(Command::Serve {
                engine: engine.map(str::to_owned),
            })
        };
        let address = "127.0.0.1:5000";
        for (args, expected) in [
            (vec![], serve(None)),
            (vec![address], serve(Some(address))),
            (
                vec!["--logtostderr", "-v=9", "--tracing", "http://t", address],
                serve(Some(address)),
            ),
            (
                vec!["-logtostderr", "-v", "9", "--tracing=http://t", address],
                serve(Some(address)),
            ),
            (vec!["--from-the-future", address], serve(Some(address))),
            (vec!["--", address], serve(Some(address))),
            (vec!["--version"], Ok(Command::Version)),
            (vec!["-version"], Ok(Command::Version)),
            (vec!["--schema"], Ok(Command::Schema)),
            (vec!["-h"], Ok(Command::Help)),
            (vec![address, address], Err(UsageError::TooManyArguments(2))),
            (vec!["a", "b", "c"], Err(UsageError::TooManyArguments(3))),
        ] {
            assert_eq!(parse(args.iter().map(OsString::from)), expected, "{args:?}");
        }
    }
}
