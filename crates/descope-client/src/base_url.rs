//! Where the API is: the one place that decides which hosts may be given the calling key.

use std::net::{Ipv4Addr, Ipv6Addr};

use url::{Host, Url};

use crate::Error;

const DEFAULT: &str = "https://api.descope.com";

/// From this length on, a project id carries its region in the four characters after the `P`.
const LENGTH_WITH_REGION: usize = 32;

/// A base URL that the calling key may be sent to: `https` anywhere, `http` only to this machine.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct BaseUrl(Url);

impl BaseUrl {
    pub(crate) fn parse(text: &str) -> Result<Self, Error> {
        let invalid = |reason| Error::InvalidBaseUrl { reason };
        // The text itself is never quoted: it may hold a password.
        let mut url = Url::parse(text.trim()).map_err(|_| invalid("it is not an absolute URL"))?;
        if !url.username().is_empty() || url.password().is_some() {
            return Err(invalid("it holds a user name or password"));
        }
        if url.query().is_some() || url.fragment().is_some() {
            return Err(invalid("it has a query or a fragment"));
        }
        match (url.scheme(), url.host()) {
            ("https", Some(_)) => {}
            ("http", Some(host)) if is_loopback(&host) => {}
            ("http", Some(host)) => {
                return Err(Error::InsecureBaseUrl {
                    host: host.to_string(),
                });
            }
            _ => return Err(invalid("its scheme is not `https`")),
        }
        let path = url.path().trim_end_matches('/').to_owned();
        url.set_path(&path);
        Ok(Self(url))
    }

    /// The base URL of the region a project id names, or the default one.
    pub(crate) fn for_project(project_id: &str) -> Result<Self, Error> {
        let project_id = project_id.trim();
        // The region becomes part of a host name, so nothing may stand in the id that would change which host.
        if !project_id.chars().all(|c| c.is_ascii_alphanumeric()) {
            return Err(Error::InvalidProjectId);
        }
        match project_id.get(1..5) {
            Some(region) if project_id.len() >= LENGTH_WITH_REGION => {
                Self::parse(&format!("https://api.{region}.descope.com"))
            }
            _ => Self::parse(DEFAULT),
        }
    }

    pub(crate) fn is_https(&self) -> bool {
        self.0.scheme() == "https"
    }

    /// The full URL of a path (which begins with `/`) and query below this base.
    pub(crate) fn join(&self, path: &str, query: &[(&str, String)]) -> Url {
        let mut url = self.0.clone();
        url.set_path(&format!("{}{path}", self.0.path().trim_end_matches('/')));
        if !query.is_empty() {
            url.query_pairs_mut().extend_pairs(query);
        }
        url
    }
}

impl std::fmt::Display for BaseUrl {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.0.as_str().trim_end_matches('/'))
    }
}

fn is_loopback(host: &Host<&str>) -> bool {
    match host {
        Host::Domain(name) => *name == "localhost",
        Host::Ipv4(address) => Ipv4Addr::is_loopback(address),
        Host::Ipv6(address) => Ipv6Addr::is_loopback(address),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_project_id_decides_the_region() {
        for (project_id, expected) in [
            ("P2aAc4T2V93bddihGEx2Ryhc8e5Z", "https://api.descope.com"),
            ("", "https://api.descope.com"),
            ("Puse", "https://api.descope.com"),
            ("Puse1ar", "https://api.descope.com"),
            ("Puse12aAc4T2V93bddihGEx2Ryhc8e5Z", "https://api.use1.descope.com"),
            (
                "Puse12aAc4T2V93bddihGEx2Ryhc8e5Zfoobar",
                "https://api.use1.descope.com",
            ),
            ("Peuc12gotLL7ZROo6LTAOK1XGv0cqsqX", "https://api.euc1.descope.com"),
        ] {
            assert_eq!(
                BaseUrl::for_project(project_id).unwrap().to_string(),
                expected,
                "{project_id}"
            );
        }
    }

    #[test]
    fn a_project_id_cannot_name_another_host() {
        for project_id in [
            "Pa.b/2aAc4T2V93bddihGEx2Ryhc8e5Z",
            "P@x.y2aAc4T2V93bddihGEx2Ryhc8e5Z",
            "Pé12345678901234567890123456789012",
        ] {
            assert_eq!(
                BaseUrl::for_project(project_id),
                Err(Error::InvalidProjectId),
                "{project_id}"
            );
        }
    }

    #[test]
    fn a_key_goes_to_https_or_stays_on_this_machine() {
        for (text, expected) in [
            ("https://api.descope.com", Ok("https://api.descope.com")),
            ("https://api.descope.com///", Ok("https://api.descope.com")),
            (
                " https://gateway.example/descope/\n",
                Ok("https://gateway.example/descope"),
            ),
            ("https://10.0.0.1:8443", Ok("https://10.0.0.1:8443")),
            ("http://127.0.0.1:8080", Ok("http://127.0.0.1:8080")),
            ("http://127.9.9.9", Ok("http://127.9.9.9")),
            ("http://[::1]:8080", Ok("http://[::1]:8080")),
            ("http://LOCALHOST:8080", Ok("http://localhost:8080")),
            ("http://0x7f.1:8080", Ok("http://127.0.0.1:8080")),
            ("http://api.descope.com", Err(insecure("api.descope.com"))),
            (
                "http://localhost.evil.example",
                Err(insecure("localhost.evil.example")),
            ),
            (
                "http://127.0.0.1.evil.example",
                Err(insecure("127.0.0.1.evil.example")),
            ),
            ("http://0.0.0.0", Err(insecure("0.0.0.0"))),
            ("http://10.0.0.1", Err(insecure("10.0.0.1"))),
            ("http://[::ffff:10.0.0.1]", Err(insecure("[::ffff:a00:1]"))),
            (
                "http://127.0.0.1@evil.example",
                Err(invalid("it holds a user name or password")),
            ),
            (
                "https://user:pass@api.descope.com",
                Err(invalid("it holds a user name or password")),
            ),
            (
                "https://api.descope.com/?x=1",
                Err(invalid("it has a query or a fragment")),
            ),
            ("ftp://api.descope.com", Err(invalid("its scheme is not `https`"))),
            ("api.descope.com", Err(invalid("it is not an absolute URL"))),
            ("", Err(invalid("it is not an absolute URL"))),
        ] {
            let parsed = BaseUrl::parse(text).map(|url| url.to_string());
            assert_eq!(parsed, expected.map(str::to_owned), "{text}");
        }
    }

    #[test]
    fn paths_and_queries_are_joined_below_the_base() {
        let base = BaseUrl::parse("https://gateway.example/descope/").unwrap();
        assert_eq!(
            base.join("/v1/mgmt/infra", &[("id", "a&b=c/ü".to_owned())])
                .as_str(),
            "https://gateway.example/descope/v1/mgmt/infra?id=a%26b%3Dc%2F%C3%BC"
        );
        assert_eq!(
            BaseUrl::parse("http://127.0.0.1:1")
                .unwrap()
                .join("/v1", &[])
                .as_str(),
            "http://127.0.0.1:1/v1"
        );
    }

    fn insecure(host: &str) -> Error {
        Error::InsecureBaseUrl {
            host: host.to_owned(),
        }
    }

    fn invalid(reason: &'static str) -> Error {
        Error::InvalidBaseUrl { reason }
    }
}
