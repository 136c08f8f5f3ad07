//! Reading of attributes: serde's, which name things, and our own.

use syn::meta::ParseNestedMeta;
use syn::punctuated::Punctuated;
use syn::{Attribute, Error, Expr, Lit, LitStr, Meta, Result, Token, parenthesized};

/// The doc comment, one line break for each of its own.
pub(crate) fn docs(attributes: &[Attribute]) -> String {
    let lines: Vec<String> = attributes
        .iter()
        .filter_map(|attribute| match &attribute.meta {
            Meta::NameValue(pair) if pair.path.is_ident("doc") => match &pair.value {
                Expr::Lit(literal) => match &literal.lit {
                    Lit::Str(text) => Some(text.value()),
                    _ => None,
                },
                _ => None,
            },
            _ => None,
        })
        .map(|line| line.strip_prefix(' ').unwrap_or(&line).trim_end().to_owned())
        .collect();
    lines.join("\n").trim().to_owned()
}

/// What serde is told of a container.
#[derive(Default)]
pub(crate) struct Container {
    pub(crate) rename: Option<String>,
    pub(crate) rename_all: Option<LitStr>,
    /// Whether every field may be left out.
    pub(crate) default: bool,
}

impl Container {
    pub(crate) fn read(attributes: &[Attribute]) -> Result<Self> {
        let mut container = Self::default();
        each_serde(attributes, |meta| {
            if meta.path.is_ident("rename_all") {
                container.rename_all = Some(meta.value()?.parse()?);
            } else if meta.path.is_ident("rename") {
                container.rename = Some(meta.value()?.parse::<LitStr>()?.value());
            } else if meta.path.is_ident("default") {
                container.default = true;
                skip_value(&meta)?;
            } else if meta.path.is_ident("deny_unknown_fields") || meta.path.is_ident("crate") {
                skip_value(&meta)?;
            } else {
                return Err(meta.error(format!(
                    "`#[serde({})]` has no counterpart in a Pulumi schema: derive serde without it, or implement `Schema` by hand",
                    name_of(&meta)
                )));
            }
            Ok(())
        })?;
        Ok(container)
    }
}

/// What serde is told of a field or a variant.
#[derive(Default)]
pub(crate) struct Member {
    pub(crate) rename: Option<String>,
    pub(crate) default: bool,
    pub(crate) flatten: bool,
}

impl Member {
    pub(crate) fn read(attributes: &[Attribute]) -> Result<Self> {
        let mut member = Self::default();
        each_serde(attributes, |meta| {
            if meta.path.is_ident("rename") {
                member.rename = Some(meta.value()?.parse::<LitStr>()?.value());
            } else if meta.path.is_ident("default") {
                member.default = true;
                skip_value(&meta)?;
            } else if meta.path.is_ident("flatten") {
                member.flatten = true;
            } else if [
                "alias",
                "skip_serializing_if",
                "with",
                "serialize_with",
                "deserialize_with",
                "borrow",
                "bound",
            ]
            .iter()
            .any(|known| meta.path.is_ident(known))
            {
                skip_value(&meta)?;
            } else {
                return Err(meta.error(format!(
                    "`#[serde({})]` has no counterpart in a Pulumi schema: every property has one name, and is written and read",
                    name_of(&meta)
                )));
            }
            Ok(())
        })?;
        Ok(member)
    }
}

/// What `#[property(…)]` says of a field.
#[derive(Default)]
pub(crate) struct PropertyOptions {
    pub(crate) secret: bool,
    pub(crate) replace: bool,
    pub(crate) stable: bool,
    pub(crate) autoname: bool,
    pub(crate) default: Option<Expr>,
    pub(crate) environment: Vec<LitStr>,
    pub(crate) deprecated: Option<LitStr>,
}

/// All options, for the message about one that is none of them.
const OPTIONS: &str =
    "`secret`, `replace`, `stable`, `autoname`, `default = …`, `env(\"…\")` and `deprecated = \"…\"`";

impl PropertyOptions {
    pub(crate) fn read(attributes: &[Attribute]) -> Result<Self> {
        let mut options = Self::default();
        for attribute in attributes
            .iter()
            .filter(|attribute| attribute.path().is_ident("property"))
        {
            attribute.parse_nested_meta(|meta| options.one(&meta))?;
        }
        Ok(options)
    }

    fn one(&mut self, meta: &ParseNestedMeta<'_>) -> Result<()> {
        let flags = [
            ("secret", &mut self.secret),
            ("replace", &mut self.replace),
            ("stable", &mut self.stable),
            ("autoname", &mut self.autoname),
        ];
        for (name, flag) in flags {
            if meta.path.is_ident(name) {
                *flag = true;
                return Ok(());
            }
        }
        if meta.path.is_ident("default") {
            let value: Expr = meta.value()?.parse()?;
            if !is_primitive(&value) {
                return Err(Error::new_spanned(
                    value,
                    "a default is a boolean, a number or a text: SDKs can write nothing else",
                ));
            }
            self.default = Some(value);
        } else if meta.path.is_ident("env") {
            let content;
            parenthesized!(content in meta.input);
            self.environment = Punctuated::<LitStr, Token![,]>::parse_terminated(&content)?
                .into_iter()
                .collect();
        } else if meta.path.is_ident("deprecated") {
            self.deprecated = Some(meta.value()?.parse()?);
        } else {
            return Err(meta.error(format!("there is no such option; there are {OPTIONS}")));
        }
        Ok(())
    }
}

fn is_primitive(value: &Expr) -> bool {
    match value {
        Expr::Lit(literal) => matches!(
            literal.lit,
            Lit::Bool(_) | Lit::Int(_) | Lit::Float(_) | Lit::Str(_)
        ),
        Expr::Unary(negated) => matches!(negated.op, syn::UnOp::Neg(_)) && is_primitive(&negated.expr),
        // A constant of one of these types.
        Expr::Path(_) => true,
        _ => false,
    }
}

fn each_serde(
    attributes: &[Attribute],
    mut read: impl FnMut(ParseNestedMeta<'_>) -> Result<()>,
) -> Result<()> {
    attributes
        .iter()
        .filter(|attribute| attribute.path().is_ident("serde"))
        .try_for_each(|attribute| attribute.parse_nested_meta(&mut read))
}

fn skip_value(meta: &ParseNestedMeta<'_>) -> Result<()> {
    if meta.input.peek(Token![=]) {
        meta.value()?.parse::<Expr>()?;
    }
    Ok(())
}

fn name_of(meta: &ParseNestedMeta<'_>) -> String {
    meta.path.get_ident().map(ToString::to_string).unwrap_or_default()
}

/// The name of a field under serde's `camelCase`.
pub(crate) fn camel_case(name: &str) -> String {
    let mut words = name.split('_').filter(|word| !word.is_empty());
    let first = words.next().unwrap_or_default().to_owned();
    words.fold(first, |text, word| {
        text + &with_first(word, char::to_ascii_uppercase)
    })
}

/// The name of a variant under serde's `rename_all`.
pub(crate) fn rename_variant(rule: Option<&LitStr>, name: &str) -> Result<String> {
    let Some(rule) = rule else {
        return Ok(name.to_owned());
    };
    let snake_case = || {
        name.chars()
            .enumerate()
            .fold(String::new(), |mut text, (position, character)| {
                if position > 0 && character.is_ascii_uppercase() {
                    text.push('_');
                }
                text.push(character.to_ascii_lowercase());
                text
            })
    };
    Ok(match rule.value().as_str() {
        "lowercase" => name.to_ascii_lowercase(),
        "UPPERCASE" => name.to_ascii_uppercase(),
        "PascalCase" => name.to_owned(),
        "camelCase" => with_first(name, char::to_ascii_lowercase),
        "snake_case" => snake_case(),
        "SCREAMING_SNAKE_CASE" => snake_case().to_ascii_uppercase(),
        "kebab-case" => snake_case().replace('_', "-"),
        "SCREAMING-KEBAB-CASE" => snake_case().to_ascii_uppercase().replace('_', "-"),
        _ => return Err(Error::new_spanned(rule, "serde knows no such rule")),
    })
}

fn with_first(text: &str, change: impl Fn(&char) -> char) -> String {
    let mut characters = text.chars();
    characters.next().map_or_else(String::new, |first| {
        change(&first).to_string() + characters.as_str()
    })
}
