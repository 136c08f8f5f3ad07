//! A provider's binary as a process, started the way the engine starts it.

use std::env;
use std::ffi::{OsStr, OsString};
use std::io::{self, BufRead as _, BufReader, Read};
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdin, Command, Stdio};
use std::sync::mpsc::channel;
use std::thread::{self, JoinHandle};
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

    /// The binary of an example of the crate under test. It is built first: Cargo builds examples for a whole test run, but not when one
    /// test is asked for.
    ///
    /// # Errors
    ///
    /// When this is no test that Cargo runs, or the example does not compile.
    pub fn example(name: &str) -> Result<Self, KitError> {
        let variable = |name: &str| {
            let missing = |error| KitError::System("find Cargo", io::Error::other(error));
            env::var(name).map_err(missing)
        };
        let built = Command::new(variable("CARGO")?)
            .args(["build", "--message-format", "json", "--example", name])
            .args(["--package", &variable("CARGO_PKG_NAME")?])
            .output()
            .map_err(|error| KitError::System("run Cargo", error))?;
        // One JSON object a line; of these only the one about the example has an executable.
        let lines = String::from_utf8_lossy(&built.stdout);
        let messages = lines.lines().filter_map(|line| serde_json::from_str(line).ok());
        let mut path = messages
            .filter_map(|message: serde_json::Value| Some(message["executable"].as_str()?.to_owned()));
        path.next().map(Self::new).ok_or_else(|| {
            let errors = String::from_utf8_lossy(&built.stderr).into_owned();
            KitError::System("build the example", io::Error::other(errors))
        })
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
        let stdout = child.stdout.take();
        let output = thread::spawn(move || {
            let Some(stdout) = stdout else {
                return String::new();
            };
            let mut reader = BufReader::new(stdout);
            let (mut line, mut text) = (String::new(), String::new());
            // A broken pipe ends the text like a closed one. Nobody listens after a timeout.
            let _ = reader.read_line(&mut line);
            let _ = first_line.send(line);
            let _ = reader.read_to_string(&mut text);
            text
        });
        let mut process = Process {
            child,
            port: 0,
            input,
            output: Some(output),
            errors: Some(errors),
        };
        let line = first.recv_timeout(PATIENCE).unwrap_or_default();
        process.port = port(&line).ok_or_else(|| {
            // What it wrote last is complete only when it has ended.
            let _ = process.child.kill();
            KitError::NoPort {
                line: line.clone(),
                errors: text(&mut process.errors),
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

/// Reads a stream to its end.
fn collect(stream: Option<impl Read + Send + 'static>) -> JoinHandle<String> {
    thread::spawn(move || {
        let mut bytes = Vec::new();
        if let Some(mut stream) = stream {
            // What came before an error is still worth showing.
            let _ = stream.read_to_end(&mut bytes);
        }
        String::from_utf8_lossy(&bytes).into_owned()
    })
}

/// What was read from a stream of a process that has ended.
fn text(reader: &mut Option<JoinHandle<String>>) -> String {
    let text = reader.take().and_then(|reader| reader.join().ok());
    text.unwrap_or_default()
}

/// A provider that runs as a process of its own. It is killed when this value goes.
#[derive(Debug)]
pub struct Process {
    child: Child,
    port: u16,
    input: Option<ChildStdin>,
    output: Option<JoinHandle<String>>,
    errors: Option<JoinHandle<String>>,
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
                io::Error::other(sent.to_string()),
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
                        output: text(&mut self.output),
                        errors: text(&mut self.errors),
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
