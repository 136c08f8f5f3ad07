//! JSON as text and back.

use serde_json::Value as Json;

use super::{Answer, Call};
use crate::document::hcl::eval::Fault;
use crate::document::hcl::value::{Kind, Member, Val};
use crate::span::Place;

pub(super) fn call(name: &str, call: &Call<'_>) -> Option<Answer> {
    Some(match name {
        "jsonencode" => jsonencode(call),
        "jsondecode" => jsondecode(call),
        _ => return None,
    })
}

fn jsonencode(call: &Call<'_>) -> Answer {
    let val = call.one()?;
    call.afford(val.size())?;
    let json = to_json(val)?.to_string();
    // Terraform writes what could end a script in a page as an escape.
    let json = json
        .replace('<', "\\u003c")
        .replace('>', "\\u003e")
        .replace('&', "\\u0026")
        .replace('\u{2028}', "\\u2028")
        .replace('\u{2029}', "\\u2029");
    call.new_text(json)
}

fn to_json(val: &Val) -> Result<Json, Fault> {
    Ok(match &val.kind {
        Kind::Null => Json::Null,
        Kind::Bool(value) => Json::Bool(*value),
        Kind::Number(number) if number.fract() == 0.0 && number.abs() < 9e15 => Json::from(*number as i64),
        Kind::Number(number) => Json::from(*number),
        Kind::Text(text) => Json::from(&**text),
        Kind::List(list) | Kind::Set(list) => {
            Json::Array(list.items.iter().map(to_json).collect::<Result<_, _>>()?)
        }
        Kind::Object(_) => {
            let members = val.members().into_iter().flatten();
            let members = members.map(|member| Ok((member.key.to_string(), to_json(&member.value)?)));
            Json::Object(members.collect::<Result<_, _>>()?)
        }
        Kind::Unknown(_) => return Err(Fault::of(val)),
    })
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
        Json::Number(number) => Val::new(Kind::Number(number.as_f64().ok_or(Fault::Unknown)?), place),
        Json::String(text) => Val::text(text, place),
        Json::Array(items) => {
            let items = items.into_iter().map(|item| from_json(item, place));
            Val::list(items.collect::<Result<_, _>>()?, place)
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
