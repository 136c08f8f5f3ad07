//! A small generator of load: many connections, each of which sends its next request when the last is answered.
//!
//! It speaks just enough HTTP for the sandbox's short replies, so that the cores are left to what is measured.

use std::cell::Cell;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

/// How long one reply may take before it counts as lost.
const LIMIT: Duration = Duration::from_secs(30);

/// A request without what all of them share.
pub(super) struct Request {
    line: String,
    body: String,
}

impl Request {
    pub(super) fn create() -> Self {
        Self {
            line: "PUT /v1/mgmt/managementkey".to_owned(),
            body: r#"{"name":"deploy-production","description":"made by the bench","expiresIn":0,"permittedIps":["10.0.0.0/8"],"reBac":{"companyRoles":["company-full-access"]}}"#.to_owned(),
        }
    }

    pub(super) fn read(id: &str) -> Self {
        Self {
            line: format!("GET /v1/mgmt/managementkey?id={id}"),
            body: String::new(),
        }
    }

    pub(super) fn update(id: &str, name: &str) -> Self {
        Self {
            line: "PATCH /v1/mgmt/managementkey".to_owned(),
            body: format!(
                r#"{{"id":"{id}","name":"{name}","description":"changed by the bench","status":"active","permittedIps":["10.0.0.0/8"]}}"#
            ),
        }
    }
}

/// Where the load goes, and over how many connections.
pub(super) struct Load {
    pub(super) address: String,
    pub(super) calling_key: String,
    pub(super) connections: usize,
}

/// What became of all requests.
pub(super) struct Outcome {
    elapsed: Duration,
    /// Sorted.
    latencies: Vec<Duration>,
    /// The bodies, when a number of requests was asked for.
    pub(super) replies: Vec<Vec<u8>>,
    /// The requests that failed, in words.
    pub(super) failures: Vec<String>,
}

impl Outcome {
    /// Answered requests a second.
    pub(super) fn rate(&self) -> f64 {
        self.latencies.len() as f64 / self.elapsed.as_secs_f64()
    }

    /// The time that so many of a hundred requests took at most, in milliseconds.
    pub(super) fn percentile(&self, percent: usize) -> f64 {
        let at = (self.latencies.len() * percent / 100).min(self.latencies.len().saturating_sub(1));
        self.latencies
            .get(at)
            .map_or(f64::NAN, |time| time.as_secs_f64() * 1e3)
    }
}

impl Load {
    /// Sends so many requests and keeps the replies.
    pub(super) async fn count(
        &self,
        count: usize,
        make: impl Fn(&mut fastrand::Rng) -> Request,
    ) -> Result<Outcome> {
        self.send(Some(count), Duration::MAX, make).await
    }

    /// Sends requests for so long.
    pub(super) async fn last(
        &self,
        time: Duration,
        make: impl Fn(&mut fastrand::Rng) -> Request,
    ) -> Result<Outcome> {
        self.send(None, time, make).await
    }

    async fn send(
        &self,
        count: Option<usize>,
        time: Duration,
        make: impl Fn(&mut fastrand::Rng) -> Request,
    ) -> Result<Outcome> {
        let mut connections = Vec::new();
        for _ in 0..self.connections {
            connections.push(Connection::open(&self.address).await?);
        }
        let sent = Cell::new(0);
        let start = Instant::now();
        let lanes = connections.into_iter().zip(0..).map(|(connection, seed)| {
            let mut random = fastrand::Rng::with_seed(seed);
            let (sent, make) = (&sent, &make);
            let next = move || {
                let number = sent.replace(sent.get() + 1);
                let more = start.elapsed() < time && count.is_none_or(|count| number < count);
                more.then(|| make(&mut random))
            };
            Lane::default().run(connection, next, &self.calling_key, count.is_some())
        });
        let done = futures_util::future::join_all(lanes).await;
        let mut outcome = Outcome {
            elapsed: start.elapsed(),
            latencies: Vec::new(),
            replies: Vec::new(),
            failures: Vec::new(),
        };
        for lane in done {
            outcome.latencies.extend(lane.latencies);
            outcome.replies.extend(lane.replies);
            outcome.failures.extend(lane.failures);
        }
        outcome.latencies.sort_unstable();
        Ok(outcome)
    }
}

/// One connection, and what came over it.
#[derive(Default)]
struct Lane {
    latencies: Vec<Duration>,
    replies: Vec<Vec<u8>>,
    failures: Vec<String>,
}

impl Lane {
    async fn run(
        mut self,
        mut connection: Connection,
        mut next: impl FnMut() -> Option<Request>,
        calling_key: &str,
        keep_replies: bool,
    ) -> Self {
        while let Some(request) = next() {
            let start = Instant::now();
            let exchange = connection.exchange(&request, calling_key);
            match tokio::time::timeout(LIMIT, exchange).await {
                Ok(Ok((200, body))) => {
                    self.latencies.push(start.elapsed());
                    if keep_replies {
                        self.replies.push(body);
                    }
                }
                Ok(Ok((status, body))) => {
                    let body = String::from_utf8_lossy(&body).into_owned();
                    self.failures.push(format!("{status} {body}"));
                }
                // The connection is of no use any more.
                Ok(Err(error)) => {
                    self.failures.push(format!("{error:#}"));
                    return self;
                }
                Err(_) => {
                    self.failures
                        .push(format!("no reply within {} s", LIMIT.as_secs()));
                    return self;
                }
            }
        }
        self
    }
}

struct Connection {
    stream: TcpStream,
    received: Vec<u8>,
}

impl Connection {
    async fn open(address: &str) -> Result<Self> {
        let stream = TcpStream::connect(address).await.context("cannot connect")?;
        stream.set_nodelay(true)?;
        Ok(Self {
            stream,
            received: Vec::new(),
        })
    }

    /// Sends a request and returns the status and the body of its reply.
    async fn exchange(&mut self, request: &Request, calling_key: &str) -> Result<(u16, Vec<u8>)> {
        let Request { line, body } = request;
        let length = body.len();
        let request = format!(
            "{line} HTTP/1.1\r\nhost: localhost\r\nauthorization: Bearer {calling_key}\r\n\
             content-type: application/json\r\ncontent-length: {length}\r\n\r\n{body}"
        );
        self.stream.write_all(request.as_bytes()).await?;
        let head = loop {
            if let Some(end) = self.received.windows(4).position(|bytes| bytes == b"\r\n\r\n") {
                break end + 4;
            }
            self.receive().await?;
        };
        let text = std::str::from_utf8(&self.received[..head])?.to_ascii_lowercase();
        let status = text.split(' ').nth(1).context("no status")?.parse()?;
        let length: usize = text
            .lines()
            .find_map(|line| line.strip_prefix("content-length:"))
            .context("a reply without a length")?
            .trim()
            .parse()?;
        while self.received.len() < head + length {
            self.receive().await?;
        }
        let body = self.received[head..head + length].to_vec();
        self.received.drain(..head + length);
        Ok((status, body))
    }

    async fn receive(&mut self) -> Result<()> {
        if self.stream.read_buf(&mut self.received).await? == 0 {
            bail!("the connection was closed");
        }
        Ok(())
    }
}
