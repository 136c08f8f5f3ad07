//! Setting up a client: explicitly, or from the variables that the vendor's tools read.

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use secrecy::SecretString;

use crate::base_url::BaseUrl;
use crate::budget::{Budget, Pace};
use crate::client::Client;
use crate::error::Error;
use crate::timer::{SystemTimer, Timer};
use crate::transport::Transport;

const MANAGEMENT_KEY: &str = "DESCOPE_MANAGEMENT_KEY";
const BASE_URL: &str = "DESCOPE_BASE_URL";
const PROJECT_ID: &str = "DESCOPE_PROJECT_ID";
const USER_AGENT: &str = "DESCOPE_USER_AGENT";

/// How long to wait for what.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Timings {
    /// For a connection, TLS included.
    pub connect: Duration,
    /// For the next bytes of a reply, its head included.
    pub read: Duration,
    /// For one sending as a whole.
    pub attempt: Duration,
    /// For a call as a whole: all its sendings, and the pauses between them.
    pub deadline: Duration,
}

impl Default for Timings {
    /// The official clients wait 60 s for a reply, and the longest published pause for a rate limit is 60 s;
    /// the deadline leaves room for both.
    fn default() -> Self {
        Self {
            connect: Duration::from_secs(10),
            read: Duration::from_secs(60),
            attempt: Duration::from_secs(60),
            deadline: Duration::from_secs(180),
        }
    }
}

/// Sets up a [`Client`].
pub struct ClientBuilder {
    management_key: SecretString,
    base_url: Option<String>,
    project_id: Option<String>,
    user_agent: Option<String>,
    timings: Timings,
    pace: Option<Pace>,
    timer: Arc<dyn Timer>,
}

impl ClientBuilder {
    pub(crate) fn new(management_key: SecretString) -> Self {
        Self {
            management_key,
            base_url: None,
            project_id: None,
            user_agent: None,
            timings: Timings::default(),
            pace: None,
            timer: Arc::new(SystemTimer::default()),
        }
    }

    /// Takes all that the variables tell; see [`Client::from_env`].
    pub(crate) fn from_env(variable: impl Fn(&str) -> Option<String>) -> Result<Self, Error> {
        let management_key = variable(MANAGEMENT_KEY)
            .filter(|key| !key.trim().is_empty())
            .ok_or(Error::NoManagementKey)?;
        Ok(Self::new(management_key.into()).environment(variable))
    }

    /// Takes from `DESCOPE_BASE_URL`, `DESCOPE_PROJECT_ID` and `DESCOPE_USER_AGENT` what was not set before; what is
    /// set afterwards wins, too. `variable` looks one up; a blank one counts as unset.
    #[must_use]
    pub fn environment(mut self, variable: impl Fn(&str) -> Option<String>) -> Self {
        let told = |name| variable(name).filter(|value| !value.trim().is_empty());
        self.base_url = self.base_url.or_else(|| told(BASE_URL));
        self.project_id = self.project_id.or_else(|| told(PROJECT_ID));
        self.user_agent = self.user_agent.or_else(|| told(USER_AGENT));
        self
    }

    /// Says where the API is; wins over the project id. Needed outside the default region.
    #[must_use]
    pub fn base_url(mut self, url: impl Into<String>) -> Self {
        self.base_url = Some(url.into());
        self
    }

    /// Names a project, whose id may tell the region and so the base URL. It is used for nothing else.
    #[must_use]
    pub fn project_id(mut self, project_id: impl Into<String>) -> Self {
        self.project_id = Some(project_id.into());
        self
    }

    /// Replaces the `user-agent` header.
    #[must_use]
    pub fn user_agent(mut self, user_agent: impl Into<String>) -> Self {
        self.user_agent = Some(user_agent.into());
        self
    }

    /// Replaces the time limits.
    #[must_use]
    pub fn timings(mut self, timings: Timings) -> Self {
        self.timings = timings;
        self
    }

    /// Keeps below a rate from the start. By default only the service's own word slows a client down, since no
    /// limit is published for these APIs.
    #[must_use]
    pub fn pace(mut self, pace: Pace) -> Self {
        self.pace = Some(pace);
        self
    }

    /// Replaces the clock, so that a test need not wait.
    #[must_use]
    pub fn timer(mut self, timer: Arc<dyn Timer>) -> Self {
        self.timer = timer;
        self
    }

    /// Checks the settings. Reads nothing and connects to nobody.
    ///
    /// # Errors
    ///
    /// A key or a user agent that no header can carry, a base URL that the key may not be sent to, an impossible
    /// project id.
    pub fn build(self) -> Result<Client, Error> {
        let base = match (&self.base_url, &self.project_id) {
            (Some(url), _) => BaseUrl::parse(url)?,
            (None, project_id) => BaseUrl::for_project(project_id.as_deref().unwrap_or_default())?,
        };
        let transport = Transport::new(
            base,
            &self.management_key,
            self.user_agent.as_deref(),
            self.timings,
        )?;
        Ok(Client::assemble(
            transport,
            self.timings,
            Budget::new(self.pace),
            self.timer,
        ))
    }
}

/// Shows neither the key nor the base URL, which may hold a password until it is checked.
impl fmt::Debug for ClientBuilder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ClientBuilder")
            .field("timings", &self.timings)
            .field("pace", &self.pace)
            .finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Where a client of these variables would call.
    fn called(variables: &[(&str, &str)]) -> Result<String, Error> {
        let client = Client::from_env(lookup(variables))?.build()?;
        Ok(format!("{client:?}"))
    }

    fn lookup(variables: &[(&str, &str)]) -> impl Fn(&str) -> Option<String> {
        move |name| {
            let found = variables.iter().find(|(known, _)| *known == name);
            found.map(|(_, value)| (*value).to_owned())
        }
    }

    fn at(url: &str) -> Result<String, Error> {
        Ok(format!("Client {{ base_url: {url:?}, .. }}"))
    }

    #[test]
    fn the_variables_of_the_vendor_are_read() {
        let key = (MANAGEMENT_KEY, "K2x");
        let region = (PROJECT_ID, "Peuc12gotLL7ZROo6LTAOK1XGv0cqsqX");
        for (variables, expected) in [
            (&[][..], Err(Error::NoManagementKey)),
            (&[(MANAGEMENT_KEY, " \n")], Err(Error::NoManagementKey)),
            (
                &[("DESCOPE_AUTH_MANAGEMENT_KEY", "K2x")],
                Err(Error::NoManagementKey),
            ),
            (&[(MANAGEMENT_KEY, "K2 x")], Err(Error::InvalidManagementKey)),
            (&[key], at("https://api.descope.com")),
            (&[(MANAGEMENT_KEY, "K2x\n")], at("https://api.descope.com")),
            (&[key, region], at("https://api.euc1.descope.com")),
            (
                &[key, region, (BASE_URL, "https://gateway.example")],
                at("https://gateway.example"),
            ),
            (
                &[key, region, (BASE_URL, " ")],
                at("https://api.euc1.descope.com"),
            ),
            (
                &[key, ("DESCOPE_BASE_URI", "https://gateway.example")],
                at("https://api.descope.com"),
            ),
            (
                &[key, (BASE_URL, "http://gateway.example")],
                Err(Error::InsecureBaseUrl {
                    host: "gateway.example".into(),
                }),
            ),
            (&[key, (PROJECT_ID, "../x")], Err(Error::InvalidProjectId)),
            (&[key, (USER_AGENT, "a\nb")], Err(Error::InvalidUserAgent)),
        ] {
            assert_eq!(called(variables), expected, "{variables:?}");
        }
    }

    #[test]
    fn what_is_explicit_wins_whenever_it_is_said() {
        let environment = lookup(&[(BASE_URL, "https://environment.example")]);
        for builder in [
            ClientBuilder::new("K2x".into())
                .base_url("https://explicit.example")
                .environment(&environment),
            ClientBuilder::new("K2x".into())
                .environment(&environment)
                .base_url("https://explicit.example"),
        ] {
            let client = builder.build().unwrap();
            assert_eq!(Ok(format!("{client:?}")), at("https://explicit.example"));
        }
    }

    #[test]
    fn a_builder_does_not_show_the_key() {
        let builder = ClientBuilder::new("K2x".into()).base_url("https://user:pass@x");
        let shown = format!("{builder:?}");
        assert!(!shown.contains("K2x") && !shown.contains("pass"), "{shown}");
    }
}
