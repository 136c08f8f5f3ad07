//! Functions of maps and objects.

use std::collections::BTreeMap;
use std::rc::Rc;

use super::collections::{convert, list, members};
use super::{Answer, Call, items};
use crate::document::hcl::eval::{Fault, wrong};
use crate::document::hcl::traversal::index as member;
use crate::document::hcl::unify::{as_type_of, same_type};
use crate::document::hcl::value::{Kind, Member, Val};

pub(super) fn call(name: &str, call: &Call<'_>) -> Option<Answer> {
    Some(match name {
        "tomap" => convert(call, |val| to_map(call, val)),
        "merge" => merge(call),
        "lookup" => lookup(call),
        "keys" => keys(call),
        "values" => values(call),
        "zipmap" => zipmap(call),
        "transpose" => transpose(call),
        _ => return None,
    })
}

fn to_map(call: &Call<'_>, val: &Val) -> Answer {
    let all = members(val)?;
    call.afford(all.len())?;
    let values = call.unified(all.iter().map(|member| member.value.clone()).collect())?;
    let members = all.into_iter().zip(values);
    let members = members.map(|(member, value)| Member { value, ..member });
    Ok(Val::map(members.collect(), call.place))
}

fn merge(call: &Call<'_>) -> Answer {
    let mut merged: BTreeMap<Rc<str>, Member> = BTreeMap::new();
    for argument in call.arguments.iter().filter(|argument| !argument.is_null()) {
        for member in members(argument)? {
            call.afford(1)?;
            merged.insert(member.key.clone(), member);
        }
    }
    let mut maps = call
        .arguments
        .iter()
        .filter(|argument| argument.members().is_some_and(|members| members.len() > 0));
    let is_map = |val: &Val| matches!(&val.kind, Kind::Object(object) if object.is_uniform);
    let is_like = |first: &Val, other: &Val| {
        let cost = first.size().saturating_add(other.size());
        is_map(other) && call.afford(cost).is_ok() && same_type(first, other) == Some(true)
    };
    let are_alike = maps
        .next()
        .is_some_and(|first| is_map(first) && maps.all(|other| is_like(first, other)));
    let made = if are_alike { Val::map } else { Val::object };
    Ok(made(merged.into_values().collect(), call.place))
}

fn lookup(call: &Call<'_>) -> Answer {
    let map = call.at(0)?;
    if !matches!(map.kind, Kind::Object(_)) {
        return Err(wrong(map));
    }
    let key = call.at(1)?;
    if key.is_null() {
        return Err(Fault::Fails);
    }
    match (member(map, key), call.arguments.get(2)) {
        (Err(Fault::Fails), Some(default)) => as_member(call, map, default),
        (Ok(found), Some(default)) => match as_member(call, map, default) {
            Err(Fault::Fails) => Err(Fault::Fails),
            _ => Ok(found),
        },
        (found, _) => found,
    }
}

/// `val` as the type of what is in a map; an object takes any.
fn as_member(call: &Call<'_>, map: &Val, val: &Val) -> Answer {
    let is_map = matches!(&map.kind, Kind::Object(object) if object.is_uniform);
    if !is_map || val.is_null() || val.is_unknown() {
        return Ok(val.clone());
    }
    let mut own = map.members().into_iter().flatten().map(|member| member.value);
    let other = own.find(|own| !own.is_null() && !own.is_unknown());
    let size = |val: &Val| if val.depth() > 0 { val.size() } else { 0 };
    call.afford(size(val).saturating_add(other.as_ref().map_or(0, size)))?;
    match other.map(|other| as_type_of(&other, val)) {
        // An empty map does not tell its type. A text that is only a text is one in any that takes it, and what is empty
        // stays so.
        None if val.depth() > 0 && val.size() == 1 => Ok(val.clone()),
        None if matches!(val.kind, Kind::Text(_)) && val.as_number().is_err() && val.as_bool().is_err() => {
            Ok(val.clone())
        }
        None => Err(Fault::Unknown),
        Some(converted) => converted,
    }
}

fn keys(call: &Call<'_>) -> Answer {
    let keys = members(call.one()?)?.into_iter();
    let keys = keys.map(|member| Val::text(member.key, member.key_place));
    of_members(call, keys.collect())
}

fn values(call: &Call<'_>) -> Answer {
    let members = members(call.one()?)?.into_iter();
    of_members(call, members.map(|member| member.value).collect())
}

/// The keys or values of the argument: a list if it is a map.
fn of_members(call: &Call<'_>, items: Vec<Val>) -> Answer {
    match &call.one()?.kind {
        Kind::Object(object) if object.is_uniform => call.new_list(items),
        _ => call.new_tuple(items),
    }
}

fn zipmap(call: &Call<'_>) -> Answer {
    let (keys, values) = (call.items(0)?, list(call, 1)?);
    if keys.len() != values.len() {
        return Err(Fault::Fails);
    }
    call.afford(keys.len())?;
    let is_sensitive = keys.iter().any(|key| key.sensitive);
    let mut members = BTreeMap::new();
    for (key, value) in keys.into_iter().zip(values) {
        let name = key.as_text()?;
        let member = Member {
            key: name.clone(),
            key_place: key.written,
            value,
        };
        members.insert(name, member);
    }
    let made = match &call.at(1)?.kind {
        Kind::List(list) if list.is_uniform => Val::map,
        _ => Val::object,
    };
    Ok(made(members.into_values().collect(), call.place).marked(is_sensitive))
}

/// The keys by the texts in their lists.
fn transpose(call: &Call<'_>) -> Answer {
    let mut lists: BTreeMap<Rc<str>, Vec<Val>> = BTreeMap::new();
    for member in members(call.one()?)? {
        for text in items(&member.value)? {
            call.afford(1)?;
            let list = lists.entry(text.as_text()?);
            list.or_default()
                .push(Val::text(member.key.clone(), member.key_place));
        }
    }
    let members = lists.into_iter().map(|(key, list)| Member {
        key,
        key_place: call.place,
        value: Val::list(list, call.place),
    });
    Ok(Val::map(members.collect(), call.place))
}
