//! The policy of Descope management keys: text in, findings out.
//!
//! This crate knows what a management key may look like, which edits update it and which replace it, and
//! where in a text each of its values stands. It is pure: no file, clock, network, environment or log. The
//! current time and every file's name and bytes are arguments, so that the command line, the browser and the
//! Pulumi provider give the same answer for the same input.
//!
//! ```
//! use key_policy::{Options, Source, check};
//!
//! let source = Source::new("main.tf", br#"
//! resource "descope_management_key" "ci" {
//!   name = ""
//!   rebac = { company_roles = ["company-full-access"] }
//! }
//! "#);
//! let report = check(&[source], &Options::default());
//! assert!(report.findings.iter().any(|finding| finding.rule == "empty-name"));
//! ```
//!
//! The pipeline stands in [`check`] and [`diff`]: read ([`document`]), walk along the field table
//! ([`fields`], [`shape`]), apply the rules ([`rules`]), sort. A caller that has no text, such as the provider,
//! builds a [`Declaration`] from its own values and calls [`check_declaration`].

pub mod access;
mod beside;
pub mod change;
pub mod config;
pub mod document;
pub mod edit;
pub mod fields;
pub mod finding;
mod folder;
pub mod model;
mod moment;
mod overrides;
pub mod path;
mod pipeline;
pub mod report;
pub mod rules;
#[cfg(feature = "schema")]
pub mod schema;
mod secrets;
pub mod shape;
pub mod span;
mod suppress;
pub mod value;

pub use config::{Config, Configs};
pub use document::{Declaration, Dialect, Inputs, Kind, Role, Source};
pub use finding::{Finding, Severity};
pub use model::ManagementKey;
pub use path::Path;
pub use pipeline::{Options, Side, check, check_declaration, diff};
pub use report::{Report, Summary};
pub use span::{Place, Span};
pub use value::{Content, Entry, Value};
