//! The command, as a process.

use std::io::{BufRead, BufReader, Read as _, Write as _};
use std::net::TcpStream;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use descope_sandbox::DEMO_KEY;
use serde_json::{Value, json};

use crate::support::Caller;

/// A running command, which is killed when a test fails.
struct Running(Child);

impl Drop for Running {
    fn drop(&mut self) {
        // It has ended already when the test passed.
        let _ = self.0.kill();
        // Until it is gone it holds the state file.
        let _ = self.0.wait();
    }
}

fn command(arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_descope-sandbox"));
    command.args(arguments).env_remove("DESCOPE_SANDBOX_KEY");
    command
}

/// Starts it and reads from its first line where it listens.
fn start(command: &mut Command) -> (Running, String) {
    let mut running = Running(command.stdout(Stdio::piped()).spawn().unwrap());
    let mut line = String::new();
    BufReader::new(running.0.stdout.take().unwrap())
        .read_line(&mut line)
        .unwrap();
    let url = line
        .trim_end()
        .strip_prefix("listening on ")
        .unwrap_or_else(|| panic!("{line}"))
        .to_owned();
    assert!(url.starts_with("http://127.0.0.1:"), "{url}");
    (running, url)
}

async fn may_call(url: &str, key: &str) -> bool {
    let caller = Caller::new(url, format!("Bearer {key}"));
    caller.send("GET /v1/mgmt/license", &Value::Null).await.0 == 200
}

#[tokio::test]
async fn it_announces_itself_and_ends_well_when_told_to() {
    for signal in ["-INT", "-TERM"] {
        let (mut running, url) = start(&mut command(&[]));
        assert!(may_call(&url, DEMO_KEY).await);
        let kill = Command::new("kill")
            .args([signal, &running.0.id().to_string()])
            .status()
            .unwrap();
        assert!(kill.success());
        assert_eq!(running.0.wait().unwrap().code(), Some(0), "{signal}");
    }
}

/// Begins a create on a connection of its own, but keeps back the end of its body.
fn half_a_request(url: &str) -> TcpStream {
    let mut stream = TcpStream::connect(url.strip_prefix("http://").unwrap()).unwrap();
    let head = format!(
        "PUT /v1/mgmt/managementkey HTTP/1.1\r\nhost: here\r\nauthorization: Bearer {DEMO_KEY}\r\ncontent-length: 12\r\n\r\n"
    );
    stream.write_all(head.as_bytes()).unwrap();
    stream.write_all(br#"{"name":"#).unwrap();
    // Nothing tells that it has come.
    std::thread::sleep(Duration::from_millis(300));
    stream
}

fn terminate(running: &Running) {
    let status = Command::new("kill")
        .args(["-TERM", &running.0.id().to_string()])
        .status();
    assert!(status.unwrap().success());
}

#[test]
fn what_is_under_way_is_answered_before_it_ends() {
    let (mut running, url) = start(&mut command(&[]));
    let mut stream = half_a_request(&url);
    terminate(&running);
    std::thread::sleep(Duration::from_millis(300));
    assert_eq!(running.0.try_wait().unwrap(), None, "it waits for the request");
    assert!(
        TcpStream::connect(url.strip_prefix("http://").unwrap()).is_err(),
        "and takes no other"
    );
    stream.write_all(br#""n"}"#).unwrap();
    let mut reply = String::new();
    stream.read_to_string(&mut reply).unwrap();
    assert!(
        reply.starts_with("HTTP/1.1 200 OK\r\n") && reply.contains("cleartext"),
        "{reply}"
    );
    assert_eq!(running.0.wait().unwrap().code(), Some(0));
}

#[test]
fn who_never_ends_a_request_does_not_keep_it_from_ending() {
    let (mut running, url) = start(&mut command(&[]));
    let _stream = half_a_request(&url);
    let told = Instant::now();
    terminate(&running);
    assert_eq!(running.0.wait().unwrap().code(), Some(0));
    // The grace is ten seconds.
    assert!(told.elapsed() < Duration::from_secs(20), "{:?}", told.elapsed());
}

#[test]
fn a_state_file_belongs_to_one_sandbox() {
    let folder = tempfile::tempdir().unwrap();
    let state = folder.path().join("state");
    let arguments = ["--state", state.to_str().unwrap()];
    let (first, _) = start(&mut command(&arguments));
    let second = command(&arguments).output().unwrap();
    let error = String::from_utf8(second.stderr).unwrap();
    assert_eq!(second.status.code(), Some(2));
    assert!(
        error.starts_with("error: cannot open the state file") && error.lines().count() == 1,
        "{error}"
    );
    // A killed one does not keep it.
    drop(first);
    start(&mut command(&arguments));
}

#[tokio::test]
async fn keys_come_from_each_source_and_replace_the_demo_key() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("keys");
    std::fs::write(&file, "# calling keys\nK2one\n\n K2two \n").unwrap();
    let arguments = ["--key", "K2zero", "--key-file", file.to_str().unwrap()];
    let (_running, url) = start(command(&arguments).env("DESCOPE_SANDBOX_KEY", "K2three\n"));
    for key in ["K2zero", "K2one", "K2two", "K2three"] {
        assert!(may_call(&url, key).await, "{key}");
    }
    assert!(!may_call(&url, DEMO_KEY).await);
}

#[tokio::test]
async fn faults_and_keys_come_from_files() {
    let folder = tempfile::tempdir().unwrap();
    let faults = folder.path().join("faults.json");
    std::fs::write(&faults, r#"[{"kind": "status", "status": 503}]"#).unwrap();
    let state = folder.path().join("state");
    let arguments = [
        "--faults",
        faults.to_str().unwrap(),
        "--state",
        state.to_str().unwrap(),
    ];
    let (_running, url) = start(&mut command(&arguments));
    let caller = Caller::new(url, format!("Bearer {DEMO_KEY}"));
    let body = json!({"name": "n"});
    assert_eq!(
        caller.fail("PUT /v1/mgmt/managementkey", body.clone()).await.0,
        503
    );
    caller.succeed("PUT /v1/mgmt/managementkey", body).await;
    // A crash, not an orderly end: what was answered is stored all the same.
    drop(_running);
    let (_running, url) = start(&mut command(&["--state", state.to_str().unwrap()]));
    let keys = Caller::new(url, "")
        .succeed("GET /_sandbox/keys", Value::Null)
        .await;
    assert_eq!(keys["keys"][0]["name"], "n");
}

#[test]
fn what_it_cannot_do_is_said_on_one_line_without_a_secret() {
    let folder = tempfile::tempdir().unwrap();
    let empty = folder.path().join("empty");
    std::fs::write(&empty, "").unwrap();
    let (empty, folder) = (empty.to_str().unwrap(), folder.path().to_str().unwrap());
    for (arguments, message) in [
        (
            vec!["--key", "K2hidden", "--listen", "0.0.0.0:0"],
            "--listen-beyond-loopback",
        ),
        // With these words it tries: no machine has this address, which is for documentation.
        (
            vec![
                "--key",
                "K2hidden",
                "--listen",
                "192.0.2.1:0",
                "--listen-beyond-loopback",
            ],
            "cannot listen on `192.0.2.1:0`",
        ),
        (
            vec!["--key", "K2hidden", "--state", folder],
            "cannot open the state file",
        ),
        (vec!["--key", "K2hidden", "--faults", empty], "EOF"),
        (vec!["--key-file", empty], "there is no calling key"),
        (vec!["--key-file", "/nowhere/at/all"], "/nowhere/at/all"),
    ] {
        let output = command(&arguments).output().unwrap();
        let error = String::from_utf8(output.stderr).unwrap();
        assert_eq!(output.status.code(), Some(2), "{arguments:?}");
        assert!(error.starts_with("error: ") && error.contains(message), "{error}");
        assert!(
            error.lines().count() == 1 && !error.contains("K2hidden"),
            "{error}"
        );
    }
}
