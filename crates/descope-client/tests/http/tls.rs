//! Whom the client trusts with the calling key: certificates, names and proxies, as the environment sets them.
//!
//! The environment belongs to all tests of a process, so each case runs in a process of its own, which is this
//! same test with variables set.

use std::sync::Arc;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use descope_client::Timings;
use rcgen::{BasicConstraints, CertificateParams, CertifiedIssuer, IsCa, KeyPair};
use tokio::io::{AsyncReadExt, AsyncWriteExt, copy_bidirectional};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::mpsc::{UnboundedReceiver, unbounded_channel};
use tokio_rustls::TlsAcceptor;
use tokio_rustls::rustls::{ServerConfig, crypto::ring, pki_types::PrivateKeyDer};

use crate::support::hurried;

/// Names the URL to call, in the process that is to call it.
const URL: &str = "DESCOPE_CLIENT_TEST_URL";

const ANSWER: &[u8] = b"HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\n{}";

#[tokio::test]
async fn only_a_trusted_certificate_of_the_right_name_gets_a_request() {
    if call_when_asked().await {
        return;
    }
    const TEST: &str = "tls::only_a_trusted_certificate_of_the_right_name_gets_a_request";
    let folder = tempfile::tempdir().unwrap();
    let [ours, others] = [authority(), authority()];
    let [ours_file, others_file] = [("ours", &ours), ("others", &others)].map(|(name, authority)| {
        let file = folder.path().join(name);
        std::fs::write(&file, pem(authority)).unwrap();
        file
    });
    let (port, mut asked) = tls_server(&ours, "localhost").await;
    for (host, roots, expected) in [
        ("localhost", Some(&ours_file), "Ok([])"),
        ("localhost", Some(&others_file), "invalid peer certificate"),
        // Without a word about roots, those of the system count, which do not know ours.
        ("localhost", None, "invalid peer certificate"),
        ("127.0.0.1", Some(&ours_file), "not valid for name"),
    ] {
        let roots = roots.map(|file| ("SSL_CERT_FILE", file.display().to_string()));
        let said = outcome(
            TEST,
            format!("https://{host}:{port}"),
            roots.into_iter().collect(),
        )
        .await;
        assert!(said.contains(expected), "{host}: {said}");
        assert_eq!(asked.try_recv().is_ok(), expected == "Ok([])", "{host}: {said}");
    }
}

#[tokio::test]
async fn a_proxy_is_used_for_the_service_and_sees_no_key() {
    if call_when_asked().await {
        return;
    }
    const TEST: &str = "tls::a_proxy_is_used_for_the_service_and_sees_no_key";
    let folder = tempfile::tempdir().unwrap();
    let authority = authority();
    let file = folder.path().join("roots");
    std::fs::write(&file, pem(&authority)).unwrap();
    let (port, mut asked) = tls_server(&authority, "api.descope.test").await;
    for (variable, exempt, answer, expected) in [
        ("HTTPS_PROXY", "", "200 OK", "Ok([])"),
        ("https_proxy", "", "200 OK", "Ok([])"),
        ("ALL_PROXY", "", "200 OK", "Ok([])"),
        (
            "HTTPS_PROXY",
            "",
            "407 Proxy Authentication Required",
            "Unreachable",
        ),
        // Not by the proxy, and by no other way is there such a host.
        ("HTTPS_PROXY", ".descope.test", "200 OK", "Unreachable"),
        ("HTTP_PROXY", "", "200 OK", "Unreachable"),
    ] {
        let (proxy, mut tunnels) = proxy_to(port, answer).await;
        let variables = vec![
            (variable, proxy),
            ("NO_PROXY", exempt.to_owned()),
            ("SSL_CERT_FILE", file.display().to_string()),
        ];
        let said = outcome(TEST, "https://api.descope.test".to_owned(), variables).await;
        assert!(said.contains(expected), "{variable}, {exempt}, {answer}: {said}");
        assert_eq!(asked.try_recv().is_ok(), expected == "Ok([])", "{said}");
        match tunnels.try_recv() {
            Ok(head) => {
                assert!(
                    head.starts_with("connect api.descope.test:443 http/1.1\r\n"),
                    "{head}"
                );
                assert!(!head.contains("authorization"), "{head}");
            }
            Err(_) => assert_eq!(expected, "Unreachable"),
        }
    }
}

#[tokio::test]
async fn a_proxy_does_not_see_calls_to_this_machine() {
    if call_when_asked().await {
        return;
    }
    const TEST: &str = "tls::a_proxy_does_not_see_calls_to_this_machine";
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    let server = tokio::spawn(async move {
        let (mut stream, _) = listener.accept().await.unwrap();
        read_head(&mut stream).await;
        stream.write_all(ANSWER).await.unwrap();
    });
    let (proxy, mut proxied) = proxy_to(0, "502 Bad Gateway").await;
    let variables = ["HTTP_PROXY", "http_proxy", "ALL_PROXY"].map(|name| (name, proxy.clone()));
    let said = outcome(TEST, url, variables.to_vec()).await;
    assert!(said.contains("Ok([])"), "{said}");
    assert!(proxied.try_recv().is_err());
    server.await.unwrap();
}

/// In the process that is to call: lists the keys, prints the outcome, and says so.
#[expect(clippy::print_stdout, reason = "the test in the other process reads it there")]
async fn call_when_asked() -> bool {
    let Ok(url) = std::env::var(URL) else {
        return false;
    };
    let listed = hurried(&url, Timings::default()).list().await;
    println!("outcome: {listed:?}");
    true
}

/// What a process of its own, which runs this test with these variables, makes of a call.
async fn outcome(test: &'static str, url: String, variables: Vec<(&'static str, String)>) -> String {
    let calling = tokio::task::spawn_blocking(move || {
        let mut command = std::process::Command::new(std::env::current_exe().unwrap());
        command.args(["--exact", test, "--nocapture"]);
        let proxies = ["HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "NO_PROXY"];
        for name in proxies
            .map(str::to_owned)
            .into_iter()
            .chain(proxies.map(str::to_lowercase))
        {
            command.env_remove(name);
        }
        for name in ["SSL_CERT_FILE", "SSL_CERT_DIR"] {
            command.env_remove(name);
        }
        command.env(URL, url).envs(variables).output().unwrap()
    });
    String::from_utf8(calling.await.unwrap().stdout).unwrap()
}

type Authority = CertifiedIssuer<'static, KeyPair>;

fn authority() -> Authority {
    let mut params = CertificateParams::default();
    params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    CertifiedIssuer::self_signed(params, KeyPair::generate().unwrap()).unwrap()
}

fn pem(authority: &Authority) -> String {
    let body = STANDARD.encode(authority.der());
    format!("-----BEGIN CERTIFICATE-----\n{body}\n-----END CERTIFICATE-----\n")
}

/// Answers each request that gets through TLS, and tells that it came.
async fn tls_server(authority: &Authority, name: &str) -> (u16, UnboundedReceiver<()>) {
    let key = KeyPair::generate().unwrap();
    let params = CertificateParams::new(vec![name.to_owned()]).unwrap();
    let certificate = params.signed_by(&key, authority).unwrap();
    let config = ServerConfig::builder_with_provider(Arc::new(ring::default_provider()))
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_no_client_auth()
        .with_single_cert(
            vec![certificate.der().clone()],
            PrivateKeyDer::try_from(key.serialize_der()).unwrap(),
        )
        .unwrap();
    let acceptor = TlsAcceptor::from(Arc::new(config));
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let port = listener.local_addr().unwrap().port();
    let (ask, asked) = unbounded_channel();
    tokio::spawn(async move {
        loop {
            let (stream, _) = listener.accept().await.unwrap();
            let Ok(mut stream) = acceptor.accept(stream).await else {
                continue;
            };
            read_head(&mut stream).await;
            ask.send(()).unwrap();
            stream.write_all(ANSWER).await.unwrap();
            // The client may close first.
            let _ = stream.shutdown().await;
        }
    });
    (port, asked)
}

/// A proxy that answers each CONNECT so, and leads to this port of this machine wherever it is asked to.
async fn proxy_to(port: u16, answer: &'static str) -> (String, UnboundedReceiver<String>) {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    let (ask, asked) = unbounded_channel();
    tokio::spawn(async move {
        loop {
            let (mut client, _) = listener.accept().await.unwrap();
            // Only the test's end takes the receiver away.
            let _ = ask.send(read_head(&mut client).await);
            let head = format!("HTTP/1.1 {answer}\r\n\r\n");
            client.write_all(head.as_bytes()).await.unwrap();
            if answer.starts_with("200") {
                let mut server = TcpStream::connect(("127.0.0.1", port)).await.unwrap();
                let _ = copy_bidirectional(&mut client, &mut server).await;
            }
        }
    });
    (url, asked)
}

async fn read_head(stream: &mut (impl AsyncReadExt + Unpin)) -> String {
    let mut head = Vec::new();
    while !head.windows(4).any(|part| part == b"\r\n\r\n") {
        head.push(stream.read_u8().await.unwrap());
    }
    String::from_utf8(head).unwrap().to_ascii_lowercase()
}
