//! JSON and base 64, there and back.

use serde_json::Value as Json;

use super::{Answer, Call};
use crate::document::hcl::eval::Fault;
use crate::document::hcl::value::{Kind, Member, Val, decimal, is_composed};
use crate::span::Place;

pub(super) fn call(name: &str, call: &Call<'_>) -> Option<Answer> {
    Some(match name {
        "jsonencode" => jsonencode(call),
        "jsondecode" => jsondecode(call),
        "base64encode" => base64encode(call),
        "base64decode" => base64decode(call),
        _ => return None,
    })
}

fn jsonencode(call: &Call<'_>) -> Answer {
    let val = call.one()?;
    call.afford(val.size())?;
    call.new_text(json(val)?)
}

/// A value as Terraform writes it in JSON.
pub(super) fn json(val: &Val) -> Result<String, Fault> {
    let mut json = String::new();
    write(val, &mut json)?;
    // What could end a script in a page is written as an escape.
    Ok(json
        .replace('<', "\\u003c")
        .replace('>', "\\u003e")
        .replace('&', "\\u0026")
        .replace('\u{2028}', "\\u2028")
        .replace('\u{2029}', "\\u2029"))
}

fn write(val: &Val, json: &mut String) -> Result<(), Fault> {
    match &val.kind {
        Kind::Null => json.push_str("null"),
        Kind::Bool(_) | Kind::Number(_) => json.push_str(&val.as_text()?),
        Kind::Text(text) => json.push_str(&Json::from(&**text).to_string()),
        Kind::List(list) | Kind::Set(list) => {
            json.push('[');
            for (at, item) in list.items.iter().enumerate() {
                if at > 0 {
                    json.push(',');
                }
                write(item, json)?;
            }
            json.push(']');
        }
        Kind::Object(_) => {
            json.push('{');
            for (at, member) in val.members().into_iter().flatten().enumerate() {
                if at > 0 {
                    json.push(',');
                }
                json.push_str(&Json::from(&*member.key).to_string());
                json.push(':');
                write(&member.value, json)?;
            }
            json.push('}');
        }
        Kind::Unknown(_) => return Err(Fault::of(val)),
    }
    Ok(())
}

const BASE64: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

fn base64encode(call: &Call<'_>) -> Answer {
    let text = call.text(0)?;
    let mut out = String::with_capacity(text.len().div_ceil(3) * 4);
    for bytes in text.as_bytes().chunks(3) {
        let group =
            bytes.iter().fold(0, |group, byte| group << 8 | u32::from(*byte)) << (8 * (3 - bytes.len()));
        for at in 0..4 {
            let digit = BASE64[(group >> (18 - 6 * at)) as usize & 63];
            out.push(if at <= bytes.len() { char::from(digit) } else { '=' });
        }
    }
    call.new_text(out)
}

fn base64decode(call: &Call<'_>) -> Answer {
    let text: Vec<u8> = call
        .text(0)?
        .bytes()
        .filter(|byte| !matches!(byte, b'\r' | b'\n'))
        .collect();
    if !text.len().is_multiple_of(4) {
        return Err(Fault::Fails);
    }
    let mut bytes = Vec::with_capacity(text.len() / 4 * 3);
    let end = text.len()
        - text
            .iter()
            .rev()
            .take(2)
            .take_while(|byte| **byte == b'=')
            .count();
    for digits in text[..end].chunks(4) {
        let mut group = 0;
        for digit in digits {
            let value = BASE64
                .iter()
                .position(|known| known == digit)
                .ok_or(Fault::Fails)?;
            group = group << 6 | value as u32;
        }
        group <<= 6 * (4 - digits.len());
        let [_, decoded @ ..] = group.to_be_bytes();
        bytes.extend(decoded.iter().take(digits.len() * 3 / 4));
    }
    call.new_text(String::from_utf8(bytes).map_err(|_| Fault::Fails)?)
}

fn jsondecode(call: &Call<'_>) -> Answer {
    let text = call.text(0)?;
    call.afford(text.len() / 4)?;
    let json = serde_json::from_str(&text).map_err(|_| Fault::Fails)?;
    from_json(json, call.place)
}

fn from_json(json: Json, place: Place) -> Answer {
    Ok(match json {
        Json::Null => Val::new(Kind::Null, place),
        Json::Bool(value) => Val::new(Kind::Bool(value), place),
        Json::Number(number) => Val::new(Kind::Number(decimal(&number.to_string())?), place),
        // Terraform composes characters that are written as several.
        Json::String(text) if !is_composed(&text) => return Err(Fault::Unknown),
        Json::String(text) => Val::text(text, place),
        Json::Array(items) => {
            let items = items.into_iter().map(|item| from_json(item, place));
            Val::tuple(items.collect::<Result<_, _>>()?, place)
        }
        Json::Object(members) => {
            let members = members.into_iter().map(|(key, value)| {
                Ok(Member {
                    key: key.into(),
                    key_place: place,
                    value: from_json(value, place)?,
                })
            });
            Val::object(members.collect::<Result<_, _>>()?, place)
        }
    })
}
