#![doc = include_str!("../README.md")]

mod args;
mod author;
mod by_schema;
mod config;
mod context;
mod engine;
mod error;
mod panics;
mod path;
pub mod proto;
mod provider;
mod redact;
mod reply;
pub mod schema;
mod server;
mod service;
mod status;
#[cfg(feature = "testing")]
pub mod testing;
mod trace;
mod typed;
mod urn;
mod value;
mod verbs;
pub mod wire;

pub use author::{Configuration, Function, List, Resource};
pub use context::Context;
pub use engine::Log;
pub use error::{Error, MissingKey, Result};
pub use path::{PathError, PathPattern, PropertyPath, Segment};
pub use provider::{BuildError, Provider};
pub use pulumi_rs_provider_macros::Schema;
pub use server::{serve, serve_on};
pub use tokio_util::sync::CancellationToken;
#[doc(hidden)]
pub use typed::derived;
pub use typed::{Input, Properties, PropertyError, PropertyErrorKind, Schema, Types};
pub use urn::Urn;
pub use value::{
    Archive, ArchiveContent, ArchiveMember, Asset, AssetContent, DecodeError, DecodeErrorKind, EncodeError,
    MAX_DEPTH, OutputValue, PropertyMap, PropertyValue, ReferenceId, ResourceReference, UnknownKind,
    copy_secrets,
};
pub use verbs::{
    Autonaming, Change, ChangeKind, CheckConfigRequest, CheckFailure, CheckReply, CheckRequest,
    ConfigureRequest, CreateReply, CreateRequest, DeleteRequest, Diff, DiffConfigRequest, DiffRequest,
    InvokeReply, InvokeRequest, ListRequest, Listed, Live, Page, PreviewReply, PreviewRequest, ReadReply,
    ReadRequest, UpdateReply, UpdateRequest,
};

/// The largest message in either direction, in bytes: what the engine itself allows.
pub(crate) const MESSAGE_LIMIT: usize = 400 << 20;
