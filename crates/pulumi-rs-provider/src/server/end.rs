//! Why a process ends: it is told to, or the engine is gone.

use std::future::Future;
use std::io;
use std::time::Duration;

use tokio::sync::oneshot;
use tonic::Code;
use tonic::transport::Endpoint;
use tonic_health::pb::HealthCheckRequest;
use tonic_health::pb::health_client::HealthClient;

/// How long an engine may take to answer that it is alive.
const PATIENCE: Duration = Duration::from_secs(30);

/// Ends when the operating system asks the process to end. The handlers are in place when this returns.
#[cfg(unix)]
pub(super) fn interruption() -> io::Result<impl Future<Output = ()> + Send> {
    use tokio::signal::unix::{SignalKind, signal};

    let mut interrupt = signal(SignalKind::interrupt())?;
    let mut terminate = signal(SignalKind::terminate())?;
    Ok(async move {
        tokio::select! { _ = interrupt.recv() => {}, _ = terminate.recv() => {} }
    })
}

/// Ends when the operating system asks the process to end. The handlers are in place when this returns.
#[cfg(windows)]
pub(super) fn interruption() -> io::Result<impl Future<Output = ()> + Send> {
    use tokio::signal::windows::{ctrl_break, ctrl_c};

    let mut interrupt = ctrl_c()?;
    let mut terminate = ctrl_break()?;
    Ok(async move {
        tokio::select! { _ = interrupt.recv() => {}, _ = terminate.recv() => {} }
    })
}

/// Ends when standard input does. A thread of its own waits for that, since a read cannot be taken back when the process ends for
/// another reason.
pub(super) fn end_of_input() -> io::Result<oneshot::Receiver<()>> {
    let (sender, receiver) = oneshot::channel();
    std::thread::Builder::new()
        .name("stdin".to_owned())
        .stack_size(64 << 10)
        .spawn(move || {
            // A broken input means the same as a closed one. Nothing is expected to come.
            let _ = io::copy(&mut io::stdin().lock(), &mut io::sink());
            let _ = sender.send(());
        })?;
    Ok(receiver)
}

/// Ends when the engine stops answering, which it is asked once in every period. An engine without a health service is alive; any other
/// error means that it is not.
pub(super) async fn engine_gone(address: String, period: Duration) {
    let Ok(endpoint) = Endpoint::from_shared(format!("http://{address}")) else {
        return;
    };
    let mut client = HealthClient::new(
        endpoint
            .connect_timeout(PATIENCE)
            .timeout(PATIENCE)
            .connect_lazy(),
    );
    loop {
        tokio::time::sleep(period).await;
        let answer = client.check(HealthCheckRequest::default()).await;
        if answer.is_err_and(|status| status.code() != Code::Unimplemented) {
            return;
        }
    }
}

#[cfg(test)]
mod tests {
    use std::net::Ipv4Addr;

    use tokio::net::TcpListener;
    use tonic::transport::Server;
    use tonic::transport::server::TcpIncoming;

    use super::*;
    use crate::proto::engine_server::{Engine, EngineServer};

    /// An engine as it is: without a health service.
    struct Plain;

    #[tonic::async_trait]
    impl Engine for Plain {}

    #[tokio::test]
    async fn an_engine_is_alive_until_it_no_longer_answers() {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await.unwrap();
        let address = listener.local_addr().unwrap().to_string();
        let (end, ending) = oneshot::channel::<()>();
        let engine = Server::builder().serve_with_incoming_shutdown(
            EngineServer::new(Plain),
            TcpIncoming::from(listener),
            async { drop(ending.await) },
        );
        tokio::spawn(engine);

        let period = Duration::from_millis(10);
        let mut gone = tokio::spawn(engine_gone(address, period));
        // Long enough for several questions.
        tokio::time::timeout(period * 30, &mut gone).await.unwrap_err();
        end.send(()).unwrap();
        tokio::time::timeout(Duration::from_secs(60), gone)
            .await
            .unwrap()
            .unwrap();
    }
}
