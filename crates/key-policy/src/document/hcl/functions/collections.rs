//! Functions of lists, sets and maps.

use std::collections::BTreeMap;
use std::rc::Rc;

use super::{Answer, Call, items, unified};
use crate::document::hcl::eval::{Fault, index as member, wrong};
use crate::document::hcl::value::{Kind, Member, Val};

pub(super) fn call(name: &str, call: &Call<'_>) -> Option<Answer> {
    Some(match name {
        "concat" => concat(call),
        "toset" => call
            .one()
            .and_then(elements)
            .and_then(|all| call.new_set(unified(all)?)),
        "tolist" => call.items(0).and_then(|all| call.new_list(unified(all)?)),
        "tomap" => to_map(call),
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
        "reverse" => list(call, 0).and_then(|all| call.new_list(all.into_iter().rev().collect())),
        "sort" => sort(call),
        "chunklist" => chunklist(call),
        "one" => one(call),
        "range" => range(call),
        "sum" => sum(call),
        "alltrue" => all_of(call, false),
        "anytrue" => all_of(call, true),
        "setunion" => {
            sets(call).and_then(|sets| call.new_set(unified(sets.into_iter().flatten().collect())?))
        }
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

fn concat(call: &Call<'_>) -> Answer {
    let mut all = Vec::new();
    for at in 0..call.arguments.len() {
        all.extend(list(call, at)?);
    }
    call.new_list(all)
}

fn to_map(call: &Call<'_>) -> Answer {
    let all = members(call.one()?)?;
    let (keys, values): (Vec<_>, Vec<_>) = all
        .into_iter()
        .map(|member| ((member.key, member.key_place), member.value))
        .unzip();
    let members = keys.into_iter().zip(unified(values)?);
    let members = members.map(|((key, key_place), value)| Member {
        key,
        key_place,
        value,
    });
    Ok(Val::object(members.collect(), call.place))
}

fn distinct(call: &Call<'_>) -> Answer {
    let mut seen: BTreeMap<u64, Vec<Val>> = BTreeMap::new();
    let mut kept = Vec::new();
    for item in unified(known(call, 0)?)? {
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
    call.new_list(all)
}

fn compact(call: &Call<'_>) -> Answer {
    let mut all = known(call, 0)?;
    all.retain(|item| !item.is_null() && !matches!(&item.kind, Kind::Text(text) if text.is_empty()));
    call.new_list(unified(all)?)
}

fn merge(call: &Call<'_>) -> Answer {
    let mut merged: BTreeMap<Rc<str>, Member> = BTreeMap::new();
    for argument in call.arguments.iter().filter(|argument| !argument.is_null()) {
        for member in members(argument)? {
            call.afford(1)?;
            merged.insert(member.key.clone(), member);
        }
    }
    Ok(Val::object(merged.into_values().collect(), call.place))
}

fn lookup(call: &Call<'_>) -> Answer {
    let map = call.at(0)?;
    if !matches!(map.kind, Kind::Object(_)) {
        return Err(wrong(map));
    }
    match (member(map, call.at(1)?), call.arguments.get(2)) {
        (Err(Fault::Fails), Some(default)) => Ok(default.clone()),
        (found, _) => found,
    }
}

fn element(call: &Call<'_>) -> Answer {
    let all = list(call, 0)?;
    let at = usize::try_from(call.index(1)?).map_err(|_| Fault::Unknown)?;
    let at = at.checked_rem(all.len()).ok_or(Fault::Fails)?;
    all.into_iter().nth(at).ok_or(Fault::Fails)
}

fn index(call: &Call<'_>) -> Answer {
    let wanted = call.at(1)?;
    for (at, item) in list(call, 0)?.iter().enumerate() {
        match item.same(wanted) {
            Some(true) => return call.new_number(at as f64),
            Some(false) => {}
            None => return Err(Fault::Unknown),
        }
    }
    Err(Fault::Fails)
}

fn keys(call: &Call<'_>) -> Answer {
    let keys = members(call.one()?)?.into_iter();
    call.new_list(
        keys.map(|member| Val::text(member.key, member.key_place))
            .collect(),
    )
}

fn values(call: &Call<'_>) -> Answer {
    let members = members(call.one()?)?.into_iter();
    call.new_list(members.map(|member| member.value).collect())
}

fn zipmap(call: &Call<'_>) -> Answer {
    let (keys, values) = (list(call, 0)?, list(call, 1)?);
    if keys.len() != values.len() {
        return Err(Fault::Fails);
    }
    let members = keys.into_iter().zip(values).map(|(key, value)| {
        Ok(Member {
            key_place: key.written,
            key: key.as_text().ok_or_else(|| wrong(&key))?,
            value,
        })
    });
    Ok(Val::object(members.collect::<Result<_, _>>()?, call.place))
}

fn length(call: &Call<'_>) -> Answer {
    let val = call.one()?;
    match &val.kind {
        // Terraform counts what people see as one character; that is certain here for ASCII only.
        Kind::Text(text) if text.is_ascii() && !text.contains('\r') => call.new_number(text.len() as f64),
        Kind::Text(_) => Err(Fault::Unknown),
        Kind::Object(_) => call.new_number(members(val)?.len() as f64),
        _ => call.new_number(items(val)?.len() as f64),
    }
}

fn contains(call: &Call<'_>) -> Answer {
    let wanted = call.at(1)?;
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
                let all = unified(call.arguments.to_vec())?;
                return all.into_iter().nth(at).ok_or(Fault::Fails);
            }
        }
    }
    Err(Fault::Fails)
}

fn coalescelist(call: &Call<'_>) -> Answer {
    for argument in call.arguments {
        if !items(argument)?.is_empty() {
            return Ok(argument.clone());
        }
    }
    Err(Fault::Fails)
}

fn slice(call: &Call<'_>) -> Answer {
    let all = list(call, 0)?;
    let start = usize::try_from(call.index(1)?).map_err(|_| Fault::Fails)?;
    let end = usize::try_from(call.index(2)?).map_err(|_| Fault::Fails)?;
    call.new_list(all.get(start..end).ok_or(Fault::Fails)?.to_vec())
}

fn sort(call: &Call<'_>) -> Answer {
    let texts = known(call, 0)?.into_iter().map(|item| {
        let text = item.as_text().ok_or(Fault::Fails)?;
        Ok(Val {
            kind: Kind::Text(text),
            ..item
        })
    });
    let mut texts: Vec<Val> = texts.collect::<Result<_, _>>()?;
    texts.sort_by(Val::order);
    call.new_list(texts)
}

fn chunklist(call: &Call<'_>) -> Answer {
    let all = list(call, 0)?;
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

/// Whether all elements are true, or whether one is.
fn all_of(call: &Call<'_>, any: bool) -> Answer {
    let all = known(call, 0)?;
    let truths = all.iter().map(|item| item.as_bool().ok_or(Fault::Unknown));
    let truths: Vec<bool> = truths.collect::<Result<_, _>>()?;
    call.new_bool(if any {
        truths.contains(&true)
    } else {
        !truths.contains(&false)
    })
}

/// The elements of each argument; all have to be known.
fn sets(call: &Call<'_>) -> Result<Vec<Vec<Val>>, Fault> {
    if call.arguments.is_empty() {
        return Err(Fault::Fails);
    }
    (0..call.arguments.len()).map(|at| known(call, at)).collect()
}

fn intersection(call: &Call<'_>) -> Answer {
    let sets = sets(call)?;
    let hashes: Vec<std::collections::BTreeSet<u64>> = sets
        .iter()
        .map(|set| set.iter().map(Val::hash).collect())
        .collect();
    let mut kept = sets.into_iter().next().unwrap_or_default();
    kept.retain(|item| hashes.iter().all(|set| set.contains(&item.hash())));
    call.new_set(unified(kept)?)
}

fn subtract(call: &Call<'_>) -> Answer {
    let (mut kept, gone) = (known(call, 0)?, known(call, 1)?);
    let gone: std::collections::BTreeSet<u64> = gone.iter().map(Val::hash).collect();
    kept.retain(|item| !gone.contains(&item.hash()));
    call.new_set(unified(kept)?)
}

fn product(call: &Call<'_>) -> Answer {
    let is_set = call
        .arguments
        .iter()
        .all(|argument| matches!(argument.kind, Kind::Set(_)));
    let mut rows: Vec<Vec<Val>> = vec![Vec::new()];
    for set in sets(call)? {
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
    let rows = rows.into_iter().map(|row| Val::list(row, call.place)).collect();
    // A set of lists has an order of its own in Terraform, so only lists keep theirs here.
    if is_set {
        Err(Fault::Unknown)
    } else {
        call.new_list(rows)
    }
}
