//! `google.protobuf.Struct` as it stands on the wire, read one level at a time.
//!
//! On the wire a message field and a `bytes` field look the same. The messages here declare what they contain as bytes, so that each
//! level is decoded by an explicit step of [`crate::value`]. The ready-made recursive type would fix the depth at about 30 objects, or
//! let a hostile message exhaust the stack; and it would keep a second copy of every value.

use std::fmt;

use prost::bytes::Bytes;

/// A `google.protobuf.Struct` that is still encoded.
///
/// It converts to and from a [`PropertyMap`](crate::PropertyMap) by [`decode`](Struct::decode_properties) and
/// [`encode`](Struct::encode_properties), and to and from [`prost_types::Struct`] for programs that speak plain protobuf.
#[derive(Clone, PartialEq, prost::Message)]
#[prost(skip_debug)]
pub struct Struct {
    /// Encoded [`Entry`] messages.
    #[prost(bytes = "bytes", repeated, tag = "1")]
    pub(crate) entries: Vec<Bytes>,
}

/// The contents may be secret, and this layer cannot tell.
impl fmt::Debug for Struct {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "Struct({} properties)", self.entries.len())
    }
}

impl From<&prost_types::Struct> for Struct {
    fn from(plain: &prost_types::Struct) -> Self {
        use prost::Message as _;
        Struct::decode(plain.encode_to_vec().as_slice())
            .expect("the encoder writes length-delimited entries only")
    }
}

impl TryFrom<&Struct> for prost_types::Struct {
    type Error = prost::DecodeError;

    fn try_from(raw: &Struct) -> Result<Self, Self::Error> {
        use prost::Message as _;
        prost_types::Struct::decode(raw.encode_to_vec().as_slice())
    }
}

/// One entry of the map in a `google.protobuf.Struct`.
#[derive(Clone, PartialEq, prost::Message)]
#[prost(skip_debug)]
pub(crate) struct Entry {
    // Go's encoder writes the keys of a map always, also an empty one.
    #[prost(string, required, tag = "1")]
    pub(crate) key: String,
    /// An encoded [`Value`].
    #[prost(bytes = "bytes", tag = "2")]
    pub(crate) value: Bytes,
}

/// A `google.protobuf.Value`.
#[derive(Clone, PartialEq, prost::Message)]
#[prost(skip_debug)]
pub(crate) struct Value {
    #[prost(oneof = "Kind", tags = "1, 2, 3, 4, 5, 6")]
    pub(crate) kind: Option<Kind>,
}

/// What a `google.protobuf.Value` holds.
#[derive(Clone, PartialEq, prost::Oneof)]
#[prost(skip_debug)]
pub(crate) enum Kind {
    #[prost(int32, tag = "1")]
    Null(i32),
    #[prost(double, tag = "2")]
    Number(f64),
    #[prost(string, tag = "3")]
    String(String),
    #[prost(bool, tag = "4")]
    Bool(bool),
    #[prost(message, tag = "5")]
    Struct(Struct),
    #[prost(message, tag = "6")]
    List(List),
}

/// A `google.protobuf.ListValue`.
#[derive(Clone, PartialEq, prost::Message)]
#[prost(skip_debug)]
pub(crate) struct List {
    /// Encoded [`Value`] messages.
    #[prost(bytes = "bytes", repeated, tag = "1")]
    pub(crate) values: Vec<Bytes>,
}

macro_rules! opaque_debug {
    ($($name:ident),*) => {$(
        impl fmt::Debug for $name {
            fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
                formatter.write_str(concat!(stringify!($name), "(..)"))
            }
        }
    )*};
}

opaque_debug!(Entry, Value, Kind, List);
