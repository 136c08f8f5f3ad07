//! Connections that a fault can cut: the one thing an HTTP handler cannot do by itself.

use std::io;
use std::net::SocketAddr;
use std::pin::{Pin, pin};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::task::{Context, Poll};

use axum::Router;
use axum::extract::ConnectInfo;
use axum::http::Request;
use axum::serve::Listener;
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper::service::{Service as _, service_fn};
use hyper_util::rt::TokioIo;
use hyper_util::server::graceful::GracefulShutdown;
use hyper_util::service::TowerToHyperService;
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::net::{TcpListener, TcpStream};

/// Serves until `stopped` ends, and returns when the requests then under way are answered.
///
/// Not by `axum::serve`, which looks at the first bytes of each connection for HTTP/2: hyper then doubles the buffer
/// that it reads into, and a thousand connections take 8 MiB more.
pub(crate) async fn serve(mut listener: TcpListener, router: Router, stopped: impl Future<Output = ()>) {
    let http = http1::Builder::new();
    let connections = GracefulShutdown::new();
    let router = TowerToHyperService::new(router);
    let mut stopped = pin!(stopped);
    loop {
        let (stream, address) = tokio::select! {
            // Axum's way to accept waits and tries again when it fails.
            accepted = Listener::accept(&mut listener) => accepted,
            () = &mut stopped => break,
        };
        let cut = Arc::new(AtomicBool::new(false));
        let peer = Peer {
            address,
            cut: Arc::clone(&cut),
        };
        let router = router.clone();
        let answer = service_fn(move |mut request: Request<Incoming>| {
            request.extensions_mut().insert(ConnectInfo(peer.clone()));
            router.call(request)
        });
        let connection = TokioIo::new(Connection { stream, cut });
        let serving = connections.watch(http.serve_connection(connection, answer));
        tokio::spawn(async move {
            // It fails when the peer goes away, which is nothing to anybody else.
            let _ = serving.await;
        });
    }
    drop(listener);
    connections.shutdown().await;
}

/// A TCP stream that fails to write once it is cut.
pub(crate) struct Connection {
    stream: TcpStream,
    cut: Arc<AtomicBool>,
}

/// What a handler knows of the connection it serves.
#[derive(Debug, Clone)]
pub(crate) struct Peer {
    address: SocketAddr,
    cut: Arc<AtomicBool>,
}

impl Peer {
    pub(crate) fn address(&self) -> SocketAddr {
        self.address
    }

    /// Resets the connection instead of letting the reply out.
    pub(crate) fn cut(&self) {
        self.cut.store(true, Ordering::Release);
    }
}

impl Connection {
    fn check(&self) -> io::Result<()> {
        if self.cut.load(Ordering::Acquire) {
            // Without lingering, closing sends a reset, as when a machine on the way dies. Where that cannot be
            // set, the peer sees an orderly end, which is as good a lost reply.
            let _ = self.stream.set_zero_linger();
            return Err(io::ErrorKind::ConnectionReset.into());
        }
        Ok(())
    }
}

impl AsyncRead for Connection {
    fn poll_read(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_read(cx, buffer)
    }
}

impl AsyncWrite for Connection {
    fn poll_write(mut self: Pin<&mut Self>, cx: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        self.check()?;
        Pin::new(&mut self.stream).poll_write(cx, bytes)
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_flush(cx)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_shutdown(cx)
    }
}
