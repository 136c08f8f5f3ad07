//! Spans of the engine's calls: sent with the feature `otel`, and nothing at all without it.

#[cfg(not(feature = "otel"))]
mod absent;
#[cfg(feature = "otel")]
mod otel;

#[cfg(not(feature = "otel"))]
pub(crate) use absent::{Tracing, within_call};
#[cfg(feature = "otel")]
pub(crate) use otel::{Tracing, within_call};
