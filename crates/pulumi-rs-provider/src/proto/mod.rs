//! The provider protocol as Rust types, generated from the crate's `.proto` files by `cargo xtask generate`.
//!
//! Authors of providers need nothing of this. It is public for tests that talk to a provider as the engine does: see
//! [`resource_provider_client::ResourceProviderClient`] and [`engine_server::EngineServer`].

#![allow(missing_docs, reason = "generated; the `.proto` files hold the documentation")]
#![allow(clippy::all, reason = "generated")]

include!("pulumirpc.rs");

/// The rich form of a gRPC error.
pub mod google_rpc {
    include!("google_rpc.rs");
}

include!("descriptors.rs");
