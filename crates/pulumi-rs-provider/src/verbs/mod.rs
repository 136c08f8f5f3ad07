//! What goes into each verb and what comes out.
//!
//! Checks, diffs and previews see properties as they were written, for they must take unknowns and wrong types. All other requests and
//! replies hold the author's types, or property maps where the author has none.

mod check;
mod configuration;
mod diff;
mod function;
mod lifecycle;
mod list;
mod preview;

pub use check::{Autonaming, CheckFailure, CheckReply, CheckRequest};
pub use configuration::{CheckConfigRequest, ConfigureRequest, DiffConfigRequest};
pub use diff::{Change, ChangeKind, Diff, DiffRequest};
pub use function::{InvokeReply, InvokeRequest};
pub use lifecycle::{
    CreateReply, CreateRequest, DeleteRequest, ReadReply, ReadRequest, UpdateReply, UpdateRequest,
};
pub use list::{ListRequest, Listed, Page};
pub use preview::{Live, PreviewReply, PreviewRequest};
