//! The Pulumi provider `descope-keys`: the policy of `key-policy` and the calls of `descope-client`, put
//! behind the verbs of `pulumi-rs-provider`. What a key may look like and which edits replace it are decided
//! in the core; here values are only turned from one form into another.

mod configuration;
mod convert;
mod errors;
mod management_key;
mod mapping;
mod schema;

use pulumi_rs_provider::{BuildError, Provider};

use configuration::Settings;
use management_key::ManagementKeyResource;

/// The provider, ready to be served.
///
/// # Errors
///
/// If the schema contradicts itself, which a test rules out.
pub fn provider() -> Result<Provider<Settings>, BuildError> {
    let provider = Provider::new(schema::package(), Settings).resource_with_schema(
        schema::MANAGEMENT_KEY_TOKEN,
        schema::management_key(),
        ManagementKeyResource,
    )?;
    Ok(provider.with_mapping(mapping::KEY, mapping::SOURCE, mapping::terraform()))
}
