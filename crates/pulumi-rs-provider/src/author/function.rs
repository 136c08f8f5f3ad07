//! A function.

use std::future::Future;

use crate::context::Context;
use crate::error::Error;
use crate::typed::Properties;
use crate::verbs::{InvokeReply, InvokeRequest};

/// A function that programs call for its result, for providers whose configuration has the value `C`: a lookup, a computation.
///
/// Arguments are checked by the schema before the function is called. In a preview in which a required argument is not known yet it is
/// not called at all, and its result is unknown.
///
/// ```
/// use pulumi_rs_provider::*;
/// use serde::{Deserialize, Serialize};
///
/// #[derive(Deserialize, Serialize, Schema)]
/// struct Words {
///     text: String,
/// }
///
/// /// Counts the words of a text.
/// #[derive(Deserialize, Serialize, Schema)]
/// struct Count {
///     words: u32,
/// }
///
/// struct CountWords;
///
/// impl<C: Send + Sync + 'static> Function<C> for CountWords {
///     type Args = Words;
///     type Result = Count;
///
///     async fn invoke(&self, _: &C, request: InvokeRequest<Words>, _: &Context) -> Result<InvokeReply<Count>, Error> {
///         let words = request.args.text.split_whitespace().count();
///         let words = u32::try_from(words).map_err(|_| Error::InvalidArgument("too many words".to_owned()))?;
///         Ok(InvokeReply::Returned(Count { words }))
///     }
/// }
/// # let _ = Provider::new(schema::Package::new("texts", "0.1.0"), ()).function("texts:index:countWords", CountWords);
/// ```
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not a function for a provider whose configuration value is `{C}`",
    note = "implement `Function<{C}>` for it; `{C}` is the `Value` of the provider's `Configuration`"
)]
pub trait Function<C>: Send + Sync + 'static {
    /// What a program gives.
    type Args: Properties;

    /// What it gets. Its doc comment describes the function in the schema.
    type Result: Properties;

    /// Does it. A function changes nothing, since previews call it too.
    fn invoke(
        &self,
        config: &C,
        request: InvokeRequest<Self::Args>,
        context: &Context,
    ) -> impl Future<Output = Result<InvokeReply<Self::Result>, Error>> + Send;
}
