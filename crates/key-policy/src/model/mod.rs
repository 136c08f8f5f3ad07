//! The strict half of the model: types that only hold what the service would accept.
//!
//! Each type has one checked constructor. The rules judge with these constructors, and [`ManagementKey`] is
//! built from nothing else, so what a rule lets pass and what can be sent to the API are one set.

mod access;
mod expiry;
mod key;
mod network;
mod status;

pub use access::{Access, AccessError, Grant, NonEmptySet, Scoped};
pub use expiry::{Expiry, ExpiryError, LATEST_EXPIRY};
pub use key::{ManagementKey, Name};
pub use network::{Network, NetworkError, covers, overlap};
pub use status::{Status, StatusError};
