//! The status page at `/`, and the stream of events that keeps it current.
//!
//! The page is one file that asks nothing of any other host. Its content policy allows exactly its own script and
//! style, by their digests, so that a name somebody gave a key cannot become code even if the script were careless.

use std::convert::Infallible;
use std::sync::LazyLock;

use axum::extract::State;
use axum::http::header::{
    CACHE_CONTROL, CONTENT_SECURITY_POLICY, CONTENT_TYPE, REFERRER_POLICY, X_CONTENT_TYPE_OPTIONS,
};
use axum::response::IntoResponse;
use axum::response::sse::{Event, KeepAlive, Sse};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use futures_util::stream::{self, Stream};
use sha2::{Digest as _, Sha256};
use tokio::sync::broadcast::error::RecvError;

use crate::app::App;

const PAGE: &str = include_str!("index.html");

static POLICY: LazyLock<String> = LazyLock::new(|| {
    let digest = |element| STANDARD.encode(Sha256::digest(content(element)));
    format!(
        "default-src 'none'; img-src data:; script-src 'sha256-{}'; style-src 'sha256-{}'; connect-src 'self'; base-uri 'none'; \
         form-action 'none'; frame-ancestors 'none'",
        digest("script"),
        digest("style"),
    )
});

pub(crate) async fn page() -> impl IntoResponse {
    let headers = [
        (CONTENT_TYPE, "text/html; charset=utf-8"),
        (CONTENT_SECURITY_POLICY, POLICY.as_str()),
        (CACHE_CONTROL, "no-store"),
        (REFERRER_POLICY, "no-referrer"),
        (X_CONTENT_TYPE_OPTIONS, "nosniff"),
    ];
    (headers, PAGE)
}

/// `/_sandbox/events`: what happens from now on, one JSON object an event. A watcher that was too slow for some of
/// them gets one named `missed` in their place.
pub(crate) async fn events(State(app): State<App>) -> Sse<impl Stream<Item = Result<Event, Infallible>>> {
    let watched = app.events();
    let events = stream::unfold((app, watched), |(app, mut watched)| async move {
        let event = tokio::select! {
            // What has happened is told first, whatever comes together with it.
            biased;
            event = watched.recv() => event,
            // An open page must not keep a sandbox from stopping.
            () = app.stopped() => return None,
        };
        let told = match event {
            Ok(event) => Event::default().json_data(event).unwrap_or_else(|_| missed()),
            Err(RecvError::Lagged(_)) => missed(),
            Err(RecvError::Closed) => return None,
        };
        Some((Ok(told), (app, watched)))
    });
    Sse::new(events).keep_alive(KeepAlive::default())
}

/// An event without data would be passed over by browsers.
fn missed() -> Event {
    Event::default().event("missed").data("{}")
}

/// What stands within the page's only element of this name.
fn content(element: &str) -> &'static str {
    let start = PAGE.split_once(&format!("<{element}>"));
    let whole = start.and_then(|(_, rest)| rest.split_once(&format!("</{element}>")));
    whole
        .expect("the page is compiled in, and has one style and one script")
        .0
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_page_is_one_file_without_other_addresses_or_markup_made_of_text() {
        for element in ["script", "style"] {
            assert_eq!(PAGE.matches(&format!("<{element}")).count(), 1, "{element}");
            assert!(!content(element).trim().is_empty());
        }
        for forbidden in [
            "http:",
            "https:",
            "//cdn",
            "src=",
            "innerHTML",
            "outerHTML",
            "insertAdjacent",
            "style=",
            "onclick",
        ] {
            assert!(!PAGE.contains(forbidden), "{forbidden}");
        }
    }

    #[tokio::test]
    async fn watchers_hear_what_happens_and_do_not_keep_a_sandbox_from_stopping() {
        let sandbox = crate::Sandbox::start(crate::Config::default()).await.unwrap();
        let url = format!("{}/_sandbox/events", sandbox.base_url());
        let (watching, open) = tokio::sync::oneshot::channel();
        let watcher = tokio::task::spawn_blocking(move || {
            let mut reply = ureq::get(&url).call().unwrap();
            watching.send(()).unwrap();
            reply.body_mut().read_to_string().unwrap()
        });
        open.await.unwrap();
        sandbox.inject(crate::parse_faults(r#"{"kind":"truncate"}"#).unwrap().remove(0));
        let stopping = tokio::time::timeout(std::time::Duration::from_secs(20), sandbox.stop());
        stopping.await.unwrap().unwrap();
        assert_eq!(watcher.await.unwrap(), "data: {\"event\":\"faults\"}\n\n");
    }

    #[test]
    fn the_policy_allows_only_what_is_in_the_page() {
        assert!(
            POLICY.starts_with("default-src 'none'; img-src data:; script-src 'sha256-"),
            "{}",
            *POLICY
        );
        assert!(!POLICY.contains("unsafe"), "{}", *POLICY);
    }
}
