//! The functions of `pulumi-yaml`: which there are, and what the pure ones make of known arguments.

use super::go;
use crate::value::{Content, Value};

/// Whether `pulumi-yaml` has a function of that name, in small letters, or takes it for one of a package.
pub(super) fn is_function(name: &str) -> bool {
    const NAMES: [&str; 26] = [
        "assetarchive",
        "filearchive",
        "fileasset",
        "filebase64",
        "filebase64sha256",
        "frombase64",
        "invoke",
        "join",
        "length",
        "pulumiresourcename",
        "pulumiresourcetype",
        "readfile",
        "remotearchive",
        "remoteasset",
        "secret",
        "select",
        "sha1",
        "singleornone",
        "split",
        "stackreference",
        "stringasset",
        "tobase64",
        "tojson",
        "unsecret",
        "method",
        "call",
    ];
    NAMES.contains(&name) || name.contains(':')
}

/// What a function makes of a known argument; nothing if that is not known here, or is no argument for it.
pub(super) fn called(function: &str, argument: &Value) -> Option<Content> {
    let pair = || match argument.as_list()? {
        [first, second] => Some((first, second)),
        _ => None,
    };
    Some(match function {
        "join" => {
            let (delimiter, values) = pair()?;
            let values: Option<Vec<_>> = values.as_list()?.iter().map(Value::as_str).collect();
            let delimiter = if delimiter.is_null() {
                ""
            } else {
                delimiter.as_str()?
            };
            Content::String(values?.join(delimiter))
        }
        "split" => {
            let (delimiter, text) = pair()?;
            let (delimiter, text) = (delimiter.as_str()?, text.as_str()?);
            let pieces: Vec<String> = match delimiter {
                "" => text.chars().map(String::from).collect(),
                _ => text.split(delimiter).map(str::to_owned).collect(),
            };
            let value = |piece| Value::new(Content::String(piece), argument.span);
            Content::List(pieces.into_iter().map(value).collect())
        }
        "select" => {
            let (index, values) = pair()?;
            let Content::Number(index) = index.content else {
                return None;
            };
            let is_index = index >= 0.0 && index.fract() == 0.0;
            values
                .as_list()?
                .get(index as usize)
                .filter(|_| is_index)?
                .content
                .clone()
        }
        "tojson" => Content::String(go::json(argument)?),
        "length" => Content::Number(match &argument.content {
            Content::List(items) => items.len() as f64,
            Content::Object(entries) => entries.len() as f64,
            // Others count by clusters of characters.
            Content::String(text) if text.is_ascii() && !text.contains('\r') => text.len() as f64,
            _ => return None,
        }),
        "singleornone" => match argument.as_list()? {
            [] => Content::Null,
            [one] => one.content.clone(),
            _ => return None,
        },
        _ => return None,
    })
}
