//! The derive of `pulumi-rs-provider`, which re-exports it. Its documentation stands there, at the trait `Schema`.

mod attributes;
mod enumeration;
mod structure;

use proc_macro::TokenStream;
use syn::{Data, DeriveInput, parse_macro_input};

/// Describes a type to the package schema; see the trait `Schema` in `pulumi-rs-provider`.
#[proc_macro_derive(Schema, attributes(property))]
pub fn schema(input: TokenStream) -> TokenStream {
    let input = parse_macro_input!(input as DeriveInput);
    let derived = match &input.data {
        Data::Struct(data) => structure::derive(&input, data),
        Data::Enum(data) => enumeration::derive(&input, data),
        Data::Union(_) => Err(syn::Error::new_spanned(
            &input.ident,
            "a union has no place in a Pulumi schema",
        )),
    };
    derived.unwrap_or_else(|error| error.into_compile_error()).into()
}
