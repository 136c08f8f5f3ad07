//! A client of the Descope management-key APIs that never loses a key.
//!
//! Two rules shape it. A request is a value that says whether it may be sent twice; a create may not, once it
//! was sent and not definitely refused. And every error says what is certain about its effect on the account,
//! see [`Error::effect`].
//!
//! Keys are made, read, changed and deleted through the infra API, whose expiry is absolute and whose write is
//! one full document; the key API lists them, which is how a key is found whose create lost its reply.
//!
//! ```no_run
//! use descope_client::{Client, KeyDocument, SecretString};
//!
//! # async fn example(calling_key: SecretString) -> Result<(), descope_client::Error> {
//! let client = Client::builder(calling_key).build()?;
//! let mut key = KeyDocument { name: "ci".into(), status: descope_client::STATUS_ACTIVE.into(), ..Default::default() };
//! key.re_bac.company_roles.insert("company-full-access".into());
//! let created = client.create(&key).await?;
//! client.delete(&created.id).await?;
//! # Ok(())
//! # }
//! ```

#[cfg(doctest)]
#[doc = include_str!("../README.md")]
struct Readme;

mod base_url;
mod budget;
mod builder;
mod client;
mod error;
mod newborn;
mod repeat;
mod reply;
mod request;
mod timer;
mod transport;
mod wire;

pub use budget::Pace;
pub use builder::{ClientBuilder, Timings};
pub use client::Client;
pub use error::{Effect, Error, Operation, Problem, Refusal};
pub use secrecy::SecretString;
pub use timer::{SystemTimer, Timer};
pub use wire::{
    CreatedKey, Deletion, KeyDocument, KeyId, ListedKey, ProjectRoles, ReBac, STATUS_ACTIVE, STATUS_INACTIVE,
    TagRoles,
};
