//! Who calls, and whether it may: the bearer key, its status, its expiry, its network and its scope.

use std::net::{IpAddr, SocketAddr};

use axum::extract::{ConnectInfo, Request, State};
use axum::http::header::AUTHORIZATION;
use axum::middleware::Next;
use axum::response::Response;
use ipnet::IpNet;

use crate::app::App;
use crate::connection::Peer;
use crate::error::ApiError;
use crate::key::{ACTIVE, Digest, StoredKey};

/// Lets a request through to the API if its caller may use it.
pub(crate) async fn authenticate(
    State(app): State<App>,
    ConnectInfo(peer): ConnectInfo<Peer>,
    request: Request,
    next: Next,
) -> Result<Response, ApiError> {
    let header = request
        .headers()
        .get(AUTHORIZATION)
        .and_then(|value| value.to_str().ok());
    let secret = header.and_then(bearer_key).ok_or_else(|| {
        ApiError::unauthorized(
            "expected `Authorization: Bearer <managementKey>` or `Bearer <projectId>:<managementKey>`",
        )
    })?;
    let digest = Digest::of(secret);
    if !app.root_keys().contains(&digest) {
        let key = app.store().find_by_digest(&digest)?;
        let key = key.ok_or_else(|| ApiError::unauthorized("the calling management key is not known"))?;
        admit(&key, peer.address(), app.now())?;
    }
    Ok(next.run(request).await)
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

/// Whether a key that was made here may call. A model in all its parts: the statuses are those of HTTP, the
/// address is that of the peer, and only a company role lets a key manage keys.
fn admit(key: &StoredKey, peer: SocketAddr, now: i64) -> Result<(), ApiError> {
    if key.status != ACTIVE {
        return Err(ApiError::unauthorized("the calling management key is inactive"));
    }
    if key.expire_time != 0 && key.expire_time <= now {
        return Err(ApiError::unauthorized("the calling management key is expired"));
    }
    if !permits(&key.permitted_ips, peer.ip()) {
        return Err(ApiError::unauthorized(
            "the calling management key is not permitted from this address",
        ));
    }
    if key.re_bac.company_roles.is_empty() {
        return Err(ApiError::forbidden(
            "managing keys takes a key with a company role",
        ));
    }
    Ok(())
}

fn permits(permitted: &[String], peer: IpAddr) -> bool {
    let peer = peer.to_canonical();
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
        assert!(permits(
            &["127.0.0.1".to_owned()],
            "::ffff:127.0.0.1".parse().unwrap()
        ));
    }
}
