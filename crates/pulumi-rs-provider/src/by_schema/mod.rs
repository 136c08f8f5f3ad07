//! What the schema alone can answer, for authors who ask for it.
//!
//! Each verb is the author's; `by_schema` on its request is the answer that fits most of the time.

mod check;
mod diff;
mod inputs;
mod naming;
mod preview;
mod recorded;
mod secrets;
mod settings;

pub(crate) use check::{Checker, Mode};
pub(crate) use inputs::settle;
pub(crate) use recorded::complete;
pub(crate) use secrets::mark_secrets;
pub(crate) use settings::decode_config;
