//! What the package schema says of an author's types.

use std::any::type_name;
use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use super::Input;
use crate::schema::{ComplexType, EnumType, EnumValue, ObjectType, Property, Type};
use crate::value::{Archive, Asset, PropertyValue};

/// A type that a property can have.
///
/// Derive it for structs, which become named object types, and for enumerations without fields, which become named enumerations of texts.
/// Doc comments become descriptions. Names are those of serde. For a struct the derive makes [`Properties`](crate::Properties) as well.
///
/// | `#[property(…)]` on a field | means |
/// |---|---|
/// | `secret` | the engine stores it encrypted and never shows it |
/// | `replace` | another value needs a new resource |
/// | `default = 8` | what [`CheckRequest::by_schema`](crate::CheckRequest::by_schema) fills in |
/// | `env("A", "B")` | variables of the environment from which the default is taken, the first that is set |
/// | `autoname` | a name that is made where the program gives none |
/// | `stable` | an output that no update changes, so that previews know it |
/// | `deprecated = "use …"` | why not to use it any more |
///
/// `Option` makes a property optional, and so does a default or `#[serde(default)]`.
#[diagnostic::on_unimplemented(
    message = "`{Self}` has no place in a Pulumi schema",
    label = "not a type that a property can have",
    note = "add `#[derive(pulumi_rs_provider::Schema)]` to a struct or enumeration of your own, or implement `Schema` by hand",
    note = "whole numbers are `i32`, `u32` or smaller; larger ones and `f64` become JSON numbers; sets are `BTreeSet`"
)]
pub trait Schema {
    /// Whether a property of this type may be left out.
    const OPTIONAL: bool = false;

    /// The type as the schema writes it. Named types are added to `types`.
    fn schema(types: &mut Types) -> Type;
}

/// The named types of a package, as they are met.
#[derive(Debug)]
pub struct Types {
    package: String,
    pub(crate) known: BTreeMap<String, ComplexType>,
    /// The Rust type behind each token.
    owners: BTreeMap<String, &'static str>,
    /// Tokens that two Rust types claim.
    pub(crate) conflicts: BTreeSet<String>,
}

impl Types {
    pub(crate) fn new(package: &str) -> Self {
        Self {
            package: package.to_owned(),
            known: BTreeMap::new(),
            owners: BTreeMap::new(),
            conflicts: BTreeSet::new(),
        }
    }

    /// The type called `name`, described by `describe` when it is met first. `T` is the Rust type behind it.
    pub fn named<T: ?Sized>(&mut self, name: &str, describe: impl FnOnce(&mut Types) -> ComplexType) -> Type {
        let token = format!("{}:index:{name}", self.package);
        let owner = type_name::<T>();
        match self.owners.insert(token.clone(), owner) {
            Some(known) if known != owner => drop(self.conflicts.insert(token.clone())),
            Some(_) => {}
            None => {
                // Registered before it is described, since it may refer to itself.
                let described = describe(self);
                self.known.insert(token.clone(), described);
            }
        }
        Type::Named(token)
    }
}

/// Makes a property from what a derive found at a field.
#[doc(hidden)]
pub fn describe<T: Schema>(types: &mut Types, docs: &str) -> Property {
    Property {
        description: (!docs.is_empty()).then(|| docs.to_owned()),
        ..Property::of(T::schema(types))
    }
}

/// The properties of a flattened field among those of the struct.
#[doc(hidden)]
pub fn merge<T: crate::Properties>(types: &mut Types, into: &mut ObjectType) {
    let inner = T::object(types).unwrap_or_default();
    into.properties.extend(inner.properties);
    into.required.extend(inner.required);
}

/// The type of a derived enumeration.
#[doc(hidden)]
pub fn named<T: ?Sized>(types: &mut Types, name: &str, docs: &str, values: &[(&str, &str)]) -> Type {
    let text = |docs: &str| (!docs.is_empty()).then(|| docs.to_owned());
    types.named::<T>(name, |_| {
        ComplexType::Enum(EnumType {
            description: text(docs),
            r#type: Type::String,
            r#enum: values
                .iter()
                .map(|(value, docs)| EnumValue {
                    name: None,
                    value: (*value).into(),
                    description: text(docs),
                    deprecation_message: None,
                })
                .collect(),
        })
    })
}

macro_rules! simple {
    ($($type:expr => $($rust:ty),+;)*) => {$($(
        impl Schema for $rust {
            fn schema(_: &mut Types) -> Type {
                $type
            }
        }
    )+)*};
}

simple! {
    Type::Boolean => bool;
    // The schema's integers have 32 bits in every SDK.
    Type::Integer => i8, i16, i32, u8, u16, u32;
    Type::Number => i64, u64, f32, f64;
    Type::String => String, char, IpAddr, Ipv4Addr, Ipv6Addr;
    Type::Any => PropertyValue;
    Type::Asset => Asset;
    Type::Archive => Archive;
}

macro_rules! around {
    ($($rust:ty, $inner:ident => $type:expr;)*) => {$(
        impl<$inner: Schema> Schema for $rust {
            fn schema(types: &mut Types) -> Type {
                $type($inner::schema(types))
            }
        }
    )*};
}

around! {
    Vec<T>, T => Type::list;
    BTreeSet<T>, T => Type::set;
    BTreeMap<String, T>, T => Type::map;
}

impl<T: Schema, S> Schema for HashSet<T, S> {
    fn schema(types: &mut Types) -> Type {
        T::schema(types).set()
    }
}

impl<T: Schema, S> Schema for HashMap<String, T, S> {
    fn schema(types: &mut Types) -> Type {
        T::schema(types).map()
    }
}

impl<T: Schema> Schema for Option<T> {
    const OPTIONAL: bool = true;

    fn schema(types: &mut Types) -> Type {
        T::schema(types)
    }
}

macro_rules! transparent {
    ($($rust:ty),*) => {$(
        impl<T: Schema> Schema for $rust {
            const OPTIONAL: bool = T::OPTIONAL;

            fn schema(types: &mut Types) -> Type {
                T::schema(types)
            }
        }
    )*};
}

transparent!(Input<T>, Box<T>, std::sync::Arc<T>);
