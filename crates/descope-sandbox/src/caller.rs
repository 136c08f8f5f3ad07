//! Who calls, and whether it may: the bearer key, its status, its expiry, its network and its scope.

use std::net::IpAddr;
use std::sync::Arc;

use axum::extract::{ConnectInfo, Request, State};
use axum::http::HeaderMap;
use axum::http::header::AUTHORIZATION;
use axum::middleware::Next;
use axum::response::Response;
use ipnet::IpNet;

use crate::app::App;
use crate::connection::Peer;
use crate::error::ApiError;
use crate::key::{ACTIVE, Digest, ReBac, StoredKey};
use crate::model::{CallerAddress, CallerScope, Model, Verdict};

/// Who called: a key that was made here, or one of those that the sandbox was started with.
#[derive(Debug, Clone)]
pub(crate) struct Caller(Option<Arc<StoredKey>>);

impl Caller {
    /// Whether it may change these keys, which its own may be among.
    pub(crate) fn may_change(&self, model: &Model, ids: &[String]) -> Result<(), ApiError> {
        match &self.0 {
            Some(own) if model.own_key == Verdict::Refuse && ids.contains(&own.id) => Err(
                ApiError::forbidden("a management key may not change or delete itself"),
            ),
            _ => Ok(()),
        }
    }

    /// Whether it may make a key with these grants.
    pub(crate) fn may_grant(&self, model: &Model, grants: &ReBac) -> Result<(), ApiError> {
        match &self.0 {
            Some(own) if model.over_grant == Verdict::Refuse && !own.re_bac.covers(grants) => Err(
                ApiError::forbidden("a management key may not grant what it does not hold"),
            ),
            _ => Ok(()),
        }
    }
}

/// Lets a request through to the API if its caller may use it.
pub(crate) async fn authenticate(
    State(app): State<App>,
    ConnectInfo(peer): ConnectInfo<Peer>,
    mut request: Request,
    next: Next,
) -> Result<Response, ApiError> {
    let refused = |message| ApiError::refused_caller(app.model(), message);
    let header = request
        .headers()
        .get(AUTHORIZATION)
        .and_then(|value| value.to_str().ok());
    let secret = header.and_then(bearer_key).ok_or_else(|| {
        refused("expected `Authorization: Bearer <managementKey>` or `Bearer <projectId>:<managementKey>`")
    })?;
    let digest = Digest::of(secret);
    let caller = if app.root_keys().contains(&digest) {
        Caller(None)
    } else {
        let key = app.store().find_by_digest(&digest)?;
        let key = key.ok_or_else(|| refused("the calling management key is not known"))?;
        let address = address(app.model(), request.headers(), peer.address().ip());
        admit(app.model(), &key, address, app.now())?;
        Caller(Some(Arc::new(key)))
    };
    request.extensions_mut().insert(caller);
    Ok(next.run(request).await)
}

/// The address that a request is taken to come from.
pub(crate) fn address(model: &Model, headers: &HeaderMap, peer: IpAddr) -> IpAddr {
    let forwarded = || {
        let last = headers.get_all("x-forwarded-for").iter().next_back()?;
        last.to_str().ok()?.rsplit(',').next()?.trim().parse().ok()
    };
    let named: Option<IpAddr> = match model.caller_address {
        CallerAddress::Peer => None,
        CallerAddress::ForwardedFor => forwarded(),
    };
    named.unwrap_or(peer).to_canonical()
}

/// The management key in either form of the header: alone, or after a project id.
fn bearer_key(header: &str) -> Option<&str> {
    let (scheme, credentials) = header.split_once(' ')?;
    if !scheme.eq_ignore_ascii_case("bearer") {
        return None;
    }
    let mut parts = credentials.trim().split(':');
    let first = parts.next()?;
    let key = match (parts.next(), parts.next()) {
        (None, _) => first,
        (Some(second), None) if !first.is_empty() => second,
        _ => return None,
    };
    (!key.is_empty()).then_some(key)
}

/// Whether a key that was made here may call.
fn admit(model: &Model, key: &StoredKey, address: IpAddr, now: i64) -> Result<(), ApiError> {
    let refused = |message| Err(ApiError::refused_caller(model, message));
    if key.status != ACTIVE {
        return refused("the calling management key is inactive");
    }
    if key.expire_time != 0 && key.expire_time <= now {
        return refused("the calling management key is expired");
    }
    if !permits(&key.permitted_ips, address) {
        return refused("the calling management key is not permitted from this address");
    }
    if model.caller_scope == CallerScope::Company && key.re_bac.company_roles.is_empty() {
        return Err(ApiError::forbidden(
            "managing keys takes a key with a company role",
        ));
    }
    Ok(())
}

fn permits(permitted: &[String], peer: IpAddr) -> bool {
    permitted.is_empty()
        || permitted
            .iter()
            .any(|entry| match (entry.parse::<IpNet>(), entry.parse::<IpAddr>()) {
                (Ok(network), _) => network.contains(&peer),
                (_, Ok(address)) => address.to_canonical() == peer,
                _ => false,
            })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_key_stands_alone_or_after_a_project() {
        for (header, expected) in [
            ("Bearer K2x", Some("K2x")),
            ("bearer K2x", Some("K2x")),
            ("Bearer P1:K2x", Some("K2x")),
            ("Bearer :K2x", None),
            ("Bearer P1:token:K2x", None),
            ("Bearer P1:", None),
            ("Bearer ", None),
            ("Bearer", None),
            ("Basic K2x", None),
        ] {
            assert_eq!(bearer_key(header), expected, "{header}");
        }
    }

    #[test]
    fn networks_permit_their_addresses() {
        let peer: IpAddr = "127.0.0.1".parse().unwrap();
        for (permitted, expected) in [
            (&[][..], true),
            (&["127.0.0.1"], true),
            (&["10.0.0.0/8", "127.0.0.9/8"], true),
            (&["10.0.0.1"], false),
            (&["::1", "10.0.0.0/8"], false),
        ] {
            let permitted: Vec<String> = permitted.iter().map(|entry| (*entry).to_owned()).collect();
            assert_eq!(permits(&permitted, peer), expected, "{permitted:?}");
        }
    }

    #[test]
    fn the_address_is_the_peers_unless_a_header_is_to_be_trusted() {
        let peer: IpAddr = "::ffff:127.0.0.1".parse().unwrap();
        let forwarded = |values: &[&'static str]| -> HeaderMap {
            let header = |value: &&'static str| ("x-forwarded-for".parse().unwrap(), value.parse().unwrap());
            values.iter().map(header).collect()
        };
        for (value, header, expected) in [
            ("peer", &["10.0.0.1"][..], "127.0.0.1"),
            ("forwarded-for", &["10.0.0.1"], "10.0.0.1"),
            ("forwarded-for", &["10.0.0.1", "10.0.0.2, 10.0.0.3"], "10.0.0.3"),
            ("forwarded-for", &["unknown"], "127.0.0.1"),
            ("forwarded-for", &[], "127.0.0.1"),
        ] {
            let mut model = Model::default();
            model.set(&format!("caller-address={value}")).unwrap();
            let found = address(&model, &forwarded(header), peer);
            assert_eq!(found.to_string(), expected, "{value} {header:?}");
        }
    }
}
