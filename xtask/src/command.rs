//! Running commands so that a person can follow: the command is printed, and a long one says now and then that it lives.

use std::collections::VecDeque;
use std::io::{BufRead, BufReader, Read};
use std::path::Path;
use std::process::{Command, Stdio};
use std::sync::mpsc::{self, RecvTimeoutError, Sender};
use std::thread;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};
use descope_keys_tests::tools;

/// How long a quiet command may stay without a line of ours.
const TICK: Duration = Duration::from_secs(10);

/// How much of a failed command's output is shown.
const TAIL: usize = 40;

/// A command in that folder whose `PATH` begins with the project's own tools.
pub(crate) fn command(folder: &Path, program: &str, arguments: &[&str]) -> Result<Command> {
    let mut command = Command::new(program);
    command
        .args(arguments)
        .current_dir(folder)
        .env("PATH", tools::search_path()?);
    Ok(command)
}

/// The cargo that runs this program, at the root.
pub(crate) fn cargo(root: &Path, arguments: &[&str]) -> Result<Command> {
    let cargo = std::env::var("CARGO").unwrap_or_else(|_| "cargo".to_owned());
    command(root, &cargo, arguments)
}

/// Runs a command whose own output is progress enough.
pub(crate) fn run(command: &mut Command) -> Result<()> {
    let shown = announce(command);
    let status = command
        .stdin(Stdio::null())
        .status()
        .with_context(|| format!("cannot start `{shown}`"))?;
    if !status.success() {
        bail!("`{shown}` ended with {status}");
    }
    Ok(())
}

/// Runs a command that is quiet or floods: its output is kept back, and every ten seconds a line says how far it is.
pub(crate) fn run_with_progress(command: &mut Command) -> Result<()> {
    let shown = announce(command);
    let mut child = command
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .with_context(|| format!("cannot start `{shown}`"))?;
    let (sender, lines) = mpsc::channel();
    forward(child.stdout.take(), sender.clone());
    forward(child.stderr.take(), sender);

    let start = Instant::now();
    let mut next_tick = start + TICK;
    let mut tail = VecDeque::new();
    loop {
        match lines.recv_timeout(next_tick.saturating_duration_since(Instant::now())) {
            Ok(line) => {
                tail.push_back(line);
                if tail.len() > TAIL {
                    tail.pop_front();
                }
            }
            Err(RecvTimeoutError::Timeout) => {
                let now = tail.back().map_or("no output yet", |line: &String| line.trim());
                println!("  … {} s: {now}", start.elapsed().as_secs());
                next_tick = Instant::now() + TICK;
            }
            Err(RecvTimeoutError::Disconnected) => break,
        }
    }
    let status = child
        .wait()
        .with_context(|| format!("cannot wait for `{shown}`"))?;
    if !status.success() {
        for line in tail {
            println!("  | {line}");
        }
        bail!("`{shown}` ended with {status}");
    }
    println!("  done in {} s", start.elapsed().as_secs());
    Ok(())
}

/// What a command prints on standard output, trimmed; `None` when it cannot be started or fails.
pub(crate) fn answer(program: impl AsRef<std::ffi::OsStr>, arguments: &[&str]) -> Option<String> {
    let output = Command::new(program)
        .args(arguments)
        .stdin(Stdio::null())
        .output()
        .ok()?;
    output
        .status
        .success()
        .then(|| String::from_utf8_lossy(&output.stdout).trim().to_owned())
}

/// Prints the command as a person would type it, and returns that.
pub(crate) fn announce(command: &Command) -> String {
    let mut words = vec![command.get_program().to_string_lossy().into_owned()];
    words.extend(
        command
            .get_args()
            .map(|argument| argument.to_string_lossy().into_owned()),
    );
    let shown = words.join(" ");
    println!("$ {shown}");
    shown
}

fn forward(stream: Option<impl Read + Send + 'static>, sender: Sender<String>) {
    thread::spawn(move || {
        let Some(stream) = stream else { return };
        for line in BufReader::new(stream).split(b'\n').map_while(Result::ok) {
            // The receiver stays until both streams are closed.
            let _ = sender.send(String::from_utf8_lossy(&line).into_owned());
        }
    });
}
