//! Rate limits: so many requests of one address in a fixed window, over everything and for each API.

use std::collections::BTreeMap;
use std::net::IpAddr;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use axum::extract::{ConnectInfo, Request, State};
use axum::middleware::Next;
use axum::response::Response;

use crate::app::App;
use crate::caller;
use crate::connection::Peer;
use crate::error::ApiError;
use crate::model::{Limit, Model, Rate};

/// Past windows are forgotten when there are so many, so that callers from everywhere fill no memory.
const MOST_WINDOWS: usize = 10_000;

/// Lets a request through if its address has not had its share.
pub(crate) async fn admit(
    State(app): State<App>,
    ConnectInfo(peer): ConnectInfo<Peer>,
    request: Request,
    next: Next,
) -> Result<Response, ApiError> {
    let address = caller::address(app.model(), request.headers(), peer.address().ip());
    app.windows()
        .count(app.model(), request.uri().path(), address, Instant::now())
        .map_err(|wait| {
            // Whole seconds, rounded up: a client that waits as long as it is told must not come too early.
            let seconds = wait.as_secs() + u64::from(wait.subsec_nanos() > 0);
            ApiError::rate_limited("too many requests in this window", seconds.max(1))
        })?;
    Ok(next.run(request).await)
}

/// What a limit counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Scope {
    General,
    Infra,
    Key,
}

/// The open windows.
#[derive(Debug, Default)]
pub(crate) struct Windows(Mutex<BTreeMap<(Scope, IpAddr), Window>>);

#[derive(Debug, Clone, Copy)]
struct Window {
    end: Instant,
    requests: u32,
}

impl Windows {
    /// Begins all windows anew.
    pub(crate) fn clear(&self) {
        self.open().clear();
    }

    /// Counts a request in each window it belongs to; tells how long to wait when one is full.
    fn count(&self, model: &Model, path: &str, address: IpAddr, now: Instant) -> Result<(), Duration> {
        let surface = if path.starts_with("/v1/mgmt/infra") {
            Some((Scope::Infra, model.infra_limit))
        } else if path.starts_with("/v1/mgmt/managementkey") {
            Some((Scope::Key, model.key_limit))
        } else {
            None
        };
        for (scope, limit) in [Some((Scope::General, model.general_limit)), surface]
            .into_iter()
            .flatten()
        {
            if let Limit(Some(rate)) = limit {
                self.count_in((scope, address), rate, now)?;
            }
        }
        Ok(())
    }

    fn count_in(&self, whose: (Scope, IpAddr), rate: Rate, now: Instant) -> Result<(), Duration> {
        let mut windows = self.open();
        if windows.len() >= MOST_WINDOWS {
            windows.retain(|_, window| window.end > now);
        }
        let fresh = Window {
            end: now + Duration::from_secs(rate.seconds.into()),
            requests: 0,
        };
        let window = windows.entry(whose).or_insert(fresh);
        if window.end <= now {
            *window = fresh;
        }
        if window.requests >= rate.requests {
            return Err(window.end - now);
        }
        window.requests += 1;
        Ok(())
    }

    fn open(&self) -> MutexGuard<'_, BTreeMap<(Scope, IpAddr), Window>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use std::net::Ipv4Addr;

    use super::*;

    #[test]
    fn windows_are_fixed_and_counted_for_each_address_and_api() {
        let mut model = Model::default();
        model.set("general-limit=3/10").unwrap();
        model.set("infra-limit=1/60").unwrap();
        let windows = Windows::default();
        let start = Instant::now();
        let [here, there] = [1, 2].map(|last| IpAddr::from(Ipv4Addr::new(10, 0, 0, last)));
        for (second, path, address, wait) in [
            (0, "/v1/mgmt/infra", here, None),
            (1, "/v1/mgmt/infra", here, Some(59)),
            (2, "/v1/mgmt/managementkey/search", here, None),
            (3, "/v1/mgmt/license", here, Some(7)),
            (3, "/v1/mgmt/infra", there, None),
            (10, "/v1/mgmt/license", here, None),
            (59, "/v1/mgmt/infra", here, Some(1)),
            (60, "/v1/mgmt/infra", here, None),
        ] {
            let told = windows.count(&model, path, address, start + Duration::from_secs(second));
            assert_eq!(told.err().map(|wait| wait.as_secs()), wait, "{second} s {path}");
        }
    }
}
