//! Structs: sets of properties, and object types where they stand within another.

use proc_macro2::TokenStream;
use quote::quote;
use syn::ext::IdentExt as _;
use syn::{DataStruct, DeriveInput, Error, Field, Fields, Ident, Result};

use crate::attributes::{Container, Member, PropertyOptions, camel_case, docs};

pub(crate) fn derive(input: &DeriveInput, data: &DataStruct) -> Result<TokenStream> {
    let fields = match &data.fields {
        Fields::Named(fields) => &fields.named,
        _ => {
            return Err(Error::new_spanned(
                &input.ident,
                "properties have names: give the struct named fields",
            ));
        }
    };
    if !input.generics.params.is_empty() {
        return Err(Error::new_spanned(
            &input.generics,
            "a type in a Pulumi schema has one name, so it cannot be generic",
        ));
    }
    let container = Container::read(&input.attrs)?;
    let is_camel_case = match &container.rename_all {
        Some(rule) if rule.value() == "camelCase" => true,
        Some(rule) => {
            return Err(Error::new_spanned(
                rule,
                "Pulumi's properties are in camelCase: write `#[serde(rename_all = \"camelCase\")]`",
            ));
        }
        None => false,
    };

    let mut statements = Vec::new();
    for field in fields {
        if let Some(ident) = &field.ident {
            statements.push(property(&container, is_camel_case, field, ident)?);
        }
    }
    let ident = &input.ident;
    let name = container.rename.unwrap_or_else(|| ident.to_string());
    let docs = docs(&input.attrs);
    let description = if docs.is_empty() {
        quote! { None }
    } else {
        quote! { Some(#docs.to_owned()) }
    };
    Ok(quote! {
        #[automatically_derived]
        impl ::pulumi_rs_provider::Properties for #ident {
            fn object(
                types: &mut ::pulumi_rs_provider::Types,
            ) -> Option<::pulumi_rs_provider::schema::ObjectType> {
                let mut object = ::pulumi_rs_provider::schema::ObjectType {
                    description: #description,
                    ..::core::default::Default::default()
                };
                #(#statements)*
                Some(object)
            }
            fn decode(
                properties: ::pulumi_rs_provider::PropertyMap,
            ) -> Result<Self, ::pulumi_rs_provider::PropertyError> {
                ::pulumi_rs_provider::derived::decode(properties)
            }
            fn encode(
                self,
            ) -> Result<::pulumi_rs_provider::PropertyMap, ::pulumi_rs_provider::PropertyError> {
                ::pulumi_rs_provider::derived::encode(&self)
            }
        }
        #[automatically_derived]
        impl ::pulumi_rs_provider::Schema for #ident {
            fn schema(types: &mut ::pulumi_rs_provider::Types) -> ::pulumi_rs_provider::schema::Type {
                types.named::<Self>(#name, |types| {
                    let object = <Self as ::pulumi_rs_provider::Properties>::object(types);
                    ::pulumi_rs_provider::schema::ComplexType::Object(object.unwrap_or_default().as_inputs())
                })
            }
        }
    })
}

/// The statements that add one field to `object`.
fn property(container: &Container, is_camel_case: bool, field: &Field, ident: &Ident) -> Result<TokenStream> {
    let member = Member::read(&field.attrs)?;
    let options = PropertyOptions::read(&field.attrs)?;
    let r#type = &field.ty;
    if member.flatten {
        return Ok(quote! { ::pulumi_rs_provider::derived::merge::<#r#type>(types, &mut object); });
    }
    let rust_name = ident.unraw().to_string();
    let name = match &member.rename {
        Some(name) => name.clone(),
        None if is_camel_case => camel_case(&rust_name),
        None if rust_name.contains('_') => {
            return Err(Error::new_spanned(
                ident,
                "Pulumi's properties are in camelCase: add `#[serde(rename_all = \"camelCase\")]` to the struct",
            ));
        }
        None => rust_name,
    };
    let reserved = ["urn", "pulumi"];
    if reserved.contains(&name.as_str()) {
        return Err(Error::new_spanned(
            ident,
            format!("`{name}` is reserved: the engine has a property of this name on every resource"),
        ));
    }
    if options.autoname && options.default.is_some() {
        return Err(Error::new_spanned(
            ident,
            "a name is either made or has a default: `autoname` and `default` exclude each other",
        ));
    }

    let docs = docs(&field.attrs);
    let PropertyOptions {
        secret,
        replace,
        stable,
        autoname,
        ..
    } = options;
    let default = options.default.as_ref().map(|value| {
        quote! { property.default = Some(::core::convert::Into::into(#value)); }
    });
    let environment = (!options.environment.is_empty()).then(|| {
        let names = &options.environment;
        quote! {
            property.default_info = Some(::pulumi_rs_provider::schema::DefaultInfo {
                environment: vec![#(#names.to_owned()),*],
            });
        }
    });
    let deprecated = options.deprecated.as_ref().map(|reason| {
        quote! { property.deprecation_message = Some(#reason.to_owned()); }
    });
    let is_optional = container.default || member.default;
    Ok(quote! {
        {
            let mut property = ::pulumi_rs_provider::derived::describe::<#r#type>(types, #docs);
            property.secret = #secret;
            property.will_replace_on_changes = #replace;
            property.stable = #stable;
            property.autoname = #autoname;
            #default
            #environment
            #deprecated
            if !(#is_optional || <#r#type as ::pulumi_rs_provider::Schema>::OPTIONAL) {
                object.required.insert(#name.to_owned());
            }
            object.properties.insert(#name.to_owned(), property);
        }
    })
}
