//! Enumerations of texts.

use proc_macro2::TokenStream;
use quote::quote;
use syn::{DataEnum, DeriveInput, Error, Fields, Result};

use crate::attributes::{Container, Member, docs, rename_variant};

pub(crate) fn derive(input: &DeriveInput, data: &DataEnum) -> Result<TokenStream> {
    let container = Container::read(&input.attrs)?;
    let mut values = Vec::new();
    for variant in &data.variants {
        if !matches!(variant.fields, Fields::Unit) {
            return Err(Error::new_spanned(
                variant,
                "an enumeration in a Pulumi schema is a choice of texts: its variants have no fields",
            ));
        }
        let value = match Member::read(&variant.attrs)?.rename {
            Some(name) => name,
            None => rename_variant(container.rename_all.as_ref(), &variant.ident.to_string())?,
        };
        let docs = docs(&variant.attrs);
        values.push(quote! { (#value, #docs) });
    }
    let ident = &input.ident;
    let name = container.rename.unwrap_or_else(|| ident.to_string());
    let docs = docs(&input.attrs);
    Ok(quote! {
        #[automatically_derived]
        impl ::pulumi_rs_provider::Schema for #ident {
            fn schema(types: &mut ::pulumi_rs_provider::Types) -> ::pulumi_rs_provider::schema::Type {
                ::pulumi_rs_provider::derived::named::<Self>(types, #name, #docs, &[#(#values),*])
            }
        }
    })
}
