//! The client against servers that no sandbox would be: unreachable, untrusted, endless, elsewhere.

use std::sync::Arc;
use std::time::Duration;

use crate::support::{FakeTimer, client, company_key, hurried};
use descope_client::{Client, Effect, Error, Operation, Problem, Timings};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};

/// Answers each connection with these bytes, and collects what was asked.
async fn serve(reply: &'static [u8]) -> (String, tokio::sync::mpsc::UnboundedReceiver<String>) {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    let (asked, requests) = tokio::sync::mpsc::unbounded_channel();
    tokio::spawn(async move {
        loop {
            let (mut stream, _) = listener.accept().await.unwrap();
            asked.send(read_head(&mut stream).await).unwrap();
            // The client may stop listening before all is written.
            let _ = stream.write_all(reply).await;
            let _ = stream.shutdown().await;
        }
    });
    (url, requests)
}

async fn read_head(stream: &mut TcpStream) -> String {
    let mut head = Vec::new();
    while !head.windows(4).any(|part| part == b"\r\n\r\n") {
        head.push(stream.read_u8().await.unwrap());
    }
    String::from_utf8(head).unwrap().to_ascii_lowercase()
}

#[tokio::test]
async fn requests_carry_what_the_contract_asks() {
    let (url, mut requests) = serve(b"HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\n{}").await;
    let client = hurried(&format!("{url}/base/"), Timings::default());
    assert_eq!(client.list().await, Ok(Vec::new()));
    let head = requests.recv().await.unwrap();
    assert!(
        head.starts_with("get /base/v1/mgmt/managementkey/search http/1.1\r\n"),
        "{head}"
    );
    let agent = concat!("\r\nuser-agent: descope-keys/", env!("CARGO_PKG_VERSION"), "\r\n");
    for line in [agent, "\r\nauthorization: bearer k2sandbox"] {
        assert!(head.contains(line), "{head}");
    }
}

#[tokio::test]
async fn nobody_there_means_nothing_happened() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    drop(listener);
    let timer = Arc::new(FakeTimer::default());
    let client = client(&url, Timings::default(), timer.clone());
    let error = client.create(&company_key("ci")).await.unwrap_err();
    assert!(matches!(error, Error::Unreachable { .. }), "{error:?}");
    // Even a create is tried again, for it never left.
    assert_eq!((error.effect(), timer.sleeps().len()), (Effect::None, 5));
}

#[tokio::test]
async fn a_redirect_is_not_followed() {
    let (elsewhere, mut followed) = serve(b"HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\n{}").await;
    let reply =
        format!("HTTP/1.1 307 Temporary Redirect\r\nlocation: {elsewhere}\r\ncontent-length: 0\r\n\r\n");
    let (url, _requests) = serve(reply.leak().as_bytes()).await;
    let client = hurried(&url, Timings::default());
    let expected = Error::Unanswered {
        operation: Operation::List,
        problem: Problem::Redirected { status: 307 },
    };
    assert_eq!(client.list().await, Err(expected));
    assert!(followed.try_recv().is_err());
}

#[tokio::test]
async fn an_endless_reply_is_cut_off() {
    let mut reply = b"HTTP/1.1 200 OK\r\n\r\n".to_vec();
    reply.resize(17 * 1024 * 1024, b' ');
    let (url, _requests) = serve(reply.leak()).await;
    let client = hurried(&url, Timings::default());
    let expected = Problem::TooLarge {
        limit: 16 * 1024 * 1024,
    };
    assert_eq!(
        client.list().await,
        Err(Error::Unanswered {
            operation: Operation::List,
            problem: expected
        })
    );
}

#[tokio::test]
async fn a_web_page_does_not_say_that_a_key_is_gone() {
    let page = b"HTTP/1.1 404 Not Found\r\ncontent-type: text/html\r\ncontent-length: 6\r\n\r\n<html>";
    let (url, _requests) = serve(page).await;
    let client = hurried(&url, Timings::default());
    let id = descope_client::KeyId::new("MK1").unwrap();
    assert!(matches!(client.read(&id).await, Err(Error::Refused(_))));
    assert!(matches!(client.delete(&id).await, Err(Error::Refused(_))));
}

#[tokio::test]
async fn a_body_that_stalls_times_out() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    let server = tokio::spawn(async move {
        let mut open = Vec::new();
        loop {
            let (mut stream, _) = listener.accept().await.unwrap();
            read_head(&mut stream).await;
            let part = b"HTTP/1.1 200 OK\r\ncontent-length: 99\r\n\r\n{\"id\":\"MK7\",";
            stream.write_all(part).await.unwrap();
            open.push(stream);
        }
    });
    let timings = Timings {
        read: Duration::from_millis(100),
        ..Timings::default()
    };
    let client = hurried(&url, timings);
    // Long before the limit for the whole sending, which is a minute.
    let creating = tokio::time::timeout(Duration::from_secs(20), async {
        client.create(&company_key("ci")).await
    });
    let error = creating.await.unwrap().unwrap_err();
    let Error::OutcomeUnknown {
        id: Some(id),
        problem: Problem::Timeout,
        ..
    } = &error
    else {
        panic!("{error:?}")
    };
    assert_eq!((id.as_str(), error.effect()), ("MK7", Effect::Happened));
    server.abort();
}

#[tokio::test]
async fn a_service_that_never_answers_times_out() {
    let (url, _open) = silent_server().await;
    let timings = Timings {
        read: Duration::from_millis(100),
        ..Timings::default()
    };
    let error = quickly(&hurried(&url, timings)).await;
    // It was sent, so nothing is certain.
    assert!(
        matches!(
            &error,
            Error::OutcomeUnknown {
                problem: Problem::Timeout,
                ..
            }
        ),
        "{error:?}"
    );
}

#[tokio::test]
async fn a_handshake_that_stalls_means_nothing_happened() {
    let (url, _open) = silent_server().await;
    let timings = Timings {
        connect: Duration::from_millis(100),
        ..Timings::default()
    };
    let error = quickly(&hurried(&url.replace("http:", "https:"), timings)).await;
    assert!(matches!(&error, Error::Unreachable { .. }), "{error:?}");
}

/// Accepts connections and says nothing, for as long as the task is not dropped.
async fn silent_server() -> (String, tokio::task::JoinHandle<()>) {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    let accepting = tokio::spawn(async move {
        let mut open = Vec::new();
        loop {
            open.push(listener.accept().await.unwrap());
        }
    });
    (url, accepting)
}

/// The error of a create that must end long before the limit for the whole sending, which is a minute.
async fn quickly(client: &Client) -> Error {
    let key = company_key("ci");
    let creating = tokio::time::timeout(Duration::from_secs(30), client.create(&key));
    creating.await.unwrap().unwrap_err()
}

#[tokio::test]
async fn the_user_agent_can_be_replaced() {
    let (url, mut requests) = serve(b"HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\n{}").await;
    let client = Client::from_env(|name| match name {
        "DESCOPE_MANAGEMENT_KEY" => Some("K2x".to_owned()),
        "DESCOPE_BASE_URL" => Some(url.clone()),
        "DESCOPE_USER_AGENT" => Some("inventory/7".to_owned()),
        _ => None,
    });
    client.unwrap().build().unwrap().list().await.unwrap();
    let head = requests.recv().await.unwrap();
    assert!(head.contains("\r\nuser-agent: inventory/7\r\n"), "{head}");
}

#[test]
fn unsendable_keys_are_refused_before_any_call() {
    for key in ["", " \n", "K2 x", "K2\nx", "K2é"] {
        let built = Client::builder(key.into()).build();
        assert_eq!(built.map(|_| ()), Err(Error::InvalidManagementKey), "{key:?}");
    }
    let client = Client::builder("K2x\n".into()).build().unwrap();
    assert_eq!(
        format!("{client:?}"),
        r#"Client { base_url: "https://api.descope.com", .. }"#
    );
}
