//! The provider through real gRPC on loopback, with a test in the engine's place. Values are written as they stand on the wire.

#![allow(clippy::unwrap_used, reason = "all of this file is a test")]

mod contract;
mod engine;
mod fixture;
mod lifecycle;
mod player;
mod rpc_log;
mod services;
mod typed;
mod values;
