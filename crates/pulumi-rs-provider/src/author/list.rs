//! Finding resources that exist.

use std::future::Future;

use crate::context::Context;
use crate::error::Error;
use crate::typed::Properties;
use crate::verbs::{ListRequest, Page};

/// A list of the resources of a kind that exist, page by page; behind `pulumi do <type> list`.
///
/// ```
/// use pulumi_rs_provider::*;
///
/// struct Rooms;
///
/// impl<C: Send + Sync + 'static> List<C> for Rooms {
///     /// Nothing to narrow the list by.
///     type Query = ();
///
///     async fn list(&self, _: &C, request: ListRequest<()>, _: &Context) -> Result<Page, Error> {
///         let first: u32 = request.continuation.and_then(|token| token.parse().ok()).unwrap_or(0);
///         let room = |number: u32| Listed { id: format!("room-{number}"), name: format!("Room {number}") };
///         Ok(Page {
///             resources: (first..first + 10).map(room).collect(),
///             continuation: (first < 90).then(|| (first + 10).to_string()),
///         })
///     }
/// }
/// # let _ = Rooms;
/// ```
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot list resources for a provider whose configuration value is `{C}`",
    note = "implement `List<{C}>` for it; `{C}` is the `Value` of the provider's `Configuration`"
)]
pub trait List<C>: Send + Sync + 'static {
    /// What the list may be narrowed by; `()` for nothing.
    type Query: Properties;

    /// One page. The framework asks for the next as long as the user wants more and there is one.
    fn list(
        &self,
        config: &C,
        request: ListRequest<Self::Query>,
        context: &Context,
    ) -> impl Future<Output = Result<Page, Error>> + Send;
}
