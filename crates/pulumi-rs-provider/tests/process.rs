//! The provider as a process, the way the engine starts and ends it.

#![allow(clippy::unwrap_used, reason = "all of this file is a test")]
#![cfg(unix)]

use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::OnceLock;
use std::time::Duration;

use pulumi_rs_provider::proto::ProviderHandshakeRequest;
use pulumi_rs_provider::testing::{Binary, End, Process, dial};

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

/// The provider's end, which must come by itself.
fn end(process: Process) -> End {
    process.end(Duration::from_secs(30)).unwrap().unwrap()
}

/// Ended as it should, with nothing said.
fn well() -> End {
    End {
        code: Some(0),
        output: String::new(),
        errors: String::new(),
    }
}

async fn handshake(process: &Process) {
    let mut client = dial(&format!("127.0.0.1:{}", process.port())).await.unwrap();
    let reply = client
        .handshake(ProviderHandshakeRequest::default())
        .await
        .unwrap();
    assert!(reply.into_inner().accept_secrets);
}

fn start(args: &[&str]) -> Process {
    Binary::new(binary()).start(args.iter().copied()).unwrap()
}

fn run(args: &[&str]) -> End {
    Binary::new(binary()).run(args.iter().copied()).unwrap()
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
            let process = start(args);
            // The connection stays open over the end, as the engine's does.
            handshake(&process).await;
            process.signal(signal).unwrap();
            assert_eq!(end(process), well(), "{args:?} {signal}");
        }
    }
}

#[tokio::test]
async fn it_ends_with_its_engine() {
    let mut process = start(&["127.0.0.1:9"]);
    handshake(&process).await;
    process.close_input();
    assert_eq!(end(process), well());
}

#[tokio::test]
async fn in_attach_mode_a_closed_input_means_nothing() {
    let mut process = start(&[]);
    process.close_input();
    handshake(&process).await;
    handshake(&process).await;
    process.signal("INT").unwrap();
    assert_eq!(end(process).code, Some(0));
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
        let expected = End {
            code: Some(1),
            output: String::new(),
            errors: message.to_owned(),
        };
        assert_eq!(run(args), expected);
    }
}

#[test]
fn it_says_what_it_is() {
    let output = |args: &[&str]| {
        let end = run(args);
        assert_eq!((end.code, end.errors.as_str()), (Some(0), ""));
        end.output
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
