//! A provider's binary as a process, started the way the engine starts it.

use std::ffi::{OsStr, OsString};
use std::io::{BufRead as _, BufReader, Read};
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdin, Command, Stdio};
use std::sync::mpsc::{Receiver, channel};
use std::thread;
use std::time::{Duration, Instant};

use super::KitError;

/// How long the engine waits for the port and the first answer.
const PATIENCE: Duration = Duration::from_secs(10);

/// How often a process is asked whether it has ended.
const TICK: Duration = Duration::from_millis(2);

/// How a provider's binary is started: its path, and what it finds in its environment.
#[derive(Clone, Debug)]
pub struct Binary {
    path: PathBuf,
    environment: Vec<(OsString, OsString)>,
    without: Vec<OsString>,
}

impl Binary {
    /// The binary at a path, with the environment of the test.
    pub fn new(path: impl AsRef<Path>) -> Self {
        Self {
            path: path.as_ref().to_owned(),
            environment: Vec::new(),
            without: Vec::new(),
        }
    }

    /// Sets a variable of its environment.
    #[must_use]
    pub fn env(mut self, name: impl AsRef<OsStr>, value: impl AsRef<OsStr>) -> Self {
        self.environment
            .push((name.as_ref().to_owned(), value.as_ref().to_owned()));
        self
    }

    /// Keeps a variable of the test's environment from it.
    #[must_use]
    pub fn env_remove(mut self, name: impl AsRef<OsStr>) -> Self {
        self.without.push(name.as_ref().to_owned());
        self
    }

    fn command<'a>(&self, args: impl IntoIterator<Item = &'a str>) -> Command {
        let mut command = Command::new(&self.path);
        command.args(args).envs(self.environment.iter().cloned());
        for name in &self.without {
            command.env_remove(name);
        }
        command
    }

    /// Starts it and reads the port from its first line. Standard input stays open, as the engine holds it.
    ///
    /// # Errors
    ///
    /// When it cannot be started, or its first line does not come within ten seconds or is no port.
    pub fn start<'a>(&self, args: impl IntoIterator<Item = &'a str>) -> Result<Process, KitError> {
        let mut child = self
            .command(args)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .map_err(|error| KitError::System("start the provider", error))?;
        let input = child.stdin.take();
        let errors = collect(child.stderr.take());
        let (first_line, first) = channel();
        let (rest, output) = channel();
        let stdout = child.stdout.take();
        thread::spawn(move || {
            let Some(stdout) = stdout else { return };
            let mut reader = BufReader::new(stdout);
            let (mut line, mut text) = (String::new(), String::new());
            // A broken pipe ends the text like a closed one. Nobody listens after a timeout.
            let _ = reader.read_line(&mut line);
            let _ = first_line.send(line);
            let _ = reader.read_to_string(&mut text);
            let _ = rest.send(text);
        });
        let mut process = Process {
            child,
            port: 0,
            input,
            output,
            errors,
        };
        let line = first.recv_timeout(PATIENCE).unwrap_or_default();
        process.port = port(&line).ok_or_else(|| {
            // What it wrote last is complete only when it has ended.
            let _ = process.child.kill();
            KitError::NoPort {
                line: line.clone(),
                errors: process.errors.recv_timeout(PATIENCE).unwrap_or_default(),
            }
        })?;
        Ok(process)
    }

    /// Runs it to its end without input.
    ///
    /// # Errors
    ///
    /// When it cannot be started.
    pub fn run<'a>(&self, args: impl IntoIterator<Item = &'a str>) -> Result<End, KitError> {
        let output = self
            .command(args)
            .stdin(Stdio::null())
            .output()
            .map_err(|error| KitError::System("run the provider", error))?;
        Ok(End {
            code: output.status.code(),
            output: String::from_utf8_lossy(&output.stdout).into_owned(),
            errors: String::from_utf8_lossy(&output.stderr).into_owned(),
        })
    }
}

/// The port, which stands alone on its line.
fn port(line: &str) -> Option<u16> {
    let port = line.strip_suffix('\n')?.parse().ok()?;
    (port > 0).then_some(port)
}

fn collect(stream: Option<impl Read + Send + 'static>) -> Receiver<String> {
    let (sender, receiver) = channel();
    thread::spawn(move || {
        let mut bytes = Vec::new();
        if let Some(mut stream) = stream {
            // What came before an error is still worth showing.
            let _ = stream.read_to_end(&mut bytes);
        }
        let _ = sender.send(String::from_utf8_lossy(&bytes).into_owned());
    });
    receiver
}

/// A provider that runs as a process of its own. It is killed when this value goes.
#[derive(Debug)]
pub struct Process {
    child: Child,
    port: u16,
    input: Option<ChildStdin>,
    output: Receiver<String>,
    errors: Receiver<String>,
}

/// How a process ended.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct End {
    /// Its exit code; nothing if a signal ended it.
    pub code: Option<i32>,
    /// What it wrote to standard output, without the line of the port.
    pub output: String,
    /// What it wrote to standard error.
    pub errors: String,
}

impl Process {
    /// The port on 127.0.0.1 at which it listens.
    pub fn port(&self) -> u16 {
        self.port
    }

    /// Its number among the processes of the machine.
    pub fn id(&self) -> u32 {
        self.child.id()
    }

    /// Closes its standard input, as the end of the engine does.
    pub fn close_input(&mut self) {
        self.input = None;
    }

    /// Sends it a signal by name, such as `INT`.
    ///
    /// # Errors
    ///
    /// When the signal cannot be sent.
    #[cfg(unix)]
    pub fn signal(&self, name: &str) -> Result<(), KitError> {
        let sent = Command::new("kill")
            .args(["-s", name, &self.id().to_string()])
            .status()
            .map_err(|error| KitError::System("run `kill`", error))?;
        if sent.success() {
            Ok(())
        } else {
            Err(KitError::System(
                "send a signal",
                std::io::Error::other(sent.to_string()),
            ))
        }
    }

    /// Waits for its end; nothing if it still runs after this time.
    ///
    /// # Errors
    ///
    /// When the operating system does not tell.
    pub fn end(mut self, within: Duration) -> Result<Option<End>, KitError> {
        let deadline = Instant::now() + within;
        loop {
            let status = self.child.try_wait();
            let status = status.map_err(|error| KitError::System("wait for the provider", error))?;
            match status {
                Some(status) => {
                    return Ok(Some(End {
                        code: status.code(),
                        output: self.output.recv_timeout(PATIENCE).unwrap_or_default(),
                        errors: self.errors.recv_timeout(PATIENCE).unwrap_or_default(),
                    }));
                }
                None if Instant::now() >= deadline => return Ok(None),
                None => thread::sleep(TICK),
            }
        }
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        // Both fail only when it has ended already.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
