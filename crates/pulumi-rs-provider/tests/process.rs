//! The provider as a process, the way the engine starts and ends it.

#![allow(clippy::unwrap_used, reason = "all of this file is a test")]
#![cfg(unix)]

use std::io::{BufRead as _, BufReader, Read as _};
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdin, Command, Output, Stdio};
use std::sync::OnceLock;

use pulumi_rs_provider::proto::ProviderHandshakeRequest;
use pulumi_rs_provider::proto::resource_provider_client::ResourceProviderClient;

/// The binary of `examples/random.rs`. Cargo builds examples for a whole test run, but not when one test is asked for.
fn binary() -> &'static Path {
    static BINARY: OnceLock<PathBuf> = OnceLock::new();
    BINARY.get_or_init(|| {
        let built = Command::new(env!("CARGO"))
            .args([
                "build",
                "--example",
                "random",
                "--package",
                env!("CARGO_PKG_NAME"),
                "--message-format",
                "json",
            ])
            .output()
            .unwrap();
        assert!(
            built.status.success(),
            "{}",
            String::from_utf8_lossy(&built.stderr)
        );
        // One JSON object a line; only the line about the example has an executable.
        let lines = built
            .stdout
            .split(|byte| *byte == b'\n')
            .filter(|line| !line.is_empty());
        let mut messages = lines.map(|line| serde_json::from_slice::<serde_json::Value>(line).unwrap());
        messages
            .find_map(|message| message["executable"].as_str().map(PathBuf::from))
            .unwrap()
    })
}

struct Process {
    child: Child,
    port: u16,
    stdin: Option<ChildStdin>,
}

impl Process {
    /// Starts the provider and reads its first line.
    fn start(args: &[&str]) -> Self {
        let mut child = Command::new(binary())
            .args(args)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        let mut line = String::new();
        BufReader::new(child.stdout.as_mut().unwrap())
            .read_line(&mut line)
            .unwrap();
        let port = line.strip_suffix('\n').unwrap().parse().unwrap();
        let stdin = child.stdin.take();
        Self { child, port, stdin }
    }

    fn signal(&self, name: &str) {
        let sent = Command::new("kill")
            .args(["-s", name, &self.child.id().to_string()])
            .status()
            .unwrap();
        assert!(sent.success());
    }

    /// Waits for the end: the exit code, and all that was printed after the port and on standard error.
    fn end(mut self) -> (Option<i32>, String) {
        let code = self.child.wait().unwrap().code();
        let mut printed = String::new();
        self.child
            .stdout
            .take()
            .unwrap()
            .read_to_string(&mut printed)
            .unwrap();
        self.child
            .stderr
            .take()
            .unwrap()
            .read_to_string(&mut printed)
            .unwrap();
        (code, printed)
    }
}

/// A failed test leaves nothing behind.
impl Drop for Process {
    fn drop(&mut self) {
        let _ = self.child.kill();
    }
}

async fn handshake(port: u16) {
    let mut client = ResourceProviderClient::connect(format!("http://127.0.0.1:{port}"))
        .await
        .unwrap();
    let reply = client
        .handshake(ProviderHandshakeRequest::default())
        .await
        .unwrap();
    assert!(reply.into_inner().accept_secrets);
}

fn run(args: &[&str]) -> Output {
    Command::new(binary())
        .args(args)
        .stdin(Stdio::null())
        .output()
        .unwrap()
}

#[tokio::test]
async fn it_serves_with_and_without_an_engine_and_ends_well_on_signals() {
    let address = "127.0.0.1:9";
    for args in [
        &[][..],
        &[address],
        &[
            "--logtostderr",
            "-v=9",
            "--tracing",
            "http://127.0.0.1:9",
            address,
        ],
        &["--flag-of-a-newer-engine", address],
    ] {
        for signal in ["INT", "TERM"] {
            let process = Process::start(args);
            // The connection stays open over the end, as the engine's does.
            handshake(process.port).await;
            process.signal(signal);
            assert_eq!(process.end(), (Some(0), String::new()), "{args:?} {signal}");
        }
    }
}

#[tokio::test]
async fn it_ends_with_its_engine() {
    let mut process = Process::start(&["127.0.0.1:9"]);
    handshake(process.port).await;
    drop(process.stdin.take());
    assert_eq!(process.end(), (Some(0), String::new()));
}

#[tokio::test]
async fn in_attach_mode_a_closed_input_means_nothing() {
    let mut process = Process::start(&[]);
    drop(process.stdin.take());
    handshake(process.port).await;
    handshake(process.port).await;
    process.signal("INT");
    assert_eq!(process.end().0, Some(0));
}

#[test]
fn a_wrong_command_line_is_an_error() {
    for (args, message) in [
        (
            &["a:1", "b:2"][..],
            "error: expected at most one argument, the address of the engine, and got 2\n",
        ),
        (
            &["not an address"],
            "error: the engine's address `not an address` is not of the form `host:port`\n",
        ),
    ] {
        let output = run(args);
        assert_eq!(output.status.code(), Some(1));
        assert_eq!(
            (
                output.stdout.as_slice(),
                String::from_utf8_lossy(&output.stderr).as_ref()
            ),
            (&b""[..], message)
        );
    }
}

#[test]
fn it_says_what_it_is() {
    let output = |args: &[&str]| {
        let output = run(args);
        assert!(output.status.success() && output.stderr.is_empty());
        String::from_utf8(output.stdout).unwrap()
    };
    assert_eq!(output(&["--version"]), "random-text 0.1.0\n");
    assert!(output(&["--help"]).contains("pulumi-resource-random-text [ENGINE_ADDRESS]"));
    let schema: serde_json::Value = serde_json::from_str(&output(&["--schema"])).unwrap();
    assert_eq!(
        schema["resources"]["random-text:index:Text"]["properties"]["result"]["secret"],
        true
    );
    assert_eq!(
        schema["provider"]["requiredInputs"],
        serde_json::json!(["alphabet"])
    );
}

#[test]
fn the_readme_shows_the_example() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR"));
    let read = |path| std::fs::read_to_string(folder.join(path)).unwrap();
    let example = read("examples/greeting.rs");
    let code = example.split_once("\n\n").unwrap().1;
    assert!(
        read("README.md").contains(&format!("```rust,no_run\n{code}```\n")),
        "README.md and examples/greeting.rs differ"
    );
}
