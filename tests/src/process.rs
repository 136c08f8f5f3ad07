//! Running programs: one that ends, with all it said, and one that stays in the background.

use std::io::{BufRead, BufReader, Read, Write};
use std::process::{Child, Command, ExitStatus, Stdio};
use std::sync::mpsc::{self, Receiver, RecvTimeoutError};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};

/// How long a command may take before it counts as hung. Generous: continuous integration runs many at once.
pub const LIMIT: Duration = Duration::from_secs(300);

/// A command that has ended, and all it said.
#[derive(Debug)]
pub struct Finished {
    /// The program's name and arguments, for messages.
    pub command: String,
    /// How it ended.
    pub status: ExitStatus,
    /// Its whole standard output.
    pub stdout: String,
    /// Its whole standard error.
    pub stderr: String,
}

impl Finished {
    /// This command again, if it succeeded.
    ///
    /// # Errors
    /// When it failed: the message holds all it said.
    pub fn success(self) -> Result<Self> {
        if !self.status.success() {
            bail!("`{}` ended with {}\n{}", self.command, self.status, self.text());
        }
        Ok(self)
    }

    /// This command again, if it failed as it should.
    ///
    /// # Errors
    /// When it succeeded: the message holds all it said.
    pub fn failure(self) -> Result<Self> {
        if self.status.success() {
            bail!("`{}` should have failed\n{}", self.command, self.text());
        }
        Ok(self)
    }

    /// Standard output, then standard error.
    pub fn text(&self) -> String {
        format!("{}{}", self.stdout, self.stderr)
    }
}

/// Runs a command to its end and keeps what it says.
///
/// # Errors
/// When it cannot be started, or does not end within [`LIMIT`]. A failure of the command itself is an answer.
pub fn run(command: &mut Command, stdin: &str) -> Result<Finished> {
    let shown = describe(command);
    let mut child = command
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .with_context(|| format!("cannot start `{shown}`"))?;
    let stdout = read_all(child.stdout.take());
    let stderr = read_all(child.stderr.take());
    if let Some(mut pipe) = child.stdin.take() {
        // A command that does not read its input may close it first: its own status tells what matters.
        let _ = pipe.write_all(stdin.as_bytes());
    }

    let deadline = Instant::now() + LIMIT;
    let collected = collect(&stdout, deadline).and_then(|out| Ok((out, collect(&stderr, deadline)?)));
    let Ok((stdout, stderr)) = collected else {
        stop(&mut child);
        bail!("`{shown}` did not end within {} s", LIMIT.as_secs());
    };
    let status = child
        .wait()
        .with_context(|| format!("cannot wait for `{shown}`"))?;
    Ok(Finished {
        command: shown,
        status,
        stdout,
        stderr,
    })
}

/// A program that runs until this value is dropped.
#[derive(Debug)]
pub struct Background {
    child: Child,
    said: Arc<Mutex<String>>,
}

impl Background {
    /// Starts a program and waits for its first line on standard output, which it hands back trimmed.
    ///
    /// # Errors
    /// When it cannot be started, or ends or hangs before it has said a line.
    pub fn start(command: &mut Command) -> Result<(Self, String)> {
        let shown = describe(command);
        let mut child = command
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .with_context(|| format!("cannot start `{shown}`"))?;
        let said = Arc::new(Mutex::new(String::new()));
        let (first_line, first) = mpsc::channel();
        record(child.stdout.take(), Arc::clone(&said), Some(first_line));
        record(child.stderr.take(), Arc::clone(&said), None);

        let background = Self { child, said };
        match first.recv_timeout(LIMIT) {
            Ok(line) => Ok((background, line.trim().to_owned())),
            Err(_) => bail!("`{shown}` said no first line\n{}", background.said()),
        }
    }

    /// Its number among the processes of the machine.
    pub fn id(&self) -> u32 {
        self.child.id()
    }

    /// All that the program has said so far, on both streams.
    pub fn said(&self) -> String {
        self.said.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }
}

impl Drop for Background {
    fn drop(&mut self) {
        stop(&mut self.child);
    }
}

/// Kills exactly this child and takes its status, so that no zombie stays.
fn stop(child: &mut Child) {
    // Both fail only when it has already ended, which is what is wanted.
    let _ = child.kill();
    let _ = child.wait();
}

fn describe(command: &Command) -> String {
    let mut words = vec![command.get_program().to_string_lossy().into_owned()];
    words.extend(
        command
            .get_args()
            .map(|argument| argument.to_string_lossy().into_owned()),
    );
    words.join(" ")
}

fn read_all(stream: Option<impl Read + Send + 'static>) -> Receiver<String> {
    let (sender, receiver) = mpsc::channel();
    thread::spawn(move || {
        let mut bytes = Vec::new();
        if let Some(mut stream) = stream {
            // What was read until an error is still worth showing.
            let _ = stream.read_to_end(&mut bytes);
        }
        // Nobody listens any more after a timeout.
        let _ = sender.send(String::from_utf8_lossy(&bytes).into_owned());
    });
    receiver
}

fn collect(receiver: &Receiver<String>, deadline: Instant) -> Result<String, RecvTimeoutError> {
    receiver.recv_timeout(deadline.saturating_duration_since(Instant::now()))
}

/// Keeps reading a stream to its end, so that the program never blocks on a full pipe.
fn record(
    stream: Option<impl Read + Send + 'static>,
    said: Arc<Mutex<String>>,
    mut first_line: Option<mpsc::Sender<String>>,
) {
    thread::spawn(move || {
        let Some(stream) = stream else { return };
        let mut reader = BufReader::new(stream);
        let mut bytes = Vec::new();
        while reader.read_until(b'\n', &mut bytes).is_ok_and(|count| count > 0) {
            let line = String::from_utf8_lossy(&bytes).into_owned();
            said.lock()
                .unwrap_or_else(PoisonError::into_inner)
                .push_str(&line);
            if let Some(sender) = first_line.take() {
                // The starter may have given up already.
                let _ = sender.send(line);
            }
            bytes.clear();
        }
    });
}
