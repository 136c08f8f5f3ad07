//! Functions of lists, sets and maps.

use std::collections::{BTreeMap, BTreeSet};
use std::rc::Rc;

use super::text::characters;
use super::{Answer, Call, items};
use crate::document::hcl::eval::{Fault, index as member, wrong};
use crate::document::hcl::unify::{as_one_of, same_type};
use crate::document::hcl::value::{Kind, Member, Val};

pub(super) fn call(name: &str, call: &Call<'_>) -> Option<Answer> {
    Some(match name {
        "concat" => concat(call),
        "toset" => convert(call, |val| call.new_set(call.unified(elements(val)?)?)),
        "tolist" => convert(call, |val| call.new_list(call.unified(items(val)?)?)),
        "tomap" => convert(call, |val| to_map(call, val)),
        "distinct" => distinct(call),
        "flatten" => flatten(call),
        "compact" => compact(call),
        "merge" => merge(call),
        "lookup" => lookup(call),
        "element" => element(call),
        "index" => index(call),
        "keys" => keys(call),
        "values" => values(call),
        "zipmap" => zipmap(call),
        "length" => length(call),
        "contains" => contains(call),
        "coalesce" => coalesce(call),
        "coalescelist" => coalescelist(call),
        "slice" => slice(call),
        "reverse" => call
            .items(0)
            .and_then(|all| call.new_like(call.at(0)?, all.into_iter().rev().collect())),
        "sort" => sort(call),
        "chunklist" => chunklist(call),
        "matchkeys" => matchkeys(call),
        "transpose" => transpose(call),
        "one" => one(call),
        "range" => range(call),
        "sum" => sum(call),
        "alltrue" => all_true(call),
        "anytrue" => any_true(call),
        "setunion" => sets(call).and_then(|sets| call.new_set(sets.into_iter().flatten().collect())),
        "setintersection" => intersection(call),
        "setsubtract" => subtract(call),
        "setproduct" => product(call),
        _ => return None,
    })
}

/// The elements of a list or a set, of which some may be unknown.
fn elements(val: &Val) -> Result<Vec<Val>, Fault> {
    Ok(val.elements().ok_or_else(|| wrong(val))?.collect())
}

/// The elements of an argument that has to be a list.
fn list(call: &Call<'_>, at: usize) -> Result<Vec<Val>, Fault> {
    match &call.at(at)?.kind {
        Kind::Set(_) => Err(Fault::Unknown),
        _ => call.items(at),
    }
}

/// The same, if each element is known.
fn known(call: &Call<'_>, at: usize) -> Result<Vec<Val>, Fault> {
    let val = call.at(at)?;
    let all = items(val)?;
    if val.is_wholly_known() {
        Ok(all)
    } else {
        Err(Fault::of(val))
    }
}

fn members(val: &Val) -> Result<Vec<Member>, Fault> {
    Ok(val.members().ok_or_else(|| wrong(val))?.collect())
}

/// What `change` makes of the only argument, unless that is null.
fn convert(call: &Call<'_>, change: impl Fn(&Val) -> Answer) -> Answer {
    let val = call.one()?;
    if val.is_null() {
        Ok(val.clone())
    } else {
        change(val)
    }
}

fn concat(call: &Call<'_>) -> Answer {
    let mut all = Vec::new();
    for at in 0..call.arguments.len() {
        all.extend(list(call, at)?);
    }
    let is_list = |val: &Val| matches!(&val.kind, Kind::List(list) if list.is_uniform);
    if all.is_empty() && call.arguments.is_empty() {
        Err(Fault::Fails)
    } else if call.arguments.iter().all(is_list) {
        call.new_list(call.unified(all)?)
    } else {
        call.new_tuple(all)
    }
}

fn to_map(call: &Call<'_>, val: &Val) -> Answer {
    let all = members(val)?;
    let values = call.unified(all.iter().map(|member| member.value.clone()).collect())?;
    let members = all.into_iter().zip(values);
    let members = members.map(|(member, value)| Member { value, ..member });
    Ok(Val::map(members.collect(), call.place))
}

fn distinct(call: &Call<'_>) -> Answer {
    let mut seen: BTreeMap<u64, Vec<Val>> = BTreeMap::new();
    let mut kept = Vec::new();
    for item in call.unified(known(call, 0)?)? {
        let same = seen.entry(item.hash()).or_default();
        if !same.iter().any(|other| other.hash() == item.hash()) {
            same.push(item.clone());
            kept.push(item);
        }
    }
    call.new_list(kept)
}

fn flatten(call: &Call<'_>) -> Answer {
    fn collect(val: &Val, into: &mut Vec<Val>, call: &Call<'_>) -> Result<(), Fault> {
        for item in items(val)? {
            match item.kind {
                // It may turn out to be a list.
                Kind::Unknown(_) => return Err(Fault::of(&item)),
                Kind::List(_) | Kind::Set(_) => collect(&item, into, call)?,
                _ => {
                    call.afford(1)?;
                    into.push(item);
                }
            }
        }
        Ok(())
    }
    let mut all = Vec::new();
    collect(call.one()?, &mut all, call)?;
    call.new_tuple(all)
}

fn compact(call: &Call<'_>) -> Answer {
    let mut all = known(call, 0)?;
    all.retain(|item| !item.is_null() && !matches!(&item.kind, Kind::Text(text) if text.is_empty()));
    call.new_list(texts(all)?)
}

/// The elements of a list of texts.
fn texts(items: Vec<Val>) -> Result<Vec<Val>, Fault> {
    let text = |item: Val| {
        let text = item.as_text().ok_or_else(|| wrong(&item))?;
        Ok(Val {
            kind: Kind::Text(text),
            ..item
        })
    };
    items.into_iter().map(text).collect()
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
    let are_alike = maps.next().is_some_and(|first| {
        is_map(first) && maps.all(|other| is_map(other) && same_type(first, other) == Some(true))
    });
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
        (Err(Fault::Fails), Some(default)) => as_member(map, default),
        (Ok(found), Some(default)) => match as_member(map, default) {
            Err(Fault::Fails) => Err(Fault::Fails),
            _ => Ok(found),
        },
        (found, _) => found,
    }
}

/// `val` as the type of what is in a map; an object takes any.
fn as_member(map: &Val, val: &Val) -> Answer {
    let is_map = matches!(&map.kind, Kind::Object(object) if object.is_uniform);
    if !is_map || val.is_null() || val.is_unknown() {
        return Ok(val.clone());
    }
    let own = members(map)?.into_iter().map(|member| member.value);
    match as_one_of(own, val) {
        // An empty map does not tell its type. A text that is only a text is one in any that takes it, and what is empty
        // stays so.
        None if val.depth() > 0 && val.size() == 1 => Ok(val.clone()),
        None if matches!(val.kind, Kind::Text(_)) && val.as_number().is_none() && val.as_bool().is_none() => {
            Ok(val.clone())
        }
        None => Err(Fault::Unknown),
        Some(converted) => converted,
    }
}

fn element(call: &Call<'_>) -> Answer {
    let all = list(call, 0)?;
    let at = usize::try_from(call.index(1)?).map_err(|_| Fault::Unknown)?;
    let at = at.checked_rem(all.len()).ok_or(Fault::Fails)?;
    all.into_iter().nth(at).ok_or(Fault::Fails)
}

fn index(call: &Call<'_>) -> Answer {
    let wanted = not_null(call, 1)?;
    for (at, item) in list(call, 0)?.iter().enumerate() {
        match item.same(wanted) {
            Some(true) => return call.new_number(at as f64),
            Some(false) => {}
            None => return Err(Fault::Unknown),
        }
    }
    Err(Fault::Fails)
}

fn not_null<'a>(call: &Call<'a>, at: usize) -> Result<&'a Val, Fault> {
    let val = call.at(at)?;
    if val.is_null() { Err(Fault::Fails) } else { Ok(val) }
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
    let mut members = BTreeMap::new();
    for (key, value) in keys.into_iter().zip(values) {
        let name = key.as_text().ok_or_else(|| wrong(&key))?;
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
    Ok(made(members.into_values().collect(), call.place))
}

fn length(call: &Call<'_>) -> Answer {
    let val = call.one()?;
    match &val.kind {
        Kind::Text(text) => call.new_number(characters(text)?.len() as f64),
        Kind::Object(_) => call.new_number(members(val)?.len() as f64),
        _ => call.new_number(items(val)?.len() as f64),
    }
}

fn contains(call: &Call<'_>) -> Answer {
    let wanted = not_null(call, 1)?;
    let found: Vec<_> = elements(call.at(0)?)?
        .iter()
        .map(|item| item.same(wanted))
        .collect();
    if found.contains(&Some(true)) {
        call.new_bool(true)
    } else if found.contains(&None) {
        Err(Fault::Unknown)
    } else {
        call.new_bool(false)
    }
}

fn coalesce(call: &Call<'_>) -> Answer {
    for (at, argument) in call.arguments.iter().enumerate() {
        match &argument.kind {
            Kind::Null => {}
            Kind::Text(text) if text.is_empty() => {}
            Kind::Unknown(_) => return Err(Fault::of(argument)),
            _ => {
                let all = call.unified(call.arguments.to_vec())?;
                return all.into_iter().nth(at).ok_or(Fault::Fails);
            }
        }
    }
    Err(Fault::Fails)
}

fn coalescelist(call: &Call<'_>) -> Answer {
    for (at, argument) in call.arguments.iter().enumerate() {
        if !list(call, at)?.is_empty() {
            return Ok(argument.clone());
        }
    }
    Err(Fault::Fails)
}

fn slice(call: &Call<'_>) -> Answer {
    let all = list(call, 0)?;
    let start = usize::try_from(call.index(1)?).map_err(|_| Fault::Fails)?;
    let end = usize::try_from(call.index(2)?).map_err(|_| Fault::Fails)?;
    call.new_like(call.at(0)?, all.get(start..end).ok_or(Fault::Fails)?.to_vec())
}

fn sort(call: &Call<'_>) -> Answer {
    let mut texts = texts(known(call, 0)?)?;
    texts.sort_by(Val::order);
    call.new_list(texts)
}

fn chunklist(call: &Call<'_>) -> Answer {
    let all = call.unified(call.items(0)?)?;
    match usize::try_from(call.index(1)?) {
        Ok(0) => call.new_list(vec![Val::list(all, call.place)]),
        Ok(size) => {
            let chunks = all
                .chunks(size)
                .map(|chunk| Val::list(chunk.to_vec(), call.place));
            call.new_list(chunks.collect())
        }
        Err(_) => Err(Fault::Fails),
    }
}

/// The values whose keys are among those that are looked for.
fn matchkeys(call: &Call<'_>) -> Answer {
    let (values, keys, wanted) = (known(call, 0)?, known(call, 1)?, known(call, 2)?);
    if values.len() != keys.len() {
        return Err(Fault::Fails);
    }
    let count = keys.len();
    let mut keys = call.unified(keys.into_iter().chain(wanted).collect())?;
    let wanted: BTreeSet<u64> = keys.split_off(count).iter().map(Val::hash).collect();
    let found = call.unified(values)?.into_iter().zip(keys);
    let found = found.filter(|(_, key)| wanted.contains(&key.hash()));
    call.new_list(found.map(|(value, _)| value).collect())
}

/// The keys by the texts in their lists.
fn transpose(call: &Call<'_>) -> Answer {
    let mut lists: BTreeMap<Rc<str>, Vec<Val>> = BTreeMap::new();
    for member in members(call.one()?)? {
        for text in items(&member.value)? {
            call.afford(1)?;
            let list = lists.entry(text.as_text().ok_or_else(|| wrong(&text))?);
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

fn one(call: &Call<'_>) -> Answer {
    let all = items(call.one()?)?;
    match all.as_slice() {
        [] => Ok(Val::new(Kind::Null, call.place)),
        [only] => Ok(only.clone()),
        _ => Err(Fault::Fails),
    }
}

fn range(call: &Call<'_>) -> Answer {
    let (start, end, step) = match call.arguments.len() {
        1 => (0, call.index(0)?, None),
        2 => (call.index(0)?, call.index(1)?, None),
        3 => (call.index(0)?, call.index(1)?, Some(call.index(2)?)),
        _ => return Err(Fault::Fails),
    };
    let step = step.unwrap_or(if end < start { -1 } else { 1 });
    // Terraform refuses more.
    const MOST: usize = 1024;
    if step == 0 || (step > 0) != (end >= start) {
        return Err(Fault::Fails);
    }
    let mut items = Vec::new();
    let mut next = start;
    while if step > 0 { next < end } else { next > end } {
        if items.len() == MOST {
            return Err(Fault::Fails);
        }
        items.push(Val::new(Kind::Number(next as f64), call.place));
        next += step;
    }
    call.new_list(items)
}

fn sum(call: &Call<'_>) -> Answer {
    let all = known(call, 0)?;
    if all.is_empty() {
        return Err(Fault::Fails);
    }
    let numbers = all.iter().map(|item| item.as_number().ok_or(Fault::Fails));
    call.new_number(numbers.sum::<Result<f64, _>>()?)
}

/// The elements of a list of booleans, null or unknown ones among them.
fn truths(call: &Call<'_>) -> Result<Vec<Option<bool>>, Fault> {
    let truth = |item: &Val| match item.kind {
        Kind::Unknown(_) => Ok(None),
        Kind::Null => Ok(Some(false)),
        _ => item.as_bool().map(Some).ok_or(Fault::Fails),
    };
    call.items(0)?.iter().map(truth).collect()
}

fn all_true(call: &Call<'_>) -> Answer {
    match truths(call)?.into_iter().find(|truth| *truth != Some(true)) {
        Some(None) => Err(Fault::Unknown),
        found => call.new_bool(found.is_none()),
    }
}

fn any_true(call: &Call<'_>) -> Answer {
    let truths = truths(call)?;
    if truths.contains(&Some(true)) {
        call.new_bool(true)
    } else if truths.contains(&None) {
        Err(Fault::Unknown)
    } else {
        call.new_bool(false)
    }
}

/// The elements of each argument, all of one type; all have to be known.
fn sets(call: &Call<'_>) -> Result<Vec<Vec<Val>>, Fault> {
    let mut sets = Vec::new();
    for at in 0..call.arguments.len() {
        sets.push(known(call, at)?);
    }
    if sets.is_empty() {
        return Err(Fault::Fails);
    }
    let lengths: Vec<usize> = sets.iter().map(Vec::len).collect();
    let mut all = call.unified(sets.into_iter().flatten().collect())?.into_iter();
    Ok(lengths
        .into_iter()
        .map(|length| all.by_ref().take(length).collect())
        .collect())
}

fn intersection(call: &Call<'_>) -> Answer {
    let sets = sets(call)?;
    let hashes: Vec<BTreeSet<u64>> = sets
        .iter()
        .map(|set| set.iter().map(Val::hash).collect())
        .collect();
    let mut kept = sets.into_iter().next().unwrap_or_default();
    kept.retain(|item| hashes.iter().all(|set| set.contains(&item.hash())));
    call.new_set(kept)
}

fn subtract(call: &Call<'_>) -> Answer {
    let mut sets = sets(call)?.into_iter();
    let (Some(mut kept), Some(gone), None) = (sets.next(), sets.next(), sets.next()) else {
        return Err(Fault::Fails);
    };
    let gone: BTreeSet<u64> = gone.iter().map(Val::hash).collect();
    kept.retain(|item| !gone.contains(&item.hash()));
    call.new_set(kept)
}

fn product(call: &Call<'_>) -> Answer {
    if call.arguments.len() < 2 {
        return Err(Fault::Fails);
    }
    let mut rows: Vec<Vec<Val>> = vec![Vec::new()];
    for at in 0..call.arguments.len() {
        let set = call.unified(known(call, at)?)?;
        call.afford(rows.len().saturating_mul(set.len()))?;
        rows = rows
            .iter()
            .flat_map(|row| {
                set.iter().map(move |item| {
                    let mut row = row.clone();
                    row.push(item.clone());
                    row
                })
            })
            .collect();
    }
    let rows = rows.into_iter().map(|row| Val::tuple(row, call.place)).collect();
    let is_set = |val: &Val| matches!(val.kind, Kind::Set(_));
    if call.arguments.iter().any(is_set) {
        call.new_set(rows)
    } else {
        call.new_list(rows)
    }
}
