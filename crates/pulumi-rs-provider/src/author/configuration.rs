//! The provider's own configuration.

use std::future::Future;

use crate::context::Context;
use crate::error::Error;
use crate::typed::Properties;
use crate::verbs::{CheckConfigRequest, CheckReply, ConfigureRequest, Diff, DiffConfigRequest};

/// The provider's own configuration. Implement it with plain `async fn`; `()` stands for none.
///
/// Where `Args` is a derived type, the schema follows from it, what is not set is taken from the environment or is the default, and what is
/// then missing is reported with the command to set it.
///
/// ```
/// use pulumi_rs_provider::*;
/// use serde::{Deserialize, Serialize};
///
/// /// Where to call, and as whom.
/// #[derive(Deserialize, Serialize, Schema)]
/// #[serde(rename_all = "camelCase")]
/// struct Settings {
///     /// The token of the account.
///     #[property(secret, env("PETS_TOKEN"))]
///     token: String,
///     /// Where the service is.
///     #[property(default = "https://pets.example")]
///     base_url: String,
/// }
///
/// struct Pets;
///
/// impl Configuration for Pets {
///     type Args = Settings;
///     /// What every verb of every resource is handed; mostly a client.
///     type Value = Settings;
///
///     async fn check(&self, request: CheckConfigRequest, _: &Context) -> Result<CheckReply, Error> {
///         Ok(request.by_schema())
///     }
///     async fn diff(&self, request: DiffConfigRequest, _: &Context) -> Result<Diff, Error> {
///         Ok(request.by_schema())
///     }
///     async fn configure(&self, request: ConfigureRequest<Settings>, _: &Context) -> Result<Settings, Error> {
///         Ok(request.args)
///     }
/// }
/// # let _ = Provider::new(schema::Package::new("pets", "0.1.0"), Pets);
/// ```
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not the configuration of a provider",
    note = "implement `Configuration` for it, or use `()` for a provider that needs none"
)]
pub trait Configuration: Send + Sync + 'static {
    /// What the user sets. With [`PropertyMap`](crate::PropertyMap) the schema is that of
    /// [`Package::config`](crate::schema::Package::config), and the author looks for what is missing.
    type Args: Properties;

    /// What [`Configuration::configure`] makes, and every verb of every resource is handed: a client, limits, anything.
    type Value: Send + Sync + 'static;

    /// Says what is wrong with the configuration. Values may be unknown. No network.
    fn check(
        &self,
        request: CheckConfigRequest,
        context: &Context,
    ) -> impl Future<Output = Result<CheckReply, Error>> + Send;

    /// Says what a new configuration changes. Only what makes the old resources unmanageable is a replacement.
    fn diff(
        &self,
        request: DiffConfigRequest,
        context: &Context,
    ) -> impl Future<Output = Result<Diff, Error>> + Send;

    /// Makes the value for the resources. It should be quick, without network: the first verb will see whether it works.
    fn configure(
        &self,
        request: ConfigureRequest<Self::Args>,
        context: &Context,
    ) -> impl Future<Output = Result<Self::Value, Error>> + Send;
}

/// No configuration.
impl Configuration for () {
    type Args = ();
    type Value = ();

    async fn check(&self, request: CheckConfigRequest, _: &Context) -> Result<CheckReply, Error> {
        Ok(request.by_schema())
    }

    async fn diff(&self, request: DiffConfigRequest, _: &Context) -> Result<Diff, Error> {
        Ok(request.by_schema())
    }

    async fn configure(&self, _: ConfigureRequest<()>, _: &Context) -> Result<(), Error> {
        Ok(())
    }
}
