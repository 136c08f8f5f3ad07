//! Authors' types in place of property maps: how they are decoded, encoded and described.

mod decode;
mod encode;
mod hidden;
mod input;
mod properties;
mod schema;

pub(crate) use decode::decode;
pub(crate) use encode::encode;
pub use input::Input;
pub use properties::{Properties, PropertyError, PropertyErrorKind};
pub use schema::{Schema, Types};

/// What the derive writes calls of. No part of the surface for people.
#[doc(hidden)]
pub mod derived {
    pub use super::properties::{decode, encode};
    pub use super::schema::{describe, merge, named};
}
