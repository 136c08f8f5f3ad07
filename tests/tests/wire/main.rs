//! What we put on the wire, held against Pulumi's own code: the descriptors of its Python package, and the encoder of its
//! Go library.

#[path = "../../../crates/pulumi-rs-provider/tests/support/arbitrary.rs"]
mod arbitrary;
mod descriptors;
mod values;
